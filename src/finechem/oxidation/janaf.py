"""Gibbs energies of phases from the NIST-JANAF tables that the package ``janaf`` ships; nothing is downloaded.

Only its files are read: importing it would load a data-frame library that is not needed for eight columns of text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DataError, InputError

__all__ = [
    "SOURCE",
    "Composition",
    "PhaseTable",
    "composition",
    "compositions",
    "condensed_tables",
    "gas_tables",
    "reference_table",
]

SOURCE = "M. W. Chase, NIST-JANAF Thermochemical Tables, as shipped in the Python package janaf"
#: What a mole holds of each element, sorted by symbol.
Composition = tuple[tuple[str, float], ...]

_ENTRY = re.compile(r"^([^,]+), (.+) \(([^)]+)\)$")
_TOKEN = re.compile(r"([A-Z][a-z]?)(\d+(?:\.\d+)?)?")
_ROOM_K = 298.15
#: Two tables of one phase agree to so much.
_SAME_KJ_MOL = 0.02


def composition(formula: str) -> Composition:
    """Return the elements of a formula without brackets.

    Raises
    ------
    InputError
        If it is no such formula.

    Examples
    --------
    >>> composition("Si3N4")
    (('N', 4.0), ('Si', 3.0))
    """
    if not formula or _TOKEN.sub("", formula):
        raise InputError(f"{formula!r} is no formula of elements and numbers without brackets, such as Si3N4")
    counts: dict[str, float] = {}
    for symbol, number in _TOKEN.findall(formula):
        counts[symbol] = counts.get(symbol, 0.0) + float(number or 1.0)
    if not all(counts.values()):
        raise InputError(f"{formula!r}: an element comes zero times")
    return tuple(sorted(counts.items()))


@dataclass(frozen=True, slots=True, eq=False)
class PhaseTable:
    """One table: the Gibbs energy of a phase, on the scale where elements at 298.15 K have enthalpy zero.

    Attributes
    ----------
    formula, name, phase : str
        As the tables write them.
    parts : Composition
    temperature_K, gibbs_kJ_mol, entropy_kJ_mol_K : (N,) array
        G(T) = ΔfH(298.15 K) − T · {−[G − H(298.15 K)]/T}; where a phase ends two rows have one temperature.
    """

    formula: str
    name: str
    phase: str
    parts: Composition
    temperature_K: NDArray[np.float64]
    gibbs_kJ_mol: NDArray[np.float64]
    entropy_kJ_mol_K: NDArray[np.float64]

    @property
    def label(self) -> str:
        """Name and phase, such as ``Silicon Oxide, Quartz (cr)``."""
        return f"{self.name} ({self.phase})"

    def gibbs(self, temperature_K: ArrayLike) -> NDArray[np.float64]:
        """Return G in kJ/mol, cubic between rows with their entropies as slopes; NaN outside the table."""
        wanted = np.asarray(temperature_K, dtype=float)
        T, G, S = self.temperature_K, self.gibbs_kJ_mol, self.entropy_kJ_mol_K
        left = np.clip(np.searchsorted(T, wanted, side="right") - 1, 0, T.size - 2)
        left = np.where(T[left + 1] > T[left], left, left - 1)
        step = T[left + 1] - T[left]
        u = (wanted - T[left]) / step
        value = (
            (1 + 2 * u) * (1 - u) ** 2 * G[left]
            + u**2 * (3 - 2 * u) * G[left + 1]
            - step * (u * (1 - u) ** 2 * S[left] - u**2 * (1 - u) * S[left + 1])
        )
        inside = (wanted >= T[0]) & (wanted <= T[-1])
        return np.where(inside, value, np.nan)


@cache
def _folder() -> Path:
    spec = find_spec("janaf")
    if spec is None or spec.origin is None:
        raise DataError("the package janaf, which ships the NIST-JANAF tables, is not installed: pip install janaf")
    return Path(spec.origin).parent


@cache
def _index() -> Mapping[Composition, tuple[tuple[str, str, str, str], ...]]:
    """Return formula, name, phase and file of every table of neutral matter, by composition."""
    document = json.loads((_folder() / "janaf.json").read_text("utf-8"))
    found: dict[Composition, list[tuple[str, str, str, str]]] = {}
    for shown, file in zip(document["display"], document["index"], strict=True):
        entry = _ENTRY.match(shown)
        if entry is None or entry[1].endswith(("+", "-")):
            continue
        try:
            parts = composition(entry[1])
        except InputError:  # ions such as e-(g)
            continue
        found.setdefault(parts, []).append((entry[1], entry[2], entry[3], file))
    return {parts: tuple(entries) for parts, entries in found.items()}


@cache
def _read(formula: str, name: str, phase: str, file: str) -> PhaseTable:
    rows, formation = [], None
    for line in (_folder() / "data" / f"{file}.txt").read_text("utf-8").splitlines()[2:]:
        cells = line.split("\t")
        try:
            temperature, entropy, function = float(cells[0]), float(cells[2]), float(cells[3])
        except (ValueError, IndexError):  # a remark
            continue
        if temperature == _ROOM_K and formation is None:
            formation = float(cells[5])
        if temperature > 0.0 and np.isfinite(function):
            rows.append((temperature, -temperature * function / 1e3, entropy / 1e3))
    if formation is None or len(rows) < 2:
        raise DataError(f"the table of {formula}, {name} ({phase}) has no row at 298.15 K")
    T, G, S = np.array(rows).T
    return PhaseTable(formula, name, phase, composition(formula), T, G + formation, S)


def _tables(parts: Composition, phases: tuple[str, ...]) -> tuple[PhaseTable, ...]:
    entries = [entry for entry in _index().get(parts, ()) if entry[2].split(" ")[0] in phases]
    return tuple(_read(*entry) for entry in entries)


@cache
def reference_table(element: str) -> PhaseTable | None:
    """Return the table of an element in its reference state, or None."""
    for parts, entries in _index().items():
        if len(parts) == 1 and parts[0][0] == element:
            for entry in entries:
                if entry[2] == "ref":
                    return _read(*entry)
    return None


def _below_boiling(table: PhaseTable) -> tuple[PhaseTable, ...]:
    """Return the rows of a reference state up to where it becomes a gas of one bar; gases at 298 K keep all."""
    ((element, count),) = table.parts
    gases = gas_tables(frozenset({element}))  # S and P leave as S2 and P2
    T = table.temperature_K
    same = np.zeros(T.size, dtype=bool)
    for gas in gases:
        with np.errstate(invalid="ignore"):
            same |= np.abs(gas.gibbs(T) * count / gas.parts[0][1] - table.gibbs_kJ_mol) < _SAME_KJ_MOL
    if not same[-1] or same[np.searchsorted(T, _ROOM_K)]:
        return (table,)
    end = int(np.flatnonzero(~same)[-1]) + 2  # the first row of the gas is that of boiling
    T, G, S = T[:end], table.gibbs_kJ_mol[:end], table.entropy_kJ_mol_K[:end]
    return (PhaseTable(table.formula, table.name, table.phase, table.parts, T, G, S),)


@cache
def condensed_tables(parts: Composition) -> tuple[PhaseTable, ...]:
    """Return the tables of the crystals and the liquid of a composition (a joint table where they have no own).

    Of an element it is the reference state up to its boiling point, and throughout for what is a gas at 298 K.
    """
    if len(parts) == 1:
        table = reference_table(parts[0][0])
        return () if table is None else _below_boiling(table)
    return _tables(parts, ("cr", "l")) or _tables(parts, ("cr,l",))


@cache
def gas_tables(elements: frozenset[str]) -> tuple[PhaseTable, ...]:
    """Return the tables of neutral gases made of just these elements."""
    return tuple(
        table for parts in _index() if {symbol for symbol, _ in parts} == elements for table in _tables(parts, ("g",))
    )


@cache
def compositions(elements: frozenset[str]) -> tuple[Composition, ...]:
    """Return every composition of just these elements that has a condensed table."""
    return tuple(parts for parts in _index() if {symbol for symbol, _ in parts} == elements and condensed_tables(parts))
