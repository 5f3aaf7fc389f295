"""Rows of the phonon collision matrix, reduced by symmetry to irreducible wave vectors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from finechem_kernels._jit import CONTRACT, FloatArray, contiguous, kernel
from finechem_kernels.tetrahedra import BandArray, IndexArray, WeightArray


class PartnerOrbits(NamedTuple):
    """Where the two partners of each triplet of one q0 belong; an orbit of the little group of q0 is one triplet.

    With q0 fixed, all grid points k of an orbit have the collisions C of one triplet, so that they share one
    3x3 sum of the rotations R that take their irreducible point k' to them: k = R k'.
    """

    rows: IndexArray
    """Rows of the occupation factors for q1 and q2, shape (T, 2)."""
    columns: IndexArray
    """Irreducible points of the orbits of q1 and of q2, shape (T, 2).

    −1 stands for no orbit: that of q2 is then the one of q1, or belongs to no grid point of its own.
    """
    rotations: FloatArray
    """Sums of Cartesian rotations over the orbits, with whatever scale the matrix has, shape (T, 2, 3, 3)."""


def add_collisions(
    matrix_rows: WeightArray,
    orbits: PartnerOrbits,
    first: IndexArray,
    bands: BandArray,
    rates: WeightArray,
    factors: FloatArray,
) -> None:
    r"""Add the collisions of one irreducible q0 with all others to its rows of the matrix, off the diagonal.

    .. math::

        \Omega_{b_0 \alpha,\, k' b \beta} \mathrel{+}= \sum_{k = R k'} C_{b_0 b}(k)\, R_{\alpha \beta}, \qquad
        C_{b_0 b_1}(q_1) = \sum_{b_2,\, \mathrm{channels}} \frac{r_{b_0 b_1 b_2}}{\sinh(\hbar\omega_2 / 2 k_B T)}

    and the same with q1 and q2 exchanged: the collision matrix of [1]_ without its diagonal, for vectors that
    are odd under q → −q.

    Parameters
    ----------
    matrix_rows : (N, 3, R, N, 3) array
        Rows of q0 by band and direction, columns by irreducible point, band and direction; contiguous, float64 or
        float32. Changed in place, by one caller at a time: calls for different q0 may run in threads.
    orbits : PartnerOrbits
        For each triplet.
    first, bands, rates : arrays
        The items of triplet t at ``first[t]`` to ``first[t + 1]``, as in `finechem_kernels.tetrahedra.WeightItems`:
        b1, b2, b0 and channel, which is not read, because all channels have the same sign for odd vectors. Rates
        are integration weights times \|V\|², in the unit of the matrix, without occupation numbers and without the
        number of triplets in the orbit.
    factors : (Q, N) array
        1 / sinh(ħω / 2 k_B T), zero for modes that take no part.

    Notes
    -----
    An item costs two multiplications and additions and 40 bytes read, a triplet 2 · 9 N² of them in the first-level
    cache. The orbits are sorted by their column, summed in float64, and each block of 9 N² elements is read and
    written once for each q0 and column: memory traffic does not grow with the number of triplets.

    References
    ----------
    .. [1] L. Chaput, Phys. Rev. Lett. 110, 265506 (2013), doi:10.1103/PhysRevLett.110.265506.
    """
    order = np.argsort(orbits.columns, axis=None, kind="stable")
    order = order[np.searchsorted(orbits.columns.ravel()[order], 0) :]
    _add(matrix_rows, order, *orbits, first, bands, rates, contiguous(factors))


def _add_orbits(
    matrix_rows: WeightArray,
    order: IndexArray,
    rows: IndexArray,
    columns: IndexArray,
    rotations: FloatArray,
    first: IndexArray,
    bands: BandArray,
    rates: WeightArray,
    factors: FloatArray,
) -> None:
    """Add the orbits (triplet, leg) listed in ``order``, those of one column one after the other."""
    N = matrix_rows.shape[0]
    collisions, block = np.empty(N * N), np.zeros((9, N * N))
    for k in range(len(order)):
        t, leg = order[k] >> 1, order[k] & 1
        collisions[:] = 0.0
        factor = factors[rows[t, 1 - leg]]
        for i in range(first[t], first[t + 1]):
            collisions[bands[i, 2] * N + bands[i, leg]] += rates[i] * factor[bands[i, 1 - leg]]
        for c in range(9):
            rotation, total = rotations[t, leg, c // 3, c % 3], block[c]
            for e in range(N * N):
                total[e] += rotation * collisions[e]
        column = columns[t, leg]
        if k + 1 == len(order) or columns[order[k + 1] >> 1, order[k + 1] & 1] != column:
            for b0 in range(N):
                for c in range(9):
                    for b in range(N):
                        matrix_rows[b0, c // 3, column, b, c % 3] += block[c, b0 * N + b]
            block[:] = 0.0


_add: Any = kernel(_add_orbits, fastmath=CONTRACT)
