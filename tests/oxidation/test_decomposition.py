"""Decomposition: exact exponentials, known peaks, and analyses that find what was put in."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from finechem.errors import DomainError, InputError
from finechem.oxidation.decomposition import (
    LOG10_A,
    friedman_analysis,
    homolysis_rate_per_s,
    kissinger_analysis,
    survival,
    thermogravimetry,
)


def test_transition_state_rate_by_hand() -> None:
    """k_B T / h at 298.15 K is 6.212e12 1/s; an entropy of R ln 10 is a factor of ten."""
    rate = float(homolysis_rate_per_s(0.0, 298.15))
    assert rate == pytest.approx(6.2124e12, rel=1e-4)
    assert float(homolysis_rate_per_s(0.0, 298.15, entropy_J_mol_K=8.31446 * math.log(10))) == pytest.approx(
        10 * rate, rel=1e-5
    )
    two = homolysis_rate_per_s(np.array([100e3, 100e3]), np.array([400.0, 500.0]), 15.0)
    slope = math.log(two[1] / two[0]) / (1 / 400 - 1 / 500)
    assert slope * 8.31446 == pytest.approx(100e3, rel=1e-5)


@given(st.floats(80e3, 300e3), st.floats(320.0, 700.0), st.floats(1.0, 1e6))
def test_constant_temperature_is_an_exponential(enthalpy: float, temperature: float, time: float) -> None:
    expected = math.exp(-float(homolysis_rate_per_s(enthalpy, temperature, LOG10_A)) * time)
    found = survival(enthalpy, [0.0, time], [temperature, temperature])[0]
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-300)
    two_bonds = survival(enthalpy, [0.0, time], [temperature, temperature], bonds=2.0)[0]
    assert two_bonds == pytest.approx(expected**2, rel=1e-8, abs=1e-300)


def test_a_ramp_against_an_integrator() -> None:
    times, temperatures = [0.0, 60.0, 90.0, 200.0], [423.0, 473.0, 533.0, 300.0]

    def loss(t: float, share: list[float]) -> list[float]:
        return [-float(homolysis_rate_per_s(150e3, np.interp(t, times, temperatures), LOG10_A)) * share[0]]

    exact = solve_ivp(loss, (0, 200), [1.0], rtol=1e-10, atol=1e-14, max_step=1.0).y[0, -1]
    assert survival(150e3, times, temperatures)[0] == pytest.approx(exact, rel=1e-7)


def test_stronger_bonds_survive_longer() -> None:
    shares = survival(np.linspace(100e3, 250e3, 30), [0.0, 600.0], [533.0, 533.0])
    assert np.all(np.diff(shares) >= 0)
    assert shares[0] < 1e-6 and shares[-1] > 0.999


def test_thermogravimetry_obeys_kissinger() -> None:
    """First order: E beta / (R Tp^2) = k(Tp) at the steepest loss."""
    for rate in (2.0, 10.0, 40.0):
        found = thermogravimetry(200e3, rate)
        peak = found.temperatures_K[np.argmin(np.gradient(found.remaining, found.temperatures_K))]
        left = 200e3 * rate / 60.0 / (8.31446 * peak**2)
        assert float(homolysis_rate_per_s(200e3, peak, LOG10_A)) == pytest.approx(left, rel=0.03)
        assert found.onset_K < found.t50_K
        assert found.t5_K < found.t50_K
    never = thermogravimetry(500e3, 10.0)
    assert math.isnan(never.t5_K) and math.isnan(never.onset_K)


def test_analyses_find_what_was_put_in() -> None:
    rates = [2.0, 5.0, 10.0, 20.0]
    runs, peaks = [], []
    for rate in rates:
        found = thermogravimetry(180e3, rate, start_K=400.0, end_K=700.0, log10_A=14.0)
        slope = np.gradient(found.remaining, found.temperatures_K)
        at = int(np.argmin(slope))
        near = slice(at - 3, at + 4)
        bend = np.polyfit(found.temperatures_K[near], slope[near], 2)
        peaks.append(-bend[1] / (2 * bend[0]))
        time = (found.temperatures_K - 400.0) * 60.0 / rate
        runs.append((time, found.temperatures_K, 1.0 - found.remaining))
    kissinger = kissinger_analysis(rates, peaks)
    assert kissinger.activation_energy_J_mol == pytest.approx(180e3, rel=0.002)
    assert kissinger.log10_A == pytest.approx(14.0, abs=0.05)
    for point in friedman_analysis(runs):
        assert point.activation_energy_J_mol == pytest.approx(180e3, rel=0.002)
        expected = 14.0 + math.log10(1.0 - point.conversion)
        assert point.log10_A == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    "call",
    [
        lambda: homolysis_rate_per_s(-1.0, 300.0),
        lambda: homolysis_rate_per_s(1.0, 0.0),
        lambda: survival(1e5, [0.0], [300.0]),
        lambda: survival(1e5, [0.0, -1.0], [300.0, 300.0]),
        lambda: survival(1e5, [0.0, 1.0], [300.0, -3.0]),
        lambda: thermogravimetry(1e5, 0.0),
        lambda: kissinger_analysis([1.0, 2.0], [500.0, 510.0]),
        lambda: kissinger_analysis([1.0, 2.0, 3.0], [500.0, 500.0, 500.0]),
        lambda: friedman_analysis([]),
        lambda: friedman_analysis([([0, 1, 2, 3], [300, 310, 320, 330], [0, 0.1, 0.2, 0.3])] * 3),
    ],
)
def test_mistakes_are_named(call: object) -> None:
    with pytest.raises((InputError, DomainError)):
        call()  # type: ignore[operator]


def test_peaks_that_no_reaction_gives_are_refused() -> None:
    with pytest.raises(InputError, match="do not rise"):
        kissinger_analysis([2.0, 5.0, 10.0], [520.0, 510.0, 500.0])
    with pytest.raises(InputError, match="above 0 and finite"):
        kissinger_analysis([2.0, 5.0, math.inf], [500.0, 510.0, 520.0])
    run = ([0.0, 1.0, 2.0, 3.0], [500.0, math.nan, 520.0, 530.0], [0.0, 0.3, 0.7, 1.0])
    with pytest.raises(InputError, match="finite"):
        friedman_analysis([run] * 3, [0.5])
