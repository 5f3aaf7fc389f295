"""``finechem screen TASK``: options from the task's conditions, a run folder, a table."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import types
import typing
from dataclasses import fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from finechem.cli.progress import progress_display
from finechem.cli.show import show_ranking
from finechem.tasks import Task

__all__ = ["screen_command"]

#: The seed of the Monte Carlo ranking; kept in the manifest.
SEED = 0


def screen_command(task: Task) -> click.Command:
    """Return the click command of a task."""
    conditions_type = task.conditions_type()
    parameters: list[click.Parameter] = [
        click.Argument(["paths"], nargs=-1, type=click.Path(path_type=Path)),
        *_condition_options(conditions_type),
        click.Option(["--weights"], type=click.Path(path_type=Path), help="TOML file: weights, limits and gates."),
        click.Option(["--run"], help="Name of the run (default: the task and a hash of its conditions)."),
        click.Option(["--runs"], type=click.Path(path_type=Path), default=Path("runs"), help="Folder of the runs."),
        click.Option(["--workers"], type=click.IntRange(1), default=1, help="Processes for isolated (dear) stages."),
        click.Option(["--timeout"], type=click.FloatRange(min=0, min_open=True), help="Seconds a result may take."),
        click.Option(["--retry"], is_flag=True, help="Compute stored failures and time-outs again."),
        click.Option(["--top"], type=click.IntRange(1), default=10, help="Size of the group p(top) speaks of."),
        click.Option(["--limit"], type=click.IntRange(1), help="Show only the best so many."),
        click.Option(["--strict"], is_flag=True, help="Exit with 3 when a candidate failed."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print JSON rows instead of the table."),
    ]

    def run(paths: tuple[Path, ...], **options: Any) -> None:
        _screen(task, conditions_type, paths, options)

    help_text = f"Rank candidates: {task.title}.\n\nPATHS are files or folders; without any, the shipped candidates."
    return click.Command(task.name, params=parameters, callback=run, help=help_text)


def _condition_options(conditions_type: type) -> list[click.Option]:
    hints = typing.get_type_hints(conditions_type)
    options = []
    for item in fields(conditions_type):
        kind = hints[item.name]
        if isinstance(kind, types.UnionType):
            kind = next(part for part in typing.get_args(kind) if part is not type(None))
        flag = "--" + item.name.replace("_", "-")
        options.append(
            click.Option(
                [flag, item.name], type=kind, default=item.default, help=item.metadata.get("help"), show_default=True
            )
        )
    return options


def _screen(task: Task, conditions_type: type, paths: tuple[Path, ...], options: dict[str, Any]) -> None:
    from dataclasses import replace

    from finechem.screening.cache import default_cache_folder
    from finechem.screening.weights import read_weights

    conditions = conditions_type(**{item.name: options[item.name] for item in fields(conditions_type)})
    screen = task.build(conditions)
    if options["weights"] is not None:
        screen = replace(screen, criteria=read_weights(options["weights"], screen.criteria))
    if options["timeout"] is not None:
        isolated = tuple(replace(stage, isolate=True, timeout_s=options["timeout"]) for stage in screen.stages)
        screen = replace(screen, stages=isolated)
    folder = options["runs"] / (options["run"] or f"{task.name}-{screen.identity()[:6]}")
    with progress_display() as progress:
        candidates = task.read(paths) if paths else task.demo()
        ranking = screen.run(
            candidates,
            store=folder / "run.db",
            cache=default_cache_folder(),
            workers=options["workers"],
            seed=SEED,
            top=options["top"],
            retry=options["retry"],
            progress=progress,
        )
    ranking.to_csv(folder / "ranking.csv")
    manifest = _manifest(task, screen, paths)
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, "utf-8", errors="backslashreplace")  # file names that are no text
    show_ranking(ranking, as_json=options["as_json"], limit=options["limit"])
    if not options["as_json"]:
        click.echo(f"\nwritten to {folder}: ranking.csv, run.db, manifest.json")
        best = ranking.ids[ranking.order[0]] if ranking.order.size else "ID"
        click.echo(f"every number of one candidate: finechem explain {folder} {best}")
    if options["strict"] and any(outcome.status == "failed" for outcome in ranking.outcomes):
        sys.exit(3)


def _manifest(task: Task, screen: Any, paths: tuple[Path, ...]) -> dict[str, Any]:
    from dataclasses import asdict

    from finechem import datasets

    packages = ("finechem", "numpy", "scipy", "numba", "pymatgen", "ase", "spglib", "rdkit", "moocore")
    return {
        "task": task.name,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "screen": screen.identity(),
        "conditions": asdict(screen.conditions),
        "seed": SEED,
        "datasets": {"version": datasets.version(), "hash": datasets.package_hash()},
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
        "inputs": {str(file): _file_hash(file) for path in paths for file in _input_files(path)},
    }


def _input_files(path: Path) -> list[Path]:
    from finechem.matter.beside import files_beside

    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file())
    return [path, *files_beside(path)] if path.is_file() else []


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
