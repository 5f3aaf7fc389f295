"""One component of an adhesive: what is weighed, what of it reacts, and how sure its data sheet is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from finechem.adhesives.chemistries import Chemistry
from finechem.adhesives.groups import (
    FAMILIES,
    catalytic_groups,
    equivalent_weights,
    family_of,
    functional_groups,
    members,
)
from finechem.errors import ConfigError, InputError, did_you_mean
from finechem.matter import molecules
from finechem.matter.molecules import estimated_density_g_cm3, has_charges, molar_mass_g_mol

__all__ = ["ROLES", "Component", "ReactiveGroup"]

ROLES = (
    "resin", "hardener", "catalyst", "initiator", "monomer", "polymer", "diluent", "plasticizer", "tackifier", "filler",
    "solvent", "additive",
)  # fmt: skip
_UNKNOWN = (0.0, 1.0)
#: Osmium has 22.6 g/cm3.
_DENSEST = 23.0


@dataclass(frozen=True, slots=True)
class ReactiveGroup:
    """How much of one kind of group a component has.

    Parameters
    ----------
    kind : str
        Of `finechem.adhesives.groups.KINDS`, or a family where a data sheet does not tell its members apart.
    equivalent_weight_g_eq : float
        Grams of component per mole of groups.
    tolerance_g_eq : float
        Half of the range the data sheet allows.
    stated : bool
        From a data sheet (else computed from the SMILES).
    """

    kind: str
    equivalent_weight_g_eq: float
    tolerance_g_eq: float = 0.0
    stated: bool = False

    @property
    def relative_sigma(self) -> float:
        """Standard deviation of the equivalent weight over itself, of a uniform distribution over the range."""
        return self.tolerance_g_eq / math.sqrt(3.0) / self.equivalent_weight_g_eq


@dataclass(frozen=True, slots=True)
class Component:
    """A component; make it with `Component.of`, which completes it from its SMILES and checks it.

    Parameters
    ----------
    name, role, part : str
        Role of `ROLES`; part is the container of a two-part product, such as ``A``. A solvent evaporates; what stays,
        such as benzyl alcohol in an epoxy, is a diluent or a plasticizer.
    smiles : str
        Of the molecule, or of one that represents the grade.
    groups : tuple of ReactiveGroup
    molar_mass_g_mol : float, optional
        Number average.
    density_g_cm3 : float, optional
    density_is_estimated : bool
        By `finechem.matter.molecules.estimated_density_g_cm3`.
    viscosity_Pa_s : float, optional
    carbon_mass_fraction : float, optional
        Organic carbon.
    inorganic_carbon_mass_fraction : float
        Of carbonates.
    biobased_carbon : (float, float)
        Bounds of the share of the organic carbon that is from biomass; (0, 1) where nobody says.
    biobased_mass : (float, float)
        Bounds of the share of the mass that is from biomass.
    catalytic : tuple of str
        What in it cures by catalysis.
    source : str
    """

    name: str
    role: str
    part: str = ""
    smiles: str = ""
    groups: tuple[ReactiveGroup, ...] = ()
    molar_mass_g_mol: float | None = None
    density_g_cm3: float | None = None
    density_is_estimated: bool = False
    viscosity_Pa_s: float | None = None
    carbon_mass_fraction: float | None = None
    inorganic_carbon_mass_fraction: float = 0.0
    biobased_carbon: tuple[float, float] = _UNKNOWN
    biobased_mass: tuple[float, float] = _UNKNOWN
    catalytic: tuple[str, ...] = ()
    source: str = field(default="", compare=False)

    @classmethod
    def of(
        cls,
        name: str,
        role: str,
        *,
        part: str = "",
        smiles: str = "",
        equivalent_weight_g_eq: Mapping[str, float] | None = None,
        equivalent_weight_tolerance_g_eq: Mapping[str, float] | None = None,
        functionality: Mapping[str, float] | None = None,
        molar_mass_g_mol: float | None = None,
        density_g_cm3: float | None = None,
        viscosity_Pa_s: float | None = None,
        carbon_mass_fraction: float | None = None,
        inorganic_carbon_mass_fraction: float | None = None,
        biobased_carbon: float | tuple[float, float] | None = None,
        biobased_mass: float | tuple[float, float] | None = None,
        source: str = "",
    ) -> Component:
        """Return a component, completed from its SMILES.

        The carbon of carbonates in the SMILES is inorganic. The density of a filler or a salt is not estimated: what
        packs as a crystal is denser than the estimate.

        What a data sheet states wins over what the SMILES gives. Where an equivalent weight is stated, the molar mass
        is equivalent weight times functionality (stated, else counted in the SMILES), and groups that the data sheet
        is silent about come from the SMILES at that molar mass.

        Raises
        ------
        ConfigError
            For an unknown role or group, an invalid SMILES, or numbers that cannot be: every mistake, each beginning
            with the argument it is about.

        Examples
        --------
        >>> resin = Component.of("DGEBA 187", "resin", smiles="CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1",
        ...                      equivalent_weight_g_eq={"epoxide": 187.0})
        >>> resin.groups[0].kind, resin.molar_mass_g_mol
        ('epoxide_terminal', 374.0)
        """
        stated = dict(equivalent_weight_g_eq or {})
        tolerances = dict(equivalent_weight_tolerance_g_eq or {})
        counts = dict(functionality or {})
        mistakes = _mistakes(role, stated, tolerances, counts)
        for label, number in (
            ("molar_mass_g_mol", molar_mass_g_mol),
            ("density_g_cm3", density_g_cm3),
            ("viscosity_Pa_s", viscosity_Pa_s),
        ):
            if number is not None and not (math.isfinite(number) and number > 0):
                mistakes.append(f"{label}: is {number:g}, must be above 0")
        if density_g_cm3 is not None and math.isfinite(density_g_cm3) and density_g_cm3 > _DENSEST:
            mistakes.append(f"density_g_cm3: is {density_g_cm3:g}, denser than any element; is it in kg/m3?")
        shares = {
            "carbon_mass_fraction": _bounds(carbon_mass_fraction, "carbon_mass_fraction", mistakes),
            "inorganic": _bounds(inorganic_carbon_mass_fraction, "inorganic_carbon_mass_fraction", mistakes),
            "biobased_carbon": _bounds(biobased_carbon, "biobased_carbon", mistakes),
            "biobased_mass": _bounds(biobased_mass, "biobased_mass", mistakes),
        }
        found: dict[str, int] = {}
        if smiles:
            try:
                found = functional_groups(smiles)
            except InputError as error:
                mistakes.append(f"smiles: {error}")
        if mistakes:
            raise ConfigError(name, mistakes)
        mass = _molar_mass(smiles, found, stated, counts, molar_mass_g_mol)
        carbon, carbonate = carbon_mass_fraction, inorganic_carbon_mass_fraction
        if smiles:
            in_carbonates = molecules.carbonate_carbon_mass_fraction(smiles)
            carbon = molecules.carbon_mass_fraction(smiles) - in_carbonates if carbon is None else carbon
            carbonate = in_carbonates if carbonate is None else carbonate
        density, estimated = density_g_cm3, False
        if density is None and smiles and role != "filler" and not has_charges(smiles):
            density, estimated = estimated_density_g_cm3(smiles), True
        return cls(
            name=name,
            role=role,
            part=part,
            smiles=smiles,
            groups=_groups(found, stated, tolerances, counts, mass),
            molar_mass_g_mol=mass,
            density_g_cm3=density,
            density_is_estimated=estimated,
            viscosity_Pa_s=viscosity_Pa_s,
            carbon_mass_fraction=carbon,
            inorganic_carbon_mass_fraction=carbonate or 0.0,
            biobased_carbon=shares["biobased_carbon"],
            biobased_mass=shares["biobased_mass"],
            catalytic=catalytic_groups(smiles) if smiles else (),
            source=source,
        )

    def equivalents_per_gram(self, chemistry: Chemistry) -> tuple[float, float]:
        """Return the equivalents of side A and of side B in a gram.

        Raises
        ------
        InputError
            Where a data sheet's word for a family of groups (amine hydrogen, for an isocyanate) is too little.
        """
        sides = {"A": 0.0, "B": 0.0, "": 0.0}
        for group in self.groups:
            try:
                equivalents = chemistry.equivalents(group.kind)
            except InputError as error:
                raise InputError(f"{self.name}: {error}") from None
            sides[chemistry.side(group.kind)] += equivalents / group.equivalent_weight_g_eq
        return sides["A"], sides["B"]

    def functionality(self, kind: str) -> float | None:
        """Return the number of groups of a kind in a molecule; None without a molar mass."""
        if self.molar_mass_g_mol is None:
            return None
        return sum(self.molar_mass_g_mol / group.equivalent_weight_g_eq for group in self.groups if group.kind == kind)

    def computed_against_stated(self) -> list[tuple[str, float, float]]:
        """Return kind, computed and stated equivalent weight of what is stated and the SMILES has too.

        A grade of higher molar mass than its representative structure has the higher weight.
        """
        if not self.smiles:
            return []
        computed = equivalent_weights(self.smiles)
        stated: dict[str, float] = {}
        for group in self.groups:
            if group.stated:
                family = family_of(group.kind)
                stated[family] = stated.get(family, 0.0) + 1.0 / group.equivalent_weight_g_eq
        return [(kind, computed[kind], 1.0 / amount) for kind, amount in stated.items() if kind in computed]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Component:
        """Rebuild what `to_dict` gave."""
        plain = dict(record)
        plain["groups"] = tuple(ReactiveGroup(**group) for group in plain["groups"])
        for key in ("biobased_carbon", "biobased_mass", "catalytic"):
            plain[key] = tuple(plain[key])
        return cls(**plain)


def _mistakes(
    role: str, stated: Mapping[str, float], tolerances: Mapping[str, float], counts: Mapping[str, float]
) -> list[str]:
    mistakes = [] if role in ROLES else [f"role: unknown role {role!r}{did_you_mean(role, ROLES)}"]
    tables = (
        ("equivalent_weight_g_eq", stated),
        ("equivalent_weight_tolerance_g_eq", tolerances),
        ("functionality", counts),
    )
    for label, table in tables:
        for kind, number in table.items():
            try:
                members(kind)
            except InputError as error:
                mistakes.append(f"{label}: {error}")
            lowest = ">= 0" if table is tolerances else "above 0"
            if not math.isfinite(number) or number < 0 or (number == 0 and table is not tolerances):
                mistakes.append(f"{label}: {kind} is {number:g}, must be {lowest}")
    for kind, tolerance in tolerances.items():
        if kind not in stated:
            mistakes.append(f"equivalent_weight_tolerance_g_eq: {kind} is given without its equivalent_weight_g_eq")
        elif tolerance >= stated[kind] > 0:
            mistakes.append(
                f"equivalent_weight_tolerance_g_eq: {kind} is {tolerance:g}, must be below the weight {stated[kind]:g}"
            )
    return mistakes


def _bounds(given: Any, label: str, mistakes: list[str]) -> tuple[float, float]:
    """Return lower and upper bound of a share, (0, 1) where nothing is given."""
    if given is None:
        return _UNKNOWN
    low, high = given if isinstance(given, (tuple, list)) and len(given) == 2 else (given, given)
    if not all(isinstance(item, (int, float)) and math.isfinite(item) for item in (low, high)) or not (
        0 <= low <= high <= 1
    ):
        mistakes.append(f"{label}: is {given}, must be a share between 0 and 1, or [low, high]")
        return _UNKNOWN
    return float(low), float(high)


def _count_in(found: Mapping[str, int], kind: str) -> int:
    return sum(found.get(part, 0) for part in members(kind))


def _molar_mass(
    smiles: str,
    found: Mapping[str, int],
    stated: Mapping[str, float],
    counts: Mapping[str, float],
    given: float | None,
) -> float | None:
    """Return the molar mass: given, else from a stated equivalent weight and functionality, else the SMILES's."""
    if given is not None:
        return given
    for kind, weight in stated.items():
        number = counts.get(kind) or _count_in(found, kind)
        if number:
            return weight * number
    return molar_mass_g_mol(smiles) if smiles else None


def _groups(
    found: Mapping[str, int],
    stated: Mapping[str, float],
    tolerances: Mapping[str, float],
    counts: Mapping[str, float],
    mass: float | None,
) -> tuple[ReactiveGroup, ...]:
    """Return stated groups, those that follow from a stated functionality, then what the SMILES has beside them."""
    groups: list[ReactiveGroup] = []
    covered: set[str] = set()
    for kind in dict.fromkeys((*stated, *counts)):
        if kind in stated:
            weight = stated[kind]
        elif mass is not None:
            weight = mass / counts[kind]
        else:
            continue
        parts = [part for part in members(kind) if found.get(part)]
        covered.update(members(kind))
        if kind in FAMILIES and parts:  # the SMILES tells the members apart: shared out as they occur in it
            total = _count_in(found, kind)
            for part in parts:
                factor = total / found[part]
                groups.append(ReactiveGroup(part, weight * factor, tolerances.get(kind, 0.0) * factor, True))
        else:
            groups.append(ReactiveGroup(kind, weight, tolerances.get(kind, 0.0), True))
    if mass is not None:
        groups += [ReactiveGroup(kind, mass / count) for kind, count in found.items() if kind not in covered]
    return tuple(groups)
