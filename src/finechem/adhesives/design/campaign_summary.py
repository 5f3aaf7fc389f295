"""Where a campaign stands: how good its models are, and which measured formulations nothing else beats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.design.campaign import Campaign
from finechem.adhesives.design.formulation_model import FormulationModel
from finechem.adhesives.design.objectives import Objective
from finechem.adhesives.design.replicates import merge_replicates
from finechem.adhesives.design.statements import Array

__all__ = ["ModelQuality", "best_rows", "model_quality", "sides"]


@dataclass(frozen=True, slots=True)
class ModelQuality:
    """How well a model says what it has not seen: each formulation by a model fitted without its fold.

    Attributes
    ----------
    name, scale, kind : str
    rows, formulations, limits : int
        Values, distinct formulations, and how many of these are limits only.
    rms : float
        Root mean square error, on the scale (of ln value where it is log).
    r2 : float
        1 less the squared errors over those of the mean; below 0 where the mean would be better.
    replicates : float
        Standard deviation of one measurement by replicates, on the scale; NaN without.
    others : tuple of (kind, rms)
        The kinds that were not chosen.
    """

    name: str
    scale: str
    kind: str
    rows: int
    formulations: int
    limits: int
    rms: float
    r2: float
    replicates: float
    others: tuple[tuple[str, float], ...]


def model_quality(model: FormulationModel) -> ModelQuality:
    """Return how good a model is where it had not seen the formulation."""
    data = model.data
    known = data.censored == 0
    rms = r2 = float("nan")
    if model.held_out is not None and known.any():
        errors = (model.held_out.predicted - data.values)[known]
        spread = np.sum((data.values[known] - data.values[known].mean()) ** 2)
        rms = float(np.sqrt(np.mean(errors**2)))
        r2 = float(1.0 - np.sum(errors**2) / spread) if spread > 0.0 else float("nan")
    others = tuple((kind, error) for kind, error in model.errors.items() if kind != model.kind)
    rows, hidden = int(data.counts.sum()), int((~known).sum())
    return ModelQuality(
        model.name, model.scale, model.kind, rows, len(data), hidden, rms, r2, model.measurement_error, others
    )


def best_rows(campaign: Campaign) -> tuple[Array, Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return measured formulations, replicates averaged, and which of them nothing measured beats.

    Parameters
    ----------
    campaign : Campaign

    Returns
    -------
    points : (n, d) array
        Of rows with a value of every objective, in the order of the file.
    means : (n, m) array
        Of each objective; where nothing but limits was found, the narrowest of them counts as the value (`sides`).
    kept : (n,) array of bool
        Which keep all limits.
    best : (n,) array of bool
        Which of these no other is as good as in all objectives and better in one (the Pareto set).
    """
    import moocore

    points, means, _ = _averaged(campaign)
    kept = _kept(means, campaign.objectives)
    signs = np.array([wish.sign for wish in campaign.objectives])
    best = np.zeros(len(points), dtype=bool)
    if kept.any():
        wanted = np.ascontiguousarray((means * signs)[kept][:, signs != 0.0])
        best[kept] = moocore.is_nondominated(wanted, maximise=True, keep_weakly=True)
    return points, means, kept, best


def sides(campaign: Campaign) -> NDArray[np.int64]:
    """Return, for the formulations of `best_rows`, -1 where a mean is but an upper limit, +1 a lower one, (n, m)."""
    return _averaged(campaign)[2]


def _averaged(campaign: Campaign) -> tuple[Array, Array, NDArray[np.int64]]:
    """Return formulations with a value of every objective, the values, and which of these are limits."""
    rows = campaign.rows
    values = np.column_stack([rows.values[wish.name] for wish in campaign.objectives])
    flags = np.column_stack([rows.censored[wish.name] for wish in campaign.objectives])
    full = np.isfinite(values).all(axis=1)
    points, width = rows.points[full], values.shape[1]
    each = [merge_replicates(points, values[full, at], flags[full, at]) for at in range(width)]
    first = np.unique(each[0].row_of, return_index=True)[1]
    order = np.argsort(first)
    means = np.column_stack([merged.values for merged in each])[order]
    return points[first[order]], means, np.column_stack([merged.censored for merged in each])[order]


def _kept(means: Array, objectives: Sequence[Objective]) -> NDArray[np.bool_]:
    kept = np.ones(len(means), dtype=bool)
    for column, wish in enumerate(objectives):
        if wish.at_least is not None:
            kept &= means[:, column] >= wish.at_least
        if wish.at_most is not None:
            kept &= means[:, column] <= wish.at_most
    return kept
