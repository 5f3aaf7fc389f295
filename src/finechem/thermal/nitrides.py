"""The task "nitride-based high heat-dissipation materials": its conditions, its candidates, its screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from finechem.errors import InputError
from finechem.matter.crystal import Crystal
from finechem.matter.readers import merge_duplicates, read_crystals
from finechem.screening import Criterion, Rejected, Screen, Stage
from finechem.thermal import properties as heat
from finechem.thermal.known import adopt_known, known_crystals
from finechem.thermal.models import (
    AxialConductivityModel,
    BandGapModel,
    CallawayModel,
    DensityModel,
    ElasticModel,
    ExpansionMismatchModel,
    MeasuredConductivityModel,
    MinimumConductivityModel,
    ResistivityModel,
    SlackModel,
)

__all__ = ["NitrideConditions", "nitride_screen", "read_nitrides", "shipped_nitrides"]


@dataclass(frozen=True, slots=True)
class NitrideConditions:
    """What the service imposes on a heat-dissipating nitride.

    Parameters
    ----------
    temperature_K : float
        Service temperature, 10 to 1500 K. The models were judged at 300 K; in the cold most are out of their domain.
    grain_size_um : float, optional
        Mean grain size of the ceramic; None for a single crystal.
    oxygen_mass_percent : float
        Oxygen dissolved on nitrogen sites (with its cation vacancies), mass percent. In AlN the models hold to 0.58.
    """

    temperature_K: float = field(default=300.0, metadata={"help": "Service temperature, K (10 to 1500)."})
    grain_size_um: float | None = field(default=None, metadata={"help": "Grain size, µm; default: single crystal."})
    oxygen_mass_percent: float = field(default=0.0, metadata={"help": "Dissolved oxygen, mass percent."})

    def __post_init__(self) -> None:
        mistakes = []
        if not 10 <= self.temperature_K <= 1500:
            mistakes.append(f"temperature_K={self.temperature_K:g}: must be between 10 and 1500")
        if self.grain_size_um is not None and not 1e-3 <= self.grain_size_um <= 1e6:
            mistakes.append(f"grain_size_um={self.grain_size_um:g}: must be between 0.001 and 1000000")
        if not 0 <= self.oxygen_mass_percent <= 2:
            mistakes.append(f"oxygen_mass_percent={self.oxygen_mass_percent:g}: must be between 0 and 2")
        if mistakes:
            raise InputError("; ".join(mistakes))


def nitride_screen(conditions: NitrideConditions | None = None) -> Screen:
    """Return the screen: what is known, then elastic models, then what was measured.

    A conductivity measured on a single crystal speaks before Callaway, Callaway before Slack. Gates: band gap
    (at least 2 eV) and, where it is known, resistivity (at least 10 kilo-ohm metre). Criteria: conductivity, thermal
    expansion mismatch to silicon, density. Conductivity (at least 10 W/(m K)) is a gate as well, so a phase nobody can
    say it of ranks below every phase that passes.

    Examples
    --------
    >>> nitride_screen(NitrideConditions(temperature_K=400.0)).criteria[0].property.at
    '400 K'
    """
    conditions = conditions or NitrideConditions()
    t = conditions.temperature_K
    pure = conditions.grain_size_um is None and conditions.oxygen_mass_percent == 0
    kappa = heat.conductivity(t)
    return Screen(
        name="nitrides",
        conditions=conditions,
        stages=(
            Stage((DensityModel(), BandGapModel(), ResistivityModel(t), ExpansionMismatchModel()), name="known facts"),
            Stage(
                (
                    ElasticModel(),
                    SlackModel(t, pure),
                    CallawayModel(t, conditions.grain_size_um, conditions.oxygen_mass_percent),
                    MinimumConductivityModel("clarke", t),
                    MinimumConductivityModel("cahill-pohl", t),
                    MinimumConductivityModel("diffuson", t),
                ),
                name="elastic models",
            ),
            Stage((MeasuredConductivityModel(t, pure), AxialConductivityModel(t)), name="measured conductivity"),
        ),
        criteria=(
            Criterion(kappa, worst=10.0, best=1000.0, weight=3.0, required=True),
            Criterion(heat.EXPANSION_MISMATCH, worst=6.0, best=0.0, weight=0.5),
            Criterion(heat.DENSITY, worst=8000.0, best=2000.0, weight=0.5),
            Criterion(heat.BAND_GAP, worst=2.0, best=5.0, weight=0.5, required=True),
            Criterion(heat.RESISTIVITY, worst=1e4, best=1e8, weight=0.0, required=True, allow_unknown=True),
        ),
        order={
            kappa.name: ("measured", "callaway", "slack"),
            heat.conductivity(t, "in-plane").name: ("measured", "elastic anisotropy"),
            heat.conductivity(t, "cross-plane").name: ("measured", "elastic anisotropy"),
        },
    )


def read_nitrides(paths: Sequence[Path | str]) -> list[Crystal | Rejected]:
    """Read the user's crystals; duplicates are folded, and what is known of a shipped phase is adopted."""
    return adopt_known(merge_duplicates(read_crystals(paths)))


def shipped_nitrides() -> list[Crystal]:
    """Return the shipped candidate phases."""
    return list(known_crystals("candidate"))
