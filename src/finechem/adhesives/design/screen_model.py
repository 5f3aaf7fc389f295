"""A learnt model as a property model of screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from finechem.adhesives.design.formulation_model import FormulationModel
from finechem.adhesives.recipe import Recipe
from finechem.errors import InputError
from finechem.screening.one_by_one import Known
from finechem.screening.properties import Estimates, Property

__all__ = ["LearntModel", "recipe_point"]


def recipe_point(recipe: Recipe, columns: Sequence[str]) -> tuple[float, ...]:
    """Return the mass fractions of a recipe as a point of a space whose columns are component names.

    Raises
    ------
    InputError
        If the recipe has a component that the space has not.
    """
    total = sum(recipe.masses_g)
    shares = dict.fromkeys(columns, 0.0)
    for component, mass in zip(recipe.components, recipe.masses_g, strict=True):
        if component.name not in shares:
            raise InputError(f"{recipe.id}: {component.name} is no component of the measured space ({list(columns)})")
        shares[component.name] += mass / total
    return tuple(shares.values())


@dataclass(frozen=True, slots=True)
class LearntModel:
    """A property of recipes by what was learnt from measured formulations: mixtures without process factors.

    Parameters
    ----------
    prop : Property
        What `learnt` predicts; of the same scale.
    learnt : FormulationModel
        Not part of the model's key: its fingerprint is.
    """

    prop: Property
    learnt: FormulationModel = field(compare=False, repr=False)
    version: ClassVar[str] = "1"
    references: ClassVar[tuple[str, ...]] = ()
    requires: ClassVar[tuple[Property, ...]] = ()

    def __post_init__(self) -> None:
        encoding = self.learnt.learner.encoding
        if self.prop.scale != self.learnt.scale:
            raise InputError(
                f"{self.prop.name} has a {self.prop.scale} scale, what was learnt a {self.learnt.scale} one"
            )
        if len(encoding.columns) > encoding.mixture.stop:
            raise InputError(f"{self.prop.name}: recipes say nothing of {encoding.columns[encoding.mixture.stop :]}")

    @property
    def name(self) -> str:
        """What was learnt, and by which kind of model."""
        return f"learnt {self.prop.name}"

    @property
    def data(self) -> str:
        """Hash of the measured rows and settings."""
        return self.learnt.fingerprint

    @property
    def provides(self) -> tuple[Property, ...]:
        """The one property."""
        return (self.prop,)

    def subject(self, candidate: Recipe) -> Any:
        """Return the recipe: only its fractions are read."""
        return candidate

    def estimate(self, subjects: Sequence[Recipe], known: Known) -> Mapping[Property, Estimates]:
        """Return expected values with the standard deviation of a new measurement."""
        del known
        points, missing = np.full((len(subjects), len(self.learnt.columns)), np.nan), [""] * len(subjects)
        for index, recipe in enumerate(subjects):
            try:
                points[index] = recipe_point(recipe, self.learnt.columns)
            except InputError as error:
                missing[index] = str(error)
        there = np.array([not reason for reason in missing])
        value, sigma = np.full(len(subjects), np.nan), np.full(len(subjects), np.nan)
        inside, reasons = np.ones(len(subjects), dtype=bool), list(missing)
        if there.any():
            said = self.learnt.predict(points[there])
            value[there], sigma[there], inside[there] = said.value, said.sigma, said.in_domain
            for index, reason in zip(np.flatnonzero(there).tolist(), said.reason, strict=True):
                reasons[index] = reason
        source = f"{len(self.learnt.data)} measured formulations, {self.learnt.kind}"
        return {self.prop: Estimates(value, sigma, inside, reasons, source)}
