from __future__ import annotations

import pytest

from finechem.errors import InputError
from finechem.oxidation.substituents import PHENOL_KJ_MOL, substituent_rule


def test_phenol_is_its_own_reference() -> None:
    assert substituent_rule("Oc1ccccc1", 0).value_kJ_mol == PHENOL_KJ_MOL


@pytest.mark.parametrize(
    ("smiles", "atom", "sigma"),
    [
        ("Cc1ccc(O)cc1", 5, -0.31),
        ("Cc1cccc(O)c1", 6, -0.07),
        ("Cc1ccccc1O", 7, 0.66 * -0.31),
        ("COc1cccc(OC)c1O", 10, 2 * 0.66 * -0.78),
        ("N#Cc1ccc(O)cc1", 6, 0.66),
        ("Oc1ccc(CCCC)cc1", 0, -0.30),
    ],
)
def test_sums_follow_the_rule(smiles: str, atom: int, sigma: float) -> None:
    found = substituent_rule(smiles, atom)
    assert found.sum_sigma_plus == pytest.approx(sigma)
    assert found.value_kJ_mol == pytest.approx(PHENOL_KJ_MOL - 1.97 + 29.87 * sigma)


def test_two_ortho_tert_butyls_lower_it_more_than_their_sum() -> None:
    bht = ("Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1", 9)
    crowded, plain = (substituent_rule(*bht, crowding=crowding).value_kJ_mol for crowding in (True, False))
    assert crowded is not None and plain is not None
    assert plain - crowded == pytest.approx(1.9 * 4.184)
    assert crowded / 4.184 == pytest.approx(81.0, abs=0.3)  # measured


def test_the_order_of_atoms_does_not_matter() -> None:
    assert substituent_rule("COc1ccc(O)c(C)c1", 6) == substituent_rule("Oc1ccc(OC)cc1C", 0)


def test_what_has_no_sourced_constant_is_unknown() -> None:
    found = substituent_rule("CSc1ccc(O)cc1", 6)
    assert found.value_kJ_mol is None and found.unknown == ("S at para",)
    assert substituent_rule("Oc1ccc2ccccc2c1", 0).value_kJ_mol is None


def test_only_phenols_may_ask() -> None:
    with pytest.raises(InputError, match="no phenolic oxygen"):
        substituent_rule("CCO", 2)
    with pytest.raises(InputError, match="no benzene ring"):
        substituent_rule("Oc1ccccn1", 0)
