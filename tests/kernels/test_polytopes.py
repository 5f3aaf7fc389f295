"""Points in polytopes: uniform against exact laws and rejection, empty against an independent solver, no drift."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import linprog

from finechem_kernels._jit import numba
from finechem_kernels.polytopes import EMPTY, FOUND, frame_of_polytope, sample_polytopes

COMPILED = not numba.config.DISABLE_JIT
COUNT = 4000 if COMPILED else 60
CASES = 300 if COMPILED else 25


def simplex(size: int) -> tuple[Any, Any]:
    return np.ones((1, size)), np.ones(1)


def nothing(size: int) -> tuple[Any, Any]:
    return np.zeros((0, size)), np.zeros(0)


def drawn(equal: Any, less: Any, bounds: Any, count: int, *, seed: int = 1, **steps: float) -> Any:
    """Return points of one polytope in which every variable is present."""
    present = np.ones((1, len(bounds[0])), dtype=bool)
    rng = np.random.default_rng(seed)
    points, status, _ = sample_polytopes(equal, less, bounds, present, np.array([count]), rng, **steps)
    assert status.tolist() == [FOUND]
    return points


@pytest.mark.parametrize("size", [2, 3, 5, 8])
def test_a_simplex_is_filled_uniformly(size: int) -> None:
    """Dirichlet's law: each coordinate is Beta(1, size - 1), and their squares have a known mean."""
    points = drawn(simplex(size), nothing(size), (np.zeros(size), np.ones(size)), COUNT, thinning=25.0)
    assert np.abs(points.sum(axis=1) - 1.0).max() < 1e-14 and points.min() >= 0.0
    for column in points.T:
        assert stats.kstest(column, stats.beta(1, size - 1).cdf).pvalue > 1e-3
    squares = (points**2).sum(axis=1)
    expected = 2.0 / (size + 1)
    assert abs(squares.mean() - expected) < 5.0 * squares.std() / np.sqrt(COUNT) + 1e-12
    largest = points.max(axis=1)  # its mean is a sum of the harmonic series over the size
    assert abs(largest.mean() - np.sum(1.0 / np.arange(1, size + 1)) / size) < 5.0 * largest.std() / np.sqrt(COUNT)


def test_the_test_of_uniformity_can_fail() -> None:
    """Uniform numbers over their sum, as is often done, are no uniform mixtures."""
    numbers = np.random.default_rng(1).random((2000, 5))
    points = numbers / numbers.sum(axis=1, keepdims=True)
    assert stats.kstest(points[:, 0], stats.beta(1, 4).cdf).pvalue < 1e-6


SLANTED = np.array([[1.0, -1.1, 0.0, 0.0], [-1.0, 0.9, 0.0, 0.0], [0.3, 0.1, 0.9, -0.4]]), np.array([0.0, 0.0, 0.25])


@pytest.mark.parametrize("less", [nothing(4), SLANTED])
def test_bounds_and_a_thin_slab_against_rejection(less: Any) -> None:
    bounds = np.array([0.05, 0.1, 0.0, 0.02]), np.array([0.6, 0.5, 0.3, 0.5])
    points = drawn(simplex(4), less, bounds, COUNT, thinning=25.0)
    rng = np.random.default_rng(2)
    kept: list[Any] = []
    while sum(map(len, kept)) < COUNT:
        tried = rng.dirichlet(np.ones(4), 200_000)
        inside = (tried >= bounds[0]).all(axis=1) & (tried <= bounds[1]).all(axis=1)
        kept.append(tried[inside & (tried @ less[0].T <= less[1]).all(axis=1)])
    rejected = np.vstack(kept)[:COUNT]
    directions = np.vstack([np.eye(4), [[1.0, -1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [2.0, 1.0, -1.0, 0.0]]])
    for direction in directions:
        assert stats.ks_2samp(points @ direction, rejected @ direction).pvalue > 1e-3
    assert np.abs(np.cov(points.T) - np.cov(rejected.T)).max() < (2e-3 if COMPILED else 1e-2)


def test_widths_of_very_different_size() -> None:
    """An additive of ten parts per million moves as freely as the resin."""
    bounds = np.array([0.3, 0.2, 0.0]), np.array([0.7, 0.7, 1e-5])
    points = drawn(simplex(3), nothing(3), bounds, COUNT, thinning=25.0)
    assert stats.kstest(points[:, 0], stats.uniform(0.3, 0.4).cdf).pvalue > 1e-3
    assert stats.kstest(points[:, 2], stats.uniform(0.0, 1e-5).cdf).pvalue > 1e-3
    assert abs(np.corrcoef(points[:, 0], points[:, 2])[0, 1]) < 5.0 / np.sqrt(COUNT)


def random_polytope(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    size = int(rng.integers(2, 7))
    low = np.round(rng.uniform(0.0, 0.3, size) * (rng.random(size) < 0.5), 2)
    high = np.round(np.minimum(low + rng.uniform(0.0, 0.7, size), 1.0), 2)
    rows = int(rng.integers(0, 4))
    less = np.round(rng.normal(size=(rows, size)), 1), np.round(rng.normal(scale=0.2, size=rows), 2)
    equal = np.vstack([np.ones((1, size)), np.round(rng.normal(size=(int(rng.integers(0, 2)), size)), 1)])
    return (equal, np.array([1.0, 0.1])[: len(equal)]), less, (low, high)


def test_empty_where_an_independent_solver_says_so() -> None:
    rng = np.random.default_rng(3)
    states = []
    for _ in range(CASES):
        equal, less, bounds = random_polytope(rng)
        size = len(bounds[0])
        points, status, _ = sample_polytopes(equal, less, bounds, np.ones((1, size), bool), np.array([5]), rng)
        rows = {"A_ub": less[0], "b_ub": less[1]} if len(less[1]) else {}
        found = linprog(np.zeros(size), **rows, A_eq=equal[0], b_eq=equal[1], bounds=np.transpose(bounds))
        assert (status[0] == FOUND) == (found.status == 0), (equal, less, bounds)
        assert status[0] in (FOUND, EMPTY)
        states.append(int(status[0]))
        if status[0] == FOUND:
            assert np.abs(points @ equal[0].T - equal[1]).max() < 1e-12
            assert (points @ less[0].T - less[1]).max(initial=-1.0) < 1e-12
            assert (points >= bounds[0]).all() and (points <= bounds[1]).all()
        else:
            assert np.isnan(points).all()
    assert 0.2 < np.mean(states) < 0.8  # both answers are put to the test


def test_absent_variables_are_exactly_zero_and_polytopes_stay_apart() -> None:
    present = np.array([[True, True, False, False], [False, True, True, True], [True, False, False, False]])
    counts = np.array([3, 4, 2])
    bounds = np.array([0.1, 0.1, 0.1, 0.1]), np.array([0.9, 0.9, 0.9, 0.9])
    rng = np.random.default_rng(1)
    points, status, dimensions = sample_polytopes(simplex(4), nothing(4), bounds, present, counts, rng)
    assert status.tolist() == [FOUND, FOUND, EMPTY]
    assert dimensions.tolist()[:2] == [1, 2]
    assert ((points[:7] > 0.0) == np.repeat(present[:2], counts[:2], axis=0)).all()
    assert np.isnan(points[7:]).all()


@pytest.mark.parametrize(
    ("high", "dimensions"),
    [([0.5, 0.5, 0.0], 0), ([0.5, 0.5, 1.0], 2), ([0.25, 0.25, 0.5], 0), ([0.4, 0.2, 0.4], 0), ([0.6, 0.2, 0.4], 2)],
)
def test_what_holds_as_an_equality_everywhere_is_found(high: list[float], dimensions: int) -> None:
    frame = frame_of_polytope(simplex(3), nothing(3), (np.zeros(3), np.array(high)), np.ones(3, bool))
    assert frame.status == FOUND and frame.axes.shape == (3, dimensions)
    if dimensions == 0:
        np.testing.assert_allclose(frame.origin.sum(), 1.0, atol=1e-15)
        assert (frame.origin <= np.array(high) + 1e-15).all()


def test_a_face_of_a_polytope_is_found_too() -> None:
    """2 x + y >= 1.2 and x <= 0.4, y <= 0.4 leave one x and y; the two others share what remains."""
    less = np.array([[-2.0, -1.0, 0.0, 0.0]]), np.array([-1.2])
    bounds = np.zeros(4), np.array([0.4, 0.4, 1.0, 1.0])
    points = drawn(simplex(4), less, bounds, COUNT)
    np.testing.assert_allclose(points[:, :2], 0.4, atol=1e-12)
    assert stats.kstest(points[:, 2], stats.uniform(0.0, 0.2).cdf).pvalue > 1e-3
    frame = frame_of_polytope(simplex(4), less, bounds, np.ones(4, bool))
    assert frame.axes.shape == (4, 1)
    inside = frame.origin + frame.axes @ frame.centre
    np.testing.assert_allclose(inside, [0.4, 0.4, 0.1, 0.1], atol=1e-9)


def test_seeds_repeat() -> None:
    bounds = np.zeros(3), np.ones(3)
    one, again, other = (drawn(simplex(3), nothing(3), bounds, 20, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.01
