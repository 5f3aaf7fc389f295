"""The property model of miscibility: the pair of an uncured recipe that is least likely to mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from finechem.adhesives import properties as glue
from finechem.adhesives.miscibility import miscibility
from finechem.adhesives.recipe import Recipe
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Property

__all__ = ["MiscibilityModel"]

#: Half of the 4000 draws of a pair, on the logit scale: nothing nearer to 0 or 1 can be told apart.
_EDGE = 1.0 / 8000.0


@dataclass(frozen=True, slots=True)
class MiscibilityModel(OneByOneModel):
    """Probability that the worst pair of the uncured recipe mixes in all proportions.

    It is a probability already, so its sigma is 0. A component without parameters leaves it an upper bound: out of
    domain, with the component named.

    Parameters
    ----------
    temperature_K : float
    """

    temperature_K: float = 298.15
    name: ClassVar[str] = "Flory and Huggins"
    references: ClassVar[tuple[str, ...]] = ("Hansen parameters of the package chemicals, and a model fitted to them",)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Probability of the worst pair."""
        return (glue.mixing(self.temperature_K),)

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return it; unknown where there is no pair."""
        found = miscibility(subject, temperature_K=self.temperature_K)
        unknown = {name: why for name, why in found.unknown.items() if "filler" not in why}
        if not found.pairs:
            why = "; ".join(f"{name}: {text}" for name, text in unknown.items()) or "one component mixes with itself"
            return [Answer.unknown(why)]
        worst = found.pairs[0]
        doubt = f"an upper bound: nothing can be said of {', '.join(unknown)}" if unknown else ""
        inner = min(max(worst.probability, _EDGE), 1.0 - _EDGE)
        return [Answer(inner, 0.0, not unknown, doubt, f"{worst.one} with {worst.other}, chi {worst.chi:.2g}")]
