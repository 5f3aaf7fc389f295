"""Pilling and Bedworth's ratio, from molar volumes."""

from __future__ import annotations

import math
from typing import NamedTuple

from finechem import datasets
from finechem.errors import DataError, InputError, did_you_mean

__all__ = ["BETWEEN_DENSITIES", "MolarVolume", "molar_volume_m3_mol", "pilling_bedworth_ratio", "solid_per_oxide"]

#: Relative error of a tabulated molar volume, an assumption: films are seldom as dense as crystals, and tabulated
#: densities of one phase differ by percents.
BETWEEN_DENSITIES = 0.03


class MolarVolume(NamedTuple):
    """Volume of a mole of the formula."""

    value: float
    """m3/mol"""
    sigma_ln: float
    source: str


def molar_volume_m3_mol(formula: str) -> MolarVolume:
    """Return the molar volume of a solid; of several modifications the first in the table, the others are its error.

    Raises
    ------
    DataError
        If the table has no such formula.

    Examples
    --------
    >>> round(1e6 * molar_volume_m3_mol("Cu2O").value, 2)
    23.85
    """
    rows = datasets.load("oxidation.molar_volumes").where(formula=formula)
    if not rows:
        known = sorted({str(row["formula"]) for row in datasets.load("oxidation.molar_volumes").rows})
        raise DataError(f"no molar volume of {formula}{did_you_mean(formula, known)}")
    logs = [math.log(row["molar_volume_cm3_mol"]) for row in rows]
    apart = (max(logs) - min(logs)) / 2
    first = rows[0]
    shown = f"{first['phase']}: {first['source']}"
    return MolarVolume(first["molar_volume_cm3_mol"] * 1e-6, math.hypot(apart, BETWEEN_DENSITIES), shown)


def solid_per_oxide(solid: str, oxide: str) -> float:
    """Return how many moles of the solid a mole of its oxide takes.

    >>> solid_per_oxide("Si3N4", "SiO2"), solid_per_oxide("Cu", "Cu2O")
    (0.3333333333333333, 2.0)
    """
    from finechem.oxidation.gibbs import metal_of
    from finechem.oxidation.janaf import composition

    metal = metal_of(composition(solid))
    counts = dict(composition(oxide))
    if set(counts) != {metal, "O"}:
        raise InputError(f"{oxide} is no oxide of {metal}, the one metal of {solid}")
    return float(counts[metal] / dict(composition(solid))[metal])


def pilling_bedworth_ratio(solid: str, oxide: str) -> tuple[float, float]:
    r"""Return the volume of oxide over that of the solid it came from, and its standard deviation.

    .. math:: \mathrm{PBR} = \frac{V_\mathrm{oxide}}{\nu V_\mathrm{solid}}

    with ν from `solid_per_oxide`.

    Notes
    -----
    Below 1 the oxide cannot cover the solid; far above 2 it cracks or spalls (a rule of thumb, not a law: texture,
    growth stress and thickness decide, and thin films stand more).

    Examples
    --------
    >>> [round(pilling_bedworth_ratio(*pair)[0], 2) for pair in (("Mg", "MgO"), ("Cu", "Cu2O"), ("Si", "SiO2"))]
    [0.8, 1.68, 2.27]
    """
    product, parent = molar_volume_m3_mol(oxide), molar_volume_m3_mol(solid)
    ratio = product.value / (solid_per_oxide(solid, oxide) * parent.value)
    return ratio, ratio * math.hypot(product.sigma_ln, parent.sigma_ln)
