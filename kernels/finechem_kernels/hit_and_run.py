"""Uniform points of a polytope with room inside: its analytic centre makes it round, a chain of chords fills it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import FloatArray, kernel
from finechem_kernels.small_matrices import inverse_of_triangle, product, times

__all__ = ["chain"]


@kernel
def _analytic_centre(G: FloatArray, h: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where the product of all slacks is largest, and the factor L L^T of the curvature of its logarithm."""
    m, d = G.shape
    slack = h - times(G, y)
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
        left = h - times(G, moved)
        if left.min() <= 0.0:
            break
        y, slack = moved, left
    return y, L


@kernel
def chain(
    z0: FloatArray, B: FloatArray, G: FloatArray, h: FloatArray, y: FloatArray, base: FloatArray, low: FloatArray,
    high: FloatArray, free: NDArray[np.int64], burn_in: float, thinning: float, rng: np.random.Generator,
    points: FloatArray, first: int, stop: int,
) -> None:  # fmt: skip
    """Hit-and-run along the axes of the ellipsoid at the analytic centre, all kept points of one chain."""
    d = B.shape[1]
    y, L = _analytic_centre(G, h, y)
    rows = inverse_of_triangle(L)  # orthonormal by the curvature
    directions = product(rows, G.T.copy())
    spread = product(B, rows.T.copy())
    moved = times(B, y)
    most = h - times(G, y)
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
