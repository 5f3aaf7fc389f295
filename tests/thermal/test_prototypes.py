"""Nitrides on paper: balance, volumes against measured ones, duplicates, and what is refused."""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest

from finechem import datasets
from finechem.errors import InputError
from finechem.matter.crystal import Crystal
from finechem.matter.readers import same_crystal
from finechem.screening import Rejected
from finechem.thermal.known import adopt_known, known_crystal, known_crystals
from finechem.thermal.prototypes import (
    CONTACT_OVER_RADII,
    NITRIDE_RADIUS,
    _contact,
    _neighbours,
    _radius,
    balanced_states,
    enumerate_nitrides,
    formula_types,
    metals,
    nitride_prototypes,
    oxidation_states,
    scaled,
)


def made(formula: str, elements: dict[str, list[str]] | None = None) -> list[Crystal]:
    """What is enumerated, where nothing is rejected."""
    found = enumerate_nitrides(formula, elements)
    crystals = [item for item in found if isinstance(item, Crystal)]
    assert len(crystals) == len(found)
    return crystals


A = ["Mg", "Ca", "Sr", "Ba", "Zn", "Mn", "Li", "Na", "Cu", "Fe", "Co", "Ni"]
B = ["Si", "Ge", "Sn", "Ti", "Zr", "Hf", "Al", "Ga"]
NITRIDES = [item for item in nitride_prototypes() if item.roles.get("N") == "N"]


def test_every_structure_type_has_its_formula_and_says_where_it_is_from() -> None:
    for prototype in nitride_prototypes():
        counts: dict[str, int] = {}
        for site in prototype.structure:
            role = prototype.roles[site.specie.symbol]
            counts[role] = counts.get(role, 0) + 1
        units = counts["N"] / prototype.counts["N"]
        assert counts == {role: number * units for role, number in prototype.counts.items()}, prototype.name
        assert prototype.source


def test_a_nitride_scaled_to_itself_is_itself() -> None:
    for prototype in NITRIDES:
        own = {role: element for element, role in prototype.roles.items() if role != "N"}
        for states in itertools.islice(balanced_states(prototype.counts, own), 1):
            again = scaled(prototype, own, states)
            assert again.volume == pytest.approx(prototype.structure.volume, rel=1e-9), prototype.name


def test_contacts_are_the_sum_of_radii_within_a_tenth() -> None:
    ratios = []
    for prototype in NITRIDES:
        own = {role: element for element, role in prototype.roles.items() if role != "N"}
        states = next(balanced_states(prototype.counts, own), None)
        if states is None:  # a metal, such as TaN
            continue
        for role, element in own.items():
            number = _neighbours(prototype.structure, prototype.roles)[element]
            length = _contact(prototype.structure, prototype.roles, element)
            ratios.append(length / (_radius(element, states[role], number) + NITRIDE_RADIUS))
    assert np.mean(ratios) == pytest.approx(CONTACT_OVER_RADII, abs=0.005)
    assert np.abs(np.array(ratios) - 1.0).max() < 0.11


def test_volumes_of_known_nitrides_from_other_nitrides() -> None:
    """Lattice constants within 3 % on average and 7 % at most, of phases that no type is taken from."""
    types = {row["phase_id"]: row["structure_type"] for row in datasets.load("thermal.crystals").rows}
    errors = []
    for prototype, crystal in itertools.product(NITRIDES, known_crystals()):
        if types[crystal.id] != prototype.name or crystal.formula == prototype.structure.composition.reduced_formula:
            continue
        roles = [role for role in prototype.counts if role != "N"]
        for order in itertools.permutations([element for element in crystal.elements if element != "N"]):
            own = dict(zip(roles, order, strict=True))
            states = next(balanced_states(prototype.counts, own), None)
            if states is not None and scaled(prototype, own, states).composition.reduced_formula == crystal.formula:
                scaled_up = scaled(prototype, own, states)
                errors.append(math.log(scaled_up.volume / len(scaled_up) / (crystal.volume_per_atom_m3 * 1e30)) / 3.0)
                break
    assert len(errors) >= 30
    assert np.mean(np.abs(errors)) < 0.03 and np.max(np.abs(errors)) < 0.07


def test_twelve_by_eight_in_seconds_and_without_duplicates() -> None:
    start = time.perf_counter()
    found = made("ABN2", {"A": A, "B": B})
    assert time.perf_counter() - start < 60.0
    assert len({crystal.id for crystal in found}) == len(found) > 150
    by_formula: dict[str, list[Crystal]] = {}
    for crystal in found:
        by_formula.setdefault(crystal.formula, []).append(crystal)
    for crystals in by_formula.values():
        assert not any(same_crystal(one, other) for one, other in itertools.combinations(crystals, 2))


def test_charges_balance_and_the_flag_says_how() -> None:
    for crystal in made("ABN2", {"A": A, "B": B}):
        (flag,) = crystal.flags
        states = [part.strip() for part in flag.removeprefix("on paper: ").split(",")[:2]]
        total = sum(int(state[state.index("+" if "+" in state else "-") :]) for state in states)
        assert total == 6, crystal.id
    assert not made("ABN2", {"A": ["Na"], "B": ["Si"]})  # 1 + 4 is not 6
    (antiperovskite,) = made("A3BN", {"A": ["Mg"], "B": ["As"]})
    assert antiperovskite.formula == "Mg3AsN" and "As-3" in antiperovskite.flags[0]


def test_banned_elements_stay_out_and_a_role_may_take_all() -> None:
    assert not made("MN", {"M": ["Be", "Cd", "Pb"]})
    binary = made("M3N4")
    names = {element for crystal in binary for element in crystal.elements}
    assert {"Si", "Ge", "Hf"} <= names and not names & {"Pb", "Be", "Cd"}
    assert "Tc" not in metals() and "U" not in metals()


def test_mistakes_are_named() -> None:
    with pytest.raises(InputError, match="no structure type of formula 'ABN3'; there are MN"):
        made("ABN3", {"A": ["Mg"]})
    with pytest.raises(InputError, match="no role 'C'"):
        made("ABN2", {"C": ["Mg"]})
    with pytest.raises(InputError, match="'Xx' is no element"):
        made("MN", {"M": ["Xx"]})
    assert oxidation_states("He") == () and "ABN2" in formula_types()


def test_what_is_known_is_adopted() -> None:
    """A candidate that comes out as a shipped phase takes its stiffness and facts."""
    (paper,) = [item for item in made("MN", {"M": ["Al"]}) if item.id.endswith("wurtzite")]
    (adopted,) = adopt_known([paper])
    assert isinstance(adopted, Crystal)
    assert adopted.elasticity == known_crystal("AlN-wurtzite").elasticity


def test_an_ion_without_a_radius_is_rejected_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from finechem.thermal import prototypes

    known = prototypes._radius
    monkeypatch.setattr(
        prototypes, "_radius", lambda element, *rest: math.nan if element == "Ga" else known(element, *rest)
    )
    found = enumerate_nitrides("MN", {"M": ["Ga", "Al"]})
    rejected = [item for item in found if isinstance(item, Rejected)]
    assert len(rejected) == 4 and all("Ga+3 has no ionic radius" in item.reason for item in rejected)
    assert len(found) == 8 and len({item.id for item in found}) == 8
