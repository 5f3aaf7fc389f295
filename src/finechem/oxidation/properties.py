"""The properties of the oxidation domain, named once."""

from __future__ import annotations

from finechem.screening.properties import Property

__all__ = [
    "ACTIVE_GROUPS",
    "PILLING_BEDWORTH",
    "PILLING_BEDWORTH_EXCESS",
    "WEAKEST_BOND",
    "XH_STRENGTH",
    "active_oxidation_limit",
    "dissociation_pressure",
    "film_consumed",
    "film_left",
    "growth_constant",
    "hansen_distance",
    "induction_time",
    "monolayer_coverage",
    "oxidation_energy",
    "oxidation_onset",
    "oxide_thickness",
    "oxide_vapour",
    "protection_factor",
    "retention",
    "survival",
    "vapour_pressure",
    "volatility_limit",
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


def oxide_thickness(exposure: str) -> Property:
    """Return the property: thickness of the oxide after an exposure."""
    return Property("oxide_thickness", "nm", "log", exposure, "oxide")


def film_consumed(exposure: str) -> Property:
    """Return the property: thickness of the film that became oxide."""
    return Property("film_consumed", "nm", "log", exposure, "consumed")


def oxidation_onset(criterion: str) -> Property:
    """Return the property: temperature at which the oxide reaches a thickness in a time."""
    return Property("oxidation_onset", "K", at=criterion, symbol="onset")


def oxide_vapour(temperature_K: float) -> Property:
    """Return the property: sum of the equilibrium pressures of the vapours over the oxide."""
    return Property("oxide_vapour_pressure", "Pa", "log", f"{temperature_K:g} K", "vapour")


def volatility_limit(limit: str) -> Property:
    """Return the property: temperature at which the vapours over the oxide reach a pressure."""
    return Property("volatility_limit", "K", at=limit, symbol="vapour limit")


def active_oxidation_limit(temperature_K: float) -> Property:
    """Return the property: decadic logarithm of the oxygen pressure in bar below which the solid burns away as SiO."""
    return Property("log10_active_oxidation_limit", "1", at=f"bar, {temperature_K:g} K", symbol="lg p active")


def growth_constant(temperature_K: float) -> Property:
    """Return the property: parabolic rate constant of the oxide."""
    return Property("parabolic_rate_constant", "m2/s", "log", f"{temperature_K:g} K", "k_p")


def dissociation_pressure(temperature_K: float) -> Property:
    """Return the property: log10 of the oxygen pressure in bar below which the solid does not oxidize (first oxide)."""
    return Property("log10_dissociation_pressure", "1", at=f"bar, {temperature_K:g} K", symbol="lg p_eq")


def oxidation_energy(temperature_K: float) -> Property:
    """Return the property: Gibbs energy of oxidation per mole of O2."""
    return Property("oxidation_gibbs_energy", "kJ/mol", at=f"{temperature_K:g} K", symbol="ΔG")


PILLING_BEDWORTH = Property("pilling_bedworth_ratio", "1", symbol="PBR")
#: How far the Pilling-Bedworth ratio lies outside 1 to 2, on a log scale of the ratio; 0 inside.
PILLING_BEDWORTH_EXCESS = Property("pilling_bedworth_excess", "1", symbol="PBR excess")


def film_left(exposure: str) -> Property:
    """Return the property: share of a protecting film that is left after an exposure."""
    return Property("film_left", "1", "logit", exposure, "film left")


def protection_factor(exposure: str) -> Property:
    """Return the property: thickness of oxide without the film over that with it."""
    return Property("protection_factor", "1", "log", exposure, "protection")


def monolayer_coverage(condition: str) -> Property:
    """Return the property: equilibrium coverage of a monolayer, from 0 to 1; shown, never ranked by."""
    return Property("monolayer_coverage", "1", "logit", condition, "θ")
