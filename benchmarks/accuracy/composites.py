"""Measured conductivities of filled polymers against closed formulae and voxels.

The factor error is exp of the mean of |ln(model / measured)|. "as given": interface resistance 1e-7 m2 K/W, nothing
fitted. "fitted": one resistance for each pair of matrix and filler with at least three points, at most 1e-4 and at
least 1e-10, each point by a fit without it. Sources seldom tell particle shape and direction
(`finechem.thermal.composite.accuracy` says what is assumed), and a published conductivity is often the best of a
series, so models lie low; two are stated as "over" the value that is taken. Foams, pressed and segregated
fillers are networks that no model here makes; they are counted apart. ``--write`` writes thermal.composite_errors,
from which the sigma of composite conductivities comes; ``--plot FILE`` draws model against measurement.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report

from finechem.errors import InputError
from finechem.thermal.composite import CompositeRecipe, closed_formula, voxel_average
from finechem.thermal.composite.accuracy import (
    MIXED,
    Comparison,
    fitted_resistance,
    measure_errors,
    measured_composites,
)
from finechem.thermal.composite.conductivity import formula_table

TABLE = Path(__file__).resolve().parents[2] / "datasets" / "finechem_datasets" / "thermal" / "composite_errors.csv"


Pairs = list[tuple[float, float]]


def rows_of(name: str, pairs: Sequence[tuple[float, float]]) -> list[Row]:
    logs = np.log([model / measured for model, measured in pairs])
    return [
        Row(name, len(logs), "factor error", math.exp(float(np.mean(np.abs(logs))))),
        Row(name, len(logs), "bias (ln)", float(np.mean(logs))),
    ]


def fitted(points: Sequence[Comparison]) -> tuple[Pairs, Pairs, list[str]]:
    """Return model and measurement with one resistance a system, each point by a fit without it; as given; the fits."""
    systems: dict[tuple[str, str], list[Comparison]] = {}
    for item in points:
        kind = (
            "epoxy"
            if "epoxy" in item.recipe.matrix.name
            else "silicone"
            if item.recipe.matrix.density_kg_m3 < 1e3
            else ""
        )
        systems.setdefault((kind, item.recipe.filler.name), []).append(item)
    fitted_pairs, given_pairs, said = [], [], []
    for (matrix, filler), members in systems.items():
        if len(members) < 3:
            continue
        said.append(f"{filler} in {matrix}: {fitted_resistance(members):.1e} m2 K/W from {len(members)} points")
        for item in members:
            resistance = fitted_resistance([other for other in members if other is not item])
            fitted_pairs.append((item.best(resistance), item.measured_W_mK))
            given_pairs.append((item.best(), item.measured_W_mK))
    return fitted_pairs, given_pairs, said


def voxel_pairs(points: Sequence[Comparison]) -> tuple[Pairs, Pairs]:
    """Return voxel model and measurement where it can be packed, and closed formula and measurement of the same."""
    pairs, closed = [], []
    for item in points:
        try:
            found = voxel_average(item.recipe, seeds=2)
        except InputError:
            continue
        value = found.in_plane_W_mK if item.direction == "in-plane" else found.through_plane_W_mK
        pairs.append((value, item.measured_W_mK))
        closed.append((item.best(), item.measured_W_mK))
    return pairs, closed


#: Filler, percent by volume, aspect ratio and orientation of what both models are asked, in epoxy at 20 um.
ASKED = (
    ("AlN", 15.0, 0.97, "random"), ("AlN", 40.0, 1.0, "random"), ("h-BN", 15.0, 0.1, "random"),
    ("h-BN", 20.0, 0.2, "random"), ("h-BN", 15.0, 0.1, "through-plane"), ("h-BN", 20.0, 0.2, "in-plane"),
    ("h-BN", 30.0, 0.1, "in-plane"),
)  # fmt: skip


def against_voxels() -> list[Row]:
    """Return by how much closed formulae differ from voxels, along the better conducting direction, in percent."""
    rows = []
    for filler, share, ratio, orientation in ASKED:
        recipe = CompositeRecipe.of(
            "asked", "epoxy", filler, share, d50_m=2e-5, aspect_ratio=ratio, orientation=orientation
        )
        found = voxel_average(recipe, seeds=2)
        column = 1 if orientation == "through-plane" else 0
        voxels = (found.in_plane_W_mK, found.through_plane_W_mK)[column]
        nan = next((row for row in formula_table(recipe) if row[0] == "Nan, spheroids"), None)
        name = f"{share:g} vol% {filler}, aspect ratio {ratio:g}, {orientation}"
        rows.append(
            Row(f"closed formula over voxels, {name}", 2, "%", 100 * (closed_formula(recipe)[column] / voxels - 1))
        )
        if nan is not None:
            rows.append(Row(f"Nan's formula over voxels, {name}", 2, "%", 100 * (float(nan[1 + column]) / voxels - 1)))
    return rows


def plot(path: Path, points: Sequence[Comparison]) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.8, 4.5), layout="constrained")
    axes = figure.add_subplot(
        xlabel="measured κ (W/(m K))", ylabel="closed formula (W/(m K))", xscale="log", yscale="log"
    )
    for structure in dict.fromkeys(item.structure for item in points):
        some = [item for item in points if item.structure == structure]
        axes.plot(
            [item.measured_W_mK for item in some], [item.best() for item in some], "o", markersize=4, label=structure
        )
    axes.plot([0.2, 20], [0.2, 20], "k", linewidth=0.8)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--write", action="store_true", help="write the table thermal.composite_errors")
    parser.add_argument("--plot", type=Path, help="draw model against measurement")
    arguments = parser.parse_args()
    if arguments.write:
        errors = measure_errors()
        with TABLE.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(errors[0]), lineterminator="\n")
            writer.writeheader()
            for row in errors:
                writer.writerow({key: f"{item:.6g}" if isinstance(item, float) else item for key, item in row.items()})
    every = measured_composites()
    mixed = [item for item in every if item.structure in MIXED]
    rows = []
    for name in mixed[0].formulae():
        some = [item for item in mixed if name in item.formulae()]
        rows += rows_of(f"{name}, as given", [(item.formulae()[name], item.measured_W_mK) for item in some])
    pairs, given, said = fitted(mixed)
    rows += rows_of("closed formula of the shape, as given, where a fit is", given)
    rows += rows_of("closed formula of the shape, fitted, left one out", pairs)
    networks = [item for item in every if item.structure not in MIXED]
    rows += rows_of("closed formula, foams, pressed, segregated", [(i.best(), i.measured_W_mK) for i in networks])
    if not arguments.quick:
        voxels, closed = voxel_pairs(mixed)
        rows += rows_of("closed formula of the shape, as given, where voxels are", closed)
        rows += rows_of("voxels, as given", voxels)
        rows += against_voxels()
    if not (arguments.quick or arguments.json):
        print(f"{'W/(m K)':<66}{'measured':>10}{'formula':>10}")
        for item in every:
            print(f"{item.recipe.id + ', ' + item.structure:<66}{item.measured_W_mK:10.2f}{item.best():10.2f}")
        print("\n".join(said))
    if arguments.plot:
        plot(arguments.plot, every)
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
