"""What ``finechem kappa`` starts from: phono3py's files, or a crystal and a potential."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finechem.errors import InputError
from finechem.matter.calculators import DEFAULT_POTENTIAL

if TYPE_CHECKING:
    from finechem.matter.crystal import Crystal
    from finechem.matter.relaxation import Relaxed
    from finechem.screening.cache import Cache
    from finechem.thermal.bte import Conductivity
    from finechem.thermal.force_constants import ForceConstants
    from finechem.thermal.judgement import Judgement

__all__ = ["Prepared", "Structure", "prepare"]

Report = Callable[[str, str, int, int], None]

STRUCTURES = (".cif", ".vasp", ".poscar", ".contcar", ".extxyz", ".xyz")


@dataclass(frozen=True, slots=True)
class Structure:
    """What the options say about a crystal and its potential.

    Attributes
    ----------
    calculator : str, optional
        None: the source is phono3py's, or a crystal that gets the default potential.
    supercell : three integers, optional
    cutoff_pair : float, optional
        In angstrom.
    born, save : Path, optional
    """

    calculator: str | None = None
    supercell: tuple[int, int, int] | None = None
    cutoff_pair: float | None = None
    born: Path | None = None
    save: Path | None = None

    def for_source(self, source: Path) -> Structure:
        """Return the same with the default potential where the source is a crystal and none is named."""
        if self.calculator is None and source.suffix.lower() in STRUCTURES:
            return replace(self, calculator=DEFAULT_POTENTIAL)
        return self

    def require_sensible(self, source: Path, mesh: Any) -> None:
        """Raise if options lack or contradict each other.

        Raises
        ------
        InputError
            Naming the option.
        """
        if self.calculator is not None:
            return
        for name in ("supercell", "cutoff_pair", "born", "save"):
            if getattr(self, name) is not None:
                raise InputError(f"--{name.replace('_', '-')} needs --calculator: phono3py's files have their own")
        if mesh is None:
            raise InputError("--mesh is missing: three numbers, such as --mesh 11 11 8")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source for `lattice_conductivity`, what there is to say about it, and what a result of it is worth."""

    source: Any
    mesh: Any
    judge: Callable[[Conductivity], Judgement] | None = None
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)


def prepare(source: Path, mesh: Any, given: Structure, cache: Cache | None, report: Report | None) -> Prepared:
    """Relax a crystal and make its force constants, or leave phono3py's source as it is."""
    if given.calculator is None:
        return Prepared(source, mesh)
    from finechem.matter.calculators import calculator
    from finechem.thermal.calibration import group_of
    from finechem.thermal.judgement import judge
    from finechem.thermal.potential_conductivity import MESH_ANGSTROM, relaxed_force_constants, shear_to_bulk
    from finechem.thermal.potential_errors import reads_moduli

    potential = calculator(given.calculator)
    crystal = _crystal(source)
    relaxed, made = relaxed_force_constants(
        crystal,
        potential,
        supercell=given.supercell or "auto",
        cutoff_pair_angstrom="auto" if given.cutoff_pair is None else given.cutoff_pair,
        born=given.born,
        cache=cache,
        progress=report,
    )
    ratio = None
    if reads_moduli(potential, group_of(crystal)):
        ratio = shear_to_bulk(relaxed.crystal, potential, cache)
    if given.save is not None:
        made.as_phono3py().save(given.save, settings={"force_sets": True})
    notes = [] if given.born else ["no Born charges (--born): longitudinal optical modes of polar crystals are low"]
    if mesh or given.supercell or given.cutoff_pair or given.born:
        notes.append(
            "the errors of potentials were measured with the default mesh, supercell and cutoff, without --born"
        )
    return Prepared(
        made.as_phono3py(),
        mesh or MESH_ANGSTROM,
        lambda result: judge(result, crystal, potential, ratio),
        [_relaxation(crystal, relaxed), *made.remarks()],
        notes,
        _record(relaxed, made),
    )


def _crystal(path: Path) -> Crystal:
    from finechem.errors import ReadError
    from finechem.matter.crystal import Crystal
    from finechem.matter.readers import read_crystals

    found = list(read_crystals([path]))
    if len(found) != 1:
        raise ReadError(f"{path}: holds {len(found)} crystals; give a file of one")
    if not isinstance(found[0], Crystal):
        raise ReadError(found[0].reason)
    return found[0]


def _relaxation(before: Crystal, relaxed: Relaxed) -> str:
    after = relaxed.crystal
    return (
        f"relaxed in {relaxed.steps} steps: {after.space_group} ({after.space_group_number}), volume "
        f"{relaxed.volume_ratio - 1:+.1%} against {before.source}; left {relaxed.largest_force_eV_angstrom:.1e} eV/Å, "
        f"{relaxed.largest_stress_GPa:.2g} GPa"
    )


def _record(relaxed: Relaxed, made: ForceConstants) -> dict[str, Any]:
    return {
        "relaxation": {
            "space_group": relaxed.crystal.space_group,
            "lattice_angstrom": relaxed.crystal.lattice_angstrom,
            "energy_eV_atom": relaxed.energy_eV_atom,
            "volume_ratio": relaxed.volume_ratio,
            "steps": relaxed.steps,
        },
        "force_constants": {
            "potential": made.potential,
            "supercell": made.supercell,
            "phonon_supercell": made.phonon_supercell,
            "cutoff_pair_angstrom": made.cutoff_pair_angstrom,
            "supercells": made.supercells,
            "zone_centre_THz": made.zone_centre.fitted_THz.tolist(),
            "zone_centre_direct_THz": made.zone_centre.direct_THz.tolist(),
            "translational_eV_angstrom2": made.translational_eV_angstrom2,
            "rotational_born_huang": made.rotational.born_huang,
            "rotational_huang_GPa": made.rotational.huang_GPa,
            "imaginary": [
                {"qpoint": mode.qpoint, "frequency_THz": mode.frequency_THz, "exact": mode.exact}
                for mode in made.imaginary
            ],
        },
    }
