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

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike, DTypeLike, NDArray

from finechem_kernels._jit import REDUCE, FloatArray, kernel, parallel_kernel, prange

__all__ = ["Conduction", "Faces", "conduct", "conduct_tensors", "faces_of", "mean_flux"]

Field = NDArray[Any]
Transform = Callable[[Field], Field]
#: Where something insulates, the error is estimated from the energy won in so many last iterations.
DELAY = 4
#: What rounding adds to the relative error, in units of the fields' precision: about twice the most that was seen.
ROUNDING = 100.0


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


class Conduction(NamedTuple):
    """A solved temperature field."""

    conductivity: float
    """Along the mean gradient."""
    error: float
    """Bound or, where something insulates, estimate of its relative error by the iteration and by rounding."""
    iterations: int
    converged: bool
    fluctuation: Field
    """Temperature less that of the mean gradient 1 a voxel, (n0, n1, n2)."""


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

    precondition = _walled(shape, faces.wall, drive.dtype, workers) if fixed else _periodic(shape, drive.dtype, workers)
    least = _least(faces)
    start = _Start(residual, energy / volume, volume, least)
    return _descend(start, product, precondition, tolerance, most_iterations, workers > 1)


def _least(faces: Faces) -> float:
    """Return the smallest conductance, over that of the preconditioner; 0 where something insulates."""
    if not faces.wall > 0.0:
        return float(min(np.min(faces.x), np.min(faces.y), np.min(faces.z)))
    inner = (faces.x[:-1], faces.y[:, :-1], faces.z[:, :, :-1], faces.first * faces.wall, faces.last * faces.wall)
    return min(float(np.min(part)) for part in inner if part.size)


def conduct_tensors(
    labels: NDArray[np.integer[Any]],
    conductivity: FloatArray,
    gradient: ArrayLike,
    *,
    tolerance: float = 1e-4,
    most_iterations: int = 3000,
    dtype: DTypeLike = np.float32,
    workers: int = 1,
) -> tuple[Conduction, FloatArray]:
    """Solve for the temperature in periodic voxels whose conductivities are tensors, by the rotated scheme.

    Temperatures live on the corners of voxels, gradients and fluxes at their centres: the mean of the differences along
    the four edges of each direction (Willot 2015). No conductivity is averaged. Where a side has an even number of
    voxels some checkerboards of temperature have no gradient; they carry no energy, and the preconditioner leaves them
    out.

    Parameters
    ----------
    labels : (n0, n1, n2) integer array
    conductivity : (L, 6) array
        Of each label: xx, yy, zz, yz, xz, xy; not negative definite.
    gradient : (3,) array
        Mean gradient; the returned conductivity is the energy under it.
    tolerance, most_iterations, workers
        As in `conduct`.
    dtype : dtype
        Of all fields.

    Returns
    -------
    Conduction
        Temperatures at corners (i, j, l) of voxels, less those of the mean gradient.
    (3,) array
        Mean flux.

    References
    ----------
    F. Willot, C. R. Mecanique 343, 232 (2015), doi:10.1016/j.crme.2014.12.005.
    """
    place = np.ascontiguousarray(labels, dtype=np.int32)
    shape = place.shape
    table = np.ascontiguousarray(conductivity, dtype=dtype)
    kind = table.dtype.type
    fluxes = tuple(np.empty(shape, dtype=dtype) for _ in range(3))
    flow, gather = (_flux_parallel, _divergence_parallel) if workers > 1 else (_flux, _divergence)
    drive = [kind(component) for component in np.asarray(gradient)]
    still = kind(0.0)
    temperature, residual = np.zeros(shape, dtype=dtype), np.empty(shape, dtype=dtype)
    energy = flow(temperature, place, table, *fluxes, *drive) / residual.size
    gather(*fluxes, residual, kind(-1.0))

    def product(p: Field, q: Field) -> float:
        work = float(flow(p, place, table, *fluxes, still, still, still))
        gather(*fluxes, q, kind(1.0))
        return work

    precondition = _rotated(shape, residual.dtype, workers)
    full = np.asarray(conductivity, dtype=np.float64)[:, [0, 5, 4, 5, 1, 3, 4, 3, 2]].reshape(-1, 3, 3)
    least = max(float(np.min(np.linalg.eigvalsh(full))), 0.0)
    start = _Start(residual, float(energy), residual.size, least)
    found = _descend(start, product, precondition, tolerance, most_iterations, workers > 1)
    flow(found.fluctuation, place, table, *fluxes, *drive)
    return found, np.array([np.mean(flux, dtype=np.float64) for flux in fluxes])


def mean_flux(faces: Faces, found: Conduction, axis: int) -> FloatArray:
    """Return the mean flux along each axis under a unit gradient along ``axis``, in periodic voxels, (3,)."""
    means = np.empty(3)
    for across, conductance in enumerate((faces.x, faces.y, faces.z)):
        step = np.roll(found.fluctuation, -1, across) - found.fluctuation
        if across == axis:
            step += step.dtype.type(1.0)
        means[across] = np.mean(conductance * step, dtype=np.float64)
    return means


class _Start(NamedTuple):
    residual: Field
    energy: float
    volume: float
    least: float
    """Not above any eigenvalue of the preconditioned matrix; 0 where none is known."""


def _descend(
    start: _Start,
    product: Callable[[Field, Field], float],
    precondition: Transform,
    tolerance: float,
    most_iterations: int,
    parallel: bool,
) -> Conduction:
    """Preconditioned conjugate gradients from zero; energies and steps in float64, fields as they come."""
    update, turn, dot = (_update_parallel, _turn_parallel, _dot_parallel) if parallel else (_update, _turn, _dot)
    residual, energy, volume, least = start
    kind = residual.dtype.type
    solution, q = np.zeros_like(residual), np.empty_like(residual)
    preconditioned = precondition(residual)
    p = preconditioned.copy()
    rz = float(dot(residual, preconditioned))
    won: list[float] = []
    radau = 1.0 / least if least > 0.0 else 0.0
    left = radau * rz / volume if least > 0.0 else np.inf
    floor = _rounding(residual) * energy if least == 0.0 else 0.0  # where nothing insulates, something is conducted
    while rz > 0.0 and energy > floor and left > tolerance * energy and len(won) < most_iterations:
        work = product(p, q)
        if not work > 0.0:
            break
        alpha = rz / work
        update(solution, residual, p, q, kind(alpha))
        won.append(alpha * rz / volume)
        energy -= won[-1]
        preconditioned = precondition(residual)
        before, rz = rz, float(dot(residual, preconditioned))
        beta = rz / before
        if least > 0.0:
            more = max(radau - alpha, 0.0)
            radau = more / (least * more + beta) if more > 0.0 else 0.0
            left = radau * rz / volume
        elif len(won) >= DELAY:
            left = sum(won[-DELAY:])
        turn(p, preconditioned, kind(beta))
    if energy <= floor:
        return Conduction(0.0, 0.0, len(won), True, solution)
    error = (left if rz > 0.0 else 0.0) / energy if energy > 0.0 else np.inf
    return Conduction(energy, error + _rounding(residual), len(won), error <= tolerance, solution)


def _rounding(field: Field) -> float:
    return ROUNDING * float(np.finfo(field.dtype).eps)


def _symbol(size: int, kind: Literal["periodic", "fixed", "insulated", "half"], wall: float = 0.5) -> FloatArray:
    """Return the eigenvalues of minus the second difference along an axis, in the order of the transform used."""
    m = np.arange(size // 2 + 1 if kind == "half" else size)
    if kind == "fixed":
        angle = np.pi * (m + 1) / (size if wall == 0.5 else size - 1 + 2 * wall)
    elif kind == "insulated":
        angle = np.pi * m / size
    else:
        angle = 2.0 * np.pi * m / size
    return np.asarray(2.0 - 2.0 * np.cos(angle), dtype=np.float64)


def _inverse(total: FloatArray, dtype: DTypeLike) -> Field:
    with np.errstate(divide="ignore"):
        return np.where(total > 1e-9, 1.0 / total, 0.0).astype(dtype)


def _periodic(shape: tuple[int, ...], dtype: DTypeLike, workers: int) -> Transform:
    along = _symbol(shape[0], "periodic"), _symbol(shape[1], "periodic"), _symbol(shape[2], "half")
    return _fourier(_inverse(along[0][:, None, None] + along[1][None, :, None] + along[2], dtype), shape, workers)


def _rotated(shape: tuple[int, ...], dtype: DTypeLike, workers: int) -> Transform:
    s = [_symbol(shape[0], "periodic"), _symbol(shape[1], "periodic"), _symbol(shape[2], "half")]
    c = [1.0 - part / 4.0 for part in s]
    total = (
        s[0][:, None, None] * c[1][None, :, None] * c[2]
        + c[0][:, None, None] * s[1][None, :, None] * c[2]
        + c[0][:, None, None] * c[1][None, :, None] * s[2]
    )
    return _fourier(_inverse(total, dtype), shape, workers)


def _fourier(inverse: Field, shape: tuple[int, ...], workers: int) -> Transform:
    def apply(residual: Field) -> Field:
        spectrum = scipy.fft.rfftn(residual, workers=workers)
        spectrum *= inverse
        found: Field = scipy.fft.irfftn(spectrum, s=shape, workers=workers, overwrite_x=True)
        return found

    return apply


def _walled(shape: tuple[int, ...], wall: float, dtype: DTypeLike, workers: int) -> Transform:
    """Sine transform along the first axis, cosine transforms along the others."""
    kind = 2 if wall == 0.5 else 1
    along = _symbol(shape[0], "fixed", wall), _symbol(shape[1], "insulated"), _symbol(shape[2], "insulated")
    inverse = _inverse(along[0][:, None, None] + along[1][None, :, None] + along[2], dtype)
    norm: dict[str, Any] = {"workers": workers, "overwrite_x": True}

    def apply(residual: Field) -> Field:
        spectrum = scipy.fft.dst(residual, type=kind, axis=0, workers=workers)
        spectrum = scipy.fft.dctn(spectrum, type=2, axes=(1, 2), **norm)
        spectrum *= inverse
        spectrum = scipy.fft.idctn(spectrum, type=2, axes=(1, 2), **norm)
        found: Field = scipy.fft.idst(spectrum, type=kind, axis=0, **norm)
        return found

    return apply


def _both(function: Any) -> tuple[Any, Any]:
    return kernel(function, fastmath=REDUCE), parallel_kernel(function, fastmath=REDUCE)


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


_apply, _apply_parallel = _both(_multiply)


def _step(solution: Any, residual: Any, p: Any, q: Any, alpha: Any) -> None:
    for i in prange(p.shape[0]):
        for j in range(p.shape[1]):
            for l in range(p.shape[2]):  # noqa: E741
                solution[i, j, l] += alpha * p[i, j, l]
                residual[i, j, l] -= alpha * q[i, j, l]


_update, _update_parallel = _both(_step)


def _new_direction(p: Any, z: Any, beta: Any) -> None:
    for i in prange(p.shape[0]):
        for j in range(p.shape[1]):
            for l in range(p.shape[2]):  # noqa: E741
                p[i, j, l] = z[i, j, l] + beta * p[i, j, l]


_turn, _turn_parallel = _both(_new_direction)


def _inner(a: Any, b: Any) -> float:
    total = 0.0
    for i in prange(a.shape[0]):
        part = 0.0
        for j in range(a.shape[1]):
            for l in range(a.shape[2]):  # noqa: E741
                part += np.float64(a[i, j, l]) * b[i, j, l]
        total += part
    return total


_dot, _dot_parallel = _both(_inner)


def _rotated_flux(p: Any, labels: Any, table: Any, jx: Any, jy: Any, jz: Any, ex: Any, ey: Any, ez: Any) -> float:
    """Flux at voxel centres from temperatures at corners plus a mean gradient, and the sum of flux times gradient."""
    n0, n1, n2 = p.shape
    quarter = table.dtype.type(0.25)
    total = 0.0
    for i in prange(n0):
        ip = i + 1 if i + 1 < n0 else 0
        part = 0.0
        for j in range(n1):
            jp = j + 1 if j + 1 < n1 else 0
            for l in range(n2):  # noqa: E741
                lp = l + 1 if l + 1 < n2 else 0
                a, b, c, d = p[i, j, l], p[i, j, lp], p[i, jp, l], p[i, jp, lp]
                e, f, g, h = p[ip, j, l], p[ip, j, lp], p[ip, jp, l], p[ip, jp, lp]
                gx = quarter * ((e - a) + (f - b) + (g - c) + (h - d)) + ex
                gy = quarter * ((c - a) + (d - b) + (g - e) + (h - f)) + ey
                gz = quarter * ((b - a) + (d - c) + (f - e) + (h - g)) + ez
                t = labels[i, j, l]
                u = table[t, 0] * gx + table[t, 5] * gy + table[t, 4] * gz
                v = table[t, 5] * gx + table[t, 1] * gy + table[t, 3] * gz
                w = table[t, 4] * gx + table[t, 3] * gy + table[t, 2] * gz
                jx[i, j, l], jy[i, j, l], jz[i, j, l] = u, v, w
                part += np.float64(u) * gx + np.float64(v) * gy + np.float64(w) * gz
        total += part
    return total


_flux, _flux_parallel = _both(_rotated_flux)


def _rotated_divergence(jx: Any, jy: Any, jz: Any, q: Any, sign: Any) -> None:
    """Minus the divergence at corners of fluxes at voxel centres, times a sign."""
    n0, n1, n2 = q.shape
    quarter = sign * q.dtype.type(0.25)
    for i in prange(n0):
        im = i - 1 if i > 0 else n0 - 1
        for j in range(n1):
            jm = j - 1 if j > 0 else n1 - 1
            for l in range(n2):  # noqa: E741
                lm = l - 1 if l > 0 else n2 - 1
                x = jx[im, jm, lm] + jx[im, jm, l] + jx[im, j, lm] + jx[im, j, l]
                x -= jx[i, jm, lm] + jx[i, jm, l] + jx[i, j, lm] + jx[i, j, l]
                y = jy[im, jm, lm] + jy[im, jm, l] + jy[i, jm, lm] + jy[i, jm, l]
                y -= jy[im, j, lm] + jy[im, j, l] + jy[i, j, lm] + jy[i, j, l]
                z = jz[im, jm, lm] + jz[im, j, lm] + jz[i, jm, lm] + jz[i, j, lm]
                z -= jz[im, jm, l] + jz[im, j, l] + jz[i, jm, l] + jz[i, j, l]
                q[i, j, l] = quarter * (x + y + z)


_divergence, _divergence_parallel = _both(_rotated_divergence)
