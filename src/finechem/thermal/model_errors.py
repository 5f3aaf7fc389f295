"""The table `thermal.model_errors`: where every sigma of the heat domain comes from. Nothing in it is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np

from finechem import datasets
from finechem.thermal.calibration import calibrate
from finechem.thermal.scatter import axial_ratios, elastic_scatter, fact_scatter

__all__ = ["measure_errors", "model_error"]


@cache
def model_error(quantity: str, group: str) -> Mapping[str, Any]:
    """Return the row of `thermal.model_errors`: n, value (a fitted parameter, if any), sigma, scale.

    Raises
    ------
    DataError
        If it was never measured.
    """
    return datasets.measured_error("thermal.model_errors", quantity=quantity, group=group)


def measure_errors() -> list[dict[str, Any]]:
    """Return all rows of `thermal.model_errors`, computed anew."""
    rows: list[dict[str, Any]] = [
        {
            "quantity": fit.model, "group": fit.group, "n": len(fit.ids), "gruneisen": fit.gruneisen,
            "sigma": fit.sigma, "scale": "ln", "how": "leave-one-compound-out RMSE on thermal.reference_set",
        }
        for fit in calibrate()
    ]  # fmt: skip
    how = {
        "measured": "scatter between sources of the same quantity of the same phase (n degrees of freedom)",
        "computed": "RMS difference of computed from measured (n pairs)",
    }
    errors = [float(np.log(elastic / measured)) for _, measured, elastic in axial_ratios()]
    rows.append(
        {
            "quantity": "anisotropy", "group": "axial", "n": len(errors), "gruneisen": None,
            "sigma": float(np.sqrt(np.mean(np.square(errors)))), "scale": "ln",
            "how": "RMS difference of ln(kappa_c / kappa_ab), elastic from measured",
        }
    )  # fmt: skip
    scatter: Iterable[tuple[tuple[str, str], tuple[float, int]]] = [*elastic_scatter().items(), *fact_scatter().items()]
    for (quantity, group), (sigma, n) in scatter:
        scale = {"band_gap": "eV", "thermal_expansion": "1e-6/K"}.get(quantity, "ln")
        rows.append(
            {
                "quantity": quantity,
                "group": group,
                "n": n,
                "gruneisen": None,
                "sigma": sigma,
                "scale": scale,
                "how": how[group],
            }
        )
    return rows
