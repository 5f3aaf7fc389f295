"""Whether displacements and forces determine force constants."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.errors import DomainError, ReadError

__all__ = ["require_enough", "require_forces", "require_reproduced"]

FloatArray: TypeAlias = NDArray[np.float64]

UNEXPLAINED = 0.3
"""Of random forces, root mean square: a fit that determines the force constants leaves a few hundredths."""
LOOKED_AT = 50
"""Supercells whose forces are compared."""


def require_forces(dataset: Any, where: str) -> None:
    """Raise if a displacement has no forces.

    Raises
    ------
    ReadError
        Naming how many of the displaced supercells lack forces.
    """
    if "displacements" in dataset:
        total = len(dataset["displacements"])
        lacking = 0 if "forces" in dataset else total
    else:
        used = [
            *dataset["first_atoms"],
            *(
                second
                for first in dataset["first_atoms"]
                for second in first.get("second_atoms", [])
                if second.get("included", True)
            ),
        ]
        total, lacking = len(used), sum("forces" not in entry for entry in used)
    if lacking:
        raise ReadError(
            f"{where}: {lacking} of {total} displaced supercells have no forces; give a phono3py_params.yaml with "
            "forces (phono3py --sp --cf3 ...), or the folder that holds fc3.hdf5 or FORCES_FC3"
        )


def require_enough(supercell: Any, symmetry: Any, dataset: Any, order: int, where: str) -> None:
    """Raise if displacements cannot determine force constants up to an order.

    For displacements of single atoms, those of each atom of the asymmetric unit, turned by its site symmetry, must
    span space. For random displacements, there must be at least as many forces as free parameters. Both are
    necessary; a poor choice of displacements may fail them and still be too few.

    Raises
    ------
    DomainError
        Naming the atom, or the number of supercells that are needed.
    """
    if "displacements" in dataset:
        _require_forces_for_parameters(supercell, symmetry, dataset, order, where)
    else:
        _require_directions(supercell, symmetry, dataset, where)


def require_reproduced(dataset: Any, rows: Any, fc2: FloatArray, fc3: FloatArray | None, where: str) -> None:
    r"""Raise if force constants fitted to random displacements do not give back the forces.

    .. math:: F_i = -\sum_j \Phi_{ij} u_j - \frac{1}{2} \sum_{jk} \Phi_{ijk} u_j u_k

    symfc answers a singular problem with force constants that are next to zero.

    Parameters
    ----------
    dataset : dict
        With ``displacements`` and ``forces``, (S, M, 3).
    rows : (n,) integer array
        Atoms of the supercell that are the first of the force constants.
    fc2, fc3 : (n, M, 3, 3) and (n, M, M, 3, 3, 3) arrays
        Force constants, eV/Å² and eV/Å³.
    where : str
        What the error names.

    Raises
    ------
    DomainError
        If more than `UNEXPLAINED` is left.
    """
    u = np.asarray(dataset["displacements"][:LOOKED_AT])
    given = np.asarray(dataset["forces"][:LOOKED_AT])[:, rows]
    left = given + np.einsum("ijab,sjb->sia", fc2, u, optimize=True)
    if fc3 is not None:
        left += 0.5 * np.einsum("ijkabc,sjb,skc->sia", fc3, u, u, optimize=True)
    share = float(np.linalg.norm(left) / np.linalg.norm(given))
    if not share < UNEXPLAINED:
        raise DomainError(
            f"{where}: the fitted force constants leave {share:.0%} of the forces unexplained, so that "
            f"{len(dataset['displacements'])} supercells with random displacements do not determine them; add "
            "supercells, or make the displacements smaller if they are beyond 0.1 Å"
        )


def _require_directions(supercell: Any, symmetry: Any, dataset: Any, where: str) -> None:
    lattice = np.asarray(supercell.cell).T
    for atom in symmetry.get_independent_atoms():
        moves = [np.asarray(first["displacement"]) for first in dataset["first_atoms"] if first["number"] == atom]
        turns = [lattice @ turn @ np.linalg.inv(lattice) for turn in symmetry.get_site_symmetry(atom)]
        spanned = np.linalg.matrix_rank([turn @ move for turn in turns for move in moves] or [[0.0]], tol=1e-5)
        if spanned < 3:
            raise DomainError(
                f"{where}: the displacements of atom {atom + 1} ({supercell.symbols[atom]}) span {spanned} of 3 "
                "directions with its site symmetry, so the force constants are not determined; "
                "add the missing displacements (phono3py -d writes all that are needed)"
            )


def _require_forces_for_parameters(supercell: Any, symmetry: Any, dataset: Any, order: int, where: str) -> None:
    from phonopy.interface.symfc import SymfcFCSolver

    solver = SymfcFCSolver(supercell, symmetry=symmetry)
    parameters = sum(solver.estimate_basis_size(orders=list(range(2, order + 1))).values())
    count, atoms = np.shape(dataset["displacements"])[:2]
    needed = -(-parameters // (3 * (atoms - 1)))  # the forces of a supercell sum to zero
    if count < needed:
        raise DomainError(
            f"{where}: {count} supercells with random displacements give {3 * (atoms - 1) * count} forces for "
            f"{parameters} free parameters of force constants; at least {needed} are needed, and several times that "
            "for a fit worth trusting"
        )
