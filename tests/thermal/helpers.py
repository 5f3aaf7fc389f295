"""What several tests of the heat domain do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from finechem.matter import Crystal, Elasticity, Fact
from finechem.screening import Estimates, Property
from finechem.thermal import properties as heat
from finechem.thermal.models import CallawayModel, DensityModel, ElasticModel, SlackModel

Array = NDArray[np.float64]


def isotropic(bulk: float, shear: float) -> Array:
    """Stiffness of an isotropic solid: C11 = K + 4G/3, C12 = K - 2G/3, C44 = G."""
    matrix = np.diag([2.0 * shear] * 3 + [shear] * 3)
    matrix[:3, :3] += bulk - 2.0 * shear / 3.0
    return matrix


def elastic_knowledge(crystals: Sequence[Crystal]) -> dict[Property, Estimates]:
    """What the cell and the stiffness say: all that models of the conductivity require."""
    return {**DensityModel().estimate(crystals, {}), **ElasticModel().estimate(crystals, {})}


def kappa(model: SlackModel | CallawayModel, crystals: Sequence[Crystal]) -> Estimates:
    """What a conductivity model says, on what the elastic model says."""
    return model.estimate(crystals, elastic_knowledge(crystals))[heat.conductivity(model.temperature_K)]


def with_fact(crystal: Crystal, quantity: str, value: float) -> Crystal:
    return replace(crystal, facts=(Fact(quantity, value, temperature_K=300.0), *crystal.facts))


def with_grade(crystal: Crystal, grade: str) -> Crystal:
    assert crystal.elasticity is not None
    own = Elasticity(crystal.elasticity.stiffness_GPa, "test", "test", grade)
    return replace(crystal, elasticity=own)
