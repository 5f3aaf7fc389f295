"""The task "interface materials", finechem's own proposal: filled polymers that carry heat from a chip to its sink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from finechem.errors import InputError
from finechem.screening import Criterion, Rejected, Screen, Stage
from finechem.thermal.composite import properties as mix
from finechem.thermal.composite.candidate import CompositeRecipe, packing_limit
from finechem.thermal.composite.models import ClosedFormulaModel, MixtureModel, VoxelModel
from finechem.thermal.composite.reading import read_composites

__all__ = ["InterfaceConditions", "interface_screen", "read_interface_materials", "shipped_interface_materials"]

#: Of the packing limit: how full the shipped recipes are.
_FILL = (0.3, 0.55, 0.8)


@dataclass(frozen=True, slots=True)
class InterfaceConditions:
    """What is asked of a filled polymer, and how much is computed.

    Parameters
    ----------
    relative_viscosity : float
        Before cure, over that of the matrix; more cannot be dispensed.
    conductivity_W_mK : float
        Least through the plane.
    keep : int
        Recipes that the voxel model looks at.
    seeds, voxels : int
        Structures a recipe, and voxels a side, of the voxel model; 0 seeds leave it out.
    """

    relative_viscosity: float = field(default=100.0, metadata={"help": "Largest viscosity over that of the matrix."})
    conductivity_W_mK: float = field(default=0.5, metadata={"help": "Least through the plane, W/(m K)."})
    keep: int = field(default=10, metadata={"help": "Recipes that go to the voxel model."})
    seeds: int = field(default=4, metadata={"help": "Structures a recipe in the voxel model; 0 leaves it out."})
    voxels: int = field(default=64, metadata={"help": "Voxels a side, at least."})

    def __post_init__(self) -> None:
        mistakes = []
        if not 1 < self.relative_viscosity <= 1e6:
            mistakes.append(f"relative_viscosity={self.relative_viscosity:g}: must be above 1 and at most 1e6")
        if not 0 < self.conductivity_W_mK < 9:
            mistakes.append(f"conductivity_W_mK={self.conductivity_W_mK:g}: must be above 0 and below 9")
        if self.keep < 1:
            mistakes.append(f"keep={self.keep}: at least 1")
        if self.seeds != 0 and not 2 <= self.seeds <= 100:
            mistakes.append(f"seeds={self.seeds}: 0, or between 2 and 100")
        if not 32 <= self.voxels <= 160:
            mistakes.append(f"voxels={self.voxels}: must be between 32 and 160")
        if mistakes:
            raise InputError("; ".join(mistakes))


def interface_screen(conditions: InterfaceConditions | None = None) -> Screen:
    """Return the screen: closed formulae for all, voxels for the best.

    Gates: conductivity through the plane and viscosity before cure. Criteria: both, and density.

    Examples
    --------
    >>> [criterion.property.name for criterion in interface_screen().criteria if criterion.required]
    ['through_plane_composite_conductivity', 'relative_viscosity']
    """
    conditions = conditions or InterfaceConditions()
    dear = (Stage((VoxelModel(conditions.seeds, conditions.voxels),), name="voxels"),) if conditions.seeds else ()
    return Screen(
        name="interface-materials",
        conditions=conditions,
        stages=(
            Stage(
                (MixtureModel(), ClosedFormulaModel()),
                keep=conditions.keep if conditions.seeds else None,
                name="closed formulae",
            ),
            *dear,
        ),
        criteria=(
            Criterion(mix.THROUGH_PLANE, worst=conditions.conductivity_W_mK, best=10.0, weight=3.0, required=True),
            Criterion(mix.RELATIVE_VISCOSITY, worst=conditions.relative_viscosity, best=2.0, required=True),
            Criterion(mix.DENSITY, worst=4000.0, best=1000.0, weight=0.5),
        ),
    )


def read_interface_materials(paths: Sequence[Path | str]) -> list[CompositeRecipe | Rejected]:
    """Read the user's recipes; see `load_composites`."""
    return read_composites(paths)


def shipped_interface_materials() -> list[CompositeRecipe]:
    """Return the grid of recipes that comes with finechem: proposals to compute, none of them measured as such.

    Round AlN, Si3N4, Al2O3 and agglomerates of h-BN (taken as dense crystals) and platelets of h-BN (aspect ratio 0.1,
    at random and upright) in epoxy and silicone, at three shares of their packing limit.
    """
    found = []
    for matrix in ("epoxy", "silicone"):
        for filler, aspect, orientation in (
            ("AlN", 1.0, "random"),
            ("Si3N4", 1.0, "random"),
            ("Al2O3", 1.0, "random"),
            ("h-BN", 1.0, "random"),
            ("h-BN", 0.1, "random"),
            ("h-BN", 0.1, "through-plane"),
        ):
            for fill in _FILL:
                share = 100 * fill * packing_limit(aspect)
                upright = " upright" if orientation == "through-plane" else ""
                round_ = " agglomerates" if filler == "h-BN" and aspect == 1.0 else ""
                found.append(
                    CompositeRecipe.of(
                        f"{matrix} + {share:.0f} vol% {filler}{round_}{upright}",
                        matrix,
                        filler,
                        round(share),
                        aspect_ratio=aspect,
                        orientation=orientation,
                        order=-0.4 if upright else None,
                        d50_m=2e-5,
                    )
                )
    return found
