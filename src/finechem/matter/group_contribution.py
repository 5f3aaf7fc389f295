"""Hansen parameters by published group contributions: Hoftyzer and Van Krevelen, Stefanis and Panayiotou."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from finechem import datasets
from finechem.errors import DomainError, one_line
from finechem.matter.hansen import Hansen
from finechem.matter.molecules import estimated_density_g_cm3, molar_mass_g_mol, parse_smiles, smarts_pattern

__all__ = ["GroupEstimate", "hoftyzer_van_krevelen", "stefanis_panayiotou"]

#: Intercepts of Stefanis and Panayiotou's equations 24 to 28 in MPa^0.5: dispersion, polar, hydrogen bonds, and the
#: last two below 3 MPa^0.5, where a table of its own applies.
_CONSTANTS = {"dispersion": 17.3231, "polar": 7.3548, "hydrogen_bond": 7.9793}
_LOW_CONSTANTS = {"polar": 2.7467, "hydrogen_bond": 1.3720}
_LOW = 3.0
_FEWEST_CARBONS = 3
#: What the polar sum is multiplied with where two or three equal polar groups lie alike; 0 for more.
_SYMMETRY = {1: 1.0, 2: 0.5, 3: 0.25}
_BENZENE = ("phenyl", "phenylene", "phenyl, trisubstituted")


@dataclass(frozen=True, slots=True)
class GroupEstimate:
    """Hansen parameters of a molecule by groups.

    Attributes
    ----------
    parameters_MPa05 : (float, float, float)
        Dispersion, polar, hydrogen bonds; not below 0.
    groups : mapping of str to int
    remarks : tuple of str
        Where the method was taken beyond what it is stated for.
    """

    parameters_MPa05: Hansen
    groups: Mapping[str, int]
    remarks: tuple[str, ...] = ()


def stefanis_panayiotou(smiles: str) -> GroupEstimate:
    r"""Return Hansen parameters by Stefanis and Panayiotou's first- and second-order groups of 2008.

    .. math:: \delta = \sum_i N_i C_i + \sum_j M_j D_j + \delta_0

    Parameters
    ----------
    smiles : str

    Raises
    ------
    InputError
        If the SMILES is not valid.
    DomainError
        If it has fewer than three carbons, an atom that no group covers, or a group without a published contribution.

    Notes
    -----
    Every heavy atom belongs to one first-order group, larger groups first; second-order groups overlap. Polar and
    hydrogen-bond parameters below 3 MPa^0.5 have a table of their own; where that lacks a group, the main equation
    stands and a remark says so. A second-order contribution that the paper does not give counts as 0, which a remark
    says too. ``benchmarks/accuracy/hansen.py`` has the error.

    References
    ----------
    E. Stefanis, C. Panayiotou, Int. J. Thermophys. 29, 568 (2008), doi:10.1007/s10765-008-0415-z.

    Examples
    --------
    The paper's own example, 1-hexanal:

    >>> [round(item, 4) for item in stefanis_panayiotou("CCCCCC=O").parameters_MPa05]
    [15.8411, 7.9654, 5.7191]
    """
    molecule = _ordinary(smiles)
    rows = datasets.load("matter.stefanis_panayiotou").rows
    if sum(atom.GetAtomicNum() == 6 for atom in molecule.GetAtoms()) < _FEWEST_CARBONS:
        raise DomainError(f"{_shown(smiles)}: the groups are stated for three carbons or more")
    first = _claimed(molecule, smiles, [row for row in rows if row["order"] == 1], set())
    second = Counter(
        {
            row["group"]: count
            for row in rows
            if row["order"] == 2 and (count := len(molecule.GetSubstructMatches(smarts_pattern(row["smarts"]))))
        }
    )
    by_name = {(row["order"], row["group"]): row for row in rows}
    parts = [(by_name[1, name], count) for name, count in first.items()]
    corrections = [(by_name[2, name], count) for name, count in second.items()]
    remarks: list[str] = []
    found = [_component(name, parts, corrections, smiles, remarks) for name in _CONSTANTS]
    return GroupEstimate((found[0], found[1], found[2]), dict(first + second), tuple(remarks))


def _component(
    name: str,
    first: Sequence[tuple[Mapping[str, Any], int]],
    second: Sequence[tuple[Mapping[str, Any], int]],
    smiles: str,
    remarks: list[str],
) -> float:
    column = f"{name}_MPa05"
    missing = [row["group"] for row, _ in first if row[column] is None]
    if missing:
        raise DomainError(f"{_shown(smiles)}: no {name} contribution of {', '.join(missing)} is published")
    lost = [row["group"] for row, _ in second if row[column] is None]
    if lost:
        remarks.append(f"no {name} contribution of the second-order group {', '.join(lost)} is published")
    main = _CONSTANTS[name] + math.fsum((row[column] or 0.0) * count for row, count in [*first, *second])
    if name not in _LOW_CONSTANTS or main >= _LOW:
        return max(main, 0.0)
    low = f"low_{column}"
    if any(row[low] is None for row, _ in first):
        remarks.append(f"the {name} parameter is below {_LOW:g} MPa^0.5, where a group has no contribution")
        return max(main, 0.0)
    return max(_LOW_CONSTANTS[name] + math.fsum((row[low] or 0.0) * count for row, count in [*first, *second]), 0.0)


def hoftyzer_van_krevelen(smiles: str) -> GroupEstimate:
    r"""Return Hansen parameters by the groups of Hoftyzer and Van Krevelen.

    .. math:: \delta_D = \frac{\sum F_D}{V}, \quad \delta_P = s \frac{\sqrt{\sum F_P^2}}{V}, \quad
              \delta_H = \sqrt{\frac{\sum E_H}{V}}

    Parameters
    ----------
    smiles : str
        The molar volume V is molar mass over `finechem.matter.molecules.estimated_density_g_cm3`.

    Raises
    ------
    InputError
        If the SMILES is not valid.
    DomainError
        If an atom belongs to no group of the table: fused or hetero-aromatic rings, rings with four or more
        substituents, silicon, phosphorus, iodine.

    Notes
    -----
    The factor of symmetry s is 1/2 for two, 1/4 for three, 0 for more equal polar groups where these are all polar
    groups of the molecule and lie alike in its graph: this project's reading of the rule for one, two and more planes
    of symmetry. ``benchmarks/accuracy/hansen.py`` has the error.

    References
    ----------
    D. W. van Krevelen, K. te Nijenhuis, Properties of Polymers, 4th ed. (2009), Table 7.10, read second-hand.

    Examples
    --------
    >>> [round(item, 1) for item in hoftyzer_van_krevelen("CCOC(C)=O").parameters_MPa05]  # ethyl acetate
    [15.0, 4.9, 8.4]
    """
    molecule = _ordinary(smiles)
    rows = datasets.load("matter.hoftyzer_van_krevelen").rows
    by_name = {row["group"]: row for row in rows}
    taken: set[int] = set()
    counts = _benzene_rings(molecule, taken)
    places: dict[str, list[int]] = {}
    counts += _claimed(molecule, smiles, [row for row in rows if row["smarts"] and row["group"] not in _BENZENE], taken,
                       places)  # fmt: skip
    rings = molecule.GetRingInfo().NumRings() - sum(counts[name] for name in _BENZENE)
    if rings > 0:
        counts["ring"] = rings
    volume = molar_mass_g_mol(smiles) / estimated_density_g_cm3(smiles)
    sums = {
        column: math.fsum((by_name[name][column] or 0.0) ** power * count for name, count in counts.items())
        for column, power in (("dispersion_J05cm15_mol", 1), ("polar_J05cm15_mol", 2), ("hydrogen_bond_J_mol", 1))
    }
    polar = [name for name in counts if by_name[name]["polar_J05cm15_mol"]]
    factor = _symmetry(molecule, places.get(polar[0], [])) if len(polar) == 1 else 1.0
    remarks = [f"no polar contribution of {name} is published" for name in counts
               if by_name[name]["polar_J05cm15_mol"] is None and name != "ring"]  # fmt: skip
    found = (
        max(sums["dispersion_J05cm15_mol"], 0.0) / volume,
        factor * math.sqrt(sums["polar_J05cm15_mol"]) / volume,
        math.sqrt(sums["hydrogen_bond_J_mol"] / volume),
    )
    return GroupEstimate(found, dict(counts), tuple(remarks))


def _benzene_rings(molecule: Any, taken: set[int]) -> Counter[str]:
    """Count benzene rings by their substituents; a ring that shares an atom with another is no group."""
    counts: Counter[str] = Counter()
    rings = [set(ring) for ring in molecule.GetRingInfo().AtomRings()]
    for ring in rings:
        atoms = [molecule.GetAtomWithIdx(index) for index in ring]
        lone = not any(ring & other for other in rings if other is not ring)
        if len(ring) == 6 and lone and all(atom.GetIsAromatic() and atom.GetAtomicNum() == 6 for atom in atoms):
            substituents = sum(atom.GetTotalNumHs() == 0 for atom in atoms)
            if substituents <= len(_BENZENE):
                counts[_BENZENE[max(substituents, 1) - 1]] += 1
                taken |= ring
    return counts


def _symmetry(molecule: Any, places: Sequence[int]) -> float:
    from rdkit import Chem

    ranks = list(Chem.CanonicalRankAtoms(molecule, breakTies=False))
    alike = len({ranks[index] for index in places}) == 1
    return _SYMMETRY.get(len(places), 0.0) if alike else 1.0


def _claimed(
    molecule: Any,
    smiles: str,
    rows: Sequence[Mapping[str, Any]],
    taken: set[int],
    places: dict[str, list[int]] | None = None,
) -> Counter[str]:
    """Count groups in the order of the rows, each atom in one; `places` gets the first atom of each."""
    counts: Counter[str] = Counter()
    for row in rows:
        for match in molecule.GetSubstructMatches(smarts_pattern(row["smarts"])):
            if not taken & set(match):
                taken |= set(match)
                counts[row["group"]] += 1
                if places is not None:
                    places.setdefault(row["group"], []).append(match[0])
    left = [atom for atom in molecule.GetAtoms() if atom.GetIdx() not in taken]
    if left:
        shown = ", ".join(sorted({atom.GetSymbol() for atom in left}))
        raise DomainError(f"{_shown(smiles)}: no group of the table covers {len(left)} of its atoms ({shown})")
    return counts


@cache
def _shown(smiles: str) -> str:
    return f"SMILES {one_line(smiles[:80])!r}"


def _ordinary(smiles: str) -> Any:
    """Return the molecule, one neutral piece."""
    from rdkit import Chem

    molecule = parse_smiles(smiles)
    if len(Chem.GetMolFrags(molecule)) > 1 or Chem.GetFormalCharge(molecule) != 0:
        raise DomainError(f"{_shown(smiles)}: groups are stated for one neutral molecule")
    return molecule
