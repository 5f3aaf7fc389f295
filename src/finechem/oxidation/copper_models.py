"""Property models of protected copper: oxide after an exposure with and without the film, the film's rest, coverage."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from finechem.errors import DataError
from finechem.oxidation import properties as ox
from finechem.oxidation.copper import Protectant
from finechem.oxidation.copper_films import (
    ADSORPTION_SIGMA_EV,
    adsorption_coverage,
    copper_growth_law,
    oxygen_barrier,
)
from finechem.oxidation.growth_parameters import OxideGrowth
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Z90, Property

__all__ = ["CopperOxideModel", "CoverageModel"]

#: Shares off the ends of the logit scale.
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class CopperOxideModel(OneByOneModel):
    """Oxide on copper under a film that lets oxygen through and is lost, after an exposure.

    Values are the middle of the 90 % interval of the draws on the property's scale.

    Parameters
    ----------
    times_s, temperatures_K, oxygens_bar : tuple of float
        The exposure; `exposure` is its name.
    growth : str
        JSON of the user's growth law of copper; empty: that which comes with finechem.
    """

    times_s: tuple[float, ...]
    temperatures_K: tuple[float, ...]
    oxygens_bar: tuple[float, ...]
    exposure: str
    growth: str = ""
    name: ClassVar[str] = "protected copper"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Thickness of oxide, protection over bare copper, share of the film left."""
        return (ox.oxide_thickness(self.exposure), ox.protection_factor(self.exposure), ox.film_left(self.exposure))

    def subject(self, candidate: Protectant) -> Protectant:
        """Return the protectant without its name."""
        return replace(candidate, id="protectant")

    def law(self) -> OxideGrowth:
        """Return the growth law of copper that speaks."""
        import json

        return OxideGrowth.from_dict(json.loads(self.growth)) if self.growth else copper_growth_law()

    def answers(self, subject: Protectant) -> list[Answer]:
        """Return the three; what the film lacks makes it unknown."""
        from finechem.matter.programs import Program
        from finechem.oxidation.exposure import Exposure
        from finechem.oxidation.oxide_growth import thickness_after

        try:
            barrier, assumed = oxygen_barrier(subject)
        except DataError as error:
            return [Answer.unknown(str(error))] * 3
        law = self.law()
        exposure = Exposure(Program(self.exposure, self.times_s, self.temperatures_K), self.oxygens_bar)
        grown = thickness_after([law, law], exposure, films=[barrier, None])
        doubt = grown.outside[0]
        source = f"copper: {law.name} (grade {law.grade}); film: {subject.source} (grade {subject.grade})"
        if assumed:
            source += f"; assumed: {'; '.join(assumed)}"
        covered, bare = grown.thickness_m[0, :, -1], grown.thickness_m[1, :, -1]
        if not bare[0] > 0:
            return [Answer.unknown("no oxide grows: the oxygen stays below the dissociation pressure")] * 3
        thickness = _of_logs(1e9 * covered, doubt, source)
        if barrier is None:
            return [thickness, Answer(1.0, 0.0, source=source), Answer.unknown("no film")]
        left = np.clip(grown.film_left[0, :, -1], _EDGE, 1.0 - _EDGE)
        logit, spread = _middle(np.log(left / (1.0 - left)))
        return [
            thickness,
            _of_logs(bare / np.maximum(covered, 1e-15), doubt, source),
            Answer(1.0 / (1.0 + math.exp(-logit)), spread, source=source),
        ]


def _middle(values: Any) -> tuple[float, float]:
    """Return middle and sigma of the 90 % interval of draws, which are skewed where a film may hold or may not."""
    low, high = (float(value) for value in np.quantile(values, (0.05, 0.95)))
    return (low + high) / 2.0, max((high - low) / (2.0 * Z90), 1e-3)


def _of_logs(values: Any, doubt: str, source: str) -> Answer:
    middle, sigma = _middle(np.log(np.maximum(values, 1e-15)))
    return Answer(math.exp(middle), sigma, not doubt, doubt, source)


@dataclass(frozen=True, slots=True)
class CoverageModel(OneByOneModel):
    """Equilibrium coverage of copper by single molecules: shown with its interval, part of no criterion.

    Parameters
    ----------
    temperature_K, vapour_Pa : float
        Of the molecule's vapour.
    """

    temperature_K: float
    vapour_Pa: float = 1.0
    name: ClassVar[str] = "Langmuir coverage"

    @property
    def provides(self) -> tuple[Property, ...]:
        """log10 of the coverage."""
        return (ox.monolayer_coverage(f"{self.temperature_K:g} K, {self.vapour_Pa:g} Pa"),)

    def subject(self, candidate: Protectant) -> Any:
        """Return the adsorption energies."""
        return (candidate.adsorption_eV, candidate.adsorption_low_eV, candidate.adsorption_high_eV)

    def answers(self, subject: Any) -> list[Answer]:
        """Return it; a range of calculations adds to the error of one."""
        value, low, high = subject
        if value is None:
            return [Answer.unknown("no adsorption energy was read or given")]
        spread = (high - low) / (2 * Z90) if low is not None and high is not None else 0.0
        found = adsorption_coverage(
            value, self.temperature_K, self.vapour_Pa, sigma_eV=math.hypot(ADSORPTION_SIGMA_EV, spread)
        )
        return [Answer(found[0], (found[2] - found[1]) / (2 * Z90), source=f"adsorption {value:g} eV, computed")]
