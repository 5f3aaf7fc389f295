"""Throughput of a screen: synthetic candidates through a cheap stage with the durable store, and real crystals.

The synthetic screen is 100,000 in-memory candidates (10,000 with --quick), two vectorised models, 1000 Monte Carlo
draws, Pareto layers, every result committed. The peer is the bare minimum somebody would write instead: the same
models, results in one CSV, no store, no Monte Carlo; ratio says what durability and honest ranking cost (below one).
Real crystals are parsed from CIF text, with symmetry, the nitride screen and the store.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from finechem.screening import Criterion, Estimates, Property, Screen, Stage

HARDNESS = Property("hardness", "GPa", "log")
COST = Property("cost", "1/kg")


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A candidate that is three numbers."""

    id: str
    x: tuple[float, float, float]

    def fingerprint(self) -> str:
        return repr(self.x)

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.id, "x": list(self.x)}

    def card(self) -> Mapping[str, str]:
        return {"x": f"{self.x[0]:.3f}"}


@dataclass(frozen=True, slots=True)
class Cheap:
    """A vectorised model of one property."""

    prop: Property
    version: ClassVar[str] = "1"
    references: ClassVar[tuple[str, ...]] = ()
    data: ClassVar[str] = ""
    requires: ClassVar[tuple[Property, ...]] = ()

    @property
    def name(self) -> str:
        return self.prop.name

    @property
    def provides(self) -> tuple[Property, ...]:
        return (self.prop,)

    def subject(self, candidate: Synthetic) -> Synthetic:
        return candidate

    def estimate(
        self, subjects: Sequence[Synthetic], known: Mapping[Property, Estimates]
    ) -> Mapping[Property, Estimates]:
        x = np.array([subject.x for subject in subjects])
        value = np.exp(x.sum(axis=1)) if self.prop == HARDNESS else x[:, 0] + x[:, 1] ** 2
        return {self.prop: Estimates(value, np.full(len(x), 0.1), source="synthetic")}


def synthetic(count: int, folder: Path) -> dict[str, Any]:
    draws = np.random.default_rng(0).random((count, 3)).tolist()
    candidates = [Synthetic(f"c{index}", tuple(row)) for index, row in enumerate(draws)]
    models = (Cheap(HARDNESS), Cheap(COST))
    criteria = (Criterion(HARDNESS, 1.0, 20.0), Criterion(COST, 2.0, 0.0))
    screen = Screen("synthetic", None, (Stage(models, name="cheap"),), criteria)
    start = time.perf_counter()
    ranking = screen.run(candidates, store=folder / "synthetic" / "run.db")
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    values = [model.estimate(candidates, {})[model.prop].value for model in models]
    score = np.sqrt(np.prod([c.desirability(v) for c, v in zip(criteria, values, strict=True)], axis=0))
    with (folder / "plain.csv").open("w", newline="") as file:
        csv.writer(file).writerows([candidates[i].id, values[0][i], values[1][i], score[i]] for i in np.argsort(-score))
    plain = time.perf_counter() - start
    assert len(ranking) == count
    return _row(f"screen of {count} synthetic candidates", "plain arrays and a CSV", seconds, plain, count)


def real(folder: Path, quick: bool) -> dict[str, Any]:
    from finechem.thermal import known_crystals, nitride_screen, read_nitrides

    phases = known_crystals("candidate")[: 10 if quick else None]
    inputs = folder / "cif"
    inputs.mkdir()
    for phase in phases:
        phase.to_structure().to(str(inputs / f"{phase.id}.cif"), fmt="cif")
    start = time.perf_counter()
    candidates = read_nitrides([inputs])
    parsed = time.perf_counter() - start
    nitride_screen().run(candidates, store=folder / "real" / "run.db")
    seconds = time.perf_counter() - start
    return _row(f"{len(phases)} real crystals, CIF to ranking", "of which reading", seconds, parsed, len(phases))


def _row(name: str, peer: str, seconds: float, peer_seconds: float, count: int) -> dict[str, Any]:
    return {
        "name": name,
        "peer": peer,
        "ratio": peer_seconds / seconds,
        "error": 0.0,
        "seconds": seconds,
        "peer_seconds": peer_seconds,
        "microseconds_per_candidate": seconds / count * 1e6,
    }


def main() -> None:
    arguments = sys.argv[1:]
    quick = "--quick" in arguments
    with tempfile.TemporaryDirectory() as name:
        rows = [synthetic(10_000 if quick else 100_000, Path(name)), real(Path(name), quick)]
    if "--json" in arguments:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        each = row["microseconds_per_candidate"]
        print(f"{row['name']}: {row['seconds']:.1f} s, {each:.0f} µs each; {row['peer']}: {row['peer_seconds']:.2f} s")


if __name__ == "__main__":
    main()
