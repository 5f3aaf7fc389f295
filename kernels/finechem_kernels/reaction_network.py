"""Rates, Jacobian and elimination of a reaction network, for several candidates at once.

All work arrays are (things, lanes): a candidate is a column, and the innermost loop runs over candidates.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import CONTRACT, FloatArray, kernel

__all__ = ["Network", "factorize", "fill_changes", "fill_constants", "fill_jacobian", "fill_rates", "solve"]

IndexArray: TypeAlias = NDArray[np.uint64]


class Network(NamedTuple):
    """A network of R reactions among N species as index lists (see `mass_action.compile_network`)."""

    reactants: IndexArray
    """(R, 2), N for none."""
    change_start: IndexArray
    """Where each species' list of reactions starts, (N + 1,)."""
    change_reaction: IndexArray
    change_value: FloatArray
    jacobian_start: IndexArray
    """Where each stored entry's list of partial derivatives starts; entries of fill-in have none."""
    jacobian_partial: IndexArray
    """2 r + place: derivative of rate r by its reactant at that place."""
    jacobian_value: FloatArray
    """Minus the stoichiometric number."""
    diagonal: IndexArray
    """Where the diagonal is stored, (N,)."""
    order: IndexArray
    """Pivots in the order of elimination, (N,)."""
    scale_start: IndexArray
    scale: IndexArray
    """Entries below each pivot."""
    update_start: IndexArray
    update: IndexArray
    """Entry, and the two whose product is taken from it, (U, 3)."""
    forward: IndexArray
    """Row, pivot and entry of the lower factor, (L, 3)."""
    backward_start: IndexArray
    backward: IndexArray
    """Pivot, column and entry of the upper factor, (M, 3), last pivot first."""


def fill_constants(log_factor: FloatArray, energy: FloatArray, temperature: FloatArray, out: FloatArray) -> None:
    """Set the rate constants exp(ln A - E/RT).

    The exponential is the 1024th power of Taylor's polynomial of a 1024th: to 1e-13, and it vectorises.
    """
    for r in range(out.shape[0]):
        for w in range(out.shape[1]):
            x = min(max(log_factor[r, w] - energy[r, w] / temperature[w], -300.0), 300.0) * (1.0 / 1024.0)
            p = 1.0 + x * (1.0 / 9.0)
            p = 1.0 + x * (1.0 / 8.0) * p
            p = 1.0 + x * (1.0 / 7.0) * p
            p = 1.0 + x * (1.0 / 6.0) * p
            p = 1.0 + x * (1.0 / 5.0) * p
            p = 1.0 + x * (1.0 / 4.0) * p
            p = 1.0 + x * (1.0 / 3.0) * p
            p = 1.0 + x * (1.0 / 2.0) * p
            p = 1.0 + x * p
            p = p * p
            p = p * p
            p = p * p
            p = p * p
            p = p * p
            p = p * p
            p = p * p
            p = p * p
            p = p * p
            out[r, w] = p * p


def fill_rates(network: Network, constants: FloatArray, values: FloatArray, rate: FloatArray) -> None:
    """Set the rates from rate constants and concentrations; the last row of the concentrations is ones."""
    for r in range(rate.shape[0]):
        a, b = network.reactants[r, 0], network.reactants[r, 1]
        for w in range(rate.shape[1]):
            rate[r, w] = constants[r, w] * values[a, w] * values[b, w]


def fill_changes(network: Network, rate: FloatArray, out: FloatArray) -> None:
    """Set dc/dt from the rates."""
    for i in range(out.shape[0]):
        for w in range(out.shape[1]):
            out[i, w] = 0.0
        for e in range(network.change_start[i], network.change_start[i + 1]):
            r, s = network.change_reaction[e], network.change_value[e]
            for w in range(out.shape[1]):
                out[i, w] += s * rate[r, w]


def fill_jacobian(
    network: Network, constants: FloatArray, values: FloatArray, partial: FloatArray, out: FloatArray
) -> None:
    """Set minus the Jacobian, zeros where there will be fill-in."""
    for r in range(constants.shape[0]):
        a, b = network.reactants[r, 0], network.reactants[r, 1]
        for w in range(constants.shape[1]):
            partial[2 * r, w] = constants[r, w] * values[b, w]
            partial[2 * r + 1, w] = constants[r, w] * values[a, w]
    for i in range(out.shape[0]):
        for w in range(out.shape[1]):
            out[i, w] = 0.0
        for e in range(network.jacobian_start[i], network.jacobian_start[i + 1]):
            p, s = network.jacobian_partial[e], network.jacobian_value[e]
            for w in range(out.shape[1]):
                out[i, w] += s * partial[p, w]


def factorize(network: Network, jacobian: FloatArray, shift: FloatArray, out: FloatArray) -> None:
    """Factorize shift - J without pivoting; the diagonal becomes its reciprocal."""
    lanes = out.shape[1]
    for i in range(out.shape[0]):
        for w in range(lanes):
            out[i, w] = jacobian[i, w]
    for i in range(len(network.diagonal)):
        d = network.diagonal[i]
        for w in range(lanes):
            out[d, w] += shift[w]
    for k in range(len(network.order)):
        d = network.diagonal[network.order[k]]
        for w in range(lanes):
            out[d, w] = 1.0 / out[d, w]
        for e in range(network.scale_start[k], network.scale_start[k + 1]):
            i = network.scale[e]
            for w in range(lanes):
                out[i, w] *= out[d, w]
        for e in range(network.update_start[k], network.update_start[k + 1]):
            i, a, b = network.update[e, 0], network.update[e, 1], network.update[e, 2]
            for w in range(lanes):
                out[i, w] -= out[a, w] * out[b, w]


def solve(network: Network, factors: FloatArray, x: FloatArray) -> None:
    """Replace the right-hand side by the solution."""
    lanes = x.shape[1]
    for e in range(len(network.forward)):
        i, k, p = network.forward[e, 0], network.forward[e, 1], network.forward[e, 2]
        for w in range(lanes):
            x[i, w] -= factors[p, w] * x[k, w]
    count = len(network.order)
    for j in range(count):
        i = network.order[count - 1 - j]
        d = network.diagonal[i]
        for e in range(network.backward_start[j], network.backward_start[j + 1]):
            k, p = network.backward[e, 1], network.backward[e, 2]
            for w in range(lanes):
                x[i, w] -= factors[p, w] * x[k, w]
        for w in range(lanes):
            x[i, w] *= factors[d, w]


fill_constants = kernel(fill_constants, fastmath=CONTRACT)
fill_rates = kernel(fill_rates, fastmath=CONTRACT)
fill_changes = kernel(fill_changes, fastmath=CONTRACT)
fill_jacobian = kernel(fill_jacobian, fastmath=CONTRACT)
factorize = kernel(factorize, fastmath=CONTRACT)
solve = kernel(solve, fastmath=CONTRACT)
