"""What a formulator does with a recipe: shift its ratio, compare it with another, see how much an error matters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from finechem.adhesives.chemistries import CHEMISTRIES
from finechem.adhesives.network import CuredNetwork, cured_network
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.stoichiometry import balance
from finechem.errors import InputError

__all__ = ["Sensitivity", "compare", "off_ratio", "sensitivity"]


def off_ratio(recipe: Recipe, change: float) -> Recipe:
    """Return the recipe with the amount of everything that carries B groups changed by a share, at the same total mass.

    What carries both sides counts as A.

    >>> from finechem.adhesives import Component, Recipe
    >>> oxirane, diamine = Component.of("a", "resin", smiles="C1CO1"), Component.of("b", "hardener", smiles="NCCN")
    >>> shifted = off_ratio(Recipe("x", (oxirane, diamine), (50.0, 50.0)), 0.1)
    >>> [round(mass, 2) for mass in shifted.masses_g]
    [47.62, 52.38]
    """
    chemistry = recipe.chemistry
    if chemistry is None:
        raise InputError(f"{recipe.id}: no two of its groups react with each other by a known cure")
    factors = []
    for component in recipe.components:
        a, b = component.equivalents_per_gram(chemistry)
        factors.append(1.0 + change if b > 0 and a == 0 else 1.0)
    masses = np.array(recipe.masses_g) * np.array(factors)
    return recipe.with_amounts(masses, "g")


def compare(one: Recipe, other: Recipe) -> list[tuple[str, float | None, float | None]]:
    """Return name and mass percent in both recipes of each component that differs; None where it is absent."""
    shares: list[Mapping[str, float]] = []
    for recipe in (one, other):
        found: dict[str, float] = {}
        for component, share in zip(recipe.components, recipe.amounts("wt%").tolist(), strict=True):
            found[component.name] = found.get(component.name, 0.0) + share
        shares.append(found)
    names = dict.fromkeys((*shares[0], *shares[1]))
    rows = [(name, shares[0].get(name), shares[1].get(name)) for name in names]
    return [row for row in rows if row[1] is None or row[2] is None or abs(row[1] - row[2]) > 1e-9]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A recipe with its ratio off: what was changed, the ratio A/B, and the network it makes."""

    what: str
    ratio: float
    network: CuredNetwork


def sensitivity(recipe: Recipe, weighing: float = 0.05, conversion: float = 1.0) -> list[Sensitivity]:
    """Return the network as weighed, with side B weighed off by a share, and at the ends of the equivalent weights.

    Parameters
    ----------
    recipe : Recipe
    weighing : float
        Relative error of the amount of everything that carries B groups; 0.05 is five percent.
    conversion : float
        Of the group in short supply.
    """
    ratio, side = balance(recipe).ratio, CHEMISTRIES[balance(recipe).chemistry].b_name
    rows = [Sensitivity("as weighed", ratio, cured_network(recipe, conversion))]
    changes = [(f"{side} {sign * weighing:+.0%}", sign * weighing) for sign in (-1.0, 1.0)]
    tolerance = math.sqrt(3.0) * balance(recipe).sigma_ln_ratio  # half-width again, of both sides together
    if tolerance > 0:
        # B equivalents off by a share act like that share of B more or less
        changes += [
            (f"equivalent weights {sign * tolerance:+.1%}", math.expm1(sign * tolerance)) for sign in (-1.0, 1.0)
        ]
    for what, change in changes:
        shifted = off_ratio(recipe, change)
        rows.append(Sensitivity(what, balance(shifted).ratio, cured_network(shifted, conversion)))
    return rows
