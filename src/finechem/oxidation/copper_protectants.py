"""The task "copper protectants", part of the inhibitor task: what keeps copper solderable through reflow."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

from finechem.errors import InputError
from finechem.oxidation import properties as ox
from finechem.oxidation.copper import read_protectants, shipped_protectants
from finechem.oxidation.copper_models import CopperOxideModel, CoverageModel
from finechem.screening import Criterion, Screen, Stage

__all__ = ["CopperConditions", "copper_screen", "exposure_of", "read_protectants", "shipped_protectants"]


@dataclass(frozen=True, slots=True)
class CopperConditions:
    """What protected copper goes through.

    Parameters
    ----------
    peak_C : float
        Peak of the solder reflow, 242 to 260 °C.
    passes : int
        Reflows in a row.
    oxygen_bar : float
        Oxygen in the oven.
    exposure : str
        File with time, temperature and oxygen of one pass instead of the standard profile.
    growth_law : str
        File with the user's growth law of copper.
    critical_nm : float
        Oxide above which solder does not wet.
    vapour_Pa : float
        Vapour of the molecule, for the coverage that is shown.
    """

    peak_C: float = field(default=260.0, metadata={"help": "Peak of the solder reflow, °C (242 to 260)."})
    passes: int = field(default=3, metadata={"help": "Reflows in a row."})
    oxygen_bar: float = field(default=0.2095, metadata={"help": "Oxygen in the oven, bar."})
    exposure: str = field(default="", metadata={"help": "CSV of time, temperature and oxygen of one pass."})
    growth_law: str = field(default="", metadata={"help": "TOML or CSV with your growth law of copper."})
    critical_nm: float = field(default=18.0, metadata={"help": "Oxide above which solder does not wet, nm."})
    vapour_Pa: float = field(default=1.0, metadata={"help": "Vapour of the molecule, Pa, for its coverage."})

    def __post_init__(self) -> None:
        mistakes = []
        for name, low, high in (
            ("peak_C", 242.0, 260.0), ("passes", 1, 20), ("oxygen_bar", 1e-30, 100.0), ("critical_nm", 1.5, 1e4),
            ("vapour_Pa", 1e-12, 1e5),
        ):  # fmt: skip
            value = getattr(self, name)
            if not low <= value <= high:
                mistakes.append(f"{name}={value:g}: must be between {low:g} and {high:g}")
        if self.passes != int(self.passes if math.isfinite(self.passes) else 0):
            mistakes.append(f"passes={self.passes:g}: must be a whole number")
        if mistakes:
            raise InputError("; ".join(mistakes))


def exposure_of(conditions: CopperConditions) -> Any:
    """Return the exposure of the conditions: the passes, of the standard profile or of the user's.

    >>> exposure_of(CopperConditions(passes=2)).label
    'reflow to 260 C x2 at 0.209 bar O2'
    """
    from finechem.matter.programs import reflow
    from finechem.oxidation.exposure import Exposure, read_exposure, repeated

    if not conditions.exposure:
        return Exposure(reflow(peak_C=conditions.peak_C, passes=int(conditions.passes)), (conditions.oxygen_bar,))
    return repeated(read_exposure(conditions.exposure, oxygen_bar=conditions.oxygen_bar), int(conditions.passes))


def _growth(conditions: CopperConditions) -> str:
    if not conditions.growth_law:
        return ""
    from finechem.oxidation.growth_reading import read_growth_laws

    laws = [law for law in read_growth_laws(conditions.growth_law) if law.substance == "Cu"]
    if len(laws) != 1:
        raise InputError(f"{conditions.growth_law}: {len(laws)} growth laws of Cu; one is needed")
    return json.dumps(laws[0].to_dict(), sort_keys=True)


def copper_screen(conditions: CopperConditions | None = None) -> Screen:
    """Return the screen of copper protectants.

    Criterion and gate: oxide after the reflows, best at 1 nm, worst at twice what solder no longer wets; protection
    over bare copper and the film that is left are shown, and so is the coverage of a monolayer, which never ranks.

    Examples
    --------
    >>> [criterion.property.name for criterion in copper_screen().criteria]
    ['oxide_thickness']
    """
    conditions = conditions or CopperConditions()
    exposure = exposure_of(conditions)
    model = CopperOxideModel(
        exposure.program.time_s,
        exposure.program.temperature_K,
        exposure.oxygen_bar,
        exposure.label,
        _growth(conditions),
    )
    coverage = CoverageModel(exposure.program.peak_K, conditions.vapour_Pa)
    return Screen(
        name="copper-protectants",
        conditions=conditions,
        stages=(Stage((coverage, model), name="oxide under the film"),),
        criteria=(
            Criterion(ox.oxide_thickness(exposure.label), worst=2.0 * conditions.critical_nm, best=1.0, required=True),
        ),
    )
