"""An assessment gathers what the models say; the screen shows what pulls apart instead of hiding it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from finechem.adhesives import Component, Recipe, assess, bio_content, glass_transition, load_recipes
from finechem.adhesives import properties as glue
from finechem.adhesives.assessment_sheet import CAVEAT, assessment_sheet, assessment_summary
from finechem.adhesives.classification import Classification
from finechem.adhesives.cure_section import plan_of
from finechem.adhesives.hazard_models import SEVERE_STATEMENTS, HazardModel, VolatileModel
from finechem.adhesives.miscibility_model import MiscibilityModel
from finechem.adhesives.recipe import CureStep
from finechem.adhesives.structural import AdhesiveConditions, adhesive_screen
from finechem.errors import InputError
from finechem.screening import PropertyModel
from tests.screening.conformance import check_model

DGEBA = Component.of(
    "DGEBA", "resin", part="A", smiles="CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1", biobased_carbon=(0.0, 0.0)
)
SOYBEAN = Component.of(
    "ESO",
    "resin",
    part="A",
    smiles="CCCCCC1OC1CC1OC1CCCCCCCC(=O)OCC(OC(=O)CCCCCCCC1OC1CCCCCCCC)COC(=O)CCCCCCCC1OC1CCCCCCCC",
    biobased_carbon=(1.0, 1.0),
)
ANHYDRIDE = Component.of("MTHPA", "hardener", part="B", smiles="CC1=CCC2C(C1)C(=O)OC2=O", biobased_carbon=(0.0, 0.0))
IPDA = Component.of("IPDA", "hardener", part="B", smiles="CC1(C)CC(N)CC(C)(CN)C1", biobased_carbon=(0.0, 0.0))
NEAT = Recipe.from_amounts("neat", (DGEBA, IPDA), (1.0, 1.0), "eq", cure=(CureStep(60.0, 300.0),))
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)


def soybean_series() -> list[Recipe]:
    """Epoxidized soybean oil in place of DGEBA, by equivalents, at one equivalent of anhydride."""
    parts = (DGEBA, SOYBEAN, ANHYDRIDE)
    return [Recipe.from_amounts(f"{share:g}", parts, (1.0 - share, share, 1.0), "eq") for share in SHARES]


def test_soybean_oil_lowers_the_glass_transition_and_raises_the_bio_content() -> None:
    series = soybean_series()
    assert np.all(np.diff([glass_transition(recipe).kelvin for recipe in series]) < 0.0)
    assert np.all(np.diff([bio_content(recipe).carbon_of_organic.middle for recipe in series]) > 0.0)


def test_the_screen_shows_the_trade_instead_of_hiding_it() -> None:
    """Both are criteria with columns of their own, and no recipe of the series beats another in both."""
    ranking = adhesive_screen().run(soybean_series())
    shown = {criterion.property.name: criterion for criterion in ranking.criteria if criterion.weight > 0}
    assert {"glass_transition", "biobased_carbon_of_organic"} <= set(shown)
    assert np.all(ranking.pareto_layer[ranking.rank > 0] == 1)
    text = ranking.report()
    assert "Tg" in text and "bio C" in text


def test_assessment_and_screen_say_the_same() -> None:
    found = assess(NEAT)
    ranking = adhesive_screen().run([NEAT])
    for item in found.findings:
        speaks = ranking.ledger.columns[item.prop, item.model]
        assert speaks.value[0] == pytest.approx(item.value, nan_ok=True) and speaks.reason[0] == item.reason
        assert item.reason or (item.known and item.in_domain)
        assert not item.known or item.low <= item.value <= item.high


def test_wetting_of_one_epoxy_orders_the_substrates() -> None:
    names = ("PTFE", "PP", "PE", "PS", "PMMA", "PET", "aluminium oxide")
    found = assess(NEAT, substrates=[*((name, "as received") for name in names), ("glass", "clean")])
    work = {item.prop.at: item.value for item in found.findings if item.prop.name == "work_of_adhesion"}
    ptfe, pp, pe, *polar, oxide = (work[f"{name}, as received"] for name in names)
    assert ptfe < pp <= pe < min(polar)
    assert max(polar) < min(work["glass, clean"], oxide)
    with pytest.raises(InputError, match="PTFE"):
        assess(NEAT, substrates=[("PTFA", "as received")])


def test_a_cure_that_stops_early_is_what_the_network_is_of() -> None:
    plan = plan_of(NEAT, {"kinetics": "rimr135-rimh137"})
    early = assess(NEAT, plan=plan)
    assert early.cure is not None and 0.5 < early.cure.final_conversion < 0.99
    assert early.conditions.conversion == pytest.approx(early.cure.final_conversion)
    assert early.of("sol_fraction").value > assess(NEAT).of("sol_fraction").value
    glass = early.of("glass_transition")
    assert not glass.in_domain and "only cured networks were measured" in glass.reason
    assert "conversion 0.9" in assessment_sheet(early) or "conversion 0.8" in assessment_sheet(early)


def test_nothing_is_called_strength_and_nothing_is_scored() -> None:
    found = assess(NEAT)
    text = assessment_sheet(found)
    assert CAVEAT in text and "score" not in text and text.count("strength") == 1
    summary = assessment_summary(found)
    assert summary["hazards"]["B"]["classes"] and "score" not in summary
    assert summary["hazards"]["B"]["listed_only"] == ["IPDA"]
    assert "listed only" in text and "does not; what holds" in CAVEAT


def test_the_sheet_shows_what_is_physical_taken_for_granted_or_contradictory() -> None:
    sheet = Classification.of("Flam. Liq. 3; H226", "Aquatic Acute 1", "Acute Tox. 4; H302", estimates={"oral": 40.0})
    found = assess(NEAT, classifications={"IPDA": sheet}, residual_diisocyanate_percent={"IPDA": 0.0})
    text, part = assessment_sheet(found), assessment_summary(found)["hazards"]["B"]
    assert "IPDA: Flam. Liq. 3" in text and "M factor of IPDA taken as 1" in text and "one of category 2" in text
    assert part["physical"] == [{"ingredient": "IPDA", "class": "Flam. Liq. 3"}]
    assert part["listed_only"] == [] and len(part["remarks"]) == 1
    assert any("M factor" in item for item in part["undecided"])
    assert found.of("severe_hazards").value == 0.0 and "IPDA" not in found.of("severe_hazards").reason
    with pytest.raises(KeyError):
        found.of("joint_strength")


def test_an_unclassified_component_is_a_lower_bound_and_not_harmless() -> None:
    secret = Component.of("secret", "hardener", part="B", smiles="NCCCCCCCCCCCCCCN")
    statements, severe = HazardModel().answers(Recipe.from_amounts("x", (DGEBA, secret), (1.0, 1.0), "eq"))
    assert not statements.in_domain and "nobody classified secret" in severe.reason
    assert "B: none known" in statements.source


def test_hazards_count_where_every_ingredient_is_classified_in_full() -> None:
    """An entry of Annex VI speaks for the classes it lists only; a data sheet, and a trace of 0.1 %, end that."""
    amine = ("IPDA", Classification.of("Skin Corr. 1B", "Skin Sens. 1A"))
    sheets = (("DGEBA", Classification.of("Skin Irrit. 2", "Skin Sens. 1")), amine)
    for answer in HazardModel().answers(NEAT):
        assert not answer.in_domain and "an entry of Annex VI only of DGEBA, IPDA" in answer.reason
    for answer in HazardModel(classifications=sheets).answers(NEAT):
        assert answer.in_domain and not answer.reason
    dye = Component.of("dye", "additive", part="B")
    traced = Recipe("traced", (DGEBA, IPDA, dye), (100.0, 99.9, 0.1))
    assert all(answer.in_domain for answer in HazardModel(classifications=sheets).answers(traced))
    dyed = Recipe("dyed", (DGEBA, IPDA, dye), (100.0, 99.0, 1.0))
    assert not any(answer.in_domain for answer in HazardModel(classifications=sheets).answers(dyed))


def test_what_has_no_part_makes_the_mixture_a_supplied_one() -> None:
    toxic = Component.of("salt", "additive", part="")
    known = (("salt", Classification.of("Acute Tox. 1; H300")),)
    model = HazardModel(classifications=known)
    one = Recipe("one", (DGEBA, IPDA, toxic), (100.0, 25.0, 5.0))
    _, severe = model.answers(one)
    assert severe.value == 1.0 and severe.in_domain and "mixed: " in severe.source and "A: " in severe.source
    _, parted = model.answers(Recipe("two", (DGEBA, IPDA), (100.0, 25.0)))
    assert parted.value == 0.0 and "mixed" not in parted.source


def test_judged_by_severe_hazards_and_not_by_the_number_of_statements() -> None:
    judged = [criterion.property for criterion in adhesive_screen().criteria]
    assert glue.SEVERE_HAZARDS in judged and glue.HAZARD_STATEMENTS not in judged
    assert glue.HAZARD_STATEMENTS in {item.prop for item in assess(NEAT).findings}


def test_severe_statements_are_counted() -> None:
    ddm = Component.of("DDM", "hardener", part="B", smiles="Nc1ccc(Cc2ccc(N)cc2)cc1")
    statements, severe = HazardModel().answers(Recipe.from_amounts("x", (DGEBA, ddm), (1.0, 1.0), "eq"))
    assert severe.value >= 1.0 and severe.value <= statements.value
    assert any(code in statements.source for code in SEVERE_STATEMENTS)
    # known harm counts, though the resin has an entry of Annex VI only
    assert severe.in_domain and severe.source.startswith("at least (a lower bound: an entry of Annex VI only of DGEBA")
    assert not statements.in_domain


def test_volatiles_lie_between_what_reacts_and_all() -> None:
    acetone = Component.of("acetone", "solvent", smiles="CC(C)=O", density_g_cm3=0.79)
    unknown = Component.of("oil", "plasticizer")
    (answer,) = VolatileModel().answers(Recipe("wet", (DGEBA, acetone), (80.0, 20.0)))
    assert answer.value == pytest.approx(0.2, abs=1e-3)
    (wide,) = VolatileModel().answers(Recipe("vague", (DGEBA, acetone, unknown), (60.0, 20.0, 20.0)))
    low, high = glue.VOLATILE_ORGANICS.interval(wide.value, wide.sigma)
    assert (low, high) == pytest.approx((0.21, 0.39), abs=1e-3)  # the central 90 % of 0.2 to 0.4
    assert not wide.in_domain and "0.2 of the mass (oil)" in wide.reason
    (little,) = VolatileModel().answers(Recipe("less", (DGEBA, acetone, unknown), (71.0, 20.0, 9.0)))
    assert little.in_domain
    oil = Component.of("tetradecane", "diluent", smiles="CCCCCCCCCCCCCC")  # boils 0.4 K above the limit, give or take
    (near,) = VolatileModel().answers(Recipe("near", (DGEBA, oil), (80.0, 20.0)))
    low, high = glue.VOLATILE_ORGANICS.interval(near.value, near.sigma)
    assert near.sigma > 0.01 and low >= -1e-9 and high <= 0.2 + 1e-9
    (none,) = VolatileModel().answers(Recipe("dark", (unknown,), (1.0,)))
    assert np.isnan(none.value)


SHEETS = (("DGEBA", Classification.of("Skin Irrit. 2")),)


@pytest.mark.parametrize("model", [HazardModel(), HazardModel("gas", SHEETS), VolatileModel(), MiscibilityModel()])
def test_contract_of_the_models(model: PropertyModel) -> None:
    filler = Component.of("chalk", "filler", smiles="")
    check_model(model, [NEAT, soybean_series()[3], Recipe("filled", (DGEBA, filler), (50.0, 50.0))])


def test_conditions_name_a_substrate() -> None:
    screen = adhesive_screen(AdhesiveConditions(substrate="glass", substrate_state="clean"))
    assert glue.spreading_coefficient("glass", "clean") in {criterion.property for criterion in screen.criteria}


def test_a_file_with_a_cure_is_assessed() -> None:
    (recipe,) = load_recipes(Path(__file__).resolve().parents[2] / "examples" / "cure_schedule.toml")
    assert assess(recipe).of("branching_factor").value > 1.0
