"""What a user says of a crystal beside its structure file: elastic constants and measured numbers.

Names carry the unit, values are plain numbers, and nothing given is passed over in silence.
"""

from __future__ import annotations

import csv
import re
import reprlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from finechem.errors import InputError, ReadError, did_you_mean
from finechem.matter.crystal import Crystal, Elasticity, Fact
from finechem.matter.stiffness import independent_constants, stiffness_matrix
from finechem.matter.tables import parse_json

__all__ = ["ENDINGS", "QUANTITIES", "TABLE", "files_beside", "known_beside", "table_rows", "with_user_data"]

TABLE = "properties.csv"
#: Endings of structure files; NAME.cif has its data in NAME.json, POSCAR.AlN in POSCAR.AlN.json.
ENDINGS = (".cif", ".vasp", ".poscar", ".contcar", ".extxyz", ".xyz")
#: What a user may say about a crystal beside its structure; the name carries the unit.
QUANTITIES = (
    "thermal_conductivity_W_mK",
    "band_gap_eV",
    "resistivity_ohm_m",
    "thermal_expansion_1e-6_K",
    "gruneisen",
)
#: Quantities that cannot be 0: their logarithm is what counts.
_POSITIVE = ("thermal_conductivity_W_mK", "resistivity_ohm_m", "gruneisen")
_CONSTANT = re.compile("C[1-6][1-6]_GPa")


def files_beside(path: Path) -> list[Path]:
    """Return the files that may say something about a structure file, of those that exist."""
    return [file for file in (path.parent / TABLE, _sidecar(path)) if file.is_file()]


def _sidecar(path: Path) -> Path:
    return path.with_suffix(".json") if path.suffix.lower() in ENDINGS else path.with_name(f"{path.name}.json")


def known_beside(path: Path) -> dict[str, Any]:
    """Return what a structure file's row in ``properties.csv`` and its JSON say, the JSON last.

    Raises
    ------
    ReadError
        If one of them cannot be read.
    """
    known: dict[str, Any] = {}
    table = path.parent / TABLE
    if table.is_file():
        for row in table_rows(table):
            if row["file"] in (path.name, path.stem):
                known |= {key: value for key, value in row.items() if key != "file" and value}
    sidecar = _sidecar(path)
    if sidecar.is_file():
        try:
            loaded = parse_json(sidecar.read_text("utf-8"))
        except (ValueError, RecursionError) as error:
            raise ReadError(f"{sidecar}: not valid JSON ({error})") from error
        if not isinstance(loaded, dict):
            raise ReadError(f"{sidecar}: expected a JSON object, found a {type(loaded).__name__}")
        known |= loaded
    return known


def table_rows(table: Path) -> list[dict[str, str]]:
    """Return the rows of a ``properties.csv``.

    Raises
    ------
    ReadError
        If it is no CSV table with a column ``file``.
    """
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restkey="", restval="")
            if "file" not in (reader.fieldnames or ()):
                raise ReadError(f"{table}: needs a column 'file' with the name of the structure file")
            rows = [{key.strip(): value.strip() for key, value in row.items() if key} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReadError(f"{table}: not a CSV table ({error})") from error
    return rows


def with_user_data(crystal: Crystal, known: Mapping[str, Any]) -> Crystal:
    """Return the crystal with the elastic constants and facts a user gave beside its file.

    Raises
    ------
    InputError
        For unknown names (with the nearest known one), values that are no numbers, or an incomplete tensor.
    """
    constants = {key[:3]: value for key, value in known.items() if _CONSTANT.fullmatch(key)}
    allowed = {*QUANTITIES, *(f"{name}_uncertainty" for name in QUANTITIES), "source", "stiffness_GPa"}
    for key in known:
        if key not in allowed and key[:3] not in constants:
            named = {*allowed, *(f"{name}_GPa" for name in _names(crystal.space_group_number))}
            raise InputError(f"unknown property {key!r} beside it{did_you_mean(key, named)}")
        if key.endswith("_uncertainty") and key.removesuffix("_uncertainty") not in known:
            raise InputError(f"{key} is given without {key.removesuffix('_uncertainty')}")
    source = str(known.get("source", "user"))
    elasticity = crystal.elasticity
    if "stiffness_GPa" in known and constants:
        raise InputError(f"give stiffness_GPa or {', '.join(constants)}, not both")
    if "stiffness_GPa" in known:
        elasticity = Elasticity.from_matrix(_numbers(known["stiffness_GPa"], "stiffness_GPa"), "user", source)
    elif constants:
        plain = {name: _number(value, f"{name}_GPa") for name, value in constants.items()}
        matrix = stiffness_matrix(plain, crystal.space_group_number)
        elasticity = Elasticity.from_matrix(matrix, "user", source)
    facts = [_user_fact(name, known, source) for name in QUANTITIES if name in known]
    return replace(crystal, elasticity=elasticity, facts=(*facts, *crystal.facts))


def _names(space_group_number: int) -> tuple[str, ...]:
    try:
        return independent_constants(space_group_number)
    except InputError:
        return ()


def _user_fact(name: str, known: Mapping[str, Any], source: str) -> Fact:
    value = _number(known[name], name)
    if (value < 0 and name != "thermal_expansion_1e-6_K") or (value == 0 and name in _POSITIVE):
        raise InputError(f"{name} is {value:g}, expected a number {'above' if name in _POSITIVE else 'not below'} 0")
    spread = None
    if f"{name}_uncertainty" in known:
        spread = _number(known[f"{name}_uncertainty"], f"{name}_uncertainty")
        if spread < 0:
            raise InputError(f"{name}_uncertainty is {spread:g}, expected a number not below 0")
    return Fact(name, value, spread, source=source, temperature_K=300.0)


def _number(value: Any, name: str) -> float:
    try:
        number = float("true" if isinstance(value, bool) else value)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name} is {reprlib.repr(value)}, expected a number") from None
    if not np.isfinite(number):
        raise InputError(f"{name} is {number}, expected a finite number")
    return number


def _numbers(value: Any, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name} is no matrix of numbers") from None
