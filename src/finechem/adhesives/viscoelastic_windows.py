"""Chang's viscoelastic windows: what kind of pressure-sensitive adhesive a measured one is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from finechem.errors import DomainError

__all__ = ["ViscoelasticWindow", "viscoelastic_window"]

#: Frequencies of Chang's windows, rad/s.
CHANG_FREQUENCIES = (0.01, 100.0)
#: Where quadrants meet, Pa: the middle on a logarithmic scale of 1e3 to 1e6 Pa, the range in which Chang found most
#: pressure-sensitive adhesives. An assumption: the boundaries in the body of his paper were not read.
CHANG_MIDDLE_PA = 10.0**4.5
#: What Chang found in each quadrant: low or high storage modulus, low or high loss modulus.
QUADRANTS: Mapping[tuple[str, str], str] = {
    ("high", "low"): "not pressure-sensitive, or a release coating",
    ("high", "high"): "high shear",
    ("low", "low"): "removable or medical",
    ("low", "high"): "quick stick or cold stick",
}


@dataclass(frozen=True, slots=True)
class ViscoelasticWindow:
    """Chang's window: the rectangle between two corners in storage and loss modulus.

    Attributes
    ----------
    corners : ((float, float), (float, float))
        Storage and loss modulus in Pa: (G'(0.01), G''(100)) and (G'(100), G''(0.01)).
    shares : dict of str to float
        Share of the rectangle's logarithmic area in each quadrant, by what Chang found there.
    central : bool
        It reaches into all four quadrants, as general-purpose permanent adhesives do.
    """

    corners: tuple[tuple[float, float], tuple[float, float]]
    shares: Mapping[str, float]

    @property
    def central(self) -> bool:
        """Whether it reaches into all four quadrants."""
        return all(share > 0.0 for share in self.shares.values())


def viscoelastic_window(
    frequency_rad_s: ArrayLike,
    storage_Pa: ArrayLike,
    loss_Pa: ArrayLike,
    *,
    storage_boundary_Pa: float = CHANG_MIDDLE_PA,
    loss_boundary_Pa: float = CHANG_MIDDLE_PA,
) -> ViscoelasticWindow:
    """Return Chang's viscoelastic window of a measured adhesive and the quadrants it lies in.

    Parameters
    ----------
    frequency_rad_s, storage_Pa, loss_Pa : (n,) array_like
        Measured at the temperature of use (or shifted to it); 0.01 and 100 rad/s must be among the frequencies.
    storage_boundary_Pa, loss_boundary_Pa : float
        Where the quadrants meet. The default is an assumption.

    Raises
    ------
    DomainError
        If one of the two frequencies was not measured: nothing is extrapolated. If lengths differ or a modulus is not
        above 0.

    Notes
    -----
    Read: the abstract, with the two frequencies, the range of 1e3 to 1e6 Pa, what lies in each quadrant and in the
    middle. The corners are those of the rectangle that the four moduli span; they and the place where quadrants meet
    were not re-read.

    References
    ----------
    E. P. Chang, J. Adhesion 34, 189 (1991), doi:10.1080/00218469108026513

    Examples
    --------
    >>> found = viscoelastic_window([0.01, 1.0, 100.0], [2e3, 2e4, 2e5], [2e3, 1e4, 1e5])
    >>> found.central, round(sum(found.shares.values()), 12)
    (True, 1.0)
    """
    frequency, storage, loss = (np.asarray(given, dtype=float) for given in (frequency_rad_s, storage_Pa, loss_Pa))
    if frequency.ndim != 1 or not frequency.shape == storage.shape == loss.shape:
        raise DomainError(f"{frequency.size} frequencies, {storage.size} storage and {loss.size} loss moduli")
    points = []
    for wanted in CHANG_FREQUENCIES:
        at = np.flatnonzero(np.abs(frequency / wanted - 1.0) <= 0.01)
        if at.size == 0:
            raise DomainError(
                f"nothing was measured at {wanted:g} rad/s, and a window is not extrapolated; measure it, or shift a"
                " master curve there"
            )
        points.append((float(storage[at[0]]), float(loss[at[0]])))
    (slow_storage, slow_loss), (fast_storage, fast_loss) = points
    for number in (*points[0], *points[1], storage_boundary_Pa, loss_boundary_Pa):
        if not (math.isfinite(number) and number > 0.0):
            raise DomainError(f"a modulus is {number:g} Pa; it must be above 0 and finite")
    stiff = _share_above(slow_storage, fast_storage, storage_boundary_Pa)
    lossy = _share_above(slow_loss, fast_loss, loss_boundary_Pa)
    shares = {
        kind: (stiff if storage_level == "high" else 1.0 - stiff) * (lossy if loss_level == "high" else 1.0 - lossy)
        for (storage_level, loss_level), kind in QUADRANTS.items()
    }
    return ViscoelasticWindow(((slow_storage, fast_loss), (fast_storage, slow_loss)), shares)


def _share_above(one: float, other: float, boundary: float) -> float:
    """Return the share of a logarithmic range above a boundary; of a range without width, 0 or 1."""
    low, high = sorted((math.log(one), math.log(other)))
    middle = math.log(boundary)
    if high == low:
        return float(low > middle)
    return min(1.0, max(0.0, (high - middle) / (high - low)))
