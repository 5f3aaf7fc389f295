"""Corners, lattices and points that fill a space: against known counts, convex hulls and definitions."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from finechem.adhesives.design import (
    Category,
    Count,
    Linear,
    MixtureComponent,
    MixtureSpace,
    ProcessFactor,
    Ratio,
    faces,
    lattice,
    space_filling,
    vertices,
)
from finechem.errors import InputError


def simplex(size: int) -> MixtureSpace:
    return MixtureSpace([MixtureComponent(f"c{at}") for at in range(size)])


@pytest.mark.parametrize("size", [2, 3, 4, 6])
def test_the_corners_of_a_simplex_are_its_components(size: int) -> None:
    corners = vertices(simplex(size))
    assert len(corners) == size
    np.testing.assert_array_equal(np.sort(corners @ np.arange(1, size + 1)), np.arange(1, size + 1))


def test_corners_of_a_bounded_simplex_are_those_of_the_vertex_algorithm() -> None:
    """McLean and Anderson's way, by hand: all but one component at a bound, the last one takes the rest."""
    low, high = np.array([0.2, 0.1, 0.0, 0.05]), np.array([0.6, 0.5, 0.3, 0.3])
    space = MixtureSpace([MixtureComponent(f"c{at}", *pair) for at, pair in enumerate(zip(low, high, strict=True))])
    expected = set()
    for last in range(4):
        others = [at for at in range(4) if at != last]
        for bits in range(8):
            point = np.zeros(4)
            for position, at in enumerate(others):
                point[at] = (high if bits >> position & 1 else low)[at]
            point[last] = 1.0 - point.sum()
            if low[last] - 1e-12 <= point[last] <= high[last] + 1e-12:
                expected.add(tuple(np.round(point, 9)))
    found = vertices(space)
    assert {tuple(row) for row in np.round(found, 9)} == expected
    assert space.feasible(found, 1e-12).all()


def test_no_sampled_point_lies_outside_the_corners() -> None:
    space = MixtureSpace(
        [MixtureComponent("a", 0.1, 0.7), MixtureComponent("b", 0.0, 0.6), MixtureComponent("c", 0.05, 0.5),
         MixtureComponent("d", 0.0, 0.4)],
        linear=[Linear({"a": 1.0, "b": 1.0}, None, 0.8), Linear({"c": 2.0, "d": 1.0}, 0.3)],
        ratios=[Ratio({"a": 1.0}, {"b": 1.0, "c": 0.5}, 0.5, 2.0)],
    )  # fmt: skip
    corners = vertices(space)
    assert space.feasible(corners).all()
    hull = ConvexHull(corners[:, :3])
    points = space.sample(2000, 1)[:, :3]
    assert (points @ hull.equations[:, :3].T + hull.equations[:, 3]).max() < 1e-9
    assert len(hull.vertices) == len(corners)  # none of them is a mean of others
    sampled = ConvexHull(space.sample(20_000, 2)[:, :3]).volume
    assert 0.9 * hull.volume < sampled < hull.volume


def test_corners_of_sets_of_components_count_once() -> None:
    """Of five components two at most: the corners of the ten edges are the five components."""
    names = [*"abcde"]
    space = MixtureSpace([MixtureComponent(name) for name in names], counts=[Count(names, 0, 2)])
    assert len(faces(space)) == 5 + comb(5, 2)
    np.testing.assert_array_equal(np.unique(vertices(space), axis=0), np.unique(np.eye(5), axis=0))
    stepped = MixtureSpace([MixtureComponent(name, 0.3, 0.6) for name in names], counts=[Count(names, 0, 2)])
    corners = vertices(stepped)
    assert len(faces(stepped)) == comb(5, 2) and len(corners) == 2 * comb(5, 2)
    np.testing.assert_allclose(np.sort(corners, axis=1)[:, -2:], np.tile([0.4, 0.6], (20, 1)))


def test_corners_take_all_bounds_of_factors_and_all_choices() -> None:
    space = MixtureSpace(
        [MixtureComponent("a", 0.2, 0.6), MixtureComponent("b")],
        factors=[ProcessFactor("cure_C", 60, 120), ProcessFactor("hours", 2, 2)],
        categories=[Category("substrate", ["steel", "glass", "wood"])],
    )
    corners = vertices(space)
    assert len(corners) == 2 * 2 * 1 * 3 == len(np.unique(corners, axis=0))
    assert space.feasible(corners).all()
    with pytest.raises(InputError, match="12 points, more than 10"):
        vertices(space, most=10)


def test_a_point_is_its_own_corner() -> None:
    space = MixtureSpace([MixtureComponent("a", 0.0, 0.5), MixtureComponent("b", 0.0, 0.5)])
    np.testing.assert_allclose(vertices(space), [[0.5, 0.5]])
    np.testing.assert_allclose(space.sample(3, 1), np.full((3, 2), 0.5))


@pytest.mark.parametrize(("size", "steps"), [(3, 4), (4, 3), (5, 5)])
def test_a_lattice_has_as_many_points_as_the_binomial_says(size: int, steps: int) -> None:
    found = lattice(simplex(size), steps)
    assert len(found) == comb(steps + size - 1, size - 1) == len(np.unique(found, axis=0))
    np.testing.assert_allclose(found * steps, np.round(found * steps), atol=1e-12)


def test_a_lattice_in_a_space_is_what_is_feasible_of_the_whole() -> None:
    names = [*"abcdef"]
    space = MixtureSpace(
        [MixtureComponent(name, 0.1, 0.7) for name in names],
        counts=[Count(names, 1, 3), Count(["a", "b"], 1, 1)],
        linear=[Linear({"c": 1.0, "d": 1.0}, None, 0.3)],
        factors=[ProcessFactor("cure_C", 60, 120)],
    )
    found = lattice(space, 10, levels=3)
    whole = np.array([np.diff([0, *(bars + 1), 16]) - 1 for bars in map(np.array, combinations(range(15), 5))]) / 10
    whole = whole[space.feasible(np.hstack([whole, np.full((len(whole), 1), 60.0)]))]
    assert len(found) == 3 * len(whole) > 0
    assert {tuple(row) for row in np.round(found[:, :6], 9)} == {tuple(row) for row in np.round(whole, 9)}
    with pytest.raises(InputError, match="more than 100 mixtures"):
        lattice(space, 10, most=100)
    with pytest.raises(InputError, match="steps is 0"):
        lattice(space, 0)


def test_points_that_fill_a_space_are_farther_apart_than_random_ones() -> None:
    names = [*"abcd"]
    space = MixtureSpace(
        [MixtureComponent(name, 0.1, 0.8) for name in names],
        counts=[Count(names, 2, 3)],
        categories=[Category("substrate", ["steel", "glass"])],
    )
    chosen = space_filling(space, 12, 1)
    assert space.feasible(chosen).all()

    def nearest(points: np.ndarray) -> float:
        return min(float(np.linalg.norm(one - other)) for one, other in combinations(points, 2))

    assert nearest(chosen) > 2.0 * max(nearest(space.sample(12, seed)) for seed in range(20))
    np.testing.assert_array_equal(chosen[:5], space_filling(space, 5, 1))  # the first of more are the answer for fewer
    more = space_filling(space, 6, 1, existing=chosen)
    assert min(np.linalg.norm(one - other) for one in more for other in chosen) > 0.05
    with pytest.raises(InputError, match="6 points out of a pool of 5"):
        space_filling(space, 6, 1, pool=5)


def test_what_is_too_much_to_list_is_told() -> None:
    names = [f"c{at}" for at in range(50)]
    space = MixtureSpace([MixtureComponent(name) for name in names], counts=[Count(names, 1, 5)])
    with pytest.raises(InputError, match="2369935 sets of components, more than 50000 to list"):
        faces(space)
    with pytest.raises(InputError, match="has 11 dimensions"):
        vertices(simplex(12))
