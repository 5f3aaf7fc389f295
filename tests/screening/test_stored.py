"""A stored run read back: the same ranking, or another one by other criteria, nothing computed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from finechem.screening import Criterion, Property, Ranking, Rejected, Screen, Stage, load_ranking, stored_criteria
from tests.screening.toys import LIFE, SHARE, SIZE, HalfModel, LifeModel, SizeModel, Toy, calls_of

KAPPA = Property("size", "m", symbol="ℓ")
CRITERIA = (
    Criterion(KAPPA, 0.5, 4, required=True),
    Criterion(LIFE, 100, 1, weight=0.5),
    Criterion(SHARE, 0.1, 0.9, weight=2),
)
CANDIDATES: list[Toy | Rejected] = [
    Toy("one", 1),
    Toy("two", 2),
    Toy("two again", 2),
    Toy("far", 3.5),
    Toy("hollow", 2.5, "hollow"),
    Toy("small", 0),
    Toy("odd", -1),
    Toy("bad", 3, "bad"),
    Rejected("torn", "no such file"),
]


@dataclass(frozen=True)
class Service:
    temperature: float = 300.0
    steps: tuple[float, ...] = (1.0, 2.0)


def make(path: Path, calls: str = "") -> Ranking:
    stages = Stage((SizeModel(calls=calls),)), Stage((LifeModel(), HalfModel()), name="dear")
    return Screen("toys", Service(), stages, CRITERIA, {"life": ("life",)}).run(
        CANDIDATES, store=path, draws=200, seed=5, top=2
    )


def test_the_stored_ranking_equals_the_one_in_memory(tmp_path: Path) -> None:
    made = make(tmp_path / "run.db")
    read = load_ranking(tmp_path / "run.db")
    for item in fields(Ranking):
        one, other = getattr(made, item.name), getattr(read, item.name)
        if isinstance(one, np.ndarray):
            np.testing.assert_array_equal(one, other, err_msg=item.name)
        elif item.name != "ledger":
            assert one == other, item.name
    assert read.to_json() == made.to_json()
    assert read.report() == made.report()
    assert [criterion.property.symbol for criterion in stored_criteria(tmp_path / "run.db")] == ["ℓ", "", ""]


def test_the_stored_ledger_equals_the_one_in_memory(tmp_path: Path) -> None:
    made = make(tmp_path / "run.db")
    read = load_ranking(tmp_path / "run.db")
    assert list(read.ledger.columns) == list(made.ledger.columns)
    for key, column in made.ledger.columns.items():
        other = read.ledger.columns[key]
        for name in ("value", "sigma", "in_domain", "reason", "source"):
            np.testing.assert_array_equal(getattr(other, name), getattr(column, name), err_msg=f"{key} {name}")
        assert set(other.shared) == set(column.shared)
        for name, load in column.shared.items():
            np.testing.assert_array_equal(other.shared[name], load)


def test_reading_twice_gives_the_same_draws_and_another_seed_others(tmp_path: Path) -> None:
    score = make(tmp_path / "run.db").score
    np.testing.assert_array_equal(load_ranking(tmp_path / "run.db").score, score)
    other = load_ranking(tmp_path / "run.db", seed=6).score
    assert not np.array_equal(other, score, equal_nan=True)
    np.testing.assert_allclose(other, score, atol=0.1)


def test_other_criteria_weigh_anew_and_compute_nothing(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    made = make(tmp_path / "run.db", str(calls))
    computed = calls_of(calls)
    anew = load_ranking(tmp_path / "run.db", [Criterion(SIZE, 4, 0)])
    assert calls_of(calls) == computed
    assert [made.ids[row] for row in made.order[:1]] != [anew.ids[row] for row in anew.order[:1]] == ["one"]
    assert stored_criteria(tmp_path / "run.db") == CRITERIA  # the run keeps its own


def test_what_was_filtered_stays_filtered_and_says_so(tmp_path: Path) -> None:
    row = make(tmp_path / "run.db").row_of("small")
    anew = load_ranking(tmp_path / "run.db", [Criterion(SIZE, -9, 9)])
    assert anew.outcomes[row].status == "filtered" and anew.rank[row] == 0
    assert "wanted at least 0.5" in anew.outcomes[row].reason
    assert "re-ranking cannot revive it" in anew.outcomes[row].reason


def test_new_gates_drop_at_re_ranking_and_failures_keep_their_reasons(tmp_path: Path) -> None:
    made = make(tmp_path / "run.db")
    anew = load_ranking(tmp_path / "run.db", [Criterion(SIZE, 1.5, 9, required=True), Criterion(SHARE, 0.1, 0.9)])
    outcomes = dict(zip(anew.ids, anew.outcomes, strict=True))
    assert (outcomes["one"].status, outcomes["one"].stage) == ("filtered", "re-ranking")
    assert outcomes["hollow"].status == "partial"
    assert "half failed: ValueError: nothing inside" in outcomes["hollow"].reason
    assert outcomes["torn"] == made.outcomes[-1]
