"""A recipe as somebody wrote it down, turned into a `Recipe`, with every mistake and its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from finechem.adhesives.catalogue import shipped_component
from finechem.adhesives.chemistries import CHEMISTRIES
from finechem.adhesives.component import Component
from finechem.adhesives.groups import FAMILIES, family_of, functional_groups
from finechem.adhesives.recipe import UNITS, CureStep, Recipe
from finechem.errors import ConfigError, DataError, FinechemError, InputError, did_you_mean, one_line

__all__ = ["Written", "recipe_from_entries"]

#: Percentages as printed are rounded; further off than this, something is missing.
_SUM_TOLERANCE = 0.5
#: Cures that no chemistry here describes: blocked phenols, polyesters, imides. Such a recipe is no mistake.
_OTHER_CURES: Mapping[str, tuple[str, ...]] = {
    "aldehyde": ("phenol",),
    "alcohol": ("phenol", "carboxylic_acid", "anhydride"),
    "carboxylic_acid": ("alcohol", "hydroxyl"),
    "anhydride": ("alcohol", "hydroxyl", "amine_hydrogen", "amine_hydrogen_primary"),
}
#: Arguments of `Component.of` that a recipe may state, in its words.
_COMPONENT_KEYS = (
    "part", "smiles", "equivalent_weight_g_eq", "equivalent_weight_tolerance_g_eq", "functionality", "molar_mass_g_mol",
    "density_g_cm3", "viscosity_Pa_s", "carbon_mass_fraction", "inorganic_carbon_mass_fraction", "biobased_carbon",
    "biobased_mass",
)  # fmt: skip


#: What a titration states, the group it counts, and grams per equivalent times the value: a thousand times the molar
#: mass of KOH, a hundred times that of NCO.
_TITRATIONS = {
    "hydroxyl_value_mgKOH_g": ("alcohol", 56105.6),
    "acid_value_mgKOH_g": ("carboxylic_acid", 56105.6),
    "nco_percent": ("isocyanate", 4201.7),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A recipe as it was read: nested tables, and where each component stands.

    Parameters
    ----------
    id : str
    table : mapping
        Keys ``name``, ``source``, ``note``, ``chemistry``, ``unit``, ``components`` (tables), ``cure`` (tables).
    places : sequence of str
        One a component: ``row 4`` or ``component 2``.
    """

    id: str
    table: Mapping[str, Any]
    places: Sequence[str]


def recipe_from_entries(written: Written) -> tuple[Recipe | None, list[str]]:
    """Return the recipe, or None and every mistake in it.

    A mistake hides no other: what cannot be read is taken out, and the rest is looked at as if it had not been there.
    """
    table, mistakes, noted = _readable(written)
    if table is None:
        return None, mistakes
    unit, chemistry = table.get("unit"), table.get("chemistry", "")
    if unit is None and ("unit",) not in noted:
        mistakes.append(f"key 'unit' is missing: one of {', '.join(UNITS)}")
    elif unit is not None and unit not in UNITS:
        mistakes.append(f"key 'unit': unknown unit {unit!r}{did_you_mean(unit, UNITS)}")
    if chemistry and chemistry not in CHEMISTRIES:
        mistakes.append(f"key 'chemistry': no chemistry is called {chemistry!r}{did_you_mean(chemistry, CHEMISTRIES)}")
        chemistry = ""
    entries = [_Entry.of(place, table["components"][at]) for at, place in enumerate(written.places)]
    for at, entry in enumerate(entries):
        wrong = [text for text in entry.mistakes if ("components", at, text.partition(":")[0]) not in noted]
        if entry.amount is None and ("components", at, "amount") not in noted:
            wrong.append("amount: is missing")
        mistakes += [f"{entry.shown}, key {_quoted_key(text)}" for text in wrong]
    cure = []
    for index, step in enumerate(table.get("cure", ()), start=1):
        try:
            cure.append(CureStep(**step))
        except InputError as error:
            mistakes.append(f"cure step {index}: {error}")
    mistakes += [*_sum_mistakes(unit, entries), *_partner_mistakes(entries, chemistry)]
    if mistakes:
        return None, mistakes
    texts = {key: one_line(table.get(key, "")) for key in ("source", "note")}
    components = [entry.component for entry in entries if entry.component is not None]
    amounts = [entry.amount for entry in entries if entry.amount is not None]
    try:
        return Recipe.from_amounts(
            written.id, components, amounts, str(unit), cure=tuple(cure), chemistry_name=chemistry, **texts
        ), []
    except FinechemError as error:
        return None, [str(error)]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One component as written: what could be made of it."""

    shown: str
    component: Component | None
    role: str
    kinds: tuple[str, ...]
    amount: float | None
    mistakes: tuple[str, ...]

    @classmethod
    def of(cls, place: str, entry: Mapping[str, Any]) -> _Entry:
        component, wrong = _component(entry)
        amount = entry.get("amount")
        if amount is not None and amount < 0:
            wrong.append(f"amount: is {amount:g}, must not be negative")
        if component is not None:
            kinds = tuple(group.kind for group in component.groups)
            role = component.role
        else:  # groups count even where something else of the component is wrong
            kinds = tuple(entry.get("equivalent_weight_g_eq") or entry.get("functionality") or ())
            role = str(entry.get("role") or "")
            with suppress(InputError):
                kinds = kinds or tuple(functional_groups(entry.get("smiles") or "C"))
        shown = f"{place} ({one_line(str(entry.get('name') or entry.get('id') or 'no name'))})"
        return cls(shown, component, role, kinds, amount, tuple(wrong))


def _quoted_key(text: str) -> str:
    key, _, rest = text.partition(": ")
    return f"'{key}': {rest}"


def _component(entry: Mapping[str, Any]) -> tuple[Component | None, list[str]]:
    """Return the component of an entry, what is shipped of its id completed by what the entry states."""
    entry, wrong = _titrated(entry)
    if wrong:
        return None, wrong
    arguments: dict[str, Any] = {}
    if entry.get("id"):
        try:
            arguments = dict(shipped_component(entry["id"]))
        except DataError as error:
            return None, [f"id: {error}"]
    for key in _COMPONENT_KEYS:
        if entry.get(key) is None:
            continue
        if isinstance(entry[key], Mapping):
            arguments[key] = {**arguments.get(key, {}), **entry[key]}
        else:
            arguments[key] = entry[key]
    for kind in entry.get("equivalent_weight_g_eq") or ():  # the shipped range is that of another grade
        if kind not in (entry.get("equivalent_weight_tolerance_g_eq") or ()):
            arguments["equivalent_weight_tolerance_g_eq"] = {
                key: value
                for key, value in arguments.get("equivalent_weight_tolerance_g_eq", {}).items()
                if key != kind
            }
    name, role = entry.get("name") or arguments.pop("name", None), entry.get("role") or arguments.pop("role", None)
    arguments.pop("name", None), arguments.pop("role", None)
    wrong = [f"{key}: is missing" for key, given in (("name", name), ("role", role)) if not given]
    if wrong:
        return None, wrong
    try:
        return Component.of(one_line(str(name)), str(role), **arguments), []
    except ConfigError as error:
        return None, list(error.mistakes)


def _titrated(entry: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
    """Return the entry with titration values turned into equivalent weights, and mistakes in them."""
    weights, wrong = dict(entry.get("equivalent_weight_g_eq") or {}), []
    for key, (kind, factor) in _TITRATIONS.items():
        value = entry.get(key)
        if value is None:
            continue
        if not value > 0:
            wrong.append(f"{key}: is {value:g}, must be above 0")
        elif kind in weights:
            wrong.append(f"{key}: equivalent_weight_g_eq of {kind} is given too; state one of them")
        else:
            weights[kind] = factor / value
    return {**entry, "equivalent_weight_g_eq": weights}, wrong


def _sum_mistakes(unit: Any, entries: Sequence[_Entry]) -> list[str]:
    total = sum(entry.amount for entry in entries if entry.amount is not None)
    complete = all(entry.amount is not None for entry in entries)
    if unit in ("wt%", "vol%") and abs(total - 100.0) > _SUM_TOLERANCE:
        given = "" if complete else " that are given"
        return [f"key 'amount': the percentages{given} sum to {total:g}, not 100; use unit = 'g' for plain parts"]
    if unit == "phr" and complete:
        resin = sum(entry.amount for entry in entries if entry.role == "resin" and entry.amount is not None)
        if abs(resin - 100.0) > _SUM_TOLERANCE:
            return [
                f"key 'amount': what has the role resin sums to {resin:g}, and phr counts per 100 of resin; use "
                "unit = 'g' for plain parts"
            ]
    return ["key 'amount': everything is 0"] if complete and total == 0 else []


def _partner_mistakes(entries: Sequence[_Entry], chemistry: str) -> list[str]:
    """Return hardeners that find nothing to react with."""
    kinds = {kind for entry in entries for kind in entry.kinds}
    expanded = kinds | {part for kind in kinds for part in FAMILIES.get(kind, ())}
    reactions = [CHEMISTRIES[chemistry]] if chemistry else list(CHEMISTRIES.values())
    unread = any(entry.component is None for entry in entries)
    where = "in what could be read of the recipe" if unread else "in the recipe"
    mistakes = []
    for entry in entries:
        component = entry.component
        unknown = not entry.kinds and (component is None or not component.smiles)  # a trade name: nothing to count
        catalytic = component is not None and component.catalytic
        if entry.role != "hardener" or unknown or catalytic or entry.amount == 0:
            continue
        partners: set[str] = set()
        for kind in entry.kinds:
            for reaction in reactions:
                partners |= set({"A": reaction.b, "B": reaction.a}.get(reaction.side(kind), {}))
        has = ", ".join(entry.kinds) or "no reactive group"
        if not partners:
            mistakes.append(f"{entry.shown}, key 'role': a hardener with {has} cures nothing known here")
        elif not partners & expanded and not (not chemistry and _cures_otherwise(entry, entries)):
            families = sorted({family_of(kind) for kind in partners})
            mistakes.append(
                f"{entry.shown}, key 'role': a hardener with {has}, and nothing {where} that it reacts with "
                f"({', '.join(families)})"
            )
    return mistakes


def _cures_otherwise(entry: _Entry, entries: Sequence[_Entry]) -> bool:
    """Return whether another component has what an entry reacts with by a cure that is real and not described here."""
    others = {kind for other in entries if other is not entry for kind in other.kinds}
    return any(kind in _OTHER_CURES and others & set(_OTHER_CURES[kind]) for kind in entry.kinds)


def _readable(written: Written) -> tuple[dict[str, Any] | None, list[str], set[tuple[Any, ...]]]:
    """Return the table without what has a wrong key or type, mistakes, and the places they are at.

    None where there are no components to look at.
    """
    from pydantic import ValidationError

    table = dict(written.table)
    listed = table.get("components")
    if isinstance(listed, list):
        table["components"] = [dict(entry) if isinstance(entry, Mapping) else entry for entry in listed]
    try:
        _recipe_model().model_validate(table)
    except ValidationError as error:
        found = error.errors()
    else:
        return table, [], set()
    mistakes = list(dict.fromkeys(_sentence(written, item) for item in found))
    noted: set[tuple[Any, ...]] = set()
    for item in found:
        location: tuple[Any, ...] = item["loc"]
        if location[0] == "components":
            if len(location) < 3:
                return None, mistakes, noted
            table["components"][location[1]].pop(location[2], None)
            noted.add(tuple(location[:3]))
        else:
            table.pop(location[0], None)
            noted.add((location[0],))
    return table, mistakes, noted


def _sentence(written: Written, item: Mapping[str, Any]) -> str:
    location = list(item["loc"])
    place = ""
    fields = list(_recipe_model().model_fields)
    if location[:1] == ["components"] and len(location) > 1 and isinstance(location[1], int):
        place = f"{written.places[location[1]]}"
        entry = written.table["components"][location[1]]
        if isinstance(entry, Mapping) and (entry.get("name") or entry.get("id")):
            place += f" ({one_line(str(entry.get('name') or entry.get('id')))})"
        location, fields = location[2:], list(_component_model().model_fields)
    elif location[:1] == ["cure"] and len(location) > 1 and isinstance(location[1], int):
        place, location, fields = f"cure step {location[1] + 1}", location[2:], ["temperature_C", "time_min"]
    key = ".".join(str(part) for part in location if not _is_union_branch(part))
    where = ", ".join(part for part in (place, f"key '{key}'" if key else "") if part)
    if item["type"] == "extra_forbidden":
        return one_line(f"{where}: unknown key{did_you_mean(key, fields)}")
    if item["type"] == "missing":
        return one_line(f"{where}: is missing")
    return one_line(f"{where}: {item['msg'][0].lower()}{item['msg'][1:]}, got {_short(item['input'])}")


def _is_union_branch(part: Any) -> bool:
    """Return whether pydantic named a branch of a union, not a key."""
    return isinstance(part, str) and (part == "float" or part.startswith(("list[", "tuple[")))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


_MODELS: dict[str, Any] = {}


def _component_model() -> Any:
    _build_models()
    return _MODELS["component"]


def _recipe_model() -> Any:
    _build_models()
    return _MODELS["recipe"]


def _build_models() -> None:
    """Define the models on first use: pydantic is not loaded before a recipe is read."""
    if _MODELS:
        return
    from pydantic import BaseModel, ConfigDict, Field

    class Entry(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    class ComponentEntry(Entry):
        name: str | None = None
        id: str | None = None
        role: str | None = None
        part: str = ""
        amount: float | None = None
        smiles: str = ""
        equivalent_weight_g_eq: dict[str, float] = {}  # noqa: RUF012
        equivalent_weight_tolerance_g_eq: dict[str, float] = {}  # noqa: RUF012
        functionality: dict[str, float] = {}  # noqa: RUF012
        hydroxyl_value_mgKOH_g: float | None = None
        acid_value_mgKOH_g: float | None = None
        nco_percent: float | None = None
        molar_mass_g_mol: float | None = None
        density_g_cm3: float | None = None
        viscosity_Pa_s: float | None = None
        carbon_mass_fraction: float | None = None
        inorganic_carbon_mass_fraction: float | None = None
        biobased_carbon: float | list[float] | None = None
        biobased_mass: float | list[float] | None = None

    class CureEntry(Entry):
        temperature_C: float
        time_min: float

    class RecipeEntry(Entry):
        name: str = ""
        source: str = ""
        note: str = ""
        chemistry: str = ""
        unit: str | None = None
        components: list[ComponentEntry] = Field(min_length=1)
        cure: list[CureEntry] = []  # noqa: RUF012
        cure_model: dict[str, Any] = {}  # noqa: RUF012  (read by finechem.adhesives.cure_section)

    for model in (ComponentEntry, RecipeEntry):
        model.model_rebuild(_types_namespace={"ComponentEntry": ComponentEntry, "CureEntry": CureEntry})
    _MODELS.update(component=ComponentEntry, recipe=RecipeEntry)
