"""What the verbs of a campaign print, and the table of next rows they write."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.adhesives.design.campaign import Campaign
from finechem.adhesives.design.campaign_summary import best_rows, model_quality, sides
from finechem.adhesives.design.constraints import LEAST_SHARE
from finechem.adhesives.design.designs import faces
from finechem.adhesives.design.explanation import Proposal, Suggestion
from finechem.adhesives.design.faces import feasible_faces
from finechem.adhesives.design.formulation_model import FormulationModel
from finechem.adhesives.design.sensitivities import sensitivities
from finechem.adhesives.design.space import MixtureSpace
from finechem.adhesives.design.statements import Array
from finechem.adhesives.design.validation import Quality

__all__ = ["learning_sheet", "next_rows", "point_text", "rows_text", "space_sheet", "suggestion_sheet"]

#: Digits of a fraction in a written table: the scales of a laboratory have fewer.
_DIGITS = 6
_LISTED_FACES = 2000
_TRIED_FACES = 2000
_SHOWN_FACES = 12


def point_text(space: MixtureSpace, point: Array) -> str:
    """Return a point in words: components that are present in percent, factors, choices."""
    mixed = [f"{100.0 * share:.2f} % {name}" for name, share in
             zip(space.columns[space.mixture], point[space.mixture], strict=True) if share > 0.0]  # fmt: skip
    set_at = [f"{item.name} {value:.4g}" for item, value in zip(space.factors, point[space.process], strict=True)]
    chosen = [f"{item.name} {item.choices[int(code)]}" for item, code in
              zip(space.categories, point[space.categorical], strict=True)]  # fmt: skip
    return ", ".join([*mixed, *set_at, *chosen])


def next_rows(campaign: Campaign, points: Array, names: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return points as rows for the campaign's table: same columns, same way to write fractions, nothing measured.

    Fractions are rounded so that they still sum to 1: the largest takes up the rest.
    """
    space = campaign.space
    scale, digits = (100.0, _DIGITS - 2) if campaign.rows.percent else (1.0, _DIGITS)
    found = []
    for at, point in enumerate(points):
        shares = np.round(scale * point[space.mixture], digits)
        largest = int(np.argmax(shares))
        shares[largest] = round(scale - float(np.delete(shares, largest).sum()), digits)
        row: dict[str, Any] = {"name": names[at] if names else ""}
        row |= dict(zip(space.columns[space.mixture], shares.tolist(), strict=True))
        row |= {item.name: float(f"{value:.6g}") for item, value in
                zip(space.factors, point[space.process], strict=True)}  # fmt: skip
        row |= {item.name: item.choices[int(code)] for item, code in
                zip(space.categories, point[space.categorical], strict=True)}  # fmt: skip
        found.append(row | {wish.name: "" for wish in campaign.objectives})
    return found


def rows_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as the text of a CSV file with a header."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def suggestion_sheet(
    campaign: Campaign, suggestion: Suggestion, models: Mapping[str, FormulationModel] | None = None
) -> str:
    """Return the next experiments with their reasons, as plain text; of models, those that predict nothing yet."""
    lines = [_state(campaign), ""]
    for at, proposal in enumerate(suggestion.proposals, start=1):
        lines.append(f"{at}. {point_text(campaign.space, proposal.point)}")
        lines += [f"   {text}" for text in _reasons(campaign, proposal)]
    few = ", ".join(f"{name} ({count})" for name, count in campaign.unknown.items())
    even = f"Too few formulations were measured for a model of {few}; these fill the space evenly."
    lines += ["", even if few and campaign.rows.numbers else suggestion.caveat]
    if suggestion.proposals and suggestion.proposals[0].predicted:
        logs = ", ".join(name for name, scale in campaign.scales.items() if scale != "linear")
        lines += [f"Predicted are expected values; of {logs}, not learnt on a linear scale, medians."] if logs else []
    lines += [
        f"{item.name}: at formulations that the model had not seen it is no better than the mean (R² {item.r2:.2f}); "
        "what it says is little more than a guess."
        for item in map(model_quality, (models or {}).values())
        if item.r2 <= 0.0
    ]
    return "".join(f"{line}\n" for line in lines)


def _state(campaign: Campaign) -> str:
    rows = campaign.rows
    measured, waiting = int(rows.measured.sum()), int((~rows.measured).sum())
    wishes = ", ".join(
        f"{wish.goal if wish.goal != 'limit' else 'keep'} {wish.name}{_limits(wish)}" for wish in campaign.objectives
    )
    lines = [f"{campaign.name}: {wishes}"]
    lines.append(f"{measured} measured rows" + (f", {waiting} under way" if waiting else ""))
    lines += rows.remarks
    lines += _uncounted(campaign)
    for number, broken in rows.outside.items():
        lines.append(f"row {number} is outside the space and still learnt from: {'; '.join(broken)}")
    return "\n".join(lines)


def _uncounted(campaign: Campaign) -> list[str]:
    """Say which components without an id stand on no side of a ratio: one that reacts would go unnoticed."""
    if not any(campaign.components):
        return []
    found = []
    for ratio in campaign.space.ratios:
        sided = {*ratio.numerator, *ratio.denominator}
        names = [item.name for item, known in zip(campaign.space.components, campaign.components, strict=True)
                 if known is None and item.name not in sided]  # fmt: skip
        if names:
            found.append(
                f"without an id, so not counted in the ratio {ratio.name or ratio.text}: {', '.join(names)}; "
                "right for what does not react"
            )
    return found


def _limits(wish: Any) -> str:
    low = "" if wish.at_least is None else f" at least {wish.at_least:g}"
    high = "" if wish.at_most is None else f" at most {wish.at_most:g}"
    return low + (" and" if low and high else "") + high


def _reasons(campaign: Campaign, proposal: Proposal) -> list[str]:
    found = [f"serves {proposal.serves}"]
    for name, (value, low, high) in proposal.predicted.items():
        unit = campaign.units.get(name, "")
        found.append(f"{name}: {value:.4g} ({low:.4g} to {high:.4g}, 90 %){f' {unit}' if unit else ''}")
    if proposal.kept < 0.995:
        found.append(f"keeps all limits with a probability of {proposal.kept:.2f}")
    for near in proposal.nearest[:1]:
        known = ", ".join(f"{name} {value:.4g}" for name, value in near.values.items())
        found.append(
            f"nearest measured ({100.0 * near.moved:.0f} % of the mass moved, correlation {near.likeness:.2f}): "
            f"{point_text(campaign.space, near.point)}{f': {known}' if known else ''}"
        )
    if campaign.costs is not None:
        found.append(f"costs {float(campaign.cost(proposal.point[None])[0]):.3g} a kilogram")
    return [*found, *(f"outside: {text}" for text in proposal.outside)]


def learning_sheet(
    campaign: Campaign,
    models: Mapping[str, FormulationModel],
    width: int = 120,
    validated: Mapping[str, Sequence[Quality]] | None = None,
) -> str:
    """Return how good the models are, which measured formulations nothing beats and what would change them.

    Parameters
    ----------
    campaign : Campaign
    models : mapping of objective to FormulationModel
        From `Campaign.learn`.
    width : int
    validated : mapping of objective to sequence of Quality, optional
        From `Campaign.validate`.

    Returns
    -------
    str
    """
    from finechem.screening.report import render

    parts = [_quality_table(models), _validation_table(validated or {}), _best_table(campaign)]
    parts.append(_sensitivity_table(campaign, models))
    tail = (
        "Errors are of formulations that the model had not seen (folds at random, replicates kept together), of ln\n"
        "value on a log scale. The measured best are the better for noise: expect a repetition to fall back. Slopes:\n"
        "what 0.01 more of a component does, the others in proportion, and the model's standard deviation of that."
    )
    return f"{_state(campaign)}\n{render(parts, width)}{tail}\n"


def _quality_table(models: Mapping[str, FormulationModel]) -> Any:
    table = _table("models")
    table.add_column("objective", no_wrap=True)
    several = any(model.errors.keys() - {model.kind} for model in models.values())
    for name in ("scale", "model", "values", "formulations", "RMS error", "R²", "replicates"):
        table.add_column(name, justify="left" if name in ("scale", "model") else "right", no_wrap=True)
    if several:
        table.add_column("other models (RMS error)", overflow="fold")
    for item in map(model_quality, models.values()):
        hidden = f" ({item.limits} limits)" if item.limits else ""
        numbers = [str(item.rows), f"{item.formulations}{hidden}"]
        numbers += [_number(item.rms), f"{item.r2:.2f}", _number(item.replicates)]
        others = ", ".join(f"{kind} {error:.3g}" for kind, error in item.others)
        _add(table, [item.name, item.scale, item.kind, *numbers, *([others] if several else [])])
    return table


def _validation_table(validated: Mapping[str, Sequence[Quality]]) -> Any:
    if not validated:
        return None
    table = _table("held out, model and intervals chosen without it")
    for name in ("objective", "held out", "RMS error", "R²", "in the 90 % interval"):
        table.add_column(name, no_wrap=True, justify="left" if name in ("objective", "held out") else "right")
    for name, qualities in validated.items():
        for item in qualities:
            inside = f"{item.coverage:.2f} of {len(item.measured)}"
            _add(table, [name, item.split, _number(item.rmse), f"{item.r2:.2f}", inside])
    return table


def _best_table(campaign: Campaign) -> Any:
    points, means, kept, best = best_rows(campaign)
    title = f"best of {len(points)} measured formulations"
    if len(kept) and not kept.all():
        title += f" ({int((~kept).sum())} break a limit)"
    table = _table(title)
    for wish in campaign.objectives:
        table.add_column(_with_unit(campaign, wish.name), justify="right", no_wrap=True)
    table.add_column("formulation", overflow="fold")
    marks = np.array(["", ">", "<"])[sides(campaign)]
    for at in _in_order(campaign, means, best):
        shown = (f"{mark}{value:.4g}" for mark, value in zip(marks[at], means[at], strict=True))
        _add(table, [*shown, point_text(campaign.space, points[at])])
    return table


def _in_order(campaign: Campaign, means: Array, best: NDArray[np.bool_]) -> list[int]:
    """Return the best, those of the first objective that is no limit first."""
    first = next((at for at, wish in enumerate(campaign.objectives) if wish.sign), 0)
    order = np.argsort(-campaign.objectives[first].sign * means[:, first], kind="stable")
    return [int(at) for at in order if best[at]]


def _with_unit(campaign: Campaign, name: str) -> str:
    unit = campaign.units.get(name, "")
    return f"{name} ({unit})" if unit else name


def _sensitivity_table(campaign: Campaign, models: Mapping[str, FormulationModel]) -> Any:
    """Return what 0.01 more of a component, or 1 more of a factor, does at the first of the best."""
    points, means, _, best = best_rows(campaign)
    order = _in_order(campaign, means, best)
    if not order:
        return None
    here = points[order[0]]
    table = _table("slopes at the first of these")
    table.add_column("", no_wrap=True)
    found = {name: sensitivities(model, here) for name, model in models.items()}
    for name, model in models.items():
        relative = model.scale != "linear"
        table.add_column(f"{name} ({model.scale} scale)" if relative else _with_unit(campaign, name), justify="right")
    for at, column in enumerate(campaign.space.columns[: campaign.space.categorical.start]):
        step = 0.01 if at < len(campaign.space.components) else 1.0
        cells = [f"{step * item[at].slope:+.2g} ± {step * item[at].sigma:.1g}" for item in found.values()]
        _add(table, [column if step < 1.0 else f"{column}, by 1", *cells])
    return table


def space_sheet(campaign: Campaign, sample: int = 5) -> str:
    """Return what a space holds: what is said of it, how many sets of components, a few points."""
    space = campaign.space
    lines = [f"{campaign.name}: {len(space.components)} components"]
    lines[0] += f", {len(space.factors)} process factors" if space.factors else ""
    lines[0] += f", {len(space.categories)} categories" if space.categories else ""
    lines += [f"  {item.text}" for item in space.statements if f">= {LEAST_SHARE:g} where" not in item.text]
    lines += [f"  `{ratio.name}` is that of {ratio.text}" for ratio in space.ratios if ratio.name]
    lines += [f"  {text}" for text in _uncounted(campaign)]
    free = [name for name, may in zip(space.columns, space.optional, strict=False) if may]
    lines += [f"  may be left out: {', '.join(f'`{name}`' for name in free)}"] if free else []
    lines += [f"  {item.name}: {', '.join(item.choices)}" for item in space.categories]
    total = space.face_count
    if total <= _LISTED_FACES:
        there = faces(space, _LISTED_FACES)
        lines.append(f"feasible: {len(there)} of {total} sets of components leave mixtures")
        if 1 < len(there) <= _SHOWN_FACES:
            lines += [f"  {' + '.join(members)}" for members in there]
    else:
        drawn = space.supports.draw(_TRIED_FACES, np.random.default_rng(campaign.seed))
        share = feasible_faces(space, drawn).mean()
        lines.append(f"feasible: {total:,} sets of components; of {_TRIED_FACES} drawn {share:.1%} leave mixtures")
    lines += [f"{at}. {point_text(space, point)}" for at, point in enumerate(space.sample(sample, campaign.seed), 1)]
    return "".join(f"{line}\n" for line in lines)


def _table(title: str) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)


def _add(table: Any, cells: Sequence[str]) -> None:
    from rich.text import Text

    table.add_row(*[Text(cell) for cell in cells])


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3g}"
