"""Whether force constants are those of the potential they came from, and of a crystal that stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.errors import DomainError
from finechem.matter.calculators import Potential
from finechem.matter.zone_centre import frequencies_THz, zone_centre_hessian
from finechem.screening.cache import Cache
from finechem.thermal.bte.sources import rows_of_primitive

__all__ = [
    "ImaginaryMode",
    "RotationalResidual",
    "ZoneCentre",
    "imaginary_modes",
    "require_zone_centre",
    "rotational_residual",
]

FloatArray: TypeAlias = NDArray[np.float64]

#: Of the highest frequency: displacements of 0.03 and 0.01 angstrom differ by some 0.1 % in anharmonic crystals.
ZONE_CENTRE_SHARE = 0.02
#: And this much more, where all frequencies are low.
ZONE_CENTRE_THZ = 0.05
#: Imaginary frequencies up to here are noise of forces in single precision.
IMAGINARY_THZ = 0.1
#: Wave vectors between those that fit the supercell are looked at on a grid of this length, in angstrom.
_LOOKED_AT_ANGSTROM = 40.0
_GPA = 160.21766208  # eV/angstrom^3


class ZoneCentre(NamedTuple):
    """Frequencies of the unit cell against itself, THz, ascending: of the force constants, and of the potential."""

    fitted_THz: FloatArray
    direct_THz: FloatArray

    @property
    def largest_error_THz(self) -> float:
        """The largest difference."""
        return float(np.abs(self.fitted_THz - self.direct_THz).max())


class RotationalResidual(NamedTuple):
    r"""By how much a turn of the whole crystal costs energy.

    ``born_huang`` is :math:`\max |\sum_j (\Phi_{i \alpha, j \beta} r_{ij \gamma} - \Phi_{i \alpha, j \gamma}
    r_{ij \beta})|` over the same sum of magnitudes; ``huang_GPa`` the largest difference between
    :math:`[\alpha\beta, \gamma\delta] = -\frac{1}{2V} \sum_{ij} \Phi_{i \alpha, j \beta} r_{ij \gamma} r_{ij \delta}`
    and :math:`[\gamma\delta, \alpha\beta]`. Both vanish in an endless crystal without stress.
    """

    born_huang: float
    huang_GPa: float


class ImaginaryMode(NamedTuple):
    """A motion that lowers the energy.

    ``qpoint`` is in units of the reciprocal vectors of the primitive cell; ``frequency_THz`` is negative; ``exact``
    says whether the wave vector fits the supercell, others are interpolated; ``eigenvector`` is (N, 3), complex.
    """

    qpoint: tuple[float, float, float]
    frequency_THz: float
    exact: bool
    eigenvector: NDArray[np.complex128]


def require_zone_centre(
    ph3: Any,
    potential: Potential,
    *,
    cache: Cache | None = None,
    label: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> ZoneCentre:
    """Compare second-order force constants at the zone centre of the unit cell with derivatives of the potential.

    Whatever the supercell, both are exact there: every image of an atom moves with it. So they agree, or the force
    constants are not those of the potential: too few random displacements, forces in another order, another potential.

    Parameters
    ----------
    ph3 : Phono3py
        With second-order force constants.
    potential : Potential
        From `finechem.matter.calculators.calculator`.
    cache, label, progress
        As in `finechem.matter.zone_centre.zone_centre_hessian`.

    Returns
    -------
    ZoneCentre
        Of the unit cell of ``ph3``; in a cell of one atom all are zero, and nothing was compared.

    Raises
    ------
    DomainError
        If a frequency differs by more than 2 % of the highest and 0.05 THz.
    """
    from ase import Atoms

    cell = ph3.unitcell
    atoms = Atoms(numbers=cell.numbers, cell=cell.cell, scaled_positions=cell.scaled_positions, pbc=True)
    direct = zone_centre_hessian(atoms, potential, cache=cache, label=label, progress=progress)
    found = ZoneCentre(
        frequencies_THz(_folded(ph3), cell.masses),
        frequencies_THz(direct, cell.masses),
    )
    limit = ZONE_CENTRE_SHARE * float(np.abs(found.direct_THz).max()) + ZONE_CENTRE_THZ
    if not found.largest_error_THz <= limit:
        raise DomainError(
            f"{label or cell.formula}: the force constants are not those of {potential.name}: at the zone centre "
            f"their highest frequency is {found.fitted_THz[-1]:.2f} THz, differentiated directly it is "
            f"{found.direct_THz[-1]:.2f} (largest difference {found.largest_error_THz:.2f}, allowed {limit:.2f}). "
            "Random displacements were too few, forces are of another order or potential, or atoms moved too far; "
            "finite displacements of single atoms and pairs determine them"
        )
    return found


def _folded(ph3: Any) -> FloatArray:
    """Return the second-order force constants of the unit cell at its zone centre, (3N, 3N)."""
    from phonopy.harmonic.force_constants import compact_fc_to_full_fc

    supercell, primitive, fc2 = ph3.phonon_supercell, ph3.phonon_primitive, np.asarray(ph3.fc2)
    if len(fc2) != len(supercell):
        fc2 = compact_fc_to_full_fc(primitive, fc2)
    images = np.array([supercell.u2u_map[atom] for atom in supercell.s2u_map])
    size = len(supercell.u2s_map)
    folded = np.zeros((size, size, 3, 3))
    for row, atom in enumerate(supercell.u2s_map):
        np.add.at(folded[row], images, fc2[atom])
    return folded.swapaxes(1, 2).reshape(3 * size, 3 * size)


def rotational_residual(ph3: Any) -> RotationalResidual:
    """Return by how much second-order force constants break the rotational sum rules of Born and Huang.

    Parameters
    ----------
    ph3 : Phono3py
        With second-order force constants. Nothing is changed.

    Notes
    -----
    Forces that reach beyond half of the supercell are attributed to the nearest image, which breaks the rule; so does
    stress. A large residual shows in the slopes of flexural and of transverse acoustic bands.
    """
    primitive = ph3.phonon_primitive
    rows = rows_of_primitive(np.asarray(ph3.fc2), primitive)
    vectors, counts = primitive.get_smallest_vectors()
    first = np.zeros((*rows.shape[:2], 3))
    second = np.zeros((*rows.shape[:2], 3, 3))
    for atom, (number, start) in np.ndenumerate(_pairs(counts)):
        r = vectors[start : start + number] @ primitive.cell
        first[atom[1], atom[0]] = r.mean(axis=0)
        second[atom[1], atom[0]] = np.einsum("nc,nd->cd", r, r) / number
    torque = np.einsum("ijab,ijc->iabc", rows, first)
    scale = np.einsum("ijab,ijc->iabc", np.abs(rows), np.abs(first)).max()
    round_bracket = -0.5 / primitive.volume * _GPA * np.einsum("ijab,ijcd->abcd", rows, second)
    return RotationalResidual(
        float(np.abs(torque - torque.swapaxes(2, 3)).max() / scale),
        float(np.abs(round_bracket - round_bracket.transpose(2, 3, 0, 1)).max()),
    )


def _pairs(counts: Any) -> NDArray[np.object_]:
    """Return (number, start) of the shortest vectors between each supercell and primitive atom as one object each."""
    pairs = np.empty(counts.shape[:2], dtype=object)
    for place in np.ndindex(*pairs.shape):
        pairs[place] = tuple(int(x) for x in counts[place])
    return pairs


def imaginary_modes(ph3: Any, tolerance_THz: float = IMAGINARY_THZ) -> tuple[ImaginaryMode, ...]:
    """Return all imaginary modes beyond a tolerance, the worst first.

    Parameters
    ----------
    ph3 : Phono3py
        With second-order force constants.
    tolerance_THz : float
        What is taken for noise.

    Returns
    -------
    tuple of ImaginaryMode
        At the wave vectors that fit the supercell, and on the irreducible points of a grid of 40 angstrom.
    """
    from phonopy import Phonopy
    from phonopy.harmonic.dynmat_to_fc import get_commensurate_points

    supercell, primitive = ph3.phonon_supercell, ph3.phonon_primitive
    harmonic = Phonopy(ph3.unitcell, supercell.supercell_matrix, primitive_matrix=ph3.primitive_matrix, log_level=0)
    harmonic.force_constants = np.asarray(ph3.fc2)
    if ph3.nac_params is not None:
        harmonic.nac_params = ph3.nac_params
    inside = np.rint(np.linalg.inv(primitive.primitive_matrix) @ np.eye(3)).astype(int)
    exact = get_commensurate_points(inside)
    harmonic.run_mesh(_LOOKED_AT_ANGSTROM)
    between = harmonic.mesh.qpoints
    points = np.vstack([exact, between])
    harmonic.run_qpoints(points, with_eigenvectors=True)
    found = harmonic.qpoints
    modes = [
        ImaginaryMode(
            (float(points[q][0]), float(points[q][1]), float(points[q][2])),
            float(found.frequencies[q, band]),
            bool(q < len(exact)),
            np.asarray(found.eigenvectors[q][:, band]).reshape(-1, 3),
        )
        for q, band in np.argwhere(found.frequencies < -tolerance_THz)
    ]
    return tuple(sorted(modes, key=lambda mode: mode.frequency_THz))
