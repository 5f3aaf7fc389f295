"""A Gaussian process for few formulations: straight blending plus a Matérn part, fitted with priors on its lengths."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from finechem.adhesives.design.points import Array
from finechem.adhesives.design.posterior import Posterior

Objective = Callable[[Array], tuple[float, Array]]

__all__ = ["LEAST_NOISE", "GaussianProcess", "fit_gaussian_process"]

#: Medians and standard deviations, of the logarithm, of the priors. Assumptions, made so that 15 formulations give no
#: nonsense; lengths are in spreads of a column times the root of the free directions, variances in those of the values.
LENGTH = (1.0, 0.7)
CURVED = (1.0, 1.0)
STRAIGHT = (0.1, 1.0)
NOISE = (1e-2, 1.5)
#: As above where replicates say what the error is: what they do not account for.
LACK_OF_FIT = (1e-3, 1.5)
#: Least variance of a mean, of that of the values: keeps matrices regular.
LEAST_NOISE = 1e-8
_WIDE = (1e-9, 1e9)


@dataclass(frozen=True, slots=True, eq=False)
class GaussianProcess:
    """A fitted process; `theta` holds the logarithms of its hyperparameters."""

    x: Array
    kernel: Any
    lower: Array
    weights: Array
    middle: float
    spread: float
    replicate_variance: float

    @property
    def theta(self) -> Array:
        """Logarithms of curved variance, lengths, straight variance, noise."""
        return np.asarray(self.kernel.theta, dtype=float)

    @property
    def noise(self) -> float:
        """Variance of one measurement: what replicates say, and what they do not account for."""
        return float(self.kernel.k2.noise_level) * self.spread**2 + self.replicate_variance

    def posterior(self, x: Array) -> Posterior:
        """Return what is known at the rows of `x`."""
        from scipy.linalg import solve_triangular

        latent = self.kernel.k1  # without the noise
        across = latent(x, self.x)
        whitened = solve_triangular(self.lower, across.T, lower=True, check_finite=False)
        variance = np.maximum(latent.diag(x) - np.sum(whitened**2, axis=0), 0.0)
        square = self.spread**2

        def column(index: int) -> Array:
            here = x[index : index + 1]
            return np.asarray(square * (latent(x, here)[:, 0] - whitened.T @ whitened[:, index]), dtype=float)

        return Posterior(self.middle + self.spread * (across @ self.weights), square * variance, column)

    def left_out(self) -> tuple[Array, Array]:
        """Return mean and variance of each formulation's value by all others, the hyperparameters kept."""
        from scipy.linalg import cho_solve

        inverse = cho_solve((self.lower, True), np.eye(len(self.x)), check_finite=False)
        variance = 1.0 / np.diag(inverse)
        values = self.lower @ (self.lower.T @ self.weights)
        return self.middle + self.spread * (values - self.weights * variance), self.spread**2 * variance

    def likeness(self, x: Array, others: Array) -> Array:
        """Return correlations (n, k) of the curved part: 1 at a point itself, 0 far away."""
        return np.asarray(self.kernel.k1.k1.k2(x, others), dtype=float)


def fit_gaussian_process(
    x: Array, y: Array, variance: Array, *, free: int, start: Array | None = None, replicated: float = 0.0
) -> GaussianProcess:
    r"""Fit the process with the covariance

    .. math:: k(x, x') = a\, M_{5/2}\Big(\sqrt{\textstyle\sum_i (x_i - x'_i)^2 / \ell_i^2}\Big) + b\, x \cdot x'
              + \sigma^2 \delta

    by the mode of the posterior of its hyperparameters, all with log-normal priors.

    The straight part is linear blending (Scheffé) with one prior for all components, so it goes on beyond the data
    where the curved part falls back to the mean. A length a column (automatic relevance determination); the prior
    settles what the sum of the fractions, and of the columns of a category, leave undetermined, and treats all columns
    alike, so that the order of the components does not matter.

    Parameters
    ----------
    x : (n, w) array
        Encoded points.
    y : (n,) array
    variance : (n,) array
        Of each value, as far as replicates tell.
    free : int
        Directions in which the points can differ.
    start : array, optional
        Logarithms of hyperparameters to start from, and from nowhere else; default: two starts, long and short lengths.
    replicated : float
        Variance of one measurement by replicates; 0 without.
    """  # noqa: D400
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, Matern, WhiteKernel

    middle = float(y.mean())
    spread = float(y.std()) or 1.0
    width = x.shape[1]
    length = LENGTH[0] * math.sqrt(free)
    noise = LACK_OF_FIT if replicated > 0.0 else NOISE
    centre = np.log([CURVED[0], *[length] * width, STRAIGHT[0] / free, noise[0]])
    widths = np.array([CURVED[1], *[LENGTH[1]] * width, STRAIGHT[1], noise[1]])
    shorter = centre - np.log([1.0, *[4.0] * width, 1.0, 1.0])
    starts = [centre, shorter] if start is None else [start]
    kernel = (
        ConstantKernel(1.0, _WIDE) * Matern(np.ones(width), _WIDE, nu=2.5)
        + ConstantKernel(1.0, _WIDE) * DotProduct(0.0, "fixed")
        + WhiteKernel(1.0, _WIDE)
    )
    process = GaussianProcessRegressor(
        kernel, alpha=variance / spread**2 + LEAST_NOISE, optimizer=_mode(centre, widths, starts), copy_X_train=False
    )
    process.fit(x, (y - middle) / spread)
    return GaussianProcess(x, process.kernel_, process.L_, process.alpha_, middle, spread, replicated)


def _mode(centre: Array, widths: Array, starts: list[Array]) -> Callable[..., tuple[Array, float]]:
    """Return an optimizer for scikit-learn that adds the priors to what it is asked to minimize."""

    def optimize(
        objective: Callable[[Array], tuple[float, Array]], _theta: Array, bounds: Array
    ) -> tuple[Array, float]:
        from scipy.optimize import minimize

        def posterior(at: Array) -> tuple[float, Array]:
            value, slope = objective(at)
            away = (at - centre) / widths
            return float(value) + 0.5 * float(away @ away), slope + away / widths

        settings = {"maxiter": 100, "ftol": 1e-7}
        found = [
            minimize(posterior, begin, jac=True, method="L-BFGS-B", bounds=bounds, options=settings) for begin in starts
        ]
        best = min(found, key=lambda result: float(result.fun))
        return best.x, float(best.fun)

    return optimize
