"""Slack's equation: its unit constant from first principles, its scaling, a hand-worked case."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.constants import hbar, k, physical_constants

from finechem.thermal import acoustic_debye_temperature, slack_conductivity
from finechem.thermal.slack import slack_prefactor

ATOMIC_MASS = physical_constants["atomic mass constant"][0]


def test_constant_from_julian() -> None:
    """kappa = 0.849 * 3 * 4^(1/3) / (20 pi^3) (k/hbar)^3 M delta theta^3 / (gamma^2 T ...), in u, angstrom and K."""
    number = 0.849 * 3 * 4 ** (1 / 3) / (20 * np.pi**3)
    constant = number * (k / hbar) ** 3 * ATOMIC_MASS * 1e-10
    assert constant == pytest.approx(2.43e-6, rel=5e-4)
    assert float(slack_prefactor(1e9)) == pytest.approx(constant, rel=5e-4)  # the bracket is 1 for large gamma


def test_constant_often_quoted_is_that_of_gamma_two() -> None:
    """Slack's 3.1e-6 (two digits, gamma about 2)."""
    assert float(slack_prefactor(2.0)) == pytest.approx(3.1e-6, rel=0.03)


def test_diamond_by_hand() -> None:
    """A(0.75) = 2.43e-6 / (1 - 0.68533 + 0.40533) = 3.375e-6.

    M theta^3 delta n^(1/3) = 12.011 * 3.0486e9 * 1.78 * 1.25992 = 8.212e10;
    kappa = 3.375e-6 * 8.212e10 / (0.5625 * 300) = 1642 W/(m K).
    """
    assert float(slack_conductivity(12.011, 1450.0, 1.78**3, 2, 0.75, 300.0)) == pytest.approx(1642, rel=1e-3)


def test_two_ways_to_write_it_agree() -> None:
    """n^(1/3) theta_a^3 = n^(-2/3) theta_D^3."""
    debye, n = 960.0, 4
    ours = slack_conductivity(20.5, acoustic_debye_temperature(debye, n), 10.4, n, 0.7)
    other = slack_prefactor(0.7) * 20.5 * debye**3 * np.cbrt(10.4) * n ** (-2 / 3) / (0.7**2 * 300.0)
    assert float(ours) == pytest.approx(float(other), rel=1e-12)


@pytest.mark.parametrize(
    ("argument", "power"), [("mass", 1.0), ("theta", 3.0), ("volume", 1 / 3), ("atoms", 1 / 3), ("temperature", -1.0)]
)
def test_powers(argument: str, power: float) -> None:
    start = {"mass": 20.0, "theta": 500.0, "volume": 10.0, "atoms": 2.0, "gamma": 1.0, "temperature": 300.0}
    twice = start | {argument: 2 * start[argument]}
    ratio = float(slack_conductivity(*twice.values()) / slack_conductivity(*start.values()))
    assert ratio == pytest.approx(2.0**power, rel=1e-12)


def test_falls_with_gamma_above_its_turning_point() -> None:
    """A/gamma^2 ~ 1/(gamma^2 - 0.514 gamma + 0.228) is largest at gamma = 0.257."""
    gamma = np.linspace(0.26, 5.0, 200)
    assert np.all(np.diff(slack_conductivity(20.0, 500.0, 10.0, 2, gamma)) < 0)
    assert float(slack_conductivity(20.0, 500.0, 10.0, 2, 0.2)) < float(slack_conductivity(20.0, 500.0, 10.0, 2, 0.257))


@pytest.mark.parametrize("bad", range(6))
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan])
def test_nonsense_gives_nan(bad: int, value: float) -> None:
    arguments = [20.0, 500.0, 10.0, 2.0, 1.0, 300.0]
    arguments[bad] = value
    assert np.isnan(slack_conductivity(*arguments))
