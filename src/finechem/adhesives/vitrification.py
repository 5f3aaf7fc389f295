"""Glass transition of a curing network against conversion, by DiBenedetto."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import ConfigError, DomainError

__all__ = ["DiBenedetto"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DiBenedetto:
    r"""Glass transition against conversion.

    .. math:: T_g(\alpha) = T_{g0} + \frac{(T_{g\infty} - T_{g0})\,\lambda\alpha}{1 - (1 - \lambda)\,\alpha}

    Parameters
    ----------
    tg_0_K, tg_inf_K : float
        Of the uncured mix and of the network at full conversion.
    structure : float
        λ, above 0 and at most 1: fitted, or the ratio of both heat capacity steps, fully cured to uncured.
    source : str

    Raises
    ------
    ConfigError
        With every mistake in one message.

    Notes
    -----
    One curve for all paths: it holds where reactions do not compete and the ratio is that of the measurements. λ below
    1 bends it upwards, as crosslinks do most near the end of cure.

    Examples
    --------
    >>> network = DiBenedetto(250.0, 400.0, 0.4)
    >>> network.at([0.0, 0.5, 1.0]).round(1).tolist()
    [250.0, 292.9, 400.0]
    >>> round(network.conversion_at(292.857), 3)
    0.5
    """

    tg_0_K: float
    tg_inf_K: float
    structure: float
    source: str = ""

    def __post_init__(self) -> None:
        mistakes = [
            f"{name}={value:g}: is not between 100 and 1000 K"
            for name, value in (("tg_0_K", self.tg_0_K), ("tg_inf_K", self.tg_inf_K))
            if not 100.0 <= value <= 1000.0
        ]
        if not mistakes and not self.tg_inf_K > self.tg_0_K:
            mistakes.append(f"tg_inf_K={self.tg_inf_K:g}: must lie above tg_0_K={self.tg_0_K:g}; cure raises it")
        if not (math.isfinite(self.structure) and 0.0 < self.structure <= 1.0):
            mistakes.append(f"structure={self.structure:g}: lambda is above 0 and at most 1")
        if mistakes:
            raise ConfigError("DiBenedetto", mistakes)

    def at(self, conversion: ArrayLike) -> Array:
        """Return the glass transition in K.

        Raises
        ------
        DomainError
            If a conversion is not between 0 and 1.
        """
        alpha = np.asarray(conversion, dtype=float)
        if not np.all((alpha >= 0.0) & (alpha <= 1.0)):
            raise DomainError(f"conversion={alpha.min():g} to {alpha.max():g}: must lie between 0 and 1")
        scaled = self.structure * alpha
        return np.asarray(self.tg_0_K + (self.tg_inf_K - self.tg_0_K) * scaled / (1.0 - alpha + scaled))

    def conversion_at(self, tg_K: float) -> float:
        """Return the conversion at which the glass transition lies there; 0 or 1 beyond the ends."""
        x = (tg_K - self.tg_0_K) / (self.tg_inf_K - self.tg_0_K)
        x = min(max(x, 0.0), 1.0)
        return x / (self.structure + (1.0 - self.structure) * x)
