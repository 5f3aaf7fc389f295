"""Composites of a matrix with particles: formulae, microstructures on voxels, and the interface-materials task."""

from finechem.matter.suspensions import relative_viscosity
from finechem.thermal.composite.candidate import (
    CompositeRecipe,
    Filler,
    Matrix,
    packing_limit,
    shipped_filler,
    shipped_matrix,
)
from finechem.thermal.composite.conductivity import (
    closed_formula,
    loading_for_conductivity,
    size_dependence,
    voxel_average,
)
from finechem.thermal.composite.effective_medium import (
    bruggeman_asymmetric,
    bruggeman_symmetric,
    every,
    foygel_percolation,
    hashin_shtrikman_bounds,
    hasselman_johnson,
    lewis_nielsen,
    maxwell_eucken,
    particle_with_resistance,
    wiener_bounds,
)
from finechem.thermal.composite.microstructure import (
    Microstructure,
    Sizes,
    microstructure,
    order_parameter,
    particle_conductivities,
)
from finechem.thermal.composite.reading import load_composites, read_composites
from finechem.thermal.composite.spheroids import (
    depolarization_factors,
    differential_spheroids,
    nan_spheroids,
    spheroid_with_resistance,
)
from finechem.thermal.composite.voxel import VoxelConductivity, voxel_conductivity

__all__ = [
    "CompositeRecipe",
    "Filler",
    "Matrix",
    "Microstructure",
    "Sizes",
    "VoxelConductivity",
    "bruggeman_asymmetric",
    "bruggeman_symmetric",
    "closed_formula",
    "depolarization_factors",
    "differential_spheroids",
    "every",
    "foygel_percolation",
    "hashin_shtrikman_bounds",
    "hasselman_johnson",
    "lewis_nielsen",
    "load_composites",
    "loading_for_conductivity",
    "maxwell_eucken",
    "microstructure",
    "nan_spheroids",
    "order_parameter",
    "packing_limit",
    "particle_conductivities",
    "particle_with_resistance",
    "read_composites",
    "relative_viscosity",
    "shipped_filler",
    "shipped_matrix",
    "size_dependence",
    "spheroid_with_resistance",
    "voxel_average",
    "voxel_conductivity",
    "wiener_bounds",
]
