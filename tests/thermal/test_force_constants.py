"""Force constants from a potential: right, guarded, and never computed twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.emt import EMT

import finechem.thermal.force_constants as force_module
from finechem.errors import DomainError, InputError
from finechem.matter.calculators import Potential, calculator
from finechem.matter.crystal import Crystal
from finechem.matter.relaxation import relax
from finechem.matter.zone_centre import frequencies_THz, zone_centre_hessian
from finechem.screening.cache import Cache
from finechem.thermal.bte import lattice_conductivity, mode_gruneisen, phonons_on_grid
from finechem.thermal.bte.forces import require_enough
from finechem.thermal.force_checks import imaginary_modes, require_zone_centre, rotational_residual
from finechem.thermal.force_constants import ForceConstants, force_constants
from finechem.thermal.known import known_crystal
from finechem.thermal.supercells import standard_cell
from tests.matter.springs import Springs, diamond, wurtzite

SILICON = Crystal.from_structure("springs", diamond())


def springs(patience: int | None = None, **constants: float) -> Potential:
    return calculator(Springs(patience=patience, **constants), f"springs {constants}")


@pytest.fixture(scope="module")
def of_springs() -> ForceConstants:
    return force_constants(SILICON, springs(), (2, 2, 2), 2.5)


@pytest.fixture(scope="module")
def of_copper() -> ForceConstants:
    copper = relax(Crystal.from_structure("Cu", bulk("Cu")), EMT()).crystal
    return force_constants(copper, EMT(), (2, 2, 2))


def test_frequencies_at_the_zone_centre_are_those_of_the_potential(of_springs: ForceConstants) -> None:
    """Eight atoms of the standard cell: the zone centre and points of its boundary."""
    centre = of_springs.zone_centre
    assert centre.fitted_THz.shape == (24,)
    assert centre.largest_error_THz < 0.01 * centre.direct_THz[-1]
    optical = frequencies_THz(zone_centre_hessian(diamond(), springs()), [28.085, 28.085])[-1]
    assert np.count_nonzero(np.abs(centre.direct_THz - optical) < 1e-3 * optical) >= 3
    assert not of_springs.imaginary


def test_a_metal_too(of_copper: ForceConstants) -> None:
    """The primitive cell of copper has no optical mode: it is the standard cell of four atoms that compares any."""
    assert of_copper.zone_centre.direct_THz[-1] > 5.0
    assert of_copper.zone_centre.largest_error_THz < 0.1
    assert not of_copper.imaginary
    assert of_copper.phonon_supercell == (3, 3, 3)  # 10.8 angstrom


def test_moving_or_turning_the_crystal_costs_nothing(of_springs: ForceConstants) -> None:
    ph3 = of_springs.as_phono3py()
    assert np.abs(np.asarray(ph3.fc2).sum(axis=1)).max() < 1e-10
    assert np.abs(np.asarray(ph3.fc3).sum(axis=2)).max() < 1e-8
    assert of_springs.rotational.born_huang < 1e-3
    assert of_springs.rotational.huang_GPa < 0.1
    ph3.fc2[0, 5, 0, 1] += 1.0
    try:
        assert rotational_residual(ph3).born_huang > 1e-2
    finally:
        ph3.fc2[0, 5, 0, 1] -= 1.0


def test_third_order_says_how_a_squeezed_crystal_sounds(of_springs: ForceConstants) -> None:
    """Grüneisen parameter of the optical mode: from third order, and from frequencies at two volumes."""
    ph3 = of_springs.as_phono3py()
    phonons = phonons_on_grid(ph3, (4, 4, 4))
    found = mode_gruneisen(ph3, phonons)[0, -1]
    edge = 4.0 / np.sqrt(3.0) * 2.0
    masses = np.asarray(ph3.primitive.masses)
    ln = [
        np.log(frequencies_THz(zone_centre_hessian(diamond(edge * factor), springs()), masses)[-1])
        for factor in (1.002, 0.998)
    ]
    assert found == pytest.approx(-(ln[0] - ln[1]) / (3 * np.log(1.002 / 0.998)), rel=0.03)


def test_the_conductivity_of_stiffer_less_anharmonic_springs_is_greater(of_springs: ForceConstants) -> None:
    calm = force_constants(SILICON, springs(cubic=-20.0), (2, 2, 2), 2.5, phonon_supercell=(2, 2, 2))
    soft, stiff = (
        lattice_conductivity(made.as_phono3py(), (6, 6, 6), isotopes=False, workers=1).kappa_W_mK[0, 0, 0]
        for made in (of_springs, calm)
    )
    assert stiff > 1.5 * soft > 0


def test_an_interrupted_calculation_goes_on_where_it_was(tmp_path: Path) -> None:
    cache, steps = Cache(tmp_path), []
    whole = springs()
    full = force_constants(SILICON, whole, (1, 1, 1), 2.5, phonon_supercell=(2, 2, 2))
    assert full.computed == full.supercells + 2  # and two supercells at rest
    with pytest.raises(KeyboardInterrupt):
        force_constants(SILICON, springs(patience=3), (1, 1, 1), 2.5, phonon_supercell=(2, 2, 2), cache=cache)
    later = springs()
    resumed = force_constants(
        SILICON,
        later,
        (1, 1, 1),
        2.5,
        phonon_supercell=(2, 2, 2),
        cache=cache,
        progress=lambda *step: steps.append(step),
    )
    assert later.ase.calls == whole.ase.calls - 3
    again = springs(patience=0)  # not one more call
    kept = force_constants(SILICON, again, (1, 1, 1), 2.5, phonon_supercell=(2, 2, 2), cache=cache)
    assert kept.computed == again.ase.calls == 0
    for other in (resumed, kept):
        np.testing.assert_array_equal(other.as_phono3py().fc3, full.as_phono3py().fc3)
    assert steps[-1] == ("zone centre", 48, 48)
    assert ("forces", full.supercells, full.supercells) in steps


def test_too_few_random_displacements_end_in_an_error() -> None:
    """The trap: a fit that symfc answers, with plausible force constants that are not those of the potential."""
    ph3, springs_ = random_fit(3)
    with pytest.raises(DomainError, match=r"3 supercells .* at least \d+ are needed"):
        require_enough(ph3.supercell, ph3.symmetry, ph3.dataset, 3, "springs")
    with pytest.raises(DomainError, match="the force constants are not those of Springs"):
        require_zone_centre(ph3, springs_)


def test_enough_random_displacements_pass() -> None:
    """The guard is no refusal of the method: second order alone has few parameters."""
    ph3, springs_ = random_fit(20, order=2, distance=0.01)
    assert require_zone_centre(ph3, springs_).largest_error_THz < 0.1


def random_fit(count: int, order: int = 3, distance: float = 0.03) -> tuple[Any, Potential]:
    from ase import Atoms
    from phono3py import Phono3py
    from phonopy.structure.atoms import PhonopyAtoms

    cell = wurtzite()
    atoms = PhonopyAtoms(numbers=cell.numbers, cell=cell.cell.array, scaled_positions=cell.get_scaled_positions())
    ph3 = Phono3py(atoms, np.diag([2, 2, 2]), primitive_matrix="auto")
    ph3.generate_displacements(distance=distance, number_of_snapshots=count, random_seed=1)
    found, forces = springs(), []
    for moved in ph3.supercells_with_displacements:
        ours = Atoms(numbers=moved.numbers, cell=moved.cell, positions=moved.positions, pbc=True)
        ours.calc = found.ase
        forces.append(ours.get_forces())
    ph3.forces = forces
    if order == 3:
        ph3.produce_fc3(fc_calculator="symfc")
    else:
        ph3.produce_fc2(fc_calculator="symfc")
    return ph3, found


def test_force_constants_of_another_potential_are_refused(of_springs: ForceConstants) -> None:
    with pytest.raises(DomainError, match="largest difference"):
        require_zone_centre(of_springs.as_phono3py(), springs(stretch=12.0))


def test_imaginary_modes_are_reported_with_place_and_motion() -> None:
    copper = relax(Crystal.from_structure("Cu", bulk("Cu", "bcc", a=2.9)), EMT()).crystal
    found = force_constants(copper, EMT(), (2, 2, 2), phonon_supercell=(4, 4, 4))
    assert found.imaginary[0].frequency_THz == min(mode.frequency_THz for mode in found.imaginary) < -0.5
    assert any(mode.exact for mode in found.imaginary)
    for mode in found.imaginary:
        assert mode.eigenvector.shape == (1, 3)
        assert np.linalg.norm(mode.eigenvector) == pytest.approx(1.0)
    assert "imaginary modes, the worst" in found.remarks()[-1]
    with pytest.raises(DomainError, match="imaginary modes at"):
        lattice_conductivity(found.as_phono3py(), (6, 6, 6), isotopes=False)
    assert imaginary_modes(found.as_phono3py(), 100.0) == ()


def test_arguments_that_break_their_rule(of_copper: ForceConstants) -> None:
    copper = relax(Crystal.from_structure("Cu", bulk("Cu")), EMT()).crystal
    with pytest.raises(DomainError, match=r"reaches no neighbour of Cu \(nearest at 2.54\).*take at least 2.7"):
        force_constants(copper, EMT(), cutoff_pair_angstrom=2.0)
    with pytest.raises(InputError, match="three positive whole numbers"):
        force_constants(copper, EMT(), (2, 2, 0))
    with pytest.raises(InputError, match=r"between 0.001 and 0.2"):
        force_constants(copper, EMT(), displacement_angstrom=1.0)
    with pytest.raises(InputError, match="relax it with the same potential"):
        force_constants(Crystal.from_structure("Cu", bulk("Cu", a=3.7)), EMT())
    assert of_copper.as_phono3py().fc3 is not None


@pytest.mark.parametrize(("phase", "nearest"), [("Si-diamond", 2.35), ("CsI-CsCl", 3.95), ("NaI-rocksalt", 3.24)])
def test_the_cutoff_by_itself_reaches_nearest_neighbours(phase: str, nearest: float) -> None:
    """3 angstrom, or a tenth beyond nearest neighbours where they are farther."""
    crystal = known_crystal(phase)
    cell = standard_cell(crystal)
    assert force_module._cutoff(crystal, cell, "auto") == pytest.approx(max(3.0, 1.1 * nearest), abs=0.02)
    assert force_module._cutoff(crystal, cell, None) is None
    with pytest.raises(InputError, match="give 'auto', a length in angstrom or None"):
        force_module._cutoff(crystal, cell, "short")  # type: ignore[arg-type]
