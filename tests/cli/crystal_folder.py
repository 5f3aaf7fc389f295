"""A folder as phono3py leaves it, for the command line to read."""

from __future__ import annotations

from pathlib import Path

from tests.thermal.bte.crystals import argon


def write_argon(folder: Path) -> Path:
    """Write cells and force constants of Lennard-Jones argon."""
    from phono3py.file_IO import write_fc2_to_hdf5, write_fc3_to_hdf5

    crystal = argon()
    crystal.save(folder / "phono3py_disp.yaml", settings={"force_sets": False})
    write_fc3_to_hdf5(crystal.fc3, filename=str(folder / "fc3.hdf5"))
    write_fc2_to_hdf5(crystal.fc2, filename=str(folder / "fc2.hdf5"))
    return folder
