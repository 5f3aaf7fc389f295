"""What a label says beside hazard classes, and the restriction of diisocyanates: from structures and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finechem.adhesives import clp_rules as rules
from finechem.adhesives.clp_mixture import Finding, elicits
from finechem.adhesives.clp_toxicity import Ingredient
from finechem.adhesives.component import Component

__all__ = ["Contents", "contents_of", "supplements", "training_needed"]


@dataclass(frozen=True, slots=True)
class Contents:
    """What of a mixture statements and restrictions ask for beside classifications.

    Parameters
    ----------
    isocyanates, epoxides : tuple of str
        Ingredients with isocyanate groups; with epoxides and a molar mass of at most 700 g/mol.
    diisocyanates_percent : float
        Monomeric diisocyanates, by mass.
    unknown_residue : tuple of str
        Isocyanates whose residual monomer nobody states.
    """

    isocyanates: tuple[str, ...] = ()
    epoxides: tuple[str, ...] = ()
    diisocyanates_percent: float = 0.0
    unknown_residue: tuple[str, ...] = ()


def supplements(
    present: Sequence[Ingredient], findings: Sequence[Finding], contents: Contents
) -> tuple[tuple[str, str], ...]:
    """Return EUH204, EUH205 and EUH208; the last may be left out for what the first two name."""
    statements = []
    if contents.isocyanates:
        statements.append(("EUH204", f"contains isocyanates: {', '.join(contents.isocyanates)}"))
    if contents.epoxides:
        statements.append(("EUH205", f"contains epoxy constituents: {', '.join(contents.epoxides)}"))
    if not any(found.hazard.name in ("Resp. Sens.", "Skin Sens.") for found in findings):
        named = (*contents.isocyanates, *contents.epoxides)
        names = [item.name for item in present if elicits(item) and item.name not in named]
        if names:
            statements.append(("EUH208", f"contains {', '.join(names)}, not enough to classify the mixture"))
    return tuple(statements)


def training_needed(contents: Contents) -> bool | None:
    """Return whether users need the training of entry 74; None where that hangs on residual monomer nobody states."""
    if contents.diisocyanates_percent >= rules.DIISOCYANATES * (1.0 - 1e-9):
        return True
    return None if contents.unknown_residue else False


def contents_of(shares: Sequence[tuple[Component, float]], residues: Mapping[str, float]) -> Contents:
    """Return what the statements ask of components with their percent; residual monomers in percent of a component."""
    isocyanates, epoxides, unknown, monomers = [], [], [], 0.0
    for component, share in shares:
        if share <= 0.0:
            continue
        kinds = {group.kind for group in component.groups}
        mass = component.molar_mass_g_mol
        if any(kind.startswith("epoxide") for kind in kinds) and (
            mass is None or mass <= rules.EPOXIDE_MOLAR_MASS_G_MOL
        ):
            epoxides.append(component.name)
        if "isocyanate" not in kinds:
            continue
        isocyanates.append(component.name)
        if component.name in residues:
            monomers += share * residues[component.name] / 100.0
        elif component.smiles and _is_diisocyanate(component.smiles):
            monomers += share
        else:
            unknown.append(component.name)
    return Contents(tuple(isocyanates), tuple(epoxides), monomers, tuple(unknown))


def _is_diisocyanate(smiles: str) -> bool:
    """Return whether a structure is OCN-R-NCO with a hydrocarbon R: the definition of entry 74."""
    from finechem.adhesives.groups import functional_groups
    from finechem.matter.molecules import parse_smiles

    others = [atom.GetSymbol() for atom in parse_smiles(smiles).GetAtoms() if atom.GetSymbol() not in ("C", "H")]
    return functional_groups(smiles).get("isocyanate") == 2 and sorted(others) == ["N", "N", "O", "O"]
