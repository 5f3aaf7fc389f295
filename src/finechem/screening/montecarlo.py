"""Scores under uncertainty: Monte Carlo over the estimates, streamed in blocks of candidates.

Memory is draws x (k + block), whatever the number of candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finechem.screening.criteria import Criterion
from finechem.screening.properties import Estimates, to_scale

__all__ = ["LEAST_OPTIONAL", "ScoreStatistics", "nominal_score", "score_statistics"]

_BLOCK = 2048
#: Below this a desirability counts as this in the logarithm; its geometric mean is then set to exactly 0.
_TINY = np.float32(1e-30)
#: Least desirability of what is not required: the worst costs a factor of 100 to the power of its weight, and no single
#: criterion of little weight makes a candidate worth nothing. What must not be is a gate.
LEAST_OPTIONAL = 0.01


@dataclass(frozen=True, slots=True)
class ScoreStatistics:
    """Mean score, its central 90 % interval and the probability of being in the top k, per candidate."""

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p_top_k: NDArray[np.float64]


def nominal_score(criteria: Sequence[Criterion], estimates: Sequence[Estimates], size: int) -> NDArray[np.float64]:
    """Return scores at the central values, an unknown desirability counted as 1/2; NaN where nothing is known."""
    weighted = [(c, e) for c, e in zip(criteria, estimates, strict=True) if c.weight > 0]
    if not weighted:
        return np.full(size, np.nan)
    total = sum(criterion.weight for criterion, _ in weighted)
    log_score, known = np.zeros(size), np.zeros(size, dtype=bool)
    for criterion, estimate in weighted:
        desirability = criterion.desirability(estimate.value)
        known |= ~np.isnan(desirability)
        with np.errstate(divide="ignore"):
            floored = desirability if criterion.required else np.maximum(desirability, LEAST_OPTIONAL)
            log_score += criterion.weight / total * np.log(np.where(np.isnan(floored), 0.5, floored))
    return np.where(known, np.exp(log_score), np.nan)


def score_statistics(
    criteria: Sequence[Criterion],
    estimates: Sequence[Estimates],
    tier: NDArray[np.int64],
    *,
    draws: int = 1000,
    k: int = 10,
    seed: int = 0,
) -> ScoreStatistics:
    """Draw every estimate `draws` times and return the statistics of the score.

    The score is the weighted geometric mean of desirabilities, that of an optional criterion at least
    `LEAST_OPTIONAL`. Errors named in ``shared`` are drawn once per name
    and draw for all candidates (once per candidate for ``own:`` names); what is left of sigma is independent. An
    unknown property has a desirability drawn uniformly from 0 to 1.

    Parameters
    ----------
    criteria, estimates : sequences of equal length
        What is wanted, and the (N,) estimates that speak for it.
    tier : (N,) int array
        Candidates of a higher tier never enter the top k before those of a lower one.
    draws, k, seed : int
        Number of draws, size of the top group, seed.
    """
    size = tier.size
    total_weight = sum(criterion.weight for criterion in criteria) or 1.0
    common = _common_draws(estimates, draws, seed)
    mean, low, high = np.empty(size), np.empty(size), np.empty(size)
    top = min(k, size)
    best = np.full((draws, top), -np.inf, dtype=np.float32)
    best_row = np.zeros((draws, top), dtype=np.int64)
    for block, start in enumerate(range(0, size, _BLOCK)):
        rows = np.arange(start, min(start + _BLOCK, size))
        rng = np.random.default_rng([seed, 1, block])
        score = _block_scores(criteria, estimates, rows, common, draws, total_weight, rng)
        mean[rows] = score.mean(axis=0, dtype=float)
        low[rows], high[rows] = np.quantile(score, [0.05, 0.95], axis=0)
        # ties (many exact zeros) are broken at random, not by position
        key = score - 2.0 * tier[rows].astype(np.float32) + rng.random(score.shape, dtype=np.float32) * np.float32(1e-6)
        both = np.concatenate([best, key], axis=1)
        both_row = np.concatenate([best_row, np.broadcast_to(rows, key.shape)], axis=1)
        chosen = np.argpartition(-both, top - 1, axis=1)[:, :top]
        best, best_row = (
            np.take_along_axis(both, chosen, axis=1),
            np.take_along_axis(both_row, chosen, axis=1),
        )
    p_top_k = np.bincount(best_row.ravel(), minlength=size) / draws
    return ScoreStatistics(mean, low, high, p_top_k)


def _common_draws(estimates: Sequence[Estimates], draws: int, seed: int) -> dict[str, NDArray[np.float32]]:
    names = sorted({name for estimate in estimates for name in estimate.shared if not name.startswith("own:")})
    rng = np.random.default_rng([seed, 0])
    return {name: rng.standard_normal(draws, dtype=np.float32) for name in names}


def _block_scores(
    criteria: Sequence[Criterion],
    estimates: Sequence[Estimates],
    rows: NDArray[np.int64],
    common: dict[str, NDArray[np.float32]],
    draws: int,
    total_weight: float,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    shape = (draws, rows.size)
    own: dict[str, NDArray[np.float32]] = {}
    log_score, zero = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=bool)
    for criterion, estimate in zip(criteria, estimates, strict=True):
        if criterion.weight == 0:
            continue
        desirability = _draw_desirability(criterion, estimate, rows, common, own, shape, rng)
        if criterion.required:
            zero |= desirability <= 0
        else:
            np.maximum(desirability, np.float32(LEAST_OPTIONAL), out=desirability)
        np.maximum(desirability, _TINY, out=desirability)
        log_score += np.float32(criterion.weight / total_weight) * np.log(desirability)
    score: NDArray[np.float32] = np.exp(log_score)
    score[zero] = 0.0
    return score


def _draw_desirability(
    criterion: Criterion,
    estimate: Estimates,
    rows: NDArray[np.int64],
    common: dict[str, NDArray[np.float32]],
    own: dict[str, NDArray[np.float32]],
    shape: tuple[int, int],
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    worst, best = criterion.limits()
    span = best - worst
    value, sigma = estimate.value[rows], np.nan_to_num(estimate.sigma[rows])
    unknown = np.isnan(value)
    with np.errstate(all="ignore"):
        centre = (to_scale(criterion.property.scale, value) - worst) / span
    centre = np.clip(np.where(unknown, 0.0, centre), -1e6, 1e6)
    remaining = np.square(sigma)
    drawn = np.broadcast_to(centre.astype(np.float32), shape).copy()
    for name, loading in estimate.shared.items():
        load = np.nan_to_num(loading[rows])
        remaining -= np.square(load)
        if name.startswith("own:"):
            unit = own.setdefault(name, rng.standard_normal(shape, dtype=np.float32))
        else:
            unit = common[name][:, None]
        drawn += unit * (load / span).astype(np.float32)
    rest = (np.sqrt(np.maximum(remaining, 0.0)) / span).astype(np.float32)
    # two criteria on one property judge the same draws
    drawn += own.setdefault(criterion.property.key, rng.standard_normal(shape, dtype=np.float32)) * rest
    np.clip(drawn, 0.0, 1.0, out=drawn)
    if unknown.any():
        drawn[:, unknown] = rng.random((shape[0], int(unknown.sum())), dtype=np.float32)
    return drawn
