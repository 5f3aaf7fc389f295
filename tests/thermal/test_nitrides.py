"""The nitride task: who is above whom, what drops, who speaks."""

from __future__ import annotations

from typing import Any

import pytest

from finechem.errors import InputError
from finechem.matter import Crystal
from finechem.screening import Ranking
from finechem.thermal import NitrideConditions, nitride_screen
from finechem.thermal import properties as heat

PHASES = (
    "AlN-wurtzite",
    "GaN-wurtzite",
    "BN-cubic",
    "BN-hexagonal",
    "Si3N4-beta",
    "Si3N4-gamma",
    "MgSiN2-orthorhombic",
    "InN-wurtzite",
    "TiN-rocksalt",
    "ZrN-rocksalt",
    "VN-rocksalt",
)


@pytest.fixture(scope="module")
def chosen(crystals: dict[str, Crystal]) -> list[Crystal]:
    return [crystals[name] for name in PHASES]


@pytest.fixture(scope="module")
def room(chosen: list[Crystal]) -> Ranking:
    return nitride_screen().run(chosen, draws=500)


def column(ranking: Ranking, temperature_K: float, what: str = "") -> dict[str, object]:
    prop = heat.conductivity(temperature_K)
    frame = ranking.to_dataframe().set_index("id")
    label = next(name for name in frame.columns if name == f"{prop.name} [{prop.unit}, {prop.at}]{what}")
    return {str(name): value for name, value in frame[label].items()}


def ranks(ranking: Ranking) -> dict[str, float]:
    frame = ranking.to_dataframe().set_index("id")
    return {str(name): float(value) for name, value in frame["rank"].items()}


def test_light_and_stiff_conducts_best(room: Ranking) -> None:
    """Known for decades (Slack 1973): cubic BN and AlN conduct better than GaN, as they are lighter and stiffer."""
    order = ranks(room)
    assert order["BN-cubic"] < order["AlN-wurtzite"] < order["GaN-wurtzite"]


def test_metals_and_small_gaps_drop(room: Ranking) -> None:
    frame = room.to_dataframe().set_index("id")
    for name in ("TiN-rocksalt", "ZrN-rocksalt", "VN-rocksalt", "InN-wurtzite"):
        assert frame.loc[name, "status"] == "filtered", name
        assert "band gap" in frame.loc[name, "reason"]
    assert frame.loc["AlN-wurtzite", "status"] in ("ok", "partial")


def test_unknown_conductivity_ranks_below_every_pass(room: Ranking) -> None:
    """Nobody has a tensor of gamma-Si3N4 here, and one velocity does not describe hexagonal BN."""
    order = ranks(room)
    known = ("AlN-wurtzite", "GaN-wurtzite", "BN-cubic", "Si3N4-beta", "MgSiN2-orthorhombic")
    for unknown in ("Si3N4-gamma", "BN-hexagonal"):
        assert all(order[name] < order[unknown] for name in known)


def test_who_speaks(room: Ranking, chosen: list[Crystal]) -> None:
    """Measured at 300 K on pure crystals; not at 600 K, nor with grains. c-BN: only enriched, so never."""
    at_room = column(room, 300.0, " model")
    assert at_room["AlN-wurtzite"] == at_room["GaN-wurtzite"] == "measured"
    assert at_room["BN-cubic"] == "callaway"
    hot = nitride_screen(NitrideConditions(temperature_K=600.0)).run(chosen, draws=50)
    grains = nitride_screen(NitrideConditions(grain_size_um=1.0)).run(chosen, draws=50)
    assert column(hot, 600.0, " model")["AlN-wurtzite"] == "callaway"
    assert column(grains, 300.0, " model")["AlN-wurtzite"] == "callaway"
    assert float(str(column(hot, 600.0)["AlN-wurtzite"])) < float(str(column(room, 300.0)["AlN-wurtzite"]))


def test_ignorance_of_oxygen_is_not_rewarded(chosen: list[Crystal]) -> None:
    """Nobody knows what oxygen does in MgSiN2: the pure crystal's conductivity must not stand in for it."""
    ranking = nitride_screen(NitrideConditions(oxygen_mass_percent=0.5)).run(chosen, draws=200)
    assert column(ranking, 300.0, " model")["AlN-wurtzite"] == "callaway"
    order = ranks(ranking)
    assert order["AlN-wurtzite"] < order["MgSiN2-orthorhombic"]
    frame = ranking.to_dataframe().set_index("id")
    assert "conductivity" in str(frame.loc["MgSiN2-orthorhombic", "reason"])


def test_directions_of_the_criteria() -> None:
    """More heat, larger gap, larger resistivity, less mismatch, less weight."""
    for criterion in nitride_screen().criteria:
        wanted_small = criterion.property in (heat.EXPANSION_MISMATCH, heat.DENSITY)
        assert (criterion.worst > criterion.best) == wanted_small, criterion.property.name
    gates = {criterion.property for criterion in nitride_screen().criteria if criterion.required}
    assert gates == {heat.conductivity(300.0), heat.BAND_GAP, heat.RESISTIVITY}


@pytest.mark.parametrize(
    "wrong", [{"temperature_K": 5.0}, {"temperature_K": 2000.0}, {"grain_size_um": 0.0}, {"oxygen_mass_percent": -1.0}]
)
def test_impossible_conditions_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        NitrideConditions(**wrong)
