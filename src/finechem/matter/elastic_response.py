"""The stiffness of a crystal from a potential: finite strains, with the atoms following."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError, UnstableError
from finechem.matter.calculators import Potential, calculator, evaluate
from finechem.matter.crystal import Crystal, Elasticity
from finechem.matter.relaxation import require_rest, to_atoms
from finechem.matter.zone_centre import zone_centre_hessian
from finechem.screening.cache import Cache

__all__ = ["elastic_tensor", "voigt_strain"]

FloatArray: TypeAlias = NDArray[np.float64]

#: Voigt order: xx, yy, zz, yz, xz, xy.
_PAIRS = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))
#: Below this share of the stiffest motion of atoms in the cell, a restoring force is none: no answer to a strain.
_SOFTEST_SHARE = 1e-5


def elastic_tensor(
    crystal: Crystal,
    potential: Potential | Any,
    *,
    strain: float = 0.005,
    relax_ions: bool = True,
    cache: Cache | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Elasticity:
    r"""Second-order elastic constants at rest, the atoms free to follow the strain.

    .. math:: C_{ij} = \frac{\sigma_i(+\eta_j) - \sigma_i(-\eta_j)}{2 \eta} - \frac{1}{V} \Lambda_{k i} K^{+}_{k l}
              \Lambda_{l j}, \qquad \Lambda_{k j} = \frac{F_k(+\eta_j) - F_k(-\eta_j)}{2 \eta}

    with the stresses σ and forces F of cells strained with their atoms, and the Hessian K of the cell (motions as a
    whole left out). The second term is what the atoms give way: exact to first order in the strain, where relaxing
    each strained cell would be so to its tolerance only.

    Parameters
    ----------
    crystal : Crystal
        Relaxed with the same potential: see `finechem.matter.relaxation.relax`.
    potential : str, ase calculator or Potential
        See `finechem.matter.calculators.calculator`; it must give stresses.
    strain : float
        η; shears are engineering strains, twice the tensor's component.
    relax_ions : bool
        Without, the first term alone: the atoms stay where the strain puts them.
    cache : Cache, optional
        Where forces and stresses are kept.
    progress : callable, optional
        Called with the force calls done and to do: 12, and 6 for each atom.

    Returns
    -------
    Elasticity
        In the axes of the standard cell (z along c, x along a), averaged over the point group; grade C. Its ``method``
        says how much the average changed, and whether the tensor breaks Born's condition: a crystal that does is
        unstable as it stands, and the models of heat refuse it.

    Raises
    ------
    InputError
        If the crystal is not at rest, or the strain is not between 0.0001 and 0.02.
    DomainError
        If the potential fails.
    UnstableError
        If atoms run away inside the cell (an imaginary mode at the zone centre).

    Notes
    -----
    Static, at 0 K, of the potential. Universal potentials are soft by 5 to 30 %.

    Examples
    --------
    >>> from ase.build import bulk
    >>> from ase.calculators.emt import EMT
    >>> from finechem.matter.relaxation import relax
    >>> copper = relax(Crystal.from_structure("Cu", bulk("Cu")), EMT()).crystal
    >>> tensor = elastic_tensor(copper, EMT())
    >>> bool(tensor.stiffness_GPa[0][0] > tensor.stiffness_GPa[0][1] > 0)
    True
    """
    if not 1e-4 <= strain <= 0.02:
        raise InputError(f"strain is {strain:g}; it must be between 0.0001 and 0.02")
    from ase.units import GPa

    who = calculator(potential)
    atoms, turn, operations = _primitive(crystal)
    total = 12 + (6 * len(atoms) if relax_ions else 0)
    require_rest(crystal.id, who, atoms, cache)
    stiffness, pull = np.empty((6, 6)), np.empty((3 * len(atoms), 6))
    for column in range(6):
        plus, minus = (
            evaluate(who, _strained(atoms, column, sign * strain), stress=True, cache=cache, label=crystal.id)
            for sign in (1.0, -1.0)
        )
        stiffness[:, column] = _difference(plus.stress_GPa, minus.stress_GPa, strain)
        pull[:, column] = _difference(plus.forces_eV_angstrom.ravel(), minus.forces_eV_angstrom.ravel(), strain)
        if progress is not None:
            progress(2 * column + 2, total)
    if relax_ions:
        later = None if progress is None else _after(progress, 12, total)
        hessian = zone_centre_hessian(atoms, who, cache=cache, label=crystal.id, progress=later)
        stiffness -= _give_way(crystal, who, hessian, pull) / (atoms.get_volume() * GPa)
    stiffness = _turned((stiffness + stiffness.T) / 2.0, turn)
    mean = np.mean([_turned(stiffness, turn @ operation @ turn.T) for operation in operations], axis=0)
    changed = float(np.abs(mean - stiffness).max() / np.abs(mean).max())
    return Elasticity.from_matrix(
        mean, _method(mean, strain, relax_ions, changed), f"computed with {who.description}", "C"
    )


def _primitive(crystal: Crystal) -> tuple[Any, FloatArray, list[FloatArray]]:
    """Return the primitive cell in the crystal's own axes, what turns those to the standard ones, and the point group.

    The cell is not idealised: it is at rest as it stands.
    """
    import spglib
    from ase import Atoms

    whole = to_atoms(crystal)
    cell = (whole.cell.array, whole.get_scaled_positions(), whole.numbers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spglib announces its error handling of the future
        dataset = spglib.get_symmetry_dataset(cell, symprec=1e-3)
        found = spglib.standardize_cell(cell, to_primitive=True, no_idealize=True, symprec=1e-3)
    if dataset is None or found is None:
        raise InputError(f"{crystal.id}: spglib finds no symmetry in it; check the coordinates")
    lattice, positions, numbers = found
    atoms = Atoms(numbers=numbers, cell=lattice, scaled_positions=positions, pbc=True)
    columns = whole.cell.array.T
    operations = [columns @ rotation @ np.linalg.inv(columns) for rotation in dataset.rotations]
    return atoms, np.asarray(dataset.std_rotation_matrix), operations


def voigt_strain(column: int, size: float) -> FloatArray:
    """Return the symmetric 3x3 strain of a Voigt component; shears are engineering strains.

    Examples
    --------
    >>> voigt_strain(3, 0.02)[1, 2].item()
    0.01
    """
    a, b = _PAIRS[column]
    tensor = np.zeros((3, 3))
    tensor[a, b] += size / 2.0
    tensor[b, a] += size / 2.0
    return tensor


def _strained(atoms: Any, column: int, size: float) -> Any:
    moved = atoms.copy()
    moved.set_cell(atoms.cell.array @ (np.eye(3) + voigt_strain(column, size)), scale_atoms=True)
    return moved


def _difference(plus: FloatArray | None, minus: FloatArray | None, strain: float) -> FloatArray:
    if plus is None or minus is None:  # evaluate(stress=True) gives them
        raise InputError("the stiffness needs stresses")
    return (plus - minus) / (2.0 * strain)


def _after(progress: Callable[[int, int], None], before: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _: progress(before + done, total)


def _give_way(crystal: Crystal, who: Potential, hessian: FloatArray, pull: FloatArray) -> FloatArray:
    """Return what the energy of a strained cell falls by, twice: (6, 6), eV."""
    values, vectors = np.linalg.eigh(hessian)
    order = np.argsort(np.abs(values))[3:]  # without the three motions of the whole
    softest = float(values[order].min()) if len(order) else 1.0
    if len(order) and softest < _SOFTEST_SHARE * float(values.max()):
        raise UnstableError(
            f"{crystal.id}: atoms run away inside the cell with {who.name} (a curvature of {softest:.3g} "
            "eV/angstrom^2 at the zone centre): its symmetry holds it on a saddle point, without elastic constants"
        )
    along = vectors[:, order].T @ pull
    return np.asarray(along.T @ (along / values[order][:, None]))


def _turned(stiffness: FloatArray, rotation: FloatArray) -> FloatArray:
    """Return a stiffness in turned axes."""
    index = [[0, 5, 4], [5, 1, 3], [4, 3, 2]]
    full = stiffness[np.ix_(np.ravel(index), np.ravel(index))].reshape(3, 3, 3, 3)
    full = np.einsum("ai,bj,ck,dl,ijkl->abcd", rotation, rotation, rotation, rotation, full, optimize=True)
    return np.array([[full[a, b, c, d] for c, d in _PAIRS] for a, b in _PAIRS])


def _method(stiffness: FloatArray, strain: float, relaxed: bool, changed: float) -> str:
    atoms = "atoms free" if relaxed else "atoms clamped"
    words = f"finite strains of {strain:.2%}, {atoms}, symmetrised (by {changed:.1e})"
    smallest = float(np.linalg.eigvalsh(stiffness).min())
    return words if smallest > 0 else f"{words}; unstable: smallest eigenvalue {smallest:.3g} GPa"
