"""The linearized Boltzmann equation: symmetry, conservation laws, bounds, and phono3py's direct solution."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finechem.errors import ConvergenceError, InputError
from finechem.thermal.bte import linearized
from finechem.thermal.bte.linearized import (
    CollisionMatrix,
    FloatArray,
    LinearizedSolution,
    available_bytes,
    grid_symmetry,
    partner_orbits,
    require_memory,
    required_bytes,
    solve,
    symmetric_product,
)
from finechem_kernels.tetrahedra import ABSORB_FIRST
from tests.thermal.bte.collisions import (
    CUTOFF_THZ,
    Collisions,
    Items,
    cartesian,
    collisions,
    items_of,
    lennard_jones,
    linewidth,
    symmetry_of,
    with_phonons,
    without_symmetry,
)

SHARED = Path(__file__).parents[4] / "shared" / "data" / "phono3py"
MESH = (5, 5, 5)
SMEARING_THZ = 0.3


@cache
def smeared(temperature_K: float = 300.0, *, symmetry: bool = True) -> Collisions:
    """Gaussian weights and the linewidths that belong to them: no error of the mesh breaks a symmetry."""
    peer = lennard_jones(MESH)
    grid = None if symmetry else without_symmetry(peer)
    return collisions(peer, temperature_K, grid=grid, smearing_THz=SMEARING_THZ, conserving=True)


@cache
def meshed(temperature_K: float = 300.0) -> Collisions:
    return collisions(lennard_jones(MESH), temperature_K)


def solved(made: Collisions, **options: Any) -> LinearizedSolution:
    return solve(*made[:5], **options)


def fields(made: Collisions) -> tuple[FloatArray, FloatArray]:
    """The field X and the operator Ω as dense arrays in the subspace where the solution lies."""
    symmetry, size = made.matrix.symmetry, made.linewidths.size * 3
    project = linearized._projector(symmetry, made.matrix.frequencies_THz, made.linewidths > 0.0)
    field = project(np.sqrt(made.heat_capacities)[..., None] * made.velocities * symmetry.scale[:, None, None])
    units = np.eye(size).reshape(size, *made.velocities.shape)
    projector = np.array([project(unit).ravel() for unit in units])
    dense = made.matrix.values.reshape(size, size) + np.diag(np.repeat(made.linewidths.ravel(), 3))
    return field.ravel(), projector @ dense @ projector


def relaxation_time(made: Collisions) -> FloatArray:
    """The relaxation-time approximation: the same equation with nothing but the diagonal."""
    empty = made.matrix.values * 0.0
    alone = CollisionMatrix(made.matrix.symmetry, made.matrix.frequencies_THz, made.matrix.factors, empty)
    return solved(made._replace(matrix=alone)).kappa_W_mK


def test_every_grid_point_is_in_one_star() -> None:
    grid = lennard_jones(MESH).phph_interaction.bz_grid
    symmetry = symmetry_of(grid)
    order = len(symmetry.rotations)
    sizes = np.bincount(symmetry.star)
    np.testing.assert_allclose(symmetry.scale**2, sizes / order)
    # rotations average to nothing over a star: no vector is invariant under the whole group
    np.testing.assert_allclose(symmetry.star_rotations.sum(axis=0), 0.0, atol=1e-12)
    projectors = symmetry.little_projectors
    np.testing.assert_allclose(projectors @ projectors, projectors, atol=1e-12)
    np.testing.assert_allclose(projectors, projectors.swapaxes(1, 2), atol=1e-12)
    np.testing.assert_allclose(projectors[0], 0.0, atol=1e-12)  # Γ


def test_stars_that_overlap_or_leave_a_gap_are_refused() -> None:
    grid = lennard_jones(MESH).phph_interaction.bz_grid
    points = symmetry_of(grid).grid_points
    with pytest.raises(InputError, match="lies in the star of grid point"):
        grid_symmetry(grid, np.append(points, points[-1] + 1))
    with pytest.raises(InputError, match="hold 124 of 125 points"):
        grid_symmetry(grid, points[1:])


def test_triplets_reduced_by_another_group_are_refused() -> None:
    from phono3py.phonon3.triplets import get_triplets_at_q

    grid = without_symmetry(lennard_jones(MESH))
    symmetry = symmetry_of(grid)
    triplets, _, triplets_map, q1_map = get_triplets_at_q(0, grid)  # time reversal joins q1 and −q1 at Γ
    with pytest.raises(InputError, match="reduce both by the same group"):
        partner_orbits(symmetry, 0, triplets, triplets_map, q1_map)


def test_operator_is_symmetric_and_not_negative() -> None:
    _, dense = fields(smeared())
    np.testing.assert_allclose(dense, dense.T, atol=1e-12 * np.abs(dense).max())
    eigenvalues = np.linalg.eigvalsh(dense)
    assert eigenvalues[0] > -1e-12 * eigenvalues[-1]
    assert np.count_nonzero(np.abs(eigenvalues) < 1e-12 * eigenvalues[-1]) > 100  # why residuals are projected


def test_tetrahedra_leave_the_operator_positive_once_symmetrised() -> None:
    _, dense = fields(meshed())
    eigenvalues = np.linalg.eigvalsh(0.5 * (dense + dense.T))
    assert eigenvalues[0] > -1e-12 * eigenvalues[-1]
    assert np.abs(dense - dense.T).max() > 1e-3 * dense.max()


def test_symmetric_product_is_that_of_the_symmetric_part() -> None:
    rng = np.random.default_rng(0)
    values, vector = rng.normal(size=(4, 2, 3, 4, 2, 3)), rng.normal(size=(4, 2, 3))
    dense = values.reshape(24, 24)
    expected = 0.5 * (dense + dense.T) @ vector.ravel()
    np.testing.assert_allclose(symmetric_product(values, vector).ravel(), expected, rtol=1e-12)
    single = symmetric_product(values.astype(np.float32), vector).ravel()
    np.testing.assert_allclose(single, expected, atol=1e-5)


@pytest.mark.parametrize("temperature_K", [50.0, 300.0])
def test_irreducible_points_give_what_the_whole_grid_gives(temperature_K: float) -> None:
    reduced, whole = solved(smeared(temperature_K)), solved(smeared(temperature_K, symmetry=False))
    np.testing.assert_allclose(reduced.kappa_W_mK, whole.kappa_W_mK, rtol=1e-7, atol=1e-9 * reduced.kappa_W_mK.max())


def test_conductivity_is_symmetric_and_invariant_under_the_point_group() -> None:
    """Of the whole grid without symmetry, where nothing imposes it."""
    kappa = solved(smeared(symmetry=False)).kappa_W_mK
    rotations = lennard_jones(MESH).phph_interaction.bz_grid.rotations_cartesian
    assert len(rotations) == 16
    np.testing.assert_allclose(kappa, kappa.T, atol=1e-12 * kappa.max())
    np.testing.assert_allclose(rotations @ kappa @ rotations.swapaxes(1, 2), [kappa] * 16, atol=1e-8 * kappa.max())
    assert kappa[2, 2] > 1.05 * kappa[0, 0]


def test_solution_is_that_of_a_pseudoinverse() -> None:
    made = meshed()
    field, dense = fields(made)
    found = solved(made)
    exact = field @ np.linalg.pinv(0.5 * (dense + dense.T), rcond=1e-10, hermitian=True) @ field
    relaxed = np.trace(relaxation_time(made)) / (field @ (field / np.repeat(made.linewidths.ravel() + 1e-300, 3)))
    assert np.trace(found.kappa_W_mK) == pytest.approx(exact * relaxed, rel=1e-9)
    assert found.residual < 1e-7 and 5 < found.iterations < 20 and found.unscattered_modes == 0


def test_mode_conductivities_add_up() -> None:
    made = meshed()
    found = solved(made)
    np.testing.assert_allclose(found.mode_kappa_W_mK.sum(axis=(0, 1)), found.kappa_W_mK, rtol=1e-12)
    np.testing.assert_array_equal(found.mode_kappa_W_mK[0, :3], 0.0)  # acoustic modes at Γ


def test_no_trial_solution_conducts_more() -> None:
    """Ziman's principle: (X·Y)²/(Y·ΩY) is a lower bound for every trial Y, and attained by the solution."""
    made = smeared()
    field, dense = fields(made)
    best = field @ np.linalg.pinv(dense, rcond=1e-10, hermitian=True) @ field
    rng = np.random.default_rng(1)
    rates = np.repeat(made.linewidths.ravel(), 3)
    lifetimes = np.where(rates > 0.0, 1.0 / np.where(rates > 0.0, rates, 1.0), 0.0)
    for power in (0.0, 0.5, 1.0, 1.5):
        trial = field * lifetimes**power * rng.uniform(0.9, 1.1, len(field))
        assert 0.3 * best < (field @ trial) ** 2 / (trial @ dense @ trial) < best


def test_normal_processes_add_to_the_conductivity() -> None:
    """They do not degrade a flow as the relaxation-time approximation has it; the more so the colder it is.

    No theorem: that approximation is not a trial solution's bound. It holds where the trial Y = X/Γ brings back
    heat by the collisions off the diagonal.
    """
    gain = [np.trace(solved(meshed(T)).kappa_W_mK) / np.trace(relaxation_time(meshed(T))) for T in (50.0, 100.0, 300.0)]
    assert gain[0] > gain[1] > gain[2] > 1.0
    assert gain[0] > 1.1


def test_strong_boundary_scattering_leaves_the_relaxation_time_approximation() -> None:
    """It is on the diagonal only, so that what the others bring back no longer counts."""
    made = meshed(50.0)
    gains = []
    for boundary_THz in (0.0, 0.1, 10.0, 1000.0):
        rough = made._replace(linewidths=made.linewidths + boundary_THz)
        gains.append(solved(rough).kappa_W_mK[2, 2] / relaxation_time(rough)[2, 2] - 1.0)
    assert gains[0] > gains[1] > gains[2] > gains[3] > 0.0
    assert gains[3] < 1e-3


def residual(mesh: int, invariant: str) -> float:
    """How far three-phonon collisions are from conserving: |Ω Y| / |Γ Y| for the field of the conserved quantity."""
    peer = lennard_jones((mesh, mesh, mesh))
    grid = peer.phph_interaction.bz_grid
    symmetry = symmetry_of(grid)
    if invariant == "energy":  # a scalar: rotations count and do nothing
        count = symmetry.scale[symmetry.star] ** -2
        symmetry = symmetry._replace(star_rotations=count[:, None, None] * np.eye(3))
    matrix = CollisionMatrix.empty(symmetry, peer.phph_interaction.phonons.frequencies, 100.0, cutoff_THz=CUTOFF_THZ)
    linewidths = np.zeros(matrix.frequencies_THz.shape)
    for i, items in enumerate(items_of(peer, grid, symmetry, smearing_THz=None, average=True)):
        orbits = partner_orbits(symmetry, i, items.triplets, *items.maps)
        if invariant == "momentum":
            owner = np.repeat(np.arange(len(items.triplets)), np.diff(items.first))
            items = items.where(np.all(grid.addresses[items.triplets].sum(axis=1) == 0, axis=1)[owner])
            matrix.add(i, orbits, items.first, items.bands, items.rates)
        else:  # even under q → −q: a partner counts as absorbed or as emitted
            for leg in (0, 1):
                signs = np.where(items.bands[:, 3] == ABSORB_FIRST + leg, 1.0, -1.0)
                columns = np.where(np.arange(2) == leg, orbits.columns, -1)
                matrix.add(i, orbits._replace(columns=columns), items.first, items.bands, signs * items.rates)
        linewidths[i] = linewidth(matrix, i, items, conserving=False)
    qpoints = (grid.addresses / grid.D_diag)[symmetry.grid_points]
    vectors = cartesian(peer, qpoints)[:, None] if invariant == "momentum" else matrix.frequencies_THz[..., None]
    field = matrix.factors[symmetry.grid_points][..., None] * vectors * symmetry.scale[:, None, None] * np.ones(3)
    relaxed = linewidths[..., None] * field
    collided = relaxed + np.einsum("iamjbn,jbn->iam", matrix.values, field)
    return float(np.abs(collided).sum() / np.abs(relaxed).sum())


@pytest.mark.parametrize("invariant", ["momentum", "energy"])
def test_conservation_laws_hold_the_better_the_finer_the_mesh(invariant: str) -> None:
    """Momentum in normal processes only. No point of an odd mesh lies on the zone boundary."""
    left = [residual(mesh, invariant) for mesh in (3, 5, 7)]
    assert left[0] > 1.4 * left[1] > 1.4**2 * left[2]
    assert left[2] < 0.04


def test_points_may_be_added_in_threads() -> None:
    peer = lennard_jones(MESH)
    grid, made = peer.phph_interaction.bz_grid, meshed().matrix
    shared = CollisionMatrix(made.symmetry, made.frequencies_THz, made.factors, np.zeros_like(made.values))

    def add(index: int, items: Items) -> None:
        orbits = partner_orbits(made.symmetry, index, items.triplets, *items.maps)
        shared.add(index, orbits, items.first, items.bands, items.rates)

    found = items_of(peer, grid, made.symmetry, smearing_THz=None, average=True)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, *zip(*enumerate(found), strict=True)))
    np.testing.assert_array_equal(shared.values, made.values)


def test_single_precision() -> None:
    double = solved(meshed())
    made = collisions(lennard_jones(MESH), 300.0, precision="float32")
    assert made.matrix.values.dtype == np.float32
    np.testing.assert_allclose(np.diag(solved(made).kappa_W_mK), np.diag(double.kappa_W_mK), rtol=1e-7)


def test_agrees_with_phono3py() -> None:
    peer = lennard_jones((5, 5, 4))
    peer.run_thermal_conductivity(is_LBTE=True, temperatures=[300.0], log_level=0)
    expected = peer.thermal_conductivity
    made = collisions(peer, 300.0, average=False)
    np.testing.assert_array_equal(made.matrix.symmetry.grid_points, expected.grid_points)
    np.testing.assert_allclose(made.linewidths, expected.gamma[0, 0], rtol=2e-6, atol=1e-9)
    found = solved(made)
    # the strengths have CODATA constants, phonopy's are older
    np.testing.assert_allclose(np.diag(found.kappa_W_mK), expected.kappa[0, 0, :3], rtol=2e-6)
    modes = found.mode_kappa_W_mK[..., [0, 1, 2], [0, 1, 2]] * np.prod(peer.mesh_numbers)
    scale = np.abs(expected.mode_kappa).max()
    np.testing.assert_allclose(modes, expected.mode_kappa[0, 0, ..., :3], rtol=1e-5, atol=1e-5 * scale)


@pytest.mark.skipif(not SHARED.exists(), reason="needs the DFT force sets")
def test_agrees_with_phono3py_for_aluminium_nitride_with_isotopes() -> None:
    """With the non-analytical term; isotopes enter the diagonal, in both."""
    import phono3py

    peer = phono3py.load(SHARED / "phono3py_params_AlN332.yaml.xz", log_level=0)
    assert peer.nac_params is not None
    with_phonons(peer, (7, 7, 5))
    peer.run_thermal_conductivity(is_LBTE=True, temperatures=[300.0], is_isotope=True, log_level=0)
    expected = peer.thermal_conductivity
    made = collisions(peer, 300.0, average=False)
    found = solved(made._replace(linewidths=made.linewidths + expected.gamma_isotope[0]))
    np.testing.assert_allclose(np.diag(found.kappa_W_mK), expected.kappa[0, 0, :3], rtol=2e-6)
    # phono3py without isotopes, with force constants by another fit of the same forces
    np.testing.assert_allclose(np.diag(solved(made).kappa_W_mK)[[0, 2]], [233.94, 254.11], rtol=1e-3)


def test_a_matrix_too_large_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert required_bytes(280, 12) == pytest.approx(813e6, rel=0.01)
    monkeypatch.setattr(linearized, "available_bytes", lambda: 500_000_000)
    with pytest.raises(InputError, match=r"takes 0.8 GB, 0.5 GB are free; take precision='float32' \(0.4 GB\)"):
        require_memory(280, 12)
    with pytest.raises(InputError, match="a mesh of at most 310 irreducible points, or method='rta'"):
        require_memory(400, 12, "float32")
    monkeypatch.setattr(linearized, "available_bytes", lambda: None)
    require_memory(10**6, 12)


def test_free_memory_is_known_here() -> None:
    free = available_bytes()
    assert free is None or 10**7 < free < 10**14


def test_a_matrix_that_is_not_positive_is_refused() -> None:
    made = meshed()
    with pytest.raises(ConvergenceError, match="linewidths belong to other collisions"):
        solved(made._replace(linewidths=0.3 * made.linewidths))
    with pytest.raises(ConvergenceError, match="mesh is too coarse for this temperature"):
        solved(meshed(20.0))


def test_too_few_iterations_are_reported() -> None:
    with pytest.raises(ConvergenceError, match=r"after 2 iterations, wanted 1.0e-07"):
        solved(meshed(), max_iterations=2)


@pytest.mark.parametrize("temperature_K", [0.0, -1.0, float("nan")])
def test_a_temperature_must_be_positive(temperature_K: float) -> None:
    peer = lennard_jones(MESH)
    symmetry = symmetry_of(peer.phph_interaction.bz_grid)
    with pytest.raises(InputError, match="temperature above zero"):
        CollisionMatrix.empty(symmetry, peer.phph_interaction.phonons.frequencies, temperature_K)


def test_modes_that_nothing_scatters_carry_nothing() -> None:
    made = meshed()
    linewidths = made.linewidths.copy()
    point = int(np.argmax(made.linewidths.sum(axis=1)))
    linewidths[point] = 0.0
    found = solved(made._replace(linewidths=linewidths))
    assert found.unscattered_modes == 6
    np.testing.assert_array_equal(found.mode_kappa_W_mK[point], 0.0)
