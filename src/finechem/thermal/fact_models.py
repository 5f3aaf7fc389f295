"""Models that report what was measured (or given by the user): no physics, only a choice of facts and their error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from finechem.matter.crystal import Crystal, Fact
from finechem.screening.properties import Estimates, Property
from finechem.thermal import properties as heat
from finechem.thermal.electronic import wiedemann_franz_conductivity
from finechem.thermal.known import known_crystal
from finechem.thermal.measured import (
    TEMPERATURE_WINDOW_K,
    Measured,
    average_conductivity,
    is_computed,
    linear_expansion,
    single_crystal_conductivities,
)
from finechem.thermal.model import HeatModel, Known
from finechem.thermal.model_errors import model_error

__all__ = ["BandGapModel", "ExpansionMismatchModel", "MeasuredConductivityModel", "ResistivityModel"]


@dataclass(frozen=True, slots=True)
class MeasuredConductivityModel(HeatModel):
    """The measured lattice conductivity of the single crystal: average, in-plane and cross-plane.

    Speaks within 50 K of the measurement, and only for crystals as pure and large as the measured ones (no grain size
    or oxygen content given). The number stays as measured; what a 1/T law would change is part of sigma.
    """

    temperature_K: float = 300.0
    as_measured: bool = True
    name: ClassVar[str] = "measured"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Conductivity, average and along the two directions of an axial crystal."""
        return (
            heat.conductivity(self.temperature_K),
            heat.conductivity(self.temperature_K, "in-plane"),
            heat.conductivity(self.temperature_K, "cross-plane"),
        )

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; sigma is the source's own or the scatter between laboratories, the larger, and ln(T/T_measured)."""
        del known
        picked: list[list[Measured | None]] = [[], [], []]
        for crystal in subjects:
            facts = single_crystal_conductivities(crystal)
            picked[0].append(average_conductivity(facts))
            for column, direction in ((1, "ab"), (2, "c")):
                fact = next((fact for fact in facts if fact.direction == direction), None)
                picked[column].append(Measured(fact.value, fact.uncertainty, (fact,)) if fact else None)
        notes = [_other_measurements(crystal) for crystal in subjects]
        return {prop: self._estimates(column, notes) for prop, column in zip(self.provides, picked, strict=True)}

    def _estimates(self, column: Sequence[Measured | None], notes: Sequence[str]) -> Estimates:
        scatter = float(model_error("thermal_conductivity", "measured")["sigma"])
        value, sigma, inside, reason, source = [], [], [], [], []
        for item, note in zip(column, notes, strict=True):
            if item is None:
                value.append(np.nan)
                sigma.append(np.nan)
                inside.append(True)
                reason.append(f"not measured on a single crystal{note}")
                source.append("")
                continue
            stated = item.uncertainty / item.value if item.uncertainty else 0.0
            away = float(np.log(self.temperature_K / _measured_at(item)[0]))
            why = self._why_outside(item)
            value.append(item.value)
            sigma.append(float(np.hypot(max(stated, scatter), away)))
            inside.append(not why)
            reason.append(why)
            source.append(item.source)
        return Estimates(np.array(value), np.array(sigma), np.array(inside), reason, source)

    def _why_outside(self, item: Measured) -> str:
        at = _measured_at(item)
        if any(abs(temperature - self.temperature_K) > TEMPERATURE_WINDOW_K for temperature in at):
            return f"measured at {at[0]:g} K, wanted at {self.temperature_K:g} K"
        if any(fact.grade == "D" for fact in item.facts):
            return "a doubtful source (grade D)"
        if not self.as_measured:
            return "measured on a pure single crystal, wanted with the given grain size or oxygen content"
        return ""


def _measured_at(item: Measured) -> list[float]:
    return [300.0 if fact.temperature_K is None else fact.temperature_K for fact in item.facts]


def _other_measurements(crystal: Crystal) -> str:
    others = [fact for fact in crystal.facts if fact.quantity == "thermal_conductivity_W_mK"]
    if not others:
        return ""
    fact = others[0]
    return f" ({fact.value:g} W/(m K), {fact.detail}: {fact.source})"


@dataclass(frozen=True, slots=True)
class BandGapModel(HeatModel):
    """The band gap: measured before computed; a metal has none."""

    name: ClassVar[str] = "known gap"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Band gap."""
        return (heat.BAND_GAP,)

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; sigma is the scatter between measurements, or the error of computed gaps, as measured here."""
        del known
        facts = [crystal.fact("band_gap_eV") for crystal in subjects]
        return {heat.BAND_GAP: _from_facts(facts, "no band gap of this phase is known", _gap_sigma)}


def _gap_sigma(fact: Fact) -> float:
    if fact.value == 0:
        return 0.0
    error = model_error("band_gap", "computed" if is_computed(fact) else "measured")
    return max(fact.uncertainty or 0.0, float(error["sigma"]))


@dataclass(frozen=True, slots=True)
class ResistivityModel(HeatModel):
    """Measured electrical resistivity, and the heat its electrons carry (Wiedemann-Franz).

    The resistivity is reported as measured, whatever the temperature: as a gate it tells insulators from metals, many
    powers of ten apart. Electronic heat is out of domain more than 50 K from it.
    """

    temperature_K: float = 300.0
    name: ClassVar[str] = "known resistivity"
    references: ClassVar[tuple[str, ...]] = ("Wiedemann-Franz law with Sommerfeld's Lorenz number",)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Resistivity and electronic conductivity."""
        return (heat.RESISTIVITY, heat.electronic_conductivity(self.temperature_K))

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; resistivities of one phase scatter by purity, so sigma is the scatter between samples."""
        del known
        facts = [crystal.fact("resistivity_ohm_m") for crystal in subjects]
        spread = float(model_error("resistivity", "measured")["sigma"])
        resistivity = _from_facts(facts, "no resistivity of this phase is known", lambda _: spread)
        far = [_far_from(fact, self.temperature_K) for fact in facts]
        electronic = Estimates(
            wiedemann_franz_conductivity(resistivity.value, self.temperature_K),
            resistivity.sigma,
            resistivity.in_domain & ~np.array([bool(why) for why in far]),
            reason=[reason or why for reason, why in zip(resistivity.reason, far, strict=True)],
            source=resistivity.source,
        )
        return {self.provides[0]: resistivity, self.provides[1]: electronic}


def _far_from(fact: Fact | None, temperature_K: float) -> str:
    at = 300.0 if fact is None or fact.temperature_K is None else fact.temperature_K
    if fact is None or abs(at - temperature_K) <= TEMPERATURE_WINDOW_K:
        return ""
    return f"resistivity measured at {at:g} K, wanted at {temperature_K:g} K"


@dataclass(frozen=True, slots=True)
class ExpansionMismatchModel(HeatModel):
    """How far the linear thermal expansion is from silicon's, of what is known of silicon nearest in temperature."""

    name: ClassVar[str] = "known expansion"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Absolute difference of expansion coefficients."""
        return (heat.EXPANSION_MISMATCH,)

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; sigma is the scatter between sources, of the candidate and of silicon together."""
        del known
        silicon = known_crystal("Si-diamond")
        scatter = float(model_error("thermal_expansion", "measured")["sigma"])
        difference, reason, source = [], [], []
        for crystal in subjects:
            item = linear_expansion(crystal)
            beside = linear_expansion(silicon, item.facts[0].temperature_K or 300.0) if item else None
            difference.append(item.value - beside.value if item and beside else np.nan)
            reason.append("" if item and beside else "no thermal expansion of this phase is known")
            source.append(f"{item.source}; silicon: {beside.source}" if item and beside else "")
        return {
            heat.EXPANSION_MISMATCH: Estimates(
                np.abs(difference),
                np.full(len(difference), scatter * np.sqrt(2)),
                reason=reason,
                source=source,
                shared={"fact:silicon's expansion": -scatter * np.sign(np.nan_to_num(difference))},
            )
        }


def _from_facts(facts: Sequence[Fact | None], unknown: str, sigma_of: Callable[[Fact], float]) -> Estimates:
    """Return one fact a crystal; what is graded D (doubtful) is shown, but out of domain: it decides nothing."""
    doubtful = [fact is not None and fact.grade == "D" for fact in facts]
    return Estimates(
        np.array([np.nan if fact is None else fact.value for fact in facts]),
        np.array([np.nan if fact is None else sigma_of(fact) for fact in facts]),
        in_domain=~np.array(doubtful),
        reason=[
            unknown if fact is None else "a doubtful source (grade D)" if doubt else ""
            for fact, doubt in zip(facts, doubtful, strict=True)
        ],
        source=["" if fact is None else _detailed(fact) for fact in facts],
    )


def _detailed(fact: Fact) -> str:
    return f"{fact.detail}: {fact.source}" if fact.detail else fact.source
