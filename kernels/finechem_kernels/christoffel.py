"""Sound velocities of anisotropic crystals from the Christoffel equation."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from finechem_kernels._jit import (
    REDUCE,
    FloatArray,
    contiguous,
    inline_kernel,
    kernel,
    parallel_kernel,
    prange,
)

PAIRS = np.array([[0, 0], [1, 1], [2, 2], [1, 2], [0, 2], [0, 1]])
"""Cartesian indices in Voigt order: xx, yy, zz, yz, xz, xy."""
VOIGT = np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])
_I, _K = PAIRS.T[:, :, None]  # rows of the acoustic forms
_J, _L = PAIRS.T[:, None, :]  # columns
VOIGT_IJ, VOIGT_KL, VOIGT_IL, VOIGT_KJ = VOIGT[_I, _J], VOIGT[_K, _L], VOIGT[_I, _L], VOIGT[_K, _J]

TILE = 128
"""Directions treated together: 9 numbers each, 9 KiB, well inside a first-level cache."""


class VelocityAverages(NamedTuple):
    """Averages over all propagation directions, one number a material, shape (N,)."""

    inverse_cube: FloatArray
    """Mean of v⁻³ over directions and the three branches, s³/m³."""
    mean: FloatArray
    """Mean of v over directions and the three branches, m/s."""
    longitudinal: FloatArray
    """Mean of the fastest (quasi-longitudinal) branch, m/s."""
    transverse: FloatArray
    """Mean of the two slower (quasi-transverse) branches, m/s."""

    @property
    def debye(self) -> FloatArray:
        """Debye velocity ⟨v⁻³⟩^(−1/3), m/s."""
        return np.asarray(self.inverse_cube ** (-1.0 / 3.0), dtype=np.float64)


def christoffel_velocities(
    stiffness_Pa: FloatArray, density_kg_m3: FloatArray, directions: FloatArray, *, parallel: bool = True
) -> FloatArray:
    r"""Phase velocities of the three acoustic branches along given directions.

    They are the roots of the Christoffel equation [1]_

    .. math:: \det\left(C_{ijkl}\, n_j n_l - \rho v^2\, \delta_{ik}\right) = 0.

    Parameters
    ----------
    stiffness_Pa : (N, 6, 6) array
        Symmetric stiffness matrices in Voigt notation (order xx, yy, zz, yz, xz, xy), Pa.
    density_kg_m3 : (N,) array
        Mass densities, kg/m³.
    directions : (D, 3) array
        Unit vectors of propagation.
    parallel : bool
        Share the materials among numba's threads. False for a caller that runs in threads itself.

    Returns
    -------
    (N, D, 3) array
        Velocities in ascending order, m/s. NaN where the squared velocity is negative: an unstable material.

    Notes
    -----
    The error of a squared velocity is a few float64 roundings of the largest one in that direction,
    degenerate or not, as with LAPACK: see `_squared_velocities`.

    References
    ----------
    .. [1] B. A. Auld, *Acoustic Fields and Waves in Solids*, vol. 1, Wiley, New York (1973).
    """
    velocities = np.empty((len(stiffness_Pa), len(directions), 3))
    fill = _fill_velocities_parallel if parallel else _fill_velocities
    fill(_acoustic_forms(stiffness_Pa, density_kg_m3), _direction_products(directions), velocities)
    return velocities


def velocity_averages(
    stiffness_Pa: FloatArray,
    density_kg_m3: FloatArray,
    directions: FloatArray,
    weights: FloatArray,
    *,
    parallel: bool = True,
) -> VelocityAverages:
    r"""Averages of the sound velocities over directions, as a Debye model needs them.

    .. math:: \langle f(v) \rangle = \sum_d w_d \tfrac13 \sum_{s=1}^{3} f(v_s(n_d)), \qquad
              v_D = \langle v^{-3} \rangle^{-1/3}

    Parameters
    ----------
    stiffness_Pa, density_kg_m3, directions, parallel
        As in `christoffel_velocities`.
    weights : (D,) array
        Quadrature weights that sum to one, as from `sphere_directions`.

    Returns
    -------
    VelocityAverages
        Four arrays of shape (N,), SI units. NaN where any direction is unstable.

    Notes
    -----
    The velocities themselves are never stored.
    """
    averages = np.empty((len(stiffness_Pa), 4))
    fill = _fill_averages_parallel if parallel else _fill_averages
    fill(
        _acoustic_forms(stiffness_Pa, density_kg_m3),
        _direction_products(directions),
        contiguous(weights),
        averages,
    )
    return VelocityAverages(*averages.T)


def sphere_directions(order: int) -> tuple[FloatArray, FloatArray]:
    """Quadrature of an even function, f(n) = f(−n), over the unit sphere.

    Parameters
    ----------
    order : int
        Spherical harmonics up to this degree are averaged exactly.

    Returns
    -------
    directions : (D, 3) array
        Unit vectors of the upper hemisphere, D = 4 ⌈(order + 1)/4⌉².
    weights : (D,) array
        Positive weights with sum 1: ``weights @ f(directions)`` is the mean of f.

    Notes
    -----
    Gauss–Legendre nodes in cos θ times equidistant azimuths. Measured relative error of the averages of
    `velocity_averages` (worst of five orientations; v⁻³ is the slowest of the smooth ones):

    =====  =====  =====================  ==================  ===================
    order  D      cubic, Zener ratio 4   lithium, ratio 8.5  layered h-BN
    =====  =====  =====================  ==================  ===================
    31     256    1e-5                   1e-3                4e-3
    47     576    3e-8                   3e-5                8e-4
    63     1024   9e-11                  8e-7                2e-4
    127    4096   1e-14                  3e-13               5e-7
    =====  =====  =====================  ==================  ===================

    Nearly isotropic crystals (AlN) are at 1e-12 with order 31. The longitudinal and transverse means converge
    more slowly where the branches touch or nearly so (h-BN: 1e-5 at order 127). Lebedev's rules need 30 %
    fewer points for the same error but end at order 131.
    """
    rings = (order + 4) // 4
    z, ring_weights = (half[rings:] for half in np.polynomial.legendre.leggauss(2 * rings))
    azimuth = (np.arange(4 * rings) + 0.5) * (0.5 * np.pi / rings)
    in_plane = np.sqrt(1.0 - z * z)
    x, y = np.multiply.outer(in_plane, np.cos(azimuth)), np.multiply.outer(in_plane, np.sin(azimuth))
    directions = np.stack([x, y, np.broadcast_to(z[:, None], x.shape)], axis=-1).reshape(-1, 3)
    return directions, np.repeat(ring_weights, 4 * rings) / (4 * rings)


def _direction_products(directions: FloatArray) -> FloatArray:
    """Products n_j n_l of the components of each direction, in Voigt order, shape (6, D)."""
    return contiguous((directions[:, PAIRS[:, 0]] * directions[:, PAIRS[:, 1]]).T)


def _acoustic_forms(stiffness_Pa: FloatArray, density_kg_m3: FloatArray) -> FloatArray:
    """Coefficients (N, 6, 6) of C_ijkl n_j n_l / ρ: component ik by row, product n_j n_l by column."""
    forms = stiffness_Pa[:, VOIGT_IJ, VOIGT_KL] + stiffness_Pa[:, VOIGT_IL, VOIGT_KJ]
    forms[:, :, :3] *= 0.5  # j = l has one term, not two
    return contiguous(forms / density_kg_m3[:, None, None])


@inline_kernel
def _squared_velocities(xx: float, yy: float, zz: float, yz: float, xz: float, xy: float) -> tuple[float, float, float]:
    """Eigenvalues of a symmetric 3×3 matrix A, ascending, without a branch.

    With q = tr A / 3 and p² = |A − q|² / 6, the eigenvalues t of B = (A − q)/p obey t³ − 3t = det B = 2r with
    −1 ≤ r ≤ 1. The root farthest from zero, √3 ≤ |t| ≤ 2, is well separated: Newton's method finds it
    in two steps from a cubic in r good to 1e-4. Its projector is W = adj(B − t)/(3t² − 3). What is left of B
    on the plane across W has the mean −t/2, and its deviator D gives the other two roots, −t/2 ± δ, with
    2δ² = |D|²: a sum of squares, exact at degeneracy, where the usual arccosine loses half the digits.
    """
    q = (xx + yy + zz) * (1 / 3)
    xx -= q
    yy -= q
    zz -= q
    # The added tiny number keeps a matrix proportional to the unit matrix from dividing zero by zero.
    p = np.sqrt((xx * xx + yy * yy + zz * zz + 2.0 * (yz * yz + xz * xz + xy * xy)) * (1 / 6)) + 1e-150
    scale = 1.0 / p
    xx *= scale
    yy *= scale
    zz *= scale
    yz *= scale
    xz *= scale
    xy *= scale

    r = 0.5 * (xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz))
    sign = 1.0 if r >= 0.0 else -1.0
    r = min(abs(r), 1.0)
    t = 1.7321326590663837 + r * (0.3306607004416897 + r * (-0.0813823948457717 + r * 0.018639367794961))
    for _ in range(2):
        t -= (t * (t * t - 3.0) - 2.0 * r) / (3.0 * t * t - 3.0)
    gap = 1.0 / (3.0 * t * t - 3.0)
    t *= sign

    # D = B − t W + (t/2)(1 − W), component by component
    half = 0.5 * t
    three_halves = -1.5 * t * gap
    ax = xx - t
    ay = yy - t
    az = zz - t
    dx = xx + half + three_halves * (ay * az - yz * yz)
    dy = yy + half + three_halves * (ax * az - xz * xz)
    dz = zz + half + three_halves * (ax * ay - xy * xy)
    dyz = yz + three_halves * (xy * xz - ax * yz)
    dxz = xz + three_halves * (xy * yz - ay * xz)
    dxy = xy + three_halves * (xz * yz - az * xy)
    delta = np.sqrt(0.5 * (dx * dx + dy * dy + dz * dz) + dyz * dyz + dxz * dxz + dxy * dxy)

    single = q + p * t
    lower = q - p * (half + delta)
    upper = q - p * (half - delta)
    if sign > 0.0:
        return lower, upper, single
    return single, lower, upper


@kernel
def _fill_tile(forms: FloatArray, products: FloatArray, tensor: FloatArray, squared: FloatArray) -> None:
    """Fill ``squared`` (3, T) with v² along T directions; ``tensor`` (6, T) is working memory.

    Two loops over a tile that stays in the first-level cache, each simple enough to vectorise.
    """
    for m in range(6):
        a, b, c = forms[m, 0], forms[m, 1], forms[m, 2]
        d, e, f = forms[m, 3], forms[m, 4], forms[m, 5]
        for k in range(products.shape[1]):
            tensor[m, k] = (
                a * products[0, k]
                + b * products[1, k]
                + c * products[2, k]
                + d * products[3, k]
                + e * products[4, k]
                + f * products[5, k]
            )
    for k in range(products.shape[1]):
        squared[0, k], squared[1, k], squared[2, k] = _squared_velocities(
            tensor[0, k], tensor[1, k], tensor[2, k], tensor[3, k], tensor[4, k], tensor[5, k]
        )


def _velocities(forms: FloatArray, products: FloatArray, velocities: FloatArray) -> None:
    """Fill ``velocities`` (N, D, 3) from ``products`` (6, D)."""
    for n in prange(forms.shape[0]):
        tensor, squared = np.empty((6, TILE)), np.empty((3, TILE))
        for start in range(0, products.shape[1], TILE):
            tile = products[:, start : start + TILE]
            _fill_tile(forms[n], tile, tensor, squared)
            for k in range(tile.shape[1]):
                velocities[n, start + k, 0] = np.sqrt(squared[0, k])
                velocities[n, start + k, 1] = np.sqrt(squared[1, k])
                velocities[n, start + k, 2] = np.sqrt(squared[2, k])


def _averages(
    forms: FloatArray,
    products: FloatArray,
    weights: FloatArray,
    averages: FloatArray,
) -> None:
    """Fill ``averages`` (N, 4) in the order of `VelocityAverages`."""
    for n in prange(forms.shape[0]):
        tensor, squared = np.empty((6, TILE)), np.empty((3, TILE))
        inverse_cube = longitudinal = transverse = 0.0
        for start in range(0, products.shape[1], TILE):
            tile = products[:, start : start + TILE]
            _fill_tile(forms[n], tile, tensor, squared)
            for k in range(tile.shape[1]):
                weight = weights[start + k]
                slow = np.sqrt(squared[0, k])
                middle = np.sqrt(squared[1, k])
                fast = np.sqrt(squared[2, k])
                inverse_cube += weight * (
                    1.0 / (slow * squared[0, k]) + 1.0 / (middle * squared[1, k]) + 1.0 / (fast * squared[2, k])
                )
                longitudinal += weight * fast
                transverse += weight * (slow + middle)
        averages[n, 0] = inverse_cube / 3.0
        averages[n, 1] = (longitudinal + transverse) / 3.0
        averages[n, 2] = longitudinal
        averages[n, 3] = transverse / 2.0


_fill_velocities: Any = kernel(_velocities)
_fill_velocities_parallel: Any = parallel_kernel(_velocities)
_fill_averages: Any = kernel(_averages, fastmath=REDUCE)
_fill_averages_parallel: Any = parallel_kernel(_averages, fastmath=REDUCE)
