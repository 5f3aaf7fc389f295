"""Hazards of a recipe as it is supplied, part by part, by the calculation methods of the CLP regulation."""

from __future__ import annotations

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
)
from finechem.adhesives.clp_supplements import Contents, contents_of, supplements, training_needed
from finechem.adhesives.clp_toxicity import AcuteToxicity, Ingredient, acute_toxicity
from finechem.adhesives.recipe import Recipe
from finechem.errors import InputError, did_you_mean

__all__ = ["MIXED", "MixtureHazards", "mixture_hazards", "recipe_hazards"]

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
        The estimates behind it: oral, dermal, and the form in which it is inhaled.
    statements : tuple of (str, str)
        Supplemental statements (EUH204, EUH205, EUH208) and why.
    training : bool or None
        Whether industrial and professional users need the training of REACH, Annex XVII, entry 74; None where that
        hangs on residual monomer nobody states.
    diisocyanates_percent : float
    unknown : tuple of (str, float)
        Ingredients without a classification, with their percent. They count as nothing in the limits and sums, so the
        classification is a lower bound where there are any.
    listed_only : tuple of str
        Ingredients with an entry of Annex VI only: other classes may apply to them.
    undecided : tuple of str
        What more must be known.
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
    listed_only: tuple[str, ...]
    undecided: tuple[str, ...]
    physical: tuple[tuple[str, str], ...]
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
    inhaled: str = "vapour",
    viscosity_mm2_s: float | None = None,
    contents: Contents | None = None,
) -> MixtureHazards:
    """Return the health and environmental hazards of a mixture, from its ingredients.

    Parameters
    ----------
    name : str
    ingredients : sequence of Ingredient
        All of it: shares that add up to 100 %.
    inhaled : str
        ``vapour``, ``dust_mist`` or ``gas``.
    viscosity_mm2_s : float, optional
        Kinematic, at 40 °C; decides about aspiration.
    contents : Contents, optional
        For the supplemental statements and the restriction of diisocyanates.

    Raises
    ------
    InputError
        If the shares do not add up to 100 %, or for an unknown form.

    Notes
    -----
    Tests of the mixture, bridging to similar mixtures, an extreme pH and expert judgement come before these
    calculations in the regulation; they are not here. No physical hazards, no endocrine disruption, PBT or PMT, no
    ozone; no precedence of statements on a label. Particular classifications of a cured product do not follow from
    it. Not legal advice.

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
    if inhaled not in ROUTES[2:]:
        raise InputError(f"{name}: inhaled is {inhaled!r}{did_you_mean(inhaled, ROUTES[2:])}")
    contents = contents or Contents()
    acute = tuple(acute_toxicity(ingredients, route) for route in ("oral", "dermal", inhaled))
    aspired, undecided = aspiration(ingredients, viscosity_mm2_s)
    findings = (
        *(_acute_finding(found) for found in acute if found.hazard),
        *skin(ingredients),
        *eye(ingredients),
        *single_limits(ingredients, gaseous=inhaled == "gas"),
        *transient_effects(ingredients),
        *aspired,
        *aquatic(ingredients),
    )
    present = [item for item in ingredients if item.percent > 0.0]
    training = training_needed(contents)
    if training is None:
        undecided.append(f"training for diisocyanates: residual monomer of {', '.join(contents.unknown_residue)}")
    for estimate in acute:
        if estimate.unknown:
            undecided.append(
                f"acute toxicity, {estimate.route}: nothing is stated of {estimate.unknown_percent:.3g} % of it"
                f" ({', '.join(estimate.unknown)})"
            )
    return MixtureHazards(
        name,
        findings,
        acute,
        supplements(present, findings, contents),
        training,
        contents.diisocyanates_percent,
        tuple((item.name, item.percent) for item in present if item.classification is None),
        tuple(item.name for item in present if item.classification and not item.classification.complete),
        tuple(undecided),
        tuple(
            (item.name, hazard.code)
            for item in present
            if item.classification
            for hazard in item.classification.hazards
            if hazard.physical
        ),
    )


def recipe_hazards(
    recipe: Recipe,
    classifications: Mapping[str, Classification] | None = None,
    *,
    inhaled: str = "vapour",
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
    inhaled : str
        As in `mixture_hazards`.
    viscosity_mm2_s : mapping of str to float, optional
        By part, and ``mixed``; kinematic, at 40 °C.
    residual_diisocyanate_percent : mapping of str to float, optional
        Monomeric diisocyanate in an oligomer or prepolymer, by component name, percent of the component.

    Raises
    ------
    InputError
        If a name is none of the recipe's.

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


def _acute_finding(found: AcuteToxicity) -> Finding:
    assert found.hazard is not None and found.estimate is not None
    unit = {"gas": "ppm", "oral": "mg/kg", "dermal": "mg/kg"}.get(found.route, "mg/l")
    reason = f"estimate {found.estimate:.4g} {unit} ({found.route}) from {', '.join(found.ingredients)}"
    if found.unknown_percent > rules.UNKNOWN_LIMIT:
        reason += f", corrected for {found.unknown_percent:.3g} % of unknown toxicity"
    return Finding(found.hazard, found.ingredients, reason)
