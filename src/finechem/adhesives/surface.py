"""Wetting by Owens and Wendt: surface energies from contact angles, work of adhesion, spreading, contact angle.

The work of adhesion is what it takes to part two surfaces reversibly: it is not the strength of a joint, which
dissipation in the bulk and flaws decide. Nor does it tell wetting: whether a liquid spreads depends on how much the
work of adhesion falls short of the liquid's own cohesion (`spreading_coefficient_mN_m`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError, did_you_mean

__all__ = [
    "Mean",
    "SurfaceEnergy",
    "contact_angle_deg",
    "interfacial_tension_mN_m",
    "owens_wendt",
    "spreading_coefficient_mN_m",
    "wetting_sigmas",
    "work_of_adhesion_mJ_m2",
    "work_of_adhesion_sigma_mJ_m2",
]

Array = NDArray[np.float64]
Mean = Literal["geometric", "harmonic"]
#: Standard deviation of a contact angle where none is stated: an assumption.
_ANGLE_SIGMA_deg = 2.0
#: Liquids whose ratio of polar to dispersive part lies closer than this (as an angle of their square roots) cannot tell
#: the two parts of a solid apart.
_LEAST_APART_deg = 5.0
_DRAWS = 4000


@dataclass(frozen=True, slots=True)
class SurfaceEnergy:
    """Dispersive and polar part of a surface energy (of a liquid: surface tension), mJ/m2 = mN/m.

    Parameters
    ----------
    dispersive_mJ_m2, polar_mJ_m2 : float
    dispersive_sigma_mJ_m2, polar_sigma_mJ_m2 : float
        Standard deviations.
    source : str
    misfit_deg : float
        Of a solid found from contact angles: by how much the angle of the worst liquid, computed from the parts, is off
        the measured one; 0 where the parts meet all angles.

    Raises
    ------
    InputError
        If a number is negative or not finite, or both parts are 0.
    """

    dispersive_mJ_m2: float
    polar_mJ_m2: float
    dispersive_sigma_mJ_m2: float = 0.0
    polar_sigma_mJ_m2: float = 0.0
    source: str = ""
    misfit_deg: float = 0.0

    def __post_init__(self) -> None:
        parts = ("dispersive_mJ_m2", "polar_mJ_m2", "dispersive_sigma_mJ_m2", "polar_sigma_mJ_m2")
        for name in (*parts, "misfit_deg"):
            number = getattr(self, name)
            if not (math.isfinite(number) and number >= 0):
                raise InputError(f"{name} is {number}; it must be a finite number >= 0")
        if self.total_mJ_m2 == 0.0:
            raise InputError("a surface energy of 0 mJ/m2; one of its parts must be above 0")

    @property
    def total_mJ_m2(self) -> float:
        """Sum of both parts."""
        return self.dispersive_mJ_m2 + self.polar_mJ_m2


def work_of_adhesion_mJ_m2(one: SurfaceEnergy, other: SurfaceEnergy, mean: Mean = "geometric") -> float:
    r"""Return the work that parts a unit area of two surfaces reversibly. It is not the strength of a joint.

    .. math:: W_a = 2 \sqrt{\gamma^d_1 \gamma^d_2} + 2 \sqrt{\gamma^p_1 \gamma^p_2}
              \quad\text{or}\quad W_a = \frac{4 \gamma^d_1 \gamma^d_2}{\gamma^d_1 + \gamma^d_2}
              + \frac{4 \gamma^p_1 \gamma^p_2}{\gamma^p_1 + \gamma^p_2}

    Parameters
    ----------
    one, other : SurfaceEnergy
    mean : {"geometric", "harmonic"}
        Owens and Wendt's, or Wu's for low-energy pairs.

    Raises
    ------
    InputError
        For another mean.

    Notes
    -----
    Acid-base bonds, primary bonds, roughness and adsorbed water are left out.

    References
    ----------
    D. K. Owens, R. C. Wendt, J. Appl. Polym. Sci. 13, 1741 (1969), doi:10.1002/app.1969.070130815.

    Examples
    --------
    >>> epoxy, ptfe = SurfaceEnergy(32.0, 11.0), SurfaceEnergy(18.6, 0.5)
    >>> round(work_of_adhesion_mJ_m2(epoxy, ptfe), 1)
    53.5
    """
    pairs = ((one.dispersive_mJ_m2, other.dispersive_mJ_m2), (one.polar_mJ_m2, other.polar_mJ_m2))
    if mean == "geometric":
        return math.fsum(2.0 * math.sqrt(a * b) for a, b in pairs)
    if mean == "harmonic":
        return math.fsum(4.0 * a * b / (a + b) for a, b in pairs if a + b > 0)
    raise InputError(f"mean is {mean!r}{did_you_mean(mean, ('geometric', 'harmonic'))}")


def work_of_adhesion_sigma_mJ_m2(one: SurfaceEnergy, other: SurfaceEnergy) -> float:
    """Return the standard deviation of the work of adhesion (geometric mean) from those of the four parts.

    By the Monte Carlo of 4000 draws with a fixed seed, negative draws as 0; the parts are taken as independent.
    """
    one_d, one_p, other_d, other_p = _draws(one, other)
    return float(np.std(2.0 * np.sqrt(one_d * other_d) + 2.0 * np.sqrt(one_p * other_p)))


def wetting_sigmas(liquid: SurfaceEnergy, solid: SurfaceEnergy, rule_ln: float = 0.0) -> tuple[float, float]:
    """Return the standard deviations of spreading coefficient (mN/m) and contact angle (degrees), geometric mean.

    By the draws of `work_of_adhesion_sigma_mJ_m2`; the liquid's own tension varies with them, so its errors partly
    cancel. ``rule_ln`` is the error of the rule itself, of the logarithm of the work of adhesion.
    """
    liquid_d, liquid_p, solid_d, solid_p = _draws(liquid, solid)
    off = np.exp(rule_ln * np.random.default_rng(1).standard_normal(_DRAWS))
    work = off * (2.0 * np.sqrt(liquid_d * solid_d) + 2.0 * np.sqrt(liquid_p * solid_p))
    tension = np.maximum(liquid_d + liquid_p, 1e-9)
    angle = np.degrees(np.arccos(np.clip(work / tension - 1.0, -1.0, 1.0)))
    return float(np.std(work - 2.0 * tension)), float(np.std(angle))


def _draws(one: SurfaceEnergy, other: SurfaceEnergy) -> Array:
    parts = [
        (part.dispersive_mJ_m2, part.dispersive_sigma_mJ_m2, part.polar_mJ_m2, part.polar_sigma_mJ_m2)
        for part in (one, other)
    ]
    middle = np.array([number for d, _, p, _ in parts for number in (d, p)])
    sigma = np.array([number for _, d, _, p in parts for number in (d, p)])
    normal = np.random.default_rng(0).standard_normal((_DRAWS, 4))
    return np.asarray(np.maximum(middle + sigma * normal, 0.0).T)


def interfacial_tension_mN_m(one: SurfaceEnergy, other: SurfaceEnergy, mean: Mean = "geometric") -> float:
    """Return the tension of the interface: both surface energies less the work of adhesion (Dupré).

    >>> round(interfacial_tension_mN_m(SurfaceEnergy(21.8, 51.0), SurfaceEnergy(20.0, 0.0)), 1)
    51.0
    """
    return one.total_mJ_m2 + other.total_mJ_m2 - work_of_adhesion_mJ_m2(one, other, mean)


def spreading_coefficient_mN_m(liquid: SurfaceEnergy, solid: SurfaceEnergy, mean: Mean = "geometric") -> float:
    r"""Return how much the work of adhesion exceeds the liquid's work of cohesion: above 0 the liquid spreads.

    .. math:: S = W_a - 2 \gamma_L
    """
    return work_of_adhesion_mJ_m2(liquid, solid, mean) - 2.0 * liquid.total_mJ_m2


def contact_angle_deg(liquid: SurfaceEnergy, solid: SurfaceEnergy, mean: Mean = "geometric") -> float:
    r"""Return the contact angle by Young and Dupré; 0 where the liquid spreads.

    .. math:: \cos\theta = W_a / \gamma_L - 1

    Notes
    -----
    On a smooth, even surface that adsorbs no vapour. ``benchmarks/accuracy/wetting.py`` has the error for water on
    polymers.

    Examples
    --------
    >>> water, ptfe = SurfaceEnergy(21.8, 51.0), SurfaceEnergy(18.6, 0.5)
    >>> round(contact_angle_deg(water, ptfe))  # measured 95 to 122
    108
    """
    return math.degrees(math.acos(min(work_of_adhesion_mJ_m2(liquid, solid, mean) / liquid.total_mJ_m2 - 1.0, 1.0)))


def owens_wendt(
    contact_angles_deg: Mapping[str, float],
    sigmas_deg: Mapping[str, float] | float = _ANGLE_SIGMA_deg,
    liquids: Mapping[str, SurfaceEnergy] | None = None,
) -> SurfaceEnergy:
    r"""Return the surface energy of a solid from the contact angles of two or more liquids.

    .. math:: \tfrac12 \gamma_L (1 + \cos\theta) = \sqrt{\gamma^d_S \gamma^d_L} + \sqrt{\gamma^p_S \gamma^p_L}

    by least squares in :math:`\sqrt{\gamma^d_S} \ge 0` and :math:`\sqrt{\gamma^p_S} \ge 0`, each liquid weighted by
    what the standard deviation of its angle does to the left side.

    Parameters
    ----------
    contact_angles_deg : mapping of str to float
        Equilibrium (or advancing) angle of each liquid, above 0 and below 180 degrees. A liquid that spreads gives a
        bound only: leave it out.
    sigmas_deg : float or mapping of str to float
        Standard deviations, one for all or one a liquid; 2 degrees unless stated, an assumption.
    liquids : mapping of str to SurfaceEnergy, optional
        Of liquids that the shipped table (`reference_liquids`) lacks, or of your own.

    Returns
    -------
    SurfaceEnergy
        Standard deviations from those of the angles, by 4000 draws with a fixed seed. Where the parts cannot meet the
        angles (three or more liquids that contradict each other, two of which no solid with parts above 0 has both) the
        angles are taken to err by as much as they are off, and ``misfit_deg`` says by how much the worst is.

    Raises
    ------
    InputError
        For fewer than two liquids, an unknown one, an angle out of range, or liquids so alike in their polarity
        that they cannot tell both parts apart.

    References
    ----------
    D. K. Owens, R. C. Wendt, J. Appl. Polym. Sci. 13, 1741 (1969), doi:10.1002/app.1969.070130815.

    Examples
    --------
    >>> found = owens_wendt({"water": 80.0, "diiodomethane": 35.0})
    >>> round(found.dispersive_mJ_m2, 1), round(found.polar_mJ_m2, 1), round(found.polar_sigma_mJ_m2, 1)
    (42.0, 3.0, 0.6)
    """
    from finechem.adhesives.substrates import reference_liquids

    known = {**reference_liquids(), **(liquids or {})}
    names = list(contact_angles_deg)
    sigmas = sigmas_deg if isinstance(sigmas_deg, Mapping) else dict.fromkeys(names, sigmas_deg)
    _check(contact_angles_deg, sigmas, known)
    total, dispersive, polar = (
        np.array([getattr(known[name], part) for name in names])
        for part in ("total_mJ_m2", "dispersive_mJ_m2", "polar_mJ_m2")
    )
    angles, spread = (np.radians([float(table[name]) for name in names]) for table in (contact_angles_deg, sigmas))
    weight = 1.0 / (0.5 * total * np.sin(np.clip(angles, spread, math.pi - spread)) * spread)
    design = np.sqrt(np.stack([dispersive, polar])) * weight
    target = 0.5 * total * (1.0 + np.cos(angles)) * weight
    found = _nonnegative_pair(design, target[None, :])[0]
    wider = spread * _misfit(design, target, found)
    draws = np.clip(angles + wider * np.random.default_rng(0).standard_normal((_DRAWS, len(names))), 0.0, math.pi)
    roots = _nonnegative_pair(design, 0.5 * total * (1.0 + np.cos(draws)) * weight)
    sigma = np.std(roots**2, axis=0)
    cosines = 2.0 * (found @ np.sqrt(np.stack([dispersive, polar]))) / total - 1.0
    off = np.degrees(np.abs(np.arccos(np.clip(cosines, -1.0, 1.0)) - angles))
    return SurfaceEnergy(
        float(found[0] ** 2), float(found[1] ** 2), float(sigma[0]), float(sigma[1]),
        f"contact angles of {', '.join(names)} by Owens and Wendt", float(off.max()),
    )  # fmt: skip


def _check(angles: Mapping[str, float], sigmas: Mapping[str, float], known: Mapping[str, SurfaceEnergy]) -> None:
    for name, angle in angles.items():
        if name not in known:
            raise InputError(f"no liquid is called {name!r}{did_you_mean(name, known)}; give its parts in liquids")
        if not 0.0 < angle < 180.0:
            raise InputError(
                f"the contact angle of {name} is {angle} degrees; it must lie between 0 and 180 (a liquid that spreads "
                "gives a bound only: leave it out)"
            )
        sigma = sigmas.get(name, math.nan)
        if not (math.isfinite(sigma) and 0.0 < sigma < 45.0):
            raise InputError(f"the standard deviation of the angle of {name} is {sigma}; it must be above 0, below 45")
    if len(angles) < 2:
        raise InputError(
            f"the contact angle of {', '.join(angles) or 'no liquid'} alone gives one equation for two unknowns, the "
            "dispersive and the polar part; measure a second liquid of other polarity (diiodomethane beside water)"
        )
    polarity = [math.atan2(math.sqrt(known[n].polar_mJ_m2), math.sqrt(known[n].dispersive_mJ_m2)) for n in angles]
    apart = math.degrees(max(polarity) - min(polarity))
    if apart < _LEAST_APART_deg:
        raise InputError(
            f"{' and '.join(angles)} are too alike in polarity to tell the dispersive from the polar part; add a "
            "liquid of other polarity, such as water or diiodomethane"
        )


def _misfit(design: Array, target: Array, roots: Array) -> float:
    """Return how much farther the liquids lie off than their angles' errors say, at least 1.

    A part that is held at 0 is none that was fitted.
    """
    free = len(target) - int(np.count_nonzero(roots))
    rest = target - roots @ design
    return max(1.0, math.sqrt(float(rest @ rest) / free)) if free > 0 else 1.0


def _nonnegative_pair(design: Array, targets: Array) -> Array:
    """Return the least-squares x >= 0 of ``design.T @ x = target`` for each row of targets, (n, 2), in closed form."""
    aa, bb, ab = design[0] @ design[0], design[1] @ design[1], design[0] @ design[1]
    ta, tb = targets @ design[0], targets @ design[1]
    determinant = aa * bb - ab * ab
    both = np.stack([(ta * bb - tb * ab) / determinant, (tb * aa - ta * ab) / determinant], axis=1)
    only_a = np.stack([np.maximum(ta / aa, 0.0), np.zeros_like(ta)], axis=1)
    only_b = np.stack([np.zeros_like(tb), np.maximum(tb / bb if bb > 0 else 0.0 * tb, 0.0)], axis=1)
    edge = np.where(both[:, 1:] < 0.0, only_a, only_b)
    inside = np.all(both >= 0.0, axis=1, keepdims=True)
    return np.asarray(np.where(inside, both, edge))
