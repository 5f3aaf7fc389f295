r"""Evaporation of an additive from a film through a temperature program.

Upper bound: free evaporation into vacuum (Hertz, Knudsen, Langmuir). Gas-side boundary layer and diffusion in the film
are further resistances, where the user gives their numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import ConfigError, InputError
from finechem.matter.programs import Program
from finechem.oxidation.film_diffusion import through_film
from finechem.units import GAS_CONSTANT

__all__ = [
    "Evaporation",
    "Film",
    "evaporate",
    "flory_huggins_activity",
    "langmuir_flux_kg_m2_s",
    "surface_velocity_m_s",
]

Float = NDArray[np.float64]
#: Nodes of Gauss-Legendre quadrature a piece, and the longest piece in K: ln p is smooth over 2 K.
_NODES, _PIECE_K = 4, 2.0
#: ln of the remaining fraction below which nothing is resolved.
_EMPTY = -200.0


def langmuir_flux_kg_m2_s(
    pressure_Pa: ArrayLike, temperature_K: ArrayLike, molar_mass_g_mol: float, accommodation: float = 1.0
) -> Float:
    r"""Return the flux of free evaporation into vacuum.

    .. math:: J = \alpha\,p\,\sqrt{\frac{M}{2 \pi R T}}

    Parameters
    ----------
    pressure_Pa, temperature_K : array_like
        Equilibrium partial pressure over the surface; shapes broadcast.
    molar_mass_g_mol : float
    accommodation : float
        Evaporation coefficient, between 0 and 1; 1 is the upper bound.

    Returns
    -------
    array
        In kg/(m2 s).

    Raises
    ------
    InputError
        If a pressure is negative, a temperature or mass not positive, or the coefficient outside (0, 1].

    Examples
    --------
    >>> float(langmuir_flux_kg_m2_s(1.0, 300.0, 18.015).round(8))
    0.00107214
    """
    pressure, temperature = np.asarray(pressure_Pa, dtype=float), np.asarray(temperature_K, dtype=float)
    if not np.all(pressure >= 0.0):
        raise InputError(f"pressure {np.min(pressure):g} Pa; it must be at least 0")
    if not np.all(temperature > 0.0):
        raise InputError(f"temperature {np.min(temperature):g} K; it must be above 0")
    if not molar_mass_g_mol > 0.0:
        raise InputError(f"molar mass {molar_mass_g_mol:g} g/mol; it must be above 0")
    if not 0.0 < accommodation <= 1.0:
        raise InputError(f"accommodation coefficient {accommodation:g}; it must be above 0 and at most 1")
    mass = molar_mass_g_mol / 1000.0
    flux: Float = accommodation * pressure * np.sqrt(mass / (2.0 * np.pi * GAS_CONSTANT * temperature))
    return flux


def surface_velocity_m_s(
    temperature_K: ArrayLike, molar_mass_g_mol: float, accommodation: float = 1.0, gas_transfer_m_s: float | None = None
) -> Float:
    r"""Return the velocity at which saturated vapour leaves the surface, free evaporation and gas film in series.

    .. math:: \frac{1}{v} = \frac{1}{\alpha}\sqrt{\frac{2 \pi M}{R T}} + \frac{1}{k_g}

    so that the flux is v times the vapour's mass concentration :math:`p M / (R T)`.

    Parameters
    ----------
    temperature_K : array_like
    molar_mass_g_mol, accommodation : float
    gas_transfer_m_s : float, optional
        Mass-transfer coefficient of the gas; none means vacuum.

    Examples
    --------
    >>> free, still = surface_velocity_m_s(473.15, 220.0), surface_velocity_m_s(473.15, 220.0, 1.0, 0.01)
    >>> round(float(free), 1), round(float(still), 4)
    (53.3, 0.01)
    """
    density = molar_mass_g_mol / 1000.0 / (GAS_CONSTANT * np.asarray(temperature_K, dtype=float))
    velocity = langmuir_flux_kg_m2_s(1.0, temperature_K, molar_mass_g_mol, accommodation) / density
    if gas_transfer_m_s is None:
        return velocity
    if not gas_transfer_m_s > 0.0:
        raise InputError(f"gas-side mass-transfer coefficient {gas_transfer_m_s:g} m/s; it must be above 0")
    slower: Float = 1.0 / (1.0 / velocity + 1.0 / gas_transfer_m_s)
    return slower


def flory_huggins_activity(volume_fraction: ArrayLike, interaction: float = 0.0) -> Float:
    r"""Return the activity of a small molecule in a polymer of infinite molar mass.

    .. math:: \ln a = \ln \phi + (1 - \phi) + \chi (1 - \phi)^2

    The solution theory of Flory and Huggins; a network holds back further by its elasticity, which is left out.

    Examples
    --------
    >>> float(flory_huggins_activity(0.001).round(6))  # e times the volume fraction when dilute
    0.002716
    """
    fraction = np.asarray(volume_fraction, dtype=float)
    if not np.all((fraction >= 0.0) & (fraction <= 1.0)):
        raise InputError(f"volume fraction {np.max(fraction):g} is not between 0 and 1")
    activity: Float = fraction * np.exp((1.0 - fraction) + interaction * (1.0 - fraction) ** 2)
    return activity


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film with an additive, open on one side.

    Parameters
    ----------
    thickness_m : float
        For a film open on both sides give half of it.
    loading : float
        Mass fraction of the additive, above 0 and below 1.
    density_kg_m3 : float
        Of the film, taken as constant.
    molar_mass_g_mol : float
        Of the additive.
    matrix : {"molecules", "polymer"}
        Activity by mole fraction times `activity_coefficient`, or by Flory and Huggins with `interaction`.
    matrix_molar_mass_g_mol : float
        For ``molecules``: of a matrix molecule or repeat unit. The activity is proportional to it when dilute, so it
        is no detail; for a network take ``polymer``.
    activity_coefficient : float
    interaction : float
        Flory-Huggins parameter.
    additive_density_kg_m3 : float, optional
        For ``polymer``; that of the film by default.

    Raises
    ------
    ConfigError
        With every mistake in one message.
    """

    thickness_m: float
    loading: float
    density_kg_m3: float
    molar_mass_g_mol: float
    matrix: Literal["molecules", "polymer"] = "polymer"
    matrix_molar_mass_g_mol: float | None = None
    activity_coefficient: float = 1.0
    interaction: float = 0.0
    additive_density_kg_m3: float | None = None

    def __post_init__(self) -> None:
        mistakes = [
            f"{name} is {value:g}; it must be above 0 and finite"
            for name in ("thickness_m", "density_kg_m3", "molar_mass_g_mol", "activity_coefficient")
            if not 0.0 < (value := float(getattr(self, name))) < np.inf
        ]
        if not np.isfinite(self.interaction):
            mistakes.append(f"interaction is {self.interaction:g}; it must be finite")
        if not 0.0 < self.loading < 1.0:
            mistakes.append(f"loading is {self.loading:g}; a mass fraction above 0 and below 1")
        if self.matrix not in ("molecules", "polymer"):
            mistakes.append(f"matrix is {self.matrix!r}; molecules or polymer")
        if self.matrix == "molecules" and not (self.matrix_molar_mass_g_mol or 0.0) > 0.0:
            mistakes.append("matrix 'molecules' needs matrix_molar_mass_g_mol above 0")
        if self.additive_density_kg_m3 is not None and not self.additive_density_kg_m3 > 0.0:
            mistakes.append(f"additive_density_kg_m3 is {self.additive_density_kg_m3:g}; it must be above 0")
        if mistakes:
            raise ConfigError("film", mistakes)

    @property
    def additive_kg_m2(self) -> float:
        """Additive under a square metre at the start."""
        return self.loading * self.density_kg_m3 * self.thickness_m

    def activity(self, fraction: ArrayLike) -> Float:
        """Return the activity when this fraction of the additive is left."""
        left = np.asarray(fraction, dtype=float) * self.loading
        rest = 1.0 - self.loading
        if self.matrix == "molecules":
            assert self.matrix_molar_mass_g_mol is not None
            moles, others = left / self.molar_mass_g_mol, rest / self.matrix_molar_mass_g_mol
            found: Float = self.activity_coefficient * moles / (moles + others)
            return found
        ratio = self.density_kg_m3 / (self.additive_density_kg_m3 or self.density_kg_m3)
        volume = left * ratio
        return self.activity_coefficient * flory_huggins_activity(volume / (volume + rest), self.interaction)


@dataclass(frozen=True, slots=True, eq=False)
class Evaporation:
    """What is left of an additive along a program.

    Attributes
    ----------
    time_s, temperature_K : (N,) array
    fraction_left : (N,) array
        Of the additive; starts at 1.
    flux_kg_m2_s : (N,) array
        Through the surface.
    additive_kg_m2 : float
        At the start; what has left is ``additive_kg_m2 * (1 - fraction_left)``.
    limits : str
        Which resistances were counted.
    """

    time_s: Float
    temperature_K: Float
    fraction_left: Float
    flux_kg_m2_s: Float
    additive_kg_m2: float
    limits: str

    @property
    def loss(self) -> float:
        """Fraction of the additive lost at the end."""
        return float(1.0 - self.fraction_left[-1])


def evaporate(
    program: Program,
    pressure_Pa: Callable[[Float], Any],
    film: Film,
    *,
    accommodation: float = 1.0,
    gas_transfer_m_s: float | None = None,
    diffusivity_m2_s: Callable[[Float], Any] | float | None = None,
    cells: int = 60,
) -> Evaporation:
    r"""Return what is left of an additive in a film after each moment of a program.

    Per area of surface, with the remaining fraction f of the additive :math:`m_0`,

    .. math:: m_0 \frac{df}{dt} = -v(T)\,\frac{p(T) M}{R T}\,a(f)

    (v from `surface_velocity_m_s`, a from `Film.activity`). Without a diffusivity the film is well mixed, variables
    separate, and both integrals are Gauss-Legendre quadratures: no time step enters. With one, finite volumes across
    the film (implicit, second order in space, conserving to rounding) give the profile; the surface activity follows
    from the concentration there.

    Parameters
    ----------
    program : Program
    pressure_Pa : callable
        Vapour pressure of the pure liquid additive at an array of temperatures in K, such as
        `finechem.matter.vapour_pressure.Volatility.vapour_pressure_Pa`.
    film : Film
    accommodation : float
        Evaporation coefficient; 1 gives the upper bound of the loss.
    gas_transfer_m_s : float, optional
        Gas-side mass-transfer coefficient. None means vacuum, which overstates the loss in air by orders of magnitude
        where evaporation is fast.
    diffusivity_m2_s : float or callable, optional
        Diffusion coefficient in the film, or a function of temperature in K. None means a well-mixed film.
    cells : int
        Finite volumes across the film.

    Returns
    -------
    Evaporation

    Raises
    ------
    InputError
        If the vapour pressure or diffusivity is negative or not finite somewhere in the program.

    Notes
    -----
    It cannot tell about additives that crystallize, bloom, react with the matrix or decompose, about swelling, or about
    the loss of matrix; the film's thickness and density stay as they were.

    Examples
    --------
    >>> from finechem.matter.programs import hold
    >>> film = Film(thickness_m=1e-4, loading=0.005, density_kg_m3=1200.0, molar_mass_g_mol=220.0)
    >>> gone = evaporate(hold(200.0, 1.0), lambda temperature: 0.01 * temperature**0, film)
    >>> 0.0 < gone.loss < 1.0
    True
    """
    time, node_time, node_weight = _pieces(program)
    node_temperature = np.asarray(program.at(node_time))
    rate = _rate_kg_m2_s(node_temperature, pressure_Pa, film, accommodation, gas_transfer_m_s)
    temperature = np.asarray(program.at(time))
    limits = "free evaporation" if gas_transfer_m_s is None else "free evaporation and gas film"
    if diffusivity_m2_s is None:
        exposure = np.concatenate([[0.0], np.cumsum((rate * node_weight).sum(axis=1))]) / film.additive_kg_m2
        fraction = _left_after(exposure, film)
        surface = fraction
        limits += ", well-mixed film"
    else:
        diffusivity = _diffusivity(diffusivity_m2_s, node_temperature)
        fraction, surface = through_film(time, rate, node_weight, diffusivity, film, cells)
        limits += ", diffusion in the film"
    flux = _rate_kg_m2_s(temperature, pressure_Pa, film, accommodation, gas_transfer_m_s) * film.activity(surface)
    return Evaporation(time, temperature, fraction, flux, film.additive_kg_m2, limits)


def _pieces(program: Program) -> tuple[Float, Float, Float]:
    """Return times of pieces no longer than 2 K or a 200th of the program, quadrature nodes (P, 4) and weights."""
    edges = [0.0]
    times, temperatures = program.time_s, program.temperature_K
    longest = program.duration_s / 200.0
    for start, end, cold, hot in zip(times, times[1:], temperatures, temperatures[1:], strict=False):
        count = int(np.ceil(max(abs(hot - cold) / _PIECE_K, (end - start) / longest, 1.0)))
        edges += np.linspace(start, end, count + 1)[1:].tolist()
    time = np.array(edges)
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    half = 0.5 * np.diff(time)[:, None]
    nodes = 0.5 * (time[1:] + time[:-1])[:, None] + half * points
    return time, np.minimum(nodes, program.duration_s), half * weights


def _rate_kg_m2_s(
    temperature: Float, pressure_Pa: Callable[[Float], Any], film: Film, accommodation: float, gas: float | None
) -> Float:
    """Return the flux at activity 1."""
    pressure = np.broadcast_to(np.asarray(pressure_Pa(temperature), dtype=float), temperature.shape)
    if not np.all(np.isfinite(pressure) & (pressure >= 0.0)):
        worst = temperature[~(np.isfinite(pressure) & (pressure >= 0.0))].flat[0]
        raise InputError(f"the vapour pressure at {worst:.1f} K is negative or not finite")
    velocity = surface_velocity_m_s(temperature, film.molar_mass_g_mol, accommodation, gas)
    rate: Float = velocity * pressure * film.molar_mass_g_mol / 1000.0 / (GAS_CONSTANT * temperature)
    return rate


def _left_after(exposure: Float, film: Film) -> Float:
    """Invert exposure(f) = integral from f to 1 of df / a(f), tabulated in y = ln f, by cubic Hermite interpolation."""
    from scipy.interpolate import CubicHermiteSpline

    grid = -np.concatenate([np.linspace(0.0, 12.0, 1201)[:-1], np.linspace(12.0, -_EMPTY, 189)])
    points, weights = np.polynomial.legendre.leggauss(6)
    half = 0.5 * np.diff(grid)[:, None]
    nodes = 0.5 * (grid[1:] + grid[:-1])[:, None] + half * points
    needed = np.concatenate(
        [[0.0], np.cumsum(-(half * weights * np.exp(nodes) / film.activity(np.exp(nodes))).sum(axis=1))]
    )
    slope = -film.activity(np.exp(grid)) / np.exp(grid)
    spline = CubicHermiteSpline(needed, grid, slope)
    fraction: Float = np.exp(spline(np.minimum(exposure, needed[-1])))
    return fraction


def _diffusivity(given: Callable[[Float], Any] | float, temperature: Float) -> Float:
    values = np.asarray(given(temperature) if callable(given) else given, dtype=float)
    found = np.broadcast_to(values, temperature.shape)
    if not np.all(np.isfinite(found) & (found > 0.0)):
        raise InputError("the diffusivity is not above 0 and finite everywhere in the program")
    return found
