"""What autoxidation happens to: inhibitors as the mechanism sees them, and the film they sit in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finechem.errors import ConfigError, DomainError, InputError
from finechem.matter.molecules import molar_mass_g_mol
from finechem.matter.programs import ZERO_CELSIUS_K
from finechem.oxidation.classes import active_groups
from finechem.oxidation.decomposition import LOG10_A
from finechem.oxidation.evaporation import Film, surface_velocity_m_s
from finechem.oxidation.mechanism import Mechanism
from finechem.oxidation.mechanism_files import load_mechanism
from finechem.oxidation.package import Additive
from finechem.units import GAS_CONSTANT

__all__ = ["Inhibitor", "OxidationFilm", "evaporation_arrhenius", "inhibitors_of"]

#: Temperatures between which evaporation is a straight line of ln k over 1/T, where nobody says; the chord crosses the
#: curve at these shares of the way.
_BETWEEN_C, _CROSSINGS = (150.0, 260.0), (0.15, 0.85)
_MAY_BE_INFINITE = ("oxygen_velocity_m_s", "gas_transfer_m_s")


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
        What the matrix has at the start.
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
        Active groups a litre.
    xh_kJ_mol : float
        Strength of the X-H bond, where known: shifts energies by Bell, Evans and Polanyi.
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
        if not 0.0 <= self.mol_L < math.inf:
            raise InputError(f"{self.name or self.kind}: {self.mol_L:g} mol/L; it must be at least 0")
        if not (math.isnan(self.xh_kJ_mol) or 0.0 < self.xh_kJ_mol < math.inf):
            raise InputError(f"{self.name or self.kind}: an X-H bond of {self.xh_kJ_mol:g} kJ/mol; it must be above 0")

    def own(self, rate: str) -> str:
        """Return the key of the molecule's own deviation from its class in a rate, see `rate_key`."""
        return f"molecule {self.name or self.kind}: {rate}"


def inhibitors_of(
    additives: Sequence[Additive],
    film: OxidationFilm | None = None,
    mechanism: Mechanism | None = None,
    *,
    xh_kJ_mol: float = math.nan,
    weakest_bond_kJ_mol: float = math.inf,
    volatility_shift: Mapping[str, float] | None = None,
    between_C: tuple[float, float] = _BETWEEN_C,
) -> list[Inhibitor]:
    """Return what a package of additives is to the mechanism: one entry for each additive and kind of active group.

    Parameters
    ----------
    additives : sequence of Additive
    film : OxidationFilm, optional
    mechanism : Mechanism, optional
    xh_kJ_mol : float
        Of the weakest X-H bond, where known.
    weakest_bond_kJ_mol : float
        Of the weakest bond between heavy atoms: molecules fall apart by it, with the frequency factor
        `finechem.oxidation.decomposition.LOG10_A`; what they fall into does nothing.
    volatility_shift : mapping of name to float, optional
        Moves ln p of an additive by so many of its standard deviations.
    between_C : (float, float)
        Temperatures that matter: evaporation is a straight line of ln k over 1/T there (off by a third over 100 K).

    Raises
    ------
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
                xh_kJ_mol=xh_kJ_mol,
                evaporation=loss,
                decomposition=(
                    (-math.inf, 0.0)
                    if math.isinf(weakest_bond_kJ_mol)
                    else (math.log(10.0) * LOG10_A, 1e3 * weakest_bond_kJ_mol / GAS_CONSTANT)
                ),
                name=additive.name,
                remarks=tuple(f"no rates for its {other}" for other in silent),
            )
            for kind in kinds
        ]
    return found


def evaporation_arrhenius(
    additive: Additive, film: OxidationFilm, shift: float = 0.0, between_C: tuple[float, float] = _BETWEEN_C
) -> tuple[float, float]:
    r"""Return ln A (1/s) and E/R (K) of the loss of an additive from a well-mixed film.

    .. math:: k = \frac{v(T)\,p(T) M}{R T}\,\frac{a}{c L}

    with v from `finechem.oxidation.evaporation.surface_velocity_m_s` and the activity a of Flory and Huggins at the
    additive's concentration c; a straight line of ln k over 1/T in a range of temperatures.
    """
    from finechem.oxidation.volatility import volatility_of

    curve, mass = volatility_of(additive.smiles), molar_mass_g_mol(additive.smiles)
    inside = Film(
        thickness_m=film.thickness_um * 1e-6,
        loading=additive.loading_wt_percent / 100.0,
        density_kg_m3=film.density_kg_m3,
        molar_mass_g_mol=mass,
    )
    low, high = between_C
    if not high > low:
        raise InputError(f"evaporation between {low:g} and {high:g} C: the second must be higher")
    temperature: NDArray[np.float64] = ZERO_CELSIUS_K + low + (high - low) * np.array(_CROSSINGS)
    pressure = curve.vapour_pressure_Pa(temperature) * np.exp(shift * curve.sigma_ln(temperature))
    flux = surface_velocity_m_s(temperature, mass, 1.0, film.gas_transfer_m_s) * pressure * mass / 1000.0
    rate = flux / (GAS_CONSTANT * temperature) * inside.activity(1.0) / inside.additive_kg_m2
    energy_K = float(np.log(rate[1] / rate[0]) / (1.0 / temperature[0] - 1.0 / temperature[1]))
    return float(np.log(rate[0]) + energy_K / temperature[0]), energy_K
