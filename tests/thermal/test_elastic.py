"""Elasticity: identities, the isotropic solid, and pymatgen's ElasticTensor."""

from __future__ import annotations

import numpy as np
import pytest
from pymatgen.analysis.elasticity import ElasticTensor
from pymatgen.core.tensors import Tensor
from scipy.constants import hbar, k

from finechem.errors import InputError
from finechem.matter import Crystal
from finechem.matter.stiffness import stiffness_matrix
from finechem.thermal import (
    acoustic_debye_temperature,
    born_stability,
    debye_temperature,
    polycrystal_moduli,
    sound_velocities,
)
from tests.thermal.helpers import Array, isotropic

#: GPa: isotropic-like, strongly anisotropic, trigonal with a large C14, orthorhombic.
TENSORS = {
    "Si": stiffness_matrix({"C11": 166, "C12": 64, "C44": 79.6}, 227),
    "BN": stiffness_matrix({"C11": 811, "C12": 169, "C13": 0, "C33": 27, "C44": 7.7}, 194),
    "quartz": stiffness_matrix({"C11": 87.2, "C12": 6.6, "C13": 12.0, "C14": -18.2, "C33": 105.8, "C44": 58.3}, 154),
    "stishovite": stiffness_matrix({"C11": 453, "C12": 211, "C13": 203, "C33": 776, "C44": 252, "C66": 302}, 136),
    "forsterite": stiffness_matrix(
        {"C11": 320, "C12": 68, "C13": 72, "C22": 196, "C23": 77, "C33": 233, "C44": 64, "C55": 77, "C66": 79}, 62
    ),
}
#: An element of each point group beside those every crystal of the system has.
ROTATIONS: dict[str, tuple[float, list[float]]] = {
    "Si": (np.pi / 2, [0, 0, 1]),
    "BN": (np.pi / 3, [0, 0, 1]),
    "quartz": (2 * np.pi / 3, [0, 0, 1]),
    "stishovite": (np.pi / 2, [0, 0, 1]),
    "forsterite": (np.pi, [0, 0, 1]),
}


def rotation(angle: float, axis: list[float]) -> Array:
    """Rodrigues: R = 1 + sin K + (1 - cos) K^2."""
    x, y, z = np.asarray(axis, dtype=float) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def rotated(stiffness: Array, angle: float, axis: list[float]) -> Array:
    tensor = ElasticTensor.from_voigt(stiffness)
    return np.asarray(ElasticTensor(Tensor(tensor).rotate(rotation(angle, axis), tol=1e-6)).voigt)


@pytest.mark.parametrize("name", TENSORS)
def test_moduli_agree_with_pymatgen(name: str) -> None:
    peer = ElasticTensor.from_voigt(TENSORS[name])
    ours = polycrystal_moduli(TENSORS[name])
    assert ours.bulk_voigt[0] == pytest.approx(peer.k_voigt, rel=1e-10)
    assert ours.bulk_reuss[0] == pytest.approx(peer.k_reuss, rel=1e-10)
    assert ours.shear_voigt[0] == pytest.approx(peer.g_voigt, rel=1e-10)
    assert ours.shear_reuss[0] == pytest.approx(peer.g_reuss, rel=1e-10)
    assert ours.poisson[0] == pytest.approx(peer.homogeneous_poisson, rel=1e-10)
    assert ours.young[0] * 1e9 == pytest.approx(peer.y_mod, rel=1e-10)  # pymatgen takes GPa and answers in Pa
    assert ours.anisotropy[0] == pytest.approx(peer.universal_anisotropy, rel=1e-9)


@pytest.mark.parametrize("name", TENSORS)
def test_point_group_leaves_the_tensor_alone(name: str) -> None:
    """C24 = -C14, C56 = C14 and C66 = (C11 - C12)/2 follow from the three-fold axis; likewise in the other systems."""
    np.testing.assert_allclose(rotated(TENSORS[name], *ROTATIONS[name]), TENSORS[name], atol=1e-9)


def test_quartz_keeps_its_two_fold_axis_along_a() -> None:
    """Nye, class 32: x is a two-fold axis, and the wrong placement (C15) would break it."""
    np.testing.assert_allclose(rotated(TENSORS["quartz"], np.pi, [1, 0, 0]), TENSORS["quartz"], atol=1e-9)


@pytest.mark.parametrize("name", TENSORS)
def test_averages_do_not_depend_on_the_axes(name: str) -> None:
    turned = rotated(TENSORS[name], 0.7, [1, 2, 3])
    before, after = (polycrystal_moduli(tensor) for tensor in (TENSORS[name], turned))
    for quantity in ("bulk_voigt", "bulk_reuss", "shear_voigt", "shear_reuss"):
        np.testing.assert_allclose(getattr(after, quantity), getattr(before, quantity), rtol=1e-10)
    speeds = [sound_velocities(tensor * 1e9, [3000.0], order=63).debye for tensor in (TENSORS[name], turned)]
    np.testing.assert_allclose(speeds[1], speeds[0], rtol=2e-4)  # 4e-4 in <v^-3> for layered BN (quadrature)


def test_sign_of_c14_changes_no_average() -> None:
    """Turning by 180 degrees about c flips C14: an axis convention, no property."""
    flipped = rotated(TENSORS["quartz"], np.pi, [0, 0, 1])
    assert flipped[0, 3] == pytest.approx(18.2)
    np.testing.assert_allclose(
        polycrystal_moduli(flipped).shear_reuss, polycrystal_moduli(TENSORS["quartz"]).shear_reuss, rtol=1e-12
    )


def test_isotropic_solid_has_two_velocities() -> None:
    """v_L^2 = (K + 4G/3)/rho, v_T^2 = G/rho; K = 100, G = 48 GPa, rho = 3000: 164/3 and 16 km^2/s^2."""
    speeds = sound_velocities(isotropic(100e9, 48e9), [3000.0])
    assert speeds.longitudinal[0] == pytest.approx(np.sqrt(164e6 / 3), rel=1e-12)
    assert speeds.transverse[0] == pytest.approx(4000.0, rel=1e-12)
    inverse_cubes = (speeds.longitudinal[0] ** -3 + 2 * 4000.0**-3) / 3
    assert speeds.debye[0] == pytest.approx(inverse_cubes ** (-1 / 3), rel=1e-12)
    moduli = polycrystal_moduli(isotropic(100e9, 48e9))
    np.testing.assert_allclose([moduli.bulk[0], moduli.shear[0]], [100e9, 48e9], rtol=1e-12)
    assert moduli.anisotropy[0] == pytest.approx(0.0, abs=1e-12)


def test_debye_sphere_holds_all_modes() -> None:
    """N modes a branch in a sphere: k_D^3 / (6 pi^2) = 1/Omega, and k_B theta = hbar v k_D."""
    theta = float(debye_temperature(5000.0, 2e-29))
    wave_number = k * theta / (hbar * 5000.0)
    assert wave_number**3 / (6 * np.pi**2) * 2e-29 == pytest.approx(1.0, rel=1e-12)


def test_acoustic_debye_sphere_holds_one_nth_of_them() -> None:
    """theta_a is the Debye temperature of a crystal of n times the volume a mode: theta_D n^(-1/3)."""
    whole = debye_temperature(5000.0, 4 * 2e-29)
    assert float(acoustic_debye_temperature(debye_temperature(5000.0, 2e-29), 4)) == pytest.approx(float(whole))


@pytest.mark.parametrize(("phase", "theta"), [("Si-diamond", 645), ("Ge-diamond", 374), ("C-diamond", 2230)])
def test_debye_temperatures_of_the_cold_lattice(crystals: dict[str, Crystal], phase: str, theta: float) -> None:
    """Calorimetric theta_D(T -> 0): Si 645, Ge 374, C 2230 K (Kittel); elasticity must agree, here within 3 %."""
    crystal = crystals[phase]
    assert crystal.elasticity is not None
    speeds = sound_velocities(crystal.elasticity.matrix_Pa, [crystal.density_kg_m3])
    assert float(debye_temperature(speeds.debye, crystal.volume_per_atom_m3)[0]) == pytest.approx(theta, rel=0.03)


@pytest.mark.parametrize(
    ("constants", "stable"),
    [((2.0, 1.0, 1.0), True), ((1.0, 1.1, 1.0), False), ((1.0, -0.6, 1.0), False), ((2.0, 1.0, -0.1), False)],
)
def test_born_conditions_of_a_cubic_crystal(constants: tuple[float, float, float], stable: bool) -> None:
    """C11 - C12 > 0, C11 + 2 C12 > 0, C44 > 0 (Born 1940)."""
    matrix = stiffness_matrix(dict(zip(("C11", "C12", "C44"), constants, strict=True)), 225)
    assert (born_stability(matrix)[0] > 0) is np.bool_(stable)


def test_born_condition_of_a_trigonal_crystal() -> None:
    """C44 (C11 - C12) > 2 C14^2 (Mouhat & Coudert 2014): with 2 (3 - 1) = 4, C14 = 1.41 is stable, 1.42 is not."""
    for c14, stable in ((1.41, True), (1.42, False)):
        values = {"C11": 3, "C12": 1, "C13": 0.1, "C14": c14, "C33": 3, "C44": 2}
        assert (born_stability(stiffness_matrix(values, 167))[0] > 0) is np.bool_(stable)


@pytest.mark.parametrize("number", [1, 2, 14, 82, 87, 148])
def test_classes_with_more_constants_are_refused(number: int) -> None:
    with pytest.raises(InputError, match="6x6"):
        stiffness_matrix({"C11": 1.0}, number)


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(InputError, match="shape"):
        polycrystal_moduli(np.eye(3))
    with pytest.raises(InputError, match="densities"):
        sound_velocities(np.eye(6), [0.0])
