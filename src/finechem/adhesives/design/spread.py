"""Which of some points lie far from each other."""

from __future__ import annotations

import numpy as np

from finechem.adhesives.design.points import Array

__all__ = ["distances", "farthest_points"]


def distances(x: Array, y: Array) -> Array:
    """Return Euclidean distances of encoded points, (n, k)."""
    from scipy.spatial.distance import cdist

    return np.asarray(cdist(x, y), dtype=float)


def farthest_points(x: Array, count: int) -> list[int]:
    """Return indices of rows, the first one first, then each time the one farthest from all before.

    >>> farthest_points(np.array([[0.5], [0.4], [0.0], [1.0]]), 3)
    [0, 2, 3]
    """
    chosen = [0]
    nearest = distances(x, x[:1])[:, 0]
    while len(chosen) < min(count, len(x)):
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, distances(x, x[chosen[-1:]])[:, 0])
    return chosen
