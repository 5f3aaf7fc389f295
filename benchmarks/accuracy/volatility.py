"""Boiling points and vapour pressures from SMILES, on scaffolds the model has not seen, against Joback.

Data: what the package chemicals ships (`finechem.matter.volatility_training` says which values count as measured).
Split: five folds; molecules with one Murcko scaffold stay together (all monocyclic benzenes are in one fold), acyclic
ones by Butina clusters of Morgan fingerprints (radius 2, distance 0.6). BHT and its relatives (phenols between a
tert-butyl group and another alkyl group) are in no training set, the shipped one included.

Choices were made by the error on this split of all molecules but BHT and its relatives, whose errors were seen with
the others: amplitude and length of the Gaussian process among a handful that differed by 0.2 K; its centres (all heavy
molecules, others at random); what counts as a crowded hydroxyl (error of 220 phenols 15.7 to 14.8 K). Boiling points
far below what groups say are at reduced pressure; they are not trained on, but predictions are compared with them.

--quick leaves out the folds: Joback, and what the shipped model says of BHT. --write computes the shipped tables
matter.volatility_parameters and matter.volatility_centres anew.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _accuracy import Row, options, report

from finechem.matter.molecules import parse_smiles
from finechem.matter.vapour_pressure import MASS_BANDS, shipped_models, volatility
from finechem.matter.volatility_features import VolatilityFeatures, volatility_features
from finechem.matter.volatility_fit import (
    BoilingData,
    boiling_data,
    curve_points,
    fit_boiling,
    fit_curve,
    fit_groups,
    trusted,
)
from finechem.matter.volatility_model import CURVE_ENTROPY, CURVE_HEAT, BoilingModel, CurveModel, groups_K
from finechem.matter.volatility_training import training_records
from finechem.screening.properties import Z90
from finechem.units import GAS_CONSTANT

Float = NDArray[np.float64]
Prediction = tuple[Float, Float]

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "finechem_datasets" / "matter"
FOLDS = 5
BHT = "Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1"
#: Bars and aims of the project's issue tracker.
BARS = {"all": "Joback 26.5, aim 12", "300 to 600 g/mol": "Joback 113, aim 45"}
#: Distance in reduced reciprocal temperature, |1 - Tb/T|, at which errors of the curve are tabulated.
DISTANCES = (0.05, 0.15, 0.3, 0.5, 0.9)


def scaffold_groups(data: BoilingData) -> list[str]:
    """Return the group of each molecule: its Murcko scaffold, or for acyclic ones its Butina cluster."""
    from rdkit import DataStructs
    from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
    from rdkit.Chem.Scaffolds import MurckoScaffold
    from rdkit.ML.Cluster import Butina

    scaffold: Any = MurckoScaffold
    butina: Any = Butina
    molecules = [parse_smiles(record.smiles) for record in data.records]
    groups = [
        scaffold.MurckoScaffoldSmiles(mol=molecule) if molecule.GetRingInfo().NumRings() else ""
        for molecule in molecules
    ]
    open_ones = [index for index, group in enumerate(groups) if not group]
    generator = GetMorganGenerator(radius=2, fpSize=2048)
    prints = [generator.GetFingerprint(molecules[index]) for index in open_ones]
    distances: list[float] = []
    for index in range(1, len(prints)):
        distances += [1.0 - value for value in DataStructs.BulkTanimotoSimilarity(prints[index], prints[:index])]
    for number, members in enumerate(butina.ClusterData(distances, len(prints), 0.6, isDistData=True)):
        for member in members:
            groups[open_ones[member]] = f"acyclic {number}"
    return groups


def folds_of(groups: list[str]) -> NDArray[np.int64]:
    """Return the fold of each molecule: groups, largest first, each into the emptiest fold."""
    names, counts = np.unique(groups, return_counts=True)
    filled, fold = np.zeros(FOLDS), {}
    for index in np.argsort(-counts, kind="stable").tolist():
        fold[str(names[index])] = int(np.argmin(filled))
        filled[fold[str(names[index])]] += counts[index]
    return np.array([fold[group] for group in groups])


def subset(data: BoilingData, keep: NDArray[Any]) -> BoilingData:
    """Return part of the data."""
    index = np.flatnonzero(keep)
    return BoilingData(
        tuple(data.records[at] for at in index.tolist()),
        data.boiling_K[index],
        data.noise_K[index],
        data.measured[index],
    )


def held_out(
    data: BoilingData, folds: NDArray[np.int64], predict: Callable[[BoilingData, list[VolatilityFeatures]], Prediction]
) -> Prediction:
    """Return predictions for every molecule by the model fitted to the other folds, BHT and relatives never in."""
    features = [volatility_features(record.smiles) for record in data.records]
    relatives = np.array([record.held_out for record in data.records])
    found, novelty = np.full(len(features), np.nan), np.full(len(features), np.nan)
    for fold in range(FOLDS):
        asked = np.flatnonzero(folds == fold)
        training = subset(data, (folds != fold) & ~relatives)
        found[asked], novelty[asked] = predict(training, [features[index] for index in asked.tolist()])
    return found, novelty


def by_groups(training: BoilingData, features: list[VolatilityFeatures]) -> Prediction:
    """Predict with groups alone: a linear, extensive sum inside a logarithm."""
    return groups_K(fit_groups(trusted(training)), features), np.zeros(len(features))


def by_trees(training: BoilingData, features: list[VolatilityFeatures]) -> Prediction:
    """Predict with gradient-boosted trees on counts, donors and shape: no physical form."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    training = trusted(training)
    own = [volatility_features(record.smiles) for record in training.records]
    names = sorted({name for feature in own for name in feature.groups})

    def matrix(some: list[VolatilityFeatures]) -> Float:
        return np.array(
            [
                [*(one.groups.get(name, 0.0) for name in names), *one.donors.values(), *one.shape.values()]
                for one in some
            ]
        )

    model = HistGradientBoostingRegressor(
        loss="absolute_error",
        max_iter=400,
        learning_rate=0.05,
        max_leaf_nodes=24,
        l2_regularization=1.0,
        random_state=0,
    )
    model.fit(matrix(own), training.boiling_K)
    return np.asarray(model.predict(matrix(features)), dtype=float), np.zeros(len(features))


def by_shipped_kind(training: BoilingData, features: list[VolatilityFeatures]) -> Prediction:
    """Predict with groups and a Gaussian process on what they miss: the kind that is shipped."""
    return fit_boiling(training).predict(features)


def masses(data: BoilingData) -> Float:
    return np.array([volatility_features(record.smiles).molar_mass_g_mol for record in data.records])


def bands(mass: Float) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return the bands of molar mass with their members."""
    return [
        ("all", np.ones(len(mass), dtype=bool)),
        ("below 150 g/mol", mass < 150.0),
        ("150 to 300 g/mol", (mass >= 150.0) & (mass < 300.0)),
        ("300 to 600 g/mol", (mass >= 300.0) & (mass < 600.0)),
        ("above 600 g/mol", mass >= 600.0),
    ]


def error_rows(name: str, data: BoilingData, found: Float, among: NDArray[np.bool_]) -> list[Row]:
    """Return mean absolute errors by band, on the measured molecules `among`."""
    miss = np.abs(found - data.boiling_K)
    rows = []
    for band, members in bands(masses(data)):
        counted = members & among & data.measured & np.isfinite(found)
        if counted.any():
            bar = BARS.get(band, "") if name != "Joback" else ""
            rows.append(
                Row(f"{name}, {band}", int(counted.sum()), "mean absolute error, K", float(miss[counted].mean()), bar)
            )
    return rows


Sigmas = dict[float, tuple[list[float], list[float]]]


def boiling_sigma(data: BoilingData, found: Float, novelty: Float, among: NDArray[np.bool_]) -> Sigmas:
    """Return sigma (K) by band of mass: 90 % quantiles of three classes of novelty, never falling with novelty."""
    mass, miss = masses(data), np.abs(found - data.boiling_K)
    sigmas: Sigmas = {}
    for low, high in zip(MASS_BANDS[:-1], (*MASS_BANDS[1:-1], np.inf), strict=True):
        members = among & data.measured & (mass >= low) & (mass < high)
        cuts = np.quantile(novelty[members], (0.0, 1 / 3, 2 / 3, 1.0))
        classes = [members & (novelty >= start) & (novelty <= end) for start, end in pairwise(cuts)]
        sigma = [float(np.quantile(miss[some], 0.9)) / Z90 for some in classes]
        sigmas[low] = ([float(novelty[some].mean()) for some in classes], np.maximum.accumulate(sigma).tolist())
    return sigmas


def sigma_of(sigmas: Sigmas, mass: Float, novelty: Float) -> Float:
    """Return sigma of each molecule, as `finechem.matter.vapour_pressure` does."""
    found = np.empty(len(mass))
    for low, (at, sigma) in sigmas.items():
        some = mass >= low
        found[some] = np.interp(novelty[some], at, sigma)
    return found * np.maximum(1.0, mass / MASS_BANDS[-1])


def not_at_reduced_pressure(data: BoilingData) -> NDArray[np.bool_]:
    """Return which boiling points are trusted, and BHT and its relatives."""
    good = {record.smiles for record in trusted(data).records}
    return np.array([record.smiles in good or record.held_out for record in data.records])


def curve_errors(data: BoilingData, curve: CurveModel, boiling: Float) -> list[tuple[int, float, float, float]]:
    """Return molecule, |1 - Tb/T|, error of ln p, and its change with 1 K of Tb, at points of the measured curves."""
    found = []
    for index, record in enumerate(data.records):
        features = volatility_features(record.smiles)
        shape, other = (curve.shape(features, boiling[index] + more) for more in (0.0, 1.0))
        for temperature, ln_ratio in curve_points(record):
            error = float(shape.ln_pressure(temperature)) - ln_ratio
            per_K = float(other.ln_pressure(temperature) - shape.ln_pressure(temperature))
            found.append((index, abs(1.0 - boiling[index] / temperature), error, abs(per_K)))
    return found


def curve_sigma(data: BoilingData, curve: CurveModel) -> dict[float, float]:
    """Return sigma of ln p at measured boiling points, at the tabulated distances."""
    errors = np.array(curve_errors(data, curve, data.boiling_K))
    sigma = {}
    edges = [0.02, *(0.5 * (first + second) for first, second in pairwise(DISTANCES)), 9.0]
    for distance, low, high in zip(DISTANCES, edges, edges[1:], strict=False):
        some = (errors[:, 1] >= low) & (errors[:, 1] < high)
        sigma[distance] = float(np.quantile(np.abs(errors[some, 2]), 0.9)) / Z90
    return sigma


def enthalpy_errors(data: BoilingData, curve: CurveModel, boiling: Float) -> Float:
    """Return relative errors of enthalpies of vaporization at 298.15 K."""
    errors = []
    for index, record in enumerate(data.records):
        shape = curve.shape(volatility_features(record.smiles), float(boiling[index]))
        predicted = GAS_CONSTANT * float(shape.enthalpy_over_R_K(298.15))
        errors += [predicted / measured - 1.0 for measured in record.enthalpies_J_mol if boiling[index] > 320.0]
    return np.array(errors)


def source_sigma(data: BoilingData) -> float:
    """Return the relative sigma of a measured boiling point, from the spread between sources."""
    spread = [
        record.spread_K / boiling
        for record, boiling in zip(data.records, data.boiling_K.tolist(), strict=True)
        if record.sources >= 2
    ]
    return float(np.quantile(spread, 0.9)) / Z90 / float(np.sqrt(2.0))


def coverage_rows(
    data: BoilingData, curve: CurveModel, folds: NDArray[np.int64], found: Float, novelty: Float
) -> list[Row]:
    """Return shares inside the stated 90 % interval, sigma of each fold measured on the other four."""
    mass = masses(data)
    sigma, good = np.empty(len(found)), not_at_reduced_pressure(data)
    for fold in range(FOLDS):
        sigmas = boiling_sigma(data, found, novelty, (folds != fold) & good)
        sigma[folds == fold] = sigma_of(sigmas, mass[folds == fold], novelty[folds == fold])
    inside = np.abs(found - data.boiling_K) <= Z90 * sigma
    rows = [
        Row(
            f"{name}, {band}",
            int((members & data.measured & some).sum()),
            "boiling points inside the 90 % interval",
            float(inside[members & data.measured & some].mean()),
        )
        for name, some in (("groups + Gaussian process", good), ("the same, with reduced pressures", good | True))
        for band, members in bands(mass)
    ]
    table = curve_sigma(data, curve)
    at, values = np.array([0.0, *table]), np.array([0.0, *table.values()])
    points = np.array([point for point in curve_errors(data, curve, found) if data.measured[int(point[0])]])
    index, distance, error, per_K = points.T
    whose = index.astype(int)
    total = np.hypot(per_K * sigma[whose], np.interp(distance, at, values) * np.maximum(1.0, distance / at[-1]))
    for band, members in bands(mass):
        some = members[whose]
        if some.any():
            rows.append(
                Row(
                    f"vapour pressure, {band}",
                    int(some.sum()),
                    "mean absolute error of ln p",
                    float(np.abs(error[some]).mean()),
                )
            )
            rows.append(
                Row(
                    f"vapour pressure, {band}",
                    int(some.sum()),
                    "points inside the 90 % interval",
                    float((np.abs(error) <= Z90 * total)[some].mean()),
                )
            )
    return rows


def extrapolation_rows(data: BoilingData) -> list[Row]:
    """Return how a fit to small molecules does on large ones: the same ratio of masses as 600 to 1200 g/mol."""
    mass = masses(data)
    relatives = np.array([record.held_out for record in data.records])
    asked = np.flatnonzero((mass >= 450.0) & data.measured)
    features = [volatility_features(data.records[index].smiles) for index in asked.tolist()]
    found, _ = by_shipped_kind(subset(data, (mass < 250.0) & ~relatives), features)
    miss = np.abs(found - data.boiling_K[asked])
    return [
        Row("trained below 250, asked above 450 g/mol", len(asked), "mean absolute error, K", float(miss.mean())),
        Row("trained below 250, asked above 450 g/mol", len(asked), "median absolute error, K", float(np.median(miss))),
    ]


def bht_rows() -> list[Row]:
    """Return what the shipped model says of BHT, which it never saw."""
    curve = volatility(BHT)
    return [
        Row("BHT, held out", 1, "boiling point, K (shipped model)", curve.shape.boiling_point_K, "measured 538"),
        Row("BHT, held out", 1, "sigma of it, K", curve.boiling_sigma_K),
        Row("BHT, held out", 1, "vapour pressure at 473.15 K, kPa", curve.vapour_pressure_Pa(473.15) / 1000.0,
            "measured 18.3 and 19.1; bar 10 %"),
        Row("BHT, held out", 1, "sigma of ln p at 473.15 K", float(curve.sigma_ln(473.15))),
    ]  # fmt: skip


def write(data: BoilingData, curve: CurveModel, model: BoilingModel, found: Float, novelty: Float) -> None:
    """Write both tables."""
    rows: list[tuple[str, str, float]] = []
    for kind, values in (
        ("boiling_group", model.groups),
        ("descriptor_mean", model.means),
        ("descriptor_deviation", model.deviations),
        ("curve_entropy", dict(zip(CURVE_ENTROPY, curve.entropy, strict=True))),
        ("curve_heat", dict(zip(CURVE_HEAT, curve.heat, strict=True))),
    ):
        rows += [(kind, name, value) for name, value in values.items()]
    for low, (at, sigma) in boiling_sigma(data, found, novelty, not_at_reduced_pressure(data)).items():
        rows += [(f"sigma_boiling_from_{low:g}", f"{one:.4g}", other) for one, other in zip(at, sigma, strict=True)]
    rows += [("sigma_curve", f"{distance:g}", value) for distance, value in curve_sigma(data, curve).items()]
    errors = np.abs(enthalpy_errors(data, curve, found))
    rows.append(("sigma_enthalpy", "relative", float(np.quantile(errors, 0.9)) / Z90))
    rows.append(("sigma_source", "boiling point, relative", source_sigma(data)))
    rows.append(("limit", "novelty", float(np.quantile(novelty[data.measured], 0.99))))
    for name, header, lines in (
        (
            "volatility_parameters",
            ("kind", "name", "value"),
            [(kind, text, f"{value:.9g}") for kind, text, value in rows],
        ),
        (
            "volatility_centres",
            ("smiles", "weight_K"),
            [(smiles, f"{weight:.9g}") for smiles, weight in zip(model.centres, model.weights_K.tolist(), strict=True)],
        ),
    ):
        with (FOLDER / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(lines)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--write", action="store_true", help="write the shipped tables")
    arguments = parser.parse_args()
    records = training_records()
    curve = fit_curve(records)
    data = boiling_data(records, curve)
    joback = np.array([np.nan if record.joback_K is None else record.joback_K for record in data.records])
    known = np.isfinite(joback)
    every = np.ones(len(known), dtype=bool)
    rows = error_rows("Joback", data, joback, every)
    if not arguments.quick or arguments.write:
        folds = folds_of(scaffold_groups(data))
        groups, _ = held_out(data, folds, by_groups)
        rows += error_rows("groups alone", data, groups, known)
        trees, _ = held_out(data, folds, by_trees)
        found, novelty = held_out(data, folds, by_shipped_kind)
        if arguments.write:
            write(data, curve, fit_boiling(data), found, novelty)
        rows += error_rows("boosted trees", data, trees, known)
        rows += error_rows("groups + Gaussian process", data, found, known)
        rows += error_rows("the same, also where Joback fails", data, found, every)
        twice = np.array([record.sources >= 2 for record in data.records])
        rows += error_rows("the same, two sources agree", data, found, twice)
        rows += error_rows("the same, without reduced pressures", data, found, not_at_reduced_pressure(data))
        relatives = np.array([record.held_out for record in data.records])
        rows += error_rows("BHT and relatives", data, found, relatives)[:1]
        enthalpy = np.abs(enthalpy_errors(data, curve, found))
        rows.append(
            Row(
                "enthalpy of vaporization at 298 K",
                len(enthalpy),
                "mean absolute error, %",
                100 * float(enthalpy.mean()),
            )
        )
        rows += coverage_rows(data, curve, folds, found, novelty)
        rows += extrapolation_rows(data)
    if arguments.write:
        from finechem import datasets

        datasets.load.cache_clear()
    shipped_models()
    rows += bht_rows()
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
