"""Laws by which an oxide thickens, with their constants: one dataclass a law, joined by thickness into a growth law."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any, ClassVar

from finechem.errors import ConfigError, InputError, did_you_mean
from finechem.oxidation.growth_checks import impossible_conditions, impossible_constant, impossible_formulas
from finechem.units import GAS_CONSTANT

__all__ = [
    "EXPONENT_REACH",
    "FIT_REACH",
    "LAWS",
    "CabreraMottLaw",
    "CubicLaw",
    "LinearLaw",
    "LogarithmicLaw",
    "OxideGrowth",
    "ParabolicLaw",
    "RateConstant",
    "Regime",
]

#: How far below and above the measured oxygen pressures a law holds where its exponent was measured, and where none
#: was: assumptions.
EXPONENT_REACH, PRESSURE_REACH = 10.0, 3.0
#: A start that is a parameter of the fit stands for a first fast growth; below this many times it the law says nothing.
FIT_REACH = 1.5
#: Relative error of a thickness at the start: an assumption.
START_SIGMA_LN = 0.2
#: Water vapour in bar up to which a gas counts as dry, about that of air at 25 degC, and how many times more than in
#: the measurement is let pass: assumptions. Most solids oxidize faster in water vapour.
DRY_WATER_BAR, WATER_REACH = 0.03, 3.0


@dataclass(frozen=True, slots=True)
class RateConstant:
    r"""A rate constant that depends on temperature and oxygen pressure.

    .. math:: k = k_\mathrm{ref} \exp\left[-\frac{E}{R}\left(\frac1T - \frac1{T_\mathrm{ref}}\right)\right]
       \left(\frac{p_{O_2}}{1\,\mathrm{bar}}\right)^n

    Parameters
    ----------
    value : float
        k_ref in SI units of its law (m/s, m2/s, m3/s), above 0, at 1 bar oxygen where n is not 0.
    reference_K : float
        T_ref. The errors of k_ref and of E are independent there: give a temperature amid the measured ones.
    energy_kJ_mol : float
        E, not negative.
    pressure_exponent : float
        n, between -2 and 2.
    sigma_ln, sigma_energy_kJ_mol : float
        Standard deviations of ln k_ref and of E.

    Examples
    --------
    >>> RateConstant(4e-18, 773.15, 161.5).at(873.15) > 4e-18
    True
    """

    value: float
    reference_K: float
    energy_kJ_mol: float = 0.0
    pressure_exponent: float = 0.0
    sigma_ln: float = 0.0
    sigma_energy_kJ_mol: float = 0.0

    def __post_init__(self) -> None:
        mistakes = []
        if not (math.isfinite(self.value) and self.value > 0):
            mistakes.append(f"a rate constant of {self.value:g}: must be above 0")
        if not 1 <= self.reference_K <= 5000:
            mistakes.append(f"reference temperature of {self.reference_K:g} K: must be between 1 and 5000 K")
        if not 0 <= self.energy_kJ_mol <= 2000:
            mistakes.append(f"activation energy of {self.energy_kJ_mol:g} kJ/mol: must be between 0 and 2000")
        elif 0 < self.energy_kJ_mol < 1:
            mistakes.append(
                f"activation energy of {self.energy_kJ_mol:g} kJ/mol: below 1; is it in kJ/mol and not in J/mol?"
            )
        if not -2 <= self.pressure_exponent <= 2:
            mistakes.append(f"pressure exponent of {self.pressure_exponent:g}: must be between -2 and 2")
        for name, value in (("sigma_ln", self.sigma_ln), ("sigma_energy_kJ_mol", self.sigma_energy_kJ_mol)):
            if not (math.isfinite(value) and value >= 0):
                mistakes.append(f"{name} of {value:g}: must not be negative")
        if mistakes:
            raise InputError("; ".join(mistakes))

    def at(self, temperature_K: float, oxygen_bar: float = 1.0) -> float:
        """Return k in SI units."""
        shift = self.energy_kJ_mol * 1e3 / GAS_CONSTANT * (1 / self.reference_K - 1 / temperature_K)
        return float(self.value * math.exp(shift) * oxygen_bar**self.pressure_exponent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """What all laws share: a constant (or none, where that of another regime speaks) and where the regime ends.

    Parameters
    ----------
    constant : RateConstant, optional
        In the law's SI unit. Exactly one regime of a growth law has one; the others follow by continuity of the rate.
    up_to_m : float
        Thickness at which the next regime begins.
    """

    constant: RateConstant | None = None
    up_to_m: float = math.inf
    law: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if not self.up_to_m > 0:
            raise InputError(f"{self.law} regime up to {self.up_to_m:g} m: must be above 0")
        self._check()

    def _check(self) -> None:
        """Check what is particular to the law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearLaw(Regime):
    """dx/dt = k, m/s: a reaction at an interface."""

    law: ClassVar[str] = "linear"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParabolicLaw(Regime):
    """dx/dt = k/(2x + A), m2/s: diffusion through the oxide (Wagner), with A = k/s the linear-parabolic law.

    Parameters
    ----------
    linear : RateConstant, optional
        s in m/s, B/A of Deal and Grove; none: A = 0. Only beside a `constant`: without it the rate where the regime
        begins and s would both fix k, and not every pair of them can.
    """

    linear: RateConstant | None = None
    law: ClassVar[str] = "parabolic"

    def _check(self) -> None:
        if self.linear is not None and self.constant is None:
            raise InputError(
                "a parabolic regime with a linear constant and no constant of its own: the linear-parabolic law must "
                "carry the one rate constant; let the other regimes follow"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CubicLaw(Regime):
    """dx/dt = k/3x², m3/s."""

    law: ClassVar[str] = "cubic"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogarithmicLaw(Regime):
    """dx/dt = k exp(−x/L), m/s.

    Parameters
    ----------
    length_m : float
        L.
    """

    length_m: float
    law: ClassVar[str] = "logarithmic"

    def _check(self) -> None:
        if not 0 < self.length_m < 1e-3:
            raise InputError(f"logarithmic law: length_m={self.length_m:g} must be above 0 and below 1 mm")


@dataclass(frozen=True, slots=True, kw_only=True)
class CabreraMottLaw(Regime):
    """dx/dt = k exp(X/x), m/s, with X = field_length_mK / T: ions pulled through a thin oxide by the Mott potential.

    Parameters
    ----------
    field_length_mK : float
        X T: charge times Mott potential times half a jump over Boltzmann's constant.
    """

    field_length_mK: float
    law: ClassVar[str] = "cabrera-mott"

    def _check(self) -> None:
        if not 0 < self.field_length_mK < 1:
            raise InputError(f"Cabrera-Mott law: field_length_mK={self.field_length_mK:g} must be above 0 and below 1")


#: The laws by their names in files.
LAWS: Mapping[str, type[Regime]] = {
    kind.law: kind for kind in (LinearLaw, ParabolicLaw, CubicLaw, LogarithmicLaw, CabreraMottLaw)
}


@dataclass(frozen=True, slots=True)
class OxideGrowth:
    """How one oxide grows on one solid: regimes that follow each other as it thickens.

    Parameters
    ----------
    name : str
    substance, oxide : str
        Formulas of the solid and of its oxide.
    regimes : tuple of Regime
        Thin first; the last one has no end.
    start_m : float
        Thickness at the start; its error is taken as 20 %.
    low_K, high_K : float
        Range of the measurement.
    oxygen_bar : float, optional
        Oxygen pressure of the measurement.
    low_bar, high_bar : float, optional
        Range of oxygen pressures in which the exponent was measured; none: `oxygen_bar`.
    water_bar : float
        Water vapour of the measurement; 0 for a dry gas or room air.
    start_kind : {"oxide", "fit"}
        Oxide that was there, or a parameter of the fit that stands for a first fast growth, as Deal and Grove's 25 nm.
    form, source, grade : str
        Film, bulk, ...; citation; A to D.
    remarks : tuple of str
        What was assumed.

    Raises
    ------
    ConfigError
        With every mistake in one message.
    """

    name: str
    substance: str
    oxide: str
    regimes: tuple[Regime, ...]
    start_m: float = 0.0
    low_K: float = 1.0
    high_K: float = 5000.0
    oxygen_bar: float | None = None
    form: str = ""
    source: str = "user"
    grade: str = "user"
    remarks: tuple[str, ...] = ()
    low_bar: float | None = None
    high_bar: float | None = None
    water_bar: float = 0.0
    start_kind: str = "oxide"

    def __post_init__(self) -> None:
        mistakes = impossible_formulas(self.substance, self.oxide)
        anchors = [index for index, regime in enumerate(self.regimes) if regime.constant is not None]
        if not self.regimes:
            mistakes.append("no regime")
        elif len(anchors) != 1:
            mistakes.append(
                f"{len(anchors)} of {len(self.regimes)} regimes have a rate constant; exactly one must: the rate is "
                "continuous where regimes meet, so that one constant fixes them all"
            )
        edges = [regime.up_to_m for regime in self.regimes]
        if edges and edges[-1] != math.inf:
            mistakes.append(f"the last regime ends at {edges[-1] * 1e9:g} nm; it must go on")
        for before, after in pairwise(edges):
            if not after > before:
                mistakes.append(f"a regime ends at {after * 1e9:g} nm, not above the one before ({before * 1e9:g} nm)")
        if not (math.isfinite(self.start_m) and 0 <= self.start_m < 1e-2):
            mistakes.append(f"a start of {self.start_m:g} m: must be at least 0 and below 1 cm")
        if not 0 < self.low_K <= self.high_K:
            mistakes.append(f"measured from {self.low_K:g} to {self.high_K:g} K: the range must rise")
        mistakes += impossible_conditions(self)
        if not mistakes:
            mistakes += impossible_constant(self)
        if mistakes:
            raise ConfigError(f"growth law {self.name!r}", mistakes)

    @property
    def key(self) -> str:
        """Its name; with a hash of the law where it is no shipped one, whose names tell them apart."""
        return self.name if self.grade != "user" else f"{self.name} {self.seed:08x}"[: len(self.name) + 9]

    @property
    def seed(self) -> int:
        """A number that only this law has; draws of its parameters start from it."""
        text = json.dumps(self.to_dict(), sort_keys=True)
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    @property
    def anchor(self) -> int:
        """Index of the regime whose constant is given."""
        return next(index for index, regime in enumerate(self.regimes) if regime.constant is not None)

    @property
    def constant(self) -> RateConstant:
        """The one rate constant."""
        found = self.regimes[self.anchor].constant
        assert found is not None  # the constructor saw to it
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; `from_dict` rebuilds it."""
        record = asdict(self)
        for regime, entry in zip(self.regimes, record["regimes"], strict=True):
            entry["law"] = regime.law
            if entry["up_to_m"] == math.inf:
                del entry["up_to_m"]
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> OxideGrowth:
        """Rebuild what `to_dict` gave."""
        regimes = []
        for entry in record["regimes"]:
            if entry["law"] not in LAWS:
                raise InputError(f"law {entry['law']!r} is unknown{did_you_mean(entry['law'], LAWS)}")
            kind = LAWS[entry["law"]]
            known = {item.name for item in fields(kind)}
            values = {key: value for key, value in entry.items() if key in known}
            for name in ("constant", "linear"):
                if values.get(name) is not None:
                    values[name] = RateConstant(**values[name])
            regimes.append(kind(**values))
        rest = {key: value for key, value in record.items() if key not in ("regimes", "remarks")}
        return cls(**rest, regimes=tuple(regimes), remarks=tuple(record.get("remarks", ())))

    def outside(
        self, coldest_K: float, hottest_K: float, lowest_bar: float, highest_bar: float, water_bar: float = 0.0
    ) -> str:
        """Return why conditions are outside what was measured, or nothing.

        Temperatures count where growth is fast: the hottest must be inside. Oxygen may be a factor of 10 below and
        above the measured pressures where an exponent was measured, a factor of 3 where none was; water vapour may be
        three times what it was in the measurement, and 0.03 bar anyway (`EXPONENT_REACH` and its neighbours).
        """
        del coldest_K  # extrapolation to where next to nothing grows is harmless
        found = []
        if not self.low_K - 1.0 <= hottest_K <= self.high_K + 1.0:
            found.append(f"measured from {self.low_K:g} to {self.high_K:g} K, asked for {hottest_K:.0f} K")
        if self.oxygen_bar is not None:
            low, high = self.low_bar or self.oxygen_bar, self.high_bar or self.oxygen_bar
            exponent = self.constant.pressure_exponent != 0.0 or self.low_bar is not None
            reach = EXPONENT_REACH if exponent else PRESSURE_REACH
            if not (lowest_bar >= low / reach / 1.001 and highest_bar <= high * reach * 1.001):
                shown = f"{lowest_bar:.2g}" if lowest_bar == highest_bar else f"{lowest_bar:.2g} to {highest_bar:.2g}"
                at = f"{low:g}" if low == high else f"{low:g} to {high:g}"
                why = f"beyond a factor of {reach:g}" if exponent else "and no exponent was measured"
                found.append(f"measured at {at} bar oxygen, asked for {shown} bar, {why}")
        if water_bar > max(DRY_WATER_BAR, WATER_REACH * self.water_bar):
            wet = "without water vapour" if self.water_bar == 0.0 else f"at {self.water_bar:g} bar water vapour"
            found.append(f"measured {wet}, asked for {water_bar:.2g} bar: most oxides grow faster in it")
        return "; ".join(found)
