"""Design of formulations: learn from few experiments, propose the next ones."""

from finechem.adhesives.design.explanation import Nearest, Proposal, Suggestion
from finechem.adhesives.design.formulation_model import FormulationModel, Prediction, fit_formulation_model
from finechem.adhesives.design.improvement import expected_hypervolume_improvement, hypervolume, pareto_front
from finechem.adhesives.design.learners import KINDS
from finechem.adhesives.design.objectives import Objective
from finechem.adhesives.design.points import Space
from finechem.adhesives.design.simplex import Simplex
from finechem.adhesives.design.suggestion import suggest

__all__ = [
    "KINDS",
    "FormulationModel",
    "Nearest",
    "Objective",
    "Prediction",
    "Proposal",
    "Simplex",
    "Space",
    "Suggestion",
    "expected_hypervolume_improvement",
    "fit_formulation_model",
    "hypervolume",
    "pareto_front",
    "suggest",
]
