"""Tables that users write: what is shared by all readers of them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from finechem.errors import ReadError
from finechem.matter.tables import (
    header_mistakes,
    input_files,
    parse_json,
    plain_cell,
    read_table,
    tables_of,
    to_numbers,
    unique_ids,
)
from finechem.screening import Rejected


@dataclass(frozen=True)
class Named:
    id: str


def test_files_and_ids(tmp_path: Path) -> None:
    for name in ("b.csv", "a.toml", "c.txt"):
        (tmp_path / name).write_text("x", "utf-8")
    assert [file.name for file in input_files(tmp_path, "mix") if isinstance(file, Path)] == ["a.toml", "b.csv"]
    (nothing,) = input_files(tmp_path / "nowhere", "mix")
    assert isinstance(nothing, Rejected) and "no such file or folder" in nothing.reason
    (tmp_path / "empty").mkdir()
    (empty,) = input_files(tmp_path / "empty", "mix")
    assert isinstance(empty, Rejected) and "no mix in this folder" in empty.reason
    assert [item.id for item in unique_ids([Named("a"), Named("b"), Named("a")])] == ["a", "b", "a~2"]


def test_keys_and_rows(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    path.write_text("name = 'x'\nk = 1.0", "utf-8")
    document = read_table(path, "mix")
    assert document == {"name": "x", "k": 1.0}
    assert tables_of(path, {"mixs": [{"k": 1}, {"name": "y"}]}, "mix")[0][0] == "one#1"
    with pytest.raises(ReadError, match="'mixs' must be a list of mixs and stand alone"):
        tables_of(path, {"mixs": 3}, "mix")
    rows = tmp_path / "one.csv"
    rows.write_text("k;l\n1;2", "utf-8")
    assert read_table(rows, "mix") == [["k", "l"], ["1", "2"]]
    with pytest.raises(ReadError, match="not a kind of file that holds mixs"):
        read_table(tmp_path / "one.txt", "mix")


def test_cells_and_headers() -> None:
    assert [plain_cell(cell) for cell in (None, 2, " x ", " ")] == [None, 2, "x", None]
    assert header_mistakes(["k", "k", "kapa"], ["k", "kappa"], ["l"]) == [
        "row 1, column 3: unknown column 'kapa' (did you mean 'kappa'?)",
        "row 1: column 'k' comes twice",
        "row 1: column 'l' is missing",
    ]
    cells = {"k": "1.5", "l": "1,5", "m": True}
    assert to_numbers(4, cells, ["k", "l", "m"]) == [
        "row 4, column 'l': '1,5' is no number; use a decimal point",
        "row 4, column 'm': True is no number",
    ]
    assert cells["k"] == 1.5


def test_deep_nesting_is_no_crash_whatever_the_recursion_limit(tmp_path: Path) -> None:
    """A library raises the limit for the whole process; the C stack does not grow with it."""
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000, "utf-8")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        with pytest.raises(ReadError, match="nested more than 100 deep"):
            read_table(path, "recipe")
    finally:
        sys.setrecursionlimit(before)
    tricky = {"text": '[[[[ " {{ ' + "\\" + "[" * 200, "a": [[1]]}
    assert parse_json(json.dumps(tricky)) == tricky
