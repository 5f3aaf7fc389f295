"""Extremely randomized trees with jackknife variances: what makes no assumption of smoothness."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from finechem.adhesives.design.points import Array
from finechem.adhesives.design.posterior import Posterior, of_factor

__all__ = ["ExtraTrees", "fit_extra_trees"]

TREES = 100


@dataclass(frozen=True, slots=True, eq=False)
class ExtraTrees:
    """Fitted trees; `within` says how often each formulation is in each tree's sample, (n, trees)."""

    forest: Any
    within: Array
    noise: float

    def posterior(self, x: Array) -> Posterior:
        r"""Return means, and jackknife-after-bootstrap variances with the correction for finitely many trees.

        .. math:: V = \frac{n-1}{n} \sum_i (\bar t_{-i} - \bar t)^2 - (e - 1) \frac{n}{B^2} \sum_b (t_b - \bar t)^2

        The mean of the trees without formulation i is :math:`\bar t_{-i}`. The variance is at least the one of the
        mean of the trees. Covariances are those of :math:`\bar t_{-i}`, scaled to these variances.

        References
        ----------
        S. Wager, T. Hastie, B. Efron, J. Mach. Learn. Res. 15, 1625 (2014).
        """
        each = np.stack([tree.predict(x) for tree in self.forest.estimators_], axis=1)
        mean = each.mean(axis=1)
        out = (self.within == 0.0).astype(float)
        lacking = out.sum(axis=1)
        apart = np.where(lacking > 0, each @ out.T / np.maximum(lacking, 1.0), mean[:, None]) - mean[:, None]
        rows, trees = self.within.shape
        factor = apart * math.sqrt((rows - 1) / rows)
        raw = np.sum(factor**2, axis=1)
        scatter = np.sum((each - mean[:, None]) ** 2, axis=1)
        variance = np.maximum(raw - (math.e - 1.0) * rows / trees**2 * scatter, scatter / trees**2)
        with np.errstate(divide="ignore", invalid="ignore"):
            shrink = np.where(raw > 0.0, np.sqrt(variance / raw), 0.0)
        return of_factor(mean, factor * shrink[:, None])


def fit_extra_trees(x: Array, y: Array, counts: Array, *, seed: int, replicated: float = 0.0) -> ExtraTrees:
    """Fit trees on bootstrap samples of the formulations; each weighs as many replicates as it has."""
    from sklearn.ensemble import ExtraTreesRegressor

    forest = ExtraTreesRegressor(TREES, bootstrap=True, oob_score=False, max_features=0.7, random_state=seed)
    forest.fit(x, y, sample_weight=counts)
    within = np.zeros((len(y), TREES))
    for tree, drawn in enumerate(forest.estimators_samples_):
        within[:, tree] = np.bincount(drawn, minlength=len(y))
    out = (within == 0.0).astype(float)
    lacking = out.sum(axis=1)
    each = np.stack([tree.predict(x) for tree in forest.estimators_], axis=1)
    unseen = np.sum(each * out, axis=1)[lacking > 0] / lacking[lacking > 0]
    away = y[lacking > 0] - unseen
    noise = float(np.mean(away**2)) if len(away) else float(np.var(y))
    return ExtraTrees(forest, within, max(noise, replicated))
