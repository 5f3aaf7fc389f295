"""Autoxidation: balance, the classical rate laws, inhibition, volatility, synergy, errors, calibration."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from finechem import datasets
from finechem.errors import ConfigError, DataError, DomainError, InputError
from finechem.matter.programs import Program, hold, reflow
from finechem.oxidation import properties as ox
from finechem.oxidation.autoxidation import (
    induction_time,
    oxidation_onset,
    rate_tables,
    simulate,
    threshold_times,
)
from finechem.oxidation.autoxidation_errors import (
    calibrate_induction_times,
    induction_time_errors,
    induction_time_sensitivities,
    sample_induction_times,
)
from finechem.oxidation.autoxidation_model import AutoxidationModel
from finechem.oxidation.decomposition import survival
from finechem.oxidation.evaporation import Film, evaporate
from finechem.oxidation.formulation import Inhibitor, OxidationFilm, evaporation_arrhenius, inhibitors_of
from finechem.oxidation.mechanism_files import load_mechanism, parse_mechanism
from finechem.oxidation.package import Additive, AdditivePackage, shipped_antioxidants
from finechem.oxidation.volatility import volatility_of
from finechem.screening.properties import Estimates, Property
from finechem.units import GAS_CONSTANT
from finechem_kernels.mass_action import integrate
from tests.screening.conformance import check_model

SHIPPED = {package.id: package for package in shipped_antioxidants()}
MECHANISM = load_mechanism()
CLASSES = tuple(MECHANISM.classes)
TIGHT = OxidationFilm(volatile=False)
OPEN = OxidationFilm(volatile=False, oxygen_diffusivity_m2_s=1e-3)
"""Nothing evaporates; and oxygen is never short."""
MINIMAL = """
title = "chain"
domain = "tests"
unit_g_mol = 42.08
[species]
RH = { Q = 1, H = 2 }
O2 = { O = 2 }
R = { Q = 1, H = 1 }
RO2 = { Q = 1, H = 1, O = 2 }
ROOH = { Q = 1, H = 2, O = 2 }
X = { Q = 2, H = 2, O = 4 }
I2 = { Q = 2, H = 2 }
[[reactions]]
id = "initiation"
reaction = "I2 -> 2 R"
log10_A = -7
E_kJ_mol = 0
sigma_log10 = 0
grade = "D"
source = "a test"
[[reactions]]
id = "R + O2"
reaction = "R + O2 -> RO2"
log10_A = 9
E_kJ_mol = 0
sigma_log10 = 0
grade = "D"
source = "a test"
[[reactions]]
id = "propagation"
reaction = "RO2 + RH -> ROOH + R"
log10_A = 1
E_kJ_mol = 0
sigma_log10 = 0
grade = "D"
source = "a test"
[[reactions]]
id = "termination"
reaction = "2 RO2 -> X"
log10_A = 6
E_kJ_mol = 0
sigma_log10 = 0
grade = "D"
source = "a test"
[classes.phenol]
active = "InH"
[classes.phenol.species]
InH = { J = 1, H = 1 }
In = { J = 1 }
Q = { J = 1, Q = 1, H = 1, O = 2 }
[[classes.phenol.reactions]]
id = "RO2 + InH"
reaction = "RO2 + InH -> ROOH + In"
log10_A = 6
E_kJ_mol = 0
sigma_log10 = 0
grade = "D"
source = "a test"
[[classes.phenol.reactions]]
id = "In + RO2"
reaction = "In + RO2 -> Q"
log10_A = 9
E_kJ_mol = 0
sigma_log10 = 0
grade = "D"
source = "a test"
"""


def minimal_run(inhibitor_mol_L: float, seconds: float, times: list[float]) -> tuple[dict[str, np.ndarray], float]:
    """The minimal chain with constant initiation: a reservoir of 1 mol/L that hardly empties; its Ri is 2e-7."""
    mechanism = parse_mechanism(MINIMAL)
    assembly = mechanism.assembled(["phenol"])
    inhibitors = [Inhibitor(kind="phenol", mol_L=inhibitor_mol_L)]
    film = replace(OPEN, hydroperoxide_mol_L=0.0)
    log_factor, energy_K, start = rate_tables(assembly, [inhibitors], film, mechanism)
    start[:, assembly.index("I2")] = 1.0
    run = integrate(
        assembly.network, log_factor, energy_K, start, [0, seconds], [400, 400], outputs=times, rtol=1e-7, atol=1e-17
    )
    found = {name: run.concentrations[0, :, place] for place, name in enumerate(assembly.species)}
    return found, float(start[0, assembly.index("RH")])


def test_every_reaction_balances_and_a_wrong_one_does_not() -> None:
    """Parsing checks each; here every moiety of the assembled network, exactly."""
    assembly = MECHANISM.assembled(CLASSES)
    inner = [not item.id.startswith(("oxygen", "evaporation", "decomposition")) for item, _ in assembly.reactions]
    for counts in assembly.moieties.values():
        assert np.array_equal(counts @ assembly.stoichiometry[:, inner], np.zeros(sum(inner)))
    with pytest.raises(DataError, match=r"reaction 'propagation': H does not balance, 3 -> 2"):
        parse_mechanism(MINIMAL.replace("RO2 + RH -> ROOH + R", "RO2 + RH -> RO2 + R"))
    with pytest.raises(DataError, match="unknown species 'ROH'"):
        parse_mechanism(MINIMAL.replace("-> ROOH + R", "-> ROH + R"))
    with pytest.raises(DataError, match="lacks source"):
        parse_mechanism(MINIMAL.replace('source = "a test"', "", 1))


@pytest.mark.parametrize("item", [*MECHANISM.reactions, *(r for c in MECHANISM.classes.values() for r in c.reactions)])
def test_every_rate_says_where_it_is_from(item: object) -> None:
    grade, source, assumed, sigma = (getattr(item, name) for name in ("grade", "source", "assumed", "sigma_log10"))
    assert grade in "ABCD" and source
    assert sigma >= (0.7 if assumed else 0.3)  # a guess is never narrow
    assert not assumed or grade == "D"
    assert not getattr(item, "doi") or getattr(item, "doi").startswith("10.")  # noqa: B009


def test_the_table_in_the_docs_is_today_s() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "autoxidation.md").read_text("utf-8")
    blocks = [("matrix", MECHANISM.reactions), *((name, item.reactions) for name, item in MECHANISM.classes.items())]
    for name, reactions in blocks:
        for item in reactions:
            shown = item.text.replace("->", "→")
            assert f"| {name} | {shown} | {item.log10_A:g} | {item.E_kJ_mol:g} | {item.sigma_log10:g}" in text


@pytest.mark.parametrize("program", [hold(200.0, 1.0), reflow(passes=1)], ids=lambda item: item.name)
def test_mass_is_conserved_to_rounding(program: Program) -> None:
    """Every moiety but oxygen, which comes from outside, with all classes at once."""
    inhibitors = [Inhibitor(kind=kind, mol_L=0.01) for kind in CLASSES]
    found = simulate(inhibitors, program, film=TIGHT)
    assert found.of("ROH")[-1] > 1e-4
    for kind, counts in found.assembly.moieties.items():
        total = found.concentrations @ counts
        if kind != "O":
            assert np.ptp(total) < 1e-11 * total[0], kind


def test_induction_time_is_groups_times_stoichiometry_over_initiation() -> None:
    """Without branching and transfer tau = n [InH] / Ri, n = 2: then peroxyl rises to its uninhibited level."""
    amount, rate = 4e-4, 2e-7
    tau = 2 * amount / rate
    times = [0.5 * tau, 0.9 * tau, 1.1 * tau]
    found, _ = minimal_run(amount, 1.2 * tau, times)
    assert found["InH#0"][:2] == pytest.approx([0.5 * amount, 0.1 * amount], rel=0.02)
    assert found["RO2"][2] == pytest.approx(math.sqrt(rate / (2 * 1e6)), rel=0.01)
    assert found["RO2"][0] < 0.01 * found["RO2"][2]


def test_uninhibited_chain_follows_the_classical_rate_law() -> None:
    """-d[O2]/dt = kp [RH] sqrt(Ri / 2 kt), long chains: hydroperoxide grows at that rate."""
    times = [2000.0, 4000.0]
    found, matrix = minimal_run(0.0, 4000.0, times)
    measured = np.diff(found["ROOH"])[0] / 2000.0
    law = 10.0 * 0.5 * (found["RH"][0] + found["RH"][1]) * math.sqrt(2e-7 / 2e6)
    assert measured == pytest.approx(law, rel=2e-3)
    assert found["RH"][0] < matrix


def test_no_oxygen_no_oxidation() -> None:
    film = replace(TIGHT, oxygen_mol_L=0.0, hydroperoxide_mol_L=0.0)
    assert induction_time([], 230.0, film=film) == math.inf
    found = simulate([], hold(230.0, 10.0), film=film)
    assert found.of("RH")[-1] == found.of("RH")[0]
    more = [induction_time([], 180.0, film=replace(TIGHT, oxygen_mol_L=c), method="threshold") for c in (1e-4, 1e-3)]
    assert more[0] > more[1]


@pytest.mark.parametrize("hydroperoxide", [0.0, 1e-4])
def test_next_to_no_initiation_is_late_and_no_failure(hydroperoxide: float) -> None:
    """The chain branches: twelve decades less initiation cost some doubling times of the hydroperoxide, no more."""
    film = replace(TIGHT, hydroperoxide_mol_L=hydroperoxide)
    phenol = [Inhibitor(kind="hindered phenol", mol_L=0.004)]
    times = []
    for decades in (0.0, -4.0, -8.0, -12.0):
        shifts = {"initiation": decades, "hindered phenol: InH + O2": decades}
        times.append(induction_time(phenol, 180.0, film=film, method="threshold", shifts=shifts))
    assert np.all(np.diff(times) >= -0.01 * times[0]) and times[-1] < 10.0 * times[0], times
    if hydroperoxide == 0.0:  # each decade costs the same
        assert np.diff(times)[1:] == pytest.approx(np.diff(times)[0], rel=0.1)


@pytest.mark.parametrize("thickness_um", [10.0, 100.0, 1000.0])
def test_tangents_rise_with_the_inhibitor_in_films_of_any_thickness(thickness_um: float) -> None:
    film = OxidationFilm(volatile=False, thickness_um=thickness_um)
    for temperature in (150.0, 180.0, 200.0):
        times = [
            induction_time([Inhibitor(kind="hindered phenol", mol_L=c)] if c else [], temperature, film=film)
            for c in (0.0, 0.001, 0.004, 0.016)
        ]
        assert np.all(np.diff(times) > 0.0), (temperature, times)


def test_oxygen_of_a_film_is_exact_where_consumption_is_uniform() -> None:
    """Diffusion into a slab with a first-order sink so weak that it acts everywhere alike: mean deficit q L² / 3 D."""
    film = OxidationFilm(thickness_um=200.0)
    sink = 1e-3 * film.exchange_per_s
    depth = 200e-6 * math.sqrt(sink / film.oxygen_diffusivity_m2_s)  # Thiele
    exact = math.tanh(depth) / depth
    assert film.exchange_per_s / (film.exchange_per_s + sink) == pytest.approx(exact, abs=1e-6)


def test_more_inhibitor_and_less_heat_mean_longer_induction() -> None:
    """As reported of phenols in polypropylene and diphenylamine in dodecane: nearly in proportion to the amount."""
    for kind in ("hindered phenol", "phenol", "aromatic amine"):
        times = [induction_time([Inhibitor(kind=kind, mol_L=c)], 150.0, film=TIGHT) for c in (0.005, 0.01, 0.02)]
        slopes = np.diff(np.log(times)) / math.log(2.0)
        assert np.all((slopes > 0.6) & (slopes < 1.2)), (kind, times)
        hotter = induction_time([Inhibitor(kind=kind, mol_L=0.02)], 170.0, film=TIGHT)
        assert hotter < 0.3 * times[-1]


def test_half_phenol_and_half_phosphite_beat_either_at_equal_mass() -> None:
    """At 180 and 200 °C, by the tangent and by the threshold. The phosphite's rate is an assumption, not a fact."""
    phenol, phosphite = SHIPPED["irganox-1010"].additives[0], SHIPPED["irgafos-168"].additives[0]
    halves = [replace(item, loading_wt_percent=0.25) for item in (phenol, phosphite)]
    for temperature in (180.0, 200.0):
        for method in ("tangent", "threshold"):
            alone = [
                induction_time(inhibitors_of([item], TIGHT), temperature, film=TIGHT, method=method)
                for item in (phenol, phosphite)
            ]
            both = induction_time(inhibitors_of(halves, TIGHT), temperature, film=TIGHT, method=method)
            assert both > max(alone), (temperature, method)


def test_volatility_costs_bht_far_more_than_a_heavy_phenol() -> None:
    """At 200 °C from a film of 100 µm."""
    shortened = {}
    for name in ("bht", "irganox-1010"):
        additives = SHIPPED[name].additives
        open_film, closed = OxidationFilm(), OxidationFilm(volatile=False)
        gone = induction_time(inhibitors_of(additives, open_film), 200.0, film=open_film)
        kept = induction_time(inhibitors_of(additives, closed), 200.0, film=closed)
        shortened[name] = kept / gone
    assert shortened["bht"] > 3.0
    assert shortened["irganox-1010"] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("name", ["bht", "irganox-1076"])
def test_evaporation_as_a_rate_is_that_of_the_film(name: str) -> None:
    """Against `evaporate`, at 200 °C, after the film has lost a good part."""
    additive, film = SHIPPED[name].additives[0], OxidationFilm()
    log_factor, energy_K = evaporation_arrhenius(additive, film, between_C=(190.0, 210.0))
    rate = math.exp(log_factor - energy_K / 473.15)
    program = hold(200.0, 0.7 / rate / 3600.0)
    from finechem.matter.molecules import molar_mass_g_mol

    inside = Film(
        thickness_m=1e-4, loading=0.005, density_kg_m3=900.0, molar_mass_g_mol=molar_mass_g_mol(additive.smiles)
    )
    gone = evaporate(program, volatility_of(additive.smiles).vapour_pressure_Pa, inside, gas_transfer_m_s=0.01)
    assert math.exp(-0.7) == pytest.approx(gone.fraction_left[-1], rel=0.02)


def test_a_weak_bond_is_a_first_order_loss() -> None:
    """Without oxygen and hydroperoxide nothing else consumes the phenol: what is left is `survival`."""
    film = replace(TIGHT, oxygen_mol_L=0.0, hydroperoxide_mol_L=0.0)
    phenol = inhibitors_of(SHIPPED["irganox-1010"].additives, film, weakest_bond_kJ_mol=180.0)
    program = reflow(passes=1)
    left = simulate(phenol, program, film=film, rtol=1e-6).inhibitor_left[-1]
    exact = survival(180e3, program.time_s, program.temperature_K)[0]
    assert 0.01 < left < 0.99
    assert left == pytest.approx(exact, rel=1e-4)


def test_the_whole_mechanism_agrees_with_radau() -> None:
    """Phenol and phosphite through a ramp and a hold, species by species where there is anything."""
    inhibitors = [Inhibitor(kind="hindered phenol", mol_L=0.005), Inhibitor(kind="phosphite", mol_L=0.003)]
    program = Program("ramp", (0.0, 600.0, 1200.0), (400.0, 470.0, 470.0))
    found = simulate(inhibitors, program, film=TIGHT, times_s=[0.0, 600.0, 1200.0], rtol=1e-6)
    assembly = found.assembly
    log_factor, energy_K, start = (item[0] for item in rate_tables(assembly, [inhibitors], TIGHT, MECHANISM))

    def constants(t: float) -> np.ndarray:
        with np.errstate(under="ignore"):
            return np.asarray(np.exp(np.maximum(log_factor - energy_K / program.at(min(t, 1200.0)), -700.0)))

    def right(t: float, c: np.ndarray) -> np.ndarray:
        return np.asarray(assembly.stoichiometry @ (constants(t) * np.append(c, 1.0)[assembly.reactants].prod(axis=1)))

    def slopes(t: float, c: np.ndarray) -> np.ndarray:
        pairs = np.append(c, 1.0)[assembly.reactants]
        found = np.zeros((len(c), len(c) + 1))
        for place in range(2):
            for r, partial in enumerate(constants(t) * pairs[:, 1 - place]):
                found[:, assembly.reactants[r, place]] += assembly.stoichiometry[:, r] * partial
        return found[:, :-1]

    state = start
    for number, (begin, end) in enumerate(((0.0, 600.0), (600.0, 1200.0)), start=1):
        state = solve_ivp(right, (begin, end), state, "Radau", rtol=1e-8, atol=1e-16, jac=slopes).y[:, -1]
        some = state > 1e-9
        assert np.abs(found.concentrations[number, some] / state[some] - 1).max() < 1e-3


def test_onset_rises_with_the_heating_rate_and_with_inhibitor() -> None:
    phenol = [Inhibitor(kind="hindered phenol", mol_L=0.01)]
    slow, fast = (oxidation_onset(phenol, rate, film=TIGHT) for rate in (2.0, 10.0))
    assert oxidation_onset([], 10.0, film=TIGHT) + 10.0 < slow + 10.0 < fast + 10.0 - 5.0
    assert math.isnan(oxidation_onset(phenol, 10.0, end_C=80.0, film=TIGHT))


def test_sensitivities_are_the_slopes() -> None:
    phenol = [Inhibitor(kind="hindered phenol", mol_L=0.005)]
    slopes = induction_time_sensitivities(phenol, 150.0, film=TIGHT)
    key = "hindered phenol: RO2 + InH"
    low, high = (
        induction_time(phenol, 150.0, film=TIGHT, method="threshold", shifts={key: shift}) for shift in (-0.1, 0.1)
    )
    assert slopes[key] == pytest.approx(math.log(high / low) / (0.2 * math.log(10)), rel=0.02)
    assert slopes["ROOH homolysis"] < -0.3


def test_errors_of_rates_are_shared() -> None:
    """Twice the same phenol in other amounts: each time is unsure by a factor, their order is not at all."""
    little, more = ([Inhibitor(kind="hindered phenol", mol_L=c)] for c in (0.004, 0.008))
    times = sample_induction_times([little, more], 150.0, 60, film=TIGHT, seed=3)
    assert np.std(np.log(times[0])) > 0.7
    assert np.mean(times[1] > times[0]) > 0.95  # not all: where InH + O2 is fast, more of it also starts more chains
    assert np.std(np.log(times[1] / times[0])) < 0.2 * np.std(np.log(times[0]))
    alone = sample_induction_times([more], 150.0, 60, film=TIGHT, seed=3)
    assert alone[0] == pytest.approx(times[1], rel=1e-3)  # draws belong to rates, not to places in a list


def test_molecules_of_a_class_deviate_each_by_itself() -> None:
    one, other = ([Inhibitor(kind="hindered phenol", mol_L=0.004, name=name)] for name in ("A", "B"))
    times = sample_induction_times([one, other], 150.0, 60, film=TIGHT)
    _, parts = induction_time_errors(one, 150.0, film=TIGHT)
    own = parts["molecule A: hindered phenol: RO2 + InH"]
    between = np.std(np.log(times[1] / times[0]))
    assert 0.7 * math.sqrt(2.0) * own < between < 1.3 * math.sqrt(2.0) * own
    moved = threshold_times(
        [one, other], hold(150.0, 1000.0), film=TIGHT, shifts={"molecule B: hindered phenol: RO2 + InH": 1.0}
    )
    assert moved[1, 0] > 1.5 * moved[0, 0]


def test_what_never_oxidizes_has_no_error_and_a_misspelt_rate_is_refused() -> None:
    phenol = [Inhibitor(kind="hindered phenol", mol_L=0.02)]
    with pytest.raises(DomainError, match="nothing can be said of the error"):
        induction_time_errors(phenol, 25.0, film=TIGHT)
    assert np.any(np.isinf(sample_induction_times([phenol], 40.0, 50, film=TIGHT)))
    with pytest.raises(InputError, match="no rate 'propagatoin'"):
        induction_time([], 180.0, shifts={"propagatoin": 3.0})
    with pytest.raises(ConfigError, match="thickness_um is inf"):
        OxidationFilm(thickness_um=math.inf)


def test_equilibria_follow_the_bond_strength() -> None:
    """RO2 + XH = ROOH + X: twenty kJ/mol more in the X-H bond are twenty less in the reaction's heat."""
    for name, forward, reverse in (
        ("hindered phenol", "RO2 + InH", "In + ROOH"),
        ("phenol", "RO2 + InH", "In + ROOH"),
        ("aromatic amine", "RO2 + AmH", "Am + ROOH"),
    ):
        rates = {item.id: item for item in MECHANISM.classes[name].reactions}
        reference = rates[forward].reference_kJ_mol
        logs = [
            math.log(rates[forward].rate_constant(453.15, d) / rates[reverse].rate_constant(453.15, d))
            for d in (reference, reference + 20.0)
        ]
        assert logs[1] - logs[0] == pytest.approx(-20e3 / (GAS_CONSTANT * 453.15), rel=1e-9)


def test_calibration_finds_a_known_shift_and_says_how_well() -> None:
    moved = MECHANISM.shifted({"ROOH homolysis": 0.5})
    phenol = [[Inhibitor(kind="hindered phenol", mol_L=c)] for c in (0.005, 0.01)]
    measured = [
        (item, temperature, induction_time(item, temperature, film=TIGHT, mechanism=moved, method="threshold"))
        for item in phenol
        for temperature in (150.0, 170.0)
    ]
    found = calibrate_induction_times(measured, film=TIGHT, method="threshold")
    assert found.decades["ROOH homolysis"] == pytest.approx(0.5, abs=0.03)
    assert found.residual_factor < 1.05 < found.uncalibrated_factor
    unseen = [Inhibitor(kind="hindered phenol", mol_L=0.02)]
    ours, theirs = (
        induction_time(unseen, 160.0, film=TIGHT, mechanism=item, method="threshold")
        for item in (found.mechanism, moved)
    )
    assert ours == pytest.approx(theirs, rel=0.05)
    with pytest.raises(InputError, match="1 measured times for 2 rates"):
        calibrate_induction_times(measured[:1], rates=("ROOH homolysis", "propagation"))
    with pytest.raises(DataError, match="did you mean 'propagation'"):
        calibrate_induction_times(measured, rates=("propagatoin",))


def test_classes_without_rates_say_so() -> None:
    with pytest.raises(DomainError, match="no rates for hydroxylamine"):
        inhibitors_of(SHIPPED["dibenzylhydroxylamine"].additives)
    both = inhibitors_of(SHIPPED["irganox-1035"].additives)
    assert [item.kind for item in both] == ["hindered phenol", "thioether"]
    with pytest.raises(ConfigError, match="oxygen_mol_L"):
        OxidationFilm(oxygen_mol_L=-1.0)


def test_candidates_of_one_call_have_one_network() -> None:
    phenol, phosphite = ([Inhibitor(kind=kind, mol_L=0.01)] for kind in ("phenol", "phosphite"))
    with pytest.raises(InputError, match="same classes"):
        threshold_times([phenol, phosphite], hold(150.0, 1.0))


def test_a_mechanism_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MINIMAL, "utf-8")
    assert list(load_mechanism(str(path)).classes) == ["phenol"]
    with pytest.raises(DataError, match=r"mine\.toml|No such"):
        load_mechanism(str(tmp_path / "missing" / "mine.toml"))
    with pytest.raises(DataError, match="no mechanism 'hydrocarbn'"):
        load_mechanism("hydrocarbn")


def test_contract_of_the_model() -> None:
    oil = AdditivePackage("oil", (Additive.of("oil", "CCCCCCCCCCCCCCCC"),))
    packages = [SHIPPED["bht"], SHIPPED["irganox-1010"], SHIPPED["irgafos-168"], oil]
    check_model(AutoxidationModel(), packages, bonds((339.0, 338.0, math.nan, math.nan)))


def bonds(strengths: tuple[float, ...], skeletal: float = math.nan) -> dict[Property, Estimates]:
    def column(values: tuple[float, ...]) -> Estimates:
        known = [not math.isnan(value) for value in values]
        sigma = np.where(known, 10.0, math.nan)
        return Estimates(np.array(values), sigma, reason=["" if has else "no" for has in known])

    return {ox.XH_STRENGTH: column(strengths), ox.WEAKEST_BOND: column((skeletal,) * len(strengths))}


def test_bonds_of_the_screen_move_the_rates() -> None:
    """A weaker O-H is faster, a weak bond of the skeleton loses the phenol; both add their error."""
    model = AutoxidationModel(150.0, film_um=1.0)
    prop = model.provides[0]
    subject = [model.subject(SHIPPED["caffeic-acid"])]
    plain, weak, broken = (
        model.estimate(subject, known)[prop] for known in ({}, bonds((345.0,)), bonds((345.0,), skeletal=130.0))
    )
    assert weak.value[0] > 1.5 * plain.value[0]
    assert broken.value[0] < 0.5 * weak.value[0]
    assert "X-H bond 345" in weak.source[0] and "X-H bond unknown" in plain.source[0]
    name = next(key for key in weak.shared if key.endswith("X-H bond"))
    assert weak.shared[name][0] != 0.0 and name not in plain.shared
    assert any(key.endswith("weakest bond") for key in broken.shared)


def test_the_slope_of_phenols_is_that_of_measured_ones() -> None:
    """Least squares through the reference, of molecules with both a rate and a bond on its scale."""
    forward = next(item for item in MECHANISM.classes["phenol"].reactions if item.id == "RO2 + InH")
    strengths = {
        row["compound"]: row["value_kJ_mol"]
        for row in datasets.load("oxidation.bond_dissociation_enthalpies").where(preferred="yes", scale="phenol_88.0")
    }
    weaker, lower = [], []
    for row in datasets.load("oxidation.inhibition_rates").where(quantity="k_inh"):
        if row["compound"] in ("catechol", "pyrogallol", "alpha-tocopherol"):
            temperature = row["temperature_K"]
            log_ratio = math.log(row["value"] / forward.rate_constant(temperature))
            weaker.append(strengths[row["compound"]] - forward.reference_kJ_mol)
            lower.append(-GAS_CONSTANT / 1e3 * temperature * log_ratio)
    assert len(weaker) == 3
    assert forward.alpha == pytest.approx(np.dot(weaker, lower) / np.dot(weaker, weaker), abs=0.005)


def test_model_shares_errors_and_leaves_the_unknown_unknown() -> None:
    model = AutoxidationModel()
    packages = [SHIPPED[name] for name in ("irganox-1010", "irganox-1076", "tinuvin-770")]
    found = model.estimate([model.subject(item) for item in packages], {})[ox.induction_time(175.0)]
    assert np.isnan(found.value[2]) and "no rates for hindered piperidine" in found.reason[2]
    assert found.value[0] > found.value[1]  # less of it evaporates, and it has more groups a gram
    assert found.shared["rate: ROOH homolysis"][0] == pytest.approx(found.shared["rate: ROOH homolysis"][1], rel=0.3)
    assert 1.0 < found.sigma[0] < 5.0
