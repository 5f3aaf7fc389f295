"""Growth through the public function: closed forms, limits, monotony, the dissociation pressure, films, intervals."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from finechem.errors import ConfigError, DomainError, InputError, ReadError
from finechem.matter.programs import Program, hold, reflow
from finechem.oxidation.exposure import Exposure, parse_exposure, read_exposure, repeated
from finechem.oxidation.growth_arrays import shared_loadings
from finechem.oxidation.growth_parameters import (
    CabreraMottLaw,
    CubicLaw,
    LinearLaw,
    LogarithmicLaw,
    OxideGrowth,
    ParabolicLaw,
    RateConstant,
    Regime,
)
from finechem.oxidation.growth_reading import growth_laws_of, shipped_growth_laws
from finechem.oxidation.oxide_growth import OxygenBarrier, onset_temperature, thickness_after
from finechem.oxidation.thermochemistry import dissociation_pressure_bar

COPPER = next(law for law in shipped_growth_laws() if law.name == "Cu-air")


def near(expected: Any, rel: float = 1e-6) -> Any:
    """An approximate number without pytest's absolute tolerance of 1e-12, which is coarse for nanometres squared."""
    return pytest.approx(expected, rel=rel, abs=0.0)


def law(*regimes: Regime, start_m: float = 0.0, solid: str = "Ta", oxide: str = "Ta2O5") -> OxideGrowth:
    return OxideGrowth("test", solid, oxide, regimes, start_m)


def k(value: float, energy: float = 0.0, n: float = 0.0, sigma: float = 0.0, sigma_E: float = 0.0) -> RateConstant:
    return RateConstant(value, 600.0, energy, n, sigma, sigma_E)


def at_600(growth: OxideGrowth, seconds: float, **more: Any) -> float:
    program = Program("hold", (0.0, seconds), (600.0, 600.0))
    return thickness_after([growth], program, draws=1, tolerance=1e-8, **more).final().value_m


def test_parabolic_with_published_units() -> None:
    """4 nm2/s for an hour are 120 nm, 441 nm2/min for 100 min 210 nm, whatever the unit says."""
    row = {"name": "x", "substance": "Ta", "oxide": "Ta2O5", "law": "parabolic", "reference_K": 600.0, "sigma_ln": 0.0}
    for value, unit, seconds, nm in (
        (4.0, "nm2/s", 3600, 120.0),
        (441.0, "nm2/min", 6000, 210.0),
        (0.01, "um2/h", 36000, 316.2278),
    ):
        (found,) = growth_laws_of([{**row, "value": value, "unit": unit}])
        assert at_600(found, seconds) * 1e9 == near(nm, rel=1e-6)


def test_closed_forms() -> None:
    t = 7200.0
    assert at_600(law(LinearLaw(constant=k(1e-12))), t) == near(1e-12 * t, rel=1e-6)
    assert at_600(law(CubicLaw(constant=k(1e-27)), start_m=1e-8), t) == near((1e-24 + 1e-27 * t) ** (1 / 3))
    B, BA = 1e-18, 2e-11
    A = B / BA
    grown = at_600(law(ParabolicLaw(constant=k(B), linear=k(BA)), start_m=2e-8), t)
    tau = (2e-8**2 + A * 2e-8) / B
    assert grown == near(A / 2 * (math.sqrt(1 + 4 * B * (t + tau) / A**2) - 1), rel=1e-6)
    L = 2e-9
    assert at_600(law(LogarithmicLaw(constant=k(1e-12), length_m=L)), t) == near(L * math.log1p(1e-12 * t / L))
    X = 20e-9
    x = at_600(law(CabreraMottLaw(constant=k(1e-18), field_length_mK=X * 600.0)), t)
    assert quad(lambda y: math.exp(-X / y) / 1e-18, 0.0, x)[0] == near(t, rel=1e-6)


def test_deal_and_grove_by_hand() -> None:
    """Dry (111) silicon, 1000 °C, an hour: B = 0.0104 um2/h, B/A = 0.0751 um/h, 25 nm to start with."""
    silicon = next(item for item in shipped_growth_laws() if item.name == "Si-111-dry")
    kT = 8.617333e-5 * 1273.15
    B, BA = 772.0 * math.exp(-1.23 / kT), 6.23e6 * math.exp(-2.0 / kT)
    A, x0 = B / BA, 0.025
    expected = A / 2 * (math.sqrt(1 + 4 * (B * 1.0 + x0**2 + A * x0) / A**2) - 1)
    found = thickness_after([silicon], Exposure(hold(1000.0, 1.0), (1.0,)), draws=1, tolerance=1e-8).final().value_m
    assert found * 1e6 == near(expected, rel=1e-4)
    tenth = thickness_after([silicon], Exposure(hold(1000.0, 10.0), (0.1,)), draws=1, tolerance=1e-8).final().value_m
    assert tenth == near(found, rel=1e-6)  # both constants go with the pressure: ten times the time


def test_copper_regimes_join_as_the_closed_form_says() -> None:
    """t = x³/(1.5 e k) below the edge e of the cubic regime, e²/1.5k + (x² − e²)/k above it."""
    edge, T = COPPER.regimes[0].up_to_m, 500.0
    rate = COPPER.constant.at(T)
    for nm in (5.0, 20.0, 25.0, 30.0, 80.0):
        x = nm * 1e-9
        t = x**3 / (1.5 * edge * rate) if x <= edge else edge**2 / (1.5 * rate) + (x**2 - edge**2) / rate
        program = Program("hold", (0.0, t), (T, T))
        assert thickness_after([COPPER], program, draws=1, tolerance=1e-9).final().value_m == near(x, rel=1e-5)


def test_a_ramp_is_its_reduced_time() -> None:
    growth = law(ParabolicLaw(constant=k(1e-18, 80.0)))
    ramp = Program("ramp", (0.0, 3600.0), (400.0, 900.0))
    reduced = quad(lambda t: growth.constant.at(ramp.at(t)), 0.0, 3600.0, epsrel=1e-10)[0]
    assert thickness_after([growth], ramp, draws=1, tolerance=1e-8).final().value_m == near(
        math.sqrt(reduced), rel=1e-5
    )


@settings(deadline=None, max_examples=20)
@given(
    temperature=st.floats(350.0, 550.0),
    warmer=st.floats(1.0, 50.0),
    hours=st.floats(0.01, 50.0),
    longer=st.floats(1.1, 5.0),
)
def test_hotter_and_longer_is_thicker(temperature: float, warmer: float, hours: float, longer: float) -> None:
    def grown(kelvin: float, time_h: float) -> float:
        return thickness_after([COPPER], hold(kelvin - 273.15, time_h), draws=1).final().value_m

    base = grown(temperature, hours)
    assert grown(temperature + warmer, hours) > base
    assert grown(temperature, hours * longer) > base


def test_more_oxygen_is_thicker_where_the_exponent_is_positive() -> None:
    growth = law(ParabolicLaw(constant=k(1e-18, 80.0, 0.25)))
    found = [
        thickness_after([growth], Exposure(hold(300.0, 1.0), (p,)), draws=1).final().value_m for p in (1e-4, 1e-2, 1.0)
    ]
    assert found[0] < found[1] < found[2]
    assert found[2] / found[1] == near(100.0 ** (0.25 / 2), rel=1e-4)


def test_no_growth_at_or_below_the_dissociation_pressure() -> None:
    """Copper at 1000 K: p_eq of Cu2O is 1e-10 bar or so; at it and below nothing grows, well above it all does."""
    limit = float(dissociation_pressure_bar("Cu", 1000.0, oxide="Cu2O"))
    program = Program("hold", (0.0, 3600.0), (1000.0, 1000.0))

    def grown(pressure: float, start: float = 0.0) -> float:
        growth = law(ParabolicLaw(constant=k(1e-18)), solid="Cu", oxide="Cu2O", start_m=start)
        return thickness_after([growth], Exposure(program, (pressure,)), draws=1).final().value_m

    assert grown(limit * 0.99) == 0.0 and grown(0.0) == 0.0 and grown(limit * 1e-6) == 0.0
    assert grown(limit * 0.5, 1e-8) == 1e-8  # and nothing is taken away
    assert 0.0 < grown(limit * 1.2) < grown(limit * 100.0) < grown(0.2) == near(6e-8, rel=1e-3)
    assert grown(limit * 100.0) == near(6e-8 * math.sqrt(0.99), rel=1e-2)


@pytest.mark.parametrize("hottest", [600.0, 800.0, 1000.0, 1200.0, 2000.0, 3000.0])
def test_growth_stops_and_starts_where_the_dissociation_pressure_is_crossed(hottest: float) -> None:
    """Heated in 1e-30 bar oxygen, copper oxide stops growing near 470 K; on the way down it grows again."""
    up = Program("up", (0.0, 1e5, 2e5), (300.0, hottest, 300.0))
    grown = thickness_after([COPPER], Exposure(up, (1e-30,)), draws=20, each_s=1e3)
    x = grown.thickness_m[0]
    assert np.all(np.isfinite(x)) and np.all(np.diff(x, axis=1) >= 0.0)
    crossing = (475.0 - 300.0) / (hottest - 300.0) * 1e5
    after = (grown.time_s > crossing) & (grown.time_s < 2e5 - crossing)
    assert np.ptp(x[:, after], axis=1).max() == 0.0
    assert np.all(x[:, -1] > x[:, np.flatnonzero(after)[-1]])


def test_nitrogen_holds_a_nitride_back() -> None:
    """TiN at 2000 K: its dissociation pressure goes with the root of the nitrogen pressure."""
    one, other = (dissociation_pressure_bar("TiN", 1500.0, oxide="TiO2", nitrogen_bar=p) for p in (1.0, 1e-4))
    middle = math.sqrt(one * other)
    growth = law(ParabolicLaw(constant=k(1e-18)), solid="TiN", oxide="TiO2")
    exposure = Exposure(Program("hold", (0.0, 3600.0), (1500.0, 1500.0)), (middle,))
    held = thickness_after([growth], exposure, draws=1, nitrogen_bar=1.0).final().value_m
    free = thickness_after([growth], exposure, draws=1, nitrogen_bar=1e-4).final().value_m
    assert held == 0.0 and free > 0.0


@settings(deadline=None, max_examples=15)
@example(temperatures=[300.0] * 6, pressures=[0.0, 0.0, 0.0, 0.9740303273489863, 0.0, 0.0])  # a rounded rest at 0 bar
@given(
    temperatures=st.lists(st.floats(300.0, 580.0), min_size=2, max_size=6),
    pressures=st.lists(st.floats(0.0, 1.0), min_size=6, max_size=6),
)
def test_thickness_never_falls(temperatures: list[float], pressures: list[float]) -> None:
    program = Program("any", tuple(60.0 * i for i in range(len(temperatures))), tuple(temperatures))
    grown = thickness_after([COPPER], Exposure(program, tuple(pressures[: len(temperatures)])), draws=8)
    assert np.all(np.diff(grown.thickness_m, axis=2) >= 0.0)


def test_intervals_are_what_the_errors_say() -> None:
    """x goes with the root of k: sigma of ln x is half that of ln k, with the energy's part away from the reference."""
    growth = law(ParabolicLaw(constant=k(1e-18, 100.0, 0.0, 0.6, 10.0)))
    hot = thickness_after([growth], Program("hold", (0.0, 3600.0), (600.0, 600.0)), draws=4001).final()
    assert hot.sigma_ln == near(0.3, rel=0.05)
    assert hot.value_m == near(6e-8, rel=1e-4)
    cold = thickness_after([growth], Program("hold", (0.0, 3600.0), (500.0, 500.0)), draws=4001).final()
    moved = 10e3 / 8.314462618 * (1 / 500 - 1 / 600)
    assert cold.sigma_ln == near(math.hypot(0.6, moved) / 2, rel=0.05)


def test_draws_are_reproducible_and_do_not_depend_on_the_company() -> None:
    growth = law(ParabolicLaw(constant=k(1e-18, 100.0, 0.0, 0.6, 10.0)))
    program = reflow(passes=1)
    alone = thickness_after([growth], program, draws=32).thickness_m
    beside = thickness_after([COPPER, growth], program, draws=32).thickness_m
    np.testing.assert_allclose(beside[1], alone[0], rtol=1e-9)
    other = thickness_after([growth], program, draws=32, seed=1).thickness_m
    assert not np.allclose(other[0, 1:, -1], alone[0, 1:, -1], atol=0.0)
    np.testing.assert_array_equal(other[0, 0], alone[0, 0])  # the first draw takes the parameters as they are


def test_films_in_their_limits() -> None:
    growth = law(ParabolicLaw(constant=k(1e-16)))
    exposure = Exposure(Program("hold", (0.0, 3600.0), (600.0, 600.0)), (0.2,))

    def grown(film: OxygenBarrier | None) -> float:
        return thickness_after([growth], exposure, films=[film], draws=1, tolerance=1e-8).final().value_m

    bare = grown(None)
    assert bare == near(6e-7, rel=1e-6)
    assert grown(OxygenBarrier(1e-7, 1.0)) == near(bare, rel=1e-6)  # lets everything through
    S, d = 1e-20, 1e-7
    assert grown(OxygenBarrier(d, S)) == near(S * 0.2 / d * 3600.0, rel=0.02)  # the film alone decides
    gone = OxygenBarrier(d, S, loss_energy_kJ_mol=20.0)
    assert grown(gone) == near(bare, rel=1e-3)
    kept = OxygenBarrier(d, S, loss_energy_kJ_mol=400.0)
    assert grown(kept) == near(grown(OxygenBarrier(d, S)), rel=1e-6)
    with pytest.raises(InputError, match="thickness_m of 0"):
        OxygenBarrier(0.0, 1.0)


@pytest.mark.parametrize("passes", [2, 3, 7])
def test_passes_do_as_much_as_single_runs(passes: int) -> None:
    """x² of a parabolic law adds up, pass for pass, also where oxygen is another at the end than at the start."""
    growth = law(ParabolicLaw(constant=k(1e-18, 80.0, 0.5)))
    program = Program("pass", (0.0, 100.0, 200.0, 1000.0), (298.0, 523.0, 523.0, 298.0))
    once = Exposure(program, (1e-6, 1e-6, 1e-6, 0.21))
    single = thickness_after([growth], once, draws=1, tolerance=1e-8).final().value_m
    several = thickness_after([growth], repeated(once, passes), draws=1, tolerance=1e-8).final().value_m
    assert several == near(math.sqrt(passes) * single, rel=1e-5)
    shared = repeated(Exposure(program, (0.2, 0.1, 0.1, 0.2)), passes)
    assert len(shared.oxygen_bar) == 3 * passes + 1  # equal ends are one point
    jump = repeated(Exposure(Program("jump", (0.0, 100.0), (300.0, 600.0)), (0.2,)), passes)
    once_m, more_m = (
        thickness_after([growth], each, draws=1, tolerance=1e-8).final().value_m
        for each in (Exposure(Program("jump", (0.0, 100.0), (300.0, 600.0)), (0.2,)), jump)
    )
    assert more_m == near(math.sqrt(passes) * once_m, rel=1e-5)


def test_the_value_is_the_median_and_the_larger_half_the_error() -> None:
    """Skewed draws: a film that holds or is lost. Symmetric ones: the nominal value, exactly, by opposite draws."""
    growth = law(ParabolicLaw(constant=k(1e-18, 100.0, 0.0, 0.6, 10.0)))
    hold_400 = Program("hold", (0.0, 3600.0), (400.0, 400.0))
    assert thickness_after([growth], hold_400).final().value_m == near(
        thickness_after([growth], hold_400, draws=1).final().value_m, rel=1e-6
    )
    film = OxygenBarrier(1e-7, 1e-20, 600.0, 0.0, 120.0, sigma_loss_energy_kJ_mol=10.0)
    grown = thickness_after([growth], Program("hold", (0.0, 3600.0), (500.0, 500.0)), films=[film])
    draws = np.log(grown.thickness_m[0, :, -1])
    low, middle, high = np.quantile(draws, (0.05, 0.5, 0.95))
    value, lowest, highest, sigma = grown.final()
    assert (math.log(value), math.log(lowest), math.log(highest)) == near((middle, low, high), rel=1e-9)
    assert sigma == near(max(high - middle, middle - low) / 1.6448536, rel=1e-6)


def test_different_laws_have_independent_errors_and_one_law_its_own() -> None:
    one = law(ParabolicLaw(constant=k(1e-18, 100.0, 0.0, 0.6, 0.0)))
    other = law(ParabolicLaw(constant=k(2e-18, 100.0, 0.0, 0.6, 0.0)))
    x = np.log(thickness_after([one, other, one], hold(300.0, 1.0), draws=2001).thickness_m[:, :, -1])
    np.testing.assert_array_equal(x[0], x[2])
    assert abs(np.corrcoef(x[0], x[1])[0, 1]) < 0.1


def test_shared_errors_are_those_of_the_law() -> None:
    """x goes with the root of k: half of each error of the law, and all of the error where there is no other."""
    growth = law(ParabolicLaw(constant=k(1e-18, 100.0, 0.0, 0.6, 10.0)))
    program = Program("hold", (0.0, 3600.0), (500.0, 500.0))
    draws = np.log(thickness_after([growth], program).thickness_m[0, :, -1])
    moved = 10e3 / 8.314462618 * (1 / 600 - 1 / 500)
    found = shared_loadings(growth, draws, 10.0)
    assert [found[f"growth:{growth.key} {name}"] for name in ("ln k", "E")] == near([0.3, moved / 2], rel=1e-3)
    less = shared_loadings(growth, draws, 0.2)
    assert math.hypot(*less.values()) == near(0.2)  # never more than the whole


@pytest.mark.parametrize("solid", ["Cu", "Ti", "Si"])
@pytest.mark.parametrize("kelvin", [400.0, 933.5, 1357.9, 1358.3, 1516.6, 1801.0])
def test_exactly_at_the_dissociation_pressure_nothing_grows(solid: str, kelvin: float) -> None:
    """Also near phase changes, where the table of the kernel has kinks."""
    oxide = {"Cu": "Cu2O", "Ti": "TiO2", "Si": "SiO2"}[solid]
    limit = float(dissociation_pressure_bar(solid, kelvin, oxide=oxide))
    growth = law(ParabolicLaw(constant=k(1e-18)), solid=solid, oxide=oxide)
    program = Program("hold", (0.0, 3600.0), (kelvin, kelvin))
    assert thickness_after([growth], Exposure(program, (limit,)), draws=1).final().value_m == 0.0
    assert thickness_after([growth], Exposure(program, (1.01 * limit,)), draws=1).final().value_m > 0.0


SILICON = next(item for item in shipped_growth_laws() if item.name == "Si-111-dry")


def test_silicon_burns_away_below_its_limit() -> None:
    dry = Exposure(hold(1000.0, 1.0), (1.0,))
    assert thickness_after([SILICON], dry).outside == ("",)
    poor = thickness_after([SILICON], Exposure(hold(1100.0, 1.0), (1e-8,))).outside[0]
    assert "burns away: active oxidation below 10^" in poor
    only_at_the_end = Exposure(Program("leak", (0.0, 1e4, 2e4), (1373.0, 1373.0, 1373.0)), (1.0, 1.0, 1e-9))
    assert "burns away" in thickness_after([SILICON], only_at_the_end).outside[0]


def test_a_fitted_start_is_no_oxide_to_speak_of() -> None:
    """25 nm of Deal and Grove stand for a first fast growth: below 1.5 times that is silence; 20 % is its error."""
    short = thickness_after([SILICON], Exposure(hold(800.0, 0.1), (1.0,)))
    assert "the law leaves out the first fast growth" in short.outside[0]
    assert short.final().sigma_ln == pytest.approx(0.2, abs=0.03)
    assert thickness_after([SILICON], Exposure(hold(1000.0, 1.0), (1.0,))).outside[0] == ""
    for nm in (20.0, 30.0):
        with pytest.raises(DomainError, match="the law leaves out the first fast growth"):
            onset_temperature(SILICON, hours=1.0, thickness_m=nm * 1e-9, oxygen_bar=1.0)
    native = law(ParabolicLaw(constant=k(1e-18)), start_m=2e-9)
    assert thickness_after([native], hold(0.0, 0.001)).outside[0] == ""  # oxide that was there is oxide


def test_slips_in_units_are_asked_about() -> None:
    fast = parse_exposure("time_s,temperature_C\n0,25\n4,260\n8,25")
    assert "heats at 58.8 K/s" in fast.hints[0]
    fahrenheit = parse_exposure("time_s,temperature_C\n0,77\n300,480\n600,77")
    assert "room temperature in °F" in fahrenheit.hints[0]
    assert parse_exposure("time_s,temperature_C\n0,25\n300,250\n600,25").hints == ()


def test_onset_is_the_inverse_of_thickness() -> None:
    growth = law(ParabolicLaw(constant=k(1e-18, 100.0, 0.0, 0.4, 0.0)))
    value, low, high = onset_temperature(growth, hours=2.0, thickness_m=5e-8)
    assert thickness_after([growth], hold(value - 273.15, 2.0), draws=1).final().value_m == near(5e-8, rel=0.01)
    exact = 1.0 / (1 / 600 - 8.314462618e-3 / 100.0 * math.log(25e-16 / 7200 / 1e-18))
    assert value == near(exact, rel=2e-3)
    assert low < value < high
    with pytest.raises(DomainError, match="come above 400 K"):
        onset_temperature(growth, hours=1.0, thickness_m=1e-6, between_K=(300.0, 400.0), draws=1)
    with pytest.raises(InputError, match="above that at the start"):
        onset_temperature(law(growth.regimes[0], start_m=1e-7), hours=1.0, thickness_m=1e-8)


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(InputError, match="no growth law"):
        thickness_after([], reflow())
    with pytest.raises(InputError, match="2 films for 1 growth law"):
        thickness_after([COPPER], reflow(), films=[None, None])
    with pytest.raises(InputError, match="expected an Exposure"):
        thickness_after([COPPER], "reflow")  # type: ignore[arg-type]


PROFILE = "time_min;temperature_C;oxygen_ppm\n# nitrogen\n0;25;1000\n3;180;500\n5;250;200\n8;25;200\n"


def test_profiles_of_the_user(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(PROFILE, "utf-8")
    exposure = read_exposure(file)
    assert exposure.program.name == "mine" and exposure.program.peak_K == near(523.15)
    assert exposure.oxygen_bar == near((1e-3, 5e-4, 2e-4, 2e-4))
    twice = repeated(exposure, 2)
    assert twice.oxygen_bar == 2 * exposure.oxygen_bar  # no point is left out where the passes join
    grown = thickness_after([COPPER], exposure)
    assert "no exponent was measured" in grown.outside[0]
    assert 5e-10 < grown.final().value_m < 1e-7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time_s,temperature_C,pO2\n0,25,0.2\n9,30,0.2", "oxygen goes into one of oxygen_bar"),
        ("time_s,temperature_C,O2_ppm\n0,25,0.2\n9,30,0.2", "unknown column 'O2_ppm'.*oxygen_ppm"),
        ("time_s,temperature_C,ppO2_bar\n0,25,0.2\n9,30,0.2", "unknown column 'ppO2_bar'"),
        ("time_s,temperature_C,pressure\n0,25,0.2\n9,30,0.2", "unknown column 'pressure'"),
        ("time_s,temperature_C,oxygen_percent\n0,25,21\n9,30,101", "line 3: oxygen_percent of 101 is more than all"),
        ("time_s,temperature_C,oxygen_ppm\n0,25,2e6\n9,30,1", "line 2: oxygen_ppm of 2e"),
        ("time_s,temperature_K\n0,25\n9,180", r"at most 180 K.*is temperature_K in °C"),
        ("time_s,temperature_C,oxygen_bar\n0,25,0.2\n9,30,x", "line 3: .* has no oxygen pressure"),
        ("time_s,temperature_C,oxygen_bar,oxygen_ppm\n0,25,0.2,1\n9,30,0.2,1", "2 oxygen columns"),
        ("time_s,oxygen_bar\n0,0.2\n9,0.2", "expected one of time_s"),
    ],
)
def test_profiles_that_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        parse_exposure(text)


def test_impossible_oxygen_is_explained() -> None:
    with pytest.raises(ConfigError, match="-1 bar is not between 0 and 1000"):
        parse_exposure("time_s,temperature_C,oxygen_bar\n0,25,0.2\n9,30,-1")
    with pytest.raises(ConfigError, match="3 oxygen pressures for 2 points"):
        Exposure(hold(25.0, 1.0), (0.2, 0.2, 0.2))
