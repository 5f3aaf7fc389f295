"""``finechem screen nitrides``: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from finechem import datasets
from finechem.thermal.nitrides import nitride_screen
from tests.matter.crystals import ALN_CIF

from .conftest import Invoke


def rows_of(run: Path) -> list[dict[str, str]]:
    with (run / "ranking.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_second_call_computes_nothing(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "AlN.cif").write_text(ALN_CIF)
    words = ("screen", "nitrides", tmp_path / "AlN.cif", "--runs", tmp_path / "runs")
    first = invoke(*words)

    def refuse(*_: Any) -> None:
        raise AssertionError("computed again")

    for model in nitride_screen().models:
        monkeypatch.setattr(type(model), "estimate", refuse)
    second = invoke(*words)
    assert first.exit_code == second.exit_code == 0
    assert first.output == second.output
    assert "AlN" in first.output


def test_json_is_pure_and_says_what_the_csv_says(invoke: Invoke, nitride_run: Path) -> None:
    result = invoke("screen", "nitrides", "--runs", nitride_run.parent, "--run", "shared", "--json")
    rows = json.loads(result.stdout)
    assert result.stderr == ""
    table = rows_of(nitride_run)
    assert [row["id"] for row in rows] == [row["id"] for row in table]
    assert list(rows[0]) == list(table[0])
    assert all(json.dumps(value, allow_nan=False) for row in rows for value in row.values())


def test_manifest_tells_how_to_do_it_again(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "AlN.cif").write_text(ALN_CIF)
    run = tmp_path / "runs" / "mine"
    invoke("screen", "nitrides", tmp_path / "AlN.cif", "--runs", run.parent, "--run", "mine", "--temperature-K", 400)
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    assert manifest["task"] == "nitrides"
    service = {"temperature_K": 400.0, "grain_size_um": None, "oxygen_mass_percent": 0.0}
    assert manifest["conditions"] == service | {"fidelity": "elastic", "calculator": None, "bte_candidates": None}
    assert manifest["seed"] == 0
    assert manifest["datasets"] == {"version": datasets.version(), "hash": datasets.package_hash()}
    assert manifest["packages"]["numba"] == version("numba")
    assert manifest["inputs"] == {str(tmp_path / "AlN.cif"): hashlib.sha256(ALN_CIF.encode()).hexdigest()}
    assert rows_of(run)[0]["lattice_thermal_conductivity [W/(m K), 400 K] model"] in ("callaway", "slack")


def test_data_beside_a_file_count_as_inputs(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "AlN.cif").write_text(ALN_CIF)
    (tmp_path / "AlN.json").write_text('{"band_gap_eV": 6.1}')
    invoke("screen", "nitrides", tmp_path / "AlN.cif", "--runs", tmp_path / "runs", "--run", "mine")
    manifest = json.loads((tmp_path / "runs" / "mine" / "manifest.json").read_text("utf-8"))
    assert {Path(name).name for name in manifest["inputs"]} == {"AlN.cif", "AlN.json"}


def test_database_is_whole(nitride_run: Path) -> None:
    with sqlite3.connect(nitride_run / "run.db") as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    database.close()
    assert len(rows_of(nitride_run)) == len(datasets.load("thermal.crystals").where(role="candidate"))


def test_grain_size_and_temperature_lower_the_conductivity(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "AlN.cif").write_text(ALN_CIF)
    values: list[float] = []
    for words in (("--temperature-K", 300), ("--temperature-K", 500), ("--temperature-K", 500, "--grain-size-um", 0.1)):
        invoke("screen", "nitrides", tmp_path / "AlN.cif", "--runs", tmp_path, "--run", f"r{len(values)}", *words)
        (row,) = rows_of(tmp_path / f"r{len(values)}")
        values.append(float(row[f"lattice_thermal_conductivity [W/(m K), {words[1]} K]"]))
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 3


def test_all_bad_conditions_are_told_at_once(invoke: Invoke, tmp_path: Path) -> None:
    words = ("--temperature-K", 5000, "--grain-size-um", 0, "--oxygen-mass-percent", 30)
    result = invoke("screen", "nitrides", "--runs", tmp_path, *words)
    assert result.exit_code == 2
    assert result.stdout == ""
    for what in ("temperature_K=5000", "grain_size_um=0", "oxygen_mass_percent=30"):
        assert what in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("screen", "nitride"), "No such command"),
        (("screen", "nitrides", "--temperature-K", "hot"), "'hot' is not a valid float"),
        (("screen", "nitrides", "--temperature-K", "nan"), "temperature_K=nan"),
        (("screen", "nitrides", "--timeout", "0"), "Invalid value for '--timeout'"),
    ],
)
def test_usage_errors_exit_with_2(words: tuple[str, ...], message: str, invoke: Invoke) -> None:
    result = invoke(*words)
    assert result.exit_code == 2
    assert message in result.stderr


THREE_MISTAKES = """
[criteria.densty]
weight = 1
[criteria.band_gap]
wieght = 2
[criteria.lattice_thermal_conductivity]
worst = "low"
"""


def test_every_mistake_in_the_weights_is_told(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "weights.toml").write_text(THREE_MISTAKES)
    result = invoke("screen", "nitrides", "--runs", tmp_path, "--weights", tmp_path / "weights.toml")
    assert result.exit_code == 2
    assert "weights.toml: 3 mistakes" in result.stderr
    assert "criteria.densty: no such criterion (did you mean 'density'?)" in result.stderr
    assert "criteria.band_gap.wieght: unknown setting (did you mean 'weight'?)" in result.stderr
    assert "criteria.lattice_thermal_conductivity.worst" in result.stderr and "'low'" in result.stderr


def test_weights_change_the_order(invoke: Invoke, nitride_run: Path, tmp_path: Path) -> None:
    gap_only = "\n".join(
        f"[criteria.{name}]\nuse = false"
        for name in ("density", "thermal_expansion_mismatch_to_silicon", "lattice_thermal_conductivity")
    )
    (tmp_path / "w.toml").write_text(f"{gap_only}\n[criteria.band_gap]\nweight = 1\nbest = 6.5\n")
    result = invoke("rank", nitride_run, "--weights", tmp_path / "w.toml", "--json")
    assert result.exit_code == 0, result.stderr
    best = [row["id"] for row in json.loads(result.stdout)]
    assert best[0] == "AlN-wurtzite"  # 6.28 eV measured, the widest gap of the table
    assert best != [row["id"] for row in rows_of(nitride_run)]


def test_strict_turns_a_failed_candidate_into_exit_code_3(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "AlN.cif").write_text(ALN_CIF)
    (tmp_path / "broken.cif").write_text("no crystal at all")
    words = ("screen", "nitrides", tmp_path, "--runs", tmp_path / "runs")
    assert invoke(*words).exit_code == 0
    strict = invoke(*words, "--strict")
    assert strict.exit_code == 3
    assert "broken" in strict.output
    assert invoke("screen", "nitrides", tmp_path / "AlN.cif", "--runs", tmp_path / "r2", "--strict").exit_code == 0
