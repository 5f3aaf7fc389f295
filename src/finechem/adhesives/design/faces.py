"""Points of a mixture space: a set of components first, then amounts inside the polytope that is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.design.constraints import LEAST_SHARE
from finechem.adhesives.design.infeasible import feasible_support
from finechem.adhesives.design.statements import Array
from finechem.adhesives.design.supports import Supports
from finechem.errors import ConvergenceError

if TYPE_CHECKING:
    from finechem.adhesives.design.space import MixtureSpace

__all__ = ["Polytopes", "feasible_faces", "polytopes_of", "sample_faces"]

Marks = NDArray[np.bool_]
#: Below this share of sets that leave a mixture, what every set must have and lack is asked of an integer program.
_FEW = 0.002
#: Sets of components that are tried before an integer program looks for some.
_TRIES = 200_000
_AT_ONCE = 20_000


class Polytopes:
    """Rows and bounds of a space as arrays for the kernel: of components and of factors that a constraint names."""

    def __init__(self, space: MixtureSpace) -> None:
        mixed = len(space.components)
        rows = [row for item in space.statements if item.kind in ("linear", "ratio", "sum") for row in item.rows]
        weights = np.array([row.weights for row in rows])
        self.linked = [at for at in range(mixed, weights.shape[1]) if np.any(weights[:, at])]
        self.columns = [*range(mixed), *self.linked]
        self.loose = [at for at in range(mixed, weights.shape[1]) if at not in self.linked]
        weights = weights[:, self.columns]
        lows, highs = np.array([row.low for row in rows]), np.array([row.high for row in rows])
        equal = lows == highs
        above, below = ~equal & np.isfinite(lows), ~equal & np.isfinite(highs)
        self.equalities = weights[equal], highs[equal]
        self.inequalities = np.vstack([weights[below], -weights[above]]), np.hstack([highs[below], -lows[above]])
        self.bounds = _bounds(space, self.linked)

    def present(self, marks: Marks) -> Marks:
        """Return which numbers are not zero: components that are present, factors always."""
        return np.hstack([marks, np.ones((len(marks), len(self.linked)), dtype=bool)])

    def sample(self, marks: Marks, counts: NDArray[np.int64], rng: np.random.Generator) -> tuple[Array, Any]:
        """Return points and status of each set, see `finechem_kernels.polytopes.sample_polytopes`."""
        from finechem_kernels.polytopes import UNDECIDED, sample_polytopes

        points, status, _ = sample_polytopes(
            self.equalities, self.inequalities, self.bounds, self.present(marks), counts, rng
        )
        if np.any(status == UNDECIDED):
            at = int(np.argmax(status == UNDECIDED))
            raise ConvergenceError(
                f"whether any mixture of the components {np.flatnonzero(marks[at]).tolist()} is left was not decided: "
                "bounds and constraints differ too much in size"
            )
        return points, status


def polytopes_of(space: MixtureSpace) -> Polytopes:
    """Return the arrays of a space, made once."""
    kept: Polytopes | None = space.__dict__.get("_polytopes")
    if kept is None:
        kept = space.__dict__["_polytopes"] = Polytopes(space)
    return kept


def _bounds(space: MixtureSpace, linked: list[int]) -> tuple[Array, Array]:
    pairs = [
        (max(item.low, LEAST_SHARE) if may else item.low, item.high)
        for item, may in zip(space.components, space.optional, strict=True)
    ]
    pairs += [(space.factors[at - len(space.components)].low, space.factors[at - len(space.components)].high)
              for at in linked]  # fmt: skip
    low, high = np.array(pairs, dtype=float).T
    return low, high


def feasible_faces(space: MixtureSpace, marks: Marks) -> Marks:
    """Say of each set of components whether it leaves any mixture."""
    from finechem_kernels.polytopes import FOUND

    none = np.zeros(len(marks), dtype=np.int64)
    _, status = polytopes_of(space).sample(marks, none, np.random.default_rng(0))
    return np.asarray(status == FOUND)


def sample_faces(space: MixtureSpace, n: int, seed: int) -> Array:
    """Return points of a space: each set of components that leaves a mixture is equally likely.

    Sets are drawn uniformly from those that the rules of how many allow, and drawn again where no mixture is left.
    Where fewer than one in 500 leave one, integer programs say first what every set must have and lack.

    Parameters
    ----------
    space : MixtureSpace
    n, seed : int

    Returns
    -------
    (n, d) array

    Raises
    ------
    ConvergenceError
        If sets that leave a mixture are too rare to be found so (fewer than some in 200 000).
    """
    from finechem_kernels.polytopes import FOUND

    rng = np.random.default_rng(seed)
    shapes = polytopes_of(space)
    supports = space.likely_supports
    found: list[Array] = []
    have = tried = 0
    narrowed = False
    share = 1.0
    while have < n:
        number = min(max(int((n - have) / max(share, 0.01) * 1.1) + 16, 64), _AT_ONCE if share < 1.0 else n)
        sets, counts = np.unique(supports.draw(number, rng), axis=0, return_counts=True)
        points, status = shapes.sample(sets, counts.astype(np.int64), rng)
        good = points[np.repeat(status == FOUND, counts)]
        found.append(good[rng.permutation(len(good))])
        have, tried = have + len(good), tried + number
        share = have / tried
        if share < _FEW and tried > 1000 and not narrowed:
            supports, narrowed = _narrowed(space, supports), True
            have, tried, found = 0, 0, []
        elif tried > _TRIES and share < 1e-4:
            raise ConvergenceError(
                f"{space.name}: of {tried} sets of components that the rules of how many allow {have} leave a mixture; "
                "say more of which components go together"
            )
    fractions = np.vstack([np.empty((0, len(shapes.columns))), *found])[:n]
    return _complete(space, shapes, fractions, rng)


def _complete(space: MixtureSpace, shapes: Polytopes, fractions: Array, rng: np.random.Generator) -> Array:
    points = np.empty((len(fractions), len(space.columns)))
    points[:, shapes.columns] = fractions
    for at in shapes.loose:
        factor = space.factors[at - len(space.components)]
        points[:, at] = factor.low + (factor.high - factor.low) * rng.random(len(points))
    for at, category in enumerate(space.categories, start=space.categorical.start):
        points[:, at] = rng.integers(len(category.choices), size=len(points))
    return points


def _narrowed(space: MixtureSpace, supports: Supports) -> Supports:
    """Return the sets with what each must have and lack, where bounds and constraints settle that."""
    mixed = len(space.components)
    always, never = set(supports.always), set(supports.never)
    for index in range(mixed):
        if not space.optional[index]:
            continue
        if feasible_support(space.statements, space.optional, mixed, absent=[index]) is None:
            always.add(index)
        elif feasible_support(space.statements, space.optional, mixed, present=[index]) is None:
            never.add(index)
    return Supports(supports.count, frozenset(always), frozenset(never), supports.rules)
