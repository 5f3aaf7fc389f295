"""``finechem adhesive cure``, ``ttt`` and ``fit-dsc``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from finechem.adhesives import CureKinetics, cure
from finechem.matter.programs import Program
from tests.cli.conftest import Invoke

RECIPE = """
name = "laminating epoxy"
unit = "eq"
[[components]]
name = "resin"
role = "resin"
amount = 1.0
smiles = "CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1"
[[components]]
name = "IPDA"
role = "hardener"
amount = 1.0
smiles = "CC1(C)CC(N)CC(C)(CN)C1"
"""
STEPS = """
[[cure]]
temperature_C = 60
time_min = 240
[[cure]]
temperature_C = 80
time_min = 120
"""
MODEL = """
[cure_model]
kinetics = "rimr135-rimh137"
ramp_K_min = 1.0
[cure_model.viscosity]
viscosity_Pa_s = 0.5
at_C = 25
E_J_mol = 45000
A = 1.5
B = 1.0
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text, "utf-8")
    return path


def test_cure_shows_conversion_glass_and_viscosity_with_both_marks(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, RECIPE + STEPS + MODEL)
    monkeypatch.chdir(tmp_path)
    result = invoke("adhesive", "cure", path, "--plot")
    lines = result.stdout.splitlines()
    assert lines[2].split() == ["min", "°C", "conversion", "Tg", "°C", "Pa", "s"]
    (gel,) = (line for line in lines if line.endswith("gels"))
    (glass,) = (line for line in lines if line.endswith("vitrifies"))
    assert gel.split()[2] == "0.5774" and gel.split()[4] == "inf"  # the ideal network of the recipe
    assert glass.split()[1] == glass.split()[3]  # the glass transition is the temperature
    assert "gel conversion 0.577 (ideal network of the recipe, a lower bound)" in result.stdout
    assert (tmp_path / "recipe-cure.png").read_bytes().startswith(b"\x89PNG")


def test_the_user_s_gel_conversion_wins(invoke: Invoke, tmp_path: Path) -> None:
    path = written(tmp_path, RECIPE + STEPS + MODEL.replace("ramp_K_min", "gel_conversion = 0.65\nramp_K_min"))
    found = json.loads(invoke("adhesive", "cure", path, "--json").stdout)
    assert found["gel_conversion"] == 0.65 and found["gel_conversion_source"] == "stated"
    later = json.loads(invoke("adhesive", "cure", path, "--json", "--gel-conversion", 0.7).stdout)
    assert later["gel_conversion"] == 0.7 and later["gel_time_s"] > found["gel_time_s"]
    assert found["viscosity_Pa_s"][-1] is None and found["tg_K"][-1] == found["final_tg_K"]
    assert found["time_s"][-1] == pytest.approx(60.0 * (35 + 240 + 20 + 120))


def test_without_kinetics_it_says_how_to_hand_them_in(invoke: Invoke, tmp_path: Path) -> None:
    path = written(tmp_path, RECIPE + STEPS)
    result = invoke("adhesive", "cure", path)
    assert result.exit_code == 2
    for part in ("no cure kinetics", "[cure_model.kinetics]", "rimr135-rimh137", "fit-dsc"):
        assert part in result.stderr
    assert invoke("adhesive", "cure", path, "--kinetics", "rimr135-rimh137").exit_code == 0
    result = invoke("adhesive", "cure", path, "--kinetics", "hexcel-8552")
    assert result.exit_code == 2 and "initial_conversion above 0" in result.stderr
    text = invoke("adhesive", "cure", path, "--kinetics", "hexcel-8552", "--initial-conversion", 0.02).stdout
    assert "no vitrification: vitrification cannot be told" in text
    result = invoke("adhesive", "cure", written(tmp_path, RECIPE + MODEL))
    assert result.exit_code == 2 and "no schedule" in result.stderr


def test_every_mistake_in_the_model_comes_in_one_message(invoke: Invoke, tmp_path: Path) -> None:
    bad = MODEL.replace("at_C = 25\n", "").replace("ramp_K_min = 1.0", 'ramp_K_min = "fast"\nkinetiks = 1')
    bad += "[cure_model.glass_transition]\ntg_0_C = true\nlambda = 0.4\n"
    result = invoke("adhesive", "cure", written(tmp_path, RECIPE + STEPS + bad))
    assert result.exit_code == 2
    for part in (
        "'kinetiks' (did you mean 'kinetics'?)", "'ramp_K_min'", "'viscosity.at_C': is missing",
        "'glass_transition.tg_0_C': True is no number", "'glass_transition.tg_inf_C': is missing",
    ):  # fmt: skip
        assert part in result.stderr, part


def test_kinetics_and_program_of_one_s_own(invoke: Invoke, tmp_path: Path) -> None:
    own = """
[cure_model]
program = "oven.csv"
[cure_model.kinetics]
A1_per_s = 1e6
E1_J_mol = 55e3
n = 1.5
diffusion = { sharpness = 30, critical_0 = -1.5, critical_per_K = 0.006 }
[cure_model.glass_transition]
tg_0_C = -20
tg_inf_C = 140
lambda = 0.4
"""
    (tmp_path / "oven.csv").write_text("time_min,temperature_C\n0,25\n30,100\n90,100\n", "utf-8")
    path = written(tmp_path, RECIPE + own)
    found = json.loads(invoke("adhesive", "cure", path, "--json").stdout)
    assert found["time_s"][-1] == 5400.0 and found["source"] == "the recipe file"
    assert found["vitrification_time_s"] is not None
    other = tmp_path / "other.csv"
    other.write_text("time_min,temperature_C\n0,25\n30,25\n", "utf-8")
    cold = json.loads(invoke("adhesive", "cure", path, "--json", "--program", other).stdout)
    assert cold["final_conversion"] < found["final_conversion"]


def test_transformation_diagram(invoke: Invoke, tmp_path: Path) -> None:
    path = written(tmp_path, RECIPE + MODEL)
    figure = tmp_path / "ttt.png"
    text = invoke("adhesive", "ttt", path, "--plot", figure).stdout
    assert "Tg0 -57 °C, gelTg -7 °C, Tg∞ 91 °C" in text
    assert figure.read_bytes().startswith(b"\x89PNG")
    found = json.loads(invoke("adhesive", "ttt", path, "--json").stdout)
    assert len(found["temperature_K"]) == len(found["gel_time_s"]) == 121
    text = invoke("adhesive", "ttt", path, "--kinetics", "hexcel-8552", "--initial-conversion", 0.01).stdout
    assert "glass transition: vitrification cannot be told" in text


def test_fit_dsc(invoke: Invoke, tmp_path: Path) -> None:
    truth = CureKinetics("synthetic", A1_per_s=5e6, E1_J_mol=75e3)
    files = []
    for rate in (5.0, 10.0, 20.0):
        found = cure(truth, Program("scan", (0.0, 15600.0 / rate), (300.0, 560.0)))
        columns = np.column_stack([found.times_s, found.temperature_K, found.conversion])
        files.append(tmp_path / f"{rate:g}.csv")
        np.savetxt(files[-1], columns, delimiter=",", header="time_s,temperature_K,conversion", comments="")
    text = invoke("adhesive", "fit-dsc", *files, "--model", "nth-order").stdout
    assert "10: 10 K/min" in text and "E by friedman" in text and "log10_A1" in text
    found_fit = json.loads(invoke("adhesive", "fit-dsc", *files, "--model", "nth-order", "--json").stdout)
    assert found_fit["fit"]["E1_J_mol"]["value"] == pytest.approx(75e3, rel=0.01)
    assert len(found_fit["isoconversional"]) == 9
    result = invoke("adhesive", "fit-dsc", tmp_path / "none.csv")
    assert result.exit_code == 2
