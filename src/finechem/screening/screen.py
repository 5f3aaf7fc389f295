"""`Screen`: stages, criteria and conditions, and the only runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finechem.errors import InputError, did_you_mean
from finechem.screening.canonical import content_hash
from finechem.screening.criteria import Criterion
from finechem.screening.model import Candidate, PropertyModel, Rejected, Stage, model_key
from finechem.screening.properties import Property

if TYPE_CHECKING:
    from finechem.screening.ranking import Ranking

__all__ = ["Screen"]

#: Called as ``progress(stage, model, done, total)``.
Progress = Callable[[str, str, int, int], None]


@dataclass(frozen=True, slots=True)
class Screen:
    """A funnel: cheap stages for all candidates, dearer ones for the survivors, criteria at the end.

    Parameters
    ----------
    name : str
        Shown, and part of the run's identity.
    conditions : dataclass
        What the service imposes. The models already hold what they read of it.
    stages : tuple of Stage
        Run in order; gates act after each.
    criteria : tuple of Criterion
        What is wanted.
    order : mapping of property name to model names
        Who speaks first for a property (default: the latest in-domain success).
    """

    name: str
    conditions: Any
    stages: tuple[Stage, ...]
    criteria: tuple[Criterion, ...]
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [model.name for model in self.models]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InputError(f"screen {self.name}: two models are named {twice[0]!r}; results could not be told apart")
        offered = {prop for model in self.models for prop in model.provides}
        for criterion in self.criteria:
            if criterion.property not in offered:
                hint = did_you_mean(criterion.property.name, (prop.name for prop in offered))
                raise InputError(
                    f"screen {self.name}: no model provides {criterion.property.name} "
                    f"[{criterion.property.unit}, {criterion.property.at or 'no condition'}]{hint}"
                )
        self._check_requirements()
        self._check_order(names, {prop.name for prop in offered})

    def _check_order(self, models: list[str], offered: set[str]) -> None:
        for prop, speakers in self.order.items():
            if prop not in offered:
                raise InputError(f"screen {self.name}: order names {prop}{did_you_mean(prop, offered)}")
            for speaker in speakers:
                if speaker not in models:
                    raise InputError(f"screen {self.name}: order names model {speaker}{did_you_mean(speaker, models)}")

    def _check_requirements(self) -> None:
        so_far: set[Property] = set()
        for model in self.models:
            lacking = [prop.name for prop in model.requires if prop not in so_far]
            if lacking:
                raise InputError(
                    f"screen {self.name}: {model.name} needs {', '.join(lacking)}, which no earlier model provides"
                )
            so_far.update(model.provides)

    @property
    def models(self) -> tuple[PropertyModel, ...]:
        """All models, in the order they run."""
        return tuple(model for stage in self.stages for model in stage.models)

    def identity(self) -> str:
        """Return the hash of name, conditions, models and order: what a stored run is bound to.

        Criteria are left out: every result is content-addressed, so new weights or gates reuse what is stored.
        """
        stages = [([model_key(model) for model in stage.models], stage.keep, stage.isolate) for stage in self.stages]
        return content_hash([self.name, self.conditions, stages, dict(self.order)])

    def run(
        self,
        candidates: Iterable[Candidate | Rejected],
        *,
        store: Path | str | None = None,
        cache: Path | str | None = None,
        workers: int = 1,
        draws: int = 1000,
        seed: int = 0,
        top: int = 10,
        retry: bool = False,
        progress: Progress | None = None,
    ) -> Ranking:
        """Screen the candidates and return the ranking.

        Parameters
        ----------
        candidates : iterable of Candidate or Rejected
            Ids must be unique. What a reader could not read comes as `Rejected` and keeps its row.
        store : path, optional
            ``run.db`` to write; every result is committed the moment it exists, and the same call continues a run
            that was killed. Without it the run lives in memory.
        cache : path, optional
            Folder shared between runs for the results of isolated stages.
        workers : int
            Processes for isolated stages.
        draws, seed, top : int
            Monte Carlo draws, their seed, and the size of the group `p_top_k` speaks of.
        retry : bool
            Compute stored time-outs, crashes and failures again.
        progress : callable, optional
            Called as ``progress(stage, model, done, total)``.

        Raises
        ------
        InputError
            If an id comes twice or `workers`, `draws` or `top` is not positive.
        RunError
            If the store belongs to another screen, is locked or cannot be written.
        ModelError, MissingExtraError
            If a model breaks its contract or lacks a package: no candidate caused that.
        """
        from finechem.screening.runner import run_screen

        for name, count in (("workers", workers), ("draws", draws), ("top", top)):
            if count < 1:
                raise InputError(f"{name}={count}: must be at least 1")
        return run_screen(
            self,
            list(candidates),
            store=store,
            cache=cache,
            workers=workers,
            draws=draws,
            seed=seed,
            top=top,
            retry=retry,
            progress=progress,
        )
