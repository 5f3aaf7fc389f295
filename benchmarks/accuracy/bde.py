"""Bond dissociation enthalpies against measurement, leave-one-out, in kcal/mol.

Every measured bond is predicted by a correction fitted to the others. "model" is what finechem uses: GFN1 and a slope
for phenols, the mean of GFN1 and GFN2 for amines, GFN2 for the rest. "choice made anew" also chooses energy and form
(offset, or a slope too) without the left-out bond, by leave-one-out among the others: the price of having chosen, and
the source of the stated sigma. References are the mean of the other bonds and, for phenols, the substituent rule, as
published and with the project's own term for two ortho tert-butyls, which three of the same phenols gave. Quick: from
the shipped energies. Without --quick the molecules up to 16 atoms are computed anew and compared; --write computes all
(some minutes) and writes oxidation.bond_energies_xtb and oxidation.bond_corrections.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _accuracy import Row, options, report

from finechem import datasets
from finechem.oxidation.bonds import KCAL_KJ
from finechem.oxidation.corrections import (
    ENERGIES,
    chosen_errors,
    correction,
    fit_corrections,
    leave_one_out,
    nested_errors,
    rule_errors,
)
from finechem.oxidation.reference import (
    Sample,
    compute_energies,
    family_of,
    kind_has_hydrogen,
    reference_bonds,
    samples,
)
from finechem.screening.cache import Cache
from finechem.screening.properties import Z90

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "finechem_datasets" / "oxidation"
GROUPS = {
    "phenols O-H": ("O-H phenol", "O-H hindered phenol"),
    "amines N-H": ("N-H amine", "N-H aromatic amine"),
    "diphenylamines N-H": ("N-H aromatic amine",),
    "C-H": ("C-H",),
    "other O-H": ("O-H other",),
    "C-C": ("C-C",),
    "C-O": ("C-O",),
}
LITERATURE = {
    "phenols O-H": "aim 1.5; 3.6-4.7 RMSE for large models on 54 bonds (as given in the project's issue tracker)"
}


def mae(errors: NDArray[np.float64]) -> float:
    return float(np.mean(np.abs(errors))) / KCAL_KJ


def out_of_sample(sample: Sample, energies: tuple[str, ...] | None) -> NDArray[np.float64]:
    """Return leave-one-out errors of all bonds, each within its family; NaN for the only one of a kind.

    Without energies those of the choice in use, else those of a choice among them made anew for each bond.
    """
    families = np.array([family_of(kind) for kind in sample.kinds])
    errors = np.full(families.size, np.nan)
    for family in sorted(set(families.tolist())):
        part = sample.take(families == family)
        errors[families == family] = nested_errors(part, energies) if energies else chosen_errors(part)
    return errors


def rmse(errors: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(errors)))) / KCAL_KJ


def against_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the errors of predicting each value by the mean of the others."""
    errors: NDArray[np.float64] = (values - values.mean()) * (values.size / (values.size - 1))
    return errors


def group_rows(sample: Sample) -> list[Row]:
    rows = []
    model, anew = out_of_sample(sample, None), out_of_sample(sample, ENERGIES)
    single = {name: out_of_sample(sample, (name,)) for name in ENERGIES}
    sigma = np.array([correction(kind).sigma_kJ_mol for kind in sample.kinds])
    for group, kinds in GROUPS.items():
        inside = np.array([kind in kinds for kind in sample.kinds])
        n, best = int(inside.sum()), model[inside]
        rows += [
            Row(f"{group}, model", n, "LOO MAE", mae(best), LITERATURE.get(group, "")),
            Row(f"{group}, model", n, "LOO RMSE", rmse(best)),
            Row(
                f"{group}, model", n, "share inside the stated 90 %", float(np.mean(np.abs(best) < Z90 * sigma[inside]))
            ),
            Row(f"{group}, choice made anew", n, "LOO MAE", mae(anew[inside])),
            *(Row(f"{group}, {name}", n, "LOO MAE", mae(single[name][inside])) for name in ENERGIES),
            Row(f"{group}, mean of the others", n, "LOO MAE", mae(against_mean(sample.measured_kJ_mol[inside]))),
        ]
    amines = sample.take(np.array([kind == "N-H aromatic amine" for kind in sample.kinds]))
    resonance = amines.take(np.array(["EPR" in method for method in measured_by(amines)]))
    rows.append(
        Row("diphenylamines by EPR only", resonance.measured_kJ_mol.size, "LOO MAE", mae(chosen_errors(resonance)))
    )
    hydrogen = np.array([kind_has_hydrogen(kind) for kind in sample.kinds]) & np.isfinite(model)
    rows.append(Row("all X-H, model", int(hydrogen.sum()), "LOO MAE", mae(model[hydrogen])))
    return rows


def measured_by(sample: Sample) -> list[str]:
    """Return how each bond was measured, by the table."""
    rows = datasets.load("oxidation.bond_dissociation_enthalpies").where(preferred="yes")
    kinds = {(row["compound"], row["bond"]): row["method"] for row in rows}
    return [kinds[item.compound, item.site.kind.split()[0]] for item in sample.references]


def phenol_rows(sample: Sample) -> list[Row]:
    """Return the rule beside the model on the phenols that both can do, and what else was tried."""
    phenols = sample.family("O-H phenol")
    model, anew = chosen_errors(phenols), nested_errors(phenols, ENERGIES)
    covered, rule = rule_errors(phenols)
    published = rule_errors(phenols, crowding=False)[1]
    mean = against_mean(phenols.measured_kJ_mol[covered])
    n, few = phenols.measured_kJ_mol.size, int(covered.sum())
    span = float(np.ptp(phenols.measured_kJ_mol)) / KCAL_KJ
    rows = [Row("phenols O-H, measured", n, "span", span, "at least 20 spanning 8")]
    for name, metric, errors in (
        ("model", "LOO", model[covered]),
        ("choice made anew", "LOO", anew[covered]),
        ("rule as published", "", published),
        ("rule with its ortho tert-butyl term", "", rule),
        ("mean of the others", "LOO", mean),
    ):
        rows.append(Row(f"phenols the rule covers, {name}", few, f"{metric} MAE".strip(), mae(errors)))
        rows.append(Row(f"phenols the rule covers, {name}", few, f"{metric} RMSE".strip(), rmse(errors)))
    methods = np.array(["EPR" in method for method in measured_by(phenols)])
    for chosen, name in ((methods, "by EPR"), (~methods, "otherwise")):
        rows.append(
            Row(
                f"phenols measured {name}, model",
                int(chosen.sum()),
                "LOO mean error",
                float(np.mean(model[chosen])) / KCAL_KJ,
            )
        )
    for hindered, name in ((True, "hindered"), (False, "not hindered")):
        part = np.array([(kind == "O-H hindered phenol") == hindered for kind in phenols.kinds])
        rows.append(Row(f"phenols {name}, model", int(part.sum()), "LOO MAE", mae(model[part])))
    kept = samples("energy_kept_kJ_mol").family("O-H phenol")
    one = tuple("O-H phenol" for _ in phenols.kinds)
    for name in ENERGIES:
        x, y = phenols.energies_kJ_mol[name], phenols.measured_kJ_mol
        trials = {
            "slope 1": leave_one_out(x, y, phenols.kinds, sloped=False),
            "slope fitted": leave_one_out(x, y, phenols.kinds, sloped=True),
            "slope fitted, no offset for hindered": leave_one_out(x, y, one, sloped=True),
            "slope fitted, radical keeps the conformer": leave_one_out(
                kept.energies_kJ_mol[name], y, phenols.kinds, sloped=True
            ),
        }
        rows += [Row(f"phenols, {name}, {trial}", n, "LOO MAE", mae(errors)) for trial, errors in trials.items()]
    return rows


def compare(largest: int) -> list[Row]:
    """Compute small molecules anew and return the largest difference from the shipped energies."""
    shipped = {
        (row["compound"], row["bond"], row["method"]): row["energy_kJ_mol"]
        for row in datasets.load("oxidation.bond_energies_xtb").rows
    }
    small = compute_energies(largest=largest)
    differences = [abs(row["energy_kJ_mol"] - shipped[row["compound"], row["bond"], row["method"]]) for row in small]
    return [Row(f"energies anew, up to {largest} atoms", len(small), "largest difference", max(differences) / KCAL_KJ)]


def write(name: str, rows: list[dict[str, Any]], digits: int) -> None:
    with (FOLDER / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {key: f"{value:.{digits}g}" if isinstance(value, float) else value for key, value in row.items()}
            )


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--write", action="store_true", help="compute all energies and write both tables")
    parser.add_argument("--cache", help="folder where energies are kept between runs")
    arguments = parser.parse_args()
    if arguments.write:
        write("bond_energies_xtb.csv", compute_energies(Cache(arguments.cache) if arguments.cache else None), 8)
        datasets.load.cache_clear()
        write("bond_corrections.csv", fit_corrections(), 7)
        datasets.load.cache_clear()
        correction.cache_clear()
    sample = samples()
    if not (arguments.json or arguments.quick):
        table(sample)
    rows = [*group_rows(sample), *phenol_rows(sample)]
    if not arguments.quick:
        rows += compare(16)
    report(rows, as_json=arguments.json)


def table(sample: Sample) -> None:
    errors = out_of_sample(sample, None) / KCAL_KJ
    print(f"{'bond':22}{'measured':>9}{'predicted':>10}{'error':>7}  kcal/mol, predicted by the others")
    for item, error in sorted(zip(reference_bonds(), errors, strict=True), key=lambda pair: pair[0].site.kind):
        measured = item.measured_kJ_mol / KCAL_KJ
        print(f"{item.site.kind:22}{measured:9.1f}{measured - error:10.1f}{-error:7.1f}  {item.compound}")
    print()


if __name__ == "__main__":
    main()
