"""Molecules from files: SMILES lists, CSV tables and SDF. Nothing is evaluated or fetched."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from finechem.errors import ReadError, did_you_mean, one_line
from finechem.screening.model import Rejected

__all__ = ["MOLECULE_FORMATS", "MoleculeEntry", "read_molecule_entries"]

MOLECULE_FORMATS = (".smi", ".smiles", ".csv", ".sdf")
_LARGEST_FILE = 50_000_000
_LONGEST_CELL = 5000


@dataclass(frozen=True, slots=True)
class MoleculeEntry:
    """A molecule as a file has it: name, SMILES as written, the other columns or fields, and where it stands."""

    name: str
    smiles: str
    values: Mapping[str, str] = field(default_factory=dict)
    place: str = ""


def read_molecule_entries(paths: Iterable[Path | str]) -> Iterator[MoleculeEntry | Rejected]:
    """Read molecules from files and folders.

    Parameters
    ----------
    paths : iterable of path
        ``.smi``: a SMILES and a name a line; ``.csv``: columns ``smiles`` and ``name`` (or ``id``), in any case,
        between commas, semicolons or tabs; others are passed on; ``.sdf``: title and fields. A folder is read in
        name order.

    Yields
    ------
    MoleculeEntry or Rejected
        A file that cannot be read is one `Rejected`; a SMILES is not judged here.
    """
    for given in paths:
        for file in _files(Path(given)):
            if isinstance(file, Rejected):
                yield file
                continue
            try:
                yield from _entries(file)
            except (ReadError, OSError) as error:
                yield Rejected(one_line(file.name), one_line(str(error)))


def _files(path: Path) -> list[Path | Rejected]:
    name = one_line(path.name or str(path))
    kinds = ", ".join(MOLECULE_FORMATS)
    try:
        if path.is_dir():
            found = sorted(
                file for file in path.iterdir() if file.suffix.lower() in MOLECULE_FORMATS and file.is_file()
            )
            return [*found] or [Rejected(name, one_line(f"{path}: no file of molecules in this folder ({kinds})"))]
        if not path.exists():
            return [Rejected(name, one_line(f"{path}: no such file or folder"))]
    except (OSError, ValueError) as error:
        return [Rejected(name, one_line(f"{path}: cannot be read ({error})"))]
    if path.suffix.lower() not in MOLECULE_FORMATS:
        return [Rejected(name, one_line(f"{path}: not a kind of file that holds molecules ({kinds})"))]
    return [path]


def _entries(path: Path) -> list[MoleculeEntry]:
    if path.stat().st_size > _LARGEST_FILE:
        raise ReadError(f"{path}: larger than {_LARGEST_FILE / 1e6:.0f} MB")
    data = path.read_bytes()
    if path.suffix.lower() == ".sdf":
        return _from_sdf(path, data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError(f"{path}: not a text file in UTF-8") from None
    return _from_csv(path, text) if path.suffix.lower() == ".csv" else _from_smiles(path, text)


def _from_smiles(path: Path, text: str) -> list[MoleculeEntry]:
    entries = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split(maxsplit=1)
        if words and not words[0].startswith("#"):
            name = one_line(words[1]) if len(words) > 1 else f"{path.stem}#{number}"
            entries.append(MoleculeEntry(name, words[0], {}, f"{path.name}, line {number}"))
    if not entries:
        raise ReadError(f"{path}: holds no molecule")
    return entries


def _from_csv(path: Path, text: str) -> list[MoleculeEntry]:
    try:
        first = text.split("\n", 1)[0]
        mark = next((mark for mark in (";", "\t") if mark in first and "," not in first), ",")
        reader = csv.DictReader(io.StringIO(text), restkey="", restval="", delimiter=mark)
        header = [_column(name or "") for name in reader.fieldnames or ()]
        if "smiles" not in header:
            raise ReadError(f"{path}: needs a column 'smiles'{did_you_mean('smiles', header) if header else ''}")
        reader.fieldnames = header
        rows = [{key: (value or "").strip() for key, value in row.items() if key} for row in reader]
    except csv.Error as error:
        raise ReadError(f"{path}: not a CSV table ({error})") from error
    entries = []
    for number, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        name = one_line(row.get("name") or row.get("id") or f"{path.stem}#{number}")
        rest = {
            key: value[:_LONGEST_CELL] for key, value in row.items() if key not in ("smiles", "name", "id") and value
        }
        entries.append(MoleculeEntry(name, row["smiles"], rest, f"{path.name}, row {number}"))
    if not entries:
        raise ReadError(f"{path}: the table has no rows")
    return entries


def _column(name: str) -> str:
    """Return the name of a column; those that mean something here in any case of letters."""
    plain = name.strip()
    return plain.lower() if plain.lower() in ("smiles", "name", "id", "package", "loading_wt_percent") else plain


def _from_sdf(path: Path, data: bytes) -> list[MoleculeEntry]:
    from rdkit import Chem, rdBase

    entries = []
    with rdBase.BlockLogs():
        supplier: Iterable[Any] = Chem.ForwardSDMolSupplier(io.BytesIO(data))
        for number, molecule in enumerate(supplier, start=1):
            place = f"{path.name}, molecule {number}"
            if molecule is None:
                entries.append(MoleculeEntry(f"{path.stem}#{number}", "", {}, place))  # judged with the others: empty
                continue
            title = one_line(molecule.GetProp("_Name")) if molecule.HasProp("_Name") else ""
            values = {name: one_line(str(value)) for name, value in molecule.GetPropsAsDict().items()}
            entries.append(MoleculeEntry(title or f"{path.stem}#{number}", Chem.MolToSmiles(molecule), values, place))
    if not entries:
        raise ReadError(f"{path}: holds no molecule")
    return entries
