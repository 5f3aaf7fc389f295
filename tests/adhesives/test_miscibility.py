"""Miscibility: critical chi, like dissolves like, the substance itself, what is unknown, seeds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from finechem.adhesives import Component, Recipe
from finechem.adhesives.chi_errors import chi_records, likeliest_chi_sigma
from finechem.adhesives.miscibility import (
    CHI_SIGMA,
    KnownHansen,
    SMALLEST_TESTED_cm3_mol,
    critical_chi,
    miscibility,
)
from finechem.adhesives.miscibility_model import MiscibilityModel
from finechem.errors import InputError
from finechem.matter.hansen import flory_huggins_chi
from finechem.units import GAS_CONSTANT


def liquid(name: str, smiles: str, **rest: object) -> Component:
    return Component.of(name, "solvent", smiles=smiles, **rest)  # type: ignore[arg-type]


HEPTANE, TOLUENE = liquid("heptane", "CCCCCCC"), liquid("toluene", "Cc1ccccc1")
WATERY = liquid("glycerol", "OCC(O)CO")


def test_critical_chi_has_its_limits_and_falls_with_size() -> None:
    """Regular solutions: chi 2; Flory and Huggins: 1/2 for an endless chain, 2/r for two chains of one length."""
    assert critical_chi(1.0, 1.0) == 2.0
    assert critical_chi(1.0, 1e12) == pytest.approx(0.5, rel=1e-5)
    assert critical_chi(50.0, 50.0) == pytest.approx(2.0 / 50.0)
    assert critical_chi(1.0, 3.0) == critical_chi(3.0, 1.0) < critical_chi(1.0, 2.0)
    with pytest.raises(InputError, match="a size is 0"):
        critical_chi(0.0, 1.0)


def test_critical_chi_is_where_the_second_and_third_derivative_vanish() -> None:
    one, other = 1.0, 4.0
    phi = math.sqrt(other) / (math.sqrt(one) + math.sqrt(other))  # critical fraction of the first
    second = 1.0 / (one * phi) + 1.0 / (other * (1.0 - phi)) - 2.0 * critical_chi(one, other)
    third = -1.0 / (one * phi**2) + 1.0 / (other * (1.0 - phi) ** 2)
    assert second == pytest.approx(0.0, abs=1e-12) and third == pytest.approx(0.0, abs=1e-12)


def test_like_dissolves_like() -> None:
    found = miscibility(Recipe("mix", (HEPTANE, TOLUENE, WATERY), (1.0, 1.0, 1.0)))
    chances = {(pair.one, pair.other): pair.probability for pair in found.pairs}
    assert chances["heptane", "toluene"] > 0.9
    assert chances["heptane", "glycerol"] < 0.05 and chances["toluene", "glycerol"] < 0.05
    assert [pair.probability for pair in found.pairs] == sorted(pair.probability for pair in found.pairs)
    assert not found.unknown
    for pair in found.pairs:
        assert pair.chi_low <= pair.chi_high and pair.relative_energy_difference is None


def test_a_substance_mixes_with_itself_under_any_name() -> None:
    twin = liquid("the same", "CCCCCCC")
    (pair,) = miscibility(Recipe("mix", (HEPTANE, twin), (1.0, 1.0))).pairs
    assert pair.probability == 1.0 and pair.chi == 0.0 and pair.chi_high == 0.0


def test_a_substance_mixes_with_itself_also_where_its_parameters_are_given() -> None:
    """By structure or parameters, not by name: both given alike, one given, trade names of one size."""
    twin, given = liquid("the same", "C(C)CCCCC"), KnownHansen((15.3, 0.5, 0.5), (1.0, 1.0, 1.0))
    recipe = Recipe("mix", (HEPTANE, twin), (1.0, 1.0))
    for known in ({"heptane": given, "the same": given}, {"heptane": given}):
        (pair,) = miscibility(recipe, known).pairs
        assert pair.probability == 1.0 and pair.chi_high == 0.0 and pair.source == "given"
    one, other = (Component.of(name, "resin", molar_mass_g_mol=400.0, density_g_cm3=1.0) for name in ("X", "Y"))
    larger = Component.of("Z", "resin", molar_mass_g_mol=800.0, density_g_cm3=1.0)
    known = {"X": given, "Y": given, "Z": given}
    found = miscibility(Recipe("mix", (one, other, larger), (1.0, 1.0, 1.0)), known)
    chances = {(pair.one, pair.other): pair.probability for pair in found.pairs}
    assert chances["X", "Y"] == 1.0 and chances["X", "Z"] < 1.0 and chances["Y", "Z"] < 1.0


def test_what_was_hardly_tested_is_out_of_domain() -> None:
    """Water and methanol; the ends of the measured pairs: five of 86 have a smaller molecule."""
    water, ketone = liquid("water", "O"), liquid("butanone", "CCC(C)=O")
    found = miscibility(Recipe("mix", (HEPTANE, TOLUENE, water), (1.0, 1.0, 1.0)))
    inside = {frozenset((pair.one, pair.other)): pair.in_domain for pair in found.pairs}
    assert inside == {
        frozenset(("heptane", "toluene")): True,
        frozenset(("heptane", "water")): False,
        frozenset(("toluene", "water")): False,
    }
    assert all(pair.in_domain != bool(pair.reason) for pair in found.pairs)
    assert sum(record.volume_cm3_mol < SMALLEST_TESTED_cm3_mol for record in chi_records()) == 5
    (twin,) = miscibility(Recipe("mix", (water, liquid("more", "O")), (1.0, 1.0))).pairs
    assert twin.in_domain and twin.probability == 1.0
    model = MiscibilityModel()
    (wet,) = model.answers(Recipe("mix", (HEPTANE, ketone, water), (1.0, 1.0, 1.0)))
    (dry,) = model.answers(Recipe("mix", (HEPTANE, ketone), (1.0, 1.0)))
    assert dry.in_domain and not wet.in_domain and "hardly any chi" in wet.reason
    assert wet.value == dry.value and wet.source.startswith("heptane with butanone")  # the worst that was tested
    (only,) = model.answers(Recipe("mix", (HEPTANE, water), (1.0, 1.0)))
    assert only.value < 0.05 and not only.in_domain


def test_traces_are_left_out_and_named() -> None:
    salt, secret = Component.of("salt", "additive", smiles="[Na+].CC(=O)[O-]"), Component.of("secret", "additive")
    silane = liquid("silane", "CO[Si](C)(OC)OC")
    chalk = Component.of("chalk", "filler")
    model = MiscibilityModel()
    recipe = Recipe("mix", (HEPTANE, TOLUENE, salt, secret, silane, chalk), (49.0, 49.0, 0.9, 0.5, 0.6, 900.0))
    (found,) = model.answers(recipe)
    assert found.in_domain and "left out as traces: salt, secret, silane" in found.source
    assert found.value == model.answers(Recipe("mix", (HEPTANE, TOLUENE), (1.0, 1.0)))[0].value
    assert any("silane" in (pair.one, pair.other) for pair in miscibility(recipe).pairs)
    (more,) = model.answers(Recipe("mix", (HEPTANE, TOLUENE, secret), (49.0, 49.0, 2.0)))
    assert not more.in_domain and "secret" in more.reason


def test_the_answer_does_not_depend_on_order_or_amount() -> None:
    one = miscibility(Recipe("mix", (HEPTANE, TOLUENE), (1.0, 9.0))).pairs[0]
    other = miscibility(Recipe("mix", (TOLUENE, HEPTANE), (5.0, 5.0))).pairs[0]
    assert (one.chi, one.probability, one.chi_high) == (other.chi, other.probability, other.chi_high)


def test_known_parameters_win_and_bring_a_radius() -> None:
    resin = Component.of("trade resin", "resin", molar_mass_g_mol=50_000.0, density_g_cm3=1.1)
    known = {"trade resin": KnownHansen((18.0, 5.0, 6.0), (0.0, 0.0, 0.0), 6.0),
             "toluene": KnownHansen((18.0, 1.4, 2.0))}  # fmt: skip
    (pair,) = miscibility(Recipe("mix", (resin, TOLUENE), (1.0, 1.0)), known).pairs
    assert pair.distance_MPa05 == pytest.approx(math.hypot(3.6, 4.0))
    assert pair.relative_energy_difference == pytest.approx(math.hypot(3.6, 4.0) / 6.0)
    assert TOLUENE.molar_mass_g_mol is not None and TOLUENE.density_g_cm3 is not None
    volume = TOLUENE.molar_mass_g_mol / TOLUENE.density_g_cm3
    assert pair.chi == pytest.approx(volume * (3.6**2 + 4.0**2) / (4.0 * GAS_CONSTANT * 298.15))
    assert pair.critical_chi == pytest.approx(critical_chi(1.0, 50_000.0 / 1.1 / volume))
    assert pair.chi < pair.critical_chi and 0.5 < pair.probability < 1.0  # what measured values scatter stays
    assert pair.chi_high - pair.chi_low == pytest.approx(2 * 1.645 * CHI_SIGMA * volume / 100.0, rel=0.05)
    assert pair.source == "given"
    far = {**known, "toluene": KnownHansen((16.0, 0.0, 0.0))}
    (pair,) = miscibility(Recipe("mix", (resin, TOLUENE), (1.0, 1.0)), far).pairs
    assert pair.probability < 0.3 and pair.relative_energy_difference is not None
    assert pair.relative_energy_difference > 1.0


def test_chi_scales_with_one_over_temperature() -> None:
    recipe = Recipe("mix", (HEPTANE, WATERY), (1.0, 1.0))
    cold, hot = (miscibility(recipe, temperature_K=kelvin).pairs[0] for kelvin in (300.0, 450.0))
    assert cold.chi == pytest.approx(1.5 * hot.chi) and hot.probability >= cold.probability


def test_wider_errors_make_the_answer_less_sure() -> None:
    recipe = Recipe("mix", (HEPTANE, TOLUENE), (1.0, 1.0))
    sharp = {"heptane": KnownHansen((15.3, 0.0, 0.0)), "toluene": KnownHansen((18.0, 1.4, 2.0))}
    wide = {name: KnownHansen(item.parameters_MPa05, (2.0, 4.0, 4.0)) for name, item in sharp.items()}
    assert miscibility(recipe, sharp).pairs[0].probability > 0.99
    assert 0.5 < miscibility(recipe, wide).pairs[0].probability < 0.99


def test_what_is_unknown_is_named_with_its_reason() -> None:
    chalk = Component.of("chalk", "filler", smiles="[Ca+2].[O-]C([O-])=O")
    salt = Component.of("salt", "additive", smiles="[Na+].CC(=O)[O-]")
    secret = Component.of("secret", "hardener")
    heavy = Component.of("secret 2", "hardener", molar_mass_g_mol=300.0, density_g_cm3=1.0)
    nothing = liquid("none of it", "CCO")
    recipe = Recipe("mix", (HEPTANE, chalk, salt, secret, heavy, nothing), (1.0, 1.0, 1.0, 1.0, 1.0, 0.0))
    found = miscibility(recipe)
    assert found.pairs == () and set(found.unknown) == {"chalk", "salt", "secret", "secret 2"}
    assert "filler" in found.unknown["chalk"] and "salt" in found.unknown["salt"]
    assert "molar volume is unknown" in found.unknown["secret"] and "no SMILES" in found.unknown["secret 2"]


def test_mistakes_are_named() -> None:
    recipe = Recipe("mix", (HEPTANE, TOLUENE), (1.0, 1.0))
    with pytest.raises(InputError, match=r"no component is called 'tolune' \(did you mean 'toluene'\?\)"):
        miscibility(recipe, {"tolune": KnownHansen((18.0, 1.4, 2.0))})
    with pytest.raises(InputError, match="temperature_K is 0"):
        miscibility(recipe, temperature_K=0.0)
    with pytest.raises(InputError, match="radius_MPa05 is 0"):
        KnownHansen((1.0, 1.0, 1.0), radius_MPa05=0.0)
    with pytest.raises(InputError, match="is -1"):
        KnownHansen((1.0, 1.0, -1.0))


def test_chi_is_that_of_the_smaller_molecule() -> None:
    long = liquid("hexadecane", "CCCCCCCCCCCCCCCC")
    (pair,) = miscibility(Recipe("mix", (long, WATERY), (1.0, 1.0))).pairs
    from finechem.matter.hansen_model import hansen_parameters

    one, other = (hansen_parameters(item.smiles).parameters_MPa05 for item in (long, WATERY))
    assert WATERY.molar_mass_g_mol is not None and WATERY.density_g_cm3 is not None
    assert pair.chi == pytest.approx(flory_huggins_chi(one, other, WATERY.molar_mass_g_mol / WATERY.density_g_cm3))


def test_the_scatter_is_what_measured_polymers_in_solvents_have() -> None:
    """Orwoll and Arnold's values, second-hand: 86 pairs; each polymer with the scatter of the others."""
    records = chi_records()
    measured, chi = (np.array([getattr(record, name) for record in records]) for name in ("measured", "chi"))
    assert len(records) == 86 and likeliest_chi_sigma(records) == pytest.approx(CHI_SIGMA)
    assert float(np.abs(chi - measured).mean()) == pytest.approx(0.353, abs=0.01)
    scatter = np.random.default_rng(0).standard_normal(4000)
    inside, off = [], []
    for record in records:
        sigma = likeliest_chi_sigma([other for other in records if other.polymer != record.polymer])
        draws = record.draws + sigma * record.volume_cm3_mol / 100.0 * scatter
        low, high = np.quantile(draws, (0.05, 0.95))
        inside.append(low <= record.measured <= high)
        off.append((float(np.mean(draws < 0.5)) - (record.measured < 0.5)) ** 2)
    assert 0.85 <= float(np.mean(inside)) <= 0.93
    share = float(np.mean(measured < 0.5))
    assert float(np.mean(off)) < 0.9 * share * (1.0 - share)
