"""Gaussian processes on named features of molecules, with fixed kernels: what several models of liquids share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["KernelRegression", "fit_kernel_regression"]

Array = NDArray[np.float64]
Kernel = tuple[float, float, float]
#: Features that fewer molecules have are left out: nothing can be learnt of them.
_FEWEST = 5
#: Standardized features are cut here, so that a strange molecule is far from all others and not infinitely far.
_CUT = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class KernelRegression:
    """Fitted Gaussian processes on the same features, one a target."""

    names: tuple[str, ...]
    middle: Array
    spread: Array
    targets: Array
    """(2, k): mean and standard deviation of the targets."""
    processes: tuple[Any, ...]

    def predict(self, features: Sequence[Mapping[str, float]]) -> tuple[Array, Array]:
        """Return means and standard deviations, (n, k) each."""
        x = np.array([[of.get(name, 0.0) for name in self.names] for of in features])
        x = np.clip((x - self.middle) / self.spread, -_CUT, _CUT)
        pairs = [process.predict(x, return_std=True) for process in self.processes]
        mean, deviation = (np.stack([pair[index] for pair in pairs], axis=1) for index in (0, 1))
        return self.targets[0] + self.targets[1] * mean, self.targets[1] * deviation


def fit_kernel_regression(
    features: Sequence[Mapping[str, float]], y: Array, kernels: Sequence[Kernel]
) -> KernelRegression:
    """Fit one process a column of `y`; a second for a thousand molecules.

    Parameters
    ----------
    features : sequence of mapping, n
        By name; what is missing counts as 0.
    y : (n, k) array
    kernels : sequence of (float, float, float), k
        Amplitude, length and noise variance of each (Matérn, 1/2), in standard deviations of feature and target.
    """
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    names = sorted({name for of in features for name in of})
    x = np.array([[of.get(name, 0.0) for name in names] for of in features])
    used = ((x != 0.0).sum(axis=0) >= _FEWEST) & (x.std(axis=0) > 0.0)
    names, x = [name for name, wanted in zip(names, used, strict=True) if wanted], x[:, used]
    middle, spread = x.mean(axis=0), x.std(axis=0)
    targets = np.stack([y.mean(axis=0), y.std(axis=0)])
    x = np.clip((x - middle) / spread, -_CUT, _CUT)
    processes = []
    for column, (amplitude, length, noise) in enumerate(kernels):
        kernel = ConstantKernel(amplitude**2) * Matern(length, nu=0.5) + WhiteKernel(noise)
        process = GaussianProcessRegressor(kernel, optimizer=None)
        processes.append(process.fit(x, (y[:, column] - targets[0, column]) / targets[1, column]))
    return KernelRegression(tuple(names), middle, spread, targets, tuple(processes))
