"""The kinds of model that learn from formulations, behind one function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from finechem.adhesives.design.extra_trees import fit_extra_trees
from finechem.adhesives.design.gaussian_process import GaussianProcess, fit_gaussian_process
from finechem.adhesives.design.points import Array, Encoding
from finechem.adhesives.design.posterior import Posterior, Regressor
from finechem.adhesives.design.replicates import Merged
from finechem.adhesives.design.scheffe import fit_scheffe, scheffe_terms

__all__ = ["KINDS", "Kind", "Learner", "fit_learner"]

Kind = Literal["gaussian process", "linear", "quadratic", "extra trees"]
#: linear and quadratic: Scheffé's polynomials.
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, eq=False)
class Learner:
    """A fitted model that reads points."""

    kind: Kind
    encoding: Encoding
    regressor: Regressor

    def posterior(self, points: Array) -> Posterior:
        """Return what is known at the points, on the scale of the fitted values."""
        return self.regressor.posterior(_inputs(self.kind, self.encoding, points))

    def predict(self, points: Array) -> tuple[Array, Array]:
        """Return means, and standard deviations of one measurement."""
        known = self.posterior(points)
        return known.mean, np.sqrt(known.variance + self.regressor.noise)


def fit_learner(
    kind: Kind, encoding: Encoding, data: Merged, extra: Array, *, seed: int = 0, start: Array | None = None
) -> Learner:
    """Fit one kind of model to merged formulations.

    Parameters
    ----------
    kind : {"gaussian process", "linear", "quadratic", "extra trees"}
    encoding : Encoding
    data : Merged
        Values on the scale on which errors are normal.
    extra : (n,) array
        Variance of each value beyond that of replicates: of what stands for a censored one. Only the Gaussian process
        heeds it.
    seed : int
        Of the trees.
    start : array, optional
        Hyperparameters of a Gaussian process to start from.
    """
    x = _inputs(kind, encoding, data.points)
    replicated = data.error_variance
    regressor: Regressor
    if kind == "gaussian process":
        regressor = fit_gaussian_process(
            x, data.values, data.variance + extra, free=encoding.free, start=start, replicated=replicated
        )
    elif kind == "extra trees":
        regressor = fit_extra_trees(x, data.values, data.counts, seed=seed, replicated=replicated)
    else:
        regressor = fit_scheffe(x, data.values, data.counts, replicated=replicated)
    return Learner(kind, encoding, regressor)


def hyperparameters(learner: Learner) -> Array | None:
    """Return where a refit of a Gaussian process may start."""
    return learner.regressor.theta if isinstance(learner.regressor, GaussianProcess) else None


def _inputs(kind: Kind, encoding: Encoding, points: Array) -> Array:
    if kind in ("linear", "quadratic"):
        return scheffe_terms(points, encoding, quadratic=kind == "quadratic")
    return encoding(points)
