"""The table ``cure_model`` of a recipe file: kinetics, glass transition, viscosity, schedule. The user's values win."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from finechem.adhesives.cure_kinetics import (
    ChernPoehlein,
    CureKinetics,
    FreeVolume,
    published_kinetics,
    published_kinetics_names,
)
from finechem.adhesives.cure_viscosity import ArrheniusViscosity, CastroMacosko
from finechem.adhesives.network import cured_network
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.vitrification import DiBenedetto
from finechem.errors import ConfigError, FinechemError, InputError, did_you_mean, one_line
from finechem.matter.programs import ZERO_CELSIUS_K, Program, hold, read_program
from finechem.matter.tables import read_table

__all__ = ["HOW", "CurePlan", "has_cure_model", "load_cure_plan", "plan_of"]

HOW = """\
hand them in as a table of the recipe file (TOML or JSON), or by --kinetics:

  [cure_model]
  kinetics = "NAME"              # of a published set: {names}
  initial_conversion = 0.0
  gel_conversion = 0.6           # else that of the kinetics, else of the recipe's ideal network
  ramp_K_min = 2.0               # between the steps of [[cure]], from start_C; else they follow at once
  [cure_model.kinetics]          # or parameters of your own, fitted to calorimetry (finechem adhesive fit-dsc)
  A1_per_s = ...                 # E1_J_mol, A2_per_s, E2_J_mol, m, n, heat_J_kg
  diffusion = {{ sharpness = ..., critical_0 = ..., critical_per_K = ... }}
  [cure_model.glass_transition]
  tg_0_C = ...                   # tg_inf_C, lambda
  [cure_model.viscosity]
  viscosity_Pa_s = ...           # at_C, E_J_mol, A, B, filler_fraction, packing_limit
"""


@dataclass(frozen=True, slots=True)
class CurePlan:
    """What a cure is calculated from.

    Attributes
    ----------
    kinetics : CureKinetics
    program : Program
    initial_conversion : float
    gel_source : str
        Where the gel conversion comes from; empty where there is none.
    viscosity : CastroMacosko or None
    """

    kinetics: CureKinetics
    program: Program
    initial_conversion: float
    gel_source: str
    viscosity: CastroMacosko | None


def load_cure_plan(path: Path, recipe: Recipe, **given: Any) -> CurePlan:
    """Return the plan of a recipe file of one recipe; see `plan_of`.

    Raises
    ------
    ConfigError, InputError
        With every mistake in the table, or what is missing and how to hand it in.
    """
    document = read_table(path, "recipe")
    table = document.get("cure_model", {}) if isinstance(document, Mapping) else {}
    return plan_of(recipe, table, path.parent, **given)


def has_cure_model(path: Path) -> bool:
    """Say whether a recipe file has the table ``cure_model``."""
    document = read_table(path, "recipe")
    return isinstance(document, Mapping) and bool(document.get("cure_model"))


def plan_of(
    recipe: Recipe,
    table: Mapping[str, Any],
    folder: Path = Path(),
    *,
    kinetics: str | None = None,
    program: Path | None = None,
    initial_conversion: float | None = None,
    gel_conversion: float | None = None,
    needs_program: bool = True,
) -> CurePlan:
    """Return what a cure of a recipe is calculated from: arguments, then the table, then the recipe itself.

    Parameters
    ----------
    recipe : Recipe
    table : mapping
        ``cure_model`` of the recipe file.
    folder : Path
        Where its ``program`` lies.
    kinetics : str, optional
        Name of a published set.
    program : Path, optional
        A file, see `finechem.matter.programs.read_program`.
    initial_conversion, gel_conversion : float, optional
    needs_program : bool
        Whether a recipe without a schedule is a mistake; otherwise it gets an hour at 25 °C.

    Raises
    ------
    ConfigError, InputError
        With every mistake in the table, or what is missing and how to hand it in.
    """
    wrong = _mistakes(table)
    if wrong:
        raise ConfigError(f"{recipe.id}: cure_model", wrong)
    found = _kinetics(recipe, table, kinetics)
    found, gel_source = _with_gel(
        recipe, found, table.get("gel_conversion") if gel_conversion is None else gel_conversion
    )
    viscosity = None
    if "viscosity" in table and found.gel_conversion is not None:
        v = table["viscosity"]
        viscosity = CastroMacosko(
            ArrheniusViscosity(v["viscosity_Pa_s"], v["at_C"] + ZERO_CELSIUS_K, v["E_J_mol"]),
            v["A"], v["B"], found.gel_conversion, v.get("filler_fraction", 0.0), v.get("packing_limit", 0.64),
        )  # fmt: skip
    start = table.get("initial_conversion", 0.0) if initial_conversion is None else initial_conversion
    scheduled = needs_program or bool(recipe.cure) or "program" in table
    whole = _program(recipe, table, folder, program) if scheduled else hold(25.0, 1.0)
    return CurePlan(found, whole, start, gel_source, viscosity)


def _kinetics(recipe: Recipe, table: Mapping[str, Any], name: str | None) -> CureKinetics:
    stated = name or table.get("kinetics")
    if stated is None:
        how = HOW.format(names=", ".join(published_kinetics_names()))
        raise InputError(f"{recipe.id}: no cure kinetics, and no recipe tells them; {how}")
    tg = None
    if "glass_transition" in table:
        t = table["glass_transition"]
        tg = DiBenedetto(t["tg_0_C"] + ZERO_CELSIUS_K, t["tg_inf_C"] + ZERO_CELSIUS_K, t["lambda"], "the recipe file")
    if isinstance(stated, str):
        known = published_kinetics(stated)
        return known if tg is None else replace(known, glass_transition=tg)
    numbers = dict(stated)
    diffusion = numbers.pop("diffusion", None)
    if diffusion is not None:
        diffusion = ChernPoehlein(**diffusion) if "sharpness" in diffusion else FreeVolume(**diffusion)
    source = numbers.pop("source", "the recipe file")
    return CureKinetics(recipe.id, **numbers, diffusion=diffusion, glass_transition=tg, source=source)


def _with_gel(recipe: Recipe, kinetics: CureKinetics, given: float | None) -> tuple[CureKinetics, str]:
    if given is not None:
        return kinetics.with_gel(given), "stated"
    if kinetics.gel_conversion is not None:
        return kinetics, "of the kinetics"
    try:
        gel = cured_network(recipe).gel
    except FinechemError:
        return kinetics, ""
    if gel is None or not gel.limiting < 1.0:
        return kinetics, ""
    return kinetics.with_gel(gel.limiting), "ideal network of the recipe, a lower bound"


def _program(recipe: Recipe, table: Mapping[str, Any], folder: Path, given: Path | None) -> Program:
    if given is not None:
        return read_program(given)
    if "program" in table:
        return read_program(folder / table["program"])
    if not recipe.cure:
        raise InputError(
            f"{recipe.id}: no schedule; add [[cure]] steps (temperature_C, time_min), cure_model.program or --program "
            "with a file of times and temperatures"
        )
    ramp, start_C = table.get("ramp_K_min"), table.get("start_C", 25.0)
    whole: Program | None = None
    at = start_C
    for step in recipe.cure:
        pieces = [hold(step.temperature_C, step.time_min / 60.0)]
        if ramp is not None and abs(step.temperature_C - at) > 1e-6:
            span = abs(step.temperature_C - at) / ramp * 60.0
            ends = (at + ZERO_CELSIUS_K, step.temperature_C + ZERO_CELSIUS_K)
            pieces.insert(0, Program("ramp", (0.0, span), ends))
        at = step.temperature_C
        for piece in pieces:
            whole = piece if whole is None else whole.then(piece)
    assert whole is not None
    return Program(recipe.id, whole.time_s, whole.temperature_K)


_NUMBER = (int, float)
_KEYS: Mapping[str, Mapping[str, bool]] = {
    "kinetics": dict.fromkeys(("A1_per_s", "E1_J_mol", "A2_per_s", "E2_J_mol", "m", "heat_J_kg"), False) | {"n": True},
    "glass_transition": dict.fromkeys(("tg_0_C", "tg_inf_C", "lambda"), True),
    "viscosity": dict.fromkeys(("viscosity_Pa_s", "at_C", "E_J_mol", "A", "B"), True)
    | {"filler_fraction": False, "packing_limit": False},
}
"""Tables of numbers, their keys, and whether each is needed."""
_DIFFUSIONS = (
    ("sharpness", "critical_0", "critical_per_K"),
    ("A_per_s", "E_J_mol", "b", "fraction_at_tg", "expansion_per_K"),
)
_PLAIN = ("initial_conversion", "gel_conversion", "ramp_K_min", "start_C")


def _mistakes(table: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the keys and types of the table."""
    known = (*_KEYS, *_PLAIN, "program")
    wrong = [f"unknown key {one_line(str(key))!r}{did_you_mean(str(key), known)}" for key in table if key not in known]
    wrong += [
        f"key '{key}': {_shown(table[key])} is no number" for key in _PLAIN if key in table and not _is(table[key])
    ]
    if _is(table.get("ramp_K_min")) and not table["ramp_K_min"] > 0.0:
        wrong.append(f"key 'ramp_K_min': is {table['ramp_K_min']:g}, must be above 0")
    if "program" in table and not isinstance(table["program"], str):
        wrong.append(f"key 'program': {_shown(table['program'])} is no file name")
    for name, keys in _KEYS.items():
        part = table.get(name)
        if part is None or (name == "kinetics" and isinstance(part, str)):
            continue
        if not isinstance(part, Mapping):
            wrong.append(f"key '{name}': {_shown(part)} is no table")
            continue
        extra = ("diffusion", "source") if name == "kinetics" else ()
        wrong += _of_part(name, part, keys, extra)
        if name == "kinetics" and "diffusion" in part:
            wrong += _of_diffusion(part["diffusion"])
    return wrong


def _of_part(name: str, part: Mapping[str, Any], keys: Mapping[str, bool], extra: tuple[str, ...]) -> list[str]:
    wrong = [
        f"key '{name}.{one_line(str(key))}': unknown key{did_you_mean(str(key), (*keys, *extra))}"
        for key in part
        if key not in keys and key not in extra
    ]
    wrong += [
        f"key '{name}.{key}': {_shown(part[key])} is no number" for key in keys if key in part and not _is(part[key])
    ]
    wrong += [f"key '{name}.{key}': is missing" for key, needed in keys.items() if needed and key not in part]
    if "source" in part and not isinstance(part["source"], str):
        wrong.append(f"key '{name}.source': {_shown(part['source'])} is no text")
    return wrong


def _of_diffusion(part: Any) -> list[str]:
    if not isinstance(part, Mapping):
        return [f"key 'kinetics.diffusion': {_shown(part)} is no table"]
    keys = _DIFFUSIONS[0] if "sharpness" in part else _DIFFUSIONS[1]
    return _of_part("kinetics.diffusion", part, dict.fromkeys(keys, True), ())


def _is(value: Any) -> bool:
    return isinstance(value, _NUMBER) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    text = one_line(repr(value))
    return text if len(text) <= 60 else f"{text[:57]}..."
