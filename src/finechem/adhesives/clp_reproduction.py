"""Toxicity for reproduction of a mixture: each effect, on fertility and on development, by its own limit (CLP, 3.7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finechem.adhesives import clp_rules as rules
from finechem.adhesives.classification import Classification, Hazard
from finechem.adhesives.clp_mixture import Finding, reaches
from finechem.adhesives.clp_toxicity import Ingredient

__all__ = ["reproductive"]

#: What a statement without letters speaks of: fertility or development, it does not say which.
_EITHER = ""
_MERGED = {
    (1, 1): "H360FD", (1, 2): "H360Fd", (2, 1): "H360Df", (1, None): "H360F", (None, 1): "H360D",
    (2, 2): "H361fd", (2, None): "H361f", (None, 2): "H361d",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reached:
    """An effect that an ingredient brings to the mixture: 1 presumed or known, 2 suspected."""

    effect: str
    severity: int
    category: str
    name: str
    reason: str


def reproductive(ingredients: Sequence[Ingredient]) -> list[Finding]:
    """Return the toxicity for reproduction of a mixture: Table 3.7.2, effect by effect.

    Parameters
    ----------
    ingredients : sequence of Ingredient

    Notes
    -----
    Effects are fertility (F, f) and development (D, d), and either (statements without letters), each presumed
    (H360) or suspected (H361, and the small letters of H360Fd and H360Df). The limit of an effect is the ingredient's
    specific one of this effect and severity, else 0.3 % (presumed) or 3 % (suspected). The effects of all ingredients
    merge into one statement; one without letters stays beside it, unless it is only suspected and another presumed.

    Examples
    --------
    >>> one = Ingredient("a", 5.0, Classification.of("Repr. 1B; H360F"))
    >>> other = Ingredient("b", 5.0, Classification.of("Repr. 2; H361d"))
    >>> [finding.hazard.statement for finding in reproductive([one, other])]
    ['H360Fd']
    """
    reached = [effect for item in ingredients if item.percent > 0.0 for effect in _of(item)]
    if not reached:
        return []
    worst = min(effect.severity for effect in reached)
    lettered = [effect for effect in reached if effect.effect != _EITHER]
    found = []
    severity = {
        letter: min((effect.severity for effect in lettered if effect.effect == letter), default=None)
        for letter in ("F", "D")
    }
    if lettered and min(effect.severity for effect in lettered) == worst:
        found.append(_finding(_MERGED[severity["F"], severity["D"]], lettered))
    plain = [effect for effect in reached if effect.effect == _EITHER and effect.severity == worst]
    if plain:
        found.append(_finding("H360" if worst == 1 else "H361", plain))
    return found


def _finding(statement: str, effects: Sequence[_Reached]) -> Finding:
    category = min((effect.category for effect in effects if effect.severity == 1), default="2")
    names = tuple(dict.fromkeys(effect.name for effect in effects))
    return Finding(
        Hazard("Repr.", category, statement), names, "; ".join(dict.fromkeys(effect.reason for effect in effects))
    )


def _of(item: Ingredient) -> Iterator[_Reached]:
    """Yield the effects whose limit an ingredient reaches."""
    known = item.classification or Classification()
    hazards, limits = known.of_class("Repr."), known.limits_of("Repr.")
    sources = [*hazards, *(limit.hazard for limit in limits)]
    pairs = {pair for hazard in sources for pair in _effects(hazard)}
    # a limit without letters is that of every effect of the entry, and no effect of its own
    pairs -= {(_EITHER, severity) for effect, severity in pairs if effect != _EITHER and not _says(hazards, severity)}
    for effect, severity in sorted(pairs):
        category = min(hazard.category for hazard in sources if (effect, severity) in _effects(hazard))
        own = [limit for limit in limits if {(effect, severity), (_EITHER, severity)} & set(_effects(limit.hazard))]
        general = rules.REPRODUCTIVE[severity]
        ranges = [(limit.low, limit.high) for limit in own] or [(general, float("inf"))]
        for low, high in ranges:
            if reaches(item.percent, low) and not reaches(item.percent, high):
                shown = {"F": "fertility, ", "D": "development, "}.get(effect, "")
                reason = f"{item.name} {item.percent:.4g} % >= {low:g} % ({shown}{'H360' if severity == 1 else 'H361'})"
                yield _Reached(effect, severity, category, item.name, reason)
                break


def _says(hazards: Sequence[Hazard], severity: int) -> bool:
    """Return whether a classification itself has a statement without letters."""
    return any((_EITHER, severity) in _effects(hazard) for hazard in hazards)


def _effects(hazard: Hazard) -> list[tuple[str, int]]:
    """Return the effects of a statement with their severity: capital letters are presumed, small ones suspected."""
    letters = hazard.statement[4:]
    if not letters:
        return [(_EITHER, 1 if hazard.statement == "H360" else 2)]
    return [(letter.upper(), 1 if letter.isupper() else 2) for letter in letters]
