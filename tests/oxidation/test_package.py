"""Additive packages: read from three formats, set aside with a reason, equal when they mean the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finechem.errors import InputError
from finechem.oxidation.package import Additive, AdditivePackage, read_packages, shipped_antioxidants
from finechem.screening import Candidate, Rejected

BHT = "Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1"
DLTDP = "CCCCCCCCCCCCOC(=O)CCSCCC(=O)OCCCCCCCCCCCC"


def test_three_formats(tmp_path: Path) -> None:
    from rdkit import Chem

    (tmp_path / "a.smi").write_text(f"# mine\n{BHT} BHT\n", "utf-8")
    (tmp_path / "b.csv").write_text(f"name,smiles,loading_wt_percent,note\nBHT,{BHT},1.5,old\n", "utf-8")
    molecule = Chem.MolFromSmiles(BHT)
    molecule.SetProp("_Name", "BHT")
    with Chem.SDWriter(str(tmp_path / "c.sdf")) as writer:
        writer.write(molecule)
    items = read_packages([tmp_path])
    assert [item.id for item in items] == ["BHT", "BHT~2", "BHT~3"]
    for item, loading in zip(items, (0.5, 1.5, 0.5), strict=True):
        assert isinstance(item, AdditivePackage)
        assert item.additives[0].loading_wt_percent == loading
        assert item.additives[0].smiles == items[0].additives[0].smiles  # type: ignore[union-attr]


def test_rows_of_one_package_belong_together(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        f"package,name,smiles,loading_wt_percent\nblend,BHT,{BHT},0.3\nblend,DLTDP,{DLTDP},0.6\n", "utf-8"
    )
    (blend,) = read_packages([tmp_path / "p.csv"])
    assert isinstance(blend, AdditivePackage)
    assert blend.card()["class"] == "hindered phenol, thioether"
    assert "sulphur" in blend.card()["flags"]
    # 3 g and 6 g a kilogram: 3 / 220.36 + 6 / 514.8
    assert blend.active_mol_kg == pytest.approx(3 / 220.36 + 6 / 514.85, rel=1e-3)


WRONG = {
    "empty": ("", "the SMILES is empty"),
    "charged": ("CC[N+](C)(C)C", "charged"),
    "radical": ("CC(C)(C)C1=CC(=[O+])C=C1", "SMILES"),
    "phenoxyl": ("[O]c1ccccc1", "a radical"),
    "zinc": ("CCOP(=S)(OCC)S[Zn]SP(=S)(OCC)OCC", "holds Zn"),
    "huge": ("C" * 120, "362 atoms, at most 300"),
    "nonsense": ("not a molecule", "SMILES"),
    "water": ("O", "holds no carbon"),
}


def test_hopeless_molecules_are_named_and_the_rest_continues(tmp_path: Path) -> None:
    lines = ["name,smiles", *(f"{name},{smiles}" for name, (smiles, _) in WRONG.items()), f"BHT,{BHT}"]
    (tmp_path / "mixed.csv").write_text("\n".join(lines), "utf-8")
    items = read_packages([tmp_path / "mixed.csv"])
    assert [item.id for item in items] == [*WRONG, "BHT"]
    for item in items[:-1]:
        assert isinstance(item, Rejected)
        assert WRONG[item.id][1] in item.reason
        assert item.id in item.reason and "mixed.csv, row" in item.reason
    assert isinstance(items[-1], AdditivePackage)


def test_salts_become_their_molecule() -> None:
    additive = Additive.of("sodium salt", "[Na+].[O-]c1ccccc1")
    assert additive.smiles == "Oc1ccccc1"
    assert "charges were neutralized" in additive.remarks


def test_candidate_contract() -> None:
    one = AdditivePackage("a", (Additive.of("x", BHT), Additive.of("y", DLTDP, 0.2)))
    assert isinstance(one, Candidate)
    again = AdditivePackage.from_dict(json.loads(json.dumps(one.to_dict())))
    assert again == one
    turned = AdditivePackage("b", (Additive.of("z", DLTDP, 0.2), Additive.of("w", BHT)))
    assert turned.fingerprint() == one.fingerprint()
    assert AdditivePackage("c", one.additives[:1]).fingerprint() != one.fingerprint()


def test_impossible_amounts() -> None:
    for loading in (0.0, -1.0, 60.0, float("nan")):
        with pytest.raises(InputError, match="loading_wt_percent"):
            Additive.of("x", BHT, loading)
    with pytest.raises(InputError, match="at least one additive"):
        AdditivePackage("x", ())
    with pytest.raises(InputError, match="more than half"):
        AdditivePackage("x", (Additive.of("x", BHT, 40.0), Additive.of("y", DLTDP, 40.0)))


def test_shipped() -> None:
    found = shipped_antioxidants()
    assert len(found) >= 30
    assert len({package.fingerprint() for package in found}) == len(found)
    assert len({package.card()["class"] for package in found}) >= 6


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_no_file_is_too_odd(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    for ending in (".smi", ".csv", ".sdf"):
        path = tmp_path_factory.getbasetemp() / f"odd{ending}"
        path.write_text(text, "utf-8", errors="ignore")
        for item in read_packages([path]):
            assert isinstance(item, (AdditivePackage, Rejected))


def test_isotopes_and_inner_salts() -> None:
    labelled = Additive.of("d", "[2H]Oc1cc[13cH]cc1")
    assert labelled.smiles == "Oc1ccccc1"
    assert "isotope labels were left out" in labelled.remarks
    with pytest.raises(InputError, match="inner salt"):
        Additive.of("betaine", "C[N+](C)(C)CC(=O)[O-]")
    assert Additive.of("nitro", "C[N+](=O)[O-]").smiles == "C[N+](=O)[O-]"


def test_semicolons_decimal_commas_and_capitals(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Name;SMILES;Loading_wt_percent\nphenol;Oc1ccccc1;0,3\n", "utf-8-sig")
    (found,) = read_packages([path])
    assert isinstance(found, AdditivePackage)
    assert [(item.name, item.smiles, item.loading_wt_percent) for item in found.additives] == [
        ("phenol", "Oc1ccccc1", 0.3)
    ]


def test_a_loading_under_another_name_is_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("smiles,name,loading\nOc1ccccc1,phenol,0.3\n", "utf-8")
    (found,) = read_packages([path])
    assert isinstance(found, Rejected)
    assert "loading_wt_percent" in found.reason


def test_the_row_at_fault_is_named(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("smiles,name,package\nOc1ccccc1,phenol,p\nC(C,broken,p\n", "utf-8")
    (found,) = read_packages([path])
    assert isinstance(found, Rejected)
    assert "row 3" in found.reason
