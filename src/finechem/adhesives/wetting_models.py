"""The property model of wetting: spreading, contact angle and work of adhesion of an uncured recipe on a substrate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from finechem import datasets
from finechem.adhesives import properties as glue
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.substrates import substrate, substrate_doubt
from finechem.adhesives.surface import (
    contact_angle_deg,
    spreading_coefficient_mN_m,
    wetting_sigmas,
    work_of_adhesion_mJ_m2,
    work_of_adhesion_sigma_mJ_m2,
)
from finechem.adhesives.surface_tension import recipe_surface_energy
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Property

__all__ = ["WorkOfAdhesionModel"]


@dataclass(frozen=True, slots=True)
class WorkOfAdhesionModel(OneByOneModel):
    """Whether the uncured adhesive spreads on a substrate, its contact angle, and the reversible work that parts them.

    The spreading coefficient, not the work of adhesion, tells wetting; neither is the strength of a joint. Out of
    domain on a substrate that `finechem.adhesives.substrates.substrate_doubt` doubts. Sigma holds the scatter of the
    substrate's samples, the errors of the liquid's surface tension and polar share, and what Owens and Wendt's rule was
    found to err by (`adhesives.model_errors`).

    Parameters
    ----------
    substrate : str
    state : str
        As `finechem.adhesives.substrates.substrate` knows them.
    """

    substrate: str = "PET"
    state: str = "as received"
    version: ClassVar[str] = "2"
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
        """Spreading coefficient, contact angle, work of adhesion."""
        on = (self.substrate, self.state)
        return (glue.spreading_coefficient(*on), glue.contact_angle(*on), glue.work_of_adhesion(*on))

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return all three."""
        liquid, solid = recipe_surface_energy(subject), substrate(self.substrate, self.state)
        work = work_of_adhesion_mJ_m2(liquid, solid)
        rule = float(datasets.measured_error("adhesives.model_errors", quantity="work_of_adhesion")["sigma"])
        of_spreading, of_angle = wetting_sigmas(liquid, solid, rule)
        of_work = math.hypot(work_of_adhesion_sigma_mJ_m2(liquid, solid) / work, rule)
        doubt = substrate_doubt(self.substrate, self.state)
        source = f"{liquid.source}; {solid.source}"
        return [
            Answer(value, sigma, not doubt, doubt, source)
            for value, sigma in (
                (spreading_coefficient_mN_m(liquid, solid), of_spreading),
                (contact_angle_deg(liquid, solid), of_angle),
                (work, of_work),
            )
        ]
