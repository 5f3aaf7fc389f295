"""Hansen parameters by the model of structures against the tables of ``chemicals``, at random and by scaffold.

Five folds. A scaffold is Murcko's; molecules without rings go together by their elements, hydrogen-bond donors and
acceptors. The three kernels' lengths and noises were chosen once by marginal likelihood on 450 of the molecules, so
the figures are slightly optimistic. The two group contributions are fitted elsewhere, to Hansen's data too, so many of
these molecules are no strangers to them; "where" compares with the model on the molecules they cover. "tables" is half
of what two tables differ by where they do not copy each other: no model can be better than that.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report
from _folds import folds, scaffold

from finechem.errors import InputError
from finechem.matter.group_contribution import hoftyzer_van_krevelen, stefanis_panayiotou
from finechem.matter.hansen_model import TABLE_SIGMAS, HansenRecord, fit_hansen, hansen_records

NAMES = ("dispersion", "polar", "hydrogen bonds")
#: The aims of this project; no source was read.
LITERATURE = ("aim 0.55", "aim 1.65", "aim 1.35")
#: What this project was told of a published group-contribution code; no source was read.
PUBLISHED = ("told 1.00", "told 2.99", "told 2.55")


def predictions(records: Sequence[HansenRecord], groups: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return parameters and sigmas of each record by a model fitted without its fold."""
    truth = np.array([record.parameters_MPa05 for record in records])
    mean, sigma = np.empty_like(truth), np.empty_like(truth)
    for fold in folds(groups):
        rest = [record for index, record in enumerate(records) if index not in set(fold.tolist())]
        mean[fold], sigma[fold] = fit_hansen(rest).predict([records[index].smiles for index in fold])
    return mean, sigma


def rows_of(label: str, records: Sequence[HansenRecord], mean: np.ndarray, sigma: np.ndarray) -> list[Row]:
    error = np.abs(mean - np.array([record.parameters_MPa05 for record in records]))
    rows = []
    for column, name in enumerate(NAMES):
        held = f"{name}, {label}"
        rows.append(Row(held, len(records), "mean absolute error", float(error[:, column].mean()), LITERATURE[column]))
        inside = error[:, column] <= 1.645 * sigma[:, column]
        rows.append(Row(held, len(records), "within 90 % interval", float(inside.mean())))
    return rows


def group_rows(records: Sequence[HansenRecord], model: np.ndarray) -> list[Row]:
    """Return the errors of the published group contributions, and of the model (random folds) on what they cover."""
    truth = np.array([record.parameters_MPa05 for record in records])
    rows = []
    for label, method in (("Stefanis and Panayiotou", stefanis_panayiotou), ("Van Krevelen", hoftyzer_van_krevelen)):
        found = np.full_like(truth, np.nan)
        for index, record in enumerate(records):
            try:
                found[index] = method(record.smiles).parameters_MPa05
            except InputError:  # not covered
                continue
        covered = np.isfinite(found[:, 0])
        for column, name in enumerate(NAMES):
            for shown, values in ((label, found), (f"the model where {label} speak", model)):
                error = np.abs(values - truth)[covered, column]
                rows.append(Row(f"{name}, {shown}", int(covered.sum()), "mean absolute error", float(error.mean()),
                                PUBLISHED[column] if values is found else ""))  # fmt: skip
    return rows


def main() -> None:
    arguments = options(__doc__).parse_args()
    records = hansen_records()
    mean, sigma = predictions(records, [record.smiles for record in records])
    rows = rows_of("random folds", records, mean, sigma)
    rows += rows_of("scaffold folds", records, *predictions(records, [scaffold(record.smiles) for record in records]))
    rows += group_rows(records, mean)
    rows += [
        Row(f"{name}, tables", 1506, "scatter (standard deviation)", sigma)
        for name, sigma in zip(NAMES, TABLE_SIGMAS, strict=True)
    ]
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
