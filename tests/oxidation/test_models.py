"""Models and screen of the inhibitor task: the contract, known orders, gates, what is not applicable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from finechem.errors import InputError
from finechem.matter.hansen import BETWEEN_TABLES, hansen_distance, tabulated_hansen
from finechem.oxidation import properties as ox
from finechem.oxidation.bonds import Bond
from finechem.oxidation.classes import ActiveGroups
from finechem.oxidation.inhibitors import InhibitorConditions, inhibitor_screen, program_of
from finechem.oxidation.models import ActiveGroupModel, BondModel, EvaporationModel, SolubilityModel
from finechem.oxidation.package import Additive, AdditivePackage, shipped_antioxidants
from finechem.screening import Stage
from tests.screening.conformance import check_model

SHIPPED = {package.id: package for package in shipped_antioxidants()}
CONDITIONS = InhibitorConditions()
PROGRAM = program_of(CONDITIONS)
STEPS = (PROGRAM.time_s, PROGRAM.temperature_K, PROGRAM.name)
OIL = AdditivePackage("oil", (Additive.of("oil", "CCCCCCCCCCCCCCCC"),))
BLEND = AdditivePackage("blend", (SHIPPED["irganox-1010"].additives[0], SHIPPED["dltdp"].additives[0]))
PACKAGES = [*(SHIPPED[name] for name in ("bht", "irganox-1076", "irganox-1010", "dltdp", "irgafos-168")), OIL, BLEND]


@pytest.mark.parametrize(
    "model", [ActiveGroupModel(), EvaporationModel(*STEPS), SolubilityModel("18/10/7", (18.0, 10.0, 7.0))], ids=repr
)
def test_contract(model: ActiveGroupModel) -> None:
    check_model(model, PACKAGES)


def test_contract_of_the_bond_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FINECHEM_CACHE", str(tmp_path))
    small = [AdditivePackage(name, (Additive.of(name, name),)) for name in ("Oc1ccccc1", "CSC")]
    model = BondModel(*STEPS)
    check_model(model, small)
    found = model.estimate([model.subject(item) for item in small], {})
    strength = found[ox.XH_STRENGTH]
    assert abs(strength.value[0] - 88.0 * 4.184) < 3 * strength.sigma[0]  # phenol, kcal/mol
    assert "not applicable" in strength.reason[1]  # a thioether decomposes hydroperoxides
    assert list(tmp_path.rglob("*"))  # energies were kept


def test_the_known_order_of_volatility() -> None:
    """At 260 °C BHT << octadecyl ester (1076) < tetrakis ester (1010): known from practice for decades."""
    model = EvaporationModel(*STEPS)
    pressure, kept = model.estimate([model.subject(item) for item in PACKAGES[:3]], {}).values()
    assert pressure.value[0] > 20 * pressure.value[1] > 200 * pressure.value[2]
    assert kept.value[0] < 0.01 < kept.value[1] < kept.value[2]
    assert kept.value[2] > 0.99


def test_thicker_films_and_shorter_programs_keep_more() -> None:
    subject = [EvaporationModel(*STEPS).subject(SHIPPED["irganox-1076"])]

    def kept(conditions: InhibitorConditions) -> float:
        program = program_of(conditions)
        model = EvaporationModel(
            program.time_s, program.temperature_K, program.name, conditions.film_um, conditions.gas_transfer_m_s
        )
        return float(model.estimate(subject, {})[ox.retention(program.name)].value[0])

    once = kept(InhibitorConditions(passes=1))
    assert kept(InhibitorConditions(passes=3)) < once
    assert kept(InhibitorConditions(passes=1, film_um=500.0)) > once > kept(InhibitorConditions(passes=1, film_um=30.0))
    assert kept(InhibitorConditions(passes=1, storage_C=200.0, storage_h=50.0)) < once
    assert kept(InhibitorConditions(passes=1, gas_transfer_m_s=0.001)) > once


def test_the_error_tells_how_sure_a_loss_is() -> None:
    """BHT is measured and far from staying: certain. 1076 is a model's word: its interval is wide."""
    model = EvaporationModel(*STEPS)
    kept = model.estimate([model.subject(item) for item in PACKAGES[:2]], {})[ox.retention(PROGRAM.name)]
    low, high = ox.retention(PROGRAM.name).interval(float(kept.value[1]), float(kept.sigma[1]))
    assert low < 0.2 and high > 0.8
    assert ox.retention(PROGRAM.name).interval(float(kept.value[0]), float(kept.sigma[0]))[1] < 0.01


def test_gates_without_the_dear_stage() -> None:
    screen = inhibitor_screen(CONDITIONS)
    cheap = Stage(screen.stages[0].models, name="volatility")
    from dataclasses import replace

    criteria = tuple(item for item in screen.criteria if item.property in {p for m in cheap.models for p in m.provides})
    ranking = replace(screen, stages=(cheap,), criteria=criteria).run(PACKAGES, draws=300)
    status = dict(zip(ranking.ids, (outcome.status for outcome in ranking.outcomes), strict=True))
    assert status["bht"] == status["oil"] == "filtered"
    assert status["irganox-1010"] != "filtered"
    frame = ranking.to_dataframe().set_index("id")
    assert "retention" in str(frame.loc["bht", "reason"]) and "active groups" in str(frame.loc["oil", "reason"])
    assert frame.loc["irganox-1010", "rank"] < frame.loc["irganox-1076", "rank"]


def test_active_groups_of_a_blend_add_up() -> None:
    model = ActiveGroupModel()
    found = model.estimate([model.subject(BLEND)], {})[ox.ACTIVE_GROUPS]
    assert found.value[0] == pytest.approx(5.0 * 4 / 1.17767 + 5.0 / 0.51484, rel=2e-3)  # g/kg over kg/mol


def test_hansen_by_hand_and_from_tables() -> None:
    assert hansen_distance((18.0, 10.0, 7.0), (17.0, 10.0, 7.0)) == pytest.approx(2.0)
    assert tabulated_hansen("CCCCCCCCCCCCCCCCCCCCCCCCSC") is None
    model = SolubilityModel("18/10/7", (18.0, 10.0, 7.0))
    found = model.estimate([model.subject(SHIPPED["eugenol"]), model.subject(SHIPPED["irganox-1010"])], {})
    (distance,) = found.values()
    assert distance.value[0] == pytest.approx(np.sqrt(4 * 1.0**2 + 2.5**2 + 6.0**2), abs=0.01)  # 19.0/7.5/13.0
    assert "no tabulated Hansen parameters" in distance.reason[1]
    with pytest.raises(InputError, match="Hansen parameter is -1"):
        hansen_distance((-1.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def test_the_scatter_between_hansen_tables_is_what_is_measured_now() -> None:
    import chemicals
    from chemicals import solubility

    getters = (chemicals.hansen_delta_d, chemicals.hansen_delta_p, chemicals.hansen_delta_h)
    chemicals.hansen_delta_d("64-17-5")  # loads the tables
    known = set()
    for name in ("alsheri_hansen_data", "hspipy_data", "manuel_ruben_2022_data", "wdr_schrier_data"):
        known |= set(getattr(solubility, name).index)
    squares = []
    for cas in sorted(known):
        sets = [[get(cas, method=method) for get in getters] for method in chemicals.hansen_delta_d_methods(cas)]
        whole = [np.array(one) / 1e3 for one in sets if None not in one]
        for at, one in enumerate(whole):
            squares += [float((one - other) ** 2 @ [4.0, 1.0, 1.0]) for other in whole[:at]]
    assert np.sqrt(np.mean(squares)) == pytest.approx(BETWEEN_TABLES, rel=0.02)


@pytest.mark.parametrize(
    "wrong",
    [{"peak_C": 300.0}, {"passes": 0}, {"film_um": 0.0}, {"storage_h": -1.0}, {"matrix_hansen": "18/10"},
     {"matrix_hansen": "a/b/c"}, {"matrix_hansen": "18/nan/7"}, {"passes": 2.5}, {"gas_transfer_m_s": 0.0}],
)  # fmt: skip
def test_impossible_conditions_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        InhibitorConditions(**wrong)  # type: ignore[arg-type]


def test_a_blend_is_as_sure_as_its_parts_are() -> None:
    """BHT is surely gone and Irganox 1010 almost surely stays: their blend keeps the phenols of the latter."""
    blend = AdditivePackage("blend", (SHIPPED["bht"].additives[0], SHIPPED["irganox-1010"].additives[0]))
    model = EvaporationModel(*STEPS)
    found = model.estimate([model.subject(blend)], {})[ox.retention(PROGRAM.name)]
    bht, irganox = (SHIPPED[name].active_mol_kg for name in ("bht", "irganox-1010"))
    assert found.value[0] == pytest.approx(irganox / (bht + irganox), rel=1e-3)
    assert found.sigma[0] < 0.5  # on the logit scale; that of Irganox 1010 alone is several


def test_every_equal_weakest_bond_may_break() -> None:
    """n equal bonds: the survival of one to the power n."""
    bond = Bond((0, 1), "C-C", 200.0, 1.0, 4, 200.0)
    model = BondModel(*STEPS)
    four, one = (model._decomposition([item])[1][0] for item in (bond, replace(bond, count=1)))
    assert 0.01 < one < 0.99
    assert four == pytest.approx(one**4)


def test_a_benzofuranone_gives_the_hydrogen_of_its_ring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FINECHEM_CACHE", str(tmp_path))
    model = BondModel(*STEPS)
    lactone = AdditivePackage("lactone", (Additive.of("lactone", "O=C1Oc2ccccc2C1C"),))
    monkeypatch.setattr("finechem.oxidation.models.active_groups", lambda _: ActiveGroups({"benzofuranone": 1}, 1.0))
    found = model.estimate([model.subject(lactone)], {})[ox.XH_STRENGTH]
    assert 250.0 < found.value[0] < 400.0
    assert "C-H" in found.source[0]


def test_another_engine_is_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    model = BondModel(*STEPS)
    before = model.data
    monkeypatch.setattr("finechem.matter.xtb.engine", lambda: "tblite 9")
    assert model.data != before
