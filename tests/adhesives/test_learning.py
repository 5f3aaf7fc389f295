"""What formulations teach: exact polynomials, replicates, invariances, intervals that hold, limits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from finechem.adhesives.component import Component
from finechem.adhesives.design import (
    KINDS,
    Category,
    Count,
    LearntModel,
    MixtureComponent,
    MixtureSpace,
    ProcessFactor,
    fit_formulation_model,
    sensitivities,
    validate,
)
from finechem.adhesives.design.censoring import truncated_normal
from finechem.adhesives.design.intervals import jackknife_plus
from finechem.adhesives.design.learners import Kind, fit_learner
from finechem.adhesives.design.points import encoding_of
from finechem.adhesives.design.replicates import merge_replicates
from finechem.adhesives.recipe import Recipe
from finechem.errors import InputError
from finechem.screening.properties import Property
from tests.screening.conformance import check_model

NAMES = ("resin", "hardener", "filler", "diluent")
SPACE = MixtureSpace([MixtureComponent(name) for name in NAMES])
LINEAR, PAIRS = np.array([3.0, -1.0, 2.0, 5.0]), np.array([4.0, 0.0, -7.0, 2.0, 1.0, 9.0])


def quadratic(x: np.ndarray) -> np.ndarray:
    one, two = np.triu_indices(4, 1)
    return np.asarray(x @ LINEAR + (x[:, one] * x[:, two]) @ PAIRS)


def linear(x: np.ndarray) -> np.ndarray:
    return np.asarray(x @ LINEAR)


@pytest.mark.parametrize(("kind", "truth"), [("linear", linear), ("quadratic", quadratic)])
def test_scheffe_finds_its_own_polynomial(kind: Kind, truth: Callable[[np.ndarray], np.ndarray]) -> None:
    x, new = SPACE.sample(30, seed=1), SPACE.sample(50, seed=2)
    model = fit_formulation_model(SPACE, x, truth(x), kind=kind, folds=0)
    np.testing.assert_allclose(model.predict(new).value, truth(new), rtol=1e-6)


def test_a_process_of_straight_and_curved_parts_comes_near_a_quadratic() -> None:
    x, new = SPACE.sample(40, seed=1), SPACE.sample(200, seed=2)
    model = fit_formulation_model(SPACE, x, quadratic(x), folds=0)
    assert np.sqrt(np.mean((model.predict(new).value - quadratic(new)) ** 2)) < 0.1 * quadratic(new).std()


def test_the_order_of_components_and_of_rows_does_not_matter() -> None:
    x, new = SPACE.sample(20, seed=3), SPACE.sample(10, seed=4)
    y = quadratic(x)
    plain = fit_formulation_model(SPACE, x, y).predict(new)
    shuffled = np.random.default_rng(0).permutation(20)
    rows = fit_formulation_model(SPACE, x[shuffled], y[shuffled]).predict(new)
    for name in ("value", "low", "high", "sigma"):
        np.testing.assert_allclose(getattr(rows, name), getattr(plain, name), rtol=1e-12)
    order = [2, 0, 3, 1]
    encoding = encoding_of(SPACE, x)
    turned = MixtureSpace([MixtureComponent(NAMES[at]) for at in order])
    data = merge_replicates(x, y)
    other = encoding_of(turned, x[:, order])
    same = type(encoding)(
        other.columns, other.mixture, other.process, other.categorical,
        encoding.middle[order], encoding.spread[order], (), None,
    )  # fmt: skip
    one = fit_learner("gaussian process", encoding, data, np.zeros(20)).predict(new)
    two = fit_learner("gaussian process", same, merge_replicates(x[:, order], y), np.zeros(20)).predict(new[:, order])
    np.testing.assert_allclose(two[0], one[0], rtol=1e-3)  # the optimizer stops at 1e-7 of the likelihood


def test_replicates_merge_to_means_and_a_pooled_variance() -> None:
    rng = np.random.default_rng(5)
    x, error = SPACE.sample(40, seed=5), 0.3
    many = np.repeat(x, 5, axis=0)
    y = quadratic(many) + error * rng.normal(size=200)
    merged = merge_replicates(many, y)
    assert len(merged) == 40 and merged.degrees_of_freedom == 160
    by_hand = sum(np.sum((group - group.mean()) ** 2) for group in y.reshape(40, 5)) / 160
    assert merged.pooled_variance == pytest.approx(by_hand, rel=1e-12)
    # the variance of a sample of 160 degrees of freedom lies within 4 of its standard deviations
    assert abs(merged.pooled_variance / error**2 - 1.0) < 4.0 * np.sqrt(2.0 / 160)
    np.testing.assert_allclose(merged.variance, merged.error_variance / 5)
    assert abs(merged.error_variance / merged.pooled_variance - 1.0) < 4.0 / 164 * 1.01  # many speak for themselves


@pytest.mark.parametrize("difference", [0.001, 15.0])
def test_one_pair_is_not_taken_for_the_truth(difference: float) -> None:
    """Four degrees of freedom of what was believed before, beside one: a chance pair moves it by a fifth."""
    x = SPACE.sample(15, seed=4)
    y = linear(x)
    merged = merge_replicates(np.vstack([x, x[:1]]), np.append(y, y[0] + difference))
    believed = 0.01 * np.var(merged.values)
    assert merged.pooled_variance == pytest.approx(difference**2 / 2)
    assert merged.error_variance == pytest.approx((difference**2 / 2 + 4 * believed) / 5)


def test_more_replicates_leave_less_doubt_of_the_property_not_of_a_measurement() -> None:
    rng = np.random.default_rng(6)
    x = SPACE.sample(12, seed=6)
    few = fit_formulation_model(
        SPACE, np.repeat(x, 2, axis=0), np.repeat(quadratic(x), 2) + rng.normal(size=24), folds=0
    )
    many = fit_formulation_model(
        SPACE, np.repeat(x, 40, axis=0), np.repeat(quadratic(x), 40) + rng.normal(size=480), folds=0
    )
    assert np.all(many.predict(x).sigma_mean < few.predict(x).sigma_mean)
    assert np.all(many.predict(x).sigma >= 0.8)


def test_jackknife_plus_holds_what_it_promises_of_exchangeable_numbers() -> None:
    # the model is the mean of the others; a normal sample of 19 and one more, 2000 times
    rng, inside = np.random.default_rng(7), 0
    for _ in range(2000):
        draws = rng.normal(size=20)
        old, new = draws[:19], draws[19]
        means = (old.sum() - old) / 18
        width = np.abs(old - means)
        low, high = jackknife_plus((means - width)[None], (means + width)[None], 0.9)
        inside += low[0] <= new <= high[0]
    assert 0.87 < inside / 2000 < 0.93


def test_coverage_of_intervals_pooled_over_splits() -> None:
    rng, found = np.random.default_rng(8), []
    for seed in range(3):
        x = SPACE.sample(30, seed=seed)
        said = validate(SPACE, x, quadratic(x) + 0.2 * rng.normal(size=30), repeats=1, seed=seed)
        found.append(said.coverage)
        assert said.r2 > 0.5
    assert 0.8 <= np.mean(found) <= 1.0


def test_few_formulations_get_the_interval_of_the_model_and_are_told() -> None:
    x = SPACE.sample(6, seed=1)
    said = fit_formulation_model(SPACE, x, quadratic(x)).predict(x)
    assert said.interval.startswith("normal") and np.all(np.isfinite(said.high))
    more = SPACE.sample(12, seed=1)
    assert fit_formulation_model(SPACE, more, quadratic(more)).predict(x).interval.startswith("CV+")


def test_logarithms_keep_predictions_positive() -> None:
    x = SPACE.sample(15, seed=9)
    said = fit_formulation_model(SPACE, x, np.exp(3.0 * quadratic(x)), scale="log").predict(SPACE.sample(200, seed=1))
    assert np.all(said.low > 0.0) and np.all(said.low <= said.value)


def test_a_censored_value_is_believed_as_far_as_it_goes() -> None:
    x = SPACE.sample(30, seed=10)
    y = quadratic(x)
    limit = np.quantile(y, 0.3)
    hidden = y < limit
    known = np.where(hidden, limit, y)
    heeded = fit_formulation_model(SPACE, x, known, censored=hidden, folds=0).predict(x[hidden]).value
    naive = fit_formulation_model(SPACE, x, known, folds=0).predict(x[hidden]).value
    error = [np.abs(value - y[hidden]).mean() for value in (heeded, naive)]
    assert error[0] < error[1]
    assert heeded.mean() < limit


def test_truncated_normal_against_draws() -> None:
    draws = np.random.default_rng(0).normal(1.0, 2.0, 400_000)
    for side, part in ((-1, draws[draws < 0.5]), (1, draws[draws > 0.5])):
        mean, variance = truncated_normal(np.array([1.0]), np.array([2.0]), np.array([0.5]), side)
        assert mean[0] == pytest.approx(part.mean(), abs=0.02)
        assert variance[0] == pytest.approx(part.var(), rel=0.02)


def test_nested_choice_takes_the_form_that_is_true() -> None:
    for seed in range(5):  # the error is a fifth of what the blend spreads over: trees cannot hide in it
        x = SPACE.sample(40, seed=seed)
        y = x @ LINEAR + 0.1 * np.random.default_rng(seed).normal(size=40)
        model = fit_formulation_model(SPACE, x, y, kind=("extra trees", "linear"))
        assert model.kind == "linear" and model.errors["linear"] < 0.5 * model.errors["extra trees"]
    assert set(fit_formulation_model(SPACE, x, y, kind=KINDS).errors) == set(KINDS)


def test_leaving_out_chemistries_is_harder_than_leaving_out_rows() -> None:
    rng = np.random.default_rng(12)
    x = SPACE.sample(48, seed=12)
    groups = np.argmax(x, axis=1)
    y = quadratic(x) + np.array([0.0, 6.0, -6.0, 9.0])[groups] + 0.1 * rng.normal(size=48)
    alike = validate(SPACE, x, y, repeats=1)
    apart = validate(SPACE, x, y, groups=groups.tolist())
    assert apart.rmse > alike.rmse
    assert apart.split == "groups, 4 in 4 folds"


def test_sensitivities_are_those_of_a_linear_blend() -> None:
    x = SPACE.sample(40, seed=13)
    model = fit_formulation_model(SPACE, x, x @ LINEAR, kind="linear", folds=0)
    middle = np.array([0.4, 0.3, 0.2, 0.1])
    for at, found in enumerate(sensitivities(model, middle)):
        # along Cox's direction: b_i - sum of the others' b_j x_j / (1 - x_i)
        rest = (LINEAR @ middle - LINEAR[at] * middle[at]) / (1.0 - middle[at])
        assert found.slope == pytest.approx(LINEAR[at] - rest, rel=1e-4)
    noisy = fit_formulation_model(SPACE, x, x @ LINEAR + np.random.default_rng(0).normal(size=40), folds=0)
    assert all(found.sigma > 0.0 for found in sensitivities(noisy, middle))


def test_what_was_never_measured_is_outside_and_named() -> None:
    space = MixtureSpace(
        [MixtureComponent(name) for name in NAMES],
        counts=[Count(["diluent"])],
        factors=[ProcessFactor("cure_C", 60.0, 180.0)],
        categories=[Category("primer", ("none", "silane"))],
    )
    x = space.sample(400, seed=0)
    x = x[(x[:, 3] == 0.0) & (x[:, 4] < 100.0) & (x[:, 5] == 0.0)][:20]
    model = fit_formulation_model(space, x, x[:, 0] + 0.01 * x[:, 4], folds=0)
    near = x[0].copy()
    odd = np.tile(near, (4, 1))
    odd[1, :4] = [0.4, 0.2, 0.2, 0.2]
    odd[2, 4] = 170.0
    odd[3, 5] = 1.0
    said = model.predict(odd)
    assert said.in_domain.tolist() == [True, False, False, False]
    assert "diluent" in said.reason[1] and "cure_C" in said.reason[2] and "primer" in said.reason[3]


def test_a_learnt_model_keeps_the_contract_of_screens() -> None:
    parts = tuple(Component(name, "additive") for name in NAMES)
    x = SPACE.sample(15, seed=14)
    learnt = fit_formulation_model(SPACE, x, np.exp(quadratic(x)), scale="log")
    recipes = [Recipe(f"r{at}", parts, tuple(row.tolist())) for at, row in enumerate(SPACE.sample(4, seed=15))]
    recipes.append(Recipe("foreign", (Component("water", "additive"), parts[0]), (1.0, 1.0)))
    model = LearntModel(Property("strength", "MPa", "log"), learnt)
    check_model(model, recipes)
    said = model.estimate(recipes, {})[model.prop]
    assert np.isnan(said.value[4]) and "water" in said.reason[4]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": np.array([1.0, -1.0, 2.0, 3.0]), "scale": "log"}, "does not exist on a log scale"),
        ({"values": np.array([1.0, np.nan, np.nan, 3.0])}, "at least 3"),
        ({"kind": "forest"}, "no kind of model is called"),
        ({"folds": 1}, "at least 1 kind and 2 folds"),
        ({"values": np.ones(3)}, "4 points, values of shape"),
    ],
)
def test_what_cannot_be_learnt_says_why(change: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {"values": np.arange(4.0), **change}
    with pytest.raises(InputError, match=message):
        fit_formulation_model(SPACE, SPACE.sample(4, seed=0), **arguments)  # type: ignore[arg-type]


def test_intervals_are_for_one_measurement_though_means_of_replicates_were_learnt() -> None:
    rng = np.random.default_rng(7)
    inside = []
    for seed in range(6):
        x, new = SPACE.sample(25, seed=seed), SPACE.sample(200, seed=100 + seed)
        rows = np.repeat(x, 4, axis=0)
        model = fit_formulation_model(SPACE, rows, rows @ LINEAR + rng.normal(size=100), kind="linear", seed=seed)
        said, fresh = model.predict(new), new @ LINEAR + rng.normal(size=200)
        inside.append(np.mean((fresh >= said.low) & (fresh <= said.high)))
    assert 0.83 < np.mean(inside) < 0.97


def test_parts_that_leave_too_little_are_passed_over_and_said() -> None:
    """Seven formulations of one chemistry and two of another: only the two can be held out."""
    x = SPACE.sample(9, seed=3)
    found = validate(SPACE, x, linear(x), groups=["amine"] * 7 + ["thiol"] * 2, kind="linear")
    assert len(found.measured) == 2 and "1 of 2 parts not held out" in found.split
    with pytest.raises(InputError, match="whatever is held out leaves fewer than 3"):
        validate(SPACE, x[:3], linear(x[:3]), kind="linear")
