"""Heat of cure: balance, conduction without reaction against the series, limits of thin and adiabatic."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from finechem.adhesives import CureKinetics, Face, Material, bond_line, cup, cure, published_kinetics
from finechem.errors import ConfigError, InputError
from finechem.matter.programs import Program, hold

RIM = published_kinetics("rimr135-rimh137")
RESIN = Material(1150.0, 1800.0, 0.2)


@pytest.mark.parametrize("shape", ["slab", "cylinder", "sphere"])
@pytest.mark.parametrize("film", [math.inf, 15.0])
def test_heat_released_is_stored_or_lost(shape: str, film: float) -> None:
    face = Face(Program("ramp", (0.0, 1200.0, 5000.0), (298.15, 340.0, 340.0)), film)
    inner = face if shape == "slab" else Face(None)
    found = bond_line(RIM, RESIN, 0.012, (inner, face), shape=shape)  # type: ignore[arg-type]
    assert found.heat_released_J_m2 > 0.0
    assert found.imbalance < 1e-9


def test_conduction_alone_follows_the_series() -> None:
    """A slab at 300 K whose faces are set to 340 K, without reaction: Fourier's series at the middle."""
    idle = CureKinetics("idle", A1_per_s=1e-30, heat_J_kg=1e4)
    face = Face(Program("hot", (0.0, 600.0), (340.0, 340.0)))
    found = bond_line(idle, RESIN, 0.01, (face, face), start_K=300.0, cells=81, points=61)
    diffusivity = 0.2 / (1150.0 * 1800.0)
    orders = np.arange(1, 60, 2)
    decay = np.exp(-((orders * math.pi / 0.01) ** 2) * diffusivity * found.times_s[:, None])
    middle = 340.0 - 40.0 * 4.0 / math.pi * (np.sin(orders * math.pi / 2.0) / orders * decay).sum(axis=1)
    later = found.times_s > 20.0
    assert np.max(np.abs(found.temperature_K[later, 40] - middle[later])) < 0.02


def test_resolution_is_of_second_order() -> None:
    face = Face(hold(60.0, 2.0))
    peaks = [bond_line(RIM, RESIN, 0.01, (face, face), cells=cells).final_conversion.mean() for cells in (10, 20, 40)]
    assert abs(peaks[2] - peaks[1]) < 0.4 * abs(peaks[1] - peaks[0])


def test_a_thin_line_follows_its_faces_and_a_thick_one_does_not() -> None:
    program = hold(70.0, 3.0)
    face = Face(program)
    thin = bond_line(RIM, RESIN, 2e-4, (face, face), cells=5)
    expected = cure(RIM, program).final_conversion
    assert thin.peak_K - 343.15 < 0.1
    assert thin.final_conversion == pytest.approx(np.full(5, expected), abs=1e-4)
    thick = bond_line(RIM, RESIN, 0.02, (face, face))
    assert thick.peak_K > 343.15 + 30.0
    assert thick.final_conversion[20] > thick.final_conversion[0]
    assert thick.temperature_K[:, :20] == pytest.approx(thick.temperature_K[:, :19:-1], abs=1e-3)  # symmetric


def test_filler_gives_no_heat() -> None:
    face = Face(hold(70.0, 3.0))
    peaks = [bond_line(RIM, replace(RESIN, reactive_fraction=share), 0.01, (face, face)).peak_K for share in (1.0, 0.5)]
    assert peaks[1] < peaks[0]


def test_an_adiabatic_cup_rises_by_heat_over_capacity_and_gels_first() -> None:
    assert RIM.heat_J_kg is not None
    alone = cup(RIM, 0.1, 1800.0, 298.15, gel_conversion=0.6)
    assert alone.peak_K - 298.15 == pytest.approx(RIM.heat_J_kg / 1800.0 * alone.conversion[-1], rel=1e-6)
    cooled = cup(RIM, 0.1, 1800.0, 298.15, loss_W_K=0.05, gel_conversion=0.6)
    cold = cup(RIM, 0.1, 1800.0, 298.15, loss_W_K=1e4, gel_conversion=0.6)
    isothermal = cure(RIM, hold(25.0, 200.0), gel_conversion=0.6).gel_time_s
    assert alone.gel_time_s is not None and cooled.gel_time_s is not None and cold.gel_time_s is not None
    assert isothermal is not None
    assert alone.gel_time_s < cooled.gel_time_s < cold.gel_time_s
    assert cold.gel_time_s == pytest.approx(isothermal, rel=1e-2)
    assert alone.peak_K > cooled.peak_K > cold.peak_K


def test_mistakes() -> None:
    face = Face(hold(70.0, 3.0))
    with pytest.raises(ConfigError) as caught:
        bond_line(
            replace(RIM, heat_J_kg=None), RESIN, 0.0, (face, Face(hold(70.0, 1.0))), initial_conversion=1.0,
            shape="cube",  # type: ignore[arg-type]
        )  # fmt: skip
    for part in ("heat_J_kg", "last", "cube", "thickness_m", "initial_conversion"):
        assert part in str(caught.value)
    with pytest.raises(ConfigError, match="no face"):
        bond_line(RIM, RESIN, 0.01, (Face(None), Face(None)))
    with pytest.raises(ConfigError, match="centre of a sphere"):
        bond_line(RIM, RESIN, 0.01, (face, face), shape="sphere")
    with pytest.raises(ConfigError, match="density"):
        Material(-1.0, 1800.0, 0.2)
    with pytest.raises(InputError, match="film"):
        Face(None, 0.0)
    with pytest.raises(ConfigError, match="loss_W_K"):
        cup(RIM, 0.1, 1800.0, 298.15, loss_W_K=-1.0)


def test_the_peak_does_not_depend_on_how_long_one_waits_afterwards() -> None:
    kinetics = CureKinetics("k", A1_per_s=1e5, E1_J_mol=60e3, n=1.5, heat_J_kg=400e3)
    peaks = []
    for hours in (2.0, 48.0):
        face = Face(hold(120.0, hours))
        peaks.append(bond_line(kinetics, Material(1200.0, 2000.0, 0.2), 0.01, (face, face), start_K=298.15).peak_K)
    assert peaks[0] == pytest.approx(peaks[1], abs=0.2)
    assert peaks[0] > 273.15 + 170.0
