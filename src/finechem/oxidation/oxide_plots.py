"""Figures of oxidation: Ellingham diagram, thickness along an exposure with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from finechem.matter.programs import ZERO_CELSIUS_K
from finechem.oxidation.oxide_growth import NO_OXIDE_NM, GrownOxide
from finechem.oxidation.thermochemistry import ellingham
from finechem.units import GAS_CONSTANT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_ellingham", "plot_thickness"]


def plot_ellingham(
    formulas: Sequence[str],
    *,
    between_K: tuple[float, float] = (300.0, 1800.0),
    oxygen_bar: Sequence[float] = (0.21, 1e-10, 1e-20),
) -> Figure:
    """Gibbs energy of oxidation per mole O2 against temperature, with lines of constant oxygen pressure (dotted).

    A solid oxidizes where its line lies below that of the oxygen pressure.
    """
    from matplotlib.figure import Figure

    temperatures = np.linspace(*between_K, 151)
    figure = Figure(figsize=(7.5, 5.5), layout="constrained")
    axes = figure.subplots()
    for formula, line in ellingham(formulas, temperatures).items():
        axes.plot(temperatures, line, label=formula)
    for pressure in oxygen_bar:
        axes.plot(temperatures, GAS_CONSTANT / 1e3 * temperatures * np.log(pressure), color="grey", ls=":")
        axes.annotate(f"{pressure:.2g} bar O2", (between_K[1], GAS_CONSTANT / 1e3 * between_K[1] * np.log(pressure)),
                      ha="right", va="bottom", color="grey", fontsize="small")  # fmt: skip
    axes.set(xlabel="T, K", ylabel="ΔG° of oxidation, kJ per mol O2")
    axes.legend(ncols=2, fontsize="small")
    return figure


def plot_thickness(grown: GrownOxide, *, labels: Mapping[str, str] | Sequence[str] = ()) -> Figure:
    """Median thickness of each oxide against time with its 90 % band, on a log scale; temperature above."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 5.5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [1, 3]})
    hot = grown.time_s[-1] > 2 * 86400.0
    scale, unit = (3600.0, "h") if hot else (60.0, "min")
    times = grown.time_s / scale
    above.plot(times, grown.temperature_K - ZERO_CELSIUS_K, color="black")
    above.set_ylabel("°C")
    low, middle, high = grown.quantile(0.05), grown.quantile(0.5), grown.quantile(0.95)
    for index, name in enumerate(grown.names):
        shown = labels.get(name, name) if isinstance(labels, Mapping) else (labels[index] if labels else name)
        median = 1e9 * middle[index]
        (line,) = below.plot(times, np.where(median > NO_OXIDE_NM, median, np.nan), label=shown)
        below.fill_between(
            times,
            1e9 * np.maximum(low[index], 1e-12),
            1e9 * np.maximum(high[index], 1e-12),
            color=line.get_color(),
            alpha=0.2,
            lw=0,
        )
    below.set_yscale("log")
    below.set(xlabel=f"time, {unit}", ylabel="oxide, nm (band: 90 %)")
    below.legend(fontsize="small")
    return figure
