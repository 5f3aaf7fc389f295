"""What phono3py users have on disk, as a Phono3py object with second- and third-order force constants."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.errors import DomainError, InputError, ReadError, one_line
from finechem.thermal.bte.forces import require_enough, require_forces, require_reproduced

__all__ = ["Source", "load", "primitive_atoms", "rows_of_primitive"]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Source: TypeAlias = Any
"""A ``phono3py.Phono3py`` object, or the path of a yaml file or folder."""

CELLS = ("phono3py_params.yaml", "phono3py.yaml", "phono3py_disp.yaml")
"""Files of a folder that may hold the cells, the first that is there."""
PACKED = ("", ".xz", ".lzma", ".gz", ".bz2")


def load(source: Source) -> Any:
    """Return a Phono3py object that has force constants of second and third order.

    Parameters
    ----------
    source : Phono3py, str or Path
        - A Phono3py object is used as it is.
        - A yaml file (``phono3py_params.yaml``, ``phono3py_disp.yaml`` with forces, or either packed with xz, gz or
          bz2) gives cells, forces and, where it has them, Born charges. Nothing beside it is read.
        - A folder is read as phono3py would read it: cells from the first of ``phono3py_params.yaml``,
          ``phono3py.yaml`` and ``phono3py_disp.yaml``; force constants from ``fc3.hdf5`` and ``fc2.hdf5``, else
          forces from the yaml file, else from ``FORCES_FC3`` and ``FORCES_FC2``; Born charges from the yaml file,
          else from ``BORN``.

    Returns
    -------
    Phono3py
        Force constants made here are compact and have their symmetry imposed, as by ``phono3py.load``. Random
        displacements are fitted with symfc.

    Raises
    ------
    InputError
        If force constants are lacking, not finite or of another cell, or masses are not positive.
    ReadError
        If a file is missing or cannot be read, or there are neither forces nor force constants.
    DomainError
        If the forces do not determine the force constants.
    """
    if not isinstance(source, str | Path):
        return _checked(source)
    path = Path(source).expanduser()
    if path.is_dir():
        return _from_folder(path)
    if not path.is_file():
        raise ReadError(f"{path}: no such file or folder; give a phono3py_params.yaml or the folder it lies in")
    ph3, yaml = _cells(path)
    _set_born_charges(ph3, yaml, None)
    _make_force_constants(ph3, yaml, path, None)
    _require_usable(ph3)
    return ph3


def rows_of_primitive(force_constants: Any, primitive: Any) -> FloatArray:
    """Return force constants whose first atom is in the primitive cell, from compact or full ones."""
    compact = len(force_constants) == len(primitive)
    return np.asarray(force_constants if compact else force_constants[primitive.p2s_map], dtype=np.float64)


def primitive_atoms(primitive: Any) -> IntArray:
    """Return which atom of the primitive cell each atom of the supercell is an image of, (M,)."""
    return np.array([primitive.p2p_map[atom] for atom in primitive.s2p_map])


def _checked(ph3: Any) -> Any:
    """Complain about an object that cannot be used."""
    if not hasattr(ph3, "fc3") or not hasattr(ph3, "phonon_supercell_matrix"):
        raise InputError(f"source is a {type(ph3).__name__}; give a Phono3py object, a yaml file or a folder")
    for name in ("fc2", "fc3"):
        if getattr(ph3, name) is None:
            raise InputError(
                f"the Phono3py object has no {name}; call its produce_{name}() first, or load it with "
                "phono3py.load(..., produce_fc=True)"
            )
    _require_usable(ph3)
    return ph3


def _require_usable(ph3: Any) -> None:
    """Raise if force constants do not fit the cells or are not finite, or masses are not positive.

    Raises
    ------
    InputError
        Naming what is wrong and the way out.
    """
    cells = {"fc2": (ph3.phonon_supercell, ph3.phonon_primitive, 2), "fc3": (ph3.supercell, ph3.primitive, 3)}
    for name, (supercell, primitive, order) in cells.items():
        given, atoms = np.asarray(getattr(ph3, name)), len(supercell)
        fitting = [(first, *(atoms,) * (order - 1), *(3,) * order) for first in (len(primitive), atoms)]
        if given.shape not in fitting:
            raise InputError(
                f"{name} has shape {given.shape}; with this supercell it is {fitting[0]} (compact) or {fitting[1]}; "
                "make the force constants from the same cells, and with the same supercell"
            )
        if not np.all(np.isfinite(given)):
            count = int(np.count_nonzero(~np.isfinite(given)))
            raise InputError(
                f"{name} has {count} values that are not finite; look for failed calculations among the forces and "
                "make the force constants again"
            )
    masses = np.asarray(ph3.primitive.masses)
    if not np.all(np.isfinite(masses) & (masses > 0.0)):
        raise InputError(f"masses of the primitive cell are {masses.tolist()} u; give positive ones")


def _from_folder(folder: Path) -> Any:
    path = next((file for name in CELLS if (file := _packed(folder / name)) is not None), None)
    if path is None:
        raise ReadError(f"{folder}: no file with the cells; one of {', '.join(CELLS)} must be there")
    ph3, yaml = _cells(path)
    _set_born_charges(ph3, yaml, _packed(folder / "BORN"))
    if (folder / "fc3.hdf5").is_file():
        _read_force_constants(ph3, folder)
    else:
        _make_force_constants(ph3, yaml, path, folder)
    _require_usable(ph3)
    return ph3


def _packed(path: Path) -> Path | None:
    """Return the file of this name, packed or not."""
    return next((file for end in PACKED if (file := path.with_name(path.name + end)).is_file()), None)


def _cells(path: Path) -> tuple[Any, Any]:
    """Read cells; return the Phono3py object and what else the file holds.

    Not ``phono3py.load``: it also takes in what it finds in the working folder.
    """
    from phono3py import Phono3py
    from phono3py.interface.phono3py_yaml import Phono3pyYaml
    from phonopy.interface.calculator import get_calculator_physical_units

    yaml = Phono3pyYaml()
    try:
        yaml.read(path)
    except Exception as error:  # phonopy's parser trusts the content: anything may go wrong in a file that is not its
        raise ReadError(
            f"{path}: not a readable yaml file of phono3py ({type(error).__name__}: {one_line(str(error))[:200]})"
        ) from error
    if yaml.unitcell is None or yaml.supercell_matrix is None:
        lacking = "unit cell" if yaml.unitcell is None else "supercell matrix"
        raise ReadError(f"{path}: has no {lacking}; phono3py_params.yaml and phono3py_disp.yaml have one")
    cell = yaml.unitcell.copy()
    cell.cell = cell.cell * get_calculator_physical_units(yaml.calculator).distance_to_A
    ph3 = Phono3py(
        cell,
        yaml.supercell_matrix,
        primitive_matrix="auto" if yaml.primitive_matrix is None else yaml.primitive_matrix,
        phonon_supercell_matrix=yaml.phonon_supercell_matrix,
        make_r0_average=True,
        calculator=yaml.calculator,
    )
    return ph3, yaml


def _set_born_charges(ph3: Any, yaml: Any, born: Path | None) -> None:
    from phonopy.cui.load_helper import get_nac_params
    from phonopy.interface.calculator import get_calculator_physical_units

    if yaml.nac_params is not None or born is not None:
        ph3.nac_params = get_nac_params(
            primitive=ph3.primitive,
            nac_params=yaml.nac_params,
            born_filename=born if yaml.nac_params is None else None,
            nac_factor=get_calculator_physical_units(yaml.calculator).nac_factor,
        )


def _read_force_constants(ph3: Any, folder: Path) -> None:
    from phono3py.cui.load import load_fc2_and_fc3

    if not (folder / "fc2.hdf5").is_file():
        raise ReadError(f"{folder}: fc3.hdf5 is there but not fc2.hdf5; phono3py writes both")
    try:
        load_fc2_and_fc3(ph3, fc3_filename=folder / "fc3.hdf5", fc2_filename=folder / "fc2.hdf5")
    except (OSError, KeyError, RuntimeError, AssertionError) as error:
        raise ReadError(
            f"{folder}: the force constants do not fit the cells or cannot be read ({one_line(str(error))[:200]})"
        ) from error


def _make_force_constants(ph3: Any, yaml: Any, path: Path, folder: Path | None) -> None:
    """Fit force constants to the forces in the yaml file, or in the files of the folder."""
    from phono3py.cui.load import compute_force_constants_from_datasets

    ph3.dataset = _dataset(ph3, yaml, path, folder, "fc3")
    require_enough(ph3.supercell, ph3.symmetry, ph3.dataset, 3, str(path))
    if ph3.phonon_supercell_matrix is not None:
        ph3.phonon_dataset = _dataset(ph3, yaml, path, folder, "phonon_fc2")
        require_enough(ph3.phonon_supercell, ph3.phonon_supercell_symmetry, ph3.phonon_dataset, 2, str(path))
    random = any("displacements" in dataset for dataset in (ph3.dataset, ph3.phonon_dataset or ()))
    try:
        compute_force_constants_from_datasets(
            ph3, fc_calculator="symfc" if random else None, is_compact_fc=True, use_symfc_projector=True
        )
    except (RuntimeError, ValueError, np.linalg.LinAlgError) as error:
        raise DomainError(
            f"{path}: the forces do not determine the force constants ({one_line(str(error))[:200]}); "
            "are all displaced supercells of phono3py_disp.yaml there, in its order?"
        ) from error
    _require_reproduced(ph3, str(path))


def _require_reproduced(ph3: Any, where: str) -> None:
    alone = ph3.phonon_supercell_matrix is None
    dataset, primitive = (ph3.dataset, ph3.primitive) if alone else (ph3.phonon_dataset, ph3.phonon_primitive)
    if "displacements" in dataset:
        fc2, fc3 = rows_of_primitive(ph3.fc2, primitive), rows_of_primitive(ph3.fc3, ph3.primitive) if alone else None
        require_reproduced(dataset, primitive.p2s_map, fc2, fc3, where)


def _dataset(ph3: Any, yaml: Any, path: Path, folder: Path | None, kind: str) -> Any:
    """Return displacements with forces, in Å and eV/Å, for ``kind`` "fc3" or "phonon_fc2"."""
    from phono3py.cui.create_force_constants import parse_forces

    file = None if folder is None else _packed(folder / ("FORCES_FC3" if kind == "fc3" else "FORCES_FC2"))
    try:
        dataset = parse_forces(
            ph3,
            ph3py_yaml=yaml,
            force_filename=file,
            phono3py_yaml_filename=path,
            fc_type=kind,
            calculator=yaml.calculator,
        )
    except (RuntimeError, OSError, ValueError) as error:
        raise ReadError(f"{file or path}: no usable displacements and forces ({one_line(str(error))})") from error
    require_forces(dataset, str(path))
    return dataset
