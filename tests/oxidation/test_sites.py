from __future__ import annotations

import pytest

from finechem.errors import InputError
from finechem.oxidation.sites import checked, excluded, sites


def found(smiles: str) -> dict[str, list[int]]:
    counts: dict[str, list[int]] = {}
    for site in sites(smiles):
        counts.setdefault(site.kind, []).append(site.count)
    return counts


@pytest.mark.parametrize(
    ("smiles", "kinds"),
    [
        ("CC(C)(C)C", {"C-H": [12], "C-C": [4]}),
        ("Oc1ccccc1", {"O-H phenol": [1], "C-H": [2, 2, 1], "C-O": [1]}),
        ("Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1", {"O-H hindered phenol": [1]}),
        ("Cc1cc(-c2cc(C)cc(C(C)(C)C)c2O)c(O)c(C(C)(C)C)c1", {"O-H hindered phenol": [2]}),
        ("COc1ccc(O)c(C(C)(C)C)c1", {"O-H phenol": [1]}),
        ("CC(C)c1cccc(C(C)C)c1O", {"O-H phenol": [1]}),
        ("CCOO", {"O-H hydroperoxide": [1], "O-O": [1]}),
        ("c1ccc(Nc2ccccc2)cc1", {"N-H aromatic amine": [1], "C-N": [2], "C-H": [4, 4, 2]}),
        ("CNC", {"N-H amine": [1]}),
        ("CNC(C)=O", {"N-H amide": [1]}),
        ("CCS", {"S-H": [1], "C-S": [1]}),
        ("OP(O)O", {"O-H other": [3], "O-P": [3]}),
    ],
)
def test_kinds_and_equivalent_bonds(smiles: str, kinds: dict[str, list[int]]) -> None:
    counts = found(smiles)
    for kind, expected in kinds.items():
        assert sorted(counts[kind]) == sorted(expected), kind


def test_hydrogens_and_single_bonds_are_all_counted() -> None:
    from rdkit import Chem

    for smiles in ("CCO", "Cc1ccccc1", "CC(=O)Nc1ccc(O)cc1"):
        molecule = Chem.MolFromSmiles(smiles)
        hydrogens = sum(atom.GetTotalNumHs() for atom in molecule.GetAtoms())
        assert sum(site.count for site in sites(smiles) if site.other is None) == hydrogens
        single = sum(bond.GetBondTypeAsDouble() == 1 and not bond.IsInRing() for bond in molecule.GetBonds())
        assert sum(site.count for site in sites(smiles) if site.other is not None) == single


def test_ring_and_multiple_bonds_are_left_out_with_a_word() -> None:
    assert all(site.other is None for site in sites("C1CCCCC1"))
    assert excluded("C1CCCCC1") == ("6 ring bonds left out: opening a ring leaves both radicals in one molecule",)
    assert [site.kind for site in sites("C=C")] == ["C-H"]
    assert excluded("C=C") == ("1 multiple bond left out",)
    assert excluded("CC") == ()


@pytest.mark.parametrize(
    ("smiles", "words"),
    [
        ("", "the SMILES is empty"),
        ("not a molecule", "holds a blank"),
        ("C1CC", "not valid SMILES"),
        ("CN(C)(C)C", "Explicit valence"),
        ("C[N+](C)(C)C", r"charged \(\+1\)"),
        ("[O-]c1ccccc1", r"charged \(-1\)"),
        ("[CH3]", "a radical"),
        ("[O]c1ccccc1", "a radical"),
        ("C[Zn]C", "holds Zn; metal-organic"),
        ("Oc1ccccc1.O", "several molecules"),
        ("C" * 100, "302 atoms, at most 300"),
        ("O=C=O", "no bond that breaks"),
        ("[He]", "holds He"),
    ],
)
def test_what_breaks_a_rule_is_named(smiles: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        checked(smiles)


def test_a_nitro_group_is_no_charge() -> None:
    assert checked("C[N+](=O)[O-]") == "C[N+](=O)[O-]"
    assert {site.kind for site in sites("C[N+](=O)[O-]")} == {"C-H", "C-N"}


def test_a_labelled_hydrogen_hides_no_bond() -> None:
    with pytest.raises(InputError, match="labelled hydrogen"):
        checked("[2H]Oc1ccccc1")
