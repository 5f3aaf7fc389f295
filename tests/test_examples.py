"""The examples run as a reader would run them, and are short enough to copy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from finechem.matter.calculators import fastest_potential

ROOT = Path(__file__).resolve().parents[1]


def test_rank_nitrides(tmp_path: Path) -> None:
    script = ROOT / "examples" / "rank_nitrides.py"
    assert len(script.read_text("utf-8").splitlines()) < 30
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    ranked = [line.split()[1] for line in lines if line.split()[:1] in (["1"], ["2"], ["3"], ["4"], ["5"])][:5]
    assert {"AlN-wurtzite", "BN-cubic"} <= set(ranked)
    assert sum("Kendall tau" in line for line in lines) == 2


def test_kappa_from_force_constants(tmp_path: Path) -> None:
    script = ROOT / "examples" / "kappa_from_force_constants.py"
    assert len(script.read_text("utf-8").splitlines()) < 30
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    numbers, _, _ = done.stdout.rpartition(";")  # iterations and residual may depend on the processor
    assert numbers in (ROOT / "docs" / "bte.md").read_text("utf-8")  # where its output is shown
    assert (tmp_path / "kappa.png").read_bytes().startswith(b"\x89PNG")


def test_rank_adhesives(tmp_path: Path) -> None:
    script = ROOT / "examples" / "rank_adhesives.py"
    assert len(script.read_text("utf-8").splitlines()) < 30
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "theory 0.5000" in done.stdout
    assert "adhesives: 20 candidates" in done.stdout


def test_score_adhesives(tmp_path: Path) -> None:
    script = ROOT / "examples" / "score_adhesives.py"
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    for part in ("with a cure as well: n = 13", "Kendall tau", "the score disagrees", "within the interval: 6 of 8"):
        assert part in done.stdout, part


def test_next_experiments(tmp_path: Path) -> None:
    script = ROOT / "examples" / "next_experiments.py"
    assert len(script.read_text("utf-8").splitlines()) < 45
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    for part in ("SIMULATED measurements", "16 measured rows", "best of 16 measured formulations", "gaussian process"):
        assert part in done.stdout, part
    assert len((tmp_path / "next_experiments.csv").read_text("utf-8").splitlines()) == 17
    assert (tmp_path / "next_experiments.png").read_bytes().startswith(b"\x89PNG")


def test_cure_schedule(tmp_path: Path) -> None:
    script = ROOT / "examples" / "cure_schedule.py"
    assert len(script.read_text("utf-8").splitlines()) < 30
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout in (ROOT / "docs" / "cure.md").read_text("utf-8")  # where its output is shown


def test_the_cure_in_the_docs_is_what_is_printed_today(tmp_path: Path) -> None:
    recipe = ROOT / "examples" / "cure_schedule.toml"
    start = [sys.executable, "-c", "from finechem.cli import main; main()", "adhesive"]
    for verb in ("cure", "ttt"):
        done = subprocess.run([*start, verb, str(recipe)], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stdout in (ROOT / "docs" / "cure.md").read_text("utf-8")


def test_interface_materials(tmp_path: Path) -> None:
    from finechem.thermal.composite.accuracy import measured_counterpart
    from finechem.thermal.composite.interface import shipped_interface_materials

    script = ROOT / "examples" / "interface_materials.py"
    assert len(script.read_text("utf-8").splitlines()) < 30
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "interface-materials: 36 candidates" in done.stdout
    marked = [recipe.id for recipe in shipped_interface_materials() if measured_counterpart(recipe) is not None]
    assert done.stdout.count(": measured ") >= 5
    assert [line.split(": measured ")[0] for line in done.stdout.splitlines() if ": measured " in line] == marked
    assert "1.5 W/(m K) at" in done.stdout


def test_the_sheet_in_the_docs_is_what_is_printed_today(tmp_path: Path) -> None:
    recipe = ROOT / "datasets" / "finechem_datasets" / "adhesives" / "recipes" / "dgeba-teta-der331.toml"
    command = [sys.executable, "-c", "from finechem.cli import main; main()", "adhesive", "check", str(recipe)]
    environment = {**os.environ, "COLUMNS": "130"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout in (ROOT / "docs" / "adhesives.md").read_text("utf-8")


def test_rank_inhibitors(tmp_path: Path) -> None:
    """Three of them, of which the gate on volatility leaves one for the dear stage; the whole list takes minutes."""
    script = ROOT / "examples" / "rank_inhibitors.py"
    assert len(script.read_text("utf-8").splitlines()) < 30
    words = [sys.executable, str(script), "bht", "dnpd", "thymol"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "inhibitors: 3 candidates (1 ok, 2 filtered)" in done.stdout
    assert "by the X-H bond alone" in done.stdout


def test_copper_protection(tmp_path: Path) -> None:
    script = ROOT / "examples" / "copper_protection.py"
    assert len(script.read_text("utf-8").splitlines()) < 30
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    ranked = [line.split()[1] for line in done.stdout.splitlines() if line.split()[:1] in (["1"], ["2"], ["7"])]
    assert ranked == ["aryl-phenylimidazole-film", "alkylbenzimidazole-film", "bare-copper"]
    assert "times less oxide than on bare copper" in done.stdout
    documented = (ROOT / "docs" / "oxides.md").read_text("utf-8")
    for line in done.stdout.splitlines():
        if line.split()[:1] in (["1"], ["2"], ["3"], ["4"], ["7"]):
            assert f"| {line.split(maxsplit=6)[-1].strip()} |" in documented, line
    assert (tmp_path / "copper_protection.png").read_bytes().startswith(b"\x89PNG")


def test_oxidation_barriers(tmp_path: Path) -> None:
    script = ROOT / "examples" / "oxidation_barriers.py"
    assert len(script.read_text("utf-8").splitlines()) < 30
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "oxidation-barriers: 30 candidates" in done.stdout and "below 6 films no claim is made" in done.stdout
    assert "26 of 30 films have no published rate constant that was read" in done.stdout
    documented = " ".join((ROOT / "docs" / "oxides.md").read_text("utf-8").split())
    for part in ("50.3 (14.6–174)", "122 nm", "CrN 874 K", "measured 923 K"):
        assert part in done.stdout and part in documented, part
    for name in ("barrier_growth.png", "ellingham.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_examples_with_workers_are_safe_to_import() -> None:
    """Workers are spawned and import the script: without the guard each would start the screen again and die."""
    for script in sorted((ROOT / "examples").glob("*.py")):
        text = script.read_text("utf-8")
        assert "workers=" not in text or 'if __name__ == "__main__"' in text, script.name


@pytest.mark.skipif(fastest_potential() is not None, reason="minutes with a potential; `make mlip` has one")
def test_ternary_nitrides_without_a_potential_say_what_is_missing(tmp_path: Path) -> None:
    script = ROOT / "examples" / "screen_ternary_nitrides.py"
    command = [sys.executable, str(script), "--quick"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "8 candidates on paper" in done.stdout and "pip install 'finechem[mlip]'" in done.stdout
    assert "nitrides: 8 candidates" in done.stdout
