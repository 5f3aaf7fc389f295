"""Vertical ionization potential by IPEA-xTB, for routes by electron transfer."""

from __future__ import annotations

from finechem.errors import ConvergenceError
from finechem.matter.xtb import engine, single_point
from finechem.oxidation.homolysis import PROTOCOL, best_geometry
from finechem.oxidation.sites import checked
from finechem.screening.cache import Cache
from finechem.screening.canonical import content_hash

__all__ = ["vertical_ionization_potential"]

#: What xtb subtracts from IPEA-xTB's difference of energies ("empirical IP shift" in its output).
_SHIFT_EV = 4.8455
_EV_KJ_MOL = 1.602176634e-19 * 6.02214076e23 / 1000.0


def vertical_ionization_potential(smiles: str, *, cache: Cache | None = None) -> float:
    r"""Return the energy that takes an electron from a molecule at its GFN2-xTB geometry, in the gas.

    .. math:: I = E^+ - E - 4.8455\ \mathrm{eV}

    with IPEA-xTB energies, without spin polarisation, as the shift was made for.

    Parameters
    ----------
    smiles : str
        One neutral closed-shell molecule.
    cache : Cache, optional

    Returns
    -------
    float
        In eV.

    Raises
    ------
    InputError
        As `finechem.oxidation.sites.checked`.
    ConvergenceError
        If electrons or geometry do not converge.

    Notes
    -----
    Its error was not measured here: use it to order candidates of one class. The manual of xtb gives 13.79 eV for
    water beside a measured 12.6. In a polymer the ion is stabilised by one to two eV, in ways this does not see.

    References
    ----------
    V. Asgeirsson, C. Bauer, S. Grimme, Chem. Sci. 8, 4879 (2017), doi:10.1039/c7sc00601b (as tblite cites it); the
    shift is printed by xtb and documented in its manual.

    Examples
    --------
    >>> round(vertical_ionization_potential("O"), 1)
    13.8
    """
    canonical = checked(smiles)
    key = content_hash(["ionization", PROTOCOL, engine(), canonical])
    if cache is not None and (stored := cache.get(key)) is not None:
        return float(stored)
    try:
        numbers, positions = best_geometry(canonical, method="gfn2", cache=cache)
        cation = single_point(numbers, positions, method="ipea1", charge=1, unpaired=1, spin_polarization=0.0)
        neutral = single_point(numbers, positions, method="ipea1")
    except ConvergenceError as error:
        raise ConvergenceError(f"{canonical}: {error}") from None
    potential = (cation - neutral) / _EV_KJ_MOL - _SHIFT_EV
    if cache is not None:
        cache.put(key, potential)
    return potential
