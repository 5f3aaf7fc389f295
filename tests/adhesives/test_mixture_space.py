"""Mixture spaces: exact for any constraints, uniform, every face, and explained where nothing is left."""

from __future__ import annotations

import pickle
import time
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import linprog

from finechem.adhesives.design import (
    Category,
    Count,
    Linear,
    MixtureComponent,
    MixtureSpace,
    ProcessFactor,
    Ratio,
    faces,
)
from finechem.adhesives.design.infeasible import feasible_support, irreducible_core
from finechem.adhesives.design.statements import statements_of
from finechem.adhesives.design.supports import Supports
from finechem.errors import ConfigError, InputError

LEAST = 1e-6
SHARE = st.integers(0, 20).map(lambda number: number / 20)
WEIGHT = st.integers(-4, 8).map(lambda number: number / 2)


@st.composite
def written(draw: Any) -> dict[str, Any]:
    """Constraint sets of all kinds; some leave no mixture."""
    size = draw(st.integers(2, 7))
    names = [f"c{at}" for at in range(size)]
    components = []
    for name in names:
        low, high = sorted(
            (draw(SHARE) / 2 if draw(st.booleans()) else 0.0, draw(SHARE) if draw(st.booleans()) else 1.0)
        )
        components.append(MixtureComponent(name, low, high, draw(st.sampled_from([None, None, True, False]))))
    some = st.lists(st.sampled_from(names), min_size=1, max_size=size, unique=True)
    counts = []
    for _ in range(draw(st.integers(0, 2))):
        of = draw(some)
        least = draw(st.integers(0, min(2, len(of))))
        counts.append(Count(of, least, draw(st.one_of(st.none(), st.integers(least, len(of))))))
    factors = [ProcessFactor("cure", 20.0, draw(st.sampled_from([20.0, 150.0])))] if draw(st.booleans()) else []
    columns = [*names, *(factor.name for factor in factors)]
    linear = []
    for _ in range(draw(st.integers(0, 2))):
        of = draw(st.lists(st.sampled_from(columns), min_size=1, max_size=3, unique=True))
        terms = {name: draw(WEIGHT) * (0.01 if name == "cure" else 1.0) for name in of}
        assume(any(terms.values()))
        limit = draw(SHARE)
        kind = draw(st.sampled_from(["at_least", "at_most", "equal"]))
        linear.append(Linear(terms, limit if kind != "at_most" else None, limit if kind != "at_least" else None))
    ratios = []
    if draw(st.booleans()):
        sides = [{name: draw(st.integers(1, 40)) / 1000 for name in draw(some)} for _ in range(2)]
        width = draw(st.sampled_from([0.0, 0.1, 0.5]))
        ratios.append(Ratio(sides[0], sides[1], 1.0 - width, 1.0 + width))
    return {"components": components, "counts": counts, "factors": factors, "linear": linear, "ratios": ratios}


def brute_force(space: dict[str, Any], optional: tuple[bool, ...]) -> dict[tuple[str, ...], bool]:
    """Ask an independent solver about every set of components, from what was said rather than from our rows."""
    components, factors = space["components"], space["factors"]
    names = [item.name for item in components]
    columns = [*names, *(item.name for item in factors)]
    found = {}
    free = [name for name, may in zip(names, optional, strict=True) if may]
    never = {item.name for item in components if item.name in free and item.high < LEAST}
    for size in range(len(free) + 1):
        for chosen in combinations([name for name in free if name not in never], size):
            there = {*chosen, *(name for name in names if name not in free)}
            if not all(
                rule.at_least <= len(there & set(rule.of)) <= (len(rule.of) if rule.at_most is None else rule.at_most)
                for rule in space["counts"]
            ):
                continue
            bounds = [
                ((max(item.low, LEAST) if item.name in free else item.low), item.high) if item.name in there else (0, 0)
                for item in components
            ] + [(item.low, item.high) for item in factors]
            less, equal = [], [([1.0] * len(names) + [0.0] * len(factors), 1.0)]
            for item in space["linear"]:
                row = [item.terms.get(name, 0.0) for name in columns]
                if item.at_least is not None and item.at_least == item.at_most:
                    equal.append((row, item.at_least))
                elif item.at_least is not None:
                    less.append(([-weight for weight in row], -item.at_least))
                else:
                    less.append((row, item.at_most))
            for item in space["ratios"]:
                top = np.array([item.numerator.get(name, 0.0) for name in columns])
                below = np.array([item.denominator.get(name, 0.0) for name in columns])
                less.append((list(-below * 1e3), -LEAST * min(item.denominator.values()) * 1e3))
                if item.at_least == item.at_most:
                    equal.append((list((top - item.at_most * below) * 1e2), 0.0))
                else:
                    less.append((list((top - item.at_most * below) * 1e2), 0.0))
                    less.append((list((item.at_least * below - top) * 1e2), 0.0))
            rows = {"A_ub": [row for row, _ in less], "b_ub": [side for _, side in less]} if less else {}
            answer = linprog(
                np.zeros(len(columns)), **rows, A_eq=[row for row, _ in equal], b_eq=[side for _, side in equal],
                bounds=bounds, options={"primal_feasibility_tolerance": 1e-10},
            )  # fmt: skip
            found[tuple(name for name in names if name in there)] = answer.status == 0
    return found


@given(written())
@settings(deadline=None, max_examples=100)
def test_every_point_of_every_space_is_feasible_and_every_face_is_known(said: dict[str, Any]) -> None:
    """Over all examples 10^5 points; the faces are those that a linear program finds, set by set."""
    counted = {name for rule in said["counts"] for name in rule.of}
    optional = tuple(item.name in counted if item.optional is None else item.optional for item in said["components"])
    asked = brute_force(said, optional)
    if not any(asked.values()):
        with pytest.raises(ConfigError, match="cannot"):
            MixtureSpace(**said)
        return
    space = MixtureSpace(**said)
    assert space.optional == optional
    assert space.face_count == len(asked)
    assert set(faces(space)) == {members for members, there in asked.items() if there}
    points = space.sample(1000, 1)
    assert space.feasible(points, 1e-9).all()
    assert np.abs(points[:, space.mixture].sum(axis=1) - 1.0).max() < 1e-12
    for point in points[:3]:
        assert space.violations(point) == []
    for item in said["linear"]:  # from what was said, not from our rows
        value = sum(weight * points[:, space.columns.index(name)] for name, weight in item.terms.items())
        size = max(abs(weight) * (150.0 if name == "cure" else 1.0) for name, weight in item.terms.items())
        if item.at_least is not None:
            assert (value >= item.at_least - 1e-9 * size).all()
        if item.at_most is not None:
            assert (value <= item.at_most + 1e-9 * size).all()
    for ratio in said["ratios"]:
        top, below = (
            sum(weight * points[:, space.columns.index(name)] for name, weight in side.items())
            for side in (ratio.numerator, ratio.denominator)
        )
        assert (below > 0.0).all()
        slip = 1e-9 * max((*ratio.numerator.values(), *ratio.denominator.values()))
        assert (top >= ratio.at_least * below - slip).all() and (top <= ratio.at_most * below + slip).all()
    shares = points[:, space.mixture]
    for at, (item, may) in enumerate(zip(said["components"], space.optional, strict=True)):
        there = shares[:, at] > 0.0 if may else np.ones(len(shares), dtype=bool)
        assert (shares[there, at] >= item.low - 1e-12).all() and (shares[:, at] <= item.high + 1e-12).all()


@given(written())
@settings(deadline=None, max_examples=60)
def test_of_a_contradiction_nothing_can_be_left_out(said: dict[str, Any]) -> None:
    names = [item.name for item in said["components"]]
    counted = {name for rule in said["counts"] for name in rule.of}
    optional = [item.name in counted if item.optional is None else item.optional for item in said["components"]]
    statements = statements_of(
        said["components"], said["factors"], said["counts"], said["linear"], said["ratios"], optional
    )
    if feasible_support(statements, optional, len(names)) is not None:
        return
    core = irreducible_core(statements, optional, len(names))
    assert feasible_support(core, optional, len(names)) is None
    for item in core:
        rest = [other for other in core if other is not item]
        if any(other.rows for other in rest):
            assert feasible_support(rest, optional, len(names)) is not None


def mix(**bounds: Any) -> list[MixtureComponent]:
    return [MixtureComponent(name, *limits) for name, limits in bounds.items()]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            {"components": mix(epoxy=(0.6, 1.0), hardener=(0.5, 1.0))},
            "`epoxy` >= 0.6 and `hardener` >= 0.5 cannot both hold: the fractions sum to 1 "
            "(together they make at least 1.1)",
        ),
        (
            {"components": mix(epoxy=(0.0, 0.5), hardener=(0.0, 0.3), chalk=(0.0, 0.1))},
            "`epoxy` <= 0.5, `hardener` <= 0.3 and `chalk` <= 0.1 cannot all hold: the fractions sum to 1 "
            "(together they make at most 0.9)",
        ),
        (
            {"components": mix(a=(0.0,), b=(0.0,)), "linear": [Linear({"a": 1.0}, 0.5), Linear({"a": 2.0}, None, 0.8)]},
            "`a` >= 0.5 and 2 `a` <= 0.8 cannot both hold",
        ),
        (
            {"components": mix(a=(0.2,), b=(), c=()), "linear": [Linear({"b": 1}, None, 0.3)], "ratios": [
                Ratio({"a": 0.02}, {"b": 0.005}, None, 1.1, "amine / epoxide")]},
            "`amine / epoxide` <= 1.1, `b` <= 0.3 and `a` >= 0.2 cannot all hold",
        ),
        (
            {"components": mix(a=(), b=(), c=(0.0, 0.4)), "counts": [Count([*"abc"], 1, 1, "one"), Count(["c"], 1)]},
            "exactly 1 of `a`, `b`, `c` (`one`), exactly 1 of `c` and `c` <= 0.4 cannot all hold: "
            "the fractions sum to 1",
        ),
        (
            {"components": mix(a=(0.0,), b=(0.0,)), "factors": [ProcessFactor("cure_C", 20, 100)], "linear": [
                Linear({"a": 100.0, "cure_C": 1.0}, 250.0)]},
            "100 `a` + `cure_C` >= 250 and `cure_C` <= 100 cannot both hold",
        ),
    ],
)  # fmt: skip
def test_contradictions_in_words(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        MixtureSpace(**said)
    assert caught.value.mistakes == (words,)


def test_a_simplex_is_uniform() -> None:
    space = MixtureSpace(mix(a=(), b=(), c=(), d=()))
    points = space.sample(5000, 3)
    for column in points.T:
        assert stats.kstest(column, stats.beta(1, 3).cdf).pvalue > 1e-3
    assert abs(points.var(axis=0).mean() - 3 / 80) < 1e-3
    np.testing.assert_array_equal(points, space.sample(5000, 3))
    assert np.abs(points - space.sample(5000, 4)).max() > 0.1


def test_faces_are_equally_likely_however_wide() -> None:
    """Six components, at most three, one of which must be wide enough: chi-square over the sets that are left."""
    components = [MixtureComponent(f"c{at}", 0.05, 0.2 + 0.1 * at) for at in range(6)]
    space = MixtureSpace(components, counts=[Count([item.name for item in components], 1, 3)])
    there = faces(space)
    assert 0 < len(there) < space.face_count == 41
    points = space.sample(20_000, 5)
    sets, seen = np.unique(points > 0.0, axis=0, return_counts=True)
    assert {tuple(np.array(space.columns)[row]) for row in sets} == set(there)
    assert stats.chisquare(seen).pvalue > 1e-3


def test_factors_and_choices_are_uniform_and_follow_constraints() -> None:
    space = MixtureSpace(
        mix(a=(0.2, 0.8), b=()),
        factors=[ProcessFactor("cure_C", 60, 120), ProcessFactor("hours", 1, 5)],
        categories=[Category("substrate", ["steel", "glass", "wood"])],
        linear=[Linear({"cure_C": 1.0, "a": 100.0}, None, 140.0, "the more a, the less heat")],
    )
    assert space.columns == ("a", "b", "cure_C", "hours", "substrate")
    points = space.sample(6000, 1)
    assert space.feasible(points).all()
    assert stats.kstest(points[:, 3], stats.uniform(1, 4).cdf).pvalue > 1e-3
    assert stats.chisquare(np.bincount(points[:, 4].astype(int))).pvalue > 1e-3
    rng = np.random.default_rng(2)
    plain = np.column_stack([rng.uniform(0.2, 0.8, 40_000), rng.uniform(60, 120, 40_000)])
    plain = plain[plain[:, 1] + 100.0 * plain[:, 0] <= 140.0]
    assert stats.ks_2samp(points[:, 0], plain[:, 0]).pvalue > 1e-3
    assert stats.ks_2samp(points[:, 2], plain[:, 1]).pvalue > 1e-3


def test_supports_are_counted_and_drawn_as_if_listed() -> None:
    rules = ((frozenset(range(8)), 1, 4), (frozenset({0, 1, 2}), 1, 1), (frozenset({2, 5, 6}), 0, 2))
    supports = Supports(9, frozenset({7}), frozenset(), rules)
    listed = [
        {7, *chosen}
        for size in range(9)
        for chosen in combinations([0, 1, 2, 3, 4, 5, 6, 8], size)
        if all(least <= len(({7, *chosen}) & members) <= most for members, least, most in rules)
    ]
    assert supports.total == len(listed)
    assert {frozenset(members) for members in supports.each()} == {frozenset(members) for members in listed}
    sets, seen = np.unique(supports.draw(40_000, np.random.default_rng(1)), axis=0, return_counts=True)
    assert len(sets) == len(listed)
    assert stats.chisquare(seen).pvalue > 1e-3


def test_rare_faces_are_found() -> None:
    """Of 2.4 million sets only those with three given components leave a mixture."""
    names = [f"c{at}" for at in range(50)]
    components = [MixtureComponent(name, 0.0, 0.3 if at < 3 else 0.05) for at, name in enumerate(names)]
    space = MixtureSpace(components, counts=[Count(names, 1, 5)])
    assert space.face_count == 2_369_935
    points = space.sample(500, 1)
    assert space.feasible(points).all()
    assert (points[:, :3] > 0.0).all()


def test_a_pool_of_twenty_choose_five_in_seconds() -> None:
    """The time is that of a loaded machine; the benchmark has the honest one."""
    names = [f"c{at}" for at in range(20)]
    space = MixtureSpace([MixtureComponent(name, 0.05, 0.9) for name in names], counts=[Count(names, 1, 5)])
    space.sample(10, 1)  # compiles
    start = time.process_time()
    points = space.sample(100_000, 2)
    assert time.process_time() - start < 5.0
    assert space.feasible(points, 1e-9).all()
    assert ((points > 0.0).sum(axis=1) <= 5).all() and points[points > 0.0].min() >= 0.05


def test_what_is_not_feasible_is_said() -> None:
    space = MixtureSpace(
        [MixtureComponent("epoxy", 0.4, 0.8), MixtureComponent("amine", 0.1), MixtureComponent("chalk", 0.05)],
        counts=[Count(["chalk", "amine"], 1, 1, "one of both")],
        factors=[ProcessFactor("cure_C", 60, 120)],
        categories=[Category("substrate", ["steel", "glass"])],
    )
    good = [0.6, 0.4, 0.0, 80.0, 1.0]
    for change, words in (
        ({0: 0.5, 1: 0.4}, "the fractions sum to 1 does not hold: they sum to 0.9"),
        ({0: 0.9, 1: 0.1}, "`epoxy` <= 0.8 does not hold: it is 0.9"),
        ({0: 0.5, 2: 0.1}, "exactly 1 of `chalk`, `amine` (`one of both`) does not hold: present `amine`, `chalk`"),
        ({1: 0.0, 2: 0.04, 0: 0.96}, "`chalk` >= 0.05 where it is present does not hold: it is 0.04"),
        ({3: 130.0}, "`cure_C` <= 120 does not hold: it is 130"),
        ({4: 2.0}, "`substrate` is 2, the number of none of its choices"),
        ({3: np.nan}, "`cure_C` is no number"),
        ({0: 0.7, 1: 0.4, 2: -0.1}, "`chalk` is -0.1, below 0"),
    ):
        point = np.array(good)
        for at, value in change.items():
            point[at] = value
        assert not space.feasible(point)[0], words
        assert words in space.violations(point)
    assert space.feasible(good)[0] and space.violations(good) == []
    with pytest.raises(InputError, match=r"expected \(n, 5\) with the columns epoxy, amine, chalk, cure_C, substrate"):
        space.feasible([0.5, 0.5])
    with pytest.raises(InputError, match="a whole number from 0 on"):
        space.sample(-1, 0)
    assert space.sample(0, 1).shape == (0, 5)
    assert pickle.loads(pickle.dumps(space)) == space


def any_of(value: Any) -> Any:
    return value


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: MixtureComponent("a", 0.5, 0.4), "low 0.5 is above high 0.4"),
        (lambda: MixtureComponent("a", 0.5, 40.0), "high is 40; a fraction is between 0 and 1"),
        (lambda: MixtureComponent(" a"), "its name is ' a'"),
        (lambda: MixtureComponent("a", any_of("x")), "low is 'x'; a finite number is needed"),
        (lambda: Count(["a", "b"], 3), "at_least is 3; a whole number from 0 to 2"),
        (lambda: Count(["a", "b"], 2, 1), "at least 2 and at most 1 cannot both hold"),
        (lambda: Count("hardener", 1), "is one text; a list of names is needed"),
        (lambda: Linear({"a": 1.0}), "has no limit"),
        (lambda: Linear({"a": 0.0}, 1.0), "all of its weights are 0"),
        (lambda: Linear({"a": 1.0}, 1.0, 0.5), "at_least 1 is above at_most 0.5"),
        (lambda: Ratio({"a": -1.0}, {"b": 1.0}, 0.5), "the weight of 'a' is -1; it must be above 0"),
        (lambda: Ratio({"a": 1.0}, {}, 0.5), "denominator names nothing"),
        (lambda: Ratio({"a": 1.0}, {"b": 1.0}, -0.5), "at_least is -0.5; it must be at least 0"),
        (lambda: ProcessFactor("t", 0.0, np.inf), "high is inf; a finite number is needed"),
        (lambda: Category("c", ["x", "x"]), "two different ones are needed"),
        (lambda: MixtureSpace([]), "it has no components"),
        (lambda: MixtureSpace(mix(a=(), b=()), factors=[ProcessFactor("a", 0, 1)]), "the name 'a' comes 2 times"),
        (lambda: MixtureSpace(mix(aa=(), b=()), counts=[Count(["aaa"], 1)]), "no such name: 'aaa' (did you mean 'aa'"),
        (lambda: MixtureSpace(mix(a=(), b=()), linear=[Linear({"z": 1}, 0.5)]), "no such name: 'z' (known: a, b)"),
        (lambda: MixtureSpace(mix(a=(), b=()), counts=[Count(["a", "a"], 1)]), "names a component twice"),
    ],
)  # fmt: skip
def test_mistakes_are_told(make: Any, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        make()
    assert any(words in mistake for mistake in (*caught.value.mistakes, caught.value.where)), caught.value


def test_traces_are_present_and_a_broken_ratio_says_what_it_is() -> None:
    parts = [MixtureComponent("resin", 0.5), MixtureComponent("silane", 0.0002, 0.002), MixtureComponent("amine")]
    space = MixtureSpace(parts, counts=[Count(["silane"], 1, 1)], ratios=[Ratio({"resin": 1}, {"amine": 2}, 0.9, 1.1)])
    assert space.violations([0.6594, 0.0008, 0.3398], 1e-3) == []
    assert space.feasible([[0.6594, 0.0008, 0.3398]], 1e-3).all()
    (said,) = space.violations([0.7992, 0.0008, 0.2], 1e-3)
    assert said.endswith("does not hold: it is 1.998")


def test_counts_that_contradict_need_no_sum() -> None:
    with pytest.raises(ConfigError, match=r"exactly 1 of `a`, `b` and exactly 2 of `a`, `b` cannot both hold$"):
        MixtureSpace([MixtureComponent(n) for n in "abc"], counts=[Count(["a", "b"], 1, 1), Count(["a", "b"], 2, 2)])
