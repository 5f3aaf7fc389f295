"""Rosenbrock's method RODAS for several candidates in step: the compiled half of `mass_action`.

All work arrays are (things, lanes): a candidate is a column, and the innermost loop runs over candidates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import CONTRACT, FloatArray, kernel
from finechem_kernels.crossings import crossing, interpolate, sum_of_concentrations, sum_of_rates
from finechem_kernels.reaction_network import (
    Network,
    factorize,
    fill_changes,
    fill_constants,
    fill_jacobian,
    fill_rates,
    solve,
)

__all__ = ["integrate_candidates"]

GAMMA = 0.25
A21 = 1.544
A31, A32 = 0.9466785280815826, 0.2557011698983284
A41, A42, A43 = 3.314825187068521, 2.896124015972201, 0.9986419139977817
A51, A52, A53, A54 = 1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950
C21 = -5.6688
C31, C32 = -2.430093356833875, -0.2063599157091915
C41, C42, C43 = -0.1073529058151375, -9.594562251023355, -20.47028614809616
C51, C52, C53, C54 = 7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160
C61, C62, C63, C64, C65 = (
    8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054,
)  # fmt: skip
T2, T3, T4 = 0.386, 0.21, 0.63
D1, D2, D3, D4 = 0.25, -0.1043, 0.1035, -0.0362
#: First step in s, factors by which a step may shrink and grow, and safety.
FIRST_STEP, SHRINK, GROW, SAFETY = 1e-7, 0.2, 8.0, 0.9


def _add2(out: FloatArray, y: FloatArray, n: int, a: float, x1: FloatArray, b: float, x2: FloatArray) -> None:
    for i in range(n):
        for w in range(out.shape[1]):
            out[i, w] = y[i, w] + a * x1[i, w] + b * x2[i, w]


def _add4(
    out: FloatArray, y: FloatArray, n: int, s: tuple[float, float, float, float], x1: FloatArray, x2: FloatArray,
    x3: FloatArray, x4: FloatArray,
) -> None:  # fmt: skip
    for i in range(n):
        for w in range(out.shape[1]):
            out[i, w] = y[i, w] + s[0] * x1[i, w] + s[1] * x2[i, w] + s[2] * x3[i, w] + s[3] * x4[i, w]


def _right(
    out: FloatArray, f: FloatArray, inverse: FloatArray, s: tuple[float, float, float, float, float], x1: FloatArray,
    x2: FloatArray, x3: FloatArray, x4: FloatArray, x5: FloatArray,
) -> None:  # fmt: skip
    """Set f + (s1 x1 + ... + s5 x5) / h; arrays of factors zero are never read beyond their finite content."""
    for i in range(out.shape[0]):
        for w in range(out.shape[1]):
            total = s[0] * x1[i, w] + s[1] * x2[i, w] + s[2] * x3[i, w] + s[3] * x4[i, w] + s[4] * x5[i, w]
            out[i, w] = f[i, w] + inverse[w] * total


_add2 = kernel(_add2, fastmath=CONTRACT)
_add4 = kernel(_add4, fastmath=CONTRACT)
_right = kernel(_right, fastmath=CONTRACT)


def integrate_candidates(
    network: Network,
    log_factors: FloatArray,
    energies: FloatArray,
    initial: FloatArray,
    times: FloatArray,
    temperatures: FloatArray,
    program: NDArray[np.int64],
    outputs: FloatArray,
    weights: FloatArray,
    rate_weights: FloatArray,
    levels: FloatArray,
    stop: bool,
    rtol: float,
    atol: FloatArray,
    max_steps: int,
    lanes: int,
    first: int,
    last: int,
    found: FloatArray,
    final: FloatArray,
    final_time: FloatArray,
    events: FloatArray,
    steps: NDArray[np.int64],
    failed: NDArray[np.bool_],
) -> None:
    """Integrate candidates `first` to `last`; arguments as for `mass_action.integrate`."""
    n, reactions, sums = initial.shape[1], log_factors.shape[1], len(weights)
    happenings = sums + len(rate_weights)
    y, u, new = np.zeros((n + 1, lanes)), np.zeros((n + 1, lanes)), np.zeros((n + 1, lanes))
    y[n], u[n], new[n] = 1.0, 1.0, 1.0
    log_factor, energy = np.full((reactions, lanes), -300.0), np.zeros((reactions, lanes))
    constant, stage_constant = np.zeros((reactions, lanes)), np.zeros((reactions, lanes))
    rate, partial = np.zeros((reactions, lanes)), np.zeros((2 * reactions, lanes))
    f, by_time, stages = np.zeros((n, lanes)), np.zeros((n, lanes)), np.zeros((6, n, lanes))
    entries = len(network.jacobian_start) - 1
    jacobian, factors = np.zeros((entries, lanes)), np.zeros((entries, lanes))
    t, h, wanted, old_error, old_step = np.zeros(lanes), np.ones(lanes), np.ones(lanes), np.ones(lanes), np.ones(lanes)
    shift, inverse, slope, here, there = np.ones(lanes), np.ones(lanes), np.zeros(lanes), np.ones(lanes), np.ones(lanes)
    target, before, level = np.zeros(lanes), np.zeros((happenings, lanes)), np.zeros((happenings, lanes))
    who, piece, output, waiting = (
        np.full(lanes, -1), np.zeros(lanes, np.int64), np.zeros(lanes, np.int64), np.zeros(lanes, np.int64)
    )  # fmt: skip
    rejected = np.zeros(lanes, np.bool_)
    k1, k2, k3, k4, k5, k6 = stages[0], stages[1], stages[2], stages[3], stages[4], stages[5]
    following, running, ramped = first, 0, False
    for w in range(lanes):
        here[w] = 300.0
    while True:
        # An idle lane takes the next candidate.
        fresh = False
        for w in range(lanes):
            if who[w] >= 0 or following >= last:
                continue
            c = following
            following += 1
            running += 1
            fresh = True
            who[w], piece[w], output[w], waiting[w] = c, 0, 0, happenings
            t[w], h[w], wanted[w], old_error[w], rejected[w] = 0.0, FIRST_STEP, FIRST_STEP, 1.0, False
            for i in range(n):
                y[i, w] = initial[c, i]
            for r in range(reactions):
                log_factor[r, w], energy[r, w] = log_factors[c, r], energies[c, r]
            here[w] = temperatures[program[c], 0]
            while output[w] < outputs.shape[1] and outputs[c, output[w]] <= 0.0:
                for i in range(n):
                    found[c, output[w], i] = y[i, w]
                output[w] += 1
            for v in range(happenings):
                level[v, w] = levels[c, v]
                if v < sums:
                    before[v, w] = sum_of_concentrations(0.0, w, weights[v], y, y, stages)
                else:
                    before[v, w] = sum_of_rates(
                        network, 0.0, w, rate_weights[v - sums], y, y, stages, log_factor, energy, here[w]
                    )
        if running == 0:
            break
        # Steps end on corners; the temperature is linear within one.
        ramp = False
        for w in range(lanes):
            if who[w] < 0:
                continue
            g = program[who[w]]
            while t[w] >= times[g, piece[w] + 1]:
                piece[w] += 1
            corner = times[g, piece[w] + 1]
            length = corner - times[g, piece[w]]
            slope[w] = (temperatures[g, piece[w] + 1] - temperatures[g, piece[w]]) / length
            here[w] = temperatures[g, piece[w]] + slope[w] * (t[w] - times[g, piece[w]])
            ramp = ramp or slope[w] != 0.0
            wanted[w] = h[w]
            target[w] = t[w] + h[w]
            if target[w] > corner - 1e-3 * h[w]:
                h[w], target[w] = corner - t[w], corner
            inverse[w] = 1.0 / h[w]
            shift[w] = inverse[w] / GAMMA
        if ramp or fresh or ramped:
            fill_constants(log_factor, energy, here, constant)
        now = stage_constant if ramp else constant
        fill_rates(network, constant, y, rate)
        fill_changes(network, rate, f)
        fill_jacobian(network, constant, y, partial, jacobian)
        factorize(network, jacobian, shift, factors)
        if ramp:
            for r in range(reactions):
                for w in range(lanes):
                    rate[r, w] *= energy[r, w] * slope[w] * h[w] / (here[w] * here[w])
            fill_changes(network, rate, by_time)
        elif ramped:
            by_time[:] = 0.0
        ramped = ramp
        # Six stages.
        for i in range(n):
            for w in range(lanes):
                k1[i, w] = f[i, w] + D1 * by_time[i, w]
        solve(network, factors, k1)
        for s in range(1, 5):
            if s == 1:
                at, d = T2, D2
                _add2(u, y, n, A21, k1, 0.0, k1)
            elif s == 2:
                at, d = T3, D3
                _add2(u, y, n, A31, k1, A32, k2)
            elif s == 3:
                at, d = T4, D4
                _add4(u, y, n, (A41, A42, A43, 0.0), k1, k2, k3, k3)
            else:
                at, d = 1.0, 0.0
                _add4(u, y, n, (A51, A52, A53, A54), k1, k2, k3, k4)
            if ramp:
                for w in range(lanes):
                    there[w] = here[w] + slope[w] * at * h[w]
                fill_constants(log_factor, energy, there, stage_constant)
            fill_rates(network, now, u, rate)
            fill_changes(network, rate, f)
            if s == 1:
                _right(k2, f, inverse, (C21, 0.0, 0.0, 0.0, 0.0), k1, k1, k1, k1, k1)
            elif s == 2:
                _right(k3, f, inverse, (C31, C32, 0.0, 0.0, 0.0), k1, k2, k1, k1, k1)
            elif s == 3:
                _right(k4, f, inverse, (C41, C42, C43, 0.0, 0.0), k1, k2, k3, k1, k1)
            else:
                _right(k5, f, inverse, (C51, C52, C53, C54, 0.0), k1, k2, k3, k4, k1)
            if ramp and s < 4:
                for i in range(n):
                    for w in range(lanes):
                        stages[s, i, w] += d * by_time[i, w]
            solve(network, factors, stages[s])
        _add2(u, u, n, 1.0, k5, 0.0, k5)
        fill_rates(network, now, u, rate)
        fill_changes(network, rate, f)
        _right(k6, f, inverse, (C61, C62, C63, C64, C65), k1, k2, k3, k4, k5)
        solve(network, factors, k6)
        _add2(new, u, n, 1.0, k6, 0.0, k6)
        # Accept or reject, each lane for itself.
        for w in range(lanes):
            c = who[w]
            if c < 0:
                continue
            error = 0.0
            for i in range(n):
                part = k6[i, w] / (atol[i] + rtol * max(abs(y[i, w]), abs(new[i, w])))
                error += part * part
            error = max(np.sqrt(error / n), 1e-10)
            if not error <= 1.0:
                rejected[w] = True
                steps[c, 1] += 1
                h[w] *= max(SHRINK, SAFETY * error**-0.25) if error < 1e300 else SHRINK
                if steps[c, 0] + steps[c, 1] >= max_steps or h[w] <= 1e-14 * t[w] or h[w] < 1e-100:
                    failed[c] = True
            else:
                steps[c, 0] += 1
                while output[w] < outputs.shape[1] and outputs[c, output[w]] <= target[w]:
                    theta = min((outputs[c, output[w]] - t[w]) * inverse[w], 1.0)
                    for i in range(n):
                        found[c, output[w], i] = interpolate(theta, w, i, y, new, stages)
                    output[w] += 1
                for v in range(happenings):
                    if events[c, v] == events[c, v]:
                        continue
                    theta, value = crossing(
                        network, v, w, weights, rate_weights, level[v, w], before[v, w], y, new, stages, log_factor,
                        energy, here[w], slope[w] * h[w],
                    )  # fmt: skip
                    before[v, w] = value
                    if theta >= 0.0:
                        events[c, v] = t[w] + theta * h[w]
                        waiting[w] -= 1
                growth = SAFETY * error**-0.25
                if steps[c, 0] > 1:  # Gustafsson: errors that grow from step to step go on growing
                    growth = min(growth, SAFETY * h[w] / old_step[w] * (old_error[w] / (error * error)) ** 0.25)
                growth = min(max(growth, SHRINK), 1.0 if rejected[w] else GROW)
                old_step[w], old_error[w], rejected[w] = h[w], max(error, 1e-2), False
                h[w] = max(h[w] * growth, wanted[w]) if h[w] < wanted[w] and growth >= 1.0 else h[w] * growth
                t[w] = target[w]
                for i in range(n):  # numbers so small that they slow the processor down are nothing
                    y[i, w] = new[i, w] if abs(new[i, w]) > 1e-100 else 0.0
                if t[w] >= times[program[c], times.shape[1] - 1] or (stop and happenings > 0 and waiting[w] == 0):
                    who[w] = -1
                elif steps[c, 0] + steps[c, 1] >= max_steps:
                    failed[c] = True
            if failed[c]:
                who[w] = -1
            if who[w] < 0:
                running -= 1
                final_time[c] = t[w]
                for i in range(n):
                    final[c, i] = y[i, w]


integrate_candidates = kernel(integrate_candidates, fastmath=CONTRACT)
