"""``finechem inhibitor …``: autoxidation kinetics of one package; thin over the oxidation domain."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from finechem.errors import DomainError, InputError

if TYPE_CHECKING:
    from finechem.oxidation.package import AdditivePackage

__all__ = ["inhibitor"]

CAVEAT = (
    "Uncalibrated: compare orders and ratios, not absolute times; "
    "finechem.oxidation.calibrate_induction_times fits the model to measured ones."
)
_DRAWS = 1000


@click.group()
def inhibitor() -> None:
    """Autoxidation of a matrix with an inhibitor package."""


@inhibitor.command()
@click.argument("source")
@click.option("--loading", type=click.FloatRange(0, 50, min_open=True), help="wt% of each additive, over the file's.")
@click.option(
    "--temperature-C", "temperatures_C", type=float, multiple=True, default=(150.0, 175.0, 200.0), show_default=True
)
@click.option("--heating-K-min", "heating_K_min", type=float, default=10.0, show_default=True, help="Of the onset.")
@click.option("--program", "program_path", type=click.Path(path_type=Path), help="CSV of times and temperatures.")
@click.option("--film-um", type=float, default=100.0, show_default=True)
@click.option("--volatility/--no-volatility", default=True, help="Let additives evaporate.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw species against time.")
@click.option("--plot-loading", "loading_plot", type=click.Path(path_type=Path), help="Draw time against loading.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def simulate(
    source: str,
    loading: float | None,
    temperatures_C: tuple[float, ...],
    heating_K_min: float,
    program_path: Path | None,
    film_um: float,
    volatility: bool,
    plot: Path | None,
    loading_plot: Path | None,
    as_json: bool,
) -> None:
    """Print induction times and oxidation onset of SOURCE: a file, the id of a shipped antioxidant, or a SMILES."""
    from finechem.oxidation.formulation import OxidationFilm
    from finechem.oxidation.mechanism_files import load_mechanism

    film = OxidationFilm(thickness_um=film_um, volatile=volatility)
    records = []
    for package in _packages(source, loading):
        record: dict[str, Any] = {
            "id": package.id,
            "isothermal": [_isothermal(package, film, temperature) for temperature in temperatures_C],
            **_onset(package, film, heating_K_min),
        }
        if program_path is not None or plot is not None:
            record |= _simulated(package, film, program_path, temperatures_C, plot)
        if loading_plot is not None:
            from finechem.oxidation.autoxidation_plots import plot_loading

            plot_loading(package.additives, temperatures_C, film=film).savefig(loading_plot, dpi=150)
        records.append(record)
    if as_json:
        click.echo(json.dumps(_finite(records), ensure_ascii=False, allow_nan=False))
        return
    for record in records:
        _print(record, heating_K_min)
    click.echo(CAVEAT)
    mechanism = load_mechanism()
    if not all(mechanism.low_C <= temperature <= mechanism.high_C for temperature in temperatures_C):
        click.echo(f"The mechanism is meant for {mechanism.low_C:g} to {mechanism.high_C:g} °C only.")


def _packages(source: str, loading: float | None) -> Sequence[AdditivePackage]:
    from finechem.oxidation.package import Additive, AdditivePackage, read_packages, shipped_antioxidants
    from finechem.screening import Rejected

    shipped = {item.id: item for item in shipped_antioxidants()}
    if Path(source).is_file():
        found = read_packages([Path(source)])
        for item in found:
            if isinstance(item, Rejected):
                raise InputError(f"{item.id}: {item.reason}")
        packages = [item for item in found if isinstance(item, AdditivePackage)]
    elif source in shipped:
        packages = [shipped[source]]
    else:
        packages = [AdditivePackage(source, (Additive.of(source, source),))]
    if loading is None:
        return packages
    return [
        AdditivePackage(
            item.id, tuple(replace(part, loading_wt_percent=loading) for part in item.additives), item.source
        )
        for item in packages
    ]


def _isothermal(package: AdditivePackage, film: Any, temperature_C: float) -> dict[str, Any]:
    """Return both induction times, and between which the one by the threshold lies in 90 % of draws of the rates."""
    import numpy as np

    from finechem.oxidation.autoxidation_errors import sample_induction_times
    from finechem.oxidation.formulation import inhibitors_of
    from finechem.oxidation.induction import induction_time

    inhibitors = inhibitors_of(package.additives, film, between_C=(temperature_C - 10.0, temperature_C + 10.0))
    row: dict[str, Any] = {"temperature_C": temperature_C, "tangent_s": None, "remark": ""}
    row["threshold_s"] = induction_time(inhibitors, temperature_C, film=film, method="threshold")
    draws = sample_induction_times([inhibitors], temperature_C, _DRAWS, film=film)[0]
    row["low_s"], row["high_s"] = np.quantile(draws, (0.05, 0.95), method="nearest").tolist()
    try:
        row["tangent_s"] = induction_time(inhibitors, temperature_C, film=film)
    except DomainError as error:
        row["remark"] = str(error)
    return row


def _onset(package: AdditivePackage, film: Any, heating_K_min: float) -> dict[str, Any]:
    """Return the onset, twice: the second time with evaporation as it is near the first."""
    from finechem.oxidation.formulation import inhibitors_of
    from finechem.oxidation.induction import oxidation_onset

    try:
        found = oxidation_onset(inhibitors_of(package.additives, film), heating_K_min, film=film)
        if math.isfinite(found):
            near = (found - 30.0, min(found + 10.0, 400.0))
            found = oxidation_onset(inhibitors_of(package.additives, film, between_C=near), heating_K_min, film=film)
    except DomainError as error:
        return {"onset_C": None, "onset_remark": str(error)}
    return {"onset_C": found, "onset_remark": ""}


def _simulated(
    package: AdditivePackage, film: Any, path: Path | None, temperatures_C: Sequence[float], plot: Path | None
) -> dict[str, Any]:
    """Run the program, or the first temperature for twice its induction time."""
    from finechem.matter.programs import ZERO_CELSIUS_K, hold, read_program
    from finechem.oxidation import autoxidation as kinetics
    from finechem.oxidation.formulation import inhibitors_of
    from finechem.oxidation.induction import induction_time

    program = None if path is None else read_program(path)
    peak_C = temperatures_C[0] if program is None else program.peak_K - ZERO_CELSIUS_K
    inhibitors = inhibitors_of(package.additives, film, between_C=(peak_C - 40.0, peak_C))
    if program is None:
        time = induction_time(inhibitors, peak_C, film=film, method="threshold")
        program = hold(peak_C, min(2.0 * time / 3600.0, kinetics.HORIZON_H))
    found = kinetics.simulate(inhibitors, program, film=film)
    if plot is not None:
        from finechem.oxidation.autoxidation_plots import plot_species

        plot_species(found).savefig(plot, dpi=150)
    return {
        "program": program.name,
        "inhibitor_left": float(found.inhibitor_left[-1]),
        "hydroperoxide_mol_L": float(found.hydroperoxide[-1]),
        "peroxyl_mol_L": float(found.radical_flux[-1]),
        "matrix_oxidized": float(1.0 - found.of("RH")[-1] / found.of("RH")[0]),
    }


def _print(record: dict[str, Any], heating_K_min: float) -> None:
    click.echo(f"{record['id']}\n{'°C':>8}{'tangent':>14}{'0.1 % oxidized':>18}{'5 to 95 % of draws':>30}")
    for row in record["isothermal"]:
        tangent = "no oxygen" if row["remark"] else _minutes(row["tangent_s"])
        draws = f"{_minutes(row['low_s'])} to {_minutes(row['high_s'])}"
        click.echo(f"{row['temperature_C']:>8g}{tangent:>14}{_minutes(row['threshold_s']):>18}{draws:>30}")
    found = record["onset_C"]
    onset = "no oxygen" if found is None else f"{found:.0f} °C" if math.isfinite(found) else "none below 400 °C"
    click.echo(f"onset at {heating_K_min:g} K/min: {onset}")
    remarks = (*(row["remark"] for row in record["isothermal"]), record["onset_remark"])
    if starved := next(filter(None, remarks), ""):
        click.echo(f"no oxygen: {starved}")
    if "program" in record:
        click.echo(
            f"{record['program']}: {100 * record['inhibitor_left']:.3g} % of the inhibitor left, hydroperoxide "
            f"{record['hydroperoxide_mol_L']:.3g} mol/L, {100 * record['matrix_oxidized']:.3g} % of the matrix oxidized"
        )
    click.echo("")


def _minutes(seconds: float) -> str:
    return f"{seconds / 60.0:.3g} min"


def _finite(item: Any) -> Any:
    if isinstance(item, dict):
        return {key: _finite(value) for key, value in item.items()}
    if isinstance(item, list):
        return [_finite(value) for value in item]
    return None if isinstance(item, float) and not math.isfinite(item) else item
