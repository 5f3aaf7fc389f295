"""A progress bar on the terminal for anything that takes longer than two seconds; nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress_display"]

_PATIENCE_S = 2.0


@contextmanager
def progress_display() -> Iterator[Callable[[str, str, int, int], None] | None]:
    """Yield a callback for `Screen.run`, or None when standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bars = Progress(*columns, console=Console(stderr=True), transient=True)
    started = time.monotonic()
    known: dict[str, object] = {}

    def report(stage: str, model: str, done: int, total: int) -> None:
        if time.monotonic() - started < _PATIENCE_S:
            return
        if not known:
            bars.start()
        name = f"{stage}: {model}"
        if name not in known:
            known[name] = bars.add_task(name, total=total)
        bars.update(known[name], completed=done)  # type: ignore[arg-type]

    try:
        yield report
    finally:
        if known:
            bars.stop()
