"""Rankings for people: a table that reads well in a terminal, a plot to look at."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from finechem.screening.outcomes import number
from finechem.screening.properties import Property

#: Narrower, and rich would drop whole columns.
_NARROWEST = 118

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.table import Table

    from finechem.screening.properties import Estimates
    from finechem.screening.ranking import Ranking

__all__ = [
    "dropped_table",
    "evidence_table",
    "incomplete_table",
    "ranking_figure",
    "ranking_tables",
    "ranking_text",
    "remarks_table",
    "render",
]


def ranking_tables(ranking: Ranking, limit: int | None = None, width: int = 120) -> list[Table]:
    """Return the ranked candidates as rich tables: rank, score, p_top, and what speaks for each criterion.

    Criteria that do not fit beside each other follow in further tables, in their order. Candidates with an unknown
    required property are left to `incomplete_table`.
    """
    rows = [row for row in ranking.order.tolist() if ranking.unknown_required[row] == 0][:limit]
    columns = [("score", [_score(ranking, row) for row in rows])]
    columns.append((f"p(top {ranking.top})", [f"{ranking.p_top_k[row]:.2f}" for row in rows]))
    columns.append(("layer", [str(ranking.pareto_layer[row]) for row in rows]))
    for prop in (criterion.property for criterion in ranking.criteria if criterion.weight > 0):
        spoken = ranking.ledger.speaking(prop)[0]
        cells = [_cell(prop, float(spoken.value[row]), float(spoken.sigma[row])) for row in rows]
        columns.append((_header(prop), cells))
    from rich.text import Text

    names = [ranking.ids[row] for row in rows]
    room = width - 8 - min(24, max(map(len, names), default=0))  # rank and candidate, with their margins
    tables: list[Table] = []
    for part in _side_by_side(columns, room):
        table = _table(None if tables else _title(ranking))
        table.add_column("#", justify="right", no_wrap=True)
        _add_id_column(table, ranking)
        for header, _ in part:
            table.add_column(Text(header), justify="right", no_wrap=True)
        for at, row in enumerate(rows):
            _add(table, [str(ranking.rank[row]), ranking.ids[row], *(cells[at] for _, cells in part)])
        tables.append(table)
    return tables


def _side_by_side(columns: list[tuple[str, list[str]]], room: int) -> list[list[tuple[str, list[str]]]]:
    """Return the columns in groups that fit, in their order; the first group is never empty."""
    groups: list[list[tuple[str, list[str]]]] = [[]]
    left = room
    for header, cells in columns:
        needed = 3 + max(len(text) for text in (*header.split("\n"), *cells, ""))
        if needed > left and groups[-1]:
            groups.append([])
            left = room
        groups[-1].append((header, cells))
        left -= needed
    return groups


def remarks_table(ranking: Ranking, limit: int | None = None) -> Table | None:
    """Return the flags of the candidates `ranking_tables` shows, or None when there is none."""
    rows = [row for row in ranking.order.tolist() if ranking.unknown_required[row] == 0][:limit]
    flagged = [row for row in rows if ranking.cards[row].get("flags")]
    if not flagged:
        return None
    table = _table("remarks")
    _add_id_column(table, ranking)
    table.add_column("flags", overflow="fold")
    for row in flagged:
        _add(table, [ranking.ids[row], ranking.cards[row]["flags"]])
    return table


def incomplete_table(ranking: Ranking, limit: int | None = None) -> Table | None:
    """Return the candidates ranked below because a required property is unknown, which, and what is known of them."""
    rows = [row for row in ranking.order.tolist() if ranking.unknown_required[row] > 0]
    if not rows:
        return None
    table = _table("ranked below all of these: a required property is unknown")
    table.add_column("#", justify="right", no_wrap=True)
    _add_id_column(table, ranking)
    table.add_column("unknown", no_wrap=True)
    for name in ("known", "flags"):
        table.add_column(name, overflow="fold")
    weighed = [c.property for c in ranking.criteria if c.weight > 0]
    required = [c.property for c in ranking.criteria if c.required and not c.allow_unknown]
    spoken = {prop: ranking.ledger.speaking(prop)[0] for prop in dict.fromkeys([*required, *weighed])}
    for row in rows[:limit]:
        unknown = [prop.name.replace("_", " ") for prop in required if np.isnan(spoken[prop].value[row])]
        known = [_named_cell(prop, spoken[prop], row) for prop in weighed if not np.isnan(spoken[prop].value[row])]
        flags = ranking.cards[row].get("flags", "")
        _add(table, [str(ranking.rank[row]), ranking.ids[row], ", ".join(unknown), ", ".join(known), flags])
    if limit is not None and len(rows) > limit:
        _add(table, ["", f"and {len(rows) - limit} more", "", "", ""])
    return table


def dropped_table(ranking: Ranking) -> Table | None:
    """Return the candidates that are not ranked and why, or None when there is none."""
    rows = [row for row in range(len(ranking)) if ranking.rank[row] == 0]
    if not rows:
        return None
    table = _table("not ranked")
    _add_id_column(table, ranking)
    table.add_column("status", no_wrap=True)
    for name in ("at", "why"):
        table.add_column(name, overflow="fold")
    for row in rows:
        outcome = ranking.outcomes[row]
        _add(table, [ranking.ids[row], outcome.status, outcome.stage, outcome.reason])
    return table


def evidence_table(ranking: Ranking, name: str) -> Table:
    """Return every number of one candidate: value, interval, model, source; a star marks who speaks."""
    table = _table(None)
    for column in ("property", "value", "90 % interval", "model", "source, or why not"):
        table.add_column(column, overflow="fold", no_wrap=column == "value")
    for item in ranking.evidence(name):
        known = item.value == item.value
        star = " *" if item.speaks else ""
        value = number(item.value) + star if known else "unknown"
        interval = f"{number(item.low)} to {number(item.high)}" if known else ""
        why = "; ".join(part for part in (item.source, item.reason) if part)
        _add(table, [item.property.label, value, interval, item.model, why])
    return table


def ranking_text(ranking: Ranking, *, width: int = 120, limit: int | None = None) -> str:
    """Return the whole ranking as plain text; `limit` shortens each of the two ranked tables."""
    width = max(width, _NARROWEST)
    parts = [
        *ranking_tables(ranking, limit, width),
        remarks_table(ranking, limit),
        incomplete_table(ranking, limit),
        dropped_table(ranking),
    ]
    return render(parts, width)


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


def _title(ranking: Ranking) -> str:
    counts = [outcome.status for outcome in ranking.outcomes]
    parts = [
        f"{counts.count(status)} {status}" for status in ("ok", "partial", "filtered", "failed") if status in counts
    ]
    return f"{ranking.name}: {len(ranking)} candidates ({', '.join(parts)})"


def _cell(prop: Property, value: float, sigma: float) -> str:
    """Return a value with its 90 % interval: ± on a linear scale, from-to elsewhere, neither within 2.5 %."""
    if value != value:
        return "?"
    low, high = prop.interval(value, sigma)
    if high - low < 0.05 * abs(value):
        return number(value)
    if prop.scale == "linear":
        return f"{number(value)} ±{(high - low) / 2:.2g}"
    return f"{number(value)} ({number(low)}–{number(high)})"


def _named_cell(prop: Property, spoken: Estimates, row: int) -> str:
    return f"{_header(prop, ' ')}: {_cell(prop, float(spoken.value[row]), float(spoken.sigma[row]))}"


def _table(title: str | None) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    shown = None if title is None else Text(title)  # plain text: a run's name is no markup
    return Table(box=SIMPLE_HEAD, pad_edge=False, title=shown, title_justify="left", title_style="bold")


def _add_id_column(table: Table, ranking: Ranking) -> None:
    """Add the column of ids, at most 24 wide: longer ids fold, none is cut."""
    width = min(24, max((len(name) for name in ranking.ids), default=0))
    table.add_column("candidate", overflow="fold", min_width=width)


def _add(table: Table, cells: list[str]) -> None:
    """Add a row of plain text: an id such as ``[red]`` is no markup."""
    from rich.text import Text

    table.add_row(*[Text(cell) for cell in cells])


def _score(ranking: Ranking, row: int) -> str:
    return f"{ranking.score[row]:.2f} ({ranking.score_low[row]:.2f}–{ranking.score_high[row]:.2f})"


def _header(prop: Property, between: str = "\n") -> str:
    shown = prop.symbol or prop.name.replace("_", " ")
    return shown if prop.unit == "1" else f"{shown}{between}{prop.unit}"
