"""What the volatility model sees of a molecule: group counts, hydrogen-bond donors and acceptors, size and shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from finechem.errors import DomainError, one_line
from finechem.matter.molecules import molar_mass_g_mol, parse_smiles

__all__ = ["ELEMENTS", "VolatilityFeatures", "volatility_features"]

#: Elements of the organic liquids that the model was trained on.
ELEMENTS = ("H", "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Br", "I")
MOST_ATOMS = 250
#: A donor counts as open while fewer than about this many heavy atoms stand three bonds away from it; those four bonds
#: away, as the methyls of an ortho tert-butyl group, count half.
_CROWDED = 4.5
_BONDS = {"SINGLE": "-", "DOUBLE": "=", "TRIPLE": "#", "AROMATIC": ":"}


@dataclass(frozen=True, slots=True)
class VolatilityFeatures:
    """Features of one molecule, by name.

    Attributes
    ----------
    groups : mapping of str to float
        Counts that add up with size: atoms by element, hybridization and hydrogens, atoms by element in chains,
        rings or aromatic rings, bonds with or between heteroatoms, rings by size, atoms in fused rings.
    donors : mapping of str to float
        What hydrogen bonds depend on; `oh_open` and `nh_open` count donors that are not crowded.
    shape : mapping of str to float
        Topological size and shape: connectivity and shape indices, surface areas, refractivity, log P.
    molar_mass_g_mol : float
    """

    groups: Mapping[str, float]
    donors: Mapping[str, float]
    shape: Mapping[str, float]
    molar_mass_g_mol: float


@lru_cache(maxsize=32768)
def volatility_features(smiles: str) -> VolatilityFeatures:
    """Return the features of one neutral organic molecule.

    Parameters
    ----------
    smiles : str
        Stereochemistry is ignored.

    Returns
    -------
    VolatilityFeatures

    Raises
    ------
    DomainError
        If it is a salt or mixture, an ion, a radical, has no carbon, more than 250 heavy atoms, or another element
        than H, B, C, N, O, F, Si, P, S, Cl, Br, I.
    InputError
        If it is no SMILES.

    Examples
    --------
    >>> features = volatility_features("CCO")
    >>> features.groups["O.chain"], features.donors["oh"]
    (1.0, 1.0)
    >>> volatility_features("[Na+].[Cl-]")
    Traceback (most recent call last):
        ...
    finechem.errors.DomainError: SMILES '[Na+].[Cl-]': 2 parts; what is needed is one neutral molecule
    """
    molecule = parse_smiles(smiles)
    if problem := _problem(molecule):
        raise DomainError(f"SMILES {one_line(smiles[:80])!r}: {problem}")
    return VolatilityFeatures(_groups(molecule), _donors(molecule), _shape(molecule), molar_mass_g_mol(smiles))


def _problem(molecule: Any) -> str:
    from rdkit import Chem

    atoms = list(molecule.GetAtoms())
    parts = len(Chem.GetMolFrags(molecule))
    foreign = sorted({atom.GetSymbol() for atom in atoms} - set(ELEMENTS))
    if parts > 1:
        return f"{parts} parts; what is needed is one neutral molecule"
    if charge := Chem.GetFormalCharge(molecule):
        return f"an ion of charge {charge:+d}; what is needed is one neutral molecule"
    if any(atom.GetNumRadicalElectrons() for atom in atoms):
        return "a radical; the model knows closed shells only"
    if foreign:
        return f"contains {', '.join(foreign)}; the model knows {', '.join(ELEMENTS)}"
    if not any(atom.GetAtomicNum() == 6 for atom in atoms):
        return "no carbon; the model was trained on organic compounds"
    if len(atoms) > MOST_ATOMS:
        return f"{len(atoms)} heavy atoms, at most {MOST_ATOMS}"
    return ""


def _groups(molecule: Any) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for atom in molecule.GetAtoms():
        symbol = atom.GetSymbol()
        counts[f"{symbol}.{str(atom.GetHybridization()).lower()}.H{min(atom.GetTotalNumHs(), 3)}"] += 1
        place = "aromatic" if atom.GetIsAromatic() else "ring" if atom.IsInRing() else "chain"
        counts[f"{symbol}.{place}"] += 1
    for bond in molecule.GetBonds():
        ends = sorted(
            atom.GetSymbol() + ("a" if atom.GetIsAromatic() else "")
            for atom in (bond.GetBeginAtom(), bond.GetEndAtom())
        )
        if ends != ["C", "C"]:
            counts[f"{ends[0]}{_BONDS.get(str(bond.GetBondType()), '~')}{ends[1]}"] += 1
    rings = molecule.GetRingInfo()
    for ring in rings.AtomRings():
        counts[f"ring of {min(len(ring), 8)}"] += 1
    counts["rings"] += rings.NumRings()
    counts["fused atoms"] += sum(rings.NumAtomRings(atom.GetIdx()) > 1 for atom in molecule.GetAtoms())
    return {name: float(count) for name, count in counts.items()}


@cache
def _acid_pattern() -> Any:
    from rdkit import Chem

    return Chem.MolFromSmarts("[CX3](=O)[OX2H1]")


def _donors(molecule: Any) -> dict[str, float]:
    from rdkit import Chem

    bonds_between = Chem.GetDistanceMatrix(molecule)
    acids = {match[2] for match in molecule.GetSubstructMatches(_acid_pattern())}
    number = {atom.GetIdx(): atom.GetAtomicNum() for atom in molecule.GetAtoms()}
    donors = [
        atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() in (7, 8, 16) and atom.GetTotalNumHs()
    ]
    acceptors = [index for index, kind in number.items() if kind in (7, 8)]
    hydroxyls = [index for index in donors if number[index] == 8 and index not in acids]
    amines = [index for index in donors if number[index] == 7]

    def shell(index: int, distance: int) -> float:
        return float((bonds_between[index] == distance).sum())

    def open_ones(indices: list[int]) -> float:
        crowds = (shell(index, 3) + 0.5 * shell(index, 4) for index in indices)
        return float(sum(1.0 / (1.0 + np.exp(crowd - _CROWDED)) for crowd in crowds))

    def pairs(distance: int) -> float:
        return float(sum(bonds_between[donor][other] == distance for donor in donors for other in acceptors))

    atoms = molecule.GetNumAtoms()
    return {
        "oh": float(len(hydroxyls)),
        "acid": float(len(acids)),
        "oh_open": open_ones(hydroxyls),
        "nh": float(len(amines)),
        "nh_open": open_ones(amines),
        "crowd_2": sum(shell(index, 2) for index in donors),
        "crowd_3": sum(shell(index, 3) for index in donors),
        "inside_3": pairs(3),
        "inside_4": pairs(4),
        "donor_acceptor": len(donors) * len(acceptors) / atoms,
        "donor_donor": len(donors) ** 2 / atoms,
    }


def _shape(molecule: Any) -> dict[str, float]:
    from rdkit.Chem import rdMolDescriptors

    log_p, refractivity = rdMolDescriptors.CalcCrippenDescriptors(molecule)
    names = (
        "TPSA", "LabuteASA", "NumRotatableBonds", "FractionCSP3", "HallKierAlpha", "Kappa1", "Kappa2", "Kappa3",
        "Chi0v", "Chi1v", "Chi2v", "Chi3v", "Chi4v", "Chi0n", "Chi1n", "Chi2n", "Chi3n", "NumAromaticRings",
        "NumAliphaticRings", "NumHBA", "NumHeteroatoms",
    )  # fmt: skip
    shape = {name: float(getattr(rdMolDescriptors, f"Calc{name}")(molecule)) for name in names}
    mass = float(rdMolDescriptors._CalcMolWt(molecule))
    return shape | {
        "heavy_atoms": float(molecule.GetNumAtoms()), "log_p": log_p, "refractivity": refractivity, "mass": mass,
    }  # fmt: skip
