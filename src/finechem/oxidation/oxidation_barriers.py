"""The task "oxidation barriers", part of the inhibitor task: films whose own oxidation is slow enough to protect."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from finechem.errors import InputError
from finechem.oxidation import properties as ox
from finechem.oxidation.barrier import read_barriers, shipped_barriers
from finechem.oxidation.barrier_models import (
    VAPOUR_LIMIT_PA,
    BarrierGrowthModel,
    BarrierOnsetModel,
    BarrierThermodynamicsModel,
)
from finechem.screening import Criterion, Screen, Stage

__all__ = ["LEAST_LEFT", "BarrierConditions", "barrier_screen", "exposure_of", "read_barriers", "shipped_barriers"]

#: Share of a film below which it is used up and bars nothing: a convention.
LEAST_LEFT = 0.05


@dataclass(frozen=True, slots=True)
class BarrierConditions:
    """What a barrier film goes through.

    Parameters
    ----------
    temperature_C, hours : float
        A hold, 25 to 1600 °C.
    oxygen_bar, water_bar, nitrogen_bar : float
        Of the gas.
    exposure : str
        File with time, temperature and oxygen instead of the hold.
    onset_nm, onset_h : float
        Criterion of the onset temperature.
    largest_nm : float
        Oxide that is still borne.
    """

    temperature_C: float = field(default=400.0, metadata={"help": "Temperature of the hold, °C (25 to 1600)."})
    hours: float = field(default=1.0, metadata={"help": "How long, h."})
    oxygen_bar: float = field(default=0.2095, metadata={"help": "Oxygen pressure, bar."})
    water_bar: float = field(default=0.0, metadata={"help": "Water vapour, bar: it carries some oxides away."})
    nitrogen_bar: float = field(default=0.78, metadata={"help": "Nitrogen, bar: it holds nitrides back."})
    exposure: str = field(default="", metadata={"help": "CSV of time, temperature and oxygen instead of the hold."})
    onset_nm: float = field(default=20.0, metadata={"help": "Oxide that counts as onset, nm."})
    onset_h: float = field(default=1.0, metadata={"help": "Within this many hours."})
    largest_nm: float = field(default=50.0, metadata={"help": "Most oxide that is borne, nm."})

    def __post_init__(self) -> None:
        mistakes = []
        for name, low, high in (
            ("temperature_C", 25.0, 1600.0), ("hours", 1e-3, 1e5), ("oxygen_bar", 1e-30, 100.0),
            ("water_bar", 0.0, 100.0), ("nitrogen_bar", 1e-6, 1000.0),
            ("onset_nm", 0.5, 1e5), ("onset_h", 1e-3, 1e5), ("largest_nm", 1.0, 1e6),
        ):  # fmt: skip
            value = getattr(self, name)
            if not low <= value <= high:
                mistakes.append(f"{name}={value:g}: must be between {low:g} and {high:g}")
        if mistakes:
            raise InputError("; ".join(mistakes))


def exposure_of(conditions: BarrierConditions) -> Any:
    """Return the exposure of the conditions: the file, or the hold.

    >>> exposure_of(BarrierConditions(temperature_C=500.0)).label
    '500 C for 1 h at 0.209 bar O2'
    """
    from finechem.matter.programs import hold
    from finechem.oxidation.exposure import Exposure, read_exposure

    if conditions.exposure:
        return read_exposure(conditions.exposure, oxygen_bar=conditions.oxygen_bar)
    return Exposure(hold(conditions.temperature_C, conditions.hours), (conditions.oxygen_bar,))


def barrier_screen(conditions: BarrierConditions | None = None) -> Screen:
    """Return the screen of barrier films.

    Criteria: oxide after the exposure, onset, Pilling-Bedworth ratio between 1 and 2, vapour over the oxide. Gates: too
    thick an oxide, a film that is used up, and more than a tenth of a pascal of vapour, which carries the oxide off. A
    film whose kinetics nobody published keeps its thermodynamics and ranks below all whose growth is known.

    Examples
    --------
    >>> [criterion.property.name for criterion in barrier_screen().criteria]
    ['oxide_thickness', 'oxidation_onset', 'pilling_bedworth_excess', 'oxide_vapour_pressure', 'film_left']
    """
    conditions = conditions or BarrierConditions()
    exposure = exposure_of(conditions)
    peak_K = exposure.program.peak_K
    thermo = BarrierThermodynamicsModel(
        peak_K,
        max(*exposure.oxygen_bar, 1e-30),
        conditions.water_bar,
        conditions.nitrogen_bar,
        tuple(zip(exposure.program.temperature_K, exposure.oxygen_bar, strict=True)),
    )
    growth = BarrierGrowthModel(
        exposure.program.time_s,
        exposure.program.temperature_K,
        exposure.oxygen_bar,
        exposure.label,
        conditions.nitrogen_bar,
        conditions.water_bar,
    )
    onset = BarrierOnsetModel(conditions.onset_h, conditions.onset_nm, conditions.oxygen_bar, conditions.water_bar)
    return Screen(
        name="oxidation-barriers",
        conditions=conditions,
        stages=(Stage((thermo,), name="thermodynamics"), Stage((growth, onset), name="growth")),
        criteria=(
            Criterion(
                ox.oxide_thickness(exposure.label), worst=conditions.largest_nm, best=1.0, weight=2.0, required=True
            ),
            Criterion(onset.provides[0], worst=500.0, best=1300.0),
            Criterion(ox.PILLING_BEDWORTH_EXCESS, worst=0.4, best=0.0, weight=0.5),
            Criterion(
                ox.oxide_vapour(peak_K),
                worst=VAPOUR_LIMIT_PA,
                best=1e-8,
                weight=0.5,
                required=True,
                allow_unknown=True,
            ),
            # oxide is capped at what the film gives: a thin one must not pass for having little to lose
            Criterion(
                ox.film_left(exposure.label), worst=LEAST_LEFT, best=0.5, weight=0.0, required=True, allow_unknown=True
            ),
        ),
    )
