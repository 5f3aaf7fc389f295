"""Suspensions: what particles do to the viscosity of a liquid."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DomainError

__all__ = ["relative_viscosity"]

Array = NDArray[np.float64]


def relative_viscosity(volume_fraction: ArrayLike, packing_limit: ArrayLike, exponent: float = 2.0) -> Array:
    r"""Return the viscosity of a suspension over that of its liquid, by Krieger and Dougherty.

    .. math:: \eta / \eta_0 = (1 - \varphi / \varphi_m)^{-n}

    n = 2 is Maron and Pierce's, which suspensions of spheroids of aspect ratios from 0.04 to 22 follow.

    References
    ----------
    S. Mueller, E. W. Llewellin, H. M. Mader, Geophys. Res. Lett. 38, L13316 (2011), doi:10.1029/2011GL047167.

    Examples
    --------
    >>> float(relative_viscosity(0.32, 0.64))
    4.0
    """
    phi, limit = np.asarray(volume_fraction, dtype=float), np.asarray(packing_limit, dtype=float)
    if not np.all((limit > 0) & (limit <= 1)) or not np.all((phi >= 0) & (phi < limit)):
        raise DomainError(f"volume_fraction={phi}: must lie between 0 and the packing limit {limit}")
    return np.asarray((1.0 - phi / limit) ** -exponent)
