"""Effective thermal conductivity of a matrix with spheres or any particles: bounds and closed formulae.

Conductivities in W/(m K), lengths in m, interface resistances in m2 K/W; arrays broadcast against each other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DomainError

__all__ = [
    "bruggeman_asymmetric",
    "bruggeman_symmetric",
    "checked_mixture",
    "every",
    "foygel_percolation",
    "hashin_shtrikman_bounds",
    "hasselman_johnson",
    "lewis_nielsen",
    "maxwell_eucken",
    "particle_with_resistance",
    "wiener_bounds",
]

Array = NDArray[np.float64]


def checked_mixture(matrix: ArrayLike, particle: ArrayLike, share: ArrayLike) -> tuple[Array, Array, Array]:
    """Return the three as arrays.

    Raises
    ------
    DomainError
        If a conductivity is negative (of the matrix, 0) or the fraction no share.
    """
    m, p, phi = (np.asarray(item, dtype=float) for item in (matrix, particle, share))
    if not np.all(np.isfinite(m) & (m > 0)):
        raise DomainError(f"matrix_W_mK={m}: must be finite and above 0")
    if not np.all(np.isfinite(p) & (p >= 0)):
        raise DomainError(f"particle_W_mK={p}: must be finite and not negative")
    if not np.all((phi >= 0) & (phi <= 1)):
        raise DomainError(f"volume_fraction={phi}: must lie between 0 and 1")
    return m, p, phi


def wiener_bounds(matrix_W_mK: ArrayLike, particle_W_mK: ArrayLike, volume_fraction: ArrayLike) -> tuple[Array, Array]:
    """Return the lowest and highest conductivity of any two-phase structure: layers in series and in parallel.

    Raises
    ------
    DomainError
        If a conductivity is negative (of the matrix, 0) or the fraction no share; so do all functions here.

    Examples
    --------
    >>> low, high = wiener_bounds(0.2, 20.0, 0.3)
    >>> round(float(low), 4), round(float(high), 2)
    (0.2845, 6.14)
    """
    m, p, phi = checked_mixture(matrix_W_mK, particle_W_mK, volume_fraction)
    with np.errstate(divide="ignore", invalid="ignore"):
        series = 1.0 / ((1.0 - phi) / m + np.where(phi > 0, phi / p, 0.0))
    return np.asarray(series), np.asarray((1.0 - phi) * m + phi * p)


def maxwell_eucken(matrix_W_mK: ArrayLike, particle_W_mK: ArrayLike, volume_fraction: ArrayLike) -> Array:
    r"""Return the conductivity with few spheres in the matrix.

    .. math:: k = k_m \frac{2 k_m + k_p + 2\varphi (k_p - k_m)}{2 k_m + k_p - \varphi (k_p - k_m)}

    Exact to first order in the fraction, and one of the Hashin-Shtrikman bounds for isotropic structures.

    Examples
    --------
    >>> round(float(maxwell_eucken(1.0, 10.0, 0.1)), 4)
    1.2432
    """
    m, p, phi = checked_mixture(matrix_W_mK, particle_W_mK, volume_fraction)
    return np.asarray(m * (2 * m + p + 2 * phi * (p - m)) / (2 * m + p - phi * (p - m)))


def hashin_shtrikman_bounds(
    matrix_W_mK: ArrayLike, particle_W_mK: ArrayLike, volume_fraction: ArrayLike
) -> tuple[Array, Array]:
    """Return the lowest and highest conductivity of an isotropic (or cubic) structure of two isotropic phases.

    References
    ----------
    Z. Hashin, S. Shtrikman, J. Appl. Phys. 33, 3125 (1962).

    Examples
    --------
    >>> low, high = hashin_shtrikman_bounds(1.0, 10.0, 0.1)
    >>> round(float(low), 4), round(float(high), 4)
    (1.2432, 1.6495)
    """
    m, p, phi = checked_mixture(matrix_W_mK, particle_W_mK, volume_fraction)
    inside = maxwell_eucken(m, p, phi)
    with np.errstate(invalid="ignore", divide="ignore"):
        outside = p * (2 * p + m + 2 * (1 - phi) * (m - p)) / (2 * p + m - (1 - phi) * (m - p))
    outside = np.where(phi == 0.0, m, np.where(p > 0.0, outside, 0.0))
    return np.minimum(inside, outside), np.maximum(inside, outside)


def bruggeman_symmetric(matrix_W_mK: ArrayLike, particle_W_mK: ArrayLike, volume_fraction: ArrayLike) -> Array:
    r"""Return the conductivity of grains of two kinds that stand on equal footing.

    .. math:: (1 - \varphi)\frac{k_m - k}{k_m + 2k} + \varphi\frac{k_p - k}{k_p + 2k} = 0

    Percolates at a third.

    References
    ----------
    D. A. G. Bruggeman, Ann. Phys. 416, 636 (1935).

    Examples
    --------
    >>> round(float(bruggeman_symmetric(1.0, 1.0, 0.4)), 6)
    1.0
    """
    m, p, phi = checked_mixture(matrix_W_mK, particle_W_mK, volume_fraction)
    b = (3 * phi - 1) * p + (2 - 3 * phi) * m
    return np.asarray((b + np.sqrt(b * b + 8 * m * p)) / 4)


def bruggeman_asymmetric(matrix_W_mK: ArrayLike, particle_W_mK: ArrayLike, volume_fraction: ArrayLike) -> Array:
    r"""Return the conductivity with spheres of very different sizes, added little by little to what is there already.

    .. math:: 1 - \varphi = \frac{k_p - k}{k_p - k_m}\left(\frac{k_m}{k}\right)^{1/3}

    The matrix stays connected at any fraction.

    References
    ----------
    D. A. G. Bruggeman, Ann. Phys. 416, 636 (1935).

    Examples
    --------
    >>> round(float(bruggeman_asymmetric(0.2, 20.0, 0.5)), 3)
    1.339
    """
    m, p, phi = checked_mixture(matrix_W_mK, particle_W_mK, volume_fraction)
    m, p, phi = np.broadcast_arrays(m, p, phi)

    def lacking(k: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(p == m, k - m, (k - p) / (m - p) * np.cbrt(m / k) - (1 - phi))

    return _root(lacking, np.minimum(m, p), np.maximum(m, p), p < m)


def _root(function: Callable[[Array], Array], low: Array, high: Array, rising: ArrayLike) -> Array:
    """Bisect for the sign change of a monotone function between bounds, element by element, in ln k.

    The direction is told, not found: at a bound the function may be infinite or, by rounding, no number.
    """
    floor = np.where(low > 0, low, 1e-12 * high)
    a, b = np.log(floor), np.log(np.maximum(high, floor))
    for _ in range(80):
        middle = (a + b) / 2
        above = (function(np.exp(middle)) > 0) == rising
        a, b = np.where(above, a, middle), np.where(above, middle, b)
    return np.asarray(np.exp((a + b) / 2))


def particle_with_resistance(particle_W_mK: ArrayLike, radius_m: ArrayLike, resistance_m2K_W: ArrayLike) -> Array:
    r"""Return the conductivity of a sphere without resistance that acts like one with it, exactly.

    .. math:: k_p' = \frac{k_p}{1 + R k_p / a}

    Examples
    --------
    >>> float(particle_with_resistance(100.0, 1e-6, 1e-8))
    50.0
    """
    p, a, r = (np.asarray(item, dtype=float) for item in (particle_W_mK, radius_m, resistance_m2K_W))
    if not np.all(a > 0) or not np.all(r >= 0):
        raise DomainError(f"radius_m={a} must be above 0 and resistance_m2K_W={r} not negative")
    return np.asarray(p / (1.0 + r * p / a))


def hasselman_johnson(
    matrix_W_mK: ArrayLike,
    particle_W_mK: ArrayLike,
    volume_fraction: ArrayLike,
    radius_m: ArrayLike,
    resistance_m2K_W: ArrayLike,
) -> Array:
    r"""Return the conductivity with few spheres whose interface resists: Maxwell's with `particle_with_resistance`.

    .. math:: k = k_m \frac{2\varphi\,(k_p/k_m - R k_p/a - 1) + k_p/k_m + 2 R k_p/a + 2}
              {\varphi\,(1 - k_p/k_m + R k_p/a) + k_p/k_m + 2 R k_p/a + 2}

    References
    ----------
    D. P. H. Hasselman, L. F. Johnson, J. Compos. Mater. 21, 508 (1987).

    Examples
    --------
    >>> round(float(hasselman_johnson(0.2, 200.0, 0.1, 1e-6, 5e-6)), 3)  # a = R k_m: particles without effect
    0.2
    """
    return maxwell_eucken(
        matrix_W_mK, particle_with_resistance(particle_W_mK, radius_m, resistance_m2K_W), volume_fraction
    )


def every(
    matrix_W_mK: ArrayLike,
    particle_W_mK: ArrayLike,
    volume_fraction: ArrayLike,
    radius_m: ArrayLike,
    resistance_m2K_W: ArrayLike,
) -> Array:
    r"""Return the conductivity by Bruggeman's asymmetric scheme with a resisting interface, as published.

    .. math:: (1-\varphi)^3 = \left(\frac{k_m}{k}\right)^{\frac{1+2\alpha}{1-\alpha}}
              \left(\frac{k - k_p(1-\alpha)}{k_m - k_p(1-\alpha)}\right)^{\frac{3}{1-\alpha}}, \quad
              \alpha = \frac{R k_m}{a}

    Notes
    -----
    It keeps alpha at the matrix's conductivity while the medium around a particle improves. Letting it follow gives
    `bruggeman_asymmetric` with `particle_with_resistance`.

    References
    ----------
    A. G. Every, Y. Tzou, D. P. H. Hasselman, R. Raj, Acta Metall. Mater. 40, 123 (1992).

    Examples
    --------
    >>> round(float(every(0.2, 20.0, 0.5, 1e-3, 0.0)), 3)  # without resistance: Bruggeman
    1.339
    """
    m, p, phi = checked_mixture(matrix_W_mK, particle_W_mK, volume_fraction)
    particle_with_resistance(p, radius_m, resistance_m2K_W)  # its checks
    alpha = np.asarray(resistance_m2K_W, dtype=float) * m / np.asarray(radius_m, dtype=float)
    alpha = np.where(np.abs(alpha - 1.0) < 1e-7, 1.0 + 1e-7, alpha)
    m, p, phi, alpha = np.broadcast_arrays(m, p, phi, alpha)
    inner = p * (1.0 - alpha)  # may be negative: particles worse than holes of a conductivity below 0

    def lacking(k: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = (1 + 2 * alpha) / (1 - alpha) * np.log(m / k) + 3 / (1 - alpha) * np.log((k - inner) / (m - inner))
            return np.where(inner == m, k - m, logs - 3 * np.log(np.maximum(1 - phi, 1e-300)))

    low = np.where(inner > m, m, np.maximum(inner, 1e-12 * m))
    high = np.where(inner > m, inner * (1 - 1e-15), m)
    return np.where(inner == m, m, _root(lacking, low, high, inner < m))


def lewis_nielsen(
    matrix_W_mK: ArrayLike,
    particle_W_mK: ArrayLike,
    volume_fraction: ArrayLike,
    shape_factor: float = 1.5,
    packing_limit: float = 0.637,
) -> Array:
    r"""Return the conductivity by the semi-empirical equation of Lewis and Nielsen.

    .. math:: \frac{k}{k_m} = \frac{1 + A B \varphi}{1 - B \psi \varphi}, \quad B = \frac{k_p/k_m - 1}{k_p/k_m + A},
              \quad \psi = 1 + \frac{1 - \varphi_m}{\varphi_m^2}\varphi

    Parameters
    ----------
    shape_factor : float
        A; 1.5 for spheres.
    packing_limit : float
        Densest packing of the particles, 0.637 for random spheres. At and above it the result is NaN.

    References
    ----------
    T. B. Lewis, L. E. Nielsen, J. Appl. Polym. Sci. 14, 1449 (1970).
    """
    m, p, phi = checked_mixture(matrix_W_mK, particle_W_mK, volume_fraction)
    b = (p / m - 1) / (p / m + shape_factor)
    psi = 1 + (1 - packing_limit) / packing_limit**2 * phi
    value = m * (1 + shape_factor * b * phi) / (1 - b * psi * phi)
    return np.where(phi < packing_limit, value, np.nan)


def foygel_percolation(volume_fraction: ArrayLike, amplitude_W_mK: float, threshold: float, exponent: float) -> Array:
    r"""Return what touching particles conduct above their percolation threshold, :math:`k_0 (\varphi-\varphi_c)^t`.

    Add it to the matrix's own conduction. Its three parameters are fitted to a system; none is predicted.

    References
    ----------
    M. Foygel et al., Phys. Rev. B 71, 104201 (2005), doi:10.1103/PhysRevB.71.104201.

    Examples
    --------
    >>> foygel_percolation([0.1, 0.3], 20.0, 0.2, 1.0).round(6).tolist()
    [0.0, 2.0]
    """
    phi = np.asarray(volume_fraction, dtype=float)
    if not (0 <= threshold < 1 and exponent > 0 and amplitude_W_mK >= 0):
        raise DomainError(f"threshold={threshold}, exponent={exponent}, amplitude_W_mK={amplitude_W_mK}: out of range")
    return np.asarray(amplitude_W_mK * np.maximum(phi - threshold, 0.0) ** exponent)
