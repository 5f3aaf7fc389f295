"""Is there any mixture at all, and if not, why: mixed-integer programs, and a core of statements that contradict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from finechem.adhesives.design.statements import Array, Statement
from finechem.errors import ConvergenceError

__all__ = ["feasible_support", "irreducible_core"]

#: A program of a hundred switches takes milliseconds; one that takes this long is something else.
_LONGEST_S = 60.0


def feasible_support(
    statements: Sequence[Statement],
    optional: Sequence[bool],
    mixture: int,
    *,
    present: Iterable[int] = (),
    absent: Iterable[int] = (),
    forbidden: Sequence[frozenset[int]] = (),
    wishes: Array | None = None,
) -> frozenset[int] | None:
    """Return the present components of one mixture that meets all statements, or None where there is none.

    Parameters
    ----------
    statements : sequence of Statement
    optional : sequence of bool
        Which of the components may be left out.
    mixture : int
        How many of the numbers are fractions, which are between 0 and 1 whatever else is said.
    present, absent : iterable of int
        Optional components that must be there, or not.
    forbidden : sequence of frozenset
        Sets of optional components that are not looked for.
    wishes : (k,) array, optional
        For each optional component how welcome it is; without, any set does.

    Raises
    ------
    ConvergenceError
        If the solver gives up.

    Notes
    -----
    Solved by HiGHS through `scipy.optimize.milp`, to its tolerance of 1e-7: what it calls feasible can be empty by
    that much.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    n = next(len(row.weights) for item in statements for row in item.rows)
    switches = [index for index in range(mixture) if optional[index]]
    column = {index: n + at for at, index in enumerate(switches)}
    width = n + len(switches)
    rows: list[Array] = []
    lows: list[float] = []
    highs: list[float] = []

    def add(row: Array, low: float, high: float) -> None:
        rows.append(row)
        lows.append(low)
        highs.append(high)

    for index in switches:  # absent is zero
        row = np.zeros(width)
        row[index], row[column[index]] = 1.0, -1.0
        add(row, -np.inf, 0.0)
    for item in statements:
        for part in item.rows:
            row = np.zeros(width)
            row[:n] = part.weights
            low = part.low
            index = int(np.argmax(part.weights != 0.0))
            if item.kind == "low" and index in column:
                row[column[index]], low = -part.low, 0.0
            add(row, low, part.high)
        if item.count is not None:
            members, least, most = item.count
            row = np.zeros(width)
            row[[column[index] for index in members if index in column]] = 1.0
            fixed = sum(index not in column for index in members)
            add(row, least - fixed, most - fixed)
    for support in forbidden:
        row = np.zeros(width)
        for index in switches:
            row[column[index]] = -1.0 if index in support else 1.0
        add(row, 1.0 - len(support & set(switches)), np.inf)
    floor = np.array([0.0] * mixture + [-np.inf] * (n - mixture) + [0.0] * len(switches))
    ceiling = np.array([1.0] * mixture + [np.inf] * (n - mixture) + [1.0] * len(switches))
    floor[[column[index] for index in present]] = 1.0
    ceiling[[column[index] for index in absent]] = 0.0
    cost = np.zeros(width)
    if wishes is not None:
        cost[n:] = -wishes
    whole = np.array([0] * n + [1] * len(switches))
    limits = LinearConstraint(np.array(rows), lows, highs)
    found = milp(
        cost, integrality=whole, bounds=Bounds(floor, ceiling), constraints=limits, options={"time_limit": _LONGEST_S}
    )
    if found.status == 2:
        return None
    if found.x is None:
        raise ConvergenceError(f"whether the space holds any mixture was not decided: {found.message}")
    return frozenset(i for i in range(mixture) if not optional[i] or found.x[column[i]] > 0.5)


def irreducible_core(statements: Sequence[Statement], optional: Sequence[bool], mixture: int) -> list[Statement]:
    """Return statements that contradict each other, of which none can be left out (deletion filter).

    What is tried first is left out first, so the answer keeps to the last ones where it can.
    """
    kept = list(statements)
    for item in statements:
        rest = [other for other in kept if other is not item]
        if rest and any(other.rows for other in rest) and feasible_support(rest, optional, mixture) is None:
            kept = rest
    return kept
