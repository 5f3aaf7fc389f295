"""A register full of cures in step: the rates of cure, and one step of Dormand and Prince's pair for all lanes.

Each lane has its own time, step size and temperature. What lies where in the one flat array of all lanes is said by
the constants here: offsets that are known when it is compiled, so that no two quantities can be taken for one.
"""

from __future__ import annotations

from finechem_kernels._jit import CONTRACT, FloatArray, inline_kernel, kernel
from finechem_kernels.elementary import exponential, exponential_parts, logarithm

__all__ = [
    "CHERN_POEHLEIN",
    "ERROR",
    "FREE_VOLUME",
    "GLASSY",
    "K1",
    "LANES",
    "LEFT",
    "LEFT_BEFORE",
    "NO_DIFFUSION",
    "RAMP",
    "REMAINING",
    "ROWS",
    "STAGE",
    "STEP",
    "TEMPERATURE",
    "TG0",
    "TG_RISE",
    "WANTED",
    "Y_GEL",
    "Y_TARGET",
    "Y",
    "commit",
    "glass_transition",
    "interpolated",
    "rate_of",
    "try_step",
]

NO_DIFFUSION, CHERN_POEHLEIN, FREE_VOLUME = 0, 1, 2
"""What slows the reaction when the glass comes near."""
LANES = 32
_FLOOR = 1e-4
"""Conversion below which the local error is relative to this, above which it is relative to the conversion."""

# Where each quantity of the lanes lies in one flat array: constant offsets, so that no two can be taken for one.
_LOG_A1, _E1, _LOG_A2, _E2, _M, _N = (i * LANES for i in range(6))
_D1, _D2, _D3, _D4, _D5 = (i * LANES for i in range(6, 11))
TG0, TG_RISE, _LAMBDA = (i * LANES for i in range(11, 14))
Y, TEMPERATURE, RAMP, STEP, STAGE, _RATE, LEFT = (i * LANES for i in range(14, 21))
K1, _K2, _K3, _K4, _K5, _K6, _K7, ERROR, Y_GEL, Y_TARGET, REMAINING = (i * LANES for i in range(21, 32))
LEFT_BEFORE, GLASSY, WANTED, ROWS = 32 * LANES, 33 * LANES, 34 * LANES, 35


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
def glass_transition(s: FloatArray, lane: int, conversion: float) -> float:
    """Return DiBenedetto's glass transition in K."""
    scaled = s[_LAMBDA + lane] * conversion
    found: float = s[TG0 + lane] + s[TG_RISE + lane] * scaled / (1.0 - conversion + scaled)
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
    volume = s[_D4 + lane] + s[_D5 + lane] * (temperature - glass_transition(s, lane, conversion))
    volume = volume if volume > 1e-9 else 1e-9
    kd = exponential(s[_D1 + lane] - s[_D2 + lane] / temperature - s[_D3 + lane] / volume)
    return _chemical(s, lane, k1 * kd / (k1 + kd), k2 * kd / (k2 + kd), conversion, y), left


@inline_kernel
def rate_of(s: FloatArray, control: int, lane: int, y: float, temperature: float) -> tuple[float, float]:
    """Return dy/dt and 1 − α of one lane."""
    if control == CHERN_POEHLEIN:
        return _rate_chern(s, lane, y, temperature)
    if control == FREE_VOLUME:
        return _rate_volume(s, lane, y, temperature)
    return _rate_free(s, lane, y, temperature)


def _stage(s: FloatArray, control: int, fraction: float) -> None:
    """Write rate and 1 − α of all lanes at `STAGE`, a fraction of the step later."""
    if control == NO_DIFFUSION:
        for lane in range(LANES):
            temperature = s[TEMPERATURE + lane] + fraction * s[STEP + lane] * s[RAMP + lane]
            s[_RATE + lane], s[LEFT + lane] = _rate_free(s, lane, s[STAGE + lane], temperature)
    elif control == CHERN_POEHLEIN:
        for lane in range(LANES):
            temperature = s[TEMPERATURE + lane] + fraction * s[STEP + lane] * s[RAMP + lane]
            s[_RATE + lane], s[LEFT + lane] = _rate_chern(s, lane, s[STAGE + lane], temperature)
    else:
        for lane in range(LANES):
            temperature = s[TEMPERATURE + lane] + fraction * s[STEP + lane] * s[RAMP + lane]
            s[_RATE + lane], s[LEFT + lane] = _rate_volume(s, lane, s[STAGE + lane], temperature)


_stage = kernel(_stage, fastmath=CONTRACT)


def try_step(s: FloatArray, control: int, tolerance: float) -> None:
    """Take a step of Dormand and Prince's pair in all lanes: stages, new y in `STAGE`, error over its tolerance."""
    for lane in range(LANES):
        s[STAGE + lane] = s[Y + lane] + s[STEP + lane] * (0.2 * s[K1 + lane])
    _stage(s, control, 0.2)
    for lane in range(LANES):
        s[_K2 + lane] = s[_RATE + lane]
        rise = 3.0 / 40.0 * s[K1 + lane] + 9.0 / 40.0 * s[_K2 + lane]
        s[STAGE + lane] = s[Y + lane] + s[STEP + lane] * rise
    _stage(s, control, 0.3)
    for lane in range(LANES):
        s[_K3 + lane] = s[_RATE + lane]
        rise = 44.0 / 45.0 * s[K1 + lane] - 56.0 / 15.0 * s[_K2 + lane] + 32.0 / 9.0 * s[_K3 + lane]
        stage = s[Y + lane] + s[STEP + lane] * rise
        s[STAGE + lane] = stage if stage > 0.0 else 0.0
    _stage(s, control, 0.8)
    for lane in range(LANES):
        s[_K4 + lane] = s[_RATE + lane]
        rise = 19372.0 / 6561.0 * s[K1 + lane] - 25360.0 / 2187.0 * s[_K2 + lane]
        rise += 64448.0 / 6561.0 * s[_K3 + lane] - 212.0 / 729.0 * s[_K4 + lane]
        stage = s[Y + lane] + s[STEP + lane] * rise
        s[STAGE + lane] = stage if stage > 0.0 else 0.0
    _stage(s, control, 8.0 / 9.0)
    for lane in range(LANES):
        s[_K5 + lane] = s[_RATE + lane]
        rise = 9017.0 / 3168.0 * s[K1 + lane] - 355.0 / 33.0 * s[_K2 + lane] + 46732.0 / 5247.0 * s[_K3 + lane]
        rise += 49.0 / 176.0 * s[_K4 + lane] - 5103.0 / 18656.0 * s[_K5 + lane]
        stage = s[Y + lane] + s[STEP + lane] * rise
        s[STAGE + lane] = stage if stage > 0.0 else 0.0
    _stage(s, control, 1.0)
    for lane in range(LANES):
        s[_K6 + lane] = s[_RATE + lane]
        rise = 35.0 / 384.0 * s[K1 + lane] + 500.0 / 1113.0 * s[_K3 + lane] + 125.0 / 192.0 * s[_K4 + lane]
        rise += -2187.0 / 6784.0 * s[_K5 + lane] + 11.0 / 84.0 * s[_K6 + lane]
        stage = s[Y + lane] + s[STEP + lane] * rise
        s[STAGE + lane] = stage if stage > 0.0 else 0.0
    _stage(s, control, 1.0)
    for lane in range(LANES):
        s[_K7 + lane] = s[_RATE + lane]
        error = 71.0 / 57600.0 * s[K1 + lane] - 71.0 / 16695.0 * s[_K3 + lane] + 71.0 / 1920.0 * s[_K4 + lane]
        error += -17253.0 / 339200.0 * s[_K5 + lane] + 22.0 / 525.0 * s[_K6 + lane] - 1.0 / 40.0 * s[_K7 + lane]
        error *= s[STEP + lane]
        error = error if error > 0.0 else -error
        before, after = s[LEFT_BEFORE + lane], s[LEFT + lane]
        weight = before if before > after else after
        reached = 1.0 - after
        reached = reached if reached > _FLOOR else _FLOOR
        s[ERROR + lane] = error * weight / (tolerance * reached)


try_step = kernel(try_step, fastmath=CONTRACT)


@inline_kernel
def _resize(error: float) -> float:
    """Return the factor of the next step; an error that is no number counts as a large one."""
    bounded = error if error < 1e4 else 1e4
    bounded = bounded if bounded > 1e-4 else 1e-4
    factor = 0.9 * exponential(-0.2 * logarithm(bounded))
    return factor if factor > 0.2 else 0.2


def commit(s: FloatArray, most_kelvin: float) -> None:
    """Advance the lanes whose error is small enough, and set the next step of all."""
    for lane in range(LANES):
        accepted = s[ERROR + lane] <= 1.0
        step = s[STEP + lane]
        s[Y + lane] = s[STAGE + lane] if accepted else s[Y + lane]
        s[K1 + lane] = s[_K7 + lane] if accepted else s[K1 + lane]
        s[LEFT_BEFORE + lane] = s[LEFT + lane] if accepted else s[LEFT_BEFORE + lane]
        moved = step if accepted else 0.0
        s[TEMPERATURE + lane] = s[TEMPERATURE + lane] + moved * s[RAMP + lane]
        remaining = s[REMAINING + lane] - moved
        s[REMAINING + lane] = remaining
        wanted = step * _resize(s[ERROR + lane])
        ramp = s[RAMP + lane] if s[RAMP + lane] > 0.0 else -s[RAMP + lane]
        longest = most_kelvin / (ramp + 1e-12)
        wanted = wanted if wanted < longest else longest
        s[WANTED + lane] = wanted
        # two equal steps rather than a long one and a sliver
        half = 0.5 * remaining
        half = half if half < wanted else wanted
        s[STEP + lane] = remaining if remaining < 1.0001 * wanted else half if remaining < 2.0 * wanted else wanted


commit = kernel(commit, fastmath=CONTRACT)


@inline_kernel
def interpolated(s: FloatArray, lane: int, x: float) -> float:
    """Return y a share x into the step, to fourth order."""
    w1 = -8048581381.0 / 2820520608.0 + x * (8663915743.0 / 2820520608.0 - x * 12715105075.0 / 11282082432.0)
    w3 = 131558114200.0 / 32700410799.0 + x * (-68118460800.0 / 10900136933.0 + x * 87487479700.0 / 32700410799.0)
    w4 = -1754552775.0 / 470086768.0 + x * (14199869525.0 / 1410260304.0 - x * 10690763975.0 / 1880347072.0)
    w5 = 127303824393.0 / 49829197408.0 + x * (-318862633887.0 / 49829197408.0 + x * 701980252875.0 / 199316789632.0)
    w6 = -282668133.0 / 205662961.0 + x * (2019193451.0 / 616988883.0 - x * 1453857185.0 / 822651844.0)
    w7 = 40617522.0 / 29380423.0 + x * (-110615467.0 / 29380423.0 + x * 69997945.0 / 29380423.0)
    curved = w1 * s[K1 + lane] + w3 * s[_K3 + lane] + w4 * s[_K4 + lane]
    curved += w5 * s[_K5 + lane] + w6 * s[_K6 + lane] + w7 * s[_K7 + lane]
    found: float = s[Y + lane] + s[STEP + lane] * (x * s[K1 + lane] + x * x * curved)
    return found
