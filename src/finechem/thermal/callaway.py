"""Debye-Callaway lattice thermal conductivity: phonon branches against boundaries, isotopes, defects, each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.thermal.elastic import acoustic_debye_temperature, debye_temperature
from finechem.units import ATOMIC_MASS, BOLTZMANN, HBAR

__all__ = [
    "debye_callaway_conductivity",
    "isotope_parameter",
    "oxygen_defect_parameter",
]

Array = NDArray[np.float64]


def debye_callaway_conductivity(
    longitudinal_m_s: ArrayLike,
    transverse_m_s: ArrayLike,
    volume_per_atom_m3: ArrayLike,
    primitive_atoms: ArrayLike,
    mean_mass_u: ArrayLike,
    gruneisen: ArrayLike,
    temperature_K: ArrayLike = 300.0,
    *,
    mass_variance: ArrayLike = 0.0,
    grain_size_m: ArrayLike = np.inf,
    normal_processes: bool = True,
) -> Array:
    r"""Return the Debye-Callaway lattice thermal conductivity in W/(m K).

    Sum over one longitudinal and two transverse acoustic branches *i* of Callaway's two terms (see
    `finechem_kernels.callaway.callaway_conductivity`), with the rates

    .. math::
        \tau_U^{-1} &= \frac{\hbar\gamma^2}{\bar M v_i^2 \theta_i}\,\omega^2 T e^{-\theta_i/3T}, \qquad
        \tau_B^{-1} = v_i / L, \qquad \tau_P^{-1} = \frac{\Omega\,\Gamma}{4\pi v_i^3}\,\omega^4, \\
        \tau_{N,L}^{-1} &= \frac{k_B^3\gamma^2\Omega}{\bar M\hbar^2 v_L^5}\,\omega^2 T^3, \qquad
        \tau_{N,T}^{-1} = \frac{k_B^4\gamma^2\Omega}{\bar M\hbar^3 v_T^5}\,\omega T^4.

    Parameters
    ----------
    longitudinal_m_s, transverse_m_s : arrays
        Branch velocities.
    volume_per_atom_m3 : array
        Omega.
    primitive_atoms : array
        n; theta_i = (hbar/k_B) v_i (6 pi^2 / (n Omega))^(1/3).
    mean_mass_u, gruneisen, temperature_K : arrays
        M, gamma, T (10 to 1500 K). All arrays broadcast against each other.
    mass_variance : array
        Gamma, the sum of `isotope_parameter` and other point defects.
    grain_size_m : array
        L; infinite for a large single crystal.
    normal_processes : bool
        Without them kappa_2 is zero and the relaxation-time result remains.

    Returns
    -------
    array
        W/(m K); NaN where a velocity, volume, mass, gamma or temperature is not positive.

    Raises
    ------
    InputError
        If shapes do not broadcast.

    Notes
    -----
    J. Callaway, Phys. Rev. 113, 1046 (1959), doi:10.1103/PhysRev.113.1046; rates as in D. T. Morelli, J. P. Heremans,
    G. A. Slack, Phys. Rev. B 66, 195304 (2002), doi:10.1103/PhysRevB.66.195304, with one gamma for all branches.
    Optical branches carry nothing here, dispersion is linear: fit for simple dielectric crystals. At high T it falls
    as 1/T, at low T with boundaries as T^3. Without boundaries it grows as exp(theta/3T) in the cold and means nothing
    there.

    The normal rates are low-temperature laws. Above about theta/2 they outrun Umklapp's, which is linear in T, so
    point defects count for too much: at 300 K the isotopes of natural silicon cost 24 % here with the fitted gamma,
    10 +- 2 % measured (R. K. Kremer et al., Solid State Commun. 131, 499 (2004)). Without normal processes it is 6 %.

    Examples
    --------
    >>> si = dict(longitudinal_m_s=8970.0, transverse_m_s=5400.0, volume_per_atom_m3=20.02e-30, primitive_atoms=2)
    >>> kappa = debye_callaway_conductivity(**si, mean_mass_u=28.085, gruneisen=1.0, temperature_K=[300.0, 600.0])
    >>> bool(kappa[0] > 1.8 * kappa[1])
    True
    """
    from finechem_kernels import callaway

    try:
        v_l, v_t, volume, atoms, mass_u, gamma, temperature, variance, grain = np.broadcast_arrays(
            *(
                np.asarray(item, dtype=float)
                for item in (
                    longitudinal_m_s, transverse_m_s, volume_per_atom_m3, primitive_atoms, mean_mass_u, gruneisen,
                    temperature_K, mass_variance, grain_size_m,
                )
            )
        )  # fmt: skip
    except ValueError as error:
        raise InputError(f"the arguments of debye_callaway_conductivity do not broadcast: {error}") from None
    sensible = (v_l > 0) & (v_t > 0) & (volume > 0) & (mass_u > 0) & (gamma > 0) & (temperature > 0) & (grain > 0)
    sensible &= (atoms >= 1) & (variance >= 0)
    total = np.full(v_l.shape, np.nan)
    if not sensible.any():
        return total
    volume, atoms, gamma, temperature = (item[sensible] for item in (volume, atoms, gamma, temperature))
    variance, grain, mass = variance[sensible], grain[sensible], mass_u[sensible] * ATOMIC_MASS
    kappa = np.zeros(temperature.shape)
    for velocity, count, frequency_power, temperature_power in ((v_l[sensible], 1, 2, 3), (v_t[sensible], 2, 1, 4)):
        theta = acoustic_debye_temperature(debye_temperature(velocity, volume), atoms)
        power = temperature_power  # of k_B; hbar has one less: both rates are omega^a T^(5-a)
        normal = BOLTZMANN**power * gamma**2 * volume / (mass * HBAR ** (power - 1) * velocity**5)
        kappa += callaway.callaway_conductivity(
            temperature,
            theta,
            velocity,
            boundary_length_m=grain,
            point_defect_coefficient_s3=volume * variance / (4 * np.pi * velocity**3),
            umklapp_coefficient_s_K=HBAR * gamma**2 / (mass * velocity**2 * theta),
            umklapp_temperature_K=theta,
            normal_coefficient=normal if normal_processes else np.zeros_like(normal),
            normal_frequency_exponent=frequency_power,
            normal_temperature_exponent=temperature_power,
            branch_count=count,
        ).total
    total[sensible] = kappa
    return total


def isotope_parameter(species: Sequence[str]) -> float:
    """Return the mass variance Gamma of natural isotopes in a crystal.

    Gamma = sum_s (c_s / c) (m_s / m)^2 g_s with g_s = sum_i f_i (1 - m_i/m_s)^2 over the isotopes of element s
    (abundances and masses from RDKit's periodic table), m the mean atomic mass.

    Parameters
    ----------
    species : sequence of str
        The element of each atom of a cell.

    Raises
    ------
    InputError
        If an element is unknown or has no natural isotopes.

    Notes
    -----
    P. G. Klemens, Proc. Phys. Soc. A 68, 1113 (1955); S. Tamura, Phys. Rev. B 27, 858 (1983),
    doi:10.1103/PhysRevB.27.858.

    Examples
    --------
    >>> print(f"{isotope_parameter(['Si']):.3g}")
    0.0002
    """
    if not species:
        raise InputError("isotope_parameter: no atoms given")
    elements = {element: _isotopes(element) for element in set(species)}
    masses = np.array([elements[element][0] for element in species])
    variances = np.array([elements[element][1] for element in species])
    return float(np.mean((masses / masses.mean()) ** 2 * variances))


def _isotopes(element: str) -> tuple[float, float]:
    from rdkit.Chem import GetPeriodicTable

    table = GetPeriodicTable()
    try:
        number = table.GetAtomicNumber(element)
    except RuntimeError:
        raise InputError(f"isotope_parameter: {element!r} is no element") from None
    found = [
        (table.GetMassForIsotope(number, a), table.GetAbundanceForIsotope(number, a))
        for a in range(number, 3 * number + 2)
    ]
    masses, shares = np.array([pair for pair in found if pair[1] > 0]).reshape(-1, 2).T
    if not shares.size:
        raise InputError(f"isotope_parameter: {element} has no natural isotopes")
    shares = shares / shares.sum()
    mean = float(masses @ shares)
    return mean, float(shares @ (1 - masses / mean) ** 2)


def oxygen_defect_parameter(
    oxygen_mass_percent: float, species: Sequence[str], cation: str, cation_valence: int = 3
) -> float:
    """Return the mass variance that oxygen on nitrogen sites brings, with the cation vacancies it makes.

    z oxygens on nitrogen sites are balanced by one vacancy of a cation of valence z. Gamma adds, per atom,
    x_O ((m_O - m_N)/m)^2 for the oxygens and (x_O / z) (m_c/m + 2)^2 for the vacancies: a missing atom counts its
    mass and, for its missing bonds, twice the mean mass more.

    Parameters
    ----------
    oxygen_mass_percent : float
        Dissolved oxygen in mass percent (not the oxide at grain boundaries).
    species : sequence of str
        The element of each atom of a cell.
    cation, cation_valence : str, int
        Which cation leaves, and its valence (3 for Al in AlN).

    Raises
    ------
    InputError
        If the percentage is not between 0 and what the nitrogen sites can hold, or the crystal has no such cation or
        no nitrogen.

    Notes
    -----
    G. A. Slack, J. Phys. Chem. Solids 34, 321 (1973), doi:10.1016/0022-3697(73)90092-9, names the aluminium vacancies
    as what oxygen does to AlN; the vacancy term is C. A. Ratsifaritana & P. G. Klemens, Int. J. Thermophys. 8, 737
    (1987). Linear in the content: meant for less than about 1 % of the sites. In AlN the defect itself changes near
    0.75 atomic percent of oxygen (Harris, Youngman, Teller, J. Mater. Res. 5, 1763 (1990)).

    Examples
    --------
    >>> print(f"{oxygen_defect_parameter(0.1, ['Al', 'N'], 'Al'):.2g}")
    0.0047
    """
    from rdkit.Chem import GetPeriodicTable

    table = GetPeriodicTable()
    if cation not in species or "N" not in species:
        raise InputError(f"oxygen on nitrogen sites with {cation} vacancies: the crystal lacks {cation} or nitrogen")
    masses = {element: table.GetAtomicWeight(element) for element in {*species, "O"}}
    mean = float(np.mean([masses[element] for element in species]))
    oxygen_per_atom = oxygen_mass_percent / 100 * mean / masses["O"]
    nitrogen_share = list(species).count("N") / len(species)
    if not 0 <= oxygen_per_atom <= nitrogen_share:
        raise InputError(f"oxygen_mass_percent={oxygen_mass_percent}: must be between 0 and what the N sites can hold")
    substitution = oxygen_per_atom * ((masses["O"] - masses["N"]) / mean) ** 2
    vacancies = oxygen_per_atom / cation_valence * (masses[cation] / mean + 2) ** 2
    return float(substitution + vacancies)
