"""Step-growth networks: conservation, exact statistics of linear chains and trees, gel points, loops."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from finechem_kernels._jit import FloatArray, numba
from finechem_kernels.loop_bonds import reaction_orders_with_loops
from finechem_kernels.step_growth import Growth, bonds_per_monomer, final_molecules, grow_network, reaction_order

COMPILED = not numba.config.DISABLE_JIT
"""Uncompiled, a bond takes a hundred times as long: smaller networks."""
SEEDS = range(10)


def monomer_groups(counts: Any, functionality: int, first: int = 0) -> Any:
    """Monomer of each group: so many monomers of one functionality, numbered from the first."""
    return np.repeat(np.arange(first, first + counts, dtype=np.int32), functionality)


def orders(a: int, f: int, b: int, g: int, seed: int) -> tuple[Any, Any]:
    """Both orders of a monomers with f A groups each and b monomers with g B groups each."""
    rng = np.random.default_rng(seed)
    return reaction_order(monomer_groups(a, f), rng), reaction_order(monomer_groups(b, g, a), rng)


def grown(a: int, f: int, b: int, g: int, seed: int, *conversions: float) -> Growth:
    """Unit masses, up to conversions of the scarcer groups."""
    bonds = np.round(np.array(conversions) * min(a * f, b * g)).astype(int)
    return grow_network(*orders(a, f, b, g, seed), np.ones(a + b), bonds)


def deviation(values: Any, exact: Any) -> FloatArray:
    """How many standard errors the mean over the first axis is away."""
    found = np.asarray(values, dtype=np.float64)
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    return np.asarray((found.mean(axis=0) - exact) / error)


def molecule_masses(order_a: Any, order_b: Any, masses: FloatArray, bonds: int) -> FloatArray:
    """Masses of the molecules by another code, largest last."""
    pairs = np.ones(bonds), (order_a[:bonds], order_b[:bonds])
    labels = connected_components(coo_array(pairs, shape=(len(masses), len(masses))), directed=False)[1]
    return np.sort(np.bincount(labels, weights=masses))


@pytest.mark.parametrize(("b", "unequal"), [(200, False), (150, True)])
def test_molecules_are_connected_components(b: int, unequal: bool) -> None:
    """Every bond count, against scipy; the largest molecule by mass is often not the one of most monomers."""
    order_a, order_b = orders(100, 4, b, 2, 1)
    masses = np.random.default_rng(2).uniform(1.0, 9.0, 100 + b) ** (3 if unequal else 0)
    bonds = np.arange(min(len(order_a), len(order_b)) + 1)
    growth = grow_network(order_a, order_b, masses, bonds)
    direct = [molecule_masses(order_a, order_b, masses, int(n)) for n in bonds]
    np.testing.assert_array_equal(growth.molecules, [len(m) for m in direct])
    np.testing.assert_array_equal(growth.molecules, len(masses) - bonds + growth.cycle_rank)
    np.testing.assert_allclose(growth.largest_mass, [m[-1] for m in direct], rtol=1e-12)
    others = np.array([np.sum(m[:-1] ** 2) for m in direct])
    np.testing.assert_allclose(growth.other_squares, others, rtol=1e-9, atol=1e-9 * others.max())
    averages = np.array([np.sum(m**2) / np.sum(m) for m in direct])
    np.testing.assert_allclose(growth.weight_average, averages, rtol=1e-12)
    reduced = np.array([np.sum(m[:-1] ** 2) / np.sum(m[:-1]) if len(m) > 1 else 0.0 for m in direct])
    np.testing.assert_allclose(growth.reduced_weight_average, reduced, rtol=1e-7, atol=1e-7)
    assert growth.peak_bonds == np.argmax(reduced)
    assert growth.peak_average == pytest.approx(reduced.max(), rel=1e-9)


def test_final_molecules_hold_all_mass() -> None:
    order_a, order_b = orders(300, 4, 600, 2, 3)
    masses = np.random.default_rng(4).uniform(50.0, 500.0, 900)
    growth = grow_network(order_a, order_b, masses, np.array([0, 900]))
    root, mass = final_molecules(growth.forest, masses)
    heads = np.unique(root)
    assert len(heads) == growth.molecules[-1] == np.count_nonzero(growth.forest < 0)
    np.testing.assert_array_equal(root[heads], heads)
    assert mass[heads].sum() == pytest.approx(masses.sum(), rel=1e-12)
    assert mass.max() == pytest.approx(growth.largest_mass[-1], rel=1e-12)
    assert (mass[heads] ** 2).sum() == pytest.approx(growth.weight_average[-1] * masses.sum(), rel=1e-12)
    assert np.all(root[order_a[:900]] == root[order_b[:900]])
    bonds = bonds_per_monomer(order_a, 900, 900) + bonds_per_monomer(order_b, 900, 900)
    assert bonds.sum() == 2 * 900 and bonds[:300].max() <= 4 and bonds[300:].max() <= 2
    np.testing.assert_array_equal(mass == masses, bonds == 0)


def test_no_bonds_no_molecules() -> None:
    growth = grown(3, 2, 3, 2, 0, 0.0)
    assert growth.molecules[0] == 6 and growth.peak_bonds == 0
    assert growth.weight_average[0] == growth.reduced_weight_average[0] == growth.peak_average == 1.0


@pytest.mark.parametrize("clocks", [False, True])
def test_every_group_reacts_once_and_seeds_reproduce(clocks: bool) -> None:
    monomers = np.array([0, 1, 1, 2, 4], dtype=np.int32)
    options: dict[str, Any] = {"groups": np.array([2, 1, 2, 2, 1], dtype=np.int32)}
    if clocks:
        options |= {"rates": np.array([1.0, 2.0, 1.0, 3.0, 1e-3]), "substitution": np.full(5, 0.2)}
    drawn = [reaction_order(monomers, np.random.default_rng(seed), **options) for seed in (5, 5, 6, 7)]
    for order in drawn:
        assert order.dtype == np.int32
        np.testing.assert_array_equal(np.bincount(order, minlength=5), [2, 3, 2, 0, 1])
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert any(np.any(drawn[0] != order) for order in drawn[2:])
    np.testing.assert_array_equal(monomers, [0, 1, 1, 2, 4])


def test_groups_without_a_rate_never_react() -> None:
    rng = np.random.default_rng(1)
    monomers, groups = np.arange(3, dtype=np.int32), np.array([2, 2, 1], dtype=np.int32)
    rates, substitution = np.array([1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0])
    order = reaction_order(monomers, rng, groups=groups, rates=rates, substitution=substitution)
    np.testing.assert_array_equal(np.sort(order), [0, 2])
    assert len(reaction_order(monomers, rng, rates=np.zeros(3))) == 0


def test_all_orders_are_equally_probable() -> None:
    """24 orders of 4 monomers; chi-square of 23 degrees of freedom is below 49.7 with probability 0.999."""
    rng, draws = np.random.default_rng(8), 24 * (2000 if COMPILED else 200)
    rates = np.array([1.0, 1.0, 1.0, 1.0 + 1e-9])
    for options in ({}, {"rates": rates}):
        words = [reaction_order(np.arange(4, dtype=np.int32), rng, **options) @ [1, 4, 16, 64] for _ in range(draws)]
        counts = np.unique(words, return_counts=True)[1]
        assert len(counts) == 24
        assert np.sum((counts - draws / 24) ** 2) / (draws / 24) < 49.7


def test_linear_chains_are_flory_distributed() -> None:
    """A2 + B2: DPn = 1/(1 − p), DPw = (1 + p)/(1 − p)."""
    half, p = (100_000 if COMPILED else 5_000), np.array([0.2, 0.5, 0.8, 0.9])
    growths = [grown(half, 2, half, 2, seed, *p) for seed in SEEDS]
    assert np.all(np.abs(deviation([g.weight_average for g in growths], (1 + p) / (1 - p))) < 3.0)
    for growth in growths:
        np.testing.assert_allclose(2 * half / growth.molecules, 1 / (1 - p), rtol=20 / (half * (1 - p[-1])))


@pytest.mark.parametrize(("f", "exact"), [(3, 1 / np.sqrt(2.0)), (4, 1 / np.sqrt(3.0))])
def test_gel_point_of_an_infinite_network(f: int, exact: float) -> None:
    """Af + B2: p² (f − 1) = 1, from the peak of N monomers at p + c N^(−1/3)."""
    sizes = np.array([1e4, 1e5, 1e6] if COMPILED else [3e2, 1e3, 3e3])
    mean, error = np.empty(len(sizes)), np.empty(len(sizes))
    for i, size in enumerate(sizes):
        a = int(size / (2 + f)) * 2
        peaks = [grown(a, f, a * f // 2, 2, seed, 1.0).peak_bonds / (a * f) for seed in SEEDS]
        mean[i], error[i] = np.mean(peaks), np.std(peaks, ddof=1) / np.sqrt(len(peaks))
    design = np.stack([np.ones(len(sizes)), sizes ** (-1 / 3)], axis=1) / error[:, None]
    covariance = np.linalg.inv(design.T @ design)
    limit, slope = covariance @ design.T @ (mean / error)
    assert abs(limit - exact) < 3.0 * np.sqrt(covariance[0, 0])
    assert slope > 0.0
    if COMPILED:
        assert np.sqrt(covariance[0, 0]) < 0.003


def test_sol_fraction_is_that_of_miller_and_macosko() -> None:
    """A4 + B2, r = 1. A branch seen from an A group is finite with x = p² x³ + 1 − p²; a B group's is p x³ + 1 − p."""
    a, mass_a, mass_b = (40_000 if COMPILED else 3_000), 3.0, 1.0
    p = np.array([0.7, 0.8, 0.9])
    x = (np.sqrt(4 / p**2 - 3) - 1) / 2
    sol = (mass_a * x**4 + 2 * mass_b * (p * x**3 + 1 - p) ** 2) / (mass_a + 2 * mass_b)
    masses = np.repeat([mass_a, mass_b], [a, 2 * a])
    bonds = np.round(4 * a * p).astype(int)
    growths = [grow_network(*orders(a, 4, 2 * a, 2, seed), masses, bonds) for seed in SEEDS]
    assert np.all(np.abs(deviation([1 - g.largest_mass / g.total_mass for g in growths], sol)) < 3.0)


def test_no_gel_beyond_three_to_one() -> None:
    """A4 + B2 with A in excess s: all B react, p_A p_B = 1/s, gel if that is above 1/3.

    Below it a branch from an A group holds e = p_A (1 + p_B (1 + 3 e)) monomers on average.
    """
    b = 40_000 if COMPILED else 2_000
    excess = 4.0
    a = int(excess * b / 2)
    growths = [grown(a, 4, b, 2, seed, 1.0) for seed in SEEDS]
    p_a = 2 * b / (4 * a)
    e = p_a * 2 / (1 - 3 * p_a)
    average = (a * (1 + 4 * e) + b * (1 + 2 * (1 + 3 * e))) / (a + b)
    assert abs(deviation([g.weight_average[0] for g in growths], average)) < 3.0
    largest = [g.largest_mass[0] / g.total_mass for g in growths]
    gelled = [g.largest_mass[0] / g.total_mass for g in (grown(b, 4, b, 2, seed, 1.0) for seed in SEEDS)]
    assert np.max(largest) < 0.1
    assert np.min(gelled) > 0.4


@pytest.mark.parametrize("rho", [0.0, 0.3, 1.0, 3.0])
def test_substitution_effect(rho: float) -> None:
    """Nitrogens of 0, 1, 2 bonds: x0 = exp(−2t), x1 = 2 (exp(−ρt) − exp(−2t))/(2 − ρ)."""
    n = 100_000 if COMPILED else 5_000
    sites = np.arange(n, dtype=np.int32)
    order = reaction_order(
        sites, np.random.default_rng(1), groups=np.full(n, 2, dtype=np.int32), substitution=np.full(n, rho)
    )

    def fractions(t: float) -> FloatArray:
        x0, x1 = np.exp(-2 * t), 2 * (np.exp(-rho * t) - np.exp(-2 * t)) / (2 - rho)
        return np.array([x0, x1, 1 - x0 - x1])

    for p in (0.2, 0.45, 0.7, 0.95) if rho else (0.2, 0.45):
        bonds = round(2 * n * p)
        t = brentq(lambda t, b=bonds: fractions(t) @ [0, 1, 2] - b / n, 0.0, 50.0)
        found = np.bincount(bonds_per_monomer(order, bonds, n), minlength=3) / n
        np.testing.assert_allclose(found, fractions(t), atol=3.0 * 0.5 / np.sqrt(n))


def test_unequal_reactivities() -> None:
    """1 − p_i = (1 − p_1)^(k_i/k_1)."""
    n, ratio = (100_000 if COMPILED else 5_000), 3.0
    rates = np.repeat([1.0, ratio], n)
    order = reaction_order(np.arange(2 * n, dtype=np.int32), np.random.default_rng(1), rates=rates)
    assert len(order) == 2 * n
    for conversion in (0.1, 0.4, 0.7, 0.9):
        p_slow, p_fast = bonds_per_monomer(order, round(2 * n * conversion), 2 * n).reshape(2, n).mean(axis=1)
        assert 1 - p_fast == pytest.approx((1 - p_slow) ** ratio, abs=3.0 * 2.0 / np.sqrt(n))
        assert p_fast > p_slow


def looped(a: int, seed: int, strength: float, *conversions: float, swapped: bool = False) -> Growth:
    """A4 + B2, stoichiometric; swapped: the monomers of four carry B."""
    four, two = np.repeat(np.array([[4, 0], [0, 2]], dtype=np.int32), [a, 2 * a], axis=0).T
    groups = (two, four) if swapped else (four, two)
    rng = np.random.default_rng(seed)
    drawn = reaction_orders_with_loops(*groups, 4 * a, rng, loop_concentration=strength, longest_path=5)
    return grow_network(*drawn, np.ones(3 * a), np.round(4 * a * np.array(conversions)).astype(int))


def path_length(bonds: tuple[tuple[int, int], ...], start: int, end: int) -> int:
    """Bonds on the shortest path; zero for none."""
    reached, front, steps = {start}, {start}, 0
    while front and end not in front:
        front = {y for bond in bonds for x, y in (bond, bond[::-1]) if x in front} - reached
        reached |= front
        steps += 1
    return steps if front else 0


def exact_outcomes(a: Any, b: Any, longest: int, strength: float) -> dict[tuple[int, int], float]:
    """Probabilities of what `outcome` returns: every bond that can be next, with its rate over the sum of rates."""
    states: dict[tuple[tuple[int, int], ...], float] = {(): 1.0}
    for _ in range(sum(a)):
        after: dict[tuple[tuple[int, int], ...], float] = {}
        for bonds, probability in states.items():
            rates = {}
            for x, y in product(np.flatnonzero(a).tolist(), np.flatnonzero(b).tolist()):
                n = path_length(bonds, x, y)
                pairs = (a[x] - sum(bond[0] == x for bond in bonds)) * (b[y] - sum(bond[1] == y for bond in bonds))
                rates[x, y] = pairs * (1 / sum(b) + (strength * n**-1.5 if 1 <= n <= longest else 0.0))
            for bond, rate in rates.items():
                more = (*bonds, bond)
                after[more] = after.get(more, 0.0) + probability * rate / sum(rates.values())
        states = {bonds: probability for bonds, probability in after.items() if probability > 0.0}
    found: dict[tuple[int, int], float] = {}
    for bonds, probability in states.items():
        key = outcome(*np.array(bonds, dtype=np.int32).T)
        found[key] = found.get(key, 0.0) + probability
    return found


def outcome(order_a: Any, order_b: Any) -> tuple[int, int]:
    """Bonds that doubled another one among the first four and in all."""
    bonds = list(zip(order_a.tolist(), order_b.tolist(), strict=True))
    return 4 - len(set(bonds[:4])), len(bonds) - len(set(bonds))


@pytest.mark.parametrize(("longest", "strength"), [(1, 0.3), (3, 0.3), (3, 3.0)])
def test_loops_of_five_monomers(longest: int, strength: float) -> None:
    """2 A3 + 3 B2 against the sum over all sequences of bonds; loops of two and of four monomers."""
    a, b = np.array([3, 3, 0, 0, 0], dtype=np.int32), np.array([0, 0, 2, 2, 2], dtype=np.int32)
    exact = exact_outcomes(a.tolist(), b.tolist(), longest, strength)
    assert sum(exact.values()) == pytest.approx(1.0) and len(exact) > 3
    runs, rng = (20_000 if COMPILED else 1_000), np.random.default_rng(1)
    found = dict.fromkeys(exact, 0)
    for _ in range(runs):
        drawn = reaction_orders_with_loops(a, b, 6, rng, loop_concentration=strength, longest_path=longest)
        found[outcome(*drawn)] += 1
    for key, p in exact.items():
        assert found[key] / runs == pytest.approx(p, abs=3.5 * np.sqrt(p * (1 - p) / runs)), key


def test_loops_use_every_group_once() -> None:
    a, b = np.array([4, 4, 0, 0, 1], dtype=np.int32), np.array([0, 0, 2, 4, 3], dtype=np.int32)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x, y = reaction_orders_with_loops(a, b, 9, rng, loop_concentration=2.0, longest_path=4)
        np.testing.assert_array_equal(np.bincount(x, minlength=5), a)
        np.testing.assert_array_equal(np.bincount(y, minlength=5), b)


def test_no_loop_concentration_is_ideal() -> None:
    a, p = (10_000 if COMPILED else 1_000), (0.3, 0.5, 0.7, 0.9)
    ideal, none = (
        [g.weight_average[:2].tolist() + g.cycle_rank[2:].tolist() for g in growths]
        for growths in (
            [grown(a, 4, 2 * a, 2, seed, *p) for seed in SEEDS],
            [looped(a, 100 + seed, 0.0, *p) for seed in SEEDS],
        )
    )
    error = np.sqrt((np.var(ideal, axis=0, ddof=1) + np.var(none, axis=0, ddof=1)) / len(SEEDS))
    assert np.all(np.abs(np.mean(ideal, axis=0) - np.mean(none, axis=0)) < 3.0 * error)


def test_loops_delay_the_gel_point() -> None:
    """And they are the same whichever kind of group is asked for a partner."""
    a, p = (10_000 if COMPILED else 500), (0.3, 0.5, 1.0)
    found = {
        (strength, swapped): [looped(a, seed, strength, *p, swapped=swapped) for seed in SEEDS]
        for strength, swapped in ((0.0, False), (0.1, False), (0.1, True))
    }
    ideal, loops, mirror = found.values()
    assert np.mean([g.cycle_rank[:2] for g in ideal]) < 10.0
    assert np.min([g.cycle_rank[1] for g in loops]) > 0.02 * 4 * a
    peaks = [np.array([g.peak_bonds / (4 * a) for g in growths]) for growths in (ideal, loops, mirror)]
    assert peaks[1].mean() - peaks[0].mean() > 3.0 * np.hypot(peaks[0].std(), peaks[1].std()) / np.sqrt(len(SEEDS))
    ranks = [np.array([g.cycle_rank[:2] for g in growths]) for growths in (loops, mirror)]
    error = np.sqrt((ranks[0].var(axis=0, ddof=1) + ranks[1].var(axis=0, ddof=1)) / len(SEEDS))
    assert np.all(np.abs(ranks[0].mean(axis=0) - ranks[1].mean(axis=0)) < 3.0 * error)
