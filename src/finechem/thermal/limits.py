"""Lower limits of lattice thermal conductivity: Clarke, Cahill-Pohl, diffusons."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.units import BOLTZMANN

__all__ = ["cahill_pohl_limit", "clarke_limit", "diffuson_limit"]

Array = NDArray[np.float64]


def clarke_limit(young_Pa: ArrayLike, density_kg_m3: ArrayLike, volume_per_atom_m3: ArrayLike) -> Array:
    """Return Clarke's high-temperature minimum, 0.87 k_B Omega^(-2/3) (E / rho)^(1/2), in W/(m K).

    Parameters
    ----------
    young_Pa, density_kg_m3, volume_per_atom_m3 : arrays
        Young's modulus of the aggregate, density, mean volume per atom.

    Notes
    -----
    D. R. Clarke, Surf. Coat. Technol. 163-164, 67 (2003), doi:10.1016/S0257-8972(02)00593-5. Its mean mass per atom
    over density is the volume per atom used here. An isotropic, high-temperature estimate of a floor, not of kappa.

    Examples
    --------
    >>> round(float(clarke_limit(400e9, 3980.0, 8.5e-30)), 2)  # alumina
    2.89
    """
    young, density = np.asarray(young_Pa, dtype=float), np.asarray(density_kg_m3, dtype=float)
    volume = np.asarray(volume_per_atom_m3, dtype=float)
    return np.asarray(0.87 * BOLTZMANN * np.cbrt(volume) ** -2 * np.sqrt(young / density))


def cahill_pohl_limit(
    longitudinal_m_s: ArrayLike, transverse_m_s: ArrayLike, volume_per_atom_m3: ArrayLike, temperature_K: ArrayLike
) -> Array:
    r"""Return Cahill and Pohl's minimum thermal conductivity at a temperature, in W/(m K).

    .. math:: \kappa = (\pi/6)^{1/3} k_B n^{2/3} \sum_i v_i (T/\theta_i)^2 \int_0^{\theta_i/T}
              \frac{x^3 e^x}{(e^x-1)^2} dx, \quad \theta_i = \frac{\hbar}{k_B} v_i (6\pi^2 n)^{1/3}

    Sum over one longitudinal and two transverse branches, n atoms per volume.

    Notes
    -----
    D. G. Cahill, S. K. Watson, R. O. Pohl, Phys. Rev. B 46, 6131 (1992), doi:10.1103/PhysRevB.46.6131. At high T the
    integral gives (1/2)(pi/6)^(1/3) k_B n^(2/3) (v_L + 2 v_T).

    Examples
    --------
    >>> hot = cahill_pohl_limit(8000.0, 5000.0, 1e-29, 1e5)
    >>> closed = 0.5 * (np.pi / 6) ** (1 / 3) * BOLTZMANN * 1e29 ** (2 / 3) * 18000.0
    >>> bool(np.isclose(hot, closed, rtol=1e-4))
    True
    """
    from finechem.thermal.elastic import debye_temperature

    velocities = [np.asarray(v, dtype=float) for v in (longitudinal_m_s, transverse_m_s, transverse_m_s)]
    volume, temperature = np.asarray(volume_per_atom_m3, dtype=float), np.asarray(temperature_K, dtype=float)
    nodes, weights = np.polynomial.legendre.leggauss(64)
    total: Array = np.zeros(np.broadcast_shapes(velocities[0].shape, volume.shape, temperature.shape))
    for velocity in velocities:
        ratio = debye_temperature(velocity, volume) / temperature
        upper = np.minimum(ratio, 60.0)[..., None]
        x = upper * (nodes + 1) / 2
        integral = np.sum(x * (x / 2 / np.sinh(x / 2)) ** 2 * weights, axis=-1) * upper[..., 0] / 2
        total = total + velocity * integral / ratio**2
    return np.asarray((np.pi / 6) ** (1 / 3) * BOLTZMANN * np.cbrt(volume) ** -2 * total)


def diffuson_limit(mean_velocity_m_s: ArrayLike, volume_per_atom_m3: ArrayLike) -> Array:
    """Return the high-temperature diffuson conductivity, 0.76 n^(2/3) k_B v_mean, in W/(m K).

    `mean_velocity_m_s` is the arithmetic mean (v_L + 2 v_T)/3 over branches and directions.

    Notes
    -----
    M. T. Agne, R. Hanus, G. J. Snyder, Energy Environ. Sci. 11, 609 (2018). Their abstract: 37 % below
    Cahill-Pohl's (exactly so at high T, 0.76/1.209) and 18 % below Clarke's on average. Clarke's formula as written
    here is higher: for an isotropic solid with Poisson's ratio 1/4 this limit is 31 % below it. Heat diffuses between
    modes of all frequencies instead of hopping half a wavelength. Like Clarke's it is for T above the Debye
    temperature; below, modes freeze out and only `cahill_pohl_limit` knows.

    Examples
    --------
    >>> round(float(diffuson_limit(6000.0, 1e-29)), 2)
    1.36
    """
    velocity, volume = np.asarray(mean_velocity_m_s, dtype=float), np.asarray(volume_per_atom_m3, dtype=float)
    return np.asarray(0.76 * BOLTZMANN * np.cbrt(volume) ** -2 * velocity)
