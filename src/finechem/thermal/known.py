"""The shipped phases as crystals, and what of theirs a matching crystal of the user may adopt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from finechem import datasets
from finechem.errors import DataError, did_you_mean
from finechem.matter.asymmetric import expand_asymmetric_unit
from finechem.matter.crystal import Crystal, Elasticity, Fact
from finechem.matter.readers import same_crystal
from finechem.matter.stiffness import independent_constants, stiffness_matrix
from finechem.screening.model import Rejected

__all__ = ["adopt_known", "element_flags", "known_crystal", "known_crystals"]

_CELL = ("a_angstrom", "b_angstrom", "c_angstrom", "alpha_deg", "beta_deg", "gamma_deg")
_COMPUTED = ("DFT", "GW", "HSE", "PBE", "LDA", "computed", "theory")


@cache
def known_crystals(role: str = "candidate") -> tuple[Crystal, ...]:
    """Return the shipped phases of a role (``candidate``: nitrides; ``reference``: other crystals) with their facts."""
    return tuple(known_crystal(row["phase_id"]) for row in datasets.load("thermal.crystals").where(role=role))


@cache
def known_crystal(phase_id: str) -> Crystal:
    """Return one shipped phase with its facts.

    Raises
    ------
    DataError
        If there is no such phase; the message offers the nearest.
    """
    table = datasets.load("thermal.crystals")
    rows = table.where(phase_id=phase_id)
    if not rows:
        hint = did_you_mean(phase_id, (row["phase_id"] for row in table.rows))
        raise DataError(f"no shipped phase {phase_id!r}{hint}")
    return _known(rows[0])


def adopt_known(items: Iterable[Crystal | Rejected]) -> list[Crystal | Rejected]:
    """Give crystals that match a shipped phase what is known of it; their own data win.

    Matching is by `same_crystal` (composition, volume per atom within 5 %, structure). The flags say which phase it
    was, so that nobody takes adopted numbers for the file's own.
    """
    phases = [*known_crystals("candidate"), *known_crystals("reference")]
    adopted: list[Crystal | Rejected] = []
    for item in items:
        match = None
        if isinstance(item, Crystal):
            match = next((phase for phase in phases if same_crystal(item, phase)), None)
        if isinstance(item, Rejected):
            adopted.append(item)
        elif match is None:
            adopted.append(replace(item, flags=(*item.flags, *element_flags(item.elements))))
        else:
            own = {fact.quantity for fact in item.facts}  # an adopted direction would mix with the user's others
            new = tuple(fact for fact in match.facts if fact.quantity not in own)
            adopted.append(
                replace(
                    item,
                    elasticity=item.elasticity or match.elasticity,
                    facts=(*item.facts, *new),
                    flags=(*item.flags, f"is {match.id}", *match.flags),
                )
            )
    return adopted


def element_flags(elements: Iterable[str]) -> tuple[str, ...]:
    """Return short hazard and supply remarks: ``hazard Be: carcinogen ...``, ``supply EU US: Ga``."""
    table = datasets.load("thermal.element_flags")
    hazards: list[str] = []
    lists: dict[str, list[str]] = {}
    for element in sorted(set(elements)):
        rows = table.where(element=element)
        critical = [str(row["flag"]) for row in rows if "critical" in row["flag"]]
        hazards += [
            f"hazard {element}: {row['flag']}{'' if row['value'] == 'yes' else ' ' + row['value']}"
            for row in rows
            if "critical" not in row["flag"]
        ]
        if critical:
            lists.setdefault(" ".join(sorted(flag.split()[0] for flag in critical)), []).append(element)
    supply = [f"supply {names}: {' '.join(members)}" for names, members in sorted(lists.items())]
    return (*hazards, *supply)


def _known(row: Mapping[str, Any]) -> Crystal:
    sites = [site.split() for site in row["sites"].split(";")]
    structure = expand_asymmetric_unit(
        row["space_group"],
        [row[name] for name in _CELL],
        [site[0] for site in sites],
        [[float(number) for number in site[1:4]] for site in sites],
    )
    layered = row["layered"] == "yes"
    crystal = Crystal.from_structure(row["phase_id"], structure, layered=layered, source=_cited(row))
    flags = [f"{row['stability']}"] if row["stability"] not in (None, "stable") else []
    flags += [f"air: {row['air']}"] if row["air"] not in (None, "stable") else []
    flags += ["layered"] if layered else []
    return replace(
        crystal,
        elasticity=_elasticity(row["phase_id"], crystal.space_group_number),
        facts=tuple(_facts(row["phase_id"])),
        flags=(*flags, *element_flags(crystal.elements)),
    )


def _elasticity(phase: str, space_group_number: int) -> Elasticity | None:
    rows = datasets.load("thermal.elastic_tensors").where(phase_id=phase, preferred="yes")
    return elasticity_of(rows[0], space_group_number) if rows else None


def elasticity_of(row: Mapping[str, Any], space_group_number: int) -> Elasticity:
    """Return the stiffness a row of ``thermal.elastic_tensors`` prints."""
    constants = {name: row[f"{name}_GPa"] for name in independent_constants(space_group_number)}
    if constants.get("C14", 0.0) is None:  # trigonal, C14 not measured: second order in the averages
        constants["C14"] = 0.0
    matrix = stiffness_matrix(constants, space_group_number)
    return Elasticity.from_matrix(matrix, row["method"], _cited(row), row["grade"])


def _facts(phase: str) -> Iterable[Fact]:
    for row in _best_first("thermal.conductivity", phase):
        detail = f"{row['sample'] or 'sample not stated'}, {row['isotopes']} isotopes, {row['carriers']}"
        yield _fact("thermal_conductivity_W_mK", "kappa_W_mK", row, row["direction"], detail, "uncertainty_W_mK")
    for row in _best_first("thermal.band_gaps", phase):
        yield _fact("band_gap_eV", "band_gap_eV", row, "average", _gap_detail(row), "uncertainty_eV")
    for row in _best_first("thermal.resistivities", phase):
        yield _fact("resistivity_ohm_m", "resistivity_ohm_m", row, "average", row["sample"] or "")
    for row in _best_first("thermal.thermal_expansion", phase):
        yield _fact("thermal_expansion_1e-6_K", "expansion_1e-6_K", row, row["direction"], "")


def _gap_detail(row: Mapping[str, Any]) -> str:
    return ", ".join(part for part in (row["kind"], row["method"] or "method not stated") if part)


def _fact(
    quantity: str, column: str, row: Mapping[str, Any], direction: str, detail: str, uncertainty: str | None = None
) -> Fact:
    return Fact(
        quantity,
        row[column],
        row[uncertainty] if uncertainty else None,
        direction,
        _temperature(row),
        _cited(row),
        row["grade"],
        detail,
    )


def _temperature(row: Mapping[str, Any]) -> float | None:
    """Return the temperature of a row, or the middle of its range."""
    if row.get("temperature_low_K") is not None and row.get("temperature_high_K") is not None:
        return float(row["temperature_low_K"] + row["temperature_high_K"]) / 2
    return row.get("temperature_K")


def _best_first(table: str, phase: str) -> list[Mapping[str, Any]]:
    def worth(row: Mapping[str, Any]) -> tuple[bool, bool, str, float]:
        computed = any(word in (row.get("method") or "") for word in _COMPUTED) or row["grade"] == "C"
        return (row.get("preferred") != "yes", computed, row["grade"], abs((_temperature(row) or 300.0) - 300.0))

    return sorted(datasets.load(table).where(phase_id=phase), key=worth)


def _cited(row: Mapping[str, Any]) -> str:
    return f"{row['source']}, doi:{row['doi']}" if row.get("doi") else str(row["source"])
