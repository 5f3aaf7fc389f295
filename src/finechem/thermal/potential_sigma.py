"""The measured errors of potentials as the sigmas of estimates."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from finechem import datasets
from finechem.errors import DataError
from finechem.matter.calculators import Potential
from finechem.matter.crystal import Crystal, Elasticity
from finechem.screening.properties import Z90, Property
from finechem.thermal import properties as heat
from finechem.thermal.calibration import group_of
from finechem.thermal.gruneisen import gruneisen_from_poisson
from finechem.thermal.measured import is_metal
from finechem.thermal.potential_errors import Calibrated, potential_error, raw_conductivity
from finechem.thermal.potential_fits import student_90

__all__ = [
    "calibrated_stiffness",
    "elastic_errors",
    "normal_sigma",
    "raw_error",
    "volume_error",
    "why_not_calibrated",
]

_MODULI = ("bulk_modulus", "shear_modulus")
_UNMEASURED = "the largest of all potentials that were measured: this one was not"


def normal_sigma(found: Calibrated) -> float:
    """Return the sigma whose normal 90 % interval is that of Student's t.

    >>> round(normal_sigma(Calibrated(100.0, 0.4, 2.0, 12, False)), 3)
    0.421
    """
    return math.log(found.factor_90) / Z90


def why_not_calibrated(crystal: Crystal) -> str:
    """Return why measured errors of conductivities are not this crystal's; nothing where they may be."""
    if crystal.layered:
        return "layered: no crystal that the potential was judged by is"
    if is_metal(crystal):
        return "a metal: electrons carry heat too; no crystal that the potential was judged by is one"
    return ""


def raw_error(potential: Potential, crystal: Crystal, kappa_W_mK: float) -> tuple[float, str]:
    """Return sigma of ln of a raw conductivity, bias included, and where it comes from."""
    group = group_of(crystal)
    try:
        found = raw_conductivity(kappa_W_mK, potential, group)
    except DataError:
        return _largest("conductivity", group), _UNMEASURED
    return normal_sigma(found), f"of {found.n} measured {group} crystals, bias included"


def volume_error(potential: Potential) -> tuple[float, str]:
    """Return the root mean square of ln(volume relaxed / volume measured), bias included, and where it comes from."""
    table = datasets.load("thermal.potential_elasticity")
    rows = [row for row in table.rows if row["volume_ratio"] is not None]
    mine = [row for row in rows if row["checkpoint"] == potential.checkpoint]
    ratios = np.array([row["volume_ratio"] for row in mine or rows])
    how = f"of {len(mine)} crystals of known cell, bias included" if mine else _UNMEASURED
    return float(np.sqrt(np.mean(np.log(ratios) ** 2))), how


def calibrated_stiffness(tensor: Elasticity, potential: Potential, group: str) -> Elasticity:
    r"""Return a stiffness less what a potential is off by on crystals of measured stiffness.

    .. math:: C' = P C P, \qquad P = e^{-b_K/2} J + e^{-b_G/2} (1 - J), \qquad J = \tfrac13 (1 \otimes 1)

    with the mean errors b of ln K and ln G. In every crystal class the bulk and shear moduli of Voigt, Reuss and Hill
    change by their factors exactly, and what was stable stays stable: the form C' of any strain is C of another.

    Raises
    ------
    DataError
        If the potential was never measured.
    """
    bulk, shear = (
        math.exp(-float(potential_error(f"{name}, calibrated", potential, group)["bias"])) for name in _MODULI
    )
    projector = math.sqrt(shear) * np.eye(6)
    projector[:3, :3] += (math.sqrt(bulk) - math.sqrt(shear)) / 3.0
    stiffness = projector @ np.array(tensor.stiffness_GPa) @ projector
    how = f"{tensor.method}; times {bulk:.2f} (bulk), {shear:.2f} (shear): calibrated on measured {group} crystals"
    return Elasticity.from_matrix(stiffness, how, tensor.source, tensor.grade)


def elastic_errors(
    potential: Potential, crystal: Crystal, bulk_Pa: float, shear_Pa: float, *, calibrated: bool = False
) -> tuple[Callable[[Property], float], str]:
    r"""Return sigma of ln by elastic property, and where they come from.

    Moduli: measured, with the bias or, calibrated, without, for a new crystal (Student's t). Velocities and Debye
    temperatures go with the root of a modulus: half of the larger sigma. The Grüneisen parameter is a function of
    Poisson's ratio: what it changes by when G/K is off by both.
    """
    group = group_of(crystal)
    part = ", calibrated" if calibrated else ""
    try:
        errors = {name: potential_error(f"{name}{part}", potential, group) for name in _MODULI}
        sigmas = {name: _of_a_new_crystal(row) for name, row in errors.items()}
        how = f"of {errors['shear_modulus']['n']} {group} crystals of measured stiffness{part or ', bias included'}"
    except DataError:
        sigmas, how = {name: _largest(name, group) for name in _MODULI}, _UNMEASURED
    halved = max(sigmas.values()) / 2.0
    special = {
        heat.BULK_MODULUS: sigmas["bulk_modulus"],
        heat.SHEAR_MODULUS: sigmas["shear_modulus"],
        heat.GRUNEISEN: _gruneisen_error(bulk_Pa, shear_Pa, math.hypot(*sigmas.values())),
    }
    return lambda prop: special.get(prop, halved), how


def _largest(quantity: str, group: str) -> float:
    rows = datasets.load("thermal.potential_errors").where(quantity=quantity, group=group)
    return max(_of_a_new_crystal(row) for row in rows)


def _of_a_new_crystal(row: Mapping[str, Any]) -> float:
    """Return the sigma whose normal 90 % interval is Student's of a crystal that was not measured."""
    n, sigma = int(row["n"]), float(row["sigma"])
    if row["form"] == "raw":
        return sigma * student_90(n) / Z90
    return sigma * math.sqrt(1.0 + 1.0 / n) * student_90(n - 1) / Z90


def _gruneisen_error(bulk_Pa: float, shear_Pa: float, sigma: float) -> float:
    def log_gruneisen(shift: float) -> float:
        ratio = shear_Pa / bulk_Pa * math.exp(shift)
        poisson = (3.0 - 2.0 * ratio) / (6.0 + 2.0 * ratio)
        return math.log(float(gruneisen_from_poisson(max(poisson, -0.9))))

    return abs(log_gruneisen(sigma) - log_gruneisen(-sigma)) / 2.0
