"""What speaks against a recipe, as property models: hazard statements as supplied, and volatile organic compounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from finechem.adhesives import properties as glue
from finechem.adhesives.hazards import MIXED, recipe_hazards
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.volatile_organics import volatile_content
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Property

__all__ = ["SEVERE_STATEMENTS", "HazardModel", "VolatileModel"]

#: Statements counted as severe, by their first letters: the classes that REACH, Article 57, names first (carcinogenic,
#: mutagenic, toxic for reproduction, category 1), respiratory sensitizers, fatal, and organ damage of category 1. A
#: choice of ours; the statements themselves are what a reader should look at.
SEVERE_STATEMENTS = ("H340", "H350", "H360", "H334", "H300", "H310", "H330", "H370", "H372")


@dataclass(frozen=True, slots=True)
class HazardModel(OneByOneModel):
    """Hazard statements of the worst part as it is supplied, by the calculation methods of the CLP regulation.

    The cured adhesive is not classified. With an ingredient that nobody classified the number is a lower bound: it is
    shown, and does not count.

    Parameters
    ----------
    inhaled : str
        As in `finechem.adhesives.hazards.mixture_hazards`.
    """

    inhaled: str = "vapour"
    name: ClassVar[str] = "CLP"
    references: ClassVar[tuple[str, ...]] = ("Regulation (EC) No 1272/2008, Annex I, see finechem.adhesives.clp_rules",)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Numbers of statements, all and severe."""
        return (glue.HAZARD_STATEMENTS, glue.SEVERE_HAZARDS)

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return both numbers, of the part that has most."""
        found = recipe_hazards(subject, inhaled=self.inhaled)
        supplied = [item for part, item in found.items() if part != MIXED] or [found[MIXED]]
        statements = max(len(item.hazard_statements) for item in supplied)
        severe = max(sum(code.startswith(SEVERE_STATEMENTS) for code in item.hazard_statements) for item in supplied)
        unknown = dict.fromkeys(name for item in found.values() for name, _ in item.unknown)
        reason = f"a lower bound: nobody classified {', '.join(unknown)}" if unknown else ""
        said = "; ".join(
            f"{item.name.rsplit(', ', 1)[-1]}: {', '.join(item.codes) or ('none known' if item.unknown else 'none')}"
            for item in supplied
        )
        return [Answer(float(number), 0.0, not unknown, reason, said) for number in (statements, severe)]


@dataclass(frozen=True, slots=True)
class VolatileModel(OneByOneModel):
    """Volatile organic compounds of the recipe as it is mixed, as a mass fraction.

    What reacts may be bound before it evaporates, and what has no structure may or may not be volatile: between these
    bounds the estimate is the middle, with the standard deviation of a uniform distribution beside that of the boiling
    points.

    Parameters
    ----------
    definition : str
        As in `finechem.adhesives.volatile_organics.volatile_content`.
    """

    definition: str = "boiling point"
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
        sigma = math.hypot((high - low) / math.sqrt(12.0), content.sigma[1])
        without = f"; unknown: {', '.join(name for name, _, _ in content.unknown)}" if content.unknown else ""
        return [Answer((low + high) / 2.0, sigma, source=f"{low:.3g} unreacted to {high:.3g} of the mass{without}")]
