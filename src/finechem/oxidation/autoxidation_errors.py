"""What uncertain rates do to induction times: sensitivities, Monte Carlo with shared errors, calibration."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DomainError, InputError
from finechem.matter.programs import hold
from finechem.oxidation.autoxidation import HORIZON_H, threshold_times
from finechem.oxidation.formulation import Inhibitor, OxidationFilm, checked_celsius
from finechem.oxidation.induction import induction_time
from finechem.oxidation.mechanism import Mechanism, rate_key
from finechem.oxidation.mechanism_files import load_mechanism

__all__ = [
    "Calibration",
    "calibrate_induction_times",
    "half_changes",
    "induction_time_errors",
    "induction_time_sensitivities",
    "sample_induction_times",
]

Float = NDArray[np.float64]
_LN10 = math.log(10.0)
#: Of the errors of one induction time.
_DRAWS = 256
#: Least error of a measured ln tau, decades of a step, and the share of its former error that leaves a rate unfixed.
_LEAST_ERROR, _STEP, _UNFIXED = 0.1, 0.02, 0.7


def _errors(inhibitors: Sequence[Inhibitor], mechanism: Mechanism) -> dict[str, float]:
    """Return the standard deviation in decades of every rate that enters, and of each molecule's own deviations."""
    assembly = mechanism.assembled([item.kind for item in inhibitors])
    found: dict[str, float] = {}
    for (reaction, block), role in zip(assembly.reactions, assembly.roles, strict=True):
        if role:
            continue
        key = rate_key(reaction, "" if block < 0 else inhibitors[block].kind)
        if reaction.sigma_log10 > 0.0:
            found[key] = reaction.sigma_log10
        if reaction.within_log10 > 0.0:
            found[inhibitors[block].own(key)] = reaction.within_log10
    return found


def _shifted_ln_times(
    inhibitors: Sequence[Inhibitor],
    temperature_C: float,
    film: OxidationFilm | None,
    mechanism: Mechanism,
    shifts: Mapping[str, ArrayLike],
    count: int,
) -> Float:
    program = hold(checked_celsius("temperature_C", temperature_C), HORIZON_H)
    times = threshold_times([inhibitors] * count, program, film=film, mechanism=mechanism, shifts=shifts)
    return np.asarray(np.log(times[:, 0]))


def _stepped(
    inhibitors: Sequence[Inhibitor],
    temperature_C: float,
    film: OxidationFilm | None,
    mechanism: Mechanism,
    steps: Mapping[str, float],
) -> tuple[float, dict[str, float]]:
    """Return ln tau and half of what it changes between minus and plus a step of each rate.

    Where one of both is beyond the horizon, the other counts.
    """
    keys = list(steps)
    count = 2 * len(keys) + 1
    shifts = {key: np.zeros(count) for key in keys}
    for number, key in enumerate(keys):
        shifts[key][2 * number + 1 : 2 * number + 3] = -steps[key], steps[key]
    found = _shifted_ln_times(inhibitors, temperature_C, film, mechanism, shifts, count)
    middle, low, high = found[0], found[1::2], found[2::2]
    if np.isinf(middle) or np.any(np.isinf(low) & np.isinf(high)):
        raise _never(temperature_C)
    return float(middle), dict(zip(keys, half_changes(low, middle, high).tolist(), strict=True))


def half_changes(low: ArrayLike, middle: ArrayLike, high: ArrayLike) -> Float:
    """Return half of high less low; where one of them is infinite, what lies between the other and the middle."""
    below = np.where(np.isinf(low), np.inf, np.asarray(middle) - np.asarray(low))
    above = np.where(np.isinf(high), np.inf, np.asarray(high) - np.asarray(middle))
    return np.asarray(np.where(np.isinf(below), above, np.where(np.isinf(above), below, (below + above) / 2.0)))


def induction_time_sensitivities(
    inhibitors: Sequence[Inhibitor],
    temperature_C: float,
    *,
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
    step: float = 0.02,
) -> dict[str, float]:
    r"""Return how the induction time answers to every rate constant, largest first.

    .. math:: s_r = \frac{\partial \ln \tau}{\partial \ln k_r}

    by central differences over `step` decades, all in one batch; the induction time is that of the threshold.

    Examples
    --------
    >>> found = induction_time_sensitivities([Inhibitor(kind="hindered phenol", mol_L=0.005)], 150.0)
    >>> next(iter(found))
    'ROOH homolysis'
    """
    mechanism = mechanism or load_mechanism()
    own = {item.own("") for item in inhibitors}
    steps = {key: step for key in _errors(inhibitors, mechanism) if not any(key.startswith(name) for name in own)}
    _, halves = _stepped(inhibitors, temperature_C, film, mechanism, steps)
    slopes = {key: half / (step * _LN10) for key, half in halves.items()}
    return dict(sorted(slopes.items(), key=lambda item: -abs(item[1])))


def induction_time_errors(
    inhibitors: Sequence[Inhibitor],
    temperature_C: float,
    *,
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
) -> tuple[float, dict[str, float]]:
    r"""Return the induction time in s by the threshold, and the part of each rate's error in ln of it.

    Rates are drawn as in `sample_induction_times`, all at once, and ln tau is regressed on their standard normals z:

    .. math:: \ln\tau = \ln\tau_0 + \sum_r p_r z_r + \epsilon

    The slopes are the parts. Errors of one rate are common to all candidates that it enters, so they cancel in a
    comparison where it acts alike; those after ``molecule NAME:`` are common to all that hold the molecule. The root
    mean square of what is left, its mean included, is the part ``own: nonlinear``, which no other candidate shares. A
    time beyond the horizon counts as the horizon.

    Raises
    ------
    DomainError
        If nothing happens within `HORIZON_H` hours.
    """
    mechanism = mechanism or load_mechanism()
    widths = _errors(inhibitors, mechanism)
    normals = _normals(widths, _DRAWS, seed=0)
    shifts = {key: np.concatenate([[0.0], widths[key] * column]) for key, column in normals.items()}
    found = _shifted_ln_times(inhibitors, temperature_C, film, mechanism, shifts, _DRAWS + 1)
    if np.isinf(found[0]):
        raise _never(temperature_C)
    departure = np.minimum(found[1:], math.log(3600.0 * HORIZON_H)) - found[0]
    columns = np.stack([np.ones(_DRAWS), *normals.values()], axis=1)
    fitted = np.linalg.lstsq(columns, departure)[0]
    left = departure - columns[:, 1:] @ fitted[1:]
    parts = dict(zip(normals, fitted[1:].tolist(), strict=True))
    return math.exp(found[0]), parts | {"own: nonlinear": float(np.sqrt(np.mean(left**2)))}


def _normals(keys: Iterable[str], draws: int, seed: int) -> dict[str, Float]:
    """Return standard normals of each rate, which depend on its name and the seed only."""
    return {key: np.random.default_rng([seed, zlib.crc32(key.encode())]).standard_normal(draws) for key in keys}


def _never(temperature_C: float) -> DomainError:
    return DomainError(
        f"no oxidation within {HORIZON_H:g} h at {temperature_C:g} C: nothing can be said of the error of that time"
    )


def sample_induction_times(
    candidates: Sequence[Sequence[Inhibitor]],
    temperature_C: float,
    draws: int = 200,
    *,
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
    seed: int = 0,
) -> Float:
    """Return induction times of candidates under uncertain rates, (C, draws) in s, by the threshold.

    One draw of a rate holds for all candidates, of whatever classes, and one of a molecule's deviation from its class
    for all that hold the molecule, by its name (unnamed ones of a class count as one): column by column the ranking is
    what these rates say. Draws depend on the rate and the seed only, not on the other candidates. inf where nothing
    happens within `HORIZON_H` hours.

    Examples
    --------
    >>> phenol, more = ([Inhibitor(kind="hindered phenol", mol_L=c)] for c in (0.004, 0.008))
    >>> times = sample_induction_times([phenol, more], 180.0, 20)
    >>> times.shape
    (2, 20)
    """
    if draws < 1:
        raise InputError(f"{draws} draws; at least one")
    mechanism = mechanism or load_mechanism()
    found = np.empty((len(candidates), draws))
    for number, inhibitors in enumerate(candidates):
        widths = _errors(inhibitors, mechanism)
        shifts = {key: widths[key] * column for key, column in _normals(widths, draws, seed).items()}
        found[number] = np.exp(_shifted_ln_times(inhibitors, temperature_C, film, mechanism, shifts, draws))
    return found


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
    sigma = {key: item for inhibitors, _, _ in measured for key, item in _errors(inhibitors, base).items()}
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
