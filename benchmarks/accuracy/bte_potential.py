"""Conductivities and moduli by universal potentials against measurement: raw and calibrated, leave-one-compound-out.

Reads thermal.potential_conductivities and thermal.potential_elasticity, which need no potential to be read.
``--compute 7net-0 nep:nep89.txt`` computes the rows of these potentials anew (minutes to an hour each, on one thread;
a stopped run goes on) and writes both tables, and with them thermal.potential_errors.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _accuracy import options

from finechem import datasets
from finechem.matter.calculators import Potential, calculator
from finechem.matter.crystal import Crystal
from finechem.screening.cache import Cache, default_cache_folder
from finechem.thermal.potential_references import (
    computed_conductivity,
    computed_elasticity,
    conductivity_references,
    elasticity_references,
)

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "finechem_datasets" / "thermal"
Computed = Callable[[Crystal, Potential, Cache], dict[str, Any]]


def compute(names: Sequence[str], cache: Cache, most_atoms: int) -> None:
    """Compute both tables for some potentials, and write them; the rows of other potentials stay."""
    conductivities = [crystal for crystal, _ in conductivity_references()]
    kinds: tuple[tuple[str, Computed, list[Crystal]], ...] = (
        ("potential_conductivities", computed_conductivity, conductivities),
        ("potential_elasticity", computed_elasticity, elasticity_references()),
    )
    for name in names:
        potential = calculator(name)
        for table, computed, crystals in kinds:
            rows = []
            for crystal in sorted(crystals, key=lambda item: item.primitive_atoms):
                if crystal.primitive_atoms > most_atoms:
                    continue
                rows.append(computed(crystal, potential, cache))
                shown = {key: value for key, value in rows[-1].items() if key not in ("checkpoint", "package")}
                print(f"{time.strftime('%H:%M:%S')} {shown}", file=sys.stderr, flush=True)
            write(table, rows, {crystal.id: place for place, crystal in enumerate(crystals)})


def write(table: str, new: list[dict[str, Any]], order: dict[str, int]) -> None:
    """Write rows in place of those of the same potential, in the order of the crystals."""
    whole = datasets.load(f"thermal.{table}")
    fresh = {row["checkpoint"] for row in new}
    path = FOLDER / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:  # not what was loaded when the run began
        kept = [row for row in csv.DictReader(file) if row["checkpoint"] not in fresh]
    rows: list[dict[str, Any]] = [*kept, *sorted(new, key=lambda row: order[row["phase_id"]])]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, whole.columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({key: f"{value:.5g}" if isinstance(value, float) else value for key, value in row.items()})


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--compute", nargs="+", metavar="POTENTIAL", help="compute the tables anew for these")
    parser.add_argument("--cache", type=Path, default=default_cache_folder(), help="where forces are kept")
    parser.add_argument("--most-atoms", type=int, default=99, help="leave out larger primitive cells")
    arguments = parser.parse_args()
    if arguments.compute:
        compute(arguments.compute, Cache(arguments.cache), arguments.most_atoms)


if __name__ == "__main__":
    main()
