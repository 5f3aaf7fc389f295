"""Figures of phonons and of the conductivity they carry."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.thermal.bte.result import Conductivity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_bands_and_dos", "plot_conductivity", "plot_cumulative", "plot_linewidths"]


FloatArray: TypeAlias = NDArray[np.float64]


def plot_conductivity(result: Conductivity) -> Figure:
    """Conductivity against temperature on logarithmic scales, along the three axes.

    Parameters
    ----------
    result : Conductivity
        At two temperatures or more for lines, at one for points.

    Returns
    -------
    Figure
    """
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    figure, axes = _figure("temperature (K)", "κ (W/(m K))")
    for name, kappa in _along_axes(result.kappa_W_mK):
        axes.loglog(result.temperatures_K, kappa, "o-", markersize=3, label=name)
    for axis in (axes.xaxis, axes.yaxis):  # plain numbers: either scale seldom spans two decades
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.set_title(f"{result.formula}, {'x'.join(map(str, result.mesh))}")
    axes.legend(frameon=False)
    return figure


def plot_cumulative(result: Conductivity, *, temperature: int = 0) -> Figure:
    """Conductivity of the modes up to a mean free path.

    Parameters
    ----------
    result : Conductivity
        What to show.
    temperature : int
        Which of its temperatures.

    Returns
    -------
    Figure
    """
    figure, axes = _figure("mean free path (µm)", "cumulative κ (W/(m K))")
    cumulative = result.cumulative()
    for name, kappa in _along_axes(cumulative.kappa_W_mK[temperature]):
        axes.semilogx(cumulative.at * 1e6, kappa, label=name)
    axes.set_title(f"{result.formula}, {result.temperatures_K[temperature]:g} K")
    axes.legend(frameon=False)
    return figure


def plot_linewidths(result: Conductivity, *, temperature: int = 0) -> Figure:
    """Full width 2Γ of each mode against its frequency, with the line 2Γ = f beyond which it is no wave.

    Parameters
    ----------
    result : Conductivity
        What to show.
    temperature : int
        Which of its temperatures.

    Returns
    -------
    Figure
    """
    figure, axes = _figure("frequency (THz)", "full width 2Γ (THz)")
    widths = 2.0 * result.linewidths_THz[temperature]
    there = widths > 0.0
    axes.semilogy(result.frequencies_THz[there], widths[there], ".", markersize=3)
    line = np.linspace(0.01, 1.0, 100) * result.frequencies_THz.max()
    axes.semilogy(line, line, "k--", linewidth=0.8, label="2Γ = f")
    axes.set_title(f"{result.formula}, {result.temperatures_K[temperature]:g} K")
    axes.legend(frameon=False)
    return figure


def plot_bands_and_dos(ph3: Any, *, mesh: float = 100.0, points: int = 51) -> Figure:
    """Band structure and density of states by phonopy, along ASE's path for the lattice.

    Parameters
    ----------
    ph3 : Phono3py
        With second-order force constants.
    mesh : float
        Length in Å that sets the grid of the density of states, as in `phonons_on_grid`.
    points : int
        Wave vectors on each piece of the path.

    Returns
    -------
    Figure
    """
    from ase.cell import Cell

    phonopy = _phonopy(ph3)
    path = Cell(phonopy.primitive.cell).bandpath()
    names = [_names(piece) for piece in path.path.split(",")]
    ends = [(a, b) for piece in names for a, b in pairwise(piece)]
    bands = [np.linspace(path.special_points[a], path.special_points[b], points) for a, b in ends]
    phonopy.run_band_structure(bands)
    phonopy.run_mesh(mesh)
    phonopy.run_total_dos(use_tetrahedron_method=True)
    figure, (left, right) = _panels()
    structure = phonopy.band_structure
    for distance, frequencies in zip(structure.distances, structure.frequencies, strict=True):
        left.plot(distance, frequencies, color="C0", linewidth=0.9)
    starts = [float(distance[0]) for distance in structure.distances] + [float(structure.distances[-1][-1])]
    labels = [ends[0][0]]
    for (_, before), (after, _) in pairwise(ends):
        labels.append(before if before == after else f"{before}|{after}")
    left.set_xticks(starts, [label.replace("G", "Γ") for label in (*labels, ends[-1][1])])
    left.set_xlim(starts[0], starts[-1])
    left.grid(axis="x", linewidth=0.5)
    left.axhline(0.0, color="k", linewidth=0.5)
    found = np.concatenate(structure.frequencies)
    left.set_ylim(min(0.0, 1.05 * found.min()), 1.05 * found.max())
    left.set_ylabel("frequency (THz)")
    right.plot(phonopy.total_dos.dos, phonopy.total_dos.frequency_points, color="C0", linewidth=0.9)
    right.set_xlabel("states (1/THz)")
    right.set_xlim(left=0.0)
    return figure


def _along_axes(kappa: FloatArray) -> list[tuple[str, FloatArray]]:
    """Curves along x, y and z, (X, 3, 3) to (X,) each; those that symmetry makes one are one, with both names."""
    curves: list[tuple[str, FloatArray]] = []
    for name, curve in zip(("κxx", "κyy", "κzz"), np.diagonal(kappa, axis1=1, axis2=2).T, strict=True):
        if curves and np.allclose(curve, curves[-1][1], rtol=1e-6, atol=1e-6 * np.abs(kappa).max()):
            curves[-1] = f"{curves[-1][0]} = {name}", curves[-1][1]
        else:
            curves.append((name, curve))
    return curves


def _phonopy(ph3: Any) -> Any:
    from phonopy import Phonopy

    phonopy = Phonopy(
        ph3.unitcell,
        ph3.supercell_matrix if ph3.phonon_supercell_matrix is None else ph3.phonon_supercell_matrix,
        primitive_matrix=ph3.primitive_matrix,
    )
    phonopy.force_constants = ph3.fc2
    if ph3.nac_params is not None:
        phonopy.nac_params = ph3.nac_params
    return phonopy


def _names(piece: str) -> list[str]:
    """Split ``GXM1G`` into special points: a letter, and digits after it."""
    return re.findall(r"[A-Z][0-9]*", piece)


def _figure(x: str, y: str) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0, 3.8), layout="constrained")
    axes = figure.add_subplot(xlabel=x, ylabel=y)
    return figure, axes


def _panels() -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.5, 3.8), layout="constrained")
    return figure, figure.subplots(1, 2, sharey=True, width_ratios=(3, 1))
