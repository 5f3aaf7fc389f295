"""Mode Grüneisen parameters from third-order force constants."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from finechem.thermal.bte.harmonic import Phonons, average_over_sets, degenerate_sets
from finechem.thermal.bte.sources import primitive_atoms, rows_of_primitive

__all__ = ["mode_gruneisen"]

FloatArray: TypeAlias = NDArray[np.float64]


def mode_gruneisen(ph3: Any, phonons: Phonons, *, ion_clamped: bool = False) -> FloatArray:
    r"""Mode Grüneisen parameters at the irreducible wave vectors.

    .. math:: \gamma_{q b} = -\frac{\partial \ln \omega_{q b}}{\partial \ln V}
              = -\frac{1}{6 \omega_{q b}^2} \langle e_{q b} | \sum_k \frac{\partial D(q)}{\partial \eta_{kk}} |
              e_{q b} \rangle, \qquad \frac{\partial \Phi_{i j}}{\partial \eta_{kk}} = \sum_{m c} \Phi_{i j m}^{\,c}
              \left( \delta_{c k} R_{m k} + X_{m c k k} \right)

    with R the place of atom m and X its displacement in the strained cell, where forces vanish.

    Parameters
    ----------
    ph3 : Phono3py
        With force constants of second and third order.
    phonons : Phonons
        From `phonons_on_grid` of the same object.
    ion_clamped : bool
        Leave out X: atoms stay at their fractional coordinates.

    Returns
    -------
    (R, N) array
        Means over degenerate sets; zero for modes that are not above the cut-off.

    Notes
    -----
    The strain is isotropic. Born charges and dielectric constant are taken not to change,
    as in phono3py, whose tensors have this number as a third of their trace.
    """
    primitive = phonons.interaction.primitive
    atoms, masses = primitive_atoms(primitive), np.asarray(primitive.masses)
    places = _places(primitive)
    relaxed = np.zeros((len(masses), 3)) if ion_clamped else _relaxation(ph3, masses)
    change = np.einsum(
        "inmabc,imc->inab", rows_of_primitive(ph3.fc3, primitive), places + relaxed[atoms], optimize=True
    )  # ∂Φ/∂η between atom i of the primitive cell and n of the supercell
    change /= np.sqrt(masses[:, None] * masses[atoms])[:, :, None, None]
    qpoints, vectors = phonons.qpoints[phonons.grid_points], phonons.eigenvectors[phonons.grid_points]
    frequencies = phonons.irreducible_frequencies_THz
    parameters = np.zeros_like(frequencies)
    squares = (frequencies / phonons.interaction.frequency_factor_to_THz) ** 2
    for r, q in enumerate(qpoints):
        phased = _phases(primitive, q)[:, :, None, None] * change
        matrix = np.zeros((len(masses), len(masses), 3, 3), dtype=np.complex128)
        np.add.at(matrix.swapaxes(0, 1), atoms, phased.swapaxes(0, 1))
        matrix = matrix.swapaxes(1, 2).reshape(vectors[r].shape)
        expected = np.einsum("ib,ij,jb->b", vectors[r].conj(), matrix, vectors[r], optimize=True).real
        there = frequencies[r] > phonons.cutoff_THz
        raw = np.where(there, -expected / (6.0 * np.where(there, squares[r], 1.0)), 0.0)
        parameters[r] = average_over_sets(raw, degenerate_sets(frequencies[r]))
    return parameters


def _relaxation(ph3: Any, masses: FloatArray) -> FloatArray:
    """Displacement of each atom of the primitive cell by an isotropic strain at zero force: (n, 3), Å."""
    primitive = ph3.phonon_primitive
    fc2, atoms = rows_of_primitive(ph3.fc2, primitive), primitive_atoms(primitive)
    count = len(masses)
    force = -np.einsum("inab,inb->ia", fc2, _places(primitive)).ravel()
    stiffness = np.zeros((count, count, 3, 3))
    np.add.at(stiffness.swapaxes(0, 1), atoms, fc2.swapaxes(0, 1))
    root = np.repeat(np.sqrt(masses), 3)
    matrix = stiffness.swapaxes(1, 2).reshape(3 * count, 3 * count) / np.outer(root, root)
    squares, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
    optical = vectors[:, 3:]  # a rigid translation changes nothing
    moved = optical @ ((optical.T @ (force / root)) / squares[3:]) / root
    return np.asarray(moved.reshape(count, 3))


def _places(primitive: Any) -> FloatArray:
    """Mean of the shortest vectors from each atom of the primitive cell to each of the supercell, (n, M, 3), Å."""
    vectors, multiplicity = primitive.get_smallest_vectors()
    return np.asarray(_mean_over_images(vectors @ primitive.cell, multiplicity))


def _phases(primitive: Any, q: FloatArray) -> Any:
    vectors, multiplicity = primitive.get_smallest_vectors()
    return _mean_over_images(np.exp(2j * np.pi * vectors @ q), multiplicity)


def _mean_over_images(values: Any, multiplicity: Any) -> Any:
    counts, starts = multiplicity[..., 0], multiplicity[..., 1]
    order = np.argsort(starts, axis=None)
    sums = np.add.reduceat(values, starts.ravel()[order], axis=0)
    means = np.empty_like(sums)
    means[order] = (sums.T / counts.ravel()[order]).T
    return means.reshape(*counts.shape, *values.shape[1:]).swapaxes(0, 1)
