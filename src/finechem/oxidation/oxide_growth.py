"""Thickness of oxides after programs of temperature and oxygen pressure, with Monte Carlo intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from finechem.errors import ConvergenceError, DataError, DomainError, InputError
from finechem.matter.programs import Program
from finechem.oxidation.exposure import AIR_BAR, Exposure, as_exposure
from finechem.oxidation.growth_parameters import (
    CabreraMottLaw,
    LogarithmicLaw,
    OxideGrowth,
    ParabolicLaw,
    RateConstant,
)
from finechem.units import GAS_CONSTANT

__all__ = ["DRAWS", "GrownOxide", "OxygenBarrier", "onset_temperature", "thickness_after"]

FloatArray = NDArray[np.float64]
#: Draws of the parameters; the first one takes them as they are.
DRAWS = 400
_Z90 = 1.6448536269514722
#: 1/T at which dissociation pressures are tabulated for the kernel.
_INVERSE_K = np.linspace(1.0 / 3000.0, 1.0 / 250.0, 400)


@dataclass(frozen=True, slots=True)
class OxygenBarrier:
    r"""A film over the growing oxide that slows oxygen and is lost by a first-order process.

    Oxygen through it feeds growth of at most S p / d, with S = permeability times the volume of oxide for a mole O2.

    Parameters
    ----------
    thickness_m : float
    conductance_m2_s_bar : float
        S at `reference_K`, m2/(s bar).
    reference_K : float
    permeation_energy_kJ_mol : float
    loss_energy_kJ_mol : float
        Of the film's loss, k_w = 10^log10_A exp(−E/RT); infinite: it stays.
    log10_A : float
        Of k_w in 1/s.
    sigma_ln_thickness, sigma_ln_conductance, sigma_permeation_energy_kJ_mol, sigma_loss_energy_kJ_mol : float
        Standard deviations.
    """

    thickness_m: float
    conductance_m2_s_bar: float
    reference_K: float = 298.15
    permeation_energy_kJ_mol: float = 0.0
    loss_energy_kJ_mol: float = math.inf
    log10_A: float = 13.0
    sigma_ln_thickness: float = 0.0
    sigma_ln_conductance: float = 0.0
    sigma_permeation_energy_kJ_mol: float = 0.0
    sigma_loss_energy_kJ_mol: float = 0.0

    def __post_init__(self) -> None:
        mistakes = [
            f"{name} of {value:g}: must be above 0"
            for name, value in (
                ("thickness_m", self.thickness_m), ("conductance_m2_s_bar", self.conductance_m2_s_bar),
                ("reference_K", self.reference_K), ("loss_energy_kJ_mol", self.loss_energy_kJ_mol),
            )
            if not value > 0
        ]  # fmt: skip
        if not self.permeation_energy_kJ_mol >= 0:
            mistakes.append(f"permeation_energy_kJ_mol of {self.permeation_energy_kJ_mol:g}: must not be negative")
        if mistakes:
            raise InputError("oxygen barrier: " + "; ".join(mistakes))


class Interval(NamedTuple):
    """Thickness with its uncertainty."""

    value_m: float
    low_m: float
    high_m: float
    sigma_ln: float


@dataclass(frozen=True, slots=True, eq=False)
class GrownOxide:
    """Oxides along a program.

    Attributes
    ----------
    names : tuple of str
        N laws.
    time_s, temperature_K, oxygen_bar : (P,) arrays
    thickness_m : (N, D, P) array
        The first draw takes the parameters as they are.
    film_left : (N, D, P) array
        Share of the film over it; 0 where there was none.
    outside : tuple of str
        For each law why it is outside what was measured, or nothing.
    """

    names: tuple[str, ...]
    time_s: FloatArray
    temperature_K: FloatArray
    oxygen_bar: FloatArray
    thickness_m: FloatArray
    film_left: FloatArray
    outside: tuple[str, ...]

    def quantile(self, q: float) -> FloatArray:
        """Return the (N, P) quantiles of the thickness over the draws."""
        return np.asarray(np.quantile(self.thickness_m, q, axis=1))

    def final(self, index: int = 0) -> Interval:
        """Return the thickness at the end of one law: nominal, 90 % interval, standard deviation of ln x."""
        draws = self.thickness_m[index, :, -1]
        low, high = np.quantile(draws, (0.05, 0.95))
        middle = float(draws[0])
        if not middle > 0:
            return Interval(middle, float(low), float(high), math.nan)
        floor = max(float(low), 1e-3 * middle)
        return Interval(middle, float(low), float(high), float(math.log(max(high, floor) / floor) / (2.0 * _Z90)))


def thickness_after(
    laws: Sequence[OxideGrowth],
    exposure: Exposure | Program,
    *,
    films: Sequence[OxygenBarrier | None] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    each_s: float | None = None,
    nitrogen_bar: float = 1.0,
    tolerance: float = 1e-5,
) -> GrownOxide:
    r"""Return the thickness of oxides along a program, nominal and for draws of the uncertain parameters.

    The rate is that of the law's regime, continuous where regimes meet, times :math:`1 - p_{eq}/p` (zero at and below
    the dissociation pressure of NIST-JANAF, where it has tables), in series with a film's permeation.

    Parameters
    ----------
    laws : sequence of OxideGrowth
    exposure : Exposure or Program
        A program alone is in air.
    films : sequence of OxygenBarrier or None, optional
        One for each law.
    draws : int
        ln k_ref and E of the anchor and of the linear constant, film thickness, permeability and loss are drawn
        independently; every law has the same random numbers (a comparison is not blurred by them).
    seed : int
    each_s : float, optional
        Also report between the corners of the program.
    nitrogen_bar : float
        Of N2, for the dissociation pressure of nitrides.
    tolerance : float
        Relative, of a step.

    Returns
    -------
    GrownOxide

    Raises
    ------
    InputError
        If there is no law, or not a film for each.
    ConvergenceError
        If the integration of a law failed; the message names it.

    Notes
    -----
    It cannot tell what cracks, spalls, melts or reacts with a neighbour, or what a film's own oxidation does.

    Examples
    --------
    Titanium nitride for an hour at 500 °C in air, 4 nm2/s:

    >>> from finechem.matter.programs import hold
    >>> from finechem.oxidation.growth_reading import shipped_growth_laws
    >>> law = next(law for law in shipped_growth_laws() if law.name == "TiN-film")
    >>> grown = thickness_after([law], hold(500.0, 1.0)).final()
    >>> round(1e9 * grown.value_m), grown.low_m < grown.value_m < grown.high_m
    (120, True)
    """
    if not laws:
        raise InputError("no growth law was given")
    films = [None] * len(laws) if films is None else list(films)
    if len(films) != len(laws):
        raise InputError(f"{len(films)} films for {len(laws)} growth laws; give one (or None) for each")
    if draws < 1:
        raise InputError(f"draws={draws}: at least 1")
    given = as_exposure(exposure)
    times, temperatures, pressures = given.points(each_s)
    from finechem_kernels.oxide_growth import oxide_growth

    arrays = _kernel_laws(laws, films, draws, seed, nitrogen_bar)
    grown = oxide_growth(times, temperatures, pressures, arrays, tolerance=tolerance, parallel=len(laws) * draws > 64)
    lost = ~np.isfinite(grown.thickness_m).all(axis=(1, 2))
    if lost.any():
        name = laws[int(np.flatnonzero(lost)[0])].name
        raise ConvergenceError(
            f"growth law {name!r}: no step was small enough in {given.label}; is a constant or an energy far off?"
        )
    span = (float(temperatures.min()), float(temperatures.max()), float(pressures.min()), float(pressures.max()))
    return GrownOxide(
        tuple(law.name for law in laws),
        times,
        temperatures,
        pressures,
        grown.thickness_m,
        grown.film_left,
        tuple(law.outside(*span) for law in laws),
    )


def onset_temperature(
    law: OxideGrowth,
    *,
    hours: float,
    thickness_m: float,
    oxygen_bar: float = AIR_BAR,
    between_K: tuple[float, float] = (300.0, 2000.0),
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Return the temperature at which the oxide reaches a thickness in a time, and its 90 % interval, K.

    Raises
    ------
    DomainError
        If it is outside `between_K`.

    Examples
    --------
    >>> from finechem.oxidation.growth_reading import shipped_growth_laws
    >>> law = next(law for law in shipped_growth_laws() if law.name == "CrN-film")
    >>> value, low, high = onset_temperature(law, hours=2.0, thickness_m=100e-9)
    >>> 800 < value < 1000, low < value < high
    (True, True)
    """
    if not (hours > 0 and thickness_m > law.start_m):
        raise InputError(
            f"{law.name}: {hours:g} h and {thickness_m * 1e9:g} nm: the time must be above 0 and the thickness above "
            f"that at the start ({law.start_m * 1e9:g} nm)"
        )
    low, high = between_K
    grid = 1.0 / np.linspace(1.0 / low, 1.0 / high, 60)
    reached = np.array(
        [
            thickness_after(
                [law],
                Exposure(Program("hold", (0.0, 3600.0 * hours), (float(t), float(t))), (oxygen_bar,)),
                draws=draws,
                seed=seed,
                tolerance=1e-4,
            ).thickness_m[0, :, -1]
            for t in grid
        ]
    )
    found = np.array(
        [_crossing(1.0 / grid, np.log(np.maximum(column, 1e-30)), math.log(thickness_m)) for column in reached.T]
    )
    if not np.isfinite(found[0]):
        where = "above" if reached[-1, 0] < thickness_m else "below"
        raise DomainError(
            f"{law.name}: {thickness_m * 1e9:g} nm in {hours:g} h come {where} {high if where == 'above' else low:g} K"
        )
    inside = np.where(np.isnan(found), np.where(reached[-1] < thickness_m, high, low), found)
    lower, upper = np.quantile(inside, (0.05, 0.95))
    return float(found[0]), float(lower), float(upper)


def _crossing(inverse: FloatArray, logs: FloatArray, wanted: float) -> float:
    above = np.flatnonzero(logs >= wanted)
    if above.size == 0 or above[0] == 0:
        return math.nan
    i = int(above[0])
    share = (wanted - logs[i - 1]) / (logs[i] - logs[i - 1])
    return float(1.0 / (inverse[i - 1] + share * (inverse[i] - inverse[i - 1])))


def _kernel_laws(
    laws: Sequence[OxideGrowth],
    films: Sequence[OxygenBarrier | None],
    draws: int,
    seed: int,
    nitrogen_bar: float,
) -> Any:
    from finechem_kernels.growth_laws import CUBIC, FIELD, LINEAR, LOGARITHMIC, PARABOLIC
    from finechem_kernels.oxide_growth import GrowthLaws

    codes = {
        "linear": LINEAR,
        "parabolic": PARABOLIC,
        "cubic": CUBIC,
        "logarithmic": LOGARITHMIC,
        "cabrera-mott": FIELD,
    }
    size, most = len(laws), max(len(law.regimes) for law in laws)
    normal = np.random.default_rng(seed).standard_normal((draws, 8))
    normal[0] = 0.0
    kinds = np.zeros((size, most), dtype=np.int64)
    upper = np.full((size, most), np.inf)
    constants = np.zeros((size, draws, most, 7))
    constants[..., 3] = np.inf
    film = np.zeros((size, draws, 5))
    ln_eq = np.full((size, len(_INVERSE_K)), -np.inf)
    for n, law in enumerate(laws):
        for i, regime in enumerate(law.regimes):
            kinds[n, i], upper[n, i] = codes[regime.law], regime.up_to_m
            if regime.constant is not None:
                constants[n, :, i, :3] = _drawn(regime.constant, normal[:, :2])
            if isinstance(regime, ParabolicLaw) and regime.linear is not None:
                constants[n, :, i, 3:6] = _drawn(regime.linear, normal[:, 2:4])
            if isinstance(regime, LogarithmicLaw):
                constants[n, :, i, 6] = regime.length_m
            elif isinstance(regime, CabreraMottLaw):
                constants[n, :, i, 6] = regime.field_length_mK
        kinds[n, len(law.regimes) :] = kinds[n, len(law.regimes) - 1]  # beyond an infinite edge, never reached
        ln_eq[n] = _ln_dissociation(law.substance, law.oxide, nitrogen_bar)
        barrier = films[n]
        if barrier is not None:
            film[n] = _drawn_film(barrier, normal[:, 4:])
    return GrowthLaws(
        kinds,
        upper,
        np.array([law.anchor for law in laws]),
        constants,
        ln_eq,
        (float(_INVERSE_K[0]), float(_INVERSE_K[1] - _INVERSE_K[0])),
        np.array([[law.start_m] * draws for law in laws]),
        np.array([-np.inf, 0.0]) + np.zeros((size, draws, 2)),
        film,
    )


def _drawn(constant: RateConstant, normal: FloatArray) -> FloatArray:
    """Return ln k0, E/R and n of each draw; energies stay above 0."""
    energy = np.maximum(constant.energy_kJ_mol + constant.sigma_energy_kJ_mol * normal[:, 1], 0.0) * 1e3 / GAS_CONSTANT
    at_reference = math.log(constant.value) + constant.sigma_ln * normal[:, 0]
    exponent = np.full(len(normal), constant.pressure_exponent)
    return np.stack([at_reference + energy / constant.reference_K, energy, exponent], axis=1)


def _drawn_film(barrier: OxygenBarrier, normal: FloatArray) -> FloatArray:
    thickness = barrier.thickness_m * np.exp(barrier.sigma_ln_thickness * normal[:, 0])
    permeation = np.maximum(
        barrier.permeation_energy_kJ_mol + barrier.sigma_permeation_energy_kJ_mol * normal[:, 2], 0.0
    ) * 1e3 / GAS_CONSTANT  # fmt: skip
    ln_S = math.log(barrier.conductance_m2_s_bar) + barrier.sigma_ln_conductance * normal[:, 1]
    if math.isinf(barrier.loss_energy_kJ_mol):
        ln_k, loss = np.full(len(normal), -700.0), np.zeros(len(normal))
    else:
        loss = np.maximum(barrier.loss_energy_kJ_mol + barrier.sigma_loss_energy_kJ_mol * normal[:, 3], 1.0)
        loss = loss * 1e3 / GAS_CONSTANT
        ln_k = np.full(len(normal), barrier.log10_A * math.log(10.0))
    return np.stack([thickness, ln_k, loss, ln_S + permeation / barrier.reference_K, permeation], axis=1)


@cache
def _ln_dissociation(substance: str, oxide: str, nitrogen_bar: float) -> FloatArray:
    """Return ln of the dissociation pressure in bar on `_INVERSE_K`, −∞ where NIST-JANAF has no tables for it."""
    from finechem.oxidation.thermochemistry import dissociation_pressure_bar

    values = np.full(len(_INVERSE_K), -np.inf)
    for i, inverse in enumerate(_INVERSE_K):
        try:
            pressure = dissociation_pressure_bar(substance, 1.0 / inverse, oxide=oxide, nitrogen_bar=nitrogen_bar)
        except DataError:
            return values
        except InputError:  # the tables end
            continue
        if pressure > 0:
            values[i] = math.log(pressure)
    known = np.isfinite(values)
    if known.sum() < 2:
        return np.full(len(_INVERSE_K), -np.inf)
    # straight in 1/T beyond the ends: below 298 K, above the last row, and where a pressure is too small for a number
    first, last = np.flatnonzero(known)[[0, -1]]
    for end, inner in ((first, first + 1), (last, last - 1)):
        slope = (values[end] - values[inner]) / (_INVERSE_K[end] - _INVERSE_K[inner])
        beyond = np.arange(len(values)) < end if end == first else np.arange(len(values)) > end
        values[beyond] = values[end] + slope * (_INVERSE_K[beyond] - _INVERSE_K[end])
    return values
