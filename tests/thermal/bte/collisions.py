"""A minimal driver of the linearized equation, fed by phono3py's phonons and the kernels that exist for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from finechem.thermal.bte.linearized import (
    CollisionMatrix,
    FloatArray,
    GridSymmetry,
    IntArray,
    Precision,
    grid_symmetry,
    partner_orbits,
)
from finechem_kernels.plane_waves import plane_waves
from finechem_kernels.tetrahedra import (
    ABSORB_FIRST,
    ABSORB_SECOND,
    DECAY,
    WeightItems,
    triplet_weight_items,
    vertex_steps,
)
from finechem_kernels.three_phonon import Modes, interaction_strength
from tests.kernels.crystal import CELL, MASSES_U, POSITIONS, REPEAT, crystal

CUTOFF_THZ = 1e-4


class Collisions(NamedTuple):
    """Arguments of `solve`, and what they were made from."""

    matrix: CollisionMatrix
    linewidths: FloatArray
    velocities: FloatArray
    heat_capacities: FloatArray
    volume: float
    qpoints: FloatArray
    """Irreducible points in units of the reciprocal basis vectors, (R, 3)."""


class Items(NamedTuple):
    """Those of one irreducible point."""

    triplets: IntArray
    multiplicity: IntArray
    maps: list[IntArray]
    """Of all grid points to their triplets, with and without the exchange of q1 and q2."""
    first: IntArray
    bands: Any
    rates: FloatArray

    def where(self, chosen: NDArray[np.bool_]) -> Items:
        """Keep some of the items."""
        owner = np.repeat(np.arange(len(self.triplets)), np.diff(self.first))
        first = np.append(0, np.cumsum(np.bincount(owner[chosen], minlength=len(self.triplets))))
        return self._replace(first=first, bands=self.bands[chosen], rates=self.rates[chosen])


@cache
def lennard_jones(mesh: tuple[int, int, int]) -> Any:
    """A phono3py object of the tetragonal crystal of the interaction kernel's tests, phonons solved."""
    from phono3py import Phono3py
    from phonopy.structure.atoms import PhonopyAtoms

    made = crystal()
    cell = PhonopyAtoms(symbols=["Al", "Ni"], cell=CELL, scaled_positions=POSITIONS, masses=MASSES_U)
    peer = Phono3py(cell, np.diag([REPEAT] * 3), primitive_matrix=np.eye(3), log_level=0)
    away = peer.supercell.scaled_positions[:, None] * REPEAT - made.places  # phonopy orders its supercell otherwise
    ours = np.argmin(np.abs(away - REPEAT * np.rint(away / REPEAT)).sum(axis=2), axis=1)
    peer.fc2, peer.fc3 = made.fc2[:, ours], made.fc3[:, ours][:, :, ours]
    return with_phonons(peer, mesh)


def with_phonons(peer: Any, mesh: tuple[int, int, int]) -> Any:
    peer.mesh_numbers = mesh
    peer.init_phph_interaction()
    peer.phph_interaction.run_phonon_solver()
    return peer


def without_symmetry(peer: Any) -> Any:
    """The same grid points, the identity as the only rotation."""
    from phonopy.phonon.grid import BZGrid

    own = peer.phph_interaction.bz_grid
    grid = BZGrid(own.D_diag, lattice=peer.primitive.cell, is_time_reversal=False)
    np.testing.assert_array_equal(grid.addresses, own.addresses)
    assert len(grid.rotations) == 1
    return grid


def collisions(
    peer: Any,
    temperature_K: float,
    *,
    grid: Any = None,
    smearing_THz: float | None = None,
    average: bool = True,
    conserving: bool = False,
    precision: Precision = "float64",
) -> Collisions:
    """Assemble the matrix: tetrahedra or Gaussians, strengths averaged over degenerate sets or phono3py's own.

    ``conserving`` takes the linewidths that belong to the matrix as if every process conserved energy exactly.
    """
    grid = peer.phph_interaction.bz_grid if grid is None else grid
    symmetry = symmetry_of(grid)
    frequencies = peer.phph_interaction.phonons.frequencies
    matrix = CollisionMatrix.empty(symmetry, frequencies, temperature_K, cutoff_THz=CUTOFF_THZ, precision=precision)
    linewidths = np.zeros(matrix.frequencies_THz.shape)
    for i, items in enumerate(items_of(peer, grid, symmetry, smearing_THz=smearing_THz, average=average)):
        orbits = partner_orbits(symmetry, i, items.triplets, *items.maps)
        matrix.add(i, orbits, items.first, items.bands, items.rates)
        linewidths[i] = linewidth(matrix, i, items, conserving=conserving)
    qpoints = (grid.addresses / grid.D_diag)[symmetry.grid_points]
    harmonic = velocities_and_heat_capacities(peer, qpoints, matrix.factors[symmetry.grid_points])
    return Collisions(matrix, degenerate_means(matrix, linewidths), *harmonic, 1e-30 * peer.primitive.volume, qpoints)


def symmetry_of(grid: Any) -> GridSymmetry:
    from phonopy.phonon.grid import get_ir_grid_points

    return grid_symmetry(grid, grid.grg2bzg[get_ir_grid_points(grid)[0]])


def items_of(
    peer: Any, grid: Any, symmetry: GridSymmetry, *, smearing_THz: float | None, average: bool
) -> Iterator[Items]:
    """Yield what the fused kernel of the linewidths hands over for each irreducible point."""
    from phono3py.phonon3.triplets import get_triplets_at_q
    from phonopy.phonon.degeneracy import get_degenerate_ids
    from phonopy.physical_units import get_physical_units

    units = get_physical_units()
    thz = 18.0 * np.pi / (units.Hbar**2 * (2.0 * np.pi * units.THz) ** 2)
    interaction = peer.phph_interaction
    frequencies = interaction.phonons.frequencies
    modes = Modes((grid.addresses / grid.D_diag) @ grid.Q.T, frequencies, interaction.phonons.eigenvectors)
    sets = get_degenerate_ids(frequencies)
    together = sets[:, :, None] == sets[:, None, :]
    means = together / together.sum(axis=2, keepdims=True)
    waves, group = waves_of(peer), len(grid.rotations)
    reduced = [get_triplets_at_q(point, grid, is_time_reversal=group > 1) for point in symmetry.grid_points]
    strengths = interaction_strength(
        waves,
        modes,
        np.concatenate([triplets for triplets, *_ in reduced]),
        grid_points=int(np.prod(grid.D_diag)),
        cutoff_THz=CUTOFF_THZ,
    )
    parts = np.split(strengths, np.cumsum([len(triplets) for triplets, *_ in reduced])[:-1])
    for point, strength, (triplets, multiplicity, *maps) in zip(symmetry.grid_points, parts, reduced, strict=True):
        if average:
            strength = np.einsum("tabc,tax,tby,tcz->txyz", strength, *means[triplets.T], optimize=True)
        if smearing_THz is None:
            first, bands, weights = tetrahedra(grid, frequencies, point, triplets)
        else:
            first, bands, weights = gaussians(frequencies[triplets], smearing_THz)
        owner = np.repeat(np.arange(len(triplets)), np.diff(first))
        rates = thz * weights * strength[owner, bands[:, 2], bands[:, 0], bands[:, 1]]
        yield Items(triplets, multiplicity, maps, first, bands, rates)


def waves_of(peer: Any) -> Any:
    primitive = peer.primitive
    vectors, multiplicity = primitive.get_smallest_vectors()
    index = {atom: i for i, atom in enumerate(primitive.p2s_map)}
    return plane_waves(
        peer.fc3,
        np.array([index[atom] for atom in primitive.s2p_map]),
        vectors,
        multiplicity,
        primitive.scaled_positions,
        primitive.masses,
        all_shortest=peer.phph_interaction.all_shortest,
    )


def tetrahedra(grid: Any, frequencies: FloatArray, point: int, triplets: IntArray) -> WeightItems:
    mesh = np.array(grid.D_diag)
    place = np.array([1, mesh[0], mesh[0] * mesh[1]])
    steps = vertex_steps(grid.microzone_lattice) @ grid.P.T
    first, second = grid.addresses[triplets[:, 1]][:, None], grid.addresses[triplets[:, 2]][:, None]
    return triplet_weight_items(
        frequencies[point],
        np.maximum(frequencies[grid.grg2bzg], 0.0),
        (first + steps) % mesh @ place,
        (second - steps) % mesh @ place,
        parallel=False,
    )


def gaussians(frequencies: FloatArray, smearing_THz: float) -> tuple[IntArray, Any, FloatArray]:
    """Normalised weights that depend on the three frequencies (T, 3, N) only, so that no leg is special."""
    f0, f1, f2 = frequencies[:, 0, None, None, :], frequencies[:, 1, :, None, None], frequencies[:, 2, None, :, None]
    away = np.stack([f0 - f1 - f2, f0 + f1 - f2, f0 - f1 + f2], axis=-1) / smearing_THz  # (T, b1, b2, b0, channel)
    assert (DECAY, ABSORB_FIRST, ABSORB_SECOND) == (0, 1, 2)
    owner, *bands = np.nonzero(np.abs(away) < 4.0)
    weights = np.exp(-0.5 * away[owner, *bands] ** 2) / np.sqrt(2.0 * np.pi) / smearing_THz
    first = np.append(0, np.cumsum(np.bincount(owner, minlength=len(frequencies))))
    return first, np.column_stack(bands).astype(np.int16), weights


def linewidth(matrix: CollisionMatrix, index: int, items: Items, *, conserving: bool) -> FloatArray:
    """Half widths Γ of one irreducible point's bands."""
    owner = np.repeat(np.arange(len(items.triplets)), np.diff(items.first))
    own = matrix.factors[matrix.symmetry.grid_points[index], items.bands[:, 2]]
    f1 = matrix.factors[items.triplets[owner, 1], items.bands[:, 0]]
    f2 = matrix.factors[items.triplets[owner, 2], items.bands[:, 1]]
    if conserving:  # the two are equal where the three energies add up
        occupation = 0.5 * f1 * f2 / np.where(own > 0.0, own, 1.0)
    else:
        n1, n2 = (0.5 * (np.sqrt(1.0 + f * f) - 1.0) for f in (f1, f2))  # coth x = √(1 + 1/sinh² x)
        occupation = np.choose(items.bands[:, 3], [n1 + n2 + 1.0, n1 - n2, n2 - n1])
    rates = items.rates * items.multiplicity[owner] * occupation
    return np.asarray(np.bincount(items.bands[:, 2], rates, matrix.frequencies_THz.shape[1]), dtype=np.float64)


def degenerate_means(matrix: CollisionMatrix, linewidths: FloatArray) -> FloatArray:
    from phonopy.phonon.degeneracy import get_degenerate_ids

    sets = get_degenerate_ids(matrix.frequencies_THz)
    together = sets[:, :, None] == sets[:, None, :]
    return np.asarray((together @ linewidths[..., None])[..., 0] / together.sum(axis=2))


def velocities_and_heat_capacities(
    peer: Any, qpoints: FloatArray, factors: FloatArray
) -> tuple[FloatArray, FloatArray]:
    from phonopy.phonon.group_velocity import GroupVelocity
    from phonopy.physical_units import get_physical_units

    interaction = peer.phph_interaction
    velocity = GroupVelocity(interaction.dynamical_matrix, symmetry=interaction.primitive_symmetry)
    velocity.run(qpoints)
    half = np.arcsinh(1.0 / np.where(factors > 0.0, factors, 1.0))  # ħω/2kT
    units = get_physical_units()
    return 100.0 * velocity.group_velocities, units.KB * units.EV * (half * factors) ** 2  # THz Å in m/s


def cartesian(peer: Any, qpoints: FloatArray) -> FloatArray:
    return np.asarray(qpoints @ np.linalg.inv(peer.primitive.cell).T)
