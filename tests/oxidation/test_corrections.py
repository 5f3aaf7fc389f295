from __future__ import annotations

import numpy as np
import pytest

from finechem import datasets
from finechem.errors import InputError
from finechem.oxidation.corrections import (
    ENERGIES,
    chosen_errors,
    correction,
    fit_corrections,
    leave_one_out,
    nested_errors,
    rule_errors,
)
from finechem.oxidation.reference import compute_energies, reference_bonds, samples


def test_the_table_is_what_is_fitted_now() -> None:
    table = {(row["kind"], row["method"]): row for row in datasets.load("oxidation.bond_corrections").rows}
    fitted = {(row["kind"], row["method"]): row for row in fit_corrections()}
    assert set(table) == set(fitted)
    for key, row in fitted.items():
        for name, value in row.items():
            if isinstance(value, float):
                assert table[key][name] == pytest.approx(value, rel=1e-5), (key, name)
            else:
                assert table[key][name] == value, (key, name)


def test_small_energies_are_what_is_computed_now() -> None:
    shipped = {
        (row["smiles"], row["atom_1"], row["atom_2"], row["method"]): row
        for row in datasets.load("oxidation.bond_energies_xtb").rows
    }
    anew = compute_energies(largest=5)
    assert len(anew) >= 10
    for row in anew:
        old = shipped[row["smiles"], row["atom_1"], row["atom_2"], row["method"]]
        assert row["energy_kJ_mol"] == pytest.approx(old["energy_kJ_mol"], abs=0.3), row["compound"]


def test_every_measured_bond_has_both_energies_and_phenols_stand_on_one_scale() -> None:
    sample = samples()
    assert len(sample.references) == len(reference_bonds()) == sample.measured_kJ_mol.size
    assert all(np.isfinite(values).all() for values in sample.energies_kJ_mol.values())
    phenols = sample.family("O-H phenol").measured_kJ_mol
    assert phenols.size >= 20
    assert np.ptp(phenols) > 8 * 4.184
    keys = [reference.key for reference in reference_bonds()]
    assert len(set(keys)) == len(keys)


def test_leave_one_out_of_an_exact_line_is_zero_and_sees_a_shifted_point() -> None:
    x = np.array([1.0, 2.0, 4.0, 8.0, 9.0, 12.0])
    kinds = ["a", "a", "a", "b", "b", "b"]
    y = 0.7 * x + np.where(np.array(kinds) == "a", 3.0, 5.0)
    assert np.allclose(leave_one_out(x, y, kinds, sloped=True), 0.0)
    assert not np.allclose(leave_one_out(x, y, kinds, sloped=False), 0.0)
    y[0] += 1.0
    assert leave_one_out(x, y, kinds, sloped=True)[0] == pytest.approx(1.0)
    assert np.isnan(leave_one_out(x[:4], y[:4], kinds[:4], sloped=False)[3])  # the only one of its kind


def test_phenols_meet_the_aim_and_beat_the_mean_and_the_rule() -> None:
    phenols = samples().family("O-H phenol")
    errors = chosen_errors(phenols) / 4.184
    size = phenols.measured_kJ_mol.size
    mean = (phenols.measured_kJ_mol - phenols.measured_kJ_mol.mean()) / 4.184 * size / (size - 1)
    assert np.mean(np.abs(errors)) < 1.5 < np.mean(np.abs(mean))
    assert np.mean(np.abs(nested_errors(phenols, ENERGIES))) < 1.5 * 4.184
    covered, rule = rule_errors(phenols, crowding=False)
    assert covered.sum() >= 12
    assert np.mean(np.abs(errors[covered])) < np.mean(np.abs(rule)) / 4.184
    with_crowding = rule_errors(phenols)[1] / 4.184  # its term was fitted to three of these phenols
    assert np.sqrt(np.mean(errors[covered] ** 2)) < np.sqrt(np.mean(with_crowding**2))


def test_pooled_corrections_are_wider_and_unknown_methods_named() -> None:
    assert correction("N-H amide").kind == "X-H"
    assert correction("C-S").kind == "skeleton"
    assert correction("C-S").sigma_kJ_mol > correction("C-C").sigma_kJ_mol
    assert correction("S-H").n == 2
    assert correction("S-H").sigma_kJ_mol >= correction("N-H amide").sigma_kJ_mol
    with pytest.raises(InputError, match="no method 'gfn'"):
        correction("C-H", "gfn")
