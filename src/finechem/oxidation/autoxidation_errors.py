"""What uncertain rates do to induction times: sensitivities, Monte Carlo with shared errors."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DomainError, InputError
from finechem.matter.programs import hold
from finechem.oxidation.autoxidation import HORIZON_H, threshold_times
from finechem.oxidation.formulation import Inhibitor, OxidationFilm, checked_celsius
from finechem.oxidation.mechanism import Mechanism, rate_key
from finechem.oxidation.mechanism_files import load_mechanism

__all__ = [
    "half_changes",
    "induction_time_errors",
    "induction_time_sensitivities",
    "rate_errors",
    "sample_induction_times",
]

Float = NDArray[np.float64]
_LN10 = math.log(10.0)
#: Of the errors of one induction time.
_DRAWS = 256


def rate_errors(inhibitors: Sequence[Inhibitor], mechanism: Mechanism) -> dict[str, float]:
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
    steps = {key: step for key in rate_errors(inhibitors, mechanism) if not any(key.startswith(name) for name in own)}
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
    widths = rate_errors(inhibitors, mechanism)
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
        widths = rate_errors(inhibitors, mechanism)
        shifts = {key: widths[key] * column for key, column in _normals(widths, draws, seed).items()}
        found[number] = np.exp(_shifted_ln_times(inhibitors, temperature_C, film, mechanism, shifts, draws))
    return found
