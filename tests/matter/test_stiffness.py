"""The filled tensor must not change under the point group of its crystal; nothing else pins down signs and places."""

from __future__ import annotations

import numpy as np
import pytest
import spglib
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from finechem.errors import InputError
from finechem.matter.stiffness import crystal_system, independent_constants, stiffness_matrix

pytestmark = pytest.mark.filterwarnings("ignore:Set OLD_ERROR_HANDLING:DeprecationWarning")
Array = NDArray[np.float64]
#: Position of a pair of axes in Voigt's list.
VOIGT = np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])
#: In these settings the two-fold axis (or the normal of the mirror) is perpendicular to a, not along it.
TURNED = {149, 151, 153, 157, 159, 162, 163}
SHORT_LISTS = [*range(16, 75), *range(89, 143), *range(149, 231)]


def point_group(space_group_number: int) -> list[Array]:
    """Return the rotations in Cartesian axes, x along a (or along the two-fold axis), z along c."""
    hall = next(n for n in range(1, 531) if spglib.get_spacegroup_type(n).number == space_group_number)
    rotations = np.unique(spglib.get_symmetry_from_database(hall)["rotations"], axis=0)
    edges = {"orthorhombic": [1.0, 1.3, 1.7], "cubic": [1.0, 1.0, 1.0]}
    cell = np.diag(edges.get(crystal_system(space_group_number), [1.0, 1.0, 1.6]))
    if crystal_system(space_group_number) in ("trigonal", "hexagonal"):
        cell[1, :2] = -0.5, np.sqrt(0.75)
    if space_group_number in TURNED:
        cell = cell @ np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]])
    return [cell.T @ rotation @ np.linalg.inv(cell.T) for rotation in rotations]


def turned(matrix: Array, rotation: Array) -> Array:
    """Return a Voigt stiffness after a rotation, by way of the full fourth-rank tensor."""
    tensor = matrix[VOIGT[:, :, None, None], VOIGT[None, None, :, :]]
    image = np.einsum("ai,bj,ck,dl,ijkl", rotation, rotation, rotation, rotation, tensor, optimize=True)
    pairs = [(0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
    return np.array([[image[*left, *right] for right in pairs] for left in pairs])


def some_constants(space_group_number: int) -> dict[str, float]:
    """Return different numbers for every independent constant."""
    return {name: 300.0 - 13.7 * i for i, name in enumerate(independent_constants(space_group_number))}


@pytest.mark.parametrize("number", [16, 33, 62, 89, 136, 141, 150, 152, 161, 166, 167, 176, 186, 194, 216, 225])
def test_tensor_is_invariant_under_every_operation(number: int) -> None:
    matrix = stiffness_matrix(some_constants(number), number)
    for rotation in point_group(number):
        assert rotation @ rotation.T == pytest.approx(np.eye(3), abs=1e-12)
        assert turned(matrix, rotation) == pytest.approx(matrix, abs=1e-9)


@pytest.mark.parametrize("number", sorted(TURNED))
def test_x_is_the_two_fold_axis_where_that_is_not_a(number: int) -> None:
    matrix = stiffness_matrix(some_constants(number), number)
    assert all(turned(matrix, rotation) == pytest.approx(matrix, abs=1e-9) for rotation in point_group(number))


def test_pymatgen_agrees_on_quartz_and_its_conventional_axes() -> None:
    from pymatgen.analysis.elasticity import ElasticTensor
    from pymatgen.core import Lattice

    from finechem.matter.asymmetric import expand_asymmetric_unit

    # Cell: as in Wyckoff; constants: McSkimin, Andreatch, Thurston, J. Appl. Phys. 36, 1624 (1965), rounded.
    constants = {"C11": 86.8, "C12": 7.0, "C13": 11.9, "C14": -18.0, "C33": 105.8, "C44": 58.2}
    quartz = expand_asymmetric_unit(
        "P3_221", [4.913, 4.913, 5.405, 90, 90, 120], ["Si", "O"], [[0.53, 0.53, 0], [0.4146, 0.1464, 0.1188]]
    )
    aligned = Lattice([[4.913, 0, 0], [-4.913 / 2, 4.913 * 0.75**0.5, 0], [0, 0, 5.405]])
    quartz.lattice = aligned
    tensor = ElasticTensor.from_voigt(stiffness_matrix(constants, 154))
    assert tensor.is_fit_to_structure(quartz, tol=1e-6)


@pytest.mark.parametrize("number", SHORT_LISTS)
def test_symmetric_and_as_many_free_numbers_as_named(number: int) -> None:
    matrix = stiffness_matrix(some_constants(number), number)
    assert np.array_equal(matrix, matrix.T)
    for name, value in some_constants(number).items():
        assert matrix[int(name[1]) - 1, int(name[2]) - 1] == value


@settings(max_examples=30)
@given(st.floats(1, 900), st.floats(-400, 400), st.floats(1, 500))
def test_hexagonal_basal_plane_is_isotropic(c11: float, c12: float, c44: float) -> None:
    matrix = stiffness_matrix({"C11": c11, "C12": c12, "C13": 50.0, "C33": 400.0, "C44": c44}, 186)
    quarter = np.array([[np.cos(0.7), -np.sin(0.7), 0], [np.sin(0.7), np.cos(0.7), 0], [0, 0, 1]])
    assert turned(matrix, quarter) == pytest.approx(matrix, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("number", [1, 2, 3, 15, 75, 88, 143, 148])
def test_lower_classes_ask_for_the_whole_matrix(number: int) -> None:
    with pytest.raises(InputError, match="give the 6x6 matrix"):
        independent_constants(number)


@pytest.mark.parametrize("number", [0, 231, -5])
def test_no_such_space_group(number: int) -> None:
    with pytest.raises(InputError, match=f"{number} is not between 1 and 230"):
        stiffness_matrix({"C11": 1.0}, number)


def test_missing_and_superfluous_constants_are_both_named() -> None:
    with pytest.raises(
        InputError, match=r"hexagonal stiffness needs .*missing \['C33', 'C44'\], superfluous \['C66'\]"
    ):
        stiffness_matrix({"C11": 1.0, "C12": 1.0, "C13": 1.0, "C66": 1.0}, 186)


def test_constants_must_be_finite() -> None:
    with pytest.raises(InputError, match=r"\['C12'\] are not finite"):
        stiffness_matrix({"C11": 1.0, "C12": float("nan"), "C44": 1.0}, 225)
