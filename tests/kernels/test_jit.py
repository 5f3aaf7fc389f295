"""The cache folder and the twins: what numba's own cache gets wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import finechem_kernels
from finechem_kernels import _jit

PACKAGE = Path(finechem_kernels.__file__).parent


def run_python(code: str, **variables: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("NUMBA_")}
    environment |= {"PYTHONPATH": str(PACKAGE.parent)} | variables
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_package_does_not_import_numba() -> None:
    assert run_python("import sys, finechem_kernels; print('numba' in sys.modules)") == "False"


@pytest.mark.parametrize("first", ["finechem_kernels._jit", "numba"])
def test_cache_folder_is_set_whoever_comes_first(first: str, tmp_path: Path) -> None:
    code = f"import {first}, finechem_kernels._jit, numba; print(numba.config.CACHE_DIR)"
    folder = Path(run_python(code, XDG_CACHE_HOME=str(tmp_path)))
    assert folder == tmp_path / "finechem" / "numba" / folder.name
    assert folder.is_dir()


def test_a_cache_folder_of_the_user_is_kept(tmp_path: Path) -> None:
    code = "import finechem_kernels._jit, numba; print(numba.config.CACHE_DIR)"
    assert run_python(code, NUMBA_CACHE_DIR=str(tmp_path)) == str(tmp_path)


def test_unwritable_cache_home_falls_back_to_a_private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("a file is no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    folder = _jit.cache_folder()
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rmdir()


def test_digest_tells_bounds_checks_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_BOUNDSCHECK", raising=False)
    plain = _jit.source_digest()
    monkeypatch.setenv("NUMBA_BOUNDSCHECK", "1")
    assert _jit.source_digest() != plain


def test_twins_do_not_share_a_cache_entry(tmp_path: Path) -> None:
    """numba keys its cache by name, line and signature: it would serve the serial twin for the parallel."""
    code = (
        "import numpy as np\n"
        "from finechem_kernels import christoffel\n"
        "for parallel in (False, True):\n"
        "    christoffel.christoffel_velocities(np.eye(6)[None], np.ones(1), np.eye(3), parallel=parallel)\n"
        "twins = christoffel._fill_velocities, christoffel._fill_velocities_parallel\n"
        "print([sum(twin.stats.cache_hits.values()) for twin in twins])"
    )
    assert run_python(code, XDG_CACHE_HOME=str(tmp_path)) == "[0, 0]"
    assert run_python(code, XDG_CACHE_HOME=str(tmp_path)) == "[1, 1]"


def test_compiled_code_is_found_by_its_type(tmp_path: Path) -> None:
    code = """if True:
        import numpy as np
        from finechem_kernels._jit import is_compiled
        from finechem_kernels.matrix_elements import _last_form
        from finechem_kernels.three_phonon import is_ready
        found = [is_ready("float32")]
        _last_form(np.ones((2, 1), dtype=np.float32), np.ones((2, 2), dtype=np.float32))
        found += [is_ready("float32"), is_ready("float64")]
        _last_form(np.ones((2, 1)), np.ones((2, 2)))
        print(*found, is_ready("float64"), is_compiled("matrix_elements._no_such", "float64"))"""
    assert run_python(code, XDG_CACHE_HOME=str(tmp_path)) == "False True False True False"
