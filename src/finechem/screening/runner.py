"""The engine behind `Screen.run`: stages, gates, and one committed result after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError, ModelError, RunError
from finechem.screening.cache import Cache
from finechem.screening.canonical import join_hash
from finechem.screening.execute import Answer, answer_batch, answer_isolated, say
from finechem.screening.ledger import Ledger
from finechem.screening.model import Candidate, PropertyModel, Rejected, Stage, model_key, subject_fingerprint
from finechem.screening.montecarlo import nominal_score
from finechem.screening.outcomes import Failure, Outcome, conclude, gate_reasons
from finechem.screening.properties import Estimates, Property
from finechem.screening.ranking import Ranking
from finechem.screening.screen import Progress, Screen
from finechem.screening.store import RunStore

__all__ = ["run_screen"]

#: Subjects a vectorised model is asked about between two commits: what a kill can cost at most.
_BATCH = 4096


def run_screen(
    screen: Screen,
    candidates: Sequence[Candidate | Rejected],
    *,
    store: Path | str | None,
    cache: Path | str | None,
    workers: int,
    draws: int,
    seed: int,
    top: int,
    retry: bool,
    progress: Progress | None,
) -> Ranking:
    """Run `screen`; see `Screen.run`."""
    _check_ids(candidates)
    opened = RunStore(store, write=True) if store is not None else None
    try:
        run = _Run(screen, candidates, opened, Cache(cache) if cache is not None else None, workers, retry, progress)
        run.begin(draws=draws, seed=seed, top=top)
        for stage in screen.stages:
            run.pass_stage(stage)
        outcomes = run.end()
    finally:
        if opened is not None:
            opened.close()
    return Ranking.build(
        name=screen.name,
        conditions=_plain_conditions(screen.conditions),
        criteria=screen.criteria,
        ids=[candidate.id for candidate in candidates],
        cards=run.cards,
        outcomes=outcomes,
        ledger=run.ledger,
        models=[_describe(model) for model in screen.models],
        draws=draws,
        seed=seed,
        top=top,
    )


def _check_ids(candidates: Sequence[Candidate | Rejected]) -> None:
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.id in seen:
            raise InputError(f"two candidates are named {candidate.id!r}; give each an id of its own")
        seen.add(candidate.id)


class _Run:
    def __init__(
        self,
        screen: Screen,
        candidates: Sequence[Candidate | Rejected],
        store: RunStore | None,
        cache: Cache | None,
        workers: int,
        retry: bool,
        progress: Progress | None,
    ) -> None:
        self.screen, self.candidates, self.store, self.cache = screen, candidates, store, cache
        self.workers, self.retry, self.progress = workers, retry, progress
        self.ledger = Ledger(len(candidates), screen.order)
        self.decided: list[Outcome | None] = [
            Outcome("failed", "read", item.reason) if isinstance(item, Rejected) else None for item in candidates
        ]
        self.failures: list[list[Failure]] = [[] for _ in candidates]
        self.fingerprints = ["" if isinstance(item, Rejected) else item.fingerprint() for item in candidates]
        self.cards = [{} if isinstance(item, Rejected) else dict(item.card()) for item in candidates]
        self.keys: dict[str, list[str]] = {}

    @property
    def alive(self) -> NDArray[np.intp]:
        return np.array([row for row, outcome in enumerate(self.decided) if outcome is None], dtype=np.intp)

    def begin(self, *, draws: int, seed: int, top: int) -> None:
        if self.store is None:
            return
        self.store.claim(self.screen.identity(), self.screen.name)
        self.store.set_meta(
            {
                "conditions": _plain_conditions(self.screen.conditions),
                "models": [_describe(model) for model in self.screen.models],
                "order": {name: list(models) for name, models in self.screen.order.items()},
                "criteria": [_criterion_record(criterion) for criterion in self.screen.criteria],
                "draws": draws,
                "seed": seed,
                "top": top,
            }
        )
        self.store.begin(
            (row, item.id, self.fingerprints[row], None, {}, item.reason)
            if isinstance(item, Rejected)
            else (row, item.id, self.fingerprints[row], item.to_dict(), self.cards[row], "")
            for row, item in enumerate(self.candidates)
        )

    def pass_stage(self, stage: Stage) -> None:
        for model in stage.models:
            self._ask(stage, model)
        for row, reason in gate_reasons(self.ledger, self.screen.criteria, self.alive).items():
            self.decided[row] = Outcome("filtered", stage.name, reason)
        if stage.keep is not None:
            self._keep_best(stage, stage.keep)

    def end(self) -> list[Outcome]:
        outcomes = conclude(self.ledger, self.screen.criteria, self.failures, self.decided)
        if self.store is not None:
            self.store.set_outcomes((row, o.status, o.stage, o.reason) for row, o in enumerate(outcomes))
        return outcomes

    # -- one model ------------------------------------------------------------------------------------------------

    def _ask(self, stage: Stage, model: PropertyModel) -> None:
        rows = self.alive
        required = {prop: self.ledger.speaking(prop) for prop in model.requires}
        subjects, keys, answers = self._subjects(model, rows, required)
        self._commit(stage, answers)
        first_row = {key: row for row, key in zip(rows.tolist(), keys, strict=True)}
        answers |= self._stored(stage, [key for key in first_row if key not in answers])
        todo = [key for key in first_row if key not in answers]
        known = {prop: estimates.take([first_row[key] for key in todo]) for prop, (estimates, _) in required.items()}
        done, total = len(answers), len(first_row)
        self._tell(stage, model, done, total)
        for part in self._compute(stage, model, todo, [subjects[first_row[key]] for key in todo], known):
            self._commit(stage, part)
            answers.update(part)
            done += len(part)
            self._tell(stage, model, done, total)
        self._enter(model, rows, keys, answers)

    def _subjects(
        self,
        model: PropertyModel,
        rows: NDArray[np.intp],
        required: Mapping[Property, tuple[Estimates, list[str]]],
    ) -> tuple[dict[int, Any], list[str], dict[str, Answer]]:
        """Return subjects and result keys by row, and the answers of those without a subject."""
        identity = model_key(model)
        subjects: dict[int, Any] = {}
        keys: list[str] = []
        broken: dict[str, Answer] = {}
        for row in rows.tolist():
            candidate = self.candidates[row]
            speakers = [names[row] and self.keys[names[row]][row] for _, names in required.values()]
            try:
                subject = subjects[row] = model.subject(candidate)
                fingerprint = self.fingerprints[row] if subject is candidate else subject_fingerprint(subject)
            except Exception as error:
                keys.append(join_hash(self.fingerprints[row], identity, "no subject"))
                broken[keys[-1]] = Answer.lost(model, "failed", say(error), 0.0)
            else:
                keys.append(join_hash(fingerprint, identity, *speakers))
        return subjects, keys, broken

    def _stored(self, stage: Stage, keys: list[str]) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        if self.store is not None:
            for key, (status, payload) in self.store.results(keys).items():
                found[key] = Answer.from_payload(status, payload)
        if stage.isolate and self.cache is not None:
            for key in keys:
                if key not in found and (payload := self.cache.get(key)) is not None:
                    found[key] = Answer.from_payload("ok", payload)
                    self._commit(stage, {key: found[key]}, to_cache=False)
        return {key: answer for key, answer in found.items() if not self._again(stage, answer)}

    def _again(self, stage: Stage, answer: Answer) -> bool:
        if answer.status == "ok":
            return False
        longer = answer.status == "timeout" and (stage.timeout_s is None or stage.timeout_s > answer.seconds)
        return self.retry or longer

    def _compute(
        self,
        stage: Stage,
        model: PropertyModel,
        keys: list[str],
        subjects: list[Any],
        known: Mapping[Property, Estimates],
    ) -> Iterator[dict[str, Answer]]:
        if not keys:
            return
        if stage.isolate:
            for index, answer in answer_isolated(
                model, subjects, known, timeout_s=stage.timeout_s, workers=self.workers
            ):
                yield {keys[index]: answer}
            return
        for start in range(0, len(keys), _BATCH):
            part = range(start, min(start + _BATCH, len(keys)))
            batch_known = {prop: estimates.take(list(part)) for prop, estimates in known.items()}
            answers = answer_batch(model, subjects[part.start : part.stop], batch_known)
            yield dict(zip(keys[part.start : part.stop], answers, strict=True))

    def _commit(self, stage: Stage, answers: Mapping[str, Answer], *, to_cache: bool = True) -> None:
        if self.store is not None:
            self.store.add_results((key, answer.status, answer.payload()) for key, answer in answers.items())
        if to_cache and stage.isolate and self.cache is not None:
            for key, answer in answers.items():
                if answer.status == "ok":
                    self.cache.put(key, answer.payload())

    def _enter(
        self, model: PropertyModel, rows: NDArray[np.intp], keys: list[str], answers: Mapping[str, Answer]
    ) -> None:
        of_model = self.keys.setdefault(model.name, [""] * len(self.candidates))
        for row, key in zip(rows.tolist(), keys, strict=True):
            of_model[row] = key
            if answers[key].status != "ok":
                self.failures[row].append(Failure(model.name, answers[key].status, answers[key].reason))
        enter_answers(self.ledger, model.name, model.provides, rows, [answers[key] for key in keys])
        if self.store is not None:
            self.store.link(model.name, zip(rows.tolist(), keys, strict=True))

    def _keep_best(self, stage: Stage, keep: int) -> None:
        rows = self.alive
        asked = [criterion for criterion in self.screen.criteria if self.ledger.models_of(criterion.property)]
        spoken = [self.ledger.speaking(criterion.property)[0] for criterion in asked]
        score = nominal_score(asked, spoken, self.ledger.size)[rows]
        order = rows[np.argsort(-np.where(np.isnan(score), -1.0, score), kind="stable")]
        for row in order[keep:].tolist():
            self.decided[row] = Outcome("filtered", stage.name, f"not among the best {keep} so far")

    def _tell(self, stage: Stage, model: PropertyModel, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(stage.name, model.name, done, total)


def enter_answers(
    ledger: Ledger,
    model: str,
    provides: Sequence[Property],
    rows: NDArray[np.intp],
    answers: Sequence[Answer],
) -> None:
    """Write a model's answers for `rows` into the ledger."""
    for index, prop in enumerate(provides):
        column = ledger.column(prop, model)
        if len(rows):
            column.fill(rows, Estimates.from_records([answer.records[index] for answer in answers]))


def _describe(model: PropertyModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "version": model.version,
        "references": list(model.references),
        "data": model.data,
        "provides": [[prop.key, prop.symbol] for prop in model.provides],
    }


def _criterion_record(criterion: Any) -> dict[str, Any]:
    record = asdict(criterion)
    record["property"] = [criterion.property.key, criterion.property.symbol]
    return record


def _plain_conditions(conditions: Any) -> dict[str, Any]:
    if conditions is None:
        return {}
    if not is_dataclass(conditions) or isinstance(conditions, type):
        raise ModelError("a screen's conditions are a dataclass (or None)")
    try:
        plain: dict[str, Any] = json.loads(json.dumps(asdict(conditions)))
    except TypeError as error:
        raise RunError(f"conditions cannot be stored as JSON: {error}") from error
    return plain
