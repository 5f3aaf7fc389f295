"""One row of a campaign's table: its cells as numbers, and what is wrong with them by row and column."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from finechem.adhesives.design.space import MixtureSpace
from finechem.errors import did_you_mean
from finechem.matter.tables import to_numbers, to_texts

__all__ = ["COMPOSITIONS", "LIMIT", "RowReader"]

COMPOSITIONS = ("auto", "fractions", "percent", "parts")
#: By how much fractions may miss a sum of 1 before that is a mistake rather than rounding, and count as weighed right.
ROUNDING = 0.01
#: Above it a sum of fractions is one of percent.
_PERCENT_SUM = 10.0
LIMIT = re.compile(r"([<>])\s*=?\s*(.+)")


class RowReader:
    """Turns rows into numbers and collects what is wrong with them.

    Parameters
    ----------
    space : MixtureSpace
    objectives : tuple of str
    positive : tuple of str
        Objectives whose values must be above 0.
    composition : str
        Of `COMPOSITIONS`: how fractions are written.

    Attributes
    ----------
    wrong : list of str
        A sentence a mistake.
    percent, fraction, scaled : list of int
        Rows whose fractions are in percent, sum to 1, and had rounding taken off.
    """

    def __init__(
        self, space: MixtureSpace, objectives: tuple[str, ...], positive: tuple[str, ...], composition: str
    ) -> None:
        self.space, self.objectives, self.positive, self.composition = space, objectives, positive, composition
        self.wrong: list[str] = []
        self.percent: list[int] = []
        self.fraction: list[int] = []
        self.scaled: list[int] = []

    def row(self, number: int, cells: dict[str, Any]) -> tuple[str, list[float], list[float], list[int]]:
        """Return name, point, values and sides of one row."""
        mixture = self.space.columns[self.space.mixture]
        numbers = (*mixture, *self.space.columns[self.space.process])
        self.wrong += to_numbers(number, cells, numbers)
        choices = self.space.columns[self.space.categorical]
        self.wrong += to_texts(number, cells, (*choices, "name"))
        point = self._fractions(number, cells, mixture) + self._factors(number, cells)
        point += [self._choice(number, cells, at) for at in range(len(choices))]
        pairs = [self._value(number, cells, name) for name in self.objectives]
        return str(cells.get("name") or ""), point, [value for value, _ in pairs], [side for _, side in pairs]

    def _fractions(self, number: int, cells: Mapping[str, Any], names: Sequence[str]) -> list[float]:
        amounts = [cells.get(name) for name in names]
        if any(isinstance(amount, str) for amount in amounts):
            return [math.nan] * len(names)  # said already
        values = [0.0 if amount is None else float(amount) for amount in amounts]
        bad = [(name, value) for name, value in zip(names, values, strict=True) if not 0.0 <= value < math.inf]
        self.wrong += [f"row {number}, column {name!r}: {value:g} is no amount; it must be a number from 0 on"
                       for name, value in bad]  # fmt: skip
        total = math.fsum(values)
        if bad:
            return values
        if self.composition == "parts":
            if not total > 0.0:
                self.wrong.append(f"row {number}: has nothing of any component")
            return [value / total if total > 0.0 else math.nan for value in values]
        in_percent = self.composition == "percent" or (self.composition == "auto" and total > _PERCENT_SUM)
        whole = 100.0 if in_percent else 1.0
        if abs(total - whole) > ROUNDING * whole:
            expected = {"percent": "100", "fractions": "1"}.get(self.composition, "1 (or 100, in percent)")
            self.wrong.append(f"row {number}: the components sum to {total:.6g}, not to {expected}")
        elif abs(total - whole) > 1e-9 * whole:
            self.scaled.append(number)
        (self.percent if in_percent else self.fraction).append(number)
        return [value / total if total > 0.0 else math.nan for value in values]

    def _factors(self, number: int, cells: Mapping[str, Any]) -> list[float]:
        found = []
        for name in self.space.columns[self.space.process]:
            value = cells.get(name)
            if value is None:
                self.wrong.append(f"row {number}, column {name!r}: is empty; a process factor needs a number")
            elif isinstance(value, float) and not math.isfinite(value):
                self.wrong.append(f"row {number}, column {name!r}: {value} is no finite number")
            found.append(value if isinstance(value, float) else math.nan)
        return found

    def _choice(self, number: int, cells: Mapping[str, Any], at: int) -> float:
        category = self.space.categories[at]
        value = cells.get(category.name)
        if value in category.choices:
            return float(category.choices.index(value))
        found = "is empty" if value is None else f"no choice {value!r}"
        self.wrong.append(
            f"row {number}, column {category.name!r}: {found}{did_you_mean(str(value), category.choices)}"
        )
        return math.nan

    def _value(self, number: int, cells: dict[str, Any], name: str) -> tuple[float, int]:
        """Return a value of an objective, and on which side of it the true one lies."""
        side = 0
        cell = cells.get(name)
        if cell is None:
            return math.nan, 0
        if isinstance(cell, str) and (match := LIMIT.fullmatch(cell)):
            side = -1 if match[1] == "<" else 1
            if not _has_digit(match[2]):
                self.wrong.append(
                    f"row {number}, column {name!r}: {cell!r} has no number; write the limit itself, such as <0.5"
                )
                return math.nan, 0
            cells[name] = match[2]
        mistakes = to_numbers(number, cells, (name,))
        if mistakes:
            self.wrong += [f"{text}; leave the cell empty where nothing was measured" for text in mistakes]
            return math.nan, 0
        value = float(cells[name])
        if not math.isfinite(value) or (name in self.positive and not value > 0.0):
            rule = "it must be above 0, since the objective is learnt on a log scale" if math.isfinite(value) else (
                "it must be finite; leave the cell empty where nothing was measured")  # fmt: skip
            self.wrong.append(f"row {number}, column {name!r}: is {value:g}; {rule}")
        return value, side


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)
