"""The properties of the adhesives domain, named once."""

from __future__ import annotations

from finechem.screening.properties import Property

__all__ = [
    "BIOBASED_CARBON",
    "BIOBASED_MASS",
    "EXCESS",
    "HAZARD_STATEMENTS",
    "RATIO",
    "SEVERE_HAZARDS",
    "VOLATILE_ORGANICS",
    "above_glass_transition",
    "branching",
    "contact_angle",
    "crosslink_density",
    "distance_from_tack_window",
    "gel_conversion",
    "glass_transition",
    "mixing",
    "rubbery_modulus",
    "sol_fraction",
    "spreading_coefficient",
    "storage_modulus",
    "window_share",
    "work_of_adhesion",
]

RATIO = Property("stoichiometric_ratio", "1", "log", symbol="A/B")
EXCESS = Property("stoichiometric_excess", "1", symbol="excess")
BIOBASED_CARBON = Property("biobased_carbon_of_organic", "1", symbol="bio C")
BIOBASED_MASS = Property("biobased_mass", "1", symbol="bio mass")
HAZARD_STATEMENTS = Property("hazard_statements", "1", at="worst part", symbol="H")
SEVERE_HAZARDS = Property("severe_hazards", "1", at="worst part", symbol="H severe")
VOLATILE_ORGANICS = Property("volatile_organic_mass_fraction", "1", at="as mixed", symbol="VOC")


def branching(conversion: float) -> Property:
    """Return the property: onward bonds a generation, above 1 in a gel."""
    return Property("branching_factor", "1", "log", _at(conversion), "branching")


def gel_conversion() -> Property:
    """Return the property: conversion of the group in short supply at the gel point."""
    return Property("gel_conversion", "1", "logit", symbol="p(gel)")


def glass_transition(conversion: float) -> Property:
    """Return the property: glass transition of the network."""
    return Property("glass_transition", "K", "log", _at(conversion), "Tg")


def sol_fraction(conversion: float) -> Property:
    """Return the property: mass share that stays extractable."""
    return Property("sol_fraction", "1", at=_at(conversion), symbol="sol")


def crosslink_density(conversion: float) -> Property:
    """Return the property: elastic strands a volume, as a rubbery modulus would tell."""
    return Property("crosslink_density", "mol/m3", "log", _at(conversion), "ν")


def rubbery_modulus(conversion: float, temperature_K: float) -> Property:
    """Return the property: tensile modulus above the glass transition."""
    return Property("rubbery_modulus", "MPa", "log", f"{_at(conversion)}, {temperature_K:g} K", "E'(rubber)")


def mixing(temperature_K: float) -> Property:
    """Return the property: probability that the worst pair of an uncured recipe mixes in all proportions."""
    return Property("mixing_probability", "1", "logit", f"worst pair, {temperature_K:g} K", "P(mixes)")


def storage_modulus(temperature_K: float) -> Property:
    """Return the property: storage shear modulus of a pressure-sensitive adhesive."""
    return Property("storage_shear_modulus", "Pa", "log", f"1 Hz, {temperature_K:g} K", "G'")


def distance_from_tack_window(temperature_K: float) -> Property:
    """Return the property: decades between the storage modulus and the middle of Chang's range, softer or stiffer."""
    return Property("distance_from_tack_window", "1", at=f"1 Hz, {temperature_K:g} K", symbol="|log G'/10^4.5 Pa|")


def above_glass_transition(temperature_K: float) -> Property:
    """Return the property: how far a temperature lies above the glass transition of a blend."""
    return Property("above_glass_transition", "K", at=f"{temperature_K:g} K", symbol="T-Tg")


def window_share(kind: str, temperature_K: float) -> Property:
    """Return the property: share of Chang's window in a quadrant."""
    return Property("window_share", "1", at=f"{kind}, {temperature_K:g} K", symbol=f"window: {kind}")


def work_of_adhesion(substrate: str, state: str) -> Property:
    """Return the property: reversible work that parts the liquid adhesive from a substrate; not joint strength."""
    return Property("work_of_adhesion", "mJ/m2", "log", f"{substrate}, {state}", "Wa")


def spreading_coefficient(substrate: str, state: str) -> Property:
    """Return the property: work of adhesion less the liquid's cohesion; the liquid spreads above 0."""
    return Property("spreading_coefficient", "mN/m", at=f"{substrate}, {state}", symbol="S")


def contact_angle(substrate: str, state: str) -> Property:
    """Return the property: contact angle of the liquid adhesive on a substrate, 0 where it spreads."""
    return Property("contact_angle", "deg", at=f"{substrate}, {state}", symbol="contact angle")


def _at(conversion: float) -> str:
    return f"conversion {conversion:g}"
