"""A pressure-sensitive adhesive as its maker chooses it: polymer, tackifier, plasticizer, and what was measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from finechem.adhesives.pressure_sensitive import BlendPart, plateau_modulus_Pa
from finechem.errors import ConfigError, DomainError, InputError, ReadError, did_you_mean, one_line
from finechem.matter.programs import ZERO_CELSIUS_K
from finechem.matter.tables import input_files, read_table, tables_of, unique_ids
from finechem.screening.canonical import content_hash
from finechem.screening.model import Rejected

__all__ = ["ROLES", "TackyBlend", "load_tacky_blends", "read_tacky_blends"]

ROLES = ("polymer", "tackifier", "plasticizer")
#: At which the molar mass between entanglements turns into a modulus; the modulus hardly depends on it.
_PLATEAU_K = 298.15


@dataclass(frozen=True, slots=True)
class TackyBlend:
    """A polymer with what softens and tackifies it; a candidate of the screen.

    Parameters
    ----------
    id : str
    polymer : BlendPart
    diluents : tuple of BlendPart
        Tackifiers and plasticizers.
    plateau_modulus_Pa : float, optional
        Shear modulus of the polymer alone between its glass and its flow.
    modulus_Pa : float, optional
        Measured storage shear modulus of the blend, 1 Hz, at `measured_K`.
    modulus_sigma_ln : float
        Of the measured modulus.
    measured_K : float
    sweep : tuple of (frequency in rad/s, storage modulus, loss modulus in Pa)
        Measured at `measured_K`.
    source, note : str
    """

    id: str
    polymer: BlendPart
    diluents: tuple[BlendPart, ...] = ()
    plateau_modulus_Pa: float | None = None
    modulus_Pa: float | None = None
    modulus_sigma_ln: float = 0.0
    measured_K: float = 298.15
    sweep: tuple[tuple[float, float, float], ...] = ()
    source: str = field(default="", compare=False)
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        for name in ("plateau_modulus_Pa", "modulus_Pa", "measured_K"):
            value = getattr(self, name)
            if value is not None and not 0.0 < value < math.inf:
                raise InputError(f"{self.id}: {name} is {value:g}; it must be above 0")
        for point in self.sweep:
            if not all(math.isfinite(number) and number > 0.0 for number in point):
                raise InputError(
                    f"{self.id}: sweep has {tuple(point)}; frequency and moduli must be above 0 and finite"
                )
        if not 0.0 <= self.modulus_sigma_ln < math.inf:
            raise InputError(f"{self.id}: modulus_sigma_ln is {self.modulus_sigma_ln:g}; it must be 0 or more")

    @property
    def parts(self) -> tuple[BlendPart, ...]:
        """Polymer first."""
        return (self.polymer, *self.diluents)

    def fingerprint(self) -> str:
        """Return the hash of what it is and what was measured (not of the name)."""
        record = self.to_dict()
        return content_hash([record[key] for key in sorted(record) if key not in ("id", "source", "note")])

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; `from_dict` rebuilds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> TackyBlend:
        """Rebuild what `to_dict` gave."""
        plain = dict(record)
        plain["polymer"] = BlendPart(**plain["polymer"])
        plain["diluents"] = tuple(BlendPart(**part) for part in plain["diluents"])
        plain["sweep"] = tuple(tuple(point) for point in plain["sweep"])
        return cls(**plain)

    def card(self) -> dict[str, str]:
        """Return what a report shows."""
        total = math.fsum(part.mass_fraction for part in self.parts)
        card = {"components": ", ".join(f"{part.name} {100 * part.mass_fraction / total:.3g} %" for part in self.parts)}
        if self.modulus_Pa is not None:
            card["measured"] = f"G' {self.modulus_Pa / 1e6:.3g} MPa at 1 Hz, {self.measured_K - ZERO_CELSIUS_K:.0f} °C"
        for key in ("note", "source"):
            if getattr(self, key):
                card[key] = getattr(self, key)
        return card


def load_tacky_blends(path: Path | str) -> list[TackyBlend]:
    """Read the blends of one file.

    Parameters
    ----------
    path : path-like
        TOML or JSON with one blend or a list ``blends``: ``name``, ``source``, ``note``, a list ``components`` with
        ``name``, ``role`` (one of `ROLES`), ``amount`` by mass, ``density_g_cm3``, ``glass_transition_C`` and, of the
        polymer, ``plateau_modulus_MPa`` or ``entanglement_g_mol`` with ``front_factor``; and a table ``measured`` with
        ``modulus_MPa`` (shear, 1 Hz), ``sigma_ln``, ``temperature_C`` and ``sweep``, a list of frequency in rad/s,
        storage and loss modulus in Pa.

    Raises
    ------
    ConfigError
        Lists every mistake in the file.
    ReadError
        If it is no such file.
    """
    path = Path(path)
    found = [(name, *_blend(name, table)) for name, table in _tables(path)]
    mistakes = [f"{name}: {text}" for name, _, texts in found for text in texts]
    if mistakes:
        raise ConfigError(str(path), mistakes)
    return [blend for _, blend, _ in found if blend is not None]


def read_tacky_blends(paths: Sequence[Path | str]) -> list[TackyBlend | Rejected]:
    """Read blends from files and folders; what cannot be read becomes a `Rejected` with every mistake."""
    items: list[TackyBlend | Rejected] = []
    for given in paths:
        for file in input_files(Path(given), "blend"):
            if isinstance(file, Rejected):
                items.append(file)
                continue
            try:
                tables = _tables(file)
            except ReadError as error:
                items.append(Rejected(one_line(file.stem), one_line(str(error))))
                continue
            for name, table in tables:
                blend, wrong = _blend(name, table)
                items.append(blend or Rejected(name, one_line(f"{file}: {'; '.join(wrong)}")))
    return unique_ids(items)


def _tables(path: Path) -> list[tuple[str, Mapping[str, Any]]]:
    document = read_table(path, "blend")
    if not isinstance(document, Mapping):
        raise ReadError(f"{path}: a blend is a TOML or JSON document")
    return tables_of(path, document, "blend")


_KEYS = ("name", "source", "note", "components", "measured")
_PART = ("name", "role", "amount", "density_g_cm3", "glass_transition_C")
_OF_POLYMER = ("plateau_modulus_MPa", "entanglement_g_mol", "front_factor")
_MEASURED = ("modulus_MPa", "sigma_ln", "temperature_C", "sweep")


def _blend(name: str, table: Mapping[str, Any]) -> tuple[TackyBlend | None, list[str]]:
    wrong = _unknown("", table, _KEYS)
    entries = table.get("components")
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        return None, [*wrong, "key 'components': is missing or no list of tables"]
    measured = table.get("measured", {})
    if not isinstance(measured, Mapping):
        return None, [*wrong, "key 'measured': is no table"]
    wrong += _unknown("measured.", measured, _MEASURED) + _no_numbers("measured.", measured, _MEASURED[:3])
    parts: dict[str, list[BlendPart]] = {role: [] for role in ROLES}
    polymer: Mapping[str, Any] = {}
    for number, entry in enumerate(entries, start=1):
        place = f"component {number}, "
        role = entry.get("role")
        bad = _unknown(place, entry, _PART + (_OF_POLYMER if role == "polymer" else ()))
        bad += [f"{place}key {key!r}: is missing" for key in _PART if key not in entry]
        bad += _no_numbers(place, entry, (*_PART[2:], *_OF_POLYMER))
        if role is not None and role not in ROLES:
            bad.append(f"{place}key 'role': {one_line(repr(role))} is none of {', '.join(ROLES)}")
        if not bad:
            try:
                part = BlendPart(
                    one_line(str(entry["name"])), entry["amount"], 1e3 * entry["density_g_cm3"],
                    entry["glass_transition_C"] + ZERO_CELSIUS_K,
                )  # fmt: skip
            except DomainError as error:
                bad.append(f"{place}{error}")
            else:
                parts[role].append(part)
                polymer = entry if role == "polymer" else polymer
        wrong += bad
    if len(parts["polymer"]) != 1 and not wrong:
        wrong.append(f"{len(parts['polymer'])} components have the role polymer; one is needed")
    if wrong:
        return None, wrong
    try:
        return _made(name, table, parts, polymer, measured), []
    except (InputError, DomainError, TypeError, ValueError) as error:
        return None, [one_line(str(error))]


def _made(
    name: str,
    table: Mapping[str, Any],
    parts: Mapping[str, Sequence[BlendPart]],
    polymer: Mapping[str, Any],
    measured: Mapping[str, Any],
) -> TackyBlend:
    plateau = 1e6 * polymer["plateau_modulus_MPa"] if "plateau_modulus_MPa" in polymer else None
    if plateau is None and "entanglement_g_mol" in polymer:
        density = parts["polymer"][0].density_kg_m3
        plateau = plateau_modulus_Pa(
            density, polymer["entanglement_g_mol"], _PLATEAU_K, polymer.get("front_factor", 1.0)
        )
    sweep = tuple((float(f), float(storage), float(loss)) for f, storage, loss in measured.get("sweep", ()))
    return TackyBlend(
        name,
        parts["polymer"][0],
        (*parts["tackifier"], *parts["plasticizer"]),
        plateau,
        1e6 * measured["modulus_MPa"] if "modulus_MPa" in measured else None,
        measured.get("sigma_ln", 0.0),
        measured.get("temperature_C", 25.0) + ZERO_CELSIUS_K,
        sweep,
        one_line(str(table.get("source", ""))),
        one_line(str(table.get("note", ""))),
    )


def _unknown(place: str, table: Mapping[str, Any], known: Sequence[str]) -> list[str]:
    return [
        f"{place}key {one_line(str(key))!r}: unknown key{did_you_mean(str(key), known)}"
        for key in table
        if key not in known
    ]


def _no_numbers(place: str, table: Mapping[str, Any], keys: Sequence[str]) -> list[str]:
    return [
        f"{place}key {key!r}: {one_line(repr(table[key]))[:60]} is no number"
        for key in keys
        if key in table and (isinstance(table[key], bool) or not isinstance(table[key], (int, float)))
    ]
