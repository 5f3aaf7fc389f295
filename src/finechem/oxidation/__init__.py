"""Oxidation: antioxidants of polymers (bonds, volatility, kinetics); oxides on copper and barrier films."""

from finechem.oxidation.autoxidation import Simulation, simulate
from finechem.oxidation.autoxidation_calibration import Calibration, calibrate_induction_times
from finechem.oxidation.autoxidation_errors import induction_time_sensitivities, sample_induction_times
from finechem.oxidation.barrier import BarrierFilm
from finechem.oxidation.bonds import Bond, bond_dissociation_enthalpies
from finechem.oxidation.classes import active_groups, antioxidant_class, structure_flags
from finechem.oxidation.copper import Protectant
from finechem.oxidation.copper_films import adsorption_coverage
from finechem.oxidation.decomposition import (
    friedman_analysis,
    homolysis_rate_per_s,
    kissinger_analysis,
    survival,
    thermogravimetry,
)
from finechem.oxidation.evaporation import Evaporation, Film, evaporate
from finechem.oxidation.exposure import Exposure, read_exposure
from finechem.oxidation.formulation import Inhibitor, OxidationFilm, inhibitors_of
from finechem.oxidation.growth_parameters import (
    CabreraMottLaw,
    CubicLaw,
    LinearLaw,
    LogarithmicLaw,
    OxideGrowth,
    ParabolicLaw,
    RateConstant,
)
from finechem.oxidation.growth_reading import read_growth_laws, shipped_growth_laws
from finechem.oxidation.induction import induction_time, oxidation_onset
from finechem.oxidation.ionization import vertical_ionization_potential
from finechem.oxidation.mechanism import Mechanism
from finechem.oxidation.mechanism_files import load_mechanism
from finechem.oxidation.oxide_growth import OxygenBarrier, onset_temperature, thickness_after
from finechem.oxidation.package import Additive, AdditivePackage, read_packages, shipped_antioxidants
from finechem.oxidation.pilling_bedworth import pilling_bedworth_ratio
from finechem.oxidation.volatility import antioxidant_volatility

__all__ = [
    "Additive",
    "AdditivePackage",
    "BarrierFilm",
    "Bond",
    "CabreraMottLaw",
    "Calibration",
    "CubicLaw",
    "Evaporation",
    "Exposure",
    "Film",
    "Inhibitor",
    "LinearLaw",
    "LogarithmicLaw",
    "Mechanism",
    "OxidationFilm",
    "OxideGrowth",
    "OxygenBarrier",
    "ParabolicLaw",
    "Protectant",
    "RateConstant",
    "Simulation",
    "active_groups",
    "adsorption_coverage",
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
    "onset_temperature",
    "oxidation_onset",
    "pilling_bedworth_ratio",
    "read_exposure",
    "read_growth_laws",
    "read_packages",
    "sample_induction_times",
    "shipped_antioxidants",
    "shipped_growth_laws",
    "simulate",
    "structure_flags",
    "survival",
    "thermogravimetry",
    "thickness_after",
    "vertical_ionization_potential",
]
