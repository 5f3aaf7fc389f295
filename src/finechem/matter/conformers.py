"""Conformers of a molecule by distance geometry and a force field, seeded; and the force field's curvature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError
from finechem.matter.molecules import parse_smiles

__all__ = ["Conformer", "conformers", "curvature"]

#: More atoms than this, hydrogens included, are refused: no additive is larger, and embedding takes minutes.
LARGEST = 300
#: What the force field minimises to at most, in iterations.
_ITERATIONS = 2000
#: Step of the finite differences of the force field's gradient, in angstrom.
_STEP_ANGSTROM = 1e-3
_KCAL_MOL = 4.184


@dataclass(frozen=True, slots=True, eq=False)
class Conformer:
    """One geometry of a molecule, all hydrogens included.

    Attributes
    ----------
    numbers : (N,) int array
        Atomic numbers: the heavy atoms in the order of the SMILES, then the hydrogens of each of them.
    positions_angstrom : (N, 3) array
    energy_kJ_mol : float
        Of the force field: comparable within one molecule only.
    force_field : str
        ``"MMFF94"``, or ``"UFF"`` for an atom type that MMFF94 lacks.
    """

    numbers: NDArray[np.int64]
    positions_angstrom: NDArray[np.float64]
    energy_kJ_mol: float
    force_field: str


def conformers(smiles: str, *, tries: int = 30, seed: int = 7, window_kJ_mol: float = 25.0) -> list[Conformer]:
    """Return the distinct conformers that a seeded search finds, the lowest first.

    ETKDG embeds, MMFF94 (UFF where it lacks a parameter) minimises. Two conformers are one when their energies differ
    by less than 0.1 kJ/mol. The same SMILES and seed give the same answer on one machine and RDKit.

    Parameters
    ----------
    smiles : str
        One molecule.
    tries : int
        Geometries to embed.
    seed : int
    window_kJ_mol : float
        Higher ones are left out.

    Returns
    -------
    list of Conformer

    Raises
    ------
    InputError
        If the SMILES is none, the molecule is larger than 300 atoms, or no geometry fits it.

    Notes
    -----
    The force field knows no solvent and treats hydrogen bonds roughly: rank what matters with a better method. A search
    of 30 finds the best conformer of a long chain by luck only.

    Examples
    --------
    >>> [best, *_] = conformers("CCCC", tries=10)
    >>> best.numbers.size, best.force_field
    (14, 'MMFF94')
    """
    from rdkit import Chem, rdBase

    molecule = Chem.AddHs(parse_smiles(smiles))
    if molecule.GetNumAtoms() > LARGEST:
        raise InputError(f"{smiles}: {molecule.GetNumAtoms()} atoms, at most {LARGEST} are taken")
    with rdBase.BlockLogs():
        found = _embed(molecule, tries, seed)
        if not found:
            raise InputError(f"{smiles}: no geometry fits it (a ring or stereo centre that cannot be built)")
        energies, field = _minimise(molecule)
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    kept: list[Conformer] = []
    for energy, index in sorted(zip(energies, found, strict=True)):
        if energy - (kept[0].energy_kJ_mol if kept else energy) > window_kJ_mol:
            break
        if all(abs(energy - other.energy_kJ_mol) > 0.1 for other in kept):
            positions = np.array(molecule.GetConformer(index).GetPositions())
            kept.append(Conformer(numbers, positions, energy, field))
    return kept


def _embed(molecule: Any, tries: int, seed: int) -> list[int]:
    from rdkit.Chem import rdDistGeom

    settings: Any = rdDistGeom.ETKDGv3()
    settings.randomSeed = seed
    settings.numThreads = 1
    found = list(rdDistGeom.EmbedMultipleConfs(molecule, tries, settings))
    if not found:
        settings.useRandomCoords = True
        found = list(rdDistGeom.EmbedMultipleConfs(molecule, tries, settings))
    return found


def _minimise(molecule: Any) -> tuple[list[float], str]:
    from rdkit.Chem import rdForceFieldHelpers as Fields

    if Fields.MMFFHasAllMoleculeParams(molecule):
        results = Fields.MMFFOptimizeMoleculeConfs(molecule, numThreads=1, maxIters=_ITERATIONS)
        field = "MMFF94"
    else:
        results = Fields.UFFOptimizeMoleculeConfs(molecule, numThreads=1, maxIters=_ITERATIONS)
        field = "UFF"
    return [energy * _KCAL_MOL for _, energy in results], field


def curvature(smiles: str, positions_angstrom: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the force field's second derivatives at a geometry, by central differences of its gradient.

    Parameters
    ----------
    smiles : str
    positions_angstrom : (N, 3) array
        In the order of `conformers`.

    Returns
    -------
    (3N, 3N) array
        In kJ/(mol angstrom^2), symmetric. A start for a quasi-Newton method, no spectrum.
    """
    from rdkit import Chem, rdBase
    from rdkit.Chem import rdForceFieldHelpers as Fields
    from rdkit.Geometry import Point3D

    molecule = Chem.AddHs(parse_smiles(smiles))
    shape = Chem.Conformer(molecule.GetNumAtoms())
    for index, (x, y, z) in enumerate(positions_angstrom.tolist()):
        shape.SetAtomPosition(index, Point3D(x, y, z))
    molecule.AddConformer(shape)
    with rdBase.BlockLogs():
        properties = Fields.MMFFGetMoleculeProperties(molecule)
        field = (
            Fields.MMFFGetMoleculeForceField(molecule, properties)
            if properties is not None
            else Fields.UFFGetMoleculeForceField(molecule)
        )
    field.Initialize()
    flat = np.asarray(positions_angstrom, dtype=float).ravel()
    second = np.empty((flat.size, flat.size))
    for index in range(flat.size):
        ahead, behind = flat.copy(), flat.copy()
        ahead[index] += _STEP_ANGSTROM
        behind[index] -= _STEP_ANGSTROM
        difference = np.subtract(_slope(field, ahead.tolist()), _slope(field, behind.tolist()))
        second[index] = difference * (_KCAL_MOL / (2 * _STEP_ANGSTROM))
    symmetric: NDArray[np.float64] = 0.5 * (second + second.T)
    return symmetric


def _slope(field: Any, positions: list[float]) -> Any:
    """Return the gradient at positions; the energy first, for only it refreshes the distances RDKit keeps."""
    field.CalcEnergy(positions)
    return field.CalcGrad(positions)
