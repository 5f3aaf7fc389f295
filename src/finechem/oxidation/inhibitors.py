"""The task "high-temperature oxidation inhibitors for semiconductor packaging": conditions, candidates, screen."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from finechem.errors import InputError
from finechem.oxidation import properties as ox
from finechem.oxidation.autoxidation_model import AutoxidationModel
from finechem.oxidation.models import ActiveGroupModel, BondModel, EvaporationModel, SolubilityModel
from finechem.oxidation.package import read_packages, shipped_antioxidants
from finechem.screening import Criterion, Screen, Stage

__all__ = ["InhibitorConditions", "inhibitor_screen", "program_of", "read_packages", "shipped_antioxidants"]


@dataclass(frozen=True, slots=True)
class InhibitorConditions:
    """What a package goes through, and the film its antioxidant sits in.

    Parameters
    ----------
    peak_C : float
        Peak of the solder reflow, 242 to 260 °C.
    passes : int
        Reflows in a row.
    storage_C, storage_h : float
        A hold after them; 0 h is none.
    film_um : float
        Thickness of the film, open on one side.
    gas_transfer_m_s : float
        Mass-transfer coefficient of the gas over it: diffusion coefficient over the thickness of the still layer.
    density_kg_m3 : float
        Of the matrix.
    matrix_hansen : str
        Its Hansen parameters as ``D/P/H`` in MPa^0.5; empty: solubility is not judged.
    """

    peak_C: float = field(default=260.0, metadata={"help": "Peak of the solder reflow, °C (242 to 260)."})
    passes: int = field(default=3, metadata={"help": "Reflows in a row."})
    storage_C: float = field(default=175.0, metadata={"help": "Temperature of the hold after them, °C."})
    storage_h: float = field(default=0.0, metadata={"help": "Hours of that hold; 0 is none."})
    film_um: float = field(default=100.0, metadata={"help": "Thickness of the film, µm, open on one side."})
    gas_transfer_m_s: float = field(default=0.01, metadata={"help": "Mass transfer in the gas over it, m/s."})
    density_kg_m3: float = field(default=1200.0, metadata={"help": "Density of the matrix, kg/m3."})
    matrix_hansen: str = field(default="", metadata={"help": "Its Hansen parameters, D/P/H in MPa^0.5."})

    def __post_init__(self) -> None:
        mistakes = []
        for name, low, high in (
            ("peak_C", 242.0, 260.0), ("passes", 1, 10), ("storage_C", 25.0, 350.0), ("storage_h", 0.0, 1e5),
            ("film_um", 0.1, 1e5), ("gas_transfer_m_s", 1e-6, 1e3), ("density_kg_m3", 500.0, 5000.0),
        ):  # fmt: skip
            value = getattr(self, name)
            if not low <= value <= high:
                mistakes.append(f"{name}={value:g}: must be between {low:g} and {high:g}")
        if self.passes != int(self.passes if math.isfinite(self.passes) else 0):
            mistakes.append(f"passes={self.passes:g}: must be a whole number")
        try:
            self.hansen()
        except ValueError:
            mistakes.append(f"matrix_hansen={self.matrix_hansen!r}: give D/P/H in MPa^0.5, such as 18.0/10.0/7.0")
        if mistakes:
            raise InputError("; ".join(mistakes))

    def hansen(self) -> tuple[float, float, float] | None:
        """Return the Hansen parameters of the matrix, or None where none are given."""
        if not self.matrix_hansen:
            return None
        dispersion, polar, hydrogen = (float(part) for part in self.matrix_hansen.split("/"))
        if not all(0 <= part < math.inf for part in (dispersion, polar, hydrogen)):
            raise ValueError(self.matrix_hansen)
        return dispersion, polar, hydrogen


def program_of(conditions: InhibitorConditions) -> Any:
    """Return the temperature program of the conditions: reflows, then the hold.

    >>> round(program_of(InhibitorConditions(passes=1)).peak_K - 273.15)
    260
    """
    from finechem.matter.programs import hold, reflow

    program = reflow(peak_C=conditions.peak_C, passes=int(conditions.passes))
    if conditions.storage_h > 0:
        program = program.then(hold(conditions.storage_C, conditions.storage_h))
    return program


def inhibitor_screen(conditions: InhibitorConditions | None = None) -> Screen:
    """Return the screen of antioxidants for packages.

    Gates: there must be a group that slows oxidation, more than a tenth of it must stay in the film, and more than half
    of the molecules must survive. The X-H bond is a criterion of chain breakers, never a gate: hydroperoxide
    decomposers have none that matters, and equal bonds differ twentyfold in rate. Bonds are the dear stage, for
    survivors only.

    Examples
    --------
    >>> [criterion.property.name for criterion in inhibitor_screen().criteria if criterion.required]
    ['active_groups', 'retention', 'thermal_survival']
    """
    conditions = conditions or InhibitorConditions()
    program = program_of(conditions)
    steps = (program.time_s, program.temperature_K, program.name)
    evaporation = EvaporationModel(
        *steps,
        film_um=conditions.film_um,
        gas_transfer_m_s=conditions.gas_transfer_m_s,
        density_kg_m3=conditions.density_kg_m3,
        reference_K=conditions.peak_C + 273.15,
    )
    kinetics = AutoxidationModel(
        conditions.storage_C, conditions.film_um, conditions.gas_transfer_m_s, conditions.density_kg_m3
    )
    cheap: tuple[Any, ...] = (ActiveGroupModel(), evaporation)
    criteria: tuple[Criterion, ...] = (
        Criterion(ox.ACTIVE_GROUPS, worst=1.0, best=50.0, required=True),
        Criterion(ox.retention(program.name), worst=0.1, best=0.99, weight=2.0, required=True),
        Criterion(ox.survival(program.name), worst=0.5, best=0.999, required=True, allow_unknown=True),
        Criterion(ox.XH_STRENGTH, worst=390.0, best=320.0, weight=0.5),
        Criterion(ox.induction_time(conditions.storage_C), worst=10.0, best=1e5, weight=0.5),
    )
    hansen = conditions.hansen()
    if hansen is not None:
        cheap = (*cheap, SolubilityModel(conditions.matrix_hansen, hansen))
        distance = ox.hansen_distance(conditions.matrix_hansen)
        criteria = (*criteria, Criterion(distance, worst=12.0, best=4.0, weight=0.5))
    return Screen(
        name="inhibitors",
        conditions=conditions,
        stages=(
            Stage(cheap, name="volatility"),
            Stage((BondModel(*steps),), isolate=True, name="bonds"),
            Stage((kinetics,), name="autoxidation"),
        ),
        criteria=criteria,
    )
