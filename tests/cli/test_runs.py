"""``finechem status | failures | export | validate``: what a run folder says of itself."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from ase.io import read
from click.testing import Result

Invoke = Callable[..., Result]


@pytest.fixture
def broken(invoke: Invoke, tmp_path: Path) -> Path:
    """A run of one good crystal and one unreadable file, with one result made a failure by hand."""
    folder = tmp_path / "crystals"
    folder.mkdir()
    (folder / "good.vasp").write_text("AlN\n1\n4.38 0 0\n0 4.38 0\n0 0 4.38\nAl N\n4 4\nDirect\n" + _ZINCBLENDE)
    (folder / "bad.cif").write_text("no crystal")
    done = invoke("screen", "nitrides", folder, "--runs", tmp_path / "runs", "--run", "r")
    assert done.exit_code == 0, done.output
    return tmp_path / "runs" / "r"


_ZINCBLENDE = "0 0 0\n0 .5 .5\n.5 0 .5\n.5 .5 0\n.25 .25 .25\n.25 .75 .75\n.75 .25 .75\n.75 .75 .25\n"


def test_status_of_a_finished_run(invoke: Invoke, broken: Path) -> None:
    done = invoke("status", broken)
    assert "2 candidates, 1 of them unreadable" in done.stdout and "finished: " in done.stdout
    state = json.loads(invoke("status", broken, "--json").stdout)
    assert state["finished"] and sum(state["outcomes"].values()) == 2
    assert all(item["answered"] <= 1 for item in state["models"])


def test_status_of_a_run_that_was_stopped(invoke: Invoke, broken: Path) -> None:
    with closing(sqlite3.connect(broken / "run.db")) as db, db:
        db.execute("DELETE FROM outcomes")
    done = invoke("status", broken)
    assert "not finished: the same `finechem screen` command goes on" in done.stdout


def test_failures_are_listed_and_forgotten(invoke: Invoke, broken: Path) -> None:
    with closing(sqlite3.connect(broken / "run.db")) as db, db:
        (key,) = db.execute("SELECT key FROM links WHERE model = 'cell'").fetchone()
        payload = json.loads(db.execute("SELECT payload FROM results WHERE key = ?", (key,)).fetchone()[0])
        payload["reason"] = "made to fail"
        db.execute("UPDATE results SET status = 'failed', payload = ? WHERE key = ?", (json.dumps(payload), key))
    done = invoke("failures", broken)
    assert "1 failed by read:" in done.stdout and "bad" in done.stdout and "good: made to fail" in done.stdout
    again = invoke("failures", broken, "--retry")
    assert "1 results forgotten" in again.stderr
    folder = broken.parents[1] / "crystals"
    invoke("screen", "nitrides", folder, "--runs", broken.parent, "--run", "r")
    assert "made to fail" not in invoke("failures", broken).stdout


def test_exports_hold_every_candidate(invoke: Invoke, nitride_run: Path, tmp_path: Path) -> None:
    for kind, name in (("csv", "r.csv"), ("jsonl", "r.jsonl"), ("ase", "r.xyz")):
        done = invoke("export", nitride_run, "--format", kind, "--output", tmp_path / name)
        assert done.exit_code == 0, done.output
    rows = list(csv.DictReader((tmp_path / "r.csv").read_text("utf-8").splitlines()))
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    frames = read(tmp_path / "r.xyz", ":")
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert {frame.info["id"] for frame in frames} == {row["id"] for row in rows}
    assert {frame.info["rank"] for frame in frames} >= {1, 2, 3}
    assert invoke("export", nitride_run, "--output", tmp_path / "r.csv").exit_code == 2  # never overwrites


def test_parquet_says_what_to_install(
    invoke: Invoke, nitride_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from finechem.cli import runs

    monkeypatch.setattr(runs, "find_spec", lambda _: None)
    done = invoke("export", nitride_run, "--format", "parquet", "--output", tmp_path / "r.parquet")
    assert done.exit_code == 1 and "pip install 'finechem[parquet]'" in done.stderr


def test_validate(invoke: Invoke, broken: Path) -> None:
    folder = broken.parents[1] / "crystals"
    done = invoke("validate", "nitrides", folder)
    assert done.exit_code == 3 and "2 candidates, 1 that cannot be read" in done.stdout
    assert invoke("validate", "nitrides", folder / "good.vasp").exit_code == 0
    assert "did you mean 'nitrides'" in invoke("validate", "nitride", folder).stderr
