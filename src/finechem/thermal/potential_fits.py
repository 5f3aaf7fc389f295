"""Computed beside measured values: forms of calibration, and each compound predicted from the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from finechem.errors import InputError

__all__ = [
    "FEWEST",
    "FORMS",
    "Calibration",
    "Comparison",
    "Form",
    "Pair",
    "Successes",
    "choose_form",
    "fit_calibration",
    "leave_one_out",
    "student_90",
    "successes",
]

Array: TypeAlias = NDArray[np.float64]
Form: TypeAlias = Literal["bias", "slope", "softness"]

#: What is taken off ln raw: a number; a line in ln raw; a line in ln(G/K) of the potential's own moduli, which is low
#: where a potential is too soft against shear, and then conductivities fall with a power of it.
FORMS: tuple[Form, ...] = ("bias", "slope", "softness")
#: Errors of fewer crystals are not stated.
FEWEST = 5


class Pair(NamedTuple):
    """A crystal's computed and measured value, and G/K by the potential; None where it could not be computed."""

    phase: str
    computed: float | None
    measured: float
    shear_to_bulk: float | None


class Successes(NamedTuple):
    """What could be computed: values, measured values, compounds and G/K by the potential."""

    computed: Array
    measured: Array
    compounds: tuple[str, ...]
    shear_to_bulk: Array


def successes(members: Sequence[Pair], form: Form | Literal["raw"] = "raw") -> Successes:
    """Return what could be computed, and is what a form can read."""
    good = [
        pair for pair in members if pair.computed is not None and (form != "softness" or pair.shear_to_bulk is not None)
    ]
    return Successes(
        np.array([pair.computed for pair in good], dtype=float),
        np.array([pair.measured for pair in good], dtype=float),
        tuple(pair.phase.split("-")[0] for pair in good),
        np.array([np.nan if pair.shear_to_bulk is None else pair.shear_to_bulk for pair in good]),
    )


@dataclass(frozen=True, slots=True)
class Calibration:
    r"""What is taken off the logarithm of a computed value.

    .. math:: \ln x_{cal} = \ln x - b - a (z - c)

    Attributes
    ----------
    bias : float
        b: mean of ln(computed / measured).
    lean, centre, spread : float
        a, c = mean of z, and the sum of squares about it; z is ln x (``slope``) or ln(G/K) (``softness``). With the
        form ``bias`` a is 0.
    sigma : float
        Standard deviation of the residuals, with n - 1 or n - 2 degrees of freedom.
    n : int
    form : {"bias", "slope", "softness"}
    """

    bias: float
    lean: float
    centre: float
    spread: float
    sigma: float
    n: int
    form: Form

    def __call__(self, value: float, shear_to_bulk: float | None = None) -> tuple[float, float, float]:
        """Return the calibrated value, sigma of its ln for a new crystal, and the factor of its 90 % interval."""
        off = 0.0 if self.form == "bias" else float(_covariate(self.form, value, shear_to_bulk)) - self.centre
        sigma = self.sigma * math.sqrt(1.0 + 1.0 / self.n + (off**2 / self.spread if self.spread > 0 else 0.0))
        factor = math.exp(student_90(self.n - _parameters(self.form)) * sigma)
        return value * math.exp(-self.bias - self.lean * off), sigma, factor


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Computed beside measured, each compound predicted without it.

    Attributes
    ----------
    predicted, factors_90 : (N,) arrays
        Predictions and the factors of their 90 % intervals.
    measured : (N,) array
    """

    predicted: Array
    factors_90: Array
    measured: Array

    @property
    def log_error(self) -> Array:
        """ln(predicted / measured)."""
        return np.asarray(np.log(self.predicted / self.measured))

    @property
    def rms(self) -> float:
        """Root mean square of `log_error`."""
        return float(np.sqrt(np.mean(self.log_error**2)))

    @property
    def factor(self) -> float:
        """Average factor difference, exp of the mean of |ln|."""
        return float(np.exp(np.mean(np.abs(self.log_error))))

    @property
    def coverage_90(self) -> float:
        """Share of measurements inside their 90 % interval."""
        return float(np.mean(np.abs(self.log_error) <= np.log(self.factors_90)))

    @property
    def median_factor_90(self) -> float:
        """Median half width of the 90 % intervals, as a factor."""
        return float(np.median(self.factors_90))


def fit_calibration(
    computed: Array, measured: Array, form: Form = "bias", shear_to_bulk: Array | None = None
) -> Calibration:
    """Fit a calibration by least squares of logarithms.

    Parameters
    ----------
    computed, measured : (N,) arrays
    form : {"bias", "slope", "softness"}
    shear_to_bulk : (N,) array, optional
        G/K by the potential, for ``softness``.

    Raises
    ------
    InputError
        If there are fewer than three crystals, or for a line four; or if G/K is missing.

    Examples
    --------
    >>> import numpy as np
    >>> half = fit_calibration(np.array([1.0, 2.0, 4.0]), np.array([2.0, 4.0, 8.0]), "bias")
    >>> round(half(10.0)[0], 6)
    20.0
    """
    n = len(computed)
    if n < _parameters(form) + 2:
        raise InputError(f"a calibration of the form {form!r} from {n} crystals says nothing: give more")
    errors = np.log(computed) - np.log(measured)
    off = np.zeros(n) if form == "bias" else _covariate(form, computed, shear_to_bulk)
    centre, bias = float(np.mean(off)), float(errors.mean())
    off = off - centre
    spread = float(np.sum(off**2))
    lean = float(np.sum(off * errors)) / spread if spread > 0 else 0.0
    residuals = errors - bias - lean * off
    sigma = math.sqrt(float(np.sum(residuals**2)) / (n - _parameters(form)))
    return Calibration(bias, lean, centre, spread, sigma, n, form)


def _parameters(form: Form) -> int:
    return 1 if form == "bias" else 2


def _covariate(form: Form, value: Any, shear_to_bulk: Any) -> Array:
    if form == "slope":
        return np.asarray(np.log(value))
    if shear_to_bulk is None or not np.all(np.asarray(shear_to_bulk) > 0):
        raise InputError("this calibration reads G/K of the potential, positive: compute elastic_tensor with it")
    return np.asarray(np.log(shear_to_bulk))


def leave_one_out(found: Successes, form: Form | Literal["raw"] = "bias") -> Comparison:
    """Predict each compound from the others; all crystals of a compound are left out together.

    Parameters
    ----------
    found : Successes
    form : {"bias", "slope", "softness", "raw"}
        Raw values are left as they are, and their interval is the root mean square of the others' errors, bias
        included, times Student's t.
    """
    predicted, factors = np.empty(len(found.computed)), np.empty(len(found.computed))
    names = np.asarray(found.compounds)
    for name in dict.fromkeys(found.compounds):
        others = names != name
        computed, measured, ratio = found.computed[others], found.measured[others], found.shear_to_bulk[others]
        predict: Callable[[float, float], tuple[float, float, float]]
        if form == "raw":
            predict = _raw(np.log(computed / measured))
        else:
            predict = fit_calibration(computed, measured, form, ratio)
        for index in np.flatnonzero(~others):
            answer = predict(float(found.computed[index]), float(found.shear_to_bulk[index]))
            predicted[index], _, factors[index] = answer
    return Comparison(predicted, factors, found.measured)


def choose_form(groups: Sequence[Sequence[Pair]]) -> Form:
    """Return the form of calibration for all groups of a potential, by the squares of ln errors of what is left out.

    A bias, unless a line lowers their mean by more than one standard error of that difference: among forms that few
    crystals cannot tell apart the simplest. Crystals count that all forms can read.
    """
    found = [successes(members, "softness") for members in groups]
    found = [one for one in found if len(one.compounds) >= FEWEST]
    if not found:
        return "bias"
    squares = {form: np.concatenate([leave_one_out(one, form).log_error for one in found]) ** 2 for form in FORMS}
    best = min(FORMS, key=lambda form: float(np.mean(squares[form])))
    gain = squares["bias"] - squares[best]
    return best if np.mean(gain) > np.std(gain, ddof=1) / math.sqrt(len(gain)) else "bias"


def _raw(errors: Array) -> Callable[[float, float], tuple[float, float, float]]:
    sigma = float(np.sqrt(np.mean(errors**2)))
    factor = math.exp(student_90(len(errors)) * sigma)
    return lambda value, _: (value, sigma, factor)


def student_90(freedom: int) -> float:
    """Return Student's t of either end of a 90 % interval.

    Examples
    --------
    >>> round(student_90(9), 3)
    1.833
    """
    return float(stdtrit(freedom, 0.95))
