"""The Debye-Callaway conductivity: exact limits, the sign of every mechanism, isotopes and oxygen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.constants import hbar, k, physical_constants

from finechem.errors import InputError
from finechem.thermal import (
    debye_callaway_conductivity,
    isotope_parameter,
    oxygen_defect_parameter,
)
from tests.thermal.helpers import Array

ATOMIC_MASS = physical_constants["atomic mass constant"][0]
#: Aluminium nitride, rounded.
V_L, V_T, OMEGA, ATOMS, MASS, GAMMA = 10900.0, 6400.0, 10.43e-30, 4, 20.494, 1.0


def aln(temperature_K: Any = 300.0, **more: Any) -> Array:
    arguments = {"gruneisen": GAMMA} | more
    return debye_callaway_conductivity(V_L, V_T, OMEGA, ATOMS, MASS, temperature_K=temperature_K, **arguments)


def test_casimir_limit() -> None:
    """Boundaries only, T << theta: each branch gives (2 pi^2/45) k^4 T^3 L/(3 hbar^3 v^2) ... by hand:

    kappa_i = k^4 T^3 L / (6 pi^2 hbar^3 v^2) * 4 pi^4/15 = (2 pi^2/45) k^4 T^3 L / (hbar^3 v^2), one L and two T.
    """
    temperature, length = np.array([1.0, 2.0, 4.0]), 1e-3
    quiet = aln(temperature, gruneisen=1e-6, grain_size_m=length)  # gamma -> 0 turns Umklapp and normal processes off
    expected = 2 * np.pi**2 / 45 * k**4 * temperature**3 * length / hbar**3 * (1 / V_L**2 + 2 / V_T**2)
    np.testing.assert_allclose(quiet, expected, rtol=1e-6)


def test_boundaries_rule_in_the_cold_whatever_else_there_is() -> None:
    """Normal processes conserve momentum and change nothing, Umklapp is frozen: T^3 with everything switched on."""
    cold = aln(np.array([1.0, 2.0]), grain_size_m=1e-6, mass_variance=1e-4)
    assert cold[1] / cold[0] == pytest.approx(8.0, rel=1e-4)


def test_umklapp_only_when_hot() -> None:
    """T >> theta: kappa_i = k^2 theta_i/(6 pi^2 hbar v_i B_i T) with B_i = hbar gamma^2/(M v_i^2 theta_i):

    kappa = k^2 M /(6 pi^2 hbar^2 gamma^2 T) sum_i v_i theta_i^2, falling as 1/T.
    """
    temperature = np.array([2e5, 4e5])
    per_kelvin = hbar / k * (6 * np.pi**2 / (ATOMS * OMEGA)) ** (1 / 3)
    branches = sum(v * (per_kelvin * v) ** 2 for v in (V_L, V_T, V_T))
    expected = k**2 * MASS * ATOMIC_MASS / (6 * np.pi**2 * hbar**2 * GAMMA**2 * temperature) * branches
    hot = aln(temperature, normal_processes=False)
    np.testing.assert_allclose(hot, expected, rtol=3e-3)  # exp(-theta/3T) is 1 - 1e-3
    assert hot[0] / hot[1] == pytest.approx(2.0, rel=3e-3)


def test_slack_scaling_when_hot() -> None:
    """kappa goes as v^3 (theta cubed, which the error propagation uses), M and gamma^-2."""
    start = debye_callaway_conductivity(V_L, V_T, OMEGA, ATOMS, MASS, GAMMA, 2e5, normal_processes=False)
    faster = debye_callaway_conductivity(1.01 * V_L, 1.01 * V_T, OMEGA, ATOMS, MASS, GAMMA, 2e5, normal_processes=False)
    assert np.log(faster / start) / np.log(1.01) == pytest.approx(3.0, abs=0.01)
    heavier = debye_callaway_conductivity(V_L, V_T, OMEGA, ATOMS, 2 * MASS, GAMMA, 2e5, normal_processes=False)
    assert heavier / start == pytest.approx(2.0, rel=1e-9)


@pytest.mark.parametrize("more", [{"grain_size_m": 1e-6}, {"mass_variance": 1e-3}, {"gruneisen": 1.5}])
@pytest.mark.parametrize("temperature", [30.0, 100.0, 300.0, 1000.0])
def test_every_mechanism_costs(more: dict[str, float], temperature: float) -> None:
    start = {"grain_size_m": 1e-4, "mass_variance": 1e-5}
    assert aln(temperature, **(start | more)) < aln(temperature, **start)


def test_grains_and_defects_monotonic() -> None:
    assert np.all(np.diff(aln(grain_size_m=np.geomspace(1e-9, 1e-1, 30))) > 0)
    assert np.all(np.diff(aln(mass_variance=np.geomspace(1e-6, 1e-1, 30))) < 0)
    assert aln(grain_size_m=1e3) == pytest.approx(float(aln()), rel=1e-4)


def test_normal_processes_give_heat_back_but_never_more_than_they_took_without_defects() -> None:
    """All resistive rates ~ omega^2: normal processes of the L branch (omega^2 too) change nothing at all,

    those of the T branches (omega) little; so kappa with them lies between Callaway's kappa_1 and the result without.
    """
    with_normal, without = aln(), aln(normal_processes=False)
    assert 0.5 * without < with_normal <= without * (1 + 1e-12)


@pytest.mark.parametrize(
    ("element", "published"),
    [("Si", 2.01e-4), ("Ge", 5.87e-4), ("Ga", 1.97e-4), ("C", 7.4e-5), ("B", 1.37e-3), ("Al", 0.0), ("In", 1.25e-5)],
)
def test_published_isotope_parameters(element: str, published: float) -> None:
    """Collected in Tamura (1983) and Morelli, Heremans, Slack (2002); boron's share of 10B varies in nature."""
    assert isotope_parameter([element]) == pytest.approx(published, rel=0.02, abs=1e-9)


def test_isotopes_of_a_compound() -> None:
    """Gamma(GaN) = 2 [(M_Ga/(M_Ga+M_N))^2 Gamma(Ga) + ...] = 2.744e-4 (Morelli, Heremans, Slack 2002)."""
    assert isotope_parameter(["Ga", "N"]) == pytest.approx(2.744e-4, rel=2e-3)
    assert isotope_parameter(["Ga", "N"] * 3) == pytest.approx(isotope_parameter(["Ga", "N"]), rel=1e-12)


def test_isotopically_pure_crystals_conduct_better_above_all_in_the_cold() -> None:
    gain = aln([100.0, 300.0, 1000.0], mass_variance=0.0) / aln([100.0, 300.0, 1000.0], mass_variance=2e-4)
    assert np.all(gain > 1) and np.all(np.diff(gain) < 0)


def test_oxygen_by_hand() -> None:
    """1 % of the N sites of AlN: x_O = 0.005 an atom, x_V = x_O/3 (3 O_N+ balance one V_Al3-); M = 20.494.

    Mass percent: 0.005 * 15.999 / 20.494 = 0.3903.
    Oxygen 0.005 (1.992/20.494)^2 = 4.72e-5; vacancies 0.0016667 (26.982/20.494 + 2)^2 = 0.0016667 * 10.9999 = 0.018333.
    """
    assert oxygen_defect_parameter(0.390331, ["Al", "N"], "Al") == pytest.approx(4.72e-5 + 0.018333, rel=1e-4)


def test_oxygen_is_a_matter_of_vacancies() -> None:
    """Slack (1973). Vacancies outweigh the substituted atoms hundredfold; a cation of valence 4 leaves fewer."""
    assert oxygen_defect_parameter(0.1, ["Al", "N"], "Al", 4) < oxygen_defect_parameter(0.1, ["Al", "N"], "Al", 3)
    one, two = (oxygen_defect_parameter(percent, ["Al", "N"], "Al") for percent in (0.1, 0.2))
    assert two == pytest.approx(2 * one, rel=1e-12)
    assert oxygen_defect_parameter(0.0, ["Al", "N"], "Al") == 0.0


def test_oxygen_in_aluminium_nitride() -> None:
    """W = 1/kappa grows linearly with content while the cost is small; 0.1 mass percent costs a third at least."""
    percents = np.array([0.0, 2e-5, 4e-5, 0.1])
    resistance = 1 / aln(mass_variance=[oxygen_defect_parameter(percent, ["Al", "N"], "Al") for percent in percents])
    added = resistance - resistance[0]
    assert added[2] / added[1] == pytest.approx(2.0, rel=0.02)
    assert resistance[3] > 1.5 * resistance[0]


def test_first_order_in_defects() -> None:
    """One branch model, no normal processes: d(kappa)/kappa = -<A omega^4/(B omega^2)> over omega^2/omega^2 modes.

    T >> theta: int (1 - (A/BT) w^2) dw / int dw = 1 - (A/(B T)) w_D^2/3, each branch weighted with v theta^2.
    """
    temperature, variance = 2e5, 1e-4  # so hot that Umklapp swamps the defects: first order holds
    per_kelvin = hbar / k * (6 * np.pi**2 / (ATOMS * OMEGA)) ** (1 / 3)
    loss = weight = 0.0
    for v in (V_L, V_T, V_T):
        theta = per_kelvin * v
        umklapp = hbar * GAMMA**2 / (MASS * ATOMIC_MASS * v**2 * theta) * temperature
        defects = OMEGA * variance / (4 * np.pi * v**3)
        loss += v * theta**2 * defects / umklapp * (k * theta / hbar) ** 2 / 3
        weight += v * theta**2
    clean = aln(temperature, normal_processes=False)
    doped = aln(temperature, normal_processes=False, mass_variance=variance)
    assert float(1 - doped / clean) == pytest.approx(loss / weight, rel=1e-2)


@pytest.mark.parametrize("percent", [-0.1, 90.0])
def test_impossible_oxygen_is_refused(percent: float) -> None:
    with pytest.raises(InputError, match="oxygen_mass_percent"):
        oxygen_defect_parameter(percent, ["Al", "N"], "Al")


def test_wrong_crystals_and_elements_are_refused() -> None:
    with pytest.raises(InputError, match="lacks"):
        oxygen_defect_parameter(0.1, ["Si", "C"], "Si")
    with pytest.raises(InputError, match="no element"):
        isotope_parameter(["Xx"])
    with pytest.raises(InputError, match="no natural isotopes"):
        isotope_parameter(["Tc"])
    with pytest.raises(InputError, match="broadcast"):
        aln(np.ones(3), grain_size_m=np.ones(2))


def test_nonsense_gives_nan() -> None:
    assert np.isnan(aln([0.0, -5.0, np.nan])).all()
    assert np.isnan(aln(mass_variance=-1.0)) and np.isnan(aln(gruneisen=0.0))
