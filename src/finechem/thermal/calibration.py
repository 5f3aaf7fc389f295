"""How far the heat models are off, measured: what `thermal.model_errors` holds and how it came about.

Nothing here is guessed. Slack and Debye-Callaway have one fitted number a group of crystals, the Gruneisen parameter
of the heat-carrying modes; their sigma is the leave-one-compound-out error. The sigma of a measured quantity is the
scatter between sources that measured the same thing; for thermal expansion that includes the temperature range, which
most sources do not state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.errors import DataError
from finechem.matter.crystal import Crystal
from finechem.thermal.anisotropy import direction_shares
from finechem.thermal.callaway import debye_callaway_conductivity, isotope_parameter
from finechem.thermal.elastic import (
    SoundVelocities,
    acoustic_debye_temperature,
    debye_temperature,
    polycrystal_moduli,
    sound_velocities,
)
from finechem.thermal.known import elasticity_of, known_crystals
from finechem.thermal.measured import TEMPERATURE_WINDOW_K, single_crystal_conductivities
from finechem.thermal.slack import slack_conductivity

__all__ = ["Fit", "calibrate", "group_of", "model_error", "reference_crystals", "repeatability", "select_reference_set"]

Array = NDArray[np.float64]
#: Everything below is fitted and tested at this temperature.
REFERENCE_TEMPERATURE_K = 300.0


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One model on one group: the fitted Gruneisen parameter and the leave-one-compound-out predictions."""

    model: str
    group: str
    gruneisen: float
    ids: tuple[str, ...]
    measured: Array
    predicted: Array

    @property
    def log_error(self) -> Array:
        """ln(predicted / measured) of each compound, predicted without it."""
        return np.asarray(np.log(self.predicted / self.measured))

    @property
    def sigma(self) -> float:
        """Root mean square of `log_error`."""
        return float(np.sqrt(np.mean(self.log_error**2)))

    @property
    def factor(self) -> float:
        """Average factor difference, 10**mean|log10(predicted/measured)|."""
        return float(np.exp(np.mean(np.abs(self.log_error))))


def group_of(crystal: Crystal) -> str:
    """Return ``tetrahedral`` (every atom has four nearest neighbours) or ``other``."""
    return "tetrahedral" if crystal.tetrahedral else "other"


def select_reference_set() -> list[tuple[str, str]]:
    """Return (phase, group) of every shipped crystal fit to judge conductivity models by.

    The rule: a measured conductivity marked preferred, single crystal, natural isotopes, lattice, averaged over
    directions; a *measured* elastic tensor (grade A or B); no layers, no metal. `thermal.reference_set` is this list
    as it was committed before any model was tuned; it grows only with the data.
    """
    selected = []
    for crystal in (*known_crystals("candidate"), *known_crystals("reference")):
        gap = crystal.fact("band_gap_eV")
        if crystal.layered or (gap is not None and gap.value == 0):
            continue
        if crystal.elasticity is None or crystal.elasticity.grade not in ("A", "B"):
            continue
        if _preferred_conductivity(crystal.id) is not None:
            selected.append((crystal.id, group_of(crystal)))
    return selected


def reference_crystals() -> list[tuple[Crystal, float]]:
    """Return the crystals of `thermal.reference_set` with their measured conductivity at 300 K, in W/(m K)."""
    crystals = {crystal.id: crystal for role in ("candidate", "reference") for crystal in known_crystals(role)}
    pairs = []
    for row in datasets.load("thermal.reference_set").rows:
        kappa = _preferred_conductivity(row["phase_id"])
        if row["phase_id"] not in crystals or kappa is None:
            raise DataError(
                f"thermal.reference_set names {row['phase_id']}, which lost its structure or its measurement"
            )
        pairs.append((crystals[row["phase_id"]], kappa))
    return pairs


def _preferred_conductivity(phase: str) -> float | None:
    rows = datasets.load("thermal.conductivity").where(
        phase_id=phase, preferred="yes", sample="single crystal", isotopes="natural", carriers="lattice"
    )
    by_direction = {row["direction"]: _at_reference_temperature(row) for row in rows}
    if "average" in by_direction:
        return by_direction["average"]
    if "ab" in by_direction and "c" in by_direction:
        return (2 * by_direction["ab"] + by_direction["c"]) / 3
    return None


def _at_reference_temperature(row: Mapping[str, Any]) -> float:
    """Bring a measurement (273 to 300 K) to the reference temperature by the 1/T of three-phonon scattering."""
    return float(row["kappa_W_mK"]) * (row["temperature_K"] or REFERENCE_TEMPERATURE_K) / REFERENCE_TEMPERATURE_K


@dataclass(frozen=True, slots=True, eq=False)
class _Inputs:
    """What both models read, as arrays over crystals."""

    mass: Array
    volume: Array
    atoms: Array
    acoustic: Array
    velocities: SoundVelocities
    variance: Array

    def slack(self, gruneisen: float) -> Array:
        return slack_conductivity(
            self.mass, self.acoustic, self.volume * 1e30, self.atoms, gruneisen, REFERENCE_TEMPERATURE_K
        )

    def callaway(self, gruneisen: float) -> Array:
        return debye_callaway_conductivity(
            self.velocities.longitudinal,
            self.velocities.transverse,
            self.volume,
            self.atoms,
            self.mass,
            gruneisen,
            REFERENCE_TEMPERATURE_K,
            mass_variance=self.variance,
        )


def _inputs(crystals: Sequence[Crystal]) -> _Inputs:
    stiffness = np.array([crystal.elasticity.matrix_Pa for crystal in crystals if crystal.elasticity is not None])
    volume = np.array([crystal.volume_per_atom_m3 for crystal in crystals])
    atoms = np.array([crystal.primitive_atoms for crystal in crystals], dtype=float)
    velocities = sound_velocities(stiffness, [crystal.density_kg_m3 for crystal in crystals])
    return _Inputs(
        mass=np.array([crystal.mean_mass_u for crystal in crystals]),
        volume=volume,
        atoms=atoms,
        acoustic=acoustic_debye_temperature(debye_temperature(velocities.debye, volume), atoms),
        velocities=velocities,
        variance=np.array([isotope_parameter(crystal.species) for crystal in crystals]),
    )


def calibrate() -> list[Fit]:
    """Fit the Gruneisen parameter of each model and group, and predict each compound from the others.

    Returns
    -------
    list of Fit
        Slack and Callaway, tetrahedral and other. The fitted value makes the mean of ln(predicted/measured) zero.

    Notes
    -----
    A Gruneisen parameter from Poisson's ratio was tried as well and carries no information on these crystals: with it
    the leave-one-out error is larger in both groups (``benchmarks/accuracy/slack.py`` prints both).
    """
    fits = []
    pairs = reference_crystals()
    for group in ("tetrahedral", "other"):
        members = [(crystal, kappa) for crystal, kappa in pairs if group_of(crystal) == group]
        inputs = _inputs([crystal for crystal, _ in members])
        measured = np.array([kappa for _, kappa in members])
        ids = tuple(crystal.id for crystal, _ in members)
        models: tuple[tuple[str, Callable[[float], Array]], ...] = (
            ("slack", inputs.slack),
            ("callaway", inputs.callaway),
        )
        for name, predict in models:
            everyone = np.ones(len(members), dtype=bool)
            predicted = np.empty(len(members))
            for index in range(len(members)):
                others = everyone.copy()
                others[index] = False
                predicted[index] = predict(_balanced(predict, measured, others))[index]
            fits.append(Fit(name, group, _balanced(predict, measured, everyone), ids, measured, predicted))
    return fits


def _balanced(predict: Callable[[float], Array], measured: Array, mask: NDArray[np.bool_]) -> float:
    """Return the Gruneisen parameter that makes the mean log error of the masked compounds zero."""
    from scipy.optimize import brentq

    def mean_log_error(gruneisen: float) -> float:
        return float(np.mean(np.log(predict(gruneisen)[mask] / measured[mask])))

    return float(brentq(mean_log_error, 0.3, 6.0, xtol=1e-10))


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
    from finechem.thermal.gruneisen import gruneisen_from_poisson

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
    from finechem.thermal.measured import is_computed

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
            and abs((fact.temperature_K or REFERENCE_TEMPERATURE_K) - REFERENCE_TEMPERATURE_K) <= TEMPERATURE_WINDOW_K
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


@cache
def model_error(quantity: str, group: str) -> Mapping[str, Any]:
    """Return the row of `thermal.model_errors`: n, value (a fitted parameter, if any), sigma, scale.

    Raises
    ------
    DataError
        If it was never measured.
    """
    rows = datasets.load("thermal.model_errors").where(quantity=quantity, group=group)
    if not rows:
        raise DataError(f"thermal.model_errors has no row for {quantity}, {group}: its error was never measured")
    return rows[0]


def measure_errors() -> list[dict[str, Any]]:
    """Return all rows of `thermal.model_errors`, computed anew."""
    rows: list[dict[str, Any]] = [
        {
            "quantity": fit.model, "group": fit.group, "n": len(fit.ids), "gruneisen": fit.gruneisen,
            "sigma": fit.sigma, "scale": "ln", "how": "leave-one-compound-out RMSE on thermal.reference_set",
        }
        for fit in calibrate()
    ]  # fmt: skip
    how = {
        "measured": "scatter between sources of the same quantity of the same phase (n degrees of freedom)",
        "computed": "RMS difference of computed from measured (n pairs)",
    }
    errors = [float(np.log(elastic / measured)) for _, measured, elastic in axial_ratios()]
    rows.append(
        {
            "quantity": "anisotropy", "group": "axial", "n": len(errors), "gruneisen": None,
            "sigma": float(np.sqrt(np.mean(np.square(errors)))), "scale": "ln",
            "how": "RMS difference of ln(kappa_c / kappa_ab), elastic from measured",
        }
    )  # fmt: skip
    scatter: Iterable[tuple[tuple[str, str], tuple[float, int]]] = [*elastic_scatter().items(), *fact_scatter().items()]
    for (quantity, group), (sigma, n) in scatter:
        scale = {"band_gap": "eV", "thermal_expansion": "1e-6/K"}.get(quantity, "ln")
        rows.append(
            {
                "quantity": quantity,
                "group": group,
                "n": n,
                "gruneisen": None,
                "sigma": sigma,
                "scale": scale,
                "how": how[group],
            }
        )
    return rows
