"""Desirability (Derringer & Suich, J. Qual. Technol. 12, 214 (1980)) and gates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from finechem.errors import InputError
from finechem.screening.properties import Property, to_scale

__all__ = ["GATE_PROBABILITY", "Criterion"]

#: A required criterion drops a candidate when its probability of failing exceeds this.
GATE_PROBABILITY = 0.95


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is wanted of one property.

    Desirability is 0 at `worst`, 1 at `best`, and linear in between *on the property's scale* (in ln κ for a
    conductivity); ``worst > best`` means smaller is better. In the score 0 ends a candidate only where the criterion is
    `required`; elsewhere it counts as a hundredth.

    Parameters
    ----------
    property : Property
        What is judged.
    worst, best : float
        Limits, in the property's unit.
    weight : float
        Exponent in the weighted geometric mean; 0 makes a pure gate.
    required : bool
        A gate: the candidate is dropped when the probability of being worse than `worst` exceeds 0.95.
    allow_unknown : bool
        For a required property: an unknown value is no reason to rank below the known passes.

    Examples
    --------
    >>> kappa = Criterion(Property("thermal_conductivity", "W/(m K)", "log"), worst=10, best=1000)
    >>> kappa.desirability(np.array([5.0, 100.0, 2000.0]))
    array([0. , 0.5, 1. ])
    """

    property: Property
    worst: float
    best: float
    weight: float = 1.0
    required: bool = False
    allow_unknown: bool = False

    def __post_init__(self) -> None:
        name = self.property.name
        with np.errstate(all="ignore"):
            limits = to_scale(self.property.scale, np.array([self.worst, self.best]))
        if not np.all(np.isfinite(limits)):
            raise InputError(
                f"{name}: worst={self.worst} and best={self.best} must lie inside a {self.property.scale} scale"
            )
        if self.worst == self.best:
            raise InputError(f"{name}: worst and best are both {self.best}; they must differ")
        if not (np.isfinite(self.weight) and self.weight >= 0):
            raise InputError(f"{name}: weight={self.weight} must be a number >= 0")
        if self.weight == 0 and not self.required:
            raise InputError(f"{name}: weight 0 and not required: such a criterion does nothing; leave it out")

    def limits(self) -> tuple[float, float]:
        """Return `worst` and `best` on the property's scale."""
        worst, best = to_scale(self.property.scale, np.array([self.worst, self.best]))
        return float(worst), float(best)

    def desirability(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return desirabilities in [0, 1]; NaN stays NaN."""
        worst, best = self.limits()
        with np.errstate(all="ignore"):
            scaled = to_scale(self.property.scale, np.asarray(value, dtype=float))
            clipped: NDArray[np.float64] = np.clip((scaled - worst) / (best - worst), 0.0, 1.0)
        return clipped

    def failure_probability(self, value: NDArray[np.float64], sigma: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of being worse than `worst`; NaN where the value is unknown.

        With sigma = 0 it is 0 or 1; a value exactly at `worst` passes.
        """
        worst, best = self.limits()
        with np.errstate(all="ignore"):
            margin = (to_scale(self.property.scale, np.asarray(value, dtype=float)) - worst) * np.sign(best - worst)
            exact = np.where(margin < 0, 1.0, 0.0)
            probability = np.where(sigma > 0, ndtr(-margin / sigma), exact)
        return np.where(np.isnan(value), np.nan, probability)
