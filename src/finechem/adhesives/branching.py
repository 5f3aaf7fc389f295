r"""Step-growth networks by the theory of branching: gel point, sol, junctions and strands.

A network is made of monomers whose groups are of two sides, A and B; every bond joins an A to a B group. The theory
(Macosko & Miller 1976) assumes that rings form in the gel only, and that who bonds to whom is random. Sites, the
independent parts of a monomer, carry one group (an epoxide) or two that feel each other (the hydrogens of an amine).
With :math:`\tau` an inner time that all groups of a side share, a site of one group of relative reactivity *a* has
reacted with probability

.. math:: x_1 = 1 - e^{-a\tau}

and a site of two, whose second group reacts *s* times as fast once the first has, is found with 0, 1, 2 bonds with

.. math:: x_0 = e^{-2a\tau}, \quad x_1 = 2\,\frac{e^{-sa\tau} - e^{-2a\tau}}{2 - s}, \quad x_2 = 1 - x_0 - x_1 .

Everything else follows from the generating functions :math:`g(z) = \sum_k x_k z^k` of the sites.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import NDArray
from scipy.optimize import brentq

from finechem.errors import DomainError, InputError

__all__ = [
    "GelPoint",
    "Monomer",
    "NetworkState",
    "Site",
    "branching_factor",
    "carothers_gel_conversion",
    "gel_conversion",
    "gel_point",
    "network_state",
]

Side = Literal["A", "B"]
#: How near one the largest eigenvalue at full conversion may stay and still count as gelled there.
_AT_FULL_CONVERSION = 1e-12


@dataclass(frozen=True, slots=True)
class Site:
    """Equal, independent parts of a monomer that bond.

    Parameters
    ----------
    side : {"A", "B"}
        What it bonds to is of the other side.
    count : float
        How many a molecule has; a mean such as 2.3 stands for a mixture of molecules with 2 and 3.
    groups : {1, 2}
        Groups of one site: 2 for a primary amine, whose hydrogens feel each other.
    reactivity : float
        Relative rate of a group, above 0.
    substitution : float
        For two groups: rate of the second once the first has reacted, relative to before; 1 is no effect.
    """

    side: Side
    count: float
    groups: Literal[1, 2] = 1
    reactivity: float = 1.0
    substitution: float = 1.0

    def __post_init__(self) -> None:
        if self.side not in ("A", "B") or self.groups not in (1, 2):
            raise InputError(f"a site is of side A or B and has 1 or 2 groups, not {self.side!r} and {self.groups}")
        for name in ("count", "reactivity", "substitution"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InputError(f"{name} of a site is {value}; it must be a finite number above 0")

    def bonds(self, tau: float) -> NDArray[np.float64]:
        """Return the probabilities of 0, 1 (and 2) bonds at inner time `tau`, which may be infinite."""
        once = math.exp(-self.reactivity * tau)
        if self.groups == 1:
            return np.array([once, 1.0 - once])
        s = self.substitution
        if abs(s - 2.0) < 1e-9:
            one = 0.0 if math.isinf(tau) else 2.0 * self.reactivity * tau * once**2
        else:
            one = 2.0 * (math.exp(-s * self.reactivity * tau) - once**2) / (2.0 - s)
        return np.array([once**2, one, max(0.0, 1.0 - once**2 - one)])


@dataclass(frozen=True, slots=True)
class Monomer:
    """A kind of molecule before the reaction.

    Parameters
    ----------
    moles : float
    sites : tuple of Site
        Without any it is no part of the network: a plasticizer, always sol.
    molar_mass_g_mol : float
        Only the sol fraction depends on it.
    """

    moles: float
    sites: tuple[Site, ...]
    molar_mass_g_mol: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.moles) and self.moles >= 0):
            raise InputError(f"moles of a monomer are {self.moles}; they must be a finite number >= 0")
        if not (math.isfinite(self.molar_mass_g_mol) and self.molar_mass_g_mol > 0):
            raise InputError(f"molar mass of a monomer is {self.molar_mass_g_mol}; it must be finite and above 0")

    def groups(self, side: Side) -> float:
        """Return the number of groups of a side in a molecule."""
        return sum(site.count * site.groups for site in self.sites if site.side == side)


@dataclass(frozen=True, slots=True)
class GelPoint:
    """Conversions of both sides at the gel point."""

    a_conversion: float
    b_conversion: float

    @property
    def limiting(self) -> float:
        """Conversion of the side in short supply."""
        return max(self.a_conversion, self.b_conversion)


@dataclass(frozen=True, slots=True)
class NetworkState:
    """What the network is at one conversion; amounts per mole of what the monomers' moles are of.

    Attributes
    ----------
    a_conversion, b_conversion : float
    sol_fraction : float
        Mass share of finite molecules.
    junctions_mol, strands_mol : float
        Molecules with at least three arms that lead to infinity, and the chains between them, in mol.
    cycle_rank_mol : float
        Independent rings of the gel, strands minus junctions, in mol.
    """

    a_conversion: float
    b_conversion: float
    sol_fraction: float
    junctions_mol: float
    strands_mol: float

    @property
    def cycle_rank_mol(self) -> float:
        """Independent rings of the gel, in mol."""
        return self.strands_mol - self.junctions_mol


def gel_conversion(
    a_moles_by_functionality: Mapping[float, float],
    b_moles_by_functionality: Mapping[float, float],
    ratio: float = 1.0,
) -> GelPoint | None:
    r"""Return the conversions at which molecules with A groups and molecules with B groups gel.

    .. math:: p_A\,p_B\,(f_{w,A} - 1)(f_{w,B} - 1) = 1, \quad f_w = \frac{\sum n f^2}{\sum n f}, \quad
              p_B = \text{ratio}\; p_A

    Parameters
    ----------
    a_moles_by_functionality, b_moles_by_functionality : mapping of functionality to moles
        Moles count relative to each other within one mapping. A functionality that is no integer stands for a mixture
        of its two neighbours.
    ratio : float
        A groups / B groups.

    Returns
    -------
    GelPoint or None
        None where the side in short supply is used up before a gel forms, or where no molecule has three groups. A gel
        that needs the very last group counts as reached.

    Raises
    ------
    InputError
        If a mapping is empty or a number is not finite or negative.

    Notes
    -----
    Ideal: equal reactivity, no rings before the gel. Rings delay gelation; measured conversions lie a few hundredths
    higher. For unequal reactivity, amines with a substitution effect or monomers with both sides use `gel_point`.

    References
    ----------
    C. W. Macosko, D. R. Miller, Macromolecules 9, 199 (1976), doi:10.1021/ma60050a003;
    W. H. Stockmayer, J. Polym. Sci. 9, 69 (1952).

    Examples
    --------
    A diamine (four hydrogens) with a diepoxide:

    >>> gel_conversion({4: 1.0}, {2: 2.0})
    GelPoint(a_conversion=0.5773502691896258, b_conversion=0.5773502691896258)
    >>> gel_conversion({4: 1.0}, {2: 2.0}, ratio=3.2) is None
    True
    """
    if not (math.isfinite(ratio) and ratio > 0):
        raise InputError(f"ratio={ratio}: A groups over B groups must be a finite number above 0")
    sides = []
    for name, given in (("a", a_moles_by_functionality), ("b", b_moles_by_functionality)):
        for functionality, moles in given.items():
            if not (math.isfinite(functionality) and functionality > 0 and math.isfinite(moles) and moles >= 0):
                raise InputError(
                    f"{name}_moles_by_functionality has {moles} mol of functionality {functionality}; functionalities "
                    "must be above 0, moles not below"
                )
        groups = sum(functionality * moles for functionality, moles in given.items())
        if groups <= 0:
            raise InputError(f"{name}_moles_by_functionality holds no groups; give moles by functionality, as {{4: 1}}")
        pairs = [item for f, n in given.items() for item in _neighbours(f, n)]
        sides.append(sum(n * f * (f - 1) for f, n in pairs) / groups)
    # Conversion of the side in short supply: p_A p_B = p^2 min(ratio, 1 / ratio).
    branching = sides[0] * sides[1] * min(ratio, 1.0 / ratio)
    largest = max(f for side in (a_moles_by_functionality, b_moles_by_functionality) for f, n in side.items() if n > 0)
    if branching < 1.0 - _AT_FULL_CONVERSION or largest <= 2:
        return None
    limiting = min(1.0, 1.0 / math.sqrt(branching))
    return GelPoint(min(1.0, 1.0 / ratio) * limiting, min(1.0, ratio) * limiting)


def carothers_gel_conversion(monomers: Sequence[Monomer]) -> float | None:
    r"""Return the conversion of the limiting side at which the number average diverges: an upper bound.

    .. math:: p = \frac{\sum n_i}{\min(N_A, N_B)}

    where :math:`N` counts groups; every bond joins two molecules into one, so none are left at p. None above 1.

    >>> diamine, diepoxide = Monomer(1.0, (Site("A", 2, 2),)), Monomer(2.0, (Site("B", 2),))
    >>> carothers_gel_conversion([diamine, diepoxide])
    0.75
    """
    a, b = _group_totals(monomers)
    molecules = sum(monomer.moles for monomer in monomers if monomer.sites)
    bound = molecules / min(a, b)
    return bound if bound <= 1.0 else None


def branching_factor(monomers: Sequence[Monomer], conversion: float = 1.0) -> float:
    r"""Return how many further bonds a bond leads to, on average over two generations, per generation.

    The largest eigenvalue of the matrix that counts, for a molecule reached through a bond of side i, the further
    bonds that reach others through side j. A gel exists above 1.

    Parameters
    ----------
    monomers : sequence of Monomer
    conversion : float
        Of the side in short supply, 0 to 1.

    >>> diamine, diepoxide = Monomer(1.0, (Site("A", 4),)), Monomer(2.0, (Site("B", 2),))
    >>> round(branching_factor([diamine, diepoxide]) ** 2, 12)  # (4 - 1) (2 - 1)
    3.0
    """
    whole = _whole_numbers(monomers)
    return _largest_eigenvalue(whole, *_inner_times(whole, conversion))


def gel_point(monomers: Sequence[Monomer]) -> GelPoint | None:
    """Return the conversions of both sides at the gel point, or None where none is reached.

    Parameters
    ----------
    monomers : sequence of Monomer
        May differ in reactivity, have amines with a substitution effect and carry both sides.

    Raises
    ------
    InputError
        If a side has no groups.

    Notes
    -----
    Exact for ideal networks as long as one side has equal, independent groups only. Where both sides are
    heterogeneous, early bonds join the fast groups of both, which this theory averages over; the Monte Carlo of
    `finechem_kernels.step_growth` does not. A gel that needs the very last group counts as reached, also where the
    molecules only become endless trees (AB2 alone).

    References
    ----------
    D. R. Miller, C. W. Macosko, Macromolecules 11, 656 (1978), doi:10.1021/ma60064a008.

    Examples
    --------
    The second hydrogen of an amine reacting a tenth as fast as the first delays the gel:

    >>> diepoxide = Monomer(2.0, (Site("B", 2),))
    >>> round(gel_point([Monomer(1.0, (Site("A", 2, 2),)), diepoxide]).limiting, 4)
    0.5774
    >>> round(gel_point([Monomer(1.0, (Site("A", 2, 2, substitution=0.1),)), diepoxide]).limiting, 4)
    0.6177
    """
    whole = _whole_numbers(monomers)
    a, b = _group_totals(whole)

    def excess(conversion: float) -> float:
        return _largest_eigenvalue(whole, *_inner_times(whole, conversion)) - 1.0

    branched = any(monomer.groups("A") + monomer.groups("B") > 2 for monomer in whole if monomer.moles > 0)
    if excess(1.0) < -_AT_FULL_CONVERSION or not branched:
        return None
    limiting = 1.0 if excess(1.0) <= 0 else float(brentq(excess, 1e-12, 1.0, xtol=1e-15, rtol=1e-14))
    bonds = limiting * min(a, b)
    return GelPoint(bonds / a, bonds / b)


def network_state(monomers: Sequence[Monomer], conversion: float = 1.0) -> NetworkState:
    r"""Return sol fraction, junctions and strands at a conversion of the side in short supply.

    With :math:`u_A` the probability that a molecule entered through an A bond leads to a finite end, and
    :math:`\phi_m(z_A, z_B)` the generating function of the bonds of molecule m,

    .. math:: u_A = \frac{\sum_m n_m\, \partial\phi_m/\partial z_A}{\text{bonds}}\Big|_{z_A = u_B,\, z_B = u_A}

    and alike for B; the smallest solution counts. A molecule is sol with probability :math:`\phi_m(u_B, u_A)`; one
    with k >= 3 arms to infinity is a junction and k/2 strands. A molecule counts as *one* junction, however far apart
    its arms: an amine of four arms is one junction of degree four. Counting each of its nitrogens (degree three) gives
    more strands and the same cycle rank.

    Parameters
    ----------
    monomers : sequence of Monomer
    conversion : float
        0 to 1, of the side in short supply.

    Raises
    ------
    InputError, DomainError
        If a side has no groups; if the conversion lies outside 0 to 1.

    References
    ----------
    D. R. Miller, C. W. Macosko, Macromolecules 9, 206 (1976), doi:10.1021/ma60050a004.

    Notes
    -----
    Bonds pair at random what has reacted on either side. Where groups of both sides differ in rate, early bonds join
    fast groups with fast ones, and that is not followed: rings may then even fall by some percent as conversion rises.

    Examples
    --------
    A fully reacted stoichiometric diamine network: every diamine is a junction of two strands.

    >>> state = network_state([Monomer(1.0, (Site("A", 4),)), Monomer(2.0, (Site("B", 2),))])
    >>> round(state.strands_mol, 12), round(state.junctions_mol, 12), state.sol_fraction
    (2.0, 1.0, 0.0)
    """
    whole = _whole_numbers(monomers)
    a, b = _group_totals(whole)
    tau_a, tau_b = _inner_times(whole, conversion)
    bonds = conversion * min(a, b)
    u_a, u_b = _finite_ends(whole, tau_a, tau_b, bonds).tolist()
    chances = _Chances.of(whole, tau_a, tau_b)
    mass = sum(monomer.moles * monomer.molar_mass_g_mol for monomer in whole)
    sol = junctions = strands = 0.0
    for monomer, of_a, of_b in zip(whole, chances.a, chances.b, strict=True):
        arms = polynomial.polymul(_arms(of_a, u_b), _arms(of_b, u_a))
        degree = np.arange(len(arms))
        sol += monomer.moles * monomer.molar_mass_g_mol * float(arms[0])
        junctions += monomer.moles * float(arms[degree >= 3].sum())
        strands += monomer.moles * float((arms * degree)[degree >= 3].sum()) / 2.0
    share = sol / mass
    return NetworkState(bonds / a, bonds / b, share if share > 1e-12 else 0.0, junctions, strands)


def _neighbours(functionality: float, moles: float) -> list[tuple[float, float]]:
    """Split a mean functionality into its two neighbouring whole numbers, with moles."""
    below = math.floor(functionality + 1e-12)
    above = functionality - below
    if above < 1e-12:
        return [(float(below), moles)]
    return [(float(below), moles * (1.0 - above)), (below + 1.0, moles * above)]


def _whole_numbers(monomers: Sequence[Monomer]) -> tuple[Monomer, ...]:
    """Return monomers whose sites are whole in number: means become mixtures, independent of each other."""
    whole = []
    for monomer in monomers:
        for choice in product(*(_neighbours(site.count, 1.0) for site in monomer.sites)):
            share = math.prod(part for _, part in choice)
            pairs = zip(monomer.sites, choice, strict=True)
            sites = tuple(replace(site, count=count) for site, (count, _) in pairs if count > 0)
            whole.append(replace(monomer, moles=monomer.moles * share, sites=sites))
    return tuple(whole)


def _group_totals(monomers: Sequence[Monomer]) -> tuple[float, float]:
    a, b = (sum(monomer.moles * monomer.groups(side) for monomer in monomers) for side in ("A", "B"))
    if not (a > 0 and b > 0):
        raise InputError(f"a network needs groups of both sides; there are {a:g} mol of A and {b:g} mol of B")
    return a, b


def _inner_times(monomers: Sequence[Monomer], conversion: float) -> tuple[float, float]:
    """Return the inner times of both sides at a conversion of the side in short supply."""
    if not 0.0 <= conversion <= 1.0:
        raise DomainError(f"conversion={conversion}: must lie between 0 and 1, of the group in short supply")
    a, b = _group_totals(monomers)
    bonds = conversion * min(a, b)
    return _inner_time(monomers, "A", bonds / a), _inner_time(monomers, "B", bonds / b)


def _inner_time(monomers: Sequence[Monomer], side: Side, conversion: float) -> float:
    """Solve for the time at which a side has reached a conversion, in closed form where all groups are equal."""
    weighted = [
        (monomer.moles * site.count, site) for monomer in monomers for site in monomer.sites if site.side == side
    ]
    if conversion >= 1.0:
        return math.inf
    if conversion <= 0.0:
        return 0.0
    rates = {site.reactivity for _, site in weighted}
    if len(rates) == 1 and all(site.groups == 1 or site.substitution == 1.0 for _, site in weighted):
        return -math.log1p(-conversion) / rates.pop()
    total = sum(weight * site.groups for weight, site in weighted)

    def lacking(tau: float) -> float:
        done = sum(weight * float(site.bonds(tau) @ np.arange(site.groups + 1)) for weight, site in weighted)
        return done / total - conversion

    longest = 1.0
    while lacking(longest) < 0.0:
        longest *= 2.0
    return float(brentq(lacking, 0.0, longest, xtol=1e-300, rtol=1e-14))


@dataclass(frozen=True, slots=True)
class _Chances:
    """Generating functions of all molecules at one moment: moles, and polynomials in z_A and z_B.

    A molecule's bonds of side A and of side B are independent, so that its generating function is a product.
    """

    moles: NDArray[np.float64]
    a: tuple[NDArray[np.float64], ...]
    b: tuple[NDArray[np.float64], ...]

    @classmethod
    def of(cls, monomers: Sequence[Monomer], tau_a: float, tau_b: float) -> _Chances:
        sides: dict[str, list[NDArray[np.float64]]] = {"A": [], "B": []}
        for monomer in monomers:
            for side, tau in (("A", tau_a), ("B", tau_b)):
                chances: NDArray[Any] = np.ones(1)
                for site in monomer.sites:
                    if site.side == side:
                        chances = polynomial.polymul(chances, polynomial.polypow(site.bonds(tau), int(site.count)))
                sides[side].append(chances)
        return cls(np.array([monomer.moles for monomer in monomers]), tuple(sides["A"]), tuple(sides["B"]))

    def sums(self, u: NDArray[np.float64], a: int, b: int) -> float:
        """Return moles times derivatives of order a in z_A, b in z_B at z_A = u_B, z_B = u_A, summed over molecules."""
        of_a, of_b = (
            np.array([polynomial.polyval(z, polynomial.polyder(one, order)) for one in side])
            for side, order, z in ((self.a, a, u[1]), (self.b, b, u[0]))
        )
        return float(self.moles @ (of_a * of_b))

    def onward(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the Jacobian of `entered`, times the bonds: at u = (1, 1), the onward bonds of molecules entered."""
        both = self.sums(u, 1, 1)
        return np.array([[both, self.sums(u, 2, 0)], [self.sums(u, 0, 2), both]])

    def entered(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the chances that molecules entered through A and through B are finite, times the bonds."""
        return np.array([self.sums(u, 1, 0), self.sums(u, 0, 1)])


def _largest_eigenvalue(monomers: Sequence[Monomer], tau_a: float, tau_b: float) -> float:
    """Return the largest eigenvalue of the mean number of onward bonds, by the side a molecule is entered through."""
    chances, certain = _Chances.of(monomers, tau_a, tau_b), np.ones(2)
    entries = chances.entered(certain)
    if not entries.all():
        return 0.0
    (same, to_b), (to_a, _) = chances.onward(certain) / entries[:, None]
    return float(same + math.sqrt(to_b * to_a))  # bonds of both sides are as many, so the diagonal is one number


def _finite_ends(monomers: Sequence[Monomer], tau_a: float, tau_b: float, bonds: float) -> NDArray[np.float64]:
    """Return the chances that a molecule entered through an A (a B) bond is finite.

    Newton's method from zero: the polynomials have positive coefficients, so they are increasing and convex, and the
    iterates rise to the smallest solution without passing it.
    """
    if bonds <= 0.0 or _largest_eigenvalue(monomers, tau_a, tau_b) <= 1.0:
        return np.ones(2)
    chances = _Chances.of(monomers, tau_a, tau_b)
    u = np.zeros(2)
    for _ in range(200):
        lacking = chances.entered(u) / bonds - u
        step = np.linalg.solve(np.eye(2) - chances.onward(u) / bonds, lacking)
        u = np.clip(u + step, 0.0, 1.0)
        if np.max(np.abs(step)) < 1e-15:
            break
    return u


def _arms(chances: NDArray[np.float64], end: float) -> NDArray[np.float64]:
    """Return the chances that 0, 1, 2 ... arms lead to infinity, where each bond ends with chance `end`."""
    arms: NDArray[Any] = np.zeros(1)
    for share in chances[::-1]:  # Horner's rule at z = end + (1 - end) t
        arms = polynomial.polyadd(polynomial.polymul(arms, [end, 1.0 - end]), [share])
    return np.asarray(arms, dtype=float)
