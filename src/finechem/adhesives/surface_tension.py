"""Surface tensions of liquids and uncured mixtures, and how they split into a dispersive and a polar part."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.adhesives.recipe import TRACE, Recipe
from finechem.adhesives.substrates import reference_liquids
from finechem.adhesives.surface import SurfaceEnergy
from finechem.errors import InputError
from finechem.matter.hansen import Hansen
from finechem.matter.hansen_model import hansen_parameters
from finechem.matter.kernel_regression import KernelRegression, fit_kernel_regression
from finechem.matter.liquid_features import liquid_features
from finechem.matter.molecules import has_charges, parse_smiles

__all__ = [
    "SurfaceTensionRecord",
    "fit_surface_tension",
    "hansen_surface_tension_mN_m",
    "liquid_surface_energy",
    "polar_share",
    "recipe_surface_energy",
    "surface_tension_mN_m",
    "surface_tension_records",
    "tabulated_surface_tensions",
]

Array = NDArray[np.float64]
_KELVIN = 298.15
#: Of the tables, what boils below is left out: near its critical point a liquid hardly has a surface.
_LOWEST_BOILING_POINT_K = 308.0
#: Amplitude, length and noise of the kernel, by marginal likelihood on four fifths of the liquids, once.
_KERNEL = ((5.56, 987.0, 0.00948),)
#: Murase and Nakamura's relation: mN/m for MPa, of dispersion, polar and hydrogen-bond parameters squared.
_HANSEN_WEIGHTS = (0.0947, 0.0315, 0.0238)


@dataclass(frozen=True, slots=True)
class SurfaceTensionRecord:
    """A liquid of the tables: SMILES without stereochemistry, surface tension at 25 °C (median of the tables)."""

    smiles: str
    surface_tension_mN_m: float


@cache
def surface_tension_records() -> tuple[SurfaceTensionRecord, ...]:
    """Return every organic liquid of the tables of ``chemicals`` that boils above 35 °C, sorted by SMILES."""
    import chemicals
    from rdkit import Chem, rdBase

    by_number: dict[str, list[float]] = defaultdict(list)
    for cas, tension in tabulated_surface_tensions():
        by_number[cas].append(tension)
    found: dict[str, list[float]] = defaultdict(list)
    with rdBase.BlockLogs():
        for cas, tensions in by_number.items():
            boiling = chemicals.Tb(cas)
            if boiling is None or boiling < _LOWEST_BOILING_POINT_K:
                continue
            try:
                molecule = parse_smiles(chemicals.search_chemical(cas).smiles)
                Chem.RemoveStereochemistry(molecule)
                smiles = Chem.MolToSmiles(molecule)
                liquid_features(smiles)
            except (ValueError, TypeError):  # no structure, or none that the features are for
                continue
            found[smiles].append(float(np.median(tensions)))
    return tuple(SurfaceTensionRecord(smiles, float(np.median(found[smiles]))) for smiles in sorted(found))


def tabulated_surface_tensions() -> Iterator[tuple[str, float]]:
    """Yield CAS number and surface tension at 25 °C in mN/m, of each table that has it at this temperature."""
    from chemicals import interface
    from chemicals.dippr import EQ106

    for cas, row in interface.sigma_data_Jasper_Lange.iterrows():
        if row.Tmin <= _KELVIN <= row.Tmax:
            yield cas, 1e3 * interface.Jasper(_KELVIN, row.a, row.b)
    for cas, row in interface.sigma_data_Mulero_Cachadina.iterrows():
        if row.Tmin <= _KELVIN <= row.Tmax:
            terms = (row[f"{name}{index}"] for index in range(3) for name in ("sigma", "n"))
            yield cas, 1e3 * interface.REFPROP_sigma(_KELVIN, row.Tc, *terms)
    for cas, row in interface.sigma_data_VDI_PPDS_11.iterrows():
        if row.Tm <= _KELVIN < row.Tc:
            yield cas, 1e3 * EQ106(_KELVIN, row.Tc, row.A, row.B, row.C, row.D, row.E)


def fit_surface_tension(records: Sequence[SurfaceTensionRecord]) -> KernelRegression:
    """Fit a Gaussian process to the logarithm of the surface tension."""
    y = np.log([[record.surface_tension_mN_m] for record in records])
    return fit_kernel_regression([liquid_features(record.smiles) for record in records], y, _KERNEL)


@cache
def _shipped() -> tuple[KernelRegression, dict[str, float]]:
    records = surface_tension_records()
    return fit_surface_tension(records), {record.smiles: record.surface_tension_mN_m for record in records}


def surface_tension_mN_m(smiles: str) -> tuple[float, float]:
    """Return the surface tension of a liquid at 25 °C, and the standard deviation of its logarithm.

    Parameters
    ----------
    smiles : str

    Raises
    ------
    InputError
        If the SMILES is not valid or no neutral organic molecule of one piece.

    Notes
    -----
    From the tables of ``chemicals`` (Jasper, Mulero and Cachadiña, VDI; sigma is their scatter) where one has it,
    else a Gaussian process on structure, whose error ``benchmarks/accuracy/wetting.py`` has. No table of group
    parachors could be read; parachors fitted to the same liquids erred more. Of what is solid at 25 °C it is that of
    the undercooled liquid.

    Examples
    --------
    >>> tension, sigma = surface_tension_mN_m("Cc1ccccc1")
    >>> round(tension, 1), round(sigma, 3)
    (27.9, 0.033)
    """
    from rdkit import Chem

    molecule = Chem.Mol(parse_smiles(smiles))
    Chem.RemoveStereochemistry(molecule)
    regression, table = _shipped()
    known = table.get(Chem.MolToSmiles(molecule))
    if known is not None:
        scatter = datasets.measured_error("adhesives.model_errors", quantity="surface_tension_tables")
        return known, float(scatter["sigma"])
    mean, sigma = regression.predict([liquid_features(smiles)])
    return math.exp(float(mean[0, 0])), float(sigma[0, 0])


def hansen_surface_tension_mN_m(parameters_MPa05: Hansen) -> tuple[float, float]:
    r"""Return the dispersive and the polar part of a surface tension from Hansen parameters.

    .. math:: \gamma^d = 0.0947\,\delta_D^2, \quad \gamma^p = 0.0315\,\delta_P^2 + 0.0238\,\delta_H^2

    Notes
    -----
    The sum is Murase and Nakamura's equation, whose coefficients were read second-hand in public code that names this
    paper; that its terms are the parts of Owens and Wendt is this project's assumption.
    ``benchmarks/accuracy/wetting.py`` has the error of both against measured liquids.

    References
    ----------
    M. Murase, D. Nakamura, Langmuir 39, 10475 (2023), doi:10.1021/acs.langmuir.3c00913 (its abstract was read).

    Examples
    --------
    Water:

    >>> [round(part, 1) for part in hansen_surface_tension_mN_m((15.5, 16.0, 42.3))]  # 21.8 and 51.0
    [22.8, 50.6]
    """
    dispersion, polar, hydrogen = (
        weight * parameter**2 for weight, parameter in zip(_HANSEN_WEIGHTS, parameters_MPa05, strict=True)
    )
    return dispersion, polar + hydrogen


def polar_share(smiles: str) -> tuple[float, float]:
    """Return the polar share of the surface tension of a liquid from its Hansen parameters, and a standard deviation.

    The test liquids have theirs from the table. See `hansen_surface_tension_mN_m` for what is assumed.
    """
    found = hansen_parameters(smiles)
    dispersive, polar = hansen_surface_tension_mN_m(found.parameters_MPa05)
    total = dispersive + polar
    slopes = [2.0 * weight * value for weight, value in zip(_HANSEN_WEIGHTS, found.parameters_MPa05, strict=True)]
    own = math.hypot(
        polar * slopes[0] * found.sigma_MPa05[0],
        dispersive * slopes[1] * found.sigma_MPa05[1],
        dispersive * slopes[2] * found.sigma_MPa05[2],
    ) / total**2  # fmt: skip
    relation = float(datasets.measured_error("adhesives.model_errors", quantity="polar_share")["sigma"])
    return polar / total, math.hypot(own, relation)


def liquid_surface_energy(smiles: str) -> SurfaceEnergy:
    """Return the surface tension of a liquid in its two parts, at 25 °C.

    Parameters
    ----------
    smiles : str

    Raises
    ------
    InputError
        As `surface_tension_mN_m`.

    Notes
    -----
    Of the test liquids as tabulated, else `surface_tension_mN_m` split by `polar_share`: an assumption with a measured
    error, not a measurement.

    Examples
    --------
    >>> water = liquid_surface_energy("O")
    >>> water.dispersive_mJ_m2, water.polar_mJ_m2
    (21.8, 51.0)
    """
    canonical = _canonical(smiles)
    for row in datasets.load("adhesives.test_liquids").rows:
        if _canonical(row["smiles"]) == canonical:
            return reference_liquids()[row["liquid"]]
    total, sigma_ln = surface_tension_mN_m(smiles)
    share, sigma_share = polar_share(smiles)
    sigma_total = total * sigma_ln
    return SurfaceEnergy(
        total * (1.0 - share),
        total * share,
        math.hypot((1.0 - share) * sigma_total, total * sigma_share),
        math.hypot(share * sigma_total, total * sigma_share),
        "surface tension by structure or tables, its polar share from Hansen parameters (assumed)",
    )


def _canonical(smiles: str) -> str:
    from rdkit import Chem

    return str(Chem.MolToSmiles(parse_smiles(smiles)))


def recipe_surface_energy(recipe: Recipe) -> SurfaceEnergy:
    """Return the surface tension of an uncured recipe in its two parts, at 25 °C.

    Parameters
    ----------
    recipe : Recipe
        Fillers are left out; solvents count, as they do while the adhesive wets.

    Raises
    ------
    InputError
        If a component of 1 % and more of the liquid mass has no SMILES, or is a salt: its name is in the message. Below
        that it is left out, and named in the source.

    Notes
    -----
    The mean over the volume fractions, an assumption and an upper estimate: what lowers the surface tension gathers
    at the surface, and a wetting agent or silicone does so at a thousandth part. The errors of the components are taken
    as one common error. The cured surface is another one: measure it (`finechem.adhesives.surface.owens_wendt`).

    Examples
    --------
    >>> from finechem.adhesives import Component, Recipe
    >>> resin = Component.of("DGEBA", "resin", smiles="CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1")
    >>> found = recipe_surface_energy(Recipe("resin alone", (resin,), (1.0,)))
    >>> 38 < found.total_mJ_m2 < 46  # 40 to 46 mN/m in epoxies of this resin
    True
    """
    volumes, parts, traces = [], [], []
    shares = recipe.liquid_shares()
    for component, mass, share in zip(recipe.components, recipe.masses_g, shares, strict=True):
        if share == 0.0:
            continue
        if not component.smiles or has_charges(component.smiles):
            why = (
                "is a salt, which has no surface tension of its own"
                if component.smiles
                else ("has no SMILES, so its surface tension is unknown")
            )
            if share >= TRACE:
                raise InputError(f"{recipe.id}: {component.name} {why}")
            traces.append(component.name)
            continue
        energy = liquid_surface_energy(component.smiles)
        density = component.density_g_cm3 or 1.0
        volumes.append(mass / density)
        parts.append(
            (energy.dispersive_mJ_m2, energy.polar_mJ_m2, energy.dispersive_sigma_mJ_m2, energy.polar_sigma_mJ_m2)
        )
    if not volumes:
        raise InputError(f"{recipe.id}: nothing in it is a liquid")
    mixed = (np.array(volumes) @ np.array(parts) / math.fsum(volumes)).tolist()
    without = f", without {', '.join(traces)} (below {TRACE:.0%})" if traces else ""
    source = f"mean over the volume fractions of the components{without}"
    return SurfaceEnergy(mixed[0], mixed[1], mixed[2], mixed[3], source)
