"""The table `adhesives.model_errors`: whence the sigmas of moduli, glass transitions and wetting. None is guessed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.adhesives.catalogue import shipped_component
from finechem.adhesives.component import Component
from finechem.adhesives.glass_transition import held_out, measured_networks
from finechem.adhesives.groups import family_of
from finechem.adhesives.liquids import left_out, measured_liquids
from finechem.adhesives.network import cured_network, rubbery_modulus_Pa
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.wetting_errors import wetting_errors

__all__ = ["ABOVE_GLASS_K", "ModulusComparison", "compare_moduli", "measure_errors", "measured_recipe", "model_error"]

#: Where a source gives the glass transition and not the temperature of its rubbery modulus: so much above it. Twenty
#: kelvins more or less change the model's modulus by 5 %.
ABOVE_GLASS_K = 40.0


@cache
def model_error(quantity: str) -> Mapping[str, Any]:
    """Return the row of `adhesives.model_errors` for a quantity: n, sigma, bias, scale.

    Raises
    ------
    DataError
        If it was never measured.
    """
    return datasets.measured_error("adhesives.model_errors", quantity=quantity)


@dataclass(frozen=True, slots=True)
class ModulusComparison:
    """A measured rubbery modulus beside what the ideal network says, in MPa (tensile), and the source's grade."""

    system: str
    ratio: float
    measured_MPa: float
    phantom_MPa: float
    affine_MPa: float
    grade: str

    @property
    def between_MPa(self) -> float:
        """The model's estimate: the geometric mean of both limits."""
        return math.sqrt(self.phantom_MPa * self.affine_MPa)


def measured_recipe(row: Mapping[str, Any]) -> Recipe | None:
    """Return the recipe of a row of `adhesives.network_measurements`, or None where its composition is not complete."""
    if row["resin_id"] is None or row["hardener_id"] is None or row["ratio"] is None:
        return None
    components = [
        _component(row[f"{name}_id"], row[f"{name}_equivalent_weight_g_eq"]) for name in ("resin", "hardener")
    ]
    recipe = Recipe(row["system"], tuple(components), (1.0, 1.0))
    if recipe.chemistry is None or not all(sum(c.equivalents_per_gram(recipe.chemistry)) > 0 for c in components):
        return None
    return Recipe.from_amounts(row["system"], components, (1.0, row["ratio"]), "eq")


def _component(component_id: str, equivalent_weight_g_eq: float | None) -> Component:
    """Return a shipped component at the equivalent weight of the measured grade; of the pure structure without one."""
    arguments = dict(shipped_component(component_id))
    for key in ("equivalent_weight_g_eq", "equivalent_weight_tolerance_g_eq", "functionality"):
        arguments.pop(key, None)
    if equivalent_weight_g_eq is None:
        return Component.of(**arguments)
    kind = family_of(Component.of(**arguments).groups[0].kind)
    return Component.of(**arguments, equivalent_weight_g_eq={kind: equivalent_weight_g_eq})


def compare_moduli() -> list[ModulusComparison]:
    """Return every measured rubbery modulus whose composition and temperature (or glass transition) are known."""
    found = []
    for row in datasets.load("adhesives.network_measurements").rows:
        factor = {"rubbery_storage_modulus_MPa": 1.0, "rubbery_shear_modulus_MPa": 3.0}.get(row["quantity"])
        recipe = measured_recipe(row)
        celsius = row["temperature_C"]
        if celsius is None and row["glass_transition_C"] is not None:
            celsius = row["glass_transition_C"] + ABOVE_GLASS_K
        if factor is None or recipe is None or celsius is None:
            continue
        network = cured_network(recipe)
        if not network.cycle_rank_mol_m3 or not network.strands_mol_m3:
            continue
        phantom, affine = (
            rubbery_modulus_Pa(density, celsius + 273.15) / 1e6
            for density in (network.cycle_rank_mol_m3, network.strands_mol_m3)
        )
        found.append(
            ModulusComparison(row["system"], row["ratio"], factor * row["value"], phantom, affine, row["grade"])
        )
    return found


def measure_errors() -> list[dict[str, Any]]:
    """Return all rows of `adhesives.model_errors`, computed anew.

    Doubtful measurements (grade D) count: there are no others, and what they add is scatter.
    """
    comparisons = compare_moduli()
    moduli = np.array([math.log(item.between_MPa / item.measured_MPa) for item in comparisons])
    doubtful = sum(item.grade == "D" for item in comparisons)
    networks = measured_networks()
    predicted = held_out(networks, [network.paper for network in networks])
    glass = np.log(predicted / [network.glass_transition_K for network in networks])
    return [
        _row(
            "rubbery_modulus",
            moduli,
            "geometric mean of phantom and affine network against adhesives.network_measurements, "
            f"{doubtful} of {len(moduli)} of them doubtful; no parameter is fitted",
        ),
        _row(
            "glass_transition",
            glass,
            "law of the chains against adhesives.network_glass_transitions, all doubtful; each paper by a law fitted "
            "without it",
        ),
        _row(
            "liquid_glass_transition",
            np.log(left_out() / [liquid.glass_transition_K for liquid in measured_liquids()]),
            "law of boiling point and groups against adhesives.liquid_glass_transitions, each by a law without it",
        ),
        *wetting_errors(),
    ]


def _row(quantity: str, errors: NDArray[np.float64], how: str) -> dict[str, Any]:
    return {
        "quantity": quantity,
        "n": len(errors),
        "sigma": float(np.sqrt(np.mean(errors**2))),
        "bias": float(errors.mean()),
        "scale": "ln",
        "how": how,
    }
