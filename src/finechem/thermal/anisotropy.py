"""How elastic anisotropy splits a conductivity between directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.thermal.elastic import _stack

__all__ = ["direction_shares"]

Array = NDArray[np.float64]

_VOIGT = np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])


def direction_shares(stiffness_Pa: ArrayLike, order: int = 31) -> Array:
    r"""Return kappa_xx, kappa_yy, kappa_zz over their mean, as elasticity alone has them.

    .. math:: \kappa_{\alpha\alpha} \propto \sum_s \int \frac{v_{g,\alpha}^2}{v_p^3}\, d\Omega

    with phase velocity v_p and group velocity v_g of branch s from the Christoffel equation: all modes of one frequency
    scatter alike, the density of states in a direction goes as v_p^-3.

    Parameters
    ----------
    stiffness_Pa : (N, 6, 6) or (6, 6) array
        Voigt stiffness; only ratios matter, so neither unit nor density does.
    order : int
        Order of the direction quadrature.

    Returns
    -------
    (N, 3) array
        Each row sums to 3; NaN for an unstable tensor.

    Raises
    ------
    InputError
        If the shape is wrong or a number is not finite.

    Notes
    -----
    v_g,i = C_ijkl u_j n_k u_l / v_p for a unit polarisation u (density 1). Elasticity sees the long waves only: in
    crystals whose zone-boundary modes carry the anisotropy (chains, layers) the split is larger than this.
    `benchmarks/accuracy/anisotropy.py` compares it with measured ratios.

    Examples
    --------
    >>> from finechem.matter import stiffness_matrix
    >>> cubic = stiffness_matrix({"C11": 100.0, "C12": 60.0, "C44": 50.0}, 225)
    >>> bool(np.allclose(direction_shares(cubic), 1.0, atol=1e-3))
    True
    """
    from finechem_kernels.christoffel import sphere_directions

    stiffness = _stack(stiffness_Pa)
    directions, weights = sphere_directions(order)
    tensor = stiffness[:, _VOIGT[:, :, None, None], _VOIGT[None, None, :, :]]
    shares = np.empty((len(stiffness), 3))
    for index, c in enumerate(tensor):
        acoustic = np.einsum("ijkl,dj,dl->dik", c, directions, directions)
        squared, modes = np.linalg.eigh(acoustic)  # modes[d, :, s] is the polarisation of branch s
        if squared.min() <= 0:
            shares[index] = np.nan
            continue
        phase = np.sqrt(squared)
        group = np.einsum("ijkl,djs,dk,dls->dsi", c, modes, directions, modes, optimize=True) / phase[:, :, None]
        carried = np.einsum("d,dsi,ds->i", weights, group**2, phase**-3)
        shares[index] = carried / carried.mean()
    return shares
