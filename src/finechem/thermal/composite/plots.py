"""Figures of filled polymers: a slice with its temperature field and flux, and conductivity against loading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from finechem.errors import InputError
from finechem.thermal.composite.accuracy import measured_composites
from finechem.thermal.composite.candidate import CompositeRecipe
from finechem.thermal.composite.conductivity import (
    Averaged,
    closed_formula,
    formula_table,
    is_rotated,
    recipe_conductivities,
    recipe_structure,
    solve_structure,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from finechem.thermal.composite.microstructure import Microstructure

__all__ = ["plot_loading", "plot_slice"]


def plot_slice(recipe: CompositeRecipe, *, seed: int = 0, voxels: int = 64) -> Figure:
    """Particles in a slice along the axis, the temperature under a gradient through the plane, and the heat flux.

    Parameters
    ----------
    recipe : CompositeRecipe
    seed : int
        Of the structure.
    voxels : int
        A side, at least.

    Returns
    -------
    Figure
    """
    from matplotlib.figure import Figure

    structure = recipe_structure(recipe, seed=seed, voxels=voxels)
    found = solve_structure(recipe, structure, directions=(2,), keep_temperatures=True, tolerance=1e-3)
    size = structure.labels.shape[0]
    middle = size // 2
    edge = size * structure.voxel_size_m * 1e6
    temperature, gradients = _at_centres(found.temperatures[0], is_rotated(recipe))
    plane = (temperature + np.arange(size))[:, middle, :]
    particles = structure.labels[:, middle, :] > 0
    flux = _flux(recipe, structure, gradients)[:, :, middle, :]
    strength = np.sqrt(np.sum(flux**2, axis=0))
    figure = Figure(figsize=(9.0, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    extent = (0.0, edge, 0.0, edge)
    image = left.imshow(plane.T / size, origin="lower", extent=extent, cmap="inferno")
    figure.colorbar(image, ax=left, label="temperature over the drop across the cube")
    logarithm = np.log10(np.maximum(strength, 1e-12) / strength.mean())
    image = right.imshow(logarithm.T, origin="lower", extent=extent, cmap="viridis", vmin=-1.5, vmax=1.0)
    figure.colorbar(image, ax=right, label="log10 of heat flux over its mean")
    grid = (np.arange(size) + 0.5) * edge / size
    for axes in (left, right):
        axes.contour(grid, grid, particles.T, levels=[0.5], colors="white", linewidths=0.6)
        axes.set_xlabel("in the plane (µm)")
    left.set_ylabel("through the plane (µm)")
    k = float(found.tensor_W_mK[2, 2])
    figure.suptitle(f"{recipe.id}: {100 * structure.placed:.3g} vol% placed, κ⊥ = {k:.3g} W/(m K) in this cube")
    return figure


def _at_centres(fluctuation: Any, rotated: bool) -> tuple[Any, Any]:
    """Return temperature (less the mean gradient) at voxel centres, and the gradient there, (3, n, n, n).

    The mean over a voxel's corners has none of the checkerboards that the rotated scheme leaves free.
    """
    field = np.asarray(fluctuation, dtype=float)
    if not rotated:
        gradients = [(np.roll(field, -1, axis) - np.roll(field, 1, axis)) / 2 for axis in range(3)]
    else:
        gradients = []
        for axis in range(3):
            part = np.roll(field, -1, axis) - field
            for other in {0, 1, 2} - {axis}:
                part = (part + np.roll(part, -1, other)) / 2
            gradients.append(part)
        for axis in range(3):
            field = (field + np.roll(field, -1, axis)) / 2
    gradients[2] = gradients[2] + 1.0
    return field, np.array(gradients)


def _flux(recipe: CompositeRecipe, structure: Microstructure, gradients: Any) -> Any:
    """Return conductivity times gradient at voxel centres, (3, n, n, n), per gradient of one a voxel."""
    table = recipe_conductivities(recipe, structure)
    if table.ndim == 1:
        return table[structure.labels] * gradients
    return np.einsum("xyzij,jxyz->ixyz", table[structure.labels], gradients)


def plot_loading(recipe: CompositeRecipe, voxels: Sequence[tuple[float, Averaged]] = (), *, points: int = 40) -> Figure:
    """Conductivity against loading by the closed formulae, with voxel means and measured composites where there are.

    Parameters
    ----------
    recipe : CompositeRecipe
        Its own loading is marked.
    voxels : sequence of (volume fraction, Averaged)
    points : int
        Of the curves.

    Returns
    -------
    Figure
    """
    from matplotlib.figure import Figure

    if points < 2:
        raise InputError(f"points={points}: at least 2")
    shares = np.linspace(0.005, 0.99 * recipe.largest_fraction, points)
    recipes = [recipe.with_loading(float(share)) for share in shares]
    figure = Figure(figsize=(6.0, 4.2), layout="constrained")
    axes = figure.add_subplot(xlabel="filler (vol%)", ylabel="κ (W/(m K))", yscale="log")
    pairs = np.array([closed_formula(item) for item in recipes])
    if np.allclose(pairs[:, 0], pairs[:, 1]):
        axes.plot(100 * shares, pairs[:, 0], color="C0", label="closed formula")
    else:
        axes.plot(100 * shares, pairs[:, 0], color="C1", label="closed formula, in-plane")
        axes.plot(100 * shares, pairs[:, 1], color="C0", label="closed formula, through-plane")
    for name, style in (("Hasselman-Johnson", ":"), ("Bruggeman, asymmetric", "--")):
        curve = [next(row[1] for row in formula_table(item) if row[0] == name) for item in recipes]
        axes.plot(100 * shares, curve, style, color="0.5", linewidth=0.9, label=f"{name}, spheres")
    _draw_voxels(axes, voxels)
    measured = [
        item
        for item in measured_composites()
        if item.recipe.filler.name == recipe.filler.name
        and np.isclose(item.recipe.matrix.conductivity_W_mK, recipe.matrix.conductivity_W_mK, rtol=0.2)
    ]
    for structure in dict.fromkeys(item.structure for item in measured):
        some = [item for item in measured if item.structure == structure]
        axes.plot(
            [100 * item.recipe.volume_fraction for item in some],
            [item.measured_W_mK for item in some],
            {"dispersed": "s", "aligned": "^", "pressed": "D", "foam": "o"}.get(structure, "x"),
            color="C3",
            markersize=4,
            label=f"measured, {structure}",
        )
    axes.axvline(recipe.loading(), color="0.8", linewidth=0.8, zorder=0)
    axes.set_title(f"{recipe.filler.name} of {recipe.d50_m * 1e6:g} µm in {recipe.matrix.name}")
    axes.legend(frameon=False, fontsize=7)
    return figure


def _draw_voxels(axes: Any, voxels: Sequence[tuple[float, Averaged]]) -> None:
    for column, (name, colour) in enumerate((("in-plane", "C1"), ("through-plane", "C0"))):
        if not voxels:
            continue
        values = np.array([[a.in_plane_W_mK, a.through_plane_W_mK][column] for _, a in voxels])
        errors = np.array([[a.in_plane_error, a.through_plane_error][column] for _, a in voxels])
        axes.errorbar(
            [100 * share for share, _ in voxels], values, values * errors, fmt="o", color=colour, markersize=4,
            label=f"voxels, {name}",
        )  # fmt: skip
