"""What the accuracy benchmarks share: rows of name, n, metric, value, literature, as a table or as JSON."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One number about one model: `literature` is what others report for the same kind of model, with its source."""

    name: str
    n: int
    metric: str
    value: float
    literature: str = ""


def options(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the two options that every benchmark has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the summary without the crystals (nothing is slow here)")
    parser.add_argument("--json", action="store_true", help="print one JSON list of rows")
    return parser


def report(rows: list[Row], *, as_json: bool) -> None:
    """Print the rows as JSON or as a table."""
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    width = max(len(row.name) for row in rows)
    metric = max(len(row.metric) for row in rows)
    for row in rows:
        print(f"{row.name:{width}}  n={row.n:<3}  {row.metric:{metric}}  {row.value:7.3f}  {row.literature}")
