"""Whether a crystal on paper could be one: charges that balance, atoms that do not sit in each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np

from finechem.matter.crystal import Crystal, Fact
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Property
from finechem.thermal import properties as heat
from finechem.thermal.known import known_crystals
from finechem.thermal.measured import is_computed

__all__ = ["PlausibilityModel", "charges_balance", "closest_contact", "was_made"]

#: Of the sum of covalent radii. The closest contact of 123 shipped phases is 0.78 (a test measures it again).
CLOSEST_CONTACT = 0.7
_REACH_ANGSTROM = 4.0
#: Grades of what was measured, and what a user may know of a crystal that nobody made.
_MEASURED = ("A", "B")
_ON_PAPER = ("band_gap_eV", "gruneisen")


def was_made(crystal: Crystal) -> bool:
    """Return whether the crystal exists: then it needs no such questions.

    A shipped phase, or one that is adopted as such, does; so does one of which something was measured. What a user
    gives counts where it can hardly be had otherwise (conductivity, resistivity, expansion): a band gap, a Grüneisen
    parameter and a stiffness are as often computed, for crystals that are nowhere but on paper.
    """
    shipped = (crystal.lattice_angstrom, crystal.species, crystal.positions) in _shipped()
    stiff = crystal.elasticity is not None and crystal.elasticity.grade in _MEASURED
    return shipped or stiff or any(flag in _adopted() for flag in crystal.flags) or any(map(_vouches, crystal.facts))


def _vouches(fact: Fact) -> bool:
    return not is_computed(fact) and (fact.grade in _MEASURED or (not fact.grade and fact.quantity not in _ON_PAPER))


@cache
def _shipped() -> frozenset[tuple[Any, ...]]:
    phases = (*known_crystals("candidate"), *known_crystals("reference"))
    return frozenset((phase.lattice_angstrom, phase.species, phase.positions) for phase in phases)


@cache
def _adopted() -> frozenset[str]:
    """Return the flags that `finechem.thermal.known.adopt_known` gives."""
    return frozenset(f"is {phase.id}" for role in ("candidate", "reference") for phase in known_crystals(role))


def charges_balance(formula: str) -> bool:
    """Return whether common oxidation states of the elements add up to nothing.

    Those that pymatgen knows of real crystals; nitrogen's is -3.

    Examples
    --------
    >>> charges_balance("MgSiN2"), charges_balance("MgAlN2")
    (True, False)
    """
    from pymatgen.core import Composition

    composition = Composition(formula).reduced_composition
    nitride = {"N": [-3]}
    return len(composition) == 1 or bool(composition.oxi_state_guesses(nitride, all_oxi_states=False))


def closest_contact(crystal: Crystal) -> float:
    """Return the shortest distance between two atoms over the sum of their covalent radii (those of ase).

    Examples
    --------
    >>> from finechem.thermal import known_crystals
    >>> aln = next(crystal for crystal in known_crystals() if crystal.id == "AlN-wurtzite")
    >>> round(closest_contact(aln), 2)
    0.98
    """
    from ase.data import atomic_numbers, covalent_radii
    from ase.neighborlist import neighbor_list

    from finechem.matter.relaxation import to_atoms

    first, second, distances = neighbor_list("ijd", to_atoms(crystal), _REACH_ANGSTROM)
    radii = np.array([covalent_radii[atomic_numbers[symbol]] for symbol in crystal.species])
    return float(np.min(distances / (radii[first] + radii[second]), initial=np.inf))


@dataclass(frozen=True, slots=True)
class PlausibilityModel(OneByOneModel):
    """One where charges can balance and no atoms are too close; phases of which something was measured pass."""

    name: ClassVar[str] = "plausibility"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Plausible or not."""
        return (heat.PLAUSIBLE,)

    def answers(self, subject: Crystal) -> list[Answer]:
        """Return one or zero, and why zero."""
        if was_made(subject):
            return [Answer(1.0, source="it exists: a known phase, or something of it was measured")]
        why = _implausible(subject)
        return [Answer(0.0 if why else 1.0, source=why)]


def _implausible(crystal: Crystal) -> str:
    if not charges_balance(crystal.formula):
        return f"no common oxidation states of {', '.join(crystal.elements)} balance"
    contact = closest_contact(crystal)
    if contact < CLOSEST_CONTACT:
        return f"atoms at {contact:.2f} of the sum of their covalent radii; at least {CLOSEST_CONTACT:g} in any crystal"
    return ""
