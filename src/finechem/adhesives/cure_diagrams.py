"""Time-temperature-transformation and continuous-heating diagrams, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.adhesives.cure_kinetics import CureKinetics
from finechem.adhesives.curing import cure_many, isothermal
from finechem.errors import InputError
from finechem.matter.programs import Program

__all__ = [
    "HeatingDiagram",
    "TransformationDiagram",
    "continuous_heating_transformation",
    "time_temperature_transformation",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TransformationDiagram:
    """Isothermal cure: when each temperature gels, turns to glass, and is cured.

    Attributes
    ----------
    temperature_K : (T,) array
    gel_time_s, vitrification_time_s, full_cure_time_s : (T,) arrays
        NaN where it does not happen within `longest_s`, or cannot be told (`missing`).
    full_cure : float
        The conversion that counts as full.
    longest_s : float
    tg_0_K, gel_tg_K, tg_inf_K : float or None
        Below the first the mix is a glass before it reacts; at the second gelation and vitrification coincide; above
        the third it never becomes one.
    missing : dict
        What cannot be told, and how to hand it in.
    """

    temperature_K: Array
    gel_time_s: Array
    vitrification_time_s: Array
    full_cure_time_s: Array
    full_cure: float
    longest_s: float
    tg_0_K: float | None
    gel_tg_K: float | None
    tg_inf_K: float | None
    missing: dict[str, str]


@dataclass(frozen=True, slots=True)
class HeatingDiagram:
    """Cure at constant heating rates: times and temperatures of gelation, vitrification and devitrification.

    Attributes
    ----------
    heating_rate_K_min : (B,) array
    gel_time_s, vitrification_time_s, devitrification_time_s : (B,) arrays
        NaN where it does not happen. Devitrification: the temperature overtakes the glass transition for the last time.
    gel_temperature_K, vitrification_temperature_K, devitrification_temperature_K : (B,) arrays
    final_conversion : (B,) array
    """

    heating_rate_K_min: Array
    gel_time_s: Array
    vitrification_time_s: Array
    devitrification_time_s: Array
    gel_temperature_K: Array
    vitrification_temperature_K: Array
    devitrification_temperature_K: Array
    final_conversion: Array


def time_temperature_transformation(
    kinetics: CureKinetics,
    temperature_K: ArrayLike | None = None,
    *,
    gel_conversion: float | None = None,
    initial_conversion: float = 0.0,
    full_cure: float = 0.99,
    longest_s: float = 1e7,
) -> TransformationDiagram:
    """Return the isothermal time-temperature-transformation diagram.

    Parameters
    ----------
    kinetics : CureKinetics
    temperature_K : (T,) array, optional
        By default 121 from the glass transition of the uncured mix to 30 K above that of the network.
    gel_conversion : float, optional
        Wins over that of the kinetics.
    initial_conversion : float
    full_cure : float
        A convention: conversion approaches 1 and does not reach it.
    longest_s : float
        Where curves end: a hundred days or so.

    Raises
    ------
    InputError
        If no temperatures are given and the glass transition is unknown.

    Examples
    --------
    >>> from finechem.adhesives import published_kinetics
    >>> diagram = time_temperature_transformation(published_kinetics("rimr135-rimh137"), gel_conversion=0.6)
    >>> round(diagram.gel_tg_K - 273.15, 1)
    -4.3
    """
    kinetics = kinetics.with_gel(gel_conversion)
    tg = kinetics.glass_transition
    if temperature_K is None:
        if tg is None:
            raise InputError(f"{kinetics.name}: no glass transition to span the temperatures; hand in temperature_K")
        temperatures = np.linspace(tg.tg_0_K, tg.tg_inf_K + 30.0, 121)
    else:
        temperatures = np.atleast_1d(np.asarray(temperature_K, dtype=float))
    programs = isothermal(temperatures, longest_s)
    found = cure_many([kinetics], programs, initial_conversion=initial_conversion, target_conversion=full_cure)
    missing = {
        name: text for name, text in kinetics.missing().items() if name in ("glass transition", "gel conversion")
    }
    gel_tg = None
    if tg is not None and kinetics.gel_conversion is not None:
        gel_tg = float(tg.at(kinetics.gel_conversion))
    return TransformationDiagram(
        temperatures,
        found.gel_time_s,
        found.vitrification_time_s,
        found.target_time_s,
        full_cure,
        longest_s,
        None if tg is None else tg.tg_0_K,
        gel_tg,
        None if tg is None else tg.tg_inf_K,
        missing,
    )


def continuous_heating_transformation(
    kinetics: CureKinetics,
    heating_rate_K_min: Sequence[float],
    *,
    start_K: float = 298.15,
    end_K: float = 573.15,
    gel_conversion: float | None = None,
    initial_conversion: float = 0.0,
    points: int = 2000,
) -> HeatingDiagram:
    """Return the continuous-heating-transformation diagram.

    Parameters
    ----------
    kinetics : CureKinetics
    heating_rate_K_min : sequence of float
    start_K, end_K : float
    gel_conversion : float, optional
    initial_conversion : float
    points : int
        At which the glass transition is compared with the temperature: devitrification is found between two of them.

    Raises
    ------
    InputError
        If a rate or the range does not rise.
    """
    rates = np.asarray(heating_rate_K_min, dtype=float)
    if not (rates.size and np.all(rates > 0.0) and 0.0 < start_K < end_K):
        raise InputError(f"heating from {start_K:g} to {end_K:g} K at {heating_rate_K_min} K/min: must rise")
    kinetics = kinetics.with_gel(gel_conversion)
    spans = (end_K - start_K) / rates * 60.0
    programs = [
        Program(f"{rate:g} K/min", (0.0, span), (start_K, end_K)) for rate, span in zip(rates, spans, strict=True)
    ]
    times = spans[:, None] * np.linspace(0.0, 1.0, points)
    found = cure_many([kinetics], programs, initial_conversion=initial_conversion, sample_times_s=times)
    leaves = np.full(rates.shape, np.nan)
    if kinetics.glass_transition is not None:
        temperatures = np.linspace(start_K, end_K, points)
        over = kinetics.glass_transition.at(np.clip(found.samples, 0.0, 1.0)) - temperatures
        for index, (row, time) in enumerate(zip(over, times, strict=True)):
            falls = np.flatnonzero((row[:-1] >= 0.0) & (row[1:] < 0.0))
            if falls.size:
                at = falls[-1]
                leaves[index] = time[at] + (time[at + 1] - time[at]) * row[at] / (row[at] - row[at + 1])
    at_gel, at_glass, at_melt = (
        start_K + rates / 60.0 * time for time in (found.gel_time_s, found.vitrification_time_s, leaves)
    )
    return HeatingDiagram(
        rates, found.gel_time_s, found.vitrification_time_s, leaves, at_gel, at_glass, at_melt, found.conversion
    )
