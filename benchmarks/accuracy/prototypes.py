"""Lattices of nitrides on paper, scaled by ionic radii, against the measured ones of the shipped phases.

Each phase is made from the structure type's own compound, never from itself. "DLS" is pymatgen's volume prediction from
data-mined bond lengths, of the same structures.
"""

from __future__ import annotations

import itertools
import math
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report

from finechem import datasets
from finechem.matter.crystal import Crystal
from finechem.thermal.known import known_crystals
from finechem.thermal.prototypes import balanced_states, nitride_prototypes, scaled


def made() -> Iterator[tuple[Crystal, Any]]:
    """Yield each shipped phase and its structure on paper."""
    types = {row["phase_id"]: row["structure_type"] for row in datasets.load("thermal.crystals").rows}
    for prototype, crystal in itertools.product(nitride_prototypes(), known_crystals()):
        if types[crystal.id] != prototype.name or crystal.formula == prototype.structure.composition.reduced_formula:
            continue
        roles = [role for role in prototype.counts if role != "N"]
        for order in itertools.permutations([element for element in crystal.elements if element != "N"]):
            own = dict(zip(roles, order, strict=True))
            states = next(balanced_states(prototype.counts, own), None)
            if states is not None:
                structure = scaled(prototype, own, states)
                if structure.composition.reduced_formula == crystal.formula:
                    yield crystal, structure
                    break


def main() -> None:
    arguments = options(__doc__).parse_args()
    from pymatgen.analysis.structure_prediction.volume_predictor import DLSVolumePredictor

    radii, mined = [], []
    for crystal, structure in made():
        measured = crystal.volume_per_atom_m3 * 1e30
        radii.append(math.log(structure.volume / len(structure) / measured) / 3.0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                mined.append(math.log(DLSVolumePredictor().predict(structure) / len(structure) / measured) / 3.0)
        except (ValueError, KeyError):  # it has no bond length of a pair
            continue
    rows = []
    for name, errors in (("ionic radii", np.array(radii)), ("DLS", np.array(mined))):
        rows.append(Row(f"lattice, {name}", len(errors), "mean absolute error, %", 100 * float(np.abs(errors).mean())))
        rows.append(Row(f"lattice, {name}", len(errors), "bias, %", 100 * float(errors.mean())))
        rows.append(Row(f"lattice, {name}", len(errors), "largest error, %", 100 * float(np.abs(errors).max())))
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
