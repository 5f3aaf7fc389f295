"""Bond dissociation enthalpies of a molecule: xTB energies, a correction a kind, and what casts doubt on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from finechem.errors import InputError
from finechem.matter.molecules import parse_smiles
from finechem.oxidation.corrections import DEFAULT_METHOD, correction, energy, rule_sigma_kJ_mol
from finechem.oxidation.fragments import around
from finechem.oxidation.homolysis import vertical_energy
from finechem.oxidation.sites import Site, checked, excluded, ortho_quaternary, sites
from finechem.oxidation.substituents import substituent_rule
from finechem.screening.cache import Cache

__all__ = ["KCAL_KJ", "Bond", "bond_dissociation_enthalpies"]

#: Thermochemical calorie, exact.
KCAL_KJ = 4.184
#: Elements the corrections have seen.
_FITTED = frozenset(("H", "C", "N", "O", "S", "Br"))


@dataclass(frozen=True, slots=True)
class Bond:
    """One bond (or class of equivalent bonds) and the enthalpy that breaks it into two radicals at 298 K.

    Attributes
    ----------
    atoms : tuple of int
        Indices in the molecule as given; one for X-H.
    kind : str
        ``"O-H phenol"``, ``"C-H"``, ``"C-C"`` and so on.
    value_kJ_mol, sigma_kJ_mol : float
        Enthalpy in the gas and its standard error, from leave-one-out errors of the kind's correction.
    count : int
        Equivalent bonds.
    energy_kJ_mol : float
        Electronic dissociation energy before the correction.
    rule_kJ_mol : float or None
        Second opinion of the substituent rule on a phenol, where it can.
    remarks : tuple of str
        What casts doubt on the value.
    in_domain : bool
        False where a radical falls apart, the energy lies outside those of the fit, or an element was never fitted.
    """

    atoms: tuple[int, ...]
    kind: str
    value_kJ_mol: float
    sigma_kJ_mol: float
    count: int
    energy_kJ_mol: float
    rule_kJ_mol: float | None = None
    remarks: tuple[str, ...] = ()
    in_domain: bool = True

    @property
    def value_kcal_mol(self) -> float:
        """Enthalpy in kcal/mol."""
        return self.value_kJ_mol / KCAL_KJ

    @property
    def sigma_kcal_mol(self) -> float:
        """Standard error in kcal/mol."""
        return self.sigma_kJ_mol / KCAL_KJ


def bond_dissociation_enthalpies(
    molecule_or_smiles: Any,
    *,
    method: str = DEFAULT_METHOD,
    carbon_hydrogen: int | None = None,
    skeletal: int | None = 3,
    cache: Cache | None = None,
) -> list[Bond]:
    r"""Return the bonds of a molecule that may break into two radicals, the weakest first.

    .. math:: D_{298} = a_k + b_k D_e, \quad D_e = E(\mathrm{R}^\bullet) + E(\mathrm{X}^\bullet) - E(\mathrm{RX})

    with spin-polarised xTB energies of relaxed conformers and one line (or offset) for each kind k of bond, fitted on
    measured enthalpies, which takes up zero-point and thermal terms along with the method's bias.

    Parameters
    ----------
    molecule_or_smiles : str or rdkit.Chem.Mol
        One neutral closed-shell molecule of non-metals, up to 300 atoms.
    method : {"chosen", "gfn1", "gfn2", "mean"}
        xTB parametrisation; ``"mean"`` averages the dissociation energies of both, ``"chosen"`` takes GFN1 for phenols,
        the mean for amines and GFN2 for the rest.
    carbon_hydrogen : int or None
        How many C-H classes to compute, those with the lowest unrelaxed energies; None for all. Every other X-H is
        always computed.
    skeletal : int or None
        The same for single bonds between heavy atoms; None for all.
    cache : Cache, optional
        Where energies are kept: a second call computes nothing, a killed one goes on where it was.

    Returns
    -------
    list of Bond
        Equivalent bonds once. Ring bonds and multiple bonds are not among them; the remarks say how many.

    Raises
    ------
    InputError
        If the molecule breaks a rule; the message names both.
    ConvergenceError
        If a radical does not converge.

    Notes
    -----
    Above 80 atoms a capped fragment around each bond stands for the molecule; it is named in the remarks. The values
    hold for the gas and non-polar media: a solvent that takes hydrogen bonds strengthens O-H by some kcal/mol. A weak
    bond says what can react, not how fast: two bisphenols of equal O-H strength differ more than twentyfold in rate.
    Only kinds with enough measurements have a correction of their own; others share a wider one.

    References
    ----------
    Table `oxidation.bond_corrections` (written by ``benchmarks/accuracy/bde.py``), fitted on the sourced measurements
    of `oxidation.bond_dissociation_enthalpies`.

    Examples
    --------
    >>> weakest = bond_dissociation_enthalpies("Oc1ccccc1", carbon_hydrogen=0, skeletal=0)[0]
    >>> weakest.kind, abs(weakest.value_kcal_mol - 88.0) < 3 * weakest.sigma_kcal_mol
    ('O-H phenol', True)
    """
    for name, number in (("carbon_hydrogen", carbon_hydrogen), ("skeletal", skeletal)):
        if number is not None and number < 0:
            raise InputError(f"{name}={number}: a count of bonds, or None for all")
    smiles, order = _canonical(molecule_or_smiles)
    bonds = [_bond(smiles, site, order, method, cache) for site in _wanted(smiles, carbon_hydrogen, skeletal)]
    return sorted(bonds, key=lambda bond: (bond.value_kJ_mol, bond.atoms))


def _canonical(molecule_or_smiles: Any) -> tuple[str, list[int]]:
    """Return the canonical SMILES, and where each of its atoms is in the molecule as given."""
    from rdkit import Chem

    molecule = molecule_or_smiles
    if not isinstance(molecule, (str, Chem.Mol)):
        raise InputError(f"a {type(molecule).__name__} is no molecule: give a SMILES string or an RDKit molecule")
    if isinstance(molecule, str):
        smiles, given = checked(molecule), parse_smiles(molecule)
    else:
        given = Chem.Mol(molecule)
        for atom in given.GetAtoms():
            atom.SetAtomMapNum(0)
            atom.SetIntProp("_given", atom.GetIdx())
        given = Chem.RemoveHs(given)
        smiles = checked(Chem.MolToSmiles(given))
    place = list(given.GetSubstructMatch(parse_smiles(smiles)))
    if len(place) != given.GetNumAtoms():
        raise InputError(f"{smiles}: its own canonical SMILES does not match it")
    names = [atom.GetIntProp("_given") if atom.HasProp("_given") else atom.GetIdx() for atom in given.GetAtoms()]
    return smiles, [names[index] for index in place]


def _wanted(smiles: str, carbon_hydrogen: int | None, skeletal: int | None) -> list[Site]:
    found = sites(smiles)
    certain = [site for site in found if site.other is None and site.kind != "C-H"]
    return [
        *certain,
        *_weakest(smiles, [site for site in found if site.kind == "C-H"], carbon_hydrogen),
        *_weakest(smiles, [site for site in found if site.other is not None], skeletal),
    ]


def _weakest(smiles: str, found: Sequence[Site], number: int | None) -> list[Site]:
    if number is None or len(found) <= number:
        return list(found)
    if number == 0:
        return []
    estimates = []
    for site in found:
        text, moved, _ = around(smiles, site)
        estimates.append(correction(site.kind, "gfn2").apply(vertical_energy(text, moved, method="gfn2")))
    order = sorted(range(len(found)), key=lambda index: (estimates[index], index))
    return [found[index] for index in order[:number]]


def _bond(smiles: str, site: Site, order: list[int], method: str, cache: Cache | None) -> Bond:
    text, moved, cut = around(smiles, site)
    known = correction(site.kind, method)
    dissociation, intact = energy(text, moved, method=method, cache=cache)
    value = known.apply(dissociation)
    remarks = []
    if not intact:
        remarks.append("a radical falls apart or rearranges as it relaxes: the value is not that of this bond alone")
    if cut:
        remarks.append(f"computed on the capped fragment {text}")
    if site.kind == "O-H hindered phenol" and _quaternary(smiles, site) == 1:
        remarks.append("hindered on one side only: two bisphenols are all that was measured of this sort")
    if known.kind != site.kind:
        remarks.append(f"too few measured {site.kind} bonds: the correction of all {known.kind} bonds")
    if not known.covers(dissociation):
        remarks.append("outside the energies that the correction was fitted on")
    foreign = {atom.GetSymbol() for atom in parse_smiles(text).GetAtoms()} - _FITTED
    if foreign:
        remarks.append(f"no measured bond of a molecule with {', '.join(sorted(foreign))} took part in the fit")
    rule = substituent_rule(smiles, site.atom).value_kJ_mol if _ruled(smiles, site) else None
    if rule is not None:
        spread = math.hypot(known.sigma_kJ_mol, rule_sigma_kJ_mol())
        if abs(rule - value) > 2 * spread:
            remarks.append(f"the substituent rule says {rule:.0f} kJ/mol: more than two combined errors away")
    if site.other is not None:
        remarks += excluded(smiles)
    atoms = (order[site.atom],) if site.other is None else (order[site.atom], order[site.other])
    inside = intact and known.covers(dissociation) and not foreign
    return Bond(atoms, site.kind, value, known.sigma_kJ_mol, site.count, dissociation, rule, tuple(remarks), inside)


def _quaternary(smiles: str, site: Site) -> int:
    (carbon,) = parse_smiles(smiles).GetAtomWithIdx(site.atom).GetNeighbors()
    return ortho_quaternary(carbon)


def _ruled(smiles: str, site: Site) -> bool:
    """Whether the oxygen hangs on a benzene ring."""
    if site.kind not in ("O-H phenol", "O-H hindered phenol"):
        return False
    molecule = parse_smiles(smiles)
    (carbon,) = molecule.GetAtomWithIdx(site.atom).GetNeighbors()
    rings = [ring for ring in molecule.GetRingInfo().AtomRings() if carbon.GetIdx() in ring and len(ring) == 6]
    return any(all(molecule.GetAtomWithIdx(index).GetSymbol() == "C" for index in ring) for ring in rings)
