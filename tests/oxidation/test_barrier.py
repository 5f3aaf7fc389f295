"""Barrier films: volumes against crystal structures, what is unknown and why, ranking, agreement without a claim."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from finechem import datasets
from finechem.errors import DataError, InputError
from finechem.oxidation import properties as ox
from finechem.oxidation.barrier import (
    BarrierFilm,
    growth_law_for,
    pilling_bedworth_excess,
    product_oxide,
    read_barriers,
    shipped_barriers,
)
from finechem.oxidation.barrier_accuracy import FEWEST, onset_agreement, rank_agreement
from finechem.oxidation.barrier_models import BarrierGrowthModel, BarrierOnsetModel, BarrierThermodynamicsModel
from finechem.oxidation.growth_parameters import OxideGrowth, ParabolicLaw, RateConstant
from finechem.oxidation.janaf import composition
from finechem.oxidation.oxidation_barriers import BarrierConditions, barrier_screen, exposure_of
from finechem.oxidation.pilling_bedworth import molar_volume_m3_mol, pilling_bedworth_ratio, solid_per_oxide
from finechem.screening import Rejected
from tests.screening.conformance import check_model

FILMS = [BarrierFilm(formula, formula) for formula in ("TiN", "CrN", "Si3N4", "TaN", "W", "Ni", "BN")]
STEPS = ((0.0, 3600.0), (773.15, 773.15), (0.2095, 0.2095), "500 C for 1 h")


def test_molar_volumes_agree_with_crystal_structures() -> None:
    """Handbook densities against cells of the shipped phases, from other sources; the least dense phase of each."""
    from finechem.thermal.known import known_crystals

    known: dict[str, list[float]] = {}
    for row in datasets.load("oxidation.molar_volumes").rows:
        known.setdefault(row["formula"], []).append(row["molar_volume_cm3_mol"] * 1e-6)
    cells: dict[str, float] = {}
    for crystal in (*known_crystals("candidate"), *known_crystals("reference")):
        if crystal.formula in known:
            atoms = sum(count for _, count in composition(crystal.formula))
            volume = crystal.volume_per_atom_m3 * 6.02214076e23 * atoms
            cells[crystal.formula] = max(cells.get(crystal.formula, 0.0), volume)
    assert {"TiN", "AlN", "BN", "Si3N4"} <= set(cells)
    apart = {name: min(abs(volume / cell - 1.0) for volume in known[name]) for name, cell in cells.items()}
    assert max(apart.values()) < 0.06, apart


def test_ratios_by_hand() -> None:
    """Copper: 23.849/(2 x 7.092); silicon nitride: 3 x 27.361/44.254, near the 1.64 that was measured on films."""
    assert pilling_bedworth_ratio("Cu", "Cu2O")[0] == pytest.approx(23.849 / (2 * 7.092), rel=1e-6)
    nitride, sigma = pilling_bedworth_ratio("Si3N4", "SiO2")
    assert nitride == pytest.approx(3 * 27.361 / 44.254, rel=1e-6)
    assert abs(nitride - 1.64) < 2.5 * sigma
    assert solid_per_oxide("TiN", "TiO2") == 1.0 and solid_per_oxide("Ta", "Ta2O5") == 2.0
    assert pilling_bedworth_ratio("Mg", "MgO")[0] < 1.0 < pilling_bedworth_ratio("Al", "Al2O3")[0] < 2.0
    assert pilling_bedworth_excess(0.8) == pytest.approx(math.log(1.25)) and pilling_bedworth_excess(1.0) == 0.0


def test_what_has_no_volume_says_so() -> None:
    with pytest.raises(DataError, match="no molar volume of TiNx"):
        molar_volume_m3_mol("TiNx")
    with pytest.raises(InputError, match="SiO2 is no oxide of Ti"):
        solid_per_oxide("TiN", "SiO2")


@pytest.mark.parametrize(
    "model",
    [
        BarrierThermodynamicsModel(773.15, 0.21),
        BarrierGrowthModel(*STEPS),
        BarrierOnsetModel(1.0, 20.0, 0.21),
    ],
    ids=lambda model: model.name,
)
def test_models_conform(model: BarrierThermodynamicsModel | BarrierGrowthModel | BarrierOnsetModel) -> None:
    check_model(model, FILMS)


def test_a_film_without_kinetics_is_unknown_but_keeps_its_thermodynamics() -> None:
    film = BarrierFilm("x", "Si3N4")
    law, reason = growth_law_for(film)
    assert law is None and "no rate constant of the oxidation of Si3N4 was read" in reason
    assert "E = 330 kJ/mol" in reason and "give your own" in reason
    growth = BarrierGrowthModel(*STEPS).estimate([film], {})
    for estimates in growth.values():
        assert np.isnan(estimates.value[0]) and "no rate constant" in estimates.reason[0]
    known = BarrierThermodynamicsModel(773.15, 0.21).estimate([("Si3N4", "SiO2")], {})
    assert all(np.isfinite(item.value[0]) or "stay below 0.1 Pa" in item.reason[0] for item in known.values())


def test_doubtful_kinetics_never_speak() -> None:
    law, _ = growth_law_for(BarrierFilm("x", "Cu"))
    assert law is not None and law.name == "Cu-air"  # and neither the doubtful one nor that under a film


def test_own_kinetics_speak_first() -> None:
    own = OxideGrowth("mine", "TiN", "TiO2", (ParabolicLaw(constant=RateConstant(1e-20, 773.15, 150.0)),))
    model = BarrierGrowthModel(*STEPS)
    shipped, mine = BarrierFilm("a", "TiN", 500.0), BarrierFilm("b", "TiN", 500.0, growth=own)
    values = model.estimate([shipped, mine], {})[model.provides[0]].value
    assert values[0] == pytest.approx(120.0, rel=1e-3) and values[1] == pytest.approx(6.0, rel=1e-3)
    assert shipped.fingerprint() != mine.fingerprint()
    with pytest.raises(InputError, match="is for TiN, not CrN"):
        BarrierFilm("c", "CrN", growth=own)


def test_a_film_that_is_used_up_says_so() -> None:
    model = BarrierGrowthModel(*STEPS)
    thin, thick = (model.estimate([BarrierFilm("x", "TiN", nm)], {}) for nm in (10.0, 500.0))
    consumed = model.provides[1]
    ratio, _ = pilling_bedworth_ratio("TiN", "TiO2")
    assert thin[consumed].value[0] == pytest.approx(10.0) and thin[consumed].value[0] <= 10.0
    assert thin[model.provides[0]].value[0] == pytest.approx(10.0 * ratio, rel=1e-6)  # all that it can give
    assert thick[consumed].value[0] == pytest.approx(120.0 / ratio, rel=1e-3)
    assert "used up" in thin[consumed].source[0] and "used up" not in thick[consumed].source[0]
    left = model.provides[3]
    assert thin[left].value[0] == pytest.approx(0.0, abs=1e-5)
    assert thick[left].value[0] == pytest.approx(1.0 - 120.0 / ratio / 500.0, rel=1e-3)


def test_a_film_that_is_used_up_is_no_barrier() -> None:
    """A thin film gives little oxide; it is dropped all the same."""
    ranking = barrier_screen(BarrierConditions(temperature_C=500.0, largest_nm=200.0)).run(
        [BarrierFilm("thin", "TiN", 5.0), BarrierFilm("thick", "TiN", 500.0)]
    )
    place = dict(zip(ranking.ids, ranking.rank, strict=True))
    assert place == {"thin": 0, "thick": 1}
    assert "film left" in ranking.outcomes[0].reason


def test_a_certain_nothing_is_known() -> None:
    """Far below the dissociation pressure no oxide grows, whatever the law was measured at."""
    model = BarrierGrowthModel((0.0, 3600.0), (773.15, 773.15), (1e-45, 1e-45), "clean")
    found = model.estimate([BarrierFilm("x", "TiN")], {})
    thickness, consumed, _, left = (found[prop] for prop in model.provides)
    assert thickness.value[0] == pytest.approx(1e-3) == consumed.value[0] and thickness.in_domain[0]
    assert "no oxide grows" in thickness.source[0] and left.value[0] > 0.999


def test_water_vapour_puts_dry_kinetics_out_of_the_domain() -> None:
    for water, inside in ((0.02, True), (0.1, False)):
        growth = BarrierGrowthModel(*STEPS, water_bar=water)
        onset = BarrierOnsetModel(1.0, 20.0, 0.2095, water)
        for model in (growth, onset):
            found = model.estimate([BarrierFilm("x", "TiN")], {})[model.provides[0]]
            assert bool(found.in_domain[0]) is inside
            assert inside or "measured without water vapour" in found.reason[0]


def test_silicon_below_its_limit_burns_away_and_an_onset_below_the_start_is_unknown() -> None:
    model = BarrierGrowthModel((0.0, 3600.0), (1373.15, 1373.15), (1e-8, 1e-8), "lean")
    found = model.estimate([BarrierFilm("x", "Si", 500.0)], {})[model.provides[0]]
    assert not found.in_domain[0] and "burns away: active oxidation below 10^" in found.reason[0]
    onset = BarrierOnsetModel(1.0, 20.0, 0.2095)
    first = onset.estimate([BarrierFilm("x", "Si", 500.0)], {})[onset.provides[0]]
    assert np.isnan(first.value[0]) and "the law leaves out the first fast growth" in first.reason[0]


def test_the_dissociation_pressure_is_that_of_the_first_oxide() -> None:
    from finechem.oxidation.thermochemistry import dissociation_pressure_bar

    model = BarrierThermodynamicsModel(800.0, 0.21, nitrogen_bar=1.0)
    films = [("Ti", "TiO2"), ("Co", "Co3O4"), ("W", "WO3")]
    found = model.estimate(films, {})[model.provides[1]]
    for (metal, _), value, source in zip(films, found.value, found.source, strict=True):
        assert value == pytest.approx(math.log10(dissociation_pressure_bar(metal, 800.0)), rel=1e-9)
        assert ", the first oxide" in source
    assert "Ti to TiO2" not in found.source[0] and "Co to CoO," in found.source[1]


def test_the_worst_corner_counts() -> None:
    """Silica gives off most SiO where oxygen is short, not where it is hottest."""
    corners = ((1300.0, 0.21), (1250.0, 1e-20))
    films = [("Si", "SiO2"), ("Cr", "Cr2O3")]
    hottest, all_of_it = (
        BarrierThermodynamicsModel(1300.0, 0.21, corners=each).estimate(films, {}) for each in ((), corners)
    )
    vapour, limit, active = (BarrierThermodynamicsModel(1300.0, 0.21).provides[at] for at in (4, 5, 6))
    alone = BarrierThermodynamicsModel(1250.0, 1e-20).estimate(films, {})
    worst = alone[BarrierThermodynamicsModel(1250.0, 1e-20).provides[4]]
    assert all_of_it[vapour].value[0] == pytest.approx(worst.value[0]) and worst.value[0] > hottest[vapour].value[0]
    assert "at 1250 K and 1e-20 bar O2" in all_of_it[vapour].source[0]
    assert all_of_it[limit].value[0] < hottest[limit].value[0]
    assert "at 1250 K" in all_of_it[active].source[0]


def test_a_lower_bound_beyond_the_gate_is_known() -> None:
    """What the tables have over MoO3 or moist Cr2O3 may be too much already; its temperature is an upper bound."""
    cool, hot = (BarrierThermodynamicsModel(T, 0.21) for T in (1000.0, 1750.0))
    chromium = [("Cr", "Cr2O3"), ("Mo", "MoO3")]
    wet = BarrierThermodynamicsModel(1750.0, 0.21, 0.02).estimate(chromium, {})
    assert wet[hot.provides[4]].in_domain.all() and "beyond 0.1 Pa already" in wet[hot.provides[4]].source[0]
    assert not cool.estimate(chromium, {})[cool.provides[4]].in_domain[1]
    dry = hot.estimate(chromium, {})[hot.provides[5]]
    bound = wet[hot.provides[5]]
    assert dry.in_domain[0] and not bound.in_domain[0] and "an upper bound" in bound.reason[0]
    assert bound.value[0] <= dry.value[0] + 1e-6


def test_films_share_the_errors_of_their_law() -> None:
    """A larger constant means more oxide and an earlier onset: opposite signs of one error."""
    growth, onset = BarrierGrowthModel(*STEPS), BarrierOnsetModel(1.0, 20.0, 0.2095)
    film = BarrierFilm("x", "TiN", 500.0)
    oxide = growth.estimate([film], {})
    name = "growth:TiN-film ln k"
    thickness, constant = oxide[growth.provides[0]], oxide[growth.provides[2]]
    first = onset.estimate([film], {})[onset.provides[0]]
    assert thickness.shared[name][0] > 0.5 and first.shared[name][0] < 0.0
    assert constant.shared[name][0] == pytest.approx(2.0 * thickness.shared[name][0], rel=0.2)


def test_hotter_gives_more_and_the_onset_fits() -> None:
    film = BarrierFilm("x", "TiN", 500.0)
    amounts = []
    for kelvin in (700.0, 750.0, 800.0):
        model = BarrierGrowthModel((0.0, 3600.0), (kelvin, kelvin), (0.2095, 0.2095), "hold")
        amounts.append(float(model.estimate([film], {})[model.provides[0]].value[0]))
    assert amounts[0] < amounts[1] < amounts[2]
    onset = BarrierOnsetModel(1.0, amounts[1], 0.2095)
    assert onset.estimate([film], {})[onset.provides[0]].value[0] == pytest.approx(750.0, abs=2.0)


def test_outside_the_measurement_is_out_of_the_domain() -> None:
    model = BarrierGrowthModel((0.0, 60.0), (1500.0, 1500.0), (0.21, 0.21), "hot")
    found = model.estimate([BarrierFilm("x", "CrN")], {})[model.provides[0]]
    assert not found.in_domain[0] and "measured from 923 to 1123 K" in found.reason[0]


def test_boria_leaves_as_vapour() -> None:
    """At 900 °C B2O3 has a vapour, SiO2 and Al2O3 hardly any; with water, boron leaves faster."""
    films = [("BN", "B2O3"), ("Si3N4", "SiO2"), ("AlN", "Al2O3")]
    vapour = ox.oxide_vapour(1173.15)
    dry = BarrierThermodynamicsModel(1173.15, 0.21).estimate(films, {})[vapour]
    wet = BarrierThermodynamicsModel(1173.15, 0.21, 0.02).estimate(films, {})[vapour]
    assert dry.value[0] > 1e3 * dry.value[1] > dry.value[2]
    assert wet.value[0] > 10 * dry.value[0]
    assert not wet.in_domain[1] and "no table of Si(OH)4" in wet.reason[1]


def test_limits_of_vapour_and_of_active_oxidation() -> None:
    """At the limit the vapours have the pressure it is for; boria comes before chromia; silica alone has the other."""
    from finechem.oxidation.oxide_vapours import active_oxidation_limit_bar, vapour_pressures_bar

    model = BarrierThermodynamicsModel(1300.0, 0.21)
    found = model.estimate([("BN", "B2O3"), ("CrN", "Cr2O3"), ("SiC", "SiO2"), ("TaN", "Ta2O5")], {})
    limit, active = found[model.provides[5]], found[model.provides[6]]
    for kelvin, oxide in zip(limit.value[:2], ("B2O3", "Cr2O3"), strict=True):
        assert 1e5 * sum(vapour_pressures_bar(oxide, float(kelvin), 0.21)[0].values()) == pytest.approx(0.1, rel=1e-3)
    assert limit.value[0] < limit.value[1] - 100.0
    assert active.value[2] == pytest.approx(math.log10(active_oxidation_limit_bar("SiC", 1300.0)))
    assert "not applicable" in active.reason[0]


def test_vapours_without_their_polymers_are_a_lower_bound() -> None:
    """Tables have W3O9, by far the most over WO3, and no molybdenum polymer: over MoO3 nothing final can be said."""
    from finechem.oxidation.oxide_vapours import vapour_pressures_bar

    tungsten, missing = vapour_pressures_bar("WO3", 1300.0, 0.21)
    assert missing == () and tungsten["W3O9"] > 1e5 * tungsten["WO3"]
    assert vapour_pressures_bar("MoO3", 1300.0, 0.21)[1] == ("polymeric oxide vapours of Mo",)
    model = BarrierThermodynamicsModel(1300.0, 0.21)
    found = model.estimate([("Mo", "MoO3"), ("W", "WO3")], {})[model.provides[4]]
    assert list(found.in_domain) == [False, True] and "a lower bound" in found.reason[0]


def test_rate_constants_are_shown_in_si() -> None:
    model = BarrierGrowthModel(*STEPS)
    constant = model.estimate([BarrierFilm("x", "TiN")], {})[model.provides[2]]
    assert constant.value[0] == pytest.approx(4e-18, rel=2e-3, abs=0.0)  # 4 nm2/s at 773 K in air


def test_films_that_are_none() -> None:
    with pytest.raises(InputError, match="0 elements beside"):
        BarrierFilm("x", "CN")
    with pytest.raises(InputError, match="holds oxygen"):
        BarrierFilm("x", "TiO2")
    with pytest.raises(InputError, match="thickness_nm=0"):
        BarrierFilm("x", "TiN", 0.0)
    with pytest.raises(InputError, match="no oxide of Ti"):
        BarrierFilm("x", "TiN", oxide="SiO2")
    with pytest.raises(InputError, match="name it"):
        product_oxide(BarrierFilm("x", "Os"))


def test_films_survive_json() -> None:
    own = OxideGrowth("mine", "TiN", "TiO2", (ParabolicLaw(constant=RateConstant(1e-20, 773.15, 150.0)),))
    for film in (BarrierFilm("x", "TiN", growth=own), *shipped_barriers()):
        again = BarrierFilm.from_dict(json.loads(json.dumps(film.to_dict())))
        assert again == film and again.fingerprint() == film.fingerprint()
        assert all(isinstance(text, str) for text in film.card().values())


LAW = """name,substance,oxide,law,value,unit,reference_K,energy,energy_unit,low_K,high_K,oxygen_bar
mine,TaN,Ta2O5,parabolic,1.0,nm2/s,700,150,kJ/mol,500,900,0.21
"""


def test_films_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "law.csv").write_text(LAW, "utf-8")
    films = tmp_path / "films.csv"
    films.write_text("name,formula,thickness_nm,growth_law\nmine,TaN,20,law.csv\nthin,TiN,x,\nbad,CN,20,\n", "utf-8")
    good, thin, bad = read_barriers([films])
    assert isinstance(good, BarrierFilm) and good.growth is not None and good.growth.name == "mine"
    assert isinstance(thin, Rejected) and "'x' is no number" in thin.reason
    assert isinstance(bad, Rejected) and "0 elements" in bad.reason
    films.write_text("name,formula,growth_law\nmine,TiN,law.csv\n", "utf-8")
    (wrong,) = read_barriers([films])
    assert isinstance(wrong, Rejected) and "0 laws of TiN, one is needed (there are: TaN)" in wrong.reason
    (tmp_path / "film.toml").write_text('formula = "CrN"\nthickness_nm = 30\n', "utf-8")
    (toml,) = read_barriers([tmp_path / "film.toml"])
    assert isinstance(toml, BarrierFilm) and (toml.formula, toml.thickness_nm) == ("CrN", 30.0)


def test_screen_ranks_what_is_known_and_keeps_what_is_not() -> None:
    films = [BarrierFilm(formula, formula) for formula in ("TiN", "Ta", "Si3N4", "BN")]
    conditions = BarrierConditions(temperature_C=450.0)
    ranking = barrier_screen(conditions).run(films)
    oxide = ox.oxide_thickness(exposure_of(conditions).label)
    estimates, _ = ranking.ledger.speaking(oxide)
    assert np.isfinite(estimates.value[:2]).all() and np.isnan(estimates.value[2:]).all()
    place = dict(zip(ranking.ids, ranking.rank, strict=True))
    assert place["TiN"] == 1 and place["Ta"] == 0  # above what is unknown; and dropped, far too thick
    assert min(place["Si3N4"], place["BN"]) > 1
    assert ranking.outcomes[1].status == "filtered" and "wanted at most 50" in ranking.outcomes[1].reason
    with pytest.raises(InputError, match="temperature_C=5000"):
        BarrierConditions(temperature_C=5000.0)


def test_agreement_claims_nothing_below_six() -> None:
    for found in onset_agreement():
        assert len(found.films) < FEWEST  # with what could be read so far
        assert math.isnan(found.tau) and "no claim is made" in str(found)
    tau, low, high = rank_agreement([1, 2, 3, 4, 5, 6], [1, 2, 3, 5, 4, 6])
    assert tau == pytest.approx(13 / 15) and low <= tau <= high
    assert math.isnan(rank_agreement([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])[0])
