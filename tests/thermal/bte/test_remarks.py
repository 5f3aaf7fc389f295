"""What a result does not tell is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from finechem.thermal.bte import Conductivity
from finechem.thermal.bte.remarks import remarks


def test_a_plain_result_has_only_the_mesh(result: Conductivity) -> None:
    plain = replace(result, kappa_coherence_W_mK=np.zeros_like(result.kappa_coherence_W_mK))
    (remark,) = remarks(plain)
    assert "compare with a finer one, say 7 7 6" in remark


def test_coherence_that_matters_is_named_with_its_temperature(result: Conductivity) -> None:
    between = np.array([0.0, 0.0, 0.25, 0.0])[:, None, None] * result.kappa_W_mK
    first, *_ = remarks(replace(result, kappa_coherence_W_mK=between))
    assert "25% at 600 K" in first and "300 K" not in first


def test_modes_that_nothing_scatters_are_counted_with_their_stars(result: Conductivity) -> None:
    widths = result.linewidths_THz.copy()
    row = int(np.argmax(result.weights))
    widths[:, row, -1] = 0.0
    plain = replace(result, linewidths_THz=widths, kappa_coherence_W_mK=np.zeros_like(result.kappa_coherence_W_mK))
    first, _ = remarks(plain)
    assert first.startswith(f"{result.weights[row]} of 600 modes are scattered by nothing")


def test_imaginary_modes_are_counted(result: Conductivity) -> None:
    frequencies = result.frequencies_THz.copy()
    row = int(np.argmax(result.weights))
    frequencies[row, 0] = -0.3
    plain = replace(
        result, frequencies_THz=frequencies, kappa_coherence_W_mK=np.zeros_like(result.kappa_coherence_W_mK)
    )
    first, _ = remarks(plain)
    assert first.startswith(f"{result.weights[row]} of 600 modes are imaginary, up to 0.30i THz")
