"""``finechem adhesive …``: one recipe at a time; every verb calls public functions of `finechem.adhesives`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from finechem.cli.adhesive_cure import cure, fit_dsc, ttt
from finechem.cli.adhesive_design import learn, space, suggest
from finechem.cli.show import terminal_width

__all__ = ["adhesive"]

_FILE = click.argument("recipe", type=click.Path(path_type=Path))


@click.group()
def adhesive() -> None:
    """Check, convert, scale, compare and cure adhesive recipes; propose the next ones (TOML, JSON, CSV, XLSX)."""


for _verb in (cure, ttt, fit_dsc, space, suggest, learn):
    adhesive.add_command(_verb)


@adhesive.command()
@_FILE
@click.option("--temperature-K", "temperature_K", default=453.15, show_default=True, help="Of the rubbery modulus.")
@click.option("--conversion", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="At the end of cure.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(recipe: Path, temperature_K: float, conversion: float, as_json: bool) -> None:
    """Print what a formulator needs of RECIPE: ratio, mix by mass and volume, bio-content, gel point, sensitivity."""
    from finechem.adhesives import load_recipes
    from finechem.adhesives.sheet import recipe_sheet, recipe_summary

    recipes = load_recipes(recipe)
    if as_json:
        found = [recipe_summary(item, temperature_K, conversion) for item in recipes]
        click.echo(json.dumps(found, ensure_ascii=False, allow_nan=False))
        return
    sheets = [recipe_sheet(item, temperature_K, conversion, terminal_width()) for item in recipes]
    click.echo("\n".join(sheets), nl=False)


@adhesive.command()
@_FILE
@click.option("--conversion", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True)
@click.option("--kinetics", help="Published cure kinetics; default: the recipe's cure_model, where it has one.")
@click.option(
    "--substrate",
    "substrates",
    multiple=True,
    metavar="NAME[:STATE]",
    help="Such as glass:clean; several are possible.",
)
@click.option(
    "--hazards",
    "stated",
    type=click.Path(path_type=Path),
    help="TOML or JSON: classifications of components by name, from data sheets.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def assess(
    recipe: Path,
    conversion: float,
    kinetics: str | None,
    substrates: tuple[str, ...],
    stated: Path | None,
    as_json: bool,
) -> None:
    """Print all that can be said of RECIPE before it is made: network, cure, mixing, wetting, hazards, volatiles."""
    from finechem.adhesives import assess as assessed
    from finechem.adhesives import load_recipes
    from finechem.adhesives.assessment_sheet import assessment_sheet, assessment_summary
    from finechem.adhesives.classification_files import StatedHazards, load_classifications
    from finechem.adhesives.cure_section import has_cure_model, load_cure_plan
    from finechem.adhesives.structural import AdhesiveConditions

    pairs = [
        (name.strip(), state.strip() or "as received") for name, _, state in (s.partition(":") for s in substrates)
    ]
    conditions = AdhesiveConditions(conversion=conversion)
    if pairs:
        conditions = replace(conditions, substrate=pairs[0][0], substrate_state=pairs[0][1])
    sheets = StatedHazards() if stated is None else load_classifications(stated)
    recipes, found = load_recipes(recipe), []
    sheets.check({component.name for item in recipes for component in item.components})
    for item in recipes:
        cured = kinetics is not None or has_cure_model(recipe)
        plan = load_cure_plan(recipe, item, kinetics=kinetics) if cured else None
        own = sheets.of({component.name for component in item.components})
        one = assessed(
            item,
            conditions,
            plan=plan,
            substrates=pairs,
            classifications=own.classifications,
            residual_diisocyanate_percent=own.residual_diisocyanate_percent,
        )
        found.append(one)
    if as_json:
        click.echo(json.dumps([assessment_summary(item) for item in found], ensure_ascii=False, allow_nan=False))
        return
    click.echo("\n".join(assessment_sheet(item, terminal_width()) for item in found), nl=False)


@adhesive.command()
@_FILE
@click.option("--mass-g", "mass_g", type=click.FloatRange(min=0, min_open=True), help="Mass of the batch, g.")
def convert(recipe: Path, mass_g: float | None) -> None:
    """Print the amounts of RECIPE in every unit, for a batch of any mass."""
    from finechem.adhesives import load_recipes
    from finechem.adhesives.sheet import conversion_table
    from finechem.screening.report import render

    for item in load_recipes(recipe):
        batch = item if mass_g is None else item.scaled_to(mass_g)
        click.echo(f"{item.id}, {sum(batch.masses_g):.5g} g")
        click.echo(render([conversion_table(batch)], terminal_width()), nl=False)


@adhesive.command()
@click.argument("one", type=click.Path(path_type=Path))
@click.argument("other", type=click.Path(path_type=Path))
def diff(one: Path, other: Path) -> None:
    """Print what differs between the recipes of two files, in mass percent."""
    from finechem.adhesives import compare, load_recipes
    from finechem.errors import InputError

    pair = [load_recipes(path) for path in (one, other)]
    for path, recipes in zip((one, other), pair, strict=True):
        if len(recipes) != 1:
            raise InputError(f"{path}: holds {len(recipes)} recipes; diff compares files of one")
    first, second = pair[0][0], pair[1][0]
    rows = compare(first, second)
    click.echo(f"{'wt%':<40}{'first':>10}{'second':>10}")
    for name, before, after in rows:
        cells = ["-" if share is None else f"{share:.3f}" for share in (before, after)]
        click.echo(f"{name:<40}{cells[0]:>10}{cells[1]:>10}")
    if not rows:
        click.echo("the amounts are the same")
    if first.cure != second.cure:
        for recipe in (first, second):
            steps = ", ".join(f"{step.time_min:g} min at {step.temperature_C:g} °C" for step in recipe.cure)
            click.echo(f"cure of {recipe.id}: {steps or 'not stated'}")
