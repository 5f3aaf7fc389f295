"""How far universal potentials are from measurement, and what a conductivity of theirs is once that is allowed for.

`thermal.potential_errors` holds what was measured: for each potential and group of crystals the raw error, bias
included, and a calibration with its own. A calibration is never applied by itself: `calibrated_conductivity` is called
by who wants it and its answer is shown beside the raw number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from finechem import datasets
from finechem.errors import DataError, InputError
from finechem.matter.calculators import Potential
from finechem.thermal.potential_fits import Calibration, student_90

__all__ = ["Calibrated", "calibrated_conductivity", "potential_error", "raw_conductivity", "reads_moduli"]


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
    factor = math.exp(student_90(row["n"]) * row["sigma"])
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
