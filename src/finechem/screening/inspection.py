"""What a run folder holds, whether it is finished or not: counts by model, and everything that went wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from finechem.errors import RunError
from finechem.screening.store import RunStore

__all__ = ["Fault", "ModelProgress", "RunState", "faults", "forget_faults", "run_state", "stored_candidates"]


class ModelProgress(NamedTuple):
    """How far a model came: candidates it answered for, and of these the ones that failed, by status."""

    model: str
    answered: int
    failed: dict[str, int]


class Fault(NamedTuple):
    """Something that went wrong: which candidate, by which model (``read`` for files), how, and why."""

    candidate: str
    model: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunState:
    """A run as it stands.

    Attributes
    ----------
    screen : str
    candidates, unreadable : int
    models : tuple of ModelProgress
        In the order they run.
    results : int
        Committed, those of models that are not finished included.
    outcomes : dict of str to int
        By status; empty while the run is not finished.
    conditions : dict
    """

    screen: str
    candidates: int
    unreadable: int
    models: tuple[ModelProgress, ...]
    results: int
    outcomes: dict[str, int]
    conditions: dict[str, Any]

    @property
    def finished(self) -> bool:
        """Whether every candidate has its outcome."""
        return sum(self.outcomes.values()) == self.candidates


def run_state(path: Path | str) -> RunState:
    """Return how far a stored run came.

    Raises
    ------
    RunError
        If there is no run, or it holds no candidates yet.
    """
    with RunStore(path) as store:
        stored = store.candidates()
        if not stored:
            raise RunError(f"{path}: this run holds no candidates yet")
        models = []
        for name in _models(store):
            counts = store.statuses(name)
            failed = {status: count for status, count in counts.items() if status != "ok"}
            models.append(ModelProgress(name, sum(counts.values()), failed))
        return RunState(
            screen=store.meta("screen"),
            candidates=len(stored),
            unreadable=sum(bool(why) for _, _, why in stored),
            models=tuple(models),
            results=store.count_results(),
            outcomes=dict(Counter(status for _, status, _, _ in store.outcomes())),
            conditions=store.meta("conditions") or {},
        )


def faults(path: Path | str) -> list[Fault]:
    """Return everything of a run that went wrong: files that could not be read, models that gave no answer."""
    with RunStore(path) as store:
        stored = store.candidates()
        found = [Fault(name, "read", "failed", why) for name, _, why in stored if why]
        for model in _models(store):
            links = store.links(model)
            results = store.results(list({key for _, key in links}))
            for row, key in links:
                status, payload = results.get(key, ("ok", {}))
                if status != "ok":
                    found.append(Fault(stored[row][0], model, status, str(payload["reason"])))
        return found


def forget_faults(path: Path | str) -> int:
    """Delete the results that are failures, so that the same screen computes them again; return how many.

    Raises
    ------
    RunError
        If another process holds the run.
    """
    with RunStore(path, write=True) as store:
        return store.forget_failures()


def stored_candidates(path: Path | str) -> dict[str, Any]:
    """Return the JSON forms of the candidates by id, without those that could not be read."""
    with RunStore(path) as store:
        return store.payloads()


def _models(store: RunStore) -> list[str]:
    return [model["name"] for model in store.meta("models") or []]
