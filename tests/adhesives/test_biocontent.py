"""Bio-based content: hand-worked shares, and bounds that hold."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finechem.adhesives import Component, Recipe, bio_content
from finechem.adhesives.biocontent import weighted_share
from finechem.errors import InputError


def test_by_hand() -> None:
    """Glucose (40.0 % C, from plants) and hexane (83.6 % C, fossil), 50 g each: 20.0 / (20.0 + 41.8) of the carbon."""
    glucose = Component.of("glucose", "resin", smiles="OCC1OC(O)C(O)C(O)C1O", biobased_carbon=1.0, biobased_mass=1.0)
    hexane = Component.of("hexane", "solvent", smiles="CCCCCC", biobased_carbon=0.0)
    content = bio_content(Recipe("x", (glucose, hexane), (50.0, 50.0)))
    share = 72.066 / 180.156 / (72.066 / 180.156 + 72.066 / 86.178)
    assert content.carbon_of_organic.low == content.carbon_of_organic.high == pytest.approx(share, rel=1e-5)
    assert content.carbon_of_mass.low == pytest.approx(0.5 * 72.066 / 180.156, rel=1e-5)
    # nobody stated the bio-based mass of the hexane: it is at most its hydrogen
    assert content.mass.low == pytest.approx(0.5, rel=1e-9)
    assert content.mass.high == pytest.approx(0.5 + 0.5 * (1 - 72.066 / 86.178), rel=1e-5)
    assert content.unknown == ()


def test_chalk_is_no_organic_carbon() -> None:
    """ASTM D6866 leaves carbonates out, EN 16640 may count them: 12 % of calcium carbonate is carbon."""
    oil = Component.of("oil", "resin", smiles="CCCCCCCC", biobased_carbon=1.0)
    chalk = Component.of("chalk", "filler", carbon_mass_fraction=0.0, inorganic_carbon_mass_fraction=0.12)
    content = bio_content(Recipe("x", (oil, chalk), (50.0, 50.0)))
    carbon = 8 * 12.011 / 114.23
    assert content.carbon_of_organic.low == 1.0
    assert content.carbon_of_total.low == pytest.approx(carbon / (carbon + 0.12), rel=1e-4)
    assert content.unknown == ()  # no carbon, no feedstock to know


def test_unknown_feedstock_is_an_interval() -> None:
    known = Component.of("known", "resin", smiles="CCCCCC", biobased_carbon=(0.4, 0.6))
    unknown = Component.of("unknown", "hardener", smiles="CCCCCC")
    content = bio_content(Recipe("x", (known, unknown), (75.0, 25.0)))
    assert content.carbon_of_organic.low == pytest.approx(0.3)
    assert content.carbon_of_organic.high == pytest.approx(0.7)
    assert content.unknown == ("unknown",)


shares = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda pair: (min(pair), max(pair)))
weights = st.tuples(st.floats(0, 5), st.floats(0, 5)).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(st.tuples(shares, weights), min_size=1, max_size=5))
def test_bounds_are_the_extremes_over_all_corners(items: list[tuple[tuple[float, float], tuple[float, float]]]) -> None:
    found = weighted_share([item[0] for item in items], [item[1] for item in items])
    assert 0.0 <= found.low <= found.high <= 1.0
    means = []
    for corner in product(*[item[1] for item in items]):
        if sum(corner) > 0:
            w = np.array(corner)
            means.append((w @ [item[0][0] for item in items] / w.sum(), w @ [item[0][1] for item in items] / w.sum()))
    if means:
        assert found.low == pytest.approx(min(mean[0] for mean in means), abs=1e-9)
        assert found.high == pytest.approx(max(mean[1] for mean in means), abs=1e-9)


carbons = st.sampled_from(["CCO", "CCCCCC", "O=C(O)CC(O)(CC(=O)O)C(=O)O", ""])


@given(
    st.lists(st.tuples(carbons, st.none() | shares, st.none() | shares, st.floats(0.01, 100)), min_size=1, max_size=6)
)
def test_every_share_lies_between_nothing_and_all(
    items: list[tuple[str, tuple[float, float] | None, tuple[float, float] | None, float]],
) -> None:
    components = [
        Component.of(f"c{i}", "additive", smiles=smiles, biobased_carbon=carbon, biobased_mass=mass)
        for i, (smiles, carbon, mass, _) in enumerate(items)
    ]
    content = bio_content(Recipe("x", tuple(components), tuple(item[3] for item in items)))
    for name in ("carbon_of_organic", "carbon_of_total", "carbon_of_mass", "mass"):
        interval = getattr(content, name)
        assert 0.0 <= interval.low <= interval.high <= 1.0, name


def test_more_carbon_than_mass_is_a_mistake() -> None:
    odd = Component.of("odd", "filler", carbon_mass_fraction=0.9, inorganic_carbon_mass_fraction=0.2)
    with pytest.raises(InputError, match="odd has carbon mass fractions"):
        bio_content(Recipe("x", (odd,), (1.0,)))
