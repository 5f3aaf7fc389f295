"""Objects that many tests share: none of them changes one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from finechem.thermal.bte import Conductivity, Phonons, lattice_conductivity, load, phonons_on_grid
from tests.thermal.bte.crystals import lennard_jones

MESH = (5, 5, 4)
TEMPERATURES_K = (50.0, 300.0, 600.0, 5000.0)
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "phono3py"


@pytest.fixture(scope="session")
def crystal() -> Any:
    return lennard_jones()


@pytest.fixture(scope="session")
def phonons(crystal: Any) -> Phonons:
    return phonons_on_grid(crystal, MESH)


@pytest.fixture(scope="session")
def result(crystal: Any) -> Conductivity:
    return lattice_conductivity(crystal, MESH, TEMPERATURES_K, isotopes=False)


@pytest.fixture(scope="session")
def with_isotopes(crystal: Any) -> Conductivity:
    return lattice_conductivity(crystal, MESH, TEMPERATURES_K)


def _shared(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return path


@pytest.fixture(scope="session")
def silicon() -> Any:
    return load(_shared("phono3py_params_Si-111-222-fd.yaml.xz"))


@pytest.fixture(scope="session")
def nitride() -> Path:
    return _shared("phono3py_params_AlN332.yaml.xz")


@pytest.fixture(scope="session")
def random_displacements() -> Path:
    return _shared("phono3py_params-Si111-rd.yaml.xz")
