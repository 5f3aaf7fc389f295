"""Oxidation inhibitors: which bonds of a molecule yield, what evaporates or falls apart, and the packaging task."""

from finechem.oxidation.bonds import Bond, bond_dissociation_enthalpies
from finechem.oxidation.classes import active_groups, antioxidant_class, structure_flags
from finechem.oxidation.decomposition import (
    friedman_analysis,
    homolysis_rate_per_s,
    kissinger_analysis,
    survival,
    thermogravimetry,
)
from finechem.oxidation.evaporation import Evaporation, Film, evaporate
from finechem.oxidation.ionization import vertical_ionization_potential
from finechem.oxidation.package import Additive, AdditivePackage, read_packages, shipped_antioxidants
from finechem.oxidation.volatility import antioxidant_volatility

__all__ = [
    "Additive",
    "AdditivePackage",
    "Bond",
    "Evaporation",
    "Film",
    "active_groups",
    "antioxidant_class",
    "antioxidant_volatility",
    "bond_dissociation_enthalpies",
    "evaporate",
    "friedman_analysis",
    "homolysis_rate_per_s",
    "kissinger_analysis",
    "read_packages",
    "shipped_antioxidants",
    "structure_flags",
    "survival",
    "thermogravimetry",
    "vertical_ionization_potential",
]
