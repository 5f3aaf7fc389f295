"""Cure kinetics: closed forms, events, and an independent integrator."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.integrate import RK45, quad, solve_ivp

from finechem_kernels import cure_lanes as lanes_of
from finechem_kernels import elementary
from finechem_kernels.cure import CHERN_POEHLEIN, COLUMNS, FREE_VOLUME, NO_DIFFUSION, CureRuns, integrate_cure

GAS_CONSTANT = 8.31446261815324
HOLD = ((0.0, 3600.0), (400.0, 400.0))


def row(**given: float) -> list[float]:
    """Return a row of kinetics; what is not given does nothing."""
    plain = dict.fromkeys(COLUMNS, 0.0) | {
        "log_A1": -math.inf, "log_A2": -math.inf, "m": 1.0, "n": 1.0, "tg_0_K": math.nan, "tg_rise_K": math.nan,
        "lambda": math.nan, "gel_conversion": math.nan, "target_conversion": math.nan,
    }  # fmt: skip
    return list((plain | given).values())


def run(rows: Any, program: Any = HOLD, initial: Any = 0.0, **options: Any) -> CureRuns:
    """Integrate every row through one program."""
    rows = np.atleast_2d(np.array(rows))
    times, temperatures = program
    count = len(rows)
    options = {"parallel": False, "tolerance": 1e-9} | options
    return integrate_cure(
        rows, np.array(times), np.array(temperatures), np.array([0, len(times)]),
        kinetics_of=np.arange(count), program_of=np.zeros(count, dtype=int),
        initial_conversion=np.full(count, initial), **options,
    )  # fmt: skip


def test_elementary_functions() -> None:
    x = np.concatenate([np.linspace(-699, 699, 57), np.linspace(-1e-3, 1e-3, 9)])
    found = np.array([elementary.exponential(float(value)) for value in x])
    assert np.max(np.abs(found / np.exp(x) - 1.0)) < 2e-14
    small = 1e-9
    scale, rest = elementary.exponential_parts(-small)
    assert (1.0 - scale) - scale * rest == pytest.approx(-math.expm1(-small), rel=1e-14)
    y = 10.0 ** np.linspace(-300, 300, 61)
    found = np.array([elementary.logarithm(float(value)) for value in y])
    assert np.max(np.abs(found - np.log(y)) / np.maximum(1.0, np.abs(np.log(y)))) < 5e-16
    assert elementary.exponential(-1e9) > 0.0 and math.isfinite(elementary.exponential(1e9))


@pytest.mark.parametrize("order", [0.7, 1.0, 1.5, 2.0, 3.0])
def test_order_n_isothermal(order: float) -> None:
    k, t = 6e-4, HOLD[0][1]
    found = run(row(log_A1=math.log(k), n=order, target_conversion=0.5))
    left = math.exp(-k * t) if order == 1.0 else max(1.0 + (order - 1.0) * k * t, 0.0) ** (-1.0 / (order - 1.0))
    assert found.conversion[0] == pytest.approx(1.0 - left, abs=1e-8)
    half = math.log(2) / k if order == 1.0 else (2.0 ** (order - 1.0) - 1.0) / (order - 1.0) / k
    assert found.target_time_s[0] == pytest.approx(half, rel=1e-6)


@pytest.mark.parametrize("m", [0.4, 1.0])
def test_autocatalysis_whose_orders_sum_to_two(m: float) -> None:
    """With x = a / (1 - a) it is dx/dt = k x^m."""
    k, t, start = 3e-3, HOLD[0][1], 0.01
    found = run(row(log_A2=math.log(k), m=m, n=2.0 - m), initial=start)
    x0 = start / (1.0 - start)
    x = x0 * math.exp(k * t) if m == 1.0 else (x0 ** (1.0 - m) + (1.0 - m) * k * t) ** (1.0 / (1.0 - m))
    assert found.conversion[0] == pytest.approx(x / (1.0 + x), abs=2e-8)


def test_first_order_on_a_ramp_is_the_temperature_integral() -> None:
    log_a, e = 20.0, 9000.0
    program = ((0.0, 1000.0, 2000.0), (330.0, 430.0, 380.0))
    times = np.array([[0.0, 10.0, 1000.0, 1500.0]])
    found = run(row(log_A1=log_a, E1_over_R_K=e), program, sample_times_s=times)

    def exposure(until: float) -> float:
        return float(
            quad(
                lambda t: math.exp(log_a - e / np.interp(t, *program)), 0.0, until, points=[1000.0], limit=200,
                epsrel=1e-12,
            )[0]
        )  # fmt: skip

    assert found.conversion[0] == pytest.approx(-math.expm1(-exposure(2000.0)), abs=1e-9)
    for sample, t in zip(found.samples[0], times[0], strict=True):
        assert sample == pytest.approx(-math.expm1(-exposure(t)) if t else 0.0, abs=1e-7)


def rate(alpha: float, temperature: float, c: dict[str, float], control: int) -> float:
    k1 = math.exp(c["log_A1"] - c["E1_over_R_K"] / temperature)
    k2 = math.exp(c["log_A2"] - c["E2_over_R_K"] / temperature)
    factor = 1.0
    if control == CHERN_POEHLEIN:
        factor = 1.0 / (1.0 + math.exp(c["control_1"] * (alpha - c["control_2"] - c["control_3"] * temperature)))
    if control == FREE_VOLUME:
        volume = c["control_4"] + c["control_5"] * (temperature - transition(alpha, c))
        kd = math.exp(c["control_1"] - c["control_2"] / temperature - c["control_3"] / volume) if volume > 1e-5 else 0.0
        k1, k2 = (k * kd / (k + kd) for k in (k1, k2))
    return float((k1 + k2 * alpha ** c["m"]) * (1.0 - alpha) ** c["n"] * factor)


def transition(alpha: float, c: dict[str, float]) -> float:
    return c["tg_0_K"] + c["tg_rise_K"] * c["lambda"] * alpha / (1.0 - (1.0 - c["lambda"]) * alpha)


CONTROLS = {
    NO_DIFFUSION: {},
    CHERN_POEHLEIN: {"control_1": 30.0, "control_2": -1.2, "control_3": 0.006},
    FREE_VOLUME: {
        "control_1": 43.0, "control_2": 16500.0, "control_3": 0.02, "control_4": 0.025, "control_5": 4.8e-4,
    },
}  # fmt: skip


@pytest.mark.parametrize("control", CONTROLS)
def test_against_scipy_with_events(control: int) -> None:
    c = {
        "log_A1": 10.5, "E1_over_R_K": 6600.0, "log_A2": 8.2, "E2_over_R_K": 5300.0, "m": 0.4, "n": 1.5,
        "tg_0_K": 220.0, "tg_rise_K": 150.0, "lambda": 0.37, "gel_conversion": 0.55, "target_conversion": 0.8,
    } | CONTROLS[control]  # fmt: skip
    program = ((0.0, 1500.0, 9000.0, 12000.0), (300.0, 345.0, 345.0, 300.0))
    found = run(row(**c), program, initial=0.01, control=control)
    alpha, gel, glass, target = 0.01, math.nan, math.nan, math.nan
    for (t0, t1), (low, high) in zip(pairwise(program[0]), pairwise(program[1]), strict=True):

        def temperature(t: float, t0: float = t0, t1: float = t1, low: float = low, high: float = high) -> float:
            return low + (high - low) * (t - t0) / (t1 - t0)

        events: list[Any] = [
            lambda _, y: y[0] - 0.55,
            lambda t, y, of=temperature: transition(y[0], c) - of(t),
            lambda _, y: y[0] - 0.8,
        ]
        for event in events:
            event.direction = 1.0
        solved = solve_ivp(
            lambda t, y, of=temperature: [rate(min(y[0], 1.0), of(t), c, control)], (t0, t1), [alpha],
            method="DOP853", rtol=1e-10, atol=1e-12, events=events,
        )  # fmt: skip
        alpha = float(solved.y[0, -1])
        times = [item[0] if len(item) else math.nan for item in solved.t_events]
        gel, glass, target = (
            before if before == before else now for before, now in zip((gel, glass, target), times, strict=True)
        )
    assert found.conversion[0] == pytest.approx(alpha, abs=1e-7)
    assert found.gel_time_s[0] == pytest.approx(gel, rel=1e-6)
    assert found.vitrification_time_s[0] == pytest.approx(glass, rel=1e-6, nan_ok=True)
    assert found.target_time_s[0] == pytest.approx(target, rel=1e-6, nan_ok=True)
    assert math.isfinite(gel) and math.isfinite(glass)


def test_what_starts_gelled_or_as_a_glass_says_so() -> None:
    c = {"log_A1": -9.0, "tg_0_K": 410.0, "tg_rise_K": 50.0, "lambda": 0.5, "gel_conversion": 0.3}
    found = run(row(**c), initial=0.4)
    assert found.gel_time_s[0] == 0.0 and found.vitrification_time_s[0] == 0.0
    assert math.isnan(found.target_time_s[0])


def test_what_is_cured_early_still_cools_into_a_glass() -> None:
    program = ((0.0, 1000.0, 1500.0, 2500.0), (400.0, 400.0, 450.0, 250.0))
    found = run(row(log_A1=0.0, tg_0_K=250.0, tg_rise_K=100.0, **{"lambda": 0.5}), program)
    assert found.conversion[0] == 1.0 and found.steps[0] < 500
    assert found.vitrification_time_s[0] == pytest.approx(2000.0)


def test_more_pairs_than_lanes_come_out_one_by_one_the_same() -> None:
    count = lanes_of.LANES + 7
    rows = [
        row(log_A1=-9.0 + 0.05 * i, log_A2=-7.0, m=0.5, n=1.0 + 0.02 * i, target_conversion=0.3) for i in range(count)
    ]
    together = run(rows, tolerance=1e-6)
    assert np.all(np.diff(together.target_time_s[:20]) < 0.0)
    for index in (0, 3, count - 1):
        alone = run(rows[index], tolerance=1e-6)
        for one, many in zip(alone, together, strict=True):
            np.testing.assert_array_equal(one, many[index : index + 1])
    shared = run(rows, tolerance=1e-6, parallel=True)
    np.testing.assert_array_equal(shared.conversion, together.conversion)


def test_complete_cure_and_no_cure() -> None:
    fast, none = run([row(log_A1=5.0), row()]).conversion
    assert fast == 1.0 and none < 1e-290


def test_the_pair_is_dormand_and_prince_s() -> None:
    """The interpolant, against scipy's with slopes of our own; order conditions are checked by convergence below."""
    lanes = np.ones(lanes_of.ROWS * lanes_of.LANES)
    for at, slope in zip(
        (lanes_of.K1, lanes_of._K3, lanes_of._K4, lanes_of._K5, lanes_of._K6, lanes_of._K7), range(1, 7), strict=True
    ):
        lanes[at] = float(slope)
    stages = np.array([1.0, 0.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    lanes[lanes_of.Y], lanes[lanes_of.STEP] = 0.0, 0.5
    for share in (0.0, 0.3, 1.0):
        powers = share ** np.arange(1, 5)
        assert lanes_of.interpolated(lanes, 0, share) == pytest.approx(0.5 * stages @ RK45.P @ powers, abs=1e-14)


def test_the_error_falls_with_the_tolerance() -> None:
    c = {"log_A1": -9.0, "log_A2": -6.0, "m": 0.9, "n": 1.6}
    exact = run(row(**c), tolerance=1e-12).conversion[0]
    errors = [abs(run(row(**c), tolerance=10.0**-digits).conversion[0] - exact) for digits in (4, 6, 8, 10)]
    assert all(later < before for before, later in pairwise(errors)) and errors[-1] < 1e-9
