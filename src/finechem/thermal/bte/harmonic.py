"""Phonons of the second-order force constants on a grid, by phono3py's own solver."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DomainError, InputError, UnstableError

__all__ = ["Mesh", "Phonons", "average_over_sets", "degenerate_sets", "mode_heat_capacities", "phonons_on_grid"]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Mesh: TypeAlias = Sequence[int] | float
"""Numbers of grid points along the three reciprocal basis vectors, or a length in Å: see `phonons_on_grid`."""

THZ_ANGSTROM = 100.0
"""THz Å in m/s."""


@dataclass(frozen=True, slots=True)
class Phonons:
    """Phonons on a Brillouin-zone grid; Q counts its points with all images on the surface, R the irreducible ones."""

    interaction: Any
    """phono3py's ``Interaction``, with the phonons solved: cells, dynamical matrix, units and cut-offs."""
    qpoints: FloatArray
    """Wave vectors in units of the reciprocal basis vectors, (Q, 3)."""
    frequencies_THz: FloatArray
    """Frequencies, ascending, (Q, N). An imaginary one is negative."""
    eigenvectors: NDArray[np.complex128]
    """Columns are eigenvectors in phonopy's convention, (Q, N, N)."""
    grid_points: IntArray
    """Rows of the irreducible points, (R,)."""
    weights: IntArray
    """How many grid points each irreducible one stands for, (R,)."""
    velocity_matrices_m_s: NDArray[np.complex128]
    """Velocity operator between bands at the irreducible points, Cartesian, (R, 3, N, N)."""
    group_velocities_m_s: FloatArray
    """Its diagonal with the symmetry of each point imposed, Cartesian, (R, N, 3)."""

    @property
    def grid(self) -> Any:
        """The grid, phonopy's ``BZGrid``."""
        return self.interaction.bz_grid

    @property
    def mesh(self) -> tuple[int, int, int]:
        """Numbers of grid points along the three axes of the grid."""
        a, b, c = (int(count) for count in self.grid.D_diag)
        return a, b, c

    @property
    def cutoff_THz(self) -> float:
        """Modes that are not above this frequency scatter nothing and carry nothing."""
        return float(self.interaction.cutoff_frequency)

    @property
    def irreducible_frequencies_THz(self) -> FloatArray:
        """Frequencies at the irreducible points, (R, N)."""
        return self.frequencies_THz[self.grid_points]


def phonons_on_grid(ph3: Any, mesh: Mesh, *, imaginary_tolerance_THz: float = 0.1) -> Phonons:
    r"""Solve the dynamical matrices on a grid, and their derivatives at its irreducible points.

    Parameters
    ----------
    ph3 : Phono3py
        With second-order force constants; the non-analytical term is added where it has Born charges. It is not
        changed.
    mesh : three integers, or a length in Å
        Numbers of grid points along the reciprocal basis vectors of the primitive cell. A length l makes them
        about l times the length of each reciprocal basis vector (without 2π), with the symmetry of the crystal.
    imaginary_tolerance_THz : float
        Imaginary frequencies up to this magnitude are taken for noise of the force constants: these modes
        carry nothing and scatter nothing, as all that are not above phono3py's cut-off, 1e-4 THz.

    Returns
    -------
    Phonons

    Raises
    ------
    InputError
        If the mesh is no mesh.
    DomainError
        If the mesh has fewer points than the supercell of fc3 has primitive cells, or modes are imaginary beyond the
        tolerance.

    Notes
    -----
    The velocity operator is the gradient of the square root of the dynamical matrix, :math:`v_{bb'} =
    \langle e_b | \partial D / \partial q | e_{b'} \rangle / (\omega_b + \omega_{b'})`, in a basis of each degenerate
    set that makes it diagonal along the Cartesian direction (1, 2, 3), as phono3py chooses. phono3py has
    :math:`2 \sqrt{\omega_b \omega_{b'}}` in the denominator, which is the same within a band only.
    """
    from phono3py.phonon.velocity_matrix import VelocityMatrix
    from phonopy.phonon.grid import get_ir_grid_points, get_qpoints_from_bz_grid_points

    ours = copy.copy(ph3)  # the mesh and the interaction of the caller's object stay what they were
    _set_mesh(ours, mesh)
    _require_fine(ours)
    ours.init_phph_interaction()
    interaction = ours.phph_interaction
    interaction.run_phonon_solver()
    grid, solved = interaction.bz_grid, interaction.phonons
    qpoints = get_qpoints_from_bz_grid_points(np.arange(len(grid.addresses)), grid)
    _require_stable(qpoints, solved.frequencies, imaginary_tolerance_THz)
    irreducible, weights, _ = get_ir_grid_points(grid)
    grid_points = grid.grg2bzg[irreducible]
    velocity = VelocityMatrix(  # of no symmetry: it would write symmetric diagonals into its matrices
        interaction.dynamical_matrix,
        rotations_cartesian=np.eye(3)[None],
        reciprocal_operations=np.eye(3)[None],
        frequency_factor_to_THz=interaction.frequency_factor_to_THz,
    )
    velocity.run(qpoints[grid_points])
    matrices = velocity.velocity_matrices * _to_square_root(solved.frequencies[grid_points]) * THZ_ANGSTROM
    diagonals = np.einsum("rxbb->rbx", matrices).real
    return Phonons(
        interaction=interaction,
        qpoints=qpoints,
        frequencies_THz=solved.frequencies,
        eigenvectors=solved.eigenvectors,
        grid_points=grid_points,
        weights=weights,
        velocity_matrices_m_s=matrices,
        group_velocities_m_s=diagonals @ _little_projectors(grid, qpoints[grid_points]).swapaxes(1, 2),
    )


def _to_square_root(frequencies_THz: FloatArray) -> FloatArray:
    """Return what makes ⟨∂D⟩/2√(ωω') the gradient ⟨∂√D⟩: 2√(ωω')/(ω+ω'), (R, 1, N, N)."""
    f = np.maximum(frequencies_THz, 0.0)
    one, other = f[:, None, :, None], f[:, None, None, :]
    total = one + other
    return np.asarray(2.0 * np.sqrt(one * other) / np.where(total > 0.0, total, 1.0))


def _little_projectors(grid: Any, qpoints: FloatArray) -> FloatArray:
    """Mean of the rotations that leave a wave vector as it is, as phono3py counts them, (R, 3, 3)."""
    from phono3py.phonon.velocity_matrix import LITTLE_GROUP_TOLERANCE

    inside = qpoints - np.rint(qpoints)
    turned = np.einsum("gij,rj->rgi", grid.reciprocal_operations, inside)
    same = np.all(np.abs(turned - inside[:, None]) < LITTLE_GROUP_TOLERANCE, axis=2)
    return np.asarray(np.einsum("rg,gxy->rxy", same, grid.rotations_cartesian) / same.sum(axis=1)[:, None, None])


def degenerate_sets(frequencies_THz: FloatArray) -> IntArray:
    """Return for each band the first band of its degenerate set, within phonopy's 1e-4 THz: (..., N) to (..., N)."""
    from phonopy.phonon.degeneracy import get_degenerate_ids

    bands = frequencies_THz.shape[-1]
    first: IntArray = get_degenerate_ids(frequencies_THz.reshape(-1, bands)).reshape(frequencies_THz.shape)
    return first


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


def mode_heat_capacities(
    frequencies_THz: FloatArray, temperatures_K: ArrayLike, *, cutoff_THz: float = 0.0
) -> FloatArray:
    r"""Heat capacity of harmonic modes.

    .. math:: c = k_B \, x^2 \frac{e^x}{(e^x - 1)^2}, \qquad x = \frac{h f}{k_B T}

    Parameters
    ----------
    frequencies_THz : (...) array
        Frequencies.
    temperatures_K : (T,) array
        Temperatures, positive.
    cutoff_THz : float
        Modes that are not above it have none.

    Returns
    -------
    (T, ...) array
        Heat capacities, J/K, with phonopy's constants of nature.

    Examples
    --------
    >>> mode_heat_capacities(np.array([0.1, 10.0, 20.0]), [300.0]) / 1.380649e-23
    array([[0.9999..., 0.8114..., 0.4537...]])
    """
    from phono3py.phonon.func import mode_cv
    from phonopy.physical_units import get_physical_units

    units = get_physical_units()
    there = frequencies_THz > cutoff_THz
    energies_eV = np.where(there, frequencies_THz, 1.0).ravel() * units.THzToEv
    capacity = mode_cv(np.asarray(temperatures_K, dtype=np.float64), energies_eV) * units.EV
    return np.asarray(np.where(there, capacity.reshape(-1, *frequencies_THz.shape), 0.0))


def _checked_mesh(mesh: Mesh) -> IntArray | float:
    if np.ndim(mesh) == 0:
        length = float(np.asarray(mesh)) if np.asarray(mesh).dtype.kind in "iuf" else math.nan
        if not (np.isfinite(length) and length > 0.0):
            raise InputError(f"mesh is {mesh!r}; a length in Å must be positive")
        return length
    numbers = np.asarray(mesh)
    if numbers.shape != (3,) or not np.array_equal(numbers, np.rint(numbers)) or np.any(numbers < 1):
        raise InputError(f"mesh is {mesh!r}; give three positive whole numbers such as (11, 11, 8), or a length in Å")
    return numbers.astype(np.int64)


def _set_mesh(ph3: Any, mesh: Mesh) -> None:
    try:
        ph3.mesh_numbers = _checked_mesh(mesh)
    except RuntimeError as error:
        raise InputError(
            f"mesh {mesh!r} breaks the symmetry of the crystal; axes that it makes equivalent take equal numbers, "
            "and a length in Å finds a mesh that fits"
        ) from error


def _require_fine(ph3: Any) -> None:
    """Raise if the grid has fewer wave vectors than the supercell of the third-order force constants.

    They are exact at the wave vectors that fit the supercell, one for each primitive cell in it: a grid with fewer
    points leaves out what they say.
    """
    mesh = ph3.grid.D_diag
    points, cells = int(np.prod(mesh)), len(ph3.supercell) // len(ph3.primitive)
    if points < cells:
        enough = np.ceil(mesh * (cells / points) ** (1.0 / 3.0)).astype(int)
        raise DomainError(
            f"mesh {_times(mesh)} is too coarse: it has {points} wave vectors, the supercell of the force constants "
            f"has {cells}; take at least {_times(enough)}, and refine it until the conductivity stays"
        )


def _times(numbers: IntArray) -> str:
    return "x".join(map(str, numbers.tolist()))


def _require_stable(qpoints: FloatArray, frequencies_THz: FloatArray, tolerance_THz: float) -> None:
    worst, band = np.unravel_index(np.argmin(frequencies_THz), frequencies_THz.shape)
    if frequencies_THz[worst, band] < -tolerance_THz:
        count = int(np.sum(np.any(frequencies_THz < -tolerance_THz, axis=1)))
        q = ", ".join(f"{x:.3g}" for x in qpoints[worst] + 0.0)
        raise UnstableError(
            f"imaginary modes at {count} of {len(qpoints)} grid points, the worst {-frequencies_THz[worst, band]:.2f}i "
            f"THz at q = ({q}), beyond imaginary_tolerance_THz = {tolerance_THz:g}: this phase is not "
            "stable, or the force constants are not good enough; relax it with tighter forces, impose the acoustic "
            "sum rule (symmetrize_fc2), enlarge the supercell, or follow the mode to a phase of lower symmetry"
        )
