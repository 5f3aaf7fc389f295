"""Pressure-sensitive adhesives: whether one is soft enough to wet under a finger, measured or estimated."""

from __future__ import annotations

import math
from dataclasses import dataclass

from finechem.errors import DomainError
from finechem.units import GAS_CONSTANT

__all__ = [
    "DAHLQUIST_PA",
    "BlendPart",
    "diluted_plateau_modulus_Pa",
    "plateau_modulus_Pa",
    "tack_probability",
]

#: Dahlquist's criterion: a storage shear modulus of at most this at 1 Hz and the temperature of use (a tensile one of
#: three times as much). Other authors put it at 3e5 Pa: it is an argument.
DAHLQUIST_PA = 1e5


def tack_probability(
    modulus_Pa: float, sigma_ln: float = 0.0, *, tensile: bool = False, limit_Pa: float = DAHLQUIST_PA
) -> float:
    r"""Return the probability that an adhesive is soft enough to be pressure-sensitive.

    .. math:: P = \Phi\left(\frac{\ln G_\mathrm{limit} - \ln G'}{\sigma}\right)

    Parameters
    ----------
    modulus_Pa : float
        Storage modulus at 1 Hz and the temperature of use, measured or estimated.
    sigma_ln : float
        Standard deviation of its logarithm. At 0 the answer is 0 or 1, and the limit itself counts as soft.
    tensile : bool
        The modulus is a tensile one, three times the shear modulus (volume does not change).
    limit_Pa : float
        Of the shear modulus.

    Raises
    ------
    DomainError
        If a modulus is not above 0 or sigma is negative.

    Notes
    -----
    Necessary for tack, not enough: a liquid is soft too, and what holds is dissipation at the rate of peeling.

    Examples
    --------
    >>> [tack_probability(modulus) for modulus in (0.08e6, 0.10e6, 0.12e6)]
    [1.0, 1.0, 0.0]
    >>> round(tack_probability(0.12e6, 0.3), 2), tack_probability(0.3e6, tensile=True)
    (0.27, 1.0)
    """
    modulus = modulus_Pa / 3.0 if tensile else modulus_Pa
    if not (math.isfinite(modulus) and modulus > 0.0 and math.isfinite(limit_Pa) and limit_Pa > 0.0):
        raise DomainError(f"modulus is {modulus_Pa:g} Pa, limit {limit_Pa:g} Pa; both must be above 0")
    if not (math.isfinite(sigma_ln) and sigma_ln >= 0.0):
        raise DomainError(f"sigma_ln is {sigma_ln:g}; it must be 0 or more")
    # on the limit counts, and dividing by three rounds
    return _below(math.log(modulus), math.log(limit_Pa), sigma_ln)


def _below(value: float, limit: float, sigma: float) -> float:
    """Return the probability of lying at or below a limit."""
    if sigma == 0.0:
        return float(value <= limit + 1e-12 * max(1.0, abs(limit)))
    return 0.5 * math.erfc((value - limit) / (sigma * math.sqrt(2.0)))


def plateau_modulus_Pa(
    density_kg_m3: float, entanglement_g_mol: float, temperature_K: float, front_factor: float = 1.0
) -> float:
    r"""Return the plateau shear modulus of an entangled polymer.

    .. math:: G_N = a\,\frac{\rho R T}{M_e}

    Parameters
    ----------
    density_kg_m3 : float
    entanglement_g_mol : float
        Molar mass between entanglements, such as the table ``adhesives.tacky_materials`` has it.
    temperature_K : float
    front_factor : float
        1 or 4/5: by which convention the molar mass was derived from a modulus. It must be the same here.

    Raises
    ------
    DomainError
        If a number is not above 0.

    Examples
    --------
    >>> round(plateau_modulus_Pa(920.0, 10000.0, 298.15) / 1e6, 3)
    0.228
    """
    _positive(
        density_kg_m3=density_kg_m3,
        entanglement_g_mol=entanglement_g_mol,
        temperature_K=temperature_K,
        front_factor=front_factor,
    )
    return front_factor * density_kg_m3 * GAS_CONSTANT * temperature_K / (entanglement_g_mol * 1e-3)


def diluted_plateau_modulus_Pa(modulus_Pa: float, polymer_volume_fraction: float, exponent: float = 2.0) -> float:
    r"""Return the plateau modulus of a polymer diluted by tackifier, plasticizer or oil.

    .. math:: G = G_N\,\phi^{n}

    Parameters
    ----------
    modulus_Pa : float
        Of the polymer.
    polymer_volume_fraction : float
        Above 0, at most 1.
    exponent : float
        2: two chains make an entanglement. An assumption; no source was read, and fits give somewhat more.

    Raises
    ------
    DomainError
        If a number is outside its range.

    Examples
    --------
    >>> diluted_plateau_modulus_Pa(4e5, 0.5)
    100000.0
    """
    _positive(modulus_Pa=modulus_Pa, polymer_volume_fraction=polymer_volume_fraction, exponent=exponent)
    if polymer_volume_fraction > 1.0:
        raise DomainError(f"polymer_volume_fraction is {polymer_volume_fraction:g}; it is at most 1")
    return float(modulus_Pa * polymer_volume_fraction**exponent)


def _positive(**numbers: float) -> None:
    for name, number in numbers.items():
        if not (math.isfinite(number) and number > 0.0):
            raise DomainError(f"{name} is {number:g}; it must be above 0 and finite")


@dataclass(frozen=True, slots=True)
class BlendPart:
    """A component of a pressure-sensitive adhesive that mixes with the others.

    Parameters
    ----------
    name : str
    mass_fraction : float
    density_kg_m3 : float
    glass_transition_K : float
    """

    name: str
    mass_fraction: float
    density_kg_m3: float
    glass_transition_K: float

    def __post_init__(self) -> None:
        numbers = (self.mass_fraction, self.density_kg_m3, self.glass_transition_K)
        if not all(math.isfinite(number) and number > 0.0 for number in numbers):
            raise DomainError(f"{self.name}: mass fraction, density and glass transition must be above 0")
