"""Proposed experiments, and why each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from finechem.adhesives.design.acquisition import Output, probability_kept
from finechem.adhesives.design.formulation_model import FormulationModel
from finechem.adhesives.design.objectives import Objective
from finechem.adhesives.design.points import Array
from finechem.screening.properties import from_scale

__all__ = ["Nearest", "Proposal", "Suggestion", "explain_point", "first_batch"]

#: Measured formulations shown beside a proposal.
_SHOWN = 2
#: Chance of a new best from which a proposal is said to serve an objective.
_SERVES = 0.25
#: Said with every suggestion.
CAVEAT = (
    "An optimizer chose these points, so their intervals carry no guarantee: expect outcomes worse than predicted more "
    "often than better ones."
)


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """A measured formulation near a proposal.

    Parameters
    ----------
    point : (d,) array
    moved : float
        Share of the mass that is another component: half the sum of the absolute differences of the fractions.
    likeness : float
        Correlation by the kernel of the first objective, which counts process factors and categories too.
    values : mapping of str to float
        Measured means, in the unit; none where only a limit is known.
    """

    point: Array
    moved: float
    likeness: float
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """One experiment.

    Parameters
    ----------
    point : (d,) array
    predicted : mapping of str to (value, low, high)
        By each model, with its 90 % interval, in the unit.
    kept : float
        Probability that all limits are kept.
    better : mapping of str to float
        Probability of being better in an objective than all that was measured and keeps the limits.
    worth : float
        Expected growth of the hypervolume, times `kept`, over cost, beside the proposals before it.
    serves : str
        The objective it is most likely to be best in, or that it trades off, explores, or fills the space.
    nearest : tuple of Nearest
    outside : tuple of str
        Why models say the point is outside of what they have seen.
    """

    point: Array
    predicted: Mapping[str, tuple[float, float, float]]
    kept: float
    better: Mapping[str, float]
    worth: float
    serves: str
    nearest: tuple[Nearest, ...]
    outside: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The explanation in a few sentences."""
        parts = [f"serves: {self.serves}"]
        parts += [
            f"{name}: {value:.4g} expected, {low:.4g} to {high:.4g}"
            for name, (value, low, high) in self.predicted.items()
        ]
        if self.kept < 0.995:
            parts.append(f"keeps the limits with a probability of {self.kept:.2f}")
        for near in self.nearest[:1]:
            known = ", ".join(f"{name} {value:.4g}" for name, value in near.values.items())
            parts.append(
                f"nearest measured: {100.0 * near.moved:.0f} % of the mass moved, correlation {near.likeness:.2f}"
                + (f" ({known})" if known else "")
            )
        parts += self.outside
        return "; ".join(parts)


@dataclass(frozen=True, slots=True, eq=False)
class Suggestion:
    """A batch of proposals.

    Parameters
    ----------
    proposals : tuple of Proposal
    reference : mapping of str to float
        Value of each objective from which the hypervolume counts, in the unit; empty for a first batch.
    front : (p, m) array
        What models say of the measured Pareto set, in the unit, objectives in their order.
    caveat : str
    """

    proposals: tuple[Proposal, ...]
    reference: Mapping[str, float]
    front: Array
    caveat: str = CAVEAT

    @property
    def points(self) -> Array:
        """The proposed points, (batch, d)."""
        return np.array([proposal.point for proposal in self.proposals])


def first_batch(points: Array) -> Suggestion:
    """Return a first batch: nothing is known, each point is far from the others."""
    filling = "no objective yet: fills the space"
    return Suggestion(
        tuple(Proposal(point, {}, 1.0, {}, 0.0, filling, ()) for point in points),
        {},
        np.empty((0, 0)),
        "Nothing was measured yet: the points are spread over the space.",
    )


def explain_point(
    point: Array, worth: float, models: Sequence[FormulationModel], objectives: Sequence[Objective], best: Array | None
) -> Proposal:
    """Return one proposal with its reasons.

    Parameters
    ----------
    point : (d,) array
    worth : float
    models, objectives : sequences of one length
    best : (m,) array, optional
        Best of each objective so far, more being better, on the scale; None where nothing keeps the limits yet.
    """
    from scipy.special import ndtr

    here = point[None, :]
    kept = 1.0
    better: dict[str, float] = {}
    predicted, outside = {}, []
    for model, wish in zip(models, objectives, strict=True):
        known = model.posterior(here)
        deviation = np.sqrt(known.variance)
        kept *= float(probability_kept(Output(wish, model.scale, known), known.mean, deviation)[0])
        if wish.sign and best is not None:
            away = wish.sign * float(known.mean[0]) - float(best[len(better)])
            better[wish.name] = float(ndtr(away / max(float(deviation[0]), 1e-300)))
        said = model.predict(here)
        predicted[wish.name] = (float(said.value[0]), float(said.low[0]), float(said.high[0]))
        if said.reason[0]:
            outside.append(f"{wish.name}: {said.reason[0]}")
    near = _nearest(point, models, objectives)
    return Proposal(point, predicted, kept, better, worth, _serves(better, worth), near, tuple(outside))


def _serves(better: Mapping[str, float], worth: float) -> str:
    if worth <= 0.0:
        return "none is promised: explores what is farthest from all that was measured"
    if not better:
        return "the limits, which nothing measured keeps yet"
    name = max(better, key=lambda key: better[key])
    if better[name] >= _SERVES or len(better) == 1:
        return f"{name} (best so far with a probability of {better[name]:.2f})"
    return "the trade-off between " + " and ".join(better)


def _nearest(point: Array, models: Sequence[FormulationModel], objectives: Sequence[Objective]) -> tuple[Nearest, ...]:
    mixture = models[0].learner.encoding.mixture
    known = np.unique(np.vstack([model.data.points for model in models]), axis=0)
    likeness = models[0].likeness_between(point[None, :], known)[0]
    moved = 0.5 * np.abs(known[:, mixture] - point[mixture]).sum(axis=1)
    found = []
    for index in np.lexsort((moved, -likeness))[:_SHOWN].tolist():
        values = {}
        for model, wish in zip(models, objectives, strict=True):
            at = np.flatnonzero(np.all(model.data.points == known[index], axis=1))
            if len(at) and not model.data.censored[at[0]]:  # what stands for a limit was expected, not measured
                values[wish.name] = float(from_scale(model.scale, model.data.values[at[0]]))
        found.append(Nearest(known[index], float(moved[index]), float(likeness[index]), values))
    return tuple(found)
