"""All that can be said of one recipe before it is made: network, cure, interface and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from finechem.adhesives.classification import Classification
from finechem.adhesives.cure_section import CurePlan
from finechem.adhesives.curing import CureResult, cure
from finechem.adhesives.hazards import MixtureHazards, recipe_hazards
from finechem.adhesives.miscibility import Miscibility, miscibility
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.structural import AdhesiveConditions, adhesive_screen
from finechem.adhesives.wetting_models import WorkOfAdhesionModel
from finechem.screening.model import PropertyModel
from finechem.screening.properties import Property

__all__ = ["Assessment", "Finding", "assess"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One property of a recipe, as one model sees it.

    Attributes
    ----------
    section : str
        ``recipe``, ``network``, ``interface``, as the stages of the screen.
    prop : Property
    value, low, high : float
        Estimate and central 90 %; NaN where nothing is known.
    in_domain : bool
    reason : str
        Why it is unknown or doubtful.
    source, model : str
    """

    section: str
    prop: Property
    value: float
    low: float
    high: float
    in_domain: bool
    reason: str
    source: str
    model: str

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return self.value == self.value


@dataclass(frozen=True, slots=True)
class Assessment:
    """What `assess` found. There is no score: each finding stands for itself.

    Attributes
    ----------
    recipe : Recipe
    conditions : AdhesiveConditions
        With the conversion at the end of the cure, where that was calculated.
    findings : tuple of Finding
    hazards : dict of part to MixtureHazards
        As supplied, and ``mixed``.
    pairs : Miscibility
    cure : CureResult or None
        None without kinetics: the conversion is then an assumption of the conditions.
    """

    recipe: Recipe
    conditions: AdhesiveConditions
    findings: tuple[Finding, ...]
    hazards: dict[str, MixtureHazards]
    pairs: Miscibility
    cure: CureResult | None

    def of(self, name: str) -> Finding:
        """Return the finding of a property by its name; the first where it was asked of several substrates.

        Raises
        ------
        KeyError
            If there is none.
        """
        for item in self.findings:
            if item.prop.name == name:
                return item
        raise KeyError(name)


def assess(
    recipe: Recipe,
    conditions: AdhesiveConditions | None = None,
    *,
    plan: CurePlan | None = None,
    substrates: Iterable[tuple[str, str]] = (),
    classifications: Mapping[str, Classification] | None = None,
    residual_diisocyanate_percent: Mapping[str, float] | None = None,
) -> Assessment:
    """Return what can be said of a recipe: each criterion visible, with its interval, its source or why not.

    The findings are those of the models of `finechem.adhesives.structural.adhesive_screen`, so that assessment and
    ranking cannot disagree.

    Parameters
    ----------
    recipe : Recipe
    conditions : AdhesiveConditions, optional
    plan : CurePlan, optional
        Kinetics and schedule (`finechem.adhesives.cure_section.load_cure_plan`): the conversion they end with is that
        of the network and its glass transition.
    substrates : iterable of (name, state), optional
        More than the one of the conditions.
    classifications, residual_diisocyanate_percent
        By component name, from data sheets, as in `finechem.adhesives.recipe_hazards`.

    Raises
    ------
    InputError
        For an unknown substrate or component.

    Notes
    -----
    It cannot tell the strength of a joint, its durability, or how it ages; neither spreading nor the work of adhesion
    does. What
    a recipe does at a conversion below 1 was never measured here: the glass transition says so.

    Examples
    --------
    >>> from finechem.adhesives import Component
    >>> dgeba = Component.of("DGEBA", "resin", part="A", smiles="CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1")
    >>> ipda = Component.of("IPDA", "hardener", part="B", smiles="CC1(C)CC(N)CC(C)(CN)C1")
    >>> found = assess(Recipe.from_amounts("neat", (dgeba, ipda), (1.0, 1.0), "eq"))
    >>> round(found.of("stoichiometric_ratio").value, 3), found.of("severe_hazards").value
    (1.0, 0.0)
    """
    conditions, result = conditions or AdhesiveConditions(), None
    if plan is not None:
        result = cure(plan.kinetics, plan.program, initial_conversion=plan.initial_conversion)
        conditions = replace(conditions, conversion=min(max(result.final_conversion, 1e-6), 1.0))
    hazards = recipe_hazards(recipe, classifications, residual_diisocyanate_percent=residual_diisocyanate_percent)
    findings: list[Finding] = []
    for stage in adhesive_screen(conditions, classifications).stages:
        for model in stage.models:
            findings += _asked(recipe, stage.name, model)
    for name, state in substrates:
        if (name, state) != (conditions.substrate, conditions.substrate_state):
            findings += _asked(recipe, "interface", WorkOfAdhesionModel(name, state))
    return Assessment(recipe, conditions, tuple(findings), hazards, miscibility(recipe), result)


#: What an interval of a normal error may not leave.
_ENDS = {"contact_angle": (0.0, 180.0), "volatile_organic_mass_fraction": (0.0, 1.0)}


def _asked(recipe: Recipe, section: str, model: PropertyModel) -> Sequence[Finding]:
    found = []
    for prop, estimates in model.estimate([model.subject(recipe)], {}).items():
        value, sigma = float(estimates.value[0]), float(estimates.sigma[0])
        low, high = prop.interval(value, sigma) if value == value else (value, value)
        least, largest = _ENDS.get(prop.name, (low, high))
        low, high = max(low, least), min(high, largest)
        found.append(
            Finding(
                section, prop, value, float(low), float(high), bool(estimates.in_domain[0]), estimates.reason[0],
                estimates.source[0], model.name,
            )
        )  # fmt: skip
    return found
