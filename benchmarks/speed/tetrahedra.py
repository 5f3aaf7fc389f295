"""Tetrahedron weights of three-phonon processes against phono3py.

Twelve synthetic branches, three acoustic and nine optical, on a grid of 19 x 19 x 13 points; the triplets of
one general grid point without symmetry. Microseconds per triplet are the seconds times 1e6 over the number of
triplets in the name. The error is the largest difference over the largest weight.

A triplet here has 42 items (band triples and channels with a weight) of 24 tetrahedra each. On a Zen 4 core
of a shared machine it takes 8 to 16 microseconds in float64: about half to find the items, 24 nanoseconds for
the tetrahedra of an item (12 in float32), the rest to gather, scale and store. phono3py's weights are
those of its compiled library (phonors), which takes its threads from RAYON_NUM_THREADS: set to one here.
"""

# ruff: noqa: I001
from __future__ import annotations

import importlib
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any, Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["RAYON_NUM_THREADS"] = "1"

from _timing import compare, options, report, thread_counts  # before numpy: it sets threads
import numpy as np
from finechem_kernels.tetrahedra import triplet_weight_items, triplet_weights, vertex_steps

MESH = np.array([19, 19, 13])
PLACE = np.array([1, 19, 361])
"""The first address runs fastest, as in phonopy."""
LATTICE = np.array([[3.1, 0.0, 0.0], [-1.55, 2.685, 0.0], [0.0, 0.0, 5.0]])
CENTRE = 1_000
PRECISIONS: tuple[Literal["float64", "float32"], ...] = ("float64", "float32")


def branches(addresses: Any) -> Any:
    """Frequencies in THz, ascending: a wurtzite-like spectrum up to 25 THz."""
    rng = np.random.default_rng(3)
    gap = np.array([0.0, 0.0, 0.0, 7.0, 7.0, 17.0, 18.0, 18.5, 19.0, 19.5, 20.0, 21.0])
    width = np.array([6.0, 7.0, 11.0, 8.0, 6.0, 4.0, 3.0, 3.0, 3.0, 3.0, 4.0, 4.0])
    mixture = rng.dirichlet([4.0, 4.0, 4.0], 12) * width[:, None] ** 2
    squares = gap**2 + np.sin(np.pi * addresses / MESH) ** 2 @ mixture.T
    return np.sort(np.sqrt(squares), axis=1)


def phonors_weights(grid: Any, relative: Any, triplets: Any, targets: Any, frequencies: Any) -> Any:
    bands = frequencies.shape[1]
    weights = np.zeros((2, len(triplets), len(targets), bands, bands))
    importlib.import_module("phonors").triplets_integration_weights(
        weights,
        np.zeros(weights.shape[1:], dtype="byte"),
        targets,
        relative,
        grid.D_diag,
        triplets,
        frequencies,
        frequencies,
        grid.addresses,
        grid.gp_map,
        grid.store_dense_gp_map * 1 + 1,
        2,
    )
    return weights


def largest_difference(ours: Any, theirs: Any) -> float:
    return float(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs)))


def items_difference(ours: Any, theirs: Any) -> float:
    total = np.zeros(theirs.shape)
    b1, b2, b0, channel = ours.bands.T
    triplet = np.repeat(np.arange(theirs.shape[1]), np.diff(ours.first))
    np.add.at(total, (np.minimum(channel, 1), triplet, b0, b1, b2), np.where(channel == 2, -1.0, 1.0) * ours.weights)
    return largest_difference(total, theirs)


def main() -> None:
    arguments = options(__doc__)
    count = 40 if arguments.quick else 2_000
    grids: Any = importlib.import_module("phonopy.phonon.grid")
    tetrahedra: Any = importlib.import_module("phonopy.phonon.tetrahedron_method")
    addresses = np.arange(MESH.prod())[:, None] // PLACE % MESH
    steps = vertex_steps(np.linalg.inv(LATTICE) / MESH)
    frequencies = branches(addresses)
    first = np.linspace(0, len(addresses) - 1, count).astype(int)
    rows1 = (addresses[first][:, None] + steps) % MESH @ PLACE
    rows2 = (-addresses[CENTRE] - addresses[first][:, None] - steps) % MESH @ PLACE
    ours = frequencies[CENTRE], frequencies, rows1, rows2

    grid = grids.BZGrid(MESH, lattice=LATTICE)
    triplets = grid.grg2bzg[np.column_stack([np.full(count, CENTRE), rows1[:, 0], rows2[:, 0]])]
    relative = tetrahedra.get_tetrahedra_relative_gr_grid_address(grid)
    on_grid = np.ascontiguousarray(frequencies[grid.bzg2grg])
    theirs = partial(phonors_weights, grid, relative, np.array(triplets, dtype="int64"), frequencies[CENTRE], on_grid)

    rows = []
    for threads in thread_counts():
        for precision in PRECISIONS:
            settings: Any = {"precision": precision, "parallel": threads > 1}
            for name, function, error in (
                ("dense", triplet_weights, largest_difference),
                ("items", triplet_weight_items, items_difference),
            ):
                rows.append(
                    compare(
                        f"weights {name} {precision[-2:]} {count} triplets",
                        "phono3py",
                        partial(function, *ours, **settings),
                        theirs,
                        error,
                        threads=threads,
                        repeats=5,
                    )
                )
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
