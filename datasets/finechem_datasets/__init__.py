"""Published facts as tables: one CSV a table, described in ``datapackage.json`` (Frictionless).

Only the standard library is used here; `finechem.datasets` reads the tables with their types.
"""

from __future__ import annotations

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

__all__ = ["package", "root", "text"]


def root() -> Traversable:
    """Return the folder of the tables."""
    return files(__name__)


def package() -> dict[str, Any]:
    """Return ``datapackage.json``: every table's columns, types, units, licence and version."""
    described: dict[str, Any] = json.loads((root() / "datapackage.json").read_text("utf-8"))
    return described


def text(path: str) -> str:
    """Return the text of a table by its path in the package, such as ``thermal/crystals.csv``."""
    return (root() / path).read_text("utf-8")
