"""Conjugate gradients preconditioned by fast transforms, the error bounded: what both schemes of conduction share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import DTypeLike, NDArray

from finechem_kernels._jit import REDUCE, FloatArray, kernel, parallel_kernel, prange

__all__ = [
    "Conduction",
    "Field",
    "Start",
    "Transform",
    "both",
    "descend",
    "periodic_transform",
    "rotated_transform",
    "walled_transform",
]

Field = NDArray[Any]
Transform = Callable[[Field], Field]
#: Where something insulates, the error is estimated from the energy won in so many last iterations.
DELAY = 4
#: What rounding adds to the relative error, in units of the fields' precision: about twice the most that was seen.
ROUNDING = 100.0


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


class Start(NamedTuple):
    """Where the descent begins: the residual of no fluctuation, its energy, and a bound of the eigenvalues."""

    residual: Field
    energy: float
    volume: float
    least: float
    """Not above any eigenvalue of the preconditioned matrix; 0 where none is known."""


def descend(
    start: Start,
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


def periodic_transform(shape: tuple[int, ...], dtype: DTypeLike, workers: int) -> Transform:
    """Invert the 7-point Laplacian of conductance 1 on a periodic grid."""
    along = _symbol(shape[0], "periodic"), _symbol(shape[1], "periodic"), _symbol(shape[2], "half")
    return _fourier(_inverse(along[0][:, None, None] + along[1][None, :, None] + along[2], dtype), shape, workers)


def rotated_transform(shape: tuple[int, ...], dtype: DTypeLike, workers: int) -> Transform:
    """Invert the rotated Laplacian of conductivity 1 on a periodic grid."""
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


def walled_transform(shape: tuple[int, ...], wall: float, dtype: DTypeLike, workers: int) -> Transform:
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


def both(function: Any) -> tuple[Any, Any]:
    """Compile for one thread and for several."""
    return kernel(function, fastmath=REDUCE), parallel_kernel(function, fastmath=REDUCE)


def _step(solution: Any, residual: Any, p: Any, q: Any, alpha: Any) -> None:
    for i in prange(p.shape[0]):
        for j in range(p.shape[1]):
            for l in range(p.shape[2]):  # noqa: E741
                solution[i, j, l] += alpha * p[i, j, l]
                residual[i, j, l] -= alpha * q[i, j, l]


_update, _update_parallel = both(_step)


def _new_direction(p: Any, z: Any, beta: Any) -> None:
    for i in prange(p.shape[0]):
        for j in range(p.shape[1]):
            for l in range(p.shape[2]):  # noqa: E741
                p[i, j, l] = z[i, j, l] + beta * p[i, j, l]


_turn, _turn_parallel = both(_new_direction)


def _inner(a: Any, b: Any) -> float:
    total = 0.0
    for i in prange(a.shape[0]):
        part = 0.0
        for j in range(a.shape[1]):
            for l in range(a.shape[2]):  # noqa: E741
                part += np.float64(a[i, j, l]) * b[i, j, l]
        total += part
    return total


_dot, _dot_parallel = both(_inner)
