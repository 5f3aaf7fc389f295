"""What the bonds of a crystal say: whether it is layered, whether its atoms are tetrahedrally coordinated."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["is_layered", "is_tetrahedral"]

#: Neighbours within this times the nearest distance of either atom count as bonded: the next shell of wurtzite is at
#: 1.63, the next layer of graphite and h-BN at 2.3.
_BOND_RATIO = 1.35


def _bonds(structure: Any) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return both ends and the lattice offset of each bond, and of its reverse."""
    nearest = np.full(len(structure), np.inf)
    for reach in (3.0, 5.0, 8.0):  # most atoms have a neighbour within 3 angstrom; a wide search is dear
        first, second, offsets, distances = structure.get_neighbor_list(r=reach * _BOND_RATIO)
        np.minimum.at(nearest, first, distances)
        if np.all(nearest <= reach):
            break
    bonded = distances < _BOND_RATIO * np.maximum(nearest[first], nearest[second])
    return first[bonded], second[bonded], offsets[bonded]


def is_layered(structure: Any) -> bool:
    """Return whether the bonds connect the crystal to itself in exactly two directions.

    A walk over the bonds gives each atom the cell it is reached in; every bond that leads to another cell of an atom
    already reached is a translation the network spans. (ase's analysis of dimensionality does more and can take hours
    on a strange file.)
    """
    first, second, offsets = _bonds(structure)
    by_atom: dict[int, list[int]] = {}
    for bond, atom in enumerate(first.tolist()):
        by_atom.setdefault(atom, []).append(bond)
    highest, reached = 0, dict[int, NDArray[np.float64]]()
    for start in range(len(structure)):
        if start in reached:
            continue
        reached[start] = np.zeros(3)
        spanned, waiting = [np.zeros(3)], [start]
        while waiting:
            atom = waiting.pop()
            for bond in by_atom.get(atom, []):
                other, cell = int(second[bond]), reached[atom] + offsets[bond]
                if other not in reached:
                    reached[other] = cell
                    waiting.append(other)
                else:
                    spanned.append(cell - reached[other])
        highest = max(highest, int(np.linalg.matrix_rank(np.unique(spanned, axis=0))))
    return highest == 2


def is_tetrahedral(structure: Any) -> bool:
    """Return whether every atom has four neighbours within `_BOND_RATIO` times its nearest distance."""
    first, _, _, distances = structure.get_neighbor_list(r=4.0)
    for index in range(len(structure)):
        own = distances[first == index]
        if own.size == 0 or int(np.sum(own < _BOND_RATIO * own.min())) != 4:
            return False
    return True
