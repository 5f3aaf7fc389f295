"""Small crystals to write to files: wurtzite AlN, rocksalt TiN, and text in the three formats."""

from __future__ import annotations

from pymatgen.core import Lattice, Structure

__all__ = ["ALN_CIF", "ALN_EXTXYZ", "ALN_POSCAR", "aluminium_nitride", "rocksalt"]


def aluminium_nitride() -> Structure:
    """W. Paszkowicz et al., J. Alloys Compd. 382, 100 (2004)."""
    sites = [[1 / 3, 2 / 3, 0.0], [2 / 3, 1 / 3, 0.5], [1 / 3, 2 / 3, 0.3869], [2 / 3, 1 / 3, 0.8869]]
    return Structure(Lattice.hexagonal(3.11197, 4.98089), ["Al", "Al", "N", "N"], sites)


def rocksalt(a: float = 4.244) -> Structure:
    """TiN, or something of that kind."""
    cations = [[0.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]]
    anions = [[0.5, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.5], [0.5, 0.5, 0.5]]
    return Structure(Lattice.cubic(a), ["Ti"] * 4 + ["N"] * 4, cations + anions)


ALN_CIF = """data_AlN
_symmetry_space_group_name_H-M   'P 63 m c'
_cell_length_a   3.11197
_cell_length_b   3.11197
_cell_length_c   4.98089
_cell_angle_alpha   90
_cell_angle_beta   90
_cell_angle_gamma   120
_symmetry_Int_Tables_number   186
loop_
 _atom_site_label
 _atom_site_type_symbol
 _atom_site_fract_x
 _atom_site_fract_y
 _atom_site_fract_z
 _atom_site_occupancy
  Al1  Al  0.33333333  0.66666667  0.0     1
  N1   N   0.33333333  0.66666667  0.3869  1
"""

ALN_POSCAR = """AlN wurtzite
1.0
 3.11197  0.0      0.0
-1.555985 2.695045 0.0
 0.0      0.0      4.98089
Al N
2 2
direct
0.33333333 0.66666667 0.0
0.66666667 0.33333333 0.5
0.33333333 0.66666667 0.3869
0.66666667 0.33333333 0.8869
"""

ALN_EXTXYZ = """4
Lattice="3.11197 0.0 0.0 -1.555985 2.695045 0.0 0.0 0.0 4.98089" Properties=species:S:1:pos:R:3 pbc="T T T"
Al 0.0 1.79669667 0.0
Al 1.555985 0.89834833 2.490445
N 0.0 1.79669667 1.92710634
N 1.555985 0.89834833 4.41755134
"""
