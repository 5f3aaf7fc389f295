"""How well a model says what it has not seen: held-out formulations at random, or whole chemistries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.adhesives.design.folds import Fold, group_folds, random_folds
from finechem.adhesives.design.formulation_model import LEAST_FORMULATIONS, fit_formulation_model
from finechem.adhesives.design.points import Array, as_points
from finechem.adhesives.design.replicates import merge_replicates
from finechem.adhesives.design.space import MixtureSpace
from finechem.errors import InputError
from finechem.screening.properties import Scale, from_scale, to_scale

__all__ = ["Quality", "validate"]


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """What held-out formulations say of a model; several predictions of each where folds were drawn again.

    Parameters
    ----------
    split : str
        What was held out.
    measured, predicted, low, high : (n,) arrays
        In the unit; the interval is that of `level`.
    level : float
    rmse, mae, r2, spearman : float
        On the scale (of ln values where it is log); `r2` against the mean of all.
    coverage : float
        Share of the measured rows (each replicate by itself) inside their interval, pooled over all splits.
    kinds : mapping of str to int
        How often each kind of model was chosen (by folds inside of what was not held out: nested cross-validation).
    """

    split: str
    measured: Array
    predicted: Array
    low: Array
    high: Array
    level: float
    rmse: float
    mae: float
    r2: float
    spearman: float
    coverage: float
    kinds: Mapping[str, int]


def validate(
    space: MixtureSpace,
    points: ArrayLike,
    values: ArrayLike,
    *,
    groups: Sequence[Hashable] | None = None,
    scale: Scale = "linear",
    censored: ArrayLike | None = None,
    folds: int = 5,
    repeats: int = 3,
    level: float = 0.9,
    seed: int = 0,
    **settings: Any,
) -> Quality:
    """Fit without a part of the formulations and predict that part, for each part in turn.

    Replicates of one formulation are held out together. Choice of the kind of model and intervals use only what is
    not held out.

    Parameters
    ----------
    space, points, values, scale, censored
        As in `fit_formulation_model`.
    groups : sequence, optional
        One a row, such as the chemistry: whole groups are held out, which asks how the model does with what it has
        never seen. Its intervals then hold less than they promise, as the new group is not like the others.
    folds : int
    repeats : int
        How often folds are drawn again; with groups they are not.
    level : float
        Of the intervals.
    seed : int
    **settings
        Further arguments of `fit_formulation_model`, such as ``kind=KINDS``.

    Raises
    ------
    InputError
        For fewer than 2 groups or folds, parts that leave too little to learn from, or what `fit_formulation_model`
        cannot take.
    """
    x, y = as_points(points, space.columns), np.asarray(values, dtype=float)
    known = ~np.isnan(y)
    flags = None if censored is None else np.asarray(censored)[known]
    x, y = x[known], y[known]
    merged = merge_replicates(x, y)
    if folds < 2 or (groups is not None and len(set(groups)) < 2):
        raise InputError(f"folds is {folds}, groups {groups}: at least two parts are needed to hold one out")
    if groups is None:
        split = f"random, {folds} folds, {repeats} times"
        parts = [fold for turn in range(repeats) for fold in random_folds(len(merged), folds, seed + turn)]
    else:
        of_row = [group for group, there in zip(groups, known, strict=True) if there]
        first = [of_row[int(np.argmax(merged.row_of == index))] for index in range(len(merged))]
        parts = group_folds(first, folds)
        split = f"groups, {len(set(first))} in {len(parts)} folds"
    measured_at = np.unique(merged.row_of if flags is None else merged.row_of[flags == 0])
    usable = [fold for fold in parts if len(np.setdiff1d(measured_at, fold)) >= LEAST_FORMULATIONS]
    if not usable:
        raise InputError(
            f"{len(measured_at)} measured formulations: whatever is held out leaves fewer than {LEAST_FORMULATIONS} to "
            "learn from; measure more, or hold out less at a time"
        )
    if lost := len(parts) - len(usable):
        split += f"; {lost} of {len(parts)} parts not held out: they leave fewer than {LEAST_FORMULATIONS} formulations"
    found = [_part(space, x, y, flags, merged.row_of, fold, scale, level, seed, settings) for fold in usable]
    measured, predicted, low, high = (np.concatenate([part[at] for part in found]) for at in range(4))
    inside = float(np.mean(np.concatenate([part[4] for part in found])))
    return _quality(split, measured, predicted, low, high, level, scale, inside, Counter(part[5] for part in found))


def _part(
    space: MixtureSpace,
    x: Array,
    y: Array,
    flags: NDArray[np.generic] | None,
    row_of: NDArray[np.intp],
    fold: Fold,
    scale: Scale,
    level: float,
    seed: int,
    settings: Mapping[str, Any],
) -> tuple[Array, Array, Array, Array, NDArray[np.bool_], str]:
    """Return values, predictions and limits of a held-out part, which rows are inside, and the kind that spoke."""
    out = np.isin(row_of, fold)
    rest = None if flags is None else flags[~out]
    model = fit_formulation_model(space, x[~out], y[~out], scale=scale, censored=rest, seed=seed, **settings)
    asked = out if flags is None else out & (flags == 0)
    merged = merge_replicates(x[asked], np.asarray(to_scale(scale, y[asked]), dtype=float))
    said = model.predict(merged.points, level)
    inside = (y[asked] >= said.low[merged.row_of]) & (y[asked] <= said.high[merged.row_of])
    return merged.values, np.asarray(to_scale(scale, said.value)), said.low, said.high, inside, model.kind


def _quality(
    split: str, measured: Array, predicted: Array, low: Array, high: Array, level: float, scale: Scale,
    inside: float, kinds: Mapping[str, int],
) -> Quality:  # fmt: skip
    from scipy.stats import spearmanr

    error = predicted - measured
    total = float(np.mean((measured - measured.mean()) ** 2))
    varies = np.ptp(measured) > 0.0 and np.ptp(predicted) > 0.0
    values = from_scale(scale, measured)
    return Quality(
        split,
        values,
        from_scale(scale, predicted),
        low,
        high,
        level,
        float(np.sqrt(np.mean(error**2))),
        float(np.mean(np.abs(error))),
        1.0 - float(np.mean(error**2)) / total if total > 0.0 else float("nan"),
        float(spearmanr(measured, predicted).statistic) if varies else float("nan"),
        inside,
        dict(kinds),
    )
