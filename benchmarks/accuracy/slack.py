"""Slack and Debye-Callaway against measured conductivities near 300 K, leave-one-compound-out.

The crystals are those of the table thermal.reference_set (single crystals, natural isotopes, measured elastic
tensors, no metals, films, ceramics or layers), chosen by a rule that was committed before the fit. One
number is fitted a model and group, the Gruneisen parameter of the heat-carrying modes; each crystal is predicted by
the fit to the others. What the nitride screen calls "measured" never takes part here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _accuracy import Row, options, report

from finechem.screening.properties import Z90
from finechem.thermal.calibration import Fit, calibrate, reference_crystals
from finechem.thermal.elastic import polycrystal_moduli
from finechem.thermal.gruneisen import gruneisen_from_poisson

#: Average factor differences reported for the same kind of model (as given in the project's issue tracker).
LITERATURE = {
    "tetrahedral": "1.28 from elastic data, 11 tetrahedral; aim 1.4",
    "other": "1.64 from elastic data when ionic crystals join; aim 1.8",
}


def rows_of(fit: Fit) -> list[Row]:
    log10 = fit.log_error / np.log(10)
    name, n = f"{fit.model}, {fit.group}", len(fit.ids)
    return [
        Row(name, n, "average factor difference", fit.factor, LITERATURE[fit.group]),
        Row(name, n, "log10 RMSE", float(np.sqrt(np.mean(log10**2)))),
        Row(name, n, "Spearman rho", float(spearmanr(fit.predicted, fit.measured).statistic)),
        Row(name, n, "share inside the stated 90 % interval", float(np.mean(np.abs(fit.log_error) < Z90 * fit.sigma))),
        Row(name, n, "fitted Gruneisen parameter", fit.gruneisen),
    ]


def elastic_gruneisen_rows(fits: list[Fit]) -> list[Row]:
    """Return what Poisson's ratio would add: leave-one-out with kappa scaled by a fitted power of elastic gamma."""
    gamma = {
        crystal.id: float(gruneisen_from_poisson(polycrystal_moduli(crystal.elasticity.matrix_Pa).poisson)[0])
        for crystal, _ in reference_crystals()
        if crystal.elasticity is not None
    }
    rows = []
    for fit in fits:
        design = np.column_stack([np.ones(len(fit.ids)), np.log([gamma[name] for name in fit.ids])])
        errors = np.empty(len(fit.ids))
        for index in range(len(fit.ids)):
            others = np.arange(len(fit.ids)) != index
            solution = np.linalg.lstsq(design[others], fit.log_error[others], rcond=None)[0]
            errors[index] = fit.log_error[index] - design[index] @ solution
        factor = float(np.exp(np.mean(np.abs(errors))))
        rows.append(
            Row(f"{fit.model}, {fit.group}, + elastic Gruneisen", len(fit.ids), "average factor difference", factor)
        )
    return rows


def main() -> None:
    arguments = options(__doc__).parse_args()
    fits = calibrate()
    rows = [row for fit in fits for row in rows_of(fit)]
    for model in ("slack", "callaway"):
        own = [fit for fit in fits if fit.model == model]
        errors = np.concatenate([fit.log_error for fit in own])
        factor = float(np.exp(np.mean(np.abs(errors))))
        rows.append(
            Row(f"{model}, all", errors.size, "average factor difference", factor, "1.52 on 47 crystals (plain Slack)")
        )
    rows += elastic_gruneisen_rows(fits)
    if not (arguments.json or arguments.quick):
        print(
            f"{'crystal':22}{'measured':>9}" + "".join(f"{model:>10}" for model in ("slack", "callaway")) + "  W/(m K)"
        )
        for slack, callaway in zip(fits[::2], fits[1::2], strict=True):
            for name, measured, first, second in zip(
                slack.ids, slack.measured, slack.predicted, callaway.predicted, strict=True
            ):
                print(f"{name:22}{measured:9.1f}{first:10.1f}{second:10.1f}  {slack.group}")
        print()
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
