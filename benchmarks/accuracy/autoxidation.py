"""What the shipped autoxidation mechanism says against what was reported of amounts, temperatures and mixtures.

No absolute induction time is compared: none was found whose film, oxygen and loading are stated. "amount" is the
exponent n of tau ~ [inhibitor]^n between 0.005 and 0.02 mol/L with enough oxygen; "both beat either" is the share of
draws of the uncertain rates in which half Irganox 1010 and half Irgafos 168 outlast the same mass of either alone.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report

from finechem.oxidation.autoxidation import induction_time
from finechem.oxidation.autoxidation_errors import sample_induction_times
from finechem.oxidation.formulation import Inhibitor, OxidationFilm, inhibitors_of
from finechem.oxidation.package import shipped_antioxidants
from finechem.units import GAS_CONSTANT

CLOSED = OxidationFilm(volatile=False)
THIN = OxidationFilm(volatile=False, oxygen_diffusivity_m2_s=1e-3)
REPORTED = {
    "hindered phenol": "about 1 (polypropylene)",
    "aromatic amine": "1 (diphenylamine, dodecane, 180-230 C)",
}


def amounts() -> list[Row]:
    rows = []
    for kind, temperatures in (("hindered phenol", (150.0, 200.0)), ("aromatic amine", (150.0, 180.0, 230.0))):
        for temperature in temperatures:
            times = [
                induction_time([Inhibitor(kind=kind, mol_L=amount)], temperature, film=THIN) for amount in (0.005, 0.02)
            ]
            exponent = math.log(times[1] / times[0]) / math.log(4.0)
            rows.append(Row(f"{kind}, {temperature:g} C", 2, "exponent of the amount", exponent, REPORTED[kind]))
    return rows


def temperature() -> Row:
    inverse = [1.0 / (celsius + 273.15) for celsius in (80.0, 180.0)]
    times = [math.log(induction_time([], celsius, film=THIN, method="threshold")) for celsius in (80.0, 180.0)]
    energy = GAS_CONSTANT / 1e3 * (times[0] - times[1]) / (inverse[0] - inverse[1])
    return Row("no inhibitor, 80-180 C", 2, "activation energy, kJ/mol", energy, "about 100 (polypropylene)")


def mixtures(draws: int) -> list[Row]:
    shipped = {item.id: item.additives[0] for item in shipped_antioxidants()}
    phenol, phosphite = (replace(shipped[name], loading_wt_percent=0.25) for name in ("irganox-1010", "irgafos-168"))
    pairs = [
        [replace(phenol, loading_wt_percent=0.5)],
        [replace(phosphite, loading_wt_percent=0.5)],
        [phenol, phosphite],
    ]
    packages = [inhibitors_of(additives, CLOSED) for additives in pairs]
    rows = []
    for celsius in (150.0, 180.0, 200.0):
        times = sample_induction_times(packages, celsius, draws, film=CLOSED)
        share = float(np.mean(times[2] > np.maximum(times[0], times[1])))
        rows.append(Row(f"1010 + 168, {celsius:g} C", draws, "share: both beat either", share, "a vendor claims it"))
        for name, package in zip(("1010", "168", "both"), packages, strict=True):
            minutes = induction_time(package, celsius, film=CLOSED) / 60.0
            rows.append(Row(f"{name}, {celsius:g} C", 1, "tangent, min", minutes))
    return rows


def volatility() -> list[Row]:
    shipped = {item.id: item.additives for item in shipped_antioxidants()}
    rows = []
    for name in ("bht", "irganox-1010"):
        kept, gone = (
            induction_time(inhibitors_of(shipped[name], film), 200.0, film=film) / 60.0
            for film in (CLOSED, OxidationFilm())
        )
        rows.append(Row(f"{name}, 200 C, nothing evaporates", 1, "tangent, min", kept))
        rows.append(Row(f"{name}, 200 C, evaporates", 1, "tangent, min", gone))
    return rows


def main() -> None:
    arguments = options(__doc__).parse_args()
    rows = [*amounts(), temperature(), *mixtures(50 if arguments.quick else 400), *volatility()]
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
