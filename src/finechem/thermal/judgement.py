"""What a conductivity by a potential is worth: raw and calibrated side by side, each with its measured error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from finechem.errors import DataError
from finechem.matter.calculators import Potential
from finechem.matter.crystal import Crystal
from finechem.thermal.bte.result import Conductivity
from finechem.thermal.calibration import group_of
from finechem.thermal.potential_errors import (
    Calibrated,
    calibrated_conductivity,
    potential_error,
    raw_conductivity,
    reads_moduli,
)
from finechem.thermal.potential_sigma import why_not_calibrated
from finechem.units import ROOM_TEMPERATURE_K

__all__ = ["Judgement", "judge"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A conductivity at 300 K, mean over directions, by the relaxation-time approximation.

    Attributes
    ----------
    raw_W_mK : float, optional
        None where 300 K was not computed.
    raw, calibrated : Calibrated, optional
        None where the error of the potential is not known, or is that of something else.
    potential, group : str
    remarks : tuple of str
        Why something is missing, and what it does not hold for.
    """

    raw_W_mK: float | None
    raw: Calibrated | None
    calibrated: Calibrated | None
    potential: str
    group: str
    remarks: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return what a reader sees."""
        if self.raw_W_mK is None:
            return list(self.remarks)
        if self.raw is None:
            return [f"raw {self.raw_W_mK:.4g} W/(m K) at 300 K, mean over directions", *self.remarks]
        return [
            f"at 300 K, relaxation time, mean over directions, W/(m K); {self.potential} on {self.raw.n} measured "
            f"{self.group} crystals:",
            *(
                f"  {name:<11}{found.value:>9.4g}   90 % interval {found.interval_90[0]:.3g} to "
                f"{found.interval_90[1]:.3g} (a factor of {found.factor_90:.2f})"
                for name, found in (("raw", self.raw), ("calibrated", self.calibrated))
                if found is not None
            ),
            *self.remarks,
        ]

    def record(self) -> dict[str, Any]:
        """Return the same for JSON."""
        return {
            "raw_W_mK": self.raw_W_mK,
            "potential": self.potential,
            "group": self.group,
            **{
                name: None if found is None else found._asdict() | {"interval_90_W_mK": found.interval_90}
                for name, found in (("raw", self.raw), ("calibrated", self.calibrated))
            },
            "remarks": list(self.remarks),
        }


def judge(
    result: Conductivity, crystal: Crystal, potential: Potential, shear_to_bulk: float | None = None
) -> Judgement:
    """Say what the conductivity of a crystal by a potential is worth, from the measured errors of that potential.

    Parameters
    ----------
    result : Conductivity
        From force constants of that potential.
    crystal : Crystal
        As it was before it was relaxed.
    potential : Potential
        Told by the hash of its parameters.
    shear_to_bulk : float, optional
        G/K by the potential, where its calibration reads it (`reads_moduli`).

    Returns
    -------
    Judgement
        With numbers only for what was measured: 300 K, natural isotopes, no boundaries.
    """
    group = group_of(crystal)
    place = np.flatnonzero(np.abs(result.temperatures_K - ROOM_TEMPERATURE_K) < 1e-6)
    remarks = []
    others = [f"{T:g}" for T in result.temperatures_K if abs(T - ROOM_TEMPERATURE_K) > 1e-6]
    if others:
        remarks.append(f"errors were measured at 300 K: none is stated at {', '.join(others)} K")
    kappa = float(np.trace(result.kappa_rta_W_mK[place[0]]) / 3.0) if len(place) else None
    raw = calibrated = None
    if kappa is not None:
        if why := why_not_calibrated(crystal):
            remarks.append(f"no interval: {why}")
        elif result.isotope_THz is None or result.boundary_um is not None:
            remarks.append("no interval: errors were measured with natural isotopes and without boundaries")
        else:
            try:
                raw = raw_conductivity(kappa, potential, group)
                if shear_to_bulk is not None or not reads_moduli(potential, group):
                    calibrated = calibrated_conductivity(kappa, potential, group, shear_to_bulk)
                else:
                    remarks.append(f"not calibrated: {potential.name} holds the crystal for unstable against strain")
            except DataError as error:
                remarks.append(f"no interval: never measured against experiment ({error})")
    return Judgement(kappa, raw, calibrated, potential.name, group, (*remarks, *_doubts(raw, potential, group)))


def _doubts(raw: Calibrated | None, potential: Potential, group: str) -> list[str]:
    if raw is None:
        return []
    row = potential_error("conductivity", potential, group)
    found = []
    if raw.extrapolated:
        found.append(
            f"outside the {row['lowest']:.3g} to {row['highest']:.3g} W/(m K) that {potential.name} gave for measured "
            "crystals: the calibration is extrapolated"
        )
    if row["failed"]:
        found.append(
            f"{row['failed']} of {row['n'] + row['failed']} measured crystals had no number ({potential.name} holds "
            "them for unstable): they are in no interval"
        )
    return found
