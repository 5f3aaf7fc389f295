"""Recipes from files: TOML, JSON, CSV and XLSX. Nothing is evaluated; formulas in a workbook count by their values."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from finechem.adhesives.entries import Written, recipe_from_entries
from finechem.adhesives.recipe import Recipe
from finechem.errors import ConfigError, ReadError, did_you_mean, one_line
from finechem.screening.model import Rejected

__all__ = ["FORMATS", "TABLE_COLUMNS", "load_recipes", "read_recipes"]

FORMATS = (".toml", ".json", ".csv", ".xlsx")
_LARGEST_FILE = 5_000_000
#: A workbook is compressed: this much may come out of it.
_LARGEST_WORKBOOK = 50_000_000
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
    items: list[Recipe | Rejected] = []
    used: dict[str, int] = {}
    for given in paths:
        for file in _files(Path(given)):
            for item in [file] if isinstance(file, Rejected) else _read_file(file):
                used[item.id] = used.get(item.id, 0) + 1
                again = used[item.id]
                items.append(item if again == 1 else replace(item, id=f"{item.id}~{again}"))
    return items


def _files(path: Path) -> list[Path | Rejected]:
    name = one_line(path.name or str(path))
    try:
        if path.is_dir():
            found = sorted(file for file in path.iterdir() if file.suffix.lower() in FORMATS and file.is_file())
            return [*found] or [Rejected(name, one_line(f"{path}: no recipe in this folder ({', '.join(FORMATS)})"))]
        if not path.exists():
            return [Rejected(name, one_line(f"{path}: no such file or folder"))]
    except (OSError, ValueError) as error:
        return [Rejected(name, one_line(f"{path}: cannot be read ({error})"))]
    return [path]


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
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise ReadError(f"{path}: not a kind of file that holds recipes ({', '.join(FORMATS)})")
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ReadError(f"{path}: larger than {_LARGEST_FILE / 1e6:.0f} MB, surely no recipe")
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: cannot be read ({error.strerror or error})") from error
    if ending in (".toml", ".json"):
        return _from_document(path, _document(path, ending, data))
    rows = _workbook_rows(path, data) if ending == ".xlsx" else _csv_rows(path, data)
    return _from_rows(path, rows)


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError(f"{path}: not a text file in UTF-8") from None


def _document(path: Path, ending: str, data: bytes) -> Mapping[str, Any]:
    text = _text(path, data)
    try:
        document = tomllib.loads(text) if ending == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{path}: not valid {ending[1:].upper()}: {one_line(str(error))}") from error
    if not isinstance(document, Mapping):
        raise ReadError(f"{path}: expected a table of keys, found a {type(document).__name__}")
    return document


def _from_document(path: Path, document: Mapping[str, Any]) -> list[Written]:
    several = document.get("recipes")
    if several is None:
        tables: Sequence[Any] = [document]
    elif isinstance(several, list) and all(isinstance(table, Mapping) for table in several) and len(document) == 1:
        tables = several
    else:
        raise ReadError(f"{path}: 'recipes' must be a list of recipes and stand alone")
    written = []
    for index, table in enumerate(tables, start=1):
        name = table.get("name")
        own = one_line(name) if isinstance(name, str) and name.strip() else ""
        fallback = path.stem if len(tables) == 1 else f"{path.stem}#{index}"
        components = table.get("components")
        count = len(components) if isinstance(components, list) else 0
        written.append(Written(own or one_line(fallback), table, [f"component {at + 1}" for at in range(count)]))
    return written


def _csv_rows(path: Path, data: bytes) -> list[list[Any]]:
    text = _text(path, data)
    try:
        dialect = csv.Sniffer().sniff(text[:4096].splitlines()[0], delimiters=",;\t") if text.strip() else csv.excel
        return [list(row) for row in csv.reader(io.StringIO(text), dialect)]
    except csv.Error:
        try:
            return [list(row) for row in csv.reader(io.StringIO(text))]
        except csv.Error as error:
            raise ReadError(f"{path}: not a CSV table ({error})") from error


def _workbook_rows(path: Path, data: bytes) -> list[list[Any]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > _LARGEST_WORKBOOK:
                raise ReadError(f"{path}: unpacks to more than {_LARGEST_WORKBOOK / 1e6:.0f} MB, surely no recipe")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            rows = [list(row) for row in sheet.iter_rows(max_row=100_000, max_col=200, values_only=True)]
            book.close()
    except ReadError:
        raise
    except Exception as error:  # whatever a library says of a broken workbook
        raise ReadError(f"{path}: not a workbook that can be read ({one_line(str(error))})") from error
    return rows


def _from_rows(path: Path, rows: Sequence[Sequence[Any]]) -> list[Written]:
    """Return the recipes of a table: rows of one name in the column ``recipe`` belong together."""
    if not rows:
        raise ReadError(f"{path}: the table is empty")
    header = [str(cell).strip() if cell is not None else "" for cell in rows[0]]
    mistakes = [
        f"row 1, column {at}: unknown column {name!r}{did_you_mean(name, TABLE_COLUMNS)}"
        for at, name in enumerate(header, start=1)
        if name and name not in TABLE_COLUMNS
    ]
    mistakes += [
        f"row 1: column {name!r} comes twice" for name in dict.fromkeys(header) if name and header.count(name) > 1
    ]
    mistakes += ["row 1: column 'amount' is missing"] if "amount" not in header else []
    grouped: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    name_above = path.stem
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: _cell(cell) for name, cell in zip(header, row, strict=False) if name}
        if all(cell is None for cell in cells.values()):
            continue
        mistakes += _number_mistakes(number, cells)
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


def _cell(cell: Any) -> Any:
    if cell is None or isinstance(cell, (int, float)):
        return cell
    return str(cell).strip() or None


def _number_mistakes(number: int, cells: dict[str, Any]) -> list[str]:
    """Turn the numbers of a row into floats, in place, and return what is none."""
    mistakes = []
    for name in _NUMBER_COLUMNS:
        cell = cells.get(name)
        if cell is None:
            continue
        try:
            cells[name] = float("x" if isinstance(cell, bool) else cell)
        except ValueError:
            comma = "; use a decimal point" if re.fullmatch(r"-?\d+,\d+", str(cell)) else ""
            mistakes.append(f"row {number}, column {name!r}: {cell!r} is no number{comma}")
    for name in _TEXT_COLUMNS:
        if cells.get(name) is not None:
            cells[name] = str(cells[name])
    return mistakes


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
