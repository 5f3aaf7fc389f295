"""A crystal of tetrahedral bonds that are springs, stretched and bent: energy, forces and stress in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np
from ase.calculators.calculator import Calculator, all_changes
from ase.neighborlist import neighbor_list
from ase.stress import full_3x3_to_voigt_6_stress

BOND_ANGSTROM = 2.0


class Springs(Calculator):  # type: ignore[misc]
    """Four bonds an atom, E = Σ (k x²/2 + g x³/6) over bonds + Σ b (cos θ + 1/3)²/2 over angles.

    Counts its calls, and stops like a keyboard after ``patience`` of them.
    """

    implemented_properties = ("energy", "forces", "stress")

    def __init__(
        self, stretch: float = 10.0, cubic: float = -60.0, bend: float = 6.0, patience: int | None = None
    ) -> None:
        super().__init__()
        self.stretch, self.cubic, self.bend, self.patience, self.calls = stretch, cubic, bend, patience, 0

    def calculate(self, atoms: Any = None, properties: Any = None, system_changes: Any = all_changes) -> None:
        super().calculate(atoms, properties, system_changes)
        if self.patience is not None and self.calls >= self.patience:
            raise KeyboardInterrupt
        self.calls += 1
        first, second, arrows = neighbor_list("ijD", atoms, 1.35 * BOND_ANGSTROM)
        if not np.array_equal(np.bincount(first, minlength=len(atoms)), np.full(len(atoms), 4)):
            raise ValueError("an atom has not four bonds")
        d = np.linalg.norm(arrows, axis=1)
        x = d - BOND_ANGSTROM
        energy = 0.5 * float(np.sum(self.stretch * x**2 / 2 + self.cubic * x**3 / 6))
        pull = (0.5 * (self.stretch * x + self.cubic * x**2 / 2) / d)[:, None] * arrows
        four, length = arrows.reshape(-1, 4, 3), d.reshape(-1, 4)
        for a in range(4):
            for b in range(a):
                lengths = length[:, a] * length[:, b]
                cosine = np.einsum("nx,nx->n", four[:, a], four[:, b]) / lengths
                bent = self.bend * (cosine + 1 / 3)
                energy += 0.5 * float(np.sum(bent * (cosine + 1 / 3)))
                for one, other in ((a, b), (b, a)):
                    turn = four[:, other] / lengths[:, None]
                    turn -= (cosine / length[:, one] ** 2)[:, None] * four[:, one]
                    pull.reshape(-1, 4, 3)[:, one] += bent[:, None] * turn
        forces = np.zeros((len(atoms), 3))
        np.add.at(forces, first, pull)
        np.add.at(forces, second, -pull)
        stress = arrows.T @ pull / atoms.get_volume()
        self.results = {"energy": energy, "forces": forces, "stress": full_3x3_to_voigt_6_stress(stress)}


def diamond(edge: float = 4.0 / np.sqrt(3.0) * BOND_ANGSTROM) -> Any:
    """Two atoms of the diamond structure, at rest by default."""
    from ase.build import bulk

    return bulk("Si", "diamond", a=edge)


def wurtzite(stretch: float = 1.0) -> Any:
    """Four atoms of ideal wurtzite, at rest by default."""
    from ase.build import bulk

    a = stretch * BOND_ANGSTROM * np.sqrt(8.0 / 3.0)
    return bulk("AlN", "wurtzite", a=a, c=a * np.sqrt(8.0 / 3.0), u=0.375)
