"""Flory-Huggins parameters from Hansen's against those measured for polymers in solvents (20 to 190 °C).

The polymer is a trimer of its repeat unit. `mixes` is a measured chi below 1/2, the critical one of an endless chain in
a liquid; its base rate is the Brier score of who always says the share that mixes. With `CHI_SIGMA`: of each polymer,
the likeliest on the other polymers. Without ``--quick`` and ``--json`` also what the shipped recipes of epoxies and
amines get, all of which are cured as one phase.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report
from scipy.stats import spearmanr

from finechem.adhesives.chi_errors import chi_records, likeliest_chi_sigma
from finechem.adhesives.miscibility import SMALLEST_TESTED_cm3_mol
from finechem.adhesives.miscibility_model import MiscibilityModel
from finechem.adhesives.structural import shipped_recipes
from finechem.screening import Rejected


def show_recipes() -> None:
    """Print the probability of mixing of each shipped recipe of an epoxy and an amine."""
    for recipe in shipped_recipes():
        if isinstance(recipe, Rejected) or recipe.chemistry is None or recipe.chemistry.name != "epoxy-amine":
            continue
        (answer,) = MiscibilityModel().answers(recipe)
        print(f"{recipe.id[:60]:60} {answer.value:5.2f}  {answer.reason[:70]}")


def main() -> None:
    arguments = options(__doc__).parse_args()
    records = chi_records()
    measured = np.array([record.measured for record in records])
    chi = np.array([record.chi for record in records])
    draws = np.array([record.draws for record in records])
    of = np.array([record.polymer for record in records])
    sigma = np.empty(len(records))
    for polymer in sorted(set(of)):
        sigma[of == polymer] = likeliest_chi_sigma([record for record in records if record.polymer != polymer])
    volume = np.array([record.volume_cm3_mol for record in records])
    scatter = np.random.default_rng(0).standard_normal(draws.shape)
    wider = draws + (sigma * volume / 100.0)[:, None] * scatter
    mixes = measured < 0.5
    name = "chi of polymers in solvents"
    rows = [
        Row(name, len(records), "mean absolute error", float(np.abs(chi - measured).mean())),
        Row(name, len(records), "bias", float((chi - measured).mean())),
        Row(name, len(records), "rank correlation", float(spearmanr(chi, measured)[0])),
        Row("does it mix, base rate", len(records), "Brier score", float(mixes.mean() * (1.0 - mixes.mean()))),
    ]
    for label, own in (("Hansen's scatter alone", draws), ("with CHI_SIGMA, polymer left out", wider)):
        low, high = np.quantile(own, (0.05, 0.95), axis=1)
        rows += [
            Row(label, len(records), "within 90 % interval", float(np.mean((low <= measured) & (measured <= high)))),
            Row(label, len(records), "Brier score", float(np.mean(((own < 0.5).mean(axis=1) - mixes) ** 2))),
        ]
    if not (arguments.quick or arguments.json):
        for record in records:
            print(f"{record.polymer:24} {record.solvent:24} {record.measured:6.2f} {record.chi:6.2f}")
        print(f"likeliest on all: {likeliest_chi_sigma(records):.2f}")
        small = np.sum(volume < SMALLEST_TESTED_cm3_mol)
        print(
            f"solvents of {volume.min():.0f} to {volume.max():.0f} cm3/mol; {small} below {SMALLEST_TESTED_cm3_mol:g}"
        )
        show_recipes()
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
