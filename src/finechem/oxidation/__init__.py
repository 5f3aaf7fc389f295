"""Oxidation inhibitors: which bonds of a molecule yield, what evaporates or falls apart, and the packaging task."""

from finechem.oxidation.autoxidation import Simulation, simulate
from finechem.oxidation.autoxidation_errors import (
    Calibration,
    calibrate_induction_times,
    induction_time_sensitivities,
    sample_induction_times,
)
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
from finechem.oxidation.formulation import Inhibitor, OxidationFilm, inhibitors_of
from finechem.oxidation.induction import induction_time, oxidation_onset
from finechem.oxidation.ionization import vertical_ionization_potential
from finechem.oxidation.mechanism import Mechanism
from finechem.oxidation.mechanism_files import load_mechanism
from finechem.oxidation.package import Additive, AdditivePackage, read_packages, shipped_antioxidants
from finechem.oxidation.volatility import antioxidant_volatility

__all__ = [
    "Additive",
    "AdditivePackage",
    "Bond",
    "Calibration",
    "Evaporation",
    "Film",
    "Inhibitor",
    "Mechanism",
    "OxidationFilm",
    "Simulation",
    "active_groups",
    "antioxidant_class",
    "antioxidant_volatility",
    "bond_dissociation_enthalpies",
    "calibrate_induction_times",
    "evaporate",
    "friedman_analysis",
    "homolysis_rate_per_s",
    "induction_time",
    "induction_time_sensitivities",
    "inhibitors_of",
    "kissinger_analysis",
    "load_mechanism",
    "oxidation_onset",
    "read_packages",
    "sample_induction_times",
    "shipped_antioxidants",
    "simulate",
    "structure_flags",
    "survival",
    "thermogravimetry",
    "vertical_ionization_potential",
]
