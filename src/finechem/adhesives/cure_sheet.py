"""A cure on one screen, and as plain numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from finechem.adhesives.cure_section import CurePlan
from finechem.adhesives.curing import CureResult
from finechem.matter.programs import ZERO_CELSIUS_K

__all__ = ["cure_sheet", "cure_summary"]

_ROWS = 13


def cure_summary(name: str, plan: CurePlan, result: CureResult) -> dict[str, Any]:
    """Return curves and events as plain numbers; what cannot be said is None beside its reason."""
    viscosity = None if plan.viscosity is None else plan.viscosity.at_Pa_s(result.conversion, result.temperature_K)
    return {
        "id": name,
        "kinetics": result.kinetics.name,
        "source": result.kinetics.source,
        "initial_conversion": plan.initial_conversion,
        "gel_conversion": result.kinetics.gel_conversion,
        "gel_conversion_source": plan.gel_source or None,
        "gel_time_s": result.gel_time_s,
        "vitrification_time_s": result.vitrification_time_s,
        "final_conversion": result.final_conversion,
        "final_tg_K": result.final_tg_K,
        "time_s": result.times_s.tolist(),
        "temperature_K": result.temperature_K.tolist(),
        "conversion": result.conversion.tolist(),
        "tg_K": None if result.tg_K is None else result.tg_K.tolist(),
        "viscosity_Pa_s": None if viscosity is None else [v if np.isfinite(v) else None for v in viscosity.tolist()],
        "unknown": {key: text for key, text in result.reasons.items() if key != "target"} | result.kinetics.missing(),
    }


def cure_sheet(name: str, plan: CurePlan, result: CureResult) -> str:
    """Return a table in time with gelation and vitrification in their places, and what is behind it."""
    marks = [
        (time, text)
        for time, text in ((result.gel_time_s, "gels"), (result.vitrification_time_s, "vitrifies"))
        if time is not None
    ]
    rows = [(float(time), "") for time in np.linspace(0.0, result.program.duration_s, _ROWS)]
    rows = sorted([*rows, *marks])
    lines = [f"{name}, kinetics {result.kinetics.name}", ""]
    lines.append(f"{'min':>8}{'°C':>8}{'conversion':>12}{'Tg °C':>8}{'Pa s':>10}")
    for time, mark in rows:
        alpha = float(np.interp(time, result.times_s, result.conversion))
        if mark == "gels" and result.kinetics.gel_conversion is not None:
            alpha = max(alpha, result.kinetics.gel_conversion)
        temperature = float(result.program.at(time))
        tg = result.kinetics.glass_transition
        glass = "-" if tg is None else f"{float(tg.at(alpha)) - ZERO_CELSIUS_K:.1f}"
        eta = "-" if plan.viscosity is None else f"{float(plan.viscosity.at_Pa_s(alpha, temperature)):.3g}"
        lines.append(
            f"{time / 60.0:>8.4g}{temperature - ZERO_CELSIUS_K:>8.1f}{alpha:>12.4f}{glass:>8}{eta:>10}"
            + (f"  {mark}" if mark else "")
        )
    lines.append("")
    if result.kinetics.gel_conversion is not None:
        lines.append(f"gel conversion {result.kinetics.gel_conversion:.3g} ({plan.gel_source})")
    for what in ("gel", "vitrification"):
        if what in result.reasons:
            lines.append(f"no {what}: {result.reasons[what]}")
    if plan.viscosity is None:
        lines.append("no viscosity: the recipe file has no cure_model.viscosity, or its gel conversion is unknown")
    if result.kinetics.diffusion is None:
        lines.append("no diffusion control: beyond vitrification the reaction goes on as it would not in a glass")
    lines.append(f"source: {result.kinetics.source}")
    return "\n".join(lines) + "\n"
