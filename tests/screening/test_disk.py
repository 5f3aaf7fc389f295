"""Disks that are full, read-only or in the way: a clear error, and what was committed is safe."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from finechem.errors import RunError
from finechem.screening import Screen, Stage
from finechem.screening.store import RunStore
from tests.screening.toys import SizeModel, Toy


def test_a_full_disk_is_a_clear_error_and_keeps_what_was_committed(tmp_path: Path) -> None:
    with RunStore(tmp_path / "run.db", write=True) as store:
        store.add_results([("first", "ok", {"value": 1})])
        (pages,) = store.db.execute("PRAGMA page_count").fetchone()
        store.db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(RunError, match=r"cannot be written .*full.*; what was committed before is safe"):
            store.add_results([(f"key {i}", "ok", "x" * 4000) for i in range(100)])
    with RunStore(tmp_path / "run.db") as store:
        assert store.results(["first", "key 0"]) == {"first": ("ok", {"value": 1})}


class _FullAtCommit:
    """A connection whose disk proves full when it commits, as it does under WAL."""

    in_transaction = False

    def execute(self, statement: str) -> None:
        if statement == "COMMIT":
            raise sqlite3.OperationalError("database or disk is full")

    def executemany(self, statement: str, rows: Any) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_disk_found_full_at_the_commit_is_the_same_error(tmp_path: Path) -> None:
    with RunStore(tmp_path / "run.db", write=True) as store:
        store.db.close()
        store.db = _FullAtCommit()  # type: ignore[assignment]
        with pytest.raises(RunError, match=r"cannot be written \(database or disk is full"):
            store.add_results([("key", "ok", {})])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_a_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(RunError, match=r"cannot write there|cannot be used"):
        RunStore(tmp_path / "run.db", write=True)
    tmp_path.chmod(0o755)


def test_a_file_in_the_way_of_the_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    with pytest.raises(RunError, match="cannot make the run folder"):
        Screen("toys", None, (Stage((SizeModel(),)),), ()).run([Toy("a", 1)], store=tmp_path / "run" / "run.db")
