"""Glass transition of a network from its recipe, at any conversion: one log-linear law of its chains."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.adhesives.chains import ChainDescriptors, chain_descriptors
from finechem.adhesives.component import Component
from finechem.adhesives.recipe import Recipe
from finechem.matter.molecules import molar_mass_g_mol
from finechem.matter.programs import ZERO_CELSIUS_K

__all__ = [
    "GlassTransition",
    "GlassTransitionLaw",
    "MeasuredNetwork",
    "fit_law",
    "glass_transition",
    "held_out",
    "measured_networks",
    "shipped_law",
]

Array = NDArray[np.float64]
#: Of ln of the molar mass over that of the SMILES: beyond it a component is not what is drawn.
_OLIGOMER = 0.2


@dataclass(frozen=True, slots=True)
class MeasuredNetwork:
    """A row of `adhesives.network_glass_transitions`: a recipe, its descriptors, its measured glass transition."""

    recipe: Recipe
    chains: ChainDescriptors
    glass_transition_K: float
    paper: str

    @property
    def chemistry(self) -> str:
        """What it is made of, whatever the amounts."""
        return " + ".join(sorted(component.smiles for component in self.recipe.components))

    def smiles_of(self, role: str) -> str:
        """Return the SMILES of its resins, or of its hardeners, sorted."""
        return " + ".join(sorted(item.smiles for item in self.recipe.components if item.role == role))


@cache
def measured_networks() -> tuple[MeasuredNetwork, ...]:
    """Return all measured networks, taken as fully cured."""
    found = []
    for row in datasets.load("adhesives.network_glass_transitions").rows:
        components = [_component(smiles) for smiles in row["smiles"].split(" | ")]
        moles = [float(share) for share in row["mole_fractions"].split(" | ")]
        recipe = Recipe.from_amounts(row["network_id"], components, moles, "mol")
        kelvin = row["glass_transition_C"] + ZERO_CELSIUS_K
        found.append(MeasuredNetwork(recipe, chain_descriptors(recipe), kelvin, row["paper"]))
    return tuple(found)


def _component(smiles: str) -> Component:
    resin = any(group.kind.startswith("epoxide") for group in Component.of(smiles, "resin", smiles=smiles).groups)
    return Component.of(smiles, "resin" if resin else "hardener", smiles=smiles)


@dataclass(frozen=True, slots=True, eq=False)
class GlassTransitionLaw:
    r"""A fitted law, :math:`\ln T_g = a + \sum_i b_i x_i`, of the descriptors :math:`x_i` (mol/kg).

    Attributes
    ----------
    intercept : float
    slopes : mapping of descriptor to float
        kg/mol.
    middle, spread : mapping of descriptor to float
        Mean and standard deviation in what it was fitted to.
    gram : (p, p) array
        Inverse of the Gram matrix of intercept and standardized descriptors.
    """

    intercept: float
    slopes: Mapping[str, float]
    middle: Mapping[str, float]
    spread: Mapping[str, float]
    gram: Array
    n: int

    def kelvin(self, chains: ChainDescriptors) -> float:
        """Return the glass transition."""
        return math.exp(self.intercept + math.fsum(self.contributions(chains).values()))

    def contributions(self, chains: ChainDescriptors) -> dict[str, float]:
        """Return what each descriptor adds to the logarithm."""
        return {name: self.slopes[name] * number for name, number in zip(chains.names(), chains.values(), strict=True)}

    def leverage(self, chains: ChainDescriptors) -> float:
        """Return how far it is from what was fitted: 1/n in the middle; 3 p/n is the usual limit."""
        row = np.array([1.0, *self._standardized(chains).values()])
        return float(row @ self.gram @ row)

    def outside(self, chains: ChainDescriptors) -> str:
        """Say what is unlike the networks it was fitted to; empty where nothing is."""
        limit = 3.0 * len(self.gram) / self.n
        leverage = self.leverage(chains)
        if leverage <= limit:
            return ""
        apart = self._standardized(chains)
        name = max(apart, key=lambda item: abs(apart[item]))
        number = dict(zip(chains.names(), chains.values(), strict=True))[name]
        return (
            f"unlike what was measured: leverage {leverage:.2g} above {limit:.2g}, most by its "
            f"{name.replace('_', ' ')}, {number:.3g} mol/kg ({self.middle[name]:.3g} ± {self.spread[name]:.3g} there)"
        )

    def _standardized(self, chains: ChainDescriptors) -> dict[str, float]:
        return {
            name: (number - self.middle[name]) / self.spread[name]
            for name, number in zip(chains.names(), chains.values(), strict=True)
        }


def fit_law(networks: Sequence[MeasuredNetwork]) -> GlassTransitionLaw:
    """Fit the law by Huber's loss, which lets a few doubtful measurements count less.

    Parameters
    ----------
    networks : sequence of MeasuredNetwork
        Some tens; all taken as fully cured.
    """
    from sklearn.linear_model import HuberRegressor

    x = np.array([network.chains.values() for network in networks])
    y = np.log([network.glass_transition_K for network in networks])
    middle, spread = x.mean(axis=0), np.where(np.ptp(x, axis=0) > 0.0, x.std(axis=0), 1.0)
    # A weak ridge (alpha) decides where the descriptors of a subset do not.
    found = HuberRegressor(alpha=0.01, max_iter=1000).fit((x - middle) / spread, y)
    slopes = found.coef_ / spread
    names = ChainDescriptors.names()
    columns = np.column_stack([np.ones(len(x)), (x - middle) / spread])
    return GlassTransitionLaw(
        intercept=float(found.intercept_ - slopes @ middle),
        slopes=dict(zip(names, slopes.tolist(), strict=True)),
        middle=dict(zip(names, middle.tolist(), strict=True)),
        spread=dict(zip(names, spread.tolist(), strict=True)),
        gram=np.linalg.pinv(columns.T @ columns),
        n=len(x),
    )


@cache
def shipped_law() -> GlassTransitionLaw:
    """Return the law fitted to all of `adhesives.network_glass_transitions`."""
    return fit_law(measured_networks())


@dataclass(frozen=True, slots=True)
class GlassTransition:
    """An estimated glass transition.

    Attributes
    ----------
    kelvin : float
    sigma_ln : float
        Standard deviation of its logarithm: root mean square error for the networks of papers held out.
    in_domain : bool
    reason : str
        Why not.
    contributions : dict of str to float
        What each descriptor adds to its logarithm.
    """

    kelvin: float
    sigma_ln: float
    in_domain: bool
    reason: str
    contributions: dict[str, float]


def glass_transition(recipe: Recipe, conversion: float = 1.0) -> GlassTransition:
    r"""Estimate the glass transition of a recipe at a conversion.

    .. math:: \ln T_g = a + b_1\,\xi + b_2\,n_\mathrm{rot} + b_3\,n_\mathrm{arom} + b_4\,n_\mathrm{OH}
              + b_5\,n_\mathrm{epoxide} + b_6\,n_\mathrm{ester}

    The cycle rank :math:`\xi` (bonds made less molecules put in, per mass) is the term of crosslinks in a gel and,
    below zero, Fox and Flory's term of chain ends in a liquid, so that one law covers resin, cure and network.

    Parameters
    ----------
    recipe : Recipe
        Epoxide cured by amine or anhydride, each component with a SMILES.
    conversion : float
        Of the group in short supply.

    Raises
    ------
    InputError, DomainError
        As `finechem.adhesives.chains.chain_descriptors`.

    Notes
    -----
    Fitted to 124 networks of a public compilation (doubtful, grade D: the papers were not read; calorimetry and the
    maximum of tan δ are mixed). ``benchmarks/accuracy/tg.py`` has the errors. It knows no water, no phase separation,
    no homopolymerization of excess epoxide and no isomers; partly cured networks were not fitted, their error is not
    measured. A measured value is always better.

    Examples
    --------
    >>> from finechem.adhesives import Component, Recipe
    >>> dgeba = Component.of("DGEBA", "resin", smiles="CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1")
    >>> ipda = Component.of("IPDA", "hardener", smiles="CC1(C)CC(N)CC(C)(CN)C1")
    >>> neat = Recipe.from_amounts("neat", (dgeba, ipda), (1.0, 1.0), "eq")
    >>> 140 < glass_transition(neat).kelvin - 273.15 < 165
    True
    """
    law = shipped_law()
    chains = chain_descriptors(recipe, conversion)
    reasons = [outside] if (outside := law.outside(chains)) else []
    if conversion < 1.0:
        reasons.append("only cured networks were measured")
    reasons += _strangers(recipe)
    return GlassTransition(
        law.kelvin(chains),
        float(datasets.measured_error("adhesives.model_errors", quantity="glass_transition")["sigma"]),
        not reasons,
        "; ".join(reasons),
        law.contributions(chains),
    )


def _strangers(recipe: Recipe) -> list[str]:
    """Say what no measured network had: molecules that do not react, and oligomers drawn as monomers."""
    found, chemistry = [], recipe.chemistry
    for component, mass in zip(recipe.components, recipe.masses_g, strict=True):
        if mass == 0.0 or component.role in ("filler", "solvent", "catalyst", "initiator"):
            continue
        if chemistry is None or not any(chemistry.side(group.kind) for group in component.groups):
            found.append(f"no network with something that does not react was measured ({component.name})")
            continue
        drawn, stated = molar_mass_g_mol(component.smiles), component.molar_mass_g_mol
        if stated is not None and abs(math.log(stated / drawn)) > _OLIGOMER:
            found.append(
                f"{component.name} weighs {stated:.4g} g/mol and its SMILES {drawn:.4g}: rings and hydroxyls of the "
                "rest of its chain are not counted; give a SMILES of that length"
            )
    return found


def held_out(networks: Sequence[MeasuredNetwork], groups: Sequence[Any]) -> Array:
    """Return the glass transition of each network by a law fitted without its group, kelvin."""
    found = np.empty(len(networks))
    for group in dict.fromkeys(groups):
        law = fit_law([network for network, other in zip(networks, groups, strict=True) if other != group])
        for index, network in enumerate(networks):
            if groups[index] == group:
                found[index] = law.kelvin(network.chains)
    return found
