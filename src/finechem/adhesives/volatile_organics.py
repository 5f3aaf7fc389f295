"""Volatile organic compounds of a recipe, by boiling point or by vapour pressure, with the chance that each is one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finechem.adhesives.component import Component
from finechem.adhesives.recipe import Recipe
from finechem.errors import DomainError, InputError, did_you_mean
from finechem.matter.vapour_pressure import MeasuredPoint

__all__ = ["DEFINITIONS", "VolatileComponent", "VolatileContent", "volatile_content"]

#: Directive 2004/42/EC, Article 2: initial boiling point of at most 250 °C at 101,3 kPa. Directives 1999/13/EC and
#: 2010/75/EU: vapour pressure of 0,01 kPa or more at 293,15 K. The first was read as public pages quote it, the
#: second is from knowledge.
DEFINITIONS = ("boiling point", "vapour pressure")
HIGHEST_BOILING_K, LOWEST_PRESSURE_PA, TEMPERATURE_K = 523.15, 10.0, 293.15
STANDARD_PRESSURE_PA = 101325.0
#: What is exactly at a limit counts, and numbers are stated to a decimal: half of the last one, an assumption.
_ROUNDING_K, _ROUNDING_LN = 0.05, 0.005
#: Less likely than this (or more than the rest) a component is sure, as its part of a 90 % interval is.
_SURE = 0.05
#: What of `chemicals` counts as measured; a single other table may hold boiling points at reduced pressure.
_TRUSTED = ("HEOS", "CRC_ORG", "WEBBOOK")
_REACTIVE_ROLES = ("resin", "hardener", "monomer")


@dataclass(frozen=True, slots=True)
class VolatileComponent:
    """A component and how likely it counts as volatile.

    Attributes
    ----------
    name : str
    mass_fraction : float
        Of the recipe.
    probability : float
        That it is a volatile organic compound; for a stated share of a component, that share.
    reactive : bool
        It may be bound before it evaporates.
    source : str
        What the answer rests on, with its number.
    stated : bool
        The probability is a stated share.
    """

    name: str
    mass_fraction: float
    probability: float
    reactive: bool
    source: str
    stated: bool = False


@dataclass(frozen=True, slots=True)
class VolatileContent:
    """Volatile organic compounds of a recipe as it is mixed.

    Attributes
    ----------
    definition : str
    components : tuple of VolatileComponent
    unknown : tuple of (str, float, str)
        Components of which nobody can say, with mass fraction and why. They are in neither bound.
    density_g_cm3 : float or None
        Of the mixture, volumes adding up; None where a component has none.
    """

    definition: str
    components: tuple[VolatileComponent, ...]
    unknown: tuple[tuple[str, float, str], ...]
    density_g_cm3: float | None

    @property
    def mass_fraction(self) -> tuple[float, float]:
        """Expected share: of what does not react, and of all. The second is an upper bound of what evaporates."""
        return self._expected(False), self._expected(True)

    @property
    def sigma(self) -> tuple[float, float]:
        """Standard deviations of both, since a boiling point near the limit may lie on either side."""
        return self._spread(False), self._spread(True)

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and largest share: what reacts in or out, what may lie on either side of the limit too."""
        shares = [
            (
                item.reactive,
                item.mass_fraction,
                item.probability,
                item.stated or not _SURE < item.probability < 1 - _SURE,
            )
            for item in self.components
        ]
        least = math.fsum(mass * chance for reactive, mass, chance, sure in shares if sure and not reactive)
        return least, math.fsum(mass * chance if sure else mass for _, mass, chance, sure in shares)

    @property
    def grams_per_litre(self) -> tuple[float, float] | None:
        """Both in grams a litre of the mixture, water included; None without all densities."""
        if self.density_g_cm3 is None:
            return None
        low, high = self.mass_fraction
        return 1000.0 * self.density_g_cm3 * low, 1000.0 * self.density_g_cm3 * high

    def _expected(self, reactive: bool) -> float:
        return math.fsum(
            item.mass_fraction * item.probability for item in self.components if reactive or not item.reactive
        )

    def _spread(self, reactive: bool) -> float:
        return math.sqrt(
            math.fsum(
                item.mass_fraction**2 * item.probability * (1.0 - item.probability)
                for item in self.components
                if (reactive or not item.reactive) and not item.stated
            )
        )


def volatile_content(
    recipe: Recipe,
    definition: str = "boiling point",
    *,
    measured: Mapping[str, Sequence[MeasuredPoint]] | None = None,
    stated: Mapping[str, float] | None = None,
) -> VolatileContent:
    """Return the content of volatile organic compounds of a recipe.

    Parameters
    ----------
    recipe : Recipe
        As it is mixed, all parts together.
    definition : str
        ``boiling point`` (2004/42/EC) or ``vapour pressure`` (1999/13/EC, 2010/75/EU).
    measured : mapping of str to sequence of MeasuredPoint, optional
        Vapour pressures or boiling points, by component name; they win over tables and model.
    stated : mapping of str to float, optional
        Share of a component that is volatile, by name, from a data sheet: for solutions, and for what has no structure.

    Raises
    ------
    InputError
        For an unknown definition or name, or a share outside 0 to 1.

    Notes
    -----
    Reacting components are those whose groups the recipe's chemistry counts, and resins, hardeners and monomers with
    any group. They may be bound before they evaporate: the content is an interval, and its upper end a bound. A
    component with a structure counts as the pure molecule it draws. Water, minerals and metals are not organic.
    Residual solvents and what is split off in the cure are not seen.

    Examples
    --------
    >>> from finechem.adhesives import Component, Recipe
    >>> glue = Recipe("glue", (
    ...     Component.of("acetone", "solvent", smiles="CC(C)=O", density_g_cm3=0.79),
    ...     Component.of("water", "solvent", smiles="O", density_g_cm3=1.0)), (20.0, 80.0))
    >>> [round(share, 3) for share in volatile_content(glue).mass_fraction]
    [0.2, 0.2]
    """
    if definition not in DEFINITIONS:
        raise InputError(f"unknown definition {definition!r}{did_you_mean(definition, DEFINITIONS)}")
    names = [component.name for component in recipe.components]
    for given in (measured or {}, stated or {}):
        for name in given:
            if name not in names:
                raise InputError(f"{recipe.id}: no component is called {name!r}{did_you_mean(name, names)}")
    found, unknown = [], []
    total = math.fsum(recipe.masses_g)
    for component, mass in zip(recipe.components, recipe.masses_g, strict=True):
        if mass == 0.0:
            continue
        try:
            probability, source = _probability(
                component,
                definition,
                tuple((measured or {}).get(component.name, ())),
                (stated or {}).get(component.name),
            )
        except DomainError as error:
            unknown.append((component.name, mass / total, str(error)))
            continue
        found.append(
            VolatileComponent(
                component.name,
                mass / total,
                probability,
                _reacts(component, recipe),
                source,
                component.name in (stated or {}),
            )
        )
    return VolatileContent(definition, tuple(found), tuple(unknown), _density(recipe))


def _reacts(component: Component, recipe: Recipe) -> bool:
    if component.role in _REACTIVE_ROLES and component.groups:
        return True
    chemistry = recipe.chemistry
    return chemistry is not None and any(chemistry.side(group.kind) for group in component.groups)


def _density(recipe: Recipe) -> float | None:
    volume = 0.0
    for component, mass in zip(recipe.components, recipe.masses_g, strict=True):
        if mass > 0.0:
            if component.density_g_cm3 is None:
                return None
            volume += mass / component.density_g_cm3
    return math.fsum(recipe.masses_g) / volume


def _probability(
    component: Component, definition: str, measured: tuple[MeasuredPoint, ...], stated: float | None
) -> tuple[float, str]:
    """Return the probability that a component is volatile and what says so; DomainError where nobody can."""
    if stated is not None:
        if not 0.0 <= stated <= 1.0:
            raise InputError(f"{component.name}: a volatile share of {stated:g}; it lies between 0 and 1")
        return stated, f"stated: {stated:g} of it"
    if component.carbon_mass_fraction == 0.0:
        return 0.0, "not organic"
    if not component.smiles:
        raise DomainError("it has no structure; state its volatile share")
    from finechem.matter import vapour_pressure as matter

    smiles = component.smiles
    points = measured or _tabulated(smiles)
    if definition == "vapour pressure":
        pressure = matter.vapour_pressure_Pa(smiles, TEMPERATURE_K, points)
        score = (math.log(pressure.value / LOWEST_PRESSURE_PA) + _ROUNDING_LN) / pressure.sigma
        return _normal(
            score
        ), f"{pressure.value:.3g} Pa at {TEMPERATURE_K:g} K; {pressure.source}{_doubt(pressure.reason)}"
    boiling = matter.normal_boiling_point_K(smiles)
    kelvin, sigma, source = boiling.value, boiling.sigma, boiling.source + _doubt(boiling.reason)
    near = min(points, key=lambda point: abs(math.log(point.pressure_Pa / STANDARD_PRESSURE_PA)), default=None)
    if near is not None and abs(math.log(near.pressure_Pa / STANDARD_PRESSURE_PA)) < 0.05:
        entropy = matter.volatility(smiles).shape.entropy
        kelvin, sigma, source = near.temperature_K, near.sigma_ln * near.temperature_K / entropy, near.source
    elif points:
        kelvin, sigma, source = _boiling_of_curve(smiles, points)
    score = (HIGHEST_BOILING_K + _ROUNDING_K - kelvin) / sigma
    return _normal(score), f"boils at {kelvin:.1f} +- {sigma:.1f} K; {source}"


def _boiling_of_curve(smiles: str, points: tuple[MeasuredPoint, ...]) -> tuple[float, float, str]:
    """Return where the vapour-pressure curve through measured points reaches the standard pressure, sigma, source."""
    from scipy.optimize import brentq

    from finechem.matter import vapour_pressure as matter

    curve = matter.volatility(smiles, points)
    boiling = curve.shape.boiling_point_K

    def beyond(kelvin: float) -> float:
        return math.log(float(curve.vapour_pressure_Pa(kelvin)) / STANDARD_PRESSURE_PA)

    try:
        kelvin = float(brentq(beyond, 0.5 * boiling, 2.0 * boiling))
    except ValueError:
        raise DomainError(
            f"its measured vapour pressures reach {STANDARD_PRESSURE_PA:g} Pa nowhere near its estimated boiling point"
            f" ({boiling:.0f} K); state its boiling point or volatile share"
        ) from None
    slope = (beyond(kelvin + 0.5) - beyond(kelvin - 0.5)) / 1.0
    sources = "; ".join(dict.fromkeys(point.source for point in points))
    return kelvin, float(curve.sigma_ln(kelvin)) / slope, f"extended from measured vapour pressures: {sources}"


def _doubt(reason: str) -> str:
    return f" (outside its domain: {reason})" if reason else ""


def _normal(score: float) -> float:
    return 0.5 * math.erfc(-score / math.sqrt(2.0))


def _tabulated(smiles: str) -> tuple[MeasuredPoint, ...]:
    """Return the boiling point that the tables of `chemicals` have for a structure, as a measured point."""
    import chemicals
    from rdkit import Chem, rdBase

    from finechem.matter.molecules import parse_smiles
    from finechem.matter.vapour_pressure import sigma_of_measured_ln

    with rdBase.BlockLogs():
        key = Chem.MolToInchiKey(parse_smiles(smiles))  # type: ignore[no-untyped-call]
    try:
        cas = chemicals.search_chemical(f"InChIKey={key}").CASs
    except ValueError:  # the package has no such molecule
        return ()
    method = next((name for name in _TRUSTED if name in chemicals.Tb_methods(cas)), None)
    if method is None:
        return ()
    kelvin = float(chemicals.Tb(cas, method=method))
    source = f"boiling point, table {method} of the package chemicals"
    return (MeasuredPoint(kelvin, STANDARD_PRESSURE_PA, sigma_of_measured_ln(smiles), source),)
