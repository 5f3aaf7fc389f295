"""What the shipped autoxidation mechanism says, and what was reported of amounts, temperatures and mixtures.

Every number of docs/autoxidation.md is here. No absolute induction time is compared: none was found whose film, oxygen
and loading are stated. "amount" is the exponent n of tau ~ [inhibitor]^n between 0.005 and 0.02 mol/L with enough
oxygen; "both beat either" is the share of draws of the uncertain rates in which half Irganox 1010 and half Irgafos 168
outlast the same mass of either alone; factors are those within which 90 % lie, by the errors that go with a time, and
half of the range between the 5th and the 95th per cent of draws of other random numbers.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report

from finechem import datasets
from finechem.matter.programs import hold
from finechem.oxidation.autoxidation import simulate, threshold_times
from finechem.oxidation.autoxidation_errors import (
    induction_time_errors,
    induction_time_sensitivities,
    sample_induction_times,
)
from finechem.oxidation.formulation import Inhibitor, OxidationFilm, evaporation_arrhenius, inhibitors_of
from finechem.oxidation.induction import WINDOW, induction_time
from finechem.oxidation.mechanism_files import load_mechanism
from finechem.oxidation.package import shipped_antioxidants
from finechem.units import GAS_CONSTANT

OPEN = OxidationFilm(volatile=False, oxygen_diffusivity_m2_s=1e-3)
TIGHT = OxidationFilm(volatile=False)
SHIPPED = {item.id: item.additives for item in shipped_antioxidants()}
MECHANISM = load_mechanism()
REPORTED = {
    "hindered phenol": "about 1 (polypropylene)",
    "aromatic amine": "1 (diphenylamine, dodecane, 180-230 C)",
}


def rates() -> Iterator[Row]:
    items = [*MECHANISM.reactions, *(item for block in MECHANISM.classes.values() for item in block.reactions)]
    yield Row("rates", len(items), "of which assumed", sum(item.assumed for item in items))
    pair = {item.id: item for item in MECHANISM.classes["hindered phenol"].reactions}
    for celsius in (100.0, 150.0, 180.0, 230.0):
        kelvin = celsius + 273.15
        measured = pair["RO2 + InH"].rate_constant(kelvin) / pair["In + ROOH"].rate_constant(kelvin)
        bond = math.exp((357.0 - 333.6) * 1e3 / (GAS_CONSTANT * kelvin))
        yield Row(f"hindered phenol, {celsius:g} C", 1, "measured K / K of the bond", measured / bond)


def slope() -> Iterator[Row]:
    """Yield how well phenols' rates follow their bonds, by the slope of the mechanism."""
    forward = next(item for item in MECHANISM.classes["phenol"].reactions if item.id == "RO2 + InH")
    table = datasets.load("oxidation.bond_dissociation_enthalpies").where(preferred="yes", scale="phenol_88.0")
    bonds = {row["compound"]: row["value_kJ_mol"] for row in table}
    off = [
        math.log10(forward.rate_constant(row["temperature_K"], bonds[row["compound"]]) / row["value"])
        for row in datasets.load("oxidation.inhibition_rates").where(quantity="k_inh")
        if row["compound"] in ("catechol", "pyrogallol", "alpha-tocopherol")
    ]
    yield Row(
        "phenols, slope alpha", len(off), "decades off, root mean square", float(np.sqrt(np.mean(np.square(off))))
    )


def amounts() -> Iterator[Row]:
    for kind, temperatures in (("hindered phenol", (150.0, 180.0, 200.0)), ("aromatic amine", (150.0, 180.0, 230.0))):
        for temperature in temperatures:
            times = [
                induction_time([Inhibitor(kind=kind, mol_L=amount)], temperature, film=OPEN) for amount in (0.005, 0.02)
            ]
            exponent = math.log(times[1] / times[0]) / math.log(4.0)
            yield Row(f"{kind}, {temperature:g} C", 2, "exponent of the amount", exponent, REPORTED[kind])
    fast = MECHANISM.shifted({"hindered phenol: InOOR scission": -3.0})
    times = [
        induction_time([Inhibitor(kind="hindered phenol", mol_L=amount)], 150.0, film=OPEN, mechanism=fast)
        for amount in (0.005, 0.02)
    ]
    yield Row(
        "hindered phenol, 150 C, InOOR lasts",
        2,
        "exponent of the amount",
        math.log(times[1] / times[0]) / math.log(4.0),
    )
    for amount in (0.0, 0.016):
        thioether = [Inhibitor(kind="thioether", mol_L=amount)]
        for method in ("threshold", "tangent"):
            minutes = induction_time(thioether, 130.0, film=OPEN, method=method) / 60.0
            yield Row(f"thioether {amount:g} mol/L, 130 C", 1, f"{method}, min", minutes)


def temperature() -> Iterator[Row]:
    inverse = [1.0 / (celsius + 273.15) for celsius in (80.0, 180.0)]
    times = [math.log(induction_time([], celsius, film=OPEN, method="threshold")) for celsius in (80.0, 180.0)]
    energy = GAS_CONSTANT / 1e3 * (times[0] - times[1]) / (inverse[0] - inverse[1])
    yield Row("no inhibitor, 80-180 C", 2, "activation energy, kJ/mol", energy, "about 100 (polypropylene)")


def oxygen() -> Iterator[Row]:
    """Yield what 0.004 mol/L of a hindered phenol leaves of the oxygen of a film by the end of the rise."""
    phenol = [Inhibitor(kind="hindered phenol", mol_L=0.004)]
    for thickness in (10.0, 100.0):
        film = replace(TIGHT, thickness_um=thickness)
        for celsius in (120.0, 150.0, 180.0, 200.0):
            program = hold(celsius, 1e6)
            end = float(threshold_times([phenol], program, film=film, conversions=(WINDOW,))[0, 0])
            least = simulate(phenol, program, film=film, times_s=np.linspace(0.0, end, 400)).of("O2").min()
            yield Row(f"{thickness:g} um, {celsius:g} C", 1, "least oxygen, % of saturation", 100 * least / 1e-3)


def mixtures(draws: int) -> Iterator[Row]:
    phenol, phosphite = (replace(SHIPPED[name][0], loading_wt_percent=0.25) for name in ("irganox-1010", "irgafos-168"))
    pairs = [
        [replace(phenol, loading_wt_percent=0.5)],
        [replace(phosphite, loading_wt_percent=0.5)],
        [phenol, phosphite],
    ]
    packages = [inhibitors_of(additives, OPEN) for additives in pairs]
    for celsius in (150.0, 180.0, 200.0):
        times = sample_induction_times(packages, celsius, draws, film=OPEN)
        share = float(np.mean(times[2] > np.maximum(times[0], times[1])))
        yield Row(f"1010 + 168, {celsius:g} C", draws, "share: both beat either", share, "a vendor claims it")
        minutes = [induction_time(package, celsius, film=OPEN) / 60.0 for package in packages]
        for name, value in zip(("1010", "168", "both"), minutes, strict=True):
            yield Row(f"{name}, {celsius:g} C", 1, "tangent, min", value)
        yield Row(f"1010 + 168, {celsius:g} C", 1, "both / 1010", minutes[2] / minutes[0], "a vendor: 3 to 5")


def volatility() -> Iterator[Row]:
    film = replace(OPEN, volatile=True)
    for name in ("bht", "irganox-1010"):
        for what, chosen in (("nothing evaporates", OPEN), ("evaporates", film)):
            inhibitors = inhibitors_of(SHIPPED[name], chosen, between_C=(190.0, 210.0))
            yield Row(
                f"{name}, 200 C, {what}", 1, "tangent, min", induction_time(inhibitors, 200.0, film=chosen) / 60.0
            )
    worst: dict[str, float] = {}
    for name in ("bht", "irganox-1076", "irganox-1010", "dltdp", "irgafos-168"):
        additive = SHIPPED[name][0]

        def rate(celsius: float, between: tuple[float, float], additive: object = additive) -> float:
            log_factor, energy = evaporation_arrhenius(additive, film, between_C=between)  # type: ignore[arg-type]
            return math.exp(log_factor - energy / (celsius + 273.15))

        for key, between, temperatures in (
            ("150 to 260 C, inside", (150.0, 260.0), np.linspace(150.0, 260.0, 23)),
            ("170 to 190 C, inside", (170.0, 190.0), np.linspace(170.0, 190.0, 21)),
            ("150 to 260 C, at 100 C", (150.0, 260.0), [100.0]),
        ):
            off = max(
                (rate(at, between) / rate(at, (at - 0.05, at + 0.05)) for at in temperatures),
                key=lambda ratio: abs(math.log(ratio)),
            )
            if abs(math.log(off)) > abs(math.log(worst.get(key, 1.0))):
                worst[key] = off
    for key, off in worst.items():
        yield Row(f"chord of {key}", 1, "rate / rate, worst additive", off)


def errors(draws: int) -> Iterator[Row]:
    for where, film in (("enough oxygen", OPEN), ("100 um", TIGHT)):
        for kind in ("hindered phenol", "phenol", "aromatic amine"):
            inhibitors = [Inhibitor(kind=kind, mol_L=0.005)]
            value, parts = induction_time_errors(inhibitors, 175.0, film=film)
            sigma = math.sqrt(math.fsum(part**2 for part in parts.values()))
            drawn = np.log(sample_induction_times([inhibitors], 175.0, draws, film=film, seed=7)[0])
            low, high = np.quantile(drawn, (0.05, 0.95))
            inside = float(np.mean(np.abs(drawn - math.log(value)) < 1.645 * sigma))
            name = f"{kind}, 175 C, {where}"
            yield Row(name, 256, "90 % within a factor", math.exp(1.645 * sigma))
            yield Row(name, draws, "half of 5 to 95 % of draws, a factor", math.exp((high - low) / 2.0))
            yield Row(name, draws, "share of draws inside", inside, "0.90")
            yield Row(name, 256, "part that is not linear", parts["own: nonlinear"])
    found = induction_time_sensitivities([Inhibitor(kind="hindered phenol", mol_L=0.005)], 175.0, film=OPEN)
    for key, slope in list(found.items())[:6]:
        yield Row(key, 1, "d ln tau / d ln k, 175 C", slope)


def main() -> None:
    arguments = options(__doc__).parse_args()
    draws = 50 if arguments.quick else 400
    rows = [*rates(), *slope(), *amounts(), *temperature(), *oxygen(), *mixtures(draws), *volatility()]
    rows += errors(100 if arguments.quick else 2000)
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
