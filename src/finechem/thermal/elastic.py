"""Elastic constants to sound velocities and Debye temperatures, for many crystals at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.units import BOLTZMANN, HBAR

__all__ = [
    "PolycrystalModuli",
    "SoundVelocities",
    "acoustic_debye_temperature",
    "born_stability",
    "debye_temperature",
    "polycrystal_moduli",
    "sound_velocities",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PolycrystalModuli:
    """Voigt (upper), Reuss (lower) and Hill (mean) moduli in Pa, and what follows from Hill's; shapes (N,)."""

    bulk_voigt: Array
    bulk_reuss: Array
    shear_voigt: Array
    shear_reuss: Array

    @property
    def bulk(self) -> Array:
        """Hill bulk modulus."""
        return (self.bulk_voigt + self.bulk_reuss) / 2

    @property
    def shear(self) -> Array:
        """Hill shear modulus."""
        return (self.shear_voigt + self.shear_reuss) / 2

    @property
    def young(self) -> Array:
        """Young's modulus, 9 K G / (3 K + G)."""
        return 9 * self.bulk * self.shear / (3 * self.bulk + self.shear)

    @property
    def poisson(self) -> Array:
        """Poisson's ratio, (3 K - 2 G) / (6 K + 2 G)."""
        return (3 * self.bulk - 2 * self.shear) / (6 * self.bulk + 2 * self.shear)

    @property
    def anisotropy(self) -> Array:
        """Universal anisotropy 5 G_V/G_R + K_V/K_R - 6 (Ranganathan & Ostoja-Starzewski 2008); 0 if isotropic."""
        return 5 * self.shear_voigt / self.shear_reuss + self.bulk_voigt / self.bulk_reuss - 6


@dataclass(frozen=True, slots=True, eq=False)
class SoundVelocities:
    """Direction averages over the Christoffel equation, in m/s; shapes (N,).

    Attributes
    ----------
    debye : array
        <v^-3>^(-1/3) over directions and branches: what the Debye temperature needs.
    mean : array
        Arithmetic mean over directions and branches: what the diffuson limit needs.
    longitudinal, transverse : array
        Mean of the quasi-longitudinal branch, and of the two quasi-transverse ones.
    """

    debye: Array
    mean: Array
    longitudinal: Array
    transverse: Array


def born_stability(stiffness_Pa: ArrayLike) -> Array:
    """Return the smallest eigenvalue of each stiffness matrix, in Pa: a crystal is stable when it is positive.

    Parameters
    ----------
    stiffness_Pa : (N, 6, 6) or (6, 6) array
        Voigt stiffness.

    Returns
    -------
    (N,) array

    Notes
    -----
    Positive definiteness is the necessary and sufficient Born condition at zero stress, in every crystal class
    (Mouhat & Coudert, Phys. Rev. B 90, 224104 (2014), doi:10.1103/PhysRevB.90.224104). It says nothing about soft
    phonons inside the zone.

    Examples
    --------
    >>> from finechem.matter import stiffness_matrix
    >>> bool(born_stability(stiffness_matrix({"C11": 1.0, "C12": 2.0, "C44": 1.0}, 225))[0] > 0)
    False
    """
    return np.asarray(np.linalg.eigvalsh(_stack(stiffness_Pa))[:, 0])


def polycrystal_moduli(stiffness_Pa: ArrayLike) -> PolycrystalModuli:
    """Average single-crystal stiffness over orientations (Voigt, Reuss, Hill).

    Parameters
    ----------
    stiffness_Pa : (N, 6, 6) or (6, 6) array
        Voigt stiffness, Pa.

    Raises
    ------
    InputError
        If the shape is wrong or an element is not finite.

    Notes
    -----
    R. Hill, Proc. Phys. Soc. A 65, 349 (1952). Tested against pymatgen's `ElasticTensor`, which does one crystal a
    call (about a millisecond). A singular matrix gives NaN for the Reuss moduli.

    Examples
    --------
    >>> from finechem.matter import stiffness_matrix
    >>> moduli = polycrystal_moduli(stiffness_matrix({"C11": 165.7, "C12": 63.9, "C44": 79.6}, 227))  # Si, GPa
    >>> print(f"K = {moduli.bulk[0]:.1f}, G = {moduli.shear[0]:.1f}")
    K = 97.8, G = 66.5
    """
    c = _stack(stiffness_Pa)
    with np.errstate(all="ignore"):
        s = np.full_like(c, np.nan)
        regular = np.abs(np.linalg.det(c / np.abs(c).max(axis=(1, 2), keepdims=True))) > 1e-14
        s[regular] = np.linalg.inv(c[regular])
        normal, cross, shear = _sums(c)
        s_normal, s_cross, s_shear = _sums(s)
        return PolycrystalModuli(
            bulk_voigt=(normal + 2 * cross) / 9,
            bulk_reuss=1 / (s_normal + 2 * s_cross),
            shear_voigt=(normal - cross + 3 * shear) / 15,
            shear_reuss=15 / (4 * (s_normal - s_cross) + 3 * s_shear),
        )


def sound_velocities(stiffness_Pa: ArrayLike, density_kg_m3: ArrayLike, order: int = 47) -> SoundVelocities:
    """Average the Christoffel sound velocities over all directions.

    Parameters
    ----------
    stiffness_Pa : (N, 6, 6) or (6, 6) array
        Voigt stiffness, Pa.
    density_kg_m3 : (N,) array
    order : int
        Order of the direction quadrature (see `finechem_kernels.christoffel.sphere_directions`).

    Raises
    ------
    InputError
        If shapes disagree or a density is not positive.

    Notes
    -----
    The full Christoffel equation, det(C_ijkl n_j n_k - rho v^2 delta_il) = 0, not the isotropic short cut through
    K and G. An unstable tensor gives NaN.

    Examples
    --------
    >>> isotropic = np.diag([3.0, 3.0, 3.0, 1.0, 1.0, 1.0]) * 1e10
    >>> isotropic[:3, :3] += 1e10 * (1 - np.eye(3))
    >>> velocities = sound_velocities(isotropic, [2500.0])
    >>> bool(np.isclose(velocities.transverse[0], 2000.0))
    True
    """
    from finechem_kernels import christoffel

    c = _stack(stiffness_Pa)
    density = np.atleast_1d(np.asarray(density_kg_m3, dtype=float))
    if density.shape != (c.shape[0],) or not np.all(density > 0):
        raise InputError(f"{c.shape[0]} tensors need as many positive densities in kg/m3, got {density_kg_m3!r}")
    directions, weights = christoffel.sphere_directions(order)
    averages = christoffel.velocity_averages(c, density, directions, weights)
    return SoundVelocities(averages.debye, averages.mean, averages.longitudinal, averages.transverse)


def debye_temperature(debye_velocity_m_s: ArrayLike, volume_per_atom_m3: ArrayLike) -> Array:
    """Return the elastic Debye temperature in K.

    theta_D = (hbar / k_B) v_D (6 pi^2 / Omega)^(1/3), with Omega the volume per atom: all 3N modes in one sphere.

    Notes
    -----
    O. L. Anderson, J. Phys. Chem. Solids 24, 909 (1963). It is the Debye temperature of the elastic (T -> 0) limit;
    a calorimetric one at room temperature may differ by 10-20 %.

    Examples
    --------
    >>> round(float(debye_temperature(5848.0, 20.02e-30)))  # Si
    641
    """
    velocity, volume = np.asarray(debye_velocity_m_s, dtype=float), np.asarray(volume_per_atom_m3, dtype=float)
    return np.asarray(HBAR / BOLTZMANN * velocity * np.cbrt(6 * np.pi**2 / volume))


def acoustic_debye_temperature(debye_temperature_K: ArrayLike, primitive_atoms: ArrayLike) -> Array:
    """Return the Debye temperature of the acoustic branches alone, theta_D n^(-1/3), in K.

    n is the number of atoms in the primitive cell: of the 3n branches three are acoustic (Slack 1973).

    Examples
    --------
    >>> round(float(acoustic_debye_temperature(640.0, 2)))
    508
    """
    return np.asarray(np.asarray(debye_temperature_K, dtype=float) / np.cbrt(primitive_atoms))


def _sums(matrix: Array) -> tuple[Array, Array, Array]:
    normal = matrix[:, 0, 0] + matrix[:, 1, 1] + matrix[:, 2, 2]
    cross = matrix[:, 0, 1] + matrix[:, 0, 2] + matrix[:, 1, 2]
    shear = matrix[:, 3, 3] + matrix[:, 4, 4] + matrix[:, 5, 5]
    return normal, cross, shear


def _stack(stiffness: ArrayLike) -> Array:
    array = np.asarray(stiffness, dtype=float)
    array = array[None] if array.ndim == 2 else array
    if array.ndim != 3 or array.shape[1:] != (6, 6):
        raise InputError(f"stiffness has shape {array.shape}; expected (N, 6, 6) or (6, 6)")
    if not np.all(np.isfinite(array)):
        raise InputError("stiffness holds numbers that are not finite")
    return array
