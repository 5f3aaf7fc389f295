"""What property models over shipped tables share, and those that answer one subject after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np

from finechem import datasets
from finechem.errors import ConvergenceError, InputError
from finechem.screening.properties import Estimates, Property

__all__ = ["Answer", "Known", "OneByOneModel", "TableModel", "estimates_of"]

#: What a model gets to know of the properties it requires.
Known = Mapping[Property, Estimates]


class Answer(NamedTuple):
    """What a model says of one property of one subject."""

    value: float
    sigma: float = 0.0
    in_domain: bool = True
    reason: str = ""
    source: str = ""
    #: Loadings of errors that other answers share, by name; part of sigma.
    shared: Mapping[str, float] = MappingProxyType({})

    @classmethod
    def unknown(cls, reason: str) -> Answer:
        """Return that nothing can be said, and why."""
        return cls(math.nan, math.nan, True, reason)


@dataclass(frozen=True, slots=True)
class TableModel:
    """A model that reads the whole candidate and the shipped tables, and requires nothing unless it says so."""

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    references: ClassVar[tuple[str, ...]] = ()

    @property
    def data(self) -> str:
        """Hash of the shipped tables."""
        return datasets.package_hash()

    @property
    def requires(self) -> tuple[Property, ...]:
        """Nothing, unless a model says otherwise."""
        return ()

    def subject(self, candidate: Any) -> Any:
        """Return the whole candidate."""
        return candidate


@dataclass(frozen=True, slots=True)
class OneByOneModel(TableModel):
    """A model that answers one subject after the other; a subject that cannot be answered says why."""

    @property
    def provides(self) -> tuple[Property, ...]:
        """What `answers` speaks of, in its order."""
        raise NotImplementedError

    def answers(self, subject: Any) -> list[Answer]:
        """Return one answer for each provided property."""
        raise NotImplementedError

    def estimate(self, subjects: Sequence[Any], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; what a subject breaks becomes its reason."""
        del known
        rows = []
        for subject in subjects:
            try:
                rows.append(self.answers(subject))
            except (InputError, ConvergenceError) as error:
                rows.append([Answer.unknown(str(error))] * len(self.provides))
        return {prop: estimates_of(column) for prop, column in zip(self.provides, zip(*rows, strict=True), strict=True)}


def estimates_of(answers: Sequence[Answer]) -> Estimates:
    """Return the answers about several subjects as one batch."""
    names = sorted({name for answer in answers for name in answer.shared})
    return Estimates(
        np.array([answer.value for answer in answers], dtype=float),
        np.array([answer.sigma for answer in answers], dtype=float),
        np.array([answer.in_domain for answer in answers], dtype=bool),
        [answer.reason for answer in answers],
        [answer.source for answer in answers],
        {name: np.array([answer.shared.get(name, 0.0) for answer in answers]) for name in names},
    )
