"""The public voxel solver: laminates, bounds, dilute spheroids with and without resistance, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finechem.errors import ConvergenceError, InputError
from finechem.thermal.composite import (
    hashin_shtrikman_bounds,
    nan_spheroids,
    spheroid_with_resistance,
    voxel_conductivity,
    wiener_bounds,
)


def spheroid(size: int, share: float, aspect: float) -> tuple[Any, float]:
    """Return one spheroid along z in the middle of a cube, and its half length along z in voxels."""
    radius = (3 * share / (4 * np.pi * aspect)) ** (1 / 3)
    g = (np.arange(size) + 0.5) / size - 0.5
    squares = (g[:, None, None] ** 2 + g[None, :, None] ** 2) / radius**2 + g[None, None, :] ** 2 / (
        radius * aspect
    ) ** 2
    return (squares <= 1.0).astype(np.int32), radius * aspect * size


def axial(across: float, along: float) -> Any:
    return np.array([np.eye(3), np.diag([across, across, along])])


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**31), st.floats(-3.0, 3.0), st.floats(0.05, 0.95))
def test_bounds_of_wiener(seed: int, decades: float, share: float) -> None:
    place = (np.random.default_rng(seed).random((6, 7, 8)) < share).astype(np.int32)
    low, high = wiener_bounds(1.0, 10.0**decades, place.mean())
    tables = {"finite-volume": [1.0, 10.0**decades], "rotated": axial(10.0**decades, 10.0**decades)}
    for scheme, table in tables.items():
        found = voxel_conductivity(place, table, scheme=scheme, precision="float64", tolerance=1e-8)  # type: ignore[arg-type]
        assert np.all(np.diag(found.tensor_W_mK) >= low * (1 - 1e-7))
        assert np.all(np.diag(found.tensor_W_mK) <= high * (1 + 1e-7))
    sides = voxel_conductivity(place, tables["finite-volume"], boundary="insulated-sides", tolerance=1e-5)
    assert np.all((np.diag(sides.tensor_W_mK) >= low * (1 - 1e-4)) & (np.diag(sides.tensor_W_mK) <= high * (1 + 1e-4)))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("contrast", [0.01, 10.0, 100.0])
def test_a_cubic_array_of_spheres_is_between_the_bounds_of_hashin_and_shtrikman(share: float, contrast: float) -> None:
    place, _ = spheroid(32, share, 1.0)
    low, high = hashin_shtrikman_bounds(1.0, contrast, place.mean())
    found = np.diag(voxel_conductivity(place, [1.0, contrast]).tensor_W_mK)
    assert np.ptp(found) < 1e-3 * found[0]
    assert np.all((found >= low) & (found <= high))


@pytest.mark.parametrize("along", [50.0, 3.0])
def test_a_dilute_platelet(along: float) -> None:
    """1 % of an oblate spheroid of aspect 1/4: the excess over the matrix as Nan has it, both directions.

    Isotropic by finite volumes and by the rotated scheme, anisotropic (like h-BN) by the rotated one.
    """
    place, _ = spheroid(96, 0.01, 0.25)
    expected = np.array(nan_spheroids(1.0, (50.0, along), place.mean(), 0.25, mean_square_cosine=1.0))
    turned = voxel_conductivity(place, axial(50.0, along), scheme="rotated", directions=(0, 2)).tensor_W_mK
    np.testing.assert_allclose(np.diag(turned)[[0, 2]] - 1, expected - 1, rtol=0.06)
    if along == 50.0:
        plain = voxel_conductivity(place, [1.0, along], directions=(0, 2)).tensor_W_mK
        np.testing.assert_allclose(np.diag(plain)[[0, 2]] - 1, expected - 1, rtol=0.03)


@pytest.mark.parametrize("biot", [0.3, 1.0, 3.0])
def test_a_platelet_with_resistance_acts_like_one_of_an_effective_tensor(biot: float) -> None:
    """Resistance on the faces of voxels, against Nan's effective tensor and against a tensor on the same voxels."""
    place, half = spheroid(64, 0.02, 0.25)
    resistance = biot * half / 50.0
    inside = spheroid_with_resistance((50.0, 50.0), 0.25, half, resistance)
    faces = voxel_conductivity(
        place, [1.0, 50.0], interface_resistance_m2K_W=resistance, voxel_size_m=1.0, directions=(0, 2)
    )
    tensor = voxel_conductivity(place, axial(*inside), scheme="rotated", directions=(0, 2))
    expected = nan_spheroids(
        1.0, (50.0, 50.0), place.mean(), 0.25, half_length_m=half, resistance_m2K_W=resistance, mean_square_cosine=1.0
    )
    for found in (faces, tensor):
        np.testing.assert_allclose(np.diag(found.tensor_W_mK)[[0, 2]] - 1, np.array(expected) - 1, rtol=0.09)


def test_the_tensor_of_a_turned_crystal_and_of_layers() -> None:
    turn = np.array([[0.8, 0.0, 0.6], [0.0, 1.0, 0.0], [-0.6, 0.0, 0.8]])
    tensor = turn @ np.diag([300.0, 300.0, 5.0]) @ turn.T
    found = voxel_conductivity(np.zeros((4, 4, 4), dtype=int), tensor[None], scheme="rotated")
    np.testing.assert_allclose(found.tensor_W_mK, tensor, rtol=1e-5, atol=1e-3)
    layers = np.zeros((4, 6, 4), dtype=int)
    layers[:, 3:] = 1
    found = voxel_conductivity(layers, [1.0, 9.0], scheme="rotated", tolerance=1e-6)
    np.testing.assert_allclose(found.tensor_W_mK, np.diag([5.0, 1.8, 5.0]), atol=1e-4)


def test_temperatures_come_on_request() -> None:
    layers = np.zeros((6, 4, 4), dtype=int)
    layers[3:] = 1
    found = voxel_conductivity(layers, [1.0, 3.0], keep_temperatures=True, directions=(0,))
    (field,) = found.temperatures
    assert field.shape == layers.shape
    steps = 1.0 + np.diff(field[:, 0, 0])  # the flux is 1.5 everywhere
    np.testing.assert_allclose(steps[[0, 1, 3, 4]], [1.5, 1.5, 0.5, 0.5], rtol=1e-4)
    assert np.isnan(found.tensor_W_mK[1]).all()
    assert voxel_conductivity(layers, [1.0, 3.0]).temperatures == ()


PLACE = np.zeros((4, 4, 4), dtype=int)
PAIR = PLACE.copy()
PAIR[2:] = 1
SKEW = np.eye(3) + np.array([[0, 1, 0], [0, 0, 0], [0, 0, 0]])


@pytest.mark.parametrize(
    ("labels", "table", "how", "message"),
    [
        (PLACE[0], [1.0], {}, r"labels: a three-dimensional array of integers, got shape \(4, 4\)"),
        (PLACE * 1.0, [1.0], {}, "array of integers, got shape .* of float64"),
        (PLACE - 1, [1.0], {}, "labels: -1 is negative"),
        (PLACE, [[1.0]], {}, r"one number or 3x3 tensor a label, got shape \(1, 1\)"),
        (PAIR, [1.0], {}, "labels: 1 has no conductivity, there are 1"),
        (PAIR, [1.0, np.nan], {}, "not finite"),
        (PAIR, [1.0, -2.0], {}, "conductivity_W_mK of label 1 is -2, must not be negative"),
        (PAIR, [np.eye(3), SKEW], {"scheme": "rotated"}, "of label 1 is not symmetric"),
        (PAIR, [np.eye(3), np.diag([1, 1, 0])], {"scheme": "rotated"}, "of label 1 is not positive definite"),
        (PAIR, [np.eye(3), np.eye(3)], {}, "holds tensors: they need scheme='rotated'"),
        (PAIR, [1.0, 2.0], {"scheme": "finite"}, "scheme='finite': finite-volume or rotated"),
        (PAIR, [1.0, 2.0], {"boundary": "walls"}, "boundary='walls': periodic or insulated-sides"),
        (PAIR, [1.0, 2.0], {"scheme": "rotated", "boundary": "insulated-sides"}, "the rotated scheme is for periodic"),
        (PAIR, [1.0, 2.0], {"interface_resistance_m2K_W": 1e-8}, "voxel_size_m=None: needed, above 0"),
        (PAIR, [1.0, 2.0], {"interface_resistance_m2K_W": -1.0}, "must be finite and not negative"),
        (
            PAIR,
            [1.0, 2.0],
            {"scheme": "rotated", "interface_resistance_m2K_W": 1e-8, "voxel_size_m": 1e-7},
            "give particles an effective tensor instead",
        ),
        (PAIR, [1.0, 2.0], {"precision": "float16"}, "precision='float16': float32 or float64"),
        (PAIR, [1.0, 2.0], {"tolerance": 0.0}, "tolerance=0: between 0 and 1"),
        (PAIR, [1.0, 2.0], {"tolerance": 1e-9}, "not below 1e-6 in float32"),
        (PAIR, [1.0, 2.0], {"directions": (0, 0)}, r"directions=\(0, 0\): some of 0, 1, 2, each once"),
        (PAIR, [1.0, 2.0], {"directions": (3,)}, r"directions=\(3,\)"),
    ],
)
def test_what_cannot_be_is_refused(labels: Any, table: Any, how: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        voxel_conductivity(labels, np.array(table), **how)


def test_a_tolerance_that_is_not_reached_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from finechem_kernels import conduction

    solve = conduction.conduct
    monkeypatch.setattr(conduction, "conduct", lambda *given, **how: solve(*given, **{**how, "most_iterations": 2}))
    place = np.random.default_rng(0).integers(0, 2, (8, 8, 8))
    with pytest.raises(ConvergenceError, match=r"direction 0: relative error .* after 2 iterations, asked 0.0001; use"):
        voxel_conductivity(place, [1.0, 1000.0])


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("scheme", ["finite-volume", "rotated"])
def test_islands_in_an_insulator_conduct_nothing(scheme: Any, precision: Any) -> None:
    labels = np.zeros((16, 16, 16), dtype=int)
    labels[2:7, 2:7, 2:7] = 1
    labels[9:14, 8:13, 3:9] = 2
    table: Any = [0.0, 1.0, 100.0]
    found = voxel_conductivity(labels, table, scheme=scheme, precision=precision)
    assert found.tensor_W_mK == pytest.approx(np.zeros((3, 3)), abs=1e-4)
    assert np.all(np.diag(found.tensor_W_mK) >= 0.0)
    assert np.isfinite(found.relative_error)


def test_threads_are_counted_from_one() -> None:
    with pytest.raises(InputError, match="workers=0"):
        voxel_conductivity(np.zeros((4, 4, 4), dtype=int), [1.0], workers=0)
