r"""Random packings of particles in a periodic unit cube, and their voxels.

Spheres of any sizes are thrown in at random and pushed apart until no pair overlaps: each overlapping pair moves along
its line of centres, the smaller one farther. Below random close packing (about 0.64 for equal spheres) all overlaps
vanish. Neighbours are found on a grid of cells of the smallest sphere's size: the larger of two looks for the smaller,
so that a few large spheres look at many cells and many small ones at 27.

Platelets are oblate spheroids placed one by one where their voxels are free (random sequential addition).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import FloatArray, contiguous, kernel

__all__ = ["pack_spheres", "place_spheroids", "rasterize_spheres", "separate", "shake_spheres"]

IndexArray = NDArray[np.int32]


def pack_spheres(
    radii: FloatArray, rng: np.random.Generator, *, tolerance: float = 1e-3, most_sweeps: int = 20_000
) -> tuple[FloatArray, float, int]:
    """Pack spheres without overlap in a periodic unit cube.

    Parameters
    ----------
    radii : (N,) array
        In units of the cube's edge, below 1/4 each.
    rng : Generator
    tolerance : float
        Largest overlap left, in units of the smaller radius of the pair.
    most_sweeps : int
        Sweeps over all pairs.

    Returns
    -------
    centres : (N, 3) array
        In [0, 1).
    overlap : float
        The largest one left, as `tolerance` counts it; above it the packing did not succeed.
    sweeps : int
    """
    sizes = contiguous(radii)
    centres = rng.random((len(sizes), 3))
    cells = max(3, min(int(1.0 / (2.0 * sizes.min())), round((8.0 * len(sizes)) ** (1 / 3)) + 1))
    order = rng.permutation(len(sizes)).astype(np.int32)
    overlap, sweeps = _push_apart(centres, sizes, order, cells, tolerance, most_sweeps)
    return centres, float(overlap), int(sweeps)


def shake_spheres(
    centres: FloatArray, radii: FloatArray, rng: np.random.Generator, *, sweeps: int = 200, step: float = 0.3
) -> FloatArray:
    """Return centres after Monte Carlo moves of hard spheres: towards equilibrium, where no pair touches exactly.

    `pack_spheres` leaves what it pushed apart in contact. A move that makes or deepens an overlap is refused.

    Parameters
    ----------
    centres : (N, 3) array
    radii : (N,) array
    rng : Generator
    sweeps : int
        Moves tried for each sphere; every pair is looked at, so the time grows with N squared.
    step : float
        Largest move along each axis, in units of the sphere's radius; every other sweep a tenth of it.
    """
    moved = contiguous(centres).copy()
    _shake(moved, contiguous(radii), rng, sweeps, step)
    return moved


def separate(labels: IndexArray, *, corners: bool = False) -> int:
    """Give a voxel to the matrix wherever voxels of two particles meet, in place; return how many.

    Of the two voxels the one with the larger label is given. Particles closer than a voxel would otherwise touch over
    the whole area where they are.

    Parameters
    ----------
    labels : (n0, n1, n2) int32 array
    corners : bool
        Voxels meet that share a corner (for the rotated scheme, which conducts there), not only those that share a
        face.
    """
    return int(_separate(labels, corners))


def rasterize_spheres(centres: FloatArray, radii: FloatArray, size: int) -> IndexArray:
    """Return the voxels of spheres: 0 outside, else 1 + the index of the sphere whose surface holds the voxel's centre.

    Parameters
    ----------
    centres : (N, 3) array
    radii : (N,) array
    size : int
        Voxels a side.

    Returns
    -------
    (size, size, size) int32 array
    """
    labels = np.zeros((size, size, size), dtype=np.int32)
    _fill_spheres(contiguous(centres), contiguous(radii), labels)
    return labels


def place_spheroids(
    radii: FloatArray,
    half_thickness: FloatArray,
    axes: FloatArray,
    size: int,
    rng: np.random.Generator,
    *,
    most_tries: int = 200,
) -> tuple[IndexArray, FloatArray, int]:
    """Place oblate spheroids one by one where all their voxels are free, in a periodic cube.

    Parameters
    ----------
    radii, half_thickness : (N,) arrays
        In units of the cube's edge, thickness along the axis.
    axes : (N, 3) array
        Unit vectors normal to the platelets.
    size : int
        Voxels a side.
    rng : Generator
    most_tries : int
        Places tried for each platelet before it is left out.

    Returns
    -------
    labels : (size, size, size) int32 array
        0 outside, else 1 + the index of the platelet.
    centres : (N, 3) array
        NaN for those left out.
    placed : int
    """
    labels = np.zeros((size, size, size), dtype=np.int32)
    centres = np.full((len(radii), 3), np.nan)
    placed = _place(contiguous(radii), contiguous(half_thickness), contiguous(axes), labels, centres, rng, most_tries)
    return labels, centres, int(placed)


@kernel
def _push_apart(
    centres: Any, radii: Any, order: Any, cells: int, tolerance: float, most_sweeps: int
) -> tuple[float, int]:
    count = len(radii)
    head, following = np.empty((cells, cells, cells), np.int32), np.empty(count, np.int32)
    worst = 0.0
    for sweep in range(most_sweeps):
        head[:] = -1
        for i in range(count):
            a, b, c = int(centres[i, 0] * cells), int(centres[i, 1] * cells), int(centres[i, 2] * cells)
            following[i] = head[a, b, c]
            head[a, b, c] = i
        worst = 0.0
        for place in range(count):
            i = order[place]
            reach = min(int(np.ceil(2.0 * radii[i] * cells)), (cells - 1) // 2)
            a, b, c = int(centres[i, 0] * cells), int(centres[i, 1] * cells), int(centres[i, 2] * cells)
            for da in range(-reach, reach + 1):
                for db in range(-reach, reach + 1):
                    for dc in range(-reach, reach + 1):
                        j = head[(a + da) % cells, (b + db) % cells, (c + dc) % cells]
                        while j >= 0:
                            if radii[j] < radii[i] or (radii[j] == radii[i] and j < i):
                                worst = max(worst, _part(centres, radii, i, j))
                            j = following[j]
        if worst <= tolerance:
            return worst, sweep + 1
    return worst, most_sweeps


@kernel
def _part(centres: Any, radii: Any, i: int, j: int) -> float:
    """Move two spheres apart to just touch, the smaller one farther, and return how much they overlapped."""
    contact = radii[i] + radii[j]
    x, y, z = centres[i, 0] - centres[j, 0], centres[i, 1] - centres[j, 1], centres[i, 2] - centres[j, 2]
    x, y, z = x - np.rint(x), y - np.rint(y), z - np.rint(z)
    squared = x * x + y * y + z * z
    if squared >= contact * contact:
        return 0.0
    distance = np.sqrt(squared)
    if distance == 0.0:
        x, y, z, distance = 1e-9, 0.0, 0.0, 1e-9
    overlap = contact - distance
    push = overlap * (1.0 + 1e-9) / distance
    share = radii[j] ** 3 / (radii[i] ** 3 + radii[j] ** 3)
    for axis, step in ((0, x), (1, y), (2, z)):
        first, second = centres[i, axis] + push * share * step, centres[j, axis] - push * (1.0 - share) * step
        centres[i, axis], centres[j, axis] = _inside(first), _inside(second)
    share = overlap / radii[j]
    return share  # type: ignore[no-any-return]


@kernel
def _shake(centres: Any, radii: Any, rng: Any, sweeps: int, step: float) -> None:
    count = len(radii)
    trial = np.empty(3)
    for sweep in range(sweeps):
        length = step if sweep % 2 == 0 else 0.1 * step
        for i in range(count):
            for axis in range(3):
                trial[axis] = _inside(centres[i, axis] + length * radii[i] * (2.0 * rng.random() - 1.0))
            free = True
            for j in range(count):
                if j == i:
                    continue
                squared, before = 0.0, 0.0
                for axis in range(3):
                    apart = trial[axis] - centres[j, axis]
                    squared += (apart - np.rint(apart)) ** 2
                    apart = centres[i, axis] - centres[j, axis]
                    before += (apart - np.rint(apart)) ** 2
                if squared < (radii[i] + radii[j]) ** 2 and squared < before:
                    free = False
                    break
            if free:
                for axis in range(3):
                    centres[i, axis] = trial[axis]


@kernel
def _separate(labels: Any, corners: bool) -> int:
    n0, n1, n2 = labels.shape
    given = 0
    for i in range(n0):
        for j in range(n1):
            for l in range(n2):  # noqa: E741
                for place in range(14, 27):  # half of the 26 around it: the others look back
                    di, dj, dl = place // 9 - 1, place // 3 % 3 - 1, place % 3 - 1
                    if not corners and abs(di) + abs(dj) + abs(dl) > 1:
                        continue
                    own = labels[i, j, l]
                    a, b, c = (i + di) % n0, (j + dj) % n1, (l + dl) % n2
                    other = labels[a, b, c]
                    if own > 0 and other > 0 and own != other:
                        given += 1
                        if own > other:
                            labels[i, j, l] = 0
                        else:
                            labels[a, b, c] = 0
    return given


@kernel
def _inside(value: float) -> float:
    """Wrap into [0, 1): rounding must not reach 1."""
    wrapped: float = value - np.floor(value)
    return wrapped if wrapped < 1.0 else 0.0


@kernel
def _fill_spheres(centres: Any, radii: Any, labels: Any) -> None:
    n = labels.shape[0]
    for sphere in range(len(radii)):
        r = radii[sphere] * n
        x, y, z = centres[sphere, 0] * n, centres[sphere, 1] * n, centres[sphere, 2] * n
        for i in range(int(np.floor(x - r)), int(np.ceil(x + r)) + 1):
            dx = i + 0.5 - x
            for j in range(int(np.floor(y - r)), int(np.ceil(y + r)) + 1):
                dy = j + 0.5 - y
                for l in range(int(np.floor(z - r)), int(np.ceil(z + r)) + 1):  # noqa: E741
                    dz = l + 0.5 - z
                    if dx * dx + dy * dy + dz * dz <= r * r:
                        labels[i % n, j % n, l % n] = sphere + 1


@kernel
def _place(radii: Any, half: Any, axes: Any, labels: Any, centres: Any, rng: Any, most_tries: int) -> int:
    placed = 0
    for platelet in range(len(radii)):
        for _ in range(most_tries):
            x, y, z = rng.random(), rng.random(), rng.random()
            if _voxels(radii, half, axes, labels, platelet, x, y, z, False):
                _voxels(radii, half, axes, labels, platelet, x, y, z, True)
                centres[platelet, 0], centres[platelet, 1], centres[platelet, 2] = x, y, z
                placed += 1
                break
    return placed


@kernel
def _voxels(
    radii: Any, half: Any, axes: Any, labels: Any, platelet: int, x: float, y: float, z: float, write: bool
) -> bool:
    """Whether all voxels of a spheroid are free; with ``write``, take them."""
    n = labels.shape[0]
    r, h = radii[platelet] * n, half[platelet] * n
    ax, ay, az = axes[platelet, 0], axes[platelet, 1], axes[platelet, 2]
    wx = np.sqrt(r * r * (1.0 - ax * ax) + h * h * ax * ax)  # half extents of the spheroid along the cube's axes
    wy = np.sqrt(r * r * (1.0 - ay * ay) + h * h * ay * ay)
    wz = np.sqrt(r * r * (1.0 - az * az) + h * h * az * az)
    cx, cy, cz = x * n, y * n, z * n
    for i in range(int(np.floor(cx - wx)), int(np.ceil(cx + wx)) + 1):
        dx = i + 0.5 - cx
        for j in range(int(np.floor(cy - wy)), int(np.ceil(cy + wy)) + 1):
            dy = j + 0.5 - cy
            for l in range(int(np.floor(cz - wz)), int(np.ceil(cz + wz)) + 1):  # noqa: E741
                dz = l + 0.5 - cz
                along = dx * ax + dy * ay + dz * az
                across = dx * dx + dy * dy + dz * dz - along * along
                if across / (r * r) + along * along / (h * h) <= 1.0:
                    if write:
                        labels[i % n, j % n, l % n] = platelet + 1
                    elif labels[i % n, j % n, l % n] != 0:
                        return False
    return True
