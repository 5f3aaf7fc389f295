"""The task "pressure-sensitive adhesives" under the biomass adhesives: conditions, candidates, screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from finechem import datasets
from finechem.adhesives import properties as glue
from finechem.adhesives.pressure_sensitive import DAHLQUIST_PA, BlendPart
from finechem.adhesives.tacky import TackyBlend, read_tacky_blends
from finechem.adhesives.tacky_models import BlendGlassModel, DilutionModel, MeasuredModulusModel, WindowModel
from finechem.errors import InputError
from finechem.matter.programs import ZERO_CELSIUS_K
from finechem.screening import Criterion, Rejected, Screen, Stage

__all__ = ["TackyConditions", "read_blends", "shipped_blends", "tacky_materials", "tacky_screen"]

#: Polymers of the shipped proposals: where density and plateau modulus are from, and where the glass transition is.
_POLYMERS: Mapping[str, tuple[str, str]] = {
    "natural rubber": ("cis-polyisoprene", "natural-rubber"),
    "polyisobutylene": ("polyisobutylene", "polyisobutylene"),
    "poly(octyl acrylate)": ("poly-octyl-acrylate", "poly-octyl-acrylate"),
    "poly(ethyl acrylate)": ("poly-ethyl-acrylate", "poly-ethyl-acrylate"),
}
_TACKIFIERS = ("eastotac-h-130l", "plastolyn-r1140", "piccotex-120")
_SHARES = (0.3, 0.45, 0.6)


@dataclass(frozen=True, slots=True)
class TackyConditions:
    """Where a pressure-sensitive adhesive is used.

    Parameters
    ----------
    temperature_C : float
        Of use.
    limit_MPa : float
        Storage shear modulus at 1 Hz above which nothing sticks on touch (Dahlquist).
    """

    temperature_C: float = field(default=25.0, metadata={"help": "Of use, °C."})
    limit_MPa: float = field(default=DAHLQUIST_PA / 1e6, metadata={"help": "Largest G' at 1 Hz, MPa (Dahlquist)."})

    def __post_init__(self) -> None:
        mistakes = []
        if not -100.0 <= self.temperature_C <= 200.0:
            mistakes.append(f"temperature_C={self.temperature_C:g}: must be between -100 and 200")
        if not 0.01 <= self.limit_MPa <= 1.0:
            mistakes.append(f"limit_MPa={self.limit_MPa:g}: must be between 0.01 and 1")
        if mistakes:
            raise InputError("; ".join(mistakes))


def tacky_screen(conditions: TackyConditions | None = None) -> Screen:
    """Return the screen of pressure-sensitive adhesives.

    Gates: soft enough to wet on touch (Dahlquist, no more than a gate), and a glass transition that lies below.
    Softness is judged both ways: the distance of the modulus from 10^4.5 Pa, the middle of Chang's range of 1e3 to 1e6
    Pa on a logarithmic scale (an assumption, see `finechem.adhesives.viscoelastic_windows`), whose ends lie 1.5 away. A
    measured modulus speaks before an estimated one. Peel, shear and tack are not judged: they need measuring.

    Examples
    --------
    >>> [criterion.property.name for criterion in tacky_screen().criteria if criterion.required]
    ['storage_shear_modulus', 'above_glass_transition']
    """
    conditions = conditions or TackyConditions()
    kelvin = conditions.temperature_C + ZERO_CELSIUS_K
    limit = 1e6 * conditions.limit_MPa
    return Screen(
        name="pressure-sensitive-adhesives",
        conditions=conditions,
        stages=(
            Stage((BlendGlassModel(kelvin), DilutionModel(kelvin)), name="estimated"),
            Stage((MeasuredModulusModel(kelvin), WindowModel(kelvin)), name="measured"),
        ),
        criteria=(
            Criterion(glue.storage_modulus(kelvin), worst=limit, best=limit / 3.0, weight=0.0, required=True),
            Criterion(glue.distance_from_tack_window(kelvin), worst=1.5, best=0.0),
            Criterion(glue.above_glass_transition(kelvin), worst=20.0, best=60.0, required=True),
        ),
    )


def read_blends(paths: Sequence[Path | str]) -> list[TackyBlend | Rejected]:
    """Read the user's blends; see `finechem.adhesives.tacky.load_tacky_blends`."""
    return read_tacky_blends(paths)


def tacky_materials() -> dict[str, dict[str, float]]:
    """Return the median of each quantity of each material of `adhesives.tacky_materials`.

    >>> round(tacky_materials()["polyisobutylene"]["plateau_modulus_Pa"])
    332000
    """
    values: dict[str, dict[str, list[float]]] = {}
    for row in datasets.load("adhesives.tacky_materials").rows:
        if row["value"] is not None:
            values.setdefault(row["material_id"], {}).setdefault(row["quantity"], []).append(row["value"])
    return {name: {key: median(numbers) for key, numbers in of.items()} for name, of in values.items()}


def shipped_blends() -> list[TackyBlend]:
    """Return the blends that come with finechem: proposals to compute, none of them measured.

    Four polymers alone and with three hydrocarbon resins at 30, 45 and 60 % by mass: all whose plateau modulus, density
    and glass transition could be read and that are used with such resins (silicone is not). One phase is assumed.
    """
    known = tacky_materials()
    found = []
    for name, (own, glassy) in _POLYMERS.items():
        density, plateau = 1e3 * known[own]["density_g_cm3"], known[own]["plateau_modulus_Pa"]
        glass = known[glassy]["glass_transition_K"]
        found.append(TackyBlend(name, BlendPart(name, 1.0, density, glass), (), plateau, note="a proposal"))
        for tackifier in _TACKIFIERS:
            of = known[tackifier]
            for share in _SHARES:
                resin = BlendPart(tackifier, share, 1e3 * of["density_g_cm3"], of["glass_transition_K"])
                polymer = BlendPart(name, 1.0 - share, density, glass)
                label = f"{name} + {100 * share:.0f} % {tackifier}"
                found.append(TackyBlend(label, polymer, (resin,), plateau, note="a proposal"))
    return found
