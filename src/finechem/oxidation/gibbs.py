"""Gibbs energies of solids and gases by the NIST-JANAF tables, and what formulas are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DataError, DomainError, InputError
from finechem.oxidation.janaf import (
    Composition,
    PhaseTable,
    composition,
    compositions,
    condensed_tables,
    gas_tables,
    reference_table,
)

FloatArray = NDArray[np.float64]

__all__ = ["formula_text", "gas_phases", "gibbs_energy", "known_phases", "lowest_gibbs", "metal_of"]

_LIGHT = ("C", "H", "N", "O")


def gibbs_energy(formula: str, temperature_K: ArrayLike, *, gas: bool = False) -> Any:
    """Return G in kJ per mole of the formula at 1 bar, of its most stable modification; elements: H(298.15 K) is 0.

    An element that is no gas at 298 K ends at its boiling point.

    Parameters
    ----------
    formula : str
    temperature_K : float or array
    gas : bool
        Of the gas instead of the condensed phases; the formula must name one gas.

    Raises
    ------
    DataError
        If no table has it.
    DomainError
        If a temperature is outside its tables.

    Examples
    --------
    >>> round(float(gibbs_energy("Cu2O", 298.15)), 1)
    -198.2
    """
    parts = composition(formula)
    tables = gas_phases(parts) if gas else condensed_tables(parts)
    if not tables:
        raise DataError(
            f"no {'gas' if gas else 'condensed phase'} {formula} in the NIST-JANAF tables{known_phases(parts)}"
        )
    wanted = np.asarray(temperature_K, dtype=float)
    values = lowest_gibbs(tables, wanted) / _multiple(tables[0].parts, parts)
    if np.any(np.isnan(values)):
        low = min(table.temperature_K[0] for table in tables)
        high = max(table.temperature_K[-1] for table in tables)
        raise DomainError(
            f"{formula}: the tables reach from {low:g} to {high:g} K; asked for {float(np.nanmin(wanted)):g} to "
            f"{float(np.nanmax(wanted)):g} K"
        )
    return float(values) if values.ndim == 0 else values


def gas_phases(parts: Composition) -> tuple[PhaseTable, ...]:
    """Return the tables of a gas; of an element that has none of its own, its reference state."""
    tables = gas_tables(frozenset(symbol for symbol, _ in parts))
    found = tuple(table for table in tables if table.parts == parts)
    if not found and len(parts) == 1:  # O2, N2: the reference state
        table = reference_table(parts[0][0])
        return () if table is None else (table,)
    return found


def _multiple(tabulated: Composition, wanted: Composition) -> float:
    return tabulated[0][1] / wanted[0][1]


def lowest_gibbs(tables: Sequence[PhaseTable], temperature: FloatArray) -> FloatArray:
    """Return the lowest Gibbs energy of those tables that reach each temperature, kJ/mol; NaN where none does."""
    stack = np.stack([table.gibbs(temperature) for table in tables])
    best: FloatArray = np.min(np.where(np.isnan(stack), np.inf, stack), axis=0)
    return np.where(np.isinf(best), np.nan, best)


def metal_of(parts: Composition) -> str:
    """Return the one element beside C, N, O and H; `InputError` if there is none or more."""
    metals = [symbol for symbol, _ in parts if symbol not in _LIGHT]
    if len(metals) != 1:
        raise InputError(
            f"{''.join(symbol for symbol, _ in parts)}: {len(metals)} elements beside C, N, O and H; one is what "
            "oxidation is worked out for"
        )
    return metals[0]


def known_phases(parts: Composition) -> str:
    """Return which condensed phases of the metal there are, as the end of a message; empty without one metal."""
    metals = [symbol for symbol, _ in parts if symbol not in _LIGHT]
    if len(metals) != 1:
        return ""
    found = [
        formula_text(each)
        for light in (set(), {"O"}, {"N"}, {"C"})
        for each in compositions(frozenset({metals[0], *light}))
    ]
    return f"; condensed phases of {metals[0]} there: {', '.join(found) or 'none'}"


def formula_text(parts: Composition) -> str:
    """Return a formula with the metal first, then B, Si and such, C, N, O."""
    order = sorted(parts, key=lambda part: (_LIGHT.index(part[0]) if part[0] in _LIGHT else -1, part[0]))
    return "".join(symbol + ("" if number == 1 else f"{number:g}") for symbol, number in order)
