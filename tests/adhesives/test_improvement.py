"""Expected growth of the hypervolume: worked cases, draws, limits; fantasies against plain conditioning."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finechem.adhesives.design import expected_hypervolume_improvement, hypervolume, pareto_front
from finechem.adhesives.design.fantasies import Fantasies, shared_draws
from finechem.adhesives.design.improvement import free_boxes
from finechem.adhesives.design.posterior import of_factor


def test_one_objective_is_the_expected_improvement() -> None:
    # at the best so far: sigma / sqrt(2 pi); far above it: the distance; far below: nothing
    mean, sigma = np.array([[1.0], [9.0], [-9.0]]), np.array([[2.0], [0.1], [0.1]])
    found = expected_hypervolume_improvement(mean, sigma, np.array([[1.0]]), np.array([-100.0]))
    np.testing.assert_allclose(found, [2.0 / math.sqrt(2.0 * math.pi), 8.0, 0.0], rtol=1e-12)


def test_without_a_front_it_is_the_product_of_what_is_above_the_reference() -> None:
    found = expected_hypervolume_improvement(np.zeros((1, 2)), np.ones((1, 2)), np.empty((0, 2)), np.zeros(2))
    np.testing.assert_allclose(found, 1.0 / (2.0 * math.pi), rtol=1e-12)


def test_a_worked_case_of_two_objectives() -> None:
    # front (1, 3) and (3, 1), reference 0: the sure point (2, 2) adds the square between (1, 1) and (2, 2)
    front = np.array([[1.0, 3.0], [3.0, 1.0]])
    sure = np.array([[2.0, 2.0], [4.0, 4.0], [0.5, 0.5], [4.0, 0.5]])
    found = expected_hypervolume_improvement(sure, np.zeros_like(sure), front, np.zeros(2))
    np.testing.assert_allclose(found, [1.0, 16.0 - 5.0, 0.0, 0.5], atol=1e-12)


@pytest.mark.parametrize("objectives", [2, 3, 4])
def test_it_is_the_mean_over_draws(objectives: int) -> None:
    rng = np.random.default_rng(objectives)
    front = pareto_front(rng.uniform(0.0, 1.0, (7, objectives)))
    reference, mean = np.full(objectives, -0.2), rng.uniform(0.2, 0.9, (3, objectives))
    sigma = rng.uniform(0.1, 0.5, (3, objectives))
    exact = expected_hypervolume_improvement(mean, sigma, front, reference)
    before = hypervolume(front, reference)
    for row in range(3):
        draws = mean[row] + sigma[row] * rng.normal(size=(4000, objectives))
        gains = np.array([hypervolume(np.vstack([front, draw]), reference) - before for draw in draws])
        assert abs(gains.mean() - exact[row]) < 4.0 * gains.std() / math.sqrt(len(gains))


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 4), st.integers(0, 12), st.integers(0, 10_000))
def test_sure_outcomes_add_what_another_code_says(objectives: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    front = np.round(rng.uniform(0.0, 1.0, (size, objectives)), 1)  # ties on purpose
    point, reference = rng.uniform(-0.2, 1.2, (1, objectives)), np.zeros(objectives)
    found = expected_hypervolume_improvement(point, np.zeros_like(point), front, reference)
    more = hypervolume(np.vstack([front, point]), reference) - hypervolume(front, reference)
    np.testing.assert_allclose(found, more, atol=1e-12)


def test_boxes_and_the_front_fill_the_space() -> None:
    rng = np.random.default_rng(0)
    front, corner = pareto_front(rng.uniform(0.0, 1.0, (9, 3))), np.full(3, 2.0)
    lower, upper = free_boxes(front, np.zeros(3))
    free = np.prod(np.minimum(upper, corner) - lower, axis=1).sum()
    assert free + hypervolume(front, np.zeros(3)) == pytest.approx(8.0, rel=1e-12)


def test_the_order_of_objectives_and_points_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    front, mean, sigma = rng.random((6, 3)), rng.random((5, 3)), rng.random((5, 3))
    one = expected_hypervolume_improvement(mean, sigma, front, np.zeros(3))
    order = [2, 0, 1]
    other = expected_hypervolume_improvement(mean[::-1][:, order], sigma[::-1][:, order], front[:, order], np.zeros(3))
    np.testing.assert_allclose(other[::-1], one, rtol=1e-10)


def test_fantasies_condition_as_the_whole_covariance_does() -> None:
    rng = np.random.default_rng(2)
    factor, mean = rng.normal(size=(6, 6)), rng.normal(size=6)
    covariance, normal = factor @ factor.T, shared_draws(64, 2, 1, seed=3)[:, 0]
    fantasies = Fantasies(of_factor(mean, factor))
    drawn = np.stack([fantasies.choose(index, normal[turn]) for turn, index in enumerate((4, 1))], axis=1)
    known = covariance[np.ix_([4, 1], [4, 1])]
    gain = covariance[:, [4, 1]] @ np.linalg.inv(known)
    np.testing.assert_allclose(fantasies.mean, mean + (drawn - mean[[4, 1]]) @ gain.T, atol=1e-10)
    left = np.diag(covariance - gain @ covariance[[4, 1]])
    np.testing.assert_allclose(fantasies.variance, np.maximum(left, 0.0), atol=1e-9)
    np.testing.assert_allclose(np.cov(drawn.T), known, rtol=0.35)
