"""An assessment on one page of plain text, and as plain numbers."""

from __future__ import annotations

from typing import Any

from finechem.adhesives.assessment import Assessment, Finding
from finechem.matter.programs import ZERO_CELSIUS_K
from finechem.screening.outcomes import number

__all__ = ["assessment_sheet", "assessment_summary"]

CAVEAT = (
    "Nothing here is the strength of a joint. The spreading coefficient says whether the liquid wets by itself, the "
    "work of adhesion does not; what holds is decided by surface, bulk and flaws, and has to be measured."
)
#: Pairs that are shown; the others mix better.
_PAIRS = 6


def assessment_summary(found: Assessment) -> dict[str, Any]:
    """Return everything as plain numbers; what is unknown is None beside its reason."""
    return {
        "id": found.recipe.id,
        "conversion": found.conditions.conversion,
        "conversion_from": "assumed" if found.cure is None else f"kinetics {found.cure.kinetics.name}",
        "findings": [
            {
                "section": item.section,
                "property": item.prop.name,
                "at": item.prop.at,
                "unit": item.prop.unit,
                "value": item.value if item.known else None,
                "low": item.low if item.known else None,
                "high": item.high if item.known else None,
                "in_domain": item.in_domain,
                "reason": item.reason,
                "source": item.source,
                "model": item.model,
            }
            for item in found.findings
        ],
        "cure": None
        if found.cure is None
        else {
            "final_conversion": found.cure.final_conversion,
            "gel_time_s": found.cure.gel_time_s,
            "vitrification_time_s": found.cure.vitrification_time_s,
            "final_tg_K": found.cure.final_tg_K,
            "unknown": found.cure.reasons,
        },
        "pairs": [
            {
                "one": pair.one,
                "other": pair.other,
                "chi": pair.chi,
                "probability": pair.probability,
                "in_domain": pair.in_domain,
                "reason": pair.reason,
            }
            for pair in found.pairs.pairs
        ],
        "pairs_unknown": dict(found.pairs.unknown),
        "traces": list(found.pairs.traces),
        "hazards": {
            part: {
                "classes": list(item.codes),
                "supplemental": [code for code, _ in item.statements],
                "unknown": [name for name, _ in item.unknown],
                "listed_only": [name for name, _ in item.listed_only],
                "undecided": list(item.undecided),
                "physical": [{"ingredient": name, "class": code} for name, code in item.physical],
                "remarks": list(item.remarks),
                "edition": item.edition,
            }
            for part, item in found.hazards.items()
        },
    }


def assessment_sheet(found: Assessment, width: int = 120) -> str:
    """Return the assessment as text: a table a section, the pairs, the hazards with their causes, what was assumed."""
    from finechem.screening.report import render

    parts: list[Any] = [_table(section, found) for section in dict.fromkeys(item.section for item in found.findings)]
    parts += [_pairs(found), _hazards(found)]
    head = f"{found.recipe.id}\n\n"
    return head + _cure(found) + render(parts, max(width, 100)) + f"\n{CAVEAT}\n"


def _table(section: str, found: Assessment) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=section, title_justify="left", title_style="bold")
    for name in (section, "value", "90 %"):
        table.add_column(name, no_wrap=name != section, justify="left" if name == section else "right", min_width=8)
    table.add_column("source, or why not", overflow="fold")
    above = ""
    for item in found.findings:
        if item.section == section:
            *cells, why = _row(item)
            table.add_row(*[Text(cell) for cell in (*cells, "as above" if why and why == above else why)])
            above = why
    return table


def _row(item: Finding) -> tuple[str, str, str, str]:
    why = "; ".join(part for part in (item.reason, item.source) if part)
    if not item.known:
        return item.prop.label, "unknown", "", why
    doubtful = "" if item.in_domain else "~"
    interval = "" if item.low == item.high else f"{number(item.low)} to {number(item.high)}"
    return item.prop.label, f"{doubtful}{number(item.value)}", interval, why


def _cure(found: Assessment) -> str:
    if found.cure is None:
        return (
            f"cure: not calculated (no kinetics); network and glass transition are those of a conversion of "
            f"{found.conditions.conversion:g}\n\n"
        )
    cure = found.cure
    times = [
        f"{what} after {time / 60.0:.3g} min"
        for what, time in (("gels", cure.gel_time_s), ("turns to glass", cure.vitrification_time_s))
        if time is not None
    ]
    glass = "" if cure.final_tg_K is None else f", Tg {cure.final_tg_K - ZERO_CELSIUS_K:.0f} °C by the kinetics"
    return (
        f"cure: {', '.join(times) or 'neither gel nor glass is told'}; conversion {cure.final_conversion:.3f} at the "
        f"end{glass} ({cure.kinetics.name})\n\n"
    )


def _pairs(found: Assessment) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, title="pairs, the least miscible first", title_justify="left",
                  title_style="bold")  # fmt: skip
    table.add_column("pair", overflow="fold")
    for name in ("chi", "critical", "P(mixes)"):
        table.add_column(name, justify="right", no_wrap=True)
    for pair in found.pairs.pairs[:_PAIRS]:
        cells = (
            f"{pair.one} + {pair.other}", f"{pair.chi:.2f} ({pair.chi_low:.2f} to {pair.chi_high:.2f})",
            f"{pair.critical_chi:.2f}", f"{'' if pair.in_domain else '~'}{pair.probability:.2f}",
        )  # fmt: skip
        table.add_row(*[Text(cell) for cell in cells])
    for text in dict.fromkeys(pair.reason for pair in found.pairs.pairs[:_PAIRS] if pair.reason):
        table.add_row(Text(f"~ {text}"), "", "", "")
    for name, why in found.pairs.unknown.items():
        table.add_row(Text(f"{name}: {why}"), "", "", "?")
    return table


def _hazards(found: Assessment) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    title = "hazards as supplied (CLP, calculated; the cured adhesive is not classified)"
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for name in ("part", "class", "because"):
        table.add_column(name, overflow="fold", no_wrap=name == "part")
    for part, item in found.hazards.items():
        for finding in item.findings:
            code = f"{finding.hazard.code}; {finding.hazard.statement}"
            table.add_row(Text(part), Text(code), Text(finding.reason))
        for code, why in item.statements:
            table.add_row(Text(part), Text(code), Text(why))
        for name, percent in item.unknown:
            table.add_row(Text(part), Text("unknown"), Text(f"nobody classified {name} ({percent:.3g} %)"))
        if item.listed_only:
            names = ", ".join(f"{name} ({percent:.3g} %)" for name, percent in item.listed_only)
            table.add_row(Text(part), Text("listed only"), Text(f"an entry of Annex VI, no data sheet, of {names}"))
        for name, code in item.physical:
            table.add_row(Text(part), Text("physical"), Text(f"{name}: {code}; of the mixture tests tell"))
        for label, texts in (("undecided", item.undecided), ("remark", item.remarks)):
            for text in texts:
                table.add_row(Text(part), Text(label), Text(text))
    return table
