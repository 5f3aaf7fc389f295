"""Recipes from files: the same recipe in four formats, every mistake with its place, and no harm from odd input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finechem.adhesives import Recipe, load_recipes, read_recipes
from finechem.adhesives.structural import shipped_recipes
from finechem.errors import ConfigError, ReadError
from finechem.screening import Rejected
from tests.adhesives.substances import DGEBA, IPDA

DOCUMENT: dict[str, Any] = {
    "name": "DGEBA with IPDA",
    "unit": "phr",
    "source": "a test",
    "components": [
        {
            "name": "grade 187", "role": "resin", "part": "A", "amount": 100.0, "smiles": DGEBA,
            "equivalent_weight_g_eq": {"epoxide": 187.0}, "density_g_cm3": 1.16,
        },
        {"name": "IPDA", "role": "hardener", "part": "B", "amount": 22.8, "smiles": IPDA, "density_g_cm3": 0.92},
    ],
    "cure": [{"temperature_C": 80.0, "time_min": 120.0}, {"temperature_C": 150.0, "time_min": 60.0}],
}  # fmt: skip
TOML = f"""
name = "DGEBA with IPDA"
unit = "phr"
source = "a test"
[[components]]
name = "grade 187"
role = "resin"
part = "A"
amount = 100
smiles = "{DGEBA}"
equivalent_weight_g_eq = {{ epoxide = 187.0 }}
density_g_cm3 = 1.16
[[components]]
name = "IPDA"
role = "hardener"
part = "B"
amount = 22.8
smiles = "{IPDA}"
density_g_cm3 = 0.92
[[cure]]
temperature_C = 80
time_min = 120
[[cure]]
temperature_C = 150
time_min = 60
"""
ROWS: list[list[Any]] = [
    ["recipe", "unit", "source", "name", "role", "part", "amount", "smiles", "group", "equivalent_weight_g_eq",
     "density_g_cm3", "cure"],
    ["DGEBA with IPDA", "phr", "a test", "grade 187", "resin", "A", 100, DGEBA, "epoxide", 187, 1.16,
     "80 C 120 min; 150 °C 1 h"],
    ["DGEBA with IPDA", "phr", None, "IPDA", "hardener", "B", 22.8, IPDA, None, None, 0.92, None],
]  # fmt: skip


def write(folder: Path, ending: str) -> Path:
    path = folder / f"recipe{ending}"
    if ending == ".toml":
        path.write_text(TOML, "utf-8")
    elif ending == ".json":
        path.write_text(json.dumps(DOCUMENT), "utf-8")
    elif ending == ".csv":
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in ROWS]
        path.write_text("\n".join(lines), "utf-8-sig")
    else:
        book = openpyxl.Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(path)
    return path


@pytest.mark.parametrize("ending", [".toml", ".json", ".csv", ".xlsx"])
def test_one_recipe_in_four_formats(tmp_path: Path, ending: str) -> None:
    (recipe,) = load_recipes(write(tmp_path, ending))
    (reference,) = load_recipes(write(tmp_path, ".toml"))
    assert recipe == reference
    assert recipe.source == "a test"
    assert [step.time_min for step in recipe.cure] == [120.0, 60.0]


MISTAKES = f"""
unit = "wt%"
[[components]]
name = "epoxide, misspelt"
role = "resin"
amount = 50
smiles = "{DGEBA[:-1]}("
[[components]]
name = "IPDA"
role = "hardener"
smiles = "{IPDA}"
[[components]]
name = "chalk"
role = "filer"
amount = 10
"""


def test_one_message_lists_every_mistake_with_its_place(tmp_path: Path) -> None:
    """A wrong SMILES, a missing amount, percentages off 100, an amine without an epoxide, an unknown role."""
    path = tmp_path / "bad.toml"
    path.write_text(MISTAKES, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_recipes(path)
    assert caught.value.where == str(path)
    text = "\n".join(caught.value.mistakes)
    assert "component 1 (epoxide, misspelt), key 'smiles': SMILES" in text
    assert "component 2 (IPDA), key 'amount': is missing" in text
    assert "component 3 (chalk), key 'role': unknown role 'filer' (did you mean 'filler'?)" in text
    assert "the percentages that are given sum to 60, not 100" in text
    assert "component 2 (IPDA), key 'role': a hardener with amine_hydrogen_primary, and nothing in what could" in text
    assert len(caught.value.mistakes) == 5


def test_what_titrations_state(tmp_path: Path) -> None:
    """Castor oil of 163 mg KOH/g: 344.2 g/eq; a polymeric isocyanate of 31 % NCO: 135.5 g/eq."""
    path = tmp_path / "pu.csv"
    path.write_text(
        "name,role,amount,unit,hydroxyl_value_mgKOH_g,nco_percent\ncastor,resin,100,g,163,\nPMDI,hardener,40,g,,31\n",
        "utf-8",
    )
    (recipe,) = load_recipes(path)
    weights = {group.kind: group.equivalent_weight_g_eq for part in recipe.components for group in part.groups}
    assert weights == {"alcohol": pytest.approx(344.21, abs=0.02), "isocyanate": pytest.approx(135.54, abs=0.01)}
    both = {"id": "castor-oil", "amount": 1, "hydroxyl_value_mgKOH_g": 160, "equivalent_weight_g_eq": {"alcohol": 340}}
    document = tmp_path / "both.json"
    document.write_text(json.dumps({"unit": "g", "components": [both]}), "utf-8")
    with pytest.raises(ConfigError, match="equivalent_weight_g_eq of alcohol is given too"):
        load_recipes(document)


def test_mistakes_of_a_table_name_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text('name,role,amount,unit,colour\nx,resin,"1,5",g,red\ny,filler,two,g,\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_recipes(path)
    text = str(caught.value)
    assert "row 1, column 5: unknown column 'colour'" in text
    assert "row 2, column 'amount': '1,5' is no number; use a decimal point" in text
    assert "row 3, column 'amount': 'two' is no number" in text
    path.write_text(
        "recipe,name,role,amount,unit,equivalent_weight_g_eq,cure\nR,x,resin,1,g,100,warm\nR,y,filler,1,phr,,\n",
        "utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        load_recipes(path)
    text = str(caught.value)
    assert "row 2, column 'group': is empty" in text
    assert "row 3, column 'unit': 'phr', but 'g' above; one a recipe" in text
    assert "row 2, column 'cure': 'warm' is no step such as '80 C 120 min'" in text


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"unit": "phr", "components": []}, "key 'components'"),
        ({"unit": "phr"}, "key 'components': is missing"),
        ({"unit": "phr", "components": "much"}, "key 'components'"),
        ({"unit": "phr", "components": [3]}, "component 1"),
        ({**DOCUMENT, "unit": "phrr"}, r"unknown unit 'phrr' \(did you mean 'phr'\?\)"),
        ({**DOCUMENT, "chemistry": "epoxy-amin"}, r"no chemistry is called 'epoxy-amin' \(did you mean 'epoxy-amine'"),
        ({**DOCUMENT, "cures": []}, r"key 'cures': unknown key \(did you mean 'cure'\?\)"),
        ({**DOCUMENT, "cure": [{"temperature_C": 80}]}, "cure step 1, key 'time_min': is missing"),
        ({**DOCUMENT, "unit": "wt%"}, "the percentages sum to 122.8, not 100"),
        ({**DOCUMENT, "chemistry": "urethane"}, "nothing in the recipe that it reacts with"),
        ({"unit": "g", "components": [{"id": "dgebaa", "amount": 1}]}, "no component 'dgebaa' is shipped"),
        ({"unit": "g", "components": [{"id": "dgeba", "amount": -1}]}, "amount': is -1, must not be negative"),
        ({"unit": "g", "components": [{"id": "dgeba", "amount": True}]}, "key 'amount'"),
    ],
)
def test_mistakes_of_a_document(tmp_path: Path, table: object, message: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(table), "utf-8")
    with pytest.raises(ConfigError, match=message):
        load_recipes(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.toml", b"name = ", "not valid TOML"),
        ("a.json", b"[1, 2]", "expected a table of keys, found a list"),
        ("a.json", b"[" * 100_000, "not valid JSON"),
        ("a.csv", b"", "the table is empty"),
        ("a.csv", b"name,amount\n", "a header and no rows"),
        ("a.csv", b"\xff\xfe\x00", "not a text file"),
        ("a.xlsx", b"PK\x03\x04 not a zip", "not a workbook"),
        ("a.xlsx", b"plain text", "not a workbook"),
        ("a.pkl", b"\x80\x04.", "not a kind of file that holds recipes"),
        ("a.toml", b"# " + b"x" * 6_000_000, "larger than 5 MB"),
    ],
)
def test_what_is_no_recipe(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((ReadError, ConfigError), match=message):
        load_recipes(path)
    (rejected,) = read_recipes([path])
    assert isinstance(rejected, Rejected)
    assert "\n" not in rejected.reason


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 60_000_000)
    with pytest.raises(ReadError, match="unpacks to more than 50 MB"):
        load_recipes(path)


def test_formulas_in_a_workbook_are_text_or_values_never_run(tmp_path: Path) -> None:
    path = write(tmp_path, ".xlsx")
    book = openpyxl.load_workbook(path)
    book.active["G2"] = '=HYPERLINK("http://localhost","100")'
    book.save(path)
    with pytest.raises(ConfigError, match="row 2"):  # no value was ever computed for it
        load_recipes(path)


def test_bad_recipes_keep_their_rows_and_stop_nothing(tmp_path: Path) -> None:
    write(tmp_path, ".toml")
    (tmp_path / "bad.toml").write_text(MISTAKES, "utf-8")
    (tmp_path / "notes.txt").write_text("not mine")
    several = {"recipes": [{**DOCUMENT, "name": "one"}, {**DOCUMENT, "name": "one", "unit": "wt%"}]}
    (tmp_path / "several.json").write_text(json.dumps(several), "utf-8")
    items = read_recipes([tmp_path, tmp_path / "absent.toml"])
    assert [(type(item).__name__, item.id) for item in items] == [
        ("Rejected", "bad"),
        ("Recipe", "DGEBA with IPDA"),
        ("Recipe", "one"),
        ("Rejected", "one~2"),
        ("Rejected", "absent.toml"),
    ]


def test_shipped_recipes_are_read_and_sourced() -> None:
    recipes = shipped_recipes()
    assert len(recipes) >= 5
    for recipe in recipes:
        assert isinstance(recipe, Recipe), recipe
        assert recipe.source


keys = st.sampled_from(["name", "unit", "components", "amount", "role", "smiles", "cure", "id", "recipes"])
leaves = st.none() | st.booleans() | st.floats() | st.text(max_size=8)
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=60)
@given(documents)
def test_no_document_is_too_odd(tmp_path_factory: pytest.TempPathFactory, document: object) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.json"
    path.write_text(json.dumps(document), "utf-8")
    for item in read_recipes([path]):
        assert isinstance(item, (Recipe, Rejected))


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_no_table_is_too_odd(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.csv"
    path.write_text(text, "utf-8", errors="ignore")
    for item in read_recipes([path]):
        assert isinstance(item, (Recipe, Rejected))
