"""The pool of feasible points that proposals are chosen from, denser where it matters."""

from __future__ import annotations

import numpy as np

from finechem.adhesives.design.points import Array
from finechem.adhesives.design.space import MixtureSpace

__all__ = ["neighbours", "unlike"]

#: Halvings of a step until it just stays in the space.
_HALVINGS = 30
#: Components that are lowered or raised one after the other, at most.
_TURNS = 3


def neighbours(
    space: MixtureSpace, anchors: Array, partners: Array, count: int, reach: float, seed: int, *, edges: bool
) -> Array:
    """Return up to `count` feasible points near anchors; what turns out not to be feasible is left out.

    Some go a share of the way to a partner, log-uniform between a hundredth of `reach` and `reach`; as many do so
    with the anchor's own components only, so that spaces which allow few at a time have neighbours too. With `edges`
    a last third lowers or raises one to three components, all others in proportion, or moves one process factor, every
    other one as far as the space goes: good formulations often lie at a bound, which no random point does. Categories
    are the anchor's.
    """
    rng = np.random.default_rng(seed)
    third = count // 3 if edges else count // 2
    kinds = [anchors[rng.integers(0, len(anchors), size)] for size in (third, third, count - 2 * third)]
    aims = [partners[rng.integers(0, len(partners), len(kind))] for kind in kinds]
    mixture, numbers = space.mixture, slice(0, space.categorical.start)
    own = np.where(kinds[1][:, mixture] > 0.0, aims[1][:, mixture], 0.0)
    total = own.sum(axis=1, keepdims=True)
    aims[1][:, mixture] = np.where(total > 0.0, own / np.where(total > 0.0, total, 1.0), kinds[1][:, mixture])
    moved = []
    for here, there in zip(kinds[:2], aims[:2], strict=True):
        found = here.copy()
        share = reach * 10.0 ** rng.uniform(-2.0, 0.0, (len(here), 1))
        found[:, numbers] += share * (there - here)[:, numbers]
        moved.append(found)
    edge = kinds[2]
    turns = rng.integers(1, _TURNS + 1, len(edge))
    for turn in range(_TURNS):
        going = turns > turn
        edge[going] = _one_at_a_time(space, edge[going], aims[2][going], reach, rng)
    found = np.vstack([*moved, edge])
    return found[space.feasible(found)]


def _one_at_a_time(space: MixtureSpace, points: Array, aims: Array, reach: float, rng: np.random.Generator) -> Array:
    """Move each point in one column, the rest of the mixture in proportion, at most to the edge of the space."""
    numbers = space.categorical.start
    rows, which = np.arange(len(points)), rng.integers(0, numbers, len(points))
    size = space.mixture.stop
    mixed = which < size
    direction = np.zeros_like(points)
    direction[rows, which] = 1.0
    direction[mixed, :size] -= points[mixed, :size]
    lower = rng.random(len(points)) < 0.5
    here = points[rows, which]
    direction[mixed & lower] *= -1.0
    direction[~mixed] *= (aims[rows, which] - here)[~mixed, None]
    length = np.where(lower & mixed, here / np.maximum(1.0 - here, 1e-12), 1.0)
    length[~mixed] = 10.0
    low, high = np.zeros(len(points)), length.copy()
    low[space.feasible(points + length[:, None] * direction)] = np.inf
    for _ in range(_HALVINGS):
        middle = 0.5 * (np.minimum(low, high) + high)
        inside = space.feasible(points + middle[:, None] * direction)
        low, high = np.where(inside, np.maximum(low, middle), low), np.where(inside, high, middle)
    low = np.minimum(low, length)
    share = np.where(rng.random(len(points)) < 0.5, 1.0, reach * 10.0 ** rng.uniform(-2.0, 0.0, len(points)))
    found = points + (share * low)[:, None] * direction
    found[:, :size] = np.where(found[:, :size] < 1e-9, 0.0, found[:, :size])
    if size:
        found[:, :size] /= found[:, :size].sum(axis=1, keepdims=True)
    return found


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
