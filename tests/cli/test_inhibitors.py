"""``finechem screen inhibitors``: bad molecules keep their rows, the dear stage runs in processes of its own."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Invoke

LINES = """name,smiles
heavy phenol,CCCCCCCCCCCCCCCCCCc1ccc(O)cc1
thioether,CCCCCCCCCCCCSCCCCCCCCCCCC
light phenol,Oc1ccccc1
wax,CCCCCCCCCCCCCCCCCCCCCCCC
charged,CC[N+](C)(C)C
nonsense,C1CC
"""


def test_screen(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(LINES, "utf-8")
    words = (
        "screen",
        "inhibitors",
        tmp_path / "mine.csv",
        "--runs",
        tmp_path / "runs",
        "--passes",
        1,
        "--film-um",
        300,
    )
    result = invoke(*words, "--json", "--storage-h", 1)
    rows = {row["id"]: row for row in json.loads(result.stdout)}
    assert result.exit_code == 0
    assert rows["charged"]["status"] == rows["nonsense"]["status"] == "failed"
    assert "charged (+1)" in rows["charged"]["reason"]
    assert rows["light phenol"]["status"] == rows["wax"]["status"] == "filtered"
    assert "active groups" in rows["wax"]["reason"] and "retention" in rows["light phenol"]["reason"]
    assert {rows[name]["rank"] for name in ("heavy phenol", "thioether")} == {1, 2}
    strength = next(key for key in rows["thioether"] if key.startswith("weakest_reactive_X-H_bond [kJ/mol"))
    assert rows["thioether"][strength] is None
    assert 340 < rows["heavy phenol"][strength] < 390


def test_wrong_conditions_end_with_exit_code_two(invoke: Invoke) -> None:
    result = invoke("screen", "inhibitors", "--peak-C", 400, "--matrix-hansen", "1/2")
    assert result.exit_code == 2
    assert "peak_C=400" in result.stderr and "matrix_hansen='1/2'" in result.stderr


def test_simulate_prints_times_and_draws(invoke: Invoke, tmp_path: Path) -> None:
    species, loading = tmp_path / "species.png", tmp_path / "loading.png"
    words = ("inhibitor", "simulate", "irganox-1010", "--temperature-C", 180, "--film-um", 5)
    result = invoke(*words, "--plot", species, "--plot-loading", loading)
    assert result.exit_code == 0, result.output
    assert "Uncalibrated" in result.stdout and "onset at 10 K/min" in result.stdout
    assert species.read_bytes().startswith(b"\x89PNG") and loading.read_bytes().startswith(b"\x89PNG")
    more, less = (
        json.loads(invoke(*words, "--loading", share, "--json").stdout)[0]["isothermal"][0]["tangent_s"]
        for share in (0.5, 0.1)
    )
    assert more > less > 0


def test_a_film_short_of_oxygen_has_a_threshold_and_no_tangent(invoke: Invoke) -> None:
    words = ("inhibitor", "simulate", "irganox-1010", "--temperature-C", 180)
    shown = invoke(*words)
    assert shown.exit_code == 0, shown.output
    assert "no oxygen: 180 C: the film's oxygen falls to" in shown.stdout and "5 to 95 % of draws" in shown.stdout
    row = json.loads(invoke(*words, "--json").stdout)[0]
    assert row["onset_C"] is None and row["isothermal"][0]["tangent_s"] is None
    assert 0.0 < row["isothermal"][0]["low_s"] < row["isothermal"][0]["threshold_s"] < row["isothermal"][0]["high_s"]


def test_simulate_a_program_of_a_file_and_a_smiles(invoke: Invoke, tmp_path: Path) -> None:
    program, table = tmp_path / "cure.csv", tmp_path / "mine.csv"
    program.write_text("time_min,temperature_C\n0,25\n10,175\n60,175\n", "utf-8")
    table.write_text("name,smiles,package,loading_wt_percent\na,Oc1ccccc1,mix,0.3\nb,CCCCSCCCC,mix,0.2\n", "utf-8")
    rows = json.loads(invoke("inhibitor", "simulate", table, "--program", program, "--json").stdout)
    assert rows[0]["id"] == "mix" and 0.0 <= rows[0]["inhibitor_left"] < 1.0
    wax = invoke("inhibitor", "simulate", "CCCCCCCC")
    assert wax.exit_code == 2 and "no group that slows oxidation" in wax.stderr
