"""Ratios worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finechem.adhesives import (
    Component,
    Recipe,
    balance,
    hardener_phr,
    isocyanate_index,
    mixture_equivalent_weight,
)
from finechem.errors import InputError
from tests.adhesives.substances import CASTOR, HDI, MHHPA, hardener, resin


def test_hand_worked_epoxy() -> None:
    """100 g at 187 g/eq: 0.5348 eq; 22.8 g of IPDA at 42.575 g/eq: 0.5355 eq."""
    recipe = Recipe.from_amounts(
        "x", (resin(equivalent_weight_g_eq={"epoxide": 187.0}), hardener()), (100.0, 22.8), "phr"
    )
    found = balance(recipe)
    assert (found.a_equivalents, found.b_equivalents) == pytest.approx((100 / 187, 22.8 / 42.575), rel=1e-4)
    assert found.ratio == pytest.approx(0.99857, rel=1e-4)
    assert found.limiting == "A"
    left = (22.8 / 42.575 - 100 / 187) / 0.1228
    assert found.left_over_mol_kg["B"] == pytest.approx(left, rel=1e-3)
    assert found.left_over_mol_kg["A"] == 0.0
    assert hardener_phr(42.575, 187.0) == pytest.approx(100 * 42.575 / 187)


def test_water_counts_twice_and_a_primary_amine_once_a_nitrogen() -> None:
    """1 mol HDI (2 NCO) with 0.5 mol water (2 x 0.5) and 0.5 mol IPDA (two nitrogens): balanced."""
    parts = (
        Component.of("HDI", "hardener", smiles=HDI),
        Component.of("water", "additive", smiles="O"),
        Component.of("IPDA", "resin", smiles="CC1(C)CC(N)CC(C)(CN)C1"),
    )
    recipe = Recipe.from_amounts("foam", parts, (1.0, 0.5, 0.5), "mol", chemistry_name="urethane")
    found = balance(recipe)
    assert found.a_equivalents == pytest.approx(2.0)
    assert found.b_equivalents == pytest.approx(2.0)
    assert isocyanate_index(found.a_equivalents, found.b_equivalents) == pytest.approx(100.0)


def test_what_cures_is_inferred() -> None:
    castor = Component.of("castor oil", "resin", smiles=CASTOR)
    acid = Component.of("anhydride", "hardener", smiles=MHHPA)
    assert (
        balance(Recipe("u", (castor, Component.of("HDI", "hardener", smiles=HDI)), (1.0, 1.0))).chemistry == "urethane"
    )
    assert balance(Recipe("e", (resin(), acid), (1.0, 1.0))).chemistry == "epoxy-anhydride"
    citric = Component.of("citric acid", "hardener", smiles="O=C(O)CC(O)(CC(=O)O)C(=O)O")
    assert balance(Recipe("e", (resin(), citric), (1.0, 1.0))).chemistry == "epoxy-acid"
    both = balance(Recipe("e", (resin(), citric, acid), (1.0, 1.0, 1.0)))
    assert both.chemistry == "epoxy-anhydride"
    assert both.b_equivalents == pytest.approx(3 / 192.12 + 1 / 168.19, rel=1e-3)
    with pytest.raises(InputError, match="no two of its groups react"):
        balance(Recipe("n", (castor, castor), (1.0, 1.0)))
    with pytest.raises(InputError, match="urethane needs isocyanate"):
        balance(Recipe("n", (castor, resin()), (1.0, 1.0), chemistry_name="urethane"))


def test_a_data_sheet_that_does_not_tell_hydrogens_apart_is_asked_to() -> None:
    amine = Component.of("blend", "resin", equivalent_weight_g_eq={"amine_hydrogen": 60.0})
    recipe = Recipe("x", (amine, Component.of("HDI", "hardener", smiles=HDI)), (1.0, 1.0), chemistry_name="urethane")
    with pytest.raises(InputError, match="amine_hydrogen is not enough"):
        balance(recipe)


def test_tolerances_add_in_quadrature() -> None:
    loose = {"equivalent_weight_g_eq": {"epoxide": 187.0}, "equivalent_weight_tolerance_g_eq": {"epoxide": 5.0}}
    tight = hardener(
        equivalent_weight_g_eq={"amine_hydrogen": 43.0}, equivalent_weight_tolerance_g_eq={"amine_hydrogen": 1.0}
    )
    found = balance(Recipe("x", (resin(**loose), tight), (1.0, 0.23)))
    assert found.sigma_ln_ratio == pytest.approx(math.hypot(5 / 187, 1 / 43) / math.sqrt(3))
    half = Recipe("y", (resin(**loose), resin(**loose), tight), (0.5, 0.5, 0.23))
    assert balance(half).sigma_ln_ratio == pytest.approx(math.hypot(5 / 187 / math.sqrt(2), 1 / 43) / math.sqrt(3))


@given(st.lists(st.tuples(st.floats(0.1, 10.0), st.floats(20.0, 500.0)), min_size=1, max_size=5))
def test_mixture_lies_between_its_parts(parts: list[tuple[float, float]]) -> None:
    masses, weights = zip(*parts, strict=True)
    mixed = mixture_equivalent_weight(masses, weights)
    assert min(weights) * (1 - 1e-12) <= mixed <= max(weights) * (1 + 1e-12)
    assert sum(masses) / mixed == pytest.approx(np.sum(np.divide(masses, weights)))


@pytest.mark.parametrize(
    "call",
    [
        lambda: hardener_phr(0.0, 187.0),
        lambda: hardener_phr(42.0, math.nan),
        lambda: mixture_equivalent_weight([1.0], [math.inf]),
        lambda: mixture_equivalent_weight([-1.0], [100.0]),
        lambda: mixture_equivalent_weight([1.0, 2.0], [100.0]),
        lambda: isocyanate_index(1.0, 0.0),
    ],
)
def test_mistakes(call: object) -> None:
    with pytest.raises(InputError):
        call()  # type: ignore[operator]
