"""What a space of mixtures is made of: components, rules of how many, linear and ratio constraints, factors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from finechem.errors import ConfigError, one_line

__all__ = ["LEAST_SHARE", "Category", "Count", "Linear", "MixtureComponent", "ProcessFactor", "Ratio"]

LEAST_SHARE = 1e-6
"""A component that may be absent counts as present from this fraction on (a part per million): an assumption."""


@dataclass(frozen=True, slots=True)
class MixtureComponent:
    """One component of a mixture: what is weighed in.

    Parameters
    ----------
    name : str
    low, high : float
        Bounds of its fraction (by mass, unless all numbers of the space are meant otherwise).
    optional : bool, optional
        Whether it may be left out: then its fraction is 0 or between the bounds (but `LEAST_SHARE` at least). By
        default a component may be left out where a `Count` names it, and nowhere else. One that is never left out
        counts as present.

    Raises
    ------
    ConfigError
        If the bounds are no fractions or cross.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    optional: bool | None = None

    def __post_init__(self) -> None:
        wrong = _name(self.name) + _bounds(self, "low", "high", 0.0, 1.0)
        if self.optional not in (None, True, False):
            wrong.append(f"optional is {self.optional!r}; it is true or false")
        _check(f"component {one_line(str(self.name))!r}", wrong)


@dataclass(frozen=True, slots=True)
class Count:
    """How many of some components are present: a group (at least one resin) or a choice (at most 5 of 20).

    Parameters
    ----------
    of : sequence of str
        Names of components.
    at_least, at_most : int
        `at_most` None means no limit.
    name : str
        For messages.
    """

    of: Sequence[str]
    at_least: int = 0
    at_most: int | None = None
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "of", _names(self.of))
        most = len(self.of) if self.at_most is None else self.at_most
        wrong = [
            f"{label} is {value!r}; a whole number from 0 to {len(self.of)} (so many are named)"
            for label, value in (("at_least", self.at_least), ("at_most", most))
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= len(self.of)
        ]
        if not wrong and self.at_least > most:
            wrong.append(f"at least {self.at_least} and at most {most} cannot both hold")
        _check(f"count {self.name or list(self.of)}", wrong)


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear constraint: a weighted sum of components and process factors has limits.

    Parameters
    ----------
    terms : mapping of name to weight
    at_least, at_most : float, optional
        Equal limits make an equality.
    name : str
        For messages.
    """

    terms: Mapping[str, float] = field(hash=False)
    at_least: float | None = None
    at_most: float | None = None
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", _weights(self.terms))
        wrong = [] if self.terms else ["has no terms"]
        wrong += _limits(self.at_least, self.at_most, -math.inf)
        if not any(self.terms.values()):
            wrong.append("all of its weights are 0")
        _check(f"linear constraint {self.name or dict(self.terms)}", wrong)


@dataclass(frozen=True, slots=True)
class Ratio:
    r"""A ratio of two weighted sums of components has limits.

    .. math:: r_1 \le \frac{\sum_i n_i x_i}{\sum_j d_j x_j} \le r_2

    Multiplied out it is linear. The denominator is above zero in every mixture of the space: it is at least
    `LEAST_SHARE` times its smallest weight.

    Parameters
    ----------
    numerator, denominator : mapping of name to weight
        Such as equivalents per gram, for the stoichiometric ratio; none below 0.
    at_least, at_most : float, optional
        None below 0.
    name : str
        For messages.
    """

    numerator: Mapping[str, float] = field(hash=False)
    denominator: Mapping[str, float] = field(hash=False)
    at_least: float | None = None
    at_most: float | None = None
    name: str = ""

    def __post_init__(self) -> None:
        wrong = []
        for side in ("numerator", "denominator"):
            weights = _weights(getattr(self, side))
            object.__setattr__(self, side, weights)
            wrong += [f"{side}: the weight of {name!r} is {w:g}; it must be above 0" for name, w in weights.items()
                      if not w > 0.0]  # fmt: skip
            wrong += [] if weights else [f"{side} names nothing"]
        wrong += _limits(self.at_least, self.at_most, 0.0)
        _check(f"ratio {self.name or self.text}", wrong)

    @property
    def text(self) -> str:
        """What is divided by what, in words."""
        return f"({' + '.join(self.numerator)}) / ({' + '.join(self.denominator)})"


@dataclass(frozen=True, slots=True)
class ProcessFactor:
    """A number that is set beside the mixture: temperature, time; low and high are finite.

    Parameters
    ----------
    name : str
        With its unit, such as ``cure_C``.
    low, high : float
    """

    name: str
    low: float
    high: float

    def __post_init__(self) -> None:
        _check(
            f"process factor {one_line(str(self.name))!r}",
            _name(self.name) + _bounds(self, "low", "high", -math.inf, math.inf),
        )


@dataclass(frozen=True, slots=True)
class Category:
    """A choice out of a list: substrate, filler grade, supplier.

    Parameters
    ----------
    name : str
    choices : sequence of str
        Two at least; in points they are the numbers 0, 1, ... in this order.
    """

    name: str
    choices: Sequence[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", _names(self.choices))
        wrong = _name(self.name)
        if len(set(self.choices)) < max(2, len(self.choices)):
            wrong.append(f"its choices are {list(self.choices)}; two different ones are needed at least")
        _check(f"category {one_line(str(self.name))!r}", wrong)


def _check(where: str, wrong: Sequence[str]) -> None:
    if wrong:
        raise ConfigError(one_line(where), wrong)


def _name(name: Any) -> list[str]:
    fine = isinstance(name, str) and name.strip() == name and name and name == one_line(name)
    return [] if fine else [f"its name is {name!r}; a name is text on one line, without blanks around it"]


def _names(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise ConfigError(f"names {one_line(names)!r}", ["is one text; a list of names is needed"])
    return tuple(names)


def _weights(terms: Mapping[str, float]) -> dict[str, float]:
    wrong = [f"the weight of {name!r} is {value!r}; a number is needed" for name, value in terms.items()
             if not _is_number(value)]  # fmt: skip
    _check(f"weights of {list(terms)}", wrong)
    return {name: float(value) for name, value in terms.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _bounds(item: Any, low: str, high: str, least: float, most: float) -> list[str]:
    values = {label: getattr(item, label) for label in (low, high)}
    wrong = [f"{label} is {value!r}; a finite number is needed" for label, value in values.items()
             if not _is_number(value)]  # fmt: skip
    if wrong:
        return wrong
    wrong = [f"{label} is {value:g}; a fraction is between {least:g} and {most:g}" for label, value in values.items()
             if not least <= value <= most]  # fmt: skip
    if values[low] > values[high]:
        wrong.append(f"{low} {values[low]:g} is above {high} {values[high]:g}")
    return wrong


def _limits(at_least: Any, at_most: Any, floor: float) -> list[str]:
    given = {label: value for label, value in (("at_least", at_least), ("at_most", at_most)) if value is not None}
    wrong = [f"{label} is {value!r}; a finite number is needed" for label, value in given.items()
             if not _is_number(value)]  # fmt: skip
    if wrong:
        return wrong
    wrong = [f"{label} is {value:g}; it must be at least {floor:g}" for label, value in given.items() if value < floor]
    if not given:
        wrong.append("has no limit; give at_least, at_most or both")
    if len(given) == 2 and at_least > at_most:
        wrong.append(f"at_least {at_least:g} is above at_most {at_most:g}")
    return wrong
