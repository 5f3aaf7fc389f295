"""Gruneisen parameters: what elasticity alone says, and what measured thermal expansion says."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.units import BOLTZMANN

__all__ = ["debye_heat_capacity", "gruneisen_from_poisson", "gruneisen_thermodynamic"]

Array = NDArray[np.float64]


def gruneisen_from_poisson(poisson: ArrayLike) -> Array:
    """Return the elastic Gruneisen parameter, gamma = 3/2 (1 + nu) / (2 - 3 nu).

    Parameters
    ----------
    poisson : array
        Poisson's ratio of the isotropic aggregate, -1 to 1/2.

    Returns
    -------
    array
        Same shape; NaN outside -1 < nu <= 1/2, where an elastic solid cannot be.

    Notes
    -----
    V. N. Belomestnykh & E. P. Tesleva, Tech. Phys. 49, 1098 (2004). Leont'ev's formula (Akust. Zh. 27, 554 (1981)),
    gamma = 3/2 (3 v_L^2 - 4 v_T^2) / (v_L^2 + 2 v_T^2), is the same expression written in sound velocities: with
    v_L^2 / v_T^2 = 2 (1 - nu) / (1 - 2 nu) one turns into the other.

    It knows nothing of the structure. It runs 0.75 to 4.5 for nu = 0 to 1/2. For tetrahedral crystals it lies far
    above the heat-carrying modes' own parameter: about 1.3 where heat conduction asks for 0.7.

    Examples
    --------
    >>> gruneisen_from_poisson([0.0, 0.25]).tolist()
    [0.75, 1.5]
    """
    nu = np.asarray(poisson, dtype=float)
    with np.errstate(all="ignore"):
        gamma = 1.5 * (1 + nu) / (2 - 3 * nu)
    return np.where((nu > -1) & (nu <= 0.5), gamma, np.nan)


def gruneisen_thermodynamic(
    volume_expansion_K: ArrayLike, bulk_modulus_Pa: ArrayLike, heat_capacity_J_m3K: ArrayLike
) -> Array:
    """Return the thermodynamic Gruneisen parameter, gamma = alpha_V K / c_V (all measured near one temperature).

    Parameters
    ----------
    volume_expansion_K : array
        Volume expansion coefficient, 1/K (three times the linear one if isotropic).
    bulk_modulus_Pa : array
        Isothermal bulk modulus (the adiabatic one with c_p is the same thing).
    heat_capacity_J_m3K : array
        Heat capacity per volume at constant volume.

    Notes
    -----
    Exact thermodynamics: the mean of the mode parameters weighted with their heat capacities, so optical modes count
    too. It can be negative where expansion is (Si below 120 K).

    Examples
    --------
    >>> round(float(gruneisen_thermodynamic(3 * 39.6e-6, 25.1e9, 1.85e6)), 2)  # NaCl
    1.61
    """
    alpha, bulk = np.asarray(volume_expansion_K, dtype=float), np.asarray(bulk_modulus_Pa, dtype=float)
    return np.asarray(alpha * bulk / np.asarray(heat_capacity_J_m3K, dtype=float))


def debye_heat_capacity(temperature_K: ArrayLike, debye_temperature_K: ArrayLike) -> Array:
    """Return the Debye heat capacity per atom in J/K, 9 k_B (T/theta)^3 int_0^(theta/T) x^4 e^x/(e^x-1)^2 dx.

    Examples
    --------
    >>> round(float(debye_heat_capacity(3000.0, 300.0)) / (3 * BOLTZMANN), 3)
    1.0
    """
    ratio = np.asarray(debye_temperature_K, dtype=float) / np.asarray(temperature_K, dtype=float)
    nodes, weights = np.polynomial.legendre.leggauss(64)
    upper = np.minimum(ratio, 60.0)[..., None]
    x = upper * (nodes + 1) / 2
    half = x / 2
    integrand = (half / np.sinh(half)) ** 2 * x**2
    integral = np.sum(integrand * weights, axis=-1) * upper[..., 0] / 2
    return np.asarray(9 * BOLTZMANN * integral / ratio**3)
