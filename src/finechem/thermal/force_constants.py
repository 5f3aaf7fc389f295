"""Force constants of second and third order from a potential: supercells, displacements, forces, checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.errors import DomainError, InputError, ReadError, one_line
from finechem.matter.calculators import Potential, calculator
from finechem.matter.crystal import Crystal
from finechem.matter.relaxation import require_rest
from finechem.screening.cache import Cache
from finechem.thermal.bte.forces import require_enough
from finechem.thermal.force_checks import (
    ImaginaryMode,
    RotationalResidual,
    ZoneCentre,
    imaginary_modes,
    require_zone_centre,
    rotational_residual,
)
from finechem.thermal.supercells import Forces, Repeats, as_ase, repeats_of, standard_cell

__all__ = ["ForceConstants", "force_constants"]

FloatArray: TypeAlias = NDArray[np.float64]
Cutoff: TypeAlias = float | Literal["auto"] | None
Progress: TypeAlias = Callable[[str, int, int], None]

#: Edges of supercells that "auto" makes, at least, in angstrom: of second order, and of third, which costs more.
SECOND_ORDER_ANGSTROM, THIRD_ORDER_ANGSTROM = 10.0, 8.0
#: Pairs no farther apart are displaced for third order, unless nearest neighbours are: then to 1.1 of their distance.
CUTOFF_PAIR_ANGSTROM = 3.0
_BEYOND_NEAREST = 1.1
DISPLACEMENT_ANGSTROM = 0.03
#: What may be left of the third-order sum rule, of the largest force constant; and rounds of symmetrization for it.
_SUM_RULE, _ROUNDS = 1e-9, 10


@dataclass(frozen=True, slots=True, eq=False)
class ForceConstants:
    """Force constants that passed their checks, and what these found.

    Attributes
    ----------
    name, potential : str
        The crystal, and the potential in words.
    supercell, phonon_supercell : three integers
        Standard cells along each axis, for third and second order.
    cutoff_pair_angstrom : float, optional
        Pairs farther apart were not displaced.
    supercells : int
        Displaced supercells.
    computed : int
        Supercells that were computed now, those at rest included; the others were kept.
    zone_centre : ZoneCentre
        Fitted and directly differentiated frequencies; they agree.
    translational_eV_angstrom2 : float
        Largest sum over a row of second order before it was made zero.
    rotational : RotationalResidual
        Not enforced.
    imaginary : tuple of ImaginaryMode
        Empty for a crystal that stands.
    """

    name: str
    potential: str
    supercell: tuple[int, ...]
    phonon_supercell: tuple[int, ...]
    cutoff_pair_angstrom: float | None
    supercells: int
    computed: int
    zone_centre: ZoneCentre
    translational_eV_angstrom2: float
    rotational: RotationalResidual
    imaginary: tuple[ImaginaryMode, ...]
    _phono3py: Any = field(repr=False)

    def as_phono3py(self) -> Any:
        """Return the ``Phono3py`` object: for `finechem.thermal.bte.lattice_conductivity`, or phono3py's own tools."""
        return self._phono3py

    def remarks(self) -> list[str]:
        """Return what a reader should know, a sentence each."""
        pairs = "all pairs" if self.cutoff_pair_angstrom is None else f"pairs to {self.cutoff_pair_angstrom:g} Å"
        third, second = ("x".join(map(str, repeats)) for repeats in (self.supercell, self.phonon_supercell))
        centre = self.zone_centre
        lines = [
            f"force constants of {self.potential}: {self.supercells} displaced supercells ({third}, {pairs}; second "
            f"order {second}), {self.computed} of them and of those at rest computed now",
            f"zone centre: highest frequency {centre.fitted_THz[-1]:.3f} THz, directly {centre.direct_THz[-1]:.3f}; "
            f"largest difference {centre.largest_error_THz:.3f}",
            f"sum rules: translation {self.translational_eV_angstrom2:.1e} eV/Å², now 0; rotation "
            f"{self.rotational.born_huang:.1e} (Born-Huang), {self.rotational.huang_GPa:.2g} GPa (Huang), not enforced",
        ]
        if self.imaginary:
            worst = self.imaginary[0]
            q = ", ".join(f"{x:.3g}" for x in worst.qpoint)
            kind = "which fits the supercell" if worst.exact else "interpolated: a larger supercell may mend it"
            lines.append(
                f"{len(self.imaginary)} imaginary modes, the worst {-worst.frequency_THz:.2f}i THz at q = ({q}), {kind}"
            )
        return lines


class _Job(NamedTuple):
    """A displaced supercell that needs forces, and the dictionary of phono3py that they go to."""

    entry: dict[str, Any]
    supercell: Any
    moves: tuple[tuple[int, FloatArray], ...]


def force_constants(
    crystal: Crystal,
    potential: Potential | Any,
    supercell: Repeats = "auto",
    cutoff_pair_angstrom: Cutoff = "auto",
    *,
    phonon_supercell: Repeats = "auto",
    displacement_angstrom: float = DISPLACEMENT_ANGSTROM,
    born: Path | str | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> ForceConstants:
    """Force constants of a relaxed crystal by finite displacements, checked against the potential.

    Atoms, and pairs no farther apart than the cutoff, are displaced, those that symmetry joins once (phono3py). The
    translational sum rule, the permutations and the space group are imposed. Random displacements
    are not offered: fits to too few of them look plausible and are wrong.

    Parameters
    ----------
    crystal : Crystal
        At rest: relaxed with the same potential.
    potential : str, ase calculator or Potential
        See `finechem.matter.calculators.calculator`.
    supercell, phonon_supercell : "auto" or three integers
        Standard cells along each axis, for third and second order. "auto" makes edges of at least 8 and 10 angstrom.
    cutoff_pair_angstrom : "auto" or float, optional
        For third order; None displaces all pairs. "auto" is 3 angstrom, or 1.1 times the distance of nearest
        neighbours (of the atom whose neighbours are farthest) where that is more. In wurtzite AlN 3 angstrom takes 98
        supercells where 4 takes 466.
    displacement_angstrom : float
    born : path, optional
        A BORN file of phonopy for the standard primitive cell: charges and dielectric tensor. No potential here gives
        these; without them longitudinal and transverse optical modes of polar crystals coincide at the zone centre.
    cache : Cache, optional
        Where every force call is kept: an interrupted calculation goes on where it was.
    progress : callable, optional
        Called with what is being done, the force calls done, and to do.

    Returns
    -------
    ForceConstants

    Raises
    ------
    InputError
        If the crystal is not at rest, or an argument breaks its rule.
    DomainError
        If the cutoff reaches no neighbour, displacements do not determine the force constants, the potential fails, or
        the force constants do not reproduce its directly differentiated frequencies at the zone centre.
    ReadError
        If the BORN file cannot be read.

    Notes
    -----
    Cell and tensors are in the axes of the standard cell (z along c, x along a), whatever those of the crystal.
    """
    who = calculator(potential)
    cell = standard_cell(crystal)
    cutoff = _cutoff(crystal, cell, cutoff_pair_angstrom)
    if not 1e-3 <= displacement_angstrom <= 0.2:
        raise InputError(f"displacement_angstrom is {displacement_angstrom:g}; it must be between 0.001 and 0.2")
    repeats = repeats_of(supercell, cell, THIRD_ORDER_ANGSTROM, "supercell")
    phonon_repeats = repeats_of(phonon_supercell, cell, SECOND_ORDER_ANGSTROM, "phonon_supercell")
    calls = Forces(who, crystal.id, cache)
    require_rest(crystal.id, who, as_ase(cell), cache)
    ph3 = _displaced(cell, crystal.space_group[0], repeats, phonon_repeats, cutoff, displacement_angstrom, born)
    jobs = list(_jobs(ph3))
    _collect(jobs, calls, progress)
    translational = _solve(ph3, crystal.id)
    told = None if progress is None else (lambda done, total: progress("zone centre", done, total))
    centre = require_zone_centre(ph3, who, cache=cache, label=crystal.id, progress=told)
    return ForceConstants(
        name=crystal.id,
        potential=who.description,
        supercell=repeats,
        phonon_supercell=phonon_repeats,
        cutoff_pair_angstrom=cutoff,
        supercells=len(jobs),
        computed=calls.computed,
        zone_centre=centre,
        translational_eV_angstrom2=translational,
        rotational=rotational_residual(ph3),
        imaginary=imaginary_modes(ph3),
        _phono3py=ph3,
    )


def _cutoff(crystal: Crystal, cell: Any, asked: Cutoff) -> float | None:
    if asked is None:
        return None
    if isinstance(asked, str) and asked != "auto":
        raise InputError(f"cutoff_pair_angstrom is {asked!r}; give 'auto', a length in angstrom or None")
    from ase.neighborlist import neighbor_list

    atoms = as_ase(cell)
    for reach in (3.0, 6.0, 12.0):
        first, distances = neighbor_list("id", atoms, reach)
        nearest = np.full(len(atoms), np.inf)
        np.minimum.at(nearest, first, distances)
        if np.all(np.isfinite(nearest)):
            break
    worst = int(np.argmax(nearest))
    if isinstance(asked, str):
        asked = max(CUTOFF_PAIR_ANGSTROM, round(_BEYOND_NEAREST * float(nearest[worst]), 2))
    if not asked > nearest[worst]:
        raise DomainError(
            f"{crystal.id}: cutoff_pair_angstrom = {asked:g} reaches no neighbour of {cell.symbols[worst]} (nearest "
            f"at {nearest[worst]:.2f}), so third-order force constants would be empty; take at least "
            f"{1.05 * nearest[worst]:.1f}"
        )
    return asked


def _displaced(
    cell: Any,
    centring: str,
    repeats: tuple[int, ...],
    phonon_repeats: tuple[int, ...],
    cutoff: float | None,
    displacement: float,
    born: Path | str | None,
) -> Any:
    from phono3py import Phono3py

    ph3 = Phono3py(
        cell,
        np.diag(repeats),
        primitive_matrix=centring,
        phonon_supercell_matrix=None if phonon_repeats == repeats else np.diag(phonon_repeats),
        make_r0_average=True,
    )
    ph3.generate_displacements(distance=displacement, cutoff_pair_distance=cutoff)
    if born is not None:
        from phonopy.cui.load_helper import get_nac_params

        try:
            ph3.nac_params = get_nac_params(primitive=ph3.primitive, born_filename=born)
        except (OSError, RuntimeError, ValueError, IndexError) as error:
            raise ReadError(f"{born}: no readable BORN file ({one_line(str(error))[:200]})") from error
    return ph3


def _jobs(ph3: Any) -> Iterator[_Job]:
    for first in ph3.dataset["first_atoms"]:
        move = (int(first["number"]), np.asarray(first["displacement"]))
        yield _Job(first, ph3.supercell, (move,))
        for second in first.get("second_atoms", []):
            if second.get("included", True):
                yield _Job(second, ph3.supercell, (move, (int(second["number"]), np.asarray(second["displacement"]))))
    if ph3.phonon_supercell_matrix is not None:
        for first in ph3.phonon_dataset["first_atoms"]:
            yield _Job(first, ph3.phonon_supercell, ((int(first["number"]), np.asarray(first["displacement"])),))


def _collect(jobs: Sequence[_Job], calls: Forces, progress: Progress | None) -> None:
    """Fill in forces, less those of the supercell at rest, which noise and tolerance leave."""
    resting: dict[int, FloatArray] = {}
    for done, job in enumerate(jobs):
        atoms = as_ase(job.supercell)
        if id(job.supercell) not in resting:
            resting[id(job.supercell)] = calls(atoms)
        for atom, move in job.moves:
            atoms.positions[atom] += move
        job.entry["forces"] = calls(atoms) - resting[id(job.supercell)]
        if progress is not None:
            progress("forces", done + 1, len(jobs))


def _solve(ph3: Any, label: str) -> float:
    """Make force constants; return the translational residual of second order before it is projected out."""
    require_enough(ph3.supercell, ph3.symmetry, ph3.dataset, 3, label)
    alone = ph3.phonon_supercell_matrix is None
    if not alone:
        require_enough(ph3.phonon_supercell, ph3.phonon_supercell_symmetry, ph3.phonon_dataset, 2, label)
    for pair in (pair for first in ph3.dataset["first_atoms"] for pair in first["second_atoms"]):
        pair.setdefault(
            "forces", np.zeros((len(ph3.supercell), 3))
        )  # beyond the cutoff: phono3py reads, and drops them
    ph3.produce_fc3(is_compact_fc=True)
    _symmetrize_third_order(ph3, label)
    if not alone:
        ph3.produce_fc2(is_compact_fc=True)
    residual = float(np.abs(np.asarray(ph3.fc2).sum(axis=1)).max())
    ph3.symmetrize_fc2(use_symfc_projector=True)
    return residual


def _symmetrize_third_order(ph3: Any, label: str) -> None:
    """Impose permutations and the translational sum rule, one after the other until both hold.

    Projecting on both at once (symfc) gives the same to ten digits, but takes minutes and gigabytes for 16 atoms a
    cell, where two rounds of this take seconds: each round leaves some 1e-6 of what was there.
    """
    largest = float(np.abs(ph3.fc3).max())
    for _ in range(_ROUNDS):
        ph3.symmetrize_fc3(use_symfc_projector=False)
        left = max(float(np.abs(ph3.fc3.sum(axis=axis)).max()) for axis in (1, 2))
        if left <= _SUM_RULE * largest:
            return
    raise DomainError(
        f"{label}: third-order force constants keep a sum of {left:.2g} eV/angstrom^3 where translation wants 0; "
        "take another supercell"
    )
