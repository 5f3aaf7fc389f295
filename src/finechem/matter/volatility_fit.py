"""Fits the volatility model to what `chemicals` ships; `benchmarks/accuracy/volatility.py --write` writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from finechem.matter.volatility_features import volatility_features
from finechem.matter.volatility_model import (
    AMPLITUDE_K,
    CURVE_ENTROPY,
    SCALE_K,
    BoilingModel,
    CurveModel,
    Float,
    descriptor_matrix,
    entropy_terms,
    group_matrix,
    groups_K,
    heat_terms,
    matern,
)
from finechem.matter.volatility_training import STANDARD_PRESSURE_PA, TrainingRecord
from finechem.units import GAS_CONSTANT

__all__ = ["BoilingData", "boiling_data", "curve_points", "fit_boiling", "fit_curve", "fit_groups", "trusted"]

#: A group must be in this many training molecules to have a parameter.
RAREST_GROUP = 12
#: Training molecules that the Gaussian process is conditioned on: all heavy ones, others at random up to this many.
CENTRES, HEAVY_G_MOL = 2000, 250.0
#: Further below what groups say, a boiling point is taken for one at reduced pressure that was listed as normal.
FARTHEST_BELOW_K = 80.0
#: Scatter of boiling points around the model, and of sources: two or more kinds agree, one kind alone.
_MODEL_K, _AGREED_K, _ALONE_K = 6.0, 3.0, 5.0
#: Residuals beyond this count linearly, not squared (K for groups, standard deviations elsewhere).
_HUBER_K, _HUBER = 30.0, 1.5


@dataclass(frozen=True, slots=True, eq=False)
class BoilingData:
    """What the boiling-point equation is fitted to.

    Attributes
    ----------
    records : tuple of TrainingRecord
    boiling_K, noise_K : (N,) array
    measured : (N,) bool array
        False where the boiling point was extrapolated from a vapour-pressure curve that ends below it.
    """

    records: tuple[TrainingRecord, ...]
    boiling_K: Float
    noise_K: Float
    measured: np.ndarray[tuple[int], np.dtype[np.bool_]]


def boiling_data(records: Sequence[TrainingRecord], curve: CurveModel) -> BoilingData:
    """Return boiling points, measured or extrapolated by less than half of T from the hot end of a curve."""
    kept, boiling, noise, measured = [], [], [], []
    for record in records:
        if record.boiling_point_K is not None:
            value, error = record.boiling_point_K, _AGREED_K if record.sources >= 2 else _ALONE_K
        else:
            found = _from_curve(record, curve)
            if found is None:
                continue
            value, error = found
        kept.append(record)
        boiling.append(value)
        noise.append(error)
        measured.append(record.boiling_point_K is not None)
    return BoilingData(tuple(kept), np.array(boiling), np.array(noise), np.array(measured, dtype=bool))


def _from_curve(record: TrainingRecord, curve: CurveModel) -> tuple[float, float] | None:
    features = volatility_features(record.smiles)
    for known in record.curves:
        if known.low_K + known.c <= 5.0:
            continue
        boiling = curve.boiling_point_K(features, known.high_K, float(np.exp(known.ln_pressure(known.high_K))))
        if boiling is None:
            continue
        far = 0.12 * abs(1.0 - boiling / known.high_K)
        if far < 0.06:
            return boiling, float(np.hypot(_ALONE_K, far * boiling))
    return None


def curve_points(record: TrainingRecord) -> list[tuple[float, float]]:
    """Return temperatures in K and ln(p/101325 Pa), four a curve, inside its range and below 1.15 Tb.

    Points that differ from Trouton's rule by more than 4 in ln p (and half the distance) are left out: misprints.
    """
    boiling = record.boiling_point_K
    points: list[tuple[float, float]] = []
    if boiling is None:
        return points
    for known in record.curves:
        top = min(known.high_K, 1.15 * boiling)
        if known.high_K - known.low_K < 10.0 or known.low_K + known.c <= 5.0 or top <= known.low_K:
            continue
        for temperature in np.linspace(known.low_K, top, 4).tolist():
            ln_ratio = float(known.ln_pressure(temperature) - np.log(STANDARD_PRESSURE_PA))
            reach = 1.0 - boiling / temperature
            if abs(ln_ratio - 11.0 * reach) <= 4.0 + abs(5.0 * reach):
                points.append((temperature, ln_ratio))
    return points


def fit_curve(records: Sequence[TrainingRecord]) -> CurveModel:
    """Return the curve's shape, by robust least squares on curves and enthalpies at 298.15 K, at measured Tb."""
    rows, goals = [], []
    for record in records:
        boiling = record.boiling_point_K
        if boiling is None or record.held_out or not (record.curves or record.enthalpies_J_mol):
            continue
        features = volatility_features(record.smiles)
        entropy, heat = np.array(entropy_terms(features, boiling)), np.array(heat_terms(features))
        for temperature, ln_ratio in curve_points(record):
            ratio = boiling / temperature
            scale = 0.5 / (0.05 + 0.5 * abs(1.0 - ratio))
            rows.append(scale * np.r_[entropy * (1.0 - ratio), heat * (ratio - 1.0 - np.log(ratio))])
            goals.append(scale * ln_ratio)
        for enthalpy in record.enthalpies_J_mol if boiling > 320.0 else ():
            scale = 1.0 / (0.6 * boiling)
            rows.append(scale * np.r_[entropy * boiling, heat * (298.15 - boiling)])
            goals.append(scale * enthalpy / GAS_CONSTANT)
    matrix, goal, weight = np.array(rows), np.array(goals), np.ones(len(goals))
    for _ in range(20):
        found = np.linalg.lstsq(matrix * weight[:, None], goal * weight, rcond=None)[0]
        weight = 1.0 / np.sqrt(np.maximum(1.0, np.abs(matrix @ found - goal) / 0.7))
    split = len(CURVE_ENTROPY)
    return CurveModel(tuple(found[:split].tolist()), tuple(found[split:].tolist()))


def fit_groups(data: BoilingData) -> dict[str, float]:
    """Return the group parameters, by robust ridge regression of exp(Tb/300 K), weighted so that errors are in K."""
    features = [volatility_features(record.smiles) for record in data.records]
    often = Counter(name for feature in features for name in feature.groups)
    names = sorted(name for name, count in often.items() if count >= RAREST_GROUP)
    names += [f"donor:{name}" for name in features[0].donors]
    counts = group_matrix(features, names)
    deviation = np.maximum(counts.std(axis=0), 1e-9)
    matrix = np.column_stack([counts / deviation, np.ones(len(counts))])
    goal = np.exp(data.boiling_K / SCALE_K)
    plain = SCALE_K / goal / np.sqrt(data.noise_K**2 + 12.0**2) * 12.0 / SCALE_K**2
    weight = plain
    for _ in range(6):
        weighted = matrix * weight[:, None]
        ridge = np.full(matrix.shape[1], 4e-4 * len(goal) * np.mean(weight**2))
        ridge[-1] = 1e-12
        found = np.linalg.solve(weighted.T @ weighted + np.diag(ridge), weighted.T @ (goal * weight))
        miss = np.abs(SCALE_K * np.log(np.maximum(matrix @ found, 1.2)) - data.boiling_K)
        weight = plain / np.sqrt(np.maximum(1.0, miss / _HUBER_K))
    return dict(zip([*names, "constant"], [*(found[:-1] / deviation).tolist(), float(found[-1])], strict=True))


def trusted(data: BoilingData) -> BoilingData:
    """Return what a model may be trained on: not BHT and relatives, nothing 80 K below its groups.

    Handbooks list many boiling points at reduced pressure as normal, those of heavy molecules above all; most have one
    source. Only training leaves them out: what is predicted is compared with them too.
    """
    data = _part(data, np.array([not record.held_out for record in data.records]))
    groups = fit_groups(data)
    features = [volatility_features(record.smiles) for record in data.records]
    by_groups = groups_K(groups, features)
    return _part(data, data.boiling_K > by_groups - FARTHEST_BELOW_K)


def _part(data: BoilingData, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> BoilingData:
    index = np.flatnonzero(keep)
    return BoilingData(
        tuple(data.records[at] for at in index.tolist()),
        data.boiling_K[index],
        data.noise_K[index],
        data.measured[index],
    )


def fit_boiling(data: BoilingData, centres: int = CENTRES) -> BoilingModel:
    """Return the boiling-point equation, fitted to what is `trusted` of the data.

    The centres are all molecules above 250 g/mol, others drawn at random with a fixed seed; the Gaussian process is the
    subset-of-regressors approximation on them, with residuals beyond 1.5 standard deviations counted linearly.
    """
    data = trusted(data)
    features = [volatility_features(record.smiles) for record in data.records]
    groups = fit_groups(data)
    names = [f"shape:{name}" for name in features[0].shape]
    names += [name for name in groups if name != "constant"]
    plain = descriptor_matrix(features, names)
    means = dict(zip(names, plain.mean(axis=0).tolist(), strict=True))
    deviations = dict(zip(names, np.maximum(plain.std(axis=0), 1e-6).tolist(), strict=True))
    heavy = np.array([feature.molar_mass_g_mol >= HEAVY_G_MOL for feature in features])
    others = np.random.default_rng(0).permutation(np.flatnonzero(~heavy))
    picked = np.sort(np.concatenate([np.flatnonzero(heavy), others[: max(0, centres - int(heavy.sum()))]]))
    start = BoilingModel(groups, means, deviations, (), np.zeros(0), np.zeros((0, len(names))))
    scaled = start.scaled(features)
    near, among = matern(scaled[picked], scaled), matern(scaled[picked], scaled[picked])
    among += (_MODEL_K / AMPLITUDE_K) ** 2 * np.eye(len(picked))
    miss = data.boiling_K - start.from_groups_K(features)
    noise = (data.noise_K**2 - _AGREED_K**2 + _MODEL_K**2) / AMPLITUDE_K**2
    variance = noise
    for _ in range(4):
        factor = cho_factor(among + (near / variance) @ near.T, lower=True)
        weights = cho_solve(factor, near @ (miss / variance))
        left = np.abs(miss - near.T @ weights) / (AMPLITUDE_K * np.sqrt(noise))
        variance = noise * np.maximum(1.0, left / _HUBER)
    smiles = tuple(data.records[index].smiles for index in picked.tolist())
    return BoilingModel(groups, means, deviations, smiles, weights, scaled[picked])
