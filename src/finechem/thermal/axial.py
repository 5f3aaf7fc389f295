"""In-plane and cross-plane conductivity of axial crystals, split from the average by elasticity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from finechem.matter.crystal import Crystal
from finechem.screening.properties import Estimates, Property
from finechem.thermal import properties as heat
from finechem.thermal.anisotropy import direction_shares
from finechem.thermal.model import HeatModel, Known
from finechem.thermal.model_errors import model_error

__all__ = ["AxialConductivityModel"]


@dataclass(frozen=True, slots=True)
class AxialConductivityModel(HeatModel):
    """kappa_ab and kappa_c of hexagonal, trigonal and tetragonal crystals from their average."""

    temperature_K: float = 300.0
    name: ClassVar[str] = "elastic anisotropy"
    references: ClassVar[tuple[str, ...]] = ("group velocities of the Christoffel equation; see direction_shares",)

    @property
    def requires(self) -> tuple[Property, ...]:
        """The average conductivity."""
        return (heat.conductivity(self.temperature_K),)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Both directions."""
        return (
            heat.conductivity(self.temperature_K, "in-plane"),
            heat.conductivity(self.temperature_K, "cross-plane"),
        )

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; the measured error of ln(kappa_c / kappa_ab) falls to one third on ab and two thirds on c."""
        average = known[heat.conductivity(self.temperature_K)]
        reasons = [
            _why_not(crystal) or (why or "the average is unknown" if np.isnan(value) else "")
            for crystal, value, why in zip(subjects, average.value, average.reason, strict=True)
        ]
        shares = np.full((len(subjects), 2), np.nan)
        for index, (crystal, reason) in enumerate(zip(subjects, reasons, strict=True)):
            if not reason and crystal.elasticity is not None:
                along = direction_shares(crystal.elasticity.matrix_Pa)[0]
                shares[index] = (along[0] + along[1]) / 2, along[2]
        split = float(model_error("anisotropy", "axial")["sigma"])
        return {
            prop: Estimates(
                average.value * shares[:, column],
                np.sqrt(np.square(average.sigma) + (part * split) ** 2),
                reason=reasons,
                source=average.source,
                shared=average.shared,
            )
            for column, (prop, part) in enumerate(zip(self.provides, (1 / 3, 2 / 3), strict=True))
        }


def _why_not(crystal: Crystal) -> str:
    if crystal.space_group_number > 194:
        return "cubic: the same in all directions"
    if crystal.space_group_number < 75:
        return "not axial: in-plane and cross-plane have no meaning"
    if crystal.elasticity is None:
        return "no elastic tensor of this phase is known"
    return "layered: elasticity does not tell its directions apart" if crystal.layered else ""
