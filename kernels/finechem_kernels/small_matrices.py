"""Matrices of a few rows, by plain loops: quicker than a library at this size, and compiled in less time."""

from __future__ import annotations

import numpy as np

from finechem_kernels._jit import FloatArray, kernel

__all__ = ["RANK", "inverse_of_triangle", "overlap", "product", "row_length", "solutions", "times"]

#: A row whose length is this share of what it was depends on the others.
RANK = 1e-11


@kernel
def solutions(M: FloatArray, r: FloatArray, rows: int) -> tuple[FloatArray, FloatArray]:
    """Return the shortest solution of M z = r (its first rows) and an orthonormal basis of the null space."""
    size = M.shape[1]
    Q, q = np.zeros((size, size)), np.zeros(size)  # rows of M made orthonormal, the longest rest first
    left, side = M[:rows].copy(), r[:rows].copy()
    rank = 0
    while rank < min(rows, size):
        best, longest = -1, RANK
        for row in range(rows):
            norm = row_length(left, row)
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
                    share = overlap(Q, at, left, row)
                    side[row] -= share * q[at]
                    for k in range(size):
                        left[row, k] -= share * Q[at, k]
    z0 = np.zeros(size)
    for at in range(rank):
        for k in range(size):
            z0[k] += q[at] * Q[at, k]
    unit = np.zeros((1, size))
    for found in range(rank, size):  # completed by the axis that is farthest from the span so far
        axis, least = 0, np.inf
        for k in range(size):
            covered = 0.0
            for at in range(found):
                covered += Q[at, k] ** 2
            if covered < least:
                axis, least = k, covered
        for k in range(size):
            unit[0, k] = 1.0 if k == axis else 0.0
        for _ in range(2):
            for at in range(found):
                share = overlap(Q, at, unit, 0)
                for k in range(size):
                    unit[0, k] -= share * Q[at, k]
        norm = row_length(unit, 0)
        for k in range(size):
            Q[found, k] = unit[0, k] / norm
    return z0, Q[rank:].T.copy()


@kernel
def row_length(rows: FloatArray, row: int) -> float:
    """Return the length of a row of a matrix."""
    return float(np.sqrt(overlap(rows, row, rows, row)))


@kernel
def overlap(one: FloatArray, row: int, other: FloatArray, at: int) -> float:
    """Return the scalar product of a row of one matrix and a row of another."""
    total = 0.0
    for k in range(one.shape[1]):
        total += one[row, k] * other[at, k]
    return total


@kernel
def times(A: FloatArray, x: FloatArray) -> FloatArray:
    """Return A x."""
    found = np.zeros(A.shape[0])
    for row in range(A.shape[0]):
        for k in range(A.shape[1]):
            found[row] += A[row, k] * x[k]
    return found


@kernel
def product(A: FloatArray, B: FloatArray) -> FloatArray:
    """Return A B: of matrices so small that a library would be slower."""
    found = np.zeros((A.shape[0], B.shape[1]))
    for row in range(A.shape[0]):
        for k in range(A.shape[1]):
            for column in range(B.shape[1]):
                found[row, column] += A[row, k] * B[k, column]
    return found


@kernel
def inverse_of_triangle(L: FloatArray) -> FloatArray:
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
