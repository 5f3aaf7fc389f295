"""What the speed benchmarks share: one run, two contestants in turn, the median, one table.

Import it before numpy: it holds BLAS to one thread and gives numba an empty cache, so that the time to
compile can be told apart.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

for _library in ("OPENBLAS", "MKL", "OMP", "VECLIB_MAXIMUM"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", str(min(2, os.cpu_count() or 1)))
os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp(prefix="finechem-benchmark-")
atexit.register(shutil.rmtree, os.environ["NUMBA_CACHE_DIR"], ignore_errors=True)


@dataclass(frozen=True)
class Row:
    """One comparison: ``ratio`` above one means faster; ``error`` is the largest relative difference."""

    name: str
    peer: str
    threads: int
    ratio: float
    error: float
    seconds: float
    peer_seconds: float
    cold_seconds: float


def thread_counts() -> list[int]:
    """One thread, and two where there are two cores."""
    return list(range(1, int(os.environ["NUMBA_NUM_THREADS"]) + 1))


def compare(
    name: str,
    peer: str,
    ours: Callable[[], Any],
    theirs: Callable[[], Any],
    error: Callable[[Any, Any], float],
    *,
    threads: int,
    repeats: int = 7,
) -> Row:
    """Time ``ours`` against ``theirs``, alternating; our first call, which may compile, counts apart."""
    import numba

    numba.set_num_threads(threads)
    cold, result = _timed(ours)
    _, expected = _timed(theirs)
    pairs = [(_timed(ours)[0], _timed(theirs)[0]) for _ in range(repeats)]
    seconds, peer_seconds = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Row(
        name=name,
        peer=peer,
        threads=threads,
        ratio=peer_seconds / seconds,
        error=float(error(result, expected)),
        seconds=seconds,
        peer_seconds=peer_seconds,
        cold_seconds=cold,
    )


def _timed(function: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def options(description: str | None) -> argparse.Namespace:
    """Read the two options that every benchmark has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--json", action="store_true", help="print one JSON list of rows")
    return parser.parse_args()


def report(rows: list[Row], *, as_json: bool) -> None:
    """Print the rows as JSON or as a table."""
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    name_width, peer_width = max(len(row.name) for row in rows), max(len(row.peer) for row in rows)
    print(f"{'name':{name_width}}  {'peer':{peer_width}}  threads   ratio    error   seconds    peer s  cold s")
    for row in rows:
        print(
            f"{row.name:{name_width}}  {row.peer:{peer_width}}  {row.threads:7d}  {row.ratio:6.1f}"
            f"  {row.error:7.1e}  {row.seconds:8.2e}  {row.peer_seconds:8.2e}  {row.cold_seconds:6.2f}"
        )
