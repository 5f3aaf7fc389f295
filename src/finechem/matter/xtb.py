"""Energies and relaxed geometries by extended tight binding (tblite), with spin polarisation for open shells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import ConvergenceError, InputError, did_you_mean

__all__ = ["METHODS", "Relaxed", "engine", "relax", "single_point"]

#: Short names of the parametrisations, and tblite's own.
METHODS = {"gfn1": "GFN1-xTB", "gfn2": "GFN2-xTB", "ipea1": "IPEA1-xTB"}
#: hartree in kJ/mol: CODATA 2018 hartree (4.3597447222071e-18 J) times the Avogadro constant (exact).
HARTREE_KJ_MOL = 4.3597447222071e-18 * 6.02214076e23 / 1000.0
BOHR_ANGSTROM = 0.529177210903
#: Relaxed when no component of the gradient is larger, in kJ/(mol angstrom) (2e-4 hartree/bohr).
GRADIENT_KJ_MOL_ANGSTROM = 2e-4 * HARTREE_KJ_MOL / BOHR_ANGSTROM
_LONGEST_STEP_ANGSTROM = 0.25
#: Range of curvature that a step believes, in kJ/(mol angstrom^2).
_SOFTEST, _STIFFEST = 8.0, 2e4


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """A stationary geometry.

    Attributes
    ----------
    energy_kJ_mol : float
        Electronic and repulsion energy, relative to nothing: only differences mean something.
    positions_angstrom : (N, 3) array
    steps : int
        Energy evaluations it took.
    """

    energy_kJ_mol: float
    positions_angstrom: NDArray[np.float64]
    steps: int


def engine() -> str:
    """Return the name and version of what computes, for keys and tables."""
    return f"tblite {version('tblite')}"


@contextmanager
def _one_thread() -> Iterator[None]:
    """Hold OpenMP and BLAS to one thread: sums in a fixed order, and workers that do not fight for cores."""
    import tblite.interface  # noqa: F401  (its libraries must be loaded to be held)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


class _Surface:
    """Energy and gradient of one species; the last density starts the next solution."""

    def __init__(
        self,
        method: str,
        numbers: ArrayLike,
        positions_angstrom: ArrayLike,
        charge: int,
        unpaired: int,
        spin_polarization: float,
    ) -> None:
        try:
            from tblite.interface import Calculator
        except ImportError as error:
            raise ImportError(
                "tblite is needed for this; wheels exist for Linux (x86_64) and macOS 15, elsewhere conda-forge has it"
            ) from error

        if method not in METHODS:
            raise InputError(f"no xTB method {method!r}{did_you_mean(method, METHODS)}")
        self.numbers = np.asarray(numbers, dtype=np.int64)
        positions = np.asarray(positions_angstrom, dtype=float)
        if positions.shape != (self.numbers.size, 3) or not np.isfinite(positions).all():
            raise InputError(f"positions of shape {positions.shape} for {self.numbers.size} atoms, or not finite")
        electrons = int(self.numbers.sum()) - charge
        if unpaired < 0 or electrons < 1 or (electrons - unpaired) % 2:
            raise InputError(f"{electrons} electrons cannot have {unpaired} of them unpaired")
        self.label = f"{METHODS[method]}, {self.numbers.size} atoms, charge {charge}, {unpaired} unpaired"
        self._calculator: Any = self._guard(
            lambda: Calculator(
                METHODS[method], self.numbers, positions / BOHR_ANGSTROM, charge=float(charge), uhf=unpaired
            )
        )
        self._calculator.set("verbosity", 0)
        if unpaired and spin_polarization:
            self._calculator.add("spin-polarization", spin_polarization)
        self._result: Any = None

    def _guard(self, call: Any) -> Any:
        from tblite.exceptions import TBLiteRuntimeError, TBLiteValueError

        try:
            return call()
        except TBLiteRuntimeError as error:
            raise ConvergenceError(f"{self.label}: the electrons did not converge ({error})") from None
        except TBLiteValueError as error:
            raise InputError(f"{self.label}: {error}") from None

    def __call__(self, positions_angstrom: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        self._guard(lambda: self._calculator.update(positions=positions_angstrom / BOHR_ANGSTROM))
        self._result = self._guard(lambda: self._calculator.singlepoint(self._result))
        energy = float(self._result.get("energy")) * HARTREE_KJ_MOL
        gradient = np.asarray(self._result.get("gradient")) * (HARTREE_KJ_MOL / BOHR_ANGSTROM)
        if not np.isfinite(energy) or not np.isfinite(gradient).all():
            raise ConvergenceError(f"{self.label}: the energy is not finite")
        return energy, gradient


def single_point(
    numbers: ArrayLike,
    positions_angstrom: ArrayLike,
    *,
    method: str = "gfn2",
    charge: int = 0,
    unpaired: int = 0,
    spin_polarization: float = 1.0,
) -> float:
    """Return the energy of a geometry.

    Parameters
    ----------
    numbers : (N,) int array
        Atomic numbers up to 86.
    positions_angstrom : (N, 3) array
    method : {"gfn1", "gfn2", "ipea1"}
    charge : int
        In elementary charges.
    unpaired : int
        Unpaired electrons.
    spin_polarization : float
        Scale of tblite's term of that name, which lowers open shells; 0 leaves it out. Without it a bond that breaks
        comes out some 20 kcal/mol too strong.

    Returns
    -------
    float
        In kJ/mol.

    Raises
    ------
    InputError
        If the method is unknown, shapes differ, or the electrons cannot have that spin.
    ConvergenceError
        If the self-consistent charges do not converge.

    References
    ----------
    C. Bannwarth, S. Ehlert, S. Grimme, J. Chem. Theory Comput. 15, 1652 (2019), doi:10.1021/acs.jctc.8b01176 (GFN2);
    S. Grimme, C. Bannwarth, P. Shushkov, J. Chem. Theory Comput. 13, 1989 (2017), doi:10.1021/acs.jctc.7b00118
    (GFN1); both as cited in tblite's documentation.

    Examples
    --------
    A lone hydrogen atom:

    >>> round(single_point([1], [[0, 0, 0]], method="gfn1", unpaired=1) / HARTREE_KJ_MOL, 4)
    -0.4372
    """
    positions = np.asarray(positions_angstrom, dtype=float)
    with _one_thread():
        return _Surface(method, numbers, positions, charge, unpaired, spin_polarization)(positions)[0]


def relax(
    numbers: ArrayLike,
    positions_angstrom: ArrayLike,
    *,
    method: str = "gfn2",
    charge: int = 0,
    unpaired: int = 0,
    spin_polarization: float = 1.0,
    curvature: NDArray[np.float64] | None = None,
    most_steps: int = 400,
) -> Relaxed:
    """Return the geometry downhill of a start where the forces vanish.

    Quasi-Newton steps in Cartesian coordinates (BFGS), capped at 0.25 angstrom an atom and halved when the energy
    rises. A good first Hessian, such as `finechem.matter.conformers.curvature`, saves two thirds of the steps.

    Parameters
    ----------
    numbers, positions_angstrom, method, charge, unpaired, spin_polarization
        As in `single_point`.
    curvature : (3N, 3N) array, optional
        First Hessian in kJ/(mol angstrom^2); its eigenvalues are brought into a sane range.
    most_steps : int

    Returns
    -------
    Relaxed
        No component of its gradient exceeds 2e-4 hartree/bohr.

    Raises
    ------
    InputError
        As in `single_point`.
    ConvergenceError
        If the electrons do not converge, or the forces do not vanish in `most_steps`.

    Notes
    -----
    It finds the minimum (rarely a saddle point) nearest to the start, not the best conformer.

    Examples
    --------
    >>> hydrogen = relax([1, 1], [[0, 0, 0], [0, 0, 0.9]])
    >>> round(float(hydrogen.positions_angstrom[1, 2] - hydrogen.positions_angstrom[0, 2]), 2)
    0.78
    """
    start = np.asarray(positions_angstrom, dtype=float)
    with _one_thread():
        surface = _Surface(method, numbers, start, charge, unpaired, spin_polarization)
        return _descend(surface, start, curvature, most_steps)


def _descend(
    surface: _Surface, positions: NDArray[np.float64], curvature: NDArray[np.float64] | None, most_steps: int
) -> Relaxed:
    size = positions.size
    hessian = _sane(np.eye(size) * 2500.0 if curvature is None else curvature)
    energy, gradient = surface(positions)
    longest = _LONGEST_STEP_ANGSTROM
    for count in range(1, most_steps):
        if np.abs(gradient).max() < GRADIENT_KJ_MOL_ANGSTROM:
            return Relaxed(energy, positions, count)
        step = _step(hessian, gradient, longest)
        tried = surface(positions + step)
        change = tried[1] - gradient
        hessian = _updated(hessian, step.ravel(), change.ravel())
        if tried[0] > energy + 0.5:  # uphill by more than noise: the model was too bold
            longest = max(0.25 * float(np.linalg.norm(step, axis=1).max()), 1e-3)
            continue
        positions, energy, gradient = positions + step, *tried
        longest = min(1.5 * longest, _LONGEST_STEP_ANGSTROM)
    raise ConvergenceError(
        f"{surface.label}: not relaxed after {most_steps} steps (largest force "
        f"{np.abs(gradient).max():.1f} kJ/(mol angstrom), limit {GRADIENT_KJ_MOL_ANGSTROM:.1f})"
    )


def _sane(hessian: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(hessian)
    clipped = np.clip(np.abs(values), _SOFTEST, _STIFFEST)
    sane: NDArray[np.float64] = (vectors * clipped) @ vectors.T
    return sane


def _step(hessian: NDArray[np.float64], gradient: NDArray[np.float64], longest: float) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(hessian)
    stiff = np.clip(np.abs(values), _SOFTEST, None)
    step = -(vectors @ ((vectors.T @ gradient.ravel()) / stiff)).reshape(gradient.shape)
    far = float(np.linalg.norm(step, axis=1).max())
    return step if far <= longest else step * (longest / far)


def _updated(
    hessian: NDArray[np.float64], step: NDArray[np.float64], change: NDArray[np.float64]
) -> NDArray[np.float64]:
    """BFGS, skipped where the curvature along the step is not positive."""
    along = float(step @ change)
    pushed = hessian @ step
    if along <= 1e-8 * float(np.linalg.norm(step) * np.linalg.norm(change)):
        return hessian
    grown: NDArray[np.float64] = hessian + np.outer(change, change) / along
    grown -= np.outer(pushed, pushed) / float(step @ pushed)
    return grown
