"""Adhesives: from a recipe to its stoichiometry, bio-based content, network, hazards and wetting, and the task."""

from finechem.adhesives.assessment import Assessment, assess
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
from finechem.adhesives.classification import Classification, shipped_classification
from finechem.adhesives.classification_files import load_classifications
from finechem.adhesives.component import Component, ReactiveGroup
from finechem.adhesives.cure_diagrams import continuous_heating_transformation, time_temperature_transformation
from finechem.adhesives.cure_fit import fit_cure_kinetics, isoconversional
from finechem.adhesives.cure_kinetics import (
    ChernPoehlein,
    CureKinetics,
    FreeVolume,
    published_kinetics,
    published_kinetics_names,
)
from finechem.adhesives.cure_viscosity import ArrheniusViscosity, CastroMacosko, WlfViscosity, pot_life
from finechem.adhesives.curing import CureResult, cure, cure_many, gel_time, vitrification_time
from finechem.adhesives.dsc import read_dsc
from finechem.adhesives.exotherm import Face, Material, bond_line, cup
from finechem.adhesives.formulations import load_formulations
from finechem.adhesives.glass_transition import glass_transition
from finechem.adhesives.groups import equivalent_weights, functional_groups
from finechem.adhesives.hazards import mixture_hazards, recipe_hazards
from finechem.adhesives.miscibility import KnownHansen, critical_chi, miscibility
from finechem.adhesives.network import cured_network, recipe_monomers, rubbery_modulus_Pa
from finechem.adhesives.pressure_sensitive import plateau_modulus_Pa, tack_probability
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
from finechem.adhesives.substrates import substrate, substrates
from finechem.adhesives.surface import (
    SurfaceEnergy,
    contact_angle_deg,
    interfacial_tension_mN_m,
    owens_wendt,
    spreading_coefficient_mN_m,
    work_of_adhesion_mJ_m2,
)
from finechem.adhesives.surface_tension import liquid_surface_energy, recipe_surface_energy, surface_tension_mN_m
from finechem.adhesives.viscoelastic_windows import viscoelastic_window
from finechem.adhesives.vitrification import DiBenedetto
from finechem.adhesives.volatile_organics import volatile_content

__all__ = [
    "ArrheniusViscosity",
    "Assessment",
    "CastroMacosko",
    "ChernPoehlein",
    "Classification",
    "Component",
    "CureKinetics",
    "CureResult",
    "CureStep",
    "DiBenedetto",
    "Face",
    "FreeVolume",
    "KnownHansen",
    "Material",
    "Monomer",
    "ReactiveGroup",
    "Recipe",
    "Site",
    "SurfaceEnergy",
    "WlfViscosity",
    "assess",
    "balance",
    "bio_content",
    "bond_line",
    "branching_factor",
    "carothers_gel_conversion",
    "chain_descriptors",
    "compare",
    "contact_angle_deg",
    "continuous_heating_transformation",
    "critical_chi",
    "cup",
    "cure",
    "cure_many",
    "cured_network",
    "equivalent_weights",
    "fit_cure_kinetics",
    "functional_groups",
    "gel_conversion",
    "gel_point",
    "gel_time",
    "glass_transition",
    "hardener_phr",
    "interfacial_tension_mN_m",
    "isoconversional",
    "isocyanate_index",
    "liquid_surface_energy",
    "load_classifications",
    "load_formulations",
    "load_recipes",
    "miscibility",
    "mixture_equivalent_weight",
    "mixture_hazards",
    "network_state",
    "off_ratio",
    "owens_wendt",
    "part_ratios",
    "plateau_modulus_Pa",
    "pot_life",
    "published_kinetics",
    "published_kinetics_names",
    "read_dsc",
    "read_recipes",
    "recipe_hazards",
    "recipe_monomers",
    "recipe_surface_energy",
    "rubbery_modulus_Pa",
    "sensitivity",
    "shipped_classification",
    "simulated_network",
    "spreading_coefficient_mN_m",
    "substrate",
    "substrates",
    "surface_tension_mN_m",
    "tack_probability",
    "time_temperature_transformation",
    "viscoelastic_window",
    "vitrification_time",
    "volatile_content",
    "work_of_adhesion_mJ_m2",
]
