"""Effective conductivity of a microstructure given as voxels, solved directly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import ConvergenceError, InputError

__all__ = ["VoxelConductivity", "voxel_conductivity"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class VoxelConductivity:
    """Effective conductivity of a microstructure.

    Attributes
    ----------
    tensor_W_mK : (3, 3) array
        ``insulated-sides``: its diagonal, the rest NaN.
    relative_error : float
        Of the diagonal: a bound (where something insulates, an estimate) of what iteration and rounding leave; how fine
        the voxels are is not in it. The other elements err by up to ten times as much of their diagonal ones.
    iterations : int
        Of all directions together.
    temperatures : tuple of (nx, ny, nz) arrays
        On request: for each direction the temperature under a mean gradient of one a voxel, less that gradient.
        Between fixed sides the whole temperature is ``i + 1/2 + field``. In the rotated scheme at voxel corners.
    """

    tensor_W_mK: Array
    relative_error: float
    iterations: int
    temperatures: tuple[NDArray[Any], ...] = ()


def voxel_conductivity(
    labels: ArrayLike,
    conductivity_W_mK: ArrayLike,
    *,
    scheme: Literal["finite-volume", "rotated"] = "finite-volume",
    boundary: Literal["periodic", "insulated-sides"] = "periodic",
    interface_resistance_m2K_W: float = 0.0,
    voxel_size_m: float | None = None,
    tolerance: float = 1e-4,
    precision: Literal["float32", "float64"] = "float32",
    directions: tuple[int, ...] = (0, 1, 2),
    keep_temperatures: bool = False,
    workers: int = 1,
) -> VoxelConductivity:
    r"""Return the effective conductivity tensor of a grid of voxels.

    Parameters
    ----------
    labels : (nx, ny, nz) integer array
        What each voxel is made of. Give every particle a label of its own where interfaces resist, so that touching
        particles have an interface between them.
    conductivity_W_mK : (L,) or (L, 3, 3) array
        Of each label; 0 is allowed for scalars (pores). Tensors need the rotated scheme.
    scheme : {"finite-volume", "rotated"}
        Finite volumes with harmonic means across faces; or the rotated scheme, for labels with tensors.
    boundary : {"periodic", "insulated-sides"}
        ``insulated-sides``: fixed temperatures on two opposite faces, no flux through the others, as in a measurement
        of a plate; finite volumes only.
    interface_resistance_m2K_W : float
        Between voxels of different labels; finite volumes only. The area that steps add to a smooth interface is
        corrected.
    voxel_size_m : float
        Needed with a resistance.
    tolerance : float
        Relative error of the conductivity at which the iteration ends.
    precision : {"float32", "float64"}
        Of the fields; sums are always float64.
    directions : tuple of {0, 1, 2}
        Which gradients to apply; rows of the others are NaN.
    keep_temperatures : bool
    workers : int
        Threads.

    Returns
    -------
    VoxelConductivity

    Raises
    ------
    InputError
        If shapes do not fit, a conductivity is negative or no number, a tensor is not symmetric and positive definite,
        or a combination is not supported.
    ConvergenceError
        If the tolerance is not reached.

    Notes
    -----
    The error of the voxels falls with their size: a cubic array of 30 % of spheres at contrast 100 errs by 0.44 % with
    64 voxels a side (rotated scheme 1.3 %). Particles that touch by voxels conduct into one another: a cubic array of
    50 % at contrast 1000 comes out three times too high with 64. Single voxels that meet at edges or corners only are
    joined by the rotated scheme and parted by finite volumes. On planes that are tilted against the grid a resistance
    acts as 92 to 102 % of itself, on the edges of cubes as about 5 % too much. Random structures scatter more than any
    of these: average over several.

    Examples
    --------
    Layers across x:

    >>> layers = np.zeros((8, 4, 4), dtype=int)
    >>> layers[4:] = 1
    >>> np.round(np.diag(voxel_conductivity(layers, [1.0, 3.0]).tensor_W_mK), 4).tolist()
    [1.5, 2.0, 2.0]
    """
    place = _checked_labels(labels)
    table = np.asarray(conductivity_W_mK, dtype=float)
    tensors = _checked_table(table, place)
    if precision not in ("float32", "float64"):
        raise InputError(f"precision={precision!r}: float32 or float64")
    if not 0 < tolerance < 1 or (precision == "float32" and tolerance < 1e-6):
        raise InputError(f"tolerance={tolerance:g}: between 0 and 1, and not below 1e-6 in float32")
    if workers < 1:
        raise InputError(f"workers={workers}: at least 1 thread")
    if not directions or any(axis not in (0, 1, 2) for axis in directions) or len(set(directions)) < len(directions):
        raise InputError(f"directions={directions}: some of 0, 1, 2, each once")
    resistance = _checked_resistance(interface_resistance_m2K_W, voxel_size_m)
    if scheme == "finite-volume" and not tensors:
        found = [
            _finite_volume(place, table, axis, boundary, resistance, tolerance, precision, workers)
            for axis in directions
        ]
    elif scheme == "rotated":
        if boundary != "periodic" or resistance > 0.0:
            raise InputError(
                "the rotated scheme is for periodic voxels without interface resistance; give particles an effective "
                "tensor instead (finechem.thermal.composite.spheroid_with_resistance)"
            )
        found = [_rotated(place, table, axis, tolerance, precision, workers) for axis in directions]
    elif scheme == "finite-volume":
        raise InputError("conductivity_W_mK holds tensors: they need scheme='rotated'")
    else:
        raise InputError(f"scheme={scheme!r}: finite-volume or rotated")
    return _collect(found, directions, tolerance, keep_temperatures)


def _checked_labels(labels: ArrayLike) -> NDArray[np.int32]:
    place = np.asarray(labels)
    if place.ndim != 3 or place.size == 0 or not np.issubdtype(place.dtype, np.integer):
        raise InputError(f"labels: a three-dimensional array of integers, got shape {place.shape} of {place.dtype}")
    if place.min() < 0:
        raise InputError(f"labels: {place.min()} is negative; they index conductivity_W_mK")
    return np.ascontiguousarray(place, dtype=np.int32)


def _checked_table(table: Array, place: NDArray[np.int32]) -> bool:
    """Check conductivities and return whether they are tensors."""
    tensors = table.shape[1:] == (3, 3)
    if not tensors and table.ndim != 1:
        raise InputError(f"conductivity_W_mK: one number or 3x3 tensor a label, got shape {table.shape}")
    if place.max() >= len(table):
        raise InputError(f"labels: {place.max()} has no conductivity, there are {len(table)}")
    used = np.unique(place)
    if not np.all(np.isfinite(table[used])):
        raise InputError("conductivity_W_mK holds numbers that are not finite")
    if not tensors:
        worst = int(used[np.argmin(table[used])])
        if table[worst] < 0:
            raise InputError(f"conductivity_W_mK of label {worst} is {table[worst]:g}, must not be negative")
        return False
    for label in used.tolist():
        tensor = table[label]
        if not np.allclose(tensor, tensor.T, rtol=1e-9, atol=1e-12 * np.abs(tensor).max()):
            raise InputError(f"conductivity_W_mK of label {label} is not symmetric")
        if np.linalg.eigvalsh(tensor)[0] <= 0:
            raise InputError(f"conductivity_W_mK of label {label} is not positive definite")
    return True


def _checked_resistance(resistance: float, size: float | None) -> float:
    if not (np.isfinite(resistance) and resistance >= 0):
        raise InputError(f"interface_resistance_m2K_W={resistance:g}: must be finite and not negative")
    if resistance == 0.0:
        return 0.0
    if size is None or not (np.isfinite(size) and size > 0):
        raise InputError(f"voxel_size_m={size}: needed, above 0, where an interface resistance is given")
    return resistance / size


def _finite_volume(
    place: NDArray[np.int32],
    table: Array,
    axis: int,
    boundary: str,
    resistance: float,
    tolerance: float,
    precision: str,
    workers: int,
) -> tuple[Any, Array]:
    from finechem_kernels.conduction import conduct, faces_of, mean_flux

    periodic = boundary == "periodic"
    if not periodic and boundary != "insulated-sides":
        raise InputError(f"boundary={boundary!r}: periodic or insulated-sides")
    scale = float(table[np.unique(place)].max()) or 1.0  # keeps float32 away from its ends
    along = place if periodic else np.ascontiguousarray(np.moveaxis(place, axis, 0))
    faces = faces_of(
        along,
        table / scale,
        resistance=resistance * scale,
        boundary="periodic" if periodic else "insulated",
        dtype=np.dtype(precision),
        parallel=workers > 1,
    )
    found = conduct(faces, axis if periodic else 0, tolerance=tolerance, workers=workers)
    flux = np.full(3, np.nan)
    if periodic:
        flux = scale * mean_flux(faces, found, axis)
    else:
        found = found._replace(fluctuation=np.moveaxis(found.fluctuation, 0, axis))
    flux[axis] = scale * found.conductivity
    return found, flux if found.conductivity > 0.0 else np.zeros(3) * flux


def _rotated(
    place: NDArray[np.int32], table: Array, axis: int, tolerance: float, precision: str, workers: int
) -> tuple[Any, Array]:
    from finechem_kernels.tensor_conduction import conduct_tensors

    full = table if table.ndim == 3 else table[:, None, None] * np.eye(3)
    voigt = np.stack([full[:, i, j] for i, j in ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))], axis=1)
    scale = float(np.abs(voigt).max())
    found, flux = conduct_tensors(
        place, voigt / scale, np.eye(3)[axis], tolerance=tolerance, dtype=np.dtype(precision), workers=workers
    )
    flux = scale * flux
    flux[axis] = scale * found.conductivity  # the energy errs by the square of the field's error, the flux by itself
    return found, flux if found.conductivity > 0.0 else np.zeros(3)


def _collect(
    found: list[tuple[Any, Array]], directions: tuple[int, ...], tolerance: float, keep: bool
) -> VoxelConductivity:
    for axis, (solved, _) in zip(directions, found, strict=True):
        if not solved.converged:
            raise ConvergenceError(
                f"direction {axis}: relative error {solved.error:.1e} after {solved.iterations} iterations, asked "
                f"{tolerance:g}; use precision='float64' or a larger tolerance"
            )
    tensor = np.full((3, 3), np.nan)
    for axis, (_, flux) in zip(directions, found, strict=True):
        tensor[axis] = flux
    both = np.isfinite(tensor) & np.isfinite(tensor.T)
    tensor = np.where(both, (tensor + tensor.T) / 2.0, tensor)
    return VoxelConductivity(
        tensor,
        max(float(solved.error) for solved, _ in found),
        sum(int(solved.iterations) for solved, _ in found),
        tuple(solved.fluctuation for solved, _ in found) if keep else (),
    )
