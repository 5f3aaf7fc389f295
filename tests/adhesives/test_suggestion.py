"""Suggestions: feasible, reproducible, better than chance, and explained."""

from __future__ import annotations

import numpy as np
import pytest

from finechem.adhesives.design import (
    Category,
    Count,
    FormulationModel,
    MixtureComponent,
    MixtureSpace,
    Objective,
    ProcessFactor,
    fit_formulation_model,
    hypervolume,
    suggest,
)
from finechem.errors import InputError

SPACE = MixtureSpace([MixtureComponent(name) for name in ("resin", "hardener", "filler")])
CHOICE = MixtureSpace(
    [MixtureComponent(f"c{at}") for at in range(6)],
    counts=[Count([f"c{at}" for at in range(6)], at_most=3)],
    factors=[ProcessFactor("cure_C", 60.0, 120.0)],
    categories=[Category("primer", ("none", "silane"))],
)
ONE, TWO = np.array([0.7, 0.2, 0.1]), np.array([0.1, 0.3, 0.6])
BOTH = [Objective("strong", reference=-0.5), Objective("cheap", "minimize", reference=0.5)]


def outcomes(x: np.ndarray) -> dict[str, np.ndarray]:
    return {"strong": -np.sum((x - ONE) ** 2, axis=1), "cheap": np.sum((x - TWO) ** 2, axis=1)}


def learnt(space: MixtureSpace, x: np.ndarray, values: dict[str, np.ndarray]) -> dict[str, FormulationModel]:
    return {name: fit_formulation_model(space, x, y, name=name, folds=0) for name, y in values.items()}


def test_two_batches_beat_as_many_random_experiments() -> None:
    def reached(x: np.ndarray) -> float:
        found = outcomes(x)
        return hypervolume(np.stack([found["strong"], -found["cheap"]], axis=1), [-0.5, -0.5])

    x = SPACE.sample(6, seed=0)
    for turn in range(2):
        x = np.vstack([x, suggest(SPACE, learnt(SPACE, x, outcomes(x)), BOTH, seed=turn).points])
    assert len(x) == 16
    assert reached(x) > max(reached(SPACE.sample(16, seed=seed)) for seed in range(1, 11))


def test_the_same_seed_gives_the_same_proposals_and_all_are_new_and_feasible() -> None:
    x = CHOICE.sample(12, seed=1)
    values = {"strong": x[:, 0] * x[:, 1] + 0.01 * x[:, 6] + 0.1 * x[:, 7]}
    found = [suggest(CHOICE, learnt(CHOICE, x, values), [Objective("strong")], seed=3, pool=300) for _ in range(2)]
    np.testing.assert_array_equal(found[0].points, found[1].points)
    everything = np.vstack([x, found[0].points])
    assert CHOICE.feasible(found[0].points).all()
    assert len(np.unique(np.round(everything, 9), axis=0)) == 17


def test_an_empty_campaign_is_spread_over_the_space() -> None:
    first = suggest(SPACE, {}, [Objective("strong")], batch=6, seed=0)

    def apart(x: np.ndarray) -> float:
        return min(float(np.linalg.norm(x[i] - x[j])) for i in range(len(x)) for j in range(i))

    assert apart(first.points) > max(apart(SPACE.sample(6, seed=seed)) for seed in range(20))
    assert not first.reference and "spread" in first.caveat


def test_a_limit_that_the_best_breaks_keeps_proposals_away() -> None:
    x = SPACE.sample(25, seed=2)
    values = {"strong": x[:, 0], "viscosity": 10.0 * x[:, 0]}
    wishes = [Objective("strong"), Objective("viscosity", "limit", at_most=5.0)]
    models = learnt(SPACE, x, values)
    free = suggest(SPACE, models, wishes[:1], seed=0)
    kept = suggest(SPACE, models, wishes, seed=0)
    assert free.points[0, 0] > 0.9
    assert np.all(kept.points[:, 0] < 0.55)
    assert kept.proposals[0].kept > 0.3


def test_cost_turns_it_to_what_is_cheap() -> None:
    x = SPACE.sample(10, seed=3)
    models = learnt(SPACE, x, {"strong": -np.sum((x[:, :1] - 0.5) ** 2, axis=1) + 0.05 * x[:, 1]})
    plain = suggest(SPACE, models, [Objective("strong")], seed=0).points
    dear = suggest(SPACE, models, [Objective("strong")], seed=0, cost=lambda p: 1.0 + 1e3 * p[:, 1]).points
    assert dear[:, 1].mean() < plain[:, 1].mean()


def test_diversity_is_kept_or_refused() -> None:
    x = SPACE.sample(10, seed=4)
    models = learnt(SPACE, x, outcomes(x))
    encoding = models["strong"].learner.encoding
    points = suggest(SPACE, models, BOTH, seed=0, diversity=0.3).points
    everything = encoding(np.vstack([points, x]))
    apart = np.linalg.norm(everything[:5, None] - everything[None], axis=2)[~np.eye(5, 15, dtype=bool)]
    assert apart.min() >= 0.3 * np.sqrt(2.0 * encoding.free) - 1e-9
    with pytest.raises(InputError, match="ask for less"):
        suggest(SPACE, models, BOTH, diversity=5.0)


def test_pending_experiments_are_not_proposed_again() -> None:
    x = SPACE.sample(10, seed=5)
    models = learnt(SPACE, x, outcomes(x))
    first = suggest(SPACE, models, BOTH, batch=2, seed=0).points
    after = suggest(SPACE, models, BOTH, batch=3, seed=0, pending=first).points
    assert np.abs(after[:, None] - first[None]).sum(axis=2).min() > 0.01


def test_candidates_are_all_that_is_proposed() -> None:
    x, shelf = SPACE.sample(10, seed=6), SPACE.sample(8, seed=7)
    points = suggest(SPACE, learnt(SPACE, x, outcomes(x)), BOTH, batch=3, candidates=shelf).points
    assert all(np.any(np.all(point == shelf, axis=1)) for point in points)


def test_upper_bound_goes_where_mean_and_doubt_are_high() -> None:
    x = SPACE.sample(15, seed=8)
    models = learnt(SPACE, x, {"strong": -np.sum((x - ONE) ** 2, axis=1)})
    sure = suggest(SPACE, models, [Objective("strong")], batch=1, rule="upper bound", kappa=0.0)
    bold = suggest(SPACE, models, [Objective("strong")], batch=1, rule="upper bound", kappa=20.0)
    model = models["strong"]
    here, there = model.predict(sure.points), model.predict(bold.points)
    assert here.value[0] >= model.predict(SPACE.sample(500, seed=1)).value.max()
    assert there.sigma_mean[0] >= here.sigma_mean[0] and there.value[0] <= here.value[0]


def test_each_proposal_says_what_is_known_near_it() -> None:
    x = SPACE.sample(12, seed=9)
    found = suggest(SPACE, learnt(SPACE, x, outcomes(x)), BOTH, batch=2)
    for proposal in found.proposals:
        assert set(proposal.predicted) == {"strong", "cheap"} == set(proposal.better)
        near = proposal.nearest[0]
        assert np.any(np.abs(x - near.point).sum(axis=1) < 1e-8)
        assert near.moved == pytest.approx(0.5 * np.abs(near.point - proposal.point).sum())
        assert near.values["cheap"] == pytest.approx(float(np.sum((near.point - TWO) ** 2)), rel=1e-6)
        assert "serves" in proposal.why and "nearest measured" in proposal.why
    assert "no guarantee" in found.caveat


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"objectives": [Objective("strnog")]}, "did you mean 'strong'"),
        ({"objectives": [Objective("strong", "limit", at_least=0.0)]}, "at least one to maximize"),
        ({"batch": 0}, "batch is 0"),
        ({"rule": "luck"}, "improvement or upper bound"),
        ({"rule": "upper bound", "objectives": BOTH}, "takes one objective"),
        ({"cost": lambda p: -np.ones(len(p))}, "one positive number each"),
    ],
)
def test_what_cannot_be_suggested_says_why(change: dict[str, object], message: str) -> None:
    x = SPACE.sample(5, seed=0)
    arguments: dict[str, object] = {"objectives": [Objective("strong")], **change}
    with pytest.raises(InputError, match=message):
        suggest(SPACE, learnt(SPACE, x, outcomes(x)), **arguments)  # type: ignore[arg-type]


def test_objectives_that_cannot_be_are_refused() -> None:
    for wrong, message in (
        ({"goal": "max"}, "maximize, minimize or limit"),
        ({"at_least": 2.0, "at_most": 1.0}, "no value keeps both"),
        ({"goal": "limit"}, "state at_least or at_most"),
    ):
        with pytest.raises(InputError, match=message):
            Objective("strong", **wrong)
