"""Effective thermal conductivity of a matrix with particles: bounds and closed formulae.

Conductivities in W/(m K), lengths in m, interface resistances in m2 K/W; arrays broadcast against each other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DomainError, InputError

__all__ = [
    "bruggeman_asymmetric",
    "bruggeman_symmetric",
    "depolarization_factors",
    "every",
    "foygel_percolation",
    "hashin_shtrikman_bounds",
    "hasselman_johnson",
    "lewis_nielsen",
    "maxwell_eucken",
    "nan_spheroids",
    "particle_with_resistance",
    "spheroid_with_resistance",
    "wiener_bounds",
]

Array = NDArray[np.float64]


def _checked(matrix: ArrayLike, particle: ArrayLike, share: ArrayLike) -> tuple[Array, Array, Array]:
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
    m, p, phi = _checked(matrix_W_mK, particle_W_mK, volume_fraction)
    with np.errstate(divide="ignore"):
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
    m, p, phi = _checked(matrix_W_mK, particle_W_mK, volume_fraction)
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
    m, p, phi = _checked(matrix_W_mK, particle_W_mK, volume_fraction)
    inside = maxwell_eucken(m, p, phi)
    with np.errstate(invalid="ignore", divide="ignore"):
        outside = np.where(p > 0, p * (2 * p + m + 2 * (1 - phi) * (m - p)) / (2 * p + m - (1 - phi) * (m - p)), 0.0)
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
    m, p, phi = _checked(matrix_W_mK, particle_W_mK, volume_fraction)
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
    m, p, phi = _checked(matrix_W_mK, particle_W_mK, volume_fraction)
    m, p, phi = np.broadcast_arrays(m, p, phi)

    def lacking(k: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(p == m, k - m, (k - p) / (m - p) * np.cbrt(m / k) - (1 - phi))

    return _root(lacking, np.minimum(m, p), np.maximum(m, p))


def _root(function: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Bisect for the sign change of a monotone function between bounds, element by element, in ln k where it can."""
    floor = np.where(low > 0, low, 1e-12 * high)
    a, b = np.log(floor), np.log(np.maximum(high, floor))
    rising = function(np.exp(b)) >= function(np.exp(a))
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
    m, p, phi = _checked(matrix_W_mK, particle_W_mK, volume_fraction)
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
    return np.where(inner == m, m, _root(lacking, low, high))


def depolarization_factors(aspect_ratio: ArrayLike) -> tuple[Array, Array]:
    r"""Return the depolarization factors of a spheroid across and along its axis, L11 and L33 = 1 - 2 L11.

    Parameters
    ----------
    aspect_ratio : array
        p, length along the axis over diameter: below 1 a platelet, above 1 a fibre.

    Examples
    --------
    >>> across, along = depolarization_factors([1e-4, 1.0, 1e4])
    >>> np.round(across, 3).tolist(), np.round(along, 3).tolist()
    ([0.0, 0.333, 0.5], [1.0, 0.333, 0.0])
    """
    p = np.asarray(aspect_ratio, dtype=float)
    if not np.all(np.isfinite(p) & (p > 0)):
        raise DomainError(f"aspect_ratio={p}: must be finite and above 0")
    square = p * p
    with np.errstate(divide="ignore", invalid="ignore"):
        flat = square / (2 * (square - 1)) + p / (2 * np.abs(1 - square) ** 1.5) * np.arccos(np.minimum(p, 1.0))
        long = square / (2 * (square - 1)) - p / (2 * np.abs(square - 1) ** 1.5) * np.arccosh(np.maximum(p, 1.0))
    across = np.where(np.abs(p - 1) < 1e-4, 1 / 3 - 2 / 15 * (1 - p), np.where(p < 1, flat, long))
    return np.asarray(across), np.asarray(1.0 - 2.0 * across)


def nan_spheroids(
    matrix_W_mK: float,
    particle_W_mK: tuple[float, float],
    volume_fraction: ArrayLike,
    aspect_ratio: float,
    *,
    half_length_m: float = 1.0,
    resistance_m2K_W: float = 0.0,
    mean_square_cosine: float = 1.0 / 3.0,
) -> tuple[Array, Array]:
    r"""Return the conductivities across and along the axis of a composite of like spheroids, by Nan's formula.

    With :math:`\beta_{ii} = (K_i^c - k_m) / (k_m + L_{ii} (K_i^c - k_m))` and the spheroid's own resistance in
    :math:`K_i^c = K_i / (1 + \gamma L_{ii} K_i / k_m)`,

    .. math:: \frac{k_{11}}{k_m} = \frac{2 + \varphi[\beta_{11}(1-L_{11})(1+c) + \beta_{33}(1-L_{33})(1-c)]}
              {2 - \varphi[\beta_{11}L_{11}(1+c) + \beta_{33}L_{33}(1-c)]}, \quad
              \frac{k_{33}}{k_m} = \frac{1 + \varphi[\beta_{11}(1-L_{11})(1-c) + \beta_{33}(1-L_{33})c]}
              {1 - \varphi[\beta_{11}L_{11}(1-c) + \beta_{33}L_{33}c]}

    Parameters
    ----------
    matrix_W_mK : float
    particle_W_mK : (float, float)
        Across the spheroid's axis (in the plane of a platelet), and along it.
    volume_fraction : array
    aspect_ratio : float
        Length along the axis over diameter.
    half_length_m : float
        The *shorter* semi-axis: radius of a fibre, half the thickness of a platelet.
    resistance_m2K_W : float
    mean_square_cosine : float
        c, of the angle between spheroid axes and the composite's: 1/3 at random, 1 aligned.

    Returns
    -------
    (k11, k33) : arrays
        Across and along the composite's axis. Platelets that lie flat: in-plane and through-plane.

    References
    ----------
    C.-W. Nan, R. Birringer, D. R. Clarke, H. Gleiter, J. Appl. Phys. 81, 6692 (1997), doi:10.1063/1.365209.

    Examples
    --------
    >>> k11, k33 = nan_spheroids(1.0, (10.0, 10.0), 0.1, 1.0)  # spheres: Maxwell
    >>> round(float(k11), 4), round(float(k33), 4)
    (1.2432, 1.2432)
    """
    m, _, phi = _checked(matrix_W_mK, particle_W_mK[0], volume_fraction)
    _checked(matrix_W_mK, particle_W_mK[1], 0.0)
    c = float(mean_square_cosine)
    if not 0.0 <= c <= 1.0:
        raise InputError(f"mean_square_cosine={c}: must lie between 0 and 1")
    across, along = depolarization_factors(aspect_ratio)
    beta = []
    inside = spheroid_with_resistance(particle_W_mK, aspect_ratio, half_length_m, resistance_m2K_W)
    for inner, factor in zip(inside, (across, along), strict=True):
        beta.append((inner - m) / (m + factor * (inner - m)))
    b1, b3 = beta
    k11 = (2 + phi * (b1 * (1 - across) * (1 + c) + b3 * (1 - along) * (1 - c))) / (
        2 - phi * (b1 * across * (1 + c) + b3 * along * (1 - c))
    )
    k33 = (1 + phi * (b1 * (1 - across) * (1 - c) + b3 * (1 - along) * c)) / (
        1 - phi * (b1 * across * (1 - c) + b3 * along * c)
    )
    return np.asarray(m * k11), np.asarray(m * k33)


def spheroid_with_resistance(
    particle_W_mK: tuple[float, float], aspect_ratio: float, half_length_m: float, resistance_m2K_W: float
) -> tuple[float, float]:
    r"""Return the conductivities of a spheroid without resistance that acts like one with it, by Nan's formula.

    .. math:: K_i^c = \frac{K_i}{1 + s L_{ii} R K_i / a}, \quad s = 1 + 2p\ (p \le 1), \quad s = 2 + 1/p\ (p \ge 1)

    It does not depend on the matrix. Exact for spheres; for others the spheroid has a thin coat bounded by a similar
    spheroid, thicker at the tips than a resistance that is the same everywhere.

    Parameters
    ----------
    particle_W_mK : (float, float)
        Across the axis, and along it.
    aspect_ratio : float
        Length along the axis over diameter.
    half_length_m : float
        a, the *shorter* semi-axis: radius of a fibre, half the thickness of a platelet.
    resistance_m2K_W : float

    Returns
    -------
    (float, float)
        Across the axis, and along it.

    References
    ----------
    C.-W. Nan, R. Birringer, D. R. Clarke, H. Gleiter, J. Appl. Phys. 81, 6692 (1997), doi:10.1063/1.365209.

    Examples
    --------
    >>> [round(k, 2) for k in spheroid_with_resistance((100.0, 100.0), 1.0, 1e-6, 1e-8)]  # a sphere
    [50.0, 50.0]
    >>> [round(k, 2) for k in spheroid_with_resistance((300.0, 3.0), 0.05, 1e-7, 1e-8)]  # a flake
    [135.26, 2.3]
    """
    if not half_length_m > 0 or not resistance_m2K_W >= 0:
        raise DomainError(
            f"half_length_m={half_length_m} must be above 0, resistance_m2K_W={resistance_m2K_W} not negative"
        )
    shape = 2.0 + 1.0 / aspect_ratio if aspect_ratio >= 1 else 1.0 + 2.0 * aspect_ratio
    over = shape * resistance_m2K_W / half_length_m
    across, along = (
        float(own / (1.0 + over * factor * own))
        for own, factor in zip(particle_W_mK, depolarization_factors(aspect_ratio), strict=True)
    )
    return across, along


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
    m, p, phi = _checked(matrix_W_mK, particle_W_mK, volume_fraction)
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
