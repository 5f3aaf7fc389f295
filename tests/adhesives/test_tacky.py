"""Pressure-sensitive blends: files, what is refused, the window, and the task."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from finechem import datasets
from finechem.adhesives import properties as glue
from finechem.adhesives.pressure_sensitive import BlendPart
from finechem.adhesives.tackiness import shipped_blends, tacky_screen
from finechem.adhesives.tacky import TackyBlend, load_tacky_blends, read_tacky_blends
from finechem.adhesives.tacky_models import (
    BETWEEN_SOURCES,
    BlendGlassModel,
    DilutionModel,
    MeasuredModulusModel,
    WindowModel,
)
from finechem.errors import ConfigError, InputError
from finechem.screening import PropertyModel, Rejected
from tests.screening.conformance import check_model

RUBBER = BlendPart("rubber", 50.0, 920.0, 205.0)
RESIN = BlendPart("resin", 50.0, 1000.0, 320.0)
BLEND = TackyBlend("half", RUBBER, (RESIN,), plateau_modulus_Pa=2.5e5)

TEXT = """
name = "half and half"
source = "a test"
[[components]]
name = "rubber"
role = "polymer"
amount = 50
density_g_cm3 = 0.92
glass_transition_C = -68
entanglement_g_mol = 9000
[[components]]
name = "resin"
role = "tackifier"
amount = 50
density_g_cm3 = 1.0
glass_transition_C = 47
[measured]
modulus_MPa = 0.08
sweep = [[0.01, 5e3, 2e3], [100.0, 2e5, 1e5]]
"""


def test_a_file_and_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "blend.toml"
    path.write_text(TEXT, "utf-8")
    (blend,) = load_tacky_blends(path)
    assert blend.id == "half and half" and blend.polymer.density_kg_m3 == pytest.approx(920.0)
    # rho R T / Me: 920 kg/m3 * 8.314 * 298.15 / 9 kg/mol
    assert blend.plateau_modulus_Pa == pytest.approx(920.0 * 8.314462618 * 298.15 / 9.0)
    assert blend.modulus_Pa == pytest.approx(8e4) and len(blend.sweep) == 2
    assert TackyBlend.from_dict(blend.to_dict()) == blend
    assert "rubber 50 %" in blend.card()["components"]


def test_every_mistake_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(TEXT.replace("density_g_cm3 = 1.0", 'density = "1"').replace("amount = 50", "amount = 'x'", 1))
    with pytest.raises(ConfigError) as caught:
        load_tacky_blends(path)
    for part in ("unknown key", "did you mean 'density_g_cm3'", "key 'amount': 'x' is no number"):
        assert part in str(caught.value)
    (rejected,) = read_tacky_blends([path])
    assert isinstance(rejected, Rejected) and "density_g_cm3" in rejected.reason
    path.write_text(TEXT.replace('role = "polymer"', 'role = "tackifier"').replace("entanglement_g_mol = 9000", ""))
    with pytest.raises(ConfigError, match="0 components have the role polymer"):
        load_tacky_blends(path)


def test_the_name_is_no_content() -> None:
    assert replace(BLEND, id="other", source="x").fingerprint() == BLEND.fingerprint()
    assert replace(BLEND, modulus_Pa=1e5).fingerprint() != BLEND.fingerprint()
    with pytest.raises(InputError, match="plateau_modulus_Pa is -1"):
        replace(BLEND, plateau_modulus_Pa=-1.0)


def test_dahlquist_gates_on_a_measured_modulus() -> None:
    """0.08 and 0.10 MPa pass, 0.12 does not."""
    blends = [replace(BLEND, id=f"{mega}", modulus_Pa=1e6 * mega, modulus_sigma_ln=1e-3) for mega in (0.08, 0.10, 0.12)]
    ranking = tacky_screen().run(blends)
    assert [outcome.status for outcome in ranking.outcomes] == ["ok", "ok", "filtered"]
    assert "wanted at most 100000" in ranking.outcomes[2].reason


def test_a_hand_worked_blend() -> None:
    """Volumes 50/920 and 50/1000: 0.521 polymer; G = 0.25 MPa x 0.521^2; Tg = 1 / (0.5/205 + 0.5/320)."""
    share = (1 / 920) / (1 / 920 + 1 / 1000)
    model = DilutionModel()
    found, distance = model.answers(BLEND)
    assert distance.value == pytest.approx(abs(math.log10(2.5e5 * share**2 / 10**4.5)))
    assert distance.sigma == pytest.approx(found.sigma / math.log(10.0))
    assert found.value == pytest.approx(2.5e5 * share**2) and found.in_domain
    (above,) = BlendGlassModel().answers(BLEND)
    assert above.value == pytest.approx(298.15 - 1 / (0.5 / 205 + 0.5 / 320))
    cold, _ = DilutionModel(260.0).answers(BLEND)
    assert not cold.in_domain and "no plateau at 1 Hz" in cold.reason


def test_a_measured_modulus_speaks_before_an_estimate_and_not_far_away() -> None:
    blend = replace(BLEND, modulus_Pa=5e4, measured_K=298.15)
    near, _ = MeasuredModulusModel(300.0).answers(blend)
    far, _ = MeasuredModulusModel(340.0).answers(blend)
    assert near.in_domain and not far.in_domain and "42 K" in far.reason
    ranking = tacky_screen().run([blend, replace(BLEND, id="other")])
    assert ranking.score[0] > ranking.score[1]


def test_softness_is_judged_both_ways() -> None:
    """As far below the middle of Chang's range as above it is as good; a liquid passes the gate and ranks last."""
    middle = 10**4.5
    blends = [
        replace(BLEND, id=f"{factor:g}", modulus_Pa=middle * factor, modulus_sigma_ln=1e-3)
        for factor in (1.0, 0.5, 2.0, 1e-2)
    ]
    ranking = tacky_screen().run(blends)
    assert [outcome.status for outcome in ranking.outcomes] == ["ok"] * 4
    best, softer, stiffer, liquid = ranking.score
    assert softer == pytest.approx(stiffer, abs=0.01)  # the glass transition is drawn
    assert best > softer + 0.03 and stiffer > liquid + 0.03
    # what is measured speaks before the estimate here too
    prop = glue.distance_from_tack_window(298.15)
    spoken, by = ranking.ledger.speaking(prop)
    assert spoken.value == pytest.approx([0.0, math.log10(2.0), math.log10(2.0), 2.0]) and set(by) == {
        "measured modulus"
    }
    gate = next(item for item in ranking.criteria if item.property == glue.storage_modulus(298.15))
    assert gate.weight == 0.0 and gate.required and gate.worst == 1e5


@pytest.mark.parametrize("wrong", ["-2e3", "nan", "inf", "0.0"])
def test_impossible_moduli_of_a_sweep_are_refused(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "blend.toml"
    path.write_text(TEXT.replace("[0.01, 5e3, 2e3]", f"[0.01, 5e3, {wrong}]"), "utf-8")
    with pytest.raises(ConfigError, match="sweep has"):
        load_tacky_blends(path)


def test_the_window_needs_both_frequencies() -> None:
    full = replace(BLEND, sweep=((0.01, 5e3, 2e3), (100.0, 2e5, 1e5)))
    answers = WindowModel().answers(full)
    assert sum(answer.value for answer in answers) == pytest.approx(1.0)
    (lacking, *_) = WindowModel().answers(replace(BLEND, sweep=((0.1, 5e3, 2e3), (100.0, 2e5, 1e5))))
    assert "nothing was measured at 0.01 rad/s" in lacking.reason


def test_scatter_between_sources_is_what_the_table_says() -> None:
    values: dict[str, list[float]] = {}
    for row in datasets.load("adhesives.tacky_materials").where(quantity="plateau_modulus_Pa"):
        if row["value"] is not None:
            values.setdefault(row["material_id"], []).append(math.log(row["value"]))
    several = [numbers for numbers in values.values() if len(numbers) > 1]
    squares = sum((value - sum(of) / len(of)) ** 2 for of in several for value in of)
    freedom = sum(len(of) - 1 for of in several)
    assert math.sqrt(squares / freedom) == pytest.approx(BETWEEN_SOURCES, abs=0.01)


def test_shipped_blends_are_ranked_and_said_to_be_proposals() -> None:
    blends = shipped_blends()
    assert len(blends) == 40 and all(blend.card()["note"] == "a proposal" for blend in blends)
    ranking = tacky_screen().run(blends)
    plain = [outcome for blend, outcome in zip(blends, ranking.outcomes, strict=True) if not blend.diluents]
    assert all(outcome.status == "filtered" for outcome in plain)  # too stiff without a resin
    assert ranking.outcomes[int(ranking.order[0])].status == "ok"


@pytest.mark.parametrize("model", [BlendGlassModel(), DilutionModel(), MeasuredModulusModel(), WindowModel()])
def test_contract_of_the_models(model: PropertyModel) -> None:
    measured = replace(BLEND, id="measured", modulus_Pa=8e4, sweep=((0.01, 5e3, 2e3), (100.0, 2e5, 1e5)))
    check_model(model, [BLEND, measured, replace(BLEND, id="bare", plateau_modulus_Pa=None)])
