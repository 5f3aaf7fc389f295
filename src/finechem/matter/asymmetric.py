"""Full cells from the asymmetric unit a paper prints, by spglib's table of operations."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = ["expand_asymmetric_unit"]

#: Images closer than this, in fractions of the cell, are one atom (papers print 4 to 6 digits).
_SAME = 1e-3


def expand_asymmetric_unit(
    space_group: str, cell: Sequence[float], species: Sequence[str], positions: ArrayLike
) -> Structure:
    """Return the full cell.

    Parameters
    ----------
    space_group : str
        Short Hermann-Mauguin symbol, such as ``P6_3mc`` or ``Pbnm``; origin choice 1, hexagonal axes, unique axis b.
    cell : six floats
        a, b, c in angstrom, alpha, beta, gamma in degrees.
    species, positions : sequences
        Element and fractional coordinates of each site of the asymmetric unit.

    Raises
    ------
    InputError
        If the symbol is unknown.

    Notes
    -----
    pymatgen's `Structure.from_spacegroup` gives the same cells (a test compares them) but takes 0.1-0.4 s a new group.

    Examples
    --------
    >>> len(expand_asymmetric_unit("Fm-3m", [4.2, 4.2, 4.2, 90, 90, 90], ["Ti", "N"], [[0, 0, 0], [0.5, 0.5, 0.5]]))
    8
    """
    from pymatgen.core import Lattice, Structure

    rotations, translations = _operations(space_group)
    elements: list[str] = []
    sites: list[NDArray[np.float64]] = []
    for element, position in zip(species, np.asarray(positions, dtype=float), strict=True):
        kept: list[NDArray[np.float64]] = []
        for image in (rotations @ position + translations) % 1.0:
            apart = [np.abs(image - other - np.round(image - other)).max() for other in kept]
            if not apart or min(apart) > _SAME:
                kept.append(image)
        elements += [element] * len(kept)
        sites += kept
    return Structure(Lattice.from_parameters(*cell), elements, sites)


@cache
def _operations(space_group: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import spglib

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spglib announces its error handling of the future
        for hall_number in range(1, 531):
            if spglib.get_spacegroup_type(hall_number).international_short == space_group:
                found = spglib.get_symmetry_from_database(hall_number)
                return np.asarray(found["rotations"], dtype=float), np.asarray(found["translations"], dtype=float)
    raise InputError(f"no space group is written {space_group!r}; use the short symbol, such as P6_3mc")
