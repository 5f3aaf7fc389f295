"""Hazards of a recipe as it is supplied, part by part, by the calculation methods of the CLP regulation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finechem.adhesives import clp_rules as rules
from finechem.adhesives.classification import ROUTES, Classification, shipped_classification
from finechem.adhesives.clp_mixture import (
    Finding,
    aquatic,
    aspiration,
    eye,
    single_limits,
    skin,
    transient_effects,
    unstated_factors,
)
from finechem.adhesives.clp_reproduction import reproductive
from finechem.adhesives.clp_supplements import Contents, contents_of, supplements, training_needed
from finechem.adhesives.clp_toxicity import AcuteToxicity, Ingredient, acute_toxicity, contradictions
from finechem.adhesives.recipe import Recipe
from finechem.errors import InputError, did_you_mean

__all__ = ["INHALED", "MIXED", "MixtureHazards", "mixture_hazards", "recipe_hazards"]

#: A liquid is inhaled as vapour and, sprayed, as mist.
INHALED = ("vapour", "dust_mist")

#: Key of the whole recipe in what `recipe_hazards` returns: all parts mixed, before any reaction.
MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class MixtureHazards:
    """The classification of a mixture, with what is not known.

    Attributes
    ----------
    name : str
    findings : tuple of Finding
        Each with the ingredients that cause it.
    acute : tuple of AcuteToxicity
        The estimates behind it: oral, dermal, and each form in which it is inhaled.
    statements : tuple of (str, str)
        Supplemental statements (EUH204, EUH205, EUH208), ``name on label``, and why.
    training : bool or None
        Whether industrial and professional users need the training of REACH, Annex XVII, entry 74; None where that
        hangs on residual monomer nobody states.
    diisocyanates_percent : float
    unknown : tuple of (str, float)
        Ingredients without a classification, with their percent. They count as nothing in the limits and sums, so the
        classification is a lower bound where there are any.
    listed_only : tuple of (str, float)
        Ingredients with an entry of Annex VI only, with their percent: other classes may apply to them.
    undecided : tuple of str
        What more must be known, and what was taken for granted in its place.
    remarks : tuple of str
        What of the classifications contradicts itself.
    physical : tuple of (str, str)
        Ingredients with a physical hazard, and which: that of the mixture follows from tests.
    edition : str
    """

    name: str
    findings: tuple[Finding, ...]
    acute: tuple[AcuteToxicity, ...]
    statements: tuple[tuple[str, str], ...]
    training: bool | None
    diisocyanates_percent: float
    unknown: tuple[tuple[str, float], ...]
    listed_only: tuple[tuple[str, float], ...]
    undecided: tuple[str, ...]
    physical: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...] = ()
    edition: str = rules.EDITION

    @property
    def codes(self) -> tuple[str, ...]:
        """Classes and categories with their statements, such as ``Skin Corr. 1B; H314``."""
        return tuple(f"{found.hazard.code}; {found.hazard.statement}" for found in self.findings)

    @property
    def hazard_statements(self) -> tuple[str, ...]:
        """Codes of the hazard statements, each once; which a label may leave out is not decided here."""
        return tuple(dict.fromkeys(found.hazard.statement for found in self.findings))


def mixture_hazards(
    name: str,
    ingredients: Sequence[Ingredient],
    *,
    inhaled: str | Sequence[str] = INHALED,
    viscosity_mm2_s: float | None = None,
    contents: Contents | None = None,
) -> MixtureHazards:
    """Return the health and environmental hazards of a mixture, from its ingredients.

    Parameters
    ----------
    name : str
    ingredients : sequence of Ingredient
        All of it: shares that add up to 100 %.
    inhaled : str or sequence of str
        ``vapour``, ``dust_mist`` or ``gas``, one or several; the worst finding counts.
    viscosity_mm2_s : float, optional
        Kinematic, at 40 °C; decides about aspiration.
    contents : Contents, optional
        For the supplemental statements and the restriction of diisocyanates.

    Raises
    ------
    InputError
        If the shares do not add up to 100 %, for an unknown form, or a viscosity that is not above 0.

    Notes
    -----
    Tests of the mixture, bridging to similar mixtures, an extreme pH and expert judgement come before these
    calculations in the regulation; they are not here. No physical hazards, no endocrine disruption, PBT or PMT, no
    ozone; no precedence of statements on a label. Particular classifications of a cured product do not follow from
    it. Not legal advice. A mixture of 99.9 % of one ingredient keeps the classes of that.

    References
    ----------
    Regulation (EC) No 1272/2008, Annex I; what was read and what not: `finechem.adhesives.clp_rules`.

    Examples
    --------
    >>> from finechem.adhesives.classification import Classification
    >>> resin = Ingredient("resin", 4.0, Classification.of("Skin Irrit. 2", "Skin Sens. 1"))
    >>> found = mixture_hazards("thin", [resin, Ingredient("chalk", 96.0, Classification.of())])
    >>> found.codes, found.unknown
    (('Skin Sens. 1; H317',), ())
    """
    total = sum(item.percent for item in ingredients)
    if abs(total - 100.0) > 1e-6:
        raise InputError(f"{name}: the shares of its ingredients add up to {total:g} %, not 100")
    forms = (inhaled,) if isinstance(inhaled, str) else tuple(dict.fromkeys(inhaled))
    for form in forms or ("",):
        if form not in ROUTES[2:]:
            raise InputError(f"{name}: inhaled is {form!r}{did_you_mean(form, ROUTES[2:])}")
    if viscosity_mm2_s is not None and not (math.isfinite(viscosity_mm2_s) and viscosity_mm2_s > 0.0):
        raise InputError(f"{name}: viscosity_mm2_s is {viscosity_mm2_s:g}; it must be above 0 and finite")
    contents = contents or Contents()
    acute = tuple(acute_toxicity(ingredients, route) for route in ("oral", "dermal", *forms))
    aspired, undecided = aspiration(ingredients, viscosity_mm2_s)
    findings = (
        *_acute_findings(acute),
        *skin(ingredients),
        *eye(ingredients),
        *single_limits(ingredients, gaseous="gas" in forms),
        *reproductive(ingredients),
        *transient_effects(ingredients),
        *aspired,
        *aquatic(ingredients),
    )
    present = [item for item in ingredients if item.percent > 0.0]
    training = training_needed(contents)
    if training is None:
        undecided.append(
            f"training for diisocyanates: residual monomer of {', '.join(contents.unknown_residue)} (an isocyanate, or"
            " without structure and groups)"
        )
    for estimate in acute:
        if estimate.unknown:
            undecided.append(
                f"acute toxicity, {estimate.route}: nothing is stated of {estimate.unknown_percent:.3g} % of it"
                f" ({', '.join(estimate.unknown)})"
            )
    undecided += unstated_factors(present)
    return MixtureHazards(
        name,
        findings,
        acute,
        supplements(present, findings, contents),
        training,
        contents.diisocyanates_percent,
        tuple((item.name, item.percent) for item in present if item.classification is None),
        tuple(
            (item.name, item.percent) for item in present if item.classification and not item.classification.complete
        ),
        tuple(undecided),
        tuple(
            (item.name, hazard.code)
            for item in present
            if item.classification
            for hazard in item.classification.hazards
            if hazard.physical
        ),
        tuple(text for item in present for text in contradictions(item)),
    )


def recipe_hazards(
    recipe: Recipe,
    classifications: Mapping[str, Classification] | None = None,
    *,
    inhaled: str | Sequence[str] = INHALED,
    viscosity_mm2_s: Mapping[str, float] | None = None,
    residual_diisocyanate_percent: Mapping[str, float] | None = None,
) -> dict[str, MixtureHazards]:
    """Return the hazards of each part as it is supplied, and under ``mixed`` of all of it before it reacts.

    Parameters
    ----------
    recipe : Recipe
        What has no part counts in the mixed recipe only.
    classifications : mapping of str to Classification, optional
        By component name, from data sheets; where there is none, a harmonised entry with the component's structure
        counts (`shipped_classification`). What has neither is unknown, and named.
    inhaled : str or sequence of str
        As in `mixture_hazards`.
    viscosity_mm2_s : mapping of str to float, optional
        By part, and ``mixed``; kinematic, at 40 °C.
    residual_diisocyanate_percent : mapping of str to float, optional
        Monomeric diisocyanate in a component (an oligomer, a prepolymer, a trade name), percent of it, by name.

    Raises
    ------
    InputError
        If a name is none of the recipe's or that of two different components, a part is called ``mixed``, or a residue
        is no percentage.

    Notes
    -----
    The cured adhesive is not classified: what is left in it depends on the cure. Whether a component is a diisocyanate,
    an isocyanate or a low molar mass epoxide follows from its structure and groups.

    Examples
    --------
    >>> from finechem.adhesives import Component, Recipe
    >>> resin = Component.of("resin", "resin", part="A", smiles="CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1")
    >>> amine = Component.of("IPDA", "hardener", part="B", smiles="CC1(C)CC(N)CC(C)(CN)C1")
    >>> found = recipe_hazards(Recipe("glue", (resin, amine), (100.0, 25.0)))
    >>> found["B"].codes
    ('Acute Tox. 4; H302', 'Skin Corr. 1B; H314', 'Eye Dam. 1; H318', 'Skin Sens. 1A; H317')
    >>> [code for code, _ in found["A"].statements]
    ['EUH205']
    """
    names = [component.name for component in recipe.components]
    for given in (classifications or {}, residual_diisocyanate_percent or {}):
        for name in given:
            if name not in names:
                raise InputError(f"{recipe.id}: no component is called {name!r}{did_you_mean(name, names)}")
            if len({item.smiles for item in recipe.components if item.name == name}) > 1:
                raise InputError(f"{recipe.id}: two different components are called {name!r}; rename one")
    if MIXED in recipe.parts():
        raise InputError(f"{recipe.id}: no part may be called {MIXED!r}: so all of it together is called")
    parts = {**recipe.parts(), MIXED: tuple(range(len(recipe.components)))}
    for name in viscosity_mm2_s or {}:
        if name not in parts:
            raise InputError(f"{recipe.id}: no part is called {name!r}{did_you_mean(name, parts)}")
    found = {}
    for part, indices in parts.items():
        total = sum(recipe.masses_g[index] for index in indices)
        if total <= 0.0:
            continue
        shares = [(recipe.components[index], 100.0 * recipe.masses_g[index] / total) for index in indices]
        found[part] = mixture_hazards(
            f"{recipe.id}, {part}",
            [
                Ingredient(item.name, share, (classifications or {}).get(item.name) or shipped_classification(item))
                for item, share in shares
            ],
            inhaled=inhaled,
            viscosity_mm2_s=(viscosity_mm2_s or {}).get(part),
            contents=contents_of(shares, residual_diisocyanate_percent or {}),
        )
    return found


def _acute_findings(acute: Sequence[AcuteToxicity]) -> list[Finding]:
    """Return a finding by mouth, by skin, and of the worst form in which it is inhaled."""
    found = {item.route: item for item in acute if item.hazard is not None}
    forms = [item for route, item in found.items() if route in ROUTES[2:]]
    worst = min(forms, key=lambda item: item.hazard.category if item.hazard else "", default=None)
    return [_acute_finding(item) for route, item in found.items() if route not in ROUTES[2:] or item is worst]


def _acute_finding(found: AcuteToxicity) -> Finding:
    assert found.hazard is not None and found.estimate is not None
    unit = {"gas": "ppm", "oral": "mg/kg", "dermal": "mg/kg"}.get(found.route, "mg/l")
    reason = f"estimate {found.estimate:.4g} {unit} ({found.route}) from {', '.join(found.ingredients)}"
    if found.unknown_percent > rules.UNKNOWN_LIMIT:
        reason += f", corrected for {found.unknown_percent:.3g} % of unknown toxicity"
    return Finding(found.hazard, found.ingredients, reason)
