"""Three-phonon processes of one irreducible point after another: phono3py's bookkeeping, our kernels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.thermal.bte.harmonic import Phonons, degenerate_sets
from finechem.thermal.bte.sources import primitive_atoms, rows_of_primitive

if TYPE_CHECKING:
    from finechem_kernels.scattering import EnergyGrid, Rates
    from finechem_kernels.three_phonon import Interaction, Workspace

__all__ = ["DegenerateBands", "Precision", "Processes", "grid_rows", "prepare_processes", "processes_of"]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Precision: TypeAlias = Literal["float64", "float32"]
DegenerateBands: TypeAlias = Literal["average", "phono3py"]


@dataclass(frozen=True, slots=True)
class Processes:
    """What all irreducible points share; any number of threads may read it."""

    phonons: Phonons
    interaction: Interaction
    """Its unit makes rates linewidths in THz."""
    energy: EnergyGrid


class PointProcesses(NamedTuple):
    """The processes of one irreducible point, good until those of the next are asked for."""

    row: int
    """Of ``phonons.grid_points``."""
    triplets: IntArray
    """One of each orbit of the point's little group and of the exchange of q1 and q2, in phono3py's order, (T, 3)."""
    multiplicity: IntArray
    """Triplets in the orbit, (T,)."""
    maps: tuple[IntArray, IntArray]
    """For every grid point as q1: the q1 of its triplet with and without the exchange of q1 and q2, (G,)."""
    rates: Rates
    """Without occupations, THz; in an order of its own."""


def prepare_processes(
    ph3: Any,
    phonons: Phonons,
    *,
    sigma: float | None = None,
    precision: Precision = "float64",
    degenerate_bands: DegenerateBands = "average",
) -> Processes:
    """Bring the third-order force constants of a Phono3py object and phonons on a grid into the kernels' form.

    Parameters are those of `finechem.thermal.bte.three_phonon_linewidths`.
    """
    from phonopy.physical_units import get_physical_units

    from finechem_kernels.plane_waves import plane_waves
    from finechem_kernels.scattering import EnergyGrid
    from finechem_kernels.tetrahedra import vertex_steps
    from finechem_kernels.three_phonon import Modes, prepare

    units, grid, interaction = get_physical_units(), phonons.grid, phonons.interaction
    frequencies, primitive = phonons.frequencies_THz, interaction.primitive
    vectors, multiplicity = primitive.get_smallest_vectors()
    waves = plane_waves(
        rows_of_primitive(ph3.fc3, primitive),
        primitive_atoms(primitive),
        vectors,
        multiplicity,
        primitive.scaled_positions,
        primitive.masses,
        average_legs=interaction.make_r0_average,
        all_shortest=np.asarray(interaction.all_shortest, dtype=bool),
    )
    to_linewidth = 18.0 * np.pi / (units.Hbar * units.EV) ** 2 / (2.0 * np.pi * units.THz) ** 2 * units.EV**2
    regular = np.asarray(grid.grg2bzg)
    sets = degenerate_sets(frequencies)
    if degenerate_bands == "phono3py":
        sets = np.ascontiguousarray(np.broadcast_to(np.arange(frequencies.shape[1]), frequencies.shape))
    return Processes(
        phonons,
        prepare(
            waves,
            Modes(phonons.qpoints, frequencies, phonons.eigenvectors),
            cutoff_THz=phonons.cutoff_THz,
            precision=precision,
            unit=interaction.unit_conversion_factor * to_linewidth,
        ),
        EnergyGrid(
            np.maximum(frequencies[regular], 0.0),
            grid_rows(grid, grid.addresses[regular], vertex_steps(grid.microzone_lattice) @ grid.P.T),
            np.asarray(grid.bzg2grg, dtype=np.int64),
            sets,
            0.0 if sigma is None else sigma,
        ),
    )


def processes_of(processes: Processes, indices: IntArray, work: Workspace) -> Iterator[PointProcesses]:
    """List the three-phonon processes of some irreducible points.

    Parameters
    ----------
    processes : Processes
        From `prepare_processes`.
    indices : (R,) integer array
        Rows of ``phonons.grid_points``.
    work : Workspace
        From `finechem_kernels.three_phonon.workspace`; each thread needs its own.

    Yields
    ------
    PointProcesses
    """
    from phono3py.phonon3.triplets import get_triplets_at_q

    from finechem_kernels.scattering import scattering_rates

    grid, points = processes.phonons.grid, processes.phonons.grid_points
    found = [get_triplets_at_q(points[index], grid) for index in indices]
    all_rates = scattering_rates(processes.interaction, processes.energy, [triplets for triplets, *_ in found], work)
    for index, (triplets, weights, *maps), rates in zip(indices, found, all_rates, strict=True):
        yield PointProcesses(int(index), triplets, weights, (maps[0], maps[1]), rates)


def grid_rows(grid: Any, addresses: IntArray, steps: IntArray) -> IntArray:
    """Regular grid points at all steps from all addresses of a BZGrid: (A, 3) and (S, 3) to (A, S)."""
    size = grid.D_diag
    place = np.array([1, size[0], size[0] * size[1]])  # the first address runs fastest
    return np.asarray((addresses[:, None] + steps) % size @ place, dtype=np.int64)
