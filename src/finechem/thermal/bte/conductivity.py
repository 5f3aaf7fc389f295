"""Lattice thermal conductivity by the phonon Boltzmann equation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.screening.cache import Cache
from finechem.thermal.bte.harmonic import Mesh, Phonons, degenerate_sets, mode_heat_capacities, phonons_on_grid
from finechem.thermal.bte.linewidths import three_phonon_linewidths
from finechem.thermal.bte.processes import DegenerateBands, Precision
from finechem.thermal.bte.result import Conductivity
from finechem.thermal.bte.scattering import boundary_linewidths, isotope_linewidths, speeds
from finechem.thermal.bte.sources import Source, load

if TYPE_CHECKING:
    from finechem.thermal.bte.linearized import CollisionMatrix

__all__ = [
    "Method",
    "coherence_conductivity",
    "conductivity_from_linewidths",
    "lattice_conductivity",
    "mode_conductivities",
    "velocity_products",
]

FloatArray = NDArray[np.float64]
Method: TypeAlias = Literal["rta", "lbte"]
Progress: TypeAlias = Callable[[int, int], None]


def lattice_conductivity(
    source: Source,
    mesh: Mesh,
    temperatures_K: ArrayLike = (300.0,),
    method: Method = "rta",
    isotopes: bool = True,
    boundary_um: float | None = None,
    sigma: float | None = None,
    precision: Precision = "float64",
    degenerate_bands: DegenerateBands = "average",
    workers: int | None = None,
    *,
    imaginary_tolerance_THz: float = 0.1,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Conductivity:
    """Lattice thermal conductivity from second- and third-order force constants.

    Parameters
    ----------
    source : Phono3py, str or Path
        See `load`.
    mesh : three integers, or a length in Å
        Grid of wave vectors: see `phonons_on_grid`.
    temperatures_K : float or (T,) array
        Temperatures, positive.
    method : {"rta", "lbte"}
        Relaxation-time approximation, or the full solution of the linearised equation.
    isotopes : bool
        Scatter by natural isotopes too.
    boundary_um : float, optional
        Mean length between boundaries that scatter diffusely, µm.
    sigma : float, optional
        Width in THz of Gaussians in place of the linear tetrahedron method.
    precision : {"float64", "float32"}
        Of the interaction strengths; sums are in float64.
    degenerate_bands : {"average", "phono3py"}
        Make the result independent of the eigenvectors inside degenerate sets, or do as phono3py does by default.
    workers : int, optional
        Threads. Default: as many as there are cores.
    imaginary_tolerance_THz : float
        Imaginary frequencies up to this magnitude are taken for noise: these modes are left out.
    cache : Cache, optional
        Where linewidths of finished wave vectors are kept, so that an interrupted calculation goes on where it was.
        The full solution keeps none: its matrix would have to be kept too.
    progress : callable, optional
        Called with the grid points that are done and that there are; time is roughly proportional to them.

    Returns
    -------
    Conductivity

    Raises
    ------
    InputError
        If an argument breaks its rule.
    ReadError
        If the source cannot be read.
    DomainError
        If the forces do not determine the force constants, the mesh is coarser than the supercell or modes are
        imaginary.
    ConvergenceError
        If the linearised equation has no solution on this mesh: it is too coarse for so low a temperature.

    Notes
    -----
    Constants of nature are phonopy's, so that numbers compare with phono3py's to rounding.
    """
    temperatures = _temperatures(temperatures_K)
    _require_known(method, precision, degenerate_bands, boundary_um, sigma)
    ph3 = load(source)
    phonons = phonons_on_grid(ph3, mesh, imaginary_tolerance_THz=imaginary_tolerance_THz)
    matrices = _matrices(phonons, temperatures, precision) if method == "lbte" else []
    three_phonon = np.empty((len(temperatures), *phonons.irreducible_frequencies_THz.shape))
    done, total = 0, int(phonons.weights.sum())
    for index, linewidths in three_phonon_linewidths(
        ph3,
        phonons,
        temperatures,
        sigma=sigma,
        precision=precision,
        degenerate_bands=degenerate_bands,
        workers=workers,
        matrices=matrices,
        cache=cache,
    ):
        three_phonon[:, index] = linewidths
        done += int(phonons.weights[index])
        if progress is not None:
            progress(done, total)
    isotope = isotope_linewidths(phonons, sigma=sigma, degenerate_bands=degenerate_bands) if isotopes else None
    relaxing = conductivity_from_linewidths(
        phonons,
        temperatures,
        three_phonon,
        isotope=isotope,
        boundary_um=boundary_um,
        sigma=sigma,
        degenerate_bands=degenerate_bands,
    )
    return _linearized(relaxing, phonons, matrices, spread=degenerate_bands == "average") if matrices else relaxing


def _matrices(phonons: Phonons, temperatures_K: FloatArray, precision: Precision) -> list[CollisionMatrix]:
    """Return an empty collision matrix for each temperature, if they all fit into memory."""
    from finechem.thermal.bte.linearized import CollisionMatrix, grid_symmetry, require_memory

    points, bands = phonons.irreducible_frequencies_THz.shape
    require_memory(points, bands, precision, temperatures=len(temperatures_K))
    symmetry = grid_symmetry(phonons.grid, phonons.grid_points)
    return [
        CollisionMatrix.empty(
            symmetry, phonons.frequencies_THz, temperature, cutoff_THz=phonons.cutoff_THz, precision=precision
        )
        for temperature in temperatures_K
    ]


def _linearized(
    relaxing: Conductivity, phonons: Phonons, matrices: list[CollisionMatrix], *, spread: bool
) -> Conductivity:
    """Put the solution of the full equation in the place of the relaxation-time approximation.

    The collisions of a degenerate set are known only summed over it, so that nothing scatters into differences
    between its bands. With ``spread`` such a difference of velocities relaxes by the linewidth alone. Where bands of
    opposite velocity stick together on a face of the zone this is all that the face carries.
    """
    from finechem.thermal.bte.linearized import solve

    solutions = [
        solve(matrix, linewidths, phonons.group_velocities_m_s, capacities, relaxing.volume_m3)
        for matrix, linewidths, capacities in zip(
            matrices, relaxing.linewidths_THz, relaxing.heat_capacities_J_K, strict=True
        )
    ]
    modes = np.array([solution.mode_kappa_W_mK for solution in solutions])
    if spread:
        apart = relaxing.velocity_products_m2_s2 - _mean_velocity_products(phonons)
        whole = relaxing.volume_m3 * phonons.weights.sum()
        modes += mode_conductivities(apart, relaxing.heat_capacities_J_K, relaxing.linewidths_THz, whole)
    return replace(
        relaxing,
        method="lbte",
        mode_kappa_W_mK=modes,
        residuals=tuple(solution.residual for solution in solutions),
        iterations=tuple(solution.iterations for solution in solutions),
    )


def conductivity_from_linewidths(
    phonons: Phonons,
    temperatures_K: ArrayLike,
    three_phonon_THz: FloatArray,
    *,
    isotope: FloatArray | None = None,
    boundary_um: float | None = None,
    sigma: float | None = None,
    degenerate_bands: DegenerateBands = "average",
) -> Conductivity:
    """Conductivity from linewidths, each mode relaxing by itself.

    Parameters
    ----------
    phonons : Phonons
        From `phonons_on_grid`.
    temperatures_K : (T,) array
        Temperatures.
    three_phonon_THz : (T, R, N) array
        From `three_phonon_linewidths`.
    isotope : (R, N) array, optional
        From `isotope_linewidths`, THz.
    boundary_um : float, optional
        Mean length between boundaries, µm.
    sigma : float, optional
        Width of the Gaussians that the linewidths were made with, THz; only recorded.
    degenerate_bands : {"average", "phono3py"}
        Velocities inside degenerate sets: see `velocity_products`.

    Returns
    -------
    Conductivity
        Linewidths of independent causes add (Matthiessen).
    """
    temperatures = _temperatures(temperatures_K)
    products = velocity_products(phonons, degenerate_bands)
    fast = speeds(products, phonons.weights)[..., None]
    boundary = None if boundary_um is None else boundary_linewidths(fast, boundary_um)
    total = three_phonon_THz + sum(part for part in (isotope, boundary) if part is not None)
    capacities = mode_heat_capacities(phonons.irreducible_frequencies_THz, temperatures, cutoff_THz=phonons.cutoff_THz)
    modes = mode_conductivities(products, capacities, total, _volume(phonons) * phonons.weights.sum())
    return Conductivity(
        method="rta",
        mesh=phonons.mesh,
        temperatures_K=temperatures,
        qpoints=phonons.qpoints[phonons.grid_points],
        grid_points=phonons.grid_points,
        weights=phonons.weights,
        frequencies_THz=phonons.irreducible_frequencies_THz,
        group_velocities_m_s=phonons.group_velocities_m_s,
        velocity_products_m2_s2=products,
        heat_capacities_J_K=capacities,
        linewidths_THz=total,
        three_phonon_THz=three_phonon_THz,
        isotope_THz=isotope,
        boundary_um=boundary_um,
        sigma_THz=sigma,
        mode_kappa_W_mK=modes,
        kappa_rta_W_mK=np.asarray(modes.sum(axis=(1, 2))),
        residuals=None,
        iterations=None,
        kappa_coherence_W_mK=coherence_conductivity(phonons, capacities, total),
        volume_m3=_volume(phonons),
        formula=phonons.interaction.primitive.formula,
    )


def velocity_products(phonons: Phonons, degenerate_bands: DegenerateBands = "average") -> FloatArray:
    r"""Sum v ⊗ v over the star of each irreducible point.

    Parameters
    ----------
    phonons : Phonons
        From `phonons_on_grid`.
    degenerate_bands : {"average", "phono3py"}
        For a band of a degenerate set, the mean over the set of :math:`\sum_{b'} v_{b b'} \otimes v_{b' b}` with b'
        in the set, which no rotation inside the set changes; or the products of group velocities, which depend on
        a direction that phono3py chooses and lose what the symmetry of q averages out.

    Returns
    -------
    (R, N, 3, 3) array
        m²/s².
    """
    rotations = phonons.grid.rotations_cartesian
    if degenerate_bands == "phono3py":
        own = np.einsum("rbx,rby->rbxy", phonons.group_velocities_m_s, phonons.group_velocities_m_s)
    else:
        v, within = phonons.velocity_matrices_m_s, _within_sets(phonons.irreducible_frequencies_THz)
        pairs = np.einsum("rxbc,rybc,rbc->rbxy", v, v.conj(), within, optimize=True).real
        own = np.einsum("rbc,rcxy->rbxy", within / within.sum(axis=2, keepdims=True), pairs)
    turned = np.einsum("gxi,gyj,rbij->rbxy", rotations, rotations, own, optimize=True) / len(rotations)
    return np.asarray(turned * phonons.weights[:, None, None, None])


def _mean_velocity_products(phonons: Phonons) -> FloatArray:
    """Return what `velocity_products` would be if all bands of a degenerate set had its mean velocity."""
    within = _within_sets(phonons.irreducible_frequencies_THz)
    mean = within @ phonons.group_velocities_m_s / within.sum(axis=2, keepdims=True)
    return velocity_products(replace(phonons, group_velocities_m_s=mean), "phono3py")


def _within_sets(frequencies_THz: FloatArray) -> NDArray[np.bool_]:
    """Return which pairs of bands are of one degenerate set: (R, N) to (R, N, N)."""
    sets = degenerate_sets(frequencies_THz)
    return np.asarray(sets[:, :, None] == sets[:, None, :])


def mode_conductivities(
    products_m2_s2: FloatArray, capacities_J_K: FloatArray, linewidths_THz: FloatArray, volume_m3: float
) -> FloatArray:
    r"""Contributions of the modes, each summed over its star.

    .. math:: \kappa_{q b} = \frac{1}{N_q V} \, c_{q b} \sum_{q^* \in \text{star}} v \otimes v \; \tau_{q b}, \qquad
              \tau = \frac{1}{4 \pi \Gamma}

    Parameters
    ----------
    products_m2_s2 : (R, N, 3, 3) array
        v ⊗ v summed over stars, from `velocity_products`.
    capacities_J_K, linewidths_THz : (T, R, N) arrays
        Mode heat capacities and linewidths of all causes.
    volume_m3 : float
        Of the crystal: N_q primitive cells.

    Returns
    -------
    (T, R, N, 3, 3) array
        W/(m K); the conductivity is their sum. Modes without linewidth contribute nothing, as in phono3py.
    """
    there = linewidths_THz > 0.0
    lifetimes = np.where(there, 1.0 / (4e12 * np.pi * np.where(there, linewidths_THz, 1.0)), 0.0)
    return np.asarray((capacities_J_K * lifetimes / volume_m3)[..., None, None] * products_m2_s2)


def coherence_conductivity(phonons: Phonons, capacities_J_K: FloatArray, linewidths_THz: FloatArray) -> FloatArray:
    r"""Conductivity between bands, the coherence term of the Wigner transport equation [1]_.

    .. math:: \kappa_C = \frac{1}{N_q V} \sum_{q,\, b \ne b'} \frac{\omega_b + \omega_{b'}}{4}
              \left( \frac{c_b}{\omega_b} + \frac{c_{b'}}{\omega_{b'}} \right) v_{b b'} \otimes v_{b' b} \,
              \frac{\Gamma_b + \Gamma_{b'}}{(\omega_b - \omega_{b'})^2 + (\Gamma_b + \Gamma_{b'})^2}

    with Γ half of the full width, angular like ω, and :math:`v = \partial \sqrt{D} / \partial q`. Pairs inside a
    degenerate set are left out: in `velocity_products` they belong to the modes.

    Parameters
    ----------
    phonons : Phonons
        From `phonons_on_grid`.
    capacities_J_K, linewidths_THz : (T, R, N) arrays
        Mode heat capacities and linewidths of all causes.

    Returns
    -------
    (T, 3, 3) array
        W/(m K), to be added to the conductivity of the modes.

    References
    ----------
    .. [1] M. Simoncelli, N. Marzari, F. Mauri, Nat. Phys. 15, 809 (2019), doi:10.1038/s41567-019-0520-x.

    Notes
    -----
    phono3py's "SMM19" takes the velocities of the quasi-harmonic Green-Kubo formula, with :math:`\sqrt{\omega \omega'}`
    in place of :math:`(\omega + \omega')/2`: the term of each pair is greater there, by the square of their ratio.
    """
    rotations = phonons.grid.rotations_cartesian
    kappa = np.zeros((len(capacities_J_K), 3, 3))
    frequencies = phonons.irreducible_frequencies_THz
    apart = ~_within_sets(frequencies)
    for r, velocity in enumerate(phonons.velocity_matrices_m_s):
        f, c, gamma = frequencies[r], capacities_J_K[:, r], linewidths_THz[:, r]
        there = f > phonons.cutoff_THz
        per_frequency = np.where(there, c / np.where(there, f, 1.0), 0.0)
        capacity = 0.25 * (f[:, None] + f) * (per_frequency[:, :, None] + per_frequency[:, None])
        width = gamma[:, :, None] + gamma[:, None]
        both = apart[r] & there[:, None] & there & (width > 0.0)
        shape = np.where(both, width / np.where(both, (f[:, None] - f) ** 2 + width**2, 1.0), 0.0)
        product = np.einsum("xbc,ybc->xybc", velocity, velocity.conj()).real
        kappa += phonons.weights[r] * np.einsum("tbc,xybc->txy", capacity * shape, product)
    kappa = np.einsum("gxi,gyj,tij->txy", rotations, rotations, kappa, optimize=True) / len(rotations)
    return np.asarray(kappa / (2e12 * np.pi * _volume(phonons) * phonons.weights.sum()))


def _volume(phonons: Phonons) -> float:
    return float(phonons.interaction.primitive.volume) * 1e-30


def _temperatures(given: ArrayLike) -> FloatArray:
    try:
        temperatures = np.atleast_1d(np.asarray(given, dtype=np.float64))
    except (TypeError, ValueError):
        temperatures = np.empty(0)
    if temperatures.ndim != 1 or not len(temperatures) or not np.all(np.isfinite(temperatures) & (temperatures > 0.0)):
        raise InputError(f"temperatures_K is {given!r}; one or more positive temperatures in K are needed")
    return temperatures


def _require_known(
    method: str, precision: str, degenerate_bands: str, boundary_um: float | None, sigma: float | None
) -> None:
    choices = {
        "method": (method, ("rta", "lbte")),
        "precision": (precision, ("float64", "float32")),
        "degenerate_bands": (degenerate_bands, ("average", "phono3py")),
    }
    for name, (given, known) in choices.items():
        if given not in known:
            raise InputError(f"{name} is {given!r}; it must be {' or '.join(map(repr, known))}")
    for name, value in {"boundary_um": boundary_um, "sigma": sigma}.items():
        number = isinstance(value, int | float | np.number)
        if value is not None and not (number and np.isfinite(value) and value > 0.0):
            raise InputError(f"{name} is {value!r}; it must be a positive number")
