"""The dear stage of the inhibitor screen: induction times by autoxidation kinetics, with errors shared by rate."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from finechem import datasets
from finechem.errors import ConvergenceError, InputError
from finechem.oxidation import properties as ox
from finechem.oxidation.classes import active_groups
from finechem.oxidation.mechanism_files import load_mechanism
from finechem.oxidation.package import Additive, AdditivePackage
from finechem.screening.canonical import content_hash
from finechem.screening.one_by_one import Known, TableModel
from finechem.screening.properties import Estimates, Property

__all__ = ["AutoxidationModel"]


@dataclass(frozen=True, slots=True)
class AutoxidationModel(TableModel):
    """Isothermal induction time of a hydrocarbon-type matrix with the package, by threshold; order and scaling only.

    Additives evaporate as the volatility model says. Bonds that an earlier model of the screen computed, and
    stands by (``in_domain``), move the rates of the one additive that breaks chains, and let it fall apart; without
    them, or where it has several kinds of group that break chains, its class speaks. A package whose additives have no
    rates is left unknown.

    Parameters
    ----------
    temperature_C : float
    film_um, gas_transfer_m_s, density_kg_m3
        As for `finechem.oxidation.models.EvaporationModel`.
    """

    temperature_C: float = 175.0
    film_um: float = 100.0
    gas_transfer_m_s: float = 0.01
    density_kg_m3: float = 900.0
    name: ClassVar[str] = "autoxidation"
    version: ClassVar[str] = "3"
    references: ClassVar[tuple[str, ...]] = ("finechem's mechanism hydrocarbon.toml, with the source of each rate",)

    @property
    def data(self) -> str:
        """Hash of the shipped tables and of the mechanism."""
        import finechem_datasets

        return content_hash([datasets.package_hash(), finechem_datasets.text("oxidation/mechanisms/hydrocarbon.toml")])

    @property
    def requires(self) -> tuple[Property, ...]:
        """Bonds, where a screen has them."""
        return (ox.XH_STRENGTH, ox.WEAKEST_BOND)

    @property
    def provides(self) -> tuple[Property, ...]:
        """Induction time."""
        return (ox.induction_time(self.temperature_C),)

    def subject(self, candidate: AdditivePackage) -> Any:
        """Return molecules and loadings."""
        return tuple(sorted((item.smiles, item.loading_wt_percent) for item in candidate.additives))

    def estimate(self, subjects: Sequence[Any], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; the error of a rate is shared by all packages that it enters, a molecule's own by its packages."""
        mechanism, outside = load_mechanism(), ""
        if not mechanism.low_C <= self.temperature_C <= mechanism.high_C:
            outside = f"the mechanism is for {mechanism.low_C:g} to {mechanism.high_C:g} C, not {self.temperature_C:g}"
        rows = [
            self._row([Additive(smiles, smiles, loading) for smiles, loading in subject], bonds)
            for subject, bonds in zip(subjects, _bonds(known, len(subjects)), strict=True)
        ]
        names = sorted({name for _, parts, _, _ in rows for name in parts})
        shared = {name: np.array([parts.get(name, 0.0) for _, parts, _, _ in rows]) for name in names}
        values = np.array([value for value, _, _, _ in rows])
        sigma = np.array([math.sqrt(math.fsum(part**2 for part in parts.values())) for _, parts, _, _ in rows])
        sigma[np.isnan(values)] = math.nan
        return {
            self.provides[0]: Estimates(
                values,
                sigma,
                in_domain=~np.isnan(values) & (not outside),
                reason=[reason or outside for _, _, reason, _ in rows],
                source=[source for _, _, _, source in rows],
                shared=shared,
            )
        }

    def _row(self, additives: Sequence[Additive], bonds: _Bonds) -> tuple[float, dict[str, float], str, str]:
        from finechem.oxidation.autoxidation_errors import half_changes, induction_time_errors
        from finechem.oxidation.formulation import OxidationFilm, inhibitors_of
        from finechem.oxidation.induction import induction_time

        film = OxidationFilm(
            thickness_um=self.film_um, gas_transfer_m_s=self.gas_transfer_m_s, density_kg_m3=self.density_kg_m3
        )
        near = (self.temperature_C - 10.0, self.temperature_C + 10.0)
        bonds, remark = bonds.of(additives)

        def time(at: _Bonds = bonds, **moved: Any) -> float:
            inhibitors = inhibitors_of(additives, film, between_C=near, **at.strengths, **moved)
            return math.log(induction_time(inhibitors, self.temperature_C, film=film, method="threshold"))

        try:
            inhibitors = inhibitors_of(additives, film, between_C=near, **bonds.strengths)
            value, parts = induction_time_errors(inhibitors, self.temperature_C, film=film)
            for name in {additive.name for additive in additives}:
                late, early = (time(volatility_shift={name: shift}) for shift in (-1.0, 1.0))
                parts[f"molecule {name}: volatility"] = float(half_changes(late, math.log(value), early))
            for what, low, high in bonds.steps():
                parts[f"molecule {additives[0].name}: {what}"] = float(
                    half_changes(time(low), math.log(value), time(high))
                )
        except (InputError, ConvergenceError) as error:
            return math.nan, {}, str(error), ""
        remarks = dict.fromkeys(remark for item in inhibitors for remark in item.remarks)
        named = {
            (key if key.startswith(("molecule ", "own:")) else f"rate: {key}"): part for key, part in parts.items()
        }
        return value, named, "", "; ".join(("uncalibrated: order and scaling only", remark, *remarks))


class _Bonds(NamedTuple):
    """X-H strength and weakest skeletal bond of a package, kJ/mol, with standard deviations; NaN where unknown."""

    hydrogen: float = math.nan
    hydrogen_sigma: float = math.nan
    skeletal: float = math.nan
    skeletal_sigma: float = math.nan

    @property
    def strengths(self) -> dict[str, Any]:
        """What `inhibitors_of` takes."""
        return {"xh_kJ_mol": self.hydrogen, "weakest_bond_kJ_mol": self.skeletal}

    def of(self, additives: Sequence[Additive]) -> tuple[_Bonds, str]:
        """Return what of this can be said of one molecule, and a remark on it."""
        if len(additives) > 1:
            return _Bonds(), "several additives: rates of their classes, whatever their bonds"
        breaking = active_groups(additives[0].smiles).chain_breaking_kinds
        found = self if len(breaking) == 1 else self._replace(hydrogen=math.nan, hydrogen_sigma=math.nan)
        if len(breaking) > 1:
            return found, f"{' and '.join(breaking)}: rates of their classes, since one of them has the X-H bond"
        if breaking and math.isnan(self.hydrogen):
            return found, "X-H bond unknown: rates of its class"
        return found, f"X-H bond {self.hydrogen:.0f} kJ/mol moves its rates" if breaking else "rates of its class"

    def steps(self) -> Iterator[tuple[str, _Bonds, _Bonds]]:
        """Yield each known bond with itself a standard deviation lower and higher."""
        for name, what in (("hydrogen", "X-H bond"), ("skeletal", "weakest bond")):
            value, sigma = getattr(self, name), getattr(self, f"{name}_sigma")
            if not math.isnan(value):
                low, high = (min(max(at, 100.0), 700.0) for at in (value - sigma, value + sigma))
                yield what, self._replace(**{name: low}), self._replace(**{name: high})


def _bonds(known: Known, count: int) -> list[_Bonds]:
    columns: list[Any] = []
    for prop in (ox.XH_STRENGTH, ox.WEAKEST_BOND):
        found = known.get(prop)
        for part in ("value", "sigma"):
            columns.append(
                np.full(count, math.nan) if found is None else np.where(found.in_domain, getattr(found, part), math.nan)
            )
    return [_Bonds(*(float(part) for part in row)) for row in zip(*columns, strict=True)]
