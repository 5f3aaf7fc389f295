"""Sources: what is written is read back; what is missing is named."""

from __future__ import annotations

import copy
import lzma
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finechem.errors import DomainError, InputError, ReadError
from finechem.thermal.bte import load
from finechem.thermal.bte.forces import require_forces
from tests.thermal.bte.crystals import argon, forces, lennard_jones

BORN = {"born": np.zeros((1, 3, 3)), "dielectric": 2.0 * np.eye(3), "factor": 14.4}


@pytest.fixture(scope="module")
def displaced() -> Any:
    """Phono3py object with displacements and forces, and the force constants they came from."""
    ph3 = argon()
    ph3.generate_displacements()
    ph3.forces = forces(ph3, ph3)
    return ph3


@pytest.fixture(scope="module")
def written(displaced: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(tmp_path_factory.mktemp("written")) / "phono3py_params.yaml"
    displaced.save(path, settings={"force_sets": True})
    return path


def assert_same(found: Any, expected: Any) -> None:
    rows = expected.primitive.p2s_map
    np.testing.assert_allclose(found.fc2[:1], expected.fc2[rows], atol=1e-8)
    np.testing.assert_allclose(found.fc3[:1], expected.fc3[rows], atol=1e-6)


def test_an_object_is_used_as_it_is(displaced: Any) -> None:
    assert load(displaced) is displaced


def test_a_file_with_forces(displaced: Any, written: Path) -> None:
    found = load(written)
    assert_same(found, displaced)
    assert found.nac_params is None and found._make_r0_average


def test_nothing_beside_a_file_is_read(written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even in the working folder, where phono3py.load looks."""
    for name in ("fc2.hdf5", "fc3.hdf5", "BORN", "FORCES_FC3"):
        (tmp_path / name).write_text("not what it is called")
    monkeypatch.chdir(tmp_path)
    shutil.copy(written, tmp_path)
    assert load(str(tmp_path / written.name)).fc3 is not None


def test_a_packed_file(displaced: Any, written: Path, tmp_path: Path) -> None:
    packed = tmp_path / "phono3py_params.yaml.xz"
    packed.write_bytes(lzma.compress(written.read_bytes()))
    assert_same(load(packed), displaced)
    assert_same(load(tmp_path), displaced)


def test_born_charges_come_along(displaced: Any, tmp_path: Path) -> None:
    ph3 = argon()
    ph3.dataset, ph3.nac_params = displaced.dataset, BORN
    ph3.save(tmp_path / "phono3py_params.yaml", settings={"force_sets": True})
    np.testing.assert_allclose(load(tmp_path / "phono3py_params.yaml").nac_params["dielectric"], 2.0 * np.eye(3))


def test_a_folder_with_force_constants(displaced: Any, tmp_path: Path) -> None:
    write_folder(displaced, tmp_path)
    found = load(tmp_path)
    np.testing.assert_array_equal(found.fc3, displaced.fc3)
    np.testing.assert_array_equal(found.fc2, displaced.fc2)
    (tmp_path / "BORN").write_text("14.4\n2 0 0 0 2 0 0 0 2\n0 0 0 0 0 0 0 0 0\n")
    np.testing.assert_allclose(load(tmp_path).nac_params["dielectric"], 2.0 * np.eye(3))


def write_folder(ph3: Any, folder: Path) -> None:
    from phono3py.file_IO import write_fc2_to_hdf5, write_fc3_to_hdf5

    ph3.save(folder / "phono3py_disp.yaml", settings={"force_sets": False, "displacements": True})
    write_fc3_to_hdf5(ph3.fc3, filename=str(folder / "fc3.hdf5"))
    write_fc2_to_hdf5(ph3.fc2, filename=str(folder / "fc2.hdf5"))


def test_a_folder_with_forces_of_supercells(displaced: Any, tmp_path: Path) -> None:
    from phono3py.file_IO import write_FORCES_FC3

    displaced.save(tmp_path / "phono3py_disp.yaml", settings={"force_sets": False, "displacements": True})
    write_FORCES_FC3(displaced.dataset, filename=str(tmp_path / "FORCES_FC3"))
    assert_same(load(tmp_path), displaced)


def test_random_displacements_are_fitted(displaced: Any, tmp_path: Path) -> None:
    path = tmp_path / "phono3py_params.yaml"
    random_supercells(displaced, 30).save(path, settings={"force_sets": True})
    assert_same(load(path), displaced)


def random_supercells(source: Any, count: int) -> Any:
    ph3 = argon()
    ph3.generate_displacements(distance=0.03, number_of_snapshots=count, random_seed=1)
    ph3.forces = forces(ph3, source)
    return ph3


def test_too_few_random_displacements(crystal: Any, tmp_path: Path) -> None:
    """1,640 free parameters, by symfc's estimate, and 159 forces in each supercell."""
    path = tmp_path / "phono3py_params.yaml"
    ph3 = lennard_jones()
    ph3.generate_displacements(distance=0.03, number_of_snapshots=3, random_seed=1)
    ph3.forces = forces(ph3, crystal)
    ph3.save(path, settings={"force_sets": True})
    with pytest.raises(DomainError, match=r"3 supercells .* give 477 forces for \d+ free parameters .* at least 1\d "):
        load(path)


def test_forces_that_fit_no_force_constants(displaced: Any, tmp_path: Path) -> None:
    path = tmp_path / "phono3py_params.yaml"
    ph3 = random_supercells(displaced, 10)
    ph3.forces = np.random.default_rng(1).permutation(np.asarray(ph3.forces))
    ph3.save(path, settings={"force_sets": True})
    with pytest.raises(DomainError, match=r"leave \d+% of the forces unexplained, so that 10 supercells"):
        load(path)


def test_random_displacements_of_density_functional_theory(random_displacements: Path) -> None:
    """A thousand supercells of silicon: symmetric third-order force constants."""
    fc3 = load(random_displacements).fc3
    np.testing.assert_allclose(fc3, fc3.transpose(0, 2, 1, 3, 5, 4), atol=1e-6)
    np.testing.assert_allclose(fc3.sum(axis=1), 0.0, atol=1e-6)


def test_displacements_that_span_too_little(displaced: Any, tmp_path: Path) -> None:
    """Without the symmetry of the crystal one direction leaves two unknown."""
    from phono3py import Phono3py

    path = tmp_path / "phono3py_params.yaml"
    low = displaced.unitcell.copy()
    low.cell = low.cell + np.array([[0.1, 0.02, 0.0], [0.0, 0.2, 0.03], [0.07, 0.0, 0.0]])
    ph3 = Phono3py(low, displaced.supercell_matrix, primitive_matrix=np.eye(3))
    ph3.dataset = displaced.dataset
    ph3.save(path, settings={"force_sets": True})
    with pytest.raises(DomainError, match=r"atom 1 \(Ar\) span 1 of 3 directions"):
        load(path)


def test_a_file_without_forces(displaced: Any, tmp_path: Path) -> None:
    path = tmp_path / "phono3py_disp.yaml"
    displaced.save(path, settings={"force_sets": False, "displacements": True})
    with pytest.raises(ReadError, match=r"(\d+) of \1 displaced supercells have no forces"):
        load(path)


def test_a_file_with_cells_alone(tmp_path: Path) -> None:
    path = tmp_path / "phono3py.yaml"
    argon().save(path)
    with pytest.raises(ReadError, match="no usable displacements and forces"):
        load(path)


def test_a_missing_force_set(displaced: Any) -> None:
    dataset = copy.deepcopy(displaced.dataset)
    del dataset["first_atoms"][0]["second_atoms"][2]["forces"]
    with pytest.raises(ReadError, match=r"here: 1 of \d+ displaced supercells"):
        require_forces(dataset, "here")
    dataset["first_atoms"][0]["second_atoms"][2]["included"] = False  # left out on purpose, by a cut-off
    require_forces(dataset, "here")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"a: 1\n", b"\xff\xfe\x00", b"unit_cell: [1, 2\n", b"- 1\n- 2\n", b"unit_cell:\n  lattice: 3\n"],
)
def test_a_file_that_is_something_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "phono3py_params.yaml"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=r"phono3py_params\.yaml"):
        load(path)


def test_a_broken_archive(tmp_path: Path) -> None:
    path = tmp_path / "phono3py_params.yaml.xz"
    path.write_bytes(lzma.compress(b"unit_cell: 1\n" * 100)[:40])
    with pytest.raises(ReadError, match="not a readable yaml file"):
        load(path)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file or folder"):
        load(tmp_path / "phono3py_params.yaml")
    with pytest.raises(ReadError, match=r"no file with the cells; one of phono3py_params\.yaml"):
        load(tmp_path)


def test_one_order_of_force_constants_alone(displaced: Any, tmp_path: Path) -> None:
    write_folder(displaced, tmp_path)
    (tmp_path / "fc2.hdf5").unlink()
    with pytest.raises(ReadError, match=r"fc3\.hdf5 is there but not fc2\.hdf5"):
        load(tmp_path)


def test_force_constants_of_another_cell(displaced: Any, crystal: Any, tmp_path: Path) -> None:
    write_folder(displaced, tmp_path)
    crystal.save(tmp_path / "phono3py_disp.yaml")
    with pytest.raises(ReadError, match="do not fit the cells"):
        load(tmp_path)


@pytest.mark.parametrize("lacking", ["fc2", "fc3"])
def test_an_object_without_force_constants(lacking: str) -> None:
    ph3 = argon()
    setattr(ph3, f"_{lacking}", None)
    with pytest.raises(InputError, match=rf"has no {lacking}; call its produce_{lacking}\(\)"):
        load(ph3)


def test_an_object_of_another_kind() -> None:
    with pytest.raises(InputError, match="source is a int"):
        load(3)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("name", ["fc2", "fc3"])
def test_force_constants_that_are_not_finite(crystal: Any, name: str, value: float) -> None:
    """Silently, they would be modes that nothing scatters, and a conductivity of zero."""
    broken = copy.copy(crystal)
    force_constants = getattr(crystal, name).copy()
    force_constants[0, 1] = value
    setattr(broken, name, force_constants)
    with pytest.raises(InputError, match=f"{name} has .* values that are not finite; look for failed calculations"):
        load(broken)


@pytest.mark.parametrize(("name", "cut"), [("fc2", np.s_[:5]), ("fc3", np.s_[:5]), ("fc3", np.s_[:, :20])])
def test_force_constants_of_another_shape(crystal: Any, name: str, cut: Any) -> None:
    broken = copy.copy(crystal)
    setattr(broken, name, getattr(crystal, name)[cut])
    with pytest.raises(InputError, match=rf"{name} has shape .* it is \(2, 54, .*\(54, 54, .* the same cells"):
        load(broken)


def test_masses_that_are_not_positive() -> None:
    with pytest.raises(InputError, match=r"masses of the primitive cell are \[-27.0, 60.0\] u; give positive ones"):
        load(lennard_jones(masses_u=(-27.0, 60.0)))
