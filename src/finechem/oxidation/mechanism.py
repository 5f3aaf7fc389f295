"""Mechanisms of autoxidation: reactions with rates, classes of inhibitors, and the network of a matrix with some."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from finechem.errors import DataError, did_you_mean
from finechem.units import GAS_CONSTANT

__all__ = ["Assembly", "InhibitorClass", "Mechanism", "Reaction", "rate_key"]


@dataclass(frozen=True, slots=True)
class Reaction:
    r"""One reaction and its rate constant :math:`k = 10^{\log A} e^{-E/RT}`, in 1/s or L/(mol s).

    Attributes
    ----------
    id : str
    change : dict of species to number
        Net; a species that comes out as it went in is not there.
    rate_law : tuple of str
        One or two species.
    log10_A, E_kJ_mol : float
    sigma_log10 : float
        Standard deviation of the decadic logarithm of k, common to all molecules of a class.
    within_log10 : float
        A further one, of each molecule of its class.
    alpha, reference_kJ_mol : float
        Bell, Evans and Polanyi: E rises by alpha times what the X-H bond is stronger than the reference; 0 where none.
        E may come out negative: so do both directions keep to one equilibrium whatever the bond.
    assumed : bool
        Nobody's number: `source` gives the reasoning.
    grade, source, doi : str
    """

    id: str
    change: Mapping[str, int]
    rate_law: tuple[str, ...]
    log10_A: float
    E_kJ_mol: float
    sigma_log10: float
    grade: str
    source: str
    within_log10: float = 0.0
    alpha: float = 0.0
    reference_kJ_mol: float = 0.0
    assumed: bool = False
    doi: str = ""
    text: str = ""

    def rate_constant(self, temperature_K: float, xh_kJ_mol: float = math.nan) -> float:
        """Return the rate constant; with the X-H strength of a molecule where the reaction depends on it.

        >>> from finechem.oxidation import load_mechanism
        >>> rates = {item.id: item for item in load_mechanism().reactions}
        >>> round(rates["propagation"].rate_constant(388.15), 1)  # L/(mol s)
        3.9
        """
        shift = 0.0 if math.isnan(xh_kJ_mol) else self.alpha * (xh_kJ_mol - self.reference_kJ_mol)
        energy = 1e3 * (self.E_kJ_mol + shift)
        return float(10.0**self.log10_A * math.exp(-energy / (GAS_CONSTANT * temperature_K)))


@dataclass(frozen=True, slots=True)
class InhibitorClass:
    """What a class of inhibitors adds to the matrix: species of its own and reactions.

    Attributes
    ----------
    active : str
        The species that is added to the matrix.
    species : dict of species to moieties
    reactions : tuple of Reaction
    """

    name: str
    active: str
    species: Mapping[str, Mapping[str, int]]
    reactions: tuple[Reaction, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Assembly:
    """The network of a matrix with some inhibitors, one block of species each; species of block b end in ``#b``.

    Attributes
    ----------
    species : tuple of str
    reactions : tuple of (Reaction, int)
        With the block, -1 for the matrix. Where two blocks are of one class, so do their species react with each other.
    roles : tuple of str
        Of each reaction: empty for one of the mechanism. Two more of each block come last, ``evaporation`` and
        ``decomposition`` of what is active, first order; and oxygen's exchange, ``oxygen in`` and ``oxygen out``.
    moieties : dict of moiety to (N,) array
        Counts in each species.
    reactants : (R, 2) int array
    stoichiometry : (N, R) array
    """

    species: tuple[str, ...]
    reactions: tuple[tuple[Reaction, int], ...]
    roles: tuple[str, ...]
    active: tuple[int, ...]
    moieties: Mapping[str, NDArray[np.float64]]
    reactants: NDArray[np.int64]
    stoichiometry: NDArray[np.float64]
    network: Any = field(repr=False)

    def index(self, species: str) -> int:
        """Return where a species stands."""
        return self.species.index(species)


@dataclass(frozen=True, slots=True, eq=False)
class Mechanism:
    """A matrix and classes of inhibitors.

    Attributes
    ----------
    title, domain : str
    low_C, high_C : float
        Temperatures it is meant for; infinite where the file does not say.
    unit_g_mol : float
        Molar mass of one RH.
    species : dict of species to moieties
    reactions : tuple of Reaction
    classes : dict of name to InhibitorClass
    """

    title: str
    domain: str
    low_C: float
    high_C: float
    unit_g_mol: float
    species: Mapping[str, Mapping[str, int]]
    reactions: tuple[Reaction, ...]
    classes: Mapping[str, InhibitorClass]
    _assemblies: dict[tuple[str, ...], Assembly] = field(default_factory=dict, repr=False)

    def class_of(self, name: str) -> InhibitorClass:
        """Return a class of inhibitors.

        Raises
        ------
        DataError
            If the mechanism has no rates for it.
        """
        if name not in self.classes:
            raise DataError(
                f"no rates for the class {name!r}; the mechanism has {', '.join(self.classes)}"
                f"{did_you_mean(name, self.classes)}"
            )
        return self.classes[name]

    def assembled(self, classes: Sequence[str]) -> Assembly:
        """Return the network with one block of species for each of these classes, kept for the next call."""
        key = tuple(classes)
        if key not in self._assemblies:
            self._assemblies[key] = _assembly(self, [self.class_of(name) for name in key])
        return self._assemblies[key]

    def shifted(self, shifts: Mapping[str, float]) -> Mechanism:
        """Return the mechanism with decades added to rate constants, by keys as `rate_key` gives them.

        Raises
        ------
        DataError
            If there is no such key.
        """
        keys = [rate_key(item) for item in self.reactions]
        keys += [rate_key(item, name) for name, block in self.classes.items() for item in block.reactions]
        for key in shifts:
            if key not in keys:
                raise DataError(f"no rate {key!r}{did_you_mean(key, keys)}")

        def moved(items: Sequence[Reaction], name: str = "") -> tuple[Reaction, ...]:
            return tuple(replace(item, log10_A=item.log10_A + shifts.get(rate_key(item, name), 0.0)) for item in items)

        classes = {name: replace(block, reactions=moved(block.reactions, name)) for name, block in self.classes.items()}
        return replace(self, reactions=moved(self.reactions), classes=classes, _assemblies={})


def rate_key(reaction: Reaction, class_name: str = "") -> str:
    """Return the name of a rate: the error of a rate is common to all that it enters."""
    return f"{class_name}: {reaction.id}" if class_name else reaction.id


class _Row(NamedTuple):
    """A reaction among the species of an assembly."""

    reaction: Reaction
    block: int
    change: Mapping[str, int]
    rate_law: tuple[str, ...]
    role: str = ""


def _assembly(mechanism: Mechanism, blocks: Sequence[InhibitorClass]) -> Assembly:
    from finechem_kernels.mass_action import compile_network

    contents: dict[str, Mapping[str, int]] = dict(mechanism.species)
    rows = [_Row(item, -1, item.change, item.rate_law) for item in mechanism.reactions]
    active = []
    for number, block in enumerate(blocks):
        names = {name: f"{name}#{number}" for name in block.species}
        contents |= {names[name]: counts for name, counts in block.species.items()}
        active.append(names[block.active])
        for item in block.reactions:
            change = {names.get(name, name): count for name, count in item.change.items()}
            rows.append(_Row(item, number, change, tuple(names.get(name, name) for name in item.rate_law)))
    rows += [row for pair in permutations(range(len(blocks)), 2) for row in _between(blocks, *pair)]
    for number, name in enumerate(active):
        rows += [_lent("evaporation", number, {name: -1}, (name,)), _lent("decomposition", number, {name: -1}, (name,))]
    rows += [_lent("oxygen in", -1, {"O2": 1}, ()), _lent("oxygen out", -1, {"O2": -1}, ("O2",))]
    species = tuple(contents)
    place = {name: index for index, name in enumerate(species)}
    reactants = np.full((len(rows), 2), -1, dtype=np.int64)
    stoichiometry = np.zeros((len(species), len(rows)))
    for column, row in enumerate(rows):
        reactants[column, : len(row.rate_law)] = [place[name] for name in row.rate_law]
        for name, count in row.change.items():
            stoichiometry[place[name], column] = count
    kinds = sorted({kind for counts in contents.values() for kind in counts})
    return Assembly(
        species,
        tuple((row.reaction, row.block) for row in rows),
        tuple(row.role for row in rows),
        tuple(place[name] for name in active),
        {kind: np.array([float(contents[name].get(kind, 0)) for name in species]) for kind in kinds},
        reactants,
        stoichiometry,
        compile_network(reactants, stoichiometry),
    )


def _lent(role: str, block: int, change: Mapping[str, int], law: tuple[str, ...]) -> _Row:
    """Return a loss or a source whose rate is the molecule's or the film's."""
    return _Row(
        Reaction(role, change, law, -math.inf, 0.0, 0.0, "", "of the molecule or the film"), block, change, law, role
    )


def _between(blocks: Sequence[InhibitorClass], first: int, second: int) -> Iterator[_Row]:
    """Yield what species of one block do to those of another of the same class, in this order of the rate law.

    k (a + b)^2 = k a^2 + k b^2 + k a b + k b a: with both orders two blocks are what one of their sum would be. What
    comes out belongs, in the order of the equation, to the block of the reactant in the same place.
    """
    if blocks[first].name != blocks[second].name:
        return
    own = blocks[first].species
    for item in blocks[first].reactions:
        if len(item.rate_law) < 2 or not own.keys() >= set(item.rate_law):
            continue
        law = tuple(f"{name}#{number}" for name, number in zip(item.rate_law, (first, second), strict=True))
        products = Counter(item.rate_law)
        products.update(item.change)  # adds counts, negative ones too
        change = Counter(dict.fromkeys(law, -1))
        blocks_left = [first, second]
        for name in products.elements():
            change[f"{name}#{blocks_left[0]}" if name in own else name] += 1
            if name in own and len(blocks_left) > 1:
                blocks_left.pop(0)
        yield _Row(item, first, {name: count for name, count in change.items() if count}, law)
