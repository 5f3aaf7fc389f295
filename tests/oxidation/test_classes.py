"""What a structure tells of an antioxidant; the shipped classes agree with it."""

from __future__ import annotations

import pytest

from finechem import datasets
from finechem.oxidation.classes import active_groups, antioxidant_class, structure_flags

BHT = "Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1"


@pytest.mark.parametrize(
    ("smiles", "counts"),
    [
        (BHT, {"hindered phenol": 1}),
        ("c1ccccc1Nc1ccccc1", {"aromatic amine": 1}),
        ("COc1ccc(O)c(C(C)(C)C)c1", {"phenol": 1}),  # one neighbour only
        ("CCCSCCC", {"thioether": 1}),
        ("CC(C)(C)c1cc(C(C)(C)C)ccc1OP(Oc1ccccc1)Oc1ccccc1", {"phosphite": 1}),
        ("CC(=O)Nc1ccccc1", {}),
        ("CC(=O)SC", {}),
        ("O=P(OC)(OC)OC", {}),
    ],
)
def test_counted_by_hand(smiles: str, counts: dict[str, int]) -> None:
    assert active_groups(smiles).counts == counts


def test_irganox_1010_has_four_phenols() -> None:
    row = datasets.load("oxidation.antioxidants").where(antioxidant_id="irganox-1010")[0]
    found = active_groups(row["smiles"])
    assert found.counts == {"hindered phenol": 4}
    assert found.mol_kg == pytest.approx(4000 / 1177.6, rel=1e-3)


def test_shipped_classes_agree_with_the_structures() -> None:
    """Of what is plainly one class; bio-based phenols are phenols of any kind."""
    same = {"hindered phenol": "hindered phenol", "aromatic amine": "aromatic amine", "phosphite": "phosphite",
            "phosphonite": "phosphonite", "thioether": "thioether", "HALS": "hindered piperidine"}  # fmt: skip
    for row in datasets.load("oxidation.antioxidants").rows:
        groups = active_groups(row["smiles"])
        if row["class"] in same:
            assert same[row["class"]] in groups.counts, row["antioxidant_id"]
        if row["class"] == "bio-based phenol":
            assert groups.chain_breaking > 0, row["antioxidant_id"]
        if row["hydroperoxide_decomposer"] == "yes":
            assert groups.decomposing > 0, row["antioxidant_id"]


def test_flags() -> None:
    assert structure_flags(BHT) == ()
    assert any("sulphur" in flag for flag in structure_flags("CCSCC"))
    assert any("hydrolyses" in flag for flag in structure_flags("COP(OC)OC"))
    assert any("halogen" in flag for flag in structure_flags("Clc1ccccc1"))
    assert antioxidant_class("CCO") == "none"


def test_amidines_are_no_aromatic_amines() -> None:
    assert active_groups("Nc1nc(N)nc(N)n1").counts == {}  # melamine
    irganox_565 = "CCCCCCCCSc1nc(Nc2cc(C(C)(C)C)c(O)c(C(C)(C)C)c2)nc(SCCCCCCCC)n1"
    assert active_groups(irganox_565).counts["aromatic amine"] == 1  # its nitrogen hangs on a benzene ring too
