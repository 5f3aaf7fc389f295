"""`Crystal`: a periodic, ordered solid with what is known about it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.matter.bonding import is_layered, is_tetrahedral
from finechem.screening.canonical import content_hash
from finechem.units import ANGSTROM, ATOMIC_MASS

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = ["Crystal", "Elasticity", "Fact"]

#: No two atoms of a crystal come closer than this (H-H in H2 is 0.74 angstrom).
MINIMUM_DISTANCE_ANGSTROM = 0.6
#: Caesium, the roomiest element, takes 116 cubic angstrom an atom: beyond this, a molecule in a box or a misprint.
LARGEST_ATOMIC_VOLUME = 1000.0
#: Finding the layers of so many takes seconds; no model here is made for larger cells.
MOST_ATOMS = 1000


@dataclass(frozen=True, slots=True)
class Fact:
    """One published or user-supplied number about a crystal.

    Parameters
    ----------
    quantity : str
        For instance ``thermal_conductivity_W_mK``: the name carries the unit.
    value : float
    uncertainty : float, optional
        Standard uncertainty, same unit; None where the source states none.
    direction : str
        ``average``, ``ab``, ``c``, ``linear``.
    temperature_K : float, optional
    source, grade, detail : str
        Citation; A primary measurement, B handbook, C computed, D doubtful; sample or method.
    """

    quantity: str
    value: float
    uncertainty: float | None = None
    direction: str = "average"
    temperature_K: float | None = None
    source: str = "user"
    grade: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Elasticity:
    """A stiffness tensor and where it comes from.

    Parameters
    ----------
    stiffness_GPa : 6x6 nested tuple
        Voigt order, z along c, x along a.
    method, source, grade : str
        How it was obtained, citation, grade (A to D).
    """

    stiffness_GPa: tuple[tuple[float, ...], ...]
    method: str = ""
    source: str = "user"
    grade: str = ""

    @classmethod
    def from_matrix(cls, matrix: ArrayLike, method: str = "", source: str = "user", grade: str = "") -> Elasticity:
        """Check and keep a 6x6 matrix in GPa.

        Raises
        ------
        InputError
            If it is not a finite, symmetric 6x6 matrix (to 1 % of its largest element).
        """
        array = np.asarray(matrix, dtype=float)
        if array.shape != (6, 6) or not np.all(np.isfinite(array)):
            raise InputError(f"a stiffness tensor is a finite 6x6 matrix in GPa, got shape {array.shape}")
        if np.abs(array - array.T).max() > 0.01 * np.abs(array).max():
            raise InputError("the stiffness matrix is not symmetric (by more than 1 % of its largest element)")
        rows = ((array + array.T) / 2).tolist()
        return cls(tuple(tuple(row) for row in rows), method, source, grade)

    @property
    def matrix_Pa(self) -> NDArray[np.float64]:
        """Stiffness in Pa, shape (6, 6)."""
        return np.asarray(self.stiffness_GPa) * 1e9


@dataclass(frozen=True, slots=True)
class Crystal:
    """A crystal as a candidate.

    Build it with `from_structure`, which checks it; the fields then hold plain numbers, so that models need no
    structure library.

    Parameters
    ----------
    id : str
        Name of the row.
    formula : str
        Reduced formula.
    lattice_angstrom : 3x3 nested tuple
        Rows are lattice vectors.
    species : tuple of str
        Element of each atom.
    positions : nested tuple
        Fractional coordinates.
    space_group : str
    space_group_number, primitive_atoms : int
        From spglib; `primitive_atoms` is the number of atoms in the primitive cell.
    layered, tetrahedral : bool
        Two-dimensional by its bonds (Larsen et al. 2019, as in ase); every atom has four nearest neighbours.
    elasticity : Elasticity, optional
    facts : tuple of Fact
        Known numbers.
    flags : tuple of str
        Remarks a reader should see: metastable, hydrolyses, beryllium ...
    aliases : tuple of str
        Other inputs that are the same crystal.
    source : str
        Where the structure comes from.
    """

    id: str
    formula: str
    lattice_angstrom: tuple[tuple[float, ...], ...]
    species: tuple[str, ...]
    positions: tuple[tuple[float, ...], ...]
    space_group: str
    space_group_number: int
    primitive_atoms: int
    layered: bool
    tetrahedral: bool
    mass_u: tuple[float, ...]
    elasticity: Elasticity | None = None
    facts: tuple[Fact, ...] = ()
    flags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    source: str = "user"
    _hash: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        content = [
            self.lattice_angstrom, self.species, self.positions, self.layered, self.elasticity, self.facts, self.flags,
        ]  # fmt: skip
        object.__setattr__(self, "_hash", content_hash(content))

    @classmethod
    def from_structure(cls, name: str, structure: Any, *, layered: bool | None = None, **known: Any) -> Crystal:
        """Make a crystal from a pymatgen `Structure` or ase `Atoms`.

        Parameters
        ----------
        name : str
            The id.
        structure : pymatgen Structure or ase Atoms
        layered : bool, optional
            Where it is known; else found from the bonds (tens of milliseconds).
        **known
            elasticity, facts, flags, aliases, source.

        Raises
        ------
        InputError
            If it is empty, no three-dimensional periodic crystal, has more than 1000 atoms or 1000 cubic angstrom an
            atom, partial occupancies, atoms without an element, coordinates that are no numbers, or atoms (images
            included) closer than 0.6 angstrom; the message names the candidate and the cause.
        """
        checked = _checked(name, _as_structure(name, structure))
        number, symbol, primitive = _symmetry(name, checked)
        return cls(
            id=name,
            formula=str(checked.composition.reduced_formula),
            lattice_angstrom=_nested(checked.lattice.matrix),
            species=tuple(str(site.specie.symbol) for site in checked),
            positions=_nested(checked.frac_coords),
            space_group=symbol,
            space_group_number=number,
            primitive_atoms=primitive,
            layered=is_layered(checked) if layered is None else layered,
            tetrahedral=is_tetrahedral(checked),
            mass_u=tuple(float(site.specie.atomic_mass) for site in checked),
            **known,
        )

    def fingerprint(self) -> str:
        """Return the hash of structure, stiffness, facts and flags (not of the name)."""
        return self._hash

    @property
    def volume_m3(self) -> float:
        """Volume of the cell given, in m3."""
        return abs(float(np.linalg.det(np.asarray(self.lattice_angstrom)))) * ANGSTROM**3

    @property
    def density_kg_m3(self) -> float:
        """Density from the cell, in kg/m3."""
        return math.fsum(self.mass_u) * ATOMIC_MASS / self.volume_m3

    @property
    def volume_per_atom_m3(self) -> float:
        """Mean volume of an atom, in m3."""
        return self.volume_m3 / len(self.species)

    @property
    def mean_mass_u(self) -> float:
        """Mean atomic mass, in u."""
        return math.fsum(self.mass_u) / len(self.mass_u)

    @property
    def elements(self) -> tuple[str, ...]:
        """Elements, sorted."""
        return tuple(sorted(set(self.species)))

    def fact(self, quantity: str, direction: str | None = None) -> Fact | None:
        """Return the first fact about `quantity` (in `direction`, if given), or None."""
        for fact in self.facts:
            if fact.quantity == quantity and direction in (None, fact.direction):
                return fact
        return None

    def to_structure(self) -> Structure:
        """Return the pymatgen structure."""
        from pymatgen.core import Lattice, Structure

        return Structure(Lattice(self.lattice_angstrom), list(self.species), np.asarray(self.positions))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; `from_dict` rebuilds it."""
        from dataclasses import asdict

        record = asdict(self)
        del record["_hash"]
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Crystal:
        """Rebuild what `to_dict` gave."""
        plain = dict(record)
        elasticity = plain.pop("elasticity")
        facts = tuple(Fact(**fact) for fact in plain.pop("facts"))
        if elasticity is not None:
            elasticity = Elasticity(**{**elasticity, "stiffness_GPa": _nested(elasticity["stiffness_GPa"])})
        for key in ("lattice_angstrom", "positions"):
            plain[key] = _nested(plain[key])
        for key in ("species", "mass_u", "flags", "aliases"):
            plain[key] = tuple(plain[key])
        return cls(**plain, elasticity=elasticity, facts=facts)

    def card(self) -> dict[str, str]:
        """Return what a report shows."""
        card = {
            "formula": self.formula,
            "space group": f"{self.space_group} ({self.space_group_number})",
            "atoms in the primitive cell": str(self.primitive_atoms),
            "density": f"{self.density_kg_m3:.0f} kg/m3",
            "elastic tensor": f"{self.elasticity.method} ({self.elasticity.source})" if self.elasticity else "none",
            "structure from": self.source,
        }
        if self.aliases:
            card["same crystal"] = ", ".join(self.aliases)
        if self.flags:
            card["flags"] = "; ".join(self.flags)
        return card


def _nested(array: ArrayLike) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(item) for item in row) for row in np.asarray(array, dtype=float))


def _as_structure(name: str, structure: Any) -> Any:
    from pymatgen.core import Structure

    if isinstance(structure, Structure):
        return structure
    if type(structure).__module__.startswith("ase"):
        if len(structure) == 0:
            raise InputError(f"{name}: holds no atoms")
        if not all(structure.pbc) or abs(structure.cell.volume) < 1e-3:
            raise InputError(f"{name}: not a crystal, it is not periodic in three dimensions")
        from pymatgen.io.ase import AseAtomsAdaptor

        return AseAtomsAdaptor.get_structure(structure)
    raise InputError(f"{name}: expected a pymatgen Structure or ase Atoms, got {type(structure).__name__}")


def _checked(name: str, structure: Any) -> Any:
    from pymatgen.core import Element

    if len(structure) == 0:
        raise InputError(f"{name}: holds no atoms")
    if len(structure) > MOST_ATOMS:
        raise InputError(f"{name}: holds {len(structure)} atoms, at most {MOST_ATOMS} are read; use the primitive cell")
    volume = structure.lattice.volume
    if not np.all(np.isfinite(structure.lattice.matrix)) or volume < 1.0:
        raise InputError(f"{name}: the cell has no volume ({volume:.3g} cubic angstrom)")
    if volume / len(structure) > LARGEST_ATOMIC_VOLUME:
        raise InputError(f"{name}: no crystal, it has {volume / len(structure):.3g} cubic angstrom an atom")
    if not np.all(np.isfinite(structure.frac_coords)):
        index = int(np.argmin(np.isfinite(structure.frac_coords).all(axis=1)))
        raise InputError(f"{name}: the coordinates of atom {index} are not finite numbers")
    if not structure.is_ordered:
        site = next(site for site in structure if not site.is_ordered)
        raise InputError(
            f"{name}: partial occupancy ({site.species_string}) at {np.round(site.frac_coords, 3).tolist()}; "
            "order the structure first (pymatgen's OrderDisorderedStructureTransformation does)"
        )
    strange = [site.species_string for site in structure if site.specie.symbol not in Element.__members__]
    if strange:
        raise InputError(f"{name}: {strange[0]} is no element")
    shortest = min(structure.lattice.get_lll_reduced_lattice().abc)
    if shortest < MINIMUM_DISTANCE_ANGSTROM:
        raise InputError(f"{name}: the cell repeats every {shortest:.2g} angstrom, so atoms overlap their own images")
    if len(structure) > 1:
        distances = structure.distance_matrix + np.eye(len(structure)) * 1e9
        i, j = np.unravel_index(int(np.argmin(distances)), distances.shape)
        if distances[i, j] < MINIMUM_DISTANCE_ANGSTROM:
            raise InputError(
                f"{name}: atoms {i} ({structure[int(i)].species_string}) and {j} ({structure[int(j)].species_string}) "
                f"overlap, {distances[i, j]:.2f} angstrom apart"
            )
    inside = structure.copy()
    inside.remove_oxidation_states()
    inside.translate_sites(range(len(inside)), [0.0, 0.0, 0.0], to_unit_cell=True)  # far images cost time and digits
    return inside


def _symmetry(name: str, structure: Any) -> tuple[int, str, int]:
    import spglib

    numbers = [site.specie.Z for site in structure]
    cell = (structure.lattice.matrix, structure.frac_coords, numbers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spglib announces its error handling of the future
        dataset = spglib.get_symmetry_dataset(cell, symprec=1e-3)
    if dataset is None:
        raise InputError(f"{name}: spglib finds no symmetry in it; check the coordinates")
    primitive = len(set(np.asarray(dataset.mapping_to_primitive).tolist()))
    return int(dataset.number), str(dataset.international), primitive
