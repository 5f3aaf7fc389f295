"""Diffusion of an additive through a film to its surface: implicit finite volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from finechem.errors import InputError

if TYPE_CHECKING:
    from finechem.oxidation.evaporation import Film

Float = NDArray[np.float64]

__all__ = ["through_film"]


def through_film(
    time: Float, rate: Float, weight: Float, diffusivity: Float, film: Film, cells: int
) -> tuple[Float, Float]:
    """Return the mean and the surface fraction at each time: finite volumes, cells finer towards the surface."""
    if cells < 4:
        raise InputError(f"{cells} cells across the film; at least 4")
    edges = film.thickness_m * np.linspace(0.0, 1.0, cells + 1) ** 2  # 0 is the open surface
    width, centre = np.diff(edges), 0.5 * (edges[1:] + edges[:-1])
    spacing = np.diff(centre)
    content = np.ones(cells)
    mean, surface = [1.0], [1.0]
    scale = film.loading * film.density_kg_m3  # kg/m3 at fraction 1
    for piece in range(len(time) - 1):
        step_mean = float(time[piece + 1] - time[piece])
        through = float((diffusivity[piece] * weight[piece]).sum() / step_mean)
        away = float((rate[piece] * weight[piece]).sum() / step_mean)
        count = 8 if piece == 0 else 4
        for _ in range(count):
            content, top = _implicit_step(
                content, step_mean / count, through, away, film, width, spacing, centre[0], scale
            )
        mean.append(float(content @ width / film.thickness_m))
        surface.append(top)
    return np.array(mean), np.array(surface)


def _implicit_step(
    content: Float, step: float, through: float, away: float, film: Film, width: Float, spacing: Float, depth: float,
    scale: float,
) -> tuple[Float, float]:  # fmt: skip
    """Advance by one L-stable step of second order: singly diagonally implicit, two stages, gamma = 1 - 1/sqrt 2."""
    gamma = 1.0 - np.sqrt(0.5)
    first, top = _solve(content, gamma * step, through, away, film, width, spacing, depth, scale)
    slope = (first - content) / (gamma * step)
    second, top = _solve(
        content + (1.0 - gamma) * step * slope, gamma * step, through, away, film, width, spacing, depth, scale
    )
    return second, top


def _solve(
    known: Float, step: float, through: float, away: float, film: Film, width: Float, spacing: Float, depth: float,
    scale: float,
) -> tuple[Float, float]:  # fmt: skip
    """Solve u - step du/dt(u) = known, with the surface conductance linearized until it agrees with the activity."""
    from scipy.linalg import solve_banded

    cells = len(known)
    banded = np.zeros((3, cells))
    between = through * step / spacing
    banded[0, 1:] = -between / width[:-1]
    banded[2, :-1] = -between / width[1:]
    banded[1] = 1.0
    banded[1, :-1] += between / width[:-1]
    banded[1, 1:] += between / width[1:]
    diagonal = float(banded[1, 0])
    top = float(known[0])
    found = known
    for _ in range(30):
        held = max(top, 1e-300)
        steep = away * float(film.activity(held)) / (held * scale)  # m/s at this surface fraction
        conductance = 1.0 / (1.0 / steep + depth / through) if steep > 0.0 else 0.0
        banded[1, 0] = diagonal + step * conductance / width[0]
        found = solve_banded((1, 1), banded, known)
        new = float(found[0]) * (conductance / steep if steep > 0.0 else 1.0)
        if abs(new - top) <= 1e-12 * max(abs(top), 1e-30):
            break
        top = new
    return found, new
