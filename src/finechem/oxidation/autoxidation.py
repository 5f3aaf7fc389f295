"""Autoxidation of a matrix with inhibitors through a temperature program: species and thresholds.

Absolute times need calibration on the user's own matrix (`finechem.oxidation.calibrate_induction_times`): most rates
of the shipped mechanism were measured at other temperatures, or are assumptions. What can be compared uncalibrated is
order and scaling.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import ConvergenceError, InputError, did_you_mean
from finechem.matter.programs import Program
from finechem.oxidation.formulation import Inhibitor, OxidationFilm
from finechem.oxidation.mechanism import Assembly, Mechanism, rate_key
from finechem.oxidation.mechanism_files import load_mechanism
from finechem.units import GAS_CONSTANT

__all__ = [
    "Simulation",
    "rate_tables",
    "simulate",
    "threshold_times",
]

Float = NDArray[np.float64]
#: Share of the matrix whose oxidation ends an induction period by the threshold definition.
THRESHOLD = 1e-3
#: Radicals grow from next to nothing: an absolute tolerance near what they have would let them be anything.
_RTOL, _ATOL = 1e-4, 1e-20
#: Longest time that is simulated for an induction time, h.
HORIZON_H = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """Species along a program.

    Attributes
    ----------
    time_s, temperature_K : (K,) array
    concentrations : (K, N) array
        mol/L, in the order of ``assembly.species``.
    oxygen_uptake : (K,) array
        Oxygen bound by reactions, mol/(L s); heat flow is taken as proportional to it.
    assembly : Assembly
    """

    time_s: Float
    temperature_K: Float
    concentrations: Float
    oxygen_uptake: Float
    assembly: Assembly

    def of(self, species: str) -> Float:
        """Return the concentration of a species, such as ``ROOH`` or ``InH#0``, at all times."""
        found: Float = self.concentrations[:, self.assembly.index(species)]
        return found

    @property
    def hydroperoxide(self) -> Float:
        """Concentration of hydroperoxide, mol/L."""
        return self.of("ROOH")

    @property
    def radical_flux(self) -> Float:
        """Concentration of peroxyl, the radical that carries the chain, mol/L."""
        return self.of("RO2")

    @property
    def inhibitor_left(self) -> Float:
        """Share of all active species that is still what was added, (K,); NaN without any."""
        active = self.concentrations[:, list(self.assembly.active)].sum(axis=1)
        return np.asarray(
            active / active[0] if len(self.assembly.active) and active[0] > 0 else np.full(active.shape, np.nan)
        )


def rate_tables(
    assembly: Assembly,
    candidates: Sequence[Sequence[Inhibitor]],
    film: OxidationFilm,
    mechanism: Mechanism,
    shifts: Mapping[str, ArrayLike] | None = None,
) -> tuple[Float, Float, Float]:
    """Return ln A (C, R), E/R (C, R) and initial concentrations (C, N) of candidates of one assembly.

    `shifts` adds decades to rate constants: one number or one a candidate, by key of the rate (`rate_key`) or of a
    molecule's own deviation in it (`Inhibitor.own`).
    """
    shifts = shifts or {}
    _check_shifts(assembly, candidates, shifts)
    count = len(candidates)
    log_factor = np.empty((count, len(assembly.reactions)))
    energy_K = np.empty_like(log_factor)
    start = np.zeros((count, len(assembly.species)))
    start[:, assembly.index("RH")] = film.density_kg_m3 / mechanism.unit_g_mol
    start[:, assembly.index("O2")] = film.oxygen_mol_L
    start[:, assembly.index("ROOH")] = film.hydroperoxide_mol_L
    for number, place in enumerate(assembly.active):
        start[:, place] = [inhibitors[number].mol_L for inhibitors in candidates]
    exchange = math.log(film.exchange_per_s)
    for column, ((reaction, block), role) in enumerate(zip(assembly.reactions, assembly.roles, strict=True)):
        own = [None if block < 0 else inhibitors[block] for inhibitors in candidates]
        if role in ("evaporation", "decomposition"):
            pairs = np.array([getattr(item, role) for item in own])
            log_factor[:, column], energy_K[:, column] = pairs[:, 0], pairs[:, 1]
            continue
        if role:
            saturation = math.log(film.oxygen_mol_L) if film.oxygen_mol_L > 0.0 else -math.inf
            log_factor[:, column] = exchange + (saturation if role == "oxygen in" else 0.0)
            energy_K[:, column] = 0.0
            continue
        strength = np.array([math.nan if item is None else item.xh_kJ_mol for item in own])
        change = np.where(np.isnan(strength), 0.0, reaction.alpha * (strength - reaction.reference_kJ_mol))
        key = rate_key(reaction, "" if own[0] is None else own[0].kind)
        decades = reaction.log10_A + np.broadcast_to(np.asarray(shifts.get(key, 0.0), dtype=float), (count,))
        names = ["" if item is None else item.own(key) for item in own]
        for name in set(names) & set(shifts):
            decades = decades + np.where([other == name for other in names], np.asarray(shifts[name]), 0.0)
        log_factor[:, column] = math.log(10.0) * decades
        energy_K[:, column] = (reaction.E_kJ_mol + change) * 1e3 / GAS_CONSTANT  # may be negative, see `Reaction`
    return np.maximum(log_factor, -1e4), energy_K, start


def _check_shifts(
    assembly: Assembly, candidates: Sequence[Sequence[Inhibitor]], shifts: Mapping[str, ArrayLike]
) -> None:
    known = set()
    for (reaction, block), role in zip(assembly.reactions, assembly.roles, strict=True):
        for inhibitors in candidates if not role else ():
            key = rate_key(reaction, "" if block < 0 else inhibitors[block].kind)
            known |= {key} if block < 0 else {key, inhibitors[block].own(key)}
    for key, value in shifts.items():
        if key not in known:
            raise InputError(f"shifts: no rate {key!r}{did_you_mean(key, known)}")
        if not np.all(np.isfinite(value)):
            raise InputError(f"shifts: {key!r} is moved by {np.asarray(value).tolist()}; it must be finite")


def _prepared(
    candidates: Sequence[Sequence[Inhibitor]],
    film: OxidationFilm | None,
    mechanism: Mechanism | None,
    shifts: Mapping[str, ArrayLike] | None,
) -> tuple[Assembly, tuple[Float, Float, Float]]:
    film, mechanism = film or OxidationFilm(), mechanism or load_mechanism()
    kinds = {tuple(item.kind for item in inhibitors) for inhibitors in candidates}
    if len(kinds) != 1:
        raise InputError(f"candidates of one call need the same classes in the same order, got {len(kinds)} kinds")
    assembly = mechanism.assembled(kinds.pop())
    return assembly, rate_tables(assembly, candidates, film, mechanism, shifts)


def simulate(
    inhibitors: Sequence[Inhibitor],
    program: Program,
    *,
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
    times_s: ArrayLike | None = None,
    shifts: Mapping[str, ArrayLike] | None = None,
    rtol: float = _RTOL,
) -> Simulation:
    r"""Return all species along a temperature program.

    Mass action, :math:`\dot c = S\,r`, with evaporation and decomposition of each inhibitor as first-order losses and
    oxygen from outside by :math:`k (c_s - c)`; the film is well mixed.

    Parameters
    ----------
    inhibitors : sequence of Inhibitor
        See `finechem.oxidation.inhibitors_of`; empty: the matrix alone.
    program : Program
    film : OxidationFilm, optional
    mechanism : Mechanism, optional
    times_s : (K,) array, optional
        Rising times of the output, within the program; default: 400 over it.
    shifts : mapping, optional
        Decades added to rate constants, by their keys.
    rtol : float

    Returns
    -------
    Simulation

    Raises
    ------
    InputError
        If the times do not rise within the program, or a shift names no rate.
    ConvergenceError
        If the integration fails.

    Notes
    -----
    It cannot tell about diffusion profiles in the film, products that attack or protect, metals, light, or a glass
    that slows radicals down. Uncalibrated, times are off by what the rates are uncertain.

    Examples
    --------
    >>> from finechem.matter.programs import hold
    >>> found = simulate([Inhibitor(kind="hindered phenol", mol_L=0.004)], hold(180.0, 0.1))
    >>> bool(np.all(np.diff(found.of("InH#0")) < 0))
    True
    """
    from finechem_kernels.mass_action import integrate

    assembly, (log_factor, energy_K, start) = _prepared([inhibitors], film, mechanism, shifts)
    time = np.linspace(0.0, program.duration_s, 400) if times_s is None else np.asarray(times_s, dtype=float)
    if (
        time.ndim != 1
        or not time.size
        or not (np.all(np.diff(time) > 0.0) and time[0] >= 0.0 and np.isfinite(time[-1]))
    ):
        raise InputError("times_s must be at least one time, and each later than the one before")
    if time[-1] > program.duration_s:
        raise InputError(f"times_s ends at {time[-1]:g} s; {program.name!r} at {program.duration_s:g} s")
    last = float(time[-1]) or program.duration_s
    corners = [at for at in program.time_s if at < last] + [last]  # nothing is wanted after that
    run = integrate(
        assembly.network, log_factor, energy_K, start, corners, program.at(corners), outputs=time, rtol=rtol, atol=_ATOL
    )  # fmt: skip
    if run.failed[0]:
        raise ConvergenceError(f"integration stopped at {run.final_time[0]:g} s of {program.name!r}")
    temperature = np.asarray(program.at(time))
    found = run.concentrations[0]
    return Simulation(
        time, temperature, found, _uptake(assembly, log_factor[0], energy_K[0], temperature, found), assembly
    )


def _uptake(assembly: Assembly, log_factor: Float, energy_K: Float, temperature: Float, found: Float) -> Float:
    """Return minus the change of oxygen by reactions other than its exchange."""
    padded = np.hstack([found, np.ones((len(found), 1))])
    with np.errstate(under="ignore"):
        rates = np.exp(log_factor - energy_K / temperature[:, None]) * padded[:, assembly.reactants].prod(axis=2)
    exchanged = [role.startswith("oxygen") for role in assembly.roles]
    oxygen = np.where(exchanged, 0.0, assembly.stoichiometry[assembly.index("O2")])
    return np.asarray(-(rates @ oxygen))


def threshold_times(
    candidates: Sequence[Sequence[Inhibitor]],
    program: Program,
    *,
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
    conversions: Sequence[float] = (THRESHOLD,),
    shifts: Mapping[str, ArrayLike] | None = None,
    rtol: float = _RTOL,
    workers: int = 1,
) -> Float:
    """Return when given shares of the matrix are oxidized, (C, len(conversions)) in s; inf where that is never.

    Candidates have the same classes in the same order; see `simulate` for the rest.

    Raises
    ------
    ConvergenceError
        If an integration fails.
    """
    from finechem_kernels.mass_action import integrate

    assembly, (log_factor, energy_K, start) = _prepared(candidates, film, mechanism, shifts)
    place = assembly.index("RH")
    weights = np.zeros((len(conversions), len(assembly.species)))
    weights[:, place] = -1.0
    run = integrate(
        assembly.network, log_factor, energy_K, start, program.time_s, program.temperature_K, sums=weights,
        sum_levels=-(1.0 - np.asarray(conversions)) * start[:, [place]], stop=True, rtol=rtol, atol=_ATOL,
        workers=workers,
    )  # fmt: skip
    if run.failed.any():
        raise ConvergenceError(f"integration of candidate {int(np.flatnonzero(run.failed)[0])} failed")
    return np.where(np.isnan(run.events), np.inf, run.events)
