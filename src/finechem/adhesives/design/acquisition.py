"""What an experiment at each point of a pool is worth, given those that are pending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.design.fantasies import Fantasies
from finechem.adhesives.design.improvement import expected_hypervolume_improvement
from finechem.adhesives.design.objectives import Objective
from finechem.adhesives.design.points import Array
from finechem.adhesives.design.posterior import Posterior
from finechem.screening.properties import Scale

__all__ = ["Acquisition", "Output", "Rule", "best_index", "probability_kept"]

Rule = Literal["improvement", "upper bound"]
#: Points whose worth is computed together.
_BLOCK = 128


@dataclass(frozen=True, slots=True)
class Output:
    """One property in a pool: what is wanted of it, on which scale, and what is known."""

    objective: Objective
    scale: Scale
    posterior: Posterior


class Acquisition:
    """Expected hypervolume improvement times the probability that limits are kept, over cost.

    Parameters
    ----------
    outputs : sequence of Output
    front : (p, m) array
        What was reached so far; more is better, on the scale.
    reference : (m,) array
    cost : (n,) array
    rule : {"improvement", "upper bound"}
        ``upper bound``: for one objective, mean plus `kappa` standard deviations above the reference.
    kappa : float
    """

    def __init__(
        self, outputs: Sequence[Output], front: Array, reference: Array, cost: Array, rule: Rule, kappa: float
    ) -> None:
        self._outputs = outputs
        self._fantasies = [Fantasies(output.posterior) for output in outputs]
        self._fronts = [front]
        self._reference = reference
        self._cost = cost
        self._rule, self._kappa = rule, kappa

    def choose(self, index: int, normals: Array) -> None:
        """Let the outcome at a point be drawn, (outputs, draws) standard normal numbers; each draw has its front."""
        drawn, kept = [], np.ones(normals.shape[1], dtype=bool)
        for output, fantasy, normal in zip(self._outputs, self._fantasies, normals, strict=True):
            outcome = fantasy.choose(index, normal)
            low, high = output.objective.limits(output.scale)
            kept &= (outcome >= low) & (outcome <= high)
            if output.objective.sign:
                drawn.append(output.objective.sign * outcome)
        points = np.stack(drawn, axis=1)
        fronts = self._fronts if len(self._fronts) == len(points) else self._fronts * len(points)
        self._fronts = [
            np.vstack([front, point]) if keep else front
            for front, point, keep in zip(fronts, points, kept, strict=True)
        ]

    def worth(self, index: NDArray[np.intp]) -> Array:
        """Return the worth of points of the pool, the mean over all draws."""
        wanted = [at for at, output in enumerate(self._outputs) if output.objective.sign]
        sigma = np.stack([np.sqrt(self._fantasies[at].variance[index]) for at in wanted], axis=1)
        total = np.zeros(len(index))
        for draw, front in enumerate(self._fronts):
            mean = np.stack(
                [self._outputs[at].objective.sign * self._fantasies[at].mean[draw, index] for at in wanted], axis=1
            )
            if self._rule == "upper bound":
                gain = np.maximum(mean[:, 0] + self._kappa * sigma[:, 0] - self._reference[0], 0.0)
            else:
                gain = expected_hypervolume_improvement(mean, sigma, front, self._reference)
            for output, fantasy in zip(self._outputs, self._fantasies, strict=True):
                gain = gain * probability_kept(output, fantasy.mean[draw, index], np.sqrt(fantasy.variance[index]))
            total += gain
        return total / len(self._fronts) / self._cost[index]


def probability_kept(output: Output, mean: Array, sigma: Array) -> Array:
    """Return the probability that normal outcomes keep the limits of an output."""
    from scipy.special import ndtr

    low, high = output.objective.limits(output.scale)
    wide = np.maximum(sigma, 1e-300)
    with np.errstate(over="ignore"):
        return np.asarray(ndtr((high - mean) / wide) - ndtr((low - mean) / wide), dtype=float)


def best_index(acquisition: Acquisition, bound: Array, allowed: NDArray[np.bool_]) -> int:
    """Return the point of most worth, looking only where `bound` leaves room for it; bounds are lowered in place.

    A pending experiment can only lower what another one adds to the hypervolume, so what a point was worth before
    bounds what it is worth now: points are looked at in that order until none of the rest can win.
    """
    order = np.flatnonzero(allowed)
    order = order[np.argsort(-bound[order], kind="stable")]
    best, most = int(order[0]), -1.0
    for begin in range(0, len(order), _BLOCK):
        block = order[begin : begin + _BLOCK]
        if bound[block[0]] <= most:
            break
        bound[block] = np.minimum(bound[block], acquisition.worth(block))
        at = int(block[int(np.argmax(bound[block]))])
        if bound[at] > most:
            best, most = at, float(bound[at])
    return best
