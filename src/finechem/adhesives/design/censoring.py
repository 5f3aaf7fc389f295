"""Values known only to lie below or above a limit: their expectation and variance by what the model expects there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from finechem.adhesives.design.points import Array

__all__ = ["truncated_normal"]


def truncated_normal(mean: Array, deviation: Array, limit: Array, side: NDArray[np.int64] | int) -> tuple[Array, Array]:
    r"""Return mean and variance of normal variables that lie below (side -1) or above (+1) a limit.

    With :math:`t = s (\ell - \mu) / \sigma` and the hazard :math:`h = \varphi(t) / \Phi(-t)`, s being the side:
    :math:`\mu + s \sigma h` and :math:`\sigma^2 (1 + t h - h^2)`.

    Examples
    --------
    >>> import numpy as np
    >>> mean, variance = truncated_normal(np.zeros(1), np.ones(1), np.zeros(1), -1)
    >>> round(float(mean[0] ** 2 * np.pi), 12), round(float(variance[0] + mean[0] ** 2), 12)
    (2.0, 1.0)
    """
    at = side * (limit - mean) / deviation
    hazard = np.exp(-0.5 * at**2 - 0.5 * np.log(2.0 * np.pi) - log_ndtr(-at))
    shrink = np.clip(1.0 + at * hazard - hazard**2, 0.0, 1.0)
    return mean + side * deviation * hazard, deviation**2 * shrink
