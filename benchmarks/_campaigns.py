"""Simulated campaigns of formulation: spaces, what experiments would show, and the hypervolume of the Pareto front."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
from numpy.typing import NDArray
from scipy.stats.qmc import Sobol

from finechem.adhesives.design import Count, MixtureComponent, MixtureSpace, ProcessFactor, hypervolume

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """A campaign: more is better in every outcome."""

    name: str
    space: MixtureSpace
    most: int
    outcomes: Callable[[Array], Array]
    reference: Array
    best: float
    """Hypervolume of the Pareto front."""
    front: str
    """Where `best` comes from."""

    @property
    def objectives(self) -> int:
        return len(self.reference)

    def sobol(self, n: int, seed: int) -> Array:
        return sobol(self.space, self.most, n, seed)

    def reached(self, points: Array) -> float:
        """Return the share of the hypervolume that points reach."""
        return hypervolume(self.outcomes(points), self.reference) / self.best


def mixtures(size: int, most: int, factors: Sequence[ProcessFactor] = ()) -> MixtureSpace:
    names = [f"x{index + 1}" for index in range(size)]
    counts = [Count(names, at_most=most)] if most < size else []
    return MixtureSpace([MixtureComponent(name) for name in names], counts=counts, factors=factors)


def sobol(space: MixtureSpace, most: int, n: int, seed: int) -> Array:
    """Return a scrambled Sobol sequence mapped onto a space of `mixtures`.

    Fractions are the spacings of exponential variables, uniform on the simplex; where few of the components are used,
    those of the least of further coordinates; process factors are scaled.
    """
    size, factors = len(space.components), space.factors
    cube = most + len(factors) + (size if most < size else 0)
    unit = np.clip(Sobol(cube, rng=seed).random_base2(int(np.ceil(np.log2(n))))[:n], 1e-12, 1.0 - 1e-12)
    parts = -np.log(unit[:, :most])
    used = np.argsort(unit[:, -size:], axis=1)[:, :most] if most < size else np.tile(np.arange(size), (n, 1))
    found = np.zeros((n, len(space.columns)))
    np.put_along_axis(found, used, parts / parts.sum(axis=1, keepdims=True), axis=1)
    for at, factor in enumerate(factors):
        found[:, size + at] = factor.low + (factor.high - factor.low) * unit[:, most + at]
    return found


def two_optima() -> Problem:
    """Five components; each outcome falls with the squared distance from its own best mixture.

    The Pareto set is the line between the two: outcomes (1 - t², 1 - (1 - t)²), t from 0 to 1.
    """
    one, two = np.array([0.6, 0.2, 0.1, 0.05, 0.05]), np.array([0.05, 0.1, 0.2, 0.6, 0.05])
    apart = float(np.sum((one - two) ** 2))

    def outcomes(x: Array) -> Array:
        away = np.stack([np.sum((x - best) ** 2, axis=1) for best in (one, two)], axis=1)
        return np.asarray(1.0 - away / apart, dtype=float)

    space = mixtures(5, 5)
    # the area under q = 1 - (1 - sqrt(1 - p))², p from 0 to 1
    return Problem("5 components, two optima", space, 5, outcomes, np.zeros(2), 5.0 / 6.0, "exact, 5/6")


def quarter_circle() -> Problem:
    """Six components; the ratio of two of them trades the outcomes, the other four spoil both.

    Outcomes (1 - g) (cos θ, sin θ) with θ = π/2 x2 / (x1 + x2) and g growing with the others: the front is a quarter
    of a circle, and both best single components are its ends.
    """

    def outcomes(x: Array) -> Array:
        theta = 0.5 * np.pi * x[:, 1] / np.maximum(x[:, 0] + x[:, 1], 1e-12)
        spoiled = 1.0 - (1.0 - (x[:, 2:] @ np.array([1.0, 1.5, 2.0, 2.5])) / 2.5) ** 2
        good = np.maximum(1.0 - spoiled, 0.0)
        return np.stack([good * np.cos(theta), good * np.sin(theta)], axis=1)

    space = mixtures(6, 6)
    return Problem("6 components, quarter circle", space, 6, outcomes, np.zeros(2), 0.25 * np.pi, "exact, pi/4")


def few_of_twelve() -> Problem:
    """Twelve components of which at most four are used; pairs help or harm, and what is strong is dear."""
    rng = np.random.default_rng(12)
    single, price = rng.uniform(2.0, 10.0, 12), rng.uniform(1.0, 5.0, 12)
    pairs = np.triu(rng.normal(0.0, 15.0, (12, 12)), 1)

    def outcomes(x: Array) -> Array:
        strength = x @ single + np.einsum("ni,ij,nj->n", x, pairs, x)
        return np.stack([strength, -(x @ price) - 2.0 * np.sum(x**2, axis=1)], axis=1)

    space = mixtures(12, 4)
    return Problem("12 components, at most 4", space, 4, outcomes, np.array([3.0, -6.0]), FEW_OF_TWELVE, "search")


def cured() -> Problem:
    """Four components, temperature and time: strength needs cure and a balance of two components, and costs energy."""

    def outcomes(points: Array) -> Array:
        x, kelvin, minutes = points[:, :4], points[:, 4] + 273.15, points[:, 5]
        rate = 0.05 * np.exp(-7000.0 * (1.0 / kelvin - 1.0 / 393.15)) * (1.0 + 3.0 * x[:, 3])
        cure = 1.0 - np.exp(-rate * minutes)
        balance = np.exp(-(((x[:, 0] - 1.6 * x[:, 1]) / 0.25) ** 2))
        charred = np.exp(-np.maximum(kelvin - 433.15, 0.0) / 15.0)
        strength = (5.0 + 25.0 * balance * (1.0 - x[:, 3])) * cure * charred * (1.0 - 0.6 * x[:, 2])
        energy = 0.01 * (kelvin - 293.15) * np.log(minutes) + 3.0 * x[:, 3] - 2.0 * x[:, 2]
        return np.stack([strength, -energy], axis=1)

    space = mixtures(4, 4, [ProcessFactor("cure_C", 80.0, 180.0), ProcessFactor("cure_min", 10.0, 120.0)])
    return Problem("4 components, temperature, time", space, 4, outcomes, np.array([0.0, -8.0]), CURED, "search")


#: Hypervolumes that `python benchmarks/_campaigns.py` found: lower bounds of what is possible.
FEW_OF_TWELVE, CURED = 37.0891, 190.2795


def problems() -> list[Problem]:
    return [two_optima(), quarter_circle(), few_of_twelve(), cured()]


def searched(problem: Problem, seed: int = 0) -> float:
    """Return the hypervolume that random search and many rounds of small steps along the front reach."""
    from finechem.adhesives.design.improvement import pareto_front
    from finechem.adhesives.design.pool import neighbours

    points = problem.space.sample(400_000, seed)
    best = 0.0
    for turn in range(400):
        values = problem.outcomes(points)
        inside = np.all(values > problem.reference, axis=1)
        points, values = points[inside], values[inside]
        rows = {row.tobytes() for row in pareto_front(values)}
        points = points[[row.tobytes() in rows for row in values]]
        if len(points) > 2000:
            points = points[np.argsort(problem.outcomes(points)[:, 0])][:: len(points) // 1000]
        best = max(best, hypervolume(problem.outcomes(points), problem.reference))
        reach = (1.0, 0.3, 0.05)[turn % 3]
        partners = problem.space.sample(5000, seed + turn + 1)
        more = [
            neighbours(problem.space, points, others, 30_000, reach, turn, edges=True) for others in (partners, points)
        ]
        points = np.vstack([points, *more])
    return best


if __name__ == "__main__":
    for problem in problems():
        print(problem.name, searched(problem), problem.best, flush=True)
