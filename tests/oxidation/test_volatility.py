"""Vapour pressures of the shipped antioxidants: who speaks, known order, retention through reflow."""

from __future__ import annotations

import numpy as np
import pytest

from finechem import datasets
from finechem.errors import DataError, InputError
from finechem.matter.programs import reflow
from finechem.matter.vapour_pressure import MeasuredPoint
from finechem.oxidation.evaporation import Film, evaporate
from finechem.oxidation.volatility import antioxidant_volatility, measured_points


def test_measured_pressure_of_bht_speaks() -> None:
    found = antioxidant_volatility("bht").value(473.15)
    assert found.source.startswith("measured: ") and "Dykyj" in found.source
    assert found.value == pytest.approx(18_700.0, rel=0.05)  # 18.3 and 19.1 kPa


def test_solids_and_doubtful_rows_do_not_speak() -> None:
    assert measured_points("caffeic-acid") == ()  # Knudsen effusion of the solid
    assert all(point.temperature_K == 526.15 for point in measured_points("dtbp-26"))  # its Antoine fit is grade D
    assert all("(grade D)" not in point.source for point in measured_points("bha"))


def test_users_own_points_come_before_the_table() -> None:
    own = MeasuredPoint(473.15, 15_000.0, 0.02, "our effusion cell")
    assert antioxidant_volatility("bht", [own]).value(473.15).source == "measured: our effusion cell"


def test_unknown_antioxidant_has_a_hint() -> None:
    with pytest.raises(DataError, match="did you mean 'bht'"):
        antioxidant_volatility("bhtt")


def test_every_shipped_antioxidant_has_a_rising_curve() -> None:
    temperature = np.linspace(250.0, 600.0, 71)
    for row in datasets.load("oxidation.antioxidants").rows:
        try:
            curve = antioxidant_volatility(row["antioxidant_id"])
        except InputError as error:
            raise AssertionError(row["antioxidant_id"]) from error
        pressure = curve.vapour_pressure_Pa(temperature)
        assert np.all(np.isfinite(pressure)) and np.all(np.diff(pressure) > 0.0), row["antioxidant_id"]


def test_order_of_retention_through_reflow() -> None:
    """Known: BHT evaporates, its octadecyl ester hardly, the tetrakis ester not."""
    lost = {}
    for name, mass in (("bht", 220.35), ("irganox-1076", 530.9), ("irganox-1010", 1177.6)):
        film = Film(thickness_m=1e-3, loading=0.005, density_kg_m3=1200.0, molar_mass_g_mol=mass)
        curve = antioxidant_volatility(name)
        lost[name] = evaporate(reflow(), curve.vapour_pressure_Pa, film, gas_transfer_m_s=0.01).loss
    assert lost["bht"] > 10 * lost["irganox-1076"] > 1000 * lost["irganox-1010"]
    assert lost["irganox-1010"] < 1e-4
