r"""Points inside many small polytopes that share their constraints and differ in which variables are zero.

A polytope is :math:`\{x : E x = e,\ A x \le b,\ l \le x \le u\}` with some of the variables at zero. Each is handled in
four steps, all of them for few variables (a dozen) and many polytopes (10^5):

1. equalities are eliminated by an orthonormal basis of their null space, in variables scaled by the width of their
   bounds: :math:`x = l + s (z_0 + B y)`, so no sample can drift off them;
2. the largest ball that fits (Chebyshev's centre) is found by the simplex method on the dual program
   :math:`\min h u,\ G^T u = 0,\ \sum u = 1,\ u \ge 0`. A radius below zero comes with the multipliers that prove the
   polytope empty; at radius zero the constraints with a multiplier above zero hold as equalities everywhere, so they
   are eliminated too and step 2 is repeated: what remains is the relative interior;
3. the analytic centre (Newton's method) gives an ellipsoid that resembles the polytope, and coordinates in which it is
   round;
4. hit-and-run along those coordinates: a point moves to a uniformly drawn place on the chord through it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import FloatArray, contiguous, kernel
from finechem_kernels.hit_and_run import chain
from finechem_kernels.largest_ball import NOTHING, largest_ball
from finechem_kernels.small_matrices import RANK, product, row_length, solutions, times

__all__ = ["EMPTY", "FOUND", "UNDECIDED", "Frame", "frame_of_polytope", "sample_polytopes"]

FOUND, EMPTY, UNDECIDED = 0, 1, 2
#: Of variables scaled to widths of 1: a ball smaller than this is none, a radius below minus `NOTHING` is proof.
_THIN = 1e-8


def sample_polytopes(
    equalities: tuple[FloatArray, FloatArray],
    inequalities: tuple[FloatArray, FloatArray],
    bounds: tuple[FloatArray, FloatArray],
    present: NDArray[np.bool_],
    counts: NDArray[np.int64],
    rng: np.random.Generator,
    *,
    burn_in: float = 8.0,
    thinning: float = 8.0,
) -> tuple[FloatArray, NDArray[np.int64], NDArray[np.int64]]:
    """Draw points from the relative interior of each polytope, uniformly in the limit of long chains.

    Parameters
    ----------
    equalities, inequalities : pair of (q, n) and (q,) array
        E x = e and A x <= b.
    bounds : pair of (n,) array
        Finite; of the variables that are present.
    present : (F, n) array of bool
        Which variables of each polytope are not held at zero.
    counts : (F,) array of int
        Points to draw from each; 0 only decides whether it is empty.
    rng : Generator
    burn_in, thinning : float
        Steps before the first point, in units of d (d + 1) for d dimensions, and between points, in units of d.

    Returns
    -------
    points : (sum of counts, n) array
        Those of the first polytope first; NaN where there is none.
    status : (F,) array of int
        `FOUND`, `EMPTY` (proved), or `UNDECIDED` (rounding got the better of the simplex method).
    dimensions : (F,) array of int
        Of each polytope.
    """
    E, e, A, b, low, high = (contiguous(part) for part in (*equalities, *inequalities, *bounds))
    shape = (int(np.sum(counts)), len(low))
    points = np.full(shape, np.nan)
    status, dimensions = np.empty(len(present), dtype=np.int64), np.zeros(len(present), dtype=np.int64)
    marks = np.ascontiguousarray(present, dtype=np.bool_)
    wanted = np.ascontiguousarray(counts, dtype=np.int64)
    _sample_all(E, e, A, b, low, high, marks, wanted, burn_in, thinning, rng, points, status, dimensions)
    return points, status, dimensions


class Frame(NamedTuple):
    """A polytope as x = origin + axes y with G y <= h: nothing else holds as an equality."""

    status: int
    """`FOUND`, `EMPTY` or `UNDECIDED`; the rest is of use only if `FOUND`."""
    origin: FloatArray
    axes: FloatArray
    """(n, d)."""
    G: FloatArray
    """Rows of length 1."""
    h: FloatArray
    centre: FloatArray
    """Of the largest ball inside, (d,)."""


def frame_of_polytope(
    equalities: tuple[FloatArray, FloatArray],
    inequalities: tuple[FloatArray, FloatArray],
    bounds: tuple[FloatArray, FloatArray],
    present: NDArray[np.bool_],
) -> Frame:
    """Return one polytope in coordinates of its relative interior; see `sample_polytopes` for what is handed in.

    Parameters
    ----------
    equalities, inequalities, bounds : pair of array
    present : (n,) array of bool

    Returns
    -------
    Frame
    """
    E, e, A, b, low, high = (contiguous(part) for part in (*equalities, *inequalities, *bounds))
    origin = np.where(present, low, 0.0)
    free = _free(low, high, np.ascontiguousarray(present, dtype=np.bool_))
    axes = np.zeros((len(low), 0))
    nothing = np.zeros((0, 0)), np.zeros(0), np.zeros(0)
    if _outside_box(E, e, A, b, origin, low, high, free):
        return Frame(EMPTY, origin, axes, *nothing)
    state, z0, B, G, h = _eliminated(E, e, A, b, origin, low, high, free)
    if state != FOUND:
        return Frame(state, origin, axes, *nothing)
    state, z0, B, G, h, centre = _relative_interior(z0, B, G, h)
    axes = np.zeros((len(low), B.shape[1]))
    axes[free] = (high - low)[free, None] * B
    origin[free] += (high - low)[free] * z0
    return Frame(int(state), origin, axes, G, h, centre)


@kernel
def _sample_all(
    E: FloatArray, e: FloatArray, A: FloatArray, b: FloatArray, low: FloatArray, high: FloatArray,
    present: NDArray[np.bool_], counts: NDArray[np.int64], burn_in: float, thinning: float, rng: np.random.Generator,
    points: FloatArray, status: NDArray[np.int64], dimensions: NDArray[np.int64],
) -> None:  # fmt: skip
    at = 0
    base = np.empty(len(low))
    for face in range(len(present)):
        count = counts[face]
        at += count
        for j in range(len(low)):
            base[j] = low[j] if present[face, j] else 0.0
        free = _free(low, high, present[face])
        if _outside_box(E, e, A, b, base, low, high, free):
            status[face] = EMPTY
            continue
        state, z0, B, G, h = _eliminated(E, e, A, b, base, low, high, free)
        centre = np.zeros(B.shape[1])
        if state == FOUND:
            state, z0, B, G, h, centre = _relative_interior(z0, B, G, h)
        status[face] = state
        dimensions[face] = B.shape[1]
        if state != FOUND or count == 0:
            continue
        chain(z0, B, G, h, centre, base, low, high, free, burn_in, thinning, rng, points, at - count, at)


@kernel
def _free(low: FloatArray, high: FloatArray, present: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return which variables are present and have room between their bounds."""
    found = np.empty(len(low), dtype=np.int64)
    count = 0
    for j in range(len(low)):
        if present[j] and high[j] - low[j] > RANK:
            found[count] = j
            count += 1
    return found[:count].copy()


@kernel
def _outside_box(
    E: FloatArray, e: FloatArray, A: FloatArray, b: FloatArray, base: FloatArray, low: FloatArray, high: FloatArray,
    free: NDArray[np.int64],
) -> bool:  # fmt: skip
    """Say whether one constraint alone cannot hold anywhere between the bounds."""
    for row in range(len(e) + len(b)):
        equal = row < len(e)
        least, size = 0.0, 0.0
        for j in range(len(base)):
            weight = E[row, j] if equal else A[row - len(e), j]
            least += weight * base[j]
            size += abs(weight * base[j])
        most = least
        for j in free:
            reach = (E[row, j] if equal else A[row - len(e), j]) * (high[j] - low[j])
            size += abs(reach)
            if reach > 0.0:
                most += reach
            else:
                least += reach
        side = e[row] if equal else b[row - len(e)]
        slip = NOTHING * (size + abs(side))
        if least > side + slip or (equal and most < side - slip):
            return True
    return False


@kernel
def _eliminated(
    E: FloatArray, e: FloatArray, A: FloatArray, b: FloatArray, base: FloatArray, low: FloatArray, high: FloatArray,
    free: NDArray[np.int64],
) -> tuple[int, FloatArray, FloatArray, FloatArray, FloatArray]:  # fmt: skip
    """Return z0 and B of x = l + s (z0 + B y), and the rest of the constraints as G y <= h with rows of length 1."""
    count, kept = len(free), 0
    M, r = np.zeros((len(e), count)), np.zeros(len(e))
    state = FOUND
    for row in range(len(e)):
        rest, norm, size = e[row], 0.0, abs(e[row])
        for j in range(len(base)):
            rest -= E[row, j] * base[j]
            size += abs(E[row, j] * base[j])
        for at in range(count):
            M[kept, at] = E[row, free[at]] * (high[free[at]] - low[free[at]])
            norm += M[kept, at] ** 2
        norm = np.sqrt(norm)
        if norm > RANK * size:
            for at in range(count):
                M[kept, at] /= norm
            r[kept] = rest / norm
            kept += 1
        elif abs(rest) > NOTHING * size:
            state = EMPTY
    z0, B = solutions(M, r, kept)
    for row in range(kept):
        rest = -r[row]
        for at in range(count):
            rest += M[row, at] * z0[at]
        if abs(rest) > NOTHING:
            state = EMPTY
    d, rows = B.shape[1], 2 * count + len(b)
    G, h, sizes = np.zeros((rows, d)), np.empty(rows), np.ones(rows)
    for at in range(count):
        for k in range(d):
            G[at, k] = -B[at, k]
            G[count + at, k] = B[at, k]
        h[at] = z0[at]
        h[count + at] = 1.0 - z0[at]
    for row in range(len(b)):
        at = 2 * count + row
        h[at], sizes[at] = b[row], abs(b[row])
        for j in range(len(base)):
            h[at] -= A[row, j] * base[j]
            sizes[at] += abs(A[row, j] * base[j])
        for j in range(count):
            weight = A[row, free[j]] * (high[free[j]] - low[free[j]])
            h[at] -= weight * z0[j]
            sizes[at] += abs(weight * z0[j])
            for k in range(d):
                G[at, k] += weight * B[j, k]
    state, G, h = _normalised(state, G, h, sizes)
    return state, z0, B, G, h


@kernel
def _normalised(state: int, G: FloatArray, h: FloatArray, sizes: FloatArray) -> tuple[int, FloatArray, FloatArray]:
    """Return rows of length 1; rows of nothing are left out, or make it empty."""
    kept = 0
    for row in range(len(h)):
        norm = row_length(G, row)
        if norm > RANK * sizes[row]:
            for k in range(G.shape[1]):
                G[kept, k] = G[row, k] / norm
            h[kept] = h[row] / norm
            kept += 1
        elif h[row] < -NOTHING * sizes[row]:
            state = EMPTY
    return state, G[:kept].copy(), h[:kept].copy()


@kernel
def _relative_interior(
    z0: FloatArray, B: FloatArray, G: FloatArray, h: FloatArray
) -> tuple[int, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Eliminate what holds as an equality everywhere; return the rest with its Chebyshev centre."""
    state, centre = FOUND, np.zeros(B.shape[1])
    while B.shape[1] > 0:
        radius, centre, u, solved = largest_ball(G, h)
        at_centre = times(G, centre)
        for row in range(len(h)):
            solved = solved and h[row] - at_centre[row] > radius - NOTHING
        for k in range(G.shape[1]):
            total = 0.0
            for row in range(len(h)):
                total += u[row] * G[row, k]
            solved = solved and abs(total) < NOTHING
        if not solved:
            state = UNDECIDED
            break
        if radius < -NOTHING:
            state = EMPTY
            break
        if radius > _THIN:
            break
        tight, count = np.zeros(G.shape), 0
        for row in range(len(h)):
            h[row] -= at_centre[row]
            if u[row] > 1e-9:
                tight[count] = G[row]
                count += 1
        moved = times(B, centre)
        for k in range(len(z0)):
            z0[k] += moved[k]
        _, N = solutions(tight, np.zeros(count), count)
        B, G = product(B, N), product(G, N)
        state, G, h = _normalised(state, G, h, np.ones(len(h)))
        centre = np.zeros(B.shape[1])
        if state != FOUND:
            state = UNDECIDED
            break
    return state, z0, B, G, h, centre
