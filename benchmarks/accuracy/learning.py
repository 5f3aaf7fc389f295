"""Learning from few mixtures: a measured set searched for its best compositions, and whether intervals hold.

The measured set is 233 rows of five components (conductivity of a polymer composite, no adhesive), read from
../shared/data or --data FILE and not shipped: fractions renormalised, replicates merged to 178 compositions. A search
starts from 15 compositions of the lower half by conductivity and goes on in batches of 5; counted are the experiments
after these until 5 of the best 9 (half of the top 5 %) are measured, a composition showing its mean; the median is
that over the seeds. Random order is the baseline.

Coverage is the share of held-out formulations inside their 90 % interval, pooled over splits: of the measured set,
and of made-up mixtures with an error of a tenth of their spread.
"""

# ruff: noqa: I001
from __future__ import annotations

import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _campaigns import Array, mixtures, two_optima  # first: it holds BLAS to one thread

import numpy as np
from _accuracy import Row, options, report

from finechem.adhesives.design import KINDS, Objective, fit_formulation_model, suggest, validate
from finechem.adhesives.design.replicates import merge_replicates
from finechem.screening.properties import Scale

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "adhesives" / "mixture_5_components.csv"
START, BATCH = 15, 5
WISH = [Objective("conductivity")]


def read(path: Path) -> tuple[Array, Array]:
    """Return the fractions and conductivities (S/cm) of all rows."""
    with path.open(encoding="utf-8") as file:
        table = list(csv.reader(file))[1:]
    amounts = np.array([[float(cell) for cell in row[:5]] for row in table])
    return amounts / amounts.sum(axis=1, keepdims=True), np.array([float(row[5]) for row in table])


def needed(points: Array, values: Array, seed: int, scale: Scale, *, learn: bool) -> int:
    """Return how many experiments after the first ones it takes to measure half of the top 5 %."""
    rng = np.random.default_rng(seed)
    order = np.argsort(values)
    best = set(order[-round(0.05 * len(values)) :].tolist())
    wanted = (len(best) + 1) // 2
    known = rng.choice(order[: len(values) // 2], START, replace=False).tolist()
    space = mixtures(5, 5)
    while len(best.intersection(known)) < wanted:
        rest = np.setdiff1d(np.arange(len(values)), known)
        if learn:
            model = fit_formulation_model(space, points[known], values[known], scale=scale, folds=0, name=WISH[0].name)
            batch = min(BATCH, len(rest))
            chosen = suggest(space, {WISH[0].name: model}, WISH, batch=batch, seed=seed, candidates=points[rest]).points
            found = [int(np.argmin(np.abs(points - row).sum(axis=1))) for row in chosen]
        else:
            found = rng.permutation(rest)[:1].tolist()
        for index in found:
            known.append(index)
            if len(best.intersection(known)) == wanted:
                break
    return len(known) - START


def measured(path: Path, seeds: int, repeats: int) -> list[Row]:
    rows_x, rows_y = read(path)
    merged = merge_replicates(rows_x, rows_y)
    points, values = merged.points, merged.values
    label, rows = f"{len(rows_y)} rows, {len(values)} compositions", []
    counts = {"random": [needed(points, values, seed, "linear", learn=False) for seed in range(max(seeds, 50))]}
    scales: tuple[Scale, ...] = ("linear",) if seeds < 5 else ("linear", "log")
    for scale in scales:
        counts[f"suggest, {scale} values"] = [needed(points, values, seed, scale, learn=True) for seed in range(seeds)]
    for name, some in counts.items():
        low, high = np.quantile(some, [0.25, 0.75])
        rows.append(Row(f"{label}: {name}", len(some), "experiments, median", float(np.median(some)),
                        f"quartiles {low:.0f} and {high:.0f}"))  # fmt: skip
    space = mixtures(5, 5)
    for scale in scales:
        for kinds in (KINDS[:1], KINDS) if repeats > 1 else (KINDS[:1],):
            said = validate(space, rows_x, rows_y, scale=scale, kind=kinds, repeats=repeats)
            name = f"{label}: {scale}, {'best of 4 kinds' if len(kinds) > 1 else kinds[0]}"
            total = len(said.measured)
            rows.append(Row(name, total, "within 90 % interval", said.coverage, "aim 0.85 to 0.95"))
            rows.append(Row(name, total, "R2 on the scale", said.r2))
    return rows


def made_up(sizes: tuple[int, ...], repeats: int) -> list[Row]:
    problem = two_optima()
    rows = []
    for n in sizes:
        inside = []
        for seed in range(repeats):
            rng = np.random.default_rng(seed)
            x = problem.space.sample(n, seed)
            y = problem.outcomes(x)[:, 0]
            said = validate(problem.space, x, y + rng.normal(0.0, 0.1 * y.std(), n), repeats=1, seed=seed)
            inside.append(said.coverage)
        rows.append(Row(f"made up, {n} mixtures of 5", n * repeats, "within 90 % interval", float(np.mean(inside))))
    return rows


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--seeds", type=int, default=50)
    arguments = parser.parse_args()
    rows = made_up((15, 30), 1) if arguments.quick else made_up((15, 30, 60), 10)
    if arguments.data.is_file():
        rows += measured(arguments.data, 3 if arguments.quick else arguments.seeds, 1 if arguments.quick else 3)
    else:
        print(f"{arguments.data} is not there: its rows are left out", file=sys.stderr)
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
