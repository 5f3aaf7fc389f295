"""Property models of the lattice conductivity: Slack, Debye-Callaway, their domains and their errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from finechem.matter.crystal import Crystal
from finechem.screening.properties import Estimates, Property
from finechem.thermal import properties as heat
from finechem.thermal.calibration import group_of
from finechem.thermal.callaway import debye_callaway_conductivity, isotope_parameter, oxygen_defect_parameter
from finechem.thermal.measured import is_metal
from finechem.thermal.model import HeatModel, Known, atomic_volumes_m3
from finechem.thermal.model_errors import model_error
from finechem.thermal.slack import slack_conductivity

__all__ = ["CallawayModel", "SlackModel", "why_not_elastic"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SlackModel(HeatModel):
    """Slack's lattice conductivity with the Gruneisen parameter fitted to the crystal's group.

    The user's own Gruneisen parameter (fact ``gruneisen``) wins over the group's. Mind that the group's value is an
    effective one: with elastic instead of zone-boundary Debye temperatures it comes out larger (0.96 for tetrahedral
    crystals, 1.43 in Callaway's model) than the literature's 0.5 to 1.1, which overestimate kappa here (16 reference
    crystals: by a factor 1.8 with Slack, 3.2 with Callaway). So sigma grows with the distance from the group's.

    Fitted at 300 K. At other temperatures Slack's 1/T is all there is; sigma is that of 300 K.

    Parameters
    ----------
    temperature_K : float
    pure : bool
        False where grain boundaries or dissolved oxygen are asked for: Slack's equation knows neither, so it is then
        out of domain.
    """

    temperature_K: float = 300.0
    pure: bool = True
    name: ClassVar[str] = "slack"
    references: ClassVar[tuple[str, ...]] = (
        "G. A. Slack, J. Phys. Chem. Solids 34, 321 (1973), doi:10.1016/0022-3697(73)90092-9",
    )

    @property
    def requires(self) -> tuple[Property, ...]:
        """The acoustic Debye temperature, and density for the volume of an atom."""
        return (heat.ACOUSTIC_DEBYE, heat.DENSITY)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Lattice conductivity at the temperature."""
        return (heat.conductivity(self.temperature_K),)

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; out of domain for layered crystals, metals, large cells, impure ones and far below theta_a."""
        acoustic = known[heat.ACOUSTIC_DEBYE]
        gamma = _heat_gruneisen(self.name, subjects)
        kappa = slack_conductivity(
            [crystal.mean_mass_u for crystal in subjects],
            acoustic.value,
            atomic_volumes_m3(subjects, known) * 1e30,
            [crystal.primitive_atoms for crystal in subjects],
            gamma,
            self.temperature_K,
        )
        impure = "" if self.pure else "knows no grain boundaries and no dissolved oxygen"
        outside = [
            why_not_elastic(crystal) or impure or _too_cold(float(theta), self.temperature_K)
            for crystal, theta in zip(subjects, acoustic.value, strict=True)
        ]
        prop = self.provides[0]
        return {prop: _conductivity_estimates(self.name, subjects, kappa, acoustic, outside)}


@dataclass(frozen=True, slots=True)
class CallawayModel(HeatModel):
    """Debye-Callaway lattice conductivity with isotopes, grain boundaries and dissolved oxygen.

    Parameters
    ----------
    temperature_K, grain_size_um, oxygen_mass_percent : float
        Oxygen counts for nitrides with one kind of cation of known valence, up to 0.75 atomic percent; elsewhere the
        estimate is out of domain when it is not zero. Its cost depends on how normal processes are treated, and the
        reference crystals are pure: the difference of ln kappa with and without them is added to sigma.
    """

    temperature_K: float = 300.0
    grain_size_um: float | None = None
    oxygen_mass_percent: float = 0.0
    name: ClassVar[str] = "callaway"
    references: ClassVar[tuple[str, ...]] = (
        "J. Callaway, Phys. Rev. 113, 1046 (1959), doi:10.1103/PhysRev.113.1046",
        "D. T. Morelli, J. P. Heremans, G. A. Slack, Phys. Rev. B 66, 195304 (2002), doi:10.1103/PhysRevB.66.195304",
        "P. G. Klemens, Proc. Phys. Soc. A 68, 1113 (1955)",
    )

    @property
    def requires(self) -> tuple[Property, ...]:
        """Velocities by branch, the acoustic Debye temperature (its error counts three times in kappa), density."""
        return (heat.LONGITUDINAL_VELOCITY, heat.TRANSVERSE_VELOCITY, heat.ACOUSTIC_DEBYE, heat.DENSITY)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Lattice conductivity at the temperature."""
        return (heat.conductivity(self.temperature_K),)

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; out of domain for layered crystals, metals, large cells, cold ones without boundaries."""
        defects = [_mass_variance(crystal, self.oxygen_mass_percent) for crystal in subjects]

        def conductivity(mass_variance: Sequence[float], normal_processes: bool = True) -> Array:
            return debye_callaway_conductivity(
                known[heat.LONGITUDINAL_VELOCITY].value,
                known[heat.TRANSVERSE_VELOCITY].value,
                atomic_volumes_m3(subjects, known),
                [crystal.primitive_atoms for crystal in subjects],
                [crystal.mean_mass_u for crystal in subjects],
                _heat_gruneisen(self.name, subjects),
                self.temperature_K,
                mass_variance=mass_variance,
                grain_size_m=np.inf if self.grain_size_um is None else self.grain_size_um * 1e-6,
                normal_processes=normal_processes,
            )

        defective = [variance for variance, _ in defects]
        kappa = conductivity(defective)
        form: Array = np.zeros(len(subjects))
        if self.oxygen_mass_percent:  # what it costs, with normal processes and without: the truth lies near either
            clean = [_mass_variance(crystal, 0.0)[0] for crystal in subjects]
            costs = [np.log(conductivity(clean, normal) / conductivity(defective, normal)) for normal in (True, False)]
            form = np.nan_to_num(np.abs(costs[0] - costs[1]))
        theta = known[heat.ACOUSTIC_DEBYE].value.tolist()
        bounded = self.grain_size_um is not None  # boundaries keep kappa finite where Umklapp freezes out
        outside = [
            why_not_elastic(crystal) or why or ("" if bounded else _too_cold(cold, self.temperature_K))
            for crystal, (_, why), cold in zip(subjects, defects, theta, strict=True)
        ]
        prop = self.provides[0]
        return {prop: _conductivity_estimates(self.name, subjects, kappa, known[heat.ACOUSTIC_DEBYE], outside, form)}


def _heat_gruneisen(model: str, crystals: Sequence[Crystal]) -> Array:
    values = []
    for crystal in crystals:
        own = crystal.fact("gruneisen")
        values.append(own.value if own is not None else model_error(model, group_of(crystal))["gruneisen"])
    return np.array(values, dtype=float)


def _conductivity_estimates(
    model: str,
    crystals: Sequence[Crystal],
    kappa: Array,
    acoustic: Estimates,
    outside: Sequence[str],
    form: Array | float = 0.0,
) -> Estimates:
    """Attach the measured error of the group, and what a worse elastic tensor adds (kappa goes with theta cubed).

    `form` is a further error of ln kappa that the reference crystals do not show. Another is the user's own Gruneisen
    parameter: the error was measured with the group's, and ln kappa goes about as -2 ln gamma.
    """
    errors = [model_error(model, group_of(crystal)) for crystal in crystals]
    base = np.array([error["sigma"] for error in errors], dtype=float)
    usual = float(model_error("debye_temperature", "measured")["sigma"])
    extra = 9 * np.maximum(np.square(np.nan_to_num(acoustic.sigma)) - usual**2, 0.0)
    fitted = np.array([error["gruneisen"] for error in errors], dtype=float)
    departure = 2 * np.log(np.maximum(_heat_gruneisen(model, crystals), 1e-9) / fitted)
    common = {
        f"model:{model}:{group}": np.array(
            [error["sigma"] / np.sqrt(error["n"]) if error["group"] == group else 0.0 for error in errors]
        )
        for group in {error["group"] for error in errors}
    }
    reasons = [
        reason if np.isnan(value) else why
        for reason, value, why in zip(acoustic.reason, acoustic.value, outside, strict=True)
    ]
    reasons = [
        why or "no finite conductivity" if np.isnan(value) else why for why, value in zip(reasons, kappa, strict=True)
    ]
    return Estimates(
        kappa,
        np.sqrt(base**2 + extra + np.square(form) + departure**2),
        in_domain=np.array([not why for why in outside]),
        reason=reasons,
        source=[f"elastic tensor by {source}" if source else "" for source in acoustic.source],
        shared=common,
    )


#: Cells up to twice the largest of the reference set (corundum and calcite, 10 atoms): beyond, optical branches carry
#: too much.
LARGEST_CELL = 20
#: The reference set reaches down to T/theta_a = 0.17 (diamond at 300 K).
COLDEST_REDUCED_TEMPERATURE = 0.15


def why_not_elastic(crystal: Crystal) -> str:
    """Return why models of elastic constants do not hold for a crystal; nothing where they do."""
    if crystal.layered:
        return "layered: one sound velocity does not describe it"
    if crystal.primitive_atoms > LARGEST_CELL:
        return f"{crystal.primitive_atoms} atoms in the primitive cell; judged on at most {LARGEST_CELL // 2}"
    if is_metal(crystal):
        return "a metal: electrons carry heat too and scatter phonons"
    return ""


def _too_cold(theta: float, temperature_K: float) -> str:
    if temperature_K < COLDEST_REDUCED_TEMPERATURE * theta:
        return f"{temperature_K:g} K is far below the acoustic Debye temperature ({theta:.0f} K)"
    return ""


#: Atomic percent; above, oxygen in AlN no longer sits beside vacancies but in octahedral defects (Harris, Youngman,
#: Teller, J. Mater. Res. 5, 1763 (1990)).
LARGEST_OXYGEN_CONTENT = 0.75
OXYGEN_MASS_U = 15.999
_VALENCE = {
    "B": 3,
    "Al": 3,
    "Ga": 3,
    "In": 3,
    "Sc": 3,
    "Y": 3,
    "La": 3,
    "Si": 4,
    "Ge": 4,
    "Be": 2,
    "Mg": 2,
    "Ca": 2,
    "Li": 1,
}


def _mass_variance(crystal: Crystal, oxygen_mass_percent: float) -> tuple[float, str]:
    variance = isotope_parameter(crystal.species)
    if oxygen_mass_percent == 0:
        return variance, ""
    cations = [element for element in crystal.elements if element != "N"]
    if "N" not in crystal.elements or len(cations) != 1 or cations[0] not in _VALENCE:
        return variance, "what oxygen does in it is not known: not a nitride of one cation of known valence"
    defects = oxygen_defect_parameter(oxygen_mass_percent, crystal.species, cations[0], _VALENCE[cations[0]])
    atomic_percent = oxygen_mass_percent * crystal.mean_mass_u / OXYGEN_MASS_U
    if atomic_percent > LARGEST_OXYGEN_CONTENT:
        why = f"{atomic_percent:.2g} atomic percent of oxygen; its defects change above {LARGEST_OXYGEN_CONTENT}"
        return variance + defects, why
    return variance + defects, ""
