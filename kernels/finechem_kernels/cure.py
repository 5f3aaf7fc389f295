"""Cure kinetics of many (kinetics, temperature program) pairs: one scalar equation a pair, a register full at once.

The unknown is y = −ln(1 − α), not the conversion α: then α never leaves 0 to 1, first order is linear, and ln(1 − α)
costs nothing. `LANES` pairs go through Dormand and Prince's fifth-order pair in step, each with its own time and step
size; a pair that is done makes room for the next one, so that no lane idles before the last pairs.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import FloatArray, contiguous, inline_kernel, kernel, parallel_kernel, prange
from finechem_kernels.cure_lanes import (
    CHERN_POEHLEIN,
    ERROR,
    FREE_VOLUME,
    GLASSY,
    K1,
    LANES,
    LEFT,
    LEFT_BEFORE,
    NO_DIFFUSION,
    RAMP,
    REMAINING,
    ROWS,
    STAGE,
    STEP,
    TEMPERATURE,
    TG0,
    TG_RISE,
    WANTED,
    Y_GEL,
    Y_TARGET,
    Y,
    commit,
    glass_transition,
    interpolated,
    rate_of,
    try_step,
)

__all__ = ["CHERN_POEHLEIN", "COLUMNS", "FREE_VOLUME", "NO_DIFFUSION", "CureRuns", "integrate_cure"]

IndexArray: TypeAlias = NDArray[np.int64]
COLUMNS = (
    "log_A1", "E1_over_R_K", "log_A2", "E2_over_R_K", "m", "n",
    "control_1", "control_2", "control_3", "control_4", "control_5",
    "tg_0_K", "tg_rise_K", "lambda", "gel_conversion", "target_conversion",
)  # fmt: skip
"""Columns of the kinetics, see `integrate_cure`."""

_BLOCK = 512
"""Pairs a thread takes at a time."""
_MOST_STEPS = 200_000
_MOST_KELVIN, _MOST_KELVIN_FREE_VOLUME = 25.0, 5.0
"""Largest change of temperature in a step: a longer one sees nothing of a glass that forms or melts inside it. A free
volume vanishes within a few K."""
_FIRST_KELVIN = 2.0
"""The same for the first step after a bend of the program, where the last step says nothing of the next."""
_CURED = 36.0
"""Beyond this y, 1 − α is below the last digit of α."""


class CureRuns(NamedTuple):
    """What became of each pair, arrays of shape (N,). A time is NaN where its event did not happen."""

    conversion: FloatArray
    """At the end of the program."""
    gel_time_s: FloatArray
    """Conversion reaches the gel conversion."""
    vitrification_time_s: FloatArray
    """The glass transition first rises through the temperature; 0 for what starts as a glass and stays one."""
    target_time_s: FloatArray
    """Conversion reaches the target."""
    samples: FloatArray
    """Conversion at the sample times, (N, S)."""
    steps: IndexArray
    """Steps taken, rejected ones too; −1 where the largest number was not enough, and nothing of the pair counts."""


def integrate_cure(
    kinetics: FloatArray,
    times_s: FloatArray,
    temperatures_K: FloatArray,
    program_starts: IndexArray,
    *,
    kinetics_of: IndexArray,
    program_of: IndexArray,
    initial_conversion: FloatArray,
    control: int = NO_DIFFUSION,
    sample_times_s: FloatArray | None = None,
    tolerance: float = 1e-7,
    parallel: bool = True,
) -> CureRuns:
    r"""Integrate the rate of cure [1]_ through piecewise linear temperature programs, with events.

    .. math::

        \dot\alpha = (k_1 + k_2\,\alpha^m)(1-\alpha)^n\,f, \qquad k_i = A_i\,e^{-E_i/RT}

    With `NO_DIFFUSION` f = 1; with `CHERN_POEHLEIN`, after Chern and Poehlein,
    :math:`f = 1/(1 + e^{C(\alpha - \alpha_0 - \alpha_T T)})`;
    with `FREE_VOLUME` f = 1 and both rate constants are in series with diffusion [2]_,

    .. math::

        \frac1{k_i} \to \frac1{k_i} + \frac1{k_d}, \qquad
        k_d = A_d\,e^{-E_d/RT}\,e^{-b/\phi}, \quad \phi = \max\bigl(\phi_g + \beta\,(T - T_g(\alpha)),\,0\bigr)

    (the WLF form with :math:`C_1 \ln 10 = b/\phi_g`, :math:`C_2 = \phi_g/\beta`), and DiBenedetto's

    .. math:: T_g = T_{g0} + \frac{(T_{g\infty} - T_{g0})\,\lambda\alpha}{1 - (1-\lambda)\,\alpha}.

    Parameters
    ----------
    kinetics : (K, 16) array
        Columns `COLUMNS`: ln A₁ (−∞ for none; A in 1/s), E₁/R, ln A₂, E₂/R, m, n; then C, α₀, α_T, 0, 0 or
        ln A_d, E_d/R, b, φ_g, β of the diffusion control; T_g0, T_g∞ − T_g0 and λ (NaN where unknown, and then
        nothing vitrifies); the gel and the target conversion (NaN for none).
    times_s, temperatures_K : (P,) arrays
        Points of all programs, one program after the other, each from time 0.
    program_starts : (Q + 1,) array
        Where each program starts in them, and their number.
    kinetics_of, program_of, initial_conversion : (N,) arrays
        Of each pair. The conversion at the start is at least 0 and below 1; above 0 where k₁ = 0, since then nothing
        starts from nothing.
    control : int
        Of all pairs.
    sample_times_s : (N, S) array
        Ascending within each program.
    tolerance : float
        Of a step's error in conversion, relative to the conversion or to 1e-4 where it is less. Over
        20,000 pairs of ``benchmarks/speed/cure.py`` the largest error of the conversion at the end is 6e-6 at 1e-7 with
        the control of Chern and Poehlein, 2e-5 with a free volume that vanishes within a few K.
    parallel : bool
        Share the pairs among numba's threads. False for a caller that runs in threads itself.

    Returns
    -------
    CureRuns

    Notes
    -----
    A stage costs five to seven exponentials, one logarithm and two to five divisions. Events are found on the
    fourth-order interpolant (Shampine's, as in scipy) of the step in which their sign changes: a glass that forms and
    melts again within a step is not seen.

    References
    ----------
    .. [1] M. R. Kamal, S. Sourour, Polym. Eng. Sci. 13, 59 (1973), doi:10.1002/pen.760130110.
    .. [2] E. Rabinowitch, Trans. Faraday Soc. 33, 1225 (1937), doi:10.1039/TF9373301225; the free volume after
       doi:10.1021/i300017a031.
    """
    pairs = len(kinetics_of)
    samples = np.empty((pairs, 0)) if sample_times_s is None else contiguous(sample_times_s)
    found = np.full((pairs, 4), np.nan)
    values = np.full(samples.shape, np.nan)
    steps = np.zeros(pairs, dtype=np.int64)
    run = _run_all_parallel if parallel else _run_all
    with np.errstate(all="ignore"):  # for rejected steps, where nothing is compiled
        run(
            _BLOCK if parallel else max(pairs, 1),
            contiguous(kinetics),
            contiguous(times_s),
            contiguous(temperatures_K),
            np.ascontiguousarray(program_starts, dtype=np.int64),
            np.ascontiguousarray(kinetics_of, dtype=np.int64),
            np.ascontiguousarray(program_of, dtype=np.int64),
            contiguous(initial_conversion),
            int(control),
            samples,
            float(tolerance),
            found,
            values,
            steps,
        )
    found[steps < 0] = np.nan
    values[steps < 0] = np.nan
    return CureRuns(found[:, 0], found[:, 1], found[:, 2], found[:, 3], values, steps)


@inline_kernel
def _beyond(s: FloatArray, lane: int, y_wanted: float, share: float) -> float:
    """Return how far beyond an event a share of the step is: in y, or in K where `y_wanted` is 0 and vitrification."""
    y = interpolated(s, lane, share)
    return y - y_wanted if y_wanted > 0.0 else _over_glass(s, lane, y, share * s[STEP + lane])


@kernel
def _crossing(s: FloatArray, lane: int, y_wanted: float) -> float:
    """Return the share of the step at which an event happens, by the false position of Illinois."""
    low, high = 0.0, 1.0
    at_low, at_high = _beyond(s, lane, y_wanted, low), _beyond(s, lane, y_wanted, high)
    middle, side = 1.0, 0
    for _ in range(60):
        before = middle
        middle = high - at_high * (high - low) / (at_high - at_low) if at_high > at_low else 0.5 * (low + high)
        at = _beyond(s, lane, y_wanted, middle)
        if at >= 0.0:
            high, at_high = middle, at
            at_low = 0.5 * at_low if side > 0 else at_low
            side = 1
        else:
            low, at_low = middle, at
            at_high = 0.5 * at_high if side < 0 else at_high
            side = -1
        if abs(middle - before) < 1e-10:
            break
    return middle


@inline_kernel
def _over_glass(s: FloatArray, lane: int, y: float, later_s: float) -> float:
    """Return glass transition less temperature; NaN where the glass transition is unknown."""
    transition = glass_transition(s, lane, -math.expm1(-y))
    found: float = transition - (s[TEMPERATURE + lane] + later_s * s[RAMP + lane])
    return found


@inline_kernel
def _y_of(conversion: float) -> float:
    return -math.log1p(-conversion) if conversion < 1.0 else math.inf


@inline_kernel
def _first_step(s: FloatArray, lane: int, tolerance: float) -> float:
    """Return a step that changes the conversion a little, and not beyond the segment."""
    conversion = -math.expm1(-s[Y + lane])
    little = tolerance**0.2 * (0.05 * conversion + 0.02) * math.exp(s[Y + lane])
    remaining = s[REMAINING + lane]
    found: float = min(remaining, little / s[K1 + lane]) if s[K1 + lane] * remaining > little else remaining
    return found


@inline_kernel
def _enter_segment(s: FloatArray, lane: int, point: int, times: FloatArray, temperatures: FloatArray) -> None:
    s[TEMPERATURE + lane] = temperatures[point]
    s[REMAINING + lane] = times[point + 1] - times[point]
    s[RAMP + lane] = (temperatures[point + 1] - temperatures[point]) / s[REMAINING + lane]


@inline_kernel
def _load(
    s: FloatArray,
    lane: int,
    pair: int,
    kinetics: FloatArray,
    row: int,
    initial: float,
    point: int,
    times: FloatArray,
    temperatures: FloatArray,
    control: int,
    tolerance: float,
    found: FloatArray,
) -> None:
    """Put a pair into a lane, with what has happened before the start."""
    for column in range(14):
        s[column * LANES + lane] = kinetics[row, column]
    s[Y + lane] = _y_of(initial)
    s[Y_GEL + lane] = _y_of(kinetics[row, 14])
    s[Y_TARGET + lane] = _y_of(kinetics[row, 15])
    _enter_segment(s, lane, point, times, temperatures)
    s[K1 + lane], s[LEFT_BEFORE + lane] = rate_of(s, control, lane, s[Y + lane], temperatures[point])
    s[STEP + lane] = _first_step(s, lane, tolerance)
    if s[Y + lane] >= s[Y_GEL + lane]:
        found[pair, 1] = 0.0
    if s[Y + lane] >= s[Y_TARGET + lane]:
        found[pair, 3] = 0.0
    over = _over_glass(s, lane, s[Y + lane], 0.0)
    s[GLASSY + lane] = 1.0 if over >= 0.0 else 0.0
    if over >= 0.0:
        found[pair, 2] = 0.0


@inline_kernel
def _note_events(s: FloatArray, lane: int, begin: float, pair: int, found: FloatArray) -> None:
    """Write down what happens within an accepted step that starts at a time."""
    y, y_new, step = s[Y + lane], s[STAGE + lane], s[STEP + lane]
    if y < s[Y_GEL + lane] and y_new >= s[Y_GEL + lane]:
        found[pair, 1] = begin + step * _crossing(s, lane, s[Y_GEL + lane])
    if y < s[Y_TARGET + lane] and y_new >= s[Y_TARGET + lane]:
        found[pair, 3] = begin + step * _crossing(s, lane, s[Y_TARGET + lane])
    transition = glass_transition(s, lane, 1.0 - s[LEFT + lane])
    glassy = 1.0 if transition >= s[TEMPERATURE + lane] + step * s[RAMP + lane] else 0.0
    if glassy > s[GLASSY + lane] and not found[pair, 2] > 0.0:
        found[pair, 2] = begin + step * _crossing(s, lane, 0.0)
    s[GLASSY + lane] = glassy


@inline_kernel
def _glass_of_cured(
    s: FloatArray,
    lane: int,
    pair: int,
    point: int,
    stop: int,
    times: FloatArray,
    temperatures: FloatArray,
    found: FloatArray,
) -> None:
    """Write down when what is fully cured before the program ends cools into a glass."""
    transition = s[TG0 + lane] + s[TG_RISE + lane]
    now, temperature = times[point + 1] - s[REMAINING + lane], s[TEMPERATURE + lane]
    for after in range(point + 1, stop):
        if not found[pair, 2] > 0.0 and temperature > transition >= temperatures[after]:
            share = (temperature - transition) / (temperature - temperatures[after])
            found[pair, 2] = now + share * (times[after] - now)
        now, temperature = times[after], temperatures[after]


def _run_range(
    start: int,
    stop: int,
    kinetics: FloatArray,
    times: FloatArray,
    temperatures: FloatArray,
    starts: IndexArray,
    kinetics_of: IndexArray,
    program_of: IndexArray,
    initial: FloatArray,
    control: int,
    sample_times: FloatArray,
    tolerance: float,
    found: FloatArray,
    values: FloatArray,
    steps: IndexArray,
) -> None:
    """Take the pairs from start to stop through the lanes."""
    s = np.ones(ROWS * LANES)  # idle lanes go through the arithmetic too: of harmless numbers
    pair_of = np.full(LANES, -1)
    point_of = np.zeros(LANES, dtype=np.int64)
    sample_of = np.zeros(LANES, dtype=np.int64)
    sample_count = sample_times.shape[1]
    upcoming, busy = start, 0
    most_kelvin = _MOST_KELVIN_FREE_VOLUME if control == FREE_VOLUME else _MOST_KELVIN
    while True:
        for lane in range(LANES):
            if pair_of[lane] >= 0 or upcoming >= stop:
                continue
            pair, point = upcoming, starts[program_of[upcoming]]
            upcoming, busy = upcoming + 1, busy + 1
            pair_of[lane], point_of[lane], sample_of[lane] = pair, point, 0
            row = kinetics_of[pair]
            _load(s, lane, pair, kinetics, row, initial[pair], point, times, temperatures, control, tolerance, found)
            while sample_of[lane] < sample_count and sample_times[pair, sample_of[lane]] <= 0.0:
                values[pair, sample_of[lane]] = initial[pair]
                sample_of[lane] += 1
        if busy == 0:
            break
        try_step(s, control, tolerance)
        for lane in range(LANES):
            pair = pair_of[lane]
            if pair < 0 or not s[ERROR + lane] <= 1.0:
                continue
            begin = times[point_of[lane] + 1] - s[REMAINING + lane]
            _note_events(s, lane, begin, pair, found)
            while sample_of[lane] < sample_count:
                share = (sample_times[pair, sample_of[lane]] - begin) / s[STEP + lane]
                if not share <= 1.0:
                    break
                values[pair, sample_of[lane]] = -math.expm1(-interpolated(s, lane, max(share, 0.0)))
                sample_of[lane] += 1
        commit(s, most_kelvin)
        for lane in range(LANES):
            pair = pair_of[lane]
            if pair < 0:
                continue
            steps[pair] += 1
            cured = s[Y + lane] > _CURED
            last = starts[program_of[pair] + 1]
            if steps[pair] >= _MOST_STEPS:
                steps[pair] = -1
            elif not cured and s[REMAINING + lane] > 0.0:
                continue
            elif not cured and point_of[lane] + 2 < last:
                point_of[lane] += 1
                _enter_segment(s, lane, point_of[lane], times, temperatures)
                longest = _FIRST_KELVIN / (abs(s[RAMP + lane]) + 1e-12)
                s[STEP + lane] = min(s[WANTED + lane], s[REMAINING + lane], longest)
                continue
            elif cured:
                _glass_of_cured(s, lane, pair, point_of[lane], last, times, temperatures, found)
            found[pair, 0] = -math.expm1(-s[Y + lane])
            while sample_of[lane] < sample_count:
                values[pair, sample_of[lane]] = found[pair, 0]
                sample_of[lane] += 1
            pair_of[lane] = -1
            busy -= 1


_run_range = kernel(_run_range)


def _run_blocks(
    size: int,
    kinetics: FloatArray,
    times: FloatArray,
    temperatures: FloatArray,
    starts: IndexArray,
    kinetics_of: IndexArray,
    program_of: IndexArray,
    initial: FloatArray,
    control: int,
    sample_times: FloatArray,
    tolerance: float,
    found: FloatArray,
    values: FloatArray,
    steps: IndexArray,
) -> None:
    pairs = len(kinetics_of)
    for block in prange((pairs + size - 1) // size):
        _run_range(
            block * size,
            min((block + 1) * size, pairs),
            kinetics, times, temperatures, starts, kinetics_of, program_of, initial, control, sample_times, tolerance,
            found, values, steps,
        )  # fmt: skip


_run_all = kernel(_run_blocks)
_run_all_parallel = parallel_kernel(_run_blocks)
