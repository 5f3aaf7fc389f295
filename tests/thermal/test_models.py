"""Domains, errors and whose number wins in the heat models."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from finechem.matter import Crystal, Elasticity, Fact
from finechem.screening import Estimates
from finechem.thermal import cahill_pohl_limit, diffuson_limit, slack_conductivity
from finechem.thermal import properties as heat
from finechem.thermal.conductivity_models import LARGEST_CELL
from finechem.thermal.fact_models import (
    BandGapModel,
    ExpansionMismatchModel,
    MeasuredConductivityModel,
    ResistivityModel,
)
from finechem.thermal.known import adopt_known
from finechem.thermal.model_errors import model_error
from finechem.thermal.models import (
    CallawayModel,
    DensityModel,
    ElasticModel,
    MinimumConductivityModel,
    SlackModel,
)
from tests.thermal.helpers import elastic_knowledge, kappa, with_fact, with_grade

MODELS: tuple[SlackModel | CallawayModel, ...] = (SlackModel(), CallawayModel())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_layers_metals_and_large_cells_are_outside(
    crystals: dict[str, Crystal], model: SlackModel | CallawayModel
) -> None:
    large = replace(crystals["AlN-wurtzite"], primitive_atoms=LARGEST_CELL + 1)
    metal = with_fact(crystals["AlN-wurtzite"], "band_gap_eV", 0.0)
    estimates = kappa(model, [crystals["BN-hexagonal"], metal, large, crystals["AlN-wurtzite"]])
    assert estimates.in_domain.tolist() == [False, False, False, True]
    for reason, word in zip(estimates.reason, ("layered", "metal", "atoms in the primitive cell", ""), strict=True):
        assert word in reason
    assert np.isfinite(estimates.value).all()  # shown, but not believed


def test_largest_cell_is_twice_that_of_the_reference_set(crystals: dict[str, Crystal]) -> None:
    """Corundum and calcite: R-3c has two formula units of five atoms in its primitive cell."""
    assert crystals["Al2O3-corundum"].primitive_atoms == 10
    assert crystals["CaCO3-calcite"].primitive_atoms == 10
    assert LARGEST_CELL == 20


def test_cold_is_outside_unless_boundaries_limit(crystals: dict[str, Crystal]) -> None:
    aln = [crystals["AlN-wurtzite"]]
    for cold in (SlackModel(50.0), CallawayModel(50.0)):
        estimates = kappa(cold, aln)
        assert not estimates.in_domain[0] and "Debye temperature" in estimates.reason[0]
    grains = kappa(CallawayModel(50.0, grain_size_um=1.0), aln)
    assert grains.in_domain[0]
    assert grains.value[0] < kappa(CallawayModel(50.0), aln).value[0]


def test_slack_knows_no_grains_and_no_oxygen(crystals: dict[str, Crystal]) -> None:
    estimates = kappa(SlackModel(300.0, pure=False), [crystals["AlN-wurtzite"]])
    assert not estimates.in_domain[0] and "oxygen" in estimates.reason[0]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_own_gruneisen_parameter_wins(crystals: dict[str, Crystal], model: SlackModel | CallawayModel) -> None:
    """In Slack's formula kappa ~ A(gamma)/gamma^2, exactly; in both a larger gamma conducts less."""
    aln = crystals["AlN-wurtzite"]
    one, two = kappa(model, [with_fact(aln, "gruneisen", 1.0), with_fact(aln, "gruneisen", 2.0)]).value
    assert one > two
    if isinstance(model, SlackModel):
        bracket = [1 - 0.514 / gamma + 0.228 / gamma**2 for gamma in (1.0, 2.0)]
        assert one / two == pytest.approx(4 * bracket[1] / bracket[0], rel=1e-12)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_own_gruneisen_parameter_was_not_judged(
    crystals: dict[str, Crystal], model: SlackModel | CallawayModel
) -> None:
    """kappa ~ gamma^-2: half the fitted parameter is 2 ln 2 away from where the error was measured."""
    aln, fitted = crystals["AlN-wurtzite"], model_error(model.name, "tetrahedral")["gruneisen"]
    plain, same, half = kappa(model, [aln, *(with_fact(aln, "gruneisen", fitted * x) for x in (1.0, 0.5))]).sigma
    assert same == pytest.approx(plain, rel=1e-12)
    assert half**2 - plain**2 == pytest.approx((2 * np.log(2)) ** 2, rel=1e-9)


def test_no_tensor_no_number(crystals: dict[str, Crystal]) -> None:
    bare = replace(crystals["AlN-wurtzite"], elasticity=None)
    for estimates in ElasticModel().estimate([bare], {}).values():
        assert np.isnan(estimates.value[0]) and "no elastic tensor" in estimates.reason[0]
    for model in MODELS:
        estimates = kappa(model, [bare])
        assert np.isnan(estimates.value[0]) and "no elastic tensor" in estimates.reason[0]


def test_unstable_tensor_is_no_crystal(crystals: dict[str, Crystal]) -> None:
    broken = replace(crystals["Si-diamond"], elasticity=Elasticity.from_matrix(np.diag([1.0] * 5 + [-1.0])))
    estimates = ElasticModel().estimate([broken], {})[heat.DEBYE]
    assert np.isnan(estimates.value[0]) and "Born" in estimates.reason[0]


@pytest.mark.parametrize("grade", ["C", "D", ""])
def test_tensors_not_known_to_be_measured_err_more(crystals: dict[str, Crystal], grade: str) -> None:
    aln = crystals["AlN-wurtzite"]
    elastic = ElasticModel().estimate([with_grade(aln, "A"), with_grade(aln, grade)], {})
    for prop, estimates in elastic.items():
        assert estimates.sigma[1] > estimates.sigma[0], prop.name


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_error_of_theta_counts_three_times(crystals: dict[str, Crystal], model: SlackModel | CallawayModel) -> None:
    """kappa ~ theta^3: var ln kappa = LOO^2 + 9 (var_C - var_measured); the LOO error holds measured tensors' share."""
    aln = crystals["AlN-wurtzite"]
    measured, computed = kappa(model, [with_grade(aln, "A"), with_grade(aln, "C")]).sigma
    assert measured == pytest.approx(model_error(model.name, "tetrahedral")["sigma"], rel=1e-12)
    spreads = [model_error("debye_temperature", kind)["sigma"] for kind in ("computed", "measured")]
    assert computed**2 - measured**2 == pytest.approx(9 * (spreads[0] ** 2 - spreads[1] ** 2), rel=1e-9)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_error_of_the_fit_is_common_to_its_group(
    crystals: dict[str, Crystal], model: SlackModel | CallawayModel
) -> None:
    """The mean of n errors is off by sigma/sqrt(n), the same for all crystals of the group and for no other."""
    estimates = kappa(model, [crystals["AlN-wurtzite"], crystals["Si-diamond"], crystals["NaCl-rocksalt"]])
    row = model_error(model.name, "tetrahedral")
    expected = row["sigma"] / np.sqrt(row["n"])
    np.testing.assert_allclose(estimates.shared[f"model:{model.name}:tetrahedral"], [expected, expected, 0.0])
    assert estimates.shared[f"model:{model.name}:other"][:2].tolist() == [0.0, 0.0]


def test_slack_model_is_slacks_formula(crystals: dict[str, Crystal]) -> None:
    si = crystals["Si-diamond"]
    theta = ElasticModel().estimate([si], {})[heat.ACOUSTIC_DEBYE].value
    gamma = model_error("slack", "tetrahedral")["gruneisen"]
    expected = slack_conductivity(si.mean_mass_u, theta, si.volume_per_atom_m3 * 1e30, 2, gamma)
    np.testing.assert_allclose(kappa(SlackModel(), [si]).value, expected, rtol=1e-12)


def test_oxygen_costs_and_is_known_less_well(crystals: dict[str, Crystal]) -> None:
    aln = [crystals["AlN-wurtzite"]]
    clean, little, more = (kappa(CallawayModel(oxygen_mass_percent=percent), aln) for percent in (0.0, 0.1, 0.5))
    assert clean.value[0] > 1.5 * little.value[0] > 1.5 * more.value[0]
    assert clean.sigma[0] < little.sigma[0] < more.sigma[0]
    assert little.in_domain[0] and more.in_domain[0]


def test_oxygen_has_its_domain(crystals: dict[str, Crystal]) -> None:
    """0.75 atomic percent of AlN is 0.75 * 15.999/20.494 = 0.585 mass percent; two cations are anybody's guess."""
    names = ["AlN-wurtzite", "MgSiN2-orthorhombic", "Si-diamond"]
    chosen = [crystals[name] for name in names]
    assert kappa(CallawayModel(oxygen_mass_percent=0.58), chosen).in_domain.tolist() == [True, False, False]
    assert kappa(CallawayModel(oxygen_mass_percent=0.59), chosen).in_domain.tolist() == [False, False, False]


def test_grains_cost(crystals: dict[str, Crystal]) -> None:
    aln = [crystals["AlN-wurtzite"]]
    values = [kappa(CallawayModel(grain_size_um=size), aln).value[0] for size in (0.01, 0.1, 1.0, 10.0, 1e6)]
    assert np.all(np.diff(values) > 0)
    assert values[-1] == pytest.approx(kappa(CallawayModel(), aln).value[0], rel=1e-3)


def test_limits_lie_below_the_crystal(crystals: dict[str, Crystal]) -> None:
    chosen = [crystals[name] for name in ("AlN-wurtzite", "Si-diamond", "NaCl-rocksalt")]
    known = elastic_knowledge(chosen)
    floors = [
        MinimumConductivityModel(name).estimate(chosen, known)[heat.minimum_conductivity(300.0)].value
        for name in ("clarke", "cahill-pohl", "diffuson")
    ]
    assert np.all(np.array(floors) < kappa(SlackModel(), chosen).value)
    speeds = [known[prop].value for prop in (heat.LONGITUDINAL_VELOCITY, heat.TRANSVERSE_VELOCITY, heat.MEAN_VELOCITY)]
    volume = np.array([crystal.volume_per_atom_m3 for crystal in chosen])
    np.testing.assert_allclose(floors[1], cahill_pohl_limit(speeds[0], speeds[1], volume, 300.0), rtol=1e-12)
    np.testing.assert_allclose(floors[2], diffuson_limit(speeds[2], volume), rtol=1e-12)


def measured(crystal: Crystal, temperature_K: float, as_measured: bool = True) -> Estimates:
    model = MeasuredConductivityModel(temperature_K, as_measured)
    return model.estimate([crystal], {})[heat.conductivity(temperature_K)]


def test_measured_speaks_near_its_temperature_and_for_pure_crystals_only(crystals: dict[str, Crystal]) -> None:
    aln = crystals["AlN-wurtzite"]
    assert measured(aln, 300.0).in_domain[0]
    assert "wanted at 600 K" in measured(aln, 600.0).reason[0]
    assert "grain size" in measured(aln, 300.0, as_measured=False).reason[0]


def test_measured_elsewhere_in_the_window_is_known_less_well(crystals: dict[str, Crystal]) -> None:
    """kappa ~ 1/T: 340 K for 300 K is ln(340/300) off."""
    here, there = (measured(crystals["Si-diamond"], temperature).sigma[0] for temperature in (300.0, 340.0))
    assert there**2 - here**2 == pytest.approx(np.log(340 / 300) ** 2, rel=1e-9)


def test_doubtful_conductivity_decides_nothing(crystals: dict[str, Crystal]) -> None:
    fact = Fact("thermal_conductivity_W_mK", 25.0, temperature_K=300.0, grade="D")
    estimates = measured(replace(crystals["Si-diamond"], facts=(fact,)), 300.0)
    assert not estimates.in_domain[0] and "grade D" in estimates.reason[0]


def test_average_over_directions(crystals: dict[str, Crystal]) -> None:
    """An axial crystal conducts kappa_ab along two axes and kappa_c along one; independent errors add in squares."""
    directions = (("ab", 30.0, 3.0), ("c", 60.0, 3.0))
    facts = tuple(Fact("thermal_conductivity_W_mK", v, u, d, 300.0) for d, v, u in directions)
    estimates = measured(replace(crystals["AlN-wurtzite"], facts=facts), 300.0)
    assert estimates.value[0] == pytest.approx((2 * 30 + 60) / 3)
    scatter = model_error("thermal_conductivity", "measured")["sigma"]
    assert estimates.sigma[0] == pytest.approx(max(np.hypot(6.0, 3.0) / 3 / 40, scatter))


def test_user_directions_are_not_overruled_by_an_adopted_average(crystals: dict[str, Crystal]) -> None:
    facts = tuple(
        Fact("thermal_conductivity_W_mK", value, None, name, 300.0) for name, value in (("ab", 3.0), ("c", 6.0))
    )
    own = replace(crystals["AlN-wurtzite"], id="mine", facts=facts, elasticity=None)
    (adopted,) = adopt_known([own])
    assert isinstance(adopted, Crystal) and adopted.elasticity == crystals["AlN-wurtzite"].elasticity
    assert measured(adopted, 300.0).value[0] == pytest.approx(4.0)
    assert adopted.fact("band_gap_eV") == crystals["AlN-wurtzite"].fact("band_gap_eV")


def test_electronic_heat_at_the_temperature_of_the_resistivity(crystals: dict[str, Crystal]) -> None:
    """1e-7 ohm m at 300 K: L0 * 300/1e-7 = 73.3 W/(m K); at 600 K rho is another."""
    metal = replace(crystals["TiN-rocksalt"], facts=(Fact("resistivity_ohm_m", 1e-7, temperature_K=300.0),))
    near, far = (ResistivityModel(t).estimate([metal], {})[heat.electronic_conductivity(t)] for t in (300.0, 600.0))
    assert near.value[0] == pytest.approx(73.3, rel=1e-3) and near.in_domain[0]
    assert not far.in_domain[0] and "600 K" in far.reason[0]
    assert ResistivityModel(600.0).estimate([metal], {})[heat.RESISTIVITY].in_domain[0]


def test_expansion_against_silicon_at_the_same_temperature(crystals: dict[str, Crystal]) -> None:
    """Silicon expands by 2.57e-6/K at 300 K (Okada & Tokumaru 1984: 2.6) and by more when hot."""
    mine = [
        replace(crystals["AlN-wurtzite"], facts=(Fact("thermal_expansion_1e-6_K", value, None, "linear", temperature),))
        for value, temperature in ((5.0, 300.0), (5.0, 650.0), (1.0, 300.0))
    ]
    estimates = ExpansionMismatchModel().estimate([*mine, crystals["Si-diamond"]], {})[heat.EXPANSION_MISMATCH]
    assert estimates.value[0] == pytest.approx(2.4, abs=0.1)
    assert estimates.value[1] < estimates.value[0] - 0.5
    assert estimates.value[3] == 0.0
    common = estimates.shared["fact:silicon's expansion"]  # were silicon's larger, 5 would be nearer and 1 farther
    assert common[0] == common[1] == -common[2] < 0 and common[3] == 0.0


def test_gaps_and_densities(crystals: dict[str, Crystal]) -> None:
    chosen = [crystals["TiN-rocksalt"], crystals["AlN-wurtzite"]]
    gaps = BandGapModel().estimate(chosen, {})[heat.BAND_GAP]
    assert gaps.value[0] == gaps.sigma[0] == 0.0 and gaps.value[1] > 5
    density = DensityModel().estimate(chosen, {})[heat.DENSITY]
    assert density.value[1] == pytest.approx(3260, rel=0.01)  # AlN, CRC Handbook: 3.255 g/cm3
