"""Rankings for people: a table that reads well in a terminal, a plot to look at."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from finechem.screening.outcomes import number
from finechem.screening.properties import Property

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.table import Table

    from finechem.screening.ranking import Ranking

__all__ = ["dropped_table", "evidence_table", "ranking_figure", "ranking_table", "ranking_text", "render"]


def ranking_table(ranking: Ranking, limit: int | None = None) -> Table:
    """Return the ranked candidates as a rich table: rank, score, p_top, and what speaks for each criterion."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    title = Text(_title(ranking))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left", title_style="bold")
    shown = [criterion.property for criterion in ranking.criteria if criterion.weight > 0]
    table.add_column("#", justify="right")
    table.add_column("candidate", overflow="fold", min_width=_id_width(ranking))
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column(f"p(top {ranking.top})", justify="right")
    table.add_column("layer", justify="right")
    for prop in shown:
        table.add_column(Text(prop.label), justify="right")
    table.add_column("flags", overflow="fold")
    spoken = {prop: ranking.ledger.speaking(prop) for prop in shown}
    for row in ranking.order[:limit].tolist():
        cells = [
            str(ranking.rank[row]),
            ranking.ids[row],
            f"{ranking.score[row]:.2f} ({ranking.score_low[row]:.2f}–{ranking.score_high[row]:.2f})",
            f"{ranking.p_top_k[row]:.2f}",
            str(ranking.pareto_layer[row]),
        ]
        for prop in shown:
            estimates, _ = spoken[prop]
            cells.append(_cell(prop, float(estimates.value[row]), float(estimates.sigma[row])))
        flags = ranking.cards[row].get("flags", "")
        table.add_row(*[Text(cell) for cell in [*cells, flags]])
    return table


def dropped_table(ranking: Ranking) -> Table | None:
    """Return the candidates that are not ranked and why, or None when there is none."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    rows = [row for row in range(len(ranking)) if ranking.rank[row] == 0]
    if not rows:
        return None
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title="not ranked", title_justify="left", title_style="bold")
    for name in ("candidate", "status", "at", "why"):
        width = _id_width(ranking) if name == "candidate" else None
        table.add_column(name, overflow="fold", no_wrap=name == "status", min_width=width)
    for row in rows:
        outcome = ranking.outcomes[row]
        table.add_row(*[Text(text) for text in (ranking.ids[row], outcome.status, outcome.stage, outcome.reason)])
    return table


def evidence_table(ranking: Ranking, name: str) -> Table:
    """Return every number of one candidate: value, interval, model, source; a star marks who speaks."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("property", "value", "90 % interval", "model", "source, or why not"):
        table.add_column(column, overflow="fold", no_wrap=column == "value")
    for item in ranking.evidence(name):
        known = item.value == item.value
        star = " *" if item.speaks else ""
        why = "; ".join(part for part in (item.source, item.reason) if part)
        table.add_row(
            Text(item.property.label),
            Text(number(item.value) + star if known else "unknown"),
            Text(f"{number(item.low)} to {number(item.high)}" if known else ""),
            Text(item.model),
            Text(why),
        )
    return table


def ranking_text(ranking: Ranking, *, width: int = 120, limit: int | None = None) -> str:
    """Return the whole ranking as plain text."""
    return render([ranking_table(ranking, limit), dropped_table(ranking)], width)


def render(parts: list[Any], width: int) -> str:
    """Return rich objects as plain text of a given width, without trailing blanks."""
    from rich.console import Console

    console = Console(file=io.StringIO(), width=width, color_system=None, legacy_windows=False)
    for part in parts:
        if part is not None:
            console.print(part)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


def ranking_figure(ranking: Ranking, limit: int) -> Figure:
    """Return a matplotlib figure of scores with 90 % intervals, best on top."""
    from matplotlib.figure import Figure

    rows = ranking.order[:limit]
    figure = Figure(figsize=(7.0, 0.6 + 0.28 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    place = np.arange(len(rows))[::-1]
    axes.hlines(place, ranking.score_low[rows], ranking.score_high[rows], color="0.7", linewidth=3)
    axes.scatter(ranking.score[rows], place, c=ranking.p_top_k[rows], cmap="viridis", vmin=0, vmax=1, zorder=3)
    names = [ranking.ids[row] for row in rows.tolist()]
    shown = [name if len(name) <= 40 else f"{name[:39]}…" for name in names]  # leaves room for the axes
    axes.set_yticks(place, shown, parse_math=False)
    axes.set_title(_title(ranking), parse_math=False)
    axes.set(xlim=(0, 1), xlabel="score, with its 90 % interval")
    figure.colorbar(axes.collections[-1], ax=axes, label=f"probability of being in the top {ranking.top}")
    return figure


def _id_width(ranking: Ranking) -> int:
    return min(24, max((len(name) for name in ranking.ids), default=0))  # longer ids fold, none is cut


def _title(ranking: Ranking) -> str:
    counts = [outcome.status for outcome in ranking.outcomes]
    parts = [
        f"{counts.count(status)} {status}" for status in ("ok", "partial", "filtered", "failed") if status in counts
    ]
    return f"{ranking.name}: {len(ranking)} candidates ({', '.join(parts)})"


def _cell(prop: Property, value: float, sigma: float) -> str:
    if value != value:
        return "?"
    low, high = prop.interval(value, sigma)
    return number(value) if sigma == 0 else f"{number(value)} ({number(low)}–{number(high)})"
