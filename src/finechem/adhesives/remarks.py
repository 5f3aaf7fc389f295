"""What a reader of a recipe should be told: assumptions that matter for it, and what looks odd."""

from __future__ import annotations

from finechem.adhesives.component import Component
from finechem.adhesives.recipe import Recipe

__all__ = ["remarks"]

#: A data sheet's equivalent weight this far below what its structure gives cannot be the same substance.
_BELOW_STRUCTURE = 0.03


def remarks(recipe: Recipe) -> list[str]:
    """Return remarks on a recipe, the weightiest first.

    Catalytic hardeners, groups that were not counted, internal epoxides with amines, equivalent weights below those of
    the structure, what the chemistry itself leaves open.
    """
    chemistry = recipe.chemistry
    present = [component for component, mass in zip(recipe.components, recipe.masses_g, strict=True) if mass > 0]
    notes = [note for component in present for note in _of_component(component)]
    if chemistry is None:
        return [*notes, "no two of its groups react with each other by a known step-growth cure"]
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


def _of_component(component: Component) -> list[str]:
    notes = []
    if component.role in ("resin", "hardener", "monomer") and not component.groups and not component.catalytic:
        notes.append(f"nothing is known of what reacts in {component.name}: it is counted as inert")
    if component.catalytic and component.role in ("hardener", "catalyst"):
        notes.append(f"{component.name} cures by catalysis ({', '.join(component.catalytic)}): not stoichiometric")
    for kind, computed, stated in component.computed_against_stated():
        if stated < computed * (1.0 - _BELOW_STRUCTURE):
            notes.append(
                f"{component.name}: stated {stated:.4g} g/eq of {kind.replace('_', ' ')} is below the "
                f"{computed:.4g} of its structure"
            )
    return notes
