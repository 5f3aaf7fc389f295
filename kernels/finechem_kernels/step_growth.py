"""Monte Carlo of step-growth networks: the order in which groups react, and the molecules that their bonds make."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import FloatArray, contiguous, inline_kernel, kernel

__all__ = [
    "Growth",
    "Molecules",
    "bonds_per_monomer",
    "final_molecules",
    "grow_network",
    "reaction_order",
    "reaction_orders_with_loops",
]

IndexArray: TypeAlias = NDArray[np.int32]
"""Indices of monomers, or counts of their groups."""
CountArray: TypeAlias = NDArray[np.int64]


class Growth(NamedTuple):
    """How molecules grew with the number of bonds. Shapes (C,) are one number a checkpoint."""

    bonds: CountArray
    """Bonds made at each checkpoint, (C,)."""
    molecules: CountArray
    """Number of molecules, unreacted monomers included, (C,)."""
    cycle_rank: CountArray
    """Bonds whose ends were in one molecule already, (C,): molecules = monomers − bonds + cycle rank."""
    largest_mass: FloatArray
    """Mass of the largest molecule, (C,)."""
    other_squares: FloatArray
    """Sum of squared masses of all molecules but the largest, (C,)."""
    total_mass: float
    """Mass of all monomers."""
    peak_bonds: int
    """Bonds at which `reduced_weight_average` was highest, every bond counted, not checkpoints only."""
    peak_average: float
    """That highest value."""
    forest: IndexArray
    """Union-find forest at the last checkpoint, (N,): a monomer's parent, or minus the size of a root's molecule."""

    @property
    def weight_average(self) -> FloatArray:
        """Weight-average molecular mass Σm²/Σm over all molecules, (C,)."""
        return np.asarray((self.other_squares + self.largest_mass**2) / self.total_mass, dtype=np.float64)

    @property
    def reduced_weight_average(self) -> FloatArray:
        """Weight-average molecular mass without the largest molecule, (C,). Zero where there is no other."""
        others = self.total_mass - self.largest_mass
        return np.divide(self.other_squares, others, out=np.zeros(len(self.bonds)), where=self.molecules > 1)


class Molecules(NamedTuple):
    """What molecule each monomer belongs to."""

    root: IndexArray
    """The monomer that stands for the molecule, (N,)."""
    mass: FloatArray
    """Mass of the molecule that the monomer is part of, (N,)."""


def reaction_order(
    monomers: IndexArray,
    rng: np.random.Generator,
    *,
    groups: IndexArray | None = None,
    rates: FloatArray | None = None,
    substitution: FloatArray | None = None,
) -> IndexArray:
    r"""Draw the order in which all groups of one kind, A or B, react.

    Bonds join one A and one B group, and rates factorise: :math:`k_{ij} = a_i b_j`. Then the next bond is that of
    i and j with probability

    .. math:: \frac{a_i b_j}{\sum_{i' j'} a_{i'} b_{j'}} = \frac{a_i}{\sum_{i'} a_{i'}}\,\frac{b_j}{\sum_{j'} b_{j'}},

    sums over the groups that are still free: who reacts next among the A groups does not depend on who does among
    the B groups, nor on when. So the two orders are independent, and each is successive sampling in proportion to
    the rates, which is the order in which independent exponential clocks of these rates ring [1]_ (the A groups'
    common clock runs with :math:`dt_A = \sum_j b_j\, dt`). The k-th A group to react bonds to the k-th B group:
    no approximation, no rejection. It stays exact where the rate of a group depends on what happened to groups of
    its own kind, here a substitution effect, since each order remains a Markov chain of its own.

    A site of one group rings after :math:`E/a`, with E exponential of mean one. A site of two rings first after
    :math:`E_1/2a`, then after another :math:`E_2/\rho a`.

    Parameters
    ----------
    monomers : (S,) array
        Monomer that each site belongs to, int32.
    rng : Generator
        Draw both orders of a network from one generator, or from two that are independent: equal seeds for A and
        B would pair the groups in the same order.
    groups : (S,) array
        Groups of each site, 1 or 2, int32. Default: 1.
    rates : (S,) array
        Rate a of a group, in any unit common to the groups of this kind. Default: all equal.
    substitution : (S,) array
        Rate ρ of a site's second group, after the first has reacted, over a. Read where there are two groups.
        Default: 1.

    Returns
    -------
    (G,) array
        Monomers in the order in which their groups react, int32. Groups of rate zero never react and are absent.

    Notes
    -----
    Equal rates need no clocks: all orders are equally probable, and Fisher and Yates's shuffle draws one with a
    number and two accesses to random places of 4 bytes a group. Otherwise the ring times are sorted, which takes
    most of 0.15 µs a group.

    References
    ----------
    .. [1] D. T. Gillespie, *J. Comput. Phys.* 22, 403 (1976): the first of independent exponential clocks to ring.
    """
    sites = np.ascontiguousarray(monomers, dtype=np.int32)
    counts = np.ones(len(sites), dtype=np.int32) if groups is None else np.ascontiguousarray(groups, dtype=np.int32)
    owners = np.repeat(sites, counts) if groups is not None else sites.copy()
    if _all_equal(rates) and (substitution is None or np.all(np.asarray(substitution)[counts > 1] == 1.0)):
        _shuffle(owners, rng)
        return owners
    first, second = (contiguous(np.ones(len(sites)) if values is None else values) for values in (rates, substitution))
    times = np.empty(len(owners))
    _ring_times(counts, first, second, rng, times)
    order = np.argsort(times)
    return owners[order[: np.count_nonzero(np.isfinite(times))]]


def grow_network(order_a: IndexArray, order_b: IndexArray, masses: FloatArray, checkpoints: CountArray) -> Growth:
    r"""Bond the k-th A group to the k-th B group, in sequence, and follow the molecules.

    Molecules are sets of monomers in a union-find forest: roots are found with path halving, the root of fewer
    monomers goes below the other [1]_. Joining molecules of masses m and n changes the sum of squares without the
    largest molecule, of mass L, by

    .. math:: 2 m n \quad\text{or}\quad -n^2 \text{ if } m = L \text{ is the largest},

    and a new largest molecule swaps its square with the old one's. The sum is kept as such, not as a difference of
    two large numbers, so that it stays accurate where the largest molecule is nearly everything.

    Parameters
    ----------
    order_a, order_b : (A,), (B,) arrays
        Monomers in the order in which their groups react, int32, as from `reaction_order`.
    masses : (N,) array
        Masses of the monomers, positive.
    checkpoints : (C,) array
        Numbers of bonds, ascending, at most min(A, B). Bonding ends with the last.

    Returns
    -------
    Growth

    Notes
    -----
    The largest of the weight average without the largest molecule is sought at every bond: in an infinite system it
    diverges at the gel point, in one of N monomers its place differs from the gel point by a multiple of
    :math:`N^{-1/3}`, as in the random graph [2]_.

    A bond reads 8 bytes of the orders in sequence and, at random places, the parents (4 bytes) of two monomers and of
    their ancestors. In a stoichiometric mixture of a million four- and bifunctional monomers, bonded completely,
    these are 3.6 a bond, 3.0 of them not the giant molecule's root, which stays in cache; the 3 of 4 bonds that join
    molecules read and write the masses of two roots (8 bytes), of which one is often the giant's. The forest takes
    4 MB and the masses 8 MB: some 4 accesses a bond to a last-level cache at 15 ns each are 60 ns if none overlap.
    Measured on one core of a server processor: 56 ns, and 6 ns a group to draw the orders, 0.09 s in all.

    References
    ----------
    .. [1] R. E. Tarjan and J. van Leeuwen, *J. ACM* 31, 245 (1984).
    .. [2] B. Bollobás, *Trans. Amer. Math. Soc.* 286, 257 (1984).
    """
    counts = np.ascontiguousarray(checkpoints, dtype=np.int64)
    size = len(counts)
    log = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size), np.empty(size)
    forest, sums = np.full(len(masses), -1, dtype=np.int32), np.array(masses, dtype=np.float64)
    peak = _grow(order_a, order_b, counts, forest, sums, *log)
    return Growth(counts, *log, float(np.sum(masses)), *peak, forest)


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
    _shuffle(shuffled_b, rng)
    weights = np.zeros(longest_path + 1)
    weights[1:] = loop_concentration * np.arange(1.0, longest_path + 1.0) ** -1.5
    highest = weights[1] * max(1, np.max(groups_a) - 1) * max(1, np.max(groups_b) - 1)
    orders = np.empty(bonds, dtype=np.int32), np.empty(bonds, dtype=np.int32)
    _draw_bonds(free_a, owners_b, shuffled_b, weights, float(highest), rng, _empty_graph(groups_a, groups_b), *orders)
    return orders


def final_molecules(forest: IndexArray, masses: FloatArray) -> Molecules:
    """Root and mass of each monomer's molecule at the end of a growth.

    The sol is what is not in the largest molecule: ``masses[mass < mass.max()]``.

    Parameters
    ----------
    forest : (N,) array
        As in `Growth`.
    masses : (N,) array
        Masses of the monomers.

    Returns
    -------
    Molecules
    """
    root = np.empty(len(forest), dtype=np.int32)
    _find_all(forest.copy(), root)
    mass = np.bincount(root, weights=masses, minlength=len(root))[root]
    return Molecules(root, np.asarray(mass, dtype=np.float64))


def bonds_per_monomer(order: IndexArray, bonds: int, monomers: int) -> CountArray:
    """Count the groups of one kind that have reacted after so many bonds, on each of so many monomers, (N,)."""
    return np.bincount(order[:bonds], minlength=monomers)


def _all_equal(values: FloatArray | None) -> bool:
    """Whether rates are equal and above zero; none given are."""
    return values is None or len(values) == 0 or (values[0] > 0.0 and bool(np.all(values == values[0])))


@kernel
def _shuffle(values: Any, rng: np.random.Generator) -> None:
    """Fisher and Yates: every order of the values with equal probability, in place."""
    for k in range(len(values) - 1, 0, -1):
        j = int(rng.random() * (k + 1))
        values[k], values[j] = values[j], values[k]


@kernel
def _ring_times(groups: Any, rates: Any, substitution: Any, rng: np.random.Generator, times: Any) -> None:
    """Write when each group of each site reacts; infinity for never."""
    g = 0
    for s in range(len(groups)):
        now = 0.0
        for k in range(groups[s]):
            rate = rates[s] * (2.0 if groups[s] == 2 and k == 0 else 1.0 if k == 0 else substitution[s])
            now += -np.log(1.0 - rng.random()) / rate if rate > 0.0 else np.inf
            times[g] = now
            g += 1


@inline_kernel
def _find(forest: Any, x: Any) -> Any:
    """Return the root of x and halve the path to it."""
    parent = forest[x]
    while parent >= 0:
        above = forest[parent]
        if above < 0:
            return parent
        forest[x] = above
        x = above
        parent = forest[x]
    return x


@kernel
def _find_all(forest: Any, root: Any) -> None:
    """Write the root of every monomer; paths are halved."""
    for x in range(len(forest)):
        root[x] = _find(forest, x)


@inline_kernel
def _join(forest: Any, sums: Any, x: Any, y: Any, giant: Any, squares: Any) -> Any:
    """Join the molecules of two roots; return the largest one's root and the sum of the others' squared masses."""
    if forest[x] > forest[y]:
        x, y = y, x
    forest[x] += forest[y]
    forest[y] = x
    kept, added = sums[x], sums[y]
    sums[x] = kept + added
    if x == giant:
        return giant, squares - added * added
    if y == giant:
        return x, squares - kept * kept
    squares += 2.0 * kept * added
    if sums[x] > sums[giant]:
        return x, squares + sums[giant] * sums[giant] - sums[x] * sums[x]
    return giant, squares


@kernel
def _grow(
    order_a: Any,
    order_b: Any,
    checkpoints: Any,
    forest: Any,
    sums: Any,
    molecules: Any,
    cycle_rank: Any,
    largest: Any,
    others: Any,
) -> tuple[int, float]:
    """Make the bonds of `grow_network`, fill its log and return the peak."""
    total, giant = np.sum(sums), np.argmax(sums)
    squares = np.sum(sums * sums) - sums[giant] ** 2
    left, cycles, done = len(sums), 0, 0
    peak, peak_average = 0, squares / (total - sums[giant]) if left > 1 else 0.0
    for c in range(len(checkpoints)):
        for k in range(done, checkpoints[c]):
            x, y = _find(forest, order_a[k]), _find(forest, order_b[k])
            if x == y:
                cycles += 1
                continue
            giant, squares = _join(forest, sums, x, y, giant, squares)
            left -= 1
            if left > 1 and squares > peak_average * (total - sums[giant]):
                peak, peak_average = k + 1, squares / (total - sums[giant])
        done = checkpoints[c]
        molecules[c], cycle_rank[c], largest[c], others[c] = left, cycles, sums[giant], squares
    return peak, peak_average


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
