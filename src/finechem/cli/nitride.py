"""``finechem nitride …``: candidates on paper, as CIF files that ``finechem screen nitrides`` reads."""

from __future__ import annotations

from pathlib import Path

import click

from finechem.errors import InputError

__all__ = ["nitride"]

_TOXIC = "Be,Cd,Pb"


@click.group()
def nitride() -> None:
    """Nitrides on paper."""


@nitride.command()
@click.argument("formula")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--elements", "lists", multiple=True, metavar="ROLE=El,El", help="Such as A=Mg,Zn; without it every metal."
)
@click.option("--without", default=_TOXIC, show_default=True, help="Elements that are left out.")
def generate(formula: str, folder: Path, lists: tuple[str, ...], without: str) -> None:
    """Write charge-balanced nitrides of FORMULA (such as ABN2) in known structure types into FOLDER, one CIF each.

    They are candidates, not phases: nothing says that one exists, and volumes are those of ionic radii. Screen them
    with `finechem screen nitrides FOLDER`.
    """
    from pymatgen.io.cif import CifWriter

    from finechem.matter.crystal import Crystal
    from finechem.thermal.prototypes import enumerate_nitrides

    given = {}
    for text in lists:
        role, equals, names = text.partition("=")
        if not equals:
            raise InputError(f"--elements {text}: expected a role and elements, such as A=Mg,Zn")
        given[role.strip()] = _names(names)
    made = enumerate_nitrides(formula, given, without=_names(without))
    found = [item for item in made if isinstance(item, Crystal)]
    folder.mkdir(parents=True, exist_ok=True)
    for crystal in found:
        CifWriter(crystal.to_structure()).write_file(folder / f"{crystal.id.replace(' ', '_')}.cif")
    formulas = len({crystal.formula for crystal in found})
    click.echo(f"{len(found)} candidates of {formulas} compositions written to {folder}")
    for item in made:
        if not isinstance(item, Crystal):
            click.echo(f"left out: {item.id}: {item.reason}")
    click.echo("on paper: charges balance, lattices are scaled by ionic radii; nothing is relaxed")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
