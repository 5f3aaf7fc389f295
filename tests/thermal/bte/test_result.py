"""What the result tells: cumulative sums, tables, a file that phono3py's tools read, a card."""

from __future__ import annotations

import copy
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finechem.errors import InputError
from finechem.thermal.bte import Conductivity
from tests.thermal.bte.conftest import TEMPERATURES_K


def test_lifetimes_and_mean_free_paths(result: Conductivity) -> None:
    there = result.linewidths_THz > 0.0
    np.testing.assert_allclose(4e12 * np.pi * (result.lifetimes_s * result.linewidths_THz)[there], 1.0, rtol=1e-14)
    speed = np.linalg.norm(result.group_velocities_m_s, axis=-1)
    np.testing.assert_allclose(result.mean_free_paths_m, speed * result.lifetimes_s, rtol=1e-13, atol=1e-18)
    assert not np.any(result.lifetimes_s[~there])


@pytest.mark.parametrize("by", ["mean_free_path", "frequency"])
def test_cumulative_reaches_the_whole(result: Conductivity, by: Any) -> None:
    at, kappa = result.cumulative(by)
    assert at.shape == (200,) and kappa.shape == (len(TEMPERATURES_K), 200, 3, 3)
    np.testing.assert_allclose(kappa[:, -1], result.kappa_W_mK, rtol=1e-12, atol=1e-12)
    diagonal = np.diagonal(kappa, axis1=-2, axis2=-1)
    assert np.all(np.diff(diagonal, axis=1) >= 0.0)
    assert np.all(diagonal[:, 0] < 0.5 * diagonal[:, -1])


def test_cumulative_counts_the_modes_below(result: Conductivity) -> None:
    half = float(np.median(result.frequencies_THz))
    below = result.mode_kappa_W_mK * (result.frequencies_THz <= half)[:, :, None, None]
    _, kappa = result.cumulative("frequency", [half, 0.0, 1e3])
    np.testing.assert_allclose(kappa[:, 0], below.sum(axis=(1, 2)), rtol=1e-12, atol=1e-12)
    assert np.all(kappa[:, 1] == 0.0)
    np.testing.assert_allclose(kappa[:, 2], result.kappa_W_mK, rtol=1e-12, atol=1e-12)
    with pytest.raises(InputError, match="by is 'energy'"):
        result.cumulative("energy")  # type: ignore[arg-type]


def test_table_has_a_row_a_mode(with_isotopes: Conductivity) -> None:
    table = with_isotopes.to_dataframe()
    assert len(table) == with_isotopes.linewidths_THz.size
    hot = table[table["temperature_K"] == 300.0]
    assert hot["kappa_zz_W_mK"].sum() == pytest.approx(with_isotopes.kappa_W_mK[1, 2, 2], rel=1e-12)
    np.testing.assert_allclose(table["linewidth_THz"], table["three_phonon_THz"] + table["isotope_THz"], rtol=1e-14)
    assert "boundary_THz" not in table
    row = hot[(hot["band"] == 4) & (hot["weight"] == hot["weight"].max())].iloc[0]
    speed = np.linalg.norm([row["vx_m_s"], row["vy_m_s"], row["vz_m_s"]])
    assert row["mean_free_path_m"] == pytest.approx(speed * row["lifetime_s"], rel=1e-12)


def test_card(result: Conductivity) -> None:
    lines = result.card().splitlines()
    assert lines[0] == "AlNi, RTA, mesh 5x5x4, tetrahedra; three phonons"
    assert len(lines) == 1 + len(TEMPERATURES_K) and f"{result.kappa_W_mK[1, 2, 2]:.4g}" in lines[2]
    assert repr(result).startswith("<Conductivity AlNi") and "\n" not in repr(result)


def test_file_is_that_of_phono3py(
    crystal: Any, with_isotopes: Conductivity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, shapes, kinds and units, but for what finechem adds."""
    h5py: Any = import_module("h5py")
    monkeypatch.chdir(tmp_path)
    peer = copy.copy(crystal)
    peer.mesh_numbers = with_isotopes.mesh
    peer.init_phph_interaction(average_degenerate_weights=True)
    peer.run_thermal_conductivity(temperatures=TEMPERATURES_K, is_isotope=True, write_kappa=True)
    with_isotopes.write_hdf5("ours.hdf5")
    with h5py.File("kappa-m554.hdf5") as theirs, h5py.File("ours.hdf5") as ours:
        assert set(ours) - set(theirs) == {"kappa_coherence"} and not set(theirs) - set(ours)
        for name in theirs:
            assert ours[name].shape == theirs[name].shape, name
            if name not in ("version", "kappa", "mode_kappa", "gamma_isotope"):  # isotopes: ties, see their tests
                expected = theirs[name][()]
                scale = 1e-8 * np.max(np.abs(expected))
                np.testing.assert_allclose(ours[name][()], expected, rtol=1e-6, atol=scale, err_msg=name)


def test_phono3pys_tools_read_the_file(
    crystal: Any,
    with_isotopes: Conductivity,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from phono3py.cui.kaccum_script import KaccumMockArgs
    from phono3py.cui.kaccum_script import main as kaccum
    from phono3py.cui.kdeplot_script import KdeplotMockArgs
    from phono3py.cui.kdeplot_script import main as kdeplot

    monkeypatch.chdir(tmp_path)
    crystal.save("phono3py.yaml")
    with_isotopes.write_hdf5("kappa.hdf5")
    kaccum(args=KaccumMockArgs(filenames=["kappa.hdf5"], temperature=300.0, num_sampling_points=20))
    last = [line.split() for line in capsys.readouterr().out.splitlines() if line and line[0] != "#"][-1]
    assert float(last[3]) == pytest.approx(with_isotopes.kappa_W_mK[1, 2, 2], rel=1e-3)
    kdeplot(args=KdeplotMockArgs(filenames=["kappa.hdf5"], nbins=20, no_points=True))
    assert (tmp_path / "lifetime.png").stat().st_size > 1000
