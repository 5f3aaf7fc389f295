"""Constants (CODATA 2018, exact where the SI defines them) and the few unit factors the edges need.

Inside finechem everything is SI; a public name carries its unit where it is not.
"""

from __future__ import annotations

__all__ = [
    "ANGSTROM",
    "ATOMIC_MASS",
    "BOLTZMANN",
    "ELEMENTARY_CHARGE",
    "GAS_CONSTANT",
    "HBAR",
    "LORENZ_NUMBER",
    "ROOM_TEMPERATURE_K",
]

BOLTZMANN = 1.380649e-23  # J/K, exact
HBAR = 1.054571817646156e-34  # J s, exact h / 2 pi
ELEMENTARY_CHARGE = 1.602176634e-19  # C, exact
GAS_CONSTANT = 8.31446261815324  # J/(mol K), exact
ATOMIC_MASS = 1.66053906660e-27  # kg
ANGSTROM = 1e-10  # m

#: Sommerfeld value of the Lorenz number, pi^2/3 (k_B/e)^2, in W ohm / K^2.
LORENZ_NUMBER = 3.289868133696453 * (BOLTZMANN / ELEMENTARY_CHARGE) ** 2

#: What "near room temperature" means wherever a measured value is looked up without a temperature of its own.
ROOM_TEMPERATURE_K = 300.0
