"""The shipped tables, typed: facts somebody published, each row with its source."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import finechem_datasets
from finechem.errors import DataError, did_you_mean

__all__ = ["Table", "citations", "load", "measured_error", "package_hash", "tables", "version"]

_TYPES: Mapping[str, Callable[[str], Any]] = {"number": float, "integer": int, "string": str}


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its rows, and how full each column is.

    Attributes
    ----------
    name, title : str
    columns : tuple of str
    rows : tuple of dict
        Typed by the schema; None where the cell is empty.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]

    def filled(self) -> dict[str, int]:
        """Return how many cells of each column are filled."""
        return {name: sum(row[name] is not None for row in self.rows) for name in self.columns}

    def filled_by_grade(self) -> dict[str, dict[str, int]]:
        """Return, for each column, how many filled cells stand in rows of each grade (A to D)."""
        return {
            name: {
                grade: sum(row[name] is not None and row.get("grade") == grade for row in self.rows) for grade in "ABCD"
            }
            for name in self.columns
        }

    def where(self, **wanted: Any) -> list[Mapping[str, Any]]:
        """Return the rows whose columns have these values."""
        return [row for row in self.rows if all(row[name] == value for name, value in wanted.items())]


@cache
def load(name: str) -> Table:
    """Return a table by its name, such as ``thermal.crystals``.

    Raises
    ------
    DataError
        If there is no such table, or a cell breaks its schema (the message names table, line and column).

    Examples
    --------
    >>> load("thermal.crystals").where(phase_id="AlN-wurtzite")[0]["space_group_number"]
    186
    """
    resources = {item["name"]: item for item in finechem_datasets.package()["resources"]}
    if name not in resources:
        raise DataError(f"no table {name!r}{did_you_mean(name, resources)}")
    resource = resources[name]
    types = {column["name"]: column["type"] for column in resource["schema"]["fields"]}
    reader = csv.DictReader(io.StringIO(finechem_datasets.text(resource["path"])))
    if tuple(reader.fieldnames or ()) != tuple(types):
        raise DataError(f"table {name}: its header is not what datapackage.json says")
    rows = tuple(_typed(name, line, row, types) for line, row in enumerate(reader, start=2))
    return Table(name, resource["title"], tuple(types), rows)


def _typed(table: str, line: int, row: Mapping[str, str], types: Mapping[str, str]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for column, kind in types.items():
        cell = row[column]
        try:
            typed[column] = None if cell in ("", None) else _TYPES[kind](cell)
        except ValueError:
            raise DataError(f"table {table}, line {line}: {column} is {cell!r}, expected a {kind}") from None
    return typed


def measured_error(name: str, **wanted: Any) -> Mapping[str, Any]:
    """Return the row of a table of measured errors, such as ``thermal.model_errors``.

    Raises
    ------
    DataError
        If no row has these values: that error was never measured.
    """
    rows = load(name).where(**wanted)
    if not rows:
        raise DataError(f"{name} has no row for {', '.join(map(str, wanted.values()))}: its error was never measured")
    return rows[0]


def tables() -> tuple[str, ...]:
    """Return the names of all tables."""
    return tuple(item["name"] for item in finechem_datasets.package()["resources"])


def version() -> str:
    """Return the version of the data package."""
    return str(finechem_datasets.package()["version"])


@cache
def package_hash() -> str:
    """Return a hash of all tables: part of every key of a model that reads them."""
    digest = hashlib.blake2b(digest_size=16)
    for resource in finechem_datasets.package()["resources"]:
        digest.update(finechem_datasets.text(resource["path"]).encode())
    return digest.hexdigest()


def citations(name: str) -> list[str]:
    """Return the distinct sources of a table, sorted."""
    found = set()
    for row in load(name).rows:
        if row.get("source"):
            found.add(f"{row['source']}, doi:{row['doi']}" if row.get("doi") else str(row["source"]))
    return sorted(found)
