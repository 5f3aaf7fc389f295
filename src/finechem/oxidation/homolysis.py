"""Electronic energies of breaking a bond into two radicals, by extended tight binding on relaxed conformers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.errors import ConvergenceError, FinechemError, InputError
from finechem.matter.conformers import Conformer, conformers, curvature
from finechem.matter.molecules import parse_smiles
from finechem.matter.xtb import engine, relax, single_point
from finechem.oxidation.sites import Site
from finechem.screening.cache import Cache
from finechem.screening.canonical import content_hash

__all__ = ["PROTOCOL", "Homolysis", "best_geometry", "break_bond", "vertical_energy"]

#: Names the recipe below; a change of any number in it needs a new name, and new tables.
PROTOCOL = "1"
#: Names what the cache holds of each: whoever changes it leaves the older entries alone.
_STORED = "energies and integrity"
#: Embedded conformers, up to and above this size in atoms.
_SMALL_ATOMS, _TRIES, _TRIES_LARGE = 50, 30, 10
#: Conformers whose energy at the force field's geometry is asked, and how many of them are relaxed.
_RANKED, _RELAXED = 8, 2
#: In sums of covalent radii.
_LONGEST_BOND = 1.35
#: Up to this size a radical gets conformers of its own beside the parent's.
_OWN_CONFORMERS_ATOMS = 40


@dataclass(frozen=True, slots=True)
class Homolysis:
    """Energies of one broken bond, electronic, in kJ/mol.

    Attributes
    ----------
    parent_kJ_mol, radicals_kJ_mol : float
        Lowest relaxed conformer of the molecule; sum of both radicals (or radical and hydrogen atom).
    kept_kJ_mol : float
        Of the radicals when they keep the parent's conformer.
    intact : bool
        Whether molecule and radicals kept all their other bonds as they relaxed. An acyloxyl radical, for one, loses
        carbon dioxide: its energy is that of two broken bonds.
    """

    parent_kJ_mol: float
    radicals_kJ_mol: float
    kept_kJ_mol: float
    intact: bool

    @property
    def energy_kJ_mol(self) -> float:
        """Dissociation energy D_e: radicals minus parent."""
        return self.radicals_kJ_mol - self.parent_kJ_mol


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    energy: float
    positions: NDArray[np.float64]
    intact: bool


def break_bond(smiles: str, site: Site, *, method: str, cache: Cache | None = None) -> Homolysis:
    """Return the energies of breaking one bond.

    The molecule: ETKDG and force field conformers, the eight lowest ranked by xTB, the best two relaxed. The
    radicals: relaxed from there with the bond's partner removed (of equivalent bonds the one that leaves the lowest
    radical), and, up to 40 atoms, from their own conformers; a radical that stays intact goes before one that falls
    apart. Open shells are spin-polarised.

    Parameters
    ----------
    smiles : str
        Canonical (`finechem.oxidation.sites.checked`): its order of atoms shapes the conformers.
    site : Site
        Of that SMILES.
    method : {"gfn1", "gfn2"}
    cache : Cache, optional
        Keeps parents and broken bonds, keyed by content.

    Raises
    ------
    InputError, ConvergenceError
        With the molecule in front.
    """
    key = content_hash(["homolysis", _STORED, PROTOCOL, engine(), method, smiles, site.atom, site.other])
    if cache is not None and (stored := cache.get(key)) is not None:
        return Homolysis(*stored)
    try:
        result = _break(smiles, site, method, cache)
    except ConvergenceError as error:
        raise ConvergenceError(f"{smiles}: {error}") from None
    if cache is not None:
        cache.put(key, [result.parent_kJ_mol, result.radicals_kJ_mol, result.kept_kJ_mol, result.intact])
    return result


def _break(smiles: str, site: Site, method: str, cache: Cache | None) -> Homolysis:
    numbers, shapes = _molecule(smiles, method, cache)
    kept, best, intact = 0.0, 0.0, shapes[0].intact
    for piece, radical in _pieces(smiles, site):
        found = [_kept(smiles, numbers, shapes, piece, method), *_own(radical, piece[0].size, method, cache)]
        energy, whole = min(found, key=lambda item: (not item[1], item[0]))
        kept += found[0][0]
        best += energy
        intact = intact and whole
    return Homolysis(shapes[0].energy, best, kept, intact)


def _molecule(smiles: str, method: str, cache: Cache | None) -> tuple[NDArray[np.int64], list[_Shape]]:
    """Return atomic numbers and the relaxed conformers, lowest first."""
    key = content_hash(["molecule", _STORED, PROTOCOL, engine(), method, smiles])
    if cache is not None and (stored := cache.get(key)) is not None:
        return np.array(stored[0]), [_Shape(energy, np.array(place), whole) for energy, place, whole in stored[1]]
    starts = _ranked(_conformers(smiles), method, 0)[:_RELAXED]
    shapes = sorted((_relaxed(smiles, start, method, 0) for start in starts), key=lambda shape: shape.energy)
    numbers = starts[0].numbers
    if cache is not None:
        cache.put(key, [numbers.tolist(), [[item.energy, item.positions.tolist(), item.intact] for item in shapes]])
    return numbers, shapes


def best_geometry(
    smiles: str, *, method: str, cache: Cache | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return atomic numbers and positions in angstrom of the lowest relaxed conformer of a canonical SMILES."""
    numbers, shapes = _molecule(smiles, method, cache)
    return numbers, shapes[0].positions


@lru_cache(maxsize=32)
def _conformers(smiles: str) -> list[Conformer]:
    from rdkit import Chem

    size = Chem.AddHs(parse_smiles(smiles)).GetNumAtoms()
    return conformers(smiles, tries=_TRIES if size <= _SMALL_ATOMS else _TRIES_LARGE)[:_RANKED]


def _ranked(found: list[Conformer], method: str, unpaired: int) -> list[Conformer]:
    if len(found) == 1:
        return found
    energies = [single_point(item.numbers, item.positions_angstrom, method=method, unpaired=unpaired) for item in found]
    return [found[index] for index in np.argsort(energies, kind="stable")]


def _relaxed(smiles: str, start: Conformer, method: str, unpaired: int) -> _Shape:
    hessian = curvature(smiles, start.positions_angstrom)
    found = relax(start.numbers, start.positions_angstrom, method=method, unpaired=unpaired, curvature=hessian)
    return _Shape(found.energy_kJ_mol, found.positions_angstrom, _intact(smiles, found.positions_angstrom))


def _intact(smiles: str, positions: NDArray[np.float64], atoms: NDArray[np.int64] | None = None) -> bool:
    """Whether all bonds among atoms of a molecule (default all) still have the length of a bond."""
    from rdkit import Chem

    molecule = Chem.AddHs(parse_smiles(smiles))
    kept = np.arange(molecule.GetNumAtoms()) if atoms is None else atoms
    place = {index: new for new, index in enumerate(kept.tolist())}
    radius = Chem.GetPeriodicTable().GetRcovalent
    for bond in molecule.GetBonds():
        begin, end = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if begin in place and end in place:
            length = float(np.linalg.norm(positions[place[begin]] - positions[place[end]]))
            usual = radius(bond.GetBeginAtom().GetAtomicNum()) + radius(bond.GetEndAtom().GetAtomicNum())
            if length > _LONGEST_BOND * usual:
                return False
    return True


def _kept(
    smiles: str,
    numbers: NDArray[np.int64],
    shapes: list[_Shape],
    pieces: Sequence[NDArray[np.int64]],
    method: str,
) -> tuple[float, bool]:
    """Return the energy of a radical that starts from the molecule's conformers, and whether it stays intact."""
    if pieces[0].size == 1:
        return single_point(numbers[pieces[0]], np.zeros((1, 3)), method=method, unpaired=1), True
    starts: list[tuple[float, int, _Shape, NDArray[np.int64]]] = []
    for shape in shapes if numbers.size <= _OWN_CONFORMERS_ATOMS else shapes[:1]:
        for atoms in pieces:
            energy = single_point(numbers[atoms], shape.positions[atoms], method=method, unpaired=1)
            starts.append((energy, len(starts), shape, atoms))
    _, _, shape, atoms = min(starts, key=lambda start: start[:2])
    rows = (3 * atoms[:, None] + np.arange(3)).ravel()
    hessian = curvature(smiles, shape.positions)[np.ix_(rows, rows)]
    start = shape.positions[atoms]
    found = relax(numbers[atoms], start, method=method, unpaired=1, curvature=hessian)
    return found.energy_kJ_mol, _intact(smiles, found.positions_angstrom, atoms)


def _own(radical: str, size: int, method: str, cache: Cache | None) -> list[tuple[float, bool]]:
    """Return the same of a radical from its own conformers; nothing where it is large or none can be built."""
    if size == 1 or size > _OWN_CONFORMERS_ATOMS:
        return []
    key = content_hash(["radical", _STORED, PROTOCOL, engine(), method, radical])
    if cache is not None and (stored := cache.get(key)) is not None:
        return [(stored[0], stored[1])]
    try:
        found = _relaxed(radical, _ranked(_conformers(radical), method, 1)[0], method, 1)
    except InputError:  # no force field or geometry for such a radical: the parent's conformer remains
        return []
    if cache is not None:
        cache.put(key, [found.energy, found.intact])
    return [(found.energy, found.intact)]


def _pieces(smiles: str, site: Site) -> list[tuple[list[NDArray[np.int64]], str]]:
    """Return, for each of the two radicals, the atoms to keep (one choice a bond of the class) and its SMILES."""
    from rdkit import Chem

    whole = Chem.AddHs(parse_smiles(smiles))
    bonds = []
    for atom, other in site.equivalent:
        if other is not None:
            bonds.append((atom, other))
            continue
        hydrogens = [near.GetIdx() for near in whole.GetAtomWithIdx(atom).GetNeighbors() if near.GetAtomicNum() == 1]
        bonds += [(atom, hydrogen) for hydrogen in hydrogens]
    first: list[NDArray[np.int64]] = []
    second: list[NDArray[np.int64]] = []
    names = ("", "")
    for begin, end in bonds[:12]:
        halves, texts = _cut(whole, begin, end)
        first.append(halves[0])
        second.append(halves[1])
        names = names if names[0] else texts
    if bonds[0][1] >= parse_smiles(smiles).GetNumAtoms():  # every hydrogen atom is the same
        second = second[:1]
    return [(first, names[0]), (second, names[1])]


def _cut(whole: Any, begin: int, end: int) -> tuple[list[NDArray[np.int64]], tuple[str, str]]:
    from rdkit import Chem

    cut = Chem.RWMol(whole)
    cut.RemoveBond(begin, end)
    for index in (begin, end):
        atom = cut.GetAtomWithIdx(index)
        atom.SetNumRadicalElectrons(1)
        atom.SetNoImplicit(True)
        atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    halves = [np.array(sorted(atoms)) for atoms in Chem.GetMolFrags(cut)]
    if begin not in halves[0]:
        halves.reverse()
    molecule = cut.GetMol()
    Chem.SanitizeMol(molecule)
    Chem.AssignStereochemistry(molecule, cleanIt=True, force=True)
    texts = []
    for atoms in halves:
        if atoms.size == 1:
            texts.append("[H]")
            continue
        text = Chem.MolFragmentToSmiles(molecule, atomsToUse=atoms.tolist())
        texts.append(Chem.MolToSmiles(Chem.MolFromSmiles(text)))
    return halves, (texts[0], texts[1])


def vertical_energy(smiles: str, site: Site, *, method: str) -> float:
    """Return the dissociation energy in kJ/mol with nothing relaxed by xTB: cheap, to tell which bonds are weak.

    Infinite where a radical so distorted does not converge: that bond is not among the weakest.
    """
    shape = _conformers(smiles)[0]
    total = -single_point(shape.numbers, shape.positions_angstrom, method=method)
    try:
        for pieces, _ in _pieces(smiles, site):
            atoms = pieces[0]
            total += single_point(shape.numbers[atoms], shape.positions_angstrom[atoms], method=method, unpaired=1)
    except FinechemError:
        return float("inf")
    return total
