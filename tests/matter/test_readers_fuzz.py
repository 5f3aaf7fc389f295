"""Whatever a file holds, reading it ends in crystals or in one-line reasons that name it: never in an exception."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finechem.matter import Crystal, merge_duplicates, read_crystals

from .crystals import ALN_CIF, ALN_EXTXYZ, ALN_POSCAR

TEXTS = {"a.cif": ALN_CIF, "a.vasp": ALN_POSCAR, "a.extxyz": ALN_EXTXYZ}
FORMATS = sorted(TEXTS)
#: What misprints, other programs and bad luck put into a field.
ODD = [
    "nan",
    "inf",
    "-1",
    "0",
    "1e9",
    "1e-9",
    "?",
    ".",
    "",
    "Xx",
    "D",
    "H",
    "Al3+",
    "x,y,z",
    "'",
    '"',
    "1.0(3)",
    "½",
    "99999",
]
modest = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def outcomes(path: Path) -> None:
    items = list(read_crystals([path]))
    assert items
    for item in items:
        if isinstance(item, Crystal):
            assert item.density_kg_m3 > 0 and item.fingerprint() and json.dumps(item.to_dict(), allow_nan=False)
        else:
            assert item.reason.isprintable() and str(path) in item.reason
    merge_duplicates(items)


@modest
@given(name=st.sampled_from(FORMATS), content=st.binary(max_size=300))
def test_random_bytes(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    outcomes(tmp_path / name)


@modest
@given(name=st.sampled_from(FORMATS), content=st.text(max_size=300))
def test_random_text(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, "utf-8", errors="replace")
    outcomes(tmp_path / name)


def mutated(text: str, chance: random.Random) -> str:
    """Return text with one to three words or lines replaced, dropped, doubled or swapped."""
    for _ in range(chance.randint(1, 3)):
        separator = chance.choice(["\n", " "])
        parts = text.split(separator)
        at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
        deed = chance.choice(["replace", "replace", "drop", "double", "swap", "cut"])
        if deed == "replace":
            parts[at] = chance.choice(ODD)
        elif deed == "drop":
            del parts[at]
        elif deed == "double":
            parts.insert(at, parts[other])
        elif deed == "swap":
            parts[at], parts[other] = parts[other], parts[at]
        else:
            parts = parts[: at + 1]
        text = separator.join(parts)
    return text


@pytest.mark.parametrize("name", FORMATS)
@modest
@given(seed=st.integers(0, 2**32 - 1))
def test_mutated_files(name: str, seed: int, tmp_path: Path) -> None:
    (tmp_path / name).write_text(mutated(TEXTS[name], random.Random(seed)), "utf-8")
    outcomes(tmp_path / name)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["C11_GPa", "C12_GPa", "stiffness_GPa", "band_gap_eV", "gruneisen", "source", "gruneisen_uncertainty"]
)


@modest
@given(beside=st.dictionaries(names | st.text(max_size=10), json_values, max_size=4) | json_values)
def test_random_json_beside(beside: object, tmp_path: Path) -> None:
    (tmp_path / "a.cif").write_text(ALN_CIF)
    (tmp_path / "a.json").write_text(json.dumps(beside), "utf-8", errors="replace")
    for item in read_crystals([tmp_path]):
        assert isinstance(item, Crystal) or (item.reason.isprintable() and str(tmp_path) in item.reason)


@modest
@given(table=st.text(max_size=60) | st.binary(max_size=60) | st.text("file,a.c\n\"'", max_size=60))
def test_random_tables(table: str | bytes, tmp_path: Path) -> None:
    (tmp_path / "a.cif").write_text(ALN_CIF)
    content = table.encode("utf-8", "replace") if isinstance(table, str) else table
    (tmp_path / "properties.csv").write_bytes(content)
    for item in read_crystals([tmp_path]):
        assert isinstance(item, Crystal) or (item.reason.isprintable() and str(tmp_path) in item.reason)
