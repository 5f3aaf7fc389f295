"""Figures of cure: conversion, glass transition and viscosity in time, and transformation diagrams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from finechem.adhesives.cure_diagrams import TransformationDiagram
from finechem.adhesives.cure_viscosity import CastroMacosko
from finechem.adhesives.curing import CureResult
from finechem.matter.programs import ZERO_CELSIUS_K

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_cure", "plot_transformation"]


def plot_cure(result: CureResult, viscosity: CastroMacosko | None = None, title: str = "") -> Figure:
    """Conversion, temperature with glass transition, and viscosity against time; gelation and vitrification marked.

    Parameters
    ----------
    result : CureResult
    viscosity : CastroMacosko, optional
        The third panel is left out without it.
    title : str

    Returns
    -------
    Figure
    """
    from matplotlib.figure import Figure

    count = 2 if viscosity is None else 3
    figure = Figure(figsize=(7.0, 2.3 * count + 0.6), layout="constrained")
    panels = figure.subplots(count, 1, sharex=True)
    unit, scale = _unit(result.program.duration_s)
    time = result.times_s / scale
    panels[0].plot(time, result.conversion, color="C0")
    panels[0].set_ylabel("conversion")
    panels[0].set_ylim(0.0, 1.02)
    panels[1].plot(time, result.temperature_K - ZERO_CELSIUS_K, color="C3", label="temperature")
    if result.tg_K is not None:
        panels[1].plot(time, result.tg_K - ZERO_CELSIUS_K, color="C0", label="glass transition")
    panels[1].set_ylabel("°C")
    panels[1].legend(frameon=False)
    if viscosity is not None:
        eta = viscosity.at_Pa_s(result.conversion, result.temperature_K)
        liquid = np.isfinite(eta)
        panels[2].semilogy(time[liquid], eta[liquid], color="C0")
        panels[2].set_ylabel("viscosity (Pa s)")
    for name, at, colour in (
        ("gels", result.gel_time_s, "C2"),
        ("vitrifies", result.vitrification_time_s, "C1"),
    ):
        if at is not None:
            for panel in panels:
                panel.axvline(at / scale, color=colour, linestyle="--", linewidth=1.0)
            panels[0].text(at / scale, 0.04, f" {name}", color=colour)
    panels[-1].set_xlabel(f"time ({unit})")
    figure.suptitle(title or result.kinetics.name)
    return figure


def plot_transformation(diagram: TransformationDiagram, title: str = "") -> Figure:
    """Time-temperature-transformation diagram: gelation, vitrification, full cure, and the three glass transitions.

    Parameters
    ----------
    diagram : TransformationDiagram
    title : str

    Returns
    -------
    Figure
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 5.0), layout="constrained")
    axes: Any = figure.add_subplot(xlabel="time (min)", ylabel="temperature of cure (°C)")
    celsius = diagram.temperature_K - ZERO_CELSIUS_K
    for name, times, colour in (
        ("gelation", diagram.gel_time_s, "C2"),
        ("vitrification", diagram.vitrification_time_s, "C1"),
        (f"conversion {diagram.full_cure:g}", diagram.full_cure_time_s, "C0"),
    ):
        shown = times > 0.0
        if np.any(shown):
            axes.semilogx(times[shown] / 60.0, celsius[shown], color=colour, label=name)
    for name, level in (("Tg0", diagram.tg_0_K), ("gelTg", diagram.gel_tg_K), ("Tg∞", diagram.tg_inf_K)):
        if level is not None:
            axes.axhline(level - ZERO_CELSIUS_K, color="0.6", linestyle=":", linewidth=1.0)
            axes.annotate(
                name, (0.995, level - ZERO_CELSIUS_K), xycoords=("axes fraction", "data"), ha="right", va="bottom"
            )
    axes.legend(frameon=False)
    axes.set_title(title)
    return figure


def _unit(duration_s: float) -> tuple[str, float]:
    return ("h", 3600.0) if duration_s > 3 * 3600.0 else ("min", 60.0) if duration_s > 180.0 else ("s", 1.0)
