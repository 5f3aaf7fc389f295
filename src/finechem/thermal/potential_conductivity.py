"""A crystal and a potential in, relaxed force constants out: the one recipe that commands, stages and references share.

The measured errors in `finechem.thermal.potential_errors` are those of this recipe with its defaults, and of no other.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from finechem.errors import DomainError
from finechem.matter.calculators import Potential, calculator
from finechem.matter.crystal import Crystal
from finechem.matter.elastic_response import elastic_tensor
from finechem.matter.relaxation import Relaxed, relax
from finechem.screening.cache import Cache
from finechem.thermal.elastic import polycrystal_moduli
from finechem.thermal.force_constants import Cutoff, ForceConstants, force_constants
from finechem.thermal.supercells import Repeats

__all__ = ["MESH_ANGSTROM", "Prepared", "relaxed_force_constants", "shear_to_bulk"]

#: Grid of wave vectors, as a length.
MESH_ANGSTROM = 40.0


class Prepared(NamedTuple):
    """A crystal at rest and its force constants."""

    relaxed: Relaxed
    made: ForceConstants


def relaxed_force_constants(
    crystal: Crystal,
    potential: Potential | Any,
    *,
    supercell: Repeats = "auto",
    cutoff_pair_angstrom: Cutoff = "auto",
    born: Path | str | None = None,
    cache: Cache | None = None,
    progress: Callable[[str, str, int, int], None] | None = None,
) -> Prepared:
    """Relax a crystal and make its force constants with one potential.

    Parameters
    ----------
    crystal : Crystal
    potential : str, ase calculator or Potential
        See `finechem.matter.calculators.calculator`.
    supercell, cutoff_pair_angstrom, born, cache
        See `finechem.thermal.force_constants.force_constants`.
    progress : callable, optional
        Called with the stage, its unit, what is done and what is to do.

    Returns
    -------
    Prepared

    Raises
    ------
    FinechemError
        What `relax` and `force_constants` raise.
    """
    who = calculator(potential)
    relaxed = relax(
        crystal,
        who,
        cache=cache,
        progress=None if progress is None else lambda done, total: progress("relaxation", "steps at most", done, total),
    )
    made = force_constants(
        relaxed.crystal,
        who,
        supercell,
        cutoff_pair_angstrom,
        born=born,
        cache=cache,
        progress=None if progress is None else lambda what, done, total: progress(what, "force calls", done, total),
    )
    return Prepared(relaxed, made)


def shear_to_bulk(crystal: Crystal, potential: Potential, cache: Cache | None = None) -> float | None:
    """Return G/K (Hill) of a relaxed crystal by a potential, which some calibrations read; None if it is unstable."""
    try:
        tensor = elastic_tensor(crystal, potential, cache=cache)
    except DomainError:
        return None
    if not np.linalg.eigvalsh(tensor.matrix_Pa).min() > 0:
        return None
    moduli = polycrystal_moduli(tensor.matrix_Pa)
    return float(moduli.shear.item() / moduli.bulk.item())
