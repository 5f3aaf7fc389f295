"""Integration weights of three-phonon processes by the linear tetrahedron method."""

from __future__ import annotations

from itertools import permutations
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import CONTRACT, FloatArray, contiguous, inline_kernel, kernel, parallel_kernel, prange

IndexArray: TypeAlias = NDArray[np.int64]
BandArray: TypeAlias = NDArray[np.int16]
WeightArray: TypeAlias = NDArray[np.float64] | NDArray[np.float32]

VERTICES = 15
"""Vertices of the 24 tetrahedra around a grid point: the point itself and 14 neighbours."""
DECAY, ABSORB_FIRST, ABSORB_SECOND = 0, 1, 2
"""Channels: f0 = f1 + f2, f0 + f1 = f2 and f0 + f2 = f1."""

# The first vertex is the centre. Vertex m = 1 … 7 is the sum of the edges whose bits are set in m, 7 + m its negative.
# Each cell is cut into the six tetrahedra of the paths 0, e_i, e_i + e_j, e_i + e_j + e_k, and the centre
# may be any of the four vertices of a path.
CORNERS = np.array(
    [
        corners
        for i, j, k in permutations((1, 2, 4))
        for corners in ((i, i + j, 7), (7 + i, j, j + k), (14 - k, 7 + j, k), (14, 14 - i, 7 + k))
    ]
)
"""The three outer vertices of each of the 24 tetrahedra, shape (24, 3)."""

LANES = 16
"""Weights computed side by side: one or two of the widest vectors."""
BLOCK = 16
"""Triplets that a thread takes at a time."""
SPAN = 2.0**19
"""The 15 values of an item are scaled to this range: products of six of them fit into float32."""
SMALLEST = (2.0**-21, 2.0**-140)
"""Scaled values below this, in float32 and float64, count as zero: products of six smaller ones underflow."""


class WeightItems(NamedTuple):
    """The weights that can differ from zero, those of triplet t at ``first[t]`` to ``first[t + 1]``."""

    first: IndexArray
    """Where the items of each triplet start, shape (T + 1,)."""
    bands: BandArray
    """Columns b1, b2, b0 and channel (`DECAY`, `ABSORB_FIRST`, `ABSORB_SECOND`), shape (items, 4)."""
    weights: WeightArray
    """Positive weights, one over the unit of the frequencies, shape (items,)."""


class Workspace(NamedTuple):
    """Memory for the items of one triplet, from `workspace`; each thread needs its own."""

    bounds: FloatArray
    """Least f1 + f2, least f2 − f1 and the greatest of both over the vertices, shape (4, B2)."""
    first: IndexArray
    """The first target above the lower bound of each channel, shape (3, B2)."""
    energies: FloatArray
    """Value of f1 + f2 or f2 − f1 at which each item's weight is wanted, shape (3 B0 B1 B2,)."""
    scales: FloatArray
    """`SPAN` over the range of the item's 15 values, shape (3 B0 B1 B2,)."""
    lanes: WeightArray
    """15 rows of scaled values and one of results, `LANES` each, flat."""
    bands: BandArray
    """Items found: columns b1, b2, b0 and channel, shape (3 B0 B1 B2, 4)."""
    weights: WeightArray
    """Their weights, shape (3 B0 B1 B2,)."""


def vertex_steps(grid_vectors: FloatArray) -> IndexArray:
    """Return the steps from a grid point to the 15 vertices of its tetrahedra, in the order the kernels expect.

    Parameters
    ----------
    grid_vectors : (3, 3) array
        Edges of a cell of the grid, in columns. Only their relative lengths and angles matter.

    Returns
    -------
    (15, 3) array
        Integer multiples of the edges. The cell is cut along its shortest main diagonal, the first of equals in
        the order (+ + +), (− + +), (+ − +), (+ + −): the same 24 tetrahedra as in phonopy.
    """
    signs = np.array([[1, 1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]])
    diagonals = signs @ np.asarray(grid_vectors, dtype=np.float64).T
    sign = signs[np.argmin(np.sum(diagonals**2, axis=1))]
    edges = np.array([[mask >> axis & 1 for axis in range(3)] for mask in range(1, 8)]) * sign
    return np.concatenate([np.zeros((1, 3), dtype=np.int64), edges, -edges])


def triplet_weights(
    targets: FloatArray,
    frequencies: FloatArray,
    neighbours1: IndexArray,
    neighbours2: IndexArray,
    *,
    precision: Literal["float64", "float32"] = "float64",
    parallel: bool = True,
) -> WeightArray:
    r"""Integration weights of the triplets of one grid point q0, as a dense array.

    .. math::

        g_0 = \delta(f_0 - f_1 - f_2), \qquad
        g_1 = \delta(f_0 + f_1 - f_2) - \delta(f_0 - f_1 + f_2)

    integrated over the linear interpolation in the tetrahedra around q1 times that vertex's barycentric
    coordinate [1]_, so that the mean over the grid of q1 times a smooth function is its integral over q1.

    Parameters
    ----------
    targets : (B0,) array
        Frequencies f0 at q0, ascending. Any unit; the weights have its inverse.
    frequencies : (G, B) array
        Frequencies on the grid. Imaginary modes are to be given as zero, as phono3py does.
    neighbours1, neighbours2 : (T, 15) array
        Rows of ``frequencies`` at the vertices around q1 and, of the opposite steps, around q2, in the order
        of `vertex_steps`: q1 + step and q2 − step.
    precision : {"float64", "float32"}
        Precision of the tetrahedra and of the result. Differences of frequencies are always taken in float64.
    parallel : bool
        Share the triplets among numba's threads. False for a caller that runs in threads itself.

    Returns
    -------
    (2, T, B0, B, B) array
        g_0 and g_1 for bands b0, b1, b2: the order and the meaning of phono3py's integration weights.

    Notes
    -----
    In one tetrahedron with vertex values f_c (the centre), f_a, f_b, f_d, the integral of δ(f − ε) times the
    centre's barycentric coordinate over the unit volume is the cubic B-spline in ε with the five knots
    f_c, f_c, f_a, f_b, f_d, divided by the distance of the outermost two (Curry and Schoenberg [2]_). The
    weight is a sixth of the sum over the 24 tetrahedra, and its integral over ε is one. It is zero where
    ε is the least or the greatest value, also if a tetrahedron is flat there.

    References
    ----------
    .. [1] P. E. Blöchl, O. Jepsen and O. K. Andersen, *Phys. Rev. B* **49**, 16223 (1994),
       doi:10.1103/PhysRevB.49.16223.
    .. [2] H. B. Curry and I. J. Schoenberg, *J. Anal. Math.* **17**, 71 (1966), doi:10.1007/BF02788653.
    """
    arrays = contiguous(targets), contiguous(frequencies), _indices(neighbours1), _indices(neighbours2)
    bands = frequencies.shape[1]
    weights: WeightArray = np.empty((2, len(neighbours1), len(targets), bands, bands), dtype=precision)
    fill = _fill_parallel if parallel else _fill
    fill(*arrays, weights, np.zeros(len(neighbours1) + 1, dtype=np.int64), *_no_items(precision))
    return weights


def triplet_weight_items(
    targets: FloatArray,
    frequencies: FloatArray,
    neighbours1: IndexArray,
    neighbours2: IndexArray,
    *,
    precision: Literal["float64", "float32"] = "float64",
    parallel: bool = True,
) -> WeightItems:
    """Integration weights of the triplets of one grid point, as a list of those that can differ from zero.

    Parameters
    ----------
    targets, frequencies, neighbours1, neighbours2, precision, parallel
        As in `triplet_weights`.

    Returns
    -------
    WeightItems
        One item for each (b1, b2, b0, channel) where f0 lies strictly between the least and the greatest value
        that the channel's combination of f1 and f2 takes at the 15 vertices. Its weight may still be zero.
    """
    arrays = contiguous(targets), contiguous(frequencies), _indices(neighbours1), _indices(neighbours2)
    fill = _fill_parallel if parallel else _fill
    dense = np.empty((2, 0, 0, 0, 0), dtype=precision)
    first = np.zeros(len(neighbours1) + 1, dtype=np.int64)
    fill(*arrays, dense, first, *_no_items(precision))
    np.cumsum(first, out=first)
    bands, weights = np.empty((first[-1], 4), dtype=np.int16), np.empty(first[-1], dtype=precision)
    fill(*arrays, dense, first, bands, weights)
    return WeightItems(first, bands, weights)


def _no_items(precision: str) -> tuple[BandArray, WeightArray]:
    return np.empty((0, 4), dtype=np.int16), np.empty(0, dtype=precision)


def _indices(values: IndexArray) -> IndexArray:
    return np.ascontiguousarray(values, dtype=np.int64)


@kernel
def workspace(bands0: int, bands1: int, bands2: int, like: WeightArray) -> Workspace:
    """Allocate what `triplet_items` needs; ``like`` is any array of the wanted precision. For other kernels."""
    capacity = 3 * bands0 * bands1 * bands2
    return Workspace(
        np.empty((4, bands2)),
        np.empty((3, bands2), dtype=np.int64),
        np.empty(capacity),
        np.empty(capacity),
        np.zeros((VERTICES + 1) * LANES, dtype=like.dtype),
        np.empty((capacity, 4), dtype=np.int16),
        np.empty(capacity, dtype=like.dtype),
    )


@kernel
def triplet_items(targets: FloatArray, vertices1: FloatArray, vertices2: FloatArray, work: Workspace) -> int:
    """Put the items of one triplet into ``work.bands`` and ``work.weights``, return how many. For other kernels.

    ``targets`` (B0,) is ascending; ``vertices1`` (15, B1) and ``vertices2`` (15, B2) are the partners' values.
    """
    count = _select(targets, vertices1, vertices2, work)
    _evaluate(vertices1, vertices2, work, count)
    return count


@kernel
def _select(targets: FloatArray, vertices1: FloatArray, vertices2: FloatArray, work: Workspace) -> int:
    """List the items of a triplet: bands, channel, energy and scale. Return how many."""
    bounds, first = work.bounds, work.first
    count = 0
    for b1 in range(vertices1.shape[1]):
        _bracket(targets, vertices1, b1, vertices2, bounds, first)
        for b2 in range(vertices2.shape[1]):
            for channel in range(3):
                row = 0 if channel == DECAY else 1
                least, greatest = bounds[row, b2], bounds[row + 2, b2]
                limit = -least if channel == ABSORB_SECOND else greatest
                for b0 in range(first[channel, b2], len(targets)):
                    if targets[b0] >= limit:
                        break
                    work.bands[count, 0] = b1
                    work.bands[count, 1] = b2
                    work.bands[count, 2] = b0
                    work.bands[count, 3] = channel
                    work.energies[count] = -targets[b0] if channel == ABSORB_SECOND else targets[b0]
                    work.scales[count] = SPAN / (greatest - least)
                    count += 1
    return count


@kernel
def _bracket(
    targets: FloatArray, vertices1: FloatArray, b1: int, vertices2: FloatArray, bounds: FloatArray, first: IndexArray
) -> None:
    """Fill ``bounds`` and ``first`` of a `Workspace` for band b1 of the first partner.

    Few rows a loop, and no slices: so the compiler can check that no two overlap, and vectorise.
    """
    bands = vertices2.shape[1]
    for b in range(bands):
        bounds[0, b] = bounds[1, b] = np.inf
        bounds[2, b] = bounds[3, b] = -np.inf
        first[0, b] = first[1, b] = first[2, b] = 0
    for v in range(VERTICES):
        value1 = vertices1[v, b1]
        for b in range(bands):
            value = vertices2[v, b] + value1
            bounds[0, b] = value if value < bounds[0, b] else bounds[0, b]
            bounds[2, b] = value if value > bounds[2, b] else bounds[2, b]
        for b in range(bands):
            value = vertices2[v, b] - value1
            bounds[1, b] = value if value < bounds[1, b] else bounds[1, b]
            bounds[3, b] = value if value > bounds[3, b] else bounds[3, b]
    for target in targets:
        for b in range(bands):
            first[0, b] += target <= bounds[0, b]
        for b in range(bands):
            first[1, b] += target <= bounds[1, b]
            first[2, b] += target <= -bounds[3, b]


@kernel
def _evaluate(vertices1: FloatArray, vertices2: FloatArray, work: Workspace, count: int) -> None:
    """Fill ``work.weights`` of the listed items, `LANES` at a time."""
    lanes = work.lanes
    smallest = SMALLEST[0] if lanes.itemsize == 4 else SMALLEST[1]
    for start in range(0, count, LANES):
        size = min(LANES, count - start)  # what is left in the other lanes is computed and not read
        for lane in range(size):
            item = start + lane
            b1, b2 = work.bands[item, 0], work.bands[item, 1]
            sign = 1.0 if work.bands[item, 3] == DECAY else -1.0
            energy, scale = work.energies[item], work.scales[item]
            if vertices2[0, b2] + sign * vertices1[0, b1] > energy:  # δ(x) = δ(−x): the centre is never above
                scale = -scale
            for v in range(VERTICES):
                value = (vertices2[v, b2] + sign * vertices1[v, b1] - energy) * scale
                lanes[v * LANES + lane] = value if abs(value) >= smallest else 0.0
        _sum_tetrahedra(lanes)
        for lane in range(size):
            work.weights[start + lane] = lanes[VERTICES * LANES + lane] * (work.scales[start + lane] / 6.0)


def _sum_shares(lanes: WeightArray) -> None:
    """Sum the shares of the centre over the 24 tetrahedra of each lane into the last row."""
    zero, one = lanes.dtype.type(0), lanes.dtype.type(1)
    total = lanes[VERTICES * LANES :]
    for lane in range(LANES):
        total[lane] = zero
    for tetrahedron in range(24):
        a = lanes[CORNERS[tetrahedron, 0] * LANES :]
        b = lanes[CORNERS[tetrahedron, 1] * LANES :]
        c = lanes[CORNERS[tetrahedron, 2] * LANES :]
        for lane in range(LANES):
            total[lane] += _share(-lanes[lane], a[lane], b[lane], c[lane], zero, one)


@inline_kernel
def _share(u: Any, a: Any, b: Any, c: Any, zero: Any, one: Any) -> Any:
    """Integral of δ(f) times the centre's coordinate over a unit tetrahedron with values −u ≤ 0, a, b, c.

    With p ≥ q ≥ m the sorted a, b, c and P = p + u, Q = q + u, M = m + u, the plane f = 0 cuts off

    - the centre (m > 0): u² (p/P + q/Q + m/M) / (P Q M);
    - the centre and m (q > 0 ≥ m): two triangles, u q (p/P + q/Q) / [P Q (q − m)] − m p² / [P² (p − m)(q − m)];
    - only p (p > 0 ≥ q): p³ / [P² (p − q)(p − m)];

    and nothing for p ≤ 0. Each is brought to one fraction; no positive term is ever subtracted.
    """
    high = a if a > b else b
    low = b if a > b else a
    p = high if high > c else c
    rest = c if high > c else high
    q = rest if rest > low else low
    m = low if rest > low else rest
    P, Q, M = p + u, q + u, m + u
    PQ, pQ, pm = P * Q, p * Q, p - m
    mixed = pQ + q * P
    above_centre = u * u * (mixed * M + m * PQ)
    two_and_two = u * q * mixed * pm - m * pQ * pQ
    numerator = above_centre if m > zero else (two_and_two if q > zero else p * p * p)
    PQM = PQ * M
    denominator = PQM * PQM if m > zero else (PQ * PQ * (q - m) * pm if q > zero else P * P * (p - q) * pm)
    return (numerator if p > zero else zero) / (denominator if p > zero else one)


_sum_tetrahedra: Any = kernel(_sum_shares, fastmath=CONTRACT)


@kernel
def gather_vertices(frequencies: FloatArray, rows: IndexArray, vertices: FloatArray) -> None:
    """Copy the frequencies at the 15 vertices, shape (15, B). For other kernels."""
    for v in range(VERTICES):
        for b in range(frequencies.shape[1]):
            vertices[v, b] = frequencies[rows[v], b]


def _triplets(
    targets: FloatArray,
    frequencies: FloatArray,
    neighbours1: IndexArray,
    neighbours2: IndexArray,
    dense: WeightArray,
    first: IndexArray,
    items: BandArray,
    weights: WeightArray,
) -> None:
    """Fill ``dense`` (2, T, B0, B, B), or the ``items`` and ``weights`` of `WeightItems`.

    If both are empty, put the number of items of triplet t into ``first[t + 1]``. One function for the three
    tasks, because it takes seconds to compile.
    """
    triplets, bands = len(neighbours1), frequencies.shape[1]
    for block in prange((triplets + BLOCK - 1) // BLOCK):
        work = workspace(len(targets), bands, bands, weights)
        vertices1, vertices2 = np.empty((VERTICES, bands)), np.empty((VERTICES, bands))
        for t in range(block * BLOCK, min((block + 1) * BLOCK, triplets)):
            gather_vertices(frequencies, neighbours1[t], vertices1)
            gather_vertices(frequencies, neighbours2[t], vertices2)
            count = _select(targets, vertices1, vertices2, work)
            if dense.size > 0:
                _evaluate(vertices1, vertices2, work, count)
                _scatter(work, count, dense, t)
            elif len(items) > 0:
                _evaluate(vertices1, vertices2, work, count)
                for i in range(count):
                    weights[first[t] + i] = work.weights[i]
                    for column in range(4):
                        items[first[t] + i, column] = work.bands[i, column]
            else:
                first[t + 1] = count


@kernel
def _scatter(work: Workspace, count: int, dense: WeightArray, t: int) -> None:
    """Fill ``dense[:, t]`` from the items."""
    dense[0, t] = 0.0
    dense[1, t] = 0.0
    for i in range(count):
        b1, b2, b0 = work.bands[i, 0], work.bands[i, 1], work.bands[i, 2]
        if work.bands[i, 3] == DECAY:
            dense[0, t, b0, b1, b2] = work.weights[i]
        elif work.bands[i, 3] == ABSORB_FIRST:
            dense[1, t, b0, b1, b2] += work.weights[i]
        else:
            dense[1, t, b0, b1, b2] -= work.weights[i]


_fill: Any = kernel(_triplets)
_fill_parallel: Any = parallel_kernel(_triplets)
