"""``finechem nitride generate``: files that the screen reads."""

from __future__ import annotations

from pathlib import Path

from finechem.matter.crystal import Crystal
from finechem.thermal.nitrides import read_nitrides
from tests.cli.conftest import Invoke


def test_generated_candidates_are_read_back(invoke: Invoke, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    text = invoke("nitride", "generate", "MN", folder, "--elements", "M=Al,Sc,Be").stdout
    assert "8 candidates of 2 compositions" in text and "nothing is relaxed" in text
    crystals = read_nitrides([folder])
    assert len(crystals) == 8 and all(isinstance(item, Crystal) for item in crystals)
    wurtzite = next(item for item in crystals if item.id.startswith("AlN_wurtzite"))
    assert isinstance(wurtzite, Crystal) and wurtzite.space_group_number == 186


def test_mistakes(invoke: Invoke, tmp_path: Path) -> None:
    for wrong, said in ((("ABN9",), "no structure type"), (("MN", "--elements", "M:Al"), "expected a role")):
        result = invoke("nitride", "generate", wrong[0], tmp_path / "x", *wrong[1:])
        assert result.exit_code == 2 and said in result.stderr
