"""Rates moved to induction times that were measured on a matrix, and how sure they are then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from finechem.errors import DomainError, InputError
from finechem.oxidation.autoxidation import HORIZON_H
from finechem.oxidation.autoxidation_errors import rate_errors
from finechem.oxidation.formulation import Inhibitor, OxidationFilm
from finechem.oxidation.induction import induction_time
from finechem.oxidation.mechanism import Mechanism
from finechem.oxidation.mechanism_files import load_mechanism

__all__ = ["Calibration", "calibrate_induction_times"]

Float = NDArray[np.float64]
#: Least error of a measured ln tau, decades of a step, and the share of its former error that leaves a rate unfixed.
_LEAST_ERROR, _STEP, _UNFIXED = 0.1, 0.02, 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A mechanism moved to measured induction times.

    Attributes
    ----------
    mechanism : Mechanism
    decades : dict of rate to float
        Added to the rate constants that were fitted.
    sigma_decades : dict of rate to float
        Standard deviation of that, from the slopes of ln tau, with an error of `residual_factor` in each measured time
        (of 10 % at least), and what was known of the rate before.
    unfixed : tuple of rate
        Rates that are still unsure by more than 0.7 of what they were before: the data do not fix them.
    residual_factor : float
        By which the calibrated model still misses: exp of the root mean square of ln(tau / measured).
    uncalibrated_factor : float
        The same before.
    predicted_s, measured_s : (M,) array
    """

    mechanism: Mechanism = field(repr=False)
    decades: dict[str, float]
    sigma_decades: dict[str, float]
    unfixed: tuple[str, ...]
    residual_factor: float
    uncalibrated_factor: float
    predicted_s: Float
    measured_s: Float


def calibrate_induction_times(
    measured: Sequence[tuple[Sequence[Inhibitor], float, float]],
    *,
    rates: Sequence[str] = ("ROOH homolysis",),
    method: str = "tangent",
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
) -> Calibration:
    r"""Move as few rate constants as are named, so that induction times come out as measured.

    Least squares of :math:`\ln(\tau/\tau_{measured})`, each decade by which a rate is moved counted by its own standard
    deviation, so that a rate which the data do not fix stays where it was.

    Parameters
    ----------
    measured : sequence of (inhibitors, temperature in °C, induction time in s)
        Of the user's own matrix; not fewer than rates.
    rates : sequence of str
        Keys of the rates to move; by default the one that induction times depend on most.
    method : {"tangent", "threshold"}
        How the times were read, see `induction_time`: calorimetry draws tangents.
    film, mechanism
        As the measurements were made.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If there are fewer measurements than rates, a time is not positive, no measurement depends on a rate, or the
        model has no time for a measurement, which is then named: beyond the horizon, a tangent of 0, or a film short
        of oxygen.
    DataError
        If a rate does not exist.

    Notes
    -----
    A few measurements fix the scale, not the mechanism: check the calibrated model on an induction time that it has
    not seen, at another temperature and another loading.
    """
    from scipy.optimize import least_squares

    base = mechanism or load_mechanism()
    base.shifted(dict.fromkeys(rates, 0.0))  # names are checked before anything is computed
    times = np.array([item[2] for item in measured], dtype=float)
    if len(measured) < max(len(rates), 1):
        raise InputError(f"{len(measured)} measured times for {len(rates)} rates; give at least as many")
    if not np.all((times > 0.0) & np.isfinite(times)):
        raise InputError(f"an induction time of {times.min():g} s; all must be positive and finite")
    sigma = {key: item for inhibitors, _, _ in measured for key, item in rate_errors(inhibitors, base).items()}
    if idle := [key for key in rates if key not in sigma]:
        raise InputError(f"no measured time depends on {', '.join(map(repr, idle))}; move another rate")
    widths = np.array([sigma[key] for key in rates])

    def predicted(decades: Float) -> Float:
        moved = base.shifted(dict(zip(rates, decades.tolist(), strict=True)))
        return np.array([_ln_time(item, number, film, moved, method) for number, item in enumerate(measured, start=1)])

    def slopes(decades: Float) -> Float:
        """Central differences: steps that are small against a decade and large against the integration's error."""
        steps = _STEP * np.eye(len(rates))
        return np.stack(
            [(predicted(decades + step) - predicted(decades - step)) / (2 * _STEP) for step in steps], axis=1
        )

    def misses(decades: Float) -> Float:
        return np.concatenate([predicted(decades) - np.log(times), _LEAST_ERROR * decades / widths])

    def miss_slopes(decades: Float) -> Float:
        return np.concatenate([slopes(decades), _LEAST_ERROR * np.diag(1.0 / widths)])

    before = predicted(np.zeros(len(rates)))
    fit = least_squares(misses, np.zeros(len(rates)), jac=miss_slopes, x_scale=widths, xtol=1e-4, ftol=1e-6)
    found = dict(zip(rates, fit.x.tolist(), strict=True))
    after = fit.fun[: len(times)] + np.log(times)
    residual, uncalibrated = (float(np.sqrt(np.mean((item - np.log(times)) ** 2))) for item in (after, before))
    known = fit.jac[: len(times)] / max(_LEAST_ERROR, residual)
    sigma = np.sqrt(np.diag(np.linalg.inv(known.T @ known + np.diag(widths**-2.0))))
    return Calibration(
        base.shifted(found),
        found,
        dict(zip(rates, sigma.tolist(), strict=True)),
        tuple(key for key, now, then in zip(rates, sigma, widths, strict=True) if now > _UNFIXED * then),
        math.exp(residual),
        math.exp(uncalibrated),
        np.exp(after),
        times,
    )


def _ln_time(
    measurement: tuple[Sequence[Inhibitor], float, float],
    number: int,
    film: OxidationFilm | None,
    mechanism: Mechanism,
    method: str,
) -> float:
    """Return ln of what the model says of a measurement, or refuse it by its number."""
    inhibitors, temperature_C, time_s = measurement
    what = " + ".join(item.name or item.kind for item in inhibitors) or "no inhibitor"
    which = f"measurement {number} ({what}, {temperature_C:g} C, {time_s:g} s)"
    try:
        found = induction_time(inhibitors, temperature_C, film=film, mechanism=mechanism, method=method)
    except InputError as error:
        raise (DomainError if isinstance(error, DomainError) else InputError)(f"{which}: {error}") from None
    if not 0.0 < found < math.inf:
        said = "a tangent of 0" if found == 0.0 else f"nothing within {HORIZON_H:g} h"
        raise InputError(f"{which}: the model has {said}, which no rate can be moved by; leave it out")
    return math.log(found)
