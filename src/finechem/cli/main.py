"""The verbs. Nothing heavy is imported before a verb needs it: ``finechem --help`` stays under half a second."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from finechem import __version__
from finechem.errors import DataError, FinechemError, InputError

__all__ = ["main"]


class _Group(click.Group):
    """Turns finechem's errors into one message and an exit code: 2 for what the user can mend, 1 for the rest."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FinechemError as error:
            click.echo(f"finechem: {error}", err=True)
            ctx.exit(2 if isinstance(error, (InputError, DataError)) else 1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="finechem")
def main() -> None:
    """Screen candidate materials: physics rung by rung, every number with its uncertainty and its source."""


class _Screens(click.Group):
    """One subcommand a task; its options come from the task's conditions."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from finechem.tasks import TASKS

        return [name for name, task in TASKS.items() if task.status == "runnable"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from finechem.cli.screen import screen_command
        from finechem.tasks import TASKS

        task = TASKS.get(cmd_name)
        if task is not None and task.status != "runnable":
            raise click.UsageError(f"{task.name} ({task.title}) is planned, not built yet; see `finechem tasks`")
        return None if task is None else screen_command(task)


@main.command(cls=_Screens)
def screen() -> None:
    """Rank candidates for a research task."""


@main.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--calculator", help="Potential for a crystal: 7net-0 (default), 7net-l3i5, chgnet or nep:PATH.")
@click.option(
    "--mesh",
    nargs=3,
    type=int,
    help="Wave vectors along the three reciprocal axes; with --calculator, a grid of 40 Å by default.",
)
@click.option("--supercell", nargs=3, type=int, help="Standard cells for third order (default: edges of 8 Å or more).")
@click.option(
    "--cutoff-pair", type=float, help="Pairs displaced together, Å (default: 3, or a little beyond nearest neighbours)."
)
@click.option("--born", type=click.Path(path_type=Path), help="BORN file: charges of the standard primitive cell.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the forces as a yaml file of phono3py.")
@click.option(
    "--temperature-K", "temperatures_K", type=float, multiple=True, default=(300.0,), help="May be given again."
)
@click.option("--method", type=click.Choice(["rta", "lbte"]), default="rta", help="Relaxation time, or full solution.")
@click.option("--isotopes/--no-isotopes", default=True, help="Scatter by natural isotopes.")
@click.option("--boundary-um", type=float, help="Mean length between boundaries, µm.")
@click.option("--sigma", type=float, help="Width of Gaussians in THz instead of tetrahedra.")
@click.option("--precision", type=click.Choice(["float64", "float32"]), default="float64")
@click.option("--degenerate-bands", type=click.Choice(["average", "phono3py"]), default="average")
@click.option(
    "--imaginary-tolerance-thz",
    "imaginary_tolerance_THz",
    type=float,
    default=0.1,
    help="Leave out modes that are imaginary by up to this (default: 0.1).",
)
@click.option("--workers", type=int, help="Threads (default: as many as there are cores).")
@click.option("--cache", type=click.Path(path_type=Path), help="Folder of finished points (default: the shared one).")
@click.option("--no-cache", is_flag=True, help="Keep no finished points.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--out", type=click.Path(path_type=Path), help="Write an hdf5 file as phono3py does.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw κ against temperature.")
@click.option("--cumulative", type=click.Path(path_type=Path), help="Draw κ by mean free path, first temperature.")
def kappa(cache: Path | None, no_cache: bool, **options: Any) -> None:
    """Compute the lattice thermal conductivity of SOURCE by the phonon Boltzmann equation.

    SOURCE is a yaml file of phono3py with forces in it, or the folder that phono3py ran in; or a crystal (CIF, POSCAR,
    extended XYZ), which is relaxed and whose force constants come from that potential. An
    interrupted calculation goes on where it was when the same command is given again (linewidths: rta only).
    """
    from dataclasses import fields

    from finechem.cli.kappa import kappa_by_transport
    from finechem.cli.kappa_source import Structure
    from finechem.screening.cache import default_cache_folder

    if no_cache and cache is not None:
        raise InputError(f"--cache {cache} and --no-cache exclude each other; give one of them")
    given = Structure(**{item.name: options.pop(item.name) for item in fields(Structure)})
    kappa_by_transport(cache=None if no_cache else cache or default_cache_folder(), given=given, **options)


def _run_file(run: str) -> Path:
    """Return the run.db a user names: a folder, the file itself, or a name below runs/."""
    given = Path(run)
    for path in (given, given / "run.db", Path("runs") / run / "run.db"):
        if path.is_file():
            return path
    known = sorted(path.parent.name for path in Path("runs").glob("*/run.db"))
    hint = f"; runs here: {', '.join(known)}" if known else ""
    raise DataError(f"no run {run!r}: give a folder with a run.db{hint}")


@main.command()
@click.argument("run")
@click.option("--weights", type=click.Path(path_type=Path), help="TOML file with new weights, limits and gates.")
@click.option("--limit", type=click.IntRange(1), help="Show only the best so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON rows.")
def rank(run: str, weights: Path | None, limit: int | None, as_json: bool) -> None:
    """Rank a stored RUN again; nothing is computed."""
    from finechem.cli.show import show_ranking
    from finechem.screening import load_ranking, stored_criteria
    from finechem.screening.weights import read_weights

    path = _run_file(run)
    criteria = None if weights is None else read_weights(weights, stored_criteria(path))
    show_ranking(load_ranking(path, criteria), as_json=as_json, limit=limit)


@main.command()
@click.argument("run")
@click.argument("candidate")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(run: str, candidate: str, as_json: bool) -> None:
    """Show every number of one CANDIDATE of a RUN: value, interval, model, source."""
    from finechem.cli.show import show_candidate
    from finechem.screening import load_ranking

    show_candidate(load_ranking(_run_file(run)), candidate, as_json=as_json)


@main.command()
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(run: str, as_json: bool) -> None:
    """Say how far a RUN came, finished or not."""
    from finechem.cli.runs import show_status

    show_status(_run_file(run), as_json=as_json)


@main.command()
@click.argument("run")
@click.option("--retry", is_flag=True, help="Forget them: the same screen command computes them again.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def failures(run: str, retry: bool, as_json: bool) -> None:
    """List what went wrong in a RUN: candidate, model, reason."""
    from finechem.cli.runs import show_faults

    show_faults(_run_file(run), as_json=as_json, retry=retry)


@main.command()
@click.argument("run")
@click.option(
    "--format", "kind", type=click.Choice(["csv", "jsonl", "parquet", "ase"]), default="csv", show_default=True
)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="File to write; it must not exist.")
def export(run: str, kind: str, output: Path) -> None:
    """Write the ranking of a RUN to a file, or with `ase` its crystals as extended XYZ."""
    from finechem.cli.runs import export_run

    export_run(_run_file(run), kind, output)


@main.command()
@click.argument("task")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def validate(task: str, paths: tuple[Path, ...]) -> None:
    """Read the files of a TASK and say what is wrong with them; nothing is computed. Exit code 3 if any is bad."""
    from finechem.cli.runs import validate_inputs

    if validate_inputs(task, paths):
        sys.exit(3)


class _Verbs(click.Group):
    """A group of verbs, named like its module in `finechem.cli`, loaded when one is asked for."""

    def _loaded(self) -> click.Group:
        from importlib import import_module

        group: click.Group = getattr(import_module(f"finechem.cli.{self.name}"), str(self.name))
        return group

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._loaded().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._loaded().get_command(ctx, cmd_name)


@main.command(cls=_Verbs)
def adhesive() -> None:
    """Check, convert, compare and cure adhesive recipes; propose the next ones (TOML, JSON, CSV, XLSX)."""


@main.command(cls=_Verbs)
def composite() -> None:
    """Conductivity of filled polymers: solve, sweep over loadings, picture (TOML, JSON, CSV, XLSX)."""


@main.command(cls=_Verbs)
def inhibitor() -> None:
    """Autoxidation kinetics of an inhibitor package: induction times, onset, species (CSV, SDF, SMILES)."""


@main.command(cls=_Verbs)
def nitride() -> None:
    """Candidate nitrides on paper: known structure types with other elements (CIF)."""


@main.command(cls=_Verbs)
def oxide() -> None:
    """Oxide growth along a profile with your own or shipped rate laws; Ellingham diagrams (CSV, TOML)."""


@main.command()
def tasks() -> None:
    """List the research tasks and where their names come from."""
    from finechem.tasks import FIELDS, PROVENANCE, TASKS

    width = max(map(len, TASKS)) + 2
    for task in TASKS.values():
        click.echo(f"{task.name:<{width}}{task.status:<10}{task.title}")
    click.echo(f"\nSix more tasks are known only by their fields: {', '.join(FIELDS)}.\nSource: {PROVENANCE}.")


@main.command()
@click.argument("name", required=False)
def datasets(name: str | None) -> None:
    """List the shipped tables, or how full each column of table NAME is."""
    from finechem import datasets as data

    if name is None:
        click.echo(f"finechem data sets, version {data.version()}\n")
        for table in map(data.load, data.tables()):
            grades = [row.get("grade") for row in table.rows]
            shares = " ".join(f"{grade}:{grades.count(grade)}" for grade in "ABCD" if grades.count(grade))
            click.echo(f"{table.name:<26}{len(table.rows):>4} rows  {shares:<22}{table.title}")
        return
    table = data.load(name)
    click.echo(f"{table.name}: {table.title}; {len(table.rows)} rows\n")
    if "grade" not in table.columns:
        for column, count in table.filled().items():
            click.echo(f"{column:<24}{count:>8}")
        return
    click.echo(f"{'':<24}{'filled':>8}{'measured':>10}{'handbook':>10}{'computed':>10}{'doubtful':>10}{'empty':>8}")
    for column, by_grade in table.filled_by_grade().items():
        count, shares = table.filled()[column], "".join(f"{by_grade[grade]:>10}" for grade in "ABCD")
        click.echo(f"{column:<24}{count:>8}{shares}{len(table.rows) - count:>8}")


@main.command()
@click.argument("run", required=False)
def cite(run: str | None) -> None:
    """Print what to cite: finechem, and the sources of a RUN (or of all shipped tables)."""
    from finechem.cli.show import citations

    for line in citations(None if run is None else _run_file(run)):
        click.echo(line)


@main.command()
def doctor() -> None:
    """Check this installation: versions, data, numba, the cache folder."""
    from finechem.cli.doctor import examine

    healthy = True
    for good, line in examine():
        healthy &= good
        click.echo(f"{'ok  ' if good else 'BAD '} {line}")
    if not healthy:
        sys.exit(1)
