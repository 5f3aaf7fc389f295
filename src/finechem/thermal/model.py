"""What the property models of the heat domain share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from finechem.matter.crystal import Crystal
from finechem.screening.one_by_one import Known
from finechem.screening.one_by_one import TableModel as HeatModel
from finechem.thermal import properties as heat
from finechem.units import ATOMIC_MASS

__all__ = ["HeatModel", "Known", "atomic_volumes_m3"]


def atomic_volumes_m3(crystals: Sequence[Crystal], known: Known) -> NDArray[np.float64]:
    """Return mean volumes per atom by the density that speaks: a crystal on paper has that of its relaxed cell."""
    masses = np.array([crystal.mean_mass_u for crystal in crystals])
    return np.asarray(masses * ATOMIC_MASS / known[heat.DENSITY].value)
