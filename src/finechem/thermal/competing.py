"""How far a nitride lies above the nitrides it could fall apart into, all by the same potential."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.errors import ConvergenceError, InputError
from finechem.matter.calculators import Potential
from finechem.matter.crystal import Crystal
from finechem.matter.readers import same_crystal
from finechem.matter.relaxation import Relaxed, relax
from finechem.screening.cache import Cache
from finechem.thermal.known import known_crystals
from finechem.thermal.prototypes import enumerate_nitrides, formula_types, nitride_prototypes

FloatArray: TypeAlias = NDArray[np.float64]

__all__ = ["Competition", "competing_nitrides", "energy_above"]


@dataclass(frozen=True, slots=True)
class Competition:
    """What a crystal competes with.

    Attributes
    ----------
    energy_above_eV_atom : float
        Of the crystal, above the best mixture of the others; below zero where it beats them all.
    mixture : tuple of (str, float)
        That mixture: names, and the share of the atoms in each.
    compared, lost : int
        Competitors that were relaxed, and those that could not be.
    """

    energy_above_eV_atom: float
    mixture: tuple[tuple[str, float], ...]
    compared: int
    lost: int

    def __str__(self) -> str:
        parts = " + ".join(f"{share:.2f} {name}" for name, share in self.mixture)
        return f"against {parts} (by atoms; {self.compared} competitors, {self.lost} that do not relax)"


def competing_nitrides(crystal: Crystal) -> list[Crystal]:
    """Return what a nitride competes with: other structures of its composition, and binary nitrides of its elements.

    Shipped phases, and the structure types of `finechem.thermal.prototypes` where no phase of a composition is shipped.
    Elements and gaseous nitrogen are left out: no potential here describes both them and nitrides well enough.

    Examples
    --------
    >>> from finechem.thermal.known import known_crystal
    >>> names = [other.id for other in competing_nitrides(known_crystal("MgSiN2-orthorhombic"))]
    >>> {"Mg3N2-bixbyite", "Si3N4-beta", "MgSiN2 chalcopyrite"} <= set(names)
    True
    """
    return [other for other in _of_formula(crystal.formula) if not same_crystal(other, crystal)]


def energy_above(relaxed: Relaxed, potential: Potential, *, kept: Cache | None = None) -> Competition:
    r"""Return the energy of a relaxed nitride above the best mixture of its competitors.

    .. math:: \Delta E = E - \min_{x \ge 0} \Bigl\{ \sum_i x_i E_i : \sum_i x_i c_i = c \Bigr\}

    with energies per atom, compositions c and shares of atoms x: a linear programme, the convex hull at one point.

    Parameters
    ----------
    relaxed : Relaxed
        With this potential.
    potential : Potential
    kept : Cache, optional
        Where relaxations of competitors are kept; many candidates share them.

    Raises
    ------
    InputError
        If it is no nitride, or the elements have no competitors that could make up the composition.

    Notes
    -----
    At 0 K, without vibrations; against nitrides in known structure types only, so that a crystal far above is out, but
    one below is not thereby stable.
    """
    from scipy.optimize import linprog

    crystal = relaxed.crystal
    if "N" not in crystal.elements:  # shares of its elements alone would take Si3N4 for silicon
        raise InputError(f"{crystal.id}: no nitride, so that nitrides make no mixture of its composition")
    energies: list[float] = []
    names: list[str] = []
    columns: list[FloatArray] = []
    lost = 0
    for other in competing_nitrides(crystal):
        try:
            found = relax(other, potential, cache=kept)
        except (InputError, ConvergenceError):  # of that competitor; a full disk or a missing package is ours
            lost += 1
            continue
        if same_crystal(found.crystal, crystal, 0.005):
            continue
        energies.append(found.energy_eV_atom)
        names.append(other.id)
        columns.append(_shares(other, crystal.elements))
    wanted = _shares(crystal, crystal.elements)
    best = linprog(energies, A_eq=np.transpose(columns), b_eq=wanted) if columns else None
    if best is None or best.status != 0:
        raise InputError(f"{crystal.id}: no nitrides of {', '.join(crystal.elements)} to compare with make it up")
    mixture = tuple((name, float(share)) for name, share in zip(names, best.x, strict=True) if share > 1e-6)
    return Competition(relaxed.energy_eV_atom - float(best.fun), mixture, len(names), lost)


def _shares(crystal: Crystal, elements: tuple[str, ...]) -> FloatArray:
    counts = np.array([crystal.species.count(element) for element in elements], dtype=float)
    return np.asarray(counts / counts.sum())


@cache
def _of_formula(formula: str) -> tuple[Crystal, ...]:
    from pymatgen.core import Composition

    shares = Composition(formula).fractional_composition.as_dict()
    metals = [element for element in shares if element != "N"]
    own = list(_structures(formula, shares))
    names = {other.id for other in own}
    binary = [other for element in metals for other in _binaries(element)]  # of one metal too: 2 M3N4 = 3 MN + M3N5
    return (*(other for other in binary if other.id not in names), *own)


@cache
def _binaries(element: str) -> tuple[Crystal, ...]:
    """Return nitrides of one element: shipped ones, and structure types where none of a formula is shipped."""
    shipped = [phase for phase in known_crystals("candidate") if set(phase.elements) == {element, "N"}]
    formulas = {phase.formula for phase in shipped}
    made = [
        item
        for formula in formula_types()
        if formula.startswith("M")
        for item in enumerate_nitrides(formula, {"M": [element]}, without=())
    ]
    return (*shipped, *(item for item in made if isinstance(item, Crystal) and item.formula not in formulas))


def _structures(formula: str, shares: Mapping[str, float]) -> Iterator[Crystal]:
    """Yield all structures of a composition: shipped, and of every structure type it fits."""
    yield from (phase for phase in known_crystals("candidate") if phase.formula == formula)
    for kind, roles in _readings(shares):
        made = enumerate_nitrides(kind, {role: [element] for role, element in roles.items()}, without=())
        yield from (item for item in made if isinstance(item, Crystal))


def _readings(shares: Mapping[str, float]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield formula types and which element takes which role, for all that give the composition."""
    metals = [element for element in shares if element != "N"]
    counts = {prototype.formula: prototype.counts for prototype in nitride_prototypes()}
    for formula, numbers in counts.items():
        roles = [role for role in numbers if role != "N"]
        total = sum(numbers.values())
        if len(roles) != len(metals) or not np.isclose(numbers["N"] / total, shares.get("N", 0.0)):
            continue
        for order in itertools.permutations(metals):
            given = dict(zip(roles, order, strict=True))
            if all(np.isclose(numbers[role] / total, shares[element]) for role, element in given.items()):
                yield formula, given
