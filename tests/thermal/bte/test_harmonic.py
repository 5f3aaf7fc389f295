"""Phonons on a grid: closed forms, sum rules, refusals, and phono3py."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from scipy import constants

from finechem.errors import DomainError, InputError
from finechem.thermal.bte import Phonons, phonons_on_grid
from finechem.thermal.bte.harmonic import degenerate_sets, mode_heat_capacities
from tests.thermal.bte.crystals import MASSES_U, lennard_jones

K_B = 1.380649e-23


def test_squares_of_frequencies_sum_to_the_mean_stiffness(crystal: Any, phonons: Phonons) -> None:
    """The mean of Σ ω² over a grid leaves of the dynamical matrix what atoms do to themselves."""
    squares = (2e12 * np.pi * phonons.frequencies_THz[phonons.grid.grg2bzg]) ** 2
    first, second = (crystal.fc2[atom, atom].trace() for atom in crystal.primitive.p2s_map)
    expected = (first / MASSES_U[0] + second / MASSES_U[1]) * constants.e / constants.angstrom**2 / constants.u
    assert np.sum(np.mean(squares, axis=0)) == pytest.approx(expected, rel=1e-5)


def test_irreducible_points_stand_for_all(phonons: Phonons) -> None:
    squares = phonons.frequencies_THz**2
    whole = squares[phonons.grid.grg2bzg].sum()
    assert np.sum(phonons.weights[:, None] * squares[phonons.grid_points]) == pytest.approx(whole, rel=1e-12)
    assert phonons.weights.sum() == np.prod(phonons.mesh)


def test_eigenvectors_are_orthonormal(phonons: Phonons) -> None:
    products = phonons.eigenvectors.conj().swapaxes(1, 2) @ phonons.eigenvectors
    np.testing.assert_allclose(products, np.broadcast_to(np.eye(6), products.shape), atol=1e-12)


def test_group_velocities_are_slopes(crystal: Any, phonons: Phonons) -> None:
    """Finite differences of the bands at a general point, where none is degenerate."""
    from phonopy import Phonopy

    phonopy = Phonopy(crystal.unitcell, crystal.supercell_matrix, primitive_matrix=crystal.primitive_matrix)
    phonopy.force_constants = crystal.fc2
    row = int(np.argmax(phonons.weights))
    q, step = phonons.qpoints[phonons.grid_points[row]], 1e-5
    assert len(set(degenerate_sets(phonons.irreducible_frequencies_THz[row]))) == 6
    for axis in range(3):
        shift = step * crystal.primitive.cell[:, axis]  # a Cartesian step of 1e-5 / Å, in reduced coordinates
        phonopy.run_qpoints([q + shift, q - shift])
        ahead, behind = phonopy.qpoints.frequencies
        slope = (ahead - behind) / (2.0 * step) * 100.0
        np.testing.assert_allclose(phonons.group_velocities_m_s[row, :, axis], slope, atol=0.05)


def test_optical_and_acoustic_modes_at_gamma(phonons: Phonons) -> None:
    gamma = phonons.frequencies_THz[phonons.grid.gp_Gamma]
    assert np.abs(gamma[:3]).max() < 1e-4 and gamma[3:].min() > 1.0


def test_heat_capacity_has_its_limits() -> None:
    """k_B when hot, with the first correction −x²/12; x² e^(−x) k_B when cold."""
    hot = mode_heat_capacities(np.array([1.0]), [3000.0])[0, 0]
    x = constants.h * 1e12 / (K_B * 3000.0)
    assert hot == pytest.approx(K_B * (1.0 - x**2 / 12.0), rel=2e-6)
    cold = mode_heat_capacities(np.array([1.0]), [2.0])[0, 0]
    x = constants.h * 1e12 / (K_B * 2.0)
    assert cold == pytest.approx(K_B * x**2 * np.exp(-x), rel=1e-4)  # x = 24 magnifies older constants


def test_heat_capacity_is_the_slope_of_the_energy() -> None:
    f, t, dt = 5.0, 200.0, 1e-2
    energy = [constants.h * f * 1e12 / np.expm1(constants.h * f * 1e12 / (K_B * (t + s * dt))) for s in (1, -1)]
    expected = (energy[0] - energy[1]) / (2.0 * dt)
    assert mode_heat_capacities(np.array([f]), [t])[0, 0] == pytest.approx(expected, rel=5e-6)


def test_modes_below_the_cutoff_have_no_heat_capacity() -> None:
    capacity = mode_heat_capacities(np.array([[-0.05, 0.0, 1e-5, 1.0]]), [10.0, 300.0], cutoff_THz=1e-4)
    assert capacity.shape == (2, 1, 4)
    assert np.all(capacity[..., :3] == 0.0) and np.all(capacity[..., 3] > 0.0)


def test_callers_object_stays_as_it_was(crystal: Any) -> None:
    before = crystal.mesh_numbers
    phonons_on_grid(crystal, (4, 4, 3))
    assert crystal.mesh_numbers is before and crystal.phph_interaction is None


def test_a_length_makes_a_mesh(crystal: Any) -> None:
    """Reciprocal vectors of 1/2.5 and 1/3.54 Å make 12.5 Å a mesh of 5, 5, 4 (rounded) points."""
    assert phonons_on_grid(crystal, 12.5).mesh == (5, 5, 4)


@pytest.mark.parametrize("mesh", [(3, 3), (3, 3, 0), (3.5, 3, 3), -10.0, float("nan"), "fine"])
def test_what_is_no_mesh(crystal: Any, mesh: Any) -> None:
    with pytest.raises(InputError, match="mesh is"):
        phonons_on_grid(crystal, mesh)


def test_a_mesh_that_breaks_the_symmetry(crystal: Any) -> None:
    with pytest.raises(InputError, match="symmetry"):
        phonons_on_grid(crystal, (5, 4, 4))


def test_a_mesh_coarser_than_the_supercell(crystal: Any) -> None:
    with pytest.raises(DomainError, match=r"2x2x2 is too coarse: it has 8 wave vectors.* has 27; take at least 3x3x3"):
        phonons_on_grid(crystal, (2, 2, 2))


def test_imaginary_modes_are_refused_with_place_and_size(crystal: Any) -> None:
    unstable = copy.copy(crystal)
    unstable.fc2 = -0.1 * crystal.fc2
    with pytest.raises(DomainError, match=r"the worst .*i THz at q = \(.*symmetrize_fc2"):
        phonons_on_grid(unstable, (3, 3, 3))
    assert phonons_on_grid(unstable, (3, 3, 3), imaginary_tolerance_THz=50.0).frequencies_THz.min() < -1.0


def test_degenerate_sets_are_named_by_their_first_band() -> None:
    f = np.array([[1.0, 1.0 + 5e-5, 2.0], [1.0, 1.5, 1.5]])
    assert degenerate_sets(f).tolist() == [[0, 0, 2], [0, 1, 1]]


def test_frequencies_scale_with_the_masses(phonons: Phonons) -> None:
    heavy = phonons_on_grid(lennard_jones(masses_u=tuple(4.0 * m for m in MASSES_U)), phonons.mesh)
    np.testing.assert_allclose(2.0 * heavy.frequencies_THz, phonons.frequencies_THz, atol=1e-5)
