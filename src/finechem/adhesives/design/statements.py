"""A space as statements: each bound, rule, constraint as one sentence with the rows that say it to a linear program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.design.constraints import (
    LEAST_SHARE,
    Count,
    Linear,
    MixtureComponent,
    ProcessFactor,
    Ratio,
)

__all__ = ["SUM", "Array", "Row", "Statement", "in_words", "statements_of"]

Array: TypeAlias = NDArray[np.float64]
SUM = "the fractions sum to 1"
#: Of more names than these only some are written out.
_MANY = 8


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Limits of a weighted sum over the numbers of a point, in units of its largest weight.

    Attributes
    ----------
    weights : (n,) array
        Over components and process factors.
    low, high : float
    """

    weights: Array
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One thing the user said.

    Attributes
    ----------
    text : str
    kind : str
        ``sum``, ``low``, ``high``, ``count``, ``linear`` or ``ratio``.
    rows : tuple of Row
        What it says of numbers. A bound is a row of one weight.
    count : tuple of (members, at least, at most), optional
        What it says of presence.
    """

    text: str
    kind: str
    rows: tuple[Row, ...] = ()
    count: tuple[frozenset[int], int, int] | None = None


def statements_of(
    components: Sequence[MixtureComponent],
    factors: Sequence[ProcessFactor],
    counts: Sequence[Count],
    linear: Sequence[Linear],
    ratios: Sequence[Ratio],
    optional: Sequence[bool],
) -> list[Statement]:
    """Return all that is said of a space, what is hardest to read first."""
    bounded = [(item.name, item.low, item.high) for item in components]
    bounded += [(item.name, item.low, item.high) for item in factors]
    names = [name for name, _, _ in bounded]
    at = {name: index for index, name in enumerate(names)}
    reach = np.array([1.0] * len(components) + [max(abs(f.low), abs(f.high), 1.0) for f in factors])
    found = [_of_ratio(ratio, at, reach) for ratio in ratios]
    found += [part for item in linear for part in _of_linear(item, at, reach)]
    found += [_of_count(rule, at) for rule in counts]
    for index, (name, least, most) in enumerate(bounded):
        inside = index < len(components)
        where = " where it is present" if inside and optional[index] else ""
        unit = np.zeros(len(names))
        unit[index] = 1.0 / reach[index]
        low = max(least, LEAST_SHARE) if where else least
        if not inside or low > 0.0:
            found.append(Statement(f"`{name}` >= {low:g}{where}", "low", (Row(unit, low / reach[index], np.inf),)))
        if not inside or most < 1.0:
            found.append(Statement(f"`{name}` <= {most:g}", "high", (Row(unit, -np.inf, most / reach[index]),)))
    whole = np.array([1.0] * len(components) + [0.0] * len(factors))
    return [*found, Statement(SUM, "sum", (Row(whole, 1.0, 1.0),))]


def _row(terms: Mapping[str, float], at: Mapping[str, int], reach: Array, low: float, high: float) -> Row:
    weights = np.zeros(len(reach))
    for name, weight in terms.items():
        weights[at[name]] += weight
    size = float(np.abs(weights * reach).max()) or 1.0
    return Row(weights / size, low / size, high / size)


def _of_linear(item: Linear, at: Mapping[str, int], reach: Array) -> list[Statement]:
    shown = _sum(item.terms)
    called = f" (`{item.name}`)" if item.name else ""
    if item.at_least is not None and item.at_least == item.at_most:
        row = _row(item.terms, at, reach, item.at_least, item.at_least)
        return [Statement(f"{shown} = {item.at_least:g}{called}", "linear", (row,))]
    found = []
    if item.at_least is not None:
        row = _row(item.terms, at, reach, item.at_least, np.inf)
        found.append(Statement(f"{shown} >= {item.at_least:g}{called}", "linear", (row,)))
    if item.at_most is not None:
        row = _row(item.terms, at, reach, -np.inf, item.at_most)
        found.append(Statement(f"{shown} <= {item.at_most:g}{called}", "linear", (row,)))
    return found


def _of_ratio(item: Ratio, at: Mapping[str, int], reach: Array) -> Statement:
    """Return a ratio as one statement: limits multiplied out, and a denominator above zero."""
    rows = [_row(item.denominator, at, reach, LEAST_SHARE * min(item.denominator.values()), np.inf)]
    equal = item.at_least == item.at_most
    if item.at_most is not None:
        rows.append(_row(_less(item, item.at_most), at, reach, 0.0 if equal else -np.inf, 0.0))
    if item.at_least is not None and not equal:
        rows.append(_row(_less(item, item.at_least), at, reach, 0.0, np.inf))
    low = "" if item.at_least is None else f"{item.at_least:g} <= "
    high = "" if item.at_most is None else f" <= {item.at_most:g}"
    return Statement(f"{low}{f'`{item.name}`' if item.name else item.text}{high}", "ratio", tuple(rows))


def _less(item: Ratio, times: float) -> dict[str, float]:
    terms = dict(item.numerator)
    for name, weight in item.denominator.items():
        terms[name] = terms.get(name, 0.0) - times * weight
    return terms


def _of_count(rule: Count, at: Mapping[str, int]) -> Statement:
    most = len(rule.of) if rule.at_most is None else rule.at_most
    if rule.at_least == most:
        text = f"exactly {most}"
    else:
        parts = [f"at least {rule.at_least}"] if rule.at_least else []
        text = " and ".join([*parts, *([f"at most {most}"] if most < len(rule.of) else [])]) or "any number"
    members = _listed([f"`{name}`" for name in rule.of])
    called = f" (`{rule.name}`)" if rule.name else ""
    return Statement(
        f"{text} of {members}{called}", "count", count=(frozenset(at[name] for name in rule.of), rule.at_least, most)
    )


def _sum(terms: Mapping[str, float]) -> str:
    shown = ""
    for name, weight in terms.items():
        size = "" if abs(weight) == 1.0 else f"{abs(weight):g} "
        sign = ("-" if weight < 0 else "") if not shown else (" - " if weight < 0 else " + ")
        shown += f"{sign}{size}`{name}`"
    return shown


def in_words(core: Sequence[Statement]) -> str:
    """Return why these statements, of which none can be left out, leave no mixture."""
    said = [item for item in core if item.kind != "sum"]
    texts = _gathered(said)
    many = len(texts)
    head = f"{', '.join(texts[:-1])} and {texts[-1]}" if many > 1 else "".join(texts)
    text = f"{head} {'cannot hold' if len(said) == 1 else 'cannot both hold' if len(said) == 2 else 'cannot all hold'}"
    if len(said) == len(core):
        return text
    return f"{text}: {SUM}{_together(said)}"


def _gathered(said: Sequence[Statement]) -> list[str]:
    """Return the sentences; more than `_MANY` that differ by their component only become one."""
    alike: dict[str, list[str]] = {}
    for item in said:
        parts = item.text.split("`")
        bound = item.kind in ("low", "high")
        alike.setdefault(parts[2] if bound else item.text, []).append(f"`{parts[1]}`" if bound else "")
    texts = []
    for tail, names in alike.items():
        if len(names) > _MANY:
            texts.append(f"{_listed(names)}, each{tail}")
        else:
            texts += [f"{name}{tail}" for name in names]
    return texts


def _listed(names: Sequence[str]) -> str:
    """Return names, of many only the first and the last."""
    if len(names) <= _MANY:
        return ", ".join(names)
    return f"{', '.join(names[:3])}, ... {names[-1]} ({len(names)} of them)"


def _together(said: Sequence[Statement]) -> str:
    """Return what bounds of one side add up to, where they alone are the reason."""
    limits = [_limit(item) for item in said if item.kind in ("low", "high")]
    kinds = {item.kind for item in said}
    if len(limits) != len(said) or len(kinds) != 1:
        return ""
    side = "at least" if kinds == {"low"} else "at most"
    return f" (together they make {side} {sum(limits):g})"


def _limit(item: Statement) -> float:
    (row,) = item.rows
    found: Any = row.low if item.kind == "low" else row.high
    return float(found)
