"""Interaction strength of three phonons, by plane waves of the third-order force constants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import constants

from finechem_kernels._jit import FloatArray, is_compiled
from finechem_kernels.folded_waves import SIGNS, Folds, cosines_and_sines, fill_boxes, folds
from finechem_kernels.matrix_elements import Buffers, buffers, elements
from finechem_kernels.plane_waves import IntArray, PlaneWaves

RealArray: TypeAlias = NDArray[np.floating[Any]]

STRENGTH_EV2 = constants.hbar**3 / 288.0 * 1e60 / (2e12 * np.pi) ** 3 / constants.atomic_mass**3
"""ħ³/288 in eV² for force constants in eV/Å³, masses in u and frequencies in THz: 3.5854948e-3.

The squared energy is ħ³/(36·8) · (e V/Å³)² / ((2π THz)³ u³); with V/Å³ = 1e30 V/m³ and over (e V)² it is the above.
"""


COMPILING_S = 12
"""Processor time that compiling takes once, for either precision."""


def is_ready(precision: str) -> bool:
    """Whether the kernels of one precision were compiled before."""
    return is_compiled("matrix_elements._last_form", precision)  # it has arrays of that type only


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
    Operations per triplet: 16 N⁴ for two real products with eigenvectors, and 4 C N³ for the sum over the C columns
    of the box, which stand for the components of D along two axes. Each plane of q1 costs 4 N³ for each slot of the
    box before that. For each q0 the sum over L2 costs 4 P N³ and the product with its eigenvectors 8 S N⁴, for P
    waves of S separations. All are products of real matrices: complex exponentials are paired into cosines and
    sines, so that the phases of q1 are real. They run on numpy's and SciPy's BLAS, which a caller with threads of
    its own holds to one.

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
    interaction = prepare(waves, modes, grid_points=grid_points, cutoff_THz=cutoff_THz, precision=precision, unit=unit)
    by_first = np.argsort(triplets[:, 0], kind="stable")
    _, starts = np.unique(triplets[by_first, 0], return_index=True)
    groups = np.split(by_first, starts[1:])
    N = modes.frequencies_THz.shape[1]
    none = np.zeros(0, dtype=np.int64), np.empty((0, 4), dtype=np.int16), np.empty(0)
    work = workspace(interaction)
    for index, (points, box) in enumerate(matrix_boxes(interaction, [triplets[group] for group in groups], work)):
        strength = np.empty((len(points.order), N, N, N))
        square_elements(interaction, points, box, *none, strength, work)
        yield groups[index][points.order], strength


BOXES_BYTES = 2**28
"""Memory for the boxes of the wave vectors q0 that are made together: reading the force constants once for all."""
TOGETHER = 8
"""The most of them."""
WIDE = 144
"""Bands of q0 times N that are multiplied by the last two polarisations at a time: what then stays in cache."""
SAME = 2.0**44
"""Reduced coordinates that agree to 1/SAME share their phases: an error of 4e-13 at most for \\|D\\| = 1."""


class Interaction(NamedTuple):
    """What all q0 share: made once by `prepare`, read by any number of threads."""

    coefficients: RealArray
    """Of the plane waves, (P, N N N)."""
    waves: PlaneWaves
    folds: Folds
    qpoints: FloatArray
    frames: RealArray
    """W(q b) of every mode, real parts above imaginary parts: (Q, 2 N, N), with bands along the second axis."""
    inverse: FloatArray
    """One over the frequency, zero where it is not above the cutoff, (Q, N)."""
    codes: IntArray
    """Which value the coordinate along the first axis of the folds has, and which the other two, (Q, 2)."""
    component_table: RealArray
    """Cosines and sines of these values."""
    pair_table: RealArray
    unit: float

    @property
    def slots(self) -> int:
        """Of a box."""
        rows, columns = self.folds.shape
        return rows * columns


class Workspace(NamedTuple):
    """Memory that a thread uses again for each q0: touching fresh memory would cost more than the arithmetic."""

    boxes: RealArray
    """(q0, slots, N/B, N, 2, B, N)."""
    sums: RealArray
    """(4, 2 q0, N N N)."""
    products: RealArray
    """(4, 2 N, N N)."""
    elements: Buffers


class Points(NamedTuple):
    """The triplets of one q0, sorted so that those whose q1 share a plane stand together."""

    order: IntArray
    """Which triplet each is, (T,)."""
    q0: int
    q1: IntArray
    q2: IntArray
    codes: IntArray
    """Rows of the tables, (T, 2)."""


def prepare(
    waves: PlaneWaves,
    modes: Modes,
    *,
    grid_points: int = 1,
    cutoff_THz: float = 0.0,
    precision: DTypeLike = np.float64,
    unit: float = STRENGTH_EV2,
) -> Interaction:
    """Collect what all q0 share; parameters as in `interaction_strength`."""
    dtype = np.dtype(precision)
    phases = np.exp(2j * np.pi * (modes.qpoints @ waves.positions.T))
    frames = (modes.eigenvectors * np.repeat(phases, 3, axis=1)[:, :, None]).transpose(0, 2, 1)
    positive = modes.frequencies_THz > cutoff_THz
    together = folds(waves.separations, waves.exchange)
    turns = np.mod(np.rint(modes.qpoints * SAME), SAME) / SAME
    along, component_codes = np.unique(turns[:, together.axis], return_inverse=True)
    across, pair_codes = np.unique(np.delete(turns, together.axis, axis=1), axis=0, return_inverse=True)
    return Interaction(
        np.ascontiguousarray(waves.coefficients.reshape(len(waves.coefficients), -1), dtype=dtype),
        waves,
        together,
        modes.qpoints,
        np.ascontiguousarray(np.concatenate([frames.real, frames.imag], axis=1), dtype=dtype),
        np.where(positive, 1.0 / np.where(positive, modes.frequencies_THz, 1.0), 0.0),
        np.stack([component_codes, pair_codes.ravel()], axis=1),
        cosines_and_sines(np.outer(along, together.components)).astype(dtype),
        cosines_and_sines(across @ together.pairs.T).astype(dtype),
        unit / grid_points,
    )


def workspace(interaction: Interaction, most: int = TOGETHER) -> Workspace:
    """Allocate for one thread and up to ``most`` wave vectors q0 together."""
    N, dtype = interaction.frames.shape[2], interaction.coefficients.dtype
    wide = max(b for b in range(1, N + 1) if N % b == 0 and (b * N <= WIDE or b == 1))
    shape = interaction.slots, N // wide, N, 2, wide, N
    together = max(1, min(most, BOXES_BYTES // (int(np.prod(shape)) * dtype.itemsize)))
    return Workspace(
        np.empty((together, *shape), dtype=dtype),
        np.empty((SIGNS, 2 * together, N**3), dtype=dtype),
        np.empty((SIGNS, 2 * N, N * N), dtype=dtype),
        buffers(interaction.folds.shape[1], N, wide, dtype),
    )


def matrix_boxes(
    interaction: Interaction, triplets: Sequence[IntArray], work: Workspace
) -> Iterator[tuple[Points, RealArray]]:
    """For each q0 in turn, sort its triplets (T, 3) and make the box that their matrix elements come from.

    A box is good until the next is asked for.
    """
    together, dtype = len(work.boxes), interaction.coefficients.dtype
    for start in range(0, len(triplets), together):
        batch = [_sorted(interaction, some) for some in triplets[start : start + together]]
        first = np.array([points.q0 for points in batch])
        angle = -2.0 * np.pi * (interaction.waves.cells @ interaction.qpoints[first].T)
        phases = np.empty((len(angle), 2 * len(batch)), dtype=dtype)
        phases[:, ::2], phases[:, 1::2] = np.cos(angle), np.sin(angle)
        mirror = -2.0 * np.pi * (interaction.qpoints[first] @ interaction.waves.separations.T)
        fill_boxes(
            interaction.coefficients,
            interaction.waves.starts,
            phases,
            np.stack([np.cos(mirror), np.sin(mirror)]).astype(dtype),
            _first_forms(interaction.frames[first]),
            *interaction.folds[3:],
            work.sums,
            work.products,
            work.boxes,
        )
        yield from zip(batch, work.boxes, strict=False)


def square_elements(
    interaction: Interaction,
    points: Points,
    box: RealArray,
    first: IntArray,
    bands: NDArray[np.int16],
    rates: FloatArray,
    dense: FloatArray,
    work: Workspace,
) -> None:
    """Call `elements` for the triplets of one q0, with a box from `matrix_boxes`."""
    tables = interaction.component_table, interaction.pair_table
    inverse0 = interaction.inverse[points.q0] * interaction.unit
    rows = points.codes, points.q1, points.q2, interaction.frames, inverse0, interaction.inverse
    elements(box, *tables, *rows, first, bands, rates, dense, work.elements)


def _first_forms(frames: RealArray) -> RealArray:
    """Real matrices (R, 2 N, 2 N) from (real, imaginary) rows to those of the product with the polarisations."""
    N = frames.shape[2]
    real, imaginary = frames[:, :N], frames[:, N:]
    upper, lower = np.concatenate([real, -imaginary], axis=2), np.concatenate([imaginary, real], axis=2)
    return np.ascontiguousarray(np.concatenate([upper, lower], axis=1))


def _sorted(interaction: Interaction, triplets: IntArray) -> Points:
    """Sort the triplets of one q0 by the planes that their q1 lie in."""
    codes = interaction.codes[triplets[:, 1]]
    order = np.argsort(codes[:, 0], kind="stable")
    q1, q2 = (np.ascontiguousarray(triplets[order, leg]) for leg in (1, 2))
    return Points(order, int(triplets[0, 0]), q1, q2, codes[order])
