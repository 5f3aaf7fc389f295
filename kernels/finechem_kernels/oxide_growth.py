"""Thickness of oxides through programs of temperature and oxygen pressure, for many substances and draws."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import FloatArray, contiguous, inline_kernel, kernel, parallel_kernel, prange
from finechem_kernels.growth_laws import FIELD, LOGARITHMIC, PARABOLIC, grow

__all__ = ["Growth", "GrowthLaws", "oxide_growth"]

_AVERAGES = (
    np.array([[7.0, 32.0, 12.0, 32.0, 7.0], [14.5, 62.0, 12.0, 2.0, -0.5], [-0.5, 2.0, 12.0, 62.0, 14.5]]) / 90.0
)
"""Average over a step and over its halves of what is known at five equal distances: the quartic through them."""
_UP_TO = (
    np.array(
        [
            [0.0, 0.0, 0.0, 0.0, 0.0],
            [251.0, 646.0, -264.0, 106.0, -19.0],
            [232.0, 992.0, 192.0, 32.0, -8.0],
            [243.0, 918.0, 648.0, 378.0, -27.0],
            [224.0, 1024.0, 384.0, 1024.0, 224.0],
        ]
    )
    / 2880.0
)
"""Its integrals from the start of the step to each of the five, in units of the step."""
_SIMPSON = np.array([1.0, 4.0, 2.0, 4.0, 1.0]) / 12.0
_AMPLITUDE, _LOST, _DECAY, _FEED, _FRESH, _FIRST = range(6)
"""Columns of what is known at a time: c of the anchor, loss, decay of the film, its feed, that of a fresh film; then k
and s by regime."""

_MOST_STEPS = 100_000
_NOTHING_M = 1e-11
"""A loss may empty the oxide in one step only where the step takes less than this; no atom is as small."""
_ABSOLUTE = 1e-8
"""Tolerance in metres is this times the relative one: 0.01 pm at 1e-6."""


class GrowthLaws(NamedTuple):
    """N substances with up to R regimes each, and D draws of their parameters."""

    kinds: NDArray[np.int64]
    """(N, R)"""
    upper_m: FloatArray
    """Thickness at which each regime ends, (N, R), rising; infinite for the last one."""
    anchor: NDArray[np.int64]
    """The regime whose constant is given, (N,); the others follow by continuity of the rate."""
    constants: FloatArray
    """ln k0, E/R in K, n; ln s0, E/R in K, n; length in m; (N, D, R, 7).

    k = k0 exp(−E/RT) pⁿ is c of the law in SI units, p in bar. s is the linear constant of a parabolic law in m/s,
    infinite for none: A = k/s. The length is L of a logarithmic law, and X·T in m K of a field law.
    """
    ln_dissociation: FloatArray
    """ln of the dissociation pressure in bar at equal steps of 1/T, (N, M); −∞ for none."""
    inverse_K: tuple[float, float]
    """First 1/T of that table and its step, 1/K."""
    start_m: FloatArray
    """Thickness at time 0, (N, D)."""
    loss: FloatArray
    """ln v0 and E/R in K of a steady loss of thickness v in m/s, (N, D, 2); ln v0 = −∞ for none."""
    film: FloatArray
    """Thickness in m (0 for none); ln k0, E/R of its first-order decay; ln S0, E/R of its permeability; (N, D, 5).

    S is the permeability times the volume of oxide for a mole O2: the oxide fed by pressure p through thickness d grows
    by S p/d at most.
    """


class Growth(NamedTuple):
    """What came of it, at the program's points."""

    thickness_m: FloatArray
    """(N, D, P)"""
    film_left: FloatArray
    """Share of the film, (N, D, P); 0 where there was none."""


def oxide_growth(
    time_s: FloatArray,
    temperature_K: FloatArray,
    oxygen_bar: FloatArray,
    laws: GrowthLaws,
    *,
    tolerance: float = 1e-6,
    parallel: bool = True,
) -> Growth:
    r"""Integrate the growth of oxides, all substances and draws through one program.

    .. math::

        \frac{dx}{dt} = \left[\frac{1}{r(x)} + \frac{d\,w}{S\,p}\right]^{-1} - v, \qquad
        r(x) = c_i\, g_i(x), \qquad c_a = k_0 e^{-E/RT} p^n \left(1 - \frac{p_{eq}}{p}\right)_+, \qquad
        \frac{dw}{dt} = -k_w w

    with g of the regime i that x is in; :math:`c_i g_i = c_{i+1} g_{i+1}` where two regimes meet.

    Parameters
    ----------
    time_s, temperature_K, oxygen_bar : (P,) arrays
        Corners of the program; temperature and pressure are straight between them.
    laws : GrowthLaws
    tolerance : float
        Of one step, relative to the thickness.
    parallel : bool
        Share the substances and draws among numba's threads.

    Returns
    -------
    Growth
        NaN from where a step could not be made small enough.

    Notes
    -----
    A step averages the constants over its time (quartics through five points) and then follows the law exactly, through
    as many regimes as it takes, between two half steps of the loss. That is symmetric and of second order; the
    difference from two half steps is the error and, a third of it, the correction to fourth order. Where only one
    constant depends on time the steps are exact but for the average: an isothermal hold is one step. Steps end on the
    corners, and where the pressure crosses the dissociation pressure.
    """
    size, draws = laws.start_m.shape
    points = len(time_s)
    thickness = np.full((size, draws, points), np.nan)
    left = np.full((size, draws, points), np.nan)
    fill = _fill_parallel if parallel else _fill
    fill(
        contiguous(time_s),
        contiguous(temperature_K),
        contiguous(oxygen_bar),
        np.ascontiguousarray(laws.kinds, dtype=np.int64),
        contiguous(laws.upper_m),
        np.ascontiguousarray(laws.anchor, dtype=np.int64),
        contiguous(laws.constants),
        contiguous(laws.ln_dissociation),
        float(laws.inverse_K[0]),
        float(laws.inverse_K[1]),
        contiguous(laws.start_m),
        contiguous(laws.loss),
        contiguous(laws.film),
        float(tolerance),
        thickness,
        left,
    )
    return Growth(thickness, left)


@inline_kernel
def _ln_dissociation(inverse: float, table: Any, first: float, step: float) -> float:
    """Logarithm of p_eq, straight in 1/T between the rows and beyond them."""
    if table.size == 1 or table[0] == -math.inf:
        return float(table[0])
    place = (inverse - first) / step
    row = min(max(int(place), 0), table.size - 2)
    return float(table[row] + (place - row) * (table[row + 1] - table[row]))


@kernel
def _at(
    T: float,
    p: float,
    kinds: Any,
    anchor: int,
    constants: Any,
    table: Any,
    first: float,
    step: float,
    loss: Any,
    film: Any,
    row: Any,
) -> None:
    """Fill what depends on time only, at one temperature and pressure."""
    inverse, regimes = 1.0 / T, kinds.size
    ln_p = math.log(p) if p > 0.0 else -745.0
    row[:] = 0.0
    if p > 0.0:
        below = _ln_dissociation(inverse, table, first, step) - ln_p
        if below < 0.0:
            k = math.exp(constants[anchor, 0] - constants[anchor, 1] * inverse + constants[anchor, 2] * ln_p)
            row[_AMPLITUDE] = k if below < -40.0 else -k * math.expm1(below)
    if loss[0] > -math.inf:
        row[_LOST] = math.exp(loss[0] - loss[1] * inverse)
    if film[0] > 0.0:
        row[_DECAY] = math.exp(film[1] - film[2] * inverse)
        row[_FRESH] = math.exp(film[3] - film[4] * inverse) * p / film[0]
    for i in range(regimes):
        if kinds[i] == PARABOLIC and constants[i, 3] < math.inf:
            row[_FIRST + i] = math.exp(constants[i, 0] - constants[i, 1] * inverse + constants[i, 2] * ln_p)
            linear = math.exp(constants[i, 3] - constants[i, 4] * inverse + constants[i, 5] * ln_p)
            row[_FIRST + regimes + i] = linear
        elif kinds[i] == FIELD:
            row[_FIRST + i] = constants[i, 6] * inverse


@kernel
def _feed(known: Any, h: float, ln_left: float) -> None:
    """Fill the feed through the film, as far as it has decayed at each of the five times of a step."""
    for j in range(5):
        inside = 0.0
        for k in range(5):
            inside += _UP_TO[j, k] * known[k, _DECAY]
        known[j, _FEED] = known[j, _FRESH] * math.exp(min(h * inside - ln_left, 600.0))


@kernel
def _coefficients(
    part: int, kinds: Any, constants: Any, known: Any, lengths: Any, averages: Any, film_on: bool
) -> tuple[float, float]:
    """Average what is known over the step (part 0) or one of its halves; return the film's resistance, and a doubt."""
    regimes, columns = kinds.size, known.shape[1]
    for column in range(columns):
        total = simpson = 0.0
        for j in range(5):
            total += _AVERAGES[part, j] * known[j, column]
            simpson += _SIMPSON[j] * known[j, column]
        averages[column] = total
        if part == 0:
            averages[columns + column] = simpson
    doubt = 0.0
    for column in range(columns):
        if averages[column] < 0.0:
            return 0.0, math.inf
        if part == 0 and averages[column] > 0.0:
            steep = known[4, column] > 50.0 * known[0, column] or known[0, column] > 50.0 * known[4, column]
            apart = abs(averages[columns + column] / averages[column] - 1.0)
            doubt = max(doubt, 4.0 * apart if steep else 0.4 * apart)
    for i in range(regimes):
        lengths[i] = averages[_FIRST + i]
        if kinds[i] == PARABOLIC:
            linear = averages[_FIRST + regimes + i]
            lengths[i] = lengths[i] / linear if linear > 0.0 else 0.0
        elif kinds[i] == LOGARITHMIC:
            lengths[i] = constants[i, 6]
    if film_on:
        return (1.0 / averages[_FEED] if averages[_FEED] > 0.0 else math.inf), doubt
    return 0.0, doubt


@kernel
def _step(x: float, h: float, kinds: Any, upper: Any, anchor: int, averages: Any, lengths: Any, supply: float) -> float:
    """Make one step with constant coefficients; NaN where a loss empties the oxide."""
    shrink = 0.5 * h * averages[_LOST]
    x = grow(x - shrink if x > shrink else 0.0, h, kinds, upper, anchor, averages[_AMPLITUDE], lengths, supply)
    if x < shrink and 2.0 * shrink > _NOTHING_M:
        return math.nan
    return x - shrink if x > shrink else 0.0


@kernel
def _crossing(temperatures: Any, pressures: Any, segment: int, table: Any, first: float, step: float) -> float:
    """Share of a segment after which the pressure crosses the dissociation pressure and the rate has a kink; or 1."""
    if table[0] == -math.inf:
        return 1.0
    T0, dT = temperatures[segment], temperatures[segment + 1] - temperatures[segment]
    p0, dp = pressures[segment], pressures[segment + 1] - pressures[segment]
    before = p0 > math.exp(_ln_dissociation(1.0 / T0, table, first, step))
    after = p0 + dp > math.exp(_ln_dissociation(1.0 / (T0 + dT), table, first, step))
    if before == after:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        inverse = 1.0 / (T0 + middle * dT)
        if (p0 + middle * dp > math.exp(_ln_dissociation(inverse, table, first, step))) == before:
            low = middle
        else:
            high = middle
    return high


@kernel
def _follow(
    times: Any,
    temperatures: Any,
    pressures: Any,
    kinds: Any,
    upper: Any,
    anchor: int,
    constants: Any,
    table: Any,
    first: float,
    step: float,
    start: float,
    loss: Any,
    film: Any,
    tolerance: float,
    thickness: Any,
    left: Any,
) -> None:
    """Fill the thickness and the film's share of one substance and draw at every corner."""
    columns = _FIRST + 2 * kinds.size
    known, averages, lengths = np.zeros((5, columns)), np.zeros(2 * columns), np.zeros(kinds.size)
    film_on = film[0] > 0.0
    x, ln_left, steps = start, 0.0, 0
    thickness[0] = x
    left[0] = 1.0 if film_on else 0.0
    only_growth = loss[0] == -math.inf
    for segment in range(times.size - 1):
        length = times[segment + 1] - times[segment]
        T_rate = (temperatures[segment + 1] - temperatures[segment]) / length
        p_rate = (pressures[segment + 1] - pressures[segment]) / length
        edge = _crossing(temperatures, pressures, segment, table, first, step) * length
        done, h = 0.0, length
        # at the corner itself: the end of the last step is there but for a rounded rest, which may cross p_eq
        T, p = temperatures[segment], pressures[segment]
        _at(T, p, kinds, anchor, constants, table, first, step, loss, film, known[0])
        while done < length:
            target = edge if done < edge else length
            h = min(h, target - done)
            if target - done - h < 1e-12 * length:
                h = target - done
            for j in range(1, 5):
                time = done + 0.25 * j * h
                T, p = temperatures[segment] + T_rate * time, pressures[segment] + p_rate * time
                _at(T, p, kinds, anchor, constants, table, first, step, loss, film, known[j])
            if target < length and h == target - done:  # p_eq is crossed here: no rounded rest of a rate beyond it
                known[4, _AMPLITUDE] = 0.0
            if film_on:
                _feed(known, h, ln_left)
            supply, doubt = _coefficients(0, kinds, constants, known, lengths, averages, film_on)
            lost = averages[_LOST]
            whole = _step(x, h, kinds, upper, anchor, averages, lengths, supply)
            supply, doubt_1 = _coefficients(1, kinds, constants, known, lengths, averages, film_on)
            half = _step(x, 0.5 * h, kinds, upper, anchor, averages, lengths, supply)
            supply, doubt_2 = _coefficients(2, kinds, constants, known, lengths, averages, film_on)
            both = _step(half, 0.5 * h, kinds, upper, anchor, averages, lengths, supply)
            doubt = max(doubt, doubt_1, doubt_2)
            error = math.inf
            if doubt < math.inf:
                error = abs(both - whole) / 3.0 + doubt * (abs(both - x) + h * lost)
            allowed = tolerance * (abs(both) + _ABSOLUTE)
            steps += 1
            if steps > _MOST_STEPS or both == math.inf:
                return
            if not error < math.inf:  # a quartic below zero, or a loss that would empty it
                h *= 0.2
            elif error <= allowed or h < 1e-12 * length:
                done = target if h == target - done else done + h
                corrected = both + (both - whole) / 3.0
                x = max(corrected, x) if only_growth else max(corrected, 0.0)
                for j in range(5):
                    ln_left -= h * _AVERAGES[0, j] * known[j, _DECAY]
                known[0] = known[4]
                h *= min(5.0, 0.9 * (allowed / error) ** (1.0 / 3.0)) if error > 1e-6 * allowed else 5.0
            else:
                h *= max(0.1, 0.9 * (allowed / error) ** (1.0 / 3.0))
        thickness[segment + 1] = x
        left[segment + 1] = math.exp(ln_left) if film_on else 0.0


def _fill_growth(
    times: FloatArray,
    temperatures: FloatArray,
    pressures: FloatArray,
    kinds: Any,
    upper: FloatArray,
    anchor: Any,
    constants: FloatArray,
    table: FloatArray,
    first: float,
    step: float,
    start: FloatArray,
    loss: FloatArray,
    film: FloatArray,
    tolerance: float,
    thickness: FloatArray,
    left: FloatArray,
) -> None:
    """Follow every substance and draw."""
    size, draws = start.shape
    for index in prange(size * draws):
        n, d = index // draws, index % draws
        _follow(
            times, temperatures, pressures, kinds[n], upper[n], anchor[n], constants[n, d], table[n], first, step,
            start[n, d], loss[n, d], film[n, d], tolerance, thickness[n, d], left[n, d],
        )  # fmt: skip


_fill: Any = kernel(_fill_growth)
_fill_parallel: Any = parallel_kernel(_fill_growth)
