"""Closed formulae: bounds, limits, and how one becomes the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finechem.errors import DomainError, InputError
from finechem.thermal import composite as mix

LN_CONTRAST = st.floats(-6.0, 8.0)
SHARE = st.floats(0.0, 1.0)
#: Without interface resistance, for spheres.
ISOTROPIC: list[Callable[..., Any]] = [mix.maxwell_eucken, mix.bruggeman_symmetric, mix.bruggeman_asymmetric]


@given(LN_CONTRAST, SHARE)
def test_between_the_bounds(contrast: float, share: float) -> None:
    k = float(np.exp(contrast))
    series, parallel = mix.wiener_bounds(1.0, k, share)
    low, high = mix.hashin_shtrikman_bounds(1.0, k, share)
    assert series <= low * (1 + 1e-9) and low <= high * (1 + 1e-9) and high <= parallel * (1 + 1e-9)
    for model in ISOTROPIC:
        assert low * (1 - 1e-9) <= model(1.0, k, share) <= high * (1 + 1e-9)


@given(LN_CONTRAST, SHARE, st.floats(-4.0, 4.0), st.floats(0.0, 1.0))
def test_spheroids_stay_between_layers_in_series_and_in_parallel(
    contrast: float, share: float, shape: float, cosine: float
) -> None:
    """Aligned spheroids of any aspect ratio; turned ones where the formula is made for (few)."""
    k, p = float(np.exp(contrast)), float(np.exp(shape))
    low, high = mix.wiener_bounds(1.0, k, share)
    for found in mix.nan_spheroids(1.0, (k, k), share, p, mean_square_cosine=1.0):
        assert low * (1 - 1e-6) <= found <= high * (1 + 1e-6)
    few = 0.01 * share
    low, high = mix.wiener_bounds(1.0, k, few)
    for found in mix.nan_spheroids(1.0, (k, k), few, p, mean_square_cosine=cosine):
        assert low * (1 - 1e-6) <= found <= high * (1 + 1e-6)


@pytest.mark.parametrize("model", ISOTROPIC)
def test_limits(model: Callable[..., Any]) -> None:
    assert model(0.2, 30.0, 0.0) == pytest.approx(0.2)
    assert model(0.2, 30.0, 1.0) == pytest.approx(30.0)
    assert model(0.2, 0.2, 0.4) == pytest.approx(0.2)
    np.testing.assert_allclose(model(2.0, 20.0, [0.1, 0.3]), 10 * model(0.2, 2.0, [0.1, 0.3]))
    slope = (model(1.0, 10.0, 1e-6) - 1.0) / 1e-6  # one sphere: 3 (k - 1) / (k + 2)
    assert slope == pytest.approx(3 * 9 / 12, rel=1e-4)


def test_pores() -> None:
    assert mix.bruggeman_asymmetric(1.0, 0.0, 0.3) == pytest.approx(0.7**1.5)
    assert mix.bruggeman_symmetric(1.0, 0.0, 0.3) == pytest.approx(1 - 1.5 * 0.3)
    assert mix.maxwell_eucken(1.0, 0.0, 0.3) == pytest.approx(2 * 0.7 / 2.3)
    assert [float(bound) for bound in mix.wiener_bounds(1.0, 0.0, 0.3)] == [0.0, 0.7]
    assert mix.hashin_shtrikman_bounds(1.0, 0.0, 0.3)[0] == 0.0


@given(LN_CONTRAST, st.floats(0.0, 0.9), st.floats(-3.0, 3.0))
def test_hasselman_johnson_is_as_published(contrast: float, share: float, resistance: float) -> None:
    """Equation 9 of the paper (their alpha is R k_m / a), and Nan's formula for spheres."""
    k, alpha = float(np.exp(contrast)), float(np.exp(resistance))
    r = k * alpha
    published = (2 * share * (k - r - 1) + k + 2 * r + 2) / (share * (1 - k + r) + k + 2 * r + 2)
    assert mix.hasselman_johnson(1.0, k, share, 1.0, alpha) == pytest.approx(published)
    for cosine in (0.0, 1 / 3, 1.0):
        found = mix.nan_spheroids(1.0, (k, k), share, 1.0, resistance_m2K_W=alpha, mean_square_cosine=cosine)
        np.testing.assert_allclose(found, published)


def test_the_resistance_that_undoes_a_sphere() -> None:
    """a = R k_m, whatever k of a perfect conductor: particles without effect."""
    for share in (0.1, 0.3):
        assert mix.hasselman_johnson(0.2, 1e9, share, 1e-6, 5e-6) == pytest.approx(0.2, rel=1e-6)
        assert mix.every(0.2, 1e9, share, 1e-6, 5e-6) == pytest.approx(0.2, rel=1e-4)


@given(LN_CONTRAST, st.floats(0.0, 0.95))
def test_every_without_resistance_is_bruggeman(contrast: float, share: float) -> None:
    k = float(np.exp(contrast))
    assert mix.every(1.0, k, share, 1.0, 0.0) == pytest.approx(mix.bruggeman_asymmetric(1.0, k, share), rel=1e-6)


@pytest.mark.parametrize("alpha", [0.01, 0.3, 0.999999999, 3.0, 30.0])
def test_every_solves_its_own_equation(alpha: float) -> None:
    k, m, share = 100.0, 1.0, 0.4
    found = float(mix.every(m, k, share, 1.0, alpha))
    alpha = alpha if abs(alpha - 1) > 1e-7 else 1 + 1e-7
    inner = k * (1 - alpha)
    logs = ((1 + 2 * alpha) * np.log(m / found) + 3 * np.log((found - inner) / (m - inner))) / (1 - alpha)
    assert logs == pytest.approx(3 * np.log(1 - share), rel=1e-4)


def test_worse_interfaces_and_smaller_particles_conduct_less() -> None:
    resistances = np.geomspace(1e-9, 1e-5, 9)
    for model in (mix.every, mix.hasselman_johnson):
        assert np.all(np.diff(model(0.2, 200.0, 0.5, 1e-6, resistances)) < 0)
        assert np.all(np.diff(model(0.2, 200.0, 0.5, np.geomspace(1e-7, 1e-4, 9), 1e-7)) > 0)


def test_depolarization() -> None:
    across, along = mix.depolarization_factors([0.01, 0.5, 0.9999999, 1.0, 2.0, 100.0])
    np.testing.assert_allclose(2 * across + along, 1.0)
    assert np.all(np.diff(along) < 0)
    e = np.sqrt(1 - 1 / 4)  # prolate 2:1 (Landau and Lifshitz, volume 8, section 4)
    assert along[4] == pytest.approx((1 - e * e) / e**3 * (np.arctanh(e) - e))
    e = np.sqrt(4.0 - 1.0)  # oblate 1:2, the same section
    assert along[1] == pytest.approx((1 + e * e) / e**3 * (e - np.arctan(e)))


def test_flat_and_long_spheroids_become_layers_and_fibres() -> None:
    sheets = mix.nan_spheroids(1.0, (20.0, 5.0), 0.3, 1e-7, mean_square_cosine=1.0)
    assert sheets[0] == pytest.approx(0.7 + 0.3 * 20.0, rel=1e-4)
    assert sheets[1] == pytest.approx(1 / (0.7 + 0.3 / 5.0), rel=1e-4)
    fibres = mix.nan_spheroids(1.0, (5.0, 20.0), 0.3, 1e5, mean_square_cosine=1.0)
    assert fibres[1] == pytest.approx(0.7 + 0.3 * 20.0, rel=1e-4)


def test_a_spheroid_with_resistance() -> None:
    assert mix.spheroid_with_resistance((100.0, 20.0), 0.2, 1e-6, 0.0) == (100.0, 20.0)
    sphere = mix.spheroid_with_resistance((100.0, 100.0), 1.0, 1e-6, 1e-8)
    assert sphere == pytest.approx([float(mix.particle_with_resistance(100.0, 1e-6, 1e-8))] * 2)
    k, half, r = 100.0, 1e-7, 1e-8
    sheet = mix.spheroid_with_resistance((k, k), 1e-6, half, r)  # through a sheet: two faces in series
    assert sheet[1] == pytest.approx(2 * half / (2 * half / k + 2 * r), rel=1e-4)
    assert sheet[0] == pytest.approx(k, rel=1e-3)
    fibre = mix.spheroid_with_resistance((k, k), 1e6, half, r)
    assert fibre[1] == pytest.approx(k, rel=1e-3)
    assert fibre[0] == pytest.approx(k / (1 + r * k / half), rel=1e-4)


def test_lewis_nielsen_and_foygel() -> None:
    assert mix.lewis_nielsen(0.2, 20.0, 0.0) == pytest.approx(0.2)
    slope = (mix.lewis_nielsen(1.0, 10.0, 1e-6) - 1.0) / 1e-6
    b = 9 / 11.5
    assert slope == pytest.approx(2.5 * b, rel=1e-4)
    assert np.isnan(mix.lewis_nielsen(0.2, 20.0, 0.7))
    np.testing.assert_allclose(mix.foygel_percolation([0.1, 0.2, 0.4], 8.0, 0.2, 2.0), [0.0, 0.0, 0.32])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mix.maxwell_eucken(0.0, 1.0, 0.1), "matrix_W_mK=0.0: must be finite and above 0"),
        (lambda: mix.maxwell_eucken(1.0, -1.0, 0.1), "particle_W_mK=-1.0: must be finite and not negative"),
        (lambda: mix.wiener_bounds(1.0, np.inf, 0.1), "particle_W_mK=inf"),
        (lambda: mix.bruggeman_symmetric(1.0, 1.0, 1.1), "volume_fraction=1.1: must lie between 0 and 1"),
        (lambda: mix.hasselman_johnson(1.0, 2.0, 0.1, 0.0, 0.0), "radius_m=0.0 must be above 0"),
        (lambda: mix.every(1.0, 2.0, 0.1, 1.0, -1.0), "resistance_m2K_W=-1.0 not negative"),
        (lambda: mix.depolarization_factors(0.0), "aspect_ratio=0.0: must be finite and above 0"),
        (lambda: mix.nan_spheroids(1.0, (1.0, -1.0), 0.1, 1.0), "particle_W_mK=-1.0"),
        (lambda: mix.nan_spheroids(1.0, (1.0, 1.0), 0.1, 1.0, half_length_m=0.0), "half_length_m=0.0 must be above 0"),
        (lambda: mix.spheroid_with_resistance((1.0, 1.0), 1.0, 1.0, -1.0), "resistance_m2K_W=-1.0 not negative"),
        (lambda: mix.foygel_percolation(0.1, 1.0, 1.0, 1.0), "threshold=1.0, exponent=1.0, amplitude_W_mK=1.0"),
    ],
)
def test_what_cannot_be_is_refused(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(DomainError, match=message):
        call()


def test_an_orientation_that_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match=r"mean_square_cosine=1\.2: must lie between 0 and 1"):
        mix.nan_spheroids(1.0, (1.0, 1.0), 0.1, 1.0, mean_square_cosine=1.2)


@pytest.mark.parametrize(
    ("particle", "share", "alpha"),
    [(0.2, 0.4, 0.8), (0.05, 0.4, 0.8), (0.2 * 0.0474, 0.398, 1e-3), (0.16, 0.848, 0.016)],
)
def test_every_where_particles_conduct_less_than_the_matrix(particle: float, share: float, alpha: float) -> None:
    """Against the differential equation it integrates: dk/dphi = 3k (k_p(1-a) - k) / ((1-phi)(k_p(1+2a) + 2k))."""
    from scipy.integrate import solve_ivp

    def slope(phi: float, k: Any) -> Any:
        return 3 * k / (1 - phi) * (particle * (1 - alpha) - k) / (particle * (1 + 2 * alpha) + 2 * k)

    exact = solve_ivp(slope, (0.0, share), [0.2], rtol=1e-10, atol=1e-14).y[0, -1]
    found = float(mix.every(0.2, particle, share, 1e-6, alpha * 1e-6 / 0.2))
    assert found == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("contrast", [0.01, 10.0, 1000.0])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.64])
def test_the_differential_scheme_of_spheres_is_bruggemans(contrast: float, share: float) -> None:
    both = mix.differential_spheroids(1.0, (contrast, contrast), share, 1.0)
    assert both == pytest.approx([float(mix.bruggeman_asymmetric(1.0, contrast, share))] * 2, rel=2e-6)


def test_the_differential_scheme_starts_like_nans_and_lies_above() -> None:
    how: dict[str, Any] = {"half_length_m": 5e-7, "resistance_m2K_W": 1e-7, "mean_square_cosine": 0.6}
    few = [mix.differential_spheroids(0.2, (300.0, 3.0), phi, 0.1, **how) for phi in (0.0, 1e-4)]
    assert few[0] == pytest.approx((0.2, 0.2))
    assert few[1] == pytest.approx([float(k) for k in mix.nan_spheroids(0.2, (300.0, 3.0), 1e-4, 0.1, **how)], rel=1e-4)
    dense = mix.differential_spheroids(0.2, (300.0, 3.0), 0.3, 0.1, **how)
    assert all(a > float(b) for a, b in zip(dense, mix.nan_spheroids(0.2, (300.0, 3.0), 0.3, 0.1, **how), strict=True))


def test_bounds_without_particles_that_would_insulate() -> None:
    assert [float(item) for item in mix.hashin_shtrikman_bounds(1.0, 0.0, 0.0)] == [1.0, 1.0]
    assert [float(item) for item in mix.wiener_bounds(1.0, 0.0, 0.0)] == [1.0, 1.0]
