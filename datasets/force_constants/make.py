"""Make the force sets of this folder: relax a crystal under a potential, displace its atoms, store the forces.

    python datasets/force_constants/make.py argon
    python datasets/force_constants/make.py aln --work /some/folder

Every force call is kept in the work folder as soon as it is there, so a run that was stopped goes on where it was;
remove the folder after changing a potential. The README beside this file says how to install the potentials.
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.calculators.lj import LennardJones
from ase.constraints import FixSymmetry
from ase.filters import FrechetCellFilter
from ase.io import read, write
from ase.optimize import BFGS
from ase.spacegroup import crystal
from ase.units import kB

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Recipe:
    """What makes one file."""

    file: str
    start: Callable[[], Atoms]
    """The cell before relaxation."""
    potential: Callable[[], Any]
    """An ASE calculator."""
    supercell: tuple[int, int, int]
    displacement_angstrom: float
    pair_cutoff_angstrom: float
    """Two atoms farther apart than this are not displaced together: their third-order constants are zero."""
    largest_force_eV_angstrom: float
    """Relaxation stops here; the force on the cell is counted too."""
    decimals: int
    """Of the stored forces, in eV/Å."""
    opposite_displacements: bool | Literal["auto"] = "auto"
    """Always displace to both sides, or leave that to symmetry, which leaves an error linear in the displacement."""
    phonon_supercell: tuple[int, int, int] | None = None
    """A larger supercell for the second-order constants, where those of the first reach too short."""
    born_charges: tuple[tuple[float, float], ...] = ()
    """Across and along z, for each atom of the cell, in e."""
    dielectric: tuple[float, float] = (1.0, 1.0)


def lennard_jones_argon() -> LennardJones:
    """ε/k = 120 K, σ = 3.4 Å; cut off, not smoothed, between the second neighbours (5.35 Å) and the third (6.55 Å)."""
    return LennardJones(epsilon=120.0 * kB, sigma=3.4, rc=5.8, smooth=False)


def sevennet(model: str) -> Any:
    """Load a model whose weights ship in the wheel of sevenn."""
    from sevenn.calculator import SevenNetCalculator

    return SevenNetCalculator(model, device="cpu")


# The cells to start from are those of the table thermal.crystals.
RECIPES = {
    "argon": Recipe(
        file="phono3py_params-Ar-lj.yaml.xz",
        start=lambda: bulk("Ar", "fcc", a=5.3),
        potential=lennard_jones_argon,
        supercell=(3, 3, 3),
        displacement_angstrom=0.001,
        pair_cutoff_angstrom=5.8,
        largest_force_eV_angstrom=1e-10,
        decimals=14,
        opposite_displacements=True,
    ),
    "aln": Recipe(
        file="phono3py_params-AlN-7net.yaml.xz",
        start=lambda: crystal(
            ["Al", "N"],
            basis=[(1 / 3, 2 / 3, 0.0), (1 / 3, 2 / 3, 0.3869)],
            spacegroup=186,
            cellpar=[3.11197, 3.11197, 4.98089, 90, 90, 120],
        ),
        potential=lambda: sevennet("7net-l3i5"),
        supercell=(3, 3, 2),
        displacement_angstrom=0.03,
        pair_cutoff_angstrom=4.0,
        largest_force_eV_angstrom=1e-4,
        decimals=6,
        born_charges=((2.5126475, 2.67353),) * 2 + ((-2.5126475, -2.67353),) * 2,
        dielectric=(4.435009, 4.653269),
    ),
    "si3n4": Recipe(
        file="phono3py_params-Si3N4-beta-7net.yaml.xz",
        start=lambda: crystal(
            ["N", "N", "Si"],
            basis=[(1 / 3, 2 / 3, 0.25), (0.3337, 0.0323, 0.25), (0.1773, 0.7677, 0.25)],
            spacegroup=176,
            cellpar=[7.6018, 7.6018, 2.9066, 90, 90, 120],
        ),
        potential=lambda: sevennet("7net-0"),
        supercell=(1, 1, 3),
        displacement_angstrom=0.03,
        pair_cutoff_angstrom=3.1,
        largest_force_eV_angstrom=1e-4,
        decimals=5,
        phonon_supercell=(2, 2, 3),
    ),
}


def relaxed(recipe: Recipe) -> Atoms:
    """Relax cell and atoms under the symmetry of the start, and idealize what is left of rounding."""
    import spglib

    atoms = recipe.start()
    atoms.calc = recipe.potential()
    atoms.set_constraint(FixSymmetry(atoms))
    BFGS(FrechetCellFilter(atoms), logfile="-").run(fmax=recipe.largest_force_eV_angstrom, steps=500)
    lattice, points, numbers = spglib.standardize_cell(
        (atoms.cell[:], atoms.get_scaled_positions(), atoms.numbers), to_primitive=True, symprec=1e-4
    )
    return Atoms(numbers=numbers, cell=lattice, scaled_positions=points, pbc=True)


def kept_forces(potential: Any, supercell: Any, work: Path) -> Any:
    """Return forces (N, 3) in eV/Å from the work folder; compute and keep them first where they are not there yet."""
    name = hashlib.sha256(np.round(supercell.positions, 9).tobytes()).hexdigest()[:20]
    path = work / f"forces-{name}.npy"
    if not path.exists():
        atoms = Atoms(numbers=supercell.numbers, cell=supercell.cell, positions=supercell.positions, pbc=True)
        unfinished = path.with_suffix(".part.npy")
        np.save(unfinished, potential.get_forces(atoms))
        unfinished.rename(path)
    return np.load(path)


def make(recipe: Recipe, work: Path) -> Path:
    """Write the recipe's file into this folder, from whatever forces the work folder holds already."""
    from phono3py import Phono3py
    from phonopy.structure.atoms import PhonopyAtoms

    work.mkdir(parents=True, exist_ok=True)
    if not (work / "relaxed.json").exists():
        write(work / "relaxed.json", relaxed(recipe))
    atoms = read(work / "relaxed.json")
    cell = PhonopyAtoms(numbers=atoms.numbers, cell=atoms.cell[:], scaled_positions=atoms.get_scaled_positions())
    phonons = Phono3py(
        cell,
        np.diag(recipe.supercell),
        primitive_matrix="P",
        phonon_supercell_matrix=None if recipe.phonon_supercell is None else np.diag(recipe.phonon_supercell),
    )
    phonons.generate_displacements(
        recipe.displacement_angstrom,
        cutoff_pair_distance=recipe.pair_cutoff_angstrom,
        is_plusminus=recipe.opposite_displacements,
    )

    potential = recipe.potential()

    def forces_in(perfect: Any, displaced: list[Any]) -> Any:
        # What the perfect crystal still feels is rounding; taken away, it cannot enter as a force constant.
        offset = kept_forces(potential, perfect, work)
        print(f"largest force in the perfect supercell: {np.abs(offset).max():.1e} eV/Å")
        forces = np.zeros((len(displaced), len(perfect), 3))
        for i, supercell in enumerate(displaced):
            if supercell is not None:  # None where the pair is farther apart than the cutoff
                forces[i] = kept_forces(potential, supercell, work) - offset
                print(f"\r{i + 1}/{len(displaced)}", end="", flush=True)
        print()
        return np.round(forces, recipe.decimals) + 0.0  # no negative zeros

    phonons.forces = forces_in(phonons.supercell, phonons.supercells_with_displacements)
    if recipe.phonon_supercell is not None:
        phonons.generate_fc2_displacements(recipe.displacement_angstrom, is_plusminus=recipe.opposite_displacements)
        phonons.phonon_forces = forces_in(phonons.phonon_supercell, phonons.phonon_supercells_with_displacements)
    if recipe.born_charges:
        phonons.nac_params = {
            "born": np.array([np.diag([across, across, along]) for across, along in recipe.born_charges]),
            "dielectric": np.diag([recipe.dielectric[0], *recipe.dielectric]),
            "factor": 14.399652,
        }
    phonons.save(work / "phono3py_params.yaml")
    target = HERE / recipe.file
    target.write_bytes(lzma.compress((work / "phono3py_params.yaml").read_bytes(), preset=9))
    return target


def main() -> None:
    """Run one recipe."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crystal", choices=RECIPES)
    parser.add_argument("--work", type=Path, default=Path("build/force_constants"), help="forces are kept here")
    arguments = parser.parse_args()
    target = make(RECIPES[arguments.crystal], arguments.work / arguments.crystal)
    print(f"{target} ({target.stat().st_size / 1e3:.0f} kB)")


if __name__ == "__main__":
    main()
