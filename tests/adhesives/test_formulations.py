"""Shipped formulations: every recipe reads, every value belongs to one, and the chemistry adds up."""

from __future__ import annotations

import math
from collections import Counter
from importlib.resources import as_file
from pathlib import Path

import pytest

import finechem_datasets
from finechem import datasets
from finechem.adhesives import balance, load_recipes
from finechem.adhesives.formulations import Formulation, load_formulations
from finechem.adhesives.pressure_sensitive import plateau_modulus_Pa
from finechem.errors import DataError

FOUND = load_formulations()
BY_NAME = {item.recipe.id: item for item in FOUND}
DDM = [item for item in FOUND if "DDM and" in item.recipe.id or "DDM with" in item.recipe.id]


def test_every_formulation_has_a_measurement_and_every_measurement_its_recipe() -> None:
    table = datasets.load("adhesives.formulation_measurements").rows
    assert sum(len(item.measurements) for item in FOUND) == len(table)
    with as_file(finechem_datasets.root() / "adhesives" / "formulations") as folder:
        written = [recipe.id for path in sorted(Path(folder).glob("*.toml")) for recipe in load_recipes(path)]
    assert not [name for name, count in Counter(written).items() if count > 1]
    assert set(written) <= set(BY_NAME), "a formulation without a measured value"


@pytest.mark.parametrize("item", FOUND, ids=lambda item: item.recipe.id)
def test_amounts_and_values_can_be(item: Formulation) -> None:
    amounts = item.recipe.amounts("wt%")
    assert amounts.sum() == pytest.approx(100.0) and (amounts > 0).all()
    for value in item.measurements:
        assert math.isfinite(value.value) and (value.uncertainty is None or value.uncertainty > 0)
        limits = {"lap_shear_MPa": 60, "peel_N_mm": 30, "tensile_strength_MPa": 150, "tensile_modulus_MPa": 6000}
        assert value.value <= limits.get(value.quantity, math.inf)
        # a glass breaks at about a tenth of its modulus at most; a rubber may exceed its modulus
    moduli, strengths = item.measured("tensile_modulus_MPa"), item.measured("tensile_strength_MPa")
    for modulus, strength in zip(moduli, strengths, strict=False):
        assert modulus.value < 500 or strength.value < 0.1 * modulus.value


def test_amine_cured_recipes_are_near_balance() -> None:
    assert len(DDM) == 13 and all(item.recipe.chemistry_name == "epoxy-amine" for item in DDM)
    for item in DDM:
        assert 0.85 <= balance(item.recipe).ratio <= 1.25, item.recipe.id  # epoxide over amine hydrogen
        assert [(step.temperature_C, step.time_min) for step in item.recipe.cure] == [(80, 120), (120, 120), (150, 120)]


def test_rubber_lowers_the_strength_of_a_casting_and_raises_that_of_a_joint() -> None:
    for rubber in ("butadiene-acrylonitrile-acrylic acid rubber", "butadiene-acrylic acid rubber"):
        five, ten = (BY_NAME[f"DGEBA with DDM and {share} % {rubber}"] for share in (5, 10))
        assert five.measured("tensile_strength_MPa")[0].value > ten.measured("tensile_strength_MPa")[0].value
    for plain, toughened in (
        ("One-part epoxy with dicyandiamide, without rubber", "One-part epoxy with dicyandiamide and CTBN adduct"),
        ("Two-part epoxy with Ancamine AD, without rubber", "Two-part epoxy with Ancamine AD and CTBN adduct"),
    ):
        for quantity in ("lap_shear_MPa", "peel_N_mm"):
            for one, other in zip(
                BY_NAME[plain].measured(quantity), BY_NAME[toughened].measured(quantity), strict=True
            ):
                assert (one.temperature_C, one.method) == (other.temperature_C, other.method)
                assert other.value > one.value


def test_acrylate_series_goes_from_rubber_to_glass() -> None:
    acrylates = [item for item in FOUND if item.recipe.id.startswith("Acrylates")]
    assert len(acrylates) == 66 and sum(len(item.measured("tensile_modulus_MPa")) for item in acrylates) == 67
    soft = BY_NAME["Acrylates IDA 1 / IBOA 0 / PEGDA 0"].measured("tensile_modulus_MPa")[0].value
    stiff = max(item.measured("tensile_modulus_MPa")[0].value for item in acrylates)
    assert soft < 0.1 < 1000 < stiff
    # measured twice: the repetition agrees within the scatter it states
    first, second = BY_NAME["Acrylates IDA 0.05 / IBOA 0.59 / PEGDA 0.36"].measured("tensile_modulus_MPa")
    assert first.uncertainty and second.uncertainty
    assert abs(first.value - second.value) < math.hypot(first.uncertainty, second.uncertainty)


def test_a_measurement_of_no_recipe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    table = datasets.load("adhesives.formulation_measurements")
    rows = ({**table.rows[0], "recipe": "Two-part epoxy with Ancamin AD, without rubber"},)
    monkeypatch.setattr(datasets, "load", lambda name: datasets.Table(name, table.title, table.columns, rows))
    with pytest.raises(DataError, match=r"no recipe .* is shipped \(did you mean 'Two-part epoxy with Ancamine AD"):
        load_formulations()


def test_glass_transition_falls_with_a_plant_oil_epoxide() -> None:
    series: dict[str, list[tuple[float, float]]] = {}
    for row in datasets.load("adhesives.resin_blend_glass_transitions").rows:
        series.setdefault(row["series"], []).append((row["modifier_wt_percent"], row["glass_transition_C"]))
    assert len(series) == 3
    for points in series.values():
        ordered = [glass for _, glass in sorted(points)]
        assert len(ordered) > 1 and ordered == sorted(ordered, reverse=True)


def test_entanglement_masses_belong_to_the_moduli_beside_them() -> None:
    rows = [row for row in datasets.load("adhesives.tacky_materials").rows if row["role"] == "polymer"]
    checked = 0
    for row in rows:
        if row["quantity"] != "entanglement_g_mol":
            continue
        beside = {
            other["quantity"]: other
            for other in rows
            if (other["material_id"], other["source"]) == (row["material_id"], row["source"])
        }
        front = {"1": 1.0, "4/5": 0.8}[row["convention"]]
        density = beside["density_g_cm3"]
        modulus = plateau_modulus_Pa(density["value"] * 1000.0, row["value"], row["temperature_K"], front)
        tolerance = 0.08 if density["grade"] == "D" else 0.02
        assert modulus == pytest.approx(beside["plateau_modulus_Pa"]["value"], rel=tolerance), row["material_id"]
        assert beside["plateau_modulus_Pa"]["value"] == pytest.approx(
            0.8 * beside["entanglement_modulus_Pa"]["value"], rel=1e-3
        )
        checked += 1
    assert checked == 16


def test_independent_plateau_moduli_agree() -> None:
    values: dict[str, dict[str, float]] = {}
    for row in datasets.load("adhesives.tacky_materials").rows:
        if row["quantity"] == "plateau_modulus_Pa":
            values.setdefault(row["material_id"], {})[row["source"].split()[2]] = row["value"]
    for polymer in ("polyisobutylene", "polydimethylsiloxane"):
        low, high = sorted(values[polymer].values())
        assert high / low < 1.1


def test_tackifiers_soften_above_their_glass_transition() -> None:
    resins: dict[str, dict[str, float]] = {}
    for row in datasets.load("adhesives.tacky_materials").rows:
        assert (row["value"] is None) == (row["low"] is not None) == (row["high"] is not None), row
        if row["role"] == "tackifier" and row["value"] is not None:
            resins.setdefault(row["material_id"], {})[row["quantity"]] = row["value"]
    both = [facts for facts in resins.values() if {"softening_point_K", "glass_transition_K"} <= set(facts)]
    assert len(both) == 4
    for facts in both:
        assert 40.0 <= facts["softening_point_K"] - facts["glass_transition_K"] <= 60.0


def test_tacky_blends_have_one_composition_each() -> None:
    rows = datasets.load("adhesives.tacky_blends").rows
    parts = ("polymer_parts", "tackifier_parts", "plasticizer_parts", "additive_parts")
    for blend in {row["blend_id"] for row in rows}:
        assert len({tuple(row[name] for name in parts) for row in rows if row["blend_id"] == blend}) == 1
    assert len({row["blend_id"] for row in rows}) == 3
