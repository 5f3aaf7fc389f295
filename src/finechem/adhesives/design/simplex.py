"""The plainest formulation space: components that sum to 1, without bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.design.points import Array

__all__ = ["Simplex"]


@dataclass(frozen=True, slots=True)
class Simplex:
    """All mixtures of some components; uniform samples."""

    columns: tuple[str, ...]

    @property
    def mixture(self) -> slice:
        """Every column."""
        return slice(0, len(self.columns))

    @property
    def process(self) -> slice:
        """No column."""
        return slice(len(self.columns), len(self.columns))

    @property
    def categorical(self) -> slice:
        """No column."""
        return slice(len(self.columns), len(self.columns))

    def sample(self, n: int, seed: int) -> Array:
        """Return `n` uniformly distributed mixtures."""
        return np.random.default_rng(seed).dirichlet(np.ones(len(self.columns)), n)

    def feasible(self, points: Array, tolerance: float = 1e-9) -> NDArray[np.bool_]:
        """Return which points are mixtures."""
        found: NDArray[np.bool_] = np.all(points >= -tolerance, axis=1) & (
            np.abs(points.sum(axis=1) - 1.0) <= tolerance
        )
        return found
