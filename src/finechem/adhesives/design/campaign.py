"""A campaign of experiments: one TOML file and one table of rows; the same files give the same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from finechem.adhesives.component import Component
from finechem.adhesives.design.explanation import Suggestion
from finechem.adhesives.design.features import RecipeFeatures, recipe_of
from finechem.adhesives.design.formulation_model import FormulationModel, fit_formulation_model
from finechem.adhesives.design.learners import KINDS
from finechem.adhesives.design.measured_rows import MeasuredRows, read_rows
from finechem.adhesives.design.objectives import Objective
from finechem.adhesives.design.row_reading import COMPOSITIONS
from finechem.adhesives.design.space import MixtureSpace
from finechem.adhesives.design.space_reading import build, space_of, unknown_keys
from finechem.adhesives.design.statements import Array
from finechem.adhesives.design.suggestion import suggest
from finechem.adhesives.design.validation import Quality, validate
from finechem.adhesives.recipe import Recipe
from finechem.errors import ConfigError, FinechemError, InputError, ReadError, did_you_mean
from finechem.matter.tables import read_table
from finechem.screening.properties import Scale

__all__ = ["Campaign", "load_campaign"]

_KEYS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "name": (str, "text"),
    "rows": (str, "the name of a CSV or XLSX file"),
    "seed": (int, "a whole number"),
    "batch": (int, "a whole number"),
    "pool": (int, "a whole number"),
    "diversity": ((int, float), "a number"),
    "composition": (str, f"one of {', '.join(COMPOSITIONS)}"),
    "models": (list, "a list of kinds of model"),
    "features": (list, "a list of features"),
    "ignore": (list, "a list of columns"),
    "space": (dict, "a table"),
    "objectives": (list, "a list of tables; write [[objectives]] above each"),
}
#: Distinct formulations with a value that a model needs, see `fit_formulation_model`.
_LEAST = 3
_OBJECTIVE = ("name", "goal", "unit", "scale", "at_least", "at_most", "reference")


@dataclass(frozen=True, eq=False)
class Campaign:
    """What is looked for, where, and what was measured so far; `load_campaign` reads it.

    Attributes
    ----------
    name : str
    space : MixtureSpace
    objectives : tuple of Objective
    scales, units : mapping of objective (and factor) to str
    rows : MeasuredRows
    path : Path
        Of the table of rows.
    components : tuple of Component or None
        The shipped ones, where the space says which.
    costs : tuple of float, or None
        Of a kilogram of each component.
    features : tuple of str
        Of `finechem.adhesives.design.features.FEATURES`.
    kinds : tuple of str
        Of model, among which held-out formulations choose.
    seed, batch, pool : int
    diversity : float
    """

    name: str
    space: MixtureSpace
    objectives: tuple[Objective, ...]
    scales: Mapping[str, Scale]
    units: Mapping[str, str]
    rows: MeasuredRows
    path: Path
    components: tuple[Component | None, ...]
    costs: tuple[float, ...] | None = None
    features: tuple[str, ...] = ()
    kinds: tuple[Any, ...] = ("gaussian process",)
    seed: int = 0
    batch: int = 5
    pool: int = 2000
    diversity: float = 0.0

    def learn(self) -> dict[str, FormulationModel]:
        """Return a model of each objective.

        Raises
        ------
        InputError
            If too little was measured for a model; the message has the objective.
        """
        return {
            wish.name: fit_formulation_model(*self._measured(wish.name), name=wish.name, **self._settings(wish.name))
            for wish in self.objectives
        }

    def validate(self) -> dict[str, list[Quality]]:
        """Return how well each objective is predicted where a part of the rows is held out, kind of model and all.

        Random parts first; then all formulations of some sets of components, which asks how models do with what they
        have never seen together (left out where all rows are of one set).
        """
        present = self.rows.points[:, self.space.mixture] > 0.0
        sets = [tuple(row) for row in present.tolist()]
        found: dict[str, list[Quality]] = {}
        for wish in self.objectives:
            given, settings = self._measured(wish.name), self._settings(wish.name)
            settings["name"] = f"{wish.name}, with a part held out"
            found[wish.name] = [validate(*given, **settings)]
            known = {sets[row] for row in np.flatnonzero(np.isfinite(self.rows.values[wish.name]))}
            if len(known) > 1:
                split = validate(*given, groups=sets, **settings)
                found[wish.name].append(replace(split, split=split.split.replace("groups", "sets of components")))
        return found

    def _measured(self, name: str) -> tuple[MixtureSpace, Array, Array]:
        return self.space, self.rows.points, self.rows.values[name]

    def _settings(self, name: str) -> dict[str, Any]:
        physics = RecipeFeatures(self.components, self.features) if self.features else None
        return {
            "scale": self.scales[name],
            "censored": self.rows.censored[name],
            "physics": physics,
            "kind": self.kinds,
            "seed": self.seed,
        }

    @property
    def unknown(self) -> dict[str, int]:
        """Objectives of which too little was measured for a model, with how many formulations that are no limits."""
        counts = {}
        for wish in self.objectives:
            known = np.isfinite(self.rows.values[wish.name]) & (self.rows.censored[wish.name] == 0)
            counts[wish.name] = len(np.unique(self.rows.points[known], axis=0))
        return {name: count for name, count in counts.items() if count < _LEAST}

    def suggest(self, batch: int | None = None, models: Mapping[str, FormulationModel] | None = None) -> Suggestion:
        """Return the next experiments, with reasons; rows without any measured value count as under way.

        Where too little was measured for a model of each objective (`unknown`) they fill the space evenly, away from
        all rows.

        Parameters
        ----------
        batch : int, optional
            Instead of the campaign's.
        models : mapping, optional
            What `learn` returned, so that it is not done again.
        """
        if models is None:
            models = {} if self.unknown else self.learn()
        there = np.ones(len(self.rows.points), dtype=bool) if not models else ~self.rows.measured
        return suggest(
            self.space,
            models,
            self.objectives,
            batch=self.batch if batch is None else batch,
            pool=self.pool,
            seed=self.seed,
            cost=None if self.costs is None else self.cost,
            diversity=self.diversity,
            pending=self.rows.points[there],
        )

    def cost(self, points: Array) -> Array:
        """Return the cost of a kilogram of each point."""
        if self.costs is None:
            raise InputError(f"{self.name}: its components have no cost_per_kg")
        return np.asarray(points[:, self.space.mixture] @ np.array(self.costs))

    def recipe(self, point: Array, name: str = "") -> Recipe:
        """Return the recipe of 100 g of a point; its components need an ``id``."""
        return recipe_of(self.components, point[self.space.mixture], name or self.name)


def load_campaign(path: str | Path) -> Campaign:
    """Read a campaign.

    Parameters
    ----------
    path : path-like
        TOML (or JSON) with the keys ``rows`` (a CSV or XLSX file beside it, see `read_rows`; it need not exist yet),
        ``space`` (see `space_of`), ``objectives`` (a list: ``name``, ``goal``, ``unit``, ``scale``, ``at_least``,
        ``at_most``, ``reference``), and, if wanted, ``name``, ``seed``, ``batch``, ``pool``, ``diversity``,
        ``composition``, ``models``, ``features``, ``ignore``.

    Returns
    -------
    Campaign

    Raises
    ------
    ReadError
        If it is no such file.
    ConfigError
        With every mistake in the campaign, or every problem in its rows, by row and column.
    """
    path = Path(path)
    document = read_table(path, "campaign")
    if not isinstance(document, Mapping):
        raise ReadError(f"{path}: a campaign is a TOML or JSON file; its rows are a table of their own")
    wrong = _mistakes(document)
    objectives = _objectives(document, wrong)
    written = None
    if isinstance(document.get("space"), Mapping):
        try:
            written = space_of(document["space"], f"{path}: space")
        except ConfigError as error:
            wrong += [f"space: {mistake}" for mistake in error.mistakes]
    if written is None or wrong:
        raise ConfigError(str(path), wrong)
    names = [wish.name for wish in objectives]
    clash = [f"objective {name!r} has the name of a column of the space" for name in names
             if name in written.space.columns]  # fmt: skip
    features = tuple(document.get("features", ()))
    unknown = [component.name for component, known in zip(written.space.components, written.components, strict=True)
               if known is None]  # fmt: skip
    if features and unknown:
        clash.append(f"features need an id of a shipped component for each component; {', '.join(unknown)} has none")
    if clash:
        raise ConfigError(str(path), clash)
    units = dict(written.units) | {item["name"]: item.get("unit", "") for item in document["objectives"]}
    scales: dict[str, Scale] = {item["name"]: item.get("scale", "linear") for item in document["objectives"]}
    table = path.parent / document["rows"]
    rows = read_rows(
        table,
        written.space,
        names,
        units=units,
        positive=[name for name in names if scales[name] == "log"],
        composition=document.get("composition", "auto"),
        ignore=document.get("ignore", ()),
    ) if table.exists() else _no_rows(written.space, names, table)  # fmt: skip
    return Campaign(
        document.get("name", path.stem),
        written.space,
        tuple(objectives),
        scales,
        units,
        rows,
        table,
        written.components,
        written.costs,
        features,
        tuple(document.get("models", ("gaussian process",))),
        **{key: document[key] for key in ("seed", "batch", "pool", "diversity") if key in document},
    )


def _no_rows(space: MixtureSpace, names: Sequence[str], table: Path) -> MeasuredRows:
    nothing = {name: np.empty(0) for name in names}
    sides = {name: np.empty(0, dtype=np.int64) for name in names}
    remark = f"{table.name} is not there yet: nothing was measured"
    return MeasuredRows((), (), np.empty((0, len(space.columns))), nothing, sides, {}, (remark,))


def _mistakes(document: Mapping[str, Any]) -> list[str]:
    wrong = unknown_keys(document, _KEYS)
    for key, (kind, what) in _KEYS.items():
        value = document.get(key)
        if key in document and (not isinstance(value, kind) or isinstance(value, bool)):
            wrong.append(f"key '{key}': is {value!r}; expected {what}")
    wrong += [f"key '{key}': is missing" for key in ("rows", "space", "objectives") if key not in document]
    if "composition" in document and document["composition"] not in COMPOSITIONS:
        wrong.append(f"key 'composition': is {document['composition']!r}; expected one of {', '.join(COMPOSITIONS)}")
    for key in ("batch", "pool"):
        if isinstance(document.get(key), int) and document[key] < 1:
            wrong.append(f"key '{key}': is {document[key]}; it must be 1 at least")
    for key in ("seed", "diversity"):
        if isinstance(document.get(key), (int, float)) and not document[key] >= 0:
            wrong.append(f"key '{key}': is {document[key]}; it must be 0 at least")
    kinds = document.get("models", [])
    for kind in kinds if isinstance(kinds, list) else ():
        if kind not in KINDS:
            wrong.append(f"key 'models': no kind of model is called {kind!r}{did_you_mean(str(kind), KINDS)}")
    features = document.get("features", [])
    if isinstance(features, list):
        try:
            RecipeFeatures((), tuple(features))
        except FinechemError as error:
            wrong.append(f"key 'features': {error}")
    return wrong


def _objectives(document: Mapping[str, Any], wrong: list[str]) -> list[Objective]:
    listed = document.get("objectives", [])
    if not isinstance(listed, list):
        return []
    if not listed and "objectives" in document:
        wrong.append("key 'objectives': is empty; at least one is needed")
    found: list[Objective] = []
    for at, entry in enumerate(listed, start=1):
        label = f"objective {at}"
        if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
            wrong.append(f"{label}: a table with a name is needed")
            continue
        label += f" ({entry['name']})"
        mistakes = unknown_keys(entry, _OBJECTIVE, label)
        if entry.get("scale", "linear") not in get_args(Scale):
            mistakes.append(f"{label}: the scale is {entry['scale']!r}; it must be one of {', '.join(get_args(Scale))}")
        mistakes += [
            f"{label}: {key} is {entry[key]!r}; a number is needed"
            for key in ("at_least", "at_most", "reference")
            if key in entry and (isinstance(entry[key], bool) or not isinstance(entry[key], (int, float)))
        ]
        wrong += mistakes
        if not mistakes:
            rest = {key: entry[key] for key in entry if key not in ("unit", "scale")}
            found.append(build(Objective, label, rest, wrong))
    names = [entry.get("name") for entry in listed if isinstance(entry, Mapping)]
    wrong += [f"objective {name!r} comes twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    return found
