"""From a recipe to its network: gel point, sol, strands, rubbery modulus."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from finechem.adhesives.branching import (
    GelPoint,
    Monomer,
    NetworkState,
    Site,
    branching_factor,
    carothers_gel_conversion,
    gel_point,
    network_state,
)
from finechem.adhesives.recipe import Recipe
from finechem.errors import DomainError, InputError
from finechem.units import GAS_CONSTANT

__all__ = ["CuredNetwork", "cured_network", "recipe_monomers", "rubbery_modulus_Pa"]


@dataclass(frozen=True, slots=True)
class CuredNetwork:
    """What a recipe becomes at a conversion of the group in short supply.

    Attributes
    ----------
    gel : GelPoint or None
        None where it never gels.
    carothers : float or None
        Upper bound of the gel conversion.
    branching : float
        Mean number of onward bonds a generation at this conversion; above 1 there is a gel.
    state : NetworkState
        In mol per gram times the batch: divide by `volume_m3`.
    volume_m3 : float or None
        Of the batch without fillers and solvents, before shrinkage; None where a density is unknown.
    strands_mol_m3, cycle_rank_mol_m3 : float or None
        Concentrations of elastic strands and of independent rings in that volume: of the matrix, as it bears the load.
    """

    gel: GelPoint | None
    carothers: float | None
    branching: float
    state: NetworkState
    volume_m3: float | None

    @property
    def strands_mol_m3(self) -> float | None:
        """Concentration of elastically active strands."""
        return None if self.volume_m3 is None else self.state.strands_mol / self.volume_m3

    @property
    def cycle_rank_mol_m3(self) -> float | None:
        """Concentration of independent rings."""
        return None if self.volume_m3 is None else self.state.cycle_rank_mol / self.volume_m3


def recipe_monomers(recipe: Recipe, substitution: float = 1.0) -> tuple[Monomer, ...]:
    """Return what takes part in the network of a recipe, and what will be sol.

    Parameters
    ----------
    recipe : Recipe
    substitution : float
        Rate of the second hydrogen of an amine once the first has reacted, relative to before.

    Returns
    -------
    tuple of Monomer
        Moles in the batch as weighed. Fillers are left out: they are no molecules. Without groups of the chemistry,
        solvents are left out too, as they evaporate, and catalysts: they end up bonded or not, and are few.

    Raises
    ------
    InputError
        If no chemistry is found, or the molar mass of something that reacts is unknown.
    """
    chemistry = recipe.chemistry
    if chemistry is None:
        raise InputError(f"{recipe.id}: no two of its groups react with each other by a known cure")
    monomers = []
    for component, mass in zip(recipe.components, recipe.masses_g, strict=True):
        if mass == 0.0 or component.role == "filler":
            continue
        reacting = [group for group in component.groups if chemistry.side(group.kind)]
        molar = component.molar_mass_g_mol
        if not reacting:
            if component.role not in ("catalyst", "initiator", "solvent"):
                molar = molar or 1000.0  # only its mass counts: sol whatever its size
                monomers.append(Monomer(mass / molar, (), molar))
            continue
        if molar is None:
            raise InputError(
                f"{recipe.id}: the network needs the molar mass of {component.name}; give functionality, "
                "molar_mass_g_mol or a SMILES"
            )
        sites = []
        for group in reacting:
            side: Literal["A", "B"] = "A" if chemistry.side(group.kind) == "A" else "B"
            arms = molar / group.equivalent_weight_g_eq * chemistry.equivalents(group.kind) * chemistry.arms
            if group.kind == "amine_hydrogen_primary" and chemistry.equivalents(group.kind) == 1.0:
                sites.append(Site(side, arms / 2.0, 2, substitution=substitution))
            else:
                sites.append(Site(side, arms))
        monomers.append(Monomer(mass / molar, tuple(sites), molar))
    return tuple(monomers)


def cured_network(recipe: Recipe, conversion: float = 1.0, substitution: float = 1.0) -> CuredNetwork:
    """Return the network of a recipe at a conversion of the group in short supply.

    Parameters
    ----------
    recipe : Recipe
    conversion : float
        0 to 1. Real cures end below 1 where the glass stops them.
    substitution : float
        See `recipe_monomers`.

    Raises
    ------
    InputError, DomainError
        If no chemistry is found, a molar mass is unknown, or the conversion is no share.

    Notes
    -----
    Ideal step growth without rings before the gel (see `finechem.adhesives.branching`). Epoxy-anhydride and other
    chain reactions gel earlier. Etherification, homopolymerization and entanglements are left out.

    Examples
    --------
    >>> from finechem.adhesives import Component, Recipe
    >>> dgeba = Component.of("DGEBA", "resin", smiles="CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1")
    >>> ipda = Component.of("IPDA", "hardener", smiles="CC1(C)CC(N)CC(C)(CN)C1")
    >>> network = cured_network(Recipe.from_amounts("neat", (dgeba, ipda), (1.0, 1.0), "eq"))
    >>> round(network.gel.limiting, 4), round(network.carothers, 4)
    (0.5774, 0.75)
    """
    monomers = recipe_monomers(recipe, substitution)
    return CuredNetwork(
        gel=gel_point(monomers),
        carothers=carothers_gel_conversion(monomers),
        branching=branching_factor(monomers, conversion),
        state=network_state(monomers, conversion),
        volume_m3=_volume_m3(recipe),
    )


def _volume_m3(recipe: Recipe) -> float | None:
    pairs = [
        (component.density_g_cm3, mass)
        for component, mass in zip(recipe.components, recipe.masses_g, strict=True)
        if mass > 0 and component.role not in ("filler", "solvent")
    ]
    if any(density is None for density, _ in pairs):
        return None
    return sum(mass / density for density, mass in pairs if density is not None) * 1e-6


def rubbery_modulus_Pa(strands_mol_m3: float, temperature_K: float, front_factor: float = 1.0) -> float:
    r"""Return the tensile modulus of a rubber network.

    .. math:: E' = 3\,\varphi\,\nu R T

    Parameters
    ----------
    strands_mol_m3 : float
        Concentration of elastic strands (affine network), or of independent rings (phantom network, front factor 1).
    temperature_K : float
        Above the glass transition.
    front_factor : float

    Raises
    ------
    DomainError
        If a number is not finite, or the temperature not above 0.

    Notes
    -----
    For small strains of flexible strands; those of an epoxy are a few bonds long, and measured moduli lie within a
    factor that ``benchmarks/accuracy/network.py`` states. With strands in the volume of the matrix it is the matrix's
    modulus; fillers stiffen beyond this.

    References
    ----------
    P. J. Flory, Principles of Polymer Chemistry, Cornell University Press (1953), chapter XI.

    Examples
    --------
    A tenth of a mole in a litre at 400 K is a megapascal:

    >>> round(rubbery_modulus_Pa(100.0, 400.0) / 1e6, 3)
    0.998
    """
    for name, number, least in (
        ("strands_mol_m3", strands_mol_m3, 0.0),
        ("temperature_K", temperature_K, np.nextafter(0, 1)),
        ("front_factor", front_factor, 0.0),
    ):
        if not (math.isfinite(number) and number >= least):
            raise DomainError(f"{name} is {number}; it must be a finite number {'above' if least else 'not below'} 0")
    return 3.0 * front_factor * strands_mol_m3 * GAS_CONSTANT * temperature_K
