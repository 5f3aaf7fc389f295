"""Three-phonon matrix elements of one q0: two nested transforms over D, then the polarisations of q1 and q2."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import CONTRACT, kernel

RealArray: TypeAlias = NDArray[np.floating[Any]]

PLANES, POINTS = 8, 32
"""Planes and points of wave vectors that are transformed together, at most."""
PLANES_BYTES = 2**26
"""Memory for planes."""


class Buffers(NamedTuple):
    """Working memory of `elements`, from `buffers`; each thread needs its own."""

    planes: RealArray
    """Transforms over the first axis, (planes, columns of the box 2 N³)."""
    points: RealArray
    """And over the other two, (POINTS, 2 N³)."""
    once: RealArray
    """With the real and with the imaginary polarisations of q1, for B bands b0: (2 N, 2 B N)."""
    twice: RealArray
    """With the polarisations of q1: (N B, 2 N)."""
    form: RealArray
    """Real form of the polarisations of q2: (2 N, 2 N)."""
    element: RealArray
    """V: (blocks of b0, (b1, b0), (real, imaginary) b2)."""


def buffers(columns: int, N: int, wide: int, dtype: np.dtype[Any]) -> Buffers:
    """Allocate for a box with so many columns, N bands, and ``wide`` bands of q0 at a time."""
    width = 2 * N**3
    planes = min(PLANES, max(1, PLANES_BYTES // (columns * width * dtype.itemsize)))
    shapes = (
        (planes, columns * width),
        (POINTS, width),
        (2 * N, 2 * wide * N),
        (N * wide, 2 * N),
        (2 * N, 2 * N),
        (N // wide, N * wide, 2 * N),
    )
    return Buffers(*(np.empty(shape, dtype=dtype) for shape in shapes))


def _elements(
    box: Any,
    component_table: Any,
    pair_table: Any,
    codes: Any,
    q1: Any,
    q2: Any,
    frames: Any,
    inverse0: Any,
    inverse: Any,
    first: Any,
    bands: Any,
    rates: Any,
    dense: Any,
    work: Any,
) -> None:
    """Multiply the weights of the items of one q0 by |V|², or fill ``dense`` with all |V|² if it is not empty.

    Parameters
    ----------
    box : (slots, N/B, N, 2, B, N) array
        From `fill_boxes`.
    component_table, pair_table : (codes, rows) and (codes, columns of the box) arrays
        Cosines and sines for the values of the coordinates of q1: along the first axis, and along the other two.
    codes : (T, 2) array
        Rows of the tables for each triplet, sorted by the first.
    q1, q2 : (T,) arrays
        Rows of ``frames`` and ``inverse``.
    frames : (Q, 2 N, N) array
        Polarisations, real parts of all bands above imaginary parts.
    inverse0, inverse : (N,) and (Q, N) arrays
        One over the frequency, or zero; that of q0 times the unit.
    first : (T + 1,) array
        Where the items of each triplet start.
    bands : (I, 4) array
        Columns b1, b2, b0 and channel.
    rates : (I,) array
        Weights on entry, weights times |V|² on return.
    dense : (T, N, N, N) array
        By triplet, b0, b1, b2; or empty.
    work : Buffers
        Fresh memory would cost more than the arithmetic.
    """
    N = frames.shape[2]
    columns = pair_table.shape[1]
    plane_waves = np.empty((len(work.planes), component_table.shape[1]), dtype=box.dtype)
    first_of = np.empty(len(work.planes) + 1, dtype=np.int64)
    point_waves = np.empty((POINTS, columns), dtype=box.dtype)
    plane = 0
    while plane < len(q1):
        planes = _gather(codes[:, 0], plane, component_table, plane_waves, first_of)
        plane = first_of[planes]
        np.dot(plane_waves[:planes], box.reshape(component_table.shape[1], -1), work.planes[:planes])
        for p in range(planes):
            terms = work.planes[p].reshape(columns, -1)
            for point in range(first_of[p], first_of[p + 1], POINTS):
                points = min(POINTS, first_of[p + 1] - point)
                for i in range(points):
                    point_waves[i] = pair_table[codes[point + i, 1]]
                np.dot(point_waves[:points], terms, work.points[:points])
                for i in range(points):
                    t = point + i
                    _last_two(work.points[i].reshape(work.element.shape[0], N, -1), frames[q1[t]], frames[q2[t]], work)
                    if len(dense) > 0:
                        _square(work.element, inverse0, inverse[q1[t]], inverse[q2[t]], dense[t])
                    else:
                        some = slice(first[t], first[t + 1])
                        _pick(work.element, inverse0, inverse[q1[t]], inverse[q2[t]], bands[some], rates[some])


@kernel
def _gather(codes: Any, start: int, table: Any, waves: Any, first: Any) -> int:
    """Collect up to ``len(waves)`` runs of equal codes: their rows of the table and where they start."""
    count = 0
    while start < len(codes) and count < len(waves):
        code = codes[start]
        waves[count] = table[code]
        first[count] = start
        while start < len(codes) and codes[start] == code:
            start += 1
        count += 1
        first[count] = start
    return count


@kernel
def _last_two(terms: Any, frame1: Any, frame2: Any, work: Any) -> None:
    """Multiply Φ (blocks of b0, j, (2, b0, k)) by the polarisations of q1 and of q2: fill ``work.element``."""
    _last_form(frame2, work.form)
    for block in range(len(terms)):
        np.dot(frame1, terms[block], work.once)
        _join(work.once, work.twice)
        np.dot(work.twice, work.form.T, work.element[block])


def _join_parts(parts: Any, joined: Any) -> None:
    """Products with real and imaginary polarisations ((2, b1), (2, b0, k)) to the complex one ((b1, b0), (2, k))."""
    N = parts.shape[0] // 2
    wide = len(joined) // N
    half = wide * N
    for b1 in range(N):
        real, imaginary = parts[b1], parts[N + b1]
        for b0 in range(wide):
            target = joined[b1 * wide + b0]
            start = b0 * N
            for k in range(N):
                target[k] = real[start + k] - imaginary[half + start + k]
            for k in range(N):
                target[N + k] = real[half + start + k] + imaginary[start + k]


@kernel
def _last_form(frame: Any, form: Any) -> None:
    """Rows that take (real, imaginary) k to the real and to the imaginary part of each b2."""
    N = frame.shape[1]
    for b in range(N):
        for k in range(N):
            real, imaginary = frame[b, k], frame[N + b, k]
            form[b, k] = real
            form[b, N + k] = -imaginary
            form[N + b, k] = imaginary
            form[N + b, N + k] = real


def _square_all(element: Any, inverse0: Any, inverse1: Any, inverse2: Any, out: Any) -> None:
    """Fill |V|² over the frequencies in ``out`` (b0, b1, b2)."""
    N = len(inverse0)
    wide = N // len(element)
    for b0 in range(N):
        for b1 in range(N):
            row = element[b0 // wide, b1 * wide + b0 % wide]
            scale = inverse0[b0] * inverse1[b1]
            for b2 in range(N):
                real, imaginary = np.float64(row[b2]), np.float64(row[N + b2])
                out[b0, b1, b2] = (real * real + imaginary * imaginary) * (scale * inverse2[b2])


def _pick_items(element: Any, inverse0: Any, inverse1: Any, inverse2: Any, bands: Any, rates: Any) -> None:
    """Multiply the weights of the items of a triplet by their |V|²."""
    N = len(inverse0)
    wide = N // len(element)
    for i in range(len(rates)):
        b1, b2, b0 = bands[i, 0], bands[i, 1], bands[i, 2]
        row = element[b0 // wide, b1 * wide + b0 % wide]
        real, imaginary = np.float64(row[b2]), np.float64(row[N + b2])
        rates[i] *= (real * real + imaginary * imaginary) * (inverse0[b0] * inverse1[b1] * inverse2[b2])


_join: Any = kernel(_join_parts, fastmath=CONTRACT)
_square: Any = kernel(_square_all, fastmath=CONTRACT)
_pick: Any = kernel(_pick_items, fastmath=CONTRACT)
elements: Any = kernel(_elements)
