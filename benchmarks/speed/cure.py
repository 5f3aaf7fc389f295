"""Cure of many (kinetics, program) pairs: the kernel against a vectorised numpy RK4 at equal error, and scipy's LSODA.

Kinetics of Kamal and Sourour drawn around published epoxies, with the diffusion control of Chern and Poehlein or with a
free-volume rate in series, through two ramps, two holds and a cooling. The kernel also finds gelation, vitrification
and a target conversion; its peers only integrate.

The numpy peer takes all pairs of a block, small enough to stay in cache, through one number of steps a segment; the
rate constants of a temperature are computed once and serve two stages. That number is the smallest (of powers of the
fourth root of 2) with a largest error in conversion of at most 1.4e-5 over a sample of pairs, the kernel's tolerance
the largest power of √10 with at most the error the peer reached, both against the kernel at 1e-11; what was chosen and
reached is printed to stderr. LSODA is scipy's, by solve_ivp and by odeint, one call a segment, rtol = atol = 1e-6, its
right-hand side plain Python. "error" is the largest difference of both final conversions.
"""

# ruff: noqa: I001
from __future__ import annotations

import math
import sys
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _timing import compare, options, report, thread_counts  # before numpy: it sets threads
import numpy as np
from finechem_kernels.cure import CHERN_POEHLEIN, FREE_VOLUME, integrate_cure
from scipy.integrate import odeint, solve_ivp

GAS_CONSTANT, AIM, BLOCK, PROGRAMS = 8.31446261815324, 1.4e-5, 500, 200
NAMES = {CHERN_POEHLEIN: "Chern-Poehlein", FREE_VOLUME: "free volume"}


def candidates(pairs: int, control: int) -> dict[str, Any]:
    """Return the arguments of `integrate_cure`: every pair has its own kinetics."""
    rng = np.random.default_rng(4)
    programs = []
    for _ in range(PROGRAMS):
        first, second = rng.uniform(340.0, 390.0), rng.uniform(400.0, 460.0)
        lasts = np.array([rng.uniform(1000.0, 3000.0), 3600.0, rng.uniform(1000.0, 3000.0), 7200.0, 3000.0])
        programs.append((np.concatenate([[0.0], np.cumsum(lasts)]), [300.0, first, first, second, second, 300.0]))
    e1, e2 = rng.uniform(60e3, 85e3, pairs) / GAS_CONSTANT, rng.uniform(45e3, 70e3, pairs) / GAS_CONSTANT
    kinetics = np.zeros((pairs, 16))
    kinetics[:, 0], kinetics[:, 1] = math.log(10.0) * rng.uniform(-5.0, -3.0, pairs) + e1 / 400.0, e1
    kinetics[:, 2], kinetics[:, 3] = math.log(10.0) * rng.uniform(-3.5, -2.2, pairs) + e2 / 400.0, e2
    kinetics[:, 4], kinetics[:, 5] = rng.uniform(0.3, 1.2, pairs), rng.uniform(1.0, 2.5, pairs)
    if control == CHERN_POEHLEIN:
        kinetics[:, 6], kinetics[:, 7], kinetics[:, 8] = rng.uniform(20.0, 50.0, pairs), -1.5, 0.0055
    else:
        kinetics[:, 6], kinetics[:, 7], kinetics[:, 8] = math.log(7e18), 137.3e3 / GAS_CONSTANT, 0.009
        kinetics[:, 9], kinetics[:, 10] = 0.025, 0.00048
    kinetics[:, 11], kinetics[:, 12] = 250.0, rng.uniform(100.0, 200.0, pairs)
    kinetics[:, 13], kinetics[:, 14], kinetics[:, 15] = rng.uniform(0.3, 0.8, pairs), 0.58, 0.9
    return {
        "kinetics": kinetics,
        "times_s": np.concatenate([times for times, _ in programs]),
        "temperatures_K": np.concatenate([temperatures for _, temperatures in programs]),
        "program_starts": 6 * np.arange(PROGRAMS + 1),
        "kinetics_of": np.arange(pairs),
        "program_of": rng.integers(0, PROGRAMS, pairs),
        "initial_conversion": rng.uniform(0.0, 0.02, pairs),
        "control": control,
    }


def numpy_conversion(c: dict[str, Any], steps: int) -> Any:
    """Return the conversion at the end by RK4 with a number of steps a segment."""
    found = np.empty(len(c["kinetics_of"]))
    times, temperatures = c["times_s"].reshape(PROGRAMS, 6), c["temperatures_K"].reshape(PROGRAMS, 6)
    for start in range(0, len(found), BLOCK):
        block = slice(start, start + BLOCK)
        of = c["program_of"][block]
        k = c["kinetics"][block].T.copy()
        alpha = c["initial_conversion"][block].copy()
        for segment in range(5):
            h = (times[of, segment + 1] - times[of, segment]) / steps
            low = temperatures[of, segment]
            rise = (temperatures[of, segment + 1] - low) / (2 * steps)
            now = constants(low, k)
            for step in range(steps):
                half = constants(low + (2 * step + 1) * rise, k)
                after = constants(low + (2 * step + 2) * rise, k)
                one = rate(alpha, now, k, c["control"])
                two = rate(alpha + 0.5 * h * one, half, k, c["control"])
                three = rate(alpha + 0.5 * h * two, half, k, c["control"])
                four = rate(alpha + h * three, after, k, c["control"])
                alpha = alpha + h / 6.0 * (one + 2.0 * (two + three) + four)
                now = after
        found[block] = alpha
    return found


def constants(temperature: Any, k: Any) -> tuple[Any, ...]:
    minus = -1.0 / temperature
    return np.exp(k[0] + k[1] * minus), np.exp(k[2] + k[3] * minus), k[6] + k[7] * minus, temperature


def rate(alpha: Any, constant: tuple[Any, ...], k: Any, control: int) -> Any:
    k1, k2, log_kd, temperature = constant
    alpha = np.clip(alpha, 0.0, 1.0)
    if control == FREE_VOLUME:
        transition = k[11] + k[12] * k[13] * alpha / (1.0 - alpha + k[13] * alpha)
        volume = np.maximum(k[9] + k[10] * (temperature - transition), 1e-9)
        kd = np.exp(np.maximum(log_kd - k[8] / volume, -700.0))
        k1, k2 = k1 * kd / (k1 + kd), k2 * kd / (k2 + kd)
    found = (k1 + k2 * alpha ** k[4]) * (1.0 - alpha) ** k[5]
    if control == CHERN_POEHLEIN:
        found = found / (1.0 + np.exp(k[6] * (alpha - k[7] - k[8] * temperature)))
    return found


def lsoda_conversion(c: dict[str, Any], *, old: bool) -> Any:
    times, temperatures = c["times_s"].reshape(PROGRAMS, 6), c["temperatures_K"].reshape(PROGRAMS, 6)
    found = []
    for k, program, alpha in zip(c["kinetics"].tolist(), c["program_of"], c["initial_conversion"], strict=True):
        for segment in range(5):
            span = times[program, segment + 1] - times[program, segment]
            low, high = temperatures[program, segment].item(), temperatures[program, segment + 1].item()
            arguments = (k, low, (high - low) / span.item(), c["control"])
            if old:
                solved = odeint(
                    plain_rate, alpha, (0.0, span), args=arguments, tfirst=True, rtol=1e-6, atol=1e-6, tcrit=[span]
                )
                alpha = solved[-1, 0]
            else:
                solved = solve_ivp(
                    plain_rate, (0.0, span), [alpha], method="LSODA", args=arguments, rtol=1e-6, atol=1e-6
                )
                alpha = solved.y[0, -1]
        found.append(alpha)
    return np.array(found)


def plain_rate(t: float, state: Any, k: list[float], low: float, ramp: float, control: int) -> float:
    alpha = min(max(float(state[0]), 0.0), 1.0)
    temperature = low + ramp * t
    k1, k2 = math.exp(k[0] - k[1] / temperature), math.exp(k[2] - k[3] / temperature)
    if control == FREE_VOLUME:
        transition = k[11] + k[12] * k[13] * alpha / (1.0 - alpha + k[13] * alpha)
        volume = max(k[9] + k[10] * (temperature - transition), 1e-9)
        kd = math.exp(max(k[6] - k[7] / temperature - k[8] / volume, -700.0))
        k1, k2 = k1 * kd / (k1 + kd), k2 * kd / (k2 + kd)
    found: float = (k1 + k2 * alpha ** k[4]) * (1.0 - alpha) ** k[5]
    if control == CHERN_POEHLEIN:
        found /= 1.0 + math.exp(k[6] * (alpha - k[7] - k[8] * temperature))
    return found


def equal_error(control: int, pairs: int) -> tuple[int, float]:
    """Return the peer's steps a segment and the kernel's tolerance with the same largest error."""
    c = candidates(pairs, control)
    exact = integrate_cure(**c, tolerance=1e-11, parallel=False).conversion
    for quarter in range(20, 48):
        steps = round(2.0 ** (quarter / 4))
        aim = float(np.max(np.abs(numpy_conversion(c, steps) - exact)))
        if aim <= AIM:
            break
    for tenths in range(8, 21):
        tolerance = 10.0 ** (-tenths / 2)
        error = np.max(np.abs(integrate_cure(**c, tolerance=tolerance, parallel=False).conversion - exact))
        if error <= aim:
            break
    print(
        f"{NAMES[control]}: numpy {steps} steps a segment, error {aim:.1e}; kernel {tolerance:.0e}, {error:.1e}",
        file=sys.stderr,
    )
    return steps, tolerance


def largest_difference(ours: Any, theirs: Any) -> float:
    return float(np.max(np.abs(ours.conversion - theirs)))


def main() -> None:
    arguments = options(__doc__)
    many, few, sample = (2_000, 64, 2_000) if arguments.quick else (100_000, 640, 20_000)
    rows = []
    for control, name in NAMES.items():
        steps, tolerance = equal_error(control, sample)
        for threads in thread_counts():
            for pairs, peer, function in (
                (many, f"numpy RK4, {5 * steps} steps", partial(numpy_conversion, steps=steps)),
                (few, "scipy solve_ivp LSODA", partial(lsoda_conversion, old=False)),
                (few, "scipy odeint", partial(lsoda_conversion, old=True)),
            ):
                if threads > 1 and pairs == few:
                    continue  # fewer than a thread takes at a time
                c = candidates(pairs, control)
                run = partial(integrate_cure, **c, tolerance=tolerance, parallel=threads > 1)
                rows.append(
                    compare(
                        f"{name}, {pairs} pairs", peer, run, partial(function, c), largest_difference,
                        threads=threads, repeats=3,
                    )
                )  # fmt: skip
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
