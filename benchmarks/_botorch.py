"""The peer of the campaigns: BoTorch's Gaussian processes and qLogNEHVI, over a pool or with its own optimizer."""

# ruff: noqa: I001
from __future__ import annotations

from typing import Any

from _campaigns import Array, Problem  # first: it holds BLAS to one thread

import numpy as np

#: Draws of the acquisition, restarts and first guesses of its optimizer: settings of BoTorch's own tutorials.
DRAWS, RESTARTS, GUESSES = 128, 10, 512


def installed() -> str:
    """Return the version of BoTorch, or nothing."""
    try:
        import botorch
    except ImportError:
        return ""
    return str(botorch.__version__)


def suggest(problem: Problem, points: Array, values: Array, batch: int, seed: int, *, continuous: bool) -> Array:
    """Return the next batch of points.

    Over a pool the acquisition takes one point after the other of 2000 feasible ones; its own optimizer has the sum of
    the fractions as an equality constraint.
    """
    import torch
    from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
    from botorch.fit import fit_gpytorch_mll
    from botorch.models import ModelListGP, SingleTaskGP
    from botorch.models.transforms import Standardize
    from botorch.optim import optimize_acqf, optimize_acqf_discrete
    from botorch.sampling.normal import SobolQMCNormalSampler
    from gpytorch.mlls import SumMarginalLogLikelihood

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    low, width = _box(problem)
    x: Any = torch.tensor((points - low) / width, dtype=torch.double)
    y: Any = torch.tensor(values, dtype=torch.double)
    model = ModelListGP(*(SingleTaskGP(x, y[:, [at]], outcome_transform=Standardize(1)) for at in range(y.shape[1])))
    fit_gpytorch_mll(SumMarginalLogLikelihood(model.likelihood, model))
    acquisition = qLogNoisyExpectedHypervolumeImprovement(
        model,
        ref_point=problem.reference.tolist(),
        X_baseline=x,
        prune_baseline=True,
        sampler=SobolQMCNormalSampler(torch.Size([DRAWS]), seed=seed),
    )
    if not continuous:
        pool = torch.tensor((problem.space.sample(2000, seed) - low) / width, dtype=torch.double)
        found, _ = optimize_acqf_discrete(acquisition, q=batch, choices=pool, unique=True)
    else:
        size = problem.space.mixture.stop
        found, _ = optimize_acqf(
            acquisition,
            bounds=torch.tensor([[0.0] * x.shape[1], [1.0] * x.shape[1]], dtype=torch.double),
            q=batch,
            num_restarts=RESTARTS,
            raw_samples=GUESSES,
            sequential=True,
            equality_constraints=[(torch.arange(size), torch.ones(size, dtype=torch.double), 1.0)],
            options={"batch_limit": 5, "maxiter": 200},
        )
    return np.asarray(found.detach().numpy() * width + low, dtype=float)


def _box(problem: Problem) -> tuple[Array, Array]:
    space = problem.space
    low, width = np.zeros(len(space.columns)), np.ones(len(space.columns))
    low[space.process] = [factor.low for factor in space.factors]
    width[space.process] = [factor.high - factor.low for factor in space.factors]
    return low, width
