"""Thickness of oxides after programs of temperature and oxygen pressure, with Monte Carlo intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from finechem.errors import ConvergenceError, DomainError, InputError
from finechem.matter.programs import Program
from finechem.oxidation.exposure import AIR_BAR, Exposure, as_exposure
from finechem.oxidation.growth_arrays import OxygenBarrier, kernel_laws
from finechem.oxidation.growth_parameters import FIT_REACH, OxideGrowth

__all__ = [
    "DRAWS",
    "LEAST_M",
    "NO_OXIDE_NM",
    "GrownOxide",
    "OxygenBarrier",
    "log_middle",
    "onset_draws",
    "onset_temperature",
    "skew_note",
    "thickness_after",
]

FloatArray = NDArray[np.float64]
#: Draws of the parameters; the first one takes them as they are, the others come in opposite pairs.
DRAWS = 401
#: Less oxide than this is none: less than an atom.
LEAST_M = 1e-12
#: What a certain nothing counts as in a screen, nm: less than an atom; a convention, for there is no logarithm of 0.
NO_OXIDE_NM = 1e-3
#: Below this no SiO carries anything away, bar: an assumption.
_NO_BURNING_BAR = 1e-20
_Z90 = 1.6448536269514722


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
        For each law why its growth is in doubt, or nothing: conditions outside what was measured, oxide below what a
        law with a fitted start can say, silicon that burns away.
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
        """Return the thickness at the end of one law: median, 90 % interval, standard deviation of ln x.

        That is the larger half of the interval of ln x over 1.645; NaN where the median is no oxide.
        """
        draws = self.thickness_m[index, :, -1]
        low, middle, high = (float(value) for value in np.quantile(draws, (0.05, 0.5, 0.95)))
        if not middle > LEAST_M:
            return Interval(middle, low, high, math.nan)
        return Interval(middle, low, high, log_middle(draws)[1])


def log_middle(values: FloatArray, least: float = LEAST_M) -> tuple[float, float]:
    """Return the median of draws of ln x and its sigma, the larger half of the 90 % interval over 1.645."""
    low, middle, high = (float(value) for value in np.quantile(np.log(np.maximum(values, least)), (0.05, 0.5, 0.95)))
    return middle, max(high - middle, middle - low) / _Z90


def skew_note(values: FloatArray, unit: str) -> str:
    """Return the 90 % interval of draws where it is lopsided on the log scale, for a source; or nothing."""
    low, middle, high = np.quantile(np.maximum(values, LEAST_M), (0.05, 0.5, 0.95))
    up, down = math.log(high / middle), math.log(middle / low)
    if max(up, down) < 1.3 * min(up, down) + 0.05:
        return ""
    return f"; lopsided: 90 % of the draws lie from {low:.3g} to {high:.3g}{unit}"


def thickness_after(
    laws: Sequence[OxideGrowth],
    exposure: Exposure | Program,
    *,
    films: Sequence[OxygenBarrier | None] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    each_s: float | None = None,
    nitrogen_bar: float = 1.0,
    water_bar: float = 0.0,
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
        ln k_ref and E of the anchor and of the linear constant, the start, film thickness, permeability and loss are
        drawn independently. One law has the same random numbers wherever it stands, different laws have independent
        ones: their errors are not each other's. Films have common ones (a comparison is not blurred by them).
    seed : int
    each_s : float, optional
        Also report between the corners of the program.
    nitrogen_bar : float
        Of N2, for the dissociation pressure of nitrides.
    water_bar : float
        Only marks laws that were measured in drier gas.
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

    arrays = kernel_laws(laws, films, draws, seed, nitrogen_bar)
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
        tuple(
            "; ".join(filter(None, _doubts(law, given, found, law.outside(*span, water_bar))))
            for law, found in zip(laws, grown.thickness_m, strict=True)
        ),
    )


def _doubts(law: OxideGrowth, exposure: Exposure, thickness_m: FloatArray, outside: str) -> tuple[str, ...]:
    """Return why growth is in doubt; that nothing grows below the dissociation pressure needs no measurement."""
    burning = _burning(law, exposure)
    if not np.any(thickness_m[:, -1] > thickness_m[:, 0]):
        return (burning,)
    return outside, _left_out(law, float(np.median(thickness_m[:, -1]))), burning


def _left_out(law: OxideGrowth, thickness_m: float) -> str:
    """Return why a thickness is below what a law with a fitted start can say, or nothing."""
    if law.start_kind != "fit" or not law.start_m > 0 or thickness_m >= FIT_REACH * law.start_m:
        return ""
    return (
        f"{1e9 * thickness_m:.3g} nm is below {FIT_REACH:g} times the start of {1e9 * law.start_m:g} nm, a parameter "
        "of the fit: the law leaves out the first fast growth"
    )


def _burning(law: OxideGrowth, exposure: Exposure) -> str:
    """Return where silicon or its compounds burn away as SiO instead of growing an oxide, or nothing."""
    if law.substance not in ("Si", "SiC", "Si3N4"):
        return ""
    from finechem.oxidation.oxide_vapours import active_oxidation_limit_bar

    _, temperatures, pressures = exposure.points(exposure.program.duration_s / 200.0)
    for T, p in sorted(set(zip(temperatures.tolist(), pressures.tolist(), strict=True)), reverse=True):
        try:
            limit = active_oxidation_limit_bar(law.substance, T)
        except DomainError:
            continue
        if limit > max(p, _NO_BURNING_BAR):
            return f"burns away: active oxidation below 10^{math.log10(limit):.1f} bar at {T:.0f} K"
    return ""


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
        If it is outside `between_K`, or the oxide is there from the start or below what the law can say.

    Examples
    --------
    >>> from finechem.oxidation.growth_reading import shipped_growth_laws
    >>> law = next(law for law in shipped_growth_laws() if law.name == "CrN-film")
    >>> value, low, high = onset_temperature(law, hours=2.0, thickness_m=100e-9)
    >>> 800 < value < 1000, low < value < high
    (True, True)
    """
    found = onset_draws(
        law, hours=hours, thickness_m=thickness_m, oxygen_bar=oxygen_bar, between_K=between_K, draws=draws, seed=seed
    )
    lower, middle, upper = np.quantile(found, (0.05, 0.5, 0.95))
    return float(middle), float(lower), float(upper)


def onset_draws(
    law: OxideGrowth,
    *,
    hours: float,
    thickness_m: float,
    oxygen_bar: float = AIR_BAR,
    between_K: tuple[float, float] = (300.0, 2000.0),
    draws: int = DRAWS,
    seed: int = 0,
) -> FloatArray:
    """Return the draws of `onset_temperature`, (D,), K; the first takes the parameters as they are."""
    if not hours > 0:
        raise InputError(f"{law.name}: {hours:g} h: the time must be above 0")
    if not thickness_m > law.start_m:
        raise DomainError(
            f"{law.name}: {thickness_m * 1e9:g} nm is not above that at the start ({law.start_m * 1e9:g} nm)"
            + (", a parameter of the fit: the law leaves out the first fast growth" if law.start_kind == "fit" else "")
        )
    if reason := _left_out(law, thickness_m):
        raise DomainError(f"{law.name}: {reason}")
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
    return np.where(np.isnan(found), np.where(reached[-1] < thickness_m, high, low), found)


def _crossing(inverse: FloatArray, logs: FloatArray, wanted: float) -> float:
    above = np.flatnonzero(logs >= wanted)
    if above.size == 0 or above[0] == 0:
        return math.nan
    i = int(above[0])
    share = (wanted - logs[i - 1]) / (logs[i] - logs[i - 1])
    return float(1.0 / (inverse[i - 1] + share * (inverse[i] - inverse[i - 1])))
