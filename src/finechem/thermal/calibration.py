"""Slack and Debye-Callaway against the crystals of `thermal.reference_set`: one fitted number a model and group.

The number is the Gruneisen parameter of the heat-carrying modes; the error is the leave-one-compound-out one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.errors import DataError
from finechem.matter.crystal import Crystal
from finechem.thermal.callaway import debye_callaway_conductivity, isotope_parameter
from finechem.thermal.elastic import (
    SoundVelocities,
    acoustic_debye_temperature,
    debye_temperature,
    sound_velocities,
)
from finechem.thermal.known import known_crystals
from finechem.thermal.measured import is_metal
from finechem.thermal.slack import slack_conductivity
from finechem.units import ROOM_TEMPERATURE_K

__all__ = ["Fit", "calibrate", "group_of", "reference_crystals", "select_reference_set"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One model on one group: the fitted Gruneisen parameter and the leave-one-compound-out predictions."""

    model: str
    group: str
    gruneisen: float
    ids: tuple[str, ...]
    measured: Array
    predicted: Array

    @property
    def log_error(self) -> Array:
        """ln(predicted / measured) of each compound, predicted without it."""
        return np.asarray(np.log(self.predicted / self.measured))

    @property
    def sigma(self) -> float:
        """Root mean square of `log_error`."""
        return float(np.sqrt(np.mean(self.log_error**2)))

    @property
    def factor(self) -> float:
        """Average factor difference, 10**mean|log10(predicted/measured)|."""
        return float(np.exp(np.mean(np.abs(self.log_error))))


def group_of(crystal: Crystal) -> str:
    """Return ``tetrahedral`` (every atom has four nearest neighbours) or ``other``."""
    return "tetrahedral" if crystal.tetrahedral else "other"


def select_reference_set() -> list[tuple[str, str]]:
    """Return (phase, group) of every shipped crystal fit to judge conductivity models by.

    The rule: a measured conductivity marked preferred, single crystal, natural isotopes, lattice, averaged over
    directions; a *measured* elastic tensor (grade A or B); no layers, no metal. The rule and its
    first 21 crystals were committed (`thermal.reference_set`) before the fit; the list grows only with the
    data.
    """
    selected = []
    for crystal in (*known_crystals("candidate"), *known_crystals("reference")):
        if crystal.layered or is_metal(crystal):
            continue
        if crystal.elasticity is None or crystal.elasticity.grade not in ("A", "B"):
            continue
        if _preferred_conductivity(crystal.id) is not None:
            selected.append((crystal.id, group_of(crystal)))
    return selected


def reference_crystals() -> list[tuple[Crystal, float]]:
    """Return the crystals of `thermal.reference_set` with their measured conductivity at 300 K, in W/(m K)."""
    crystals = {crystal.id: crystal for role in ("candidate", "reference") for crystal in known_crystals(role)}
    pairs = []
    for row in datasets.load("thermal.reference_set").rows:
        kappa = _preferred_conductivity(row["phase_id"])
        if row["phase_id"] not in crystals or kappa is None:
            raise DataError(
                f"thermal.reference_set names {row['phase_id']}, which lost its structure or its measurement"
            )
        pairs.append((crystals[row["phase_id"]], kappa))
    return pairs


def _preferred_conductivity(phase: str) -> float | None:
    rows = datasets.load("thermal.conductivity").where(
        phase_id=phase, preferred="yes", sample="single crystal", isotopes="natural", carriers="lattice"
    )
    by_direction = {row["direction"]: _at_reference_temperature(row) for row in rows}
    if "average" in by_direction:
        return by_direction["average"]
    if "ab" in by_direction and "c" in by_direction:
        return (2 * by_direction["ab"] + by_direction["c"]) / 3
    return None


def _at_reference_temperature(row: Mapping[str, Any]) -> float:
    """Bring a measurement (273 to 300 K) to the reference temperature by the 1/T of three-phonon scattering."""
    return float(row["kappa_W_mK"]) * (row["temperature_K"] or ROOM_TEMPERATURE_K) / ROOM_TEMPERATURE_K


@dataclass(frozen=True, slots=True, eq=False)
class _Inputs:
    """What both models read, as arrays over crystals."""

    mass: Array
    volume: Array
    atoms: Array
    acoustic: Array
    velocities: SoundVelocities
    variance: Array

    def slack(self, gruneisen: float) -> Array:
        return slack_conductivity(
            self.mass, self.acoustic, self.volume * 1e30, self.atoms, gruneisen, ROOM_TEMPERATURE_K
        )

    def callaway(self, gruneisen: float) -> Array:
        return debye_callaway_conductivity(
            self.velocities.longitudinal,
            self.velocities.transverse,
            self.volume,
            self.atoms,
            self.mass,
            gruneisen,
            ROOM_TEMPERATURE_K,
            mass_variance=self.variance,
        )


def _inputs(crystals: Sequence[Crystal]) -> _Inputs:
    stiffness = np.array([crystal.elasticity.matrix_Pa for crystal in crystals if crystal.elasticity is not None])
    volume = np.array([crystal.volume_per_atom_m3 for crystal in crystals])
    atoms = np.array([crystal.primitive_atoms for crystal in crystals], dtype=float)
    velocities = sound_velocities(stiffness, [crystal.density_kg_m3 for crystal in crystals])
    return _Inputs(
        mass=np.array([crystal.mean_mass_u for crystal in crystals]),
        volume=volume,
        atoms=atoms,
        acoustic=acoustic_debye_temperature(debye_temperature(velocities.debye, volume), atoms),
        velocities=velocities,
        variance=np.array([isotope_parameter(crystal.species) for crystal in crystals]),
    )


def calibrate() -> list[Fit]:
    """Fit the Gruneisen parameter of each model and group, and predict each compound from the others.

    Returns
    -------
    list of Fit
        Slack and Callaway, tetrahedral and other. The fitted value makes the mean of ln(predicted/measured) zero.

    Notes
    -----
    A Gruneisen parameter from Poisson's ratio was tried as well and carries no information on these crystals: with it
    the leave-one-out error is larger in both groups (``benchmarks/accuracy/slack.py`` prints both).
    """
    fits = []
    pairs = reference_crystals()
    for group in ("tetrahedral", "other"):
        members = [(crystal, kappa) for crystal, kappa in pairs if group_of(crystal) == group]
        inputs = _inputs([crystal for crystal, _ in members])
        measured = np.array([kappa for _, kappa in members])
        ids = tuple(crystal.id for crystal, _ in members)
        models: tuple[tuple[str, Callable[[float], Array]], ...] = (
            ("slack", inputs.slack),
            ("callaway", inputs.callaway),
        )
        for name, predict in models:
            everyone = np.ones(len(members), dtype=bool)
            predicted = np.empty(len(members))
            for index in range(len(members)):
                others = everyone.copy()
                others[index] = False
                predicted[index] = predict(_balanced(predict, measured, others))[index]
            fits.append(Fit(name, group, _balanced(predict, measured, everyone), ids, measured, predicted))
    return fits


def _balanced(predict: Callable[[float], Array], measured: Array, mask: NDArray[np.bool_]) -> float:
    """Return the Gruneisen parameter that makes the mean log error of the masked compounds zero."""
    from scipy.optimize import brentq

    def mean_log_error(gruneisen: float) -> float:
        return float(np.mean(np.log(predict(gruneisen)[mask] / measured[mask])))

    return float(brentq(mean_log_error, 0.3, 6.0, xtol=1e-10))
