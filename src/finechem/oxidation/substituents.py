"""The O-H bond of a phenol from what hangs on its ring: a rule of sums, as a second opinion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from finechem import datasets
from finechem.errors import InputError
from finechem.matter.molecules import parse_smiles

__all__ = ["PHENOL_KJ_MOL", "RuleEstimate", "substituent_rule"]

#: The anchor of the scale, 88.0 kcal/mol.
PHENOL_KJ_MOL = 88.0 * 4.184
_CONSTANT_KJ_MOL, _SLOPE_KJ_MOL, _ORTHO = -1.97, 29.87, 0.66
#: Two ortho tert-butyls come out too strong by 1.9 kcal/mol (n = 3, in sample).
_CROWDED_KJ_MOL = 1.9 * 4.184


@dataclass(frozen=True, slots=True)
class RuleEstimate:
    """What the rule says about one phenolic O-H.

    Attributes
    ----------
    value_kJ_mol : float or None
        None where a substituent has no sourced constant.
    sum_sigma_plus : float
        Of the substituents that have one.
    unknown : tuple of str
        SMILES of the first atom and position of substituents without a constant.
    """

    value_kJ_mol: float | None
    sum_sigma_plus: float
    unknown: tuple[str, ...]


def substituent_rule(smiles: str, atom: int, *, crowding: bool = True) -> RuleEstimate:
    r"""Return the O-H bond dissociation enthalpy of a phenol by the rule of sums.

    .. math:: D - D_\mathrm{phenol} = -1.97 + 29.87 \sum \sigma^+ \ \mathrm{kJ/mol}

    with :math:`\sigma_o^+ = 0.66 \sigma_p^+`; Hammett's :math:`\sigma_m` stands in for :math:`\sigma_m^+`. Phenol
    itself is 88.0 kcal/mol, and two ortho tert-butyl groups lower the sum by 1.9 kcal/mol. An alkyl chain that starts
    with CH2 counts as ethyl, an alkoxy that starts with OCH2 as ethoxy, an ether oxygen closing a ring as methoxy, a
    quaternary carbon as tert-butyl; what has no sourced constant is unknown, and so is the bond.

    Parameters
    ----------
    smiles : str
    atom : int
        Index of the phenolic oxygen.
    crowding : bool
        Whether two ortho tert-butyl groups lower the sum; the published rule does not say so.

    Returns
    -------
    RuleEstimate

    Raises
    ------
    InputError
        If the atom is no hydroxyl oxygen on a benzene ring.

    Notes
    -----
    It knows no hydrogen bonds, no crowding besides two ortho tert-butyls, and no ring beside the first.

    References
    ----------
    O-H bond strengths and one-electron reduction potentials of multisubstituted phenols and phenoxyl radicals, J.
    Chem. Soc., Perkin Trans. 2, 1567 (1993); the equation is in its abstract. Constants: table
    `oxidation.substituent_constants`. The correction for ortho tert-butyls is the project's own.

    Examples
    --------
    >>> round(substituent_rule("COc1ccc(O)cc1", 6).value_kJ_mol / 4.184, 1)  # measured 83.1
    82.0
    """
    molecule = parse_smiles(smiles)
    ring = _ring(molecule, atom)
    total, unknown, crowded = 0.0, [], 0
    for place, index in enumerate(ring[1:], start=1):
        outside = [near for near in molecule.GetAtomWithIdx(index).GetNeighbors() if near.GetIdx() not in ring]
        position = {1: "ortho", 5: "ortho", 2: "meta", 4: "meta", 3: "para"}[place]
        for near in outside:
            constants = _constants(molecule, near)
            if constants is None:
                unknown.append(f"{near.GetSymbol()} at {position}")
                continue
            meta, para = constants["sigma_m"], constants["sigma_p_plus"]
            total += {"ortho": _ORTHO * para, "meta": meta, "para": para}[position]
            crowded += position == "ortho" and constants["substituent"] == "tert-butyl"
    value = None
    if not unknown:
        change = _CONSTANT_KJ_MOL + _SLOPE_KJ_MOL * total if len(ring) and _substituted(molecule, ring) else 0.0
        value = PHENOL_KJ_MOL + change - (_CROWDED_KJ_MOL if crowding and crowded == 2 else 0.0)
    return RuleEstimate(value, total, tuple(unknown))


def _substituted(molecule: Any, ring: list[int]) -> bool:
    return any(molecule.GetAtomWithIdx(index).GetDegree() > 2 for index in ring[1:])


def _ring(molecule: Any, atom: int) -> list[int]:
    """Return the ring's atoms in order, the one with the hydroxyl first."""
    oxygen = molecule.GetAtomWithIdx(atom)
    near = [other for other in oxygen.GetNeighbors() if other.GetIsAromatic()]
    if oxygen.GetSymbol() != "O" or not oxygen.GetTotalNumHs() or not near:
        raise InputError(f"atom {atom} is no phenolic oxygen")
    start = near[0].GetIdx()
    for ring in molecule.GetRingInfo().AtomRings():
        if start in ring and len(ring) == 6 and all(molecule.GetAtomWithIdx(i).GetSymbol() == "C" for i in ring):
            place = ring.index(start)
            return list(ring[place:] + ring[:place])
    raise InputError(f"atom {atom}: its ring is no benzene ring")


@cache
def _table() -> tuple[tuple[Any, Mapping[str, Any]], ...]:
    from rdkit import Chem

    rows = datasets.load("oxidation.substituent_constants").rows
    return tuple((Chem.MolFromSmarts(f"c-[$({row['smarts']})]"), row) for row in rows)


@cache
def _named() -> Mapping[str, Mapping[str, Any]]:
    return {row["substituent"]: row for row in datasets.load("oxidation.substituent_constants").rows}


def _constants(molecule: Any, near: Any) -> Mapping[str, Any] | None:
    """Return the constants of the substituent that starts with an atom, by its table row or its kind."""
    index = near.GetIdx()
    for pattern, row in _table():
        if any(match[1] == index for match in molecule.GetSubstructMatches(pattern)):
            return row
    saturated = near.GetTotalDegree() == 4 and near.GetSymbol() == "C"
    carbons = all(other.GetSymbol() in ("C", "H") for other in near.GetNeighbors())
    if saturated and carbons and near.GetTotalNumHs() == 2:
        return _named()["ethyl"]
    if saturated and carbons and near.GetTotalNumHs() == 0:
        return _named()["tert-butyl"]
    if near.GetSymbol() == "O" and near.GetDegree() == 2:
        far = [other for other in near.GetNeighbors() if not other.GetIsAromatic()]
        if far and far[0].GetSymbol() == "C" and far[0].GetTotalDegree() == 4:
            return _named()["methoxy" if near.IsInRing() else "ethoxy"]
    return None
