"""Interaction strength of three phonons, by plane waves of the third-order force constants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import constants

from finechem_kernels._jit import CONTRACT, FloatArray, kernel
from finechem_kernels.plane_waves import IntArray, PlaneWaves

RealArray: TypeAlias = NDArray[np.floating[Any]]

STRENGTH_EV2 = constants.hbar**3 / 288.0 * 1e60 / (2e12 * np.pi) ** 3 / constants.atomic_mass**3
"""ħ³/288 in eV² for force constants in eV/Å³, masses in u and frequencies in THz: 3.5854948e-3.

The squared energy is ħ³/(36·8) · (e V/Å³)² / ((2π THz)³ u³); with V/Å³ = 1e30 V/m³ and over (e V)² it is the above.
"""

PLANES, LINES, BATCH = 8, 4, 8
"""Planes and lines of wave vectors, and triplets of a line, transformed together."""
SUMS_BYTES = 2**27
"""Memory for the sums over L2, which are taken for several q0 at a time."""
SAME = 2.0**44
"""Reduced coordinates that agree to 1/SAME share their phases: an error of 4e-13 at most for \\|D\\| = 1."""


class Modes(NamedTuple):
    """Phonons at a list of wave vectors."""

    qpoints: FloatArray
    """Wave vectors in units of the reciprocal basis vectors, (Q, 3)."""
    frequencies_THz: FloatArray
    """Frequencies, (Q, N)."""
    eigenvectors: NDArray[np.complex128]
    """Columns are eigenvectors of D_ij = Σ Φ_ij e^(2πi q·(r_j − r_i))/√(m_i m_j), (Q, N, N)."""


def interaction_strength(
    waves: PlaneWaves,
    modes: Modes,
    triplets: IntArray,
    *,
    grid_points: int = 1,
    cutoff_THz: float = 0.0,
    precision: DTypeLike = np.float64,
    unit: float = STRENGTH_EV2,
) -> FloatArray:
    r"""Squared three-phonon matrix elements, as phono3py defines them [1]_.

    .. math:: |V_{b_0 b_1 b_2}|^2 = \frac{1}{36 N_q} \frac{\hbar^3}{8\, \omega_0 \omega_1 \omega_2}
              \left| \sum_{ijk} \Phi_{ijk}(q_1, q_2)\,
              \frac{W_i(q_0 b_0)\, W_j(q_1 b_1)\, W_k(q_2 b_2)}{\sqrt{m_i m_j m_k}} \right|^2, \qquad
              W_i(q b) = e_i(q b)\, e^{2\pi i q \cdot r_i}

    Parameters
    ----------
    waves : PlaneWaves
        Third-order force constants, from `plane_waves`.
    modes : Modes
        Wave vectors, frequencies and eigenvectors.
    triplets : (T, 3) integer array
        Rows of ``modes`` with q0 + q1 + q2 = G, a reciprocal lattice vector. Any order; the work is shared among
        the triplets with the same q0 and, on a grid, among those whose q1 lie on a line or plane of it.
    grid_points : int
        N_q, the number of wave vectors of the grid.
    cutoff_THz : float
        The strength is zero where one of the three frequencies is not above it.
    precision : dtype
        Of the transforms: float64, or float32 at half the time. Phases are computed in float64, matrix elements
        are squared and scaled in float64. Errors of V are a few roundings of the largest V of the triplet.
    unit : float
        What replaces ħ³/288. phonopy's own constants give a number that is larger by some 1e-6.

    Returns
    -------
    (T, N, N, N) array
        Strengths, eV², by triplet and by band of q0, q1 and q2.

    Notes
    -----
    Operations per triplet: 32 N⁴ for two real products with eigenvectors, and 4 (2 m + 1) N³ for the last of the
    three transforms over D, whose components are at most m along the axis where they are largest. For each q0 the
    sum over L2 costs 4 P N³ and the product with its eigenvectors 8 S N⁴, for P waves of S separations. All are
    products of real matrices: complex exponentials are paired into cosines and sines, so that the phases of q1
    are real. They run on numpy's and SciPy's BLAS, which a caller with threads of its own holds to one.

    The acoustic modes at q = 0 have zero frequency up to rounding: give a cutoff.

    References
    ----------
    .. [1] A. Togo, L. Chaput, I. Tanaka, Phys. Rev. B 91, 094306 (2015), Eq. 10, doi:10.1103/PhysRevB.91.094306.
    """
    strength = np.empty((len(triplets), *waves.coefficients.shape[1:]))
    parts = interaction_strengths(
        waves, modes, triplets, grid_points=grid_points, cutoff_THz=cutoff_THz, precision=precision, unit=unit
    )
    for rows, part in parts:
        strength[rows] = part
    return strength


def interaction_strengths(
    waves: PlaneWaves,
    modes: Modes,
    triplets: IntArray,
    *,
    grid_points: int = 1,
    cutoff_THz: float = 0.0,
    precision: DTypeLike = np.float64,
    unit: float = STRENGTH_EV2,
) -> Iterator[tuple[IntArray, FloatArray]]:
    """One q0 after the other, so that the whole need not be stored: see `interaction_strength`.

    Yields
    ------
    rows : (R,) integer array
        Rows of ``triplets`` that share this q0.
    strength : (R, N, N, N) array
        Their strengths, eV².
    """
    dtype = np.dtype(precision)
    coefficients = np.asarray(waves.coefficients, dtype=dtype)
    box = _Box.around(waves.separations)
    frames = _frames(waves, modes, dtype)
    positive = modes.frequencies_THz > cutoff_THz
    inverse = np.where(positive, 1.0 / np.where(positive, modes.frequencies_THz, 1.0), 0.0)

    by_first = np.argsort(triplets[:, 0], kind="stable")
    firsts, starts = np.unique(triplets[by_first, 0], return_index=True)
    groups = np.split(by_first, starts[1:])
    N = coefficients.shape[1]
    together = max(1, min(len(firsts), 16, SUMS_BYTES // (2 * len(waves.separations) * N**3 * dtype.itemsize)))
    sums = np.empty((len(waves.separations), together, 2 * N, N * N), dtype=dtype)
    folded = np.empty((*box.shape, N, N, N), dtype=np.result_type(dtype, np.complex64))
    last_forms = _last_forms(frames)
    for start in range(0, len(firsts), together):
        batch = firsts[start : start + together]
        _sum_over_cells(waves, coefficients, modes.qpoints[batch], sums)
        for index, q0 in enumerate(batch):
            folded[:] = 0.0
            _contract_first(sums, index, _first_form(frames[q0]), box.slots, folded.reshape(-1, N, N, N))
            for axis in range(3):
                _fold(folded.reshape(int(np.prod(box.shape[:axis])), box.shape[axis], -1))
            rows, tables = _order(modes.qpoints, triplets, groups[start + index], box, dtype)
            strength = np.empty((len(rows), N, N, N))
            q1, q2 = np.ascontiguousarray(triplets[rows, 1]), np.ascontiguousarray(triplets[rows, 2])
            scaled = inverse[q0] * (unit / grid_points)
            real = folded.view(dtype).reshape(box.shape[0], -1)
            _strengths(real, *tables, frames, last_forms, q1, q2, scaled, inverse, strength)
            yield rows, strength


class _Box(NamedTuple):
    """The smallest box of lattice translations, symmetric about zero, that holds every separation."""

    axes: IntArray
    """Order of the axes, the shortest first: long lines hold more triplets."""
    half: IntArray
    """Largest component along each axis, in that order."""
    slots: IntArray
    """Place of each separation in the box."""

    @classmethod
    def around(cls, separations: IntArray) -> _Box:
        extent = np.max(np.abs(separations), axis=0)
        axes = np.argsort(extent, kind="stable")
        half = extent[axes]
        return cls(axes, half, np.ravel_multi_index(tuple((separations[:, axes] + half).T), tuple(2 * half + 1)))

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(int(size) for size in 2 * self.half + 1)


def _frames(waves: PlaneWaves, modes: Modes, dtype: np.dtype[Any]) -> RealArray:
    """W(q b) of every mode, real parts above imaginary parts: (Q, 2 N, N), with bands along the second axis."""
    phases = np.exp(2j * np.pi * (modes.qpoints @ waves.positions.T))
    polarisation = (modes.eigenvectors * np.repeat(phases, 3, axis=1)[:, :, None]).transpose(0, 2, 1)
    return np.ascontiguousarray(np.concatenate([polarisation.real, polarisation.imag], axis=1), dtype=dtype)


def _first_form(frame: RealArray) -> RealArray:
    """Real matrix (2 N, 2 N) that takes (real, imaginary) rows to those of the product with a complex frame."""
    real, imaginary = np.split(frame, 2)
    return np.block([[real, -imaginary], [imaginary, real]])


def _last_forms(frames: RealArray) -> RealArray:
    """Make the same from the right for every q, (Q, 2 N, 2 N): alternating real and imaginary in, halves out."""
    count, both, N = frames.shape
    forms = np.empty((count, N, 2, both), dtype=frames.dtype)
    forms[:, :, 0] = frames.transpose(0, 2, 1)
    forms[:, :, 1, :N] = -forms[:, :, 0, N:]
    forms[:, :, 1, N:] = forms[:, :, 0, :N]
    return forms.reshape(count, both, both)


def _sum_over_cells(waves: PlaneWaves, coefficients: RealArray, q0: FloatArray, sums: RealArray) -> None:
    """Sum the waves of each separation over L2 with e^(−2πi q0·L2): ``sums`` (S, q0, (real, imaginary) N, N N)."""
    angle = -2.0 * np.pi * (q0 @ waves.cells.T)
    phases = np.stack([np.cos(angle), np.sin(angle)], axis=1).reshape(2 * len(q0), -1).astype(sums.dtype)
    flat = coefficients.reshape(len(coefficients), -1)
    for s, (start, end) in enumerate(zip(waves.starts, waves.starts[1:], strict=False)):
        np.matmul(phases[:, start:end], flat[start:end], out=sums[s, : len(q0)].reshape(2 * len(q0), -1))


def _order(
    qpoints: FloatArray, triplets: IntArray, rows: IntArray, box: _Box, dtype: np.dtype[Any]
) -> tuple[IntArray, tuple[Any, ...]]:
    """Sort triplets so that those whose q1 share a plane, and in it a line, stand together.

    Returns the sorted rows and, for planes, lines and triplets, the cosines and sines of `_fold`; last, where the
    lines of each plane and the triplets of each line start.
    """
    q1 = np.mod(np.rint(qpoints[triplets[rows, 1]][:, box.axes] * SAME), SAME)
    order = np.lexsort(q1.T[::-1])
    q1 = q1[order]
    new = np.ones((3, len(rows)), dtype=bool)
    new[0, 1:] = q1[1:, 0] != q1[:-1, 0]
    new[1, 1:] = new[0, 1:] | (q1[1:, 1] != q1[:-1, 1])
    planes, lines = np.flatnonzero(new[0]), np.flatnonzero(new[1])
    waves = (_cosines_and_sines(q1[new[axis], axis] / SAME, box.half[axis]).astype(dtype) for axis in range(3))
    line_starts = np.append(lines, len(rows))
    plane_starts = np.append(np.searchsorted(lines, planes), len(lines))
    return rows[order], (*waves, plane_starts, line_starts)


def _cosines_and_sines(q: FloatArray, half: int) -> FloatArray:
    """Factors of the slots that `_fold` makes: sines of half … 1, one, cosines of 1 … half, (n, 2 half + 1)."""
    angle = 2.0 * np.pi * np.outer(q, np.arange(1, half + 1))
    return np.hstack([np.sin(angle)[:, ::-1], np.ones((len(q), 1)), np.cos(angle)])


@kernel
def _contract_first(sums: Any, index: int, frame: Any, slots: Any, box: Any) -> None:
    """Multiply by the polarisations of q0 and put each separation in its slot: complex ``box`` (slots, j, b0, k)."""
    N = frame.shape[0] // 2
    product = np.empty((2 * N, N * N), dtype=sums.dtype)
    for s in range(len(slots)):
        np.dot(frame, sums[s, index], product)
        target = box[slots[s]]
        for b in range(N):
            real, imaginary = product[b], product[N + b]
            for j in range(N):
                for k in range(N):
                    target[j, b, k] = complex(real[j * N + k], imaginary[j * N + k])


def _fold_axis(box: Any) -> None:
    """Pair the slots D and −D of the middle axis of complex ``box`` (outer, 2 m + 1, inner), in place.

    A e^(iφ) + B e^(−iφ) = (A + B) cos φ + i (A − B) sin φ: the first goes to the slot of D, the second to that of −D.
    """
    middle = box.shape[1] // 2
    for o in range(box.shape[0]):
        for v in range(1, middle + 1):
            plus, minus = box[o, middle + v], box[o, middle - v]
            for r in range(box.shape[2]):
                a, b = plus[r], minus[r]
                plus[r] = a + b
                minus[r] = complex(b.imag - a.imag, a.real - b.real)


_fold: Any = kernel(_fold_axis, fastmath=CONTRACT)


def _all_strengths(
    box: Any,
    plane_waves: Any,
    line_waves: Any,
    triplet_waves: Any,
    plane_starts: Any,
    line_starts: Any,
    frames: Any,
    last_forms: Any,
    q1: Any,
    q2: Any,
    inverse0: Any,
    inverse: Any,
    strength: Any,
) -> None:
    """Fill ``strength`` (T, b0, b1, b2) of one q0 from the folded ``box`` (slots, slots slots N N N 2).

    Each of three nested transforms over D is a matrix product whose result is still in cache for the next.
    """
    N = frames.shape[2]
    lines_wide, triplets_wide = line_waves.shape[1], triplet_waves.shape[1]
    of_planes = np.empty((PLANES, box.shape[1]), dtype=box.dtype)
    of_lines = np.empty((LINES, triplets_wide * 2 * N**3), dtype=box.dtype)
    of_triplets = np.empty((BATCH, 2 * N**3), dtype=box.dtype)
    once = np.empty((2 * N, 2 * N * N), dtype=box.dtype)
    twice = np.empty((N, 2 * N * N), dtype=box.dtype)
    element = np.empty((N * N, 2 * N), dtype=box.dtype)
    for plane in range(0, len(plane_waves), PLANES):
        planes = min(PLANES, len(plane_waves) - plane)
        np.dot(plane_waves[plane : plane + planes], box, of_planes[:planes])
        for p in range(planes):
            first, last = plane_starts[plane + p], plane_starts[plane + p + 1]
            for line in range(first, last, LINES):
                lines = min(LINES, last - line)
                np.dot(line_waves[line : line + lines], of_planes[p].reshape(lines_wide, -1), of_lines[:lines])
                for m in range(lines):
                    terms = of_lines[m].reshape(triplets_wide, -1)
                    end = line_starts[line + m + 1]
                    for start in range(line_starts[line + m], end, BATCH):
                        count = min(BATCH, end - start)
                        np.dot(triplet_waves[start : start + count], terms, of_triplets[:count])
                        for t in range(count):
                            second, third = q1[start + t], q2[start + t]
                            np.dot(frames[second], of_triplets[t].reshape(N, -1), once)
                            _join(once, twice)
                            np.dot(twice.reshape(N * N, 2 * N), last_forms[third], element)
                            _square(element, inverse0, inverse[second], inverse[third], strength[start + t])


def _join_parts(parts: Any, joined: Any) -> None:
    """Add i times the product with imaginary polarisations to that with real: (2, b1, r) to (b1, r), r in pairs."""
    N = joined.shape[0]
    for b in range(N):
        target, real, imaginary = joined[b], parts[b], parts[N + b]
        for r in range(len(target) // 2):
            target[2 * r] = real[2 * r] - imaginary[2 * r + 1]
            target[2 * r + 1] = real[2 * r + 1] + imaginary[2 * r]


def _square_and_scale(element: Any, inverse0: Any, inverse1: Any, inverse2: Any, strength: Any) -> None:
    """Fill ``strength`` (b0, b1, b2) with |V|² over the frequencies, from ``element`` ((b1, b0), (2, b2))."""
    N = len(inverse0)
    for b1 in range(N):
        for b0 in range(N):
            row = b1 * N + b0
            scale = inverse0[b0] * inverse1[b1]
            for b2 in range(N):
                real, imaginary = np.float64(element[row, b2]), np.float64(element[row, N + b2])
                strength[b0, b1, b2] = (real * real + imaginary * imaginary) * (scale * inverse2[b2])


_join: Any = kernel(_join_parts, fastmath=CONTRACT)
_square: Any = kernel(_square_and_scale, fastmath=CONTRACT)
_strengths: Any = kernel(_all_strengths)
