"""Protected copper: how films go, what they let through, coverage, the known order of classes."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad, trapezoid

from finechem.errors import ConfigError, DataError, InputError
from finechem.matter.programs import Program
from finechem.oxidation import properties as ox
from finechem.oxidation.copper import Protectant, read_protectants, shipped_protectants
from finechem.oxidation.copper_films import (
    adsorption_coverage,
    copper_growth_law,
    film_conductance,
    film_reading_factor,
    loss_energy_kJ_mol,
    oxygen_barrier,
)
from finechem.oxidation.copper_models import CopperOxideModel, CoverageModel
from finechem.oxidation.copper_protectants import CopperConditions, copper_screen, exposure_of
from finechem.oxidation.exposure import Exposure
from finechem.oxidation.oxide_growth import thickness_after
from finechem.screening import Rejected
from tests.screening.conformance import check_model

SHIPPED = {item.id: item for item in shipped_protectants()}
HOLD = ((0.0, 600.0), (498.15, 498.15), (0.2095, 0.2095), "225 C for 10 min")


@pytest.mark.parametrize("onset", [400.0, 523.15, 623.15])
def test_energy_of_loss_solves_its_equation(onset: float) -> None:
    """Integrated once more, by quadrature: the share lost in heating up to the onset."""
    energy = loss_energy_kJ_mol(onset)
    lost = quad(lambda T: 1e13 * math.exp(-energy * 1e3 / (8.31446261815324 * T)), 1.0, onset, epsrel=1e-10, limit=400)[
        0
    ]
    assert 1.0 - math.exp(-lost * 6.0) == pytest.approx(0.05, rel=1e-5)  # 6 s a kelvin


@pytest.mark.parametrize(("kind", "heating"), [("begins", 1.0), ("peak", 1.0), ("complete", 1.0), ("peak", 0.1)])
def test_energies_of_loss_by_what_the_temperature_means(kind: str, heating: float) -> None:
    """Heated through first-order loss by quadrature: 5 % gone, the fastest loss, 95 % gone, at that temperature."""
    energy, at = loss_energy_kJ_mol(500.0, kind=kind, heating_K_s=heating), 500.0

    def rate(T: float) -> float:
        return 1e13 * math.exp(-energy * 1e3 / (8.31446261815324 * T))

    def left(T: float) -> float:
        return math.exp(-quad(rate, 1.0, T, epsrel=1e-11, limit=400)[0] / heating)

    if kind == "peak":
        flow = [rate(T) * left(T) for T in (at - 1.0, at, at + 1.0)]
        assert flow[1] > flow[0] and flow[1] > flow[2]
    else:
        assert 1.0 - left(at) == pytest.approx({"begins": 0.05, "complete": 0.95}[kind], rel=1e-5)
    with pytest.raises(InputError, match="kind 'onset'"):
        loss_energy_kJ_mol(500.0, kind="onset")


def test_desorption_is_heated_faster_than_a_balance() -> None:
    film = Protectant("x", "film", thickness_nm=100.0, loss_K=500.0, loss_kind="peak", loss_technique="desorption")
    _, assumed = oxygen_barrier(film)
    assert "the fastest loss at 500 K in heating at 60 K/min" in assumed[0]
    stated = Protectant("x", "film", thickness_nm=100.0, loss_K=500.0, loss_kind="complete", loss_heating_K_s=0.5)
    assert "95 % lost at 500 K in heating at 30 K/min" in oxygen_barrier(stated)[1][0]
    with pytest.raises(ConfigError, match="loss_kind 'onset'"):
        Protectant("x", loss_kind="onset")


def test_the_kernel_loses_as_much() -> None:
    film = Protectant("x", "film", thickness_nm=300.0, loss_K=523.15)
    barrier, _ = oxygen_barrier(film)
    ramp = Program("ramp", (0.0, (523.15 - 300.0) * 6.0), (300.0, 523.15))
    grown = thickness_after([copper_growth_law()], ramp, films=[barrier], draws=1, tolerance=1e-7)
    assert grown.film_left[0, 0, -1] == pytest.approx(0.95, abs=1e-4)


def test_conductance_gives_back_the_measurement_it_is_from() -> None:
    """18 nm under a film of 350 nm after x²/k at 150 °C and 0.2 bar oxygen."""
    time_s = (18e-9) ** 2 / 1e-21
    film = Protectant("x", "film", thickness_nm=350.0, loss_energy_kJ_mol=500.0, permeation_energy_kJ_mol=40.0)
    barrier, assumed = oxygen_barrier(film)
    exposure = Exposure(Program("bake", (0.0, time_s), (423.15, 423.15)), (0.2,))
    grown = thickness_after([copper_growth_law()], exposure, films=[barrier], draws=1, tolerance=1e-7)
    assert grown.final().value_m * 1e9 == pytest.approx(18.0, rel=0.01)
    assert any("the one OSP film" in text for text in assumed)
    assert film_conductance(700.0).value == pytest.approx(2.0 * film_conductance(350.0).value, rel=1e-9, abs=0.0)


def test_three_tenths_of_an_electronvolt_are_three_decades() -> None:
    at, thermal = 500.0, 8.617333e-5 * 500.0
    low, high = (adsorption_coverage(energy, at, 1e-6, sigma_eV=0.0)[0] for energy in (-0.7, -1.0))
    assert high - low == pytest.approx(0.3 / thermal / math.log(10.0), rel=1e-4)  # 3.02
    assert 2.9 < high - low < 3.1
    middle, lower, upper = adsorption_coverage(-1.0, at, 1.0)
    assert lower < middle < upper <= 0.0 and upper - lower > 4.0


def test_coverage_in_its_limits() -> None:
    assert adsorption_coverage(-5.0, 300.0, 1.0)[0] == pytest.approx(0.0, abs=1e-12)  # full
    thin = [adsorption_coverage(-0.5, 500.0, p)[0] for p in (1e-6, 1e-5)]
    assert thin[1] - thin[0] == pytest.approx(1.0, abs=1e-6)  # Henry's law
    assert adsorption_coverage(-1.0, 400.0, 1.0)[0] > adsorption_coverage(-1.0, 600.0, 1.0)[0]
    with pytest.raises(InputError, match="vapour_Pa=0"):
        adsorption_coverage(-1.0, 400.0, 0.0)


def test_coverage_never_ranks() -> None:
    screen = copper_screen()
    names = {criterion.property.name for criterion in screen.criteria}
    assert "monolayer_coverage" not in names
    assert any(prop.name == "monolayer_coverage" for model in screen.stages[0].models for prop in model.provides)


@pytest.mark.parametrize("eV", [-4.0, -1.0, -0.4])
def test_coverage_is_never_above_one(eV: float) -> None:
    """On the scale of its error: neither the value nor an end of its interval leaves 0 to 1."""
    model = CoverageModel(500.0, 1.0)
    (prop,) = model.provides
    found = model.estimate([(eV, None, None), (eV, eV - 0.5, eV + 0.5)], {})[prop]
    for value, sigma in zip(found.value, found.sigma, strict=True):
        low, high = prop.interval(value, sigma)
        assert 0.0 < low <= value <= high <= 1.0
    if eV == -1.0:  # the same as the function gives
        assert math.log10(found.value[0]) == pytest.approx(adsorption_coverage(eV, 500.0, 1.0)[0], rel=1e-9)


@pytest.mark.parametrize("model", [CopperOxideModel(*HOLD), CoverageModel(500.0)], ids=lambda model: model.name)
def test_models_conform(model: CopperOxideModel | CoverageModel) -> None:
    check_model(model, list(SHIPPED.values()))


def thickness(name: str, celsius: float, seconds: float = 600.0) -> float:
    kelvin = celsius + 273.15
    model = CopperOxideModel((0.0, seconds), (kelvin, kelvin), (0.2095, 0.2095), "hold")
    found = model.estimate([model.subject(SHIPPED[name])], {})
    return float(found[model.provides[0]].value[0])


@pytest.mark.parametrize("celsius", [200.0, 225.0, 250.0])
def test_classes_stand_in_their_known_order(celsius: float) -> None:
    """A check, no statistic: aryl-phenylimidazole above alkylbenzimidazole above a thiol monolayer, above nothing."""
    aryl = thickness("aryl-phenylimidazole-film", celsius)
    alkyl = thickness("alkylbenzimidazole-film", celsius)
    thiol = thickness("alkanethiol-monolayer", celsius)
    assert aryl <= alkyl * (1 + 1e-9) < thiol <= thickness("bare-copper", celsius) * (1 + 1e-9)
    if celsius == 250.0:
        assert thickness("aryl-phenylimidazole-film", celsius, 3600.0) < 0.7 * thickness(
            "alkylbenzimidazole-film", celsius, 3600.0
        )


def test_no_film_protects_less_than_none_and_bare_copper_not_at_all() -> None:
    model = CopperOxideModel(*HOLD)
    found = model.estimate([model.subject(item) for item in SHIPPED.values()], {})
    factor = found[model.provides[1]].value
    assert np.all(factor[np.isfinite(factor)] >= 1.0)
    assert factor[list(SHIPPED).index("bare-copper")] == 1.0


def test_what_is_not_known_is_said() -> None:
    model = CopperOxideModel(*HOLD)
    found = model.estimate([model.subject(SHIPPED[n]) for n in ("imidazole-monolayer", "polyvinylimidazole-film")], {})
    reasons = found[model.provides[0]].reason
    assert "when the film goes is not known" in reasons[0] and "thickness of the film is not known" in reasons[1]
    with pytest.raises(DataError, match="give thickness_nm"):
        oxygen_barrier(Protectant("x", "film", loss_K=500.0))


def test_assumptions_are_in_the_source_of_each_number() -> None:
    model = CopperOxideModel(*HOLD)
    source = model.estimate([SHIPPED["alkanethiol-monolayer"]], {})[model.provides[0]].source[0]
    for part in (
        "assumed: thickness 1.5 nm",
        "5 % lost at 433.15 K",
        "the one OSP film",
        "40 ± 20 kJ/mol",
        "Cu-air (grade C)",
    ):
        assert part in source


def test_below_the_dissociation_pressure_no_copper_oxide_grows() -> None:
    model = CopperOxideModel((0.0, 600.0), (498.15, 498.15), (1e-35, 1e-35), "clean")
    found = model.estimate([SHIPPED["bare-copper"]], {})[model.provides[0]]
    assert found.value[0] == pytest.approx(1e-3) and found.sigma[0] == 0.0  # less than an atom
    assert found.in_domain[0]
    assert "below the dissociation pressure" in found.source[0]
    protected = model.estimate([SHIPPED["alkylbenzimidazole-film"]], {})
    assert [protected[prop].value[0] for prop in model.provides[:2]] == pytest.approx([1e-3, 1.0])


def test_two_readings_of_one_measurement_are_an_error() -> None:
    """Where they agree (150 °C, 18 nm) there is none; at a short reflow the parabolic one gives several times more."""
    at_measurement = Exposure(Program("bake", (0.0, (18e-9) ** 2 / 1e-21), (423.15, 423.15)), (0.2,))
    assert film_reading_factor(at_measurement) == pytest.approx(1.0, rel=0.01)
    reflows = exposure_of(CopperConditions())
    factor = film_reading_factor(reflows)
    assert 3.0 < factor < 20.0
    program = reflows.program
    model = CopperOxideModel(program.time_s, program.temperature_K, reflows.oxygen_bar, reflows.label)
    film = SHIPPED["aryl-phenylimidazole-film"]
    own = replace(film, conductance_m2_s_bar=film_conductance().value, conductance_K=423.15)
    measured = model.estimate([film], {})[model.provides[0]]
    stated = model.estimate([own], {})[model.provides[0]]
    assert measured.sigma[0] > math.log(factor) / 2 * 0.95 > 0.9
    assert measured.sigma[0] > stated.sigma[0]
    assert "half of ln is an error" in measured.source[0] and "half of ln" not in stated.source[0]


def test_protectants_share_the_errors_of_copper() -> None:
    """What the law of copper has wrong it has wrong for all; a film that decides has errors of its own."""
    model = CopperOxideModel(*HOLD)
    names = ("bare-copper", "alkanethiol-monolayer", "aryl-phenylimidazole-film")
    found = model.estimate([SHIPPED[name] for name in names], {})[model.provides[0]]
    share = sum(load**2 for load in found.shared.values()) / found.sigma**2
    assert set(found.shared) == {"growth:Cu-air ln k", "growth:Cu-air E"}
    assert share[0] == pytest.approx(1.0, abs=0.1) and share[1] > 0.8 and share[2] < 0.2


PROFILE = "time_s,temperature_C,oxygen_ppm\n0,25,1000\n240,180,1000\n300,250,1000\n420,25,1000\n"
LAW = """name = "mine"
substance = "Cu"
oxide = "Cu2O"
oxygen_bar = 0.001
low_K = 400
high_K = 600
[[regimes]]
law = "parabolic"
value = 1e-17
unit = "m2/s"
reference_K = 523.15
energy = 60
energy_unit = "kJ/mol"
sigma_ln = 0.2
sigma_energy_kJ_mol = 2
"""


def test_a_profile_and_kinetics_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "reflow.csv").write_text(PROFILE, "utf-8")
    (tmp_path / "law.toml").write_text(LAW, "utf-8")
    conditions = CopperConditions(
        passes=3, exposure=str(tmp_path / "reflow.csv"), growth_law=str(tmp_path / "law.toml")
    )
    exposure = exposure_of(conditions)
    assert exposure.program.duration_s == pytest.approx(3 * 420.0) and set(exposure.oxygen_bar) == {1e-3}
    ranking = copper_screen(conditions).run([SHIPPED["bare-copper"], SHIPPED["alkylbenzimidazole-film"]])
    estimates, _ = ranking.ledger.speaking(ox.oxide_thickness(exposure.label))
    times = np.linspace(0.0, 1260.0, 100_001)
    constants = 1e-17 * np.exp(60e3 / 8.314462618 * (1 / 523.15 - 1 / exposure.program.at(times)))
    whole = float(trapezoid(constants, times))
    assert estimates.value[0] == pytest.approx(1e9 * math.sqrt(whole), rel=0.02)  # the middle of 400 draws
    assert estimates.value[1] < estimates.value[0]
    (tmp_path / "law.toml").write_text(LAW.replace('"Cu"', '"Ni"').replace("Cu2O", "NiO"), "utf-8")
    with pytest.raises(InputError, match="0 growth laws of Cu"):
        copper_screen(conditions)


def test_protectants_of_the_user(tmp_path: Path) -> None:
    file = tmp_path / "films.csv"
    file.write_text(
        "name,kind,class,thickness_nm,loss_K\nmine,film,azole,250,600\nodd,paint,,250,600\nthin,film,,-1,600\n", "utf-8"
    )
    good, odd, thin = read_protectants([file])
    assert isinstance(good, Protectant) and good.thickness_nm == 250.0 and good.family == "azole"
    assert isinstance(odd, Rejected) and "kind 'paint'" in odd.reason
    assert isinstance(thin, Rejected) and "thickness_nm=-1" in thin.reason
    (tmp_path / "bad.csv").write_text("name,kind,thickness_um\nx,film,0.2\n", "utf-8")
    (bad,) = read_protectants([tmp_path / "bad.csv"])
    assert isinstance(bad, Rejected) and "did you mean 'thickness_nm'" in bad.reason
    with pytest.raises(ConfigError, match="belong together"):
        Protectant("x", "film", conductance_m2_s_bar=1e-20)


def test_protectants_survive_json() -> None:
    for item in SHIPPED.values():
        again = Protectant.from_dict(json.loads(json.dumps(item.to_dict())))
        assert again == item and again.fingerprint() == item.fingerprint()
        assert all(isinstance(text, str) for text in item.card().values())


def test_wrong_conditions_are_all_named() -> None:
    with pytest.raises(InputError, match=r"peak_C=300.*passes=0.*critical_nm=0"):
        CopperConditions(peak_C=300.0, passes=0, critical_nm=0.0)
