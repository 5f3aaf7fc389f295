"""Phonon Boltzmann transport: force constants in, lattice thermal conductivity out."""

from finechem.thermal.bte.conductivity import conductivity_from_linewidths, lattice_conductivity
from finechem.thermal.bte.gruneisen import mode_gruneisen
from finechem.thermal.bte.harmonic import Phonons, phonons_on_grid
from finechem.thermal.bte.linewidths import three_phonon_linewidths
from finechem.thermal.bte.result import Conductivity, Cumulative
from finechem.thermal.bte.scattering import boundary_linewidths, isotope_linewidths
from finechem.thermal.bte.sources import load

__all__ = [
    "Conductivity",
    "Cumulative",
    "Phonons",
    "boundary_linewidths",
    "conductivity_from_linewidths",
    "isotope_linewidths",
    "lattice_conductivity",
    "load",
    "mode_gruneisen",
    "phonons_on_grid",
    "three_phonon_linewidths",
]
