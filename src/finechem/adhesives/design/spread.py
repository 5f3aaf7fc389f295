"""Points far from each other and from what is known: the first batch of a campaign, and the diversity of later ones."""

from __future__ import annotations

import numpy as np

from finechem.adhesives.design.points import Array

__all__ = ["distances", "farthest_points"]


def distances(x: Array, y: Array) -> Array:
    """Return Euclidean distances of encoded points, (n, k)."""
    from scipy.spatial.distance import cdist

    return np.asarray(cdist(x, y), dtype=float)


def farthest_points(x: Array, count: int, known: Array | None = None) -> list[int]:
    """Return indices of rows, each the one farthest from all known and all chosen before.

    Without known points the first is the row nearest the middle of all. With fewer rows than asked, all are returned.

    >>> farthest_points(np.array([[0.0], [0.4], [0.5], [1.0]]), 3)
    [2, 0, 3]
    """
    if known is None or len(known) == 0:
        chosen = [int(np.argmin(np.sum((x - x.mean(axis=0)) ** 2, axis=1)))]
        nearest = distances(x, x[chosen])[:, 0]
    else:
        chosen = []
        nearest = distances(x, known).min(axis=1)
    while len(chosen) < min(count, len(x)):
        index = int(np.argmax(nearest))
        if nearest[index] <= 0.0:
            break
        chosen.append(index)
        nearest = np.minimum(nearest, distances(x, x[[index]])[:, 0])
    return chosen[:count]
