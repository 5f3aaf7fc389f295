"""Gruneisen parameters and the Debye heat capacity."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.constants import k

from finechem.thermal import gruneisen_from_poisson, gruneisen_thermodynamic
from finechem.thermal.gruneisen import debye_heat_capacity


def test_leontiev_in_velocities_is_the_same() -> None:
    """gamma = 3/2 (3 v_L^2 - 4 v_T^2)/(v_L^2 + 2 v_T^2) with v_L^2/v_T^2 = 2 (1 - nu)/(1 - 2 nu)."""
    nu = np.linspace(-0.9, 0.49, 50)
    ratio = 2 * (1 - nu) / (1 - 2 * nu)
    np.testing.assert_allclose(gruneisen_from_poisson(nu), 1.5 * (3 * ratio - 4) / (ratio + 2), rtol=1e-12)


def test_leontiev_in_moduli() -> None:
    """rho v_L^2 = K + 4G/3, rho v_T^2 = G: gamma = 3/2 * 3K / (K + 10G/3)."""
    bulk, shear = 100.0, 60.0
    nu = (3 * bulk - 2 * shear) / (6 * bulk + 2 * shear)
    expected = 4.5 * bulk / (bulk + 10 * shear / 3)
    assert float(gruneisen_from_poisson(nu)) == pytest.approx(expected, rel=1e-12)


def test_ends() -> None:
    """A liquid (nu = 1/2) has 9/2, a solid with K = 0 (nu = -1) none, beyond there is no solid."""
    np.testing.assert_allclose(gruneisen_from_poisson([0.5, 0.0]), [4.5, 0.75])
    assert np.isnan(gruneisen_from_poisson([-1.0, 0.51, 2 / 3, np.nan])).all()


def test_thermodynamic_parameter_of_sodium_chloride() -> None:
    """alpha_V = 119e-6/K, K_S = 25.1 GPa, c_p = 867 J/(kg K) * 2163 kg/m3: 1.59."""
    assert float(gruneisen_thermodynamic(119e-6, 25.1e9, 867 * 2163)) == pytest.approx(1.6, rel=0.02)


def test_heat_capacity_when_hot_and_cold() -> None:
    """3 k (1 - (theta/T)^2/20) when hot; 12 pi^4/5 k (T/theta)^3 when cold."""
    assert float(debye_heat_capacity(3000.0, 300.0)) == pytest.approx(3 * k * (1 - 0.01 / 20), rel=1e-6)
    assert float(debye_heat_capacity(1.0, 100.0)) == pytest.approx(12 * np.pi**4 / 5 * k * 1e-6, rel=1e-9)
    np.testing.assert_allclose(debye_heat_capacity(300.0, 300.0), 3 * k * 0.9517, rtol=1e-4)  # D(1), Debye's table
