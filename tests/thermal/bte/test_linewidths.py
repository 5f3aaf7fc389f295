"""Linewidths: scaling, classical and quantum limits, gauge, and phono3py's numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from finechem.errors import InputError
from finechem.screening.cache import Cache
from finechem.thermal.bte import Phonons, phonons_on_grid, three_phonon_linewidths
from finechem.thermal.bte.harmonic import average_over_sets, degenerate_sets
from finechem.thermal.bte.processes import grid_rows
from finechem_kernels.tetrahedra import triplet_weights, vertex_steps
from tests.thermal.bte.crystals import argon, lennard_jones

FloatArray = NDArray[np.float64]
TEMPERATURES_K = (10.0, 300.0)


def linewidths(ph3: Any, phonons: Phonons, temperatures_K: Any = TEMPERATURES_K, **options: Any) -> FloatArray:
    """(T, R, N)."""
    found = dict(three_phonon_linewidths(ph3, phonons, temperatures_K, **options))
    assert sorted(found) == list(range(len(phonons.grid_points)))
    return np.array([found[index] for index in range(len(found))]).swapaxes(0, 1)


def close(found: FloatArray, expected: FloatArray) -> None:
    """Assert the tolerance that the linewidths of phono3py are asked for."""
    assert np.all(np.abs(found - expected) <= 1e-6 * np.abs(expected) + 1e-9 * expected.max())


def phono3py_linewidths(ph3: Any, mesh: Any, sigma: float | None = None, average: bool = False) -> FloatArray:
    ph3.mesh_numbers = mesh
    ph3.sigmas = sigma
    ph3.init_phph_interaction(average_degenerate_weights=average)
    ph3.run_thermal_conductivity(temperatures=TEMPERATURES_K)
    return np.asarray(ph3.thermal_conductivity.gamma[0])


@pytest.fixture(scope="module")
def average(crystal: Any, phonons: Phonons) -> FloatArray:
    return linewidths(crystal, phonons)


def test_linewidths_are_positive_where_modes_are(phonons: Phonons, average: FloatArray) -> None:
    there = phonons.irreducible_frequencies_THz > phonons.cutoff_THz
    assert np.all(average >= 0.0) and np.all(average[:, ~there] == 0.0)
    assert np.mean(average[1][there] > 0.0) > 0.99


def test_third_order_force_constants_enter_squared(phonons: Phonons, average: FloatArray) -> None:
    double = linewidths(lennard_jones(anharmonicity=2.0), phonons)
    np.testing.assert_allclose(double, 4.0 * average, rtol=1e-10)


def test_hot_linewidths_grow_with_the_temperature(crystal: Any, phonons: Phonons) -> None:
    """n → k_B T/(ħω): Γ/T is constant, but for terms in 1/T²."""
    hot = linewidths(crystal, phonons, (2e4, 4e4))
    np.testing.assert_allclose(hot[1], 2.0 * hot[0], rtol=1e-3)


def test_cold_linewidths_are_those_of_spontaneous_decay(crystal: Any, phonons: Phonons) -> None:
    cold = linewidths(crystal, phonons, (0.5, 1.0))
    np.testing.assert_allclose(cold[1], cold[0], rtol=1e-6, atol=1e-12)
    lowest = phonons.irreducible_frequencies_THz[:, 0]
    slow = int(np.argmin(np.where(lowest > 1.0, lowest, np.inf)))
    assert cold[0, slow, 0] < 1e-3 * cold[0].max()  # the lowest has hardly anything to decay to


@pytest.mark.parametrize("sigma", [None, 0.5])
def test_rotations_inside_degenerate_sets_change_nothing(crystal: Any, phonons: Phonons, sigma: float | None) -> None:
    turned = rotated(phonons)
    assert np.abs(turned.eigenvectors - phonons.eigenvectors).max() > 0.1
    straight = linewidths(crystal, phonons, sigma=sigma)
    np.testing.assert_allclose(linewidths(crystal, turned, sigma=sigma), straight, rtol=1e-11, atol=1e-13)
    if sigma is None:
        plain, other = (linewidths(crystal, p, degenerate_bands="phono3py") for p in (phonons, turned))
        assert np.abs(plain - other).max() > 1e-4 * plain.max()  # so the test can fail


def test_sets_that_rounding_splits_have_no_gauge_either(crystal: Any, phonons: Phonons) -> None:
    """As far apart as phonopy still takes for degenerate."""
    sets = degenerate_sets(phonons.frequencies_THz)
    split = 0.9e-4 * (np.arange(sets.shape[1]) - sets)
    near = replace(
        phonons, frequencies_THz=phonons.frequencies_THz + split / np.maximum(1, (sets == sets[:, :1]).sum(1))[:, None]
    )
    np.testing.assert_array_equal(degenerate_sets(near.frequencies_THz), sets)
    straight = linewidths(crystal, near)
    np.testing.assert_allclose(linewidths(crystal, rotated(near)), straight, rtol=1e-11, atol=1e-13)


def test_no_anharmonicity_is_refused(phonons: Phonons) -> None:
    with pytest.raises(InputError, match="all zero"):
        three_phonon_linewidths(lennard_jones(anharmonicity=0.0), phonons, (300.0,))


def rotated(phonons: Phonons) -> Phonons:
    """Turn the eigenvectors of each degenerate set at random."""
    rng = np.random.default_rng(1)
    vectors = phonons.eigenvectors.copy()
    for row, sets in zip(vectors, degenerate_sets(phonons.frequencies_THz), strict=True):
        for first in np.unique(sets):
            own = sets == first
            size = int(own.sum())
            row[:, own] = (
                row[:, own] @ np.linalg.qr(rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size)))[0]
            )
    return replace(phonons, eigenvectors=vectors)


def test_gaussians_approach_tetrahedra(crystal: Any) -> None:
    """The sum of all linewidths, on a finer grid than elsewhere."""
    fine = phonons_on_grid(crystal, (8, 8, 6))
    tetrahedra = np.einsum("r,trn->t", fine.weights, linewidths(crystal, fine))
    smeared = np.einsum("r,trn->t", fine.weights, linewidths(crystal, fine, sigma=0.4))
    np.testing.assert_allclose(smeared, tetrahedra, rtol=0.05)


def test_single_precision(crystal: Any, phonons: Phonons, average: FloatArray) -> None:
    single = linewidths(crystal, phonons, precision="float32")
    np.testing.assert_allclose(single, average, rtol=1e-4, atol=1e-6 * average.max())
    assert np.abs(single - average).max() > 0.0


def test_threads_change_nothing(crystal: Any, phonons: Phonons, average: FloatArray) -> None:
    np.testing.assert_allclose(linewidths(crystal, phonons, workers=2), average, rtol=1e-10)
    with pytest.raises(InputError, match="workers is 0"):
        next(three_phonon_linewidths(crystal, phonons, (300.0,), workers=0))


def test_no_memory_for_a_thread_is_an_error_not_a_wait(
    crystal: Any, phonons: Phonons, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("finechem_kernels.three_phonon.workspace", full)
    with pytest.raises(MemoryError):
        list(three_phonon_linewidths(crystal, phonons, (300.0,), workers=2))


def test_average_over_sets() -> None:
    values = np.array([[1.0, 3.0, 5.0], [0.0, 2.0, 4.0]])
    assert average_over_sets(values, np.array([0, 0, 2])).tolist() == [[2.0, 2.0, 5.0], [1.0, 1.0, 4.0]]


@pytest.mark.parametrize("sigma", [None, 0.5])
def test_phono3py_has_the_same(phonons: Phonons, sigma: float | None) -> None:
    ph3 = lennard_jones()
    ours = linewidths(ph3, phonons, sigma=sigma, degenerate_bands="phono3py")
    close(ours, phono3py_linewidths(ph3, phonons.mesh, sigma))


def test_phono3py_has_the_same_with_its_own_average(phonons: Phonons, average: FloatArray) -> None:
    close(average, phono3py_linewidths(lennard_jones(), phonons.mesh, average=True))


def test_phono3py_has_the_same_where_modes_are_imaginary() -> None:
    """Force constants that pull each atom out of its place a little: long waves become unstable."""
    ph3 = lennard_jones()
    atoms = np.arange(len(ph3.supercell))
    ph3.fc2[atoms, atoms] -= 0.002 * np.eye(3)
    phonons = phonons_on_grid(ph3, (5, 5, 4), imaginary_tolerance_THz=0.5)
    assert phonons.frequencies_THz.min() < -0.05
    close(linewidths(ph3, phonons, degenerate_bands="phono3py"), phono3py_linewidths(ph3, phonons.mesh))


def test_silicon_of_density_functional_theory(silicon: Any) -> None:
    phonons = phonons_on_grid(silicon, (7, 7, 7))
    close(
        linewidths(silicon, phonons, degenerate_bands="phono3py"),
        phono3py_linewidths(silicon, phonons.mesh),
    )


def test_kept_linewidths_are_those_of_the_same_electric_field(tmp_path: Path) -> None:
    """Another unit of charge, or another way to add its field, shifts frequencies under the same force constants."""
    ph3, cache = lennard_jones(), Cache(tmp_path)
    charges = {"born": np.array([2.0, -2.0])[:, None, None] * np.eye(3), "dielectric": 4.0 * np.eye(3), "factor": 14.4}
    found = []
    for change in ({}, {"factor": 7.2}, {"method": "wang"}):
        ph3.nac_params = charges | change
        phonons = phonons_on_grid(ph3, (3, 3, 3))
        found.append(dict(three_phonon_linewidths(ph3, phonons, (300.0,), cache=cache)))
    assert all(np.any(found[0][row] != other[row]) for other in found[1:] for row in (1, 2))


def test_weights_are_continuous_where_frequencies_tie() -> None:
    """At X of an ideal fcc crystal f0 equals f1 + f2 at vertices of tetrahedra; phono3py's weights drop there."""
    from phono3py.phonon3.triplets import get_triplets_at_q

    phonons = phonons_on_grid(argon(), (6, 6, 6))
    grid, regular = phonons.grid, phonons.grid.grg2bzg
    point = phonons.grid_points[np.argmin(np.abs(phonons.qpoints[phonons.grid_points] + [0.5, 0.5, 0.0]).sum(axis=1))]
    triplets = get_triplets_at_q(point, grid)[0]
    steps = vertex_steps(grid.microzone_lattice) @ grid.P.T
    rows = (grid_rows(grid, grid.addresses[triplets[:, leg]], sign * steps) for leg, sign in ((1, 1), (2, -1)))
    around = np.maximum(phonons.frequencies_THz[regular], 0.0), *rows
    below, at, above = (
        triplet_weights(phonons.frequencies_THz[point] + shift, *around, parallel=False) for shift in (-1e-8, 0.0, 1e-8)
    )
    assert at.max() > 1.0
    np.testing.assert_allclose(at, below, atol=1e-5)
    np.testing.assert_allclose(at, above, atol=1e-5)
