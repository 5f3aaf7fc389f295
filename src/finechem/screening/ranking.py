"""`Ranking`: scores with intervals, ranks, and the reason for every candidate that dropped out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from finechem.errors import DataError, InputError
from finechem.screening.criteria import Criterion
from finechem.screening.ledger import NOT_REACHED, Ledger
from finechem.screening.montecarlo import nominal_score, score_statistics
from finechem.screening.outcomes import Outcome, unknown_tier
from finechem.screening.properties import Property

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["Evidence", "Ranking"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One number about one candidate: who says it, how sure, and where it comes from."""

    property: Property
    model: str
    value: float
    low: float
    high: float
    in_domain: bool
    reason: str
    source: str
    speaks: bool
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The result of a screen; arrays run over candidates in their input order.

    Attributes
    ----------
    rank : (N,) int array
        1 is best; 0 for candidates that were filtered or failed.
    score, score_low, score_high : (N,) arrays
        Mean of the drawn scores and their central 90 % interval; NaN where unranked.
    p_top_k : (N,) array
        Share of the draws in which the candidate is among the best `top`.
    pareto_layer : (N,) int array
        1 for candidates no other beats in every desirability; 0 where unranked.
    unknown_required : (N,) int array
        How many required properties are unknown; such candidates rank below every known pass.
    outcomes : list of Outcome
        Status (ok, partial, filtered, failed), stage and reason of every row.
    """

    name: str
    conditions: Mapping[str, Any]
    criteria: tuple[Criterion, ...]
    ids: list[str]
    cards: list[dict[str, str]]
    outcomes: list[Outcome]
    ledger: Ledger = field(repr=False)
    models: list[dict[str, Any]] = field(repr=False)
    rank: NDArray[np.int64] = field(repr=False)
    score: NDArray[np.float64] = field(repr=False)
    score_low: NDArray[np.float64] = field(repr=False)
    score_high: NDArray[np.float64] = field(repr=False)
    p_top_k: NDArray[np.float64] = field(repr=False)
    pareto_layer: NDArray[np.int64] = field(repr=False)
    unknown_required: NDArray[np.int64] = field(repr=False)
    draws: int = 1000
    seed: int = 0
    top: int = 10

    @classmethod
    def build(
        cls,
        *,
        name: str,
        conditions: Mapping[str, Any],
        criteria: Sequence[Criterion],
        ids: list[str],
        cards: list[dict[str, str]],
        outcomes: list[Outcome],
        ledger: Ledger,
        models: list[dict[str, Any]],
        draws: int = 1000,
        seed: int = 0,
        top: int = 10,
    ) -> Ranking:
        """Score and rank what a ledger holds (see the class for the meaning of the parts)."""
        size = len(ids)
        rows = np.array(
            [row for row, outcome in enumerate(outcomes) if outcome.status in ("ok", "partial")],
            dtype=np.intp,
        )
        unknown = unknown_tier(ledger, criteria)
        tier = unknown[rows]
        estimates = [ledger.speaking(criterion.property)[0].take(rows) for criterion in criteria]
        columns = {name: np.full(size, np.nan) for name in ("score", "low", "high", "p")}
        rank, layer = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        if rows.size:
            statistics = score_statistics(criteria, estimates, tier, draws=draws, k=top, seed=seed)
            columns["score"][rows], columns["p"][rows] = statistics.mean, statistics.p_top_k
            columns["low"][rows], columns["high"][rows] = statistics.low, statistics.high
            best_first = np.lexsort((-nominal_score(criteria, estimates, rows.size), -statistics.mean, tier))
            rank[rows[best_first]] = np.arange(1, rows.size + 1)
            layer[rows] = _pareto_layers(criteria, estimates, rows.size)
        return cls(
            name=name,
            conditions=conditions,
            criteria=tuple(criteria),
            ids=ids,
            cards=cards,
            outcomes=outcomes,
            ledger=ledger,
            models=models,
            rank=rank,
            score=columns["score"],
            score_low=columns["low"],
            score_high=columns["high"],
            p_top_k=columns["p"],
            pareto_layer=layer,
            unknown_required=unknown,
            draws=draws,
            seed=seed,
            top=top,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def order(self) -> NDArray[np.intp]:
        """Rows of the ranked candidates, best first."""
        ranked = np.flatnonzero(self.rank)
        return ranked[np.argsort(self.rank[ranked])]

    def row_of(self, name: str) -> int:
        """Return the row of the candidate with this id.

        Raises
        ------
        DataError
            If there is none; the message offers the nearest.
        """
        from finechem.errors import did_you_mean

        if name not in self.ids:
            raise DataError(f"no candidate {name!r} in this run{did_you_mean(name, self.ids)}")
        return self.ids.index(name)

    def evidence(self, name: str) -> list[Evidence]:
        """Return every number known about one candidate, in the order the models ran."""
        row = self.row_of(name)
        references = {model["name"]: tuple(model["references"]) for model in self.models}
        found = []
        for prop in self.ledger.properties():
            speaker = self.ledger.speaking(prop)[1][row]
            for (known, model), column in self.ledger.columns.items():
                if known != prop or column.reason[row] == NOT_REACHED:
                    continue
                value, sigma = float(column.value[row]), float(column.sigma[row])
                low, high = prop.interval(value, sigma)
                found.append(
                    Evidence(
                        prop,
                        model,
                        value,
                        low,
                        high,
                        bool(column.in_domain[row]),
                        column.reason[row],
                        column.source[row],
                        model == speaker,
                        references.get(model, ()),
                    )
                )
        return found

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield one flat record a candidate, ranked ones first, then the others in input order."""
        spoken = [(prop, *self.ledger.speaking(prop)) for prop in self.ledger.properties()]
        rest = [row for row in range(len(self)) if self.rank[row] == 0]
        for row in [*self.order.tolist(), *rest]:
            outcome = self.outcomes[row]
            record: dict[str, Any] = {
                "rank": int(self.rank[row]) or None,
                "id": self.ids[row],
                "status": outcome.status,
                "score": _number(self.score[row]),
                "score_low": _number(self.score_low[row]),
                "score_high": _number(self.score_high[row]),
                "p_top_k": _number(self.p_top_k[row]),
                "pareto_layer": int(self.pareto_layer[row]) or None,
            }
            for prop, estimates, models in spoken:
                value, sigma = float(estimates.value[row]), float(estimates.sigma[row])
                low, high = prop.interval(value, sigma)
                name = f"{prop.name} [{prop.unit}{', ' + prop.at if prop.at else ''}]"
                record |= {
                    name: _number(value),
                    f"{name} low": _number(low),
                    f"{name} high": _number(high),
                    f"{name} model": models[row] or None,
                }
            record |= {"stage": outcome.stage or None, "reason": outcome.reason or None}
            yield record

    def to_dataframe(self) -> pd.DataFrame:
        """Return `rows` as a pandas table."""
        import pandas as pd

        return pd.DataFrame(list(self.rows()))

    def to_csv(self, path: Path | str) -> None:
        """Write `rows` as CSV (intervals are central 90 % ones)."""
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            writer: csv.DictWriter[str] | None = None
            for record in self.rows():
                if writer is None:
                    writer = csv.DictWriter(file, list(record))
                    writer.writeheader()
                writer.writerow(record)

    def to_json(self) -> str:
        """Return `rows` as a JSON list (unknown is null)."""
        return json.dumps(list(self.rows()), ensure_ascii=False, allow_nan=False)

    def report(self, *, width: int = 120, limit: int | None = None) -> str:
        """Return the ranking as plain text, at least 118 columns wide; who dropped out, and why, comes last."""
        from finechem.screening.report import ranking_text

        return ranking_text(self, width=width, limit=limit)

    def plot(self, limit: int = 20) -> Figure:
        """Draw scores with their 90 % intervals, best on top.

        Raises
        ------
        InputError
            If nothing is ranked.
        """
        from finechem.screening.report import ranking_figure

        if not self.order.size:
            raise InputError("nothing is ranked: every candidate was filtered or failed")
        return ranking_figure(self, limit)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _pareto_layers(criteria: Sequence[Criterion], estimates: Sequence[Any], size: int) -> NDArray[np.int64]:
    from moocore import pareto_rank

    columns = [
        np.nan_to_num(criterion.desirability(estimate.value))
        for criterion, estimate in zip(criteria, estimates, strict=True)
        if criterion.weight > 0
    ]
    if not columns:
        return np.ones(size, dtype=np.int64)
    points = np.column_stack(columns)
    if points.shape[1] == 1:  # moocore wants two objectives
        points = np.column_stack([points, points])
    return np.asarray(pareto_rank(points, maximise=True), dtype=np.int64) + 1
