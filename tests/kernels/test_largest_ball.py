"""The largest ball: of shapes where it is known, and multipliers that prove what they say."""

from __future__ import annotations

import numpy as np
import pytest

from finechem_kernels.largest_ball import largest_ball
from finechem_kernels.small_matrices import inverse_of_triangle, product, solutions, times


def test_in_a_box_it_touches_the_nearest_walls() -> None:
    """A box of 2 x 3 x 5 holds a ball of radius 1; the other coordinates of its centre are free within the box."""
    G = np.vstack([np.eye(3), -np.eye(3)])
    radius, centre, multipliers, solved = largest_ball(G, np.array([2.0, 3.0, 5.0, 0.0, 0.0, 0.0]))
    assert solved and radius == pytest.approx(1.0, abs=1e-12) and centre[0] == pytest.approx(1.0, abs=1e-12)
    assert (centre >= 1.0 - 1e-12).all() and (centre[1:] <= np.array([2.0, 4.0]) + 1e-12).all()
    np.testing.assert_allclose(multipliers, [0.5, 0.0, 0.0, 0.5, 0.0, 0.0], atol=1e-12)


@pytest.mark.parametrize("sides", [3, 4, 7])
def test_in_a_regular_polygon_it_is_the_inscribed_circle(sides: int) -> None:
    angles = 2.0 * np.pi * np.arange(sides) / sides
    G = np.column_stack([np.cos(angles), np.sin(angles)])
    radius, centre, _, solved = largest_ball(G, 0.7 + G @ np.array([3.0, -2.0]))
    assert solved and radius == pytest.approx(0.7, abs=1e-12)
    np.testing.assert_allclose(centre, [3.0, -2.0], atol=1e-12)


def test_of_nothing_the_multipliers_are_a_proof() -> None:
    """x <= 0 and -x <= -1 add up to 0 <= -1: no point, by half a unit each."""
    G = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    h = np.array([0.0, -1.0, 1.0, 1.0])
    radius, _, multipliers, solved = largest_ball(G, h)
    assert solved and radius == pytest.approx(-0.5)
    assert (multipliers >= 0.0).all() and multipliers @ h < 0.0
    np.testing.assert_allclose(multipliers @ G, 0.0, atol=1e-12)


def test_solutions_against_a_library() -> None:
    rng = np.random.default_rng(1)
    M = rng.normal(size=(3, 7))
    M = np.vstack([M, M[0] - 2.0 * M[1]])  # the last row depends on the others
    r = M @ rng.normal(size=7)
    shortest, basis = solutions(M, r, 4)
    np.testing.assert_allclose(shortest, np.linalg.pinv(M) @ r, atol=1e-12)
    assert basis.shape == (7, 4)
    np.testing.assert_allclose(M @ basis, 0.0, atol=1e-12)
    np.testing.assert_allclose(basis.T @ basis, np.eye(4), atol=1e-14)


def test_small_products_against_a_library() -> None:
    rng = np.random.default_rng(2)
    A, B, x = rng.normal(size=(3, 4)), rng.normal(size=(4, 5)), rng.normal(size=4)
    np.testing.assert_allclose(product(A, B), A @ B, rtol=1e-13)
    np.testing.assert_allclose(times(A, x), A @ x, rtol=1e-13)
    L = np.tril(rng.normal(size=(4, 4))) + 3.0 * np.eye(4)
    np.testing.assert_allclose(product(inverse_of_triangle(L), L), np.eye(4), atol=1e-12)
