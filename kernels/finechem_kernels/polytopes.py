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

__all__ = ["EMPTY", "FOUND", "UNDECIDED", "Frame", "frame_of_polytope", "sample_polytopes"]

FOUND, EMPTY, UNDECIDED = 0, 1, 2
#: Of variables scaled to widths of 1: a ball smaller than this is none, a radius below minus `_NOTHING` is proof.
_THIN = 1e-8
_NOTHING = 1e-10
_RANK = 1e-11


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
        _chain(z0, B, G, h, centre, base, low, high, free, burn_in, thinning, rng, points, at - count, at)


@kernel
def _free(low: FloatArray, high: FloatArray, present: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return which variables are present and have room between their bounds."""
    found = np.empty(len(low), dtype=np.int64)
    count = 0
    for j in range(len(low)):
        if present[j] and high[j] - low[j] > _RANK:
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
        slip = _NOTHING * (size + abs(side))
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
        if norm > _RANK * size:
            for at in range(count):
                M[kept, at] /= norm
            r[kept] = rest / norm
            kept += 1
        elif abs(rest) > _NOTHING * size:
            state = EMPTY
    z0, B = _solutions(M, r, kept)
    for row in range(kept):
        rest = -r[row]
        for at in range(count):
            rest += M[row, at] * z0[at]
        if abs(rest) > _NOTHING:
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
def _solutions(M: FloatArray, r: FloatArray, rows: int) -> tuple[FloatArray, FloatArray]:
    """Return the shortest solution of M z = r (its first rows) and an orthonormal basis of the null space."""
    size = M.shape[1]
    Q, q = np.zeros((size, size)), np.zeros(size)  # rows of M made orthonormal, the longest rest first
    left, side = M[:rows].copy(), r[:rows].copy()
    rank = 0
    while rank < min(rows, size):
        best, longest = -1, _RANK
        for row in range(rows):
            norm = _length(left, row)
            if norm > longest:
                best, longest = row, norm
        if best < 0:
            break
        for at in range(size):
            Q[rank, at] = left[best, at] / longest
        q[rank] = side[best] / longest
        rank += 1
        for row in range(rows):
            for _ in range(2):  # the second time takes off what rounding left
                for at in range(rank):
                    overlap = _overlap(Q, at, left, row)
                    side[row] -= overlap * q[at]
                    for k in range(size):
                        left[row, k] -= overlap * Q[at, k]
    z0 = np.zeros(size)
    for at in range(rank):
        for k in range(size):
            z0[k] += q[at] * Q[at, k]
    unit = np.zeros((1, size))
    for found in range(rank, size):  # completed by the axis that is farthest from the span so far
        axis, least = 0, np.inf
        for k in range(size):
            share = 0.0
            for at in range(found):
                share += Q[at, k] ** 2
            if share < least:
                axis, least = k, share
        for k in range(size):
            unit[0, k] = 1.0 if k == axis else 0.0
        for _ in range(2):
            for at in range(found):
                overlap = _overlap(Q, at, unit, 0)
                for k in range(size):
                    unit[0, k] -= overlap * Q[at, k]
        norm = _length(unit, 0)
        for k in range(size):
            Q[found, k] = unit[0, k] / norm
    return z0, Q[rank:].T.copy()


@kernel
def _length(rows: FloatArray, row: int) -> float:
    return float(np.sqrt(_overlap(rows, row, rows, row)))


@kernel
def _overlap(one: FloatArray, row: int, other: FloatArray, at: int) -> float:
    total = 0.0
    for k in range(one.shape[1]):
        total += one[row, k] * other[at, k]
    return total


@kernel
def _times(A: FloatArray, x: FloatArray) -> FloatArray:
    """Return A x."""
    found = np.zeros(A.shape[0])
    for row in range(A.shape[0]):
        for k in range(A.shape[1]):
            found[row] += A[row, k] * x[k]
    return found


@kernel
def _product(A: FloatArray, B: FloatArray) -> FloatArray:
    """Return A B: of matrices so small that a library would be slower."""
    found = np.zeros((A.shape[0], B.shape[1]))
    for row in range(A.shape[0]):
        for k in range(A.shape[1]):
            for column in range(B.shape[1]):
                found[row, column] += A[row, k] * B[k, column]
    return found


@kernel
def _normalised(state: int, G: FloatArray, h: FloatArray, sizes: FloatArray) -> tuple[int, FloatArray, FloatArray]:
    """Return rows of length 1; rows of nothing are left out, or make it empty."""
    kept = 0
    for row in range(len(h)):
        norm = _length(G, row)
        if norm > _RANK * sizes[row]:
            for k in range(G.shape[1]):
                G[kept, k] = G[row, k] / norm
            h[kept] = h[row] / norm
            kept += 1
        elif h[row] < -_NOTHING * sizes[row]:
            state = EMPTY
    return state, G[:kept].copy(), h[:kept].copy()


@kernel
def _relative_interior(
    z0: FloatArray, B: FloatArray, G: FloatArray, h: FloatArray
) -> tuple[int, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Eliminate what holds as an equality everywhere; return the rest with its Chebyshev centre."""
    state, centre = FOUND, np.zeros(B.shape[1])
    while B.shape[1] > 0:
        radius, centre, u, solved = _chebyshev(G, h)
        at_centre = _times(G, centre)
        for row in range(len(h)):
            solved = solved and h[row] - at_centre[row] > radius - _NOTHING
        for k in range(G.shape[1]):
            total = 0.0
            for row in range(len(h)):
                total += u[row] * G[row, k]
            solved = solved and abs(total) < _NOTHING
        if not solved:
            state = UNDECIDED
            break
        if radius < -_NOTHING:
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
        moved = _times(B, centre)
        for k in range(len(z0)):
            z0[k] += moved[k]
        _, N = _solutions(tight, np.zeros(count), count)
        B, G = _product(B, N), _product(G, N)
        state, G, h = _normalised(state, G, h, np.ones(len(h)))
        centre = np.zeros(B.shape[1])
        if state != FOUND:
            state = UNDECIDED
            break
    return state, z0, B, G, h, centre


@kernel
def _chebyshev(G: FloatArray, h: FloatArray) -> tuple[float, FloatArray, FloatArray, bool]:
    """Return radius and centre of the largest ball in G y <= h, and the multipliers: a tableau of d + 1 rows."""
    m, d = G.shape
    D = d + 1
    last = m + D
    T = np.zeros((D + 1, last + 1))
    for column in range(m):
        for row in range(d):
            T[row, column] = G[column, row]
        T[d, column] = 1.0
    basis = np.empty(D, dtype=np.int64)
    for row in range(D):  # first the artificial variables are driven out
        T[row, m + row] = 1.0
        basis[row] = m + row
        for column in range(m):
            T[D, column] -= T[row, column]
    T[d, last] = 1.0
    T[D, last] = -1.0
    solved = _pivots(T, basis, m)
    solved = solved and abs(T[D, last]) < _NOTHING
    for row in range(D):
        if basis[row] >= m:
            best = 0
            for column in range(m):
                if abs(T[row, column]) > abs(T[row, best]):
                    best = column
            if abs(T[row, best]) > 1e-9:
                _pivot(T, basis, row, best)
    for column in range(last + 1):
        T[D, column] = h[column] if column < m else 0.0
        for row in range(D):
            if basis[row] < m:
                T[D, column] -= h[basis[row]] * T[row, column]
    solved = _pivots(T, basis, m) and solved
    u, centre = np.zeros(m), np.empty(d)
    for row in range(D):
        if basis[row] < m:
            u[basis[row]] = T[row, last]
    for row in range(d):
        centre[row] = -T[D, m + row]
    return -T[D, m + d], centre, u, solved


@kernel
def _pivots(T: FloatArray, basis: NDArray[np.int64], m: int) -> bool:
    """Run the simplex method: steepest column first, Bland's rule (which cannot cycle) when that takes long."""
    D, last = len(basis), T.shape[1] - 1
    for step in range(100 * (m + D)):
        enter = -1
        worst = -1e-12
        for j in range(m):
            if T[D, j] < worst:
                enter = j
                if step > 10 * (m + D):
                    break
                worst = T[D, j]
        if enter < 0:
            return True
        leave = -1
        ratio = np.inf
        for row in range(D):
            if T[row, enter] > 1e-10:
                found = max(T[row, last], 0.0) / T[row, enter]
                if found < ratio - 1e-14 or (found < ratio + 1e-14 and leave >= 0 and basis[row] > basis[leave]):
                    ratio = min(found, ratio)
                    leave = row
        if leave < 0:
            return False
        _pivot(T, basis, leave, enter)
    return False


@kernel
def _pivot(T: FloatArray, basis: NDArray[np.int64], leave: int, enter: int) -> None:
    pivot = T[leave, enter]
    for column in range(T.shape[1]):
        T[leave, column] /= pivot
    for row in range(T.shape[0]):
        factor = T[row, enter]
        if row != leave and factor != 0.0:
            for column in range(T.shape[1]):
                T[row, column] -= factor * T[leave, column]
            T[row, enter] = 0.0
    basis[leave] = enter


@kernel
def _analytic_centre(G: FloatArray, h: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where the product of all slacks is largest, and the factor L L^T of the curvature of its logarithm."""
    m, d = G.shape
    slack = h - _times(G, y)
    L = np.eye(d)
    step = np.zeros(d)
    for _ in range(100):
        L[:] = 0.0
        step[:] = 0.0
        for row in range(m):
            for k in range(d):
                weight = G[row, k] / slack[row]
                step[k] -= weight
                for other in range(k + 1):
                    L[k, other] += weight * G[row, other] / slack[row]
        decrement = 0.0
        for k in range(d):  # factorized in place; L step' = -gradient on the way
            for other in range(k + 1):
                for at in range(other):
                    L[k, other] -= L[k, at] * L[other, at]
                L[k, other] = L[k, other] / L[other, other] if other < k else np.sqrt(max(L[k, k], 1e-300))
            for at in range(k):
                step[k] -= L[k, at] * step[at]
            step[k] /= L[k, k]
            decrement += step[k] ** 2
        decrement = np.sqrt(decrement)
        if decrement < 1e-4:
            break
        for k in range(d - 1, -1, -1):
            for at in range(k + 1, d):
                step[k] -= L[at, k] * step[at]
            step[k] /= L[k, k]
        moved = y + step / (1.0 + decrement)  # stays inside: the logarithm is self-concordant
        left = h - _times(G, moved)
        if left.min() <= 0.0:
            break
        y, slack = moved, left
    return y, L


@kernel
def _inverse(L: FloatArray) -> FloatArray:
    """Return the inverse of a lower triangle."""
    d = L.shape[0]
    found = np.zeros((d, d))
    for column in range(d):
        for row in range(column, d):
            total = 1.0 if row == column else 0.0
            for at in range(column, row):
                total -= L[row, at] * found[at, column]
            found[row, column] = total / L[row, row]
    return found


@kernel
def _chain(
    z0: FloatArray, B: FloatArray, G: FloatArray, h: FloatArray, y: FloatArray, base: FloatArray, low: FloatArray,
    high: FloatArray, free: NDArray[np.int64], burn_in: float, thinning: float, rng: np.random.Generator,
    points: FloatArray, first: int, stop: int,
) -> None:  # fmt: skip
    """Hit-and-run along the axes of the ellipsoid at the analytic centre, all kept points of one chain."""
    d = B.shape[1]
    y, L = _analytic_centre(G, h, y)
    rows = _inverse(L)  # orthonormal by the curvature
    directions = _product(rows, G.T.copy())
    spread = _product(B, rows.T.copy())
    moved = _times(B, y)
    most = h - _times(G, y)
    w = np.zeros(d)
    slack = most.copy()
    steps = int(burn_in * d * (d + 1))
    for row in range(first, stop):
        for _ in range(steps):
            j = int(rng.random() * d)
            w[j] += _move(slack, directions, j, rng.random())
        steps = max(1, int(thinning * d)) if d > 0 else 0
        for at in range(len(slack)):  # anew, so that rounding does not add up
            slack[at] = most[at]
            for k in range(d):
                slack[at] -= w[k] * directions[k, at]
        for j in range(len(base)):
            points[row, j] = base[j]
        for at in range(len(free)):
            z = z0[at] + moved[at]
            for k in range(d):
                z += spread[at, k] * w[k]
            points[row, free[at]] += (high[free[at]] - low[free[at]]) * min(max(z, 0.0), 1.0)


@kernel
def _move(slack: FloatArray, directions: FloatArray, j: int, share: float) -> float:
    """Move the slacks along a direction to a drawn share of the chord; return how far."""
    forward, backward = np.inf, -np.inf
    for row in range(len(slack)):
        if directions[j, row] > 0.0:
            forward = min(forward, slack[row] / directions[j, row])
        elif directions[j, row] < 0.0:
            backward = max(backward, slack[row] / directions[j, row])
    if not forward > backward:
        return 0.0
    step = backward + share * (forward - backward)
    for row in range(len(slack)):
        slack[row] -= step * directions[j, row]
    return step
