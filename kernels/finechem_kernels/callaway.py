"""Debye–Callaway integrals of the lattice thermal conductivity of one acoustic branch."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from finechem_kernels._jit import (
    REDUCE,
    FloatArray,
    contiguous,
    inline_kernel,
    kernel,
    parallel_kernel,
    prange,
)

BOLTZMANN_J_K = 1.380649e-23
HBAR_J_S = 1.054571817646156e-34
CUT_OFF = 50.0
"""Reduced frequency ħω/kT above which the heat capacity is left out: x⁸e⁻ˣ is then 2e-13 of its integral."""


class CallawayConductivity(NamedTuple):
    """The two terms of Callaway's conductivity, each of shape (P,), W/(m K)."""

    relaxation: FloatArray
    """κ₁: every process counts as resistive."""
    normal_correction: FloatArray
    """κ₂: what normal processes give back, as they conserve crystal momentum."""

    @property
    def total(self) -> FloatArray:
        """κ₁ + κ₂, W/(m K)."""
        return self.relaxation + self.normal_correction


def callaway_conductivity(
    temperature_K: FloatArray,
    debye_temperature_K: FloatArray,
    velocity_m_s: FloatArray,
    *,
    boundary_length_m: FloatArray,
    point_defect_coefficient_s3: FloatArray,
    umklapp_coefficient_s_K: FloatArray,
    umklapp_temperature_K: FloatArray,
    normal_coefficient: FloatArray,
    normal_frequency_exponent: float = 2.0,
    normal_temperature_exponent: float = 3.0,
    umklapp_divisor: float = 3.0,
    branch_count: float = 1.0,
    parallel: bool = True,
) -> CallawayConductivity:
    r"""Lattice thermal conductivity of an acoustic branch in the Debye–Callaway model.

    With :math:`x = \hbar\omega/k_B T` and :math:`w(x) = x^4 e^x/(e^x-1)^2` [1]_:

    .. math::

        \kappa_1 &= g\, C T^3 \int_0^{\theta/T} \tau_C\, w\, dx, \qquad
        \kappa_2 = g\, C T^3
            \left[\int_0^{\theta/T} \frac{\tau_C}{\tau_N} w\, dx\right]^2
            \Big/ \int_0^{\theta/T} \frac{\tau_C}{\tau_N \tau_R} w\, dx, \qquad
        C = \frac{k_B^4}{6\pi^2\hbar^3 v} \\
        \tau_R^{-1} &= \frac{v}{L} + A\,\omega^4 + B_U\,\omega^2\, T e^{-\theta_U/(d\,T)}, \qquad
        \tau_N^{-1} = B_N\,\omega^a T^b, \qquad \tau_C^{-1} = \tau_R^{-1} + \tau_N^{-1}.

    Parameters
    ----------
    temperature_K, debye_temperature_K, velocity_m_s : (P,) arrays
        T, the branch's Debye temperature θ and its velocity v, pair by pair.
    boundary_length_m : (P,) array
        Distance L between boundaries, m; infinite for none.
    point_defect_coefficient_s3 : (P,) array
        A, the sum of isotopes and other point defects, s³.
    umklapp_coefficient_s_K : (P,) array
        B_U, s/K.
    umklapp_temperature_K : (P,) array
        θ_U, often θ itself.
    normal_coefficient : (P,) array
        B_N, s^(a−1) K^(−b); zero for none.
    normal_frequency_exponent, normal_temperature_exponent : float
        a ≥ 0 and b: 2 and 3 for a longitudinal, 1 and 4 for a transverse branch [2]_.
    umklapp_divisor : float
        d.
    branch_count : float
        g, the number of equal branches: 1 for one branch, 2 for a transverse pair, 3 for the isotropic form
        with one mean branch, where g C is Callaway's k_B⁴/(2π²ħ³v). The caller sums unequal branches.
    parallel : bool
        Share the pairs among numba's threads. False for a caller that runs in threads itself.

    Returns
    -------
    CallawayConductivity
        κ₁ and κ₂, W/(m K). Infinite where nothing resists the heat flow.

    Notes
    -----
    The relative error is below 1e-9 for all rates with a ≤ 4 that cross above ħω = 2e-8 kθ; any finite L
    below 10 m does. Rates that cross lower (no boundary, hardly any Umklapp) are integrated less exactly. See
    `_relative_nodes`.

    References
    ----------
    .. [1] J. Callaway, Phys. Rev. 113, 1046 (1959), doi:10.1103/PhysRev.113.1046.
    .. [2] D. T. Morelli, J. P. Heremans, G. A. Slack, Phys. Rev. B 66, 195304 (2002),
       doi:10.1103/PhysRevB.66.195304.
    """
    temperature = contiguous(temperature_K)
    frequency = BOLTZMANN_J_K / HBAR_J_S * temperature
    umklapp = umklapp_coefficient_s_K * temperature * np.exp(-umklapp_temperature_K / umklapp_divisor / temperature)
    rates = np.empty((len(temperature), 4))  # at x = 1
    rates[:, 0] = velocity_m_s / boundary_length_m
    rates[:, 1] = umklapp * frequency**2
    rates[:, 2] = point_defect_coefficient_s3 * frequency**4
    rates[:, 3] = normal_coefficient * temperature**normal_temperature_exponent * frequency**normal_frequency_exponent
    integrals = np.empty((2, len(temperature)))
    fill = _fill_integrals_parallel if parallel else _fill_integrals
    fill(
        np.minimum(contiguous(debye_temperature_K) / temperature, CUT_OFF),
        rates,
        float(normal_frequency_exponent),
        NODES,
        WEIGHTS,
        NODES**normal_frequency_exponent,
        integrals,
    )
    prefactor = BOLTZMANN_J_K**4 / (6.0 * np.pi**2 * HBAR_J_S**3) * temperature**3 / velocity_m_s
    return CallawayConductivity(*(branch_count * prefactor * integrals))


def _relative_nodes() -> tuple[FloatArray, FloatArray]:
    """Gauss–Legendre nodes and weights on (0, 1): panels in ln x, then, for the decay e⁻ˣ, in x.

    In ln x the poles of every integrand lie at least π/4 off the real axis, whatever the rates: a sum of
    positive terms c xᵏ with k ≤ 4 has no zero with |arg x| < π/4. Equal panels thus meet each crossover of
    two rates with the same error, wherever it falls, down to 4⁻¹³ = 1.5e-8 of the upper limit.
    """
    z, weights = np.polynomial.legendre.leggauss(12)
    log_edges = np.linspace(-13.0, -2.0, 12) * np.log(4.0)
    edges = np.array([1.0 / 16.0, 0.16, 0.32, 0.6, 1.0])
    log_half, half = 0.5 * np.diff(log_edges)[:, None], 0.5 * np.diff(edges)[:, None]
    small = np.exp(log_edges[:-1, None] + log_half * (1.0 + z))
    rest = 0.5 * np.exp(log_edges[0])
    nodes = [rest * (1.0 + z), small.ravel(), (edges[:-1, None] + half * (1.0 + z)).ravel()]
    node_weights = [rest * weights, (log_half * weights * small).ravel(), (half * weights).ravel()]
    return np.concatenate(nodes), np.concatenate(node_weights)


NODES, WEIGHTS = _relative_nodes()


@inline_kernel
def _heat_capacity(x: float) -> float:
    """x⁴eˣ/(eˣ−1)² = (x²/(2 sinh(x/2)))², for x up to `CUT_OFF`.

    sinh comes from its series at x/128 and six doublings: nothing cancels at small x, and without a library
    call the loop vectorises.
    """
    z = x / 128.0
    s = z * z
    sinh = z * (1.0 + s * (1 / 6 + s * (1 / 120 + s * (1 / 5040 + s * (1 / 362880 + s * (1 / 39916800))))))
    cosh = 1.0 + s * (1 / 2 + s * (1 / 24 + s * (1 / 720 + s * (1 / 40320 + s * (1 / 3628800)))))
    for _ in range(6):
        double = 2.0 * sinh * cosh
        cosh = 1.0 + 2.0 * sinh * sinh
        sinh = double
    ratio = 0.5 * x * x / sinh
    return ratio * ratio


def _integrals(
    upper: FloatArray,
    rates: FloatArray,
    normal_exponent: float,
    nodes: FloatArray,
    weights: FloatArray,
    node_powers: FloatArray,
    integrals: FloatArray,
) -> None:
    """Fill ``integrals`` (2, P), those of κ₁ and κ₂.

    The columns of ``rates`` (P, 4) at x = 1 are boundaries, Umklapp, point defects and normal processes.
    """
    for p in prange(upper.size):
        limit = upper[p]
        boundary = rates[p, 0]
        umklapp = rates[p, 1] * limit**2
        defects = rates[p, 2] * limit**4
        normal = rates[p, 3] * limit**normal_exponent
        relaxation = conserved = transferred = 0.0
        for k in range(nodes.size):
            square = nodes[k] * nodes[k]
            resistive_rate = boundary + square * (umklapp + square * defects)
            normal_rate = normal * node_powers[k]
            term = weights[k] * _heat_capacity(limit * nodes[k]) / (resistive_rate + normal_rate)
            relaxation += term
            conserved += term * normal_rate
            transferred += term * normal_rate * resistive_rate
        # Point defects, alone or with normal processes of a high power: τ_C w ~ 1/x or steeper at x → 0.
        diverges = boundary == 0.0 and umklapp == 0.0 and (normal == 0.0 or normal_exponent >= 3.0)
        integrals[0, p] = math.inf if diverges else limit * relaxation
        integrals[1, p] = limit * conserved * (conserved / transferred) if normal > 0.0 else 0.0


_fill_integrals: Any = kernel(_integrals, fastmath=REDUCE)
_fill_integrals_parallel: Any = parallel_kernel(_integrals, fastmath=REDUCE)
