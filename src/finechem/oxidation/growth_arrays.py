"""Growth laws and films as the arrays of the kernel: drawn parameters, dissociation pressures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.errors import DataError, InputError
from finechem.oxidation.growth_parameters import (
    START_SIGMA_LN,
    CabreraMottLaw,
    LogarithmicLaw,
    OxideGrowth,
    ParabolicLaw,
    RateConstant,
)
from finechem.units import GAS_CONSTANT

__all__ = ["LAW_ERRORS", "OxygenBarrier", "kernel_laws", "law_draws", "shared_loadings"]

FloatArray = NDArray[np.float64]
#: 1/T at which dissociation pressures are tabulated for the kernel, fine enough for the kinks where phases change.
_INVERSE_K = np.linspace(1.0 / 3000.0, 1.0 / 250.0, 16001)
#: ln of the dissociation pressure is straight between those rows with at most this error (6e-4 found); growth starts
#: above it.
_TABLE_ERROR = 1e-3
#: The errors of a growth law, in the order of its random numbers.
LAW_ERRORS = ("ln k", "E", "ln linear", "linear E", "start")


@dataclass(frozen=True, slots=True)
class OxygenBarrier:
    r"""A film over the growing oxide that slows oxygen and is lost by a first-order process.

    Oxygen through it feeds growth of at most S p / d, with S = permeability times the volume of oxide for a mole O2.

    Parameters
    ----------
    thickness_m : float
    conductance_m2_s_bar : float
        S at `reference_K`, m2/(s bar).
    reference_K : float
    permeation_energy_kJ_mol : float
    loss_energy_kJ_mol : float
        Of the film's loss, k_w = 10^log10_A exp(−E/RT); infinite: it stays.
    log10_A : float
        Of k_w in 1/s.
    sigma_ln_thickness, sigma_ln_conductance, sigma_permeation_energy_kJ_mol, sigma_loss_energy_kJ_mol : float
        Standard deviations.
    """

    thickness_m: float
    conductance_m2_s_bar: float
    reference_K: float = 298.15
    permeation_energy_kJ_mol: float = 0.0
    loss_energy_kJ_mol: float = math.inf
    log10_A: float = 13.0
    sigma_ln_thickness: float = 0.0
    sigma_ln_conductance: float = 0.0
    sigma_permeation_energy_kJ_mol: float = 0.0
    sigma_loss_energy_kJ_mol: float = 0.0

    def __post_init__(self) -> None:
        mistakes = [
            f"{name} of {value:g}: must be above 0"
            for name, value in (
                ("thickness_m", self.thickness_m), ("conductance_m2_s_bar", self.conductance_m2_s_bar),
                ("reference_K", self.reference_K), ("loss_energy_kJ_mol", self.loss_energy_kJ_mol),
            )
            if not value > 0
        ]  # fmt: skip
        if not self.permeation_energy_kJ_mol >= 0:
            mistakes.append(f"permeation_energy_kJ_mol of {self.permeation_energy_kJ_mol:g}: must not be negative")
        if mistakes:
            raise InputError("oxygen barrier: " + "; ".join(mistakes))


def kernel_laws(
    laws: Sequence[OxideGrowth],
    films: Sequence[OxygenBarrier | None],
    draws: int,
    seed: int,
    nitrogen_bar: float,
) -> Any:
    """Return the kernel's `GrowthLaws`: each law with its own random numbers, films with common ones."""
    from finechem_kernels.growth_laws import CUBIC, FIELD, LINEAR, LOGARITHMIC, PARABOLIC
    from finechem_kernels.oxide_growth import GrowthLaws

    codes = {
        "linear": LINEAR,
        "parabolic": PARABOLIC,
        "cubic": CUBIC,
        "logarithmic": LOGARITHMIC,
        "cabrera-mott": FIELD,
    }
    size, most = len(laws), max(len(law.regimes) for law in laws)
    of_film = _normals([seed], draws, 4)
    start = np.zeros((size, draws))
    kinds = np.zeros((size, most), dtype=np.int64)
    upper = np.full((size, most), np.inf)
    constants = np.zeros((size, draws, most, 7))
    constants[..., 3] = np.inf
    film = np.zeros((size, draws, 5))
    ln_eq = np.full((size, len(_INVERSE_K)), -np.inf)
    for n, law in enumerate(laws):
        normal = law_draws(law, draws, seed)
        start[n] = law.start_m * np.exp(START_SIGMA_LN * normal[:, 4])
        for i, regime in enumerate(law.regimes):
            kinds[n, i], upper[n, i] = codes[regime.law], regime.up_to_m
            if regime.constant is not None:
                constants[n, :, i, :3] = _drawn(regime.constant, normal[:, :2])
            if isinstance(regime, ParabolicLaw) and regime.linear is not None:
                constants[n, :, i, 3:6] = _drawn(regime.linear, normal[:, 2:4])
            if isinstance(regime, LogarithmicLaw):
                constants[n, :, i, 6] = regime.length_m
            elif isinstance(regime, CabreraMottLaw):
                constants[n, :, i, 6] = regime.field_length_mK
        kinds[n, len(law.regimes) :] = kinds[n, len(law.regimes) - 1]  # beyond an infinite edge, never reached
        ln_eq[n] = _ln_dissociation(law.substance, law.oxide, nitrogen_bar)
        barrier = films[n]
        if barrier is not None:
            film[n] = _drawn_film(barrier, of_film)
    return GrowthLaws(
        kinds,
        upper,
        np.array([law.anchor for law in laws]),
        constants,
        ln_eq,
        (float(_INVERSE_K[0]), float(_INVERSE_K[1] - _INVERSE_K[0])),
        start,
        np.array([-np.inf, 0.0]) + np.zeros((size, draws, 2)),
        film,
    )


def _normals(seeds: Sequence[int], draws: int, count: int) -> FloatArray:
    """Return standard normals, (draws, count): zeros first, then every row with its opposite.

    Opposites keep the median of whatever rises or falls with one combination of them at its nominal value.
    """
    half = np.random.default_rng(list(seeds)).standard_normal((draws // 2, count))
    rows = np.zeros((2 * (draws // 2) + 1, count))
    rows[1::2], rows[2::2] = half, -half
    return rows[:draws]


def law_draws(law: OxideGrowth, draws: int, seed: int = 0) -> FloatArray:
    """Return the standard normals of a law's errors, (draws, 5), in the order of `LAW_ERRORS`; the first are 0.

    A law has the same ones wherever it stands; those of different laws are independent.
    """
    return _normals([seed, law.seed], draws, len(LAW_ERRORS))


def shared_loadings(law: OxideGrowth, values: FloatArray, sigma: float, seed: int = 0) -> Mapping[str, float]:
    """Return how much of an error each error of the law makes, which is common to all that the law speaks for.

    Parameters
    ----------
    law : OxideGrowth
    values : (D,) array
        Draws of what came of it, on the scale of `sigma`; fitted by the normals of `law_draws`.
    sigma : float
        Total error; the loadings never exceed it.
    """
    normals, size = law_draws(law, len(values), seed), len(values)
    has = np.array([_has_error(law, name) for name in LAW_ERRORS])
    if sigma <= 0.0 or size < 100 or not has.any():
        return {}
    columns = np.column_stack([np.ones(size), normals[:, has]])
    fit = np.linalg.lstsq(columns, values, rcond=None)[0]
    noise = float(np.std(values - columns @ fit)) / math.sqrt(size / 2.0)  # of a loading; opposites count once
    loads = np.where(np.abs(fit[1:]) > max(3.0 * noise, 1e-3 * sigma), fit[1:], 0.0)
    loads *= min(1.0, sigma / max(float(np.linalg.norm(loads)), 1e-300))
    found = zip(np.array(LAW_ERRORS)[has].tolist(), loads.tolist(), strict=True)
    return {f"growth:{law.key} {name}": load for name, load in found if load}


def _has_error(law: OxideGrowth, name: str) -> bool:
    if name == "start":
        return law.start_m > 0
    anchor = law.regimes[law.anchor]
    constant = anchor.linear if "linear" in name and isinstance(anchor, ParabolicLaw) else law.constant
    if constant is None or ("linear" in name and not isinstance(anchor, ParabolicLaw)):
        return False
    return (constant.sigma_energy_kJ_mol if name.endswith("E") else constant.sigma_ln) > 0


def _drawn(constant: RateConstant, normal: FloatArray) -> FloatArray:
    """Return ln k0, E/R and n of each draw; energies stay above 0."""
    energy = np.maximum(constant.energy_kJ_mol + constant.sigma_energy_kJ_mol * normal[:, 1], 0.0) * 1e3 / GAS_CONSTANT
    at_reference = math.log(constant.value) + constant.sigma_ln * normal[:, 0]
    exponent = np.full(len(normal), constant.pressure_exponent)
    return np.stack([at_reference + energy / constant.reference_K, energy, exponent], axis=1)


def _drawn_film(barrier: OxygenBarrier, normal: FloatArray) -> FloatArray:
    thickness = barrier.thickness_m * np.exp(barrier.sigma_ln_thickness * normal[:, 0])
    permeation = np.maximum(
        barrier.permeation_energy_kJ_mol + barrier.sigma_permeation_energy_kJ_mol * normal[:, 2], 0.0
    ) * 1e3 / GAS_CONSTANT  # fmt: skip
    ln_S = math.log(barrier.conductance_m2_s_bar) + barrier.sigma_ln_conductance * normal[:, 1]
    if math.isinf(barrier.loss_energy_kJ_mol):
        ln_k, loss = np.full(len(normal), -700.0), np.zeros(len(normal))
    else:
        loss = np.maximum(barrier.loss_energy_kJ_mol + barrier.sigma_loss_energy_kJ_mol * normal[:, 3], 1.0)
        loss = loss * 1e3 / GAS_CONSTANT
        ln_k = np.full(len(normal), barrier.log10_A * math.log(10.0))
    return np.stack([thickness, ln_k, loss, ln_S + permeation / barrier.reference_K, permeation], axis=1)


@cache
def _ln_dissociation(substance: str, oxide: str, nitrogen_bar: float) -> FloatArray:
    """Return ln of the dissociation pressure in bar on `_INVERSE_K`, −∞ where NIST-JANAF has no tables for it."""
    from finechem.oxidation.thermochemistry import ln_dissociation_pressure

    try:
        values = ln_dissociation_pressure(substance, 1.0 / _INVERSE_K, oxide, nitrogen_bar=nitrogen_bar) + _TABLE_ERROR
    except (DataError, InputError):
        return np.full(len(_INVERSE_K), -np.inf)
    known = np.isfinite(values)
    if known.sum() < 2:
        return np.full(len(_INVERSE_K), -np.inf)
    # straight in 1/T beyond the ends, where tables end
    first, last = np.flatnonzero(known)[[0, -1]]
    for end, inner in ((first, min(first + 40, last)), (last, max(last - 40, first))):
        slope = (values[end] - values[inner]) / (_INVERSE_K[end] - _INVERSE_K[inner])
        beyond = np.arange(len(values)) < end if end == first else np.arange(len(values)) > end
        values[beyond] = values[end] + slope * (_INVERSE_K[beyond] - _INVERSE_K[end])
    inside = np.isfinite(values)
    return np.interp(_INVERSE_K, _INVERSE_K[inside], values[inside])
