"""Recipes of filled polymers: units, shapes, what is refused by name, and files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finechem.errors import ConfigError, DataError, InputError, ReadError
from finechem.screening import Candidate, Rejected
from finechem.thermal.composite import (
    CompositeRecipe,
    Filler,
    Matrix,
    load_composites,
    packing_limit,
    read_composites,
    shipped_filler,
    shipped_matrix,
)

RESIN = Matrix("resin", 0.2, 1200.0)
POWDER = Filler("powder", 100.0, 100.0, 3200.0)


def test_loadings_by_volume_and_by_weight() -> None:
    recipe = CompositeRecipe.of("x", RESIN, POWDER, 50.0, "wt%")
    assert recipe.volume_fraction == pytest.approx((50 / 3.2) / (50 / 3.2 + 50 / 1.2))
    assert recipe.loading("wt%") == pytest.approx(50.0)
    assert recipe.density_kg_m3 == pytest.approx(100 / (50 / 3200 + 50 / 1200))
    same = CompositeRecipe.of("y", RESIN, POWDER, recipe.loading("vol%"))
    assert same.fingerprint() == recipe.fingerprint() or same.volume_fraction == pytest.approx(recipe.volume_fraction)
    assert isinstance(recipe, Candidate)
    copy = CompositeRecipe.from_dict(json.loads(json.dumps(recipe.to_dict())))
    assert copy == recipe and copy.fingerprint() == recipe.fingerprint()
    assert CompositeRecipe.of("z", RESIN, POWDER, 50.0).fingerprint() != recipe.fingerprint()
    assert recipe.card()["filler"] == "powder, 27.3 vol% (50 wt%)"


def test_shipped_materials() -> None:
    assert shipped_filler("BN-hexagonal") == shipped_filler("h-BN")
    assert (shipped_filler("h-BN").across_W_mK, shipped_filler("h-BN").along_W_mK) == (400.0, 4.0)
    assert (shipped_filler("Si3N4").across_W_mK, shipped_filler("Si3N4").along_W_mK) == (69.0, 180.0)
    assert shipped_filler("AlN").across_W_mK == shipped_filler("AlN").along_W_mK == 285.0
    assert shipped_filler("AlN").density_kg_m3 == pytest.approx(3260, rel=0.01)
    assert shipped_filler("Al2O3").relative_sigma > 0
    assert shipped_matrix("epoxy").conductivity_W_mK == 0.2
    with pytest.raises(DataError, match=r"no filler 'AIN' is shipped \(did you mean 'AlN'\?\)"):
        shipped_filler("AIN")


def test_packing_limits_fall_from_the_sphere_both_ways() -> None:
    assert packing_limit(1.0) == 0.656
    assert packing_limit(0.1) == pytest.approx(packing_limit(10.0))
    assert packing_limit(0.04) < packing_limit(0.2) < packing_limit(1.0)


def test_a_measured_or_computed_tensor() -> None:
    assert Filler.of_tensor("t", np.diag([400.0, 404.0, 4.0]), 2270.0).across_W_mK == 402.0
    with pytest.raises(InputError, match="t: the conductivity tensor is not positive definite"):
        Filler.of_tensor("t", np.diag([400.0, 400.0, -4.0]), 2270.0)
    with pytest.raises(InputError, match="t: the conductivity is no symmetric 3x3 tensor"):
        Filler.of_tensor("t", np.eye(3) + np.eye(3, k=1), 2270.0)
    with pytest.raises(InputError, match="t: the conductivity tensor is not axial about z"):
        Filler.of_tensor("t", np.diag([400.0, 200.0, 4.0]), 2270.0)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"volume_fraction": 0.7}, "70 vol% is above the packing limit of 65.6 vol% of such particles"),
        ({"aspect_ratio": 0.05}, "40 vol% is above the packing limit of 31.8 vol%"),
        ({"volume_fraction": 0.0}, "volume fraction is 0, must lie between 0 and 1"),
        ({"packing_limit": 1.5}, "packing_limit is 1.5, must lie between 0 and 1"),
        ({"filler": Filler("f", -1.0, 1.0, 3.0)}, "filler f: across_W_mK is -1, must be a number above 0"),
        ({"matrix": Matrix("m", 0.0, 1.0)}, "matrix m: conductivity_W_mK is 0, must be a number above 0"),
        ({"matrix": Matrix("m", 0.2, 1.0, -1.0)}, "matrix m: relative_sigma is -1, must be between 0 and 5"),
        ({"matrix": Matrix("m", 0.2, 1.0, 0.1, 0.0)}, "matrix m: viscosity_Pa_s is 0"),
        ({"d50_m": float("nan")}, "particles: d50_m is nan, must be a number above 0"),
        ({"orientation": "up"}, "orientation 'up': random, in-plane or through-plane"),
        ({"resistance_m2K_W": -1.0}, "resistance_m2K_W is -1, must not be negative"),
        ({"resistance_factor": 0.5}, "resistance_factor is 0.5, must be at least 1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(how: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        CompositeRecipe("this one", **{"matrix": RESIN, "filler": POWDER, "volume_fraction": 0.4, **how})
    assert str(caught.value).startswith("this one: 1 mistake")
    assert message in str(caught.value)


def test_bad_loadings_are_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="mix: 1 mistake\n  - loading is 140 %"):
        CompositeRecipe.of("mix", RESIN, POWDER, 140.0)
    with pytest.raises(ConfigError, match="unknown unit 'wt'"):
        CompositeRecipe.of("mix", RESIN, POWDER, 40.0, "wt")
    with pytest.raises(ConfigError, match="a loading in wt% needs both densities above 0"):
        CompositeRecipe.of("mix", Matrix("m", 0.2, 0.0), POWDER, 40.0, "wt%")


def test_one_recipe_in_three_formats(tmp_path: Path) -> None:
    keys = {"name": "mine", "matrix": "epoxy", "filler": "h-BN", "loading": 40, "unit": "wt%", "aspect_ratio": 0.1,
            "orientation": "in-plane", "order": 0.6, "d50_um": 12, "matrix_W_mK": 0.25}  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(keys), "utf-8")
    lines = [f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}" for key, value in keys.items()]
    (tmp_path / "a.toml").write_text("\n".join(lines), "utf-8")
    (tmp_path / "a.csv").write_text(f"{';'.join(keys)}\n{';'.join(map(str, keys.values()))}\n", "utf-8")
    found = [load_composites(tmp_path / f"a{ending}")[0] for ending in (".json", ".toml", ".csv")]
    assert found[0] == found[1] == found[2]
    assert found[0].loading("wt%") == pytest.approx(40.0)
    assert found[0].matrix.conductivity_W_mK == 0.25 and found[0].matrix.density_kg_m3 == 1160.0
    assert found[0].d50_m == pytest.approx(12e-6)
    assert [item.id for item in read_composites([tmp_path])] == ["mine", "mine~2", "mine~3"]


def test_every_mistake_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(
        "name,matrix,filler,loading,aspect_ratio,filler_W_mK\n"
        "good,epoxy,AlN,40,1,\n"
        'no number,epoxy,AlN,"4,0",1,\n'
        "two,wax,AIN,40,1,30\n"
        "too much,epoxy,AlN,80,1,\n"
        "negative,epoxy,AlN,20,1,-3\n",
        "utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        load_composites(path)
    text = str(caught.value)
    assert "row 3: column 'loading': '4,0' is no number; use a decimal point" in text
    assert "row 4: key 'matrix': no matrix 'wax' is shipped" in text
    assert "needs matrix_W_mK and matrix_density_kg_m3" in text
    assert "row 4: key 'filler': no filler 'AIN' is shipped (did you mean 'AlN'?)" in text
    assert "needs filler_density_kg_m3" in text
    assert "row 5: 80 vol% is above the packing limit" in text
    assert "row 6: filler AlN (own): across_W_mK is -3" in text
    items = read_composites([path])
    assert [isinstance(item, Rejected) for item in items] == [False, True, True, True, True]
    assert [item.id for item in items] == ["good", "no number", "two", "too much", "negative"]


def test_documents_with_wrong_keys(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('matrx = "epoxy"\nfiller = 3\nloading = "40"\nunit = "vol%"\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_composites(path)
    assert caught.value.mistakes == (
        "key 'matrx': unknown key (did you mean 'matrix'?)",
        "key 'filler': expected a text, got 3",
        "key 'loading': expected a number, got '40'",
        "key 'matrix' is missing",
    )
    path.write_text('[[composites]]\nname = "a"\nmatrix = "epoxy"\nfiller = "AlN"\n[[composites]]\nname = "b"', "utf-8")
    with pytest.raises(ConfigError, match="a: key 'loading' is missing"):
        load_composites(path)
    empty = tmp_path / "y.csv"
    empty.write_text("matrix,filler,loading\n", "utf-8")
    with pytest.raises(ReadError, match="a header and no rows"):
        load_composites(empty)
    empty.write_text("", "utf-8")
    with pytest.raises(ReadError, match="the table is empty"):
        load_composites(empty)
    empty.write_text("matrix,filer\n", "utf-8")
    (rejected,) = read_composites([empty])
    assert isinstance(rejected, Rejected) and "unknown column 'filer' (did you mean 'filler'?)" in rejected.reason


def test_a_material_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'matrix = "wax"\nmatrix_W_mK = 0.25\nmatrix_density_kg_m3 = 900\nfiller = "diamond"\nfiller_W_mK = 1000\n'
        "filler_density_kg_m3 = 3510\nloading = 30\nresistance_m2K_W = 2e-8\n",
        "utf-8",
    )
    (recipe,) = load_composites(path)
    assert (recipe.id, recipe.matrix.name, recipe.filler.along_W_mK) == ("own", "wax", 1000.0)
    assert recipe.resistance_m2K_W == 2e-8
