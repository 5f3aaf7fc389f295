"""The shipped components: structures, and what data sheets and handbooks state of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from finechem import datasets
from finechem.errors import DataError, did_you_mean

__all__ = ["catalogue", "shipped_component"]

_BY_GROUP = ("equivalent_weight_g_eq", "functionality")
_PLAIN = ("density_g_cm3", "viscosity_Pa_s", "biobased_carbon", "biobased_mass")


@cache
def catalogue() -> dict[str, Mapping[str, Any]]:
    """Return, for each shipped component id, the keyword arguments of `Component.of`, without role and name overrides.

    The first row of each quantity counts; rows graded D (doubtful) do not. A range becomes its middle and half-width.
    """
    facts: dict[str, list[Mapping[str, Any]]] = {}
    for row in datasets.load("adhesives.component_facts").rows:
        if row["grade"] != "D":
            facts.setdefault(row["component_id"], []).append(row)
    return {
        row["component_id"]: _arguments(row, facts.get(row["component_id"], []))
        for row in datasets.load("adhesives.components").rows
    }


def _arguments(row: Mapping[str, Any], facts: list[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": row["name"], "role": row["role"], "smiles": row["smiles"] or ""}
    sources = [row["source"]]
    for fact in facts:
        quantity, group = fact["quantity"], fact["group"]
        value, half_width = _value(fact)
        if value is None:
            continue
        if quantity in _BY_GROUP and group not in found.get(quantity, {}):
            found.setdefault(quantity, {})[group] = value
            if half_width and quantity == "equivalent_weight_g_eq":
                found.setdefault("equivalent_weight_tolerance_g_eq", {})[group] = half_width
        elif quantity in _PLAIN and quantity not in found:
            found[quantity] = value
        else:
            continue
        sources.append(fact["source"])
    return found | {"source": "; ".join(dict.fromkeys(sources))}


def _value(fact: Mapping[str, Any]) -> tuple[float | None, float]:
    """Return value and half-width of a fact: a range's middle where no value stands beside it."""
    low, high, value = fact["low"], fact["high"], fact["value"]
    ranged = low is not None and high is not None
    half_width = (high - low) / 2.0 if ranged else 0.0
    if value is None and ranged:
        return (low + high) / 2.0, half_width
    return value, half_width


def shipped_component(component_id: str) -> Mapping[str, Any]:
    """Return the arguments of a shipped component.

    Raises
    ------
    DataError
        If there is none of that id.
    """
    if component_id not in catalogue():
        raise DataError(f"no component {component_id!r} is shipped{did_you_mean(component_id, catalogue())}")
    return catalogue()[component_id]
