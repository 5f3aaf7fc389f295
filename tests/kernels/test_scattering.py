"""Fused rates and linewidths: weights times strengths as they stand, gauges, limits of the buffers, and phono3py."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import DTypeLike
from scipy import constants

from finechem_kernels._jit import FloatArray
from finechem_kernels.plane_waves import IntArray
from finechem_kernels.scattering import FAR, OPPOSITE, EnergyGrid, Rates, linewidths, scattering_rates
from finechem_kernels.tetrahedra import (
    ABSORB_FIRST,
    ABSORB_SECOND,
    DECAY,
    triplet_weight_items,
    triplet_weights,
    vertex_steps,
)
from finechem_kernels.three_phonon import Modes, interaction_strength, prepare, workspace
from tests.kernels.crystal import CELL, lennard_jones_waves, modes, negative_sum, peer_interaction

BANDS = 6
CUTOFF_THZ = 1e-3
MESH = (4, 4, 2)
SIGMA_THZ = 0.6
THZ_IN_KELVIN = constants.h * 1e12 / constants.k
TEMPERATURES_K = (60.0, 300.0, 900.0)


class Setting(NamedTuple):
    """All triplets of some q0 on a mesh."""

    mode: Modes
    energy: EnergyGrid
    triplets: list[IntArray]
    occupations: FloatArray


def setting(
    mesh: tuple[int, int, int] = MESH,
    firsts: tuple[int, ...] = (12,),
    *,
    sigma: float = 0.0,
    average: bool = True,
) -> Setting:
    points = np.array(list(product(*(range(size) for size in mesh))))
    mode = modes(points / np.array(mesh))
    frequencies, lowest = equal_in_sets(mode.frequencies_THz)
    assert np.any(lowest != np.arange(BANDS))
    steps = vertex_steps(np.linalg.inv(CELL).T / np.array(mesh))
    around = (points[:, None] + steps) % mesh
    neighbours = np.ravel_multi_index(tuple(around.transpose(2, 0, 1)), mesh)
    rows = np.arange(len(points))
    triplets = [np.column_stack([np.full(len(rows), q0), rows, negative_sum(points, q0, mesh)]) for q0 in firsts]
    sets = lowest if average else np.tile(np.arange(BANDS), (len(rows), 1))
    energy = EnergyGrid(frequencies, neighbours, rows, sets, sigma)
    return Setting(mode._replace(frequencies_THz=frequencies), energy, triplets, occupation(frequencies))


def equal_in_sets(frequencies: FloatArray) -> tuple[FloatArray, IntArray]:
    """Degenerate frequencies without their rounding errors, and the lowest band of each set."""
    equal, lowest = frequencies.copy(), np.tile(np.arange(frequencies.shape[1]), (len(frequencies), 1))
    for row, band in np.argwhere(np.diff(frequencies, axis=1) < 1e-5):
        equal[row, band + 1] = equal[row, band]
        lowest[row, band + 1] = lowest[row, band]
    return equal, lowest


def occupation(frequencies: FloatArray) -> FloatArray:
    """Bose and Einstein, (K, Q, N); zero where there is no scattering."""
    moving = frequencies > CUTOFF_THZ
    x = THZ_IN_KELVIN * np.where(moving, frequencies, 1.0) / np.reshape(TEMPERATURES_K, (-1, 1, 1))
    return np.asarray(np.where(moving, 1.0 / np.expm1(x), 0.0))


def rates_of(made: Setting, precision: DTypeLike = np.float64) -> Iterator[Rates]:
    interaction = prepare(lennard_jones_waves(), made.mode, cutoff_THz=CUTOFF_THZ, precision=precision)
    return scattering_rates(interaction, made.energy, made.triplets, workspace(interaction))


def widths_of(made: Setting, precision: DTypeLike = np.float64) -> FloatArray:
    """Linewidths of every q0, each triplet counted once: (q0, K, N)."""
    found = [
        linewidths(rates, np.ones(len(triplets), dtype=np.int64), made.occupations, made.energy.sets[triplets[0, 0]])
        for rates, triplets in zip(rates_of(made, precision), made.triplets, strict=True)
    ]
    return np.array(found)


def dense(rates: Rates) -> FloatArray:
    """The rates by channel, triplet, b0, b1 and b2, the triplets in the order they were given."""
    out = np.zeros((3, len(rates.order), BANDS, BANDS, BANDS))
    triplet = np.repeat(rates.order, np.diff(rates.first))
    b1, b2, b0, channel = rates.bands.T
    assert len(np.unique(np.column_stack([triplet, rates.bands]), axis=0)) == len(rates.bands)
    out[channel, triplet, b0, b1, b2] = rates.rates
    return out


def strengths(made: Setting, triplets: IntArray) -> FloatArray:
    return interaction_strength(lennard_jones_waves(), made.mode, triplets, cutoff_THz=CUTOFF_THZ)


def tetrahedron_weights(made: Setting, triplets: IntArray) -> FloatArray:
    """δ(f0 − f1 − f2) and δ(f0 + f1 − f2) − δ(f0 − f1 + f2), nothing averaged: (2, T, b0, b1, b2)."""
    around = made.energy.neighbours
    return np.asarray(
        triplet_weights(
            made.energy.frequencies[triplets[0, 0]],
            made.energy.frequencies,
            around[triplets[:, 1]],
            around[triplets[:, 2]][:, OPPOSITE],
            parallel=False,
        )
    )


def channel_weights(made: Setting, triplets: IntArray) -> FloatArray:
    """The three δ of the tetrahedra apart, (3, T, b0, b1, b2)."""
    around, out = made.energy.neighbours, np.zeros((3, len(triplets), BANDS, BANDS, BANDS))
    rows = around[triplets[:, 1]], around[triplets[:, 2]][:, OPPOSITE]
    frequencies = made.energy.frequencies
    items = triplet_weight_items(frequencies[triplets[0, 0]], frequencies, *rows, parallel=False)
    b1, b2, b0, channel = items.bands.T
    out[channel, np.repeat(np.arange(len(triplets)), np.diff(items.first)), b0, b1, b2] = items.weights
    return out


def gaussian_weights(made: Setting, triplets: IntArray) -> FloatArray:
    """The three Gaussians, (3, T, b0, b1, b2)."""
    f0, f1, f2 = (made.energy.frequencies[triplets[:, leg]] for leg in range(3))
    f0, f1, f2 = f0[:, :, None, None], f1[:, None, :, None], f2[:, None, None, :]
    x = np.array([f0 - f1 - f2, f0 + f1 - f2, f0 - f1 + f2]) / made.energy.sigma
    return np.asarray(np.exp(-0.5 * x**2) / (np.sqrt(2.0 * np.pi) * made.energy.sigma))


def average_over_sets(values: FloatArray, triplets: IntArray, sets: IntArray) -> FloatArray:
    """Mean over the sets of the three phonons, by matrices: (…, T, b0, b1, b2)."""
    same = (sets[:, :, None] == sets[:, None, :]).astype(float)
    same /= same.sum(axis=2, keepdims=True)
    legs = (same[triplets[:, leg]] for leg in range(3))
    return np.asarray(np.einsum("...tijk,tai,tbj,tck->...tabc", values, *legs, optimize=True))


def direct_widths(
    strength: FloatArray, weights: FloatArray, made: Setting, triplets: IntArray, multiplicity: IntArray
) -> FloatArray:
    """The formula of `linewidths` with numpy, nothing averaged: weights are (2, T, b0, b1, b2)."""
    n1, n2 = made.occupations[:, triplets[:, 1], None, :, None], made.occupations[:, triplets[:, 2], None, None, :]
    factors = (n1 + n2 + 1.0) * weights[0] + (n1 - n2) * weights[1]
    return np.asarray(np.einsum("t,tabc,ktabc->ka", multiplicity, strength, factors))


def close(found: FloatArray, expected: FloatArray, relative: float) -> None:
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=relative * float(np.abs(expected).max()))


def turned(made: Setting) -> Setting:
    """Eigenvectors rotated at random within each degenerate set."""
    rng = np.random.default_rng(3)
    vectors = made.mode.eigenvectors.copy()
    _, lowest = equal_in_sets(made.mode.frequencies_THz)
    for row, first in {(row, first) for row, sets in enumerate(lowest.tolist()) for first in sets}:
        members = np.flatnonzero(lowest[row] == first)
        size = len(members), len(members)
        turn, _ = np.linalg.qr(rng.normal(size=size) + 1j * rng.normal(size=size))
        vectors[row][:, members] = vectors[row][:, members] @ turn
    return made._replace(mode=made.mode._replace(eigenvectors=vectors))


def test_rates_are_strengths_times_weights() -> None:
    """Of several q0 one after the other; whatever is not listed has no weight."""
    made = setting(firsts=(13, 9, 14, 31), average=False)
    listed = 0.0
    for rates, triplets in zip(rates_of(made), made.triplets, strict=True):
        np.testing.assert_array_equal(triplets[rates.order, 1:], np.column_stack([rates.q1, rates.q2]))
        found, weights, strength = dense(rates), tetrahedron_weights(made, triplets), strengths(made, triplets)
        assert np.all(found >= 0.0)
        close(found[DECAY], weights[0] * strength, 1e-12)
        close(found[ABSORB_FIRST] - found[ABSORB_SECOND], weights[1] * strength, 1e-12)
        for channel in (DECAY, ABSORB_FIRST, ABSORB_SECOND):
            close(found[channel], channel_weights(made, triplets)[channel] * strength, 1e-12)
        listed += len(rates.rates) / found.size / len(made.triplets)
    assert 0.01 < listed < 0.5


def test_averaged_rates_are_averages() -> None:
    """The weights, not the strengths: either gives the same sum."""
    made = setting(firsts=(13, 1, 16))  # 1 is on the fourfold axis, degenerate itself
    for rates, triplets in zip(rates_of(made), made.triplets, strict=True):
        found, strength = dense(rates), strengths(made, triplets)
        weights = average_over_sets(tetrahedron_weights(made, triplets), triplets, made.energy.sets)
        close(found[DECAY], weights[0] * strength, 1e-12)
        close(found[ABSORB_FIRST] - found[ABSORB_SECOND], weights[1] * strength, 1e-12)


@pytest.mark.parametrize("average", [True, False])
def test_linewidths_are_the_sum_of_the_formula(average: bool) -> None:
    """With |V|² averaged in place of the weights, and degenerate linewidths averaged at the end."""
    made = setting(firsts=(13, 1, 16), average=average)
    _, lowest = equal_in_sets(made.mode.frequencies_THz)
    multiplicity = np.random.default_rng(4).integers(1, 13, len(made.triplets[0]))
    for rates, triplets in zip(rates_of(made), made.triplets, strict=True):
        strength = average_over_sets(strengths(made, triplets), triplets, made.energy.sets)
        expected = direct_widths(strength, tetrahedron_weights(made, triplets), made, triplets, multiplicity)
        first = lowest[triplets[0, 0]]
        expected = np.array([[row[first == band].mean() for band in first] for row in expected])
        found = linewidths(rates, multiplicity, made.occupations, first)
        assert expected[-1].max() > 3.0 * expected[0].max()
        for one, other in zip(found, expected, strict=True):
            close(one, other, 1e-12)


@pytest.mark.parametrize("sigma", [0.0, SIGMA_THZ])
def test_averages_leave_no_gauge(sigma: float) -> None:
    made = setting(firsts=(13, 1, 16), sigma=sigma)
    before, after = widths_of(made), widths_of(turned(made))
    np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-12 * before.max())


def test_without_averages_the_gauge_shows() -> None:
    """In q0 = (1/4, 1/2, 0), without degenerate bands of its own, by its partners alone."""
    made = setting(average=False)
    assert np.diff(made.mode.frequencies_THz[12]).min() > 0.1
    before, after = widths_of(made), widths_of(turned(made))
    assert np.max(np.abs(after - before) / before.max(axis=2, keepdims=True)) > 1e-3


def test_gaussians() -> None:
    made = setting(firsts=(13, 14), sigma=SIGMA_THZ, average=False)
    for rates, triplets, found in zip(rates_of(made), made.triplets, widths_of(made), strict=True):
        weights, strength = gaussian_weights(made, triplets), strengths(made, triplets)
        close(dense(rates), weights * strength, 1e-12)
        combined = np.array([weights[DECAY], weights[ABSORB_FIRST] - weights[ABSORB_SECOND]])
        once = np.ones(len(triplets), dtype=np.int64)
        close(found, direct_widths(strength, combined, made, triplets, once), 1e-12)
        left_out = np.exp(-0.5 * FAR**2)
        assert left_out < np.finfo(float).eps and np.count_nonzero(dense(rates) == 0.0) > 100


def test_a_process_has_one_rate_whichever_phonon_it_is_seen_from() -> None:
    """f0 = f1 + f2 from q0 is f1 + f2 = f0 from q1: both strength and Gaussian have no favourite."""
    made = setting(sigma=SIGMA_THZ)
    orders = [0, 1, 2], [1, 0, 2], [2, 0, 1]
    legs = made.triplets[0][14]
    seen = rates_of(made._replace(triplets=[legs[[order]] for order in orders]))
    zero, one, two = (
        dense(rates)[:, 0].transpose(0, *(1 + np.argsort(order))) for rates, order in zip(seen, orders, strict=True)
    )
    assert len(set(legs)) == 3
    for found, expected in [
        (one[ABSORB_FIRST], zero[ABSORB_FIRST]),  # f0 + f1 = f2: the partner that is absorbed comes first
        (one[ABSORB_SECOND], zero[DECAY]),  # f0 = f1 + f2
        (one[DECAY], zero[ABSORB_SECOND]),  # f1 = f0 + f2
        (two[ABSORB_FIRST], zero[ABSORB_SECOND]),
        (two[ABSORB_SECOND], zero[DECAY]),
        (two[DECAY], zero[ABSORB_FIRST]),
    ]:
        assert expected.max() > 0.0
        close(found, expected, 1e-12)


def test_more_items_than_there_is_room_for() -> None:
    """Wide Gaussians list nearly every process; the first room is for 64 triplets of them, and it is doubled."""
    made = setting((5, 5, 6), (7, 8), sigma=4.0, average=False)
    for rates, triplets in zip(rates_of(made), made.triplets, strict=True):
        assert len(triplets) == 150 and len(rates.rates) > 128 * 3 * BANDS**3 * 0.9
        close(dense(rates), gaussian_weights(made, triplets) * strengths(made, triplets), 1e-12)


def test_single_precision() -> None:
    made = setting(firsts=(13, 1, 16))
    double, single = widths_of(made), widths_of(made, np.float32)
    assert single.dtype == np.float64 and np.any(single != double)
    np.testing.assert_allclose(single, double, rtol=3e-6, atol=1e-9 * double.max())


def test_threads_do_not_meet() -> None:
    """Two threads with a workspace each, several times, against one alone: the same to the last bit."""
    shares = [setting(firsts=firsts) for firsts in ((12, 9), (31, 1))]
    alone = [widths_of(share) for share in shares]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(widths_of, shares * 2))
    for number, found in enumerate(together):
        np.testing.assert_array_equal(found, alone[number % 2])


@pytest.mark.parametrize(("sigma", "average"), [(0.0, False), (0.0, True), (SIGMA_THZ, False)])
def test_linewidths_agree_with_phono3py(sigma: float, average: bool) -> None:
    """With its triplets, eigenvectors and constants of nature; linewidths of a set it always averages."""
    interaction, waves, mode = peer_interaction(MESH, average_degenerate_weights=average)
    imag_self_energy: Any = import_module("phono3py.phonon3.imag_self_energy")
    units: Any = import_module("phonopy.physical_units").get_physical_units()
    grid, cutoff = interaction.bz_grid, interaction.cutoff_frequency
    lowest = interaction.phonons.degenerate_ids
    sets = lowest if average else np.tile(np.arange(BANDS), (len(lowest), 1))
    assert np.any(lowest != np.arange(BANDS))
    around = (grid.addresses[grid.grg2bzg][:, None] + vertex_steps(grid.microzone_lattice)) % MESH
    neighbours = around @ [1, MESH[0], MESH[0] * MESH[1]]
    energy = EnergyGrid(mode.frequencies_THz[grid.grg2bzg], neighbours, grid.bzg2grg, sets, sigma)
    temperatures = np.array(TEMPERATURES_K)[:, None, None]
    moving = mode.frequencies_THz > cutoff
    x = np.where(moving, mode.frequencies_THz, 1.0) * units.THzToEv / (units.KB * temperatures)
    occupations = np.where(moving, 1.0 / np.expm1(x), 0.0)
    self_energy = imag_self_energy.ImagSelfEnergy(interaction)
    self_energy.set_sigma(sigma or None)
    firsts = [int(grid.grg2bzg[point]) for point in (0, 5, 16, 18)]
    triplets, multiplicities, expected = [], [], np.empty((len(firsts), len(TEMPERATURES_K), BANDS))
    for row, q0 in enumerate(firsts):
        self_energy.set_grid_point(q0)
        triplets.append(np.array(interaction.get_triplets_at_q()[0]))
        multiplicities.append(np.array(interaction.get_triplets_at_q()[1]))
        self_energy.run_integration_weights()
        self_energy.run_interaction()
        for column, temperature in enumerate(TEMPERATURES_K):
            self_energy.temperature = temperature
            self_energy.run()
            expected[row, column] = self_energy.imag_self_energy
    unit = interaction.unit_conversion_factor * self_energy.unit_conversion_factor
    prepared = prepare(waves, mode, cutoff_THz=cutoff, unit=unit)  # one over the number of grid points is in it
    rates = scattering_rates(prepared, energy, triplets, workspace(prepared))
    for found, multiplicity, q0, gamma in zip(rates, multiplicities, firsts, expected, strict=True):
        assert gamma.min() >= 0.0 < gamma.max()
        own = linewidths(found, multiplicity, occupations, lowest[q0])
        np.testing.assert_allclose(own, gamma, rtol=1e-6, atol=1e-9 * gamma.max())
