"""New nitrides on paper: known structure types with other elements on their sites, balanced in charge, scaled."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from finechem.errors import InputError, did_you_mean
from finechem.matter.crystal import Crystal
from finechem.screening.model import Rejected
from finechem.thermal.known import known_crystal

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = [
    "Prototype",
    "balanced_states",
    "enumerate_nitrides",
    "formula_types",
    "metals",
    "nitride_prototypes",
    "oxidation_states",
    "scaled",
]

#: Shannon's ionic radius of N3- between four cations, angstrom (as in pymatgen).
NITRIDE_RADIUS = 1.46
_NITROGEN = -3
#: Cation to nitrogen over the sum of their radii: mean over the shipped nitrides of the types below (a test measures it
#: again). Only where a structure type is known of another anion does it matter.
CONTACT_OVER_RADII = 1.015
#: Neighbours count up to this much farther than the nearest.
_SHELL = 1.25
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
#: Formula type, structure type, shipped crystal, and which role its cations play.
_SHIPPED: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    ("MN", "wurtzite", "AlN-wurtzite", {"Al": "M"}),
    ("MN", "zincblende", "BN-cubic", {"B": "M"}),
    ("MN", "rocksalt", "ScN-rocksalt", {"Sc": "M"}),
    ("MN", "WC", "TaN-theta", {"Ta": "M"}),
    ("M3N2", "anti-bixbyite", "Mg3N2-bixbyite", {"Mg": "M"}),
    ("M3N4", "beta-Si3N4", "Si3N4-beta", {"Si": "M"}),
    ("M3N4", "spinel", "Si3N4-gamma", {"Si": "M"}),
    ("M3N4", "Th3N4", "Th3N4-rhombohedral", {"Th": "M"}),
    ("M3N5", "Ta3N5", "Ta3N5-orthorhombic", {"Ta": "M"}),
    ("ABN2", "beta-NaFeO2", "MgSiN2-orthorhombic", {"Mg": "A", "Si": "B"}),
    ("ABN2", "SrSiN2", "SrSiN2-monoclinic", {"Sr": "A", "Si": "B"}),
    ("A2BN2", "Ca2ZnN2", "Ca2ZnN2-tetragonal", {"Ca": "A", "Zn": "B"}),
)
#: The same of pymatgen's AFLOW library, by label; nitrogen takes the third place.
_AFLOW: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    ("ABN2", "chalcopyrite", "ABC2_tI16_122_a_b_d", {"Cu": "A", "Fe": "B", "S": "N"}),
    ("ABN2", "alpha-NaFeO2", "ABC2_hR4_166_a_b_c", {"Na": "A", "Cr": "B", "S": "N"}),
    ("A3BN", "antiperovskite", "AB3C_cP5_221_a_c_b", {"O": "A", "Ca": "B", "Ti": "N"}),
)


@dataclass(frozen=True, slots=True, eq=False)
class Prototype:
    """A structure type whose sites other elements may take.

    Attributes
    ----------
    formula : str
        Such as ``ABN2``; letters but N are roles.
    name : str
        Of the structure type.
    structure : pymatgen Structure
        Of one compound that has it.
    roles : mapping of element to role
        Which role each element of that compound plays; nitrogen's is ``N``.
    source : str
    """

    formula: str
    name: str
    structure: Structure
    roles: Mapping[str, str]
    source: str

    @property
    def counts(self) -> dict[str, int]:
        """Atoms of each role in the formula unit."""
        return _counts(self.formula)


def _counts(formula: str) -> dict[str, int]:
    from pymatgen.core import Composition

    letters = {"M": "Fe", "A": "Li", "B": "Be", "N": "N"}  # stand-ins that a parser of formulas knows
    parsed = Composition("".join(letters.get(char, char) for char in formula))
    return {role: int(parsed[stand]) for role, stand in letters.items() if parsed[stand] > 0}


@cache
def nitride_prototypes() -> tuple[Prototype, ...]:
    """Return the structure types: of shipped nitrides, and of pymatgen's AFLOW library.

    >>> sorted({prototype.name for prototype in nitride_prototypes() if prototype.formula == "ABN2"})
    ['SrSiN2', 'alpha-NaFeO2', 'beta-NaFeO2', 'chalcopyrite']
    """
    from pymatgen.analysis.prototypes import AFLOW_PROTOTYPE_LIBRARY

    found = []
    for formula, name, phase, roles in _SHIPPED:
        crystal = known_crystal(phase)
        found.append(Prototype(formula, name, crystal.to_structure(), {**roles, "N": "N"}, crystal.source))
    library = {entry["tags"]["aflow"]: entry["snl"].structure for entry in AFLOW_PROTOTYPE_LIBRARY}
    for formula, name, label, roles in _AFLOW:
        found.append(
            Prototype(formula, name, library[label], roles, f"AFLOW prototype {label}, as shipped in pymatgen")
        )
    return tuple(found)


def formula_types() -> tuple[str, ...]:
    """Return the formula types for which there are structure types.

    >>> formula_types()
    ('MN', 'M3N2', 'M3N4', 'M3N5', 'ABN2', 'A2BN2', 'A3BN')
    """
    return tuple(dict.fromkeys(prototype.formula for prototype in nitride_prototypes()))


@cache
def metals() -> tuple[str, ...]:
    """Return the metals and metalloids that are not radioactive, by atomic number.

    >>> metals()[:5], len(metals())
    (('Li', 'Be', 'B', 'Na', 'Mg'), 65)
    """
    from pymatgen.core import Element

    solid = (item for item in Element if (item.is_metal or item.is_metalloid) and not item.is_radioactive)
    return tuple(item.symbol for item in sorted(solid, key=lambda item: item.Z))


def oxidation_states(element: str) -> tuple[int, ...]:
    """Return the common oxidation states of an element, as pymatgen lists them.

    >>> oxidation_states("Mg"), oxidation_states("Ge")
    ((2,), (-4, 2, 4))
    """
    from pymatgen.core import Element

    if element not in Element.__members__:
        raise InputError(f"{element!r} is no element{did_you_mean(element, Element.__members__)}")
    return tuple(int(state) for state in Element(element).common_oxidation_states)


def _radius(element: str, state: int, neighbours: int) -> float:
    """Return Shannon's ionic radius at the coordination nearest to the one asked for, angstrom; NaN without any.

    Where the table has several spins, the high one.
    """
    from pymatgen.core import Element

    table = Element(element).data.get("Shannon radii", {}).get(str(state), {})
    known = {_ROMAN.index(name): spins for name, spins in table.items() if name in _ROMAN}
    if not known:
        return float("nan")
    spins = known[min(known, key=lambda other: (abs(other - neighbours), other))]
    chosen = next((spins[spin] for spin in ("", "High Spin", "Low Spin") if spin in spins), None)
    return float("nan") if chosen is None else float(chosen["ionic_radius"])


def _neighbours(structure: Structure, roles: Mapping[str, str]) -> dict[str, int]:
    """Return how many nitrogen sites lie around each element, averaged over its sites and rounded."""
    nitrogen = [index for index, site in enumerate(structure) if roles[site.specie.symbol] == "N"]
    found: dict[str, list[int]] = {}
    for site in structure:
        if roles[site.specie.symbol] == "N":
            continue
        near = [item.nn_distance for item in structure.get_neighbors(site, 6.0) if item.index in nitrogen]
        found.setdefault(site.specie.symbol, []).append(sum(distance <= _SHELL * min(near) for distance in near))
    return {element: round(float(np.mean(numbers))) for element, numbers in found.items()}


def scaled(prototype: Prototype, elements: Mapping[str, str], states: Mapping[str, int]) -> Structure:
    r"""Return a structure type with other elements, its lattice scaled by ionic radii.

    .. math:: s = \Bigl\langle \frac{r_i + r_N}{r_{i,0} + r_N} \Bigr\rangle

    over the cations, with Shannon's radii at the coordination of the site in the prototype; where the prototype holds
    another anion, the length of its cation-anion contacts over `CONTACT_OVER_RADII` stands in for the sum of radii.

    Parameters
    ----------
    prototype : Prototype
    elements : mapping of role to element
    states : mapping of role to oxidation state

    Raises
    ------
    InputError
        If a radius is not in the table.
    """
    structure = prototype.structure.copy()
    structure.remove_oxidation_states()
    neighbours = _neighbours(structure, prototype.roles)
    ratios = []
    for old, number in neighbours.items():
        role = prototype.roles[old]
        if states[role] < 0:  # an anion beside nitrogen, as in antiperovskites
            continue
        radius = _radius(elements[role], states[role], number)
        if radius != radius:
            raise InputError(f"{elements[role]}{states[role]:+d} has no ionic radius")
        ratios.append((radius + NITRIDE_RADIUS) / _sum_of_radii(prototype, structure, old, number))
    factor = float(np.mean(ratios))
    structure.replace_species({old: elements.get(role, "N") for old, role in prototype.roles.items()})
    structure.scale_lattice(structure.volume * factor**3)
    return structure


def _sum_of_radii(prototype: Prototype, structure: Structure, element: str, neighbours: int) -> float:
    """Return what stands for the radii of a cation and nitrogen in the prototype, angstrom."""
    if prototype.roles.get("N") == "N":
        own = {role: old for old, role in prototype.roles.items() if role != "N"}
        states = list(balanced_states(prototype.counts, own))
        radius = _radius(element, states[0][prototype.roles[element]], neighbours) if states else float("nan")
        if radius == radius:
            return radius + NITRIDE_RADIUS
    return _contact(structure, prototype.roles, element) / CONTACT_OVER_RADII


def _contact(structure: Structure, roles: Mapping[str, str], element: str) -> float:
    """Return the mean distance of an element to the nitrogen sites around it, angstrom."""
    lengths: list[float] = []
    for site in structure:
        if site.specie.symbol == element:
            near = [item.nn_distance for item in structure.get_neighbors(site, 6.0) if roles[item.specie.symbol] == "N"]
            lengths += [distance for distance in near if distance <= _SHELL * min(near)]
    return float(np.mean(lengths))


def enumerate_nitrides(
    formula: str,
    elements: Mapping[str, Iterable[str]] | None = None,
    *,
    without: Iterable[str] = ("Be", "Cd", "Pb"),
    prototypes: Sequence[Prototype] | None = None,
) -> list[Crystal | Rejected]:
    """Return every charge-balanced nitride of a formula type, in each structure type, without duplicates.

    Parameters
    ----------
    formula : str
        One of `formula_types`.
    elements : mapping of role to elements, optional
        Such as ``{"A": ["Mg", "Zn"], "B": ["Si", "Ge"]}``; a role without a list takes every metal and metalloid that
        is not radioactive (that is thousands of compounds for two roles).
    without : iterable of str
        Elements that are left out, whatever the lists say; toxic ones by default.
    prototypes : sequence of Prototype, optional
        Instead of `nitride_prototypes`.

    Returns
    -------
    list of Crystal or Rejected
        Rejected are those with an ion whose radius is in no table. Crystals are named ``MgSiN2 beta-NaFeO2``; `flags`
        say that nobody made them here, and which oxidation states balance.

    Raises
    ------
    InputError
        For an unknown formula type, role or element.

    Notes
    -----
    Candidates, not phases: nothing says that one exists. Volumes by radii were compared with measured ones
    (``benchmarks/accuracy/prototypes.py``); relax before anything else.

    Examples
    --------
    >>> found = enumerate_nitrides("ABN2", {"A": ["Mg", "Zn", "Be"], "B": ["Si", "Ti"]})
    >>> len(found), found[0].id
    (16, 'MgSiN2 beta-NaFeO2')
    """
    types = [item for item in prototypes or nitride_prototypes() if item.formula == formula]
    if not types:
        raise InputError(f"no structure type of formula {formula!r}; there are {', '.join(formula_types())}")
    roles = [role for role in types[0].counts if role != "N"]
    given = dict(elements or {})
    for role in given:
        if role not in roles:
            raise InputError(f"{formula}: no role {role!r}; it has {' and '.join(roles)}")
    banned = set(without)
    lists = [
        [item for item in given.get(role, metals()) if oxidation_states(item) and item not in banned] for role in roles
    ]
    found: list[Crystal | Rejected] = []
    for chosen in itertools.product(*lists):
        if len(set(chosen)) < len(chosen):
            continue
        own = dict(zip(roles, chosen, strict=True))
        for states in balanced_states(types[0].counts, own):
            found += _distinct(_crystal(prototype, own, states) for prototype in types)
            break  # the first balance speaks: others of the same elements are the same crystals
    return found


def balanced_states(counts: Mapping[str, int], own: Mapping[str, str]) -> Iterator[dict[str, int]]:
    """Yield the common oxidation states of the elements in these roles that balance nitrogen's.

    >>> next(balanced_states({"A": 1, "B": 1, "N": 2}, {"A": "Mg", "B": "Si"}))
    {'A': 2, 'B': 4}
    """
    roles = list(own)
    for states in itertools.product(*(oxidation_states(own[role]) for role in roles)):
        if sum(counts[role] * state for role, state in zip(roles, states, strict=True)) == -_NITROGEN * counts["N"]:
            yield dict(zip(roles, states, strict=True))


def _crystal(prototype: Prototype, own: Mapping[str, str], states: Mapping[str, int]) -> tuple[Prototype, Any, str]:
    balance = ", ".join(f"{own[role]}{state:+d}" for role, state in states.items())
    try:
        return prototype, scaled(prototype, own, states), balance
    except InputError as error:
        return prototype, None, f"{balance}: {error}"


def _distinct(made: Iterable[tuple[Prototype, Any, str]]) -> list[Crystal | Rejected]:
    """Return crystals, of structure types that come out alike the first; what has no lattice is rejected."""
    from pymatgen.analysis.structure_matcher import StructureMatcher

    matcher = StructureMatcher(attempt_supercell=False)
    kept: list[Any] = []
    found: list[Crystal | Rejected] = []
    for prototype, structure, balance in made:
        if structure is None:
            ions, _, reason = balance.partition(": ")
            found.append(Rejected(f"{ions} in {prototype.name}", reason))
            continue
        if any(matcher.fit(structure, other) for other in kept):
            continue
        kept.append(structure)
        name = f"{structure.composition.reduced_formula} {prototype.name}"
        flags = (f"on paper: {balance}, lattice scaled by ionic radii",)
        source = f"structure type {prototype.name} with other elements ({prototype.source})"
        found.append(Crystal.from_structure(name, structure, flags=flags, source=source))
    return found
