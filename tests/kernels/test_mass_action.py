"""Mass action: exact solutions, conservation, order of convergence, corners, events, and scipy's Radau."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from finechem_kernels._jit import numba
from finechem_kernels.mass_action import Integration, compile_network, integrate

COMPILED = not numba.config.DISABLE_JIT
"""Uncompiled, a step takes a thousand times as long."""
NONE = -1
#: Robertson's network: A -> B, B + B -> C + B, B + C -> A + C.
ROBERTSON = compile_network([[0, NONE], [1, 1], [1, 2]], [[-1, 0, 1], [1, -1, -1], [0, 1, 0]])
ROBERTSON_K = np.log([0.04, 3e7, 1e4])
#: A chain with a branch, a constant source, a loss and a reaction with itself; 5 species.
REACTANTS = [[NONE, NONE], [0, 1], [1, 1], [2, NONE], [2, 3], [3, 3], [4, NONE]]
CHANGES = np.array(
    [
        [1, -1, 0, 0, 0, 0, 0],
        [1, -1, -2, 0, 1, 0, 0],
        [0, 1, 1, -1, -1, 0, 0],
        [0, 0, 0, 2, -1, -2, 0],
        [0, 0, 0, 0, 0, 1, -1],
    ],
    dtype=float,
)
CHAIN = compile_network(REACTANTS, CHANGES)
CHAIN_E = np.array([0.0, 6000.0, 3000.0, 9000.0, 4000.0, 1000.0, 5000.0])
CHAIN_A = np.log([0.05, 0.02, 0.5, 1.0, 1e2, 1e5, 0.02]) + CHAIN_E / 400.0
CHAIN_START = [1.0, 0.5, 0.1, 0.0, 0.0]


def radau(
    times: list[float], temperatures: list[float], at: Any, initial: Any = CHAIN_START, factors: Any = CHAIN_A
) -> Any:
    """The chain by scipy, started anew at every corner of the program."""
    padded = np.where(np.array(REACTANTS) < 0, 5, REACTANTS)

    def right(t: float, c: Any) -> Any:
        k = np.exp(factors - CHAIN_E / np.interp(t, times, temperatures))
        return CHANGES @ (k * np.append(c, 1.0)[padded].prod(axis=1))

    state, found = np.array(initial), []
    for start, end in pairwise(times):
        wanted = [t for t in at if start < t <= end]
        run = solve_ivp(right, (start, end), state, "Radau", t_eval=sorted({*wanted, end}), rtol=1e-11, atol=1e-14)
        found += run.y.T[: len(wanted)].tolist()
        state = run.y[:, -1]
    return np.array(found)


def test_first_order_loss_through_a_ramp_is_the_integral_of_its_rate() -> None:
    network = compile_network([[0, NONE]], [[-1]])
    found = integrate(network, [20.0], [9000.0], [2.0], [0.0, 100.0], [300.0, 500.0], rtol=1e-7, atol=1e-12)
    t = np.linspace(0, 100, 20001)
    exposure = np.trapezoid(np.exp(20.0 - 9000.0 / (300 + 2 * t)), t)
    assert found.final[0, 0] == pytest.approx(2.0 * np.exp(-exposure), rel=2e-6)


def test_a_reaction_with_itself_and_one_with_another() -> None:
    """2 A -> B from 1: A = 1 / (1 + 2 k t). A + B -> with equal amounts: 1 / (1 + k t)."""
    twice = integrate(compile_network([[0, 0]], [[-2], [1]]), [0.5], [0.0], [1.0, 0.0], [0, 10], [300, 300], rtol=1e-8)
    assert twice.final[0] == pytest.approx([1 / (1 + 20 * np.exp(0.5)), 0.5 - 0.5 / (1 + 20 * np.exp(0.5))], rel=1e-6)
    pair = integrate(compile_network([[0, 1]], [[-1], [-1]]), [0.5], [0.0], [1.0, 1.0], [0, 10], [300, 300], rtol=1e-8)
    assert pair.final[0] == pytest.approx(1 / (1 + 10 * np.exp(0.5)), rel=1e-6)


def test_exchange_approaches_saturation() -> None:
    """k (c_s - c), a source and a loss: c = c_s (1 - exp(-k t))."""
    network = compile_network([[NONE, NONE], [0, NONE]], [[1, -1]])
    found = integrate(network, np.log([0.3 * 4.0, 0.3]), [0, 0], [0.0], [0, 5], [300, 300], rtol=1e-8, atol=1e-12)
    assert found.final[0, 0] == pytest.approx(4.0 * (1 - np.exp(-1.5)), rel=1e-7)


def test_robertson_conserves_and_agrees_with_the_published_end() -> None:
    """Its sum stays 1 to rounding, and it passes scipy's tight solution at t = 1e4."""

    def right(_: float, c: Any) -> Any:
        r = np.exp(ROBERTSON_K) * [c[0], c[1] ** 2, c[1] * c[2]]
        return [-r[0] + r[2], r[0] - r[1] - r[2], r[1]]

    end = 1e4 if COMPILED else 10.0
    found = integrate(ROBERTSON, ROBERTSON_K, [0, 0, 0], [1.0, 0, 0], [0, end], [300, 300], rtol=1e-7, atol=1e-13)
    exact = solve_ivp(right, (0, end), [1.0, 0, 0], "Radau", rtol=1e-10, atol=1e-15).y[:, -1]
    assert found.final[0] == pytest.approx(exact, rel=1e-6)
    assert found.final[0].sum() == pytest.approx(1.0, abs=1e-13)


def test_chain_through_a_program_with_corners_agrees_with_radau() -> None:
    """Many candidates at once, each with the same answer, whatever its lane; outputs lie inside steps."""
    times, temperatures = [0.0, 20.0, 60.0, 65.0, 120.0], [350.0, 480.0, 480.0, 400.0, 430.0]
    at = [0.0, 3.0, 20.0, 41.7, 62.0, 120.0]
    count = 40 if COMPILED else 1
    run = integrate(
        CHAIN,
        np.tile(CHAIN_A, (count, 1)),
        CHAIN_E,
        CHAIN_START,
        times,
        temperatures,
        outputs=at,
        rtol=1e-6,
        atol=1e-11,
    )
    exact = np.vstack([CHAIN_START, radau(times, temperatures, at)])
    assert np.abs(run.concentrations[:, 1:] / exact[1:] - 1).max() < 2e-5
    assert np.abs(run.final / exact[-1] - 1).max() < 5e-6
    assert not run.failed.any()
    assert np.ptp(run.concentrations, axis=0).max() == 0.0


def test_lanes_and_threads_change_nothing() -> None:
    """Candidates differ, some take ten times the steps: each is what it is alone."""
    rng = np.random.default_rng(1)
    count = 300 if COMPILED else 3
    factors = CHAIN_A + rng.normal(0, 1, (count, len(CHAIN_A)))
    settings: Any = {"rtol": 1e-3, "sums": [[0, 0, 0, 0, 1.0]], "sum_levels": [0.01]}
    program = ([0.0, 30.0, 40.0], [400.0, 450.0, 450.0])
    run = integrate(CHAIN, factors, CHAIN_E, CHAIN_START, *program, **settings)
    threads = integrate(CHAIN, factors, CHAIN_E, CHAIN_START, *program, workers=2, **settings)
    for ours, theirs in zip(run, threads, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for one in range(0, count, 97):
        alone = integrate(CHAIN, factors[one], CHAIN_E, CHAIN_START, *program, **settings)
        np.testing.assert_allclose(alone.final[0], run.final[one], rtol=1e-12)


def test_programs_are_chosen_by_candidate() -> None:
    times, temperatures = [[0.0, 10.0, 10.0], [0.0, 5.0, 12.0]], [[400.0, 400.0, 400.0], [400.0, 450.0, 380.0]]
    both = integrate(CHAIN, CHAIN_A, CHAIN_E, [CHAIN_START] * 2, times, temperatures, program=[1, 0])
    for candidate, which in ((0, 1), (1, 0)):
        last = 2 + which  # the first program repeats its end
        alone = integrate(CHAIN, CHAIN_A, CHAIN_E, CHAIN_START, times[which][:last], temperatures[which][:last])
        np.testing.assert_allclose(both.final[candidate], alone.final[0], rtol=1e-12)
        assert both.final_time[candidate] == times[which][-1]


@pytest.mark.parametrize("fast", [0.0, 6.0])
def test_order_of_convergence_on_a_ramp(fast: float) -> None:
    """With steps of one length, forced by corners, a fourth of it divides the error of slow species by about 256.

    Of fast ones by 64 or more, as is known of the method.
    A ramp makes the rates depend on time: a wrong coefficient of the time derivative would cost orders.
    """
    factors = CHAIN_A - [0, 0, 0, 0, 6.0 - fast, 8.0 - fast, 0]
    start = radau([0.0, 20.0], [400.0, 400.0], [20.0], factors=factors)[0]  # radicals at rest
    exact = radau([0.0, 20.0], [400.0, 440.0], [20.0], start, factors)[0]
    errors = []
    for pieces in (16, 64):
        corners = np.linspace(0.0, 20.0, pieces + 1)
        run = integrate(CHAIN, factors, CHAIN_E, start, corners, 400.0 + 2.0 * corners, rtol=1e9, atol=1e9)
        errors.append(np.abs(run.final[0] / exact - 1))
    orders = np.log2(errors[0] / errors[1]) / 2
    assert np.all(orders[:2] > 3.8) and orders.min() > 2.8, orders


def test_error_follows_the_tolerance() -> None:
    exact = radau([0.0, 20.0, 60.0], [350.0, 480.0, 480.0], [60.0])[0]
    for rtol in (1e-3, 1e-5, 1e-7) if COMPILED else (1e-3,):
        run = integrate(CHAIN, CHAIN_A, CHAIN_E, CHAIN_START, [0, 20, 60], [350, 480, 480], rtol=rtol, atol=1e-8 * rtol)
        assert np.abs(run.final[0] / exact - 1).max() < 10 * rtol


def decay(**events: Any) -> Integration:
    """A -> B with k = 0.1 at 400 K from 1."""
    network = compile_network([[0, NONE]], [[-1], [1]])
    return integrate(network, [np.log(0.1)], [0], [1.0, 0.0], [0, 100], [400, 400], rtol=1e-7, atol=1e-12, **events)


def test_events_of_sums_and_rates() -> None:
    """B reaches 1 - 1/e after 10 s; minus the rate, -k A, rises through -0.05 after 10 ln 2; A is never above 2."""
    run = decay(sums=[[0, 1.0], [1.0, 0]], sum_levels=[1 - np.exp(-1), 2.0], rate_sums=[[-1.0]], rate_levels=[-0.05])
    assert run.events[0, 0] == pytest.approx(10.0, rel=1e-5)
    assert np.isnan(run.events[0, 1])
    assert run.events[0, 2] == pytest.approx(10 * np.log(2), rel=1e-5)
    assert run.final_time[0] == 100.0


def test_stop_ends_a_candidate_with_its_last_event() -> None:
    run = decay(sums=[[0, 1.0]], sum_levels=[0.5], stop=True, outputs=[5.0, 99.0])
    assert run.events[0, 0] <= run.final_time[0] < 60.0
    assert np.isfinite(run.concentrations[0, 0]).all() and np.isnan(run.concentrations[0, 1]).all()


def test_running_out_of_steps_is_told() -> None:
    assert integrate(CHAIN, CHAIN_A, CHAIN_E, CHAIN_START, [0, 20], [400, 440], max_steps=3).failed[0]
