r"""How much of an adhesive is bio-based: calculated from the recipe, not measured.

Feedstock is a fact of the grade, never of the molecule: glycerol is a plant's or a refinery's. What nobody stated lies
between 0 and 1, and the result is an interval. Certificates of mass balance are no carbon and are not counted. Mass
that leaves during the cure (carbon dioxide, solvent) is not taken off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.recipe import Recipe
from finechem.errors import InputError

__all__ = ["BioContent", "Interval", "bio_content", "weighted_share"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A share between bounds; equal bounds are a known share."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Mean of a uniform distribution over it."""
        return (self.low + self.high) / 2.0

    @property
    def sigma(self) -> float:
        """Standard deviation of a uniform distribution over it."""
        return (self.high - self.low) / math.sqrt(12.0)


@dataclass(frozen=True, slots=True)
class BioContent:
    """What the three kinds of standards would say, from the recipe.

    Attributes
    ----------
    carbon_of_organic : Interval
        Bio-based carbon / organic carbon, as ASTM D6866 reports it.
    carbon_of_total : Interval
        Bio-based carbon / total carbon, carbonates included, as EN 16640 may report it.
    carbon_of_mass : Interval
        Bio-based carbon / mass, as EN 16640 may report it too.
    mass : Interval
        Bio-based mass / mass by material balance, in the manner of EN 16785-2.
    unknown : tuple of str
        Components whose feedstock nobody stated.
    """

    carbon_of_organic: Interval
    carbon_of_total: Interval
    carbon_of_mass: Interval
    mass: Interval
    unknown: tuple[str, ...]


def weighted_share(shares: Sequence[tuple[float, float]], weights: Sequence[tuple[float, float]]) -> Interval:
    r"""Return the bounds of :math:`\sum w_i s_i / \sum w_i` where shares and weights are known between bounds.

    Parameters
    ----------
    shares : sequence of (low, high)
        Between 0 and 1.
    weights : sequence of (low, high)
        Not negative. The extreme has each weight at one of its ends: large where the share lies beyond the mean.

    Returns
    -------
    Interval
        (0, 1) if every weight may be 0; (0, 0) if all weights are 0.

    Examples
    --------
    >>> weighted_share([(1.0, 1.0), (0.0, 0.0)], [(1.0, 1.0), (1.0, 3.0)])
    Interval(low=0.25, high=0.5)
    """
    low, high = np.array(shares, dtype=float).reshape(-1, 2).T
    lightest, heaviest = np.array(weights, dtype=float).reshape(-1, 2).T
    if not heaviest.sum() > 0:
        return Interval(0.0, 0.0)
    return Interval(_extreme(low, lightest, heaviest, -1.0), _extreme(high, lightest, heaviest, 1.0))


def _extreme(share: Array, lightest: Array, heaviest: Array, sign: float) -> float:
    """Return the largest (sign +1) or smallest (-1) weighted mean, raising weights in the order of their shares."""
    order = np.argsort(-sign * share, kind="stable")
    weights = lightest.copy()
    best = float(weights @ share / weights.sum()) if weights.sum() > 0 else None
    for index in order.tolist():
        weights[index] = heaviest[index]
        if weights.sum() > 0:
            mean = float(weights @ share / weights.sum())
            best = mean if best is None else sign * max(sign * best, sign * mean)
    return min(1.0, max(0.0, best if best is not None else 0.0))


def bio_content(recipe: Recipe) -> BioContent:
    """Return the bio-based content of a recipe, as intervals.

    Parameters
    ----------
    recipe : Recipe
        Each component's ``biobased_carbon``, ``biobased_mass``, ``carbon_mass_fraction`` and
        ``inorganic_carbon_mass_fraction`` count; what is unknown of them widens the interval.

    Notes
    -----
    An unknown bio-based mass lies between the mass of the bio-based carbon and all but the mass of the fossil carbon.

    Examples
    --------
    >>> from finechem.adhesives import Component, Recipe, bio_content
    >>> oil = Component.of("epoxidized oil", "resin", smiles="CCC1OC1CC(=O)OC", biobased_carbon=1.0)
    >>> acid = Component.of("acid", "hardener", smiles="O=C(O)CC(O)(CC(=O)O)C(=O)O")
    >>> content = bio_content(Recipe("mix", (oil, acid), (60.0, 40.0)))
    >>> round(content.carbon_of_organic.low, 3), content.carbon_of_organic.high, content.unknown
    (0.7, 1.0, ('acid',))
    """
    components, masses = recipe.components, recipe.masses_g
    organic, inorganic, shares, by_mass, mass_shares = [], [], [], [], []
    for component, mass in zip(components, masses, strict=True):
        known, carbonate = component.carbon_mass_fraction, component.inorganic_carbon_mass_fraction
        low, high = (0.0, 1.0 - carbonate) if known is None else (known, known)
        if low + carbonate > 1.0 + 1e-9:
            raise InputError(
                f"{recipe.id}: {component.name} has carbon mass fractions {known} (organic) and {carbonate} "
                "(inorganic), more than 1 together"
            )
        least, most = component.biobased_carbon
        organic.append((mass * low, mass * high))
        inorganic.append((mass * carbonate, mass * carbonate))
        shares.append((least, most))
        by_mass.append((least * low, most * high))
        mass_shares.append(_mass_share(component.biobased_mass, least * low, 1.0 - (1.0 - most) * low))
    weights = [(mass, mass) for mass in masses]
    return BioContent(
        carbon_of_organic=weighted_share(shares, organic),
        carbon_of_total=weighted_share([*shares, *[(0.0, 0.0)] * len(inorganic)], [*organic, *inorganic]),
        carbon_of_mass=weighted_share(by_mass, weights),
        mass=weighted_share(mass_shares, weights),
        unknown=tuple(
            component.name
            for component, mass in zip(components, masses, strict=True)
            if component.biobased_carbon == (0.0, 1.0) and mass > 0 and component.carbon_mass_fraction != 0.0
        ),
    )


def _mass_share(stated: tuple[float, float], least: float, most: float) -> tuple[float, float]:
    """Return what is known of a bio-based mass: as stated, else what the carbon leaves open."""
    return stated if stated != (0.0, 1.0) else (least, max(least, most))
