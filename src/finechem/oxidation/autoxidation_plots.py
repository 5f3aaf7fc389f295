"""Figures of autoxidation: species against time, induction time against loading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from finechem.matter.programs import ZERO_CELSIUS_K
from finechem.oxidation.autoxidation import Simulation
from finechem.oxidation.formulation import OxidationFilm, inhibitors_of
from finechem.oxidation.induction import induction_time
from finechem.oxidation.mechanism import Mechanism
from finechem.oxidation.package import Additive

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_loading", "plot_species"]

_SHOWN = ("RH", "O2", "ROOH", "RO2", "R", "K", "ROH")


def plot_species(simulation: Simulation) -> Figure:
    """Concentrations of the matrix's species and of what was added against time, on a log scale; temperature above."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 5.5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [1, 4]})
    minutes = simulation.time_s / 60.0
    above.plot(minutes, simulation.temperature_K - ZERO_CELSIUS_K, color="black")
    above.set_ylabel("°C")
    added = [simulation.assembly.species[place] for place in simulation.assembly.active]
    for name in (*_SHOWN, *added):
        values = simulation.of(name)
        below.plot(minutes, np.where(values > 1e-14, values, np.nan), label=name, ls="--" if name in added else "-")
    below.set_yscale("log")
    below.set_xlabel("time, min")
    below.set_ylabel("mol/L")
    below.legend(ncols=2, fontsize="small")
    return figure


def plot_loading(
    additives: Sequence[Additive],
    temperatures_C: Sequence[float],
    *,
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
    points: int = 12,
) -> Figure:
    """Induction time by the threshold against the loading, from a twentieth to four times the package's, log scales."""
    from matplotlib.figure import Figure

    settings: dict[str, Any] = {"film": film, "mechanism": mechanism}
    factors = np.geomspace(0.05, 4.0, points)
    total = sum(item.loading_wt_percent for item in additives)
    figure = Figure(figsize=(6.5, 4.5), layout="constrained")
    axes = figure.subplots()
    for temperature in temperatures_C:
        times = []
        for factor in factors:
            scaled = [replace(item, loading_wt_percent=item.loading_wt_percent * factor) for item in additives]
            inhibitors = inhibitors_of(scaled, between_C=(temperature - 10.0, temperature + 10.0), **settings)
            times.append(induction_time(inhibitors, temperature, method="threshold", **settings) / 60.0)
        axes.plot(total * factors, times, marker="o", label=f"{temperature:g} °C")
    axes.set(xscale="log", yscale="log", xlabel="loading, wt%", ylabel="induction time (uncalibrated), min")
    axes.legend()
    return figure
