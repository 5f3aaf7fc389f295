"""Boiling point and vapour pressure of an organic molecule from its SMILES, with errors; measured values win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from finechem import datasets
from finechem.errors import DataError, InputError
from finechem.matter.volatility_features import VolatilityFeatures, volatility_features
from finechem.matter.volatility_model import CURVE_ENTROPY, CURVE_HEAT, BoilingModel, CurveModel, Float, Shape
from finechem.matter.volatility_training import STANDARD_PRESSURE_PA
from finechem.units import GAS_CONSTANT

__all__ = [
    "MeasuredPoint",
    "Volatility",
    "VolatilityValue",
    "enthalpy_of_vaporization_kJ_mol",
    "normal_boiling_point_K",
    "shipped_models",
    "sigma_of_measured_ln",
    "vapour_pressure_Pa",
    "volatility",
]

MODEL = "finechem volatility model 1, fitted to data shipped by chemicals 1.5.2"
#: Heavier, next to nothing but alkanes, siloxanes and perfluorinated compounds was measured.
HEAVIEST_G_MOL = 600.0
#: Colder than this fraction of the boiling point no curve was measured.
COLDEST = 0.45
#: Measured points speak this far beyond the first and the last.
NEAR_K = 10.0


@dataclass(frozen=True, slots=True)
class VolatilityValue:
    """A number with its uncertainty and who says it.

    Attributes
    ----------
    value : float
    sigma : float
        Standard deviation: in the unit of the value for boiling points and enthalpies, of ln p for vapour pressures.
    in_domain : bool
    reason : str
        Why it is outside the domain.
    source : str
    """

    value: float
    sigma: float
    in_domain: bool = True
    reason: str = ""
    source: str = MODEL


@dataclass(frozen=True, slots=True)
class MeasuredPoint:
    """A measured vapour pressure of the liquid; a boiling point is one at its pressure.

    Parameters
    ----------
    temperature_K, pressure_Pa : float
    sigma_ln : float
        Standard deviation of ln p.
    source : str
    """

    temperature_K: float
    pressure_Pa: float
    sigma_ln: float
    source: str

    def __post_init__(self) -> None:
        for name in ("temperature_K", "pressure_Pa", "sigma_ln"):
            value = getattr(self, name)
            if not (value > 0.0 and np.isfinite(value)):
                raise InputError(f"measured vapour pressure: {name} is {value:g}; it must be above 0 and finite")
        if not self.source.strip():
            raise InputError("measured vapour pressure: it needs a source")


@dataclass(frozen=True, slots=True)
class Volatility:
    """The vapour-pressure curve of one molecule, with its errors.

    Attributes
    ----------
    shape : Shape
        Boiling point, entropy and heat capacity of vaporization.
    boiling_sigma_K : float
        Standard deviation of the boiling point (that of the model; measured points narrow the curve near them).
    reason : str
        Why the molecule is outside the model's domain; empty inside.
    measured : tuple of MeasuredPoint
        Sorted by temperature. The curve is moved to them, by as much as their errors and its own slope's allow.
    """

    features: VolatilityFeatures
    shape: Shape
    boiling_sigma_K: float
    reason: str = ""
    measured: tuple[MeasuredPoint, ...] = ()

    def vapour_pressure_Pa(self, temperature_K: Any) -> Any:
        """Return the vapour pressure of the liquid in Pa at a temperature or an array of temperatures in K."""
        temperature = _temperatures(temperature_K)
        ln_ratio = self.shape.ln_pressure(temperature)
        if self.measured:
            shift, _, _ = self._moved()
            ln_ratio = ln_ratio + self._terms(temperature) @ shift
        pressure = STANDARD_PRESSURE_PA * np.exp(ln_ratio)
        return float(pressure) if pressure.ndim == 0 else pressure

    def sigma_ln(self, temperature_K: Any) -> Any:
        """Return the standard deviation of ln p at a temperature or an array of them."""
        temperature = _temperatures(temperature_K)
        if self.measured:
            _, covariance, common = self._moved()
            terms = self._terms(temperature)
            sigma = np.sqrt(np.einsum("...i,ij,...j->...", terms, covariance, terms) + common**2)
        else:
            sigma = self._model_sigma(temperature)
        return float(sigma) if sigma.ndim == 0 else sigma

    def value(self, temperature_K: float) -> VolatilityValue:
        """Return the vapour pressure at one temperature, and who says it."""
        pressure, sigma = float(self.vapour_pressure_Pa(temperature_K)), float(self.sigma_ln(temperature_K))
        inside, why = self._domain(temperature_K)
        if not self.measured:
            reasons = [text for text in (self.reason, why) if text]
            return VolatilityValue(pressure, sigma, not reasons, "; ".join(reasons))
        low, high = self.measured[0].temperature_K, self.measured[-1].temperature_K
        sources = "; ".join(dict.fromkeys(point.source for point in self.measured))
        if low - NEAR_K <= temperature_K <= high + NEAR_K:
            return VolatilityValue(pressure, sigma, True, "", f"measured: {sources}")
        return VolatilityValue(
            pressure, sigma, inside, why, f"measured {low:g} to {high:g} K, extended by {MODEL}: {sources}"
        )

    def enthalpy_of_vaporization_kJ_mol(self, temperature_K: Any) -> Any:
        """Return the enthalpy of vaporization in kJ/mol: the slope of the curve, by Clausius and Clapeyron."""
        over_R = self.shape.enthalpy_over_R_K(_temperatures(temperature_K))
        if self.measured:
            over_R = over_R - self._moved()[0][1] * self.shape.boiling_point_K
        found = GAS_CONSTANT * over_R / 1000.0
        return float(found) if found.ndim == 0 else found

    def _terms(self, temperature: Float) -> Float:
        """Return what the move to measured points is linear in: a constant, and Tb/T about its mean there."""
        at = np.array([point.temperature_K for point in self.measured])
        boiling = self.shape.boiling_point_K
        ratio = boiling / temperature - float(np.mean(boiling / at))
        return np.stack([np.ones_like(ratio), ratio], axis=-1)

    def _moved(self) -> tuple[Float, Float, float]:
        """Return constant and slope of the move, their covariance, and the error common to all points.

        Least squares on the measured points; the model's own error of slope holds the slope where they do not. Points
        off one curve err together: their smallest error, or the scatter about the line if that is larger, remains.
        """
        at = np.array([point.temperature_K for point in self.measured])
        sigma = np.array([point.sigma_ln for point in self.measured])
        ln_ratio = np.log([point.pressure_Pa / STANDARD_PRESSURE_PA for point in self.measured])
        terms = self._terms(at)
        miss = ln_ratio - self.shape.ln_pressure(at)
        slope_sigma = float(_curve_sigma(np.asarray(0.3))) / 0.3
        information = (terms / sigma[:, None] ** 2).T @ terms + np.diag([1e-6, 1.0 / slope_sigma**2])
        covariance = np.linalg.inv(information)
        shift = covariance @ ((terms / sigma[:, None] ** 2).T @ miss)
        scatter = float(np.sqrt(np.mean((miss - terms @ shift) ** 2)))
        return shift, covariance, max(float(sigma.min()), scatter)

    def _domain(self, temperature_K: float) -> tuple[bool, str]:
        boiling = self.shape.boiling_point_K
        if temperature_K > self.shape.highest_K:
            return (
                False,
                f"{temperature_K:g} K is above {self.shape.highest_K:.0f} K, near or beyond the critical point",
            )
        if temperature_K < COLDEST * boiling:
            return (
                False,
                f"{temperature_K:g} K is below {COLDEST:g} of the boiling point, colder than any curve measured",
            )
        return True, ""

    def _model_sigma(self, temperature: Float) -> Float:
        curve, boiling = shipped_models()[1], self.shape.boiling_point_K
        other = curve.shape(self.features, boiling + 1.0)
        per_K = np.abs(other.ln_pressure(temperature) - self.shape.ln_pressure(temperature))
        total: Float = np.hypot(per_K * self.boiling_sigma_K, _curve_sigma(np.abs(1.0 - boiling / temperature)))
        return total


@lru_cache(maxsize=4096)
def volatility(smiles: str, measured: tuple[MeasuredPoint, ...] = ()) -> Volatility:
    """Return the vapour-pressure curve of a molecule.

    Parameters
    ----------
    smiles : str
    measured : tuple of MeasuredPoint
        Vapour pressures of the liquid that somebody measured: they win over the model.

    Returns
    -------
    Volatility

    Raises
    ------
    DomainError
        If it is no neutral closed-shell organic molecule of at most 250 heavy atoms.
    InputError
        If it is no SMILES.

    Notes
    -----
    The boiling point is a group contribution inside a logarithm, corrected by a Gaussian process on molecules alike;
    the curve is Clausius-Clapeyron with a constant change of heat capacity (`finechem.matter.volatility_model`). Sigma
    is from 90 % quantiles of errors on scaffolds left out, by molar mass and by distance from the nearest of the 2000
    training molecules that the correction rests on (table ``matter.volatility_parameters``); beyond 600 g/mol it grows
    with the mass, which nobody measured.

    It cannot tell a boiling point from a decomposition temperature: large antioxidants decompose long before they
    boil, and the value only anchors the curve. It knows no stereoisomers, and the liquid only: a solid's vapour
    pressure is lower below its melting point. Antioxidants dissolved in a matrix evaporate like the liquid.

    Examples
    --------
    >>> curve = volatility("CCCCCCCCCC")
    >>> bool(abs(curve.shape.boiling_point_K - 447.3) < 5)  # decane boils at 447.3 K
    True
    """
    features = volatility_features(smiles)
    boiling_model, curve_model = shipped_models()
    found, novelty = boiling_model.predict([features])
    boiling = max(float(found[0]), 50.0)
    mass = features.molar_mass_g_mol
    sigma = _boiling_sigma_K(mass, float(novelty[0]))
    reasons = []
    unknown = sorted(features.groups.keys() - boiling_model.groups.keys())
    if unknown:
        reasons.append(f"{', '.join(unknown)} in fewer than 12 of the training molecules")
    if mass > HEAVIEST_G_MOL:
        reasons.append(f"{mass:.0f} g/mol is heavier than {HEAVIEST_G_MOL:g}, where next to nothing was measured")
    if novelty[0] > _parameter("limit", "novelty"):
        reasons.append("unlike all molecules that the model was tested on")
    ordered = tuple(sorted(measured, key=lambda point: point.temperature_K))
    return Volatility(features, curve_model.shape(features, boiling), sigma, "; ".join(reasons), ordered)


def normal_boiling_point_K(smiles: str) -> VolatilityValue:
    """Return the model's boiling point at 101325 Pa, sigma in K; see `volatility`.

    Examples
    --------
    >>> found = normal_boiling_point_K("c1ccccc1C")  # toluene, measured 383.8 K
    >>> bool(abs(found.value - 383.8) < 2 * found.sigma), found.in_domain
    (True, True)
    """
    curve = volatility(smiles)
    return VolatilityValue(curve.shape.boiling_point_K, curve.boiling_sigma_K, not curve.reason, curve.reason)


def vapour_pressure_Pa(smiles: str, temperature_K: float, measured: Sequence[MeasuredPoint] = ()) -> VolatilityValue:
    """Return the vapour pressure of the liquid at a temperature, sigma of ln p; see `volatility`.

    Where measured points are given they speak: up to 10 K beyond the first and last, further away through the model's
    slope. `source` says which.

    Examples
    --------
    >>> point = MeasuredPoint(473.15, 18300.0, 0.05, "Antoine fit of a handbook")
    >>> vapour_pressure_Pa("Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1", 473.15, [point]).source
    'measured: Antoine fit of a handbook'
    """
    return volatility(smiles, tuple(measured)).value(temperature_K)


def enthalpy_of_vaporization_kJ_mol(smiles: str, temperature_K: float = 298.15) -> VolatilityValue:
    """Return the enthalpy of vaporization; sigma from the errors of measured ones at 298.15 K.

    Examples
    --------
    >>> found = enthalpy_of_vaporization_kJ_mol("CCCCCCCC")  # octane, measured 41.5 kJ/mol
    >>> bool(abs(found.value - 41.5) < 2 * found.sigma)
    True
    """
    curve = volatility(smiles)
    inside, why = curve._domain(temperature_K)
    reasons = [text for text in (curve.reason, why) if text]
    value = float(curve.enthalpy_of_vaporization_kJ_mol(temperature_K))
    return VolatilityValue(
        value, value * _parameter("sigma_enthalpy", "relative"), inside and not reasons, "; ".join(reasons)
    )


@cache
def shipped_models() -> tuple[BoilingModel, CurveModel]:
    """Return the models as the shipped tables have them."""
    groups = _parameters("boiling_group")
    means, deviations = _parameters("descriptor_mean"), _parameters("descriptor_deviation")
    rows = datasets.load("matter.volatility_centres").rows
    smiles = tuple(str(row["smiles"]) for row in rows)
    weights = np.array([row["weight_K"] for row in rows], dtype=float)
    bare = BoilingModel(groups, means, deviations, smiles, weights, np.zeros((0, len(means))))
    scaled = bare.scaled([volatility_features(text) for text in smiles])
    entropy, heat = _parameters("curve_entropy"), _parameters("curve_heat")
    curve = CurveModel(tuple(entropy[name] for name in CURVE_ENTROPY), tuple(heat[name] for name in CURVE_HEAT))
    return BoilingModel(groups, means, deviations, smiles, weights, scaled), curve


@cache
def _parameters(kind: str) -> dict[str, float]:
    found = {
        str(row["name"]): float(row["value"])
        for row in datasets.load("matter.volatility_parameters").rows
        if row["kind"] == kind
    }
    if not found:
        raise DataError(f"matter.volatility_parameters has no {kind}: run benchmarks/accuracy/volatility.py --write")
    return found


def _parameter(kind: str, name: str) -> float:
    return _parameters(kind)[name]


def sigma_of_measured_ln(smiles: str) -> float:
    """Return the usual standard deviation of ln p of a measured vapour pressure or boiling point.

    From the spread of boiling points between handbooks, 90 % quantile, times the entropy of vaporization over R.
    """
    return _parameter("sigma_source", "boiling point, relative") * volatility(smiles).shape.entropy


#: Bounds of the bands of molar mass (g/mol) that errors are measured in.
MASS_BANDS = (0.0, 150.0, 300.0, 600.0)


def _boiling_sigma_K(mass: float, novelty: float) -> float:
    """Return sigma of a boiling point: by band of mass between classes of novelty, growing with mass above 600."""
    band = max(low for low in MASS_BANDS[:-1] if low <= mass)
    rows = _parameters(f"sigma_boiling_from_{band:g}")
    sigma = float(np.interp(novelty, [float(name) for name in rows], list(rows.values())))
    return sigma * max(1.0, mass / HEAVIEST_G_MOL)


def _curve_sigma(distance: Float) -> Float:
    """Return sigma of ln p at a measured boiling point, from the distance in reduced reciprocal temperature."""
    rows = _parameters("sigma_curve")
    at = np.array([0.0, *(float(name) for name in rows)])
    sigma = np.array([0.0, *rows.values()])
    beyond = np.maximum(distance / at[-1], 1.0)
    found: Float = np.interp(distance, at, sigma) * beyond
    return found


def _temperatures(temperature_K: Any) -> Float:
    temperature = np.asarray(temperature_K, dtype=float)
    if not np.all((temperature > 0.0) & np.isfinite(temperature)):
        raise InputError(f"temperature {temperature_K} K is not above 0 and finite")
    return temperature
