"""Copper under an organic film or a monolayer: the candidate, the shipped ones, files of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from finechem import datasets
from finechem.errors import ConfigError, InputError, one_line
from finechem.matter.tables import (
    entries_of,
    input_files,
    to_numbers,
    to_texts,
    unique_ids,
)
from finechem.screening.canonical import content_hash
from finechem.screening.model import Rejected

__all__ = ["Protectant", "read_protectants", "shipped_protectants"]

_KINDS = ("film", "monolayer", "none")
#: What a loss temperature means: 5 % lost, the fastest loss, 95 % lost.
_LOSS_KINDS = ("begins", "peak", "complete")
#: How it was found: heating in gas, or desorption in vacuum; decides the heating rate where none is stated.
_TECHNIQUES = ("", "thermogravimetry", "desorption")
_NUMBERS = ("thickness_nm", "loss_K", "loss_heating_K_s", "loss_energy_kJ_mol", "loss_log10_A",
            "conductance_m2_s_bar", "conductance_K",
            "permeation_energy_kJ_mol", "adsorption_eV", "adsorption_low_eV", "adsorption_high_eV")  # fmt: skip
_COLUMNS = (
    "name", "class", "kind", "smiles", *_NUMBERS, "loss_kind", "loss_technique", "loss_method", "adsorption_surface",
    "source", "grade",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Protectant:
    """What keeps copper from oxidizing; a candidate of the screen.

    Parameters
    ----------
    id : str
    kind : {"film", "monolayer", "none"}
        A film of a complex (a tenth to half a micrometre), a monolayer, or bare copper.
    family : str
        Class of compounds.
    thickness_nm : float, optional
        Needed of a film.
    loss_K : float, optional
        At which the film goes.
    loss_kind : {"begins", "peak", "complete"}
        What that temperature is: 5 % lost, the fastest loss, 95 % lost.
    loss_technique : {"", "thermogravimetry", "desorption"}
        Heating in a gas or desorption in vacuum.
    loss_heating_K_s : float, optional
        Heating rate, where the source states it; else 1 K/s in desorption and 10 K/min otherwise.
    loss_energy_kJ_mol, loss_log10_A : float, optional
        Of its first-order loss instead.
    conductance_m2_s_bar, conductance_K, permeation_energy_kJ_mol : float, optional
        The user's S (see `finechem.oxidation.OxygenBarrier`) at a temperature, and its energy.
    adsorption_eV, adsorption_low_eV, adsorption_high_eV : float, optional
        Adsorption energy of one molecule (negative binds) and its range.
    smiles, loss_method, adsorption_surface, source, grade : str

    Raises
    ------
    ConfigError
        With every mistake in one message.
    """

    id: str
    kind: str = "film"
    family: str = ""
    thickness_nm: float | None = None
    loss_K: float | None = None
    loss_energy_kJ_mol: float | None = None
    loss_log10_A: float | None = None
    conductance_m2_s_bar: float | None = None
    conductance_K: float | None = None
    permeation_energy_kJ_mol: float | None = None
    adsorption_eV: float | None = None
    adsorption_low_eV: float | None = None
    adsorption_high_eV: float | None = None
    smiles: str = ""
    loss_kind: str = "begins"
    loss_technique: str = ""
    loss_heating_K_s: float | None = None
    loss_method: str = field(default="", compare=False)
    adsorption_surface: str = field(default="", compare=False)
    source: str = "user"
    grade: str = "user"

    def __post_init__(self) -> None:
        mistakes = []
        if self.kind not in _KINDS:
            mistakes.append(f"kind {self.kind!r}: must be one of {', '.join(_KINDS)}")
        if self.loss_kind not in _LOSS_KINDS:
            mistakes.append(f"loss_kind {self.loss_kind!r}: must be one of {', '.join(_LOSS_KINDS)}")
        if self.loss_technique not in _TECHNIQUES:
            mistakes.append(
                f"loss_technique {self.loss_technique!r}: must be one of {', '.join(_TECHNIQUES[1:])} or empty"
            )
        for name, low, high in (
            ("thickness_nm", 0.1, 1e5), ("loss_K", 200.0, 1500.0), ("loss_heating_K_s", 1e-4, 1e6),
            ("loss_energy_kJ_mol", 10.0, 1000.0),
            ("loss_log10_A", 5.0, 25.0), ("conductance_m2_s_bar", 1e-40, 1.0), ("conductance_K", 100.0, 1500.0),
            ("permeation_energy_kJ_mol", 0.0, 300.0), ("adsorption_eV", -10.0, 1.0), ("adsorption_low_eV", -10.0, 1.0),
            ("adsorption_high_eV", -10.0, 1.0),
        ):  # fmt: skip
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                mistakes.append(f"{name}={value:g}: must be between {low:g} and {high:g}")
        if (self.conductance_m2_s_bar is None) != (self.conductance_K is None):
            mistakes.append("conductance_m2_s_bar and conductance_K belong together")
        if self.loss_log10_A is not None and self.loss_energy_kJ_mol is None:
            mistakes.append("loss_log10_A without loss_energy_kJ_mol")
        if mistakes:
            raise ConfigError(f"protectant {self.id!r}", mistakes)

    def fingerprint(self) -> str:
        """Return the hash of what decides, with its citation (not of the name)."""
        return content_hash([getattr(self, item.name) for item in fields(self) if item.compare and item.name != "id"])

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; `from_dict` rebuilds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Protectant:
        """Rebuild what `to_dict` gave."""
        return cls(**record)

    def card(self) -> dict[str, str]:
        """Return what a report shows."""
        card = {"kind": self.kind, "class": self.family or "not said", "from": f"{self.source} (grade {self.grade})"}
        if self.thickness_nm is not None:
            card["thickness"] = f"{self.thickness_nm:g} nm"
        if self.loss_K is not None:
            card["goes"] = f"{self.loss_kind} {self.loss_K:g} K ({self.loss_method or 'method not said'})"
        if self.adsorption_eV is not None:
            card["adsorption"] = f"{self.adsorption_eV:g} eV ({self.adsorption_surface or 'surface not said'})"
        return card


def shipped_protectants() -> Sequence[Protectant]:
    """Return the protectants of the table `oxidation.copper_protectants`."""
    return [
        Protectant(
            row["protectant_id"],
            row["kind"],
            row["class"],
            row["thickness_nm"],
            row["loss_K"],
            adsorption_eV=row["adsorption_eV"],
            adsorption_low_eV=row["adsorption_low_eV"],
            adsorption_high_eV=row["adsorption_high_eV"],
            smiles=row["smiles"] or "",
            loss_kind=row["loss_kind"] or "begins",
            loss_technique=row["loss_technique"] or "",
            loss_heating_K_s=row["loss_heating_K_s"],
            loss_method=row["loss_method"] or "",
            adsorption_surface=row["adsorption_surface"] or "",
            source=row["source"],
            grade=row["grade"],
        )
        for row in datasets.load("oxidation.copper_protectants").rows
    ]


def read_protectants(paths: Iterable[Path | str]) -> list[Protectant | Rejected]:
    """Read protectants from CSV, XLSX, TOML and JSON (one, or a list ``protectants``).

    Columns or keys are the parameters of `Protectant`, ``name`` for its id and ``class`` for its family; units are in
    the names. What cannot be read is rejected with every mistake.
    """
    items: list[Protectant | Rejected] = []
    for given in paths:
        for file in input_files(Path(given), "protectant"):
            if isinstance(file, Rejected):
                items.append(file)
                continue
            try:
                items += [
                    _protectant(file, name, entry)
                    for name, entry in entries_of(file, "protectant", _COLUMNS, ("name", "kind"))
                ]
            except InputError as error:
                items.append(Rejected(one_line(file.stem), one_line(str(error))))
    return unique_ids(items)


def _protectant(path: Path, name: str, entry: Mapping[str, Any]) -> Protectant | Rejected:
    values = {key: value for key, value in entry.items() if value is not None and key != "name"}
    try:
        mistakes = [
            f"unknown key {key!r}; units are in the names: {', '.join(_COLUMNS)}"
            for key in values
            if key not in _COLUMNS
        ]
        mistakes += to_numbers(1, values, _NUMBERS)
        mistakes += to_texts(1, values, [name for name in _COLUMNS if name not in _NUMBERS])
        if mistakes:
            raise ConfigError(f"protectant {name!r}", mistakes)
        values["family"] = values.pop("class", "")
        return Protectant(name, **{"source": path.name, **values})
    except InputError as error:
        return Rejected(name, one_line(f"{path}: {error}"))
