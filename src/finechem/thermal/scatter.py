"""How far sources disagree: between measurements of the same thing, and of computed from measured.

For thermal expansion the scatter includes the temperature range, which most sources do not state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.matter.crystal import Crystal
from finechem.thermal.anisotropy import direction_shares
from finechem.thermal.elastic import debye_temperature, polycrystal_moduli, sound_velocities
from finechem.thermal.gruneisen import gruneisen_from_poisson
from finechem.thermal.known import elasticity_of, known_crystals
from finechem.thermal.measured import TEMPERATURE_WINDOW_K, is_computed, single_crystal_conductivities
from finechem.units import ROOM_TEMPERATURE_K

__all__ = ["axial_ratios", "density_error", "elastic_numbers", "elastic_scatter", "fact_scatter", "repeatability"]

Array = NDArray[np.float64]


def repeatability(values: Mapping[str, Sequence[float]], *, log: bool) -> tuple[float, int]:
    """Return the pooled standard deviation between sources of the same thing, and its degrees of freedom.

    Parameters
    ----------
    values : mapping of thing to the values different sources give
        Things with one value do not count.
    log : bool
        Scatter of ln value instead of value.

    Examples
    --------
    >>> spread, freedom = repeatability({"a": [1.0, 3.0], "b": [5.0]}, log=False)
    >>> round(spread, 3), freedom
    (1.414, 1)
    """
    total, freedom = 0.0, 0
    for numbers in values.values():
        array = np.log(numbers) if log else np.asarray(numbers, dtype=float)
        if array.size > 1:
            total += float(np.sum((array - array.mean()) ** 2))
            freedom += array.size - 1
    return (float(np.sqrt(total / freedom)) if freedom else float("nan")), freedom


def elastic_scatter() -> dict[tuple[str, str], tuple[float, int]]:
    """Return ln-scatter of elastic quantities: between measured tensors, and of computed against preferred measured.

    Keys are (quantity, ``measured`` or ``computed``), values (sigma, degrees of freedom or pairs).
    """
    by_phase: dict[str, list[tuple[str, str, dict[str, float]]]] = {}
    crystals = {crystal.id: crystal for role in ("candidate", "reference") for crystal in known_crystals(role)}
    for row in datasets.load("thermal.elastic_tensors").rows:
        crystal = crystals.get(row["phase_id"])
        if crystal is not None and not crystal.layered and row["grade"] != "D":
            numbers = elastic_numbers(crystal, elasticity_of(row, crystal.space_group_number).matrix_Pa)
            by_phase.setdefault(crystal.id, []).append((row["grade"], row["preferred"], numbers))
    scatter = {}
    for quantity in ("bulk_modulus", "shear_modulus", "debye_temperature", "gruneisen_parameter"):
        measured = {
            phase: [numbers[quantity] for grade, _, numbers in rows if grade in ("A", "B")]
            for phase, rows in by_phase.items()
        }
        scatter[quantity, "measured"] = repeatability(measured, log=True)
        differences = [
            float(np.log(numbers[quantity]) - np.mean(np.log(measured[phase])))
            for phase, rows in by_phase.items()
            for grade, _, numbers in rows
            if grade == "C" and measured[phase]
        ]
        spread = float(np.sqrt(np.mean(np.square(differences)))) if differences else float("nan")
        scatter[quantity, "computed"] = (spread, len(differences))
    return scatter


def elastic_numbers(crystal: Crystal, stiffness_Pa: Array) -> dict[str, float]:
    """Return the elastic quantities of one crystal with one tensor, by property name."""
    moduli = polycrystal_moduli(stiffness_Pa)
    velocities = sound_velocities(stiffness_Pa, [crystal.density_kg_m3])
    return {
        "bulk_modulus": float(moduli.bulk[0]),
        "shear_modulus": float(moduli.shear[0]),
        "debye_temperature": float(debye_temperature(velocities.debye, crystal.volume_per_atom_m3)[0]),
        "gruneisen_parameter": float(gruneisen_from_poisson(moduli.poisson)[0]),
    }


def fact_scatter() -> dict[tuple[str, str], tuple[float, int]]:
    """Return the scatter between sources of conductivities (ln), band gaps (eV) and expansions (1e-6/K)."""
    crystals = (*known_crystals("candidate"), *known_crystals("reference"))
    kappa: dict[str, list[float]] = {}
    gaps: dict[str, list[float]] = {}
    expansion: dict[str, list[float]] = {}
    resistivity: dict[str, list[float]] = {}
    computed_gap_errors = []
    for crystal in crystals:
        single = [fact for fact in single_crystal_conductivities(crystal) if fact.direction == "average"]
        kappa[crystal.id] = [fact.value for fact in single]
        found = [fact for fact in crystal.facts if fact.quantity == "band_gap_eV" and fact.value > 0]
        for fact in found:
            if not is_computed(fact):  # direct and indirect gaps of one phase are two things
                gaps.setdefault(f"{crystal.id} {fact.detail.split(',')[0]}", []).append(fact.value)
        lowest = min((fact.value for fact in found if not is_computed(fact)), default=None)
        if lowest is not None:
            computed_gap_errors += [fact.value - lowest for fact in found if is_computed(fact)]
        expansion[crystal.id] = [
            fact.value
            for fact in crystal.facts
            if (fact.quantity, fact.direction) == ("thermal_expansion_1e-6_K", "linear")
        ]
        resistivity[crystal.id] = [
            fact.value
            for fact in crystal.facts
            if fact.quantity == "resistivity_ohm_m"
            and abs((fact.temperature_K or ROOM_TEMPERATURE_K) - ROOM_TEMPERATURE_K) <= TEMPERATURE_WINDOW_K
        ]
    computed = float(np.sqrt(np.mean(np.square(computed_gap_errors)))) if computed_gap_errors else float("nan")
    return {
        ("thermal_conductivity", "measured"): repeatability(kappa, log=True),
        ("band_gap", "measured"): repeatability(gaps, log=False),
        ("band_gap", "computed"): (computed, len(computed_gap_errors)),
        ("thermal_expansion", "measured"): repeatability(expansion, log=False),
        ("resistivity", "measured"): repeatability(resistivity, log=True),
        ("density", "measured"): density_error(),
    }


def density_error() -> tuple[float, int]:
    """Return the RMS of ln(density from the cell / density stated elsewhere), and the number of pairs."""
    crystals = {crystal.id: crystal for role in ("candidate", "reference") for crystal in known_crystals(role)}
    errors = [
        float(np.log(crystals[row["phase_id"]].density_kg_m3 / row["density_kg_m3"]))
        for row in datasets.load("thermal.densities").rows
        if row["phase_id"] in crystals and row["grade"] != "C"
    ]
    return float(np.sqrt(np.mean(np.square(errors)))), len(errors)


def axial_ratios() -> list[tuple[str, float, float]]:
    """Return (phase, measured, elastic) kappa_c / kappa_ab of axial crystals; both directions from one source."""
    ratios = []
    for crystal in (*known_crystals("candidate"), *known_crystals("reference")):
        axial = 75 <= crystal.space_group_number <= 194 and not crystal.layered
        if not axial or crystal.elasticity is None:
            continue
        facts = single_crystal_conductivities(crystal)
        along_c = next((fact for fact in facts if fact.direction == "c"), None)
        in_plane = next((f for f in facts if f.direction == "ab" and along_c and f.source == along_c.source), None)
        if along_c is not None and in_plane is not None:
            x, y, z = direction_shares(crystal.elasticity.matrix_Pa)[0]
            ratios.append((crystal.id, along_c.value / in_plane.value, float(2 * z / (x + y))))
    return ratios
