"""Which experiments to make next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from finechem.adhesives.design.acquisition import Rule, best_index
from finechem.adhesives.design.designs import space_filling
from finechem.adhesives.design.explanation import Suggestion, explain_point, first_batch
from finechem.adhesives.design.fantasies import shared_draws
from finechem.adhesives.design.formulation_model import FormulationModel
from finechem.adhesives.design.objectives import Objective
from finechem.adhesives.design.points import Array, as_points
from finechem.adhesives.design.pool import neighbours, unlike
from finechem.adhesives.design.space import MixtureSpace
from finechem.adhesives.design.spread import distances, farthest_points
from finechem.adhesives.design.standing import Cost, Standing, Weighing, standing
from finechem.errors import InputError, did_you_mean
from finechem.screening.properties import from_scale

__all__ = ["suggest"]

#: Draws of what pending experiments may show.
DRAWS = 32
#: How far each round reaches that makes the pool denser around its best points, and around how many of them.
_REACHES, _ANCHORS, _BEST = (0.3, 0.1, 0.03), 12, 60


def suggest(
    space: MixtureSpace,
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
    candidates: ArrayLike | None = None,
) -> Suggestion:
    """Propose the next experiments, and say why.

    The worth of a formulation is the expected growth of the hypervolume (the expected improvement for one objective)
    times the probability that every limit is kept, over its cost. The first proposal has the most worth in a pool of
    feasible formulations, which is made denser around the measured Pareto set and around its own best points; the next
    has the most beside it, averaged over 32 joint draws of what the first may show, and so on. Every second one comes
    from the pool before it was made denser, which keeps the search from living at corners. Models count as
    independent of each other, and what was reached so far is what they say of the measured formulations.

    Parameters
    ----------
    space : MixtureSpace
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
    candidates : (n, d) array, optional
        Propose only of these, whether the space allows them or not; `pool` and `seed` then draw nothing.

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
    >>> from finechem.adhesives.design import MixtureComponent, MixtureSpace, Objective, fit_formulation_model, suggest
    >>> space = MixtureSpace([MixtureComponent(name) for name in ("resin", "hardener", "filler")])
    >>> first = suggest(space, {}, [Objective("strength")], batch=8).points
    >>> strength = 10.0 + 8.0 * first[:, 0] * first[:, 1]
    >>> model = fit_formulation_model(space, first, strength, name="strength")
    >>> (proposal,) = suggest(space, {"strength": model}, [Objective("strength")], batch=1).proposals
    >>> bool(proposal.point[0] * proposal.point[1] > (first[:, 0] * first[:, 1]).max())
    True
    """
    _check(models, objectives, batch, pool, diversity, rule)
    under_way = np.empty((0, len(space.columns))) if pending is None else as_points(pending, space.columns, "pending")
    given = None if candidates is None else as_points(candidates, space.columns, "candidates")
    if not models:
        if given is not None:
            raise InputError("nothing was measured, so nothing tells the candidates apart; leave them out")
        return first_batch(space_filling(space, batch, seed, existing=under_way, pool=pool))
    now = standing(models, objectives, Weighing(rule, kappa, cost))
    taken = np.vstack([now.measured, under_way])
    sampled = unlike(space.sample(pool, seed) if given is None else given, taken)
    if given is None:
        points, bound = _denser(space, now, sampled, taken, seed)
    else:
        points, bound = sampled, now.acquisition(sampled).worth(np.arange(len(sampled)))
    normals = shared_draws(DRAWS, len(under_way) + batch, len(objectives), seed)
    chosen = _greedy(now, points, bound, len(sampled), under_way, batch, diversity, normals)
    best = now.reached.max(axis=0) if len(now.reached) else None
    proposals = tuple(explain_point(points[index], worth, now.models, objectives, best) for index, worth in chosen)
    wanted = [(wish, model.scale) for wish, model in zip(objectives, now.models, strict=True) if wish.sign]
    corner = {
        wish.name: float(from_scale(scale, np.float64(wish.sign * at)))
        for (wish, scale), at in zip(wanted, now.reference, strict=True)
    }
    front = [from_scale(scale, wish.sign * now.front[:, at]) for at, (wish, scale) in enumerate(wanted)]
    return Suggestion(proposals, corner, np.stack(front, axis=1))


def _denser(space: MixtureSpace, now: Standing, points: Array, taken: Array, seed: int) -> tuple[Array, Array]:
    """Return a pool that is denser around what was reached and around its best points, and the worth of each point."""
    encoding = now.models[0].learner.encoding
    count = max(len(points) // 4, 50)
    more = neighbours(space, now.anchors, points, count, _REACHES[0], seed + 1, edges=True)
    pool = unlike(np.vstack([points, more]), taken)
    worth = now.acquisition(pool).worth(np.arange(len(pool)))
    for turn, reach in enumerate(_REACHES):
        best = pool[np.argsort(-worth, kind="stable")[:_BEST]]
        anchors = best[farthest_points(encoding(best), _ANCHORS)]
        more = neighbours(space, anchors, points, count, reach, seed + 2 + turn, edges=False)
        more = unlike(more, np.vstack([taken, pool]))
        if len(more):
            pool = np.vstack([pool, more])
            worth = np.concatenate([worth, now.acquisition(more).worth(np.arange(len(more)))])
    return pool, worth


def _greedy(
    now: Standing,
    points: Array,
    bound: Array,
    sampled: int,
    under_way: Array,
    batch: int,
    diversity: float,
    normals: Array,
) -> list[tuple[int, float]]:
    """Return the chosen points of the pool and what each is worth beside those before it.

    Every second one is of the first `sampled` points, which are spread over the space: a model knows least at the
    corners, and an optimizer that may always go there makes little else.
    """
    encoding = now.models[0].learner.encoding
    waiting = len(under_way)
    encoded = encoding(points)
    nearest = distances(encoded, encoding(np.vstack([now.measured, under_way]))).min(axis=1)
    least = diversity * np.sqrt(2.0 * encoding.free)
    acquisition = now.acquisition(np.vstack([points, under_way]))
    for at in range(waiting):
        acquisition.choose(len(points) + at, normals[at])
    chosen: list[tuple[int, float]] = []
    for turn in range(batch):
        allowed = (nearest > 0.0) & (nearest >= least)
        if turn % 2 and allowed[:sampled].any():
            allowed[sampled:] = False
        if not allowed.any():
            raise InputError(
                f"only {len(chosen)} of {batch} proposals: nothing feasible is left"
                + (f" at a diversity of {diversity}; ask for less" if diversity else "; give a larger pool or space")
            )
        index = best_index(acquisition, bound, allowed)
        worth = float(bound[index])
        if worth <= 0.0:  # nothing promises anything: learn
            index, worth = int(np.argmax(np.where(allowed, nearest, -1.0))), 0.0
        chosen.append((index, worth))
        nearest = np.minimum(nearest, distances(encoded, encoded[[index]])[:, 0])
        if turn + 1 < batch:
            acquisition.choose(index, normals[waiting + turn])
    return chosen


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
