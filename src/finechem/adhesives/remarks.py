"""What a reader of a recipe should be told: assumptions that matter for it, and what looks odd."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from finechem.adhesives.chemistries import CHEMISTRIES, Chemistry
from finechem.adhesives.component import Component
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.stoichiometry import balance
from finechem.errors import InputError

__all__ = ["remarks"]

#: A data sheet's equivalent weight this far below what its structure gives cannot be the same substance.
_BELOW_STRUCTURE = 0.03
#: Bonds of another reaction over those of the inferred one, beyond which the inference is doubtful.
_OUTDONE = 5.0


def remarks(recipe: Recipe) -> list[str]:
    """Return remarks on a recipe, the weightiest first.

    Catalytic hardeners, groups that were not counted, internal epoxides with amines, equivalent weights below those of
    the structure, what the chemistry itself leaves open.
    """
    chemistry = recipe.chemistry
    present = [component for component, mass in zip(recipe.components, recipe.masses_g, strict=True) if mass > 0]
    notes = [*_of_catalysts(present, chemistry), *(note for one in present for note in _of_component(one))]
    if chemistry is None:
        alone = "no two of its groups react with each other by a known step-growth cure"
        moist = any(group.kind == "isocyanate" for component in present for group in component.groups)
        return [*notes, f"{alone}; isocyanate alone cures with moisture" if moist else alone]
    notes += _of_other_chemistries(recipe, chemistry)
    if chemistry.name == "epoxy-amine":
        internal = [c.name for c in present if any(g.kind in _SLOW_WITH_AMINES for g in c.groups)]
        if internal:
            notes.append(f"internal or cycloaliphatic epoxides ({', '.join(internal)}) react slowly with amines")
    idle = sorted(
        {
            group.kind.replace("_", " ")
            for component in present
            for group in component.groups
            if not chemistry.side(group.kind) and group.kind not in _BYSTANDERS
        }
    )
    if idle:
        notes.append(f"not counted in {chemistry.name}: {', '.join(idle)}")
    if chemistry.remark:
        notes.append(chemistry.remark)
    return notes


_SLOW_WITH_AMINES = ("epoxide_internal", "epoxide_cycloaliphatic")
#: Groups that nearly everything has and that matter little where they are not one of the sides.
_BYSTANDERS = ("alcohol",)


def _of_catalysts(present: Sequence[Component], chemistry: Chemistry | None) -> list[str]:
    """Return what cures by catalysis, alone or beside its own groups."""
    notes = []
    for component in present:
        if component.catalytic and component.role in ("hardener", "catalyst"):
            counted = chemistry is not None and any(chemistry.side(group.kind) for group in component.groups)
            how = ", ".join(component.catalytic)
            notes.append(
                f"{component.name} also catalyses ({how}) beside its counted groups"
                if counted
                else f"{component.name} cures by catalysis ({how}): not stoichiometric"
            )
    return notes


def _of_other_chemistries(recipe: Recipe, chosen: Chemistry) -> list[str]:
    """Return an inferred chemistry that bonds little of what another would: an aminosilane in an anhydride cure."""
    if recipe.chemistry_name:
        return []
    bonds = {}
    for name, chemistry in CHEMISTRIES.items():
        if name != chosen.name and set(chemistry.a) & set(chosen.a) and set(chemistry.b) & set(chosen.b):
            continue  # the same groups by another name
        with suppress(InputError):
            bonds[name] = balance(replace(recipe, chemistry_name=name)).bonds
    most = max(bonds, key=bonds.__getitem__, default=chosen.name)
    if most != chosen.name and bonds[most] > _OUTDONE * bonds.get(chosen.name, 0.0):
        return [f"taken as {chosen.name}, yet {most} would bond much more: name the chemistry if that cures it"]
    return []


def _of_component(component: Component) -> list[str]:
    notes = []
    if component.role in ("resin", "hardener", "monomer") and not component.groups and not component.catalytic:
        notes.append(f"nothing is known of what reacts in {component.name}: it is counted as inert")
    for kind, computed, stated in component.computed_against_stated():
        if stated < computed * (1.0 - _BELOW_STRUCTURE):
            notes.append(
                f"{component.name}: stated {stated:.4g} g/eq of {kind.replace('_', ' ')} is below the "
                f"{computed:.4g} of its structure"
            )
    return notes
