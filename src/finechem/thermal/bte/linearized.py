"""The linearized phonon Boltzmann equation beyond the relaxation-time approximation: its full solution."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.errors import ConvergenceError, InputError
from finechem_kernels.collisions import PartnerOrbits, add_collisions

if TYPE_CHECKING:
    from phonopy.phonon.grid import BZGrid

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Operator: TypeAlias = Callable[[FloatArray], FloatArray]
Precision: TypeAlias = Literal["float64", "float32"]

TOLERANCE = {"float64": 1e-7, "float32": 1e-6}
"""Residuals at which the solution is accepted. Relative errors of κ are smaller than the residual."""


class GridSymmetry(NamedTuple):
    """How the point group takes R irreducible points to all G points of a grid."""

    grid_points: IntArray
    """Irreducible points: indices of the Brillouin-zone grid, (R,)."""
    star: IntArray
    """Which irreducible point each grid point is a rotation of, (G,)."""
    star_rotations: FloatArray
    """Sum of the Cartesian rotations that take that irreducible point to the grid point, (G, 3, 3)."""
    scale: FloatArray
    """√(points in the star / order of the group) of each irreducible point, (R,)."""
    little_projectors: FloatArray
    """Mean of the rotations that leave the irreducible point as it is, (R, 3, 3)."""
    rotations: FloatArray
    """The group, time reversal included, (O, 3, 3)."""


def grid_symmetry(grid: BZGrid, grid_points: IntArray) -> GridSymmetry:
    """Return how the point group of a grid acts on its irreducible points.

    Parameters
    ----------
    grid : phonopy.phonon.grid.BZGrid
        Its own rotations are taken. One made without a symmetry data set and without time reversal has no other
        than the identity: then every point is irreducible.
    grid_points : (R,) integer array
        One point of each star, as indices of the Brillouin-zone grid.

    Returns
    -------
    GridSymmetry

    Raises
    ------
    InputError
        If the stars of ``grid_points`` overlap or do not fill the grid.
    """
    mesh, addresses = np.asarray(grid.D_diag), np.asarray(grid.addresses)[grid_points]
    rotated = np.einsum("oij,rj->roi", grid.rotations, addresses) % mesh
    points = rotated @ np.array([1, mesh[0], mesh[0] * mesh[1]])  # (R, O): the first address runs fastest
    rotations = np.asarray(grid.rotations_cartesian, dtype=np.float64)
    star = np.full(int(np.prod(mesh)), -1, dtype=np.int64)
    star_rotations = np.zeros((len(star), 3, 3))
    size = np.empty(len(points))
    for i, images in enumerate(points):
        if np.any(star[images] >= 0):
            raise InputError(
                f"grid point {grid_points[i]} lies in the star of grid point {grid_points[star[images].max()]}; "
                "give one point of each star, as phonopy's get_ir_grid_points does"
            )
        star[images] = i
        np.add.at(star_rotations, images, rotations)
        size[i] = len(np.unique(images))
    if np.any(star < 0):
        raise InputError(
            f"the stars of {len(points)} grid points hold {np.count_nonzero(star >= 0)} of {len(star)} points of the "
            "grid; give one point of each star, as phonopy's get_ir_grid_points does"
        )
    little = size / len(rotations)
    projectors = star_rotations[np.asarray(grid.bzg2grg)[grid_points]] * little[:, None, None]
    return GridSymmetry(np.asarray(grid_points), star, star_rotations, np.sqrt(little), projectors, rotations)


def partner_orbits(
    symmetry: GridSymmetry, index: int, triplets: IntArray, triplets_map: IntArray, q1_map: IntArray
) -> PartnerOrbits:
    """Return to which columns of the matrix the triplets of one irreducible point belong.

    Parameters
    ----------
    symmetry : GridSymmetry
        Of the grid.
    index : int
        Which irreducible point is the first of the triplets.
    triplets : (T, 3) integer array
        Triplets of that point, one of each orbit of its little group and of the exchange of the last two, in the
        order of their numbers in ``triplets_map``. Indices of the Brillouin-zone grid.
    triplets_map, q1_map : (G,) integer arrays
        For every grid point as q1: the q1 of its triplet with and without the exchange of q1 and q2. These three
        are what phonopy's and phono3py's ``get_triplets_at_q`` return.

    Returns
    -------
    PartnerOrbits
        Rows are those of the last two columns of ``triplets``.

    Raises
    ------
    InputError
        If the triplets were reduced by another group than the grid.
    """
    numbers = np.cumsum(triplets_map == np.arange(len(triplets_map))) - 1
    group = 2 * numbers[triplets_map] + (triplets_map != q1_map)  # the orbit of q1 first, then that of q2
    columns = np.full(2 * len(triplets), -1, dtype=np.int64)
    columns[group] = symmetry.star
    if np.any(columns[group] != symmetry.star):
        raise InputError(
            f"triplets of grid point {symmetry.grid_points[index]} join grid points that the {len(symmetry.rotations)} "
            "rotations of the grid do not; reduce both by the same group (get_triplets_at_q adds time reversal by "
            "default)"
        )
    scale = symmetry.scale[symmetry.star] * symmetry.scale[index]
    sums = [
        np.bincount(group, scale * component, len(columns)) for component in symmetry.star_rotations.reshape(-1, 9).T
    ]
    rotations: FloatArray = np.stack(sums, axis=1, dtype=np.float64).reshape(-1, 2, 3, 3)
    return PartnerOrbits(np.ascontiguousarray(triplets[:, 1:]), columns.reshape(-1, 2), rotations)


@dataclass(frozen=True, slots=True)
class CollisionMatrix:
    """Three-phonon collisions at one temperature: the matrix without its diagonal, which `solve` is given apart."""

    symmetry: GridSymmetry
    """Of the grid."""
    frequencies_THz: FloatArray
    """Frequencies of the irreducible points, (R, N)."""
    factors: FloatArray
    """1/sinh(ħω/2kT) of all modes of the Brillouin-zone grid, zero below the cutoff, (Q, N)."""
    values: NDArray[np.floating[Any]]
    """The matrix as it was added up, not yet symmetric, (R, N, 3, R, N, 3), THz."""

    @classmethod
    def empty(
        cls,
        symmetry: GridSymmetry,
        frequencies_THz: FloatArray,
        temperature_K: float,
        *,
        cutoff_THz: float = 1e-4,
        precision: Precision = "float64",
    ) -> CollisionMatrix:
        """Return a matrix of zeros, if it fits into the memory that is free.

        Parameters
        ----------
        symmetry : GridSymmetry
            Of the grid.
        frequencies_THz : (Q, N) array
            Of all points of the Brillouin-zone grid.
        temperature_K : float
            Above zero.
        cutoff_THz : float
            Modes whose frequency is not above this take no part, as in phono3py.
        precision : {"float64", "float32"}
            Of the stored matrix; it is summed in float64.
        """
        from phonopy.physical_units import get_physical_units

        if not temperature_K > 0.0:
            raise InputError(f"temperature {temperature_K} K: the linearized equation needs a temperature above zero")
        points, bands = len(symmetry.grid_points), frequencies_THz.shape[1]
        require_memory(points, bands, precision)
        units = get_physical_units()
        half = frequencies_THz * (units.THzToEv / (2.0 * units.KB * temperature_K))
        active = frequencies_THz > cutoff_THz
        # beyond 700 the hyperbolic sine would overflow; such a mode is frozen out anyway
        factors = np.where(active, 1.0 / np.sinh(np.where(active, np.minimum(half, 700.0), 1.0)), 0.0)
        values = np.zeros((points, bands, 3, points, bands, 3), dtype=precision)
        return cls(symmetry, frequencies_THz[symmetry.grid_points], factors, values)

    def add(self, index: int, orbits: PartnerOrbits, first: IntArray, bands: Any, rates: Any) -> None:
        """Add the collisions of irreducible point ``index``: see `finechem_kernels.collisions.add_collisions`.

        Calls for different points may run in threads.
        """
        add_collisions(self.values[index], orbits, first, bands, rates, self.factors)


def required_bytes(irreducible_points: int, bands: int, precision: Precision = "float64") -> int:
    """Return the memory of one collision matrix and of what its solution needs besides.

    >>> round(required_bytes(280, 12) / 1e6), round(required_bytes(280, 12, "float32") / 1e6)
    (814, 408)
    """
    modes = irreducible_points * bands
    return (3 * modes) ** 2 * np.dtype(precision).itemsize + modes * 8 * (3 * 12 + bands)


def available_bytes() -> int | None:
    """Return the memory a new process could take without swapping, None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def require_memory(
    irreducible_points: int, bands: int, precision: Precision = "float64", *, temperatures: int = 1
) -> None:
    """Raise an `InputError` with a way out if the collision matrices do not fit into the memory that is free."""
    needed, free = temperatures * required_bytes(irreducible_points, bands, precision), available_bytes()
    if free is None or needed <= free:
        return
    ways = []
    if temperatures > 1 and needed <= temperatures * free:
        ways.append(f"at most {free * temperatures // needed} temperatures at a time")
    half = temperatures * required_bytes(irreducible_points, bands, "float32")
    if precision == "float64" and half <= free:
        ways.append(f"precision='float32' ({half / 1e9:.1f} GB)")
    fits = int(irreducible_points * math.sqrt(free / needed))
    ways += [f"a mesh of at most {fits} irreducible points", "method='rta', which needs no matrix"]
    matrices = "a collision matrix" if temperatures == 1 else f"{temperatures} collision matrices, one a temperature,"
    raise InputError(
        f"{matrices} of {irreducible_points} irreducible points and {bands} bands: that takes "
        f"{needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free; take {', or '.join(ways)}"
    )


class LinearizedSolution(NamedTuple):
    """What `solve` returns."""

    kappa_W_mK: FloatArray
    """Thermal conductivity, (3, 3)."""
    mode_kappa_W_mK: FloatArray
    """Contributions of the irreducible points' stars and bands, whose sum is the conductivity, (R, N, 3, 3)."""
    residual: float
    """√(r·Γ⁻¹r / X·Γ⁻¹X) for the residual r = X − ΩY of the solution Y."""
    iterations: int
    """Of the conjugate gradients."""
    unscattered_modes: int
    """Modes above the cutoff that no process of this mesh scatters; they carry no heat here."""


def solve(
    matrix: CollisionMatrix,
    linewidths_THz: FloatArray,
    group_velocities_m_s: FloatArray,
    heat_capacities_J_K: FloatArray,
    volume_m3: float,
    *,
    tolerance: float | None = None,
    max_iterations: int = 200,
) -> LinearizedSolution:
    r"""Solve the linearized Boltzmann equation for the thermal conductivity.

    .. math:: \kappa = \frac{1}{4 \pi N_q V} \sum_{R} R X \otimes R\, \Omega^{-1} X, \qquad
              X_{qb} = \sqrt{C_{qb}}\, v_{qb}\, w_q

    with the collision matrix :math:`\Omega` [1]_ in its form reduced to irreducible points, in THz: the total
    linewidths on the diagonal, three-phonon collisions elsewhere. :math:`w_q^2` is the size of the star of q over
    the order of the point group, R runs over that group.

    Parameters
    ----------
    matrix : CollisionMatrix
        With the collisions of every irreducible point added. It stays as it is, so that the same matrix serves for
        other boundaries or isotopes.
    linewidths_THz : (R, N) array
        Total linewidths Γ, half widths at half maximum, with isotope and boundary scattering: as in phono3py, those
        two are on the diagonal only, that is, they relax a mode and bring nothing back.
    group_velocities_m_s : (R, N, 3) array
        Group velocities, m/s.
    heat_capacities_J_K : (R, N) array
        Mode heat capacities at the temperature of the matrix, J/K.
    volume_m3 : float
        Of the primitive cell, m³.
    tolerance : float, optional
        Residual at which to stop; by default 1e-7, and 1e-6 for a matrix stored in float32.
    max_iterations : int
        Of the conjugate gradients, which start with the relaxation-time approximation and need some ten.

    Returns
    -------
    LinearizedSolution

    Raises
    ------
    ConvergenceError
        If the matrix is not positive for these data, or the iterations do not suffice.

    Notes
    -----
    The equation is solved by conjugate gradients, preconditioned by the linewidths, in the subspace of vectors
    that have the symmetry of the crystal: invariant under the little group of their q, equal within a degenerate
    set of bands (as phono3py averages its matrix), and zero for modes below the cutoff. The rest of the space is
    the null space of the reduced matrix, or nearly so: rounding errors would grow there.

    What velocities of a degenerate set differ from their mean by is dropped here, as in phono3py;
    `finechem.thermal.bte.lattice_conductivity` adds it.

    An assembled matrix is symmetric only up to the errors of the mesh; :math:`(\Omega + \Omega^T)/2` is taken, as in
    phono3py, by applying both at each iteration while a row is in the cache.

    References
    ----------
    .. [1] L. Chaput, Phys. Rev. Lett. 110, 265506 (2013), doi:10.1103/PhysRevLett.110.265506.
    """
    symmetry, active = matrix.symmetry, matrix.factors[matrix.symmetry.grid_points] > 0.0
    scattered = active & (linewidths_THz > 0.0)
    project = _projector(symmetry, matrix.frequencies_THz, scattered)
    inverse = np.where(scattered, 1.0 / np.where(scattered, linewidths_THz, 1.0), 0.0)[..., None]
    field = project(np.sqrt(heat_capacities_J_K)[..., None] * group_velocities_m_s * symmetry.scale[:, None, None])
    tolerance = TOLERANCE[matrix.values.dtype.name] if tolerance is None else tolerance

    def collide(vector: FloatArray) -> FloatArray:
        return project(linewidths_THz[..., None] * vector + symmetric_product(matrix.values, vector))

    def relax(vector: FloatArray) -> FloatArray:
        return project(inverse * vector)

    solution, residual, iterations = _conjugate_gradients(collide, relax, field, tolerance, max_iterations)
    unit = 1.0 / (4e12 * np.pi * len(symmetry.star) * volume_m3)  # a mode lives 1/(4πΓ)
    mode_kappa = unit * _rotated_sum(symmetry.rotations, field[..., :, None] * solution[..., None, :])
    unscattered = int(np.count_nonzero(active & ~scattered))
    return LinearizedSolution(mode_kappa.sum(axis=(0, 1)), mode_kappa, residual, iterations, unscattered)


def symmetric_product(values: NDArray[np.floating[Any]], vector: FloatArray) -> FloatArray:
    """Return (Ω + Ωᵀ)/2 times a vector (R, N, 3): one pass through the matrix, a point's rows at a time."""
    size = vector[0].size
    flat = vector.astype(values.dtype).ravel()
    total = np.zeros(len(flat))
    for i, rows in enumerate(values.reshape(len(vector), size, -1)):
        own = slice(i * size, (i + 1) * size)
        total[own] += rows @ flat
        total += flat[own] @ rows
    return 0.5 * total.reshape(vector.shape)


def _projector(symmetry: GridSymmetry, frequencies_THz: FloatArray, taking_part: NDArray[np.bool_]) -> Operator:
    """Return the orthogonal projector onto the vectors that `solve` looks among."""
    from phonopy.phonon.degeneracy import get_degenerate_ids

    sets = get_degenerate_ids(frequencies_THz)
    together = (sets[:, :, None] == sets[:, None, :]) & taking_part[:, :, None] & taking_part[:, None, :]
    average = together / np.maximum(together.sum(axis=2, keepdims=True), 1)
    return lambda vector: average @ vector @ symmetry.little_projectors


def _rotated_sum(rotations: FloatArray, tensors: FloatArray) -> FloatArray:
    """Sum R t Rᵀ over the group, symmetric part, for tensors (..., 3, 3)."""
    both = np.einsum("oia,ojb->ijab", rotations, rotations)
    both = 0.5 * (both + both.swapaxes(0, 1))
    return np.asarray((tensors.reshape(-1, 9) @ both.reshape(9, 9).T).reshape(tensors.shape))


def _conjugate_gradients(
    apply: Operator, precondition: Operator, field: FloatArray, tolerance: float, max_iterations: int
) -> tuple[FloatArray, float, int]:
    """Return the solution, the residual in the norm of the preconditioner, and the number of iterations."""
    solution, remainder = np.zeros_like(field), field
    relaxed = precondition(remainder)
    start = square = float(np.vdot(remainder, relaxed))
    direction, residual = relaxed, 1.0 if start > 0.0 else 0.0
    for iteration in range(max_iterations + 1):
        if residual <= tolerance:
            return solution, residual, iteration
        image = apply(direction)
        curvature = float(np.vdot(direction, image))
        if not curvature > 0.0:
            raise ConvergenceError(
                f"the collision matrix is not positive (found in iteration {iteration + 1}, residual {residual:.1e}): "
                "the mesh is too coarse for this temperature, or the linewidths belong to other collisions; "
                "take a finer mesh, a higher temperature, scattering by boundaries, or method='rta'"
            )
        solution = solution + square / curvature * direction
        remainder = remainder - square / curvature * image
        relaxed = precondition(remainder)
        previous, square = square, float(np.vdot(remainder, relaxed))
        direction = relaxed + square / previous * direction
        residual = math.sqrt(max(square, 0.0) / start)
    raise ConvergenceError(
        f"residual {residual:.1e} after {max_iterations} iterations, wanted {tolerance:.1e}; "
        "take a finer mesh, more iterations, or a larger tolerance if the residual is small enough for you"
    )
