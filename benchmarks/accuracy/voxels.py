"""Cubic arrays of spheres on voxels against Rayleigh's multipole expansion: how the error falls with the grid.

The exact values (k/k_m to five or six digits) are those of a multipole expansion of high order (L. Rayleigh, Phil. Mag.
34, 481 (1892), carried on). Above 30 vol% spheres come closer than a voxel; at 50 vol% and contrast 1000 they touch by
voxels with 64 a side, and the answer is far too high.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report

from finechem.thermal.composite import voxel_conductivity

EXACT = {
    (0.1, 10.0): 1.24334, (0.1, 100.0): 1.32268,
    (0.2, 10.0): 1.53172, (0.2, 100.0): 1.72795, (0.2, 1000.0): 1.75301,
    (0.3, 10.0): 1.88774, (0.3, 100.0): 2.27457,
    (0.4, 10.0): 2.36443, (0.4, 100.0): 3.13337, (0.4, 1000.0): 3.24905,
    (0.5, 10.0): 3.14456, (0.5, 100.0): 5.3493, (0.5, 1000.0): 5.8311,
}  # fmt: skip


def sphere(size: int, share: float) -> np.ndarray:
    """Return the voxels whose centres lie in a centred sphere of a volume fraction."""
    axis = (np.arange(size) + 0.5) / size - 0.5
    square = axis[:, None, None] ** 2 + axis[None, :, None] ** 2 + axis**2
    return np.asarray(square <= (3.0 * share / (4.0 * np.pi)) ** (2.0 / 3.0), dtype=np.int32)


def main() -> None:
    arguments = options(__doc__).parse_args()
    sizes = (16, 32) if arguments.quick else (16, 32, 64, 128)
    rows = []
    for scheme in ("finite-volume", "rotated"):
        for size in sizes:
            errors = []
            for (share, contrast), exact in EXACT.items():
                found = voxel_conductivity(sphere(size, share), [1.0, contrast], scheme=scheme, directions=(0,))
                errors.append(100.0 * (float(found.tensor_W_mK[0, 0]) / exact - 1.0))
            if not arguments.json:
                cells = "".join(f"{share:>5g}/{contrast:<5g}{error:+7.2f}" for (share, contrast), error in
                                zip(EXACT, errors, strict=True))  # fmt: skip
                print(f"{scheme} {size}: {cells}")
            asked = [abs(error) for (share, contrast), error in zip(EXACT, errors, strict=True) if share <= 0.3]
            name = f"cubic array up to 30 vol%, {scheme}, {size} voxels a side"
            rows.append(Row(name, len(asked), "largest error, %", max(asked)))
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
