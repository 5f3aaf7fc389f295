"""Folds for cross-validation over molecules: at random, or whole scaffolds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


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
