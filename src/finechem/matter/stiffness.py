"""Elastic stiffness from the independent constants a paper prints."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError

__all__ = ["independent_constants", "stiffness_matrix"]

_CONSTANTS = {
    "cubic": ("C11", "C12", "C44"),
    "hexagonal": ("C11", "C12", "C13", "C33", "C44"),
    "trigonal": ("C11", "C12", "C13", "C14", "C33", "C44"),
    "tetragonal": ("C11", "C12", "C13", "C33", "C44", "C66"),
    "orthorhombic": ("C11", "C12", "C13", "C22", "C23", "C33", "C44", "C55", "C66"),
}
#: Space groups of the lower Laue classes -3 and 4/m, which have one constant more than the table above prints.
_LOWER_LAUE = {*range(143, 149), *range(75, 89)}


def crystal_system(space_group_number: int) -> str:
    """Return the crystal system of a space group.

    Raises
    ------
    InputError
        If the number is not between 1 and 230.
    """
    if not 1 <= space_group_number <= 230:
        raise InputError(f"space group number {space_group_number} is not between 1 and 230")
    ends = (
        (2, "triclinic"), (15, "monoclinic"), (74, "orthorhombic"), (142, "tetragonal"),
        (167, "trigonal"), (194, "hexagonal"), (230, "cubic"),
    )  # fmt: skip
    return next(name for end, name in ends if space_group_number <= end)


def independent_constants(space_group_number: int) -> tuple[str, ...]:
    """Return the names of the independent elastic constants in the IRE convention.

    z lies along c and x along a; in the trigonal system x is the two-fold axis or the normal of the mirror, which in
    P312, P31m and their kin is perpendicular to a.

    Raises
    ------
    InputError
        For triclinic, monoclinic, and the Laue classes -3 and 4/m: give the whole 6x6 matrix there.

    Examples
    --------
    >>> independent_constants(186)
    ('C11', 'C12', 'C13', 'C33', 'C44')
    """
    system = crystal_system(space_group_number)
    if system not in _CONSTANTS or space_group_number in _LOWER_LAUE:
        raise InputError(f"space group {space_group_number} has more constants than a short list: give the 6x6 matrix")
    return _CONSTANTS[system]


def stiffness_matrix(constants: Mapping[str, float], space_group_number: int) -> NDArray[np.float64]:
    """Fill the 6x6 Voigt stiffness from the independent constants of a crystal class.

    Parameters
    ----------
    constants : mapping of name to value
        Exactly the independent constants, such as ``{"C11": 410, "C12": 149, ...}``, in any one unit.
    space_group_number : int
        1 to 230.

    Returns
    -------
    (6, 6) array
        Same unit as given.

    Raises
    ------
    InputError
        If a constant is missing, superfluous or not finite.

    Notes
    -----
    J. F. Nye, *Physical Properties of Crystals*, ch. VIII. In the trigonal system the sign of C14 depends on the
    sense of the axes; scalar averages and conductivities do not.

    Examples
    --------
    >>> float(stiffness_matrix({"C11": 3.0, "C12": 1.0, "C44": 2.0}, 225)[1, 2])
    1.0
    """
    names = independent_constants(space_group_number)
    missing = [name for name in names if name not in constants]
    extra = [name for name in constants if name not in names]
    if missing or extra:
        system = crystal_system(space_group_number)
        raise InputError(f"{system} stiffness needs {', '.join(names)}; missing {missing}, superfluous {extra}")
    value = {name: float(constants[name]) for name in names}
    bad = [name for name, number in value.items() if not np.isfinite(number)]
    if bad:
        raise InputError(f"elastic constants {bad} are not finite numbers")
    system = crystal_system(space_group_number)
    matrix = np.zeros((6, 6))
    if system == "cubic":
        value |= {"C13": value["C12"], "C33": value["C11"], "C66": value["C44"]}
    if system in ("hexagonal", "trigonal"):
        value["C66"] = (value["C11"] - value["C12"]) / 2
    value = {"C22": value["C11"], "C23": value["C13"], "C55": value["C44"]} | value
    for name, number in value.items():
        i, j = int(name[1]) - 1, int(name[2]) - 1
        matrix[i, j] = matrix[j, i] = number
    if system == "trigonal":
        matrix[1, 3] = matrix[3, 1] = -value["C14"]
        matrix[4, 5] = matrix[5, 4] = value["C14"]
    return matrix
