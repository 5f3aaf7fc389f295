"""Oxidation inhibitors: which bonds of a molecule yield, and at what cost."""

from finechem.oxidation.bonds import Bond, bond_dissociation_enthalpies
from finechem.oxidation.ionization import vertical_ionization_potential
from finechem.oxidation.substituents import substituent_rule

__all__ = ["Bond", "bond_dissociation_enthalpies", "substituent_rule", "vertical_ionization_potential"]
