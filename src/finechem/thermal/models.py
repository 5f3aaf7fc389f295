"""All property models of the heat domain, in one place to import from."""

from finechem.thermal.axial import AxialConductivityModel
from finechem.thermal.conductivity_models import CallawayModel, SlackModel
from finechem.thermal.elastic_models import DensityModel, ElasticModel, MinimumConductivityModel
from finechem.thermal.fact_models import (
    BandGapModel,
    ExpansionMismatchModel,
    MeasuredConductivityModel,
    ResistivityModel,
)

__all__ = [
    "AxialConductivityModel",
    "BandGapModel",
    "CallawayModel",
    "DensityModel",
    "ElasticModel",
    "ExpansionMismatchModel",
    "MeasuredConductivityModel",
    "MinimumConductivityModel",
    "ResistivityModel",
    "SlackModel",
]
