"""Cure through a temperature program: conversion, glass transition, when it gels and when it turns to glass."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.adhesives.cure_kinetics import ChernPoehlein, CureKinetics, kernel_row
from finechem.errors import ConfigError, ConvergenceError, DomainError, InputError
from finechem.matter.programs import Program

__all__ = ["CureEvents", "CureResult", "cure", "cure_many", "gel_time", "isothermal", "vitrification_time"]

Array = NDArray[np.float64]
#: Of a step's error in conversion, see `finechem_kernels.cure.integrate_cure`.
_TOLERANCE = 1e-8
_LIQUIDS_K = 100.0, 1000.0
"""Temperatures at which something that cures can be; see `DiBenedetto`."""
LONGEST_S = 3.2e9
"""About a century: isothermal times are looked for up to there."""


@dataclass(frozen=True, slots=True)
class CureEvents:
    """What became of many pairs of kinetics and program, arrays of shape (N,); a time is NaN where it did not happen.

    Attributes
    ----------
    conversion : array
        At the end.
    gel_time_s, vitrification_time_s, target_time_s : array
        Vitrification: a liquid first turns to glass; 0 for what starts as a glass and stays one.
    samples : (N, S) array
        Conversion at the sample times.
    """

    conversion: Array
    gel_time_s: Array
    vitrification_time_s: Array
    target_time_s: Array
    samples: Array


@dataclass(frozen=True, slots=True)
class CureResult:
    """A cure in time.

    Attributes
    ----------
    kinetics : CureKinetics
    program : Program
    times_s, temperature_K, conversion : (S,) arrays
    tg_K : (S,) array or None
        None where Tg against conversion is unknown.
    gel_time_s, vitrification_time_s, target_time_s : float or None
        None where it does not happen or cannot be told: `reasons` says which, under ``gel``, ``vitrification``,
        ``target``.
    """

    kinetics: CureKinetics
    program: Program
    times_s: Array
    temperature_K: Array
    conversion: Array
    tg_K: Array | None
    gel_time_s: float | None
    vitrification_time_s: float | None
    target_time_s: float | None
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def final_conversion(self) -> float:
        """Conversion at the end of the program."""
        return float(self.conversion[-1])

    @property
    def final_tg_K(self) -> float | None:
        """Glass transition at the end of the program."""
        return None if self.tg_K is None else float(self.tg_K[-1])


def cure(
    kinetics: CureKinetics,
    program: Program,
    *,
    initial_conversion: float = 0.0,
    gel_conversion: float | None = None,
    target_conversion: float | None = None,
    points: int = 400,
) -> CureResult:
    r"""Integrate a cure through a temperature program.

    .. math::

        \frac{\mathrm d\alpha}{\mathrm dt} = (k_1 + k_2\,\alpha^m)(1-\alpha)^n\,f, \qquad \alpha(0) = \alpha_0

    Parameters
    ----------
    kinetics : CureKinetics
    program : Program
        Of the resin itself: a bond line or a cup that heats itself is in `finechem.adhesives.exotherm`.
    initial_conversion : float
        At least 0 and below 1; above 0 where the kinetics are autocatalytic alone.
    gel_conversion : float, optional
        Wins over that of the kinetics.
    target_conversion : float, optional
    points : int
        Of the curves, beside the program's own points.

    Returns
    -------
    CureResult

    Raises
    ------
    ConfigError
        With every mistake in one message.

    Notes
    -----
    Gelation is a conversion; vitrification is Tg(α) = T, the first time that a liquid turns to glass (0 for what starts
    as a glass and never melts). What the glass does to the rate is
    only as good as the diffusion control of the kinetics; without one the reaction goes on as if nothing had happened.

    Examples
    --------
    >>> from finechem.adhesives import published_kinetics
    >>> from finechem.matter.programs import hold
    >>> found = cure(published_kinetics("rimr135-rimh137"), hold(70.0, 8.0), gel_conversion=0.6)
    >>> round(found.final_conversion, 3), round(found.gel_time_s / 60), round(found.vitrification_time_s / 60)
    (0.99, 38, 170)
    """
    kinetics = kinetics.with_gel(gel_conversion)
    times = np.union1d(np.linspace(0.0, program.duration_s, max(points, 2)), program.time_s)
    found = cure_many(
        [kinetics], [program], initial_conversion=initial_conversion, target_conversion=target_conversion,
        sample_times_s=times[None, :],
    )  # fmt: skip
    conversion = np.clip(found.samples[0], 0.0, 1.0)
    tg = kinetics.glass_transition
    reasons: dict[str, str] = {}
    missing = kinetics.missing()
    end = f"not within the program, which ends at a conversion of {found.conversion[0]:.3g}"
    return CureResult(
        kinetics,
        program,
        times,
        np.asarray(program.at(times)),
        conversion,
        None if tg is None else tg.at(conversion),
        _time(found.gel_time_s, reasons, "gel", missing.get("gel conversion", end)),
        _time(found.vitrification_time_s, reasons, "vitrification", missing.get("glass transition", end)),
        _time(found.target_time_s, reasons, "target", "no target was asked for" if target_conversion is None else end),
        reasons,
    )


def _time(times: Array, reasons: dict[str, str], name: str, why_not: str) -> float | None:
    if math.isnan(times[0]):
        reasons[name] = why_not
        return None
    return float(times[0])


def cure_many(
    kinetics: Sequence[CureKinetics],
    programs: Sequence[Program],
    *,
    kinetics_of: ArrayLike | None = None,
    program_of: ArrayLike | None = None,
    initial_conversion: ArrayLike = 0.0,
    target_conversion: float | None = None,
    sample_times_s: Array | None = None,
    tolerance: float = _TOLERANCE,
) -> CureEvents:
    """Integrate many pairs of kinetics and program: by default the first with the first and so on.

    Parameters
    ----------
    kinetics : sequence of CureKinetics
    programs : sequence of Program
    kinetics_of, program_of : (N,) arrays of int, optional
        Which of them each pair has. One of a kind goes with all of the other.
    initial_conversion : float or (N,) array
    target_conversion : float, optional
    sample_times_s : (N, S) array, optional
        Ascending.
    tolerance : float

    Raises
    ------
    ConfigError
        With every mistake in one message.
    ConvergenceError
        If a pair needs too many steps.
    """
    from finechem_kernels.cure import CHERN_POEHLEIN, FREE_VOLUME, NO_DIFFUSION, integrate_cure

    count = max(len(kinetics), len(programs))
    which_k = _indices(kinetics_of, len(kinetics), count if program_of is None else np.size(program_of))
    which_p = _indices(program_of, len(programs), which_k.size)
    start = np.broadcast_to(np.asarray(initial_conversion, dtype=float), which_k.shape)
    _check(kinetics, programs, which_k, which_p, start)
    rows = np.array([kernel_row(item, target_conversion) for item in kinetics])
    points = [len(program.time_s) for program in programs]
    arrays = (
        rows,
        np.concatenate([program.time_s for program in programs]),
        np.concatenate([program.temperature_K for program in programs]),
        np.concatenate([[0], np.cumsum(points)]),
    )
    controls = np.array(
        [
            NO_DIFFUSION if item.diffusion is None
            else CHERN_POEHLEIN if isinstance(item.diffusion, ChernPoehlein) else FREE_VOLUME
            for item in kinetics
        ]
    )[which_k]  # fmt: skip
    samples = np.empty((which_k.size, 0)) if sample_times_s is None else np.atleast_2d(sample_times_s)
    columns, values = np.full((4, which_k.size), np.nan), np.full(samples.shape, np.nan)
    for control in np.unique(controls):
        these = np.flatnonzero(controls == control)
        found = integrate_cure(
            *arrays, kinetics_of=which_k[these], program_of=which_p[these], initial_conversion=start[these],
            control=int(control), sample_times_s=samples[these], tolerance=tolerance, parallel=these.size > 2000,
        )  # fmt: skip
        if np.any(found.steps < 0):
            name = kinetics[which_k[these[int(np.argmin(found.steps))]]].name
            raise ConvergenceError(f"cure of {name!r}: too many steps; its rate changes too abruptly for this program")
        columns[:, these] = (
            found.conversion,
            found.gel_time_s,
            found.vitrification_time_s,
            found.target_time_s,
        )
        values[these] = found.samples
    return CureEvents(columns[0], columns[1], columns[2], columns[3], values)


def _indices(given: ArrayLike | None, available: int, pairs: int) -> NDArray[np.int64]:
    if given is not None:
        return np.atleast_1d(np.asarray(given, dtype=np.int64))
    return np.zeros(pairs, dtype=np.int64) if available == 1 else np.arange(available, dtype=np.int64)


def _check(
    kinetics: Sequence[CureKinetics],
    programs: Sequence[Program],
    which_k: NDArray[np.int64],
    which_p: NDArray[np.int64],
    start: Array,
) -> None:
    low, high = _LIQUIDS_K
    mistakes = [
        f"program {program.name!r}: {min(program.temperature_K):g} to {max(program.temperature_K):g} K; a resin is "
        f"between {low:g} and {high:g} K (are these °C?)"
        for program in programs
        if not (low <= min(program.temperature_K) and max(program.temperature_K) <= high)
    ]
    if which_k.size != which_p.size:
        mistakes.append(f"{which_k.size} kinetics for {which_p.size} programs")
    for name, which, limit in (("kinetics_of", which_k, len(kinetics)), ("program_of", which_p, len(programs))):
        if which.size and not (which.min() >= 0 and which.max() < limit):
            mistakes.append(f"{name}: {which.min()} to {which.max()}, but there are {limit}")
    if not np.all((start >= 0.0) & (start < 1.0)):
        mistakes.append(f"initial_conversion={start.min():g} to {start.max():g}: must be at least 0 and below 1")
    if not mistakes:
        idle = [kinetics[k].name for k in np.unique(which_k[start == 0.0]) if kinetics[k].needs_a_start]
        if idle:
            mistakes.append(
                f"{', '.join(idle)}: autocatalytic alone, so nothing starts from conversion 0; hand in an "
                "initial_conversion above 0 (the source gives none)"
            )
    if mistakes:
        raise ConfigError("cure", mistakes)


def isothermal(temperature_K: ArrayLike, longest_s: float = LONGEST_S) -> list[Program]:
    """Return a program of one temperature for each of them."""
    temperatures = np.atleast_1d(np.asarray(temperature_K, dtype=float))
    return [Program(f"{value:g} K", (0.0, longest_s), (value, value)) for value in temperatures]


def gel_time(
    kinetics: CureKinetics,
    temperature_K: ArrayLike,
    *,
    initial_conversion: float = 0.0,
    gel_conversion: float | None = None,
) -> Array:
    """Return the time to gelation at constant temperature, s; NaN where it does not gel within a century.

    Raises
    ------
    InputError
        If the gel conversion is unknown.

    Examples
    --------
    Second order from nothing: α/(1 − α) = k t.

    >>> kinetics = CureKinetics("second order", A1_per_s=1e-3, n=2.0, gel_conversion=0.5)
    >>> gel_time(kinetics, 350.0).round(3).tolist()
    [1000.0]
    """
    kinetics = kinetics.with_gel(gel_conversion)
    if kinetics.gel_conversion is None:
        raise InputError(f"{kinetics.name}: {kinetics.missing()['gel conversion']}")
    return cure_many([kinetics], isothermal(temperature_K), initial_conversion=initial_conversion).gel_time_s


def vitrification_time(kinetics: CureKinetics, temperature_K: ArrayLike, *, initial_conversion: float = 0.0) -> Array:
    """Return the time until Tg reaches the constant temperature, s; NaN where it never does, 0 for what is a glass.

    Raises
    ------
    InputError
        If Tg against conversion is unknown.
    DomainError
        If a temperature is not above 0.
    """
    if kinetics.glass_transition is None:
        raise InputError(f"{kinetics.name}: {kinetics.missing()['glass transition']}")
    if not np.all(np.asarray(temperature_K) > 0.0):
        raise DomainError(f"temperature_K={np.min(temperature_K):g}: must be above 0")
    programs = isothermal(temperature_K)
    return cure_many([kinetics], programs, initial_conversion=initial_conversion).vitrification_time_s
