"""Isotopes and boundaries: exact rates of simple cases, ties, and phono3py."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from finechem.errors import InputError
from finechem.thermal.bte import Phonons, boundary_linewidths, isotope_linewidths, phonons_on_grid
from finechem.thermal.bte.scattering import mean_free_paths
from tests.thermal.bte.test_linewidths import rotated

FloatArray = NDArray[np.float64]
VARIANCES = (1e-3, 2e-4)


def phono3py_isotopes(phonons: Phonons, sigma: float | None) -> FloatArray:
    from phono3py.other.isotope import Isotope

    interaction = phonons.interaction
    isotope = Isotope(
        phonons.mesh, interaction.primitive, mass_variances=VARIANCES, bz_grid=phonons.grid, sigma=sigma,
        cutoff_frequency=interaction.cutoff_frequency, frequency_factor_to_THz=interaction.frequency_factor_to_THz,
    )  # fmt: skip
    isotope.set_phonons(interaction.phonons, dm=interaction.dynamical_matrix)
    found = []
    for point in phonons.grid_points:
        isotope.set_grid_point(point)
        isotope.run()
        found.append(isotope.gamma)
    return np.array(found)


def test_scattering_by_isotopes_is_linear_in_their_variance(phonons: Phonons) -> None:
    first, second = (isotope_linewidths(phonons, mass_variances=v) for v in ((1e-3, 0.0), (0.0, 2e-4)))
    both = isotope_linewidths(phonons, mass_variances=VARIANCES)
    np.testing.assert_allclose(first + second, both, rtol=1e-10)
    assert first.max() > 0.0 and second.max() > 0.0


def test_a_long_wave_is_scattered_like_rayleigh(crystal: Any) -> None:
    """All atoms move alike: Γ = (π/4) f² ḡ D(f), with D the states per mode and cell, ḡ the variance of the cell."""
    phonons = phonons_on_grid(crystal, (12, 12, 9))
    masses = np.asarray(crystal.primitive.masses)
    found = isotope_linewidths(phonons, mass_variances=np.full(2, 1e-3), sigma=0.5)
    f = phonons.irreducible_frequencies_THz
    row = int(np.argsort(f[:, 0])[1])
    states = np.exp(-0.5 * ((f[row, 0] - f[:, :3]) / 0.5) ** 2) / (0.5 * np.sqrt(2.0 * np.pi))
    density = np.sum(phonons.weights[:, None] * states) / phonons.weights.sum()
    cell = np.sum(1e-3 * masses**2) / masses.sum() ** 2
    # a third: the mean squared cosine between polarisations
    assert found[row, 0] == pytest.approx(0.25 * np.pi * f[row, 0] ** 2 * cell * density / 3.0, rel=0.3)


def test_natural_isotopes(phonons: Phonons) -> None:
    """Aluminium has one stable isotope; the variance of nickel from its abundances."""
    abundance = np.array([0.680769, 0.262231, 0.011399, 0.036345, 0.009256])
    mass = np.array([57.9353462, 59.9307851, 60.9310570, 61.9283461, 63.9279679])
    mean = abundance @ mass / abundance.sum()
    nickel = abundance @ (1.0 - mass / mean) ** 2
    natural = isotope_linewidths(phonons)
    np.testing.assert_allclose(natural, isotope_linewidths(phonons, mass_variances=(0.0, nickel)), rtol=1e-2)


def test_isotopes_have_no_gauge(phonons: Phonons) -> None:
    straight, turned = (isotope_linewidths(p, mass_variances=VARIANCES) for p in (phonons, rotated(phonons)))
    np.testing.assert_allclose(turned, straight, rtol=1e-8, atol=1e-12)


def test_rounding_does_not_choose_the_side_of_a_tie(phonons: Phonons) -> None:
    """Frequencies that symmetry makes equal, off by noise: phono3py's linewidths jump, these do not."""
    noise = np.random.default_rng(5).uniform(-1e-9, 1e-9, phonons.frequencies_THz.shape)
    noisy = replace(phonons, frequencies_THz=phonons.frequencies_THz + noise)
    quiet, loud = (isotope_linewidths(p, mass_variances=VARIANCES) for p in (phonons, noisy))
    np.testing.assert_allclose(loud, quiet, rtol=1e-3, atol=1e-6 * quiet.max())


@pytest.mark.parametrize("sigma", [None, 0.5])
def test_phono3py_has_the_same(phonons: Phonons, sigma: float | None) -> None:
    ours = isotope_linewidths(phonons, mass_variances=VARIANCES, sigma=sigma, degenerate_bands="phono3py")
    np.testing.assert_allclose(ours, phono3py_isotopes(phonons, sigma), rtol=1e-10)


def test_the_two_ways_differ_by_ties_alone(phonons: Phonons) -> None:
    ours = isotope_linewidths(phonons, mass_variances=VARIANCES)
    theirs = phono3py_isotopes(phonons, None)
    equal = np.isclose(ours, theirs, rtol=1e-3)
    assert 0.2 < np.mean(equal) < 1.0
    assert np.all(ours[~equal].sum() > theirs[~equal].sum())


@pytest.mark.parametrize("variances", [(1e-3,), (-1e-3, 0.0), (np.nan, 0.0)])
def test_variances_that_do_not_fit(phonons: Phonons, variances: Any) -> None:
    with pytest.raises(InputError, match="each of the 2 atoms"):
        isotope_linewidths(phonons, mass_variances=variances)


def test_an_element_without_natural_isotopes(phonons: Phonons) -> None:
    technetium = SimpleNamespace(primitive=SimpleNamespace(symbols=["Tc"]), cutoff_frequency=0.0)
    with pytest.raises(InputError, match="Tc has no natural isotopes; give mass_variances"):
        isotope_linewidths(replace(phonons, interaction=technetium))


def test_a_boundary_ends_a_flight() -> None:
    """With no other cause the mean free path is the length."""
    velocities = np.array([[[3000.0, 4000.0, 0.0], [0.0, 0.0, 100.0]]])
    linewidths = boundary_linewidths(velocities, 2.5)
    np.testing.assert_allclose(mean_free_paths(velocities, linewidths[None]), 2.5e-6, rtol=1e-12)
    assert mean_free_paths(velocities, np.zeros((1, 1, 2))).tolist() == [[[0.0, 0.0]]]
    with pytest.raises(InputError, match="must be positive"):
        boundary_linewidths(velocities, 0.0)
