"""A recipe: components, their amounts in any unit, and the cure schedule. What its maker chooses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.adhesives.chemistries import CHEMISTRIES, Chemistry, infer_chemistry
from finechem.adhesives.component import Component
from finechem.errors import InputError, did_you_mean
from finechem.screening.canonical import content_hash

__all__ = ["TRACE", "UNITS", "CureStep", "Recipe"]

#: Share of the liquid mass below which a component is a trace (a salt, an additive), which need not mix in all
#: proportions and hardly moves a mean. An assumption, and a wrong one of a wetting agent at the surface.
TRACE = 0.01

#: phr: mass parts per hundred parts of all resins; eq: equivalents of the recipe's own chemistry.
UNITS = ("phr", "wt%", "vol%", "mol", "eq", "g")
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CureStep:
    """A hold of the cure schedule."""

    temperature_C: float
    time_min: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature_C) and -50.0 <= self.temperature_C <= 500.0):
            raise InputError(f"temperature_C is {self.temperature_C}; a cure runs between -50 and 500")
        if not (math.isfinite(self.time_min) and self.time_min > 0):
            raise InputError(f"time_min is {self.time_min}; it must be above 0")


@dataclass(frozen=True, slots=True)
class Recipe:
    """An adhesive as it is weighed and cured; a candidate of the screen.

    Parameters
    ----------
    id : str
    components : tuple of Component
    masses_g : tuple of float
        One a component. `from_amounts` takes any other unit.
    cure : tuple of CureStep
    chemistry_name : str
        Of `finechem.adhesives.chemistries.CHEMISTRIES`; empty: inferred from the groups.
    unit : str
        In which it was given; only shown.
    source, note : str

    Raises
    ------
    InputError
        If there is nothing in it, or a mass is negative or no number.
    """

    id: str
    components: tuple[Component, ...]
    masses_g: tuple[float, ...]
    cure: tuple[CureStep, ...] = ()
    chemistry_name: str = ""
    unit: str = field(default="g", compare=False)
    source: str = field(default="", compare=False)
    note: str = field(default="", compare=False)
    _hash: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.components) != len(self.masses_g) or not self.components:
            raise InputError(f"{self.id}: {len(self.components)} components and {len(self.masses_g)} masses")
        for component, mass in zip(self.components, self.masses_g, strict=True):
            if not (math.isfinite(mass) and mass >= 0):
                raise InputError(f"{self.id}: the mass of {component.name} is {mass}; it must be a number >= 0")
        if not sum(self.masses_g) > 0:
            raise InputError(f"{self.id}: the recipe weighs nothing")
        if self.chemistry_name and self.chemistry_name not in CHEMISTRIES:
            raise InputError(
                f"{self.id}: no chemistry is called {self.chemistry_name!r}"
                f"{did_you_mean(self.chemistry_name, CHEMISTRIES)}"
            )
        content = [self.components, self.masses_g, self.cure, self.chemistry_name]
        object.__setattr__(self, "_hash", content_hash(content))

    @classmethod
    def from_amounts(
        cls, name: str, components: Sequence[Component], amounts: Sequence[float], unit: str, **rest: Any
    ) -> Recipe:
        """Return a recipe from amounts in one unit of `UNITS`.

        The batch then weighs the amounts in grams: phr of 100 g of resin, percent of 100 g, moles and equivalents as
        they are, and percent by volume of 100 cm3.

        Raises
        ------
        InputError
            For an unknown unit, an amount that is negative or no number, or a component that lacks what the unit
            needs (density, molar mass, a group that reacts).
        """
        if unit not in UNITS:
            raise InputError(f"{name}: unknown unit {unit!r}{did_you_mean(unit, UNITS)}")
        plain = cls(name, tuple(components), tuple(1.0 for _ in components), **rest)
        masses = np.asarray(amounts, dtype=float)
        if masses.shape != (len(components),):
            raise InputError(f"{name}: {len(components)} components and {masses.size} amounts")
        if unit in ("vol%", "mol", "eq"):
            per_gram = plain._per_gram(unit)
            masses = np.where(masses == 0.0, 0.0, masses / np.where(masses == 0.0, 1.0, per_gram))
            if unit == "eq" and plain.chemistry is None:
                raise InputError(f"{name}: no two of its groups react with each other, so eq says nothing of it")
            if not np.all(np.isfinite(masses)):
                index = int(np.argmin(np.isfinite(masses)))
                raise InputError(f"{name}: {components[index].name} {_LACKS[unit]}, so {unit} says nothing of it")
        return replace(plain, masses_g=tuple(masses.tolist()), unit=unit)

    def amounts(self, unit: str) -> Array:
        """Return the amounts in a unit, one a component; NaN where a component lacks what the unit needs.

        Raises
        ------
        InputError
            For an unknown unit, phr without a resin, or percent by volume with an unknown density.
        """
        if unit not in UNITS:
            raise InputError(f"{self.id}: unknown unit {unit!r}{did_you_mean(unit, UNITS)}")
        masses = np.array(self.masses_g)
        if unit == "g":
            return masses
        if unit == "wt%":
            return np.asarray(100.0 * masses / masses.sum())
        if unit == "phr":
            resin = float(masses[[component.role == "resin" for component in self.components]].sum())
            if resin == 0.0:
                raise InputError(f"{self.id}: phr counts per hundred of resin, and no component has the role resin")
            return np.asarray(100.0 * masses / resin)
        per_gram = np.where(masses == 0.0, 0.0, self._per_gram(unit))
        amounts: Array = masses * per_gram
        if unit == "vol%":
            if np.isnan(amounts).any():
                index = int(np.argmax(np.isnan(amounts)))
                raise InputError(f"{self.id}: {self.components[index].name} has no density; give density_g_cm3")
            return np.asarray(100.0 * amounts / amounts.sum())
        return amounts

    def with_amounts(self, amounts: ArrayLike, unit: str) -> Recipe:
        """Return the recipe with other amounts, at the same total mass.

        >>> from finechem.adhesives import Component, Recipe
        >>> water = Component.of("water", "solvent", smiles="O", density_g_cm3=1.0)
        >>> oil = Component.of("oil", "diluent", smiles="CCCCCCCCCC", density_g_cm3=0.73)
        >>> mix = Recipe("mix", (water, oil), (50.0, 50.0))
        >>> [round(mass, 6) for mass in mix.with_amounts(mix.amounts("vol%"), "vol%").masses_g]
        [50.0, 50.0]
        """
        rest = {name: getattr(self, name) for name in ("cure", "chemistry_name", "source", "note")}
        new = Recipe.from_amounts(self.id, self.components, np.asarray(amounts, dtype=float).tolist(), unit, **rest)
        return new.scaled_to(math.fsum(self.masses_g))

    def scaled_to(self, total_g: float) -> Recipe:
        """Return the recipe as a batch of another total mass."""
        if not (math.isfinite(total_g) and total_g > 0):
            raise InputError(f"{self.id}: a batch of {total_g} g; it must weigh more than nothing")
        total = math.fsum(self.masses_g)
        return replace(self, masses_g=tuple(mass * total_g / total for mass in self.masses_g))

    @property
    def chemistry(self) -> Chemistry | None:
        """The curing reaction: named, else inferred from the groups of what is in it."""
        if self.chemistry_name:
            return CHEMISTRIES[self.chemistry_name]
        present = zip(self.components, self.masses_g, strict=True)
        return infer_chemistry(group.kind for component, mass in present if mass > 0 for group in component.groups)

    def parts(self) -> dict[str, tuple[int, ...]]:
        """Return the indices of the components of each part, in order of appearance."""
        names = dict.fromkeys(component.part for component in self.components if component.part)
        return {
            name: tuple(index for index, component in enumerate(self.components) if component.part == name)
            for name in names
        }

    def liquid_shares(self) -> tuple[float, ...]:
        """Return the share of each component in the mass without fillers; 0 of a filler."""
        masses = [
            0.0 if component.role == "filler" else mass
            for component, mass in zip(self.components, self.masses_g, strict=True)
        ]
        total = math.fsum(masses)
        return tuple(mass / total if total > 0.0 else 0.0 for mass in masses)

    def _per_gram(self, unit: str) -> Array:
        """Return how much of a unit a gram of each component is; NaN where the component does not say."""
        return np.array([_amount_per_gram(component, unit, self.chemistry) for component in self.components])

    def fingerprint(self) -> str:
        """Return the hash of components, amounts and cure (not of the name)."""
        return self._hash

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; `from_dict` rebuilds it."""
        record = asdict(self)
        del record["_hash"]
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Recipe:
        """Rebuild what `to_dict` gave."""
        plain = dict(record)
        plain["components"] = tuple(Component.from_dict(item) for item in plain["components"])
        plain["cure"] = tuple(CureStep(**step) for step in plain["cure"])
        plain["masses_g"] = tuple(plain["masses_g"])
        return cls(**plain)

    def card(self) -> dict[str, str]:
        """Return what a report shows."""
        shares = zip(self.components, self.amounts("wt%"), strict=True)
        card = {
            "components": ", ".join(f"{component.name} {share:.3g} %" for component, share in shares),
            "chemistry": self.chemistry.name if self.chemistry else "none found",
        }
        if self.cure:
            card["cure"] = ", ".join(f"{step.time_min:g} min at {step.temperature_C:g} °C" for step in self.cure)
        if self.note:
            card["note"] = self.note
        if self.source:
            card["source"] = self.source
        from finechem.adhesives.remarks import remarks

        flags = remarks(self)
        if flags:
            card["flags"] = "; ".join(flags)
        return card


_LACKS = {
    "vol%": "has no density (give density_g_cm3)",
    "mol": "has no molar mass (give molar_mass_g_mol, functionality or a SMILES)",
    "eq": "has no group that reacts here",
}


def _amount_per_gram(component: Component, unit: str, chemistry: Chemistry | None) -> float:
    if unit == "vol%":
        return math.nan if component.density_g_cm3 is None else 1.0 / component.density_g_cm3
    if unit == "mol":
        return math.nan if component.molar_mass_g_mol is None else 1.0 / component.molar_mass_g_mol
    equivalents = sum(component.equivalents_per_gram(chemistry)) if chemistry else 0.0
    return equivalents or math.nan
