"""Oxidation by thermodynamics: Gibbs energies, dissociation pressures, stable phases.

Energies are of the NIST-JANAF tables (`finechem.oxidation.janaf`). A phase with several modifications has the lowest
Gibbs energy of those whose table reaches the temperature. Solid solutions, oxynitrides, double oxides and what has no
table do not exist here; thermodynamics says what can oxidize, not when it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import DataError, DomainError, InputError
from finechem.oxidation.gibbs import formula_text, gas_phases, gibbs_energy, known_phases, lowest_gibbs, metal_of
from finechem.oxidation.janaf import (
    Composition,
    composition,
    compositions,
    condensed_tables,
)
from finechem.units import GAS_CONSTANT

__all__ = [
    "OxidationReaction",
    "dissociation_pressure_bar",
    "ellingham",
    "first_oxidation",
    "gibbs_error_kJ_mol",
    "ln_dissociation_pressure",
    "oxidation_gibbs_energy",
    "oxidation_reaction",
    "stable_phase",
]

_R = GAS_CONSTANT / 1e3
#: Largest difference from the NASA tables of Cantera among twelve reactions, kJ per mole O2: 0.36 up to 1200 K, 1.38
#: above (Si, SiC and Si3N4, whose silica is quartz there; without these 0.5 up to 2300 K). See the tests.
_DIFFERENCE = ((1200.0, 0.4), (float("inf"), 1.4))
FloatArray = NDArray[np.float64]


def gibbs_error_kJ_mol(temperature_K: float) -> float:
    """Return the error of a Gibbs energy of oxidation, kJ per mole O2: how far two sets of tables differ.

    >>> gibbs_error_kJ_mol(800.0), gibbs_error_kJ_mol(1500.0)
    (0.4, 1.4)
    """
    return next(error for upper, error in _DIFFERENCE if temperature_K <= upper)


@cache
def _oxides(metal: str) -> tuple[Composition, ...]:
    return compositions(frozenset({metal, "O"}))


@dataclass(frozen=True, slots=True)
class OxidationReaction:
    """One mole O2 with as much of a solid as it takes.

    Attributes
    ----------
    formula, oxide : str
        Both of the one metal.
    solid, product : float
        Moles of them for each mole O2.
    nitrogen, carbon_dioxide : float
        Moles N2 and CO2 set free for each mole O2.
    """

    formula: str
    oxide: str
    solid: float
    product: float
    nitrogen: float
    carbon_dioxide: float

    def __str__(self) -> str:
        gases = [(self.nitrogen, "N2"), (self.carbon_dioxide, "CO2")]
        right = [(self.product, self.oxide), *(item for item in gases if item[0])]
        shown = " + ".join(name if abs(count - 1) < 1e-9 else f"{count:.4g} {name}" for count, name in right)
        return f"{self.solid:.4g} {self.formula} + O2 = {shown}"

    def ln_gases(self, nitrogen_bar: float, carbon_dioxide_bar: float) -> float:
        """Return ln of the activities of the gases that are set free for each mole O2."""
        return self.nitrogen * float(np.log(nitrogen_bar)) + self.carbon_dioxide * float(np.log(carbon_dioxide_bar))

    def gibbs_energy(self, temperature_K: ArrayLike) -> FloatArray:
        """Return ΔG° in kJ per mole O2; see `oxidation_gibbs_energy`."""
        T = np.asarray(temperature_K, dtype=float)
        total: FloatArray = self.product * np.asarray(gibbs_energy(self.oxide, T)) - np.asarray(gibbs_energy("O2", T))
        total = total - self.solid * np.asarray(gibbs_energy(self.formula, T))
        if self.nitrogen:
            total = total + self.nitrogen * np.asarray(gibbs_energy("N2", T))
        if self.carbon_dioxide:
            total = total + self.carbon_dioxide * np.asarray(gibbs_energy("CO2", T, gas=True))
        return total


def _reaction(formula: str, oxide: str) -> OxidationReaction:
    solid, product = dict(composition(formula)), dict(composition(oxide))
    metal = metal_of(composition(formula))
    if set(product) != {metal, "O"}:
        raise InputError(f"{oxide} is no oxide of {metal}, the one metal of {formula}")
    per_solid = solid[metal] / product[metal]
    carbon, nitrogen = solid.get("C", 0.0), solid.get("N", 0.0)
    oxygen = (per_solid * product["O"] + 2 * carbon - solid.get("O", 0.0)) / 2
    if not oxygen > 0:
        raise InputError(f"{formula} to {oxide} takes up no oxygen")
    return OxidationReaction(formula, oxide, 1 / oxygen, per_solid / oxygen, nitrogen / 2 / oxygen, carbon / oxygen)


def oxidation_reaction(formula: str, temperature_K: float = 1000.0) -> OxidationReaction:
    """Return the reaction to the oxide that forms first: the lowest ΔG° per mole O2.

    Nitrogen leaves as N2, carbon as CO2, at 1 bar each; see `first_oxidation` for other pressures.

    Raises
    ------
    DataError
        If the solid or every oxide of its metal lacks a table; the message says which.
    DomainError
        If the temperature is outside of them.

    Examples
    --------
    >>> print(oxidation_reaction("Si3N4"))
    0.3333 Si3N4 + O2 = SiO2 + 0.6667 N2
    """
    return first_oxidation(formula, temperature_K)


def first_oxidation(
    formula: str, temperature_K: float, *, nitrogen_bar: float = 1.0, carbon_dioxide_bar: float = 1.0
) -> OxidationReaction:
    """Return the reaction to the oxide that is the first to form as oxygen rises: the lowest dissociation pressure.

    Parameters
    ----------
    formula, temperature_K
    nitrogen_bar, carbon_dioxide_bar : float
        Pressure of what a nitride or carbide sets free.

    Raises
    ------
    DataError, DomainError
        See `oxidation_reaction`.

    Examples
    --------
    >>> first_oxidation("TiN", 800.0).oxide, first_oxidation("Co", 800.0).oxide
    ('TiO2', 'CoO')
    """
    parts = composition(formula)
    metal = metal_of(parts)
    missing = [] if condensed_tables(parts) else [formula]
    if not _oxides(metal):
        missing.append(f"an oxide of {metal}")
    if missing:
        raise DataError(f"no table of {' nor of '.join(missing)} in NIST-JANAF{known_phases(parts)}")
    gibbs_energy(formula, temperature_K)
    best: tuple[float, OxidationReaction] | None = None
    for oxide in _oxides(metal):
        try:
            reaction = _reaction(formula, formula_text(oxide))
            energy = float(reaction.gibbs_energy(temperature_K))
            energy += _R * temperature_K * reaction.ln_gases(nitrogen_bar, carbon_dioxide_bar)
        except InputError:  # takes up no oxygen, or its tables end below this temperature
            continue
        if best is None or energy < best[0]:
            best = energy, reaction
    if best is None:
        raise DomainError(f"{formula}: no oxide with more oxygen has a table at {temperature_K:g} K")
    return best[1]


def oxidation_gibbs_energy(formula: str, temperature_K: ArrayLike, *, oxide: str = "") -> Any:
    r"""Return ΔG° of oxidation in kJ per mole O2, gases at 1 bar.

    .. math:: \tfrac{1}{y}\,\mathrm{M_a N_b C_c} + \mathrm{O_2} \to
       \tfrac{a}{x y}\,\mathrm{M_x O_z} + \tfrac{b}{2y}\,\mathrm{N_2} + \tfrac{c}{y}\,\mathrm{CO_2}

    Parameters
    ----------
    formula : str
        A metal, nitride, carbide or lower oxide of one metal (B and Si count as metals here).
    temperature_K : float or array
    oxide : str
        The product; by default at each temperature the oxide with the lowest value, which forms first.

    Returns
    -------
    float or array
        As the temperature was given.

    Raises
    ------
    DataError, DomainError
        See `oxidation_reaction` and `gibbs_energy`.

    Notes
    -----
    Against the NASA tables of Cantera, twelve reactions of Cu, Cu2O, Si, Si3N4, SiC, Al, AlN, TiN, TiC, CrN, Cr2N and
    ZrN differ from 300 to 1200 K by less than 0.4 kJ per mole O2. Above, those of Si, SiC and Si3N4 differ by up to 1.4
    (at 1750 K), because silica is quartz there and cristobalite here; with the same silica by 0.3 up to 1750 K and by
    1.6 beyond, where quartz has melted. The others differ by less than 0.3 up to 1500 and 0.5 up to 2300 K. It cannot
    tell where oxidation starts: for seven nitrides there was no evidence that ΔG orders onsets.

    References
    ----------
    M. W. Chase, NIST-JANAF Thermochemical Tables, as shipped in the Python package janaf.

    Examples
    --------
    >>> [round(oxidation_gibbs_energy(solid, 1000.0), 1) for solid in ("Cu", "Si3N4", "AlN", "TiN")]
    [-191.0, -592.5, -625.1, -519.7]
    """
    T = np.asarray(temperature_K, dtype=float)
    if oxide:
        values = _reaction(formula, oxide).gibbs_energy(T)
    else:
        flat = [float(oxidation_reaction(formula, t).gibbs_energy(t)) for t in T.ravel()]
        values = np.array(flat).reshape(T.shape)
    return float(values) if T.ndim == 0 else values


def dissociation_pressure_bar(
    formula: str,
    temperature_K: ArrayLike,
    *,
    oxide: str = "",
    nitrogen_bar: float = 1.0,
    carbon_dioxide_bar: float = 1.0,
) -> Any:
    r"""Return the oxygen pressure in bar below which a solid does not oxidize: that of the first oxide.

    .. math:: p_{\mathrm{O_2}} = p_{\mathrm{N_2}}^{\nu}\, p_{\mathrm{CO_2}}^{\mu}\, e^{\Delta G^\circ / RT}

    with ν and μ the moles of the two set free for each mole O2.

    Parameters
    ----------
    formula, temperature_K
        As for `oxidation_gibbs_energy`.
    oxide : str
        Another product; by default that of `first_oxidation`, which has the lowest pressure.
    nitrogen_bar, carbon_dioxide_bar : float
        Pressure of what a nitride or carbide sets free.

    Examples
    --------
    >>> np.round(np.log10(dissociation_pressure_bar("Cu", np.array([473.0, 523.0, 573.0]))), 1)
    array([-29.7, -26.1, -23.1])
    """
    if not (nitrogen_bar > 0 and carbon_dioxide_bar > 0):
        raise InputError(f"nitrogen_bar={nitrogen_bar:g}, carbon_dioxide_bar={carbon_dioxide_bar:g}: must be above 0")
    T = np.asarray(temperature_K, dtype=float)
    logs = []
    gases = {"nitrogen_bar": nitrogen_bar, "carbon_dioxide_bar": carbon_dioxide_bar}
    for t in T.ravel():
        reaction = _reaction(formula, oxide) if oxide else first_oxidation(formula, t, **gases)
        logs.append(float(reaction.gibbs_energy(t)) / (_R * t) + reaction.ln_gases(**gases))
    values = np.exp(np.array(logs).reshape(T.shape))
    return float(values) if T.ndim == 0 else values


def ln_dissociation_pressure(
    formula: str, temperature_K: FloatArray, oxide: str, *, nitrogen_bar: float = 1.0
) -> FloatArray:
    """Return ln of the dissociation pressure in bar of one oxide, NaN where tables end; CO2 is at 1 bar.

    >>> round(float(ln_dissociation_pressure("Cu", np.array([523.0]), "Cu2O")[0]), 1)
    -60.1
    """
    reaction = _reaction(formula, oxide)
    values = np.full(temperature_K.shape, np.nan)
    inside = np.ones(temperature_K.shape, dtype=bool)
    wanted = [formula, oxide, "O2", *(["N2"] if reaction.nitrogen else [])]
    for name in wanted:
        tables = condensed_tables(composition(name))
        if not tables:
            raise DataError(f"no condensed phase {name} in the NIST-JANAF tables")
        inside &= np.isfinite(lowest_gibbs(tables, temperature_K))
    if reaction.carbon_dioxide:
        inside &= np.isfinite(lowest_gibbs(gas_phases(composition("CO2")), temperature_K))
    T = temperature_K[inside]
    if T.size:
        values[inside] = reaction.gibbs_energy(T) / (_R * T) + reaction.ln_gases(nitrogen_bar, 1.0)
    return values


def ellingham(formulas: Sequence[str], temperature_K: ArrayLike) -> dict[str, FloatArray]:
    """Return the lines of an Ellingham diagram: ΔG° in kJ per mole O2 by solid, NaN where a table ends.

    >>> {name: np.round(line) for name, line in ellingham(["Cu", "Al"], [500.0, 1000.0]).items()}
    {'Cu': array([-265., -191.]), 'Al': array([-1012.,  -908.])}
    """
    T = np.atleast_1d(np.asarray(temperature_K, dtype=float))
    lines = {}
    for formula in formulas:
        oxidation_reaction(formula)  # says what is missing
        line = np.full(T.size, np.nan)
        for i, t in enumerate(T):
            try:
                line[i] = oxidation_gibbs_energy(formula, float(t))
            except DomainError:
                continue
        lines[formula] = line
    return lines


def stable_phase(
    metal: str, temperature_K: float, oxygen_bar: float, *, nitrogen_bar: float | None = None
) -> tuple[str, dict[str, float]]:
    r"""Return the phase with the lowest grand potential per mole of metal, and those of all phases in kJ/mol.

    .. math:: \omega = \frac{1}{n_M}\left[G - n_O \mu_O - n_N \mu_N\right], \qquad
       \mu_O = \tfrac12 \left(G_{\mathrm{O_2}} + RT \ln p_{\mathrm{O_2}}\right)

    Parameters
    ----------
    metal : str
    temperature_K : float
    oxygen_bar : float
        Above 0.
    nitrogen_bar : float, optional
        Of N2; without it there are no nitrides.

    Raises
    ------
    DataError
        If the metal has no oxide in the tables.
    DomainError
        If no phase has a table at this temperature.

    Notes
    -----
    Potentials are relative to the metal. Only phases with tables compete: oxynitrides do not.

    Examples
    --------
    >>> stable_phase("Cu", 523.0, 0.21)[0], stable_phase("Cu", 523.0, 1e-20)[0], stable_phase("Cu", 523.0, 1e-30)[0]
    ('CuO', 'Cu2O', 'Cu')
    >>> stable_phase("Si", 1500.0, 1e-25, nitrogen_bar=1.0)[0]
    'Si3N4'
    """
    if not oxygen_bar > 0 or not (nitrogen_bar is None or nitrogen_bar > 0):
        raise InputError(f"oxygen_bar={oxygen_bar}, nitrogen_bar={nitrogen_bar}: pressures must be above 0")
    if not _oxides(metal):
        raise DataError(f"no table of an oxide of {metal} in NIST-JANAF{known_phases(((metal, 1.0),))}")
    T = float(temperature_K)
    potentials = {"O": (gibbs_energy("O2", T) + _R * T * np.log(oxygen_bar)) / 2}
    phases = [((metal, 1.0),), *_oxides(metal)]
    if nitrogen_bar is not None:
        potentials["N"] = (gibbs_energy("N2", T) + _R * T * np.log(nitrogen_bar)) / 2
        phases += compositions(frozenset({metal, "N"}))
    found = {}
    for parts in phases:
        counts = dict(parts)
        try:
            energy = gibbs_energy(formula_text(parts), T)
        except InputError:
            continue
        taken = sum(counts[light] * potentials[light] for light in ("O", "N") if light in counts)
        found[formula_text(parts)] = (energy - taken) / counts[metal]
    if not found:
        raise DomainError(f"{metal}: no phase has a table at {T:g} K")
    zero = found.get(metal, 0.0)
    relative = {name: float(value - zero) for name, value in found.items()}
    return min(relative, key=lambda name: relative[name]), relative
