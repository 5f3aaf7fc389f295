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

    It is a probability already, so its sigma is 0. The worst of the pairs in their domain speaks; a pair outside, or a
    component without parameters, leaves it an upper bound: out of domain, with the reason. Traces (below 1 %) and
    fillers are left out, and traces named in the source.

    Parameters
    ----------
    temperature_K : float
    """

    temperature_K: float = 298.15
    version: ClassVar[str] = "2"
    name: ClassVar[str] = "Flory and Huggins"
    references: ClassVar[tuple[str, ...]] = ("Hansen parameters of the package chemicals, and a model fitted to them",)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Probability of the worst pair."""
        return (glue.mixing(self.temperature_K),)

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return it; unknown where there is no pair."""
        found = miscibility(subject, temperature_K=self.temperature_K)
        unknown = {name: why for name, why in found.unknown.items() if "filler" not in why and name not in found.traces}
        untested = [pair for pair in found.judged if not pair.in_domain]
        doubts = [f"nothing can be said of {', '.join(unknown)}"] if unknown else []
        doubts += [f"{pair.one} with {pair.other} ({pair.reason})" for pair in untested]
        tested = [pair for pair in found.judged if pair.in_domain]
        if not tested and not untested:
            why = "; ".join(f"{name}: {text}" for name, text in unknown.items()) or "one component mixes with itself"
            return [Answer.unknown(why)]
        worst = (tested or untested)[0]
        doubt = f"an upper bound: {'; '.join(doubts)}" if doubts else ""
        without = f"; left out as traces: {', '.join(found.traces)}" if found.traces else ""
        source = f"{worst.one} with {worst.other}, chi {worst.chi:.2g}{without}"
        return [Answer(min(max(worst.probability, _EDGE), 1.0 - _EDGE), 0.0, not doubts, doubt, source)]
