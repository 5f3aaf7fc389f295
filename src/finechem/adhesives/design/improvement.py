"""Expected growth of the hypervolume by independent normal outcomes, in closed form for any number of objectives."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from finechem.adhesives.design.points import Array

__all__ = ["expected_hypervolume_improvement", "free_boxes", "hypervolume", "pareto_front"]

#: Points times boxes that are held in memory at once.
_BLOCK = 2_000_000


def pareto_front(values: ArrayLike) -> Array:
    """Return the distinct rows that no other row is better than in every objective; more is better.

    >>> pareto_front([[1.0, 3.0], [2.0, 2.0], [1.5, 1.5]]).tolist()
    [[1.0, 3.0], [2.0, 2.0]]
    """
    from moocore import is_nondominated

    points = np.atleast_2d(np.asarray(values, dtype=float))
    if len(points) == 0:
        return points
    if points.shape[1] == 1:  # moocore wants two objectives
        return np.array([[points.max()]])
    best: Array = points[is_nondominated(points, maximise=True)]
    return best


def hypervolume(values: ArrayLike, reference: ArrayLike) -> float:
    """Return the volume between a reference and the rows that are better than it; more is better.

    >>> hypervolume([[1.0, 3.0], [2.0, 2.0]], [0.0, 0.0])
    5.0
    """
    from moocore import hypervolume as volume

    worst = np.asarray(reference, dtype=float)
    points = np.atleast_2d(np.asarray(values, dtype=float))
    points = points[np.all(points > worst, axis=1)]
    if len(points) == 0:
        return 0.0
    if points.shape[1] == 1:
        return float(points.max() - worst[0])
    return float(volume(points, ref=worst, maximise=True))


def free_boxes(front: Array, reference: Array) -> tuple[Array, Array]:
    """Return boxes, without overlap, of all that is better than the reference and that no row of the front dominates.

    Parameters
    ----------
    front : (n, m) array
        More is better.
    reference : (m,) array

    Returns
    -------
    lower, upper : (boxes, m) arrays
        The upper corner is infinite where nothing bounds it: n + 1 strips for two objectives, of the order of
        n^(m-1) boxes for m.

    Examples
    --------
    >>> lower, upper = free_boxes(np.array([[1.0, 2.0]]), np.zeros(2))
    >>> lower.tolist(), upper.tolist()
    ([[0.0, 2.0], [1.0, 0.0]], [[inf, inf], [inf, 2.0]])
    """
    inner = front[np.all(front > reference, axis=1)]
    found = _slices(pareto_front(inner) if len(inner) else inner, reference)
    return np.array([low for low, _ in found]), np.array([high for _, high in found])


def _slices(front: Array, reference: Array) -> list[tuple[list[float], list[float]]]:
    if len(reference) == 1:
        best = float(front.max()) if len(front) else float(reference[0])
        return [([best], [math.inf])]
    levels = np.unique(front[:, -1])[::-1].tolist()
    tops, floors = [math.inf, *levels], [*levels, float(reference[-1])]
    found = []
    for top, floor in zip(tops, floors, strict=True):
        above = front[front[:, -1] >= top, :-1]
        for low, high in _slices(pareto_front(above) if len(above) else above, reference[:-1]):
            found.append(([*low, floor], [*high, top]))
    return found


def expected_hypervolume_improvement(mean: Array, sigma: Array, front: Array, reference: Array) -> Array:
    r"""Return the expected growth of the hypervolume by one more outcome, for each row.

    .. math:: E = \sum_\text{boxes} \prod_k \left[ G_k(l_k) - G_k(u_k) \right], \quad
              G_k(t) = E (y_k - t)^+ = \sigma_k \varphi(z) + (\mu_k - t) \Phi(z), \quad z = (\mu_k - t) / \sigma_k

    with `free_boxes`. Each outcome covers of a box the product of what it reaches into it, and the expectation of a
    product of independent variables is the product of the expectations: nothing is drawn. For one objective it is
    the expected improvement (D. R. Jones, M. Schonlau, W. J. Welch, J. Glob. Optim. 13, 455 (1998),
    doi:10.1023/A:1008306431147).

    Parameters
    ----------
    mean, sigma : (n, m) arrays
        Of independent normal outcomes; more is better. A sigma of 0 is certainty.
    front : (p, m) array
        What was reached so far; may be empty.
    reference : (m,) array
        What is not better than this in every objective counts nothing.

    Returns
    -------
    (n,) array

    Examples
    --------
    >>> sure = np.array([[2.0, 1.0]])
    >>> expected_hypervolume_improvement(sure, np.zeros((1, 2)), np.array([[1.0, 2.0]]), np.zeros(2)).tolist()
    [1.0]
    """
    lower, upper = free_boxes(front, reference)
    found = np.empty(len(mean))
    size = max(1, _BLOCK // len(lower))
    for begin in range(0, len(mean), size):
        rows = slice(begin, begin + size)
        product = np.ones((len(found[rows]), len(lower)))
        for k in range(len(reference)):
            levels, at = np.unique(np.concatenate([lower[:, k], upper[:, k]]), return_inverse=True)
            gain = _excess(mean[rows, k], sigma[rows, k], levels)
            product *= gain[:, at[: len(lower)]] - gain[:, at[len(lower) :]]
        found[rows] = product.sum(axis=1)
    return np.maximum(found, 0.0)


def _excess(mean: Array, sigma: Array, levels: Array) -> Array:
    """Return E(y - t)^+ of each row at each level; 0 at infinity."""
    from scipy.special import ndtr

    finite = levels[np.isfinite(levels)]
    away = mean[:, None] - finite
    wide = np.maximum(sigma[:, None], 1e-300)
    z = np.clip(away / wide, -40.0, 40.0)
    gain = sigma[:, None] * np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) + away * ndtr(z)
    found = np.zeros((len(mean), len(levels)))
    found[:, : len(finite)] = np.maximum(gain, 0.0)
    return found
