"""Rubbery moduli of networks of known composition: the ideal network between its phantom and affine limits.

No parameter is fitted. The measurements are doubtful (grade D): two public tables were joined and the papers not read;
nothing better could be. Their scatter is part of the error stated here. ``--write`` writes adhesives.model_errors,
from which the sigmas of the rubbery modulus and of the glass transition (``tg.py``) come.
"""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report
from scipy.stats import spearmanr

from finechem.adhesives.model_errors import compare_moduli, measure_errors

TABLE = Path(__file__).resolve().parents[2] / "datasets" / "finechem_datasets" / "adhesives" / "model_errors.csv"


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--write", action="store_true", help="write the table adhesives.model_errors")
    arguments = parser.parse_args()
    if arguments.write:
        errors = measure_errors()
        with TABLE.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(errors[0]), lineterminator="\n")
            writer.writeheader()
            for row in errors:
                writer.writerow({key: f"{item:.6g}" if isinstance(item, float) else item for key, item in row.items()})
    found = compare_moduli()
    if not (arguments.quick or arguments.json):
        print(f"{'MPa':<40}{'A/B':>6}{'measured':>10}{'phantom':>10}{'affine':>10}  grade")
        for item in found:
            print(
                f"{item.system:<40}{1 / item.ratio:6.2f}{item.measured_MPa:10.1f}{item.phantom_MPa:10.1f}"
                f"{item.affine_MPa:10.1f}  {item.grade}"
            )
    measured = np.array([item.measured_MPa for item in found])
    rows = []
    for name, column in (
        ("phantom", [item.phantom_MPa for item in found]),
        ("affine", [item.affine_MPa for item in found]),
        ("between", [item.between_MPa for item in found]),
    ):
        logs = np.log(np.array(column) / measured)
        rows += [
            Row(f"rubbery modulus, {name}", len(found), "average factor", math.exp(float(np.mean(np.abs(logs))))),
            Row(f"rubbery modulus, {name}", len(found), "bias (ln)", float(np.mean(logs))),
            Row(f"rubbery modulus, {name}", len(found), "RMS (ln)", float(np.sqrt(np.mean(logs**2)))),
            Row(f"rubbery modulus, {name}", len(found), "Spearman", float(spearmanr(column, measured).statistic)),
        ]
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
