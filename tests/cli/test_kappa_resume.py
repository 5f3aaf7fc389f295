"""Ctrl-C, then `kill -9`: each time the same command goes on, and the end is that of a calculation left alone."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from finechem.thermal.bte import lattice_conductivity, load
from tests.cli.crystal_folder import write_argon

MESH, POINTS = (17, 17, 17), 165
# a shell without job control makes its children deaf to Ctrl-C
LISTENING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "


def start(source: Path, cache: Path) -> subprocess.Popen[str]:
    words = ["kappa", str(source), "--cache", str(cache), "--workers", "1", "--json", "--mesh", *map(str, MESH)]
    code = f"{LISTENING}from finechem.cli import main; main({words})"
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(cache: Path) -> dict[Path, int]:
    """When each finished point was written."""
    return {path: path.stat().st_mtime_ns for path in cache.rglob("*.json")}


def stop(run: subprocess.Popen[str], cache: Path, number: int, points: int) -> tuple[int, str]:
    """Send a signal as soon as so many points are finished; return the exit code and what was said."""
    deadline = time.monotonic() + 120.0  # kernels may have to be compiled first
    while len(finished(cache)) < points and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    run.send_signal(number)
    _, said = run.communicate()
    return run.returncode, said


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_stopped_calculation_goes_on_where_it_was(tmp_path: Path) -> None:
    source, cache = write_argon(tmp_path), tmp_path / "cache"
    code, said = stop(start(source, cache), cache, signal.SIGINT, 1)
    stopped = finished(cache)
    assert code == 130 and "the same command goes on where it was" in said
    assert 0 < len(stopped) < POINTS

    code, _ = stop(start(source, cache), cache, signal.SIGKILL, len(stopped) + 1)
    killed = finished(cache)
    assert code == -signal.SIGKILL
    assert len(stopped) < len(killed) < POINTS
    assert stopped.items() <= killed.items()  # none was written again

    last = start(source, cache)
    printed, said = last.communicate()
    assert last.returncode == 0, said
    done = finished(cache)
    assert len(done) == POINTS and killed.items() <= done.items()
    alone = lattice_conductivity(load(source), MESH, workers=1)
    np.testing.assert_allclose(json.loads(printed)["kappa_W_mK"], alone.kappa_W_mK, rtol=1e-12, atol=1e-15)
