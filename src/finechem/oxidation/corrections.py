"""From electronic dissociation energies to enthalpies: one linear correction a kind of bond, fitted on measurements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem import datasets
from finechem.errors import InputError, did_you_mean
from finechem.oxidation.homolysis import Homolysis, break_bond
from finechem.oxidation.reference import Sample, family_of, kind_has_hydrogen, samples
from finechem.oxidation.sites import Site
from finechem.oxidation.substituents import substituent_rule
from finechem.screening.cache import Cache

__all__ = [
    "DEFAULT_METHOD",
    "ENERGIES",
    "Correction",
    "chosen_errors",
    "correction",
    "energy",
    "fit_corrections",
    "leave_one_out",
    "nested_errors",
    "rule_errors",
    "rule_sigma_kJ_mol",
]

#: What a correction may start from; "mean" averages both.
ENERGIES = ("gfn1", "gfn2", "mean")
#: The energy and form below, a family each.
DEFAULT_METHOD = "chosen"
#: Energy, and whether a slope is fitted. Phenols: the smallest mean error, half the cost of the mean, and better on an
#: earlier set too; amines: the mean of both was clearly best; for the rest GFN2. The benchmark shows the others.
_CHOSEN = {"O-H phenol": ("gfn1", True), "N-H": ("mean", False)}
_CHOSEN_ELSE = ("gfn2", False)
#: A slope is tried from this many measurements in a family on; with fewer than `_FEW` in a kind its own error is no
#: measure, and what is measured only once has no correction of its own.
_SLOPE_FROM, _FEW, _LEAST = 8, 4, 2


def energy(smiles: str, site: Site, *, method: str, cache: Cache | None = None) -> float:
    """Return the electronic dissociation energy in kJ/mol that the correction of a method starts from."""
    name = correction(site.kind, method).energy
    parts = ("gfn1", "gfn2") if name == "mean" else (name,)
    found: list[Homolysis] = [break_bond(smiles, site, method=part, cache=cache) for part in parts]
    return float(np.mean([item.energy_kJ_mol for item in found]))


# -- fitting ---------------------------------------------------------------------------------------------------------


def _design(kinds: Sequence[str], known: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[float(kind == name) for name in known] for kind in kinds])


def _fit(
    x: NDArray[np.float64], y: NDArray[np.float64], kinds: Sequence[str], sloped: bool
) -> tuple[float, dict[str, float]]:
    """Return slope and one intercept a kind, by least squares."""
    known = sorted(set(kinds))
    offsets = _design(kinds, known)
    if sloped:
        solution = np.linalg.lstsq(np.column_stack([x, offsets]), y, rcond=None)[0]
        return float(solution[0]), dict(zip(known, solution[1:].tolist(), strict=True))
    solution = np.linalg.lstsq(offsets, y - x, rcond=None)[0]
    return 1.0, dict(zip(known, solution.tolist(), strict=True))


def leave_one_out(
    x: NDArray[np.float64], y: NDArray[np.float64], kinds: Sequence[str], *, sloped: bool
) -> NDArray[np.float64]:
    """Return measured minus predicted, each bond predicted by the fit to the others.

    NaN for the only bond of a kind, which the others say nothing about.
    """
    errors = np.full(y.size, np.nan)
    for index in range(y.size):
        others = np.arange(y.size) != index
        rest = [kind for kind, keep in zip(kinds, others, strict=True) if keep]
        if kinds[index] in rest:
            slope, intercepts = _fit(x[others], y[others], rest, sloped)
            errors[index] = y[index] - slope * x[index] - intercepts[kinds[index]]
    return errors


def _forms(size: int) -> tuple[bool, ...]:
    return (False, True) if size >= _SLOPE_FROM else (False,)


def _choose(family: Sample, energies: Iterable[str]) -> tuple[str, bool]:
    """Return the energy and form with the smallest leave-one-out error."""
    trials: list[tuple[float, int, str, bool]] = []
    for name in energies:
        for sloped in _forms(family.measured_kJ_mol.size):
            errors = leave_one_out(family.energies_kJ_mol[name], family.measured_kJ_mol, family.kinds, sloped=sloped)
            finite = errors[np.isfinite(errors)]
            trials.append((_rms(finite) if finite.size else np.inf, len(trials), name, sloped))
    _, _, name, sloped = min(trials)
    return name, sloped


def nested_errors(family: Sample, energies: Sequence[str]) -> NDArray[np.float64]:
    """Return leave-one-out errors in which the choice of energy and form is made anew without the left-out bond."""
    errors = np.full(family.measured_kJ_mol.size, np.nan)
    for index in range(errors.size):
        others = np.arange(errors.size) != index
        rest = family.take(others)
        kind = family.kinds[index]
        if kind in rest.kinds:
            name, sloped = _choose(rest, energies)
            slope, intercepts = _fit(rest.energies_kJ_mol[name], rest.measured_kJ_mol, rest.kinds, sloped)
            predicted = slope * family.energies_kJ_mol[name][index] + intercepts[kind]
            errors[index] = family.measured_kJ_mol[index] - predicted
    return errors


def _rms(errors: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


def _pool(sample: Sample, name: str) -> tuple[float, float, NDArray[np.float64]]:
    """Return slope, intercept and leave-one-kind-out errors of one line through all bonds: what a new kind meets."""
    x, y = sample.energies_kJ_mol[name], sample.measured_kJ_mol
    kinds = np.array([family_of(kind) for kind in sample.kinds])
    errors = np.empty(y.size)
    for kind in set(kinds.tolist()):
        out = kinds == kind
        slope, intercept = np.polyfit(x[~out], y[~out], 1)
        errors[out] = y[out] - slope * x[out] - intercept
    slope, intercept = np.polyfit(x, y, 1)
    return float(slope), float(intercept), errors


def _row(
    kind: str, method: str, name: str, line: tuple[float, float], x: NDArray[np.float64], errors: NDArray[np.float64]
) -> dict[str, Any]:
    return {
        "kind": kind, "method": method, "energy": name, "slope": line[0], "intercept_kJ_mol": line[1], "n": x.size,
        "loo_mae_kJ_mol": float(np.mean(np.abs(errors))), "loo_sigma_kJ_mol": _rms(errors),
        "lowest_kJ_mol": float(x.min()), "highest_kJ_mol": float(x.max()),
    }  # fmt: skip


def chosen_errors(family: Sample) -> NDArray[np.float64]:
    """Return leave-one-out errors of the energy and form that are in use for a family."""
    name, sloped = _chosen(family)
    return leave_one_out(family.energies_kJ_mol[name], family.measured_kJ_mol, family.kinds, sloped=sloped)


def _chosen(family: Sample) -> tuple[str, bool]:
    return _CHOSEN.get(family_of(family.kinds[0]), _CHOSEN_ELSE)


def fit_corrections(sample: Sample | None = None) -> list[dict[str, Any]]:
    """Return all rows of `oxidation.bond_corrections`, computed anew.

    A family of kinds shares a slope, fitted or 1, and has an offset a kind. The mean error is that of the choice in
    use; sigma comes from leave-one-outs in which energy and form are chosen anew without the left-out bond. A kind
    with two or three measurements has at least the error of the pooled line on kinds it has not seen.
    """
    sample = samples() if sample is None else sample
    rows = []
    for pool, hydrogen in (("X-H", True), ("skeleton", False)):
        part = sample.take(np.array([kind_has_hydrogen(kind) == hydrogen for kind in sample.kinds]))
        names = sorted({family_of(kind) for kind in part.kinds})
        for method in (*ENERGIES, DEFAULT_METHOD):
            energies = ENERGIES if method == DEFAULT_METHOD else (method,)
            name = min(energies, key=lambda item: _rms(_pool(part, item)[2]))
            slope, intercept, errors = _pool(part, name)
            pooled = _row(pool, method, name, (slope, intercept), part.energies_kJ_mol[name], errors)
            for row in (row for family in names for row in _family_rows(part.family(family), method, energies)):
                if row["n"] < _FEW:
                    row["loo_sigma_kJ_mol"] = max(row["loo_sigma_kJ_mol"], pooled["loo_sigma_kJ_mol"])
                rows.append(row)
            rows.append(pooled)
    errors = rule_errors(sample)[1]
    rows.append(
        {
            "kind": "substituent rule", "method": "rule", "energy": None, "slope": None, "intercept_kJ_mol": None,
            "n": errors.size, "loo_mae_kJ_mol": float(np.mean(np.abs(errors))), "loo_sigma_kJ_mol": _rms(errors),
            "lowest_kJ_mol": None, "highest_kJ_mol": None,
        }
    )  # fmt: skip
    return rows


def _family_rows(family: Sample, method: str, energies: Sequence[str]) -> list[dict[str, Any]]:
    name, sloped = _chosen(family) if method == DEFAULT_METHOD else _choose(family, energies)
    x = family.energies_kJ_mol[name]
    slope, intercepts = _fit(x, family.measured_kJ_mol, family.kinds, sloped)
    plain = leave_one_out(x, family.measured_kJ_mol, family.kinds, sloped=sloped)
    nested = nested_errors(family, energies)
    rows = []
    for kind, intercept in intercepts.items():
        own = np.array([item == kind for item in family.kinds])
        if own.sum() >= _LEAST:
            row = _row(kind, method, name, (slope, intercept), x[own], plain[own])
            rows.append({**row, "loo_sigma_kJ_mol": _rms(nested[own])})
    return rows


def rule_errors(sample: Sample, *, crowding: bool = True) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which bonds the substituent rule covers, and measured minus rule for those, in kJ/mol."""
    covered, errors = [], []
    for reference, measured in zip(sample.references, sample.measured_kJ_mol, strict=True):
        value = None
        if family_of(reference.site.kind) == "O-H phenol":
            value = substituent_rule(reference.smiles, reference.site.atom, crowding=crowding).value_kJ_mol
        covered.append(value is not None)
        if value is not None:
            errors.append(measured - value)
    return np.array(covered), np.array(errors)


# -- the shipped table -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Correction:
    """What turns an electronic dissociation energy into an enthalpy: a row of `oxidation.bond_corrections`."""

    kind: str
    energy: str
    slope: float
    intercept_kJ_mol: float
    n: int
    sigma_kJ_mol: float
    lowest_kJ_mol: float
    highest_kJ_mol: float

    def apply(self, energy_kJ_mol: float) -> float:
        """Return the enthalpy in kJ/mol."""
        return self.slope * energy_kJ_mol + self.intercept_kJ_mol

    def covers(self, energy_kJ_mol: float) -> bool:
        """Whether an energy lies among those of the fit, or within one sigma of them."""
        margin = self.sigma_kJ_mol
        return self.lowest_kJ_mol - margin <= energy_kJ_mol <= self.highest_kJ_mol + margin


@cache
def correction(kind: str, method: str = DEFAULT_METHOD) -> Correction:
    """Return the correction of a kind of bond; the pooled one of X-H or of the skeleton where it has none of its own.

    Raises
    ------
    InputError
        If the method is unknown.

    Examples
    --------
    >>> correction("C-S").kind
    'skeleton'
    """
    methods = (*ENERGIES, DEFAULT_METHOD)
    if method not in methods:
        raise InputError(f"no method {method!r} of bond energies{did_you_mean(method, methods)}")
    table = datasets.load("oxidation.bond_corrections")
    rows = table.where(kind=kind, method=method)
    if not rows:
        rows = table.where(kind="X-H" if kind_has_hydrogen(kind) else "skeleton", method=method)
    row = rows[0]
    return Correction(
        row["kind"], row["energy"], row["slope"], row["intercept_kJ_mol"], row["n"], row["loo_sigma_kJ_mol"],
        row["lowest_kJ_mol"], row["highest_kJ_mol"],
    )  # fmt: skip


def rule_sigma_kJ_mol() -> float:
    """Return the root mean square error of the substituent rule on the phenols it covers."""
    (row,) = datasets.load("oxidation.bond_corrections").where(kind="substituent rule")
    return float(row["loo_sigma_kJ_mol"])


def compute_energies(store: Cache | None = None, *, largest: int | None = None) -> list[dict[str, Any]]:
    """Return the rows of `oxidation.bond_energies_xtb` of molecules up to a size, computed anew: all in minutes."""
    from finechem.matter.xtb import engine

    rows = []
    for reference in reference_bonds():
        if largest is not None and atoms_of(reference.smiles) > largest:
            continue
        text, site, _ = around(reference.smiles, reference.site)
        for method in ("gfn1", "gfn2"):
            found = break_bond(text, site, method=method, cache=store)
            rows.append(
                {
                    "compound": reference.compound, "smiles": text, "bond": site.kind, "atom_1": site.atom,
                    "atom_2": site.other, "atoms": atoms_of(reference.smiles), "method": method,
                    "energy_kJ_mol": round(found.energy_kJ_mol, 2),
                    "energy_kept_kJ_mol": round(found.kept_kJ_mol - found.parent_kJ_mol, 2),
                    "engine": engine(), "protocol": PROTOCOL,
                }
            )  # fmt: skip
    return rows


def atoms_of(smiles: str) -> int:
    """Return the number of atoms, hydrogens included."""
    from rdkit import Chem

    return int(Chem.AddHs(parse_smiles(smiles)).GetNumAtoms())
