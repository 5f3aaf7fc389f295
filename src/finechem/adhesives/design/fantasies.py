"""What pending experiments may show, drawn together, and what the rest of a pool is then expected to do."""

from __future__ import annotations

import numpy as np

from finechem.adhesives.design.points import Array
from finechem.adhesives.design.posterior import Posterior

__all__ = ["Fantasies", "shared_draws"]


class Fantasies:
    r"""One output over a pool, conditioned on drawn outcomes of chosen points, one rank at a time.

    Choosing point s adds the vector :math:`u = c_s / \sqrt{c_{ss}}` of the covariances that are left: the variance
    everywhere falls by u squared, and the mean in draw m moves by u times its standard normal number. Nothing is
    fitted again and no covariance of the whole pool is formed.
    """

    def __init__(self, posterior: Posterior) -> None:
        self._posterior = posterior
        self.mean = posterior.mean[None, :]
        """(draws, n); one row before anything was chosen."""
        self.variance = posterior.variance.copy()
        self._moves: list[Array] = []

    def choose(self, index: int, normal: Array) -> Array:
        """Condition on the outcome at a point by the standard normal numbers of the draws; return the outcomes."""
        left = self._posterior.column(index)
        for move in self._moves:
            left = left - move * move[index]
        deviation = np.sqrt(max(float(self.variance[index]), 0.0))
        move = left / deviation if deviation > 0.0 else np.zeros_like(left)
        self._moves.append(move)
        self.mean = self.mean + normal[:, None] * move
        self.variance = np.maximum(self.variance - move**2, 0.0)
        return np.asarray(self.mean[:, index], dtype=float)


def shared_draws(count: int, batch: int, outputs: int, seed: int) -> Array:
    """Return standard normal numbers (batch, outputs, count) of a scrambled Sobol sequence, the same for all points."""
    from scipy.special import ndtri
    from scipy.stats.qmc import Sobol

    power = int(np.ceil(np.log2(count)))
    uniform = Sobol(batch * outputs, rng=seed).random_base2(power)[:count]
    return np.asarray(ndtri(np.clip(uniform, 1e-12, 1.0 - 1e-12)).T.reshape(batch, outputs, count), dtype=float)
