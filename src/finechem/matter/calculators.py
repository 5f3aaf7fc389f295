"""Interatomic potentials by name: where energies, forces and stresses of a crystal come from."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.errors import DomainError, InputError, MissingExtraError, ReadError, did_you_mean, one_line
from finechem.screening.cache import Cache
from finechem.screening.canonical import content_hash

__all__ = ["DEFAULT_POTENTIAL", "POTENTIALS", "Evaluation", "Potential", "calculator", "evaluate", "fastest_potential"]

FloatArray: TypeAlias = NDArray[np.float64]

#: Taken where none is named: it ships in a wheel, and its errors were measured.
DEFAULT_POTENTIAL = "7net-0"
#: Names that `calculator` knows.
POTENTIALS = ("7net-0", "7net-l3i5", "chgnet", "nep:PATH")
#: The checkpoints inside the wheel of sevenn.
_SEVENNET = {
    "7net-0": "pretrained_potentials/SevenNet_0__11Jul2024/checkpoint_sevennet_0.pth",
    "7net-l3i5": "pretrained_potentials/SevenNet_l3i5/checkpoint_l3i5.pth",
}
#: Calculators of named potentials by fingerprint: workers get a potential anew with every crystal.
_LOADED: dict[str, Any] = {}
#: Forces are found again for positions that agree to this, in angstrom: a read file differs in its last digits.
_SAME_ANGSTROM = 1e-9


@dataclass(frozen=True)
class Potential:
    """An interatomic potential, loaded when it is first used.

    Attributes
    ----------
    name : str
        As `calculator` was asked for it.
    fingerprint : str
        Name, version of the package and hash of the parameters or of the checkpoint; empty where they are not known:
        nothing of such a potential is kept in a cache.
    description : str
        The same in words, for reports.
    checkpoint : str
        The hash of the file of parameters alone; empty where there is none.
    """

    name: str
    fingerprint: str
    description: str
    spec: Any = field(repr=False, compare=False)
    make: Callable[[], Any] = field(repr=False, compare=False)
    checkpoint: str = ""

    @cached_property
    def ase(self) -> Any:
        """The ase calculator; loading a checkpoint takes seconds, once a process."""
        if not isinstance(self.spec, str):
            return self.make()
        if self.fingerprint not in _LOADED:
            with warnings.catch_warnings(), redirect_stdout(StringIO()):  # chgnet prints where it runs
                warnings.simplefilter("ignore")  # of accelerators that are not there
                _LOADED[self.fingerprint] = self.make()
        return _LOADED[self.fingerprint]

    def __reduce__(self) -> tuple[Any, ...]:
        return calculator, (self.spec, self.fingerprint if not isinstance(self.spec, str) else None)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a potential says of one configuration.

    Attributes
    ----------
    energy_eV : float
        Of the cell.
    forces_eV_angstrom : (N, 3) array
    stress_GPa : (6,) array, optional
        Voigt order xx, yy, zz, yz, xz, xy; tension is positive, as in ase.
    kept : bool
        Whether it came from the cache.
    """

    energy_eV: float
    forces_eV_angstrom: FloatArray
    stress_GPa: FloatArray | None
    kept: bool


def calculator(potential: Any, fingerprint: str | None = None) -> Potential:
    """Return an interatomic potential by its name, or an ase calculator as one.

    Parameters
    ----------
    potential : str, ase calculator or Potential
        - ``7net-0`` and ``7net-l3i5``: SevenNet, checkpoints that ship inside the wheel of sevenn (MIT):
          ``pip install 'finechem[mlip]'``. The second is 2.6 times slower and less soft.
        - ``chgnet``: the checkpoint that ships with chgnet (BSD): ``pip install chgnet``.
        - ``nep:PATH``: a neuroevolution potential from a text file, for instance ``nep:nep89.txt``. It needs
          the package nep-adapters, which is GPL and therefore part of no extra: ``pip install nep-adapters``.
        - Any ase calculator with energy and forces (and stress, where cells are relaxed or strained).
    fingerprint : str, optional
        For an ase calculator: what tells it from others, for caches. Default: ase's own calculators are told by their
        class and parameters, and of others nothing is kept.

    Returns
    -------
    Potential
        Nothing is loaded yet.

    Raises
    ------
    InputError
        If the name is unknown.
    MissingExtraError
        If the package is not installed; it says what to install.
    ReadError
        If there is no such file.

    Notes
    -----
    sevenn and chgnet read their checkpoints by unpickling, which can execute code. Only the checkpoints inside the
    installed packages are read so, never a file that a user names: those have to be text. Universal potentials are
    systematically soft: elastic constants and frequencies come out low, and conductivities lower still.

    Examples
    --------
    >>> from ase.calculators.emt import EMT
    >>> calculator(EMT()).name
    'EMT'
    """
    if isinstance(potential, Potential):
        return potential
    if not isinstance(potential, str):
        return _of_object(potential, fingerprint)
    if potential in _SEVENNET:
        return _sevennet(potential)
    if potential == "chgnet":
        return _chgnet()
    if potential.startswith("nep:"):
        return _nep(potential)
    raise InputError(f"no potential {potential!r}{did_you_mean(potential, POTENTIALS)}")


def fastest_potential(nep: Path | str | None = None) -> Potential | None:
    """Return the fastest potential whose package is installed; None if there is none.

    Parameters
    ----------
    nep : path, optional
        A file of a neuroevolution potential: three hundred times faster than the others, which it is tried before.

    Raises
    ------
    ReadError
        If there is no such file.
    """
    names = [*([f"nep:{nep}"] if nep is not None else []), "chgnet", "7net-0", "7net-l3i5"]
    for name in names:
        try:
            return calculator(name)
        except MissingExtraError:
            continue
    return None


def evaluate(
    potential: Potential, atoms: Any, *, stress: bool = False, cache: Cache | None = None, label: str = ""
) -> Evaluation:
    """Return energy, forces and, if asked for, stress of an ase ``Atoms``.

    Parameters
    ----------
    potential : Potential
        From `calculator`.
    atoms : ase Atoms
        It is not changed.
    stress : bool
        Whether the stress is needed.
    cache : Cache, optional
        Where results are kept, so that nothing is computed twice; potentials without a fingerprint leave none.
    label : str
        The candidate, for errors.

    Raises
    ------
    DomainError
        If the potential cannot compute it (an element it does not know ...), or answers with numbers that are not
        finite.
    """
    key = _key(potential, atoms) if cache is not None and potential.fingerprint else None
    found = cache.get(key) if cache is not None and key is not None else None
    if found is not None and (found["stress"] is not None or not stress):
        pressing = None if found["stress"] is None else np.array(found["stress"])
        return Evaluation(float(found["energy"]), np.array(found["forces"]), pressing, kept=True)
    energy, forces, pressing = _compute(potential, atoms, stress, label)
    if cache is not None and key is not None:
        plain = None if pressing is None else pressing.tolist()
        cache.put(key, {"energy": energy, "forces": forces.tolist(), "stress": plain})
    return Evaluation(energy, forces, pressing, kept=False)


def _key(potential: Potential, atoms: Any) -> str:
    grid = [np.round(np.asarray(array) / _SAME_ANGSTROM) for array in (atoms.cell.array, atoms.positions)]
    return content_hash(["forces of a potential", potential.fingerprint, atoms.numbers, *grid])


def _compute(potential: Potential, atoms: Any, stress: bool, label: str) -> tuple[float, FloatArray, FloatArray | None]:
    from ase.units import GPa

    where = f"{label or atoms.get_chemical_formula()}: {potential.name}"
    ours = atoms.copy()
    ours.calc = potential.ase
    try:
        energy, forces = float(ours.get_potential_energy()), np.array(ours.get_forces(), dtype=float)
        pressing = np.array(ours.get_stress(voigt=True), dtype=float) / GPa if stress else None
    except Exception as error:  # calculators raise what they like
        raise DomainError(
            f"{where} cannot compute it ({type(error).__name__}: {one_line(str(error))[:200]}); take another potential"
        ) from error
    if not (
        np.isfinite(energy) and np.all(np.isfinite(forces)) and (pressing is None or np.all(np.isfinite(pressing)))
    ):
        raise DomainError(f"{where} gives energies or forces that are not finite; are atoms too close?")
    return energy, forces, pressing


def _sevennet(name: str) -> Potential:
    _require("torch", "mlip")
    path = _require("sevenn", "mlip") / _SEVENNET[name]

    def make() -> Any:
        from sevenn.calculator import SevenNetCalculator

        return SevenNetCalculator(str(path))

    return _named(name, "sevenn", path, make)


def _chgnet() -> Potential:
    folder = _require("chgnet", "", "pip install chgnet") / "pretrained" / "0.3.0"
    path = next(folder.glob("*.pth.tar"), folder)

    def make() -> Any:
        from chgnet.model.dynamics import CHGNetCalculator
        from chgnet.model.model import CHGNet

        model = CHGNet.load(model_name="0.3.0", verbose=False, use_device="cpu")
        return CHGNetCalculator(model, use_device="cpu", on_isolated_atoms="error")

    return _named("chgnet", "chgnet", path, make)


def _nep(spec: str) -> Potential:
    path = Path(spec.removeprefix("nep:")).expanduser()
    if not path.is_file():
        raise ReadError(f"{path}: no such file; give the text file of a neuroevolution potential as nep:PATH")
    _require("nep_adapters", "", "pip install nep-adapters (GPL)")

    def make() -> Any:
        from nep_adapters.ase import NepAseCalculator

        return NepAseCalculator(str(path))

    return _named(f"nep:{path.name}", "nep-adapters", path, make, spec=spec)


def _require(module: str, extra: str, install: str = "") -> Path:
    """Return the folder of a package without importing it."""
    found = find_spec(module)
    if found is None or found.origin is None:
        raise MissingExtraError(module.replace("_", "-"), extra, install)
    return Path(found.origin).parent


def _named(name: str, package: str, path: Path, make: Callable[[], Any], spec: str = "") -> Potential:
    if not path.is_file():
        raise ReadError(f"{path}: the checkpoint of {name} is not there; install {package} again")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    built = version(package)
    description = f"{name} ({package} {built}, {digest[:8]})"
    return Potential(name, f"{name} {package} {built} {digest}", description, spec or name, make, digest)


def _of_object(given: Any, fingerprint: str | None) -> Potential:
    if not (hasattr(given, "get_potential_energy") and hasattr(given, "get_forces")):
        raise InputError(
            f"a {type(given).__name__} is no potential; give one of {', '.join(POTENTIALS)} or an ase calculator"
        )
    name = type(given).__name__
    known = fingerprint if fingerprint is not None else _told_by_parameters(given)
    return Potential(name, known, f"{name} (ase calculator)", given, lambda: given)


def _told_by_parameters(given: Any) -> str:
    """Return a fingerprint if class and parameters say everything, which is so in ase alone; else nothing."""
    package, parameters = type(given).__module__, getattr(given, "parameters", None)
    if not package.startswith("ase.") or not parameters:
        return ""
    try:
        return f"{package}.{type(given).__qualname__} ase {version('ase')} {content_hash(dict(parameters))}"
    except (InputError, PackageNotFoundError):
        return ""
