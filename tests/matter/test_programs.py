"""Temperature programs: what they read, what they refuse, the reflow profile within its standard's bounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from finechem.errors import ConfigError, InputError, ReadError
from finechem.matter.programs import Program, hold, parse_program, read_program, reflow


def test_reflow_is_within_the_bounds_of_the_standard() -> None:
    program = reflow(passes=1)
    time = np.linspace(0.0, program.duration_s, 200_001)
    celsius = program.at(time) - 273.15
    step = time[1]
    assert (celsius >= 217.0).sum() * step == pytest.approx(150.0, abs=0.1)
    assert (celsius >= 255.0).sum() * step == pytest.approx(30.0, abs=0.1)
    rising = time < 480.0
    assert ((celsius >= 150.0) & (celsius <= 200.0) & rising).sum() * step == pytest.approx(120.0, abs=0.1)
    assert celsius[np.argmax(celsius > 259.9999)] == pytest.approx(260.0, abs=1e-2)
    slope = np.diff(celsius) / step
    assert slope.max() <= 3.0 and slope.min() >= -6.0
    assert celsius[0] == celsius[-1] == pytest.approx(25.0)


def test_three_passes_are_three_times_one() -> None:
    once, thrice = reflow(passes=1), reflow()
    assert thrice.duration_s == pytest.approx(3 * once.duration_s)
    assert thrice.at(once.duration_s + 480.0) == pytest.approx(once.peak_K)
    assert thrice.source == once.source and "J-STD-020D" in thrice.source


def test_impossible_reflow_is_refused_with_every_mistake() -> None:
    with pytest.raises(ConfigError, match=r"(?s)3 mistakes.*preheat of 300.*above 217 C of 10.*peak of 300 C"):
        reflow(preheat_s=300.0, above_liquidus_s=10.0, near_peak_s=5.0, peak_C=300.0)
    with pytest.raises(ConfigError, match="150 C, which at 3 K/s takes 42 s"):
        reflow(to_peak_s=200.0)
    with pytest.raises(ConfigError, match="longer than 5 s"):
        reflow(near_peak_s=5.0)
    with pytest.raises(ConfigError, match="do not fit"):
        reflow(near_peak_s=200.0)


def test_programs_join() -> None:
    whole = hold(175.0, 1.0).then(hold(200.0, 1.0), "cure and store")
    assert whole.name == "cure and store"
    assert whole.at([0.0, 3600.0, 7200.0]).tolist() == pytest.approx([448.15, 448.15, 473.15])
    assert hold(175.0, 1.0).repeated(2).duration_s == pytest.approx(7200.0)
    with pytest.raises(InputError, match="at least once"):
        hold(175.0, 1.0).repeated(0)
    with pytest.raises(InputError, match="longer than 0"):
        hold(175.0, 0.0)


def test_mistakes_of_a_program_are_named_together() -> None:
    with pytest.raises(ConfigError, match=r"(?s)2 mistakes.*time 5 s follows 10 s.*temperature -3 K"):
        Program("bad", (0.0, 10.0, 5.0), (300.0, 310.0, -3.0))
    with pytest.raises(ConfigError, match="1 points; at least two"):
        Program("bad", (0.0,), (300.0,))
    with pytest.raises(ConfigError, match="starts at 1 s"):
        Program("bad", (1.0, 2.0), (300.0, 300.0))
    with pytest.raises(ConfigError, match="2 times and 3 temperatures"):
        Program("bad", (0.0, 1.0), (300.0, 300.0, 300.0))
    with pytest.raises(ConfigError, match="end is not finite"):
        Program("bad", (0.0, float("inf")), (300.0, 300.0))
    with pytest.raises(InputError, match="are no numbers"):
        Program("bad", ("a", 1.0), (300.0, 300.0))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="asked for 700"):
        hold(175.0, 0.1).at(700.0)


@pytest.mark.parametrize(
    "text",
    [
        "time_s,temperature_C\n0,25\n600,175\n",
        "# oven 3\ntemperature_K;time_min\n298.15;0\n448.15;10",
        "time_h\ttemperature_C\tzone\n0\t25\ta\n0.16666666666666666\t175\tb",
        "time_s temperature_K\n0 298.15\n600 448.15",
    ],
)
def test_text_is_read_in_several_forms(text: str, tmp_path: Path) -> None:
    file = tmp_path / "oven.csv"
    file.write_text(text, "utf-8")
    program = read_program(file)
    assert program.name == "oven"
    assert program.at(300.0) == pytest.approx(373.15)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("0,25\n10,30", "expected one of time_s"),
        ("time_s,temperature_C", "no points"),
        ("time_s,temperature_C\n0,25\nx,30", "line 3: 'x,30'"),
        ("time_s,temperature_C\n0\n", "line 2"),
    ],
)
def test_unreadable_text_says_where(text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        parse_program(text)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"none\.csv"):
        read_program(tmp_path / "none.csv")


def test_decimal_commas_between_semicolons() -> None:
    program = parse_program("time_s;temperature_C\n0;25\n60,5;150,5\n")
    assert program.duration_s == 60.5
    assert program.temperature_K[-1] == pytest.approx(423.65)
