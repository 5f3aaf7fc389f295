"""A recipe as somebody wrote it down, turned into a `Recipe`, with every mistake and its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finechem.adhesives.catalogue import shipped_component
from finechem.adhesives.chemistries import CHEMISTRIES, chemistry_named
from finechem.adhesives.component import Component
from finechem.adhesives.recipe import UNITS, CureStep, Recipe
from finechem.errors import ConfigError, DataError, FinechemError, InputError, did_you_mean, one_line

__all__ = ["Written", "recipe_from_entries"]

#: Percentages as printed are rounded; further off than this, something is missing.
_SUM_TOLERANCE = 0.5
#: Arguments of `Component.of` that a recipe may state, in its words.
_COMPONENT_KEYS = (
    "part", "smiles", "equivalent_weight_g_eq", "equivalent_weight_tolerance_g_eq", "functionality", "molar_mass_g_mol",
    "density_g_cm3", "viscosity_Pa_s", "carbon_mass_fraction", "inorganic_carbon_mass_fraction", "biobased_carbon",
    "biobased_mass",
)  # fmt: skip


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
    """Return the recipe, or None and every mistake in it."""
    mistakes = _shape_mistakes(written)
    if mistakes:
        return None, mistakes
    table = written.table
    unit = table.get("unit")
    if unit is None:
        mistakes.append(f"key 'unit' is missing: one of {', '.join(UNITS)}")
    elif unit not in UNITS:
        mistakes.append(f"key 'unit': unknown unit {unit!r}{did_you_mean(unit, UNITS)}")
    chemistry = table.get("chemistry", "")
    if chemistry:
        try:
            chemistry_named(chemistry)
        except InputError as error:
            mistakes.append(f"key 'chemistry': {error}")
            chemistry = ""
    components, amounts = [], []
    for place, entry in zip(written.places, table["components"], strict=True):
        component, wrong = _component(entry)
        shown = f"{place} ({entry.get('name') or entry.get('id') or 'no name'})"
        amount = entry.get("amount")
        if amount is None:
            wrong.append("amount: is missing")
        elif amount < 0:
            wrong.append(f"amount: is {amount:g}, must not be negative")
        mistakes += [f"{shown}, key {_quoted_key(text)}" for text in wrong]
        components.append(component)
        amounts.append(amount)
    cure = []
    for index, step in enumerate(table.get("cure", ()), start=1):
        try:
            cure.append(CureStep(**step))
        except InputError as error:
            mistakes.append(f"cure step {index}: {error}")
    if None not in amounts:
        mistakes += _sum_mistakes(unit, amounts, [entry.get("role") for entry in table["components"]], components)
    mistakes += _partner_mistakes(components, amounts, chemistry, written.places)
    if mistakes:
        return None, mistakes
    rest = {"cure": tuple(cure), "chemistry_name": chemistry}
    texts = {key: one_line(table.get(key, "")) for key in ("source", "note")}
    try:
        return Recipe.from_amounts(written.id, components, amounts, str(unit), **rest, **texts), []  # type: ignore[arg-type]
    except FinechemError as error:
        return None, [str(error)]


def _quoted_key(text: str) -> str:
    key, _, rest = text.partition(": ")
    return f"'{key}': {rest}"


def _component(entry: Mapping[str, Any]) -> tuple[Component | None, list[str]]:
    """Return the component of an entry, what is shipped of its id completed by what the entry states."""
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


def _sum_mistakes(
    unit: Any, amounts: Sequence[float], roles: Sequence[Any], components: Sequence[Component | None]
) -> list[str]:
    total = sum(amounts)
    if unit in ("wt%", "vol%") and abs(total - 100.0) > _SUM_TOLERANCE:
        return [f"key 'amount': the percentages sum to {total:g}, not 100; use unit = 'g' for plain parts"]
    if unit == "phr":
        known = [component.role if component else role for component, role in zip(components, roles, strict=True)]
        resin = sum(amount for amount, role in zip(amounts, known, strict=True) if role == "resin")
        if abs(resin - 100.0) > _SUM_TOLERANCE:
            return [
                f"key 'amount': what has the role resin sums to {resin:g}, and phr counts per 100 of resin; use "
                "unit = 'g' for plain parts"
            ]
    if total == 0:
        return ["key 'amount': everything is 0"]
    return []


def _partner_mistakes(
    components: Sequence[Component | None], amounts: Sequence[float | None], chemistry: str, places: Sequence[str]
) -> list[str]:
    """Return hardeners that find nothing to react with; nothing, if a component could not be read."""
    if any(component is None for component in components):
        return []
    known = [component for component in components if component is not None]
    kinds = {group.kind for component in known for group in component.groups}
    named = [CHEMISTRIES[chemistry]] if chemistry else list(CHEMISTRIES.values())
    mistakes = []
    for place, component, amount in zip(places, known, amounts, strict=True):
        unknown = not component.smiles and not component.groups  # a trade name: no mistake, only nothing to count
        if component.role != "hardener" or component.catalytic or unknown or not amount:
            continue
        partners: set[str] = set()
        for group in component.groups:
            for reaction in named:
                side = reaction.side(group.kind)
                partners |= set({"A": reaction.b, "B": reaction.a}.get(side, {}))
        if not partners:
            what = ", ".join(group.kind for group in component.groups) or "no reactive group"
            mistakes.append(
                f"{place} ({component.name}), key 'role': a hardener with {what} cures nothing that is known"
            )
        elif not partners & kinds:
            has = ", ".join(group.kind for group in component.groups)
            mistakes.append(
                f"{place} ({component.name}), key 'role': a hardener with {has}, and nothing in the recipe that it "
                f"reacts with ({', '.join(sorted(partners))})"
            )
    return mistakes


def _shape_mistakes(written: Written) -> list[str]:
    """Return what is wrong with keys and types."""
    from pydantic import ValidationError

    try:
        _recipe_model().model_validate(dict(written.table))
    except ValidationError as error:
        return [_sentence(written, item) for item in error.errors()]
    return []


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
        molar_mass_g_mol: float | None = None
        density_g_cm3: float | None = None
        viscosity_Pa_s: float | None = None
        carbon_mass_fraction: float | None = None
        inorganic_carbon_mass_fraction: float = 0.0
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

    for model in (ComponentEntry, RecipeEntry):
        model.model_rebuild(_types_namespace={"ComponentEntry": ComponentEntry, "CureEntry": CureEntry})
    _MODELS.update(component=ComponentEntry, recipe=RecipeEntry)
