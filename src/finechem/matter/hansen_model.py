"""Hansen solubility parameters from structure: a Gaussian process on what the tables of ``chemicals`` hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError
from finechem.matter.hansen import tabulated_hansen
from finechem.matter.kernel_regression import KernelRegression, fit_kernel_regression
from finechem.matter.liquid_features import liquid_features
from finechem.matter.molecules import parse_smiles

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
#: Amplitude, length and noise of each kernel (dispersion, polar, hydrogen bonds), in standard deviations: by marginal
#: likelihood on 450 molecules, once, before the features had charges.
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
            liquid_features(smiles)
        except InputError:
            continue
        middle = np.median(np.array(sets), axis=0)
        records.append(HansenRecord(smiles, (float(middle[0]), float(middle[1]), float(middle[2]))))
    return tuple(records)


@dataclass(frozen=True, slots=True, eq=False)
class HansenRegression:
    """Three fitted Gaussian processes on `finechem.matter.liquid_features.liquid_features`."""

    regression: KernelRegression

    def predict(self, smiles: Sequence[str]) -> tuple[Array, Array]:
        """Return parameters and standard deviations, (n, 3) each, MPa^0.5."""
        return self.regression.predict([liquid_features(item) for item in smiles])


def fit_hansen(records: Sequence[HansenRecord]) -> HansenRegression:
    """Fit the three processes; a second for a thousand molecules."""
    y = np.array([record.parameters_MPa05 for record in records])
    return HansenRegression(fit_kernel_regression([liquid_features(record.smiles) for record in records], y, _KERNELS))


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
