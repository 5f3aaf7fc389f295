"""What models of liquids see of a molecule: counts per molar volume, charges, and what does not scale with size."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from finechem.matter.molecules import estimated_density_g_cm3, molar_mass_g_mol, parse_smiles
from finechem.matter.volatility_features import volatility_features

__all__ = ["liquid_features"]


@lru_cache(maxsize=32768)
def liquid_features(smiles: str) -> dict[str, float]:
    """Return features of one neutral organic molecule, by name (shared between callers: do not change it).

    Raises
    ------
    DomainError, InputError
        As `finechem.matter.volatility_features.volatility_features`.

    Examples
    --------
    >>> liquid_features("CC#N")["highest charge"] > liquid_features("CCCC")["highest charge"]
    True
    """
    of = volatility_features(smiles)
    density = estimated_density_g_cm3(smiles)
    volume = molar_mass_g_mol(smiles) / density / 100.0
    found = {
        f"{name} / V": value / volume for name, value in (*of.groups.items(), *of.donors.items(), *of.shape.items())
    }
    return {**found, **of.donors, **of.shape, **_charges(smiles, volume), "V": volume, "density": density}


def _charges(smiles: str, volume: float) -> dict[str, float]:
    """Return sums over Gasteiger's partial charges: how much charge lies apart, and how far along the bonds."""
    from rdkit import Chem
    from rdkit.Chem import rdPartialCharges

    molecule = Chem.AddHs(parse_smiles(smiles))
    rdPartialCharges.ComputeGasteigerCharges(molecule)
    atoms = list(molecule.GetAtoms())
    charge = np.nan_to_num(
        np.array([atom.GetDoubleProp("_GasteigerCharge") for atom in atoms]), nan=0.0, posinf=0.0, neginf=0.0
    )
    heavy = np.array([atom.GetAtomicNum() > 1 for atom in atoms])
    across = np.array(
        [abs(charge[bond.GetBeginAtomIdx()] - charge[bond.GetEndAtomIdx()]) for bond in molecule.GetBonds()]
    )
    moment = -float(charge @ Chem.GetDistanceMatrix(molecule) @ charge) / volume
    return {
        "charge squared / V": float(charge @ charge) / volume,
        "charge squared, heavy / V": float(charge[heavy] @ charge[heavy]) / volume,
        "charge / V": float(np.abs(charge).sum()) / volume,
        "bond charge / V": float(across.sum()) / volume,
        "bond charge squared / V": float(across @ across) / volume,
        "highest charge": float(charge.max()),
        "lowest charge": float(charge.min()),
        "charge moment / V": moment,
        "root of charge moment / V": max(moment, 0.0) ** 0.5,
    }
