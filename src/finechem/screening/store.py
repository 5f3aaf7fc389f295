"""``run.db``: one run in one SQLite file, written by the driver only.

WAL with ``synchronous=NORMAL``: what was committed survives the death of the process at any moment. Payloads are
JSON, never pickle. The file holds results, criteria, cards, aliases and citations, so that explaining and
re-ranking need nothing else.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from filelock import FileLock, Timeout

from finechem.errors import RunError

__all__ = ["RunStore"]

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS candidates (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, fingerprint TEXT NOT NULL,
    payload TEXT NOT NULL, card TEXT NOT NULL, rejected TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, status TEXT NOT NULL, payload TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS links (
    position INTEGER NOT NULL, model TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (position, model)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outcomes (
    position INTEGER PRIMARY KEY, status TEXT NOT NULL, stage TEXT NOT NULL, reason TEXT NOT NULL);
"""
_CHUNK = 900  # bound variables a statement may have in old SQLite builds: 999


class RunStore:
    """A run on disk.

    Parameters
    ----------
    path : path-like
        The ``run.db`` file; its folder is made when missing.
    write : bool
        Open for writing: takes the run's lock (a file beside it that the system frees when this process ends).

    Raises
    ------
    RunError
        If another process writes this run, the file is no run, or it is missing and `write` is false.
    """

    def __init__(self, path: str | os.PathLike[str], *, write: bool = False) -> None:
        self.path = Path(path)
        self._lock: FileLock | None = None
        if write:
            self._make_folder()
            self._take_lock()
        elif not self.path.is_file():
            raise RunError(f"{self.path}: no such run; `finechem screen` makes one")
        try:
            self._connect(write)
        except sqlite3.Error as error:
            self.close()
            raise RunError(f"{self.path}: cannot be used as a run database ({error})") from error
        except RunError:
            self.close()
            raise

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"{self.path.parent}: cannot make the run folder ({error.strerror})") from error

    def _take_lock(self) -> None:
        self._lock = FileLock(self.path.with_suffix(".lock"))
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self._lock = None
            raise RunError(
                f"{self.path}: another process is writing this run; wait for it or choose another --run"
            ) from None
        except OSError as error:
            self._lock = None
            raise RunError(f"{self.path.parent}: cannot write there ({error.strerror})") from error

    def _connect(self, write: bool) -> None:
        self.db = sqlite3.connect(self.path, isolation_level=None, timeout=10.0)
        tables = {name for (name,) in self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "meta" not in tables:
            raise RunError(f"{self.path}: a database, but no run of finechem; choose another --run")
        if write:
            self.db.execute("PRAGMA journal_mode=WAL")
            self.db.execute("PRAGMA synchronous=NORMAL")
            self.db.executescript(_SCHEMA)
            if self.meta("schema") is None:
                self.set_meta({"schema": SCHEMA_VERSION})
        version = self.meta("schema")
        if version != SCHEMA_VERSION:
            raise RunError(
                f"{self.path}: written by another version of finechem (schema {version}, not {SCHEMA_VERSION}); "
                "use the version that wrote it, or start a new run"
            )

    def close(self) -> None:
        """Close the file and free the lock."""
        if hasattr(self, "db"):
            self.db.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> RunStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- meta -----------------------------------------------------------------------------------------------------

    def meta(self, key: str) -> Any:
        """Return a stored JSON value, or None."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_meta(self, values: Mapping[str, Any]) -> None:
        """Store JSON values by key."""
        rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()]
        self._write("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)

    def claim(self, identity: str, name: str) -> None:
        """Bind this run to a screen, or check that it is bound to the same one.

        Raises
        ------
        RunError
            If the run belongs to another screen or other conditions.
        """
        held = self.meta("identity")
        if held is None:
            self.set_meta({"identity": identity, "screen": name})
        elif held != identity:
            raise RunError(
                f"{self.path}: holds the screen {self.meta('screen')!r} with other models or conditions; "
                "choose another run name, or `finechem rank` to weigh the stored results anew"
            )

    # -- results --------------------------------------------------------------------------------------------------

    def results(self, keys: Sequence[str]) -> dict[str, tuple[str, Any]]:
        """Return ``{key: (status, payload)}`` of those `keys` that are stored."""
        found: dict[str, tuple[str, Any]] = {}
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            marks = ",".join("?" * len(part))
            for key, status, payload in self.db.execute(f"SELECT * FROM results WHERE key IN ({marks})", part):
                found[key] = (status, json.loads(payload))
        return found

    def add_results(self, rows: Iterable[tuple[str, str, Any]]) -> None:
        """Commit results ``(key, status, payload)`` at once."""
        encoded = [(key, status, json.dumps(payload, ensure_ascii=False)) for key, status, payload in rows]
        self._write("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", encoded)

    def count_results(self) -> int:
        """Return how many results are committed."""
        return int(self.db.execute("SELECT count(*) FROM results").fetchone()[0])

    def statuses(self, model: str) -> dict[str, int]:
        """Return how many results of a model there are, by status."""
        asked = "SELECT r.status, count(*) FROM links l JOIN results r ON r.key = l.key WHERE l.model = ? GROUP BY 1"
        return dict(self.db.execute(asked, (model,)))

    def forget_failures(self) -> int:
        """Delete results that are failures; return how many."""
        with self._transaction():
            return self.db.execute("DELETE FROM results WHERE status != 'ok'").rowcount

    def link(self, model: str, rows: Iterable[tuple[int, str]]) -> None:
        """Commit which result answers for (position, model)."""
        self._write(
            "INSERT OR REPLACE INTO links VALUES (?, ?, ?)",
            [(position, model, key) for position, key in rows],
        )

    def links(self, model: str) -> list[tuple[int, str]]:
        """Return (position, result key) of all candidates that `model` answered for."""
        rows = self.db.execute("SELECT position, key FROM links WHERE model = ? ORDER BY position", (model,))
        return [(position, key) for position, key in rows]

    # -- candidates and outcomes ----------------------------------------------------------------------------------

    def begin(self, candidates: Iterable[tuple[int, str, str, Any, Any, str]]) -> None:
        """Replace the candidate rows (position, id, fingerprint, payload, card, rejected); results stay."""
        rows = [
            (
                position,
                name,
                fingerprint,
                json.dumps(payload, ensure_ascii=False),
                json.dumps(card, ensure_ascii=False),
                why,
            )
            for position, name, fingerprint, payload, card, why in candidates
        ]
        with self._transaction():
            for table in ("candidates", "links", "outcomes"):
                self.db.execute(f"DELETE FROM {table}")
            self.db.executemany("INSERT INTO candidates VALUES (?, ?, ?, ?, ?, ?)", rows)

    def candidates(self) -> list[tuple[str, Any, str]]:
        """Return (id, card, why it was rejected or ``""``) in order."""
        rows = self.db.execute("SELECT id, card, rejected FROM candidates ORDER BY position")
        return [(name, json.loads(card), why) for name, card, why in rows]

    def payloads(self) -> dict[str, Any]:
        """Return JSON forms by id of the candidates that could be read."""
        rows = self.db.execute("SELECT id, payload FROM candidates WHERE rejected = '' ORDER BY position")
        return {name: json.loads(payload) for name, payload in rows}

    def set_outcomes(self, rows: Iterable[tuple[int, str, str, str]]) -> None:
        """Commit (position, status, stage, reason)."""
        self._write("INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?)", list(rows))

    def outcomes(self) -> list[tuple[int, str, str, str]]:
        """Return (position, status, stage, reason) in order."""
        return list(self.db.execute("SELECT * FROM outcomes ORDER BY position"))

    def _write(self, statement: str, rows: list[Any]) -> None:
        with self._transaction():
            self.db.executemany(statement, rows)

    def _transaction(self) -> _Transaction:
        return _Transaction(self.db, self.path)


class _Transaction:
    """One atomic write; a full disk or a lost folder becomes a RunError that says so."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self.db, self.path = db, path

    def __enter__(self) -> None:
        self._execute("BEGIN IMMEDIATE")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._execute("COMMIT")
            return
        self._roll_back()
        if isinstance(error, sqlite3.Error):
            raise self._refusal(error) from error

    def _execute(self, statement: str) -> None:
        try:
            self.db.execute(statement)
        except sqlite3.Error as error:  # a disk is often found full only at the commit
            self._roll_back()
            raise self._refusal(error) from error

    def _roll_back(self) -> None:
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def _refusal(self, error: sqlite3.Error) -> RunError:
        return RunError(f"{self.path}: cannot be written ({error}); what was committed before is safe")
