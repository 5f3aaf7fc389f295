"""Hazards of mixtures: examples that follow from the regulation's own tables, and what dilution may never do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finechem import datasets
from finechem.adhesives import Component, Recipe
from finechem.adhesives.classification import Classification, Hazard, shipped_classification
from finechem.adhesives.clp_rules import ACUTE_BANDS, ACUTE_POINTS, ACUTE_STATEMENTS
from finechem.adhesives.clp_supplements import Contents
from finechem.adhesives.clp_toxicity import Ingredient, acute_toxicity
from finechem.adhesives.hazards import MIXED, MixtureHazards, mixture_hazards, recipe_hazards
from finechem.errors import InputError
from tests.adhesives.substances import DGEBA, HDI, IPDA

HARMLESS = Classification.of()
MDI = "O=C=Nc1ccc(Cc2ccc(N=C=O)cc2)cc1"
HDI_TRIMER = "O=C=NCCCCCCn1c(=O)n(CCCCCCN=C=O)c(=O)n(CCCCCCN=C=O)c1=O"


def mixture(*shares: tuple[Classification | None, float], **rest: object) -> MixtureHazards:
    """Return the hazards of ingredients with percents, filled up with something harmless."""
    ingredients = [Ingredient(f"item {at}", percent, known) for at, (known, percent) in enumerate(shares)]
    left = 100.0 - sum(percent for _, percent in shares)
    if left > 1e-9:
        ingredients.append(Ingredient("rest", left, HARMLESS))
    return mixture_hazards("mix", ingredients, **rest)  # type: ignore[arg-type]


def codes(*shares: tuple[Classification | None, float], **rest: object) -> list[str]:
    return [code.split(";")[0] for code in mixture(*shares, **rest).codes]


# --- acute toxicity -------------------------------------------------------------------------------------------------


def test_each_category_by_itself_stays_what_it_is() -> None:
    """The point estimate of a category (Table 3.1.2) lies in its own band (Table 3.1.1)."""
    for route, points in ACUTE_POINTS.items():
        for category, (point, end) in enumerate(zip(points, ACUTE_BANDS[route], strict=True), start=1):
            start = 0.0 if category == 1 else ACUTE_BANDS[route][category - 2]
            assert start <= point <= end, (route, category)


def test_estimates_add_as_reciprocals() -> None:
    toxic, harmful = Classification.of(estimates={"oral": 100.0}), Classification.of(estimates={"oral": 1000.0})
    found = acute_toxicity([Ingredient("a", 10.0, toxic), Ingredient("b", 20.0, harmful)], "oral")
    assert found.estimate == pytest.approx(100.0 / (10.0 / 100.0 + 20.0 / 1000.0))
    assert found.hazard == Hazard("Acute Tox.", "4", "H302")


@pytest.mark.parametrize(("unknown", "expected"), [(10.0, 2500.0), (10.5, 2500.0 * 0.895)])
def test_the_formula_is_corrected_above_ten_percent_unknown(unknown: float, expected: float) -> None:
    ingredients = [
        Ingredient("amine", 20.0, Classification.of("Acute Tox. 4; H302")),
        Ingredient("secret", unknown, None),
        Ingredient("water", 80.0 - unknown, HARMLESS),
    ]
    found = acute_toxicity(ingredients, "oral")
    assert found.estimate == pytest.approx(expected)
    assert found.unknown == ("secret",) and found.unknown_percent == unknown


def test_a_stated_estimate_wins_over_the_category() -> None:
    stated = Classification.of("Acute Tox. 4; H302", estimates={"oral": 1030.0})
    assert acute_toxicity([Ingredient("IPDA", 100.0, stated)], "oral").estimate == pytest.approx(1030.0)


def test_the_end_of_a_band_belongs_to_it_and_above_it_nothing_is_left() -> None:
    harmful = Classification.of("Acute Tox. 4; H302")
    assert codes((harmful, 25.0)) == ["Acute Tox. 4"]  # 2000 mg/kg
    assert codes((harmful, 24.99)) == []


def test_what_is_under_the_cut_off_does_not_count() -> None:
    harmful, deadly = Classification.of("Acute Tox. 4; H302"), Classification.of("Acute Tox. 1; H300")
    assert acute_toxicity([Ingredient("a", 0.9, harmful)], "oral").estimate is None
    assert acute_toxicity([Ingredient("a", 0.1, deadly)], "oral").estimate == pytest.approx(500.0)
    assert acute_toxicity([Ingredient("a", 0.09, deadly)], "oral").estimate is None


def test_routes_and_forms_are_apart() -> None:
    vapour = Classification.of("Acute Tox. 3; H331")
    assert codes((vapour, 100.0)) == ["Acute Tox. 3"]
    found = mixture((vapour, 50.0), inhaled="dust_mist")
    assert [item.route for item in found.acute] == ["oral", "dermal", "dust_mist"]
    assert found.acute[0].estimate is None and found.acute[2].estimate == pytest.approx(0.5 / 0.5)


def test_an_entry_that_speaks_of_one_route_leaves_the_others_unknown() -> None:
    listed = Classification.of("Acute Tox. 4; H302", complete=False)
    found = mixture((listed, 60.0))
    assert found.listed_only == (("item 0", 60.0),)
    assert any("dermal" in text and "60 %" in text for text in found.undecided)
    assert not mixture((Classification.of("Acute Tox. 4; H302"), 60.0)).undecided


@pytest.mark.parametrize("route", ["oral", "dermal", "vapour", "dust_mist"])
@pytest.mark.parametrize("category", [1, 2, 3, 4])
def test_one_substance_keeps_its_class(route: str, category: int) -> None:
    """The point of category 2 lies where category 1 ends: as a mixture of one it would become category 1."""
    known = Classification.of(f"Acute Tox. {category}; {ACUTE_STATEMENTS[route][category - 1]}")
    assert codes((known, 100.0)) == codes((known, 99.9)) == [f"Acute Tox. {category}"]
    assert codes((Classification.of("Asp. Tox. 1"), 100.0)) == ["Asp. Tox. 1"]  # whatever its viscosity


def test_a_liquid_is_inhaled_as_vapour_and_as_mist_and_the_worse_counts() -> None:
    mist = Classification.of("Acute Tox. 2; H330", estimates={"dust_mist": 0.2})
    found = mixture((mist, 50.0))
    assert [item.route for item in found.acute] == ["oral", "dermal", "vapour", "dust_mist"]
    # 0.2/0.5 = 0.4 mg/l of mist: category 2; of its vapour a complete data sheet says nothing, so it is not toxic
    assert found.codes == ("Acute Tox. 2; H330",) and found.acute[2].estimate is None
    both = mixture((mist, 20.0), (Classification.of("Acute Tox. 4; H332"), 80.0))
    # mist: 100/(20/0.2 + 80/1.5) = 0.65 mg/l, category 3; vapour: 11/0.8 = 13.75, category 4
    assert both.codes == ("Acute Tox. 3; H331",)
    assert [item.hazard.category for item in both.acute if item.hazard] == ["4", "3"]
    assert mixture((mist, 50.0), inhaled="vapour").codes == ()


def test_an_estimate_of_one_form_leaves_the_other_unknown() -> None:
    listed = Classification.of("Acute Tox. 2; H330", estimates={"vapour": 1.0}, complete=False)
    found = mixture((listed, 50.0))
    assert found.acute[2].estimate == pytest.approx(2.0) and found.acute[3].estimate is None
    assert any("dust_mist" in text and "50 %" in text for text in found.undecided)
    assert not any("acute toxicity, vapour" in text for text in found.undecided)


def test_an_estimate_that_contradicts_its_class_is_remarked() -> None:
    odd = Classification.of("Acute Tox. 4; H302", estimates={"oral": 5000.0})
    (remark,) = mixture((odd, 50.0)).remarks
    assert remark.startswith("item 0: its estimate of 5000 (oral) is one of no category, its class of category 4")
    assert mixture((Classification.of("Acute Tox. 4; H302", estimates={"oral": 1030.0}), 50.0)).remarks == ()


# --- skin and eye ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "skin", "eye"),
    [
        (5.0, "Skin Corr. 1B", "Eye Dam. 1"),
        (4.99, "Skin Irrit. 2", "Eye Dam. 1"),
        (3.0, "Skin Irrit. 2", "Eye Dam. 1"),
        (2.99, "Skin Irrit. 2", "Eye Irrit. 2"),
        (1.0, "Skin Irrit. 2", "Eye Irrit. 2"),
    ],
)
def test_a_corrosive_by_its_share(percent: float, skin: str, eye: str) -> None:
    assert codes((Classification.of("Skin Corr. 1B"), percent)) == [skin, eye]


def test_below_one_percent_nothing_counts() -> None:
    corrosive = Classification.of("Skin Corr. 1B", "Eye Dam. 1")
    assert codes((corrosive, 0.99), (corrosive, 0.99), (corrosive, 0.99)) == []


def test_irritants_add_and_corrosives_count_ten_times() -> None:
    corrosive, irritant = Classification.of("Skin Corr. 1C"), Classification.of("Skin Irrit. 2", "Eye Irrit. 2")
    assert codes((irritant, 6.0), (irritant, 4.0)) == ["Skin Irrit. 2", "Eye Irrit. 2"]
    assert codes((irritant, 6.0), (irritant, 3.9)) == []
    eye = Classification.of("Eye Dam. 1")
    # 10 x 1 + 0: at the limit; 10 x 0.9 is below the cut-off and does not count
    assert codes((eye, 1.0)) == ["Eye Irrit. 2"] and codes((eye, 0.9), (irritant, 5.0)) == []
    assert "Skin Irrit. 2" in codes((corrosive, 1.0), (irritant, 1.0))


def test_sums_at_exactly_the_limit_count_though_they_round() -> None:
    part = Classification.of("Skin Corr. 1B")
    assert "Skin Corr. 1B" in codes(*[(part, 5.0 / 3.0)] * 3)
    masses = (0.1, 0.2, 1.7)  # 5 % and 10 % of 2 g
    glue = Recipe("glue", tuple(Component.of(name, "additive") for name in "abc"), masses)
    found = recipe_hazards(glue, {"a": part, "b": Classification.of("Skin Irrit. 2"), "c": HARMLESS})[MIXED]
    assert "Skin Corr. 1B; H314" in found.codes


def test_the_sub_category_of_corrosion() -> None:
    a, b, c, one = (Classification.of(f"Skin Corr. {category}") for category in ("1A", "1B", "1C", "1"))
    assert codes((a, 5.0))[0] == "Skin Corr. 1A"
    assert codes((a, 3.0), (b, 2.0))[0] == "Skin Corr. 1B"
    assert codes((a, 2.0), (b, 2.0), (c, 1.0))[0] == "Skin Corr. 1C"
    assert codes((a, 5.0), (one, 1.0))[0] == "Skin Corr. 1"


def test_a_specific_limit_replaces_the_general_one_in_the_sum() -> None:
    gentle = Classification.of("Skin Corr. 1B", limits={"Skin Corr. 1B": 50.0, "Skin Irrit. 2": (25.0, 50.0)})
    assert codes((gentle, 49.0))[0] == "Skin Irrit. 2" and codes((gentle, 50.0))[0] == "Skin Corr. 1B"
    assert "Skin Irrit. 2" not in codes((gentle, 24.0))
    usual = Classification.of("Skin Corr. 1B")
    # 25/50 + 2.5/5 = 1
    assert codes((gentle, 25.0), (usual, 2.5))[0] == "Skin Corr. 1B"
    assert codes((gentle, 24.0), (usual, 2.5))[0] == "Skin Irrit. 2"
    resin = Classification.of("Skin Irrit. 2", "Eye Irrit. 2", limits={"Skin Irrit. 2": 5.0, "Eye Irrit. 2": 5.0})
    assert codes((resin, 5.0)) == ["Skin Irrit. 2", "Eye Irrit. 2"] and codes((resin, 4.9)) == []


def test_a_limit_of_corrosion_does_not_lift_that_of_listed_eye_damage() -> None:
    both = Classification.of("Skin Corr. 1B", "Eye Dam. 1", limits={"Skin Corr. 1B": 50.0})
    skin_only = Classification.of("Skin Corr. 1B", limits={"Skin Corr. 1B": 50.0})
    assert "Eye Dam. 1" in codes((both, 3.0)) and "Eye Dam. 1" not in codes((both, 2.9))
    assert "Eye Dam. 1" in codes((skin_only, 50.0)) and "Eye Dam. 1" not in codes((skin_only, 49.0))
    own = Classification.of("Skin Corr. 1B", "Eye Dam. 1", limits={"Skin Corr. 1B": 50.0, "Eye Dam. 1": 10.0})
    assert "Eye Dam. 1" in codes((own, 10.0)) and "Eye Dam. 1" not in codes((own, 9.9))
    low = Classification.of("Skin Corr. 1A", "Eye Dam. 1", limits={"Skin Corr. 1A": 1.0})  # what corrodes damages
    assert codes((low, 1.0)) == ["Skin Corr. 1A", "Eye Dam. 1"]


def test_where_effects_do_not_add_one_ingredient_decides() -> None:
    base = Classification.of("Skin Corr. 1B", additive=False)
    phenol = Classification.of("Skin Irrit. 2", additive=False)
    assert codes((base, 1.0))[0] == "Skin Corr. 1B"
    assert codes((phenol, 3.0)) == ["Skin Irrit. 2"] and codes((phenol, 2.0), (phenol, 2.0)) == []


# --- single limits, sums of STOT SE 3, aspiration, aquatic -----------------------------------------------------------


@pytest.mark.parametrize(
    ("hazard", "limit"),
    [
        ("Skin Sens. 1", 1.0), ("Skin Sens. 1A", 0.1), ("Skin Sens. 1B", 1.0), ("Resp. Sens. 1", 1.0),
        ("Resp. Sens. 1A", 0.1), ("Muta. 1B", 0.1), ("Muta. 2", 1.0), ("Carc. 1A", 0.1), ("Carc. 2", 1.0),
        ("Repr. 1B", 0.3), ("Repr. 2", 3.0), ("Lact.", 0.3), ("STOT SE 2", 10.0), ("STOT RE 2", 10.0),
        ("STOT SE 3; H335", 20.0), ("STOT SE 3; H336", 20.0),
    ],
)  # fmt: skip
def test_limits_at_and_below(hazard: str, limit: float) -> None:
    known = Classification.of(hazard)
    assert codes((known, limit)) == [Hazard.of(hazard).code] and codes((known, 0.999 * limit)) == []


def statements(*shares: tuple[Classification | None, float]) -> list[str]:
    return [code.split("; ")[1] for code in mixture(*shares).codes]


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        ("Repr. 1B; H360F", "Repr. 1B; H360D", ["H360FD"]),
        ("Repr. 1B; H360F", "Repr. 2; H361d", ["H360Fd"]),
        ("Repr. 2; H361f", "Repr. 1A; H360D", ["H360Df"]),
        ("Repr. 2; H361f", "Repr. 2; H361d", ["H361fd"]),
        ("Repr. 1B; H360FD", "Repr. 2; H361fd", ["H360FD"]),
        ("Repr. 1B; H360Df", "Repr. 1B; H360F", ["H360FD"]),
        ("Repr. 1B; H360D", "Repr. 1B; H360D", ["H360D"]),
        ("Repr. 1B; H360", "Repr. 2; H361d", ["H360"]),
        ("Repr. 1B; H360F", "Repr. 2; H361", ["H360F"]),
        ("Repr. 1B; H360F", "Repr. 1B; H360", ["H360F", "H360"]),
        ("Repr. 2; H361", "Repr. 2; H361", ["H361"]),
    ],
)
def test_effects_on_reproduction_merge_letter_by_letter(one: str, other: str, merged: list[str]) -> None:
    first, second = Classification.of(one), Classification.of(other)
    assert statements((first, 5.0), (second, 5.0)) == statements((second, 5.0), (first, 5.0)) == merged
    category = "1A" if "1A" in one + other else "1B" if "H360" in merged[0] else "2"
    assert codes((first, 5.0), (second, 5.0))[0] == f"Repr. {category}"


def test_each_effect_on_reproduction_has_its_own_limit() -> None:
    mixed = Classification.of("Repr. 1B; H360Df")
    assert statements((mixed, 0.3)) == statements((mixed, 2.9)) == ["H360D"]
    assert statements((mixed, 3.0)) == ["H360Df"] and statements((mixed, 0.29)) == []
    limited = Classification.of("Repr. 1B; H360FD", limits={"Repr. 1B; H360D": 5.0})
    assert statements((limited, 0.3)) == ["H360F"] and statements((limited, 5.0)) == ["H360FD"]
    both = Classification.of("Repr. 1B; H360FD", limits={"Repr. 1B; H360": 5.0})  # without letters: of both
    assert statements((both, 4.9)) == [] and statements((both, 5.0)) == ["H360FD"]
    low = Classification.of("Repr. 1B; H360D", limits={"Repr. 1B; H360D": 0.03})
    assert statements((low, 0.03)) == ["H360D"]


def test_target_organs_step_down() -> None:
    for name in ("STOT SE", "STOT RE"):
        known = Classification.of(f"{name} 1")
        assert codes((known, 10.0)) == [f"{name} 1"]
        assert codes((known, 9.99)) == [f"{name} 2"] and codes((known, 1.0)) == [f"{name} 2"]
        assert codes((known, 0.99)) == []
        banded = Classification.of(f"{name} 1", limits={f"{name} 1": 10.0, f"{name} 2": (3.0, 10.0)})
        assert codes((banded, 5.0)) == [f"{name} 2"] and codes((banded, 2.0)) == []


def test_sensitizers_do_not_add_but_irritants_of_the_airways_do() -> None:
    sensitizer = Classification.of("Skin Sens. 1")
    assert codes((sensitizer, 0.9), (sensitizer, 0.9)) == []
    airways, drowsy = Classification.of("STOT SE 3; H335"), Classification.of("STOT SE 3; H336")
    assert codes((airways, 12.0), (airways, 8.0)) == ["STOT SE 3"]
    assert codes((airways, 12.0), (drowsy, 12.0)) == []


def test_a_gas_sensitizes_from_a_fifth() -> None:
    known = Classification.of("Resp. Sens. 1B")
    assert codes((known, 0.2), inhaled="gas") == ["Resp. Sens. 1B"] and codes((known, 0.2)) == []


@pytest.mark.parametrize(
    ("known", "percent", "told"),
    [
        (Classification.of("Skin Sens. 1"), 0.1, True),
        (Classification.of("Skin Sens. 1"), 0.09, False),
        (Classification.of("Skin Sens. 1A"), 0.01, True),
        (Classification.of("Skin Sens. 1A", limits={"Skin Sens. 1A": 0.001}), 0.0001, True),
        (Classification.of("Resp. Sens. 1", limits={"Resp. Sens. 1": 0.5}), 0.1, True),
        (Classification.of("Skin Sens. 1"), 1.0, False),  # the mixture is classified instead
    ],
)
def test_who_is_sensitized_already_is_told(known: Classification, percent: float, told: bool) -> None:
    assert [code for code, _ in mixture((known, percent)).statements] == (["EUH208"] if told else [])


def test_a_mixture_that_sensitizes_names_the_other_sensitizers() -> None:
    cause, other = Classification.of("Skin Sens. 1"), Classification.of("Skin Sens. 1B")
    assert mixture((cause, 2.0), (other, 0.1)).statements == (
        ("name on label", "sensitizers beside what classifies it: item 1"),
    )
    assert mixture((cause, 2.0), (other, 0.09)).statements == ()


def test_unstated_multipliers_are_named() -> None:
    bare = Classification.of("Aquatic Acute 1", "Aquatic Chronic 1", m_acute=10.0)
    assert mixture((bare, 1.0)).undecided == ("Aquatic Chronic: M factor of item 0 taken as 1",)
    assert mixture((Classification.of("Aquatic Chronic 2"), 1.0)).undecided == ()


def test_aspiration_hangs_on_the_viscosity() -> None:
    oil = Classification.of("Asp. Tox. 1")
    assert codes((oil, 10.0), viscosity_mm2_s=20.5) == ["Asp. Tox. 1"]
    assert codes((oil, 10.0), viscosity_mm2_s=20.6) == []
    found = mixture((oil, 5.0), (oil, 5.0))
    assert not found.codes and any("viscosity" in text for text in found.undecided)
    assert not mixture((oil, 9.9)).undecided


def test_aquatic_sums_with_multipliers() -> None:
    very = Classification.of("Aquatic Acute 1", "Aquatic Chronic 1", m_acute=10.0, m_chronic=1.0)
    assert codes((very, 2.5)) == ["Aquatic Acute 1", "Aquatic Chronic 2"]  # 10 x 2.5; chronic 10 x 1 x 2.5
    assert codes((very, 25.0)) == ["Aquatic Acute 1", "Aquatic Chronic 1"]
    assert codes((very, 0.25)) == ["Aquatic Chronic 3"]  # 100 x 0.25
    toxic, harmful, lasting = (Classification.of(f"Aquatic Chronic {category}") for category in (2, 3, 4))
    assert codes((toxic, 25.0)) == ["Aquatic Chronic 2"] and codes((toxic, 2.5)) == ["Aquatic Chronic 3"]
    assert codes((harmful, 25.0)) == ["Aquatic Chronic 3"] and codes((lasting, 25.0)) == ["Aquatic Chronic 4"]
    assert codes((toxic, 1.0), (harmful, 10.0), (lasting, 14.0)) == ["Aquatic Chronic 4"]
    # the cut-off of 0.1 % is divided by M: 0.01 % counts with M = 10, not with M = 1
    pesticide = Classification.of("Aquatic Acute 1", m_acute=1000.0)
    assert codes((pesticide, 0.025)) == ["Aquatic Acute 1"]


# --- what dilution, order and addition may do -------------------------------------------------------------------------

FAMILIES = {"Skin Irrit.": "Skin Corr.", "Eye Irrit.": "Eye Dam.", "Skin Corr.": "Skin Corr.", "Eye Dam.": "Eye Dam."}
MILDER = ("Skin Irrit.", "Eye Irrit.")
ANY = st.sampled_from(
    [
        "Acute Tox. 1; H310", "Acute Tox. 3; H301", "Acute Tox. 4; H302", "Acute Tox. 4; H332", "Skin Corr. 1A",
        "Skin Corr. 1B", "Skin Corr. 1", "Skin Irrit. 2", "Eye Dam. 1", "Eye Irrit. 2", "Resp. Sens. 1",
        "Skin Sens. 1A", "Skin Sens. 1B", "Muta. 2", "Carc. 1B", "Repr. 2", "Lact.", "STOT SE 1", "STOT SE 3; H335",
        "STOT RE 1", "STOT RE 2", "Asp. Tox. 1", "Aquatic Acute 1", "Aquatic Chronic 1", "Aquatic Chronic 2",
        "Aquatic Chronic 4",
    ]
)  # fmt: skip
CLASSIFICATIONS = st.one_of(
    st.none(),
    st.builds(
        lambda hazards, factor, complete: Classification.of(
            *hazards, m_acute=factor, m_chronic=factor, complete=complete
        ),
        st.lists(ANY, unique=True, max_size=4),
        st.sampled_from([None, 1.0, 10.0]),
        st.booleans(),
    ),
)
BATCHES = st.lists(st.tuples(CLASSIFICATIONS, st.floats(0.01, 100.0)), min_size=1, max_size=6)


def severities(found: MixtureHazards) -> dict[str, float]:
    """Return how severe each class is, corrosion and irritation as one; higher is worse."""
    order = ("1A", "1B", "1C", "1", "2", "3", "4", "")
    worst: dict[str, float] = {}
    for finding in found.findings:
        hazard = finding.hazard
        key = FAMILIES.get(hazard.name, hazard.name) + (hazard.statement[:3] if hazard.name == "Acute Tox." else "")
        if hazard.name == "STOT SE" and hazard.category == "3":
            key = hazard.statement
        rank = -float(order.index(hazard.category)) - (10.0 if hazard.name in MILDER else 0.0)
        if hazard.name == "Skin Corr.":
            rank = 0.0  # whether a sub-category can be told changes with who is relevant
        worst[key] = max(rank, worst.get(key, -99.0))
    return worst


def of_batch(batch: Sequence[tuple[Classification | None, float]]) -> MixtureHazards:
    total = sum(mass for _, mass in batch)
    return mixture_hazards(
        "mix",
        [Ingredient(f"item {at}", 100.0 * mass / total, known) for at, (known, mass) in enumerate(batch)],
        viscosity_mm2_s=10.0,
    )


@settings(deadline=None, max_examples=150)
@given(BATCHES, st.floats(0.01, 1000.0))
def test_water_never_adds_a_class(batch: list[tuple[Classification | None, float]], water: float) -> None:
    before, after = severities(of_batch(batch)), severities(of_batch([*batch, (HARMLESS, water)]))
    for key, rank in after.items():
        assert key in before and rank <= before[key] + 1e-9, (key, before, after)


@settings(deadline=None, max_examples=60)
@given(BATCHES, st.randoms())
def test_neither_order_nor_the_size_of_the_batch_matters(
    batch: list[tuple[Classification | None, float]], random: object
) -> None:
    shuffled = list(batch)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    scaled = [(known, 3.0 * mass) for known, mass in shuffled]
    assert set(of_batch(batch).codes) == set(of_batch(scaled).codes)


@settings(deadline=None, max_examples=60)
@given(BATCHES)
def test_what_is_unknown_is_named(batch: list[tuple[Classification | None, float]]) -> None:
    found = of_batch(batch)
    assert len(found.unknown) == sum(known is None for known, _ in batch)
    for finding in found.findings:
        assert finding.ingredients and finding.reason
        assert not set(finding.ingredients) & {name for name, _ in found.unknown}


# --- recipes, data, supplements ---------------------------------------------------------------------------------------


def glue() -> Recipe:
    resin = Component.of("resin", "resin", part="A", smiles=DGEBA)
    chalk = Component.of("chalk", "filler", part="A", smiles="[Ca+2].[O-]C([O-])=O")
    amine = Component.of("amine", "hardener", part="B", smiles=IPDA)
    secret = Component.of("secret", "additive", part="B")
    return Recipe("glue", (resin, chalk, amine, secret), (100.0, 20.0, 20.0, 5.0))


def test_each_part_is_classified_as_supplied() -> None:
    found = recipe_hazards(glue())
    assert list(found) == ["A", "B", MIXED]
    assert "Skin Corr. 1B; H314" in found["B"].codes and "Skin Corr. 1B; H314" not in found["A"].codes
    assert "Aquatic Chronic 2; H411" in found["A"].codes
    assert dict(found["A"].unknown) == pytest.approx({"chalk": 100.0 / 6.0})
    assert dict(found["B"].unknown) == pytest.approx({"secret": 20.0})
    assert [code for code, _ in found["A"].statements] == ["EUH205"]
    assert all("20260701" in item.edition for item in found.values())


def test_a_data_sheet_wins_over_the_harmonised_entry() -> None:
    sheet = Classification.of("Skin Irrit. 2", source="supplier")
    found = recipe_hazards(glue(), {"amine": sheet, "secret": HARMLESS})["B"]
    assert found.codes == ("Skin Irrit. 2; H315",) and not found.unknown and not found.listed_only


def test_isocyanates_and_their_restriction() -> None:
    polyol = Component.of("polyol", "resin", smiles="OCCCCO")
    monomer = Component.of("HDI", "hardener", smiles=HDI)
    trimer = Component.of("trimer", "hardener", smiles=HDI_TRIMER)
    for percent, needed in ((0.1, True), (0.09, False)):
        found = recipe_hazards(Recipe("pu", (polyol, monomer), (100.0 - percent, percent)))[MIXED]
        assert found.training is needed and found.diisocyanates_percent == pytest.approx(percent)
        assert [code for code, _ in found.statements] == ["EUH204"]
    whole = Recipe("pu", (polyol, trimer), (50.0, 50.0))
    open_question = recipe_hazards(whole)[MIXED]
    assert open_question.training is None and any("trimer" in text for text in open_question.undecided)
    assert recipe_hazards(whole, residual_diisocyanate_percent={"trimer": 0.1})[MIXED].training is False
    assert recipe_hazards(whole, residual_diisocyanate_percent={"trimer": 0.2})[MIXED].training is True


@pytest.mark.parametrize("role", ["hardener", "resin", "additive"])
def test_what_may_be_an_isocyanate_leaves_training_open(role: str) -> None:
    polyol = Component.of("polyol", "resin", smiles="OCCCCO")
    secret = Component.of("X 200", role)
    whole = Recipe("pu", (polyol, secret), (50.0, 50.0))
    found = recipe_hazards(whole)[MIXED]
    assert found.training is None and any("X 200" in text and "training" in text for text in found.undecided)
    told = recipe_hazards(whole, residual_diisocyanate_percent={"X 200": 0.4})[MIXED]
    assert told.training is True and told.diisocyanates_percent == pytest.approx(0.2)
    assert [code for code, _ in told.statements] == ["EUH204"]
    assert recipe_hazards(whole, residual_diisocyanate_percent={"X 200": 0.0})[MIXED].training is False
    amine = Component.of("X 300", role, equivalent_weight_g_eq={"amine_hydrogen": 60.0})
    assert recipe_hazards(Recipe("ep", (polyol, amine), (50.0, 50.0)))[MIXED].training is False
    chalk = Component.of("chalk", "filler")
    assert recipe_hazards(Recipe("ep", (polyol, chalk), (50.0, 50.0)))[MIXED].training is False


@pytest.mark.parametrize("wrong", [-1.0, 101.0, float("nan")])
def test_residues_are_percentages(wrong: float) -> None:
    with pytest.raises(InputError, match=r"residual diisocyanate of amine is .* between 0 and 100"):
        recipe_hazards(glue(), residual_diisocyanate_percent={"amine": wrong})


def test_names_that_say_nothing_are_refused() -> None:
    part = Component.of("a", "additive", part=MIXED)
    with pytest.raises(InputError, match="no part may be called 'mixed'"):
        recipe_hazards(Recipe("x", (part,), (1.0,)))
    one, other = Component.of("a", "hardener", smiles=IPDA), Component.of("a", "resin", smiles=DGEBA)
    twice = Recipe("x", (one, other), (1.0, 1.0))
    assert len(recipe_hazards(twice)[MIXED].listed_only) == 2  # by structure
    with pytest.raises(InputError, match="two different components are called 'a'"):
        recipe_hazards(twice, {"a": HARMLESS})


def test_the_shipped_entry_of_mdi() -> None:
    """Its respiratory limit of 0.1 % is stricter than the general one, its limit for irritation is 5 %."""
    known = shipped_classification(Component.of("MDI", "hardener", smiles=MDI))
    assert known is not None and not known.complete
    assert codes((known, 0.1)) == ["Resp. Sens. 1"] and "Skin Irrit. 2" in codes((known, 5.0))
    assert "Skin Irrit. 2" not in codes((known, 4.9)) and "STOT SE 3" in codes((known, 5.0))


def test_every_shipped_row_is_a_hazard_of_the_regulation() -> None:
    structures = {row["component_id"]: row for row in datasets.load("adhesives.components").rows}
    seen = set()
    for row in datasets.load("adhesives.hazards").rows:
        assert row["component_id"] in structures
        seen.add(row["component_id"])
        if row["kind"] in ("class", "limit"):
            text = f"{row['hazard_class']} {row['category'] or ''}".strip()
            assert Hazard.of(f"{text}; {row['statement']}").statement == row["statement"]
        assert (row["low_percent"] is not None) == (row["kind"] == "limit")
        assert (row["value"] is not None) == (row["kind"] in ("ate", "m_factor"))
    for name in seen:
        component = Component.of(name, "additive", smiles=structures[name]["smiles"])
        assert shipped_classification(component) is not None


def test_mistakes_name_the_value_and_the_way_out() -> None:
    with pytest.raises(InputError, match=r"did you mean 'Skin Corr\. 1B'"):
        Classification.of("Skin Cor. 1B")
    with pytest.raises(InputError, match="H300, H310, H330"):
        Classification.of("Acute Tox. 1")
    with pytest.raises(InputError, match=r"Skin Irrit\. 2 has the statement H315"):
        Classification.of("Skin Irrit. 2; H319")
    with pytest.raises(InputError, match="expected a class"):
        Classification.of("1B!")
    with pytest.raises(InputError, match="no range"):
        Classification.of(limits={"Skin Irrit. 2": 0.0})
    with pytest.raises(InputError, match="unknown route"):
        Classification.of(estimates={"mouth": 1.0})
    with pytest.raises(InputError, match="above 0"):
        Classification.of(estimates={"oral": 0.0})
    with pytest.raises(InputError, match="M factor is 1 or more"):
        Classification.of(m_acute=0.1)
    with pytest.raises(InputError, match="add up to 90 %"):
        mixture_hazards("mix", [Ingredient("a", 90.0)])
    with pytest.raises(InputError, match="inhaled is 'fog'"):
        mixture((HARMLESS, 100.0), inhaled="fog")
    with pytest.raises(InputError, match="unknown route"):
        acute_toxicity([], "mouth")
    with pytest.raises(InputError, match="no statement H360xyz, only H360, H360F, H360D, H360FD, H360Fd, H360Df"):
        Hazard.of("Repr. 1B; H360xyz")
    with pytest.raises(InputError, match="no statement H317x, only H317"):
        Hazard.of("Skin Sens. 1; H317x")
    for wrong in (float("nan"), 0.0):
        with pytest.raises(InputError, match="viscosity_mm2_s is"):
            mixture((HARMLESS, 100.0), viscosity_mm2_s=wrong)
    with pytest.raises(InputError, match="no share"):
        Ingredient("a", -1.0)
    with pytest.raises(InputError, match="no component is called 'amin'"):
        recipe_hazards(glue(), {"amin": HARMLESS})
    with pytest.raises(InputError, match="no part is called 'C'"):
        recipe_hazards(glue(), viscosity_mm2_s={"C": 10.0})


def test_physical_hazards_are_named_and_not_judged() -> None:
    found = mixture((Classification.of("Flam. Liq. 2; H225"), 50.0))
    assert found.physical == (("item 0", "Flam. Liq. 2"),) and not found.codes
    assert mixture_hazards("x", [Ingredient("a", 100.0, HARMLESS)], contents=Contents(epoxides=("a",))).statements
