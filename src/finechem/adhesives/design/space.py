"""A space of mixtures: what may be made, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.adhesives.design.constraints import (
    LEAST_SHARE,
    Category,
    Count,
    Linear,
    MixtureComponent,
    ProcessFactor,
    Ratio,
)
from finechem.adhesives.design.infeasible import feasible_support, irreducible_core
from finechem.adhesives.design.statements import Array, Statement, in_words, statements_of
from finechem.adhesives.design.supports import Supports
from finechem.errors import ConfigError, InputError, did_you_mean

__all__ = ["MixtureSpace", "unknown_names"]


@dataclass(frozen=True)
class MixtureSpace:
    """What may be made: fractions that sum to 1 under bounds, rules and constraints; process factors; choices.

    A point is a row of floats: the fractions of the components (by mass, unless all numbers are meant otherwise), then
    the process factors, then for each category the number of its choice. `columns` names them.

    Parameters
    ----------
    components : sequence of MixtureComponent
    counts : sequence of Count
        Groups and choices: how many of some components are present.
    linear : sequence of Linear
    ratios : sequence of Ratio
    factors : sequence of ProcessFactor
    categories : sequence of Category
    name : str
        For messages.

    Raises
    ------
    ConfigError
        With every mistake in one message; or, if no mixture meets all of it, with statements that contradict each other
        and of which none could be left out.

    Examples
    --------
    >>> space = MixtureSpace(
    ...     [MixtureComponent("resin", 0.3, 0.8), MixtureComponent("hardener", 0.1, 0.5), MixtureComponent("chalk")],
    ...     counts=[Count(["chalk"])],
    ...     factors=[ProcessFactor("cure_C", 60.0, 120.0)],
    ... )
    >>> points = space.sample(1000, seed=1)
    >>> points.shape, bool(space.feasible(points).all()), space.face_count
    ((1000, 4), True, 2)
    >>> MixtureSpace([MixtureComponent("epoxy", 0.6, 1.0), MixtureComponent("hardener", 0.5, 1.0)])
    Traceback (most recent call last):
    ...
    finechem.errors.ConfigError: mixture space: 1 mistake
      - `epoxy` >= 0.6 and `hardener` >= 0.5 cannot both hold: the fractions sum to 1 (together they make at least 1.1)
    """

    components: Sequence[MixtureComponent]
    counts: Sequence[Count] = ()
    linear: Sequence[Linear] = ()
    ratios: Sequence[Ratio] = ()
    factors: Sequence[ProcessFactor] = ()
    categories: Sequence[Category] = ()
    name: str = "mixture space"

    def __post_init__(self) -> None:
        for field in ("components", "counts", "linear", "ratios", "factors", "categories"):
            object.__setattr__(self, field, tuple(getattr(self, field)))
        if wrong := self._mistakes():
            raise ConfigError(self.name, wrong)
        if feasible_support(self.statements, self.optional, len(self.components)) is None:
            core = irreducible_core(self.statements, self.optional, len(self.components))
            raise ConfigError(self.name, [in_words(core)])

    def _mistakes(self) -> list[str]:
        wrong = [] if self.components else ["it has no components"]
        names = list(self.columns)
        wrong += [f"the name {name!r} comes {names.count(name)} times" for name in dict.fromkeys(names)
                  if names.count(name) > 1]  # fmt: skip
        mixed = [item.name for item in self.components]
        numbers = [*mixed, *(item.name for item in self.factors)]
        for rule in self.counts:
            wrong += unknown_names(f"count {rule.name}", rule.of, mixed)
            if len(set(rule.of)) < len(rule.of):
                wrong.append(f"count {rule.name}: names a component twice")
        for item in self.linear:
            wrong += unknown_names(f"linear constraint {item.name}", item.terms, numbers)
        for ratio in self.ratios:
            wrong += unknown_names(f"ratio {ratio.name}", [*ratio.numerator, *ratio.denominator], mixed)
        return wrong

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of points."""
        groups: tuple[Sequence[Any], ...] = (self.components, self.factors, self.categories)
        return tuple(item.name for group in groups for item in group)

    @property
    def mixture(self) -> slice:
        """Which columns are fractions."""
        return slice(0, len(self.components))

    @property
    def process(self) -> slice:
        """Which columns are process factors."""
        return slice(len(self.components), len(self.components) + len(self.factors))

    @property
    def categorical(self) -> slice:
        """Which columns are numbers of choices."""
        return slice(len(self.components) + len(self.factors), len(self.columns))

    @cached_property
    def optional(self) -> tuple[bool, ...]:
        """Which components may be left out."""
        return tuple(
            _counted(self.counts, item.name) if item.optional is None else item.optional for item in self.components
        )

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All that is said of the numbers of a point, one sentence each."""
        parts = (self.components, self.factors, self.counts, self.linear, self.ratios)
        return tuple(statements_of(*parts, self.optional))

    @cached_property
    def supports(self) -> Supports:
        """The sets of components that the rules of how many allow, whatever the amounts."""
        count = len(self.components)
        always = frozenset(index for index in range(count) if not self.optional[index])
        never = frozenset(index for index, item in enumerate(self.components) if item.high < LEAST_SHARE) - always
        rules = tuple(item.count for item in self.statements if item.count is not None)
        return Supports(count, always, never, rules)

    @cached_property
    def likely_supports(self) -> Supports:
        """`supports` without sets that lack what a constraint cannot do without: each side of a ratio, say."""
        mixed = len(self.components)
        at = {item.name: index for index, item in enumerate(self.components)}
        needed = [ratio.denominator for ratio in self.ratios]
        needed += [ratio.numerator for ratio in self.ratios if ratio.at_least]
        groups = [frozenset(at[name] for name in side) for side in needed]
        for item in self.statements:
            for row in item.rows if item.kind == "linear" else ():
                side = 1.0 if row.low > 0.0 else -1.0 if row.high < 0.0 else 0.0
                if side and not np.any(row.weights[mixed:]):
                    groups.append(frozenset(np.flatnonzero(side * row.weights > 0.0).tolist()))
        rules = tuple((group, 1, len(group)) for group in dict.fromkeys(groups))
        plain = self.supports
        return Supports(plain.count, plain.always, plain.never, (*plain.rules, *rules))

    @property
    def face_count(self) -> int:
        """How many sets of components the rules of how many allow; what amounts are left in each is not asked."""
        return self.supports.total

    def sample(self, n: int, seed: int) -> Array:
        """Return points from all over the space; see `finechem.adhesives.design.faces.sample_faces`.

        Parameters
        ----------
        n : int
        seed : int

        Returns
        -------
        (n, d) array
            Each set of components that leaves any mixture is equally likely, however wide its bounds; within it
            fractions and the process factors that a constraint names are uniform, as are other factors and choices.
            The order is random, so that the first points are a sample too.
        """
        from finechem.adhesives.design.faces import sample_faces

        if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 0:
            raise InputError(f"{self.name}: {n!r} points; a whole number from 0 on is needed")
        return sample_faces(self, int(n), seed)

    def feasible(self, points: ArrayLike, tolerance: float = 1e-9) -> NDArray[np.bool_]:
        """Say which points are in the space.

        Parameters
        ----------
        points : (n, d) array
        tolerance : float
            Of fractions and of sums of them; of a constraint with other weights, in units of its largest one (times the
            largest bound of the process factor it stands at).

        Returns
        -------
        (n,) array of bool
            False for what is no number.
        """
        found = self._table(points)
        rest = found[:, : self.categorical.start]
        good = np.isfinite(found).all(axis=1)
        rest = np.where(np.isfinite(rest), rest, 0.0)
        fractions = rest[:, self.mixture]
        present = fractions > min(tolerance, 0.5 * LEAST_SHARE)  # a trace is there, however roughly it was weighed
        good &= (fractions >= -tolerance).all(axis=1)
        for item in self.statements:
            for row in item.rows:
                values = rest @ row.weights
                inside = (values >= row.low - tolerance) & (values <= row.high + tolerance)
                index = int(np.argmax(row.weights != 0.0))
                if item.kind == "low" and index < len(self.optional) and self.optional[index]:
                    inside |= ~present[:, index]
                good &= inside
            if item.count is not None:
                members, least, most = item.count
                fixed = [index for index in members if not self.optional[index]]
                free = [index for index in members if self.optional[index]]
                counted = present[:, free].sum(axis=1) + len(fixed)
                good &= (counted >= least) & (counted <= most)
        for at, category in enumerate(self.categories, start=self.categorical.start):
            good &= np.isin(found[:, at], np.arange(len(category.choices)))
        return np.asarray(good)

    def violations(self, point: ArrayLike, tolerance: float = 1e-9) -> list[str]:
        """Return what one point breaks, a sentence each with what it has instead; empty for a point of the space."""
        from finechem.adhesives.design.violations import broken

        return broken(self, self._table(point)[0], tolerance)

    def _table(self, points: ArrayLike) -> Array:
        found = np.atleast_2d(np.asarray(points, dtype=float))
        if found.ndim != 2 or found.shape[1] != len(self.columns):
            raise InputError(
                f"{self.name}: points have shape {found.shape}; expected (n, {len(self.columns)}) with the columns "
                f"{', '.join(self.columns)}"
            )
        return found


def _counted(counts: Sequence[Count], name: str) -> bool:
    return any(name in rule.of for rule in counts)


def unknown_names(where: str, names: Any, known: Sequence[str]) -> list[str]:
    """Return a sentence for each name that is not known."""
    return [f"{where}: no such name: {name!r}{did_you_mean(str(name), known)}" for name in names if name not in known]
