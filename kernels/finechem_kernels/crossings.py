"""What happens inside a step of `rosenbrock`: its interpolant of order 3, and where a sum rises through a level."""

from __future__ import annotations

import numpy as np

from finechem_kernels._jit import FloatArray, kernel
from finechem_kernels.reaction_network import Network

__all__ = ["crossing", "interpolate", "sum_of_concentrations", "sum_of_rates"]

H21, H22, H23, H24, H25 = (
    10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662,
)  # fmt: skip
H31, H32, H33, H34, H35 = (
    -0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872,
)  # fmt: skip


def interpolate(theta: float, w: int, i: int, y: FloatArray, new: FloatArray, stages: FloatArray) -> float:
    """Return a concentration inside a step, order 3."""
    k1, k2, k3, k4, k5 = stages[0, i, w], stages[1, i, w], stages[2, i, w], stages[3, i, w], stages[4, i, w]
    bend = H21 * k1 + H22 * k2 + H23 * k3 + H24 * k4 + H25 * k5
    twist = H31 * k1 + H32 * k2 + H33 * k3 + H34 * k4 + H35 * k5
    return float((1.0 - theta) * y[i, w] + theta * (new[i, w] + (1.0 - theta) * (bend + theta * twist)))


interpolate = kernel(interpolate)


def sum_of_concentrations(
    theta: float, w: int, weights: FloatArray, y: FloatArray, new: FloatArray, stages: FloatArray
) -> float:
    """Return a weighted sum of concentrations inside a step."""
    total = 0.0
    for i in range(len(weights)):
        if weights[i] != 0.0:
            total += weights[i] * interpolate(theta, w, i, y, new, stages)
    return total


sum_of_concentrations = kernel(sum_of_concentrations)


def sum_of_rates(
    network: Network, theta: float, w: int, weights: FloatArray, y: FloatArray, new: FloatArray, stages: FloatArray,
    log_factor: FloatArray, energy: FloatArray, temperature: float,
) -> float:  # fmt: skip
    """Return a weighted sum of rates inside a step, at interpolated concentrations."""
    total, count = 0.0, y.shape[0] - 1
    for r in range(len(weights)):
        if weights[r] != 0.0:
            rate = np.exp(log_factor[r, w] - energy[r, w] / temperature)
            for place in range(2):
                i = network.reactants[r, place]
                if i < count:
                    rate *= interpolate(theta, w, i, y, new, stages)
            total += weights[r] * rate
    return total


sum_of_rates = kernel(sum_of_rates)


def crossing(
    network: Network, v: int, w: int, weights: FloatArray, rate_weights: FloatArray, level: float, before: float,
    y: FloatArray, new: FloatArray, stages: FloatArray, log_factor: FloatArray, energy: FloatArray, temperature: float,
    rise: float,
) -> tuple[float, float]:  # fmt: skip
    """Return where in a step sum v rises through its level, as a share of the step, or -1; and its value at the end."""
    low, high, end = 0.0, 1.0, 0.0
    for attempt in range(50):
        theta = 1.0 if attempt == 0 else 0.5 * (low + high)
        if v < len(weights):
            value = sum_of_concentrations(theta, w, weights[v], y, new, stages)
        else:
            value = sum_of_rates(
                network, theta, w, rate_weights[v - len(weights)], y, new, stages, log_factor, energy,
                temperature + rise * theta,
            )  # fmt: skip
        if attempt == 0:
            end = value
            if not before < level <= end:
                return -1.0, end
        elif value < level:
            low = theta
        else:
            high = theta
    return high, end


crossing = kernel(crossing)
