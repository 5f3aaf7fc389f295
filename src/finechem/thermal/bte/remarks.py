"""What should keep a reader from trusting a conductivity alone."""

from __future__ import annotations

import numpy as np

from finechem.thermal.bte.result import Conductivity

__all__ = ["remarks"]

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
        scattered by nothing, and always that one mesh tells nothing about convergence.
    """
    found = [*_coherence(result), *_unscattered(result)]
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
