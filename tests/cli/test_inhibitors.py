"""``finechem screen inhibitors``: bad molecules keep their rows, the dear stage runs in processes of its own."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Invoke

LINES = """name,smiles
heavy phenol,CCCCCCCCCCCCCCCCCCc1ccc(O)cc1
thioether,CCCCCCCCCCCCSCCCCCCCCCCCC
light phenol,Oc1ccccc1
wax,CCCCCCCCCCCCCCCCCCCCCCCC
charged,CC[N+](C)(C)C
nonsense,C1CC
"""


def test_screen(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(LINES, "utf-8")
    words = (
        "screen",
        "inhibitors",
        tmp_path / "mine.csv",
        "--runs",
        tmp_path / "runs",
        "--passes",
        1,
        "--film-um",
        300,
    )
    result = invoke(*words, "--json", "--storage-h", 1)
    rows = {row["id"]: row for row in json.loads(result.stdout)}
    assert result.exit_code == 0
    assert rows["charged"]["status"] == rows["nonsense"]["status"] == "failed"
    assert "charged (+1)" in rows["charged"]["reason"]
    assert rows["light phenol"]["status"] == rows["wax"]["status"] == "filtered"
    assert "active groups" in rows["wax"]["reason"] and "retention" in rows["light phenol"]["reason"]
    assert {rows[name]["rank"] for name in ("heavy phenol", "thioether")} == {1, 2}
    strength = next(key for key in rows["thioether"] if key.startswith("weakest_reactive_X-H_bond [kJ/mol"))
    assert rows["thioether"][strength] is None
    assert 340 < rows["heavy phenol"][strength] < 390


def test_wrong_conditions_end_with_exit_code_two(invoke: Invoke) -> None:
    result = invoke("screen", "inhibitors", "--peak-C", 400, "--matrix-hansen", "1/2")
    assert result.exit_code == 2
    assert "peak_C=400" in result.stderr and "matrix_hansen='1/2'" in result.stderr
