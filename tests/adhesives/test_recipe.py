"""Amounts in every unit and back; batches, parts, and what a recipe is as a candidate."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finechem.adhesives import Component, CureStep, Recipe, compare, off_ratio, part_ratios
from finechem.adhesives.recipe import UNITS
from finechem.errors import ConfigError, InputError
from finechem.screening import Candidate
from tests.adhesives.substances import DETA, hardener, resin

SILICA = Component.of("silica", "filler", density_g_cm3=2.2, carbon_mass_fraction=0.0)


def mixture(amounts: list[float], unit: str) -> Recipe:
    parts = (resin(density_g_cm3=1.16), hardener(density_g_cm3=0.92), Component.of("DETA", "hardener", smiles=DETA))
    return Recipe.from_amounts("mix", parts, amounts, unit)


@given(
    st.lists(st.floats(0.01, 1000.0), min_size=3, max_size=3),
    st.sampled_from(UNITS),
    st.sampled_from(UNITS),
)
def test_any_round_trip_returns_the_recipe(amounts: list[float], first: str, second: str) -> None:
    recipe = mixture(amounts, "g")
    there = recipe.with_amounts(recipe.amounts(first), first)
    back = there.with_amounts(there.amounts(second), second)
    np.testing.assert_allclose(back.masses_g, recipe.masses_g, rtol=1e-12)
    for unit in UNITS:
        np.testing.assert_allclose(back.amounts(unit), recipe.amounts(unit), rtol=1e-12)


def test_units_by_hand() -> None:
    """One mole of DGEBA (340.42 g) with half a mole of IPDA (170.30 g/mol): two equivalents of each."""
    recipe = mixture([1.0, 0.5, 0.0], "mol")
    assert recipe.masses_g == pytest.approx((340.42, 85.15, 0.0), rel=1e-4)
    assert recipe.amounts("eq") == pytest.approx([2.0, 2.0, 0.0], rel=1e-12)
    assert recipe.amounts("phr") == pytest.approx([100.0, 25.01, 0.0], rel=1e-3)
    assert recipe.amounts("wt%").sum() == pytest.approx(100.0)
    volumes = np.array([340.42 / 1.16, 85.15 / 0.92])
    assert recipe.amounts("vol%")[:2] == pytest.approx(100 * volumes / volumes.sum(), rel=1e-4)


def test_vol_percent_of_a_filled_resin() -> None:
    filled = Recipe.from_amounts("filled", (resin(density_g_cm3=1.16), SILICA), (70.0, 30.0), "vol%")
    assert filled.masses_g == pytest.approx((70 * 1.16, 30 * 2.2))
    assert math.isnan(filled.amounts("mol")[1])  # nobody knows the molar mass of sand


@pytest.mark.parametrize(
    ("unit", "message"),
    [
        ("mol", "silica has no molar mass"),
        ("eq", "no two of its groups react"),
        ("percent", r"unknown unit 'percent'"),
    ],
)
def test_what_a_unit_cannot_say(unit: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Recipe.from_amounts("filled", (resin(), SILICA), (70.0, 30.0), unit)


def test_equivalents_of_what_does_not_react() -> None:
    with pytest.raises(InputError, match="silica has no group that reacts here"):
        Recipe.from_amounts("filled", (resin(), hardener(), SILICA), (1.0, 1.0, 1.0), "eq")


def test_no_density_no_volume_no_resin_no_phr() -> None:
    mystery = Component.of("mystery", "additive")
    recipe = Recipe("x", (hardener(), mystery), (1.0, 1.0))
    with pytest.raises(InputError, match="mystery has no density"):
        recipe.amounts("vol%")
    with pytest.raises(InputError, match="no component has the role resin"):
        recipe.amounts("phr")


def test_batches_and_comparison() -> None:
    recipe = mixture([100.0, 20.0, 5.0], "phr")
    batch = recipe.scaled_to(1000.0)
    assert math.fsum(batch.masses_g) == pytest.approx(1000.0)
    np.testing.assert_allclose(batch.amounts("phr"), recipe.amounts("phr"))
    assert compare(recipe, batch) == []
    other = replace(recipe, components=(*recipe.components[:2], SILICA))
    rows = {name: (before, after) for name, before, after in compare(recipe, other)}
    assert rows == {"DETA": (pytest.approx(4.0), None), "silica": (None, pytest.approx(4.0))}
    with pytest.raises(InputError, match="a batch of -1"):
        recipe.scaled_to(-1.0)


def test_mix_by_mass_and_by_volume() -> None:
    parts = (resin(part="A", density_g_cm3=1.2), hardener(part="B", density_g_cm3=0.9))
    recipe = Recipe.from_amounts("two parts", parts, (100.0, 45.0), "g")
    ratios = part_ratios(recipe)
    assert ratios["A"] == (1.0, 1.0)
    assert ratios["B"] == pytest.approx((0.45, 0.45 * 1.2 / 0.9))
    with pytest.raises(InputError, match="silica has no part"):
        part_ratios(Recipe("x", (*parts, SILICA), (1.0, 1.0, 1.0)))


def test_off_ratio_changes_the_hardener_only() -> None:
    recipe = mixture([100.0, 20.0, 5.0], "phr")
    shifted = off_ratio(recipe, 0.05)
    np.testing.assert_allclose(shifted.amounts("phr"), [100.0, 21.0, 5.25])
    assert math.fsum(shifted.masses_g) == pytest.approx(math.fsum(recipe.masses_g))


def test_candidate_contract() -> None:
    recipe = replace(mixture([100.0, 20.0, 5.0], "phr"), cure=(CureStep(80.0, 120.0),), source="a paper")
    assert isinstance(recipe, Candidate)
    again = Recipe.from_dict(json.loads(json.dumps(recipe.to_dict())))
    assert again == recipe
    assert again.fingerprint() == recipe.fingerprint()
    assert replace(recipe, id="other name").fingerprint() == recipe.fingerprint()
    assert replace(recipe, cure=()).fingerprint() != recipe.fingerprint()
    assert recipe.card()["chemistry"] == "epoxy-amine"
    assert "120 min at 80 °C" in recipe.card()["cure"]


def test_data_sheet_wins_over_structure() -> None:
    """A grade of 187 g/eq with two epoxides weighs 374 g/mol; n = 0.12 repeat units, as every data sheet has it."""
    grade = resin(equivalent_weight_g_eq={"epoxide": 187.0}, equivalent_weight_tolerance_g_eq={"epoxide": 5.0})
    (group,) = grade.groups
    assert (group.kind, group.equivalent_weight_g_eq, group.stated) == ("epoxide_terminal", 187.0, True)
    assert grade.molar_mass_g_mol == pytest.approx(374.0)
    assert group.relative_sigma == pytest.approx(5 / math.sqrt(3) / 187)
    ((kind, computed, stated),) = grade.computed_against_stated()
    assert kind == "epoxide"
    assert (computed, stated) == pytest.approx((170.21, 187.0), abs=0.05)
    deta = Component.of("DETA", "hardener", smiles=DETA, equivalent_weight_g_eq={"amine_hydrogen": 20.6})
    weights = {item.kind: item.equivalent_weight_g_eq for item in deta.groups}  # shared out 4 : 1
    assert weights == {
        "amine_hydrogen_primary": pytest.approx(20.6 * 5 / 4),
        "amine_hydrogen_secondary": pytest.approx(20.6 * 5),
    }
    trade = Component.of(
        "X", "hardener", equivalent_weight_g_eq={"amine_hydrogen": 93.0}, functionality={"amine_hydrogen": 3.4}
    )
    assert trade.molar_mass_g_mol == pytest.approx(93.0 * 3.4)
    assert trade.functionality("amine_hydrogen") == pytest.approx(3.4)


def test_every_mistake_of_a_component() -> None:
    with pytest.raises(ConfigError) as caught:
        Component.of(
            "bad",
            "rezin",
            smiles="C1CO",
            density_g_cm3=-1.0,
            equivalent_weight_g_eq={"epoxid": 100.0, "thiol": 10.0},
            equivalent_weight_tolerance_g_eq={"thiol": 20.0, "phenol": 1.0},
            biobased_carbon=1.5,
            biobased_mass=(0.6, 0.4),
        )
    text = str(caught.value)
    for part in (
        "role: unknown role 'rezin' (did you mean 'resin'?)", "smiles: SMILES 'C1CO'", "density_g_cm3: is -1",
        "no reactive group is called 'epoxid'", "thiol is 20, must be below the weight 10", "phenol is given without",
        "biobased_carbon: is 1.5", "biobased_mass: is (0.6, 0.4)",
    ):  # fmt: skip
        assert part in text


@pytest.mark.parametrize(("temperature", "time"), [(1e9, 1.0), (80.0, 0.0), (math.nan, 1.0)])
def test_impossible_cure_steps(temperature: float, time: float) -> None:
    with pytest.raises(InputError, match=r"temperature_C|time_min"):
        CureStep(temperature, time)
