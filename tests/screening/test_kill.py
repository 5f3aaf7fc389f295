"""`kill -9` at any moment: what was stored is never computed again, and the end is the same."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from finechem.errors import RunError
from finechem.screening import load_ranking
from tests.screening.slow_run import SIZES, run
from tests.screening.toys import calls_of

ROOT = Path(__file__).parents[2]


def stored(store: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM results").fetchone()[0])
    except sqlite3.Error:
        return 0  # not there yet


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("kind", ["isolated", "cheap"])
def test_a_killed_run_continues_where_it_was(kind: str, tmp_path: Path) -> None:
    store, calls = tmp_path / "run.db", tmp_path / "calls"
    driver = subprocess.Popen(
        [sys.executable, "-m", "tests.screening.slow_run", kind, str(store), str(calls)], cwd=ROOT
    )
    try:
        deadline = time.monotonic() + 30
        while stored(store) < SIZES[kind] // 10 and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        driver.send_signal(signal.SIGKILL)
        driver.wait()
    done = stored(store)
    assert 0 < done < SIZES[kind]
    time.sleep(0.3)  # workers die with their driver: nobody writes on
    before = Counter(calls_of(calls))
    time.sleep(0.2)
    assert Counter(calls_of(calls)) == before
    with pytest.raises(RunError, match="interrupted; continue it"):
        load_ranking(store)

    continued = run(kind, str(store), str(calls))
    again = Counter(calls_of(calls)) - before
    assert sum(again.values()) == SIZES[kind] - done  # what was stored is not computed again
    assert len(before | again) == SIZES[kind]
    assert max(again.values()) == 1
    whole = run(kind, None, "", mood="good")
    assert continued.to_json() == whole.to_json() == load_ranking(store).to_json()
