"""What is wanted of a formulation: more or less of a property, or a limit it has to keep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from finechem.adhesives.design.improvement import pareto_front
from finechem.adhesives.design.points import Array
from finechem.errors import InputError
from finechem.screening.properties import Scale, to_scale

__all__ = ["Objective", "reference_point"]

Goal = Literal["maximize", "minimize", "limit"]
#: How far beyond the worst of the front the reference lies where none is stated, of the front's range.
_BEYOND = 0.1


@dataclass(frozen=True, slots=True)
class Objective:
    """One property and what is wanted of it.

    Parameters
    ----------
    name : str
        Of the property.
    goal : {"maximize", "minimize", "limit"}
        ``limit``: only the limits count.
    at_least, at_most : float, optional
        Limits, in the unit of the property: a formulation outside counts nothing.
    reference : float, optional
        A value that is just not worth having; default: a tenth of the front's range beyond its worst.

    Raises
    ------
    InputError
        For an unknown goal, limits that no value keeps, or a limit that is none.
    """

    name: str
    goal: Goal = "maximize"
    at_least: float | None = None
    at_most: float | None = None
    reference: float | None = None

    def __post_init__(self) -> None:
        if self.goal not in ("maximize", "minimize", "limit"):
            raise InputError(f"{self.name}: the goal is {self.goal!r}; it must be maximize, minimize or limit")
        for what in (self.at_least, self.at_most, self.reference):
            if what is not None and not math.isfinite(what):
                raise InputError(f"{self.name}: a limit or reference is {what}; it must be a number")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise InputError(f"{self.name}: at least {self.at_least} and at most {self.at_most}: no value keeps both")
        if self.goal == "limit" and self.at_least is None and self.at_most is None:
            raise InputError(f"{self.name}: the goal is a limit; state at_least or at_most")

    @property
    def sign(self) -> float:
        """1 where more is better, -1 where less is, 0 for a limit."""
        return {"maximize": 1.0, "minimize": -1.0, "limit": 0.0}[self.goal]

    def limits(self, scale: Scale) -> tuple[float, float]:
        """Return both limits on a scale; infinite where there is none."""
        low = -math.inf if self.at_least is None else _on(scale, self.at_least, self.name)
        high = math.inf if self.at_most is None else _on(scale, self.at_most, self.name)
        return low, high


def reference_point(objectives: Sequence[Objective], scales: Sequence[Scale], reached: Array) -> Array:
    """Return the reference of each objective that is no limit, more being better, on the scale.

    Parameters
    ----------
    objectives : sequence of Objective
    scales : sequence of str
        One an objective.
    reached : (n, m) array
        Measured outcomes so far; more is better.
    """
    front = pareto_front(reached)
    low, high = front.min(axis=0), front.max(axis=0)
    if len(front) == 1:  # a front of one point has no range
        high, low = front[0], np.minimum(reached.min(axis=0), front[0])
    width = np.where(high > low, high - low, np.maximum(np.abs(high), 1e-12))
    inferred = low - _BEYOND * width
    wanted = [pair for pair in zip(objectives, scales, strict=True) if pair[0].sign]
    return np.array(
        [
            own if wish.reference is None else wish.sign * _on(scale, wish.reference, wish.name)
            for (wish, scale), own in zip(wanted, inferred, strict=True)
        ]
    )


def _on(scale: Scale, value: float, name: str) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = float(to_scale(scale, np.float64(value)))
    if not math.isfinite(found):
        raise InputError(f"{name}: {value} does not exist on its {scale} scale")
    return found
