"""Property models of what a cell and an elastic tensor say: density, moduli, velocities, floors of the conductivity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError, did_you_mean
from finechem.matter.crystal import Crystal
from finechem.screening.properties import Estimates, Property
from finechem.thermal import limits
from finechem.thermal import properties as heat
from finechem.thermal.elastic import (
    acoustic_debye_temperature,
    born_stability,
    debye_temperature,
    polycrystal_moduli,
    sound_velocities,
)
from finechem.thermal.gruneisen import gruneisen_from_poisson
from finechem.thermal.model import HeatModel, Known, atomic_volumes_m3
from finechem.thermal.model_errors import model_error

__all__ = ["DensityModel", "ElasticModel", "MinimumConductivityModel"]

Array = NDArray[np.float64]

NO_TENSOR = "no elastic tensor of this phase is known; give C11_GPa ... beside its file"
LIMITS = ("clarke", "cahill-pohl", "diffuson")


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
class MinimumConductivityModel(HeatModel):
    """One of the lower limits: ``clarke``, ``cahill-pohl`` or ``diffuson``."""

    limit: str = "diffuson"
    temperature_K: float = 300.0
    references: ClassVar[tuple[str, ...]] = (
        "D. R. Clarke, Surf. Coat. Technol. 163-164, 67 (2003), doi:10.1016/S0257-8972(02)00593-5",
        "D. G. Cahill, S. K. Watson, R. O. Pohl, Phys. Rev. B 46, 6131 (1992), doi:10.1103/PhysRevB.46.6131",
        "M. T. Agne, R. Hanus, G. J. Snyder, Energy Environ. Sci. 11, 609 (2018), doi:10.1039/C7EE03256K",
    )

    def __post_init__(self) -> None:
        if self.limit not in LIMITS:
            raise InputError(f"limit={self.limit!r} is no lower limit{did_you_mean(self.limit, LIMITS)}")

    @property
    def name(self) -> str:  # type: ignore[override]
        """The limit's name."""
        return self.limit

    @property
    def requires(self) -> tuple[Property, ...]:
        """Moduli, velocities and density."""
        return (
            heat.BULK_MODULUS,
            heat.SHEAR_MODULUS,
            heat.LONGITUDINAL_VELOCITY,
            heat.TRANSVERSE_VELOCITY,
            heat.MEAN_VELOCITY,
            heat.DENSITY,
        )

    @property
    def provides(self) -> tuple[Property, ...]:
        """The floor of the lattice conductivity."""
        return (heat.minimum_conductivity(self.temperature_K),)

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; sigma is that of a velocity, for the limit as defined (not for kappa)."""
        bulk, shear, longitudinal, transverse, mean, density = (known[prop].value for prop in self.requires)
        volume = atomic_volumes_m3(subjects, known)
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
