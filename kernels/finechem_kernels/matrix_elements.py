"""Three-phonon matrix elements of one q0: three nested transforms over D, then the polarisations of q1 and q2."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import CONTRACT, kernel
from finechem_kernels.plane_waves import IntArray

RealArray: TypeAlias = NDArray[np.floating[Any]]

PLANES, LINES, POINTS = 8, 8, 16
"""Planes, lines and points of wave vectors that are transformed together."""


class Buffers(NamedTuple):
    """Working memory of `elements`, from `buffers`; each thread needs its own."""

    planes: RealArray
    """Transforms over the first axis, (PLANES, …)."""
    lines: RealArray
    """And over the second, (LINES, …)."""
    points: RealArray
    """And over the third, (POINTS, 2 N³)."""
    once: RealArray
    """With the real and with the imaginary polarisations of q1: (2 N, 2 N²)."""
    twice: RealArray
    """With the polarisations of q1: (N², 2 N)."""
    form: RealArray
    """Real form of the polarisations of q2: (2 N, 2 N)."""
    element: RealArray
    """V: ((b1, b0), (real, imaginary) b2)."""


def buffers(sizes: IntArray, N: int, dtype: np.dtype[Any]) -> Buffers:
    """Allocate for a box with ``sizes`` (3,) slots along the axes and N bands."""
    width = 2 * N**3
    most = np.sort(sizes)[::-1]
    shapes = (
        (PLANES, most[0] * most[1] * width),
        (LINES, most[0] * width),
        (POINTS, width),
        (2 * N, 2 * N * N),
        (N * N, 2 * N),
        (2 * N, 2 * N),
        (N * N, 2 * N),
    )
    return Buffers(*(np.empty(shape, dtype=dtype) for shape in shapes))


def _elements(
    box: Any,
    table0: Any,
    table1: Any,
    table2: Any,
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
    box : (slots, N, 2, N, N) array
        From `fill_boxes`.
    table0, table1, table2 : (codes, 2 m + 1) arrays
        Cosines and sines of the coordinates of q1 along the axes, in the order of the box.
    codes : (T, 3) array
        Rows of the tables for each triplet; sorted, so that planes and lines stand together.
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
    size0, size1, size2 = table0.shape[1], table1.shape[1], table2.shape[1]
    width = 2 * N**3
    plane_waves, plane_first = np.empty((PLANES, size0), dtype=box.dtype), np.empty(PLANES + 1, dtype=np.int64)
    line_waves, line_first = np.empty((LINES, size1), dtype=box.dtype), np.empty(LINES + 1, dtype=np.int64)
    point_waves, point_first = np.empty((POINTS, size2), dtype=box.dtype), np.empty(POINTS + 1, dtype=np.int64)
    of_planes = work.planes.reshape(-1)[: PLANES * size1 * size2 * width].reshape(PLANES, -1)
    of_lines = work.lines.reshape(-1)[: LINES * size2 * width].reshape(LINES, -1)
    plane = 0
    while plane < len(q1):
        planes = _gather(codes[:, 0], plane, len(q1), table0, plane_waves, plane_first)
        plane = plane_first[planes]
        np.dot(plane_waves[:planes], box.reshape(size0, -1), of_planes[:planes])
        for p in range(planes):
            line = plane_first[p]
            while line < plane_first[p + 1]:
                lines = _gather(codes[:, 1], line, plane_first[p + 1], table1, line_waves, line_first)
                line = line_first[lines]
                np.dot(line_waves[:lines], of_planes[p].reshape(size1, -1), of_lines[:lines])
                for m in range(lines):
                    point = line_first[m]
                    while point < line_first[m + 1]:
                        points = _gather(codes[:, 2], point, line_first[m + 1], table2, point_waves, point_first)
                        point = point_first[points]
                        np.dot(point_waves[:points], of_lines[m].reshape(size2, -1), work.points[:points])
                        for i in range(points):
                            for t in range(point_first[i], point_first[i + 1]):
                                _last_two(work.points[i].reshape(N, -1), frames[q1[t]], frames[q2[t]], work)
                                if len(dense) > 0:
                                    _square(work.element, inverse0, inverse[q1[t]], inverse[q2[t]], dense[t])
                                else:
                                    some = slice(first[t], first[t + 1])
                                    _pick(
                                        work.element, inverse0, inverse[q1[t]], inverse[q2[t]], bands[some], rates[some]
                                    )


@kernel
def _last_two(terms: Any, frame1: Any, frame2: Any, work: Any) -> None:
    """Multiply Φ (j, 2, b0, k) by the polarisations of q1 and of q2: fill ``work.element``."""
    np.dot(frame1, terms, work.once)
    _join(work.once, work.twice)
    _last_form(frame2, work.form)
    np.dot(work.twice, work.form.T, work.element)


@kernel
def _gather(codes: Any, start: int, stop: int, table: Any, waves: Any, first: Any) -> int:
    """Collect up to ``len(waves)`` runs of equal codes: their rows of the table and where they start."""
    count = 0
    while start < stop and count < len(waves):
        code = codes[start]
        waves[count] = table[code]
        first[count] = start
        while start < stop and codes[start] == code:
            start += 1
        count += 1
        first[count] = start
    return count


def _join_parts(parts: Any, joined: Any) -> None:
    """Products with real and imaginary polarisations ((2, b1), (2, b0, k)) to the complex one ((b1, b0), (2, k))."""
    N = parts.shape[0] // 2
    half = N * N
    for b1 in range(N):
        real, imaginary = parts[b1], parts[N + b1]
        for b0 in range(N):
            target = joined[b1 * N + b0]
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
    for b1 in range(N):
        for b0 in range(N):
            row = element[b1 * N + b0]
            scale = inverse0[b0] * inverse1[b1]
            for b2 in range(N):
                real, imaginary = np.float64(row[b2]), np.float64(row[N + b2])
                out[b0, b1, b2] = (real * real + imaginary * imaginary) * (scale * inverse2[b2])


def _pick_items(element: Any, inverse0: Any, inverse1: Any, inverse2: Any, bands: Any, rates: Any) -> None:
    """Multiply the weights of the items of a triplet by their |V|²."""
    N = len(inverse0)
    for i in range(len(rates)):
        b1, b2, b0 = bands[i, 0], bands[i, 1], bands[i, 2]
        row = b1 * N + b0
        real, imaginary = np.float64(element[row, b2]), np.float64(element[row, N + b2])
        rates[i] *= (real * real + imaginary * imaginary) * (inverse0[b0] * inverse1[b1] * inverse2[b2])


_join: Any = kernel(_join_parts, fastmath=CONTRACT)
_square: Any = kernel(_square_all, fastmath=CONTRACT)
_pick: Any = kernel(_pick_items, fastmath=CONTRACT)
elements: Any = kernel(_elements)
