"""``finechem adhesive space``, ``suggest`` and ``learn``: each calls functions of `finechem.adhesives.design`."""

from __future__ import annotations

from pathlib import Path

import click

from finechem.cli.show import require_figure, terminal_width
from finechem.errors import InputError

__all__ = ["learn", "space", "suggest"]

_FILE = click.argument("campaign", type=click.Path(path_type=Path))


@click.command()
@_FILE
@click.option("--sample", type=click.IntRange(0), default=5, show_default=True, help="Random mixtures to show.")
def space(campaign: Path, sample: int) -> None:
    """Print what may be made by CAMPAIGN (TOML): bounds and rules, how many sets of components, a few mixtures."""
    from finechem.adhesives.design.campaign import load_campaign
    from finechem.adhesives.design.campaign_sheet import space_sheet

    click.echo(space_sheet(load_campaign(campaign), sample), nl=False)


@click.command()
@_FILE
@click.option("--batch", type=click.IntRange(1), help="Experiments to propose, instead of the campaign's number.")
@click.option("--output", type=click.Path(path_type=Path), help="Write them as rows of a CSV file.")
def suggest(campaign: Path, batch: int | None, output: Path | None) -> None:
    """Print the next experiments of CAMPAIGN (TOML), each with its reasons; with nothing measured, an even spread."""
    from finechem.adhesives.design.campaign import load_campaign
    from finechem.adhesives.design.campaign_sheet import next_rows, rows_text, suggestion_sheet

    if output is not None and output.suffix.lower() != ".csv":
        raise InputError(f"{output}: the next rows are written as CSV; the name must end in .csv")
    if output is not None and not output.absolute().parent.is_dir():
        raise InputError(f"{output}: there is no folder {output.parent}; make it first")
    loaded = load_campaign(campaign)
    if output is not None and output.absolute() == loaded.path.absolute():
        raise InputError(f"{output}: holds what was measured; write the next rows elsewhere and copy them there")
    models = {} if loaded.unknown else loaded.learn()
    found = loaded.suggest(batch, models)
    click.echo(suggestion_sheet(loaded, found, models), nl=False)
    if output is not None:
        output.write_text(rows_text(next_rows(loaded, found.points)), "utf-8")
        click.echo(f"written: {output}", err=True)


@click.command()
@_FILE
@click.option(
    "--plot", is_flag=False, flag_value="", metavar="[FIGURE]", help="Draw it; without a name, beside where you are."
)
@click.option("--validate", is_flag=True, help="Hold out rows, and whole sets of components; takes minutes.")
def learn(campaign: Path, plot: str | None, validate: bool) -> None:
    """Print how good the models of CAMPAIGN (TOML) are, which measured formulations are best, what changes them."""
    from finechem.adhesives.design.campaign import load_campaign
    from finechem.adhesives.design.campaign_sheet import learning_sheet

    figure = None if plot is None else Path(plot) if plot else Path(f"{campaign.stem}-learn.png")
    require_figure(figure)
    loaded = load_campaign(campaign)
    models = loaded.learn()
    try:
        validated = loaded.validate() if validate else None
    except InputError as error:  # too little for it; the rest is worth printing
        click.echo(f"finechem: not validated: {error}", err=True)
        validated = None
    click.echo(learning_sheet(loaded, models, terminal_width(), validated), nl=False)
    if figure is not None:
        from finechem.adhesives.design.campaign_plots import plot_campaign

        plot_campaign(loaded, models).savefig(figure, dpi=150)
        click.echo(f"written: {figure}", err=True)
