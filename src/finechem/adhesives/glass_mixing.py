"""Glass transitions of mixtures from those of their components: plasticizers, diluents, water, blends of resins."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DomainError

__all__ = ["couchman_karasz_K", "fox_K", "gordon_taylor_K"]

Array = NDArray[np.float64]


def fox_K(mass_fractions: ArrayLike, glass_transitions_K: ArrayLike) -> float:
    r"""Return the glass transition of a mixture by Fox's rule.

    .. math:: 1 / T_g = \sum_i w_i / T_{g,i}

    Parameters
    ----------
    mass_fractions : (n,) array_like
        Not negative; scaled to a sum of 1.
    glass_transitions_K : (n,) array_like
        Of the components, kelvin.

    Raises
    ------
    DomainError
        If a fraction is negative, all are zero, or a temperature is not above 0.

    Notes
    -----
    Components must mix on the scale of molecules, have much the same jump of heat capacity times glass transition, and
    not attract each other more than themselves.

    References
    ----------
    T. G. Fox, Bull. Am. Phys. Soc. 1, 123 (1956).

    Examples
    --------
    Five per cent of a plasticizer (190 K) in a network (420 K):

    >>> round(fox_K([0.95, 0.05], [420.0, 190.0]), 1)
    396.0
    """
    weights, kelvin = _mixture(mass_fractions, glass_transitions_K)
    return float(1.0 / np.sum(weights / kelvin))


def gordon_taylor_K(
    mass_fraction: float, glass_transition_1_K: float, glass_transition_2_K: float, k: float = 1.0
) -> float:
    r"""Return the glass transition of a mixture of two by Gordon and Taylor.

    .. math:: T_g = \frac{(1 - w) T_1 + k\,w\,T_2}{(1 - w) + k\,w}

    Parameters
    ----------
    mass_fraction : float
        Of component 2, 0 to 1.
    glass_transition_1_K, glass_transition_2_K : float
    k : float
        Ratio of the jumps of thermal expansion (of heat capacity, after Couchman and Karasz) of component 2 to that of
        component 1; fitted where measured. 1 is a linear rule.

    Raises
    ------
    DomainError
        If the fraction is no share, or a temperature or k is not above 0.

    References
    ----------
    M. Gordon, J. S. Taylor, J. Appl. Chem. 2, 493 (1952).

    Examples
    --------
    >>> gordon_taylor_K(0.5, 400.0, 200.0, k=1.0)
    300.0
    """
    if not (0.0 <= mass_fraction <= 1.0):
        raise DomainError(f"mass_fraction is {mass_fraction}; it must be between 0 and 1")
    if not (np.isfinite(k) and k > 0.0):
        raise DomainError(f"k is {k}; it must be a finite number above 0")
    weights, kelvin = _mixture([1.0 - mass_fraction, mass_fraction], [glass_transition_1_K, glass_transition_2_K])
    return float(np.sum(weights * [1.0, k] * kelvin) / np.sum(weights * [1.0, k]))


def couchman_karasz_K(
    mass_fractions: ArrayLike, glass_transitions_K: ArrayLike, heat_capacity_jumps_J_gK: ArrayLike
) -> float:
    r"""Return the glass transition of a mixture from the jumps of heat capacity of its components.

    .. math:: \ln T_g = \frac{\sum_i w_i\,\Delta C_{p,i} \ln T_{g,i}}{\sum_i w_i\,\Delta C_{p,i}}

    Parameters
    ----------
    mass_fractions, glass_transitions_K : (n,) array_like
        As in `fox_K`.
    heat_capacity_jumps_J_gK : (n,) array_like
        At each component's own glass transition, taken as constant above it.

    Raises
    ------
    DomainError
        As in `fox_K`, or if a jump is not above 0.

    Notes
    -----
    After P. R. Couchman and F. E. Karasz (1978): the entropy of an ideal mixture is continuous at its glass transition.
    With :math:`\Delta C_p T_g` alike in all components it comes close to Fox's rule.

    Examples
    --------
    >>> round(couchman_karasz_K([0.5, 0.5], [400.0, 200.0], [0.3, 0.6]), 1)
    252.0
    """
    weights, kelvin = _mixture(mass_fractions, glass_transitions_K)
    jumps = np.asarray(heat_capacity_jumps_J_gK, dtype=float)
    if jumps.shape != weights.shape or not np.all(np.isfinite(jumps) & (jumps > 0.0)):
        raise DomainError(f"heat_capacity_jumps_J_gK is {jumps.tolist()}; each component needs one above 0")
    parts = weights * jumps
    return float(np.exp(np.sum(parts * np.log(kelvin)) / np.sum(parts)))


def _mixture(mass_fractions: ArrayLike, glass_transitions_K: ArrayLike) -> tuple[Array, Array]:
    weights = np.asarray(mass_fractions, dtype=float)
    kelvin = np.asarray(glass_transitions_K, dtype=float)
    if weights.ndim != 1 or weights.shape != kelvin.shape or weights.size == 0:
        raise DomainError(f"{weights.size} mass fractions need as many glass transitions; there are {kelvin.size}")
    if not (np.all(np.isfinite(weights)) and np.all(weights >= 0.0) and weights.sum() > 0.0):
        raise DomainError(f"mass fractions are {weights.tolist()}; none may be negative, and one must be above 0")
    if not np.all(np.isfinite(kelvin) & (kelvin > 0.0)):
        raise DomainError(f"glass transitions are {kelvin.tolist()} K; each must be a finite number above 0")
    return weights / weights.sum(), kelvin
