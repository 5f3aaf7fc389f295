"""Points of a mixture space that are chosen, not drawn: vertices, a lattice, points that fill it evenly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from finechem.adhesives.design.constraints import LEAST_SHARE
from finechem.adhesives.design.faces import feasible_faces, polytopes_of
from finechem.adhesives.design.space import MixtureSpace
from finechem.adhesives.design.statements import Array
from finechem.errors import InputError

__all__ = ["faces", "lattice", "space_filling", "vertices"]

#: Beyond so many dimensions a polytope has too many vertices to be of use.
_MOST_DIMENSIONS = 10


def faces(space: MixtureSpace, most: int = 50_000) -> list[tuple[str, ...]]:
    """Return the sets of components that leave any mixture, by name.

    Parameters
    ----------
    space : MixtureSpace
    most : int
        Sets that are looked at, at most.

    Raises
    ------
    InputError
        If the rules of how many allow more.
    """
    return [tuple(space.columns[at] for at in members) for members in _face_sets(space, most)]


def _face_sets(space: MixtureSpace, most: int) -> list[Sequence[int]]:
    if space.face_count > most:
        raise InputError(
            f"{space.name}: the rules of how many allow {space.face_count} sets of components, more than {most} to list"
        )
    sets = list(space.supports.each())
    good = feasible_faces(space, space.supports.marks(sets))
    return [members for members, there in zip(sets, good, strict=True) if there]


def vertices(space: MixtureSpace, most: int = 10_000) -> Array:
    """Return the corners of a space: of every set of components, at every corner of factors, with every choice.

    Corners where a component is present with a part per million, though nothing asks for more, are left out: they are
    corners of the set without it.

    Parameters
    ----------
    space : MixtureSpace
    most : int
        Points that are returned, and sets that are looked at, at most.

    Returns
    -------
    (n, d) array

    Raises
    ------
    InputError
        If there are more, or a set has more than 10 dimensions.
    """
    shapes = polytopes_of(space)
    found: list[Array] = []
    for members in _face_sets(space, most):
        marks = np.zeros((1, len(space.components)), dtype=bool)
        marks[0, list(members)] = True
        found.append(_corners(space, shapes.present(marks)[0]))
    corners = _distinct(np.vstack([np.empty((0, len(shapes.columns))), *found]))
    least = [LEAST_SHARE if may and item.low < LEAST_SHARE else 0.0
             for item, may in zip(space.components, space.optional, strict=True)]  # fmt: skip
    mixed = corners[:, : len(least)]
    corners = corners[~np.any((mixed > 0.0) & (mixed <= 1.001 * np.array(least)), axis=1)]
    loose = [(space.factors[at - len(space.components)].low, space.factors[at - len(space.components)].high)
             for at in shapes.loose]  # fmt: skip
    settings = _settings(space, [sorted(set(pair)) for pair in loose], len(corners), most)
    points = np.empty((len(corners) * len(settings), len(space.columns)))
    points[:, shapes.columns] = np.repeat(corners, len(settings), axis=0)
    points[:, [*shapes.loose, *range(len(space.columns))[space.categorical]]] = np.tile(settings, (len(corners), 1))
    return points


def _corners(space: MixtureSpace, present: np.typing.NDArray[np.bool_]) -> Array:
    from scipy.spatial import HalfspaceIntersection

    from finechem_kernels.polytopes import frame_of_polytope

    shapes = polytopes_of(space)
    frame = frame_of_polytope(shapes.equalities, shapes.inequalities, shapes.bounds, present)
    dimensions = frame.axes.shape[1]
    if dimensions > _MOST_DIMENSIONS:
        raise InputError(
            f"{space.name}: a set of components has {dimensions} dimensions; corners are listed to {_MOST_DIMENSIONS}"
        )
    if dimensions == 0:
        return frame.origin[None]
    if dimensions == 1:
        ends = frame.h / frame.G[:, 0]
        rough = np.array([[ends[frame.G[:, 0] < 0].max()], [ends[frame.G[:, 0] > 0].min()]])
    else:
        halves = np.hstack([frame.G, -frame.h[:, None]])
        rough = _distinct(HalfspaceIntersection(halves, frame.centre).intersections)
    exact = [_corner(frame.G, frame.h, y) for y in rough]
    low, high = shapes.bounds
    points = frame.origin + np.array(exact) @ frame.axes.T
    points = np.where(np.abs(points - low) < 1e-12, low, np.where(np.abs(points - high) < 1e-12, high, points))
    return np.where(present, np.clip(points, low, high), 0.0)


def _corner(G: Array, h: Array, y: Array) -> Array:
    """Return the corner that a rough one is meant to be: where the constraints that are tight there are equalities."""
    tight = h - G @ y < 1e-7
    moved = np.linalg.lstsq(G[tight], h[tight] - G[tight] @ y, rcond=None)[0]
    return np.asarray(y + moved, dtype=np.float64)


def _distinct(points: Array) -> Array:
    _, first = np.unique(np.round(points, 9) + 0.0, axis=0, return_index=True)
    return np.asarray(points[np.sort(first)])


def _settings(space: MixtureSpace, levels: Sequence[Sequence[float]], times: int, most: int) -> Array:
    """Return all combinations of levels and choices, if with so many mixtures they are not too many."""
    each = [*levels, *(range(len(category.choices)) for category in space.categories)]
    total = times * prod(map(len, each))
    if total > most:
        raise InputError(f"{space.name}: {total} points, more than {most}")
    found = np.array(list(product(*each)), dtype=float)
    return found.reshape(prod(map(len, each)), len(each))


def lattice(space: MixtureSpace, steps: int, levels: int = 2, most: int = 100_000) -> Array:
    r"""Return the simplex lattice inside a space: fractions that are multiples of 1 / `steps`.

    .. math:: x_i = \frac{k_i}{m}, \quad k_i = 0, 1, \ldots, m, \quad \sum_i k_i = m

    Parameters
    ----------
    space : MixtureSpace
    steps : int
        m.
    levels : int
        Evenly spaced values of each process factor, both bounds among them.
    most : int
        Points that are returned, at most.

    Returns
    -------
    (n, d) array
        Those that are in the space; none if the lattice misses it.

    Raises
    ------
    InputError
        If a number is no whole number above 0, or there are more points.
    """
    for name, number in (("steps", steps), ("levels", levels)):
        if not (isinstance(number, int) and number >= 1):
            raise InputError(f"{name} is {number!r}; a whole number above 0 is needed")
    values = [np.unique(np.linspace(f.low, f.high, levels)).tolist() for f in space.factors]
    mixed = []
    for counts in _compositions(space, steps):
        mixed.append(np.array(counts) / steps)
        if len(mixed) > most:
            raise InputError(f"{space.name}: more than {most} mixtures on a lattice of {steps} steps; take fewer")
    settings = _settings(space, values, 1, most)
    if len(mixed) * len(settings) > 20 * most:
        raise InputError(f"{space.name}: {len(mixed) * len(settings)} points to look at, more than {20 * most}")
    mixtures = np.array(mixed).reshape(len(mixed), len(space.components))
    points = np.hstack([np.repeat(mixtures, len(settings), axis=0), np.tile(settings, (len(mixtures), 1))])
    inside: Array = points[space.feasible(points)]
    if len(inside) > most:
        raise InputError(f"{space.name}: {len(inside)} points, more than {most}")
    return inside


def _compositions(space: MixtureSpace, steps: int) -> Iterator[tuple[int, ...]]:
    """Yield whole numbers that sum to `steps` and keep bounds and the widest limit on how many are present."""
    low = [0 if may else int(np.ceil(item.low * steps - 1e-9))
           for item, may in zip(space.components, space.optional, strict=True)]  # fmt: skip
    high = [int(np.floor(item.high * steps + 1e-9)) for item in space.components]
    limits = [item.count for item in space.statements if item.count is not None]
    size = len(low)
    rest_low, rest_high = np.cumsum([0, *low[::-1]])[::-1].tolist(), np.cumsum([0, *high[::-1]])[::-1].tolist()
    stack: list[tuple[int, ...]] = [()]
    while stack:
        head = stack.pop()
        at, left = len(head), steps - sum(head)
        if at == size:
            yield head
            continue
        for number in range(min(high[at], left - rest_low[at + 1]), max(low[at], left - rest_high[at + 1]) - 1, -1):
            if number and any(
                at in members and sum(1 for other in members if other < at and head[other]) >= highest
                for members, _, highest in limits
            ):
                continue
            stack.append((*head, number))


def space_filling(
    space: MixtureSpace, n: int, seed: int, *, existing: ArrayLike | None = None, pool: int = 5000
) -> Array:
    """Return points that lie far apart: each as far as it can from those before it, out of a random pool.

    Distances count every fraction and factor in units of the range it has in the pool, and two different choices as 1.

    Parameters
    ----------
    space : MixtureSpace
    n : int
    seed : int
    existing : (m, d) array, optional
        Points that are there already, to keep away from.
    pool : int
        Points to choose from.

    Returns
    -------
    (n, d) array
        In the order chosen: the first k are the best answer for k.

    Raises
    ------
    InputError
        If n is above the size of the pool.
    """
    if not 0 <= n <= pool:
        raise InputError(f"{space.name}: {n} points out of a pool of {pool}")
    candidates = space.sample(pool, seed)
    there = np.empty((0, candidates.shape[1])) if existing is None else np.atleast_2d(np.asarray(existing, dtype=float))
    if there.shape[1] != candidates.shape[1]:
        raise InputError(f"{space.name}: existing points have {there.shape[1]} columns, not {candidates.shape[1]}")
    numbers = slice(0, space.categorical.start)
    width = np.ptp(candidates[:, numbers], axis=0) if pool else np.ones(space.categorical.start)
    width = np.where(width > 0.0, width, 1.0)

    def distances(point: Array) -> Array:
        apart = ((candidates[:, numbers] - point[numbers]) / width) ** 2
        other = candidates[:, space.categorical] != point[space.categorical]
        return np.asarray(apart.sum(axis=1) + other.sum(axis=1))

    start = candidates.mean(axis=0)
    nearest = np.full(len(candidates), np.inf)
    for point in there:
        nearest = np.minimum(nearest, distances(point))
    chosen: list[int] = []
    for _ in range(n):
        at = int(np.argmax(nearest)) if len(there) or chosen else int(np.argmax(distances(start)))
        chosen.append(at)
        nearest = np.minimum(nearest, distances(candidates[at]))
    return np.asarray(candidates[chosen])
