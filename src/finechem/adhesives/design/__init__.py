"""Design of formulations: what may be made, what few experiments teach, and which ones to make next."""

from finechem.adhesives.design.campaign import Campaign, load_campaign
from finechem.adhesives.design.constraints import Category, Count, Linear, MixtureComponent, ProcessFactor, Ratio
from finechem.adhesives.design.designs import faces, lattice, space_filling, vertices
from finechem.adhesives.design.explanation import Nearest, Proposal, Suggestion
from finechem.adhesives.design.formulation_model import FormulationModel, Prediction, fit_formulation_model
from finechem.adhesives.design.improvement import expected_hypervolume_improvement, hypervolume, pareto_front
from finechem.adhesives.design.learners import KINDS
from finechem.adhesives.design.objectives import Objective
from finechem.adhesives.design.screen_model import LearntModel
from finechem.adhesives.design.sensitivities import Sensitivity, sensitivities
from finechem.adhesives.design.space import MixtureSpace
from finechem.adhesives.design.suggestion import suggest
from finechem.adhesives.design.validation import Quality, validate

__all__ = [
    "KINDS",
    "Campaign",
    "Category",
    "Count",
    "FormulationModel",
    "LearntModel",
    "Linear",
    "MixtureComponent",
    "MixtureSpace",
    "Nearest",
    "Objective",
    "Prediction",
    "ProcessFactor",
    "Proposal",
    "Quality",
    "Ratio",
    "Sensitivity",
    "Suggestion",
    "expected_hypervolume_improvement",
    "faces",
    "fit_formulation_model",
    "hypervolume",
    "lattice",
    "load_campaign",
    "pareto_front",
    "sensitivities",
    "space_filling",
    "suggest",
    "validate",
    "vertices",
]
