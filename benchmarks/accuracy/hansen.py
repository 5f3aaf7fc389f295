"""Hansen parameters by the model of structures against the tables of ``chemicals``, at random and by scaffold.

Five folds. A scaffold is Murcko's; molecules without rings go together by their elements, hydrogen-bond donors and
acceptors. The three kernels' lengths and noises were chosen once by marginal likelihood on 450 of the molecules, so
the figures are slightly optimistic. "tables" is half of what two tables differ by where they do not copy each other:
no model can be better than that.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report

from finechem.matter.hansen_model import TABLE_SIGMAS, HansenRecord, fit_hansen, hansen_records

NAMES = ("dispersion", "polar", "hydrogen bonds")
#: The aims of this project; no source was read.
LITERATURE = ("aim 0.55", "aim 1.65", "aim 1.35")


def scaffold(smiles: str) -> str:
    from rdkit import Chem
    from rdkit.Chem import rdMolDescriptors
    from rdkit.Chem.Scaffolds import MurckoScaffold

    rings = str(MurckoScaffold.MurckoScaffoldSmiles(smiles))  # type: ignore[no-untyped-call]
    if rings:
        return rings
    molecule = Chem.MolFromSmiles(smiles)
    elements = "".join(sorted({atom.GetSymbol() for atom in molecule.GetAtoms()}))
    donors, acceptors = rdMolDescriptors.CalcNumHBD(molecule) > 0, rdMolDescriptors.CalcNumHBA(molecule)
    return f"{elements} {donors} {acceptors}"


def folds(groups: Sequence[str]) -> list[np.ndarray]:
    """Return the indices of five folds, groups whole, about as large as each other; the same each time."""
    members: dict[str, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    order = np.random.default_rng(0).permutation(len(members))
    found: list[list[int]] = [[] for _ in range(5)]
    lists = list(members.values())
    for which in sorted(order, key=lambda item: -len(lists[item])):
        min(found, key=len).extend(lists[which])
    return [np.array(fold) for fold in found]


def rows_of(label: str, records: Sequence[HansenRecord], groups: Sequence[str]) -> list[Row]:
    truth = np.array([record.parameters_MPa05 for record in records])
    mean, sigma = np.empty_like(truth), np.empty_like(truth)
    for fold in folds(groups):
        rest = [record for index, record in enumerate(records) if index not in set(fold.tolist())]
        mean[fold], sigma[fold] = fit_hansen(rest).predict([records[index].smiles for index in fold])
    error = np.abs(mean - truth)
    rows = []
    for column, name in enumerate(NAMES):
        held = f"{name}, {label}"
        rows.append(Row(held, len(records), "mean absolute error", float(error[:, column].mean()), LITERATURE[column]))
        inside = error[:, column] <= 1.645 * sigma[:, column]
        rows.append(Row(held, len(records), "within 90 % interval", float(inside.mean())))
    return rows


def main() -> None:
    arguments = options(__doc__).parse_args()
    records = hansen_records()
    rows = rows_of("random folds", records, [record.smiles for record in records])
    rows += rows_of("scaffold folds", records, [scaffold(record.smiles) for record in records])
    rows += [
        Row(f"{name}, tables", 1506, "scatter (standard deviation)", sigma)
        for name, sigma in zip(NAMES, TABLE_SIGMAS, strict=True)
    ]
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
