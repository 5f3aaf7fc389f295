"""The run on disk: locked, bound to its screen, JSON throughout."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from finechem.errors import RunError
from finechem.screening import Criterion, Rejected, Screen, Stage, load_ranking, stored_criteria
from finechem.screening.store import RunStore
from tests.screening.toys import SIZE, LifeModel, SizeModel, Toy, calls_of

CRITERIA = (Criterion(SIZE, 0, 10),)


@dataclass(frozen=True)
class Service:
    temperature: float = 300.0
    steps: tuple[float, ...] = (1.0, 2.0)


def screen(*, name: str = "toys", service: Service | None = None, factor: float = 1.0, calls: str = "") -> Screen:
    models = SizeModel(factor=factor, calls=calls), LifeModel()
    return Screen(name, service or Service(), (Stage(models),), CRITERIA)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "run.db"  # the folder is made


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    """A finished run, opened behind the store's back."""
    candidates: list[Toy | Rejected] = [Toy("a", 1), Toy("b", -2), Rejected("c", "torn page")]
    screen().run(candidates, store=path)
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        yield opened


def test_one_writer_at_a_time_and_any_reader(path: Path) -> None:
    with RunStore(path, write=True) as first:
        first.set_meta({"note": "so far"})
        with pytest.raises(RunError, match="another process is writing"):
            RunStore(path, write=True)
        with RunStore(path) as reader:
            assert reader.meta("note") == "so far"
    RunStore(path, write=True).close()  # the lock is free again


@pytest.mark.parametrize(
    "other",
    [screen(name="others"), screen(service=Service(301.0)), screen(service=Service(steps=(1.0,))), screen(factor=2)],
)
def test_a_run_refuses_another_screen(path: Path, other: Screen) -> None:
    screen().run([Toy("a", 1)], store=path)
    with pytest.raises(RunError, match="holds the screen 'toys' with other models or conditions"):
        other.run([Toy("a", 1)], store=path)


def test_the_same_screen_with_other_candidates_and_criteria_goes_on(path: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    screen(calls=str(calls)).run([Toy("a", 1), Toy("b", 2)], store=path)
    again = screen(calls=str(calls))
    other = Screen(again.name, again.conditions, again.stages, (Criterion(SIZE, 10, 0),))
    ranking = other.run([Toy("new", 3), Toy("renamed", 2)], store=path)
    assert calls_of(calls) == ["1", "2", "3"]
    assert ranking.rank.tolist() == [2, 1]
    assert load_ranking(path).ids == ["new", "renamed"] and stored_criteria(path) == other.criteria


@pytest.mark.parametrize("write", [True, False])
def test_a_newer_schema_is_refused(path: Path, db: sqlite3.Connection, write: bool) -> None:
    db.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(RunError, match=r"another version of finechem \(schema 99, not 1\)"):
        RunStore(path, write=write)


@pytest.mark.parametrize("write", [True, False])
def test_garbage_is_refused_and_left_alone(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "run.db"
    path.write_bytes(b"no database, but a poem " * 100)
    with pytest.raises(RunError, match="cannot be used as a run database"):
        RunStore(path, write=write)
    assert path.read_bytes().startswith(b"no database")


def test_a_missing_run_is_named_and_not_made(path: Path) -> None:
    with pytest.raises(RunError, match=r"run\.db: no such run"):
        load_ranking(path)
    assert not path.exists()


def test_a_run_without_candidates_says_so(path: Path) -> None:
    RunStore(path, write=True).close()
    with pytest.raises(RunError, match="no candidates yet"):
        load_ranking(path)


def test_an_interrupted_run_is_explained(path: Path, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM outcomes WHERE position = 1")
    with pytest.raises(RunError, match="interrupted; continue it with the same"):
        load_ranking(path)


def test_every_stored_text_is_strict_json_and_nothing_is_pickled(db: sqlite3.Connection) -> None:
    def refuse(word: str) -> Any:
        raise AssertionError(word)  # NaN and Infinity are no JSON

    columns = ["meta.value", "candidates.payload", "candidates.card", "results.payload"]
    for column in columns:
        table, name = column.split(".")
        texts = [text for (text,) in db.execute(f"SELECT {name} FROM {table}")]
        assert texts and all(isinstance(text, str) for text in texts)
        for text in texts:
            json.loads(text, parse_constant=refuse)
    assert not [row for row in db.execute("SELECT * FROM results") if any(isinstance(item, bytes) for item in row)]


def test_a_foreign_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE addresses (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(RunError, match="no run of finechem"):
        RunStore(path, write=True)
    assert path.read_bytes() == before
