"""Growth laws from tables and files: rows with units to `OxideGrowth`; users' TOML and CSV like the shipped table."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from finechem import datasets
from finechem.errors import ConfigError, InputError, ReadError, did_you_mean, one_line
from finechem.matter.tables import header_mistakes, plain_cell, read_table, to_numbers, to_texts
from finechem.oxidation.growth_parameters import (
    LAWS,
    CabreraMottLaw,
    LogarithmicLaw,
    OxideGrowth,
    ParabolicLaw,
    RateConstant,
    Regime,
)
from finechem.oxidation.rate_units import energy_kJ_mol, rate_constant_si
from finechem.units import GAS_CONSTANT

__all__ = ["COLUMNS", "SourceSpread", "growth_laws_of", "read_growth_laws", "shipped_growth_laws", "source_spread"]

_TEXTS = (
    "name", "substance", "oxide", "form", "law", "unit", "energy_unit", "linear_unit", "start_kind", "source", "doi",
    "grade",
)  # fmt: skip
_NUMBERS = (
    "up_to_nm", "value", "reference_K", "energy", "length_nm", "field_length_nm_K", "linear_value",
    "linear_reference_K", "linear_energy", "pressure_exponent", "linear_pressure_exponent", "sigma_ln",
    "sigma_energy_kJ_mol", "start_nm", "low_K", "high_K", "oxygen_bar", "low_bar", "high_bar", "water_bar",
)  # fmt: skip
#: Columns of a table and keys of a document; a row (or an entry of ``regimes``) is a regime.
COLUMNS = (*_TEXTS, *_NUMBERS, "note")
_NEEDED = ("name", "substance", "oxide", "law")
#: A user's file also says where its constant was measured.
_CONDITIONS = ("low_K", "high_K", "oxygen_bar")
_SHARED = (
    "name", "substance", "oxide", "form", "source", "doi", "grade", *_CONDITIONS, "low_bar", "high_bar", "water_bar",
    "start_nm", "start_kind",
)  # fmt: skip


class SourceSpread(NamedTuple):
    """How far sources of one material lie apart."""

    value: float
    sources: int
    materials: int


@cache
def source_spread(quantity: str) -> SourceSpread:
    """Return the pooled standard deviation between sources of one material, from the shipped facts.

    Parameters
    ----------
    quantity : {"activation_energy", "rate_constant"}
        Of energies: relative to their mean, parabolic growth below 600 K of copper or anywhere of the others, grade A
        to C. Of rate constants: of ln k, from films of one material in one study.

    Examples
    --------
    >>> spread = source_spread("activation_energy")
    >>> 0.1 < spread.value < 0.5, spread.materials >= 2
    (True, True)
    """
    rows = [row for row in datasets.load("oxidation.oxidation_facts").rows if row["grade"] != "D"]
    if quantity == "rate_constant":
        logs = [math.log(row["value"]) / math.sqrt(2.0) for row in rows if row["quantity"] == "rate_ratio"]
        return SourceSpread(math.sqrt(statistics.fmean(item**2 for item in logs)), 2 * len(logs), len(logs))
    if quantity != "activation_energy":
        raise InputError(f"no spread of {quantity!r} is worked out; known: activation_energy, rate_constant")
    groups: dict[str, list[float]] = {}
    for row in rows:
        cold = row["material"] != "Cu" or (row["high_K"] or 0.0) < 600.0
        if row["quantity"] == "activation_energy" and row["law"] == "parabolic" and cold:
            groups.setdefault(row["material"], []).append(energy_kJ_mol(row["value"], row["unit"]))
    several = [values for values in groups.values() if len(values) > 1]
    squares = math.fsum((value / statistics.fmean(values) - 1.0) ** 2 for values in several for value in values)
    freedom = sum(len(values) - 1 for values in several)
    return SourceSpread(math.sqrt(squares / freedom), sum(map(len, several)), len(several))


def growth_laws_of(rows: Sequence[Mapping[str, Any]]) -> tuple[OxideGrowth, ...]:
    """Return the growth laws of typed rows; rows of one name are the regimes of one law, thin first.

    Raises
    ------
    ConfigError
        If a law is impossible; the message names it and every mistake.
    """
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(str(row["name"]), []).append(row)
    return tuple(_growth(name, members) for name, members in grouped.items())


@cache
def shipped_growth_laws() -> tuple[OxideGrowth, ...]:
    """Return the growth laws of the table `oxidation.growth_parameters`, doubtful ones (grade D) included.

    >>> [law.name for law in shipped_growth_laws() if law.substance == "TiN"]
    ['TiN-film']
    """
    return growth_laws_of(datasets.load("oxidation.growth_parameters").rows)


def read_growth_laws(path: Path | str) -> tuple[OxideGrowth, ...]:
    """Return the growth laws of a user's file.

    Parameters
    ----------
    path : path-like
        CSV or XLSX: a row a regime, columns of `COLUMNS`, rows of one ``name`` belong together. TOML or JSON: the
        shared keys and a list ``regimes``, or a list ``growth_laws`` of such tables. Units stand in ``unit``
        (``nm2/s``, ``cm2/s``, ``um2/h``, ``g2/cm4/s``, ...), ``energy_unit`` and in the names of the other keys. A
        ``value`` without ``reference_K`` is the pre-exponential factor. Constants are those at ``oxygen_bar``; it and
        the measured temperatures (``low_K``, ``high_K``) are needed, so that what lies outside can be marked.

    Raises
    ------
    ConfigError
        Lists every mistake.
    ReadError
        If it is no such file.
    """
    path = Path(path)
    table = read_table(path, "growth law")
    rows = _document_rows(path, table) if isinstance(table, Mapping) else _table_rows(path, table)
    try:
        return growth_laws_of(rows)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.where}", error.mistakes) from None


def _table_rows(path: Path, table: list[list[Any]]) -> list[dict[str, Any]]:
    if not table:
        raise ReadError(f"{path}: empty; expected a header with the columns {', '.join(_NEEDED)}")
    header = [one_line(str(cell or "")).strip() for cell in table[0]]
    mistakes = header_mistakes(header, COLUMNS, _NEEDED)
    rows: list[dict[str, Any]] = []
    for number, cells in enumerate(table[1:], start=2):
        row = {name: plain_cell(cell) for name, cell in zip(header, cells, strict=False) if name}
        if not any(value is not None for value in row.values()):
            continue
        mistakes += to_texts(number, row, (*_TEXTS, "note")) + to_numbers(number, row, _NUMBERS)
        mistakes += [f"row {number}: {name!r} is empty" for name in _NEEDED if name in header and row.get(name) is None]
        known = {earlier.get("name") for earlier in rows}
        rows.append(row)
        if row.get("name") not in known:
            mistakes += _unmeasured(f"row {number}: ", row)
    if not rows and not mistakes:
        mistakes.append("no row after the header")
    if mistakes:
        raise ConfigError(str(path), mistakes)
    return rows


def _document_rows(path: Path, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = document.get("growth_laws", [document])
    rows: list[dict[str, Any]] = []
    mistakes = []
    if not isinstance(entries, list):
        raise ReadError(f"{path}: 'growth_laws' must be a list of tables")
    for index, entry in enumerate(entries, start=1):
        place = "" if len(entries) == 1 else f"law {index}: "
        regimes = entry.get("regimes") if isinstance(entry, Mapping) else None
        if not isinstance(regimes, list) or not all(isinstance(regime, Mapping) for regime in regimes) or not regimes:
            mistakes.append(f"{place}a list 'regimes' is missing: a table with 'law' for each regime, thin first")
            continue
        shared = {"name": path.stem} | {key: value for key, value in entry.items() if key != "regimes"}
        mistakes += _wrong_keys(place, shared)
        for number, regime in enumerate(regimes, start=1):
            own = dict(regime)
            mistakes += _wrong_keys(f"{place}regime {number}: ", own)
            rows.append(shared | own)
            mistakes += [
                f"{place}regime {number}: {name!r} is missing"
                for name in _NEEDED
                if rows[-1].get(name) is None and (number == 1 or name == "law")
            ]
        mistakes += _unmeasured(place, rows[-1])
    if mistakes:
        raise ConfigError(str(path), mistakes)
    return rows


def _wrong_keys(place: str, table: dict[str, Any]) -> list[str]:
    """Turn numbers and texts of a table into what they should be, in place, and return what is wrong."""
    mistakes = [f"{place}unknown key {key!r}{did_you_mean(key, COLUMNS)}" for key in table if key not in COLUMNS]
    wrong = to_texts(1, table, (*_TEXTS, "note")) + to_numbers(1, table, _NUMBERS)
    return mistakes + [place + text.removeprefix("row 1, column ") for text in wrong]


def _unmeasured(place: str, row: Mapping[str, Any]) -> list[str]:
    missing = [name for name in _CONDITIONS if row.get(name) is None]
    if not missing:
        return []
    return [
        f"{place}{', '.join(repr(name) for name in missing)}: missing; a law says where it was measured (from low_K to "
        "high_K at oxygen_bar), so that what lies outside can be marked"
    ]


def _growth(name: str, rows: Sequence[Mapping[str, Any]]) -> OxideGrowth:
    first = rows[0]
    mistakes: list[str] = []
    remarks: list[str] = []
    regimes: list[Regime] = []
    for row in rows:
        mistakes += [f"{key} differs between regimes" for key in _SHARED if row.get(key) != first.get(key)]
        try:
            regimes.append(_regime(row, remarks))
        except InputError as error:
            mistakes.append(str(error))
        if row.get("note"):
            remarks.append(str(row["note"]))
    if not mistakes:
        try:
            return OxideGrowth(
                name,
                first["substance"],
                first["oxide"],
                tuple(regimes),
                start_m=(first.get("start_nm") or 0.0) * 1e-9,
                **_range(first, regimes),
                oxygen_bar=first.get("oxygen_bar"),
                form=first.get("form") or "",
                source=_citation(first),
                grade=first.get("grade") or "user",
                remarks=tuple(dict.fromkeys(remarks)),
                low_bar=first.get("low_bar"),
                high_bar=first.get("high_bar"),
                water_bar=first.get("water_bar") or 0.0,
                start_kind=first.get("start_kind") or "oxide",
            )
        except ConfigError as error:
            mistakes += error.mistakes
    raise ConfigError(f"growth law {name!r}", list(dict.fromkeys(mistakes)))


def _range(row: Mapping[str, Any], regimes: Sequence[Regime]) -> dict[str, float]:
    low, high = row.get("low_K"), row.get("high_K")
    single = [regime.constant for regime in regimes if regime.constant is not None and not row.get("energy")]
    if single and low is None and high is None and not any(each.energy_kJ_mol for each in single):
        return {"low_K": single[0].reference_K, "high_K": single[0].reference_K}
    return {"low_K": low if low is not None else 1.0, "high_K": high if high is not None else 5000.0}


def _citation(row: Mapping[str, Any]) -> str:
    source = row.get("source") or "user"
    return f"{source}, doi:{row['doi']}" if row.get("doi") else str(source)


def _regime(row: Mapping[str, Any], remarks: list[str]) -> Regime:
    law = str(row["law"]).strip().lower()
    if law not in LAWS:
        raise InputError(f"law {law!r} is unknown{did_you_mean(law, LAWS)}")
    kind = LAWS[law]
    values: dict[str, Any] = {"constant": _constant(row, law, "", remarks)}
    if row.get("up_to_nm") is not None:
        values["up_to_m"] = row["up_to_nm"] * 1e-9
    if kind is ParabolicLaw:
        values["linear"] = _constant(row, "linear", "linear_", remarks)
    elif row.get("linear_value") is not None:
        raise InputError(f"linear_value stands in a {law} regime; only a parabolic one has it")
    for column, name, factor, owner in (
        ("length_nm", "length_m", 1e-9, LogarithmicLaw),
        ("field_length_nm_K", "field_length_mK", 1e-9, CabreraMottLaw),
    ):
        if kind is owner:
            if row.get(column) is None:
                raise InputError(f"a {law} law needs {column}")
            values[name] = row[column] * factor
        elif row.get(column) is not None:
            raise InputError(f"{column} stands in a {law} regime; only a {owner.law} one has it")
    return kind(**values)


def _constant(row: Mapping[str, Any], law: str, prefix: str, remarks: list[str]) -> RateConstant | None:
    value, unit = row.get(f"{prefix}value"), row.get(f"{prefix}unit")
    if value is None:
        return None
    if unit is None:
        raise InputError(f"{prefix}value of {value:g} without a {prefix}unit")
    constant = rate_constant_si(value, unit, law, solid=row["substance"], oxide=row["oxide"])
    if not constant > 0:
        raise InputError(f"a rate constant of {value:g} {unit}: must be above 0")
    energy = row.get(f"{prefix}energy")
    if energy is not None and row.get("energy_unit") is None:
        raise InputError(f"{prefix}energy of {energy:g} without an energy_unit")
    joule = 0.0 if energy is None else energy_kJ_mol(energy, row["energy_unit"])
    reference = row.get(f"{prefix}reference_K")
    if reference is None:
        low, high = row.get("low_K"), row.get("high_K")
        if low is None or high is None:
            raise InputError(
                f"{prefix}value of {value:g} {unit} is a pre-exponential factor (no {prefix}reference_K): low_K and "
                "high_K must say where it was measured"
            )
        if energy is None:
            raise InputError(f"{prefix}value of {value:g} {unit} has neither {prefix}reference_K nor {prefix}energy")
        reference = 2.0 / (1.0 / low + 1.0 / high)
        constant *= math.exp(-joule * 1e3 / (GAS_CONSTANT * reference))
    sigma, sigma_energy = row.get("sigma_ln"), row.get("sigma_energy_kJ_mol")
    if sigma is None:
        spread = source_spread("rate_constant")
        sigma = spread.value
        remarks.append(
            f"no error of k was stated: sigma of ln k {sigma:.2f}, as {spread.sources} films of {spread.materials} "
            "material in one study lie apart"
        )
    if sigma_energy is None and energy is not None:
        relative = source_spread("activation_energy")
        sigma_energy = relative.value * joule
        remarks.append(
            f"no error of the energy was stated: {100 * relative.value:.0f} %, as {relative.sources} sources of "
            f"{relative.materials} materials lie apart"
        )
    exponent = row.get(f"{prefix}pressure_exponent") or 0.0
    if not -2.0 <= exponent <= 2.0:
        raise InputError(f"{prefix}pressure_exponent of {exponent:g}: must be between -2 and 2")
    if exponent != 0.0:
        measured = row.get("oxygen_bar")
        if measured is None or not measured > 0:
            raise InputError(
                f"{prefix}pressure_exponent of {exponent:g}: oxygen_bar must say at which pressure k was measured"
            )
        constant /= measured**exponent
    return RateConstant(constant, reference, joule, exponent, sigma, sigma_energy or 0.0)
