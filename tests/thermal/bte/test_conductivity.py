"""Conductivity: symmetry, limits in temperature, size and anharmonicity, and phono3py's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from finechem.errors import InputError
from finechem.thermal.bte import (
    Conductivity,
    Phonons,
    conductivity_from_linewidths,
    lattice_conductivity,
    phonons_on_grid,
)
from finechem.thermal.bte.conductivity import velocity_products
from tests.thermal.bte.conftest import MESH, TEMPERATURES_K
from tests.thermal.bte.crystals import argon, hexagonal, lennard_jones

FloatArray = NDArray[np.float64]
VOIGT = ((0, 1, 2, 1, 0, 0), (0, 1, 2, 2, 2, 1))


def test_symmetric_and_invariant_under_the_point_group(result: Conductivity, phonons: Phonons) -> None:
    for kappa in (result.kappa_W_mK, result.kappa_coherence_W_mK):
        np.testing.assert_allclose(kappa, kappa.swapaxes(1, 2), atol=1e-12 * kappa.max())
        for turn in phonons.grid.rotations_cartesian:
            np.testing.assert_allclose(turn @ kappa @ turn.T, kappa, atol=1e-10 * kappa.max())
        assert np.all(np.linalg.eigvalsh(kappa) > 0.0)
    assert np.all(np.abs(result.kappa_W_mK[:, 0, 0] / result.kappa_W_mK[:, 2, 2] - 1.0) > 1e-3)  # tetragonal


def test_the_whole_zone_gives_what_its_stars_give(result: Conductivity, phonons: Phonons) -> None:
    """Velocities at every image of a point, not only turned ones."""
    from phonopy.phonon.group_velocity import GroupVelocity

    regular = phonons.grid.grg2bzg
    solver = GroupVelocity(phonons.interaction.dynamical_matrix, symmetry=phonons.interaction.primitive_symmetry)
    solver.run(phonons.qpoints[regular])
    products = np.einsum("qbx,qby->xy", solver.group_velocities, solver.group_velocities) * 1e4
    np.testing.assert_allclose(result.velocity_products_m2_s2.sum(axis=(0, 1)), products, rtol=1e-3, atol=1e3)


@pytest.mark.parametrize("method", ["rta", "lbte"])
def test_a_turned_crystal_conducts_as_before(method: Any) -> None:
    """In its own axes. The mesh has points where bands meet with velocities that no basis makes diagonal at once."""
    turn = Rotation.from_rotvec([0.3, -1.1, 0.7]).as_matrix()
    straight, turned = (
        lattice_conductivity(ph3, (6, 6, 6), (100.0, 300.0), method, isotopes=False, boundary_um=0.1)
        for ph3 in (argon(), argon(turn))
    )
    for name in ("kappa_W_mK", "kappa_coherence_W_mK"):
        expected = turn @ getattr(straight, name) @ turn.T
        np.testing.assert_allclose(getattr(turned, name), expected, rtol=1e-7, atol=1e-7 * expected.max())
    np.testing.assert_allclose(turned.mean_free_paths_m, straight.mean_free_paths_m, rtol=1e-6, atol=1e-15)


def test_boundaries_leave_no_difference_between_the_methods() -> None:
    """Where nothing scatters back each mode relaxes alone, and so do bands of opposite velocity that stick together."""
    tiny: dict[str, Any] = {"method": "lbte", "isotopes": False, "boundary_um": 1e-6}
    ours = lattice_conductivity(hexagonal(), (4, 4, 4), **tiny)
    np.testing.assert_allclose(ours.kappa_W_mK, ours.kappa_rta_W_mK, rtol=1e-3, atol=1e-12)
    means = lattice_conductivity(hexagonal(), (4, 4, 4), **tiny, degenerate_bands="phono3py")
    assert means.kappa_W_mK[0, 2, 2] < 0.95 * means.kappa_rta_W_mK[0, 2, 2]  # so it can fail


def test_velocities_of_a_degenerate_set_are_those_of_any_basis() -> None:
    """The trace of |⟨∂D⟩|² in a set, by finite differences; phono3py's choice loses half of it here."""
    ph3 = argon()
    phonons = phonons_on_grid(ph3, (6, 6, 6))
    row = next(r for r, p in enumerate(phonons.grid_points) if np.allclose(phonons.qpoints[p], [-1 / 3, 1 / 3, 0]))
    matrix, q = phonons.interaction.dynamical_matrix, phonons.qpoints[phonons.grid_points[row]]
    dynamical = []
    for step in np.vstack([np.zeros((1, 3)), 1e-5 * ph3.primitive.cell.T, -1e-5 * ph3.primitive.cell.T]):
        matrix.run(q + step)
        dynamical.append(matrix.dynamical_matrix * phonons.interaction.frequency_factor_to_THz**2)
    squares, vectors = np.linalg.eigh(dynamical[0])
    assert squares[2] - squares[1] < 1e-9 * squares[1]
    two = vectors[:, 1:]
    slopes = [two.conj().T @ (dynamical[1 + i] - dynamical[4 + i]) @ two / 2e-5 for i in range(3)]
    expected = np.sum(np.abs(slopes) ** 2) / (4.0 * squares[1]) * 1e4
    found = np.trace(velocity_products(phonons)[row, 1:].sum(axis=0)) / phonons.weights[row]
    theirs = np.trace(velocity_products(phonons, "phono3py")[row, 1:].sum(axis=0)) / phonons.weights[row]
    assert found == pytest.approx(expected, rel=1e-5) and theirs < 0.5 * found


def test_falls_as_one_over_temperature_when_hot(crystal: Any) -> None:
    hot = lattice_conductivity(crystal, MESH, (4000.0, 8000.0), isotopes=False).kappa_W_mK
    np.testing.assert_allclose(hot[0, 0, 0], 2.0 * hot[1, 0, 0], rtol=3e-3)


def test_heat_capacity_is_classical_when_hot(result: Conductivity) -> None:
    """3 n k_B a cell, less the three modes at rest."""
    k_B = 1.380649e-23
    total = np.einsum("trn,r->t", result.heat_capacities_J_K, result.weights)
    assert total[-1] / k_B == pytest.approx(6 * np.prod(MESH) - 3, rel=1e-3)
    assert np.all(np.diff(total) > 0.0)


def test_inverse_to_the_squared_anharmonicity(result: Conductivity) -> None:
    weak = lattice_conductivity(lennard_jones(anharmonicity=0.5), MESH, TEMPERATURES_K, isotopes=False)
    np.testing.assert_allclose(weak.kappa_W_mK, 4.0 * result.kappa_W_mK, rtol=1e-9, atol=1e-9)


def test_isotopes_reduce_it(result: Conductivity, with_isotopes: Conductivity) -> None:
    """By most when cold, and by Matthiessen's rule."""
    share = with_isotopes.kappa_W_mK[:, 0, 0] / result.kappa_W_mK[:, 0, 0]
    assert np.all(share < 1.0) and np.all(np.diff(share) > 0.0)
    assert with_isotopes.isotope_THz is not None
    total = with_isotopes.three_phonon_THz + with_isotopes.isotope_THz
    np.testing.assert_allclose(with_isotopes.linewidths_THz, total, rtol=1e-14)


def test_small_grains_leave_casimirs_form(result: Conductivity) -> None:
    """κ → L Σ c v ⊗ v/|v| over the volume of the crystal."""
    length_um = 1e-9
    speed = np.linalg.norm(result.group_velocities_m_s, axis=-1)
    moving = speed > 0.0
    scale = result.heat_capacities_J_K * np.where(moving, length_um * 1e-6 / np.where(moving, speed, 1.0), 0.0)
    expected = np.einsum("trn,rnxy->txy", scale, result.velocity_products_m2_s2)
    expected /= result.volume_m3 * result.weights.sum()
    np.testing.assert_allclose(result.grain_size(length_um), expected, rtol=1e-5, atol=1e-20)


def test_grain_size_is_what_a_calculation_with_boundaries_gives(crystal: Any, result: Conductivity) -> None:
    again = lattice_conductivity(crystal, MESH, TEMPERATURES_K, isotopes=False, boundary_um=0.05)
    np.testing.assert_allclose(result.grain_size(0.05), again.kappa_W_mK, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(result.grain_size(1e9), result.kappa_W_mK, rtol=1e-6, atol=1e-9)
    with pytest.raises(InputError, match="must be positive"):
        result.grain_size(-1.0)


def test_grains_stop_the_modes_that_nothing_else_scatters(crystal: Any) -> None:
    """Gaussians too narrow for the mesh leave modes without a partner; boundaries still scatter them."""
    narrow, again = (
        lattice_conductivity(crystal, MESH, isotopes=False, sigma=2e-3, boundary_um=length) for length in (None, 0.05)
    )
    moving = (narrow.frequencies_THz > 0.1) & (narrow.speeds_m_s > 1.0)
    assert np.any(narrow.linewidths_THz[0][moving] == 0.0)
    np.testing.assert_allclose(narrow.grain_size(0.05), again.kappa_W_mK, rtol=1e-9, atol=1e-9)


def test_overdamped_coherence_falls_with_the_linewidths(phonons: Phonons, result: Conductivity) -> None:
    """Far beyond all distances between bands the Lorentzian is 1/(Γ + Γ')."""
    kappa = [
        conductivity_from_linewidths(phonons, TEMPERATURES_K, scale * (result.three_phonon_THz + 1e-3))
        for scale in (1e7, 2e7)
    ]
    np.testing.assert_allclose(
        kappa[0].kappa_coherence_W_mK, 2.0 * kappa[1].kappa_coherence_W_mK, rtol=1e-6, atol=1e-15
    )
    np.testing.assert_allclose(kappa[0].kappa_W_mK, 2.0 * kappa[1].kappa_W_mK, rtol=1e-12, atol=1e-15)


def test_full_solution_is_phono3pys(crystal: Any) -> None:
    ours = lattice_conductivity(crystal, MESH, (100.0, 300.0), "lbte", isotopes=False, degenerate_bands="phono3py")
    peer = lennard_jones()
    peer.mesh_numbers = MESH
    peer.init_phph_interaction()
    peer.run_thermal_conductivity(is_LBTE=True, temperatures=(100.0, 300.0))
    theirs = peer.thermal_conductivity
    np.testing.assert_allclose(ours.kappa_W_mK[(..., *VOIGT)], theirs.kappa[0], rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(ours.kappa_rta_W_mK[(..., *VOIGT)], theirs.kappa_RTA[0], rtol=1e-5, atol=1e-9)
    assert ours.residuals is not None and max(ours.residuals) < 1e-6
    assert "iterations" in ours.card()


def test_progress_ends_at_the_whole_grid(crystal: Any) -> None:
    seen: list[tuple[int, int]] = []
    lattice_conductivity(crystal, MESH, isotopes=False, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (100, 100) and sorted(seen) == seen


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"temperatures_K": (0.0, 300.0)}, "positive temperatures"),
        ({"temperatures_K": ()}, "positive temperatures"),
        ({"temperatures_K": "warm"}, "positive temperatures"),
        ({"sigma": "narrow"}, "sigma is 'narrow'"),
        ({"method": "exact"}, "method is 'exact'"),
        ({"precision": "float16"}, "precision is 'float16'"),
        ({"degenerate_bands": "none"}, "degenerate_bands is 'none'"),
        ({"boundary_um": 0.0}, "boundary_um is 0.0"),
        ({"sigma": -0.1}, "sigma is -0.1"),
    ],
)
def test_arguments_that_break_a_rule(crystal: Any, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        lattice_conductivity(crystal, MESH, **change)


def peer(ph3: Any, mesh: Any, average: bool = False, **options: Any) -> Any:
    ph3.mesh_numbers = mesh
    ph3.init_phph_interaction(average_degenerate_weights=average)
    ph3.run_thermal_conductivity(temperatures=TEMPERATURES_K, **options)
    return ph3.thermal_conductivity


def assert_equals_phono3py(ours: Conductivity, theirs: Any) -> None:
    from phonopy.physical_units import get_physical_units

    kappa = theirs.kappa[0]
    np.testing.assert_allclose(ours.kappa_W_mK[(..., *VOIGT)], kappa, rtol=1e-6, atol=1e-9 * kappa.max())
    capacity = theirs.mode_heat_capacities * get_physical_units().EV
    np.testing.assert_allclose(ours.heat_capacities_J_K, capacity, rtol=1e-6, atol=1e-12 * capacity.max())
    np.testing.assert_allclose(ours.group_velocities_m_s / 100.0, theirs.group_velocities, atol=1e-8)
    modes = theirs.mode_kappa[0]
    np.testing.assert_allclose(
        ours.mode_kappa_W_mK[(..., *VOIGT)] * ours.weights.sum(), modes, rtol=1e-6, atol=1e-8 * modes.max()
    )


def test_phono3py_has_the_same() -> None:
    ph3 = lennard_jones()
    ours = lattice_conductivity(ph3, MESH, TEMPERATURES_K, boundary_um=0.1, degenerate_bands="phono3py")
    assert_equals_phono3py(ours, peer(ph3, MESH, is_isotope=True, boundary_mfp=0.1))


def test_phono3py_has_the_same_with_its_own_average(result: Conductivity) -> None:
    assert_equals_phono3py(result, peer(lennard_jones(), MESH, average=True))


def test_phono3py_has_the_same_coherence(result: Conductivity) -> None:
    """But for its velocities between bands: those of the quasi-harmonic Green-Kubo formula, √(ωω') for (ω+ω')/2."""
    wigner = peer(lennard_jones(), MESH, average=True, transport_type="SMM19")
    f = result.frequencies_THz
    there = np.where(f > 1e-4, f, 1.0)
    share = 4.0 * there[:, :, None] * there[:, None] / (there[:, :, None] + there[:, None]) ** 2
    pairs = wigner.mode_kappa_matrix[0] * ~np.eye(f.shape[1], dtype=bool)[:, :, None]
    expected = np.einsum("rbc,trbcv->tv", share, pairs) / result.weights.sum()
    found = result.kappa_coherence_W_mK[(..., *VOIGT)]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6 * expected.max())
    assert np.all(found[:, :3] < 0.999 * pairs.sum(axis=(1, 2, 3))[:, :3] / result.weights.sum())


def test_coherence_is_wigners(crystal: Any, phonons: Phonons, result: Conductivity) -> None:
    """As published: full widths, angular frequencies, and the gradient of the square root of the dynamical matrix."""
    matrix, factor = phonons.interaction.dynamical_matrix, phonons.interaction.frequency_factor_to_THz
    k_B, hbar, step = 1.380649e-23, 1.054571817e-34, 1e-5

    def root(q: FloatArray) -> Any:
        matrix.run(q)
        squares, vectors = np.linalg.eigh(matrix.dynamical_matrix)
        return (vectors * np.sqrt(np.maximum(squares, 0.0))) @ vectors.conj().T * factor

    t, temperature = 1, TEMPERATURES_K[1]
    total = np.zeros((3, 3))
    for r, point in enumerate(phonons.grid_points):
        q = phonons.qpoints[point]
        matrix.run(q)
        _, e = np.linalg.eigh(matrix.dynamical_matrix)
        steps = step * crystal.primitive.cell.T
        slopes = [e.conj().T @ (root(q + s) - root(q - s)) @ e / (2.0 * step) * 100.0 for s in steps]
        omega, width = 2e12 * np.pi * result.frequencies_THz[r], 4e12 * np.pi * result.linewidths_THz[t, r]
        for a, b in np.ndindex(len(omega), len(omega)):
            if min(omega[a], omega[b]) > 1e10 and abs(omega[a] - omega[b]) > 1e9:
                n, m = (1.0 / np.expm1(hbar * x / (k_B * temperature)) for x in (omega[a], omega[b]))
                capacity = omega[a] * n * (n + 1.0) + omega[b] * m * (m + 1.0)
                both = width[a] + width[b]
                scale = 0.5 * (omega[a] + omega[b]) * capacity * both / (4.0 * (omega[a] - omega[b]) ** 2 + both**2)
                velocity = np.array([slope[a, b] for slope in slopes])
                total += result.weights[r] * scale * np.outer(velocity, velocity.conj()).real
    total *= hbar**2 / (k_B * temperature**2 * result.volume_m3 * result.weights.sum())
    turns = phonons.grid.rotations_cartesian
    expected = np.einsum("gxi,gyj,ij->xy", turns, turns, total) / len(turns)
    np.testing.assert_allclose(result.kappa_coherence_W_mK[t], expected, rtol=1e-4, atol=1e-5 * expected.max())


def test_silicon_of_density_functional_theory(silicon: Any) -> None:
    ours = lattice_conductivity(silicon, (7, 7, 7), TEMPERATURES_K, degenerate_bands="phono3py")
    assert_equals_phono3py(ours, peer(silicon, (7, 7, 7), is_isotope=True))


def test_born_charges() -> None:
    """The electric field of the waves shifts optical modes, and phono3py still has the same."""
    ph3 = lennard_jones()
    neutral = lattice_conductivity(ph3, MESH, TEMPERATURES_K, degenerate_bands="phono3py")
    born = np.array([2.0, -2.0])[:, None, None] * np.eye(3)
    ph3.nac_params = {"born": born, "dielectric": 4.0 * np.eye(3), "factor": 14.4}  # e²/(4πε₀) in eV Å
    charged = lattice_conductivity(ph3, MESH, TEMPERATURES_K, degenerate_bands="phono3py")
    assert np.abs(charged.frequencies_THz - neutral.frequencies_THz).max() > 0.3
    assert_equals_phono3py(charged, peer(ph3, MESH, is_isotope=True))
