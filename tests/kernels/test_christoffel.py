"""Christoffel velocities against exact solutions, symmetry and LAPACK."""

from __future__ import annotations

import numpy as np
import pytest
from finechem_kernels._jit import FloatArray
from finechem_kernels.christoffel import christoffel_velocities, sphere_directions, velocity_averages
from hypothesis import given, settings
from hypothesis import strategies as st

VOIGT = np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])
PAIRS = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))


def cubic(c11: float, c12: float, c44: float) -> FloatArray:
    stiffness = np.diag([c11, c11, c11, c44, c44, c44])
    stiffness[:3, :3] += c12 * (1.0 - np.eye(3))
    return stiffness


def hexagonal(c11: float, c12: float, c13: float, c33: float, c44: float) -> FloatArray:
    stiffness = np.diag([c11, c11, c33, c44, c44, (c11 - c12) / 2.0])
    stiffness[0, 1] = stiffness[1, 0] = c12
    stiffness[:2, 2] = stiffness[2, :2] = c13
    return stiffness


def rank_four(stiffness: FloatArray) -> FloatArray:
    return np.asarray(stiffness[VOIGT[:, :, None, None], VOIGT[None, None]])


def rotated(stiffness: FloatArray, rotation: FloatArray) -> FloatArray:
    tensor = np.einsum("ai,bj,ck,dl,ijkl->abcd", *[rotation] * 4, rank_four(stiffness), optimize=True)
    return np.array([[tensor[i, j, k, m] for k, m in PAIRS] for i, j in PAIRS])


def random_rotation(rng: np.random.Generator) -> FloatArray:
    orthogonal = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    return np.asarray(orthogonal * np.sign(np.linalg.det(orthogonal)))


def random_directions(rng: np.random.Generator, count: int) -> FloatArray:
    vectors = rng.normal(size=(count, 3))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def random_stiffness(rng: np.random.Generator, count: int) -> FloatArray:
    factor = rng.normal(size=(count, 6, 6))
    return np.asarray(1e10 * (factor @ factor.transpose(0, 2, 1) + 0.1 * np.eye(6)))


def lapack_squared_velocities(stiffness: FloatArray, density: FloatArray, directions: FloatArray) -> FloatArray:
    tensors = np.array([rank_four(c) for c in stiffness])
    acoustic = np.einsum("nijkl,dj,dl->ndik", tensors, directions, directions)
    return np.linalg.eigvalsh(acoustic / density[:, None, None, None])


@pytest.mark.parametrize("parallel", [False, True])
def test_isotropic_solid_has_two_velocities_everywhere(parallel: bool) -> None:
    bulk, shear, density = 160e9, 79e9, 7874.0
    stiffness = cubic(bulk + 4.0 * shear / 3.0, bulk - 2.0 * shear / 3.0, shear)[None]
    directions = random_directions(np.random.default_rng(1), 200)
    velocities = christoffel_velocities(stiffness, np.array([density]), directions, parallel=parallel)
    transverse, longitudinal = np.sqrt(shear / density), np.sqrt((bulk + 4.0 * shear / 3.0) / density)
    np.testing.assert_allclose(velocities[0, :, 2], longitudinal, rtol=1e-14)
    np.testing.assert_allclose(velocities[0, :, :2], transverse, rtol=1e-14)


@pytest.mark.parametrize("anisotropy", [1e-3, 1e-6, 1e-9, 1e-12, 1e-15])
def test_nearly_isotropic_solid_keeps_its_digits(anisotropy: float) -> None:
    """The arccosine solution is wrong by 1e-8 here."""
    c12, c44, density = 110e9, 80e9, 5000.0
    c11 = c12 + 2.0 * c44 * (1.0 + anisotropy)
    along_110 = np.array([[1.0, 1.0, 0.0]]) / np.sqrt(2.0)
    velocities = christoffel_velocities(cubic(c11, c12, c44)[None], np.array([density]), along_110)
    moduli = [c44, (c11 - c12) / 2.0, (c11 + c12) / 2.0 + c44]
    np.testing.assert_allclose(velocities[0, 0], np.sqrt(np.array(moduli) / density), rtol=1e-14)


@pytest.mark.parametrize(
    ("direction", "moduli"),
    [
        ((1, 0, 0), (80.0, 80.0, 165.0)),  # C44, C44, C11
        ((1, 1, 0), (50.5, 80.0, 194.5)),  # (C11−C12)/2, C44, (C11+C12)/2 + C44
        ((1, 1, 1), (181 / 3, 181 / 3, 613 / 3)),  # (C11−C12+C44)/3 twice, (C11+2C12+4C44)/3
    ],
)
def test_cubic_closed_forms(direction: tuple[int, int, int], moduli: tuple[float, ...]) -> None:
    normal = np.array([direction]) / np.linalg.norm(direction)
    velocities = christoffel_velocities(cubic(165e9, 64e9, 80e9)[None], np.array([2329.0]), normal)
    np.testing.assert_allclose(velocities[0, 0], np.sqrt(np.array(moduli) * 1e9 / 2329.0), rtol=1e-14)


def test_hexagonal_crystal_is_isotropic_about_its_axis() -> None:
    stiffness, density = hexagonal(410e9, 149e9, 99e9, 389e9, 125e9), 3255.0
    azimuth = np.linspace(0.0, 6.0, 13)
    for tilt in (0.0, 0.4, 1.1, np.pi / 2.0):
        directions = np.stack(
            [
                np.sin(tilt) * np.cos(azimuth),
                np.sin(tilt) * np.sin(azimuth),
                np.full_like(azimuth, np.cos(tilt)),
            ],
            axis=1,
        )
        velocities = christoffel_velocities(stiffness[None], np.array([density]), directions)[0]
        np.testing.assert_allclose(velocities, np.broadcast_to(velocities[0], velocities.shape), rtol=1e-13)
        # the shear wave polarised in the basal plane: ρv² = C66 sin² + C44 cos²
        in_plane = np.sqrt((130.5e9 * np.sin(tilt) ** 2 + 125e9 * np.cos(tilt) ** 2) / density)
        assert np.min(np.abs(velocities[0] / in_plane - 1.0)) < 1e-14


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), parallel=st.booleans())
def test_agrees_with_lapack(seed: int, parallel: bool) -> None:
    rng = np.random.default_rng(seed)
    stiffness, density = random_stiffness(rng, 3), rng.uniform(1e3, 2e4, 3)
    directions = random_directions(rng, 10)
    expected = lapack_squared_velocities(stiffness, density, directions)
    squared = christoffel_velocities(stiffness, density, directions, parallel=parallel) ** 2
    assert np.max(np.abs(squared - expected) / expected[..., -1:]) < 1e-13


def test_more_directions_than_a_tile() -> None:
    rng = np.random.default_rng(7)
    stiffness, density, directions = (
        random_stiffness(rng, 2),
        np.array([3e3, 5e3]),
        random_directions(rng, 301),
    )
    whole = christoffel_velocities(stiffness, density, directions)
    single = np.concatenate(
        [christoffel_velocities(stiffness, density, directions[d : d + 1]) for d in range(301)], axis=1
    )
    np.testing.assert_allclose(whole, single, rtol=1e-13)


def test_stiffness_times_four_doubles_the_velocities() -> None:
    rng = np.random.default_rng(2)
    stiffness, density, directions = random_stiffness(rng, 2), np.array([3e3, 5e3]), random_directions(rng, 5)
    np.testing.assert_array_equal(
        christoffel_velocities(4.0 * stiffness, density, directions),
        2.0 * christoffel_velocities(stiffness, density, directions),
    )


def test_unstable_branch_is_nan_and_others_are_not() -> None:
    unstable = cubic(100e9, 140e9, 80e9)  # C11 < C12: the (110)[1-10] shear mode is imaginary
    along_110 = np.array([[1.0, 1.0, 0.0]]) / np.sqrt(2.0)
    with np.errstate(invalid="ignore"):
        velocities = christoffel_velocities(unstable[None], np.array([5e3]), along_110)[0, 0]
        averages = velocity_averages(unstable[None], np.array([5e3]), *sphere_directions(7))
    assert np.isnan(velocities[0])
    np.testing.assert_allclose(velocities[1:], np.sqrt(np.array([80e9, 200e9]) / 5e3), rtol=1e-14)
    assert np.isnan(averages.debye[0])
    assert np.isfinite(averages.longitudinal[0])


def test_tensor_proportional_to_the_unit_matrix() -> None:
    """λ + μ = 0: longitudinal and transverse waves run equally fast."""
    velocities = christoffel_velocities(cubic(5e10, -5e10, 5e10)[None], np.array([2e3]), np.eye(3))
    np.testing.assert_allclose(velocities, 5e3, rtol=1e-15)


@pytest.mark.parametrize("parallel", [False, True])
def test_averages_are_those_of_the_velocities(parallel: bool) -> None:
    rng = np.random.default_rng(3)
    stiffness, density = random_stiffness(rng, 3), np.array([2e3, 4e3, 9e3])
    directions, weights = sphere_directions(23)
    v = christoffel_velocities(stiffness, density, directions, parallel=parallel)
    averages = velocity_averages(stiffness, density, directions, weights, parallel=parallel)
    np.testing.assert_allclose(averages.inverse_cube, (v**-3).mean(axis=2) @ weights, rtol=1e-13)
    np.testing.assert_allclose(averages.mean, v.mean(axis=2) @ weights, rtol=1e-13)
    np.testing.assert_allclose(averages.longitudinal, v[..., 2] @ weights, rtol=1e-13)
    np.testing.assert_allclose(averages.transverse, v[..., :2].mean(axis=2) @ weights, rtol=1e-13)


def test_debye_velocity_of_an_isotropic_solid() -> None:
    bulk, shear, density = 160e9, 79e9, 7874.0
    stiffness = cubic(bulk + 4.0 * shear / 3.0, bulk - 2.0 * shear / 3.0, shear)[None]
    debye = velocity_averages(stiffness, np.array([density]), *sphere_directions(3)).debye[0]
    longitudinal, transverse = np.sqrt((bulk + 4.0 * shear / 3.0) / density), np.sqrt(shear / density)
    expected = ((longitudinal**-3 + 2.0 * transverse**-3) / 3.0) ** (-1.0 / 3.0)  # Anderson 1963
    assert debye == pytest.approx(expected, rel=1e-14)


def test_averages_do_not_depend_on_the_orientation() -> None:
    rng = np.random.default_rng(4)
    crystal = hexagonal(410e9, 149e9, 99e9, 389e9, 125e9)
    turned = np.array([crystal] + [rotated(crystal, random_rotation(rng)) for _ in range(3)])
    averages = velocity_averages(turned, np.full(4, 3255.0), *sphere_directions(31))
    for average in averages:
        np.testing.assert_allclose(average, average[0], rtol=1e-10)


def test_stated_convergence_of_the_layered_crystal() -> None:
    """h-BN-like constants (GPa): 811, 169, 0, 27, 7.7. The docstring promises 5e-7 at order 127."""
    layered, density = hexagonal(811e9, 169e9, 0.0, 27e9, 7.7e9)[None], np.array([2100.0])
    tight = velocity_averages(layered, density, *sphere_directions(191)).inverse_cube[0]
    loose = velocity_averages(layered, density, *sphere_directions(127)).inverse_cube[0]
    assert loose == pytest.approx(tight, rel=6e-7)


@pytest.mark.parametrize("order", [1, 2, 8, 15])
def test_sphere_directions_average_polynomials_exactly(order: int) -> None:
    """⟨(a·n)^2k⟩ = |a|^2k/(2k + 1) on the unit sphere."""
    directions, weights = sphere_directions(order)
    axis = np.array([0.3, -1.2, 0.7])
    assert np.all(weights > 0.0)
    assert np.all(directions[:, 2] > 0.0)
    for power in range(0, order + 1, 2):
        expected = (axis @ axis) ** (power / 2) / (power + 1)
        assert weights @ (directions @ axis) ** power == pytest.approx(expected, rel=1e-13)
