"""Scores under uncertainty against closed forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from finechem.screening import Criterion, Estimates, Property
from finechem.screening.montecarlo import LEAST_OPTIONAL, ScoreStatistics, nominal_score, score_statistics

A, B = Property("a", "1"), Property("b", "1")
UP = Criterion(A, 0, 1)
DRAWS = 20_000
NOISE = 5 / np.sqrt(DRAWS)  # five standard errors of the mean of something with sigma 1


def known(value: Any, sigma: Any, **shared: Any) -> Estimates:
    loads = {name.replace("_", ":"): np.asarray(load, dtype=float) for name, load in shared.items()}
    return Estimates(np.asarray(value, dtype=float), np.asarray(sigma, dtype=float), shared=loads)


def scores(*pairs: tuple[Criterion, Estimates], tier: Any = None, **options: Any) -> ScoreStatistics:
    criteria, estimates = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    levels = np.zeros(len(estimates[0]), dtype=np.int64) if tier is None else np.array(tier)
    return score_statistics(criteria, estimates, levels, **{"draws": DRAWS, **options})


def clipped_mean(centre: float, sigma: float, floor: float = 0.0) -> float:
    """Mean of a normal variable clipped to [floor, 1]."""
    low, high = (floor - centre) / sigma, (1 - centre) / sigma
    inside = centre * (norm.cdf(high) - norm.cdf(low)) + sigma * (norm.pdf(low) - norm.pdf(high))
    return float(floor * norm.cdf(low) + inside + norm.sf(high))


@pytest.mark.parametrize(("centre", "sigma"), [(0.5, 0.1), (0.1, 0.3), (0.9, 0.5), (1.4, 0.4), (-0.5, 0.2)])
@pytest.mark.parametrize("required", [True, False])
def test_one_linear_criterion_scores_a_clipped_normal(centre: float, sigma: float, required: bool) -> None:
    floor = 0.0 if required else LEAST_OPTIONAL
    found = scores((replace(UP, required=required), known([centre], [sigma])))
    assert found.mean[0] == pytest.approx(clipped_mean(centre, sigma, floor), abs=NOISE * sigma)
    ends = np.clip(norm.ppf([0.05, 0.95], centre, sigma), floor, 1)
    assert [found.low[0], found.high[0]] == pytest.approx(ends, abs=3 * NOISE * sigma)


def test_smaller_is_better_mirrors_the_score() -> None:
    found = scores((Criterion(A, 1, 0), known([0.1], [0.3])))
    assert found.mean[0] == pytest.approx(clipped_mean(0.9, 0.3, LEAST_OPTIONAL), abs=NOISE * 0.3)


@pytest.mark.parametrize("required", [True, False])
def test_exact_values_score_exactly_and_only_a_gate_s_zero_kills(required: bool) -> None:
    found = scores(
        (Criterion(A, 0, 1, weight=3), known([0.5, 0.5], 0)),
        (Criterion(B, 0, 2, required=required), known([0.5, -1.0], 0)),
    )
    assert found.mean[0] == pytest.approx(0.5**0.75 * 0.25**0.25, rel=1e-6)
    assert found.low[0] == pytest.approx(found.high[0], rel=1e-6)
    worst = 0.0 if required else 0.5**0.75 * LEAST_OPTIONAL**0.25
    assert found.mean[1] == pytest.approx(worst, rel=1e-6) and found.high[1] == pytest.approx(worst, rel=1e-6)


def test_two_independent_criteria_multiply() -> None:
    def moment(power: float, centre: float, sigma: float) -> float:
        inside = quad(lambda x: x**power * norm.pdf(x, centre, sigma), 0, 1)[0]
        return float(inside + norm.sf(1, centre, sigma))

    found = scores((Criterion(A, 0, 1, weight=2), known([0.5], [0.2])), (Criterion(B, 0, 1), known([0.3], [0.1])))
    exact = moment(2 / 3, 0.5, 0.2) * moment(1 / 3, 0.3, 0.1)
    assert found.mean[0] == pytest.approx(exact, abs=NOISE * 0.2)


def test_a_fully_shared_error_never_flips_the_order() -> None:
    estimates = known([0.50, 0.51], [0.05, 0.05], model_x=[0.05, 0.05])
    assert scores((UP, estimates), k=1).p_top_k.tolist() == [0, 1]


@pytest.mark.parametrize("name", ["own_x", ""])
def test_independent_errors_flip_it_with_the_normal_probability(name: str) -> None:
    gap, sigma = 0.06, 0.05
    loads = {name: [sigma, sigma]} if name else {}
    found = scores((UP, known([0.5, 0.5 + gap], [sigma, sigma], **loads)), k=1)
    assert found.p_top_k[1] == pytest.approx(norm.cdf(gap / (sigma * np.sqrt(2))), abs=NOISE / 2)
    assert found.p_top_k.sum() == 1


def test_a_partly_shared_error_leaves_the_rest_to_flip_it() -> None:
    gap, sigma = 0.03, 0.05  # 0.64 of the variance is common
    found = scores((UP, known([0.5, 0.5 + gap], sigma, model_x=[0.04, 0.04])), k=1)
    assert found.p_top_k[1] == pytest.approx(norm.cdf(gap / (0.03 * np.sqrt(2))), abs=NOISE / 2)


@pytest.mark.parametrize("name", ["own_x", "model_x"])
def test_a_named_error_moves_the_properties_of_one_candidate_together(name: str) -> None:
    both = known([0.5], [0.1], **{name: [0.1]})
    found = scores((UP, both), (Criterion(B, 0, 1), both))
    assert found.low[0] == pytest.approx(norm.ppf(0.05, 0.5, 0.1), abs=0.3 * NOISE)  # as one criterion alone
    opposite = scores((UP, both), (Criterion(B, 1, 0), both))
    assert opposite.high[0] <= 0.5 + 1e-6  # sqrt((1/2 + e)(1/2 - e)) <= 1/2


def test_two_criteria_on_one_property_judge_the_same_draws() -> None:
    estimate = known([0.5], [0.1])
    assert scores((UP, estimate), (Criterion(A, 1, 0), estimate)).high[0] <= 0.5 + 1e-6


def test_an_unknown_property_is_desirable_uniformly() -> None:
    found = scores((UP, Estimates.missing(1, "no data")))
    assert found.mean[0] == pytest.approx(0.5, abs=NOISE * 0.29)
    assert [found.low[0], found.high[0]] == pytest.approx([0.05, 0.95], abs=NOISE)


def test_ignorance_is_not_rewarded() -> None:
    found = scores((UP, Estimates.from_records([[0.6, 0.0, True, "", "", {}], [None, None, True, "?", "", {}]])), k=1)
    assert found.p_top_k[1] == pytest.approx(0.4, abs=NOISE / 2)  # P(uniform > 0.6)


def test_a_higher_tier_never_enters_the_top_before_a_lower_one() -> None:
    found = scores((UP, known([0.9, 0.01, 0.0], 0.001)), tier=[1, 0, 0], k=2)
    assert found.p_top_k.tolist() == [0, 1, 1]


def test_exact_ties_are_broken_evenly() -> None:
    found = scores((UP, known(np.zeros(4), 0)), k=1)
    assert found.p_top_k == pytest.approx([0.25] * 4, abs=NOISE * 0.43)


@pytest.mark.parametrize("k", [10, 2500, 9999])
def test_blocks_are_seamless(k: int) -> None:
    value = np.random.default_rng(1).uniform(0.1, 0.8, 5000)
    value[[0, 2047, 2048, 4999]] = 0.95  # the best sit at the ends of blocks
    found = scores((UP, known(value, 0.02)), draws=50, k=k)
    assert found.p_top_k.sum() == pytest.approx(min(k, 5000))
    assert found.p_top_k[[0, 2047, 2048, 4999]].tolist() == [1] * 4
    assert found.p_top_k.max() == 1  # nobody is counted twice in one draw


def test_the_seed_decides_everything() -> None:
    estimate = known(np.linspace(0, 1, 30), 0.2, model_x=np.full(30, 0.1), own_y=np.full(30, 0.1))
    one, same, other = (scores((UP, estimate), seed=seed, draws=100) for seed in (3, 3, 4))
    for name in ("mean", "low", "high", "p_top_k"):
        np.testing.assert_array_equal(getattr(one, name), getattr(same, name))
    assert not np.array_equal(one.mean, other.mean)


def test_nominal_score_counts_the_unknown_as_half_and_gates_not_at_all() -> None:
    gate = Criterion(B, 0, 1, weight=0, required=True)
    values = Estimates.from_records([[0.25, 0.1, True, "", "", {}], [None, None, True, "?", "", {}]])
    found = nominal_score([UP, Criterion(B, 0, 1), gate], [values, known([1.0, 1.0], 0), values], 2)
    assert found == pytest.approx([0.5, np.sqrt(0.5)])
    np.testing.assert_array_equal(nominal_score([UP], [values], 2), [0.25, np.nan])


@given(st.floats(0.1, 10), st.floats(0, 1), st.floats(0, 1))
def test_only_the_ratio_of_weights_counts(factor: float, one: float, other: float) -> None:
    estimates = [known([one], 0), known([other], 0)]
    light = nominal_score([Criterion(A, 0, 1, 1), Criterion(B, 0, 1, 2)], estimates, 1)
    heavy = nominal_score([Criterion(A, 0, 1, factor), Criterion(B, 0, 1, 2 * factor)], estimates, 1)
    assert heavy == pytest.approx(light, rel=1e-9)
