"""Cure kinetics from calorimetry: activation energies without a rate law, and least squares of one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.cure_kinetics import CureKinetics
from finechem.adhesives.dsc import DscRun
from finechem.errors import ConvergenceError, InputError, did_you_mean
from finechem.matter.isoconversional import Kinetics, friedman_analysis, kas_analysis
from finechem.units import GAS_CONSTANT

__all__ = ["MODELS", "CureFit", "fit_cure_kinetics", "isoconversional"]

Array = NDArray[np.float64]
#: Rate laws that can be fitted, and their parameters.
MODELS: dict[str, tuple[str, ...]] = {
    "kamal": ("log10_A1", "E1_J_mol", "log10_A2", "E2_J_mol", "m", "n"),
    "autocatalytic": ("log10_A2", "E2_J_mol", "m", "n"),
    "nth-order": ("log10_A1", "E1_J_mol", "n"),
}
#: Runs that lie within this say nothing of an activation energy.
_NARROWEST_K = 5.0
_POINTS = 300
"""Of a run, at most: more of one smooth curve say nothing new."""


@dataclass(frozen=True, slots=True)
class CureFit:
    """A fitted rate law.

    Attributes
    ----------
    kinetics : CureKinetics
    parameters : dict
        Value and confidence limits of each.
    confidence : float
    rms_relative_error : float
        Of the rates, over the peak of each run.
    """

    kinetics: CureKinetics
    parameters: dict[str, tuple[float, float, float]]
    confidence: float
    rms_relative_error: float


def isoconversional(
    runs: Sequence[DscRun],
    method: str = "friedman",
    conversions: Sequence[float] = tuple(np.arange(0.1, 0.91, 0.1)),
) -> list[Kinetics]:
    """Return the activation energy at each conversion; `Kinetics.interval_J_mol` is its confidence interval.

    Parameters
    ----------
    runs : sequence of DscRun
        Three or more heating rates.
    method : str
        ``friedman`` (rates, any program) or ``kas`` (constant heating rates).
    conversions : sequence of float

    Raises
    ------
    InputError
        For another method, fewer than three runs, or runs that do not reach a conversion.
    """
    curves = [(run.time_s, run.temperature_K, run.conversion) for run in runs]
    if method == "friedman":
        return friedman_analysis(curves, conversions)
    if method == "kas":
        return kas_analysis(curves, conversions)
    raise InputError(f"method={method!r}{did_you_mean(method, ('friedman', 'kas'))}")


def fit_cure_kinetics(runs: Sequence[DscRun], model: str = "kamal", *, confidence: float = 0.95) -> CureFit:
    r"""Fit a rate law to all runs together.

    Least squares of the rates over each run's highest, at measured conversion and temperature,

    .. math:: \sum_{r,i} \Bigl[\frac{\dot\alpha(\alpha_i, T_i) - \dot\alpha_i}{\max_i \dot\alpha_i}\Bigr]^2

    with conversions from 0.01 to 0.99.

    Parameters
    ----------
    runs : sequence of DscRun
        Two or more, of different heating rates (or temperatures).
    model : str
        ``kamal``, ``autocatalytic`` or ``nth-order``.
    confidence : float

    Raises
    ------
    InputError
        For another model, or too few runs.
    ConvergenceError
        If the fit does not converge.

    Notes
    -----
    Intervals are asymptotic (covariance from the Jacobian, Student's t) and take the points to err independently;
    those of one curve do not, so real intervals are wider. Diffusion control is not fitted: leave out what lies beyond
    vitrification. A path the data do not need comes out with a very wide interval; use the smaller law then.
    """
    if model not in MODELS:
        raise InputError(f"model={model!r}{did_you_mean(model, MODELS)}")
    if len(runs) < 2:
        raise InputError(f"a fit of cure kinetics needs two or more runs, got {len(runs)}")
    if not 0.0 < confidence < 1.0:
        raise InputError(f"confidence={confidence:g}: a share between 0 and 1, such as 0.95")
    alpha, temperature, rate, scale = _points(runs)
    if np.ptp(temperature) < _NARROWEST_K:
        raise InputError(
            f"all runs lie within {np.ptp(temperature):.2g} K: no activation energy can be told from one temperature; "
            "add a run at another temperature or heating rate"
        )
    middle = float(np.median(temperature))
    best = _best(model, alpha, temperature, rate / scale, scale, middle)
    names = MODELS[model]
    rest = max(len(rate) - len(names), 1)
    variance = 2.0 * best.cost / rest
    covariance = variance * np.linalg.pinv(best.jac.T @ best.jac)
    from scipy.stats import t as student

    factor = float(student.ppf(0.5 + confidence / 2.0, rest))
    found = {}
    for at, name in enumerate(names):
        weights = np.zeros(len(names))
        weights[at] = 1.0
        value = float(best.x[at])
        if name.startswith("log10_A"):  # from ln k at the middle and E in kJ/mol
            weights[at], weights[at + 1] = 1.0, 1e3 / (GAS_CONSTANT * middle)
            value = float(weights @ best.x)
            weights, value = weights / math.log(10.0), value / math.log(10.0)
        elif name.startswith("E"):
            weights, value = 1e3 * weights, 1e3 * value
        half = factor * math.sqrt(max(float(weights @ covariance @ weights), 0.0))
        found[name] = (value, value - half, value + half)
    numbers = {name: value for name, (value, _, _) in found.items()}
    heats = [run.heat_J_kg / max(float(run.conversion[-1]), 1e-9) for run in runs if run.heat_J_kg is not None]
    kinetics = CureKinetics(
        f"{model} fit",
        A1_per_s=10.0 ** numbers["log10_A1"] if "log10_A1" in numbers else 0.0,
        E1_J_mol=numbers.get("E1_J_mol", 0.0),
        A2_per_s=10.0 ** numbers["log10_A2"] if "log10_A2" in numbers else 0.0,
        E2_J_mol=numbers.get("E2_J_mol", 0.0),
        m=numbers.get("m", 1.0),
        n=numbers["n"],
        heat_J_kg=float(np.mean(heats)) if heats else None,
        source="fitted by finechem",
    )
    return CureFit(kinetics, found, confidence, math.sqrt(2.0 * best.cost / len(rate)))


def _points(runs: Sequence[DscRun]) -> tuple[Array, Array, Array, Array]:
    """Return conversion, temperature, rate and highest rate of the points that are fitted."""
    parts: list[tuple[Array, Array, Array, Array]] = []
    for run in runs:
        inside = np.flatnonzero((run.conversion > 0.01) & (run.conversion < 0.99))
        if inside.size < 5:
            raise InputError(f"run {run.name}: {inside.size} points with conversions between 0.01 and 0.99; 5 needed")
        inside = inside[:: max(1, inside.size // _POINTS)]
        highest = np.full(inside.size, float(np.max(run.rate_per_s[inside])))
        parts.append((run.conversion[inside], run.temperature_K[inside], run.rate_per_s[inside], highest))
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return joined[0], joined[1], joined[2], joined[3]


def _best(model: str, alpha: Array, temperature: Array, goal: Array, scale: Array, middle: float) -> Any:
    """Return the best of several least-squares fits: ln k at the middle temperature, E in kJ/mol, orders."""
    from scipy.optimize import least_squares

    log_alpha, log_left = np.log(alpha), np.log1p(-alpha)
    inverse = (1.0 / middle - 1.0 / temperature) * 1e3 / GAS_CONSTANT

    def residual(x: Array) -> Array:
        if model == "kamal":
            k = np.exp(x[0] + x[1] * inverse) + np.exp(x[2] + x[3] * inverse + x[4] * log_alpha)
        elif model == "autocatalytic":
            k = np.exp(x[0] + x[1] * inverse + x[2] * log_alpha)
        else:
            k = np.exp(x[0] + x[1] * inverse)
        return np.asarray(k * np.exp(x[-1] * log_left) / scale - goal)

    near = np.abs(temperature - middle) <= np.quantile(np.abs(temperature - middle), 0.3)
    log_k = math.log(float(np.median(goal[near] * scale[near])) + 1e-300) + 1.0
    starts: list[list[float]] = []
    for energy, m in product((45.0, 70.0, 100.0), (0.4, 1.0)):
        if model == "kamal":
            starts.append([log_k - 2.5, energy, log_k, energy, m, 1.5])
        elif model == "autocatalytic":
            starts.append([log_k, energy, m, 1.5])
        else:
            starts.append([log_k, energy, 1.0 + m])
    low = {"kamal": [-60, 0, -60, 0, 0, 0], "autocatalytic": [-60, 0, 0, 0], "nth-order": [-60, 0, 0]}[model]
    high = {"kamal": [30, 400, 30, 400, 5, 8], "autocatalytic": [30, 400, 5, 8], "nth-order": [30, 400, 8]}[model]
    found = [least_squares(residual, start, bounds=(low, high), x_scale="jac", max_nfev=2000) for start in starts]
    done = [item for item in found if item.success]
    if not done:
        raise ConvergenceError(f"the fit of {model} did not converge from any of {len(starts)} starts")
    return min(done, key=lambda item: float(item.cost))
