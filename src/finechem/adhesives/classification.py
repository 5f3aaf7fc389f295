"""The hazard classification of an ingredient, as a data sheet or the law states it: classes, limits, estimates."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from finechem import datasets
from finechem.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from finechem.adhesives.component import Component

__all__ = ["ROUTES", "Classification", "Hazard", "Limit", "shipped_classification"]

#: Of exposure; the last three are the forms in which something is inhaled.
ROUTES = ("oral", "dermal", "gas", "vapour", "dust_mist")
#: Hazard statements of each class and category, by which an entry without a statement is completed where there is one
#: only. Acute toxicity says the route by its statement, STOT SE 3 irritation (H335) or narcosis (H336).
STATEMENTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Acute Tox.", "1"): ("H300", "H310", "H330"), ("Acute Tox.", "2"): ("H300", "H310", "H330"),
    ("Acute Tox.", "3"): ("H301", "H311", "H331"), ("Acute Tox.", "4"): ("H302", "H312", "H332"),
    ("Skin Corr.", "1"): ("H314",), ("Skin Corr.", "1A"): ("H314",), ("Skin Corr.", "1B"): ("H314",),
    ("Skin Corr.", "1C"): ("H314",), ("Skin Irrit.", "2"): ("H315",),
    ("Eye Dam.", "1"): ("H318",), ("Eye Irrit.", "2"): ("H319",),
    ("Resp. Sens.", "1"): ("H334",), ("Resp. Sens.", "1A"): ("H334",), ("Resp. Sens.", "1B"): ("H334",),
    ("Skin Sens.", "1"): ("H317",), ("Skin Sens.", "1A"): ("H317",), ("Skin Sens.", "1B"): ("H317",),
    ("Muta.", "1A"): ("H340",), ("Muta.", "1B"): ("H340",), ("Muta.", "2"): ("H341",),
    ("Carc.", "1A"): ("H350",), ("Carc.", "1B"): ("H350",), ("Carc.", "2"): ("H351",),
    ("Repr.", "1A"): ("H360",), ("Repr.", "1B"): ("H360",), ("Repr.", "2"): ("H361",), ("Lact.", ""): ("H362",),
    ("STOT SE", "1"): ("H370",), ("STOT SE", "2"): ("H371",), ("STOT SE", "3"): ("H335", "H336"),
    ("STOT RE", "1"): ("H372",), ("STOT RE", "2"): ("H373",), ("Asp. Tox.", "1"): ("H304",),
    ("Aquatic Acute", "1"): ("H400",), ("Aquatic Chronic", "1"): ("H410",), ("Aquatic Chronic", "2"): ("H411",),
    ("Aquatic Chronic", "3"): ("H412",), ("Aquatic Chronic", "4"): ("H413",),
}  # fmt: skip
#: What may follow the number of a statement: fertility (F, f) and development (D, d); by inhalation (i).
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "H360": ("F", "D", "FD", "Fd", "Df"), "H361": ("f", "d", "fd"), "H350": ("i",),
}  # fmt: skip
#: Physical hazards of a mixture follow from tests, not from its ingredients; they are carried to be named.
_PHYSICAL = re.compile(r"H2\d\d")
_CODE = re.compile(r"(?P<name>[A-Za-z. -]+?)\s*(?P<category>1A|1B|1C|[1-4]|[A-G])?\s*(?P<star>\*)?")


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazard class with its category.

    Parameters
    ----------
    name, category : str
        Abbreviation and category, such as ``Skin Corr.`` and ``1B``.
    statement : str
        Code of the hazard statement, with suffixes where there are any (``H360FD``).
    minimum : bool
        The source marks the classification as a minimum.
    """

    name: str
    category: str
    statement: str
    minimum: bool = False

    @classmethod
    def of(cls, text: str) -> Hazard:
        """Return the hazard of a text such as ``Skin Corr. 1B``, ``Acute Tox. 4 *; H302`` or ``Flam. Liq. 2; H225``.

        Raises
        ------
        InputError
            For an unknown class, or a statement that is missing or not one of the class.

        Examples
        --------
        >>> Hazard.of("Skin Corr. 1B").statement, Hazard.of("Acute Tox. 4; H312").code
        ('H314', 'Acute Tox. 4')
        """
        code, _, given = (part.strip() for part in text.partition(";"))
        match = _CODE.fullmatch(code)
        if match is None:
            raise InputError(f"hazard {text!r}: expected a class and a category, such as 'Skin Corr. 1B; H314'")
        name, category = match["name"].strip(), match["category"] or ""
        if _PHYSICAL.fullmatch(given):
            return cls(name, category, given)
        allowed = STATEMENTS.get((name, category))
        if allowed is None:
            known = (" ".join(key).strip() for key in STATEMENTS)
            raise InputError(f"hazard {text!r}: no such class and category{did_you_mean(code, known)}")
        if not given and len(allowed) > 1:
            raise InputError(f"hazard {text!r}: say which by its statement, one of {', '.join(allowed)}")
        statement = given or allowed[0]
        if statement[:4] not in allowed:
            raise InputError(f"hazard {text!r}: {code} has the statement {' or '.join(allowed)}")
        suffixes = SUFFIXES.get(statement[:4], ())
        if statement[4:] not in ("", *suffixes):
            right = ", ".join(statement[:4] + suffix for suffix in ("", *suffixes))
            raise InputError(f"hazard {text!r}: there is no statement {statement}, only {right}")
        return cls(name, category, statement, bool(match["star"]))

    @property
    def code(self) -> str:
        """Class and category in one."""
        return f"{self.name} {self.category}".strip()

    @property
    def physical(self) -> bool:
        """Whether it is a physical hazard."""
        return self.statement.startswith("H2")


@dataclass(frozen=True, slots=True)
class Limit:
    """A specific concentration limit: from ``low`` (counted in) up to ``high`` (not), percent by mass."""

    hazard: Hazard
    low: float
    high: float = math.inf

    def __post_init__(self) -> None:
        if not (0.0 < self.low <= 100.0 and self.high > self.low):
            raise InputError(
                f"limit of {self.hazard.code}: {self.low:g} to {self.high:g} % is no range between 0 and 100"
            )


@dataclass(frozen=True, slots=True)
class Classification:
    """What is known of an ingredient's hazards; make it with `Classification.of`.

    Parameters
    ----------
    hazards : tuple of Hazard
    limits : tuple of Limit
        Specific concentration limits; for their class they replace the general ones.
    estimates : tuple of (str, float)
        Acute toxicity estimates by route of `ROUTES`: mg/kg, for inhalation mg/l in 4 h (gases ppm by volume).
    m_acute, m_chronic : float, optional
        M factors of the aquatic summation.
    complete : bool
        The classification speaks for every class, as a data sheet's does: a class it does not list does not apply. An
        entry of Annex VI speaks only for the classes it lists.
    additive : bool
        False for acids, bases, inorganic salts, aldehydes, phenols and surfactants whose irritation is known not to
        add up (Annex I, 3.2.3.3.4 and 3.3.3.3.4).
    source : str
    """

    hazards: tuple[Hazard, ...] = ()
    limits: tuple[Limit, ...] = ()
    estimates: tuple[tuple[str, float], ...] = ()
    m_acute: float | None = None
    m_chronic: float | None = None
    complete: bool = True
    additive: bool = True
    source: str = ""

    def __post_init__(self) -> None:
        for route, value in self.estimates:
            if route not in ROUTES:
                raise InputError(f"acute toxicity estimate: unknown route {route!r}{did_you_mean(route, ROUTES)}")
            if not (math.isfinite(value) and value > 0.0):
                raise InputError(f"acute toxicity estimate: {route} is {value:g}; it must be above 0")
        for label, factor in (("m_acute", self.m_acute), ("m_chronic", self.m_chronic)):
            if factor is not None and not (math.isfinite(factor) and factor >= 1.0):
                raise InputError(f"{label} is {factor:g}; an M factor is 1 or more")

    @classmethod
    def of(
        cls,
        *hazards: str,
        limits: Mapping[str, float | tuple[float, float]] | None = None,
        estimates: Mapping[str, float] | None = None,
        m_acute: float | None = None,
        m_chronic: float | None = None,
        complete: bool = True,
        additive: bool = True,
        source: str = "",
    ) -> Classification:
        """Return a classification from texts; without any hazard it says that the ingredient is known to have none.

        Parameters
        ----------
        *hazards : str
            As `Hazard.of` reads them.
        limits : mapping of str to float or (float, float)
            From a hazard to the percent from which it holds, or the range.
        estimates, m_acute, m_chronic, complete, additive, source
            As in `Classification`.

        Raises
        ------
        InputError
            As `Hazard.of`, or for a limit, route, estimate or factor that cannot be.

        Examples
        --------
        >>> found = Classification.of("Skin Irrit. 2", "Skin Sens. 1", limits={"Skin Irrit. 2": 5.0})
        >>> [hazard.statement for hazard in found.hazards], found.limits[0].low
        (['H315', 'H317'], 5.0)
        """
        ranges = {
            name: given if isinstance(given, tuple) else (given, math.inf) for name, given in (limits or {}).items()
        }
        return cls(
            tuple(Hazard.of(text) for text in hazards),
            tuple(Limit(Hazard.of(name), *given) for name, given in ranges.items()),
            tuple((estimates or {}).items()),
            m_acute,
            m_chronic,
            complete,
            additive,
            source,
        )

    def of_class(self, name: str) -> tuple[Hazard, ...]:
        """Return its hazards of one class."""
        return tuple(hazard for hazard in self.hazards if hazard.name == name)

    def limits_of(self, name: str, statement: str = "") -> tuple[Limit, ...]:
        """Return its specific limits of one class, or of one statement of it."""
        return tuple(
            limit
            for limit in self.limits
            if limit.hazard.name == name and (not statement or limit.hazard.statement == statement)
        )


#: Presumed not toxic by name in Annex I, 3.1.3.6.1 (b), and classified nowhere.
_WATER = Classification(source="Regulation (EC) No 1272/2008, Annex I, 3.1.3.6.1 (b): water is ignored")


def shipped_classification(component: Component) -> Classification | None:
    """Return the harmonised classification of a component, found by its structure; None where none is shipped.

    Notes
    -----
    A grade counts as the pure molecule its SMILES draws. An entry of Annex VI covers the classes it lists and no others
    (`Classification.complete` is False); a supplier's data sheet says more, and wins.

    Examples
    --------
    >>> from finechem.adhesives import Component
    >>> found = shipped_classification(Component.of("MDI", "hardener", smiles="O=C=Nc1ccc(Cc2ccc(N=C=O)cc2)cc1"))
    >>> [(limit.hazard.code, limit.low) for limit in found.limits if limit.hazard.name == "Resp. Sens."]
    [('Resp. Sens. 1', 0.1)]
    """
    if not component.smiles:
        return None
    flat = _flat(component.smiles)
    return _WATER if flat == "O" else _shipped().get(flat)


def _flat(smiles: str) -> str:
    """Return the canonical SMILES without stereochemistry."""
    from rdkit import Chem

    from finechem.matter.molecules import parse_smiles

    return str(Chem.MolToSmiles(parse_smiles(smiles), isomericSmiles=False))


@cache
def _shipped() -> Mapping[str, Classification]:
    structures = {row["component_id"]: row["smiles"] for row in datasets.load("adhesives.components").rows}
    rows: dict[str, list[Mapping[str, object]]] = {}
    for row in datasets.load("adhesives.hazards").rows:
        if row["grade"] != "D":
            rows.setdefault(row["component_id"], []).append(row)
    return {_flat(structures[name]): _from_rows(of_one) for name, of_one in rows.items()}


def _from_rows(rows: list[Mapping[str, object]]) -> Classification:
    hazards, limits, estimates, factors = [], [], [], {}
    for row in rows:
        name, category = str(row["hazard_class"]), str(row["category"] or "")
        if row["kind"] == "ate":
            estimates.append((str(row["route"]), float(str(row["value"]))))
        elif row["kind"] == "m_factor":
            factors[name] = float(str(row["value"]))
        elif row["kind"] == "limit":
            limits.append(Limit(Hazard(name, category, str(row["statement"])), float(str(row["low_percent"]))))
        else:
            hazards.append(Hazard(name, category, str(row["statement"]), row["minimum"] == "yes"))
    sources = dict.fromkeys(str(row["source"]) for row in rows)
    return Classification(
        tuple(hazards),
        tuple(limits),
        tuple(estimates),
        factors.get("Aquatic Acute"),
        factors.get("Aquatic Chronic"),
        complete=False,
        source="; ".join(sources),
    )
