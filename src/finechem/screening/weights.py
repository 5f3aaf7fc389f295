"""New weights, limits and gates for a screen's criteria, from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from finechem.errors import ConfigError, FinechemError, did_you_mean
from finechem.screening.criteria import Criterion

__all__ = ["read_weights", "reweigh"]


def read_weights(path: Path | str, criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """Return the criteria as a TOML file changes them.

    Parameters
    ----------
    path : path-like
        A table ``[criteria.PROPERTY]`` for each property to change, with any of ``weight``, ``worst``, ``best``,
        ``required``, ``allow_unknown``; ``use = false`` leaves it out.
    criteria : sequence of Criterion
        What the screen has.

    Raises
    ------
    ConfigError
        Lists *every* mistake: unknown names with the nearest known one, wrong types, limits that make no sense.
    """
    source = str(path)
    try:
        loaded = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(source, [f"cannot be read ({error})"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(source, [f"not valid TOML: {error}"]) from error
    return reweigh(loaded, criteria, source)


def reweigh(settings: dict[str, Any], criteria: Sequence[Criterion], source: str = "weights") -> tuple[Criterion, ...]:
    """Return the criteria as a dictionary changes them; see `read_weights`."""
    mistakes = [f"unknown key {key!r}{did_you_mean(key, ['criteria'])}" for key in settings if key != "criteria"]
    tables = settings.get("criteria", {})
    if not isinstance(tables, dict):
        raise ConfigError(source, [*mistakes, "criteria must be tables, such as [criteria.density]"])
    known = {criterion.property.name: criterion for criterion in criteria}
    changed: dict[str, Criterion | None] = dict(known)
    for name, table in tables.items():
        if name not in known:
            mistakes.append(f"criteria.{name}: no such criterion{did_you_mean(name, known)}")
        else:
            changed[name] = _changed(known[name], name, table, mistakes)
    if mistakes:
        raise ConfigError(source, mistakes)
    kept = tuple(criterion for criterion in changed.values() if criterion is not None)
    if not any(criterion.weight > 0 for criterion in kept):
        raise ConfigError(source, ["no criterion with a weight above 0 is left"])
    return kept


def _changed(criterion: Criterion, name: str, table: Any, mistakes: list[str]) -> Criterion | None:
    """Return one changed criterion, or the old one after noting what is wrong."""
    model = _settings_model()
    if not isinstance(table, dict):
        mistakes.append(f"criteria.{name}: must be a table, such as [criteria.{name}] with weight = 2")
        return criterion
    from pydantic import ValidationError

    try:
        settings = model.model_validate(table)
    except ValidationError as error:
        for item in error.errors():
            place = ".".join(str(part) for part in item["loc"])
            hint = did_you_mean(place, model.model_fields) if item["type"] == "extra_forbidden" else ""
            what = "unknown setting" if hint else f"{item['msg']}, got {item['input']!r}"
            mistakes.append(f"criteria.{name}.{place}: {what}{hint}")
        return criterion
    given = settings.model_dump(exclude_unset=True)
    if not given.pop("use", True):
        return None
    try:
        return replace(criterion, **given)
    except FinechemError as error:
        mistakes.append(f"criteria.{name}: {error}")
        return criterion


def _settings_model() -> Any:
    from pydantic import BaseModel, ConfigDict

    class Settings(BaseModel):
        """One ``[criteria.PROPERTY]`` table."""

        model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
        weight: float = 1.0
        worst: float = 0.0
        best: float = 1.0
        required: bool = False
        allow_unknown: bool = False
        use: bool = True

    return Settings
