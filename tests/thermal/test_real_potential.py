"""With a real potential from a wheel (the extra mlip): numbers of the tables come out again, the command says them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from finechem import datasets
from finechem.cli import main
from finechem.matter.elastic_response import elastic_tensor
from finechem.matter.relaxation import relax
from finechem.screening.cache import Cache
from finechem.thermal.elastic import polycrystal_moduli
from finechem.thermal.known import known_crystal

pytest.importorskip("sevenn")
pytestmark = pytest.mark.filterwarnings("ignore")  # torch and its friends warn of each other

Invoke = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("7net")


def test_moduli_of_the_table(folder: Path) -> None:
    row = datasets.load("thermal.potential_elasticity").where(phase_id="SiC-3C", potential="7net-0")[0]
    relaxed = relax(known_crystal("SiC-3C"), "7net-0", cache=Cache(folder)).crystal
    moduli = polycrystal_moduli(elastic_tensor(relaxed, "7net-0", cache=Cache(folder)).matrix_Pa)
    assert moduli.bulk.item() / 1e9 == pytest.approx(row["bulk_GPa"], rel=0.01)
    assert moduli.shear.item() / 1e9 == pytest.approx(row["shear_GPa"], rel=0.01)


def test_conductivity_of_the_table_from_a_file(folder: Path) -> None:
    """3C-SiC from CIF to κ: raw and calibrated beside each other, each with its interval."""
    from click.testing import CliRunner

    cif = folder / "sic.cif"
    known_crystal("SiC-3C").to_structure().to(filename=str(cif))
    done = CliRunner().invoke(main, ["kappa", str(cif), "--calculator", "7net-0", "--cache", str(folder), "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    row = datasets.load("thermal.potential_conductivities").where(phase_id="SiC-3C", potential="7net-0")[0]
    raw = float(np.trace(np.array(found["kappa_W_mK"])[0])) / 3
    assert raw == pytest.approx(row["kappa_W_mK"], rel=0.02)
    judged = found["judgement"]
    low, high = judged["calibrated"]["interval_90_W_mK"]
    assert low < 500.0 < high  # measured
    assert judged["raw"]["value"] == pytest.approx(raw) and judged["calibrated"]["value"] > raw  # soft potentials
