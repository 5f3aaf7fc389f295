"""How hot it gets: a bond line between two faces, and a cup that heats itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.cure_kinetics import CureKinetics
from finechem.errors import ConfigError, ConvergenceError, InputError
from finechem.matter.programs import Program

__all__ = ["CupCure", "Face", "Material", "ThermalCure", "bond_line", "cup"]

Array = NDArray[np.float64]
_SHAPES = {"slab": 0, "cylinder": 1, "sphere": 2}
_TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class Material:
    """What carries and stores the heat: of the resin as applied, filler included, and constant.

    Parameters
    ----------
    density_kg_m3, heat_capacity_J_kg_K, conductivity_W_mK : float
    reactive_fraction : float
        Mass of resin and hardener over the mass of the whole; the rest is filler, which gives no heat.
    """

    density_kg_m3: float
    heat_capacity_J_kg_K: float
    conductivity_W_mK: float
    reactive_fraction: float = 1.0

    def __post_init__(self) -> None:
        mistakes = [
            f"{name}={getattr(self, name):g}: must be above 0"
            for name in ("density_kg_m3", "heat_capacity_J_kg_K", "conductivity_W_mK")
            if not 0.0 < getattr(self, name) < math.inf
        ]
        if not 0.0 < self.reactive_fraction <= 1.0:
            mistakes.append(f"reactive_fraction={self.reactive_fraction:g}: must be above 0 and at most 1")
        if mistakes:
            raise ConfigError("material", mistakes)


@dataclass(frozen=True, slots=True)
class Face:
    """A face and what is beyond it.

    Parameters
    ----------
    program : Program or None
        Temperature of the face, or of the air beyond a film. None: insulated, or the plane of symmetry.
    film_W_m2K : float
        Heat transfer coefficient; infinite where the face itself follows the program.
    """

    program: Program | None
    film_W_m2K: float = math.inf

    def __post_init__(self) -> None:
        if not self.film_W_m2K > 0.0:
            raise InputError(f"film_W_m2K={self.film_W_m2K:g}: must be above 0; an insulated face has no program")


@dataclass(frozen=True, slots=True)
class ThermalCure:
    """Temperatures and conversions through a thickness in time.

    Attributes
    ----------
    position_m : (N,) array
        Centres of the cells.
    times_s : (S,) array
    temperature_K, conversion : (S, N) arrays
    heat_released_J_m2, heat_lost_J_m2, heat_stored_J_m2 : float
        Over the whole program, per area of face (outer face of a cylinder or sphere): released = lost + stored.
    """

    position_m: Array
    times_s: Array
    temperature_K: Array
    conversion: Array
    heat_released_J_m2: float
    heat_lost_J_m2: float
    heat_stored_J_m2: float

    @property
    def peak_K(self) -> float:
        """Highest temperature: of all cells at all steps of the integrator."""
        return float(self.temperature_K.max())

    @property
    def final_conversion(self) -> Array:
        """Profile at the end, (N,)."""
        return np.asarray(self.conversion[-1])

    @property
    def imbalance(self) -> float:
        """Released less lost and stored, over the largest of them."""
        parts = (self.heat_released_J_m2, self.heat_lost_J_m2, self.heat_stored_J_m2)
        largest = max(abs(part) for part in parts)
        return 0.0 if largest == 0.0 else abs(parts[0] - parts[1] - parts[2]) / largest


def bond_line(
    kinetics: CureKinetics,
    material: Material,
    thickness_m: float,
    faces: tuple[Face, Face],
    *,
    start_K: float | None = None,
    initial_conversion: float = 0.0,
    shape: Literal["slab", "cylinder", "sphere"] = "slab",
    cells: int = 40,
    points: int = 200,
) -> ThermalCure:
    r"""Return the cure of a layer that conducts heat and makes it.

    .. math::

        \rho c\,\frac{\partial T}{\partial t} = \frac1{x^g}\frac{\partial}{\partial x}\Bigl(x^g k\,
        \frac{\partial T}{\partial x}\Bigr) + \rho\,w H\,\frac{\partial\alpha}{\partial t}

    Parameters
    ----------
    kinetics : CureKinetics
        With heat_J_kg.
    material : Material
    thickness_m : float
        Of the layer; of a cylinder or sphere its radius.
    faces : (Face, Face)
        At x = 0 and at the far side. A cylinder or sphere has nothing at its centre: ``Face(None)``.
    start_K : float, optional
        By default where the first program starts.
    initial_conversion : float
    shape : str
        slab (g = 0), cylinder (1) or sphere (2).
    cells : int
    points : int
        Times that are kept, beside those of the programs and the steps of the integrator.

    Raises
    ------
    ConfigError
        With every mistake in one message.
    ConvergenceError
        If the integrator gives up.

    Notes
    -----
    Finite volumes of equal thickness, second order in space; heat and reaction in one implicit system with a banded
    Jacobian (LSODA, relative tolerance 1e-8). What leaves through the faces is a state of the system, so that the
    balance of heat holds to that tolerance whatever the number of cells: it checks the equations, not the resolution.
    Adherends are only faces; constant properties; no flow, so no convection in a cup of thin resin.

    Examples
    --------
    >>> from finechem.adhesives import published_kinetics
    >>> from finechem.matter.programs import hold
    >>> resin = Material(1150.0, 1800.0, 0.2)
    >>> wall = Face(hold(80.0, 1.0))
    >>> thin, thick = (
    ...     bond_line(published_kinetics("rimr135-rimh137"), resin, size, (wall, wall), start_K=298.15)
    ...     for size in (1e-3, 2e-2)
    ... )
    >>> round(thin.peak_K - 273.15), round(thick.peak_K - 273.15)
    (80, 296)
    """
    programs = [face.program for face in faces if face.program is not None]
    mistakes = []
    if kinetics.heat_J_kg is None:
        mistakes.append(kinetics.missing()["heat"])
    if not programs:
        mistakes.append("no face has a program; one must")
    if len({program.duration_s for program in programs}) > 1:
        mistakes.append(f"the programs of the faces last {' and '.join(f'{p.duration_s:g}' for p in programs)} s")
    if shape not in _SHAPES:
        mistakes.append(f"shape={shape!r}: one of {', '.join(_SHAPES)}")
    elif shape != "slab" and faces[0].program is not None:
        mistakes.append(f"the centre of a {shape} has no program")
    if not (0.0 < thickness_m < math.inf and cells >= 3):
        mistakes.append(f"thickness_m={thickness_m:g} in {cells} cells: above 0, and at least 3 cells")
    mistakes += kinetics.start_mistakes(initial_conversion)
    if mistakes:
        raise ConfigError("bond line", mistakes)
    begin = float(programs[0].temperature_K[0]) if start_K is None else start_K
    layer = _Layer(kinetics, material, thickness_m, faces, _SHAPES[shape], cells)
    times = np.union1d(
        np.linspace(0.0, programs[0].duration_s, points), np.concatenate([program.time_s for program in programs])
    )
    breaks = np.unique(np.concatenate([program.time_s for program in programs]))
    times, states = layer.run(begin, initial_conversion, times, breaks.tolist())
    temperature, conversion = states[:, 1:-1:2], states[:, 2:-1:2]
    volumes = layer.volumes
    stored = layer.heat_capacity * float((temperature[-1] - temperature[0]) @ volumes)
    released = layer.heat * float((conversion[-1] - conversion[0]) @ volumes)
    lost = layer.heat_capacity * float(states[-1, 0] + states[-1, -1] - states[0, 0] - states[0, -1])
    outer = layer.areas[-1]
    return ThermalCure(
        layer.centres, times, temperature, np.clip(conversion, 0.0, 1.0), released / outer, lost / outer, stored / outer
    )


class _Layer:
    """The equations of a layer: states are heat lost at the left, T and α of each cell, heat lost at the right.

    Heat lost is kept over ρc, in K m: then all states are of similar size.
    """

    def __init__(
        self, kinetics: CureKinetics, material: Material, size: float, faces: Sequence[Face], power: int, cells: int
    ) -> None:
        self.kinetics, self.faces, self.cells = kinetics, faces, cells
        edges = np.linspace(0.0, size, cells + 1)
        self.centres = 0.5 * (edges[1:] + edges[:-1])
        self.areas = edges**power if power else np.ones(cells + 1)
        self.volumes = np.diff(edges ** (power + 1)) / (power + 1)
        self.heat_capacity = material.density_kg_m3 * material.heat_capacity_J_kg_K
        self.heat = material.density_kg_m3 * material.reactive_fraction * float(kinetics.heat_J_kg or 0.0)
        self.diffusivity = material.conductivity_W_mK / self.heat_capacity
        self.width = size / cells
        half = 0.5 * self.width / material.conductivity_W_mK
        self.conductances = [
            0.0 if face.program is None else 1.0 / (half + 1.0 / face.film_W_m2K) / self.heat_capacity for face in faces
        ]

    def rates(self, time: float, state: Array) -> Array:
        temperature, conversion = state[1:-1:2], state[2:-1:2]
        outward = np.empty(self.cells + 1)  # towards larger x
        outward[1:-1] = -self.diffusivity * np.diff(temperature) / self.width
        ends = []
        for face, conductance, near in zip(
            self.faces, self.conductances, (temperature[0], temperature[-1]), strict=True
        ):
            if face.program is None:
                ends.append(0.0)
                continue
            beyond = np.interp(time, face.program.time_s, face.program.temperature_K)
            ends.append(conductance * (near - float(beyond)))
        outward[0], outward[-1] = -ends[0], ends[1]
        flow = outward * self.areas
        speed = self.kinetics.rate_per_s(conversion, np.clip(temperature, 100.0, 2000.0))
        found = np.empty_like(state)
        found[0], found[-1] = -flow[0], flow[-1]
        found[1:-1:2] = -np.diff(flow) / self.volumes + self.heat / self.heat_capacity * speed
        found[2:-1:2] = speed
        return found

    def run(self, begin: float, conversion: float, times: Array, breaks: Sequence[float]) -> tuple[Array, Array]:
        """Return times and states, integrating between breaks of the programs.

        The times are those asked for and every step of the integrator, so that no peak falls between them.
        """
        from scipy.integrate import solve_ivp

        state = np.zeros(2 * self.cells + 2)
        state[1:-1:2], state[2:-1:2] = begin, conversion
        kept, at = [state[None, :]], [np.array(breaks[:1])]
        for start, stop in pairwise(breaks):
            solved = solve_ivp(
                self.rates, (start, stop), state, method="LSODA", dense_output=True, lband=3, uband=3, rtol=_TOLERANCE,
                atol=_TOLERANCE, first_step=min(1e-3, 0.1 * (stop - start)),
            )  # fmt: skip
            if not solved.success:
                raise ConvergenceError(f"bond line: stopped at {solved.t[-1]:g} s ({solved.message})")
            state = solved.y[:, -1]
            at.append(np.union1d(times[(times > start) & (times <= stop)], solved.t[1:]))
            kept.append(solved.sol(at[-1]).T)
        return np.concatenate(at), np.concatenate(kept)


@dataclass(frozen=True, slots=True)
class CupCure:
    """A cup in time.

    Attributes
    ----------
    times_s, temperature_K, conversion : (S,) arrays
    gel_time_s : float or None
        Cup gel time; None where it does not gel, or the gel conversion is unknown.
    peak_K, peak_time_s : float
    """

    times_s: Array
    temperature_K: Array
    conversion: Array
    gel_time_s: float | None
    peak_K: float
    peak_time_s: float


def cup(
    kinetics: CureKinetics,
    mass_kg: float,
    heat_capacity_J_kg_K: float,
    ambient_K: float,
    *,
    loss_W_K: float = 0.0,
    start_K: float | None = None,
    initial_conversion: float = 0.0,
    gel_conversion: float | None = None,
    reactive_fraction: float = 1.0,
    longest_s: float = 1e6,
) -> CupCure:
    r"""Return the cure of a cup of one temperature that heats itself: cup gel time and peak.

    .. math:: m c\,\frac{\mathrm dT}{\mathrm dt} = m w H\,\frac{\mathrm d\alpha}{\mathrm dt} - G\,(T - T_a)

    Parameters
    ----------
    kinetics : CureKinetics
        With heat_J_kg.
    mass_kg, heat_capacity_J_kg_K, ambient_K : float
    loss_W_K : float
        G, heat transfer coefficient times surface; 0 is adiabatic, the shortest gel time.
    start_K : float, optional
        Ambient by default.
    initial_conversion, gel_conversion, reactive_fraction : float
    longest_s : float

    Raises
    ------
    ConfigError
        With every mistake in one message.
    ConvergenceError
        If the integrator gives up.

    Notes
    -----
    One temperature: right for small Biot numbers. A cup of resin conducts badly, its middle is hotter and gels first;
    `bond_line` with shape cylinder or sphere has the profile.

    Examples
    --------
    Adiabatic, all the heat stays: the rise is H/c.

    >>> kinetics = CureKinetics("resin", A1_per_s=1e5, E1_J_mol=60e3, heat_J_kg=300e3)
    >>> round(cup(kinetics, 0.1, 2000.0, 300.0).peak_K, 2)
    450.0
    """
    kinetics = kinetics.with_gel(gel_conversion)
    mistakes = [] if kinetics.heat_J_kg is not None else [kinetics.missing()["heat"]]
    mistakes += [
        f"{name}={value:g}: must be above 0"
        for name, value in (
            ("mass_kg", mass_kg), ("heat_capacity_J_kg_K", heat_capacity_J_kg_K), ("ambient_K", ambient_K),
            ("reactive_fraction", reactive_fraction), ("longest_s", longest_s),
        )
        if not 0.0 < value < math.inf
    ]  # fmt: skip
    if not loss_W_K >= 0.0:
        mistakes.append(f"loss_W_K={loss_W_K:g}: must not be negative")
    mistakes += kinetics.start_mistakes(initial_conversion)
    if mistakes:
        raise ConfigError("cup", mistakes)
    from scipy.integrate import solve_ivp

    rise = float(kinetics.heat_J_kg or 0.0) * reactive_fraction / heat_capacity_J_kg_K
    cooling = loss_W_K / (mass_kg * heat_capacity_J_kg_K)

    def rates(_: float, state: Array) -> list[float]:
        speed = float(kinetics.rate_per_s(state[1], min(max(state[0], 100.0), 2000.0)))
        return [rise * speed - cooling * (state[0] - ambient_K), speed]

    begin = ambient_K if start_K is None else start_K
    solved = solve_ivp(
        rates, (0.0, longest_s), [begin, initial_conversion], method="LSODA", rtol=1e-9, atol=1e-10,
    )  # fmt: skip
    if not solved.success:
        raise ConvergenceError(f"cup: stopped at {solved.t[-1]:g} s ({solved.message})")
    temperature, conversion = solved.y
    hottest = int(np.argmax(temperature))
    gel = None
    if kinetics.gel_conversion is not None and conversion[-1] >= kinetics.gel_conversion:
        gel = float(np.interp(kinetics.gel_conversion, np.maximum.accumulate(conversion), solved.t))
    return CupCure(
        solved.t, temperature, np.clip(conversion, 0.0, 1.0), gel, float(temperature[hottest]), float(solved.t[hottest])
    )
