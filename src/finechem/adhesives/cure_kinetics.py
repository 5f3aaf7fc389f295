"""Rate laws of cure: Kamal and Sourour's, with diffusion control, their published parameters, and the kernel's rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem import datasets
from finechem.adhesives.vitrification import DiBenedetto
from finechem.errors import ConfigError, DataError, did_you_mean
from finechem.matter.programs import ZERO_CELSIUS_K
from finechem.units import GAS_CONSTANT

__all__ = [
    "ChernPoehlein",
    "CureKinetics",
    "FreeVolume",
    "kernel_row",
    "published_kinetics",
    "published_kinetics_names",
]

Array = NDArray[np.float64]
_TABLE = "adhesives.cure_kinetics"
#: What no cure is outside of: filled and dilute mixes at one end, neat monomers at the other. Catches J/g and kJ/mol.
LEAST_HEAT_J_KG, MOST_HEAT_J_KG, LEAST_E_J_MOL = 5e3, 3e6, 1e3


@dataclass(frozen=True, slots=True)
class ChernPoehlein:
    r"""A reaction that stops where conversion passes a critical one that rises with temperature.

    .. math:: f = \frac{1}{1 + \exp\bigl(C\,(\alpha - \alpha_{C0} - \alpha_{CT} T)\bigr)}

    Parameters
    ----------
    sharpness : float
        C, not negative.
    critical_0 : float
    critical_per_K : float
    """

    sharpness: float
    critical_0: float
    critical_per_K: float

    def mistakes(self) -> list[str]:
        """Return what is wrong with the numbers."""
        wrong = [] if self.sharpness >= 0.0 else [f"sharpness={self.sharpness:g}: must not be negative"]
        finite = all(math.isfinite(value) for value in (self.sharpness, self.critical_0, self.critical_per_K))
        return wrong if finite else [*wrong, "diffusion: its numbers must be finite"]


@dataclass(frozen=True, slots=True)
class FreeVolume:
    r"""Diffusion in series with the reaction (Rabinowitch), its rate set by the free volume above the glass.

    .. math::

        \frac1{k_i} \to \frac1{k_i} + \frac1{k_d}, \qquad k_d = A_d\,e^{-E_d/RT}\,e^{-b/\phi}, \quad
        \phi = \phi_g + \beta\,(T - T_g(\alpha))

    and k_d = 0 where φ is not above 0.

    Parameters
    ----------
    A_per_s, E_J_mol : float
    b : float
        Not negative.
    fraction_at_tg : float
        φ_g, above 0.
    expansion_per_K : float
        β, above 0.
    """

    A_per_s: float
    E_J_mol: float
    b: float
    fraction_at_tg: float
    expansion_per_K: float

    @classmethod
    def from_wlf(cls, rate_at_tg_per_s: float, C1: float, C2_K: float) -> FreeVolume:
        r"""Return the free volume that moves as :math:`k_d = k_g\,10^{C_1 (T - T_g)/(C_2 + T - T_g)}`.

        >>> control = FreeVolume.from_wlf(1e-4, 17.44, 51.6)
        >>> round(control.b / control.fraction_at_tg / math.log(10), 2)
        17.44
        """
        scale = C1 * math.log(10.0)  # b over the fraction at the glass transition, which is free to choose
        return cls(rate_at_tg_per_s * math.exp(scale), 0.0, scale, 1.0, 1.0 / C2_K)

    def mistakes(self) -> list[str]:
        """Return what is wrong with the numbers."""
        return [
            f"diffusion: {name}={value:g} must be {'at least' if least else 'above'} 0"
            for name, value, least in (
                ("A_per_s", self.A_per_s, False),
                ("E_J_mol", self.E_J_mol, True),
                ("b", self.b, True),
                ("fraction_at_tg", self.fraction_at_tg, False),
                ("expansion_per_K", self.expansion_per_K, False),
            )
            if not (math.isfinite(value) and (value >= 0.0 if least else value > 0.0))
        ]


@dataclass(frozen=True, slots=True)
class CureKinetics:
    r"""How fast a resin cures.

    .. math:: \frac{\mathrm d\alpha}{\mathrm dt} = (k_1 + k_2\,\alpha^m)\,(1-\alpha)^n\,f, \qquad k_i = A_i e^{-E_i/RT}

    Parameters
    ----------
    name : str
    A1_per_s, E1_J_mol : float
        Of the uncatalysed path; 0 for none.
    A2_per_s, E2_J_mol, m : float
        Of the autocatalytic path; 0 for none.
    n : float
    diffusion : ChernPoehlein, FreeVolume or None
        None: the reaction goes on in the glass, as it does not in reality.
    glass_transition : DiBenedetto or None
        None: vitrification cannot be told. `FreeVolume` needs it.
    gel_conversion : float or None
    heat_J_kg : float or None
        Of full cure, per mass of the mix.
    source : str

    Raises
    ------
    ConfigError
        With every mistake in one message.

    Notes
    -----
    Phenomenological: fitted to calorimetry of one mix. It holds between the temperatures and for the ratio that it was
    fitted on, and for one reaction; post-cure, etherification and evaporation are not in it.

    References
    ----------
    M. R. Kamal, S. Sourour, Polym. Eng. Sci. 13, 59 (1973), doi:10.1002/pen.760130110.

    Examples
    --------
    >>> kinetics = CureKinetics("second order", A1_per_s=1e5, E1_J_mol=60e3, n=2.0)
    >>> float(kinetics.rate_per_s(0.5, 400.0)) / float(kinetics.rate_per_s(0.0, 400.0))
    0.25
    """

    name: str
    A1_per_s: float = 0.0
    E1_J_mol: float = 0.0
    A2_per_s: float = 0.0
    E2_J_mol: float = 0.0
    m: float = 1.0
    n: float = 1.0
    diffusion: ChernPoehlein | FreeVolume | None = None
    glass_transition: DiBenedetto | None = None
    gel_conversion: float | None = None
    heat_J_kg: float | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if mistakes := self._mistakes():
            raise ConfigError(f"cure kinetics {self.name!r}", mistakes)

    def _mistakes(self) -> list[str]:
        wrong = [
            f"{name}={getattr(self, name):g}: must be finite and not negative"
            for name in ("A1_per_s", "E1_J_mol", "A2_per_s", "E2_J_mol", "m", "n")
            if not 0.0 <= getattr(self, name) < math.inf
        ]
        if not wrong and self.A1_per_s == 0.0 and self.A2_per_s == 0.0:
            wrong.append("A1_per_s and A2_per_s are both 0: nothing reacts")
        if self.diffusion is not None:
            wrong += self.diffusion.mistakes()
        if isinstance(self.diffusion, FreeVolume) and self.glass_transition is None:
            wrong.append("diffusion by free volume needs glass_transition (Tg against conversion)")
        if self.gel_conversion is not None and not 0.0 < self.gel_conversion < 1.0:
            wrong.append(f"gel_conversion={self.gel_conversion:g}: must lie between 0 and 1")
        if self.heat_J_kg is not None and not LEAST_HEAT_J_KG <= self.heat_J_kg <= MOST_HEAT_J_KG:
            wrong.append(
                f"heat_J_kg={self.heat_J_kg:g}: a cure releases {LEAST_HEAT_J_KG:g} to {MOST_HEAT_J_KG:g} J/kg; "
                "1 J/g is 1000 J/kg"
            )
        wrong += [
            f"{name}={value:g}: below {LEAST_E_J_MOL:g} J/mol is no activation energy of a cure; 1 kJ/mol is 1000 J/mol"
            for name, value in (("E1_J_mol", self.E1_J_mol), ("E2_J_mol", self.E2_J_mol))
            if 0.0 < value < LEAST_E_J_MOL
        ]
        return wrong

    @property
    def needs_a_start(self) -> bool:
        """Whether nothing starts from conversion 0: the rate is autocatalytic alone."""
        return self.A1_per_s == 0.0 and self.m > 0.0

    def with_gel(self, gel_conversion: float | None) -> CureKinetics:
        """Return the kinetics with this gel conversion; None leaves its own."""
        return self if gel_conversion is None else replace(self, gel_conversion=gel_conversion)

    def start_mistakes(self, conversion: float) -> list[str]:
        """Return what is wrong with a conversion to start from."""
        if 0.0 <= conversion < 1.0 and not (conversion == 0.0 and self.needs_a_start):
            return []
        return [f"initial_conversion={conversion:g}: must be at least 0 (above 0 for pure autocatalysis) and below 1"]

    def missing(self) -> dict[str, str]:
        """Return what cannot be said for want of data, by what is missing."""
        found = {}
        if self.needs_a_start:
            found["initial conversion"] = "the rate is zero at conversion 0; hand in initial_conversion above 0"
        if self.glass_transition is None:
            found["glass transition"] = "vitrification cannot be told; hand in tg_0, tg_inf and lambda"
        if self.gel_conversion is None:
            found["gel conversion"] = "gelation cannot be told; hand in gel_conversion, or a recipe whose network gels"
        if self.heat_J_kg is None:
            found["heat"] = "no exotherm; hand in heat_J_kg"
        return found

    def rate_per_s(self, conversion: ArrayLike, temperature_K: ArrayLike) -> Array:
        """Return the rate of conversion; both arguments broadcast. Conversion is held between 0 and 1."""
        alpha = np.clip(np.asarray(conversion, dtype=float), 0.0, 1.0)
        temperature = np.asarray(temperature_K, dtype=float)
        over_rt = -1.0 / (GAS_CONSTANT * temperature)
        k1, k2 = (self.A1_per_s * np.exp(self.E1_J_mol * over_rt), self.A2_per_s * np.exp(self.E2_J_mol * over_rt))
        factor: Any = 1.0
        if isinstance(self.diffusion, ChernPoehlein):
            critical = self.diffusion.critical_0 + self.diffusion.critical_per_K * temperature
            factor = 1.0 / (1.0 + np.exp(np.minimum(self.diffusion.sharpness * (alpha - critical), 700.0)))
        elif self.diffusion is not None and self.glass_transition is not None:
            control, above = self.diffusion, temperature - self.glass_transition.at(alpha)
            volume = np.maximum(control.fraction_at_tg + control.expansion_per_K * above, 1e-9)
            log_kd = math.log(control.A_per_s) + control.E_J_mol * over_rt - control.b / volume
            kd = np.exp(np.maximum(log_kd, -700.0))
            k1, k2 = k1 * kd / (k1 + kd), k2 * kd / (k2 + kd)
        return np.asarray((k1 + k2 * alpha**self.m) * (1.0 - alpha) ** self.n * factor)


def kernel_row(kinetics: CureKinetics, target_conversion: float | None = None) -> list[float]:
    """Return the row of `finechem_kernels.cure.integrate_cure`."""
    nan = math.nan
    log = [math.log(value) if value > 0.0 else -math.inf for value in (kinetics.A1_per_s, kinetics.A2_per_s)]
    control = [0.0] * 5
    if isinstance(kinetics.diffusion, ChernPoehlein):
        control[:3] = kinetics.diffusion.sharpness, kinetics.diffusion.critical_0, kinetics.diffusion.critical_per_K
    elif kinetics.diffusion is not None:
        volume = kinetics.diffusion
        control = [
            math.log(volume.A_per_s), volume.E_J_mol / GAS_CONSTANT, volume.b, volume.fraction_at_tg,
            volume.expansion_per_K,
        ]  # fmt: skip
    tg = kinetics.glass_transition
    glass = [nan, nan, nan] if tg is None else [tg.tg_0_K, tg.tg_inf_K - tg.tg_0_K, tg.structure]
    return [
        log[0], kinetics.E1_J_mol / GAS_CONSTANT, log[1], kinetics.E2_J_mol / GAS_CONSTANT, kinetics.m, kinetics.n,
        *control, *glass,
        nan if kinetics.gel_conversion is None else kinetics.gel_conversion,
        nan if target_conversion is None else target_conversion,
    ]  # fmt: skip


def published_kinetics_names() -> tuple[str, ...]:
    """Return the names that `published_kinetics` knows."""
    return tuple(row["system_id"] for row in datasets.load(_TABLE).rows)


def published_kinetics(name: str) -> CureKinetics:
    """Return published parameters; what the publication lacks is None, see `CureKinetics.missing`.

    Parameters
    ----------
    name : str
        Of table ``adhesives.cure_kinetics`` (``finechem datasets adhesives.cure_kinetics``).

    Raises
    ------
    DataError
        If there is no such set.

    Examples
    --------
    >>> sorted(published_kinetics("hexcel-8552").missing())
    ['gel conversion', 'glass transition', 'initial conversion']
    """
    rows = {row["system_id"]: row for row in datasets.load(_TABLE).rows}
    if name not in rows:
        raise DataError(f"no cure kinetics of {name!r}{did_you_mean(name, rows)}; hand in parameters of your own")
    row = rows[name]
    source = f"{row['source']}; doi:{row['doi']}" if row["doi"] else str(row["source"])
    tg = None
    if row["tg_0_C"] is not None and row["tg_inf_C"] is not None and row["lambda"] is not None:
        tg = DiBenedetto(row["tg_0_C"] + ZERO_CELSIUS_K, row["tg_inf_C"] + ZERO_CELSIUS_K, row["lambda"], source)
    return CureKinetics(
        name, row["A1_per_s"] or 0.0, row["E1_J_mol"] or 0.0, row["A2_per_s"] or 0.0, row["E2_J_mol"] or 0.0,
        row["m"] or 0.0, row["n"], _diffusion(row), tg, row["gel_conversion"], row["heat_J_kg"], source,
    )  # fmt: skip


def _diffusion(row: Mapping[str, Any]) -> ChernPoehlein | FreeVolume | None:
    if row["diffusion"] == "chern-poehlein":
        return ChernPoehlein(row["C"], row["alpha_C0"], row["alpha_CT_per_K"])
    if row["diffusion"] == "free-volume":
        return FreeVolume(row["Ad_per_s"], row["Ed_J_mol"], row["b"], row["fraction_at_tg"], row["expansion_per_K"])
    return None
