"""Glass transitions of epoxy networks and of liquids, each by a law fitted without what it is asked for.

Every network is predicted by a law fitted without it and without all others of its chemistry (the same resins and
hardeners, in whatever amounts), its paper, its hardeners, or its resins. The measurements are doubtful (grade D): a
public compilation of shape-memory polymers whose papers were not read; calorimetry and the maximum of tan delta are
mixed. "spread of repeats" is what the compilation says of one and the same recipe in different papers.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _accuracy import Row, options, report
from scipy.stats import spearmanr

from finechem.adhesives.glass_transition import MeasuredNetwork, fit_law, held_out, measured_networks
from finechem.adhesives.liquids import left_out, measured_liquids
from finechem.adhesives.model_errors import model_error

#: The aim of this project: what it was told that others reach on 94 other systems; no source was read.
LITERATURE = "aim 16"


def main() -> None:
    arguments = options(__doc__).parse_args()
    networks = measured_networks()
    measured = np.array([network.glass_transition_K for network in networks])
    groupings = {
        "chemistry": [network.chemistry for network in networks],
        "paper": [network.paper for network in networks],
        "hardeners": [network.smiles_of("hardener") for network in networks],
        "resins": [network.smiles_of("resin") for network in networks],
    }
    sigma = float(model_error("glass_transition")["sigma"])
    n, rows = len(networks), []
    for name, groups in groupings.items():
        predicted = held_out(networks, groups)
        errors = predicted - measured
        inside = np.abs(np.log(predicted / measured)) <= 1.645 * sigma
        label = f"glass transition, {len(set(groups))} {name} held out"
        rows += [
            Row(label, n, "mean absolute error, K", float(np.mean(np.abs(errors))), LITERATURE),
            Row(label, n, "median absolute error, K", float(np.median(np.abs(errors)))),
            Row(label, n, "bias, K", float(np.mean(errors))),
            Row(label, n, "Spearman", float(spearmanr(predicted, measured).statistic)),
            Row(label, n, "within 90 % interval", float(np.mean(inside))),
        ]
        if name == "chemistry" and not (arguments.quick or arguments.json):
            show_worst(networks, errors)
    mean_only = np.abs(measured - measured.mean())
    rows.append(Row("the mean of all instead of a law", n, "mean absolute error, K", float(mean_only.mean())))
    amines = [network for network in networks if network.chains.esters == 0.0]
    rows.append(transferred(amines, [network for network in networks if network.chains.esters > 0.0]))
    rows.append(spread(networks))
    rows += liquids()
    report(rows, as_json=arguments.json)


def show_worst(networks: tuple[MeasuredNetwork, ...], errors: np.ndarray) -> None:
    print("largest errors, K (predicted less measured), its chemistry held out")
    for index in np.argsort(-np.abs(errors))[:8]:
        network = networks[index]
        print(
            f"{errors[index]:8.0f}  {network.glass_transition_K - 273.15:4.0f} C  {network.paper}  {network.chemistry}"
        )


def transferred(amines: list[MeasuredNetwork], anhydrides: list[MeasuredNetwork]) -> Row:
    """Return the scatter of anhydride networks about a law that saw amines only, its mean error taken off."""
    law = fit_law(amines)
    errors = np.array([law.kelvin(network.chains) - network.glass_transition_K for network in anhydrides])
    name = f"anhydrides by the law of amines, less its bias of {errors.mean():.0f} K"
    return Row(name, len(errors), "mean absolute error, K", float(np.mean(np.abs(errors - errors.mean()))))


def spread(networks: tuple[MeasuredNetwork, ...]) -> Row:
    """Return the mean absolute deviation between papers of networks with the same chains."""
    same: dict[str, dict[str, float]] = {}
    for network in networks:
        shares = ", ".join(f"{number:.2f}" for number in network.chains.values())
        same.setdefault(f"{network.chemistry} {shares}", {})[network.paper] = network.glass_transition_K
    apart = [
        abs(value - float(np.mean(list(papers.values()))))
        for papers in same.values()
        if len(papers) > 1
        for value in papers.values()
    ]
    return Row("spread of repeats between papers", len(apart), "mean absolute deviation, K", float(np.mean(apart)))


def liquids() -> list[Row]:
    """Return the errors of the law of what is not cured."""
    measured = np.array([liquid.glass_transition_K for liquid in measured_liquids()])
    own = left_out() - measured
    label = "glass transition of liquids, left one out"
    return [
        Row(label, len(measured), "mean absolute error, K", float(np.mean(np.abs(own)))),
        Row(label, len(measured), "median absolute error, K", float(np.median(np.abs(own)))),
        Row(label, len(measured), "Spearman", float(spearmanr(own + measured, measured).statistic)),
    ]


if __name__ == "__main__":
    main()
