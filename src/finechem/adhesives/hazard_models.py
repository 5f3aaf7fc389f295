"""What speaks against a recipe, as property models: hazard statements as supplied, and volatile organic compounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from finechem.adhesives import properties as glue
from finechem.adhesives.classification import Classification
from finechem.adhesives.hazards import INHALED, MIXED, MixtureHazards, recipe_hazards
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.volatile_organics import volatile_content
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Z90, Property

__all__ = ["SEVERE_STATEMENTS", "HazardModel", "VolatileModel"]

#: An ingredient above this share, percent of its part, must be classified in full; below it hardly any class counts.
_SHARE = 0.1
#: Above this share of unknown mass the estimate of volatiles is out of its domain: an assumption.
_UNKNOWN_MASS = 0.1
#: Half of the central 90 % of a uniform distribution, of its width.
_UNIFORM_90 = 0.45

#: Statements counted as severe, by their first letters: the classes that REACH, Article 57, names first (carcinogenic,
#: mutagenic, toxic for reproduction, category 1), respiratory sensitizers, fatal, and organ damage of category 1. A
#: choice of ours; the statements themselves are what a reader should look at.
SEVERE_STATEMENTS = ("H340", "H350", "H360", "H334", "H300", "H310", "H330", "H370", "H372")


@dataclass(frozen=True, slots=True)
class HazardModel(OneByOneModel):
    """Hazard statements of the worst part as it is supplied, by the calculation methods of the CLP regulation.

    Where a component has no part, all of it mixed counts as a supplied part too. The cured adhesive is not classified.
    With an ingredient above 0.1 % that nobody classified, or that has an entry of Annex VI only, the number is a lower
    bound: it is shown, and does not count. A severe statement that is known counts in any case, as "at least".

    Parameters
    ----------
    inhaled : str or tuple of str
        As in `finechem.adhesives.hazards.mixture_hazards`.
    classifications : tuple of (str, Classification)
        By component name, from data sheets; names that a recipe does not have are passed over.
    """

    inhaled: str | tuple[str, ...] = INHALED
    classifications: tuple[tuple[str, Classification], ...] = ()
    version: ClassVar[str] = "2"
    name: ClassVar[str] = "CLP"
    references: ClassVar[tuple[str, ...]] = ("Regulation (EC) No 1272/2008, Annex I, see finechem.adhesives.clp_rules",)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Numbers of statements, all and severe."""
        return (glue.HAZARD_STATEMENTS, glue.SEVERE_HAZARDS)

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return both numbers, of the part that has most."""
        names = {component.name for component in subject.components}
        known = {name: stated for name, stated in self.classifications if name in names}
        found = recipe_hazards(subject, known, inhaled=self.inhaled)
        loose = any(
            not component.part and mass > 0.0
            for component, mass in zip(subject.components, subject.masses_g, strict=True)
        )
        supplied = [item for part, item in found.items() if part != MIXED or loose]
        statements = max(len(item.hazard_statements) for item in supplied)
        severe = max(sum(code.startswith(SEVERE_STATEMENTS) for code in item.hazard_statements) for item in supplied)
        reason = _incomplete(list(found.values()))
        said = "; ".join(
            f"{item.name.rsplit(', ', 1)[-1]}: {', '.join(item.codes) or ('none known' if reason else 'none')}"
            for item in supplied
        )
        all_of_them = Answer(float(statements), 0.0, not reason, reason, said)
        if severe and reason:
            return [all_of_them, Answer(float(severe), 0.0, source=f"at least ({reason}); {said}")]
        return [all_of_them, Answer(float(severe), 0.0, not reason, reason, said)]


def _incomplete(found: Sequence[MixtureHazards]) -> str:
    """Return why a classification is a lower bound; empty where every ingredient that matters is known in full."""
    unknown = dict.fromkeys(name for item in found for name, share in item.unknown if share > _SHARE)
    listed = dict.fromkeys(name for item in found for name, share in item.listed_only if share > _SHARE)
    parts = [f"nobody classified {', '.join(unknown)}"] if unknown else []
    parts += [f"an entry of Annex VI only of {', '.join(listed)}"] if listed else []
    return f"a lower bound: {'; '.join(parts)}" if parts else ""


@dataclass(frozen=True, slots=True)
class VolatileModel(OneByOneModel):
    """Volatile organic compounds of the recipe as it is mixed, as a mass fraction.

    What reacts may be bound before it evaporates, and what has no structure may or may not be volatile: between these
    bounds the estimate is the middle, and its 90 % interval lies inside them, those of boiling points near the limit
    counted in. Out of domain where more than a tenth of the mass is unknown.

    Parameters
    ----------
    definition : str
        As in `finechem.adhesives.volatile_organics.volatile_content`.
    """

    definition: str = "boiling point"
    version: ClassVar[str] = "2"
    name: ClassVar[str] = "volatile organics"
    references: ClassVar[tuple[str, ...]] = ("Directive 2004/42/EC (boiling point at most 250 °C at 101.3 kPa)",)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Mass fraction."""
        return (glue.VOLATILE_ORGANICS,)

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return the middle of the bounds."""
        content = volatile_content(subject, self.definition)
        low, high = content.mass_fraction
        unknown = math.fsum(share for _, share, _ in content.unknown)
        if not content.components:
            return [Answer.unknown(f"of no component can be said whether it is volatile: {content.unknown[0][2]}")]
        high = min(high + unknown, 1.0)
        middle = (low + high) / 2.0
        floor, ceiling = content.bounds
        room = max(min(middle - floor, ceiling + unknown - middle), 0.0)
        sigma = min(math.hypot(_UNIFORM_90 * (high - low) / Z90, content.sigma[1]), room / Z90)
        names = ", ".join(name for name, _, _ in content.unknown)
        doubt = f"nobody can say of {unknown:.3g} of the mass ({names})" if unknown > _UNKNOWN_MASS else ""
        without = f"; unknown: {names}" if names else ""
        source = f"{low:.3g} unreacted to {high:.3g} of the mass{without}"
        return [Answer(middle, sigma, not doubt, doubt, source)]
