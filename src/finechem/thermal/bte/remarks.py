"""What should keep a reader from trusting a conductivity alone."""

from __future__ import annotations

import numpy as np

from finechem.thermal.bte.result import Conductivity

__all__ = ["remarks"]

IMAGINARY_THZ = 0.1
"""What `finechem.thermal.bte.phonons_on_grid` tolerates by itself goes without mention."""
COHERENCE_SHARE = 0.05
"""From here on the coherence term is mentioned: an error of the force constants is seldom smaller."""


def remarks(result: Conductivity) -> list[str]:
    """Say what the number of a result does not tell.

    Parameters
    ----------
    result : Conductivity
        Of `finechem.thermal.bte.lattice_conductivity`.

    Returns
    -------
    list of str
        A sentence each: where the coherence term is more than 5 % of the conductivity of the modes, where modes are
        scattered by nothing or imaginary, and always that one mesh tells nothing about convergence.
    """
    found = [*_coherence(result), *_unscattered(result), *_imaginary(result)]
    finer = " ".join(str(-(-4 * count // 3)) for count in result.mesh)
    return [*found, f"one mesh tells nothing about convergence: compare with a finer one, say {finer}"]


def _coherence(result: Conductivity) -> list[str]:
    modes, between = (np.trace(k, axis1=1, axis2=2) for k in (result.kappa_W_mK, result.kappa_coherence_W_mK))
    much = between > COHERENCE_SHARE * modes
    if not np.any(much):
        return []
    where = ", ".join(f"{between[t] / modes[t]:.0%} at {result.temperatures_K[t]:g} K" for t in np.flatnonzero(much))
    return [f"what flows between bands is {where} of what the modes carry: add it"]


def _unscattered(result: Conductivity) -> list[str]:
    lost = (result.heat_capacities_J_K > 0.0) & (result.linewidths_THz <= 0.0)
    counts = np.einsum("trn,r->t", lost, result.weights)
    if not np.any(counts):
        return []
    total = result.weights.sum() * lost.shape[2]
    return [
        f"{counts.max()} of {total} modes are scattered by nothing on this mesh and were left out: κ is too low; "
        "try a finer mesh or sigma"
    ]


def _imaginary(result: Conductivity) -> list[str]:
    lost = result.frequencies_THz < -IMAGINARY_THZ
    if not np.any(lost):
        return []
    count, total = int(lost.sum(axis=1) @ result.weights), result.weights.sum() * lost.shape[1]
    worst = -result.frequencies_THz.min()
    return [
        f"{count} of {total} modes are imaginary, up to {worst:.2f}i THz, and were left out: the force constants are "
        "not good there"
    ]
