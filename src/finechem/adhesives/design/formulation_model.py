"""A model of one property of formulations, learnt from few measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.adhesives.design.censoring import truncated_normal
from finechem.adhesives.design.folds import random_folds
from finechem.adhesives.design.gaussian_process import GaussianProcess
from finechem.adhesives.design.intervals import HeldOut, least_formulations
from finechem.adhesives.design.learners import KINDS, Kind, Learner, fit_learner, hyperparameters
from finechem.adhesives.design.points import Array, Encoding, Physics, as_points, encoding_of
from finechem.adhesives.design.posterior import Posterior
from finechem.adhesives.design.replicates import Merged, merge_replicates
from finechem.adhesives.design.space import MixtureSpace
from finechem.errors import InputError, did_you_mean
from finechem.screening.canonical import content_hash
from finechem.screening.properties import Scale, from_scale, to_scale

__all__ = ["LEAST_FORMULATIONS", "FormulationModel", "Prediction", "fit_formulation_model"]

#: Distinct formulations a model needs.
LEAST_FORMULATIONS = 3
#: Correlation with the nearest measured formulation below which a point is outside what the model has seen.
#: An assumption.
LEAST_LIKENESS = 0.5
#: Share of its measured range by which a process factor may lie beyond it.
BEYOND = 0.1
_CENSORING_ROUNDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a model says of n points.

    Parameters
    ----------
    value, low, high : (n,) array
        Expected value (the median where the scale is log) and limits of the interval of a new measurement, in the
        unit of the measurements.
    sigma : (n,) array
        Standard deviation of a new measurement on the scale (of ln value where it is log).
    sigma_mean : (n,) array
        The same of the property itself, without the error of measuring it.
    likeness : (n,) array
        Largest correlation with a measured formulation, by the fitted kernel.
    in_domain : (n,) bool array
    reason : tuple of str
        Why a point is outside; empty inside.
    interval : str
        How the limits were found.
    """

    value: Array
    low: Array
    high: Array
    sigma: Array
    sigma_mean: Array
    likeness: Array
    in_domain: NDArray[np.bool_]
    reason: tuple[str, ...]
    interval: str


@dataclass(frozen=True, slots=True, eq=False)
class FormulationModel:
    """A fitted model; `fit_formulation_model` makes it.

    Parameters
    ----------
    name : str
        Of the property.
    scale : {"linear", "log", "logit"}
        On which errors are normal.
    kind : str
        Of `KINDS`: which kind of model speaks.
    data : Merged
        What it learnt from, on the scale.
    learner : Learner
    kernel : Learner
        The Gaussian process that says how like two formulations are; `learner` itself where that is one.
    held_out : HeldOut, optional
        For intervals.
    errors : mapping of str to float
        Root mean square error on held-out formulations of each kind that was tried, on the scale.
    fingerprint : str
        Hash of data and settings.
    """

    name: str
    scale: Scale
    kind: Kind
    data: Merged
    learner: Learner
    kernel: Learner
    held_out: HeldOut | None
    errors: Mapping[str, float]
    fingerprint: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of points."""
        return self.learner.encoding.columns

    @property
    def measurement_error(self) -> float:
        """Standard deviation of one measurement by replicates, on the scale; NaN without replicates."""
        return float(np.sqrt(self.data.pooled_variance))

    def posterior(self, points: ArrayLike) -> Posterior:
        """Return means, variances and covariances of the property at a pool of points, on the scale."""
        return self.learner.posterior(as_points(points, self.columns))

    def predict(self, points: ArrayLike, level: float = 0.9) -> Prediction:
        """Return what the model says of points.

        Parameters
        ----------
        points : (n, d) array
        level : float
            Of the interval.

        Returns
        -------
        Prediction
            Limits by CV+ from models fitted without a tenth of the formulations each, their errors over their own
            standard deviation; with too few formulations for that (8 or fewer for 0.9), or a model fitted without
            intervals, those of a normal distribution with the model's own standard deviation, and ``interval`` says so.
            **Neither holds for points an optimizer chose**: those are where the model is most likely to be too hopeful.
        """
        from scipy.special import ndtri

        if not 0.0 < level < 1.0:
            raise InputError(f"level is {level}; it must lie between 0 and 1")
        x = as_points(points, self.columns)
        known = self.learner.posterior(x)
        sigma = np.sqrt(known.variance + self.learner.regressor.noise)
        likeness = self.likeness(x)
        reasons = _outside(x, self.data.points, self.learner.encoding, likeness)
        if self.held_out is not None and np.isfinite(self.held_out.scores).sum() >= least_formulations(level):
            low, high = self.held_out.interval(x, level)
            how = f"CV+, {len(self.held_out.folds)} folds"
        else:
            width = float(ndtri(0.5 + 0.5 * level)) * sigma
            low, high, how = known.mean - width, known.mean + width, "normal, by the model's own standard deviation"
        with np.errstate(over="ignore"):
            value, low, high = (from_scale(self.scale, part) for part in (known.mean, low, high))
        inside = np.array([not reason for reason in reasons])
        return Prediction(value, low, high, sigma, np.sqrt(known.variance), likeness, inside, reasons, how)

    def likeness(self, points: Array) -> Array:
        """Return the largest correlation of each point with a measured formulation, by the fitted kernel."""
        return np.asarray(self.likeness_between(points, self.data.points).max(axis=1), dtype=float)

    def likeness_between(self, points: Array, others: Array) -> Array:
        """Return the correlation of each point with each other, by the fitted kernel."""
        process = self.kernel.regressor
        assert isinstance(process, GaussianProcess)
        return process.likeness(self.kernel.encoding(points), self.kernel.encoding(others))


def fit_formulation_model(
    space: MixtureSpace,
    points: ArrayLike,
    values: ArrayLike,
    *,
    name: str = "property",
    scale: Scale = "linear",
    censored: ArrayLike | None = None,
    physics: Physics | None = None,
    kind: Kind | Sequence[Kind] = "gaussian process",
    folds: int = 10,
    seed: int = 0,
) -> FormulationModel:
    """Learn one property from measured rows.

    Parameters
    ----------
    space : MixtureSpace
        Says what the columns are, and by a sample how far each spreads.
    points : (rows, d) array
        Rows of one formulation are replicates: they are merged, and their pooled variance is the error of measuring.
    values : (rows,) array
        In the unit of the property; NaN: not measured, the row is left out.
    name : str
        Of the property; shown.
    scale : {"linear", "log", "logit"}
        Strengths, viscosities and rates that span decades are better learnt as logarithms.
    censored : (rows,) array of bool or int, optional
        True or -1: the value is a limit the true one lies below (``<LOQ``); +1: above. Such a row counts as its
        expectation, given the limit and what the other rows let expect there, with that expectation's variance,
        found by turns; it is no error in cross-validation, as nobody knows it. A formulation that was also measured
        without a limit counts as measured.
    physics : callable, optional
        Further features: points (n, d) to (n, p).
    kind : str or sequence of str
        Kind of model, or kinds among which held-out formulations choose: the first unless another has an error smaller
        by more than one standard error. `finechem.adhesives.design.KINDS` are all.
    folds : int
        For choice and intervals; 0: no intervals, and the fit takes a tenth of the time.
    seed : int
        Of the folds and the trees.

    Returns
    -------
    FormulationModel

    Raises
    ------
    InputError
        For values that are no numbers or impossible on the scale, fewer than 3 formulations, or an unknown kind.

    Examples
    --------
    >>> import numpy as np
    >>> from finechem.adhesives.design import MixtureComponent, MixtureSpace, fit_formulation_model
    >>> space = MixtureSpace([MixtureComponent(name) for name in ("resin", "hardener", "filler")])
    >>> points = space.sample(20, seed=1)
    >>> strength = 10.0 + 8.0 * points[:, 0] * points[:, 1]
    >>> model = fit_formulation_model(space, points, strength, name="strength")
    >>> found = model.predict([[0.4, 0.4, 0.2]])
    >>> bool(abs(found.value[0] - 11.28) < 0.1), found.interval
    (True, 'CV+, 10 folds')
    """
    kinds = _kinds(kind, folds)
    x, y, flags = _measured(space, points, values, scale, censored)
    merged = merge_replicates(x, y, flags)
    if len(merged) < LEAST_FORMULATIONS or (merged.censored == 0).sum() < LEAST_FORMULATIONS:
        counted = int((merged.censored == 0).sum())
        raise InputError(
            f"{name}: {counted} distinct formulations with a measured value; a model needs at least "
            f"{LEAST_FORMULATIONS}"
        )
    encoding = encoding_of(space, merged.points, physics)
    data, extra = _expected(merged, encoding)
    tried = [_held_out(each, encoding, data, extra, folds, seed) for each in kinds] if folds else []
    chosen, errors = _choose(kinds, tried, data)
    learner = fit_learner(kinds[chosen], encoding, data, extra, seed=seed)
    is_process = kinds[chosen] == "gaussian process"
    kernel = learner if is_process else fit_learner("gaussian process", encoding, data, extra)
    settings = [x, y, flags, encoding.numbers(x), scale, list(kinds), folds, seed, space.columns]
    return FormulationModel(
        name,
        scale,
        kinds[chosen],
        data,
        learner,
        kernel,
        tried[chosen] if folds else None,
        errors,
        content_hash(settings),
    )


def _kinds(kind: Kind | Sequence[Kind], folds: int) -> tuple[Kind, ...]:
    kinds: tuple[Kind, ...] = (kind,) if isinstance(kind, str) else tuple(kind)
    for each in kinds:
        if each not in KINDS:
            raise InputError(f"no kind of model is called {each!r}{did_you_mean(each, KINDS)}")
    if not kinds or (len(kinds) > 1 and folds < 2) or folds == 1 or folds < 0:
        raise InputError(f"{len(kinds)} kinds of model and {folds} folds: to choose takes at least 1 kind and 2 folds")
    return kinds


def _measured(
    space: MixtureSpace, points: ArrayLike, values: ArrayLike, scale: Scale, censored: ArrayLike | None
) -> tuple[Array, Array, NDArray[np.int64]]:
    x = as_points(points, space.columns)
    y = np.asarray(values, dtype=float)
    flags = np.zeros(len(x), dtype=np.int64) if censored is None else _sides(np.asarray(censored))
    if y.shape != (len(x),) or flags.shape != (len(x),):
        raise InputError(f"{len(x)} points, values of shape {y.shape} and censored of shape {flags.shape}")
    known = ~np.isnan(y)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = to_scale(scale, y)
    bad = np.flatnonzero(known & ~np.isfinite(scaled))
    if len(bad):
        raise InputError(f"row {bad[0]}: the value {y[bad[0]]} does not exist on a {scale} scale")
    return x[known], np.asarray(scaled[known], dtype=float), flags[known]


def _sides(censored: NDArray[np.generic]) -> NDArray[np.int64]:
    if censored.dtype == bool:
        return -censored.astype(np.int64)
    found: NDArray[np.int64] = np.sign(censored.astype(float)).astype(np.int64)
    return found


def _expected(merged: Merged, encoding: Encoding) -> tuple[Merged, Array]:
    """Put expectations in the place of censored values; return them with their variances."""
    extra = np.zeros(len(merged))
    hidden = np.flatnonzero(merged.censored != 0)
    if not len(hidden):
        return merged, extra
    limits, data = merged.values[hidden], merged
    for _ in range(_CENSORING_ROUNDS):
        process = fit_learner("gaussian process", encoding, data, extra).regressor
        assert isinstance(process, GaussianProcess)
        mean, variance = process.left_out()
        known = np.maximum(variance[hidden] - extra[hidden], process.noise)
        values = data.values.copy()
        values[hidden], extra[hidden] = truncated_normal(mean[hidden], np.sqrt(known), limits, merged.censored[hidden])
        data = Merged(
            merged.points,
            values,
            merged.counts,
            merged.censored,
            merged.pooled_variance,
            merged.degrees_of_freedom,
            merged.row_of,
        )
    return data, extra


def _held_out(kind: Kind, encoding: Encoding, data: Merged, extra: Array, folds: int, seed: int) -> HeldOut:
    everything = np.arange(len(data))
    start = hyperparameters(fit_learner(kind, encoding, data, extra, seed=seed)) if kind == KINDS[0] else None
    parts = random_folds(len(data), folds, seed)
    learners, predicted, scores = [], np.empty(len(data)), np.empty(len(data))
    for fold in parts:
        rest = np.setdiff1d(everything, fold)
        learner = fit_learner(kind, encoding, data.take(rest), extra[rest], seed=seed, start=start)
        predicted[fold], sigma = learner.predict(data.points[fold])
        # intervals are for one new measurement, and a mean of replicates errs less than that
        sigma = np.sqrt(np.maximum(sigma**2 - data.averaged[fold], 0.0))
        scores[fold] = np.abs(data.values[fold] - predicted[fold]) / np.maximum(sigma, 1e-300)
        learners.append(learner)
    scores[data.censored != 0] = np.nan
    return HeldOut(parts, learners, predicted, scores)


def _choose(kinds: Sequence[Kind], tried: Sequence[HeldOut], data: Merged) -> tuple[int, dict[str, float]]:
    """Return the index of the kind that speaks, and the error of each."""
    if not tried:
        return 0, {}
    measured = data.censored == 0
    squares = np.array([(each.predicted - data.values)[measured] ** 2 for each in tried])
    errors: dict[str, float] = {kind: float(np.sqrt(row.mean())) for kind, row in zip(kinds, squares, strict=True)}
    best = int(np.argmin(squares.mean(axis=1)))
    gain = squares[0] - squares[best]
    clear = gain.mean() > gain.std(ddof=1) / np.sqrt(len(gain))
    return (best if clear else 0), errors


def _outside(points: Array, measured: Array, encoding: Encoding, likeness: Array) -> tuple[str, ...]:
    """Return why each point is outside what was measured; empty where it is inside."""
    columns = encoding.columns
    fractions, process = measured[:, encoding.mixture], measured[:, encoding.process]
    absent = np.flatnonzero(fractions.max(axis=0, initial=0.0) <= 0.0)
    low, high = process.min(axis=0), process.max(axis=0)
    margin = BEYOND * (high - low)
    codes = measured[:, encoding.categorical]
    found = []
    for row, like in zip(points, likeness, strict=True):
        mine, settings, choices = row[encoding.mixture], row[encoding.process], row[encoding.categorical]
        why = [f"{columns[encoding.mixture][at]} was in no measured formulation" for at in absent if mine[at] > 0.0]
        for at in np.flatnonzero((settings < low - margin) | (settings > high + margin)).tolist():
            label = columns[encoding.process][at]
            why.append(f"{label} {settings[at]:g} is beyond the measured {low[at]:g} to {high[at]:g}")
        for at in range(len(choices)):
            if choices[at] not in codes[:, at]:
                why.append(f"this choice of {columns[encoding.categorical][at]} was never measured")
        if like < LEAST_LIKENESS and not why:
            why.append(f"the correlation with the nearest measured formulation is {like:.2f}, below {LEAST_LIKENESS}")
        found.append("; ".join(why))
    return tuple(found)
