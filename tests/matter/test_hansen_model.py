"""Hansen parameters: tables first, a model where they are silent, chi and the relative energy difference."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from finechem.errors import InputError
from finechem.matter.hansen import flory_huggins_chi, hansen_distance, relative_energy_difference, tabulated_hansen
from finechem.matter.hansen_model import TABLE_SIGMAS, hansen_parameters, hansen_records
from finechem.units import GAS_CONSTANT

DGEBA = "CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1"


def test_tables_speak_first_and_err_by_their_scatter() -> None:
    found = hansen_parameters("Cc1ccccc1")
    assert found.parameters_MPa05 == tabulated_hansen("Cc1ccccc1")
    assert found.sigma_MPa05 == TABLE_SIGMAS


def test_what_is_tabulated_is_what_the_model_is_fitted_to() -> None:
    records = {record.smiles: record.parameters_MPa05 for record in hansen_records()}
    same = [tabulated_hansen(smiles) for smiles in list(records)[:200]]
    apart = [
        np.abs(np.array(own) - records[smiles]).max()
        for smiles, own in zip(list(records)[:200], same, strict=True)
        if own
    ]
    assert len(apart) > 150 and float(np.mean(np.array(apart) < 1e-9)) > 0.95  # the others have stereoisomers


def test_a_salt_is_refused_in_words_of_its_own() -> None:
    with pytest.raises(InputError, match="one neutral molecule") as caught:
        hansen_parameters("[Na+].CC(=O)[O-]")
    assert "vapour pressure" not in str(caught.value)


def test_the_scatter_between_tables_is_what_is_stated() -> None:
    from chemicals import solubility

    solubility.hansen_delta_d_methods("64-17-5")
    sets: dict[str, list[np.ndarray]] = {}
    for table in solubility.solubility_sources.values():
        for cas, row in table[["HANSEN_DELTA_D", "HANSEN_DELTA_P", "HANSEN_DELTA_H"]].dropna().iterrows():
            sets.setdefault(cas, []).append(np.array(row, dtype=float) / 1e3)
    apart = np.array([a - b for several in sets.values() for a, b in itertools.combinations(several, 2)])
    assert len(apart) == 1506
    assert np.sqrt(np.mean(apart**2, axis=0) / 2.0) == pytest.approx(TABLE_SIGMAS, abs=0.01)


def test_the_model_speaks_of_a_resin_and_is_less_sure_of_the_strange() -> None:
    assert len(hansen_records()) > 1000
    assert tabulated_hansen(DGEBA) is None
    resin = hansen_parameters(DGEBA)
    assert resin.parameters_MPa05[0] == pytest.approx(18.3, abs=1.5)
    assert all(sigma > 0 for sigma in resin.sigma_MPa05)
    strange = hansen_parameters("FC(F)(F)C(F)(F)C(F)(F)S(=O)(=O)C1CC2(C1)OCC(C#N)O2")
    assert np.prod(strange.sigma_MPa05) > np.prod(resin.sigma_MPa05)


def test_alcohols_bond_by_hydrogen_and_alkanes_do_not() -> None:
    alcohol, alkane = hansen_parameters("CCCCCCC(O)CCC(O)CC"), hansen_parameters("CCCCCCC(C)CCC(CC)CC")
    assert alcohol.parameters_MPa05[2] > alkane.parameters_MPa05[2] + 5.0
    assert alkane.parameters_MPa05[1] < 2.0


def test_chi_is_the_distance_in_units_of_heat() -> None:
    one, other = (18.0, 2.0, 3.0), (16.0, 8.0, 6.0)
    distance = hansen_distance(one, other)
    assert flory_huggins_chi(one, other, 120.0, 350.0) == pytest.approx(120.0 * distance**2 / 4 / GAS_CONSTANT / 350.0)
    assert flory_huggins_chi(one, one, 120.0) == 0.0
    assert relative_energy_difference(one, other, distance) == pytest.approx(1.0)
    with pytest.raises(InputError, match="both must be above 0"):
        flory_huggins_chi(one, other, 0.0)
    with pytest.raises(InputError, match="radius_MPa05 is -1"):
        relative_energy_difference(one, other, -1.0)
