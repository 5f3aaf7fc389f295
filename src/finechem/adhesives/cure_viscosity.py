"""Viscosity through cure, and the pot life it sets."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.adhesives.cure_kinetics import CureKinetics
from finechem.adhesives.curing import cure_many, isothermal
from finechem.errors import ConfigError, InputError
from finechem.matter.suspensions import relative_viscosity
from finechem.units import GAS_CONSTANT

__all__ = ["ArrheniusViscosity", "CastroMacosko", "WlfViscosity", "pot_life"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ArrheniusViscosity:
    r"""Viscosity of the uncured mix, from one value and an activation energy.

    .. math:: \eta_0(T) = \eta_r\,\exp\Bigl[\frac{E}{R}\Bigl(\frac1T - \frac1{T_r}\Bigr)\Bigr]
    """

    viscosity_Pa_s: float
    at_K: float
    E_J_mol: float

    def uncured_Pa_s(self, temperature_K: ArrayLike) -> Array:
        """Return the viscosity before cure."""
        inverse = 1.0 / np.asarray(temperature_K, dtype=float) - 1.0 / self.at_K
        return np.asarray(self.viscosity_Pa_s * np.exp(np.clip(self.E_J_mol / GAS_CONSTANT * inverse, -700, 700)))

    def mistakes(self) -> list[str]:
        """Return what is wrong with the numbers."""
        return [
            f"{name}={value:g}: must be {'at least' if least else 'above'} 0"
            for name, value, least in (
                ("viscosity_Pa_s", self.viscosity_Pa_s, False),
                ("at_K", self.at_K, False),
                ("E_J_mol", self.E_J_mol, True),
            )
            if not (math.isfinite(value) and (value >= 0.0 if least else value > 0.0))
        ]


@dataclass(frozen=True, slots=True)
class WlfViscosity:
    r"""Viscosity of the uncured mix above its glass transition, by Williams, Landel and Ferry.

    .. math:: \log_{10}\frac{\eta_0}{\eta_g} = -\frac{C_1\,(T - T_{g0})}{C_2 + T - T_{g0}}

    Held at its value of the glass transition below it: a glass is no liquid.
    """

    viscosity_at_tg_Pa_s: float
    tg_0_K: float
    C1: float
    C2_K: float

    def uncured_Pa_s(self, temperature_K: ArrayLike) -> Array:
        """Return the viscosity before cure."""
        above = np.maximum(np.asarray(temperature_K, dtype=float) - self.tg_0_K, 0.0)
        return np.asarray(self.viscosity_at_tg_Pa_s * 10.0 ** (-self.C1 * above / (self.C2_K + above)))

    def mistakes(self) -> list[str]:
        """Return what is wrong with the numbers."""
        return [
            f"{name}={value:g}: must be above 0"
            for name, value in (
                ("viscosity_at_tg_Pa_s", self.viscosity_at_tg_Pa_s),
                ("tg_0_K", self.tg_0_K),
                ("C1", self.C1),
                ("C2_K", self.C2_K),
            )
            if not (math.isfinite(value) and value > 0.0)
        ]


@dataclass(frozen=True, slots=True)
class CastroMacosko:
    r"""Viscosity through cure, of a filled resin too.

    .. math::

        \eta = \eta_0(T)\,\Bigl(\frac{\alpha_g}{\alpha_g - \alpha}\Bigr)^{A + B\alpha}
               \Bigl(1 - \frac{\varphi}{\varphi_m}\Bigr)^{-2}

    (Castro and Macosko; Krieger and Dougherty with Maron and Pierce's exponent for the filler.)

    Parameters
    ----------
    uncured : ArrheniusViscosity or WlfViscosity
    A, B : float
        A above 0, A + B α_g too: fitted to rheometry of the mix. There are no values for resins in general.
    gel_conversion : float
    filler_fraction, packing_limit : float
        Shares of volume.

    Raises
    ------
    ConfigError
        With every mistake in one message.

    Notes
    -----
    Zero-shear viscosity; infinite from the gel conversion on. Vitrification is not in it, nor yield stress.

    Examples
    --------
    >>> resin = CastroMacosko(ArrheniusViscosity(1.0, 298.15, 40e3), A=1.5, B=1.0, gel_conversion=0.6)
    >>> resin.at_Pa_s([0.0, 0.3, 0.6], 298.15).round(2).tolist()
    [1.0, 3.48, inf]
    """

    uncured: ArrheniusViscosity | WlfViscosity
    A: float
    B: float
    gel_conversion: float
    filler_fraction: float = 0.0
    packing_limit: float = 0.64

    def __post_init__(self) -> None:
        mistakes = self.uncured.mistakes()
        if not 0.0 < self.gel_conversion < 1.0:
            mistakes.append(f"gel_conversion={self.gel_conversion:g}: must lie between 0 and 1")
        if not (self.A > 0.0 and self.A + self.B * self.gel_conversion > 0.0 and math.isfinite(self.A + self.B)):
            mistakes.append(f"A={self.A:g}, B={self.B:g}: A and A + B times the gel conversion must be above 0")
        if not 0.0 <= self.filler_fraction < self.packing_limit <= 1.0:
            mistakes.append(
                f"filler_fraction={self.filler_fraction:g}: must be at least 0 and below the packing limit "
                f"{self.packing_limit:g}"
            )
        if mistakes:
            raise ConfigError("viscosity", mistakes)

    def at_Pa_s(self, conversion: ArrayLike, temperature_K: ArrayLike) -> Array:
        """Return the viscosity; both arguments broadcast."""
        alpha = np.asarray(conversion, dtype=float)
        liquid = alpha < self.gel_conversion
        share = np.where(liquid, alpha, 0.0)
        rise = (self.gel_conversion / (self.gel_conversion - share)) ** (self.A + self.B * share)
        filled = relative_viscosity(self.filler_fraction, self.packing_limit)
        return np.asarray(np.where(liquid, self.uncured.uncured_Pa_s(temperature_K) * rise * filled, np.inf))

    def conversion_at(self, times_the_uncured: float) -> float:
        """Return the conversion at which the viscosity is a multiple of that before cure."""
        from scipy.optimize import brentq

        goal = math.log(times_the_uncured)

        def beyond(alpha: float) -> float:
            return (self.A + self.B * alpha) * math.log(self.gel_conversion / (self.gel_conversion - alpha)) - goal

        highest = self.gel_conversion * (1.0 - 1e-12)
        return highest if beyond(highest) <= 0.0 else float(brentq(beyond, 0.0, highest, xtol=1e-12))


def pot_life(
    kinetics: CureKinetics,
    viscosity: CastroMacosko,
    temperature_K: float,
    *,
    limit_Pa_s: float | None = None,
    times_the_start: float = 2.0,
    initial_conversion: float = 0.0,
) -> float:
    """Return how long a mix stays workable at a constant temperature, s.

    Defined as the time until its viscosity reaches a limit, or a multiple of what it was when mixed: by default twice,
    a convention of data sheets.

    Parameters
    ----------
    kinetics : CureKinetics
    viscosity : CastroMacosko
    temperature_K : float
        Kept: a cup of it heats itself and lasts shorter, see `finechem.adhesives.exotherm.cup`.
    limit_Pa_s : float, optional
        Instead of the multiple.
    times_the_start : float
    initial_conversion : float

    Returns
    -------
    float
        0 where it is at the limit from the start.

    Raises
    ------
    InputError
        If the multiple is not above 1, or the limit is never reached.

    Examples
    --------
    >>> resin = CastroMacosko(ArrheniusViscosity(1.0, 300.0, 40e3), A=1.0, B=0.0, gel_conversion=0.5)
    >>> kinetics = CureKinetics("second order", A1_per_s=1e-4, n=2.0)
    >>> round(pot_life(kinetics, resin, 300.0), 1)  # twice at α = 1/4, where α/(1 − α) = k t
    3333.3
    """
    start = float(viscosity.at_Pa_s(initial_conversion, temperature_K))
    if limit_Pa_s is not None:
        limit = limit_Pa_s
    elif times_the_start > 1.0:
        limit = start * times_the_start
    else:
        raise InputError(f"times_the_start={times_the_start:g}: must be above 1")
    if start >= limit:
        return 0.0
    target = viscosity.conversion_at(limit / float(viscosity.at_Pa_s(0.0, temperature_K)))
    plain = replace(kinetics, gel_conversion=None)
    found = cure_many(
        [plain], isothermal(temperature_K), initial_conversion=initial_conversion, target_conversion=target
    )
    time = float(found.target_time_s[0])
    if math.isnan(time):
        raise InputError(f"{kinetics.name}: stays below {limit:g} Pa s at {temperature_K:g} K")
    return time
