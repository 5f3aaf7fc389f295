"""The runner in one process: one row in, one row out, and who speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finechem.errors import FinechemError, InputError, MissingExtraError, ModelError
from finechem.screening import Criterion, Estimates, Property, PropertyModel, Rejected, Screen, Stage
from finechem.screening.execute import answer_batch
from finechem.screening.model import model_key
from tests.screening.toys import (
    LIFE,
    SHARE,
    SIZE,
    HalfModel,
    LifeModel,
    LyingModel,
    MoodyModel,
    SizeModel,
    Toy,
    calls_of,
)

BIG = Criterion(SIZE, 0, 10)


def screen(*models: PropertyModel, criteria: tuple[Criterion, ...] = (BIG,), **options: Any) -> Screen:
    stages = tuple(Stage((model,), name=f"stage {index}") for index, model in enumerate(models, 1))
    return Screen("toys", None, stages, criteria, **options)


def value_of(ranking: Any, prop: Property) -> list[float]:
    return [float(value) for value in ranking.ledger.speaking(prop)[0].value]


def test_one_row_in_one_row_out_with_status_stage_and_reason() -> None:
    gate, life = Criterion(SIZE, 2, 10, required=True), Criterion(LIFE, 1, 1e4)
    candidates: list[Toy | Rejected] = [
        Toy("good", 5),
        Toy("small", 1),
        Toy("odd", -1),
        Toy("bad", 6, "bad"),
        Rejected("torn", "no such file"),
    ]
    ranking = screen(SizeModel(), LifeModel(), criteria=(gate, life)).run(candidates)
    assert ranking.ids == ["good", "small", "odd", "bad", "torn"]
    assert [outcome.status for outcome in ranking.outcomes] == ["ok", "filtered", "failed", "failed", "failed"]
    assert [outcome.stage for outcome in ranking.outcomes] == ["", "stage 1", "criteria", "toy", "read"]
    reasons = [outcome.reason for outcome in ranking.outcomes]
    assert reasons[1].startswith(
        "size 1 m (90 %: 0.836 to 1.16) by toy; wanted at least 2 (fails with probability 1.00"
    )
    assert "negative x" in reasons[2] and "a bad mood" in reasons[3] and reasons[4] == "no such file"
    assert ranking.rank.tolist() == [1, 0, 0, 0, 0]


def test_no_candidates_and_no_criteria_are_no_error() -> None:
    assert len(screen(SizeModel()).run([])) == 0
    assert screen(SizeModel(), criteria=()).run([Toy("a", 1), Toy("b", 2)]).score.tolist() == [1, 1]


def test_bisecting_finds_the_single_culprit_of_a_thousand(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    candidates = [Toy(f"t{i}", i / 100, "bad" if i == 617 else "good") for i in range(1000)]
    ranking = screen(SizeModel(calls=str(calls))).run(candidates, draws=10)
    assert [row for row, outcome in enumerate(ranking.outcomes) if outcome.status != "ok"] == [617]
    value = value_of(ranking, SIZE)
    assert value[:617] == [toy.x for toy in candidates[:617]] and np.isnan(value[617])
    assert len(calls_of(calls)) < 4 * 1000  # halves of halves: N (1 + 1 + 1/2 + ...) at most


def test_bisecting_hands_each_half_its_own_known() -> None:
    toys = [Toy(f"t{i}", float(i), "bad" if i == 2 else "good") for i in range(5)]
    known = {SIZE: Estimates(np.arange(5.0), np.zeros(5))}
    answers = answer_batch(_Touchy(), toys, known)
    assert [answer.records[0][0] for answer in answers] == pytest.approx([*np.exp([0, 1]), None, *np.exp([3, 4])])


@dataclass(frozen=True, slots=True)
class _Touchy(LifeModel):
    def estimate(self, subjects: Sequence[Any], known: Mapping[Property, Estimates]) -> Mapping[Property, Estimates]:
        if any(toy.mood == "bad" for toy in subjects):
            raise ValueError("a bad mood")
        return LifeModel.estimate(self, subjects, known)


def test_pareto_layers_peel_off_one_by_one() -> None:
    criteria = BIG, Criterion(SHARE, 0.99, 0.01)  # large, with a small share: they pull apart
    candidates = [Toy("a", 1), Toy("b", 2), Toy("c", 3), Toy("d", -1)]
    assert screen(SizeModel(), HalfModel(), criteria=criteria).run(candidates).pareto_layer.tolist() == [1, 1, 1, 1]
    same = BIG, Criterion(SHARE, 0.01, 0.99)  # both grow with x
    assert screen(SizeModel(), HalfModel(), criteria=same).run(candidates).pareto_layer.tolist() == [3, 2, 1, 4]


def test_whatever_shapes_an_answer_is_in_the_key_and_the_identity() -> None:
    models = SizeModel(), SizeModel(name="b"), SizeModel(version="2"), SizeModel(sigma=0.2), LifeModel(name="toy")
    assert len({model_key(model) for model in models}) == len(models)
    plain, ordered = screen(SizeModel()), screen(SizeModel(), order={"size": ("toy",)})
    kept = Screen("toys", None, (Stage((SizeModel(),), keep=3),), (BIG,))
    assert len({item.identity() for item in (plain, ordered, kept, screen(SizeModel(version="2")))}) == 4


def test_equal_content_is_computed_once_and_stays_two_rows(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    ranking = screen(SizeModel(calls=str(calls))).run([Toy("a", 1), Toy("b", 2), Toy("again", 1)])
    assert sorted(calls_of(calls)) == ["1", "2"]
    assert value_of(ranking, SIZE) == [1, 2, 1]


def test_equal_subjects_are_computed_once_across_unequal_candidates(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    candidates = [Toy("a", 1), Toy("b", 1, "merry"), Toy("c", 1, "hollow")]
    ranking = screen(HalfModel(calls=str(calls)), criteria=(Criterion(SHARE, 0.1, 0.9),)).run(candidates)
    assert calls_of(calls) == ["1"]
    assert [outcome.status for outcome in ranking.outcomes] == ["ok", "ok", "failed"]  # one has no subject
    assert "ValueError: nothing inside" in ranking.outcomes[2].reason


def test_what_a_model_requires_reaches_it_row_by_row() -> None:
    ranking = screen(SizeModel(factor=2), LifeModel()).run([Toy("a", 1), Toy("b", -1), Toy("c", 0.5)])
    assert value_of(ranking, LIFE) == pytest.approx([np.exp(2), np.nan, np.e], nan_ok=True)
    assert [item.reason for item in ranking.evidence("b")] == ["negative x", "negative x"]


def test_the_latest_success_speaks_unless_order_says_who() -> None:
    models = SizeModel(name="rough"), SizeModel(name="fine", factor=1.5)
    assert value_of(screen(*models).run([Toy("a", 2)]), SIZE) == [3]
    ordered = screen(*models, order={"size": ("rough", "fine")}).run([Toy("a", 2)])
    assert value_of(ordered, SIZE) == [2]
    assert [(item.model, item.speaks) for item in ordered.evidence("a")] == [("rough", True), ("fine", False)]


def test_out_of_domain_does_not_speak_while_another_is_in_its_domain() -> None:
    models = HalfModel(name="wide"), HalfModel(name="narrow", version="2")
    ranking = screen(*models, criteria=(Criterion(SHARE, 0.1, 0.9),)).run([Toy("a", 5), Toy("b", 1)])
    assert [outcome.status for outcome in ranking.outcomes] == ["failed", "ok"]
    assert "|x| > 3" in ranking.outcomes[0].reason
    assert ranking.evidence("a")[0].value == pytest.approx(1 / (1 + np.exp(-5)))  # kept, as evidence


def test_a_failed_later_stage_leaves_the_earlier_number_marked_partial() -> None:
    models = SizeModel(), LifeModel(), MoodyModel()
    ranking = screen(*models, criteria=(BIG, Criterion(LIFE, 0.01, 100))).run([Toy("a", 1, "raise")])
    assert ranking.outcomes[0].status == "partial"
    assert ranking.outcomes[0].reason == "moody failed: RuntimeError: no life in it"
    assert value_of(ranking, LIFE) == pytest.approx([np.e]) and ranking.rank.tolist() == [1]


def test_one_unknown_property_of_two_is_partial() -> None:
    ranking = screen(SizeModel(), HalfModel(), criteria=(BIG, Criterion(SHARE, 0.1, 0.9))).run([Toy("a", -1)])
    assert ranking.outcomes[0].status == "partial"
    assert ranking.outcomes[0].reason == "size unknown: negative x"


def test_keep_sends_on_the_best_so_far_and_the_unknown_last(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    stages = (Stage((SizeModel(),), keep=2), Stage((SizeModel(name="late", calls=str(calls)),)))
    candidates = [Toy("a", 1), Toy("b", 9), Toy("none", -1), Toy("d", 5)]
    ranking = Screen("toys", None, stages, (BIG,)).run(candidates)
    assert sorted(calls_of(calls)) == ["5", "9"]
    assert [outcome.status for outcome in ranking.outcomes] == ["filtered", "ok", "filtered", "ok"]
    assert ranking.outcomes[0].reason == "not among the best 2 so far"


def test_an_unknown_required_property_ranks_below_every_known_pass() -> None:
    criteria = Criterion(SHARE, 0.99, 0.01), Criterion(SIZE, -9, 9, weight=0, required=True)
    candidates = [Toy("unknown", -0.5), Toy("good", 0.0), Toy("poor", 2.0)]
    ranking = screen(SizeModel(), HalfModel(), criteria=criteria).run(candidates, top=2)
    assert ranking.rank.tolist() == [3, 1, 2]
    assert ranking.score.argmax() == 0  # in spite of the best score
    assert ranking.p_top_k.tolist() == [0, 1, 1]
    lenient = (criteria[0], Criterion(SIZE, -9, 9, weight=0, required=True, allow_unknown=True))
    assert screen(SizeModel(), HalfModel(), criteria=lenient).run(candidates, top=2).p_top_k[0] > 0


@pytest.mark.parametrize(
    ("lie", "error", "message"),
    [
        ("extra", MissingExtraError, r"pip install 'finechem\[quantum\]'"),
        ("short", ModelError, "2 values of life for 1 subjects|3 values of life for 2 subjects"),
        ("other", ModelError, "promised .*life.* gave .*share"),
        ("silent", ModelError, "gives no reason"),
    ],
)
def test_what_no_candidate_caused_stops_the_run(lie: str, error: type[FinechemError], message: str) -> None:
    with pytest.raises(error, match=message):
        screen(LyingModel(lie=lie), criteria=()).run([Toy("a", 1), Toy("b", 2)])


def test_a_value_off_its_scale_costs_its_candidate_only() -> None:
    ranking = screen(LyingModel(lie="negative"), criteria=(Criterion(LIFE, 0.1, 10),)).run([Toy("a", 1), Toy("b", -2)])
    assert [outcome.status for outcome in ranking.outcomes] == ["ok", "failed"]


def test_progress_counts_up_to_the_total() -> None:
    told: list[tuple[str, str, int, int]] = []
    screen(SizeModel()).run([Toy("a", 1), Toy("b", 2)], progress=lambda *now: told.append(now))
    assert told == [("stage 1", "toy", 0, 2), ("stage 1", "toy", 2, 2)]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: screen(SizeModel(), SizeModel(version="2")), "two models are named 'toy'"),
        (lambda: screen(LifeModel(), SizeModel()), "life needs size, which no earlier model provides"),
        (lambda: screen(SizeModel(), criteria=(Criterion(Property("sise", "m"), 0, 1),)), "did you mean 'size'"),
        (lambda: screen(SizeModel(), criteria=(Criterion(LIFE, 1, 2),)), "no model provides life"),
        (lambda: Stage(()), "at least one model"),
        (lambda: Stage((SizeModel(),), keep=0), "keep=0"),
        (lambda: Stage((SizeModel(),), timeout_s=1), "needs isolate=True"),
        (lambda: Stage((SizeModel(),), isolate=True, timeout_s=0), "must be positive"),
        (lambda: screen(SizeModel()).run([Toy("a", 1), Toy("a", 2)]), "two candidates are named 'a'"),
        (lambda: screen(SizeModel()).run([], workers=0), "workers=0"),
        (lambda: screen(SizeModel()).run([], draws=0), "draws=0"),
        (lambda: screen(SizeModel()).run([], top=0), "top=0"),
    ],
)
def test_impossible_screens_are_refused(build: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build()


def test_a_model_whose_settings_cannot_be_seen_is_refused() -> None:
    class Hidden:
        name, version, references, data, requires, provides = "hidden", "1", (), "", (), (SIZE,)

        def subject(self, candidate: Any) -> Any:
            return candidate

        def estimate(
            self, subjects: Sequence[Any], known: Mapping[Property, Estimates]
        ) -> Mapping[Property, Estimates]:
            return {}

    with pytest.raises(InputError, match="no dataclass"):
        Stage((Hidden(),))
