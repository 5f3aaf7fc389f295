"""Every model of the heat domain keeps the contract of property models."""

from __future__ import annotations

import pytest

from finechem.matter import Crystal
from finechem.screening import PropertyModel
from finechem.thermal import properties as heat
from finechem.thermal.axial import AxialConductivityModel
from finechem.thermal.fact_models import (
    BandGapModel,
    ExpansionMismatchModel,
    MeasuredConductivityModel,
    ResistivityModel,
)
from finechem.thermal.models import CallawayModel, DensityModel, ElasticModel, MinimumConductivityModel, SlackModel
from tests.screening.conformance import check_model
from tests.thermal.helpers import elastic_knowledge

MODELS: tuple[PropertyModel, ...] = (
    DensityModel(),
    BandGapModel(),
    ResistivityModel(600.0),
    ExpansionMismatchModel(),
    ElasticModel(),
    SlackModel(pure=False),
    CallawayModel(400.0, grain_size_um=1.0, oxygen_mass_percent=0.3),
    MinimumConductivityModel("cahill-pohl"),
    MeasuredConductivityModel(320.0, as_measured=False),
)
#: A plain one, one without a tensor, a layered one, metals, an ionic one, two cations, a doubtful fact.
PHASES = (
    "AlN-wurtzite",
    "Si3N4-gamma",
    "BN-hexagonal",
    "TiN-rocksalt",
    "VN-rocksalt",
    "NaCl-rocksalt",
    "MgSiN2-orthorhombic",
    "MgO-rocksalt",
    "InN-zincblende",
)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_contract(crystals: dict[str, Crystal], model: PropertyModel) -> None:
    chosen = [crystals[name] for name in PHASES]
    check_model(model, chosen, elastic_knowledge(chosen))


def test_contract_of_the_axial_split(crystals: dict[str, Crystal]) -> None:
    chosen = [crystals[name] for name in PHASES]
    known = CallawayModel().estimate(chosen, elastic_knowledge(chosen))
    assert heat.conductivity(300.0) in known
    check_model(AxialConductivityModel(), chosen, known)
