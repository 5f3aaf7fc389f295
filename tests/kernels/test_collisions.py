"""Rows of the collision matrix: their definition, and conservation laws where a mesh has no errors."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pytest

from finechem_kernels._jit import FloatArray
from finechem_kernels.collisions import PartnerOrbits, add_collisions
from finechem_kernels.tetrahedra import ABSORB_FIRST, ABSORB_SECOND, DECAY, IndexArray

MESH, BANDS = 3, 2
POINTS = np.array(list(product((-1, 0, 1), repeat=3)))
"""Grid points of a cube, none on the boundary of the Brillouin zone."""


class Gas(NamedTuple):
    """Modes whose energies are whole numbers, so that processes conserve energy exactly."""

    energies: IndexArray
    factors: FloatArray
    """1/sinh(energy/2kT), (G, B)."""
    amplitudes: FloatArray
    """A process happens at the rate of the product of the three, so that no leg is special, (G, B)."""


def gas(seed: int) -> Gas:
    rng = np.random.default_rng(seed)
    mirrored = np.arange(len(POINTS))[::-1]  # time reversal: the same at −q
    energies = np.sort(rng.integers(1, 7, (len(POINTS), BANDS)), axis=1)
    amplitudes = rng.uniform(0.5, 2.0, (len(POINTS), BANDS))
    half = len(POINTS) // 2
    energies[:half], amplitudes[:half] = energies[mirrored][:half], amplitudes[mirrored][:half]
    return Gas(energies, 1.0 / np.sinh(energies / 4.0), amplitudes)


def processes(gas: Gas, point: int, *, umklapp: bool) -> tuple[IndexArray, Any, Any, Any]:
    """All (q1, q2) of q0, and the items of those that conserve energy."""
    second = (-POINTS[point] - POINTS + 1) % MESH - 1
    rows = np.column_stack([np.arange(len(POINTS)), (second + 1) @ [9, 3, 1]])
    first, bands, rates = [0], [], []
    for (q1, q2), normal in zip(rows, np.all(POINTS + second == -POINTS[point], axis=1), strict=True):
        for b1, b2, b0 in product(range(BANDS), repeat=3):
            f0, f1, f2 = gas.energies[point, b0], gas.energies[q1, b1], gas.energies[q2, b2]
            rate = gas.amplitudes[point, b0] * gas.amplitudes[q1, b1] * gas.amplitudes[q2, b2]
            conserved = {DECAY: f0 == f1 + f2, ABSORB_FIRST: f0 + f1 == f2, ABSORB_SECOND: f0 + f2 == f1}
            for channel in [channel for channel, holds in conserved.items() if holds and (normal or umklapp)]:
                bands.append((b1, b2, b0, channel))
                rates.append(rate)
        first.append(len(bands))
    return rows, np.array(first), np.array(bands, dtype=np.int16).reshape(-1, 4), np.array(rates)


def operator(gas: Gas, *, umklapp: bool, signs: dict[int, float] | None = None) -> tuple[FloatArray, FloatArray]:
    """The matrix of all points without symmetry, one Cartesian component, and the linewidths of its diagonal."""
    size = len(POINTS)
    matrix = np.zeros((size, BANDS, 3, size, BANDS, 3))
    linewidths = np.zeros((size, BANDS))
    for point in range(size):
        rows, first, bands, rates = processes(gas, point, umklapp=umklapp)
        columns = np.column_stack([rows[:, 0], np.full(size, -1)])
        orbits = PartnerOrbits(rows, columns, np.broadcast_to(np.eye(3), (size, 2, 3, 3)).copy())
        signed = rates * np.array([(signs or {}).get(int(channel), 1.0) for channel in bands[:, 3]])
        add_collisions(matrix[point], orbits, first, bands, signed, gas.factors)
        q1, q2 = rows[np.repeat(np.arange(size), np.diff(first))].T
        occupation = gas.factors[q1, bands[:, 0]] * gas.factors[q2, bands[:, 1]] / 2.0
        np.add.at(linewidths[point], bands[:, 2], rates * occupation / gas.factors[point, bands[:, 2]])
    np.testing.assert_array_equal(matrix[:, :, 0, :, :, 1], 0.0)
    np.testing.assert_array_equal(matrix[:, :, 0, :, :, 0], matrix[:, :, 2, :, :, 2])
    dense = matrix[:, :, 0, :, :, 0].reshape(size * BANDS, size * BANDS)
    return dense + np.diag(linewidths.ravel()), linewidths


def test_operator_is_symmetric_and_not_negative() -> None:
    dense, _ = operator(gas(0), umklapp=True)
    np.testing.assert_allclose(dense, dense.T, rtol=1e-13, atol=1e-13 * dense.max())
    eigenvalues = np.linalg.eigvalsh(dense)
    assert eigenvalues[0] > -1e-12 * eigenvalues[-1]
    assert np.linalg.eigvalsh(dense - 2.0 * np.diag(np.diag(dense)))[0] < -0.1 * eigenvalues[-1]


def test_normal_processes_conserve_momentum_and_umklapp_processes_do_not() -> None:
    modes = gas(1)
    momentum = (modes.factors[..., None] * POINTS[:, None]).reshape(-1, 3)
    for umklapp in (False, True):
        dense, linewidths = operator(modes, umklapp=umklapp)
        left = np.abs(dense @ momentum).max() / np.abs(linewidths.reshape(-1, 1) * momentum).max()
        assert left > 0.1 if umklapp else left < 1e-13


def test_all_processes_conserve_energy() -> None:
    """Energy is even under q → −q: what is absorbed or emitted then counts with its sign."""
    modes = gas(2)
    signs = {DECAY: -1.0, ABSORB_FIRST: 1.0, ABSORB_SECOND: -1.0}
    even, linewidths = operator(modes, umklapp=True, signs=signs)
    energy = (modes.factors * modes.energies).ravel()
    assert np.abs(even @ energy).max() < 1e-13 * np.abs(linewidths.ravel() * energy).max()
    np.testing.assert_allclose(even, even.T, rtol=1e-13, atol=1e-13 * np.abs(even).max())


def random_rows(seed: int) -> tuple[PartnerOrbits, IndexArray, Any, FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    triplets, items, bands, points = 7, 40, 4, 3
    orbits = PartnerOrbits(
        rng.integers(0, 9, (triplets, 2)), rng.integers(-1, points, (triplets, 2)), rng.normal(size=(triplets, 2, 3, 3))
    )
    first = np.append(0, np.sort(rng.integers(0, items, triplets)))
    chosen = rng.integers(0, bands, (items, 4)).astype(np.int16)
    return orbits, first, chosen, rng.uniform(size=items), rng.uniform(size=(9, bands))


def test_rows_are_the_sum_over_items_and_orbits() -> None:
    orbits, first, bands, rates, factors = random_rows(3)
    rows = np.zeros((4, 3, 3, 4, 3))
    add_collisions(rows, orbits, first, bands, rates, factors)
    expected = np.zeros_like(rows)
    for t, leg in product(range(len(orbits.rows)), range(2)):
        for i in range(first[t], first[t + 1]):
            if orbits.columns[t, leg] >= 0:
                rate = rates[i] * factors[orbits.rows[t, 1 - leg], bands[i, 1 - leg]]
                expected[bands[i, 2], :, orbits.columns[t, leg], bands[i, leg]] += rate * orbits.rotations[t, leg]
    np.testing.assert_allclose(rows, expected, rtol=1e-12, atol=1e-14)
    assert np.any(orbits.columns < 0)
    add_collisions(rows, orbits, first, bands, rates, factors)
    np.testing.assert_allclose(rows, 2.0 * expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("rate_type", [np.float32, np.float64])
def test_single_precision_rows_are_rounded_once(rate_type: Any) -> None:
    orbits, first, bands, rates, factors = random_rows(4)
    rates = rates.astype(rate_type)
    double, single = np.zeros((4, 3, 3, 4, 3)), np.zeros((4, 3, 3, 4, 3), dtype=np.float32)
    add_collisions(double, orbits, first, bands, rates.astype(np.float64), factors)
    add_collisions(single, orbits, first, bands, rates, factors)
    np.testing.assert_array_equal(single, double.astype(np.float32))


def test_nothing_in_nothing_out() -> None:
    rows = np.ones((4, 3, 3, 4, 3))
    none = PartnerOrbits(np.empty((0, 2), dtype=np.int64), np.empty((0, 2), dtype=np.int64), np.empty((0, 2, 3, 3)))
    add_collisions(
        rows, none, np.zeros(1, dtype=np.int64), np.empty((0, 4), dtype=np.int16), np.empty(0), np.ones((1, 4))
    )
    np.testing.assert_array_equal(rows, 1.0)
