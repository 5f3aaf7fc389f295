"""Measured rows as distinct formulations: replicates merged, and what they say of the error of one measurement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.design.points import Array

__all__ = ["Merged", "merge_replicates"]

#: What is believed of the error of measuring before replicates speak, as a share of the variance of the formulations,
#: and how many degrees of freedom that is worth: assumptions, so that one pair is not taken for the truth.
PRIOR_SHARE, PRIOR_DEGREES = 0.01, 4.0
#: Decimals to which two formulations are the same one.
_DECIMALS = 9


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """Distinct formulations, and the pooled variance of replicates.

    Parameters
    ----------
    points : (n, d) array
    values : (n,) array
        Means over replicates.
    counts : (n,) array
        Replicates of each.
    censored : (n,) array of int
        -1 where only "at most the value" is known, +1 where only "at least", 0 where it was measured.
    pooled_variance : float
        Of one measurement about its formulation's mean: sum of squares over degrees of freedom; NaN without replicates.
    degrees_of_freedom : int
    row_of : (rows,) array of int
        Which formulation each row given belongs to.
    """

    points: Array
    values: Array
    counts: Array
    censored: NDArray[np.int64]
    pooled_variance: float
    degrees_of_freedom: int
    row_of: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def error_variance(self) -> float:
        r"""Variance of one measurement as models take it; 0 without replicates.

        .. math:: (\nu s^2 + \nu_0 s_0^2) / (\nu + \nu_0)

        The pooled variance s², moderated by a prior s₀² worth ν₀ degrees of freedom: one pair that agrees, or not, by
        chance says little, many say nearly all.
        """
        if self.degrees_of_freedom == 0:
            return 0.0
        prior = PRIOR_DEGREES * PRIOR_SHARE * float(np.var(self.values))
        return (self.degrees_of_freedom * self.pooled_variance + prior) / (self.degrees_of_freedom + PRIOR_DEGREES)

    @property
    def variance(self) -> Array:
        """Variance of each mean that replicates account for; 0 where there are none."""
        return self.error_variance / self.counts

    @property
    def averaged(self) -> Array:
        """By how much the variance of each mean is below that of one measurement; 0 where there are no replicates."""
        return self.error_variance * (1.0 - 1.0 / self.counts)

    def take(self, index: NDArray[np.intp]) -> Merged:
        """Return some of the formulations; the pooled variance, of all, stays."""
        return Merged(
            self.points[index],
            self.values[index],
            self.counts[index],
            self.censored[index],
            self.pooled_variance,
            self.degrees_of_freedom,
            np.arange(len(index)),
        )


def merge_replicates(points: Array, values: Array, censored: NDArray[np.int64] | None = None) -> Merged:
    r"""Merge rows of one formulation: :math:`s^2 = \sum_i \sum_j (y_{ij} - \bar y_i)^2 / \sum_i (n_i - 1)`.

    Formulations are in the order of their fractions, whatever the order of the rows. A censored row beside measured
    ones of the same formulation says nothing more and is left out; of censored rows alone the narrowest bound stays,
    and counts once.

    Examples
    --------
    >>> import numpy as np
    >>> merged = merge_replicates(np.array([[0.5, 0.5], [1.0, 0.0], [0.5, 0.5]]), np.array([3.0, 7.0, 5.0]))
    >>> merged.values.tolist(), merged.counts.tolist(), merged.pooled_variance
    ([4.0, 7.0], [2.0, 1.0], 2.0)
    """
    flags = np.zeros(len(values), dtype=np.int64) if censored is None else censored
    _, first, inverse = np.unique(np.round(points, _DECIMALS), axis=0, return_index=True, return_inverse=True)
    row_of = inverse.reshape(-1)
    means, counts, flag_of, squares, degrees = [], [], [], 0.0, 0
    for index in range(len(first)):
        rows = row_of == index
        measured = values[rows & (flags == 0)]
        if len(measured):
            mean, flag = float(measured.mean()), 0
            squares += float(np.sum((measured - mean) ** 2))
            degrees += len(measured) - 1
        else:
            flag = int(flags[rows][0])
            bounds = values[rows & (flags == flag)]
            mean = float(bounds.min() if flag < 0 else bounds.max())
        means.append(mean)
        counts.append(float(max(len(measured), 1)))
        flag_of.append(flag)
    return Merged(
        points[first],
        np.array(means),
        np.array(counts),
        np.array(flag_of, dtype=np.int64),
        squares / degrees if degrees else float("nan"),
        degrees,
        row_of,
    )
