"""A run to kill: ``python -m tests.screening.slow_run isolated|cheap STORE CALLS``."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finechem.screening import Criterion, Estimates, Property, Ranking, Screen, Stage
from tests.screening.toys import LIFE, SIZE, MoodyModel, SizeModel, Toy

SIZES = {"isolated": 30, "cheap": 10_000}


@dataclass(frozen=True, slots=True)
class SlowSizeModel(SizeModel):
    """SizeModel that takes long enough over a batch to be killed in between."""

    def estimate(self, subjects: Sequence[Any], known: Mapping[Property, Estimates]) -> Mapping[Property, Estimates]:
        time.sleep(0.2 if subjects[0].mood == "slow" else 0)
        return SizeModel.estimate(self, subjects, known)


def run(kind: str, store: str | None, calls: str, mood: str = "slow") -> Ranking:
    """Run or continue the screen of this kind; in a good mood it is fast, with the same numbers."""
    candidates = [Toy(f"t{i}", i / SIZES[kind] * 4, mood) for i in range(SIZES[kind])]
    if kind == "isolated":
        stage, criterion = Stage((MoodyModel(calls=calls),), isolate=True), Criterion(LIFE, 1, 100)
    else:
        stage, criterion = Stage((SlowSizeModel(calls=calls),)), Criterion(SIZE, 0, 5)
    return Screen(kind, None, (stage,), (criterion,)).run(candidates, store=store, workers=2, draws=20)


if __name__ == "__main__":
    run(*sys.argv[1:])
