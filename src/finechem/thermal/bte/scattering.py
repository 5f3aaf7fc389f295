"""Scattering of phonons by isotopes and by grain boundaries, as linewidths beside those of three phonons."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.thermal.bte.harmonic import Phonons, average_over_sets, degenerate_sets
from finechem.thermal.bte.processes import DegenerateBands, grid_rows

__all__ = ["boundary_linewidths", "isotope_linewidths", "mean_free_paths", "speeds"]

FloatArray: TypeAlias = NDArray[np.float64]

TIE_THZ = 1e-5
"""Above the noise of frequencies that symmetry makes equal (3e-8 in AlN), below phonopy's tolerance of degeneracy."""


def isotope_linewidths(
    phonons: Phonons,
    *,
    mass_variances: ArrayLike | None = None,
    sigma: float | None = None,
    degenerate_bands: DegenerateBands = "average",
) -> FloatArray:
    r"""Linewidths from the disorder of isotopes, in second order of the mass differences [1]_.

    .. math:: \Gamma_{q b} = \frac{1}{2} \, \frac{\pi}{2 N_q} \, f_{q b}^2 \sum_{q' b'} \delta(f_{q b} - f_{q' b'})
              \sum_k g_k \left| e_k^*(q b) \cdot e_k(q' b') \right|^2, \qquad
              g_k = \sum_i c_i \left(1 - \frac{m_i}{\bar m_k}\right)^2

    Parameters
    ----------
    phonons : Phonons
        From `phonons_on_grid`.
    mass_variances : (n,) array, optional
        g of each atom of the primitive cell. Default: natural isotopes, from phonopy's table.
    sigma : float, optional
        Width in THz of Gaussians in place of the linear tetrahedron method.
    degenerate_bands : {"average", "phono3py"}
        Average over degenerate sets and both sides of a tie (see Notes), or do as phono3py does by default.

    Returns
    -------
    (R, N) array
        Linewidths Γ at the irreducible points, THz.

    Raises
    ------
    InputError
        If the mass variances do not fit the atoms.

    Notes
    -----
    Every wave vector that symmetry makes equivalent to q has the very frequency of q: facets of tetrahedra can lie
    in the surface of that frequency, where the linear tetrahedron method jumps, and rounding would choose the side.
    The sum is therefore the mean of those at f ± `TIE_THZ`. phono3py's weights are below both sides of such a
    jump: single modes of AlN come out up to 40 % less.

    References
    ----------
    .. [1] S. Tamura, Phys. Rev. B 27, 858 (1983), doi:10.1103/PhysRevB.27.858.
    """
    variances = _variances(phonons, mass_variances)
    plain = sigma is not None or degenerate_bands == "phono3py"
    linewidths = (_by_phono3py if plain else _by_kernel)(phonons, variances, sigma)
    if degenerate_bands == "average":
        sets = degenerate_sets(phonons.irreducible_frequencies_THz)
        linewidths = np.array([average_over_sets(row, own) for row, own in zip(linewidths, sets, strict=True)])
    return linewidths


def _by_kernel(phonons: Phonons, variances: FloatArray, _: float | None) -> FloatArray:
    from finechem_kernels.isotopes import elastic_sums
    from finechem_kernels.tetrahedra import vertex_steps

    grid, frequencies = phonons.grid, phonons.frequencies_THz
    regular = grid.grg2bzg
    neighbours = grid_rows(grid, grid.addresses[regular], vertex_steps(grid.microzone_lattice) @ grid.P.T)
    vectors = np.ascontiguousarray(phonons.eigenvectors.swapaxes(1, 2))
    sets = degenerate_sets(frequencies)[regular]
    on_grid = frequencies[regular], neighbours, vectors[regular], sets, variances, phonons.cutoff_THz
    linewidths = np.empty((len(phonons.grid_points), frequencies.shape[1]))
    for row, point in zip(linewidths, phonons.grid_points, strict=True):
        below, above = (
            elastic_sums(frequencies[point] + shift, vectors[point], *on_grid) for shift in (-TIE_THZ, TIE_THZ)
        )
        row[:] = 0.125 * np.pi / len(regular) * frequencies[point] ** 2 * (below + above)
    return linewidths


def _by_phono3py(phonons: Phonons, variances: FloatArray, sigma: float | None) -> FloatArray:
    from phono3py.other.isotope import Isotope

    known = phonons.interaction
    isotope = Isotope(
        phonons.mesh,
        known.primitive,
        mass_variances=variances,
        bz_grid=phonons.grid,
        frequency_factor_to_THz=known.frequency_factor_to_THz,
        cutoff_frequency=phonons.cutoff_THz,
        sigma=sigma,
    )
    isotope.set_phonons(known.phonons, dm=known.dynamical_matrix)
    linewidths = []
    for point in phonons.grid_points:
        isotope.set_grid_point(point)
        isotope.run()
        linewidths.append(isotope.gamma)
    return np.array(linewidths)


def boundary_linewidths(group_velocities_m_s: FloatArray, length_um: float) -> FloatArray:
    r"""Linewidths from boundaries that a phonon meets after a length on average, and that scatter it diffusely.

    .. math:: \Gamma = \frac{|v|}{4 \pi L}

    Parameters
    ----------
    group_velocities_m_s : (..., 3) array
        Group velocities.
    length_um : float
        Mean length L between boundaries, µm.

    Returns
    -------
    (...) array
        Linewidths, THz.

    Raises
    ------
    InputError
        If the length is not positive.

    Examples
    --------
    >>> float(boundary_linewidths(np.array([6000.0, 0.0, 8000.0]), 1.0).round(6))
    0.000796
    """
    if not length_um > 0.0:
        raise InputError(f"the length between boundaries is {length_um} µm; it must be positive")
    return np.asarray(np.linalg.norm(group_velocities_m_s, axis=-1) / (4.0 * np.pi * length_um) * 1e-6)


def speeds(products_m2_s2: FloatArray, weights: NDArray[np.int64]) -> FloatArray:
    """Return the root mean square of the speeds in v ⊗ v (R, N, 3, 3) summed over stars of given sizes: (R, N)."""
    return np.asarray(np.sqrt(np.trace(products_m2_s2, axis1=-2, axis2=-1) / weights[:, None]))


def mean_free_paths(group_velocities_m_s: FloatArray, linewidths_THz: FloatArray) -> FloatArray:
    r"""Mean free path :math:`|v| \tau` with :math:`\tau = 1/(4 \pi \Gamma)`.

    Parameters
    ----------
    group_velocities_m_s : (..., 3) array
        Group velocities.
    linewidths_THz : (T, ...) array
        Linewidths Γ of all causes.

    Returns
    -------
    (T, ...) array
        Mean free paths, m; zero for modes without linewidth, which carry nothing.
    """
    speed = np.linalg.norm(group_velocities_m_s, axis=-1)
    there = linewidths_THz > 0.0
    return np.asarray(np.where(there, speed / (4e12 * np.pi * np.where(there, linewidths_THz, 1.0)), 0.0))


def _variances(phonons: Phonons, given: ArrayLike | None) -> FloatArray:
    from phono3py.other.isotope import get_mass_variances
    from phonopy.structure.atomic_data import get_atomic_data

    primitive = phonons.interaction.primitive
    if given is None:
        known = get_atomic_data().isotope_data
        lacking = [symbol for symbol in dict.fromkeys(primitive.symbols) if not known.get(symbol)]
        if lacking:
            raise InputError(
                f"{', '.join(lacking)} has no natural isotopes; give mass_variances, or take isotopes=False"
            )
        return np.asarray(get_mass_variances(primitive), dtype=np.float64)
    variances = np.asarray(given, dtype=np.float64)
    if variances.shape != (len(primitive),) or not np.all(variances >= 0.0):
        raise InputError(
            f"mass_variances has shape {variances.shape}; one value, zero or more, is needed for each of the "
            f"{len(primitive)} atoms of the primitive cell ({' '.join(primitive.symbols)})"
        )
    return variances
