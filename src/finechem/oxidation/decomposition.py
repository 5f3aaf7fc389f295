r"""Thermal decomposition: homolysis of the weakest bond, survival through a program, thermogravimetry and its analysis.

First order throughout: :math:`\mathrm{d}\alpha/\mathrm{d}t = k(T)\,(1 - \alpha)`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DomainError, InputError
from finechem.matter.isoconversional import Kinetics, friedman_analysis, kissinger_analysis
from finechem.units import BOLTZMANN, GAS_CONSTANT, HBAR

__all__ = [
    "LOG10_A",
    "Kinetics",
    "WeightLoss",
    "friedman_analysis",
    "homolysis_rate_per_s",
    "kissinger_analysis",
    "survival",
    "thermogravimetry",
]

PLANCK = 2.0 * math.pi * HBAR  # J s
#: Decadic logarithm of the frequency factor of a bond that breaks by a loose transition state, in 1/s. A convention
#: (rates of simple bond fission lie a decade or so around it), not measured here; cage return in a matrix lowers it.
LOG10_A = 15.5
Array = NDArray[np.float64]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


def homolysis_rate_per_s(
    enthalpy_J_mol: ArrayLike, temperature_K: ArrayLike, log10_A: float | None = None, entropy_J_mol_K: float = 0.0
) -> Array:
    r"""Return the rate at which a bond breaks.

    .. math:: k = A\,e^{-\Delta H/RT} \quad\text{or}\quad
              k = \frac{k_B T}{h}\,e^{\Delta S^\ddagger/R}\,e^{-\Delta H/RT}

    Recombination of two radicals has no barrier, so the enthalpy of activation is the bond dissociation enthalpy.

    Parameters
    ----------
    enthalpy_J_mol : array
        Bond dissociation enthalpy.
    temperature_K : array
        Broadcast against it.
    log10_A : float, optional
        Uses the first form. `LOG10_A` is the convention for a loose transition state.
    entropy_J_mol_K : float
        Entropy of activation of the second form.

    Returns
    -------
    array
        In 1/s.

    Raises
    ------
    DomainError
        If a temperature is not above 0 or an enthalpy is negative.

    Notes
    -----
    In a solid or viscous matrix most radical pairs recombine in their cage: an upper bound there.

    Examples
    --------
    >>> round(float(homolysis_rate_per_s(0.0, 300.0)) / 1e12, 3)  # k_B T / h
    6.251
    >>> half_life_h = math.log(2) / homolysis_rate_per_s(160e3, 400.0, LOG10_A) / 3600
    >>> round(float(half_life_h), 1)
    47.6
    """
    enthalpy, temperature = np.asarray(enthalpy_J_mol, dtype=float), np.asarray(temperature_K, dtype=float)
    if not np.all(temperature > 0):
        raise DomainError(f"temperature_K={temperature.min():g}: must be above 0")
    if not np.all(enthalpy >= 0):
        raise DomainError(f"enthalpy_J_mol={enthalpy.min():g}: must not be negative")
    if log10_A is not None:
        factor = np.full(temperature.shape, 10.0**log10_A)
    else:
        factor = BOLTZMANN * temperature / PLANCK * math.exp(entropy_J_mol_K / GAS_CONSTANT)
    return np.asarray(factor * np.exp(-enthalpy / (GAS_CONSTANT * temperature)))


def survival(
    enthalpy_J_mol: ArrayLike,
    times_s: ArrayLike,
    temperatures_K: ArrayLike,
    *,
    log10_A: float = LOG10_A,
    bonds: ArrayLike = 1.0,
) -> Array:
    r"""Return the share of molecules whose bond survives a temperature program, linear between its points.

    .. math:: S = \exp\Bigl(-n \int k(T(t))\,\mathrm{d}t\Bigr)

    Parameters
    ----------
    enthalpy_J_mol : (N,) array
        Of the weakest bond of each molecule.
    times_s, temperatures_K : (P,) arrays
        Ascending times and the temperatures there.
    log10_A : float
    bonds : (N,) array or float
        Equal weakest bonds n of a molecule.

    Returns
    -------
    (N,) array
        0 to 1.

    Raises
    ------
    DomainError, InputError
        If times do not ascend, shapes differ, or a temperature is not above 0.

    Examples
    --------
    An hour at 500 K, against exp(-k t):

    >>> round(float(survival(180e3, [0.0, 3600.0], [500.0, 500.0])[0]), 4)
    0.1674
    """
    times, temperatures = _program(times_s, temperatures_K)
    enthalpy = np.atleast_1d(np.asarray(enthalpy_J_mol, dtype=float))
    exposure = np.zeros(enthalpy.shape)
    for start in range(len(times) - 1):
        pieces = max(1, math.ceil(abs(temperatures[start + 1] - temperatures[start]) / 20.0))
        edges = np.linspace(temperatures[start], temperatures[start + 1], pieces + 1)
        width = (times[start + 1] - times[start]) / pieces
        for low, high in pairwise(edges):
            nodes = (low + high) / 2.0 + (high - low) / 2.0 * _NODES
            exposure += width / 2.0 * homolysis_rate_per_s(enthalpy[:, None], nodes[None, :], log10_A) @ _WEIGHTS
    return np.asarray(np.exp(-np.asarray(bonds) * exposure))


def _program(times_s: ArrayLike, temperatures_K: ArrayLike) -> tuple[Array, Array]:
    times, temperatures = np.asarray(times_s, dtype=float), np.asarray(temperatures_K, dtype=float)
    if times.ndim != 1 or times.shape != temperatures.shape or times.size < 2:
        raise InputError(f"a program needs two or more times and as many temperatures, got {times.size}")
    if not (np.all(np.isfinite(times)) and np.all(np.diff(times) >= 0)):
        raise InputError("the times of a program must be finite and ascend")
    if not (np.all(np.isfinite(temperatures)) and np.all(temperatures > 0)):
        raise DomainError(f"temperatures of a program must be above 0 K, got {temperatures.min():g}")
    return times, temperatures


@dataclass(frozen=True, slots=True)
class WeightLoss:
    """A simulated thermogravimetry.

    Attributes
    ----------
    temperatures_K, remaining : (P,) arrays
        Remaining mass share.
    t5_K, t50_K : float
        Temperatures of 5 and 50 % loss; NaN where it ends before.
    onset_K : float
        Where the tangent at the steepest loss meets full mass (extrapolated onset).
    """

    temperatures_K: Array
    remaining: Array
    t5_K: float
    t50_K: float
    onset_K: float


def thermogravimetry(
    enthalpy_J_mol: float,
    heating_rate_K_min: float = 10.0,
    *,
    start_K: float = 300.0,
    end_K: float = 900.0,
    log10_A: float = LOG10_A,
) -> WeightLoss:
    """Return the loss of mass on linear heating, were homolysis the only cause and its products volatile.

    Parameters
    ----------
    enthalpy_J_mol : float
    heating_rate_K_min : float
    start_K, end_K : float
    log10_A : float

    Raises
    ------
    InputError
        If the heating rate or the range is not positive.

    Notes
    -----
    A small molecule evaporates long before it decomposes: see `finechem.oxidation.evaporation`.

    Examples
    --------
    >>> loss = thermogravimetry(220e3, 10.0)
    >>> bool(loss.onset_K < loss.t50_K), round(loss.t5_K)
    (True, 614)
    """
    if not (heating_rate_K_min > 0 and 0 < start_K < end_K):
        raise InputError(f"heating_rate_K_min={heating_rate_K_min:g} from {start_K:g} to {end_K:g} K: must rise")
    grid = np.linspace(start_K, end_K, 1201)
    step_s = (grid[1] - grid[0]) * 60.0 / heating_rate_K_min
    nodes = (grid[:-1] + grid[1:])[:, None] / 2.0 + (grid[1] - grid[0]) / 2.0 * _NODES[None, :]
    exposure = step_s / 2.0 * homolysis_rate_per_s(enthalpy_J_mol, nodes, log10_A) @ _WEIGHTS
    remaining = np.exp(-np.concatenate([[0.0], np.cumsum(exposure)]))
    slope = np.gradient(remaining, grid)
    steepest = int(np.argmin(slope))
    t5, t50 = (_temperature_at(grid, remaining, share) for share in (0.95, 0.5))
    onset = (
        float(grid[steepest] + (1.0 - remaining[steepest]) / slope[steepest]) if slope[steepest] < -1e-9 else math.nan
    )
    return WeightLoss(grid, remaining, t5, t50, onset)


def _temperature_at(grid: Array, remaining: Array, share: float) -> float:
    if remaining[-1] > share:
        return math.nan
    return float(np.interp(-share, -remaining, grid))
