"""``finechem adhesive cure``, ``ttt`` and ``fit-dsc``: each calls public functions of `finechem.adhesives`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from finechem.cli.show import require_figure
from finechem.errors import InputError

if TYPE_CHECKING:
    from finechem.adhesives.cure_section import CurePlan

__all__ = ["cure", "fit_dsc", "ttt"]

_FILE = click.argument("recipe", type=click.Path(path_type=Path))
_KINETICS = click.option("--kinetics", help="Name of a published set, instead of the recipe's.")
_START = click.option("--initial-conversion", type=click.FloatRange(0, 1, max_open=True), help="When mixed.")
_GEL = click.option("--gel-conversion", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Measured.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_PLOT = click.option(
    "--plot", is_flag=False, flag_value="", metavar="[FIGURE]", help="Draw it; without a name, beside where you are."
)


def _figure(plot: str | None, recipe: Path, what: str) -> Path | None:
    if plot is None:
        return None
    path = Path(plot) if plot else Path(f"{recipe.stem}-{what}.png")
    require_figure(path)
    return path


def _plan(path: Path, **given: Any) -> tuple[str, CurePlan]:
    from finechem.adhesives import load_recipes
    from finechem.adhesives.cure_section import load_cure_plan

    recipes = load_recipes(path)
    if len(recipes) != 1:
        raise InputError(f"{path}: holds {len(recipes)} recipes; this verb takes a file of one")
    return recipes[0].id, load_cure_plan(path, recipes[0], **given)


@click.command()
@_FILE
@_KINETICS
@click.option("--program", type=click.Path(path_type=Path), help="CSV of times and temperatures, for [[cure]].")
@_START
@_GEL
@_PLOT
@_JSON
def cure(
    recipe: Path,
    kinetics: str | None,
    program: Path | None,
    initial_conversion: float | None,
    gel_conversion: float | None,
    plot: str | None,
    as_json: bool,
) -> None:
    """Print how RECIPE cures: conversion, glass transition and viscosity in time, when it gels and vitrifies."""
    from finechem.adhesives import cure as run
    from finechem.adhesives.cure_sheet import cure_sheet, cure_summary

    figure = _figure(plot, recipe, "cure")
    name, plan = _plan(
        recipe, kinetics=kinetics, program=program, initial_conversion=initial_conversion,
        gel_conversion=gel_conversion,
    )  # fmt: skip
    result = run(plan.kinetics, plan.program, initial_conversion=plan.initial_conversion)
    if figure is not None:
        from finechem.adhesives.cure_plots import plot_cure

        plot_cure(result, plan.viscosity, name).savefig(figure, dpi=150)
        click.echo(f"written: {figure}", err=True)
    if as_json:
        click.echo(json.dumps(cure_summary(name, plan, result), ensure_ascii=False, allow_nan=False))
        return
    click.echo(cure_sheet(name, plan, result), nl=False)


@click.command()
@_FILE
@_KINETICS
@_START
@_GEL
@click.option("--full-cure", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.99, show_default=True)
@_PLOT
@_JSON
def ttt(
    recipe: Path,
    kinetics: str | None,
    initial_conversion: float | None,
    gel_conversion: float | None,
    full_cure: float,
    plot: str | None,
    as_json: bool,
) -> None:
    """Print the isothermal time-temperature-transformation diagram of RECIPE."""
    import numpy as np

    from finechem.adhesives import time_temperature_transformation
    from finechem.matter.programs import ZERO_CELSIUS_K

    figure = _figure(plot, recipe, "ttt")
    name, plan = _plan(
        recipe, kinetics=kinetics, initial_conversion=initial_conversion, gel_conversion=gel_conversion,
        needs_program=False,
    )  # fmt: skip
    tg = plan.kinetics.glass_transition
    grid = None if tg is not None else np.linspace(298.15, 473.15, 71)
    diagram = time_temperature_transformation(
        plan.kinetics, grid, initial_conversion=plan.initial_conversion, full_cure=full_cure
    )
    if figure is not None:
        from finechem.adhesives.cure_plots import plot_transformation

        plot_transformation(diagram, name).savefig(figure, dpi=150)
        click.echo(f"written: {figure}", err=True)
    times = (diagram.gel_time_s, diagram.vitrification_time_s, diagram.full_cure_time_s)
    if as_json:
        keys = ("gel_time_s", "vitrification_time_s", "full_cure_time_s")
        record: dict[str, Any] = {"id": name, "temperature_K": diagram.temperature_K.tolist()}
        for key, column in zip(keys, times, strict=True):
            record[key] = [None if math.isnan(value) else value for value in column.tolist()]
        record |= {key: getattr(diagram, key) for key in ("tg_0_K", "gel_tg_K", "tg_inf_K", "full_cure", "missing")}
        click.echo(json.dumps(record, ensure_ascii=False, allow_nan=False))
        return
    click.echo(f"{name}, kinetics {plan.kinetics.name}\n")
    click.echo(f"{'°C':>6}{'gels':>14}{'vitrifies':>14}{f'to {full_cure:g}':>14}")
    step = max(1, (len(diagram.temperature_K) - 1) // 20)
    for index in range(0, len(diagram.temperature_K), step):
        cells = "".join(f"{_time(column[index]):>14}" for column in times)
        click.echo(f"{diagram.temperature_K[index] - ZERO_CELSIUS_K:>6.0f}{cells}")
    levels = (("Tg0", diagram.tg_0_K), ("gelTg", diagram.gel_tg_K), ("Tg∞", diagram.tg_inf_K))
    known = ", ".join(f"{label} {level - ZERO_CELSIUS_K:.0f} °C" for label, level in levels if level is not None)
    click.echo(f"\n{known}" if known else "")
    for what, text in diagram.missing.items():
        click.echo(f"{what}: {text}")
    click.echo(f"gel conversion {plan.gel_source}" if plan.gel_source else "", nl=bool(plan.gel_source))


def _time(seconds: float) -> str:
    if math.isnan(seconds):
        return "-"
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 3.0 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


@click.command("fit-dsc")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", default="kamal", show_default=True, help="kamal, autocatalytic or nth-order.")
@click.option(
    "--method", type=click.Choice(["friedman", "kas"]), default="friedman", show_default=True, help="Isoconversional."
)
@click.option("--heat-J-g", "heat_J_g", type=click.FloatRange(0, min_open=True), help="Of full cure.")
@_JSON
def fit_dsc(files: tuple[Path, ...], model: str, method: str, heat_J_g: float | None, as_json: bool) -> None:
    """Print activation energies and a rate law from calorimetry: FILES are runs at several heating rates (CSV)."""
    from finechem.adhesives.cure_fit import fit_cure_kinetics, isoconversional
    from finechem.adhesives.dsc import heats_apart, read_dsc

    runs = read_dsc(files, heat_J_kg=None if heat_J_g is None else 1e3 * heat_J_g)
    if heat_J_g is None and (doubt := heats_apart(runs)):
        click.echo(f"{doubt} (--heat-J-g)", err=True)
    energies, why = (isoconversional(runs, method), "") if len(runs) > 2 else ([], "fewer than three runs")
    fit = fit_cure_kinetics(runs, model)
    if as_json:
        record = {
            "runs": [
                {"name": run.name, "heat_J_kg": run.heat_J_kg, "heating_rate_K_min": run.heating_rate_K_min}
                for run in runs
            ],
            "isoconversional": [
                {"conversion": e.conversion, "E_J_mol": e.activation_energy_J_mol, "interval": e.interval_J_mol()}
                for e in energies
            ],
            "fit": {
                key: {"value": value, "low": low, "high": high} for key, (value, low, high) in fit.parameters.items()
            },
            "rms_relative_error": fit.rms_relative_error,
        }
        click.echo(json.dumps(record, ensure_ascii=False, allow_nan=False))
        return
    for run in runs:
        heat = "" if run.heat_J_kg is None else f", {run.heat_J_kg / 1e3:.4g} J/g"
        click.echo(f"{run.name}: {run.heating_rate_K_min:.3g} K/min{heat}")
    click.echo(f"\nE by {method}, kJ/mol (95 %)" if energies else f"\nno isoconversional analysis: {why}")
    for item in energies:
        low, high = item.interval_J_mol()
        energy = item.activation_energy_J_mol
        click.echo(f"  {item.conversion:>4.2f}  {energy / 1e3:6.1f}  ({low / 1e3:.1f} to {high / 1e3:.1f})")
    click.echo(f"\n{model} (95 %, asymptotic); rates off by {fit.rms_relative_error:.1%} of the peaks (rms)")
    for name, (value, low, high) in fit.parameters.items():
        click.echo(f"  {name:<10} {value:>11.4g}  ({low:.4g} to {high:.4g})")
