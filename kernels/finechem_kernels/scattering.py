"""Rates of three-phonon processes of one q0 after the other, and the linewidths they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from finechem_kernels._jit import FloatArray, kernel
from finechem_kernels.plane_waves import IntArray
from finechem_kernels.tetrahedra import (
    ABSORB_FIRST,
    DECAY,
    VERTICES,
    BandArray,
    gather_vertices,
    triplet_items,
    workspace,
)
from finechem_kernels.three_phonon import Interaction, Workspace, matrix_boxes, square_elements

OPPOSITE = np.array([0, *range(8, 15), *range(1, 8)])
"""Vertices of `vertex_steps` at the opposite steps."""
FAR = 8.7
"""A Gaussian this many widths away from its centre is below the rounding of its height: 3.7e-17."""


class EnergyGrid(NamedTuple):
    """Frequencies on the grid, and which of its points surround which: energy conservation."""

    frequencies: FloatArray
    """On the grid, ascending, imaginary modes as zero, (G, N)."""
    neighbours: IntArray
    """The 15 vertices of the tetrahedra around each grid point, as rows of ``frequencies``, (G, 15)."""
    rows: IntArray
    """Grid point of each row of the modes, (Q,)."""
    sets: IntArray
    """Lowest band of the degenerate set that each band belongs to, (Q, N). The weights are averaged over the sets of
    the three phonons; each band by itself where the eigenvectors' accidental choice in a set is to be kept. That choice
    drops out of the linewidths exactly where the frequencies of a set are equal, here, in the modes and in the
    occupations: give their mean."""
    sigma: float
    """Width of Gaussians that replace the tetrahedra; zero for the tetrahedra."""


class Rates(NamedTuple):
    """Three-phonon processes of one q0; the arrays are used again for the next."""

    order: IntArray
    """Which triplet each is, (T,)."""
    q1: IntArray
    q2: IntArray
    first: IntArray
    """Where the items of each triplet start, (T + 1,)."""
    bands: BandArray
    """Columns b1, b2, b0 and channel: see `WeightItems`. (I, 4)."""
    rates: FloatArray
    """Weight times \\|V\\|²: the unit of the interaction's strengths over that of the frequencies. (I,)."""


def scattering_rates(
    interaction: Interaction, energy: EnergyGrid, triplets: Sequence[IntArray], work: Workspace
) -> Iterator[Rates]:
    r"""Rates without occupations, :math:`|V_{b_0 b_1 b_2}|^2\, \delta(\ldots)`, of all triplets of each q0.

    Parameters
    ----------
    interaction : Interaction
        From `finechem_kernels.three_phonon.prepare`.
    energy : EnergyGrid
        The grid that energy conservation is integrated on.
    triplets : sequence of (T, 3) arrays
        Rows of the modes: one array for each q0.
    work : Workspace
        From `finechem_kernels.three_phonon.workspace`; each thread needs its own.

    Yields
    ------
    Rates
        For each q0 in turn. Only processes whose energy can be conserved are listed: some 5 to 15 % of all.
    """
    N = energy.frequencies.shape[1]
    most = 3 * N**3
    bands, rates = np.empty((64 * most, 4), dtype=np.int16), np.empty(64 * most)
    scratch, tetrahedra = np.zeros((3, N, N, N)), workspace(N, N, N, rates)
    dense = np.empty((0, N, N, N))
    for points, box in matrix_boxes(interaction, triplets, work):
        first = np.zeros(len(points.q1) + 1, dtype=np.int64)
        done = 0
        while True:
            done = _list_items(points.q0, points.q1, points.q2, *energy, done, first, bands, rates, scratch, tetrahedra)
            if done == len(points.q1):
                break
            bands, rates = _longer(bands), _longer(rates)
        count = first[-1]
        square_elements(interaction, points, box, first, bands[:count], rates[:count], dense, work)
        yield Rates(points.order, points.q1, points.q2, first, bands[:count], rates[:count])


def linewidths(rates: Rates, multiplicity: IntArray, occupations: FloatArray, lowest: IntArray) -> FloatArray:
    r"""Imaginary part of the self-energy of the phonons at one q0.

    .. math:: \Gamma_{b_0} = \sum_{t} w_t \sum_{b_1 b_2} |V|^2 \left[
              (n_1 + n_2 + 1)\, \delta(f_0 - f_1 - f_2)
              + (n_1 - n_2) \{\delta(f_0 + f_1 - f_2) - \delta(f_0 - f_1 + f_2)\} \right]

    Parameters
    ----------
    rates : Rates
        From `scattering_rates`.
    multiplicity : (T,) integer array
        How many triplets of the whole grid each stands for, in the order the triplets were given.
    occupations : (K, Q, N) array
        Occupation of each mode, for K temperatures. Finite, also where the frequency is zero and nothing scatters.
    lowest : (N,) integer array
        Lowest band of each band's degenerate set at q0: the linewidths of a set are averaged.

    Returns
    -------
    (K, N) array
        In units of the rates.
    """
    out = np.zeros((len(occupations), len(lowest)))
    _add_linewidths(
        rates.q1, rates.q2, multiplicity[rates.order], rates.first, rates.bands, rates.rates, occupations, out
    )
    starts = np.flatnonzero(lowest == np.arange(len(lowest)))
    sizes = np.diff(starts, append=len(lowest))
    return np.repeat(np.add.reduceat(out, starts, axis=1) / sizes, sizes, axis=1)


def _longer(values: Any) -> Any:
    grown = np.empty((2 * len(values), *values.shape[1:]), dtype=values.dtype)
    grown[: len(values)] = values
    return grown


@kernel
def _list_items(
    q0: int,
    q1: IntArray,
    q2: IntArray,
    frequencies: FloatArray,
    neighbours: IntArray,
    rows: IntArray,
    sets: IntArray,
    sigma: float,
    done: int,
    first: IntArray,
    bands: BandArray,
    weights: FloatArray,
    scratch: FloatArray,
    work: Any,
) -> int:
    """List the weights of the triplets from ``done`` on; stop where the room could be too small and say where."""
    N = frequencies.shape[1]
    targets = frequencies[rows[q0]]
    vertices1, vertices2 = np.empty((VERTICES, N)), np.empty((VERTICES, N))
    flipped = np.empty(VERTICES, dtype=np.int64)
    for t in range(done, len(q1)):
        start = first[t]
        if start + scratch.size > len(weights):
            return t
        g1, g2 = rows[q1[t]], rows[q2[t]]
        if sigma > 0.0:
            count = _gaussians(targets, frequencies[g1], frequencies[g2], sigma, bands[start:], weights[start:])
        else:
            gather_vertices(frequencies, neighbours[g1], vertices1)
            for v in range(VERTICES):
                flipped[v] = neighbours[g2, OPPOSITE[v]]
            gather_vertices(frequencies, flipped, vertices2)
            count = triplet_items(targets, vertices1, vertices2, work)
            for i in range(count):
                weights[start + i] = work.weights[i]
                for column in range(4):
                    bands[start + i, column] = work.bands[i, column]
        if _degenerate(sets[q0]) or _degenerate(sets[q1[t]]) or _degenerate(sets[q2[t]]):
            count = _average(sets[q0], sets[q1[t]], sets[q2[t]], count, bands[start:], weights[start:], scratch)
        first[t + 1] = start + count
    return len(q1)


@kernel
def _degenerate(lowest: IntArray) -> bool:
    return bool(lowest.sum() < len(lowest) * (len(lowest) - 1) // 2)


@kernel
def _gaussians(
    targets: FloatArray, f1: FloatArray, f2: FloatArray, sigma: float, bands: BandArray, weights: FloatArray
) -> int:
    """List what is not negligible of the Gaussians in place of the tetrahedra; return how many."""
    height = 1.0 / (np.sqrt(2.0 * np.pi) * sigma)
    count = 0
    for b1 in range(len(f1)):
        for b2 in range(len(f2)):
            for b0 in range(len(targets)):
                for channel in range(3):
                    if channel == DECAY:
                        x = targets[b0] - f1[b1] - f2[b2]
                    elif channel == ABSORB_FIRST:
                        x = targets[b0] + f1[b1] - f2[b2]
                    else:
                        x = targets[b0] - f1[b1] + f2[b2]
                    x /= sigma
                    if abs(x) < FAR:
                        bands[count, 0], bands[count, 1], bands[count, 2], bands[count, 3] = b1, b2, b0, channel
                        weights[count] = height * np.exp(-0.5 * x * x)
                        count += 1
    return count


@kernel
def _average(
    sets0: IntArray,
    sets1: IntArray,
    sets2: IntArray,
    count: int,
    bands: BandArray,
    weights: FloatArray,
    dense: FloatArray,
) -> int:
    """Average the weights over the degenerate sets of the three phonons, in place; return how many there are now.

    Summed against |V|² this is the same as averaging |V|², which no choice of eigenvectors in a set changes:
    the frequencies in it are equal.
    """
    N = len(sets0)
    dense[:] = 0.0
    for i in range(count):
        b1, b2, b0 = sets1[bands[i, 0]], sets2[bands[i, 1]], sets0[bands[i, 2]]
        dense[bands[i, 3], b1, b2, b0] += weights[i]
    size0, size1, size2 = _sizes(sets0), _sizes(sets1), _sizes(sets2)
    count = 0
    for b1 in range(N):
        for b2 in range(N):
            for b0 in range(N):
                for channel in range(3):
                    total = dense[channel, sets1[b1], sets2[b2], sets0[b0]]
                    if total > 0.0:
                        bands[count, 0], bands[count, 1], bands[count, 2], bands[count, 3] = b1, b2, b0, channel
                        weights[count] = total / (size0[sets0[b0]] * size1[sets1[b1]] * size2[sets2[b2]])
                        count += 1
    return count


@kernel
def _sizes(lowest: IntArray) -> IntArray:
    """Count the bands of the set that starts at each band."""
    sizes = np.zeros(len(lowest), dtype=np.int64)
    for b in range(len(lowest)):
        sizes[lowest[b]] += 1
    return sizes


@kernel
def _add_linewidths(
    q1: IntArray,
    q2: IntArray,
    multiplicity: IntArray,
    first: IntArray,
    bands: BandArray,
    rates: FloatArray,
    occupations: FloatArray,
    out: FloatArray,
) -> None:
    """Add up `linewidths` in ``out`` (K, N)."""
    for t in range(len(q1)):
        for k in range(len(occupations)):
            n1, n2 = occupations[k, q1[t]], occupations[k, q2[t]]
            for i in range(first[t], first[t + 1]):
                a, b, channel = n1[bands[i, 0]], n2[bands[i, 1]], bands[i, 3]
                factor = a + b + 1.0 if channel == DECAY else (a - b if channel == ABSORB_FIRST else b - a)
                out[k, bands[i, 2]] += multiplicity[t] * rates[i] * factor
