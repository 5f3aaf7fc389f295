"""Callaway's conductivity against exact limits, monotony and adaptive quadrature."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from finechem_kernels._jit import FloatArray
from finechem_kernels.callaway import (
    BOLTZMANN_J_K,
    HBAR_J_S,
    NODES,
    WEIGHTS,
    CallawayConductivity,
    _heat_capacity,
    callaway_conductivity,
)
from scipy.constants import hbar, k
from scipy.integrate import quad


@dataclass(frozen=True)
class Branch:
    """One transverse-like branch; rates of the size found in semiconductors."""

    theta: float = 500.0
    velocity: float = 5e3
    length: float = np.inf
    defects: float = 0.0
    umklapp: float = 0.0
    normal: float = 0.0
    frequency_exponent: float = 2.0
    temperature_exponent: float = 3.0
    branches: float = 1.0

    def conductivity(self, *temperatures: float, parallel: bool = True) -> CallawayConductivity:
        temperature = np.array(temperatures)
        pairs = np.ones_like(temperature)
        with np.errstate(divide="ignore", invalid="ignore"):
            return callaway_conductivity(
                temperature,
                self.theta * pairs,
                self.velocity * pairs,
                boundary_length_m=self.length * pairs,
                point_defect_coefficient_s3=self.defects * pairs,
                umklapp_coefficient_s_K=self.umklapp * pairs,
                umklapp_temperature_K=self.theta * pairs,
                normal_coefficient=self.normal * pairs,
                normal_frequency_exponent=self.frequency_exponent,
                normal_temperature_exponent=self.temperature_exponent,
                branch_count=self.branches,
                parallel=parallel,
            )

    def reference(self, temperature: float) -> tuple[float, float]:
        """κ₁ and κ₂ by adaptive quadrature in ln x."""
        frequency = k * temperature / hbar
        limit = min(self.theta / temperature, 150.0)
        edges = np.log(limit) - 0.7 * np.arange(50.0, -1.0, -1.0)

        def resistive(x: float) -> float:
            exponential = np.exp(-self.theta / (3.0 * temperature))
            umklapp = self.umklapp * (frequency * x) ** 2 * temperature * exponential
            return float(self.velocity / self.length + self.defects * (frequency * x) ** 4 + umklapp)

        def normal(x: float) -> float:
            power = temperature**self.temperature_exponent
            return float(self.normal * (frequency * x) ** self.frequency_exponent * power)

        def weight(x: float) -> float:
            return float((x**2 / (2.0 * np.sinh(x / 2.0))) ** 2)

        def integral(function: Any) -> float:
            in_log = [
                quad(lambda y: function(np.exp(y)) * np.exp(y), low, high, epsabs=0.0, epsrel=1e-12)[0]
                for low, high in pairwise(edges)
            ]
            return float(sum(in_log))

        prefactor = self.branches * k**4 * temperature**3 / (6.0 * np.pi**2 * hbar**3 * self.velocity)
        relaxation = integral(lambda x: weight(x) / (resistive(x) + normal(x)))
        if self.normal == 0.0:
            return prefactor * relaxation, 0.0
        conserved = integral(lambda x: weight(x) * normal(x) / (resistive(x) + normal(x)))
        transferred = integral(lambda x: weight(x) * normal(x) * resistive(x) / (resistive(x) + normal(x)))
        return prefactor * relaxation, prefactor * conserved**2 / transferred


EVERYTHING = Branch(length=1e-4, defects=3e-44, umklapp=1e-19, normal=1e-24)


def test_constants_are_codata() -> None:
    np.testing.assert_allclose([BOLTZMANN_J_K, HBAR_J_S], [k, hbar], rtol=1e-15)


@pytest.mark.parametrize("parallel", [False, True])
def test_casimir_limit(parallel: bool) -> None:
    """θ → ∞, boundaries only: κ = k⁴T³L/(6π²ħ³v²) ∫₀^∞ x⁴eˣ/(eˣ−1)² dx, and the integral is 4π⁴/15."""
    casimir = Branch(theta=1e5, length=2e-3, velocity=6e3)
    temperature = np.array([2.0, 10.0, 100.0])
    kappa = casimir.conductivity(*temperature, parallel=parallel)
    expected = k**4 * temperature**3 * 2e-3 / (6.0 * np.pi**2 * hbar**3 * 6e3**2) * 4.0 * np.pi**4 / 15.0
    np.testing.assert_allclose(kappa.relaxation, expected, rtol=1e-12)
    np.testing.assert_array_equal(kappa.normal_correction, 0.0)


def test_umklapp_only_at_high_temperature() -> None:
    """T ≫ θ: w → x², so κ = C T³ (θ/T) / (B T (kT/ħ)²) = k²θ/(6π²ħ v B T), up to (θ/T)²/36 and θ/(3T)."""
    branch = Branch(theta=1.0, umklapp=1e-19)
    temperature = np.array([1e5, 2e5])
    leading = k**2 * 1.0 / (6.0 * np.pi**2 * hbar * branch.velocity * branch.umklapp * temperature)
    exponential = np.exp(1.0 / (3.0 * temperature))
    kappa = branch.conductivity(*temperature).total
    np.testing.assert_allclose(kappa, leading * exponential, rtol=1e-10)
    assert kappa[0] / kappa[1] == pytest.approx(2.0, rel=1e-5)


def test_boundary_only_at_high_temperature_is_the_dulong_petit_limit() -> None:
    """κ = (1/3) c v L with c = k k_D³/(6π²) a branch and k_D = kθ/(ħv)."""
    branch = Branch(theta=10.0, length=1e-6)
    capacity = k * (k * 10.0 / (hbar * branch.velocity)) ** 3 / (6.0 * np.pi**2)
    kappa = branch.conductivity(1e5).total[0]
    assert kappa == pytest.approx(capacity * branch.velocity * 1e-6 / 3.0, rel=1e-8)


@pytest.mark.parametrize("mechanism", ["length", "defects", "umklapp", "normal"])
def test_every_mechanism_lowers_the_conductivity(mechanism: str) -> None:
    temperatures = (10.0, 50.0, 300.0, 1500.0)
    full = EVERYTHING.conductivity(*temperatures).total
    without = np.inf if mechanism == "length" else 0.0
    fewer = replace(EVERYTHING, **{mechanism: without}).conductivity(*temperatures).total
    assert np.all(full < fewer)


def test_normal_processes_alone_do_not_resist() -> None:
    assert np.isinf(Branch(normal=1e-24).conductivity(300.0).total[0])
    assert np.isinf(Branch().conductivity(300.0).total[0])


@pytest.mark.parametrize(
    ("exponent", "normal", "infinite"), [(2.0, 0.0, True), (2.0, 1e-24, False), (3.0, 1e-37, True)]
)
def test_point_defects_spare_the_longest_waves(exponent: float, normal: float, infinite: bool) -> None:
    """τw ~ 1/x² diverges at x → 0 unless a normal rate below x³ carries those waves over."""
    branch = Branch(defects=1e-44, normal=normal, frequency_exponent=exponent)
    assert np.isinf(branch.conductivity(300.0).total[0]) == infinite


def test_boundaries_with_normal_processes_keep_the_conductivity() -> None:
    """τ_R does not depend on x here, so κ₁ + κ₂ is κ without normal processes, whatever their rate."""
    alone = Branch(length=1e-4).conductivity(20.0, 300.0).total
    for normal in (1e-30, 1e-26, 1e-22, 1e-16):
        mixed = Branch(length=1e-4, normal=normal).conductivity(20.0, 300.0)
        np.testing.assert_allclose(mixed.total, alone, rtol=1e-12)
        assert np.all(mixed.normal_correction > 0.0)


def test_dominant_normal_processes_give_the_ziman_limit() -> None:
    """τ_N → 0: κ = C T³ (∫w)²/∫(w/τ_R); here with w → x⁴eˣ/(eˣ−1)², θ → ∞ and 1/τ_R = Aω⁴.

    ∫w = 4π⁴/15 and ∫x⁸eˣ/(eˣ−1)² dx = 8·7!·ζ(8) = 8! π⁸/9450.
    """
    temperature, branch = 20.0, Branch(theta=2e3, defects=1e-44, normal=1e-8)
    rate = branch.defects * (k * temperature / hbar) ** 4 * 40320.0 * np.pi**8 / 9450.0
    prefactor = k**4 * temperature**3 / (6.0 * np.pi**2 * hbar**3 * branch.velocity)
    expected = prefactor * (4.0 * np.pi**4 / 15.0) ** 2 / rate
    assert branch.conductivity(temperature).total[0] == pytest.approx(expected, rel=1e-8)


def test_three_equal_branches_make_the_isotropic_form() -> None:
    single, triple = EVERYTHING.conductivity(300.0), replace(EVERYTHING, branches=3.0).conductivity(300.0)
    np.testing.assert_allclose(np.array(triple), 3.0 * np.array(single), rtol=1e-15)


def test_serial_and_parallel_twins_agree() -> None:
    temperatures = np.geomspace(10.0, 1500.0, 20)
    twins = [EVERYTHING.conductivity(*temperatures, parallel=parallel) for parallel in (False, True)]
    np.testing.assert_array_equal(np.array(twins[0]), np.array(twins[1]))


def random_branch(rng: np.random.Generator) -> Branch:
    """Any size of rates, and one mechanism in four missing; boundaries stay, as nothing else bounds κ."""
    frequency_exponent, temperature_exponent = [(2.0, 3.0), (1.0, 4.0), (2.0, 1.0), (4.0, 1.0)][rng.integers(4)]
    rate = 10.0 ** rng.uniform(5.0, 14.0)  # normal processes at 4e13 rad/s and 300 K
    present = rng.uniform(size=3) > 0.25
    return Branch(
        theta=rng.uniform(150.0, 2000.0),
        velocity=rng.uniform(1e3, 1.2e4),
        length=10.0 ** rng.uniform(-8.0, -1.0),
        defects=present[0] * 10.0 ** rng.uniform(-46.0, -40.0),
        umklapp=present[1] * 10.0 ** rng.uniform(-20.0, -17.0),
        normal=present[2] * rate / (4e13**frequency_exponent * 300.0**temperature_exponent),
        frequency_exponent=frequency_exponent,
        temperature_exponent=temperature_exponent,
    )


@pytest.mark.parametrize("seed", range(24))
def test_agrees_with_adaptive_quadrature(seed: int) -> None:
    rng = np.random.default_rng(seed)
    branch, temperature = random_branch(rng), float(np.exp(rng.uniform(np.log(10.0), np.log(1500.0))))
    kappa = branch.conductivity(temperature)
    relaxation, normal_correction = branch.reference(temperature)
    assert kappa.relaxation[0] == pytest.approx(relaxation, rel=1e-9)
    assert kappa.normal_correction[0] == pytest.approx(normal_correction, rel=1e-9)


def test_heat_capacity_weight() -> None:
    x: FloatArray = np.array([1e-12, 1e-5, 0.1, 1.0, 5.0, 20.0, 50.0])
    computed = [_heat_capacity(value) for value in x]
    np.testing.assert_allclose(computed, (x**2 / (2.0 * np.sinh(x / 2.0))) ** 2, rtol=2e-12)


def test_nodes_fill_the_unit_interval() -> None:
    assert np.all(np.diff(NODES) > 0.0)
    np.testing.assert_allclose(WEIGHTS @ NODES**3, 0.25, rtol=1e-14)
