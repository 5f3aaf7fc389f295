"""Random microstructures of particles in a matrix: sizes, shapes and orientations in, labelled voxels out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError
from finechem.thermal.composite.spheroids import spheroid_with_resistance

__all__ = ["Microstructure", "Orientation", "Sizes", "microstructure", "order_parameter", "particle_conductivities"]

Array = NDArray[np.float64]
Orientation = Literal["random", "in-plane", "through-plane"]
#: A thinner particle is no longer told from the grid.
_FEWEST_VOXELS = 3.0
#: A particle must not meet its own image.
_LARGEST_SPHERE, _LONGEST_SPHEROID = 0.49, 0.9
#: Random close packing of equal spheres.
_CLOSE = 0.64


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the particles are.

    Parameters
    ----------
    kind : {"monodisperse", "lognormal", "bimodal"}
    spread : float
        ``lognormal``: standard deviation of ln d; d50 is the median by number.
    ratio : float
        ``bimodal``: diameter of the small ones over d50, which is that of the large ones.
    small_share : float
        ``bimodal``: share of the small ones in the particles' volume.
    """

    kind: Literal["monodisperse", "lognormal", "bimodal"] = "monodisperse"
    spread: float = 0.3
    ratio: float = 0.25
    small_share: float = 0.3

    def __post_init__(self) -> None:
        if self.kind not in ("monodisperse", "lognormal", "bimodal"):
            raise InputError(f"size distribution {self.kind!r}: monodisperse, lognormal or bimodal")
        if not 0 < self.spread <= 1:
            raise InputError(f"spread={self.spread:g}: of ln d, above 0 and at most 1")
        if not 0 < self.ratio < 1 or not 0 < self.small_share < 1:
            raise InputError(f"ratio={self.ratio:g} and small_share={self.small_share:g}: both between 0 and 1")

    def diameters(self, particles: int) -> Array:
        """Return diameters over d50, about as many as asked for, the same ones each time (quantiles)."""
        if self.kind == "monodisperse":
            return np.ones(particles)
        if self.kind == "lognormal":
            from scipy.special import ndtri

            return np.asarray(np.exp(self.spread * ndtri((np.arange(particles) + 0.5) / particles)))
        odds = self.small_share / (1.0 - self.small_share) / self.ratio**3  # small ones for each large one
        large = max(1, round(particles / (1.0 + odds)))
        return np.concatenate([np.ones(large), np.full(max(1, round(large * odds)), self.ratio)])


@dataclass(frozen=True, slots=True, eq=False)
class Microstructure:
    """Particles in a periodic cube.

    Attributes
    ----------
    labels : (n, n, n) int32 array
        0 the matrix, else 1 + the index of the particle. The composite's axis is z.
    axes : (N, 3) array
        Unit vectors along the particles' axes.
    thinnest_m : (N,) array
        Half of each particle's shortest dimension.
    aspect_ratio : float
        Length along the axis over diameter.
    voxel_size_m : float
    asked, placed : float
        Volume fraction that was asked for, and the particles' share of the voxels.
    placed_particles : int
        Of the N; those left out have no voxel.
    """

    labels: NDArray[np.int32]
    axes: Array
    thinnest_m: Array
    aspect_ratio: float
    voxel_size_m: float
    asked: float
    placed: float
    placed_particles: int

    @property
    def order(self) -> float:
        """Order parameter <P2> of the particles that were placed, by volume."""
        volumes = np.bincount(self.labels.ravel(), minlength=len(self.axes) + 1)[1:]
        return float(np.average(1.5 * self.axes[:, 2] ** 2 - 0.5, weights=volumes))

    def coarser(self, apart: Literal["faces", "corners"] = "faces") -> Microstructure:
        """Return the same particles on half as many voxels a side, kept apart as `microstructure` does."""
        from finechem_kernels.packing import separate

        labels = np.ascontiguousarray(self.labels[::2, ::2, ::2])
        separate(labels, corners=apart == "corners")
        share = float(np.count_nonzero(labels) / labels.size)
        return replace(self, labels=labels, voxel_size_m=2.0 * self.voxel_size_m, placed=share)


def order_parameter(orientation: str, aspect_ratio: float, order: float | None = None) -> float:
    r"""Return the order parameter :math:`S = \langle (3\cos^2\theta - 1)/2 \rangle` of the particles' axes along z.

    ``in-plane`` means that the long dimension lies in the plane: axes of platelets stand up (S > 0), those of rods lie
    (S < 0); ``through-plane`` is the other way round. Without ``order`` alignment is perfect: S = 1 or -1/2.

    Raises
    ------
    InputError
        For an unknown word, or an order parameter that contradicts it.

    Examples
    --------
    >>> order_parameter("in-plane", 0.1), order_parameter("through-plane", 0.1), order_parameter("random", 0.1)
    (1.0, -0.5, 0.0)
    """
    if orientation not in ("random", "in-plane", "through-plane"):
        raise InputError(f"orientation {orientation!r}: random, in-plane or through-plane")
    if orientation == "random" or aspect_ratio == 1.0:
        if order not in (None, 0.0):
            why = "random particles" if orientation == "random" else "spheres"
            raise InputError(f"order parameter {order:g}: {why} have none")
        return 0.0
    up = (orientation == "in-plane") == (aspect_ratio < 1.0)
    low, high = (0.0, 1.0) if up else (-0.5, 0.0)
    if order is None:
        return high if up else low
    if not low <= order <= high:
        shape = "platelets" if aspect_ratio < 1 else "rods"
        raise InputError(f"order parameter {order:g}: of {orientation} {shape} it lies between {low:g} and {high:g}")
    return float(order)


def microstructure(
    volume_fraction: float,
    *,
    d50_m: float = 1e-5,
    sizes: Sizes | None = None,
    aspect_ratio: float = 1.0,
    orientation: Orientation = "random",
    order: float | None = None,
    particles: int = 40,
    voxels: int = 64,
    seed: int = 0,
    apart: Literal["faces", "corners"] = "faces",
) -> Microstructure:
    """Pack particles at random in a periodic cube and return their voxels.

    Spheres are pushed apart until none overlap, up to about 0.6, then shaken towards equilibrium. Where two particles
    would meet, one voxel of matrix stays between them, so `Microstructure.placed` may lack a few
    percent of what was asked; a gap below a voxel is not resolved. Spheroids are placed one by one where there is room,
    the largest first, which saturates far below what mixing reaches (about 0.26 for random platelets of aspect 1/5):
    `Microstructure.placed` says how much there is.

    Parameters
    ----------
    volume_fraction : float
    d50_m : float
        Median diameter (across the axis of a spheroid).
    sizes : Sizes
    aspect_ratio : float
        Length along the axis over diameter: 1 a sphere, below a platelet, above a rod.
    orientation : {"random", "in-plane", "through-plane"}
    order : float, optional
        See `order_parameter`.
    particles : int
        About how many; more make a larger cube, so fewer voxels a particle.
    voxels : int
        A side.
    seed : int
    apart : {"faces", "corners"}
        No voxels of two particles share a face; or not even a corner, as the rotated scheme needs.

    Raises
    ------
    InputError
        If a number is out of range, if the particles cannot be packed, are too few for the cube to be larger than one
        of them, or are thinner than three voxels.

    Examples
    --------
    >>> structure = microstructure(0.2, particles=8, voxels=32)
    >>> structure.labels.shape, structure.placed_particles, round(structure.placed, 2)
    ((32, 32, 32), 8, 0.2)
    """
    if not 0 < volume_fraction < 1:
        raise InputError(f"volume_fraction={volume_fraction:g}: must lie between 0 and 1")
    if not (math.isfinite(d50_m) and d50_m > 0) or not (math.isfinite(aspect_ratio) and aspect_ratio > 0):
        raise InputError(f"d50_m={d50_m:g} and aspect_ratio={aspect_ratio:g}: both must be above 0")
    if particles < 1 or voxels < 8:
        raise InputError(f"particles={particles} and voxels={voxels}: at least 1 and 8")
    s = order_parameter(orientation, aspect_ratio, order)
    diameters = np.sort((sizes or Sizes()).diameters(particles))[::-1]
    edge = (np.sum(np.pi / 6 * diameters**3) * aspect_ratio / volume_fraction) ** (1 / 3)  # in units of d50
    _check_cube(diameters, edge, aspect_ratio, particles, voxels)
    rng = np.random.default_rng(seed)
    axes = _directions(len(diameters), s, rng)
    radii = np.ascontiguousarray(diameters / 2 / edge)
    placed_particles = len(radii)
    if aspect_ratio == 1.0:
        labels = _spheres(radii, voxels, rng, volume_fraction)
    else:
        from finechem_kernels.packing import place_spheroids

        labels, _, placed_particles = place_spheroids(radii, radii * aspect_ratio, axes, voxels, rng, most_tries=3000)
    from finechem_kernels.packing import separate

    separate(labels, corners=apart == "corners")
    return Microstructure(
        labels=labels,
        axes=axes,
        thinnest_m=diameters / 2 * min(aspect_ratio, 1.0) * d50_m,
        aspect_ratio=aspect_ratio,
        voxel_size_m=edge * d50_m / voxels,
        asked=volume_fraction,
        placed=float(np.count_nonzero(labels) / labels.size),
        placed_particles=placed_particles,
    )


def _check_cube(diameters: Array, edge: float, aspect: float, particles: int, voxels: int) -> None:
    longest = float(diameters[0]) * max(1.0, aspect) / edge
    if longest > (_LARGEST_SPHERE if aspect == 1.0 else _LONGEST_SPHEROID):
        raise InputError(f"particles={particles}: too few, the largest would meet its own periodic image; give more")
    thinnest = float(diameters[-1]) * min(1.0, aspect) / edge * voxels
    if thinnest < _FEWEST_VOXELS:
        raise InputError(
            f"voxels={voxels}: the thinnest particle would be {thinnest:.1f} voxels thick, fewer than "
            f"{_FEWEST_VOXELS:g}; give {math.ceil(voxels * _FEWEST_VOXELS / thinnest)} voxels, or fewer particles"
        )


def _spheres(radii: Array, voxels: int, rng: np.random.Generator, share: float) -> NDArray[np.int32]:
    from finechem_kernels.packing import pack_spheres, rasterize_spheres, shake_spheres

    centres, overlap, sweeps = pack_spheres(radii, rng, tolerance=5e-3, most_sweeps=5000)
    if overlap > 5e-3:
        raise InputError(
            f"volume_fraction={share:g}: these particles could not be packed, after {sweeps} sweeps two of them still "
            f"overlap by {overlap:.1%} of a radius; equal spheres reach about {_CLOSE:g}, two sizes more"
        )
    return rasterize_spheres(shake_spheres(centres, radii, rng), radii, voxels)


def _directions(count: int, order: float, rng: np.random.Generator) -> Array:
    """Return unit vectors whose order parameter is the given one: one from each quantile, in random order."""
    quantiles = rng.permutation((np.arange(count) + rng.random(count)) / count)
    cosine = _cosines(quantiles, order) * rng.choice([-1.0, 1.0], count)
    angle = 2.0 * np.pi * rng.random(count)
    sine = np.sqrt(1.0 - cosine**2)
    return np.stack([sine * np.cos(angle), sine * np.sin(angle), cosine], axis=1)


def _cosines(quantiles: Array, order: float) -> Array:
    r"""Return :math:`|\cos\theta|` at quantiles of the density :math:`\propto e^{m\cos^2\theta}` (Maier-Saupe)."""
    if order >= 0.995:
        return np.ones_like(quantiles)
    if order <= -0.4975:
        return np.zeros_like(quantiles)
    if order == 0.0:
        return quantiles
    grid = np.linspace(0.0, 1.0, 20_001)

    def density(m: float) -> Array:
        return np.exp(m * grid**2 - max(m, 0.0))

    low, high = -1000.0, 1000.0
    for _ in range(60):
        middle = (low + high) / 2
        found = np.average(1.5 * grid**2 - 0.5, weights=density(middle))
        low, high = (middle, high) if found < order else (low, middle)
    total = np.cumsum(density((low + high) / 2))
    return np.interp(quantiles, (total - total[0]) / (total[-1] - total[0]), grid)


def particle_conductivities(
    structure: Microstructure,
    matrix_W_mK: float,
    particle_W_mK: Sequence[float],
    resistance_m2K_W: float = 0.0,
) -> Array:
    """Return what `voxel_conductivity` needs: the conductivity of each label.

    Parameters
    ----------
    structure : Microstructure
    matrix_W_mK : float
    particle_W_mK : (across, along)
        The particle's axis.
    resistance_m2K_W : float
        Of interfaces; it goes into an effective tensor of each particle (`spheroid_with_resistance`). Give 0 where
        the solver takes it (finite volumes, equal conductivities).

    Returns
    -------
    (N + 1,) or (N + 1, 3, 3) array
        Numbers where both conductivities are equal and there is no resistance, else tensors.
    """
    across, along = (float(item) for item in particle_W_mK)
    if across == along and resistance_m2K_W == 0.0:
        return np.concatenate([[matrix_W_mK], np.full(len(structure.axes), across)])
    pairs = np.array(
        [
            spheroid_with_resistance((across, along), structure.aspect_ratio, half, resistance_m2K_W)
            for half in structure.thinnest_m.tolist()
        ]
    )
    outer = structure.axes[:, :, None] * structure.axes[:, None, :]
    tensors = pairs[:, 0, None, None] * np.eye(3) + (pairs[:, 1] - pairs[:, 0])[:, None, None] * outer
    return np.concatenate([matrix_W_mK * np.eye(3)[None], tensors])
