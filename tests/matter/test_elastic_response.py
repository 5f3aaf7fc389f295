"""Elastic constants: second derivatives of the energy, with the atoms at rest in the strained cell."""

from __future__ import annotations

import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.calculator import Calculator
from ase.calculators.emt import EMT
from ase.optimize import BFGS
from numpy.typing import NDArray

from finechem.errors import InputError
from finechem.matter.calculators import calculator
from finechem.matter.crystal import Crystal
from finechem.matter.elastic_response import elastic_tensor, voigt_strain
from finechem.matter.relaxation import relax, to_atoms
from finechem.matter.zone_centre import frequencies_THz, zone_centre_hessian
from finechem.thermal.elastic import born_stability
from tests.matter.springs import Springs, diamond, wurtzite

GPA = 160.21766208


def curvature(crystal: Crystal, potential: Calculator, strain: NDArray[np.float64], *, free: bool) -> float:
    """Second derivative of the energy density along a strain, from energies alone, GPa."""
    energies = []
    for sign in (1, 0, -1):
        atoms = to_atoms(crystal)
        atoms.set_cell(atoms.cell.array @ (np.eye(3) + sign * strain), scale_atoms=True)
        atoms.calc = potential
        if free:
            BFGS(atoms, logfile=None).run(fmax=1e-6, steps=200)
        energies.append(atoms.get_potential_energy())
    size = np.linalg.norm(strain)
    return float((energies[0] - 2 * energies[1] + energies[2]) / size**2 / to_atoms(crystal).get_volume() * GPA)


@pytest.mark.parametrize("element", ["Cu", "Al"])
def test_a_cubic_metal_has_three_constants_and_they_are_curvatures(element: str) -> None:
    metal = relax(Crystal.from_structure(element, bulk(element, cubic=True)), EMT(), stress_tolerance_GPa=0.001).crystal
    stiffness = np.array(elastic_tensor(metal, EMT()).stiffness_GPa)
    c11, c12, c44 = stiffness[0, 0], stiffness[0, 1], stiffness[3, 3]
    expected = np.diag([c11 - c12] * 3 + [c44] * 3)
    expected[:3, :3] += c12
    np.testing.assert_allclose(stiffness, expected, atol=1e-6)
    assert c11 > c12 > 0 and c44 > 0
    assert curvature(metal, EMT(), 0.003 * np.diag([1.0, 0, 0]), free=False) == pytest.approx(c11, rel=5e-3)
    assert curvature(metal, EMT(), voigt_strain(3, 0.006), free=False) == pytest.approx(2 * c44, rel=5e-3)
    volume = curvature(metal, EMT(), 0.002 * np.eye(3), free=False)
    assert volume == pytest.approx(c11 + 2 * c12, rel=5e-3)


@pytest.mark.parametrize("structure", [diamond, wurtzite])
def test_atoms_give_way_as_if_each_strained_cell_were_relaxed(structure: object) -> None:
    assert callable(structure)
    crystal = Crystal.from_structure("X", structure())
    stiffness = np.array(elastic_tensor(crystal, Springs(), strain=0.002).stiffness_GPa)
    clamped = np.array(elastic_tensor(crystal, Springs(), strain=0.002, relax_ions=False).stiffness_GPa)
    assert np.linalg.eigvalsh(clamped - stiffness).min() > -1e-6  # giving way makes nothing stiffer
    assert clamped[3, 3] > 1.02 * stiffness[3, 3]
    if structure is wurtzite:  # its axes are those of the standard cell
        for column, free in ((2, stiffness), (3, stiffness)):
            along = voigt_strain(column, 0.004)
            found = curvature(crystal, Springs(), along, free=True)
            assert found == pytest.approx(free[column, column] * (1 if column < 3 else 2), rel=3e-3)
        assert stiffness[5, 5] == pytest.approx((stiffness[0, 0] - stiffness[0, 1]) / 2, rel=1e-6)


def test_the_axes_are_those_of_the_standard_cell_however_the_crystal_lies() -> None:
    lying = wurtzite()
    lying.rotate(50, (1, 2, 3), rotate_cell=True)
    turned, plain = (
        np.array(elastic_tensor(Crystal.from_structure("X", atoms), Springs()).stiffness_GPa)
        for atoms in (lying, wurtzite())
    )
    np.testing.assert_allclose(turned, plain, atol=0.02)  # third order in the strain


def test_an_unstable_crystal_says_so() -> None:
    """Body-centred copper shears into face-centred without a barrier (Bain)."""
    crystal = relax(Crystal.from_structure("Cu", bulk("Cu", "bcc", a=2.9)), EMT()).crystal
    tensor = elastic_tensor(crystal, EMT())
    assert born_stability(tensor.matrix_Pa)[0] < 0
    assert "unstable: smallest eigenvalue -" in tensor.method


def test_a_crystal_under_stress_has_to_be_relaxed_first() -> None:
    with pytest.raises(InputError, match=r"not at rest with EMT .*relax it with the same potential first"):
        elastic_tensor(Crystal.from_structure("Cu", bulk("Cu", a=3.7)), EMT())
    with pytest.raises(InputError, match=r"strain is 0.1"):
        elastic_tensor(Crystal.from_structure("Cu", bulk("Cu")), EMT(), strain=0.1)


def test_the_optical_mode_of_diamond_springs() -> None:
    """Three modes of translation, then three of one frequency, which direct curvature of the energy gives too."""
    atoms, masses = diamond(), [28.0, 28.0]
    found = frequencies_THz(zone_centre_hessian(atoms, calculator(Springs())), masses)
    np.testing.assert_allclose(found[:3], 0.0, atol=1e-4)
    np.testing.assert_allclose(found[3:], found[3], rtol=1e-6)
    energies = []
    for step in (0.01, 0.0, -0.01):
        moved = diamond()
        moved.positions[0, 0] += step
        moved.calc = Springs()
        energies.append(moved.get_potential_energy())
    curved = (energies[0] - 2 * energies[1] + energies[2]) / 0.01**2
    expected = frequencies_THz(curved * np.kron([[1, -1], [-1, 1]], np.diag([1.0, 0, 0])), masses)[-1]
    assert found[-1] == pytest.approx(expected, rel=2e-3)
