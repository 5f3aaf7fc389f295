"""Crystals from files: CIF, POSCAR and extended XYZ, with the user's own data beside them.

A file that cannot become a crystal becomes a `Rejected` that names file and cause; nothing stops. Only text formats
with a parser of their own are read: nothing is unpickled, evaluated or fetched.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from finechem.errors import FinechemError, ReadError, did_you_mean, one_line
from finechem.matter.beside import TABLE, known_beside, table_rows, with_user_data
from finechem.matter.crystal import Crystal
from finechem.screening.model import Rejected

__all__ = ["merge_duplicates", "read_crystals", "same_crystal"]

_FORMATS = {
    ".cif": "cif", ".vasp": "vasp", ".poscar": "vasp", ".contcar": "vasp", ".extxyz": "extxyz", ".xyz": "extxyz",
}  # fmt: skip
#: What may lie beside a POSCAR under its name, and is no structure.
_OTHER_KINDS = (".json", ".csv", ".txt", ".md", ".pkl", ".traj", ".gz", ".bz2", ".xz", ".zip", ".bak", ".png", ".py")
_LARGEST_FILE = 20_000_000


def read_crystals(paths: Iterable[Path | str]) -> Iterator[Crystal | Rejected]:
    """Read crystals from files and folders.

    Parameters
    ----------
    paths : iterable of path
        A folder is read in name order, without descending; files of other kinds in it are passed over. A structure
        file may have ``NAME.json`` beside it, and a folder ``properties.csv`` with a column ``file``. Both may give
        ``C11_GPa`` and the like (only the constants independent in the crystal class), the quantities of
        `finechem.matter.beside.QUANTITIES`, their ``..._uncertainty`` and ``source``; the JSON also ``stiffness_GPa``
        (6x6). A row of the table that names no file there is reported.

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
    kinds = f"{', '.join(sorted(_FORMATS))}, POSCAR, CONTCAR"
    name = one_line(path.name or str(path))
    try:
        if path.is_dir():
            files = sorted(file for file in path.iterdir() if file.is_file())
            found = [file for file in files if _format_of(file)]
            yield from found
            if not found:
                yield Rejected(name, one_line(f"{path}: no structure file in this folder ({kinds})"))
            yield from _orphans(path, files)
        elif not path.exists():
            yield Rejected(name, one_line(f"{path}: no such file or folder"))
        elif not (path.is_file() and _format_of(path)):
            yield Rejected(name, one_line(f"{path}: not a kind of file finechem reads ({kinds})"))
        else:
            yield path
    except (OSError, ValueError) as error:  # no permission, a name the system cannot take
        yield Rejected(name, one_line(f"{path}: cannot be read ({error})"))


def _orphans(folder: Path, files: Iterable[Path]) -> Iterator[Rejected]:
    """Yield what a folder's table says of files that are not there: most likely misprints."""
    if not (folder / TABLE).is_file():
        return
    names = {name for file in files if _format_of(file) for name in (file.name, file.stem)}
    try:
        rows = table_rows(folder / TABLE)
    except (FinechemError, OSError):
        return  # each structure file says so already
    for row in rows:
        if row["file"] not in names:
            why = f"names {row['file']!r}, which is not in this folder{did_you_mean(row['file'], names)}"
            yield Rejected(one_line(row["file"] or TABLE), one_line(f"{folder / TABLE}: {why}"))


def _format_of(path: Path) -> str | None:
    """Return the format by the ending, or vasp for POSCAR, POSCAR_AlN, CONTCAR.relaxed and the like."""
    ending = path.suffix.lower()
    if ending in _FORMATS or ending in _OTHER_KINDS:
        return _FORMATS.get(ending)
    return "vasp" if path.name.upper().startswith(("POSCAR", "CONTCAR")) else None


def _plain_name(path: Path) -> str:
    """Return the id of a file's first structure: its name without a structure ending, printable."""
    return one_line(path.stem if path.suffix.lower() in _FORMATS else path.name)


def _read_file(path: Path) -> Iterator[Crystal | Rejected]:
    name = _plain_name(path)
    try:
        known = known_beside(path)
        structures = _parse(path)
    except (FinechemError, OSError) as error:
        yield Rejected(name, one_line(str(error)))
        return
    for index, structure in enumerate(structures):
        own = name if index == 0 else f"{name}#{index + 1}"
        try:
            crystal = Crystal.from_structure(own, structure, source=one_line(path.name))
            yield with_user_data(crystal, known)
        except FinechemError as error:
            yield Rejected(own, one_line(f"{path}: {error}"))
        except Exception as error:  # whatever a library says of a hopeless structure belongs to this file alone
            yield Rejected(own, one_line(f"{path}: {type(error).__name__}: {error}"))


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
                f"{path}: cannot be read as {kind}: {one_line(str(error) or type(error).__name__)}"
            ) from error
    if not structures:
        raise ReadError(f"{path}: holds no structure")
    return structures


def _parse_cif(text: str) -> list[Any]:
    from pymatgen.io.cif import CifParser

    return list(CifParser.from_str(text, occupancy_tolerance=1.0).parse_structures(primitive=False, on_error="raise"))


def _parse_poscar(text: str) -> list[Any]:
    from pymatgen.io.vasp.inputs import BadPoscarWarning, Poscar

    with warnings.catch_warnings():
        warnings.simplefilter("error", BadPoscarWarning)  # it stands for made-up elements: H, He, Li ...
        try:
            return [Poscar.from_str(text, read_velocities=False).structure]
        except BadPoscarWarning:
            raise ReadError("the line with the element symbols is missing (VASP 4); add it above the counts") from None


def _parse_extxyz(text: str) -> list[Any]:
    import io

    from ase.io.extxyz import read_xyz

    return list(read_xyz(io.StringIO(text), index=slice(None)))


_PARSERS = {"cif": _parse_cif, "vasp": _parse_poscar, "extxyz": _parse_extxyz}
