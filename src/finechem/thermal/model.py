"""What the property models of the heat domain share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from finechem import datasets
from finechem.matter.crystal import Crystal
from finechem.screening.properties import Estimates, Property

__all__ = ["HeatModel", "Known"]

#: What a model gets to know of the properties it requires.
Known = Mapping[Property, Estimates]


@dataclass(frozen=True, slots=True)
class HeatModel:
    """What all models here share: they read the whole crystal, and the shipped tables."""

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    references: ClassVar[tuple[str, ...]] = ()

    @property
    def data(self) -> str:
        """Hash of the shipped tables."""
        return datasets.package_hash()

    @property
    def requires(self) -> tuple[Property, ...]:
        """Nothing, unless a model says otherwise."""
        return ()

    def subject(self, candidate: Crystal) -> Crystal:
        """Return the whole crystal."""
        return candidate
