"""The properties of the heat domain, named once."""

from __future__ import annotations

from finechem.screening.properties import Property

__all__ = [
    "ACOUSTIC_DEBYE",
    "BAND_GAP",
    "BULK_MODULUS",
    "DEBYE",
    "DENSITY",
    "ENERGY_ABOVE",
    "EXPANSION_MISMATCH",
    "GRUNEISEN",
    "LONGITUDINAL_VELOCITY",
    "MEAN_VELOCITY",
    "PLAUSIBLE",
    "RESISTIVITY",
    "SHEAR_MODULUS",
    "STANDS",
    "TRANSVERSE_VELOCITY",
    "conductivity",
    "electronic_conductivity",
    "minimum_conductivity",
    "raw_conductivity",
]

BULK_MODULUS = Property("bulk_modulus", "Pa", "log", symbol="K")
SHEAR_MODULUS = Property("shear_modulus", "Pa", "log", symbol="G")
LONGITUDINAL_VELOCITY = Property("longitudinal_sound_velocity", "m/s", "log", symbol="v_L")
TRANSVERSE_VELOCITY = Property("transverse_sound_velocity", "m/s", "log", symbol="v_T")
MEAN_VELOCITY = Property("mean_sound_velocity", "m/s", "log", symbol="v_m")
DEBYE = Property("debye_temperature", "K", "log", symbol="θ_D")
ACOUSTIC_DEBYE = Property("acoustic_debye_temperature", "K", "log", symbol="θ_a")
GRUNEISEN = Property("gruneisen_parameter", "1", "log", symbol="γ")
BAND_GAP = Property("band_gap", "eV", symbol="gap")
RESISTIVITY = Property("electrical_resistivity", "ohm m", "log", symbol="ρ_el")
DENSITY = Property("density", "kg/m3", symbol="density")
#: One or nought.
PLAUSIBLE = Property("plausible_on_paper", "1", symbol="plausible")
STANDS = Property("mechanically_stable", "1", symbol="stands")
ENERGY_ABOVE = Property("energy_above_competing_nitrides", "eV/atom", symbol="ΔE")
EXPANSION_MISMATCH = Property("thermal_expansion_mismatch_to_silicon", "1e-6/K", symbol="Δα(Si)")


def conductivity(temperature_K: float, direction: str = "") -> Property:
    """Return lattice thermal conductivity at a temperature: the average, or ``"in-plane"``, ``"cross-plane"``."""
    name = "lattice_thermal_conductivity"
    if direction:
        name = f"{direction.replace('-', '_')}_{name}"
    symbol = {"": "κ", "in-plane": "κ_ab", "cross-plane": "κ_c"}[direction]
    return Property(name, "W/(m K)", "log", f"{temperature_K:g} K", symbol)


def electronic_conductivity(temperature_K: float) -> Property:
    """Return the property: heat carried by electrons."""
    return Property("electronic_thermal_conductivity", "W/(m K)", "log", f"{temperature_K:g} K", "κ_el")


def minimum_conductivity(temperature_K: float) -> Property:
    """Return the property: the glass-like floor of the lattice conductivity."""
    return Property("minimum_thermal_conductivity", "W/(m K)", "log", f"{temperature_K:g} K", "κ_min")


def raw_conductivity(temperature_K: float) -> Property:
    """Return the property: lattice conductivity of a potential, as it comes, before any calibration."""
    return Property("uncalibrated_lattice_thermal_conductivity", "W/(m K)", "log", f"{temperature_K:g} K", "κ_raw")
