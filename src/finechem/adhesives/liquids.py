"""Glass transitions of what is not yet cured: resins, hardeners, diluents, plasticizers, from their structure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.adhesives.chains import chain_counts
from finechem.adhesives.glass_mixing import fox_K
from finechem.adhesives.recipe import Recipe
from finechem.errors import DomainError, InputError, did_you_mean
from finechem.matter.molecules import molar_mass_g_mol
from finechem.matter.vapour_pressure import volatility

__all__ = [
    "LiquidLaw",
    "MeasuredLiquid",
    "component_glass_transition_K",
    "fit_liquids",
    "left_out",
    "measured_liquids",
    "uncured_glass_transition_K",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeasuredLiquid:
    """A row of `adhesives.liquid_glass_transitions` and what the law reads of its structure."""

    name: str
    smiles: str
    glass_transition_K: float
    features: tuple[float, ...]


@cache
def measured_liquids() -> tuple[MeasuredLiquid, ...]:
    """Return all measured liquids."""
    return tuple(
        MeasuredLiquid(row["name"], row["smiles"], row["glass_transition_K"], _features(row["smiles"]))
        for row in datasets.load("adhesives.liquid_glass_transitions").rows
    )


def _features(smiles: str) -> tuple[float, ...]:
    rotatable, _, hydroxyls = chain_counts(smiles, chained=False)
    return (math.log(volatility(smiles).shape.boiling_point_K), float(rotatable), float(hydroxyls))


@dataclass(frozen=True, slots=True)
class LiquidLaw:
    """Intercept, and slopes of ln of the boiling point, rotatable bonds and hydroxyls a molecule."""

    intercept: float
    slopes: tuple[float, ...]

    def kelvin(self, features: Sequence[float]) -> float:
        """Return the glass transition."""
        return math.exp(self.intercept + math.fsum(a * b for a, b in zip(self.slopes, features, strict=True)))


def fit_liquids(liquids: Sequence[MeasuredLiquid]) -> LiquidLaw:
    """Fit the law by Huber's loss."""
    from sklearn.linear_model import HuberRegressor

    x = np.array([liquid.features for liquid in liquids])
    middle, spread = x.mean(axis=0), x.std(axis=0)
    y = np.log([liquid.glass_transition_K for liquid in liquids])
    found = HuberRegressor(alpha=0.01, max_iter=1000).fit((x - middle) / spread, y)
    slopes = found.coef_ / spread
    return LiquidLaw(float(found.intercept_ - slopes @ middle), tuple(slopes.tolist()))


@cache
def _shipped() -> LiquidLaw:
    return fit_liquids(measured_liquids())


def component_glass_transition_K(smiles: str) -> tuple[float, float]:
    r"""Return the glass transition of a component before it cures, and the standard deviation of its logarithm.

    .. math:: \ln T_g = a + b \ln T_b + c\,n_\mathrm{rot} + d\,n_\mathrm{OH}

    Parameters
    ----------
    smiles : str

    Raises
    ------
    InputError
        If the SMILES is not valid.
    DomainError
        If it is lighter or heavier than what was measured (85 to 460 g/mol, and a tenth more either way): the law does
        not level off with the length of a chain.

    Notes
    -----
    The boiling point :math:`T_b` is that of `finechem.matter.vapour_pressure.volatility` (most resins decompose before
    they boil). Fitted to 75 liquids, none of them an epoxide: ``benchmarks/accuracy/tg.py`` has the error, leave one
    out. Oligomers and mixtures of isomers are taken for the molecule that represents them.

    Examples
    --------
    >>> kelvin, sigma = component_glass_transition_K("CCCCOC(=O)c1ccccc1C(=O)OCCCC")  # dibutyl phthalate, 176 to 179 K
    >>> 160 < kelvin < 200, round(sigma, 2)
    (True, 0.13)
    """
    masses = [molar_mass_g_mol(liquid.smiles) for liquid in measured_liquids()]
    mass = molar_mass_g_mol(smiles)
    if not min(masses) / 1.1 <= mass <= 1.1 * max(masses):
        raise DomainError(
            f"{smiles}: {mass:.4g} g/mol, but liquids of {min(masses):.3g} to {max(masses):.3g} were measured; state "
            "its glass transition (known_K) instead"
        )
    sigma = float(datasets.measured_error("adhesives.model_errors", quantity="liquid_glass_transition")["sigma"])
    return _shipped().kelvin(_features(smiles)), sigma


def uncured_glass_transition_K(recipe: Recipe, known_K: Mapping[str, float] | None = None) -> tuple[float, float]:
    """Return the glass transition of a recipe before it cures, by Fox's rule, and the deviation of its logarithm.

    Parameters
    ----------
    recipe : Recipe
        Without its fillers and solvents.
    known_K : mapping of component name to float, optional
        Measured glass transitions: these win, and are taken as exact.

    Raises
    ------
    InputError
        If a component has neither a SMILES nor a known glass transition, or ``known_K`` names none of the recipe.

    Notes
    -----
    The errors of the components are taken as one common error, as the law they share may be off for all of them alike.
    """
    known = dict(known_K or {})
    names = [component.name for component in recipe.components]
    for name in known:
        if name not in names:
            raise InputError(f"{recipe.id}: no component is called {name!r}{did_you_mean(name, names)}")
    weights, kelvin, sigmas = [], [], []
    for component, mass in zip(recipe.components, recipe.masses_g, strict=True):
        if mass == 0.0 or component.role in ("filler", "solvent"):
            continue
        if component.name in known:
            glass, sigma = known[component.name], 0.0
        elif component.smiles:
            glass, sigma = component_glass_transition_K(component.smiles)
        else:
            raise InputError(f"{recipe.id}: {component.name} has no SMILES; state its glass transition in known_K")
        weights.append(mass)
        kelvin.append(glass)
        sigmas.append(sigma)
    mixed = fox_K(weights, kelvin)
    parts = np.array(weights) / np.array(kelvin)
    return mixed, float(parts @ np.array(sigmas) / parts.sum())


def left_out() -> Array:
    """Return the glass transition of each measured liquid by a law fitted without it, kelvin."""
    liquids = measured_liquids()
    return np.array(
        [
            fit_liquids([*liquids[:index], *liquids[index + 1 :]]).kelvin(liquid.features)
            for index, liquid in enumerate(liquids)
        ]
    )
