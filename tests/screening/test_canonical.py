"""The canonical hash: equal exactly when the meaning is."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finechem.errors import InputError
from finechem.screening.canonical import canonical_json, content_hash, join_hash

scalars = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


class Mode(Enum):
    FAST = "fast"


@dataclass(frozen=True)
class Point:
    x: float
    y: float = 0.0
    note: str = field(default="", compare=False)


@dataclass(frozen=True)
class Vector:
    x: float
    y: float = 0.0


def _retype(value: Any) -> Any:
    """Say the same in other types: tuples for lists, reversed dicts, numpy numbers."""
    if isinstance(value, list):
        return tuple(_retype(item) for item in value)
    if isinstance(value, dict):
        return {key: _retype(item) for key, item in reversed(value.items())}
    return np.float64(value) if isinstance(value, float) else value


@given(values)
def test_the_same_in_other_types_has_the_same_hash(value: Any) -> None:
    assert content_hash(_retype(value)) == content_hash(value)


@given(st.integers(-(2**53), 2**53))
def test_integers_count_as_floats(number: int) -> None:
    assert content_hash(number) == content_hash(float(number)) == content_hash(np.int64(number))


@given(scalars, scalars)
def test_different_scalars_differ(one: Any, other: Any) -> None:
    nan = one != one and other != other
    same = nan or (one == other and isinstance(one, bool) == isinstance(other, bool))
    assert (content_hash(one) == content_hash(other)) == same


@given(values)
def test_the_canonical_text_is_strict_json(value: Any) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)  # NaN, Infinity

    json.loads(canonical_json(value), parse_constant=refuse)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.0, -0.0),
        ([1, 2], (1.0, 2.0)),
        (np.array([[1.0, -0.0]]), [[1, 0]]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({3, 1, 2}, frozenset({2, 1, 3})),
        (Mode.FAST, "fast"),
        (np.True_, True),
        (Point(1, note="seen"), Point(1.0)),
    ],
)
def test_equal_meanings(one: Any, other: Any) -> None:
    assert content_hash(one) == content_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, "1"),
        ("", None),
        (float("nan"), "nan"),
        (float("inf"), -float("inf")),
        (float("inf"), "inf"),
        (2**53 + 1, 2**53),
        ([1, [2]], [[1], 2]),
        ([], {}),
        ("ab", ["a", "b"]),
        (Point(1), Vector(1)),
        (Point(1), Point(1, 1e-300)),
    ],
)
def test_different_meanings(one: Any, other: Any) -> None:
    assert content_hash(one) != content_hash(other)


def test_what_cannot_be_hashed_is_named() -> None:
    with pytest.raises(InputError, match="cannot hash a object"):
        content_hash({"a": [object()]})


@given(
    st.lists(st.text(alphabet="ab"), min_size=2, max_size=2), st.lists(st.text(alphabet="ab"), min_size=2, max_size=2)
)
def test_joined_parts_stay_apart(one: list[str], other: list[str]) -> None:
    assert (join_hash(*one) == join_hash(*other)) == (one == other)


def test_the_hash_is_the_same_in_another_process() -> None:
    code = "from finechem.screening.canonical import content_hash; print(content_hash({'b': {'x', 'y', 'z'}, 'a': 1}))"
    told = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == content_hash({"a": 1.0, "b": {"z", "y", "x"}})
