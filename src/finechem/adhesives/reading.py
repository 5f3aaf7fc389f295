"""Recipes from files: TOML, JSON, CSV and XLSX. Nothing is evaluated; formulas in a workbook count by their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from finechem.adhesives.entries import Written, recipe_from_entries
from finechem.adhesives.recipe import Recipe
from finechem.errors import ConfigError, ReadError, one_line
from finechem.matter.tables import (
    FORMATS,
    header_mistakes,
    input_files,
    plain_cell,
    read_table,
    tables_of,
    to_numbers,
    unique_ids,
)
from finechem.screening.model import Rejected

__all__ = ["FORMATS", "TABLE_COLUMNS", "load_recipes", "read_recipes"]

_TEXT_COLUMNS = (
    "recipe",
    "source",
    "note",
    "chemistry",
    "unit",
    "cure",
    "name",
    "id",
    "role",
    "part",
    "smiles",
    "group",
)
_BY_GROUP = ("equivalent_weight_g_eq", "equivalent_weight_tolerance_g_eq", "functionality")
_NUMBER_COLUMNS = (
    "amount", *_BY_GROUP, "hydroxyl_value_mgKOH_g", "acid_value_mgKOH_g", "nco_percent",
    "molar_mass_g_mol", "density_g_cm3", "viscosity_Pa_s", "carbon_mass_fraction",
    "inorganic_carbon_mass_fraction", "biobased_carbon", "biobased_mass",
)  # fmt: skip
TABLE_COLUMNS = (*_TEXT_COLUMNS, *_NUMBER_COLUMNS)
_RECIPE_COLUMNS = ("source", "note", "chemistry", "unit", "cure")
_CURE_STEP = re.compile(r"\s*(-?[\d.]+)\s*°?\s*C\s*[,:]?\s*([\d.]+)\s*(min|h)\s*")


def load_recipes(path: Path | str) -> list[Recipe]:
    """Read all recipes of one file.

    Parameters
    ----------
    path : path-like
        TOML or JSON hold one recipe, or a list ``recipes``; keys ``name``, ``source``, ``note``, ``chemistry``,
        ``unit`` (phr, wt%, vol%, mol, eq or g), ``components`` and ``cure`` (``temperature_C``, ``time_min``). CSV and
        XLSX (first sheet) have a row a component and the columns of `TABLE_COLUMNS`; ``recipe`` tells recipes apart (a
        row where it is empty belongs to the recipe above), ``group`` says what kind of group the row's equivalent
        weight is about, and ``cure`` reads ``80 C 120 min; 150 C 2 h``. A component with the ``id`` of a shipped one
        needs nothing but its amount.

    Raises
    ------
    ConfigError
        Lists every mistake in the file, with its row or component and key.
    ReadError
        If it is no such file.
    """
    path = Path(path)
    found = [(written.id, *recipe_from_entries(written)) for written in _written(path)]
    several = len(found) > 1
    mistakes = [f"{name}: {text}" if several else text for name, _, texts in found for text in texts]
    if mistakes:
        raise ConfigError(str(path), mistakes)
    return [recipe for _, recipe, _ in found if recipe is not None]


def read_recipes(paths: Iterable[Path | str]) -> list[Recipe | Rejected]:
    """Read recipes from files and folders; what cannot be read becomes a `Rejected` with every mistake.

    Ids are the recipes' names, else the file names; a second recipe of a name gets ``~2``.
    """
    files = [file for given in paths for file in input_files(Path(given), "recipe")]
    return unique_ids(item for file in files for item in ([file] if isinstance(file, Rejected) else _read_file(file)))


def _read_file(path: Path) -> list[Recipe | Rejected]:
    name = one_line(path.stem)
    try:
        written = _written(path)
    except (ReadError, ConfigError) as error:
        return [Rejected(name, one_line(str(error)))]
    items: list[Recipe | Rejected] = []
    for entry in written:
        recipe, mistakes = recipe_from_entries(entry)
        items.append(recipe or Rejected(entry.id, one_line(f"{path}: {'; '.join(mistakes)}")))
    return items


def _written(path: Path) -> list[Written]:
    found = read_table(path, "recipe")
    return _from_document(path, found) if isinstance(found, Mapping) else _from_rows(path, found)


def _from_document(path: Path, document: Mapping[str, Any]) -> list[Written]:
    written = []
    for name, table in tables_of(path, document, "recipe"):
        components = table.get("components")
        count = len(components) if isinstance(components, list) else 0
        written.append(Written(name, table, [f"component {at + 1}" for at in range(count)]))
    return written


def _from_rows(path: Path, rows: Sequence[Sequence[Any]]) -> list[Written]:
    """Return the recipes of a table: rows of one name in the column ``recipe`` belong together."""
    if not rows:
        raise ReadError(f"{path}: the table is empty")
    header = [str(cell).strip() if cell is not None else "" for cell in rows[0]]
    mistakes = header_mistakes(header, TABLE_COLUMNS, ["amount"])
    grouped: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    name_above = path.stem
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: plain_cell(cell) for name, cell in zip(header, row, strict=False) if name}
        if all(cell is None for cell in cells.values()):
            continue
        mistakes += to_numbers(number, cells, _NUMBER_COLUMNS)
        cells |= {name: str(cells[name]) for name in _TEXT_COLUMNS if cells.get(name) is not None}
        name_above = str(cells.get("recipe") or name_above)  # written once, as in merged cells
        grouped.setdefault(name_above, []).append((number, cells))
    if mistakes:
        raise ConfigError(str(path), mistakes)
    if not grouped:
        raise ReadError(f"{path}: the table has a header and no rows")
    written = []
    for name, members in grouped.items():
        table, wrong = _table_of(members)
        mistakes += wrong
        written.append(Written(one_line(name), table, [f"row {number}" for number, _ in members]))
    if mistakes:
        raise ConfigError(str(path), mistakes)
    return written


def _table_of(members: Sequence[tuple[int, dict[str, Any]]]) -> tuple[dict[str, Any], list[str]]:
    """Return the nested table of one recipe's rows, and mistakes."""
    table: dict[str, Any] = {"components": []}
    mistakes = []
    for number, cells in members:
        for name in _RECIPE_COLUMNS:
            value = cells.get(name)
            if value is None:
                continue
            if table.setdefault(name, value) != value:
                mistakes.append(f"row {number}, column {name!r}: {value!r}, but {table[name]!r} above; one a recipe")
        entry = {
            name: value for name, value in cells.items()
            if value is not None and name not in (*_RECIPE_COLUMNS, *_BY_GROUP, "recipe", "group")
        }  # fmt: skip
        stated = {name: cells[name] for name in _BY_GROUP if cells.get(name) is not None}
        if stated and not cells.get("group"):
            mistakes.append(
                f"row {number}, column 'group': is empty, so nobody knows what {next(iter(stated))} is about"
            )
        table["components"].append(entry | {name: {cells.get("group"): value} for name, value in stated.items()})
    if "cure" in table:
        table["cure"], wrong = _cure(table["cure"])
        mistakes += [f"row {members[0][0]}, column 'cure': {text}" for text in wrong]
    return table, mistakes


def _cure(text: str) -> tuple[list[dict[str, float]], list[str]]:
    steps, mistakes = [], []
    for part in text.split(";"):
        match = _CURE_STEP.fullmatch(part)
        if match is None:
            mistakes.append(f"{part.strip()!r} is no step such as '80 C 120 min'")
            continue
        temperature, time, unit = match.groups()
        try:
            steps.append(
                {"temperature_C": float(temperature), "time_min": float(time) * (60.0 if unit == "h" else 1.0)}
            )
        except ValueError:
            mistakes.append(f"{part.strip()!r} is no step such as '80 C 120 min'")
    return steps, mistakes
