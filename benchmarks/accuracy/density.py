"""Densities estimated from the structure (Girolami 1994) against the measured ones of the shipped components."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report

from finechem import datasets
from finechem.matter.molecules import estimated_density_g_cm3


def main() -> None:
    arguments = options(__doc__).parse_args()
    structures = {row["component_id"]: row for row in datasets.load("adhesives.components").rows}
    pairs = []
    for fact in datasets.load("adhesives.component_facts").where(quantity="density_g_cm3"):
        row = structures[fact["component_id"]]
        near_room = fact["temperature_C"] is None or fact["temperature_C"] <= 40
        if row["smiles"] and row["structure"] == "exact" and fact["value"] and near_room and fact["grade"] != "D":
            pairs.append((row["name"], fact["value"], estimated_density_g_cm3(row["smiles"])))
    errors = np.array([estimate / measured - 1.0 for _, measured, estimate in pairs])
    if not (arguments.quick or arguments.json):
        for name, measured, estimate in sorted(pairs, key=lambda pair: pair[2] / pair[1]):
            print(f"{name[:50]:<52}{measured:7.3f}{estimate:7.3f}")
    rows = [
        Row("estimated density", len(pairs), "mean absolute error, %", 100 * float(np.mean(np.abs(errors)))),
        Row("estimated density", len(pairs), "bias, %", 100 * float(np.mean(errors))),
        Row("estimated density", len(pairs), "largest error, %", 100 * float(np.max(np.abs(errors)))),
    ]
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
