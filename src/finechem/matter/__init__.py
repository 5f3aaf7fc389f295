"""What several domains need: crystals, their readers, stiffness tensors."""

from finechem.matter.crystal import Crystal, Elasticity, Fact
from finechem.matter.readers import merge_duplicates, read_crystals, same_crystal
from finechem.matter.stiffness import stiffness_matrix

__all__ = [
    "Crystal",
    "Elasticity",
    "Fact",
    "merge_duplicates",
    "read_crystals",
    "same_crystal",
    "stiffness_matrix",
]
