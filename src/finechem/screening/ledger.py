"""All estimates of a run, column by column, and who speaks for a property."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from finechem.screening.properties import Estimates, Property

__all__ = ["NOT_REACHED", "Column", "Ledger"]

NOT_REACHED = "not reached"


@dataclass(slots=True)
class Column:
    """One model's estimates of one property for all N candidates of a run, filled as results arrive."""

    value: NDArray[np.float64]
    sigma: NDArray[np.float64]
    in_domain: NDArray[np.bool_]
    reason: list[str]
    source: list[str]
    shared: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def empty(cls, size: int) -> Column:
        """Return a column in which nothing has been reached yet."""
        nan = np.full(size, np.nan)
        return cls(nan, nan.copy(), np.ones(size, dtype=bool), [NOT_REACHED] * size, [""] * size)

    def fill(self, rows: NDArray[np.intp], estimates: Estimates) -> None:
        """Write a batch of estimates into `rows`."""
        self.value[rows] = estimates.value
        self.sigma[rows] = estimates.sigma
        self.in_domain[rows] = estimates.in_domain
        for row, reason, source in zip(rows.tolist(), estimates.reason, estimates.source, strict=True):
            self.reason[row] = reason
            self.source[row] = source
        for name, load in estimates.shared.items():
            self.shared.setdefault(name, np.zeros(self.value.size))[rows] = load

    def batch(self, rows: NDArray[np.intp] | None = None) -> Estimates:
        """Return the rows (default all) as estimates."""
        whole = Estimates(self.value, self.sigma, self.in_domain, self.reason, self.source, self.shared)
        return whole if rows is None else whole.take(rows)


class Ledger:
    """Every estimate of a run by (property, model), in the order the models ran.

    Parameters
    ----------
    size : int
        Number of candidates.
    order : mapping of property name to model names
        Who speaks first for a property; without an entry the latest success that is in its domain speaks.
    """

    def __init__(self, size: int, order: Mapping[str, Sequence[str]] | None = None) -> None:
        self.size = size
        self.order = dict(order or {})
        self.columns: dict[tuple[Property, str], Column] = {}

    def column(self, prop: Property, model: str) -> Column:
        """Return the column of (property, model), made empty when new."""
        return self.columns.setdefault((prop, model), Column.empty(self.size))

    def properties(self) -> tuple[Property, ...]:
        """Return the properties that have a column, in order of appearance."""
        return tuple(dict.fromkeys(prop for prop, _ in self.columns))

    def models_of(self, prop: Property) -> list[str]:
        """Return the models that provide `prop`, the one to be heard first at the end."""
        ran = [model for known, model in self.columns if known == prop]
        first = [name for name in self.order.get(prop.name, ()) if name in ran]
        return [name for name in ran if name not in first] + first[::-1]

    def speakers(self, prop: Property) -> NDArray[np.intp]:
        """Return, per candidate, the index in `models_of` of who speaks; -1 where nobody does."""
        chosen = np.full(self.size, -1, dtype=np.intp)
        for index, model in enumerate(self.models_of(prop)):
            column = self.columns[prop, model]
            chosen[~np.isnan(column.value) & column.in_domain] = index
        return chosen

    def speaking(self, prop: Property) -> tuple[Estimates, list[str]]:
        """Return the estimates that count for `prop` and the model each comes from (``""`` where none).

        Where nobody speaks, the reason of the last model that was asked stands.
        """
        models = self.models_of(prop)
        if not models:
            return Estimates.missing(self.size, "no model of this screen provides it"), [""] * self.size
        chosen = self.speakers(prop)
        result = Column.empty(self.size)
        for index, model in enumerate(models):
            column = self.columns[prop, model]
            rows = np.flatnonzero(chosen == index)
            if rows.size:
                result.fill(rows, column.batch(rows))
            for row in np.flatnonzero(chosen < 0).tolist():
                if column.reason[row] != NOT_REACHED:
                    result.reason[row] = column.reason[row]
        names = ["" if index < 0 else models[index] for index in chosen.tolist()]
        return result.batch(), names
