"""The properties of filled polymers, named once."""

from __future__ import annotations

from finechem.screening.properties import Property

__all__ = ["DENSITY", "IN_PLANE", "RELATIVE_VISCOSITY", "THROUGH_PLANE"]

IN_PLANE = Property("in_plane_composite_conductivity", "W/(m K)", "log", "300 K", "κ∥")
THROUGH_PLANE = Property("through_plane_composite_conductivity", "W/(m K)", "log", "300 K", "κ⊥")
DENSITY = Property("composite_density", "kg/m3", symbol="density")
RELATIVE_VISCOSITY = Property("relative_viscosity", "1", "log", symbol="η/η₀")
