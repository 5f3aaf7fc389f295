"""Errors of potentials: recomputed from the tables, honestly left out, and told by the hash of the parameters."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finechem import datasets
from finechem.errors import DataError, InputError
from finechem.matter.calculators import Potential
from finechem.thermal.potential_comparison import computed_and_measured, measure_potential_errors
from finechem.thermal.potential_errors import calibrated_conductivity, potential_error, raw_conductivity
from finechem.thermal.potential_fits import FEWEST, FORMS, Form, Successes, fit_calibration, leave_one_out, successes
from finechem.thermal.potential_references import PROTOCOL, conductivity_references, elasticity_references

ERRORS = datasets.load("thermal.potential_errors").rows
CONDUCTIVITIES = datasets.load("thermal.potential_conductivities").rows


def potential(checkpoint: str, name: str = "nep:renamed.txt") -> Potential:
    return Potential(name, "", name, name, lambda: None, checkpoint)


def some(n: int, seed: int = 0, scatter: float = 0.3) -> Successes:
    """Crystals whose measured values are 3 x^0.9 (G/K)^-1.2 with scatter."""
    random = np.random.default_rng(seed)
    computed, ratio = np.exp(random.uniform(0, 6, n)), np.exp(random.uniform(-2, 0, n))
    measured = 3 * computed**0.9 * ratio**-1.2 * np.exp(scatter * random.standard_normal(n))
    return Successes(computed, measured, tuple(map(str, range(n))), ratio)


def test_shipped_errors_are_those_of_the_shipped_tables() -> None:
    found = measure_potential_errors()
    assert [(row["quantity"], row["potential"], row["group"]) for row in found] == [
        (row["quantity"], row["potential"], row["group"]) for row in ERRORS
    ]
    for new, row in zip(found, ERRORS, strict=True):
        for name, value in row.items():
            if isinstance(value, float):
                assert new[name] == pytest.approx(value, rel=1e-4, abs=1e-9), (row, name)
            else:
                assert new.get(name) == value, (row, name)


def test_every_row_has_a_number_or_a_reason_and_the_protocol_of_today() -> None:
    for row in CONDUCTIVITIES:
        assert (row["kappa_W_mK"] is None) != (row["reason"] is None), row
    for row in datasets.load("thermal.potential_elasticity").rows:
        assert (row["shear_GPa"] is None) != (row["reason"] is None), row
        assert row["protocol"] == PROTOCOL
    assert {row["protocol"] for row in CONDUCTIVITIES} == {PROTOCOL}


def test_references_are_those_of_the_rule() -> None:
    pairs = conductivity_references()
    phases = [crystal.id for crystal, _ in pairs]
    assert len(set(phases)) == len(phases) >= 28
    assert {row["phase_id"] for row in datasets.load("thermal.reference_set").rows} <= set(phases)
    assert not any(crystal.layered for crystal, _ in pairs) and all(kappa > 0 for _, kappa in pairs)
    assert {row["phase_id"] for row in CONDUCTIVITIES} <= set(phases) <= {item.id for item in elasticity_references()}


def test_enough_crystals_and_potentials_and_honest_intervals() -> None:
    """At least twelve crystals by two potentials; 90 % intervals hold 80 to 100 % of what was left out."""
    names = {row["potential"] for row in CONDUCTIVITIES}
    assert {"7net-0", "nep89"} <= names
    for name in ("7net-0", "nep89"):
        members = [row for row in CONDUCTIVITIES if row["potential"] == name and row["kappa_W_mK"] is not None]
        assert len(members) >= 12
    for row in ERRORS:
        if row["quantity"] == "conductivity, calibrated":
            assert 0.8 <= row["coverage_90"] <= 1.0, row


@pytest.mark.parametrize("form", FORMS)
def test_a_unit_does_not_matter(form: Form) -> None:
    """Raw values a hundred times as large leave calibrated ones, and their intervals, where they are."""
    found = some(9)
    larger = found._replace(computed=100 * found.computed)
    one, other = leave_one_out(found, form), leave_one_out(larger, form)
    np.testing.assert_allclose(one.predicted, other.predicted, rtol=1e-10)
    np.testing.assert_allclose(one.factors_90, other.factors_90, rtol=1e-10)


@pytest.mark.parametrize("form", ["raw", *FORMS])
def test_what_is_left_out_does_not_matter(form: Form) -> None:
    """A measurement ten times as large changes every prediction but its own."""
    found = some(8)
    moved = found._replace(measured=np.where(np.arange(8) == 3, 10 * found.measured, found.measured))
    one, other = leave_one_out(found, form), leave_one_out(moved, form)
    assert one.predicted[3] == other.predicted[3] and one.factors_90[3] == other.factors_90[3]
    assert not np.allclose(one.factors_90[:3], other.factors_90[:3])


def test_crystals_of_one_compound_go_together() -> None:
    found = some(8)
    twins = found._replace(compounds=("0", "0", *found.compounds[2:]))
    fitted = fit_calibration(found.computed[2:], found.measured[2:], "bias")
    assert leave_one_out(twins, "bias").predicted[0] == pytest.approx(fitted(float(found.computed[0]))[0], rel=1e-12)


@pytest.mark.parametrize("form", ["slope", "softness"])
def test_a_law_without_scatter_is_found(form: Form) -> None:
    found = some(7, scatter=0.0)
    if form == "slope":
        found = found._replace(measured=3 * found.computed**0.9)
    else:
        found = found._replace(measured=3 * found.computed * found.shear_to_bulk**-1.2)
    np.testing.assert_allclose(leave_one_out(found, form).predicted, found.measured, rtol=1e-9)


@pytest.mark.parametrize("form", ["raw", *FORMS])
@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 10**6))
def test_intervals_hold_what_they_say(form: Form, seed: int) -> None:
    """Of the measurements of errors that are what a form supposes, 90 % are in its intervals (here 4 sigma of 300)."""
    random = np.random.default_rng(seed)
    inside = []
    for _ in range(300):
        noise = np.exp(0.5 * random.standard_normal(7))
        computed, ratio = np.exp(random.uniform(0, 6, 7)), np.exp(random.uniform(-2, 0, 7))
        found = Successes(computed, computed * noise, tuple("abcdefg"), ratio)
        one = leave_one_out(found, form)
        inside.append(abs(one.log_error[0]) <= math.log(one.factors_90[0]))
    assert np.mean(inside) == pytest.approx(0.9, abs=4 * math.sqrt(0.09 / 300))


def test_the_shipped_calibration_is_its_fit() -> None:
    """By hand, from the tables."""
    for row in ERRORS:
        if row["quantity"] != "conductivity, calibrated":
            continue
        key = (row["potential"], row["checkpoint"], row["group"])
        found = successes(computed_and_measured()["conductivity"][key], row["form"])
        fitted = fit_calibration(found.computed, found.measured, row["form"], found.shear_to_bulk)
        value, ratio = 1.1 * float(found.computed[0]), float(found.shear_to_bulk[0])
        answer = calibrated_conductivity(value, row["potential"], row["group"], ratio)
        assert answer[:3] == pytest.approx(fitted(value, ratio), rel=1e-4)
        assert answer.n == len(found.compounds) >= FEWEST
        low, high = answer.interval_90
        assert low < answer.value < high and high / answer.value == pytest.approx(answer.factor_90)


def test_a_potential_is_told_by_its_parameters_not_by_its_name() -> None:
    row = next(row for row in ERRORS if row["potential"] == "nep89")
    assert potential_error(row["quantity"], potential(row["checkpoint"]), row["group"]) == row
    assert raw_conductivity(10.0, potential(row["checkpoint"]), "tetrahedral").value == 10.0
    for stranger in ("nep:nep89.txt", potential("0123456789abcdef", "nep:nep89.txt"), potential("", "mine")):
        with pytest.raises(DataError, match=r"no reference crystals were computed with .*: its error is unknown"):
            potential_error("conductivity", stranger, "tetrahedral")


def test_what_is_refused() -> None:
    with pytest.raises(DataError, match="was never measured"):
        potential_error("viscosity", "7net-0", "tetrahedral")
    for bad in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(InputError, match="positive and finite"):
            raw_conductivity(bad, "7net-0", "tetrahedral")
    with pytest.raises(InputError, match="says nothing"):
        fit_calibration(np.ones(2), np.ones(2), "bias")
    with pytest.raises(InputError, match="G/K"):
        fit_calibration(np.arange(1.0, 6.0), np.arange(1.0, 6.0), "softness")
