"""Which of a crystal's facts speaks for a quantity, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from finechem.matter.crystal import Crystal, Fact

__all__ = [
    "Measured",
    "average_conductivity",
    "is_computed",
    "is_metal",
    "linear_expansion",
    "single_crystal_conductivities",
]

_COMPUTED = ("DFT", "GW", "HSE", "PBE", "LDA", "theory")
#: Facts within this of the wanted temperature may speak for it.
TEMPERATURE_WINDOW_K = 50.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A value drawn from one or two facts, with the facts' own uncertainty where all of them state one."""

    value: float
    uncertainty: float | None
    facts: tuple[Fact, ...]

    @property
    def source(self) -> str:
        """The citations."""
        return "; ".join(dict.fromkeys(fact.source for fact in self.facts))


def is_computed(fact: Fact) -> bool:
    """Return whether a fact was calculated, not measured."""
    return fact.grade == "C" or any(word in fact.detail for word in _COMPUTED)


def is_metal(crystal: Crystal) -> bool:
    """Return whether its band gap is known to be nothing."""
    gap = crystal.fact("band_gap_eV")
    return gap is not None and gap.value == 0


def average_conductivity(facts: Sequence[Fact]) -> Measured | None:
    """Return the average over directions: the first ``average`` fact, or (2 ab + c) / 3 of the first of each."""
    first: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(fact.direction, fact)
    if "average" in first:
        fact = first["average"]
        return Measured(fact.value, fact.uncertainty, (fact,))
    if "ab" in first and "c" in first:
        ab, c = first["ab"], first["c"]
        spread = None
        if ab.uncertainty is not None and c.uncertainty is not None:
            spread = math.hypot(2 * ab.uncertainty, c.uncertainty) / 3
        return Measured((2 * ab.value + c.value) / 3, spread, (ab, c))
    return None


def single_crystal_conductivities(crystal: Crystal) -> list[Fact]:
    """Return the facts that speak for the lattice conductivity of the crystal itself, best first.

    Single crystals (or single grains, or what the user gave), natural isotopes, electrons not included.
    """
    return [
        fact
        for fact in crystal.facts
        if fact.quantity == "thermal_conductivity_W_mK"
        and (
            not fact.detail
            or (
                fact.detail.startswith(("single crystal", "single grain"))
                and "natural" in fact.detail
                and "lattice" in fact.detail
            )
        )
    ]


def linear_expansion(crystal: Crystal, near_K: float | None = None) -> Measured | None:
    """Return the mean linear expansion coefficient in 1e-6/K: ``linear``, or the mean over the axes.

    With `near_K`, of several facts that nearest in temperature (300 K where none is stated; the middle of a range).
    """
    facts = [fact for fact in crystal.facts if fact.quantity == "thermal_expansion_1e-6_K"]
    if near_K is not None:
        facts.sort(key=lambda fact: abs((fact.temperature_K or 300.0) - near_K))
    first: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(fact.direction, fact)
    for direction in ("linear", "average"):
        if direction in first:
            return Measured(first[direction].value, first[direction].uncertainty, (first[direction],))
    if "a" in first and "c" in first:
        b = first.get("b", first["a"])
        return Measured((first["a"].value + b.value + first["c"].value) / 3, None, (first["a"], first["c"]))
    return None
