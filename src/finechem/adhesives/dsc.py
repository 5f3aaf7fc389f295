"""Calorimetry of cure from files: heat flow or conversion at several heating rates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.errors import ConfigError, InputError, ReadError
from finechem.matter.programs import ZERO_CELSIUS_K
from finechem.matter.tables import header_mistakes, plain_cell, read_table, to_numbers

__all__ = ["DSC_COLUMNS", "DscRun", "heats_apart", "read_dsc"]

Array = NDArray[np.float64]
#: A run whose temperature stays within this is isothermal.
_ISOTHERMAL_K = 2.0
_TIMES = {"time_s": 1.0, "time_min": 60.0}
_TEMPERATURES = {"temperature_K": 0.0, "temperature_C": ZERO_CELSIUS_K}
_SIGNALS = ("heat_flow_W_g", "conversion_rate_per_s", "conversion")
DSC_COLUMNS = ("run", *_TIMES, *_TEMPERATURES, *_SIGNALS)
_FEWEST = 10
#: A run that ends flat has next to no signal at this share of its time, once the straight line is off.
_NEAR_THE_END, _CUT = 0.95, 0.1
#: By how much the heats of runs that all cured fully may differ.
HEAT_SCATTER = 0.1


@dataclass(frozen=True, slots=True)
class DscRun:
    """One run.

    Attributes
    ----------
    name : str
    time_s, temperature_K, conversion, rate_per_s : (P,) arrays
    heat_J_kg : float or None
        Area of the peak, where heat flow was given.
    """

    name: str
    time_s: Array
    temperature_K: Array
    conversion: Array
    rate_per_s: Array
    heat_J_kg: float | None = None

    @property
    def heating_rate_K_min(self) -> float:
        """Slope of the temperature, by least squares."""
        return 60.0 * float(np.polyfit(self.time_s, self.temperature_K, 1)[0])


def read_dsc(paths: Iterable[Path | str], *, heat_J_kg: float | None = None) -> list[DscRun]:
    """Read runs from CSV or XLSX files, a run a file, or several told apart by a column ``run``.

    Parameters
    ----------
    paths : iterable of path-like
        A time column (``time_s`` or ``time_min``), a temperature column (``temperature_C`` or ``temperature_K``) and
        one of ``heat_flow_W_g`` (exothermic up), ``conversion_rate_per_s``, ``conversion``.
    heat_J_kg : float, optional
        Of full cure, from a run that went to its end: conversion is then the heat over this. Without it every run with
        heat flow counts as cured fully, which isothermal ones that turn to glass are not.

    Returns
    -------
    list of DscRun
        Heat flow loses a straight line from its first to its last point (where the temperature stays within 2 K, its
        last value), and its area up to a time over the whole area is the conversion: so cut each run where the signal
        is flat, before and after the peak, and let it cure fully.

    Raises
    ------
    ConfigError
        Lists every mistake in a file, with its row and column; also of a run that is cut within its peak.
    ReadError
        If a file cannot be read.
    InputError
        If the heat is not above 0.
    """
    if heat_J_kg is not None and not 0.0 < heat_J_kg < math.inf:
        raise InputError(f"heat_J_kg={heat_J_kg:g}: the heat of full cure must be above 0")
    return [run for path in paths for run in _read(Path(path), heat_J_kg)]


def heats_apart(runs: Iterable[DscRun]) -> str:
    """Say whether runs release heats that differ by more than a tenth: not all of them cured fully then; else empty."""
    heats = {run.name: run.heat_J_kg for run in runs if run.heat_J_kg is not None}
    if len(heats) < 2 or min(heats.values()) > (1.0 - HEAT_SCATTER) * max(heats.values()):
        return ""
    least, most = min(heats, key=heats.__getitem__), max(heats, key=heats.__getitem__)
    return (
        f"run {least} releases {heats[least] / 1e3:.4g} J/g and run {most} {heats[most] / 1e3:.4g}: conversion is of "
        "each run's own heat, so what did not cure fully is taken for cured; hand in the heat of full cure"
    )


def _read(path: Path, heat_J_kg: float | None) -> list[DscRun]:
    rows = read_table(path, "calorimetry")
    if isinstance(rows, Mapping):
        raise ReadError(f"{path}: calorimetry is a table of rows (CSV, XLSX)")
    if not rows:
        raise ReadError(f"{path}: the table is empty")
    header = [str(cell).strip() if cell is not None else "" for cell in rows[0]]
    mistakes = header_mistakes(header, DSC_COLUMNS, [])
    chosen = []
    for what, names in (("time", tuple(_TIMES)), ("temperature", tuple(_TEMPERATURES)), ("signal", _SIGNALS)):
        present = [name for name in names if name in header]
        if len(present) != 1:
            mistakes.append(f"row 1: {len(present)} columns of {what}; one of {', '.join(names)} is needed")
        chosen += present[:1]
    if mistakes:
        raise ConfigError(str(path), mistakes)
    grouped: dict[str, list[tuple[int, list[float]]]] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: plain_cell(cell) for name, cell in zip(header, row, strict=False) if name}
        if all(cell is None for cell in cells.values()):
            continue
        wrong = to_numbers(number, cells, chosen)
        wrong += [f"row {number}, column {name!r}: is empty" for name in chosen if cells.get(name) is None]
        mistakes += wrong
        if not wrong:
            label = path.stem if cells.get("run") is None else str(cells["run"])
            grouped.setdefault(label, []).append((number, [float(cells[name]) for name in chosen]))
    runs = []
    for name, members in grouped.items():
        run, wrong = _run(name, members, chosen, heat_J_kg)
        mistakes += wrong
        runs += [] if run is None else [run]
    if mistakes:
        raise ConfigError(str(path), mistakes)
    if not runs:
        raise ReadError(f"{path}: a header and no rows")
    return runs


def _run(
    name: str, members: Sequence[tuple[int, list[float]]], chosen: Sequence[str], full: float | None
) -> tuple[DscRun | None, list[str]]:
    if len(members) < _FEWEST:
        return None, [f"run {name}: {len(members)} points; at least {_FEWEST} are needed"]
    values = np.array([numbers for _, numbers in members])
    time = values[:, 0] * _TIMES[chosen[0]]
    temperature = values[:, 1] + _TEMPERATURES[chosen[1]]
    wrong = [
        f"row {members[at + 1][0]}: time does not rise" for at in np.flatnonzero(~(np.diff(time) > 0.0))[:5].tolist()
    ]
    if not np.all(np.isfinite(values)) or not np.all(temperature > 0.0):
        wrong.append(f"run {name}: a number is not finite, or a temperature not above 0 K")
    if wrong:
        return None, wrong
    signal: Any = values[:, 2]
    if chosen[2] == "conversion":
        if signal.min() < -0.02 or signal.max() > 1.02:
            return None, [f"run {name}: conversions {signal.min():g} to {signal.max():g} are not between 0 and 1"]
        return DscRun(name, time, temperature, np.clip(signal, 0.0, 1.0), np.gradient(signal, time)), []
    heat = None
    if chosen[2] == "heat_flow_W_g":
        # At one temperature the reaction starts at once: only the end of the run is flat.
        isothermal = float(np.ptp(temperature)) < _ISOTHERMAL_K
        signal = signal - (signal[-1] if isothermal else np.interp(time, time[[0, -1]], signal[[0, -1]]))
    steps = 0.5 * (signal[1:] + signal[:-1]) * np.diff(time)
    area = np.concatenate([[0.0], np.cumsum(steps)])
    if not area[-1] > 0.0:
        why = "exothermic heat flow counts as positive, and the run must end flat (and start flat where it heats)"
        return None, [f"run {name}: the area of the peak is not above 0; {why}"]
    if chosen[2] == "heat_flow_W_g":
        cut = float(np.interp(time[0] + _NEAR_THE_END * (time[-1] - time[0]), time, signal)) / float(signal.max())
        if cut > _CUT:
            return None, [
                f"run {name}: its heat flow is still {100.0 * cut:.0f} % of the highest just before it ends; it is cut "
                "within the peak, so its area is not the heat of cure"
            ]
        heat = 1e3 * float(area[-1])
        if full is not None and heat > (1.0 + HEAT_SCATTER) * full:
            return None, [f"run {name}: releases {heat:.4g} J/kg, more than the {full:.4g} J/kg of full cure"]
        scale = area[-1] * (1.0 if full is None else full / heat)
        signal, area = signal / scale, area / scale
    elif area[-1] > 1.02:
        return None, [f"run {name}: the rates add up to a conversion of {area[-1]:.3g}"]
    return DscRun(name, time, temperature, np.clip(area, 0.0, 1.0), signal, heat), []
