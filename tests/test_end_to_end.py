"""A user's folder, from files to a ranking: good crystals, a broken one, and the shipped candidates beside them."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import pytest
from pymatgen.io.cif import CifWriter

from finechem.screening import Ranking
from finechem.thermal.known import known_crystals
from finechem.thermal.nitrides import nitride_screen, read_nitrides, shipped_nitrides

#: File name and shipped phase; the names say nothing, so that only the structure can tell.
FILES = {"one.cif": "AlN-wurtzite", "two.cif": "BN-cubic", "three.cif": "Si3N4-beta", "four.cif": "TiN-rocksalt"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mine")
    phases = {crystal.id: crystal for crystal in known_crystals()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spglib announces its error handling of the future
        for name, phase in FILES.items():
            (path / name).write_text(str(CifWriter(phases[phase].to_structure(), symprec=0.01)))
    (path / "broken.cif").write_text((path / "one.cif").read_text()[:400])
    return path


@pytest.fixture(scope="module")
def ranking(folder: Path) -> Ranking:
    return nitride_screen().run(read_nitrides([folder]))


@pytest.fixture(scope="module")
def shipped() -> Ranking:
    return nitride_screen().run(shipped_nitrides())


def ranks(ranking: Ranking) -> dict[str, int]:
    return dict(zip(ranking.ids, ranking.rank.tolist(), strict=True))


def test_the_broken_file_fails_with_its_reason_and_stops_nothing(ranking: Ranking) -> None:
    outcome = ranking.outcomes[ranking.row_of("broken")]
    assert (outcome.status, outcome.stage) == ("failed", "read")
    assert "broken.cif: cannot be read as cif" in outcome.reason
    assert sorted(ranking.ids) == sorted([*(Path(name).stem for name in FILES), "broken"])
    assert [outcome.status for outcome in ranking.outcomes].count("failed") == 1


def test_good_files_adopt_what_is_known_of_their_phase(ranking: Ranking, shipped: Ranking) -> None:
    for name, phase in FILES.items():
        card = ranking.cards[ranking.row_of(Path(name).stem)]
        assert f"is {phase}" in card["flags"].split("; ")
        ours = {(item.property, item.model): item.value for item in ranking.evidence(Path(name).stem)}
        theirs = {(item.property, item.model): item.value for item in shipped.evidence(phase)}
        assert ours == pytest.approx(theirs, rel=1e-5, nan_ok=True)  # CIF prints eight digits
    assert ranks(ranking)["two"] == 1 and ranks(ranking)["one"] == 2


def test_order_of_the_shipped_insulators(shipped: Ranking) -> None:
    place = ranks(shipped)
    assert 1 <= place["AlN-wurtzite"] <= 5
    assert 1 <= place["BN-cubic"] <= 5
    assert 1 <= place["Si3N4-beta"] < place["MgSiN2-orthorhombic"]


@pytest.mark.parametrize("phase", ["ZrN-rocksalt", "TiN-rocksalt"])
def test_metals_are_gated_out_with_the_reason(phase: str, shipped: Ranking) -> None:
    outcome = shipped.outcomes[shipped.row_of(phase)]
    assert outcome.status == "filtered"
    assert outcome.reason.startswith("band gap 0 eV by known gap; wanted at least 2")
    assert ranks(shipped)[phase] == 0


def test_every_number_has_interval_model_and_source(shipped: Ranking) -> None:
    counted = 0
    for row in shipped.order.tolist():
        for item in shipped.evidence(shipped.ids[row]):
            if item.value != item.value:
                assert item.reason, (shipped.ids[row], item.property.label)
                continue
            counted += 1
            assert item.low <= item.value <= item.high, (shipped.ids[row], item.property.label)
            assert item.model
            assert item.source or item.references, (shipped.ids[row], item.property.label)
    assert counted > 200


def test_everyone_has_a_fate_with_a_reason(shipped: Ranking) -> None:
    for name, outcome in zip(shipped.ids, shipped.outcomes, strict=True):
        assert outcome.status in ("ok", "partial", "filtered", "failed")
        assert bool(outcome.reason) == (outcome.status != "ok"), name


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has file names that are no text")
def test_undecodable_names_reach_the_run_folder(folder: Path, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from finechem.cli import main

    odd = tmp_path / "in" / "odd\udcff.cif"
    odd.parent.mkdir()
    odd.write_text((folder / "one.cif").read_text())
    for words in ([str(odd)], [str(odd.parent)]):
        result = CliRunner().invoke(main, ["screen", "nitrides", *words, "--runs", str(tmp_path / "runs")])
        assert result.exit_code == 0, result.output
    (run,) = (tmp_path / "runs").iterdir()
    assert "odd?" in (run / "ranking.csv").read_text("utf-8")
    assert str(odd) in json.loads((run / "manifest.json").read_text("utf-8"))["inputs"]


def test_impossible_data_of_the_user_cost_only_their_candidate(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.cif").write_text((folder / "two.cif").read_text())
    (tmp_path / "b.cif").write_text((folder / "one.cif").read_text())
    zeros = "[" + ", ".join(["[0, 0, 0, 0, 0, 0]"] * 6) + "]"
    (tmp_path / "a.json").write_text(f'{{"stiffness_GPa": {zeros}, "thermal_conductivity_W_mK": 1e300}}')
    ranking = nitride_screen().run(read_nitrides([tmp_path]))
    assert ranking.ids == ["a", "b"]
    reasons = [item.reason for item in ranking.evidence("a") if item.model == "elastic"]
    assert reasons and all("Born" in reason for reason in reasons)
    assert ranks(ranking)["b"] > 0
