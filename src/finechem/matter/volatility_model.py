r"""The volatility model on arrays: boiling point from groups and neighbours, then the vapour-pressure curve's shape.

Boiling point: with group counts :math:`n_i` and donor terms,

.. math:: T_b = T_0 \ln\Big(\sum_i a_i n_i\Big) + \sum_j w_j k(x, z_j), \qquad T_0 = 300\ \mathrm{K}

The first term is extensive inside the logarithm, so the boiling point grows ever more slowly with size; the second is a
Gaussian process (Matern 3/2, conditioned on some of the training molecules :math:`z_j`) that vanishes far from what was
measured. Curve: with entropy of vaporization :math:`s R` at the boiling point and change of heat capacity :math:`c R`,
both linear in a few counts,

.. math:: \ln\frac{p}{101325\ \mathrm{Pa}} = s\,(1 - y) + c\,(y - 1 - \ln y), \qquad y = T_b / T

which is Clausius-Clapeyron with :math:`\Delta H(T) = R\,(s T_b + c\,(T - T_b))`, c < 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.matter.volatility_features import VolatilityFeatures
from finechem.matter.volatility_training import STANDARD_PRESSURE_PA

__all__ = [
    "CURVE_ENTROPY",
    "CURVE_HEAT",
    "BoilingModel",
    "CurveModel",
    "Float",
    "Shape",
    "descriptor_matrix",
    "group_matrix",
    "groups_K",
    "matern",
]

Float = NDArray[np.float64]

#: T_0 of the boiling-point equation.
SCALE_K = 300.0
#: Standard deviation of the Gaussian process, and its correlation length in standardized descriptors.
AMPLITUDE_K, LENGTH = 60.0, 10.0
#: Groups count half as much as shape and donors in distances; no descriptor counts beyond six standard deviations.
GROUP_WEIGHT, FARTHEST = 0.5, 6.0
#: What entropy and heat capacity of vaporization are linear in.
CURVE_ENTROPY = ("constant", "ln(Tb/400 K)", "oh", "acid", "nh", "oh_open", "nh_open", "rotors")
CURVE_HEAT = ("constant", "heavy_atoms", "oh_open", "acid", "nh_open")
#: Entropies of vaporization over R: no liquid in the training set is outside.
_LEAST_ENTROPY, _LEAST_HEAT = 7.0, -2.0


def group_matrix(features: Sequence[VolatilityFeatures], names: Sequence[str]) -> Float:
    """Return the (N, K) counts of groups (plain names), donor terms (``donor:``) and ones (``constant``)."""
    place = {name: column for column, name in enumerate(names)}
    matrix = np.zeros((len(features), len(names)))
    if "constant" in place:
        matrix[:, place["constant"]] = 1.0
    for row, feature in zip(matrix, features, strict=True):
        for name, count in feature.groups.items():
            if name in place:
                row[place[name]] = count
        for name, count in feature.donors.items():
            if f"donor:{name}" in place:
                row[place[f"donor:{name}"]] = count
    return matrix


def groups_K(groups: Mapping[str, float], features: Sequence[VolatilityFeatures]) -> Float:
    """Return T_0 ln(sum of a_i n_i): the boiling points by groups alone."""
    total = group_matrix(features, list(groups)) @ np.array(list(groups.values()))
    found: Float = SCALE_K * np.log(np.maximum(total, 1.2))
    return found


def descriptor_matrix(features: Sequence[VolatilityFeatures], names: Sequence[str]) -> Float:
    """Return the (N, D) descriptors (``shape:``, ``donor:`` or plain groups) as sign(x) ln(1 + abs x)."""
    plain = [name for name in names if not name.startswith("shape:")]
    shaped = [name[6:] for name in names if name.startswith("shape:")]
    matrix = np.hstack(
        [np.array([[feature.shape[name] for name in shaped] for feature in features]), group_matrix(features, plain)]
    )
    compressed: Float = np.sign(matrix) * np.log1p(np.abs(matrix))
    return compressed


def matern(first: Float, second: Float) -> Float:
    """Return the (N, M) Matern 3/2 correlations of descriptors in units of the correlation length."""
    squares = (first**2).sum(1)[:, None] + (second**2).sum(1)[None] - 2.0 * first @ second.T
    distance = np.sqrt(3.0 * np.maximum(squares, 0.0))
    correlations: Float = (1.0 + distance) * np.exp(-distance)
    return correlations


@dataclass(frozen=True, slots=True, eq=False)
class BoilingModel:
    """Parameters of the boiling-point equation.

    Attributes
    ----------
    groups : mapping of str to float
        :math:`a_i` by the name of the count.
    means, deviations : mapping of str to float
        Of each descriptor over the training molecules; names start with ``shape:`` or ``donor:``, groups have none.
    centres : tuple of str
        SMILES of :math:`z_j`.
    weights_K : (M,) array
        60 K squared times the dual coefficients, divided by 60 K: what each centre adds at full correlation.
    """

    groups: Mapping[str, float]
    means: Mapping[str, float]
    deviations: Mapping[str, float]
    centres: tuple[str, ...]
    weights_K: Float
    centre_descriptors: Float

    def scaled(self, features: Sequence[VolatilityFeatures]) -> Float:
        """Return the descriptors, standardized, weighted and divided by the correlation length."""
        names = list(self.means)
        mean = np.array([self.means[name] for name in names])
        deviation = np.array([self.deviations[name] for name in names])
        standard = (descriptor_matrix(features, names) - mean) / deviation
        weight = np.array([1.0 if name.startswith(("shape:", "donor:")) else GROUP_WEIGHT for name in names])
        scaled: Float = np.clip(standard, -FARTHEST, FARTHEST) * weight / LENGTH
        return scaled

    def from_groups_K(self, features: Sequence[VolatilityFeatures]) -> Float:
        """Return the first term of the equation: groups alone."""
        return groups_K(self.groups, features)

    def predict(self, features: Sequence[VolatilityFeatures]) -> tuple[Float, Float]:
        """Return boiling points in K, and how new each molecule is: 1 minus its largest correlation with a centre."""
        near = matern(self.scaled(features), self.centre_descriptors)
        return self.from_groups_K(features) + near @ self.weights_K, 1.0 - near.max(axis=1)


@dataclass(frozen=True, slots=True)
class Shape:
    """Shape of one molecule's curve: entropy and heat capacity of vaporization over R at `boiling_point_K`."""

    boiling_point_K: float
    entropy: float
    heat: float

    @property
    def highest_K(self) -> float:
        """Temperature above which the enthalpy is held constant: 1.5 Tb, or where it has fallen to half."""
        return self.boiling_point_K * min(1.5, 1.0 + 0.5 * self.entropy / -self.heat)

    def enthalpy_over_R_K(self, temperature_K: Any) -> Float:
        """Return the enthalpy of vaporization over R in K; positive at every temperature."""
        temperature = np.minimum(np.asarray(temperature_K, dtype=float), self.highest_K)
        found: Float = np.asarray(
            self.entropy * self.boiling_point_K + self.heat * (temperature - self.boiling_point_K)
        )
        return found

    def ln_pressure(self, temperature_K: Any) -> Float:
        """Return ln(p / 101325 Pa); it rises with temperature everywhere."""
        temperature = np.asarray(temperature_K, dtype=float)
        inside = np.minimum(temperature, self.highest_K)
        ratio = self.boiling_point_K / inside
        beyond = self.enthalpy_over_R_K(self.highest_K) * (1.0 / inside - 1.0 / temperature)
        found: Float = self.entropy * (1.0 - ratio) + self.heat * (ratio - 1.0 - np.log(ratio)) + beyond
        return found


@dataclass(frozen=True, slots=True)
class CurveModel:
    """Parameters of the curve's shape: one number for each of `CURVE_ENTROPY` and `CURVE_HEAT`."""

    entropy: tuple[float, ...]
    heat: tuple[float, ...]

    def shape(self, features: VolatilityFeatures, boiling_point_K: float) -> Shape:
        """Return the curve's shape for a boiling point."""
        entropy = float(np.dot(entropy_terms(features, boiling_point_K), self.entropy))
        heat = float(np.dot(heat_terms(features), self.heat))
        return Shape(boiling_point_K, max(entropy, _LEAST_ENTROPY), min(heat, _LEAST_HEAT))

    def boiling_point_K(self, features: VolatilityFeatures, temperature_K: float, pressure_Pa: float) -> float | None:
        """Return the boiling point whose curve passes through a point; None if none between T/2 and 2.2 T does."""
        from scipy.optimize import brentq

        goal = np.log(pressure_Pa / STANDARD_PRESSURE_PA)

        def miss(boiling: float) -> float:
            return float(self.shape(features, boiling).ln_pressure(temperature_K) - goal)

        low, high = 0.5 * temperature_K, 2.2 * temperature_K
        if miss(low) * miss(high) > 0.0:
            return None
        return float(brentq(miss, low, high, xtol=1e-6))


def entropy_terms(features: VolatilityFeatures, boiling_point_K: float) -> list[float]:
    """Return what the entropy of vaporization is linear in, in the order of `CURVE_ENTROPY`."""
    counts = features.donors
    return [
        1.0,
        float(np.log(boiling_point_K / 400.0)),
        *(counts[name] for name in CURVE_ENTROPY[2:-1]),
        features.shape["NumRotatableBonds"],
    ]


def heat_terms(features: VolatilityFeatures) -> list[float]:
    """Return what the heat capacity of vaporization is linear in, in the order of `CURVE_HEAT`."""
    return [1.0, features.shape["heavy_atoms"], *(features.donors[name] for name in CURVE_HEAT[2:])]
