"""``finechem kappa SOURCE``: lattice thermal conductivity by the phonon Boltzmann equation."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from finechem.cli.kappa_source import Prepared, Structure, prepare
from finechem.cli.progress import progress_display
from finechem.errors import InputError

if TYPE_CHECKING:
    from finechem.thermal.bte import Conductivity

__all__ = ["kappa_by_transport"]

FIGURES = (".png", ".pdf", ".svg")
TENSOR = {"xx": (0, 0), "yy": (1, 1), "zz": (2, 2), "yz": (1, 2), "xz": (0, 2), "xy": (0, 1)}


def kappa_by_transport(
    source: Path,
    mesh: tuple[int, int, int] | None,
    temperatures_K: tuple[float, ...],
    *,
    given: Structure,
    cache: Path | None,
    as_json: bool,
    out: Path | None,
    plot: Path | None,
    cumulative: Path | None,
    **how: Any,
) -> None:
    """Compute, print and write what the options of the verb ask for; ``how`` goes to `lattice_conductivity`."""
    given = given.for_source(source)
    given.require_sensible(source, mesh)
    _require_places(out, given.save, plot, cumulative)
    try:
        result, prepared = _compute(source, mesh, temperatures_K, given, cache, how)
    except KeyboardInterrupt:
        kept = cache is not None and (how["method"] == "rta" or given.calculator is not None)
        found = "the same command goes on where it was" if kept else "nothing was kept, the same command starts anew"
        click.echo(f"finechem: stopped; {found}", err=True)
        sys.exit(130)
    judged = None if prepared.judge is None else prepared.judge(result)
    if as_json:
        worth = {} if judged is None else {"judgement": judged.record()}
        click.echo(json.dumps(_record(result, how) | prepared.record | worth, ensure_ascii=False, allow_nan=False))
    else:
        click.echo("\n".join([*prepared.lines, *([""] if prepared.lines else []), _report(result, how)]))
        if judged is not None:
            click.echo("\n" + "\n".join(judged.lines()))
        for note in prepared.notes:
            click.echo(f"note: {note}")
    _write(result, out, plot, cumulative)


def _compute(
    source: Path,
    mesh: tuple[int, int, int] | None,
    temperatures_K: tuple[float, ...],
    given: Structure,
    cache: Path | None,
    how: dict[str, Any],
) -> tuple[Conductivity, Prepared]:
    from finechem.screening.cache import Cache
    from finechem.thermal.bte import lattice_conductivity
    from finechem_kernels.three_phonon import COMPILING_S, is_ready

    if not is_ready(how["precision"]):
        click.echo(f"compiling the kernels, once (about {COMPILING_S} s)", err=True)
    with progress_display() as report:

        def progress(done: int, total: int) -> None:
            if report is not None:
                report("linewidths", "grid points", done, total)

        kept = None if cache is None else Cache(cache)
        prepared = prepare(source, mesh, given, kept, report)
        result = lattice_conductivity(
            prepared.source, prepared.mesh, temperatures_K, cache=kept, progress=progress, **how
        )
    return result, prepared


def _require_places(*paths: Path | None) -> None:
    """Complain before an hour's work about files that cannot be written after it."""
    _, _, *figures = paths
    for path in figures:
        if path is not None and path.suffix.lower() not in FIGURES:
            raise InputError(f"{path}: a figure's name must end in {', '.join(FIGURES)}")
    for path in paths:
        if path is not None and not path.absolute().parent.is_dir():
            raise InputError(f"{path}: there is no folder {path.parent}; make it first")


def _write(result: Conductivity, out: Path | None, plot: Path | None, cumulative: Path | None) -> None:
    from finechem.thermal.bte.plots import plot_conductivity, plot_cumulative

    if out is not None:
        result.write_hdf5(out)
    if plot is not None:
        plot_conductivity(result).savefig(plot, dpi=150)
    if cumulative is not None:
        plot_cumulative(result).savefig(cumulative, dpi=150)
    for path in (out, plot, cumulative):
        if path is not None:
            click.echo(f"written: {path}", err=True)


def _kinds(result: Conductivity) -> dict[str, Any]:
    """Conductivities by what they are called, (T, 3, 3) each."""
    full = {"full solution": result.kappa_W_mK} if result.method == "lbte" else {}
    return full | {"relaxation time": result.kappa_rta_W_mK, "between bands": result.kappa_coherence_W_mK}


def _causes(result: Conductivity) -> list[str]:
    isotopes = ["natural isotopes"] if result.isotope_THz is not None else []
    boundaries = [f"boundaries {result.boundary_um:g} µm apart"] if result.boundary_um is not None else []
    return ["three phonons", *isotopes, *boundaries]


def _report(result: Conductivity, how: dict[str, Any]) -> str:
    from finechem.thermal.bte.remarks import remarks

    kinds = _kinds(result)
    scale = max(float(np.abs(kappa).max()) for kappa in kinds.values())
    shown = {
        name: place
        for name, place in TENSOR.items()
        if place[0] == place[1] or any(np.abs(kappa[:, *place]).max() > 1e-6 * scale for kappa in kinds.values())
    }
    energy = "tetrahedra" if result.sigma_THz is None else f"Gaussians of {result.sigma_THz:g} THz"
    points = f"{result.weights.sum()} wave vectors, {len(result.weights)} irreducible"
    bands = "averaged" if how["degenerate_bands"] == "average" else "as the solver left them, like phono3py"
    lines = [
        f"{result.formula}: lattice thermal conductivity, W/(m K)",
        "",
        f"{'T (K)':>8}  {'':<16}" + "".join(f"{name:>11}" for name in shown),
    ]
    for t, temperature in enumerate(result.temperatures_K):
        for row, (name, kappa) in enumerate(kinds.items()):
            head = f"{temperature:g}" if row == 0 else ""
            lines.append(f"{head:>8}  {name:<16}" + "".join(f"{kappa[t, *place]:>11.4g}" for place in shown.values()))
    lines += [
        "",
        f"mesh {'x'.join(map(str, result.mesh))} ({points}), {energy}, {how['precision']}",
        f"scattered by {', '.join(_causes(result))}; degenerate bands {bands}",
    ]
    if result.iterations is not None and result.residuals is not None:
        lines.append(f"full solution: {max(result.iterations)} iterations, residual {max(result.residuals):.1e}")
    return "\n".join([*lines, *(f"note: {remark}" for remark in remarks(result))])


def _record(result: Conductivity, how: dict[str, Any]) -> dict[str, Any]:
    from finechem.thermal.bte.remarks import remarks

    return {
        "formula": result.formula,
        "mesh": result.mesh,
        "irreducible_points": len(result.weights),
        "temperatures_K": result.temperatures_K.tolist(),
        "kappa_W_mK": result.kappa_W_mK.tolist(),
        "kappa_rta_W_mK": result.kappa_rta_W_mK.tolist(),
        "kappa_coherence_W_mK": result.kappa_coherence_W_mK.tolist(),
        "scattered_by": _causes(result),
        "residuals": result.residuals,
        "iterations": result.iterations,
        **{name: value for name, value in how.items() if name != "workers"},
        "remarks": remarks(result),
    }
