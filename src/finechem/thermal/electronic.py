"""Heat carried by electrons."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.units import LORENZ_NUMBER

__all__ = ["wiedemann_franz_conductivity"]


def wiedemann_franz_conductivity(resistivity_ohm_m: ArrayLike, temperature_K: ArrayLike = 300.0) -> NDArray[np.float64]:
    """Return the electronic thermal conductivity L0 T / rho in W/(m K).

    Parameters
    ----------
    resistivity_ohm_m, temperature_K : arrays

    Notes
    -----
    Sommerfeld's Lorenz number, 2.443e-8 W ohm/K^2: right for metals at and above room temperature; a non-degenerate
    semiconductor has 1.5e-8 or so, and at cryogenic temperatures inelastic scattering lowers it.

    Examples
    --------
    >>> round(float(wiedemann_franz_conductivity(1.7e-8)))  # copper
    431
    """
    resistivity = np.asarray(resistivity_ohm_m, dtype=float)
    with np.errstate(divide="ignore"):
        kappa = LORENZ_NUMBER * np.asarray(temperature_K, dtype=float) / resistivity
    return np.where(resistivity > 0, kappa, np.nan)
