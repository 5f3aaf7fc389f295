"""Raw and calibrated side by side where errors were measured, and a plain word where they were not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from finechem import datasets
from finechem.matter import Crystal
from finechem.matter.calculators import Potential
from finechem.thermal.judgement import judge
from finechem.thermal.potential_errors import calibrated_conductivity, raw_conductivity

ROW = datasets.measured_error("thermal.potential_errors", potential="7net-0", group="tetrahedral")


def potential(checkpoint: str) -> Potential:
    return Potential("nep:mine.txt", "", "mine", "mine", lambda: None, checkpoint)


def result(kappa: float = 60.0, temperatures: tuple[float, ...] = (300.0,), **changed: Any) -> Any:
    """Return what `judge` reads of a conductivity; its mean over directions is `kappa`."""
    tensors = np.diag([0.5, 1.0, 1.5]) * kappa * (300.0 / np.array(temperatures))[:, None, None]
    plain = {"temperatures_K": np.array(temperatures), "kappa_rta_W_mK": tensors, "isotope_THz": np.zeros(1)}
    return SimpleNamespace(**plain | {"boundary_um": None} | changed)


def test_a_measured_potential(crystals: dict[str, Crystal]) -> None:
    found = judge(result(), crystals["AlN-wurtzite"], potential(ROW["checkpoint"]))
    assert found.group == "tetrahedral" and found.raw_W_mK == pytest.approx(60.0)
    assert found.raw == raw_conductivity(found.raw_W_mK or 0.0, "7net-0", "tetrahedral")
    assert found.calibrated == calibrated_conductivity(found.raw_W_mK or 0.0, "7net-0", "tetrahedral")
    record = found.record()
    for name in ("raw", "calibrated"):
        low, high = record[name]["interval_90_W_mK"]
        assert low < record[name]["value"] < high
        line = next(line for line in found.lines() if line.split()[0] == name)
        assert f"90 % interval {low:.3g} to {high:.3g}" in line and f"{record[name]['value']:.4g}" in line
    assert record["calibrated"]["value"] > record["raw"]["value"] == found.raw_W_mK  # it is soft
    assert any("had no number" in remark for remark in found.remarks) == (ROW["failed"] > 0)


@pytest.mark.parametrize(
    ("changed", "checkpoint", "words"),
    [
        ({}, "", "no interval: never measured against experiment"),
        ({"isotope_THz": None}, ROW["checkpoint"], "errors were measured with natural isotopes"),
        ({"boundary_um": 1.0}, ROW["checkpoint"], "without boundaries"),
        ({"temperatures": (600.0,)}, ROW["checkpoint"], "errors were measured at 300 K: none is stated at 600 K"),
    ],
)
def test_no_interval_where_none_was_measured(
    crystals: dict[str, Crystal], changed: dict[str, Any], checkpoint: str, words: str
) -> None:
    found = judge(result(**changed), crystals["AlN-wurtzite"], potential(checkpoint))
    assert found.raw is found.calibrated is None
    assert words in "\n".join(found.lines()) and found.record()["calibrated"] is None


def test_other_temperatures_are_named_and_extrapolation_too(crystals: dict[str, Crystal]) -> None:
    hot = judge(result(temperatures=(300.0, 600.0)), crystals["AlN-wurtzite"], potential(ROW["checkpoint"]))
    assert hot.raw is not None and "none is stated at 600 K" in "\n".join(hot.lines())
    far = judge(result(kappa=2 * ROW["highest"]), crystals["AlN-wurtzite"], potential(ROW["checkpoint"]))
    assert far.calibrated is not None and far.calibrated.extrapolated
    assert "the calibration is extrapolated" in "\n".join(far.lines())


def test_what_is_unstable_against_strain_is_not_calibrated_by_its_moduli(crystals: dict[str, Crystal]) -> None:
    row = datasets.measured_error("thermal.potential_errors", potential="nep89", form="softness")
    found = judge(result(), crystals["AlN-wurtzite"], potential(row["checkpoint"]))
    assert found.raw is not None and found.calibrated is None
    assert "not calibrated: nep:mine.txt holds the crystal for unstable" in "\n".join(found.lines())
    softer, stiffer = (judge(result(), crystals["AlN-wurtzite"], potential(row["checkpoint"]), g) for g in (0.1, 0.5))
    assert softer.calibrated is not None and stiffer.calibrated is not None
    assert softer.calibrated.value > stiffer.calibrated.value  # the softer, the more is missing
