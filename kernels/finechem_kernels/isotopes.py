"""Elastic scattering by disordered masses, summed over a grid by the linear tetrahedron method."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem_kernels._jit import FloatArray, kernel
from finechem_kernels.tetrahedra import DECAY, VERTICES, IndexArray, triplet_items, workspace

__all__ = ["elastic_sums"]


@kernel
def elastic_sums(
    targets: FloatArray,
    vectors: NDArray[np.complex128],
    frequencies: FloatArray,
    neighbours: IndexArray,
    eigenvectors: NDArray[np.complex128],
    sets: IndexArray,
    variances: FloatArray,
    lowest: float,
) -> FloatArray:
    r"""Sum over a grid what modes of one wave vector share with others of the same frequency.

    .. math:: s_b = \sum_{q b'} \delta(f_b - f_{q b'}) \sum_k g_k
              \left| e_k^*(b) \cdot e_k(q b') \right|^2

    Parameters
    ----------
    targets : (B,) array
        Frequencies f_b at the one wave vector, ascending.
    vectors : (B, 3 n) array
        Their eigenvectors, in rows.
    frequencies : (G, N) array
        Frequencies on the grid.
    neighbours : (G, 15) array
        Rows of ``frequencies`` at the vertices around each grid point, in the order of `vertex_steps`.
    eigenvectors : (G, N, 3 n) array
        Eigenvectors on the grid, in rows.
    sets : (G, N) array
        Bands of q whose weights are replaced by their mean: each band's set is named by its first band. To average
        nothing, each band is a set.
    variances : (n,) array
        Relative mass variance g_k of each atom.
    lowest : float
        Modes that are not above this frequency are left out.

    Returns
    -------
    (B,) array
        Sums, one over the unit of the frequencies.
    """
    bands, atoms = frequencies.shape[1], len(variances)
    work = workspace(len(targets), 1, bands, targets)
    flat, around = np.zeros((VERTICES, 1)), np.empty((VERTICES, bands))  # δ(f0 − 0 − f): a decay with an idle partner
    weights = np.empty((len(targets), bands))
    total = np.zeros(len(targets))
    for q in range(len(neighbours)):
        for v in range(VERTICES):
            for b in range(bands):
                around[v, b] = frequencies[neighbours[q, v], b]
        weights[:] = 0.0
        for i in range(triplet_items(targets, flat, around, work)):
            if work.bands[i, 3] == DECAY:
                weights[work.bands[i, 2], work.bands[i, 1]] = work.weights[i]
        _average(weights, sets[q])
        for b0 in range(len(targets)):
            for b in range(bands):
                if weights[b0, b] > 0.0 and targets[b0] > lowest and frequencies[q, b] > lowest:
                    shared = 0.0
                    for k in range(atoms):
                        product = 0.0j
                        for c in range(3 * k, 3 * k + 3):
                            product += np.conj(vectors[b0, c]) * eigenvectors[q, b, c]
                        shared += variances[k] * (product.real**2 + product.imag**2)
                    total[b0] += weights[b0, b] * shared
    return total


@kernel
def _average(weights: Any, sets: Any) -> None:
    """Replace weights (B, N) by their means over the sets of the second axis, in place."""
    bands = len(sets)
    start = 0
    while start < bands:
        end = start + 1
        while end < bands and sets[end] == sets[start]:
            end += 1
        if end > start + 1:
            for row in weights:
                row[start:end] = np.sum(row[start:end]) / (end - start)
        start = end
