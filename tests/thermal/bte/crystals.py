"""A crystal whose force constants are known in closed form, as phono3py holds it."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# Lennard-Jones atoms on an fcc lattice, nearest neighbours at the minimum; two masses in layers along z (L1_0), so
# that the primitive cell is tetragonal with two atoms, each on a site that a strain cannot move.
EPSILON_EV, NEIGHBOUR_ANGSTROM = 0.4, 2.5
CELL = NEIGHBOUR_ANGSTROM * np.diag([1.0, 1.0, np.sqrt(2.0)])
POSITIONS = np.array([[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]])
MASSES_U = (27.0, 60.0)
REPEAT = 3


def pair_derivatives(r: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Second and third derivatives of ε[(R/r)¹² − 2(R/r)⁶] by the Cartesian components of r, in closed form."""
    d = float(np.linalg.norm(r))
    n, x = r / d, (NEIGHBOUR_ANGSTROM / d) ** 6
    one = 12.0 * EPSILON_EV * (x - x * x) / d
    two = 12.0 * EPSILON_EV * (13.0 * x * x - 7.0 * x) / d**2
    three = 12.0 * EPSILON_EV * (56.0 * x - 182.0 * x * x) / d**3
    eye = np.eye(3)
    mixed = np.einsum("ab,c->abc", eye, n) + np.einsum("ac,b->abc", eye, n) + np.einsum("bc,a->abc", eye, n)
    second = two * np.outer(n, n) + one / d * (eye - np.outer(n, n))
    third = (three - 3.0 * two / d + 3.0 * one / d**2) * np.multiply.outer(np.outer(n, n), n)
    return second, third + (two / d - one / d**2) * mixed


def lennard_jones(*, stretch: float = 1.0, anharmonicity: float = 1.0, masses_u: Any = MASSES_U) -> Any:
    """Phono3py object with full force constants; ``anharmonicity`` multiplies those of third order."""
    return _bound(("Al", "Ni"), stretch * CELL, POSITIONS, masses_u, stretch, anharmonicity)


def argon(turn: FloatArray | None = None) -> Any:
    """One kind of atom on the fcc lattice, turned as a whole: few displacements determine everything."""
    lattice = NEIGHBOUR_ANGSTROM / np.sqrt(2.0) * (np.ones((3, 3)) - np.eye(3))
    lattice = lattice if turn is None else lattice @ turn.T
    return _bound(("Ar",), lattice, np.zeros((1, 3)), (40.0,), 1.0, 1.0)


def hexagonal() -> Any:
    """Close-packed with two atoms, one the image of the other by a screw axis: bands stick together at q_z = 1/2."""
    lattice = NEIGHBOUR_ANGSTROM * np.array(
        [[1.0, 0.0, 0.0], [-0.5, np.sqrt(0.75), 0.0], [0.0, 0.0, np.sqrt(8.0 / 3.0)]]
    )
    positions = np.array([[1.0, 2.0, 0.75], [2.0, 1.0, 2.25]]) / 3.0
    return _bound(("Ar", "Ar"), lattice, positions, (40.0, 40.0), 1.0, 1.0)


def forces(ph3: Any, force_constants: Any) -> FloatArray:
    """Forces on the displaced supercells of ``ph3`` by harmonic and cubic force constants, (S, M, 3)."""
    found = []
    for cell in ph3.supercells_with_displacements:
        moved = cell.positions - ph3.supercell.positions
        few = np.flatnonzero(np.any(moved != 0.0, axis=1))
        cubic = force_constants.fc3[:, few][:, :, few]
        force = -np.einsum("ijab,jb->ia", force_constants.fc2[:, few], moved[few])
        found.append(force - 0.5 * np.einsum("ijkabc,jb,kc->ia", cubic, moved[few], moved[few]))
    return np.array(found)


def _bound(
    symbols: tuple[str, ...],
    cell: FloatArray,
    positions: FloatArray,
    masses_u: Any,
    stretch: float,
    anharmonicity: float,
) -> Any:
    from phono3py import Phono3py
    from phonopy.structure.atoms import PhonopyAtoms

    atoms = PhonopyAtoms(symbols=symbols, cell=cell, scaled_positions=positions, masses=masses_u)
    ph3 = Phono3py(atoms, np.diag([REPEAT] * 3), primitive_matrix=np.eye(3))
    places, lattice = ph3.supercell.scaled_positions, ph3.supercell.cell
    count = len(places)
    fc2, fc3 = np.zeros((count, count, 3, 3)), np.zeros((count, count, count, 3, 3, 3))
    for i, j in product(range(count), repeat=2):
        r = places[j] - places[i]
        r = (r - np.rint(r)) @ lattice
        if i != j and np.linalg.norm(r) < 1.01 * stretch * NEIGHBOUR_ANGSTROM:
            second, third = pair_derivatives(r)
            fc2[i, i] += second
            fc2[i, j] -= second
            fc3[i, i, i] -= third  # each derivative by the atom at the origin changes the sign
            fc3[i, j, i] += third
            fc3[i, i, j] += third
            fc3[i, j, j] -= third
    ph3.fc2, ph3.fc3 = fc2, anharmonicity * fc3
    return ph3
