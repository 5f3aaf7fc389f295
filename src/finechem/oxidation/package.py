"""An additive package: one or several antioxidants and how much of each. What its maker chooses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from finechem import datasets
from finechem.errors import InputError, one_line
from finechem.matter.molecule_files import MoleculeEntry, read_molecule_entries
from finechem.matter.molecules import molar_mass_g_mol, standardized
from finechem.oxidation.classes import active_groups, antioxidant_class, structure_flags
from finechem.screening.canonical import content_hash
from finechem.screening.model import Rejected

__all__ = ["DEFAULT_LOADING", "Additive", "AdditivePackage", "read_packages", "shipped_antioxidants"]

#: Mass percent of an additive where nobody says: packages are compared at equal mass.
DEFAULT_LOADING = 0.5


@dataclass(frozen=True, slots=True)
class Additive:
    """A molecule and its mass percent in the matrix.

    Parameters
    ----------
    name : str
    smiles : str
        Canonical, of the neutral molecule: what `finechem.matter.molecules.standardized` returns.
    loading_wt_percent : float
    remarks : tuple of str
        What standardization changed.
    """

    name: str
    smiles: str
    loading_wt_percent: float = DEFAULT_LOADING
    remarks: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.loading_wt_percent) and 0 < self.loading_wt_percent <= 50):
            raise InputError(
                f"{self.name}: loading_wt_percent is {self.loading_wt_percent}; must be above 0, at most 50"
            )

    @classmethod
    def of(cls, name: str, smiles: str, loading_wt_percent: float = DEFAULT_LOADING) -> Additive:
        """Return an additive from any valid SMILES of an ordinary organic molecule.

        Raises
        ------
        InputError
            See `finechem.matter.molecules.standardized`; the message names the additive.
        """
        try:
            canonical, remarks = standardized(smiles)
        except InputError as error:
            raise InputError(f"{name}: {error}") from error
        return cls(name, canonical, loading_wt_percent, remarks)


@dataclass(frozen=True, slots=True)
class AdditivePackage:
    """One or several additives together; a candidate of the screen.

    Parameters
    ----------
    id : str
    additives : tuple of Additive
    source : str

    Raises
    ------
    InputError
        If it is empty or weighs more than half of the matrix.
    """

    id: str
    additives: tuple[Additive, ...]
    source: str = field(default="user", compare=False)
    _hash: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.additives:
            raise InputError(f"{self.id}: an additive package needs at least one additive")
        total = math.fsum(additive.loading_wt_percent for additive in self.additives)
        if total > 50:
            raise InputError(f"{self.id}: {total:g} % of additives; more than half is a matrix of its own")
        content = sorted((additive.smiles, additive.loading_wt_percent) for additive in self.additives)
        object.__setattr__(self, "_hash", content_hash(content))

    @property
    def active_mol_kg(self) -> float:
        """Active groups in a kilogram of matrix."""
        return math.fsum(
            additive.loading_wt_percent / 100.0 * active_groups(additive.smiles).mol_kg for additive in self.additives
        )

    def fingerprint(self) -> str:
        """Return the hash of molecules and loadings (not of names)."""
        return self._hash

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; `from_dict` rebuilds it."""
        record = asdict(self)
        del record["_hash"]
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> AdditivePackage:
        """Rebuild what `to_dict` gave."""
        additives = tuple(Additive(**{**item, "remarks": tuple(item["remarks"])}) for item in record["additives"])
        return cls(record["id"], additives, record["source"])

    def card(self) -> dict[str, str]:
        """Return what a report shows."""
        shown = [f"{item.name} {item.loading_wt_percent:g} %" for item in self.additives]
        classes = dict.fromkeys(antioxidant_class(item.smiles) for item in self.additives)
        masses = [f"{molar_mass_g_mol(item.smiles):.0f}" for item in self.additives]
        card = {
            "additives": ", ".join(shown),
            "class": ", ".join(classes),
            "molar mass": f"{', '.join(masses)} g/mol",
            "SMILES": ", ".join(item.smiles for item in self.additives),
            "from": self.source,
        }
        flags = dict.fromkeys(flag for item in self.additives for flag in structure_flags(item.smiles))
        remarks = [remark for item in self.additives for remark in item.remarks]
        if flags:
            card["flags"] = "; ".join(flags)
        if remarks:
            card["remarks"] = "; ".join(remarks)
        return card


def read_packages(paths: Iterable[Path | str]) -> list[AdditivePackage | Rejected]:
    """Read additives and packages from SMILES lists, CSV tables and SDF.

    Parameters
    ----------
    paths : iterable of path
        In a table, rows with one ``package`` belong together, and ``loading_wt_percent`` is the amount (default 0.5);
        a decimal comma is read as a point.

    Returns
    -------
    list of AdditivePackage or Rejected
        A package with a molecule that cannot be read is rejected as a whole, with its reason.
    """
    items: list[AdditivePackage | Rejected] = []
    grouped: dict[str, list[MoleculeEntry]] = {}
    used: dict[str, int] = {}

    def unused(name: str) -> str:
        used[name] = used.get(name, 0) + 1
        return name if used[name] == 1 else f"{name}~{used[name]}"

    for entry in read_molecule_entries(paths):
        if isinstance(entry, Rejected):
            items.append(Rejected(unused(entry.id), entry.reason))
        elif "package" in entry.values:
            grouped.setdefault(one_line(entry.values["package"]), []).append(entry)
        else:
            items.append(_package(unused(entry.name), [entry]))
    return [*items, *(_package(unused(name), members) for name, members in grouped.items())]


def _package(name: str, entries: Sequence[MoleculeEntry]) -> AdditivePackage | Rejected:
    additives, place = [], entries[0].place
    try:
        for entry in entries:
            place = entry.place
            additives.append(Additive.of(entry.name, entry.smiles, _loading(entry)))
        place = entries[0].place
        return AdditivePackage(name, tuple(additives), source=place or "user")
    except InputError as error:
        return Rejected(name, one_line(f"{place}: {error}"))


def _loading(entry: MoleculeEntry) -> float:
    text = entry.values.get("loading_wt_percent", "")
    if not text:
        foreign = [key for key in entry.values if key.lower().startswith("loading") and key != "loading_wt_percent"]
        if foreign:
            raise InputError(f"{entry.name}: a column {foreign[0]!r}; the amount goes into 'loading_wt_percent'")
        return DEFAULT_LOADING
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InputError(f"{entry.name}: loading_wt_percent {text!r} is no number") from None


def shipped_antioxidants() -> list[AdditivePackage]:
    """Return the shipped antioxidants, each alone at the default loading."""
    return [
        AdditivePackage(
            row["antioxidant_id"], (Additive.of(row["name"], row["smiles"]),), source=f"{row['class']}: {row['source']}"
        )
        for row in datasets.load("oxidation.antioxidants").rows
    ]
