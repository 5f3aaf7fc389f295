"""Folds for cross-validation of formulations: at random, or whole groups such as chemistries."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["group_folds", "random_folds"]

Fold = NDArray[np.intp]


def random_folds(size: int, count: int, seed: int) -> list[Fold]:
    """Return `count` folds of about one size (fewer where there are fewer points), the same for a seed."""
    order = np.random.default_rng(seed).permutation(size)
    return [np.sort(part) for part in np.array_split(order, min(count, size))]


def group_folds(groups: Sequence[Hashable], count: int) -> list[Fold]:
    """Return at most `count` folds that keep groups whole: the largest first, each into the emptiest fold.

    >>> [fold.tolist() for fold in group_folds(["a", "b", "a", "c"], 2)]
    [[0, 2], [1, 3]]
    """
    members: dict[Hashable, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    found: list[list[int]] = [[] for _ in range(min(count, len(members)))]
    for rows in sorted(members.values(), key=lambda rows: -len(rows)):
        min(found, key=len).extend(rows)
    return [np.sort(np.array(fold, dtype=np.intp)) for fold in found]
