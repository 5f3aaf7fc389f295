"""A filled polymer as its maker chooses it: matrix, filler, loading, size, shape, orientation, interface."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from finechem import datasets
from finechem.errors import ConfigError, DataError, InputError, did_you_mean
from finechem.screening.canonical import content_hash
from finechem.screening.properties import Z90
from finechem.thermal.composite.microstructure import order_parameter

__all__ = ["UNITS", "CompositeRecipe", "Filler", "Matrix", "packing_limit", "shipped_filler", "shipped_matrix"]

UNITS = ("vol%", "wt%")


@dataclass(frozen=True, slots=True)
class Matrix:
    """What holds the particles.

    Parameters
    ----------
    name : str
    conductivity_W_mK, density_kg_m3 : float
    relative_sigma : float
        Standard deviation of ln k.
    viscosity_Pa_s : float, optional
        Before it cures.
    source : str
    """

    name: str
    conductivity_W_mK: float
    density_kg_m3: float
    relative_sigma: float = 0.0
    viscosity_Pa_s: float | None = None
    source: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Filler:
    """What the particles are made of; its axis is that of the particles (the c axis of h-BN and of beta-Si3N4).

    Parameters
    ----------
    name : str
        Recipes whose fillers have one name share the error of its conductivity.
    across_W_mK, along_W_mK : float
        Across the axis (in the plane of h-BN) and along it.
    density_kg_m3 : float
    relative_sigma : float
        Standard deviation of ln k, of both directions together.
    phase_id : str
        Of a shipped crystal.
    source : str
    """

    name: str
    across_W_mK: float
    along_W_mK: float
    density_kg_m3: float
    relative_sigma: float = 0.0
    phase_id: str = ""
    source: str = field(default="", compare=False)

    @classmethod
    def of_tensor(cls, name: str, tensor_W_mK: ArrayLike, density_kg_m3: float, **rest: Any) -> Filler:
        """Return a filler of a conductivity tensor, such as Boltzmann transport gives: axial, the axis along z.

        Raises
        ------
        InputError
            If the tensor is not symmetric and positive definite, or not axial within 5 %.

        Examples
        --------
        >>> Filler.of_tensor("mine", np.diag([300.0, 302.0, 8.0]), 2270.0).across_W_mK
        301.0
        """
        tensor = np.asarray(tensor_W_mK, dtype=float)
        if tensor.shape != (3, 3) or not np.allclose(tensor, tensor.T, rtol=1e-3, atol=1e-3 * np.abs(tensor).max()):
            raise InputError(f"{name}: the conductivity is no symmetric 3x3 tensor")
        if not np.all(np.isfinite(tensor)) or np.linalg.eigvalsh(tensor)[0] <= 0:
            raise InputError(f"{name}: the conductivity tensor is not positive definite")
        across = (tensor[0, 0] + tensor[1, 1]) / 2
        rest_of = tensor - np.diag([across, across, tensor[2, 2]])
        if np.abs(rest_of).max() > 0.05 * across:
            raise InputError(f"{name}: the conductivity tensor is not axial about z; give across_W_mK and along_W_mK")
        return cls(name, float(across), float(tensor[2, 2]), density_kg_m3, **rest)


@dataclass(frozen=True, slots=True)
class CompositeRecipe:
    """A polymer filled with particles; a candidate of the screen.

    Parameters
    ----------
    id : str
    matrix : Matrix
    filler : Filler
    volume_fraction : float
        Of the filler; `of` takes percent by volume or by weight.
    d50_m : float
        Median diameter, across the axis of a platelet or rod.
    aspect_ratio : float
        Length along the axis over diameter: 1 a sphere, 0.05 a flake.
    orientation : str
        ``random``, ``in-plane`` or ``through-plane``; see `order_parameter`.
    order : float, optional
        Order parameter of the particles' axes.
    resistance_m2K_W : float
        Of the interface.
    resistance_factor : float
        It lies between value / factor and value * factor with 90 %.
    packing_limit : float, optional
        Largest volume fraction; default by shape, `packing_limit`.
    unit, source, note : str
        Only shown.

    Raises
    ------
    ConfigError
        Names the candidate and lists every mistake.
    """

    id: str
    matrix: Matrix
    filler: Filler
    volume_fraction: float
    d50_m: float = 1e-5
    aspect_ratio: float = 1.0
    orientation: str = "random"
    order: float | None = None
    resistance_m2K_W: float = 1e-7
    resistance_factor: float = 10.0
    packing_limit: float | None = None
    unit: str = field(default="vol%", compare=False)
    source: str = field(default="", compare=False)
    note: str = field(default="", compare=False)
    _hash: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        mistakes = [*_material_mistakes(self), *_particle_mistakes(self)]
        if mistakes:
            raise ConfigError(self.id, mistakes)
        content = [getattr(self, name) for name in _CONTENT]
        object.__setattr__(self, "_hash", content_hash(content))

    @classmethod
    def of(
        cls, name: str, matrix: Matrix | str, filler: Filler | str, loading: float, unit: str = "vol%", **rest: Any
    ) -> CompositeRecipe:
        """Return a recipe from a loading in percent by volume or weight; names are of shipped materials.

        Examples
        --------
        >>> recipe = CompositeRecipe.of("mine", "epoxy", "Al2O3", 60.0, "wt%")
        >>> round(recipe.volume_fraction, 3), round(recipe.loading("wt%"), 6)
        (0.304, 60.0)
        """
        base = shipped_matrix(matrix) if isinstance(matrix, str) else matrix
        solid = shipped_filler(filler) if isinstance(filler, str) else filler
        if unit not in UNITS:
            raise ConfigError(name, [f"unknown unit {unit!r}{did_you_mean(unit, UNITS)}"])
        if not (math.isfinite(loading) and 0 < loading < 100):
            raise ConfigError(name, [f"loading is {loading:g} %; it must lie between 0 and 100"])
        share = loading / 100.0
        if unit == "wt%":
            if not (base.density_kg_m3 > 0 and solid.density_kg_m3 > 0):
                raise ConfigError(name, ["a loading in wt% needs both densities above 0"])
            volumes = share / solid.density_kg_m3, (1.0 - share) / base.density_kg_m3
            share = volumes[0] / sum(volumes)
        return cls(name, base, solid, share, unit=unit, **rest)

    def loading(self, unit: str = "vol%") -> float:
        """Return the loading in percent by volume or weight."""
        if unit == "vol%":
            return 100.0 * self.volume_fraction
        return 100.0 * self.volume_fraction * self.filler.density_kg_m3 / self.density_kg_m3

    @property
    def density_kg_m3(self) -> float:
        """Of the composite without pores."""
        phi = self.volume_fraction
        return phi * self.filler.density_kg_m3 + (1.0 - phi) * self.matrix.density_kg_m3

    @property
    def largest_fraction(self) -> float:
        """The packing limit that holds: the recipe's own, else that of its shape."""
        return self.packing_limit or packing_limit(self.aspect_ratio)

    @property
    def half_length_m(self) -> float:
        """Half of the particle's shortest dimension."""
        return self.d50_m / 2.0 * min(1.0, self.aspect_ratio)

    @property
    def mean_square_cosine(self) -> float:
        """Of the angle between the particles' axes and the composite's."""
        return (1.0 + 2.0 * order_parameter(self.orientation, self.aspect_ratio, self.order)) / 3.0

    @property
    def isotropic(self) -> bool:
        """Whether all directions conduct alike: spheres, or particles at random."""
        return self.aspect_ratio == 1.0 or self.orientation == "random"

    @property
    def sigma_ln_resistance(self) -> float:
        """Standard deviation of ln R."""
        return math.log(self.resistance_factor) / Z90 if self.resistance_m2K_W > 0 else 0.0

    def with_loading(self, volume_fraction: float) -> CompositeRecipe:
        """Return the recipe at another volume fraction."""
        return replace(self, volume_fraction=volume_fraction)

    def fingerprint(self) -> str:
        """Return the hash of the content."""
        return self._hash

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        plain = asdict(self)
        plain.pop("_hash")
        return plain

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> CompositeRecipe:
        """Rebuild what `to_dict` gave."""
        plain = dict(record)
        return cls(**{**plain, "matrix": Matrix(**plain["matrix"]), "filler": Filler(**plain["filler"])})

    def card(self) -> dict[str, str]:
        """Return what a report shows."""
        shape = "spheres" if self.aspect_ratio == 1.0 else f"aspect ratio {self.aspect_ratio:g}, {self.orientation}"
        card = {
            "matrix": self.matrix.name,
            "filler": f"{self.filler.name}, {self.loading():.3g} vol% ({self.loading('wt%'):.3g} wt%)",
            "particles": f"{self.d50_m * 1e6:g} µm, {shape}",
            "interface": f"{self.resistance_m2K_W:g} m2 K/W, a factor of {self.resistance_factor:g} either way",
        }
        return card | {name: text for name, text in (("note", self.note), ("source", self.source)) if text}


_CONTENT = (
    "matrix", "filler", "volume_fraction", "d50_m", "aspect_ratio", "orientation", "order", "resistance_m2K_W",
    "resistance_factor", "packing_limit",
)  # fmt: skip


def packing_limit(aspect_ratio: float) -> float:
    r"""Return the largest volume fraction at which a suspension of spheroids flows.

    .. math:: \varphi_m = 0.656 \exp\left(-\frac{(\log_{10} p)^2}{2 \cdot 1.08^2}\right)

    Fitted to suspensions of aspect ratios from 0.04 to 22. Mixtures of sizes and pressing reach more.

    References
    ----------
    S. Mueller, E. W. Llewellin, H. M. Mader, Geophys. Res. Lett. 38, L13316 (2011), doi:10.1029/2011GL047167; both
    constants were read in a public program that implements it.

    Examples
    --------
    >>> round(packing_limit(1.0), 3), round(packing_limit(0.05), 3)
    (0.656, 0.318)
    """
    return float(0.656 * math.exp(-(math.log10(aspect_ratio) ** 2) / (2.0 * 1.08**2)))


def _above_zero(where: str, values: Mapping[str, float]) -> list[str]:
    return [
        f"{where}: {name} is {value:g}, must be a number above 0"
        for name, value in values.items()
        if not (math.isfinite(value) and value > 0)
    ]


def _material_mistakes(recipe: CompositeRecipe) -> list[str]:
    matrix, filler = recipe.matrix, recipe.filler
    mistakes = _above_zero(
        f"matrix {matrix.name}",
        {"conductivity_W_mK": matrix.conductivity_W_mK, "density_kg_m3": matrix.density_kg_m3}
        | ({} if matrix.viscosity_Pa_s is None else {"viscosity_Pa_s": matrix.viscosity_Pa_s}),
    )
    mistakes += _above_zero(
        f"filler {filler.name}",
        {
            "across_W_mK": filler.across_W_mK,
            "along_W_mK": filler.along_W_mK,
            "density_kg_m3": filler.density_kg_m3,
        },
    )
    for where, sigma in ((f"matrix {matrix.name}", matrix.relative_sigma), (filler.name, filler.relative_sigma)):
        if not (math.isfinite(sigma) and 0 <= sigma < 5):
            mistakes.append(f"{where}: relative_sigma is {sigma:g}, must be between 0 and 5")
    return mistakes


def _particle_mistakes(recipe: CompositeRecipe) -> list[str]:
    mistakes = _above_zero("particles", {"d50_m": recipe.d50_m, "aspect_ratio": recipe.aspect_ratio})
    if recipe.d50_m > 1e-3:
        mistakes.append(f"d50_m is {recipe.d50_m:g}, so {1e3 * recipe.d50_m:g} mm; no filler is above 1 mm")
    if recipe.aspect_ratio == 1.0 and recipe.orientation in ("in-plane", "through-plane"):
        mistakes.append(f"orientation is {recipe.orientation!r}, but spheres have none; give aspect_ratio or random")
    if not 0 < recipe.volume_fraction < 1:
        mistakes.append(f"volume fraction is {recipe.volume_fraction:g}, must lie between 0 and 1")
    if recipe.packing_limit is not None and not 0 < recipe.packing_limit < 1:
        mistakes.append(f"packing_limit is {recipe.packing_limit:g}, must lie between 0 and 1")
    elif recipe.aspect_ratio > 0 and recipe.volume_fraction >= recipe.largest_fraction:
        mistakes.append(
            f"{recipe.loading():.3g} vol% is above the packing limit of {100 * recipe.largest_fraction:.3g} vol% of "
            "such particles; give packing_limit where they were pressed, or of several sizes"
        )
    if not (math.isfinite(recipe.resistance_m2K_W) and recipe.resistance_m2K_W >= 0):
        mistakes.append(f"resistance_m2K_W is {recipe.resistance_m2K_W:g}, must not be negative")
    if not (math.isfinite(recipe.resistance_factor) and recipe.resistance_factor >= 1):
        mistakes.append(f"resistance_factor is {recipe.resistance_factor:g}, must be at least 1")
    try:
        order_parameter(recipe.orientation, recipe.aspect_ratio, recipe.order)
    except InputError as error:
        mistakes.append(str(error))
    return mistakes


@cache
def shipped_matrix(name: str) -> Matrix:
    """Return a shipped matrix: epoxy or silicone.

    Raises
    ------
    DataError
        If there is none of that name.
    """
    row = _shipped("matrix", name)
    return Matrix(
        row["name"],
        row["across_W_mK"],
        row["density_kg_m3"],
        row["relative_sigma"],
        row["viscosity_Pa_s"],
        row["source"],
    )


@cache
def shipped_filler(name: str) -> Filler:
    """Return a shipped filler by its name or the id of its phase: AlN, h-BN, Si3N4, Al2O3.

    Conductivities are those of single crystals, so the best a powder can be; density is that of the crystal.

    Raises
    ------
    DataError
        If there is none of that name.
    """
    from finechem.thermal.known import known_crystal
    from finechem.thermal.measured import average_conductivity, single_crystal_conductivities
    from finechem.thermal.model_errors import model_error

    row = _shipped("filler", name)
    crystal = known_crystal(row["phase_id"])
    across, along = row["across_W_mK"], row["along_W_mK"]
    sigma = row["relative_sigma"] or float(model_error("thermal_conductivity", "measured")["sigma"])
    if across is None:
        facts = single_crystal_conductivities(crystal)
        by_axis = {fact.direction: fact.value for fact in reversed(facts)}
        average = average_conductivity(facts)
        if average is None:
            raise DataError(f"filler {name}: no conductivity of {row['phase_id']} is known")
        across, along = by_axis.get("ab", average.value), by_axis.get("c", average.value)
    return Filler(row["name"], across, along, crystal.density_kg_m3, sigma, row["phase_id"], row["source"])


def _shipped(role: str, name: str) -> Mapping[str, Any]:
    rows = datasets.load("thermal.composite_materials").where(role=role)
    for row in rows:
        if name in (row["material_id"], row["phase_id"], row["name"]):
            return row
    raise DataError(f"no {role} {name!r} is shipped{did_you_mean(name, [row['material_id'] for row in rows])}")
