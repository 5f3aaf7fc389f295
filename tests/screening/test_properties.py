"""Properties and estimates: what they promise and what they refuse."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from finechem.errors import InputError, ModelError
from finechem.screening import Estimates, Property
from finechem.screening.properties import Scale, from_scale, to_scale

KAPPA = Property("thermal_conductivity", "W/(m K)", "log", at="300 K", symbol="κ")
numbers = st.floats(-1e12, 1e12)
records = st.lists(
    st.one_of(
        st.tuples(numbers, st.floats(0, 1e6), st.just(True), st.text(), st.text(), st.just({})),
        st.tuples(numbers, st.floats(0, 1e6), st.just(False), st.text(min_size=1), st.text(), st.just({})),
        st.tuples(numbers, st.floats(2, 1e6), st.just(True), st.just(""), st.text(), st.just({"model:a": 1.0})),
        st.tuples(numbers, st.floats(2, 9), st.just(True), st.just(""), st.text(), st.just({"own:b": -1.5, "c": 1.0})),
        st.tuples(st.none(), st.none(), st.booleans(), st.text(min_size=1), st.text(), st.just({})),
    ).map(list),
    max_size=8,
)


@given(records)
def test_records_rebuild_the_batch(rows: list[list[Any]]) -> None:
    batch = Estimates.from_records(rows)
    assert [batch.record(index) for index in range(len(batch))] == rows
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows


@given(records.filter(bool), st.data())
def test_take_picks_in_the_given_order(rows: list[list[Any]], data: st.DataObject) -> None:
    picked = data.draw(st.lists(st.integers(0, len(rows) - 1)))
    taken = Estimates.from_records(rows).take(picked)
    assert [taken.record(index) for index in range(len(taken))] == [rows[index] for index in picked]


def test_one_sigma_reason_and_source_serve_all() -> None:
    batch = Estimates(np.array([1.0, 2.0]), np.array(0.5), reason="", source="a book")
    assert batch.sigma.tolist() == [0.5, 0.5]
    assert batch.in_domain.tolist() == [True, True]
    assert list(batch.source) == ["a book", "a book"]


def test_missing_entries_are_unknown_and_say_why() -> None:
    batch = Estimates.missing(2, ["no data", "no luck"])
    assert np.isnan(batch.value).all() and list(batch.reason) == ["no data", "no luck"]


def test_a_missing_value_records_no_loads() -> None:
    batch = Estimates(np.array([np.nan]), np.array([np.nan]), reason="no data", shared={"a": np.array([np.nan])})
    assert batch.record(0) == [None, None, True, "no data", "", {}]


ONE, TWO = np.array([1.0]), np.array([1.0, 2.0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"value": np.ones((2, 2)), "sigma": ONE}, "one dimension"),
        ({"value": TWO, "sigma": ONE}, "shape"),
        ({"value": TWO, "sigma": TWO, "in_domain": np.array([True] * 3)}, "shape"),
        ({"value": ONE, "sigma": ONE, "shared": {"a": TWO}}, "shape"),
        ({"value": TWO, "sigma": TWO, "reason": ["one"]}, "1 reasons for 2"),
        ({"value": TWO, "sigma": TWO, "source": ["a", "b", "c"]}, "3 sources for 2"),
        ({"value": ONE, "sigma": -ONE}, "not finite and >= 0"),
        ({"value": ONE, "sigma": ONE * np.nan}, "not finite and >= 0"),
        ({"value": ONE, "sigma": ONE * np.inf}, "not finite and >= 0"),
        ({"value": ONE * np.nan, "sigma": ONE}, "gives no reason"),
        ({"value": ONE, "sigma": ONE, "in_domain": np.array([False])}, "gives no reason"),
        ({"value": ONE, "sigma": ONE, "shared": {"a": 0.8 * ONE, "b": 0.8 * ONE}}, "exceed the total sigma"),
        ({"value": ONE, "sigma": ONE, "shared": {"a": ONE * np.nan}}, "not finite"),
    ],
)
def test_broken_estimates_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Estimates(**arguments)


def test_shared_errors_may_be_all_of_sigma() -> None:
    sigma = np.array([0.1, 0.3])
    batch = Estimates(TWO, sigma, shared={"a": 0.6 * sigma, "b": -0.8 * sigma})  # 0.36 + 0.64 = 1
    assert set(batch.shared) == {"a", "b"}


def test_identity_leaves_out_the_symbol_and_survives_its_key() -> None:
    bare = Property("thermal_conductivity", "W/(m K)", "log", at="300 K")
    assert bare == KAPPA and hash(bare) == hash(KAPPA)
    assert Property.from_key(KAPPA.key, "κ") == KAPPA
    for other in (("x", "W/(m K)", "log", "300 K"), ("thermal_conductivity", "W/(m K)", "log", "600 K")):
        assert Property(*other) != KAPPA


def test_labels() -> None:
    assert KAPPA.label == "κ (W/(m K), 300 K)"
    assert Property("gel_conversion", "1").label == "gel conversion"


@pytest.mark.parametrize("arguments", [("", "m"), ("x", ""), ("x", "m", "cubic"), ("x|y", "m"), ("x", "m|n")])
def test_nameless_unitless_or_unreadable_properties_are_refused(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(InputError):
        Property(*arguments)


@pytest.mark.parametrize(
    ("scale", "value", "centre"),
    [("linear", 2.0, 2.0), ("log", np.e, 1.0), ("logit", 0.8, np.log(4.0))],
)
def test_interval_is_the_central_90_percent_on_the_scale(scale: Scale, value: float, centre: float) -> None:
    low, high = Property("x", "1", scale).interval(value, 0.7)
    ends = to_scale(scale, np.array([low, high]))
    assert norm.cdf(ends, centre, 0.7) == pytest.approx([0.05, 0.95], rel=1e-12)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(0, 50))
def test_intervals_stay_on_their_scale(value: float, sigma: float) -> None:
    low, high = Property("share", "1", "logit").interval(value, sigma)
    assert 0 <= low <= value * (1 + 1e-9) and value * (1 - 1e-9) <= high <= 1
    low, high = Property("rate", "1/s", "log").interval(value, sigma)
    assert 0 <= low <= value * (1 + 1e-9) <= high * (1 + 2e-9)


@given(st.floats(-30, 30))
def test_scales_invert(number: float) -> None:
    for scale in ("linear", "log"):
        assert to_scale(scale, from_scale(scale, np.float64(number))) == pytest.approx(number, abs=1e-12)
    share = from_scale("logit", np.float64(number))
    assert from_scale("logit", to_scale("logit", share)) == pytest.approx(float(share), rel=1e-12)
