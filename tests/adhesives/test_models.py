"""Models of the adhesives domain: the contract, who is above whom, errors as measured, what is out of domain."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from finechem import datasets
from finechem.adhesives import Component, Recipe
from finechem.adhesives import properties as glue
from finechem.adhesives.catalogue import catalogue, shipped_component
from finechem.adhesives.model_errors import compare_moduli, measure_errors
from finechem.adhesives.models import BalanceModel, BioContentModel, NetworkModel
from finechem.adhesives.structural import AdhesiveConditions, adhesive_screen, shipped_recipes
from finechem.errors import DataError, InputError
from finechem.screening import PropertyModel, Rejected
from tests.adhesives.substances import MHHPA, hardener, resin
from tests.screening.conformance import check_model

GOOD = Recipe.from_amounts("good", (resin(biobased_carbon=0.0), hardener(biobased_carbon=1.0)), (1.0, 1.0), "eq")
LEAN = Recipe.from_amounts("lean", (resin(), hardener()), (1.0, 0.6), "eq")
NEVER = Recipe.from_amounts("never gels", (resin(), hardener()), (4.0, 1.0), "eq")
CHAIN = Recipe.from_amounts("chain", (resin(), Component.of("MHHPA", "hardener", smiles=MHHPA)), (1.0, 0.9), "eq")
INERT = Recipe("inert", (resin(), Component.of("oil", "diluent", smiles="CCCCCC")), (1.0, 1.0))
NO_DENSITY = Recipe("no density", (*GOOD.components, Component.of("secret", "additive")), (*GOOD.masses_g, 10.0))
TRADE = Recipe("trade names", (resin(), Component.of("X", "hardener")), (1.0, 1.0))
RECIPES = [GOOD, LEAN, NEVER, CHAIN, INERT, NO_DENSITY, TRADE]


@pytest.mark.parametrize(
    "model",
    [BalanceModel(), BioContentModel(), NetworkModel(), NetworkModel(420.0, 0.9, 0.5)],
    ids=repr,
)
def test_contract(model: PropertyModel) -> None:
    check_model(model, RECIPES)


def test_what_the_network_says_of_each() -> None:
    model = NetworkModel()
    found = model.estimate(RECIPES, {})
    branching, gel, sol, density, modulus = (found[prop] for prop in model.provides)
    assert branching.value[0] > 1.0 > branching.value[2]
    assert gel.value[0] == pytest.approx(1 / math.sqrt(3))
    assert "never gels" in gel.reason[2]
    assert not branching.in_domain[3] and "chain reaction" in branching.reason[3]
    assert "no two of its groups react" in branching.reason[4]
    assert "a density is unknown" in modulus.reason[5] and branching.in_domain[5]
    assert sol.value[0] == 0.0 < sol.value[1] < sol.value[2] == 1.0
    assert modulus.value[0] > modulus.value[1] > 0.0
    assert np.isnan(density.value[2])


def test_gate_and_order() -> None:
    ranking = adhesive_screen().run([*RECIPES, Rejected("unread", "why")], draws=300)
    status = dict(zip(ranking.ids, (outcome.status for outcome in ranking.outcomes), strict=True))
    assert status["never gels"] == "filtered"
    assert status["unread"] == "failed"
    frame = ranking.to_dataframe().set_index("id")
    assert frame.loc["good", "rank"] < frame.loc["lean", "rank"]
    assert "branching factor" in str(frame.loc["never gels", "reason"])


def test_conversion_and_substitution_reach_the_models() -> None:
    hasty = adhesive_screen(AdhesiveConditions(conversion=0.65, substitution=0.2))
    ideal = adhesive_screen(AdhesiveConditions(conversion=0.65))
    assert hasty.identity() != ideal.identity()
    sols = [
        next(iter(model.estimate([GOOD], {})[glue.sol_fraction(0.65)].value))
        for screen in (hasty, ideal)
        for model in screen.models
        if isinstance(model, NetworkModel)
    ]
    assert sols[0] > sols[1] > 0.0  # slow second hydrogens: just behind a later gel point


@pytest.mark.parametrize(
    "wrong", [{"temperature_K": 20.0}, {"conversion": 0.0}, {"substitution": -1.0}, {"substrate": "chese"}]
)
def test_impossible_conditions_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        AdhesiveConditions(**wrong)


def test_errors_are_what_is_measured_now() -> None:
    rows = datasets.load("adhesives.model_errors").rows
    for stored, measured in zip(rows, measure_errors(), strict=True):
        for key in ("quantity", "n", "scale", "how"):
            assert stored[key] == measured[key]
        assert stored["sigma"] == pytest.approx(measured["sigma"], rel=1e-4)
        assert stored["bias"] == pytest.approx(measured["bias"], rel=1e-4)


def test_measured_moduli_lie_near_the_limits_of_the_ideal_network() -> None:
    """Of rubbers between phantom and affine most; epoxies of stiff aromatic amines above (they are no ideal chains)."""
    found = compare_moduli()
    assert len(found) >= 10
    inside = [item.phantom_MPa * 0.9 < item.measured_MPa < item.affine_MPa * 1.1 for item in found]
    assert np.mean(inside) > 0.7
    off = sorted((item for item in found if item.system == "DGEBA with D-230"), key=lambda item: item.ratio)
    measured = [item.measured_MPa for item in off]
    assert measured == sorted(measured)  # less amine, less network: in the model as in the laboratory
    assert [item.phantom_MPa for item in off] == sorted(item.phantom_MPa for item in off)


def test_bio_content_model_says_what_it_does_not_know() -> None:
    model = BioContentModel()
    found = model.estimate([GOOD, LEAN], {})[glue.BIOBASED_CARBON]
    share = 0.5 * 10 / (0.5 * 10 + 21)  # carbons of half a diamine and one diepoxide
    assert found.value[0] == pytest.approx(share)
    assert found.sigma[0] == 0.0
    assert "feedstock is stated of no component" in found.reason[1]


def test_every_shipped_component_can_be_made() -> None:
    for name, arguments in catalogue().items():
        component = Component.of(**arguments)
        assert component.source, name
        for kind, computed, stated in component.computed_against_stated():
            assert 0.7 * computed < stated < 2.0 * computed, (name, kind)  # a grade weighs more than its structure
    with pytest.raises(DataError, match=r"no component 'dgeb' is shipped \(did you mean"):
        shipped_component("dgeb")


def test_shipped_recipes_compute() -> None:
    """Sources that call a recipe stoichiometric: ours lies within the tolerance of the equivalent weights."""
    recipes = {recipe.id: recipe for recipe in shipped_recipes() if isinstance(recipe, Recipe)}
    found = BalanceModel().estimate([recipes["DGEBA with a triethylenetetramine hardener"]], {})[glue.RATIO]
    assert found.value[0] == pytest.approx(1.0, abs=0.005)
    natural = ("castor", "linseed", "isosorbide", "eugenol", "vanillyl", "lignin", "magnolol")
    assert sum(any(word in name.lower() for word in natural) for name in recipes) >= 5
    assert len({replace(recipe, id="x").fingerprint() for recipe in recipes.values()}) == len(recipes)
