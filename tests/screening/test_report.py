"""What people read: text, CSV, JSON, a table and a plot tell the same."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finechem.errors import DataError, InputError
from finechem.screening import Criterion, Property, Ranking, Rejected, Screen, Stage
from finechem.screening.outcomes import number
from finechem.screening.report import evidence_table, render
from tests.screening.toys import SHARE, SIZE, HalfModel, SizeModel, Toy

LONG = "a very long name of a recipe of eleven components and its cure schedule at 180 °C"
CANDIDATES: list[Toy | Rejected] = [
    Toy("plain", 2),
    Toy("[bold]x[/]", 3),
    Toy("$\\frac{$", 1),
    Toy(LONG, 2.5),
    Toy(":warning:", 0.5, "hollow"),
    Toy("small", 0.01),
    Toy("[/red] gone", 4, "bad"),
    Rejected("[b]torn", "line 3: [no number] in 'x'"),
]


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    criteria = Criterion(SIZE, 0.3, 5, required=True), Criterion(SHARE, 0.1, 0.9)
    screen = Screen("[/x] toys $\\alpha", None, (Stage((SizeModel(),)), Stage((HalfModel(),))), criteria)
    return screen.run(CANDIDATES, draws=100)


def squeezed(text: str) -> str:
    """Leave out blanks, rules and folds."""
    return "".join(character for character in text if not character.isspace())


@pytest.mark.parametrize("width", [118, 130, 200])
def test_the_text_shows_every_name_as_it_is(ranking: Ranking, width: int) -> None:
    text = ranking.report(width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "[/x] toys $\\alpha: 8 candidates (4 ok, 1 partial, 1 filtered, 2 failed)" in text
    for name in ranking.ids:
        if name != LONG:
            assert name in text
    assert LONG in " ".join(ranking.report(width=250).split())


def test_a_long_name_is_folded_not_cut(ranking: Ranking) -> None:
    text = ranking.report(width=118)
    assert LONG not in text
    assert all(word in text for word in LONG.split())


def test_no_column_is_lost_on_a_narrow_terminal(ranking: Ranking) -> None:
    assert ranking.report(width=60) == ranking.report(width=118)


def test_the_text_gives_every_reason(ranking: Ranking) -> None:
    text = squeezed(ranking.report(width=400))
    for row in np.flatnonzero(ranking.rank == 0).tolist():
        assert squeezed(ranking.outcomes[row].reason) in text
        assert ranking.outcomes[row].reason


def test_the_limit_shortens_the_ranked_only(ranking: Ranking) -> None:
    text = ranking.report(limit=1, width=200)
    assert ranking.ids[ranking.order[0]] in text and ranking.ids[ranking.order[-1]] not in text
    assert "[b]torn" in text


def test_csv_json_and_table_agree(ranking: Ranking, tmp_path: Path) -> None:
    def refuse(word: str) -> Any:
        raise AssertionError(word)

    records = json.loads(ranking.to_json(), parse_constant=refuse)
    assert sorted(record["id"] for record in records) == sorted(ranking.ids)
    ranking.to_csv(tmp_path / "ranking.csv")
    with (tmp_path / "ranking.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = ranking.to_dataframe()
    assert list(table.columns) == list(records[0]) == list(rows[0])
    assert len(table) == len(records) == len(rows)
    for record, row in zip(records, rows, strict=True):
        assert {key: "" if value is None else str(value) for key, value in record.items()} == row
    assert table["score"].dropna().tolist() == [record["score"] for record in records if record["score"] is not None]


def test_ranked_ones_come_first_with_intervals_around_the_value(ranking: Ranking) -> None:
    records = list(ranking.rows())
    ranks = [record["rank"] for record in records]
    count = int(ranking.rank.max())
    assert ranks == [*range(1, count + 1), *[None] * (len(records) - count)]
    for record in records[:count]:
        assert record["size [m] low"] < record["size [m]"] < record["size [m] high"]
        assert record["score_low"] <= record["score_high"] and record["size [m] model"] == "toy"
    for record in records[count:]:
        assert record["reason"] and record["score"] is None


def test_evidence_names_model_source_and_references(ranking: Ranking) -> None:
    text = render([evidence_table(ranking, "plain")], 120)
    assert "size (m)" in text and "toy book, p. 1" in text and "2 *" in text
    assert ranking.evidence("plain")[0].references == ("nobody, nowhere",)
    with pytest.raises(DataError, match="did you mean 'plain'"):
        ranking.evidence("plane")


def test_the_plot_draws_names_that_look_like_mathematics(ranking: Ranking, tmp_path: Path) -> None:
    figure = ranking.plot()
    figure.savefig(tmp_path / "plot.png", dpi=40)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    names = [ranking.ids[row] for row in ranking.order]
    assert [label for label in labels if label[-1] != "…"] == [name for name in names if name != LONG]
    assert [label[:-1] for label in labels if label[-1] == "…"] == [LONG[:39]]  # leaves room for the axes
    assert len(ranking.plot(limit=2).axes[0].get_yticklabels()) == 2


def test_nothing_ranked_is_no_plot_but_a_report(tmp_path: Path) -> None:
    empty = Screen("none", None, (Stage((SizeModel(),)),), (Criterion(SIZE, 0, 1),)).run([Toy("a", -1)])
    assert "negative x" in empty.report()
    empty.to_csv(tmp_path / "empty.csv")
    with pytest.raises(InputError, match="nothing is ranked"):
        empty.plot()


def test_labels_in_the_header_are_no_markup() -> None:
    odd = Property("size", "m", symbol="[bold]s[/q]")
    model = SizeModel()
    text = Screen("t", None, (Stage((model,)),), (Criterion(odd, 0, 5),)).run([Toy("a", 1)]).report()
    assert "[bold]s[/q]" in text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (999.4, "999"),
        (999.7, "1000"),
        (1234.5, "1230"),
        (-99960.0, "-100000"),
        (2e7, "2e+07"),
        (0.0, "0"),
        (np.nan, "nan"),
    ],
)
def test_numbers_have_three_digits(value: float, shown: str) -> None:
    assert number(value) == shown
