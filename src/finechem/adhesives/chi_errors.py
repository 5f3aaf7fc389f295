"""How far Flory-Huggins parameters from Hansen's are off those measured for polymers in solvents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.adhesives.miscibility import chi_draws, hansen_draws
from finechem.matter.hansen import flory_huggins_chi
from finechem.matter.hansen_model import hansen_parameters
from finechem.matter.molecules import estimated_density_g_cm3, molar_mass_g_mol
from finechem.screening.canonical import content_hash

__all__ = ["ChiRecord", "chi_records", "likeliest_chi_sigma"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChiRecord:
    """A polymer in a solvent.

    Attributes
    ----------
    polymer : str
    solvent : str
        SMILES.
    temperature_K, measured : float
    chi : float
        From the Hansen parameters of a trimer of the polymer and of the solvent, with the solvent's molar volume.
    draws : array
        Chi with the Hansen parameters drawn from their standard deviations.
    volume_cm3_mol : float
        Of the solvent.
    """

    polymer: str
    solvent: str
    temperature_K: float
    measured: float
    chi: float
    draws: Array
    volume_cm3_mol: float


def chi_records() -> tuple[ChiRecord, ...]:
    """Return the measured pairs of ``adhesives.polymer_solvent_chi`` with what the Hansen parameters give."""
    found = []
    for row in datasets.load("adhesives.polymer_solvent_chi").rows:
        solvent, temperature_K = row["solvent_smiles"], row["temperature_C"] + 273.15
        volume = molar_mass_g_mol(solvent) / estimated_density_g_cm3(solvent)
        both = [hansen_parameters(smiles) for smiles in (row["trimer_smiles"], solvent)]
        one, other = (
            hansen_draws(item.parameters_MPa05, item.sigma_MPa05, content_hash([row["polymer"], solvent, order]))
            for order, item in enumerate(both)
        )
        chi = flory_huggins_chi(both[0].parameters_MPa05, both[1].parameters_MPa05, volume, temperature_K)
        draws = chi_draws(one, other, volume, temperature_K)
        found.append(ChiRecord(row["polymer"], solvent, temperature_K, row["chi"], chi, draws, volume))
    return tuple(found)


def likeliest_chi_sigma(records: Sequence[ChiRecord]) -> float:
    """Return the scatter of chi for 100 cm³/mol, in steps of 0.05, that makes the measured values likeliest."""
    steps = np.arange(1, 21) * 0.05

    def log_likelihood(sigma: float) -> float:
        total = 0.0
        for record in records:
            own = sigma * record.volume_cm3_mol / 100.0
            total += float(np.log(np.mean(np.exp(-0.5 * ((record.measured - record.draws) / own) ** 2)) / own + 1e-300))
        return total

    return float(max(steps, key=log_likelihood))
