"""Intervals by CV+: what models fitted without a fold got wrong of it, around what they say elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from finechem.adhesives.design.folds import Fold
from finechem.adhesives.design.learners import Learner
from finechem.adhesives.design.points import Array

__all__ = ["HeldOut", "jackknife_plus", "least_formulations"]


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Models fitted without one fold each, and their errors there.

    Parameters
    ----------
    folds : list of index arrays
    learners : list of Learner
    predicted : (n,) array
        Of each formulation by the model without it.
    scores : (n,) array
        ``|measured - predicted| / sigma``; NaN where the value is censored.
    """

    folds: list[Fold]
    learners: list[Learner]
    predicted: Array
    scores: Array

    def interval(self, points: Array, level: float) -> tuple[Array, Array]:
        """Return the limits of the CV+ interval at points; infinite where there are too few formulations."""
        centres = np.empty((len(points), len(self.scores)))
        spreads = np.empty_like(centres)
        for fold, learner in zip(self.folds, self.learners, strict=True):
            mean, sigma = learner.predict(points)
            centres[:, fold], spreads[:, fold] = mean[:, None], sigma[:, None]
        known = np.isfinite(self.scores)
        widths = self.scores[known] * spreads[:, known]
        return jackknife_plus(centres[:, known] - widths, centres[:, known] + widths, level)


def jackknife_plus(low: Array, high: Array, level: float) -> tuple[Array, Array]:
    r"""Return the jackknife+ interval of the lower and upper ends (n, m) that m held-out models give.

    The upper limit is the :math:`\lceil p (m + 1) \rceil`-th smallest upper end, the lower limit the same from below,
    for a level p; infinite where that exceeds m.

    Notes
    -----
    Where formulations are exchangeable and the fit treats them alike, the interval holds a new one with a probability
    of at least 2p - 1 (jackknife+; CV+ loses a little more), and as a rule about p. Points that an optimizer chose
    are not exchangeable with those it learnt from: for them there is no such guarantee.

    References
    ----------
    R. F. Barber, E. J. Candès, A. Ramdas, R. J. Tibshirani, Ann. Statist. 49, 486 (2021), doi:10.1214/20-AOS1965

    Examples
    --------
    >>> import numpy as np
    >>> low, high = jackknife_plus(np.arange(-9.0, 0.0)[None], np.arange(1.0, 10.0)[None], 0.8)
    >>> low.tolist(), high.tolist()
    ([-8.0], [8.0])
    """
    count = low.shape[1]
    rank = math.ceil(level * (count + 1) - 1e-9)
    if rank > count:
        infinite = np.full(len(low), np.inf)
        return -infinite, infinite
    return -np.sort(-low, axis=1)[:, rank - 1], np.sort(high, axis=1)[:, rank - 1]


def least_formulations(level: float) -> int:
    """Return how many formulations an interval of a level needs to be finite.

    >>> least_formulations(0.9)
    9
    """
    return math.ceil(level / (1.0 - level) - 1e-9)
