"""Cure in time: stall in the glass, events, transformation diagrams, viscosity, pot life."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finechem.adhesives import (
    ArrheniusViscosity,
    CastroMacosko,
    ChernPoehlein,
    CureKinetics,
    DiBenedetto,
    FreeVolume,
    WlfViscosity,
    continuous_heating_transformation,
    cure,
    cure_many,
    gel_time,
    pot_life,
    published_kinetics,
    published_kinetics_names,
    time_temperature_transformation,
    vitrification_time,
)
from finechem.errors import ConfigError, DataError, InputError
from finechem.matter.programs import Program, hold

HEXCEL = published_kinetics("hexcel-8552")
RIM = published_kinetics("rimr135-rimh137")
#: Of an ideal network of diepoxides and diamines: an assumption, as no source gives that of RIMR135.
GEL = 1.0 / math.sqrt(3.0)


def test_an_undercured_run_stalls_in_the_glass_and_the_uncontrolled_model_goes_on() -> None:
    free = replace(RIM, diffusion=None)
    fortnight = hold(30.0, 24.0 * 14)
    stalled, going = cure(RIM, fortnight), cure(free, fortnight)
    assert stalled.vitrification_time_s is not None and stalled.tg_K is not None
    after = stalled.times_s > 2.0 * stalled.vitrification_time_s
    assert stalled.final_conversion < 0.965 < 0.985 < going.final_conversion
    # it ends where the free volume of these parameters vanishes, 52 K above the temperature of cure: no further
    assert 0.0 < stalled.tg_K[-1] - 303.15 < 0.025 / 0.00048
    late = np.diff(stalled.conversion[after]) / np.diff(stalled.times_s[after])
    assert np.all(np.diff(late) < 0.0) and late[-1] < 0.05 * late[0]
    uncontrolled = free.rate_per_s(stalled.final_conversion, 303.15)
    assert RIM.rate_per_s(stalled.final_conversion, 303.15) < 0.05 * uncontrolled


@pytest.mark.parametrize("celsius", [120.0, 150.0, 180.0])
def test_hexcel_8552_stalls_at_its_critical_conversion(celsius: float) -> None:
    """With the initial conversion handed in, as the source has none; the critical conversion is of the parameters."""
    assert isinstance(HEXCEL.diffusion, ChernPoehlein)
    critical = HEXCEL.diffusion.critical_0 + HEXCEL.diffusion.critical_per_K * (celsius + 273.15)
    controlled = cure(HEXCEL, hold(celsius, 24.0), initial_conversion=0.01)
    free = cure(replace(HEXCEL, diffusion=None), hold(celsius, 24.0), initial_conversion=0.01)
    if critical < 0.6:
        assert critical < controlled.final_conversion < critical + 0.2
        assert free.final_conversion > controlled.final_conversion + 0.2
    assert np.all(np.diff(controlled.conversion) >= -1e-12)


def test_nothing_starts_from_nothing() -> None:
    with pytest.raises(ConfigError, match="initial_conversion above 0"):
        cure(HEXCEL, hold(180.0, 2.0))
    assert "initial conversion" in HEXCEL.missing() and "initial conversion" not in RIM.missing()


def test_curves_agree_with_the_rate() -> None:
    found = cure(RIM, Program("ramp", (0.0, 3600.0, 7200.0), (300.0, 360.0, 360.0)), points=2001)
    slope = np.gradient(found.conversion, found.times_s)[5:-5]
    rate = RIM.rate_per_s(found.conversion, found.temperature_K)[5:-5]
    assert np.max(np.abs(slope - rate)) < 2e-3 * rate.max()


def test_gels_before_and_after_it_vitrifies() -> None:
    assert RIM.glass_transition is not None
    gel_tg = float(RIM.glass_transition.at(GEL))
    quick = replace(RIM, diffusion=None, gel_conversion=GEL)
    warm, cold = np.array([gel_tg + 20.0]), np.array([gel_tg - 20.0])
    assert gel_time(quick, warm)[0] < vitrification_time(quick, warm)[0]
    assert gel_time(quick, cold)[0] > vitrification_time(quick, cold)[0]
    at = np.array([gel_tg])
    assert gel_time(quick, at)[0] == pytest.approx(vitrification_time(quick, at)[0], rel=1e-5)


def test_what_never_happens_has_a_reason() -> None:
    found = cure(replace(RIM, gel_conversion=0.9), hold(25.0, 0.1), target_conversion=0.95)
    assert found.gel_time_s is None and "not within the program" in found.reasons["gel"]
    assert found.target_time_s is None and found.vitrification_time_s is None
    unknown = cure(HEXCEL, hold(180.0, 1.0), initial_conversion=0.01)
    assert "hand in" in unknown.reasons["gel"] and "hand in tg_0" in unknown.reasons["vitrification"]
    assert unknown.tg_K is None and unknown.final_tg_K is None
    with pytest.raises(InputError, match="gel_conversion"):
        gel_time(HEXCEL, 400.0, initial_conversion=0.01)
    with pytest.raises(InputError, match="tg_0"):
        vitrification_time(HEXCEL, 400.0, initial_conversion=0.01)


def test_a_glass_melts_on_heating_and_cure_goes_on() -> None:
    found = cure(RIM, hold(30.0, 400.0).then(hold(100.0, 2.0)))
    before = float(np.interp(400.0 * 3600.0, found.times_s, found.conversion))
    assert found.final_conversion > before + 0.03
    assert found.final_conversion > 0.99


def test_many_kinetics_of_any_control_in_one_call() -> None:
    kinetics = [RIM, HEXCEL, replace(RIM, diffusion=None)]
    programs = [hold(60.0, 5.0), hold(150.0, 5.0)]
    found = cure_many(
        kinetics, programs, kinetics_of=[0, 1, 2, 0], program_of=[0, 1, 0, 1], initial_conversion=[0.0, 0.02, 0.0, 0.1]
    )
    for index, (which, program, start) in enumerate([(0, 0, 0.0), (1, 1, 0.02), (2, 0, 0.0), (0, 1, 0.1)]):
        alone = cure(kinetics[which], programs[program], initial_conversion=start).final_conversion
        assert found.conversion[index] == pytest.approx(alone, abs=1e-12)


@settings(deadline=None, max_examples=25)
@given(
    low=st.floats(200.0, 300.0), rise=st.floats(20.0, 250.0), structure=st.floats(0.05, 1.0), alpha=st.floats(0.0, 1.0)
)
def test_dibenedetto_and_its_inverse(low: float, rise: float, structure: float, alpha: float) -> None:
    tg = DiBenedetto(low, low + rise, structure)
    assert tg.conversion_at(float(tg.at(alpha))) == pytest.approx(alpha, abs=1e-9)
    assert low - 1e-9 <= float(tg.at(alpha)) <= low + rise + 1e-9


def test_wlf_is_free_volume() -> None:
    control = FreeVolume.from_wlf(2e-4, 15.0, 40.0)
    tg = DiBenedetto(250.0, 350.0, 0.5)
    fast = CureKinetics("fast", A1_per_s=1e9, n=0.0, diffusion=control, glass_transition=tg)
    for above in (-20.0, 0.0, 30.0):
        expected = 2e-4 * 10.0 ** (15.0 * above / (40.0 + above))
        assert float(fast.rate_per_s(0.0, 250.0 + above)) == pytest.approx(expected, rel=1e-6)
    assert float(fast.rate_per_s(0.0, 200.0)) < 1e-200  # frozen solid below C2


def test_full_transformation_diagram_of_a_set_with_sourced_glass_transitions() -> None:
    diagram = time_temperature_transformation(RIM, gel_conversion=GEL)
    kelvin = diagram.temperature_K
    assert diagram.tg_0_K == pytest.approx(216.15) and diagram.tg_inf_K == pytest.approx(364.15)
    assert diagram.gel_tg_K is not None and diagram.tg_0_K is not None and diagram.tg_inf_K is not None
    assert diagram.tg_0_K < diagram.gel_tg_K < diagram.tg_inf_K
    glass = diagram.vitrification_time_s
    assert np.all(np.isnan(glass[kelvin > diagram.tg_inf_K]))  # above it never vitrifies
    assert glass[0] == 0.0  # at Tg0 it is a glass before it reacts
    there = (kelvin > 285.0) & np.isfinite(glass)
    least = int(np.argmin(np.where(there, glass, np.inf)))
    assert 325.0 < kelvin[least] < diagram.tg_inf_K  # the nose of the S
    falling = np.isfinite(diagram.gel_time_s)
    assert np.all(np.diff(diagram.gel_time_s[falling]) < 0.0)
    full = np.isfinite(diagram.full_cure_time_s)
    assert np.all(diagram.full_cure_time_s[full] > diagram.gel_time_s[full])


def test_transformation_on_heating() -> None:
    found = continuous_heating_transformation(
        RIM, [0.02, 0.5, 5.0, 20.0], start_K=273.15, end_K=500.0, gel_conversion=GEL
    )
    assert np.all(np.diff(found.gel_temperature_K) > 0.0) and np.all(np.diff(found.gel_time_s) < 0.0)
    assert np.isfinite(found.vitrification_time_s[0])  # slow heating: the glass catches up ...
    assert found.devitrification_temperature_K[0] > found.vitrification_temperature_K[0]  # ... and melts
    assert np.isnan(found.vitrification_time_s[-1])  # fast heating outruns it
    with pytest.raises(InputError, match="must rise"):
        continuous_heating_transformation(RIM, [0.0])


def test_viscosity_and_pot_life() -> None:
    uncured = ArrheniusViscosity(2.0, 298.15, 50e3)
    resin = CastroMacosko(uncured, A=1.5, B=1.0, gel_conversion=0.6)
    filled = replace(resin, filler_fraction=0.32)
    assert float(filled.at_Pa_s(0.0, 298.15)) == pytest.approx(8.0)  # a quarter of (1 - 1/2)^-2
    assert float(resin.at_Pa_s(0.0, 330.0)) < 2.0 and math.isinf(float(resin.at_Pa_s(0.6, 298.15)))
    for times in (1.5, 2.0, 1e4):
        alpha = resin.conversion_at(times)
        assert float(resin.at_Pa_s(alpha, 298.15)) == pytest.approx(2.0 * times, rel=1e-6)
    doubled = pot_life(RIM, resin, 298.15)
    assert doubled == pytest.approx(pot_life(RIM, resin, 298.15, limit_Pa_s=4.0), rel=1e-9)
    assert pot_life(RIM, resin, 308.15) < doubled < pot_life(RIM, resin, 298.15, times_the_start=10.0)
    assert pot_life(RIM, resin, 298.15, limit_Pa_s=1.0) == 0.0
    wlf = WlfViscosity(1e12, 220.0, 15.0, 50.0)
    assert float(wlf.uncured_Pa_s(220.0)) == 1e12 and float(wlf.uncured_Pa_s(100.0)) == 1e12
    assert float(wlf.uncured_Pa_s(270.0)) == pytest.approx(10.0**4.5)
    with pytest.raises(InputError, match="above 1"):
        pot_life(RIM, resin, 298.15, times_the_start=1.0)


def test_every_mistake_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        CureKinetics("bad", A1_per_s=-1.0, m=math.nan, gel_conversion=1.5, heat_J_kg=0.0)
    for part in ("A1_per_s", "m=nan", "gel_conversion", "heat_J_kg"):
        assert part in str(caught.value)
    with pytest.raises(ConfigError, match="nothing reacts"):
        CureKinetics("none")
    with pytest.raises(ConfigError, match="needs glass_transition"):
        CureKinetics("volume", A1_per_s=1.0, diffusion=FreeVolume(1.0, 0.0, 0.1, 0.025, 5e-4))
    with pytest.raises(ConfigError, match="must lie above tg_0_K"):
        DiBenedetto(400.0, 300.0, 0.5)
    with pytest.raises(ConfigError, match=r"packing limit"):
        CastroMacosko(ArrheniusViscosity(1.0, 300.0, 0.0), 1.0, 0.0, 0.5, filler_fraction=0.7)
    with pytest.raises(ConfigError, match="sharpness"):
        CureKinetics("sharp", A1_per_s=1.0, diffusion=ChernPoehlein(-1.0, 0.0, 0.0))
    with pytest.raises(DataError, match="hexcel-8552"):
        published_kinetics("hexel-8552")
    with pytest.raises(ConfigError, match="there are 1"):
        cure_many([RIM], [hold(60.0, 1.0)], kinetics_of=[3], program_of=[0])


def test_published_sets_are_complete_or_say_what_is_missing() -> None:
    for name in published_kinetics_names():
        kinetics = published_kinetics(name)
        assert kinetics.source
        for what, how in kinetics.missing().items():
            assert "hand in" in how, what


def test_what_starts_as_a_glass_melts_and_turns_to_glass_again() -> None:
    """A prepreg from the freezer: the later vitrification counts; one that stays a glass has it at 0."""
    kinetics = CureKinetics(
        "prepreg",
        A1_per_s=1e6,
        E1_J_mol=6e4,
        n=2.0,
        gel_conversion=0.6,
        glass_transition=DiBenedetto(283.0, 470.0, 0.45),
    )
    thawed = cure(kinetics, Program("p", (0.0, 3600.0, 7200.0, 40000.0), (255.15, 298.15, 393.15, 393.15)))
    assert thawed.vitrification_time_s is not None
    assert thawed.tg_K is not None
    at = int(np.argmin(np.abs(thawed.times_s - thawed.vitrification_time_s)))
    assert thawed.vitrification_time_s > 3600.0
    assert thawed.tg_K[at] == pytest.approx(thawed.temperature_K[at], abs=3.0)
    assert cure(kinetics, Program("cold", (0.0, 3600.0), (255.15, 255.15))).vitrification_time_s == 0.0
    soft = replace(kinetics, glass_transition=DiBenedetto(250.0, 420.0, 0.45))
    starts = [
        continuous_heating_transformation(soft, [1.0], start_K=start).vitrification_temperature_K[0]
        for start in (240.0, 260.0)
    ]
    assert starts[0] == pytest.approx(starts[1], abs=0.1)


def test_a_temperature_in_celsius_and_a_gel_conversion_of_nothing_are_refused() -> None:
    kinetics = CureKinetics("k", A1_per_s=1e5, E1_J_mol=60e3, gel_conversion=0.6)
    with pytest.raises(ConfigError, match="are these °C"):
        gel_time(kinetics, 50.0)
    with pytest.raises(ConfigError, match="gel_conversion=0"):
        gel_time(kinetics, 350.0, gel_conversion=0.0)
