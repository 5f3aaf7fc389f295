"""Third-order force constants of a supercell, rewritten exactly as a sum of plane waves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import FloatArray, contiguous, kernel

IntArray = NDArray[np.int64]
_LEGS = ((0, 1, 2), (1, 0, 2), (2, 1, 0))
"""Order of the indices when the first, second or third atom is the one whose cell is the origin."""


class PlaneWaves(NamedTuple):
    r"""What `plane_waves` returns: the waves of each separation D = L1 − L2 lie together.

    Waves ``starts[s]`` to ``starts[s + 1]`` have the separation ``separations[s]``.
    """

    coefficients: FloatArray
    """Mass-weighted force constants Φ(L1, L2)/√(m m m), (P, N, N, N), eV/Å³/u^(3/2); N is three times the atoms."""
    cells: IntArray
    """Lattice translation L2 of the third atom's cell, (P, 3)."""
    separations: IntArray
    """Distinct D = L1 − L2, (S, 3)."""
    starts: IntArray
    """First wave of each separation, and the number of waves, (S + 1,)."""
    positions: FloatArray
    """Atoms of the primitive cell in units of its basis vectors, (n, 3)."""
    exchange: bool
    """The force constants keep their value when the last two atoms are exchanged, and only one of each pair of
    separations D and −D is listed: Φ_ijk(L2 − D, L2) = Φ_ikj(L2, L2 − D)."""


def plane_waves(
    fc3: FloatArray,
    atoms: IntArray,
    shortest_vectors: FloatArray,
    multiplicity: IntArray,
    positions: FloatArray,
    masses_u: FloatArray,
    *,
    average_legs: bool = True,
    all_shortest: NDArray[np.bool_] | None = None,
) -> PlaneWaves:
    r"""Rewrite third-order force constants as plane waves in two of the three wave vectors.

    The transform that phono3py takes at each triplet of wave vectors [1]_,

    .. math:: \Phi_{ijk}(q_1, q_2) = \sum_{j' k'} \Phi_{i j' k'}
              \left\langle e^{2\pi i q_1 \cdot (r_{j'} - r_i)} \right\rangle
              \left\langle e^{2\pi i q_2 \cdot (r_{k'} - r_i)} \right\rangle,

    averages each phase over the shortest images of a supercell atom; its ``make_r0_average`` then averages over
    which of the three atoms is the origin. Every phase splits into those of a lattice translation and of two
    positions in the cell. With :math:`q_0 + q_1 + q_2 = G` a wave in :math:`q_0` is one in :math:`-q_1-q_2`, so that
    all of it is

    .. math:: \Phi(q_1, q_2) = \sum_{L_1 L_2} \Phi(L_1, L_2)\, e^{2\pi i (q_1 \cdot L_1 + q_2 \cdot L_2)}
              = \sum_D e^{2\pi i q_1 \cdot D} \sum_{L_2} \Phi(L_2 + D, L_2)\, e^{-2\pi i q_0 \cdot L_2},

    without approximation and without the atoms' positions, which `interaction_strength` gives to the eigenvectors.

    Parameters
    ----------
    fc3 : (n, M, M, 3, 3, 3) array
        Force constants, eV/Å³: the first atom in the primitive cell, the other two in the supercell.
    atoms : (M,) integer array
        Atom of the primitive cell, 0 to n − 1, that each atom of the supercell is an image of.
    shortest_vectors : (K, 3) array
        Shortest vectors between pairs of atoms, in units of the primitive basis vectors.
    multiplicity : (M, n, 2) integer array
        For the vectors from primitive atom ``i`` to supercell atom ``j``: how many, and where they start.
    positions : (n, 3) array
        Atoms of the primitive cell, in units of its basis vectors.
    masses_u : (n,) array
        Their masses, u.
    average_legs : bool
        Average over which of the three atoms is the origin.
    all_shortest : (n, M, M) bool array, optional
        Triplets of atoms for which the three origins are known to give the same sum: it is taken at the first.
        Default none. It changes nothing where the force constants have their permutation symmetry.

    Returns
    -------
    PlaneWaves
        Waves whose coefficients all vanish are left out.

    Notes
    -----
    Where ``fc3`` and ``all_shortest`` are symmetric in the last two atoms, to 1e-12 of the largest force constant,
    half of the waves is left out: see `PlaneWaves.exchange`.

    Working memory is that of the result, 8 P N³ bytes, and for one primitive atom 216 E² bytes, with E the number
    of its shortest vectors (each supercell atom has at least one).

    References
    ----------
    .. [1] A. Togo, L. Chaput, I. Tanaka, Phys. Rev. B 91, 094306 (2015), Eq. 41, doi:10.1103/PhysRevB.91.094306.
    """
    n = len(positions)
    fc3 = contiguous(fc3)
    exchange = _exchangeable(fc3, all_shortest if average_legs else None)

    def shares() -> Iterator[_Share]:
        return _shares(fc3, atoms, shortest_vectors, multiplicity, positions, average_legs, all_shortest, exchange)

    waves, rows = _distinct(
        np.concatenate([np.hstack([share.first - share.second, share.second]) for share in shares()])
    )
    coefficients = np.zeros((len(waves), n, 3, n, 3, n, 3))
    root = np.sqrt(masses_u)
    start = 0
    for share in shares():  # once more rather than kept: all shares together are larger than the result
        i, j, k = share.atoms
        own = rows[start : start + len(i)]
        scale = share.weight / (root[i] * root[j] * root[k])
        _add_blocks(coefficients, own, i, j, k, share.blocks, share.ends[0], share.ends[1], scale, share.leg)
        start += len(i)
    separations, starts = np.unique(waves[:, :3], axis=0, return_index=True)
    return PlaneWaves(
        coefficients=coefficients.reshape(len(waves), 3 * n, 3 * n, 3 * n),
        cells=np.ascontiguousarray(waves[:, 3:]),
        separations=separations,
        starts=np.append(starts, len(waves)).astype(np.int64),
        positions=np.asarray(positions, dtype=np.float64),
        exchange=exchange,
    )


class _Share(NamedTuple):
    """What one primitive atom contributes with one choice of the origin: B blocks."""

    first: IntArray
    """L1 of each block, (B, 3)."""
    second: IntArray
    """L2 of each block, (B, 3)."""
    atoms: tuple[IntArray, IntArray, IntArray]
    """Atoms of the primitive cell, (B,) each."""
    blocks: FloatArray
    """Force constants of the primitive atom, (M, M, 3, 3, 3)."""
    ends: tuple[IntArray, IntArray]
    """Which of them each block is, (B,) each."""
    weight: FloatArray
    """What it is multiplied by, (B,)."""
    leg: int
    """Which of the three atoms is the origin: it and the first change places."""


def _exchangeable(fc3: FloatArray, all_shortest: NDArray[np.bool_] | None) -> bool:
    """Whether exchanging the last two atoms changes nothing."""
    if all_shortest is not None and not np.array_equal(all_shortest, all_shortest.transpose(0, 2, 1)):
        return False
    difference = np.max(np.abs(fc3 - fc3.transpose(0, 2, 1, 3, 5, 4)), initial=0.0)
    return bool(difference <= 1e-12 * np.max(np.abs(fc3), initial=0.0))


def _distinct(keys: IntArray) -> tuple[IntArray, IntArray]:
    """Distinct rows in lexical order, and which of them each row is."""
    low = keys.min(axis=0)
    shape = tuple(keys.max(axis=0) - low + 1)
    codes, rows = np.unique(np.ravel_multi_index(tuple((keys - low).T), shape), return_inverse=True)
    return np.stack(np.unravel_index(codes, shape), axis=1) + low, rows


def _shares(
    fc3: FloatArray,
    atoms: IntArray,
    shortest_vectors: FloatArray,
    multiplicity: IntArray,
    positions: FloatArray,
    average_legs: bool,
    all_shortest: NDArray[np.bool_] | None,
    exchange: bool,
) -> Iterator[_Share]:
    for i in range(len(positions)):
        count, first = multiplicity[:, i, 0], multiplicity[:, i, 1]
        ends = np.repeat(np.arange(len(atoms)), count)  # supercell atom at the end of each vector
        within = np.arange(len(ends)) - np.repeat(np.cumsum(count) - count, count)
        vectors = shortest_vectors[first[ends] + within]
        cells = np.rint(vectors - positions[atoms[ends]] + positions[i]).astype(np.int64)
        second, third = (index.ravel() for index in np.indices((len(ends), len(ends))))
        nonzero = np.any(fc3[i] != 0.0, axis=(2, 3, 4))[ends[second], ends[third]]
        second, third = second[nonzero], third[nonzero]
        j, k = ends[second], ends[third]
        weight = 1.0 / (count[j] * count[k])
        origins = np.full((3, len(j)), 1.0 / 3.0) if average_legs else np.outer([1.0, 0.0, 0.0], np.ones(len(j)))
        if average_legs and all_shortest is not None:
            origins[:, np.asarray(all_shortest[i, j, k], dtype=bool)] = [[1.0], [0.0], [0.0]]
        places = (np.zeros((len(j), 3), dtype=np.int64), cells[second], cells[third])
        members = (np.full(len(j), i), atoms[j], atoms[k])
        for leg, (order, share) in enumerate(zip(_LEGS, origins * weight, strict=True)):
            wanted = share > 0.0
            if exchange:
                separation = places[order[1]] - places[order[2]]
                wanted &= separation @ [2**40, 2**20, 1] >= 0  # the first component that is not zero is positive
            some = np.flatnonzero(wanted)
            origin, one, two = (places[m][some] for m in order)
            a, b, c = (members[m][some] for m in order)
            yield _Share(one - origin, two - origin, (a, b, c), fc3[i], (j[some], k[some]), share[some], leg)


@kernel
def _add_blocks(
    coefficients: FloatArray,
    own: IntArray,
    i: IntArray,
    j: IntArray,
    k: IntArray,
    blocks: FloatArray,
    second: IntArray,
    third: IntArray,
    scale: FloatArray,
    leg: int,
) -> None:
    """Add the blocks of one share to their waves (P, n, 3, n, 3, n, 3)."""
    for b in range(len(own)):
        target = coefficients[own[b], i[b], :, j[b], :, k[b], :]
        block = blocks[second[b], third[b]]
        for x in range(3):
            for y in range(3):
                for z in range(3):
                    if leg == 0:
                        target[x, y, z] += scale[b] * block[x, y, z]
                    elif leg == 1:
                        target[y, x, z] += scale[b] * block[x, y, z]
                    else:
                        target[z, y, x] += scale[b] * block[x, y, z]
