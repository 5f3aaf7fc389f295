"""Property models of barrier films: thin wrappers over thermochemistry, molar volumes and oxide growth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from finechem.errors import DomainError, InputError
from finechem.oxidation import properties as ox
from finechem.oxidation.barrier import BarrierFilm, growth_law_for, pilling_bedworth_excess, product_oxide
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Property
from finechem.units import GAS_CONSTANT

__all__ = ["BarrierGrowthModel", "BarrierOnsetModel", "BarrierThermodynamicsModel"]

#: Error of a Gibbs energy of oxidation, kJ per mole O2: how far two sets of tables differ (see thermochemistry).
_GIBBS_ERROR = 0.3
#: Of a vapour pressure, on the natural logarithm: an assumption, a few kJ/mol at 500 to 1500 K.
_VAPOUR_ERROR = 1.0
#: Vapour that carries an oxide off: a convention.
VAPOUR_LIMIT_PA = 0.1
#: Error of a limiting temperature, relative to it: what 1 in ln p is at 400 kJ/mol and 1200 K.
_LIMIT_ERROR = 0.03
#: Error of the decadic logarithm of the active-oxidation limit: the boundary layer is taken as ideal.
_ACTIVE_ERROR = 1.0
#: Pressures below this are none.
_NO_VAPOUR_PA = 1e-30


@dataclass(frozen=True, slots=True)
class BarrierThermodynamicsModel(OneByOneModel):
    """What a film can turn into: Gibbs energy, dissociation pressure, Pilling-Bedworth ratio, vapour over the oxide.

    Parameters
    ----------
    temperature_K : float
        The hottest of the exposure.
    oxygen_bar, water_bar, nitrogen_bar : float
    """

    temperature_K: float
    oxygen_bar: float
    water_bar: float = 0.0
    nitrogen_bar: float = 1.0
    name: ClassVar[str] = "NIST-JANAF and molar volumes"
    references: ClassVar[tuple[str, ...]] = (
        "M. W. Chase, NIST-JANAF Thermochemical Tables, as shipped in the Python package janaf",
    )

    @property
    def provides(self) -> tuple[Property, ...]:
        """Gibbs energy, dissociation pressure, Pilling-Bedworth ratio and its excess, vapour, two limits."""
        T = self.temperature_K
        return (
            ox.oxidation_energy(T),
            ox.dissociation_pressure(T),
            ox.PILLING_BEDWORTH,
            ox.PILLING_BEDWORTH_EXCESS,
            ox.oxide_vapour(T),
            ox.volatility_limit(f"{VAPOUR_LIMIT_PA:g} Pa, {self.oxygen_bar:.3g} bar O2"),
            ox.active_oxidation_limit(T),
        )

    def subject(self, candidate: BarrierFilm) -> Any:
        """Return formula and oxide."""
        return (candidate.formula, product_oxide_or_none(candidate))

    def answers(self, subject: Any) -> list[Answer]:
        """Return all seven; each says by itself what it lacks."""
        formula, oxide = subject
        if not oxide:
            return [Answer.unknown(f"{formula}: which oxide grows is not known here; name it ('oxide')")] * 7
        parts = (
            self._energy, self._dissociation, self._ratio, self._excess, self._vapour, self._volatility, self._active,
        )  # fmt: skip
        answers = []
        for part in parts:
            try:
                answers.append(part(formula, oxide))
            except (InputError, LookupError) as error:
                answers.append(Answer.unknown(str(error)))
        return answers

    def _energy(self, formula: str, oxide: str) -> Answer:
        from finechem.oxidation.thermochemistry import oxidation_gibbs_energy

        value = oxidation_gibbs_energy(formula, self.temperature_K, oxide=oxide)
        return Answer(value, _GIBBS_ERROR, source=f"{formula} to {oxide}: {self.references[0]}")

    def _dissociation(self, formula: str, oxide: str) -> Answer:
        from finechem.oxidation.thermochemistry import dissociation_pressure_bar

        value = dissociation_pressure_bar(formula, self.temperature_K, oxide=oxide, nitrogen_bar=self.nitrogen_bar)
        if not value > 0:
            raise DomainError(
                f"{formula}: the dissociation pressure at {self.temperature_K:g} K is too small for a number"
            )
        sigma = _GIBBS_ERROR * 1e3 / (GAS_CONSTANT * self.temperature_K) / math.log(10.0)
        return Answer(math.log10(value), sigma, source=f"{formula} to {oxide}: {self.references[0]}")

    def _ratio(self, formula: str, oxide: str) -> Answer:
        from finechem.oxidation.pilling_bedworth import molar_volume_m3_mol, pilling_bedworth_ratio

        value, sigma = pilling_bedworth_ratio(formula, oxide)
        return Answer(value, sigma, source=molar_volume_m3_mol(oxide).source)

    def _excess(self, formula: str, oxide: str) -> Answer:
        ratio = self._ratio(formula, oxide)
        low, high = (pilling_bedworth_excess(ratio.value + sign * ratio.sigma) for sign in (-1.0, 1.0))
        return ratio._replace(value=pilling_bedworth_excess(ratio.value), sigma=abs(high - low) / 2.0)

    def _vapour(self, formula: str, oxide: str) -> Answer:
        from finechem.oxidation.oxide_vapours import vapour_pressures_bar

        del formula
        found, missing = vapour_pressures_bar(oxide, self.temperature_K, self.oxygen_bar, water_bar=self.water_bar)
        total = 1e5 * math.fsum(found.values())
        lacking = f"no table of {', '.join(missing)}: a lower bound" if missing else ""
        if not found:
            return Answer.unknown(lacking or f"no gas over {oxide} has a table")
        first = next(iter(found))
        return Answer(
            max(total, _NO_VAPOUR_PA), _VAPOUR_ERROR, not lacking, lacking, f"mostly {first}: {self.references[0]}"
        )

    def _volatility(self, formula: str, oxide: str) -> Answer:
        """Return where the vapours reach the limit, by bisection between 300 K and the end of the oxide's tables."""
        from finechem.oxidation.oxide_vapours import vapour_pressures_bar

        def above(kelvin: float) -> bool:
            found, _ = vapour_pressures_bar(oxide, kelvin, self.oxygen_bar, water_bar=self.water_bar)
            return 1e5 * math.fsum(found.values()) >= VAPOUR_LIMIT_PA

        del formula
        low, high = 300.0, 3000.0
        _, missing = vapour_pressures_bar(oxide, low, self.oxygen_bar, water_bar=self.water_bar)
        if missing:
            return Answer.unknown(f"no table of {', '.join(missing)}")
        for _ in range(30):
            middle = (low + high) / 2.0
            try:
                low, high = (low, middle) if above(middle) else (middle, high)
            except DomainError:  # beyond the tables
                high = middle
        try:
            reached = above(high)
        except DomainError:
            reached = False
        if not reached:
            return Answer.unknown(f"the vapours over {oxide} stay below {VAPOUR_LIMIT_PA:g} Pa where it has tables")
        return Answer(high, _LIMIT_ERROR * high, source=self.references[0])

    def _active(self, formula: str, oxide: str) -> Answer:
        from finechem.oxidation.oxide_vapours import active_oxidation_limit_bar

        del oxide
        if formula not in ("Si", "SiC", "Si3N4"):
            return Answer.unknown("not applicable: active oxidation is worked out for Si, SiC and Si3N4")
        limit = active_oxidation_limit_bar(formula, self.temperature_K)
        return Answer(math.log10(limit), _ACTIVE_ERROR, source=f"Wagner's criterion; {self.references[0]}")


def product_oxide_or_none(candidate: BarrierFilm) -> str:
    """Return the oxide, or nothing where it is not known."""
    try:
        return product_oxide(candidate)
    except InputError:
        return ""


@dataclass(frozen=True, slots=True)
class _KineticModel(OneByOneModel):
    """What models of growth share: a film without kinetics is unknown, with the reason."""

    def subject(self, candidate: BarrierFilm) -> Any:
        """Return formula, thickness, oxide and the user's law."""
        return candidate

    def answers(self, subject: BarrierFilm) -> list[Answer]:
        """Return what the law says, or why there is none."""
        law, reason = growth_law_for(subject)
        return [Answer.unknown(reason)] * len(self.provides) if law is None else self.of_law(subject, law)

    def of_law(self, film: BarrierFilm, law: Any) -> list[Answer]:
        """Return one answer for each provided property."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class BarrierGrowthModel(_KineticModel):
    """Thickness of the oxide after an exposure, and of the film that went into it.

    Parameters
    ----------
    times_s, temperatures_K, oxygens_bar : tuple of float
        The exposure; `exposure` is its name.
    nitrogen_bar : float
    """

    times_s: tuple[float, ...]
    temperatures_K: tuple[float, ...]
    oxygens_bar: tuple[float, ...]
    exposure: str
    nitrogen_bar: float = 1.0
    name: ClassVar[str] = "oxide growth"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Thickness of oxide and of film consumed, rate constant at the hottest."""
        return (
            ox.oxide_thickness(self.exposure),
            ox.film_consumed(self.exposure),
            ox.growth_constant(max(self.temperatures_K)),
        )

    def of_law(self, film: BarrierFilm, law: Any) -> list[Answer]:
        """Return all, as if the film were thick: where it is used up, the source of the numbers says so."""
        from finechem.matter.programs import Program
        from finechem.oxidation.exposure import Exposure
        from finechem.oxidation.oxide_growth import thickness_after
        from finechem.oxidation.pilling_bedworth import pilling_bedworth_ratio

        exposure = Exposure(Program(self.exposure, self.times_s, self.temperatures_K), self.oxygens_bar)
        grown = thickness_after([law], exposure, nitrogen_bar=self.nitrogen_bar)
        value, _, _, sigma = grown.final()
        source = f"{law.name} (grade {law.grade}): {law.source}"
        if not value > 0:
            return [Answer.unknown("no oxide grows: the oxygen stays below the dissociation pressure")] * 3
        doubts = [grown.outside[0]] if grown.outside[0] else []
        thickness = Answer(1e9 * value, sigma, not doubts, "; ".join(doubts), source)
        try:
            ratio, ratio_sigma = pilling_bedworth_ratio(film.formula, law.oxide)
        except (InputError, LookupError) as error:
            return [thickness, Answer.unknown(str(error)), self._constant(law, source, grown.outside[0])]
        used = 1e9 * (value - law.start_m) / ratio
        if used > film.thickness_nm:
            source = f"the film of {film.thickness_nm:g} nm is used up ({used:.3g} nm would be needed); {source}"
            thickness = thickness._replace(source=source)
        consumed = Answer(
            max(used, 1e-6), math.hypot(sigma, ratio_sigma / ratio), not doubts, "; ".join(doubts), source
        )
        return [thickness, consumed, self._constant(law, source, grown.outside[0])]

    def _constant(self, law: Any, source: str, doubt: str) -> Answer:
        if law.regimes[law.anchor].law != "parabolic":
            return Answer.unknown(f"the growth law is {law.regimes[law.anchor].law}")
        hottest, k = max(self.temperatures_K), law.constant
        value = k.at(hottest, max(self.oxygens_bar))
        moved = k.sigma_energy_kJ_mol * 1e3 / GAS_CONSTANT * (1 / k.reference_K - 1 / hottest)
        return Answer(value, math.hypot(k.sigma_ln, moved), not doubt, doubt, source)


@dataclass(frozen=True, slots=True)
class BarrierOnsetModel(_KineticModel):
    """Temperature at which the oxide reaches a thickness in a time at one oxygen pressure.

    Parameters
    ----------
    hours, thickness_nm : float
        The criterion.
    oxygen_bar : float
    """

    hours: float
    thickness_nm: float
    oxygen_bar: float
    name: ClassVar[str] = "oxidation onset"

    @property
    def provides(self) -> tuple[Property, ...]:
        """The onset."""
        return (ox.oxidation_onset(f"{self.thickness_nm:g} nm in {self.hours:g} h at {self.oxygen_bar:.3g} bar O2"),)

    def subject(self, candidate: BarrierFilm) -> Any:
        """Return the film at one thickness: its own does not matter."""
        return BarrierFilm("film", candidate.formula, 50.0, candidate.oxide, candidate.growth)

    def of_law(self, film: BarrierFilm, law: Any) -> list[Answer]:
        """Return it; the half-width of the 90 % interval gives sigma."""
        from finechem.oxidation.oxide_growth import onset_temperature
        from finechem.screening.properties import Z90

        del film
        value, low, high = onset_temperature(
            law, hours=self.hours, thickness_m=self.thickness_nm * 1e-9, oxygen_bar=self.oxygen_bar, draws=200
        )
        doubt = law.outside(value, value, self.oxygen_bar, self.oxygen_bar)
        return [
            Answer(value, (high - low) / (2 * Z90), not doubt, doubt, f"{law.name} (grade {law.grade}): {law.source}")
        ]
