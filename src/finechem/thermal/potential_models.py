"""Property models that compute a crystal with an interatomic potential: does it stand, how stiff is it, κ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from finechem import datasets
from finechem.errors import ConvergenceError, DataError, DomainError, InputError, UnstableError
from finechem.matter.calculators import Potential
from finechem.matter.crystal import Crystal
from finechem.screening.cache import Cache, default_cache_folder
from finechem.screening.one_by_one import Answer, estimates_of
from finechem.screening.properties import Estimates, Property
from finechem.thermal import properties as heat
from finechem.thermal.calibration import group_of
from finechem.thermal.conductivity_models import why_not_elastic
from finechem.thermal.elastic import born_stability
from finechem.thermal.elastic_models import ElasticModel
from finechem.thermal.measured import single_crystal_conductivities
from finechem.thermal.model import HeatModel, Known
from finechem.thermal.model_errors import model_error
from finechem.thermal.plausibility import was_made
from finechem.thermal.potential_conductivity import MESH_ANGSTROM, shear_to_bulk
from finechem.thermal.potential_errors import calibrated_conductivity, reads_moduli
from finechem.thermal.potential_sigma import (
    calibrated_stiffness,
    elastic_errors,
    normal_sigma,
    raw_error,
    volume_error,
    why_not_calibrated,
)

if TYPE_CHECKING:
    from finechem.matter.relaxation import Relaxed

__all__ = ["CalibratedConductivityModel", "PotentialConductivityModel", "PotentialElasticModel", "StandingModel"]

#: In the cold isotopes and the fineness of the mesh outweigh three phonons: an assumption, half of where it was
#: measured.
_COLDEST_K = 150.0


@dataclass(frozen=True, slots=True)
class _PotentialModel(HeatModel):
    """What these models share: a potential, part of every key by its fingerprint, and the cache of its forces.

    Parameters
    ----------
    potential : Potential
        With a fingerprint: without one nothing could be kept, or told from what another potential said.
    """

    potential: Potential = field(compare=False)
    kind: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if not self.potential.fingerprint:
            raise InputError(
                f"{self.potential.name} has no fingerprint, so that its results could not be told from another's: "
                'calculator(yours, fingerprint="yours 1")'
            )

    @property
    def name(self) -> str:  # type: ignore[override]
        """The potential, and what is computed."""
        return f"{self.potential.name} {self.kind}"

    @property
    def data(self) -> str:
        """The potential, and the shipped tables, where its measured errors are."""
        return f"{self.potential.fingerprint} {datasets.package_hash()}"

    @property
    def provides(self) -> tuple[Property, ...]:
        """What `answers` speaks of, in its order."""
        raise NotImplementedError

    def answers(self, crystal: Crystal, known: Sequence[float]) -> list[Answer]:
        """Return one answer for each provided property; `known` are the required values."""
        raise NotImplementedError

    def estimate(self, subjects: Sequence[Crystal], known: Known) -> Mapping[Property, Estimates]:
        """Estimate one after the other; what breaks a calculation becomes its reason."""
        rows = []
        for index, crystal in enumerate(subjects):
            try:
                rows.append(self.answers(crystal, [float(known[prop].value[index]) for prop in self.requires]))
            except (InputError, ConvergenceError) as error:
                why = str(error).removeprefix(f"{crystal.id}: ")
                unstable = isinstance(error, (UnstableError, ConvergenceError)) and not was_made(crystal)
                rows.append([self.without(prop, why, unstable) for prop in self.provides])
        return dict(zip(self.provides, map(estimates_of, zip(*rows, strict=True)), strict=True))

    def without(self, prop: Property, why: str, unstable: bool) -> Answer:
        """Return the answer when there is none: what is no minimum does not stand, unless it exists all the same."""
        return Answer(0.0, source=why) if unstable and prop == heat.STANDS else Answer.unknown(why)

    def relaxed(self, crystal: Crystal) -> Relaxed:
        """Return the crystal relaxed; kept, so that later models get it for nothing."""
        from finechem.matter.relaxation import relax

        return relax(crystal, self.potential, cache=self.cache())

    @staticmethod
    def cache() -> Cache:
        """Return where forces are kept."""
        return Cache(default_cache_folder())


@dataclass(frozen=True, slots=True)
class StandingModel(_PotentialModel):
    """Whether a crystal relaxes, how dense it then is, and how far it lies above competing nitrides.

    Phases of which something was measured exist: they pass without a calculation. Universal potentials condemn some of
    those (rocksalt VN with 7net-0), and so will have condemned some that could be made.
    """

    kind: ClassVar[str] = "relaxation"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Standing, density at rest, and energy above competitors."""
        return (heat.STANDS, heat.DENSITY, heat.ENERGY_ABOVE)

    def answers(self, crystal: Crystal, known: Sequence[float]) -> list[Answer]:
        """Relax, and compare."""
        from finechem.thermal.competing import energy_above

        if was_made(crystal):
            made = "it exists: a known phase, or something of it was measured"
            return [Answer(1.0, source=made), *[Answer.unknown(made)] * 2]
        relaxed = self.relaxed(crystal)
        how = f"relaxed in {relaxed.steps} steps, volume {relaxed.volume_ratio - 1:+.1%}"
        density, (sigma, of) = relaxed.crystal.density_kg_m3, volume_error(self.potential)
        stands = Answer(1.0, source=how)
        dense = Answer(density, sigma * density, source=f"{self.potential.description}, {how}; error: {of}")
        try:
            found = energy_above(relaxed, self.potential, kept=self.cache())
        except (InputError, ConvergenceError) as error:
            return [stands, dense, Answer.unknown(str(error))]
        return [stands, dense, Answer(found.energy_above_eV_atom, source=str(found))]


@dataclass(frozen=True, slots=True)
class PotentialElasticModel(_PotentialModel):
    """Stiffness and what follows from it, of crystals whose stiffness nobody knows.

    Where a tensor is known this model is silent: a soft potential never supersedes a measured tensor, nor one by
    DFT. Sigma is the potential's measured error.

    Parameters
    ----------
    calibrated : bool
        Bulk and shear modulus less what the potential is off by on measured crystals, the tensor with them: a model of
        its own name beside the one that corrects nothing.
    """

    calibrated: bool = False

    @property
    def kind(self) -> str:  # type: ignore[override]
        """Its name says whether it corrects."""
        return "elastic, calibrated" if self.calibrated else "elastic"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Standing, and the properties of `ElasticModel`."""
        return (heat.STANDS, *ElasticModel().provides)

    def answers(self, crystal: Crystal, known: Sequence[float]) -> list[Answer]:
        """Relax, strain, and evaluate."""
        if crystal.elasticity is not None:
            why = "its stiffness is known without a potential"
            return [Answer(1.0, source=why), *[Answer.unknown(why)] * (len(self.provides) - 1)]
        from finechem.matter.elastic_response import elastic_tensor

        relaxed = self.relaxed(crystal)
        tensor = elastic_tensor(relaxed.crystal, self.potential, cache=self.cache())
        smallest = float(born_stability(tensor.matrix_Pa)[0]) / 1e9
        if smallest <= 0:  # before a calibration, which an unknown potential has not
            raise UnstableError(
                f"{crystal.id}: elastic constants by {self.potential.name} break the Born condition (smallest "
                f"eigenvalue {smallest:.3g} GPa): unstable against strain"
            )
        stands = Answer(1.0, source=f"elastic constants by {self.potential.description}")
        try:
            tensor = calibrated_stiffness(tensor, self.potential, group_of(crystal)) if self.calibrated else tensor
        except DataError as error:
            return [stands, *[Answer.unknown(str(error))] * (len(self.provides) - 1)]
        stiff = ElasticModel().estimate([replace(relaxed.crystal, elasticity=tensor)], {})
        values = {prop: float(stiff[prop].value[0]) for prop in self.provides[1:]}
        moduli = (values[heat.BULK_MODULUS], values[heat.SHEAR_MODULUS])
        errors, how = elastic_errors(self.potential, crystal, *moduli, calibrated=self.calibrated)
        source = f"{self.potential.description}; error: {how}"
        return [stands, *(Answer(value, errors(prop), source=source) for prop, value in values.items())]


@dataclass(frozen=True, slots=True)
class PotentialConductivityModel(_PotentialModel):
    """The lattice conductivity of the phonon Boltzmann equation with a potential's force constants, as it comes.

    Crystals whose conductivity was measured are left out: that speaks, and this is the dearest model of all.

    Parameters
    ----------
    temperature_K : float
    grain_size_um : float, optional
        Scatters diffusely, as boundaries that far apart.
    mesh_angstrom : float
        Fineness of the grid of wave vectors; errors were measured with the default.
    """

    temperature_K: float = 300.0
    grain_size_um: float | None = None
    mesh_angstrom: float = MESH_ANGSTROM
    kind: ClassVar[str] = "bte"
    references: ClassVar[tuple[str, ...]] = (
        "A. Togo, L. Chaput, I. Tanaka, Phys. Rev. B 91, 094306 (2015), doi:10.1103/PhysRevB.91.094306",
    )

    @property
    def provides(self) -> tuple[Property, ...]:
        """Standing at all wave vectors, and the uncalibrated conductivity (mean over directions)."""
        return (heat.STANDS, heat.raw_conductivity(self.temperature_K))

    def answers(self, crystal: Crystal, known: Sequence[float]) -> list[Answer]:
        """Relax, displace, solve."""
        if single_crystal_conductivities(crystal):
            why = "its conductivity was measured"
            return [Answer(1.0, source=why), Answer.unknown(why)]
        from finechem.thermal.bte import lattice_conductivity
        from finechem.thermal.potential_conductivity import relaxed_force_constants

        made = relaxed_force_constants(crystal, self.potential, cache=self.cache()).made
        if made.imaginary:
            exact = any(mode.exact for mode in made.imaginary)
            raise (UnstableError if exact else DomainError)(_imaginary(made))
        result = lattice_conductivity(
            made.as_phono3py(), self.mesh_angstrom, self.temperature_K, boundary_um=self.grain_size_um, workers=1,
            cache=self.cache(),
        )  # fmt: skip
        kappa = float(np.trace(result.kappa_rta_W_mK[0])) / 3.0
        highest = f"highest zone-centre mode {made.zone_centre.fitted_THz[-1]:.1f} THz"
        sigma, how = raw_error(self.potential, crystal, kappa)
        source = f"{self.potential.description}: {made.supercells} displaced supercells, {highest}; error: {how}"
        return [Answer(1.0, source=source), Answer(kappa, sigma, source=source)]


def _imaginary(made: Any) -> str:
    worst = made.imaginary[0]
    q = ", ".join(f"{x:.3g}" for x in worst.qpoint)
    kind = "" if worst.exact else ", interpolated: a larger supercell may mend it"
    count = f"{len(made.imaginary)} in all{kind}, by {made.potential}"
    return f"imaginary mode {-worst.frequency_THz:.2f}i THz at q = ({q}), {count}"


@dataclass(frozen=True, slots=True)
class CalibratedConductivityModel(_PotentialModel):
    """The conductivity of a potential, corrected by what it was off on crystals that were measured: a model of its own.

    Calibrated on pure crystals at 300 K; elsewhere the ratio is taken for the same, which nobody has measured: out of
    domain below 150 K, where less scatters than three phonons, and with grain boundaries or dissolved oxygen, as these
    mend a soft potential's error in part. Out of domain as well: layers and metals, of which it was measured on none.
    """

    temperature_K: float = 300.0
    pure: bool = True
    kind: ClassVar[str] = "bte, calibrated"

    @property
    def requires(self) -> tuple[Property, ...]:
        """The conductivity as it comes."""
        return (heat.raw_conductivity(self.temperature_K),)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Lattice conductivity at the temperature."""
        return (heat.conductivity(self.temperature_K),)

    def answers(self, crystal: Crystal, known: Sequence[float]) -> list[Answer]:
        """Correct, with the leave-one-out error."""
        if not np.isfinite(known[0]):
            return [Answer.unknown("no conductivity by the Boltzmann equation to correct")]
        group = group_of(crystal)
        ratio = None
        if reads_moduli(self.potential, group):
            ratio = shear_to_bulk(self.relaxed(crystal).crystal, self.potential, self.cache())
        try:
            found = calibrated_conductivity(known[0], self.potential, group, ratio)
        except DataError as error:
            return [Answer.unknown(str(error))]
        sigma = normal_sigma(found)
        cold = f"calibrated at 300 K; not below {_COLDEST_K:g} K" if self.temperature_K < _COLDEST_K else ""
        why = why_not_calibrated(crystal) or cold or ("" if self.pure else "calibrated on pure single crystals")
        usual = float(model_error("callaway", group)["sigma"])
        if crystal.elasticity is not None and not why_not_elastic(crystal) and sigma > usual:
            why = (
                f"its stiffness is known, with which Callaway's model errs by less (sigma {usual:.2f} here {sigma:.2f})"
            )
        how = f"calibrated on {found.n} measured {group} crystals{', extrapolated' if found.extrapolated else ''}"
        return [Answer(found.value, sigma, not why, why, f"{self.potential.description}, {how}")]
