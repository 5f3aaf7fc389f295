"""Models and the task: the contract, limits, shared errors, gates, errors as measured, the inverse question."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from finechem import datasets
from finechem.errors import DataError, DomainError, InputError
from finechem.screening import PropertyModel, Rejected
from finechem.thermal.composite import (
    CompositeRecipe,
    Filler,
    Matrix,
    closed_formula,
    loading_for_conductivity,
    relative_viscosity,
    size_dependence,
    voxel_average,
)
from finechem.thermal.composite import properties as mix
from finechem.thermal.composite.accuracy import (
    composite_error,
    fitted_resistance,
    measure_errors,
    measured_composites,
    measured_counterpart,
)
from finechem.thermal.composite.conductivity import formula_table, recipe_structure
from finechem.thermal.composite.interface import InterfaceConditions, interface_screen, shipped_interface_materials
from finechem.thermal.composite.models import ClosedFormulaModel, MixtureModel, VoxelModel
from tests.screening.conformance import check_model

BALLS = CompositeRecipe.of("balls", "epoxy", "AlN", 30.0)
FULL = CompositeRecipe.of("full", "silicone", "AlN", 50.0)
FLAKES = CompositeRecipe.of("flakes", "epoxy", "h-BN", 8.0, aspect_ratio=0.2, orientation="in-plane")
THIN = CompositeRecipe.of("thin", "epoxy", "h-BN", 20.0, aspect_ratio=0.02, packing_limit=0.5)
PERFECT = CompositeRecipe.of("perfect", "epoxy", "Al2O3", 20.0, resistance_m2K_W=0.0)
RECIPES = [BALLS, FULL, FLAKES, THIN, PERFECT]


@pytest.mark.parametrize("model", [MixtureModel(), ClosedFormulaModel(), VoxelModel(seeds=2, voxels=32)], ids=repr)
def test_contract(model: PropertyModel) -> None:
    check_model(model, [BALLS, FLAKES, THIN] if isinstance(model, VoxelModel) else RECIPES)


def test_sigma_joins_model_matrix_filler_and_interface() -> None:
    found = ClosedFormulaModel().estimate(RECIPES, {})[mix.THROUGH_PLANE]
    own = float(composite_error()["sigma"])
    assert np.all(found.sigma > own)
    filler = found.shared["filler:AlN"]
    assert np.all(filler[[0, 1]] > 0) and not filler[2:].any()
    kinds = {name.split(":")[0] for name in found.shared}
    assert kinds == {"filler", "matrix", "interface", "model"}
    matrix = found.shared["matrix:epoxy"]
    assert np.count_nonzero(matrix) >= 2  # one epoxy, one error
    assert np.all(found.shared["model:composites"] == abs(float(composite_error()["bias"])))
    resisting = np.sum([part for name, part in found.shared.items() if name.startswith("interface:")], axis=0)
    assert np.all(resisting[[0, 1, 2, 3]] < 0)
    assert resisting[4] == 0.0
    squares = sum(part**2 for part in found.shared.values())
    assert np.all(squares <= found.sigma**2)
    doubtful = replace(BALLS, filler=replace(BALLS.filler, relative_sigma=1.0))
    wider = ClosedFormulaModel().estimate([doubtful], {})[mix.THROUGH_PLANE]
    assert wider.sigma[0] > found.sigma[0]


def test_density_and_viscosity() -> None:
    found = MixtureModel().estimate(RECIPES, {})
    assert found[mix.DENSITY].value[0] == pytest.approx(0.3 * BALLS.filler.density_kg_m3 + 0.7 * 1160)
    assert found[mix.RELATIVE_VISCOSITY].value[1] > found[mix.RELATIVE_VISCOSITY].value[0] > 1
    assert float(relative_viscosity(1e-6, 0.64)) - 1 == pytest.approx(2e-6 / 0.64, rel=1e-3)
    with pytest.raises(DomainError, match="must lie between 0 and the packing limit"):
        relative_viscosity(0.7, 0.64)


def test_voxels_agree_with_closed_formulae_where_those_are_good() -> None:
    for recipe in (BALLS, PERFECT):
        found = voxel_average(recipe, seeds=3)
        assert found.through_plane_W_mK == pytest.approx(closed_formula(recipe)[1], rel=0.08)
        assert found.in_plane_W_mK == found.through_plane_W_mK
        assert 0 < found.grid_error < found.through_plane_error < 0.05
        assert found.placed == pytest.approx(recipe.volume_fraction, rel=0.02)
    flat = voxel_average(FLAKES, seeds=2)
    assert flat.in_plane_W_mK > 1.3 * flat.through_plane_W_mK
    assert flat.through_plane_W_mK == pytest.approx(closed_formula(FLAKES)[1], rel=0.05)


def test_voxels_say_what_they_cannot() -> None:
    with pytest.raises(InputError, match=r"thin: particles of aspect ratio 0\.02 would need \d+ voxels a side"):
        recipe_structure(THIN)
    crowded = CompositeRecipe.of("crowd", "epoxy", "h-BN", 45.0, aspect_ratio=0.2)
    with pytest.raises(InputError, match=r"crowd: only \d+(\.\d)? of 45 vol% of the particles found room"):
        voxel_average(crowded, seeds=2)
    with pytest.raises(InputError, match="seeds=1: a standard error needs at least 2"):
        voxel_average(BALLS, seeds=1)


def test_the_table_of_formulae_is_bounded() -> None:
    for recipe in RECIPES:
        rows = {name: (a, b) for name, a, b in formula_table(recipe)}
        low, high = rows.pop("Wiener, series, no resistance")[0], rows.pop("Wiener, parallel, no resistance")[0]
        assert all(low * 0.9 < value < high * 1.001 for pair in rows.values() for value in pair), recipe.id
    assert "Nan, spheroids" in [name for name, _, _ in formula_table(FLAKES)]


@pytest.mark.parametrize("share", [10.0, 40.0, 60.0])
def test_the_closed_formula_does_not_jump_at_spheres(share: float) -> None:
    found = [
        closed_formula(CompositeRecipe.of("c", "epoxy", "AlN", share, aspect_ratio=ratio))[1]
        for ratio in (0.999, 1.0, 1.001)
    ]
    assert found == pytest.approx([found[1]] * 3, rel=5e-3)


def test_a_loading_that_lowers_the_conductivity_can_be_asked_for() -> None:
    dust = CompositeRecipe.of("dust", "epoxy", "AlN", 10.0, d50_m=1e-9)
    share = loading_for_conductivity(dust, 0.1)
    assert closed_formula(dust.with_loading(share))[1] == pytest.approx(0.1, rel=1e-6)


def test_counterparts_are_mixed_and_lie_alike() -> None:
    from finechem.thermal.composite.accuracy import MIXED, measured_counterpart

    upright = CompositeRecipe.of(
        "u", "silicone", "h-BN", 13.0, aspect_ratio=0.1, orientation="through-plane", order=-0.4
    )
    near = measured_counterpart(upright)
    assert near is not None
    assert near.structure in MIXED
    assert near.recipe.orientation == "through-plane"
    flat = replace(upright, orientation="in-plane", order=0.8)
    assert measured_counterpart(flat) is None
    assert measured_counterpart(CompositeRecipe.of("e", "epoxy", "h-BN", 24.0, aspect_ratio=0.1)) is None  # with silver


def test_which_loading_reaches_a_conductivity() -> None:
    share = loading_for_conductivity(BALLS, 1.0)
    assert closed_formula(BALLS.with_loading(share))[1] == pytest.approx(1.0, rel=1e-6)
    assert loading_for_conductivity(FLAKES, 0.4, "in-plane") < loading_for_conductivity(FLAKES, 0.25)
    with pytest.raises(InputError, match=r"balls: 300 W/\(m K\) through-plane is not reached: from 0.2 to"):
        loading_for_conductivity(BALLS, 300.0)
    with pytest.raises(InputError, match="direction 'up': in-plane or through-plane"):
        loading_for_conductivity(BALLS, 1.0, "up")
    with pytest.raises(InputError, match="target_W_mK=-1: must be a number above 0"):
        loading_for_conductivity(BALLS, -1.0)


def test_small_particles_conduct_less() -> None:
    found = size_dependence(BALLS, np.geomspace(1e-8, 1e-4, 9).tolist())
    assert found.shape == (9, 2)
    assert np.all(np.diff(found[:, 1]) > 0)
    assert found[0, 1] < BALLS.matrix.conductivity_W_mK  # below the Kapitza radius R k_m = 20 nm


def test_gates_and_names() -> None:
    wet = CompositeRecipe.of("stiff", "epoxy", "AlN", 65.0)
    poor = CompositeRecipe("poor", Matrix("m", 0.03, 1000.0), Filler("foam", 0.03, 0.03, 100.0), 0.3)
    conditions = InterfaceConditions(seeds=0)
    ranking = interface_screen(conditions).run([FULL, BALLS, wet, poor, Rejected("unread", "why")], draws=200)
    status = dict(zip(ranking.ids, (outcome.status for outcome in ranking.outcomes), strict=True))
    assert status["stiff"] == status["poor"] == "filtered"
    assert status["unread"] == "failed"
    assert ranking.ids[ranking.order[0]] == "full"


def test_the_voxel_stage_speaks_last() -> None:
    ranking = interface_screen(InterfaceConditions(seeds=2, voxels=32, keep=1)).run([FULL, BALLS], draws=100)
    frame = ranking.to_dataframe().set_index("id")
    assert frame.loc["full", "status"] == "ok" and frame.loc["balls", "status"] == "filtered"


@pytest.mark.parametrize(
    "wrong",
    [{"relative_viscosity": 0.5}, {"conductivity_W_mK": 0.0}, {"keep": 0}, {"seeds": 1}, {"voxels": 8}],
)
def test_impossible_conditions_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        InterfaceConditions(**wrong)


def test_shipped_recipes() -> None:
    recipes = shipped_interface_materials()
    assert len(recipes) >= 30
    assert len({recipe.id for recipe in recipes}) == len({recipe.fingerprint() for recipe in recipes}) == len(recipes)
    marked = [recipe.id for recipe in recipes if measured_counterpart(recipe)]
    assert 3 <= len(marked) < len(recipes)


def test_errors_are_what_is_measured_now() -> None:
    (stored,) = datasets.load("thermal.composite_errors").rows
    (measured,) = measure_errors()
    assert {key: stored[key] for key in ("model", "n", "scale", "how")} == {
        key: measured[key] for key in ("model", "n", "scale", "how")
    }
    assert stored["sigma"] == pytest.approx(measured["sigma"], rel=1e-4)
    assert stored["bias"] == pytest.approx(measured["bias"], rel=1e-4)
    with pytest.raises(DataError, match="has no row for guess: its error was never measured"):
        composite_error("guess")


def test_converted_loadings_are_right() -> None:
    """wt% and phr of `thermal.composite_conductivity` with the densities that the notes name."""
    density = {"epoxy": 1.16, "silicone": 0.97, "h-BN": 2.279, "Al2O3": 3.991}
    checked = 0
    for row in datasets.load("thermal.composite_conductivity").rows:
        if row["loading_unit"] == "vol%":
            assert row["volume_fraction"] == pytest.approx(row["loading"] / 100)
            continue
        base = 100.0 if row["loading_unit"] == "phr" else 100.0 - row["loading"]
        solid = row["loading"] / density[row["filler"]]
        assert row["volume_fraction"] == pytest.approx(solid / (solid + base / density[row["matrix"]]), abs=2e-3)
        checked += 1
    assert checked >= 4


def test_a_fitted_resistance_is_found_again() -> None:
    true = replace(measured_composites()[0], measured_W_mK=measured_composites()[0].best(3e-8))
    assert math.log(fitted_resistance([true]) / 3e-8) == pytest.approx(0.0, abs=0.1)
