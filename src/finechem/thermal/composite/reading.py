"""Recipes of filled polymers from files: TOML, JSON, CSV, XLSX; one set of keys, every mistake with its place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from finechem.errors import ConfigError, DataError, ReadError, did_you_mean, one_line
from finechem.matter.tables import (
    header_mistakes,
    input_files,
    plain_cell,
    read_table,
    tables_of,
    to_numbers,
    unique_ids,
)
from finechem.screening.model import Rejected
from finechem.thermal.composite.candidate import CompositeRecipe, Filler, Matrix, shipped_filler, shipped_matrix

__all__ = ["COLUMNS", "load_composites", "read_composites"]

_TEXTS = ("name", "matrix", "filler", "unit", "orientation", "source", "note")
_NUMBERS = (
    "loading", "d50_um", "aspect_ratio", "order", "resistance_m2K_W", "resistance_factor", "packing_limit",
    "matrix_W_mK", "matrix_sigma", "matrix_density_kg_m3", "matrix_viscosity_Pa_s", "filler_W_mK", "filler_across_W_mK",
    "filler_along_W_mK", "filler_sigma", "filler_density_kg_m3",
)  # fmt: skip
#: Keys of a document and columns of a table.
COLUMNS = (*_TEXTS, *_NUMBERS)
_NEEDED = ("matrix", "filler", "loading")


def load_composites(path: Path | str) -> list[CompositeRecipe]:
    """Read all recipes of one file.

    Parameters
    ----------
    path : path-like
        TOML or JSON hold one recipe, or a list ``composites``; CSV and XLSX (first sheet) have a row a recipe. Keys and
        columns are those of `COLUMNS`. ``matrix`` and ``filler`` name a shipped material (a filler also by its phase),
        whose numbers the others replace, or a material of the user's own, whose conductivity and density are needed.
        ``unit`` is vol% (default) or wt%; ``filler_W_mK`` stands for both directions.

    Raises
    ------
    ConfigError
        Lists every mistake in the file, with its row and key.
    ReadError
        If it is no such file.
    """
    path = Path(path)
    found = [(name, place, *_recipe(name, entry, wrong)) for name, place, entry, wrong in _entries(path)]
    mistakes = [f"{place}{text}" for _, place, _, texts in found for text in texts]
    if mistakes:
        raise ConfigError(str(path), mistakes)
    return [recipe for _, _, recipe, _ in found if recipe is not None]


def read_composites(paths: Iterable[Path | str]) -> list[CompositeRecipe | Rejected]:
    """Read recipes from files and folders; what cannot be read becomes a `Rejected` with every mistake."""
    files = [file for given in paths for file in input_files(Path(given), "composite")]
    items = (item for file in files for item in ([file] if isinstance(file, Rejected) else _read_file(file)))
    return unique_ids(items)


def _read_file(path: Path) -> list[CompositeRecipe | Rejected]:
    try:
        entries = _entries(path)
    except (ReadError, ConfigError) as error:
        return [Rejected(one_line(path.stem), one_line(str(error)))]
    items: list[CompositeRecipe | Rejected] = []
    for name, place, entry, wrong in entries:
        recipe, mistakes = _recipe(name, entry, wrong)
        items.append(recipe or Rejected(name, one_line(f"{path}: {place}{'; '.join(mistakes)}")))
    return items


#: name, place (with a colon and blank, or empty), keys, mistakes so far
_Entry = tuple[str, str, dict[str, Any], list[str]]


def _entries(path: Path) -> list[_Entry]:
    found = read_table(path, "composite")
    if isinstance(found, Mapping):
        tables = tables_of(path, found, "composite")
        several = len(tables) > 1
        return [(name, f"{name}: " if several else "", *_typed(table)) for name, table in tables]
    return _from_rows(path, found)


def _typed(table: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the keys of a document that are known and of their type, and mistakes."""
    entry, mistakes = {}, []
    for key, value in table.items():
        if key not in COLUMNS:
            mistakes.append(f"key {key!r}: unknown key{did_you_mean(key, COLUMNS)}")
        elif key in _TEXTS and not isinstance(value, str):
            mistakes.append(f"key {key!r}: expected a text, got {one_line(repr(value))[:60]}")
        elif key in _NUMBERS and (isinstance(value, bool) or not isinstance(value, (int, float))):
            mistakes.append(f"key {key!r}: expected a number, got {one_line(repr(value))[:60]}")
        else:
            entry[key] = value
    return entry, mistakes


def _from_rows(path: Path, rows: Sequence[Sequence[Any]]) -> list[_Entry]:
    if not rows:
        raise ReadError(f"{path}: the table is empty")
    header = [str(cell).strip() if cell is not None else "" for cell in rows[0]]
    mistakes = header_mistakes(header, COLUMNS, _NEEDED)
    if mistakes:
        raise ConfigError(str(path), mistakes)
    entries: list[_Entry] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: plain_cell(cell) for name, cell in zip(header, row, strict=False) if name}
        cells = {name: cell for name, cell in cells.items() if cell is not None}
        if not cells:
            continue
        place = f"row {number}: "
        wrong = [text.removeprefix(f"row {number}, ") for text in to_numbers(number, cells, _NUMBERS)]
        kept = {name: str(cell) if name in _TEXTS else cell for name, cell in cells.items()}
        unread = {name for name in _NUMBERS if isinstance(kept.get(name), (str, bool))}
        kept = {name: cell for name, cell in kept.items() if name not in unread}
        name = kept.get("name") or f"{path.stem}#{number}"
        entries.append((one_line(name), place, kept, wrong))
    if not entries:
        raise ReadError(f"{path}: the table has a header and no rows")
    return entries


def _recipe(name: str, entry: Mapping[str, Any], wrong: Sequence[str]) -> tuple[CompositeRecipe | None, list[str]]:
    mistakes = [*wrong, *(f"key {key!r} is missing" for key in _NEEDED if key not in entry and not _noted(key, wrong))]
    matrix = _matrix(entry, mistakes) if "matrix" in entry else None
    filler = _filler(entry, mistakes) if "filler" in entry else None
    if matrix is None or filler is None or "loading" not in entry or mistakes:
        return None, mistakes
    rest = {
        key: entry[key]
        for key in ("aspect_ratio", "orientation", "order", "resistance_m2K_W", "resistance_factor", "packing_limit")
        if key in entry
    }
    rest |= {key: one_line(entry[key]) for key in ("source", "note") if key in entry}
    if "d50_um" in entry:
        rest["d50_m"] = entry["d50_um"] * 1e-6
    try:
        return CompositeRecipe.of(name, matrix, filler, entry["loading"], entry.get("unit", "vol%"), **rest), []
    except ConfigError as error:
        return None, list(error.mistakes)


def _noted(key: str, wrong: Sequence[str]) -> bool:
    return any(text.startswith((f"key {key!r}:", f"column {key!r}:")) for text in wrong)


def _matrix(entry: Mapping[str, Any], mistakes: list[str]) -> Matrix | None:
    own = {
        field: entry[key]
        for field, key in (
            ("conductivity_W_mK", "matrix_W_mK"),
            ("relative_sigma", "matrix_sigma"),
            ("density_kg_m3", "matrix_density_kg_m3"),
            ("viscosity_Pa_s", "matrix_viscosity_Pa_s"),
        )
        if key in entry
    }
    try:
        return replace(shipped_matrix(entry["matrix"]), **own)
    except DataError as error:
        lacking = [key for key in ("matrix_W_mK", "matrix_density_kg_m3") if key not in entry]
        if lacking:
            mistakes.append(f"key 'matrix': {error}; a matrix of your own needs {' and '.join(lacking)}")
            return None
        return Matrix(one_line(entry["matrix"]), **own)


def _filler(entry: Mapping[str, Any], mistakes: list[str]) -> Filler | None:
    both = entry.get("filler_W_mK", math.nan)
    own = {
        field: entry.get(key, both)
        for field, key in (("across_W_mK", "filler_across_W_mK"), ("along_W_mK", "filler_along_W_mK"))
        if key in entry or "filler_W_mK" in entry
    }
    for field, key in (("relative_sigma", "filler_sigma"), ("density_kg_m3", "filler_density_kg_m3")):
        if key in entry:
            own[field] = entry[key]
    try:
        known = shipped_filler(entry["filler"])
    except DataError as error:
        lacking = [] if {"across_W_mK", "along_W_mK"} <= set(own) else ["filler_W_mK (or both directions)"]
        lacking += [] if "density_kg_m3" in own else ["filler_density_kg_m3"]
        if lacking:
            mistakes.append(f"key 'filler': {error}; a filler of your own needs {' and '.join(lacking)}")
            return None
        return Filler(one_line(entry["filler"]), **own)
    if {"across_W_mK", "along_W_mK"} & set(own):  # another material of that kind: its error is its own
        own.setdefault("relative_sigma", 0.0)
        return replace(known, **own, name=f"{known.name} (own)", phase_id="", source="")
    return replace(known, **own)
