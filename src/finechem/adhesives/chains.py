"""What the chains of a network are made of, per kilogram: the descriptors its glass transition is fitted to."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, fields
from functools import lru_cache

from finechem.adhesives.groups import functional_groups
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.stoichiometry import balance
from finechem.errors import DomainError, InputError
from finechem.matter.molecules import molar_mass_g_mol, parse_smiles, smarts_pattern

__all__ = ["ChainDescriptors", "chain_counts", "chain_descriptors"]

#: Single bonds outside rings between atoms that have other neighbours; not beside triple bonds.
_ROTATABLE = "[!$([D1])&!$(*#*)]-&!@[!$([D1])&!$(*#*)]"
_PRIMARY_AMINE = "[NX3;H2;D1]"
_HYDROXYL = "[OX2H1]"


@dataclass(frozen=True, slots=True)
class ChainDescriptors:
    """Moles in a kilogram of what cures: of resin, hardener and all that stays in between, without fillers.

    Attributes
    ----------
    cycle_rank : float
        Bonds made less molecules put in: the rings of a gel; below zero, its negative is the number of molecules left.
    rotatable_bonds : float
        Those of the monomers and two for each bond made (of the opened epoxide).
    aromatic_rings : float
    hydroxyls : float
        With those that opened epoxides leave on an amine network.
    free_epoxides : float
        What found no partner.
    esters : float
        Made by the cure of an anhydride.
    """

    cycle_rank: float
    rotatable_bonds: float
    aromatic_rings: float
    hydroxyls: float
    free_epoxides: float
    esters: float

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names in order."""
        return tuple(item.name for item in fields(cls))

    def values(self) -> tuple[float, ...]:
        """Return the numbers in the same order."""
        return astuple(self)


def chain_descriptors(recipe: Recipe, conversion: float = 1.0) -> ChainDescriptors:
    """Count what the network of a recipe is made of.

    Parameters
    ----------
    recipe : Recipe
        Cured by amine or anhydride; every component that is no filler, solvent or catalyst needs a SMILES.
    conversion : float
        Of the group in short supply.

    Raises
    ------
    InputError
        If it cures otherwise, or a SMILES is missing.
    DomainError
        If the conversion is no share.

    Examples
    --------
    Two DGEBA and a diamine make four bonds of three molecules: one ring in the 851 g/mol of all three.

    >>> from finechem.adhesives import Component, Recipe
    >>> dgeba = Component.of("DGEBA", "resin", smiles="CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1")
    >>> ipda = Component.of("IPDA", "hardener", smiles="CC1(C)CC(N)CC(C)(CN)C1")
    >>> found = chain_descriptors(Recipe.from_amounts("neat", (dgeba, ipda), (1.0, 1.0), "eq"))
    >>> round(found.cycle_rank, 4), round(found.aromatic_rings / found.cycle_rank, 6)
    (1.1749, 4.0)
    """
    if not (math.isfinite(conversion) and 0.0 <= conversion <= 1.0):
        raise DomainError(f"{recipe.id}: conversion is {conversion}; it must be between 0 and 1")
    chemistry = recipe.chemistry
    if chemistry is None or chemistry.name not in ("epoxy-amine", "epoxy-anhydride"):
        cured = "cures by no known reaction" if chemistry is None else f"is cured by {chemistry.name}"
        raise InputError(f"{recipe.id}: {cured}; the glass transition is known of epoxy-amine and epoxy-anhydride only")
    sides = balance(recipe)
    bonds = conversion * sides.bonds * chemistry.arms
    mass_kg = molecules = rotatable = rings = hydroxyls = 0.0
    for component, mass in zip(recipe.components, recipe.masses_g, strict=True):
        if mass == 0.0 or component.role in ("filler", "solvent", "catalyst", "initiator"):
            continue
        if not component.smiles:
            raise InputError(
                f"{recipe.id}: {component.name} has no SMILES, so nothing is known of its chains; give that of a "
                "molecule that represents it"
            )
        moles = mass / molar_mass_g_mol(component.smiles)
        counts = chain_counts(component.smiles)
        mass_kg += mass / 1000.0
        molecules += mass / (component.molar_mass_g_mol or molar_mass_g_mol(component.smiles))
        rotatable += moles * counts[0]
        rings += moles * counts[1]
        hydroxyls += moles * counts[2]
    amine = chemistry.name == "epoxy-amine"
    per_kg = (
        bonds - molecules,
        rotatable + 2.0 * bonds,
        rings,
        hydroxyls + (bonds if amine else 0.0),
        sides.a_equivalents - bonds / chemistry.arms,
        0.0 if amine else bonds,
    )
    return ChainDescriptors(*(amount / mass_kg for amount in per_kg))


@lru_cache(maxsize=4096)
def chain_counts(smiles: str, chained: bool = True) -> tuple[int, int, int]:
    """Return rotatable bonds, aromatic rings and hydroxyls of a molecule.

    ``chained`` counts the bonds to primary amines too, which are chain once these have reacted.
    """
    molecule = parse_smiles(smiles)
    rotatable = len(molecule.GetSubstructMatches(smarts_pattern(_ROTATABLE), maxMatches=10_000))
    if chained and "amine_hydrogen_primary" in functional_groups(smiles):
        rotatable += len(molecule.GetSubstructMatches(smarts_pattern(_PRIMARY_AMINE), maxMatches=10_000))
    rings = sum(
        all(molecule.GetAtomWithIdx(index).GetIsAromatic() for index in ring)
        for ring in molecule.GetRingInfo().AtomRings()
    )
    hydroxyls = len(molecule.GetSubstructMatches(smarts_pattern(_HYDROXYL), maxMatches=10_000))
    return rotatable, rings, hydroxyls
