"""Stages in processes of their own: what hangs, dies or raises costs its own result only."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from finechem.errors import MissingExtraError, ModelError, RunError
from finechem.screening import Criterion, Ranking, Screen, Stage
from tests.screening.toys import LIFE, HalfModel, MoodyModel, SizeModel, Toy, calls_of

ROOT = Path(__file__).parents[2]
MOODS = {"hang": 1.0, "abort": 2.0, "raise": 3.0, "good": 4.0}
CANDIDATES = [Toy(mood, x, mood) for mood, x in MOODS.items()]


def run(model: Any, candidates: list[Toy], timeout_s: float | None = 1.0, **options: Any) -> Ranking:
    stage = Stage((model,), isolate=True, timeout_s=timeout_s, name="dear")
    screen = Screen("moods", None, (stage,), (Criterion(LIFE, 1, 100),))
    return screen.run(candidates, workers=2, draws=50, **options)


def test_a_hang_an_abort_and_an_exception_cost_themselves_only(tmp_path: Path) -> None:
    store, calls = tmp_path / "run.db", tmp_path / "calls"
    model = MoodyModel(calls=str(calls))

    first = run(model, CANDIDATES, store=store)
    assert [outcome.status for outcome in first.outcomes] == ["failed", "failed", "failed", "ok"]
    reasons = [outcome.reason for outcome in first.outcomes]
    assert "took longer than 1 s" in reasons[0]
    assert "process died" in reasons[1] and "no life in it" in reasons[2]
    assert stored_statuses(store) == {"timeout": 1, "crashed": 1, "failed": 1, "ok": 1}
    computed = Counter(calls_of(calls))
    assert computed == {"1.0": 1, "2.0": 1, "3.0": 1, "4.0": 1}

    again = run(model, CANDIDATES, store=store)
    assert Counter(calls_of(calls)) == computed  # nothing is computed twice
    assert again.outcomes == first.outcomes and again.score[3] == first.score[3]

    run(model, CANDIDATES, timeout_s=1.4, store=store)
    assert Counter(calls_of(calls)) - computed == {"1.0": 1}  # a longer limit: the time-out only

    run(model, CANDIDATES, timeout_s=0.8, store=store, retry=True)
    assert Counter(calls_of(calls)) - computed == {"1.0": 2, "2.0": 1, "3.0": 1}  # all but the success


def stored_statuses(store: Path) -> dict[str, int]:
    with sqlite3.connect(store) as db:
        found = dict(db.execute("SELECT status, count(*) FROM results GROUP BY status"))
    db.close()
    return found


def test_runs_share_a_cache_folder(tmp_path: Path) -> None:
    cache, calls = tmp_path / "cache", tmp_path / "calls"
    model = MoodyModel(calls=str(calls))
    candidates = [Toy("a", 1.0), Toy("b", 2.0), Toy("c", 3.0, "raise")]
    first = run(model, candidates, None, store=tmp_path / "one.db", cache=cache)
    assert len(calls_of(calls)) == 3
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert len(files) == 2 and all(json.loads(path.read_text()) for path in files)  # successes only, whole files

    second = run(model, candidates[:2], None, store=tmp_path / "two.db", cache=cache)
    assert len(calls_of(calls)) == 3
    assert second.ledger.speaking(LIFE)[0].value.tolist() == first.ledger.speaking(LIFE)[0].value[:2].tolist()
    run(model, candidates[:2], None, store=tmp_path / "two.db")  # and two.db holds what came from the cache
    assert len(calls_of(calls)) == 3


def test_half_a_cache_file_is_computed_again(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    model = MoodyModel(calls=str(calls))
    run(model, [Toy("a", 1.0)], cache=tmp_path / "cache")
    (file,) = (tmp_path / "cache").rglob("*.json")
    file.write_text(file.read_text()[:20])
    assert run(model, [Toy("a", 1.0)], cache=tmp_path / "cache").outcomes[0].status == "ok"
    assert len(calls_of(calls)) == 2


def test_a_cache_that_cannot_be_written_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands in the way")
    with pytest.raises(RunError, match="cache cannot be written"):
        run(MoodyModel(), [Toy("a", 1.0)], cache=tmp_path / "cache")


def test_a_missing_extra_in_a_worker_stops_the_run() -> None:
    with pytest.raises(MissingExtraError, match=r"pip install 'finechem\[none\]'"):
        run(MoodyModel(), [Toy("a", 1.0, "extra")])


@dataclass(frozen=True)
class _Handle:
    """What no other process can have."""

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle a handle")


@dataclass(frozen=True)
class _Holder(MoodyModel):
    handle: _Handle = _Handle()


def _of_a_class_only_known_here() -> MoodyModel:
    @dataclass(frozen=True)
    class Local(MoodyModel):
        pass

    return Local()


@pytest.mark.parametrize("model", [_Holder(), _of_a_class_only_known_here()])
def test_a_model_that_cannot_be_sent_stops_the_run(model: MoodyModel) -> None:
    with pytest.raises(ModelError, match="moody cannot be sent to a process: "):
        run(model, [Toy("a", 1.0), Toy("b", 2.0)])


def test_a_model_that_only_this_session_knows_stops_the_run() -> None:
    code = """
from dataclasses import dataclass
from finechem.screening import Criterion, Screen, Stage
from tests.screening.toys import LIFE, MoodyModel, Toy
@dataclass(frozen=True)
class Mine(MoodyModel): pass  # in no module, as in a notebook
screen = Screen("mine", None, (Stage((Mine(),), isolate=True),), (Criterion(LIFE, 1, 100),))
screen.run([Toy("a", 1.0), Toy("b", 2.0)])
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "ModelError: model moody: its processes cannot start" in told.stderr.splitlines()[-1]


def test_isolation_changes_no_number_and_no_environment() -> None:
    candidates = [Toy("a", 0.1), Toy("b", 0.1, "hollow"), Toy("c", 2.0)]
    before = dict(os.environ)
    criteria = (Criterion(HalfModel().provides[0], 0.1, 0.9),)
    models = SizeModel(), HalfModel()
    apart, together = (
        Screen("moods", None, (Stage(models, isolate=isolate),), criteria).run(candidates) for isolate in (True, False)
    )
    assert apart.outcomes == together.outcomes
    assert apart.to_json() == together.to_json()
    assert dict(os.environ) == before
