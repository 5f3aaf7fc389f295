"""``finechem kappa crystal.cif --calculator``: from a file to a conductivity, with what it is worth."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from finechem import datasets
from finechem.matter import calculators
from finechem.matter.calculators import Potential, calculator
from finechem.thermal.bte import lattice_conductivity, load
from tests.matter.springs import Springs, diamond

Invoke = Callable[..., Result]


@pytest.fixture
def springs(monkeypatch: pytest.MonkeyPatch) -> Springs:
    """Put springs in the place of a named potential."""
    found = Springs()

    def named(name: str) -> Potential:
        return calculator(found, f"{name} are springs")

    monkeypatch.setattr(
        calculators, "calculator", lambda given: given if isinstance(given, Potential) else named(given)
    )
    return found


@pytest.fixture
def silicon(tmp_path: Path) -> Path:
    from ase.io import write

    path = tmp_path / "silicon.cif"
    write(path, diamond(4.7))
    return path


def test_from_a_crystal_to_a_conductivity(invoke: Invoke, springs: Springs, silicon: Path, tmp_path: Path) -> None:
    saved = tmp_path / "phono3py_params.yaml"
    how = ("--cutoff-pair", 2.5, "--mesh", 5, 5, 5, "--no-isotopes", "--supercell", 2, 2, 2)
    done = invoke("kappa", silicon, "--calculator", "7net-0", *how, "--save", saved)
    assert done.exit_code == 0, done.output
    assert "relaxed in" in done.stdout and "Fd-3m (227), volume -5." in done.stdout
    assert "zone centre: highest frequency" in done.stdout and "(Born-Huang)" in done.stdout
    assert "W/(m K) at 300 K, mean over directions" in done.stdout
    assert "no interval: errors were measured with natural isotopes and without boundaries" in done.stdout
    calls = springs.calls
    again = invoke("kappa", silicon, "--calculator", "7net-0", *how, "--json")
    assert springs.calls == calls  # everything was kept
    found = json.loads(again.stdout)
    assert found["force_constants"]["imaginary"] == []
    judged = found["judgement"]
    assert judged["calibrated"] is judged["raw"] is None and judged["group"] == "tetrahedral"
    assert judged["raw_W_mK"] == pytest.approx(np.trace(found["kappa_rta_W_mK"][0]) / 3)
    assert found["relaxation"]["space_group"] == "Fd-3m"
    expected = lattice_conductivity(load(saved), (5, 5, 5), isotopes=False)
    np.testing.assert_allclose(found["kappa_W_mK"], expected.kappa_W_mK, rtol=1e-3, atol=1e-6)


def test_options_that_lack_or_exclude_each_other(invoke: Invoke, silicon: Path, tmp_path: Path) -> None:
    for words, message in (
        ((tmp_path,), "--mesh is missing"),
        ((tmp_path, "--cutoff-pair", 3), "--cutoff-pair needs --calculator"),
        ((silicon, "--calculator", "8net"), "no potential '8net'"),
    ):
        done = invoke("kappa", *words)
        assert done.exit_code == 2 and message in done.stderr, done.output


def test_a_crystal_gets_the_default_potential(invoke: Invoke, silicon: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculators, "find_spec", lambda _: None)
    done = invoke("kappa", silicon)
    assert done.exit_code == 1 and "pip install 'finechem[mlip]'" in done.stderr


def test_what_is_not_installed_is_named(invoke: Invoke, silicon: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculators, "find_spec", lambda _: None)
    done = invoke("kappa", silicon, "--calculator", "7net-0")
    assert done.exit_code == 1 and "pip install 'finechem[mlip]'" in done.stderr


def test_a_measured_potential_has_intervals(
    invoke: Invoke, springs: Springs, silicon: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Springs in the place of 7net-0, told by the hash of its parameters."""
    row = datasets.measured_error("thermal.potential_errors", potential="7net-0", group="tetrahedral")
    known = Potential("nep:mine.txt", "springs", "springs", springs, lambda: springs, row["checkpoint"])
    monkeypatch.setattr(calculators, "calculator", lambda _: known)
    how = ("--cutoff-pair", 2.5, "--mesh", 5, 5, 5, "--supercell", 2, 2, 2)
    done = invoke("kappa", silicon, "--calculator", "nep:mine.txt", *how)
    assert done.exit_code == 0, done.output
    assert {line.split()[0] for line in done.stdout.splitlines() if "90 % interval" in line} == {"raw", "calibrated"}
    assert "note: the errors of potentials were measured with the default mesh" in done.stdout
