"""The measured bonds, and their shipped electronic energies: what the corrections are fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.errors import DataError
from finechem.matter.molecules import parse_smiles
from finechem.matter.xtb import engine
from finechem.oxidation.fragments import around
from finechem.oxidation.homolysis import PROTOCOL, break_bond
from finechem.oxidation.sites import Site, checked, kind_of, sites
from finechem.screening.cache import Cache

__all__ = [
    "Reference",
    "Sample",
    "compute_energies",
    "family_of",
    "kind_has_hydrogen",
    "reference_bonds",
    "samples",
]

#: Kinds of one family share a slope, and the choice of energy and form.
_FAMILIES = {
    "O-H hindered phenol": "O-H phenol",
    "N-H aromatic amine": "N-H",
    "N-H amine": "N-H",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A measured bond.

    Attributes
    ----------
    compound : str
    smiles : str
        Canonical.
    site : Site
        Of that SMILES.
    family : str
        As in the table.
    measured_kJ_mol : float
        Enthalpy of dissociation near 298 K.
    """

    compound: str
    smiles: str
    site: Site
    family: str
    measured_kJ_mol: float

    @property
    def key(self) -> tuple[str, int, int | None]:
        """What identifies it in `oxidation.bond_energies_xtb`."""
        return self.smiles, self.site.atom, self.site.other


@cache
def reference_bonds() -> tuple[Reference, ...]:
    """Return the measured bonds that the corrections are fitted on.

    The preferred rows of `oxidation.bond_dissociation_enthalpies`; of phenols those on the scale phenol 88.0.
    """
    found = []
    for row in datasets.load("oxidation.bond_dissociation_enthalpies").rows:
        if row["preferred"] != "yes" or (row["family"] == "phenol" and row["scale"] != "phenol_88.0"):
            continue
        smiles = checked(row["smiles"])
        site = _moved(row["smiles"], row["atom_1"], row["atom_2"], smiles)
        found.append(Reference(row["compound"], smiles, site, row["family"], row["value_kJ_mol"]))
    return tuple(found)


def _moved(smiles: str, atom: int, other: int | None, canonical: str) -> Site:
    """Return the site of the canonical SMILES that a bond of another SMILES is."""
    place = parse_smiles(canonical).GetSubstructMatch(parse_smiles(smiles))
    order = {written: place[written] for written in range(len(place))}
    wanted = {order[atom]} | ({order[other]} if other is not None else set())
    kind = kind_of(parse_smiles(canonical), order[atom], None if other is None else order[other])
    for site in sites(canonical):
        if site.kind == kind and any({first, second} - {None} == wanted for first, second in site.equivalent):
            return site
    raise DataError(f"{smiles}: no bond that breaks at atoms {atom}, {other}")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The measured bonds with their energies, one entry each.

    Attributes
    ----------
    references : tuple of Reference
    measured_kJ_mol : (N,) array
    energies_kJ_mol : dict of str to (N,) array
        Electronic dissociation energies, by `ENERGIES`.
    """

    references: tuple[Reference, ...]
    measured_kJ_mol: NDArray[np.float64]
    energies_kJ_mol: dict[str, NDArray[np.float64]]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kind of each bond."""
        return tuple(reference.site.kind for reference in self.references)

    def take(self, chosen: NDArray[np.bool_]) -> Sample:
        """Return the bonds that are chosen."""
        references = tuple(item for item, keep in zip(self.references, chosen, strict=True) if keep)
        energies = {name: values[chosen] for name, values in self.energies_kJ_mol.items()}
        return Sample(references, self.measured_kJ_mol[chosen], energies)

    def family(self, name: str) -> Sample:
        """Return the bonds of one family."""
        return self.take(np.array([family_of(kind) == name for kind in self.kinds]))


def family_of(kind: str) -> str:
    """Return the family of a kind: phenols, amines; every other kind is its own."""
    return _FAMILIES.get(kind, kind)


@cache
def samples(column: str = "energy_kJ_mol") -> Sample:
    """Return the measured bonds with the shipped energies of `oxidation.bond_energies_xtb`.

    Raises
    ------
    DataError
        If a measured bond has no energy there, or one of another protocol.
    """
    table = datasets.load("oxidation.bond_energies_xtb").rows
    found = {(row["compound"], row["bond"], row["method"]): row[column] for row in table if row["protocol"] == PROTOCOL}
    references = reference_bonds()
    raw = {}
    for method in ("gfn1", "gfn2"):
        keys = [(item.compound, item.site.kind, method) for item in references]
        missing = [key for key in keys if key not in found]
        if missing:
            raise DataError(f"oxidation.bond_energies_xtb lacks {missing[0]} of protocol {PROTOCOL}")
        raw[method] = np.array([found[key] for key in keys])
    raw["mean"] = 0.5 * (raw["gfn1"] + raw["gfn2"])
    return Sample(references, np.array([item.measured_kJ_mol for item in references]), raw)


def kind_has_hydrogen(kind: str) -> bool:
    """Whether a kind is X-H."""
    return kind.split()[0].endswith("-H")


def compute_energies(store: Cache | None = None, *, largest: int | None = None) -> list[dict[str, Any]]:
    """Return the rows of `oxidation.bond_energies_xtb` of molecules up to a size, computed anew: all in minutes."""
    rows = []
    for reference in reference_bonds():
        if largest is not None and atoms_of(reference.smiles) > largest:
            continue
        text, site, _ = around(reference.smiles, reference.site)
        for method in ("gfn1", "gfn2"):
            found = break_bond(text, site, method=method, cache=store)
            rows.append(
                {
                    "compound": reference.compound, "smiles": text, "bond": site.kind, "atom_1": site.atom,
                    "atom_2": site.other, "atoms": atoms_of(reference.smiles), "method": method,
                    "energy_kJ_mol": round(found.energy_kJ_mol, 2),
                    "energy_kept_kJ_mol": round(found.kept_kJ_mol - found.parent_kJ_mol, 2),
                    "engine": engine(), "protocol": PROTOCOL,
                }
            )  # fmt: skip
    return rows


def atoms_of(smiles: str) -> int:
    """Return the number of atoms, hydrogens included."""
    from rdkit import Chem

    return int(Chem.AddHs(parse_smiles(smiles)).GetNumAtoms())
