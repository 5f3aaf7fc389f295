"""A Lennard-Jones crystal in closed form: force constants, plane waves, phonons, and phono3py's view of it."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from scipy import constants

from finechem_kernels._jit import FloatArray
from finechem_kernels.plane_waves import IntArray, PlaneWaves, plane_waves
from finechem_kernels.three_phonon import Modes

# Lennard-Jones atoms on an fcc lattice, nearest neighbours at the minimum; two masses in layers along z (L1_0), so
# that the primitive cell is tetragonal with two atoms.
EPSILON_EV, NEIGHBOUR_ANGSTROM = 0.4, 2.5
CELL = NEIGHBOUR_ANGSTROM * np.diag([1.0, 1.0, np.sqrt(2.0)])
POSITIONS = np.array([[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]])
MASSES_U = np.array([27.0, 60.0])
REPEAT = 3
THZ = np.sqrt(constants.e / constants.atomic_mass) * 1e-2 / (2.0 * np.pi)
"""√(eV/Å²/u)/2π in THz."""


class Crystal(NamedTuple):
    atoms: IntArray
    """Atom of the primitive cell, (M,)."""
    places: FloatArray
    """Supercell in units of the primitive basis vectors, (M, 3)."""
    fc2: FloatArray
    fc3: FloatArray
    vectors: FloatArray
    multiplicity: IntArray


def pair_derivatives(r: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Second and third derivatives of ε[(R/r)¹² − 2(R/r)⁶] by the Cartesian components of r, in closed form."""
    d = float(np.linalg.norm(r))
    n, x = r / d, (NEIGHBOUR_ANGSTROM / d) ** 6
    one = 12.0 * EPSILON_EV * (x - x * x) / d
    two = 12.0 * EPSILON_EV * (13.0 * x * x - 7.0 * x) / d**2
    three = 12.0 * EPSILON_EV * (56.0 * x - 182.0 * x * x) / d**3
    eye = np.eye(3)
    nn = np.multiply.outer(n, n)
    mixed = np.einsum("ab,c->abc", eye, n) + np.einsum("ac,b->abc", eye, n) + np.einsum("bc,a->abc", eye, n)
    second = two * nn + one / d * (eye - nn)
    third = (three - 3.0 * two / d + 3.0 * one / d**2) * np.multiply.outer(nn, n) + (two / d - one / d**2) * mixed
    return second, third


@cache
def crystal() -> Crystal:
    cells = np.array(list(product(range(REPEAT), repeat=3)))
    places = (cells[:, None] + POSITIONS).reshape(-1, 3)
    atoms = np.tile([0, 1], len(cells))
    images = REPEAT * np.array(list(product((-1, 0, 1), repeat=3)))
    count = len(places)
    fc2, fc3 = np.zeros((2, count, 3, 3)), np.zeros((2, count, count, 3, 3, 3))
    vectors: list[FloatArray] = []
    multiplicity = np.empty((count, 2, 2), dtype=np.int64)
    for j, i in product(range(count), range(2)):
        candidates = places[j] - places[i] + images
        length = np.linalg.norm(candidates @ CELL, axis=1)
        shortest = candidates[length < length.min() + 1e-6]
        multiplicity[j, i] = len(shortest), len(vectors)
        vectors.extend(shortest)
        if i != j and length.min() < 1.01 * NEIGHBOUR_ANGSTROM:
            second, third = pair_derivatives(shortest[0] @ CELL)
            fc2[i, i] += second
            fc2[i, j] -= second
            fc3[i, i, i] -= third  # each derivative by the atom at the origin changes the sign
            fc3[i, j, i] += third
            fc3[i, i, j] += third
            fc3[i, j, j] -= third
    return Crystal(atoms, places, fc2, fc3, np.array(vectors), multiplicity)


@cache
def lennard_jones_waves() -> PlaneWaves:
    made = crystal()
    return plane_waves(made.fc3, made.atoms, made.vectors, made.multiplicity, POSITIONS, MASSES_U)


def random_waves(*, symmetric: bool = False, **options: Any) -> tuple[FloatArray, PlaneWaves]:
    """Force constants of the longest range the supercell holds; at most symmetric in the last two atoms."""
    made = crystal()
    fc3 = np.random.default_rng(5).normal(size=made.fc3.shape)
    fc3[:, 9:, 9:] = 0.0  # some blocks vanish, as beyond a cutoff
    if symmetric:
        fc3 += fc3.transpose(0, 2, 1, 3, 5, 4)
    return fc3, plane_waves(fc3, made.atoms, made.vectors, made.multiplicity, POSITIONS, MASSES_U, **options)


def modes(qpoints: FloatArray) -> Modes:
    made = crystal()
    dynamical = np.zeros((len(qpoints), 2, 3, 2, 3), dtype=complex)
    for i, j in product(range(2), range(len(made.atoms))):
        count, start = made.multiplicity[j, i]
        phase = np.exp(2j * np.pi * qpoints @ made.vectors[start : start + count].T).mean(axis=1)
        block = made.fc2[i, j] / np.sqrt(MASSES_U[i] * MASSES_U[made.atoms[j]])
        dynamical[:, i, :, made.atoms[j], :] += phase[:, None, None] * block
    square, vectors = np.linalg.eigh(dynamical.reshape(-1, 6, 6))
    return Modes(np.asarray(qpoints), THZ * np.sqrt(np.maximum(square, 0.0)), vectors)


def negative_sum(points: IntArray, q0: int, mesh: tuple[int, int, int]) -> IntArray:
    """Row of −q0 − q1 in the grid ``points`` for each q1, all of them."""
    return np.asarray(np.ravel_multi_index(tuple((-(points[q0] + points) % mesh).T), mesh))


def peer_interaction(mesh: tuple[int, int, int], **options: Any) -> tuple[Any, PlaneWaves, Modes]:
    """phono3py's Interaction of this crystal with its phonons solved, the plane waves and the modes on its grid."""
    phono3py = import_module("phono3py")
    structure = import_module("phonopy.structure.atoms")

    cell = structure.PhonopyAtoms(symbols=["Al", "Ni"], cell=CELL, scaled_positions=POSITIONS, masses=MASSES_U)
    peer = phono3py.Phono3py(cell, np.diag([REPEAT] * 3), primitive_matrix=np.eye(3), log_level=0)
    made = crystal()
    # phonopy orders the supercell in its own way
    fractional = peer.supercell.scaled_positions * REPEAT
    away = fractional[:, None] - made.places
    ours = np.argmin(np.abs(away - REPEAT * np.rint(away / REPEAT)).sum(axis=2), axis=1)
    primitive = peer.primitive
    np.testing.assert_allclose(primitive.scaled_positions, POSITIONS, atol=1e-12)
    peer.fc2, peer.fc3 = made.fc2[:, ours], made.fc3[:, ours][:, :, ours]
    peer.mesh_numbers = list(mesh)
    peer.init_phph_interaction(**options)
    interaction = peer.phph_interaction
    interaction.run_phonon_solver()
    grid, phonons = interaction.bz_grid, interaction.phonons
    vectors, multiplicity = primitive.get_smallest_vectors()
    index = {atom: i for i, atom in enumerate(primitive.p2s_map)}
    waves = plane_waves(
        peer.fc3,
        np.array([index[atom] for atom in primitive.s2p_map]),
        vectors,
        multiplicity,
        primitive.scaled_positions,
        primitive.masses,
        all_shortest=interaction.all_shortest,
    )
    qpoints = (grid.addresses / grid.D_diag) @ grid.Q.T
    return interaction, waves, Modes(qpoints, phonons.frequencies, phonons.eigenvectors)
