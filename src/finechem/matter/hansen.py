"""Hansen solubility parameters: what tables have, and the distance of two of them."""

from __future__ import annotations

import math
from functools import lru_cache

from finechem.errors import InputError
from finechem.matter.molecules import parse_smiles

__all__ = ["BETWEEN_TABLES", "hansen_distance", "tabulated_hansen"]

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


@lru_cache(maxsize=4096)
def tabulated_hansen(smiles: str) -> Hansen | None:
    """Return the tabulated Hansen parameters of a molecule in MPa^0.5, or None where no table has it.

    The tables are those of the package ``chemicals``; the molecule is found by its InChI key. The first set that has
    all three parameters counts.

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
    for method in chemicals.hansen_delta_d_methods(cas):
        found = tuple(
            getter(cas, method=method)
            for getter in (chemicals.hansen_delta_d, chemicals.hansen_delta_p, chemicals.hansen_delta_h)
        )
        if None not in found:
            return (found[0] / 1e3, found[1] / 1e3, found[2] / 1e3)  # Pa^0.5
    return None
