"""Growth of oxides through three solder reflows, draws of uncertain parameters, against scipy's LSODA.

Both integrate the same equations: three laws joined by thickness; a linear-parabolic law whose two constants have
energies of their own, under a film that decays and feeds it; a parabolic law with a steady loss. The peer is
``scipy.integrate.odeint`` (LSODA in compiled code), one call a draw, told of the corners (``tcrit``); its right side is
compiled by numba, so that no Python arithmetic is timed, only the call back into it. Tolerances: ours 3e-5 a step,
LSODA's ``rtol`` the largest power of ten with which its own error stays below 1e-4. "error" is the larger of the two
errors in thickness at the end of the program, over all draws, against LSODA at ``rtol`` 1e-10.
"""

# ruff: noqa: I001
from __future__ import annotations

import math
import sys
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _timing import Row, compare, options, report, thread_counts  # before numpy: it sets threads
import numpy as np
from scipy.integrate import odeint
from finechem.matter.programs import reflow
from finechem_kernels._jit import kernel
from finechem_kernels.growth_laws import CUBIC, LOGARITHMIC, PARABOLIC
from finechem_kernels.oxide_growth import GrowthLaws, oxide_growth

NONE, LIMIT = -math.inf, 1e-4
NO_FILM = (0.0, 0.0, 0.0, 0.0, 0.0)
START_M = 1e-9
PROGRAM = reflow(passes=3)
TIMES, HEAT = np.array(PROGRAM.time_s), np.array(PROGRAM.temperature_K)
OXYGEN = np.linspace(0.2, 0.02, TIMES.size)
#: Assumed constants of the right size for copper: this measures time, not copper.
CASES: dict[str, tuple[list[tuple[int, float, tuple[float, ...]]], int, tuple[float, float], tuple[float, ...]]] = {
    "three laws": (
        [
            (LOGARITHMIC, 5e-9, (0.0, 0.0, 0.0, math.inf, 0.0, 0.0, 2e-9)),
            (CUBIC, 25e-9, (-46.0, 9000.0, 0.2, math.inf, 0.0, 0.0, 0.0)),
            (PARABOLIC, math.inf, (0.0, 0.0, 0.0, math.inf, 0.0, 0.0, 0.0)),
        ],
        1,
        (NONE, 0.0),
        NO_FILM,
    ),
    "linear-parabolic under a film": (
        [(PARABOLIC, math.inf, (-22.0, 9000.0, 0.0, 6.0, 15000.0, 0.5, 0.0))],
        0,
        (NONE, 0.0),
        (3e-7, 20.0, 14000.0, -27.0, 5000.0),
    ),
    "parabolic with a loss": (
        [(PARABOLIC, math.inf, (-22.0, 9000.0, 0.2, math.inf, 0.0, 0.0, 0.0))],
        0,
        (-14.0, 5500.0),
        NO_FILM,
    ),
}


def draws_of(name: str, draws: int) -> GrowthLaws:
    rows, anchor, loss, film = CASES[name]
    constants = np.array([row[2] for row in rows]) + np.zeros((1, draws, len(rows), 7))
    constants[..., 0] += np.random.default_rng(1).normal(0.0, 0.5, (1, draws, 1))
    return GrowthLaws(
        kinds=np.array([[row[0] for row in rows]]),
        upper_m=np.array([[row[1] for row in rows]]),
        anchor=np.array([anchor]),
        constants=constants,
        ln_dissociation=np.full((1, 1), -60.0),
        inverse_K=(0.0, 1.0),
        start_m=np.full((1, draws), START_M),
        loss=np.array(loss) + np.zeros((1, draws, 2)),
        film=np.array(film) + np.zeros((1, draws, 5)),
    )


def ours(laws: GrowthLaws, parallel: bool) -> Any:
    return oxide_growth(TIMES, HEAT, OXYGEN, laws, tolerance=3e-5, parallel=parallel).thickness_m[0, :, -1]


@kernel
def _constant(values: Any, at: int, T: float, p: float) -> float:
    return float(math.exp(values[at] - values[at + 1] / T) * p ** values[at + 2])


@kernel
def _shape(kind: int, values: Any, x: float, T: float, p: float) -> float:
    if kind == CUBIC:
        return 1.0 / (3.0 * x * x)
    if kind == LOGARITHMIC:
        return math.exp(-x / values[6])
    ratio = _constant(values, 0, T, p) / _constant(values, 3, T, p) if values[3] < math.inf else 0.0
    return 1.0 / (2.0 * x + ratio)


@kernel
def right_side(
    y: Any, t: float, times: Any, heat: Any, oxygen: Any, kinds: Any, upper: Any, anchor: int, values: Any, ln_p: float,
    loss: Any, film: Any,
) -> Any:  # fmt: skip
    row = min(max(np.searchsorted(times, t) - 1, 0), times.size - 2)
    u = (t - times[row]) / (times[row + 1] - times[row])
    T, p = heat[row] + u * (heat[row + 1] - heat[row]), oxygen[row] + u * (oxygen[row + 1] - oxygen[row])
    x, i = max(y[0], 1e-13), 0
    while x >= upper[i] and i < upper.size - 1:
        i += 1
    r = _constant(values[anchor], 0, T, p) * max(0.0, 1.0 - math.exp(ln_p) / p)
    for j in range(anchor, i):
        r *= _shape(kinds[j], values[j], upper[j], T, p) / _shape(kinds[j + 1], values[j + 1], upper[j], T, p)
    for j in range(anchor, i, -1):
        edge = upper[j - 1]
        r *= _shape(kinds[j], values[j], edge, T, p) / _shape(kinds[j - 1], values[j - 1], edge, T, p)
    r *= _shape(kinds[i], values[i], x, T, p)
    change = np.zeros(2)
    if film[0] > 0.0:
        r = 1.0 / (1.0 / r + film[0] * y[1] / (math.exp(film[3] - film[4] / T) * p))
        change[1] = -math.exp(film[1] - film[2] / T) * y[1]
    change[0] = r - (math.exp(loss[0] - loss[1] / T) if loss[0] > -math.inf else 0.0)
    return change


def lsoda(laws: GrowthLaws, rtol: float) -> Any:
    found = []
    for d in range(laws.start_m.shape[1]):
        arguments = (
            TIMES, HEAT, OXYGEN, laws.kinds[0], laws.upper_m[0], laws.anchor[0], laws.constants[0, d],
            laws.ln_dissociation[0, 0], laws.loss[0, d], laws.film[0, d],
        )  # fmt: skip
        path = odeint(
            right_side, np.array([START_M, 1.0]), TIMES, arguments, rtol=rtol, atol=[rtol * START_M, rtol],
            tcrit=TIMES[1:], mxstep=100_000,
        )  # fmt: skip
        found.append(path[-1, 0])
    return np.array(found)


def rows_of(name: str, draws: int, repeats: int) -> list[Row]:
    laws = draws_of(name, draws)
    exact = lsoda(laws, 1e-10)

    def off(values: Any) -> float:
        return float(np.max(np.abs(values / exact - 1.0)))

    rtol = next(10.0**-k for k in range(3, 10) if off(lsoda(laws, 10.0**-k)) < LIMIT)
    return [
        compare(
            f"{name}, {draws} draws",
            f"scipy LSODA, rtol {rtol:.0e}",
            partial(ours, laws, threads > 1),
            partial(lsoda, laws, rtol),
            lambda found, expected: max(off(found), off(expected)),
            threads=threads,
            repeats=repeats,
        )
        for threads in thread_counts()
    ]


def main() -> None:
    arguments = options(__doc__)
    draws, repeats = (16, 3) if arguments.quick else (256, 5)
    report([row for name in CASES for row in rows_of(name, draws, repeats)], as_json=arguments.json)


if __name__ == "__main__":
    main()
