"""What more of one component does, the others kept in proportion: derivatives along Cox's directions, with errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from finechem.adhesives.design.formulation_model import FormulationModel
from finechem.adhesives.design.points import Array, as_points
from finechem.errors import InputError

__all__ = ["Sensitivity", "cox_direction", "sensitivities"]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Change of a property by a component or process factor.

    Parameters
    ----------
    column : str
    slope : float
        Per unit of the fraction (so 0.01 of it for one percent of the mass), or of the process factor; on the scale: a
        relative change where it is log.
    sigma : float
        Standard deviation of the slope, by the model.
    """

    column: str
    slope: float
    sigma: float


def cox_direction(mixture: Array, component: int) -> Array:
    r"""Return the change of all fractions by one more unit of one component, the others in proportion.

    .. math:: d_i = 1, \quad d_j = -\frac{x_j}{1 - x_i}

    The others share equally what is lost where the component is all of the mixture.

    Examples
    --------
    >>> cox_direction(np.array([0.5, 0.3, 0.2]), 0).round(12).tolist()
    [1.0, -0.6, -0.4]
    """
    rest = 1.0 - mixture[component]
    count = len(mixture) - 1
    direction = -mixture / rest if rest > 1e-12 else np.full(len(mixture), -1.0 / max(count, 1))
    direction[component] = 1.0
    return np.asarray(direction, dtype=float)


def sensitivities(model: FormulationModel, point: ArrayLike, step: float = 0.01) -> tuple[Sensitivity, ...]:
    """Return the slope of a property along each component and process factor at a point.

    Differences of the model's joint posterior over `step` of a fraction (for a process factor of its spread over the
    space), to both sides where the point allows it. Sigma is that of the difference, covariances included; it knows
    nothing of what the model gets wrong as a whole. Extra trees are steps: their slopes mean little.

    Parameters
    ----------
    model : FormulationModel
    point : (d,) array
    step : float

    Raises
    ------
    InputError
        If the step is not between 0 and 0.5, or the point not one point.
    """
    if not 0.0 < step <= 0.5:
        raise InputError(f"step is {step}; it must lie between 0 and 0.5")
    here = as_points(point, model.columns)
    if len(here) != 1:
        raise InputError(f"{len(here)} points; sensitivities are those at one")
    encoding = model.learner.encoding
    size = encoding.mixture.stop - encoding.mixture.start
    found = []
    for at in range(encoding.process.stop):
        ends, width = _ends(here[0], at, size, step, 1.0 if at < size else float(encoding.spread[at]))
        known = model.posterior(ends)
        slope = float(known.mean[1] - known.mean[0]) / width
        variance = float(known.variance.sum()) - 2.0 * float(known.column(0)[1])
        found.append(Sensitivity(model.columns[at], slope, float(np.sqrt(max(variance, 0.0))) / width))
    return tuple(found)


def _ends(point: Array, at: int, size: int, step: float, unit: float) -> tuple[Array, float]:
    """Return the two points of a difference, and how far they are apart."""
    direction = np.zeros(len(point))
    low, high = -step, step
    if at < size:
        direction[:size] = cox_direction(point[:size], at)
        low, high = max(low, -float(point[at])), min(high, 1.0 - float(point[at]))
    else:
        direction[at] = unit
    return np.stack([point + low * direction, point + high * direction]), (high - low) * unit
