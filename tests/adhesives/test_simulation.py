"""Grown networks against the theory of branching: two ways to one number, and where only one of them is right."""

from __future__ import annotations

import numpy as np
import pytest

from finechem.adhesives.branching import Monomer, Site, gel_point, network_state
from finechem.adhesives.simulation import simulated_network
from finechem.errors import InputError

SYSTEMS = {
    "diamine, second hydrogen slower": [
        Monomer(1.0, (Site("A", 2, 2, substitution=0.3),), 100.0),
        Monomer(2.0, (Site("B", 2),), 340.0),
    ],
    "triamine with two kinds of hydrogen, excess epoxide": [
        Monomer(1.0, (Site("A", 2, 2, substitution=0.5), Site("A", 1, reactivity=0.4)), 103.0),
        Monomer(3.0, (Site("B", 2),), 374.0),
    ],
    "castor oil of 2.7 hydroxyls, diisocyanate, a monoalcohol": [
        Monomer(2.0, (Site("B", 2.7),), 930.0),
        Monomer(2.9, (Site("A", 2),), 168.0),
        Monomer(0.4, (Site("B", 1),), 130.0),
    ],
    "a plasticizer beside it": [
        Monomer(1.0, (Site("A", 3),), 300.0),
        Monomer(1.5, (Site("B", 2),), 340.0),
        Monomer(0.5, (), 400.0),
    ],
    "monomers with both sides": [
        Monomer(1.0, (Site("A", 1), Site("B", 1)), 150.0),
        Monomer(0.6, (Site("A", 3),), 200.0),
        Monomer(0.7, (Site("B", 2),), 250.0),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SYSTEMS)
def test_sol_and_rings_agree_with_the_theory(name: str) -> None:
    """Within four standard errors over twenty seeds (twenty comparisons), away from the gel point."""
    monomers = SYSTEMS[name]
    gel = gel_point(monomers)
    assert gel is not None
    conversions = [gel.limiting + share * (1.0 - gel.limiting) for share in (0.4, 0.8)]
    runs = [simulated_network(monomers, conversions, molecules=40_000, seed=seed) for seed in range(20)]
    for index, conversion in enumerate(conversions):
        state = network_state(monomers, conversion)
        for found, expected in (
            ([run.sol_fraction[index] for run in runs], state.sol_fraction),
            ([run.cycle_rank_mol[index] for run in runs], state.cycle_rank_mol),
        ):
            error = np.std(found, ddof=1) / np.sqrt(len(found))
            # whole bonds and whole molecules: parts in 40 000 beside the scatter
            assert abs(np.mean(found) - expected) < 4.0 * error + 1e-4 * max(1.0, expected), (name, conversion)


def test_gel_point_of_a_large_network() -> None:
    monomers = SYSTEMS["diamine, second hydrogen slower"]
    exact = gel_point(monomers)
    assert exact is not None
    found = [simulated_network(monomers, molecules=200_000, seed=seed).gel_conversion for seed in range(4)]
    assert np.mean(found) == pytest.approx(exact.limiting, abs=0.01)


def test_both_sides_uneven_is_where_the_theory_only_averages() -> None:
    """Fast groups of both sides bond to each other first, which the theory does not know: another sol fraction."""
    monomers = [
        Monomer(1.0, (Site("A", 1, reactivity=30.0), Site("A", 2, reactivity=1.0))),
        Monomer(1.0, (Site("B", 1, reactivity=30.0), Site("B", 2, reactivity=1.0))),
    ]
    found = [simulated_network(monomers, [0.7], molecules=100_000, seed=seed).sol_fraction[0] for seed in range(6)]
    apart = abs(np.mean(found) - network_state(monomers, 0.7).sol_fraction)
    assert 6.0 * np.std(found, ddof=1) / np.sqrt(6) < apart < 0.1


def test_a_seed_repeats_and_another_differs() -> None:
    monomers = SYSTEMS["a plasticizer beside it"]
    one, again, other = (simulated_network(monomers, [0.8], molecules=5_000, seed=seed) for seed in (1, 1, 2))
    assert one.sol_fraction[0] == again.sol_fraction[0] != other.sol_fraction[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"molecules": 3}, "molecules=3"),
        ({"conversions": [0.9, 0.5]}, "ascending"),
        ({"conversions": [1.5]}, "ascending"),
        ({"monomers": [Monomer(1.0, (Site("A", 3),))]}, "none of side B"),
    ],
)
def test_mistakes_are_named(change: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {"monomers": SYSTEMS["a plasticizer beside it"]} | change
    with pytest.raises(InputError, match=message):
        simulated_network(**arguments)  # type: ignore[arg-type]
