"""Conductivity and viscosity of a recipe: closed formulae, the voxel model, and the inverse question."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.thermal.composite.candidate import CompositeRecipe
from finechem.thermal.composite.effective_medium import (
    bruggeman_asymmetric,
    every,
    hasselman_johnson,
    lewis_nielsen,
    particle_with_resistance,
    wiener_bounds,
)
from finechem.thermal.composite.microstructure import Microstructure, microstructure, particle_conductivities
from finechem.thermal.composite.spheroids import differential_spheroids, nan_spheroids
from finechem.thermal.composite.voxel import VoxelConductivity, voxel_conductivity

__all__ = [
    "Averaged",
    "closed_formula",
    "formula_table",
    "is_rotated",
    "loading_for_conductivity",
    "recipe_conductivities",
    "recipe_structure",
    "size_dependence",
    "solve_structure",
    "voxel_average",
]

Array = NDArray[np.float64]
#: Fewest voxels across the thinnest particle, and largest cube.
_ACROSS, _LARGEST = 4.0, 160
#: Where fewer particles could be placed than this share of what was asked, the voxel model says nothing.
_ENOUGH = 0.7
#: Spheres of crystals whose directions differ by less than this in ln k count as isotropic.
_NEARLY = 0.2


def closed_formula(recipe: CompositeRecipe) -> tuple[float, float]:
    """Return in-plane and through-plane conductivity by closed formulae, W/(m K), for any shape.

    The geometric mean of Nan's formula (for spheres Hasselman and Johnson's), in which particles do not see one
    another, and of the differential scheme (for spheres Bruggeman's), in which they see all that is there before.

    Notes
    -----
    Packings of hard particles lie between the two. ``benchmarks/accuracy/composites.py`` compares with the voxel model:
    within 11 % up to 20 vol%, 34 % above it for flakes of h-BN lying flat at 30 vol%.

    Examples
    --------
    >>> in_plane, through = closed_formula(CompositeRecipe.of("x", "epoxy", "AlN", 40.0))
    >>> in_plane == through, round(through, 2)
    (True, 0.72)
    """
    pair = np.sqrt(np.prod(_both_schemes(recipe), axis=0))
    if recipe.isotropic:  # to the last digit
        pair[:] = pair.mean()
    in_plane, through = pair.tolist()
    return in_plane, through


def _both_schemes(recipe: CompositeRecipe) -> Array:
    """Return in-plane and through-plane conductivity by Nan's formula and by the differential scheme, (2, 2)."""
    schemes: tuple[Callable[..., tuple[ArrayLike, ArrayLike]], ...] = (nan_spheroids, differential_spheroids)
    pairs = [
        scheme(
            recipe.matrix.conductivity_W_mK,
            (recipe.filler.across_W_mK, recipe.filler.along_W_mK),
            recipe.volume_fraction,
            recipe.aspect_ratio,
            half_length_m=recipe.half_length_m,
            resistance_m2K_W=recipe.resistance_m2K_W,
            mean_square_cosine=recipe.mean_square_cosine,
        )
        for scheme in schemes
    ]
    return np.array(pairs, dtype=np.float64)


def _isotropic(across: float, along: float) -> float:
    """Return the conductivity of a sphere of many grains: the mean of both directions' bounds (Voigt, Reuss)."""
    return float(np.sqrt((2 * across + along) / 3 * 3 / (2 / across + 1 / along)))


def formula_table(recipe: CompositeRecipe) -> list[tuple[str, float, float]]:
    """Return name, in-plane and through-plane conductivity by every formula that applies, W/(m K).

    Formulae for spheres take an anisotropic filler as grains at random, and another shape as spheres of its d50.
    """
    m, phi = recipe.matrix.conductivity_W_mK, recipe.volume_fraction
    k = _isotropic(recipe.filler.across_W_mK, recipe.filler.along_W_mK)
    radius, resistance = recipe.d50_m / 2, recipe.resistance_m2K_W
    inside = particle_with_resistance(k, radius, resistance)
    spheres: list[tuple[str, Any]] = [
        ("Wiener, series, no resistance", wiener_bounds(m, k, phi)[0]),
        ("Hasselman-Johnson", hasselman_johnson(m, k, phi, radius, resistance)),
        ("Lewis-Nielsen", lewis_nielsen(m, inside, phi, packing_limit=max(recipe.largest_fraction, 0.637))),
        ("Every", every(m, k, phi, radius, resistance)),
        ("Bruggeman, asymmetric", bruggeman_asymmetric(m, inside, phi)),
        (
            "Wiener, parallel, no resistance",
            wiener_bounds(m, max(recipe.filler.across_W_mK, recipe.filler.along_W_mK), phi)[1],
        ),
    ]
    rows = [(name, float(value), float(value)) for name, value in spheres]
    if recipe.aspect_ratio != 1.0:
        names = ("Nan, spheroids", "differential, spheroids")
        rows += [(name, float(a), float(b)) for name, (a, b) in zip(names, _both_schemes(recipe), strict=True)]
    return [*rows, ("closed formula: their geometric mean", *closed_formula(recipe))]


@dataclass(frozen=True, slots=True)
class Averaged:
    """Conductivities of a recipe by the voxel model, over several structures.

    Attributes
    ----------
    in_plane_W_mK, through_plane_W_mK : float
        Mean (of ln k), corrected to the asked volume fraction by the closed formula's ratio.
    in_plane_error, through_plane_error : float
        Standard error of ln k over structures, joined with the error of the grid.
    grid_error : float
        Of ln k: by how much the first structure's conductivity changes on half as many voxels a side, which is the
        error left where it falls with the voxels' size.
    placed : float
        Mean volume fraction of the structures.
    seeds : int
    """

    in_plane_W_mK: float
    through_plane_W_mK: float
    in_plane_error: float
    through_plane_error: float
    grid_error: float
    placed: float
    seeds: int


def recipe_structure(
    recipe: CompositeRecipe, *, seed: int = 0, particles: int | None = None, voxels: int = 64
) -> Microstructure:
    """Return a microstructure of a recipe; the grid is refined until the thinnest particle has four voxels across.

    Raises
    ------
    InputError
        If it cannot be packed, or would need more than 160 voxels a side.
    """
    count = particles or (40 if recipe.aspect_ratio == 1.0 else 24)
    while True:  # enough particles that none meets its own image
        edge = (count * np.pi / 6 * recipe.aspect_ratio / recipe.volume_fraction) ** (1 / 3)
        if max(1.0, recipe.aspect_ratio) / edge < (0.45 if recipe.aspect_ratio == 1.0 else 0.85):
            break
        count += max(1, count // 4)
    needed = int(np.ceil(_ACROSS * edge / min(1.0, recipe.aspect_ratio)))
    size = max(voxels, -(-needed // 8) * 8)
    if size > _LARGEST:
        raise InputError(
            f"{recipe.id}: particles of aspect ratio {recipe.aspect_ratio:g} would need {size} voxels a side; "
            f"more than {_LARGEST} are not tried"
        )
    return microstructure(
        recipe.volume_fraction,
        d50_m=recipe.d50_m,
        aspect_ratio=recipe.aspect_ratio,
        orientation=recipe.orientation,  # type: ignore[arg-type]
        order=recipe.order,
        particles=count,
        voxels=size,
        seed=seed,
        apart="faces" if _scalar(recipe) is not None else "corners",
    )


def _scalar(recipe: CompositeRecipe) -> float | None:
    """Return the one conductivity of particles that need no tensor: isotropic, or spheres that nearly are."""
    across, along = recipe.filler.across_W_mK, recipe.filler.along_W_mK
    near = recipe.aspect_ratio == 1.0 and abs(math.log(across / along)) < _NEARLY
    return _isotropic(across, along) if across == along or near else None


def is_rotated(recipe: CompositeRecipe) -> bool:
    """Return whether the recipe's particles need tensors, so the rotated scheme."""
    return _scalar(recipe) is None


def recipe_conductivities(recipe: CompositeRecipe, structure: Microstructure) -> Array:
    """Return the conductivity of each label of a recipe's structure; the interface is in it where it is a tensor."""
    m, k = recipe.matrix.conductivity_W_mK, _scalar(recipe)
    if k is not None:
        return particle_conductivities(structure, m, (k, k))
    pair = recipe.filler.across_W_mK, recipe.filler.along_W_mK
    return particle_conductivities(structure, m, pair, recipe.resistance_m2K_W)


def solve_structure(recipe: CompositeRecipe, structure: Microstructure, **how: Any) -> VoxelConductivity:
    """Return what `voxel_conductivity` finds for a recipe on one structure."""
    table = recipe_conductivities(recipe, structure)
    if table.ndim == 3:
        return voxel_conductivity(structure.labels, table, scheme="rotated", **how)
    return voxel_conductivity(
        structure.labels,
        table,
        interface_resistance_m2K_W=recipe.resistance_m2K_W,
        voxel_size_m=structure.voxel_size_m,
        **how,
    )


def voxel_average(
    recipe: CompositeRecipe, *, seeds: int = 4, particles: int | None = None, voxels: int = 64, tolerance: float = 1e-3
) -> Averaged:
    """Return the conductivity of a recipe by the voxel model: mean over random structures, and its error.

    Conductivities that are equal in all directions take the interface resistance on the faces of voxels; others as an
    effective tensor of each particle.

    Raises
    ------
    InputError
        If the particles cannot be packed, are too thin for the largest grid, or less than 70 % of them find room.
    """
    if seeds < 2:
        raise InputError(f"seeds={seeds}: a standard error needs at least 2")
    found, placed = [], []
    grid_error = 0.0
    for seed in range(seeds):
        structure = recipe_structure(recipe, seed=seed, particles=particles, voxels=voxels)
        if structure.placed < _ENOUGH * recipe.volume_fraction:
            raise InputError(
                f"{recipe.id}: only {100 * structure.placed:.3g} of {recipe.loading():.3g} vol% of the particles found "
                "room, placed one by one; the voxel model cannot speak of this loading"
            )
        found.append(_log_pair(recipe, structure, tolerance))
        placed.append(structure.placed)
        if seed == 0:
            coarse = structure.coarser("corners" if is_rotated(recipe) else "faces")
            grid_error = float(np.max(np.abs(_log_pair(recipe, coarse, tolerance) - found[0])))
    mean = np.mean(found, axis=0)
    error = np.hypot(np.std(found, axis=0, ddof=1) / np.sqrt(seeds), grid_error)
    in_plane, through = np.exp(mean).tolist()
    return Averaged(in_plane, through, float(error[0]), float(error[1]), grid_error, float(np.mean(placed)), seeds)


def _log_pair(recipe: CompositeRecipe, structure: Microstructure, tolerance: float) -> Array:
    """Return ln of both conductivities of one structure, corrected to the asked volume fraction."""
    k = np.diag(solve_structure(recipe, structure, tolerance=tolerance).tensor_W_mK)
    pair = np.full(2, np.mean(k)) if recipe.isotropic else np.array([np.mean(k[:2]), k[2]])
    ratio = np.array(closed_formula(recipe)) / closed_formula(recipe.with_loading(structure.placed))
    return np.asarray(np.log(pair) + np.log(ratio))


def loading_for_conductivity(
    recipe: CompositeRecipe, target_W_mK: float, direction: str = "through-plane", *, fill: float = 0.98
) -> float:
    """Return the volume fraction at which the closed formula reaches a conductivity.

    Parameters
    ----------
    recipe : CompositeRecipe
        Its own loading does not matter.
    target_W_mK : float
    direction : {"in-plane", "through-plane"}
    fill : float
        Share of the packing limit that may be used.

    Raises
    ------
    InputError
        If the target is no conductivity, or is not reached below the packing limit; the message says what is.

    Examples
    --------
    >>> recipe = CompositeRecipe.of("x", "epoxy", "AlN", 10.0)
    >>> round(loading_for_conductivity(recipe, 1.0), 2)
    0.48
    """
    if direction not in ("in-plane", "through-plane"):
        raise InputError(f"direction {direction!r}: in-plane or through-plane")
    if not (np.isfinite(target_W_mK) and target_W_mK > 0):
        raise InputError(f"target_W_mK={target_W_mK:g}: must be a number above 0")
    column = 0 if direction == "in-plane" else 1
    low, high = 1e-6, fill * recipe.largest_fraction

    def conductivity(phi: float) -> float:
        return closed_formula(recipe.with_loading(phi))[column]

    ends = conductivity(low), conductivity(high)
    if not min(ends) <= target_W_mK <= max(ends):
        raise InputError(
            f"{recipe.id}: {target_W_mK:g} W/(m K) {direction} is not reached: from {ends[0]:.3g} to "
            f"{ends[1]:.3g} at {100 * high:.3g} vol% of {recipe.filler.name} of {recipe.d50_m * 1e6:g} µm"
        )
    for _ in range(50):
        middle = (low + high) / 2
        short = (conductivity(middle) < target_W_mK) == (ends[0] < ends[1])
        low, high = (middle, high) if short else (low, middle)
    return (low + high) / 2


def size_dependence(recipe: CompositeRecipe, d50_m: Sequence[float]) -> Array:
    """Return in-plane and through-plane conductivity by the closed formula for each size, (N, 2)."""
    return np.array([closed_formula(replace(recipe, d50_m=float(size))) for size in d50_m])
