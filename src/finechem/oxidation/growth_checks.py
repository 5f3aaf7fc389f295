"""What a growth law cannot be: another metal's oxide, percent for bar, a slip in the unit of its constant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finechem.errors import InputError

if TYPE_CHECKING:
    from finechem.oxidation.growth_parameters import OxideGrowth

__all__ = ["impossible_conditions", "impossible_constant", "impossible_formulas"]

#: More oxide than this in an hour at the reference temperature is a slip in the unit.
_MOST_M = 1e-3
#: How far the reference temperature may lie outside the measured ones, K.
_REFERENCE_REACH_K = 100.0
#: Oxygen pressure of a measurement above which it must be said twice; 21 is air in percent.
_MOST_BAR = 1.5


def impossible_formulas(substance: str, oxide: str) -> list[str]:
    """Return why an oxide cannot be one of the substance."""
    from finechem.oxidation.janaf import composition

    held, mistakes = [], []
    for formula in (substance, oxide):
        try:
            held.append({symbol for symbol, _ in composition(formula)})
        except InputError as error:
            mistakes.append(str(error))
    if mistakes:
        return mistakes
    if not held[0] - {"C", "H", "N", "O"}:
        return [f"{substance}: no element beside C, N, O and H; an oxide grows on a metal or its compound"]
    if "O" not in held[1] or not (held[0] - {"C", "H", "N", "O"}) & held[1]:
        return [f"{oxide} is no oxide of {substance}: it must hold its metal and oxygen"]
    return []


def impossible_conditions(law: OxideGrowth) -> list[str]:
    """Return what is wrong with the pressures of the measurement and the kind of its start."""
    bars = {"oxygen_bar": law.oxygen_bar, "low_bar": law.low_bar, "high_bar": law.high_bar}
    mistakes = [
        f"{name} of {value:g}: must be above 0" for name, value in bars.items() if value is not None and not value > 0
    ]
    measured, high = law.oxygen_bar, law.high_bar
    if measured is not None and measured > _MOST_BAR and high is None:
        mistakes.append(
            f"oxygen_bar of {measured:g}: is that percent? A measurement above {_MOST_BAR:g} bar also says its range "
            "(low_bar and high_bar)"
        )
    low = law.low_bar
    if (low is None) != (high is None):
        mistakes.append("low_bar and high_bar belong together")
    elif low is not None and high is not None and measured is not None and not low <= measured <= high:
        mistakes.append(f"oxygen_bar of {measured:g} is not between low_bar {low:g} and high_bar {high:g}")
    if not 0 <= law.water_bar <= 1000:
        mistakes.append(f"water_bar of {law.water_bar:g}: must be between 0 and 1000")
    if law.start_kind not in ("oxide", "fit"):
        mistakes.append(f"start_kind {law.start_kind!r}: must be 'oxide' (it was there) or 'fit'")
    return mistakes


def impossible_constant(law: OxideGrowth) -> list[str]:
    """Return slips in units that show in the reference temperature or in the oxide that an hour would give."""
    mistakes, kind, k = [], law.regimes[law.anchor].law, law.constant
    low, high = law.low_K - _REFERENCE_REACH_K, law.high_K + _REFERENCE_REACH_K
    if not low <= k.reference_K <= high:
        hint = "; is it in K and not in °C?" if low <= k.reference_K + 273.15 <= high else ""
        mistakes.append(
            f"reference temperature of {k.reference_K:g} K, measured from {law.low_K:g} to {law.high_K:g} K: at "
            f"most {_REFERENCE_REACH_K:g} K outside{hint}"
        )
    power = {"linear": 1.0, "parabolic": 2.0, "cubic": 3.0}.get(kind)
    if power is not None:
        pressure = 1.0 if law.oxygen_bar is None else law.oxygen_bar
        hour = (k.at(k.reference_K, pressure) * 3600.0) ** (1.0 / power)
        if hour > _MOST_M:
            mistakes.append(
                f"a constant of {k.value:.3g} (SI) would give {1e3 * hour:.3g} mm of oxide in an hour at "
                f"{k.reference_K:g} K, more than {1e3 * _MOST_M:g} mm: is its unit right (nm2/s, cm2/s, um2/h)?"
            )
    return mistakes
