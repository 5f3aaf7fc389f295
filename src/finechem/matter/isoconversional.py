"""Activation energies without a rate law, from runs at several heating rates: thermogravimetry, calorimetry of cure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.units import GAS_CONSTANT

__all__ = ["Kinetics", "Run", "friedman_analysis", "kas_analysis", "kissinger_analysis"]

Array = NDArray[np.float64]
Run = tuple[ArrayLike, ArrayLike, ArrayLike]
"""Time in s, temperature in K, conversion."""
#: What a run is asked at by default.
_CONVERSIONS = tuple(np.arange(0.1, 0.91, 0.1))


@dataclass(frozen=True, slots=True)
class Kinetics:
    """Activation energy with its standard error, frequency factor, and the conversion it holds at (NaN: throughout)."""

    activation_energy_J_mol: float
    standard_error_J_mol: float
    log10_A: float
    conversion: float
    runs: int = 0

    def interval_J_mol(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the confidence interval of the activation energy: Student's t with two runs less than there are.

        It takes the points to scatter about a straight line independently; a systematic error of all runs (thermal
        lag, baseline) is not in it.

        Raises
        ------
        InputError
            If there are fewer than three runs, which leave nothing to judge by.
        """
        from scipy.stats import t as student

        if self.runs < 3:
            raise InputError(f"an interval needs three or more runs, got {self.runs}")
        half = float(student.ppf(0.5 + confidence / 2.0, self.runs - 2)) * self.standard_error_J_mol
        return self.activation_energy_J_mol - half, self.activation_energy_J_mol + half


def kissinger_analysis(heating_rates_K_min: Sequence[float], peak_temperatures_K: Sequence[float]) -> Kinetics:
    r"""Return activation energy and frequency factor from the peaks of loss rate at several heating rates.

    .. math:: \ln\frac{\beta}{T_p^2} = \ln\frac{A R}{E} - \frac{E}{R T_p}

    Parameters
    ----------
    heating_rates_K_min, peak_temperatures_K : sequence of float
        Three or more of each.

    Raises
    ------
    InputError
        If there are fewer than three, numbers are not positive and finite, or the activation energy is not positive.

    References
    ----------
    H. E. Kissinger, Anal. Chem. 29, 1702 (1957), doi:10.1021/ac60131a045.
    """
    rates = np.asarray(heating_rates_K_min, dtype=float) / 60.0
    peaks = np.asarray(peak_temperatures_K, dtype=float)
    if rates.ndim != 1 or rates.shape != peaks.shape or rates.size < 3:
        raise InputError(f"Kissinger's analysis needs three or more heating rates and as many peaks, got {rates.size}")
    if not all(np.all((values > 0) & np.isfinite(values)) for values in (rates, peaks)):
        raise InputError("Kissinger's analysis: heating rates and peaks must be above 0 and finite")
    slope, intercept, error = _line(1.0 / peaks, np.log(rates / peaks**2))
    energy = -slope * GAS_CONSTANT
    if not energy > 0:
        raise InputError("Kissinger's analysis: the peaks do not rise with the heating rate as a reaction's do")
    return Kinetics(
        energy,
        error * GAS_CONSTANT,
        (intercept + math.log(energy / GAS_CONSTANT)) / math.log(10),
        math.nan,
        len(rates),
    )


def friedman_analysis(
    runs: Sequence[Run],
    conversions: Sequence[float] = _CONVERSIONS,
) -> list[Kinetics]:
    r"""Return the activation energy at each conversion, from several runs of any temperature program.

    .. math:: \ln\frac{\mathrm{d}\alpha}{\mathrm{d}t}\Big|_\alpha = \ln[A f(\alpha)] - \frac{E_\alpha}{R T_\alpha}

    Parameters
    ----------
    runs : sequence of (time_s, temperature_K, conversion)
        Three or more runs; conversion rises from 0 to 1. Rates are taken by differences, so smooth noisy data first.
    conversions : sequence of float

    Returns
    -------
    list of Kinetics
        ``log10_A`` is that of :math:`A f(\alpha)`.

    Raises
    ------
    InputError
        If there are fewer than three runs, shapes differ, or a run does not reach a conversion.

    References
    ----------
    H. L. Friedman, J. Polym. Sci. C 6, 183 (1964), doi:10.1002/polc.5070060121.
    """
    found = []
    curves = _curves(runs, conversions)
    for wanted in conversions:
        at = [float(np.interp(wanted, alpha, temp)) for _, temp, alpha, _ in curves]
        rates = [float(np.interp(wanted, alpha, rate)) for _, _, alpha, rate in curves]
        if min(rates) <= 0:
            raise InputError(f"at conversion {wanted:g} a run does not go on; smooth the data")
        slope, intercept, error = _line(1.0 / np.array(at), np.log(rates))
        found.append(_found(slope, error, intercept / math.log(10), wanted, len(curves)))
    return found


def kas_analysis(runs: Sequence[Run], conversions: Sequence[float] = _CONVERSIONS) -> list[Kinetics]:
    r"""Return the activation energy at each conversion from runs at constant heating rates, by temperatures alone.

    Kissinger, Akahira and Sunose:

    .. math:: \ln\frac{\beta}{T_\alpha^2} = \ln\frac{A R}{E_\alpha\,g(\alpha)} - \frac{E_\alpha}{R T_\alpha}

    Parameters
    ----------
    runs : sequence of (time_s, temperature_K, conversion)
        Three or more, each heated at a rate of its own.
    conversions : sequence of float

    Returns
    -------
    list of Kinetics
        ``log10_A`` is that of :math:`A / g(\alpha)`.

    Raises
    ------
    InputError
        As `friedman_analysis`, or if a run is not heated at a constant rate (within 5 %).

    Notes
    -----
    No rates are taken, so noise matters less than in Friedman's analysis; where the energy changes with conversion it
    averages over what came before. The expansion behind it costs about a percent at E/RT = 10 and less above.

    References
    ----------
    H. E. Kissinger, Anal. Chem. 29, 1702 (1957), doi:10.1021/ac60131a045.
    """
    curves = _curves(runs, conversions)
    heating = []
    for number, (time, temp, _, _) in enumerate(curves, start=1):
        slope = float(np.polyfit(time, temp, 1)[0])
        off = np.max(np.abs(temp - temp.mean() - slope * (time - time.mean())))
        if not slope > 0.0 or off > 0.05 * (temp[-1] - temp[0]):
            raise InputError(f"run {number} is not heated at a constant rate; use Friedman's analysis")
        heating.append(slope)
    found = []
    for wanted in conversions:
        at = np.array([float(np.interp(wanted, alpha, temp)) for _, temp, alpha, _ in curves])
        slope, intercept, error = _line(1.0 / at, np.log(np.array(heating) / at**2))
        energy = -slope * GAS_CONSTANT
        log_a = intercept + math.log(energy / GAS_CONSTANT) if energy > 0.0 else math.nan
        found.append(_found(slope, error, log_a / math.log(10), wanted, len(curves)))
    return found


def _found(slope: float, error: float, log10_a: float, conversion: float, runs: int) -> Kinetics:
    return Kinetics(-slope * GAS_CONSTANT, error * GAS_CONSTANT, log10_a, float(conversion), runs)


def _curves(runs: Sequence[Run], conversions: Sequence[float]) -> list[tuple[Array, Array, Array, Array]]:
    """Return time, temperature, rising conversion and its rate of each run."""
    if len(runs) < 3:
        raise InputError(f"an isoconversional analysis needs three or more runs, got {len(runs)}")
    curves = []
    for number, (time, temperature, conversion) in enumerate(runs, start=1):
        t, temp, alpha = (np.asarray(item, dtype=float) for item in (time, temperature, conversion))
        if not (t.shape == temp.shape == alpha.shape and t.size > 3 and np.all(np.diff(t) > 0)):
            raise InputError(f"run {number}: times must ascend and have as many temperatures and conversions")
        if not all(np.all(np.isfinite(item)) for item in (t, temp, alpha)):
            raise InputError(f"run {number}: times, temperatures and conversions must be finite")
        if alpha.max() < max(conversions) or alpha.min() > min(conversions):
            raise InputError(
                f"run {number}: conversions {alpha.min():.3g} to {alpha.max():.3g} do not reach all of those asked"
            )
        curves.append((t, temp, np.maximum.accumulate(alpha), np.gradient(alpha, t)))
    return curves


def _line(x: Array, y: Array) -> tuple[float, float, float]:
    """Return slope, intercept and the slope's standard error of a least-squares line."""
    centred = x - x.mean()
    spread = float(centred @ centred)
    if spread == 0.0:
        raise InputError("all temperatures are equal: nothing can be said of an activation energy")
    slope = float(centred @ (y - y.mean())) / spread
    intercept = float(y.mean() - slope * x.mean())
    rest = y - intercept - slope * x
    return slope, intercept, math.sqrt(float(rest @ rest) / max(len(x) - 2, 1) / spread)
