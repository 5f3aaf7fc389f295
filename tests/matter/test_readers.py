"""Files and folders in, crystals or reasons out."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from finechem.matter import Crystal, merge_duplicates, read_crystals, same_crystal
from finechem.matter import readers as module
from finechem.screening import Rejected

from .crystals import ALN_CIF, ALN_EXTXYZ, ALN_POSCAR, rocksalt


def read_one(path: Path) -> Crystal:
    (item,) = read_crystals([path])
    assert isinstance(item, Crystal), item
    return item


def reason_of(path: Path) -> str:
    (item,) = read_crystals([path])
    assert isinstance(item, Rejected), item
    assert str(path) in item.reason
    assert "\n" not in item.reason
    return item.reason


@pytest.mark.parametrize(
    ("name", "text", "id"),
    [
        ("AlN.cif", ALN_CIF, "AlN"),
        ("AlN.CIF", ALN_CIF, "AlN"),
        ("AlN.vasp", ALN_POSCAR, "AlN"),
        ("POSCAR", ALN_POSCAR, "POSCAR"),
        ("POSCAR.AlN", ALN_POSCAR, "POSCAR.AlN"),
        ("CONTCAR_relaxed", ALN_POSCAR, "CONTCAR_relaxed"),
        ("poscar.vasp", ALN_POSCAR, "poscar"),
        ("POSCAR.cif", ALN_CIF, "POSCAR"),
        ("AlN.v2.extxyz", ALN_EXTXYZ, "AlN.v2"),
        ("AlN.xyz", ALN_EXTXYZ, "AlN"),
    ],
)
def test_every_format_gives_the_same_crystal(name: str, text: str, id: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    crystal = read_one(tmp_path / name)
    assert (crystal.id, crystal.formula, crystal.space_group, crystal.source) == (id, "AlN", "P6_3mc", name)
    assert crystal.density_kg_m3 == pytest.approx(3259, abs=1)


def test_frames_are_numbered_and_a_bad_one_costs_only_itself(tmp_path: Path) -> None:
    broken = ALN_EXTXYZ.replace("Al 1.555985", "Al 0.100000").replace("0.89834833 2.490445", "1.79669667 0.0")
    (tmp_path / "run.extxyz").write_text(ALN_EXTXYZ + broken + ALN_EXTXYZ.replace("3.11197 0.0", "3.2 0.0"))
    first, second, third = read_crystals([tmp_path / "run.extxyz"])
    assert [item.id for item in (first, second, third)] == ["run", "run#2", "run#3"]
    assert isinstance(first, Crystal) and isinstance(third, Crystal)
    assert isinstance(second, Rejected) and "overlap" in second.reason


def test_a_cif_with_two_blocks_gives_two_crystals(tmp_path: Path) -> None:
    (tmp_path / "two.cif").write_text(ALN_CIF + ALN_CIF.replace("data_AlN", "data_other").replace("4.98089", "5.1"))
    assert [item.id for item in read_crystals([tmp_path / "two.cif"])] == ["two", "two#2"]


def test_same_name_twice_keeps_two_rows(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "AlN.cif").write_text(ALN_CIF)
    names = [item.id for item in read_crystals([tmp_path / "a", tmp_path / "b", tmp_path / "a" / "AlN.cif"])]
    assert names == ["AlN", "AlN~2", "AlN~3"]


def test_folders_are_read_in_name_order_and_other_files_passed_over(tmp_path: Path) -> None:
    for name in ("b.cif", "a.vasp", "notes.txt", "POSCAR.json", "readme.md"):
        (tmp_path / name).write_text(ALN_POSCAR if name == "a.vasp" else ALN_CIF)
    (tmp_path / "sub.cif").mkdir()
    assert [item.id for item in read_crystals([tmp_path])] == ["a", "b"]


CASES = [
    ("empty.cif", b"", "the file is empty"),
    ("blank.vasp", b" \n\n", "the file is empty"),
    ("binary.cif", bytes(range(256)), "not a text file"),
    ("prose.cif", b"Dear colleague,\nplease find attached", "cannot be read as cif"),
    ("prose.vasp", b"Dear colleague,\nplease find attached", "cannot be read as vasp"),
    ("prose.extxyz", b"Dear colleague,\nplease find attached", "cannot be read as extxyz"),
    ("huge.cif", ALN_CIF.replace("_a   3.11197", "_a   1e9").encode(), "cubic angstrom an atom"),
    ("nan.cif", ALN_CIF.replace("_a   3.11197", "_a   nan").encode(), "the cell has no volume"),
    ("nowhere.cif", ALN_CIF.replace("0.3869", "nan").encode(), "NaN"),
    ("half.cif", ALN_CIF.replace("0.0     1", "0.0     0.5").encode(), "partial occupancy"),
    ("vasp4.vasp", ALN_POSCAR.replace("Al N\n", "").encode(), "element symbols is missing"),
    ("ghost.cif", ALN_CIF.replace("Al1  Al", "Xx1  Xx").encode(), "Xx"),
    ("water.xyz", b"1\n\nO 0 0 0\n", "not periodic in three dimensions"),
]


@pytest.mark.parametrize(("name", "content", "message"), CASES)
def test_hopeless_files_are_named_with_their_cause(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert message in reason_of(tmp_path / name)


class Trap:
    """Writes a file when somebody unpickles it."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path(self.path),)


@pytest.mark.parametrize(
    "name", ["AlN.pkl", "AlN.traj", "AlN.json", "AlN.db", "AlN", "POSCAR.pkl", "AlN.py", "AlN.cif.gz"]
)
def test_nothing_is_unpickled_or_guessed(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(pickle.dumps(Trap(str(tmp_path / "sprung"))))
    assert "not a kind of file finechem reads" in reason_of(tmp_path / name)
    assert not (tmp_path / "sprung").exists()


def test_a_pickle_that_calls_itself_cif_stays_asleep(tmp_path: Path) -> None:
    for name in ("a.cif", "a.vasp", "a.extxyz"):
        (tmp_path / name).write_bytes(pickle.dumps(Trap(str(tmp_path / "sprung")), protocol=0))
        assert "cannot be read" in reason_of(tmp_path / name)
    assert not (tmp_path / "sprung").exists()


def test_larger_than_any_structure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.cif").write_text(ALN_CIF)
    monkeypatch.setattr(module, "_LARGEST_FILE", 100)
    assert "surely no crystal structure" in reason_of(tmp_path / "a.cif")


def test_missing_paths_and_empty_folders(tmp_path: Path) -> None:
    assert "no such file or folder" in reason_of(tmp_path / "nothing.cif")
    assert "no structure file in this folder" in reason_of(tmp_path)
    (item,) = read_crystals(["a\0b.cif"])
    assert isinstance(item, Rejected)


def test_names_that_no_terminal_can_show(tmp_path: Path) -> None:
    for name in ("red\x1b[31m.cif", "undecodable\udcff.cif"):
        (tmp_path / name).write_text(ALN_CIF)
    for item in read_crystals([tmp_path]):
        assert isinstance(item, Crystal)
        assert (item.id + item.source).isprintable()


def crystal(name: str, a: float = 4.244, **known: Any) -> Crystal:
    return Crystal.from_structure(name, rocksalt(a), **known)


def test_duplicates_become_aliases_of_the_one_with_data() -> None:
    from finechem.matter import Fact

    fact = (Fact("gruneisen", 1.9),)
    kept = merge_duplicates([crystal("a"), Rejected("x", "bad"), crystal("b", 4.25, facts=fact), crystal("c", 4.24)])
    merged, rejected = kept
    assert isinstance(merged, Crystal) and rejected == Rejected("x", "bad")
    assert (merged.id, merged.aliases, merged.facts) == ("b", ("a", "c"), fact)


def test_duplicates_with_other_data_or_another_volume_stay_apart() -> None:
    from finechem.matter import Fact

    items = [
        crystal("a", facts=(Fact("gruneisen", 1.9),)),
        crystal("b", facts=(Fact("gruneisen", 2.0),)),
        crystal("swollen", a=4.6, facts=(Fact("gruneisen", 1.9),)),
    ]
    assert [item.id for item in merge_duplicates(items)] == ["a", "b", "swollen"]


def test_polytypes_are_told_apart() -> None:
    from finechem.thermal.known import known_crystals

    by_id = {item.id: item for item in (*known_crystals("candidate"), *known_crystals("reference"))}
    for group in (
        ["AlN-wurtzite", "AlN-zincblende"],
        ["SiC-2H", "SiC-3C", "SiC-4H", "SiC-6H"],
        ["BN-cubic", "BN-wurtzite"],
    ):
        assert len(merge_duplicates([by_id[name] for name in group])) == len(group)
    assert not same_crystal(by_id["AlN-wurtzite"], by_id["GaN-wurtzite"])
