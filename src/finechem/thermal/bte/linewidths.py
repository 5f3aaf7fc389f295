"""Linewidths of phonons from three-phonon scattering."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.thermal.bte.harmonic import Phonons, degenerate_sets
from finechem.thermal.bte.sources import primitive_atoms, rows_of_primitive

__all__ = ["DegenerateBands", "Precision", "average_over_sets", "gaussian", "grid_rows", "three_phonon_linewidths"]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Precision: TypeAlias = Literal["float64", "float32"]
DegenerateBands: TypeAlias = Literal["average", "phono3py"]

TOGETHER = 12
"""Irreducible points whose triplets are handled at a time."""


def three_phonon_linewidths(
    ph3: Any,
    phonons: Phonons,
    temperatures_K: ArrayLike,
    *,
    sigma: float | None = None,
    precision: Precision = "float64",
    degenerate_bands: DegenerateBands = "average",
    workers: int | None = None,
) -> Iterator[tuple[int, FloatArray]]:
    r"""Imaginary part of the self-energy of the bubble diagram, as phono3py defines it [1]_.

    .. math::

        \Gamma_{q b_0} = \frac{18 \pi}{\hbar^2} \sum_{q_1 b_1 b_2} |V_{b_0 b_1 b_2}|^2 \left\{ (n_1 + n_2 + 1)\,
            \delta(\omega_0 - \omega_1 - \omega_2) + (n_1 - n_2) \left[ \delta(\omega_0 + \omega_1 - \omega_2) -
            \delta(\omega_0 - \omega_1 + \omega_2) \right] \right\}

    Parameters
    ----------
    ph3 : Phono3py
        With third-order force constants.
    phonons : Phonons
        From `phonons_on_grid`.
    temperatures_K : (T,) array
        Temperatures, positive.
    sigma : float, optional
        Width in THz of Gaussians in place of the linear tetrahedron method.
    precision : {"float64", "float32"}
        Of the interaction strengths; the sums are in float64.
    degenerate_bands : {"average", "phono3py"}
        Average \|V\|² over degenerate sets of the three phonons, so that the result does not depend on which
        eigenvectors the solver happened to return; or do as phono3py does by default, average Γ over the sets at q
        only.
    workers : int, optional
        Threads. Default one.

    Returns
    -------
    iterator of (int, (T, N) array)
        Row of ``phonons.grid_points``, each once, in no particular order; and Γ there, half of the full width at half
        maximum, THz (not angular). The lifetime is 1/(4πΓ). Each pair is computed when it is asked for.

    Raises
    ------
    InputError
        If the number of workers is not positive.

    Notes
    -----
    Γ is the same in phono3py to rounding, with its ``average_degenerate_weights`` for "average".

    References
    ----------
    .. [1] A. Togo, L. Chaput, I. Tanaka, Phys. Rev. B 91, 094306 (2015), doi:10.1103/PhysRevB.91.094306.
    """
    if workers is not None and workers < 1:
        raise InputError(f"workers is {workers}; at least one thread is needed")
    job = _Job.of(ph3, phonons, temperatures_K, sigma, precision, degenerate_bands)
    return _all_linewidths(job, workers or 1)


def _all_linewidths(job: _Job, workers: int) -> Iterator[tuple[int, FloatArray]]:
    rows = np.arange(len(job.phonons.grid_points))
    batches = [rows[start : start + TOGETHER] for start in range(0, len(rows), TOGETHER)]
    if workers == 1:
        for batch in batches:
            yield from _linewidths(job, batch)
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), ThreadPoolExecutor(workers) as pool:
        for done in pool.map(lambda batch: list(_linewidths(job, batch)), batches):
            yield from done


class _Job(NamedTuple):
    """What all irreducible points share."""

    phonons: Phonons
    waves: Any
    modes: Any
    occupations: FloatArray
    """Bose–Einstein, zero for modes that are not above the cut-off, (T, Q, N)."""
    on_grid: FloatArray
    """Frequencies at the regular grid points, none below zero, (G, N)."""
    steps: IntArray
    """From a grid point to the vertices of its tetrahedra, (15, 3)."""
    sets: IntArray
    """First band of each degenerate set, (Q, N)."""
    sigma: float | None
    precision: Precision
    average: bool
    strength_unit: float
    linewidth_unit: float
    """Of Γ over \\|V\\|²: THz over eV²/THz."""

    @classmethod
    def of(
        cls,
        ph3: Any,
        phonons: Phonons,
        temperatures_K: ArrayLike,
        sigma: float | None,
        precision: Precision,
        degenerate_bands: DegenerateBands,
    ) -> _Job:
        from phonopy.physical_units import get_physical_units

        from finechem_kernels.plane_waves import plane_waves
        from finechem_kernels.tetrahedra import vertex_steps
        from finechem_kernels.three_phonon import Modes

        units, grid, interaction = get_physical_units(), phonons.grid, phonons.interaction
        frequencies = phonons.frequencies_THz
        primitive = interaction.primitive
        vectors, multiplicity = primitive.get_smallest_vectors()
        waves = plane_waves(
            rows_of_primitive(ph3.fc3, primitive),
            primitive_atoms(primitive),
            vectors,
            multiplicity,
            primitive.scaled_positions,
            primitive.masses,
            average_legs=interaction.make_r0_average,
            all_shortest=interaction.all_shortest,
        )
        there = frequencies > phonons.cutoff_THz
        thermal = np.asarray(temperatures_K, dtype=np.float64)[:, None, None] * (units.KB / units.THzToEv)
        with np.errstate(over="ignore"):
            occupations = np.where(there, 1.0 / np.expm1(np.where(there, frequencies, 1.0) / thermal), 0.0)
        return cls(
            phonons=phonons,
            waves=waves,
            modes=Modes(phonons.qpoints, frequencies, phonons.eigenvectors),
            occupations=occupations,
            on_grid=np.maximum(frequencies[grid.grg2bzg], 0.0),
            steps=vertex_steps(grid.microzone_lattice) @ grid.P.T,
            sets=degenerate_sets(frequencies),
            sigma=sigma,
            precision=precision,
            average=degenerate_bands == "average",
            strength_unit=interaction.unit_conversion_factor * len(grid.grg2bzg),
            linewidth_unit=18.0 * np.pi / (units.Hbar * units.EV) ** 2 / (2.0 * np.pi * units.THz) ** 2 * units.EV**2,
        )


def _linewidths(job: _Job, batch: IntArray) -> Iterator[tuple[int, FloatArray]]:
    from phono3py.phonon3.triplets import get_triplets_at_q

    from finechem_kernels.three_phonon import interaction_strengths

    grid, points = job.phonons.grid, job.phonons.grid_points[batch]
    found = [get_triplets_at_q(point, grid)[:2] for point in points]
    triplets = np.concatenate([triplets for triplets, _ in found])
    weights = np.concatenate([weights for _, weights in found]).astype(np.float64)
    owner = np.repeat(np.arange(len(batch)), [len(triplets) for triplets, _ in found])
    total = np.zeros((len(batch), *job.occupations.shape[::2]))
    parts = interaction_strengths(
        job.waves,
        job.modes,
        triplets,
        grid_points=len(grid.grg2bzg),
        cutoff_THz=job.phonons.cutoff_THz,
        precision=job.precision,
        unit=job.strength_unit,
    )
    for rows, strength in parts:
        mine = owner[rows[0]]
        total[mine] += _share(job, points[mine], triplets[rows], weights[rows], strength)
    for index, gamma in zip(batch, total, strict=True):
        sets = job.sets[job.phonons.grid_points[index]]
        yield int(index), average_over_sets(gamma * job.linewidth_unit, sets)


def _share(job: _Job, point: int, triplets: IntArray, weights: FloatArray, strength: FloatArray) -> FloatArray:
    """Sum over some triplets of a grid point: (T, N), in the unit of the strengths over THz."""
    g = _energy_weights(job, point, triplets)
    if job.average:
        # Every other factor is the same in a degenerate set of q1 or q2: averaging the weights averages |V|².
        for t, (_, second, third) in enumerate(triplets):
            over_third = average_over_sets(g[:, t], job.sets[third])
            g[:, t] = average_over_sets(over_third.swapaxes(-1, -2), job.sets[second]).swapaxes(-1, -2)
    # |V|² of modes that are not above the cut-off is zero
    decay = np.einsum("t,tijk,tijk->tijk", weights, g[0], strength, optimize=True)
    absorb = np.einsum("t,tijk,tijk->tijk", weights, g[1], strength, optimize=True)
    share = np.empty((len(job.occupations), strength.shape[1]))
    for row, occupation in zip(share, job.occupations, strict=True):
        n1, n2 = occupation[triplets[:, 1], :, None], occupation[triplets[:, 2], None, :]
        row[:] = np.einsum("tijk,tjk->i", decay, n1 + n2 + 1.0) + np.einsum("tijk,tjk->i", absorb, n1 - n2)
    return share


def _energy_weights(job: _Job, point: int, triplets: IntArray) -> FloatArray:
    """Weights of decay and absorption, 1/THz, (2, triplets, N, N, N): see `triplet_weights`."""
    targets = job.phonons.frequencies_THz[point]
    if job.sigma is not None:
        f1 = job.phonons.frequencies_THz[triplets[:, 1]][:, None, :, None]
        f2 = job.phonons.frequencies_THz[triplets[:, 2]][:, None, None, :]
        f0 = targets[:, None, None]
        return np.stack(
            [
                gaussian(f0 - f1 - f2, job.sigma),
                gaussian(f0 + f1 - f2, job.sigma) - gaussian(f0 - f1 + f2, job.sigma),
            ]
        )
    from finechem_kernels.tetrahedra import triplet_weights

    grid, steps = job.phonons.grid, job.steps
    first, second = grid.addresses[triplets[:, 1]], grid.addresses[triplets[:, 2]]
    return np.asarray(
        triplet_weights(
            np.maximum(targets, 0.0),
            job.on_grid,
            grid_rows(grid, first, steps),
            grid_rows(grid, second, -steps),
            parallel=False,
        )
    )


def grid_rows(grid: Any, addresses: IntArray, steps: IntArray) -> IntArray:
    """Regular grid points at all steps from all addresses of a BZGrid: (A, 3) and (S, 3) to (A, S)."""
    size = grid.D_diag
    place = np.array([1, size[0], size[0] * size[1]])  # the first address runs fastest
    return np.asarray((addresses[:, None] + steps) % size @ place)


def gaussian(x: FloatArray, sigma: float) -> FloatArray:
    """Return the normal distribution of width sigma, one over the unit of x."""
    return np.asarray(np.exp(-0.5 * (x / sigma) ** 2) / (np.sqrt(2.0 * np.pi) * sigma))


def average_over_sets(values: FloatArray, sets: IntArray) -> FloatArray:
    """Replace values by their means over degenerate sets of the last axis.

    Parameters
    ----------
    values : (..., N) array
        Values by band.
    sets : (N,) integer array
        First band of the set of each band, from `degenerate_sets`.

    Returns
    -------
    (..., N) array

    Examples
    --------
    >>> average_over_sets(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 2])).tolist()
    [2.0, 2.0, 5.0]
    """
    starts = np.flatnonzero(sets == np.arange(len(sets)))
    if len(starts) == len(sets):
        return values
    sizes = np.diff(starts, append=len(sets))
    return np.asarray(np.repeat(np.add.reduceat(values, starts, axis=-1) / sizes, sizes, axis=-1))
