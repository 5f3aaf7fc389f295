"""What a film on copper does: how it is lost, what oxygen it lets through, how a monolayer covers."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import exp1

from finechem import datasets
from finechem.errors import DataError, InputError
from finechem.oxidation.copper import Protectant
from finechem.oxidation.exposure import Exposure
from finechem.oxidation.growth_arrays import OxygenBarrier
from finechem.oxidation.growth_parameters import OxideGrowth
from finechem.oxidation.growth_reading import shipped_growth_laws
from finechem.units import GAS_CONSTANT

__all__ = [
    "Conductance",
    "adsorption_coverage",
    "copper_growth_law",
    "coverage_odds",
    "film_conductance",
    "film_reading_factor",
    "loss_energy_kJ_mol",
    "oxygen_barrier",
]

#: Frequency factor of the loss of a film, decadic logarithm in 1/s: k_B T/h, a convention; and its assumed error.
LOSS_LOG10_A = 13.0
#: Share lost at the temperature where a loss begins or is complete: an assumption; a peak is its fastest moment.
LOSS_SHARES = {"begins": 0.05, "complete": 0.95}
#: Heating rates where the source states none, K/s: assumptions (10 K/min in a balance, 1 K/s in vacuum).
LOSS_HEATING_K_S, DESORPTION_HEATING_K_S = 10.0 / 60.0, 1.0
#: Error of such a temperature, K: an assumption (sources put the loss of thiols between 373 and 433 K).
LOSS_SIGMA_K = 15.0
#: Thickness of a monolayer where nobody says, nm, an assumption: one upright molecule.
MONOLAYER_NM = 1.5
#: Activation energy of oxygen's permeation through an organic film and its error, kJ/mol: assumptions; none was read.
PERMEATION_ENERGY_KJ_MOL, PERMEATION_SIGMA_KJ_MOL = 40.0, 20.0
#: Error of ln conductance of an organic film, an assumption (thickness and oxygen pressure were not stated); of a
#: monolayer, taken as a thin piece of such a film, much more.
CONDUCTANCE_SIGMA_LN, MONOLAYER_SIGMA_LN = 1.0, 3.0
#: Error of a computed adsorption energy, eV: about the dispersion that functionals leave out.
ADSORPTION_SIGMA_EV = 0.3
#: Entropy lost in adsorption, J/(mol K), and its error: assumptions (translation of a gas molecule).
ADSORPTION_ENTROPY, ADSORPTION_ENTROPY_SIGMA = -150.0, 30.0
_EV_KJ_MOL = 96.48533212331


def copper_growth_law() -> OxideGrowth:
    """Return the shipped growth law of bare copper in air, assembled from several sources (grade C)."""
    return next(law for law in shipped_growth_laws() if law.name == "Cu-air")


def loss_energy_kJ_mol(
    loss_K: float,
    *,
    kind: str = "begins",
    log10_A: float = LOSS_LOG10_A,
    heating_K_s: float = LOSS_HEATING_K_S,
) -> float:
    r"""Return the energy of a first-order loss from what a heating curve shows at a temperature.

    Where it begins (5 % lost) or is complete (95 %), with s the share lost by then:

    .. math:: -\ln(1 - s) = \frac{A}{\beta} \int_0^{T} e^{-E/RT'}\,\mathrm{d}T'
       = \frac{A}{\beta}\left[T e^{-x} - \frac{E}{R} E_1(x)\right], \quad x = E/RT

    At its peak the loss is fastest: :math:`\beta E / (R T^2) = A\, e^{-E/RT}`.

    Parameters
    ----------
    loss_K : float
    kind : {"begins", "peak", "complete"}
    log10_A, heating_K_s : float
        Frequency factor in 1/s and heating rate. The defaults are assumptions.

    Examples
    --------
    >>> round(loss_energy_kJ_mol(523.15)), round(loss_energy_kJ_mol(623.15))
    (162, 194)
    >>> [round(loss_energy_kJ_mol(600.0, kind=kind, heating_K_s=1.0)) for kind in ("begins", "peak", "complete")]
    [178, 164, 158]
    """
    if kind != "peak" and kind not in LOSS_SHARES:
        raise InputError(f"kind {kind!r}: must be begins, peak or complete")
    if not (loss_K > 0 and heating_K_s > 0):
        raise InputError(f"loss_K={loss_K:g}, heating_K_s={heating_K_s:g}: must be above 0")
    ln_A = log10_A * math.log(10.0)

    def excess(energy: float) -> float:
        kelvin = energy * 1e3 / GAS_CONSTANT
        x = kelvin / loss_K
        if kind == "peak":
            return ln_A - x - math.log(heating_K_s * kelvin / loss_K**2)
        inside = loss_K * math.exp(-x) - kelvin * float(exp1(x))
        return math.log(inside) + ln_A - math.log(-math.log1p(-LOSS_SHARES[kind]) * heating_K_s)

    return float(brentq(excess, 2.0 * GAS_CONSTANT * loss_K / 1e3, 600.0 * GAS_CONSTANT * loss_K / 1e3, xtol=1e-6))


class Conductance(NamedTuple):
    """S of an organic film, m2/(s bar), at a temperature, and where it comes from."""

    value: float
    reference_K: float
    source: str


@cache
def film_conductance(thickness_nm: float = 350.0) -> Conductance:
    r"""Return the oxygen conductance S of an OSP film, from the one measured growth of oxide under such a film.

    The oxide under it took t = x²/k to reach the thickness x at which solder stopped wetting, bare copper would have
    taken t₀; the difference is the film's, in series: S = x d / [(t − t₀) p].

    Parameters
    ----------
    thickness_nm : float
        d, an assumption: the source's abstract does not say it; 200 to 500 nm are usual. Only S/d matters for a film
        as thick.

    Notes
    -----
    The source found a parabolic law, which a film that merely resists does not give: an effective value at 18 nm of
    oxide, 150 °C, air at 85 % relative humidity, with oxygen taken at 0.2 bar. `film_reading_factor` says how far the
    two readings of the measurement lie apart elsewhere.

    Examples
    --------
    >>> found = film_conductance()
    >>> 1e-20 < found.value < 1e-18, found.reference_K
    (True, 423.15)
    """
    law = next(item for item in shipped_growth_laws() if item.name == "Cu-under-OSP")
    row = datasets.load("oxidation.oxidation_facts").where(quantity="critical_oxide_thickness")[0]
    x, oxygen_bar = row["value"] * 1e-9, 0.2
    k, T = law.constant.value, law.constant.reference_K
    bare = copper_growth_law()
    edge = bare.regimes[0].up_to_m
    k_bare = bare.constant.at(T)
    bare_s = x**3 / (1.5 * edge * k_bare) if x < edge else edge**2 / (1.5 * k_bare) + (x**2 - edge**2) / k_bare
    value = x * thickness_nm * 1e-9 / ((x**2 / k - bare_s) * oxygen_bar)
    return Conductance(value, T, f"effective, from the growth of oxide under an OSP film: {law.source}")


@cache
def film_reading_factor(exposure: Exposure, thickness_nm: float = 350.0) -> float:
    r"""Return how many times more oxide the parabolic reading of the measured growth under a film gives than the film.

    One measurement, read in two ways: as a film in series with the oxide (`film_conductance`), and as it was published,
    x² = k t. Both have the same oxide at 18 nm and 150 °C; away from there, with the one temperature dependence that is
    assumed for the film, they differ:

    .. math:: f = \frac{\sqrt{\int k(T)\,\mathrm{d}t}}{x_\mathrm{series}}

    Parameters
    ----------
    exposure : Exposure
    thickness_nm : float
        Of the film, which stays.

    Notes
    -----
    Thin oxide grows as the root of time in one reading and as time in the other: for short exposures the factor is
    far above 1. The oxygen pressure of the parabolic reading is that of the measurement, in proportion.

    Examples
    --------
    The measurement itself, 18 nm at 150 °C:

    >>> from finechem.matter.programs import Program
    >>> bake = Exposure(Program("bake", (0.0, 324e3), (423.15, 423.15)), (0.2,))
    >>> round(film_reading_factor(bake), 2)
    1.0
    """
    from finechem.oxidation.oxide_growth import LEAST_M, thickness_after

    law = next(item for item in shipped_growth_laws() if item.name == "Cu-under-OSP")
    known = film_conductance(thickness_nm)
    film = OxygenBarrier(thickness_nm * 1e-9, known.value, known.reference_K, PERMEATION_ENERGY_KJ_MOL)
    series = float(thickness_after([copper_growth_law()], exposure, films=[film], draws=1).thickness_m[0, 0, -1])
    times, temperatures, pressures = exposure.points(exposure.program.duration_s / 500.0)
    shift = PERMEATION_ENERGY_KJ_MOL * 1e3 / GAS_CONSTANT * (1.0 / law.constant.reference_K - 1.0 / temperatures)
    constants = law.constant.value * np.exp(shift) * pressures / 0.2
    parabolic = math.sqrt(float(np.trapezoid(constants, times)))
    return parabolic / series if min(series, parabolic) > LEAST_M else 1.0


def oxygen_barrier(protectant: Protectant) -> tuple[OxygenBarrier | None, tuple[str, ...]]:
    """Return the film as the growth kernel sees it (None: bare copper) and what was assumed.

    Raises
    ------
    DataError
        If something is not known and not given; the message says what.
    """
    if protectant.kind == "none":
        return None, ()
    assumed = []
    thickness = protectant.thickness_nm
    if thickness is None and protectant.kind == "monolayer":
        thickness = MONOLAYER_NM
        assumed.append(f"thickness {MONOLAYER_NM:g} nm")
    if thickness is None:
        raise DataError(f"{protectant.id}: the thickness of the film is not known; give thickness_nm")
    if protectant.loss_energy_kJ_mol is not None:
        loss, sigma_loss = protectant.loss_energy_kJ_mol, 0.0
        log10_A = LOSS_LOG10_A if protectant.loss_log10_A is None else protectant.loss_log10_A
    elif protectant.loss_K is not None:
        log10_A = LOSS_LOG10_A
        heating, kind = protectant.loss_heating_K_s, protectant.loss_kind
        if heating is None:
            heating = DESORPTION_HEATING_K_S if protectant.loss_technique == "desorption" else LOSS_HEATING_K_S
        loss = loss_energy_kJ_mol(protectant.loss_K, kind=kind, heating_K_s=heating)
        sigma_loss = loss * LOSS_SIGMA_K / protectant.loss_K
        share = "the fastest loss" if kind == "peak" else f"{100 * LOSS_SHARES[kind]:g} % lost"
        assumed.append(
            f"{share} at {protectant.loss_K:g} K in heating at {60 * heating:g} K/min, A = 1e{LOSS_LOG10_A:g} 1/s"
        )
    else:
        raise DataError(f"{protectant.id}: when the film goes is not known; give loss_K or loss_energy_kJ_mol")
    if protectant.conductance_m2_s_bar is not None and protectant.conductance_K is not None:
        conductance, reference, sigma_S = protectant.conductance_m2_s_bar, protectant.conductance_K, 0.0
    else:
        known = film_conductance()
        conductance, reference = known.value, known.reference_K
        sigma_S = MONOLAYER_SIGMA_LN if protectant.kind == "monolayer" else CONDUCTANCE_SIGMA_LN
        assumed.append(f"oxygen passes as through the one OSP film that was measured ({known.source})")
    energy, sigma_energy = protectant.permeation_energy_kJ_mol, 0.0
    if energy is None:
        energy, sigma_energy = PERMEATION_ENERGY_KJ_MOL, PERMEATION_SIGMA_KJ_MOL
        assumed.append(f"permeation with {energy:g} ± {sigma_energy:g} kJ/mol")
    return (
        OxygenBarrier(
            thickness * 1e-9,
            conductance,
            reference,
            energy,
            loss,
            log10_A,
            sigma_ln_thickness=0.3,
            sigma_ln_conductance=sigma_S,
            sigma_permeation_energy_kJ_mol=sigma_energy,
            sigma_loss_energy_kJ_mol=sigma_loss,
        ),
        tuple(assumed),
    )


def adsorption_coverage(
    adsorption_eV: float,
    temperature_K: float,
    vapour_Pa: float,
    *,
    sigma_eV: float = ADSORPTION_SIGMA_EV,
    entropy_J_mol_K: float = ADSORPTION_ENTROPY,
) -> tuple[float, float, float]:
    r"""Return log10 of the equilibrium (Langmuir) coverage under a vapour, and its 90 % interval.

    .. math:: \frac{\theta}{1 - \theta} = \frac{p}{p^\circ}
       \exp\left(\frac{\Delta S}{R} - \frac{E_\mathrm{ads}}{k_B T}\right)

    Notes
    -----
    An error of 0.3 eV moves the constant by three to four decades at 373 K. The coverage is shown and never ranks: in a
    reflow oven there is no vapour in equilibrium, and what counts is how fast the layer leaves.

    Examples
    --------
    >>> middle, low, high = adsorption_coverage(-1.0, 473.0, 1.0)
    >>> round(middle, 1), round(low, 1), round(high, 1)
    (-2.2, -8.0, -0.0)
    """
    ln_K, sigma = coverage_odds(
        adsorption_eV, temperature_K, vapour_Pa, sigma_eV=sigma_eV, entropy_J_mol_K=entropy_J_mol_K
    )
    found = [-math.log1p(math.exp(min(-(ln_K + z * sigma), 700.0))) / math.log(10.0) for z in (0.0, -1.645, 1.645)]
    return found[0], found[1], found[2]


def coverage_odds(
    adsorption_eV: float,
    temperature_K: float,
    vapour_Pa: float,
    *,
    sigma_eV: float = ADSORPTION_SIGMA_EV,
    entropy_J_mol_K: float = ADSORPTION_ENTROPY,
) -> tuple[float, float]:
    """Return ln of θ/(1 − θ) of `adsorption_coverage` and its standard deviation: on this scale the error is normal."""
    if not (temperature_K > 0 and vapour_Pa > 0 and sigma_eV >= 0):
        raise InputError(
            f"temperature_K={temperature_K:g}, vapour_Pa={vapour_Pa:g}: above 0; sigma_eV={sigma_eV:g}: not negative"
        )
    thermal = GAS_CONSTANT * temperature_K / 1e3 / _EV_KJ_MOL
    ln_K = entropy_J_mol_K / GAS_CONSTANT - adsorption_eV / thermal + math.log(vapour_Pa / 1e5)
    return ln_K, math.hypot(sigma_eV / thermal, ADSORPTION_ENTROPY_SIGMA / GAS_CONSTANT)
