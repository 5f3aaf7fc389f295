"""Property models of pressure-sensitive blends: modulus estimated and measured, glass transition, window."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from finechem.adhesives import properties as glue
from finechem.adhesives.glass_mixing import fox_K
from finechem.adhesives.pressure_sensitive import diluted_plateau_modulus_Pa
from finechem.adhesives.tacky import TackyBlend
from finechem.adhesives.viscoelastic_windows import CHANG_MIDDLE_PA, QUADRANTS, viscoelastic_window
from finechem.errors import DomainError
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Property

__all__ = ["BlendGlassModel", "DilutionModel", "MeasuredModulusModel", "WindowModel"]

#: Standard deviation of ln of a plateau modulus between sources of one polymer (a test measures it again), and of the
#: exponent of dilution: theories have 2 to 7/3; an assumption.
BETWEEN_SOURCES, EXPONENT_SIGMA = 0.13, 0.17
#: Of Fox's rule in rubber and resin, K: an assumption, since no glass transition of such a blend could be read.
FOX_SIGMA_K = 10.0
#: The plateau is reached at 1 Hz where the glass transition lies this far below: an assumption.
MARGIN_K = 30.0
#: A measured modulus speaks within this of the temperature it was measured at.
NEAR_K = 5.0


@dataclass(frozen=True, slots=True)
class BlendGlassModel(OneByOneModel):
    """Distance of the temperature of use from the glass transition of the blend, by Fox's rule.

    Parameters
    ----------
    temperature_K : float
    """

    temperature_K: float = 298.15
    name: ClassVar[str] = "Fox"
    references: ClassVar[tuple[str, ...]] = ("Fox's rule: 1/Tg is the mean of 1/Tg by mass",)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Distance above the glass transition."""
        return (glue.above_glass_transition(self.temperature_K),)

    def answers(self, subject: TackyBlend) -> list[Answer]:
        """Return it."""
        glass = _fox(subject)
        return [Answer(self.temperature_K - glass, FOX_SIGMA_K, source=f"Tg {glass:.0f} K")]


@dataclass(frozen=True, slots=True)
class DilutionModel(OneByOneModel):
    """Storage modulus on the plateau, from that of the polymer diluted by what is mixed in.

    Sigma is the scatter of plateau moduli between sources, and an assumed one of the exponent of dilution. Out of
    domain where the glass transition is near: the blend is stiffer there than its plateau. The distance from the middle
    of Chang's range follows from the modulus.

    Parameters
    ----------
    temperature_K : float
    """

    temperature_K: float = 298.15
    version: ClassVar[str] = "2"
    name: ClassVar[str] = "dilution"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Storage modulus, and its distance from the middle of Chang's range."""
        return (glue.storage_modulus(self.temperature_K), glue.distance_from_tack_window(self.temperature_K))

    def answers(self, subject: TackyBlend) -> list[Answer]:
        """Return it; unknown without a plateau modulus of the polymer."""
        if subject.plateau_modulus_Pa is None:
            return [Answer.unknown(f"no plateau modulus of {subject.polymer.name}, and no entanglement molar mass")] * 2
        volumes = [part.mass_fraction / part.density_kg_m3 for part in subject.parts]
        share = volumes[0] / math.fsum(volumes)
        modulus = diluted_plateau_modulus_Pa(subject.plateau_modulus_Pa, share)
        sigma = math.hypot(BETWEEN_SOURCES, EXPONENT_SIGMA * math.log(share))
        above = self.temperature_K - _fox(subject)
        doubt = "" if above >= MARGIN_K else f"the glass transition lies only {above:.0f} K below: no plateau at 1 Hz"
        return _with_distance(Answer(modulus, sigma, not doubt, doubt, f"{share:.2f} of the volume is polymer"))


@dataclass(frozen=True, slots=True)
class MeasuredModulusModel(OneByOneModel):
    """Storage modulus as the blend's file states it, at 1 Hz near the temperature of use.

    Parameters
    ----------
    temperature_K : float
    """

    temperature_K: float = 298.15
    version: ClassVar[str] = "2"
    name: ClassVar[str] = "measured modulus"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Storage modulus, and its distance from the middle of Chang's range."""
        return (glue.storage_modulus(self.temperature_K), glue.distance_from_tack_window(self.temperature_K))

    def answers(self, subject: TackyBlend) -> list[Answer]:
        """Return it; unknown where nobody measured."""
        if subject.modulus_Pa is None:
            return [Answer.unknown("not measured")] * 2
        away = abs(subject.measured_K - self.temperature_K)
        doubt = "" if away <= NEAR_K else f"measured {away:.0f} K from there"
        return _with_distance(
            Answer(subject.modulus_Pa, subject.modulus_sigma_ln, not doubt, doubt, subject.source or "stated")
        )


@dataclass(frozen=True, slots=True)
class WindowModel(OneByOneModel):
    """Shares of Chang's window in his quadrants, from a measured frequency sweep only.

    Parameters
    ----------
    temperature_K : float
    """

    temperature_K: float = 298.15
    name: ClassVar[str] = "Chang"
    references: ClassVar[tuple[str, ...]] = ("E. P. Chang, J. Adhesion 34, 189 (1991), doi:10.1080/00218469108026513",)

    @property
    def provides(self) -> tuple[Property, ...]:
        """One share for each quadrant."""
        return tuple(glue.window_share(kind, self.temperature_K) for kind in QUADRANTS.values())

    def answers(self, subject: TackyBlend) -> list[Answer]:
        """Return the shares; unknown without a sweep that reaches 0.01 and 100 rad/s."""
        if not subject.sweep:
            return [Answer.unknown("no sweep was measured")] * len(QUADRANTS)
        if abs(subject.measured_K - self.temperature_K) > NEAR_K:
            return [Answer.unknown(f"the sweep was measured at {subject.measured_K:g} K")] * len(QUADRANTS)
        try:
            window = viscoelastic_window(*zip(*subject.sweep, strict=True))
        except DomainError as error:
            return [Answer.unknown(str(error))] * len(QUADRANTS)
        return [Answer(window.shares[kind]) for kind in QUADRANTS.values()]


def _with_distance(modulus: Answer) -> list[Answer]:
    """Return a modulus and how many decades it lies from the middle of Chang's range."""
    distance = abs(math.log10(modulus.value / CHANG_MIDDLE_PA))
    return [modulus, modulus._replace(value=distance, sigma=modulus.sigma / math.log(10.0))]


def _fox(blend: TackyBlend) -> float:
    parts = blend.parts
    return fox_K([part.mass_fraction for part in parts], [part.glass_transition_K for part in parts])
