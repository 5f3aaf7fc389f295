"""Hansen solubility parameters from structure: a Gaussian process on what the tables of ``chemicals`` hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError
from finechem.matter.hansen import tabulated_hansen
from finechem.matter.molecules import estimated_density_g_cm3, molar_mass_g_mol, parse_smiles
from finechem.matter.volatility_features import volatility_features

__all__ = [
    "TABLE_SIGMAS",
    "HansenEstimate",
    "HansenRecord",
    "HansenRegression",
    "fit_hansen",
    "hansen_parameters",
    "hansen_records",
]

Array = NDArray[np.float64]
#: Features that fewer molecules have are left out: nothing can be learnt of them.
_FEWEST = 5
#: Standardized features are cut here, so that a strange molecule is far from all others and not infinitely far.
_CUT = 4.0
#: Amplitude, length and noise of each kernel (dispersion, polar, hydrogen bonds), in standard deviations: by marginal
#: likelihood on 450 molecules, once.
_KERNELS = ((4.56, 609.0, 0.0118), (2.11, 63.4, 0.0338), (3.96, 560.0, 0.00228))
#: Of tabulated parameters: root mean square difference of two tables over the root of 2 (1506 pairs, a quarter of which
#: differ at all). A test measures it again.
TABLE_SIGMAS = (0.32, 1.59, 1.24)
_SOURCE = "Hansen parameters compiled in the package chemicals (Alshehri 2022, Díaz de los Ríos 2022, HSPiPy, Schrier)"


@dataclass(frozen=True, slots=True)
class HansenRecord:
    """A compound of the tables: SMILES without stereochemistry, parameters in MPa^0.5 (median of the tables)."""

    smiles: str
    parameters_MPa05: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class HansenEstimate:
    """Hansen parameters of a molecule.

    Attributes
    ----------
    parameters_MPa05 : (float, float, float)
        Dispersion, polar, hydrogen bonds.
    sigma_MPa05 : (float, float, float)
        Standard deviations; of tables, how far tables lie apart.
    source : str
    """

    parameters_MPa05: tuple[float, float, float]
    sigma_MPa05: tuple[float, float, float]
    source: str


@cache
def hansen_records() -> tuple[HansenRecord, ...]:
    """Return every compound of the tables whose structure is one neutral organic molecule, sorted by SMILES."""
    import chemicals
    from chemicals import solubility
    from rdkit import Chem, rdBase

    solubility.hansen_delta_d_methods("64-17-5")  # loads the tables
    found: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    columns = ["HANSEN_DELTA_D", "HANSEN_DELTA_P", "HANSEN_DELTA_H"]
    with rdBase.BlockLogs():
        for table in solubility.solubility_sources.values():
            for cas, row in table[columns].dropna().iterrows():
                try:
                    molecule = parse_smiles(chemicals.search_chemical(cas).smiles)
                except (ValueError, TypeError):  # not in its data base, or without a structure that RDKit reads
                    continue
                Chem.RemoveStereochemistry(molecule)
                dispersion, polar, hydrogen = (float(item) / 1e3 for item in row)
                found[Chem.MolToSmiles(molecule)].append((dispersion, polar, hydrogen))
    records = []
    for smiles, sets in sorted(found.items()):
        try:
            volatility_features(smiles)
        except InputError:
            continue
        middle = np.median(np.array(sets), axis=0)
        records.append(HansenRecord(smiles, (float(middle[0]), float(middle[1]), float(middle[2]))))
    return tuple(records)


def _features(smiles: str) -> dict[str, float]:
    """Return counts per molar volume, and what does not scale with size, by name."""
    of = volatility_features(smiles)
    density = estimated_density_g_cm3(smiles)
    volume = molar_mass_g_mol(smiles) / (density or 1.0) / 100.0
    found = {
        f"{name} / V": value / volume for name, value in (*of.groups.items(), *of.donors.items(), *of.shape.items())
    }
    return {**found, **of.donors, **of.shape, "V": volume, "density": density or 1.0}


@dataclass(frozen=True, slots=True, eq=False)
class HansenRegression:
    """Three fitted Gaussian processes on the same features."""

    names: tuple[str, ...]
    middle: Array
    spread: Array
    targets: Array
    """(2, 3): mean and standard deviation of the parameters."""
    processes: tuple[Any, ...]

    def predict(self, smiles: Sequence[str]) -> tuple[Array, Array]:
        """Return parameters and standard deviations, (n, 3) each, MPa^0.5."""
        x = self._standardized([_features(item) for item in smiles])
        pairs = [process.predict(x, return_std=True) for process in self.processes]
        mean, deviation = (np.stack([pair[index] for pair in pairs], axis=1) for index in (0, 1))
        return self.targets[0] + self.targets[1] * mean, self.targets[1] * deviation

    def _standardized(self, features: Sequence[dict[str, float]]) -> Array:
        x = np.array([[of.get(name, 0.0) for name in self.names] for of in features])
        return np.clip((x - self.middle) / self.spread, -_CUT, _CUT)


def fit_hansen(records: Sequence[HansenRecord]) -> HansenRegression:
    """Fit the three processes; a second for a thousand molecules."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    features = [_features(record.smiles) for record in records]
    names = sorted({name for of in features for name in of})
    x = np.array([[of.get(name, 0.0) for name in names] for of in features])
    used = ((x != 0.0).sum(axis=0) >= _FEWEST) & (x.std(axis=0) > 0.0)
    names, x = [name for name, wanted in zip(names, used, strict=True) if wanted], x[:, used]
    middle, spread = x.mean(axis=0), x.std(axis=0)
    y = np.array([record.parameters_MPa05 for record in records])
    targets = np.stack([y.mean(axis=0), y.std(axis=0)])
    x = np.clip((x - middle) / spread, -_CUT, _CUT)
    processes = []
    for column, (amplitude, length, noise) in enumerate(_KERNELS):
        kernel = ConstantKernel(amplitude**2) * Matern(length, nu=0.5) + WhiteKernel(noise)
        process = GaussianProcessRegressor(kernel, optimizer=None)
        processes.append(process.fit(x, (y[:, column] - targets[0, column]) / targets[1, column]))
    return HansenRegression(tuple(names), middle, spread, targets, tuple(processes))


@cache
def _shipped() -> HansenRegression:
    return fit_hansen(hansen_records())


def hansen_parameters(smiles: str) -> HansenEstimate:
    """Return the Hansen parameters of a molecule: from tables where they have it, else by the model.

    Parameters
    ----------
    smiles : str

    Raises
    ------
    InputError
        If the SMILES is not valid or no neutral organic molecule of one piece.

    Notes
    -----
    ``benchmarks/accuracy/hansen.py`` has the errors of the model, at random and for scaffolds it has not seen. The
    first molecule that no table has takes some seconds: the model is fitted to a thousand others. Sigma grows with the
    distance from these; a tabulated set has the
    scatter between tables. Salts, metal-organics and polymers are not covered; of a polymer take the repeat unit.

    Examples
    --------
    >>> hansen_parameters("CCO").parameters_MPa05
    (15.8, 8.8, 19.4)
    """
    known = tabulated_hansen(smiles)
    if known is not None:
        return HansenEstimate(known, TABLE_SIGMAS, _SOURCE)
    mean, sigma = _shipped().predict([smiles])
    low = np.maximum(mean[0], 0.0)
    return HansenEstimate(
        (float(low[0]), float(low[1]), float(low[2])),
        (float(sigma[0, 0]), float(sigma[0, 1]), float(sigma[0, 2])),
        "Gaussian process on the Hansen parameters of the package chemicals",
    )
