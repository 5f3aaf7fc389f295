"""``finechem adhesive`` and ``finechem screen structural-adhesives``: what is printed, and what is said of mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adhesives.test_reading import MISTAKES, TOML
from tests.cli.conftest import Invoke


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(TOML, "utf-8")
    return path


def test_check_fits_on_a_screen_and_says_what_matters(invoke: Invoke, recipe: Path) -> None:
    text = invoke("adhesive", "check", recipe).stdout
    assert len(text.splitlines()) <= 30
    for part in (
        "epoxy-amine", "epoxide/amine hydrogen = 0.999",
        "A : B = 100 : 22.8 by mass, 100 : 28.75 by volume", "bio-based carbon",
        "amine hydrogen -5%", "0.578", "120 min at 80 °C", "source: a test",
    ):  # fmt: skip
        assert part in text, part


def test_check_as_json(invoke: Invoke, recipe: Path) -> None:
    (found,) = json.loads(invoke("adhesive", "check", recipe, "--json").stdout)
    assert found["stoichiometry"]["ratio"] == pytest.approx(0.99857, rel=1e-4)
    assert found["network"][0]["gel_conversion"] == pytest.approx(0.5778, abs=1e-3)
    assert found["parts"]["B"][0] == pytest.approx(0.228)
    assert found["amounts"]["wt%"][0] == pytest.approx(100 / 1.228)
    assert found["unknown"] == {}


def test_assess_names_substrates_hazards_and_what_it_is_not(invoke: Invoke, recipe: Path) -> None:
    text = invoke("adhesive", "assess", recipe, "--substrate", "glass:clean", "--substrate", "PP").stdout
    for part in (
        "cure: not calculated", "Wa (mJ/m2, glass, clean)", "Wa (mJ/m2, PP, as received)", "S (mN/m, glass, clean)",
        "contact angle (deg, PP", "P(mixes)", "hazards as supplied", "Nothing here is the strength of a joint",
    ):  # fmt: skip
        assert part in text, part
    (found,) = json.loads(invoke("adhesive", "assess", recipe, "--json", "--kinetics", "rimr135-rimh137").stdout)
    assert 0.5 < found["conversion"] < 1.0 and found["cure"]["final_conversion"] == found["conversion"]
    result = invoke("adhesive", "assess", recipe, "--substrate", "chese")
    assert result.exit_code == 2 and "chese" in result.stderr


SHEETS = """
["liquid epoxy"]
hazards = ["Skin Irrit. 2", "Eye Irrit. 2", "Skin Sens. 1"]
limits = { "Skin Irrit. 2" = 5.0, "Eye Irrit. 2" = [5.0, 100.0] }
source = "supplier, section 3"
["isophorone diamine (IPDA)"]
hazards = ["Acute Tox. 4; H302", "Skin Corr. 1B", "Skin Sens. 1A"]
estimates = { oral = 1030 }
residual_diisocyanate_percent = 0
"""


def test_assess_takes_classifications_from_a_file(invoke: Invoke, recipe: Path, tmp_path: Path) -> None:
    sheets = tmp_path / "sheets.toml"
    names = json.loads(invoke("adhesive", "check", recipe, "--json").stdout)[0]["components"]
    sheets.write_text(SHEETS.replace("liquid epoxy", names[0]).replace("isophorone diamine (IPDA)", names[1]), "utf-8")
    (bare,) = json.loads(invoke("adhesive", "assess", recipe, "--json").stdout)
    (told,) = json.loads(invoke("adhesive", "assess", recipe, "--hazards", sheets, "--json").stdout)
    severe = [next(item for item in of["findings"] if item["property"] == "severe_hazards") for of in (bare, told)]
    assert [item["in_domain"] for item in severe] == [False, True] and severe[1]["value"] == 0.0
    assert "Acute Tox. 4; H302" in told["hazards"]["B"]["classes"] and not told["hazards"]["B"]["listed_only"]
    sheets.write_text('["nobody"]\nhazards = []\n', "utf-8")
    result = invoke("adhesive", "assess", recipe, "--hazards", sheets)
    assert result.exit_code == 2 and "'nobody', which no recipe has" in result.stderr


def test_mistakes_in_classifications_are_all_named(invoke: Invoke, recipe: Path, tmp_path: Path) -> None:
    sheets = tmp_path / "sheets.toml"
    sheets.write_text(
        'plain = 1\n[a]\nhazard = []\n[b]\nhazards = ["Skin Irit. 2"]\n[c]\nhazards = []\nm_acute = true\n'
        "[d]\nresidual_diisocyanate_percent = 120\n[e]\nhazards = []\nlimits = { x = [1] }\n",
        "utf-8",
    )
    result = invoke("adhesive", "assess", recipe, "--hazards", sheets)
    assert result.exit_code == 2
    for part in (
        "plain: must be a table", "unknown key (did you mean 'hazards'?)", "did you mean 'Skin Irrit. 2'",
        "key 'm_acute': True is not a number", "120 is not a number from 0 to 100", "or of [low, high]",
    ):  # fmt: skip
        assert part in result.stderr, part


def test_what_cannot_be_said_has_a_reason(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text('unit = "g"\n[[components]]\nname = "sand"\nrole = "filler"\namount = 1\n', "utf-8")
    (found,) = json.loads(invoke("adhesive", "check", path, "--json").stdout)
    assert found["network"] is None and found["stoichiometry"] is None
    assert {"phr", "vol%", "stoichiometry", "network", "A:B"} <= set(found["unknown"])
    text = invoke("adhesive", "check", path).stdout
    assert "no two of its groups react" in text


def test_mistakes_end_with_exit_code_two(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(MISTAKES, "utf-8")
    result = invoke("adhesive", "check", path)
    assert result.exit_code == 2
    assert "5 mistakes" in result.stderr
    assert "component 3 (chalk), key 'role'" in result.stderr


def test_convert_and_diff(invoke: Invoke, recipe: Path, tmp_path: Path) -> None:
    text = invoke("adhesive", "convert", recipe, "--mass-g", 500).stdout
    assert "500 g" in text and "407.17" in text  # 500 x 100 / 122.8
    other = tmp_path / "other.toml"
    other.write_text(TOML.replace("22.8", "25").replace("time_min = 60", "time_min = 90"), "utf-8")
    text = invoke("adhesive", "diff", recipe, other).stdout
    assert "18.567" in text and "20.000" in text and "90 min at 150 °C" in text
    assert "the amounts are the same" in invoke("adhesive", "diff", recipe, recipe).stdout


def test_screen_ranks_the_shipped_recipes_in_one_command(invoke: Invoke, tmp_path: Path) -> None:
    result = invoke("screen", "structural-adhesives", "--runs", tmp_path / "runs", "--run", "r")
    assert "Castor oil" in result.stdout
    assert (tmp_path / "runs" / "r" / "ranking.csv").is_file()
    explained = invoke("explain", tmp_path / "runs" / "r", "DGEBA with triethylenetetramine").stdout
    assert "gel_conversion" in explained or "p(gel)" in explained


def test_screen_of_own_recipes_keeps_bad_rows(invoke: Invoke, recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(MISTAKES, "utf-8")
    result = invoke(
        "screen", "structural-adhesives", recipe, tmp_path / "bad.toml", "--runs", tmp_path / "runs", "--json"
    )
    rows = {row["id"]: row for row in json.loads(result.stdout)}
    assert rows["bad"]["status"] == "failed" and "unknown role 'filer'" in rows["bad"]["reason"]
    assert rows["DGEBA with IPDA"]["rank"] == 1
