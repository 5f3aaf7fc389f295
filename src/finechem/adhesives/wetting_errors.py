"""How far surface tensions, their polar share, contact angles and works of adhesion are off what was measured."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.adhesives.substrates import Sample, reference_liquids, samples, substrate, substrates
from finechem.adhesives.surface import contact_angle_deg, owens_wendt, work_of_adhesion_mJ_m2
from finechem.adhesives.surface_tension import (
    SurfaceTensionRecord,
    fit_surface_tension,
    hansen_surface_tension_mN_m,
    surface_tension_records,
    tabulated_surface_tensions,
)
from finechem.errors import InputError
from finechem.matter.hansen_model import hansen_parameters
from finechem.matter.liquid_features import liquid_features

__all__ = ["left_out_works", "polar_shares", "surface_tension_errors", "water_on_polymers", "wetting_errors"]

Array = NDArray[np.float64]


def surface_tension_errors(folds: Sequence[NDArray[np.intp]]) -> tuple[Array, Array]:
    """Return ln(model / table) of every liquid, by a model fitted without its fold, and the model's sigma."""
    records = surface_tension_records()
    error, sigma = np.empty(len(records)), np.empty(len(records))
    for fold in folds:
        rest: list[SurfaceTensionRecord] = [records[index] for index in np.setdiff1d(np.arange(len(records)), fold)]
        mean, deviation = fit_surface_tension(rest).predict([liquid_features(records[index].smiles) for index in fold])
        error[fold] = mean[:, 0] - np.log([records[index].surface_tension_mN_m for index in fold])
        sigma[fold] = deviation[:, 0]
    return error, sigma


def polar_shares() -> list[tuple[str, float, float]]:
    """Return the test liquids with their polar share from Hansen parameters and as tabulated."""
    found = []
    for row in datasets.load("adhesives.test_liquids").rows:
        parameters = hansen_parameters(row["smiles"]).parameters_MPa05
        dispersive, polar = hansen_surface_tension_mN_m(parameters)
        found.append((row["liquid"], polar / (dispersive + polar), row["polar_mN_m"] / row["surface_tension_mN_m"]))
    return found


def water_on_polymers() -> list[tuple[str, float, float]]:
    """Return polymers with the contact angle of water from their surface energy and as surveyed, degrees."""
    water = reference_liquids()["water"]
    return [
        (row["substrate"], contact_angle_deg(water, substrate(row["substrate"])), row["contact_angle_deg"])
        for row in datasets.load("adhesives.water_contact_angles").rows
        if (row["substrate"], "as received") in substrates()
    ]


def left_out_works() -> list[tuple[Sample, str, float, float]]:
    """Return sample, liquid, and its work of adhesion from the angles of the other liquids and from its own, mJ/m2."""
    found = []
    liquids = reference_liquids()
    for sample in samples():
        for name in sample.angles_deg:
            others = {liquid: angle for liquid, angle in sample.angles_deg.items() if liquid != name}
            try:
                energy = owens_wendt(others)
            except InputError:  # too few, or too alike
                continue
            own = liquids[name].total_mJ_m2 * (1.0 + math.cos(math.radians(sample.angles_deg[name])))
            found.append((sample, name, work_of_adhesion_mJ_m2(liquids[name], energy), own))
    return found


def wetting_errors() -> list[dict[str, Any]]:
    """Return the rows of `adhesives.model_errors` about wetting, computed anew."""
    order = np.random.default_rng(0).permutation(len(surface_tension_records()))
    structure, _ = surface_tension_errors([order[start::5] for start in range(5)])
    by_number: dict[str, list[float]] = {}
    for cas, tension in tabulated_surface_tensions():
        by_number.setdefault(cas, []).append(math.log(tension))
    apart = [a - b for several in by_number.values() for a, b in itertools.combinations(several, 2)]
    shares = np.array([own - table for _, own, table in polar_shares()])
    angles = np.array([own - surveyed for _, own, surveyed in water_on_polymers()])
    works = np.log([predicted / own for _, _, predicted, own in left_out_works()])
    return [
        _row("surface_tension_tables", np.array(apart) / math.sqrt(2.0), "ln",
             "pairs of the tables of chemicals at 25 C, over the root of 2"),
        _row("surface_tension", structure, "ln",
             "Gaussian process on structure against the tables of chemicals, five folds at random"),
        _row("polar_share", shares, "linear",
             "from Hansen parameters against adhesives.test_liquids, doubtful"),
        _row("water_contact_angle", angles, "linear",
             "degrees; from adhesives.surface_energies and contact_angles against adhesives.water_contact_angles"),
        _row("work_of_adhesion", works, "ln",
             "of one test liquid on a sample, by Owens and Wendt from its other liquids, against Young and Dupre"),
    ]  # fmt: skip


def _row(quantity: str, errors: Array, scale: str, how: str) -> dict[str, Any]:
    return {
        "quantity": quantity,
        "n": len(errors),
        "sigma": float(np.sqrt(np.mean(errors**2))),
        "bias": float(errors.mean()),
        "scale": scale,
        "how": how,
    }
