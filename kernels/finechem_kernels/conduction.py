r"""Steady heat conduction on a grid of voxels: conjugate gradients that a fast transform preconditions.

The voxel is the unit of length. Finite volumes (7 points): a temperature at each voxel's centre, fluxes through faces,

.. math:: \sum_{\text{faces}} g\,(T_i - T_j) = 0, \quad \frac{1}{g} = \frac{1}{2 k_i} + \frac{1}{2 k_j} + \rho ,

with :math:`\rho` the resistance of an interface over the voxel size. The effective conductivity is the energy of the
temperature field per volume at unit mean gradient, and a minimum: an error of the field counts squared.

The preconditioner is the inverse of the same operator with one conductance everywhere, which Fourier, sine or cosine
transforms diagonalise (periodic, fixed and insulated sides). The condition number is then the contrast of the
conductances, whatever the size of the grid.

An iteration reads or writes 16 fields and makes two transforms: in float32 64 bytes a voxel beside the transforms' own
traffic, which is what it costs; the 25 operations a voxel of the matrix product are hidden behind it. Fields held:
temperature, residual, direction, product, preconditioned residual, three of conductances, a spectrum: 36 bytes a voxel.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from finechem_kernels._jit import FloatArray, kernel, parallel_kernel, prange
from finechem_kernels.descent import (
    Conduction,
    Field,
    Start,
    both,
    descend,
    periodic_transform,
    walled_transform,
)

__all__ = ["Faces", "conduct", "faces_of", "mean_flux"]


class Faces(NamedTuple):
    """Conductances: of the face between each voxel and its next neighbour, and to fixed sides along the first axis."""

    x: Field
    """(n0, n1, n2); 0 across an insulated side."""
    y: Field
    z: Field
    first: Field
    """(n1, n2), from the first voxel layer to the fixed side before it; (0, 0) where that axis is periodic."""
    last: Field
    wall: float
    """Distance of the fixed sides from the first and last voxel centres; 0 where there are none."""


def faces_of(
    labels: NDArray[np.integer[Any]],
    conductivity: FloatArray,
    *,
    resistance: float = 0.0,
    boundary: Literal["periodic", "insulated"] = "periodic",
    wall: float = 0.5,
    dtype: DTypeLike = np.float32,
    parallel: bool = True,
) -> Faces:
    """Return the conductances of all faces.

    Parameters
    ----------
    labels : (n0, n1, n2) integer array
        What each voxel is made of; labels index ``conductivity``.
    conductivity : (L,) array
        Of each label, not negative.
    resistance : float
        Of an interface between voxels of different labels, over the voxel size. It is multiplied by the area that the
        voxels' steps add to a smooth interface: the sum of the absolute components of its normal, which is estimated
        from the labels within two voxels.
    boundary : {"periodic", "insulated"}
        ``insulated``: fixed temperatures before and after the first axis, no flux through the other sides.
    wall : float
        Distance of the fixed sides from the voxel centres; 0.5 puts them on the faces of the voxels.
    dtype : dtype
        Of the conductances.
    parallel : bool
        Two threads or more, as numba is set.

    Returns
    -------
    Faces
    """
    table = np.ascontiguousarray(conductivity, dtype=np.float64)
    place = np.ascontiguousarray(labels, dtype=np.int32)
    x, y, z = (np.empty(place.shape, dtype=dtype) for _ in range(3))
    periodic = boundary == "periodic"
    fill = _faces_parallel if parallel else _faces
    fill(place, table, float(resistance), periodic, x, y, z)
    none = np.zeros((0, 0), dtype=dtype)
    if periodic:
        return Faces(x, y, z, none, none, 0.0)
    first, last = ((table[place[side]] / wall).astype(dtype) for side in (0, -1))
    return Faces(x, y, z, first, last, wall)


def conduct(
    faces: Faces,
    axis: int = 0,
    *,
    tolerance: float = 1e-4,
    most_iterations: int = 2000,
    workers: int = 1,
) -> Conduction:
    r"""Solve for the temperature under a unit mean gradient along an axis.

    Each iteration lowers the energy by :math:`\alpha\,r^T z / N`. What is still to win is bounded from above by the
    Gauss-Radau quadrature that goes with the iteration (Meurant & Tichý 2013) and the smallest eigenvalue of the
    preconditioned matrix, which is not below the smallest conductance. The iteration ends when the bound is below
    tolerance times the energy. Where something insulates there is no such eigenvalue: what the last `DELAY` iterations
    won then stands for what is still to win (Strakoš & Tichý 2002), which is no bound.

    Parameters
    ----------
    faces : Faces
        With fixed sides, only axis 0 makes sense.
    axis : {0, 1, 2}
    tolerance : float
        Relative error of the conductivity.
    most_iterations : int
    workers : int
        Threads of the transforms, and of the kernels where above one.

    Returns
    -------
    Conduction

    References
    ----------
    Z. Strakoš, P. Tichý, Electron. Trans. Numer. Anal. 13, 56 (2002);
    G. Meurant, P. Tichý, Numer. Algorithms 62, 163 (2013), doi:10.1007/s11075-012-9591-9.
    """
    apply = _apply_parallel if workers > 1 else _apply
    fixed = faces.wall > 0.0
    shape = faces.x.shape
    length = shape[0] - 1 + 2 * faces.wall if fixed else shape[0]
    volume = length * shape[1] * shape[2]
    drive = (faces.x, faces.y, faces.z)[axis]
    residual = drive - np.roll(drive, 1, axis)
    energy = float(np.sum(drive, dtype=np.float64))
    if fixed:
        residual[0] -= faces.first * faces.first.dtype.type(faces.wall)
        residual[-1] += faces.last * faces.last.dtype.type(faces.wall)
        energy += faces.wall**2 * float(np.sum(faces.first, dtype=np.float64) + np.sum(faces.last, dtype=np.float64))

    def product(p: Field, q: Field) -> float:
        return float(apply(faces.x, faces.y, faces.z, faces.first, faces.last, p, q))

    precondition = (
        walled_transform(shape, faces.wall, drive.dtype, workers)
        if fixed
        else periodic_transform(shape, drive.dtype, workers)
    )
    least = _least(faces)
    start = Start(residual, energy / volume, volume, least)
    return descend(start, product, precondition, tolerance, most_iterations, workers > 1)


def _least(faces: Faces) -> float:
    """Return the smallest conductance, over that of the preconditioner; 0 where something insulates."""
    if not faces.wall > 0.0:
        return float(min(np.min(faces.x), np.min(faces.y), np.min(faces.z)))
    inner = (faces.x[:-1], faces.y[:, :-1], faces.z[:, :, :-1], faces.first * faces.wall, faces.last * faces.wall)
    return min(float(np.min(part)) for part in inner if part.size)


def mean_flux(faces: Faces, found: Conduction, axis: int) -> FloatArray:
    """Return the mean flux along each axis under a unit gradient along ``axis``, in periodic voxels, (3,)."""
    means = np.empty(3)
    for across, conductance in enumerate((faces.x, faces.y, faces.z)):
        step = np.roll(found.fluctuation, -1, across) - found.fluctuation
        if across == axis:
            step += step.dtype.type(1.0)
        means[across] = np.mean(conductance * step, dtype=np.float64)
    return means


@kernel
def _stairs(labels: Any, i: int, j: int, l: int, axis: int) -> float:  # noqa: E741
    """Area of the steps over that of the smooth interface, at the face after voxel (i, j, l) along an axis.

    The normal points from the other voxels within two to those of the label before the face.
    """
    n0, n1, n2 = labels.shape
    own = labels[i, j, l]
    nx, ny, nz = 0.0, 0.0, 0.0
    for a in range(-2, 4 if axis == 0 else 3):
        for b in range(-2, 4 if axis == 1 else 3):
            for c in range(-2, 4 if axis == 2 else 3):
                if labels[(i + a) % n0, (j + b) % n1, (l + c) % n2] == own:
                    nx += a - 0.5 if axis == 0 else a
                    ny += b - 0.5 if axis == 1 else b
                    nz += c - 0.5 if axis == 2 else c
    length = np.sqrt(nx * nx + ny * ny + nz * nz)
    return 1.0 if length == 0.0 else (abs(nx) + abs(ny) + abs(nz)) / length


def _fill_faces(labels: Any, table: Any, resistance: float, periodic: bool, gx: Any, gy: Any, gz: Any) -> None:
    n0, n1, n2 = labels.shape
    for i in prange(n0):
        for j in range(n1):
            for l in range(n2):  # noqa: E741
                own = labels[i, j, l]
                for axis in range(3):
                    ip, jp, lp = i + (axis == 0), j + (axis == 1), l + (axis == 2)
                    inside = ip < n0 and jp < n1 and lp < n2
                    other = labels[ip % n0, jp % n1, lp % n2]
                    a, b = table[own], table[other]
                    g = 0.0
                    if (inside or periodic) and a > 0.0 and b > 0.0:
                        against = 0.5 / a + 0.5 / b
                        if resistance > 0.0 and own != other:
                            against += resistance * _stairs(labels, i, j, l, axis)
                        g = 1.0 / against
                    if axis == 0:
                        gx[i, j, l] = g
                    elif axis == 1:
                        gy[i, j, l] = g
                    else:
                        gz[i, j, l] = g


_faces, _faces_parallel = kernel(_fill_faces), parallel_kernel(_fill_faces)


def _multiply(gx: Any, gy: Any, gz: Any, first: Any, last: Any, p: Any, q: Any) -> float:
    """Matrix product q = A p, and p q."""
    n0, n1, n2 = p.shape
    total = 0.0
    for i in prange(n0):
        im, ip = (i - 1 if i > 0 else n0 - 1), (i + 1 if i + 1 < n0 else 0)
        part = 0.0
        for j in range(n1):
            jm, jp = (j - 1 if j > 0 else n1 - 1), (j + 1 if j + 1 < n1 else 0)
            for l in range(1, n2 - 1):  # noqa: E741
                here = p[i, j, l]
                value = (
                    gx[i, j, l] * (here - p[ip, j, l])
                    + gx[im, j, l] * (here - p[im, j, l])
                    + gy[i, j, l] * (here - p[i, jp, l])
                    + gy[i, jm, l] * (here - p[i, jm, l])
                    + gz[i, j, l] * (here - p[i, j, l + 1])
                    + gz[i, j, l - 1] * (here - p[i, j, l - 1])
                )
                q[i, j, l] = value
                part += np.float64(here) * value
            for side in range(2 if n2 > 1 else 1):
                l = 0 if side == 0 else n2 - 1  # noqa: E741
                lm, lp = (l - 1 if l > 0 else n2 - 1), (l + 1 if l + 1 < n2 else 0)
                here = p[i, j, l]
                value = (
                    gx[i, j, l] * (here - p[ip, j, l])
                    + gx[im, j, l] * (here - p[im, j, l])
                    + gy[i, j, l] * (here - p[i, jp, l])
                    + gy[i, jm, l] * (here - p[i, jm, l])
                    + gz[i, j, l] * (here - p[i, j, lp])
                    + gz[i, j, lm] * (here - p[i, j, lm])
                )
                q[i, j, l] = value
                part += np.float64(here) * value
            if first.size > 0 and i == 0:
                for l in range(n2):  # noqa: E741
                    q[i, j, l] += first[j, l] * p[i, j, l]
                    part += np.float64(p[i, j, l]) * first[j, l] * p[i, j, l]
            if first.size > 0 and i == n0 - 1:
                for l in range(n2):  # noqa: E741
                    q[i, j, l] += last[j, l] * p[i, j, l]
                    part += np.float64(p[i, j, l]) * last[j, l] * p[i, j, l]
        total += part
    return total


_apply, _apply_parallel = both(_multiply)
