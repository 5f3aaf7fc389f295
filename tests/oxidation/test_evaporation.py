"""Evaporation from a film: exact solutions, conservation, limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

from finechem.errors import ConfigError, InputError
from finechem.matter.programs import Program, hold, reflow
from finechem.oxidation.evaporation import (
    Film,
    evaporate,
    flory_huggins_activity,
    langmuir_flux_kg_m2_s,
    surface_velocity_m_s,
)
from finechem.units import GAS_CONSTANT

#: BHT in an epoxy of ordinary density; dilute, so that the activity is e times the volume fraction.
FILM = Film(thickness_m=1e-4, loading=1e-6, density_kg_m3=1200.0, molar_mass_g_mol=220.35)


def constant(pressure: float) -> Any:
    return lambda temperature: np.full_like(temperature, pressure)


def test_langmuir_flux_of_water_by_hand() -> None:
    """At 298.15 K and 3169 Pa: 3169 sqrt(0.018015 / (2 pi 8.314463 298.15)) = 3.408 kg/(m2 s)."""
    by_hand = 3169.0 * (0.018015 / (2 * 3.14159265 * 8.314463 * 298.15)) ** 0.5
    assert by_hand == pytest.approx(3.408, abs=5e-4)
    assert langmuir_flux_kg_m2_s(3169.0, 298.15, 18.015) == pytest.approx(by_hand, rel=1e-7)


def test_free_evaporation_moves_at_a_quarter_of_the_mean_speed() -> None:
    """Kinetic theory: the flux through a plane is a quarter of density times sqrt(8 R T / (pi M))."""
    temperature, mass = np.array([300.0, 533.0]), 0.22035
    speed = np.sqrt(8 * GAS_CONSTANT * temperature / (np.pi * mass))
    np.testing.assert_allclose(surface_velocity_m_s(temperature, 220.35), speed / 4, rtol=1e-12)


def test_resistances_add_in_series() -> None:
    free = float(surface_velocity_m_s(473.0, 220.35))
    both = float(surface_velocity_m_s(473.0, 220.35, 1.0, free))
    assert both == pytest.approx(free / 2, rel=1e-12)
    assert float(surface_velocity_m_s(473.0, 220.35, 1.0, 1e9)) == pytest.approx(free, rel=1e-6)
    assert float(surface_velocity_m_s(473.0, 220.35, 1.0, 1e-3)) == pytest.approx(1e-3, rel=1e-4)


def test_dilute_film_at_constant_temperature_decays_exponentially() -> None:
    temperature_K, pressure = 473.15, 1e-2
    flux = float(langmuir_flux_kg_m2_s(pressure, temperature_K, 220.35)) * np.e * FILM.loading
    rate = flux / FILM.additive_kg_m2
    film = replace(FILM, loading=1e-10)
    run = evaporate(hold(200.0, 2.0 / rate / 3600.0), constant(pressure), film)
    np.testing.assert_allclose(run.fraction_left, np.exp(-rate * run.time_s), rtol=1e-8)


def test_ideal_solution_has_lamberts_solution() -> None:
    """Mole fractions: n0 - n + N ln(n0 / n) = k t exactly."""
    film = Film(
        thickness_m=1e-5, loading=0.4, density_kg_m3=1000.0, molar_mass_g_mol=200.0, matrix="molecules",
        matrix_molar_mass_g_mol=300.0, activity_coefficient=2.0,
    )  # fmt: skip
    run = evaporate(hold(150.0, 1.0), constant(3e-3), film)
    moles, others = 0.4 / 0.2 * run.fraction_left, 0.6 / 0.3
    rate = 2.0 * float(langmuir_flux_kg_m2_s(3e-3, 423.15, 200.0)) / 0.2 / (1000.0 * 1e-5)
    assert run.fraction_left[-1] < 0.5
    np.testing.assert_allclose(moles[0] - moles + others * np.log(moles[0] / moles), rate * run.time_s, atol=1e-9)


def test_ramp_matches_fine_quadrature() -> None:
    """Separable: the loss depends on the integral of rate over time alone."""
    program = Program("ramp", (0.0, 100.0, 130.0), (350.0, 550.0, 360.0))

    def pressure(temperature: Any) -> Any:
        return 1e-2 * np.exp(-9000.0 * (1 / temperature - 1 / 500.0))

    run = evaporate(program, pressure, FILM)
    time = np.linspace(0.0, 130.0, 400_001)
    temperature = program.at(time)
    rate = langmuir_flux_kg_m2_s(pressure(temperature), temperature, 220.35) * np.e / (1200.0 * 1e-4)
    exposure = np.trapezoid(rate, time)
    assert 0.05 < exposure < 5.0
    assert -np.log(run.fraction_left[-1]) == pytest.approx(exposure, rel=1e-5)


def test_what_has_left_is_the_integral_of_the_flux() -> None:
    program = reflow(passes=1)

    def pressure(temperature: Any) -> Any:
        return 5.0 * np.exp(-9000.0 * (1 / temperature - 1 / 500.0))

    for diffusivity in (None, 1e-11):
        film = replace(FILM, loading=0.01)
        run = evaporate(program, pressure, film, diffusivity_m2_s=diffusivity, gas_transfer_m_s=0.05)
        gone = np.trapezoid(run.flux_kg_m2_s, run.time_s)
        assert gone == pytest.approx(run.additive_kg_m2 * run.loss, rel=3e-3), diffusivity
        assert np.all(np.diff(run.fraction_left) <= 0.0) and run.loss > 1e-3


@pytest.mark.parametrize("biot", [0.1, 1.0, 20.0])
def test_diffusion_with_surface_evaporation_has_cranks_solution(biot: float) -> None:
    """Plane sheet, one side sealed: sum of 2 L^2 exp(-b^2 D t / l^2) / (b^2 (b^2 + L^2 + L)), b tan b = L."""
    thickness, diffusivity = 1e-4, 1e-12
    film = replace(FILM, thickness_m=thickness, loading=1e-10)
    density = 0.22035 / (GAS_CONSTANT * 473.15)
    velocity = float(surface_velocity_m_s(473.15, 220.35))
    # velocity * p density e fraction / (loading rho) is what the surface loses: choose p for this Biot number
    pressure = biot * diffusivity / thickness * 1200.0 / (velocity * density * np.e)
    duration = (0.3 + 1.0 / biot) * thickness**2 / diffusivity
    run = evaporate(hold(200.0, duration / 3600.0), constant(pressure), film, diffusivity_m2_s=diffusivity)
    roots = [
        brentq(lambda b: b * np.sin(b) - biot * np.cos(b), n * np.pi + 1e-12, n * np.pi + np.pi / 2) for n in range(60)
    ]
    b = np.array(roots)[:, None]
    reduced = diffusivity * run.time_s / thickness**2
    exact = (2 * biot**2 * np.exp(-(b**2) * reduced) / (b**2 * (b**2 + biot**2 + biot))).sum(axis=0)
    later = reduced > 0.01
    np.testing.assert_allclose(run.fraction_left[later], exact[later], atol=2e-3)
    assert run.fraction_left[-1] < 0.7


def test_fast_diffusion_is_a_well_mixed_film() -> None:
    film = replace(FILM, loading=0.05)
    mixed = evaporate(hold(200.0, 0.1), constant(1e-1), film)
    fast = evaporate(hold(200.0, 0.1), constant(1e-1), film, diffusivity_m2_s=1e-4)
    np.testing.assert_allclose(fast.fraction_left, mixed.fraction_left, atol=2e-4)
    assert 0.05 < mixed.loss < 0.999


def test_every_further_resistance_holds_back() -> None:
    program = reflow()
    film = replace(FILM, loading=0.005)
    free = evaporate(program, constant(1.0), film).loss
    still = evaporate(program, constant(1.0), film, gas_transfer_m_s=0.01).loss
    slow = evaporate(program, constant(1.0), film, gas_transfer_m_s=0.01, diffusivity_m2_s=1e-14).loss
    assert 1.0 >= free > still > slow > 0.0


def test_limits() -> None:
    program = hold(175.0, 4.0)
    assert evaporate(program, constant(0.0), FILM).loss == 0.0
    assert evaporate(program, constant(0.0), FILM, diffusivity_m2_s=1e-12).loss == pytest.approx(0.0, abs=1e-12)
    assert evaporate(program, constant(1e-3), replace(FILM, thickness_m=1e3)).loss < 1e-6
    assert evaporate(program, constant(1e5), FILM).loss == pytest.approx(1.0)


def test_flory_and_huggins() -> None:
    assert flory_huggins_activity([0.0, 1.0]).tolist() == [0.0, 1.0]
    assert float(flory_huggins_activity(1e-9, 0.5)) == pytest.approx(1e-9 * np.exp(1.5), rel=1e-8)
    ideal = Film(
        thickness_m=1e-4, loading=0.5, density_kg_m3=1000.0, molar_mass_g_mol=100.0, matrix="molecules",
        matrix_molar_mass_g_mol=100.0,
    )  # fmt: skip
    assert float(ideal.activity(1.0)) == pytest.approx(0.5)
    assert float(ideal.activity(0.0)) == 0.0


def test_mistakes_are_named_together() -> None:
    with pytest.raises(
        ConfigError, match=r"(?s)4 mistakes.*thickness_m is 0.*loading is 2.*matrix is 'gas'.*-1"
    ) as caught:
        Film(
            thickness_m=0.0, loading=2.0, density_kg_m3=1.0, molar_mass_g_mol=1.0, matrix="gas",  # type: ignore[arg-type]
            additive_density_kg_m3=-1.0,
        )  # fmt: skip
    assert len(caught.value.mistakes) == 4
    with pytest.raises(ConfigError, match="needs matrix_molar_mass_g_mol"):
        replace(FILM, matrix="molecules")


def test_bad_numbers_are_refused() -> None:
    with pytest.raises(InputError, match=r"vapour pressure at 448\.1 K is negative"):
        evaporate(hold(175.0, 1.0), constant(-1.0), FILM)
    with pytest.raises(InputError, match="diffusivity"):
        evaporate(hold(175.0, 1.0), constant(1.0), FILM, diffusivity_m2_s=0.0)
    with pytest.raises(InputError, match="at least 4"):
        evaporate(hold(175.0, 1.0), constant(1.0), FILM, diffusivity_m2_s=1e-12, cells=2)
    with pytest.raises(InputError, match="accommodation coefficient 2"):
        evaporate(hold(175.0, 1.0), constant(1.0), FILM, accommodation=2.0)
    with pytest.raises(InputError, match="mass-transfer coefficient 0"):
        evaporate(hold(175.0, 1.0), constant(1.0), FILM, gas_transfer_m_s=0.0)
    with pytest.raises(InputError, match="pressure -1"):
        langmuir_flux_kg_m2_s(-1.0, 300.0, 18.0)
    with pytest.raises(InputError, match="molar mass 0"):
        langmuir_flux_kg_m2_s(1.0, 300.0, 0.0)
    with pytest.raises(InputError, match="temperature 0"):
        langmuir_flux_kg_m2_s(1.0, 0.0, 18.0)
    with pytest.raises(InputError, match="not between 0 and 1"):
        flory_huggins_activity(1.5)


@pytest.mark.parametrize("wrong", [{"thickness_m": np.inf}, {"density_kg_m3": np.inf}, {"interaction": np.nan}])
def test_a_film_needs_finite_numbers(wrong: dict[str, float]) -> None:
    given = {"thickness_m": 1e-4, "loading": 0.005, "density_kg_m3": 1200.0, "molar_mass_g_mol": 220.0}
    with pytest.raises(ConfigError, match="finite"):
        Film(**{**given, **wrong})  # type: ignore[arg-type]
