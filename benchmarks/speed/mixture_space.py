"""Pools of mixtures with a ratio constraint against rejection, and which sets are possible against HiGHS.

Rejection draws a set of five components (or all ten) and a uniform mixture of it (Dirichlet) and keeps what meets
bounds and ratio, vectorised in numpy, until it has as many points as ours; ours are of sets of every size that the
bounds allow, rejection has sets of five only. "error" is the largest difference of the mean fractions of both pools,
which is random, and for sets of five systematic too. Where only bounds limit sets of five of twenty, rejection keeps so
many that it takes half our time: no row here, as it leaves most of a space with a ratio out of reach.

HiGHS is asked once a set of components, through `scipy.optimize.linprog`; "error" is the share of sets on which the
answers differ. Compilation is outside: our first call stands apart as "cold s".
"""

# ruff: noqa: I001
from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _timing import Row, compare, options, report  # before numpy: it sets threads
import numpy as np
from scipy.optimize import linprog
from finechem.adhesives.design import Count, MixtureComponent, MixtureSpace, Ratio
from finechem.adhesives.design.faces import feasible_faces

SEED = 1
RATIO = Ratio({"c0": 0.02, "c1": 0.03}, {"c2": 0.005, "c3": 0.006}, 0.5, 1.5)


def choose(size: int, most: int, low: float, high: float, ratios: tuple[Ratio, ...] = ()) -> MixtureSpace:
    """Return a space of so many components of which at most some are present."""
    names = [f"c{at}" for at in range(size)]
    return MixtureSpace(
        [MixtureComponent(name, low, high) for name in names], counts=[Count(names, 1, most)], ratios=ratios
    )


def rejection(space: MixtureSpace, count: int, present: int) -> Any:
    """Keep mixtures of sets of one size that are in the space."""
    rng = np.random.default_rng(SEED)
    size = len(space.components)
    kept: list[Any] = []
    while sum(map(len, kept)) < count:
        points = np.zeros((50_000, size))
        chosen = np.argpartition(rng.random(points.shape), present - 1, axis=1)[:, :present]
        np.put_along_axis(points, chosen, rng.dirichlet(np.ones(present), len(points)), axis=1)
        kept.append(points[space.feasible(points)])
    return np.vstack(kept)[:count]


def highs(space: MixtureSpace, marks: Any) -> Any:
    """Ask a linear program about each set: bounds, sum and the ratio."""
    less = np.zeros((2, len(space.components)))
    for name, weight in RATIO.numerator.items():
        less[:, space.columns.index(name)] += np.array([1.0, -1.0]) * weight
    for name, weight in RATIO.denominator.items():
        less[:, space.columns.index(name)] += np.array([-1.5, 0.5]) * weight
    below = [space.columns.index(name) for name in RATIO.denominator]
    found = []
    for row in marks:
        bounds = [(item.low, item.high) if there else (0.0, 0.0) for item, there in
                  zip(space.components, row, strict=True)]  # fmt: skip
        answer = linprog(
            np.zeros(len(row)),
            A_ub=100 * less,
            b_ub=np.zeros(2),
            A_eq=np.ones((1, len(row))),
            b_eq=[1.0],
            bounds=bounds,
        )
        found.append(answer.status == 0 and bool(row[below].any()))
    return np.array(found)


def means_apart(ours: Any, theirs: Any) -> float:
    return float(np.abs(ours.mean(axis=0) - theirs.mean(axis=0)).max())


def main() -> None:
    arguments = options(__doc__)
    few, sets, repeats = (200, 100, 1) if arguments.quick else (1_000, 1_000, 3)
    rows: list[Row] = []
    for size in (20, 50):
        space = choose(size, 5, 0.05, 0.6, (RATIO,))
        rows.append(
            compare(
                f"{size} choose 5 with a ratio, {few} points", "rejection, sets of 5",
                lambda space=space: space.sample(few, SEED),  # type: ignore[misc]
                lambda space=space: rejection(space, few, 5),  # type: ignore[misc]
                means_apart, threads=1, repeats=repeats,
            )
        )  # fmt: skip
    full = MixtureSpace([MixtureComponent(f"c{at}", 0.02, 0.25) for at in range(10)], ratios=[RATIO])
    rows.append(
        compare(
            f"10 components with a ratio, {few} points", "rejection, all 10",
            lambda: full.sample(few, SEED), lambda: rejection(full, few, 10), means_apart, threads=1, repeats=repeats,
        )
    )  # fmt: skip
    space = choose(10, 10, 0.02, 0.25, (RATIO,))
    marks = space.supports.marks(list(combinations(range(10), 6)))
    marks = marks[np.random.default_rng(SEED).integers(len(marks), size=sets)]
    rows.append(
        compare(
            f"{sets} sets of 6 of 10, possible?", "HiGHS, one program a set",
            lambda: feasible_faces(space, marks), lambda: highs(space, marks),
            lambda ours, theirs: float(np.mean(ours != theirs)), threads=1, repeats=repeats,
        )
    )  # fmt: skip
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
