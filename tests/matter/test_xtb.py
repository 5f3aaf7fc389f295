from __future__ import annotations

import numpy as np
import pytest

from finechem.errors import ConvergenceError, InputError
from finechem.matter.conformers import conformers, curvature
from finechem.matter.xtb import HARTREE_KJ_MOL, engine, relax, single_point

H2 = (np.array([1, 1]), np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.75]]))
KCAL = 4.184


def test_hartree_is_codata() -> None:
    assert pytest.approx(2625.4996, abs=1e-3) == HARTREE_KJ_MOL
    assert engine().startswith("tblite ")


def test_energy_does_not_change_when_a_molecule_is_moved_turned_or_renumbered() -> None:
    (water, *_) = conformers("O", tries=1)
    numbers, positions = water.numbers, water.positions_angstrom
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    first = single_point(numbers, positions)
    assert single_point(numbers, positions @ turn.T + 3.0) == pytest.approx(first, abs=1e-3)
    order = np.array([2, 0, 1])
    assert single_point(numbers[order], positions[order]) == pytest.approx(first, abs=1e-3)
    assert single_point(numbers, positions) == first


@pytest.mark.parametrize("method", ["gfn1", "gfn2"])
def test_hydrogen_dissociates_to_two_atoms(method: str) -> None:
    """Far apart, a polarised triplet is two atoms. The bond itself is no strength of xTB (measured D_e 109.5)."""
    atom = single_point([1], np.zeros((1, 3)), method=method, unpaired=1)
    far = single_point([1, 1], np.array([[0, 0, 0], [0, 0, 30.0]]), method=method, unpaired=2)
    assert far == pytest.approx(2 * atom, abs=0.5)
    molecule = relax(*H2, method=method)
    assert (2 * atom - molecule.energy_kJ_mol) / KCAL == pytest.approx(109.5, abs=35)
    length = np.linalg.norm(molecule.positions_angstrom[1] - molecule.positions_angstrom[0])
    assert length == pytest.approx(0.74, abs=0.05)


def test_spin_polarisation_lowers_open_shells_only() -> None:
    assert single_point(*H2, spin_polarization=1.0) == single_point(*H2, spin_polarization=0.0)
    plain, polarised = (
        single_point([1], np.zeros((1, 3)), unpaired=1, spin_polarization=scale) for scale in (0.0, 1.0)
    )
    assert (plain - polarised) / KCAL == pytest.approx(22.5, abs=0.5)  # half the Hund-like constant of hydrogen


def test_a_relaxed_geometry_has_no_forces_and_a_first_hessian_only_saves_steps() -> None:
    (ethanol, *_) = conformers("CCO", tries=5)
    hessian = curvature("CCO", ethanol.positions_angstrom)
    plain = relax(ethanol.numbers, ethanol.positions_angstrom)
    guided = relax(ethanol.numbers, ethanol.positions_angstrom, curvature=hessian)
    assert guided.energy_kJ_mol == pytest.approx(plain.energy_kJ_mol, abs=0.1)
    assert guided.steps < plain.steps
    for axis in range(3):
        moved = guided.positions_angstrom.copy()
        moved[0, axis] += 1e-3
        back = guided.positions_angstrom.copy()
        back[0, axis] -= 1e-3
        slope = (single_point(ethanol.numbers, moved) - single_point(ethanol.numbers, back)) / 2e-3
        assert abs(slope) < 1.5  # kJ/(mol angstrom)


def test_what_cannot_be_computed_is_named() -> None:
    with pytest.raises(InputError, match=r"no xTB method 'gfn3' \(did you mean 'gfn"):
        single_point(*H2, method="gfn3")
    with pytest.raises(InputError, match="2 electrons cannot have 1 of them unpaired"):
        single_point(*H2, unpaired=1)
    with pytest.raises(InputError, match=r"positions of shape \(1, 3\) for 2 atoms"):
        single_point([1, 1], [[0, 0, 0]])
    with pytest.raises(ConvergenceError, match=r"GFN2-xTB, 2 atoms.*not relaxed after 2 steps"):
        relax([1, 1], np.array([[0.0, 0, 0], [0, 0, 1.5]]), most_steps=2)
