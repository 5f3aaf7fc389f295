"""Whether a crystal on paper could be one: charges that balance, atoms that do not sit in each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from finechem.matter.crystal import Crystal
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Property
from finechem.thermal import properties as heat

__all__ = ["PlausibilityModel", "charges_balance", "closest_contact", "was_made"]

#: Of the sum of covalent radii. The closest contact of 123 shipped phases is 0.78 (a test measures it again).
CLOSEST_CONTACT = 0.7
_REACH_ANGSTROM = 4.0


def was_made(crystal: Crystal) -> bool:
    """Return whether something of the crystal was measured (or given by the user): then it needs no such questions."""
    return crystal.elasticity is not None or bool(crystal.facts)


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
            return [Answer(1.0, source="something of it was measured")]
        why = _implausible(subject)
        return [Answer(0.0 if why else 1.0, source=why)]


def _implausible(crystal: Crystal) -> str:
    if not charges_balance(crystal.formula):
        return f"no common oxidation states of {', '.join(crystal.elements)} balance"
    contact = closest_contact(crystal)
    if contact < CLOSEST_CONTACT:
        return f"atoms at {contact:.2f} of the sum of their covalent radii; at least {CLOSEST_CONTACT:g} in any crystal"
    return ""
