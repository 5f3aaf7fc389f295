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
    free = np.flatnonzero(present & (high - low > _RANK))
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
    for face in range(len(present)):
        count = counts[face]
        out = points[at : at + count]
        at += count
        base = np.where(present[face], low, 0.0)
        free = np.flatnonzero(present[face] & (high - low > _RANK))
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
        _chain(z0, B, G, h, centre, base, (high - low)[free], free, burn_in, thinning, rng, out)


@kernel
def _outside_box(
    E: FloatArray, e: FloatArray, A: FloatArray, b: FloatArray, base: FloatArray, low: FloatArray, high: FloatArray,
    free: NDArray[np.int64],
) -> bool:  # fmt: skip
    """Say whether one constraint alone cannot hold anywhere between the bounds."""
    for row in range(len(e) + len(b)):
        equal = row < len(e)
        a = E[row] if equal else A[row - len(e)]
        least, most, size = 0.0, 0.0, 0.0
        for j in range(len(base)):
            least += a[j] * base[j]
            size += abs(a[j] * base[j])
        most = least
        for j in free:
            reach = a[j] * (high[j] - low[j])
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
            M[kept] /= norm
            r[kept] = rest / norm
            kept += 1
        elif abs(rest) > _NOTHING * size:
            state = EMPTY
    z0, B = _solutions(M[:kept].copy(), r[:kept].copy())
    if kept > 0 and np.abs(M[:kept] @ z0 - r[:kept]).max() > _NOTHING:
        state = EMPTY
    d, rows = B.shape[1], 2 * count + len(b)
    G, h = np.empty((rows, d)), np.empty(rows)
    for at in range(count):
        G[at] = -B[at]
        h[at] = z0[at]
        G[count + at] = B[at]
        h[count + at] = 1.0 - z0[at]
    sizes = np.ones(rows)
    for row in range(len(b)):
        at = 2 * count + row
        a = np.empty(count)
        h[at], sizes[at] = b[row], abs(b[row])
        for j in range(len(base)):
            h[at] -= A[row, j] * base[j]
            sizes[at] += abs(A[row, j] * base[j])
        for j in range(count):
            a[j] = A[row, free[j]] * (high[free[j]] - low[free[j]])
            h[at] -= a[j] * z0[j]
            sizes[at] += abs(a[j] * z0[j])
        G[at] = a @ B
    state, G, h = _normalised(state, G, h, sizes)
    return state, z0, B, G, h


@kernel
def _solutions(M: FloatArray, r: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the shortest solution of M z = r and an orthonormal basis of the null space."""
    size = M.shape[1]
    if M.shape[0] == 0 or size == 0:
        return np.zeros(size), np.eye(size)
    u, s, vt = np.linalg.svd(M)
    rank = 0
    while rank < len(s) and s[rank] > _RANK * s[0]:
        rank += 1
    z0 = np.zeros(size)
    for _ in range(2):  # the second time takes off what rounding left
        rest = r - M @ z0
        for at in range(rank):
            z0 += vt[at] * ((u[:, at].copy() @ rest) / s[at])
    return z0, np.ascontiguousarray(vt[rank:].T)


@kernel
def _normalised(state: int, G: FloatArray, h: FloatArray, sizes: FloatArray) -> tuple[int, FloatArray, FloatArray]:
    """Return rows of length 1; rows of nothing are left out, or make it empty."""
    kept = 0
    for row in range(len(h)):
        norm = np.sqrt(np.sum(G[row] ** 2))
        if norm > _RANK * sizes[row]:
            G[kept] = G[row] / norm
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
        if not solved or np.abs(G.T.copy() @ u).max() > _NOTHING or (h - G @ centre).min() < radius - _NOTHING:
            state = UNDECIDED
            break
        if radius < -_NOTHING:
            state = EMPTY
            break
        if radius > _THIN:
            break
        tight = np.flatnonzero(u > 1e-9)
        z0 = z0 + B @ centre
        h = h - G @ centre
        _, N = _solutions(G[tight].copy(), np.zeros(len(tight)))
        B, G = np.ascontiguousarray(B @ N), np.ascontiguousarray(G @ N)
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
    T = np.zeros((D + 1, m + D + 1))
    T[:d, :m] = G.T
    T[d, :m] = 1.0
    for row in range(D):
        T[row, m + row] = 1.0
    T[d, m + D] = 1.0
    basis = np.arange(m, m + D)
    for row in range(D):  # first the artificial variables are driven out
        T[D, :m] -= T[row, :m]
        T[D, m + D] -= T[row, m + D]
    solved = _pivots(T, basis, m)
    solved = solved and abs(T[D, m + D]) < _NOTHING
    for row in range(D):
        if basis[row] >= m:
            best = int(np.argmax(np.abs(T[row, :m])))
            if abs(T[row, best]) > 1e-9:
                _pivot(T, basis, row, best)
    T[D] = 0.0
    T[D, :m] = h
    for row in range(D):
        cost = h[basis[row]] if basis[row] < m else 0.0
        T[D] -= cost * T[row]
    solved = _pivots(T, basis, m) and solved
    u = np.zeros(m)
    for row in range(D):
        if basis[row] < m:
            u[basis[row]] = T[row, m + D]
    return -T[D, m + d], -T[D, m : m + d], u, solved


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
    T[leave] /= T[leave, enter]
    for row in range(T.shape[0]):
        factor = T[row, enter]
        if row != leave and factor != 0.0:
            T[row] -= factor * T[leave]
            T[row, enter] = 0.0
    basis[leave] = enter


@kernel
def _analytic_centre(G: FloatArray, h: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where the product of all slacks is largest, and the curvature of its logarithm there."""
    slack = h - G @ y
    H = np.eye(len(y))
    for _ in range(100):
        W = G / slack.reshape(-1, 1)
        H = W.T.copy() @ W
        gradient = np.sum(W, axis=0)
        step = -np.linalg.solve(H, gradient)
        decrement = np.sqrt(max(-(gradient @ step), 0.0))
        if decrement < 1e-4:
            break
        moved = y + step / (1.0 + decrement)  # stays inside: the logarithm is self-concordant
        left = h - G @ moved
        if left.min() <= 0.0:
            break
        y, slack = moved, left
    return y, H


@kernel
def _chain(
    z0: FloatArray, B: FloatArray, G: FloatArray, h: FloatArray, y: FloatArray, base: FloatArray, width: FloatArray,
    free: NDArray[np.int64], burn_in: float, thinning: float, rng: np.random.Generator, out: FloatArray,
) -> None:  # fmt: skip
    """Hit-and-run along the axes of the ellipsoid at the analytic centre, all kept points of one chain."""
    d = B.shape[1]
    centre = z0
    directions = np.zeros((0, len(h)))
    spread = np.zeros((len(free), 0))
    if d > 0:
        y, H = _analytic_centre(G, h, y)
        rows = np.linalg.inv(np.linalg.cholesky(H))  # its rows are orthonormal by H
        directions = rows @ G.T.copy()
        spread = B @ rows.T.copy()
        centre = z0 + B @ y
    most = h - G @ y
    w = np.zeros(d)
    slack = most.copy()
    steps = int(burn_in * d * (d + 1))
    for row in range(len(out)):
        for _ in range(steps):
            j = int(rng.random() * d)
            w[j] += _move(slack, directions[j], rng.random())
        steps = max(1, int(thinning * d)) if d > 0 else 0
        slack = most - w @ directions  # so that rounding does not add up
        z = centre + spread @ w
        out[row] = base
        for at in range(len(free)):
            out[row, free[at]] += width[at] * min(max(z[at], 0.0), 1.0)


@kernel
def _move(slack: FloatArray, direction: FloatArray, share: float) -> float:
    """Move the slacks along a direction to a drawn share of the chord; return how far."""
    forward, backward = np.inf, -np.inf
    for row in range(len(slack)):
        if direction[row] > 0.0:
            forward = min(forward, slack[row] / direction[row])
        elif direction[row] < 0.0:
            backward = max(backward, slack[row] / direction[row])
    if not forward > backward:
        return 0.0
    step = backward + share * (forward - backward)
    for row in range(len(slack)):
        slack[row] -= step * direction[row]
    return step
