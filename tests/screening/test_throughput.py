"""A cheap screen of many candidates, every result on disk: 100,000 within a minute."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from finechem.screening import Criterion, Screen, Stage
from tests.screening.toys import LIFE, SIZE, LifeModel, SizeModel, Toy, calls_of

COUNT = 5_000
CANDIDATES = [Toy(f"t{i}", 5 * i / COUNT) for i in range(COUNT)]


def screen(calls: str = "") -> Screen:
    stages = Stage((SizeModel(calls=calls),)), Stage((LifeModel(),))
    return Screen("many", None, stages, (Criterion(SIZE, 0, 5), Criterion(LIFE, 1, 100)))


def test_a_durable_screen_of_5000_takes_under_3_seconds(tmp_path: Path) -> None:
    start = time.process_time()  # of this process: others may keep the machine busy
    ranking = screen().run(CANDIDATES, store=tmp_path / "run.db")
    assert time.process_time() - start < 3
    assert ranking.p_top_k.sum() == pytest.approx(10)
    with closing(sqlite3.connect(tmp_path / "run.db")) as db:
        (mode,) = db.execute("PRAGMA journal_mode").fetchone()
        stored = db.execute("SELECT count(*) FROM results WHERE status = 'ok'").fetchone()[0]
    assert mode == "wal" and stored == 2 * COUNT  # a commit survives a kill


def test_a_finished_screen_is_read_back_without_computing(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    first = screen(str(calls)).run(CANDIDATES, store=tmp_path / "run.db", draws=50)
    again = screen(str(calls)).run(CANDIDATES, store=tmp_path / "run.db", draws=50)
    assert len(calls_of(calls)) == COUNT
    assert again.rank.tolist() == first.rank.tolist()
