"""The elastic Gruneisen parameter against the thermodynamic one, alpha_V K / c_V, for crystals with measured expansion.

c_V is Debye's, at 300 K, with the elastic Debye temperature. The two measure different averages over modes; how far
they lie apart says how little either can stand for the heat-carrying modes alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _accuracy import Row, options, report

from finechem.matter import Crystal
from finechem.thermal import known_crystals
from finechem.thermal.calibration import group_of
from finechem.thermal.gruneisen import debye_heat_capacity, gruneisen_thermodynamic
from finechem.thermal.measured import linear_expansion
from finechem.thermal.scatter import elastic_numbers


def pair(crystal: Crystal) -> tuple[float, float] | None:
    """Return (elastic, thermodynamic) parameters, or None where something is not known."""
    expansion = linear_expansion(crystal)
    if crystal.elasticity is None or expansion is None or crystal.layered:
        return None
    numbers = elastic_numbers(crystal, crystal.elasticity.matrix_Pa)
    heat = float(debye_heat_capacity(300.0, numbers["debye_temperature"])) / crystal.volume_per_atom_m3
    thermodynamic = gruneisen_thermodynamic(3e-6 * expansion.value, numbers["bulk_modulus"], heat)
    return numbers["gruneisen_parameter"], float(thermodynamic)


def main() -> None:
    arguments = options(__doc__).parse_args()
    rows = []
    for group in ("tetrahedral", "other"):
        found = [
            (crystal.id, numbers)
            for role in ("candidate", "reference")
            for crystal in known_crystals(role)
            if group_of(crystal) == group and (numbers := pair(crystal)) is not None
        ]
        if not (arguments.json or arguments.quick):
            for name, (elastic, thermodynamic) in found:
                print(f"{name:22} elastic {elastic:5.2f}  thermodynamic {thermodynamic:5.2f}  {group}")
        values = np.array([numbers for _, numbers in found])
        difference = values[:, 0] - values[:, 1]
        rows.append(Row(f"elastic minus thermodynamic, {group}", len(found), "mean", float(difference.mean())))
        rows.append(
            Row(f"elastic minus thermodynamic, {group}", len(found), "RMS", float(np.sqrt(np.mean(difference**2))))
        )
        correlation = float(np.corrcoef(values.T)[0, 1])
        rows.append(Row(f"elastic against thermodynamic, {group}", len(found), "correlation", correlation))
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
