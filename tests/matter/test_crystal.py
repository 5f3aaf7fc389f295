"""What a structure becomes, and which structures are refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from pymatgen.core import DummySpecies, Lattice, Species, Structure

from finechem.errors import InputError
from finechem.matter import Crystal, Elasticity, Fact
from finechem.matter.asymmetric import expand_asymmetric_unit

from .crystals import aluminium_nitride, rocksalt


def test_aluminium_nitride() -> None:
    crystal = Crystal.from_structure("AlN", aluminium_nitride())
    assert (crystal.formula, crystal.space_group, crystal.space_group_number) == ("AlN", "P6_3mc", 186)
    assert crystal.elements == ("Al", "N")
    assert crystal.primitive_atoms == 4
    assert crystal.tetrahedral
    assert not crystal.layered
    assert crystal.density_kg_m3 == pytest.approx(3260, abs=5)  # X-ray density, CRC Handbook: 3.26 g/cm3
    assert crystal.mean_mass_u == pytest.approx((26.9815385 + 14.007) / 2, rel=1e-5)  # IUPAC 2021


def test_silicon_by_ase() -> None:
    crystal = Crystal.from_structure("Si", bulk("Si", "diamond", a=5.430941, cubic=True))
    assert crystal.density_kg_m3 == pytest.approx(2329.0, abs=0.5)  # Fujii et al., Metrologia 42 (2005): 2329.0 kg/m3
    assert (crystal.space_group_number, len(crystal.species), crystal.primitive_atoms) == (227, 8, 2)
    assert crystal.tetrahedral


def test_same_crystal_whoever_brings_it_and_in_whatever_cell() -> None:
    ours = Crystal.from_structure("a", rocksalt())
    ase = Crystal.from_structure("a", bulk("TiN", "rocksalt", a=4.244))
    big = rocksalt()
    big.make_supercell([2, 1, 1])
    large = Crystal.from_structure("a", big)
    for other in (ase, large):
        assert other.density_kg_m3 == pytest.approx(ours.density_kg_m3, rel=1e-9)
        assert (other.primitive_atoms, other.space_group_number, other.formula) == (2, 225, "TiN")
        assert other.layered == ours.layered and other.tetrahedral == ours.tetrahedral


def test_oxidation_states_do_not_matter() -> None:
    charged = aluminium_nitride()
    charged.add_oxidation_state_by_element({"Al": 3, "N": -3})
    assert isinstance(charged[0].specie, Species)
    charged_crystal = Crystal.from_structure("AlN", charged)
    assert charged_crystal.fingerprint() == Crystal.from_structure("AlN", aluminium_nitride()).fingerprint()


@pytest.mark.parametrize(
    ("group", "cell", "species", "positions", "layered"),
    [
        ("P6_3/mmc", [2.464, 2.464, 6.711, 90, 90, 120], ["C", "C"], [[0, 0, 0.25], [1 / 3, 2 / 3, 0.25]], True),
        ("P6_3/mmc", [2.504, 2.504, 6.66, 90, 90, 120], ["B", "N"], [[1 / 3, 2 / 3, 0.25], [1 / 3, 2 / 3, 0.75]], True),
        ("F-43m", [3.615, 3.615, 3.615, 90, 90, 90], ["B", "N"], [[0, 0, 0], [0.25, 0.25, 0.25]], False),
    ],
    ids=["graphite", "h-BN", "c-BN"],
)  # fmt: skip
def test_layers_are_found(group: str, cell: list[float], species: list[str], positions: Any, layered: bool) -> None:
    crystal = Crystal.from_structure("x", expand_asymmetric_unit(group, cell, species, positions))
    assert crystal.layered is layered


def test_rocksalt_is_not_tetrahedral() -> None:
    assert not Crystal.from_structure("TiN", rocksalt()).tetrahedral


def test_layers_in_a_wide_void_are_found_in_time() -> None:
    """ase's own analysis follows bonds through the void: minutes for this cell."""
    graphene = Structure(Lattice.hexagonal(2.464, 200.0), ["C", "C"], [[1 / 3, 2 / 3, 0.5], [2 / 3, 1 / 3, 0.5]])
    assert Crystal.from_structure("graphene", graphene).layered


def test_atoms_given_in_a_far_image_of_the_cell_make_the_same_crystal() -> None:
    far = aluminium_nitride()
    far.translate_sites([1], [1000, -3000, 7], to_unit_cell=False)
    near = Crystal.from_structure("AlN", aluminium_nitride())
    assert np.asarray(Crystal.from_structure("AlN", far).positions) == pytest.approx(np.asarray(near.positions))


def full_crystal() -> Crystal:
    return Crystal.from_structure(
        "TiN",
        rocksalt(),
        elasticity=Elasticity.from_matrix(np.diag([600.0] * 3 + [160.0] * 3) + 1.0, "ultrasound", "a paper", "A"),
        facts=(Fact("band_gap_eV", 0.0, source="a book"), Fact("gruneisen", 1.9, 0.2)),
        flags=("beautiful",),
        aliases=("gold",),
        source="TiN.cif",
    )


def test_json_round_trip_keeps_everything() -> None:
    crystal = full_crystal()
    again = Crystal.from_dict(json.loads(json.dumps(crystal.to_dict(), allow_nan=False)))
    assert again == crystal
    assert again.fingerprint() == crystal.fingerprint()
    assert Crystal.from_structure("TiN", again.to_structure()).density_kg_m3 == pytest.approx(crystal.density_kg_m3)


def test_fingerprint_is_the_content_not_the_name() -> None:
    crystal = full_crystal()
    assert replace(crystal, id="other", aliases=()).fingerprint() == crystal.fingerprint()
    others = [
        replace(crystal, elasticity=None),
        replace(crystal, elasticity=Elasticity.from_matrix(np.eye(6), "ultrasound", "a paper", "A")),
        replace(crystal, facts=()),
        replace(crystal, facts=(Fact("band_gap_eV", 0.1, source="a book"), *crystal.facts[1:])),
        replace(crystal, layered=True),
        replace(crystal, flags=()),
        Crystal.from_structure("TiN", rocksalt(a=4.245)),
    ]
    assert len({crystal.fingerprint(), *(other.fingerprint() for other in others)}) == len(others) + 1


def test_card_names_what_a_reader_wants() -> None:
    card = full_crystal().card()
    assert card["elastic tensor"] == "ultrasound (a paper)"
    assert (card["same crystal"], card["flags"], card["space group"]) == ("gold", "beautiful", "Fm-3m (225)")
    assert Crystal.from_structure("x", rocksalt()).card()["elastic tensor"] == "none"


def test_first_fact_of_a_direction_speaks() -> None:
    facts = (Fact("k", 2.0, direction="c"), Fact("k", 1.0, direction="ab"), Fact("k", 5.0, direction="ab"))
    crystal = replace(full_crystal(), facts=facts)
    assert crystal.fact("k") is facts[0]
    assert crystal.fact("k", "ab") is facts[1]
    assert crystal.fact("k", "average") is None
    assert crystal.fact("unheard of") is None


CUBE = Lattice.cubic(4.0)
REFUSED: list[tuple[str, Any, str]] = [
    ("alloy", Structure(CUBE, [{"Al": 0.5, "Ga": 0.5}, "N"], [[0, 0, 0], [0.5] * 3]), "partial occupancy .*order"),
    ("vacancies", Structure(CUBE, [{"Al": 0.9}], [[0, 0, 0]]), "partial occupancy"),
    ("overlap", Structure(CUBE, ["Al", "N"], [[0, 0, 0], [0.1, 0, 0]]), r"atoms 0 \(Al\) and 1 \(N\) overlap, 0.40"),
    ("overlap across the border", Structure(CUBE, ["Al", "N"], [[0.01, 0, 0], [0.99, 0, 0]]), "overlap, 0.08"),
    ("own image", Structure(Lattice.orthorhombic(0.3, 9, 9), ["Al"], [[0, 0, 0]]), "overlap their own images"),
    ("own image, skewed", Structure([[5, 0, 0], [5, 0.3, 0], [0, 0, 9]], ["Al"], [[0, 0, 0]]), "their own images"),
    ("no volume", Structure([[4, 0, 0], [8, 0, 0], [0, 0, 4]], ["Al"], [[0, 0, 0]]), "the cell has no volume"),
    ("void", Structure(Lattice.cubic(30), ["Al"], [[0, 0, 0]]), "no crystal, it has 2.7e.04 cubic angstrom"),
    ("NaN", Structure(CUBE, ["Al", "N"], [[0, 0, 0], [np.nan, 0, 0]]), "coordinates of atom 1 are not finite"),
    ("NaN cell", Structure([[np.nan, 0, 0], [0, 4, 0], [0, 0, 4]], ["Al"], [[0, 0, 0]]), "no volume"),
    ("dummy", Structure(CUBE, [DummySpecies("X")], [[0, 0, 0]]), "X0. is no element"),
    ("crowd", rocksalt() * (6, 6, 6), "holds 1728 atoms, at most 1000"),
    ("empty pymatgen", Structure(CUBE, [], []), "holds no atoms"),
    ("empty ase", Atoms(), "holds no atoms"),
    ("molecule", molecule("H2O"), "not periodic in three dimensions"),
    ("slab", Atoms("Al", cell=[4, 4, 4], pbc=[True, True, False]), "not periodic in three dimensions"),
    ("no cell", Atoms("Al", pbc=True), "not periodic"),
    ("NaN by ase", Atoms("Al", positions=[[np.nan, 0, 0]], cell=[4, 4, 4], pbc=True), "not finite"),
    ("text", "AlN", "expected a pymatgen Structure or ase Atoms, got str"),
]  # fmt: skip


@pytest.mark.parametrize(("structure", "message"), [pytest.param(*rest, id=name) for name, *rest in REFUSED])
def test_refused_with_name_and_cause(structure: Any, message: str) -> None:
    with pytest.raises(InputError, match=f"^culprit: .*{message}"):
        Crystal.from_structure("culprit", structure)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.eye(3), r"finite 6x6 matrix in GPa, got shape \(3, 3\)"),
        (np.full((6, 6), np.nan), "finite 6x6 matrix"),
        (np.eye(6) + np.eye(6, k=1), "not symmetric"),
    ],
)
def test_stiffness_must_be_a_tensor(matrix: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Elasticity.from_matrix(matrix)


def test_stiffness_is_symmetrised_and_in_pascal() -> None:
    matrix = np.diag([100.0] * 6)
    matrix[0, 1], matrix[1, 0] = 50.0, 50.4
    kept = Elasticity.from_matrix(matrix).matrix_Pa
    assert kept[0, 1] == kept[1, 0] == pytest.approx(50.2e9)
