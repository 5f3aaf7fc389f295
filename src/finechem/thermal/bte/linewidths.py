"""Linewidths of phonons from three-phonon scattering."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.screening.cache import Cache
from finechem.thermal.bte.harmonic import Phonons, degenerate_sets
from finechem.thermal.bte.processes import DegenerateBands, Precision, Processes, prepare_processes, processes_of

if TYPE_CHECKING:
    from finechem.thermal.bte.linearized import CollisionMatrix

__all__ = ["three_phonon_linewidths"]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]


class _How(NamedTuple):
    sigma: float | None
    precision: Precision
    degenerate_bands: DegenerateBands


def three_phonon_linewidths(
    ph3: Any,
    phonons: Phonons,
    temperatures_K: ArrayLike,
    *,
    sigma: float | None = None,
    precision: Precision = "float64",
    degenerate_bands: DegenerateBands = "average",
    workers: int | None = None,
    matrices: Sequence[CollisionMatrix] = (),
    cache: Cache | None = None,
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
        Threads. Default: as many as there are cores.
    matrices : sequence of CollisionMatrix
        One for each temperature, or none: the collisions are added to them on the way.
    cache : Cache, optional
        Where the linewidths of finished points are kept and looked up. Not with matrices, which are not kept.

    Returns
    -------
    iterator of (int, (T, N) array)
        Row of ``phonons.grid_points``, each once, in no particular order; and Γ there, half of the full width at half
        maximum, THz (not angular). The lifetime is 1/(4πΓ).

    Raises
    ------
    InputError
        If the number of workers is not positive, or the force constants are all zero.

    Notes
    -----
    Points come in batches, those with the largest stars first: the time a point takes is roughly proportional to
    ``phonons.weights``. Each thread holds some 100 MB for 12 bands.

    Γ is the same in phono3py to rounding, with its ``average_degenerate_weights`` for "average".

    References
    ----------
    .. [1] A. Togo, L. Chaput, I. Tanaka, Phys. Rev. B 91, 094306 (2015), doi:10.1103/PhysRevB.91.094306.
    """
    threads = available_cores() if workers is None else workers
    if threads < 1:
        raise InputError(f"workers is {workers}; at least one thread is needed")
    temperatures = np.atleast_1d(np.asarray(temperatures_K, dtype=np.float64))
    how = _How(sigma, precision, degenerate_bands)
    if not np.any(ph3.fc3):
        raise InputError(
            "the third-order force constants are all zero: nothing scatters, κ has no bound; check the source"
        )
    if degenerate_bands == "average":
        phonons = _equal_in_sets(phonons)
    kept = None
    if cache is not None and not matrices:
        kept = _Kept(cache, _digest(ph3, phonons, temperatures, how))
    return _all_linewidths(ph3, phonons, temperatures, how, threads, matrices, kept)


def _all_linewidths(
    ph3: Any,
    phonons: Phonons,
    temperatures: FloatArray,
    how: _How,
    threads: int,
    matrices: Sequence[CollisionMatrix],
    kept: _Kept | None,
) -> Iterator[tuple[int, FloatArray]]:
    waiting = []
    for index in np.argsort(-phonons.weights, kind="stable"):
        if kept is not None and (known := kept.get(index)) is not None:
            yield int(index), known
        else:
            waiting.append(index)
    if not waiting:
        return
    processes = prepare_processes(ph3, phonons, **how._asdict())
    occupations = _occupations(phonons, temperatures)
    for index, found in _in_threads(processes, np.array(waiting), occupations, matrices, threads):
        if kept is not None:
            kept.put(index, found)
        yield index, found


def _equal_in_sets(phonons: Phonons) -> Phonons:
    """Give the bands of a degenerate set their mean frequency.

    They differ by rounding, up to 1e-4 THz by phonopy's tolerance; only where they are equal is an average over the set
    independent of the eigenvectors in it.
    """
    sets = degenerate_sets(phonons.frequencies_THz)
    rows = np.arange(len(sets))[:, None]
    total, count = np.zeros(sets.shape), np.zeros(sets.shape)
    np.add.at(total, (rows, sets), phonons.frequencies_THz)
    np.add.at(count, (rows, sets), 1.0)
    return replace(phonons, frequencies_THz=total[rows, sets] / count[rows, sets])


def available_cores() -> int:
    """Return how many cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_threads(
    processes: Processes, indices: IntArray, occupations: FloatArray, matrices: Sequence[CollisionMatrix], threads: int
) -> Iterator[tuple[int, FloatArray]]:
    """Work on batches of points in threads; yield what is finished."""
    import scipy.linalg  # noqa: F401  # its BLAS is the one that kernels call: it must be there to be limited
    from threadpoolctl import threadpool_limits

    from finechem_kernels.three_phonon import TOGETHER, workspace

    together = max(1, min(TOGETHER, -(-len(indices) // (4 * threads))))
    batches = [indices[start : start + together] for start in range(0, len(indices), together)]
    spaces: SimpleQueue[Any] = SimpleQueue()
    for _ in range(min(threads, len(batches))):
        spaces.put(None)

    def run(batch: IntArray) -> list[tuple[int, FloatArray]]:
        work = spaces.get()
        try:  # if there is no memory for a workspace the place must go back, or another thread would wait for ever
            work = work or workspace(processes.interaction, together)
            return _linewidths(processes, batch, occupations, matrices, work)
        finally:
            spaces.put(work)

    with threadpool_limits(1), ThreadPoolExecutor(min(threads, len(batches))) as pool:
        jobs = [pool.submit(run, batch) for batch in batches]
        try:
            for job in as_completed(jobs):
                yield from job.result()
        finally:  # an interrupted caller waits for the batches in flight only
            for job in jobs:
                job.cancel()


def _linewidths(
    processes: Processes, batch: IntArray, occupations: FloatArray, matrices: Sequence[CollisionMatrix], work: Any
) -> list[tuple[int, FloatArray]]:
    from finechem.thermal.bte.linearized import partner_orbits
    from finechem_kernels.scattering import linewidths

    phonons, found = processes.phonons, []
    for point in processes_of(processes, batch, work):
        sets = degenerate_sets(phonons.frequencies_THz[phonons.grid_points[point.row]])
        found.append((point.row, linewidths(point.rates, point.multiplicity, occupations, sets)))
        if matrices:
            order = point.rates.order
            orbits = partner_orbits(matrices[0].symmetry, point.row, point.triplets, *point.maps)
            mine = orbits._replace(
                rows=orbits.rows[order], columns=orbits.columns[order], rotations=orbits.rotations[order]
            )
            for matrix in matrices:
                matrix.add(point.row, mine, point.rates.first, point.rates.bands, point.rates.rates)
    return found


def _occupations(phonons: Phonons, temperatures_K: FloatArray) -> FloatArray:
    """Bose–Einstein, zero for modes that are not above the cut-off, (T, Q, N)."""
    from phonopy.physical_units import get_physical_units

    units = get_physical_units()
    there = phonons.frequencies_THz > phonons.cutoff_THz
    thermal = temperatures_K[:, None, None] * (units.KB / units.THzToEv)
    with np.errstate(over="ignore"):
        full = 1.0 / np.expm1(np.where(there, phonons.frequencies_THz, 1.0) / thermal)
    return np.asarray(np.where(there, full, 0.0))


class _Kept:
    """Linewidths of finished points, in a cache that runs and workers share."""

    def __init__(self, cache: Cache, digest: str) -> None:
        self.cache, self.digest = cache, digest

    def get(self, index: int) -> FloatArray | None:
        found = self.cache.get(f"{self.digest}-{index}")
        return None if found is None else np.array(found)

    def put(self, index: int, linewidths: FloatArray) -> None:
        self.cache.put(f"{self.digest}-{index}", linewidths.tolist())


def _digest(ph3: Any, phonons: Phonons, temperatures_K: FloatArray, how: _How) -> str:
    """Hash of all that linewidths depend on, the kernels' source included."""
    from finechem_kernels._jit import source_digest

    primitive, interaction = phonons.interaction.primitive, phonons.interaction
    cells = primitive.cell, primitive.scaled_positions, primitive.masses, ph3.supercell.cell, ph3.phonon_supercell.cell
    grid = phonons.grid.addresses, phonons.grid_points, phonons.grid.D_diag
    arrays = [ph3.fc2, ph3.fc3, *cells, ph3.supercell.scaled_positions, *grid, temperatures_K]
    if (charges := interaction.nac_params) is not None:
        arrays += [charges["born"], charges["dielectric"], np.float64(charges.get("factor") or 0.0)]
    kind = type(interaction.dynamical_matrix).__name__
    words = *how, kind, phonons.cutoff_THz, interaction.make_r0_average, source_digest()
    digest = hashlib.sha256(repr(words).encode())
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return f"{digest.hexdigest()[:32]}-linewidths"
