"""Hazard classes of a mixture other than acute toxicity, from limits and sums (CLP, Annex I, parts 3 and 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from finechem.adhesives import clp_rules as rules
from finechem.adhesives.classification import Classification, Hazard
from finechem.adhesives.clp_toxicity import Ingredient

__all__ = [
    "Finding",
    "aquatic",
    "aspiration",
    "elicits",
    "eye",
    "reaches",
    "single_limits",
    "skin",
    "transient_effects",
    "unstated_factors",
]

_ROUNDING = 1e-9
#: From severe to mild; 1 may be 1A.
_SEVERITY = ("1A", "1", "1B", "1C", "2", "3", "4", "")
_CORROSIVE = ("1", "1A", "1B", "1C")


@dataclass(frozen=True, slots=True)
class Finding:
    """A class the mixture falls into.

    Attributes
    ----------
    hazard : Hazard
    ingredients : tuple of str
        That count towards it.
    reason : str
    """

    hazard: Hazard
    ingredients: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class _Sum:
    """Shares over their limits, added: 1 reaches the class."""

    total: float
    ingredients: tuple[str, ...]
    terms: str

    @property
    def reached(self) -> bool:
        return reaches(self.total, 1.0)

    def finding(self, hazard: Hazard) -> Finding:
        return Finding(hazard, self.ingredients, f"{self.terms} = {self.total:.3g}, not below 1")


def reaches(share: float, limit: float) -> bool:
    """Return whether a share is at a limit or above it; shares computed from masses miss one by rounding."""
    return share >= limit * (1.0 - _ROUNDING)


def _known(ingredients: Sequence[Ingredient]) -> Iterator[tuple[Ingredient, Classification]]:
    for item in ingredients:
        if item.classification is not None and item.percent > 0.0:
            yield item, item.classification


def _sum_of(
    ingredients: Sequence[Ingredient], limit_of: Callable[[Classification], float | None], cutoff: float
) -> _Sum:
    """Return the sum of shares over limits; an ingredient whose effect does not add up counts alone."""
    total, alone, names, terms = 0.0, 0.0, [], []
    for item, known in _known(ingredients):
        limit = limit_of(known)
        if limit is None or not reaches(item.percent, min(cutoff, limit)):
            continue
        if known.additive:
            total += item.percent / limit
        else:
            alone = max(alone, item.percent / limit)
        names.append(item.name)
        terms.append(f"{item.name} {item.percent:.4g}/{limit:g} %" + ("" if known.additive else " (alone)"))
    return _Sum(max(total, alone), tuple(names), " + ".join(terms))


def _lowest(known: Classification, name: str, categories: Sequence[str] = ()) -> float | None:
    """Return the lowest specific limit of a class, or of some categories of it."""
    limits = known.limits_of(name)
    return min((limit.low for limit in limits if not categories or limit.hazard.category in categories), default=None)


def skin(ingredients: Sequence[Ingredient]) -> list[Finding]:
    """Return skin corrosion or irritation: Tables 3.2.3 and 3.2.4.

    Notes
    -----
    Shares are divided by their limits (specific ones first) and added; a sum of 1 classifies. The sub-category is the
    first of 1A, 1B, 1C that those as severe reach together; with a category 1 without sub-category it is 1.
    """

    def corrosive(categories: Sequence[str]) -> Callable[[Classification], float | None]:
        def limit(known: Classification) -> float | None:
            if known.limits_of("Skin Corr."):
                return _lowest(known, "Skin Corr.", categories)
            if not any(hazard.category in categories for hazard in known.of_class("Skin Corr.")):
                return None
            return rules.SKIN_CORROSIVE if known.additive else rules.ALONE_SEVERE

        return limit

    whole = _sum_of(ingredients, corrosive(_CORROSIVE), rules.IRRITATION_CUTOFF)
    if whole.reached:
        undivided = any(
            hazard.category == "1"
            for item, known in _known(ingredients)
            if item.name in whole.ingredients
            for hazard in known.of_class("Skin Corr.")
        )
        for category in () if undivided else ("1A", "1B", "1C"):
            part = _sum_of(
                ingredients, corrosive(_CORROSIVE[1 : _CORROSIVE.index(category) + 1]), rules.IRRITATION_CUTOFF
            )
            if part.reached:
                return [part.finding(Hazard("Skin Corr.", category, "H314"))]
        return [whole.finding(Hazard("Skin Corr.", "1", "H314"))]

    def irritant(known: Classification) -> float | None:
        specific = _lowest(known, "Skin Irrit.")
        if specific is not None:
            return specific
        if known.of_class("Skin Corr."):
            return rules.SKIN_CORROSIVE_AS_IRRITANT
        if known.of_class("Skin Irrit."):
            return rules.SKIN_IRRITANT if known.additive else rules.ALONE_IRRITANT
        return None

    mild = _sum_of(ingredients, irritant, rules.IRRITATION_CUTOFF)
    return [mild.finding(Hazard("Skin Irrit.", "2", "H315"))] if mild.reached else []


def eye(ingredients: Sequence[Ingredient]) -> list[Finding]:
    """Return serious eye damage or eye irritation: Tables 3.3.3 and 3.3.4.

    Notes
    -----
    What corrodes the skin damages the eye; an ingredient with both classes counts once. A limit for skin corrosion
    replaces the general one of eye damage where only skin corrosion is listed: it never lifts that of a listed eye
    damage.
    """

    def damaging(known: Classification) -> float | None:
        own, corrosive = _lowest(known, "Eye Dam."), _lowest(known, "Skin Corr.")
        if own is not None:
            return own
        general = rules.EYE_DAMAGE if known.additive else rules.ALONE_SEVERE
        if known.of_class("Eye Dam."):
            return min(general, corrosive or general)
        return corrosive or (general if known.of_class("Skin Corr.") else None)

    def irritant(known: Classification) -> float | None:
        specific = _lowest(known, "Eye Irrit.")
        if specific is not None:
            return specific
        if known.of_class("Skin Corr.") or known.of_class("Eye Dam."):
            return rules.EYE_DAMAGE_AS_IRRITANT
        if known.of_class("Eye Irrit."):
            return rules.EYE_IRRITANT if known.additive else rules.ALONE_IRRITANT
        return None

    severe = _sum_of(ingredients, damaging, rules.IRRITATION_CUTOFF)
    if severe.reached:
        return [severe.finding(Hazard("Eye Dam.", "1", "H318"))]
    mild = _sum_of(ingredients, irritant, rules.IRRITATION_CUTOFF)
    return [mild.finding(Hazard("Eye Irrit.", "2", "H319"))] if mild.reached else []


def single_limits(ingredients: Sequence[Ingredient], gaseous: bool = False) -> list[Finding]:
    """Return the classes in which one ingredient decides: sensitizers, Muta., Carc., Lact., STOT SE 1 and 2, STOT RE.

    Toxicity for reproduction, where each effect has its limit, is in `finechem.adhesives.clp_reproduction`.
    """
    findings: dict[str, list[tuple[Hazard, str, str]]] = {}
    for item, known in _known(ingredients):
        for name in dict.fromkeys(name for name, _ in rules.SINGLE):
            found = _single(item, known, name, gaseous)
            if found is not None:
                hazard, limit = found
                findings.setdefault(name, []).append(
                    (hazard, item.name, f"{item.name} {item.percent:.4g} % >= {limit:g} %")
                )
    return [
        Finding(
            min((hazard for hazard, _, _ in found), key=lambda hazard: _SEVERITY.index(hazard.category)),
            tuple(name for _, name, _ in found),
            "; ".join(reason for _, _, reason in found),
        )
        for found in findings.values()
    ]


def _single(item: Ingredient, known: Classification, name: str, gaseous: bool) -> tuple[Hazard, float] | None:
    """Return the hazard one ingredient brings to the mixture and the limit it reaches; specific limits first."""
    specific = [limit for limit in known.limits_of(name) if limit.hazard.category != "3"]
    if specific:
        reached = [
            limit for limit in specific if reaches(item.percent, limit.low) and not reaches(item.percent, limit.high)
        ]
        worst = min(reached, key=lambda limit: _SEVERITY.index(limit.hazard.category), default=None)
        return None if worst is None else (worst.hazard, worst.low)
    brought: list[tuple[Hazard, float]] = []
    for hazard in known.of_class(name):
        for limit, category in rules.SINGLE.get((name, hazard.category), ()):
            share = rules.GASEOUS_SENSITIZER if gaseous and name == "Resp. Sens." and limit == 1.0 else limit
            if reaches(item.percent, share):
                statement = hazard.statement if category == hazard.category else {"STOT SE": "H371"}.get(name, "H373")
                brought.append((Hazard(name, category, statement), share))
                break
    return min(brought, key=lambda pair: _SEVERITY.index(pair[0].category), default=None)


def elicits(item: Ingredient) -> bool:
    """Return whether someone already sensitized may react to an ingredient's share: Table 3.4.6."""
    known = item.classification
    if known is None:
        return False
    for name in ("Resp. Sens.", "Skin Sens."):
        for hazard in (*known.of_class(name), *(limit.hazard for limit in known.limits_of(name))):
            specific = _lowest(known, name)
            low = specific is not None and specific < rules.LOW_SPECIFIC_LIMIT
            share = specific / 10.0 if low and specific is not None else rules.ELICITATION[hazard.category]
            if reaches(item.percent, share):
                return True
    return False


def transient_effects(ingredients: Sequence[Ingredient]) -> list[Finding]:
    """Return STOT SE 3, irritation of the airways and narcosis each by its own sum: 3.8.3.4.5."""
    findings = []
    for statement in ("H335", "H336"):

        def limit(known: Classification, statement: str = statement) -> float | None:
            specific = min((found.low for found in known.limits_of("STOT SE", statement)), default=None)
            if specific is not None:
                return specific
            stated = any(hazard.statement == statement for hazard in known.of_class("STOT SE"))
            return rules.STOT_SE_3 if stated else None

        found = _sum_of(ingredients, limit, rules.STOT_SE_3_CUTOFF)
        if found.reached:
            findings.append(found.finding(Hazard("STOT SE", "3", statement)))
    return findings


def aspiration(ingredients: Sequence[Ingredient], viscosity_mm2_s: float | None) -> tuple[list[Finding], list[str]]:
    """Return the aspiration hazard, or why it is undecided: 3.10.3.3.1.2. What is one substance keeps its class."""
    for item, known in _known(ingredients):
        if known.of_class("Asp. Tox.") and reaches(item.percent, rules.ONE_SUBSTANCE):
            return [Finding(Hazard("Asp. Tox.", "1", "H304"), (item.name,), f"{item.name}: its own class")], []

    def limit(known: Classification) -> float | None:
        return rules.ASPIRATION if known.of_class("Asp. Tox.") else None

    found = _sum_of(ingredients, limit, rules.ASPIRATION_CUTOFF)
    thin = rules.ASPIRATION_VISCOSITY_MM2_S
    if not found.reached or (viscosity_mm2_s is not None and viscosity_mm2_s > thin):
        return [], []
    if viscosity_mm2_s is None:
        return [], [f"Asp. Tox. 1, if the viscosity at 40 °C is at most {thin:g} mm2/s: {found.terms}"]
    return [found.finding(Hazard("Asp. Tox.", "1", "H304"))], []


def aquatic(ingredients: Sequence[Ingredient]) -> list[Finding]:
    """Return the short-term and long-term aquatic hazards by summation with M factors: Tables 4.1.1 and 4.1.2.

    Notes
    -----
    An M factor that nobody states counts as 1 (`unstated_factors`). Concentration limits do not apply.
    """
    acute, chronic = {"1": _Weights()}, {category: _Weights() for category in "1234"}
    for item, known in _known(ingredients):
        for hazard in known.hazards:
            severe = hazard.category == "1"
            if hazard.name == "Aquatic Acute":
                acute["1"].add(item, known.m_acute or 1.0, severe)
            elif hazard.name == "Aquatic Chronic":
                chronic[hazard.category].add(item, (known.m_chronic or 1.0) if severe else 1.0, severe)
    findings = _aquatic_class("Aquatic Acute", [("1", "H400", [(1.0, acute["1"])])])
    one, two, three, four = (chronic[category] for category in "1234")
    return findings + _aquatic_class(
        "Aquatic Chronic",
        [
            ("1", "H410", [(1.0, one)]),
            ("2", "H411", [(10.0, one), (1.0, two)]),
            ("3", "H412", [(100.0, one), (10.0, two), (1.0, three)]),
            ("4", "H413", [(1.0, one), (1.0, two), (1.0, three), (1.0, four)]),
        ],
    )


def unstated_factors(ingredients: Sequence[Ingredient]) -> list[str]:
    """Return what was taken for granted of ingredients of aquatic category 1 without a stated M factor."""
    found = []
    for item, known in _known(ingredients):
        for name, factor in (("Aquatic Acute", known.m_acute), ("Aquatic Chronic", known.m_chronic)):
            if factor is None and any(hazard.category == "1" for hazard in known.of_class(name)):
                found.append(f"{name}: M factor of {item.name} taken as 1")
    return found


class _Weights:
    """Shares of one aquatic category, as they are and with M factors."""

    def __init__(self) -> None:
        self.weighted = self.plain = 0.0
        self.names: list[str] = []

    def add(self, item: Ingredient, factor: float, severe: bool) -> None:
        cutoff = rules.AQUATIC_CUTOFF_1 / factor if severe else rules.AQUATIC_CUTOFF_OTHER
        if reaches(item.percent, cutoff):
            self.weighted += factor * item.percent
            self.plain += item.percent
            self.names.append(item.name)


def _aquatic_class(name: str, steps: list[tuple[str, str, list[tuple[float, _Weights]]]]) -> list[Finding]:
    """Return the first category whose weighted sum reaches 25 %."""
    for category, statement, parts in steps:
        # category 4 adds plain shares, without M factors
        total = sum(part.plain if category == "4" else weight * part.weighted for weight, part in parts)
        if reaches(total, rules.AQUATIC):
            names = tuple(dict.fromkeys(item for _, part in parts for item in part.names))
            reason = f"weighted sum of {', '.join(names)}: {total:.4g} % >= {rules.AQUATIC:g} %"
            return [Finding(Hazard(name, category, statement), names, reason)]
    return []
