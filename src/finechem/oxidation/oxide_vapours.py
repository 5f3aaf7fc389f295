"""What leaves an oxide or the solid under it as a gas: vapours above oxides, and where SiO burns silicon away.

Each gas is in equilibrium with the condensed phases, oxygen and water vapour; how fast it is carried off is not here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from finechem.errors import InputError
from finechem.oxidation.gibbs import formula_text, gibbs_energy, metal_of
from finechem.oxidation.janaf import composition, gas_tables
from finechem.units import GAS_CONSTANT

__all__ = ["active_oxidation_limit_bar", "vapour_pressures_bar"]

_R = GAS_CONSTANT / 1e3
#: From so many oxygen atoms for each metal atom on vapours may be polymers: over WO3 at 1300 K, which has their tables,
#: W3O9 is 300 000 times WO3; without their tables MoO3 looks as if it hardly evaporated.
_POLYMERIC = 2.5
#: Hydroxide vapours that carry oxides off in water vapour and have no NIST-JANAF table, by metal; those of W, Mo, B, Fe
#: and Mg have theirs. Named, not derived from a valence: what nobody observed is not missing. Cr: "Theoretical and
#: Experimental Investigation of the Thermochemistry of CrO2(OH)2(g)" (2007), 573-1173 K. Ti: measured at 1200-1400 degC
#: (NASA, TBMG-8077, 2010). Co, Ni: Belton, Gaseous hydroxides of cobalt and nickel, J. Phys. Chem. 71, 4114,
#: doi:10.1021/j100871a060. Si: Bauschlicher, J. Phys. Chem. A 127, 8892, doi:10.1021/acs.jpca.3c05511. Al: named
#: without a source that was read.
_UNTABULATED = {
    "Al": "Al(OH)3", "Co": "Co(OH)2", "Cr": "CrO2(OH)2", "Ni": "Ni(OH)2", "Si": "Si(OH)4", "Ti": "TiO(OH)2",
}  # fmt: skip


def active_oxidation_limit_bar(formula: str, temperature_K: ArrayLike, *, flux_factor: float = 1.0) -> Any:
    r"""Return the oxygen pressure in bar below which Si, SiC or Si3N4 burns away as SiO instead of growing SiO2.

    Wagner's criterion as used here: the solid and SiO2 hold up an SiO pressure, and the oxygen that arrives must match
    it, :math:`p_{O_2} = f\, p_{SiO}`, with SiO and CO (or N2) in the ratio in which the solid and SiO2 give them:
    Si + SiO2 = 2 SiO; SiC + 2 SiO2 = 3 SiO + CO; Si3N4 + 3 SiO2 = 6 SiO + 2 N2.

    Parameters
    ----------
    formula : str
        ``Si``, ``SiC`` or ``Si3N4``.
    temperature_K : float or array
    flux_factor : float
        f. That of Wagner's boundary layer holds the moles of O2 for each SiO and the ratio of diffusion coefficients;
        1 is an assumption.

    Notes
    -----
    The reverse transition lies elsewhere (hysteresis), and a flow changes both: an estimate of an order of magnitude.

    Examples
    --------
    >>> round(float(np.log10(active_oxidation_limit_bar("SiC", 1600.0))), 1)
    -2.8
    """
    silica, monoxide, gas, other = {
        "Si": (1.0, 2.0, "", 0.0), "SiC": (2.0, 3.0, "CO", 1.0), "Si3N4": (3.0, 6.0, "N2", 2.0)
    }.get(formula, (0.0, 0.0, "", 0.0))  # fmt: skip
    if not silica:
        raise InputError(f"{formula!r}: active oxidation is worked out for Si, SiC and Si3N4")
    T = np.asarray(temperature_K, dtype=float)
    change = monoxide * np.asarray(gibbs_energy("SiO", T, gas=True)) - silica * np.asarray(gibbs_energy("SiO2", T))
    change = change - np.asarray(gibbs_energy(formula, T))
    if gas:
        change = change + other * np.asarray(gibbs_energy(gas, T, gas=True))
    share = other / monoxide
    ln_p = -change / (_R * T) - (other * np.log(share) if gas else 0.0)
    values = flux_factor * np.exp(ln_p / (monoxide + other))
    return float(values) if T.ndim == 0 else values


def vapour_pressures_bar(
    oxide: str, temperature_K: float, oxygen_bar: float, *, water_bar: float = 0.0
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the pressures in bar of the vapours above an oxide, highest first, and what the tables lack.

    Every gas of the metal, oxygen and (with water) hydrogen that has a table is in equilibrium with the oxide, oxygen
    and water vapour, each alone. Polymers of higher oxides and hydroxides that matter and have no table are named; the
    pressures are then a lower bound.

    Raises
    ------
    DataError, DomainError
        If the oxide has no table or the temperature is outside of it.

    Examples
    --------
    >>> found, missing = vapour_pressures_bar("B2O3", 1273.0, 0.21, water_bar=0.02)
    >>> next(iter(found))
    'BHO2'
    >>> vapour_pressures_bar("SiO2", 1273.0, 0.21, water_bar=0.02)[1]
    ('Si(OH)4',)
    """
    if not oxygen_bar > 0 or water_bar < 0:
        raise InputError(f"oxygen_bar={oxygen_bar:g}, water_bar={water_bar:g}: oxygen above 0, water not below 0")
    parts, T = dict(composition(oxide)), float(temperature_K)
    metal = metal_of(composition(oxide))
    solid = gibbs_energy(oxide, T)
    mu_O = (gibbs_energy("O2", T) + _R * T * np.log(oxygen_bar)) / 2
    sets = [frozenset({metal}), frozenset({metal, "O"})]
    if water_bar > 0:
        sets.append(frozenset({metal, "O", "H"}))
        mu_H = (gibbs_energy("H2O", T, gas=True) + _R * T * np.log(water_bar) - mu_O) / 2
    pressures: dict[str, float] = {}
    for table in (table for elements in sets for table in gas_tables(elements)):
        counts = dict(table.parts)
        share = counts[metal] / parts[metal]
        energy = share * solid + (counts.get("O", 0.0) - share * parts["O"]) * mu_O
        if "H" in counts:
            energy += counts["H"] * mu_H
        gas = float(table.gibbs(T))
        if np.isfinite(gas):
            name = formula_text(table.parts)
            pressures[name] = pressures.get(name, 0.0) + float(np.exp((energy - gas) / (_R * T)))
    missing = []
    vapours = gas_tables(frozenset({metal, "O"}))
    if not vapours:
        missing.append(f"oxide vapours of {metal}")
    elif parts["O"] / parts[metal] >= _POLYMERIC and all(dict(table.parts)[metal] < 2 for table in vapours):
        missing.append(f"polymeric oxide vapours of {metal}")
    if water_bar > 0 and metal in _UNTABULATED:
        missing.append(_UNTABULATED[metal])
    return dict(sorted(pressures.items(), key=lambda item: -item[1])), tuple(missing)
