"""Heat: from elastic constants to conductivities, and the nitride task."""

from finechem.thermal.callaway import debye_callaway_conductivity, isotope_parameter, oxygen_defect_parameter
from finechem.thermal.elastic import (
    acoustic_debye_temperature,
    born_stability,
    debye_temperature,
    polycrystal_moduli,
    sound_velocities,
)
from finechem.thermal.electronic import wiedemann_franz_conductivity
from finechem.thermal.gruneisen import gruneisen_from_poisson, gruneisen_thermodynamic
from finechem.thermal.known import known_crystals
from finechem.thermal.limits import cahill_pohl_limit, clarke_limit, diffuson_limit
from finechem.thermal.nitrides import NitrideConditions, nitride_screen, read_nitrides, shipped_nitrides
from finechem.thermal.prototypes import enumerate_nitrides
from finechem.thermal.slack import slack_conductivity

__all__ = [
    "NitrideConditions",
    "acoustic_debye_temperature",
    "born_stability",
    "cahill_pohl_limit",
    "clarke_limit",
    "debye_callaway_conductivity",
    "debye_temperature",
    "diffuson_limit",
    "enumerate_nitrides",
    "gruneisen_from_poisson",
    "gruneisen_thermodynamic",
    "isotope_parameter",
    "known_crystals",
    "nitride_screen",
    "oxygen_defect_parameter",
    "polycrystal_moduli",
    "read_nitrides",
    "shipped_nitrides",
    "slack_conductivity",
    "sound_velocities",
    "wiedemann_franz_conductivity",
]
