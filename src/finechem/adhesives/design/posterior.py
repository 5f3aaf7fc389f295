"""What a fitted model knows at a pool of points: means, variances, and covariances with any one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from finechem.adhesives.design.points import Array

__all__ = ["Posterior", "Regressor", "of_factor"]


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Of the property itself, without the error of measuring it.

    Parameters
    ----------
    mean, variance : (n,) array
    column : callable
        ``column(i)``: the covariances of all n points with point i. Whole covariances of thousands of points are
        never formed.
    """

    mean: Array
    variance: Array
    column: Callable[[int], Array]


class Regressor(Protocol):
    """A fitted model on encoded points."""

    @property
    def noise(self) -> float:
        """Variance of one measurement about the property."""
        ...

    def posterior(self, x: Array) -> Posterior:
        """Return what is known at the rows of `x`."""
        ...


def of_factor(mean: Array, factor: Array) -> Posterior:
    """Return the posterior whose covariance is `factor` times its transpose."""
    return Posterior(mean, np.sum(factor**2, axis=1), lambda index: np.asarray(factor @ factor[index], dtype=float))
