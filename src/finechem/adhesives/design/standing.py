"""Where a search stands: what was measured, what was reached, and what an experiment anywhere is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from finechem.adhesives.design.acquisition import Acquisition, Output, Rule
from finechem.adhesives.design.formulation_model import FormulationModel
from finechem.adhesives.design.improvement import pareto_front
from finechem.adhesives.design.objectives import Objective, reference_point
from finechem.adhesives.design.points import Array
from finechem.errors import InputError

__all__ = ["Cost", "Standing", "Weighing", "standing"]

Cost = Callable[[Array], Array]
#: Decimals to which two formulations are the same one.
_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Weighing:
    """How the worth of an experiment is found: the rule, its `kappa`, and costs."""

    rule: Rule = "improvement"
    kappa: float = 2.0
    cost: Cost | None = None

    def costs(self, points: Array) -> Array:
        """Return the cost of each point."""
        if self.cost is None:
            return np.ones(len(points))
        found = np.asarray(self.cost(points), dtype=float)
        if found.shape != (len(points),) or not np.all(np.isfinite(found) & (found > 0.0)):
            raise InputError(f"cost of {len(points)} points is {found}; it must be one positive number each")
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Models in the order of the objectives, and what they say of the measured formulations.

    Parameters
    ----------
    measured : (n, d) array
        Formulations with any objective measured.
    reached : (k, m) array
        Expected outcomes of those with all objectives measured that keep the limits; more is better, on the scale.
    anchors : (p, d) array
        Those of the Pareto set; all where nothing keeps the limits.
    front : (p, m) array
    reference : (m,) array
    """

    models: tuple[FormulationModel, ...]
    objectives: tuple[Objective, ...]
    weighing: Weighing
    measured: Array
    reached: Array
    anchors: Array
    front: Array
    reference: Array

    def acquisition(self, points: Array) -> Acquisition:
        """Return the worth of a pool of points."""
        outputs = [
            Output(wish, model.scale, model.posterior(points))
            for wish, model in zip(self.objectives, self.models, strict=True)
        ]
        costs = self.weighing.costs(points)
        return Acquisition(outputs, self.front, self.reference, costs, self.weighing.rule, self.weighing.kappa)


def standing(models: Mapping[str, FormulationModel], objectives: Sequence[Objective], weighing: Weighing) -> Standing:
    """Return where a search stands.

    Raises
    ------
    InputError
        If no formulation has all objectives measured.
    """
    ordered, wishes = tuple(models[wish.name] for wish in objectives), tuple(objectives)
    measured = np.unique(np.vstack([np.round(model.data.points, _DECIMALS) for model in ordered]), axis=0)
    rows = [{row.tobytes() for row in np.round(model.data.points, _DECIMALS)} for model in ordered]
    complete = measured[[all(row.tobytes() in some for some in rows) for row in measured]]
    if not len(complete):
        raise InputError("no formulation has all objectives measured: measure the others of some formulations first")
    means = [model.posterior(complete).mean for model in ordered]
    kept = np.ones(len(complete), dtype=bool)
    for wish, model, mean in zip(wishes, ordered, means, strict=True):
        low, high = wish.limits(model.scale)
        kept &= (mean >= low) & (mean <= high)
    values = np.stack([wish.sign * mean for wish, mean in zip(wishes, means, strict=True) if wish.sign], axis=1)
    reference = reference_point(wishes, [model.scale for model in ordered], values[kept] if kept.any() else values)
    front = pareto_front(values[kept])
    best = kept & np.array([any((row == one).all() for one in front) for row in values])
    anchors = complete[best] if best.any() else complete
    return Standing(ordered, wishes, weighing, measured, values[kept], anchors, front, reference)
