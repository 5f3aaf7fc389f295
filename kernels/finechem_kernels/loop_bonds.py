"""Who bonds to whom where groups of one molecule meet more often: bonds that close loops, by Monte Carlo."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from finechem_kernels._jit import kernel
from finechem_kernels.step_growth import CountArray, IndexArray, shuffle

__all__ = ["reaction_orders_with_loops"]


def reaction_orders_with_loops(
    groups_a: IndexArray,
    groups_b: IndexArray,
    bonds: int,
    rng: np.random.Generator,
    *,
    loop_concentration: float,
    longest_path: int,
) -> tuple[IndexArray, IndexArray]:
    r"""Draw both orders for groups of equal reactivity that meet near groups of their own molecule more often.

    Seen from an A group, a free B group at the other end of a path of n bonds has the effective concentration
    :math:`\lambda n^{-3/2}` of a Gaussian chain's ends [1]_, on top of the bulk concentration that every free B
    group has. In units of the initial concentration of B groups the rate of a pair is

    .. math:: k_{ij} = \frac{1}{B_0} + \lambda\, n_{ij}^{-3/2} \quad (1 \le n_{ij} \le n_{\max}),

    and pairs react in proportion to it: all A groups alike have the bulk rate c, free B groups over :math:`B_0`,
    and each has :math:`w_i = \lambda \sum n^{-3/2}` over the free B groups near it. An A group drawn from all free
    ones bonds in the bulk with probability :math:`c/(c + w)`, to a near group with :math:`w_i/(c + w)`, or is
    drawn again; w is the highest :math:`w_i` met so far.

    Parameters
    ----------
    groups_a, groups_b : (N,) arrays
        A and B groups of each monomer, int32.
    bonds : int
        Number of bonds, at most that of the A groups and that of the B groups.
    rng : Generator
        Source of all random numbers.
    loop_concentration : float
        λ, effective concentration at a path of one bond over the initial concentration of B groups. Zero: the
        ideal statistics of two independent orders.
    longest_path : int
        :math:`n_{\max}` in bonds, 1 or more. Longer loops form by bulk bonds only.

    Returns
    -------
    order_a, order_b : (bonds,) arrays
        Monomers whose groups bond, in sequence, for `grow_network`.

    Notes
    -----
    Equal reactivity only. Path lengths are those of the shortest paths between monomers; n = 1 closes a second
    bond between two monomers. Two groups of one monomer meet in the bulk only.

    The method is exact if w is never below a :math:`w_i`. It starts at :math:`\lambda (f_A - 1)(f_B - 1)`, f being the
    most groups of a monomer: direct neighbours cannot have more if no monomer carries both kinds, nor, for
    :math:`f_B = 2`, can all within reach while :math:`(f_A - 1)^{(n - 1)/2} \le n^{3/2}` (up to 5 bonds for four A
    groups, up to 11 for three). Beyond, neighbourhoods richer than any met before react too slowly until one is met,
    which touches few bonds of many.

    A loop is searched breadth first from the A group drawn, with several random accesses to each monomer within reach.
    A million monomers of four and two groups, λ = 0.05 and paths up to 5 bonds take 0.5 s to a conversion of 0.8 and
    2 s to 0.99: late, most groups drawn have nobody left to meet.

    References
    ----------
    .. [1] H. Jacobson and W. H. Stockmayer, *J. Chem. Phys.* 18, 1600 (1950).
    """
    monomers = np.arange(len(groups_a), dtype=np.int32)
    free_a, owners_b = np.repeat(monomers, groups_a), np.repeat(monomers, groups_b)
    shuffled_b = np.arange(len(owners_b), dtype=np.int32)
    shuffle(shuffled_b, rng)
    weights = np.zeros(longest_path + 1)
    weights[1:] = loop_concentration * np.arange(1.0, longest_path + 1.0) ** -1.5
    highest = weights[1] * max(1, np.max(groups_a) - 1) * max(1, np.max(groups_b) - 1)
    orders = np.empty(bonds, dtype=np.int32), np.empty(bonds, dtype=np.int32)
    _draw_bonds(free_a, owners_b, shuffled_b, weights, float(highest), rng, _empty_graph(groups_a, groups_b), *orders)
    return orders


class _Graph(NamedTuple):
    """Bonds of each monomer, with room for one at each group."""

    start: CountArray
    """Where a monomer's neighbours are, (N + 1,)."""
    degree: IndexArray
    """How many there are, (N,)."""
    neighbours: IndexArray
    """Monomers, (A + B,)."""
    free_b: IndexArray
    """Free B groups of each monomer, (N,)."""
    first_b: CountArray
    """First B group of each monomer, (N + 1,)."""


def _empty_graph(groups_a: IndexArray, groups_b: IndexArray) -> _Graph:
    start, first_b = (np.concatenate([[0], np.cumsum(n)]).astype(np.int64) for n in (groups_a + groups_b, groups_b))
    degree = np.zeros(len(groups_a), dtype=np.int32)
    return _Graph(start, degree, np.empty(start[-1], dtype=np.int32), np.array(groups_b, dtype=np.int32), first_b)


@kernel
def _draw_bonds(
    free_a: Any,
    owners_b: Any,
    shuffled_b: Any,
    weights: Any,
    highest: float,
    rng: np.random.Generator,
    graph: Any,
    order_a: Any,
    order_b: Any,
) -> None:
    """Fill the two orders of `reaction_orders_with_loops`.

    The next B group of the bulk is the next of the shuffled ones that no loop has taken: a loop takes any free group
    of its monomer without regard to that order, which leaves the order of the others random.
    """
    monomers = len(graph.degree)
    found, distance = np.empty(monomers, dtype=np.int32), np.empty(monomers, dtype=np.int32)
    seen, searches = np.full(monomers, -1, dtype=np.int64), 0
    taken = np.zeros(len(owners_b), dtype=np.bool_)
    next_b = 0
    for k in range(len(order_a)):
        left = len(free_a) - k
        bulk = (len(owners_b) - k) / len(owners_b)
        while True:
            i = int(rng.random() * left)
            a = free_a[i]
            share = rng.random() * (bulk + highest) - bulk
            if share < 0.0:
                while taken[shuffled_b[next_b]]:
                    next_b += 1
                group = shuffled_b[next_b]
                break
            size, near = _search(graph, weights, a, found, distance, seen, searches)
            searches += 1
            highest = max(highest, near)
            if share < near:
                group = _free_group(graph, taken, _choose(graph, weights, found, distance, size, share))
                break
        free_a[i] = free_a[left - 1]
        taken[group] = True
        order_a[k], order_b[k] = a, owners_b[group]
        _add_bond(graph, a, owners_b[group])


@kernel
def _search(
    graph: Any, weights: Any, centre: Any, found: Any, distance: Any, seen: Any, search: int
) -> tuple[int, float]:
    """List the monomers within reach and their distances; return how many, and the weight of their free B groups."""
    seen[centre] = search
    found[0], distance[0] = centre, 0
    size, k, near = 1, 0, 0.0
    while k < size and distance[k] < len(weights) - 1:
        m = found[k]
        for p in range(graph.start[m], graph.start[m] + graph.degree[m]):
            n = graph.neighbours[p]
            if seen[n] != search:
                seen[n] = search
                found[size], distance[size] = n, distance[k] + 1
                near += graph.free_b[n] * weights[distance[size]]
                size += 1
        k += 1
    return size, near


@kernel
def _choose(graph: Any, weights: Any, found: Any, distance: Any, size: int, share: float) -> Any:
    """Return the monomer at which the running weight of free B groups exceeds the share."""
    last = found[0]
    for k in range(1, size):
        if graph.free_b[found[k]] > 0:
            last = found[k]
            share -= graph.free_b[last] * weights[distance[k]]
            if share < 0.0:
                break
    return last


@kernel
def _free_group(graph: Any, taken: Any, monomer: Any) -> Any:
    """Return the first free B group of a monomer that has one."""
    group = graph.first_b[monomer]
    while taken[group]:
        group += 1
    return group


@kernel
def _add_bond(graph: Any, a: Any, b: Any) -> None:
    """Make a and b neighbours and take a B group from b."""
    graph.neighbours[graph.start[a] + graph.degree[a]] = b
    graph.degree[a] += 1
    graph.neighbours[graph.start[b] + graph.degree[b]] = a
    graph.degree[b] += 1
    graph.free_b[b] -= 1
