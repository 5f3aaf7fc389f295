"""Which experiments to make next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.adhesives.design.acquisition import Acquisition, Output, Rule, best_index
from finechem.adhesives.design.explanation import Suggestion, explain_point, space_filling
from finechem.adhesives.design.fantasies import shared_draws
from finechem.adhesives.design.formulation_model import FormulationModel
from finechem.adhesives.design.improvement import pareto_front
from finechem.adhesives.design.objectives import Objective, reference_point
from finechem.adhesives.design.points import Array, Space, as_points, encoding_of
from finechem.adhesives.design.pool import neighbours, unlike
from finechem.adhesives.design.spread import distances, farthest_points
from finechem.errors import InputError, did_you_mean
from finechem.screening.properties import from_scale

__all__ = ["Cost", "suggest"]

Cost = Callable[[Array], Array]
#: Draws of what pending experiments may show.
DRAWS = 32
#: How far each round reaches that makes the pool denser around its best points, and around how many of them.
_REACHES, _ANCHORS, _BEST = (0.3, 0.1, 0.03), 12, 60


def suggest(
    space: Space,
    models: Mapping[str, FormulationModel],
    objectives: Sequence[Objective],
    *,
    batch: int = 5,
    pool: int = 2000,
    seed: int = 0,
    cost: Cost | None = None,
    diversity: float = 0.0,
    rule: Rule = "improvement",
    kappa: float = 2.0,
    pending: ArrayLike | None = None,
) -> Suggestion:
    """Propose the next experiments, and say why.

    The worth of a formulation is the expected growth of the hypervolume (the expected improvement for one objective)
    times the probability that every limit is kept, over its cost. The first proposal has the most worth in a pool of
    feasible formulations, which is made denser around the measured Pareto set and around its own best points; the next
    has the most beside it, averaged over 32 joint draws of what the first may show, and so on. Models count as
    independent of each other, and what was reached so far is what they say of the measured formulations.

    Parameters
    ----------
    space : Space
    models : mapping of str to FormulationModel
        One an objective, by its name. Empty, with nothing measured: a space-filling batch.
    objectives : sequence of Objective
    batch : int
        How many proposals.
    pool : int
        How many formulations are drawn from the space, before it is made denser.
    seed : int
        The same seed gives the same proposals.
    cost : callable, optional
        Points (n, d) to a positive cost each.
    diversity : float
        Least distance between proposals, and to what was measured, as a share of that of two random formulations.
    rule : {"improvement", "upper bound"}
        ``upper bound``, for one objective: mean plus `kappa` standard deviations, above the reference.
    kappa : float
    pending : (n, d) array, optional
        Experiments under way: they count as proposals made before.

    Returns
    -------
    Suggestion
        **Intervals beside proposals carry no guarantee**: an optimizer chose the points.

    Raises
    ------
    InputError
        Where models, objectives or settings do not fit each other, or nothing feasible is left to propose.

    Examples
    --------
    >>> from finechem.adhesives.design import Objective, Simplex, fit_formulation_model, suggest
    >>> space = Simplex(("resin", "hardener", "filler"))
    >>> first = suggest(space, {}, [Objective("strength")], batch=8).points
    >>> strength = 10.0 + 8.0 * first[:, 0] * first[:, 1]
    >>> model = fit_formulation_model(space, first, strength, name="strength")
    >>> (proposal,) = suggest(space, {"strength": model}, [Objective("strength")], batch=1).proposals
    >>> bool(proposal.point[0] * proposal.point[1] > (first[:, 0] * first[:, 1]).max())
    True
    """
    _check(models, objectives, batch, pool, diversity, rule)
    under_way = np.empty((0, len(space.columns))) if pending is None else as_points(pending, space.columns, "pending")
    sampled = _sampled(space, pool, seed)
    if not models:
        encoding = encoding_of(space, sampled)
        known = encoding(under_way) if len(under_way) else None
        return space_filling(sampled[farthest_points(encoding(sampled), batch, known)])
    task = _task(space, models, objectives, under_way, cost, rule, kappa)
    points, bound = _denser(task, unlike(sampled, task.taken), seed)
    normals = shared_draws(DRAWS, len(under_way) + batch, len(objectives), seed)
    chosen = _greedy(task, points, bound, batch, diversity, normals)
    best = task.reached.max(axis=0) if len(task.reached) else None
    wanted = [(wish, model) for wish, model in zip(objectives, task.models, strict=True) if wish.sign]
    units = [lambda values, w=wish, m=model: from_scale(m.scale, w.sign * values) for wish, model in wanted]
    return Suggestion(
        tuple(explain_point(points[index], worth, task.models, objectives, best) for index, worth in chosen),
        {
            wish.name: float(unit(task.reference[at]))
            for at, ((wish, _), unit) in enumerate(zip(wanted, units, strict=True))
        },
        np.stack([unit(task.front[:, at]) for at, unit in enumerate(units)], axis=1),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """What a suggestion starts from: models in the order of the objectives, what was reached, what is taken."""

    space: Space
    models: tuple[FormulationModel, ...]
    objectives: tuple[Objective, ...]
    measured: Array
    under_way: Array
    reached: Array
    anchors: Array
    front: Array
    reference: Array
    cost: Cost | None
    rule: Rule
    kappa: float

    @property
    def taken(self) -> Array:
        """Points that are not proposed again."""
        return np.vstack([self.measured, self.under_way])

    def acquisition(self, points: Array) -> Acquisition:
        """Return the worth of a pool."""
        outputs = [
            Output(wish, model.scale, model.posterior(points))
            for wish, model in zip(self.objectives, self.models, strict=True)
        ]
        return Acquisition(outputs, self.front, self.reference, self._costs(points), self.rule, self.kappa)

    def _costs(self, points: Array) -> Array:
        if self.cost is None:
            return np.ones(len(points))
        found = np.asarray(self.cost(points), dtype=float)
        if found.shape != (len(points),) or not np.all(np.isfinite(found) & (found > 0.0)):
            raise InputError(f"cost of {len(points)} points is {found}; it must be one positive number each")
        return found


def _task(
    space: Space,
    models: Mapping[str, FormulationModel],
    objectives: Sequence[Objective],
    under_way: Array,
    cost: Cost | None,
    rule: Rule,
    kappa: float,
) -> _Task:
    ordered = tuple(models[wish.name] for wish in objectives)
    measured = np.unique(np.vstack([model.data.points for model in ordered]), axis=0)
    everywhere = np.array(
        [row for row in measured if all((model.data.points == row).all(axis=1).any() for model in ordered)]
    )
    if not len(everywhere):
        raise InputError("no formulation has all objectives measured: measure the others of some formulations first")
    means = [model.posterior(everywhere).mean for model in ordered]
    kept = np.ones(len(everywhere), dtype=bool)
    for wish, model, mean in zip(objectives, ordered, means, strict=True):
        low, high = wish.limits(model.scale)
        kept &= (mean >= low) & (mean <= high)
    values = np.stack([wish.sign * mean for wish, mean in zip(objectives, means, strict=True) if wish.sign], axis=1)
    reference = reference_point(objectives, [model.scale for model in ordered], values[kept] if kept.any() else values)
    front = pareto_front(values[kept])
    on_front = np.array([any((row == best).all() for best in front) for row in values]) & kept
    anchors = everywhere[on_front] if on_front.any() else everywhere
    return _Task(
        space,
        ordered,
        tuple(objectives),
        measured,
        under_way,
        values[kept],
        anchors,
        front,
        reference,
        cost,
        rule,
        kappa,
    )


def _denser(task: _Task, points: Array, seed: int) -> tuple[Array, Array]:
    """Return a pool that is denser around what was reached and around its best points, and the worth of each point."""
    encoding = task.models[0].learner.encoding
    count = max(len(points) // 4, 50)
    more = neighbours(task.space, task.anchors, points, count, _REACHES[0], seed + 1)
    pool = unlike(np.vstack([points, more]), task.taken)
    worth = task.acquisition(pool).worth(np.arange(len(pool)))
    for turn, reach in enumerate(_REACHES):
        best = pool[np.argsort(-worth, kind="stable")[:_BEST]]
        anchors = np.vstack([best[:1], best[farthest_points(encoding(best), _ANCHORS)]])
        more = unlike(
            neighbours(task.space, anchors, points, count, reach, seed + 2 + turn), np.vstack([task.taken, pool])
        )
        if len(more):
            pool = np.vstack([pool, more])
            worth = np.concatenate([worth, task.acquisition(more).worth(np.arange(len(more)))])
    return pool, worth


def _greedy(
    task: _Task, points: Array, bound: Array, batch: int, diversity: float, normals: Array
) -> list[tuple[int, float]]:
    """Return the chosen points of the pool and what each is worth beside those before it."""
    encoding = task.models[0].learner.encoding
    waiting = len(task.under_way)
    everything = np.vstack([points, task.under_way])
    encoded = encoding(points)
    nearest = distances(encoded, encoding(task.taken)).min(axis=1)
    least = diversity * np.sqrt(2.0 * encoding.free)
    acquisition = task.acquisition(everything)
    for at in range(waiting):
        acquisition.choose(len(points) + at, normals[at])
    limits = np.concatenate([bound, np.zeros(waiting)])
    chosen: list[tuple[int, float]] = []
    for turn in range(batch):
        allowed = (nearest > 0.0) & (nearest >= least)
        if not allowed.any():
            raise InputError(
                f"only {len(chosen)} of {batch} proposals: nothing feasible is left"
                + (f" at a diversity of {diversity}; ask for less" if diversity else "; give a larger pool or space")
            )
        index = best_index(acquisition, limits, np.concatenate([allowed, np.zeros(waiting, dtype=bool)]))
        worth = float(limits[index])
        if worth <= 0.0:  # nothing promises anything: learn
            index, worth = int(np.argmax(np.where(allowed, nearest, -1.0))), 0.0
        chosen.append((index, worth))
        nearest = np.minimum(nearest, distances(encoded, encoded[[index]])[:, 0])
        if turn + 1 < batch:
            acquisition.choose(index, normals[waiting + turn])
    return chosen


def _sampled(space: Space, pool: int, seed: int) -> Array:
    points = as_points(space.sample(pool, seed), space.columns, "the sample of the space")
    inside: NDArray[np.bool_] = space.feasible(points)
    if not inside.any():
        raise InputError("the space gives no feasible point")
    return unlike(points[inside], np.empty((0, points.shape[1])))


def _check(
    models: Mapping[str, FormulationModel],
    objectives: Sequence[Objective],
    batch: int,
    pool: int,
    diversity: float,
    rule: Rule,
) -> None:
    names = [wish.name for wish in objectives]
    if len(set(names)) < len(names) or not any(wish.sign for wish in objectives):
        raise InputError(f"objectives are {names}: each once, and at least one to maximize or minimize")
    for name in names:
        if models and name not in models:
            raise InputError(f"no model of {name!r}{did_you_mean(name, models)}")
    if batch < 1 or pool < batch or diversity < 0.0:
        raise InputError(
            f"batch is {batch}, pool {pool}, diversity {diversity}: at least 1, at least the batch, at least 0"
        )
    if rule not in ("improvement", "upper bound"):
        raise InputError(f"rule is {rule!r}; it must be improvement or upper bound")
    if rule == "upper bound" and sum(bool(wish.sign) for wish in objectives) > 1:
        raise InputError("the rule upper bound takes one objective; use improvement for several")
