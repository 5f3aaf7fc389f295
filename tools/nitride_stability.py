"""Nitrides that exist, judged as if they were on paper: how many would a potential condemn, and how far off the hull.

``python tools/nitride_stability.py 7net-0`` (needs the potential; up to an hour, all is kept).
"""

from __future__ import annotations

import sys

import numpy as np

from finechem.errors import FinechemError
from finechem.matter.calculators import calculator
from finechem.matter.elastic_response import elastic_tensor
from finechem.matter.relaxation import relax
from finechem.screening.cache import Cache, default_cache_folder
from finechem.thermal import born_stability, known_crystals
from finechem.thermal.competing import energy_above
from finechem.thermal.nitrides import LARGEST_ENERGY_ABOVE

#: Larger cells take too long for what they would tell.
LARGEST_CELL = 20


def main(name: str) -> None:
    """Relax, compare and strain every shipped nitride with a potential; print each verdict and the sum."""
    potential, cache = calculator(name), Cache(default_cache_folder())
    energies, condemned, asked = [], 0, 0
    for crystal in known_crystals("candidate"):
        if crystal.primitive_atoms > LARGEST_CELL or "N" not in crystal.elements or "O" in crystal.elements:
            continue
        asked += 1
        above = np.nan
        try:
            relaxed = relax(crystal, potential, cache=cache)
            try:
                above = energy_above(relaxed, potential, kept=cache).energy_above_eV_atom
            except FinechemError as error:
                print(f"{crystal.id:24} no competitors: {error}")
            tensor = elastic_tensor(relaxed.crystal, potential, cache=cache)
            smallest = float(born_stability(tensor.matrix_Pa)[0]) / 1e9
            verdict = "stands" if smallest > 0 else f"unstable against strain ({smallest:.1f} GPa)"
        except FinechemError as error:
            verdict = str(error)
        verdict += "; too far above" if above > LARGEST_ENERGY_ABOVE else ""
        condemned += verdict != "stands"
        energies.append(above)
        print(f"{crystal.id:24} {above:8.3f} eV/atom  {crystal.flags[:1]}  {verdict}", flush=True)
    known = np.array(energies)[~np.isnan(energies)]
    print(f"{potential.description}: {asked} nitrides that exist, {condemned} condemned")
    print(f"energy above competitors, n = {len(known)}: median {np.median(known):.3f}, 95th percentile "
          f"{np.percentile(known, 95):.3f}, largest {known.max():.3f} eV/atom")  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "7net-0")
