"""Growth of oxides: exact solutions, another integrator, and what must hold for every law."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp
from scipy.special import expn

from finechem_kernels.growth_laws import CUBIC, FIELD, LINEAR, LOGARITHMIC, PARABOLIC, second_exponential_integral
from finechem_kernels.oxide_growth import Growth, GrowthLaws, oxide_growth

NONE = -math.inf
Row = tuple[int, float, tuple[float, ...]]


def laws(
    rows: Sequence[Row],
    anchor: int = 0,
    *,
    start: float = 0.0,
    ln_dissociation: float = NONE,
    loss: tuple[float, float] = (NONE, 0.0),
    film: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.0),
) -> GrowthLaws:
    """One substance, one draw: rows of kind, upper edge and seven constants."""
    return GrowthLaws(
        kinds=np.array([[row[0] for row in rows]]),
        upper_m=np.array([[row[1] for row in rows]]),
        anchor=np.array([anchor]),
        constants=np.array([[[row[2] for row in rows]]]),
        ln_dissociation=np.array([[ln_dissociation]]),
        inverse_K=(0.0, 1.0),
        start_m=np.array([[start]]),
        loss=np.array([[loss]]),
        film=np.array([[film]]),
    )


def run(time: Any, temperature: Any, given_laws: GrowthLaws, pressure: Any = 1.0, tolerance: float = 1e-8) -> Growth:
    shape = np.shape(time)
    T, p = (np.broadcast_to(np.asarray(value, dtype=float), shape) for value in (temperature, pressure))
    return oxide_growth(np.asarray(time, dtype=float), T, p, given_laws, tolerance=tolerance, parallel=False)


def constants(
    k: float, E: float = 0.0, n: float = 0.0, s: float = math.inf, Es: float = 0.0, length: float = 1.0
) -> Any:
    return (math.log(k), E, n, math.log(s) if s < math.inf else math.inf, Es, 0.0, length)


def test_second_exponential_integral() -> None:
    for z in (0.0, 1e-8, 0.01, 0.5, 0.999, 1.0, 1.5, 7.0, 60.0, 300.0):
        assert second_exponential_integral(z) == pytest.approx(float(expn(2, z)), rel=1e-12)
    assert second_exponential_integral(1e4) == 0.0


CLOSED: dict[str, tuple[Row, Callable[[float, float], float]]] = {
    "linear": ((LINEAR, math.inf, constants(1e-12)), lambda x0, t: x0 + 1e-12 * t),
    "parabolic": ((PARABOLIC, math.inf, constants(1e-19)), lambda x0, t: math.sqrt(x0**2 + 1e-19 * t)),
    "Deal-Grove": (
        (PARABOLIC, math.inf, constants(1e-19, s=1e-11)),
        lambda x0, t: -5e-9 + math.sqrt((x0 + 5e-9) ** 2 + 1e-19 * t),
    ),
    "cubic": ((CUBIC, math.inf, constants(1e-28)), lambda x0, t: (x0**3 + 1e-28 * t) ** (1 / 3)),
    "logarithmic": (
        (LOGARITHMIC, math.inf, constants(1e-12, length=3e-9)),
        lambda x0, t: 3e-9 * math.log(math.exp(x0 / 3e-9) + 1e-12 * t / 3e-9),
    ),
}


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("start", [0.0, 2e-9, 5e-8])
def test_isothermal_growth_is_the_closed_form(name: str, start: float) -> None:
    row, expected = CLOSED[name]
    times = np.array([0.0, 1.0, 100.0, 1e5])
    found = run(times, 500.0, laws([row], start=start)).thickness_m[0, 0]
    np.testing.assert_allclose(found, [expected(start, t) for t in times], rtol=1e-9)


@pytest.mark.parametrize("name", CLOSED)
def test_growth_under_a_ramp_is_the_closed_form_in_reduced_time(name: str) -> None:
    (kind, edge, values), expected = CLOSED[name]
    E, T0, T1, end = 9000.0, 400.0, 900.0, 3600.0
    at_700 = values[0] + E / 700.0
    second = values[3] + E / 700.0  # the linear constant of Deal and Grove with the same energy
    ramped = laws([(kind, edge, (at_700, E, 0.0, second, E, 0.0, values[6]))], start=1e-9)
    reduced, _ = quad(lambda t: math.exp(E / 700.0 - E / (T0 + (T1 - T0) * t / end)), 0.0, end, epsabs=0, epsrel=1e-12)
    found = run([0.0, end], [T0, T1], ramped).thickness_m[0, 0, -1]
    assert found == pytest.approx(expected(1e-9, reduced), rel=1e-6)


def test_field_law_takes_the_time_that_its_integral_says() -> None:
    X, u = 20e-9, 1e-20
    found = run([0.0, 1e3, 1e6, 1e9], 300.0, laws([(FIELD, math.inf, constants(u, length=X * 300.0))])).thickness_m[
        0, 0
    ]
    for t, x in zip((1e3, 1e6, 1e9), found[1:], strict=True):
        assert quad(lambda y: math.exp(-X / y) / u, 0.0, x, epsrel=1e-11)[0] == pytest.approx(t, rel=1e-8)


THREE = [
    (LOGARITHMIC, 5e-9, constants(1e-12, length=2e-9)),
    (CUBIC, 25e-9, constants(1e-28)),
    (PARABOLIC, math.inf, constants(1e-19)),
]


@pytest.mark.parametrize("anchor", [0, 1, 2])
def test_regimes_join_with_a_continuous_rate(anchor: int) -> None:
    """Rates on both sides of each edge, from tiny times; the anchor has the rate of its own constant."""
    for edge in (5e-9, 25e-9):
        rates = []
        for start in (edge * (1 - 1e-6), edge * (1 + 1e-6)):
            probe = run([0.0, 1e-9], 500.0, laws(THREE, anchor, start=start)).thickness_m[0, 0]
            slow = run([0.0, 1e3], 500.0, laws(THREE, anchor, start=start)).thickness_m[0, 0]
            assert slow[1] > probe[1]
            rates.append(rate_of(anchor, start))
        assert rates[0] == pytest.approx(rates[1], rel=1e-5)
    at = {0: 3e-9, 1: 1e-8, 2: 5e-8}[anchor]
    own = {0: 1e-12 * math.exp(-3 / 2), 1: 1e-28 / 3e-16, 2: 1e-19 / 1e-7}[anchor]
    assert rate_of(anchor, at) == pytest.approx(own, rel=1e-5)


def rate_of(anchor: int, start: float) -> float:
    time = 1e-4
    while True:
        x = run([0.0, time], 500.0, laws(THREE, anchor, start=start)).thickness_m[0, 0]
        if x[1] - x[0] > 1e-7 * x[0]:
            return float((x[1] - x[0]) / time)
        time *= 2


def right_side(rows: list[Row], anchor: int, **more: Any) -> Callable[[float, float, float, float], float]:
    """dx/dt as a plain function of x, T, p and the film's share: the equations once more, by themselves."""
    loss, film = more.get("loss", (NONE, 0.0)), more.get("film", (0.0,) * 5)
    ln_eq = more.get("ln_dissociation", NONE)

    def k(values: Any, T: float, p: float, at: int = 0) -> float:
        return float(math.exp(values[at] - values[at + 1] / T) * p ** values[at + 2])

    def shape(row: Row, x: float, T: float, p: float) -> float:
        kind, _, values = row
        if kind == LINEAR:
            return 1.0
        if kind == PARABOLIC:
            return 1 / (2 * x + (k(values, T, p) / k(values, T, p, 3) if values[3] < math.inf else 0.0))
        if kind == CUBIC:
            return 1 / (3 * x * x)
        return math.exp(-x / values[6]) if kind == LOGARITHMIC else math.exp(values[6] / T / x)

    def rate(x: float, T: float, p: float, left: float) -> float:
        i = next(j for j, row in enumerate(rows) if x < row[1])
        r = k(rows[anchor][2], T, p) * max(0.0, 1 - math.exp(ln_eq) / p)
        j = anchor
        while j < i:
            edge = rows[j][1]
            r *= shape(rows[j], edge, T, p) / shape(rows[j + 1], edge, T, p)
            j += 1
        while j > i:
            edge = rows[j - 1][1]
            r *= shape(rows[j], edge, T, p) / shape(rows[j - 1], edge, T, p)
            j -= 1
        r *= shape(rows[i], x, T, p)
        if film[0] > 0 and r > 0:
            r = 1 / (1 / r + film[0] * left / (math.exp(film[3] - film[4] / T) * p))
        return r - (math.exp(loss[0] - loss[1] / T) if loss[0] > NONE else 0.0)

    return rate


RAMP = (np.array([0.0, 300.0, 500.0, 900.0]), np.array([300.0, 520.0, 520.0, 300.0]), np.array([0.2, 0.2, 0.01, 0.01]))
LOG_K = math.log(1e-19) + 9000.0 / 500.0
CASES: dict[str, tuple[list[Row], int, dict[str, Any]]] = {
    "three regimes": (
        [
            (LOGARITHMIC, 5e-9, (0.0, 0.0, 0.0, math.inf, 0.0, 0.0, 2e-9)),
            (CUBIC, 25e-9, (LOG_K - 18.0, 9000.0, 0.25, math.inf, 0.0, 0.0, 0.0)),
            (PARABOLIC, math.inf, (0.0, 0.0, 0.0, math.inf, 0.0, 0.0, 0.0)),
        ],
        1,
        {},
    ),
    "Deal-Grove of two energies": (
        [(PARABOLIC, math.inf, (LOG_K + 3.0, 9000.0, 0.0, math.log(1e-10) + 40.0, 20000.0, 1.0, 0.0))],
        0,
        {},
    ),
    "paralinear": (
        [(PARABOLIC, math.inf, (LOG_K, 9000.0, 0.2, math.inf, 0.0, 0.0, 0.0))],
        0,
        {"loss": (-10.0, 8000.0)},
    ),
    "film": (
        [(PARABOLIC, math.inf, (LOG_K + 2.0, 9000.0, 1.0, math.inf, 0.0, 0.0, 0.0))],
        0,
        {"film": (3e-7, 20.0, 13000.0, math.log(1e-17) + 10.0, 5000.0)},
    ),
    "film over cubic and field": (
        [
            (FIELD, 4e-9, (0.0, 0.0, 0.0, math.inf, 0.0, 0.0, 8e-9 * 300.0)),
            (CUBIC, math.inf, (math.log(1e-27) + 18.0, 9000.0, 0.5, math.inf, 0.0, 0.0, 0.0)),
        ],
        1,
        {"film": (3e-7, 20.0, 13000.0, math.log(1e-17) + 10.0, 5000.0)},
    ),
    "near the dissociation pressure": (
        [(PARABOLIC, math.inf, (LOG_K, 9000.0, 0.5, math.inf, 0.0, 0.0, 0.0))],
        0,
        {"ln_dissociation": math.log(0.03)},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_against_lsoda(name: str) -> None:
    rows, anchor, more = CASES[name]
    times, temperatures, pressures = RAMP
    rate = right_side(rows, anchor, **more)
    film = more.get("film", (0.0,) * 5)
    state, expected = np.array([1e-9, 1.0]), [1e-9]

    def change(t: float, y: Any) -> list[float]:
        T, p = np.interp(t, times, temperatures), np.interp(t, times, pressures)
        decay = math.exp(film[1] - film[2] / T) if film[0] > 0 else 0.0
        return [rate(max(y[0], 1e-12), float(T), float(p), y[1]), -decay * y[1]]

    for a, b in pairwise(times):
        done = solve_ivp(change, (a, b), state, method="LSODA", rtol=1e-9, atol=[1e-18, 1e-12], max_step=(b - a) / 50)
        state = done.y[:, -1]
        expected.append(state[0])
    found = run(times, temperatures, laws(rows, anchor, start=1e-9, **more), pressures, tolerance=1e-7)
    np.testing.assert_allclose(found.thickness_m[0, 0], expected, rtol=2e-6)
    if film[0] > 0:
        assert found.film_left[0, 0, -1] == pytest.approx(state[1], rel=1e-6)


@pytest.mark.parametrize("kind", [LINEAR, PARABOLIC, CUBIC, LOGARITHMIC, FIELD])
def test_nothing_grows_at_or_below_the_dissociation_pressure(kind: int) -> None:
    edge = -20.0
    held = laws([(kind, math.inf, constants(1e-10, length=1e-8))], start=2e-9, ln_dissociation=edge)
    for p in (0.0, math.exp(edge) / 10.0, math.exp(edge)):
        assert np.all(run([0.0, 1e6], 600.0, held, p).thickness_m == 2e-9)
    assert run([0.0, 1e6], 600.0, held, math.exp(edge) * 1.1).thickness_m[0, 0, -1] > 2e-9


def test_dissociation_pressures_are_read_from_the_table() -> None:
    """ln p_eq = 10 − 6000 K/T: growth starts where the ramp falls below 6000 K/(10 − ln p)."""
    inverse = np.linspace(1 / 900.0, 1 / 300.0, 40)
    row = laws([(LINEAR, math.inf, constants(1e-12))])
    row = row._replace(ln_dissociation=(10.0 - 6000.0 * inverse)[None], inverse_K=(inverse[0], inverse[1] - inverse[0]))
    edge = 6000.0 / (10.0 - math.log(0.1))
    grown = [run([0.0, 1.0], T, row, 0.1).thickness_m[0, 0, -1] for T in (edge + 0.01, edge - 0.01, edge / 2)]
    assert grown[0] == 0.0 and 0.0 < grown[1] < 1e-3 * grown[2]


def test_paralinear_growth_ends_at_its_limit() -> None:
    """k/2x = v."""
    steady = laws([(PARABOLIC, math.inf, constants(1e-19))], start=1e-9, loss=(math.log(1e-13), 0.0))
    assert run([0.0, 1e9], 900.0, steady).thickness_m[0, 0, -1] == pytest.approx(1e-19 / 2e-13, rel=1e-5)
    burnt = laws([(PARABOLIC, math.inf, constants(1e-30))], start=1e-9, loss=(math.log(1e-10), 0.0))
    assert 0.0 <= run([0.0, 1e3], 900.0, burnt).thickness_m[0, 0, -1] < 1e-15


def test_a_film_only_slows() -> None:
    bare = run(*RAMP[:2], laws(*CASES["film"][:2]), RAMP[2]).thickness_m[0, 0]
    covered = run(*RAMP[:2], laws(*CASES["film"][:2], **CASES["film"][2]), RAMP[2]).thickness_m[0, 0]
    gone = run(*RAMP[:2], laws(*CASES["film"][:2], film=(3e-7, 25.0, 0.0, -20.0, 0.0)), RAMP[2]).thickness_m[0, 0]
    assert np.all(covered[1:] < bare[1:])
    np.testing.assert_allclose(gone, bare, rtol=1e-5)


def test_batches_are_single_runs() -> None:
    rows = [CASES["three regimes"][0], [*CASES["film"][0]] * 3]
    rng = np.random.default_rng(0)
    values = np.array([[[row[2] for row in part]] for part in rows]) + np.zeros((2, 4, 3, 7))
    values[..., 0] += rng.normal(size=(2, 4, 1))
    many = GrowthLaws(
        kinds=np.array([[row[0] for row in part] for part in rows]),
        upper_m=np.array([[5e-9, 25e-9, math.inf], [1e-9, 1e-8, math.inf]]),
        anchor=np.array([1, 2]),
        constants=values,
        ln_dissociation=np.full((2, 1), NONE),
        inverse_K=(0.0, 1.0),
        start_m=np.full((2, 4), 1e-9),
        loss=np.array([NONE, 0.0]) + np.zeros((2, 4, 2)),
        film=np.zeros((2, 4, 5)),
    )
    whole = oxide_growth(*RAMP, many).thickness_m
    for n in range(2):
        for d in range(4):
            one = GrowthLaws(
                kinds=many.kinds[n : n + 1],
                upper_m=many.upper_m[n : n + 1],
                anchor=many.anchor[n : n + 1],
                constants=values[n : n + 1, d : d + 1],
                ln_dissociation=many.ln_dissociation[n : n + 1],
                inverse_K=(0.0, 1.0),
                start_m=many.start_m[n : n + 1, d : d + 1],
                loss=many.loss[n : n + 1, d : d + 1],
                film=many.film[n : n + 1, d : d + 1],
            )
            np.testing.assert_array_equal(oxide_growth(*RAMP, one, parallel=False).thickness_m[0, 0], whole[n, d])


@settings(deadline=None, max_examples=15)
@given(
    kinds=st.lists(st.sampled_from([LINEAR, PARABOLIC, CUBIC, LOGARITHMIC, FIELD]), min_size=1, max_size=3),
    ln_k=st.floats(-60.0, -20.0),
    energy=st.floats(0.0, 20000.0),
    start=st.floats(0.0, 3e-8),
    heats=st.lists(st.floats(280.0, 1200.0), min_size=2, max_size=5),
    film=st.booleans(),
)
def test_thickness_never_falls_without_a_loss(
    kinds: list[int], ln_k: float, energy: float, start: float, heats: list[float], film: bool
) -> None:
    edges = [*(4e-9, 2e-8)[: len(kinds) - 1], math.inf]
    values = (ln_k, energy, 0.3, -15.0, energy / 2, 0.0, 3e-9)
    rows: list[Row] = [
        (kind, edge, (*values[:6], 3e-9 * 300.0) if kind == FIELD else values)
        for kind, edge in zip(kinds, edges, strict=True)
    ]
    made = laws(rows, len(kinds) - 1, start=start, film=(1e-7, 0.0, 5000.0, -35.0, 0.0) if film else (0.0,) * 5)
    found = run(np.arange(len(heats)) * 60.0, heats, made, tolerance=1e-4).thickness_m[0, 0]
    assert np.all(np.isfinite(found))
    assert np.all(np.diff(found) >= 0.0)
