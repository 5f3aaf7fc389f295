"""Shipped recipes with what somebody measured on them: joints, glass transitions, moduli."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.resources import as_file
from pathlib import Path

import finechem_datasets
from finechem import datasets
from finechem.adhesives.reading import load_recipes
from finechem.adhesives.recipe import Recipe
from finechem.errors import DataError, did_you_mean

__all__ = ["Formulation", "Measurement", "load_formulations"]

#: Folders of recipes in the data package, under ``adhesives``.
_FOLDERS = ("formulations", "recipes")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value of a recipe; None where the source does not say.

    Attributes
    ----------
    quantity : str
        With its unit, such as ``lap_shear_MPa`` or ``peel_N_mm`` (kN/m).
    value : float
    uncertainty : float, optional
        As stated, in the unit of the value.
    n : int, optional
        Specimens.
    substrate, surface_treatment, conditions : str, optional
    temperature_C : float, optional
        Of the test.
    method : str, optional
    source, grade : str
        Citation, and A primary measurement, B handbook or vendor, C computed, D doubtful or second-hand.
    doi, note : str, optional
    """

    quantity: str
    value: float
    source: str
    grade: str
    uncertainty: float | None = None
    n: int | None = None
    substrate: str | None = None
    surface_treatment: str | None = None
    conditions: str | None = None
    temperature_C: float | None = None
    method: str | None = None
    doi: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Formulation:
    """A recipe and what was measured on it.

    Attributes
    ----------
    recipe : Recipe
    measurements : tuple of Measurement
        In the order of the table ``adhesives.formulation_measurements``.
    """

    recipe: Recipe
    measurements: tuple[Measurement, ...]

    def measured(self, quantity: str) -> tuple[Measurement, ...]:
        """Return the measurements of one quantity; none is an empty tuple."""
        return tuple(item for item in self.measurements if item.quantity == quantity)


def load_formulations() -> tuple[Formulation, ...]:
    """Return the shipped recipes that have a measured property, each with all of them.

    Recipes are read by `load_recipes` from ``adhesives/formulations`` and ``adhesives/recipes``, the values from the
    table ``adhesives.formulation_measurements``.

    Raises
    ------
    ConfigError, ReadError
        If a recipe cannot be read.
    DataError
        If two recipes share a name, or a measurement is about a recipe that is not shipped.

    Notes
    -----
    Values of different sources are not comparable as they stand: adherend, surface treatment, overlap and cure are
    often not stated, and most rows are graded D. Ratios within one source are safer.

    Examples
    --------
    >>> found = {item.recipe.id: item for item in load_formulations()}
    >>> [(item.value, item.temperature_C) for item in
    ...  found["Two-part epoxy with Ancamine AD and CTBN adduct"].measured("lap_shear_MPa") if item.grade == "B"]
    [(17.9, 25.0), (5.5, 75.0)]
    """
    recipes: dict[str, Recipe] = {}
    with as_file(finechem_datasets.root() / "adhesives") as folder:
        for path in (path for name in _FOLDERS for path in sorted((Path(folder) / name).glob("*.toml"))):
            for recipe in load_recipes(path):
                if recipe.id in recipes:
                    raise DataError(f"{path.name}: a second recipe is called {recipe.id!r}; its measurements would mix")
                recipes[recipe.id] = recipe
    columns = [field.name for field in fields(Measurement)]
    found: dict[str, list[Measurement]] = {}
    for row in datasets.load("adhesives.formulation_measurements").rows:
        if row["recipe"] not in recipes:
            hint = did_you_mean(row["recipe"], recipes)
            raise DataError(f"adhesives.formulation_measurements: no recipe {row['recipe']!r} is shipped{hint}")
        found.setdefault(row["recipe"], []).append(Measurement(**{name: row[name] for name in columns}))
    return tuple(Formulation(recipes[name], tuple(items)) for name, items in found.items())
