"""Mode Grüneisen parameters: squeezed crystals, and phono3py's tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from finechem.thermal.bte import Phonons, mode_gruneisen, phonons_on_grid
from finechem.thermal.bte.harmonic import degenerate_sets
from finechem.thermal.bte.linewidths import average_over_sets
from tests.thermal.bte.crystals import lennard_jones


@pytest.mark.parametrize("clamped", [False, True])
def test_frequencies_of_squeezed_and_stretched_crystals(crystal: Any, phonons: Phonons, clamped: bool) -> None:
    """The atoms sit where symmetry holds them, so that relaxing them changes nothing."""
    stretch = 1e-4
    wide, narrow = (phonons_on_grid(lennard_jones(stretch=1.0 + s), phonons.mesh) for s in (stretch, -stretch))
    there = phonons.irreducible_frequencies_THz > 0.1
    squares = [np.where(there, p.irreducible_frequencies_THz, 1.0) ** 2 for p in (wide, narrow)]
    sets = degenerate_sets(phonons.irreducible_frequencies_THz)
    mean = [np.array([average_over_sets(row, s) for row, s in zip(square, sets, strict=True)]) for square in squares]
    expected = -0.5 * np.log(mean[0] / mean[1]) / (6.0 * stretch)
    found = mode_gruneisen(crystal, phonons, ion_clamped=clamped)
    np.testing.assert_allclose(found[there], expected[there], atol=1e-4)
    assert not np.any(found[~there]) and np.all(found[there] > 1.0)


def test_supercells_of_two_sizes(silicon: Any) -> None:
    """Silicon's second order comes from a larger cell; its transverse acoustic branches have negative parameters."""
    phonons = phonons_on_grid(silicon, (4, 4, 4))
    found = mode_gruneisen(silicon, phonons)
    edge = int(np.argmin(phonons.irreducible_frequencies_THz[:, 0] + 100.0 * (phonons.weights == 1)))
    assert found[edge, 0] < 0.0 < found[edge, 3]
    assert 0.8 < found[0, 3] < 1.2  # the Raman mode
