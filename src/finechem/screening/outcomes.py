"""What became of each candidate: ok, partial, filtered or failed, with stage and reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finechem.screening.criteria import GATE_PROBABILITY, Criterion
from finechem.screening.ledger import Ledger
from finechem.screening.properties import Property

__all__ = ["Failure", "Outcome", "conclude", "gate_reasons", "number", "unknown_tier"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row's fate; `stage` is where it was decided."""

    status: str
    stage: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A model that gave no answer for one candidate."""

    model: str
    status: str
    reason: str


def number(value: float) -> str:
    """Return three significant digits, as people write them.

    >>> number(1234.5), number(0.12345), number(1e-9)
    ('1230', '0.123', '1e-09')
    """
    if not np.isfinite(value):
        return str(value)
    magnitude = abs(value)
    if 999.5 <= magnitude < 1e6:
        digits = 10 ** (len(str(int(magnitude))) - 3)
        return str(round(value / digits) * digits)
    return f"{value:.3g}"


def gate_reasons(ledger: Ledger, criteria: Sequence[Criterion], rows: NDArray[np.intp]) -> dict[int, str]:
    """Return, for those `rows` that fail a required criterion, which one and by what number."""
    reasons: dict[int, str] = {}
    for criterion in criteria:
        if not criterion.required or not ledger.models_of(criterion.property):
            continue
        estimates, models = ledger.speaking(criterion.property)
        probability = criterion.failure_probability(estimates.value, estimates.sigma)
        for row in rows[np.nan_to_num(probability[rows]) > GATE_PROBABILITY].tolist():
            value = _shown(criterion.property, float(estimates.value[row]), float(estimates.sigma[row]))
            wanted = "at least" if criterion.best > criterion.worst else "at most"
            why = f": {estimates.source[row]}" if criterion.weight == 0 and estimates.source[row] else ""
            reasons.setdefault(
                row,
                f"{criterion.property.name.replace('_', ' ')} {value} by {models[row]}{why}; "
                f"wanted {wanted} {number(criterion.worst)} (fails with probability {probability[row]:.2f})",
            )
    return reasons


def unknown_tier(ledger: Ledger, criteria: Sequence[Criterion]) -> NDArray[np.int64]:
    """Return how many required properties are unknown, per candidate: each ranks it below every known pass."""
    tier = np.zeros(ledger.size, dtype=np.int64)
    for criterion in criteria:
        if criterion.required and not criterion.allow_unknown:
            tier += np.isnan(ledger.speaking(criterion.property)[0].value)
    return tier


def conclude(
    ledger: Ledger,
    criteria: Sequence[Criterion],
    failures: Sequence[Sequence[Failure]],
    decided: Sequence[Outcome | None],
) -> list[Outcome]:
    """Return every row's outcome; `decided` holds those that dropped out on the way."""
    weighed = [criterion.property for criterion in criteria if criterion.weight > 0]
    spoken = {prop: ledger.speaking(prop)[0] for prop in weighed}
    outcomes = []
    for row in range(ledger.size):
        early = decided[row]
        if early is not None:
            outcomes.append(early)
            continue
        unknown = [prop for prop in weighed if np.isnan(spoken[prop].value[row])]
        notes = [f"{failure.model} {failure.status}: {failure.reason}" for failure in failures[row]]
        notes += [f"{prop.name.replace('_', ' ')} unknown: {spoken[prop].reason[row]}" for prop in unknown]
        reason = "; ".join(dict.fromkeys(notes))
        if weighed and len(unknown) == len(weighed):
            outcomes.append(Outcome("failed", failures[row][0].model if failures[row] else "criteria", reason))
        elif notes:
            outcomes.append(Outcome("partial", "", reason))
        else:
            outcomes.append(Outcome("ok"))
    return outcomes


def _shown(prop: Property, value: float, sigma: float) -> str:
    low, high = prop.interval(value, sigma)
    unit = "" if prop.unit == "1" else f" {prop.unit}"
    return f"{number(value)}{unit} (90 %: {number(low)} to {number(high)})" if sigma > 0 else f"{number(value)}{unit}"
