"""Hazard classifications of components from a file, as data sheets state them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from finechem.adhesives.classification import Classification
from finechem.errors import ConfigError, InputError, ReadError, did_you_mean, one_line
from finechem.matter.tables import read_table

__all__ = ["StatedHazards", "load_classifications"]

_KEYS = (
    "hazards", "limits", "estimates", "m_acute", "m_chronic", "complete", "additive", "source",
    "residual_diisocyanate_percent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatedHazards:
    """What a file says of components, by name.

    Attributes
    ----------
    classifications : mapping of str to Classification
    residual_diisocyanate_percent : mapping of str to float
    """

    classifications: Mapping[str, Classification] = field(default_factory=dict)
    residual_diisocyanate_percent: Mapping[str, float] = field(default_factory=dict)

    def of(self, names: Collection[str]) -> StatedHazards:
        """Return what it says of some components."""
        return StatedHazards(
            {name: item for name, item in self.classifications.items() if name in names},
            {name: item for name, item in self.residual_diisocyanate_percent.items() if name in names},
        )

    def check(self, names: Collection[str]) -> None:
        """Refuse what it says of components that are not there.

        Raises
        ------
        InputError
            Naming the component and the nearest that is there.
        """
        for name in (*self.classifications, *self.residual_diisocyanate_percent):
            if name not in names:
                raise InputError(f"hazards are stated of {name!r}, which no recipe has{did_you_mean(name, names)}")


def load_classifications(path: Path | str) -> StatedHazards:
    """Read classifications of components from one file.

    Parameters
    ----------
    path : path-like
        TOML or JSON with a table a component, by its name: ``hazards`` (a list as
        `finechem.adhesives.classification.Hazard.of` reads it; empty: known to have none), ``limits`` (from a hazard to
        the percent from which it holds, or ``[low, high]``), ``estimates`` (acute toxicity by route), ``m_acute``,
        ``m_chronic``, ``complete`` (true unless stated: a data sheet speaks for every class), ``additive``, ``source``,
        and ``residual_diisocyanate_percent``, which may stand alone.

    Raises
    ------
    ConfigError
        Lists every mistake in the file, with its component.
    ReadError
        If it is no such file.
    """
    path = Path(path)
    document = read_table(path, "classification")
    if not isinstance(document, Mapping):
        raise ReadError(f"{path}: classifications stand in a TOML or JSON document")
    classifications, residues, mistakes = {}, {}, []
    for name, table in document.items():
        if not isinstance(table, Mapping):
            mistakes.append(f'{one_line(name)}: must be a table, such as ["{one_line(name)}"] with hazards = [...]')
            continue
        wrong = _mistakes(table)
        if not wrong:
            try:
                if set(table) != {"residual_diisocyanate_percent"}:
                    classifications[name] = _classification(table)
                if "residual_diisocyanate_percent" in table:
                    residues[name] = float(table["residual_diisocyanate_percent"])
            except InputError as error:
                wrong = [str(error)]
        mistakes += [f"{one_line(name)}: {text}" for text in wrong]
    if mistakes:
        raise ConfigError(str(path), mistakes)
    return StatedHazards(classifications, residues)


def _classification(table: Mapping[str, Any]) -> Classification:
    limits = {
        hazard: tuple(given) if isinstance(given, list) else given for hazard, given in table.get("limits", {}).items()
    }
    plain = {key: table[key] for key in ("m_acute", "m_chronic", "complete", "additive", "source") if key in table}
    return Classification.of(*table["hazards"], limits=limits, estimates=table.get("estimates", {}), **plain)


def _mistakes(table: Mapping[str, Any]) -> list[str]:
    wrong = [f"key {one_line(key)!r}: unknown key{did_you_mean(key, _KEYS)}" for key in table if key not in _KEYS]
    if "hazards" not in table and set(table) != {"residual_diisocyanate_percent"}:
        wrong.append("key 'hazards' is missing: a list, empty where it is known to have none")
    checks = (
        ("a list of texts", _is_texts, ("hazards",)),
        ("a table of numbers or of [low, high]", _is_limits, ("limits",)),
        ("a table of numbers", _is_numbers, ("estimates",)),
        ("a number", _is_number, ("m_acute", "m_chronic")),
        ("true or false", lambda given: isinstance(given, bool), ("complete", "additive")),
        ("a text", lambda given: isinstance(given, str), ("source",)),
        ("a number from 0 to 100", _is_percent, ("residual_diisocyanate_percent",)),
    )
    return wrong + [
        f"key {key!r}: {one_line(repr(table[key]))[:60]} is not {what}"
        for what, right, keys in checks
        for key in keys
        if key in table and not right(table[key])
    ]


def _is_number(given: Any) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)


def _is_percent(given: Any) -> bool:
    return _is_number(given) and 0.0 <= given <= 100.0


def _is_texts(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(item, str) for item in given)


def _is_numbers(given: Any) -> bool:
    return isinstance(given, Mapping) and all(_is_number(item) for item in given.values())


def _is_limits(given: Any) -> bool:
    return isinstance(given, Mapping) and all(
        _is_number(item) or (isinstance(item, list) and len(item) == 2 and all(_is_number(end) for end in item))
        for item in given.values()
    )
