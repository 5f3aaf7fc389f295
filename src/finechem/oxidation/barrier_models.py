"""Property models of barrier films: thin wrappers over thermochemistry, molar volumes and oxide growth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from finechem.errors import DataError, DomainError, InputError
from finechem.matter.programs import Program
from finechem.oxidation import properties as ox
from finechem.oxidation.barrier import BarrierFilm, growth_law_for, pilling_bedworth_excess, product_oxide
from finechem.oxidation.exposure import Exposure
from finechem.oxidation.growth_arrays import shared_loadings
from finechem.oxidation.oxide_growth import NO_OXIDE_NM, log_middle, onset_draws, skew_note, thickness_after
from finechem.oxidation.pilling_bedworth import molar_volume_m3_mol, pilling_bedworth_ratio
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Z90, Property
from finechem.units import GAS_CONSTANT

__all__ = ["VAPOUR_LIMIT_PA", "BarrierGrowthModel", "BarrierOnsetModel", "BarrierThermodynamicsModel"]

#: Of a vapour pressure, on the natural logarithm: an assumption, a few kJ/mol at 500 to 1500 K.
_VAPOUR_ERROR = 1.0
#: Vapour that carries an oxide off: a convention.
VAPOUR_LIMIT_PA = 0.1
#: Error of a limiting temperature, relative to it: what 1 in ln p is at 400 kJ/mol and 1200 K.
_LIMIT_ERROR = 0.03
#: Error of the decadic logarithm of the active-oxidation limit: the boundary layer is taken as ideal.
_ACTIVE_ERROR = 1.0
#: Pressures below this are none, and oxygen is at least that.
_NO_VAPOUR_PA = 1e-30
_LEAST_BAR = 1e-30
#: Shares off the ends of the logit scale.
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class BarrierThermodynamicsModel(OneByOneModel):
    """What a film can turn into: Gibbs energy, dissociation pressure, Pilling-Bedworth ratio, vapour over the oxide.

    Parameters
    ----------
    temperature_K : float
        The hottest of the exposure.
    oxygen_bar, water_bar, nitrogen_bar : float
        Oxygen is the highest of the exposure.
    corners : tuple of (float, float)
        Temperature in K and oxygen in bar of every corner of the exposure: of the vapours the worst counts. Empty: the
        one that the other parameters are.
    """

    temperature_K: float
    oxygen_bar: float
    water_bar: float = 0.0
    nitrogen_bar: float = 1.0
    corners: tuple[tuple[float, float], ...] = ()
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
            except (InputError, DataError) as error:
                answers.append(Answer.unknown(str(error)))
        return answers

    def _energy(self, formula: str, oxide: str) -> Answer:
        from finechem.oxidation.thermochemistry import gibbs_error_kJ_mol, oxidation_gibbs_energy

        value = oxidation_gibbs_energy(formula, self.temperature_K, oxide=oxide)
        sigma = gibbs_error_kJ_mol(self.temperature_K)
        return Answer(value, sigma, source=f"{formula} to {oxide}: {self.references[0]}")

    def _dissociation(self, formula: str, oxide: str) -> Answer:
        """Return that of the first oxide, whichever the film is said to grow."""
        from finechem.oxidation.thermochemistry import (
            dissociation_pressure_bar,
            first_oxidation,
            gibbs_error_kJ_mol,
        )

        del oxide
        T, nitrogen = self.temperature_K, self.nitrogen_bar
        first = first_oxidation(formula, T, nitrogen_bar=nitrogen).oxide
        value = dissociation_pressure_bar(formula, T, oxide=first, nitrogen_bar=nitrogen)
        if not value > 0:
            raise DomainError(f"{formula}: the dissociation pressure at {T:g} K is too small for a number")
        sigma = gibbs_error_kJ_mol(T) * 1e3 / (GAS_CONSTANT * T) / math.log(10.0)
        return Answer(math.log10(value), sigma, source=f"{formula} to {first}, the first oxide: {self.references[0]}")

    def _ratio(self, formula: str, oxide: str) -> Answer:
        value, sigma = pilling_bedworth_ratio(formula, oxide)
        return Answer(value, sigma, source=molar_volume_m3_mol(oxide).source)

    def _excess(self, formula: str, oxide: str) -> Answer:
        ratio = self._ratio(formula, oxide)
        low, high = (pilling_bedworth_excess(ratio.value + sign * ratio.sigma) for sign in (-1.0, 1.0))
        return ratio._replace(value=pilling_bedworth_excess(ratio.value), sigma=abs(high - low) / 2.0)

    def _corners(self) -> tuple[tuple[float, float], ...]:
        return tuple(dict.fromkeys(self.corners)) or ((self.temperature_K, self.oxygen_bar),)

    def _vapour(self, formula: str, oxide: str) -> Answer:
        """Return the most that there is at a corner; a lower bound is known where it is beyond the limit already."""
        from finechem.oxidation.oxide_vapours import vapour_pressures_bar

        del formula
        worst, where, most = 0.0, "", ""
        missing: tuple[str, ...] = ()
        for T, oxygen in self._corners():
            found, missing = vapour_pressures_bar(oxide, T, max(oxygen, _LEAST_BAR), water_bar=self.water_bar)
            if found and 1e5 * math.fsum(found.values()) >= worst:
                worst, most = 1e5 * math.fsum(found.values()), next(iter(found))
                where = f" at {T:.0f} K and {oxygen:.3g} bar O2" if self.corners else ""
        lacking = f"no table of {', '.join(missing)}: a lower bound" if missing else ""
        if not most:
            return Answer.unknown(lacking or f"no gas over {oxide} has a table")
        source = f"mostly {most}{where}: {self.references[0]}"
        if worst < _NO_VAPOUR_PA:
            source = f"below {_NO_VAPOUR_PA:g} Pa, none; {source}"
        if lacking and worst > VAPOUR_LIMIT_PA:
            source, lacking = f"{lacking}, beyond {VAPOUR_LIMIT_PA:g} Pa already; {source}", ""
        sigma = _VAPOUR_ERROR if worst >= _NO_VAPOUR_PA else 0.0
        return Answer(max(worst, _NO_VAPOUR_PA), sigma, not lacking, lacking, source)

    def _volatility(self, formula: str, oxide: str) -> Answer:
        """Return where the vapours reach the limit, by bisection between 300 K and the end of the oxide's tables.

        At one temperature a sum of powers of the oxygen pressure is highest at an end of its range: those two count.
        """
        from finechem.oxidation.oxide_vapours import vapour_pressures_bar

        del formula
        pressures = [max(oxygen, _LEAST_BAR) for _, oxygen in self._corners()]
        ends = {min(pressures), max(pressures)}

        def above(kelvin: float) -> bool:
            found = [vapour_pressures_bar(oxide, kelvin, end, water_bar=self.water_bar)[0] for end in ends]
            return any(1e5 * math.fsum(each.values()) >= VAPOUR_LIMIT_PA for each in found)

        low, high = 300.0, 3000.0
        _, missing = vapour_pressures_bar(oxide, low, max(ends), water_bar=self.water_bar)
        lacking = f"no table of {', '.join(missing)}" if missing else ""
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
            return Answer.unknown(
                lacking or f"the vapours over {oxide} stay below {VAPOUR_LIMIT_PA:g} Pa where it has tables"
            )
        doubt = f"{lacking}: an upper bound" if lacking else ""  # what is missing only adds vapour
        return Answer(high, _LIMIT_ERROR * high, not doubt, doubt, self.references[0])

    def _active(self, formula: str, oxide: str) -> Answer:
        """Return the limit at the corner that comes closest to it, or lies furthest below."""
        from finechem.oxidation.oxide_vapours import active_oxidation_limit_bar

        del oxide
        if formula not in ("Si", "SiC", "Si3N4"):
            return Answer.unknown("not applicable: active oxidation is worked out for Si, SiC and Si3N4")
        worst, found = -math.inf, Answer.unknown("no corner is inside the tables")
        for T, oxygen in self._corners():
            limit = math.log10(active_oxidation_limit_bar(formula, T))
            if limit - math.log10(max(oxygen, _LEAST_BAR)) > worst:
                worst = limit - math.log10(max(oxygen, _LEAST_BAR))
                source = f"Wagner's criterion at {T:.0f} K, where oxygen is {oxygen:.3g} bar; {self.references[0]}"
                found = Answer(limit, _ACTIVE_ERROR, source=source)
        return found


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

    A film gives no more oxide than it has metal for: draws that need more are capped, and the source says so.

    Parameters
    ----------
    times_s, temperatures_K, oxygens_bar : tuple of float
        The exposure; `exposure` is its name.
    nitrogen_bar, water_bar : float
    """

    times_s: tuple[float, ...]
    temperatures_K: tuple[float, ...]
    oxygens_bar: tuple[float, ...]
    exposure: str
    nitrogen_bar: float = 1.0
    water_bar: float = 0.0
    name: ClassVar[str] = "oxide growth"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Thickness of oxide and of film consumed, rate constant at the hottest, share of the film left."""
        return (
            ox.oxide_thickness(self.exposure),
            ox.film_consumed(self.exposure),
            ox.growth_constant(max(self.temperatures_K)),
            ox.film_left(self.exposure),
        )

    def of_law(self, film: BarrierFilm, law: Any) -> list[Answer]:
        """Return all four."""
        exposure = Exposure(Program(self.exposure, self.times_s, self.temperatures_K), self.oxygens_bar)
        grown = thickness_after([law], exposure, nitrogen_bar=self.nitrogen_bar, water_bar=self.water_bar)
        start, oxide, doubt = grown.thickness_m[0, :, 0], grown.thickness_m[0, :, -1], grown.outside[0]
        # a start that is a parameter of the fit stands for oxide that grew; any other was there before
        before = np.zeros(len(start)) if law.start_kind == "fit" else start
        source = f"{law.name} (grade {law.grade}): {law.source}"
        constant = self._constant(law, source, doubt)
        if not np.any(oxide > start):
            source = f"no oxide grows: the oxygen stays below the dissociation pressure; {source}"
            nothing = Answer(NO_OXIDE_NM, 0.0, not doubt, doubt, source)
            there = _of_draws(law, 1e9 * before, 0.0, doubt, source)
            return [there, nothing, constant, nothing._replace(value=1.0 - _EDGE)]
        try:
            ratio, ratio_sigma = pilling_bedworth_ratio(film.formula, law.oxide)
        except (InputError, DataError) as error:
            missing = Answer.unknown(str(error))
            return [_of_draws(law, 1e9 * oxide, 0.0, doubt, source), missing, constant, missing]
        needed = 1e9 * (oxide - before) / ratio
        median, most = float(np.median(needed)), film.thickness_nm
        if median > most:
            source = f"the film of {most:g} nm is used up ({median:.3g} nm would be needed); {source}"
        consumed = np.minimum(needed, most)
        apart = ratio_sigma / ratio
        whole = _of_draws(law, 1e9 * before + consumed * ratio, apart if median > most else 0.0, doubt, source)
        used = _of_draws(law, consumed, 0.0 if median > most else apart, doubt, source)
        used = used._replace(value=min(used.value, most))
        return [whole, used, constant, self._left(law, needed / most, apart, doubt, source)]

    def _left(self, law: Any, share: Any, apart: float, doubt: str, source: str) -> Answer:
        share = np.clip(share, _EDGE, 1.0 - _EDGE)
        middle, sigma = log_middle((1.0 - share) / share)
        sigma = math.hypot(sigma, apart)  # of ln(1/share) at a small share; less matters near the end
        shared = shared_loadings(law, np.log((1.0 - share) / share), sigma)
        return Answer(1.0 / (1.0 + math.exp(-middle)), sigma, not doubt, doubt, source, shared)

    def _constant(self, law: Any, source: str, doubt: str) -> Answer:
        if law.regimes[law.anchor].law != "parabolic":
            return Answer.unknown(f"the growth law is {law.regimes[law.anchor].law}")
        hottest, k = max(self.temperatures_K), law.constant
        value = k.at(hottest, max(self.oxygens_bar))
        moved = k.sigma_energy_kJ_mol * 1e3 / GAS_CONSTANT * (1 / k.reference_K - 1 / hottest)
        loads = {f"growth:{law.key} ln k": k.sigma_ln, f"growth:{law.key} E": moved}
        shared = {name: load for name, load in loads.items() if load}
        return Answer(value, math.hypot(k.sigma_ln, moved), not doubt, doubt, source, shared)


def _of_draws(law: Any, values: Any, apart: float, doubt: str, source: str) -> Answer:
    """Return median and sigma of draws of a thickness in nm, with a relative error beside; the law's are shared."""
    values = np.maximum(values, NO_OXIDE_NM)
    middle, sigma = log_middle(values)
    shared = shared_loadings(law, np.log(values), sigma)
    source += skew_note(values, " nm")
    return Answer(math.exp(middle), math.hypot(sigma, apart), not doubt, doubt, source, shared)


@dataclass(frozen=True, slots=True)
class BarrierOnsetModel(_KineticModel):
    """Temperature at which the oxide reaches a thickness in a time at one oxygen pressure.

    Parameters
    ----------
    hours, thickness_nm : float
        The criterion.
    oxygen_bar, water_bar : float
    """

    hours: float
    thickness_nm: float
    oxygen_bar: float
    water_bar: float = 0.0
    name: ClassVar[str] = "oxidation onset"

    @property
    def provides(self) -> tuple[Property, ...]:
        """The onset."""
        return (ox.oxidation_onset(f"{self.thickness_nm:g} nm in {self.hours:g} h at {self.oxygen_bar:.3g} bar O2"),)

    def subject(self, candidate: BarrierFilm) -> Any:
        """Return the film at one thickness: its own does not matter."""
        return BarrierFilm("film", candidate.formula, 50.0, candidate.oxide, candidate.growth)

    def of_law(self, film: BarrierFilm, law: Any) -> list[Answer]:
        """Return the median of the draws; the larger half of the 90 % interval gives sigma."""
        del film
        draws = onset_draws(
            law, hours=self.hours, thickness_m=self.thickness_nm * 1e-9, oxygen_bar=self.oxygen_bar, draws=201
        )
        low, value, high = (float(each) for each in np.quantile(draws, (0.05, 0.5, 0.95)))
        sigma = max(high - value, value - low) / Z90
        hold = Exposure(Program("hold", (0.0, 3600.0 * self.hours), (value, value)), (self.oxygen_bar,))
        doubt = thickness_after([law], hold, draws=1, water_bar=self.water_bar, tolerance=1e-3).outside[0]
        source = f"{law.name} (grade {law.grade}): {law.source}"
        return [Answer(value, sigma, not doubt, doubt, source, shared_loadings(law, draws, sigma))]
