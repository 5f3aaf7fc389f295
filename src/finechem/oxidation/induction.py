"""Induction times and oxidation onset of a matrix with inhibitors, as differential calorimetry would draw them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from finechem.errors import DomainError, InputError
from finechem.matter.programs import ZERO_CELSIUS_K, Program, hold
from finechem.oxidation.autoxidation import HORIZON_H, Float, simulate, threshold_times
from finechem.oxidation.formulation import Inhibitor, OxidationFilm, checked_celsius
from finechem.oxidation.mechanism import Mechanism
from finechem.oxidation.mechanism_files import load_mechanism

__all__ = ["induction_time", "oxidation_onset"]

#: Shares of the matrix that must be oxidized for there to be a rise, and at which it ends.
BASELINE, WINDOW = 1e-4, 1e-2
#: Shares of the oxygen that is bound by then from which on the baseline and the steepest slope are looked for: before,
#: radicals come to their steady state and the hydroperoxide of the start burns off.
SETTLED, RISEN = 1e-3, 0.05
#: Share of saturation that the film's oxygen must keep for a tangent to tell about the inhibitor.
ENOUGH_OXYGEN = 0.5
#: A slope is a difference of rates that hang on radicals: tighter than for a threshold.
_RTOL, _POINTS = 1e-6, 400


def induction_time(
    inhibitors: Sequence[Inhibitor],
    temperature_C: float,
    *,
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
    method: str = "tangent",
    shifts: Mapping[str, ArrayLike] | None = None,
) -> float:
    r"""Return the isothermal induction time in s, as differential calorimetry would draw it.

    ``tangent`` is the numerical analogue of the static test of ASTM D3895 and ISO 11357-6: the tangent at the steepest
    rise of the heat flow q, until `WINDOW` of the matrix is oxidized, meets the level of the baseline, which is the
    lowest q before:

    .. math:: \tau = t_s - \frac{q(t_s) - q_0}{\dot q(t_s)}

    with q proportional to the oxygen bound a second (heat a mole of oxygen taken as the same for all reactions). Both
    are looked for after `RISEN` and `SETTLED` of the oxygen that is bound by the end of the rise; 0 where the line
    meets the baseline before the start. ``threshold`` is the time after which `THRESHOLD` of the matrix is oxidized.

    Parameters
    ----------
    inhibitors, film, mechanism, shifts
        As for `simulate`.
    temperature_C : float
        Between -100 and 400.
    method : {"tangent", "threshold"}

    Returns
    -------
    float
        inf where nothing happens within `HORIZON_H` hours, such as without oxygen.

    Raises
    ------
    InputError
        If the method or the temperature is none.
    DomainError
        If the film runs short of oxygen during the rise: then its supply sets the flow, and a tangent is no measure.

    Notes
    -----
    Where the flow rises from the start and ever more slowly, as without inhibitor or with a thioether alone, there is
    no induction period, and the tangent meets the baseline at the start or near it: the threshold tells more.

    Order and scaling only, unless calibrated on the matrix: `finechem.oxidation.calibrate_induction_times`.

    Examples
    --------
    >>> film = OxidationFilm(thickness_um=10.0)
    >>> little, more = (
    ...     induction_time([Inhibitor(kind="hindered phenol", mol_L=c)], 180.0, film=film) for c in (0.002, 0.004)
    ... )
    >>> more > 1.3 * little
    True
    """
    if method not in ("tangent", "threshold"):
        raise InputError(f"method is {method!r}; tangent or threshold")
    program = hold(checked_celsius("temperature_C", temperature_C), HORIZON_H, f"{temperature_C:g} C")
    film, mechanism = film or OxidationFilm(), mechanism or load_mechanism()
    settings: Any = {"film": film, "mechanism": mechanism, "shifts": shifts}
    if method == "threshold":
        return float(threshold_times([inhibitors], program, **settings)[0, 0])
    return _tangent(inhibitors, program, settings)


def oxidation_onset(
    inhibitors: Sequence[Inhibitor],
    heating_K_min: float = 10.0,
    *,
    start_C: float = 50.0,
    end_C: float = 400.0,
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
    shifts: Mapping[str, ArrayLike] | None = None,
) -> float:
    """Return the oxidation onset temperature in °C on heating at a constant rate.

    The analogue of the dynamic test of ISO 11357-6 and ASTM E2009: the tangent at the steepest rise of the heat flow
    meets the baseline, as for `induction_time`. NaN where oxidation does not get that far below `end_C`.

    Parameters
    ----------
    heating_K_min, start_C, end_C : float
    inhibitors, film, mechanism, shifts
        As for `simulate`.

    Raises
    ------
    InputError
        If the temperature does not rise, or is outside -100 to 400 °C.
    DomainError
        If the film runs short of oxygen during the rise.

    Notes
    -----
    Order and scaling only, unless calibrated.

    Examples
    --------
    >>> film = OxidationFilm(thickness_um=5.0)
    >>> 150.0 < oxidation_onset([], film=film) < oxidation_onset([Inhibitor(kind="phenol", mol_L=0.01)], film=film)
    True
    """
    if not (heating_K_min > 0.0 and end_C > start_C):
        raise InputError(f"{heating_K_min:g} K/min from {start_C:g} to {end_C:g} C: both must rise")
    ends = tuple(
        checked_celsius(name, value) + ZERO_CELSIUS_K for name, value in (("start_C", start_C), ("end_C", end_C))
    )
    program = Program(f"{heating_K_min:g} K/min", (0.0, (end_C - start_C) / heating_K_min * 60.0), ends)
    film, mechanism = film or OxidationFilm(), mechanism or load_mechanism()
    found = _tangent(inhibitors, program, {"film": film, "mechanism": mechanism, "shifts": shifts})
    return start_C + heating_K_min * found / 60.0 if math.isfinite(found) else math.nan


def _tangent(
    inhibitors: Sequence[Inhibitor], program: Program, settings: Mapping[str, Any], points: int = _POINTS
) -> float:
    some, late = threshold_times([inhibitors], program, conversions=(BASELINE, WINDOW), rtol=_RTOL, **settings)[0]
    if not math.isfinite(some):
        return math.inf
    end = min(float(late), program.duration_s)  # a heating run may end before

    def run(times_s: Float) -> Any:
        return simulate(inhibitors, program, times_s=times_s, rtol=_RTOL, **settings)

    time = np.unique(np.concatenate([end * np.geomspace(1e-7, 1.0, points), np.linspace(0.0, end, points)]))
    whole = run(time)
    _check_oxygen(float(whole.of("O2").min()), settings["film"], program)
    flow = whole.oxygen_uptake
    bound = np.concatenate([[0.0], np.cumsum(np.diff(time) * (flow[1:] + flow[:-1]) / 2.0)])
    settled, risen = np.interp([SETTLED * bound[-1], RISEN * bound[-1]], bound, time)
    rise = np.linspace(risen, end, points)
    steep = run(rise).oxygen_uptake
    slope = np.gradient(steep, rise, edge_order=2)
    place = int(np.argmax(slope))
    if not slope[place] > 0.0:
        return 0.0  # it only falls: the start burns off
    before = flow[(time > settled) & (time < rise[place])]
    lowest = min(float(np.interp(settled, time, flow)), before.min(initial=np.inf), steep[: place + 1].min())
    return float(max(rise[place] - (steep[place] - lowest) / slope[place], 0.0))


def _check_oxygen(least_mol_L: float, film: OxidationFilm, program: Program) -> None:
    if least_mol_L < ENOUGH_OXYGEN * film.oxygen_mol_L:
        raise DomainError(
            f"{program.name}: the film's oxygen falls to {100.0 * least_mol_L / film.oxygen_mol_L:.2g} % of saturation "
            f"before {100.0 * WINDOW:g} % of the matrix is oxidized, so a tangent is no measure: take a thinner film, "
            "more oxygen (a test in oxygen instead of air), or method='threshold'"
        )
