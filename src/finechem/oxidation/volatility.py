"""Vapour pressures of antioxidants: measured ones of the table `oxidation.volatility` first, the model otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from finechem import datasets
from finechem.errors import DataError, did_you_mean
from finechem.matter.vapour_pressure import MeasuredPoint, Volatility, sigma_of_measured_ln, volatility
from finechem.oxidation.package import shipped_antioxidants
from finechem.screening.properties import Z90

__all__ = ["antioxidant_volatility", "measured_points", "volatility_of"]


def measured_points(antioxidant_id: str) -> tuple[MeasuredPoint, ...]:
    """Return what was measured of the liquid: vapour pressures and normal boiling points of grade A, B or C.

    Solids are left out (an antioxidant dissolved in a matrix evaporates like the liquid), and grade D decides nothing.
    Sigma is half the stated range as a 90 % interval, at least the usual spread between handbooks.

    Raises
    ------
    DataError
        If the table of antioxidants has no such id.
    """
    smiles = _smiles(antioxidant_id)
    points = []
    for row in datasets.load("oxidation.volatility").where(antioxidant_id=antioxidant_id):
        if row["grade"] == "D" or row["value"] is None:
            continue
        if row["quantity"] == "vapour_pressure_Pa" and row["phase"] == "liquid":
            temperature, pressure = row["temperature_K"], row["value"]
        elif row["quantity"] == "boiling_point_K" and row["pressure_Pa"] is not None:
            temperature, pressure = row["value"], row["pressure_Pa"]
        else:
            continue
        sigma = sigma_of_measured_ln(smiles)
        if row["low"] and row["high"] and row["quantity"] == "vapour_pressure_Pa":
            sigma = max(sigma, float(np.log(row["high"] / row["low"])) / (2.0 * Z90))
        points.append(MeasuredPoint(temperature, pressure, sigma, f"{row['source']} (grade {row['grade']})"))
    return tuple(sorted(points, key=lambda point: point.temperature_K))


def antioxidant_volatility(antioxidant_id: str, measured: Sequence[MeasuredPoint] = ()) -> Volatility:
    """Return the vapour-pressure curve of a shipped antioxidant; who speaks is said by its `value`.

    Parameters
    ----------
    antioxidant_id : str
    measured : sequence of MeasuredPoint
        The user's own: where any are given, the table's are not used.

    Returns
    -------
    Volatility

    Examples
    --------
    >>> found = antioxidant_volatility("bht").value(473.15)
    >>> 17_000 < found.value < 20_500, found.source.startswith("measured")
    (True, True)
    >>> antioxidant_volatility("irganox-1010").value(533.15).in_domain
    False
    """
    return volatility(_smiles(antioxidant_id), tuple(measured) or measured_points(antioxidant_id))


def volatility_of(smiles: str) -> Volatility:
    """Return the vapour-pressure curve of any molecule, moved to what is measured where it is a shipped antioxidant."""
    known = _shipped_ids().get(smiles)
    return volatility(smiles, () if known is None else measured_points(known))


@cache
def _shipped_ids() -> dict[str, str]:
    return {item.additives[0].smiles: item.id for item in shipped_antioxidants()}


def _smiles(antioxidant_id: str) -> str:
    rows = datasets.load("oxidation.antioxidants").rows
    for row in rows:
        if row["antioxidant_id"] == antioxidant_id:
            return str(row["smiles"])
    raise DataError(
        f"no antioxidant {antioxidant_id!r}{did_you_mean(antioxidant_id, (str(row['antioxidant_id']) for row in rows))}"
    )
