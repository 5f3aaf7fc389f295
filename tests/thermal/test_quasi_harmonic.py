"""Thermal expansion: an identity of thermodynamics, limits, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.emt import EMT
from phonopy import Phonopy

from finechem.errors import DomainError, InputError
from finechem.matter import Crystal
from finechem.matter.calculators import calculator
from finechem.matter.relaxation import relax
from finechem.thermal import quasi_harmonic
from finechem.thermal.quasi_harmonic import QuasiHarmonic, thermal_expansion
from finechem.thermal.supercells import Forces, as_ase, standard_cell

BOLTZMANN_EV_K = 8.617333262e-5
PLANCK_EV_THZ = 4.135667696e-3


@pytest.fixture(scope="module")
def copper() -> Crystal:
    return relax(Crystal.from_structure("Cu", bulk("Cu")), EMT()).crystal


@pytest.fixture(scope="module")
def found(copper: Crystal) -> QuasiHarmonic:
    return thermal_expansion(copper, EMT(), [20.0, 150.0, 300.0], supercell=(2, 2, 2))


def frequencies(crystal: Crystal, volume: float) -> np.ndarray:
    cell = standard_cell(crystal)
    cell = cell.copy()
    cell.cell = cell.cell * (volume / cell.volume) ** (1 / 3)
    phonon = Phonopy(cell, np.diag([2, 2, 2]), primitive_matrix="F")
    phonon.generate_displacements(distance=0.01)
    forces = Forces(calculator(EMT()), "Cu", None)
    phonon.forces = [forces(as_ase(moved)) for moved in phonon.supercells_with_displacements]
    phonon.produce_force_constants()
    phonon.symmetrize_force_constants()
    phonon.run_mesh([13, 13, 13], is_mesh_symmetry=False)
    return np.asarray(phonon.mesh.frequencies)


@pytest.mark.parametrize("at", [1, 2])
def test_expansion_is_gruneisens(copper: Crystal, found: QuasiHarmonic, at: int) -> None:
    """3 α V B = Σ γ c_v, with γ from frequencies at two volumes about the one at that temperature."""
    temperature, volume = float(found.temperatures_K[at]), float(found.volume_angstrom3[at])
    low, mid, high = (frequencies(copper, volume * ratio) for ratio in (0.995, 1.0, 1.005))
    real = mid > 0.05
    gamma = -np.log(high[real] / low[real]) / np.log(1.005 / 0.995)
    x = PLANCK_EV_THZ * mid[real] / (BOLTZMANN_EV_K * temperature)
    capacity = BOLTZMANN_EV_K * x**2 * np.exp(x) / np.expm1(x) ** 2
    pressure = 4 * float(np.sum(gamma * capacity)) / len(mid)  # four primitive cells
    bulk_modulus = float(found.bulk_modulus_GPa[at]) / 160.21766
    expected = pressure / (3 * volume * bulk_modulus) * 1e6
    assert found.linear_expansion_1e6_K[at] == pytest.approx(expected, rel=0.04)


def test_the_third_law(found: QuasiHarmonic) -> None:
    """Nothing expands in the cold, and zero-point motion has swollen it already."""
    assert abs(found.linear_expansion_1e6_K[0]) < 0.02 * found.linear_expansion_1e6_K[2]
    at_rest = found.volumes_angstrom3[int(np.argmin(found.energies_eV))]
    assert found.volume_angstrom3[0] > at_rest
    assert np.all(np.diff(found.volume_angstrom3) > 0) and np.all(np.diff(found.bulk_modulus_GPa) < 0)


def test_all_volumes_have_one_supercell_and_one_mesh(copper: Crystal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an edge passes the limit among the volumes, the free energy would jump; 10 K shows it first."""
    fixed = thermal_expansion(copper, EMT(), [10.0], supercell=(2, 2, 2))
    monkeypatch.setattr(quasi_harmonic, "EDGE_ANGSTROM", 7.17)
    found = thermal_expansion(copper, EMT(), [10.0])
    assert found.linear_expansion_1e6_K == pytest.approx(fixed.linear_expansion_1e6_K, rel=1e-6)


def test_expansion_is_the_slope_of_the_volume(copper: Crystal) -> None:
    """Entropy over bulk modulus, which has no noise in the cold, is the difference quotient where that has little."""
    low, mid, high = (295.0, 300.0, 305.0)
    found = thermal_expansion(copper, EMT(), [10.0, low, mid, high], supercell=(1, 1, 1))
    volume = found.volume_angstrom3
    slope = (volume[3] - volume[1]) / (high - low) / (3 * volume[2]) * 1e6
    assert found.linear_expansion_1e6_K[2] == pytest.approx(slope, rel=0.01)
    assert 0.0 < found.linear_expansion_1e6_K[0] < 0.01 * slope


def test_what_is_refused(copper: Crystal) -> None:
    with pytest.raises(InputError, match="at least 10 K"):
        thermal_expansion(copper, EMT(), [0.0])
    with pytest.raises(InputError, match="five or more"):
        thermal_expansion(copper, EMT(), volume_ratios=[0.99, 1.0, 1.01])
    with pytest.raises(DomainError, match="minimum outside the volumes"):
        thermal_expansion(copper, EMT(), [900.0], volume_ratios=[0.98, 0.985, 0.99, 0.995, 1.001], supercell=(2, 2, 2))
