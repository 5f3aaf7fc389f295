"""``finechem composite …``: one filled polymer at a time; every verb calls public functions of the composite domain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from finechem.cli.show import require_figure
from finechem.errors import InputError

if TYPE_CHECKING:
    from finechem.thermal.composite import CompositeRecipe

__all__ = ["composite"]

_FILE = click.argument("recipe", type=click.Path(path_type=Path))
_SEEDS = click.option("--seeds", type=click.IntRange(2, 100), default=4, show_default=True, help="Random structures.")
_VOXELS = click.option(
    "--voxels", type=click.IntRange(32, 160), default=64, show_default=True, help="A side, at least."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def composite() -> None:
    """Conductivity of filled polymers (TOML, JSON, CSV, XLSX)."""


def _one(path: Path) -> CompositeRecipe:
    from finechem.thermal.composite import load_composites

    recipes = load_composites(path)
    if len(recipes) != 1:
        raise InputError(f"{path}: holds {len(recipes)} recipes; this verb takes a file of one")
    return recipes[0]


@composite.command()
@_FILE
@_SEEDS
@_VOXELS
@click.option(
    "--target", type=click.FloatRange(min=0, min_open=True), help="Also say which loading reaches it, W/(m K)."
)
@_JSON
def solve(recipe: Path, seeds: int, voxels: int, target: float | None, as_json: bool) -> None:
    """Print what the closed formulae and the voxel model say of RECIPE."""
    from finechem.thermal.composite import loading_for_conductivity, relative_viscosity
    from finechem.thermal.composite.conductivity import formula_table

    item = _one(recipe)
    rows = formula_table(item)
    averaged, why = _averaged(item, seeds, voxels)
    viscosity = float(relative_viscosity(item.volume_fraction, item.largest_fraction))
    share, out_of_reach = None, ""
    if target is not None:
        try:
            share = loading_for_conductivity(item, target)
        except InputError as problem:
            out_of_reach = str(problem)
    if as_json:
        record: dict[str, Any] = {
            "id": item.id,
            "volume_fraction": item.volume_fraction,
            "density_kg_m3": item.density_kg_m3,
            "relative_viscosity": viscosity,
            "formulae": {name: {"in_plane_W_mK": a, "through_plane_W_mK": b} for name, a, b in rows},
            "voxels": averaged,
            "voxels_unknown": why,
        }
        if target is not None:
            record |= {"loading_for_target": share, "target_unknown": out_of_reach}
        click.echo(json.dumps(record, ensure_ascii=False, allow_nan=False))
        return
    click.echo(f"{item.id}: {'; '.join(f'{name} {text}' for name, text in item.card().items())}\n")
    click.echo(f"{'W/(m K)':<42}{'in-plane':>12}{'through-plane':>16}")
    for name, a, b in rows:
        click.echo(f"{name:<42}{a:>12.4g}{b:>16.4g}")
    if averaged is None:
        click.echo(f"voxels: {why}")
    else:
        cells = []
        for way in ("in", "through"):
            value, error = averaged[f"{way}_plane_W_mK"], averaged[f"{way}_plane_error"]
            cells.append(f"{value:.4g} ± {value * error:.1g}")
        click.echo(f"{f'voxels, {seeds} structures':<42}{cells[0]:>12}{cells[1]:>16}")
    click.echo(f"\ndensity {item.density_kg_m3:.4g} kg/m3, viscosity before cure {viscosity:.3g} times the matrix's")
    if share is not None:
        click.echo(f"{target:g} W/(m K) through the plane at {100 * share:.3g} vol% by the closed formula")
    elif out_of_reach:
        click.echo(out_of_reach)


def _averaged(item: CompositeRecipe, seeds: int, voxels: int) -> tuple[dict[str, float] | None, str]:
    from dataclasses import asdict

    from finechem.thermal.composite import voxel_average

    try:
        return asdict(voxel_average(item, seeds=seeds, voxels=voxels)), ""
    except InputError as error:
        return None, str(error)


@composite.command()
@_FILE
@click.option("--points", type=click.IntRange(2, 50), default=8, show_default=True, help="Loadings up to the limit.")
@_SEEDS
@_VOXELS
@click.option("--formulae-only", is_flag=True, help="Leave the voxel model out.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw κ against loading.")
@_JSON
def sweep(
    recipe: Path, points: int, seeds: int, voxels: int, formulae_only: bool, plot: Path | None, as_json: bool
) -> None:
    """Print conductivity against loading for RECIPE, with measured composites of its filler and matrix."""
    import numpy as np

    from finechem.thermal.composite import closed_formula, voxel_average
    from finechem.thermal.composite.accuracy import measured_counterpart

    require_figure(plot)
    item = _one(recipe)
    rows, averages = [], []
    for share in np.linspace(0, 0.95 * item.largest_fraction, points + 1)[1:].tolist():
        at = item.with_loading(share)
        row: dict[str, Any] = {"volume_fraction": share}
        row["in_plane_W_mK"], row["through_plane_W_mK"] = closed_formula(at)
        if not formulae_only:
            try:
                found = voxel_average(at, seeds=seeds, voxels=voxels)
                averages.append((share, found))
                row["voxels_through_plane_W_mK"] = found.through_plane_W_mK
                row["voxels_error"] = found.through_plane_error
            except InputError:
                row["voxels_through_plane_W_mK"] = None
        near = measured_counterpart(at, within=0.475 * item.largest_fraction / points)
        row["measured_W_mK"] = None if near is None else near.measured_W_mK
        row["measured"] = None if near is None else f"{near.recipe.id} ({near.structure})"
        rows.append(row)
    if plot is not None:
        from finechem.thermal.composite.plots import plot_loading

        plot_loading(item, averages).savefig(plot, dpi=150)
        click.echo(f"written: {plot}", err=True)
    if as_json:
        click.echo(json.dumps(rows, allow_nan=False))
        return
    click.echo(f"{'vol%':>6}{'in-plane':>11}{'through':>11}{'voxels, through':>20}{'measured':>11}   W/(m K)")
    for row in rows:
        voxel, near = row.get("voxels_through_plane_W_mK"), row["measured_W_mK"]
        cell = "" if voxel is None else f"{voxel:.4g} ± {voxel * row['voxels_error']:.1g}"
        click.echo(
            f"{100 * row['volume_fraction']:>6.3g}{row['in_plane_W_mK']:>11.4g}{row['through_plane_W_mK']:>11.4g}"
            f"{cell:>20}{'' if near is None else f'{near:.3g}':>11}{'' if near is None else '   ' + row['measured']}"
        )


@composite.command()
@_FILE
@click.argument("figure", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=0, show_default=True, help="Of the structure.")
@_VOXELS
def picture(recipe: Path, figure: Path, seed: int, voxels: int) -> None:
    """Draw a slice of RECIPE with its temperature field and heat flux into FIGURE."""
    from finechem.thermal.composite.plots import plot_slice

    require_figure(figure)
    plot_slice(_one(recipe), seed=seed, voxels=voxels).savefig(figure, dpi=150)
    click.echo(f"written: {figure}", err=True)
