"""What autoxidation happens to: inhibitors as the mechanism sees them, and the film they sit in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finechem.errors import ConfigError, DomainError, InputError, did_you_mean
from finechem.matter.molecules import molar_mass_g_mol
from finechem.matter.programs import ZERO_CELSIUS_K
from finechem.oxidation.classes import active_groups
from finechem.oxidation.decomposition import LOG10_A
from finechem.oxidation.evaporation import Film, surface_velocity_m_s
from finechem.oxidation.mechanism import Mechanism
from finechem.oxidation.mechanism_files import load_mechanism
from finechem.oxidation.package import Additive
from finechem.units import GAS_CONSTANT

__all__ = ["Inhibitor", "OxidationFilm", "checked_celsius", "evaporation_arrhenius", "inhibitors_of"]

#: Temperatures between which evaporation is a straight line of ln k over 1/T, where nobody says; the chord crosses the
#: curve at these shares of the way.
_BETWEEN_C, _CROSSINGS = (150.0, 260.0), (0.15, 0.85)
_MAY_BE_INFINITE = ("oxygen_velocity_m_s", "gas_transfer_m_s")
#: Temperatures that are taken for such in °C; the matrix itself has about 21 mol/L; X-H bonds.
_CELSIUS, _MOST_MOL_L, _BONDS_KJ_MOL = (-100.0, 400.0), 20.0, (100.0, 700.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OxidationFilm:
    """A film of the matrix and its oxygen supply. The defaults are assumptions, not facts.

    Parameters
    ----------
    thickness_um : float
        Open on one side.
    density_kg_m3 : float
    oxygen_mol_L : float
        Saturation with oxygen: Henry's constant times the partial pressure; 0 where there is none.
    oxygen_diffusivity_m2_s : float
        In the film, taken as constant: the mean over the film comes closer to saturation at the rate 3 D / L², exact
        where consumption is the same everywhere and steady.
    oxygen_velocity_m_s : float
        A further resistance at the surface, in terms of the concentration in the film.
    hydroperoxide_mol_L : float
        What the matrix has at the start; at most 20.
    gas_transfer_m_s : float
        Mass transfer of the inhibitor's vapour in the gas.
    volatile : bool
        Whether inhibitors evaporate.
    """

    thickness_um: float = 100.0
    density_kg_m3: float = 900.0
    oxygen_mol_L: float = 1e-3
    oxygen_diffusivity_m2_s: float = 1e-9
    oxygen_velocity_m_s: float = math.inf
    hydroperoxide_mol_L: float = 1e-4
    gas_transfer_m_s: float = 0.01
    volatile: bool = True

    def __post_init__(self) -> None:
        mistakes = [
            f"{name} is {getattr(self, name):g}; it must be above 0{'' if name in _MAY_BE_INFINITE else ' and finite'}"
            for name in (
                "thickness_um", "density_kg_m3", "oxygen_diffusivity_m2_s", "oxygen_velocity_m_s", "gas_transfer_m_s",
            )
            if not getattr(self, name) > 0.0 or (math.isinf(getattr(self, name)) and name not in _MAY_BE_INFINITE)
        ]  # fmt: skip
        mistakes += [
            f"{name} is {getattr(self, name):g}; it must be at least 0 and finite"
            for name in ("oxygen_mol_L", "hydroperoxide_mol_L")
            if not 0.0 <= getattr(self, name) < math.inf
        ]
        if _MOST_MOL_L < self.hydroperoxide_mol_L < math.inf:
            mistakes.append(f"hydroperoxide_mol_L is {self.hydroperoxide_mol_L:g}; the matrix itself has about 21")
        if mistakes:
            raise ConfigError("film", mistakes)

    @property
    def exchange_per_s(self) -> float:
        """Rate at which oxygen approaches saturation: diffusion and surface in series.

        >>> round(OxidationFilm().exchange_per_s, 3)
        0.3
        """
        thickness = self.thickness_um * 1e-6
        inside = thickness**2 / (3.0 * self.oxygen_diffusivity_m2_s)
        return 1.0 / (inside + thickness / self.oxygen_velocity_m_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibitor:
    """Active groups of one kind in the matrix.

    Parameters
    ----------
    kind : str
        A class of the mechanism, such as ``hindered phenol``.
    mol_L : float
        Active groups a litre; at most 20.
    xh_kJ_mol : float
        Strength of the X-H bond, 100 to 700, where known: shifts energies by Bell, Evans and Polanyi.
    evaporation : (float, float)
        ln A (1/s) and activation energy over the gas constant (K) of a first-order loss; ln A = -inf is none.
    decomposition : (float, float)
        The same of a molecule that falls apart.
    name : str
        Of the molecule, whose deviation from its class is one wherever it occurs; without a name that of its kind.
    remarks : tuple of str
    """

    kind: str
    mol_L: float
    xh_kJ_mol: float = math.nan
    evaporation: tuple[float, float] = (-math.inf, 0.0)
    decomposition: tuple[float, float] = (-math.inf, 0.0)
    name: str = ""
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 <= self.mol_L <= _MOST_MOL_L:
            raise InputError(
                f"{self.name or self.kind}: {self.mol_L:g} mol/L; it must be between 0 and {_MOST_MOL_L:g}, the matrix "
                "itself has about 21"
            )
        low, high = _BONDS_KJ_MOL
        if not (math.isnan(self.xh_kJ_mol) or low <= self.xh_kJ_mol <= high):
            raise InputError(
                f"{self.name or self.kind}: an X-H bond of {self.xh_kJ_mol:g} kJ/mol; it must be {low:g} to {high:g}"
            )

    def own(self, rate: str) -> str:
        """Return the key of the molecule's own deviation from its class in a rate, see `rate_key`."""
        return f"molecule {self.name or self.kind}: {rate}"


def inhibitors_of(
    additives: Sequence[Additive],
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
    *,
    xh_kJ_mol: float | Mapping[str, float] = math.nan,
    weakest_bond_kJ_mol: float = math.nan,
    volatility_shift: Mapping[str, float] | None = None,
    between_C: tuple[float, float] = _BETWEEN_C,
) -> list[Inhibitor]:
    """Return what a package of additives is to the mechanism: one entry for each additive and kind of active group.

    Parameters
    ----------
    additives : sequence of Additive
    film : OxidationFilm, optional
    mechanism : Mechanism, optional
    xh_kJ_mol : float or mapping of kind to float
        Of the weakest X-H bond, where known (100 to 700; NaN: unknown). One number is that of the one kind of group in
        the package that breaks chains; where there are several kinds, say which.
    weakest_bond_kJ_mol : float
        Of the weakest bond between heavy atoms: molecules fall apart by it, with the frequency factor
        `finechem.oxidation.decomposition.LOG10_A`; what they fall into does nothing. NaN or infinite: they do not.
    volatility_shift : mapping of name to float, optional
        Moves ln p of an additive by so many of its standard deviations.
    between_C : (float, float)
        Temperatures that matter: evaporation is a straight line of ln k over 1/T there (off by a third over 100 K), and
        over-estimated below.

    Raises
    ------
    InputError
        If a bond is no bond's strength or belongs to no kind of group, or the temperatures are not in °C.
    DomainError
        If an additive has no group of a class with rates: what it does cannot be said.

    Examples
    --------
    >>> bht = Additive.of("BHT", "Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1", 0.1)
    >>> [(item.kind, round(item.mol_L, 5)) for item in inhibitors_of([bht])]
    [('hindered phenol', 0.00408)]
    """
    film = film or OxidationFilm()
    mechanism = mechanism or load_mechanism()
    if weakest_bond_kJ_mol <= 0.0:
        raise InputError(f"weakest_bond_kJ_mol is {weakest_bond_kJ_mol:g}; it must be above 0, or NaN where unknown")
    strengths = _strengths(additives, mechanism, xh_kJ_mol)
    falls = math.isfinite(weakest_bond_kJ_mol)
    loss_by_bond = (math.log(10.0) * LOG10_A, 1e3 * weakest_bond_kJ_mol / GAS_CONSTANT) if falls else (-math.inf, 0.0)
    found = []
    for additive in additives:
        counts = active_groups(additive.smiles).counts
        kinds = [kind for kind in counts if kind in mechanism.classes]
        silent = [kind for kind in counts if kind not in mechanism.classes]
        if not kinds:
            what = f"no rates for {', '.join(silent)}" if silent else "no group that slows oxidation"
            raise DomainError(f"{additive.name}: {what}; the mechanism has {', '.join(mechanism.classes)}")
        molecules_mol_L = additive.loading_wt_percent / 100.0 * film.density_kg_m3 / molar_mass_g_mol(additive.smiles)
        shift = (volatility_shift or {}).get(additive.name, 0.0)
        loss = evaporation_arrhenius(additive, film, shift, between_C) if film.volatile else (-math.inf, 0.0)
        found += [
            Inhibitor(
                kind=kind,
                mol_L=counts[kind] * molecules_mol_L,
                xh_kJ_mol=strengths.get(kind, math.nan),
                evaporation=loss,
                decomposition=loss_by_bond,
                name=additive.name,
                remarks=tuple(f"no rates for its {other}" for other in silent),
            )
            for kind in kinds
        ]
    return found


def _strengths(
    additives: Sequence[Additive], mechanism: Mechanism, given: float | Mapping[str, float]
) -> Mapping[str, float]:
    """Return X-H bonds by kind of group; one number needs one kind whose rates depend on it."""
    present = dict.fromkeys(kind for item in additives for kind in active_groups(item.smiles).counts)
    kinds = [
        kind
        for kind in present
        if kind in mechanism.classes and any(item.alpha for item in mechanism.classes[kind].reactions)
    ]
    if isinstance(given, Mapping):
        for kind in given:
            if kind not in kinds:
                raise InputError(
                    f"xh_kJ_mol: no {kind!r} with rates that depend on it; there are {', '.join(kinds) or 'none'}"
                    f"{did_you_mean(kind, kinds)}"
                )
        return given
    if math.isnan(given):
        return {}
    if len(kinds) != 1:
        there = f"{', '.join(kinds)}: give a mapping of kind to kJ/mol" if kinds else "none"
        raise InputError(f"xh_kJ_mol is {given:g}, one number for one kind that breaks chains; there are {there}")
    return {kinds[0]: given}


def checked_celsius(name: str, value: float) -> float:
    """Return a temperature in °C; one outside -100 to 400 is refused, since it may be in K.

    >>> checked_celsius("temperature_C", 453.15)
    Traceback (most recent call last):
    finechem.errors.InputError: temperature_C is 453.15; it must be between -100 and 400 °C: is it in K?
    """
    low, high = _CELSIUS
    if not low <= value <= high:
        raise InputError(f"{name} is {value:g}; it must be between {low:g} and {high:g} °C: is it in K?")
    return value


def evaporation_arrhenius(
    additive: Additive, film: OxidationFilm, shift: float = 0.0, between_C: tuple[float, float] = _BETWEEN_C
) -> tuple[float, float]:
    r"""Return ln A (1/s) and E/R (K) of the loss of an additive from a well-mixed film.

    .. math:: k = \frac{v(T)\,p(T) M}{R T}\,\frac{a}{c L}

    with v from `finechem.oxidation.evaporation.surface_velocity_m_s` and the activity a of Flory and Huggins at the
    additive's concentration c; a straight line of ln k over 1/T in a range of temperatures, below which it is too high.
    """
    from finechem.oxidation.volatility import volatility_of

    curve, mass = volatility_of(additive.smiles), molar_mass_g_mol(additive.smiles)
    inside = Film(
        thickness_m=film.thickness_um * 1e-6,
        loading=additive.loading_wt_percent / 100.0,
        density_kg_m3=film.density_kg_m3,
        molar_mass_g_mol=mass,
    )
    low, high = (checked_celsius("between_C", value) for value in between_C)
    if not high > low:
        raise InputError(f"evaporation between {low:g} and {high:g} C: the second must be higher")
    temperature: NDArray[np.float64] = ZERO_CELSIUS_K + low + (high - low) * np.array(_CROSSINGS)
    pressure = curve.vapour_pressure_Pa(temperature) * np.exp(shift * curve.sigma_ln(temperature))
    flux = surface_velocity_m_s(temperature, mass, 1.0, film.gas_transfer_m_s) * pressure * mass / 1000.0
    rate = flux / (GAS_CONSTANT * temperature) * inside.activity(1.0) / inside.additive_kg_m2
    energy_K = float(np.log(rate[1] / rate[0]) / (1.0 / temperature[0] - 1.0 / temperature[1]))
    return float(np.log(rate[0]) + energy_K / temperature[0]), energy_K
