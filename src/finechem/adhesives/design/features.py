"""What the assessment of recipes says of a point of a mixture space: features for models, and the recipe itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import TypeAlias

import numpy as np

from finechem.adhesives.biocontent import bio_content
from finechem.adhesives.component import Component
from finechem.adhesives.design.statements import Array
from finechem.adhesives.glass_transition import glass_transition
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.stoichiometry import balance
from finechem.errors import FinechemError, InputError, did_you_mean

__all__ = ["FEATURES", "RecipeFeatures", "recipe_of"]

_Feature: TypeAlias = Callable[[Recipe], float]


def _biobased(recipe: Recipe) -> float:
    share = bio_content(recipe).carbon_of_organic
    return 0.5 * (share.low + share.high)


FEATURES: dict[str, _Feature] = {
    "ln_ratio": lambda recipe: log(balance(recipe).ratio),
    "left_over_mol_kg": lambda recipe: max(balance(recipe).left_over_mol_kg.values()),
    "glass_transition_K": lambda recipe: glass_transition(recipe).kelvin,
    "biobased_carbon": _biobased,
}
"""By name: logarithm of the ratio of groups, groups left over, glass transition when fully cured, middle of the
interval of the bio-based carbon (of the organic carbon)."""


def recipe_of(components: Sequence[Component | None], fractions: Array, name: str = "mixture") -> Recipe:
    """Return the recipe of 100 g of a mixture; what is absent is not in it.

    Parameters
    ----------
    components : sequence of Component or None
    fractions : (c,) array
        By mass.
    name : str

    Raises
    ------
    InputError
        If a component that is present is not known (its entry has no ``id``).
    """
    present = [at for at in range(len(components)) if fractions[at] > 0.0]
    known = [components[at] for at in present]
    for at, component in zip(present, known, strict=True):
        if component is None:
            raise InputError(f"{name}: component {at + 1} has no id of a shipped component, so no recipe can be made")
    return Recipe(
        name, tuple(item for item in known if item is not None), tuple(100.0 * float(fractions[at]) for at in present)
    )


@dataclass(frozen=True, slots=True)
class RecipeFeatures:
    """Further columns for a model: features of `FEATURES` at each point.

    Parameters
    ----------
    components : tuple of Component or None
        One a column of fractions, which come first in a point.
    names : tuple of str

    Raises
    ------
    InputError
        If there is no such feature.
    """

    components: tuple[Component | None, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in self.names:
            if name not in FEATURES:
                raise InputError(f"no feature is called {name!r}{did_you_mean(name, FEATURES)}")

    def __call__(self, points: Array) -> Array:
        """Return the features, (n, number of names).

        Raises
        ------
        InputError
            If one says nothing of a point; the message has the point and the reason.
        """
        found = np.empty((len(points), len(self.names)))
        for row, point in enumerate(points):
            fractions = point[: len(self.components)]
            recipe = recipe_of(self.components, fractions)
            for column, name in enumerate(self.names):
                try:
                    found[row, column] = FEATURES[name](recipe)
                except FinechemError as error:
                    raise InputError(f"feature {name} of the mixture {_shown(recipe)}: {error}") from None
        return found


def _shown(recipe: Recipe) -> str:
    pairs = zip(recipe.components, recipe.masses_g, strict=True)
    return ", ".join(f"{mass:.4g} % {component.name}" for component, mass in pairs)
