"""Mechanisms of autoxidation as data: reactions, rates with source and grade, balanced moiety by moiety."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import finechem_datasets
from finechem.errors import DataError, did_you_mean
from finechem.units import GAS_CONSTANT

__all__ = ["Assembly", "InhibitorClass", "Mechanism", "Reaction", "load_mechanism", "parse_mechanism", "rate_key"]

_TERM = re.compile(r"^(?:(\d+)\s+)?([A-Za-z]\w*)$")
_CITATION = ("id", "reaction", "log10_A", "E_kJ_mol", "sigma_log10", "grade", "source")


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

        >>> rates = {item.id: item for item in load_mechanism().reactions}
        >>> round(rates["propagation"].rate_constant(388.15), 1)  # L/(mol s)
        3.9
        """
        shift = 0.0 if math.isnan(xh_kJ_mol) else self.alpha * (xh_kJ_mol - self.reference_kJ_mol)
        energy = max(self.E_kJ_mol + shift, 0.0) * 1e3
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
        With the block, -1 for the matrix. Two more of each block come last: evaporation and decomposition of what is
        active, first order; and oxygen's exchange, a source and a loss.
    moieties : dict of moiety to (N,) array
        Counts in each species.
    reactants : (R, 2) int array
    stoichiometry : (N, R) array
    """

    species: tuple[str, ...]
    reactions: tuple[tuple[Reaction, int], ...]
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


def _assembly(mechanism: Mechanism, blocks: Sequence[InhibitorClass]) -> Assembly:
    from finechem_kernels.mass_action import compile_network

    contents: dict[str, Mapping[str, int]] = dict(mechanism.species)
    Row = tuple[Reaction, int, Mapping[str, int], tuple[str, ...]]
    reactions: list[Row] = [(item, -1, item.change, item.rate_law) for item in mechanism.reactions]
    active = []
    for number, block in enumerate(blocks):
        names = {name: f"{name}#{number}" for name in block.species}
        contents |= {names[name]: counts for name, counts in block.species.items()}
        active.append(names[block.active])
        for item in block.reactions:
            change: Mapping[str, int] = {names.get(name, name): count for name, count in item.change.items()}
            reactions.append((item, number, change, tuple(names.get(name, name) for name in item.rate_law)))
    for number, name in enumerate(active):
        for what in ("evaporation", "decomposition"):
            loss = Reaction(what, {name: -1}, (name,), -math.inf, 0.0, 0.0, "", "of the molecule")
            reactions.append((loss, number, loss.change, loss.rate_law))
    exchanges: tuple[tuple[str, tuple[str, ...], int], ...] = (("oxygen in", (), 1), ("oxygen out", ("O2",), -1))
    for what, law, sign in exchanges:
        exchange = Reaction(what, {"O2": sign}, law, -math.inf, 0.0, 0.0, "", "of the film")
        reactions.append((exchange, -1, exchange.change, law))
    species = tuple(contents)
    place = {name: index for index, name in enumerate(species)}
    reactants = np.full((len(reactions), 2), -1, dtype=np.int64)
    stoichiometry = np.zeros((len(species), len(reactions)))
    for column, (_, _, change, law) in enumerate(reactions):
        reactants[column, : len(law)] = [place[name] for name in law]
        for name, count in change.items():
            stoichiometry[place[name], column] = count
    kinds = sorted({kind for counts in contents.values() for kind in counts})
    return Assembly(
        species,
        tuple((item, number) for item, number, _, _ in reactions),
        tuple(place[name] for name in active),
        {kind: np.array([float(contents[name].get(kind, 0)) for name in species]) for kind in kinds},
        reactants,
        stoichiometry,
        compile_network(reactants, stoichiometry),
    )


@cache
def load_mechanism(name: str = "hydrocarbon") -> Mechanism:
    """Return a shipped mechanism, or one of a TOML file by its path.

    Raises
    ------
    DataError
        If there is none of that name, or the file is not a balanced mechanism.

    Examples
    --------
    >>> mechanism = load_mechanism()
    >>> sorted(mechanism.classes)
    ['aromatic amine', 'hindered phenol', 'phenol', 'phosphite', 'thioether']
    """
    if name.endswith(".toml"):
        try:
            text = Path(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{name}: {error}") from None
        return parse_mechanism(text, name)
    folder = finechem_datasets.root() / "oxidation" / "mechanisms"
    known = sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))
    if name not in known:
        raise DataError(f"no mechanism {name!r}; shipped are {', '.join(known)}{did_you_mean(name, known)}")
    return parse_mechanism((folder / f"{name}.toml").read_text("utf-8"), name)


def parse_mechanism(text: str, name: str = "mechanism") -> Mechanism:
    r"""Return a mechanism from TOML.

    Tables: ``[species]`` with moieties of each, ``[[reactions]]`` with ``id``, ``reaction`` (such as
    ``2 ROOH -> RO + RO2 + H2O``), ``log10_A``, ``E_kJ_mol``, ``sigma_log10``, ``grade``, ``source`` and, where wanted,
    ``bep``, ``within_log10``, ``assumed``, ``doi``; ``[classes."name"]`` with ``active``, ``species`` and
    ``reactions`` of its own.

    Raises
    ------
    DataError
        If a field is missing, a species unknown, or a reaction does not balance; the message names it.

    Examples
    --------
    >>> parse_mechanism('''
    ... title = "decay"
    ... domain = ""
    ... unit_g_mol = 42.08
    ... [species]
    ... RH = { Q = 1, H = 2 }
    ... R = { Q = 1, H = 1 }
    ... [[reactions]]
    ... id = "loss"
    ... reaction = "RH -> R"
    ... log10_A = 1
    ... E_kJ_mol = 0
    ... sigma_log10 = 0
    ... grade = "D"
    ... source = "none"
    ... ''')
    Traceback (most recent call last):
    finechem.errors.DataError: mechanism, reaction 'loss': H does not balance, 2 -> 1
    """
    try:
        record = tomllib.loads(text)
        species = {key: dict(value) for key, value in record["species"].items()}
        reactions = tuple(_reaction(name, item, species) for item in record["reactions"])
        classes = {key: _class(name, key, item, species) for key, item in record.get("classes", {}).items()}
        return Mechanism(
            record["title"],
            record["domain"],
            float(record.get("low_C", -math.inf)),
            float(record.get("high_C", math.inf)),
            float(record["unit_g_mol"]),
            species,
            reactions,
            classes,
        )
    except (KeyError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{name}: {'lacks ' if isinstance(error, KeyError) else ''}{error}") from None


def _class(where: str, name: str, record: Mapping[str, Any], matrix: Mapping[str, Mapping[str, int]]) -> InhibitorClass:
    own = {key: dict(value) for key, value in record["species"].items()}
    both = {**matrix, **own}
    reactions = tuple(_reaction(f"{where}, {name}", item, both) for item in record["reactions"])
    if record["active"] not in own:
        raise DataError(f"{where}, class {name!r}: active species {record['active']!r} is none of its own")
    return InhibitorClass(name, record["active"], own, reactions)


def _reaction(where: str, record: Mapping[str, Any], species: Mapping[str, Mapping[str, int]]) -> Reaction:
    lacking = [key for key in _CITATION if key not in record]
    if lacking:
        raise DataError(f"{where}, reaction {record.get('id', '?')!r}: lacks {', '.join(lacking)}")
    place = f"{where}, reaction {record['id']!r}"
    sides = str(record["reaction"]).split("->")
    if len(sides) != 2:
        raise DataError(f"{place}: {record['reaction']!r} has no single '->'")
    before, after = (_side(place, side, species) for side in sides)
    for kind in sorted({kind for name in (*before, *after) for kind in species[name]}):
        amounts = [sum(count * species[name].get(kind, 0) for name, count in side.items()) for side in (before, after)]
        if amounts[0] != amounts[1]:
            raise DataError(f"{place}: {kind} does not balance, {amounts[0]} -> {amounts[1]}")
    law = tuple(before.elements())
    if not 1 <= len(law) <= 2:
        raise DataError(f"{place}: {len(law)} reactants; one or two")
    change = {name: after[name] - before[name] for name in {**before, **after} if after[name] != before[name]}
    bep = record.get("bep", {"alpha": 0.0, "reference_kJ_mol": 0.0})
    return Reaction(
        record["id"],
        change,
        law,
        float(record["log10_A"]),
        float(record["E_kJ_mol"]),
        float(record["sigma_log10"]),
        record["grade"],
        record["source"],
        float(record.get("within_log10", 0.0)),
        float(bep["alpha"]),
        float(bep["reference_kJ_mol"]),
        bool(record.get("assumed", False)),
        record.get("doi", ""),
        record["reaction"],
    )


def _side(place: str, text: str, species: Mapping[str, Any]) -> Counter[str]:
    found: Counter[str] = Counter()
    for term in text.split("+"):
        match = _TERM.match(term.strip())
        if match is None:
            raise DataError(f"{place}: {term.strip()!r} is no species with a whole number before it")
        if match[2] not in species:
            raise DataError(f"{place}: unknown species {match[2]!r}{did_you_mean(match[2], species)}")
        found[match[2]] += int(match[1] or 1)
    return found
