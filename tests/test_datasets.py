"""The shipped tables: typed, sourced, and consistent with what is computed from them."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources import as_file
from pathlib import Path

import numpy as np
import pytest

import finechem_datasets
from finechem import datasets
from finechem.errors import DataError
from finechem.matter import Crystal
from finechem.thermal import calibration, model_errors
from finechem.thermal.elastic import born_stability
from finechem.thermal.known import elasticity_of, known_crystals

#: Tables of what the project computes or chooses itself: no source, no grade.
OWN = (
    "thermal.model_errors",
    "thermal.reference_set",
    "adhesives.model_errors",
    "matter.volatility_parameters",
    "matter.volatility_centres",
    "oxidation.bond_energies_xtb",
    "oxidation.bond_corrections",
    "thermal.composite_errors",
    "thermal.potential_conductivities",
    "thermal.potential_elasticity",
    "thermal.potential_errors",
)
CRYSTALS = (*known_crystals("candidate"), *known_crystals("reference"))


@pytest.mark.parametrize("name", datasets.tables())
def test_table_loads_and_counts_its_cells(name: str) -> None:
    table = datasets.load(name)
    assert table.rows and table.title
    filled = table.filled()
    assert tuple(filled) == table.columns
    assert all(0 <= count <= len(table.rows) for count in filled.values())
    assert sum(filled.values()) == sum(value is not None for row in table.rows for value in row.values())


@pytest.mark.parametrize("name", [name for name in datasets.tables() if name not in OWN])
def test_every_row_has_source_and_grade(name: str) -> None:
    for row in datasets.load(name).rows:
        assert row["source"] and row["source"].strip() == row["source"], row
        assert row["grade"] in ("A", "B", "C", "D"), row
        assert row["doi"] is None or row["doi"].startswith("10."), row


@pytest.mark.parametrize("name", [name for name in datasets.tables() if "phase_id" in datasets.load(name).columns])
def test_no_phase_is_misspelt(name: str) -> None:
    """Facts about a phase without a structure may wait in a table; one letter off a known phase is a misprint."""
    known = {row["phase_id"] for row in datasets.load("thermal.crystals").rows}
    for phase in {row["phase_id"] for row in datasets.load(name).rows if row["phase_id"]} - known:
        formula = phase.split("-")[0]
        assert formula_of(formula)
        alike = [name for name in known if name.split("-")[0] == formula]
        assert not get_close_matches(phase, alike, cutoff=0.9), phase


def test_phases_have_one_row_each() -> None:
    ids = [row["phase_id"] for row in datasets.load("thermal.crystals").rows]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize(
    "name", [name for name in datasets.tables() if {"smiles", "formula"} <= set(datasets.load(name).columns)]
)
def test_every_structure_has_its_formula(name: str) -> None:
    chem = pytest.importorskip("rdkit.Chem")
    formula = pytest.importorskip("rdkit.Chem.rdMolDescriptors").CalcMolFormula
    for row in datasets.load(name).rows:
        if row["smiles"] is None:  # a mixture nobody disclosed
            continue
        molecule = chem.MolFromSmiles(row["smiles"])
        assert molecule is not None, row
        assert "formula" not in row or formula(molecule) == row["formula"], row


def test_every_bond_is_in_its_molecule() -> None:
    chem = pytest.importorskip("rdkit.Chem")
    preferred = []
    for row in datasets.load("oxidation.bond_dissociation_enthalpies").rows:
        molecule = chem.MolFromSmiles(row["smiles"])
        first, second = row["bond"].split("-")
        atom = molecule.GetAtomWithIdx(row["atom_1"])
        assert atom.GetSymbol() == first, row
        if second == "H":
            assert row["atom_2"] is None and atom.GetTotalNumHs() > 0, row
        else:
            assert molecule.GetAtomWithIdx(row["atom_2"]).GetSymbol() == second, row
            assert molecule.GetBondBetweenAtoms(row["atom_1"], row["atom_2"]) is not None, row
        factor = 4.184 if row["unit_as_published"] == "kcal/mol" else 1.0
        if row["conversion"] in (None, "none"):
            assert row["value_kJ_mol"] == pytest.approx(row["value_as_published"] * factor, abs=0.06), row
        if row["preferred"] == "yes":
            preferred.append((chem.MolToSmiles(molecule), row["bond"], row["atom_1"], row["atom_2"]))
    assert len(set(preferred)) == len(preferred)


def test_antioxidants_are_listed_once_and_known() -> None:
    ids = [row["antioxidant_id"] for row in datasets.load("oxidation.antioxidants").rows]
    assert len(set(ids)) == len(ids)
    for name in ("oxidation.volatility", "oxidation.inhibition_rates"):
        assert {row["antioxidant_id"] for row in datasets.load(name).rows} - {None} <= set(ids), name


def test_package_is_valid_by_its_own_description() -> None:
    frictionless = pytest.importorskip("frictionless")
    with as_file(finechem_datasets.root()) as folder:
        report = frictionless.validate(str(Path(folder) / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])[:5]


def test_every_table_lies_in_the_package_and_every_file_is_described() -> None:
    with as_file(finechem_datasets.root()) as folder:
        files = {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*.csv")}
    assert files == {item["path"] for item in finechem_datasets.package()["resources"]}


def test_unknown_table_has_a_hint() -> None:
    with pytest.raises(DataError, match=r"no table 'thermal.crystal' \(did you mean 'thermal.crystals'\?\)"):
        datasets.load("thermal.crystal")


def test_citations_are_distinct_and_carry_the_doi() -> None:
    found = datasets.citations("thermal.conductivity")
    assert found == sorted(set(found))
    assert any("doi:10." in text for text in found)


@pytest.mark.parametrize("crystal", CRYSTALS, ids=lambda crystal: crystal.id)
def test_crystal_is_what_its_row_says(crystal: Crystal) -> None:
    (row,) = datasets.load("thermal.crystals").where(phase_id=crystal.id)
    assert crystal.formula == formula_of(row["formula"])
    assert crystal.space_group_number == row["space_group_number"]
    assert 400 < crystal.density_kg_m3 < 20_000  # lithium 534, uranium 19 050
    assert 4e-30 < crystal.volume_per_atom_m3 < 80e-30  # diamond 5.7, caesium iodide 47.6
    if crystal.elasticity is not None:
        assert born_stability(crystal.elasticity.matrix_Pa)[0] > 0


def formula_of(text: str) -> str:
    from pymatgen.core import Composition

    return str(Composition(text).reduced_formula)


def test_one_preferred_tensor_a_phase() -> None:
    rows = datasets.load("thermal.elastic_tensors").where(preferred="yes")
    phases = [row["phase_id"] for row in rows]
    assert sorted(set(phases)) == sorted(phases)
    every = {row["phase_id"] for row in datasets.load("thermal.elastic_tensors").rows}
    assert every == set(phases), f"phases with tensors but none preferred: {sorted(every - set(phases))}"


def test_every_tensor_is_complete_and_stable() -> None:
    groups = {crystal.id: crystal.space_group_number for crystal in CRYSTALS}
    for row in datasets.load("thermal.elastic_tensors").rows:
        if row["phase_id"] not in groups:  # a tensor that waits for its structure
            continue
        stiffness = elasticity_of(row, groups[row["phase_id"]]).matrix_Pa
        assert born_stability(stiffness)[0] > 0, row["phase_id"]
        assert stiffness.max() < 1300e9, row["phase_id"]  # diamond: C11 = 1079 GPa


def test_densities_agree_with_the_cells() -> None:
    cells = {crystal.id: crystal.density_kg_m3 for crystal in CRYSTALS}
    for row in datasets.load("thermal.densities").rows:
        assert row["density_kg_m3"] == pytest.approx(cells[row["phase_id"]], rel=0.05), row["phase_id"]


def test_model_errors_are_what_is_measured_now() -> None:
    table = {(row["quantity"], row["group"]): row for row in datasets.load("thermal.model_errors").rows}
    measured = {(row["quantity"], row["group"]): row for row in model_errors.measure_errors()}
    assert set(table) == set(measured)
    for key, row in measured.items():
        assert (row["n"], row["scale"], row["how"]) == tuple(table[key][name] for name in ("n", "scale", "how")), key
        for name in ("gruneisen", "sigma"):
            if row[name] is None or np.isnan(row[name]):
                assert table[key][name] is None, key
            else:
                assert table[key][name] == pytest.approx(row[name], rel=1e-4), key


def test_reference_set_is_the_rule_applied_to_the_data() -> None:
    listed = [(row["phase_id"], row["group"]) for row in datasets.load("thermal.reference_set").rows]
    assert sorted(listed) == sorted(calibration.select_reference_set())
    assert len(calibration.reference_crystals()) == len(listed)
