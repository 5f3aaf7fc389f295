"""The task "nitride-based high heat-dissipation materials": its conditions, its candidates, its screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from finechem.errors import InputError
from finechem.matter.calculators import DEFAULT_POTENTIAL, calculator
from finechem.matter.crystal import Crystal
from finechem.matter.readers import merge_duplicates, read_crystals
from finechem.screening import Criterion, PropertyModel, Rejected, Screen, Stage
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
from finechem.thermal.plausibility import PlausibilityModel
from finechem.thermal.potential_models import (
    CalibratedConductivityModel,
    PotentialConductivityModel,
    PotentialElasticModel,
    StandingModel,
)

__all__ = ["NitrideConditions", "nitride_screen", "read_nitrides", "shipped_nitrides"]

FIDELITIES = ("elastic", "potential", "bte")
#: Beyond this above its competitors a nitride is taken for one that nobody will make, eV/atom: an assumption.
LARGEST_ENERGY_ABOVE = 0.2


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
    fidelity : {"elastic", "potential", "bte"}
        How far the funnel goes: what is known of stiffness; stiffness by a potential where nothing is known, of
        crystals that stand; and for those that are left the phonon Boltzmann equation.
    calculator : str, optional
        The potential of the two dearer funnels, by default ``7net-0``: see `finechem.matter.calculators.calculator`.
    bte_candidates : int, optional
        Only so many of the best so far go to the Boltzmann equation.
    """

    temperature_K: float = field(default=300.0, metadata={"help": "Service temperature, K (10 to 1500)."})
    grain_size_um: float | None = field(default=None, metadata={"help": "Grain size, µm; default: single crystal."})
    oxygen_mass_percent: float = field(default=0.0, metadata={"help": "Dissolved oxygen, mass percent."})
    fidelity: str = field(default="elastic", metadata={"help": "How far the funnel goes: elastic, potential or bte."})
    calculator: str | None = field(
        default=None, metadata={"help": f"Potential of the dearer stages; default: {DEFAULT_POTENTIAL}."}
    )
    bte_candidates: int | None = field(default=None, metadata={"help": "Only the best so many go to the last stage."})

    @property
    def pure(self) -> bool:
        """Whether there are neither grain boundaries nor dissolved oxygen."""
        return self.grain_size_um is None and self.oxygen_mass_percent == 0

    def __post_init__(self) -> None:
        mistakes = []
        if not 10 <= self.temperature_K <= 1500:
            mistakes.append(f"temperature_K={self.temperature_K:g}: must be between 10 and 1500")
        if self.grain_size_um is not None and not 1e-3 <= self.grain_size_um <= 1e6:
            mistakes.append(f"grain_size_um={self.grain_size_um:g}: must be between 0.001 and 1000000")
        if not 0 <= self.oxygen_mass_percent <= 2:
            mistakes.append(f"oxygen_mass_percent={self.oxygen_mass_percent:g}: must be between 0 and 2")
        if self.fidelity not in FIDELITIES:
            mistakes.append(f"fidelity={self.fidelity!r}: must be one of {', '.join(FIDELITIES)}")
        if self.bte_candidates is not None and self.bte_candidates < 1:
            mistakes.append(f"bte_candidates={self.bte_candidates}: must be at least 1")
        if mistakes:
            raise InputError("; ".join(mistakes))


def nitride_screen(conditions: NitrideConditions | None = None, potential: Any = None) -> Screen:
    """Return the screen: what is known, then elastic models, then what was measured; dearer stages on request.

    A conductivity measured on a single crystal speaks before all others, then the calibrated Boltzmann equation,
    Callaway, Slack. Gates: band gap (at least 2 eV) and, where it is known, resistivity (at least 10 kilo-ohm metre).
    Criteria: conductivity, thermal expansion mismatch to silicon, density. Conductivity (at least 10 W/(m K)) is a gate
    as well, so a phase nobody can say it of ranks below every phase that passes. With a potential, crystals of which
    nothing was measured have to be plausible, to stand, and to lie near competing nitrides.

    Parameters
    ----------
    conditions : NitrideConditions, optional
    potential : ase calculator or Potential, optional
        Instead of the one that the conditions name.

    Raises
    ------
    MissingExtraError
        If the package of the potential is not installed; it says what to install.

    Examples
    --------
    >>> nitride_screen(NitrideConditions(temperature_K=400.0)).criteria[0].property.at
    '400 K'
    """
    conditions = conditions or NitrideConditions()
    t = conditions.temperature_K
    kappa = heat.conductivity(t)
    dearer = _Dearer.of(conditions, potential)
    facts = (DensityModel(), BandGapModel(), ResistivityModel(t), ExpansionMismatchModel(), ElasticModel())
    return Screen(
        name="nitrides",
        conditions=conditions,
        stages=(
            Stage((*facts, *dearer.plausible), name="known facts"),
            *dearer.stiffness,
            Stage(_elastic_models(conditions), name="elastic models"),
            Stage((MeasuredConductivityModel(t, conditions.pure),), keep=dearer.keep, name="measured conductivity"),
            *dearer.transport,
            Stage((AxialConductivityModel(t),), name="directions"),
        ),
        criteria=(
            Criterion(kappa, worst=10.0, best=1000.0, weight=3.0, required=True),
            Criterion(heat.EXPANSION_MISMATCH, worst=6.0, best=0.0, weight=0.5),
            Criterion(heat.DENSITY, worst=8000.0, best=2000.0, weight=0.5),
            Criterion(heat.BAND_GAP, worst=2.0, best=5.0, weight=0.5, required=True),
            Criterion(heat.RESISTIVITY, worst=1e4, best=1e8, weight=0.0, required=True, allow_unknown=True),
            *dearer.gates,
        ),
        order={
            kappa.name: ("measured", *dearer.calibrated, "callaway", "slack"),
            heat.conductivity(t, "in-plane").name: ("measured", "elastic anisotropy"),
            heat.conductivity(t, "cross-plane").name: ("measured", "elastic anisotropy"),
            **{prop.name: ("elastic", *dearer.elastic) for prop in ElasticModel().provides},
        },
    )


def _elastic_models(conditions: NitrideConditions) -> tuple[PropertyModel, ...]:
    t = conditions.temperature_K
    return (
        SlackModel(t, conditions.pure),
        CallawayModel(t, conditions.grain_size_um, conditions.oxygen_mass_percent),
        *(MinimumConductivityModel(limit, t) for limit in ("clarke", "cahill-pohl", "diffuson")),
    )


@dataclass(frozen=True, slots=True)
class _Dearer:
    """What a potential adds to the screen: models, stages, gates, and who they are in its order."""

    plausible: tuple[PropertyModel, ...] = ()
    stiffness: tuple[Stage, ...] = ()
    transport: tuple[Stage, ...] = ()
    gates: tuple[Criterion, ...] = ()
    elastic: tuple[str, ...] = ()
    calibrated: tuple[str, ...] = ()
    keep: int | None = None

    @classmethod
    def of(cls, conditions: NitrideConditions, potential: Any) -> _Dearer:
        if conditions.fidelity == "elastic":
            return cls()
        who = calculator(potential if potential is not None else conditions.calculator or DEFAULT_POTENTIAL)
        raw_stiff, stiff = PotentialElasticModel(who), PotentialElasticModel(who, calibrated=True)
        plain = cls(
            plausible=(PlausibilityModel(),),
            stiffness=(
                Stage((StandingModel(who),), isolate=True, name="relaxation"),
                Stage((raw_stiff, stiff), isolate=True, name="stiffness"),
            ),
            gates=(
                Criterion(heat.PLAUSIBLE, worst=0.5, best=1.0, weight=0.0, required=True),
                Criterion(heat.STANDS, worst=0.5, best=1.0, weight=0.0, required=True),
                Criterion(heat.ENERGY_ABOVE, LARGEST_ENERGY_ABOVE, 0.0, weight=0.0, required=True, allow_unknown=True),
            ),
            elastic=(stiff.name, raw_stiff.name),
        )
        if conditions.fidelity == "potential":
            return plain
        raw = PotentialConductivityModel(who, conditions.temperature_K, conditions.grain_size_um)
        calibrated = CalibratedConductivityModel(who, conditions.temperature_K, conditions.pure)
        return replace(
            plain,
            transport=(
                Stage((raw,), isolate=True, name="Boltzmann equation"),
                Stage((calibrated,), name="calibration"),
            ),
            calibrated=(calibrated.name,),
            keep=conditions.bte_candidates,
        )


def read_nitrides(paths: Sequence[Path | str]) -> list[Crystal | Rejected]:
    """Read the user's crystals; duplicates are folded, and what is known of a shipped phase is adopted."""
    return adopt_known(merge_duplicates(read_crystals(paths)))


def shipped_nitrides() -> list[Crystal]:
    """Return the shipped candidate phases."""
    return list(known_crystals("candidate"))
