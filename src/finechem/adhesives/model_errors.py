"""The table `adhesives.model_errors`: where every sigma of the network models comes from. Nothing in it is guessed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from finechem import datasets
from finechem.adhesives.catalogue import shipped_component
from finechem.adhesives.component import Component
from finechem.adhesives.network import GAS_CONSTANT, cured_network, rubbery_modulus_Pa
from finechem.adhesives.recipe import Recipe
from finechem.errors import DataError

__all__ = ["Comparison", "compare_with_measurements", "measure_errors", "measured_recipe", "model_error"]

#: Measured quantity, and what it says of the network, in the unit of the model.
_MODULI = {"rubbery_storage_modulus_MPa": 1.0, "rubbery_shear_modulus_MPa": 3.0}


@cache
def model_error(quantity: str) -> Mapping[str, Any]:
    """Return the row of `adhesives.model_errors` for a quantity: n, sigma, scale, bias.

    Raises
    ------
    DataError
        If it was never measured.
    """
    rows = datasets.load("adhesives.model_errors").where(quantity=quantity)
    if not rows:
        raise DataError(f"adhesives.model_errors has no row for {quantity}: its error was never measured")
    return rows[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measurement beside what the ideal network says.

    Attributes
    ----------
    system, quantity, source : str
    measured, predicted : float
        Conversion of the side in short supply, or MPa (tensile).
    """

    system: str
    quantity: str
    source: str
    measured: float
    predicted: float

    @property
    def error(self) -> float:
        """Difference on the property's scale: logit of a conversion, ln of a modulus; prediction less measurement."""
        if self.quantity == "gel_conversion":
            return _logit(self.predicted) - _logit(self.measured)
        return math.log(self.predicted / self.measured)


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))


def measured_recipe(row: Mapping[str, Any]) -> Recipe | None:
    """Return the recipe of a row of `adhesives.network_measurements`, or None where its composition is not complete."""
    ids, ratio = (row["resin_id"], row["hardener_id"]), row["ratio"]
    if None in ids or ratio is None:
        return None
    components = []
    for name, weight in zip(
        ids, (row["resin_equivalent_weight_g_eq"], row["hardener_equivalent_weight_g_eq"]), strict=True
    ):
        arguments = dict(shipped_component(name))
        stated = arguments.get("equivalent_weight_g_eq", {})
        plain = Component.of(**{**arguments, "equivalent_weight_g_eq": None, "equivalent_weight_tolerance_g_eq": None})
        if weight is not None:
            family = "epoxide" if any(group.kind.startswith("epoxide") for group in plain.groups) else None
            kinds = [family] if family else list(stated) or [group.kind for group in plain.groups[:1]]
            arguments |= {"equivalent_weight_g_eq": {kinds[0]: weight}, "equivalent_weight_tolerance_g_eq": None}
        components.append(Component.of(**arguments))
    recipe = Recipe(row["system"], tuple(components), (1.0, 1.0))
    if recipe.chemistry is None:
        return None
    resin_side = 0 if components[0].equivalents_per_gram(recipe.chemistry)[0] > 0 else 1
    amounts = (1.0, ratio)  # hardener groups per resin group
    if components[1].equivalents_per_gram(recipe.chemistry)[1 - resin_side] <= 0:
        return None
    return Recipe.from_amounts(row["system"], components, amounts, "eq")


def compare_with_measurements() -> list[Comparison]:
    """Return every measurement of known composition that the ideal network can be asked about (doubtful ones not)."""
    found = []
    for row in datasets.load("adhesives.network_measurements").rows:
        recipe = measured_recipe(row) if row["grade"] != "D" else None
        if recipe is None or recipe.chemistry is None or not recipe.chemistry.stepwise:
            continue
        network, quantity = cured_network(recipe), row["quantity"]
        if quantity == "gel_conversion" and network.gel is not None:
            found.append(Comparison(row["system"], quantity, row["source"], row["value"], network.gel.limiting))
        elif network.cycle_rank_mol_m3:
            measured = _tensile_modulus_MPa(row)
            if measured is not None:
                at = row["temperature_C"] + 273.15 if row["temperature_C"] is not None else 453.15
                predicted = rubbery_modulus_Pa(network.cycle_rank_mol_m3, at) / 1e6
                found.append(Comparison(row["system"], "rubbery_modulus", row["source"], measured, predicted))
    return found


def _tensile_modulus_MPa(row: Mapping[str, Any]) -> float | None:
    """Return a measured tensile modulus; a crosslink density counts by the E' = 3 nu R T it came from."""
    factor = _MODULI.get(row["quantity"])
    if factor is not None:
        return float(row["value"]) * factor if row["temperature_C"] is not None else None
    if row["quantity"] == "crosslink_density_mol_m3":
        at = row["temperature_C"] + 273.15 if row["temperature_C"] is not None else 453.15
        return 3.0 * float(row["value"]) * GAS_CONSTANT * at / 1e6
    return None


def measure_errors() -> list[dict[str, Any]]:
    """Return all rows of `adhesives.model_errors`, computed anew."""
    rows = []
    comparisons = compare_with_measurements()
    for quantity, scale in (("gel_conversion", "logit"), ("rubbery_modulus", "ln")):
        errors = np.array([item.error for item in comparisons if item.quantity == quantity])
        if len(errors):
            rows.append(
                {
                    "quantity": quantity,
                    "n": len(errors),
                    "sigma": float(np.sqrt(np.mean(errors**2))),
                    "bias": float(errors.mean()),
                    "scale": scale,
                    "how": "RMS of prediction less measurement on adhesives.network_measurements, bias included",
                }
            )
    return rows
