"""A recipe on one screen: what a formulator wants to know before weighing anything."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np

from finechem.adhesives.batch import Sensitivity, sensitivity
from finechem.adhesives.biocontent import Interval, bio_content
from finechem.adhesives.network import CuredNetwork, rubbery_modulus_Pa
from finechem.adhesives.recipe import UNITS, Recipe
from finechem.adhesives.remarks import remarks
from finechem.adhesives.stoichiometry import Balance, balance, part_ratios
from finechem.errors import InputError

__all__ = ["recipe_sheet", "recipe_summary"]

_NARROWEST = 100
T = TypeVar("T")


def recipe_summary(recipe: Recipe, temperature_K: float = 453.15, conversion: float = 1.0) -> dict[str, Any]:
    """Return everything `recipe_sheet` shows as plain numbers; what cannot be said is None beside its reason.

    Parameters
    ----------
    recipe : Recipe
    temperature_K : float
        At which the rubbery modulus is meant.
    conversion : float
        Of the group in short supply at the end of the cure.
    """
    reasons: dict[str, str] = {}
    amounts = {unit: _said(reasons, unit, lambda unit=unit: recipe.amounts(unit).tolist()) for unit in UNITS}  # type: ignore[misc]
    found = _said(reasons, "stoichiometry", lambda: balance(recipe))
    rows = _said(reasons, "network", lambda: sensitivity(recipe, conversion=conversion))
    content = bio_content(recipe)
    return {
        "id": recipe.id,
        "chemistry": recipe.chemistry.name if recipe.chemistry else None,
        "components": [component.name for component in recipe.components],
        "amounts": {
            unit: None if given is None else [None if math.isnan(item) else item for item in given]
            for unit, given in amounts.items()
        },
        "parts": _said(reasons, "A:B", lambda: part_ratios(recipe)),
        "stoichiometry": None if found is None else _of_balance(found),
        "biobased_carbon_of_organic": _bounds(content.carbon_of_organic),
        "biobased_carbon_of_total": _bounds(content.carbon_of_total),
        "biobased_carbon_of_mass": _bounds(content.carbon_of_mass),
        "biobased_mass": _bounds(content.mass),
        "feedstock_unknown": list(content.unknown),
        "network": None if rows is None else [_of_sensitivity(row, temperature_K) for row in rows],
        "conversion": conversion,
        "temperature_K": temperature_K,
        "remarks": remarks(recipe),
        "unknown": reasons,
    }


def _said(reasons: dict[str, str], what: str, ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except InputError as error:
        reasons[what] = str(error)
        return None


def _bounds(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def _of_balance(found: Balance) -> dict[str, Any]:
    return {
        "ratio": found.ratio,
        "sigma_ln_ratio": found.sigma_ln_ratio,
        "a_equivalents": found.a_equivalents,
        "b_equivalents": found.b_equivalents,
        "by_kind": found.by_kind,
        "limiting": found.limiting,
        "excess": found.excess,
        "left_over_mol_kg": found.left_over_mol_kg,
    }


def _of_sensitivity(row: Sensitivity, temperature_K: float) -> dict[str, Any]:
    network = row.network
    gel = None if network.gel is None else network.gel.limiting
    phantom, affine = rubbery_moduli_MPa(network, temperature_K)
    return {
        "what": row.what,
        "ratio": row.ratio,
        "gel_conversion": gel,
        "carothers": network.carothers,
        "sol_fraction": network.state.sol_fraction,
        "strands_mol_m3": network.strands_mol_m3,
        "rubbery_modulus_MPa": None if phantom is None else [phantom, affine],
    }


def rubbery_moduli_MPa(network: CuredNetwork, temperature_K: float) -> tuple[float | None, float | None]:
    """Return the rubbery tensile modulus of the phantom and of the affine network; None without a gel or a density."""
    if network.cycle_rank_mol_m3 is None or network.strands_mol_m3 is None or network.state.cycle_rank_mol <= 0:
        return None, None
    return (
        rubbery_modulus_Pa(network.cycle_rank_mol_m3, temperature_K) / 1e6,
        rubbery_modulus_Pa(network.strands_mol_m3, temperature_K) / 1e6,
    )


def recipe_sheet(recipe: Recipe, temperature_K: float = 453.15, conversion: float = 1.0, width: int = 120) -> str:
    """Return the recipe on one screen of plain text; see `recipe_summary`."""
    from finechem.screening.report import render

    summary = recipe_summary(recipe, temperature_K, conversion)
    width = max(width, _NARROWEST)
    head = f"{recipe.id}   ({summary['chemistry'] or 'no known chemistry'}, given in {recipe.unit})"
    parts = [_component_table(recipe, summary)]
    lines = _lines(recipe, summary)
    if summary["network"]:
        return (
            f"{head}\n{render(parts, width)}{lines}\n{render([_network_table(summary)], width)}{_tail(recipe, summary)}"
        )
    return f"{head}\n{render(parts, width)}{lines}\n{_tail(recipe, summary)}"


def _component_table(recipe: Recipe, summary: Mapping[str, Any]) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("component", overflow="fold", max_width=36)
    table.add_column("role", no_wrap=True)
    table.add_column("part", no_wrap=True)
    units = [unit for unit in ("phr", "wt%", "vol%") if summary["amounts"][unit] is not None]
    for unit in units:
        table.add_column(unit, justify="right", no_wrap=True)
    for name in (*(f"eq {side}" for side in _side_names(recipe)), "g/eq", "M g/mol", "g/cm3", "Pa s"):
        table.add_column(name, justify="right", no_wrap=True)
    for index, component in enumerate(recipe.components):
        cells = [component.name, component.role, component.part]
        cells += [_number(summary["amounts"][unit][index]) for unit in units]
        a = b = 0.0
        with suppress(InputError):  # the stoichiometry says why
            a, b = component.equivalents_per_gram(recipe.chemistry) if recipe.chemistry else (0.0, 0.0)
        mass = recipe.masses_g[index]
        cells += [
            _number(mass * a or None, 4),
            _number(mass * b or None, 4),
            _number(1.0 / (a + b) if a + b else None, 4),
        ]
        cells += [_number(component.molar_mass_g_mol, 4)]
        estimated = "~" if component.density_is_estimated else ""
        cells += [estimated + _number(component.density_g_cm3), _number(component.viscosity_Pa_s)]
        table.add_row(*[Text(cell) for cell in cells])
    return table


def _side_names(recipe: Recipe) -> tuple[str, str]:
    """Return what the sides are called: A and B would be taken for the parts of the product."""
    chemistry = recipe.chemistry
    return (chemistry.a_name, chemistry.b_name) if chemistry else ("A", "B")


def _number(value: float | None, digits: int = 3) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.{digits}g}"


def _lines(recipe: Recipe, summary: Mapping[str, Any]) -> str:
    rows: list[tuple[str, str]] = []
    found, unknown = summary["stoichiometry"], summary["unknown"]
    if found is None:
        rows.append(("stoichiometry", unknown["stoichiometry"]))
    else:
        kinds = ", ".join(f"{kind.replace('_', ' ')} {amount:.4g} eq" for kind, amount in found["by_kind"].items())
        spread = f" (90 %: {_range(found)})" if found["sigma_ln_ratio"] > 0 else ""
        a, b = _side_names(recipe)
        rows.append(("stoichiometry", f"{a}/{b} = {found['ratio']:.3f}{spread}; {kinds}"))
        side = {"A": "B", "B": "A"}.get(found["limiting"], "")
        if side and found["excess"] >= 0.005:
            left, name = found["left_over_mol_kg"][side], {"A": a, "B": b}[side]
            rows.append(("left over", f"{found['excess']:.1%} of the {name}, {left:.3g} mol/kg"))
        if summary["chemistry"] == "urethane":
            rows.append(("isocyanate index", f"{100 * found['ratio']:.0f}"))
    if summary["parts"]:
        rows.append(("mix", _mix(summary["parts"])))
    rows.append(("bio-based carbon", _share_text(summary)))
    rows.append(("bio-based mass", f"{_percent(summary['biobased_mass'])} by material balance"))
    if summary["network"] is None:
        rows.append(("network", unknown["network"]))
    if recipe.cure:
        rows.append(("cure", ", ".join(f"{step.time_min:g} min at {step.temperature_C:g} °C" for step in recipe.cure)))
    return "\n".join(f"{name:<18}{text}" for name, text in rows)


def _range(found: Mapping[str, Any]) -> str:
    half = 1.6449 * found["sigma_ln_ratio"]
    return f"{found['ratio'] * math.exp(-half):.3f} to {found['ratio'] * math.exp(half):.3f}"


def _mix(parts: Mapping[str, Sequence[float | None]]) -> str:
    names = " : ".join(parts)
    by_mass = " : ".join(f"{100 * ratio[0]:.4g}" for ratio in parts.values() if ratio[0] is not None)
    volumes = [ratio[1] for ratio in parts.values()]
    if any(volume is None for volume in volumes):
        return f"{names} = {by_mass} by mass; by volume unknown, a density is missing"
    return f"{names} = {by_mass} by mass, {' : '.join(f'{100 * volume:.4g}' for volume in volumes if volume)} by volume"


def _percent(bounds: Sequence[float]) -> str:
    low, high = (100 * item for item in bounds)
    return f"{low:.3g} %" if high - low < 0.05 else f"{low:.3g} to {high:.3g} %"


def _share_text(summary: Mapping[str, Any]) -> str:
    text = f"{_percent(summary['biobased_carbon_of_organic'])} of the organic carbon (calculated)"
    if summary["biobased_carbon_of_total"] != summary["biobased_carbon_of_organic"]:
        text += f", {_percent(summary['biobased_carbon_of_total'])} of all carbon"
    if summary["feedstock_unknown"]:
        text += f"; feedstock unknown: {', '.join(summary['feedstock_unknown'])}"
    return text


def _network_table(summary: Mapping[str, Any]) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    celsius = summary["temperature_K"] - 273.15
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(f"cured to {summary['conversion']:g}", no_wrap=True)
    for name in ("ratio", "gels at", "Carothers", "sol", "strands mol/m3", f"E' MPa at {celsius:.0f} °C"):
        table.add_column(Text(name), justify="right", no_wrap=True)
    for row in summary["network"]:
        modulus = row["rubbery_modulus_MPa"]
        cells = [
            row["what"],
            f"{row['ratio']:.3f}",
            "never" if row["gel_conversion"] is None else f"{row['gel_conversion']:.3f}",
            "> 1" if row["carothers"] is None else f"< {row['carothers']:.3f}",
            "< 0.1 %" if row["sol_fraction"] < 1e-3 else f"{100 * row['sol_fraction']:.1f} %",
            _number(row["strands_mol_m3"]),
            "" if modulus is None else f"{modulus[0]:.3g} – {modulus[1]:.3g}",
        ]
        table.add_row(*[Text(cell) for cell in cells])
    return table


def _tail(recipe: Recipe, summary: Mapping[str, Any]) -> str:
    lines = []
    if summary["network"]:
        lines.append(
            "cured to: conversion of the side in short supply. E': phantom to affine network. Ideal step growth, no "
            "rings before the gel."
        )
    if any(component.density_is_estimated for component in recipe.components):
        lines.append("~ density estimated from the structure")
    lines += [f"note: {text}" for text in summary["remarks"]]
    if recipe.source:
        lines.append(f"source: {recipe.source}")
    return "".join(f"{line}\n" for line in lines)


def conversion_table(recipe: Recipe) -> Any:
    """Return the amounts in every unit that can be said, as a rich table."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("component", overflow="fold", max_width=40)
    columns = []
    for unit in UNITS:
        try:
            columns.append(recipe.amounts(unit))
        except InputError:
            continue
        table.add_column(unit, justify="right", no_wrap=True)
    for component, row in zip(recipe.components, np.transpose(columns), strict=True):
        table.add_row(Text(component.name), *[Text("" if math.isnan(item) else f"{item:.5g}") for item in row.tolist()])
    return table
