"""Networks: closed forms, limits, conservation; then the theory against itself written differently."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from finechem.adhesives.branching import (
    Monomer,
    Site,
    branching_factor,
    carothers_gel_conversion,
    gel_conversion,
    gel_point,
    network_state,
)
from finechem.errors import DomainError, InputError

DIAMINE = Monomer(1.0, (Site("A", 4),), 100.0)
DIEPOXIDE = Monomer(2.0, (Site("B", 2),), 340.0)


@pytest.mark.parametrize(
    ("a", "b", "exact"),
    [({4: 1.0}, {2: 1.0}, 1 / math.sqrt(3)), ({3: 1.0}, {2: 1.0}, 1 / math.sqrt(2)), ({3: 1}, {3: 1}, 0.5)],
)
def test_exact_gel_points(a: dict[float, float], b: dict[float, float], exact: float) -> None:
    """Flory and Stockmayer: p² (f - 1)(g - 1) = 1."""
    found = gel_conversion(a, b)
    assert found is not None
    assert found.a_conversion == found.b_conversion == pytest.approx(exact, rel=1e-14)


def test_no_gel_beyond_three_to_one() -> None:
    """Four and two functional: at a ratio of 3 (or 1/3) the last group closes the gel, beyond it none forms."""
    for ratio in (3.0, 1 / 3.0):
        at_limit = gel_conversion({4: 1.0}, {2: 1.0}, ratio)
        assert at_limit is not None
        assert at_limit.limiting == pytest.approx(1.0, abs=1e-12)
    for ratio in (3.0001, 1 / 3.0001, 10.0):
        assert gel_conversion({4: 1.0}, {2: 1.0}, ratio) is None
    assert gel_conversion({2: 1.0}, {2: 1.0}) is None  # chains
    assert gel_conversion({1: 1.0}, {50: 1.0}) is None  # stars


def test_mixtures_count_by_groups() -> None:
    """f_w = sum n f^2 / sum n f: worked by hand for 1 mol f = 3 and 1 mol f = 2: 13/5; with B2: p = 1/sqrt(8/5)."""
    found = gel_conversion({3: 1.0, 2: 1.0}, {2: 1.0})
    assert found is not None
    assert found.limiting == pytest.approx(1 / math.sqrt(1.6), rel=1e-14)
    halves = gel_conversion({2.5: 2.0}, {2: 1.0})  # a mean of 2.5 is that mixture
    assert halves is not None
    assert halves.limiting == pytest.approx(1 / math.sqrt(1.6), rel=1e-12)


functionalities = st.floats(1.0, 8.0)
amounts = st.floats(0.01, 10.0)
mixtures = st.dictionaries(functionalities, amounts, min_size=1, max_size=4)


@given(mixtures, mixtures, st.floats(0.05, 20.0))
def test_gel_conversion_is_a_share_or_none(a: dict[float, float], b: dict[float, float], ratio: float) -> None:
    found = gel_conversion(a, b, ratio)
    if found is not None:
        assert 0.0 < found.a_conversion <= 1.0
        assert 0.0 < found.b_conversion <= 1.0
        assert found.b_conversion == pytest.approx(ratio * found.a_conversion, rel=1e-12)


@settings(deadline=None)
@given(mixtures, mixtures, st.floats(0.2, 5.0))
def test_the_eigenvalue_finds_the_closed_form(a: dict[float, float], b: dict[float, float], ratio: float) -> None:
    """Two programs for one number: the closed form, and the root of the largest eigenvalue."""
    closed = gel_conversion(a, b, ratio)
    groups_a, groups_b = (sum(f * n for f, n in side.items()) for side in (a, b))
    monomers = [Monomer(n * ratio / groups_a, (Site("A", f),)) for f, n in a.items()]
    monomers += [Monomer(n / groups_b, (Site("B", f),)) for f, n in b.items()]
    found = gel_point(monomers)
    if closed is None or found is None:
        assert branching_factor(monomers) <= 1.0 + 1e-9
        return
    assert found.limiting == pytest.approx(closed.limiting, rel=1e-9)


def test_carothers_is_an_upper_bound() -> None:
    for f in (3, 4, 5, 6):
        monomers = [Monomer(2.0, (Site("A", f),)), Monomer(float(f), (Site("B", 2),))]
        bound, found = carothers_gel_conversion(monomers), gel_point(monomers)
        assert bound is not None and found is not None
        assert found.limiting < bound
        assert bound == pytest.approx(2.0 / (4.0 * f / (2 + f)))  # 2 / mean functionality


def test_amine_whose_second_hydrogen_waits() -> None:
    """Slow second hydrogens: all first ones react (p = 1/2), then y second ones; y^2 + 4 y - 1 = 0 gels at 0.618."""
    slow = Monomer(1.0, (Site("A", 2, 2, substitution=1e-9),))
    found = gel_point([slow, DIEPOXIDE])
    assert found is not None
    assert found.limiting == pytest.approx((1 + math.sqrt(5) - 2) / 2, rel=1e-6)
    equal = gel_point([Monomer(1.0, (Site("A", 2, 2, substitution=1.0),)), DIEPOXIDE])
    assert equal is not None
    assert equal.limiting == pytest.approx(1 / math.sqrt(3), rel=1e-12)


@given(st.floats(0.05, 10.0), st.floats(0.01, 5.0))
def test_states_of_an_amine_sum_to_one(substitution: float, tau: float) -> None:
    """Against the rate equations integrated in small steps."""
    shares = Site("A", 1, 2, substitution=substitution).bonds(tau)
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    x0, x1 = 1.0, 0.0
    steps = 2000
    for _ in range(steps):
        mid0, mid1 = x0 - x0 * tau / steps, x1 + (2 * x0 - substitution * x1) * tau / steps / 2
        x0, x1 = x0 - 2 * mid0 * tau / steps, x1 + (2 * mid0 - substitution * mid1) * tau / steps
    assert shares[0] == pytest.approx(x0, abs=2e-4)
    assert shares[1] == pytest.approx(x1, abs=2e-4)


def test_unequal_reactivity_is_the_same_at_both_ends() -> None:
    """Two kinds of B group: at full conversion it does not matter which was faster; before, the fast ones are ahead."""
    acid = Monomer(1.0, (Site("B", 1, reactivity=10.0), Site("B", 1)))
    plain = Monomer(1.0, (Site("B", 2),))
    triol = Monomer(2.0 / 3.0, (Site("A", 3),))
    assert branching_factor([acid, triol], 1.0) == pytest.approx(branching_factor([plain, triol], 1.0))
    uneven, even = gel_point([acid, triol]), gel_point([plain, triol])
    assert uneven is not None and even is not None
    # of two groups of a molecule one reacts early: fewer molecules bridge, the gel comes later
    assert uneven.limiting > even.limiting


@pytest.mark.parametrize("p", [0.6, 0.65, 0.7, 0.8, 0.9, 0.99])
def test_sol_of_four_and_two(p: float) -> None:
    """A4 + B2 by hand: u = chance that a reacted A's partner leads to a finite end = 1 - p + p v^3 with v as here."""
    v = 0.0
    for _ in range(20_000):  # v: an arm of the tetrafunctional ends; it reacts (p), and the other end reacts (p)
        v = 1 - p * p + p * p * v**3
    sol_amine = v**4
    u = 1 - p + p * v**3
    state = network_state([DIAMINE, DIEPOXIDE], p)
    expected = (100.0 * sol_amine + 2 * 340.0 * u**2) / 780.0
    assert state.sol_fraction == pytest.approx(expected, rel=1e-8)
    x3 = 4 * v * (1 - v) ** 3
    x4 = (1 - v) ** 4
    assert state.junctions_mol == pytest.approx(x3 + x4, rel=1e-7)
    assert state.strands_mol == pytest.approx(1.5 * x3 + 2 * x4, rel=1e-7)


def test_nothing_is_gel_before_the_gel_point() -> None:
    before = network_state([DIAMINE, DIEPOXIDE], 0.577)
    assert before.sol_fraction == 1.0
    assert before.strands_mol == before.junctions_mol == 0.0
    after = network_state([DIAMINE, DIEPOXIDE], 0.58)
    assert 0.9 < after.sol_fraction < 1.0
    assert network_state([DIAMINE, DIEPOXIDE], 0.0).sol_fraction == 1.0


@st.composite
def networks(draw: st.DrawFn) -> list[Monomer]:
    monomers = []
    for side in ("A", "B"):
        for _ in range(draw(st.integers(1, 2))):
            groups = draw(st.sampled_from([1, 2]))
            site = Site(side, draw(st.floats(1.0, 4.0)), groups, draw(st.floats(0.2, 5.0)), draw(st.floats(0.1, 3.0)))  # type: ignore[arg-type]
            extra = (Site("B" if side == "A" else "A", 1.0),) if draw(st.booleans()) else ()
            monomers.append(Monomer(draw(st.floats(0.2, 3.0)), (site, *extra), draw(st.floats(50.0, 500.0))))
    return monomers


@settings(deadline=None)
@given(networks(), st.floats(0.05, 1.0))
def test_rings_are_counted_alike_from_both_ends(monomers: list[Monomer], conversion: float) -> None:
    """Cycle rank of the gel: strands less junctions, and bonds less molecules joined by them (Euler)."""
    state = network_state(monomers, conversion)
    assert 0.0 <= state.sol_fraction <= 1.0 + 1e-12
    assert state.cycle_rank_mol >= -1e-9
    assume(abs(branching_factor(monomers, conversion) - 1.0) > 0.02)
    from finechem.adhesives import branching as theory

    whole = theory._whole_numbers(monomers)
    tau = theory._inner_times(whole, conversion)
    a, b = theory._group_totals(whole)
    bonds = conversion * min(a, b)
    ends = theory._finite_ends(whole, *tau, bonds).tolist()
    molecules = 0.0
    for monomer in whole:
        finite = 1.0
        for site in monomer.sites:
            chances = site.bonds(tau[0] if site.side == "A" else tau[1])
            z = ends[1] if site.side == "A" else ends[0]
            finite *= float(np.polynomial.polynomial.polyval(z, chances)) ** site.count
        molecules += monomer.moles * finite
    molecules -= bonds * ends[0] * ends[1]  # a tree of n molecules has n - 1 bonds
    rings = bonds - sum(monomer.moles for monomer in whole) + molecules
    assert state.cycle_rank_mol == pytest.approx(rings, abs=1e-7)


@settings(deadline=None, max_examples=50)
@given(networks())
def test_more_reaction_makes_less_sol(monomers: list[Monomer]) -> None:
    sols = [network_state(monomers, p).sol_fraction for p in (0.3, 0.6, 0.8, 0.95, 1.0)]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(sols))


@settings(deadline=None, max_examples=50)
@given(networks())
def test_more_reaction_makes_more_rings(monomers: list[Monomer]) -> None:
    """Where the groups of one side are alike: random pairing then is what growth gives (see `network_state`)."""
    monomers = [
        replace(
            monomer,
            sites=tuple(
                replace(site, reactivity=1.0, substitution=1.0) if site.side == "B" else site for site in monomer.sites
            ),
        )
        for monomer in monomers
    ]
    rings = [network_state(monomers, p).cycle_rank_mol for p in (0.3, 0.6, 0.8, 0.95, 1.0)]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(rings))


def test_slow_caps_on_both_sides_are_paired_at_random_too() -> None:
    """What the theory does not follow (see `network_state`): slow ends would meet one another last, and harm nothing.

    At the end rates no longer matter; shortly before, slow caps are free and the rings of the others more.
    """

    def rings(reactivity: float, conversion: float) -> float:
        caps = [Monomer(1.0, (Site(side, 1.0, reactivity=reactivity),)) for side in ("A", "B")]
        branching = [Monomer(1.0, (Site("A", 2.0), Site("B", 1.0))), Monomer(1.0, (Site("B", 2.0), Site("A", 1.0)))]
        return network_state([*caps, *branching], conversion).cycle_rank_mol

    assert rings(0.5, 1.0) == pytest.approx(rings(1.0, 1.0), rel=1e-9)
    assert rings(1.0, 1.0) == pytest.approx(8 / 27)
    assert rings(1.0, 0.95) < rings(1.0, 1.0) < rings(0.5, 0.95) < 1.1 * rings(1.0, 1.0)


def test_inert_molecules_are_sol() -> None:
    plasticizer = Monomer(1.0, (), 390.0)
    state = network_state([DIAMINE, DIEPOXIDE, plasticizer], 1.0)
    assert state.sol_fraction == pytest.approx(390.0 / (390.0 + 780.0))
    assert state.strands_mol == pytest.approx(2.0)


def test_monomers_of_both_sides_make_chains_that_cannot_gel() -> None:
    """AB alone never branches; AB2 reaches its gel only at full conversion of A (Flory), so never a gel."""
    chain = Monomer(1.0, (Site("A", 1), Site("B", 1)))
    assert branching_factor([chain], 0.9) == pytest.approx(0.9)
    hyperbranched = Monomer(1.0, (Site("A", 1), Site("B", 2)))
    assert branching_factor([hyperbranched], 0.95) < 1.0
    assert branching_factor([hyperbranched], 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gel_conversion({}, {2: 1.0}), "holds no groups"),
        (lambda: gel_conversion({4: -1.0}, {2: 1.0}), "-1.0 mol of functionality 4"),
        (lambda: gel_conversion({4: 1.0}, {2: 1.0}, 0.0), "ratio=0.0"),
        (lambda: network_state([DIAMINE], 0.5), "needs groups of both sides"),
        (lambda: network_state([DIAMINE, DIEPOXIDE], 1.5), "conversion=1.5"),
        (lambda: Site("A", math.nan), "count of a site is nan"),
        (lambda: Site("C", 1.0), "side A or B"),  # type: ignore[arg-type]
        (lambda: Monomer(-1.0, ()), "moles of a monomer"),
    ],
)
def test_mistakes_are_named(call: object, message: str) -> None:
    with pytest.raises((InputError, DomainError), match=message):
        call()  # type: ignore[operator]
