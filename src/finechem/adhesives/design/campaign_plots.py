"""Figures of a campaign: what was measured against each other, and what the models say of what they had not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from finechem.adhesives.design.campaign import Campaign
from finechem.adhesives.design.campaign_summary import best_rows
from finechem.adhesives.design.explanation import Suggestion
from finechem.adhesives.design.formulation_model import FormulationModel
from finechem.screening.properties import from_scale

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_campaign"]


def plot_campaign(
    campaign: Campaign, models: Mapping[str, FormulationModel], suggestion: Suggestion | None = None
) -> Figure:
    """Draw the first two objectives against each other (one: in the order of the rows), and held-out predictions.

    Parameters
    ----------
    campaign : Campaign
    models : mapping of objective to FormulationModel
    suggestion : Suggestion, optional
        Next experiments, drawn with their 90 % intervals.

    Returns
    -------
    Figure
    """
    from matplotlib.figure import Figure

    shown = [model for model in models.values() if model.held_out is not None]
    figure = Figure(figsize=(4.6 * (1 + len(shown)), 4.2), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, 1 + len(shown)))
    _draw_measured(panels[0], campaign, suggestion)
    for panel, model in zip(panels[1:], shown, strict=True):
        _draw_held_out(panel, model, _label(campaign, model.name))
    return figure


def _label(campaign: Campaign, name: str) -> str:
    unit = campaign.units.get(name, "")
    return f"{name.replace('_', ' ')}{f' ({unit})' if unit else ''}"


def _draw_measured(panel: Any, campaign: Campaign, suggestion: Suggestion | None) -> None:
    wanted = [at for at, wish in enumerate(campaign.objectives) if wish.sign][:2]
    _, means, kept, best = best_rows(campaign)
    x = means[:, wanted[0]] if len(wanted) > 1 else np.arange(1, len(means) + 1)
    y = means[:, wanted[-1]]
    panel.plot(x[kept & ~best], y[kept & ~best], "o", color="0.7", markersize=4, label="measured")
    if not kept.all():
        panel.plot(x[~kept], y[~kept], "x", color="0.7", markersize=4, label="breaks a limit")
    order = np.flatnonzero(best)[np.argsort(x[best])]
    panel.plot(x[order], y[order], "o-" if len(wanted) > 1 else "o", color="C0", markersize=5, label="best measured")
    proposals = () if suggestion is None else suggestion.proposals
    for at, proposal in enumerate(p for p in proposals if p.predicted):
        spoken = [proposal.predicted[campaign.objectives[index].name] for index in wanted]
        place = [len(means) + 1 + at] * 3 if len(wanted) == 1 else spoken[0]
        value = spoken[-1]
        label = "next, with 90 % intervals" if at == 0 else None
        panel.plot([place[0]], [value[0]], "s", color="C1", markersize=4, label=label)
        panel.plot([place[0]] * 2, value[1:], color="C1", linewidth=0.8)
        panel.plot(place[1:], [value[0]] * 2, color="C1", linewidth=0.8)
    names = [campaign.objectives[at].name for at in wanted]
    panel.set_xlabel(_label(campaign, names[0]) if len(wanted) > 1 else "formulation, as in the table")
    panel.set_ylabel(_label(campaign, names[-1]))
    for at, axis in zip(wanted if len(wanted) > 1 else [-1, *wanted], "xy", strict=True):
        if at >= 0 and campaign.scales[campaign.objectives[at].name] == "log":
            getattr(panel, f"set_{axis}scale")("log")
    panel.legend(frameon=False, fontsize=8)


def _draw_held_out(panel: Any, model: FormulationModel, label: str) -> None:
    assert model.held_out is not None
    known = model.data.censored == 0
    measured = from_scale(model.scale, model.data.values[known])
    predicted = from_scale(model.scale, model.held_out.predicted[known])
    ends = [min(measured.min(), predicted.min()), max(measured.max(), predicted.max())]
    panel.plot(ends, ends, color="0.8", linewidth=1.0)
    panel.plot(measured, predicted, "o", color="C0", markersize=4)
    panel.set_xlabel(f"{label}, measured")
    panel.set_ylabel("predicted without it")
    if model.scale == "log":
        panel.set_xscale("log")
        panel.set_yscale("log")
