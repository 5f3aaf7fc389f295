"""Mass-action kinetics of many candidates through temperature programs: stiff, sparse, several candidates in step."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem_kernels._jit import FloatArray, contiguous
from finechem_kernels.reaction_network import Network
from finechem_kernels.rosenbrock import integrate_candidates

__all__ = ["Integration", "Network", "compile_network", "integrate"]

CountArray: TypeAlias = NDArray[np.int64]
IndexArray: TypeAlias = NDArray[np.uint64]

#: Candidates that advance together, and the least that a thread takes at a time.
LANES, BLOCK = 16, 64


class Integration(NamedTuple):
    """What became of C candidates."""

    concentrations: FloatArray
    """At the requested times, (C, K, N); NaN after a candidate stopped."""
    final: FloatArray
    """When the candidate stopped, (C, N)."""
    final_time: FloatArray
    """When that was, (C,): the end of the program, or its last event where `stop` was asked for."""
    events: FloatArray
    """First upward crossings, (C, V + Q): of the sums of concentrations, then of the sums of rates; NaN where none."""
    steps: CountArray
    """Accepted and rejected steps, (C, 2)."""
    failed: NDArray[np.bool_]
    """Steps ran out or became too small, (C,)."""


def compile_network(reactants: ArrayLike, stoichiometry: ArrayLike) -> Network:
    r"""Prepare index lists for rates, Jacobian and elimination of one network of reactions.

    .. math:: \frac{d c_i}{d t} = \sum_r S_{ir} r_r,\qquad r_r = k_r(T) \prod_{j \in r} c_j

    The elimination of :math:`1/(\gamma h) - J` pivots on the diagonal in Markowitz's order and is written down as a
    list of multiplications once: fill-in is known beforehand.

    Parameters
    ----------
    reactants : (R, 2) int array
        Species of each reaction, twice the same one for a reaction with itself, -1 for none: none at all is a
        constant source.
    stoichiometry : (N, R) array
        Net change of each species, any real number: a species that counts heat may have enthalpies here.

    Returns
    -------
    Network
    """
    net = np.asarray(stoichiometry, dtype=np.float64)
    species, reactions = net.shape
    pairs = np.asarray(reactants, dtype=np.int64)
    padded = np.where(pairs < 0, species, pairs)
    entries: dict[tuple[int, int], list[tuple[int, float]]] = {(i, i): [] for i in range(species)}
    for reaction in range(reactions):
        for row in np.flatnonzero(net[:, reaction]).tolist():
            for place in range(2):
                column = int(padded[reaction, place])
                if column < species:
                    entries.setdefault((row, column), []).append((2 * reaction + place, -net[row, reaction]))
    order = _markowitz(species, set(entries))
    stored, lower, upper = _filled(species, set(entries), order)
    updates = [
        (stored[row, column], stored[row, pivot], stored[pivot, column])
        for pivot in order
        for row in lower[pivot]
        for column in upper[pivot]
    ]
    scales = [stored[row, pivot] for pivot in order for row in lower[pivot]]
    jacobian = [(stored[key], *term) for key, terms in sorted(entries.items(), key=lambda item: stored[item[0]])
                for term in terms]  # fmt: skip
    forward = [(row, pivot, stored[row, pivot]) for pivot in order for row in lower[pivot]]
    backward = [(pivot, column, stored[pivot, column]) for pivot in reversed(order) for column in upper[pivot]]
    change = [(i, r, net[i, r]) for i in range(species) for r in np.flatnonzero(net[i]).tolist()]
    return Network(
        reactants=_indices(padded, (-1, 2)),
        change_start=_starts([item[0] for item in change], species),
        change_reaction=_indices([item[1] for item in change]),
        change_value=contiguous([item[2] for item in change]),
        jacobian_start=_starts([item[0] for item in jacobian], len(stored)),
        jacobian_partial=_indices([item[1] for item in jacobian]),
        jacobian_value=contiguous([item[2] for item in jacobian]),
        diagonal=_indices([stored[i, i] for i in range(species)]),
        order=_indices(order),
        scale_start=_indices(np.cumsum([0, *(len(lower[pivot]) for pivot in order)])),
        scale=_indices(scales),
        update_start=_indices(np.cumsum([0, *(len(lower[pivot]) * len(upper[pivot]) for pivot in order)])),
        update=_indices(updates, (-1, 3)),
        forward=_indices(forward, (-1, 3)),
        backward_start=_indices(np.cumsum([0, *(len(upper[pivot]) for pivot in reversed(order))])),
        backward=_indices(backward, (-1, 3)),
    )


def integrate(
    network: Network,
    log_factor: ArrayLike,
    activation_K: ArrayLike,
    initial: ArrayLike,
    times: ArrayLike,
    temperatures: ArrayLike,
    *,
    program: ArrayLike | None = None,
    outputs: ArrayLike | None = None,
    sums: ArrayLike | None = None,
    sum_levels: ArrayLike | None = None,
    rate_sums: ArrayLike | None = None,
    rate_levels: ArrayLike | None = None,
    stop: bool = False,
    rtol: float = 1e-4,
    atol: ArrayLike = 1e-10,
    max_steps: int = 100_000,
    workers: int = 1,
) -> Integration:
    r"""Integrate the rate equations of every candidate through its temperature program.

    Rosenbrock's method RODAS [1]_: six stages, order 4, an embedded solution of order 3, stiffly accurate, with the
    exact Jacobian and the exact derivative by time. Rate constants are :math:`k_r = \exp(\ln A_r - \Theta_r / T)`.
    Steps end on the corners of a program. `LANES` candidates advance side by side, each with steps of its own, so that
    every operation is done for all of them at once; one that ends makes place for the next.

    Parameters
    ----------
    network : Network
        From `compile_network`.
    log_factor, activation_K : (C, R) or (R,) array
        ln A, and activation energy over the gas constant in K. An exchange :math:`k (c_s - c)` is a reaction without
        reactants and one with one.
    initial : (C, N) or (N,) array
        Concentrations at time 0.
    times, temperatures : (P,) or (G, P) array
        One or G programs; times rise from 0, temperatures in K are linear between them. Shorter programs repeat their
        last time.
    program : (C,) int array
        Which program; default 0.
    outputs : (K,) or (C, K) array
        Rising times at which concentrations are wanted.
    sums, sum_levels : (V, N) array and (V,) or (C, V) array
        Events: when :math:`\sum_i w_i c_i` first rises through a level, by the method's own interpolant (order 3).
    rate_sums, rate_levels : (Q, R) array and (Q,) or (C, Q) array
        Events: when :math:`\sum_r q_r r_r`, such as the rate of heat release, first rises through a level: rates at
        interpolated concentrations.
    stop : bool
        End a candidate when all its events have happened.
    rtol, atol : float; float or (N,) array
        The root mean square of the error estimates over ``atol + rtol |c|`` is kept below 1.
    max_steps : int
        For one candidate, rejected ones included.
    workers : int
        Threads, each with blocks of candidates.

    Returns
    -------
    Integration

    References
    ----------
    .. [1] E. Hairer, G. Wanner, *Solving Ordinary Differential Equations II* (Springer), section IV.7: coefficients as
       in their code RODAS.
    """
    start = np.atleast_2d(contiguous(initial))
    factors, energies = np.atleast_2d(contiguous(log_factor)), np.atleast_2d(contiguous(activation_K))
    count = max(len(start), len(factors), len(energies))
    species, reactions = start.shape[1], len(network.reactants)
    grid = np.zeros((count, 0)) if outputs is None else _rows(outputs, count)
    weights = np.zeros((0, species)) if sums is None else np.atleast_2d(contiguous(sums))
    rate_weights = np.zeros((0, reactions)) if rate_sums is None else np.atleast_2d(contiguous(rate_sums))
    levels = np.concatenate(
        [_levels(sum_levels, count, len(weights)), _levels(rate_levels, count, len(rate_weights))], 1
    )
    chosen = np.zeros(count, np.int64) if program is None else np.ascontiguousarray(program, dtype=np.int64)
    result = Integration(
        np.full((count, grid.shape[1], species), np.nan),
        np.empty((count, species)),
        np.empty(count),
        np.full((count, levels.shape[1]), np.nan),
        np.zeros((count, 2), np.int64),
        np.zeros(count, np.bool_),
    )
    tables = (
        _rows(factors, count),
        _rows(energies, count),
        _rows(start, count),
        np.atleast_2d(contiguous(times)),
        np.atleast_2d(contiguous(temperatures)),
        chosen,
        grid,
        weights,
        rate_weights,
        contiguous(levels),
    )
    spread = np.full(species, 1.0) * contiguous(atol)

    def run(first: int, last: int) -> None:
        lanes = min(LANES, last - first)
        integrate_candidates(network, *tables, stop, rtol, spread, max_steps, lanes, first, last, *result)

    if workers == 1:
        run(0, count)
        return result
    block = max(BLOCK, -(-count // (8 * workers)))
    with ThreadPoolExecutor(workers) as pool:  # the kernel holds no lock
        list(pool.map(run, range(0, count, block), [min(end + block, count) for end in range(0, count, block)]))
    return result


def _rows(values: ArrayLike, count: int) -> FloatArray:
    array = np.atleast_2d(contiguous(values))
    return (
        array if len(array) == count else np.repeat(array, count, axis=0)
    )  # never a read-only view: a type of its own


def _levels(values: ArrayLike | None, count: int, events: int) -> FloatArray:
    return np.zeros((count, 0)) if events == 0 or values is None else _rows(values, count)


def _indices(values: ArrayLike, shape: tuple[int, ...] = (-1,)) -> IndexArray:
    return np.ascontiguousarray(np.asarray(values, dtype=np.uint64).reshape(shape))


def _starts(owners: list[int], count: int) -> IndexArray:
    return _indices(np.searchsorted(np.asarray(owners, dtype=np.int64), np.arange(count + 1)))


def _markowitz(species: int, pattern: set[tuple[int, int]]) -> list[int]:
    """Return the order of elimination whose next pivot makes the least possible fill-in."""
    rows = {i: {column for row, column in pattern if row == i} for i in range(species)}
    columns = {i: {row for row, column in pattern if column == i} for i in range(species)}
    left, order = set(range(species)), []
    while left:
        pivot = min(left, key=lambda i: ((len(rows[i] & left) - 1) * (len(columns[i] & left) - 1), i))
        order.append(pivot)
        left.remove(pivot)
        for row in columns[pivot] & left:
            for column in rows[pivot] & left:
                rows[row].add(column)
                columns[column].add(row)
    return order


def _filled(
    species: int, pattern: set[tuple[int, int]], order: list[int]
) -> tuple[dict[tuple[int, int], int], dict[int, list[int]], dict[int, list[int]]]:
    """Return where each entry of the factors is stored, and the rows below and columns right of each pivot."""
    filled, left = set(pattern), set(range(species))
    lower: dict[int, list[int]] = {}
    upper: dict[int, list[int]] = {}
    for pivot in order:
        left.remove(pivot)
        lower[pivot] = [row for row in sorted(left) if (row, pivot) in filled]
        upper[pivot] = [column for column in sorted(left) if (pivot, column) in filled]
        filled |= {(row, column) for row in lower[pivot] for column in upper[pivot]}
    return {key: index for index, key in enumerate(sorted(filled))}, lower, upper
