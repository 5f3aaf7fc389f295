"""What is known about candidates: properties and estimates of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError, ModelError

__all__ = ["Estimates", "Property", "from_scale", "to_scale"]

Scale = Literal["linear", "log", "logit"]

#: Two-sided 90 % of a normal distribution, in standard deviations.
Z90 = 1.6448536269514722


@dataclass(frozen=True, slots=True, order=True)
class Property:
    """Something a model can say about a candidate.

    Parameters
    ----------
    name : str
        The field's own term, in words joined by underscores.
    unit : str
        Unit of the value; ``"1"`` for a pure number.
    scale : {"linear", "log", "logit"}
        Scale on which the error is normal: rates and conductivities are ``log`` (no interval crosses zero),
        shares between 0 and 1 ``logit``.
    at : str
        The condition it is meant at, such as ``"300 K"``.
    symbol : str
        Only shown; no part of the identity.

    Examples
    --------
    >>> Property("density", "kg/m3") == Property("density", "kg/m3", symbol="ρ")
    True
    """

    name: str
    unit: str
    scale: Scale = "linear"
    at: str = ""
    symbol: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.name or not self.unit:
            raise InputError(f"a property needs a name and a unit, got {self.name!r} and {self.unit!r}")
        if "|" in self.name + self.unit + self.at:
            raise InputError(
                f"property {self.name!r} [{self.unit}, {self.at}]: no '|', it separates the parts of the key"
            )
        if self.scale not in ("linear", "log", "logit"):
            raise InputError(f"scale of {self.name} is {self.scale!r}; it must be linear, log or logit")

    @property
    def key(self) -> str:
        """Text form of the identity, used in stores and tables."""
        return f"{self.name}|{self.unit}|{self.scale}|{self.at}"

    @property
    def label(self) -> str:
        """Short human form, such as ``κ (W/(m K), 300 K)``."""
        inside = ", ".join(part for part in (self.unit if self.unit != "1" else "", self.at) if part)
        shown = self.symbol or self.name.replace("_", " ")
        return f"{shown} ({inside})" if inside else shown

    @classmethod
    def from_key(cls, key: str, symbol: str = "") -> Property:
        """Rebuild a property from its `key`."""
        name, unit, scale, at = key.split("|")
        return cls(name, unit, scale, at, symbol)  # type: ignore[arg-type]

    def interval(self, value: float, sigma: float) -> tuple[float, float]:
        """Return the central 90 % interval of one estimate, in the unit."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            centre = to_scale(self.scale, np.float64(value))
            return (
                float(from_scale(self.scale, centre - Z90 * sigma)),
                float(from_scale(self.scale, centre + Z90 * sigma)),
            )


def to_scale(scale: Scale, value: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    """Map values in their unit onto the scale on which their error is normal."""
    if scale == "log":
        return np.log(value)
    if scale == "logit":
        return np.log(value) - np.log1p(-value)
    return np.asarray(value, dtype=float)


def from_scale(scale: Scale, value: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    """Inverse of `to_scale`."""
    if scale == "log":
        return np.exp(value)
    if scale == "logit":
        return 1.0 / (1.0 + np.exp(-value))
    return np.asarray(value, dtype=float)


def _texts(text: str | Sequence[str], size: int, what: str) -> tuple[str, ...]:
    if isinstance(text, str):
        return (text,) * size
    if len(text) != size:
        raise ModelError(f"estimates: {len(text)} {what} for {size} values")
    return tuple(text)


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Estimates of one property for a batch of N candidates.

    Parameters
    ----------
    value : (N,) array
        In the property's unit; NaN where nothing is known, and then `reason` says why.
    sigma : (N,) array or float
        Total standard deviation on the property's scale (of ln value for ``log``). Never optional.
    in_domain : (N,) bool array or bool
        False where the model speaks outside what it was made for; then `reason` says why.
    reason, source : sequence of str, or one str for all
        Why a value is missing or doubtful; where each number comes from.
    shared : mapping of str to (N,) array
        Loadings of errors common to several candidates or properties. They are part of `sigma`. A name is drawn
        once per Monte Carlo draw, a name starting ``own:`` once per candidate and draw.

    Raises
    ------
    ModelError
        If shapes differ, a sigma is negative or missing, or a NaN or out-of-domain value has no reason.
    """

    value: NDArray[np.float64]
    sigma: NDArray[np.float64]
    in_domain: NDArray[np.bool_] = field(default_factory=lambda: np.asarray(True))
    reason: Sequence[str] = ""
    source: Sequence[str] = ""
    shared: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        value = np.atleast_1d(np.asarray(self.value, dtype=float))
        if value.ndim != 1:
            raise ModelError(f"estimates: value has shape {value.shape}, expected one dimension")
        size = value.size
        set_field = object.__setattr__  # the one place where a frozen instance is completed
        set_field(self, "value", value)
        set_field(self, "sigma", _spread(self.sigma, size, float))
        set_field(self, "in_domain", _spread(self.in_domain, size, bool))
        set_field(self, "reason", _texts(self.reason, size, "reasons"))
        set_field(self, "source", _texts(self.source, size, "sources"))
        set_field(self, "shared", {name: _spread(load, size, float) for name, load in self.shared.items()})
        self._check()

    def _check(self) -> None:
        missing = np.isnan(self.value)
        bad = ~missing & ~(np.isfinite(self.sigma) & (self.sigma >= 0))
        if bad.any():
            raise ModelError(
                f"estimates: sigma {self.sigma[bad][0]} of value {self.value[bad][0]} is not finite and >= 0"
            )
        silent = [i for i in np.flatnonzero(missing | ~self.in_domain).tolist() if not self.reason[i]]
        if silent:
            raise ModelError(f"estimates: entry {silent[0]} is missing or outside the domain and gives no reason")
        if self.shared:
            if any(not np.all(np.isfinite(load[~missing])) for load in self.shared.values()):
                raise ModelError("estimates: a shared error of a known value is not finite")
            total = sum(np.square(load) for load in self.shared.values())
            if np.any(total > np.square(self.sigma) * (1 + 1e-9) + 1e-300, where=~missing):
                raise ModelError("estimates: shared errors exceed the total sigma they are part of")

    def __len__(self) -> int:
        return int(self.value.size)

    def take(self, indices: Sequence[int] | NDArray[np.intp]) -> Estimates:
        """Return the entries at `indices`, in that order."""
        at = np.asarray(indices, dtype=np.intp)
        picked = at.tolist()
        return Estimates(
            self.value[at],
            self.sigma[at],
            self.in_domain[at],
            [self.reason[i] for i in picked],
            [self.source[i] for i in picked],
            {name: load[at] for name, load in self.shared.items()},
        )

    def record(self, index: int) -> list[Any]:
        """Return entry `index` as a JSON list (value, sigma, in_domain, reason, source, shared)."""
        value = float(self.value[index])
        missing = value != value
        loads = {} if missing else self.shared
        shared = {name: float(load[index]) for name, load in loads.items() if load[index] != 0.0}
        return [
            None if missing else value,
            None if missing else float(self.sigma[index]),
            bool(self.in_domain[index]),
            self.reason[index],
            self.source[index],
            shared,
        ]

    @classmethod
    def from_records(cls, records: Sequence[Sequence[Any]]) -> Estimates:
        """Rebuild a batch from what `record` gave."""
        names = sorted({name for record in records for name in record[5]})
        nan = float("nan")
        return cls(
            np.array([nan if record[0] is None else record[0] for record in records], dtype=float),
            np.array([nan if record[1] is None else record[1] for record in records], dtype=float),
            np.array([record[2] for record in records], dtype=bool),
            [record[3] for record in records],
            [record[4] for record in records],
            {name: np.array([record[5].get(name, 0.0) for record in records], dtype=float) for name in names},
        )

    @classmethod
    def missing(cls, size: int, reason: str | Sequence[str]) -> Estimates:
        """Return `size` unknown entries with their reason."""
        return cls(np.full(size, np.nan), np.full(size, np.nan), np.ones(size, dtype=bool), reason)


def _spread(array: ArrayLike, size: int, dtype: type) -> NDArray[Any]:
    spread: NDArray[Any] = np.asarray(array, dtype=dtype)
    if spread.ndim == 0:
        spread = np.full(size, spread)
    if spread.shape != (size,):
        raise ModelError(f"estimates: an array of shape {spread.shape} beside {size} values")
    return spread
