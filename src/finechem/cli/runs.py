"""Verbs about runs and inputs: how far, what failed, what to hand on, what can be read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from finechem.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from finechem.screening import Ranking

__all__ = ["FORMATS", "export_run", "show_faults", "show_status", "validate_inputs"]


def show_status(path: Path, *, as_json: bool) -> None:
    """Print how far a run came."""
    from dataclasses import asdict

    from finechem.screening.inspection import run_state

    state = run_state(path)
    if as_json:
        record = asdict(state) | {"models": [item._asdict() for item in state.models], "finished": state.finished}
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    unreadable = f", {state.unreadable} of them unreadable" if state.unreadable else ""
    click.echo(f"{state.screen}: {state.candidates} candidates{unreadable}; {state.results} results stored")
    width = max((len(item.model) for item in state.models), default=0) + 2
    for item in state.models:
        failed = ", ".join(f"{count} {status}" for status, count in sorted(item.failed.items()))
        click.echo(f"  {item.model:<{width}}{item.answered:>7} answered{'; ' + failed if failed else ''}")
    if state.finished:
        click.echo("finished: " + ", ".join(f"{count} {status}" for status, count in sorted(state.outcomes.items())))
    else:
        click.echo("not finished: the same `finechem screen` command goes on where it was")


def show_faults(path: Path, *, as_json: bool, retry: bool) -> None:
    """Print what went wrong in a run, and with ``retry`` forget it, so that it is computed again."""
    from finechem.screening.inspection import faults, forget_faults

    found = faults(path)
    if as_json:
        click.echo(json.dumps([item._asdict() for item in found], ensure_ascii=False))
    else:
        for (model, status), count in sorted(Counter((item.model, item.status) for item in found).items()):
            click.echo(f"{count} {status} by {model}:")
            for item in found:
                if (item.model, item.status) == (model, status):
                    click.echo(f"  {item.candidate}: {item.reason}")
        if not found:
            click.echo("nothing failed")
    if retry:
        click.echo(
            f"{forget_faults(path)} results forgotten: the same `finechem screen` command computes them", err=True
        )


def export_run(path: Path, kind: str, output: Path) -> None:
    """Write the ranking of a run, or its crystals, to a file."""
    from finechem.screening import load_ranking

    if output.exists():
        raise InputError(f"{output} exists; give another name, or remove it")
    if not output.absolute().parent.is_dir():
        raise InputError(f"{output}: there is no folder {output.parent}; make it first")
    ranking = load_ranking(path)
    if kind == "ase":
        _crystals(ranking, output, path)
    else:
        _TABLES[kind](ranking, output)
    click.echo(f"written: {output}", err=True)


def _jsonl(ranking: Ranking, output: Path) -> None:
    lines = (json.dumps(row, ensure_ascii=False, allow_nan=False) for row in ranking.rows())
    output.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _parquet(ranking: Ranking, output: Path) -> None:
    if find_spec("pyarrow") is None:
        raise MissingExtraError("pyarrow", "parquet")
    ranking.to_dataframe().to_parquet(output)


def _crystals(ranking: Ranking, output: Path, path: Path) -> None:
    """Write crystals as extended XYZ, with id, rank, score and what speaks for each criterion as comments."""
    from ase.io import write

    from finechem.matter.crystal import Crystal
    from finechem.matter.relaxation import to_atoms
    from finechem.screening.inspection import stored_candidates

    frames = []
    rows = {row["id"]: row for row in ranking.rows()}
    for name, payload in stored_candidates(path).items():
        if "lattice_angstrom" not in payload:
            raise InputError(f"{name} is no crystal: --format ase is for crystals; take csv, jsonl or parquet")
        atoms = to_atoms(Crystal.from_dict(payload))
        atoms.info = {"id": name} | {key: rows[name][key] for key in ("rank", "score", "status") if key in rows[name]}
        frames.append(atoms)
    if not frames:
        raise InputError("no candidate of this run could be read: there is nothing to write")
    write(output, frames, format="extxyz")


_TABLES: dict[str, Callable[[Any, Path], None]] = {
    "csv": lambda ranking, output: ranking.to_csv(output),
    "jsonl": _jsonl,
    "parquet": _parquet,
}
FORMATS = (*_TABLES, "ase")


def validate_inputs(task_name: str, paths: Sequence[Path]) -> int:
    """Print what a task's reader makes of files; return how many candidates it could not read."""
    from finechem.errors import did_you_mean
    from finechem.screening import Rejected
    from finechem.tasks import TASKS

    runnable = {name: task for name, task in TASKS.items() if task.status == "runnable"}
    if task_name not in runnable:
        raise InputError(f"no task {task_name!r}{did_you_mean(task_name, runnable)}")
    rejected = 0
    found = runnable[task_name].read(paths)
    for item in found:
        bad = isinstance(item, Rejected)
        rejected += bad
        click.echo(f"{'BAD ' if bad else 'ok  '} {item.id}{': ' + item.reason if isinstance(item, Rejected) else ''}")
    click.echo(f"{len(found)} candidates, {rejected} that cannot be read")
    return rejected
