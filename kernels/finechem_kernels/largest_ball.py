r"""The largest ball in a small polytope (Chebyshev's centre), by the simplex method on the dual program.

Of :math:`G y \le h` with rows of length 1 the largest ball has the radius :math:`\max t,\ G y + t \le h`. The dual,
:math:`\min h u,\ G^T u = 0,\ \sum u = 1,\ u \ge 0`, has a tableau of d + 1 rows for d dimensions. Its multipliers prove
what they say: below zero, that the polytope is empty; at zero, that constraints with a multiplier hold as equalities.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import FloatArray, kernel

__all__ = ["NOTHING", "largest_ball"]

#: Rounding that may be mistaken for nothing.
NOTHING = 1e-10


@kernel
def largest_ball(G: FloatArray, h: FloatArray) -> tuple[float, FloatArray, FloatArray, bool]:
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
    solved = solved and abs(T[D, last]) < NOTHING
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
