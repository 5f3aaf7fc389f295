"""Hansen solubility parameters: what tables have, and the distance of two of them."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import median

from finechem.errors import InputError
from finechem.matter.molecules import parse_smiles
from finechem.units import GAS_CONSTANT

__all__ = [
    "BETWEEN_TABLES",
    "flory_huggins_chi",
    "hansen_distance",
    "relative_energy_difference",
    "tabulated_hansen",
]

Hansen = tuple[float, float, float]
#: Root mean square distance, in MPa^0.5, of two sets that different tables of ``chemicals`` give one compound (1506
#: pairs; most copy each other, some differ by much). A test measures it again.
BETWEEN_TABLES = 2.99


def hansen_distance(one_MPa05: Hansen, other_MPa05: Hansen) -> float:
    r"""Return the distance of two sets of Hansen parameters.

    .. math:: R_a^2 = 4 (\delta_{D,1} - \delta_{D,2})^2 + (\delta_{P,1} - \delta_{P,2})^2
              + (\delta_{H,1} - \delta_{H,2})^2

    Parameters
    ----------
    one_MPa05, other_MPa05 : (float, float, float)
        Dispersion, polar and hydrogen-bond parameters in MPa^0.5.

    Raises
    ------
    InputError
        If a parameter is negative or no number.

    Notes
    -----
    Small is alike. Below which distance two substances mix depends on their sizes: the radius of interaction is a
    measured property of a polymer, not given here.

    Examples
    --------
    >>> round(hansen_distance((18.0, 0.0, 1.0), (17.0, 3.0, 5.0)), 3)
    5.385
    """
    for parameter in (*one_MPa05, *other_MPa05):
        if not (math.isfinite(parameter) and parameter >= 0):
            raise InputError(f"a Hansen parameter is {parameter}; it must be a finite number >= 0")
    dispersion, polar, hydrogen = (a - b for a, b in zip(one_MPa05, other_MPa05, strict=True))
    return math.sqrt(4.0 * dispersion**2 + polar**2 + hydrogen**2)


def relative_energy_difference(one_MPa05: Hansen, other_MPa05: Hansen, radius_MPa05: float) -> float:
    """Return the distance over the radius of interaction of the solute: below 1 they are expected to mix.

    Raises
    ------
    InputError
        If the radius is not above 0, or a parameter is negative.

    Examples
    --------
    >>> round(relative_energy_difference((18.0, 0.0, 1.0), (17.0, 3.0, 5.0), 5.0), 3)
    1.077
    """
    if not (math.isfinite(radius_MPa05) and radius_MPa05 > 0):
        raise InputError(f"radius_MPa05 is {radius_MPa05}; it must be a finite number above 0")
    return hansen_distance(one_MPa05, other_MPa05) / radius_MPa05


def flory_huggins_chi(
    one_MPa05: Hansen, other_MPa05: Hansen, molar_volume_cm3_mol: float, temperature_K: float = 298.15
) -> float:
    r"""Return the Flory-Huggins parameter of two substances from their Hansen distance.

    .. math:: \chi = \frac{V R_a^2}{4 R T}

    Parameters
    ----------
    one_MPa05, other_MPa05 : (float, float, float)
        Hansen parameters.
    molar_volume_cm3_mol : float
        Of the smaller molecule: the reference volume (MPa cm3 is J).
    temperature_K : float

    Raises
    ------
    InputError
        If the volume or the temperature is not above 0, or a parameter is negative.

    Notes
    -----
    The enthalpic part only; a constant of 0.3 to 0.5 for free volume is often added for polymers and is not here.
    A polymer of great length and a liquid mix in all proportions below 1/2; two liquids of this volume below 2. The
    distance of two tabulated sets is uncertain by about 3 MPa^0.5, which makes chi near 1/2 a guess.

    Examples
    --------
    >>> round(flory_huggins_chi((18.0, 0.0, 1.0), (17.0, 3.0, 5.0), 100.0), 3)
    0.292
    """
    if not (molar_volume_cm3_mol > 0 and temperature_K > 0):
        raise InputError(
            f"molar_volume_cm3_mol is {molar_volume_cm3_mol} and temperature_K {temperature_K}; both must be above 0"
        )
    distance = hansen_distance(one_MPa05, other_MPa05)
    return molar_volume_cm3_mol * distance**2 / (4.0 * GAS_CONSTANT * temperature_K)


@lru_cache(maxsize=4096)
def tabulated_hansen(smiles: str) -> Hansen | None:
    """Return the tabulated Hansen parameters of a molecule in MPa^0.5, or None where no table has it.

    The tables are those of the package ``chemicals``; the molecule is found by its InChI key. The median of the sets
    that have all three parameters counts, as in what `finechem.matter.hansen_model` is fitted to.

    Examples
    --------
    >>> tabulated_hansen("Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1")  # BHT
    (16.2, 9.2, 16.4)
    """
    import chemicals
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        key = Chem.MolToInchiKey(parse_smiles(smiles))  # type: ignore[no-untyped-call]
    try:
        cas = chemicals.search_chemical(f"InChIKey={key}").CASs
    except ValueError:  # not in its data base
        return None
    getters = (chemicals.hansen_delta_d, chemicals.hansen_delta_p, chemicals.hansen_delta_h)
    sets = [tuple(getter(cas, method=method) for getter in getters) for method in chemicals.hansen_delta_d_methods(cas)]
    complete = [found for found in sets if None not in found]
    if not complete:
        return None
    dispersion, polar, hydrogen = (median(column) / 1e3 for column in zip(*complete, strict=True))  # Pa^0.5
    return dispersion, polar, hydrogen
