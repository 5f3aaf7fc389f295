"""Do predicted onsets of barrier oxidation rank as measured ones? Only within one form and one criterion."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from finechem import datasets
from finechem.errors import DomainError
from finechem.oxidation.barrier import BarrierFilm, growth_law_for
from finechem.oxidation.oxide_growth import onset_temperature

__all__ = ["FEWEST", "OnsetAgreement", "onset_agreement", "rank_agreement"]

#: Below so many films nothing is claimed.
FEWEST = 6
#: What "detected by X-ray diffraction" is taken for: this much oxide, an assumption; and its time where none is said.
DETECTED_NM, DETECTED_H = 50.0, 1.0


@dataclass(frozen=True, slots=True)
class OnsetAgreement:
    """Kendall's tau of one form and criterion.

    Attributes
    ----------
    form, criterion : str
    films : tuple of (str, float, float)
        Formula, measured and predicted onset in K.
    without_kinetics : tuple of str
        Films with a measured onset that no growth law speaks for.
    tau, low, high : float
        NaN below `FEWEST` films; the interval is of the bootstrap over films, 90 %.
    """

    form: str
    criterion: str
    films: tuple[tuple[str, float, float], ...]
    without_kinetics: tuple[str, ...]
    tau: float
    low: float
    high: float

    def __str__(self) -> str:
        head = f"onset of {self.form}s, {self.criterion}: n = {len(self.films)}"
        if self.films:
            shown = (f"{name} {predicted:.0f} K, measured {measured:.0f} K" for name, measured, predicted in self.films)
            head += f" ({', '.join(shown)})"
        if self.without_kinetics:
            head += f" (measured, but without kinetics: {', '.join(self.without_kinetics)})"
        if len(self.films) < FEWEST:
            return f"{head}; below {FEWEST} films no claim is made"
        return f"{head}, Kendall tau = {self.tau:.2f} (90 %: {self.low:.2f} to {self.high:.2f})"


def rank_agreement(measured: list[float], predicted: list[float], *, seed: int = 0) -> tuple[float, float, float]:
    """Return Kendall's tau and its 90 % bootstrap interval; NaN below `FEWEST` pairs.

    >>> rank_agreement([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])[0]
    nan
    >>> round(rank_agreement([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6])[0], 9)
    1.0
    """
    from scipy.stats import kendalltau

    if len(measured) < FEWEST:
        return math.nan, math.nan, math.nan
    x, y = np.array(measured), np.array(predicted)
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(500):
        rows = rng.integers(0, len(x), len(x))
        if len(set(x[rows])) > 1 and len(set(y[rows])) > 1:
            drawn.append(float(kendalltau(x[rows], y[rows]).statistic))
    low, high = np.quantile(drawn, (0.05, 0.95))
    return float(kendalltau(x, y).statistic), float(low), float(high)


def onset_agreement() -> list[OnsetAgreement]:
    """Return the comparison for each form and criterion among the measured onsets of grade A to C.

    Examples
    --------
    >>> all(len(found.films) < FEWEST for found in onset_agreement())  # with what could be read so far
    True
    """
    groups: dict[tuple[str, str], list[tuple[str, float, float, float]]] = {}
    for row in datasets.load("oxidation.oxidation_facts").where(quantity="onset"):
        if row["grade"] == "D" or row["material"] == "Cu":
            continue
        criterion = str(row["method"]).replace("Cr2O3", "oxide")
        hours = (row["duration_s"] or 3600.0 * DETECTED_H) / 3600.0
        oxygen = 1.0 if row["atmosphere"] == "O2" else 0.2095
        groups.setdefault((row["form"], criterion), []).append((row["material"], row["value"], hours, oxygen))
    found = []
    for (form, criterion), rows in groups.items():
        films, without = [], []
        for formula, onset_K, hours, oxygen in rows:
            law, _ = growth_law_for(BarrierFilm(formula, formula))
            try:
                if law is None:
                    raise DomainError(formula)
                value, _, _ = onset_temperature(
                    law, hours=hours, thickness_m=DETECTED_NM * 1e-9, oxygen_bar=oxygen, draws=1
                )
                films.append((formula, float(onset_K), value))
            except DomainError:
                without.append(formula)
        tau, low, high = rank_agreement([film[1] for film in films], [film[2] for film in films])
        found.append(OnsetAgreement(form, criterion, tuple(films), tuple(without), tau, low, high))
    return found
