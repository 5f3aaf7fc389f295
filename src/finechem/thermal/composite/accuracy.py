"""Closed formulae against measured composites: where the sigma of composite conductivities comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from finechem import datasets
from finechem.thermal.composite.candidate import CompositeRecipe, Matrix, shipped_filler, shipped_matrix
from finechem.thermal.composite.conductivity import closed_formula, formula_table

__all__ = [
    "Comparison",
    "composite_error",
    "fitted_resistance",
    "matrix_kind",
    "measure_errors",
    "measured_composites",
    "measured_counterpart",
    "measured_fillers",
]

#: Sources seldom tell the shape of platelets: a tenth as thick as wide, 10 µm wide.
ASSUMED_ASPECT, ASSUMED_D50_M = 0.1, 1e-5
#: Mixed and cured, perhaps aligned; foams, pressed and segregated fillers are networks that no model here makes.
MIXED = ("dispersed", "aligned")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measured composite, and the recipe that stands for it."""

    recipe: CompositeRecipe
    measured_W_mK: float
    direction: str
    structure: str
    grade: str

    def formulae(self, resistance_m2K_W: float | None = None) -> dict[str, float]:
        """Return the conductivity in the measured direction by every formula, W/(m K)."""
        recipe = self._with(resistance_m2K_W)
        column = 1 if self.direction == "in-plane" else 2
        found = {str(row[0]): float(row[column]) for row in formula_table(recipe)}
        return {**found, "closed formula of the shape": self.best(resistance_m2K_W)}

    def best(self, resistance_m2K_W: float | None = None) -> float:
        """Return the closed formula that speaks for the shape."""
        return closed_formula(self._with(resistance_m2K_W))[0 if self.direction == "in-plane" else 1]

    def _with(self, resistance_m2K_W: float | None) -> CompositeRecipe:
        if resistance_m2K_W is None:
            return self.recipe
        return replace(self.recipe, resistance_m2K_W=resistance_m2K_W)


@cache
def measured_composites() -> tuple[Comparison, ...]:
    """Return the rows of `thermal.composite_conductivity` whose matrix is known, or at least its conductivity.

    Where a source does not tell the conductivity of an epoxy or a silicone, the shipped one (0.2) is assumed.
    """
    found = []
    for row in datasets.load("thermal.composite_conductivity").rows:
        if row["matrix"] is None and row["matrix_W_mK"] is None:
            continue
        found.append(Comparison(_recipe(row), row["kappa_W_mK"], row["direction"], row["structure"], row["grade"]))
    return tuple(found)


def _recipe(row: Mapping[str, Any]) -> CompositeRecipe:
    known = shipped_matrix(row["matrix"]) if row["matrix"] else None
    density = known.density_kg_m3 if known else 1000.0  # not used: loadings are by volume
    conductivity = row["matrix_W_mK"] or (known.conductivity_W_mK if known else math.nan)
    flat = any(word in row["form"] for word in ("platelets", "flakes", "sheets"))
    aligned = row["structure"] == "aligned"
    orientation = "random" if not (flat and aligned) else str(row["direction"])
    return CompositeRecipe(
        f"{row['system']}, {100 * row['volume_fraction']:.3g} vol% {row['filler']} {row['form']}",
        Matrix(row["system"], conductivity, density),
        shipped_filler(row["filler"]),
        row["volume_fraction"],
        d50_m=ASSUMED_D50_M if row["d50_um"] is None else row["d50_um"] * 1e-6,
        aspect_ratio=ASSUMED_ASPECT if flat else 1.0,
        orientation=orientation,
        packing_limit=0.99,
        source=row["source"],
    )


@cache
def measured_fillers() -> frozenset[str]:
    """Return the fillers of which a mixed composite was measured."""
    return frozenset(item.recipe.filler.name for item in measured_composites() if item.structure in MIXED)


def fitted_resistance(points: Sequence[Comparison]) -> float:
    """Return the interface resistance, m2 K/W, that makes the closed formula fit points best, from 1e-10 to 1e-4."""
    grid = np.geomspace(1e-10, 1e-4, 121)
    misfit = [sum(math.log(item.best(float(r)) / item.measured_W_mK) ** 2 for item in points) for r in grid]
    return float(grid[int(np.argmin(misfit))])


def measured_counterpart(recipe: CompositeRecipe, within: float = 0.05) -> Comparison | None:
    """Return the measured composite of the same filler, kind of matrix and orientation, nearest in volume fraction.

    Round particles and agglomerates stand for each other, never for platelets. Mixed and cured ones only, without a
    second filler beside.
    """
    near = [
        item
        for item in measured_composites()
        if item.structure in MIXED
        and " with " not in item.recipe.id
        and item.recipe.orientation == recipe.orientation
        and item.recipe.filler.name == recipe.filler.name
        and (item.recipe.aspect_ratio == 1.0) == (recipe.aspect_ratio == 1.0)
        and matrix_kind(item.recipe.matrix.name) == matrix_kind(recipe.matrix.name)
        and abs(math.log(item.recipe.matrix.conductivity_W_mK / recipe.matrix.conductivity_W_mK)) < 0.3
        and abs(item.recipe.volume_fraction - recipe.volume_fraction) <= within
    ]
    return min(near, key=lambda item: abs(item.recipe.volume_fraction - recipe.volume_fraction), default=None)


def matrix_kind(name: str) -> str:
    """Return what family a matrix belongs to: ``epoxy``, ``silicone``, or its own name."""
    for kind, words in (("epoxy", ("epoxy",)), ("silicone", ("silicone", "PDMS"))):
        if any(word in name for word in words):
            return kind
    return name


def measure_errors() -> list[dict[str, Any]]:
    """Return all rows of `thermal.composite_errors`, computed anew; nothing is fitted."""
    points = [item for item in measured_composites() if item.structure in MIXED]
    errors = np.array([math.log(item.best() / item.measured_W_mK) for item in points])
    return [
        {
            "model": "closed formulae",
            "n": len(errors),
            "sigma": float(np.sqrt(np.mean(errors**2))),
            "bias": float(errors.mean()),
            "scale": "ln",
            "how": "mixed or aligned fillers of thermal.composite_conductivity (11 of 12 h-BN), matrix 0.2 W/(m K) and "
            "interface resistance 1e-7 m2 K/W where not told, platelets 10 um wide and 1 um thick; RMS",
        }
    ]


@cache
def composite_error(model: str = "closed formulae") -> Mapping[str, Any]:
    """Return the row of `thermal.composite_errors` for a model: n, sigma, bias, scale.

    Raises
    ------
    DataError
        If it was never measured.
    """
    return datasets.measured_error("thermal.composite_errors", model=model)
