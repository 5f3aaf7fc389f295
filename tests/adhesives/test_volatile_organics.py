"""Volatile organic compounds: what handbooks say of solvents, what is not organic, and the interval of what reacts."""

from __future__ import annotations

import pytest

from finechem.adhesives import Component, Recipe
from finechem.adhesives.volatile_organics import DEFINITIONS, volatile_content
from finechem.errors import InputError
from finechem.matter.vapour_pressure import MeasuredPoint, volatility
from tests.adhesives.substances import DETA, DGEBA

WATER = Component.of("water", "solvent", smiles="O", density_g_cm3=1.0)
ACETATE = Component.of("ethyl acetate", "solvent", smiles="CCOC(C)=O", density_g_cm3=0.9)
CHALK = Component.of("chalk", "filler", smiles="[Ca+2].[O-]C([O-])=O", density_g_cm3=2.7)
RESIN = Component.of("resin", "resin", smiles=DGEBA, density_g_cm3=1.16)
AMINE = Component.of("amine", "hardener", smiles=DETA, density_g_cm3=0.95)


@pytest.mark.parametrize("definition", DEFINITIONS)
@pytest.mark.parametrize(
    ("smiles", "volatile"),
    [
        ("CC(C)=O", True),  # acetone, 56 °C
        ("OCc1ccccc1", True),  # benzyl alcohol, 205 °C, 13 Pa at 20 °C
        ("CCCCC(CC)COC(=O)CCCCC(=O)OCC(CC)CCCC", False),  # bis(2-ethylhexyl) adipate, above 400 °C
        ("O", False), ("[Ca+2].[O-]C([O-])=O", False), ("O=[Si]=O", False),
    ],
)  # fmt: skip
def test_what_handbooks_say(definition: str, smiles: str, volatile: bool) -> None:
    component = Component.of("it", "additive", smiles=smiles)
    (found,) = volatile_content(Recipe("one", (component,), (1.0,)), definition).components
    assert found.probability > 0.6 if volatile else found.probability < 0.01


def test_the_two_definitions_differ() -> None:
    """Dodecane boils at 216 °C and has some 12 Pa at 20 °C; tetradecane boils at 253.5 °C."""
    dodecane = Component.of("dodecane", "diluent", smiles="CCCCCCCCCCCC", density_g_cm3=0.75)
    tetradecane = Component.of("tetradecane", "diluent", smiles="CCCCCCCCCCCCCC", density_g_cm3=0.76)
    glue = Recipe("oils", (dodecane, tetradecane), (50.0, 50.0))
    by_boiling = [item.probability for item in volatile_content(glue).components]
    by_pressure = [item.probability for item in volatile_content(glue, "vapour pressure").components]
    assert by_boiling[0] > 0.99 and by_pressure[0] > 0.5
    # tetradecane boils at 253.5 °C, a few degrees above the limit, and has about 1 Pa
    assert 0.0 < by_boiling[1] < 0.5 and by_pressure[1] < 0.05


def test_mass_and_litres_by_hand() -> None:
    found = volatile_content(Recipe("paste", (ACETATE, WATER, CHALK), (20.0, 30.0, 50.0)))
    low, high = found.mass_fraction
    assert low == high == pytest.approx(0.2, abs=1e-6) and found.sigma[1] < 1e-3
    density = 100.0 / (20.0 / 0.9 + 30.0 / 1.0 + 50.0 / 2.7)
    assert found.grams_per_litre == pytest.approx((200.0 * density, 200.0 * density))


def test_what_reacts_makes_an_interval() -> None:
    """Diethylenetriamine boils at 207 °C, but an epoxy binds it."""
    glue = Recipe("glue", (RESIN, AMINE, ACETATE), (80.0, 10.0, 10.0))
    found = volatile_content(glue)
    assert found.mass_fraction == pytest.approx((0.1, 0.2), abs=1e-3)
    assert [item.name for item in found.components if item.reactive] == ["resin", "amine"]


def test_unknown_components_are_named_and_a_stated_share_counts() -> None:
    secret = Component.of("secret", "hardener", density_g_cm3=1.0)
    glue = Recipe("glue", (RESIN, secret), (75.0, 25.0))
    found = volatile_content(glue)
    assert [(name, share) for name, share, _ in found.unknown] == [("secret", 0.25)]
    assert "state its volatile share" in found.unknown[0][2]
    told = volatile_content(glue, stated={"secret": 0.25})
    assert not told.unknown and told.mass_fraction[1] == pytest.approx(0.0625, abs=1e-3)
    assert told.sigma[1] < 1e-2


def test_a_measurement_wins() -> None:
    glue = Recipe("one", (AMINE,), (1.0,))
    boils = MeasuredPoint(600.0, 101325.0, 0.05, "a laboratory")
    (found,) = volatile_content(glue, measured={"amine": [boils]}).components
    assert found.probability < 1e-6 and "a laboratory" in found.source
    thin = MeasuredPoint(293.15, 1.0, 0.05, "a laboratory")
    (found,) = volatile_content(glue, "vapour pressure", measured={"amine": [thin]}).components
    assert found.probability < 1e-6 and "a laboratory" in found.source


def test_a_measurement_wins_over_a_table_however_it_was_made() -> None:
    """Ethyl acetate boils at 77 °C by every table; a point at 99 kPa, or a vapour pressure at 20 °C, is heard."""
    glue = Recipe("one", (ACETATE,), (1.0,))
    boils = MeasuredPoint(600.0, 99000.0, 0.05, "a laboratory")
    (found,) = volatile_content(glue, measured={"ethyl acetate": [boils]}).components
    assert found.probability < 0.01 and "a laboratory" in found.source
    thin = MeasuredPoint(293.15, 300.0, 0.05, "a laboratory")  # 9.7 kPa by the tables
    (found,) = volatile_content(glue, measured={"ethyl acetate": [thin]}).components
    assert float(found.source.split()[2]) > 400.0 and found.source.endswith("vapour pressures: a laboratory")
    impossible = MeasuredPoint(293.15, 1e-6, 0.05, "a laboratory")
    (unknown,) = volatile_content(glue, measured={"ethyl acetate": [impossible]}).unknown
    assert "state its boiling point or volatile share" in unknown[2]
    curve = volatility("CCOC(C)=O")
    point = MeasuredPoint(300.0, float(curve.vapour_pressure_Pa(300.0)), 0.05, "the model itself")
    (found,) = volatile_content(glue, measured={"ethyl acetate": [point]}).components
    assert f"boils at {curve.shape.boiling_point_K:.1f}" in found.source


def test_what_boils_exactly_at_the_limit_counts() -> None:
    glue = Recipe("one", (AMINE,), (1.0,))
    for kelvin, counts in ((523.15, True), (523.25, False)):
        point = MeasuredPoint(kelvin, 101325.0, 1e-5, "a laboratory")
        (found,) = volatile_content(glue, measured={"amine": [point]}).components
        assert (found.probability > 0.99) is counts and (found.probability < 0.01) is not counts


def test_without_a_density_there_are_no_litres() -> None:
    bare = Component.of("bare", "filler")
    found = volatile_content(Recipe("paste", (ACETATE, bare), (50.0, 50.0)))
    assert found.density_g_cm3 is None and found.grams_per_litre is None


def test_neither_order_nor_size_matters_and_water_dilutes() -> None:
    small = volatile_content(Recipe("a", (ACETATE, RESIN), (1.0, 3.0))).mass_fraction
    large = volatile_content(Recipe("b", (RESIN, ACETATE), (300.0, 100.0))).mass_fraction
    wet = volatile_content(Recipe("c", (RESIN, ACETATE, WATER), (3.0, 1.0, 4.0))).mass_fraction
    assert small == pytest.approx(large) and wet == pytest.approx([share / 2.0 for share in small])


def test_mistakes_name_the_value() -> None:
    glue = Recipe("glue", (ACETATE,), (1.0,))
    with pytest.raises(InputError, match="did you mean 'boiling point'"):
        volatile_content(glue, "boiling")
    with pytest.raises(InputError, match="no component is called 'acetate'"):
        volatile_content(glue, stated={"acetate": 1.0})
    with pytest.raises(InputError, match=r"volatile share of 1\.5"):
        volatile_content(glue, stated={"ethyl acetate": 1.5})
