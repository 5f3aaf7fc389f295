"""What a point of a mixture space breaks, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from finechem.adhesives.design.constraints import LEAST_SHARE
from finechem.adhesives.design.statements import Array

if TYPE_CHECKING:
    from finechem.adhesives.design.constraints import Ratio
    from finechem.adhesives.design.space import MixtureSpace

__all__ = ["broken"]


def broken(space: MixtureSpace, point: Array, tolerance: float) -> list[str]:
    """Return what a point breaks, a sentence each with what it has instead.

    Parameters
    ----------
    space : MixtureSpace
    point : (d,) array
    tolerance : float
        See `MixtureSpace.feasible`.
    """
    wrong = [f"`{name}` is no number" for name, value in zip(space.columns, point, strict=True)
             if not np.isfinite(value)]  # fmt: skip
    if wrong:
        return wrong
    numbers = point[: space.categorical.start]
    fractions = point[space.mixture]
    present = fractions > min(tolerance, 0.5 * LEAST_SHARE)  # a trace is there, however roughly it was weighed
    wrong += [f"`{space.columns[at]}` is {fractions[at]:g}, below 0" for at in np.flatnonzero(fractions < -tolerance)]
    ratios = iter(space.ratios)
    for item in space.statements:
        ratio = next(ratios) if item.kind == "ratio" else None
        absent = False
        if item.kind == "low":
            index = int(np.argmax(item.rows[0].weights != 0.0))
            absent = index < len(space.optional) and space.optional[index] and not present[index]
        for row in item.rows:
            value = float(numbers @ row.weights)
            if not absent and not row.low - tolerance <= value <= row.high + tolerance:
                wrong.append(f"{item.text} does not hold{_instead(space, item.kind, ratio, row.weights, numbers)}")
                break
        if item.count is not None:
            members, least, most = item.count
            there = [at for at in sorted(members) if present[at] or not space.optional[at]]
            if not least <= len(there) <= most:
                named = ", ".join(f"`{space.columns[at]}`" for at in there) or "none of them"
                wrong.append(f"{item.text} does not hold: present {named}")
    for at, category in enumerate(space.categories, start=space.categorical.start):
        if point[at] not in range(len(category.choices)):
            wrong.append(f"`{category.name}` is {point[at]:g}, the number of none of its choices")
    return wrong


def _instead(space: MixtureSpace, kind: str, ratio: Ratio | None, weights: Array, numbers: Array) -> str:
    if ratio is not None:
        shares = dict(zip(space.columns, numbers.tolist(), strict=False))
        above, below = (
            sum(weight * shares[name] for name, weight in side.items()) for side in (ratio.numerator, ratio.denominator)
        )
        return f": it is {above / below:.4g}" if below > 0.0 else ": its denominator is 0"
    if kind == "sum":
        return f": they sum to {float(numbers @ weights):.10g}"
    if kind in ("low", "high"):
        return f": it is {numbers[int(np.argmax(weights != 0.0))]:.10g}"
    return ""
