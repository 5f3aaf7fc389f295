"""Is the recipe right: ratio, index, phr, what is in short supply and what is left over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from finechem.adhesives.recipe import Recipe
from finechem.errors import InputError

__all__ = ["Balance", "balance", "hardener_phr", "isocyanate_index", "mixture_equivalent_weight", "part_ratios"]


def hardener_phr(
    hardener_equivalent_weight_g_eq: float, resin_equivalent_weight_g_eq: float, ratio: float = 1.0
) -> float:
    r"""Return parts of hardener per hundred parts of resin.

    .. math:: \mathrm{phr} = 100\,r\,\frac{\mathrm{AHEW}}{\mathrm{EEW}}

    Parameters
    ----------
    hardener_equivalent_weight_g_eq, resin_equivalent_weight_g_eq : float
        AHEW and EEW of an epoxy, or the like.
    ratio : float
        Hardener groups / resin groups.

    Raises
    ------
    InputError
        If a number is not finite and above 0.

    Examples
    --------
    >>> round(hardener_phr(42.6, 187.0), 1)  # isophorone diamine in a liquid DGEBA
    22.8
    """
    _require_positive(hardener=hardener_equivalent_weight_g_eq, resin=resin_equivalent_weight_g_eq, ratio=ratio)
    return 100.0 * ratio * hardener_equivalent_weight_g_eq / resin_equivalent_weight_g_eq


def mixture_equivalent_weight(masses: Sequence[float], equivalent_weights_g_eq: Sequence[float]) -> float:
    r"""Return the equivalent weight of a mixture, :math:`\sum m / \sum (m / \mathrm{EW})`.

    A component without groups has an infinite equivalent weight.

    Raises
    ------
    InputError
        If nothing in the mixture reacts, or numbers are negative.

    Examples
    --------
    >>> round(mixture_equivalent_weight([80, 20], [187, 150]), 1)
    178.2
    """
    if len(masses) != len(equivalent_weights_g_eq) or any(mass < 0 for mass in masses):
        raise InputError(f"masses {list(masses)} need as many equivalent weights, and none may be negative")
    for weight in equivalent_weights_g_eq:
        if not weight > 0:
            raise InputError(f"an equivalent weight is {weight}; it must be above 0 (infinite where nothing reacts)")
    groups = sum(mass / weight for mass, weight in zip(masses, equivalent_weights_g_eq, strict=True))
    if groups <= 0:
        raise InputError("nothing in the mixture reacts: every equivalent weight is infinite or every mass 0")
    return sum(masses) / groups


def isocyanate_index(isocyanate_eq: float, hydrogen_eq: float) -> float:
    """Return the isocyanate index: 100 times isocyanate groups over groups that consume them, water counted twice.

    >>> isocyanate_index(1.05, 1.0)
    105.0
    """
    _require_positive(isocyanate=isocyanate_eq, hydrogen=hydrogen_eq)
    return 100.0 * isocyanate_eq / hydrogen_eq


@dataclass(frozen=True, slots=True)
class Balance:
    """Both sides of a recipe's chemistry.

    Attributes
    ----------
    chemistry : str
    a_equivalents, b_equivalents : float
        In the batch as it is weighed.
    sigma_ln_ratio : float
        Of ln(A/B), from the tolerances of the equivalent weights.
    left_over_mol_kg : dict of side to float
        Groups left per kilogram of recipe when the side in short supply is used up.
    by_kind : dict of kind to equivalents
    """

    chemistry: str
    a_equivalents: float
    b_equivalents: float
    sigma_ln_ratio: float
    left_over_mol_kg: dict[str, float]
    by_kind: dict[str, float]

    @property
    def ratio(self) -> float:
        """A groups / B groups: epoxide over hydrogen, isocyanate over hydroxyl."""
        return self.a_equivalents / self.b_equivalents

    @property
    def bonds(self) -> float:
        """Equivalents that find a partner."""
        return min(self.a_equivalents, self.b_equivalents)

    @property
    def excess(self) -> float:
        """Share of the more abundant side that finds no partner, 0 to 1."""
        share = 1.0 - min(self.ratio, 1.0 / self.ratio)
        return share if share > 1e-12 else 0.0  # rounding of amounts that are meant to be equal

    @property
    def limiting(self) -> str:
        """The side in short supply: ``A``, ``B``, or empty when both end together."""
        return "" if self.excess < 1e-9 else "B" if self.ratio > 1.0 else "A"


def balance(recipe: Recipe) -> Balance:
    """Count both sides of a recipe.

    Parameters
    ----------
    recipe : Recipe

    Raises
    ------
    InputError
        If no curing reaction is found, or one side of the named one is missing; the message says what there is.

    Notes
    -----
    Catalysis (by imidazoles, dicyandiamide, tertiary amines) has no equivalents; hydrogens of the same molecule, as in
    aminoethylpiperazine, count. A group that could react by a slower reaction than the recipe's (phenol beside an
    amine) is not counted.
    """
    chemistry = recipe.chemistry
    kinds = sorted({group.kind for component in recipe.components for group in component.groups})
    present = ", ".join(kinds) if kinds else "no reactive group"
    if chemistry is None:
        raise InputError(f"{recipe.id}: no two of its groups react with each other by a known cure; it has {present}")
    totals = {"A": 0.0, "B": 0.0}
    variances = {"A": 0.0, "B": 0.0}
    by_kind: dict[str, float] = {}
    for component, mass in zip(recipe.components, recipe.masses_g, strict=True):
        of_component = {"A": 0.0, "B": 0.0}
        try:
            component.equivalents_per_gram(chemistry)
        except InputError as error:
            raise InputError(f"{recipe.id}: {error}") from None
        for group in component.groups:
            side = chemistry.side(group.kind)
            if side and mass > 0:
                amount = mass * chemistry.equivalents(group.kind) / group.equivalent_weight_g_eq
                totals[side] += amount
                of_component[side] += (
                    amount * group.relative_sigma
                )  # one data sheet: the parts of a family err together
                by_kind[group.kind] = by_kind.get(group.kind, 0.0) + amount
        for side, deviation in of_component.items():
            variances[side] += deviation**2
    for side, kinds_wanted in (("A", chemistry.a), ("B", chemistry.b)):
        if totals[side] <= 0:
            wanted = " or ".join(kinds_wanted)
            raise InputError(f"{recipe.id}: {chemistry.name} needs {wanted}, and there is none; it has {present}")
    sigma = math.sqrt(sum(variances[side] / totals[side] ** 2 for side in "AB"))
    bonded, weight_kg = min(totals.values()), math.fsum(recipe.masses_g) / 1000.0
    left = {side: (total - bonded) / weight_kg for side, total in totals.items()}
    return Balance(chemistry.name, totals["A"], totals["B"], sigma, left, by_kind)


def part_ratios(recipe: Recipe) -> dict[str, tuple[float, float | None]]:
    """Return mass and volume of each part relative to the first one's (which is 1); volume None without a density.

    Raises
    ------
    InputError
        If the recipe has fewer than two parts, or a component of it has none.
    """
    parts = recipe.parts()
    homeless = [component.name for component in recipe.components if not component.part]
    if len(parts) < 2 or homeless:
        missing = f"{homeless[0]} has no part" if homeless and parts else "its components name fewer than two parts"
        raise InputError(f"{recipe.id}: A:B needs every component in a part, and {missing}")
    masses = np.array(recipe.masses_g)
    densities = np.array([component.density_g_cm3 or math.nan for component in recipe.components])
    mass = {name: float(masses[list(indices)].sum()) for name, indices in parts.items()}
    volume = {name: float((masses / densities)[list(indices)].sum()) for name, indices in parts.items()}
    first = next(iter(parts))
    if not mass[first] > 0:
        raise InputError(f"{recipe.id}: part {first} weighs nothing")
    ratios = {name: (mass[name] / mass[first], volume[name] / volume[first]) for name in parts}
    return {
        name: (by_mass, None if math.isnan(by_volume) else by_volume) for name, (by_mass, by_volume) in ratios.items()
    }


def _require_positive(**numbers: float) -> None:
    for name, number in numbers.items():
        if not (math.isfinite(number) and number > 0):
            raise InputError(f"{name} is {number}; it must be a finite number above 0")
