"""The property model of wetting: the work of adhesion of an uncured recipe to a substrate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from finechem import datasets
from finechem.adhesives import properties as glue
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.substrates import substrate
from finechem.adhesives.surface import work_of_adhesion_mJ_m2, work_of_adhesion_sigma_mJ_m2
from finechem.adhesives.surface_tension import recipe_surface_energy
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Property

__all__ = ["WorkOfAdhesionModel"]


@dataclass(frozen=True, slots=True)
class WorkOfAdhesionModel(OneByOneModel):
    """Reversible work that parts the uncured adhesive from a substrate. It is not the strength of a joint.

    Sigma holds the scatter of the substrate's samples, the errors of the liquid's surface tension and polar share, and
    what Owens and Wendt's rule was found to err by (`adhesives.model_errors`).

    Parameters
    ----------
    substrate : str
    state : str
        As `finechem.adhesives.substrates.substrate` knows them.
    """

    substrate: str = "aluminium oxide"
    state: str = "as received"
    version: ClassVar[str] = "1"
    name: ClassVar[str] = "Owens and Wendt"
    references: ClassVar[tuple[str, ...]] = (
        "D. K. Owens, R. C. Wendt, J. Appl. Polym. Sci. 13, 1741 (1969), doi:10.1002/app.1969.070130815",
    )

    def __post_init__(self) -> None:
        substrate(self.substrate, self.state)  # says which are known

    @property
    def data(self) -> str:
        """Hash of the tables of liquids, substrates and errors."""
        return datasets.package_hash()

    @property
    def provides(self) -> tuple[Property, ...]:
        """Work of adhesion."""
        return (glue.work_of_adhesion(self.substrate, self.state),)

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return the work of adhesion."""
        liquid, solid = recipe_surface_energy(subject), substrate(self.substrate, self.state)
        work = work_of_adhesion_mJ_m2(liquid, solid)
        rule = float(datasets.measured_error("adhesives.model_errors", quantity="work_of_adhesion")["sigma"])
        return [Answer(work, math.hypot(work_of_adhesion_sigma_mJ_m2(liquid, solid) / work, rule), source=solid.source)]
