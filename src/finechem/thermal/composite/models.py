"""Property models of filled polymers: closed formulae for all, voxels for those that pass."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from finechem.errors import ConvergenceError, InputError
from finechem.matter.suspensions import relative_viscosity
from finechem.screening.one_by_one import Known, TableModel
from finechem.screening.properties import Estimates, Property
from finechem.thermal.composite import properties as mix
from finechem.thermal.composite.accuracy import composite_error, measured_fillers
from finechem.thermal.composite.candidate import CompositeRecipe
from finechem.thermal.composite.conductivity import closed_formula, voxel_average

__all__ = ["ClosedFormulaModel", "MixtureModel", "VoxelModel"]

#: Step of ln k in numerical derivatives.
_STEP = 0.01
_REFERENCES = (
    "C.-W. Nan, R. Birringer, D. R. Clarke, H. Gleiter, J. Appl. Phys. 81, 6692 (1997), doi:10.1063/1.365209",
    "D. P. H. Hasselman, L. F. Johnson, J. Compos. Mater. 21, 508 (1987)",
    "D. A. G. Bruggeman, Ann. Phys. 416, 636 (1935)",
)


@dataclass(frozen=True, slots=True)
class MixtureModel(TableModel):
    """Density without pores, and the viscosity before cure over that of the matrix."""

    name: ClassVar[str] = "mixture"
    references: ClassVar[tuple[str, ...]] = (
        "S. Mueller, E. W. Llewellin, H. M. Mader, Geophys. Res. Lett. 38, L13316 (2011), doi:10.1029/2011GL047167",
    )

    @property
    def provides(self) -> tuple[Property, ...]:
        """Density and relative viscosity."""
        return (mix.DENSITY, mix.RELATIVE_VISCOSITY)

    def estimate(self, subjects: Sequence[CompositeRecipe], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; sigma is what a packing limit larger by 3 % makes of the viscosity, and 1 % of the density."""
        del known
        phi = np.array([recipe.volume_fraction for recipe in subjects])
        limit = np.array([recipe.largest_fraction for recipe in subjects])
        density = np.array([recipe.density_kg_m3 for recipe in subjects])
        viscosity = relative_viscosity(phi, limit)
        sigma = np.log(viscosity / relative_viscosity(phi, np.minimum(1.03 * limit, 1.0)))
        return {mix.DENSITY: Estimates(density, 0.01 * density), mix.RELATIVE_VISCOSITY: Estimates(viscosity, sigma)}


@dataclass(frozen=True, slots=True)
class ClosedFormulaModel(TableModel):
    """Conductivities in the plane and through it by `closed_formula`.

    Sigma joins what the formulae missed measured composites by (the larger part of it is a bias that all recipes share:
    they come out low), the matrix, the filler and the interface resistance (each shared by the recipes that have it).
    """

    name: ClassVar[str] = "closed formulae"
    references: ClassVar[tuple[str, ...]] = _REFERENCES

    @property
    def provides(self) -> tuple[Property, ...]:
        """Both conductivities."""
        return (mix.IN_PLANE, mix.THROUGH_PLANE)

    def estimate(self, subjects: Sequence[CompositeRecipe], known: Known) -> Mapping[Property, Estimates]:
        """Estimate."""
        del known
        values = np.array([closed_formula(recipe) for recipe in subjects])
        return _estimates(subjects, values, np.zeros_like(values), [""] * len(subjects))


@dataclass(frozen=True, slots=True)
class VoxelModel(TableModel):
    """Conductivities in the plane and through it by `voxel_average`, a few seconds a recipe.

    Parameters
    ----------
    seeds : int
        Structures to average over.
    voxels : int
        A side, at least.

    Notes
    -----
    Sigma is that of the closed formulae, whose largest part is what sources do not tell of shapes and networks, joined
    with the standard error over structures and what half as many voxels a side change.
    """

    seeds: int = 4
    voxels: int = 64
    name: ClassVar[str] = "voxels"
    references: ClassVar[tuple[str, ...]] = (
        "F. Willot, C. R. Mecanique 343, 232 (2015), doi:10.1016/j.crme.2014.12.005",
    )

    @property
    def provides(self) -> tuple[Property, ...]:
        """Both conductivities."""
        return (mix.IN_PLANE, mix.THROUGH_PLANE)

    def estimate(self, subjects: Sequence[CompositeRecipe], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; what cannot be packed says so."""
        del known
        values, errors = np.full((len(subjects), 2), np.nan), np.full((len(subjects), 2), np.nan)
        reasons = []
        for index, recipe in enumerate(subjects):
            try:
                found = voxel_average(recipe, seeds=self.seeds, voxels=self.voxels)
            except (InputError, ConvergenceError) as error:
                reasons.append(str(error).removeprefix(f"{recipe.id}: "))
                continue
            values[index] = found.in_plane_W_mK, found.through_plane_W_mK
            errors[index] = found.in_plane_error, found.through_plane_error
            reasons.append("")
        return _estimates(subjects, values, errors, reasons)


def _estimates(
    subjects: Sequence[CompositeRecipe], values: np.ndarray, errors: np.ndarray, reasons: Sequence[str]
) -> dict[Property, Estimates]:
    """Return both conductivities; errors add to what the model, matrix, filler and interface leave open.

    Recipes with the same matrix, filler or interface err alike by it, and all of them by the model's bias.
    """
    own, bias = float(composite_error()["sigma"]), float(composite_error()["bias"])
    slopes = np.array([_slopes(recipe) for recipe in subjects])  # (N, 3 sources, 2 directions)
    sigmas = np.array(
        [
            (recipe.matrix.relative_sigma, recipe.filler.relative_sigma, recipe.sigma_ln_resistance)
            for recipe in subjects
        ]
    )
    parts = slopes * sigmas[:, :, None]
    total = np.sqrt(own**2 + np.nan_to_num(errors) ** 2 + np.sum(parts**2, axis=1))
    kinds = (
        [f"matrix:{recipe.matrix.name}" for recipe in subjects],
        [f"filler:{recipe.filler.name}" for recipe in subjects],
        [f"interface:{recipe.filler.name}/{recipe.matrix.name}" for recipe in subjects],
    )
    sources = [
        "; ".join(dict.fromkeys(text for text in (recipe.matrix.source, recipe.filler.source, _doubt(recipe)) if text))
        for recipe in subjects
    ]
    found = {}
    for column, prop in enumerate((mix.IN_PLANE, mix.THROUGH_PLANE)):
        missing = np.isnan(values[:, column])
        shared = {
            name: np.where((np.array(names) == name) & ~missing, parts[:, index, column], 0.0)
            for index, names in enumerate(kinds)
            for name in dict.fromkeys(names)
        }
        shared["model:composites"] = np.where(missing, 0.0, abs(bias))
        found[prop] = Estimates(
            values[:, column],
            np.where(missing, np.nan, total[:, column]),
            reason=list(reasons),
            source=["" if lacks else source for lacks, source in zip(missing, sources, strict=True)],
            shared=shared,
        )
    return found


def _doubt(recipe: CompositeRecipe) -> str:
    measured = sorted(measured_fillers())
    if recipe.filler.name in measured:
        return ""
    others = ", ".join(measured)
    return f"no mixed composite of {recipe.filler.name} was found measured: the model's error is that of {others}"


def _slopes(recipe: CompositeRecipe) -> list[list[float]]:
    """Return d ln k / d ln of matrix, filler and resistance, for both directions, by the closed formula."""
    matrix, filler, up = recipe.matrix, recipe.filler, math.exp(_STEP)
    base = np.log(closed_formula(recipe))
    shifted = (
        replace(recipe, matrix=replace(matrix, conductivity_W_mK=matrix.conductivity_W_mK * up)),
        replace(recipe, filler=replace(filler, across_W_mK=filler.across_W_mK * up, along_W_mK=filler.along_W_mK * up)),
        replace(recipe, resistance_m2K_W=recipe.resistance_m2K_W * up),
    )
    return [((np.log(closed_formula(other)) - base) / _STEP).tolist() for other in shifted]
