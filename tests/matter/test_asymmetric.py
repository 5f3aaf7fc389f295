"""Cells from asymmetric units, against pymatgen's own tables of operations."""

from __future__ import annotations

import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from finechem import datasets
from finechem.errors import InputError
from finechem.matter.asymmetric import expand_asymmetric_unit

CELL = ("a_angstrom", "b_angstrom", "c_angstrom", "alpha_deg", "beta_deg", "gamma_deg")
#: Phase and atoms in the conventional cell, counted from the formula and Z of the named structure type.
ATOMS = {
    "AlN-wurtzite": 4,  # P6_3mc, Z = 2
    "BN-hexagonal": 4,  # P6_3/mmc, Z = 2
    "Si3N4-beta": 14,  # P6_3/m, Z = 2
    "Si3N4-alpha": 28,  # P31c, Z = 4
    "Si3N4-gamma": 56,  # Fd-3m, Z = 8
    "Si-diamond": 8,  # Fd-3m, Z = 8
    "Al2O3-corundum": 30,  # R-3c, Z = 6
    "Mg2SiO4-forsterite": 28,  # Pbnm, Z = 4
    "MgSiN2-orthorhombic": 16,  # Pna2_1, Z = 4
    "SiO2-quartz": 9,  # P3_221, Z = 3
    "ZrSiO4-zircon": 24,  # I4_1/amd, Z = 4
    "Be3N2-alpha": 80,  # Ia-3, Z = 16
}


def asymmetric_unit(phase: str) -> tuple[str, list[float], list[str], list[list[float]]]:
    (row,) = datasets.load("thermal.crystals").where(phase_id=phase)
    sites = [site.split() for site in row["sites"].split(";")]
    positions = [[float(number) for number in site[1:4]] for site in sites]
    return row["space_group"], [row[name] for name in CELL], [site[0] for site in sites], positions


@pytest.mark.parametrize(("phase", "atoms"), ATOMS.items())
def test_as_many_atoms_as_the_structure_type_has(phase: str, atoms: int) -> None:
    assert len(expand_asymmetric_unit(*asymmetric_unit(phase))) == atoms


@pytest.mark.parametrize(
    "phase",
    ["AlN-wurtzite", "Si3N4-beta", "Si3N4-gamma", "Al2O3-corundum", "Mg2SiO4-forsterite", "MgSiN2-orthorhombic",
     "SiO2-quartz", "ZrSiO4-zircon", "Be3N2-alpha", "P3N5-alpha"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Full symbol not available:UserWarning")  # Pbnm
def test_same_cell_as_pymatgen(phase: str) -> None:
    symbol, cell, species, positions = asymmetric_unit(phase)
    ours = expand_asymmetric_unit(symbol, cell, species, positions)
    theirs = Structure.from_spacegroup(symbol, Lattice.from_parameters(*cell), species, positions, tol=1e-3)
    assert ours.composition == theirs.composition
    assert StructureMatcher(primitive_cell=False, scale=False).fit(ours, theirs)


def test_coordinates_printed_to_few_digits_make_no_double_atoms() -> None:
    cell = expand_asymmetric_unit("P6_3mc", [3.1, 3.1, 5.0, 90, 90, 120], ["Al"], [[0.3333, 0.6667, 0.0]])
    assert len(cell) == 2


def test_sites_across_the_cell_border_are_one_atom() -> None:
    cell = expand_asymmetric_unit("Fm-3m", [4.2, 4.2, 4.2, 90, 90, 90], ["Ti"], [[0.9999, 0.0001, 0.0]])
    assert len(cell) == 4


@pytest.mark.parametrize("symbol", ["P 63 m c", "P63mc", "", "AlN"])
def test_unknown_symbols_say_how_to_write_one(symbol: str) -> None:
    with pytest.raises(InputError, match=r"no space group is written .*such as P6_3mc"):
        expand_asymmetric_unit(symbol, [3.1, 3.1, 5.0, 90, 90, 120], ["Al"], [[0, 0, 0]])
