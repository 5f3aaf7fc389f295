"""Property models of the oxidation domain: thin wrappers over its functions, each answer with its error."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from finechem import datasets
from finechem.errors import MissingExtraError
from finechem.matter.molecules import molar_mass_g_mol
from finechem.oxidation import properties as ox
from finechem.oxidation.classes import active_groups
from finechem.oxidation.decomposition import LOG10_A, survival
from finechem.oxidation.package import Additive, AdditivePackage
from finechem.oxidation.volatility import volatility_of
from finechem.screening.canonical import content_hash
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Property

__all__ = ["ActiveGroupModel", "BondModel", "EvaporationModel", "SolubilityModel"]

#: Off the ends of the logit scale: nothing is known to a millionth.
_EDGE = 1e-6
#: How far the frequency factor of homolysis may be off, in decades: see `finechem.oxidation.decomposition.LOG10_A`.
_DECADES = 1.0


@dataclass(frozen=True, slots=True)
class _PackageModel(OneByOneModel):
    """What all models here share: they read molecules and loadings, whatever their names."""

    version: ClassVar[str] = "2"

    def subject(self, candidate: AdditivePackage) -> Any:
        """Return molecules and loadings."""
        return tuple(sorted((item.smiles, item.loading_wt_percent) for item in candidate.additives))

    def answers(self, subject: Any) -> list[Answer]:
        """Return what `of_package` says of the additives."""
        return self.of_package([Additive(smiles, smiles, loading) for smiles, loading in subject])

    def of_package(self, additives: Sequence[Additive]) -> list[Answer]:
        """Return one answer for each provided property."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class ActiveGroupModel(_PackageModel):
    """Groups that slow oxidation in a kilogram of matrix, counted in the structures: exact, and 0 for bystanders."""

    name: ClassVar[str] = "structure"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Active groups."""
        return (ox.ACTIVE_GROUPS,)

    def of_package(self, additives: Sequence[Additive]) -> list[Answer]:
        """Return the sum over the additives."""
        return [Answer(1000.0 * math.fsum(_active_mol_kg(item) for item in additives))]


def _active_mol_kg(additive: Additive) -> float:
    return additive.loading_wt_percent / 100.0 * active_groups(additive.smiles).mol_kg


@dataclass(frozen=True, slots=True)
class EvaporationModel(_PackageModel):
    """What evaporates from a film in a program, by the vapour pressure measured or modelled.

    Outside the vapour-pressure model's domain (heavier than 600 g/mol, unlike what it was tested on) the pressure is
    marked so; the retention still speaks, with the error that grows there: the heaviest are what matters here.

    Parameters
    ----------
    times_s, temperatures_K : tuple of float
        The program; `program` is its name.
    film_um : float
        Thickness, open on one side.
    gas_transfer_m_s : float
        Mass-transfer coefficient of the gas.
    density_kg_m3 : float
        Of the matrix.
    reference_K : float
        At which the vapour pressure is shown.
    """

    times_s: tuple[float, ...]
    temperatures_K: tuple[float, ...]
    program: str
    film_um: float = 100.0
    gas_transfer_m_s: float = 0.01
    density_kg_m3: float = 1200.0
    reference_K: float = 533.15
    name: ClassVar[str] = "evaporation"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Vapour pressure of the most volatile additive, and the share of active groups that stays."""
        return (ox.vapour_pressure(self.reference_K), ox.retention(self.program))

    def of_package(self, additives: Sequence[Additive]) -> list[Answer]:
        """Return both, with the error of the vapour pressure carried through; those of several additives err alike."""
        from finechem.matter.programs import Program

        program = Program(self.program, self.times_s, self.temperatures_K)
        curves = [volatility_of(additive.smiles) for additive in additives]
        pressures = [curve.value(self.reference_K) for curve in curves]
        sources = [at.source for at in pressures]
        doubts = [at.reason for at in pressures if not at.in_domain]
        weights = [_active_mol_kg(additive) or 1e-9 for additive in additives]

        def left(shift: float) -> float:
            shares = [self._left(program, *both, shift) for both in zip(curves, additives, strict=True)]
            return math.fsum(share * weight for share, weight in zip(shares, weights, strict=True)) / math.fsum(weights)

        middle = left(0.0)
        worst = max(pressures, key=lambda at: at.value)
        return [
            Answer(worst.value, worst.sigma, worst.in_domain, worst.reason, worst.source),
            Answer(_inner(middle), _spread(middle, left), source="; ".join(dict.fromkeys((*sources, *doubts)))),
        ]

    def _left(self, program: Any, curve: Any, additive: Additive, shift: float) -> float:
        from finechem.oxidation.evaporation import Film, evaporate

        film = Film(
            thickness_m=self.film_um * 1e-6,
            loading=additive.loading_wt_percent / 100.0,
            density_kg_m3=self.density_kg_m3,
            molar_mass_g_mol=molar_mass_g_mol(additive.smiles),
        )

        def pressure(temperature: Any) -> Any:
            return curve.vapour_pressure_Pa(temperature) * np.exp(shift * curve.sigma_ln(temperature))

        gone = evaporate(program, pressure, film, gas_transfer_m_s=self.gas_transfer_m_s)
        return float(gone.fraction_left[-1])


def _inner(share: float) -> float:
    return min(max(share, _EDGE), 1.0 - _EDGE)


def _spread(middle: float, left: Callable[[float], float]) -> float:
    """Return the standard deviation on the logit scale of a share that depends on ln p, whose error is one `shift`.

    Shares pile up at 0 and 1, where the logit has no slope to speak of: what counts is how many errors of ln p lie
    between the estimate and a half. Beyond eight of them the slope at the estimate serves.
    """
    low, high = (-8.0, 0.0) if middle < 0.5 else (0.0, 8.0)
    if (left(low) - 0.5) * (left(high) - 0.5) < 0.0:
        for _ in range(30):
            shift = (low + high) / 2.0
            low, high = (shift, high) if left(shift) > 0.5 else (low, shift)
        errors = abs(low + high) / 2.0
        if errors > 0.3:
            return abs(_logit(middle)) / errors
    return max((_logit(left(-1.0)) - _logit(left(1.0))) / 2.0, 1e-3)


def _logit(share: float) -> float:
    inner = _inner(share)
    return math.log(inner / (1.0 - inner))


@dataclass(frozen=True, slots=True)
class SolubilityModel(_PackageModel):
    """Hansen's distance of the least soluble additive to the matrix, where tables have both.

    Parameters
    ----------
    matrix : str
    matrix_hansen : (float, float, float)
        Its dispersion, polar and hydrogen-bond parameters, MPa^0.5.
    """

    matrix: str
    matrix_hansen: tuple[float, float, float]
    name: ClassVar[str] = "Hansen tables"
    references: ClassVar[tuple[str, ...]] = ("Hansen parameters as compiled in the package chemicals",)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Distance to the matrix."""
        return (ox.hansen_distance(self.matrix),)

    def of_package(self, additives: Sequence[Additive]) -> list[Answer]:
        """Return the largest distance; the scatter between tables is the error."""
        from finechem.matter.hansen import BETWEEN_TABLES, hansen_distance, tabulated_hansen

        distances = []
        for additive in additives:
            found = tabulated_hansen(additive.smiles)
            if found is None:
                return [Answer.unknown(f"no tabulated Hansen parameters of {additive.smiles}")]
            distances.append(hansen_distance(found, self.matrix_hansen))
        return [Answer(max(distances), BETWEEN_TABLES, source=self.references[0])]


@dataclass(frozen=True, slots=True)
class BondModel(_PackageModel):
    """Bonds by xTB: the weakest that gives its hydrogen, the weakest that falls apart, and what survives a program.

    Dear: seconds to minutes a molecule. Energies are kept in the shared cache.

    Parameters
    ----------
    times_s, temperatures_K, program
        As for `EvaporationModel`.
    """

    times_s: tuple[float, ...]
    temperatures_K: tuple[float, ...]
    program: str
    name: ClassVar[str] = "xTB bonds"
    references: ClassVar[tuple[str, ...]] = ("finechem's own corrections, table oxidation.bond_corrections",)

    @property
    def data(self) -> str:
        """Hash of the shipped tables, and what computes energies how."""
        from finechem.matter.xtb import engine
        from finechem.oxidation.homolysis import PROTOCOL

        try:
            computes = engine()
        except MissingExtraError:
            computes = ""
        return content_hash([datasets.package_hash(), PROTOCOL, computes])

    @property
    def provides(self) -> tuple[Property, ...]:
        """X-H strength, weakest skeletal bond, survival."""
        return (ox.XH_STRENGTH, ox.WEAKEST_BOND, ox.survival(self.program))

    def subject(self, candidate: AdditivePackage) -> Any:
        """Return the molecules alone: any loading has the same bonds."""
        return tuple(sorted((item.smiles, 0.5) for item in candidate.additives))

    def of_package(self, additives: Sequence[Additive]) -> list[Answer]:
        """Return the three; a package without chain breakers has no X-H that matters."""
        from finechem.oxidation.bonds import bond_dissociation_enthalpies
        from finechem.screening.cache import Cache, default_cache_folder

        cache = Cache(default_cache_folder())
        reactive, skeletal = [], []
        for additive in additives:
            groups = active_groups(additive.smiles)
            carbon = "benzofuranone" in groups.counts  # gives the hydrogen of its ring carbon
            bonds = bond_dissociation_enthalpies(additive.smiles, carbon_hydrogen=int(carbon), skeletal=3, cache=cache)
            if groups.chain_breaking:
                kinds = ("O-H", "N-H", "S-H", "C-H") if carbon else ("O-H", "N-H", "S-H")
                reactive += [bond for bond in bonds if bond.kind.split()[0] in kinds]
            skeletal += [bond for bond in bonds if len(bond.atoms) == 2]
        return [_strength(reactive), *self._decomposition(skeletal)]

    def _decomposition(self, bonds: Sequence[Any]) -> list[Answer]:
        if not bonds:
            return [Answer.unknown("no single bond between heavy atoms outside a ring")] * 2
        weakest = min(bonds, key=lambda bond: bond.value_kJ_mol)

        def survives(enthalpy_kJ_mol: float, decades: float) -> float:
            enthalpy, log10_A = max(0.0, enthalpy_kJ_mol) * 1e3, LOG10_A + decades
            return float(survival(enthalpy, self.times_s, self.temperatures_K, log10_A=log10_A, bonds=weakest.count)[0])

        value, sigma = weakest.value_kJ_mol, weakest.sigma_kJ_mol
        middle, low, high = survives(value, 0.0), survives(value - sigma, _DECADES), survives(value + sigma, -_DECADES)
        spread = max((_logit(high) - _logit(low)) / 2.0, 1e-3)
        return [
            _of_bond(weakest),
            _of_bond(weakest)._replace(value=_inner(middle), sigma=spread),
        ]


def _of_bond(bond: Any) -> Answer:
    remarks = "; ".join(bond.remarks)
    reason = "" if bond.in_domain else remarks
    return Answer(
        bond.value_kJ_mol,
        bond.sigma_kJ_mol,
        bond.in_domain,
        reason,
        f"{bond.kind} ({remarks})" if remarks else bond.kind,
    )


def _strength(bonds: Sequence[Any]) -> Answer:
    if not bonds:
        return Answer.unknown("not applicable: no group that breaks chains by its X-H bond")
    weakest = min(bonds, key=lambda bond: bond.value_kJ_mol)
    return _of_bond(weakest)
