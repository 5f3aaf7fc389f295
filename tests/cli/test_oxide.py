"""``finechem oxide`` and the two screens: own profiles and kinetics, plots, mistakes that end with exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Invoke

LAW = (
    "name,substance,oxide,law,value,unit,reference_K,energy,energy_unit,low_K,high_K,oxygen_bar,sigma_ln,"
    """sigma_energy_kJ_mol
mine,Cu,Cu2O,parabolic,10,nm2/s,523.15,60,kJ/mol,400,600,1e-3,0.2,2
"""
)
PROFILE = "time_s,temperature_C,oxygen_ppm\n0,250,1000\n600,250,1000\n"


def test_own_law_and_profile(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "law.csv").write_text(LAW, "utf-8")
    (tmp_path / "profile.csv").write_text(PROFILE, "utf-8")
    plot = tmp_path / "grown.png"
    words = ("oxide", "grow", tmp_path / "law.csv", "--exposure", tmp_path / "profile.csv", "--passes", 2)
    (record,) = json.loads(invoke(*words, "--json", "--plot", plot).stdout)
    assert record["thickness_nm"] == pytest.approx((10 * 1200) ** 0.5, rel=1e-3)
    assert record["low_nm"] < record["thickness_nm"] < record["high_nm"]
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert "profile x2 at 0.001 bar O2" in invoke(*words).output


def test_shipped_law(invoke: Invoke) -> None:
    output = invoke("oxide", "grow", "CrN-film", "--temperature-C", 300).output
    assert "outside what was measured: measured from 923 to 1123 K" in output and "Chen, Lu" in output
    wrong = invoke("oxide", "grow", "CrN")
    assert wrong.exit_code == 2 and "known: CrN-film, Cu-air" in wrong.stderr


def test_remarks_grades_and_errors_are_printed(invoke: Invoke) -> None:
    nitride = invoke("oxide", "grow", "TiN-film", "--temperature-C", 450).output
    for part in ("C: assembled or computed", "columnar films are over seven times faster", "1.4 of ln k",
                 "no error of k was stated", "kJ/mol of the energy"):  # fmt: skip
        assert part in nitride, part
    suspect = invoke("oxide", "grow", "Cu-suspect").output
    assert "D: doubtful, never used by the screens" in suspect and "decides nothing" in suspect
    wet = invoke("oxide", "grow", "TiN-film", "--temperature-C", 450, "--water-bar", 0.2).output
    assert "measured without water vapour" in wet


def test_nothing_is_shown_as_nothing(invoke: Invoke) -> None:
    output = invoke("oxide", "grow", "Cu-air", "--oxygen-bar", 1e-40).output
    assert "  0                  0 to 0" in output and "outside" not in output
    assert "< 0.001" in invoke("oxide", "grow", "Cu-air", "--temperature-C", -150, "--hours", 0.001).output


def test_slips_in_profiles_are_asked_about_or_refused(invoke: Invoke, tmp_path: Path) -> None:
    profile = tmp_path / "profile.csv"
    profile.write_text(PROFILE.replace("oxygen_ppm", "O2_ppm"), "utf-8")
    refused = invoke("oxide", "grow", "Cu-air", "--exposure", profile)
    assert refused.exit_code == 2 and "unknown column 'O2_ppm'" in refused.stderr
    profile.write_text("time_s,temperature_C\n0,25\n4,260\n8,25\n", "utf-8")
    asked = invoke("oxide", "grow", "Cu-air", "--exposure", profile)
    assert asked.exit_code == 0 and "mind: profile heats at 58.8 K/s" in asked.stderr


def test_impossible_kinetics_end_with_exit_code_two(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "law.csv").write_text(LAW.replace("nm2/s", "nm/s").replace("60,kJ", "-60,kJ"), "utf-8")
    result = invoke("oxide", "grow", tmp_path / "law.csv")
    assert result.exit_code == 2 and "'nm/s' is no unit of a parabolic constant" in result.stderr


def test_ellingham(invoke: Invoke, tmp_path: Path) -> None:
    plot = tmp_path / "ellingham.png"
    output = invoke("oxide", "ellingham", "Cu", "TiN", "--temperature-C", 250, "--plot", plot).output
    assert "-26.1" in output and "TiN + O2 = TiO2" in output
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert invoke("oxide", "ellingham", "TaN").exit_code == 2
    others = invoke("oxide", "ellingham", "TaN", "Cu", "--plot", plot)
    assert others.exit_code == 0 and "no table of TaN" in others.stderr and "2 Cu2O" in others.stdout


def test_copper_screen(invoke: Invoke, tmp_path: Path) -> None:
    words = ("screen", "copper-protectants", "--runs", tmp_path / "runs")
    rows = {row["id"]: row for row in json.loads(invoke(*words, "--passes", 1, "--json").stdout)}
    ranks = [rows[name]["rank"] for name in ("aryl-phenylimidazole-film", "alkylbenzimidazole-film", "bare-copper")]
    assert ranks == sorted(ranks)
    (tmp_path / "profile.csv").write_text(PROFILE, "utf-8")
    poor = json.loads(invoke(*words, "--exposure", tmp_path / "profile.csv", "--json").stdout)
    assert any("no exponent was measured" in json.dumps(row) for row in poor)


def test_barrier_screen(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "films.csv").write_text("name,formula,thickness_nm\na,TiN,50\nb,CN,50\n", "utf-8")
    words = (
        "screen",
        "oxidation-barriers",
        tmp_path / "films.csv",
        "--runs",
        tmp_path / "runs",
        "--temperature-C",
        450,
    )
    rows = {row["id"]: row for row in json.loads(invoke(*words, "--json").stdout)}
    assert rows["a"]["rank"] == 1 and rows["b"]["status"] == "failed" and "0 elements beside" in rows["b"]["reason"]
    assert invoke("screen", "oxidation-barriers", "--temperature-C", 9000).exit_code == 2
