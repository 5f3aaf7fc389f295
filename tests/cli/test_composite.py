"""``finechem composite``: what a formulator reads, JSON, figures, one message for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from finechem.cli import main

RECIPE = 'name = "balls"\nmatrix = "epoxy"\nfiller = "AlN"\nloading = 30\nd50_um = 20\n'


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "balls.toml"
    path.write_text(RECIPE, "utf-8")
    return path


def run(*arguments: object) -> str:
    done = CliRunner().invoke(main, [str(item) for item in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_solve(recipe: Path) -> None:
    text = run("composite", "solve", recipe, "--seeds", 2, "--voxels", 32, "--target", 1.0)
    for words in (
        "Bruggeman, asymmetric",
        "voxels, 2 structures",
        "viscosity before cure",
        "vol% by the closed formula",
    ):
        assert words in text
    found = json.loads(run("composite", "solve", recipe, "--seeds", 2, "--voxels", 32, "--json"))
    assert found["volume_fraction"] == pytest.approx(0.3)
    assert found["voxels"]["through_plane_W_mK"] == pytest.approx(
        found["formulae"]["closed formula: their geometric mean"]["through_plane_W_mK"], rel=0.1
    )


def test_solve_says_what_the_voxel_model_cannot(tmp_path: Path) -> None:
    path = tmp_path / "thin.toml"
    path.write_text('matrix = "epoxy"\nfiller = "h-BN"\nloading = 10\naspect_ratio = 0.02\n', "utf-8")
    assert "voxels: thin: particles of aspect ratio 0.02 would need" in run("composite", "solve", path)


def test_sweep_and_figures(recipe: Path, tmp_path: Path) -> None:
    how = ["--points", 3, "--seeds", 2, "--voxels", 32]
    text = run("composite", "sweep", recipe, *how, "--plot", tmp_path / "sweep.png")
    assert len(text.splitlines()) == 4 + (text.count("written"))
    rows = json.loads(run("composite", "sweep", recipe, "--points", 3, "--formulae-only", "--json"))
    conductivities = [row["through_plane_W_mK"] for row in rows]
    assert conductivities == sorted(conductivities)
    run("composite", "picture", recipe, tmp_path / "slice.png", "--voxels", 32)
    for name in ("sweep.png", "slice.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be(recipe: Path, tmp_path: Path) -> None:
    for arguments, message in (
        (("picture", recipe, tmp_path / "slice.bmp"), "a figure's name must end in .png"),
        (("picture", recipe, tmp_path / "no" / "slice.png"), "there is no folder"),
        (("solve", tmp_path / "missing.toml"), "cannot be read"),
    ):
        done = CliRunner().invoke(main, ["composite", *map(str, arguments)])
        assert done.exit_code == 2
        assert message in done.stderr
    two = tmp_path / "two.toml"
    two.write_text("".join(f"[[composites]]\n{RECIPE}" for _ in range(2)), "utf-8")
    done = CliRunner().invoke(main, ["composite", "solve", str(two)])
    assert "holds 2 recipes; this verb takes a file of one" in done.stderr
