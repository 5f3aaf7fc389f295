"""The flow every research task shares: candidates, stages, criteria, a ranking."""

from finechem.screening.criteria import Criterion
from finechem.screening.model import Candidate, PropertyModel, Rejected, Stage
from finechem.screening.outcomes import Outcome
from finechem.screening.properties import Estimates, Property
from finechem.screening.ranking import Evidence, Ranking
from finechem.screening.screen import Screen
from finechem.screening.stored import load_ranking, stored_criteria

__all__ = [
    "Candidate",
    "Criterion",
    "Estimates",
    "Evidence",
    "Outcome",
    "Property",
    "PropertyModel",
    "Ranking",
    "Rejected",
    "Screen",
    "Stage",
    "load_ranking",
    "stored_criteria",
]
