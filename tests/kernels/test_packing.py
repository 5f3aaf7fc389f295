"""Packings: no overlap, the volume that was asked for, homogeneity, orientation kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from finechem_kernels._jit import numba
from finechem_kernels.packing import pack_spheres, place_spheroids, rasterize_spheres, separate, shake_spheres

COMPILED = not numba.config.DISABLE_JIT
COUNT = 300 if COMPILED else 12


def equal(share: float, count: int) -> Any:
    return np.full(count, (3 * share / 4 / np.pi / count) ** (1 / 3))


def largest_overlap(centres: Any, radii: Any) -> float:
    """Over all pairs and their nearest images, in units of the smaller radius; plain numpy."""
    apart = centres[:, None] - centres[None]
    apart -= np.round(apart)
    distance = np.linalg.norm(apart, axis=2) + np.eye(len(radii)) * 9
    overlap = (radii[:, None] + radii[None] - distance) / np.minimum(radii[:, None], radii[None])
    return float(overlap.max())


@pytest.mark.parametrize("share", [0.1, 0.4, 0.6] if COMPILED else [0.1, 0.3])
def test_equal_spheres_do_not_overlap(share: float) -> None:
    """0.6 is far beyond what placing one by one can reach (0.38)."""
    radii = equal(share, COUNT)
    centres, overlap, _ = pack_spheres(radii, np.random.default_rng(1))
    assert overlap <= 1e-3
    assert largest_overlap(centres, radii) <= 2e-3  # a push may reach a pair that was looked at before
    assert np.all((centres >= 0) & (centres < 1))


def test_spheres_of_two_sizes() -> None:
    large, small = (8, 400) if COMPILED else (2, 10)
    radii = np.concatenate([np.full(large, 0.16 if COMPILED else 0.2), np.full(small, 0.04 if COMPILED else 0.1)])
    radii *= (0.5 / np.sum(4 / 3 * np.pi * radii**3)) ** (1 / 3) if COMPILED else 1.0
    centres, overlap, _ = pack_spheres(radii, np.random.default_rng(2))
    assert overlap <= 1e-3
    assert largest_overlap(centres, radii) <= 2e-3


def test_too_much_is_told_not_hidden() -> None:
    _, overlap, sweeps = pack_spheres(equal(0.75, COUNT), np.random.default_rng(3), most_sweeps=20)
    assert overlap > 1e-3
    assert sweeps == 20


def test_seeds_repeat() -> None:
    one, again, other = (pack_spheres(equal(0.3, COUNT), np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.1


def test_voxels_have_the_volume_of_the_spheres() -> None:
    size = 96 if COMPILED else 24
    radii = equal(0.3, 20 if COMPILED else 3)
    centres, _, _ = pack_spheres(radii, np.random.default_rng(4))
    labels = rasterize_spheres(centres, radii, size)
    assert (labels > 0).mean() == pytest.approx(0.3, rel=0.02)
    counts = np.bincount(labels.ravel(), minlength=len(radii) + 1)[1:] / size**3
    np.testing.assert_allclose(counts, 4 / 3 * np.pi * radii**3, rtol=0.05)
    shifted = rasterize_spheres(np.array([[0.02, 0.5, 0.98]]), np.array([0.2]), size)  # over the edges of the box
    assert (shifted > 0).mean() == pytest.approx(4 / 3 * np.pi * 0.2**3, rel=0.03 if COMPILED else 0.1)


@pytest.mark.skipif(not COMPILED, reason="statistics need compiled code")
def test_centres_fill_the_box_evenly() -> None:
    """Counts in eight octants: binomial at most (a packing is more even than chance)."""
    centres, _, _ = pack_spheres(equal(0.4, 2000), np.random.default_rng(5))
    octants = np.bincount((centres > 0.5) @ np.array([4, 2, 1]), minlength=8)
    assert np.all(np.abs(octants - 250) < 4 * np.sqrt(250 * 7 / 8))


def test_platelets_take_free_voxels_only_and_keep_their_axes() -> None:
    size, count = (64, 40) if COMPILED else (20, 4)
    radius, half = np.full(count, 0.2), np.full(count, 0.03 if COMPILED else 0.06)
    axes = np.tile([0.0, 0.0, 1.0], (count, 1))
    labels, centres, placed = place_spheroids(radius, half, axes, size, np.random.default_rng(6))
    assert placed == np.isfinite(centres[:, 0]).sum() > count // 2
    found = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    volume = 4 / 3 * np.pi * radius**2 * half * size**3
    inside = np.isfinite(centres[:, 0])
    np.testing.assert_allclose(found[inside], volume[inside], rtol=0.1 if COMPILED else 0.4)
    assert not found[~inside].any()
    one = np.argwhere(labels == 1 + int(np.argmax(inside)))
    moments = np.var((one - one.mean(axis=0) + size / 2) % size, axis=0)
    if np.ptp(one, axis=0).max() < size - 1:  # not over an edge of the box
        assert moments[2] < 0.2 * moments[0]


def test_platelets_of_any_axis_have_one_volume() -> None:
    size = 64 if COMPILED else 20
    rng = np.random.default_rng(7)
    for axis in rng.normal(size=(4, 3)):
        unit = (axis / np.linalg.norm(axis))[None]
        labels, _, placed = place_spheroids(np.array([0.3]), np.array([0.1]), unit, size, rng)
        assert placed == 1
        assert (labels > 0).mean() == pytest.approx(4 / 3 * np.pi * 0.3**2 * 0.1, rel=0.03 if COMPILED else 0.1)


def test_shaken_spheres_still_do_not_overlap_and_no_longer_touch() -> None:
    radii = equal(0.3, COUNT)
    centres, _, _ = pack_spheres(radii, np.random.default_rng(8))
    moved = shake_spheres(centres, radii, np.random.default_rng(9), sweeps=200 if COMPILED else 20)
    assert np.all((moved >= 0) & (moved < 1))
    assert largest_overlap(moved, radii) <= max(largest_overlap(centres, radii), 0.0) + 1e-12
    assert np.abs(moved - centres).max() > radii[0] / 4
    if COMPILED:
        assert touching(moved, radii) < 0.1 * touching(centres, radii)


def touching(centres: Any, radii: Any) -> int:
    """Pairs less than a thousandth of a radius apart."""
    apart = centres[:, None] - centres[None]
    apart -= np.round(apart)
    gap = np.linalg.norm(apart, axis=2) - radii[:, None] - radii[None] + np.eye(len(radii)) * 9
    return int(np.sum(gap < 1e-3 * radii[0])) // 2


def test_separate_leaves_matrix_between_particles_and_takes_nothing_else() -> None:
    labels = np.zeros((6, 6, 6), dtype=np.int32)
    labels[1:3] = 1
    labels[3:5] = 2
    assert separate(labels) == 36
    assert (labels[2] == 1).all() and (labels[3] == 0).all() and (labels[4] == 2).all()
    assert separate(labels) == 0
    around = np.ones((4, 4, 4), dtype=np.int32)
    around[2:] = 2
    assert separate(around) == 32  # and across the periodic edge
    edge = np.zeros((4, 4, 4), dtype=np.int32)
    edge[0, 0, 0], edge[1, 1, 1] = 1, 2
    assert separate(edge) == 0
    assert separate(edge, corners=True) == 1
    assert edge.sum() == 1
