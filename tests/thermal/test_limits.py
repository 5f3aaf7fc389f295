"""Lower limits: closed forms, their ratios, the cold end."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.constants import hbar, k
from scipy.integrate import quad

from finechem.thermal import cahill_pohl_limit, clarke_limit, debye_temperature, diffuson_limit

V_L, V_T, OMEGA = 8000.0, 5000.0, 1e-29


def test_cahill_pohl_is_cahills_integral() -> None:
    """Phys. Rev. B 46, 6131, eq. (3), by adaptive quadrature."""
    temperature, total = 250.0, 0.0
    for velocity, count in ((V_L, 1), (V_T, 2)):
        theta = hbar / k * velocity * (6 * np.pi**2 / OMEGA) ** (1 / 3)
        integral = quad(lambda x: x**3 * np.exp(x) / np.expm1(x) ** 2, 0, theta / temperature)[0]
        total += count * velocity * (temperature / theta) ** 2 * integral
    expected = (np.pi / 6) ** (1 / 3) * k * OMEGA ** (-2 / 3) * total
    assert float(cahill_pohl_limit(V_L, V_T, OMEGA, temperature)) == pytest.approx(expected, rel=1e-9)


def test_cahill_pohl_when_hot() -> None:
    """x^3 e^x/(e^x-1)^2 -> x: half of (pi/6)^(1/3) k n^(2/3) (v_L + 2 v_T)."""
    closed = 0.5 * (np.pi / 6) ** (1 / 3) * k * OMEGA ** (-2 / 3) * (V_L + 2 * V_T)
    assert float(cahill_pohl_limit(V_L, V_T, OMEGA, 1e6)) == pytest.approx(closed, rel=1e-6)


def test_cahill_pohl_when_cold() -> None:
    """T -> 0: int_0^inf x^3 e^x/(e^x-1)^2 = 6 zeta(3), so kappa ~ T^2 with theta ~ v n^(1/3) cancelling n."""
    zeta3 = 1.2020569031595942
    total = sum(v / float(debye_temperature(v, OMEGA)) ** 2 for v in (V_L, V_T, V_T))
    expected = (np.pi / 6) ** (1 / 3) * k * OMEGA ** (-2 / 3) * total * 6 * zeta3 * 4.0
    assert float(cahill_pohl_limit(V_L, V_T, OMEGA, 2.0)) == pytest.approx(expected, rel=1e-9)
    assert np.all(np.diff(cahill_pohl_limit(V_L, V_T, OMEGA, np.geomspace(2, 3000, 30))) > 0)


def test_diffusons_carry_37_percent_less_than_cahill() -> None:
    """Abstract of Agne, Hanus, Snyder (2018); 1 - 0.76 / (3/2 (pi/6)^(1/3)) = 0.371 whatever the velocities."""
    ratio = diffuson_limit((V_L + 2 * V_T) / 3, OMEGA) / cahill_pohl_limit(V_L, V_T, OMEGA, 1e6)
    assert float(ratio) == pytest.approx(1 - 0.371, abs=1e-3)


def test_clarke_by_its_own_variables() -> None:
    """0.87 k M_a^(-2/3) E^(1/2) rho^(1/6) with M_a = rho Omega, the mean mass of an atom in kg."""
    young, density = 400e9, 3980.0
    own = 0.87 * k * (density * OMEGA) ** (-2 / 3) * young**0.5 * density ** (1 / 6)
    assert float(clarke_limit(young, density, OMEGA)) == pytest.approx(own, rel=1e-12)


def test_clarke_between_diffuson_and_cahill_for_a_cauchy_solid() -> None:
    """nu = 1/4: E = 2.5 G, v_L^2 = 3 v_T^2; in units of k n^(2/3) v_T: 0.946 < 1.376 < 1.504."""
    density, shear = 3000.0, 48e9
    v_t = np.sqrt(shear / density)
    unit = k * OMEGA ** (-2 / 3) * v_t
    mean = v_t * (np.sqrt(3) + 2) / 3
    assert float(diffuson_limit(mean, OMEGA)) / unit == pytest.approx(0.946, abs=1e-3)
    assert float(clarke_limit(2.5 * shear, density, OMEGA)) / unit == pytest.approx(1.376, abs=1e-3)
    assert float(cahill_pohl_limit(np.sqrt(3) * v_t, v_t, OMEGA, 1e6)) / unit == pytest.approx(1.504, abs=1e-3)
