"""Heat conduction on voxels: exact laminates, spheres in a cubic array, bounds, interfaces, limits."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finechem_kernels.conduction import conduct, faces_of, mean_flux
from finechem_kernels.descent import Conduction
from finechem_kernels.tensor_conduction import conduct_tensors

COMPILED = os.environ.get("NUMBA_DISABLE_JIT", "0") != "1"
SIZE = 32 if COMPILED else 8
#: k_eff / k_m of a simple cubic array of spheres by Rayleigh's multipole expansion (L = 31): contrast, share, value.
CUBIC = [(10, 0.1, 1.24334), (100, 0.1, 1.32268), (10, 0.2, 1.53172), (100, 0.2, 1.72795), (10, 0.3, 1.88774),
         (100, 0.3, 2.27457)]  # fmt: skip


def sphere(size: int, share: float) -> Any:
    """One sphere in the middle of a cube."""
    radius = (3 * share / 4 / np.pi) ** (1 / 3)
    g = (np.arange(size) + 0.5) / size - 0.5
    return (g[:, None, None] ** 2 + g[None, :, None] ** 2 + g[None, None, :] ** 2 <= radius**2).astype(np.int32)


def isotropic(*values: float) -> Any:
    return np.array([[value] * 3 + [0.0] * 3 for value in values])


def layers(axis: int, thick: int = 1) -> Any:
    """Layers of labels 0 and 1 across an axis, of unequal numbers of voxels."""
    pattern = np.tile(np.repeat([0, 1, 1], thick), 4)
    place = np.zeros((12 * thick, 5, 4), dtype=np.int32) + pattern[:, None, None]
    return np.ascontiguousarray(np.moveaxis(place, 0, axis))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_laminates_are_exact_along_any_axis_in_both_schemes(axis: int) -> None:
    k = np.array([1.0, 50.0])
    series, parallel = 3 / (1 / 1.0 + 2 / 50.0), (1.0 + 2 * 50.0) / 3
    faces = faces_of(layers(axis), k, dtype=np.float64)
    for along in range(3):
        expected = series if along == axis else parallel
        found = conduct(faces, along, tolerance=1e-12)
        assert found.conductivity == pytest.approx(expected, rel=1e-12)
        assert mean_flux(faces, found, along)[along] == pytest.approx(expected, rel=1e-10)
        turned, flux = conduct_tensors(
            layers(axis), isotropic(*k), np.eye(3)[along].tolist(), tolerance=1e-12, dtype=np.float64
        )
        assert turned.conductivity == pytest.approx(expected, rel=1e-12)
        np.testing.assert_allclose(flux, expected * np.eye(3)[along], atol=1e-9)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_laminates_between_fixed_sides(axis: int) -> None:
    """Whole layers between fixed temperatures half a voxel off: series and parallel are exact again."""
    place = layers(axis)
    faces = faces_of(place, np.array([1.0, 50.0]), boundary="insulated", dtype=np.float64)
    expected = 3 / (1 + 2 / 50.0) if axis == 0 else 101.0 / 3
    assert conduct(faces, tolerance=1e-12).conductivity == pytest.approx(expected, rel=1e-11)


@pytest.mark.skipif(not COMPILED, reason="64 and 32 voxels a side are for compiled code")
@pytest.mark.parametrize(("contrast", "share", "exact"), CUBIC)
def test_cubic_array_of_spheres(contrast: float, share: float, exact: float) -> None:
    """Within 1 % at 64 voxels a side, and nearer with more voxels, on average over neighbouring sizes."""
    k = np.array([1.0, contrast])
    found = conduct(faces_of(sphere(64, share), k)).conductivity
    assert found == pytest.approx(exact, rel=0.01)
    coarse, fine = (
        np.mean([abs(conduct(faces_of(sphere(n, share), k)).conductivity / exact - 1) for n in sizes])
        for sizes in ((18, 20, 22), (60, 64, 68))
    )
    assert fine < coarse


def test_one_material_is_exact_and_needs_no_iteration() -> None:
    place = np.zeros((6, 4, 8), dtype=np.int32)
    for boundary in ("periodic", "insulated"):
        found = conduct(faces_of(place, np.array([3.5]), boundary=boundary, dtype=np.float64))
        assert found.conductivity == pytest.approx(3.5, rel=1e-14)
        assert found.converged
    tensor = np.array([[3.0, 2.0, 1.0, 0.3, -0.2, 0.5]])
    _, flux = conduct_tensors(place, tensor, (0.0, 0.0, 1.0), dtype=np.float64)
    np.testing.assert_allclose(flux, [-0.2, 0.3, 1.0], atol=1e-13)


def test_insulating_phases_converge() -> None:
    """Pores: below Maxwell's bound, above nothing; a wall across the flow stops it; nothing conducts nothing."""
    place = sphere(SIZE, 0.3)
    share = place.mean()
    for boundary in ("periodic", "insulated"):
        found = conduct(faces_of(place, np.array([1.0, 0.0]), boundary=boundary))
        assert found.converged
        assert 0.4 < found.conductivity < 2 * (1 - share) / (2 + share) * 1.001
    wall = np.zeros((8, 6, 6), dtype=np.int32)
    wall[3] = 1
    for boundary in ("periodic", "insulated"):
        faces = faces_of(wall, np.array([1.0, 0.0]), boundary=boundary)  # type: ignore[arg-type]
        assert conduct(faces).conductivity == pytest.approx(0.0, abs=1e-6)
    assert conduct(faces_of(wall, np.array([1.0, 0.0])), 1).conductivity == pytest.approx(7 / 8, rel=1e-5)
    assert conduct(faces_of(wall, np.zeros(2))).conductivity == 0.0


@settings(max_examples=15 if COMPILED else 3, deadline=None)
@given(st.integers(0, 2**31), st.floats(1.0, 3.0), st.floats(0.05, 0.95))
def test_bounds_of_wiener_and_symmetry(seed: int, decades: float, share: float) -> None:
    """Random voxels: between series and parallel in every direction, and the tensor of the rotated scheme symmetric."""
    rng = np.random.default_rng(seed)
    place = (rng.random((6, 7, 8)) < share).astype(np.int32)
    k = np.array([1.0, 10.0**decades])
    local = k[place]
    low, high = 1.0 / np.mean(1.0 / local), np.mean(local)
    faces = faces_of(place, k, dtype=np.float64)
    for axis in range(3):
        assert low * (1 - 1e-9) <= conduct(faces, axis, tolerance=1e-10).conductivity <= high * (1 + 1e-9)
    columns = [conduct_tensors(place, isotropic(*k), row, tolerance=1e-11, dtype=np.float64) for row in np.eye(3)]
    tensor = np.array([flux for _, flux in columns])
    np.testing.assert_allclose(tensor, tensor.T, atol=1e-4 * high)
    for axis, (found, _) in enumerate(columns):
        assert low * (1 - 1e-9) <= found.conductivity <= high * (1 + 1e-9)
        assert tensor[axis, axis] == pytest.approx(found.conductivity, rel=1e-4)


def test_turned_crystals_between_their_limits() -> None:
    """Plates turned by 30 degrees: the tensor of one orientation everywhere comes back whole."""
    angle = np.pi / 6
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    tensor = turn @ np.diag([300.0, 300.0, 5.0]) @ turn.T
    table = np.array([[tensor[0, 0], tensor[1, 1], tensor[2, 2], tensor[1, 2], tensor[0, 2], tensor[0, 1]]])
    place = np.zeros((6, 6, 6), dtype=np.int32)
    found = np.array([conduct_tensors(place, table, row, dtype=np.float64)[1] for row in np.eye(3)])
    np.testing.assert_allclose(found, tensor, rtol=1e-12, atol=1e-10)


@pytest.mark.parametrize("shape", [(6, 6, 6), (5, 7, 6), (5, 5, 5)])
def test_checkerboards_do_no_harm(shape: tuple[int, int, int]) -> None:
    """Even sides have temperatures without gradient: the energy does not see them and the solver ends."""
    rng = np.random.default_rng(5)
    place = rng.integers(0, 3, shape).astype(np.int32)
    found, flux = conduct_tensors(
        place, isotropic(1.0, 30.0, 1000.0), (1.0, 0.0, 0.0), tolerance=1e-8, dtype=np.float64
    )
    assert found.converged
    assert flux[0] == pytest.approx(found.conductivity, rel=1e-5)


def test_interface_resistance_of_a_laminate() -> None:
    """Flat interfaces have no steps: twelve voxels in series with their eight interfaces."""
    place, k, rho = layers(0), np.array([1.0, 50.0]), 0.7
    faces = faces_of(place, k, resistance=rho, dtype=np.float64)
    expected = 12 / (4 / 1.0 + 8 / 50.0 + 8 * rho)
    assert conduct(faces, 0, tolerance=1e-12).conductivity == pytest.approx(expected, rel=1e-10)
    assert conduct(faces, 1, tolerance=1e-12).conductivity == pytest.approx((1 + 2 * 50.0) / 3, rel=1e-10)


@pytest.mark.skipif(not COMPILED, reason="64 voxels a side are for compiled code")
@pytest.mark.parametrize("biot", [0.1, 0.5, 1.0, 5.0])
def test_dilute_spheres_with_interface_resistance(biot: float) -> None:
    """Hasselman and Johnson (1987) for 2 % of spheres; the excess over the matrix to a tenth of its scale.

    A sphere with resistance R conducts like one of k / (1 + R k / a); its staircase area is corrected.
    """
    place, contrast = sphere(64, 0.02), 20.0
    share = place.mean()
    radius = (3 * share / 4 / np.pi) ** (1 / 3) * 64
    inner = contrast / (1 + biot)  # biot = R k_particle / radius
    rho = biot * radius / contrast
    polarisation = (inner - 1) / (inner + 2)
    exact = (1 + 2 * share * polarisation) / (1 - share * polarisation)
    found = conduct(faces_of(place, np.array([1.0, contrast]), resistance=rho), tolerance=1e-6).conductivity
    assert found == pytest.approx(exact, rel=0.02)
    assert found - 1 == pytest.approx(exact - 1, abs=0.1 * share)


def test_the_estimated_error_is_honest() -> None:
    """The energy falls from above; what the estimate promises is what a tight solve finds, where every voxel is new."""
    rng = np.random.default_rng(1)
    place = (rng.random((SIZE // 2, SIZE // 2, SIZE // 2)) < 0.3).astype(np.int32)
    faces = faces_of(place, np.array([1.0, 300.0]), dtype=np.float64)
    exact = conduct(faces, tolerance=1e-13).conductivity
    for tolerance in (1e-2, 1e-3, 1e-4, 1e-6):
        found = conduct(faces, tolerance=tolerance)
        assert found.converged and found.error <= tolerance
        assert -1e-12 <= found.conductivity / exact - 1 <= found.error


@pytest.mark.parametrize("contrast", [1e-3, 1e-2, 10.0, 300.0, 1000.0])
@pytest.mark.parametrize("boundary", ["periodic", "insulated"])
def test_the_error_is_a_bound(contrast: float, boundary: Any) -> None:
    """The energy falls from above, and never further than the bound said."""
    size = SIZE if COMPILED else SIZE // 2
    for seed in range(4):
        place = clumps(size, seed)
        faces = faces_of(place, np.array([1.0, contrast]), boundary=boundary, dtype=np.float64)
        exact = conduct(faces, tolerance=1e-13).conductivity
        for tolerance in (1e-1, 1e-2, 1e-3, 1e-4, 1e-6):
            found = conduct(faces, tolerance=tolerance)
            assert found.converged
            assert -1e-12 <= found.conductivity / exact - 1 <= found.error <= tolerance
        single = conduct(faces_of(place, np.array([1.0, contrast]), boundary=boundary), tolerance=1e-5)
        assert abs(single.conductivity / exact - 1) <= single.error


def test_the_error_with_pores_is_an_estimate() -> None:
    for seed in range(4):
        place = clumps(SIZE if COMPILED else SIZE // 2, seed)
        faces = faces_of(place, np.array([1.0, 0.0]), dtype=np.float64)
        exact = conduct(faces, tolerance=1e-13).conductivity
        for tolerance in (1e-2, 1e-3, 1e-4, 1e-6):
            found = conduct(faces, tolerance=tolerance)
            assert found.converged and found.error <= tolerance
            assert -1e-12 <= found.conductivity / exact - 1 <= 2 * tolerance


def clumps(size: int, seed: int) -> Any:
    """Labels 0 and 1 (30 %): smoothed noise cut at a level, so that grains are several voxels wide."""
    noise = np.fft.rfftn(np.random.default_rng(seed).normal(size=(size, size, size)))
    wave = [np.fft.fftfreq(size)] * 2 + [np.fft.rfftfreq(size)]
    square = wave[0][:, None, None] ** 2 + wave[1][None, :, None] ** 2 + wave[2] ** 2
    smooth = np.fft.irfftn(noise * np.exp(-60.0 * square), s=(size, size, size), axes=(0, 1, 2))
    return (smooth > np.quantile(smooth, 0.7)).astype(np.int32)


@pytest.mark.skipif(not COMPILED, reason="the count of iterations on larger grids")
def test_iterations_hardly_depend_on_the_grid() -> None:
    counts = [conduct(faces_of(sphere(n, 0.3), np.array([1.0, 100.0]))).iterations for n in (16, 32, 64)]
    assert max(counts) <= min(counts) + 6


def same(one: Conduction, other: Conduction, tolerance: float) -> None:
    assert one.conductivity == pytest.approx(other.conductivity, rel=tolerance)


def test_precision_and_threads_do_not_change_the_answer() -> None:
    place = sphere(SIZE // 2, 0.3)
    k = np.array([1.0, 100.0])
    exact = conduct(faces_of(place, k, dtype=np.float64), tolerance=1e-9)
    same(conduct(faces_of(place, k), tolerance=1e-6), exact, 2e-6)
    same(conduct(faces_of(place, k, dtype=np.float64), tolerance=1e-9, workers=2), exact, 1e-12)
    np.testing.assert_array_equal(faces_of(place, k, parallel=False).x, faces_of(place, k).x)
    tensors = isotropic(*k)
    one, flux = conduct_tensors(place, tensors, (0, 1, 0), tolerance=1e-9, dtype=np.float64)
    two, other = conduct_tensors(place, tensors, (0, 1, 0), tolerance=1e-9, dtype=np.float64, workers=2)
    same(one, two, 1e-12)
    np.testing.assert_allclose(flux, other, atol=1e-9)


def test_walls_a_whole_voxel_off_are_those_of_other_codes() -> None:
    """n + 1 links in a row of n voxels, as where fixed nodes stand beside the grid."""
    place = np.zeros((5, 3, 3), dtype=np.int32)
    place[2] = 1
    faces = faces_of(place, np.array([1.0, 4.0]), boundary="insulated", wall=1.0, dtype=np.float64)
    links = 4 * 1.0 + 2 * (0.5 / 1.0 + 0.5 / 4.0)  # two walls, two of the matrix, two between
    assert conduct(faces, tolerance=1e-12).conductivity == pytest.approx(6 / links, rel=1e-12)


def test_hollow_directions_of_one_voxel() -> None:
    """A plate one voxel thick, and a column: two- and one-dimensional problems."""
    rng = np.random.default_rng(2)
    plate = rng.integers(0, 2, (8, 1, 9)).astype(np.int32)
    thick = np.repeat(plate, 3, axis=1)
    k = np.array([1.0, 20.0])
    for axis in range(3):
        one = conduct(faces_of(plate, k, dtype=np.float64), axis, tolerance=1e-11)
        same(one, conduct(faces_of(np.ascontiguousarray(thick), k, dtype=np.float64), axis, tolerance=1e-11), 1e-8)
