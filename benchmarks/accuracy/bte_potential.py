"""Conductivities and moduli by universal potentials against measurement: raw and calibrated, leave-one-compound-out.

Reads thermal.potential_conductivities and thermal.potential_elasticity, which need no potential to be read.
``--compute 7net-0 nep:nep89.txt`` computes the rows of these potentials anew (minutes to an hour each, on one thread;
a stopped run goes on) and writes both tables; ``--write`` then writes thermal.potential_errors from them.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report
from scipy.stats import spearmanr

from finechem import datasets
from finechem.matter.calculators import Potential, calculator
from finechem.matter.crystal import Crystal
from finechem.screening.cache import Cache, default_cache_folder
from finechem.thermal.calibration import Fit, calibrate
from finechem.thermal.elastic import acoustic_debye_temperature, debye_temperature
from finechem.thermal.force_constants import THIRD_ORDER_ANGSTROM
from finechem.thermal.known import known_crystal
from finechem.thermal.potential_comparison import Key, computed_and_measured, measure_potential_errors
from finechem.thermal.potential_fits import (
    FEWEST,
    FORMS,
    Comparison,
    Pair,
    choose_form,
    fit_calibration,
    leave_one_out,
    successes,
)
from finechem.thermal.potential_references import (
    computed_conductivity,
    computed_elasticity,
    conductivity_references,
    elasticity_references,
)
from finechem.thermal.slack import slack_conductivity

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "finechem_datasets" / "thermal"
NAMES = {"raw": "raw", "bias": "calibrated by a bias", "slope": "calibrated by a line", "softness": "calibrated by G/K"}
Computed = Callable[[Crystal, Potential, Cache], dict[str, Any]]


def compute(names: Sequence[str], cache: Cache, most_atoms: int) -> None:
    """Compute both tables for some potentials; each row is written when it is there, and other rows stay."""
    conductivities = [crystal for crystal, _ in conductivity_references()]
    kinds: tuple[tuple[str, Computed, list[Crystal], int], ...] = (
        ("potential_conductivities", computed_conductivity, conductivities, most_atoms),
        ("potential_elasticity", computed_elasticity, elasticity_references(), sys.maxsize),
    )
    for name in names:
        potential = calculator(name)
        for table, computed, crystals, most in kinds:
            order = {crystal.id: place for place, crystal in enumerate(crystals)}
            for crystal in sorted(crystals, key=_size if computed is computed_conductivity else _atoms):
                if crystal.primitive_atoms <= most:
                    row = computed(crystal, potential, cache)
                    write(table, row, order)
                    shown = {key: value for key, value in row.items() if key not in ("checkpoint", "package")}
                    print(f"{time.strftime('%H:%M:%S')} {shown}", file=sys.stderr, flush=True)


def _atoms(crystal: Crystal) -> int:
    return crystal.primitive_atoms


def _size(crystal: Crystal) -> int:
    """Return the atoms of a supercell as they are made for third order."""
    edges = np.linalg.norm(np.asarray(crystal.lattice_angstrom), axis=1)
    return len(crystal.species) * int(np.prod(np.ceil(THIRD_ORDER_ANGSTROM / edges)))


def write(table: str, new: dict[str, Any], order: dict[str, int]) -> None:
    """Write a row in place of that of the same potential and crystal; potentials in their order, then crystals."""
    columns = datasets.load(f"thermal.{table}").columns
    path = FOLDER / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:  # not what was loaded when the run began
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    same = ("checkpoint", "phase_id")
    rows = [row for row in rows if any(row[name] != new[name] for name in same)] + [new]
    rows.sort(key=lambda row: (row["potential"], order[row["phase_id"]]))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({key: f"{value:.5g}" if isinstance(value, float) else value for key, value in row.items()})


def write_errors() -> None:
    """Write thermal.potential_errors from the tables."""
    columns = datasets.load("thermal.potential_errors").columns
    with (FOLDER / "potential_errors.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for row in measure_potential_errors():
            writer.writerow({key: f"{value:.6g}" if isinstance(value, float) else value for key, value in row.items()})


def conductivity_rows(everything: dict[Key, list[Pair]]) -> list[Row]:
    """Return raw and calibrated numbers of each potential, and Slack's and Callaway's of the same crystals."""
    rows = []
    for potential in dict.fromkeys(key[0] for key in everything):
        groups = {key[2]: members for key, members in everything.items() if key[0] == potential}
        chosen = choose_form(list(groups.values()))
        for form in ("raw", *FORMS):
            tried = {group: _left_out(members, form) for group, members in groups.items()}
            found = {group: one for group, one in tried.items() if one is not None}
            name = f"{potential} {NAMES[form]}{' (chosen)' if form == chosen else ''}"
            for group, one in found.items():
                rows += scores(f"{name}, {group}", one)
            if len(found) > 1:
                rows += scores(f"{name}, all", joined(list(found.values())))
        rows += scores(f"{potential} calibrated, the form chosen without it too, all", nested(groups))
        rows += rows_with_slack(potential, groups)
        for group, members in groups.items():
            failed = sum(pair.computed is None for pair in members)
            rows.append(Row(f"{potential}, {group}", len(members), "without a number", failed))
        for model in ("slack", "callaway"):
            rows += elastic_rows(model, potential, {pair.phase for members in groups.values() for pair in members
                                                    if pair.computed is not None})  # fmt: skip
        rows.append(seconds(potential))
    return rows


def _left_out(members: list[Pair], form: Any) -> Comparison | None:
    found = successes(members, form)
    return leave_one_out(found, form) if len(found.compounds) >= FEWEST else None


def joined(parts: list[Comparison]) -> Comparison:
    names = ("predicted", "factors_90", "measured")
    return Comparison(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def nested(groups: dict[str, list[Pair]]) -> Comparison:
    """Return predictions of each compound by a form that was chosen, and fitted, without it."""
    found = []
    for group, members in groups.items():
        for pair in members:
            others = {
                name: [one for one in some if one.phase.split("-")[0] != pair.phase.split("-")[0]]
                for name, some in groups.items()
            }
            form = choose_form(list(others.values()))
            rest = successes(others[group], form)
            if len(rest.compounds) < FEWEST - 1 or not successes([pair], form).compounds or pair.computed is None:
                continue
            fitted = fit_calibration(rest.computed, rest.measured, form, rest.shear_to_bulk)
            value, _, factor = fitted(pair.computed, pair.shear_to_bulk)
            found.append((value, factor, pair.measured))
    return Comparison(*np.array(found).T)


def rows_with_slack(potential: str, groups: dict[str, list[Pair]]) -> list[Row]:
    """Return scores of what was tried and is not used: halfway, in ln, to Slack by the potential's own stiffness."""
    rows, parts = [], []
    for group, members in groups.items():
        slack = {pair.phase: slack_by_potential(pair.phase, potential) for pair in members if pair.computed is not None}
        halfway = [
            pair._replace(computed=float(np.sqrt(pair.computed * slack[pair.phase])))
            for pair in members
            if pair.computed is not None and slack[pair.phase] > 0
        ]
        found = _left_out(halfway, "bias")
        if found is not None:
            parts.append(found)
            rows += scores(f"{potential} halfway to Slack by its own stiffness (tried), {group}", found)
    return rows + (
        scores(f"{potential} halfway to Slack by its own stiffness (tried), all", joined(parts)) if parts else []
    )


def slack_by_potential(phase: str, potential: str) -> float:
    """Return Slack's conductivity, up to a factor for all crystals, from the moduli of a potential; NaN without any."""
    found = datasets.load("thermal.potential_elasticity").where(phase_id=phase, potential=potential)
    if not found or found[0]["shear_GPa"] is None:
        return float("nan")
    crystal, swelling = known_crystal(phase), found[0]["volume_ratio"]
    bulk, shear = found[0]["bulk_GPa"] * 1e9, found[0]["shear_GPa"] * 1e9
    density, volume = crystal.density_kg_m3 / swelling, crystal.volume_per_atom_m3 * swelling
    longitudinal, transverse = np.sqrt((bulk + 4 * shear / 3) / density), np.sqrt(shear / density)
    mean = ((longitudinal**-3 + 2 * transverse**-3) / 3) ** (-1 / 3)
    theta = acoustic_debye_temperature(debye_temperature(mean, volume), crystal.primitive_atoms)
    return float(slack_conductivity(crystal.mean_mass_u, theta, volume * 1e30, crystal.primitive_atoms, 1.0, 300.0))


def scores(name: str, found: Comparison) -> list[Row]:
    n = len(found.measured)
    literature = "DFT-PBE 1.23 on 17 crystals; aim 1.35" if "chosen" in name else ""
    return [
        Row(name, n, "average factor difference", found.factor, literature),
        Row(name, n, "log10 RMSE", found.rms / np.log(10)),
        Row(name, n, "Spearman rho", float(spearmanr(found.predicted, found.measured).statistic)),
        Row(name, n, "share inside the 90 % interval", found.coverage_90),
        Row(name, n, "median factor of the 90 % interval", found.median_factor_90),
    ]


def elastic_rows(model: str, potential: str, phases: set[str]) -> list[Row]:
    """Return the errors of a model on measured stiffness, of the crystals that a potential gave a number for."""
    errors = [
        (error, predicted, measured)
        for fit in elastic_fits()
        if fit.model == model
        for phase, error, predicted, measured in zip(fit.ids, fit.log_error, fit.predicted, fit.measured, strict=True)
        if phase in phases
    ]
    if len(errors) < FEWEST:
        return []
    log, predicted, measured = np.array(errors).T
    name = f"{model} of measured stiffness, crystals of {potential}"
    return [
        Row(name, len(log), "average factor difference", float(np.exp(np.mean(np.abs(log))))),
        Row(name, len(log), "Spearman rho", float(spearmanr(predicted, measured).statistic)),
    ]


@cache
def elastic_fits() -> list[Fit]:
    return calibrate()


def seconds(potential: str) -> Row:
    taken = [
        row["seconds"]
        for row in datasets.load("thermal.potential_conductivities").where(potential=potential)
        if row["seconds"] is not None
    ]
    return Row(potential, len(taken), "median seconds, crystal to conductivity", float(np.median(taken)))


def modulus_rows() -> list[Row]:
    return [
        Row(f"{row['quantity']} {row['potential']}, {row['group']}", row["n"], metric, row[column])
        for row in measure_potential_errors()
        if "modulus" in row["quantity"]
        for metric, column in (
            (("bias of ln", "bias"), ("rms of ln", "sigma"), ("without a number", "failed"))
            if row["form"] == "raw"
            else (("rms of ln, leave-one-compound-out", "left_out_rms"),)
        )
    ]


def print_crystals(everything: dict[Key, list[Pair]]) -> None:
    reasons = {
        (row["potential"], row["phase_id"]): row["reason"]
        for row in datasets.load("thermal.potential_conductivities").rows
    }
    for (potential, checkpoint, group), members in everything.items():
        form = choose_form([others for key, others in everything.items() if key[:2] == (potential, checkpoint)])
        print(f"{potential}, {group:<16}{'measured':>9}{'raw':>9}{'calibrated':>12}  W/(m K), leave-one-compound-out")
        found = _left_out(members, form)
        predicted = iter([] if found is None else found.predicted.tolist())
        for phase, computed, measured, ratio in members:
            if computed is None:
                print(f"  {phase:22}{measured:9.1f}  {(reasons[potential, phase] or '')[:90]}")
                continue
            readable = form != "softness" or ratio is not None
            calibrated = next(predicted, np.nan) if readable else np.nan
            print(f"  {phase:22}{measured:9.1f}{computed:9.1f}{calibrated:12.1f}")
    print()


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--compute", nargs="+", metavar="POTENTIAL", help="compute the tables anew for these")
    parser.add_argument("--cache", type=Path, default=default_cache_folder(), help="where forces are kept")
    parser.add_argument(
        "--most-atoms", type=int, default=99, help="leave out the conductivity of larger primitive cells"
    )
    parser.add_argument("--write", action="store_true", help="write thermal.potential_errors from the tables")
    arguments = parser.parse_args()
    if arguments.compute:
        compute(arguments.compute, Cache(arguments.cache), arguments.most_atoms)
        return
    if arguments.write:
        write_errors()
    everything = computed_and_measured()["conductivity"]
    if not (arguments.json or arguments.quick):
        print_crystals(everything)
    report([*conductivity_rows(everything), *modulus_rows()], as_json=arguments.json)


if __name__ == "__main__":
    main()
