"""Vibrations of a cell against itself: what a potential says of them directly, by finite differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.matter.calculators import Potential, evaluate
from finechem.screening.cache import Cache

__all__ = ["DISPLACEMENT_ANGSTROM", "frequencies_THz", "zone_centre_hessian"]

FloatArray: TypeAlias = NDArray[np.float64]

#: Forces of network potentials are good to some 1e-6 eV/angstrom (single precision): here that is 1e-4 eV/angstrom^2.
DISPLACEMENT_ANGSTROM = 0.01


def zone_centre_hessian(
    atoms: Any,
    potential: Potential,
    *,
    displacement_angstrom: float = DISPLACEMENT_ANGSTROM,
    cache: Cache | None = None,
    label: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> FloatArray:
    r"""Second derivatives of the energy of a periodic cell by the positions of its atoms.

    .. math:: K_{i \alpha, j \beta} = -\frac{F_{j \beta}(+u_{i \alpha}) - F_{j \beta}(-u_{i \alpha})}{2 u}

    made symmetric, and with the sum over each row zero (a translation costs nothing). All images of an atom move with
    it: these are the force constants at the zone centre, whatever their range.

    Parameters
    ----------
    atoms : ase Atoms
        At rest.
    potential : Potential
        From `finechem.matter.calculators.calculator`.
    displacement_angstrom : float
        u.
    cache : Cache, optional
        Where forces are kept.
    label : str
        The candidate, for errors.
    progress : callable, optional
        Called with the force calls done and to do.

    Returns
    -------
    (3N, 3N) array
        eV/angstrom^2.

    Raises
    ------
    InputError
        If the displacement is not positive.
    DomainError
        If the potential fails.

    Notes
    -----
    6N force calls, without use of symmetry: made to be independent of everything that uses it.
    """
    if not displacement_angstrom > 0.0:
        raise InputError(f"displacement_angstrom is {displacement_angstrom:g}; it must be positive")
    size = 3 * len(atoms)
    hessian = np.empty((size, size))
    for row in range(size):
        forces = []
        for sign in (1.0, -1.0):
            moved = atoms.copy()
            moved.positions[row // 3, row % 3] += sign * displacement_angstrom
            forces.append(evaluate(potential, moved, cache=cache, label=label).forces_eV_angstrom.ravel())
            if progress is not None:
                progress(2 * row + (1 if sign > 0 else 2), 2 * size)
        hessian[row] = (forces[1] - forces[0]) / (2.0 * displacement_angstrom)
    return _without_translations((hessian + hessian.T) / 2.0)


def _without_translations(hessian: FloatArray) -> FloatArray:
    """Project out motions of the crystal as a whole, on both sides."""
    atoms = len(hessian) // 3
    whole = np.tile(np.eye(3), (atoms, 1)) / np.sqrt(atoms)
    inner = np.eye(len(hessian)) - whole @ whole.T
    return np.asarray(inner @ hessian @ inner)


def frequencies_THz(hessian: ArrayLike, masses_u: ArrayLike) -> FloatArray:
    r"""Frequencies of a Hessian, :math:`\nu = \sqrt{\lambda(M^{-1/2} K M^{-1/2})} / 2 \pi`.

    Parameters
    ----------
    hessian : (3N, 3N) array
        eV/angstrom^2.
    masses_u : (N,) array

    Returns
    -------
    (3N,) array
        THz, ascending; an imaginary one is negative.

    Examples
    --------
    Two masses of 2 u on a spring of 1 eV/angstrom^2:

    >>> spring = np.kron([[1.0, -1.0], [-1.0, 1.0]], np.diag([1.0, 0.0, 0.0]))
    >>> float(frequencies_THz(spring, [2.0, 2.0])[-1].round(3))
    15.633
    """
    from scipy import constants

    root = np.repeat(np.sqrt(np.asarray(masses_u, dtype=float)), 3)
    values = np.linalg.eigvalsh(np.asarray(hessian, dtype=float) / np.outer(root, root))
    unit = np.sqrt(constants.e / constants.atomic_mass) * 1e-2 / (2.0 * np.pi)  # sqrt(eV/angstrom^2/u)/2pi in THz
    return np.asarray(np.sign(values) * np.sqrt(np.abs(values)) * unit)
