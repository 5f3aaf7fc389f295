"""Points of a formulation space as numbers a model can work with: every column on one scale, categories apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.adhesives.design.space import MixtureSpace
from finechem.errors import InputError

__all__ = ["Array", "Encoding", "Physics", "as_points", "encoding_of"]

Array = NDArray[np.float64]
#: Further features of points, (n, d) -> (n, p): what physics computes of a formulation.
Physics = Callable[[Array], Array]
#: How many points of a space say how far each column spreads.
REFERENCE_POINTS = 1000
#: Half the distance between two categories, in the spread of a column: that of a coin of two sides.
CATEGORY = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """Columns of points less their middle over their spread, and one column a category.

    Nothing is dropped for the sum of the fractions being 1: a component that is left out would be a special one, and
    the answer would depend on which. What the sum leaves undetermined, the priors of the models settle.
    """

    columns: tuple[str, ...]
    mixture: slice
    process: slice
    categorical: slice
    middle: Array
    spread: Array
    levels: tuple[int, ...]
    physics: Physics | None = None

    @property
    def width(self) -> int:
        """Number of encoded columns."""
        return len(self.middle) + sum(self.levels)

    @property
    def free(self) -> int:
        """Number of directions in which encoded points can differ."""
        sums = int(self.mixture.stop > self.mixture.start) + len(self.levels)
        return max(self.width - sums, 1)

    def numbers(self, points: Array) -> Array:
        """Return fractions, process factors and physics, as they are."""
        parts = [points[:, self.mixture], points[:, self.process]]
        if self.physics is not None:
            parts.append(_features(self.physics, points))
        return np.hstack(parts)

    def __call__(self, points: Array) -> Array:
        """Return encoded points, (n, `width`)."""
        parts = [(self.numbers(points) - self.middle) / self.spread]
        for column, count in enumerate(self.levels):
            codes = points[:, self.categorical][:, column]
            parts.append((codes[:, None] == np.arange(count)).astype(float) / CATEGORY)
        return np.hstack(parts)


def as_points(points: ArrayLike, columns: tuple[str, ...], what: str = "points") -> Array:
    """Return points as an (n, d) array of numbers, or say what is wrong with them."""
    found = np.atleast_2d(np.asarray(points, dtype=float))
    if found.ndim != 2 or found.shape[1] != len(columns):
        raise InputError(f"{what} have shape {found.shape}; expected (n, {len(columns)}): {', '.join(columns)}")
    bad = np.argwhere(~np.isfinite(found))
    if len(bad):
        row, column = bad[0].tolist()
        raise InputError(f"{what}: row {row}, {columns[column]} is {found[row, column]}; it must be a number")
    return found


def encoding_of(space: MixtureSpace, points: Array, physics: Physics | None = None) -> Encoding:
    """Return the encoding of a space: middle and spread of each column over points all over it.

    Where a sample of the space does not vary in a column and `points` do, the points say how far it spreads.
    """
    reference = as_points(space.sample(REFERENCE_POINTS, seed=0), space.columns, "the sample of the space")
    codes = np.vstack([reference, points])[:, space.categorical]
    levels = tuple(int(code) + 1 for code in codes.max(axis=0)) if codes.shape[1] else ()
    raw = Encoding(
        space.columns, space.mixture, space.process, space.categorical, np.zeros(0), np.ones(0), levels, physics
    )
    numbers, own = raw.numbers(reference), raw.numbers(points)
    spread = numbers.std(axis=0)
    spread = np.where(spread > 0.0, spread, own.std(axis=0))
    return Encoding(
        space.columns,
        space.mixture,
        space.process,
        space.categorical,
        numbers.mean(axis=0),
        np.where(spread > 0.0, spread, 1.0),
        levels,
        physics,
    )


def _features(physics: Physics, points: Array) -> Array:
    found = np.asarray(physics(points), dtype=float)
    if found.ndim != 2 or len(found) != len(points):
        raise InputError(f"physics of {len(points)} points has shape {found.shape}; expected ({len(points)}, p)")
    bad = np.argwhere(~np.isfinite(found))
    if len(bad):
        raise InputError(f"physics of point {bad[0, 0]} is {found[tuple(bad[0])]}; every feature must be a number")
    return found
