"""``finechem oxide …``: oxide growth along a profile, Ellingham diagrams; thin over the oxidation domain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

__all__ = ["oxide"]


@click.group()
def oxide() -> None:
    """Growth of oxides on metals and barrier films."""


@oxide.command()
@click.argument("law")
@click.option("--exposure", type=click.Path(path_type=Path), help="CSV of time, temperature and (optional) oxygen.")
@click.option(
    "--temperature-C", "temperature_C", type=float, default=250.0, show_default=True, help="Of a hold instead."
)
@click.option("--hours", type=click.FloatRange(0, min_open=True), default=1.0, show_default=True, help="Of the hold.")
@click.option(
    "--oxygen-bar", type=click.FloatRange(0), default=0.2095, show_default=True, help="Where no file says it."
)
@click.option("--passes", type=click.IntRange(1, 20), default=1, show_default=True, help="How often the profile runs.")
@click.option("--draws", type=click.IntRange(1, 20000), default=400, show_default=True)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw thickness against time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def grow(
    law: str, exposure: Path | None, passes: int, draws: int, plot: Path | None, as_json: bool, **hold: float
) -> None:
    """Print the oxide's thickness after an exposure. LAW: a file of growth laws, or the name of a shipped one."""
    from finechem.oxidation.exposure import repeated
    from finechem.oxidation.oxide_growth import thickness_after

    laws = _laws(law)
    given = repeated(_exposure(exposure, hold), passes)
    grown = thickness_after(laws, given, draws=draws, each_s=given.program.duration_s / 300.0 if plot else None)
    if plot is not None:
        from finechem.oxidation.oxide_plots import plot_thickness

        plot_thickness(grown).savefig(plot, dpi=150)
    records: list[dict[str, Any]] = []
    for index, each in enumerate(laws):
        found = grown.final(index)
        records.append(
            {
                "law": each.name,
                "exposure": given.label,
                "thickness_nm": 1e9 * found.value_m,
                "low_nm": 1e9 * found.low_m,
                "high_nm": 1e9 * found.high_m,
                "outside": grown.outside[index],
                "source": each.source,
                "grade": each.grade,
            }
        )
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False))
        return
    click.echo(f"{given.label}\n{'law':<20}{'oxide, nm':>12}{'90 %':>24}  grade")
    for record in records:
        between = f"{record['low_nm']:.3g} to {record['high_nm']:.3g}"
        click.echo(f"{record['law']:<20}{record['thickness_nm']:>12.3g}{between:>24}  {record['grade']}")
        if record["outside"]:
            click.echo(f"  outside what was measured: {record['outside']}")
        click.echo(f"  {record['source']}")


@oxide.command()
@click.argument("formulas", nargs=-1, required=True)
@click.option("--temperature-C", "temperature_C", type=float, default=500.0, show_default=True)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the Ellingham diagram.")
def ellingham(formulas: tuple[str, ...], temperature_C: float, plot: Path | None) -> None:
    """Print Gibbs energies of oxidation and dissociation pressures of solids, by NIST-JANAF."""
    import math

    from finechem.oxidation.thermochemistry import dissociation_pressure_bar, oxidation_gibbs_energy, oxidation_reaction

    kelvin = temperature_C + 273.15
    click.echo(f"{temperature_C:g} °C{'kJ/mol O2':>18}{'lg p(O2)/bar':>16}  reaction")
    for formula in formulas:
        energy = oxidation_gibbs_energy(formula, kelvin)
        pressure = dissociation_pressure_bar(formula, kelvin)
        shown = f"{math.log10(pressure):.1f}" if pressure > 0 else "< -300"
        click.echo(f"{formula:<8}{energy:>18.1f}{shown:>16}  {oxidation_reaction(formula, kelvin)}")
    if plot is not None:
        from finechem.oxidation.oxide_plots import plot_ellingham

        plot_ellingham(formulas).savefig(plot, dpi=150)


def _laws(given: str) -> Any:
    from finechem.errors import DataError, did_you_mean
    from finechem.oxidation.growth_reading import read_growth_laws, shipped_growth_laws

    if Path(given).is_file():
        return read_growth_laws(Path(given))
    known = {law.name: law for law in shipped_growth_laws()}
    if given not in known:
        raise DataError(f"no file and no shipped growth law {given!r}{did_you_mean(given, known)}")
    return (known[given],)


def _exposure(path: Path | None, hold: dict[str, float]) -> Any:
    from finechem.matter.programs import hold as held
    from finechem.oxidation.exposure import Exposure, read_exposure

    if path is not None:
        return read_exposure(path, oxygen_bar=hold["oxygen_bar"])
    return Exposure(held(hold["temperature_C"], hold["hours"]), (hold["oxygen_bar"],))
