"""Measured rows of a campaign, from a CSV file or a workbook that people edit: every problem by row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.design.row_reading import LIMIT, RowReader
from finechem.adhesives.design.space import MixtureSpace
from finechem.adhesives.design.statements import Array
from finechem.errors import ConfigError, ReadError, one_line
from finechem.matter.tables import header_mistakes, plain_cell, read_table

__all__ = ["MeasuredRows", "read_rows"]

#: By how much a measured mixture may miss a bound and still count as inside: fractions are weighed and rounded.
WEIGHED = 1e-3
_TEXT_COLUMNS = ("name", "note")
_PERCENT = ("%", "wt%", "wt.%", "wt %", "mass%", "percent")
_FRACTION = ("", "-", "1", "g/g", "kg/kg", "fraction", "mass fraction")


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredRows:
    """What was made and measured.

    Attributes
    ----------
    numbers : tuple of int
        Of the rows in the file; its header is row 1.
    names : tuple of str
        Of the column ``name``; else empty.
    points : (n, d) array
        Fractions sum to 1.
    values : mapping of objective to (n,) array
        NaN where nothing was measured.
    censored : mapping of objective to (n,) array of int
        -1 where the value is a limit that the true one lies below (``<0.5``), +1 where above, else 0.
    outside : mapping of row number to list of str
        What rows that are not in the space break: they are learnt from, and never proposed.
    remarks : tuple of str
        What was done to the numbers.
    percent : bool
        Whether fractions are written in percent there.
    """

    numbers: tuple[int, ...]
    names: tuple[str, ...]
    points: Array
    values: Mapping[str, Array]
    censored: Mapping[str, NDArray[np.int64]]
    outside: Mapping[int, list[str]]
    remarks: tuple[str, ...]
    percent: bool = False

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Which rows have a value of any objective; the others are under way."""
        known = [np.isfinite(values) for values in self.values.values()]
        return np.any(known, axis=0) if known else np.zeros(len(self.points), dtype=bool)


def read_rows(
    path: Path,
    space: MixtureSpace,
    objectives: Sequence[str],
    *,
    units: Mapping[str, str] | None = None,
    positive: Sequence[str] = (),
    composition: str = "auto",
    ignore: Sequence[str] = (),
) -> MeasuredRows:
    """Return the rows of a file.

    The first row has the names of the columns of the space and of the objectives, in any order, and may have ``name``
    and ``note``. A second row without any number is a row of units. An empty cell of a component is none of it; an
    empty cell of an objective was not measured. ``<0.5`` and ``>20`` are limits.

    Parameters
    ----------
    path : Path
        CSV or XLSX (first sheet).
    space : MixtureSpace
    objectives : sequence of str
    units : mapping of column to unit, optional
        With which a row of units must agree.
    positive : sequence of str
        Objectives whose values must be above 0: they are learnt as logarithms.
    composition : {"auto", "fractions", "percent", "parts"}
        How fractions are written. ``auto``: a row that sums to 100 is in percent; ``parts`` are divided by their sum.
    ignore : sequence of str
        Further columns that are not read.

    Raises
    ------
    ReadError
        If it is no such file, or has no header.
    ConfigError
        With every problem by row and column.
    """
    table = read_table(path, "measured formulation")
    if isinstance(table, Mapping):
        raise ReadError(f"{path}: measured rows are a table; save it as CSV or XLSX")
    if not table:
        raise ReadError(f"{path}: empty; expected a header with {', '.join((*space.columns, *objectives))}")
    header = [one_line(str(cell or "")).strip() for cell in table[0]]
    optional = (*space.columns[space.mixture], *objectives)  # a column that is not there is an empty one
    needed = [name for name in space.columns if name not in optional]
    known = (*space.columns, *objectives, *_TEXT_COLUMNS, *ignore)
    wrong = header_mistakes(header, known, needed)
    wrong += _cells_without_name(header, table)
    if not wrong and not set(header) & set(space.columns[space.mixture]):
        wrong.append(f"row 1: none of the components is a column: {', '.join(space.columns[space.mixture])}")
    if wrong:
        raise ConfigError(str(path), wrong)
    rows = [
        (number, {name: plain_cell(cell) for name, cell in zip(header, cells, strict=False) if name})
        for number, cells in enumerate(table[1:], start=2)
    ]
    rows = [(number, cells) for number, cells in rows if any(cell is not None for cell in cells.values())]
    percent, wrong = _unit_row(rows, space, objectives, units or {}, composition)
    reader = RowReader(space, tuple(objectives), tuple(positive), "percent" if percent else composition)
    found = [(number, *reader.row(number, cells)) for number, cells in rows]
    if wrong or reader.wrong:
        raise ConfigError(str(path), [*wrong, *reader.wrong])
    return _collected(space, objectives, found, reader)


def _cells_without_name(header: Sequence[str], table: Sequence[Sequence[Any]]) -> list[str]:
    return [
        f"row {number}, column {at}: {one_line(str(cell))!r} stands in a column without a name"
        for number, cells in enumerate(table[1:], start=2)
        for at, cell in enumerate(cells, start=1)
        if plain_cell(cell) is not None and (at > len(header) or not header[at - 1])
    ]


def _unit_row(
    rows: list[tuple[int, dict[str, Any]]],
    space: MixtureSpace,
    objectives: Sequence[str],
    units: Mapping[str, str],
    composition: str,
) -> tuple[bool, list[str]]:
    """Take a row of units off the rows; say whether fractions are in percent, and what disagrees."""
    numeric = (*space.columns[: space.categorical.start], *objectives)
    if not rows or rows[0][0] != 2:
        return False, []
    number, cells = rows[0]
    there = {name: cells[name] for name in numeric if cells.get(name) is not None}
    if not there or any(not isinstance(cell, str) or _is_number(cell) for cell in there.values()):
        return False, []
    chosen = [cells.get(category.name) for category in space.categories]
    if any(cell in category.choices for cell, category in zip(chosen, space.categories, strict=True)):
        return False, []
    del rows[0]
    wrong = []
    kinds: set[bool | str] = set()
    for name in space.columns[space.mixture]:
        unit = str(cells.get(name) or "")
        if cells.get(name) is None:
            continue
        if composition == "parts":  # in any unit, as long as it is one: grams, parts per hundred of resin
            kinds.add(unit.lower())
            continue
        if unit.lower() not in (*_PERCENT, *_FRACTION):
            wrong.append(f"row {number}, column {name!r}: unknown unit {unit!r}; a component is in % or is a fraction")
        kinds.add(unit.lower() in _PERCENT)
    if composition == "parts" and len(kinds) > 1:
        wrong.append(f"row {number}: components are in {' and '.join(map(repr, sorted(kinds)))}; write all alike")
    elif len(kinds) > 1:
        wrong.append(f"row {number}: some components are in percent and some are fractions; write all alike")
    for name, unit in units.items():
        stated = cells.get(name)
        if stated is not None and unit and "".join(str(stated).split()) != "".join(unit.split()):
            wrong.append(f"row {number}, column {name!r}: the unit is {stated!r}, and {unit!r} in the campaign")
    return composition != "parts" and kinds == {True}, wrong


def _is_number(text: str) -> bool:
    try:
        float(LIMIT.sub(r"\2", text.strip()).replace(",", "."))
    except ValueError:
        return False
    return True


def _collected(
    space: MixtureSpace, objectives: Sequence[str], found: Sequence[tuple[Any, ...]], reader: RowReader
) -> MeasuredRows:
    numbers = tuple(number for number, *_ in found)
    points = np.array([point for _, _, point, _, _ in found], dtype=float).reshape(len(found), len(space.columns))
    values = np.array([row for *_, row, _ in found], dtype=float).reshape(len(found), len(objectives))
    sides = np.array([row for *_, row in found], dtype=np.int64).reshape(len(found), len(objectives))
    outside = {number: space.violations(point, WEIGHED) for number, point in zip(numbers, points, strict=True)}
    outside = {number: broken for number, broken in outside.items() if broken}
    remarks = []
    if reader.percent:
        remarks.append(f"fractions are in percent in {_rows(reader.percent, len(found))}")
    if reader.percent and reader.fraction:
        remarks.append(f"and sum to 1 in {_rows(reader.fraction, len(found))}")
    if reader.scaled:
        remarks.append(f"rounding was taken off fractions in {_rows(reader.scaled, len(found))}: they sum to 1 now")
    for column, name in enumerate(objectives):
        below = [number for number, side in zip(numbers, sides[:, column], strict=True) if side < 0]
        above = [number for number, side in zip(numbers, sides[:, column], strict=True) if side > 0]
        for limited, what in ((below, "an upper limit"), (above, "a lower limit")):
            if limited:
                remarks.append(
                    f"{name} is {what} in {_rows(limited, len(found))}: the model puts what it expects beyond the "
                    "limit in its place, with that expectation's uncertainty"
                )
    return MeasuredRows(
        numbers,
        tuple(name for _, name, *_ in found),
        points,
        {name: values[:, column] for column, name in enumerate(objectives)},
        {name: sides[:, column] for column, name in enumerate(objectives)},
        outside,
        tuple(remarks),
        len(reader.percent) > len(reader.fraction),
    )


def _rows(numbers: Sequence[int], total: int) -> str:
    if len(numbers) == total:
        return "every row"
    shown = ", ".join(map(str, numbers[:8])) + (f" and {len(numbers) - 8} more" if len(numbers) > 8 else "")
    return f"row{'s' if len(numbers) > 1 else ''} {shown}"
