"""The table `thermal.potential_errors`, computed anew from what potentials say and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from finechem import datasets
from finechem.thermal.calibration import group_of
from finechem.thermal.elastic import polycrystal_moduli
from finechem.thermal.potential_fits import (
    FEWEST,
    Comparison,
    Pair,
    choose_form,
    fit_calibration,
    leave_one_out,
    successes,
)
from finechem.thermal.potential_references import conductivity_references, elasticity_references, has_tensor

__all__ = ["Key", "computed_and_measured", "measure_potential_errors"]

#: Potential, its checkpoint, group of crystals.
Key: TypeAlias = tuple[str, str, str]


def measure_potential_errors() -> list[dict[str, Any]]:
    """Return all rows of `thermal.potential_errors`, computed anew from the tables of what potentials say."""
    rows = []
    for quantity, keys in computed_and_measured().items():
        for (potential, checkpoint, group), members in keys.items():
            mine = [others for key, others in keys.items() if key[:2] == (potential, checkpoint)]
            form = choose_form(mine) if quantity == "conductivity" else "bias"
            found = successes(members, form)
            if len(found.compounds) < FEWEST:
                continue
            common = {
                "potential": potential, "checkpoint": checkpoint, "group": group, "n": len(found.compounds),
                "failed": len(members) - len(found.compounds),
                "lowest": float(found.computed.min()), "highest": float(found.computed.max()),
            }  # fmt: skip
            errors = np.log(found.computed / found.measured)
            fitted = fit_calibration(found.computed, found.measured, form, found.shear_to_bulk)
            rows += [
                {"quantity": quantity} | common
                | {"form": "raw", "bias": float(errors.mean()), "sigma": float(np.sqrt(np.mean(errors**2)))}
                | _scores(leave_one_out(found, "raw")),
                {"quantity": f"{quantity}, calibrated"} | common
                | {"form": form, "bias": fitted.bias, "lean": fitted.lean, "centre": fitted.centre}
                | {"spread": fitted.spread, "sigma": fitted.sigma}
                | _scores(leave_one_out(found, form)),
            ]  # fmt: skip
    return rows


def _scores(found: Comparison) -> dict[str, float]:
    return {
        "left_out_rms": found.rms,
        "left_out_factor": found.factor,
        "coverage_90": found.coverage_90,
        "median_factor_90": found.median_factor_90,
    }


@cache
def computed_and_measured() -> dict[str, dict[Key, list[Pair]]]:
    """Return what the tables have computed, beside measurement: by quantity, and by potential, checkpoint and group."""
    found: dict[str, dict[Key, list[Pair]]] = {"conductivity": {}, "bulk_modulus": {}, "shear_modulus": {}}
    measured: dict[str, dict[str, float]] = {name: {} for name in found}
    groups = {}
    for crystal in elasticity_references():
        groups[crystal.id] = group_of(crystal)
        if crystal.elasticity is not None and has_tensor(crystal):
            moduli = polycrystal_moduli(crystal.elasticity.matrix_Pa)
            measured["bulk_modulus"][crystal.id] = moduli.bulk.item() / 1e9
            measured["shear_modulus"][crystal.id] = moduli.shear.item() / 1e9
    measured["conductivity"] = {crystal.id: kappa for crystal, kappa in conductivity_references()}

    def keep(quantity: str, row: Mapping[str, Any], value: float | None) -> None:
        phase, ratio = row["phase_id"], ratios.get((row["checkpoint"], row["phase_id"]))
        if phase in measured[quantity]:
            pair = Pair(phase, value, measured[quantity][phase], ratio)
            found[quantity].setdefault((row["potential"], row["checkpoint"], groups[phase]), []).append(pair)

    elastic = datasets.load("thermal.potential_elasticity").rows
    ratios = {
        (row["checkpoint"], row["phase_id"]): row["shear_GPa"] / row["bulk_GPa"] for row in elastic if row["shear_GPa"]
    }
    for row in datasets.load("thermal.potential_conductivities").rows:
        keep("conductivity", row, row["kappa_W_mK"])
    for row in elastic:
        keep("bulk_modulus", row, row["bulk_GPa"])
        keep("shear_modulus", row, row["shear_GPa"])
    return found
