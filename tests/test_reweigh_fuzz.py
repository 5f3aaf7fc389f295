"""Whatever a weights file holds, the answer is criteria that work or one `ConfigError` that lists every mistake."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finechem.errors import ConfigError
from finechem.screening import Criterion
from finechem.screening.weights import reweigh
from finechem.thermal.nitrides import nitride_screen

CRITERIA = nitride_screen().criteria
NAMES = [criterion.property.name for criterion in CRITERIA]
SETTINGS = ["weight", "worst", "best", "required", "allow_unknown", "use"]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([0, 1, 2.0, 1e400])
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2)
)
likely = st.fixed_dictionaries(
    {},
    optional={
        "weight": st.floats(0, 5),
        "worst": st.floats(-10, 1e5),
        "best": st.floats(-10, 1e5),
        "required": st.booleans(),
        "use": st.booleans(),
    },
)
tables = likely | st.dictionaries(st.sampled_from(SETTINGS) | st.text(max_size=6), values, max_size=4)
criteria = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=6), tables | values, max_size=4)
files = st.fixed_dictionaries({"criteria": criteria}) | st.dictionaries(
    st.text(max_size=5) | st.just("criteria"), values
)


def valid(found: tuple[Criterion, ...]) -> None:
    assert found and any(criterion.weight > 0 for criterion in found)
    assert {criterion.property for criterion in found} <= {criterion.property for criterion in CRITERIA}
    for criterion in found:
        ends = criterion.desirability(np.array([criterion.worst, criterion.best]))
        assert ends == pytest.approx([0.0, 1.0])
        assert np.isfinite(criterion.weight)


@settings(max_examples=100, deadline=None)
@given(files)
@example({"criteria": {NAMES[0]: {"worst": 1e-320, "best": 1e308}}})
@example({"criteria": {name: {"use": False} for name in NAMES}})
@example({"criteria": {NAMES[0]: {"weight": 10**400}}})
@example({"criteria": {NAMES[0]: {"best": 10}, "\x1b[31m": {}}})
def test_valid_criteria_or_every_mistake(loaded: dict[str, Any]) -> None:
    found = outcome(loaded)
    if isinstance(found, ConfigError):
        assert found.mistakes
        assert str(found).startswith("weights: ")
        assert all(mistake.strip() and mistake.isprintable() for mistake in found.mistakes)
    else:
        valid(found)


def outcome(loaded: dict[str, Any]) -> tuple[Criterion, ...] | ConfigError:
    try:
        return reweigh(loaded, CRITERIA)
    except ConfigError as error:
        return error


def test_nothing_given_changes_nothing() -> None:
    assert reweigh({}, CRITERIA) == CRITERIA
    assert reweigh({"criteria": {NAMES[0]: {}}}, CRITERIA) == CRITERIA
