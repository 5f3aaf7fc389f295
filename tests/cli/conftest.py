"""One screen of the shipped nitrides, made by the command line and shared by the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from finechem.cli import main

Invoke = Callable[..., Result]


@pytest.fixture(scope="session")
def invoke(tmp_path_factory: pytest.TempPathFactory) -> Invoke:
    """Run ``finechem`` with these words in this process, with a cache folder of its own."""
    runner = CliRunner(env={"FINECHEM_CACHE": str(tmp_path_factory.mktemp("cache")), "COLUMNS": "160"})

    def run(*words: object) -> Result:
        result = runner.invoke(main, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture(scope="session")
def nitride_run(invoke: Invoke, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished run; tests only read it."""
    runs = tmp_path_factory.mktemp("runs")
    result = invoke("screen", "nitrides", "--runs", runs, "--run", "shared")
    assert result.exit_code == 0, result.output
    return runs / "shared"
