"""The properties of the oxidation domain, named once."""

from __future__ import annotations

from finechem.screening.properties import Property

__all__ = [
    "ACTIVE_GROUPS",
    "WEAKEST_BOND",
    "XH_STRENGTH",
    "hansen_distance",
    "induction_time",
    "retention",
    "survival",
    "vapour_pressure",
]

ACTIVE_GROUPS = Property("active_groups", "mmol/kg", symbol="active")
XH_STRENGTH = Property("weakest_reactive_X-H_bond", "kJ/mol", symbol="X-H")
WEAKEST_BOND = Property("weakest_skeletal_bond", "kJ/mol", symbol="weakest")


def vapour_pressure(temperature_K: float) -> Property:
    """Return the property: vapour pressure of the most volatile additive."""
    return Property("vapour_pressure", "Pa", "log", f"{temperature_K:g} K", "p")


def retention(program: str) -> Property:
    """Return the property: share of the active groups that do not evaporate in a program."""
    return Property("retention", "1", "logit", program, "retained")


def survival(program: str) -> Property:
    """Return the property: share of the molecules whose weakest bond does not break in a program."""
    return Property("thermal_survival", "1", "logit", program, "survive")


def hansen_distance(matrix: str) -> Property:
    """Return the property: distance of solubility parameters to those of the matrix."""
    return Property("hansen_distance", "MPa^0.5", at=matrix, symbol="Ra")


def induction_time(temperature_C: float) -> Property:
    """Return the property: uncalibrated time until a thousandth of a hydrocarbon matrix is oxidized."""
    return Property("induction_time", "s", "log", f"{temperature_C:g} C, uncalibrated", "τ")
