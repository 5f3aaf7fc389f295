"""Whether this installation is fit to screen."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator

__all__ = ["examine"]

PACKAGES = (
    *("finechem", "numpy", "scipy", "numba", "pymatgen", "ase", "spglib", "phonopy", "phono3py"),
    *("rdkit", "moocore", "pebble"),
)


def examine() -> Iterator[tuple[bool, str]]:
    """Yield (healthy, one line) for each thing that can be wrong."""
    from importlib.metadata import PackageNotFoundError, version

    yield sys.version_info >= (3, 11), f"Python {platform.python_version()} (needs 3.11 or newer)"
    for package in PACKAGES:
        try:
            yield True, f"{package} {version(package)}"
        except PackageNotFoundError:
            yield False, f"{package} is not installed"
    yield _data()
    yield _kernels()
    yield _cache()


def _data() -> tuple[bool, str]:
    from finechem import datasets
    from finechem.errors import FinechemError

    try:
        rows = sum(len(datasets.load(name).rows) for name in datasets.tables())
    except (FinechemError, OSError, ValueError) as error:
        return False, f"data sets: {error}"
    return True, f"data sets {datasets.version()}: {len(datasets.tables())} tables, {rows} rows"


def _kernels() -> tuple[bool, str]:
    """Compile (or load) a kernel and check one number: transverse sound in an isotropic solid, sqrt(G/rho)."""
    import numpy as np

    from finechem.thermal.elastic import sound_velocities

    isotropic = np.diag([3.0, 3.0, 3.0, 1.0, 1.0, 1.0]) * 1e10
    isotropic[:3, :3] += 1e10 * (1 - np.eye(3))
    velocity = float(sound_velocities(isotropic, [2500.0]).transverse[0])
    return abs(velocity - 2000.0) < 1e-6, f"numba kernels: transverse velocity {velocity:.6f} m/s (exact: 2000)"


def _cache() -> tuple[bool, str]:
    from finechem.screening.cache import default_cache_folder

    folder = default_cache_folder()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    return os.access(nearest, os.W_OK), f"cache folder {folder} (set FINECHEM_CACHE to move it)"
