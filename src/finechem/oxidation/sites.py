"""Which bonds of a molecule may break into two radicals, each kind of equivalent ones once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from finechem.errors import InputError, one_line
from finechem.matter.conformers import LARGEST
from finechem.matter.molecules import parse_smiles

__all__ = ["Site", "checked", "excluded", "kind_of", "ortho_quaternary", "sites"]

#: What additives are made of; the corrections were fitted on C, H, N, O, S only.
_NON_METALS = frozenset(("H", "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Se", "Br", "I"))


@dataclass(frozen=True, slots=True)
class Site:
    """A bond that may break, with those that symmetry makes equal to it.

    Attributes
    ----------
    atom : int
        Index of its first atom in the SMILES; the heavier one of X-H.
    other : int or None
        Index of the second atom; None for hydrogen.
    kind : str
        ``"O-H phenol"``, ``"N-H aromatic amine"``, ``"C-H"``, ``"C-C"`` and so on (`kind_of`).
    equivalent : tuple of (int, int or None)
        All bonds of the class, this one first; X-H once for each atom X.
    count : int
        Equivalent bonds, each hydrogen counted.
    """

    atom: int
    other: int | None
    kind: str
    equivalent: tuple[tuple[int, int | None], ...]
    count: int


def checked(smiles: str) -> str:
    """Return the canonical SMILES of a molecule whose bonds may be asked for.

    Raises
    ------
    InputError
        If it is empty, no SMILES, several molecules, charged, a radical, larger than 300 atoms, or holds a metal or
        a labelled hydrogen; the message names the molecule and the rule.

    Examples
    --------
    >>> checked("c1ccccc1O")
    'Oc1ccccc1'
    >>> checked("[O]c1ccccc1")
    Traceback (most recent call last):
        ...
    finechem.errors.InputError: [O]c1ccccc1: a radical (1 unpaired electron); bonds of closed-shell molecules only
    """
    from rdkit import Chem

    molecule = parse_smiles(smiles)
    shown = one_line(smiles if len(smiles) <= 80 else f"{smiles[:80]}…")
    if len(Chem.GetMolFrags(molecule)) > 1:
        raise InputError(f"{shown}: several molecules (a salt or a mixture); give one of them")
    foreign = sorted({atom.GetSymbol() for atom in molecule.GetAtoms()} - _NON_METALS)
    if foreign:
        raise InputError(f"{shown}: holds {', '.join(foreign)}; metal-organic and unusual elements are not covered")
    if any(atom.GetAtomicNum() == 1 for atom in molecule.GetAtoms()):
        raise InputError(f"{shown}: a labelled hydrogen atom; give the molecule without isotopes")
    charge = Chem.GetFormalCharge(molecule)
    if charge:
        raise InputError(f"{shown}: charged ({charge:+d}); bonds of neutral molecules only")
    unpaired = sum(atom.GetNumRadicalElectrons() for atom in molecule.GetAtoms())
    if unpaired:
        electrons = "electron" if unpaired == 1 else "electrons"
        raise InputError(f"{shown}: a radical ({unpaired} unpaired {electrons}); bonds of closed-shell molecules only")
    size = Chem.AddHs(molecule).GetNumAtoms()
    if size > LARGEST:
        raise InputError(f"{shown}: {size} atoms, at most {LARGEST} are taken")
    if not sites(smiles):
        raise InputError(f"{shown}: has no bond that breaks into two radicals (all bonds are multiple or in rings)")
    return str(Chem.MolToSmiles(parse_smiles(Chem.MolToSmiles(molecule))))


def kind_of(molecule: Any, atom: int, other: int | None) -> str:
    """Return the kind of a bond of an RDKit molecule; a kind shares one correction.

    A phenol is hindered when both places beside its O-H are taken, one by a quaternary carbon: with one place free the
    O-H turns away.

    >>> kind_of(parse_smiles("Oc1ccccc1"), 0, None), kind_of(parse_smiles("CCO"), 1, 2)
    ('O-H phenol', 'C-O')
    """
    first = molecule.GetAtomWithIdx(atom)
    if other is not None:
        return "-".join(sorted((first.GetSymbol(), molecule.GetAtomWithIdx(other).GetSymbol())))
    symbol = first.GetSymbol()
    beside = list(first.GetNeighbors())
    if symbol == "O":
        if any(atom.GetSymbol() == "O" for atom in beside):
            return "O-H hydroperoxide"
        rings = [atom for atom in beside if atom.GetIsAromatic()]
        if not rings:
            return "O-H other"
        return "O-H hindered phenol" if _crowded(rings[0]) else "O-H phenol"
    if symbol == "N":
        if any(_carbonyl(atom) for atom in beside):
            return "N-H amide"
        aromatic = bool(first.GetIsAromatic()) or any(atom.GetIsAromatic() for atom in beside)
        return "N-H aromatic amine" if aromatic else "N-H amine"
    return f"{symbol}-H"


def _crowded(carbon: Any) -> bool:
    """Whether both ring carbons beside one carry something, one of them a carbon with four neighbours."""
    ring = [atom for atom in carbon.GetNeighbors() if atom.GetIsAromatic()]
    return all(atom.GetDegree() == 3 for atom in ring) and ortho_quaternary(carbon) > 0


def ortho_quaternary(carbon: Any) -> int:
    """Return how many carbons with four neighbours hang on the ring carbons beside one."""
    ring = [atom for atom in carbon.GetNeighbors() if atom.GetIsAromatic()]
    return sum(near.GetSymbol() == "C" and near.GetDegree() == 4 for atom in ring for near in atom.GetNeighbors())


def _carbonyl(atom: Any) -> bool:
    return atom.GetSymbol() in ("C", "S", "P") and any(
        bond.GetBondTypeAsDouble() == 2.0 and bond.GetOtherAtom(atom).GetSymbol() in ("O", "S")
        for bond in atom.GetBonds()
    )


def sites(smiles: str) -> tuple[Site, ...]:
    """Return the bonds that may break, equivalent ones once: every X-H, and single bonds outside rings.

    Equivalent are bonds whose atoms share a canonical rank of RDKit (topology with stereo, so rotamers are alike).

    Examples
    --------
    >>> [(site.kind, site.count) for site in sites("CCO")]
    [('C-H', 3), ('C-H', 2), ('O-H other', 1), ('C-C', 1), ('C-O', 1)]
    """
    from rdkit import Chem

    molecule = parse_smiles(smiles)
    ranks = list(Chem.CanonicalRankAtoms(molecule, breakTies=False))
    hydrogens: dict[int, list[int]] = defaultdict(list)
    for atom in molecule.GetAtoms():
        if atom.GetTotalNumHs() and atom.GetAtomicNum() > 1:
            hydrogens[ranks[atom.GetIdx()]].append(atom.GetIdx())
    found = []
    for alike in hydrogens.values():
        count = sum(molecule.GetAtomWithIdx(index).GetTotalNumHs() for index in alike)
        kind = kind_of(molecule, alike[0], None)
        found.append(Site(alike[0], None, kind, tuple((index, None) for index in alike), count))
    skeleton: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for bond in molecule.GetBonds():
        if _breaks(bond):
            ends = (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
            low, high = sorted(ends, key=lambda index: (ranks[index], index))
            skeleton[ranks[low], ranks[high]].append((low, high))
    for bonds in skeleton.values():
        low, high = bonds[0]
        found.append(Site(low, high, kind_of(molecule, low, high), tuple(bonds), len(bonds)))
    return tuple(found)


def _breaks(bond: Any) -> bool:
    from rdkit import Chem

    heavy = min(bond.GetBeginAtom().GetAtomicNum(), bond.GetEndAtom().GetAtomicNum()) > 1
    charged = bool(bond.GetBeginAtom().GetFormalCharge() or bond.GetEndAtom().GetFormalCharge())
    both = bond.GetBeginAtom().GetFormalCharge() and bond.GetEndAtom().GetFormalCharge()
    return bool(bond.GetBondType() == Chem.BondType.SINGLE and not bond.IsInRing() and heavy and not (charged and both))


def excluded(smiles: str) -> tuple[str, ...]:
    """Return a word about the bonds that `sites` leaves out.

    >>> excluded("C=Cc1ccccc1")
    ('6 ring bonds left out: opening a ring leaves both radicals in one molecule', '1 multiple bond left out')
    """
    from rdkit import Chem

    molecule = parse_smiles(smiles)
    ring = sum(bond.IsInRing() for bond in molecule.GetBonds())
    multiple = sum(bond.GetBondType() != Chem.BondType.SINGLE and not bond.IsInRing() for bond in molecule.GetBonds())
    words = []
    if ring:
        words.append(f"{ring} ring bonds left out: opening a ring leaves both radicals in one molecule")
    if multiple:
        words.append(f"{multiple} multiple bond{'s' if multiple > 1 else ''} left out")
    return tuple(words)
