"""Sound velocities: the Christoffel kernels against numpy (einsum, then batched LAPACK eigenvalues).

A direction costs 195 floating-point operations, 4 divisions and 5 square roots, reads 48 bytes that stay in
cache and writes 24 (averages write none and add 3 divisions). At 16 to 20 ns on a Zen 4 core that is 10 to 13
Gflop/s, a fifth to a quarter of what dgemm reaches there (52 Gflop/s); divisions and roots take the rest.
"""

# ruff: noqa: I001
from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _timing import compare, options, report, thread_counts  # before numpy: it sets threads
import numpy as np
from finechem_kernels.christoffel import christoffel_velocities, sphere_directions, velocity_averages

VOIGT = np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])


def numpy_velocities(stiffness: Any, density: Any, directions: Any) -> Any:
    tensors = stiffness[:, VOIGT[:, :, None, None], VOIGT[None, None]] / density[:, None, None, None, None]
    acoustic = np.einsum("nijkl,dj,dl->ndik", tensors, directions, directions, optimize=True)
    return np.sqrt(np.linalg.eigvalsh(acoustic))


def numpy_averages(stiffness: Any, density: Any, directions: Any, weights: Any) -> Any:
    v = numpy_velocities(stiffness, density, directions)
    return (
        np.mean(v**-3, axis=2) @ weights,
        np.mean(v, axis=2) @ weights,
        v[..., 2] @ weights,
        np.mean(v[..., :2], axis=2) @ weights,
    )


def largest_difference(ours: Any, theirs: Any) -> float:
    return float(np.max(np.abs(np.array(ours) / np.array(theirs) - 1.0)))


def main() -> None:
    arguments = options(__doc__)
    materials = 20 if arguments.quick else 200
    rng = np.random.default_rng(1)
    factor = rng.normal(size=(materials, 6, 6))
    stiffness = 1e10 * (factor @ factor.transpose(0, 2, 1) + np.eye(6))
    crystals = stiffness, rng.uniform(2e3, 1e4, materials)
    directions, weights = sphere_directions(63)
    size = f"{materials} x {len(directions)}"
    rows = []
    for threads in thread_counts():
        parallel = threads > 1
        rows.append(
            compare(
                f"velocities {size}",
                "numpy eigvalsh",
                partial(christoffel_velocities, *crystals, directions, parallel=parallel),
                partial(numpy_velocities, *crystals, directions),
                largest_difference,
                threads=threads,
            )
        )
        rows.append(
            compare(
                f"averages {size}",
                "numpy eigvalsh",
                partial(velocity_averages, *crystals, directions, weights, parallel=parallel),
                partial(numpy_averages, *crystals, directions, weights),
                largest_difference,
                threads=threads,
            )
        )
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
