"""Standard cells, how often they are repeated, and forces in what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError
from finechem.matter.calculators import Potential, evaluate
from finechem.matter.crystal import Crystal
from finechem.screening.cache import Cache

__all__ = ["Forces", "Repeats", "as_ase", "repeats_of", "standard_cell"]

FloatArray: TypeAlias = NDArray[np.float64]
Repeats: TypeAlias = Literal["auto"] | Sequence[int]


class Forces:
    """Forces by a potential, counted."""

    def __init__(self, potential: Potential, label: str, cache: Cache | None) -> None:
        self.potential, self.label, self.cache, self.computed = potential, label, cache, 0

    def __call__(self, atoms: Any) -> FloatArray:
        """Return forces, (N, 3), eV/angstrom."""
        found = evaluate(self.potential, atoms, cache=self.cache, label=self.label)
        self.computed += not found.kept
        return found.forces_eV_angstrom


def standard_cell(crystal: Crystal) -> Any:
    """Return spglib's idealised standard cell as phonopy's atoms.

    Raises
    ------
    InputError
        If spglib finds no symmetry.
    """
    import spglib
    from ase.data import atomic_numbers
    from phonopy.structure.atoms import PhonopyAtoms

    numbers = [atomic_numbers[symbol] for symbol in crystal.species]
    found = spglib.standardize_cell(
        (np.asarray(crystal.lattice_angstrom), np.asarray(crystal.positions), numbers), symprec=1e-3
    )
    if found is None:
        raise InputError(f"{crystal.id}: spglib finds no symmetry in it; check the coordinates")
    lattice, positions, kinds = found
    return PhonopyAtoms(numbers=kinds, cell=lattice, scaled_positions=positions)


def as_ase(cell: Any) -> Any:
    """Return phonopy's atoms as ase's."""
    from ase import Atoms

    return Atoms(numbers=cell.numbers, cell=cell.cell, scaled_positions=cell.scaled_positions, pbc=True)


def repeats_of(asked: Repeats, cell: Any, edge: float, name: str) -> tuple[int, ...]:
    """Return how many standard cells go along each axis: as asked, or so many that no edge is shorter.

    Raises
    ------
    InputError
        Naming the argument.
    """
    if isinstance(asked, str):
        if asked != "auto":
            raise InputError(f"{name} is {asked!r}; give 'auto' or three positive whole numbers")
        return tuple(int(np.ceil(edge / length - 1e-9)) for length in np.linalg.norm(cell.cell, axis=1))
    numbers = np.asarray(asked)
    if numbers.shape != (3,) or not np.array_equal(numbers, np.rint(numbers)) or np.any(numbers < 1):
        raise InputError(f"{name} is {asked!r}; give 'auto' or three positive whole numbers")
    return tuple(int(number) for number in numbers)
