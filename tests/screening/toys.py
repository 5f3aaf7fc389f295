"""A small world to test the flow in: candidates that are numbers, models that add, hang, die or lie."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from finechem.errors import MissingExtraError
from finechem.screening import Estimates, Property

SIZE = Property("size", "m")
LIFE = Property("life", "h", "log", at="300 K")
SHARE = Property("share", "1", "logit")


@dataclass(frozen=True, slots=True)
class Toy:
    id: str
    x: float
    mood: str = "good"

    def fingerprint(self) -> str:
        return f"{self.x!r}-{self.mood}"

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.id, "x": self.x, "mood": self.mood}

    def card(self) -> Mapping[str, str]:
        return {"x": f"{self.x:g}"}


def _note_calls(path: str, numbers: Sequence[float]) -> None:
    """Write one line a subject: shows what was computed, in any process."""
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(f"{x}\n" for x in numbers)


@dataclass(frozen=True, slots=True)
class _Base:
    name: str = "toy"
    version: str = "1"

    @property
    def references(self) -> tuple[str, ...]:
        return ("nobody, nowhere",)

    @property
    def data(self) -> str:
        return ""

    @property
    def requires(self) -> tuple[Property, ...]:
        return ()

    def subject(self, candidate: Any) -> Any:
        return candidate


@dataclass(frozen=True, slots=True)
class SizeModel(_Base):
    """size = factor * x; unknown for negative x, an exception for the candidate called 'bad'."""

    factor: float = 1.0
    sigma: float = 0.1
    calls: str = ""

    @property
    def provides(self) -> tuple[Property, ...]:
        return (SIZE,)

    def estimate(self, subjects: Sequence[Any], _known: Mapping[Property, Estimates]) -> Mapping[Property, Estimates]:
        _note_calls(self.calls, [toy.x for toy in subjects])
        if any(toy.mood == "bad" for toy in subjects):
            raise ValueError("a bad mood")
        x = np.array([toy.x for toy in subjects])
        value = np.where(x < 0, np.nan, self.factor * x)
        reasons = ["negative x" if item < 0 else "" for item in x]
        return {SIZE: Estimates(value, np.full(x.size, self.sigma), reason=reasons, source="toy book, p. 1")}


@dataclass(frozen=True, slots=True)
class LifeModel(_Base):
    """life = exp(size), with half its variance shared by all candidates."""

    name: str = "life"
    sigma: float = 0.2

    @property
    def requires(self) -> tuple[Property, ...]:
        return (SIZE,)

    @property
    def provides(self) -> tuple[Property, ...]:
        return (LIFE,)

    def estimate(self, subjects: Sequence[Any], known: Mapping[Property, Estimates]) -> Mapping[Property, Estimates]:
        size = known[SIZE]
        shared = np.full(len(subjects), self.sigma / np.sqrt(2))
        reasons = [reason or "" for reason in size.reason]
        return {LIFE: Estimates(np.exp(size.value), np.full(len(subjects), self.sigma), reason=reasons,
                                shared={"model:life": shared})}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MoodyModel(_Base):
    """life again, but hanging, aborting or raising for candidates in such a mood."""

    name: str = "moody"
    calls: str = ""

    @property
    def provides(self) -> tuple[Property, ...]:
        return (LIFE,)

    def estimate(self, subjects: Sequence[Any], _known: Mapping[Property, Estimates]) -> Mapping[Property, Estimates]:
        (toy,) = subjects
        _note_calls(self.calls, [toy.x])
        if toy.mood == "hang":
            time.sleep(600)
        if toy.mood == "abort":
            os.abort()
        if toy.mood == "raise":
            raise RuntimeError("no life in it")
        if toy.mood == "slow":
            time.sleep(0.15)
        if toy.mood == "extra":
            raise MissingExtraError("nothing", "none")
        return {LIFE: Estimates(np.array([np.exp(toy.x)]), np.array([0.1]))}


@dataclass(frozen=True, slots=True)
class HalfModel(_Base):
    """share = 1 / (1 + exp(-x)) of the number alone: toys with one x are one subject; a toy may have none."""

    name: str = "half"
    calls: str = ""

    @property
    def provides(self) -> tuple[Property, ...]:
        return (SHARE,)

    def subject(self, candidate: Any) -> Any:
        if candidate.mood == "hollow":
            raise ValueError("nothing inside")
        return candidate.x

    def estimate(self, subjects: Sequence[Any], _known: Mapping[Property, Estimates]) -> Mapping[Property, Estimates]:
        _note_calls(self.calls, subjects)
        x = np.array(subjects, dtype=float)
        outside = ["|x| > 3" if abs(item) > 3 else "" for item in subjects]
        return {SHARE: Estimates(1 / (1 + np.exp(-x)), np.full(x.size, 0.5), np.abs(x) <= 3, outside)}


@dataclass(frozen=True, slots=True)
class LyingModel(_Base):
    """Breaks its contract in the way its `lie` names."""

    name: str = "liar"
    lie: str = "silent"

    @property
    def provides(self) -> tuple[Property, ...]:
        return (LIFE,)

    def estimate(self, subjects: Sequence[Any], _known: Mapping[Property, Estimates]) -> Mapping[Property, Estimates]:
        size = len(subjects)
        if self.lie == "extra":
            raise MissingExtraError("dftd4", "quantum")
        if self.lie == "negative":
            return {LIFE: Estimates(np.array([toy.x for toy in subjects]), np.full(size, 0.1))}
        if self.lie == "short":
            return {LIFE: Estimates(np.ones(size + 1), np.ones(size + 1))}
        if self.lie == "other":
            return {SHARE: Estimates(np.full(size, 0.5), np.ones(size))}
        return {LIFE: Estimates(np.full(size, np.nan), np.ones(size))}


def calls_of(path: str | os.PathLike[str]) -> list[str]:
    """Return what models wrote into their `calls` file: one line a computed subject."""
    try:
        return Path(path).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
