"""Sums over modes of equal frequency: densities of states, a direct sum, and ties."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from finechem_kernels._jit import FloatArray
from finechem_kernels.isotopes import elastic_sums
from finechem_kernels.tetrahedra import triplet_weights, vertex_steps

SIZE = 4


def grid() -> tuple[FloatArray, Any]:
    """Points of a cube and the rows of their neighbours."""
    points = np.array(list(product(range(SIZE), repeat=3)))
    place = np.array([SIZE * SIZE, SIZE, 1])
    return points / SIZE, (points[:, None] + vertex_steps(np.eye(3))) % SIZE @ place


def random_modes(bands: int, atoms: int) -> tuple[FloatArray, NDArray[np.complex128]]:
    rng = np.random.default_rng(3)
    frequencies = np.sort(rng.uniform(1.0, 5.0, (SIZE**3, bands)), axis=1)
    vectors = rng.normal(size=(SIZE**3, bands, 3 * atoms)) + 1j * rng.normal(size=(SIZE**3, bands, 3 * atoms))
    return frequencies, vectors


def each_alone(frequencies: FloatArray) -> Any:
    return np.tile(np.arange(frequencies.shape[1]), (len(frequencies), 1))


def density(frequencies: FloatArray, targets: FloatArray, neighbours: Any) -> FloatArray:
    """δ(f0 − f) by another kernel: its first partner is flat at zero. (B0, G, B)."""
    extended = np.vstack([frequencies, np.zeros(frequencies.shape[1])])
    flat = np.full_like(neighbours, len(frequencies))
    weights = triplet_weights(targets, extended, flat, neighbours, parallel=False)
    return np.asarray(weights[0, :, :, 0].swapaxes(0, 1), dtype=np.float64)


def test_equal_vectors_give_the_density_of_states() -> None:
    """A tent along each axis is its own interpolation: the density of three uniform variables in the middle is 3/4."""
    q, neighbours = grid()
    tent = 2.0 * np.abs((q + 0.5) % 1.0 - 0.5)
    frequencies = tent.sum(axis=1)[:, None]
    vectors = np.ones((SIZE**3, 1, 3), dtype=complex) / np.sqrt(3.0)
    targets = np.array([1.5])
    sums = elastic_sums(
        targets, vectors[0], frequencies, neighbours, vectors, each_alone(frequencies), np.array([2.0]), 0.0
    )
    assert sums[0] / SIZE**3 == pytest.approx(2.0 * 0.75, rel=1e-12)


def test_agrees_with_the_direct_sum() -> None:
    _, neighbours = grid()
    frequencies, vectors = random_modes(4, 2)
    variances, targets, own = np.array([1e-3, 3e-3]), np.array([1.5, 2.5, 3.1, 4.2]), vectors[5]
    found = elastic_sums(targets, own, frequencies, neighbours, vectors, each_alone(frequencies), variances, 0.0)
    products = np.einsum("akx,gbkx->kagb", own.conj().reshape(4, 2, 3), vectors.reshape(-1, 4, 2, 3))
    shared = np.einsum("k,kagb->agb", variances, np.abs(products) ** 2)
    expected = np.sum(density(frequencies, targets, neighbours) * shared, axis=(1, 2))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert found.min() > 0.0


def test_low_modes_are_left_out() -> None:
    _, neighbours = grid()
    frequencies, vectors = random_modes(3, 1)
    targets = np.array([1.9, 2.9, 3.9])
    arguments = (vectors[0], frequencies, neighbours, vectors, each_alone(frequencies), np.ones(1))
    whole, high = (elastic_sums(targets, *arguments, lowest) for lowest in (0.0, 2.5))
    assert high[0] == 0.0 and whole[0] > 0.0
    assert np.all(high[1:] < whole[1:])


def test_averaging_has_no_gauge() -> None:
    """Bands 1 and 2 as one set: turning their vectors changes nothing, though their surroundings differ."""
    _, neighbours = grid()
    frequencies, vectors = random_modes(3, 1)
    sets = np.tile([0, 1, 1], (len(frequencies), 1))
    turn = np.linalg.qr(np.random.default_rng(4).normal(size=(2, 2)))[0]
    turned = vectors.copy()
    turned[:, 1:] = turn @ vectors[:, 1:]
    targets = np.array([2.0, 3.0, 3.5])
    sums = [
        [elastic_sums(targets, vectors[0], frequencies, neighbours, v, s, np.ones(1), 0.0) for v in (vectors, turned)]
        for s in (sets, each_alone(frequencies))
    ]
    np.testing.assert_allclose(sums[0][0], sums[0][1], rtol=1e-12)
    assert np.abs(sums[1][0] - sums[1][1]).max() > 1e-3 * sums[1][0].max()
