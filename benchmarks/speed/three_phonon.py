"""Three-phonon interaction strengths against numpy, which sums the same plane waves anew at each triplet.

Both get the random plane waves of an invented crystal: strengths cost the same whatever the force
constants. With N bands, a triplet's own operations are 16 N⁴ for its eigenvectors and 4 (2 m + 1) N³ for the last
transform (m = 3 lattice translations); the rest is shared along lines and planes of wave vectors and by q0.
"""

# ruff: noqa: I001
from __future__ import annotations

import sys
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _timing import compare, options, report  # before numpy: it sets threads
import numpy as np
from finechem_kernels.plane_waves import PlaneWaves
from finechem_kernels.three_phonon import STRENGTH_EV2, Modes, interaction_strength

REACH = 3


def invented(atoms: int, mesh: tuple[int, ...]) -> tuple[PlaneWaves, Modes, Any]:
    """Random force constants and modes, and every triplet of one wave vector."""
    rng = np.random.default_rng(1)
    bands = 3 * atoms
    steps = np.array(list(product(range(-REACH, REACH + 1), repeat=3)))
    separations = steps[np.abs(steps).sum(axis=1) <= REACH + 1]
    cells = np.concatenate([steps[rng.choice(len(steps), 12, replace=False)] for _ in separations])
    coefficients = rng.normal(size=(len(cells), bands, bands, bands))
    starts = np.arange(0, len(cells) + 1, 12)
    waves = PlaneWaves(coefficients, cells, separations, starts, rng.random((atoms, 3)), exchange=False)
    points = np.array(list(product(*(range(size) for size in mesh))))
    complex_ = rng.normal(size=(2, len(points), bands, bands))
    vectors = np.linalg.qr(complex_[0] + 1j * complex_[1])[0]
    modes = Modes(points / np.array(mesh), rng.uniform(1.0, 20.0, (len(points), bands)), vectors)
    q0 = len(points) // 3
    q2 = np.ravel_multi_index(tuple((-(points[q0] + points) % mesh).T), mesh)
    return waves, modes, np.stack([np.full_like(q2, q0), np.arange(len(points)), q2], axis=1)


def numpy_strength(waves: PlaneWaves, modes: Modes, triplets: Any) -> Any:
    separations = np.repeat(waves.separations, np.diff(waves.starts), axis=0)
    flat = waves.coefficients.reshape(len(separations), -1)
    bands = modes.frequencies_THz.shape[1]
    phases = np.exp(2j * np.pi * modes.qpoints @ waves.positions.T)
    frames = modes.eigenvectors * np.repeat(phases, 3, axis=1)[:, :, None]
    strength = np.empty((len(triplets), bands, bands, bands))
    for t, (q0, q1, q2) in enumerate(triplets):
        angle = 2.0 * np.pi * (separations @ modes.qpoints[q1] - waves.cells @ modes.qpoints[q0])
        matrix = (np.stack([np.cos(angle), np.sin(angle)]) @ flat).reshape(2, bands, bands, bands)
        element = np.tensordot(frames[q0], matrix[0] + 1j * matrix[1], axes=(0, 0))
        element = np.tensordot(element, frames[q1], axes=(1, 0))
        element = np.tensordot(element, frames[q2], axes=(1, 0))
        f0, f1, f2 = (modes.frequencies_THz[q] for q in (q0, q1, q2))
        strength[t] = STRENGTH_EV2 * np.abs(element) ** 2 / (f0[:, None, None] * f1[:, None] * f2)
    return strength


def largest_difference(ours: Any, theirs: Any) -> float:
    return float(np.max(np.abs(ours - theirs)) / np.max(theirs))


def main() -> None:
    arguments = options(__doc__)
    sizes: list[tuple[int, tuple[int, ...]]] = [(2, (6, 5, 4))]
    if not arguments.quick:
        sizes = [(2, (11, 11, 11)), (4, (13, 13, 9))]
    rows = []
    for atoms, mesh in sizes:
        case = invented(atoms, mesh)
        rows.append(
            compare(
                f"{atoms} atoms, {len(case[2])} triplets",
                "numpy",
                partial(interaction_strength, *case),
                partial(numpy_strength, *case),
                largest_difference,
                threads=1,
                repeats=3,
            )
        )
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
