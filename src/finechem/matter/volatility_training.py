"""What the volatility model is trained on: boiling points, curves and enthalpies shipped by `chemicals`.

`chemicals` distributes handbook tables as text; SMILES come from its identifier database. Nothing is copied: the tables
are read where `chemicals` is installed.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from finechem.errors import InputError
from finechem.matter.molecules import parse_smiles
from finechem.matter.volatility_features import volatility_features

__all__ = ["BHT_AND_RELATIVES", "STANDARD_PRESSURE_PA", "Curve", "TrainingRecord", "training_records"]

STANDARD_PRESSURE_PA = 101325.0
#: Never trained on: phenols between a tert-butyl group and another alkyl group, as 2,6-di-tert-butyl-4-methylphenol is.
BHT_AND_RELATIVES = "[OX2H]c1c(C(C)(C)C)cccc1[CX4]"
#: Sources that disagree by more are not trained on: reduced pressures listed as normal, mistyped values.
WIDEST_SPREAD_K = 15.0
_BOILING = {
    "crc": "Misc/Physical Constants of Organic Compounds.csv",
    "webbook": "Misc/webbook_constants.tsv",
    "common": "Misc/common_chemistry_data.tsv",
}
_CURVES = "Vapor Pressure/Landolt_antoine_V20.tsv"
_ENTHALPIES = "Phase Change/Ghazerati Appendix Vaporization Enthalpy.tsv"
_IDENTIFIERS = (
    "chemical identifiers pubchem large.tsv",
    "chemical identifiers pubchem small.tsv",
    "chemical identifiers example user db.tsv",
)


@dataclass(frozen=True, slots=True)
class Curve:
    """ln(p/Pa) = a - b / (T/K + c), valid from `low_K` to `high_K`."""

    a: float
    b: float
    c: float
    low_K: float
    high_K: float

    def ln_pressure(self, temperature_K: Any) -> Any:
        """Return ln(p/Pa)."""
        return self.a - self.b / (temperature_K + self.c)

    @property
    def boiling_point_K(self) -> float | None:
        """Temperature at 101325 Pa, if the curve was fitted that far (20 K above, 5 K below its range)."""
        found = self.b / (self.a - np.log(STANDARD_PRESSURE_PA)) - self.c
        return float(found) if self.low_K - 5.0 <= found <= self.high_K + 20.0 else None


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """What is known about one structure, stereoisomers together.

    Attributes
    ----------
    smiles : str
        Canonical, without stereochemistry.
    boiling_point_K : float or None
        Median of the sources, where at least one of the CRC Handbook, the NIST WebBook and the Landolt-Boernstein curve
        knows it and none (CAS Common Chemistry counts here) is more than 15 K from another.
    sources : int
        How many kinds of source know it.
    spread_K : float
        Largest less smallest of its boiling points, trusted or not; 0 with fewer than two sources.
    curves : tuple of Curve
    enthalpies_J_mol : tuple of float
        Of vaporization at 298.15 K.
    joback_K : float or None
        Joback's estimate as shipped by `chemicals`; only benchmarks read it.
    held_out : bool
        BHT and its relatives.
    """

    smiles: str
    boiling_point_K: float | None
    sources: int
    spread_K: float
    curves: tuple[Curve, ...]
    enthalpies_J_mol: tuple[float, ...]
    joback_K: float | None
    held_out: bool


@cache
def training_records() -> tuple[TrainingRecord, ...]:
    """Return one record a structure, sorted by SMILES.

    Structures are neutral closed-shell organic molecules of at most 250 heavy atoms.
    """
    boiling: dict[str, dict[str, float]] = defaultdict(dict)
    for source, path in _BOILING.items():
        for cas, row in _rows(path):
            if row["Tb"]:
                boiling[cas][source] = float(row["Tb"])
    curves = {
        cas: Curve(*(float(row[name]) for name in ("A", "B", "C", "Tmin", "Tmax"))) for cas, row in _rows(_CURVES)
    }
    enthalpies = {cas: float(row["Hvap298"]) for cas, row in _rows(_ENTHALPIES) if row["Hvap298"]}
    joback = {cas: float(row["Tb"]) for cas, row in _rows("Misc/joback_predictions.tsv") if row["Tb"]}
    wanted = (
        {cas for cas, found in boiling.items() if found.keys() & {"crc", "webbook"}} | curves.keys() | enthalpies.keys()
    )
    together: dict[str, list[str]] = defaultdict(list)
    for cas, smiles in _structures(wanted):
        together[smiles].append(cas)
    return tuple(
        _record(smiles, sorted(numbers), boiling, curves, enthalpies, joback)
        for smiles, numbers in sorted(together.items())
    )


def _record(
    smiles: str,
    numbers: Sequence[str],
    boiling: dict[str, dict[str, float]],
    curves: dict[str, Curve],
    enthalpies: dict[str, float],
    joback: dict[str, float],
) -> TrainingRecord:
    found = [(source, value) for cas in numbers for source, value in boiling.get(cas, {}).items()]
    known = tuple(curves[cas] for cas in numbers if cas in curves)
    found += [("curve", curve.boiling_point_K) for curve in known if curve.boiling_point_K is not None]
    values, sources = [value for _, value in found], {source for source, _ in found}
    trusted = bool(sources - {"common"}) and max(values) - min(values) <= WIDEST_SPREAD_K
    estimates = [joback[cas] for cas in numbers if cas in joback]
    return TrainingRecord(
        smiles,
        float(np.median(values)) if trusted else None,
        len(sources),
        max(values) - min(values) if len(sources) > 1 else 0.0,
        known,
        tuple(enthalpies[cas] for cas in numbers if cas in enthalpies),
        float(np.mean(estimates)) if estimates else None,
        is_relative_of_bht(smiles),
    )


def is_relative_of_bht(smiles: str) -> bool:
    """Return whether a structure is BHT or one of the relatives that are never trained on.

    >>> is_relative_of_bht("Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1"), is_relative_of_bht("Cc1ccccc1O")
    (True, False)
    """
    return bool(parse_smiles(smiles).HasSubstructMatch(_relatives()))


@cache
def _relatives() -> Any:
    from rdkit import Chem

    return Chem.MolFromSmarts(BHT_AND_RELATIVES)


def _structures(wanted: set[str]) -> Iterator[tuple[str, str]]:
    """Yield CAS number and canonical SMILES without stereochemistry of the molecules the model may see."""
    from rdkit import Chem

    seen: set[str] = set()
    for name in _IDENTIFIERS:
        with files("chemicals").joinpath("Identifiers", name).open(encoding="utf-8") as lines:
            for line in lines:
                cells = line.split("\t", 5)
                if len(cells) < 6 or cells[1] not in wanted or cells[1] in seen:
                    continue
                seen.add(cells[1])
                try:
                    smiles = Chem.MolToSmiles(parse_smiles(cells[4]), isomericSmiles=False)
                    volatility_features(smiles)
                except InputError:
                    continue
                yield cells[1], smiles


def _rows(path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield CAS number with dashes and row of a table of `chemicals`."""
    folder, name = path.split("/")
    with files("chemicals").joinpath(folder, name).open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            number = row["CAS"].strip()
            yield number if "-" in number else f"{number[:-3]}-{number[-3:-1]}-{number[-1]}", row
