"""A mixture space from the table ``space`` of a TOML or JSON document: every mistake with its place, in one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finechem.adhesives.catalogue import shipped_component
from finechem.adhesives.chemistries import CHEMISTRIES
from finechem.adhesives.component import Component
from finechem.adhesives.design.constraints import Category, Count, Linear, MixtureComponent, ProcessFactor, Ratio
from finechem.adhesives.design.space import MixtureSpace, unknown_names
from finechem.errors import ConfigError, FinechemError, did_you_mean, one_line

__all__ = ["WrittenSpace", "build", "space_of", "unknown_keys"]

_SECTIONS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "components": (("name",), ("low", "high", "optional", "id", "cost_per_kg")),
    "counts": (("of",), ("at_least", "at_most", "name")),
    "linear": (("terms",), ("at_least", "at_most", "equals", "name")),
    "ratios": ((), ("numerator", "denominator", "chemistry", "at_least", "at_most", "name")),
    "factors": (("name", "low", "high"), ("unit",)),
    "categories": (("name", "choices"), ()),
}
"""Lists of tables, with the keys each table needs and may have."""
_TABLES = ("terms", "numerator", "denominator")
_LISTS = ("of", "choices")
_TEXTS = ("name", "id", "unit", "chemistry")


@dataclass(frozen=True, slots=True)
class WrittenSpace:
    """A space with what its table says beside it.

    Attributes
    ----------
    space : MixtureSpace
    components : tuple of Component or None
        The shipped ones, where a component has an ``id``.
    costs : tuple of float, or None
        Of each component by its key ``cost_per_kg``; None where no component has one.
    units : mapping of factor to str
    """

    space: MixtureSpace
    components: tuple[Component | None, ...]
    costs: tuple[float, ...] | None
    units: Mapping[str, str]


def space_of(table: Mapping[str, Any], where: str) -> WrittenSpace:
    """Return the space that a table describes.

    Parameters
    ----------
    table : mapping
        Lists of tables: ``components`` (``name``; ``low``, ``high``, ``optional``, ``id`` of a shipped component,
        ``cost_per_kg``), ``counts`` (``of``, ``at_least``, ``at_most``), ``linear`` (``terms``, ``at_least``,
        ``at_most``, ``equals``), ``ratios`` (``numerator`` and ``denominator``, or ``chemistry``, whose two sides are
        counted in the shipped components; ``at_least``, ``at_most``), ``factors`` (``name``, ``low``, ``high``,
        ``unit``) and ``categories`` (``name``, ``choices``). Counts, constraints and ratios may have a ``name``.
    where : str
        Begins the message.

    Raises
    ------
    ConfigError
        With every mistake.
    """
    wrong = unknown_keys(table, _SECTIONS)
    rows = {section: _entries(table, section, wrong) for section in _SECTIONS}
    substances = [_substance(label, entry, wrong) for label, entry in rows["components"]]
    parts: dict[str, list[Any]] = {
        "components": [
            build(MixtureComponent, label, _without(entry, "id", "cost_per_kg"), wrong)
            for label, entry in rows["components"]
        ],
        "counts": [build(Count, label, entry, wrong) for label, entry in rows["counts"]],
        "linear": [build(_linear, label, entry, wrong) for label, entry in rows["linear"]],
        "factors": [build(ProcessFactor, label, _without(entry, "unit"), wrong) for label, entry in rows["factors"]],
        "categories": [build(Category, label, entry, wrong) for label, entry in rows["categories"]],
    }
    names = [entry.get("name", "") for _, entry in rows["components"]]
    sided = [(label, _with_sides(label, entry, names, substances, wrong)) for label, entry in rows["ratios"]]
    parts["ratios"] = [build(Ratio, label, entry, wrong) for label, entry in sided if entry is not None]
    costs = [entry.get("cost_per_kg") for _, entry in rows["components"]]
    given = [cost for cost in costs if cost is not None]
    for (label, _), cost in zip(rows["components"], costs, strict=True):
        if given and not (isinstance(cost, (int, float)) and not isinstance(cost, bool) and cost > 0.0):
            wrong.append(f"{label}: cost_per_kg is {cost!r}; where one component has a cost all need one, above 0")
    if wrong:
        mixed = _names(table, "components")
        numbers = [*mixed, *_names(table, "factors")]
        used = [(label, entry["of"], mixed) for label, entry in rows["counts"]]
        used += [(label, entry["terms"], numbers) for label, entry in rows["linear"]]
        raise ConfigError(where, [*wrong, *(text for item in used for text in unknown_names(*item))])
    space = MixtureSpace(**parts, name=where)
    units = {entry["name"]: entry["unit"] for _, entry in rows["factors"] if "unit" in entry}
    return WrittenSpace(space, tuple(substances), tuple(map(float, given)) if given else None, units)


def _names(table: Mapping[str, Any], section: str) -> list[str]:
    """Return the names in a section, of entries with mistakes too."""
    listed = table.get(section)
    entries = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    return [entry["name"] for entry in entries if isinstance(entry.get("name"), str)]


def unknown_keys(table: Mapping[str, Any], known: Any, label: str = "") -> list[str]:
    """Return a sentence for each key that is not known."""
    return [
        f"{label}{': ' if label else ''}unknown key {one_line(str(key))!r}{did_you_mean(str(key), known)}"
        for key in table
        if key not in known
    ]


def _entries(table: Mapping[str, Any], section: str, wrong: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Return the tables of a section with a label each; what is of the wrong type is left out and told."""
    listed = table.get(section, [])
    if not isinstance(listed, list) or not all(isinstance(entry, Mapping) for entry in listed):
        wrong.append(f"'{section}' is no list of tables; write [[space.{section}]] above each")
        return []
    needed, more = _SECTIONS[section]
    found = []
    for at, entry in enumerate(listed, start=1):
        name = entry.get("name")
        label = f"{section} {at}" + (f" ({one_line(name)})" if isinstance(name, str) else "")
        mistakes = unknown_keys(entry, (*needed, *more), label)
        mistakes += [f"{label}: '{key}' is missing" for key in needed if key not in entry]
        mistakes += [f"{label}: {key} is {entry[key]!r}; a table of names and weights is needed" for key in _TABLES
                     if key in entry and not isinstance(entry[key], Mapping)]  # fmt: skip
        mistakes += [f"{label}: {key} is {entry[key]!r}; a list of names is needed" for key in _LISTS
                     if key in entry and not _is_texts(entry[key])]  # fmt: skip
        mistakes += [f"{label}: {key} is {entry[key]!r}; text is needed" for key in _TEXTS
                     if key in entry and not isinstance(entry[key], str)]  # fmt: skip
        wrong += mistakes
        if not mistakes:
            found.append((label, dict(entry)))
    return found


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def build(make: Callable[..., Any], label: str, entry: Mapping[str, Any], wrong: list[str]) -> Any:
    """Return what is made of an entry; add to the mistakes and return None if nothing can be."""
    try:
        return make(**entry)
    except ConfigError as error:
        wrong += [f"{label}: {mistake}" for mistake in error.mistakes]
    except FinechemError as error:
        wrong.append(f"{label}: {error}")
    return None


def _without(entry: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in keys}


def _linear(equals: float | None = None, **entry: Any) -> Linear:
    if equals is not None and ("at_least" in entry or "at_most" in entry):
        raise ConfigError("", ["equals stands beside another limit; give one of them"])
    return Linear(**entry) if equals is None else Linear(**entry, at_least=equals, at_most=equals)


def _substance(label: str, entry: Mapping[str, Any], wrong: list[str]) -> Component | None:
    if "id" not in entry:
        return None
    try:
        return Component.of(**shipped_component(entry["id"]))
    except FinechemError as error:
        wrong.append(f"{label}: {error}")
        return None


def _with_sides(
    label: str,
    entry: dict[str, Any],
    names: Sequence[str],
    substances: Sequence[Component | None],
    wrong: list[str],
) -> dict[str, Any] | None:
    """Return a ratio with both sides written out, where it names a chemistry instead."""
    name = entry.pop("chemistry", None)
    if name is None:
        missing = [key for key in ("numerator", "denominator") if key not in entry]
        if missing:
            wrong.append(f"{label}: '{missing[0]}' is missing; give both sides, or a chemistry")
        return None if missing else entry
    if "numerator" in entry or "denominator" in entry or name not in CHEMISTRIES:
        known = f"no chemistry is called {name!r}{did_you_mean(name, CHEMISTRIES)}"
        wrong.append(f"{label}: {known if name not in CHEMISTRIES else 'has a chemistry and a side of its own'}")
        return None
    chemistry = CHEMISTRIES[name]
    sides: tuple[dict[str, float], dict[str, float]] = {}, {}
    for own, substance in zip(names, substances, strict=True):
        if substance is not None:
            for side, amount in zip(sides, substance.equivalents_per_gram(chemistry), strict=True):
                if amount > 0.0:
                    side[own] = amount
    missing = [what for side, what in zip(sides, (chemistry.a_name, chemistry.b_name), strict=True) if not side]
    wrong += [f"{label}: no component with an id has {what} groups, which {name} needs" for what in missing]
    return (
        None
        if missing
        else {"name": f"{chemistry.a_name} / {chemistry.b_name}"}
        | entry
        | dict(zip(("numerator", "denominator"), sides, strict=True))
    )
