"""Figures: what is drawn is what was found."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np

from finechem.thermal.bte import Conductivity
from finechem.thermal.bte.plots import plot_bands_and_dos, plot_conductivity, plot_cumulative, plot_linewidths


def drawn(figure: Any) -> Any:
    """Render once, so that what matplotlib would warn of is raised; return the first axes."""
    figure.savefig(BytesIO(), format="png", backend="agg")
    return figure.axes[0]


def test_conductivity(result: Conductivity) -> None:
    axes = drawn(plot_conductivity(result))
    assert [line.get_label() for line in axes.lines] == ["κxx = κyy", "κzz"]  # tetragonal
    np.testing.assert_array_equal(axes.lines[1].get_ydata(), result.kappa_W_mK[:, 2, 2])
    np.testing.assert_array_equal(axes.lines[0].get_xdata(), result.temperatures_K)


def test_cumulative(result: Conductivity) -> None:
    axes = drawn(plot_cumulative(result, temperature=1))
    assert axes.lines[0].get_ydata()[-1] == result.cumulative().kappa_W_mK[1, -1, 0, 0]
    assert axes.get_title() == "AlNi, 300 K"


def test_linewidths(result: Conductivity) -> None:
    axes = drawn(plot_linewidths(result, temperature=1))
    widths = axes.lines[0].get_ydata()
    assert len(widths) == np.sum(result.linewidths_THz[1] > 0.0)
    assert widths.max() == 2.0 * result.linewidths_THz[1].max()


def test_bands_and_states(crystal: Any) -> None:
    figure = plot_bands_and_dos(crystal, mesh=25.0, points=11)
    left = drawn(figure)
    labels = [tick.get_text() for tick in left.get_xticklabels()]
    assert labels[0] == "Γ" and len(labels) == len(left.get_xticks())
    dos, f = (np.asarray(values, dtype=float) for values in figure.axes[1].lines[0].get_data())
    count = np.sum(0.5 * (dos[1:] + dos[:-1]) * np.diff(f))
    assert abs(count - 6.0) < 0.1
    top = max(float(np.max(line.get_ydata())) for line in left.lines)
    assert abs(top - f[dos > 0.0].max()) < 0.5
