"""Adhesives: from a recipe to its stoichiometry, bio-based content and network, and the adhesives task."""

from finechem.adhesives.batch import compare, off_ratio, sensitivity
from finechem.adhesives.biocontent import bio_content
from finechem.adhesives.branching import (
    Monomer,
    Site,
    branching_factor,
    carothers_gel_conversion,
    gel_conversion,
    gel_point,
    network_state,
)
from finechem.adhesives.chains import chain_descriptors
from finechem.adhesives.component import Component, ReactiveGroup
from finechem.adhesives.glass_transition import glass_transition
from finechem.adhesives.groups import equivalent_weights, functional_groups
from finechem.adhesives.network import cured_network, recipe_monomers, rubbery_modulus_Pa
from finechem.adhesives.reading import load_recipes, read_recipes
from finechem.adhesives.recipe import CureStep, Recipe
from finechem.adhesives.simulation import simulated_network
from finechem.adhesives.stoichiometry import (
    balance,
    hardener_phr,
    isocyanate_index,
    mixture_equivalent_weight,
    part_ratios,
)

__all__ = [
    "Component",
    "CureStep",
    "Monomer",
    "ReactiveGroup",
    "Recipe",
    "Site",
    "balance",
    "bio_content",
    "branching_factor",
    "carothers_gel_conversion",
    "chain_descriptors",
    "compare",
    "cured_network",
    "equivalent_weights",
    "functional_groups",
    "gel_conversion",
    "gel_point",
    "glass_transition",
    "hardener_phr",
    "isocyanate_index",
    "load_recipes",
    "mixture_equivalent_weight",
    "network_state",
    "off_ratio",
    "part_ratios",
    "read_recipes",
    "recipe_monomers",
    "rubbery_modulus_Pa",
    "sensitivity",
    "simulated_network",
]
