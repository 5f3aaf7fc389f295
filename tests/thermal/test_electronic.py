"""Wiedemann-Franz."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.constants import e, k

from finechem.thermal import wiedemann_franz_conductivity


def test_sommerfeld_number() -> None:
    """L0 = pi^2/3 (k/e)^2 = 2.443e-8 W ohm/K^2."""
    assert float(wiedemann_franz_conductivity(1.0, 1.0)) == pytest.approx(np.pi**2 / 3 * (k / e) ** 2, rel=1e-12)


def test_copper() -> None:
    """Copper at 273 K: 1.543e-8 ohm m and 403 W/(m K) (CRC Handbook); the law is good to some per cent."""
    assert float(wiedemann_franz_conductivity(1.543e-8, 273.0)) == pytest.approx(403, rel=0.08)


def test_insulators_and_nonsense() -> None:
    kappa = wiedemann_franz_conductivity([1e12, 0.0, -1.0, np.nan])
    assert kappa[0] < 1e-15 and np.isnan(kappa[1:]).all()
