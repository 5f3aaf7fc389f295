"""Scheffé's polynomials of mixtures, linear and quadratic, with a ridge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finechem.adhesives.design.points import Array, Encoding
from finechem.adhesives.design.posterior import Posterior, of_factor

__all__ = ["ScheffePolynomial", "fit_scheffe", "scheffe_terms"]

#: Ridges tried, of the mean square of a term.
_RIDGES = np.logspace(-12.0, 1.0, 27)


@dataclass(frozen=True, slots=True, eq=False)
class ScheffePolynomial:
    """A fitted polynomial; it reads terms (`scheffe_terms`)."""

    scale: Array
    coefficients: Array
    factor: Array
    noise: float

    def posterior(self, x: Array) -> Posterior:
        """Return what is known at the rows of `x`."""
        terms = x / self.scale
        return of_factor(terms @ self.coefficients, terms @ self.factor)


def scheffe_terms(points: Array, encoding: Encoding, *, quadratic: bool) -> Array:
    r"""Return the terms of :math:`\sum_i \beta_i x_i + \sum_{i<j} \beta_{ij} x_i x_j`, one a column.

    There is no intercept: the fractions sum to 1. Process factors and physics enter as they are over their spread,
    with their products and squares in the quadratic form; of a category every level but the first has a term.
    """
    numbers = encoding.numbers(points)
    size = encoding.mixture.stop - encoding.mixture.start
    fractions = numbers[:, :size]
    others = (numbers[:, size:] - encoding.middle[size:]) / encoding.spread[size:]
    codes = points[:, encoding.categorical]
    terms = [fractions, others]
    terms += [(codes[:, [at]] == np.arange(1, count)) * 1.0 for at, count in enumerate(encoding.levels)]
    if quadratic:
        one, two = np.triu_indices(size, 1)
        terms.append(fractions[:, one] * fractions[:, two])
        one, two = np.triu_indices(others.shape[1])
        terms.append(others[:, one] * others[:, two])
        terms.append((fractions[:, :, None] * others[:, None, :]).reshape(len(points), -1))
    if size == 0:
        terms.append(np.ones((len(points), 1)))
    return np.hstack(terms)


def fit_scheffe(terms: Array, y: Array, counts: Array, *, replicated: float = 0.0) -> ScheffePolynomial:
    r"""Fit by least squares with the ridge :math:`\lambda \sum \beta^2` of the least left-one-out error.

    Each term counts over its root mean square. The covariance of the coefficients is
    :math:`s^2 (X^T X + \lambda)^{-1}` with s² of the residuals over what degrees of freedom are left.

    References
    ----------
    H. Scheffé, J. R. Stat. Soc. B 20, 344 (1958), doi:10.1111/j.2517-6161.1958.tb00299.x
    """
    scale = np.sqrt(np.mean(terms**2, axis=0))
    scale = np.where(scale > 0.0, scale, 1.0)
    weight = np.sqrt(counts)
    left, singular, right = np.linalg.svd(weight[:, None] * terms / scale, full_matrices=False)
    target = weight * y
    ridges = _RIDGES * len(y)
    errors = [_left_out_error(left, singular, target, ridge) for ridge in ridges]
    ridge = float(ridges[int(np.argmin(errors))])
    damped = singular**2 + ridge
    coefficients = right.T @ (singular / damped * (left.T @ target))
    residual = target - weight * (terms / scale @ coefficients)
    freedom = len(y) - float(np.sum(singular**2 / damped))
    noise = max(float(residual @ residual) / max(freedom, 1.0), replicated)
    # what the data say nothing of is held by the ridge alone
    rest = np.eye(len(scale)) - right.T @ right
    factor = np.hstack([right.T / np.sqrt(damped), rest / np.sqrt(ridge)]) * np.sqrt(noise)
    return ScheffePolynomial(scale, coefficients, factor, noise)


def _left_out_error(left: Array, singular: Array, target: Array, ridge: float) -> float:
    shrink = singular**2 / (singular**2 + ridge)
    hat = np.sum(left**2 * shrink, axis=1)
    away = (target - left @ (shrink * (left.T @ target))) / np.maximum(1.0 - hat, 1e-6)
    return float(np.mean(away**2))
