"""What universal potentials say of the crystals that were measured: the tables that their errors come from.

`thermal.potential_conductivities` and `thermal.potential_elasticity` hold one row for a crystal and a potential, those
that failed with their reason: a crystal that drops out is a result too. ``benchmarks/accuracy/bte_potential.py
--compute`` makes the rows; nothing here needs a potential to read them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from finechem import datasets
from finechem.errors import FinechemError, one_line
from finechem.matter.calculators import Potential
from finechem.matter.crystal import Crystal
from finechem.matter.elastic_response import elastic_tensor
from finechem.matter.relaxation import relax
from finechem.screening.cache import Cache
from finechem.screening.canonical import content_hash
from finechem.thermal.calibration import reference_crystals
from finechem.thermal.elastic import polycrystal_moduli
from finechem.thermal.known import known_crystals
from finechem.thermal.measured import average_conductivity, is_metal, single_crystal_conductivities
from finechem.thermal.potential_conductivity import MESH_ANGSTROM, relaxed_force_constants
from finechem.units import ROOM_TEMPERATURE_K

__all__ = [
    "PROTOCOL",
    "computed_conductivity",
    "computed_elasticity",
    "conductivity_references",
    "elasticity_references",
    "has_tensor",
]

#: Raise it when the recipe or its defaults change: the tables have to be computed anew then.
PROTOCOL = 1


def conductivity_references() -> list[tuple[Crystal, float]]:
    """Return the crystals that potentials are judged by, with measured conductivities at 300 K in W/(m K).

    The rule, made before anything was computed: those of `thermal.reference_set`, and every other shipped crystal
    with a conductivity marked preferred that was measured on a single crystal or grain with natural isotopes in all
    directions; no layers, no metals. Unlike Slack's model a potential needs no measured stiffness.
    """
    pairs = list(reference_crystals())
    known = {crystal.id for crystal, _ in pairs}
    preferred = {row["phase_id"] for row in datasets.load("thermal.conductivity").where(preferred="yes")}
    for crystal in (*known_crystals("candidate"), *known_crystals("reference")):
        if crystal.id in known or crystal.id not in preferred or crystal.layered or is_metal(crystal):
            continue
        measured = average_conductivity(single_crystal_conductivities(crystal))
        if measured is not None:
            pairs.append((crystal, measured.value))
    return pairs


def elasticity_references() -> list[Crystal]:
    """Return every shipped crystal with a measured elastic tensor (grade A or B), and those of the conductivities."""
    conducting = [crystal for crystal, _ in conductivity_references()]
    stiff = [crystal for crystal in (*known_crystals("candidate"), *known_crystals("reference")) if has_tensor(crystal)]
    return list({crystal.id: crystal for crystal in (*stiff, *conducting)}.values())


def has_tensor(crystal: Crystal) -> bool:
    """Return whether a crystal's elastic tensor was measured."""
    return crystal.elasticity is not None and crystal.elasticity.grade in ("A", "B")


def computed_conductivity(crystal: Crystal, potential: Potential, cache: Cache) -> dict[str, Any]:
    """Return the row of `thermal.potential_conductivities` of a crystal, as ``finechem kappa`` would compute it.

    Relaxation-time approximation, natural isotopes, 300 K, the mean over directions. Seconds are those of one thread
    from the crystal to the conductivity, and are too few where an interrupted calculation went on.
    """
    return _kept("conductivity", crystal, potential, cache, _conductivity)


def computed_elasticity(crystal: Crystal, potential: Potential, cache: Cache) -> dict[str, Any]:
    """Return the row of `thermal.potential_elasticity` of a crystal: Voigt-Reuss-Hill moduli of the relaxed cell."""
    return _kept("elasticity", crystal, potential, cache, _elasticity)


def _kept(
    what: str,
    crystal: Crystal,
    potential: Potential,
    cache: Cache,
    compute: Callable[[Crystal, Potential, Cache], dict[str, Any]],
) -> dict[str, Any]:
    asked = [crystal.lattice_angstrom, crystal.species, crystal.positions]
    key = content_hash(["reference of a potential", what, PROTOCOL, potential.fingerprint, crystal.id, asked])
    found = cache.get(key)
    if found is None:
        name = potential.name.removeprefix("nep:").removesuffix(".txt")
        found = {"phase_id": crystal.id, "potential": name, "checkpoint": potential.checkpoint}
        found |= {"package": potential.description.split("(")[-1].split(",")[0], "protocol": PROTOCOL}
        try:
            found |= compute(crystal, potential, cache)
        except FinechemError as error:
            found |= {"reason": one_line(str(error)).removeprefix(f"{crystal.id}: ")}
        cache.put(key, found)
    return dict(found)


def _conductivity(crystal: Crystal, potential: Potential, cache: Cache) -> dict[str, Any]:
    from finechem.thermal.bte import lattice_conductivity

    started = time.perf_counter()
    made = relaxed_force_constants(crystal, potential, cache=cache).made
    row: dict[str, Any] = {
        "highest_THz": float(made.zone_centre.fitted_THz[-1]),
        "supercells": made.supercells,
        "cutoff_pair_angstrom": made.cutoff_pair_angstrom,
    }
    if made.imaginary:
        row["imaginary_THz"] = -made.imaginary[0].frequency_THz
    try:
        result = lattice_conductivity(made.as_phono3py(), MESH_ANGSTROM, ROOM_TEMPERATURE_K, workers=1, cache=cache)
    except FinechemError as error:
        return row | {"reason": one_line(str(error)).removeprefix(f"{crystal.id}: ")}
    kappa = float(np.trace(result.kappa_W_mK[0]) / 3.0)
    return row | {"kappa_W_mK": kappa, "seconds": time.perf_counter() - started}


def _elasticity(crystal: Crystal, potential: Potential, cache: Cache) -> dict[str, Any]:
    relaxed = relax(crystal, potential, cache=cache)
    tensor = elastic_tensor(relaxed.crystal, potential, cache=cache)
    row: dict[str, Any] = {"volume_ratio": relaxed.volume_ratio}
    smallest = float(np.linalg.eigvalsh(tensor.matrix_Pa).min()) / 1e9
    if smallest <= 0:
        return row | {"reason": f"unstable: the smallest eigenvalue of the stiffness is {smallest:.3g} GPa"}
    moduli = polycrystal_moduli(tensor.matrix_Pa)
    return row | {"bulk_GPa": moduli.bulk.item() / 1e9, "shear_GPa": moduli.shear.item() / 1e9}
