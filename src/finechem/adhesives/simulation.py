"""Networks grown bond by bond, where the theory of branching only averages: both sides of unequal reactivity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.branching import Monomer
from finechem.errors import InputError

__all__ = ["SimulatedNetwork", "simulated_network"]

#: Beyond this a simulation would need gigabytes.
_MOST_MOLECULES = 20_000_000


@dataclass(frozen=True, slots=True)
class SimulatedNetwork:
    """One random network; differences between seeds are its error.

    Attributes
    ----------
    molecules : int
        Monomers simulated.
    gel_conversion : float
        Of the side in short supply, where the weight average without the largest molecule peaks; above the gel point
        of an infinite system by an amount that falls with molecules^(-1/3).
    conversion : (C,) array
        Of the side in short supply.
    sol_fraction : (C,) array
        Mass share outside the largest molecule.
    cycle_rank_mol : (C,) array
        Bonds that closed a ring, on the scale of the monomers' moles.
    weight_average_g_mol : (C,) array
        Of all molecules but the largest.
    """

    molecules: int
    gel_conversion: float
    conversion: NDArray[np.float64]
    sol_fraction: NDArray[np.float64]
    cycle_rank_mol: NDArray[np.float64]
    weight_average_g_mol: NDArray[np.float64]


def simulated_network(
    monomers: Sequence[Monomer],
    conversions: Sequence[float] = (1.0,),
    *,
    molecules: int = 100_000,
    seed: int = 0,
) -> SimulatedNetwork:
    """Grow one network of a finite number of monomers by Monte Carlo.

    Parameters
    ----------
    monomers : sequence of Monomer
        As for `finechem.adhesives.branching.gel_point`; means of functionality are drawn molecule by molecule.
    conversions : sequence of float
        Of the side in short supply, ascending, 0 to 1.
    molecules : int
        Monomers to simulate, 100 to 20 million.
    seed : int

    Raises
    ------
    InputError
        If a side has no groups, conversions are not ascending shares, or molecules is out of range.

    Notes
    -----
    Exact for step growth without spatial correlation, whatever the reactivities; rings close at random only. See
    `finechem_kernels.step_growth`.

    Examples
    --------
    >>> from finechem.adhesives.branching import Monomer, Site
    >>> network = simulated_network([Monomer(1.0, (Site("A", 4),)), Monomer(2.0, (Site("B", 2),))], [0.5, 1.0])
    >>> bool(network.sol_fraction[0] > 0.9), float(network.sol_fraction[1])
    (True, 0.0)
    """
    from finechem_kernels.step_growth import grow_network, reaction_order

    if not 100 <= molecules <= _MOST_MOLECULES:
        raise InputError(f"molecules={molecules}: must be between 100 and {_MOST_MOLECULES}")
    wanted = np.asarray(conversions, dtype=float)
    if wanted.size == 0 or not np.all((wanted >= 0) & (wanted <= 1)) or np.any(np.diff(wanted) < 0):
        raise InputError(f"conversions {list(conversions)}: must be ascending shares between 0 and 1")
    rng = np.random.default_rng(seed)
    moles = np.array([monomer.moles for monomer in monomers])
    kinds = _kinds(moles, molecules)
    orders = []
    for side in ("A", "B"):
        places, groups, rates, substitution = _sites(monomers, kinds, side, rng)
        if not places.size:
            raise InputError(f"a network needs groups of both sides; there are none of side {side}")
        uniform = bool(np.all(rates == rates[0]) and np.all((groups == 1) | (substitution == 1.0)))
        if uniform:
            orders.append(reaction_order(np.repeat(places, groups), rng))
        else:
            orders.append(reaction_order(places, rng, groups=groups, rates=rates, substitution=substitution))
    masses = np.array([monomer.molar_mass_g_mol for monomer in monomers])[kinds]
    possible = min(len(order) for order in orders)
    checkpoints = np.round(wanted * possible).astype(np.int64)
    growth = grow_network(orders[0], orders[1], masses, checkpoints)
    return SimulatedNetwork(
        molecules=molecules,
        gel_conversion=float(growth.peak_bonds) / possible,
        conversion=checkpoints / possible,
        sol_fraction=1.0 - growth.largest_mass / growth.total_mass,
        cycle_rank_mol=np.asarray(growth.cycle_rank * (math.fsum(moles) / molecules), dtype=float),
        weight_average_g_mol=growth.reduced_weight_average,
    )


def _kinds(moles: NDArray[np.float64], molecules: int) -> NDArray[np.int64]:
    """Return the kind of each molecule, in numbers as near to the moles as whole ones can be."""
    edges = np.round(np.cumsum(moles) / moles.sum() * molecules).astype(np.int64)
    return np.repeat(np.arange(len(moles)), np.diff(edges, prepend=0))


def _sites(
    monomers: Sequence[Monomer], kinds: NDArray[np.int64], side: str, rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Return molecule, groups, rate and substitution of each site of one side."""
    places, groups, rates, substitutions = [], [], [], []
    for kind, monomer in enumerate(monomers):
        owners = np.flatnonzero(kinds == kind).astype(np.int32)
        for site in monomer.sites:
            if site.side != side or not owners.size:
                continue
            below = math.floor(site.count + 1e-12)
            more = max(0.0, site.count - below)
            counts = np.full(owners.size, below)
            counts[: round(more * owners.size)] += 1
            own = np.repeat(owners, rng.permutation(counts))
            places.append(own)
            groups.append(np.full(own.size, site.groups, dtype=np.int32))
            rates.append(np.full(own.size, site.reactivity))
            substitutions.append(np.full(own.size, site.substitution))
    if not places:
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0), np.empty(0)
    return np.concatenate(places), np.concatenate(groups), np.concatenate(rates), np.concatenate(substitutions)
