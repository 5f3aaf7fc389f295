"""The verbs that only show: rank, explain, tasks, datasets, cite, doctor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finechem import datasets

from .conftest import Invoke


def test_rank_repeats_the_ranking(invoke: Invoke, nitride_run: Path) -> None:
    by_folder, by_file = invoke("rank", nitride_run), invoke("rank", nitride_run / "run.db")
    assert by_folder.exit_code == 0
    assert by_folder.output == by_file.output
    assert by_folder.output.index("BN-cubic") < by_folder.output.index("GaN-wurtzite")


def test_limit_shortens_the_table(invoke: Invoke, nitride_run: Path) -> None:
    few = invoke("rank", nitride_run, "--limit", 2).output
    table = few.split("ranked below")[0]
    assert "AlN-" in table and "MgSiN2" not in table


def test_explain_shows_value_interval_model_and_source(invoke: Invoke, nitride_run: Path) -> None:
    text = " ".join(invoke("explain", nitride_run, "AlN-wurtzite").output.split())
    assert "285 * 238 to 342 measured Slack, Tanzilli, Pohl" in text
    assert "callaway" in text and "J. Callaway, Phys. Rev. 113, 1046 (1959)" in text
    assert "space group: P6_3mc (186)" in text


def test_explain_as_json(invoke: Invoke, nitride_run: Path) -> None:
    record = json.loads(invoke("explain", nitride_run, "AlN-wurtzite", "--json").stdout)
    assert record["id"] == "AlN-wurtzite" and record["card"]["formula"] == "AlN"
    for number in record["evidence"]:
        assert number["model"]
        if number["value"] is None:
            assert number["reason"]
        else:
            assert number["low"] <= number["value"] <= number["high"]
            assert number["source"] or number["references"]


def test_unknown_candidates_and_runs_get_a_hint(invoke: Invoke, nitride_run: Path, tmp_path: Path) -> None:
    wrong = invoke("explain", nitride_run, "AlN-wurzite")
    assert wrong.exit_code == 2
    assert "did you mean 'AlN-wurtzite'?" in wrong.stderr
    assert wrong.stdout == ""
    nowhere = invoke("rank", tmp_path / "nowhere")
    assert nowhere.exit_code == 2
    assert "give a folder with a run.db" in nowhere.stderr


def test_a_file_that_is_no_run(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "run.db").write_text("this is no database, whatever its name says " * 50)
    result = invoke("rank", tmp_path)
    assert result.exit_code in (1, 2)
    assert "run.db" in result.stderr and "Traceback" not in result.stderr


def test_tasks(invoke: Invoke) -> None:
    text = invoke("tasks").output
    for name, status in (
        ("nitrides", "runnable"),
        ("interface-materials", "runnable"),
        ("structural-adhesives", "runnable"),
        ("pressure-sensitive-adhesives", "runnable"),
        ("inhibitors", "runnable"),
        ("copper-protectants", "runnable"),
        ("oxidation-barriers", "runnable"),
    ):
        assert any(line.split()[:2] == [name, status] for line in text.splitlines())
    assert "14 June 2023" in text


def test_datasets(invoke: Invoke) -> None:
    text = invoke("datasets").output
    assert f"version {datasets.version()}" in text
    for name in datasets.tables():
        assert f"{name} " in text and f"{len(datasets.load(name).rows)} rows" in text


def test_one_table(invoke: Invoke) -> None:
    table = datasets.load("thermal.crystals")
    lines = [line.split() for line in invoke("datasets", table.name).output.splitlines()[3:]]
    assert {words[0]: int(words[1]) for words in lines} == table.filled()
    for words in lines:
        filled, *by_grade, empty = map(int, words[1:])
        assert filled == sum(by_grade) == len(table.rows) - empty


def test_a_table_without_grades(invoke: Invoke) -> None:
    table = datasets.load("thermal.model_errors")
    lines = [line.split() for line in invoke("datasets", table.name).output.splitlines()[2:]]
    assert {words[0]: int(words[1]) for words in lines} == table.filled()


@pytest.mark.parametrize(("wrong", "hint"), [("thermal.crystal", "thermal.crystals"), ("conductivity", "conductivity")])
def test_unknown_table(wrong: str, hint: str, invoke: Invoke) -> None:
    result = invoke("datasets", wrong)
    assert result.exit_code == 2
    assert hint in result.stderr


def test_cite(invoke: Invoke, nitride_run: Path) -> None:
    everything, run = invoke("cite").output, invoke("cite", nitride_run).output
    for text in (everything, run):
        assert text.startswith("finechem 0.1.0")
        assert "W. Paszkowicz" in text
    assert "thermal.crystals:" in everything
    assert "J. Callaway, Phys. Rev. 113, 1046 (1959)" in run
    lines = [line for line in run.splitlines() if line]
    assert len(set(lines)) == len(lines)


def test_doctor_is_content_here(invoke: Invoke) -> None:
    result = invoke("doctor")
    assert result.exit_code == 0, result.output
    assert "transverse velocity 2000.000000 m/s" in result.output
    assert "BAD" not in result.output


def test_doctor_tells_what_is_missing(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata as metadata

    real = metadata.version

    def version(name: str) -> str:
        if name == "pebble":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", version)
    result = invoke("doctor")
    assert result.exit_code == 1
    assert "BAD  pebble is not installed" in result.output
