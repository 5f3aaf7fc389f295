"""Relaxed crystals: at the minimum, in the space group they had."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.emt import EMT
from scipy.optimize import minimize_scalar

from finechem.errors import ConvergenceError, DomainError, InputError
from finechem.matter.calculators import calculator
from finechem.matter.crystal import Crystal, Fact
from finechem.matter.relaxation import relax
from finechem.screening.cache import Cache
from tests.matter.springs import BOND_ANGSTROM, Springs, wurtzite


@pytest.mark.parametrize(("element", "start"), [("Cu", 3.8), ("Al", 3.8), ("Ni", 3.4)])
def test_the_lattice_constant_is_where_the_energy_is_least(element: str, start: float) -> None:
    def energy(a: float) -> float:
        atoms = bulk(element, a=a)
        atoms.calc = EMT()
        return float(atoms.get_potential_energy())

    expected = minimize_scalar(energy, bracket=(3.4, 3.8), tol=1e-9).x
    found = relax(Crystal.from_structure(element, bulk(element, a=start)), EMT())
    edge = 2.0 * np.abs(np.asarray(found.crystal.lattice_angstrom)).max()
    assert edge == pytest.approx(expected, rel=1e-4)
    assert found.converged and found.largest_stress_GPa < 0.05
    assert found.crystal.space_group_number == 225
    assert found.volume_ratio == pytest.approx((expected / start) ** 3, rel=1e-3)


def test_all_bonds_of_a_distorted_wurtzite_become_springs_at_rest() -> None:
    """u and c/a are free in P6_3mc: at rest they are those of the ideal structure, as every term of the energy is 0."""
    fact = Fact("band_gap_eV", 6.0)
    start = wurtzite(1.03)
    start.set_cell(start.cell.array * [1.0, 1.0, 0.97], scale_atoms=True)
    start.positions[1::2, 2] += 0.1
    crystal = Crystal.from_structure("AlN", start, facts=(fact,))
    assert crystal.space_group_number == 186
    found = relax(crystal, Springs())
    assert abs(found.energy_eV_atom) < 1e-5
    assert found.crystal.space_group_number == 186
    structure = found.crystal.to_structure()
    bonds = structure.get_neighbor_list(r=1.2 * BOND_ANGSTROM)[3]
    assert len(bonds) == 16
    np.testing.assert_allclose(bonds, BOND_ANGSTROM, atol=1e-3)
    assert found.crystal.facts == (fact,)
    assert "relaxed with Springs" in found.crystal.source


def test_coordinates_rounded_to_three_digits_are_moved_onto_their_symmetry() -> None:
    start = wurtzite()
    start.set_scaled_positions(np.round(start.get_scaled_positions(), 3))
    found = relax(Crystal.from_structure("AlN", start), Springs())
    assert found.crystal.space_group_number == 186


def test_a_potential_that_breaks_the_symmetry_a_little_still_relaxes() -> None:
    """Network potentials in single precision do; the part of the force that the space group forbids is reported."""

    class Skewed(Springs):
        def calculate(self, *args: Any, **more: Any) -> None:
            super().calculate(*args, **more)
            self.results["forces"][0, 0] += 3e-3

    found = relax(Crystal.from_structure("AlN", wurtzite(1.02)), Skewed())
    assert found.converged and found.largest_force_eV_angstrom <= 1e-3
    assert found.asymmetry_eV_angstrom == pytest.approx(3e-3, rel=0.1)


def test_what_does_not_converge_is_an_error_unless_allowed() -> None:
    crystal = Crystal.from_structure("Cu", bulk("Cu", a=3.8))
    with pytest.raises(ConvergenceError, match=r"Cu: not relaxed with EMT after 1 steps .*limit 0.001"):
        relax(crystal, EMT(), most_steps=1)
    assert not relax(crystal, EMT(), most_steps=1, must_converge=False).converged
    with pytest.raises(InputError, match="must all be positive"):
        relax(crystal, EMT(), force_tolerance_eV_angstrom=0.0)
    with pytest.raises(DomainError, match="cannot compute it"):
        relax(Crystal.from_structure("Si", bulk("Si")), EMT())


def test_a_cell_that_falls_together_is_no_relaxation() -> None:
    with pytest.raises(ConvergenceError, match="of its volume with EMT"):
        relax(Crystal.from_structure("Cu", bulk("Cu", a=4.9)), EMT())


def test_a_kept_relaxation_costs_no_call(tmp_path: Path) -> None:
    crystal, cache = Crystal.from_structure("AlN", wurtzite(1.02)), Cache(tmp_path)
    potential = calculator(Springs(), "springs")
    first = relax(crystal, potential, cache=cache)
    calls = potential.ase.calls
    again = relax(crystal, potential, cache=cache)
    assert potential.ase.calls == calls > 0
    assert again.crystal.fingerprint() == first.crystal.fingerprint()
    assert relax(crystal, potential, stress_tolerance_GPa=0.01, cache=cache).largest_stress_GPa <= 0.01
    assert potential.ase.calls > calls
