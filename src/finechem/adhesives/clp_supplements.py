"""What a label says beside hazard classes, and the restriction of diisocyanates: from structures and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finechem.adhesives import clp_rules as rules
from finechem.adhesives.clp_mixture import Finding, elicits
from finechem.adhesives.clp_toxicity import Ingredient
from finechem.adhesives.component import Component
from finechem.errors import InputError

__all__ = ["Contents", "contents_of", "supplements", "training_needed"]

#: Without structure and groups, one with such a role may be an isocyanate; "additive" says nothing at all.
_MAYBE_ISOCYANATE = ("resin", "hardener", "monomer", "polymer", "additive")


@dataclass(frozen=True, slots=True)
class Contents:
    """What of a mixture statements and restrictions ask for beside classifications.

    Parameters
    ----------
    isocyanates, epoxides : tuple of str
        Ingredients with isocyanate groups, or a stated residue of them; with epoxides and a molar mass of at most 700
        g/mol.
    diisocyanates_percent : float
        Monomeric diisocyanates, by mass.
    unknown_residue : tuple of str
        Isocyanates, and what may be one, whose residual monomer nobody states.
    """

    isocyanates: tuple[str, ...] = ()
    epoxides: tuple[str, ...] = ()
    diisocyanates_percent: float = 0.0
    unknown_residue: tuple[str, ...] = ()


def supplements(
    present: Sequence[Ingredient], findings: Sequence[Finding], contents: Contents
) -> tuple[tuple[str, str], ...]:
    """Return EUH204, EUH205 and EUH208; the last may be left out for what the first two name.

    Of a mixture that sensitizes by its class, a label names the other sensitizers from the elicitation limit on (Annex
    II, 2.8): those are under "name on label".
    """
    statements = []
    if contents.isocyanates:
        statements.append(("EUH204", f"contains isocyanates: {', '.join(contents.isocyanates)}"))
    if contents.epoxides:
        statements.append(("EUH205", f"contains epoxy constituents: {', '.join(contents.epoxides)}"))
    sensitizing = [found for found in findings if found.hazard.name in ("Resp. Sens.", "Skin Sens.")]
    causes = {name for found in sensitizing for name in found.ingredients}
    eliciting = [item.name for item in present if elicits(item) and item.name not in causes]
    if sensitizing and eliciting:
        statements.append(("name on label", f"sensitizers beside what classifies it: {', '.join(eliciting)}"))
    elif not sensitizing:
        names = [name for name in eliciting if name not in (*contents.isocyanates, *contents.epoxides)]
        if names:
            statements.append(("EUH208", f"contains {', '.join(names)}, not enough to classify the mixture"))
    return tuple(statements)


def training_needed(contents: Contents) -> bool | None:
    """Return whether users need the training of entry 74; None where that hangs on residual monomer nobody states."""
    if contents.diisocyanates_percent >= rules.DIISOCYANATES * (1.0 - 1e-9):
        return True
    return None if contents.unknown_residue else False


def contents_of(shares: Sequence[tuple[Component, float]], residues: Mapping[str, float]) -> Contents:
    """Return what the statements ask of components with their percent; residual monomers in percent of a component.

    Raises
    ------
    InputError
        If a residue is no percentage.
    """
    for name, residue in residues.items():
        if not 0.0 <= residue <= 100.0:
            raise InputError(f"residual diisocyanate of {name} is {residue:g} %; it must be between 0 and 100")
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
        stated = residues.get(component.name)
        if stated is not None:
            monomers += share * stated / 100.0
            if stated > 0.0 or "isocyanate" in kinds:
                isocyanates.append(component.name)
            continue
        if "isocyanate" not in kinds:
            if not component.smiles and not kinds and component.role in _MAYBE_ISOCYANATE:
                unknown.append(component.name)
            continue
        isocyanates.append(component.name)
        if component.smiles and _is_diisocyanate(component.smiles):
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
