"""Acute toxicity of a mixture by additivity of its ingredients (CLP, Annex I, 3.1.3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finechem.adhesives import clp_rules as rules
from finechem.adhesives.classification import ROUTES, Classification, Hazard
from finechem.errors import InputError, did_you_mean

__all__ = ["AcuteToxicity", "Ingredient", "acute_toxicity", "contradictions"]

#: Forms in which something is inhaled: one statement speaks of all.
_INHALED = ROUTES[2:]


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A share of a mixture.

    Parameters
    ----------
    name : str
    percent : float
        By mass.
    classification : Classification, optional
        None where nobody stated one: unknown, not harmless.
    """

    name: str
    percent: float
    classification: Classification | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.percent <= 100.0 + 1e-9:
            raise InputError(f"{self.name}: {self.percent:g} % is no share of a mixture")


@dataclass(frozen=True, slots=True)
class AcuteToxicity:
    """The estimate of a mixture by one route.

    Attributes
    ----------
    route : str
    estimate : float or None
        mg/kg, mg/l (vapour, dust_mist) or ppm (gas); None where no ingredient is known to be toxic.
    hazard : Hazard or None
        None above category 4.
    ingredients : tuple of str
        Which counted.
    unknown : tuple of str
        Ingredients of 1 % and more whose toxicity by this route nobody states.
    unknown_percent : float
    """

    route: str
    estimate: float | None
    hazard: Hazard | None
    ingredients: tuple[str, ...]
    unknown: tuple[str, ...]
    unknown_percent: float


def acute_toxicity(ingredients: Sequence[Ingredient], route: str) -> AcuteToxicity:
    r"""Return the acute toxicity estimate of a mixture.

    .. math:: \frac{100 - U}{\mathrm{ATE_{mix}}} = \sum_i \frac{C_i}{\mathrm{ATE}_i}

    with :math:`U` the percent of unknown toxicity where that is above 10 %, else 0.

    Parameters
    ----------
    ingredients : sequence of Ingredient
    route : str
        Of `finechem.adhesives.classification.ROUTES`.

    Raises
    ------
    InputError
        For an unknown route.

    Notes
    -----
    A stated estimate wins over the category's point (Table 3.1.2). Where it is one of another form in which something
    is inhaled, the class is of that form, and no point stands for this one. Ingredients count from 0.1 % (categories 1
    to 3) or 1 % on. An ingredient whose classification is complete and silent about the route is not toxic by it; one
    whose classification speaks only for the classes it lists is unknown. What is one substance to 99.9 % keeps its own
    class, since the point of a category 2 lies where category 1 ends.

    References
    ----------
    Regulation (EC) No 1272/2008, Annex I, 3.1.3.6.1 and 3.1.3.6.2.3; see `finechem.adhesives.clp_rules`.

    Examples
    --------
    A quarter of something of category 4 by mouth (500 mg/kg) in water:

    >>> amine = Ingredient("amine", 25.0, Classification.of("Acute Tox. 4; H302"))
    >>> water = Ingredient("water", 75.0, Classification.of())
    >>> found = acute_toxicity([amine, water], "oral")
    >>> found.estimate, found.hazard.code
    (2000.0, 'Acute Tox. 4')
    """
    if route not in ROUTES:
        raise InputError(f"unknown route {route!r}{did_you_mean(route, ROUTES)}")
    total, unknown_percent = 0.0, 0.0
    counted, unknown = [], []
    for item in ingredients:
        estimate = None if item.classification is None else _estimate(item.classification, route)
        if estimate is None:
            if _silent(item, route) and item.percent >= rules.RELEVANT:
                unknown.append(item.name)
                unknown_percent += item.percent
        elif item.percent >= rules.ACUTE_CUTOFF[_category(estimate, route) - 1]:
            total += item.percent / estimate
            counted.append(item.name)
    if not counted:
        return AcuteToxicity(route, None, None, (), tuple(unknown), unknown_percent)
    mixed = (100.0 - (unknown_percent if unknown_percent > rules.UNKNOWN_LIMIT else 0.0)) / total
    own = (_class(item.classification, route) for item in ingredients if item.classification and _is_alone(item))
    category = next((found for found in own if found is not None), _category(mixed, route))
    hazard = None
    if category <= 4:
        hazard = Hazard("Acute Tox.", str(category), rules.ACUTE_STATEMENTS[route][category - 1])
    return AcuteToxicity(route, mixed, hazard, tuple(counted), tuple(unknown), unknown_percent)


def _category(estimate: float, route: str) -> int:
    """Return the category of an estimate, 5 above the last; a hair of rounding does not leave a category."""
    ends = rules.ACUTE_BANDS[route]
    return next((at for at, end in enumerate(ends, start=1) if estimate <= end * (1.0 + 1e-12)), 5)


def _estimate(classification: Classification, route: str) -> float | None:
    """Return the estimate that an ingredient enters the sum with; None where it is not toxic, or unknown."""
    for stated, value in classification.estimates:
        if stated == route:
            return value if _category(value, route) <= 4 else None
    if route in _INHALED and any(stated in _INHALED for stated, _ in classification.estimates):
        return None
    category = _class(classification, route)
    return None if category is None else rules.ACUTE_POINTS[route][category - 1]


def _class(classification: Classification, route: str) -> int | None:
    """Return the worst category an ingredient has by a route."""
    categories = [
        int(hazard.category)
        for hazard in classification.of_class("Acute Tox.")
        if hazard.statement == rules.ACUTE_STATEMENTS[route][int(hazard.category) - 1]
    ]
    return min(categories, default=None)


def _is_alone(item: Ingredient) -> bool:
    return item.percent >= rules.ONE_SUBSTANCE * (1.0 - 1e-9)


def contradictions(item: Ingredient) -> list[str]:
    """Return where a stated estimate lies outside the category that its ingredient is classified in.

    Examples
    --------
    >>> contradictions(Ingredient("X", 1.0, Classification.of("Acute Tox. 4; H302", estimates={"oral": 50.0})))
    ['X: its estimate of 50 (oral) is one of category 2, its class of category 4; in sums the estimate counts']
    """
    known, found = item.classification, []
    for route, value in known.estimates if known else ():
        stated, own = (_class(known, route) if known else None), _category(value, route)
        if stated is not None and stated != own:
            of = f"category {own}" if own <= 4 else "no category"
            found.append(
                f"{item.name}: its estimate of {value:g} ({route}) is one of {of}, its class of category {stated}; in"
                " sums the estimate counts"
            )
    return found


def _silent(item: Ingredient, route: str) -> bool:
    """Return whether nothing is known of an ingredient's toxicity by a route."""
    known = item.classification
    return known is None or not (known.complete or any(stated == route for stated, _ in known.estimates))
