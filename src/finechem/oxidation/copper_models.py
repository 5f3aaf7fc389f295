"""Property models of protected copper: oxide after an exposure with and without the film, the film's rest, coverage."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from finechem.errors import DataError
from finechem.matter.programs import Program
from finechem.oxidation import properties as ox
from finechem.oxidation.copper import Protectant
from finechem.oxidation.copper_films import (
    ADSORPTION_SIGMA_EV,
    copper_growth_law,
    coverage_odds,
    film_reading_factor,
    oxygen_barrier,
)
from finechem.oxidation.exposure import Exposure
from finechem.oxidation.growth_arrays import shared_loadings
from finechem.oxidation.growth_parameters import OxideGrowth
from finechem.oxidation.oxide_growth import LEAST_M, NO_OXIDE_NM, log_middle, skew_note, thickness_after
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Z90, Property

__all__ = ["CopperOxideModel", "CoverageModel"]

#: Shares off the ends of the logit scale.
_EDGE = 1e-6
#: Beyond, a coverage is 0 or 1 as a number.
_MOST_LN_ODDS = 34.0


@dataclass(frozen=True, slots=True)
class CopperOxideModel(OneByOneModel):
    """Oxide on copper under a film that lets oxygen through and is lost, after an exposure.

    Values are medians of the draws; sigma is the larger half of their 90 % interval, on the property's scale. Where the
    film's conductance is the one that was measured, half of what its two readings differ adds to it
    (`film_reading_factor`).

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
        try:
            barrier, assumed = oxygen_barrier(subject)
        except DataError as error:
            return [Answer.unknown(str(error))] * 3
        law = self.law()
        exposure = Exposure(Program(self.exposure, self.times_s, self.temperatures_K), self.oxygens_bar)
        factor = 1.0
        if barrier is not None and subject.conductance_m2_s_bar is None:  # the one measurement, read in two ways
            factor = film_reading_factor(exposure)
            assumed = (
                *assumed,
                f"read as parabolic growth it gives {factor:.2g} times the oxide: half of ln is an error",
            )
        other = barrier and replace(barrier, conductance_m2_s_bar=barrier.conductance_m2_s_bar * factor)
        grown = thickness_after([law, law, law], exposure, films=[barrier, None, other])
        doubt = grown.outside[0]
        source = f"copper: {law.name} (grade {law.grade}); film: {subject.source} (grade {subject.grade})"
        if assumed:
            source += f"; assumed: {'; '.join(assumed)}"
        covered, bare, parabolic = grown.thickness_m[:, :, -1]
        start = grown.thickness_m[1, :, 0]
        left = Answer.unknown("no film") if barrier is None else self._left(grown.film_left[0, :, -1], source)
        if not np.any(bare > start):
            nothing = f"no oxide grows: the oxygen stays below the dissociation pressure; {source}"
            there = _of_logs(law, np.maximum(1e9 * start, NO_OXIDE_NM), 0.0, "", nothing)
            return [there, Answer(1.0, 0.0, source=nothing), left]
        half = abs(log_middle(parabolic)[0] - log_middle(covered)[0]) / 2.0
        covered = np.maximum(covered, 1e-9 * NO_OXIDE_NM)
        thickness = _of_logs(law, 1e9 * covered, half, doubt, source + skew_note(1e9 * covered, " nm"))
        if barrier is None:
            return [thickness, Answer(1.0, 0.0, source=source), left]
        factors = np.maximum(bare / covered, 1.0)
        return [thickness, _of_logs(law, factors, half, doubt, source + skew_note(factors, "")), left]

    def _left(self, shares: Any, source: str) -> Answer:
        shares = np.clip(shares, _EDGE, 1.0 - _EDGE)
        logit, spread = log_middle(shares / (1.0 - shares))
        return Answer(1.0 / (1.0 + math.exp(-logit)), spread, source=source)


def _of_logs(law: OxideGrowth, values: Any, structural: float, doubt: str, source: str) -> Answer:
    """Return median and sigma of draws of ln x, with what a wrong structure adds; errors of the law are shared."""
    middle, sigma = log_middle(values)
    shared = shared_loadings(law, np.log(np.maximum(values, LEAST_M)), sigma)
    return Answer(math.exp(middle), math.hypot(sigma, structural), not doubt, doubt, source, shared)


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
        """The coverage, on a scale that stays between 0 and 1."""
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
        ln_odds, sigma = coverage_odds(
            value, self.temperature_K, self.vapour_Pa, sigma_eV=math.hypot(ADSORPTION_SIGMA_EV, spread)
        )
        inside = min(max(ln_odds, -_MOST_LN_ODDS), _MOST_LN_ODDS)
        return [Answer(1.0 / (1.0 + math.exp(-inside)), sigma, source=f"adsorption {value:g} eV, computed")]
