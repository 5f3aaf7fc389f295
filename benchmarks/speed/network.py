"""Step-growth networks of A4 and B2 monomers in equal numbers of groups, against polymcsim and against scipy.

polymcsim 0.8 (PyPI) is a kinetic Monte Carlo of the same system, compiled by numba too: each step weighs the reaction
channels, here one, draws a free site of each kind from typed lists and writes down the bond. It then builds a networkx
graph, whose connected components are the molecules. It gets one chunk (``chunk_size=1``, its default: the whole run
is one call of its kernel), unit masses and the same number of bonds; what it prints is swallowed. We draw the two
orders, make all bonds and follow the molecules through every one of them. Two rows a conversion: its whole run up to
the molecules' masses; and its compiled loop alone, which ends with a list of bonds, against all that we do. "error"
compares two independent random networks, one draw of each code: below the gel point, which is 0.577, the weight
average, whose standard deviation is 0.6 % for 300,000 monomers and 1.9 % for 30,000; above it the gel fraction, 0.02
and 0.06 %.

scipy is given our orders, drawn beforehand, and finds the connected components at 20 numbers of bonds; we draw the
orders and find the same numbers. "error" is exact: molecules, largest mass, sum of squares.

Compilation is outside on both sides: both run once before the clock starts. polymcsim states no licence, so it is no
dependency of ours: ``pip install polymcsim`` to compare; its rows are left out, with a line that says so, where it is
missing.
"""

# ruff: noqa: I001
from __future__ import annotations

import contextlib
import io
import statistics
import sys
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _timing import Row, compare, options, report  # before numpy: it sets threads
import time
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from finechem_kernels.step_growth import Growth, grow_network, reaction_order

SEED = 1


def orders(quads: int) -> tuple[Any, Any]:
    """Draw both orders of a network of so many A4 and twice as many B2."""
    rng = np.random.default_rng(SEED)
    four = np.repeat(np.arange(quads, dtype=np.int32), 4)
    two = np.repeat(np.arange(quads, 3 * quads, dtype=np.int32), 2)
    return reaction_order(four, rng), reaction_order(two, rng)


def ours(quads: int, checkpoints: Any) -> Growth:
    return grow_network(*orders(quads), np.ones(3 * quads), checkpoints)


def scipy_components(order_a: Any, order_b: Any, monomers: int, checkpoints: Any) -> list[list[float]]:
    """Return molecules, largest mass and sum of the others' squares at each checkpoint."""
    found = []
    for bonds in checkpoints:
        pairs = np.ones(bonds, dtype=np.int8), (order_a[:bonds], order_b[:bonds])
        count, labels = connected_components(coo_array(pairs, shape=(monomers, monomers)), directed=False)
        masses = np.bincount(labels).astype(float)
        found.append([count, masses.max(), np.sum(masses**2) - masses.max() ** 2])
    return found


def largest_difference(growth: Growth, expected: list[list[float]]) -> float:
    found = np.stack([growth.molecules, growth.largest_mass, growth.other_squares], axis=1)
    return float(np.max(np.abs(found - expected) / np.maximum(np.array(expected), 1.0)))


class Polymcsim:
    """Runs of polymcsim, with a clock around its compiled loop."""

    def __init__(self) -> None:
        from polymcsim import simulation

        self.loop_seconds: list[float] = []
        loop = simulation.run_kmc_loop

        def clocked(*arguments: Any) -> Any:
            start = time.perf_counter()
            result = loop(*arguments)
            self.loop_seconds.append(time.perf_counter() - start)
            return result

        simulation.run_kmc_loop = clocked

    def __call__(self, quads: int, bonds: int) -> Any:
        """Return the masses of the molecules."""
        import networkx
        from polymcsim import MonomerDef, ReactionSchema, SimParams, SimulationInput, SiteDef, run_simulation

        config = SimulationInput(
            monomers=[
                MonomerDef(name="four", count=quads, molar_mass=1.0, sites=[SiteDef(type="A")] * 4),
                MonomerDef(name="two", count=2 * quads, molar_mass=1.0, sites=[SiteDef(type="B")] * 2),
            ],
            reactions={frozenset(["A", "B"]): ReactionSchema(rate=1.0)},
            params=SimParams(max_reactions=bonds, random_seed=SEED),
        )
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            result = run_simulation(config)
        return np.array([len(component) for component in networkx.connected_components(result.graph)])


def weight_average_difference(growth: Growth, masses: Any) -> float:
    return float(abs(growth.weight_average[-1] / (np.sum(masses**2) / np.sum(masses)) - 1.0))


def gel_fraction_difference(growth: Growth, masses: Any) -> float:
    return float(abs(growth.largest_mass[-1] / growth.total_mass / (np.max(masses) / np.sum(masses)) - 1.0))


def polymcsim_rows(quads: int, repeats: int) -> list[Row]:
    peer, rows = Polymcsim(), []
    for conversion, difference in ((0.4, weight_average_difference), (0.9, gel_fraction_difference)):
        bonds = round(4 * quads * conversion)
        run = partial(ours, quads, np.array([bonds]))
        name = f"{3 * quads} monomers, conversion {conversion}"
        peer.loop_seconds.clear()
        rows.append(
            compare(name, "polymcsim", run, partial(peer, quads, bonds), difference, threads=1, repeats=repeats)
        )
        loop = statistics.median(peer.loop_seconds[1:])
        rows.append(replace(rows[-1], peer="polymcsim, loop", ratio=loop / rows[-1].seconds, peer_seconds=loop))
    return rows


def main() -> None:
    arguments = options(__doc__)
    quads = 10_000 if arguments.quick else 333_333
    checkpoints = np.linspace(0, 4 * quads, 21).astype(int)[1:]
    rows = [
        compare(
            f"{3 * quads} monomers, 20 conversions to 1",
            "scipy connected_components",
            partial(ours, quads, checkpoints),
            partial(scipy_components, *orders(quads), 3 * quads, checkpoints),
            largest_difference,
            threads=1,
            repeats=5,
        )
    ]
    if find_spec("polymcsim"):
        rows += polymcsim_rows(10_000, 1) if arguments.quick else polymcsim_rows(100_000, 3)
    else:
        print("polymcsim is not installed: its rows are left out", file=sys.stderr)
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
