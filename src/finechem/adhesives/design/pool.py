"""The pool of feasible points that proposals are chosen from, denser where it matters."""

from __future__ import annotations

import numpy as np

from finechem.adhesives.design.points import Array, Space

__all__ = ["neighbours", "unlike"]


def neighbours(space: Space, anchors: Array, partners: Array, count: int, reach: float, seed: int) -> Array:
    """Return up to `count` feasible points between anchors and partners, near the anchors.

    A point goes a share of the way to a partner, log-uniform between a hundredth of `reach` and `reach`; categories are
    the anchor's. Every other one keeps to the anchor's components, so that spaces which allow few at a time have
    neighbours too. What is not feasible is left out.
    """
    rng = np.random.default_rng(seed)
    here = anchors[rng.integers(0, len(anchors), count)]
    there = partners[rng.integers(0, len(partners), count)].copy()
    mixture = space.mixture
    kept = (here[:, mixture] > 0.0) | (np.arange(count)[:, None] % 2 == 0)
    inside = np.where(kept, there[:, mixture], 0.0)
    total = inside.sum(axis=1, keepdims=True)
    there[:, mixture] = np.where(total > 0.0, inside / np.where(total > 0.0, total, 1.0), here[:, mixture])
    share = reach * 10.0 ** rng.uniform(-2.0, 0.0, (count, 1))
    found = here + share * (there - here)
    found[:, space.categorical] = here[:, space.categorical]
    return found[space.feasible(found)]


def unlike(points: Array, others: Array, tolerance: float = 1e-9) -> Array:
    """Return the points that are none of the others, and each only once, in their order."""
    decimals = round(-np.log10(tolerance))
    known = {row.tobytes() for row in np.round(others, decimals) + 0.0}
    keep = []
    for index, row in enumerate(np.round(points, decimals) + 0.0):
        key = row.tobytes()
        if key not in known:
            known.add(key)
            keep.append(index)
    return points[keep]
