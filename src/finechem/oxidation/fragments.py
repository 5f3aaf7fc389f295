"""A capped piece of a large molecule around one of its bonds."""

from __future__ import annotations

from typing import Any

from finechem.errors import InputError
from finechem.matter.molecules import parse_smiles
from finechem.oxidation.sites import Site, sites

__all__ = ["WHOLE_ATOMS", "around"]

#: Molecules up to this size, in atoms with hydrogens, are computed whole.
WHOLE_ATOMS = 80
#: A fragment reaches as many bonds as it may, between these, while it has at most so many atoms.
_FARTHEST, _NEAREST = 6, 3
_AIM_ATOMS, _AIM_ATOMS_ARYL = 60, 80
#: A molecule that cannot be cut to this size is refused.
_LARGEST_ATOMS = 130


def around(smiles: str, site: Site) -> tuple[str, Site, bool]:
    """Return what stands for a molecule when one of its bonds breaks: itself, or a capped fragment.

    Bonds between two saturated carbons outside rings are cut, and capped by hydrogen; where that does not help, those
    from a saturated carbon to an aryl or carbonyl group farther out too. A methyl group is never cut off, so what is
    conjugated with the bond and the substituents of its rings stay whole.

    Parameters
    ----------
    smiles : str
        Canonical.
    site : Site
        Of that SMILES.

    Returns
    -------
    smiles : str
        Canonical.
    site : Site
        The same bond there.
    cut : bool
        Whether anything was left out.

    Raises
    ------
    InputError
        If the molecule has more than 80 atoms and cannot be cut to 130.

    Examples
    --------
    >>> octadecane = "C" * 30
    >>> text, site, cut = around(octadecane, sites(octadecane)[14])
    >>> text, site.atom, cut
    ('CCCCCCCCCCCCC', 6, True)
    """
    molecule = parse_smiles(smiles)
    if _atoms(molecule, range(molecule.GetNumAtoms())) <= WHOLE_ATOMS:
        return smiles, site, False
    ends = [site.atom] if site.other is None else [site.atom, site.other]
    kept = _chosen(molecule, ends)
    if _atoms(molecule, kept) > _LARGEST_ATOMS:
        raise InputError(
            f"{smiles}: too large to be computed whole ({_atoms(molecule, kept)} atoms) and it has no bond from a "
            f"saturated carbon to cut near its {site.kind} bond; at most {_LARGEST_ATOMS} atoms are computed"
        )
    if len(kept) == molecule.GetNumAtoms():
        return smiles, site, False
    text, moved = _capped(molecule, kept, ends)
    return text, _find(text, moved), True


def _atoms(molecule: Any, kept: Any) -> int:
    """Return the atoms of a capped piece: heavy ones, their hydrogens, one cap a cut bond."""
    inside = set(kept)
    total = 0
    for index in inside:
        atom = molecule.GetAtomWithIdx(index)
        caps = sum(near.GetIdx() not in inside for near in atom.GetNeighbors())
        total += 1 + atom.GetTotalNumHs() + caps
    return total


def _chosen(molecule: Any, ends: list[int]) -> set[int]:
    """Return the largest piece that is small enough, or the smallest there is."""
    smallest: set[int] = set()
    for aim, aryl in ((_AIM_ATOMS, False), (_AIM_ATOMS_ARYL, True)):
        for reach in range(_FARTHEST, _NEAREST - 1, -1):
            kept = _closed(molecule, _within(molecule, ends, reach), aryl)
            size = _atoms(molecule, kept)
            if size <= aim:
                return kept
            if not smallest or size < _atoms(molecule, smallest):
                smallest = kept
    return smallest


def _within(molecule: Any, ends: list[int], reach: int) -> set[int]:
    kept = set(ends)
    for _ in range(reach):
        kept |= {near.GetIdx() for index in kept for near in molecule.GetAtomWithIdx(index).GetNeighbors()}
    return kept


def _closed(molecule: Any, kept: set[int], aryl: bool) -> set[int]:
    """Add whole rings, and whatever hangs on a bond that must not be cut."""
    rings = [set(ring) for ring in molecule.GetRingInfo().AtomRings()]
    while True:
        grown = set(kept)
        for ring in rings:
            if ring & grown:
                grown |= ring
        for index in sorted(grown):
            atom = molecule.GetAtomWithIdx(index)
            grown |= {near.GetIdx() for near in atom.GetNeighbors() if not _may_cut(atom, near, aryl)}
        if grown == kept:
            return kept
        kept = grown


def _may_cut(inside: Any, outside: Any, aryl: bool) -> bool:
    carbons = inside.GetSymbol() == outside.GetSymbol() == "C"
    beyond = aryl or _saturated(outside)
    return carbons and _saturated(inside) and beyond and outside.GetDegree() > 1  # rings are whole already


def _saturated(atom: Any) -> bool:
    return bool(atom.GetTotalDegree() == 4 and not atom.GetIsAromatic())


def _capped(molecule: Any, kept: set[int], ends: list[int]) -> tuple[str, list[int]]:
    from rdkit import Chem

    piece = Chem.RWMol(molecule)
    for atom in piece.GetAtoms():
        atom.SetIntProp("_from", atom.GetIdx())
        if atom.GetIdx() in kept and any(near.GetIdx() not in kept for near in atom.GetNeighbors()):
            atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
            atom.SetNoImplicit(False)
            atom.SetNumExplicitHs(0)
    piece.BeginBatchEdit()
    for index in range(molecule.GetNumAtoms()):
        if index not in kept:
            piece.RemoveAtom(index)
    piece.CommitBatchEdit()
    capped = piece.GetMol()
    Chem.SanitizeMol(capped)
    Chem.AssignStereochemistry(capped, cleanIt=True, force=True)
    text = str(Chem.MolToSmiles(capped))
    order = list(capped.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"])
    place = {capped.GetAtomWithIdx(index).GetIntProp("_from"): new for new, index in enumerate(order)}
    return text, [place[index] for index in ends]


def _find(smiles: str, ends: list[int]) -> Site:
    for site in sites(smiles):
        for atom, other in site.equivalent:
            if {atom, other} - {None} == set(ends):
                return Site(site.atom, site.other, site.kind, site.equivalent, site.count)
    raise InputError(f"{smiles}: the fragment lost its bond")  # pragma: no cover
