"""``finechem oxide …``: oxide growth along a profile, Ellingham diagrams; thin over the oxidation domain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

__all__ = ["oxide"]

#: What the grades of a source mean.
_GRADES = {
    "A": "a primary measurement", "B": "from a handbook or program", "C": "assembled or computed",
    "D": "doubtful, never used by the screens", "user": "yours",
}  # fmt: skip


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
@click.option("--water-bar", type=click.FloatRange(0), default=0.0, show_default=True, help="Marks dry laws.")
@click.option("--passes", type=click.IntRange(1, 20), default=1, show_default=True, help="How often the profile runs.")
@click.option("--draws", type=click.IntRange(1, 20000), default=401, show_default=True)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw thickness against time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def grow(
    law: str,
    exposure: Path | None,
    water_bar: float,
    passes: int,
    draws: int,
    plot: Path | None,
    as_json: bool,
    **hold: float,
) -> None:
    """Print the oxide's thickness after an exposure. LAW: a file of growth laws, or the name of a shipped one."""
    from finechem.oxidation.exposure import repeated
    from finechem.oxidation.oxide_growth import thickness_after

    laws = _laws(law)
    once = _exposure(exposure, hold)
    for hint in once.hints:
        click.echo(f"mind: {once.program.name} {hint}", err=True)
    given = repeated(once, passes)
    each_s = given.program.duration_s / 300.0 if plot else None
    grown = thickness_after(laws, given, draws=draws, each_s=each_s, water_bar=water_bar)
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
                "sigma_ln_k": each.constant.sigma_ln,
                "sigma_energy_kJ_mol": each.constant.sigma_energy_kJ_mol,
                "remarks": each.remarks,
                "source": each.source,
                "grade": each.grade,
            }
        )
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False))
        return
    click.echo(f"{given.label}\n{'law':<20}{'oxide, nm':>12}{'90 %':>24}  grade")
    for record in records:
        between = f"{_nm(record['low_nm'])} to {_nm(record['high_nm'])}"
        grade = f"{record['grade']}: {_GRADES.get(record['grade'], 'not one of A to D')}"
        click.echo(f"{record['law']:<20}{_nm(record['thickness_nm']):>12}{between:>24}  {grade}")
        if record["outside"]:
            click.echo(f"  outside what was measured: {record['outside']}")
        click.echo(
            f"  errors (standard deviations): {record['sigma_ln_k']:.2g} of ln k, {record['sigma_energy_kJ_mol']:.3g} "
            "kJ/mol of the energy"
        )
        for remark in record["remarks"]:
            click.echo(f"  {remark}")
        click.echo(f"  {record['source']}")


def _nm(value: float) -> str:
    """Return a thickness; what is less than an atom is none."""
    return f"{value:.3g}" if value >= 1e-3 else "< 0.001" if value > 0 else "0"


@oxide.command()
@click.argument("formulas", nargs=-1, required=True)
@click.option("--temperature-C", "temperature_C", type=float, default=500.0, show_default=True)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the Ellingham diagram.")
def ellingham(formulas: tuple[str, ...], temperature_C: float, plot: Path | None) -> None:
    """Print Gibbs energies of oxidation and dissociation pressures of solids, by NIST-JANAF."""
    import math

    from finechem.errors import DataError, DomainError, InputError, one_line
    from finechem.matter.programs import ZERO_CELSIUS_K
    from finechem.oxidation.thermochemistry import dissociation_pressure_bar, oxidation_gibbs_energy, oxidation_reaction

    kelvin = temperature_C + ZERO_CELSIUS_K
    click.echo(f"{temperature_C:g} °C{'kJ/mol O2':>18}{'lg p(O2)/bar':>16}  reaction")
    drawn = []
    for formula in formulas:
        try:
            energy = oxidation_gibbs_energy(formula, kelvin)
            pressure = dissociation_pressure_bar(formula, kelvin)
        except (DataError, DomainError, InputError) as error:
            click.echo(f"{formula:<8}  {one_line(str(error))}", err=True)
            continue
        drawn.append(formula)
        shown = f"{math.log10(pressure):.1f}" if pressure > 0 else "< -300"
        click.echo(f"{formula:<8}{energy:>18.1f}{shown:>16}  {oxidation_reaction(formula, kelvin)}")
    if not drawn:
        raise DataError(f"none of {', '.join(formulas)} could be worked out at {temperature_C:g} °C")
    if plot is not None:
        from finechem.oxidation.oxide_plots import plot_ellingham

        plot_ellingham(drawn).savefig(plot, dpi=150)


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
