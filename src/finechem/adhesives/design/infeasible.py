"""Is there any mixture at all, and if not, why: mixed-integer programs, and a core of statements that contradict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from finechem.adhesives.design.statements import Array, Statement
from finechem.errors import ConvergenceError

__all__ = ["feasible_support", "irreducible_core"]

#: A program of a hundred switches takes milliseconds; one that takes this long is something else.
_LONGEST_S = 60.0
#: Sets of components that a tolerance of 1e-6 lets through and 1e-10 does not.
_MOST_SETS = 200


def feasible_support(
    statements: Sequence[Statement],
    optional: Sequence[bool],
    mixture: int,
    *,
    present: Iterable[int] = (),
    absent: Iterable[int] = (),
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

    Raises
    ------
    ConvergenceError
        If the solver gives up.

    Notes
    -----
    HiGHS, through `scipy.optimize`: a mixed-integer program proposes a set of components, to a tolerance of 1e-6; a
    linear program of that set, to a tolerance of 1e-10, says whether it is one. If not, the set is forbidden and the
    next one is asked for.
    """
    program = _Program(statements, optional, mixture)
    program.fix(present, absent)
    for _ in range(_MOST_SETS):
        support = program.propose()
        if support is None or _holds(statements, optional, mixture, support):
            return support
        program.forbid(support)
    raise ConvergenceError(
        f"whether the space holds any mixture was not decided: {_MOST_SETS} sets of components came within 1e-6 of one"
    )


class _Program:
    """A mixed-integer program of a space: numbers of a point, then a switch for each component that may be absent."""

    def __init__(self, statements: Sequence[Statement], optional: Sequence[bool], mixture: int) -> None:
        self.numbers = _width(statements, mixture)
        self.switches = [index for index in range(mixture) if optional[index]]
        self.column = {index: self.numbers + at for at, index in enumerate(self.switches)}
        self.width = self.numbers + len(self.switches)
        self.always = frozenset(range(mixture)) - set(self.switches)
        loose = self.numbers - mixture
        self.floor = np.array([0.0] * mixture + [-np.inf] * loose + [0.0] * len(self.switches))
        self.ceiling = np.array([1.0] * mixture + [np.inf] * loose + [1.0] * len(self.switches))
        self.rows: list[Array] = []
        self.limits: list[tuple[float, float]] = []
        for index in self.switches:  # absent is zero
            self._add({index: 1.0, self.column[index]: -1.0}, -np.inf, 0.0)
        for item in statements:
            self._say(item)

    def _add(self, terms: Mapping[int, float], low: float, high: float) -> None:
        row = np.zeros(self.width)
        for at, weight in terms.items():
            row[at] = weight
        self.rows.append(row)
        self.limits.append((low, high))

    def _say(self, item: Statement) -> None:
        for part in item.rows:
            terms = {int(at): float(part.weights[at]) for at in np.flatnonzero(part.weights)}
            index = next(iter(terms), -1)
            if item.kind == "low" and index in self.column:
                self._add(terms | {self.column[index]: -part.low}, 0.0, part.high)
            else:
                self._add(terms, part.low, part.high)
        if item.count is not None:
            members, least, most = item.count
            fixed = len(members & self.always)
            self._add({self.column[at]: 1.0 for at in members - self.always}, least - fixed, most - fixed)

    def fix(self, present: Iterable[int], absent: Iterable[int]) -> None:
        self.floor[[self.column[index] for index in present]] = 1.0
        self.ceiling[[self.column[index] for index in absent]] = 0.0

    def forbid(self, support: frozenset[int]) -> None:
        terms = {self.column[index]: -1.0 if index in support else 1.0 for index in self.switches}
        self._add(terms, 1.0 - len(support - self.always), np.inf)

    def propose(self) -> frozenset[int] | None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        lows, highs = zip(*self.limits, strict=True)
        found = milp(
            np.zeros(self.width),
            integrality=[0] * self.numbers + [1] * len(self.switches),
            bounds=Bounds(self.floor, self.ceiling),
            constraints=LinearConstraint(np.array(self.rows), lows, highs),
            options={"time_limit": _LONGEST_S},
        )
        if found.status == 2:
            return None
        if found.x is None:
            raise ConvergenceError(f"whether the space holds any mixture was not decided: {found.message}")
        return self.always.union(index for index in self.switches if found.x[self.column[index]] > 0.5)


def _holds(statements: Sequence[Statement], optional: Sequence[bool], mixture: int, support: frozenset[int]) -> bool:
    """Say whether amounts of just these components meet all rows, to 1e-10."""
    from scipy.optimize import linprog

    less: list[tuple[Array, float]] = []
    equal: list[tuple[Array, float]] = []
    for item in statements:
        for row in item.rows:
            index = int(np.argmax(row.weights != 0.0))
            if item.kind == "low" and index < mixture and optional[index] and index not in support:
                continue
            if row.low == row.high:
                equal.append((row.weights, row.high))
                continue
            less += [(row.weights, row.high)] if np.isfinite(row.high) else []
            less += [(-row.weights, -row.low)] if np.isfinite(row.low) else []
    numbers = _width(statements, mixture)
    bounds: list[tuple[float | None, float | None]] = [(0.0, float(index in support)) for index in range(mixture)]
    bounds += [(None, None)] * (numbers - mixture)
    rows: dict[str, Any] = {"bounds": bounds, "options": {"primal_feasibility_tolerance": 1e-10}}
    for key, part in (("ub", less), ("eq", equal)):
        if part:
            rows |= {f"A_{key}": np.array([weights for weights, _ in part]), f"b_{key}": [side for _, side in part]}
    return bool(linprog(np.zeros(numbers), **rows).status == 0)


def _width(statements: Sequence[Statement], mixture: int) -> int:
    """Return how many numbers rows speak of; of counts alone only the fractions matter."""
    return next((len(row.weights) for item in statements for row in item.rows), mixture)


def irreducible_core(statements: Sequence[Statement], optional: Sequence[bool], mixture: int) -> list[Statement]:
    """Return statements that contradict each other, of which none can be left out (deletion filter).

    What is tried first is left out first, so the answer keeps to the last ones where it can.
    """
    kept = list(statements)
    for item in statements:
        rest = [other for other in kept if other is not item]
        if rest and feasible_support(rest, optional, mixture) is None:
            kept = rest
    return kept
