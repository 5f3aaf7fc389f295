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

from finechem_kernels._jit import CONTRACT, FloatArray, contiguous, inline_kernel, kernel, parallel_kernel, prange
from finechem_kernels.elementary import exponential, exponential_parts, logarithm

__all__ = ["CHERN_POEHLEIN", "COLUMNS", "FREE_VOLUME", "NO_DIFFUSION", "CureRuns", "integrate_cure"]

IndexArray: TypeAlias = NDArray[np.int64]
NO_DIFFUSION, CHERN_POEHLEIN, FREE_VOLUME = 0, 1, 2
COLUMNS = (
    "log_A1", "E1_over_R_K", "log_A2", "E2_over_R_K", "m", "n",
    "control_1", "control_2", "control_3", "control_4", "control_5",
    "tg_0_K", "tg_rise_K", "lambda", "gel_conversion", "target_conversion",
)  # fmt: skip
"""Columns of the kinetics, see `integrate_cure`."""

LANES = 32
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
_FLOOR = 1e-4
"""Conversion below which the local error is relative to this, above which it is relative to the conversion."""

# Where each quantity of the lanes lies in one flat array: constant offsets, so that no two can be taken for one.
_LOG_A1, _E1, _LOG_A2, _E2, _M, _N = (i * LANES for i in range(6))
_D1, _D2, _D3, _D4, _D5 = (i * LANES for i in range(6, 11))
_TG0, _TG_RISE, _LAMBDA = (i * LANES for i in range(11, 14))
_Y, _TEMPERATURE, _RAMP, _STEP, _STAGE, _RATE, _LEFT = (i * LANES for i in range(14, 21))
_K1, _K2, _K3, _K4, _K5, _K6, _K7, _ERROR, _Y_GEL, _Y_TARGET, _REMAINING = (i * LANES for i in range(21, 32))
_LEFT_BEFORE, _GLASSY, _WANTED, _ROWS = 32 * LANES, 33 * LANES, 34 * LANES, 35


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
def _rate_constant(log_a: float, e_over_r: float, reciprocal: float) -> float:
    return exponential(log_a - e_over_r * reciprocal)


@inline_kernel
def _plain(s: FloatArray, lane: int, y: float, temperature: float) -> tuple[float, float, float, float]:
    """Return both rate constants, the conversion and its complement."""
    reciprocal = 1.0 / temperature
    k1 = _rate_constant(s[_LOG_A1 + lane], s[_E1 + lane], reciprocal)
    k2 = _rate_constant(s[_LOG_A2 + lane], s[_E2 + lane], reciprocal)
    scale, p = exponential_parts(-y)
    left = scale + scale * p
    conversion = (1.0 - scale) - scale * p
    return k1, k2, conversion, left


@inline_kernel
def _chemical(s: FloatArray, lane: int, k1: float, k2: float, conversion: float, y: float) -> float:
    """Return dy/dt of the reaction alone."""
    positive = conversion if conversion > 1e-300 else 1e-300
    power = exponential(s[_M + lane] * logarithm(positive))
    return (k1 + k2 * power) * exponential((1.0 - s[_N + lane]) * y)


@inline_kernel
def _glass_transition(s: FloatArray, lane: int, conversion: float) -> float:
    scaled = s[_LAMBDA + lane] * conversion
    found: float = s[_TG0 + lane] + s[_TG_RISE + lane] * scaled / (1.0 - conversion + scaled)
    return found


@inline_kernel
def _rate_free(s: FloatArray, lane: int, y: float, temperature: float) -> tuple[float, float]:
    k1, k2, conversion, left = _plain(s, lane, y, temperature)
    return _chemical(s, lane, k1, k2, conversion, y), left


@inline_kernel
def _rate_chern(s: FloatArray, lane: int, y: float, temperature: float) -> tuple[float, float]:
    k1, k2, conversion, left = _plain(s, lane, y, temperature)
    excess = conversion - s[_D2 + lane] - s[_D3 + lane] * temperature
    return _chemical(s, lane, k1, k2, conversion, y) / (1.0 + exponential(s[_D1 + lane] * excess)), left


@inline_kernel
def _rate_volume(s: FloatArray, lane: int, y: float, temperature: float) -> tuple[float, float]:
    k1, k2, conversion, left = _plain(s, lane, y, temperature)
    volume = s[_D4 + lane] + s[_D5 + lane] * (temperature - _glass_transition(s, lane, conversion))
    volume = volume if volume > 1e-9 else 1e-9
    kd = exponential(s[_D1 + lane] - s[_D2 + lane] / temperature - s[_D3 + lane] / volume)
    return _chemical(s, lane, k1 * kd / (k1 + kd), k2 * kd / (k2 + kd), conversion, y), left


@inline_kernel
def _rate_of(s: FloatArray, control: int, lane: int, y: float, temperature: float) -> tuple[float, float]:
    if control == CHERN_POEHLEIN:
        return _rate_chern(s, lane, y, temperature)
    if control == FREE_VOLUME:
        return _rate_volume(s, lane, y, temperature)
    return _rate_free(s, lane, y, temperature)


def _stage(s: FloatArray, control: int, fraction: float) -> None:
    """Write rate and 1 − α of all lanes at `_STAGE`, a fraction of the step later."""
    if control == NO_DIFFUSION:
        for lane in range(LANES):
            temperature = s[_TEMPERATURE + lane] + fraction * s[_STEP + lane] * s[_RAMP + lane]
            s[_RATE + lane], s[_LEFT + lane] = _rate_free(s, lane, s[_STAGE + lane], temperature)
    elif control == CHERN_POEHLEIN:
        for lane in range(LANES):
            temperature = s[_TEMPERATURE + lane] + fraction * s[_STEP + lane] * s[_RAMP + lane]
            s[_RATE + lane], s[_LEFT + lane] = _rate_chern(s, lane, s[_STAGE + lane], temperature)
    else:
        for lane in range(LANES):
            temperature = s[_TEMPERATURE + lane] + fraction * s[_STEP + lane] * s[_RAMP + lane]
            s[_RATE + lane], s[_LEFT + lane] = _rate_volume(s, lane, s[_STAGE + lane], temperature)


_stage = kernel(_stage, fastmath=CONTRACT)


def _try_step(s: FloatArray, control: int, tolerance: float) -> None:
    """Take a step of Dormand and Prince's pair in all lanes: stages, new y in `_STAGE`, error over its tolerance."""
    for lane in range(LANES):
        s[_STAGE + lane] = s[_Y + lane] + s[_STEP + lane] * (0.2 * s[_K1 + lane])
    _stage(s, control, 0.2)
    for lane in range(LANES):
        s[_K2 + lane] = s[_RATE + lane]
        rise = 3.0 / 40.0 * s[_K1 + lane] + 9.0 / 40.0 * s[_K2 + lane]
        s[_STAGE + lane] = s[_Y + lane] + s[_STEP + lane] * rise
    _stage(s, control, 0.3)
    for lane in range(LANES):
        s[_K3 + lane] = s[_RATE + lane]
        rise = 44.0 / 45.0 * s[_K1 + lane] - 56.0 / 15.0 * s[_K2 + lane] + 32.0 / 9.0 * s[_K3 + lane]
        stage = s[_Y + lane] + s[_STEP + lane] * rise
        s[_STAGE + lane] = stage if stage > 0.0 else 0.0
    _stage(s, control, 0.8)
    for lane in range(LANES):
        s[_K4 + lane] = s[_RATE + lane]
        rise = 19372.0 / 6561.0 * s[_K1 + lane] - 25360.0 / 2187.0 * s[_K2 + lane]
        rise += 64448.0 / 6561.0 * s[_K3 + lane] - 212.0 / 729.0 * s[_K4 + lane]
        stage = s[_Y + lane] + s[_STEP + lane] * rise
        s[_STAGE + lane] = stage if stage > 0.0 else 0.0
    _stage(s, control, 8.0 / 9.0)
    for lane in range(LANES):
        s[_K5 + lane] = s[_RATE + lane]
        rise = 9017.0 / 3168.0 * s[_K1 + lane] - 355.0 / 33.0 * s[_K2 + lane] + 46732.0 / 5247.0 * s[_K3 + lane]
        rise += 49.0 / 176.0 * s[_K4 + lane] - 5103.0 / 18656.0 * s[_K5 + lane]
        stage = s[_Y + lane] + s[_STEP + lane] * rise
        s[_STAGE + lane] = stage if stage > 0.0 else 0.0
    _stage(s, control, 1.0)
    for lane in range(LANES):
        s[_K6 + lane] = s[_RATE + lane]
        rise = 35.0 / 384.0 * s[_K1 + lane] + 500.0 / 1113.0 * s[_K3 + lane] + 125.0 / 192.0 * s[_K4 + lane]
        rise += -2187.0 / 6784.0 * s[_K5 + lane] + 11.0 / 84.0 * s[_K6 + lane]
        stage = s[_Y + lane] + s[_STEP + lane] * rise
        s[_STAGE + lane] = stage if stage > 0.0 else 0.0
    _stage(s, control, 1.0)
    for lane in range(LANES):
        s[_K7 + lane] = s[_RATE + lane]
        error = 71.0 / 57600.0 * s[_K1 + lane] - 71.0 / 16695.0 * s[_K3 + lane] + 71.0 / 1920.0 * s[_K4 + lane]
        error += -17253.0 / 339200.0 * s[_K5 + lane] + 22.0 / 525.0 * s[_K6 + lane] - 1.0 / 40.0 * s[_K7 + lane]
        error *= s[_STEP + lane]
        error = error if error > 0.0 else -error
        before, after = s[_LEFT_BEFORE + lane], s[_LEFT + lane]
        weight = before if before > after else after
        reached = 1.0 - after
        reached = reached if reached > _FLOOR else _FLOOR
        s[_ERROR + lane] = error * weight / (tolerance * reached)


_try_step = kernel(_try_step, fastmath=CONTRACT)


@inline_kernel
def _resize(error: float) -> float:
    """Return the factor of the next step; an error that is no number counts as a large one."""
    bounded = error if error < 1e4 else 1e4
    bounded = bounded if bounded > 1e-4 else 1e-4
    factor = 0.9 * exponential(-0.2 * logarithm(bounded))
    return factor if factor > 0.2 else 0.2


def _commit(s: FloatArray, most_kelvin: float) -> None:
    """Advance the lanes whose error is small enough, and set the next step of all."""
    for lane in range(LANES):
        accepted = s[_ERROR + lane] <= 1.0
        step = s[_STEP + lane]
        s[_Y + lane] = s[_STAGE + lane] if accepted else s[_Y + lane]
        s[_K1 + lane] = s[_K7 + lane] if accepted else s[_K1 + lane]
        s[_LEFT_BEFORE + lane] = s[_LEFT + lane] if accepted else s[_LEFT_BEFORE + lane]
        moved = step if accepted else 0.0
        s[_TEMPERATURE + lane] = s[_TEMPERATURE + lane] + moved * s[_RAMP + lane]
        remaining = s[_REMAINING + lane] - moved
        s[_REMAINING + lane] = remaining
        wanted = step * _resize(s[_ERROR + lane])
        ramp = s[_RAMP + lane] if s[_RAMP + lane] > 0.0 else -s[_RAMP + lane]
        longest = most_kelvin / (ramp + 1e-12)
        wanted = wanted if wanted < longest else longest
        s[_WANTED + lane] = wanted
        # two equal steps rather than a long one and a sliver
        half = 0.5 * remaining
        half = half if half < wanted else wanted
        s[_STEP + lane] = remaining if remaining < 1.0001 * wanted else half if remaining < 2.0 * wanted else wanted


_commit = kernel(_commit, fastmath=CONTRACT)


@inline_kernel
def _interpolated(s: FloatArray, lane: int, x: float) -> float:
    """Return y a share x into the step, to fourth order."""
    w1 = -8048581381.0 / 2820520608.0 + x * (8663915743.0 / 2820520608.0 - x * 12715105075.0 / 11282082432.0)
    w3 = 131558114200.0 / 32700410799.0 + x * (-68118460800.0 / 10900136933.0 + x * 87487479700.0 / 32700410799.0)
    w4 = -1754552775.0 / 470086768.0 + x * (14199869525.0 / 1410260304.0 - x * 10690763975.0 / 1880347072.0)
    w5 = 127303824393.0 / 49829197408.0 + x * (-318862633887.0 / 49829197408.0 + x * 701980252875.0 / 199316789632.0)
    w6 = -282668133.0 / 205662961.0 + x * (2019193451.0 / 616988883.0 - x * 1453857185.0 / 822651844.0)
    w7 = 40617522.0 / 29380423.0 + x * (-110615467.0 / 29380423.0 + x * 69997945.0 / 29380423.0)
    curved = w1 * s[_K1 + lane] + w3 * s[_K3 + lane] + w4 * s[_K4 + lane]
    curved += w5 * s[_K5 + lane] + w6 * s[_K6 + lane] + w7 * s[_K7 + lane]
    found: float = s[_Y + lane] + s[_STEP + lane] * (x * s[_K1 + lane] + x * x * curved)
    return found


@inline_kernel
def _beyond(s: FloatArray, lane: int, y_wanted: float, share: float) -> float:
    """Return how far beyond an event a share of the step is: in y, or in K where `y_wanted` is 0 and vitrification."""
    y = _interpolated(s, lane, share)
    return y - y_wanted if y_wanted > 0.0 else _over_glass(s, lane, y, share * s[_STEP + lane])


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
    transition = _glass_transition(s, lane, -math.expm1(-y))
    found: float = transition - (s[_TEMPERATURE + lane] + later_s * s[_RAMP + lane])
    return found


@inline_kernel
def _y_of(conversion: float) -> float:
    return -math.log1p(-conversion) if conversion < 1.0 else math.inf


@inline_kernel
def _first_step(s: FloatArray, lane: int, tolerance: float) -> float:
    """Return a step that changes the conversion a little, and not beyond the segment."""
    conversion = -math.expm1(-s[_Y + lane])
    little = tolerance**0.2 * (0.05 * conversion + 0.02) * math.exp(s[_Y + lane])
    remaining = s[_REMAINING + lane]
    found: float = min(remaining, little / s[_K1 + lane]) if s[_K1 + lane] * remaining > little else remaining
    return found


@inline_kernel
def _enter_segment(s: FloatArray, lane: int, point: int, times: FloatArray, temperatures: FloatArray) -> None:
    s[_TEMPERATURE + lane] = temperatures[point]
    s[_REMAINING + lane] = times[point + 1] - times[point]
    s[_RAMP + lane] = (temperatures[point + 1] - temperatures[point]) / s[_REMAINING + lane]


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
    s[_Y + lane] = _y_of(initial)
    s[_Y_GEL + lane] = _y_of(kinetics[row, 14])
    s[_Y_TARGET + lane] = _y_of(kinetics[row, 15])
    _enter_segment(s, lane, point, times, temperatures)
    s[_K1 + lane], s[_LEFT_BEFORE + lane] = _rate_of(s, control, lane, s[_Y + lane], temperatures[point])
    s[_STEP + lane] = _first_step(s, lane, tolerance)
    if s[_Y + lane] >= s[_Y_GEL + lane]:
        found[pair, 1] = 0.0
    if s[_Y + lane] >= s[_Y_TARGET + lane]:
        found[pair, 3] = 0.0
    over = _over_glass(s, lane, s[_Y + lane], 0.0)
    s[_GLASSY + lane] = 1.0 if over >= 0.0 else 0.0
    if over >= 0.0:
        found[pair, 2] = 0.0


@inline_kernel
def _note_events(s: FloatArray, lane: int, begin: float, pair: int, found: FloatArray) -> None:
    """Write down what happens within an accepted step that starts at a time."""
    y, y_new, step = s[_Y + lane], s[_STAGE + lane], s[_STEP + lane]
    if y < s[_Y_GEL + lane] and y_new >= s[_Y_GEL + lane]:
        found[pair, 1] = begin + step * _crossing(s, lane, s[_Y_GEL + lane])
    if y < s[_Y_TARGET + lane] and y_new >= s[_Y_TARGET + lane]:
        found[pair, 3] = begin + step * _crossing(s, lane, s[_Y_TARGET + lane])
    transition = _glass_transition(s, lane, 1.0 - s[_LEFT + lane])
    glassy = 1.0 if transition >= s[_TEMPERATURE + lane] + step * s[_RAMP + lane] else 0.0
    if glassy > s[_GLASSY + lane] and not found[pair, 2] > 0.0:
        found[pair, 2] = begin + step * _crossing(s, lane, 0.0)
    s[_GLASSY + lane] = glassy


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
    transition = s[_TG0 + lane] + s[_TG_RISE + lane]
    now, temperature = times[point + 1] - s[_REMAINING + lane], s[_TEMPERATURE + lane]
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
    s = np.ones(_ROWS * LANES)  # idle lanes go through the arithmetic too: of harmless numbers
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
        _try_step(s, control, tolerance)
        for lane in range(LANES):
            pair = pair_of[lane]
            if pair < 0 or not s[_ERROR + lane] <= 1.0:
                continue
            begin = times[point_of[lane] + 1] - s[_REMAINING + lane]
            _note_events(s, lane, begin, pair, found)
            while sample_of[lane] < sample_count:
                share = (sample_times[pair, sample_of[lane]] - begin) / s[_STEP + lane]
                if not share <= 1.0:
                    break
                values[pair, sample_of[lane]] = -math.expm1(-_interpolated(s, lane, max(share, 0.0)))
                sample_of[lane] += 1
        _commit(s, most_kelvin)
        for lane in range(LANES):
            pair = pair_of[lane]
            if pair < 0:
                continue
            steps[pair] += 1
            cured = s[_Y + lane] > _CURED
            last = starts[program_of[pair] + 1]
            if steps[pair] >= _MOST_STEPS:
                steps[pair] = -1
            elif not cured and s[_REMAINING + lane] > 0.0:
                continue
            elif not cured and point_of[lane] + 2 < last:
                point_of[lane] += 1
                _enter_segment(s, lane, point_of[lane], times, temperatures)
                longest = _FIRST_KELVIN / (abs(s[_RAMP + lane]) + 1e-12)
                s[_STEP + lane] = min(s[_WANTED + lane], s[_REMAINING + lane], longest)
                continue
            elif cured:
                _glass_of_cured(s, lane, pair, point_of[lane], last, times, temperatures, found)
            found[pair, 0] = -math.expm1(-s[_Y + lane])
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
