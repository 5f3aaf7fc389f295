"""Campaigns: two files in, the same answer out; every problem of a spreadsheet by row and column."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

from finechem.adhesives.design import load_campaign
from finechem.adhesives.design.campaign_sheet import learning_sheet, next_rows, rows_text, space_sheet, suggestion_sheet
from finechem.adhesives.design.campaign_summary import best_rows, model_quality, sides
from finechem.cli import main
from finechem.errors import ConfigError, InputError, ReadError

HEAD = """
name = "a test"
rows = "rows.csv"
seed = 3
batch = 3
pool = 300
"""
SPACE = """
[[space.components]]
name = "resin"
low = 0.3
high = 0.8
[[space.components]]
name = "hardener"
low = 0.1
[[space.components]]
name = "chalk"
low = 0.05
high = 0.4
optional = true
[[space.factors]]
name = "cure"
low = 60
high = 120
unit = "°C"
[[space.categories]]
name = "substrate"
choices = ["steel", "glass"]
"""
OBJECTIVES = """
[[objectives]]
name = "strength"
unit = "MPa"
[[objectives]]
name = "viscosity"
goal = "minimize"
unit = "Pa s"
scale = "log"
at_most = 50
"""
HEADER = ["name", "resin", "hardener", "chalk", "cure", "substrate", "strength", "viscosity"]
UNITS = ["", "%", "%", "%", "°C", "", "MPa", "Pa s"]


def campaign_of(folder: Path, rows: Sequence[Sequence[Any]] | None, text: str = HEAD + SPACE + OBJECTIVES) -> Path:
    path = folder / "campaign.toml"
    path.write_text(text, "utf-8")
    if rows is not None:
        with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    return path


def simulated(count: int = 14) -> list[list[Any]]:
    rng = np.random.default_rng(1)
    rows: list[list[Any]] = [HEADER]
    for at in range(count):
        resin = rng.uniform(0.4, 0.7)
        chalk = rng.uniform(0.05, 0.2) if at % 2 else 0.0
        strength = 20.0 * resin + 10.0 * chalk + rng.normal(scale=0.1)
        substrate = ["steel", "glass"][at % 2]
        rows.append(
            [f"r{at}", resin, 1.0 - resin - chalk, chalk, 80.0 + at, substrate, strength, np.exp(2 + 3 * chalk)]
        )
    return rows


def test_rows_as_people_write_them(tmp_path: Path) -> None:
    """Percent, a row of units, blanks, limits, replicates, a decimal comma between semicolons is told elsewhere."""
    rows: list[list[Any]] = [
        HEADER, UNITS,
        ["a", 50, 40, 10, 80, "steel", 12.5, "<0.5"],
        ["a again", 50, 40, 10, 80, "steel", 13.1, ""],
        ["b", 60, 40, "", 90, "glass", "", 2],
        ["", "", "", "", "", "", "", ""],
        ["c", 33.3, 33.3, 33.3, 60, "steel", "> 20", "1e1"],
        ["waiting", 70, 30, "", 100, "steel", "", ""],
        ["beyond", 90, 10, "", 130, "steel", 8, 3],
    ]  # fmt: skip
    found = load_campaign(campaign_of(tmp_path, rows)).rows
    assert found.numbers == (3, 4, 5, 7, 8, 9)
    assert found.names == ("a", "a again", "b", "c", "waiting", "beyond")
    np.testing.assert_allclose(found.points[0], [0.5, 0.4, 0.1, 80.0, 0.0])
    np.testing.assert_allclose(found.points[3], [1 / 3, 1 / 3, 1 / 3, 60.0, 0.0])
    assert np.isnan(found.values["strength"][[2, 4]]).all() and found.values["strength"][3] == 20.0
    assert found.censored["viscosity"].tolist() == [-1, 0, 0, 0, 0, 0]
    assert found.censored["strength"].tolist() == [0, 0, 0, 1, 0, 0]
    assert found.measured.tolist() == [True, True, True, True, False, True]
    assert found.outside == {9: ["`resin` <= 0.8 does not hold: it is 0.9", "`cure` <= 120 does not hold: it is 130"]}
    assert found.percent
    assert found.remarks == (
        "fractions are in percent in every row",
        "rounding was taken off fractions in row 7: they sum to 1 now",
        "strength is a lower limit in row 7: the model puts what it expects beyond the limit in its place, with that "
        "expectation's uncertainty",
        "viscosity is an upper limit in row 3: the model puts what it expects beyond the limit in its place, with that "
        "expectation's uncertainty",
    )


def test_every_problem_of_a_table_in_one_message(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEADER, ["", "%", "%", "vol%", "K", "", "MPa", "Pa s"],
        ["a", 50, 40, 20, 80, "steel", 12.5, 1],
        ["b", "lots", 40, 10, "", "brass", "n.d.", 0],
        ["c", -5, 95, 10, "hot", "", "3,5", "<0"],
    ]  # fmt: skip
    with pytest.raises(ConfigError) as caught:
        load_campaign(campaign_of(tmp_path, rows))
    assert caught.value.mistakes == (
        "row 2, column 'chalk': unknown unit 'vol%'; a component is in % or is a fraction",
        "row 2: some components are in percent and some are fractions; write all alike",
        "row 2, column 'cure': the unit is 'K', and '°C' in the campaign",
        "row 3: the components sum to 110, not to 1 (or 100, in percent)",
        "row 4, column 'resin': 'lots' is no number",
        "row 4, column 'cure': is empty; a process factor needs a number",
        "row 4, column 'substrate': no choice 'brass' (did you mean 'glass'?)",
        "row 4, column 'strength': 'n.d.' is no number; leave the cell empty where nothing was measured",
        "row 4, column 'viscosity': is 0; it must be above 0, since the objective is learnt on a log scale",
        "row 5, column 'cure': 'hot' is no number",
        "row 5, column 'resin': -5 is no amount; it must be a number from 0 on",
        "row 5, column 'substrate': is empty (known: glass, steel)",
        "row 5, column 'strength': '3,5' is no number; use a decimal point; "
        "leave the cell empty where nothing was measured",
        "row 5, column 'viscosity': is 0; it must be above 0, since the objective is learnt on a log scale",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ([*HEADER, "Strength"], "row 1, column 9: unknown column 'Strength' (did you mean 'strength'?)"),
        ([*HEADER, "resin"], "row 1: column 'resin' comes twice"),
        ([name for name in HEADER if name != "cure"], "row 1: column 'cure' is missing"),
        (["cure", "substrate", "strength"], "row 1: none of the components is a column: resin, hardener, chalk"),
    ],
)  # fmt: skip
def test_problems_of_the_header(tmp_path: Path, header: list[str], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_campaign(campaign_of(tmp_path, [header]))
    assert words in caught.value.mistakes


def test_cells_outside_of_the_header_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="row 2, column 9: '7' stands in a column without a name"):
        load_campaign(campaign_of(tmp_path, [HEADER, ["a", 0.5, 0.5, 0, 80, "steel", 1, 1, 7]]))


def test_columns_that_are_ignored_and_amounts_in_parts(tmp_path: Path) -> None:
    text = HEAD + 'composition = "parts"\nignore = ["operator"]\n' + SPACE + OBJECTIVES
    rows: list[list[Any]] = [[*HEADER, "operator"], ["a", 100, 50, 50, 80, "steel", 1, 1, "N. N."]]
    found = load_campaign(campaign_of(tmp_path, rows, text)).rows
    np.testing.assert_allclose(found.points[0, :3], [0.5, 0.25, 0.25])


def test_a_workbook_is_read_like_a_table(tmp_path: Path) -> None:
    path = campaign_of(tmp_path, simulated())
    plain = load_campaign(path).rows
    book = openpyxl.Workbook()
    for row in simulated():
        book.active.append([None if cell == "" else cell for cell in row])
    book.save(tmp_path / "rows.xlsx")
    path.write_text(path.read_text("utf-8").replace("rows.csv", "rows.xlsx"), "utf-8")
    found = load_campaign(path).rows
    np.testing.assert_allclose(found.points, plain.points, atol=1e-12)
    np.testing.assert_allclose(found.values["viscosity"], plain.values["viscosity"])


def test_every_mistake_of_a_campaign_in_one_message(tmp_path: Path) -> None:
    text = (
        'row = "x.csv"\nseed = "x"\ncomposition = "volume"\nbatch = 0\nmodels = ["forest"]\nfeatures = ["tg"]\n'
        + SPACE.replace("low = 0.3", "lo = 0.3").replace('choices = ["steel", "glass"]', 'choices = "steel"')
        + OBJECTIVES.replace('"minimize"', '"smallest"').replace('"log"', '"ln"')
        + '[[space.counts]]\nof = ["resn"]\nat_least = 1\n[[space.ratios]]\nat_least = 0.9\n'
    )
    with pytest.raises(ConfigError) as caught:
        load_campaign(campaign_of(tmp_path, None, text))
    assert caught.value.mistakes == (
        "unknown key 'row' (did you mean 'rows'?)",
        "key 'seed': is 'x'; expected a whole number",
        "key 'rows': is missing",
        "key 'composition': is 'volume'; expected one of auto, fractions, percent, parts",
        "key 'batch': is 0; it must be 1 at least",
        "key 'models': no kind of model is called 'forest' (known: extra trees, gaussian process, linear, quadratic)",
        "key 'features': no feature is called 'tg' (known: biobased_carbon, glass_transition_K, left_over_mol_kg, "
        "ln_ratio)",
        "objective 2 (viscosity): the scale is 'ln'; it must be one of linear, log, logit",
        "space: components 1 (resin): unknown key 'lo' (did you mean 'low'?)",
        "space: categories 1 (substrate): choices is 'steel'; a list of names is needed",
        "space: ratios 1: 'numerator' is missing; give both sides, or a chemistry",
        "space: counts 1: no such name: 'resn' (did you mean 'resin'?)",
    )


def test_a_space_without_mixtures_is_explained(tmp_path: Path) -> None:
    text = HEAD + SPACE.replace("low = 0.1", "low = 0.8") + OBJECTIVES
    with pytest.raises(ConfigError) as caught:
        load_campaign(campaign_of(tmp_path, None, text))
    assert caught.value.mistakes == (
        "space: `resin` >= 0.3 and `hardener` >= 0.8 cannot both hold: the fractions sum to 1 (together they make at "
        "least 1.1)",
    )


def test_costs_are_for_all_or_none(tmp_path: Path) -> None:
    some = SPACE.replace("low = 0.3", "low = 0.3\ncost_per_kg = 3.5")
    with pytest.raises(ConfigError, match="where one component has a cost all need one"):
        load_campaign(campaign_of(tmp_path, None, HEAD + some + OBJECTIVES))
    every = some.replace("low = 0.1", "low = 0.1\ncost_per_kg = 10").replace(
        "low = 0.05", "low = 0.05\ncost_per_kg = 1"
    )
    campaign = load_campaign(campaign_of(tmp_path, simulated(), HEAD + every + OBJECTIVES))
    np.testing.assert_allclose(campaign.cost(np.array([[0.5, 0.4, 0.1, 80.0, 0.0]])), [1.75 + 4.0 + 0.1])
    assert "costs " in CliRunner().invoke(main, ["adhesive", "suggest", str(tmp_path / "campaign.toml")]).output


def test_the_first_batch_fills_the_space_and_the_same_files_give_the_same(tmp_path: Path) -> None:
    campaign = load_campaign(campaign_of(tmp_path, None))
    assert campaign.rows.remarks == ("rows.csv is not there yet: nothing was measured",)
    first = campaign.suggest().points
    assert first.shape == (3, 5) and campaign.space.feasible(first).all()
    np.testing.assert_array_equal(first, load_campaign(tmp_path / "campaign.toml").suggest().points)
    with pytest.raises(InputError, match="at least 3"):
        campaign.learn()


def test_with_too_little_measured_the_space_is_filled_on(tmp_path: Path) -> None:
    rows = simulated(3)
    rows[3][6] = ""
    campaign = load_campaign(campaign_of(tmp_path, rows))
    assert campaign.unknown == {"strength": 2}
    found = campaign.suggest(2)
    assert min(np.abs(point - row).max() for point in found.points for row in campaign.rows.points) > 1e-3
    assert "Too few formulations were measured for a model of strength (2)" in suggestion_sheet(campaign, found)
    assert load_campaign(campaign_of(tmp_path, simulated(3))).unknown == {}
    assert set(load_campaign(tmp_path / "campaign.toml").learn()) == {"strength", "viscosity"}


def test_what_was_suggested_waits_in_the_table(tmp_path: Path) -> None:
    """Suggested rows are written without results; read back they are under way and are not suggested again."""
    rows = simulated()
    path = campaign_of(tmp_path, rows)
    campaign = load_campaign(path)
    points = campaign.suggest(2).points
    waiting = next_rows(campaign, points, ["w1", "w2"])
    assert [sum(float(row[name]) for name in ("resin", "hardener", "chalk")) for row in waiting] == [1.0, 1.0]
    (tmp_path / "rows.csv").write_text(rows_text(
        [*(dict(zip(HEADER, row, strict=True)) for row in rows[1:]), *waiting]), "utf-8")  # fmt: skip
    again = load_campaign(path)
    assert (~again.rows.measured).sum() == 2 and not again.rows.outside
    np.testing.assert_allclose(again.rows.points[-2:], points, atol=1e-4)
    more = again.suggest(2).points
    assert min(np.abs(point - other).max() for point in more for other in again.rows.points[-2:]) > 1e-3


def test_models_are_as_good_as_said_and_the_best_are_not_beaten(tmp_path: Path) -> None:
    rows = simulated(16)
    rows.append(["replicate", *rows[1][1:6], rows[1][6] + 0.2, rows[1][7]])
    campaign = load_campaign(campaign_of(tmp_path, rows))
    models = campaign.learn()
    quality = model_quality(models["strength"])
    assert (quality.rows, quality.formulations, quality.limits) == (17, 16, 0)
    assert quality.r2 > 0.8 and quality.rms < 0.6
    np.testing.assert_allclose(quality.replicates, 0.2 / np.sqrt(2.0))
    points, means, kept, best = best_rows(campaign)
    assert len(points) == 16 and kept.all()
    for at in range(16):
        better = (means[:, 0] >= means[at, 0]) & (means[:, 1] <= means[at, 1])
        beaten = better & ((means[:, 0] > means[at, 0]) | (means[:, 1] < means[at, 1]))
        assert best[at] == (not beaten.any())
    assert f"best of {len(points)} measured formulations" in learning_sheet(campaign, models)


def test_whole_sets_of_components_are_held_out_and_slopes_have_the_right_sign(tmp_path: Path) -> None:
    one = HEAD + 'models = ["linear"]\n' + SPACE + OBJECTIVES.split('[[objectives]]\nname = "viscosity"')[0]
    rows = [row[:7] for row in simulated(24)]
    campaign = load_campaign(campaign_of(tmp_path, rows, one))
    random, sets = campaign.validate()["strength"]
    assert random.split.startswith("random") and sets.split.startswith("sets of components, 2 in")
    assert random.r2 > 0.9 and len(sets.measured) == 24
    sheet = learning_sheet(campaign, campaign.learn(), validated={"strength": [random, sets]})
    assert sets.split in sheet
    rows_of_slopes = [line.split(" ± ")[0].split() for line in sheet.splitlines() if " ± " in line]
    slopes = {words[0]: float(words[-1]) for words in rows_of_slopes}
    assert slopes["resin"] > 0.1 > -0.05 > slopes["hardener"]  # 20 a fraction of resin, nothing of hardener


def test_the_verbs(tmp_path: Path) -> None:
    path = campaign_of(tmp_path, simulated())
    run = CliRunner()
    shown = run.invoke(main, ["adhesive", "space", str(path), "--sample", "2"])
    assert shown.exit_code == 0, shown.output
    assert "feasible: 2 of 2 sets of components leave mixtures" in shown.output
    assert shown.output == space_sheet(load_campaign(path), 2)
    output = tmp_path / "next.csv"
    shown = run.invoke(main, ["adhesive", "suggest", str(path), "--output", str(output)])
    assert shown.exit_code == 0, shown.output
    assert "strength: " in shown.output and "nearest measured" in shown.output and "no guarantee" in shown.output
    with output.open(encoding="utf-8", newline="") as stream:
        written = list(csv.DictReader(stream))
    assert len(written) == 3 and list(written[0]) == HEADER and not any(row["strength"] for row in written)
    again = run.invoke(main, ["adhesive", "suggest", str(path), "--output", str(output)])
    assert again.output == shown.output
    figure = tmp_path / "learn.png"
    shown = run.invoke(main, ["adhesive", "learn", str(path), "--plot", str(figure)])
    assert shown.exit_code == 0, shown.output
    assert "gaussian process" in shown.output and figure.read_bytes().startswith(b"\x89PNG")
    for words, message in (
        (["suggest", str(path), "--output", str(tmp_path / "rows.csv")], "holds what was measured"),
        (["suggest", str(path), "--output", str(tmp_path / "next.xlsx")], "must end in .csv"),
        (["learn", str(tmp_path / "none.toml")], "cannot be read"),
    ):
        shown = run.invoke(main, ["adhesive", *words])
        assert shown.exit_code == 2 and message in shown.output


def test_one_objective_and_a_limit(tmp_path: Path) -> None:
    """What breaks the limit is not among the best; the figure has the order of the rows for one objective."""
    from finechem.adhesives.design.campaign_plots import plot_campaign

    limit = OBJECTIVES.replace('goal = "minimize"', 'goal = "limit"').replace("at_most = 50", "at_most = 12")
    campaign = load_campaign(campaign_of(tmp_path, simulated(), HEAD + SPACE + limit))
    _, means, kept, best = best_rows(campaign)
    assert 0 < kept.sum() < len(kept) and (means[kept, 1] <= 12.0).all()
    assert np.flatnonzero(best).tolist() == [int(np.argmax(np.where(kept, means[:, 0], -np.inf)))]
    models = campaign.learn()
    assert "break a limit" in learning_sheet(campaign, models)
    figure = plot_campaign(campaign, models, campaign.suggest(1, models))
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "formulation, as in the table", "strength (MPa), measured", "viscosity (Pa s), measured"
    ]  # fmt: skip
    figure.savefig(tmp_path / "figure.png")


FEATURES = """
rows = "rows.csv"
features = ["ln_ratio", "glass_transition_K"]
[[space.components]]
name = "DGEBA"
id = "dgeba"
[[space.components]]
name = "IPDA"
id = "ipda"
[[space.components]]
name = "D-230"
id = "jeffamine-d-230"
[[space.ratios]]
chemistry = "epoxy-amine"
at_least = 0.8
at_most = 1.2
[[objectives]]
name = "tg"
"""


def test_ratios_and_features_come_from_the_shipped_components(tmp_path: Path) -> None:
    """The ratio of every sampled mixture is what the recipe's own balance counts; features reach the model."""
    from finechem.adhesives import balance, glass_transition

    campaign = load_campaign(campaign_of(tmp_path, None, FEATURES))
    points = campaign.space.sample(40, 1)
    ratios = [balance(campaign.recipe(point)).ratio for point in points]
    assert 0.8 - 1e-9 <= min(ratios) < 0.9 and 1.1 < max(ratios) <= 1.2 + 1e-9
    kelvin = [glass_transition(campaign.recipe(point)).kelvin for point in points]
    rows: list[list[Any]] = [
        ["DGEBA", "IPDA", "D-230", "tg"],
        *([*point, value] for point, value in zip(points, kelvin, strict=True)),
    ]
    path = campaign_of(tmp_path, rows[:13], FEATURES)
    held_out = model_quality(load_campaign(path).learn()["tg"])
    assert held_out.r2 > 0.95  # the feature is the answer
    without = FEATURES.replace('id = "ipda"\n', "")
    with pytest.raises(ConfigError, match="features need an id of a shipped component for each component; IPDA has"):
        load_campaign(campaign_of(tmp_path, None, without))
    with pytest.raises(ConfigError, match="no component with an id has amine hydrogen groups"):
        load_campaign(campaign_of(tmp_path, None, without.replace('id = "jeffamine-d-230"\n', "")))


def test_what_is_no_campaign(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ReadError, match="a campaign is a TOML or JSON file"):
        load_campaign(path)
    with pytest.raises(ConfigError, match="has the name of a column of the space"):
        load_campaign(campaign_of(tmp_path, None, HEAD + SPACE + '[[objectives]]\nname = "resin"\n'))


def test_the_campaign_in_the_docs_is_one(tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "design.md").read_text("utf-8")
    path = tmp_path / "campaign.toml"
    path.write_text(text.split("```toml\n")[1].split("```")[0], "utf-8")
    campaign = load_campaign(path)
    assert campaign.kinds == ("gaussian process", "extra trees", "linear", "quadratic")
    points = campaign.suggest().points
    assert len(points) == campaign.batch == 4 and campaign.space.feasible(points).all()
    assert ((points[:, 1] > 0.0) != (points[:, 2] > 0.0)).all()


def test_limits_are_shown_as_limits_and_nothing_expected_as_measured(tmp_path: Path) -> None:
    rows = simulated()
    rows[1][HEADER.index("viscosity")] = ">0.001"
    again = list(rows[2])
    again[HEADER.index("viscosity")] = "<40000"
    campaign = load_campaign(campaign_of(tmp_path, [*rows, again]))
    points, means, _, _ = best_rows(campaign)
    marks = sides(campaign)
    viscosity = [wish.name for wish in campaign.objectives].index("viscosity")
    assert len(points) == len(rows) - 1 and marks[0, viscosity] == 1 and np.count_nonzero(marks) == 1
    assert means[1, viscosity] == pytest.approx(float(rows[2][HEADER.index("viscosity")]))
    sheet = learning_sheet(campaign, campaign.learn())
    assert ">0.001" in sheet
    for proposal in campaign.suggest().proposals:
        for near in proposal.nearest:
            assert ("viscosity" not in near.values) == bool(np.all(np.abs(near.point - points[0]) < 1e-9))


def test_a_model_that_predicts_nothing_is_said_to(tmp_path: Path) -> None:
    rows = simulated()
    by_resin = sorted(rows[1:], key=lambda row: float(row[HEADER.index("resin")]))
    for at, row in enumerate(by_resin):  # neighbours are opposites
        row[HEADER.index("strength")] = 10.0 + 20.0 * (at % 2)
    campaign = load_campaign(campaign_of(tmp_path, rows))
    models = campaign.learn()
    text = suggestion_sheet(campaign, campaign.suggest(models=models), models)
    assert model_quality(models["strength"]).r2 <= 0.0 and "strength: at formulations that" in text
    assert "viscosity, not learnt on a linear scale, medians" in text and "worse than predicted" in text


def test_a_limit_without_a_number_and_a_unit_of_parts(tmp_path: Path) -> None:
    rows = simulated(3)
    rows[1][HEADER.index("strength")] = "<LOQ"
    with pytest.raises(ConfigError, match="'<LOQ' has no number; write the limit itself"):
        load_campaign(campaign_of(tmp_path, rows))
    rows = simulated(3)
    units = ["g" if name in ("resin", "hardener", "chalk") else "" for name in HEADER]
    text = HEAD + 'composition = "parts"\n' + SPACE + OBJECTIVES
    assert len(load_campaign(campaign_of(tmp_path, [rows[0], units, *rows[1:]], text)).rows.numbers) == 3
    units[HEADER.index("resin")] = "kg"
    with pytest.raises(ConfigError, match="components are in 'g' and 'kg'; write all alike"):
        load_campaign(campaign_of(tmp_path, [rows[0], units, *rows[1:]], text))


def test_seed_and_diversity_are_not_below_zero(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"(?s)'seed': is -1.*'diversity': is -0.1"):
        load_campaign(
            campaign_of(tmp_path, None, HEAD.replace("3", "-1", 1) + "diversity = -0.1\n" + SPACE + OBJECTIVES)
        )


def test_a_component_that_no_ratio_counts_is_told(tmp_path: Path) -> None:
    space = """
[[space.components]]
name = "DGEBA"
id = "dgeba"
[[space.components]]
name = "IPDA"
id = "ipda"
[[space.components]]
name = "polyether amine"
[[space.ratios]]
chemistry = "epoxy-amine"
at_least = 0.9
at_most = 1.1
"""
    text = space_sheet(load_campaign(campaign_of(tmp_path, None, HEAD + space + OBJECTIVES)), 0)
    assert "is that of (DGEBA) / (IPDA)" in text and "not counted in the ratio" in text and "polyether amine" in text
