"""The two Protocols of a screen: what a candidate is, and what may say something about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Protocol, runtime_checkable

from finechem.errors import InputError
from finechem.screening.canonical import content_hash, join_hash
from finechem.screening.properties import Estimates, Property

__all__ = ["Candidate", "PropertyModel", "Rejected", "Stage", "model_key", "subject_fingerprint"]


@runtime_checkable
class Candidate(Protocol):
    """What its maker chooses: a crystal, a recipe, an additive package."""

    @property
    def id(self) -> str:
        """Name of the row, unique within a run."""
        ...

    def fingerprint(self) -> str:
        """Return the hash of the content, without the id."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; ``from_dict`` of the same class rebuilds it."""
        ...

    def card(self) -> Mapping[str, str]:
        """Return what a report shows of it, so that the report needs no chemistry."""
        ...


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that never became a candidate, and why; it keeps its row in the ranking."""

    id: str
    reason: str


@runtime_checkable
class PropertyModel(Protocol):
    """A model that estimates properties of a batch of subjects.

    ``subject`` returns what of the candidate the model reads (the candidate itself, or a part with a
    ``fingerprint``, or plain hashable content); equal subjects are computed once. ``estimate`` gets B subjects and,
    for each required property, B estimates; it returns B estimates for each property it provides.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def version(self) -> str: ...  # noqa: D102
    @property
    def references(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def data(self) -> str: ...  # noqa: D102
    @property
    def requires(self) -> tuple[Property, ...]: ...  # noqa: D102
    @property
    def provides(self) -> tuple[Property, ...]: ...  # noqa: D102
    def subject(self, candidate: Any, /) -> Any: ...  # noqa: D102
    def estimate(  # noqa: D102
        self, subjects: Sequence[Any], known: Mapping[Property, Estimates], /
    ) -> Mapping[Property, Estimates]: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """Models that run in order, and how many candidates go on.

    Parameters
    ----------
    models : tuple of PropertyModel
        Run one after the other; a later one may require what an earlier one provides.
    keep : int, optional
        Only the best `keep` by the score known so far go on.
    timeout_s : float, optional
        Limit for one (subject, model); needs `isolate`.
    isolate : bool
        Run each (subject, model) in a process of its own: a hang, an abort or a memory fault costs that result only.
    name : str
        Shown in reports; default: the models' names.
    """

    models: tuple[PropertyModel, ...]
    keep: int | None = None
    timeout_s: float | None = None
    isolate: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        if not self.models:
            raise InputError("a stage needs at least one model")
        for model in self.models:
            if not is_dataclass(model):
                kind = type(model).__name__
                raise InputError(
                    f"model {kind} is no dataclass: its fields are part of every result key, so they must show"
                )
        if self.keep is not None and self.keep < 1:
            raise InputError(f"keep={self.keep}: a stage keeps at least one candidate")
        if self.timeout_s is not None and not (self.isolate and self.timeout_s > 0):
            raise InputError(
                "timeout_s must be positive and needs isolate=True: only a process of its own can be stopped"
            )
        if not self.name:
            object.__setattr__(self, "name", " + ".join(model.name for model in self.models))


def model_key(model: PropertyModel) -> str:
    """Return the hash of everything that shapes a model's answer: class, name, version, fields, data."""
    settings: dict[str, Any] = (
        {item.name: getattr(model, item.name) for item in fields(model) if item.compare} if is_dataclass(model) else {}
    )
    return join_hash(type(model).__qualname__, model.name, model.version, content_hash(settings), model.data)


def subject_fingerprint(subject: Any) -> str:
    """Return a subject's own fingerprint, or the hash of its content."""
    own = getattr(subject, "fingerprint", None)
    return str(own()) if callable(own) else content_hash(subject)
