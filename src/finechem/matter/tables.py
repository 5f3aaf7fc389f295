"""Tables that users write: files in a folder, TOML, JSON, CSV and XLSX to keys or rows, size limits, odd input.

Nothing is evaluated; formulas in a workbook count by their values. ``what`` is what a file should hold, for messages.
"""

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

from finechem.errors import ConfigError, ReadError, did_you_mean, one_line
from finechem.screening.model import Rejected

__all__ = [
    "FORMATS",
    "entries_of",
    "header_mistakes",
    "input_files",
    "parse_json",
    "plain_cell",
    "read_table",
    "tables_of",
    "to_numbers",
    "to_texts",
    "unique_ids",
]

FORMATS = (".toml", ".json", ".csv", ".xlsx")
_LARGEST_FILE = 5_000_000
#: Levels of nesting of a JSON text.
_DEEPEST = 100
#: A workbook is compressed: this much may come out of it.
_LARGEST_WORKBOOK = 50_000_000


def input_files(path: Path, what: str) -> list[Path | Rejected]:
    """Return the files of a folder, or the file itself; what is not there is rejected."""
    name = one_line(path.name or str(path))
    try:
        if path.is_dir():
            found = sorted(file for file in path.iterdir() if file.suffix.lower() in FORMATS and file.is_file())
            return [*found] or [Rejected(name, one_line(f"{path}: no {what} in this folder ({', '.join(FORMATS)})"))]
        if not path.exists():
            return [Rejected(name, one_line(f"{path}: no such file or folder"))]
    except (OSError, ValueError) as error:
        return [Rejected(name, one_line(f"{path}: cannot be read ({error})"))]
    return [path]


def read_table(path: Path, what: str) -> Mapping[str, Any] | list[list[Any]]:
    """Return the keys of a TOML or JSON file, or the rows of a CSV file or a workbook's first sheet.

    Raises
    ------
    ReadError
        If it is no such file, too large, or cannot be read.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise ReadError(f"{path}: not a kind of file that holds {what}s ({', '.join(FORMATS)})")
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ReadError(f"{path}: larger than {_LARGEST_FILE / 1e6:.0f} MB, surely no {what}")
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: cannot be read ({error.strerror or error})") from error
    if ending in (".toml", ".json"):
        return _document(path, ending, data)
    return _workbook_rows(path, data, what) if ending == ".xlsx" else _csv_rows(path, data)


def tables_of(path: Path, document: Mapping[str, Any], what: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return name and table of the one thing a document holds, or of each in its list ``<what>s``.

    The name is the key ``name``, else that of the file.
    """
    several = document.get(f"{what}s")
    if several is None:
        tables: Sequence[Any] = [document]
    elif isinstance(several, list) and all(isinstance(table, Mapping) for table in several) and len(document) == 1:
        tables = several
    else:
        raise ReadError(f"{path}: '{what}s' must be a list of {what}s and stand alone")
    found = []
    for index, table in enumerate(tables, start=1):
        name = table.get("name")
        own = one_line(name) if isinstance(name, str) and name.strip() else ""
        fallback = path.stem if len(tables) == 1 else f"{path.stem}#{index}"
        found.append((own or one_line(fallback), table))
    return found


def entries_of(
    path: Path, what: str, columns: Sequence[str], needed: Sequence[str]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return name and keys of each thing in a file: of `tables_of`, or a row each of CSV and XLSX.

    A row is named by its column ``name``, else by the first needed column, else by the file.

    Raises
    ------
    ReadError
        If the file cannot be read or is empty.
    ConfigError
        If a column is unknown, comes twice or is missing.
    """
    table = read_table(path, what)
    if isinstance(table, Mapping):
        return tables_of(path, table, what)
    if not table:
        raise ReadError(f"{path}: empty; expected a header with {', '.join(needed)}")
    header = [one_line(str(cell or "")).strip() for cell in table[0]]
    mistakes = header_mistakes(header, columns, needed)
    if mistakes:
        raise ConfigError(str(path), mistakes)
    rows = [{name: plain_cell(cell) for name, cell in zip(header, cells, strict=False)} for cells in table[1:]]
    return [(str(row.get("name") or row.get(needed[0]) or path.stem), row) for row in rows if any(row.values())]


def unique_ids(items: Iterable[Any]) -> list[Any]:
    """Return the items (with an ``id``), a second one of an id as ``id~2``."""
    found: list[Any] = []
    used: dict[str, int] = {}
    for item in items:
        used[item.id] = used.get(item.id, 0) + 1
        again = used[item.id]
        found.append(item if again == 1 else replace(item, id=f"{item.id}~{again}"))
    return found


def header_mistakes(header: Sequence[str], known: Sequence[str], needed: Sequence[str]) -> list[str]:
    """Return what is wrong with the first row of a table."""
    mistakes = [
        f"row 1, column {at}: unknown column {name!r}{did_you_mean(name, known)}"
        for at, name in enumerate(header, start=1)
        if name and name not in known
    ]
    mistakes += [
        f"row 1: column {name!r} comes twice" for name in dict.fromkeys(header) if name and header.count(name) > 1
    ]
    return mistakes + [f"row 1: column {name!r} is missing" for name in needed if name not in header]


def plain_cell(cell: Any) -> Any:
    """Return a number as it is, text without blanks around it, None where nothing is."""
    if cell is None or isinstance(cell, (int, float)):
        return cell
    return str(cell).strip() or None


def to_numbers(number: int, cells: dict[str, Any], names: Sequence[str]) -> list[str]:
    """Turn the named cells of a row into floats, in place, and return what is none."""
    mistakes = []
    for name in names:
        cell = cells.get(name)
        if cell is None:
            continue
        try:
            cells[name] = float("x" if isinstance(cell, bool) else cell)
        except (ValueError, TypeError):
            comma = "; use a decimal point" if re.fullmatch(r"-?\d+,\d+", str(cell)) else ""
            mistakes.append(f"row {number}, column {name!r}: {cell!r} is no number{comma}")
    return mistakes


def to_texts(number: int, cells: dict[str, Any], names: Sequence[str]) -> list[str]:
    """Turn numbers in the named cells of a row into text, in place, and return what is neither."""
    mistakes = []
    for name in names:
        cell = cells.get(name)
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            cells[name] = f"{cell:g}"
        elif cell is not None and not isinstance(cell, str):
            mistakes.append(f"row {number}, column {name!r}: {cell!r} is no text")
    return mistakes


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError(f"{path}: not a text file in UTF-8") from None


def parse_json(text: str) -> Any:
    """Return what a JSON text holds; one nested deeper than `_DEEPEST` is no input.

    The depth is counted first: a library that raises the recursion limit of the process turns deep nesting from a
    `RecursionError` into a crash.

    Raises
    ------
    ValueError
        If it is no JSON, or nested too deeply.

    Examples
    --------
    >>> parse_json('{"a": [1, 2]}')
    {'a': [1, 2]}
    """
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", re.sub(r'"(?:\\.|[^"\\])*"', "", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > _DEEPEST:
            raise ValueError(f"nested more than {_DEEPEST} deep")
    return json.loads(text)


def _document(path: Path, ending: str, data: bytes) -> Mapping[str, Any]:
    text = _text(path, data)
    try:
        document = tomllib.loads(text) if ending == ".toml" else parse_json(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{path}: not valid {ending[1:].upper()}: {one_line(str(error))}") from error
    if not isinstance(document, Mapping):
        raise ReadError(f"{path}: expected a table of keys, found a {type(document).__name__}")
    return document


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


def _workbook_rows(path: Path, data: bytes, what: str) -> list[list[Any]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > _LARGEST_WORKBOOK:
                raise ReadError(f"{path}: unpacks to more than {_LARGEST_WORKBOOK / 1e6:.0f} MB, surely no {what}")
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
