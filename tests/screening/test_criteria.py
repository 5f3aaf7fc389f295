"""Desirability and gates against their closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from finechem.errors import InputError
from finechem.screening import Criterion, Property

SIZE = Property("size", "m")
LIFE = Property("life", "h", "log")
SHARE = Property("share", "1", "logit")


def test_desirability_is_linear_between_the_limits() -> None:
    up, down = Criterion(SIZE, worst=2, best=6), Criterion(SIZE, worst=6, best=2)
    value = np.array([-1.0, 2.0, 3.0, 6.0, 7.0])
    assert up.desirability(value).tolist() == [0, 0, 0.25, 1, 1]
    assert down.desirability(value).tolist() == [1, 1, 0.75, 0, 0]


@pytest.mark.parametrize(
    ("criterion", "middle"),
    [(Criterion(LIFE, 10, 1000), 100.0), (Criterion(SHARE, 0.2, 0.8), 0.5), (Criterion(SHARE, 0.9, 0.1), 0.5)],
)
def test_the_middle_is_the_middle_of_the_scale(criterion: Criterion, middle: float) -> None:
    assert criterion.desirability(np.array([middle]))[0] == pytest.approx(0.5, rel=1e-12)


def test_the_ends_of_a_scale_are_no_error_and_nan_stays_nan() -> None:
    assert Criterion(LIFE, 1, 10).desirability(np.array([0.0, np.inf])).tolist() == [0, 1]
    assert Criterion(SHARE, 0.1, 0.9).desirability(np.array([0.0, 1.0])).tolist() == [0, 1]
    assert np.isnan(Criterion(SIZE, 0, 1).desirability(np.array([np.nan]))[0])


@given(st.floats(-10, 10), st.floats(0.01, 5), st.booleans())
def test_failure_probability_is_the_normal_tail_beyond_worst(
    value: float, sigma: float, smaller_is_better: bool
) -> None:
    criterion = Criterion(SIZE, worst=1.0, best=-3.0 if smaller_is_better else 4.0)
    found = criterion.failure_probability(np.array([value]), np.array([sigma]))[0]
    tail = norm.sf if smaller_is_better else norm.cdf
    assert found == pytest.approx(float(tail(1.0, value, sigma)), rel=1e-9, abs=1e-300)


def test_failure_probability_on_a_log_scale() -> None:
    sigma = np.array([0.5])
    found = Criterion(LIFE, 10, 100).failure_probability(np.array([10 * np.exp(0.5)]), sigma)
    assert found[0] == pytest.approx(float(norm.cdf(-1)), rel=1e-12)  # one sigma above worst


def test_exact_values_pass_or_fail_and_the_limit_itself_passes() -> None:
    criterion, none = Criterion(SIZE, 1, 2), np.zeros(4)
    found = criterion.failure_probability(np.array([0.999, 1.0, 1.001, np.nan]), none)
    np.testing.assert_array_equal(found, [1, 0, 0, np.nan])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"property": SIZE, "worst": 1, "best": 1}, "must differ"),
        ({"property": SIZE, "worst": np.nan, "best": 1}, "must lie inside"),
        ({"property": LIFE, "worst": 0, "best": 1}, "must lie inside a log scale"),
        ({"property": LIFE, "worst": 1, "best": -1}, "must lie inside a log scale"),
        ({"property": SHARE, "worst": 0.5, "best": 1}, "must lie inside a logit scale"),
        ({"property": SIZE, "worst": 0, "best": 1, "weight": -1}, "weight=-1"),
        ({"property": SIZE, "worst": 0, "best": 1, "weight": np.inf}, "weight=inf"),
        ({"property": SIZE, "worst": 0, "best": 1, "weight": 0}, "does nothing"),
    ],
)
def test_meaningless_criteria_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Criterion(**arguments)


def test_a_pure_gate_needs_no_weight() -> None:
    assert Criterion(SIZE, 0, 1, weight=0, required=True).weight == 0
