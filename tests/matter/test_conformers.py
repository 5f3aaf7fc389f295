from __future__ import annotations

import numpy as np
import pytest

from finechem.errors import InputError
from finechem.matter.conformers import conformers, curvature


def test_the_lowest_conformer_of_butane_is_stretched() -> None:
    found = conformers("CCCC", tries=20)
    assert [item.energy_kJ_mol for item in found] == sorted(item.energy_kJ_mol for item in found)
    first, last = (np.linalg.norm(item.positions_angstrom[0] - item.positions_angstrom[3]) for item in found[:2])
    assert first == pytest.approx(3.9, abs=0.1)  # anti; gauche follows, about 3.5 kJ/mol above it
    assert last < 3.3
    assert found[1].energy_kJ_mol - found[0].energy_kJ_mol == pytest.approx(3.5, abs=1.0)


def test_a_seed_gives_one_answer() -> None:
    first, again, other = (conformers("OCCO", tries=5, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first[0].positions_angstrom, again[0].positions_angstrom)
    assert not np.array_equal(first[0].positions_angstrom, other[0].positions_angstrom)


def test_what_mmff_lacks_is_left_to_uff() -> None:
    assert conformers("CB(C)C", tries=3)[0].force_field == "UFF"


def test_curvature_is_that_of_a_minimum_free_to_move_and_turn() -> None:
    (best, *_) = conformers("Oc1ccccc1", tries=3)
    second = curvature("Oc1ccccc1", best.positions_angstrom)
    values = np.linalg.eigvalsh(second)
    assert np.allclose(second, second.T)
    assert np.abs(values[:6]).max() < 1.0 < values[6]
    assert 3000 < values[-1] < 20_000  # the stiffest stretch, in kJ/(mol angstrom^2)


@pytest.mark.parametrize(
    ("smiles", "words"),
    [("", "empty"), ("C" * 120, "362 atoms, at most 300")],
)
def test_what_cannot_be_built_is_named(smiles: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        conformers(smiles)
