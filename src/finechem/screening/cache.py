"""Content-addressed files that runs and workers share, for results too dear to compute twice."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from finechem.errors import RunError

__all__ = ["Cache", "default_cache_folder"]


def default_cache_folder() -> Path:
    """Return ``$FINECHEM_CACHE``, or ``finechem`` in the user's cache folder."""
    if named := os.environ.get("FINECHEM_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "finechem"


class Cache:
    """JSON payloads under their key; a write is an atomic rename, so readers see all of it or nothing.

    Parameters
    ----------
    folder : path-like
        Made on the first write.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def path(self, key: str) -> Path:
        """Return the file of `key`."""
        return self.folder / "results" / key[:2] / f"{key}.json"

    def get(self, key: str) -> Any:
        """Return the payload of `key`, or None when there is none (or half a file from a broken disk)."""
        try:
            return json.loads(self.path(key).read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def put(self, key: str, payload: Any) -> None:
        """Write the payload of `key`.

        Raises
        ------
        RunError
            If the folder cannot be written.
        """
        path = self.path(key)
        try:
            self._write(path, payload)
        except OSError as error:
            raise RunError(f"{self.folder}: the cache cannot be written ({error.strerror})") from error

    def _write(self, path: Path, payload: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(payload, file)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
