"""``finechem kappa``: what it prints is what was computed; what cannot be done ends with a message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from finechem.thermal.bte import lattice_conductivity, load
from tests.cli.crystal_folder import write_argon

MESH = (5, 5, 5)
Invoke = Callable[..., Result]


@pytest.fixture(scope="module")
def argon_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_argon(tmp_path_factory.mktemp("argon"))


def test_json_is_what_the_function_returns(invoke: Invoke, argon_folder: Path) -> None:
    words = ("--temperature-K", 50, "--temperature-K", 300, "--boundary-um", 0.1, "--no-isotopes", "--json")
    done = invoke("kappa", argon_folder, "--mesh", *MESH, *words)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    expected = lattice_conductivity(load(argon_folder), MESH, (50.0, 300.0), isotopes=False, boundary_um=0.1)
    np.testing.assert_allclose(found["kappa_W_mK"], expected.kappa_W_mK, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found["kappa_coherence_W_mK"], expected.kappa_coherence_W_mK, rtol=1e-12, atol=1e-12)
    assert found["scattered_by"] == ["three phonons", "boundaries 0.1 µm apart"]


def test_the_table_has_both_solutions_and_the_files_are_written(
    invoke: Invoke, argon_folder: Path, tmp_path: Path
) -> None:
    out, plot, cumulative = tmp_path / "kappa.hdf5", tmp_path / "t.png", tmp_path / "c.svg"
    words = ("--method", "lbte", "--out", out, "--plot", plot, "--cumulative", cumulative)
    done = invoke("kappa", argon_folder, "--mesh", *MESH, *words)
    assert done.exit_code == 0, done.output
    expected = lattice_conductivity(load(argon_folder), MESH, method="lbte")
    rows = {line[10:26].strip(): line.split()[-3:] for line in done.stdout.splitlines()}
    for name, kappa in (
        ("full solution", expected.kappa_W_mK),
        ("relaxation time", expected.kappa_rta_W_mK),
        ("between bands", expected.kappa_coherence_W_mK),
    ):
        assert rows[name] == [f"{value:.4g}" for value in np.diag(kappa[0])]
    assert "mesh 5x5x5 (125 wave vectors, 10 irreducible)" in done.stdout
    assert "note: one mesh tells nothing about convergence: compare with a finer one, say 7 7 7" in done.stdout
    assert plot.read_bytes().startswith(b"\x89PNG") and b"<svg" in cumulative.read_bytes()
    import h5py

    with h5py.File(out) as file:
        np.testing.assert_allclose(file["kappa_RTA"][0, :3], np.diag(expected.kappa_rta_W_mK[0]), rtol=1e-9)


def test_no_cache_leaves_nothing(invoke: Invoke, argon_folder: Path, tmp_path: Path) -> None:
    kept, none = tmp_path / "kept", tmp_path / "none"
    common = ("kappa", argon_folder, "--mesh", *MESH, "--precision", "float32")
    assert invoke(*common, "--cache", kept).exit_code == 0
    assert len(list(kept.rglob("*.json"))) == 10
    both = invoke(*common, "--cache", none, "--no-cache")
    assert both.exit_code == 2 and "exclude each other" in both.stderr
    assert not none.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--mesh", 2, 2, 2), "mesh 2x2x2 is too coarse"),
        (("--mesh", *MESH, "--temperature-K", -3), "positive temperatures"),
        (("--mesh", *MESH, "--boundary-um", 0), "boundary_um is 0.0"),
        (("--mesh", *MESH, "--workers", 0), "at least one thread"),
        (("--mesh", *MESH, "--plot", "k.xyz"), "must end in .png"),
        (("--mesh", *MESH, "--out", "not-there/k.hdf5"), "there is no folder not-there"),
    ],
)
def test_a_mistake_ends_with_two_and_a_message(
    invoke: Invoke, argon_folder: Path, words: tuple[object, ...], message: str
) -> None:
    done = invoke("kappa", argon_folder, *words)
    assert done.exit_code == 2
    assert message in done.stderr and done.stdout == ""


def test_a_source_that_is_not_there(invoke: Invoke, tmp_path: Path) -> None:
    done = invoke("kappa", tmp_path / "nothing.yaml", "--mesh", *MESH)
    assert done.exit_code == 2 and "no such file or folder" in done.stderr
