"""Reactive groups: hand-counted molecules, and what looks like a group and is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finechem.adhesives.groups import (
    FAMILIES,
    KINDS,
    catalytic_groups,
    equivalent_weights,
    functional_groups,
    members,
)
from finechem.errors import InputError
from tests.adhesives.substances import DETA, DGEBA, IPDA

COUNTED = {
    DGEBA: {"epoxide_terminal": 2},
    IPDA: {"amine_hydrogen_primary": 4},
    DETA: {"amine_hydrogen_primary": 4, "amine_hydrogen_secondary": 1},
    "O=C(OCC1CCC2OC2C1)C1CCC2OC2C1": {"epoxide_cycloaliphatic": 2},
    "CC1(CO1)C2CCC3(C)OC3C2": {"epoxide_terminal": 1, "epoxide_cycloaliphatic": 1},
    "CCCCCC1OC1CC1OC1CCCCCCCC(=O)OC": {"epoxide_internal": 2},
    "C1CC2CC1C1OC21": {"epoxide_cycloaliphatic": 1},
    "CC1CCCC2C1C(=O)OC2=O": {"anhydride": 1},
    "O=C1OC(=O)c2cc3C(=O)OC(=O)c3cc12": {"anhydride": 2},  # pyromellitic: perceived as aromatic throughout
    "CC(=O)OC(C)=O": {"anhydride": 1},
    "O=C(O)CC(O)(CC(=O)O)C(=O)O": {"carboxylic_acid": 3, "alcohol": 1},
    "COc1cc(C=O)ccc1O": {"phenol": 1, "aldehyde": 1},
    "O=C=Nc1ccc(Cc2ccc(N=C=O)cc2)cc1": {"isocyanate": 2},
    "CCC(COC(=O)C=C)(COC(=O)C=C)COC(=O)C=C": {"acrylate": 3},
    "CC(=C)C(=O)OCC1CO1": {"methacrylate": 1, "epoxide_terminal": 1},
    "C=C(CC(=O)OC)C(=O)OC": {"itaconate": 1},
    "O=C1C=CC(=O)N1c1ccccc1": {"maleimide": 1},
    "C=CCc1ccc(O)c(OC)c1": {"phenol": 1, "alkene": 1},
    "SCCS": {"thiol": 2},
    "NNC(=O)CCCCC(=O)NN": {"amine_hydrogen_primary": 4},  # adipic dihydrazide, sold at four hydrogens
    "C=O": {"aldehyde": 1},
    "O": {"water": 1},
}
NOTHING = {
    "urea": "NC(N)=O",
    "acetamide": "CC(N)=O",
    "dicyandiamide": "N#CN=C(N)N",
    "sulfanilamide's amide": "CS(N)(=O)=O",
    "an ester": "CC(=O)OC",
    "tetrahydrofuran": "C1CCOC1",
    "tertiary amine": "CN(C)C",
    "formate": "O=COC",
    "a ketone": "CC(C)=O",
    "melamine": "Nc1nc(N)nc(N)n1",
    "carbonate": "COC(=O)OC",
}


@pytest.mark.parametrize("smiles", COUNTED)
def test_hand_counted(smiles: str) -> None:
    assert functional_groups(smiles) == COUNTED[smiles]


@pytest.mark.parametrize("name", NOTHING)
def test_what_only_looks_like_a_group(name: str) -> None:
    assert functional_groups(NOTHING[name]) == {}


def test_equivalent_weights_of_the_issue() -> None:
    """EEW of DGEBA 170.2, AHEW of isophorone diamine 42.6, of diethylene triamine 20.6 g/eq."""
    assert equivalent_weights(DGEBA)["epoxide"] == pytest.approx(170.2, abs=0.05)
    assert equivalent_weights(IPDA)["amine_hydrogen"] == pytest.approx(42.6, abs=0.05)
    assert equivalent_weights(DETA)["amine_hydrogen"] == pytest.approx(20.6, abs=0.05)


@pytest.mark.parametrize(
    ("smiles", "name"),
    [
        ("N#CN=C(N)N", "dicyandiamide"),
        ("NC(=N)NC#N", "dicyandiamide"),
        ("CCc1ncc(C)[nH]1", "imidazole"),
        ("CN(C)Cc1cc(CN(C)C)c(O)c(CN(C)C)c1", "tertiary amine"),
        ("CN(C)C(=O)Nc1ccccc1", "urea accelerator"),
    ],
)
def test_catalytic_hardeners_are_told(smiles: str, name: str) -> None:
    assert name in catalytic_groups(smiles)
    assert catalytic_groups(IPDA) == ()


@given(st.sampled_from(list(COUNTED)), st.integers(0, 2**31))
def test_counts_do_not_depend_on_how_the_smiles_is_written(smiles: str, seed: int) -> None:
    from rdkit import Chem

    molecule = Chem.MolFromSmiles(smiles)
    order = list(range(molecule.GetNumAtoms()))
    start = seed % len(order)
    again = Chem.MolToSmiles(molecule, rootedAtAtom=start, canonical=False)
    assert functional_groups(again) == COUNTED[smiles]


def test_families_are_made_of_kinds() -> None:
    assert all(kind in KINDS for kinds in FAMILIES.values() for kind in kinds)
    with pytest.raises(InputError, match=r"no reactive group is called 'epoxid' \(did you mean 'epoxide'\?\)"):
        members("epoxid")
