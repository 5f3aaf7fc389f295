"""Microstructures: what was asked is there or is said to be missing, orientations, sizes, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finechem.errors import InputError
from finechem.thermal.composite import (
    Sizes,
    maxwell_eucken,
    microstructure,
    nan_spheroids,
    order_parameter,
    particle_conductivities,
    spheroid_with_resistance,
    voxel_conductivity,
)
from finechem.thermal.composite.microstructure import _directions


@pytest.mark.parametrize("share", [0.1, 0.3, 0.58])
def test_spheres_fill_what_was_asked(share: float) -> None:
    found = microstructure(share, particles=40, voxels=64)
    assert found.placed == pytest.approx(share, rel=0.02)
    assert found.placed_particles == 40
    volume = np.count_nonzero(found.labels) * found.voxel_size_m**3
    assert volume == pytest.approx(40 * np.pi / 6 * 1e-15, rel=0.02)  # 40 of 10 µm


def test_no_two_particles_share_the_face_of_a_voxel() -> None:
    for found in (microstructure(0.55), microstructure(0.2, aspect_ratio=0.2, particles=20)):
        for axis in range(3):
            other = np.roll(found.labels, -1, axis)
            assert not np.any((found.labels > 0) & (other > 0) & (found.labels != other))


def test_seeds_repeat_and_differ() -> None:
    one, again, other = (microstructure(0.3, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.labels, again.labels)
    assert np.any(one.labels != other.labels)


@given(st.floats(-0.5, 1.0))
def test_orientations_have_the_order_that_was_asked(order: float) -> None:
    axes = _directions(400, order, np.random.default_rng(0))
    np.testing.assert_allclose(np.linalg.norm(axes, axis=1), 1.0)
    assert np.mean(1.5 * axes[:, 2] ** 2 - 0.5) == pytest.approx(order, abs=0.01)
    assert abs(np.mean(axes[:, 0] ** 2 - axes[:, 1] ** 2)) < 0.15


def test_order_of_platelets_and_rods() -> None:
    assert order_parameter("in-plane", 0.1, 0.6) == 0.6
    assert order_parameter("in-plane", 5.0) == -0.5
    assert order_parameter("through-plane", 5.0) == 1.0
    assert order_parameter("in-plane", 1.0) == 0.0
    assert microstructure(0.1, aspect_ratio=0.2, orientation="through-plane", particles=20).order == pytest.approx(-0.5)
    rods = microstructure(0.1, aspect_ratio=3.0, orientation="through-plane", particles=60)
    assert rods.order == 1.0 and rods.placed == pytest.approx(0.1, rel=0.05)


def test_sizes() -> None:
    lognormal = Sizes("lognormal", spread=0.4).diameters(1000)
    assert np.median(lognormal) == pytest.approx(1.0, rel=1e-2)
    assert np.std(np.log(lognormal)) == pytest.approx(0.4, rel=0.02)
    two = Sizes("bimodal", ratio=0.3, small_share=0.3).diameters(200)
    small = np.sum(two[two < 1] ** 3) / np.sum(two**3)
    assert small == pytest.approx(0.3, abs=0.02)
    found = microstructure(0.5, sizes=Sizes("bimodal", ratio=0.3), particles=200, voxels=64)
    assert found.placed == pytest.approx(0.5, rel=0.05)
    assert len(np.unique(found.thinnest_m)) == 2


def test_platelets_that_do_not_fit_are_counted_not_claimed() -> None:
    found = microstructure(0.4, aspect_ratio=0.2, particles=30, voxels=64)
    assert found.asked == 0.4
    assert found.placed < 0.35
    assert found.placed_particles < 30
    assert found.placed == np.count_nonzero(found.labels) / found.labels.size


def test_dilute_microstructures_conduct_as_the_closed_formulae_say() -> None:
    spheres = microstructure(0.05, particles=30, voxels=64)
    k = voxel_conductivity(spheres.labels, particle_conductivities(spheres, 1.0, (50.0, 50.0))).tensor_W_mK
    assert np.trace(k) / 3 - 1 == pytest.approx(float(maxwell_eucken(1.0, 50.0, spheres.placed)) - 1, rel=0.08)
    flat = microstructure(0.04, aspect_ratio=0.25, orientation="in-plane", particles=20, voxels=80)
    table = particle_conductivities(flat, 1.0, (50.0, 3.0))
    k = voxel_conductivity(flat.labels, table, scheme="rotated", directions=(0, 1, 2)).tensor_W_mK
    across, along = nan_spheroids(1.0, (50.0, 3.0), flat.placed, 0.25, mean_square_cosine=1.0)
    assert (k[0, 0] + k[1, 1]) / 2 - 1 == pytest.approx(float(across) - 1, rel=0.15)
    assert k[2, 2] - 1 == pytest.approx(float(along) - 1, rel=0.1)


def test_conductivities_of_labels() -> None:
    found = microstructure(0.1, aspect_ratio=0.3, particles=12, voxels=48)
    assert particle_conductivities(found, 0.2, (30.0, 30.0)).tolist() == [0.2] + [30.0] * 12
    table = particle_conductivities(found, 0.2, (300.0, 3.0), 1e-7)
    assert table.shape == (13, 3, 3)
    inside = spheroid_with_resistance((300.0, 3.0), 0.3, 1.5e-6, 1e-7)
    for tensor, axis in zip(table[1:], found.axes, strict=True):
        assert axis @ tensor @ axis == pytest.approx(inside[1])
        assert np.trace(tensor) == pytest.approx(2 * inside[0] + inside[1])


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"volume_fraction": 0.0}, "volume_fraction=0: must lie between 0 and 1"),
        ({"volume_fraction": 0.8}, "volume_fraction=0.8: these particles could not be packed, after 5000 sweeps"),
        ({"d50_m": 0.0}, "d50_m=0 and aspect_ratio=1: both must be above 0"),
        ({"particles": 0}, "particles=0 and voxels=64: at least 1 and 8"),
        ({"particles": 2}, "particles=2: too few, the largest would meet its own periodic image"),
        ({"voxels": 8}, r"the thinnest particle would be 1\.9 voxels thick, fewer than 3; give \d+ voxels"),
        ({"aspect_ratio": 0.02, "particles": 300}, "give [0-9]+ voxels, or fewer particles"),
        ({"orientation": "flat"}, "orientation 'flat': random, in-plane or through-plane"),
        ({"order": 0.5}, "order parameter 0.5: random particles have none"),
        ({"order": 0.5, "orientation": "in-plane"}, "order parameter 0.5: spheres have none"),
        (
            {"order": -0.2, "orientation": "in-plane", "aspect_ratio": 0.3},
            "order parameter -0.2: of in-plane platelets it lies between 0 and 1",
        ),
        ({"order": 1.2, "orientation": "through-plane", "aspect_ratio": 3.0}, "through-plane rods .* between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused(how: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        microstructure(**{"volume_fraction": 0.3, **how})


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"kind": "even"}, "size distribution 'even': monodisperse, lognormal or bimodal"),
        ({"spread": 2.0}, "spread=2: of ln d, above 0 and at most 1"),
        ({"ratio": 1.0}, r"ratio=1 and small_share=0\.3: both between 0 and 1"),
    ],
)
def test_sizes_that_cannot_be(how: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Sizes(**how)
