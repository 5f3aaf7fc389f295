"""Thermal expansion: at each temperature the volume at which elastic and vibrational free energy balance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DomainError, InputError
from finechem.matter.calculators import Potential, calculator
from finechem.matter.crystal import Crystal
from finechem.matter.relaxation import Relaxed, relax
from finechem.screening.cache import Cache
from finechem.thermal.supercells import Forces, Repeats, as_ase, repeats_of, standard_cell

__all__ = ["QuasiHarmonic", "thermal_expansion"]

FloatArray: TypeAlias = NDArray[np.float64]
Progress: TypeAlias = Callable[[int, int], None]

#: Edges of supercells that "auto" makes, at least, in angstrom; grid of wave vectors for the free energy, as a length.
EDGE_ANGSTROM, MESH_ANGSTROM = 10.0, 40.0
#: Volumes over that at rest. Zero-point motion and heat swell a crystal, so that more of them lie above.
VOLUME_RATIOS = (0.97, 0.985, 1.0, 1.015, 1.03, 1.045, 1.06)
DISPLACEMENT_ANGSTROM = 0.03
#: Imaginary frequencies up to here are noise.
_IMAGINARY_THZ = 0.1
#: And below here a mode is a translation of the whole.
_AT_REST_THZ = 0.01
#: Degree of the entropy as a polynomial of the volume.
_ENTROPY_DEGREE = 3


@dataclass(frozen=True, slots=True, eq=False)
class QuasiHarmonic:
    """What the quasi-harmonic approximation says of a crystal.

    Attributes
    ----------
    temperatures_K : (T,) array
    volume_angstrom3 : (T,) array
        Of the standard cell.
    linear_expansion_1e6_K : (T,) array
        A third of the volume's: the mean over the axes, 1e-6/K.
    bulk_modulus_GPa : (T,) array
        Isothermal.
    volumes_angstrom3, energies_eV : (V,) arrays
        At which it was computed; the energy of the cell at rest atoms.
    potential : str
    """

    temperatures_K: FloatArray
    volume_angstrom3: FloatArray
    linear_expansion_1e6_K: FloatArray
    bulk_modulus_GPa: FloatArray
    volumes_angstrom3: FloatArray
    energies_eV: FloatArray
    potential: str


def thermal_expansion(
    crystal: Crystal,
    potential: Potential | Any,
    temperatures_K: ArrayLike = (300.0,),
    *,
    volume_ratios: Sequence[float] = VOLUME_RATIOS,
    supercell: Repeats = "auto",
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> QuasiHarmonic:
    r"""Return thermal expansion by the quasi-harmonic approximation.

    .. math:: F(V, T) = E(V) + \sum_{q, j} \Bigl[ \frac{\hbar \omega}{2} + k_B T \ln(1 - e^{-\hbar \omega / k_B T})
              \Bigr], \qquad \alpha = \frac{1}{3 V} \frac{\partial V}{\partial T}
              = \frac{1}{3 K} \frac{\partial S}{\partial V}

    The crystal is relaxed at each volume in shape and positions, in its space group; frequencies ω(V) come from finite
    displacements; F is fitted by Vinet's equation of state at each temperature (phonopy's).

    Parameters
    ----------
    crystal : Crystal
        Relaxed with the same potential: see `finechem.matter.relaxation.relax`.
    potential : str, ase calculator or Potential
        See `finechem.matter.calculators.calculator`; it must give stresses.
    temperatures_K : float or (T,) array
        From 10 K.
    volume_ratios : sequence of float
        At least five, over the volume at rest.
    supercell : "auto" or three integers
        Standard cells along each axis; "auto" makes edges of at least 10 angstrom.
    cache : Cache, optional
        Where forces are kept.
    progress : callable, optional
        Called with the volumes done and to do.

    Returns
    -------
    QuasiHarmonic

    Raises
    ------
    InputError
        If temperatures or volumes break their rule.
    DomainError
        If modes are imaginary at one of the volumes, or the free energy has its minimum outside them.

    Notes
    -----
    The shape of the cell at a volume is that without vibrations: axes of anisotropic crystals expand by a common mean
    here, not each by its own. No anharmonicity at constant volume. Without Born charges longitudinal optical modes of
    polar crystals are too low, which matters little here. A soft potential expands too much: frequencies and bulk
    modulus both enter.

    Examples
    --------
    >>> from ase.build import bulk
    >>> from ase.calculators.emt import EMT
    >>> copper = relax(Crystal.from_structure("Cu", bulk("Cu")), EMT()).crystal
    >>> found = thermal_expansion(copper, EMT(), [300.0], supercell=(2, 2, 2))
    >>> bool(10.0 < found.linear_expansion_1e6_K[0] < 25.0)  # measured: 16.5
    True
    """
    temperatures = np.atleast_1d(np.asarray(temperatures_K, dtype=float))
    ratios = np.sort(np.asarray(volume_ratios, dtype=float))
    if temperatures.ndim != 1 or not np.all(temperatures >= 10.0):
        raise InputError(f"temperatures_K is {temperatures.tolist()}; give temperatures of at least 10 K")
    if len(ratios) < 5 or not (0.8 < ratios[0] < 1.0 < ratios[-1] < 1.25):
        raise InputError(
            f"volume_ratios is {volume_ratios}; give five or more from below 1 to above, within 0.8 to 1.25"
        )
    who = calculator(potential)
    # of all volumes the same, or F would jump where an edge passes a limit
    repeats = repeats_of(supercell, standard_cell(crystal), EDGE_ANGSTROM, "supercell")
    mesh: Any = MESH_ANGSTROM
    found: dict[float, tuple[float, FloatArray, FloatArray]] = {}
    for done, ratio in enumerate(sorted(ratios.tolist(), key=lambda ratio: abs(ratio - 1.0))):
        relaxed = _at_volume(crystal, who, ratio, cache)
        cell = standard_cell(relaxed.crystal)
        free, entropy, mesh = _vibrations(relaxed.crystal, cell, who, repeats, mesh, temperatures, cache)
        found[float(cell.volume)] = relaxed.energy_eV_atom * len(cell), free, entropy
        if progress is not None:
            progress(done + 1, len(ratios))
    volumes = np.array(sorted(found))
    energies, free, entropy = (np.array([found[volume][column] for volume in sorted(found)]) for column in range(3))
    return _minimum(crystal, who, temperatures, volumes, energies, free, entropy)


def _at_volume(crystal: Crystal, who: Potential, ratio: float, cache: Cache | None) -> Relaxed:
    lattice = tuple(tuple(x * ratio ** (1 / 3) for x in vector) for vector in crystal.lattice_angstrom)
    return relax(replace(crystal, lattice_angstrom=lattice), who, keep_volume=True, cache=cache)


def _vibrations(
    crystal: Crystal, cell: Any, who: Potential, repeats: Repeats, mesh: Any, grid: FloatArray, cache: Cache | None
) -> tuple[FloatArray, FloatArray, Any]:
    """Return free energy (eV) and entropy (eV/K) of the vibrations of the standard cell, (T,), and its mesh."""
    from phonopy import Phonopy
    from phonopy.physical_units import get_physical_units

    phonon = Phonopy(cell, np.diag(repeats), primitive_matrix=crystal.space_group[0])
    phonon.generate_displacements(distance=DISPLACEMENT_ANGSTROM)
    forces = Forces(who, crystal.id, cache)
    resting = forces(as_ase(phonon.supercell))
    phonon.forces = [forces(as_ase(moved)) - resting for moved in phonon.supercells_with_displacements]
    phonon.produce_force_constants()
    phonon.symmetrize_force_constants()
    phonon.run_mesh(mesh)
    lowest = float(np.min(phonon.mesh.frequencies))
    if lowest < -_IMAGINARY_THZ:
        raise DomainError(
            f"{crystal.id}: imaginary mode {-lowest:.2f}i THz with {who.name} at {cell.volume:.2f} angstrom^3: the "
            "quasi-harmonic approximation knows no such crystal"
        )
    phonon.run_thermal_properties(temperatures=grid, cutoff_frequency=_AT_REST_THZ)
    found = phonon.thermal_properties  # a mole of primitive cells, in kJ and J/K
    cells = len(cell) / len(phonon.primitive) / get_physical_units().EvTokJmol
    entropy = np.asarray(found.entropy) * cells / 1000.0
    return np.asarray(found.free_energy) * cells, entropy, phonon.mesh.mesh_numbers


def _minimum(
    crystal: Crystal,
    who: Potential,
    temperatures: FloatArray,
    volumes: FloatArray,
    energies: FloatArray,
    vibrational: FloatArray,
    entropy: FloatArray,
) -> QuasiHarmonic:
    """Balance free energies; expansion by ∂S/∂V = α_V K, whose terms vanish in the cold, as no difference of V does."""
    from phonopy.physical_units import get_physical_units
    from phonopy.qha.core import BulkModulus

    free = energies[:, None] + vibrational
    fitted = [BulkModulus(volumes, free[:, at], eos="vinet") for at in range(len(temperatures))]
    place = np.array([float(one.equilibrium_volume) for one in fitted])
    if not np.all((place > volumes[0]) & (place < volumes[-1])):
        raise DomainError(
            f"{crystal.id}: the free energy has its minimum outside the volumes {volumes[0]:.2f} to {volumes[-1]:.2f} "
            "angstrom^3; give other volume_ratios"
        )
    bulk = np.array([float(one.bulk_modulus) for one in fitted])
    middle = volumes.mean()
    lines = [np.polynomial.Polynomial.fit(volumes / middle, column, _ENTROPY_DEGREE) for column in entropy.T]
    pressing = np.array([line.deriv()(here / middle) / middle for line, here in zip(lines, place, strict=True)])
    return QuasiHarmonic(
        temperatures,
        place,
        pressing / (3 * bulk) * 1e6,
        bulk * get_physical_units().EVAngstromToGPa,
        volumes,
        energies,
        who.description,
    )
