"""Crystals from files: CIF, POSCAR and extended XYZ, with the user's own data beside them.

A file that cannot become a crystal becomes a `Rejected` that names file and cause; nothing stops. Only text formats
with a parser of their own are read: nothing is unpickled, evaluated or fetched.
"""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from finechem.errors import FinechemError, InputError, ReadError, did_you_mean
from finechem.matter.crystal import Crystal, Elasticity, Fact
from finechem.matter.stiffness import stiffness_matrix
from finechem.screening.model import Rejected

__all__ = ["QUANTITIES", "merge_duplicates", "read_crystals"]

#: What a user may say about a crystal beside its structure; the name carries the unit.
QUANTITIES = (
    "thermal_conductivity_W_mK",
    "band_gap_eV",
    "resistivity_ohm_m",
    "thermal_expansion_1e-6_K",
    "gruneisen",
)
_FORMATS = {
    ".cif": "cif", ".vasp": "vasp", ".poscar": "vasp", ".contcar": "vasp", ".extxyz": "extxyz", ".xyz": "extxyz",
}  # fmt: skip
_LARGEST_FILE = 20_000_000
_TABLE = "properties.csv"


def read_crystals(paths: Iterable[Path | str]) -> Iterator[Crystal | Rejected]:
    """Read crystals from files and folders.

    Parameters
    ----------
    paths : iterable of path
        A folder is read in name order, without descending; files of other kinds in it are passed over. A structure
        file may have ``NAME.json`` beside it, and a folder ``properties.csv`` with a column ``file``. Both may give
        ``C11_GPa`` and the like (only the constants independent in the crystal class), a `QUANTITIES` entry, its
        ``..._uncertainty`` and ``source``; the JSON also ``stiffness_GPa`` (6x6).

    Yields
    ------
    Crystal or Rejected
        Ids are file names without ending (``name#2`` for the second frame of a file, ``name~2`` for a second file
        of that name).
    """
    used: set[str] = set()
    for given in paths:
        path = Path(given)
        for file in _files(path):
            if isinstance(file, Rejected):
                yield replace(file, id=_unused(file.id, used))
                continue
            for item in _read_file(file):
                yield replace(item, id=_unused(item.id, used))


def merge_duplicates(items: Iterable[Crystal | Rejected]) -> list[Crystal | Rejected]:
    """Fold equal crystals of one composition together; the others' ids become aliases.

    Equal is what pymatgen's `StructureMatcher` says within 5 % of the volume per atom. Two that carry *different*
    data of their own stay apart; of two, the one with data stays.
    """
    kept: list[Crystal | Rejected] = []
    by_formula: dict[str, list[int]] = {}
    for item in items:
        if isinstance(item, Rejected):
            kept.append(item)
            continue
        for index in by_formula.get(item.formula, []):
            first = kept[index]
            assert isinstance(first, Crystal)
            if _same_data(first, item) and same_crystal(first, item):
                speaker, other = (first, item) if _has_data(first) or not _has_data(item) else (item, first)
                kept[index] = replace(speaker, aliases=(*speaker.aliases, other.id, *other.aliases))
                break
        else:
            by_formula.setdefault(item.formula, []).append(len(kept))
            kept.append(item)
    return kept


def same_crystal(a: Crystal, b: Crystal, volume_tolerance: float = 0.05) -> bool:
    """Return whether two crystals are the same phase: same formula, volume within tolerance, matching structure."""
    from pymatgen.analysis.structure_matcher import StructureMatcher

    if a.formula != b.formula or abs(a.volume_per_atom_m3 / b.volume_per_atom_m3 - 1) > volume_tolerance:
        return False
    return bool(StructureMatcher().fit(a.to_structure(), b.to_structure()))


def _has_data(crystal: Crystal) -> bool:
    return crystal.elasticity is not None or bool(crystal.facts)


def _same_data(a: Crystal, b: Crystal) -> bool:
    if not (_has_data(a) and _has_data(b)):
        return True
    return a.elasticity == b.elasticity and a.facts == b.facts


def _unused(name: str, used: set[str]) -> str:
    candidate, count = name, 1
    while candidate in used:
        count += 1
        candidate = f"{name}~{count}"
    used.add(candidate)
    return candidate


def _files(path: Path) -> Iterator[Path | Rejected]:
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.is_file() and _format_of(file))
        if not found:
            endings = ", ".join(sorted(_FORMATS))
            yield Rejected(path.name, f"{path}: no structure file in this folder ({endings}, POSCAR, CONTCAR)")
        yield from found
    elif not path.exists():
        yield Rejected(path.name or str(path), f"{path}: no such file or folder")
    elif not _format_of(path):
        endings = ", ".join(sorted(_FORMATS))
        yield Rejected(path.name, f"{path}: not a kind of file finechem reads ({endings}, POSCAR, CONTCAR)")
    else:
        yield path


def _format_of(path: Path) -> str | None:
    if path.name.upper().startswith(("POSCAR", "CONTCAR")):
        return "vasp"
    return _FORMATS.get(path.suffix.lower())


def _read_file(path: Path) -> Iterator[Crystal | Rejected]:
    name = path.name if path.name.upper() in ("POSCAR", "CONTCAR") else path.stem
    try:
        known = _beside(path)
        structures = _parse(path)
    except (FinechemError, OSError) as error:
        yield Rejected(name, _one_line(str(error)))
        return
    for index, structure in enumerate(structures):
        own = name if index == 0 else f"{name}#{index + 1}"
        try:
            crystal = Crystal.from_structure(own, structure, source=path.name)
            yield with_user_data(crystal, known, str(path))
        except FinechemError as error:
            yield Rejected(own, _one_line(f"{path}: {error}"))
        except Exception as error:  # whatever a library says of a hopeless structure belongs to this file alone
            yield Rejected(own, _one_line(f"{path}: {type(error).__name__}: {error}"))


def _parse(path: Path) -> list[Any]:
    if path.stat().st_size > _LARGEST_FILE:
        raise ReadError(f"{path}: larger than {_LARGEST_FILE / 1e6:.0f} MB, surely no crystal structure")
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise ReadError(f"{path}: not a text file") from None
    if not text.strip():
        raise ReadError(f"{path}: the file is empty")
    kind = _format_of(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            structures = _PARSERS[str(kind)](text)
        except Exception as error:
            raise ReadError(
                f"{path}: cannot be read as {kind}: {_one_line(str(error) or type(error).__name__)}"
            ) from error
    if not structures:
        raise ReadError(f"{path}: holds no structure")
    return structures


def _parse_cif(text: str) -> list[Any]:
    from pymatgen.io.cif import CifParser

    return list(CifParser.from_str(text, occupancy_tolerance=1.0).parse_structures(primitive=False, on_error="raise"))


def _parse_poscar(text: str) -> list[Any]:
    from pymatgen.io.vasp import Poscar

    return [Poscar.from_str(text, read_velocities=False).structure]


def _parse_extxyz(text: str) -> list[Any]:
    import io

    from ase.io.extxyz import read_xyz

    return list(read_xyz(io.StringIO(text), index=slice(None)))


_PARSERS = {"cif": _parse_cif, "vasp": _parse_poscar, "extxyz": _parse_extxyz}


def _beside(path: Path) -> dict[str, Any]:
    known: dict[str, Any] = {}
    table = path.parent / _TABLE
    if table.is_file():
        with table.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if (row.get("file") or "").strip() in (path.name, path.stem):
                    known |= {key: value for key, value in row.items() if key != "file" and key and value}
    sidecar = path.with_suffix(".json")
    if sidecar.is_file():
        try:
            loaded = json.loads(sidecar.read_text("utf-8"))
        except ValueError as error:
            raise ReadError(f"{sidecar}: not valid JSON ({error})") from error
        if not isinstance(loaded, dict):
            raise ReadError(f"{sidecar}: expected a JSON object, found a {type(loaded).__name__}")
        known |= loaded
    return known


def with_user_data(crystal: Crystal, known: Mapping[str, Any], where: str) -> Crystal:
    """Return the crystal with the elastic constants and facts a user gave beside its file.

    Raises
    ------
    InputError
        For unknown names (with the nearest known one), values that are no numbers, or an incomplete tensor.
    """
    constants = {key[:3]: value for key, value in known.items() if key.startswith("C") and key.endswith("_GPa")}
    allowed = {*QUANTITIES, *(f"{name}_uncertainty" for name in QUANTITIES), "source", "stiffness_GPa"}
    for key in known:
        if key not in allowed and not (key.startswith("C") and key.endswith("_GPa")):
            raise InputError(f"{where}: unknown property {key!r} beside it{did_you_mean(key, allowed)}")
    source = str(known.get("source", "user"))
    elasticity = crystal.elasticity
    if "stiffness_GPa" in known:
        elasticity = Elasticity.from_matrix(_numbers(known["stiffness_GPa"], "stiffness_GPa"), "user", source)
    elif constants:
        plain = {name: _number(value, f"{name}_GPa") for name, value in constants.items()}
        matrix = stiffness_matrix(plain, crystal.space_group_number)
        elasticity = Elasticity.from_matrix(matrix, "user", source)
    facts = [
        Fact(
            name,
            _number(known[name], name),
            _number(known[f"{name}_uncertainty"], f"{name}_uncertainty") if f"{name}_uncertainty" in known else None,
            source=source,
            temperature_K=300.0,
        )
        for name in QUANTITIES
        if name in known
    ]
    return replace(crystal, elasticity=elasticity, facts=(*facts, *crystal.facts))


def _number(value: Any, name: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(f"{name} is {value!r}, expected a number") from None
    if not np.isfinite(number):
        raise InputError(f"{name} is {number}, expected a finite number")
    return number


def _numbers(value: Any, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name} is no matrix of numbers") from None


def _one_line(text: str) -> str:
    return " ".join(text.split())[:400]
