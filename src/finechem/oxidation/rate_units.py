"""Published rate constants of oxidation in SI: thickness squared or cubed a time, and mass gain through the oxide."""

from __future__ import annotations

from collections.abc import Mapping

from finechem.errors import InputError, did_you_mean
from finechem.units import ELEMENTARY_CHARGE

__all__ = ["ENERGY_UNITS", "RATE_UNITS", "energy_kJ_mol", "rate_constant_si", "thickness_per_mass_gain_m3_kg"]

AVOGADRO = 6.02214076e23  # 1/mol, exact
_LENGTHS = {"m": 1.0, "cm": 1e-2, "um": 1e-6, "nm": 1e-9, "A": 1e-10}
_TIMES = {"s": 1.0, "min": 60.0, "h": 3600.0}
_MASSES = {"kg": 1.0, "g": 1e-3, "mg": 1e-6, "ug": 1e-9}
_POWERS = {"linear": 1, "parabolic": 2, "cubic": 3}


def _tables() -> dict[str, dict[str, tuple[float, bool]]]:
    """Units by law: the factor to SI, and whether it is a mass gain (kg/m2)^n/s."""
    found: dict[str, dict[str, tuple[float, bool]]] = {}
    for law, power in _POWERS.items():
        units: dict[str, tuple[float, bool]] = {}
        index = "" if power == 1 else str(power)
        for time, seconds in _TIMES.items():
            for length, metres in _LENGTHS.items():
                units[f"{length}{index}/{time}"] = (metres**power / seconds, False)
            for mass, kilograms in _MASSES.items():
                for length, metres in (("m", 1.0), ("cm", 1e-2)):
                    units[f"{mass}{index}/{length}{2 * power}/{time}"] = (
                        (kilograms / metres**2) ** power / seconds,
                        True,
                    )
        found[law] = units
    for law in ("logarithmic", "cabrera-mott"):
        found[law] = {unit: entry for unit, entry in found["linear"].items() if not entry[1]}
    return found


#: Units by law, such as ``nm2/s``, ``um2/h``, ``cm2/min`` and ``g2/cm4/s`` of a parabolic one.
RATE_UNITS: Mapping[str, Mapping[str, tuple[float, bool]]] = _tables()
#: What one unit of an activation energy is in kJ/mol.
ENERGY_UNITS: Mapping[str, float] = {
    "kJ/mol": 1.0,
    "J/mol": 1e-3,
    "kcal/mol": 4.184,
    "eV": ELEMENTARY_CHARGE * AVOGADRO / 1e3,
}


def energy_kJ_mol(value: float, unit: str) -> float:
    """Return an activation energy in kJ/mol.

    >>> round(energy_kJ_mol(1.23, "eV"), 1), round(energy_kJ_mol(38.6, "kcal/mol"), 1)
    (118.7, 161.5)
    """
    if unit not in ENERGY_UNITS:
        raise InputError(f"energy unit {unit!r} is unknown{did_you_mean(unit, ENERGY_UNITS)}")
    return value * ENERGY_UNITS[unit]


def thickness_per_mass_gain_m3_kg(solid: str, oxide: str) -> float:
    r"""Return the oxide's volume for each kilogram that the sample gains, where nothing but nitrogen and carbon leaves.

    .. math:: \frac{x}{\Delta m / A} = \frac{V_\mathrm{ox}}{M_\mathrm{ox} - \nu M_\mathrm{solid}}

    with ν the moles of solid that a mole of oxide takes.

    Raises
    ------
    InputError
        If the sample gains nothing: such a constant is no measure of thickness.

    Examples
    --------
    Copper to Cu2O: 23.85 cm3 for 16 g of oxygen.

    >>> round(1e3 * thickness_per_mass_gain_m3_kg("Cu", "Cu2O"), 3)
    1.491
    """
    from rdkit.Chem import GetPeriodicTable

    from finechem.oxidation.janaf import composition
    from finechem.oxidation.pilling_bedworth import molar_volume_m3_mol, solid_per_oxide

    weights = GetPeriodicTable()

    def mass(formula: str) -> float:
        return sum(float(weights.GetAtomicWeight(symbol)) * count for symbol, count in composition(formula))

    gain = (mass(oxide) - solid_per_oxide(solid, oxide) * mass(solid)) / 1e3
    if not gain > 0:
        raise InputError(f"{solid} to {oxide} gains no mass ({1e3 * gain:.3g} g a mole of oxide); give a thickness")
    return molar_volume_m3_mol(oxide).value / gain


def rate_constant_si(value: float, unit: str, law: str, *, solid: str = "", oxide: str = "") -> float:
    """Return a published constant in m/s, m2/s or m3/s, as its law has it.

    Parameters
    ----------
    value, unit : float, str
        Of `RATE_UNITS`; of a mass gain (``g2/cm4/s``) where `solid` and `oxide` are named.
    law : str
        linear, parabolic, cubic, logarithmic or cabrera-mott.

    Raises
    ------
    InputError
        If the law or its unit is unknown, or a mass gain comes without solid and oxide.

    Notes
    -----
    A parabolic constant is that of x² = k t; where a source means x² = 2 k t, double it first.

    Examples
    --------
    >>> rate_constant_si(4.0, "nm2/s", "parabolic"), round(rate_constant_si(772.0, "um2/h", "parabolic"), 15)
    (4e-18, 2.14e-13)
    >>> round(1e16 * rate_constant_si(1e-12, "g2/cm4/s", "parabolic", solid="Cu", oxide="Cu2O"), 2)  # (23.85/16)^2
    2.22
    """
    if law not in RATE_UNITS:
        raise InputError(f"law {law!r} is unknown{did_you_mean(law, RATE_UNITS)}")
    if unit not in RATE_UNITS[law]:
        hint = did_you_mean(unit, [name for name in RATE_UNITS[law] if "/m" not in name or name.count("/") == 1])
        raise InputError(f"{unit!r} is no unit of a {law} constant{hint}")
    factor, by_mass = RATE_UNITS[law][unit]
    if not by_mass:
        return value * factor
    if not (solid and oxide):
        raise InputError(f"{unit} is a mass gain: name the solid and its oxide to turn it into a thickness")
    return float(value * factor * thickness_per_mass_gain_m3_kg(solid, oxide) ** _POWERS[law])
