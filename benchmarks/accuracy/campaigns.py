"""Simulated campaigns: hypervolume after 10 batches of 5 experiments, against random, Sobol and, if installed, BoTorch.

Every number is a share of the hypervolume of the Pareto front, which is known exactly for two of the campaigns and by a
long search for the others. The first batch is a space-filling one, the same for finechem and BoTorch; random and Sobol
spend all 50 experiments at once. Experiments have no error. The interval is that of the mean over the seeds (90 %,
Student).

BoTorch (`pip install 'finechem[peers]'`; --peer-seeds 0 leaves it out) gets its default Gaussian processes and
qLogNEHVI: over a pool of 2000 points everywhere, and with its own optimizer where the space is a plain simplex with
factors (it has no number of components at most). Time per suggestion is that of fitting and choosing, taken in turn
in one process on one thread; "ratio" is the peer's over ours.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import _botorch  # first: it holds BLAS to one thread
import numpy as np
from _accuracy import Row, options, report
from _campaigns import Array, Problem, problems
from scipy.stats import t as student

from finechem.adhesives.design import Objective, fit_formulation_model, suggest

BATCH = 5
Chooser = Callable[[Problem, Array, Array, int], Array]


def ours(problem: Problem, points: Array, values: Array, seed: int) -> Array:
    names = [f"outcome {at + 1}" for at in range(problem.objectives)]
    models = {
        name: fit_formulation_model(problem.space, points, values[:, at], name=name, folds=0)
        for at, name in enumerate(names)
    }
    wishes = [Objective(name, reference=float(low)) for name, low in zip(names, problem.reference, strict=True)]
    return suggest(problem.space, models, wishes, batch=BATCH, seed=seed).points


def peer_pool(problem: Problem, points: Array, values: Array, seed: int) -> Array:
    return _botorch.suggest(problem, points, values, BATCH, seed, continuous=False)


def peer_own(problem: Problem, points: Array, values: Array, seed: int) -> Array:
    return _botorch.suggest(problem, points, values, BATCH, seed, continuous=True)


class Campaign:
    """One campaign of one chooser; it goes on batch by batch, so that several can run in turn."""

    def __init__(self, problem: Problem, choose: Chooser, seed: int) -> None:
        self.problem, self.choose, self.seed = problem, choose, seed
        wishes = [Objective("any")]
        self.points = suggest(problem.space, {}, wishes, batch=BATCH, seed=1000 + seed).points
        self.seconds: list[float] = []

    def go_on(self, turn: int) -> None:
        values = self.problem.outcomes(self.points)
        begin = time.perf_counter()
        more = self.choose(self.problem, self.points, values, 100 * self.seed + turn)
        self.seconds.append(time.perf_counter() - begin)
        self.points = np.vstack([self.points, more])

    @property
    def reached(self) -> float:
        return self.problem.reached(self.points)


def shares(label: str, values: list[float]) -> Row:
    mean = float(np.mean(values))
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")
    half = float(student.ppf(0.95, max(len(values) - 1, 1))) * spread / np.sqrt(len(values))
    return Row(label, len(values), "share of hypervolume", mean, f"{mean - half:.4f} to {mean + half:.4f}")


def compared(problem: Problem, seeds: int, peer_seeds: int, batches: int) -> list[Row]:
    """Return the rows of one problem."""
    found: dict[str, list[float]] = {"finechem": [], "random": [], "Sobol": []}
    seconds: dict[str, list[float]] = {"finechem": []}
    peers: dict[str, Chooser] = {}
    if peer_seeds:
        peers["BoTorch, pool"] = peer_pool
        if problem.most == len(problem.space.components):
            peers["BoTorch, own optimizer"] = peer_own
    for seed in range(seeds):
        choosers: dict[str, Chooser] = {"finechem": ours, **(peers if seed < peer_seeds else {})}
        running = {name: Campaign(problem, choose, seed) for name, choose in choosers.items()}
        for turn in range(1, batches):
            for campaign in running.values():
                campaign.go_on(turn)
        for name, campaign in running.items():
            found.setdefault(name, []).append(campaign.reached)
            seconds.setdefault(name, []).extend(campaign.seconds)
            if seed < peer_seeds and name == "finechem":
                seconds.setdefault("beside", []).extend(campaign.seconds)
        found["random"].append(problem.reached(problem.space.sample(batches * BATCH, 5000 + seed)))
        found["Sobol"].append(problem.reached(problem.sobol(batches * BATCH, 5000 + seed)))
        print(problem.name, seed, {name: round(values[-1], 4) for name, values in found.items()}, file=sys.stderr)
    rows = [shares(f"{problem.name}: {name}", values) for name, values in found.items()]
    for other in ("random", "Sobol"):
        wins = float(np.mean(np.array(found["finechem"]) > np.array(found[other])))
        rows.append(Row(f"{problem.name}: finechem over {other}", seeds, "share of seeds that are better", wins))
    rows.append(
        Row(f"{problem.name}: finechem", len(seconds["finechem"]), "s a suggestion", median(seconds["finechem"]))
    )
    for name in peers:
        rows.append(Row(f"{problem.name}: {name}", len(seconds[name]), "s a suggestion", median(seconds[name])))
        ratio = median(seconds[name]) / median(seconds["beside"])
        rows.append(Row(f"{problem.name}: {name}", len(seconds[name]), "ratio of times", ratio, "aim 10"))
        ahead = np.array(found["finechem"][: len(found[name])]) - np.array(found[name])
        rows.append(shares(f"{problem.name}: finechem less {name}", ahead.tolist()))
    return rows


def median(values: list[float]) -> float:
    return float(np.median(values))


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--peer-seeds", type=int, default=5, help="seeds for BoTorch, where it is installed")
    parser.add_argument("--only", default="", help="campaigns whose name contains this")
    arguments = parser.parse_args()
    seeds, batches = (2, 3) if arguments.quick else (arguments.seeds, 10)
    version = _botorch.installed()
    peer_seeds = 0 if arguments.quick or not version else arguments.peer_seeds
    if not version:
        print("BoTorch is not installed: its rows are left out", file=sys.stderr)
    rows = []
    for problem in problems():
        if arguments.only in problem.name:
            rows += compared(problem, seeds, peer_seeds, batches)
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
