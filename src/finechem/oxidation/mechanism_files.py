"""Mechanisms of autoxidation from files: rates with source and grade, reactions balanced moiety by moiety."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import finechem_datasets
from finechem.errors import DataError, did_you_mean
from finechem.oxidation.mechanism import InhibitorClass, Mechanism, Reaction

__all__ = ["load_mechanism", "parse_mechanism"]

_TERM = re.compile(r"^(?:(\d+)\s+)?([A-Za-z]\w*)$")
_CITATION = ("id", "reaction", "log10_A", "E_kJ_mol", "sigma_log10", "grade", "source")
#: What the film and the results of a simulation are about.
_NEEDED = ("RH", "O2", "ROOH", "RO2")


def load_mechanism(name: str = "hydrocarbon") -> Mechanism:
    """Return a shipped mechanism, or one of a TOML file by its path; that is read each time.

    Raises
    ------
    DataError
        If there is none of that name, or the file is not a balanced mechanism.

    Examples
    --------
    >>> mechanism = load_mechanism()
    >>> sorted(mechanism.classes)
    ['aromatic amine', 'hindered phenol', 'phenol', 'phosphite', 'thioether']
    """
    if not name.endswith(".toml"):
        return _shipped(name)
    try:
        text = Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{name}: {error}") from None
    return parse_mechanism(text, name)


@cache
def _shipped(name: str) -> Mechanism:
    folder = finechem_datasets.root() / "oxidation" / "mechanisms"
    known = sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))
    if name not in known:
        raise DataError(f"no mechanism {name!r}; shipped are {', '.join(known)}{did_you_mean(name, known)}")
    return parse_mechanism((folder / f"{name}.toml").read_text("utf-8"), name)


def parse_mechanism(text: str, name: str = "mechanism") -> Mechanism:
    r"""Return a mechanism from TOML.

    Tables: ``[species]`` with moieties of each, ``[[reactions]]`` with ``id``, ``reaction`` (such as
    ``2 ROOH -> RO + RO2 + H2O``), ``log10_A``, ``E_kJ_mol``, ``sigma_log10``, ``grade``, ``source`` and, where wanted,
    ``bep``, ``within_log10``, ``assumed``, ``doi``; ``[classes."name"]`` with ``active``, ``species`` and
    ``reactions`` of its own.

    Raises
    ------
    DataError
        If a field is missing or of the wrong type, a number not finite, a species unknown, an id there twice, or a
        reaction does not balance; the message names it. Atoms are balanced, not unpaired electrons.

    Examples
    --------
    >>> parse_mechanism('''
    ... title = "decay"
    ... domain = ""
    ... unit_g_mol = 42.08
    ... [species]
    ... RH = { Q = 1, H = 2 }
    ... R = { Q = 1, H = 1 }
    ... [[reactions]]
    ... id = "loss"
    ... reaction = "RH -> R"
    ... log10_A = 1
    ... E_kJ_mol = 0
    ... sigma_log10 = 0
    ... grade = "D"
    ... source = "none"
    ... ''')
    Traceback (most recent call last):
    finechem.errors.DataError: mechanism, reaction 'loss': H does not balance, 2 -> 1
    """
    try:
        record = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{name}: {error}") from None
    species = _species(name, record)
    reactions = _reactions(name, record, species)
    if lacking := [item for item in _NEEDED if item not in species]:
        raise DataError(f"{name}: no species {', '.join(lacking)}; film and results are about {', '.join(_NEEDED)}")
    unit = _number(name, record, "unit_g_mol")
    if not unit > 0.0:
        raise DataError(f"{name}: unit_g_mol is {unit:g}; it must be above 0")
    blocks = _of(name, record, "classes", dict, "a table", {})
    return Mechanism(
        title=_of(name, record, "title", str, "text"),
        domain=_of(name, record, "domain", str, "text"),
        low_C=_number(name, record, "low_C") if "low_C" in record else -math.inf,
        high_C=_number(name, record, "high_C") if "high_C" in record else math.inf,
        unit_g_mol=unit,
        species=species,
        reactions=reactions,
        classes={key: _class(f"{name}, class {key!r}", key, blocks, species) for key in blocks},
    )


def _of(place: str, record: Mapping[str, Any], key: str, kind: type, what: str, default: Any = None) -> Any:
    if key not in record and default is None:
        raise DataError(f"{place}: lacks {key}")
    value = record.get(key, default)
    if not isinstance(value, kind):
        raise DataError(f"{place}: {key} is {value!r}; it must be {what}")
    return value


def _number(place: str, record: Mapping[str, Any], key: str, default: float | None = None) -> float:
    value = _of(place, record, key, int | float, "a number", default)  # type: ignore[arg-type]
    if isinstance(value, bool) or not math.isfinite(value):
        raise DataError(f"{place}: {key} is {value!r}; it must be a finite number")
    return float(value)


def _deviation(place: str, record: Mapping[str, Any], key: str, default: float | None = None) -> float:
    value = _number(place, record, key, default)
    if value < 0.0:
        raise DataError(f"{place}: {key} is {value:g}; a standard deviation is at least 0")
    return value


def _species(place: str, record: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    found = {}
    for name, counts in _of(place, record, "species", dict, "a table").items():
        whole = isinstance(counts, dict) and all(type(count) is int and count > 0 for count in counts.values())
        if not whole or _TERM.match(name) is None:
            raise DataError(
                f"{place}: species {name!r} is {counts!r}; it must be a name with whole numbers of moieties"
            )
        found[name] = dict(counts)
    return found


def _reactions(place: str, record: Mapping[str, Any], species: Mapping[str, Mapping[str, int]]) -> tuple[Reaction, ...]:
    found: dict[str, Reaction] = {}
    for item in _of(place, record, "reactions", list, "a list of tables"):
        if not isinstance(item, dict):
            raise DataError(f"{place}: a reaction is {item!r}; it must be a table")
        reaction = _reaction(place, item, species)
        if reaction.id in found:
            raise DataError(f"{place}: two reactions are {reaction.id!r}; an id names a rate and stands once")
        found[reaction.id] = reaction
    return tuple(found.values())


def _class(place: str, name: str, blocks: Mapping[str, Any], matrix: Mapping[str, Mapping[str, int]]) -> InhibitorClass:
    record = _of(place, blocks, name, dict, "a table")
    own = _species(place, record)
    if twice := sorted(own.keys() & matrix.keys()):
        raise DataError(f"{place}: species {', '.join(twice)} are the matrix's already")
    reactions = _reactions(place, record, {**matrix, **own})
    active = _of(place, record, "active", str, "text")
    if active not in own:
        raise DataError(f"{place}: active species {active!r} is none of its own")
    return InhibitorClass(name, active, own, reactions)


def _reaction(where: str, record: Mapping[str, Any], species: Mapping[str, Mapping[str, int]]) -> Reaction:
    if lacking := [key for key in _CITATION if key not in record]:
        raise DataError(f"{where}, reaction {record.get('id', '?')!r}: lacks {', '.join(lacking)}")
    place = f"{where}, reaction {record['id']!r}"
    texts = {key: _of(place, record, key, str, "text", "") for key in ("id", "reaction", "grade", "source", "doi")}
    sides = texts["reaction"].split("->")
    if len(sides) != 2:
        raise DataError(f"{place}: {texts['reaction']!r} has no single '->'")
    before, after = (_side(place, side, species) for side in sides)
    for kind in sorted({kind for name in (*before, *after) for kind in species[name]}):
        amounts = [sum(count * species[name].get(kind, 0) for name, count in side.items()) for side in (before, after)]
        if amounts[0] != amounts[1]:
            raise DataError(f"{place}: {kind} does not balance, {amounts[0]} -> {amounts[1]}")
    law = tuple(before.elements())
    if not 1 <= len(law) <= 2:
        raise DataError(f"{place}: {len(law)} reactants; one or two")
    bep = _of(place, record, "bep", dict, "a table of alpha and reference_kJ_mol", {"alpha": 0, "reference_kJ_mol": 0})
    return Reaction(
        id=texts["id"],
        change={name: after[name] - before[name] for name in {**before, **after} if after[name] != before[name]},
        rate_law=law,
        log10_A=_number(place, record, "log10_A"),
        E_kJ_mol=_number(place, record, "E_kJ_mol"),
        sigma_log10=_deviation(place, record, "sigma_log10"),
        grade=texts["grade"],
        source=texts["source"],
        within_log10=_deviation(place, record, "within_log10", 0.0),
        alpha=_number(f"{place}, bep", bep, "alpha"),
        reference_kJ_mol=_number(f"{place}, bep", bep, "reference_kJ_mol"),
        assumed=_of(place, record, "assumed", bool, "true or false", False),
        doi=texts["doi"],
        text=texts["reaction"],
    )


def _side(place: str, text: str, species: Mapping[str, Any]) -> Counter[str]:
    found: Counter[str] = Counter()
    for term in text.split("+"):
        match = _TERM.match(term.strip())
        if match is None:
            raise DataError(f"{place}: {term.strip()!r} is no species with a whole number before it")
        if match[2] not in species:
            raise DataError(f"{place}: unknown species {match[2]!r}{did_you_mean(match[2], species)}")
        found[match[2]] += int(match[1] or 1)
    return found
