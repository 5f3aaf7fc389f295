"""Glass transitions: descriptors against counting by hand, the law against chemistry it has not seen, mixing rules."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finechem.adhesives import Component, Recipe, chain_descriptors, glass_transition
from finechem.adhesives.chains import ChainDescriptors
from finechem.adhesives.glass_mixing import couchman_karasz_K, fox_K, gordon_taylor_K
from finechem.adhesives.glass_transition import fit_law, held_out, measured_networks, shipped_law
from finechem.adhesives.liquids import component_glass_transition_K, uncured_glass_transition_K
from finechem.adhesives.models import GlassTransitionModel
from finechem.errors import DomainError, InputError
from tests.screening.conformance import check_model

DGEBA = Component.of("DGEBA", "resin", smiles="CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1")
HARDENERS = {
    "DDS": "Nc1ccc(S(=O)(=O)c2ccc(N)cc2)cc1",
    "DDM": "Nc1ccc(Cc2ccc(N)cc2)cc1",
    "IPDA": "CC1(C)CC(N)CC(C)(CN)C1",
    "D-230": "CC(N)COCC(C)OCC(C)OCC(C)N",
    "D-400": "CC(N)COCC(C)OCC(C)OCC(C)OCC(C)OCC(C)N",
    "D-2000": "CC(N)CO" + "CC(C)O" * 33 + "CC(C)N",
}


def recipe(hardener: str, ratio: float = 1.0) -> Recipe:
    return Recipe.from_amounts(
        f"DGEBA/{hardener}", (DGEBA, Component.of(hardener, "hardener", smiles=HARDENERS[hardener])), (1.0, ratio), "eq"
    )


def test_descriptors_by_hand() -> None:
    """2 DGEBA (340.41) and DDM (198.26): 4 bonds, 3 molecules; 6 rings; 8 rotatable bonds a DGEBA, 4 DDM, 2 a bond."""
    kg = (2 * 340.419 + 198.269) / 1000
    found = chain_descriptors(recipe("DDM"))
    assert found.cycle_rank == pytest.approx(1 / kg, rel=1e-4)
    assert found.aromatic_rings == pytest.approx(6 / kg, rel=1e-4)
    assert found.hydroxyls == pytest.approx(4 / kg, rel=1e-4)
    assert found.free_epoxides == pytest.approx(0.0, abs=1e-9)
    assert found.esters == 0.0
    # DGEBA: 2 at the quaternary carbon, 2 of each ether oxygen, 1 to each epoxide; DDM: 2 at its bridge, 2 of nitrogen
    assert found.rotatable_bonds == pytest.approx((2 * 8 + 4 + 8) / kg, rel=1e-4)


def test_before_the_cure_the_cycle_rank_counts_molecules() -> None:
    found = chain_descriptors(recipe("DDM"), 0.0)
    kg = (2 * 340.419 + 198.269) / 1000
    assert found.cycle_rank == pytest.approx(-3 / kg, rel=1e-4)
    assert found.free_epoxides == pytest.approx(4 / kg, rel=1e-4)
    assert found.hydroxyls == 0.0


def test_an_anhydride_makes_two_bonds_and_no_hydroxyl() -> None:
    hhpa = Component.of("HHPA", "hardener", smiles="O=C1OC(=O)C2CCCCC12")
    found = chain_descriptors(Recipe.from_amounts("cast", (DGEBA, hhpa), (1.0, 1.0), "eq"))
    kg = (340.419 + 2 * 154.165) / 1000
    assert found.esters == pytest.approx(4 / kg, rel=1e-3)
    assert found.cycle_rank == pytest.approx((4 - 3) / kg, rel=1e-3)
    assert found.hydroxyls == 0.0


def test_fillers_and_solvents_do_not_count() -> None:
    quartz = Component.of("quartz", "filler", density_g_cm3=2.65)
    acetone = Component.of("acetone", "solvent", smiles="CC(C)=O")
    plain = recipe("DDM")
    parts = (*plain.components, quartz, acetone)
    filled = Recipe("filled", parts, (*plain.masses_g, 100.0, 10.0))
    assert chain_descriptors(filled).values() == pytest.approx(chain_descriptors(plain).values())


def test_order_of_six_hardeners_the_law_has_not_seen_with_dgeba() -> None:
    known = set(HARDENERS.values())
    rest = [
        network
        for network in measured_networks()
        if not (
            {item.smiles for item in network.recipe.components if item.role == "hardener"} & known
            and network.smiles_of("resin") == DGEBA.smiles
        )
    ]
    assert len(rest) < len(measured_networks()) - 20
    law = fit_law(rest)
    order = [law.kelvin(chain_descriptors(recipe(name))) for name in HARDENERS]
    assert all(first > second for first, second in pairwise(order))
    assert order[0] - order[2] > 15.0
    assert order[2] - order[3] > 25.0


@pytest.mark.parametrize("hardener", ["DDM", "IPDA", "D-230"])
def test_glass_transition_peaks_at_balance(hardener: str) -> None:
    """Fitted without this pair at any ratio."""
    law = fit_law(
        [
            network
            for network in measured_networks()
            if not (HARDENERS[hardener] in network.smiles_of("hardener") and network.smiles_of("resin") == DGEBA.smiles)
        ]
    )
    ratios = np.linspace(0.6, 1.6, 21)
    kelvin = [law.kelvin(chain_descriptors(recipe(hardener, ratio))) for ratio in ratios]
    assert 0.95 <= ratios[int(np.argmax(kelvin))] <= 1.1


def test_it_rises_with_conversion_from_the_liquid_to_the_glass() -> None:
    kelvin = [glass_transition(recipe("DDM"), conversion).kelvin for conversion in np.linspace(0.0, 1.0, 11)]
    assert all(second > first for first, second in pairwise(kelvin))
    assert 220.0 < kelvin[0] < 290.0
    assert 430.0 < kelvin[-1] < 465.0


def test_a_plasticizer_lowers_it() -> None:
    phthalate = Component.of("dibutyl phthalate", "plasticizer", smiles="CCCCOC(=O)c1ccccc1C(=O)OCCCC")
    plain = recipe("DDM")
    soft = Recipe("soft", (*plain.components, phthalate), (*plain.masses_g, 0.1 * sum(plain.masses_g)))
    assert 10.0 < glass_transition(plain).kelvin - glass_transition(soft).kelvin < 80.0


def test_signs_of_the_law_are_those_of_physics() -> None:
    slopes = shipped_law().slopes
    assert slopes["cycle_rank"] > 0 > slopes["rotatable_bonds"]
    assert slopes["aromatic_rings"] > 0 > slopes["free_epoxides"]


def test_a_law_is_found_again_from_its_own_values() -> None:
    law = shipped_law()
    made = [replace(network, glass_transition_K=law.kelvin(network.chains)) for network in measured_networks()]
    again = fit_law(made)
    assert [again.kelvin(item.chains) for item in made] == pytest.approx(
        [item.glass_transition_K for item in made], 2e-3
    )


def test_held_out_is_no_better_than_fitted() -> None:
    networks = measured_networks()
    truth = np.array([network.glass_transition_K for network in networks])
    fitted = np.array([shipped_law().kelvin(network.chains) for network in networks])
    predicted = held_out(networks, [network.chemistry for network in networks])
    assert np.mean(np.abs(predicted - truth)) > np.mean(np.abs(fitted - truth))
    assert np.mean(np.abs(predicted - truth)) < 17.0


def test_what_lies_outside_says_so() -> None:
    long = Component.of("D-9000", "hardener", smiles="CC(N)CO" + "CC(C)O" * 150 + "CC(C)N")
    far = glass_transition(Recipe.from_amounts("soft", (DGEBA, long), (1.0, 1.0), "eq"))
    assert not far.in_domain
    assert "rotatable bonds" in far.reason
    assert glass_transition(recipe("DDM")).in_domain
    leverages = [shipped_law().leverage(network.chains) for network in measured_networks()]
    assert sum(leverages) == pytest.approx(7.0)  # the trace of a projection is its rank
    assert "only cured networks" in glass_transition(recipe("DDM"), 0.5).reason


def test_errors_name_the_candidate_and_the_way_out() -> None:
    nameless = Component.of(
        "resin X", "resin", equivalent_weight_g_eq={"epoxide": 190.0}, functionality={"epoxide": 2.0}
    )
    ipda = Component.of("IPDA", "hardener", smiles=HARDENERS["IPDA"])
    with pytest.raises(InputError, match=r"mix: resin X has no SMILES"):
        glass_transition(Recipe.from_amounts("mix", (nameless, ipda), (1.0, 1.0), "eq"))
    with pytest.raises(DomainError, match=r"conversion is 1\.2"):
        chain_descriptors(recipe("DDM"), 1.2)
    glycol = Component.of("glycol", "resin", smiles="OCCO")
    hdi = Component.of("HDI", "hardener", smiles="O=C=NCCCCCCN=C=O")
    with pytest.raises(InputError, match=r"urethane.*epoxy-amine and epoxy-anhydride only"):
        glass_transition(Recipe.from_amounts("pu", (glycol, hdi), (1.0, 1.0), "eq"))


def test_the_model_keeps_the_contract() -> None:
    check_model(GlassTransitionModel(), [recipe("DDM"), recipe("D-230")])


def test_names_and_values_go_together() -> None:
    chains = ChainDescriptors(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    assert dict(zip(chains.names(), chains.values(), strict=True))["free_epoxides"] == 5.0


temperatures = st.floats(150.0, 600.0)
shares = st.floats(0.0, 1.0)


@given(shares, temperatures, temperatures, st.floats(0.1, 5.0))
def test_mixtures_lie_between_their_components(share: float, first: float, second: float, jump: float) -> None:
    low, high = min(first, second) * (1 - 1e-12), max(first, second) * (1 + 1e-12)
    weights = [1.0 - share, share]
    assert low <= fox_K(weights, [first, second]) <= high
    assert low <= gordon_taylor_K(share, first, second, jump) <= high
    assert low <= couchman_karasz_K(weights, [first, second], [1.0, jump]) <= high


@given(shares, temperatures, temperatures)
def test_gordon_and_taylor_with_the_ratio_of_temperatures_is_fox(share: float, first: float, second: float) -> None:
    mixed = gordon_taylor_K(share, first, second, k=first / second)
    assert mixed == pytest.approx(fox_K([1.0 - share, share], [first, second]), rel=1e-12)


def test_mixing_rules_refuse_nonsense() -> None:
    with pytest.raises(DomainError, match="none may be negative"):
        fox_K([1.2, -0.2], [300.0, 200.0])
    with pytest.raises(DomainError, match="as many glass transitions"):
        fox_K([0.5, 0.5], [300.0])
    with pytest.raises(DomainError, match="above 0"):
        couchman_karasz_K([0.5, 0.5], [300.0, 200.0], [0.3, 0.0])
    with pytest.raises(DomainError, match="between 0 and 1"):
        gordon_taylor_K(1.5, 300.0, 200.0)
    assert math.isclose(fox_K([2.0, 2.0], [300.0, 300.0]), 300.0)


def test_liquids_come_in_the_order_of_their_stiffness() -> None:
    kelvin = [component_glass_transition_K(HARDENERS[name])[0] for name in ("DDM", "IPDA", "D-230")]
    assert kelvin[0] > kelvin[1] > kelvin[2]


def test_the_users_glass_transition_wins() -> None:
    mix = recipe("DDM")
    estimated, sigma = uncured_glass_transition_K(mix)
    exact, none = uncured_glass_transition_K(mix, {"DGEBA": 256.0, "DDM": 300.0})
    shares = mix.amounts("wt%")
    assert exact == pytest.approx(fox_K(shares, [256.0, 300.0]))
    assert none == 0.0 < sigma == pytest.approx(component_glass_transition_K(DGEBA.smiles)[1])
    assert 200.0 < estimated < 320.0
    with pytest.raises(InputError, match="no component is called 'DGBEA'"):
        uncured_glass_transition_K(mix, {"DGBEA": 256.0})


def test_what_no_measured_network_had_is_said() -> None:
    plain = recipe("IPDA")
    water = Component.of("water", "diluent", smiles="O")
    wet = glass_transition(Recipe("wet", (*plain.components, water), (*plain.masses_g, 5.0)))
    assert not wet.in_domain
    assert "does not react was measured (water)" in wet.reason
    long = Component.of("solid", "resin", smiles=DGEBA.smiles, equivalent_weight_g_eq={"epoxide": 475.0})
    hardener = Component.of("IPDA", "hardener", smiles=HARDENERS["IPDA"])
    solid = glass_transition(Recipe.from_amounts("solid", (long, hardener), (1.0, 1.0), "eq"))
    assert "its SMILES 340.4" in solid.reason
    with pytest.raises(DomainError, match="state its glass transition"):
        component_glass_transition_K(HARDENERS["D-2000"])
