"""Steady heat conduction on voxels whose conductivities are tensors, by the rotated scheme."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from finechem_kernels._jit import FloatArray, prange
from finechem_kernels.descent import Conduction, Field, Start, both, descend, rotated_transform

__all__ = ["conduct_tensors"]


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

    precondition = rotated_transform(shape, residual.dtype, workers)
    full = np.asarray(conductivity, dtype=np.float64)[:, [0, 5, 4, 5, 1, 3, 4, 3, 2]].reshape(-1, 3, 3)
    least = max(float(np.min(np.linalg.eigvalsh(full))), 0.0)
    start = Start(residual, float(energy), residual.size, least)
    found = descend(start, product, precondition, tolerance, most_iterations, workers > 1)
    flow(found.fluctuation, place, table, *fluxes, *drive)
    return found, np.array([np.mean(flux, dtype=np.float64) for flux in fluxes])


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


_flux, _flux_parallel = both(_rotated_flux)


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


_divergence, _divergence_parallel = both(_rotated_divergence)
