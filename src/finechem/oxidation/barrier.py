"""A barrier film that oxidizes: the candidate, what it turns into, and files of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from finechem import datasets
from finechem.errors import DomainError, InputError, one_line
from finechem.matter.tables import (
    entries_of,
    input_files,
    to_numbers,
    to_texts,
    unique_ids,
)
from finechem.oxidation.gibbs import metal_of
from finechem.oxidation.growth_parameters import OxideGrowth
from finechem.oxidation.growth_reading import read_growth_laws, shipped_growth_laws
from finechem.oxidation.janaf import composition
from finechem.screening.canonical import content_hash
from finechem.screening.model import Rejected

__all__ = ["BarrierFilm", "growth_law_for", "known_energies", "product_oxide", "read_barriers", "shipped_barriers"]

#: Films that come with finechem: nitrides, carbides and metals of packaging and interconnects with a molar volume.
_SHIPPED = (
    "TiN", "CrN", "Cr2N", "TaN", "ZrN", "HfN", "NbN", "VN", "W2N", "Mo2N", "AlN", "Si3N4", "BN", "GaN", "SiC", "TiC",
    "ZrC", "WC", "Ta", "Ti", "Cr", "W", "Mo", "Ni", "Co", "Ru", "Al", "Zr", "Hf", "Si",
)  # fmt: skip
#: Oxides that grow in air, of metals with several or without a table.
_GROWN = {
    "Ti": "TiO2", "Cr": "Cr2O3", "Ta": "Ta2O5", "Zr": "ZrO2", "Hf": "HfO2", "Nb": "Nb2O5", "V": "V2O5", "W": "WO3",
    "Mo": "MoO3", "Al": "Al2O3", "Si": "SiO2", "B": "B2O3", "Ga": "Ga2O3", "Ni": "NiO", "Co": "Co3O4", "Ru": "RuO2",
    "Mg": "MgO", "Mn": "MnO", "Fe": "Fe2O3", "Zn": "ZnO", "Cu": "Cu2O", "Sn": "SnO2",
}  # fmt: skip
_COLUMNS = ("name", "formula", "thickness_nm", "oxide", "growth_law", "source")


@dataclass(frozen=True, slots=True)
class BarrierFilm:
    """A film of one metal's nitride, carbide or of the metal itself; a candidate of the screen.

    Parameters
    ----------
    id : str
    formula : str
    thickness_nm : float
    oxide : str
        What it turns into; empty: the oxide that grows in air.
    growth : OxideGrowth, optional
        The user's kinetics; where there are none those of the shipped table speak.
    source : str

    Examples
    --------
    >>> BarrierFilm("barrier", "TiN", 50.0).fingerprint() == BarrierFilm("same", "TiN", 50.0).fingerprint()
    True
    """

    id: str
    formula: str
    thickness_nm: float = 50.0
    oxide: str = ""
    growth: OxideGrowth | None = None
    source: str = field(default="user", compare=False)

    def __post_init__(self) -> None:
        parts = composition(self.formula)
        metal = metal_of(parts)
        if any(symbol in ("O", "H") for symbol, _ in parts):
            raise InputError(
                f"{self.id}: {self.formula} holds oxygen or hydrogen; a barrier is a metal, nitride or carbide"
            )
        if not 0.1 <= self.thickness_nm <= 1e6:
            raise InputError(f"{self.id}: thickness_nm={self.thickness_nm:g}: must be between 0.1 and 1000000")
        if self.oxide and {symbol for symbol, _ in composition(self.oxide)} != {metal, "O"}:
            raise InputError(f"{self.id}: {self.oxide} is no oxide of {metal}")
        if self.growth is not None and self.growth.substance != self.formula:
            raise InputError(
                f"{self.id}: the growth law {self.growth.name!r} is for {self.growth.substance}, not {self.formula}"
            )

    def fingerprint(self) -> str:
        """Return the hash of formula, thickness, oxide and kinetics (not of the name)."""
        return content_hash([self.formula, self.thickness_nm, self.oxide, self.growth and self.growth.to_dict()])

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; `from_dict` rebuilds it."""
        return {
            "id": self.id,
            "formula": self.formula,
            "thickness_nm": self.thickness_nm,
            "oxide": self.oxide,
            "growth": None if self.growth is None else self.growth.to_dict(),
            "source": self.source,
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> BarrierFilm:
        """Rebuild what `to_dict` gave."""
        growth = record["growth"]
        return cls(**{**record, "growth": None if growth is None else OxideGrowth.from_dict(growth)})

    def card(self) -> dict[str, str]:
        """Return what a report shows."""
        card = {"film": f"{self.formula}, {self.thickness_nm:g} nm", "oxide": product_oxide(self), "from": self.source}
        law, reason = growth_law_for(self)
        card["kinetics"] = reason if law is None else f"{law.name} (grade {law.grade}): {law.source}"
        if law is not None and law.remarks:
            card["remarks"] = "; ".join(law.remarks)
        return card


def product_oxide(film: BarrierFilm) -> str:
    """Return the oxide a film turns into in air.

    Where several oxides are stable it is the one that films are reported to grow, a convention (for copper Cu2O).

    >>> product_oxide(BarrierFilm("x", "Si3N4"))
    'SiO2'
    """
    if film.oxide:
        return film.oxide
    metal = metal_of(composition(film.formula))
    if metal not in _GROWN:
        raise DomainError(f"{film.formula}: which oxide of {metal} grows is not known here; name it ('oxide')")
    return _GROWN[metal]


def growth_law_for(film: BarrierFilm) -> tuple[OxideGrowth | None, str]:
    """Return the growth law that speaks for a film, or None and why.

    The user's own first; of the shipped ones the first of grade A to C. Doubtful ones (D) never speak.
    """
    if film.growth is not None:
        return film.growth, ""
    oxide = product_oxide(film)
    laws = [law for law in shipped_growth_laws() if law.substance == film.formula and law.form != "under OSP"]
    good = [law for law in laws if law.grade != "D"]
    same = [law for law in good if law.oxide == oxide]
    if same:
        return same[0], ""
    if good:
        return None, f"kinetics are known of {film.formula} to {good[0].oxide}, not to {oxide}"
    reason = f"no rate constant of the oxidation of {film.formula} was read in a source"
    if laws:
        reason = f"the only rate constant of {film.formula} is doubtful: {laws[0].remarks[0]}"
    energies = known_energies(film.formula)
    return None, reason + (f"; known: {energies}" if energies else "") + "; give your own (growth_law)"


def known_energies(formula: str) -> str:
    """Return what the shipped facts say of a film's oxidation, in a few words."""
    shown = []
    for row in datasets.load("oxidation.oxidation_facts").where(material=formula):
        if row["grade"] == "D" or row["quantity"] not in ("activation_energy", "onset"):
            continue
        what = f"{row['law']} growth, E = " if row["quantity"] == "activation_energy" else "onset "
        shown.append(f"{row['form']}: {what}{row['value']:g} {row['unit']}")
    return ", ".join(shown)


def read_barriers(paths: Iterable[Path | str]) -> list[BarrierFilm | Rejected]:
    """Read barrier films from CSV, XLSX, TOML and JSON.

    Columns or keys: ``name``, ``formula`` (needed), ``thickness_nm``, ``oxide``, ``source`` and ``growth_law``, a file
    of `finechem.oxidation.read_growth_laws` beside this one, of which the law of the film's formula is taken. TOML and
    JSON hold one film or a list ``barriers``.

    Returns
    -------
    list of BarrierFilm or Rejected
        What cannot be read is rejected with its reason.
    """
    items: list[BarrierFilm | Rejected] = []
    for given in paths:
        for file in input_files(Path(given), "barrier"):
            if isinstance(file, Rejected):
                items.append(file)
                continue
            try:
                entries = entries_of(file, "barrier", _COLUMNS, ("formula",))
            except InputError as error:
                items.append(Rejected(one_line(file.stem), one_line(str(error))))
                continue
            if len(entries) == 1 and "regimes" in entries[0][1]:
                continue  # a growth law that lies beside
            items += [_film(file, name, entry) for name, entry in entries]
    return unique_ids(items)


def _film(path: Path, name: str, entry: Mapping[str, Any]) -> BarrierFilm | Rejected:
    values = {key: value for key, value in entry.items() if value is not None}
    try:
        mistakes = [f"unknown key {key!r}" for key in values if key not in _COLUMNS]
        mistakes += to_numbers(1, values, ("thickness_nm",))
        mistakes += to_texts(1, values, [name for name in _COLUMNS if name != "thickness_nm"])
        if "formula" not in values:
            mistakes.append("'formula' is missing")
        if mistakes:
            raise InputError("; ".join(mistakes))
        growth = _own_growth(path, values) if values.get("growth_law") else None
        return BarrierFilm(
            name,
            str(values["formula"]),
            float(values.get("thickness_nm", 50.0)),
            str(values.get("oxide", "") or (growth.oxide if growth else "")),
            growth,
            str(values.get("source", path.name)),
        )
    except InputError as error:
        return Rejected(name, one_line(f"{path}: {error}"))


def _own_growth(path: Path, values: Mapping[str, Any]) -> OxideGrowth:
    laws = read_growth_laws(path.parent / str(values["growth_law"]))
    fitting = [law for law in laws if law.substance == values["formula"]]
    if len(fitting) != 1:
        shown = ", ".join(law.substance for law in laws)
        raise InputError(
            f"{values['growth_law']}: {len(fitting)} laws of {values['formula']}, one is needed (there are: {shown})"
        )
    return fitting[0]


def shipped_barriers(thickness_nm: float = 50.0) -> Sequence[BarrierFilm]:
    """Return the films that come with finechem, all of one thickness; most have no published kinetics."""
    return [
        BarrierFilm(formula, formula, thickness_nm, source="finechem's list of barrier films") for formula in _SHIPPED
    ]


def pilling_bedworth_excess(ratio: float) -> float:
    """Return |ln| of how far a ratio lies outside 1 to 2, 0 inside: a rule of thumb made a number.

    >>> pilling_bedworth_excess(1.7), round(pilling_bedworth_excess(2.5), 2)
    (0.0, 0.22)
    """
    return max(0.0, math.log(ratio / 2.0), -math.log(ratio))
