"""Crystals nobody measured, through the dearer stages of the nitride screen: what stands, what drops, who speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from finechem.errors import InputError, MissingExtraError
from finechem.matter import Crystal, Elasticity
from finechem.matter.calculators import Potential, calculator
from finechem.matter.crystal import Fact
from finechem.matter.relaxation import Relaxed, relax
from finechem.screening import Estimates, Ranking
from finechem.thermal import NitrideConditions, competing, known_crystals, nitride_screen
from finechem.thermal import properties as heat
from finechem.thermal.bte import lattice_conductivity
from finechem.thermal.competing import competing_nitrides, energy_above
from finechem.thermal.elastic import polycrystal_moduli
from finechem.thermal.force_constants import force_constants
from finechem.thermal.known import adopt_known, known_crystal
from finechem.thermal.plausibility import CLOSEST_CONTACT, PlausibilityModel, charges_balance, closest_contact, was_made
from finechem.thermal.potential_errors import potential_error
from finechem.thermal.potential_models import (
    CalibratedConductivityModel,
    PotentialConductivityModel,
    PotentialElasticModel,
    StandingModel,
)
from finechem.thermal.potential_sigma import calibrated_stiffness, elastic_errors
from tests.matter.springs import Springs, diamond, wurtzite
from tests.screening.conformance import check_model


def springs(**constants: float) -> Potential:
    made = Springs()
    for name, value in constants.items():
        setattr(made, name, value)
    return calculator(made, f"springs {constants}")


ALN = Crystal.from_structure("AlN on paper", wurtzite(1.02))
SILICON = Crystal.from_structure("silicon on paper", diamond(4.7))


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.getbasetemp() / "forces"  # one for all tests here: springs have fingerprints
    monkeypatch.setenv("FINECHEM_CACHE", str(folder))


def test_every_shipped_phase_is_farther_apart_than_the_limit() -> None:
    """Below: the shortest contact of all phases, YVO4's."""
    shortest = min(closest_contact(crystal) for role in ("candidate", "reference") for crystal in known_crystals(role))
    assert CLOSEST_CONTACT * 1.05 < shortest < 0.8


@pytest.mark.parametrize(
    ("formula", "balanced"), [("MgSiN2", True), ("Mg3N2", True), ("MgAlN2", False), ("Mg2SiN2", False), ("LiN", False)]
)
def test_charges(formula: str, balanced: bool) -> None:
    assert charges_balance(formula) is balanced


def test_a_nitride_competes_with_its_binaries_and_its_own_other_structures() -> None:
    found = {other.id for other in competing_nitrides(known_crystal("ZnGeN2-orthorhombic"))}
    assert {"Zn3N2-bixbyite", "Ge3N4-beta", "Ge3N4-gamma", "ZnGeN2 chalcopyrite"} <= found
    assert "ZnGeN2-orthorhombic" not in found
    assert not any("Mg" in name or "Si3N4-" in name for name in found)


def test_energy_above_a_mixture_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """MgSiN2 is 5/12 Mg3N2 and 7/12 Si3N4 by atoms; the better of two structures of Si3N4 counts."""
    energies = {"Mg3N2-bixbyite": -1.0, "Si3N4-beta": -2.0, "Si3N4-gamma": -1.9, "MgSiN2-orthorhombic": -1.5}

    def known(crystal: Crystal, *_: Any, **__: Any) -> Relaxed:
        if crystal.id not in energies:
            raise InputError("not among these")
        return Relaxed(crystal, "by hand", energies[crystal.id], 0.0, 0.0, 0.0, 1.0, 1, True)

    monkeypatch.setattr(competing, "relax", known)
    found = energy_above(known(known_crystal("MgSiN2-orthorhombic")), springs())
    assert found.energy_above_eV_atom == pytest.approx(-1.5 - (-1.0 * 5 - 2.0 * 7) / 12)
    assert dict(found.mixture) == pytest.approx({"Mg3N2-bixbyite": 5 / 12, "Si3N4-beta": 7 / 12})
    assert found.lost > 0 and "by atoms" in str(found)
    del energies["Si3N4-beta"], energies["Si3N4-gamma"]
    with pytest.raises(InputError, match="no nitrides of Mg, N, Si to compare with"):
        energy_above(known(known_crystal("MgSiN2-orthorhombic")), springs())


def ask(model: Any, crystals: Sequence[Crystal]) -> dict[str, Estimates]:
    return {prop.name: estimates for prop, estimates in model.estimate(crystals, {}).items()}


def test_soft_springs_do_not_stand() -> None:
    """Without bending the lattice shears for nothing; with it, the same crystal stands."""
    floppy = ask(PotentialElasticModel(springs(bend=-1.0)), [SILICON])["mechanically_stable"]
    assert floppy.value[0] == 0.0 and floppy.source[0]
    stiff = ask(PotentialElasticModel(springs()), [SILICON])
    assert stiff["mechanically_stable"].value[0] == 1.0
    assert stiff["shear_modulus"].value[0] > 0 and stiff["shear_modulus"].sigma[0] > 0


def test_a_cell_that_comes_apart_does_not_stand() -> None:
    swollen = Crystal.from_structure("swollen", diamond(5.5))
    found = ask(StandingModel(springs(cubic=-20.0)), [swollen])
    assert found["mechanically_stable"].value[0] == 0.0
    assert "of its volume" in found["mechanically_stable"].source[0]
    assert not found["mechanically_stable"].source[0].startswith("swollen")  # another candidate may be the same crystal
    assert np.isnan(found["energy_above_competing_nitrides"].value[0])


def test_a_potential_that_fails_says_nothing_of_stability() -> None:
    lost = ask(StandingModel(springs()), [Crystal.from_structure("too far", diamond(6.5))])["mechanically_stable"]
    assert np.isnan(lost.value[0]) and "four bonds" in lost.reason[0]


def test_what_is_known_is_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.matter import springs as module

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("computed")

    monkeypatch.setattr(module.Springs, "calculate", never)
    aln = known_crystal("AlN-wurtzite")
    assert was_made(aln)
    assert ask(StandingModel(springs()), [aln])["mechanically_stable"].value[0] == 1.0
    silent = ask(PotentialElasticModel(springs()), [aln])
    assert np.isnan(silent["shear_modulus"].value[0]) and "known without" in silent["shear_modulus"].reason[0]
    assert np.isnan(ask(PotentialConductivityModel(springs()), [aln])[heat.raw_conductivity(300.0).name].value[0])


def test_contract() -> None:
    crystals = [known_crystal("AlN-wurtzite"), Crystal.from_structure("far", diamond(5.5))]
    check_model(PotentialElasticModel(springs()), crystals)
    nothing = Estimates.missing(2, "not known")
    check_model(StandingModel(springs()), crystals)
    check_model(CalibratedConductivityModel(springs()), crystals, {heat.raw_conductivity(300.0): nothing})


def test_a_potential_without_a_name_needs_a_fingerprint() -> None:
    with pytest.raises(InputError, match="has no fingerprint"):
        StandingModel(calculator(Springs()))


def test_without_its_package_the_screen_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from finechem.matter import calculators

    monkeypatch.setattr(calculators, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'finechem\[mlip\]'"):
        nitride_screen(NitrideConditions(fidelity="bte"))


def test_unknown_fidelity_is_an_error() -> None:
    with pytest.raises(InputError, match="fidelity='dft': must be one of elastic, potential, bte"):
        NitrideConditions(fidelity="dft")


@pytest.fixture(scope="module")
def funnel(tmp_path_factory: pytest.TempPathFactory) -> Ranking:
    """Four crystals on paper and a shipped one, as far as stiffness."""
    clash = Crystal.from_structure("clash", wurtzite(0.6))
    odd = Crystal.from_structure("odd", _with(wurtzite(), "Mg"))
    far = Crystal.from_structure("far", diamond(5.5))
    screen = nitride_screen(NitrideConditions(fidelity="potential"), springs(cubic=-20.0))
    store = tmp_path_factory.mktemp("run") / "run.db"
    return screen.run([ALN, clash, odd, far, known_crystal("AlN-wurtzite")], store=store, draws=200)


def _with(atoms: Any, element: str) -> Any:
    atoms.symbols[atoms.symbols == "Al"] = element
    return atoms


def test_every_drop_out_is_explained(funnel: Ranking) -> None:
    why = dict(zip(funnel.ids, funnel.outcomes, strict=True))
    assert why["clash"].status == "filtered" and "covalent radii" in why["clash"].reason
    assert why["odd"].status == "filtered" and "no common oxidation states of Mg, N balance" in why["odd"].reason
    assert why["far"].status == "filtered" and "of its volume" in why["far"].reason and why["far"].stage == "relaxation"
    assert all(outcome.reason for outcome in funnel.outcomes if outcome.status != "ok")


def test_a_measured_stiffness_is_never_superseded(funnel: Ranking) -> None:
    _, models = funnel.ledger.speaking(heat.SHEAR_MODULUS)
    by_id = dict(zip(funnel.ids, models, strict=True))
    assert by_id["AlN-wurtzite"] == "elastic" and by_id["AlN on paper"] == "Springs elastic"
    _, models = funnel.ledger.speaking(heat.conductivity(300.0))
    assert dict(zip(funnel.ids, models, strict=True))["AlN on paper"] in ("callaway", "slack")


def test_conductivity_as_it_comes_is_that_of_the_boltzmann_equation() -> None:
    potential = springs()
    found = ask(PotentialConductivityModel(potential, mesh_angstrom=20.0), [SILICON])
    made = force_constants(relax(SILICON, potential).crystal, potential)
    kappa = lattice_conductivity(made.as_phono3py(), 20.0).kappa_W_mK[0]
    assert found[heat.raw_conductivity(300.0).name].value[0] == pytest.approx(np.trace(kappa) / 3, rel=1e-3)
    assert found["mechanically_stable"].value[0] == 1.0


def test_the_screen_names_the_order() -> None:
    """Measured before all else; then the calibrated conductivity; the one as it comes decides nothing."""
    screen = nitride_screen(NitrideConditions(fidelity="bte", bte_candidates=3), springs())
    kappa = heat.conductivity(300.0).name
    assert screen.order[kappa] == ("measured", "Springs bte, calibrated", "callaway", "slack")
    assert screen.order["shear_modulus"] == ("elastic", "Springs elastic, calibrated", "Springs elastic")
    assert [stage.keep for stage in screen.stages if stage.name == "measured conductivity"] == [3]
    assert nitride_screen().order[kappa] == ("measured", "callaway", "slack")


def test_calibrated_stiffness_of_a_cubic_crystal_by_hand() -> None:
    """K by its factor, both shear moduli by theirs."""
    cubic = np.diag([200.0] * 3 + [70.0] * 3)
    cubic[:3, :3] += 100.0 * (1 - np.eye(3))
    potential = replace(springs(), checkpoint="75168ece02e840e4")
    after = calibrated_stiffness(Elasticity.from_matrix(cubic), potential, "tetrahedral").matrix_Pa / 1e9
    bulk, shear = (
        np.exp(-potential_error(f"{name}, calibrated", potential, "tetrahedral")["bias"])
        for name in ("bulk_modulus", "shear_modulus")
    )
    assert (after[0, 0] + 2 * after[0, 1]) / 3 == pytest.approx(bulk * 400 / 3)
    assert (after[0, 0] - after[0, 1]) / 2 == pytest.approx(shear * 50.0)
    assert after[3, 3] == pytest.approx(shear * 70.0)


@pytest.mark.parametrize("soft", [30.0, 300.0])
def test_calibrated_stiffness_of_an_anisotropic_crystal(soft: float) -> None:
    """Bulk and shear moduli of all averages by their factors; soft or stiff along c, it stays stable."""
    hexagonal = np.diag([300.0, 300.0, soft, 20.0, 20.0, 100.0])
    hexagonal[0, 1] = hexagonal[1, 0] = 100.0
    hexagonal[:2, 2] = hexagonal[2, :2] = 5.0
    potential = replace(springs(), checkpoint="75168ece02e840e4")  # shear is up by 3.7, bulk is not
    before, after = (
        polycrystal_moduli(tensor.matrix_Pa)
        for tensor in (
            Elasticity.from_matrix(hexagonal),
            calibrated_stiffness(Elasticity.from_matrix(hexagonal), potential, "tetrahedral"),
        )
    )
    for name in ("bulk", "shear"):
        bias = potential_error(f"{name}_modulus, calibrated", potential, "tetrahedral")["bias"]
        for part in ("", "_voigt", "_reuss"):
            assert getattr(after, name + part) == pytest.approx(getattr(before, name + part) * np.exp(-bias))


def test_what_breaks_borns_condition_does_not_stand_for_the_calibrated_model_either() -> None:
    """Of a potential without a calibration too, and the later model speaks."""
    for calibrated in (False, True):
        found = ask(PotentialElasticModel(springs(bend=-1.0), calibrated=calibrated), [SILICON])
        assert found["mechanically_stable"].value[0] == 0.0 and "Born" in found["mechanically_stable"].source[0]


@pytest.mark.parametrize("quantity", ["band_gap_eV", "gruneisen"])
def test_what_is_as_often_computed_makes_no_crystal(quantity: str) -> None:
    """A band gap is wanted of every candidate: given for one on paper, it must still balance and stand."""
    odd = Crystal.from_structure("odd", _with(wurtzite(), "Mg"))
    odd = replace(odd, facts=(Fact(quantity, 4.0),))
    assert not was_made(odd)
    assert ask(PlausibilityModel(), [odd])["plausible_on_paper"].value[0] == 0.0
    cubic = Elasticity.from_matrix(np.diag([200.0] * 3 + [70.0] * 3))
    assert not was_made(replace(odd, elasticity=cubic))
    assert was_made(replace(odd, facts=(Fact("thermal_expansion_1e-6_K", 4.0),)))


def test_shipped_phases_exist_even_if_nothing_of_them_was_measured() -> None:
    alpha = known_crystal("Si3N4-alpha")
    assert alpha.elasticity is None and not alpha.facts and was_made(alpha)
    (adopted,) = adopt_known([Crystal.from_structure("mine", alpha.to_structure())])
    assert isinstance(adopted, Crystal) and was_made(adopted)
    assert not was_made(Crystal.from_structure("Si3N4-alpha", diamond(4.7)))


def test_what_exists_is_not_condemned_by_a_potential() -> None:
    made = replace(SILICON, facts=(Fact("thermal_expansion_1e-6_K", 4.0),))
    found = ask(PotentialElasticModel(springs(bend=-1.0)), [made])
    assert np.isnan(found["mechanically_stable"].value[0]) and "Born" in found["mechanically_stable"].reason[0]


def test_only_nitrides_compete_with_nitrides() -> None:
    """Shares of silicon and carbon alone would take Si3N4 for silicon."""
    carbide = Relaxed(known_crystal("SiC-3C"), "by hand", -1.0, 0.0, 0.0, 0.0, 1.0, 1, True)
    with pytest.raises(InputError, match="SiC-3C: no nitride"):
        energy_above(carbide, springs())


def test_a_binary_competes_with_mixtures_of_its_own_binaries() -> None:
    names = {other.id for other in competing_nitrides(known_crystal("TaN-theta"))}
    assert any(name.startswith("Ta3N5") for name in names) and any(name.startswith("TaN") for name in names)
    assert len(names) == len(competing_nitrides(known_crystal("TaN-theta")))


def test_a_calibration_ends_where_nothing_was_measured() -> None:
    potential = replace(springs(), checkpoint="7052cb42b7b3be42")
    layered = replace(SILICON, layered=True)
    metal = replace(SILICON, facts=(Fact("band_gap_eV", 0.0),))
    for temperature, expected in ((300.0, [True, False, False]), (100.0, [False] * 3), (600.0, [True, False, False])):
        known = {heat.raw_conductivity(temperature): Estimates(np.full(3, 10.0), np.full(3, 0.5))}
        model = CalibratedConductivityModel(potential, temperature)
        found = model.estimate([SILICON, layered, metal], known)[heat.conductivity(temperature)]
        assert found.in_domain.tolist() == expected
        assert all(reason for reason, inside in zip(found.reason, expected, strict=True) if not inside)


@pytest.mark.parametrize("calibrated", [False, True])
def test_sigma_of_a_modulus_is_that_of_a_new_crystal(calibrated: bool) -> None:
    """Its normal 90 % interval is Student's, with the uncertainty of the bias where one is taken off."""
    potential = replace(springs(), checkpoint="7052cb42b7b3be42")
    errors, _ = elastic_errors(potential, SILICON, 1e11, 5e10, calibrated=calibrated)
    row = potential_error(f"bulk_modulus{', calibrated' if calibrated else ''}", potential, "tetrahedral")
    n = row["n"]
    freedom, wider = (n - 1, np.sqrt(1 + 1 / n)) if calibrated else (n, 1.0)
    interval = stats.t.ppf(0.95, freedom) * row["sigma"] * wider
    assert stats.norm.ppf(0.95) * errors(heat.BULK_MODULUS) == pytest.approx(interval)


def test_known_stiffness_and_callaway_err_less_than_a_poor_potential() -> None:
    poor = CalibratedConductivityModel(replace(springs(), checkpoint="75168ece02e840e4"))
    cubic = np.diag([200.0] * 3 + [70.0] * 3)
    crystals = [SILICON, replace(SILICON, elasticity=Elasticity.from_matrix(cubic))]
    known = {heat.raw_conductivity(300.0): Estimates(np.full(2, 100.0), np.full(2, 0.5))}
    found = poor.estimate(crystals, known)[heat.conductivity(300.0)]
    assert found.in_domain.tolist() == [True, False] and "Callaway's model errs by less" in found.reason[1]
    assert found.value[0] != 100.0 and found.sigma[0] > 0.4
