"""Oxidation inhibitors: how much of an additive survives a temperature program."""

from finechem.oxidation.evaporation import Evaporation, Film, evaporate
from finechem.oxidation.volatility import antioxidant_volatility

__all__ = ["Evaporation", "Film", "antioxidant_volatility", "evaporate"]
