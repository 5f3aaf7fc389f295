"""What the verbs print."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

import click

from finechem import __version__
from finechem.errors import InputError
from finechem.screening import Ranking

__all__ = ["citations", "require_figure", "show_candidate", "show_ranking", "terminal_width"]

_FIGURES = (".png", ".pdf", ".svg")


def terminal_width() -> int:
    """Return how wide a table may be: the terminal, at least 100."""
    return max(100, shutil.get_terminal_size((130, 40)).columns)


def show_ranking(ranking: Ranking, *, as_json: bool, limit: int | None) -> None:
    """Print a ranking as a table or as JSON rows."""
    if as_json:
        click.echo(ranking.to_json())
        return
    conditions = ", ".join(f"{name} {value}" for name, value in ranking.conditions.items() if value is not None)
    click.echo(ranking.report(width=terminal_width(), limit=limit), nl=False)
    click.echo(f"\n{conditions}; values with central 90 % intervals; p: share of {ranking.draws} draws; ? unknown")


def show_candidate(ranking: Ranking, name: str, *, as_json: bool) -> None:
    """Print one candidate: its card, its fate, its numbers, the models' references."""
    from finechem.screening.report import evidence_table, render

    row = ranking.row_of(name)
    evidence = ranking.evidence(name)
    outcome = ranking.outcomes[row]
    if as_json:
        numbers = [asdict(item) for item in evidence]
        for item in numbers:
            item |= {key: None for key in ("value", "low", "high") if item[key] != item[key]}
        record = {"id": name, "card": ranking.cards[row], "outcome": asdict(outcome), "evidence": numbers}
        click.echo(json.dumps(record, ensure_ascii=False, allow_nan=False))
        return
    click.echo(name)
    for key, value in ranking.cards[row].items():
        click.echo(f"  {key}: {value}")
    place = f"rank {ranking.rank[row]}" if ranking.rank[row] else "not ranked"
    why = f" at {outcome.stage}" if outcome.stage else ""
    click.echo(f"  {place}, {outcome.status}{why}{': ' + outcome.reason if outcome.reason else ''}\n")
    click.echo(render([evidence_table(ranking, name)], terminal_width()), nl=False)
    click.echo("* speaks for the property. Sources of the models:")
    for reference in dict.fromkeys(text for item in evidence for text in item.references):
        click.echo(f"  {reference}")


def citations(run: Path | None) -> list[str]:
    """Return what to cite: finechem, then the sources of a run, or of all tables."""
    lines = [f"finechem {__version__} (BSD-3-Clause), see CITATION.cff"]
    if run is None:
        from finechem import datasets

        for name in datasets.tables():
            found = datasets.citations(name) if "source" in datasets.load(name).columns else []
            lines += ["", f"{name}:", *(f"  {source}" for source in found)] if found else []
        return lines
    from finechem.screening import load_ranking

    ranking = load_ranking(run)
    models = [text for model in ranking.models for text in model["references"]]
    facts = {source for column in ranking.ledger.columns.values() for source in column.source if source}
    lines += ["", "models:", *(f"  {text}" for text in dict.fromkeys(models))]
    return [*lines, "", "facts:", *(f"  {text}" for text in sorted(facts))]


if not sys.stdout.encoding.lower().startswith("utf"):  # a Windows console in a legacy code page
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]


def require_figure(path: Path | None) -> None:
    """Complain about a figure that cannot be written before computing it."""
    if path is None:
        return
    if path.suffix.lower() not in _FIGURES:
        raise InputError(f"{path}: a figure's name must end in {', '.join(_FIGURES)}")
    if not path.absolute().parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}; make it first")
