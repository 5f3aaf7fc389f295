"""How far universal potentials are from measurement, and what a conductivity of theirs is once that is allowed for.

`thermal.potential_errors` holds what was measured: for each potential and group of crystals the raw error, bias
included, and a calibration with its own. A calibration is never applied by itself: `calibrated_conductivity` is called
by who wants it and its answer is shown beside the raw number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from finechem import datasets
from finechem.errors import DataError, InputError
from finechem.matter.calculators import Potential

__all__ = [
    "FORMS",
    "Calibrated",
    "Calibration",
    "Comparison",
    "Form",
    "Pair",
    "Successes",
    "calibrated_conductivity",
    "choose_form",
    "computed_and_measured",
    "fit_calibration",
    "leave_one_out",
    "measure_potential_errors",
    "potential_error",
    "raw_conductivity",
    "reads_moduli",
    "successes",
]

Array: TypeAlias = NDArray[np.float64]
Form: TypeAlias = Literal["bias", "slope", "softness"]

#: What is taken off ln raw: a number; a line in ln raw; a line in ln(G/K) of the potential's own moduli, which is low
#: where a potential is too soft against shear, and then conductivities fall with a power of it.
FORMS: tuple[Form, ...] = ("bias", "slope", "softness")
#: Errors of fewer crystals are not stated.
FEWEST = 5
_QUANTILE = 0.95  # of either side, for 90 %


Key: TypeAlias = tuple[str, str, str]


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


class Calibrated(NamedTuple):
    """A conductivity with the error that was measured of it.

    Attributes
    ----------
    value : float
        In W/(m K).
    sigma_ln : float
        Standard deviation of a new crystal's ln, the calibration's own uncertainty included.
    factor_90 : float
        The 90 % interval is value / factor_90 to value * factor_90 (Student's t).
    n : int
        Crystals that it was measured on.
    extrapolated : bool
        Whether the raw value lies outside those of these crystals.
    """

    value: float
    sigma_ln: float
    factor_90: float
    n: int
    extrapolated: bool

    @property
    def interval_90(self) -> tuple[float, float]:
        """Lower and upper end, in W/(m K)."""
        return self.value / self.factor_90, self.value * self.factor_90


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
        factor = math.exp(float(student.ppf(_QUANTILE, self.n - _parameters(self.form))) * sigma)
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
    factor = math.exp(float(student.ppf(_QUANTILE, len(errors))) * sigma)
    return lambda value, _: (value, sigma, factor)


def potential_error(quantity: str, potential: str | Potential, group: str) -> Mapping[str, Any]:
    """Return what was measured of a potential: the row of `thermal.potential_errors`.

    Parameters
    ----------
    quantity : str
        ``conductivity`` or ``conductivity, calibrated``; ``bulk_modulus``, ``shear_modulus``, or either followed by
        ``, calibrated``.
    potential : str or Potential
        A name of the table, such as ``7net-0`` or ``nep89``; or a potential, which is told by the hash of its
        parameters: a file may have any name.
    group : str
        Of `finechem.thermal.calibration.group_of`: ``tetrahedral`` or ``other``.

    Returns
    -------
    mapping
        n, failed (crystals without a number), bias, sigma and the rest of the row; scale is ln.

    Raises
    ------
    DataError
        If the potential, or that quantity and group of it, was never measured.

    Examples
    --------
    >>> potential_error("conductivity", "7net-0", "tetrahedral")["bias"] < 0  # it is soft
    True
    """
    if isinstance(potential, Potential):
        name, wanted = potential.name, {"checkpoint": potential.checkpoint or "none"}
    else:
        name, wanted = potential, {"potential": potential}
    rows = datasets.load("thermal.potential_errors").where(**wanted)
    if not rows:
        known = ", ".join(dict.fromkeys(row["potential"] for row in datasets.load("thermal.potential_errors").rows))
        raise DataError(
            f"no reference crystals were computed with {name}: its error is unknown (measured were {known})"
        )
    found = [row for row in rows if row["quantity"] == quantity and row["group"] == group]
    if not found:
        raise DataError(f"the error of {quantity} of {group} crystals with {name} was never measured: too few crystals")
    return found[0]


def reads_moduli(potential: str | Potential, group: str) -> bool:
    """Return whether the calibration of a potential needs its own G/K; False if it was never measured."""
    try:
        return bool(potential_error("conductivity, calibrated", potential, group)["form"] == "softness")
    except DataError:
        return False


def raw_conductivity(raw_W_mK: float, potential: str | Potential, group: str) -> Calibrated:
    """Return a raw conductivity with the error that raw ones have: the value stays what it is.

    The interval is symmetric about the raw value in ln and as wide as the root mean square of errors, bias included:
    who knows the bias uses `calibrated_conductivity`.

    Raises
    ------
    DataError
        If the potential was never measured.
    """
    row = potential_error("conductivity", potential, group)
    factor = math.exp(float(student.ppf(_QUANTILE, row["n"])) * row["sigma"])
    return Calibrated(_positive(raw_W_mK), row["sigma"], factor, row["n"], _outside(raw_W_mK, row))


def calibrated_conductivity(
    raw_W_mK: float, potential: str | Potential, group: str, shear_to_bulk: float | None = None
) -> Calibrated:
    r"""Return what a raw conductivity at 300 K is worth, by the measured crystals of the group.

    .. math:: \ln \kappa_{cal} = \ln \kappa - b - a (z - c)

    with the mean b of :math:`\ln(\kappa/\kappa_{exp})`, and z what the form of the potential's calibration reads (see
    `Calibration`). It holds for conductivities by the recipe of
    `finechem.thermal.potential_conductivity` with its defaults: relaxation-time approximation, natural isotopes, 300 K,
    the mean over directions.

    Parameters
    ----------
    raw_W_mK : float
    potential : str or Potential
        See `potential_error`.
    group : str
        Of `finechem.thermal.calibration.group_of`.
    shear_to_bulk : float, optional
        G/K by the potential (`elastic_tensor` of the relaxed crystal): needed where `reads_moduli` says so.

    Raises
    ------
    DataError
        If the potential was never measured.
    InputError
        If the conductivity is not positive, or G/K is needed.

    Notes
    -----
    What a calibration cannot know: whether the crystal is like those it was measured on. Crystals for which the
    potential gave imaginary modes are not among them.
    """
    row = potential_error("conductivity, calibrated", potential, group)
    fitted = Calibration(row["bias"], row["lean"], row["centre"], row["spread"], row["sigma"], row["n"], row["form"])
    value, sigma, factor = fitted(_positive(raw_W_mK), shear_to_bulk)
    return Calibrated(value, sigma, factor, row["n"], _outside(raw_W_mK, row))


def _positive(value: float) -> float:
    if not value > 0 or not math.isfinite(value):
        raise InputError(f"a conductivity of {value:g} W/(m K) cannot be calibrated; it must be positive and finite")
    return value


def _outside(value: float, row: Mapping[str, Any]) -> bool:
    return not row["lowest"] <= value <= row["highest"]


def measure_potential_errors() -> list[dict[str, Any]]:
    """Return all rows of `thermal.potential_errors`, computed anew from the tables of what potentials say."""
    rows = []
    for quantity, keys in computed_and_measured().items():
        for (potential, checkpoint, group), members in keys.items():
            mine = [others for key, others in keys.items() if key[:2] == (potential, checkpoint)]
            form = choose_form(mine) if quantity == "conductivity" else "bias"
            found = successes(members, form)
            if len(found.compounds) < FEWEST:
                continue
            common = {
                "potential": potential, "checkpoint": checkpoint, "group": group, "n": len(found.compounds),
                "failed": len(members) - len(found.compounds),
                "lowest": float(found.computed.min()), "highest": float(found.computed.max()),
            }  # fmt: skip
            errors = np.log(found.computed / found.measured)
            fitted = fit_calibration(found.computed, found.measured, form, found.shear_to_bulk)
            rows += [
                {"quantity": quantity} | common
                | {"form": "raw", "bias": float(errors.mean()), "sigma": float(np.sqrt(np.mean(errors**2)))}
                | _scores(leave_one_out(found, "raw")),
                {"quantity": f"{quantity}, calibrated"} | common
                | {"form": form, "bias": fitted.bias, "lean": fitted.lean, "centre": fitted.centre}
                | {"spread": fitted.spread, "sigma": fitted.sigma}
                | _scores(leave_one_out(found, form)),
            ]  # fmt: skip
    return rows


def _scores(found: Comparison) -> dict[str, float]:
    return {
        "left_out_rms": found.rms,
        "left_out_factor": found.factor,
        "coverage_90": found.coverage_90,
        "median_factor_90": found.median_factor_90,
    }


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


@cache
def computed_and_measured() -> dict[str, dict[Key, list[Pair]]]:
    """Return what the tables have computed, beside measurement: by quantity, and by potential, checkpoint and group."""
    from finechem.thermal.calibration import group_of
    from finechem.thermal.elastic import polycrystal_moduli
    from finechem.thermal.potential_references import conductivity_references, elasticity_references, has_tensor

    found: dict[str, dict[Key, list[Pair]]] = {"conductivity": {}, "bulk_modulus": {}, "shear_modulus": {}}
    measured: dict[str, dict[str, float]] = {name: {} for name in found}
    groups = {}
    for crystal in elasticity_references():
        groups[crystal.id] = group_of(crystal)
        if crystal.elasticity is not None and has_tensor(crystal):
            moduli = polycrystal_moduli(crystal.elasticity.matrix_Pa)
            measured["bulk_modulus"][crystal.id] = moduli.bulk.item() / 1e9
            measured["shear_modulus"][crystal.id] = moduli.shear.item() / 1e9
    measured["conductivity"] = {crystal.id: kappa for crystal, kappa in conductivity_references()}

    def keep(quantity: str, row: Mapping[str, Any], value: float | None) -> None:
        phase, ratio = row["phase_id"], ratios.get((row["checkpoint"], row["phase_id"]))
        if phase in measured[quantity]:
            pair = Pair(phase, value, measured[quantity][phase], ratio)
            found[quantity].setdefault((row["potential"], row["checkpoint"], groups[phase]), []).append(pair)

    elastic = datasets.load("thermal.potential_elasticity").rows
    ratios = {
        (row["checkpoint"], row["phase_id"]): row["shear_GPa"] / row["bulk_GPa"] for row in elastic if row["shear_GPa"]
    }
    for row in datasets.load("thermal.potential_conductivities").rows:
        keep("conductivity", row, row["kappa_W_mK"])
    for row in elastic:
        keep("bulk_modulus", row, row["bulk_GPa"])
        keep("shear_modulus", row, row["shear_GPa"])
    return found
