"""What a user says beside a structure file, and how mistakes in it come back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finechem.matter import Crystal, read_crystals
from finechem.screening import Rejected

from .crystals import ALN_CIF, ALN_POSCAR

CONSTANTS = {"C11_GPa": 410, "C12_GPa": 149, "C13_GPa": 99, "C33_GPa": 389, "C44_GPa": 125}


def read_with(folder: Path, beside: Any) -> Crystal | Rejected:
    (folder / "AlN.cif").write_text(ALN_CIF)
    (folder / "AlN.json").write_text(beside if isinstance(beside, str) else json.dumps(beside))
    (item,) = read_crystals([folder])
    return item


def test_sidecar_gives_tensor_and_facts(tmp_path: Path) -> None:
    known = {"band_gap_eV": 6.1, "band_gap_eV_uncertainty": 0.1, "gruneisen": 0.9, "source": "my laser"}
    item = read_with(tmp_path, {**CONSTANTS, **known})
    assert isinstance(item, Crystal) and item.elasticity is not None
    assert item.elasticity.source == "my laser"
    assert item.elasticity.matrix_Pa[5, 5] == pytest.approx((410 - 149) / 2 * 1e9)
    gap = item.fact("band_gap_eV")
    assert gap is not None and (gap.value, gap.uncertainty, gap.source) == (6.1, 0.1, "my laser")
    assert [fact.quantity for fact in item.facts] == ["band_gap_eV", "gruneisen"]


def test_whole_tensor(tmp_path: Path) -> None:
    item = read_with(tmp_path, {"stiffness_GPa": (np.eye(6) * 100).tolist()})
    assert isinstance(item, Crystal) and item.elasticity is not None
    assert item.elasticity.matrix_Pa == pytest.approx(np.eye(6) * 1e11)


def test_table_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "AlN.cif").write_text(ALN_CIF)
    (tmp_path / "POSCAR.b").write_text(ALN_POSCAR)
    table = "\ufefffile, band_gap_eV ,gruneisen\r\nAlN.cif,6.1,\r\nPOSCAR.b, 6.2 ,0.9\r\n"
    (tmp_path / "properties.csv").write_text(table, "utf-8", newline="")  # as spreadsheets save it
    first, second = read_crystals([tmp_path])
    assert isinstance(first, Crystal) and isinstance(second, Crystal)
    assert [fact.value for fact in first.facts] == [6.1]
    assert [fact.value for fact in second.facts] == [6.2, 0.9]


def test_sidecar_wins_over_the_table(tmp_path: Path) -> None:
    (tmp_path / "properties.csv").write_text("file,gruneisen\nAlN,0.7\n")
    item = read_with(tmp_path, {"gruneisen": 0.9})
    assert isinstance(item, Crystal)
    assert [fact.value for fact in item.facts] == [0.9]


def test_a_row_about_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    (tmp_path / "AlN.cif").write_text(ALN_CIF)
    (tmp_path / "properties.csv").write_text("file,gruneisen\nAIN.cif,0.7\n")
    good, orphan = read_crystals([tmp_path])
    assert isinstance(good, Crystal) and isinstance(orphan, Rejected)
    assert orphan.id == "AIN.cif"
    assert "not in this folder (did you mean 'AlN.cif'?)" in orphan.reason


MISTAKES: list[tuple[Any, str]] = [
    ({"band_gap": 6.1}, "unknown property 'band_gap' beside it (did you mean 'band_gap_eV'?)"),
    ({"c11_GPa": 410}, "unknown property 'c11_GPa' beside it (did you mean 'C11_GPa'?)"),
    ({"C111_GPa": 410}, "unknown property 'C111_GPa'"),
    ({"C11_GPa": 410, "C66_GPa": 1}, "missing ['C12', 'C13', 'C33', 'C44'], superfluous ['C66']"),
    ({**CONSTANTS, "stiffness_GPa": np.eye(6).tolist()}, "give stiffness_GPa or C11, C12, C13, C33, C44, not both"),
    ({**CONSTANTS, "C11_GPa": "many"}, "C11_GPa is 'many', expected a number"),
    ({**CONSTANTS, "C11_GPa": True}, "C11_GPa is True, expected a number"),
    ({"band_gap_eV": None}, "band_gap_eV is None, expected a number"),
    ({"band_gap_eV": [6]}, "band_gap_eV is [6], expected a number"),
    ('{"band_gap_eV": NaN}', "band_gap_eV is nan, expected a finite number"),
    ('{"band_gap_eV": 1e999}', "band_gap_eV is inf, expected a finite number"),
    ('{"band_gap_eV": 1' + "0" * 400 + "}", "expected a number"),
    ({"band_gap_eV": -1}, "band_gap_eV is -1, expected a number not below 0"),
    ({"thermal_conductivity_W_mK": 0}, "thermal_conductivity_W_mK is 0, expected a number above 0"),
    ({"gruneisen": 1, "gruneisen_uncertainty": -1}, "gruneisen_uncertainty is -1, expected a number not below 0"),
    ({"gruneisen_uncertainty": 1}, "gruneisen_uncertainty is given without gruneisen"),
    ({"stiffness_GPa": "stiff"}, "stiffness_GPa is no matrix of numbers"),
    ({"stiffness_GPa": [[1, 2], [3, 4]]}, "finite 6x6 matrix"),
    ("[1, 2]", "expected a JSON object, found a list"),
    ("{'a': 1}", "not valid JSON"),
    ("[" * 100_000, "not valid JSON"),
]


@pytest.mark.parametrize(("beside", "message"), MISTAKES)
def test_mistakes_name_file_value_and_rule(beside: Any, message: str, tmp_path: Path) -> None:
    item = read_with(tmp_path, beside)
    assert isinstance(item, Rejected)
    assert item.id == "AlN"
    assert "AlN." in item.reason and message in item.reason


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (b"name,gruneisen\nAlN,0.7\n", "needs a column 'file'"),
        (b"", "needs a column 'file'"),
        (b"file,gruneisen\nAlN,\xff\xfe\n", "not a CSV table"),
        (b"file,gruneisen\nAlN," + b"9" * 200_000, "not a CSV table"),
    ],
)
def test_a_broken_table_is_the_reason_of_each_file_it_speaks_of(table: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "AlN.cif").write_text(ALN_CIF)
    (tmp_path / "properties.csv").write_bytes(table)
    (item,) = read_crystals([tmp_path])
    assert isinstance(item, Rejected)
    assert "properties.csv" in item.reason and message in item.reason
