"""Slack's equation: lattice thermal conductivity near and above the Debye temperature."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["slack_conductivity", "slack_prefactor"]

Array = NDArray[np.float64]


def slack_prefactor(gruneisen: ArrayLike) -> Array:
    """Return A(gamma) = 2.43e-6 / (1 - 0.514/gamma + 0.228/gamma^2), in W/(m K) per u K^2 angstrom.

    Julian's anharmonicity factor (C. L. Julian, Phys. Rev. 137, A128 (1965)) in the units of `slack_conductivity`:
    0.849 * 3 * 4^(1/3) / (20 pi^3) (k_B/hbar)^3 u angstrom = 2.43e-6. The often quoted 3.1e-6 is its value at
    gamma = 2. A/gamma^2 falls with gamma only above 0.257: smaller ones are outside the formula.

    Examples
    --------
    >>> print(f"{float(slack_prefactor(2.0)):.3g}")
    3.04e-06
    """
    gamma = np.asarray(gruneisen, dtype=float)
    return np.asarray(2.43e-6 / (1 - 0.514 / gamma + 0.228 / gamma**2))


def slack_conductivity(
    mean_mass_u: ArrayLike,
    acoustic_debye_K: ArrayLike,
    volume_per_atom_angstrom3: ArrayLike,
    primitive_atoms: ArrayLike,
    gruneisen: ArrayLike,
    temperature_K: ArrayLike = 300.0,
) -> Array:
    r"""Return Slack's lattice thermal conductivity in W/(m K).

    .. math:: \kappa = A(\gamma)\, \frac{\bar M\, \theta_a^3\, \delta\, n^{1/3}}{\gamma^2\, T}

    Parameters
    ----------
    mean_mass_u : array
        Mean atomic mass, u.
    acoustic_debye_K : array
        Acoustic Debye temperature theta_a = theta_D n^(-1/3), K.
    volume_per_atom_angstrom3 : array
        delta is its cube root, in angstrom.
    primitive_atoms : array
        n, atoms in the primitive cell.
    gruneisen : array
        gamma of the acoustic modes.
    temperature_K : array
        T. All arrays broadcast against each other.

    Returns
    -------
    array
        W/(m K); NaN where an argument is not positive.

    Notes
    -----
    G. A. Slack, J. Phys. Chem. Solids 34, 321 (1973), doi:10.1016/0022-3697(73)90092-9. Assumes three-phonon Umklapp
    scattering among acoustic modes only, so it holds for dielectric crystals of simple structure at T of the order of
    theta_a and above. It is outside its domain for layered crystals (one velocity does not describe them), metals
    (electrons carry too), and cells of many atoms, where optical modes carry a share it does not know.

    A worked case, diamond: M = 12.011, theta_a = 1450 K, delta = 1.78 angstrom, n = 2, gamma = 0.75 at 300 K gives
    A = 3.37e-6, M theta_a^3 delta n^(1/3) = 8.22e10, and kappa = 1.64e3 W/(m K).

    Examples
    --------
    >>> kappa = slack_conductivity(12.011, 1450.0, 1.78**3, 2, 0.75)
    >>> print(f"{float(kappa):.0f}")
    1642
    """
    mass, theta, volume, atoms, gamma, temperature = np.broadcast_arrays(
        *(
            np.asarray(item, dtype=float)
            for item in (
                mean_mass_u, acoustic_debye_K, volume_per_atom_angstrom3, primitive_atoms, gruneisen, temperature_K,
            )
        )
    )  # fmt: skip
    with np.errstate(all="ignore"):
        kappa = slack_prefactor(gamma) * mass * theta**3 * np.cbrt(volume * atoms) / (gamma**2 * temperature)
        sensible = (mass > 0) & (theta > 0) & (volume > 0) & (atoms > 0) & (gamma > 0) & (temperature > 0)
    return np.where(sensible, kappa, np.nan)
