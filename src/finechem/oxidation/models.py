"""Property models of the oxidation domain: thin wrappers over its functions, each answer with its error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from finechem import datasets
from finechem.errors import ConvergenceError, InputError
from finechem.matter.molecules import molar_mass_g_mol
from finechem.oxidation import properties as ox
from finechem.oxidation.classes import active_groups
from finechem.oxidation.decomposition import LOG10_A, survival
from finechem.oxidation.package import Additive, AdditivePackage
from finechem.screening.properties import Estimates, Property

__all__ = ["ActiveGroupModel", "BondModel", "EvaporationModel", "SolubilityModel"]

Known = Mapping[Property, Estimates]
#: value, sigma, in_domain, reason, source of one property of one package
Answer = tuple[float, float, bool, str, str]
#: Off the ends of the logit scale: nothing is known to a millionth.
_EDGE = 1e-6
#: How far the frequency factor of homolysis may be off, in decades: see `finechem.oxidation.decomposition.LOG10_A`.
_DECADES = 1.0


def _unknown(reason: str) -> Answer:
    return math.nan, math.nan, True, reason, ""


@dataclass(frozen=True, slots=True)
class _PackageModel:
    """What all models here share: packages one after the other, a bad one says why."""

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    references: ClassVar[tuple[str, ...]] = ()

    @property
    def data(self) -> str:
        """Hash of the shipped tables."""
        return datasets.package_hash()

    @property
    def requires(self) -> tuple[Property, ...]:
        """Nothing."""
        return ()

    @property
    def provides(self) -> tuple[Property, ...]:
        """What `answers` speaks of, in its order."""
        raise NotImplementedError

    def subject(self, candidate: AdditivePackage) -> Any:
        """Return molecules and loadings: names do not matter."""
        return tuple(sorted((item.smiles, item.loading_wt_percent) for item in candidate.additives))

    def answers(self, additives: Sequence[Additive]) -> list[Answer]:
        """Return one answer for each provided property."""
        raise NotImplementedError

    def estimate(self, subjects: Sequence[Any], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; what cannot be answered says why."""
        del known
        rows = []
        for subject in subjects:
            additives = [Additive(smiles, smiles, loading) for smiles, loading in subject]
            try:
                rows.append(self.answers(additives))
            except (InputError, ConvergenceError) as error:
                rows.append([_unknown(str(error))] * len(self.provides))
        return {
            prop: Estimates(*(list(part) for part in zip(*column, strict=True)))  # type: ignore[arg-type]
            for prop, column in zip(self.provides, zip(*rows, strict=True), strict=True)
        }


@dataclass(frozen=True, slots=True)
class ActiveGroupModel(_PackageModel):
    """Groups that slow oxidation in a kilogram of matrix, counted in the structures: exact, and 0 for bystanders."""

    name: ClassVar[str] = "structure"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Active groups."""
        return (ox.ACTIVE_GROUPS,)

    def answers(self, additives: Sequence[Additive]) -> list[Answer]:
        """Return the sum over the additives."""
        return [(1000.0 * math.fsum(_active_mol_kg(item) for item in additives), 0.0, True, "", "")]


def _active_mol_kg(additive: Additive) -> float:
    return additive.loading_wt_percent / 100.0 * active_groups(additive.smiles).mol_kg


@dataclass(frozen=True, slots=True)
class EvaporationModel(_PackageModel):
    """What evaporates from a film in a program, by the vapour pressure measured or modelled.

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

    def answers(self, additives: Sequence[Additive]) -> list[Answer]:
        """Return both, with the error of the vapour pressure carried through."""
        from finechem.matter.programs import Program

        program = Program(self.program, self.times_s, self.temperatures_K)
        pressures, shares, spreads, weights, doubts, sources = [], [], [], [], [], []
        for additive in additives:
            curve = _curve(additive.smiles)
            at = curve.value(self.reference_K)
            pressures.append((at.value, at.sigma))
            doubts += [] if at.in_domain else [at.reason]
            sources.append(at.source)
            middle, low, high = (self._left(program, curve, additive, shift) for shift in (0.0, 1.0, -1.0))
            shares.append(middle)
            spreads.append((_logit(high) - _logit(low)) / 2.0)
            weights.append(_active_mol_kg(additive) or 1e-9)
        total = math.fsum(weights)
        left = math.fsum(share * weight for share, weight in zip(shares, weights, strict=True)) / total
        worst = max(range(len(additives)), key=lambda index: pressures[index][0])
        reason = "; ".join(dict.fromkeys(doubts))
        source = "; ".join(dict.fromkeys(sources))
        inside = not doubts
        return [
            (pressures[worst][0], pressures[worst][1], inside, reason, sources[worst]),
            (_inner(left), max(spreads), inside, reason, source),
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


def _curve(smiles: str) -> Any:
    """Return the vapour-pressure curve, moved to what is measured of a shipped antioxidant."""
    from finechem.matter.vapour_pressure import volatility
    from finechem.oxidation.measured import measured_pressures

    return volatility(smiles, measured_pressures(smiles))


def _inner(share: float) -> float:
    return min(max(share, _EDGE), 1.0 - _EDGE)


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

    def answers(self, additives: Sequence[Additive]) -> list[Answer]:
        """Return the largest distance; the table's own rounding is the error."""
        from finechem.matter.hansen import hansen_distance, tabulated_hansen

        distances = []
        for additive in additives:
            found = tabulated_hansen(additive.smiles)
            if found is None:
                return [_unknown(f"no tabulated Hansen parameters of {additive.smiles}")]
            distances.append(hansen_distance(found, self.matrix_hansen))
        return [(max(distances), 0.1, True, "", self.references[0])]


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
    def provides(self) -> tuple[Property, ...]:
        """X-H strength, weakest skeletal bond, survival."""
        return (ox.XH_STRENGTH, ox.WEAKEST_BOND, ox.survival(self.program))

    def subject(self, candidate: AdditivePackage) -> Any:
        """Return the molecules alone: any loading has the same bonds."""
        return tuple(sorted((item.smiles, 0.5) for item in candidate.additives))

    def answers(self, additives: Sequence[Additive]) -> list[Answer]:
        """Return the three; a package without chain breakers has no X-H that matters."""
        from finechem.oxidation.bonds import bond_dissociation_enthalpies
        from finechem.screening.cache import Cache, default_cache_folder

        cache = Cache(default_cache_folder())
        reactive, skeletal = [], []
        for additive in additives:
            bonds = bond_dissociation_enthalpies(additive.smiles, carbon_hydrogen=0, skeletal=3, cache=cache)
            if active_groups(additive.smiles).chain_breaking:
                reactive += [bond for bond in bonds if bond.kind.split()[0] in ("O-H", "N-H", "S-H")]
            skeletal += [bond for bond in bonds if len(bond.atoms) == 2]
        return [_strength(reactive), *self._decomposition(skeletal)]

    def _decomposition(self, bonds: Sequence[Any]) -> list[Answer]:
        if not bonds:
            return [_unknown("no single bond between heavy atoms outside a ring")] * 2
        weakest = min(bonds, key=lambda bond: bond.value_kJ_mol)
        remarks = "; ".join(weakest.remarks)
        middle, low, high = (
            float(survival(max(0.0, enthalpy) * 1e3, self.times_s, self.temperatures_K, log10_A=LOG10_A + decades)[0])
            for enthalpy, decades in (
                (weakest.value_kJ_mol, 0.0),
                (weakest.value_kJ_mol - weakest.sigma_kJ_mol, _DECADES),
                (weakest.value_kJ_mol + weakest.sigma_kJ_mol, -_DECADES),
            )
        )
        spread = max((_logit(high) - _logit(low)) / 2.0, 1e-3)
        return [
            (weakest.value_kJ_mol, weakest.sigma_kJ_mol, True, "", _source(weakest, remarks)),
            (_inner(middle), spread, True, "", _source(weakest, remarks)),
        ]


def _source(bond: Any, remarks: str) -> str:
    return f"{bond.kind}{f' ({remarks})' if remarks else ''}"


def _strength(bonds: Sequence[Any]) -> Answer:
    if not bonds:
        return _unknown("not applicable: it decomposes hydroperoxides and has no X-H bond that matters")
    weakest = min(bonds, key=lambda bond: bond.value_kJ_mol)
    return weakest.value_kJ_mol, weakest.sigma_kJ_mol, True, "", _source(weakest, "; ".join(weakest.remarks))
