"""What the README says is what the code prints today."""

from __future__ import annotations

from pathlib import Path

from finechem.thermal.calibration import calibrate

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")


def test_the_errors_it_states_are_today_s() -> None:
    names = {"slack": "Slack", "callaway": "Debye–Callaway"}
    fits = {(fit.model, fit.group): f"factor {fit.factor:.2f} (n = {len(fit.ids)})" for fit in calibrate()}
    for model, name in names.items():
        assert f"| {name} | {fits[model, 'tetrahedral']} | {fits[model, 'other']} |" in README


def test_it_opens_with_the_two_commands() -> None:
    assert README.index("make screen") < README.index("make test") < 800
