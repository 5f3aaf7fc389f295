"""Tetrahedron weights against closed forms, sum rules, B-splines and phono3py."""

from __future__ import annotations

from importlib import import_module
from itertools import product
from math import factorial
from typing import Any, Literal

import numpy as np
import pytest
from scipy.interpolate import BSpline

from finechem_kernels._jit import FloatArray
from finechem_kernels.tetrahedra import (
    ABSORB_FIRST,
    ABSORB_SECOND,
    CORNERS,
    DECAY,
    triplet_items,
    triplet_weight_items,
    triplet_weights,
    vertex_steps,
    workspace,
)

Precision = Literal["float64", "float32"]
CUBIC = np.eye(3)
STEPS = vertex_steps(CUBIC)
TETRAHEDRA = np.column_stack([np.zeros(24, dtype=int), CORNERS])
OPPOSITE = np.concatenate([[0], np.arange(8, 15), np.arange(1, 8)])  # the vertex at minus the step


def box_density(energy: FloatArray, widths: list[float]) -> FloatArray:
    """Density of a sum of independent variables, each uniform in ±width/2: truncated powers."""
    order = len(widths) - 1
    total = np.zeros_like(energy)
    for signs in product((1.0, -1.0), repeat=len(widths)):
        edge = energy + 0.5 * np.dot(signs, widths)
        total += np.prod(signs) * np.maximum(edge, 0.0) ** order
    return np.asarray(total / (factorial(order) * np.prod(widths)))


def weights_of(values: FloatArray, targets: FloatArray, precision: Precision = "float64") -> FloatArray:
    """Weights of δ(f0 − f) for one function with 15 vertex values: the first partner is flat at zero."""
    frequencies = np.column_stack([np.zeros(15), values])
    rows = np.arange(15)[None]
    g = triplet_weights(targets, frequencies, rows, rows, precision=precision, parallel=False)
    return np.asarray(g[0, 0, :, 0, 1], dtype=np.float64)


def moments(values: FloatArray, count: int) -> FloatArray:
    """Integrals of the weight times powers of the energy: the weight is a cubic between two vertex values."""
    knots = np.unique(values)
    nodes, weights = np.polynomial.legendre.leggauss(4)
    half = 0.5 * np.diff(knots)[:, None]
    energy = (0.5 * (knots[1:] + knots[:-1])[:, None] + half * nodes).ravel()
    density = weights_of(values, energy) * (half * weights).ravel()
    return np.array([density @ energy**power for power in range(count)])


def bspline_weights(values: FloatArray, targets: FloatArray) -> FloatArray:
    """Curry and Schoenberg: a tetrahedron's share is a cubic B-spline with the centre's value as a double knot."""
    total = np.zeros_like(targets)
    for corners in CORNERS:
        knots = np.sort(values[[0, 0, *corners]])
        if knots[0] < knots[-1]:
            share = BSpline.basis_element(knots, extrapolate=False)(targets)
            total += np.nan_to_num(share) / (knots[-1] - knots[0])
    return total / 6.0


def grid_rows(mesh: int) -> tuple[Any, Any, Any]:
    """Grid points of a cube, rows of the vertices around q and around −q (so that q0 = 0)."""
    points = np.array(list(product(range(mesh), repeat=3)))
    place = np.array([mesh * mesh, mesh, 1])
    return (
        points / mesh,
        (points[:, None] + STEPS) % mesh @ place,
        (-points[:, None] - STEPS) % mesh @ place,
    )


def random_triplets(seed: int, bands: int = 3, triplets: int = 3) -> tuple[FloatArray, FloatArray, Any, Any]:
    """Targets, frequencies and rows; the vertices of a triplet differ little, as on a fine grid."""
    rng = np.random.default_rng(seed)
    level = rng.uniform(1.0, 9.0, (2 * triplets, 1, bands))
    frequencies = (level + rng.normal(0.0, 0.7, (2 * triplets, 15, bands))).reshape(-1, bands)
    rows = np.arange(30 * triplets).reshape(2, triplets, 15)
    return np.sort(rng.uniform(0.5, 12.0, 2 * bands)), frequencies, rows[0], rows[1]


def test_tetrahedra_fill_the_cells_around_the_point() -> None:
    corners = STEPS[TETRAHEDRA]
    volumes = np.abs(np.linalg.det(corners[:, 1:])) / 6.0
    np.testing.assert_allclose(volumes, 1.0 / 6.0, rtol=1e-14)
    assert len({tuple(sorted(row)) for row in TETRAHEDRA.tolist()}) == 24
    np.testing.assert_array_equal(STEPS[OPPOSITE], -STEPS)
    # the hat functions of the grid sum to one: the mean barycentric coordinate in a tetrahedron is 1/4
    assert np.sum(volumes) / 4.0 == pytest.approx(1.0)


@pytest.mark.parametrize("signs", [(1, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_cells_are_cut_along_the_shortest_diagonal(signs: tuple[int, int, int]) -> None:
    vectors = np.eye(3) - 0.2 * np.outer(signs, signs)  # squeezed along this diagonal
    steps = vertex_steps(vectors)
    assert steps[7].tolist() == list(signs)
    assert np.sum(np.linalg.norm(steps @ vectors.T, axis=1)) < np.sum(np.linalg.norm(STEPS @ vectors.T, axis=1)) + 1e-9


@pytest.mark.parametrize("gradient", [(1.0, 0.3, -0.55), (0.2, 0.9, 1.7), (-1.0, -0.4, 0.1)])
def test_linear_function_has_the_density_of_a_box_spline(gradient: tuple[float, ...]) -> None:
    """The hat function of the 24 tetrahedra is the box spline of the three edges and their sum."""
    targets = np.linspace(0.1, 9.9, 41)
    weights = weights_of(5.0 + STEPS @ np.array(gradient), targets)
    expected = box_density(targets - 5.0, [abs(x) for x in (*gradient, sum(gradient))])
    np.testing.assert_allclose(weights, expected, atol=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_weights_integrate_to_one_over_energy(seed: int) -> None:
    """And to the mean energy: the integral of a product of barycentric coordinates is (1 + δ)/20 of the volume."""
    values = np.random.default_rng(seed).uniform(1.0, 3.0, 15)
    mean = np.sum(2.0 * values[0] + values[CORNERS].sum(axis=1)) / 120.0
    np.testing.assert_allclose(moments(values, 2), [1.0, mean], rtol=1e-11)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_weights_are_b_splines(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, targets = rng.uniform(1.0, 3.0, 15), np.sort(rng.uniform(0.9, 3.1, 40))
    np.testing.assert_allclose(weights_of(values, targets), bspline_weights(values, targets), atol=1e-11)


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_ties_between_vertices(precision: Precision) -> None:
    """Repeated knots: the limits exist, and a target equal to a vertex value is no special case."""
    rng = np.random.default_rng(5)
    tolerance = 1e-12 if precision == "float64" else 1e-5
    for _ in range(10):
        values = rng.integers(1, 4, 15).astype(float)
        targets = np.arange(1.25, 4.0, 0.5)
        expected = bspline_weights(values, targets)
        np.testing.assert_allclose(weights_of(values, targets, precision), expected, atol=tolerance)
        assert np.all(np.isfinite(weights_of(values, np.arange(1.0, 4.0), precision)))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("noise", [1e-5, 1e-8, 1e-11, 1e-16])
def test_nearly_flat_directions_stay_finite(precision: Precision, noise: float) -> None:
    """Half the vertices at the target but for rounding: products of six tiny numbers."""
    rng = np.random.default_rng(6)
    for _ in range(10):
        values = 4.0 + np.where(rng.random(15) < 0.5, noise * rng.normal(size=15), rng.normal(size=15))
        weights = weights_of(values, np.array([4.0]), precision)
        assert np.all(np.isfinite(weights)) and np.all(weights >= 0.0)


def test_flat_function_has_no_weight() -> None:
    rows = np.arange(15)[None]
    items = triplet_weight_items(np.array([2.0, 3.0, 4.0]), np.full((15, 2), 1.5), rows, rows, parallel=False)
    assert items.first.tolist() == [0, 0]
    assert items.bands.shape == (0, 4) and items.weights.shape == (0,)


def test_nothing_in_nothing_out() -> None:
    targets, frequencies, rows1, rows2 = random_triplets(15)
    assert triplet_weights(targets[:0], frequencies, rows1, rows2, parallel=False).shape == (2, 3, 0, 3, 3)
    assert triplet_weights(targets, frequencies, rows1[:0], rows2[:0], parallel=False).shape == (2, 0, 6, 3, 3)
    assert triplet_weight_items(targets[:0], frequencies, rows1, rows2, parallel=False).first.tolist() == [0] * 4


@pytest.mark.parametrize("parallel", [False, True])
def test_grid_sum_is_the_joint_density_of_states(parallel: bool) -> None:
    """Triangle waves along the three axes are their own interpolation: the sum of three uniform variables."""
    q, rows1, rows2 = grid_rows(4)
    tent = 2.0 * np.abs((q + 0.5) % 1.0 - 0.5)  # 0 … 1
    slopes = np.array([[1.0, 0.7, 0.4], [2.1, 2.4, 3.3]])
    frequencies = tent @ slopes.T
    targets = np.array([0.21, 0.93, 1.4, 2.2, 3.1, 4.0, 6.8, 9.7])
    g = triplet_weights(targets, frequencies, rows1, rows2, parallel=parallel)
    density = g.mean(axis=1)
    for b1, b2 in product(range(2), repeat=2):
        total, difference = slopes[b2] + slopes[b1], slopes[b2] - slopes[b1]
        decay = box_density(targets - 0.5 * total.sum(), list(total))
        np.testing.assert_allclose(density[0, :, b1, b2], decay, atol=1e-12)
        if b1 != b2:
            absorb = [box_density(sign * targets - 0.5 * difference.sum(), list(abs(difference))) for sign in (1, -1)]
            np.testing.assert_allclose(density[1, :, b1, b2], absorb[0] - absorb[1], atol=1e-12)


def test_items_are_the_dense_array() -> None:
    arrays = random_triplets(10)
    dense = triplet_weights(*arrays, parallel=False)
    items = triplet_weight_items(*arrays, parallel=False)
    triplet = np.repeat(np.arange(3), np.diff(items.first))
    b1, b2, b0, channel = items.bands.T
    rebuilt = np.zeros_like(dense)
    np.add.at(rebuilt, (np.minimum(channel, 1), triplet, b0, b1, b2), items.weights * np.where(channel == 2, -1.0, 1.0))
    np.testing.assert_array_equal(rebuilt, dense)
    assert np.all(items.weights >= 0.0)
    assert set(channel) == {DECAY, ABSORB_FIRST, ABSORB_SECOND}
    # an item for every target strictly between the extremes, and no other
    targets, frequencies, rows1, rows2 = arrays
    f1, f2 = frequencies[rows1][..., :, None], frequencies[rows2][..., None, :]
    inside = 0
    for combination in (f1 + f2, f2 - f1, f1 - f2):
        low, high = combination.min(axis=1)[..., None], combination.max(axis=1)[..., None]
        inside += np.sum((low < targets) & (targets < high))
    assert len(items.weights) == inside


def test_kernel_of_one_triplet_takes_unequal_partners() -> None:
    """As another kernel calls it: two of three bands of the first partner, one of the second."""
    targets, frequencies, rows1, rows2 = random_triplets(10)
    g = triplet_weights(targets, frequencies, rows1, rows2, parallel=False)[:, 0, :, :2, :1]
    vertices1, vertices2 = frequencies[rows1[0], :2].copy(), frequencies[rows2[0], :1].copy()
    work = workspace(len(targets), 2, 1, np.empty(0))
    count = triplet_items(targets, vertices1, vertices2, work)
    rebuilt = np.zeros_like(g)
    for (b1, b2, b0, channel), weight in zip(work.bands[:count], work.weights[:count], strict=True):
        rebuilt[min(channel, 1), b0, b1, b2] += -weight if channel == ABSORB_SECOND else weight
    assert count > 0
    np.testing.assert_allclose(rebuilt, g, rtol=1e-13)


def test_parallel_twin_gives_the_same_items() -> None:
    arrays = random_triplets(8, bands=2, triplets=40)  # more than a block
    for serial, parallel in zip(
        triplet_weight_items(*arrays, parallel=False), triplet_weight_items(*arrays, parallel=True), strict=True
    ):
        np.testing.assert_array_equal(serial, parallel)


def test_exchange_of_the_partners() -> None:
    targets, frequencies, rows1, rows2 = random_triplets(9)
    g = triplet_weights(targets, frequencies, rows1, rows2, parallel=False)
    exchanged = triplet_weights(targets, frequencies, rows2, rows1, parallel=False).swapaxes(-1, -2)
    np.testing.assert_allclose(exchanged[0], g[0], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(exchanged[1], -g[1], rtol=1e-12, atol=1e-14)


def test_exchange_of_the_target_and_a_flat_partner() -> None:
    """δ(a − c − f) = δ(c − a + f): a flat partner at c and the target at a change places."""
    values = np.random.default_rng(10).uniform(1.0, 3.0, 15)
    rows = np.arange(15)[None]
    a, c = 5.1, 3.0
    of_decay = triplet_weights(np.array([a]), np.column_stack([np.full(15, c), values]), rows, rows, parallel=False)
    of_absorption = triplet_weights(
        np.array([c]), np.column_stack([values, np.full(15, a)]), rows, rows, parallel=False
    )
    assert of_decay[0, 0, 0, 0, 1] > 0.0
    assert of_absorption[1, 0, 0, 0, 1] == pytest.approx(of_decay[0, 0, 0, 0, 1], rel=1e-12)


@pytest.mark.parametrize("axes", [(1, 2, 0), (1, 0, 2)])
def test_symmetry_of_the_cut_cube(axes: tuple[int, int, int]) -> None:
    """Exchanging edges and reversing all steps map the 24 tetrahedra onto themselves."""
    values, targets = np.random.default_rng(11).uniform(1.0, 3.0, 15), np.linspace(1.1, 2.9, 9)
    expected = weights_of(values, targets)
    order = [STEPS.tolist().index(step[list(axes)].tolist()) for step in STEPS]
    np.testing.assert_allclose(weights_of(values[order], targets), expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(weights_of(values[OPPOSITE], targets), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("precision", "tolerance"), [("float64", 1e-11), ("float32", 2e-5)])
@pytest.mark.parametrize("factor", [4.0, 6.3e12])
def test_scaling_the_frequencies_divides_the_weights(precision: Precision, tolerance: float, factor: float) -> None:
    """Also from THz to rad/s, where float32 would overflow."""
    targets, frequencies, rows1, rows2 = random_triplets(12)
    g = triplet_weights(targets, frequencies, rows1, rows2, precision=precision, parallel=False)
    scaled = triplet_weights(factor * targets, factor * frequencies, rows1, rows2, precision=precision, parallel=False)
    assert scaled.dtype == precision
    np.testing.assert_allclose(factor * scaled, g, rtol=tolerance, atol=tolerance * g.max())


def test_single_precision_keeps_six_digits() -> None:
    arrays = random_triplets(13)
    exact = triplet_weights(*arrays, parallel=False)
    single = triplet_weights(*arrays, precision="float32", parallel=False)
    np.testing.assert_allclose(single, exact, atol=1e-6 * exact.max())


def test_agrees_with_phono3py() -> None:
    """Random frequencies with the periodicity of a sheared cell's grid, all triplets of one grid point."""
    phonors: Any = import_module("phonors")
    grids: Any = import_module("phonopy.phonon.grid")
    tetrahedra: Any = import_module("phonopy.phonon.tetrahedron_method")
    lattice = np.array([[3.1, 0.0, 0.0], [-1.4, 2.7, 0.0], [0.5, 0.3, 4.0]])
    grid = grids.BZGrid([4, 3, 3], lattice=lattice)
    bands, centre = 3, 5
    rng = np.random.default_rng(14)
    frequencies = np.sort(rng.uniform(0.0, 10.0, (len(grid.grg2bzg), bands)), axis=1)
    targets = np.sort(rng.uniform(0.5, 12.0, 4))

    mesh = np.array(grid.D_diag)
    place = np.array([1, mesh[0], mesh[0] * mesh[1]])  # the first address runs fastest
    addresses = grid.addresses[grid.grg2bzg]
    np.testing.assert_array_equal(addresses % mesh @ place, np.arange(len(addresses)))
    steps = vertex_steps(grid.microzone_lattice)
    second = -addresses[centre] - addresses
    rows1, rows2 = (addresses[:, None] + steps) % mesh @ place, (second[:, None] - steps) % mesh @ place
    relative = tetrahedra.get_tetrahedra_relative_gr_grid_address(grid)
    assert {frozenset(map(tuple, t)) for t in relative.tolist()} == {
        frozenset(map(tuple, t)) for t in steps[TETRAHEDRA].tolist()
    }

    triplets = grid.grg2bzg[np.column_stack([np.full(len(second), centre), np.arange(len(second)), rows2[:, 0]])]
    on_bz_grid = frequencies[grid.bzg2grg]
    expected = np.zeros((2, len(triplets), len(targets), bands, bands))
    phonors.triplets_integration_weights(
        expected,
        np.zeros(expected.shape[1:], dtype="byte"),
        targets,
        relative,
        grid.D_diag,
        np.array(triplets, dtype="int64"),
        on_bz_grid,
        on_bz_grid,
        grid.addresses,
        grid.gp_map,
        grid.store_dense_gp_map * 1 + 1,
        2,
    )
    g = triplet_weights(targets, frequencies, rows1, rows2, parallel=False)
    np.testing.assert_allclose(g, expected, rtol=1e-9, atol=1e-11 * expected.max())
