"""Parameters from calorimetry: synthetic runs give back what they were made with, and files say what is wrong."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from finechem.adhesives import CureKinetics, cure, fit_cure_kinetics, isoconversional, read_dsc
from finechem.adhesives.dsc import DscRun, heats_apart
from finechem.errors import ConfigError, InputError, ReadError
from finechem.matter.programs import Program

RATES = (2.5, 5.0, 10.0, 20.0)
TRUE = CureKinetics(
    "synthetic",
    A1_per_s=3e4,
    E1_J_mol=62e3,
    A2_per_s=8e4,
    E2_J_mol=56e3,
    m=0.8,
    n=1.6,
    heat_J_kg=400e3,
    source="made up",
)
AUTO = CureKinetics("synthetic", A2_per_s=2e5, E2_J_mol=60e3, m=0.6, n=1.4)
FIRST = CureKinetics("synthetic", A1_per_s=5e6, E1_J_mol=75e3, n=1.0)


def scan(kinetics: CureKinetics, rate: float, noise: float = 0.0, seed: int = 0, start: float = 0.0) -> DscRun:
    """Return a run from 300 to 640 K at a heating rate in K/min."""
    program = Program(f"{rate:g}", (0.0, 340.0 * 60.0 / rate), (300.0, 640.0))
    found = cure(kinetics, program, points=1500, initial_conversion=start)
    speed = kinetics.rate_per_s(found.conversion, found.temperature_K)
    scatter = noise * speed.max() * np.random.default_rng(seed).normal(size=speed.size)
    return DscRun(program.name, found.times_s, found.temperature_K, found.conversion, speed + scatter, 400e3)


def test_isoconversional_analysis_recovers_the_energy_within_its_interval() -> None:
    runs = [scan(FIRST, rate) for rate in RATES]
    for method, bias in (("friedman", 100.0), ("kas", 1500.0)):  # the expansion behind KAS errs by a percent or two
        for item in isoconversional(runs, method):
            low, high = item.interval_J_mol()
            assert low - bias <= 75e3 <= high + bias, (method, item)
            assert item.activation_energy_J_mol == pytest.approx(75e3, rel=0.02)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """Temperatures of a conversion scatter by 0.3 K, independently: 95 % of the intervals hold the energy."""
    rng = np.random.default_rng(7)
    clean = [scan(FIRST, rate) for rate in RATES]
    held = []
    for _ in range(200):
        shifted = [
            DscRun(run.name, run.time_s, run.temperature_K + rng.normal(0.0, 0.3), run.conversion, run.rate_per_s)
            for run in clean
        ]
        (item,) = isoconversional(shifted, "friedman", [0.5])
        low, high = item.interval_J_mol()
        held.append(low <= 75e3 <= high)
    assert 0.90 <= np.mean(held) <= 0.99


def test_the_energy_lies_between_both_paths_where_there_are_two() -> None:
    energies = [item.activation_energy_J_mol for item in isoconversional([scan(TRUE, rate) for rate in RATES])]
    assert all(55e3 < energy < 63e3 for energy in energies)


@pytest.mark.parametrize(
    ("model", "truth", "start"), [("kamal", TRUE, 0.0), ("autocatalytic", AUTO, 0.005), ("nth-order", FIRST, 0.0)]
)
def test_a_fit_recovers_the_rate_law_within_its_intervals(model: str, truth: CureKinetics, start: float) -> None:
    runs = [scan(truth, rate, 0.01, seed, start) for seed, rate in enumerate(RATES)]
    fit = fit_cure_kinetics(runs, model, confidence=0.99)
    expected = {
        "log10_A1": float(np.log10(truth.A1_per_s or 1.0)), "E1_J_mol": truth.E1_J_mol,
        "log10_A2": float(np.log10(truth.A2_per_s or 1.0)), "E2_J_mol": truth.E2_J_mol, "m": truth.m,
        "n": truth.n,
    }  # fmt: skip
    for name, (value, low, high) in fit.parameters.items():
        assert low <= expected[name] <= high, (name, value, low, high, expected[name])
    assert 0.005 < fit.rms_relative_error < 0.015
    again = cure(fit.kinetics, Program("hold", (0.0, 3600.0), (390.0, 390.0)), initial_conversion=max(start, 1e-6))
    before = cure(truth, Program("hold", (0.0, 3600.0), (390.0, 390.0)), initial_conversion=max(start, 1e-6))
    assert again.final_conversion == pytest.approx(before.final_conversion, abs=0.01)


def test_fits_that_cannot_be() -> None:
    run = scan(FIRST, 10.0)
    with pytest.raises(InputError, match="two or more runs"):
        fit_cure_kinetics([run])
    with pytest.raises(InputError, match="did you mean 'kamal'"):
        fit_cure_kinetics([run, run], "kamall")
    with pytest.raises(InputError, match="did you mean 'friedman'"):
        isoconversional([run, run, run], "fridman")
    with pytest.raises(InputError, match="three or more"):
        isoconversional([run, run], "kas")
    isothermal = DscRun("hold", run.time_s, np.full(run.time_s.size, 400.0), run.conversion, run.rate_per_s)
    with pytest.raises(InputError, match="constant rate"):
        isoconversional([run, run, isothermal], "kas")


def test_heat_flow_from_a_file(tmp_path: Path) -> None:
    paths = []
    for rate in RATES:
        run = scan(TRUE, rate)
        flow = 400.0 * run.rate_per_s + 0.2 + 1e-5 * run.time_s  # W/g on a sloping baseline
        rows = [
            f"{t / 60:.6f},{kelvin - 273.15:.4f},{w:.6e}"
            for t, kelvin, w in zip(run.time_s, run.temperature_K, flow, strict=True)
        ]
        path = tmp_path / f"{rate:g}.csv"
        path.write_text("time_min,temperature_C,heat_flow_W_g\n" + "\n".join(rows) + "\n", "utf-8")
        paths.append(path)
    runs = read_dsc(paths)
    for run, rate in zip(runs, RATES, strict=True):
        assert run.heat_J_kg == pytest.approx(400e3, rel=1e-2)  # a little is left at the ends of the fast runs
        assert run.heating_rate_K_min == pytest.approx(rate, rel=1e-3)
    fit = fit_cure_kinetics(runs)
    assert fit.kinetics.heat_J_kg == pytest.approx(400e3, rel=1e-2)
    at = (0.5, 400.0)
    assert float(fit.kinetics.rate_per_s(*at)) == pytest.approx(float(TRUE.rate_per_s(*at)), rel=0.02)


def test_several_runs_in_a_file_and_plain_conversions(tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    rows = ["run,time_s,temperature_K,conversion"]
    for name in ("a", "b"):
        rows += [f"{name},{t},{300 + t},{t / 20}" for t in range(20)]
    path.write_text("\n".join(rows), "utf-8")
    runs = read_dsc([path])
    assert [run.name for run in runs] == ["a", "b"] and runs[0].heat_J_kg is None
    assert runs[0].rate_per_s == pytest.approx(np.full(20, 0.05))


def test_all_mistakes_of_a_file_in_one_message(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    rows = ["time_s,temperature_C,conversion"] + [f"{t},{25 + t},{t / 20}" for t in range(12)]
    rows[3] = "2,hot,0.1"
    rows[5] = "4,29,"
    path.write_text("\n".join(rows), "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_dsc([path])
    assert "row 4, column 'temperature_C'" in str(caught.value) and "row 6, column 'conversion'" in str(caught.value)
    path.write_text("time_s,temprature_C,conversion\n", "utf-8")
    with pytest.raises(ConfigError, match=r"temprature_C.*\n.*temperature"):
        read_dsc([path])
    path.write_text(
        "time_s,temperature_C,heat_flow_W_g\n" + "\n".join(f"{t},{t},{-abs(5 - t)}" for t in range(11)), "utf-8"
    )
    path.write_text(
        "time_s,temperature_C,heat_flow_W_g\n" + "\n".join(f"{t},{t},{abs(5 - t)}" for t in range(11)), "utf-8"
    )
    with pytest.raises(ConfigError, match="exothermic"):
        read_dsc([path])
    path.write_text("time_s,temperature_C,conversion\n", "utf-8")
    with pytest.raises(ReadError, match="no rows"):
        read_dsc([path])
    path.write_text("time_s,temperature_C,conversion\n" + "\n".join(f"{-t},{t},0" for t in range(11)), "utf-8")
    with pytest.raises(ConfigError, match="time does not rise"):
        read_dsc([path])


def test_one_temperature_tells_no_energy() -> None:
    time = np.linspace(0.0, 3e4, 200)
    run = DscRun("hold", time, np.full(200, 360.0), 1.0 - np.exp(-3e-4 * time), 3e-4 * np.exp(-3e-4 * time))
    with pytest.raises(InputError, match="no activation energy can be told from one temperature"):
        fit_cure_kinetics([run, run], "nth-order")
    with pytest.raises(InputError, match="confidence=95"):
        fit_cure_kinetics([run, run], "nth-order", confidence=95.0)


def test_an_isothermal_run_keeps_what_it_starts_with(tmp_path: Path) -> None:
    """First order at one temperature: the heat flow is highest at once, and the whole of it is the reaction's."""
    time = np.linspace(0.0, 4e4, 2001)
    flow = 0.4 * 1e3 * 3e-4 * np.exp(-3e-4 * time)
    path = tmp_path / "iso.csv"
    rows = [f"{t:.1f},100.0,{f:.9g}" for t, f in zip(time, flow, strict=True)]
    path.write_text("\n".join(["time_s,temperature_C,heat_flow_W_g", *rows]), encoding="utf-8")
    (run,) = read_dsc([path])
    assert run.heat_J_kg == pytest.approx(400e3, rel=1e-3)
    assert run.conversion[1000] == pytest.approx(1.0 - np.exp(-3e-4 * time[1000]), abs=1e-4)


def flow_file(path: Path, run: DscRun, last: int) -> Path:
    """Heat flow of a run of 400 J/g, W/g, up to a point."""
    rows = [
        f"{t:.3f},{kelvin:.4f},{400.0 * rate:.9g}"
        for t, kelvin, rate in zip(run.time_s[:last], run.temperature_K[:last], run.rate_per_s[:last], strict=True)
    ]
    path.write_text("\n".join(["time_s,temperature_K,heat_flow_W_g", *rows]), "utf-8")
    return path


def test_a_run_cut_within_its_peak_is_refused(tmp_path: Path) -> None:
    run = scan(TRUE, 10.0)
    for share, why in ((0.6, "must end flat"), (0.9, "cut within the peak")):
        last = int(np.searchsorted(run.conversion, share))
        with pytest.raises(ConfigError, match=why):
            read_dsc([flow_file(tmp_path / "cut.csv", run, last)])
    assert len(read_dsc([flow_file(tmp_path / "whole.csv", run, run.time_s.size)])) == 1


def test_conversion_is_of_the_heat_of_full_cure_where_it_is_handed_in(tmp_path: Path) -> None:
    """An isothermal run that stops at 70 %, as in a glass, and one that goes to the end."""
    time = np.linspace(0.0, 4e4, 2001)
    for name, share in (("glass", 0.7), ("full", 1.0)):
        rows = [f"{t:.1f},100.0,{share * 0.12 * math.exp(-3e-4 * t):.9g}" for t in time]
        (tmp_path / f"{name}.csv").write_text("\n".join(["time_s,temperature_C,heat_flow_W_g", *rows]), "utf-8")
    paths = [tmp_path / "glass.csv", tmp_path / "full.csv"]
    doubt = heats_apart(read_dsc(paths))
    assert "run glass releases 280 J/g and run full 400" in doubt
    runs = read_dsc(paths, heat_J_kg=400e3)
    assert [run.conversion[-1] for run in runs] == pytest.approx([0.7, 1.0], abs=1e-3)
    assert runs[0].rate_per_s[0] == pytest.approx(0.7 * 3e-4, rel=1e-3)
    with pytest.raises(ConfigError, match="more than the 2e"):
        read_dsc(paths, heat_J_kg=200e3)
    assert heats_apart(runs[1:]) == ""


def test_units_that_slipped_are_told_of() -> None:
    with pytest.raises(ConfigError, match="1 J/g is 1000 J/kg"):
        CureKinetics("slip", A1_per_s=1e5, E1_J_mol=60e3, heat_J_kg=460.0)
    with pytest.raises(ConfigError, match="1 kJ/mol is 1000 J/mol"):
        CureKinetics("slip", A1_per_s=1e5, E1_J_mol=60.0)
