"""Heat conduction through voxels of random spheres (30 %), against taufactor and against scipy.

taufactor 1.2 (PyPI, PyTorch) relaxes the same seven-point system: fixed temperatures one voxel outside the grid, no
flux through the sides (``faces_of(..., boundary="insulated", wall=1.0)`` here). Both codes run in float32 on one
thread. Each error is that of the conductivity against one tight solve of the system in float64. taufactor's criterion
is lowered from its default by tens until its error is 2e-4 or less (or it is at 1e-5); ours is 1e-4. "error" is the
larger of the two; a row says which criterion taufactor needed. Contrast 1000 and insulating spheres have no peer here:
those rows name the tight solve as the peer. taufactor is no dependency of ours: ``pip install taufactor`` (it needs
torch) to compare; its rows are left out, with a line that says so, where it is missing.

scipy gets the assembled matrix of a periodic cube and its conjugate gradients with the diagonal as preconditioner; both
stop far below the error that is shown. ``--large`` measures 64 to 512 voxels a side at contrast 100: time, iterations
and the peak memory of the process, in bytes a voxel.
"""

# ruff: noqa: I001
from __future__ import annotations

import contextlib
import io
import resource
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _timing import Row, compare, report  # before numpy: it sets threads
import argparse
import time
import numpy as np
from scipy.sparse import coo_array, dia_array
from scipy.sparse.linalg import cg
from finechem_kernels.conduction import conduct, faces_of
from finechem_kernels.descent import Conduction
from finechem_kernels.packing import pack_spheres, rasterize_spheres, separate

SHARE, SPHERES = 0.3, 20
#: What is asked of both codes.
ERROR = 2e-4


def structure(size: int) -> Any:
    """Labels of random spheres: 0 the matrix, 1 the spheres."""
    radii = np.full(SPHERES, (3 * SHARE / 4 / np.pi / SPHERES) ** (1 / 3))
    labels = rasterize_spheres(pack_spheres(radii, np.random.default_rng(1))[0], radii, size)
    separate(labels)
    return (labels > 0).astype(np.int32)


def ours(labels: Any, inside: float, tolerance: float = 1e-4, dtype: Any = np.float32) -> Conduction:
    faces = faces_of(labels, np.array([1.0, inside]), boundary="insulated", wall=1.0, dtype=dtype, parallel=False)
    return conduct(faces, tolerance=tolerance)


def taufactor(labels: Any, inside: float, criterion: float) -> float:
    import taufactor as peer

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        solver = peer.MultiPhaseSolver(labels + 1, cond={1: 1.0, 2: inside}, device="cpu")
        solver.solve(iter_limit=100_000, verbose=False, conv_crit=criterion)
    return float(np.asarray(solver.D_eff).ravel()[0])


def taufactor_rows(size: int, contrasts: tuple[float, ...], repeats: int) -> list[Row]:
    import torch

    torch.set_num_threads(1)
    labels, rows = structure(size), []
    for contrast in contrasts:
        exact = ours(labels, contrast, 1e-10, np.float64).conductivity
        criterion = 1e-2  # its default
        while criterion > 1e-5 and abs(taufactor(labels, contrast, criterion) / exact - 1) > ERROR:
            criterion /= 10

        def larger_error(found: Conduction, theirs: float, exact: float = exact) -> float:
            return max(abs(found.conductivity / exact - 1), abs(theirs / exact - 1))

        name = f"{size}^3 voxels, contrast {contrast:g}"
        run, peer = partial(ours, labels, contrast), partial(taufactor, labels, contrast, criterion)
        label = f"taufactor, conv_crit {criterion:g}"
        rows.append(compare(name, label, run, peer, larger_error, threads=1, repeats=repeats))
    return rows


def hard_rows(size: int) -> list[Row]:
    """Contrast 1000 and insulating spheres: an answer, against the tight solve."""
    labels, rows = structure(size), []
    for inside, name in ((1000.0, "contrast 1000"), (0.0, "k = 0")):
        rows.append(
            compare(
                f"{size}^3 voxels, {name}",
                "ourselves, float64, 1e-10",
                partial(ours, labels, inside),
                partial(ours, labels, inside, 1e-10, np.float64),
                lambda found, tight: abs(found.conductivity / tight.conductivity - 1),
                threads=1,
                repeats=1,
            )
        )
    return rows


def scipy_row(size: int) -> Row:
    faces = faces_of(structure(size), np.array([1.0, 10.0]), dtype=np.float64)
    number = np.arange(size**3).reshape(size, size, size)
    here = np.tile(number.ravel(), 3)
    there = np.concatenate([np.roll(number, -1, axis).ravel() for axis in range(3)])
    g = np.concatenate([part.ravel() for part in (faces.x, faces.y, faces.z)])
    links = coo_array((g, (here, there)), shape=(size**3, size**3)).tocsr()
    links = links + links.T
    diagonal = np.asarray(links.sum(axis=1)).ravel()
    matrix = dia_array((diagonal[None], [0]), shape=links.shape).tocsr() - links
    jacobi = dia_array((1.0 / diagonal[None], [0]), shape=links.shape)
    drive = (faces.x - np.roll(faces.x, 1, 0)).ravel()

    def theirs() -> float:
        found, _ = cg(matrix, drive, rtol=1e-8, M=jacobi)
        return float((np.sum(faces.x) - drive @ found) / size**3)

    return compare(
        f"{size}^3 voxels, contrast 10, periodic",
        "scipy cg, diagonal",
        lambda: conduct(faces, tolerance=1e-10),
        theirs,
        lambda mine, other: abs(mine.conductivity / other - 1),
        threads=1,
        repeats=3,
    )


def large() -> None:
    """Print how time and memory grow, two threads."""
    print("voxels  iterations  seconds  error estimate  peak bytes a voxel of the whole process")
    for size in (64, 128, 256, 512):
        labels = structure(size)
        start = time.perf_counter()
        faces = faces_of(labels, np.array([1.0, 100.0]))
        found = conduct(faces, workers=2)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / size**3
        print(f"{size:>4}^3  {found.iterations:>10}  {seconds:7.2f}  {found.error:14.1e}  {peak:8.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--json", action="store_true", help="print one JSON list of rows")
    parser.add_argument("--large", action="store_true", help="only time and memory up to 512 voxels a side (7 GB)")
    arguments = parser.parse_args()
    if arguments.large:
        large()
        return
    size = 32 if arguments.quick else 128
    rows = [scipy_row(32 if arguments.quick else 64)]
    if find_spec("taufactor"):
        rows += taufactor_rows(size, (10.0,) if arguments.quick else (10.0, 100.0), 1)
    else:
        print("taufactor is not installed: its rows are left out", file=sys.stderr)
    if not arguments.quick:
        rows += hard_rows(size)
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
