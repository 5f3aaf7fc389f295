"""Aluminium nitride of density functional theory, with Born charges: phono3py's numbers, of everything, in one go.

One test, since reading the force sets takes most of its time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from finechem.thermal.bte import Conductivity, Phonons, lattice_conductivity, load, mode_gruneisen, phonons_on_grid
from finechem.thermal.bte.harmonic import degenerate_sets
from finechem.thermal.bte.linewidths import average_over_sets
from tests.thermal.bte.conftest import TEMPERATURES_K
from tests.thermal.bte.test_conductivity import assert_equals_phono3py, peer
from tests.thermal.bte.test_linewidths import close

MESH = (4, 4, 3)


def test_phono3py_has_the_same(nitride: Path) -> None:
    ph3 = load(nitride)
    assert ph3.nac_params is not None
    check_gruneisen(ph3, phonons_on_grid(ph3, MESH))
    ours = lattice_conductivity(ph3, MESH, TEMPERATURES_K, degenerate_bands="phono3py")
    theirs = peer(ph3, MESH, is_isotope=True)
    assert_equals_phono3py(ours, theirs)
    check_linewidths(ours, theirs)


def check_linewidths(ours: Conductivity, theirs: Any) -> None:
    close(ours.three_phonon_THz, theirs.gamma[0])
    assert ours.isotope_THz is not None
    close(ours.isotope_THz, theirs.gamma_isotope[0])


def check_gruneisen(ph3: Any, phonons: Phonons) -> None:
    """Atoms move in the strained cell here, which Lennard-Jones atoms on sites of full symmetry do not."""
    from phono3py.phonon3.gruneisen import Gruneisen

    theirs = Gruneisen(ph3.fc2, ph3.fc3, ph3.supercell, ph3.primitive, nac_params=ph3.nac_params)
    theirs.set_qpoints(phonons.qpoints[phonons.grid_points])
    theirs.run()
    assert isinstance(theirs.gruneisen_parameters, np.ndarray)
    sets = degenerate_sets(phonons.irreducible_frequencies_THz)
    third = np.trace(theirs.gruneisen_parameters, axis1=-2, axis2=-1) / 3.0
    expected = np.array([average_over_sets(row, own) for row, own in zip(third, sets, strict=True)])
    ours = mode_gruneisen(ph3, phonons)
    there = phonons.irreducible_frequencies_THz > 0.1
    np.testing.assert_allclose(ours[there], expected[there], atol=1e-10)
    assert np.abs(mode_gruneisen(ph3, phonons, ion_clamped=True) - ours).max() > 0.1
