"""Which components of an uncured recipe mix: Hansen distances, Flory-Huggins parameters, and how likely it is."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.component import Component
from finechem.adhesives.recipe import TRACE, Recipe
from finechem.errors import InputError, did_you_mean
from finechem.matter.hansen import Hansen, flory_huggins_chi, hansen_distance, relative_energy_difference
from finechem.matter.hansen_model import hansen_parameters
from finechem.matter.molecules import estimated_density_g_cm3, has_charges, molar_mass_g_mol
from finechem.screening.canonical import content_hash
from finechem.units import GAS_CONSTANT

__all__ = [
    "CHI_SIGMA",
    "KnownHansen",
    "Miscibility",
    "PairMiscibility",
    "SMALLEST_TESTED_cm3_mol",
    "chi_draws",
    "critical_chi",
    "hansen_draws",
    "miscibility",
]

Array = NDArray[np.float64]
_DRAWS = 4000
CHI_SIGMA = 0.35
"""Scatter of measured chi beyond that of the Hansen parameters, for a reference volume of 100 cm³/mol.

The likeliest on the polymers in solvents of ``adhesives.polymer_solvent_chi`` (`finechem.adhesives.chi_errors`).
"""
SMALLEST_TESTED_cm3_mol = 60.0
"""Molar volume of the smaller molecule below which a pair is out of domain: water, methanol, ethanol and their like.

They bond by hydrogen, and of the measured chi hardly any is of such a liquid (`finechem.adhesives.chi_errors`).
"""


@dataclass(frozen=True, slots=True)
class KnownHansen:
    """Hansen parameters that you measured or read of a component.

    Parameters
    ----------
    parameters_MPa05 : (float, float, float)
        Dispersion, polar, hydrogen bonds.
    sigma_MPa05 : (float, float, float)
        Standard deviations.
    radius_MPa05 : float, optional
        Radius of interaction, of a polymer or resin.

    Raises
    ------
    InputError
        If a number is negative or not finite, or the radius is not above 0.
    """

    parameters_MPa05: Hansen
    sigma_MPa05: Hansen = (0.0, 0.0, 0.0)
    radius_MPa05: float | None = None

    def __post_init__(self) -> None:
        for number in (*self.parameters_MPa05, *self.sigma_MPa05):
            if not (math.isfinite(number) and number >= 0):
                raise InputError(f"a Hansen parameter or its sigma is {number}; it must be a finite number >= 0")
        if self.radius_MPa05 is not None and not (math.isfinite(self.radius_MPa05) and self.radius_MPa05 > 0):
            raise InputError(f"radius_MPa05 is {self.radius_MPa05}; it must be a finite number above 0")


@dataclass(frozen=True, slots=True)
class PairMiscibility:
    """Two components of a recipe.

    Attributes
    ----------
    one, other : str
    distance_MPa05 : float
        Hansen distance of the estimates.
    relative_energy_difference : float, optional
        Distance over the radius of interaction of either; the larger where both have one, None where neither has.
    chi : float
        Flory-Huggins parameter, with the molar volume of the smaller molecule.
    chi_low, chi_high : float
        Its central 90 %, from the standard deviations of the Hansen parameters and `CHI_SIGMA`.
    critical_chi : float
        Above it a pair of this size splits at some composition.
    probability : float
        That the pair mixes in all proportions: the share of draws with chi below the critical one.
    source : str
        Where the Hansen parameters are from.
    in_domain : bool
        False where no chi of such a pair was tested; then `reason` says why.
    reason : str
    """

    one: str
    other: str
    distance_MPa05: float
    relative_energy_difference: float | None
    chi: float
    chi_low: float
    chi_high: float
    critical_chi: float
    probability: float
    source: str
    in_domain: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Miscibility:
    """Every pair of a recipe, the least miscible first.

    Attributes
    ----------
    pairs : tuple of PairMiscibility
    unknown : mapping of str to str
        Components of which nothing can be said, and why.
    traces : tuple of str
        Components below 1 % of the liquid mass (`finechem.adhesives.recipe.TRACE`); those that are known have pairs.
    """

    pairs: tuple[PairMiscibility, ...]
    unknown: Mapping[str, str] = field(default_factory=dict)
    traces: tuple[str, ...] = ()

    @property
    def judged(self) -> tuple[PairMiscibility, ...]:
        """Pairs without a trace."""
        return tuple(pair for pair in self.pairs if not {pair.one, pair.other} & set(self.traces))


@dataclass(frozen=True, slots=True)
class _Liquid:
    name: str
    substance: str
    parameters: Hansen
    draws: Array
    volume_cm3_mol: float
    radius: float | None
    source: str


def critical_chi(size_1: float, size_2: float) -> float:
    r"""Return the Flory-Huggins parameter above which two substances no longer mix in all proportions.

    .. math:: \chi_c = \tfrac12 \left( \frac{1}{\sqrt{r_1}} + \frac{1}{\sqrt{r_2}} \right)^2

    Parameters
    ----------
    size_1, size_2 : float
        Molar volumes over the reference volume that chi is meant for.

    Raises
    ------
    InputError
        If a size is not above 0.

    Examples
    --------
    Two liquids of one size; a liquid and a very long polymer:

    >>> critical_chi(1.0, 1.0), round(critical_chi(1.0, 1e8), 3)
    (2.0, 0.5)
    """
    for size in (size_1, size_2):
        if not (math.isfinite(size) and size > 0):
            raise InputError(f"a size is {size}; it must be a finite number above 0")
    return 0.5 * (1.0 / math.sqrt(size_1) + 1.0 / math.sqrt(size_2)) ** 2


def miscibility(
    recipe: Recipe, known: Mapping[str, KnownHansen] | None = None, temperature_K: float = 298.15
) -> Miscibility:
    r"""Return, for every pair of an uncured recipe, how likely the two mix in all proportions.

    Parameters
    ----------
    recipe : Recipe
        Fillers, salts and components of amount 0 are left out.
    known : mapping of component name to KnownHansen, optional
        Measured parameters: these win over tables and model, and alone bring a radius of interaction. They hold for
        every component of the same structure that has none of its own.
    temperature_K : float

    Raises
    ------
    InputError
        If ``known`` names no component of the recipe, or the temperature is not above 0.

    Notes
    -----
    Of each substance 4000 sets of Hansen parameters are drawn, normal and independent, seeded by the substance itself:
    one substance (by structure and parameters) under two names mixes with itself. Chi is :math:`V R_a^2 / 4 R T` with
    the smaller molar volume V (`finechem.matter.hansen.flory_huggins_chi`), and what measured values scatter beyond the
    parameters, `CHI_SIGMA` for 100 cm³/mol, is added to each draw; `critical_chi` has the ratio of the volumes.

    It is meant for the liquid mixture before cure, two components at a time. Pairs with a molecule below 60 cm³/mol are
    out of domain: next to none was tested. Left out are specific attractions (an acid
    and an amine, which mix better than this says), the mean of the entropic part of chi (0.3 to 0.5 for polymers, which
    mix worse), the temperature dependence of the parameters, third components that bring two together, crystals, and
    what the cure separates. A resin is its representative molecule.

    Examples
    --------
    >>> from finechem.adhesives import Component, Recipe, miscibility
    >>> toluene = Component.of("toluene", "solvent", smiles="Cc1ccccc1")
    >>> xylene = Component.of("xylene", "solvent", smiles="Cc1ccccc1C")
    >>> glycerol = Component.of("glycerol", "additive", smiles="OCC(O)CO")
    >>> found = miscibility(Recipe("mix", (toluene, xylene, glycerol), (1.0, 1.0, 1.0)))
    >>> [(pair.one, pair.other, round(pair.probability, 1)) for pair in found.pairs]
    [('xylene', 'glycerol', 0.0), ('toluene', 'glycerol', 0.0), ('toluene', 'xylene', 1.0)]
    """
    if not (math.isfinite(temperature_K) and temperature_K > 0):
        raise InputError(f"{recipe.id}: temperature_K is {temperature_K}; it must be above 0")
    measured = dict(known or {})
    names = [component.name for component in recipe.components]
    for name in measured:
        if name not in names:
            raise InputError(f"{recipe.id}: no component is called {name!r}{did_you_mean(name, names)}")
    structures = {
        _structure(component): measured[component.name]
        for component in recipe.components
        if component.smiles and component.name in measured
    }
    liquids, unknown = [], {}
    for component, mass in zip(recipe.components, recipe.masses_g, strict=True):
        if mass == 0.0:
            continue
        try:
            given = measured.get(component.name) or (structures.get(_structure(component)) if structures else None)
            liquids.append(_liquid(component, given))
        except InputError as error:
            unknown[component.name] = str(error)
    pairs = [_pair(one, other, temperature_K) for one, other in itertools.combinations(liquids, 2)]
    pairs.sort(key=lambda pair: (pair.probability, -pair.chi / pair.critical_chi))
    shares = zip(recipe.components, recipe.liquid_shares(), strict=True)
    traces = tuple(component.name for component, share in shares if 0.0 < share < TRACE)
    return Miscibility(tuple(pairs), unknown, traces)


def _structure(component: Component) -> str:
    """Return the canonical SMILES without stereochemistry; empty without one."""
    from rdkit import Chem

    from finechem.matter.molecules import parse_smiles

    if not component.smiles:
        return ""
    return str(Chem.MolToSmiles(parse_smiles(component.smiles), isomericSmiles=False))


def _liquid(component: Component, known: KnownHansen | None) -> _Liquid:
    if component.role == "filler":
        raise InputError("a filler does not dissolve")
    if component.smiles and has_charges(component.smiles):
        raise InputError("a salt has no Hansen parameters here")
    volume = _molar_volume_cm3_mol(component)
    if known is not None:
        parameters, sigma, radius, source = known.parameters_MPa05, known.sigma_MPa05, known.radius_MPa05, "given"
    elif component.smiles:
        found = hansen_parameters(component.smiles)
        parameters, sigma, radius, source = found.parameters_MPa05, found.sigma_MPa05, None, found.source
    else:
        raise InputError("it has no SMILES; give its Hansen parameters (known)")
    # without a structure, the size tells two resins of one set of parameters apart
    substance = content_hash([_structure(component) or volume, list(parameters), list(sigma)])
    return _Liquid(
        component.name, substance, parameters, hansen_draws(parameters, sigma, substance), volume, radius, source
    )


def hansen_draws(parameters: Hansen, sigma: Hansen, seed: str) -> Array:
    """Return 4000 sets of Hansen parameters, normal and cut at 0; ``seed`` is a hash in hexadecimal digits."""
    generator = np.random.default_rng(int(seed[:16], 16))
    return np.maximum(np.array(parameters) + np.array(sigma) * generator.standard_normal((_DRAWS, 3)), 0.0)


def chi_draws(one: Array, other: Array, volume_cm3_mol: float, temperature_K: float) -> Array:
    """Return chi of each pair of draws of two substances' Hansen parameters, without `CHI_SIGMA`."""
    squared: Array = ((one - other) ** 2) @ np.array([4.0, 1.0, 1.0])
    return volume_cm3_mol * squared / (4.0 * GAS_CONSTANT * temperature_K)


def _molar_volume_cm3_mol(component: Component) -> float:
    mass, density = component.molar_mass_g_mol, component.density_g_cm3
    if component.smiles:
        mass = mass or molar_mass_g_mol(component.smiles)
        density = density or estimated_density_g_cm3(component.smiles)
    if mass is None or density is None:
        raise InputError("its molar volume is unknown; give molar_mass_g_mol and density_g_cm3")
    return mass / density


def _pair(one: _Liquid, other: _Liquid, temperature_K: float) -> PairMiscibility:
    smaller = min(one.volume_cm3_mol, other.volume_cm3_mol)
    limit = critical_chi(one.volume_cm3_mol / smaller, other.volume_cm3_mol / smaller)
    chi = chi_draws(one.draws, other.draws, smaller, temperature_K)
    if one.substance != other.substance:
        pair = content_hash(sorted((one.substance, other.substance)))
        scatter = np.random.default_rng(int(pair[:16], 16)).standard_normal(_DRAWS)
        chi = chi + CHI_SIGMA * smaller / 100.0 * scatter
    low, high = np.quantile(chi, (0.05, 0.95))
    small = [item.name for item in (one, other) if item.volume_cm3_mol < SMALLEST_TESTED_cm3_mol]
    doubt = ""
    if small and one.substance != other.substance:
        doubt = f"{' and '.join(small)}: below {SMALLEST_TESTED_cm3_mol:g} cm3/mol, where hardly any chi was tested"
    radii = [radius for radius in (one.radius, other.radius) if radius is not None]
    apart: Sequence[float] = [relative_energy_difference(one.parameters, other.parameters, radius) for radius in radii]
    return PairMiscibility(
        one.name,
        other.name,
        hansen_distance(one.parameters, other.parameters),
        max(apart) if apart else None,
        flory_huggins_chi(one.parameters, other.parameters, smaller, temperature_K),
        float(low),
        float(high),
        limit,
        float(np.mean(chi < limit)),
        "; ".join(dict.fromkeys((one.source, other.source))),
        not doubt,
        doubt,
    )
