"""A crystal downhill to where forces and stress vanish, with its symmetry kept."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from finechem.errors import ConvergenceError, DomainError, FinechemError, InputError, one_line
from finechem.matter.calculators import Potential, calculator, evaluate
from finechem.matter.crystal import Crystal
from finechem.screening.cache import Cache
from finechem.screening.canonical import content_hash

__all__ = ["Relaxed", "relax", "require_rest", "to_atoms"]

#: How far a position may be from where symmetry wants it, in angstrom: files are rounded to three or four digits.
SYMMETRY_ANGSTROM = 1e-2
#: A cell that swells or shrinks beyond this factor is no relaxation of the crystal that was given.
_LARGEST_VOLUME_RATIO = 1.5
#: What may be left for derivatives to be those at rest.
_AT_REST_GPA = 0.5
_AT_REST_EV_ANGSTROM = 0.05
#: No atom moves farther in a step.
_LONGEST_STEP_ANGSTROM = 0.1


class _TornError(ConvergenceError):
    """The cell comes apart; which candidate's it is, the caller knows."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A crystal where forces and stress vanish.

    Attributes
    ----------
    crystal : Crystal
        With the facts, flags and stiffness of the one that was given: those are of the phase, not of the potential.
    potential : str
        Who says so.
    energy_eV_atom : float
        Relative to nothing that another potential shares.
    largest_force_eV_angstrom, largest_stress_GPa : float
        What is left that the space group allows.
    asymmetry_eV_angstrom : float
        Largest force that it does not allow: noise of the potential, or a sign that it is not invariant to rotation.
    volume_ratio : float
        Volume after to volume before.
    steps : int
    converged : bool
        False only where that was allowed.
    """

    crystal: Crystal
    potential: str
    energy_eV_atom: float
    largest_force_eV_angstrom: float
    largest_stress_GPa: float
    asymmetry_eV_angstrom: float
    volume_ratio: float
    steps: int
    converged: bool


def to_atoms(crystal: Crystal) -> Any:
    """Return the crystal as ase ``Atoms``, its cell and order of atoms as given."""
    from ase import Atoms

    return Atoms(
        symbols=list(crystal.species),
        cell=np.asarray(crystal.lattice_angstrom),
        scaled_positions=np.asarray(crystal.positions),
        pbc=True,
    )


def relax(
    crystal: Crystal,
    potential: Potential | Any,
    *,
    force_tolerance_eV_angstrom: float = 1e-3,
    stress_tolerance_GPa: float = 0.05,
    most_steps: int = 500,
    keep_volume: bool = False,
    must_converge: bool = True,
    cache: Cache | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Relaxed:
    """Return the crystal relaxed in cell and positions, in the space group it has.

    Quasi-Newton steps (BFGS) in positions and the logarithm of the deformation, both projected on what the space
    group allows (ase's ``FrechetCellFilter`` and ``FixSymmetry``). Positions are first moved onto their symmetry, to
    which they may be rounded within 0.01 angstrom.

    Parameters
    ----------
    crystal : Crystal
    potential : str, ase calculator or Potential
        See `finechem.matter.calculators.calculator`; it must give stresses.
    force_tolerance_eV_angstrom, stress_tolerance_GPa : float
        Largest force on an atom and largest component of the stress that may be left.
    most_steps : int
    keep_volume : bool
        Let the cell change its shape only; the pressure is what it is.
    must_converge : bool
        Whether not to converge is an error.
    cache : Cache, optional
        Where the result is kept, be it that there is none.
    progress : callable, optional
        Called with the steps done and the most there can be.

    Returns
    -------
    Relaxed

    Raises
    ------
    InputError
        If a tolerance or the number of steps is not positive.
    ConvergenceError
        If forces and stress are not below their tolerances after the steps, or the cell comes apart.
    DomainError
        If the potential cannot compute the crystal.

    Notes
    -----
    A symmetry that is kept can hold a crystal on a saddle point: phonons tell (imaginary modes). The energy is no
    formation energy, and a crystal that relaxes need not exist.

    Examples
    --------
    >>> from ase.build import bulk
    >>> from ase.calculators.emt import EMT
    >>> stretched = Crystal.from_structure("Cu", bulk("Cu", a=3.7))
    >>> copper = relax(stretched, EMT()).crystal
    >>> round(copper.lattice_angstrom[0][1] * 2, 2), copper.space_group
    (3.59, 'Fm-3m')
    """
    who = calculator(potential)
    if not (force_tolerance_eV_angstrom > 0 and stress_tolerance_GPa > 0 and most_steps > 0):
        raise InputError(
            f"tolerances {force_tolerance_eV_angstrom:g} eV/angstrom and {stress_tolerance_GPa:g} GPa and "
            f"{most_steps} steps must all be positive"
        )
    asked = [crystal.lattice_angstrom, crystal.species, crystal.positions]
    limits = [force_tolerance_eV_angstrom, stress_tolerance_GPa, most_steps, *(["volume kept"] if keep_volume else [])]
    key = content_hash(["relaxation of a crystal", who.fingerprint, asked, limits]) if who.fingerprint else ""
    found = cache.get(key) if cache is not None and key else None
    if found is None:
        try:
            found = _descend(
                crystal, who, force_tolerance_eV_angstrom, stress_tolerance_GPa, most_steps, keep_volume, progress
            )
        except _TornError as error:
            found = {"torn": str(error)}
        if cache is not None and key:
            cache.put(key, found)
    if "torn" in found:
        raise ConvergenceError(f"{crystal.id}: {found['torn']}")
    if must_converge and not found["converged"]:
        raise ConvergenceError(
            f"{crystal.id}: not relaxed with {who.name} after {found['steps']} steps (largest force "
            f"{found['force']:.3g} eV/angstrom, limit {force_tolerance_eV_angstrom:g}; largest stress "
            f"{found['stress']:.3g} GPa, limit {stress_tolerance_GPa:g}); allow more steps, or start nearer"
        )
    return _relaxed(crystal, who, found)


def require_rest(label: str, potential: Potential, atoms: Any, cache: Cache | None = None) -> None:
    """Raise if forces or stress say that a potential would move a cell.

    Raises
    ------
    InputError
        With what is left, beyond 0.05 eV/angstrom or 0.5 GPa.
    """
    here = evaluate(potential, atoms, stress=True, cache=cache, label=label)
    force = float(np.abs(here.forces_eV_angstrom).max())
    stress = float(np.abs(here.stress_GPa).max()) if here.stress_GPa is not None else 0.0
    if force > _AT_REST_EV_ANGSTROM or stress > _AT_REST_GPA:
        raise InputError(
            f"{label}: not at rest with {potential.name} (force {force:.3g} eV/angstrom, stress {stress:.3g} GPa; at "
            f"most {_AT_REST_EV_ANGSTROM:g} and {_AT_REST_GPA:g}): relax it with the same potential first"
        )


def _descend(
    crystal: Crystal,
    who: Potential,
    force_tolerance: float,
    stress_tolerance: float,
    most_steps: int,
    keep_volume: bool,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Any]:
    from ase.filters import FrechetCellFilter
    from ase.optimize import BFGS
    from ase.units import GPa

    atoms = _on_its_symmetry(crystal)
    volume = atoms.get_volume()
    evaluate(who, atoms, stress=True, label=crystal.id)  # complains, before the optimizer does, in our words
    atoms.calc = who.ase
    # the filter's force on the cell is the virial of an atom, so that one limit does for both
    limit = min(force_tolerance, stress_tolerance * GPa * volume / len(atoms))
    optimizer = BFGS(
        FrechetCellFilter(atoms, constant_volume=keep_volume), logfile=None, maxstep=_LONGEST_STEP_ANGSTROM
    )
    try:
        for _ in optimizer.irun(fmax=limit, steps=most_steps):
            if progress is not None:
                progress(optimizer.nsteps, most_steps)
            _require_whole(who, atoms.get_volume() / volume)
    except FinechemError:
        raise
    except Exception as error:  # calculators raise what they like
        raise DomainError(
            f"{crystal.id}: {who.name} fails on the way ({type(error).__name__}: {one_line(str(error))[:200]})"
        ) from error
    allowed, forces = atoms.get_forces(), atoms.get_forces(apply_constraint=False)
    pressing = atoms.get_stress() / GPa
    pressing[:3] -= pressing[:3].mean() if keep_volume else 0.0
    force, stress = float(np.abs(allowed).max()), float(np.abs(pressing).max())
    return {
        "lattice": atoms.cell.array.tolist(),
        "positions": atoms.get_scaled_positions().tolist(),
        "energy": float(atoms.get_potential_energy()) / len(atoms),
        "force": force,
        "stress": stress,
        "asymmetry": float(np.abs(forces - allowed).max()),
        "volume": float(atoms.get_volume() / volume),
        "steps": int(optimizer.nsteps),
        "converged": force <= force_tolerance and stress <= stress_tolerance,
    }


def _on_its_symmetry(crystal: Crystal) -> Any:
    from ase.constraints import FixSymmetry
    from ase.spacegroup.symmetrize import refine_symmetry

    atoms = to_atoms(crystal)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spglib announces its error handling of the future
        refine_symmetry(atoms, symprec=SYMMETRY_ANGSTROM)
        atoms.set_constraint(FixSymmetry(atoms, symprec=1e-4))
    return atoms


def _require_whole(who: Potential, ratio: float) -> None:
    if not 1.0 / _LARGEST_VOLUME_RATIO < ratio < _LARGEST_VOLUME_RATIO:
        raise _TornError(
            f"its cell goes to {ratio:.2f} of its volume with {who.name}: no relaxation of that crystal; "
            "start from a better volume, or take it for unstable"
        )


def _relaxed(crystal: Crystal, who: Potential, found: dict[str, Any]) -> Relaxed:
    from pymatgen.core import Lattice, Structure

    structure = Structure(Lattice(found["lattice"]), list(crystal.species), found["positions"])
    after = Crystal.from_structure(
        crystal.id,
        structure,
        elasticity=crystal.elasticity,
        facts=crystal.facts,
        flags=crystal.flags,
        aliases=crystal.aliases,
        source=f"{crystal.source}, relaxed with {who.description}",
    )
    return Relaxed(
        after,
        who.description,
        float(found["energy"]),
        float(found["force"]),
        float(found["stress"]),
        float(found["asymmetry"]),
        float(found["volume"]),
        int(found["steps"]),
        bool(found["converged"]),
    )
