"""The fit and its errors: balanced, honestly left out, and repeatability by hand."""

from __future__ import annotations

import numpy as np
import pytest

from finechem import datasets
from finechem.errors import DataError
from finechem.matter import Crystal
from finechem.thermal import calibration
from finechem.thermal.calibration import Fit, calibrate, reference_crystals
from finechem.thermal.model_errors import model_error
from finechem.thermal.scatter import repeatability


@pytest.fixture(scope="module")
def fits() -> dict[tuple[str, str], Fit]:
    return {(fit.model, fit.group): fit for fit in calibrate()}


def inputs_of(group: str) -> tuple[calibration._Inputs, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    members = [(crystal, kappa) for crystal, kappa in reference_crystals() if calibration.group_of(crystal) == group]
    return calibration._inputs([crystal for crystal, _ in members]), np.array([kappa for _, kappa in members])


@pytest.mark.parametrize("group", ["tetrahedral", "other"])
@pytest.mark.parametrize("model", ["slack", "callaway"])
def test_fit_is_balanced_and_leaves_one_out(fits: dict[tuple[str, str], Fit], model: str, group: str) -> None:
    """The fit's mean log error is zero over all; each left-out prediction zeroes the mean over the others."""
    fit = fits[model, group]
    inputs, measured = inputs_of(group)
    predict = getattr(inputs, model)
    assert np.mean(np.log(predict(fit.gruneisen) / measured)) == pytest.approx(0.0, abs=1e-8)
    for index in (0, len(measured) - 1):
        others = np.arange(len(measured)) != index
        own = calibration._balanced(predict, measured, others)
        assert np.mean(np.log(predict(own) / measured)[others]) == pytest.approx(0.0, abs=1e-8)
        assert fit.predicted[index] == pytest.approx(predict(own)[index], rel=1e-9)


@pytest.mark.parametrize("index", [0, 5])
def test_left_out_measurement_does_not_matter(fits: dict[tuple[str, str], Fit], index: int) -> None:
    """A measurement ten times as large changes every prediction but its own."""
    inputs, measured = inputs_of("tetrahedral")
    others = np.arange(len(measured)) != index
    moved = np.where(others, measured, 10 * measured)
    before, after = (calibration._balanced(inputs.slack, values, others) for values in (measured, moved))
    assert before == after
    assert inputs.slack(after)[index] == pytest.approx(fits["slack", "tetrahedral"].predicted[index], rel=1e-9)


def test_left_out_errors_are_larger_than_the_fits() -> None:
    """With one additive constant in ln kappa (Slack), the left-out error is n/(n-1) times the residual."""
    inputs, measured = inputs_of("other")
    fit = next(fit for fit in calibrate() if (fit.model, fit.group) == ("slack", "other"))
    residual = np.log(inputs.slack(fit.gruneisen) / measured)
    np.testing.assert_allclose(fit.log_error, residual * measured.size / (measured.size - 1), rtol=1e-6)


def test_shipped_errors_are_those_measured(fits: dict[tuple[str, str], Fit]) -> None:
    for (model, group), fit in fits.items():
        row = model_error(model, group)
        assert row["n"] == len(fit.ids)
        assert row["sigma"] == pytest.approx(fit.sigma, rel=1e-5)
        assert row["gruneisen"] == pytest.approx(fit.gruneisen, rel=1e-5)


def test_fit_arithmetic() -> None:
    """Predictions 2 and 1/2 of the measurement: sigma ln 2, average factor 2."""
    fit = Fit("slack", "other", 1.0, ("a", "b"), np.array([1.0, 1.0]), np.array([2.0, 0.5]))
    assert fit.sigma == pytest.approx(np.log(2))
    assert fit.factor == pytest.approx(2.0)


def test_reference_measurements_are_brought_to_300_K(crystals: dict[str, Crystal]) -> None:
    """CsBr: 0.94 W/(m K) at 273 K is 0.94 * 273/300 at 300 K; three-phonon scattering goes as T above theta."""
    by_name = {crystal.id: kappa for crystal, kappa in reference_crystals()}
    fact = crystals["CsBr-CsCl"].fact("thermal_conductivity_W_mK")
    assert fact is not None and fact.temperature_K == 273.0
    assert by_name["CsBr-CsCl"] == pytest.approx(fact.value * 273 / 300)


def test_reference_set_is_its_rule() -> None:
    named = [(row["phase_id"], row["group"]) for row in datasets.load("thermal.reference_set").rows]
    assert sorted(named) == sorted(calibration.select_reference_set())


def test_repeatability_by_hand() -> None:
    """Pooled: ((1-2)^2 + (3-2)^2 + (5-6)^2 + 0 + (7-6)^2) / (1 + 2) = 4/3; a single value says nothing."""
    spread, freedom = repeatability({"a": [1.0, 3.0], "b": [5.0, 6.0, 7.0], "c": [100.0]}, log=False)
    assert spread == pytest.approx(np.sqrt(4 / 3)) and freedom == 3
    spread, freedom = repeatability({"a": [1.0, np.e**2]}, log=True)
    assert spread == pytest.approx(np.sqrt(2)) and freedom == 1
    assert np.isnan(repeatability({"a": [1.0]}, log=False)[0])


def test_errors_never_measured_are_not_invented() -> None:
    with pytest.raises(DataError, match="never measured"):
        model_error("slack", "quasicrystals")
