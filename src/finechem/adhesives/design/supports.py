"""Which components are present: the sets that rules of how many allow, counted and drawn without a list of them.

Components that the same rules name are interchangeable, so a set is counts of such cells first, then members of each.
The number of sets with given counts is a product of binomials; summed cell by cell (dynamic programming over how many
each rule has seen) that counts millions of sets in a millisecond and draws from them uniformly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import comb
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Supports"]

Marks: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Supports:
    """The sets of present components that some rules allow.

    Parameters
    ----------
    count : int
        Components.
    always : frozenset of int
        Those that are never left out.
    never : frozenset of int
        Those that always are.
    rules : tuple of (members, at least, at most)
    """

    count: int
    always: frozenset[int]
    never: frozenset[int]
    rules: tuple[tuple[frozenset[int], int, int], ...]

    @cached_property
    def _cells(self) -> list[tuple[list[int], tuple[int, ...]]]:
        """Interchangeable components, with the rules that name them."""
        cells: dict[tuple[int, ...], list[int]] = {}
        for at in range(self.count):
            if at not in self.always and at not in self.never:
                signature = tuple(rule for rule, (members, _, _) in enumerate(self.rules) if at in members)
                cells.setdefault(signature, []).append(at)
        return [(members, signature) for signature, members in sorted(cells.items(), reverse=True)]

    @cached_property
    def _start(self) -> tuple[int, ...]:
        return tuple(len(members & self.always) for members, _, _ in self.rules)

    @cached_property
    def _ways(self) -> dict[tuple[int, tuple[int, ...]], int]:
        return {}

    def _next(self, cell: int, seen: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
        """Return how many of a cell may be present, with what the rules have seen then."""
        members, signature = self._cells[cell]
        found = []
        for chosen in range(len(members) + 1):
            after = list(seen)
            for rule in signature:
                after[rule] += chosen
            if any(after[rule] > self.rules[rule][2] for rule in signature):
                break
            for rule in signature:  # more than enough is enough, where nothing limits it
                named, least, most = self.rules[rule]
                if most >= len(named):
                    after[rule] = min(after[rule], least)
            found.append((chosen, tuple(after)))
        return found

    def _count(self, cell: int, seen: tuple[int, ...]) -> int:
        if cell == len(self._cells):
            return int(all(least <= has <= most for has, (_, least, most) in zip(seen, self.rules, strict=True)))
        key = (cell, seen)
        if key not in self._ways:
            size = len(self._cells[cell][0])
            self._ways[key] = sum(
                comb(size, chosen) * self._count(cell + 1, after) for chosen, after in self._next(cell, seen)
            )
        return self._ways[key]

    @property
    def total(self) -> int:
        """How many sets the rules allow."""
        if any(has > most for has, (_, _, most) in zip(self._start, self.rules, strict=True)):
            return 0
        return self._count(0, self._start)

    def draw(self, number: int, rng: np.random.Generator) -> Marks:
        """Return sets drawn uniformly from all, one a row.

        Parameters
        ----------
        number : int
        rng : Generator

        Returns
        -------
        (number, count) array of bool
        """
        marks = np.zeros((number, self.count), dtype=bool)
        marks[:, sorted(self.always)] = True
        self._split(0, self._start, np.arange(number), marks, rng)
        return marks

    def _split(self, cell: int, seen: tuple[int, ...], rows: NDArray[Any], marks: Marks, rng: Any) -> None:
        """Share the rows out between counts of a cell, in proportion to the sets behind each."""
        if cell == len(self._cells) or not len(rows):
            return
        members, _ = self._cells[cell]
        after = self._next(cell, seen)
        ways = [comb(len(members), chosen) * self._count(cell + 1, then) for chosen, then in after]
        whole = sum(ways)
        shares = np.array([way / whole for way in ways])
        which = rng.choice(len(after), size=len(rows), p=shares / shares.sum())
        for index, (chosen, then) in enumerate(after):
            own = rows[which == index]
            if chosen and len(own):
                keys = rng.random((len(own), len(members)))
                picked = np.argpartition(keys, chosen - 1, axis=1)[:, :chosen] if chosen < len(members) else (
                    np.broadcast_to(np.arange(len(members)), (len(own), chosen)))  # fmt: skip
                marks[own[:, None], np.asarray(members)[picked]] = True
            self._split(cell + 1, then, own, marks, rng)

    def each(self) -> Iterator[Sequence[int]]:
        """Yield every set, as indices of its members; see `total` first."""
        stack: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = [(0, self._start, ())]
        while stack:
            cell, seen, counts = stack.pop()
            if cell == len(self._cells):
                if self._count(cell, seen):
                    parts = [combinations(m, n) for (m, _), n in zip(self._cells, counts, strict=True)]
                    for chosen in product(*parts):
                        yield sorted(self.always.union(*chosen))
                continue
            for chosen_count, after in reversed(self._next(cell, seen)):
                if self._count(cell + 1, after):
                    stack.append((cell + 1, after, (*counts, chosen_count)))

    def marks(self, sets: Sequence[Sequence[int]]) -> Marks:
        """Return sets of indices as rows of marks."""
        marks = np.zeros((len(sets), self.count), dtype=bool)
        for row, members in enumerate(sets):
            marks[row, list(members)] = True
        return marks
