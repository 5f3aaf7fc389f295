"""The heat domain's property models: thin wrappers around the public functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.matter.crystal import Crystal
from finechem.screening.properties import Estimates, Property
from finechem.thermal import properties as heat
from finechem.thermal.calibration import group_of, model_error
from finechem.thermal.elastic import (
    acoustic_debye_temperature,
    born_stability,
    debye_temperature,
    polycrystal_moduli,
    sound_velocities,
)
from finechem.thermal.gruneisen import gruneisen_from_poisson

__all__ = ["CallawayModel", "DensityModel", "ElasticModel", "HeatModel", "MinimumConductivityModel", "SlackModel"]

Array = NDArray[np.float64]
Known = Mapping[Property, Estimates]

NO_TENSOR = "no elastic tensor of this phase is known; give C11_GPa ... beside its file"


@dataclass(frozen=True, slots=True)
class HeatModel:
    """What all models here share: they read the whole crystal, and the shipped tables."""

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    references: ClassVar[tuple[str, ...]] = ()

    @property
    def data(self) -> str:
        """Hash of the shipped tables."""
        return datasets.package_hash()

    @property
    def requires(self) -> tuple[Property, ...]:
        """Nothing, unless a model says otherwise."""
        return ()

    def subject(self, candidate: Crystal) -> Crystal:
        """Return the whole crystal."""
        return candidate


@dataclass(frozen=True, slots=True)
class ElasticModel(HeatModel):
    """Moduli, sound velocities, Debye temperatures and the elastic Gruneisen parameter from the stiffness tensor."""

    name: ClassVar[str] = "elastic"
    references: ClassVar[tuple[str, ...]] = (
        "R. Hill, Proc. Phys. Soc. A 65, 349 (1952)",
        "O. L. Anderson, J. Phys. Chem. Solids 24, 909 (1963)",
        "F. Mouhat, F.-X. Coudert, Phys. Rev. B 90, 224104 (2014), doi:10.1103/PhysRevB.90.224104",
        "V. N. Belomestnykh, E. P. Tesleva, Tech. Phys. 49, 1098 (2004)",
    )

    @property
    def provides(self) -> tuple[Property, ...]:
        """Eight elastic properties."""
        return (
            heat.BULK_MODULUS,
            heat.SHEAR_MODULUS,
            heat.LONGITUDINAL_VELOCITY,
            heat.TRANSVERSE_VELOCITY,
            heat.MEAN_VELOCITY,
            heat.DEBYE,
            heat.ACOUSTIC_DEBYE,
            heat.GRUNEISEN,
        )

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate for crystals with a stable tensor; sigma is the measured scatter between tensors."""
        del known
        reasons = [_why_no_tensor(crystal) for crystal in subjects]
        rows = np.array([index for index, reason in enumerate(reasons) if not reason], dtype=np.intp)
        usable = [subjects[index] for index in rows.tolist()]
        values = {prop: np.full(len(subjects), np.nan) for prop in self.provides}
        if usable:
            for prop, array in zip(self.provides, _elastic_arrays(usable), strict=True):
                values[prop][rows] = array
        sources = [_elastic_source(crystal) for crystal in subjects]
        kinds = ["computed" if _is_computed_tensor(crystal) else "measured" for crystal in subjects]
        return {
            prop: Estimates(values[prop], _elastic_sigma(prop, kinds), reason=reasons, source=sources)
            for prop in self.provides
        }


def _elastic_arrays(crystals: Sequence[Crystal]) -> tuple[Array, ...]:
    stiffness = _stiffness(crystals)
    volume = np.array([crystal.volume_per_atom_m3 for crystal in crystals])
    moduli = polycrystal_moduli(stiffness)
    velocities = sound_velocities(stiffness, [crystal.density_kg_m3 for crystal in crystals])
    debye = debye_temperature(velocities.debye, volume)
    acoustic = acoustic_debye_temperature(debye, [crystal.primitive_atoms for crystal in crystals])
    gruneisen = gruneisen_from_poisson(moduli.poisson)
    return (
        moduli.bulk,
        moduli.shear,
        velocities.longitudinal,
        velocities.transverse,
        velocities.mean,
        debye,
        acoustic,
        gruneisen,
    )


def _stiffness(crystals: Sequence[Crystal]) -> Array:
    return np.array([crystal.elasticity.matrix_Pa for crystal in crystals if crystal.elasticity is not None])


def _why_no_tensor(crystal: Crystal) -> str:
    if crystal.elasticity is None:
        return NO_TENSOR
    smallest = float(born_stability(crystal.elasticity.matrix_Pa)[0])
    if smallest <= 0:
        return (
            f"its elastic tensor breaks the Born condition (smallest eigenvalue {smallest / 1e9:.3g} GPa): no crystal"
        )
    return ""


def _is_computed_tensor(crystal: Crystal) -> bool:
    """Return whether its error is that of computed tensors: all that are not known to be measured (A or B)."""
    return crystal.elasticity is not None and crystal.elasticity.grade not in ("A", "B")


def _elastic_source(crystal: Crystal) -> str:
    return f"{crystal.elasticity.method}: {crystal.elasticity.source}" if crystal.elasticity else ""


def _elastic_sigma(prop: Property, kinds: Sequence[str]) -> Array:
    """Return measured scatter; velocities scatter like the Debye temperature, which is proportional to one."""
    tabled = prop.name if prop.name in ("bulk_modulus", "shear_modulus", "gruneisen_parameter") else "debye_temperature"
    return np.array([model_error(tabled, kind)["sigma"] for kind in kinds], dtype=float)


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
        """The acoustic Debye temperature."""
        return (heat.ACOUSTIC_DEBYE,)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Lattice conductivity at the temperature."""
        return (heat.conductivity(self.temperature_K),)

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; out of domain for layered crystals, metals, large cells, impure ones and far below theta_a."""
        from finechem.thermal.slack import slack_conductivity

        acoustic = known[heat.ACOUSTIC_DEBYE]
        gamma = _heat_gruneisen(self.name, subjects)
        kappa = slack_conductivity(
            [crystal.mean_mass_u for crystal in subjects],
            acoustic.value,
            [crystal.volume_per_atom_m3 * 1e30 for crystal in subjects],
            [crystal.primitive_atoms for crystal in subjects],
            gamma,
            self.temperature_K,
        )
        impure = "" if self.pure else "knows no grain boundaries and no dissolved oxygen"
        outside = [
            _outside(crystal) or impure or _too_cold(float(theta), self.temperature_K)
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
        """Sound velocities by branch, and the acoustic Debye temperature, whose error counts three times in kappa."""
        return (heat.LONGITUDINAL_VELOCITY, heat.TRANSVERSE_VELOCITY, heat.ACOUSTIC_DEBYE)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Lattice conductivity at the temperature."""
        return (heat.conductivity(self.temperature_K),)

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; out of domain for layered crystals, metals, large cells, cold ones without boundaries."""
        from finechem.thermal.callaway import debye_callaway_conductivity

        defects = [_mass_variance(crystal, self.oxygen_mass_percent) for crystal in subjects]

        def conductivity(mass_variance: Sequence[float], normal_processes: bool = True) -> Array:
            return debye_callaway_conductivity(
                known[heat.LONGITUDINAL_VELOCITY].value,
                known[heat.TRANSVERSE_VELOCITY].value,
                [crystal.volume_per_atom_m3 for crystal in subjects],
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
            _outside(crystal) or why or ("" if bounded else _too_cold(cold, self.temperature_K))
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


def _outside(crystal: Crystal) -> str:
    if crystal.layered:
        return "layered: one sound velocity does not describe it"
    if crystal.primitive_atoms > LARGEST_CELL:
        return f"{crystal.primitive_atoms} atoms in the primitive cell; judged on at most {LARGEST_CELL // 2}"
    gap = crystal.fact("band_gap_eV")
    if gap is not None and gap.value == 0:
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
    from finechem.thermal.callaway import isotope_parameter, oxygen_defect_parameter

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


@dataclass(frozen=True, slots=True)
class MinimumConductivityModel(HeatModel):
    """One of the lower limits: ``clarke``, ``cahill-pohl`` or ``diffuson``."""

    limit: str = "diffuson"
    temperature_K: float = 300.0
    references: ClassVar[tuple[str, ...]] = (
        "D. R. Clarke, Surf. Coat. Technol. 163-164, 67 (2003), doi:10.1016/S0257-8972(02)00593-5",
        "D. G. Cahill, S. K. Watson, R. O. Pohl, Phys. Rev. B 46, 6131 (1992), doi:10.1103/PhysRevB.46.6131",
        "M. T. Agne, R. Hanus, G. J. Snyder, Energy Environ. Sci. 11, 609 (2018), doi:10.1039/C7EE03256K",
    )

    @property
    def name(self) -> str:  # type: ignore[override]
        """The limit's name."""
        return self.limit

    @property
    def requires(self) -> tuple[Property, ...]:
        """Moduli and velocities."""
        return (
            heat.BULK_MODULUS,
            heat.SHEAR_MODULUS,
            heat.LONGITUDINAL_VELOCITY,
            heat.TRANSVERSE_VELOCITY,
            heat.MEAN_VELOCITY,
        )

    @property
    def provides(self) -> tuple[Property, ...]:
        """The floor of the lattice conductivity."""
        return (heat.minimum_conductivity(self.temperature_K),)

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; sigma is that of a velocity, for the limit as defined (not for kappa)."""
        from finechem.thermal import limits

        bulk, shear, longitudinal, transverse, mean = (known[prop].value for prop in self.requires)
        volume = np.array([crystal.volume_per_atom_m3 for crystal in subjects])
        density = np.array([crystal.density_kg_m3 for crystal in subjects])
        formulas: dict[str, Callable[[], Array]] = {
            "clarke": lambda: limits.clarke_limit(9 * bulk * shear / (3 * bulk + shear), density, volume),
            "cahill-pohl": lambda: limits.cahill_pohl_limit(longitudinal, transverse, volume, self.temperature_K),
            "diffuson": lambda: limits.diffuson_limit(mean, volume),
        }
        velocity = known[heat.MEAN_VELOCITY]
        value = formulas[self.limit]()
        estimates = Estimates(value, velocity.sigma, reason=list(velocity.reason), source=list(velocity.source))
        return {self.provides[0]: estimates}


@dataclass(frozen=True, slots=True)
class DensityModel(HeatModel):
    """Density from the cell."""

    name: ClassVar[str] = "cell"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Density."""
        return (heat.DENSITY,)

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; sigma is the scatter of cell volumes between determinations, taken from the table of errors."""
        del known
        value = np.array([crystal.density_kg_m3 for crystal in subjects])
        sigma = value * float(model_error("density", "measured")["sigma"])
        return {heat.DENSITY: Estimates(value, sigma, source=[f"cell: {crystal.source}" for crystal in subjects])}
