"""Surface energies of substrates and test liquids from the shipped tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from finechem import datasets
from finechem.adhesives.surface import SurfaceEnergy, owens_wendt
from finechem.errors import InputError, did_you_mean

__all__ = ["Sample", "reference_liquids", "samples", "substrate", "substrate_doubt", "substrates"]

#: Standard deviation of either part of a substrate that one sample alone was measured of: the median of those that
#: several papers measured (a test measures it again), mJ/m2.
ONE_SAMPLE_SIGMA = 8.5


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of a substrate, as one source found it.

    Attributes
    ----------
    substrate, state : str
    energy : SurfaceEnergy
    angles_deg : mapping of str to float
        Contact angles it comes from; empty where the source gives the parts.
    grade : str
    """

    substrate: str
    state: str
    energy: SurfaceEnergy
    angles_deg: Mapping[str, float]
    grade: str


@cache
def reference_liquids() -> Mapping[str, SurfaceEnergy]:
    """Return the liquids of `adhesives.test_liquids` by name.

    >>> reference_liquids()["water"].total_mJ_m2
    72.8
    """
    return {
        row["liquid"]: SurfaceEnergy(row["dispersive_mN_m"], row["polar_mN_m"], source=row["source"])
        for row in datasets.load("adhesives.test_liquids").rows
    }


@cache
def samples() -> tuple[Sample, ...]:
    """Return every sample of the shipped tables: parts as published, or by Owens and Wendt from its contact angles."""
    found = [
        Sample(
            row["substrate"],
            row["state"],
            SurfaceEnergy(row["dispersive_mJ_m2"], row["polar_mJ_m2"], source=row["source"]),
            {},
            row["grade"],
        )
        for row in datasets.load("adhesives.surface_energies").rows
        if row["dispersive_mJ_m2"] is not None and row["polar_mJ_m2"] is not None
    ]
    sets: dict[tuple[str, ...], dict[str, tuple[float, float | None]]] = {}
    for row in datasets.load("adhesives.contact_angles").rows:
        key = (row["substrate"], row["state"], row["source"], row["grade"])
        sets.setdefault(key, {})[row["liquid"]] = (row["contact_angle_deg"], row["sigma_deg"])
    for (name, state, source, grade), angles in sets.items():
        degrees = {liquid: angle for liquid, (angle, _) in angles.items()}
        stated = {liquid: sigma or 2.0 for liquid, (_, sigma) in angles.items()}
        energy = owens_wendt(degrees, stated)
        energy = SurfaceEnergy(energy.dispersive_mJ_m2, energy.polar_mJ_m2, energy.dispersive_sigma_mJ_m2,
                               energy.polar_sigma_mJ_m2, source, energy.misfit_deg)  # fmt: skip
        found.append(Sample(name, state, energy, degrees, grade))
    return tuple(found)


def substrates() -> tuple[tuple[str, str], ...]:
    """Return every substrate and state that `substrate` knows, sorted."""
    return tuple(sorted({(sample.substrate, sample.state) for sample in samples()}))


@cache
def substrate(name: str, state: str = "as received") -> SurfaceEnergy:
    """Return the surface energy of a substrate: the median over the samples of this state, part by part.

    Parameters
    ----------
    name : str
        Such as ``PTFE``, ``glass``, ``aluminium oxide``; `substrates` lists them.
    state : str
        ``as received`` or ``clean``. What a metal or an oxide has adsorbed decides its surface energy, not its name.

    Returns
    -------
    SurfaceEnergy
        Sigma is the standard deviation of the samples; of a single one an assumed 8.5 mJ/m2 (at most the part and 2).

    Raises
    ------
    InputError
        For a substrate or state that is not in the tables.

    Notes
    -----
    One rule for all: every source counts once, whatever its grade, and no outlier is taken out. Most substrates rest on
    a single sample or on doubtful ones: `substrate_doubt` says which. Measure your own
    (`finechem.adhesives.surface.owens_wendt`) where it matters.

    Examples
    --------
    >>> substrate("PTFE").total_mJ_m2 < substrate("PET").total_mJ_m2
    True
    """
    known = substrates()
    if (name, state) not in known:
        states = [other for substance, other in known if substance == name]
        if states:
            raise InputError(f"no {name} is known in the state {state!r}, only {', '.join(states)}")
        raise InputError(f"no substrate is called {name!r}{did_you_mean(name, dict(known))}; give its SurfaceEnergy")
    chosen = [sample.energy for sample in samples() if (sample.substrate, sample.state) == (name, state)]
    parts = np.array([(energy.dispersive_mJ_m2, energy.polar_mJ_m2) for energy in chosen])
    middle = np.median(parts, axis=0)
    sigma = np.std(parts, axis=0, ddof=1) if len(chosen) > 1 else np.minimum(ONE_SAMPLE_SIGMA, middle + 2.0)
    sources = "; ".join(dict.fromkeys(energy.source for energy in chosen))
    return SurfaceEnergy(float(middle[0]), float(middle[1]), float(sigma[0]), float(sigma[1]), sources)


def substrate_doubt(name: str, state: str = "as received") -> str:
    """Return why a substrate's surface energy is no more than a hint; empty where samples agree.

    It is one where a single sample was measured, where all are graded D, or where they scatter by more than a part of
    the surface energy and by more than the usual 8.5 mJ/m2.

    Raises
    ------
    InputError
        As `substrate`.

    Examples
    --------
    >>> substrate_doubt("PMMA"), substrate_doubt("glass", "clean")
    ('', 'a single sample of glass, clean, was measured')
    """
    energy = substrate(name, state)
    chosen = [sample for sample in samples() if (sample.substrate, sample.state) == (name, state)]
    if len(chosen) == 1:
        return f"a single sample of {name}, {state}, was measured" + (", and it is doubtful" * (chosen[0].grade == "D"))
    if all(sample.grade == "D" for sample in chosen):
        return f"all {len(chosen)} samples of {name}, {state}, are doubtful"
    for what, part, spread in (
        ("dispersive", energy.dispersive_mJ_m2, energy.dispersive_sigma_mJ_m2),
        ("polar", energy.polar_mJ_m2, energy.polar_sigma_mJ_m2),
    ):
        if spread > max(part, ONE_SAMPLE_SIGMA):
            return f"the samples of {name}, {state}, scatter by {spread:.0f} about a {what} part of {part:.0f} mJ/m2"
    return ""
