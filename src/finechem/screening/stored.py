"""Read a stored run back: to explain it, or to weigh its results anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from finechem.errors import RunError
from finechem.screening.criteria import Criterion
from finechem.screening.execute import Answer
from finechem.screening.ledger import Ledger
from finechem.screening.outcomes import Failure, Outcome, conclude, gate_reasons
from finechem.screening.properties import Property
from finechem.screening.ranking import Ranking
from finechem.screening.runner import enter_answers
from finechem.screening.store import RunStore

__all__ = ["load_ranking", "stored_criteria"]


def stored_criteria(path: Path | str) -> tuple[Criterion, ...]:
    """Return the criteria a run was judged by."""
    with RunStore(path) as store:
        return _criteria(store)


def load_ranking(path: Path | str, criteria: Sequence[Criterion] | None = None, *, seed: int | None = None) -> Ranking:
    """Return the ranking of a stored run, by its own or by other criteria; nothing is computed again.

    A candidate that was filtered stays filtered: later stages never saw it, so its numbers are incomplete. Its
    reason says so when other criteria are given.

    Raises
    ------
    RunError
        If there is no such run, or it never finished its first pass (continue it with `finechem screen`).
    """
    with RunStore(path) as store:
        stored = store.candidates()
        if not stored or store.meta("models") is None:
            raise RunError(f"{path}: this run holds no candidates yet")
        models: list[dict[str, Any]] = store.meta("models")
        ledger = Ledger(len(stored), {name: tuple(order) for name, order in store.meta("order").items()})
        failures: list[list[Failure]] = [[] for _ in stored]
        for model in models:
            _enter_model(store, ledger, failures, model)
        outcomes = [Outcome(status, stage, reason) for _, status, stage, reason in store.outcomes()]
        if len(outcomes) != len(stored):
            raise RunError(f"{path}: this run was interrupted; continue it with the same `finechem screen` command")
        judged = tuple(criteria) if criteria is not None else _criteria(store)
        if criteria is not None:
            outcomes = _judge_again(ledger, judged, failures, outcomes)
        return Ranking.build(
            name=store.meta("screen"),
            conditions=store.meta("conditions"),
            criteria=judged,
            ids=[name for name, _, _ in stored],
            cards=[card for _, card, _ in stored],
            outcomes=outcomes,
            ledger=ledger,
            models=models,
            draws=store.meta("draws"),
            seed=store.meta("seed") if seed is None else seed,
            top=store.meta("top"),
        )


def _criteria(store: RunStore) -> tuple[Criterion, ...]:
    found = []
    for record in store.meta("criteria") or []:
        key, symbol = record.pop("property")
        found.append(Criterion(Property.from_key(key, symbol), **record))
    return tuple(found)


def _enter_model(store: RunStore, ledger: Ledger, failures: list[list[Failure]], model: dict[str, Any]) -> None:
    provides = [Property.from_key(key, symbol) for key, symbol in model["provides"]]
    links = store.links(model["name"])
    results = store.results(list({key for _, key in links}))
    kept = [(row, Answer.from_payload(*results[key])) for row, key in links if key in results]
    for row, answer in kept:
        if answer.status != "ok":
            failures[row].append(Failure(model["name"], answer.status, answer.reason))
    rows = np.array([row for row, _ in kept], dtype=np.intp)
    enter_answers(ledger, model["name"], provides, rows, [answer for _, answer in kept])


def _judge_again(
    ledger: Ledger,
    criteria: Sequence[Criterion],
    failures: Sequence[Sequence[Failure]],
    before: list[Outcome],
) -> list[Outcome]:
    decided: list[Outcome | None] = []
    for outcome in before:
        if outcome.status == "filtered":
            note = "filtered when the run was made; re-ranking cannot revive it"
            decided.append(Outcome("filtered", outcome.stage, f"{outcome.reason} ({note})"))
        elif outcome.status == "failed" and outcome.stage == "read":
            decided.append(outcome)
        else:
            decided.append(None)
    alive = np.array([row for row, outcome in enumerate(decided) if outcome is None], dtype=np.intp)
    for row, reason in gate_reasons(ledger, criteria, alive).items():
        decided[row] = Outcome("filtered", "re-ranking", reason)
    return conclude(ledger, criteria, failures, decided)
